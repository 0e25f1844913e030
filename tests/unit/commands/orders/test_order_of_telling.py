"""What an order earns does not depend on when its events are told."""

from datetime import timedelta

import pytest

from mi_rewards.commands import Delivered
from mi_rewards.earning import EarnRate, Retrospective
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.wallet import format_buckets
from tests.shop import Shop, T, check_outcomes, deliver, give_back, ist, join, line, place, rules
from tests.wallets import DAY, day

LINES = (line("phone", 1_000), line("ship", 500))


@pytest.mark.parametrize(
    ("at", "tokens"),
    [
        ("2017-04-30 23:59:59", 0),
        ("2017-05-01 00:00", 100),
        ("2017-06-15 23:59:59", 100),
        ("2017-06-16 00:00", 0),
        ("2017-06-30 23:59:59", 0),
        ("2017-07-01 00:00", 100),
    ],
)
def test_what_was_delivered_is_awarded_alike_whether_told_before_joining_or_after(
    at: str, tokens: int
) -> None:
    """Retrospectively from the first day to the last one, and from joining on."""
    terms = Retrospective(day("2017-05-01"), day("2017-06-15"))
    joining = join(at=ist("2017-07-01 00:00"))
    order = deliver("o1", 1_000, at=ist(at))
    for told in ((order, joining), (joining, order)):
        shop = Shop(rules(retrospective=terms))
        shop.all(*told)
        purchase = shop.purchase()
        assert purchase is not None
        assert purchase.awarded == tokens
        assert shop.balance(at=ist("2017-07-02")).available == tokens


def test_each_part_of_an_order_is_valid_from_its_own_delivery() -> None:
    """Told before joining or after it: the tokens of December lapse a year before January's."""
    parts = (
        deliver("o1", lines=LINES, line_ids=("ship",), at=ist("2017-12-31 12:00")),
        deliver("o1", at=ist("2018-01-01 12:00"), request="rest"),
    )
    joining = join(at=ist("2018-02-01"))
    terms = rules(retrospective=Retrospective(day("2017-05-01")))
    shops = [Shop(terms), Shop(terms)]
    shops[0].all(*parts, joining)
    shops[1].all(joining, *parts)
    calendars = [format_buckets(it.balance(at=ist("2018-02-01")).calendar) for it in shops]
    assert calendars[0] == calendars[1]
    assert calendars[0].count("@") == 2


def test_a_line_told_late_leaves_an_awarded_order_returnable() -> None:
    """It counts with the order, which had its award, so that nothing kept was never awarded."""
    shop = Shop(rules(retrospective=Retrospective(day("2017-05-01"), day("2017-06-15"))))
    lines = (line("1", 100), line("2", 500))
    shop.do(deliver("o1", lines=lines, line_ids=("1",), at=ist("2017-06-10")))
    shop.do(join(at=ist("2017-06-20")))
    shop.do(deliver("o1", line_ids=("2",), at=ist("2017-06-17")))
    returned = shop.do(give_back("o1", None, ("1", 1), at=ist("2017-06-21")))
    assert returned.given_back == 10
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awarded == 50


def test_a_promise_does_not_outlive_its_order() -> None:
    """Placed after joining, delivered by a clock that goes before it: the promise is withdrawn."""
    shop = Shop()
    shop.do(join())
    assert shop.do(place("o1", 1_000, at=T + timedelta(minutes=1))).promised == 100
    early = shop.do(deliver("o1", at=T - timedelta(minutes=1)))
    check_outcomes([early], Delivered("o1", 0, None, None, "delivered_before_joining"))
    balance = shop.balance(at=T + DAY)
    assert (balance.available, balance.promised) == (0, 0)


def test_a_part_told_too_early_leaves_the_promise_of_the_rest() -> None:
    """What is not delivered yet may still earn what was promised."""
    shop = Shop()
    shop.do(join())
    shop.do(place("o1", lines=LINES, at=T + timedelta(minutes=1)))
    promised = shop.balance(at=T + DAY).promised
    shop.do(deliver("o1", line_ids=("ship",), at=T - timedelta(minutes=1)))
    assert shop.balance(at=T + DAY).promised == promised > 0


@pytest.mark.parametrize(
    ("rupees", "at", "message"),
    [
        (1_000, "9999-12-31 12:00", "a year is a whole number from 1 to 9999"),
        ("92233720368547758.07", "2017-06-01", "would earn more than 2"),
    ],
)
def test_what_could_never_be_awarded_does_not_wait(
    rupees: int | str, at: str, message: str
) -> None:
    """It would keep its member from joining for ever."""
    shop = Shop(rules(rate=EarnRate(1_000, Money(1, "INR"))))
    with pytest.raises(Misuse, match=message):
        shop.do(deliver("o1", rupees, at=ist(at)))
    shop.do(join())


def test_an_order_has_at_most_as_much_as_can_be_stored() -> None:
    """Its lines are added up."""
    most = "92233720368547758.07"
    shop = Shop()
    with pytest.raises(Misuse, match="comes to more than"):
        shop.do(place("o1", lines=(line("a", most), line("b", "0.01"))))
    with pytest.raises(Misuse, match="a quantity is at most"):
        shop.do(place("o1", lines=(line("a", 1, 2**63),)))
    assert shop.do(place("o1", lines=(line("a", most), line("b", 0)))).promised == 0
