"""The terms of pre-orders: what they can be, and what is reckoned by them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.preorders import PaymentModeRefused, PreOrderTerms
from mi_rewards.preorders.terms import check_together
from tests.ahead import DIGITAL, FRIDAY, MOMENT, ONLINE, STORE, terms
from tests.shop import inr, ist, rules
from tests.wallets import KOLKATA

YEARS = 3650
MINUTES = YEARS * 24 * 60


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"terms_id": ""}, "is a text"),
        ({"terms_id": 1}, "is a text"),
        ({"channels": ()}, "a channel at least"),
        ({"channels": ["mi.com"]}, "tuple of texts"),
        ({"channels": ("mi.com", "")}, "tuple of texts"),
        ({"channels": ("mi.com", 1)}, "tuple of texts"),
        ({"channels": ("a", "b", "a")}, "twice: a, b, a"),
        ({"payment_modes": ("cash", "cash")}, "twice: cash, cash"),
        ({"payment": "full"}, "one of Payment's"),
        ({"unclaimed": "refunded"}, "one of Unclaimed's"),
        ({"colour": "wish"}, "one of Colour's"),
        ({"revives_f_code": 1}, "revives_f_code is true or false"),
        ({"address_is_frozen": None}, "address_is_frozen is true or false"),
        ({"pay_within_minutes": 0}, "pay_within_minutes is a whole number from 1"),
        ({"pay_within_minutes": MINUTES + 1}, "pay_within_minutes"),
        ({"pay_within_minutes": True}, "pay_within_minutes"),
        ({"remind_minutes": 0}, "remind_minutes is a whole number from 1"),
        ({"remind_minutes": MINUTES + 1}, "remind_minutes"),
        ({"ship_within_days": -1}, "ship_within_days is a whole number from 0"),
        ({"ship_within_days": YEARS + 1}, "ship_within_days"),
        ({"ship_within_days": 1.0}, "ship_within_days"),
        ({"booking": inr(1)}, "stated where a booking is paid"),
        ({"booking": 100}, "a booking is money"),
        ({"pickup_within_days": 7}, "pickup_within_days is for what is booked"),
    ],
)
def test_terms_are_checked(changes: dict[str, Any], message: str) -> None:
    """Each part, with a message that names it."""
    with pytest.raises(Misuse, match=message):
        terms(ONLINE, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"booking": None}, "stated where a booking is paid"),
        ({"booking": inr(0)}, "more than nothing"),
        ({"ship_within_days": 5}, "ship_within_days is for what is paid in full"),
        ({"pickup_within_days": -1}, "pickup_within_days is a whole number from 0"),
        ({"pickup_within_days": YEARS + 1}, "pickup_within_days"),
    ],
)
def test_the_terms_of_a_booking_are_checked(changes: dict[str, Any], message: str) -> None:
    """An amount that is more than nothing, and no promise to ship."""
    with pytest.raises(Misuse, match=message):
        terms(STORE, **changes)


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (ONLINE, {"pay_within_minutes": 1}),
        (ONLINE, {"pay_within_minutes": MINUTES}),
        (ONLINE, {"remind_minutes": 1}),
        (ONLINE, {"remind_minutes": MINUTES}),
        (ONLINE, {"ship_within_days": 0}),
        (ONLINE, {"ship_within_days": YEARS}),
        (STORE, {"pickup_within_days": 0}),
        (STORE, {"pickup_within_days": YEARS}),
        (STORE, {"booking": Money(1, "INR")}),
    ],
)
def test_figures_have_a_least_and_a_most(base: Any, changes: dict[str, Any]) -> None:
    """Both are allowed."""
    made = terms(base, **changes)
    assert {name: getattr(made, name) for name in changes} == changes


def test_terms_state_only_what_is_known() -> None:
    """Nothing is assumed of deadlines, and what is announced is the default."""
    made = PreOrderTerms("x", ("y",))
    figures = (made.pay_within_minutes, made.ship_within_days, made.pickup_within_days)
    assert figures == (None, None, None)
    assert made.remind_minutes is None
    assert made.payment.value == "full"
    assert made.unclaimed.value == "refunded"
    assert made.colour.value == "guaranteed"
    assert made.address_is_frozen
    assert not made.revives_f_code


# paying


def allows(of: PreOrderTerms, mode: str) -> bool:
    """Tell whether it may be paid so."""
    try:
        of.check_mode(mode)
    except PaymentModeRefused:
        return False
    return True


@pytest.mark.parametrize("mode", DIGITAL)
def test_it_is_paid_with_what_the_terms_name(mode: str) -> None:
    """Four ways are announced."""
    assert allows(ONLINE, mode)


@pytest.mark.parametrize("mode", ["cash_on_delivery", "", "Credit_Card"])
def test_it_is_paid_with_nothing_else(mode: str) -> None:
    """Cash on delivery is not offered; what is not said is none of them."""
    with pytest.raises(PaymentModeRefused) as refused:
        ONLINE.check_mode(mode)
    assert refused.value.figures == {"payment_mode": mode, "allowed": ", ".join(DIGITAL)}


@pytest.mark.parametrize("mode", ["cash", ""])
def test_it_is_paid_in_any_way_where_none_is_named(mode: str) -> None:
    """A store takes what it takes."""
    assert allows(STORE, mode)


# deadlines


def test_a_payment_is_waited_for_as_long_as_the_terms_say() -> None:
    """To the minute; unknown where they do not."""
    assert ONLINE.pay_until(FRIDAY) == FRIDAY + timedelta(minutes=15)
    assert terms(pay_within_minutes=None).pay_until(FRIDAY) is None


def test_a_payment_is_waited_for_until_the_year_9999_at_most() -> None:
    """What is later is wrong, and said so."""
    latest = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert ONLINE.pay_until(latest - timedelta(minutes=15)) == latest
    with pytest.raises(Misuse, match="15 minutes from 9999-12-31T23:45:00Z is outside the years"):
        ONLINE.pay_until(latest - timedelta(minutes=15) + MOMENT)


@pytest.mark.parametrize(
    ("paid", "by"),
    [
        (ist("2017-03-31 00:00"), ist("2017-04-06 00:00")),
        (ist("2017-03-31 12:00"), ist("2017-04-06 00:00")),
        (ist("2017-04-01 00:00") - MOMENT, ist("2017-04-06 00:00")),
        (ist("2017-04-01 00:00"), ist("2017-04-07 00:00")),
    ],
)
def test_days_to_ship_are_counted_from_the_day_of_the_payment(paid: Any, by: Any) -> None:
    """In the programme's zone, to the end of the fifth day after it."""
    assert ONLINE.ship_by(paid, KOLKATA) == by


