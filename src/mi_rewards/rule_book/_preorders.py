"""The terms of pre-orders in a rule book: reading and writing."""

from collections.abc import Sequence

from mi_rewards.money import Money
from mi_rewards.preorders.terms import Colour, Payment, PreOrderTerms, Unclaimed
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._table import Table


def read_preorders(tables: Sequence[Table]) -> tuple[PreOrderTerms, ...]:
    """Read the terms of a programme's pre-orders.

    Args:
        tables: The tables, in their order.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the terms and the key.
    """
    return tuple([_read_terms(table) for table in tables])


def _read_terms(table: Table) -> PreOrderTerms:
    """Read the terms of some channels; once their id is read, messages name them by that."""
    terms_id = table.text("id")
    table.known_as(f"preorders.{terms_id}")
    return table.value(
        PreOrderTerms,
        terms_id,
        table.some_texts("channels"),
        Payment(table.one_of("payment", Payment)),
        table.some_texts("payment_modes") if table.has("payment_modes") else (),
        table.made("booking", Money.parse) if table.has("booking") else None,
        table.whole("pay_within_minutes") if table.has("pay_within_minutes") else None,
        table.whole("ship_within_days") if table.has("ship_within_days") else None,
        table.whole("pickup_within_days") if table.has("pickup_within_days") else None,
        Unclaimed(table.one_of("unclaimed", Unclaimed))
        if table.has("unclaimed")
        else Unclaimed.REFUNDED,
        Colour(table.one_of("colour", Colour)) if table.has("colour") else Colour.GUARANTEED,
        table.flag("revives_f_code") if table.has("revives_f_code") else False,
        table.flag("address_is_frozen") if table.has("address_is_frozen") else True,
        table.whole("remind_minutes") if table.has("remind_minutes") else None,
    )


def preorder_rows(terms: PreOrderTerms) -> str:
    """Write the terms of pre-orders.

    Args:
        terms: The terms.

    Returns:
        TOML.
    """
    return "\n[[preorders]]\n" + rows(
        id=terms.terms_id,
        channels=terms.channels,
        payment=terms.payment.value,
        payment_modes=terms.payment_modes or None,
        booking=None if terms.booking is None else str(terms.booking),
        pay_within_minutes=terms.pay_within_minutes,
        ship_within_days=terms.ship_within_days,
        pickup_within_days=terms.pickup_within_days,
        unclaimed=terms.unclaimed.value,
        colour=terms.colour.value,
        revives_f_code=terms.revives_f_code,
        address_is_frozen=terms.address_is_frozen,
        remind_minutes=terms.remind_minutes,
    )
