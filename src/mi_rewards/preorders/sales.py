"""Sale calendars: when what is sought after can be bought.

1. A calendar states its openings in the local time of its zone: weekly ones, and one-off ones.
   A time that the clocks leave out is taken at the first instant after the gap, a repeated one at
   its first occurrence.
2. An opening is half-open: it is open at its beginning, and no longer at its end.
3. A length in minutes is time that passes: an hour is an hour while the clocks are changed. What
   has no length is open until the next opening of the calendar; where there is none, open-ended.
4. A calendar has one opening that begins at an instant: of several, the one that ends last.
   Openings may overlap.
5. A weekly opening does not happen on a day of `closed_on`; a one-off opening happens whatever the
   day.
"""

import heapq
import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

import attrs

from mi_rewards._canonical import LOCAL
from mi_rewards.calendar import UTC, WeeklyRecurrence, Zone, utc
from mi_rewards.calendar.days import checked_day
from mi_rewards.calendar.zones import checked_time
from mi_rewards.errors import Misuse

_MINUTES_MAX: Final = 10_080
"""The longest weekly opening: a week."""

_HOURS_MAX: Final = 8_784
"""The earliest early access: a year before."""

_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)
_WEEK: Final = timedelta(weeks=1)

_Start: TypeAlias = tuple[datetime, datetime | None]
"""When something begins and ends; `None` where it ends with the next beginning."""


class Opening(NamedTuple):
    """A stretch of time in which a sale is open.

    Attributes:
        sale_id: The calendar's.
        from_at: Its first instant, in UTC.
        until_at: The first instant after it, in UTC; `None` where it is open-ended.
    """

    sale_id: str
    from_at: datetime
    until_at: datetime | None

    def contains(self, at: datetime) -> bool:
        """Say whether it is open.

        Args:
            at: An aware instant.

        Returns:
            Whether the instant is not before its beginning, and before its end.

        Raises:
            Misuse: *at* is naive, or is no instant.
        """
        return self.from_at <= utc(at) and (self.until_at is None or at < self.until_at)

    def early_at(self, hours: int) -> datetime:
        """Find when it begins for those who may buy earlier.

        Args:
            hours: So many hours before the others, at least 0.

        Returns:
            The instant in UTC.

        Raises:
            Misuse: *hours* is no whole number, 0 to 8,784.
        """
        _whole("early access, in hours,", hours, 0, _HOURS_MAX)
        return _earlier(self.from_at, timedelta(hours=hours))


