"""Flows: what came to the tokens that are outstanding, and what went, by day and by cohort.

1. Outstanding is what is available or held. An amount is signed as outstanding tokens see it, so
   that the flows through a day add up to what is outstanding at its end.
2. A cohort is the month in which tokens were earned, and a segment. Which tokens of a bucket go
   first is a definition of the analysis alone, and no total depends on it: the oldest month first,
   then the segment by its text. A claw-back takes from its own cohort of its own bucket first,
   then from the rest of that bucket, then from the others, the earliest last day first. Where a
   bucket has tokens of the order's own, those of its newest award there go first.
3. What is held keeps its cohort; what is released or reinstated goes back to it.
4. What is owed is no flow: what makes good a debt is taken back when it does. Where it does so as
   it comes in, it comes to no bucket, and its cells have the last day 0.
"""

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import attrs


class Flow(enum.StrEnum):
    """What happens to outstanding tokens."""

    OPENED = "opened"
    EARNED = "earned"
    REVERSED = "reversed"
    REDEEMED = "redeemed"
    REINSTATED = "reinstated"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"
    ADJUSTED = "adjusted"


class Cell(NamedTuple):
    """What one flow came to, on one day, of one cohort with one last valid day.

    Attributes:
        day: The day on which it was booked, in the programme's zone, as an ordinal.
        flow: What happened.
        earned_in: The first day of the month in which the tokens were earned, as an ordinal.
        segment: The segment that they were earned in; empty for none.
        last_day: Their last valid day, as an ordinal; 0 of what came to no bucket.
        tokens: How many, signed; never 0.
    """

    day: int
    flow: Flow
    earned_in: int
    segment: str
    last_day: int
    tokens: int


_Key = tuple[int, Flow, int, str, int]


@attrs.frozen(order=False, repr=False)
class Flows:
    """All flows of a replay, or of journals.

    Attributes:
        sums: Tokens by day, flow, month of earning, segment and last day; none is 0.
    """

    sums: dict[_Key, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Flows":
        """Add cells up.

        Args:
            cells: In any order; equal ones are added.

        Returns:
            The flows.
        """
        sums: dict[_Key, int] = {}
        for *key, tokens in cells:
            place: _Key = tuple(key)  # type: ignore[assignment]
            sums[place] = sums.get(place, 0) + tokens
        return cls({key: tokens for key, tokens in sums.items() if tokens})

    def cells(self) -> Iterator[Cell]:
        """Go through the flows.

        Yields:
            Cells, by day, flow, month, segment and last day.
        """
        for key in sorted(self.sums):
            yield Cell(*key, self.sums[key])

    def total(self, flow: Flow) -> int:
        """Add up one flow.

        Args:
            flow: Which.

        Returns:
            Tokens, signed.
        """
        return sum(tokens for key, tokens in self.sums.items() if key[1] is flow)

    @property
    def outstanding(self) -> int:
        """What all of them leave outstanding."""
        return sum(self.sums.values())

    def where(self, kept: Callable[[Cell], bool]) -> "Flows":
        """Keep some of the flows.

        Args:
            kept: Tells of a cell whether it is kept.

        Returns:
            The flows that are.
        """
        return Flows({key: n for key, n in self.sums.items() if kept(Cell(*key, n))})

    def merged(self, other: "Flows") -> "Flows":
        """Add other flows; associative and commutative.

        Args:
            other: Flows of other members.

        Returns:
            The flows of all of them.
        """
        sums = dict(self.sums)
        for key, tokens in other.sums.items():
            sums[key] = sums.get(key, 0) + tokens
        return Flows({key: tokens for key, tokens in sums.items() if tokens})

    def __repr__(self) -> str:
        return f"<Flows: {len(self.sums)} cells, {self.outstanding:,} tokens outstanding>"
