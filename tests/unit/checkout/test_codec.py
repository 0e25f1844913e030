"""Quotes and settlements as dictionaries; a stored sample of every format."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.checkout import (
    Cart,
    CheckoutTerms,
    PartPayment,
    Quote,
    Settlement,
    quote_from_dict,
    quote_to_dict,
    settle,
    settlement_from_dict,
    settlement_to_dict,
)
from mi_rewards.errors import Corrupt
from mi_rewards.money import TOKENS_MAX, Money, Rate
from tests.carts import NOON, coupon, f_code, line, priced, recipe, voucher
from tests.exchanging import ENDS, OPENED, exchange

SAMPLES = Path(__file__).parents[2] / "samples"
TERMS = CheckoutTerms(PartPayment(Rate(1, 2)))
CART = Cart(
    "o1",
    (line("cases", 10_000, 3, "accessories"), line("phone", 50_000)),
    "mi.com",
    "app",
    "prepaid",
    ("d1",),
    ("c1", "c2", "f1"),
    Money(1_000, "INR"),
    1_000,
)
PRICED = priced(
    CART,
    [
        ("d1", None),
        ("c1", voucher(coupon(8_000), "c1")),
        ("c2", voucher(coupon(7_000), "c2")),
        ("f1", voucher(f_code("p-phone"), "f1")),
    ],
    available=1_000,
    terms=TERMS,
)
QUOTE = Quote("asha", "q1", CART, PRICED, NOON, TERMS.valid_until(NOON), "98a4b79bea1f", 2)
PLAIN_CART = Cart("o2", (line("a", 5, currency="JPY"),), tokens=1)
PLAIN = Quote(
    "bela",
    "q2",
    PLAIN_CART,
    priced(
        PLAIN_CART,
        terms=TERMS,
        recipe=recipe("JPY", per=100),
    ),
    NOON,
    NOON,
    "book",
)
PLACED = settle(
    CART,
    PRICED,
    member_id="asha",
    hold_id="h1",
    at=NOON,
    until=TERMS.payable_until(NOON),
)
REFUNDED = (
    PLACED.paying(at=NOON, burn_id="b1").refunding([("cases", 2)], at=NOON)[0]._replace(version=4)
)


def sample(name: str) -> Any:
    """Read a stored sample."""
    return json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))


# samples, for ever


def test_the_first_format_of_quotes_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    assert quote_from_dict(sample("quote_1.json")) == QUOTE
    assert quote_to_dict(QUOTE) == sample("quote_1.json")


def test_the_first_format_of_settlements_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    lines = tuple([line._replace(product_id="") for line in REFUNDED.lines])
    first = REFUNDED._replace(lines=lines, platform="", payment_mode="")
    assert settlement_from_dict(sample("settlement_1.json")) == first
    assert settlement_to_dict(first) == sample("settlement_1.json")


def test_what_settlements_got_later_stands_where_it_says_something() -> None:
    """Platform, payment mode and product, which are read strictly."""
    written = settlement_to_dict(REFUNDED)
    assert (written["platform"], written["payment_mode"]) == ("app", "prepaid")
    assert [line["product_id"] for line in written["lines"]] == ["p-cases", "p-phone"]
    for wrong in ({"platform": 1}, {"payment_mode": 1}, {"more": ""}):
        with pytest.raises(Corrupt):
            settlement_from_dict({**written, **wrong})


TRADED_CART = Cart(
    "o3",
    (line("phone", 999_900, category="phones"), line("case", 39_900, 2, "accessories")),
    "mi.com",
    exchange_id="x1",
)
TRADED = Quote(
    "asha",
    "q3",
    TRADED_CART,
    priced(TRADED_CART, terms=TERMS, at=OPENED, exchange=exchange()),
    OPENED,
    TERMS.valid_until(OPENED),
    "98a4b79bea1f",
    1,
)
PASSED_OVER = TRADED._replace(
    priced=priced(TRADED_CART, terms=TERMS, at=ENDS, exchange=exchange()), made_at=ENDS
)
SOLD = settle(
    TRADED_CART,
    TRADED.priced,
    member_id="asha",
    hold_id=None,
    at=OPENED,
    until=TERMS.payable_until(OPENED),
)._replace(version=1)


def test_an_exchange_receipt_stands_where_there_is_one() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    for quote, name in ((TRADED, "quote_with_exchange"), (PASSED_OVER, "quote_without_exchange")):
        assert quote_from_dict(sample(f"{name}_1.json")) == quote
        assert quote_to_dict(quote) == sample(f"{name}_1.json")
    assert settlement_from_dict(sample("settlement_with_exchange_1.json")) == SOLD
    assert settlement_to_dict(SOLD) == sample("settlement_with_exchange_1.json")
    assert "exchange_id" not in settlement_to_dict(PLACED)
    assert "exchange_id" not in quote_to_dict(QUOTE)["cart"]
    assert "exchange_passed_over" not in quote_to_dict(TRADED)["priced"]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("cart.exchange_id", 1, "exchange_id must be a text"),
        ("cart.exchange_minor", 1, "cart: a cart names an exchange value or an exchange receipt"),
        ("priced.exchange_passed_over", "no", "passed over must be a dictionary"),
    ],
)
def test_another_exchange_receipt_is_corrupt_in_a_quote(path: str, value: Any, why: str) -> None:
    """The message names the part."""
    with pytest.raises(Corrupt) as caught:
        quote_from_dict(edited(quote_to_dict(TRADED), path, value))
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("exchange_id", 1, "exchange_id must be a text"),
        ("lines.0.exchange_minor", 0, "the value of an exchange receipt is taken off one unit"),
        ("lines.0.quantity", 2, "the value of an exchange receipt is taken off one unit"),
        ("lines.1.exchange_minor", 1, "the value of an exchange receipt is taken off one unit"),
    ],
)
def test_another_exchange_receipt_is_corrupt_in_a_settlement(
    path: str, value: Any, why: str
) -> None:
    """It is of one unit."""
    with pytest.raises(Corrupt) as caught:
        settlement_from_dict(edited(settlement_to_dict(SOLD), path, value))
    assert why in str(caught.value)


# round trips


@pytest.mark.parametrize("quote", [QUOTE, PLAIN, TRADED, PASSED_OVER])
def test_a_quote_is_read_as_it_was_written(quote: Quote) -> None:
    """Version included, through JSON; the parts are of their own classes again."""
    read = quote_from_dict(json.loads(json.dumps(quote_to_dict(quote))))
    assert read == quote
    assert repr(read) == repr(quote)


@pytest.mark.parametrize(
    "settlement",
    [
        PLACED,
        SOLD,
        REFUNDED,
        PLACED.failing(at=NOON),
        PLACED.failing(at=NOON).retrying(at=NOON, until=NOON, hold_id=None),
        PLACED.cancelling(at=NOON),
        PLACED.at(PLACED.until),
    ],
)
def test_a_settlement_is_read_as_it_was_written(settlement: Settlement) -> None:
    """Version included, through JSON; the parts are of their own classes again."""
    read = settlement_from_dict(json.loads(json.dumps(settlement_to_dict(settlement))))
    assert read == settlement
    assert repr(read) == repr(settlement)


def test_what_is_written_is_of_its_own_member() -> None:
    """Nothing but texts, whole numbers, nothing, lists and dictionaries."""

    def kinds(written: object) -> set[type]:
        if isinstance(written, dict):
            return set().union(*map(kinds, written.values()))
        if isinstance(written, list):
            return set().union(*map(kinds, written))
        return {type(written)}

    assert kinds(quote_to_dict(QUOTE)) | kinds(settlement_to_dict(REFUNDED)) <= {
        str,
        int,
        type(None),
    }


# strict reading


def edited(written: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Set what a path such as `lines.0.quantity` leads to; take it out for an ellipsis."""
    copied = copy.deepcopy(written)
    at: Any = copied
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return copied


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("format", 2, "quote is of the unknown format 2"),
        ("member_id", ..., "missing ['member_id']"),
        ("member_id", 1, "member_id must be a text"),
        ("quote_id", None, "quote_id must be a text"),
        ("made_at", "2017-08-01", "made_at: an instant is written as"),
        ("valid_until", 5, "valid_until must be a text"),
        ("rule_book", None, "rule_book must be a text"),
        ("version", -1, "version must be a whole number, 0 to"),
        ("cart", [], "cart must be a dictionary"),
        ("cart.currency", "XXX", "cart: a currency is an ISO 4217 code"),
        ("cart.lines", [], "cart: a cart has a tuple of at least one"),
        ("cart.lines.0.quantity", 0, "quantity must be a whole number, 1 to"),
        ("cart.lines.0.unit_minor", TOKENS_MAX, "cart: line 'cases' comes to more"),
        ("cart.lines.0.more", 1, "cart line has other keys"),
        ("cart.codes", "d1", "codes must be a list"),
        ("cart.codes", [1], "codes must be a text"),
        ("cart.codes", ["c1"], "cart: a cart's codes and voucher_ids"),
        ("cart.exchange_minor", "1", "exchange_minor must be a whole number"),
        ("cart.tokens", -1, "tokens must be a whole number"),
        ("priced", None, "priced must be a dictionary"),
        ("priced.currency", "JPY", "what is priced is not what is in the cart"),
        ("priced.lines", [], "what is priced is not what is in the cart"),
        ("priced.lines.0.quantity", 4, "what is priced is not what is in the cart"),
        ("priced.lines.0.payable_minor", 1, "the parts of line 'cases' do not add up"),
        ("priced.lines.0.earning_minor", 30_001, "more of line 'cases' earns than it costs"),
        ("priced.lines.0.tokens", 0, "the tokens of the lines do not add up"),
        ("priced.lines.0.parts.0", ["coupon", "c1"], "part must have 3 parts"),
        ("priced.lines.0.parts.0.0", "gift", "source 'gift' is not known"),
        ("priced.lines.0.parts.0.2", 0, "minor must be a whole number, 1 to"),
        ("priced.tokens", 999, "the tokens of the lines do not add up to 999"),
        ("priced.applied.0.line_id", 1, "line_id must be a text"),
        ("priced.applied.0.minor", -1, "minor must be a whole number"),
        ("priced.passed_over.0.code", None, "code must be a text"),
        ("priced.passed_over.0.figures.0", ["chosen"], "figures must have 2 parts"),
        ("priced.passed_over.0.figures.0.1", True, "figures must be a text or a whole number"),
        ("priced.tokens_passed_over", "no", "passed over must be a dictionary"),
        ("priced.surplus_minor", None, "surplus_minor must be a whole number"),
        ("priced.earns", -1, "earns must be a whole number"),
    ],
)
def test_what_is_no_quote_is_corrupt(path: str, value: object, why: str) -> None:
    """The message names the part."""
    with pytest.raises(Corrupt) as caught:
        quote_from_dict(edited(quote_to_dict(QUOTE), path, value))
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("format", True, "settlement is of the unknown format True"),
        ("burn_id", ..., "missing ['burn_id']"),
        ("order_id", 1, "order_id must be a text"),
        ("currency", "XXX", "currency: a currency is an ISO 4217 code"),
        ("lines", [], "an order has lines, each of another name"),
        ("lines.1.line_id", "cases", "an order has lines, each of another name"),
        ("lines.0.quantity", 0, "quantity must be a whole number, 1 to"),
        ("lines.0.refunded", 4, "4 of 3 units of a line are refunded"),
        ("channel", None, "channel must be a text"),
        ("lines.0.category", 1, "category must be a text"),
        ("lines.0.earning_minor", -1, "earning_minor must be a whole number"),
        ("lines.0.coupon_minor", -1, "coupon_minor must be a whole number"),
        ("lines.0.more", 1, "line has other keys"),
        ("vouchers.0", ["asha"], "vouchers must have 2 parts"),
        ("vouchers.0.1", None, "vouchers must be a text"),
        ("placed_at", None, "placed_at must be a text"),
        ("until", "soon", "until: an instant is written as"),
        ("hold_id", 1, "hold_id must be a text"),
        ("burn_id", None, "an order that is paid, with 1000 tokens charged, has the burn None"),
        ("state", "lost", "state 'lost' is not known"),
        ("state", "placed", "units are refunded of an order that is placed"),
        ("version", "4", "version must be a whole number"),
    ],
)
def test_what_is_no_settlement_is_corrupt(path: str, value: object, why: str) -> None:
    """The message names the part."""
    with pytest.raises(Corrupt) as caught:
        settlement_from_dict(edited(settlement_to_dict(REFUNDED), path, value))
    assert why in str(caught.value)


def test_an_order_that_is_not_paid_has_no_burn() -> None:
    """Nor has one that was paid without tokens."""
    with pytest.raises(Corrupt, match="an order that is placed, with 1000 tokens charged"):
        settlement_from_dict(edited(settlement_to_dict(PLACED), "burn_id", "b1"))
