"""Claw-back: taking back what a returned purchase earned.

It takes from the purchase's own bucket, then from the earliest. What is missing follows the policy.
"""

import enum
from collections.abc import Sequence
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
    buckets: Sequence[Bucket],
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
    own: list[Bucket] = []
    others: list[Bucket] = []
    for bucket in buckets:
        (own if bucket.last_day == own_day else others).append(bucket)
    postings: list[Posting] = []
    missing = tokens
    for bucket in own + others:
        part = bucket.tokens if bucket.tokens < missing else missing
        missing -= part
        postings.append(new(Posting, (_AVAILABLE, -part, bucket.last_day, None)))
        if not missing:
            break
    taken = tokens - missing
    if missing and policy is ClawBackPolicy.REFUSED:
        raise ClawBackRefused(required=tokens, available=taken)
    owed = missing if policy is ClawBackPolicy.OWED else 0
    if owed:
        postings.append(Posting(_OWED, -owed))
    if taken + owed:
        postings.append(new(Posting, (_CLAWED_BACK, taken + owed, None, source)))
    return postings, new(ClawBack, (taken, owed, missing - owed))
