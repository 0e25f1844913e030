"""The checkout of a rule book: reading and writing."""

from mi_rewards.checkout.terms import USUAL, CheckoutTerms, PartPayment
from mi_rewards.rule_book._rates import part_value, read_part, read_worth, worth_value
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table


def read_checkout(table: Table, currency: str) -> CheckoutTerms:
    """Read what holds for every cart.

    Args:
        table: The table.
        currency: The programme's.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the key.
    """
    default = USUAL
    return table.value(
        CheckoutTerms,
        _read_part_payment(table.table("part_payment"), currency)
        if table.has("part_payment")
        else None,
        _flag(table, "earns_on_coupons", default=default.earns_on_coupons),
        _flag(table, "earns_on_exchange", default=default.earns_on_exchange),
        _flag(table, "earns_on_tokens", default=default.earns_on_tokens),
        table.whole("quote_minutes") if table.has("quote_minutes") else default.quote_minutes,
        table.whole("payment_minutes") if table.has("payment_minutes") else default.payment_minutes,
    )


def checkout_rows(terms: CheckoutTerms, currency: str) -> str:
    """Write what holds for every cart.

    Args:
        terms: The terms.
        currency: The programme's.

    Returns:
        TOML; nothing where all is at its default.
    """
    if terms == USUAL:
        return ""
    part: Value = None
    if terms.part_payment is not None:
        part = {
            "worth": worth_value(terms.part_payment.worth, currency),
            "least": terms.part_payment.least,
            "share": part_value(terms.part_payment.share),
        }
    return "\n[checkout]\n" + rows(
        earns_on_coupons=terms.earns_on_coupons,
        earns_on_exchange=terms.earns_on_exchange,
        earns_on_tokens=terms.earns_on_tokens,
        quote_minutes=terms.quote_minutes,
        payment_minutes=terms.payment_minutes,
        part_payment=part,
    )


def _read_part_payment(table: Table, currency: str) -> PartPayment:
    """Read how tokens pay a part of an order."""
    return table.value(
        PartPayment,
        read_worth(table, currency),
        table.whole("least") if table.has("least") else 1,
        read_part(table, "share") if table.has("share") else None,
    )


def _flag(table: Table, key: str, *, default: bool) -> bool:
    """Read whether something is so."""
    return table.flag(key) if table.has(key) else default
