"""Quotas: opened, reviewed, closed, and what is left carried over.

These concern no member: a request's id is unique within the quota.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

import attrs

from mi_rewards.calendar import utc, write_instant
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.quotas.command import QuotaCommand, checked_units, limits_of, set_as
from mi_rewards.commands.quotas.outcomes import QuotaReviewed, QuotaSet, UnitsCarried
from mi_rewards.commands.quotas.terms import terms_in
from mi_rewards.commands.unit_takes import takes_of_units
from mi_rewards.errors import Figure, Misuse
from mi_rewards.preorders.allotments import UnitStep
from mi_rewards.preorders.quota_refusals import QuotaClosed, QuotaOpened, UnknownQuota
from mi_rewards.preorders.quotas import Closes, Quota
from mi_rewards.preorders.shards import checked_shards
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import quota_key
from mi_rewards.repositories.messages import OutboxEvent

SALE_OPENING = "sale_opening"
"""The topic of the event that a sale is about to open."""

QUOTA_EXHAUSTED = "quota_exhausted"
"""The topic of the event that a quota has nothing left."""

QUOTA_CLOSED = "quota_closed"
"""The topic of the event that a quota is closed."""

NOTICE_MAX: Final = 525_600
"""The longest time before an opening at which it is told, in minutes: a year of 365 days."""

UNITS_CARRIED = "units_carried"
"""The topic of the event by which units go to another quota."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class OpenQuota(QuotaCommand):
    """Open a quota: so many units of a product, for one sale.

    Attributes:
        units: How many; those for codes among them.
        terms_id: The terms of its pre-orders, of the rule book.
        product_id: What is sold.
        opens_at: From when, with an offset; kept in UTC.
        closes_at: Until when, with an offset; `None` for no end, or where it is of a sale calendar
            for the end of the opening.
        sale_id: The sale calendar one of whose openings begins then; empty for none.
        variant: Which of the product, such as a colour and a memory; may be empty.
        channel: Where it is sold; empty for anywhere that the terms name.
        region: Where to; empty for anywhere.
        shards: How many counters it is kept in: 1, 4, 16 or 64.
        for_codes: How many of its units are set aside for codes.
        member_max: How many units one member can have, `None` for no limit. Codes do not count.
        closes: When it closes.
        draw_id: The draw whose winners alone can buy; empty for everybody.
        notice_minutes: How long before it opens that is told; `None` for not at all.
    """

    change: ClassVar[str] = "opened"

    units: int
    terms_id: str
    product_id: str
    opens_at: datetime = attrs.field(converter=utc)
    closes_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    sale_id: str = ""
    variant: str = ""
    channel: str = ""
    region: str = ""
    shards: int = 1
    for_codes: int = 0
    member_max: int | None = None
    closes: Closes = Closes.WINDOW_END
    draw_id: str = ""
    notice_minutes: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the names and the figures."""
        super().__attrs_post_init__()
        for name in ("terms_id", "product_id"):
            if type(getattr(self, name)) is not str or not getattr(self, name):
                raise not_a_text(f"a quota's {name}", getattr(self, name))
        for name in ("sale_id", "variant", "channel", "region", "draw_id"):
            if type(getattr(self, name)) is not str:
                raise not_a_text(f"a quota's {name}", getattr(self, name))
        checked_units(self.units, least=0)
        checked_units(self.for_codes, least=0)
        if self.for_codes > self.units:
            raise Misuse(f"of {self.units} units {self.for_codes} cannot be for codes")
        checked_shards(self.shards)
        if self.member_max is not None:
            checked_units(self.member_max, least=0)
        self._check_notice()
        if type(self.closes) is not Closes:
            raise Misuse(f"a quota closes as Closes says, not {self.closes!r:.60}")
        if self.closes_at is not None and self.closes_at <= self.opens_at:
            raise Misuse("a quota closes after it opens")

    def _check_notice(self) -> None:
        """Check how long before it opens that is told."""
        minutes = self.notice_minutes
        if minutes is None:
            return
        if type(minutes) is not int or not 0 <= minutes <= NOTICE_MAX:
            raise Misuse(
                f"notice_minutes is a whole number, 0 to {NOTICE_MAX}, not {minutes!r:.60}"
            )
        if self.opens_at - datetime.min.replace(tzinfo=UTC) < timedelta(minutes=minutes):
            raise Misuse("a quota's opening is not told before the calendar begins")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[QuotaSet]:
        """Decide.

        Args:
            loaded: The quota, which is not there yet.
            programme: The rules.

        Returns:
            The quota.

        Raises:
            QuotaOpened: One of that name is there.
            Misuse: The rule book has no such terms, no such channel among them, no such sale
                calendar, or no opening of it then.
        """
        if loaded.get(self._key()) is not None:
            raise QuotaOpened(quota_id=self.quota_id)
        terms = terms_in(programme, self.terms_id)
        if self.channel and self.channel not in terms.channels:
            raise Misuse(f"{self.channel!r} is no channel of the terms {self.terms_id!r}")
        none = (0,) * self.shards
        empty = Quota(
            self.quota_id,
            self.terms_id,
            self.sale_id,
            self.product_id,
            self.variant,
            self.channel,
            self.region,
            self.opens_at,
            self._end(programme),
            self.member_max,
            none,
            none,
            self.shards,
            codes=self.for_codes,
            closes=self.closes,
            draw_id=self.draw_id,
            notice_minutes=self.notice_minutes,
        )
        quota = empty.topped_up(self.units - self.for_codes)
        events = self._changed(None, quota)
        return Decision(set_as(quota), (Put(self._key(), quota),), events=events)

    def _end(self, programme: Programme) -> datetime | None:
        """Tell when it closes, by its sale calendar where it is of one."""
        if not self.sale_id:
            return self.closes_at
        calendar = next((it for it in programme.sales if it.sale_id == self.sale_id), None)
        if calendar is None:
            raise Misuse(f"the rule book has no sale calendar {self.sale_id!r}")
        opening = calendar.opening_at(self.opens_at)
        if opening is None or opening.from_at != self.opens_at:
            raise Misuse(f"no opening of {self.sale_id!r} begins at {write_instant(self.opens_at)}")
        return opening.until_at if self.closes_at is None else self.closes_at


@attrs.frozen(order=False, kw_only=True, slots=False)
class CarryOver(QuotaCommand):
    """Let another quota have what is free of one that is over, what was set aside with it.

    Units that are given back later can be carried over by another request.

    Attributes:
        to_quota_id: The quota that gets them, by the event that follows.
    """

    change: ClassVar[str] = "carried_over"

    to_quota_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.to_quota_id) is not str or not self.to_quota_id:
            raise not_a_text("a quota's id", self.to_quota_id)
        if self.to_quota_id == self.quota_id:
            raise Misuse(f"quota {self.quota_id!r} is not carried over to itself")

    def needs(self, programme: Programme, /) -> Needs:
        """Name both quotas.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        return Needs((self._key(), quota_key(self.to_quota_id)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[UnitsCarried]:
        """Decide.

        Args:
            loaded: Both quotas, and the counters of the one that is over.
            programme: The rules.

        Returns:
            How many units go over.

        Raises:
            UnknownQuota: One of them is not known.
            QuotaClosed: It is not over yet.
            Misuse: The other one is of another product, or another variant of it.
        """
        del programme
        before = self._quota(loaded)
        to = loaded.get(quota_key(self.to_quota_id))
        if to is None:
            raise UnknownQuota(quota_id=self.to_quota_id)
        if (to.product_id, to.variant) != (before.product_id, before.variant):
            raise Misuse(f"quota {self.to_quota_id!r} is of another product than {self.quota_id!r}")
        is_over = before.closes_at is not None and self.at >= before.closes_at
        if not is_over and before.closed_at is None:
            raise QuotaClosed(quota_id=self.quota_id, closes_at=_written(before.closes_at))
        taken = self._taken(before, loaded)
        aside = before.codes - taken[before.taken_names[-1]]
        quota, steps = before.reduced(sum(before.frees(taken)), taken)
        quota = quota._replace(
            codes_withdrawn=quota.codes_withdrawn + aside, carries_to=self.to_quota_id
        )
        if aside:
            steps += (UnitStep(self.scope, before.taken_names[-1], aside),)
        units = sum(it.n for it in steps)
        outcome = UnitsCarried(self.quota_id, self.to_quota_id, units)
        if not units:
            return Decision(outcome)
        figures: tuple[tuple[str, Figure], ...] = (
            ("to_quota_id", self.to_quota_id),
            ("units", units),
            ("carry_id", self.request_id),
        )
        return Decision(
            outcome,
            (Put(self._key(), quota),),
            events=(*self._changed(before, quota), self._event(UNITS_CARRIED, *figures)),
            takes=takes_of_units(steps, limits_of(quota)),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class CloseQuota(QuotaCommand):
    """Close a quota before its window is over; codes that are issued still buy."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[QuotaReviewed]:
        """Decide.

        Args:
            loaded: The quota.
            programme: The rules.

        Returns:
            That it is closed.

        Raises:
            UnknownQuota: There is none of that name.
        """
        del programme
        before = self._quota(loaded)
        is_new = before.closed_at is None
        outcome = QuotaReviewed(self.quota_id, noticed=False, exhausted=False, closed=is_new)
        if not is_new:
            return Decision(outcome)
        after = before._replace(closed_at=self.at)
        return Decision(outcome, (Put(self._key(), after),), events=(self._event(QUOTA_CLOSED),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReviewQuota(QuotaCommand):
    """Book what became of a quota: its opening told, nothing left, its window over.

    What can be bought does not depend on it, but for a quota that closes once it is sold out.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[QuotaReviewed]:
        """Decide.

        Args:
            loaded: The quota and its counters.
            programme: The rules.

        Returns:
            What is booked now.

        Raises:
            UnknownQuota: There is none of that name.
        """
        del programme
        before = self._quota(loaded)
        after = reviewed(before, self._used(before, loaded), self.at)
        noticed = after.noticed_at is not before.noticed_at and self.at < before.opens_at
        exhausted = after.exhausted_at is not before.exhausted_at
        closed = after.closed_at is not before.closed_at
        events: tuple[OutboxEvent, ...] = ()
        if noticed:
            opens = ("opens_at", write_instant(before.opens_at))
            events += (self._event(SALE_OPENING, opens),)
        if exhausted:
            events += (self._event(QUOTA_EXHAUSTED, ("size", before.size)),)
        if closed:
            events += (self._event(QUOTA_CLOSED),)
        puts = () if after == before else (Put(self._key(), after),)
        return Decision(QuotaReviewed(self.quota_id, noticed, exhausted, closed), puts, (), events)


def reviewed(quota: Quota, used: Mapping[str, int], at: datetime) -> Quota:
    """State what the calendar and the crowd have made of a quota.

    Args:
        quota: The quota, as stored.
        used: What its counters say, by their names.
        at: The instant (UTC).

    Returns:
        The quota; the same one where there is nothing to book.
    """
    after, notice_at = quota, quota.notice_at
    if quota.closed_at is None and notice_at is not None and at >= notice_at:
        after = after._replace(noticed_at=at)
    state = quota.state(used)
    has_begun = at >= quota.opens_at or state.held + state.sold > 0
    if has_begun and quota.exhausted_at is None and not any(quota.frees(used)):
        after = after._replace(exhausted_at=at)
    is_over = quota.closes_at is not None and at >= quota.closes_at
    sold_out = quota.closes is Closes.SOLD_OUT and after.exhausted_at is not None
    if quota.closed_at is None and (is_over or sold_out):
        after = after._replace(closed_at=at)
    return after


def review_of_quota(quota: Quota, *, at: datetime) -> ReviewQuota:
    """Make the command that books what became of a quota.

    Args:
        quota: The quota, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    request_id = f"review:{quota.version}:{write_instant(at)}"
    return ReviewQuota(quota_id=quota.quota_id, request_id=request_id, at=at)


def _written(at: datetime | None) -> str:
    """Write an instant, empty for none."""
    return "" if at is None else write_instant(at)
