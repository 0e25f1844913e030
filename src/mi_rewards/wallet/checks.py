"""The promises that always hold, checked on any history, in production too.

1. Each check is a function named for its promise. The tables `_BEFORE` and `_AFTER` give it the
   promise's number (docs/reference/rules.md), and the wallet before or after the entry.
2. Nothing is raised on a bad journal. An entry that cannot be read is reported and left out.
3. A defect is reported where it happens; what follows from it may be reported too.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import attrs

from mi_rewards.wallet import balance_checks, history_checks
from mi_rewards.wallet.entries import Account, Entry
from mi_rewards.wallet.watch import Watched, by_ref, gained, lost

Check = Callable[[Watched, Entry], Iterator[str]]
"""Sees a wallet and an entry, and says what is wrong."""

_BEFORE: tuple[tuple[int, Check], ...] = (
    (1, balance_checks.postings_sum_to_zero),
    (2, balance_checks.amounts_are_whole_and_bounded),
    (2, balance_checks.an_order_is_issued_what_its_recipe_gives),
    (3, history_checks.sequences_are_dense_and_time_goes_on),
    (3, history_checks.postings_are_enough_to_fold),
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
        member_id: Whose wallet.
        kind: The kind of token.
        sequence: The entry that breaks it.
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
        key = (entry.member_id, entry.kind)
        if key not in wallets:
            wallets[key] = Watched(entry.owner)
        found += _violations(wallets[key], transfers, entry)
    for (_, name), transfer in transfers.items():
        found += transfer.violations(name)
    return tuple(found)


def _violations(
    watched: Watched, transfers: "dict[tuple[str, str], _Transfer]", entry: Entry
) -> Iterator[Violation]:
    """Check one entry, and take it in."""
    unreadable = tuple(_unreadable(entry))
    for promise, text in unreadable:
        yield _violation(promise, entry, text)
    if unreadable:
        watched.skip(entry)
        return
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


def _unreadable(entry: Entry) -> Iterator[tuple[int, str]]:
    """Name what keeps an entry from being checked: an amount, a day or an instant that is none."""
    for it in entry.postings:
        if type(it.amount) is not int:
            yield 2, f"{it.account} {it.amount!r} is no whole number of tokens"
        if type(it.last_day) not in {date, type(None)}:
            yield 3, f"{it.account} {it.amount!r} is of {it.last_day!r}, which is no day"
    for name, at in (("occurred", entry.occurred_at), ("booked", entry.booked_at)):
        if not _is_instant(at):
            yield 3, f"{name} at {at!r}, which is no instant"
    if entry.until is not None and not _is_instant(entry.until):
        yield 3, f"until {entry.until!r}, which is no instant"
    if type(entry.sequence) is not int:
        yield 3, f"sequence {entry.sequence!r} is no whole number"


def _is_instant(at: object) -> bool:
    """Tell whether something is an aware instant."""
    return isinstance(at, datetime) and at.utcoffset() is not None


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
