"""Quotas, as the shells tell of them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Command
from mi_rewards.commands.reads import PAGE, check_page
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.preorders.quota_refusals import UnknownQuota
from mi_rewards.preorders.quotas import Quota, QuotaState
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import QUOTAS, quota_key
from mi_rewards.repositories.records import Due, DueKey, Owned
from mi_rewards.repositories.stores import AsyncStore, Store


class QuotaFace(ABC):
    """What a programme on a host's store tells about quotas."""

    store: Store

    @abstractmethod
    def _try(self, command: Command[Any]) -> None:
        """Book what is due of one, unless somebody else is at it, and so books it."""

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
        """Book openings that are to be told by an instant, windows that are over, nothing left.

        What can be bought does not depend on it, but for quotas that close once they are sold out.
        Every open quota is looked at, until it has nothing left.

        Args:
            at: The instant, with an offset.
            limit: How many quotas to take at once.

        Returns:
            How many had something to book.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        review = _Review(at, limit)
        while found := self.store.load(review.needs).due:
            quotas = review.quotas(self.store.load(_keys(found)))
            for command in review.commands(quotas, self.store.load(_all_counters(quotas))):
                self._try(command)
            review.go_on(found)
        return review.count


class AsyncQuotaFace(ABC):
    """`QuotaFace`, awaited."""

    store: AsyncStore

    @abstractmethod
    async def _try(self, command: Command[Any]) -> None:
        """Book what is due of one, unless somebody else is at it, and so books it."""

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
        """Book openings that are to be told by an instant, windows that are over, nothing left.

        What can be bought does not depend on it, but for quotas that close once they are sold out.
        Every open quota is looked at, until it has nothing left.

        Args:
            at: The instant, with an offset.
            limit: How many quotas to take at once.

        Returns:
            How many had something to book.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        review = _Review(at, limit)
        while found := (await self.store.load(review.needs)).due:
            quotas = review.quotas(await self.store.load(_keys(found)))
            counters = await self.store.load(_all_counters(quotas))
            for command in review.commands(quotas, counters):
                await self._try(command)
            review.go_on(found)
        return review.count


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


def _keys(found: Sequence[DueKey[Any]]) -> Needs:
    """Name what is due."""
    return Needs(tuple([it.key for it in found]))


def _all_counters(quotas: Sequence[Quota]) -> Needs:
    """Name the counters of quotas."""
    keys = [key for it in quotas for key in counter_keys(it.quota_id, it.counter_names)]
    return Needs(counters=tuple(keys))


class _Review:
    """A look at the quotas that are due, page by page.

    Attributes:
        count: How many had something to book so far.
    """

    def __init__(self, at: datetime, limit: int) -> None:
        """Begin at the first page."""
        check_page(limit=limit)
        self.count: int = 0
        self._due = Due(utc(at), None, limit, Quota)

    @property
    def needs(self) -> Needs:
        """The next page."""
        return Needs(due=self._due)

    def go_on(self, found: Sequence[DueKey[Any]]) -> None:
        """Go on behind a page."""
        self._due = self._due._replace(after=found[-1])

    def quotas(self, loaded: Loaded) -> list[Quota]:
        """List the quotas of a page."""
        return [it for it in loaded.aggregates.values() if it is not None]

    def commands(self, quotas: Sequence[Quota], loaded: Loaded) -> list[Command[Any]]:
        """Make the commands for those that have something to book."""
        from mi_rewards.commands.quotas.life import review_of_quota, reviewed

        at = self._due.before
        commands: list[Command[Any]] = []
        for quota in quotas:
            used = used_of(loaded, counter_keys(quota.quota_id, quota.counter_names))
            if reviewed(quota, used, at) != quota:
                commands.append(review_of_quota(quota, at=at))
        self.count += len(commands)
        return commands
