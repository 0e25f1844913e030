"""Quotes and settlements as JSON-ready dictionaries.

1. A dictionary holds whole numbers, texts, `None`, lists and dictionaries, and says its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. Money is written in minor units beside its currency, an attached voucher `[member, voucher]`.
"""

from typing import Any

from mi_rewards.calendar import write_instant
from mi_rewards.checkout.carts_codec import cart_in, cart_to_dict, priced_in, priced_to_dict
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import SettledLine, Settlement, SettlementState
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import exponent_of
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_QUOTE = frozenset({"format", "member_id", "quote_id", "cart", "priced", "made_at", "valid_until"})
_QUOTE |= {"rule_book", "version"}
_SETTLEMENT = frozenset({"format", "member_id", "order_id", "currency", "lines", "vouchers"})
_SETTLEMENT |= {"placed_at", "until", "hold_id", "burn_id", "state", "channel", "version"}
_LATER = frozenset({"platform", "payment_mode", "exchange_id"})
_LINE_LATER = frozenset({"product_id"})
_LINE = frozenset(SettledLine._fields) - _LINE_LATER
_STATES = {state.value: state for state in SettlementState}


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """Write a quote, with its version.

    Args:
        quote: The quote.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": quote.member_id,
        "quote_id": quote.quote_id,
        "cart": cart_to_dict(quote.cart),
        "priced": priced_to_dict(quote.priced),
        "made_at": write_instant(quote.made_at),
        "valid_until": write_instant(quote.valid_until),
        "rule_book": quote.rule_book,
        "version": quote.version,
    }


def quote_from_dict(written: dict[str, Any]) -> Quote:
    """Read a quote.

    Args:
        written: What `quote_to_dict` answered.

    Returns:
        The quote, with its version.

    Raises:
        Corrupt: It is something else, or no quote can be like that.
    """
    fields = fields_in(written, _QUOTE, "quote")
    cart = cart_in(fields["cart"])
    return Quote(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["quote_id"], "quote_id"),
        cart,
        priced_in(fields["priced"], cart),
        instant_in(fields["made_at"], "made_at"),
        instant_in(fields["valid_until"], "valid_until"),
        text_in(fields["rule_book"], "rule_book"),
        whole_in(fields["version"], "version", 0),
    )


def settlement_to_dict(settlement: Settlement) -> dict[str, Any]:
    """Write a settlement, with its version.

    Args:
        settlement: The settlement.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {
        "format": FORMAT,
        "member_id": settlement.member_id,
        "order_id": settlement.order_id,
        "currency": settlement.currency,
        "lines": [_line_to_dict(line) for line in settlement.lines],
        "vouchers": [list(pair) for pair in settlement.vouchers],
        "placed_at": write_instant(settlement.placed_at),
        "until": write_instant(settlement.until),
        "hold_id": settlement.hold_id,
        "burn_id": settlement.burn_id,
        "state": settlement.state.value,
        "channel": settlement.channel,
        "version": settlement.version,
    }
    for name in sorted(_LATER):
        if told := getattr(settlement, name):
            written[name] = told
    return written


def settlement_from_dict(written: dict[str, Any]) -> Settlement:
    """Read a settlement.

    Args:
        written: What `settlement_to_dict` answered.

    Returns:
        The settlement, with its version.

    Raises:
        Corrupt: It is something else, or no settlement can be like that.
    """
    fields = fields_in(written, _SETTLEMENT, "settlement", _LATER)
    vouchers = [list_in(it, "vouchers", 2) for it in list_in(fields["vouchers"], "vouchers")]
    settlement = Settlement(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["order_id"], "order_id"),
        _currency(fields["currency"]),
        tuple([_line(it) for it in list_in(fields["lines"], "lines")]),
        tuple([(text_in(who, "vouchers"), text_in(it, "vouchers")) for who, it in vouchers]),
        instant_in(fields["placed_at"], "placed_at"),
        instant_in(fields["until"], "until"),
        optional(text_in, fields["hold_id"], "hold_id"),
        optional(text_in, fields["burn_id"], "burn_id"),
        one_of(fields["state"], _STATES, "state"),
        text_in(fields["channel"], "channel"),
        whole_in(fields["version"], "version", 0),
        text_in(fields.get("platform", ""), "platform"),
        text_in(fields.get("payment_mode", ""), "payment_mode"),
        text_in(fields.get("exchange_id", ""), "exchange_id"),
    )
    _check_settlement(settlement)
    return settlement


def _currency(written: object) -> str:
    """Read a currency."""
    currency = text_in(written, "currency")
    try:
        exponent_of(currency)
    except Misuse as error:
        raise Corrupt(f"currency: {error}") from None
    return currency


def _line_to_dict(line: SettledLine) -> dict[str, Any]:
    """Write a line."""
    written = line._asdict()
    if not line.product_id:
        del written["product_id"]
    return written


def _line(written: object) -> SettledLine:
    """Read a line."""
    fields = fields_in(written, _LINE, "line", _LINE_LATER)
    line = SettledLine(
        text_in(fields["line_id"], "line_id"),
        whole_in(fields["quantity"], "quantity", 1),
        whole_in(fields["payable_minor"], "payable_minor", 0),
        whole_in(fields["coupon_minor"], "coupon_minor", 0),
        whole_in(fields["exchange_minor"], "exchange_minor", 0),
        whole_in(fields["tokens_minor"], "tokens_minor", 0),
        whole_in(fields["tokens"], "tokens", 0),
        whole_in(fields["refunded"], "refunded", 0),
        whole_in(fields["earning_minor"], "earning_minor", 0),
        text_in(fields["category"], "category"),
        text_in(fields.get("product_id", ""), "product_id"),
    )
    if line.refunded > line.quantity:
        raise Corrupt(f"{line.refunded} of {line.quantity} units of a line are refunded")
    return line


def _check_settlement(settlement: Settlement) -> None:
    """Object to a settlement that no payment and no refund can have made."""
    lines = settlement.lines
    if not lines or len({line.line_id for line in lines}) < len(lines):
        raise Corrupt("an order has lines, each of another name")
    is_paid = settlement.state is SettlementState.PAID
    if not is_paid and any(line.refunded for line in lines):
        raise Corrupt(f"units are refunded of an order that is {settlement.state}")
    if (settlement.burn_id is not None) is not (is_paid and settlement.tokens > 0):
        raise Corrupt(
            f"an order that is {settlement.state}, with {settlement.tokens} tokens charged,"
            f" has the burn {settlement.burn_id!r:.60}"
        )
    exchanged = [line.quantity for line in lines if line.exchange_minor]
    if settlement.exchange_id and exchanged != [1]:
        raise Corrupt("the value of an exchange receipt is taken off one unit")
