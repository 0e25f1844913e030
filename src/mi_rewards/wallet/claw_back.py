"""Claw-back: taking back what a returned purchase earned.

It takes from the purchase's own bucket, then from the earliest. What is missing follows the policy.
"""

import enum
from datetime import date
from typing import NamedTuple

from mi_rewards._tuples import new
from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Account, Posting
from mi_rewards.wallet.refusals import ClawBackRefused

_AVAILABLE = Account.AVAILABLE
_OWED = Account.OWED
_CLAWED_BACK = Account.CLAWED_BACK


class ClawBackPolicy(enum.StrEnum):
    """What happens to tokens that a return should take back and that are no longer there."""

    OWED = "owed"
    FORGIVEN = "forgiven"
    REFUSED = "refused"


_IS_OWED = ClawBackPolicy.OWED
_IS_REFUSED = ClawBackPolicy.REFUSED


class ClawBack(NamedTuple):
    """What a claw-back came to.

    Attributes:
        taken: Tokens taken from what was available.
        owed: Tokens still to be taken back.
        forgiven: Tokens let go.
    """

    taken: int
    owed: int
    forgiven: int


def claw_back_postings(
    buckets: tuple[Bucket, ...],
    tokens: int,
    *,
    own_day: date,
    policy: ClawBackPolicy,
    source: str,
) -> tuple[list[Posting], ClawBack]:
    """Plan a claw-back.

    Args:
        buckets: What is available, earliest first.
        tokens: How many to take back.
        own_day: The last valid day of the purchase's own bucket, which is drawn first.
        policy: What happens to those that are missing.
        source: The order returned.

    Returns:
        Balanced postings, none where nothing is taken and the rest forgiven, and what it comes to.

    Raises:
        ClawBackRefused: The policy is `REFUSED` and fewer than *tokens* are available.
    """
    postings: list[Posting] = []
    missing = tokens
    for last_day, there in _own_first(buckets, own_day):
        part = there if there < missing else missing
        missing -= part
        postings.append(new(Posting, (_AVAILABLE, -part, last_day, None)))
        if not missing:
            break
    taken = tokens - missing
    if missing and policy is _IS_REFUSED:
        raise ClawBackRefused(required=tokens, available=taken)
    owed = missing if policy is _IS_OWED else 0
    if owed:
        postings.append(Posting(_OWED, -owed))
    if taken + owed:
        postings.append(new(Posting, (_CLAWED_BACK, taken + owed, None, source)))
    return postings, new(ClawBack, (taken, owed, missing - owed))


def _own_first(buckets: tuple[Bucket, ...], own_day: date) -> tuple[Bucket, ...]:
    """Put the bucket of a last valid day, where there is one, before the others."""
    if len(buckets) > 1 and buckets[0][0] != own_day:
        for index, bucket in enumerate(buckets):
            if bucket[0] == own_day:
                return (bucket, *buckets[:index], *buckets[index + 1 :])
    return buckets
