"""Carts and their prices as JSON-ready dictionaries; what a quote is written with.

Reading is strict, and what was read is held against itself: the parts of a line add up.
"""

from typing import Any

from mi_rewards.checkout.carts import Cart, CartLine
from mi_rewards.checkout.priced import (
    AppliedVoucher,
    Part,
    PassedOver,
    Priced,
    PricedLine,
    Source,
)
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money
from mi_rewards.wallet.reading import (
    fields_in,
    figure_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_CART = frozenset({"order_id", "currency", "lines", "channel", "platform", "payment_mode"})
_CART |= {"codes", "voucher_ids", "exchange_minor", "tokens"}
_CART_LATER = frozenset({"exchange_id"})
_CART_LINE = frozenset({"line_id", "product_id", "category", "unit_minor", "quantity"})
_PRICED = frozenset({"currency", "lines", "applied", "passed_over", "tokens"})
_PRICED |= {"tokens_passed_over", "surplus_minor", "earns"}
_PRICED_LATER = frozenset({"exchange_passed_over"})
_PRICED_LINE = frozenset({"line_id", "quantity", "gross_minor", "parts", "payable_minor"})
_PRICED_LINE |= {"tokens", "earning_minor"}
_APPLIED = frozenset({"name", "member_id", "voucher_id", "minor", "line_id"})
_PASSED_OVER = frozenset({"name", "code", "figures"})
_SOURCES = {source.value: source for source in Source}


def cart_to_dict(cart: Cart) -> dict[str, Any]:
    """Write a cart.

    Args:
        cart: The cart.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {
        "order_id": cart.order_id,
        "currency": cart.currency,
        "lines": [
            {
                "line_id": line.line_id,
                "product_id": line.product_id,
                "category": line.category,
                "unit_minor": line.unit_price.minor,
                "quantity": line.quantity,
            }
            for line in cart.lines
        ],
        "channel": cart.channel,
        "platform": cart.platform,
        "payment_mode": cart.payment_mode,
        "codes": list(cart.codes),
        "voucher_ids": list(cart.voucher_ids),
        "exchange_minor": None if cart.exchange is None else cart.exchange.minor,
        "tokens": cart.tokens,
    }
    if cart.exchange_id:
        written["exchange_id"] = cart.exchange_id
    return written


def cart_in(written: object) -> Cart:
    """Read a cart.

    Args:
        written: What `cart_to_dict` answered.

    Returns:
        The cart.

    Raises:
        Corrupt: It is something else, or no cart can be like that.
    """
    fields = fields_in(written, _CART, "cart", _CART_LATER)
    currency = text_in(fields["currency"], "currency")
    exchange = fields["exchange_minor"]
    try:
        return Cart(
            text_in(fields["order_id"], "order_id"),
            tuple([_cart_line(it, currency) for it in list_in(fields["lines"], "lines")]),
            text_in(fields["channel"], "channel"),
            text_in(fields["platform"], "platform"),
            text_in(fields["payment_mode"], "payment_mode"),
            _texts(fields["codes"], "codes"),
            _texts(fields["voucher_ids"], "voucher_ids"),
            None if exchange is None else Money(whole_in(exchange, "exchange_minor", 0), currency),
            whole_in(fields["tokens"], "tokens", 0),
            text_in(fields.get("exchange_id", ""), "exchange_id"),
        )
    except Misuse as error:
        raise Corrupt(f"cart: {error}") from None


def priced_to_dict(priced: Priced) -> dict[str, Any]:
    """Write what a cart came to.

    Args:
        priced: What it came to.

    Returns:
        A JSON-ready dictionary.
    """
    no = priced.tokens_passed_over
    written: dict[str, Any] = {
        "currency": priced.currency,
        "lines": [
            {
                "line_id": line.line_id,
                "quantity": line.quantity,
                "gross_minor": line.gross_minor,
                "parts": [[part.source.value, part.name, part.minor] for part in line.parts],
                "payable_minor": line.payable_minor,
                "tokens": line.tokens,
                "earning_minor": line.earning_minor,
            }
            for line in priced.lines
        ],
        "applied": [it._asdict() for it in priced.applied],
        "passed_over": [_passed_over_to_dict(it) for it in priced.passed_over],
        "tokens": priced.tokens,
        "tokens_passed_over": None if no is None else _passed_over_to_dict(no),
        "surplus_minor": priced.surplus_minor,
        "earns": priced.earns,
    }
    if priced.exchange_passed_over is not None:
        written["exchange_passed_over"] = _passed_over_to_dict(priced.exchange_passed_over)
    return written


def priced_in(written: object, cart: Cart) -> Priced:
    """Read what a cart came to.

    Args:
        written: What `priced_to_dict` answered.
        cart: The cart.

    Returns:
        What it came to.

    Raises:
        Corrupt: It is something else, or the cart can never have come to that.
    """
    fields = fields_in(written, _PRICED, "priced", _PRICED_LATER)
    no, traded = fields["tokens_passed_over"], fields.get("exchange_passed_over")
    priced = Priced(
        text_in(fields["currency"], "currency"),
        tuple([_priced_line(it) for it in list_in(fields["lines"], "lines")]),
        tuple([_applied(it) for it in list_in(fields["applied"], "applied")]),
        tuple([_passed_over(it) for it in list_in(fields["passed_over"], "passed_over")]),
        whole_in(fields["tokens"], "tokens", 0),
        None if no is None else _passed_over(no),
        whole_in(fields["surplus_minor"], "surplus_minor", 0),
        whole_in(fields["earns"], "earns", 0),
        None if traded is None else _passed_over(traded),
    )
    bought = [(line.line_id, line.quantity, line.gross_minor) for line in cart.lines]
    if priced.currency != cart.currency or [line[:3] for line in priced.lines] != bought:
        raise Corrupt("what is priced is not what is in the cart")
    if priced.tokens != sum([line.tokens for line in priced.lines]):
        raise Corrupt(f"the tokens of the lines do not add up to {priced.tokens}")
    return priced


def _cart_line(written: object, currency: str) -> CartLine:
    """Read a line of a cart."""
    fields = fields_in(written, _CART_LINE, "cart line")
    return CartLine(
        text_in(fields["line_id"], "line_id"),
        text_in(fields["product_id"], "product_id"),
        text_in(fields["category"], "category"),
        Money(whole_in(fields["unit_minor"], "unit_minor", 0), currency),
        whole_in(fields["quantity"], "quantity", 1),
    )


def _priced_line(written: object) -> PricedLine:
    """Read a line with its price."""
    fields = fields_in(written, _PRICED_LINE, "priced line")
    line = PricedLine(
        text_in(fields["line_id"], "line_id"),
        whole_in(fields["quantity"], "quantity", 1),
        whole_in(fields["gross_minor"], "gross_minor", 0),
        tuple([_part(it) for it in list_in(fields["parts"], "parts")]),
        whole_in(fields["payable_minor"], "payable_minor", 0),
        whole_in(fields["tokens"], "tokens", 0),
        whole_in(fields["earning_minor"], "earning_minor", 0),
    )
    if line.gross_minor != line.payable_minor + sum([part.minor for part in line.parts]):
        raise Corrupt(f"the parts of line {line.line_id!r} do not add up")
    if line.earning_minor > line.gross_minor:
        raise Corrupt(f"more of line {line.line_id!r} earns than it costs")
    return line


def _part(written: object) -> Part:
    """Read what was taken off a line by one thing."""
    source, name, minor = list_in(written, "part", 3)
    return Part(
        one_of(source, _SOURCES, "source"), text_in(name, "name"), whole_in(minor, "minor", 1)
    )


def _applied(written: object) -> AppliedVoucher:
    """Read a voucher that applied."""
    fields = fields_in(written, _APPLIED, "applied voucher")
    return AppliedVoucher(
        text_in(fields["name"], "name"),
        text_in(fields["member_id"], "member_id"),
        text_in(fields["voucher_id"], "voucher_id"),
        whole_in(fields["minor"], "minor", 0),
        optional(text_in, fields["line_id"], "line_id"),
    )


def _passed_over_to_dict(no: PassedOver) -> dict[str, Any]:
    """Write something that did not apply."""
    return {"name": no.name, "code": no.code, "figures": [list(pair) for pair in no.figures]}


def _passed_over(written: object) -> PassedOver:
    """Read something that did not apply."""
    fields = fields_in(written, _PASSED_OVER, "passed over")
    figures = [list_in(it, "figures", 2) for it in list_in(fields["figures"], "figures")]
    return PassedOver(
        text_in(fields["name"], "name"),
        text_in(fields["code"], "code"),
        tuple([(text_in(name, "figures"), figure_in(it, "figures")) for name, it in figures]),
    )


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])
