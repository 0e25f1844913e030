"""The unit of a quota that is set aside for one code."""

from datetime import datetime
from typing import NamedTuple

from mi_rewards.preorders.allotments import CODES, Allotment, UnitState, UnitStep


class ReservedUnit(NamedTuple):
    """The unit that an issued F-code has of a quota; it follows what becomes of the code.

    Attributes:
        member_id: The member who redeemed the code.
        voucher_id: The code's voucher within that member.
        allotment: The unit, with all that became of it.
        version: How many times it was stored.
    """

    member_id: str
    voucher_id: str
    allotment: Allotment
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes the code, and the unit with it when that is booked."""
        return

    def moving(self, to: UnitState, *, at: datetime) -> tuple["ReservedUnit", tuple[UnitStep, ...]]:
        """Let the unit become something else.

        Args:
            to: What it is to be.
            at: The instant (UTC).

        Returns:
            It, with the move recorded, and the steps of the quota's counters.

        Raises:
            Corrupt: A unit never becomes that after what it was: somebody changed what is stored.
        """
        before = self.allotment.state
        allotment = self.allotment.moving(to, at=at)
        return self._replace(allotment=allotment), allotment.steps_from(before, self.member_id)

    def stored(self) -> "ReservedUnit":
        """The same unit, stored once more.

        Returns:
            It, with its version raised by one.
        """
        return self._replace(version=self.version + 1)


def unit_for(member_id: str, voucher_id: str, quota_id: str) -> ReservedUnit:
    """Name the unit of a code that is about to get one.

    Args:
        member_id: The member who redeemed the code.
        voucher_id: The code's voucher within that member.
        quota_id: The quota.

    Returns:
        The unit, free, of the shard for codes.
    """
    return ReservedUnit(member_id, voucher_id, Allotment(quota_id, CODES))
