"""Redemptions: a reward reserved for tokens that are held, until it is confirmed or not.

1. A redemption's life cycle is the table `LIFE_CYCLE`.
2. What was reserved is what is confirmed: the reward as it was then, its tokens, its counters.
3. A reservation is open while `at < until`; then it has run out, whether or not that is booked.
"""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from mi_rewards.catalogue.limits import Step
from mi_rewards.catalogue.refusals import Irrevocable, RedemptionNotOpen
from mi_rewards.catalogue.rewards import Reward


class RedemptionState(enum.StrEnum):
    """Where a redemption is in its life."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    RUN_OUT = "run_out"


class RedemptionEvent(enum.StrEnum):
    """What can happen to a redemption."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    RUN_OUT = "run_out"


LIFE_CYCLE: Mapping[RedemptionState, Mapping[RedemptionEvent, RedemptionState]] = {
    RedemptionState.RESERVED: {
        RedemptionEvent.CONFIRM: RedemptionState.CONFIRMED,
        RedemptionEvent.CANCEL: RedemptionState.CANCELLED,
        RedemptionEvent.RUN_OUT: RedemptionState.RUN_OUT,
    },
    RedemptionState.CONFIRMED: {RedemptionEvent.CANCEL: RedemptionState.CANCELLED},
    RedemptionState.CANCELLED: {},
    RedemptionState.RUN_OUT: {},
}
"""What may happen when; what is not in the table is refused."""


class Redemption(NamedTuple):
    """One redemption of one member.

    Attributes:
        member_id: The member.
        redemption_id: Names it within the member: the request that reserved or redeemed.
        reward: What is redeemed, as it was then.
        tokens: What it costs.
        steps: What it took of the stock and the limits.
        made_at: When it was reserved, or redeemed in one step (UTC).
        until: The deadline of the reservation (UTC); `None` where there was none.
        state: Where it is in its life.
        version: How many times it was stored.
    """

    member_id: str
    redemption_id: str
    reward: Reward
    tokens: int
    steps: tuple[Step, ...]
    made_at: datetime
    until: datetime | None
    state: RedemptionState
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which the reservation runs out, as long as it is open."""
        return self.until if self.state is RedemptionState.RESERVED else None

    def at(self, at: datetime) -> "Redemption":
        """State what the calendar has made of it.

        Args:
            at: The instant (UTC).

        Returns:
            The redemption, run out where its deadline has passed.
        """
        if self.due_at is not None and at >= self.due_at:
            return self._replace(state=LIFE_CYCLE[self.state][RedemptionEvent.RUN_OUT])
        return self

    def confirming(self, *, at: datetime) -> "Redemption":
        """Confirm a reservation.

        Args:
            at: The instant (UTC).

        Returns:
            The redemption.

        Raises:
            RedemptionNotOpen: It is confirmed, cancelled, or has run out.
        """
        return self._after(RedemptionEvent.CONFIRM, at)

    def cancelling(self, *, at: datetime) -> "Redemption":
        """Cancel a reservation, or give back what was confirmed where its terms allow that.

        Args:
            at: The instant (UTC).

        Returns:
            The redemption.

        Raises:
            RedemptionNotOpen: It is cancelled, or has run out.
            Irrevocable: Its code is issued, and the reward takes none back.
        """
        after = self._after(RedemptionEvent.CANCEL, at)
        if self.state is RedemptionState.CONFIRMED and not self.reward.is_revocable:
            raise Irrevocable(redemption_id=self.redemption_id)
        return after

    def stored(self) -> "Redemption":
        """The same redemption, stored once more.

        Returns:
            The redemption with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def _after(self, event: RedemptionEvent, at: datetime) -> "Redemption":
        """Follow the life cycle, or refuse."""
        state = self.at(at).state
        if event not in LIFE_CYCLE[state]:
            raise RedemptionNotOpen(redemption_id=self.redemption_id, state=state.value)
        return self._replace(state=LIFE_CYCLE[state][event])
