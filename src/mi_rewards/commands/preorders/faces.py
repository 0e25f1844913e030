"""Pre-orders, as the shells tell of them: one, a member's, those late to ship; what is due."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mi_rewards.calendar import utc
from mi_rewards.commands.quotas.faces import AsyncQuotaFace, QuotaFace
from mi_rewards.commands.reads import PAGE, check_page
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.refusals import UnknownPreOrder
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import preorder_key
from mi_rewards.repositories.records import Due, DueKey, Owned


class LatePage(NamedTuple):
    """A part of what is late to ship.

    Attributes:
        preorders: The pre-orders, what was to be shipped first before the rest.
        after: Where to go on; `None` where nothing is left.
    """

    preorders: tuple[PreOrder, ...]
    after: DueKey[PreOrder] | None


class PreOrderFace(QuotaFace):
    """What a programme on a host's store does and tells about pre-orders."""

    @abstractmethod
    def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    def preorder(self, member_id: str, order_id: str, *, at: datetime) -> PreOrder:
        """State a pre-order at an instant, whatever was booked by then.

        Args:
            member_id: The member.
            order_id: The order.
            at: The instant, with an offset.

        Returns:
            The pre-order.

        Raises:
            UnknownPreOrder: The member has none of that name.
            Misuse: *at* has no offset.
        """
        at = utc(at)
        needs = Needs((preorder_key(member_id, order_id),))
        return _found(self.store.load(needs), member_id, order_id, at)

    def preorders(
        self, member_id: str, *, at: datetime, after: str = "", limit: int = PAGE
    ) -> tuple[PreOrder, ...]:
        """Read a page of a member's pre-orders, as they are at an instant.

        Args:
            member_id: The member.
            at: The instant, with an offset.
            after: The order after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The pre-orders, by the names of the orders.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        page = _page(member_id, after, limit)
        return _stated(self.store.load(Needs(pages=(page,))), page, at)

    def late_to_ship(
        self, at: datetime, *, after: DueKey[PreOrder] | None = None, limit: int = PAGE
    ) -> LatePage:
        """Report what was paid and should have been shipped by an instant, and was not.

        Args:
            at: The instant, with an offset.
            after: What the page before says; `None` for the beginning.
            limit: How many to look at.

        Returns:
            A page, which may have fewer, or none, before the last one.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        due = self.store.load(Needs(due=_due(at, after, limit))).due
        keys = tuple([it.key for it in due])
        return _late(self.store.load(Needs(keys)).get_all(keys), due, at, limit)

    def preorders_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what the calendar made of pre-orders by an instant, and tell what is due or late.

        What a member is told does not depend on it; that others can have their units does.

        Args:
            at: The instant, with an offset.
            limit: How many pre-orders to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(PreOrder, at, limit)


class AsyncPreOrderFace(AsyncQuotaFace):
    """`PreOrderFace`, awaited."""

    @abstractmethod
    async def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    async def preorder(self, member_id: str, order_id: str, *, at: datetime) -> PreOrder:
        """State a pre-order at an instant, whatever was booked by then.

        Args:
            member_id: The member.
            order_id: The order.
            at: The instant, with an offset.

        Returns:
            The pre-order.

        Raises:
            UnknownPreOrder: The member has none of that name.
            Misuse: *at* has no offset.
        """
        at = utc(at)
        needs = Needs((preorder_key(member_id, order_id),))
        return _found(await self.store.load(needs), member_id, order_id, at)

    async def preorders(
        self, member_id: str, *, at: datetime, after: str = "", limit: int = PAGE
    ) -> tuple[PreOrder, ...]:
        """Read a page of a member's pre-orders, as they are at an instant.

        Args:
            member_id: The member.
            at: The instant, with an offset.
            after: The order after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The pre-orders, by the names of the orders.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        page = _page(member_id, after, limit)
        return _stated(await self.store.load(Needs(pages=(page,))), page, at)

    async def late_to_ship(
        self, at: datetime, *, after: DueKey[PreOrder] | None = None, limit: int = PAGE
    ) -> LatePage:
        """Report what was paid and should have been shipped by an instant, and was not.

        Args:
            at: The instant, with an offset.
            after: What the page before says; `None` for the beginning.
            limit: How many to look at.

        Returns:
            A page, which may have fewer, or none, before the last one.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        due = (await self.store.load(Needs(due=_due(at, after, limit)))).due
        keys = tuple([it.key for it in due])
        return _late((await self.store.load(Needs(keys))).get_all(keys), due, at, limit)

    async def preorders_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what the calendar made of pre-orders by an instant, and tell what is due or late.

        What a member is told does not depend on it; that others can have their units does.

        Args:
            at: The instant, with an offset.
            limit: How many pre-orders to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return await self._sweep(PreOrder, at, limit)


def _found(loaded: Loaded, member_id: str, order_id: str, at: datetime) -> PreOrder:
    """State a pre-order, or refuse."""
    preorder = loaded.get(preorder_key(member_id, order_id))
    if preorder is None:
        raise UnknownPreOrder(order_id=order_id)
    return preorder.at(at)


def _page(member_id: str, after: str, limit: int) -> Owned[PreOrder]:
    """Name a page of a member's pre-orders."""
    check_page(limit=limit)
    return Owned(PreOrder, member_id, after, limit)


def _stated(loaded: Loaded, page: Owned[PreOrder], at: datetime) -> tuple[PreOrder, ...]:
    """State the pre-orders of a page."""
    return tuple([it.at(at) for it in loaded.owned(page)])


def _due(at: datetime, after: DueKey[PreOrder] | None, limit: int) -> Due:
    """Name a page of what is due."""
    check_page(limit=limit)
    return Due(at, after, limit, PreOrder)


def _late(
    found: Sequence[PreOrder | None], due: Sequence[DueKey[PreOrder]], at: datetime, limit: int
) -> LatePage:
    """Pick what is late of what is due."""
    late = tuple([it for it in found if it is not None and it.is_late(at)])
    return LatePage(late, due[-1] if len(due) == limit else None)
