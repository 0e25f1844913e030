"""The tiers of a rule book: reading and writing."""

from collections.abc import Sequence
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.rule_book._expiry import expiry_values, read_expiry
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table
from mi_rewards.tiers.ladder import (
    Changes,
    ClassMultiplier,
    Ladder,
    Landing,
    Metric,
    Privileges,
    Tier,
    check_rising,
)
from mi_rewards.tiers.windows import (
    Anniversary,
    CalendarYear,
    Cycle,
    Lifetime,
    QualifyingWindow,
    RollingDays,
)

_WINDOWS = ("lifetime", "rolling_days", "calendar_year", "anniversary", "cycle")


def read_tiers(table: Table, currency: str) -> Ladder:
    """Read the ladder.

    Args:
        table: The table.
        currency: The programme's, in which thresholds of spending are.

    Returns:
        The ladder.

    Raises:
        Misuse: Something is not right; the message names the key. A threshold is never assumed:
            where some are missing, one message names those tiers.
    """
    metric = Metric(table.one_of("metric", Metric))
    return table.value(
        _ladder,
        currency,
        _read_ladder(table.tables("ladder"), metric, currency),
        metric,
        _read_window(table.table("window")),
        Changes(table.one_of("upgrades", Changes)) if table.has("upgrades") else Changes.AT_ONCE,
        Changes(table.one_of("downgrades", Changes))
        if table.has("downgrades")
        else Changes.AT_REVIEW,
        Landing(table.one_of("landing", Landing)) if table.has("landing") else Landing.EARNED,
        table.whole("grace_days") if table.has("grace_days") else 0,
        table.whole("notice_days") if table.has("notice_days") else 0,
        table.texts("excluded_categories") if table.has("excluded_categories") else (),
    )


def _ladder(currency: str, tiers: tuple[Tier, ...], metric: Metric, *terms: Any) -> Ladder:
    """Make a ladder; where it is spending that counts, messages write thresholds as money."""
    if metric is Metric.SPEND:
        check_rising(tiers, write=lambda minor: str(Money(minor, currency)))
    return Ladder(tiers, metric, *terms)


def _read_window(table: Table) -> QualifyingWindow:
    """Read over which days a tier is earned."""
    kind = table.one_of("kind", _WINDOWS)
    if kind == "rolling_days":
        return table.value(RollingDays, table.whole("days"))
    if kind == "cycle":
        return table.value(Cycle, table.day("from_on"), table.whole("months"))
    if kind == "calendar_year":
        return table.value(CalendarYear)
    return table.value(Lifetime) if kind == "lifetime" else table.value(Anniversary)


def _read_ladder(tables: Sequence[Table], metric: Metric, currency: str) -> tuple[Tier, ...]:
    """Read the tiers; those without a threshold are named at once."""
    named = [(table.text("id"), table) for table in tables]
    missing = [tier_id for tier_id, table in named if not table.has("threshold")]
    if missing:
        form = f"a whole number, in {metric.value}"
        if metric is Metric.SPEND:
            form = f'such as "{Money(100_000, currency)}"'
        raise Misuse(
            f"tiers.ladder: threshold is missing for {', '.join(missing)}; it is a required"
            f" setting, since no figure is right for everybody: state it for each tier, {form}"
        )
    return tuple([_read_tier(tier_id, table, metric, currency) for tier_id, table in named])


def _read_tier(tier_id: str, table: Table, metric: Metric, currency: str) -> Tier:
    """Read one tier; messages name it by its id."""
    table.known_as(f"tiers.ladder.{tier_id}")
    if metric is Metric.SPEND:
        money = table.made("threshold", Money.parse)
        if money.currency != currency:
            raise table.fault("threshold", f"in {currency}", str(money))
        threshold = money.minor
    else:
        threshold = table.whole("threshold")
    return table.value(
        _tier,
        tier_id,
        table.text("title"),
        threshold,
        table.flag("express_delivery") if table.has("express_delivery") else False,
        table.whole("early_access_hours") if table.has("early_access_hours") else 0,
        table.some_texts("exclusive_products") if table.has("exclusive_products") else (),
        tuple([_read_multiplier(row) for row in table.tables("multipliers")])
        if table.has("multipliers")
        else (),
        read_expiry(table.table("validity")) if table.has("validity") else None,
        table.whole("birthday_gift") if table.has("birthday_gift") else 0,
        table.whole("upgrade_reward") if table.has("upgrade_reward") else 0,
        table.some_texts("others") if table.has("others") else (),
    )


def _tier(tier_id: str, title: str, threshold: int, *privileges: Any) -> Tier:
    """Make a tier with its privileges."""
    return Tier(tier_id, title, threshold, Privileges(*privileges))


def _read_multiplier(table: Table) -> ClassMultiplier:
    """Read what a class of goods earns."""
    return table.value(
        ClassMultiplier,
        table.text("category") if table.has("category") else "",
        table.whole("numerator"),
        table.whole("denominator"),
        table.text("kind") if table.has("kind") else "",
    )


def tier_rows(ladder: Ladder | None, currency: str) -> str:
    """Write the ladder.

    Args:
        ladder: The ladder, `None` for none.
        currency: The programme's.

    Returns:
        TOML; nothing where there is none.

    Raises:
        Misuse: A rule book cannot state how long a tier's tokens are valid.
    """
    if ladder is None:
        return ""
    parts = [
        "\n[tiers]\n",
        rows(
            metric=ladder.metric.value,
            window=_window(ladder.window),
            upgrades=ladder.upgrades.value,
            downgrades=ladder.downgrades.value,
            landing=ladder.landing.value,
            grace_days=ladder.grace_days,
            notice_days=ladder.notice_days,
            excluded_categories=ladder.excluded_categories or None,
        ),
    ]
    for tier in ladder.tiers:
        is_spend = ladder.metric is Metric.SPEND
        threshold: Value = str(Money(tier.threshold, currency)) if is_spend else tier.threshold
        parts += [
            "\n[[tiers.ladder]]\n",
            rows(id=tier.tier_id, title=tier.title, threshold=threshold),
            rows(**_privileges(tier.privileges)),
        ]
    return "".join(parts)


def _window(window: QualifyingWindow) -> Value:
    """Write over which days a tier is earned."""
    if isinstance(window, RollingDays):
        return {"kind": "rolling_days", "days": window.days}
    if isinstance(window, Cycle):
        return {"kind": "cycle", "from_on": window.from_on, "months": window.months}
    if isinstance(window, CalendarYear):
        return {"kind": "calendar_year"}
    return {"kind": "lifetime" if isinstance(window, Lifetime) else "anniversary"}


def _privileges(privileges: Privileges) -> dict[str, Value]:
    """Write what a tier brings, leaving out what it does not."""
    validity = privileges.validity
    return {
        "express_delivery": privileges.express_delivery or None,
        "early_access_hours": privileges.early_access_hours or None,
        "exclusive_products": privileges.exclusive_products or None,
        "multipliers": tuple([_multiplier(it) for it in privileges.multipliers]) or None,
        "validity": None if validity is None else expiry_values(validity),
        "birthday_gift": privileges.birthday_gift or None,
        "upgrade_reward": privileges.upgrade_reward or None,
        "others": privileges.others or None,
    }


def _multiplier(multiplier: ClassMultiplier) -> Value:
    """Write what a class of goods earns."""
    return {
        "category": multiplier.category or None,
        "numerator": multiplier.numerator,
        "denominator": multiplier.denominator,
        "kind": multiplier.kind or None,
    }
