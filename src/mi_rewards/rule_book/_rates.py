"""Rates of a rule book: what tokens are worth, and parts of an amount."""

from mi_rewards.earning.terms import EarnRate
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.rule_book._rows import Value
from mi_rewards.rule_book._table import Table


def read_earn_rate(table: Table) -> EarnRate:
    """Read so many tokens for so much money.

    Args:
        table: The table.

    Returns:
        The rate.

    Raises:
        Misuse: It is not right; the message names the key.
    """
    return table.value(
        EarnRate,
        table.whole("tokens"),
        table.made("per", Money.parse),
        Rounding(table.one_of("rounding", Rounding)),
    )


def earn_rate_value(rate: EarnRate) -> Value:
    """Write so many tokens for so much money.

    Args:
        rate: The rate.

    Returns:
        A table.
    """
    return {"tokens": rate.tokens, "per": str(rate.per), "rounding": rate.rounding.value}


def read_worth(table: Table, currency: str) -> Rate:
    """Read what tokens are worth, under `worth`.

    Args:
        table: The table that has it.
        currency: The programme's.

    Returns:
        Minor units for tokens.

    Raises:
        Misuse: It is not right; the message names the key.
    """
    worth = table.table("worth")
    money = worth.made("money", Money.parse)
    if money.currency != currency:
        raise worth.fault("money", f"in {currency}", str(money))
    rounding = Rounding(worth.one_of("rounding", Rounding))
    return worth.value(Rate, money.minor, worth.whole("per_tokens"), rounding)


def worth_value(worth: Rate, currency: str) -> Value:
    """Write what tokens are worth.

    Args:
        worth: Minor units for tokens.
        currency: The programme's.

    Returns:
        A table.
    """
    return {
        "money": str(Money(worth.numerator, currency)),
        "per_tokens": worth.denominator,
        "rounding": worth.rounding.value,
    }


def read_part(table: Table, key: str) -> Rate:
    """Read a part of an amount.

    Args:
        table: The table that has it.
        key: Its name.

    Returns:
        Minor units of minor units.

    Raises:
        Misuse: It is not right; the message names the key.
    """
    row = table.table(key)
    rounding = Rounding(row.one_of("rounding", Rounding))
    return row.value(Rate, row.whole("part"), row.whole("of"), rounding)


def part_value(rate: Rate | None) -> Value:
    """Write a part of an amount.

    Args:
        rate: Minor units of minor units, or none.

    Returns:
        A table, or nothing.
    """
    if rate is None:
        return None
    return {"part": rate.numerator, "of": rate.denominator, "rounding": rate.rounding.value}
