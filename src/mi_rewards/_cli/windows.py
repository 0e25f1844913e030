"""When sales open next: the openings of a rule book's calendars, as a table or as JSON."""

import heapq
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from mi_rewards._event_log.words import shown
from mi_rewards.calendar import write_day
from mi_rewards.errors import Misuse
from mi_rewards.preorders.sales import Opening
from mi_rewards.programme import Programme

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MINUTE: Final = timedelta(minutes=1)


@attrs.frozen(order=False)
class Windows:
    """The next openings of all sales of a programme.

    Attributes:
        programme: The programme.
        from_on: The first day on which they may begin.
        tier: The tier whose early access is stated, empty for none.
        openings: The openings, by their beginnings; of one instant by their calendars' ids.
    """

    programme: Programme
    from_on: date
    tier: str
    openings: tuple[Opening, ...]

    @classmethod
    def of(cls, programme: Programme, *, from_on: date, count: int, tier: str) -> "Windows":
        """Find the next openings.

        Args:
            programme: The programme.
            from_on: The first day, in its zone.
            count: How many at most, at least 1.
            tier: A tier, or empty.

        Returns:
            Those of all its calendars together.

        Raises:
            Misuse: It has no sales, or no such tier; or *count* is out of range.
        """
        if not programme.sales:
            raise Misuse(f"{programme.name} has no sales")
        tiers = () if programme.ladder is None else programme.ladder.tiers
        names = [it.tier_id for it in tiers]
        if tier and tier not in names:
            there = f"there is {', '.join(map(shown, names))}" if names else "there are no tiers"
            raise Misuse(f"no tier is named {tier!r}; {there}")
        start = programme.zone.start_of(from_on)
        each = [sale.next_openings(start, count) for sale in programme.sales]
        merged = heapq.merge(*each, key=lambda it: (it.from_at, it.sale_id))
        return cls(programme, from_on, tier, tuple(islice(merged, count)))

    def as_json(self) -> dict[str, Any]:
        """State them as one object.

        Returns:
            JSON-ready; times are local, with their offset.
        """
        return {
            "programme": self.programme.name,
            "zone": self.programme.zone.name,
            "from_on": write_day(self.from_on),
            "tier": self.tier or None,
            "openings": [
                {
                    "sale_id": it.sale_id,
                    "early_from_at": self._local(self._early_at(it)).isoformat()
                    if self.tier
                    else None,
                    "from_at": self._local(it.from_at).isoformat(),
                    "until_at": None
                    if it.until_at is None
                    else self._local(it.until_at).isoformat(),
                }
                for it in self.openings
            ],
        }

    def as_text(self) -> str:
        """State them as a table.

        Returns:
            Lines without an end.
        """
        head = (
            f"{shown(self.programme.title)}: sales from {write_day(self.from_on)} on,"
            f" times of {self.programme.zone.name}"
        )
        if not self.openings:
            return f"{head}\n\nNo sale opens."
        early = [f"for {shown(self.tier)} from"] if self.tier else []
        rows = [["sale", *early, "open from", "until"]]
        for it in self.openings:
            early = [self._text(self._early_at(it))] if self.tier else []
            until = "open end" if it.until_at is None else self._text(it.until_at)
            rows.append([shown(it.sale_id), *early, self._text(it.from_at), until])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip()
            for row in rows
        ]
        return "\n".join([head, "", *lines])

    def _early_at(self, opening: Opening) -> datetime:
        """Find when the tier's members may buy."""
        sales = {sale.sale_id: sale for sale in self.programme.sales}
        return opening.early_at(sales[opening.sale_id].early_hours(self.tier))

    def _local(self, at: datetime) -> datetime:
        """Express an instant in local time; in UTC where that is outside the years 1 to 9999."""
        try:
            return at.astimezone(ZoneInfo(self.programme.zone.name))
        except OverflowError:
            return at

    def _text(self, at: datetime) -> str:
        """Write an instant: `Fri 2017-03-31 12:00 +05:30`; seconds where there are some."""
        local = self._local(at)
        plain = local.replace(tzinfo=None)
        is_whole = not (plain - plain.min) % _MINUTE
        offset = local.isoformat().removeprefix(plain.isoformat())
        text = plain.isoformat(" ", "minutes" if is_whole else "auto")
        return f"{_WEEKDAYS[plain.weekday()]} {text} {offset}"
