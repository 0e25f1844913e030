"""Lots and cells as whole numbers, so that they are cheap keys.

1. A *lot* is tokens of one cohort with one last valid day: `last day | month | segment`. Lots in
   order of their numbers stand earliest last day first, then oldest month first.
2. A cell of the flows is `day | flow | lot`.
3. Days are ordinals, a month is its first day; segments are numbers, in the order in which they
   were first seen, 0 for none.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from mi_rewards.modelling.flows import Flow, Flows

SEGMENT_BITS: Final = 18
"""Bits of a segment: as many as 262,144 of them."""

DAY_BITS: Final = 22
"""Bits of a day: the ordinal of the last day of the year 9999 has 22."""

DAY_SHIFT: Final = SEGMENT_BITS + DAY_BITS
"""How far the last valid day stands to the left in a lot."""

LOT_BITS: Final = DAY_SHIFT + DAY_BITS
"""Bits of a lot."""

_FLOW_BITS: Final = 3
_FLOWS: Final = tuple(Flow)
_NUMBERS: Final = {flow: number << LOT_BITS for number, flow in enumerate(_FLOWS)}
_SEGMENT_MASK: Final = (1 << SEGMENT_BITS) - 1
_DAY_MASK: Final = (1 << DAY_BITS) - 1
_FLOW_MASK: Final = (1 << _FLOW_BITS) - 1

EARNED: Final = _NUMBERS[Flow.EARNED]
OPENED: Final = _NUMBERS[Flow.OPENED]
REVERSED: Final = _NUMBERS[Flow.REVERSED]
REDEEMED: Final = _NUMBERS[Flow.REDEEMED]
REINSTATED: Final = _NUMBERS[Flow.REINSTATED]
LAPSED: Final = _NUMBERS[Flow.LAPSED]


def cell_day(day: int) -> int:
    """Answer with the part of a cell that is its day.

    Args:
        day: The day of booking, as an ordinal.

    Returns:
        The part; a flow and a lot are added to it.
    """
    return day << (LOT_BITS + _FLOW_BITS)


def lot_of(last_day: int, earned_on: date) -> int:
    """Make a lot without a segment.

    Args:
        last_day: The last valid day, as an ordinal.
        earned_on: The day of earning.

    Returns:
        The lot.
    """
    return (last_day << DAY_SHIFT) | (earned_on.replace(day=1).toordinal() << SEGMENT_BITS)


def segment_of(lot: int) -> int:
    """Answer with the number of a lot's segment.

    Args:
        lot: The lot.

    Returns:
        The number.
    """
    return lot & _SEGMENT_MASK


def month_of(lot: int) -> int:
    """Answer with the month in which a lot was earned.

    Args:
        lot: The lot.

    Returns:
        Its first day, as an ordinal.
    """
    return (lot >> SEGMENT_BITS) & _DAY_MASK


def flows_of(sums: Mapping[int, int], segments: Sequence[str]) -> Flows:
    """Unpack sums of flows.

    Args:
        sums: Tokens by cells as whole numbers.
        segments: The segments by their numbers.

    Returns:
        The flows.
    """
    return Flows(
        {
            (
                key >> (LOT_BITS + _FLOW_BITS),
                _FLOWS[(key >> LOT_BITS) & _FLOW_MASK],
                (key >> SEGMENT_BITS) & _DAY_MASK,
                segments[key & _SEGMENT_MASK],
                (key >> DAY_SHIFT) & _DAY_MASK,
            ): tokens
            for key, tokens in sums.items()
            if tokens
        }
    )
