"""Wallets, burns and entries as JSON-ready dictionaries, and journals as lines of JSON.

1. A dictionary holds whole numbers, texts, `None`, lists and dictionaries, and says its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. A posting is written `[account, amount, last day, reference]`, a bucket or a draw
   `[last day, tokens]`, a figure `[name, value]`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Corrupt
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet.buckets import Bucket, Draw
from mi_rewards.wallet.entries import Account, Entry, Event, Owner, Posting, Reason
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    figure_in,
    instant_in,
    list_in,
    one_of,
    optional,
    parts_in,
    text_in,
    whole_in,
    zone_in,
)
from mi_rewards.wallet.reservations import Burn, Hold, Promise
from mi_rewards.wallet.wallet import Wallet

_T = TypeVar("_T")

_OWNER = frozenset({"format", "member_id", "kind", "zone"})
_ENTRY = _OWNER | {"sequence", "event", "request_id", "reason", "postings", "until"}
_ENTRY |= {"occurred_at", "booked_at"}
_WALLET = _OWNER | {"sequence", "booked_at", "version", "buckets", "holds", "promises"}
_WALLET |= {"owed", "totals"}
_BLOCKED = frozenset({"blocked"})
_BURN = _OWNER | {"burn_id", "draws", "undone", "version"}
_REASON = frozenset({"code", "figures"})
_HOLD = frozenset({"hold_id", "until", "draws"})
_PROMISE = frozenset(
    {"promise_id", "tokens", "source", "last_day", "keeps_at", "occurred_at", "reason"}
)
_TOTALS = ("issued", "redeemed", "lapsed", "clawed_back", "transferred", "adjusted")
_ACCOUNTS = {account.value: account for account in Account}
_EVENTS = {event.value: event for event in Event}


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """Write an entry.

    Args:
        entry: The entry.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        **_owner_to_dict(entry.owner),
        "sequence": entry.sequence,
        "event": entry.event.value,
        "request_id": entry.request_id,
        "occurred_at": write_instant(entry.occurred_at),
        "booked_at": write_instant(entry.booked_at),
        "until": _written(entry.until, write_instant),
        "reason": _reason_to_dict(entry.reason),
        "postings": [
            [it.account.value, it.amount, _written(it.last_day, write_day), it.ref]
            for it in entry.postings
        ],
    }


def entry_from_dict(written: dict[str, Any]) -> Entry:
    """Read an entry.

    Args:
        written: What `entry_to_dict` answered.

    Returns:
        The entry.

    Raises:
        Corrupt: It is something else, or its postings do not sum to zero.
    """
    fields = fields_in(written, _ENTRY, "entry")
    postings = tuple([_posting(it) for it in list_in(fields["postings"], "postings")])
    total = sum([posting.amount for posting in postings])
    if total:
        raise Corrupt(f"postings sum to {total}, not to 0")
    return Entry(
        _owner(fields),
        whole_in(fields["sequence"], "sequence", 1),
        one_of(fields["event"], _EVENTS, "event"),
        text_in(fields["request_id"], "request_id"),
        instant_in(fields["occurred_at"], "occurred_at"),
        instant_in(fields["booked_at"], "booked_at"),
        _reason(fields["reason"]),
        postings,
        optional(instant_in, fields["until"], "until"),
    )


def wallet_to_dict(wallet: Wallet) -> dict[str, Any]:
    """Write a wallet, with its version.

    Args:
        wallet: The wallet.

    Returns:
        A JSON-ready dictionary; it says `blocked` only where the wallet is.
    """
    blocked = {"blocked": wallet.blocked} if wallet.blocked else {}
    return {
        **_owner_to_dict(wallet.owner),
        "sequence": wallet.sequence,
        "booked_at": _written(wallet.booked_at, write_instant),
        "version": wallet.version,
        "buckets": _parts_to_list(wallet.buckets),
        "holds": [
            {
                "hold_id": hold.hold_id,
                "until": write_instant(hold.until),
                "draws": _parts_to_list(hold.draws),
            }
            for hold in wallet.holds
        ],
        "promises": [
            {
                "promise_id": promise.promise_id,
                "tokens": promise.tokens,
                "source": promise.source,
                "last_day": _written(promise.last_day, write_day),
                "keeps_at": _written(promise.keeps_at, write_instant),
                "occurred_at": write_instant(promise.occurred_at),
                "reason": _reason_to_dict(promise.reason),
            }
            for promise in wallet.promises
        ],
        "owed": wallet.owed,
        "totals": {name: getattr(wallet, name) for name in _TOTALS},
        **blocked,
    }


