"""The terms of trade-ins: what they can be, and what is reckoned by them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    Bonus,
    BrandNotAccepted,
    NotTradedHere,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
)
from mi_rewards.trade_in.terms import check_together
from tests.exchanging import DIFFERENCE, ENDS, ONLINE, OPENED, PICKUP, STORE, terms
from tests.shop import inr, ist
from tests.wallets import KOLKATA

YEARS = 3650
TWICE = (Bonus("b", inr(1)), Bonus("b", inr(2)))


@pytest.mark.parametrize(
    ("base", "changes", "message"),
    [
        (ONLINE, {"terms_id": ""}, "id of trade-ins' terms is a text"),
        (ONLINE, {"terms_id": 1}, "id of trade-ins' terms is a text"),
        (ONLINE, {"book_id": ""}, "book_id is a text"),
        (ONLINE, {"book_id": None}, "book_id is a text"),
        (ONLINE, {"channels": ()}, "a channel at least"),
        (ONLINE, {"channels": ["mi.com"]}, "channels are a tuple"),
        (ONLINE, {"channels": ("",)}, "channels are a tuple"),
        (ONLINE, {"brands": ("a", "a")}, "brands name one of them twice: a, a"),
        (ONLINE, {"products": (1,)}, "products are a tuple"),
        (ONLINE, {"categories": "phones"}, "categories are a tuple"),
        (ONLINE, {"combines": ("vouchers",)}, "some of coupons, tokens, not 'vouchers'"),
        (ONLINE, {"mode": "online"}, "one of ExchangeMode's"),
        (ONLINE, {"surplus": "lost"}, "one of Surplus's"),
        (ONLINE, {"worse": "reject"}, "one of Worse's"),
        (ONLINE, {"better": "keep"}, "one of Better's"),
        (ONLINE, {"on_return": "lost"}, "one of OnReturn's"),
        (ONLINE, {"every_imei": 1}, "every_imei is true or false"),
        (ONLINE, {"revives": None}, "revives is true or false"),
        (ONLINE, {"quote_days": -1}, "quote_days is a whole number from 0"),
        (ONLINE, {"quote_days": YEARS + 1}, "quote_days"),
        (ONLINE, {"quote_days": True}, "quote_days"),
        (DIFFERENCE, {"answer_within_hours": 0}, "answer_within_hours is a whole number from 1"),
        (DIFFERENCE, {"answer_within_hours": 24 * YEARS + 1}, "answer_within_hours"),
        (PICKUP, {"pickup_within_days": -1}, "pickup_within_days is a whole number from 0"),
        (PICKUP, {"pickup_within_days": YEARS + 1}, "pickup_within_days"),
        (PICKUP, {"attempts_max": 0}, "attempts_max is a whole number from 1"),
        (PICKUP, {"attempts_max": 1001}, "attempts_max"),
        (ONLINE, {"least_payable": 99900}, "least_payable is money"),
        (ONLINE, {"credit": 1}, "credit is a Rate"),
        (ONLINE, {"credit": Rate(0, 1)}, "some tokens at least"),
        (ONLINE, {"threshold": 1}, "threshold is a Rate"),
        (ONLINE, {"bonuses": (1,)}, "a tuple of Bonus"),
        (ONLINE, {"bonuses": []}, "a tuple of Bonus"),
        (ONLINE, {"bonuses": TWICE}, "bonuses name one of them twice: b, b"),
        (ONLINE, {"threshold": Rate(3, 4)}, "stated where worse is by threshold"),
        (ONLINE, {"worse": Worse.THRESHOLD}, "stated where worse is by threshold"),
        (ONLINE, {"worse": Worse.THRESHOLD, "threshold": Rate(0, 4)}, "more than nothing"),
        (ONLINE, {"worse": Worse.THRESHOLD, "threshold": Rate(5, 4)}, "at most all"),
        (ONLINE, {"answer_within_hours": 1}, "for revised offers"),
        (ONLINE, {"pickup_within_days": 7}, "pickup_within_days is for pickup"),
        (STORE, {"hand_over_within_days": 7}, "hand_over_within_days is for what is handed over"),
        (PICKUP, {"hand_over_within_days": 7}, "hand_over_within_days is for what is handed over"),
        (ONLINE, {"hand_over_within_days": -1}, "hand_over_within_days is a whole number from 0"),
        (ONLINE, {"hand_over_within_days": YEARS + 1}, "hand_over_within_days"),
        (STORE, {"attempts_max": 3}, "attempts_max is for pickup"),
        (PICKUP, {"surplus": Surplus.TOKENS}, "pickup takes nothing off a price"),
        (PICKUP, {"least_payable": inr(1)}, "pickup takes nothing off a price"),
        (ONLINE, {"surplus": Surplus.TOKENS, "credit": None}, "where credit says how many"),
    ],
)
def test_terms_are_checked(base: TradeInTerms, changes: dict[str, Any], message: str) -> None:
    """Each part and what goes together, with a message that names it."""
    with pytest.raises(Misuse, match=message):
        terms(base, **changes)


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (ONLINE, {"quote_days": 0}),
        (ONLINE, {"quote_days": YEARS}),
        (ONLINE, {"combines": ("coupons", "tokens")}),
        (ONLINE, {"least_payable": inr(0)}),
        (ONLINE, {"surplus": Surplus.TOKENS}),
        (ONLINE, {"credit": None, "on_return": OnReturn.CREDIT}),
        (DIFFERENCE, {"answer_within_hours": 1}),
        (DIFFERENCE, {"answer_within_hours": 24 * YEARS}),
        (PICKUP, {"pickup_within_days": 0, "attempts_max": 1}),
        (ONLINE, {"hand_over_within_days": 0}),
        (ONLINE, {"hand_over_within_days": YEARS}),
        (PICKUP, {"pickup_within_days": YEARS, "attempts_max": 1000}),
        (ONLINE, {"worse": Worse.THRESHOLD, "threshold": Rate(1, 100)}),
        (ONLINE, {"worse": Worse.THRESHOLD, "threshold": Rate(4, 4)}),
    ],
)
def test_terms_may_go_to_their_bounds(base: TradeInTerms, changes: dict[str, Any]) -> None:
    """The least and the most of each figure are allowed."""
    made = terms(base, **changes)
    assert {name: getattr(made, name) for name in changes} == changes


def test_a_channel_that_is_not_named_is_refused() -> None:
    """An online exchange is not good at a store."""
    ONLINE.check_channel("app")
    with pytest.raises(NotTradedHere) as refused:
        ONLINE.check_channel("mi-home")
    assert refused.value.figures == {"channel": "mi-home", "allowed": "mi.com, app"}


@pytest.mark.parametrize(
    ("brands", "brand", "is_taken"),
    [
        ((), "Nokia", True),
        (("Xiaomi", "OPPO"), "Xiaomi", True),
        (("Xiaomi", "OPPO"), "Oppo", True),
        (("Xiaomi", "OPPO"), "Nokia", False),
        (("Xiaomi", "OPPO"), "", False),
    ],
)
def test_brands_are_taken_whatever_their_case(
    brands: tuple[str, ...], brand: str, is_taken: bool
) -> None:
    """Any where none is named."""
    made = terms(ONLINE, brands=brands)
    refused: tuple[object, ...] = ()
    try:
        made.check_brand(brand)
    except BrandNotAccepted as refusal:
        refused = tuple(refusal.figures.items())
    assert bool(refused) is not is_taken
    assert refused == (() if is_taken else (("brand", brand), ("allowed", ", ".join(brands))))


@pytest.mark.parametrize(
    ("products", "categories", "is_good"),
    [
        ((), (), True),
        ((), ("phones",), True),
        ((), ("accessories",), False),
        (("redmi-5",), (), True),
        (("redmi-4",), (), False),
        (("redmi-4",), ("phones",), True),
        (("redmi-5",), ("accessories",), True),
    ],
)
def test_what_new_product_a_value_is_good_for(
    products: tuple[str, ...], categories: tuple[str, ...], is_good: bool
) -> None:
    """One that is named, or is of a category that is; any where nothing is named."""
    made = terms(ONLINE, products=products, categories=categories)
    assert made.takes("redmi-5", "phones") is is_good


@pytest.mark.parametrize(
    ("least", "value", "price", "off"),
    [
        (None, 400, 999, 400),
        (None, 999, 999, 999),
        (None, 1000, 999, 999),
        (None, 400, 0, 0),
        (100, 898, 999, 898),
        (100, 899, 999, 899),
        (100, 900, 999, 899),
        (100, 50, 101, 1),
        (100, 50, 100, 0),
        (100, 50, 99, 0),
    ],
)
def test_what_a_value_takes_off_a_price(
    least: int | None, value: int, price: int, off: int
) -> None:
    """At most the value, at most the price, and the least stays payable."""
    made = terms(ONLINE, least_payable=None if least is None else Money(least, "INR"))
    assert made.most_off(value, price) == off


def test_a_quote_stands_so_many_days() -> None:
    """The day of issue is India's, and the last day is so many days after it."""
    assert ONLINE.last_day(OPENED, KOLKATA) == KOLKATA.day_of(ENDS - timedelta(seconds=1))
    late, early = ist("2018-03-15 23:59:59"), ist("2018-03-16 00:00")
    first, second = ONLINE.last_day(late, KOLKATA), ONLINE.last_day(early, KOLKATA)
    assert first is not None
    assert second == first + timedelta(days=1)
    assert terms(ONLINE, quote_days=0).last_day(late, KOLKATA) == KOLKATA.day_of(late)
    assert terms(ONLINE, quote_days=None).last_day(late, KOLKATA) is None


