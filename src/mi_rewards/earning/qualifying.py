"""What of an order counts toward a tier.

1. What is delivered and kept counts, on the day in the programme's zone on which it was delivered;
   what vouchers and tokens paid does not.
2. What came back by value is taken from the newest day first.
"""

from datetime import date

from mi_rewards.calendar import Zone
from mi_rewards.earning.purchases import Purchase


def qualifying(
    purchase: Purchase, excluded_categories: tuple[str, ...], zone: Zone
) -> tuple[tuple[date, int], ...]:
    """Add up what of an order counts.

    Args:
        purchase: The order.
        excluded_categories: Categories of lines that do not count.
        zone: The programme's zone.

    Returns:
        Minor units by day, earliest first; days on which nothing is left are left out.
    """
    by_day: dict[date, int] = {}
    for line in purchase.lines:
        if line.delivered_at is not None and line.category not in excluded_categories:
            day = zone.day_of(line.delivered_at)
            by_day[day] = by_day.get(day, 0) + line.qualifying_minor
    returned = purchase.returned_minor
    for day in sorted(by_day, reverse=True):
        part = min(returned, by_day[day])
        by_day[day] -= part
        returned -= part
    return tuple([(day, by_day[day]) for day in sorted(by_day) if by_day[day]])


def changed(
    before: tuple[tuple[date, int], ...], after: tuple[tuple[date, int], ...]
) -> dict[date, tuple[int, int]]:
    """Tell what counts otherwise than before.

    Args:
        before: What counted of an order, by day.
        after: What counts of it now.

    Returns:
        For each day that changes, minor units and orders more, or fewer where they are negative;
        an order is one on the first day of which something counts.
    """
    minors = {day: -minor for day, minor in before}
    for day, minor in after:
        minors[day] = minors.get(day, 0) + minor
    orders = dict.fromkeys(minors, 0)
    if before:
        orders[before[0][0]] -= 1
    if after:
        orders[after[0][0]] += 1
    return {day: (n, orders[day]) for day, n in sorted(minors.items()) if n or orders[day]}


def no_more(
    after: tuple[tuple[date, int], ...], before: tuple[tuple[date, int], ...]
) -> tuple[tuple[date, int], ...]:
    """Let no more count than did before, on any day.

    Args:
        after: What would count of an order now, by day.
        before: What counted of it before.

    Returns:
        Minor units by day, earliest first; days on which nothing is left are left out.
    """
    now = dict(after)
    rows = [(day, min(minor, now.get(day, 0))) for day, minor in before]
    return tuple([row for row in rows if row[1]])
