"""Quotas: so many units of one product, for one sale.

1. Every unit is free, held, sold or reserved for a code, and the four add up to the size, of each
   shard and of the whole.
2. What many take from at once are counters; the quota itself says how large each of its shards is.
   A shard's size never falls: units that are taken out are withdrawn, by a step of the counter that
   the store checks, so that nobody who read the quota before sells one of them.
3. Nothing is withdrawn but free units: a quota never falls below what is committed.
4. A part is set aside for codes, in a shard of its own that nobody else can buy from.
"""

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mi_rewards.preorders.allotments import CODES, COUNTED, TAKEN, UnitStep, quota_scope
from mi_rewards.preorders.quota_refusals import QuotaCommitted
from mi_rewards.preorders.shards import shard_name, spread


class Closes(enum.StrEnum):
    """When a quota closes."""

    WINDOW_END = "window_end"
    SOLD_OUT = "sold_out"


class ShardState(NamedTuple):
    """What the units of a shard are.

    Attributes:
        shard: Its name.
        size: All of them.
        free: What anybody may buy; of the shard for codes, what codes can be issued for.
        held: What somebody is paying for.
        sold: What is paid for.
        reserved: What a code is issued for that nobody is using.
    """

    shard: str
    size: int
    free: int
    held: int
    sold: int
    reserved: int


class QuotaState(NamedTuple):
    """What the units of a quota are, added up.

    Attributes:
        quota_id: The quota.
        size: All of them.
        free: What nobody has; of them, those set aside for codes can be bought by no one else.
        held: What somebody is paying for.
        sold: What is paid for.
        reserved: What a code is issued for that nobody is using.
        for_codes: How many of the free ones are set aside for codes.
        shards: The same of each shard, the one for codes last.
    """

    quota_id: str
    size: int
    free: int
    held: int
    sold: int
    reserved: int
    for_codes: int
    shards: tuple[ShardState, ...]


