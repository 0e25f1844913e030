"""Folding a journal: what a wallet is, from its entries alone."""

from collections.abc import Iterable
from datetime import date, datetime

from mi_rewards.calendar import NEVER, utc
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet.booking import applied
from mi_rewards.wallet.entries import Account, Entry, Event
from mi_rewards.wallet.refusals import WalletFull
from mi_rewards.wallet.wallet import Wallet


def fold(entries: Iterable[Entry]) -> Wallet:
    """Fold one wallet's journal, or any prefix of it.

    Args:
        entries: The entries of one wallet, from the first, in order.

    Returns:
        The wallet as booked; ask `wallet.at(instant)` what the calendar has made of it since.
        O(entries).

    Raises:
        Misuse: There is no entry.
        Corrupt: An entry is of another wallet, the sequence has a gap, an entry takes what is not
            there or a part of a hold, its postings do not add up, or a block does not follow.
    """
    wallet: Wallet | None = None
    for entry in entries:
        if wallet is None:
            wallet = Wallet(entry.owner)
        if entry.owner != wallet.owner or entry.sequence != wallet.sequence + 1:
            raise Corrupt(
                f"entry {entry.sequence} of {entry.owner} cannot follow "
                f"entry {wallet.sequence} of {wallet.owner}"
            )
        try:
            after = applied(wallet, entry)
        except (Misuse, WalletFull) as error:
            raise Corrupt(f"entry {entry.sequence} of {entry.owner} cannot be: {error}") from error
        wrong = _objection(wallet, entry, after)
        if wrong is not None:
            raise Corrupt(f"entry {entry.sequence} of {entry.owner} cannot be: {wrong}")
        wallet = after
    if wallet is None:
        raise Misuse("there is no wallet without an entry")
    return wallet


def _objection(before: Wallet, entry: Entry, after: Wallet) -> str | None:
    """Say why an entry cannot be, though a wallet can be computed; `None` where it can."""
    wrong = _block_objection(before, entry)
    if wrong is not None:
        return wrong
    total = 0
    resolved: dict[str, dict[date, int]] = {}
    wanted: dict[str, int] = {}
    for it in entry.postings:
        if not it.amount:
            return f"it posts nothing to {it.account.value}"
        total += it.amount
        name = it.ref or ""
        if it.account is Account.HELD and it.amount < 0:
            days = resolved.setdefault(name, {})
            day = it.last_day or NEVER
            days[day] = days.get(day, 0) - it.amount
        elif it.account is Account.PROMISED:
            if it.amount < 0:
                wanted[name] = wanted.get(name, 0) - it.amount
            elif any(promise.promise_id == name for promise in before.promises):
                return f"promise {name!r} is open already"
    if total:
        return f"its postings sum to {total}, not to 0"
    for name, days in resolved.items():
        if days != _held(before, name):
            return f"hold {name!r} is not open with what is resolved of it"
    for name, tokens in wanted.items():
        there = sum(it.tokens for it in before.promises if it.promise_id == name)
        if tokens > there:
            return f"{tokens} are taken from promise {name!r}, which has {there}"
    return _imbalance(after)


def _block_objection(before: Wallet, entry: Entry) -> str | None:
    """Say why an entry cannot block a wallet or lift that, or has postings or none by mistake."""
    if entry.event not in {Event.BLOCKED, Event.UNBLOCKED}:
        return None if entry.postings else "it moves nothing"
    if entry.postings:
        return f"it moves tokens, and the wallet is {entry.event.value}"
    if entry.event is Event.UNBLOCKED:
        return None if before.blocked else "the wallet is not blocked"
    if before.blocked:
        return f"the wallet is blocked already: {before.blocked}"
    return None if entry.reason.code else "the wallet is blocked for no code"


def _held(wallet: Wallet, hold_id: str) -> dict[date, int]:
    """Find what a hold set aside, by last valid day; nothing where there is no such hold."""
    days: dict[date, int] = {}
    for hold in wallet.holds:
        if hold.hold_id == hold_id:
            for draw in hold.draws:
                days[draw.last_day] = days.get(draw.last_day, 0) + draw.tokens
    return days


def _imbalance(wallet: Wallet) -> str | None:
    """Say what is below zero, or that a wallet does not add up; `None` where it does."""
    for name, tokens in (
        ("owed", wallet.owed),
        ("issued", wallet.issued),
        ("redeemed", wallet.redeemed),
        ("lapsed", wallet.lapsed),
        ("clawed back", wallet.clawed_back),
    ):
        if tokens < 0:
            return f"{tokens} would be {name}"
    came = wallet.issued + wallet.owed
    there = wallet.available + wallet.held + sum(wallet.totals[1:])
    return None if came == there else f"{came} came in, and {there} are accounted for"


def until(entries: Iterable[Entry], at: datetime) -> tuple[Entry, ...]:
    """Cut a wallet's journal at an instant.

    Args:
        entries: The entries of one wallet, in order.
        at: The instant, with an offset.

    Returns:
        The entries booked by then: a prefix.

    Raises:
        Misuse: *at* has no offset.
    """
    at = utc(at)
    return tuple(entry for entry in entries if entry.booked_at <= at)
