"""What several processes do, as it follows from a seed; and what must be left of it."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import attrs

from mi_rewards.commands import (
    Burned,
    BurnTokens,
    Capture,
    Command,
    Deliver,
    Delivered,
    HoldPlaced,
    Join,
    Open,
    PlaceHold,
    Return,
    Returned,
)
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.repositories import Needs, Receipt, ReceiptKey, wallet_key
from mi_rewards.testing._checks.life import entries_of, rupees
from mi_rewards.testing._checks.pictures import digested
from mi_rewards.testing._checks.samples import END_OF_2019, TOKENS, T
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Entry, Wallet, check_journal, fold

OPENING = 1_000
"""Tokens that each member begins with, beside the welcome."""

KINDS = ("deliver", "deliver", "burn", "hold", "capture", "return")


@attrs.frozen(order=False)
class Work:
    """What several processes are to do. The same figures make the same commands.

    Attributes:
        seed: What everything that is drawn depends on.
        workers: How many processes.
        members: How many members they all work on.
        commands: How many commands, beside those given twice.
        repeated_percent: How many in a hundred are given to two workers.
        kills: How many times a worker is killed and started again.
    """

    seed: int = 0
    workers: int = 4
    members: int = 3
    commands: int = 200
    repeated_percent: int = 20
    kills: int = 3

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        least = {"workers": 1, "members": 1, "commands": 1}
        for name, value in attrs.asdict(self).items():
            if type(value) is not int or value < least.get(name, 0):
                raise Misuse(f"{name} must be at least {least.get(name, 0)}, not {value!r}")

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The members."""
        return tuple(f"m{number}" for number in range(self.members))

    def opening(self) -> list[Command[Any]]:
        """Make the commands that come before all others.

        Returns:
            Joining, and a balance brought along, for each member.
        """
        made: list[Command[Any]] = []
        for by in self.member_ids:
            made.append(Join(member_id=by, request_id="join", at=T))
            made.append(
                Open(member_id=by, request_id="open", at=T, tokens=OPENING, last_day=END_OF_2019)
            )
        return made

    def shares(self) -> list[list[Command[Any]]]:
        """Make all commands, and deal them out.

        Returns:
            Each worker's, in the order in which it is to carry them out.
        """
        dice = random.Random(self.seed)
        shares: list[list[Command[Any]]] = [[] for _ in range(self.workers)]
        named: dict[str, list[str]] = {}
        for number in range(self.commands):
            command = _drawn(dice, number, dice.choice(self.member_ids), named)
            workers = [number % self.workers]
            if dice.randrange(100) < self.repeated_percent:
                workers.append(dice.randrange(self.workers))
            for worker in workers:
                shares[worker].append(command)
        return shares


def _drawn(dice: random.Random, number: int, by: str, named: dict[str, list[str]]) -> Command[Any]:
    """Draw one command; what it concerns was asked for before, by whichever worker."""
    kind = dice.choice(KINDS)
    names: dict[str, Any] = {
        "member_id": by,
        "request_id": f"r{number}",
        "at": T + timedelta(seconds=number),
    }
    orders, holds = (named.setdefault(f"{what} of {by}", []) for what in ("orders", "holds"))
    if kind == "burn":
        return BurnTokens(**names, tokens=dice.randint(1, 20))
    if kind == "hold":
        holds.append(names["request_id"])
        return PlaceHold(**names, tokens=dice.randint(1, 20), until=T + timedelta(days=30))
    if kind == "capture" and holds:
        return Capture(**names, hold_id=dice.choice(holds[-3:]), tokens=dice.choice((None, 1)))
    if kind == "return" and orders:
        return Return(**names, order_id=dice.choice(orders[-3:]), value=rupees(10))
    orders.append(f"o{number}")
    return Deliver(**names, order_id=f"o{number}", amount=rupees(dice.randint(20, 300)))