class Quota(NamedTuple):
    """So many units of a product, for one sale.

    Attributes:
        quota_id: Names it.
        terms_id: The terms of the pre-orders on it, of the rule book.
        sale_id: The sale calendar whose opening it is for; empty where it has none.
        product_id: What is sold.
        variant: Which of it, such as a colour and a memory; may be empty.
        channel: Where it is sold; anywhere that the terms name where it is empty.
        region: Where to; anywhere where it is empty.
        opens_at: The instant (UTC) from which anybody can buy.
        closes_at: The instant (UTC) from which nobody can any more; `None` for no end.
        member_max: How many units one member can have, `None` for no limit. Codes do not count.
        sizes: How many units each shard was given.
        withdrawn: How many of them were taken out again.
        live: Among how many shards, the first ones, members are spread.
        codes: How many units were set aside for codes.
        codes_withdrawn: How many of them were taken out again.
        closes: When it closes.
        draw_id: The draw whose winners alone can buy; empty for everybody.
        notice_minutes: How long before it opens that is told, `None` for not at all.
        noticed_at: The instant (UTC) at which that was booked.
        exhausted_at: The instant (UTC) at which it was first seen to have nothing left.
        closed_at: The instant (UTC) at which its end was booked.
        carries_to: The quota that got what was left.
        version: How many times it was stored.
    """

    quota_id: str
    terms_id: str
    sale_id: str
    product_id: str
    variant: str
    channel: str
    region: str
    opens_at: datetime
    closes_at: datetime | None
    member_max: int | None
    sizes: tuple[int, ...]
    withdrawn: tuple[int, ...]
    live: int
    codes: int = 0
    codes_withdrawn: int = 0
    closes: Closes = Closes.WINDOW_END
    draw_id: str = ""
    notice_minutes: int | None = None
    noticed_at: datetime | None = None
    exhausted_at: datetime | None = None
    closed_at: datetime | None = None
    carries_to: str = ""
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) from which something of it may have to be booked.

        Its opening is to be told; from then on it is looked at until nothing is left, and then at
        its end.
        """
        if self.closed_at is not None:
            return None
        return self.notice_at or (self.opens_at if self.exhausted_at is None else self.closes_at)

    @property
    def notice_at(self) -> datetime | None:
        """The instant (UTC) at which its opening is to be told; `None` where it was, or is not."""
        if self.noticed_at is not None or self.notice_minutes is None:
            return None
        return self.opens_at - timedelta(minutes=self.notice_minutes)

    @property
    def size(self) -> int:
        """How many units there are."""
        return sum(self.sizes) - sum(self.withdrawn) + self.codes - self.codes_withdrawn

    @property
    def shard_names(self) -> tuple[str, ...]:
        """The names of its shards, without the one for codes."""
        return tuple([shard_name(index) for index in range(len(self.sizes))])

    @property
    def counter_names(self) -> tuple[str, ...]:
        """The names of all its counters."""
        shards = (*self.shard_names, CODES)
        return tuple([f"{shard}/{name}" for shard in shards for name in COUNTED])

    @property
    def taken_names(self) -> tuple[str, ...]:
        """The names of the counters of what is taken, the one of the codes last."""
        return tuple([f"{shard}/{TAKEN}" for shard in (*self.shard_names, CODES)])

    def limit_of(self, shard: str) -> int:
        """Tell how much of a shard can be taken: its units, with those that were withdrawn.

        Args:
            shard: Its name.

        Returns:
            The limit of its counter.
        """
        return self.codes if shard == CODES else self.sizes[int(shard)]

    def frees(self, taken: Mapping[str, int]) -> tuple[int, ...]:
        """Tell how many free units each shard has that anybody can buy from.

        Args:
            taken: What is taken, by the counter's name.

        Returns:
            The numbers, in the order of the shards.
        """
        names = self.taken_names[:-1]
        return tuple(
            [size - taken.get(name, 0) for size, name in zip(self.sizes, names, strict=True)]
        )

    def is_open(self, at: datetime, early_hours: int = 0) -> bool:
        """Tell whether somebody can buy without a code, as far as the time goes.

        Args:
            at: The instant (UTC).
            early_hours: How long before the others they can.

        Returns:
            Whether the sale has begun for them, and is not over.
        """
        is_over = self.closes_at is not None and at >= self.closes_at
        is_closed = self.closed_at is not None or (
            self.closes is Closes.SOLD_OUT and self.exhausted_at is not None
        )
        return at >= self.opens_at - timedelta(hours=early_hours) and not is_over and not is_closed

    def topped_up(self, units: int) -> "Quota":
        """Add units.

        Args:
            units: How many.

        Returns:
            The quota; nothing is taken or given back.
        """
        shares = spread(units, [units] * self.live)
        sizes = [
            size + (shares[index] if index < self.live else 0)
            for index, size in enumerate(self.sizes)
        ]
        return self._replace(sizes=tuple(sizes))

    def with_more(self) -> "Quota":
        """Forget that there was nothing left, and open again what closed for that alone.

        Returns:
            The quota.
        """
        by_crowd = self.closes is Closes.SOLD_OUT and self.closed_at == self.exhausted_at
        return self._replace(exhausted_at=None, closed_at=None if by_crowd else self.closed_at)

    def reduced(self, units: int, taken: Mapping[str, int]) -> tuple["Quota", tuple[UnitStep, ...]]:
        """Take free units out.

        Args:
            units: How many.
            taken: What is taken, by the counter's name.

        Returns:
            The quota, and the steps by which nobody can take them any more.

        Raises:
            QuotaCommitted: Fewer are free.
        """
        rooms = self.frees(taken)
        if units > sum(rooms):
            raise QuotaCommitted(quota_id=self.quota_id, asked=units, free=sum(rooms))
        return self._withdrawing(spread(units, rooms))

    def resharded(
        self, shards: int, taken: Mapping[str, int]
    ) -> tuple["Quota", tuple[UnitStep, ...]]:
        """Spread the free units over another number of shards; all other units stay where they are.

        Args:
            shards: How many, one of `SHARD_COUNTS`.
            taken: What is taken, by the counter's name.

        Returns:
            The quota, of the same size, and the steps by which units leave shards.
        """
        frees = self.frees(taken)
        count = max(shards, len(frees))
        targets = spread(sum(frees), [sum(frees)] * shards) + (0,) * (count - shards)
        grown = (0,) * (count - len(frees))
        before = (*frees, *grown)
        more = [max(0, to - of) for to, of in zip(targets, before, strict=True)]
        less = [max(0, of - to) for to, of in zip(targets, before, strict=True)]
        sizes = [size + n for size, n in zip((*self.sizes, *grown), more, strict=True)]
        moved = self._replace(sizes=tuple(sizes), withdrawn=(*self.withdrawn, *grown), live=shards)
        return moved._withdrawing(less)

    def setting_aside(
        self, units: int, taken: Mapping[str, int]
    ) -> tuple["Quota", tuple[UnitStep, ...]]:
        """Set free units aside for codes.

        Args:
            units: How many.
            taken: What is taken, by the counter's name.

        Returns:
            The quota, of the same size, and the steps.

        Raises:
            QuotaCommitted: Fewer are free.
        """
        quota, steps = self.reduced(units, taken)
        return quota._replace(codes=self.codes + units), steps

    def putting_back(
        self, units: int, taken: Mapping[str, int]
    ) -> tuple["Quota", tuple[UnitStep, ...]]:
        """Let everybody have units that were set aside for codes and that no code is issued for.

        Args:
            units: How many.
            taken: What is taken, by the counter's name.

        Returns:
            The quota, of the same size, and the steps.

        Raises:
            QuotaCommitted: Fewer are free of those set aside.
        """
        free = self.codes - taken.get(f"{CODES}/{TAKEN}", 0)
        if units > free:
            raise QuotaCommitted(quota_id=self.quota_id, asked=units, free=free)
        step = UnitStep(quota_scope(self.quota_id), f"{CODES}/{TAKEN}", units)
        quota = self.topped_up(units)
        return quota._replace(codes_withdrawn=self.codes_withdrawn + units), (step,)

    def _withdrawing(self, shares: Sequence[int]) -> tuple["Quota", tuple[UnitStep, ...]]:
        """Take free units out of shards."""
        scope = quota_scope(self.quota_id)
        names = self.taken_names[:-1]
        steps = [UnitStep(scope, name, n) for name, n in zip(names, shares, strict=True) if n]
        withdrawn = [was + n for was, n in zip(self.withdrawn, shares, strict=True)]
        return self._replace(withdrawn=tuple(withdrawn)), tuple(steps)

    def state(self, used: Mapping[str, int]) -> QuotaState:
        """State what its units are.

        Args:
            used: What its counters say, by their names.

        Returns:
            The state.
        """
        withdrawn = (*self.withdrawn, self.codes_withdrawn)
        limits = (*self.sizes, self.codes)
        shards = tuple(
            [
                _shard_state(name, limit, gone, used)
                for name, limit, gone in zip(
                    (*self.shard_names, CODES), limits, withdrawn, strict=True
                )
            ]
        )
        return QuotaState(
            self.quota_id,
            sum(it.size for it in shards),
            sum(it.free for it in shards),
            sum(it.held for it in shards),
            sum(it.sold for it in shards),
            sum(it.reserved for it in shards),
            shards[-1].free,
            shards,
        )

    def stored(self) -> "Quota":
        """The same quota, stored once more.

        Returns:
            The quota with its version raised by one.
        """
        return self._replace(version=self.version + 1)


def _shard_state(shard: str, limit: int, withdrawn: int, used: Mapping[str, int]) -> ShardState:
    """State what the units of a shard are."""
    taken, sold, reserved = [used.get(f"{shard}/{name}", 0) for name in COUNTED]
    held = taken - withdrawn - sold - reserved
    return ShardState(shard, limit - withdrawn, limit - taken, held, sold, reserved)
