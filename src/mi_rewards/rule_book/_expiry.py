"""How long tokens are valid, in a rule book: reading and writing."""

from mi_rewards import wallet
from mi_rewards.errors import Misuse
from mi_rewards.rule_book._rows import Value
from mi_rewards.rule_book._table import Table
from mi_rewards.wallet.expiry import EndOfYear, ExpiryPolicy


def read_expiry(table: Table) -> ExpiryPolicy:
    """Read how long tokens are valid.

    Args:
        table: The table.

    Returns:
        The policy.

    Raises:
        Misuse: It is not right; the message names the key.
    """
    name = table.one_of(
        "policy", ("end_of_year", "rolling_days", "rolling_months", "fixed_day", "never")
    )
    if name == "end_of_year":
        return table.value(EndOfYear, table.whole("years"))
    if name == "rolling_days":
        return table.value(wallet.RollingDays, table.whole("days"))
    if name == "rolling_months":
        to_month_end = table.flag("to_month_end") if table.has("to_month_end") else False
        return table.value(wallet.RollingMonths, table.whole("months"), to_month_end)
    if name == "fixed_day":
        years = table.whole("years") if table.has("years") else 0
        return table.value(wallet.FixedDay, table.whole("month"), table.whole("day"), years)
    return table.value(wallet.NoExpiry)


def expiry_values(policy: ExpiryPolicy) -> dict[str, Value]:
    """Write how long tokens are valid.

    Args:
        policy: The policy.

    Returns:
        Values by their keys.

    Raises:
        Misuse: A rule book cannot state it.
    """
    if isinstance(policy, EndOfYear):
        return {"policy": "end_of_year", "years": policy.years}
    if isinstance(policy, wallet.RollingDays):
        return {"policy": "rolling_days", "days": policy.days}
    if isinstance(policy, wallet.RollingMonths):
        months, to_month_end = policy.months, policy.to_month_end
        return {"policy": "rolling_months", "months": months, "to_month_end": to_month_end}
    if isinstance(policy, wallet.FixedDay):
        month, day, years = policy.month, policy.day, policy.years
        return {"policy": "fixed_day", "month": month, "day": day, "years": years}
    if isinstance(policy, wallet.NoExpiry):
        return {"policy": "never"}
    raise Misuse(f"a rule book cannot state the expiry policy {policy!r}")