def problems(
    client: Client, work: Work, acknowledged: Mapping[ReceiptKey, Receipt]
) -> Iterator[str]:
    """Look at what is left, by `load` alone.

    Args:
        client: A client of the store.
        work: What was to be done.
        acknowledged: What workers were answered, by request.

    Yields:
        What is wrong; nothing where all is well.
    """
    commands = {
        ReceiptKey(it.scope, it.request_id): it
        for it in (*work.opening(), *(it for share in work.shares() for it in share))
    }
    receipts = client.load(Needs(receipts=tuple(commands))).receipts
    for key, expected in acknowledged.items():
        if digested(receipts.get(key)) != digested(expected):
            yield f"promise 8: {key} was answered {expected!r}, and {receipts.get(key)!r} is there"
    found = {key: it for key, it in receipts.items() if it is not None}
    for by in work.member_ids:
        of_member = {key.request_id: it for key, it in found.items() if key.scope == by}
        yield from _problems_of(client, by, of_member)


def _problems_of(client: Client, by: str, receipts: Mapping[str, Receipt]) -> Iterator[str]:
    """Look at one member."""
    entries = entries_of(client, by, size=500)
    yield from (str(violation) for violation in check_journal(entries))
    key = wallet_key(by, TOKENS)
    wallet = client.load(Needs((key,))).get(key)
    if wallet is None or not entries:
        yield f"promise 3: {by!r} has no wallet, or no journal"
        return
    if not _folds(entries, wallet):
        yield f"promise 3: the journal of {by!r} does not fold to its wallet"
    yield from _miscounted(by, entries, receipts)
    net, held = _sums([it.outcome for it in receipts.values()])
    if wallet.available - wallet.owed != net:
        yield f"promise 1: {by!r} has {wallet.available - wallet.owed}, and receipts say {net}"
    if wallet.held != held:
        yield f"promise 7: {by!r} has {wallet.held} held, and receipts say {held}"
    if min(wallet.available, wallet.held, wallet.owed, wallet.promised) < 0:
        yield f"promise 4: {by!r} has less than nothing"


def _folds(entries: Sequence[Entry], wallet: Wallet) -> bool:
    """Whether a journal gives its wallet."""
    try:
        return fold(entries)._replace(version=wallet.version) == wallet
    except Corrupt:
        return False


def _miscounted(
    by: str, entries: Sequence[Entry], receipts: Mapping[str, Receipt]
) -> Iterator[str]:
    """See that each request has the entries that it caused, and none is of an unknown one."""
    counts = Counter(entry.request_id for entry in entries)
    for request_id in counts.keys() - receipts.keys():
        yield f"promise 8: {request_id!r} of {by!r} has entries and no receipt"
    for request_id, receipt in receipts.items():
        expected = _entry_count(receipt.outcome)
        if counts[request_id] != expected:
            yield (
                f"promise 8: {request_id!r} of {by!r} has {counts[request_id]} entries "
                f"and should have {expected}"
            )


def _entry_count(outcome: object) -> int:
    """How many entries an outcome stands for; nothing lapses while the work is done."""
    if isinstance(outcome, Delivered):
        return 1 if outcome.tokens else 0
    if isinstance(outcome, Returned):
        return 1 if outcome.given_back else 0
    return 1


def _sums(outcomes: Sequence[object]) -> tuple[int, int]:
    """What is available less what is owed, and what is held, by outcomes alone."""
    net = held = 0
    for it in outcomes:
        if isinstance(it, Delivered):
            net += it.tokens
        elif isinstance(it, Returned):
            net -= it.taken + it.owed
        elif isinstance(it, HoldPlaced):
            net, held = net - it.tokens, held + it.tokens
        elif isinstance(it, Burned):
            is_capture = it.burn_id in {
                one.hold_id for one in outcomes if isinstance(one, HoldPlaced)
            }
            net += it.released if is_capture else -it.tokens
            held -= it.tokens + it.released if is_capture else 0
        else:
            net += getattr(it, "tokens", 0) + getattr(it, "welcome", 0)
    return net, held
