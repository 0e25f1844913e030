"""Claw-back: taking back what a returned purchase earned.

It takes from the purchase's own bucket, then from the earliest. What is missing follows the policy.
"""

import enum
from collections.abc import Sequence
from datetime import date

import attrs

from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Account, Posting
from mi_rewards.wallet.refusals import ClawBackRefused


class ClawBackPolicy(enum.StrEnum):
    """What happens to tokens that a return should take back and that are no longer there."""

    OWED = "owed"
    FORGIVEN = "forgiven"
    REFUSED = "refused"


@attrs.frozen(order=False)
class ClawBack:
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
    own = [bucket for bucket in buckets if bucket.last_day == own_day]
    postings: list[Posting] = []
    missing = tokens
    for bucket in (*own, *(bucket for bucket in buckets if bucket.last_day != own_day)):
        part = min(bucket.tokens, missing)
        if part:
            missing -= part
            postings.append(Posting(Account.AVAILABLE, -part, bucket.last_day))
    taken = tokens - missing
    if missing and policy is ClawBackPolicy.REFUSED:
        raise ClawBackRefused(required=tokens, available=taken)
    owed = missing if policy is ClawBackPolicy.OWED else 0
    if owed:
        postings.append(Posting(Account.OWED, -owed))
    if taken + owed:
        postings.append(Posting(Account.CLAWED_BACK, taken + owed, None, source))
    return postings, ClawBack(taken, owed, missing - owed)
