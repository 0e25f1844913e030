"""Quotas made larger or smaller, set aside for codes, spread over shards.

1. These concern no member: a request's id is unique within the quota.
2. Whatever makes a quota smaller takes units that are free, by steps that the store checks; where
   somebody buys one meanwhile it is decided again.
3. Every change of a shard's size is an event of the quota, and so in its journal.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import attrs

from mi_rewards.commands.command import Decision
from mi_rewards.commands.quotas.command import QuotaCommand, checked_units, limits_of, set_as
from mi_rewards.commands.quotas.outcomes import QuotaSet
from mi_rewards.commands.unit_takes import takes_of_units
from mi_rewards.preorders.allotments import UnitStep
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.shards import checked_shards
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put


@attrs.frozen(order=False, kw_only=True, slots=False)
class _SizeCommand(QuotaCommand, ABC):
    """What every command has that makes shards larger or smaller.

    Attributes:
        units: How many units.
    """

    units: int

    def __attrs_post_init__(self) -> None:
        """Check the names and the figure."""
        super().__attrs_post_init__()
        checked_units(self.units, least=1)

    @abstractmethod
    def _resized(self, quota: Quota, loaded: Loaded) -> tuple[Quota, tuple[UnitStep, ...]]:
        """Answer with the quota from now on, and the steps."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[QuotaSet]:
        """Decide.

        Args:
            loaded: The quota and its counters.
            programme: The rules.

        Returns:
            The quota from now on.

        Raises:
            UnknownQuota: There is none of that name.
            QuotaCommitted: Fewer units are free than are to be taken out.
            Misuse: The quota would pass 2**63 - 1 units.
        """
        del programme
        before = self._quota(loaded)
        after, steps = self._resized(before, loaded)
        checked_units(sum(after.sizes) + after.codes, least=0)
        if after.size > before.size:
            after = after.with_more()
        return Decision(
            set_as(after),
            (Put(self._key(), after),),
            events=self._changed(before, after),
            takes=takes_of_units(steps, limits_of(after)),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class TopUpQuota(_SizeCommand):
    """Add units to a quota."""

    change: ClassVar[str] = "topped_up"

    def _resized(self, quota: Quota, loaded: Loaded) -> tuple[Quota, tuple[UnitStep, ...]]:
        """Add them."""
        del loaded
        return quota.topped_up(self.units), ()


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakeCarriedUnits(TopUpQuota):
    """Take in units that were left of another quota.

    Attributes:
        from_quota_id: Where they come from.
    """

    change: ClassVar[str] = "carried_here"

    from_quota_id: str


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReduceQuota(_SizeCommand):
    """Take free units out of a quota; never what is held, sold or reserved."""

    change: ClassVar[str] = "reduced"

    def _resized(self, quota: Quota, loaded: Loaded) -> tuple[Quota, tuple[UnitStep, ...]]:
        """Take them out."""
        return quota.reduced(self.units, self._taken(quota, loaded))


@attrs.frozen(order=False, kw_only=True, slots=False)
class SetAside(_SizeCommand):
    """Set free units aside for codes, so that a code that is issued cannot fail."""

    change: ClassVar[str] = "set_aside"

    def _resized(self, quota: Quota, loaded: Loaded) -> tuple[Quota, tuple[UnitStep, ...]]:
        """Set them aside."""
        return quota.setting_aside(self.units, self._taken(quota, loaded))


@attrs.frozen(order=False, kw_only=True, slots=False)
class PutBack(_SizeCommand):
    """Let everybody have units that were set aside and that no code is issued for."""

    change: ClassVar[str] = "put_back"

    def _resized(self, quota: Quota, loaded: Loaded) -> tuple[Quota, tuple[UnitStep, ...]]:
        """Put them back."""
        return quota.putting_back(self.units, self._taken(quota, loaded))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReshardQuota(QuotaCommand):
    """Spread a quota's free units over another number of shards; its size stays.

    Attributes:
        shards: How many: 1, 4, 16 or 64.
    """

    change: ClassVar[str] = "resharded"

    shards: int

    def __attrs_post_init__(self) -> None:
        """Check the names and the number."""
        super().__attrs_post_init__()
        checked_shards(self.shards)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[QuotaSet]:
        """Decide.

        Args:
            loaded: The quota and its counters.
            programme: The rules.

        Returns:
            The quota from now on.

        Raises:
            UnknownQuota: There is none of that name.
        """
        del programme
        before = self._quota(loaded)
        after, steps = before.resharded(self.shards, self._taken(before, loaded))
        if after == before:
            return Decision(set_as(before))
        return Decision(
            set_as(after),
            (Put(self._key(), after),),
            events=self._changed(before, after),
            takes=takes_of_units(steps, limits_of(after)),
        )