def test_there_is_no_promise_to_ship_where_none_is_made() -> None:
    """A store promises nothing."""
    assert STORE.ship_by(FRIDAY, KOLKATA) is None


def test_it_is_kept_at_the_store_to_the_end_of_a_day() -> None:
    """In the programme's zone; unknown where the terms do not say, the same day where that is 0."""
    assert STORE.pickup_until(FRIDAY, KOLKATA) == ist("2017-04-08 00:00")
    assert terms(STORE, pickup_within_days=0).pickup_until(FRIDAY, KOLKATA) == ist(
        "2017-04-01 00:00"
    )
    assert terms(STORE, pickup_within_days=None).pickup_until(FRIDAY, KOLKATA) is None


# together


@pytest.mark.parametrize(
    ("several", "message"),
    [
        ([ONLINE], "tuple of PreOrderTerms"),
        ((ONLINE, "offline"), "tuple of PreOrderTerms"),
        ((ONLINE, terms(STORE, terms_id="mi.com")), "two terms of pre-orders are named 'mi.com'"),
        (
            (ONLINE, terms(STORE, channels=("poorvika", "mi.com"))),
            "channel 'mi.com' has the terms 'mi.com' and 'offline'",
        ),
        ((terms(STORE, booking=Money(1, "USD")),), "'offline' books USD 0.01, the programme is"),
    ],
)
def test_terms_of_a_programme_go_together(several: Any, message: str) -> None:
    """One name and one channel each, and the programme's currency."""
    with pytest.raises(Misuse, match=message):
        check_together(several, "INR")


def test_terms_that_go_together_are_left_alone() -> None:
    """Of two kinds, or none at all."""
    assert rules(preorders=(ONLINE, STORE)).preorders == (ONLINE, STORE)
    assert rules(preorders=()).preorders == ()
