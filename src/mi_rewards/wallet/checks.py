"""The promises that always hold, checked on any history, in production too.

1. Each check is a function named for its promise. The tables `_BEFORE` and `_AFTER` give it the
   promise's number (docs/reference/rules.md), and the wallet before or after the entry.
2. Nothing is raised on a bad journal. An entry that cannot be read is reported and left out.
3. A defect is reported where it happens; what follows from it may be reported too.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import attrs

from mi_rewards.calendar import Zone, utc
from mi_rewards.wallet import balance_checks, history_checks
from mi_rewards.wallet.entries import Account, Entry, Event, Owner, Posting, Reason
from mi_rewards.wallet.watch import Watched, by_ref, gained, is_whole, lost

Check = Callable[[Watched, Entry], Iterator[str]]
"""Sees a wallet and an entry, and says what is wrong."""

_BEFORE: tuple[tuple[int, Check], ...] = (
    (1, balance_checks.postings_sum_to_zero),
    (1, balance_checks.an_event_moves_what_is_its_own),
    (2, balance_checks.only_awards_are_issued),
    (2, balance_checks.amounts_are_whole_and_bounded),
    (2, balance_checks.an_order_is_issued_what_its_recipe_gives),
    (3, history_checks.sequences_are_dense_and_time_goes_on),
    (3, history_checks.postings_are_enough_to_fold),
    (3, history_checks.a_block_holds_until_it_is_lifted),
    (4, balance_checks.what_has_lapsed_is_left_alone),
    (5, history_checks.draws_take_the_earliest_first),
    (6, history_checks.what_was_due_is_booked),
    (6, history_checks.lapses_and_keeping_come_when_due),
    (7, history_checks.holds_resolve_once),
    (8, history_checks.requests_stand_together),
    (9, history_checks.reinstatements_mirror_burns),
)

_AFTER: tuple[tuple[int, Check], ...] = (
    (2, balance_checks.a_wallet_counts_to_its_limit),
    (4, balance_checks.nothing_is_negative),
    (10, balance_checks.a_claw_back_takes_what_was_issued),
)


@attrs.frozen(order=False)
class Violation:
    """A promise that a journal breaks.

    Attributes:
        promise: The promise's number, 1 to 10.
        member_id: Whose wallet; empty where the entry does not say.
        kind: The kind of token; empty where the entry does not say.
        sequence: The entry that breaks it; 0 where its number cannot be read.
        text: What is wrong.
    """

    promise: int
    member_id: str
    kind: str
    sequence: int
    text: str

    def __str__(self) -> str:
        """Write the violation on one line."""
        where = f"entry {self.sequence} of {self.member_id!r}, {self.kind!r}"
        return f"promise {self.promise}: {where}: {self.text}"


def check_journal(entries: Iterable[Entry]) -> tuple[Violation, ...]:
    """Check promises 1 to 10 on a history.

    Args:
        entries: Entries of any number of wallets, mixed as they may be; those of one wallet from
            its first, in order. They are read once.

    Returns:
        What is wrong, in the order in which it was met; nothing where all ten hold. It takes
        O(entries x what a wallet has open), and remembers what wallets have open and the names of
        their requests, burns, orders and transfers.
    """
    wallets: dict[tuple[str, str], Watched] = {}
    transfers: dict[tuple[str, str], _Transfer] = {}
    found: list[Violation] = []
    for entry in entries:
        unreadable = tuple(_unreadable(entry))
        found += [_unread(promise, entry, text) for promise, text in unreadable]
        if not _is_named(entry, Entry) or not _is_owner(entry.owner):
            continue
        key = (entry.member_id, entry.kind)
        if key not in wallets:
            wallets[key] = Watched(entry.owner)
        if unreadable:
            wallets[key].skip(entry)
        else:
            found += _violations(wallets[key], transfers, entry)
    for (_, name), transfer in transfers.items():
        found += transfer.violations(name)
    return tuple(found)


def _violations(
    watched: Watched, transfers: "dict[tuple[str, str], _Transfer]", entry: Entry
) -> Iterator[Violation]:
    """Check one entry, and take it in."""
    for promise, check in _BEFORE:
        for text in check(watched, entry):
            yield _violation(promise, entry, text)
    watched.apply(entry)
    for promise, check in _AFTER:
        for text in check(watched, entry):
            yield _violation(promise, entry, text)
    for name, tokens in by_ref(gained(entry, Account.TRANSFERRED)).items():
        transfers.setdefault((entry.kind, name), _Transfer()).sent += tokens
    for name, tokens in by_ref(lost(entry, Account.TRANSFERRED)).items():
        transfers.setdefault((entry.kind, name), _Transfer()).takes.append((entry, tokens))


def _violation(promise: int, entry: Entry, text: str) -> Violation:
    """Say which entry it is that breaks a promise."""
    return Violation(promise, entry.member_id, entry.kind, entry.sequence, text)


def _unread(promise: int, entry: Entry, text: str) -> Violation:
    """Say as far as it can be read which entry it is that cannot be."""
    named = _is_named(entry, Entry)
    owned = named and _is_owner(entry.owner)
    return Violation(
        promise,
        entry.member_id if owned else "",
        entry.kind if owned else "",
        entry.sequence if named and is_whole(entry.sequence) else 0,
        text,
    )


def _unreadable(entry: Entry) -> Iterator[tuple[int, str]]:
    """Name what keeps an entry from being checked: whatever is not what it should be."""
    if not _is_named(entry, Entry):
        yield 3, f"{_shown(entry)} is no entry"
        return
    if not _is_owner(entry.owner):
        yield 3, f"{_shown(entry.owner)} is no owner"
    if not _is(entry.event, Event):
        yield 3, f"{_shown(entry.event)} is no event"
    if not _is(entry.request_id, str):
        yield 3, f"request {_shown(entry.request_id)} is no text"
    if not _is_reason(entry.reason):
        yield 3, f"{_shown(entry.reason)} is no reason"
    yield from _unreadable_postings(entry.postings)
    for name, at in (("occurred", entry.occurred_at), ("booked", entry.booked_at)):
        if not _is_instant(at):
            yield 3, f"{name} at {_shown(at)}, which is no instant"
    if entry.until is not None and not _is_instant(entry.until):
        yield 3, f"until {_shown(entry.until)}, which is no instant"
    if not is_whole(entry.sequence):
        yield 3, f"sequence {_shown(entry.sequence)} is no whole number"


def _unreadable_postings(postings: object) -> Iterator[tuple[int, str]]:
    """Name what keeps postings from being checked."""
    if not isinstance(postings, tuple):
        yield 3, f"{_shown(postings)} are no postings"
        return
    for it in postings:
        if not _is_named(it, Posting):
            yield 3, f"{_shown(it)} is no posting"
            continue
        what = str(it.account) if _is(it.account, Account) else _shown(it.account)
        if not _is(it.account, Account):
            yield 3, f"{what} is no account"
        if not is_whole(it.amount):
            yield 2, f"{what} {_shown(it.amount)} is no whole number of tokens"
        if type(it.last_day) not in {date, type(None)}:
            yield 3, f"{what} {_shown(it.amount)} is of {_shown(it.last_day)}, which is no day"
        if it.ref is not None and not _is(it.ref, str):
            yield 3, f"{what} {_shown(it.amount)} concerns {_shown(it.ref)}, which is no text"


def _is_named(it: object, named: type[Entry] | type[Posting] | type[Reason]) -> bool:
    """Tell whether something is a named tuple of a type, with all of its parts."""
    return isinstance(it, named) and len(it) == len(named._fields)


def _is(it: object, kind: type) -> bool:
    """Tell whether something is of a type, whatever it is declared to be."""
    return isinstance(it, kind)


def _is_owner(it: object) -> bool:
    """Tell whether something says whose wallet it is, of which kind and in which zone."""
    if not isinstance(it, Owner):
        return False
    return _is(it.member_id, str) and _is(it.kind, str) and _is(it.zone, Zone)


def _is_reason(it: object) -> bool:
    """Tell whether something is a reason: a code, and pairs of a name and a text or number."""
    if not isinstance(it, Reason) or not _is_named(it, Reason):
        return False
    return _is(it.code, str) and _is(it.figures, tuple) and all(map(_is_figure, it.figures))


def _is_figure(it: object) -> bool:
    """Tell whether something is a name with a text or a whole number."""
    if not isinstance(it, tuple) or len(it) != 2:
        return False
    name, value = it
    return _is(name, str) and (_is(value, str) or is_whole(value))


def _is_instant(at: object) -> bool:
    """Tell whether something is an aware instant, of the years 1 to 9999 in UTC."""
    if not isinstance(at, datetime):
        return False
    try:
        utc(at)
    except Exception:
        return False
    return True


def _shown(it: object) -> str:
    """Write what cannot be read, or of what type it is where it cannot be written either."""
    try:
        return f"{it!r:.200}"
    except Exception:
        return f"<{type(it).__name__}>"


class _Transfer:
    """Both sides of a transfer, in whatever order they come."""

    def __init__(self) -> None:
        self.sent = 0
        self.takes: list[tuple[Entry, int]] = []

    def violations(self, name: str) -> Iterator[Violation]:
        """Say where more was taken than sent, if the sending side was there at all."""
        taken = 0
        for entry, tokens in self.takes:
            taken += tokens
            if taken > self.sent > 0:
                yield _violation(
                    1, entry, f"{taken} of transfer {name!r} are taken, {self.sent} were sent"
                )