def wallet_from_dict(written: dict[str, Any]) -> Wallet:
    """Read a wallet.

    Args:
        written: What `wallet_to_dict` answered.

    Returns:
        The wallet, with its version.

    Raises:
        Corrupt: It is something else, or no wallet can be like that.
    """
    fields = fields_in(written, _WALLET, "wallet", _BLOCKED)
    is_blocked = "blocked" in fields
    totals = fields_in(fields["totals"], frozenset(_TOTALS), "totals")
    buckets = [Bucket(day, tokens) for day, tokens in parts_in(fields["buckets"], "buckets")]
    wallet = Wallet(
        _owner(fields),
        tuple(buckets),
        tuple([_hold(it) for it in list_in(fields["holds"], "holds")]),
        tuple([_promise(it) for it in list_in(fields["promises"], "promises")]),
        whole_in(fields["owed"], "owed", 0),
        (
            whole_in(totals["issued"], "issued", 0),
            whole_in(totals["redeemed"], "redeemed", 0),
            whole_in(totals["lapsed"], "lapsed", 0),
            whole_in(totals["clawed_back"], "clawed_back", 0),
            whole_in(totals["transferred"], "transferred", -TOKENS_MAX),
            whole_in(totals["adjusted"], "adjusted", -TOKENS_MAX),
        ),
        whole_in(fields["sequence"], "sequence", 0),
        optional(instant_in, fields["booked_at"], "booked_at"),
        text_in(fields["blocked"], "blocked") if is_blocked else "",
        whole_in(fields["version"], "version", 0),
    )
    if is_blocked and not (wallet.blocked and wallet.sequence):
        raise Corrupt("a wallet is blocked for a code, by an entry")
    _check_wallet(wallet)
    return wallet


def burn_to_dict(burn: Burn) -> dict[str, Any]:
    """Write a burn, with its version.

    Args:
        burn: The burn.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        **_owner_to_dict(burn.owner),
        "burn_id": burn.burn_id,
        "draws": _parts_to_list(burn.draws),
        "undone": burn.undone,
        "version": burn.version,
    }


def burn_from_dict(written: dict[str, Any]) -> Burn:
    """Read a burn.

    Args:
        written: What `burn_to_dict` answered.

    Returns:
        The burn, with its version.

    Raises:
        Corrupt: It is something else, or more of it is undone than was drawn.
    """
    fields = fields_in(written, _BURN, "burn")
    burn = Burn(
        _owner(fields),
        text_in(fields["burn_id"], "burn_id"),
        _draws(fields["draws"]),
        whole_in(fields["undone"], "undone", 0),
        whole_in(fields["version"], "version", 0),
    )
    if burn.tokens < 0:
        raise Corrupt(f"{burn.undone} tokens of burn {burn.burn_id!r} are undone, of fewer drawn")
    return burn


def write_journal(entries: Iterable[Entry]) -> Iterator[str]:
    """Write entries as JSON Lines: equal entries give equal text.

    Args:
        entries: The entries.

    Yields:
        A line for each, without its end.
    """
    for entry in entries:
        yield json.dumps(entry_to_dict(entry), sort_keys=True, separators=(",", ":"))


def read_journal(lines: Iterable[str]) -> Iterator[Entry]:
    """Read JSON Lines, such as an open file.

    Args:
        lines: What `write_journal` answered, with or without ends of lines.

    Yields:
        The entries.

    Raises:
        Corrupt: A line is something else; its number is named.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield entry_from_dict(_decode(line))
        except Corrupt as error:
            raise Corrupt(f"line {number}: {error}") from None
        except (ValueError, RecursionError) as error:
            raise Corrupt(f"line {number} is no JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dictionary of pairs, and object to a key that stands twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Corrupt("a key stands twice")
    return made


_decode: Callable[[str], Any] = json.JSONDecoder(object_pairs_hook=_once).decode


def _written(value: _T | None, write: Callable[[_T], str]) -> str | None:
    """Write what may be nothing."""
    return None if value is None else write(value)


def _owner_to_dict(owner: Owner) -> dict[str, Any]:
    """Write the format and the owner."""
    return {
        "format": FORMAT,
        "member_id": owner.member_id,
        "kind": owner.kind,
        "zone": owner.zone.name,
    }


def _reason_to_dict(reason: Reason) -> dict[str, Any]:
    """Write a reason."""
    return {"code": reason.code, "figures": [list(figure) for figure in reason.figures]}


def _parts_to_list(parts: Iterable[Bucket | Draw]) -> list[list[Any]]:
    """Write buckets or draws."""
    return [[write_day(part.last_day), part.tokens] for part in parts]


def _owner(fields: dict[str, Any]) -> Owner:
    """Read the owner."""
    return Owner(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["kind"], "kind"),
        zone_in(text_in(fields["zone"], "zone")),
    )


