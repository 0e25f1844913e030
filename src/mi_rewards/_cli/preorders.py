"""The pre-orders of a log, added up: units of quotas, what is due, late, to be given back.

Nothing is computed here that `Sold` does not state.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.sold import Sold
from mi_rewards._event_log.words import in_words, local_time, shown
from mi_rewards.calendar import write_day
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.programme import Programme

_MOMENT: Final = timedelta(microseconds=1)
_NAMES: Final = 3
"""So many columns of a list are names; the others are figures and days."""


@attrs.frozen(order=False)
class Summary:
    """What the pre-orders of a log come to at the end of a day.

    Attributes:
        programme: The programme.
        as_of: The day; `date.min` where no line says one.
        events: Lines taken, refused and repeated ones included.
        repeated: Lines that had been carried out before.
        unread: Lines that could not be read.
        refused: How often what was refused, by code.
        sold: What stands.
    """

    programme: Programme
    as_of: date
    events: int
    repeated: int
    unread: int
    refused: dict[str, int]
    sold: Sold

    @classmethod
    def of(cls, replay: Replay) -> "Summary":
        """Add up a replay.

        Args:
            replay: A replay that was run.

        Returns:
            The summary.

        Raises:
            Misuse: The programme takes no pre-orders.
        """
        programme = replay.rewards.programme
        if not programme.preorders:
            raise Misuse(f"{programme.name} takes no pre-orders")
        return cls(
            programme,
            replay.as_of,
            replay.events,
            replay.repeated,
            replay.unread,
            dict(sorted(replay.refused.items())),
            Sold.of(replay.store, replay.end - _MOMENT),
        )

    def as_json(self) -> dict[str, Any]:
        """State it as one object.

        Returns:
            JSON-ready; instants are local, with their offset, and money is in minor units.
        """
        sold = self.sold
        return {
            "programme": self.programme.name,
            "as_of": None if self.as_of == date.min else write_day(self.as_of),
            "events": self.events,
            "repeated": self.repeated,
            "unread": self.unread,
            "refused": self.refused,
            "quotas": sold.units(),
            "preorders": sold.counts(),
            "payments_due": [
                {**_named(it), **_money(it.due), "until_at": _local(it.pay_until, self._zone)}
                for it in sold.waiting
            ],
            "late_to_ship": [
                {**_named(it), "ship_through": self._ship_through(it)} for it in sold.late
            ],
            "to_give_back": [{**_named(it), **_money(it.refund)} for it in sold.refundable],
        }

    def as_text(self) -> str:
        """State it as tables.

        Returns:
            Lines without an end.
        """
        sold, zone = self.sold, self._zone
        day = "" if self.as_of == date.min else f" at the end of {write_day(self.as_of)}"
        head = f"{shown(self.programme.title)}: quotas and pre-orders{day}, times of {zone.key}"
        due = [[*_cells(it), str(it.due), local_time(it.pay_until, zone)] for it in sold.waiting]
        late = [[*_cells(it), self._ship_through(it)] for it in sold.late]
        refunds = [[*_cells(it), str(it.refund)] for it in sold.refundable]
        lists = (
            ("Payments due", ("amount", "until"), due),
            ("Late to ship", ("through",), late),
            ("To be given back", ("amount",), refunds),
        )
        lines = [head, "", *self._units(), "", *self._counts()]
        for title, columns, rows in lists:
            if rows:
                names = ["order", "member", "quota", *columns]
                lines += ["", f"{title}:", *_table([names, *rows], _NAMES)]
        return "\n".join(lines)

    @property
    def _zone(self) -> ZoneInfo:
        """The zone of the times."""
        return ZoneInfo(self.programme.zone.name)

    def _ship_through(self, it: PreOrder) -> str:
        """Name the last day on which it was to be shipped."""
        assert it.ship_by is not None  # what is late has one
        return write_day(self.programme.zone.day_of(it.ship_by - _MOMENT))

    def _units(self) -> list[str]:
        """Write what the units of each quota are."""
        quotas = self.sold.units()
        if not quotas:
            return ["No quotas."]
        names = list(next(iter(quotas.values())))
        rows = [[shown(it), *[f"{units:,}" for units in quotas[it].values()]] for it in quotas]
        return _table([["quota", *names], *rows], 1)

    def _counts(self) -> list[str]:
        """Write how many pre-orders are where in their lives."""
        counts = {name: count for name, count in self.sold.counts().items() if count}
        if not counts:
            return ["No pre-orders."]
        rows = [[in_words(name), f"{count:,}"] for name, count in counts.items()]
        return _table([["pre-orders", f"{len(self.sold.preorders):,}"], *rows], 1)


def _named(it: PreOrder) -> dict[str, Any]:
    """Name a pre-order."""
    return {"order_id": it.order_id, "member_id": it.member_id, "quota_id": it.quota_id}


def _cells(it: PreOrder) -> list[str]:
    """Name a pre-order in a table."""
    return [shown(it.order_id), shown(it.member_id), shown(it.quota_id)]


def _money(amount: Money) -> dict[str, Any]:
    """State an amount."""
    return {"amount_minor": amount.minor, "currency": amount.currency}


def _local(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant in local time; in UTC where that is outside the years 1 to 9999."""
    try:
        return at.astimezone(zone).isoformat()
    except OverflowError:
        return at.isoformat()


def _table(rows: Sequence[Sequence[str]], names: int) -> list[str]:
    """Write rows in columns: first names, then what is aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                cell.ljust(width) if column < names else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
        ).rstrip()
        for row in rows
    ]
