"""Wallets at rest, read at once from the text that a store has of them.

1. A wallet at rest has buckets and totals alone: nothing held, promised, owed or blocked. One
   pattern finds all of it, without a dictionary between.
2. What is read here, the codec reads as the same; a law compares them. Of any other text nothing
   is said: the codec reads it, or says what is wrong.
"""

import re
from typing import Final

from mi_rewards._tuples import new
from mi_rewards.calendar import read_instant
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Owner
from mi_rewards.wallet.reading import COUNT, FORMAT, TEXT, known_day, zone_in
from mi_rewards.wallet.wallet import Wallet

_NET: Final = "(0|-?[1-9][0-9]{0,17})"
_BUCKET: Final = '"[0-9a-z-]{1,10}",[1-9][0-9]{0,17}'

_AT_REST: Final = re.compile(
    rf'{{"format":{FORMAT},"member_id":{TEXT},"kind":{TEXT},"zone":{TEXT}'
    rf',"sequence":([1-9][0-9]{{0,17}}),"booked_at":{TEXT},"version":{COUNT}'
    rf',"buckets":\[(?:\[({_BUCKET}(?:\],\[{_BUCKET})*)\])?\],"holds":\[\],"promises":\[\]'
    rf',"owed":0,"totals":{{"issued":{COUNT},"redeemed":{COUNT},"lapsed":{COUNT}'
    rf',"clawed_back":{COUNT},"transferred":{_NET},"adjusted":{_NET}}}}}'
)
"""Compact JSON as `wallet_to_text` writes it; each number has 18 digits at most."""

_PART: Final = re.compile('"([0-9a-z-]*)",([0-9]*)')
"""A bucket among those that `_AT_REST` has found."""


def wallet_at_rest(text: str) -> Wallet | None:
    """Read a wallet at rest.

    Args:
        text: What `wallet_to_text` answered.

    Returns:
        The wallet, as the codec reads it; `None` where it is not at rest, is written in another
        way, or cannot be read.
    """
    found = _AT_REST.fullmatch(text)
    if found is None:
        return None
    member_id, kind, zone, sequence, booked_at, version, parts, *texts = found.groups()
    issued, redeemed, lapsed, clawed_back, transferred, adjusted = map(int, texts)
    spent = redeemed + lapsed + clawed_back + transferred + adjusted
    try:
        buckets = _buckets(parts) if parts else ()
        if buckets is None or sum([it[1] for it in buckets]) + spent != issued:
            return None
        owner = Owner(member_id, kind, zone_in(zone))
        at = read_instant(booked_at)
    except (Corrupt, Misuse):
        return None
    totals = issued, redeemed, lapsed, clawed_back, transferred, adjusted
    return new(Wallet, (owner, buckets, (), (), 0, totals, int(sequence), at, "", int(version)))


def _buckets(parts: str) -> tuple[Bucket, ...] | None:
    """Read buckets, between the brackets of the first and the last; `None` where days fall."""
    buckets: list[Bucket] = []
    before = None
    for text, tokens in _PART.findall(parts):
        day = known_day(text)
        if before is not None and day <= before:
            return None
        buckets.append(new(Bucket, (day, int(tokens))))
        before = day
    return tuple(buckets)
