"""The announcement of Reward Mi (June 2017), told as tests with its dates and figures.

The sources of each figure stand in `rule_books/reward_mi.toml`. Clocks are those of India.
"""

import pytest

from mi_rewards.earning import CapScope, OrderCap
from mi_rewards.wallet import format_buckets
from tests.shop import REWARD_MI, Shop, deliver, give_back, ist, join, line, place, rules
from tests.wallets import day


def shop() -> Shop:
    """Open the shop under the announced rules."""
    return Shop(REWARD_MI)


def test_five_thousand_rupees_earn_five_hundred_tokens_on_delivery_and_not_before() -> None:
    """The order promises them; the delivery credits them."""
    mi = shop()
    mi.do(join(at=ist("2017-07-01")))
    assert mi.do(place("o1", 5000, at=ist("2017-07-02"))).promised == 500
    before = mi.balance(at=ist("2017-07-03"))
    assert (before.available, before.promised) == (0, 500)
    assert mi.do(deliver("o1", at=ist("2017-07-05"))).tokens == 500
    after = mi.balance(at=ist("2017-07-05"))
    assert (after.available, after.promised) == (500, 0)


@pytest.mark.parametrize(
    ("rupees", "tokens"),
    [(10_000, 1000), ("9999", 999), ("9999.99", 999), ("9.99", 0), ("10.00", 1)],
)
def test_ten_per_cent_are_rounded_down_once_for_the_order(rupees: int | str, tokens: int) -> None:
    """The announced examples are round; a price that ends in 9 is one token short."""
    mi = shop()
    mi.do(join())
    assert mi.do(deliver("o1", rupees)).tokens == tokens


@pytest.mark.parametrize(
    ("joined_at", "welcome"),
    [
        ("2017-06-14 23:59:59", 0),
        ("2017-06-15 00:00:00", 50),
        ("2017-06-15 12:00:00", 50),
        ("2017-06-21 00:00:00", 50),
        ("2017-06-21 23:59:59", 50),
        ("2017-06-22 00:00:00", 0),
    ],
)
def test_joining_in_the_week_of_the_launch_gives_fifty_tokens(joined_at: str, welcome: int) -> None:
    """From the first instant of 15 June to the last of 21 June 2017, in India."""
    mi = shop()
    assert mi.do(join(at=ist(joined_at))).welcome == welcome
    assert mi.balance(at=ist("2017-07-01")).available == welcome


def test_fifty_tokens_of_the_welcome_are_valid_to_the_end_of_the_next_year() -> None:
    """As every token earned in 2017."""
    mi = shop()
    mi.do(join(at=ist("2017-06-15")))
    assert format_buckets(mi.balance().calendar) == "50@2018-12-31"


@pytest.mark.parametrize(
    ("delivered_at", "tokens"),
    [
        ("2017-04-30 23:59:59", 0),
        ("2017-05-01 00:00:00", 500),
        ("2017-06-15 11:59:59", 500),
    ],
)
def test_purchases_delivered_from_the_first_of_may_count_on_joining(
    delivered_at: str, tokens: int
) -> None:
    """Nothing is credited before joining, and nothing at all for April."""
    mi = shop()
    assert mi.do(deliver("o1", 5000, at=ist(delivered_at))).tokens == 0
    joined = mi.do(join(at=ist("2017-06-15")))
    assert (joined.retrospective, joined.welcome) == (tokens, 50)
    assert mi.balance().available == tokens + 50


def test_an_end_of_the_retrospective_window_is_a_setting() -> None:
    """One page names 15 June 2017 as the last day of delivery; the announcement names none."""
    assert REWARD_MI.retrospective is not None
    assert REWARD_MI.retrospective.delivered_through is None
    ended = Shop(
        rules(
            REWARD_MI,
            retrospective=type(REWARD_MI.retrospective)(day("2017-05-01"), day("2017-06-15")),
        )
    )
    ended.do(deliver("o1", 1000, at=ist("2017-06-15 23:59:59")))
    ended.do(deliver("o2", 2000, at=ist("2017-06-16 00:00:00")))
    assert ended.do(join(at=ist("2017-06-20"))).retrospective == 100