def _posting(written: object) -> Posting:
    """Read a posting."""
    account, amount, last_day, ref = list_in(written, "posting", 4)
    if amount == 0:
        raise Corrupt("a posting moves nothing")
    return Posting(
        one_of(account, _ACCOUNTS, "account"),
        whole_in(amount, "amount", -TOKENS_MAX),
        optional(day_in, last_day, "last_day"),
        optional(text_in, ref, "ref"),
    )


def _reason(written: object) -> Reason:
    """Read a reason."""
    fields = fields_in(written, _REASON, "reason")
    figures = [list_in(it, "figure", 2) for it in list_in(fields["figures"], "figures")]
    return Reason(
        text_in(fields["code"], "code"),
        tuple([(text_in(name, "figure"), figure_in(value, "figure")) for name, value in figures]),
    )


def _draws(written: object) -> tuple[Draw, ...]:
    """Read the draws of a hold or a burn, at least one."""
    draws = tuple([Draw(day, tokens) for day, tokens in parts_in(written, "draws")])
    if not draws:
        raise Corrupt("draws must not be empty")
    return draws


def _hold(written: object) -> Hold:
    """Read a hold."""
    fields = fields_in(written, _HOLD, "hold")
    return Hold(
        text_in(fields["hold_id"], "hold_id"),
        instant_in(fields["until"], "until"),
        _draws(fields["draws"]),
    )


def _promise(written: object) -> Promise:
    """Read a promise."""
    fields = fields_in(written, _PROMISE, "promise")
    if (fields["last_day"] is None) is not (fields["keeps_at"] is None):
        raise Corrupt("a promise has both last_day and keeps_at, or neither")
    return Promise(
        text_in(fields["promise_id"], "promise_id"),
        whole_in(fields["tokens"], "tokens", 1),
        text_in(fields["source"], "source"),
        optional(day_in, fields["last_day"], "last_day"),
        optional(instant_in, fields["keeps_at"], "keeps_at"),
        instant_in(fields["occurred_at"], "occurred_at"),
        _reason(fields["reason"]),
    )


def _check_wallet(wallet: Wallet) -> None:
    """Object to a wallet that no entries can have made."""
    issued, *spent = wallet.totals
    if issued + wallet.owed != wallet.available + wallet.held + sum(spent):
        raise Corrupt("the parts of the wallet do not add up to what was issued")
    if wallet.owed and wallet.buckets:
        raise Corrupt("tokens are available while others are owed")
    if (wallet.booked_at is None) is not (wallet.sequence == 0):
        raise Corrupt("a wallet has both an entry and the instant of the last, or neither")
    if wallet.holds or wallet.promises:
        _check_order(wallet)


def _check_order(wallet: Wallet) -> None:
    """Object to holds and promises that do not stand in order, or under names of their own."""
    holds = [(hold.until, hold.hold_id) for hold in wallet.holds]
    promises = [
        (it.keeps_at is None, it.keeps_at or it.occurred_at, it.promise_id)
        for it in wallet.promises
    ]
    if holds != sorted(holds) or promises != sorted(promises):
        raise Corrupt("holds and promises must stand in the order in which they are due")
    for names in ([it.hold_id for it in wallet.holds], [it.promise_id for it in wallet.promises]):
        if len(set(names)) < len(names):
            raise Corrupt(f"a name stands twice among {names}")