@attrs.frozen(order=False)
class WeeklySale:
    """What opens once a week, at a local time.

    Attributes:
        weekday: 0 for Monday to 6 for Sunday.
        time: The naive local time.
        from_on: The first day on which it may open.
        through_on: The last such day; `None` for no end.
        minutes: How long it is open, 1 to 10,080; `None` until the next opening of its calendar.

    Raises:
        Misuse: One of them is not what it must be.
    """

    weekday: int
    time: time
    from_on: date
    through_on: date | None = None
    minutes: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check each of them."""
        if type(self.weekday) is not int or not 0 <= self.weekday <= 6:
            raise Misuse(f"a weekday is 0 (Monday) to 6 (Sunday), not {self.weekday!r}")
        checked_time(self.time)
        checked_day(self.from_on)
        if self.through_on is not None and checked_day(self.through_on) < self.from_on:
            raise Misuse(f"a sale from {self.from_on} cannot end with {self.through_on}")
        if self.minutes is not None:
            _whole("a weekly sale's minutes", self.minutes, 1, _MINUTES_MAX)


@attrs.frozen(order=False)
class OneOff:
    """What opens once: an extra date, or a retailer's period.

    Attributes:
        from_local: The naive local time at which it opens.
        until_local: The naive local time at which it is no longer open.

    Raises:
        Misuse: One of them is no naive local time, or it would end before it begins.
    """

    from_local: datetime = attrs.field(metadata=LOCAL)
    until_local: datetime = attrs.field(metadata=LOCAL)

    def __attrs_post_init__(self) -> None:
        """Check both."""
        if _checked_local(self.from_local) >= _checked_local(self.until_local):
            raise Misuse(
                f"a one-off opening begins before it ends, not at {self.from_local} until"
                f" {self.until_local}"
            )


@attrs.frozen(order=False)
class _Rule:
    """A weekly sale in its zone: when it opens."""

    recurrence: WeeklyRecurrence
    until_at: datetime
    closed: frozenset[datetime]
    length: timedelta | None

    def starts(self, since: datetime) -> Iterator[_Start]:
        """Go through its beginnings from an instant on."""
        for at in self.recurrence.occurrences(since, self.until_at):
            if at not in self.closed:
                yield at, None if self.length is None else _later(at, self.length)

    def last_start(self, at: datetime) -> datetime:
        """Find its last beginning up to an instant; the first of instants where none is found."""
        # Whatever was closed, one of so many weeks was not. To find none only costs time.
        since = _earlier(min(at, self.until_at), _WEEK * (len(self.closed) + 2))
        starts = itertools.takewhile(lambda start: start[0] <= at, self.starts(since))
        return max([start for start, _ in starts], default=_FIRST_INSTANT)


@attrs.frozen(order=False)
class SaleCalendar:
    """When a sale is open.

    Attributes:
        sale_id: The short name, such as `"friday"`.
        zone: Whose local times it states.
        weekly: What opens every week.
        extra: What opens once.
        closed_on: Days on which nothing weekly opens.
        early_access: How many whole hours before others the members of a tier may buy, by tier.

    Raises:
        Misuse: One of them is not what it must be, a day or a tier is named twice, or a one-off
            opening lies in a gap of the clocks.
    """

    sale_id: str
    zone: Zone
    weekly: tuple[WeeklySale, ...] = ()
    extra: tuple[OneOff, ...] = ()
    closed_on: tuple[date, ...] = ()
    early_access: tuple[tuple[str, int], ...] = ()
    _rules: tuple[_Rule, ...] = attrs.field(init=False, eq=False, repr=False)
    _one_offs: tuple[_Start, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check each of them, and find the instants that are stated."""
        if type(self.sale_id) is not str or not self.sale_id:
            raise Misuse(f"a sale's id is a text, not {self.sale_id!r:.60}")
        if type(self.zone) is not Zone:
            raise Misuse(f"a sale's zone is a Zone, not {self.zone!r:.60}")
        _all("weekly", self.weekly, WeeklySale)
        _all("extra", self.extra, OneOff)
        _all("closed_on", self.closed_on, date)
        _differ("closed_on", [checked_day(it) for it in self.closed_on])
        _all("early_access", self.early_access, tuple)
        for pair in self.early_access:
            _check_early(pair)
        _differ("early_access", [tier for tier, _ in self.early_access])
        object.__setattr__(self, "_rules", tuple([self._rule(it) for it in self.weekly]))
        one_offs = sorted([self._one_off(it) for it in self.extra])
        object.__setattr__(self, "_one_offs", tuple(one_offs))

    def openings(self, from_at: datetime, until_at: datetime) -> Iterator[Opening]:
        """Go through what is open at some instant of a stretch of time.

        Args:
            from_at: An aware instant; what ends at it is left out.
            until_at: An aware instant; what begins at it is left out.

        Returns:
            The openings, by their beginnings; the first may have begun before *from_at*. Nothing
            where *until_at* is not later.

        Raises:
            Misuse: An instant is naive, or is no instant.
        """
        start, end = utc(from_at), utc(until_at)
        if start >= end:
            return iter(())
        return itertools.takewhile(lambda it: it.from_at < end, self._open_from(start))

    def next_openings(self, at: datetime, count: int) -> tuple[Opening, ...]:
        """Find what opens next.

        Args:
            at: An aware instant.
            count: How many at most, at least 1.

        Returns:
            The openings that begin at *at* or later, earliest first; fewer than *count* where no
            more are stated.

        Raises:
            Misuse: *at* is naive, or is no instant; or *count* is no whole number of at least 1.
        """
        start = utc(at)
        if type(count) is not int or count < 1:
            raise Misuse(f"count is a whole number of at least 1, not {count!r:.60}")
        found = (it for it in self._all_from(start) if it.from_at >= start)
        return tuple(itertools.islice(found, count))

    def opening_at(self, at: datetime) -> Opening | None:
        """Find what is open at an instant.

        Args:
            at: An aware instant.

        Returns:
            The opening; where several are open, the one that began last; `None` for none.

        Raises:
            Misuse: *at* is naive, or is no instant.
        """
        start = utc(at)
        begun = itertools.takewhile(lambda it: it.from_at <= start, self._open_from(start))
        return max(begun, default=None)

    def early_hours(self, tier: str) -> int:
        """Say how much earlier than others the members of a tier may buy.

        Args:
            tier: The tier's id.

        Returns:
            Whole hours; 0 for a tier that is not named.
        """
        return dict(self.early_access).get(tier, 0)

    def _open_from(self, at: datetime) -> Iterator[Opening]:
        """Go through what is open at an instant, or opens later."""
        # What is open until the next opening is the last that began; weekly ones last a week at
        # most. Whatever began earlier is over, or one-off, and of those none is left out.
        last = max([rule.last_start(at) for rule in self._rules], default=_FIRST_INSTANT)
        found = self._all_from(min(last, _earlier(at, _WEEK)))
        return (it for it in found if it.until_at is None or at < it.until_at)

    def _all_from(self, since: datetime) -> Iterator[Opening]:
        """Go through the openings from an instant on, and through all one-off ones."""
        weekly = [rule.starts(since) for rule in self._rules]
        starts = heapq.merge(self._one_offs, *weekly, key=itemgetter(0))
        groups = itertools.groupby(starts, key=itemgetter(0))
        begun = ((at, [end for _, end in group]) for at, group in groups)
        no_more: list[tuple[datetime | None, list[datetime | None]]] = [(None, [])]
        for (at, ends), (following, _) in itertools.pairwise(itertools.chain(begun, no_more)):
            known = [end or following for end in ends]
            stated = [end for end in known if end is not None]
            until_at = max(stated) if len(stated) == len(known) else None
            yield Opening(self.sale_id, at, until_at)

    def _rule(self, sale: WeeklySale) -> _Rule:
        """Find when a weekly sale opens, and when it would have but for the day."""
        zone, local = self.zone, sale.time
        closed = [it for it in self.closed_on if it.weekday() == sale.weekday]
        return _Rule(
            WeeklyRecurrence(sale.weekday, local, zone, sale.from_on),
            _LAST_INSTANT
            if sale.through_on is None
            else _later(zone.first_at(sale.through_on, local), _MOMENT),
            frozenset([zone.first_at(day, local) for day in closed]),
            None if sale.minutes is None else timedelta(minutes=sale.minutes),
        )

    def _one_off(self, sale: OneOff) -> _Start:
        """Find when a one-off opening begins and ends."""
        begin, end = sale.from_local, sale.until_local
        from_at = self.zone.first_at(begin.date(), begin.time())
        until_at = self.zone.first_at(end.date(), end.time())
        if from_at >= until_at:
            raise Misuse(f"the clocks of {self.zone.name} leave out {begin} until {end}")
        return from_at, until_at