def test_an_offer_waits_so_many_hours() -> None:
    """From the instant on; unknown where the terms do not say, and never past the year 9999."""
    assert DIFFERENCE.answer_until(OPENED) == OPENED + timedelta(hours=48)
    assert ONLINE.answer_until(OPENED) is None
    with pytest.raises(Misuse, match="48 hours from 9999-12-31T00:00:00Z is outside"):
        DIFFERENCE.answer_until(datetime(9999, 12, 31, tzinfo=UTC))


def test_a_device_is_fetched_within_so_many_days() -> None:
    """To the end of the last day in the programme's zone; unknown where the terms do not say."""
    assert PICKUP.book_by(OPENED, KOLKATA) == ist("2018-03-23 00:00")
    assert ONLINE.book_by(OPENED, KOLKATA) is None


@pytest.mark.parametrize(
    ("trade_ins", "message"),
    [
        ([ONLINE], "a tuple of TradeInTerms"),
        ((ONLINE, 1), "a tuple of TradeInTerms"),
        ((ONLINE, ONLINE), "two terms of trade-ins are named 'mi.com'"),
        ((terms(ONLINE, least_payable=Money(1, "USD")),), "'mi.com' states USD 0.01"),
        ((terms(ONLINE, bonuses=(Bonus("b", Money(1, "USD")),)),), "states USD 0.01"),
    ],
)
def test_terms_go_together(trade_ins: object, message: str) -> None:
    """Each has a name of its own, and amounts are the programme's."""
    with pytest.raises(Misuse, match=message):
        check_together(trade_ins, "INR")


def test_terms_may_share_a_channel() -> None:
    """At a store a device is exchanged at once, or fetched: a quote names by which terms."""
    shared = attrs.evolve(PICKUP, bonuses=(Bonus("share", Rate(1, 10)), Bonus("b", inr(1))))
    check_together((STORE, shared), "INR")
    assert shared.channels == STORE.channels


def test_a_device_is_handed_over_through_its_last_day() -> None:
    """In the programme's zone; no day is named where the terms name none."""
    assert terms(hand_over_within_days=0).hand_over_until(OPENED, KOLKATA) == ist(
        "2018-03-16 00:00"
    )
    assert terms(hand_over_within_days=3).hand_over_until(OPENED, KOLKATA) == ist(
        "2018-03-19 00:00"
    )
    assert terms().hand_over_until(OPENED, KOLKATA) is None