@pytest.mark.parametrize(
    ("delivered_at", "calendar"),
    [
        ("2017-12-31 23:59:59", "500@2018-12-31"),
        ("2018-01-01 00:00:00", "500@2019-12-31"),
        ("2018-12-31 23:59:59", "500@2019-12-31"),
    ],
)
def test_tokens_are_valid_to_the_end_of_the_year_after_the_one_of_delivery(
    delivered_at: str, calendar: str
) -> None:
    """By India's calendar, twelve to twenty-four months."""
    mi = shop()
    mi.do(join())
    mi.do(deliver("o1", 5000, at=ist(delivered_at)))
    assert format_buckets(mi.balance(at=ist(delivered_at)).calendar) == calendar


def test_tokens_of_2017_can_be_spent_through_2018_and_no_longer() -> None:
    """The last instant of 31 December 2018, and the first of 2019."""
    mi = shop()
    mi.do(join())
    mi.do(deliver("o1", 5000, at=ist("2017-07-02")))
    assert mi.balance(at=ist("2018-12-31 23:59:59")).available == 500
    assert mi.balance(at=ist("2019-01-01 00:00:00")).available == 0


def test_at_most_two_buckets_are_live() -> None:
    """That of the year before and that of this year, however many orders there were."""
    mi = shop()
    mi.do(join())
    for year in (2017, 2018):
        for month in (7, 9, 11):
            mi.do(deliver(f"{year}-{month}", 1000, at=ist(f"{year}-{month:02}-01")))
    assert format_buckets(mi.balance(at=ist("2018-12-01")).calendar) == (
        "300@2018-12-31 + 300@2019-12-31"
    )


@pytest.mark.parametrize(
    ("channel", "tokens"),
    [("", 500), ("mi.com", 500), ("mi-store-app", 500), ("mi-community", 0), ("mi-home", 0)],
)
def test_the_web_shop_and_its_application_earn(channel: str, tokens: int) -> None:
    """Other applications do not; an order that names no channel is the web shop's."""
    mi = shop()
    mi.do(join())
    assert mi.do(deliver("o1", 5000, channel=channel)).tokens == tokens


def test_shipping_does_not_earn_by_default() -> None:
    """Rs 50 of shipping on Rs 450 of goods; whether it counts is a setting."""
    lines = (line("1", 450), line("2", 50, category="shipping"))
    mi = shop()
    mi.do(join())
    assert mi.do(deliver("o1", lines=lines)).tokens == 45
    counting = Shop(rules(REWARD_MI, excluded_categories=()))
    counting.do(join())
    assert counting.do(deliver("o1", lines=lines)).tokens == 50


def test_a_return_takes_back_what_the_order_earned() -> None:
    """No source says how; the default is what the order earned, from its own bucket."""
    mi = shop()
    mi.do(join())
    mi.do(deliver("o1", 5000))
    returned = mi.do(give_back("o1"))
    assert (returned.given_back, returned.taken, returned.owed) == (500, 500, 0)
    assert mi.balance().available == 0


@pytest.mark.parametrize(
    ("scope", "earned"),
    [
        (None, [100] * 8),
        (CapScope.RETROSPECTIVE, [100] * 5 + [0] + [100] * 2),
        (CapScope.LIFETIME, [100] * 5 + [0] * 3),
        (CapScope.CALENDAR_YEAR, [100] * 5 + [0] + [0] + [100]),
    ],
)
def test_the_first_five_orders_in_each_reading(scope: CapScope | None, earned: list[int]) -> None:
    """Six orders before joining, one after it, one in the next year; announced is no cap."""
    cap = None if scope is None else OrderCap(5, scope)
    mi = Shop(rules(REWARD_MI, order_cap=cap))
    for number in range(1, 7):
        mi.do(deliver(f"o{number}", 1000, at=ist(f"2017-05-{number:02}")))
    mi.do(join(at=ist("2017-07-01")))
    mi.do(deliver("o7", 1000, at=ist("2017-07-02")))
    mi.do(deliver("o8", 1000, at=ist("2018-07-02")))
    awarded = []
    for number in range(1, 9):
        purchase = mi.purchase(f"o{number}")
        assert purchase is not None
        awarded.append(purchase.awarded)
    assert awarded == earned
