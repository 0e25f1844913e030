"""The sale calendars of a rule book: reading and writing."""

from collections.abc import Sequence
from typing import Final

from mi_rewards.calendar import Zone
from mi_rewards.preorders.sales import OneOff, SaleCalendar, WeeklySale
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table

_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def read_sales(tables: Sequence[Table], zone: Zone) -> tuple[SaleCalendar, ...]:
    """Read the sale calendars of a programme.

    Args:
        tables: The tables, in their order.
        zone: The programme's, whose local times they state.

    Returns:
        The calendars.

    Raises:
        Misuse: Something is not right; the message names the calendar and the key.
    """
    return tuple([_read_sale(table, zone) for table in tables])


def _read_sale(table: Table, zone: Zone) -> SaleCalendar:
    """Read one calendar; once its id is read, messages name it by that."""
    sale_id = table.text("id")
    table.known_as(f"sales.{sale_id}")
    return table.value(
        SaleCalendar,
        sale_id,
        zone,
        tuple([_read_weekly(row) for row in table.tables("weekly")]) if table.has("weekly") else (),
        tuple([_read_extra(row) for row in table.tables("extra")]) if table.has("extra") else (),
        table.days("closed_on") if table.has("closed_on") else (),
        _read_early_access(table.table("early_access_hours"))
        if table.has("early_access_hours")
        else (),
    )


def _read_weekly(table: Table) -> WeeklySale:
    """Read what opens every week."""
    return table.value(
        WeeklySale,
        _WEEKDAYS.index(table.one_of("on", _WEEKDAYS)),
        table.time("at"),
        table.day("from_on"),
        table.day("through_on") if table.has("through_on") else None,
        table.whole("minutes") if table.has("minutes") else None,
    )


def _read_extra(table: Table) -> OneOff:
    """Read what opens once."""
    return table.value(OneOff, table.local("from"), table.local("until"))


def _read_early_access(table: Table) -> tuple[tuple[str, int], ...]:
    """Read the hours of each tier."""
    hours = [(tier, table.whole(tier)) for tier in table.names()]
    return table.value(lambda: tuple(hours))


def sale_rows(sale: SaleCalendar) -> str:
    """Write a sale calendar.

    Args:
        sale: The calendar.

    Returns:
        TOML.
    """
    return "\n[[sales]]\n" + rows(
        id=sale.sale_id,
        weekly=tuple([_weekly(it) for it in sale.weekly]) or None,
        extra=tuple([{"from": it.from_local, "until": it.until_local} for it in sale.extra])
        or None,
        closed_on=sale.closed_on or None,
        early_access_hours=dict(sale.early_access) or None,
    )


def _weekly(sale: WeeklySale) -> Value:
    """Write what opens every week."""
    return {
        "on": _WEEKDAYS[sale.weekday],
        "at": sale.time,
        "from_on": sale.from_on,
        "through_on": sale.through_on,
        "minutes": sale.minutes,
    }
