"""Wallets, burns and entries as JSON texts, written without dictionaries between.

1. A text is compact JSON of the codec's dictionary, character by character: a test compares them.
   It is written at once, since a store writes several texts for each request.
2. What a codec would object to, the same functions of the calendar object to here.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from json.encoder import encode_basestring as quoted

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Figure
from mi_rewards.wallet.buckets import Bucket, Draw
from mi_rewards.wallet.entries import Entry, Owner, Posting, Reason
from mi_rewards.wallet.reading import FORMAT
from mi_rewards.wallet.reservations import Burn, Hold, Promise
from mi_rewards.wallet.wallet import Wallet

compact: Callable[[object], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode
"""Writes anything JSON-ready as compact JSON."""

BEGUN = f'{{"format":{FORMAT}'
"""How a text begins."""


@lru_cache(maxsize=1024)
def day_text(day: date | None) -> str:
    """Write a day in quotes, or `null`.

    Args:
        day: The day; entries of a programme name few of them.

    Returns:
        Compact JSON.

    Raises:
        Misuse: It is no date.
    """
    return "null" if day is None else f'"{write_day(day)}"'


@lru_cache(maxsize=1024)
def instant_text(at: datetime | None) -> str:
    """Write an instant in quotes, or `null`.

    Args:
        at: The instant; the texts of one request name few of them, several times, and those of a
            batch are written kind by kind.

    Returns:
        Compact JSON.

    Raises:
        Misuse: It is naive, or is no instant.
    """
    return "null" if at is None else f'"{write_instant(at)}"'


def figures_text(figures: Iterable[tuple[str, Figure]]) -> str:
    """Write figures with their names.

    Args:
        figures: Pairs of a name and a text or whole number.

    Returns:
        Compact JSON: a list of pairs.
    """
    if not figures:
        return "[]"
    pairs = [
        f"[{quoted(name)},{quoted(figure) if isinstance(figure, str) else figure}]"
        for name, figure in figures
    ]
    return f"[{','.join(pairs)}]"


def entry_to_text(entry: Entry) -> str:
    """Write an entry.

    Args:
        entry: The entry.

    Returns:
        Compact JSON of what `entry_to_dict` answers.
    """
    owner, sequence, event, request_id, occurred_at, booked_at, reason, postings, until = entry
    occurred = booked = instant_text(occurred_at)
    if booked_at is not occurred_at:
        booked = instant_text(booked_at)
    return (
        f'{_owner(owner)},"sequence":{sequence},"event":"{event._value_}"'
        f',"request_id":{quoted(request_id)},"occurred_at":{occurred},"booked_at":{booked}'
        f',"until":{"null" if until is None else instant_text(until)}'
        f',"reason":{_reason(reason)},"postings":[{_postings(postings)}]}}'
    )


def wallet_to_text(wallet: Wallet) -> str:
    """Write a wallet, with its version.

    Args:
        wallet: The wallet.

    Returns:
        Compact JSON of what `wallet_to_dict` answers.
    """
    owner, buckets, holds, promises, owed, totals, sequence, booked_at, code, version = wallet
    issued, redeemed, lapsed, clawed_back, transferred, adjusted = totals
    blocked = f',"blocked":{quoted(code)}' if code else ""
    return (
        f'{_owner(owner)},"sequence":{sequence}'
        f',"booked_at":{instant_text(booked_at)},"version":{version},"buckets":{_parts(buckets)}'
        f',"holds":[{",".join([_hold(it) for it in holds]) if holds else ""}]'
        f',"promises":[{",".join([_promise(it) for it in promises]) if promises else ""}]'
        f',"owed":{owed},"totals":{{"issued":{issued},"redeemed":{redeemed}'
        f',"lapsed":{lapsed},"clawed_back":{clawed_back},"transferred":{transferred}'
        f',"adjusted":{adjusted}}}{blocked}}}'
    )


def burn_to_text(burn: Burn) -> str:
    """Write a burn, with its version.

    Args:
        burn: The burn.

    Returns:
        Compact JSON of what `burn_to_dict` answers.
    """
    return (
        f'{_owner(burn.owner)},"burn_id":{quoted(burn.burn_id)},"draws":{_parts(burn.draws)}'
        f',"undone":{burn.undone},"version":{burn.version}}}'
    )


def _owner(owner: Owner) -> str:
    """Write the format and the owner, without the brace at the end."""
    return _named(owner.member_id, owner.kind, owner.zone.name)


@lru_cache(maxsize=4096)
def _named(member_id: str, kind: str, zone: str) -> str:
    """Write the format and an owner; a request writes several texts that begin so."""
    return f'{BEGUN},"member_id":{quoted(member_id)},"kind":{quoted(kind)},"zone":{quoted(zone)}'


def _postings(postings: Iterable[Posting]) -> str:
    """Write postings."""
    texts = []
    for account, amount, last_day, ref in postings:
        named = "null" if ref is None else quoted(ref)
        texts.append(f'["{account._value_}",{amount},{day_text(last_day)},{named}]')
    return ",".join(texts)


def _reason(reason: Reason) -> str:
    """Write a reason."""
    code, figures = reason
    return f'{{"code":{quoted(code)},"figures":{figures_text(figures) if figures else "[]"}}}'


def _parts(parts: Iterable[Bucket | Draw]) -> str:
    """Write buckets or draws."""
    texts = []
    for it in parts:
        texts.append(f"[{day_text(it.last_day)},{it.tokens}]")  # noqa: PERF401 - it is faster
    return f"[{','.join(texts)}]"


def _hold(hold: Hold) -> str:
    """Write a hold."""
    return (
        f'{{"hold_id":{quoted(hold.hold_id)},"until":{instant_text(hold.until)}'
        f',"draws":{_parts(hold.draws)}}}'
    )


def _promise(promise: Promise) -> str:
    """Write a promise."""
    return (
        f'{{"promise_id":{quoted(promise.promise_id)},"tokens":{promise.tokens}'
        f',"source":{quoted(promise.source)},"last_day":{day_text(promise.last_day)}'
        f',"keeps_at":{instant_text(promise.keeps_at)}'
        f',"occurred_at":{instant_text(promise.occurred_at)},"reason":{_reason(promise.reason)}}}'
    )
