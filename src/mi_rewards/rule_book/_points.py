"""Status points in a rule book: reading and writing."""

from mi_rewards.earning.points import PointsTerms
from mi_rewards.rule_book._expiry import expiry_values, read_expiry
from mi_rewards.rule_book._rates import earn_rate_value, read_earn_rate
from mi_rewards.rule_book._rows import rows
from mi_rewards.rule_book._table import Table


def read_points(table: Table) -> PointsTerms:
    """Read what purchases earn of status points.

    Args:
        table: The table.

    Returns:
        The terms.

    Raises:
        Misuse: Something is not right; the message names the key.
    """
    return table.value(
        PointsTerms,
        table.text("kind"),
        read_earn_rate(table.table("rate")),
        read_expiry(table.table("expiry")),
        table.texts("excluded_categories") if table.has("excluded_categories") else (),
    )


def points_rows(terms: PointsTerms | None) -> str:
    """Write what purchases earn of status points.

    Args:
        terms: The terms, `None` for none.

    Returns:
        TOML; nothing where there are none.
    """
    if terms is None:
        return ""
    return "\n[points]\n" + rows(
        kind=terms.kind,
        rate=earn_rate_value(terms.rate),
        expiry=expiry_values(terms.expiry),
        excluded_categories=terms.excluded_categories or None,
    )
