"""Quotas, as the shells tell of them."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from mi_rewards.commands.reads import PAGE, check_page
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.preorders.quota_refusals import UnknownQuota
from mi_rewards.preorders.quotas import Quota, QuotaState
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import QUOTAS, quota_key
from mi_rewards.repositories.ports import AsyncStore, Store
from mi_rewards.repositories.records import Owned


class QuotaFace(ABC):
    """What a programme on a host's store tells about quotas."""

    store: Store

    @abstractmethod
    def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    def quota(self, quota_id: str) -> QuotaState:
        """State what the units of a quota are, shard by shard and added up.

        Args:
            quota_id: The quota.

        Returns:
            The state.

        Raises:
            UnknownQuota: There is none of that name.
        """
        quota = _found(quota_id, self.store.load(Needs((quota_key(quota_id),))))
        needs = _needs(quota)
        return _state(quota_id, self.store.load(needs), needs)

    def quotas(self, *, after: str = "", limit: int = PAGE) -> tuple[Quota, ...]:
        """Read a page of the quotas that there are.

        Args:
            after: The quota after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The quotas, by their names; what is taken of them is told by `quota`.

        Raises:
            Misuse: *limit* is below 1.
        """
        check_page(limit=limit)
        page = Owned(Quota, QUOTAS, after, limit)
        return tuple(self.store.load(Needs(pages=(page,))).owned(page))

    def review_quotas_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book openings that are to be told by an instant, and windows that are over.

        What can be bought does not depend on it.

        Args:
            at: The instant, with an offset.
            limit: How many quotas to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Quota, at, limit)


class AsyncQuotaFace(ABC):
    """`QuotaFace`, awaited."""

    store: AsyncStore

    @abstractmethod
    async def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    async def quota(self, quota_id: str) -> QuotaState:
        """State what the units of a quota are, shard by shard and added up.

        Args:
            quota_id: The quota.

        Returns:
            The state.

        Raises:
            UnknownQuota: There is none of that name.
        """
        quota = _found(quota_id, await self.store.load(Needs((quota_key(quota_id),))))
        needs = _needs(quota)
        return _state(quota_id, await self.store.load(needs), needs)

    async def quotas(self, *, after: str = "", limit: int = PAGE) -> tuple[Quota, ...]:
        """Read a page of the quotas that there are.

        Args:
            after: The quota after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The quotas, by their names; what is taken of them is told by `quota`.

        Raises:
            Misuse: *limit* is below 1.
        """
        check_page(limit=limit)
        page = Owned(Quota, QUOTAS, after, limit)
        return tuple((await self.store.load(Needs(pages=(page,)))).owned(page))

    async def review_quotas_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book openings that are to be told by an instant, and windows that are over.

        What can be bought does not depend on it.

        Args:
            at: The instant, with an offset.
            limit: How many quotas to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return await self._sweep(Quota, at, limit)


def _found(quota_id: str, loaded: Loaded) -> Quota:
    """Answer with a quota, or refuse."""
    quota = loaded.get(quota_key(quota_id))
    if quota is None:
        raise UnknownQuota(quota_id=quota_id)
    return quota


def _needs(quota: Quota) -> Needs:
    """Name a quota and all its counters, which are stated together."""
    counters = counter_keys(quota.quota_id, quota.counter_names)
    return Needs((quota_key(quota.quota_id),), counters=counters)


def _state(quota_id: str, loaded: Loaded, needs: Needs) -> QuotaState:
    """State the units of a quota."""
    return _found(quota_id, loaded).state(used_of(loaded, needs.counters))