def _later(at: datetime, length: timedelta) -> datetime:
    """Go on from an instant, to the last there is at most."""
    return at + min(length, _LAST_INSTANT - at)


def _earlier(at: datetime, length: timedelta) -> datetime:
    """Go back from an instant, to the first there is at most."""
    return at - min(length, at - _FIRST_INSTANT)


def _checked_local(local: object) -> datetime:
    """Object to what is no local time of a day."""
    if not isinstance(local, datetime) or local.tzinfo is not None or local.fold:
        raise Misuse(f"a local time is a naive datetime without a fold, not {local!r:.60}")
    return local


def _whole(name: str, value: object, least: int, most: int) -> None:
    """Object to a figure out of range."""
    if type(value) is not int or not least <= value <= most:
        raise Misuse(f"{name} must be a whole number, {least} to {most}, not {value!r:.60}")


def _check_early(pair: tuple[object, ...]) -> None:
    """Object to what is no tier with its hours."""
    if len(pair) != 2 or type(pair[0]) is not str or not pair[0]:
        raise Misuse(f"early access is hours by tier, not {pair!r:.60}")
    _whole(f"the early access of {pair[0]!r}, in hours,", pair[1], 0, _HOURS_MAX)


def _all(name: str, values: object, kind: type[object]) -> None:
    """Object to what is no tuple of values of a kind."""
    if type(values) is not tuple or not all(isinstance(it, kind) for it in values):
        raise Misuse(f"a sale's {name} must be a tuple of {kind.__name__}, not {values!r:.60}")


def _differ(name: str, values: list[date] | list[str]) -> None:
    """Object to what is named twice."""
    for value in values:
        if values.count(value) > 1:  # type: ignore[arg-type]
            raise Misuse(f"a sale's {name} names {value} twice")
