"""What commands on memberships answer: small values that a receipt keeps."""

from typing import NamedTuple


class Left(NamedTuple):
    """A member left.

    Attributes:
        forfeited: Tokens that were taken off.
        withdrawn: Tokens that orders would have earned.
    """

    forfeited: int
    withdrawn: int


class Blocked(NamedTuple):
    """A member was blocked.

    Attributes:
        reason: The host's code for why.
    """

    reason: str


class Unblocked(NamedTuple):
    """What blocked a member was lifted.

    Attributes:
        reason: The code for which the member was blocked.
    """

    reason: str


class BirthdaySet(NamedTuple):
    """A birthday was noted, or forgotten.

    Attributes:
        member_id: Whose.
    """

    member_id: str


class Merged(NamedTuple):
    """A member goes on as another.

    Attributes:
        into: The other.
        tokens: Tokens that go over.
        debt: What was owed, and goes over instead.
    """

    into: str
    tokens: int
    debt: int


class Absorbed(NamedTuple):
    """A member goes on in the place of another too.

    Attributes:
        member_id: The other.
    """

    member_id: str


class Erased(NamedTuple):
    """What was personal of a member is deleted.

    Attributes:
        member_id: Whose it was.
    """

    member_id: str


class Counted(NamedTuple):
    """What counts under another name counts here.

    Attributes:
        counts_id: Names what counts.
        tier: The tier held by then; empty for none.
    """

    counts_id: str
    tier: str
