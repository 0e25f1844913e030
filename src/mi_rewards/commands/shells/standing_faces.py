"""Where members stand, as the shells tell it: progress, and booking what is due."""

from abc import abstractmethod
from datetime import datetime
from typing import Any

from mi_rewards import tiers
from mi_rewards.calendar import utc
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.reads import PAGE
from mi_rewards.commands.shells.carrying import AsyncShell, Shell
from mi_rewards.commands.trade_in.faces import AsyncTradeInFace, TradeInFace
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import member_key, standing_key
from mi_rewards.tiers.standing import Standing


class StandingFace(Shell, TradeInFace):
    """What a programme on a host's store does and tells about tiers."""

    @abstractmethod
    def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    def review_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what the calendar made of standings by an instant, and give notice of falls.

        Which tier a member holds does not depend on it; upgrade rewards and events do.

        Args:
            at: The instant, with an offset.
            limit: How many standings to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Standing, at, limit)

    def progress(self, member_id: str, *, at: datetime) -> "tiers.Progress":
        """Tell where a member stands: what was reached, what keeps it, what comes next.

        Args:
            member_id: The member.
            at: The instant, with an offset.

        Returns:
            The progress.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            Misuse: The programme has no tiers, or *at* has no offset.
        """
        at = utc(at)
        return stated_progress(self.store.load(_needs(member_id)), member_id, self.programme, at)


class AsyncStandingFace(AsyncShell, AsyncTradeInFace):
    """What a programme on an async host's store does and tells about tiers."""

    @abstractmethod
    async def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""

    async def review_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what the calendar made of standings by an instant, and give notice of falls.

        Which tier a member holds does not depend on it; upgrade rewards and events do.

        Args:
            at: The instant, with an offset.
            limit: How many standings to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return await self._sweep(Standing, at, limit)

    async def progress(self, member_id: str, *, at: datetime) -> "tiers.Progress":
        """Tell where a member stands: what was reached, what keeps it, what comes next.

        Args:
            member_id: The member.
            at: The instant, with an offset.

        Returns:
            The progress.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            Misuse: The programme has no tiers, or *at* has no offset.
        """
        at = utc(at)
        return stated_progress(
            await self.store.load(_needs(member_id)), member_id, self.programme, at
        )


def _needs(member_id: str) -> Needs:
    """Name the member and the standing."""
    return Needs((member_key(member_id), standing_key(member_id)))


def stated_progress(
    loaded: Loaded, member_id: str, programme: Programme, at: datetime
) -> "tiers.Progress":
    """State where a member stands.

    Args:
        loaded: The member and the standing.
        member_id: The member.
        programme: The rules.
        at: The instant (UTC).

    Returns:
        The progress.

    Raises:
        NotAMember: The member has not joined.
        MemberMerged: The member goes on as another.
        MemberLeft: The member has left.
        Misuse: The programme has no tiers.
    """
    from mi_rewards.commands.members.status import member_in
    from mi_rewards.tiers.progress import progress_of

    ladder = programme.ladder
    if ladder is None:
        raise Misuse(f"{programme.name} has no tiers")
    standing = standing_of(loaded, member_in(loaded, member_id), programme)
    return progress_of(standing, at=at, ladder=ladder, zone=programme.zone)
