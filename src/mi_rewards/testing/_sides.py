"""Both sides of a machine: the real programme on a host's store, and the books beside it."""

from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine

from mi_rewards.commands import (
    Batch,
    BurnTokens,
    Capture,
    Command,
    PlaceHold,
    ReturnTransfer,
    Rewards,
    TakeTransfer,
    Transfer,
)
from mi_rewards.errors import Refused
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    CounterKey,
    Needs,
    OutboxEvent,
    Page,
    ReceiptKey,
    burn_key,
    member_key,
    purchase_key,
    wallet_key,
)
from mi_rewards.testing._books.answers import answer_of, same
from mi_rewards.testing._books.books import Answer, Books
from mi_rewards.testing._books.coins import No
from mi_rewards.testing._books.units import Settings
from mi_rewards.testing._checks.marks import Capability, expect_equal
from mi_rewards.testing._checks.pictures import picture
from mi_rewards.testing._histories import MEMBERS, ORDERS, START, STARVED
from mi_rewards.testing._steps import HOUR, Drawn, command_of
from mi_rewards.testing.clients import Client
from mi_rewards.testing.contract import StoreContract
from mi_rewards.testing.promises import PromiseBroken
from mi_rewards.wallet import Entry, check_journal, fold

DEFAULTS: dict[str, Any] = {
    "policy": "owed",
    "kept_after_days": 0,
    "cap": None,
    "cap_by": "lifetime",
    "open_max": None,
    "hours_max": None,
    "since": None,
    "welcome": 3,
    "years": 0,
}


class Sides(RuleBasedStateMachine):
    """The real programme and the books, and what was requested so far.

    Attributes:
        contract: Makes the stores, and closes them.
        shares_store: Whether one store serves every run, each with members of its own.
        happened: How often each command was granted and each mishap befell, over all runs.
        refused: How often each refusal was met, over all runs.
    """

    contract: ClassVar[StoreContract]
    shares_store: ClassVar[bool]
    happened: ClassVar[Counter[str]]
    refused: ClassVar[Counter[str]]
    shared: ClassVar[tuple[ExitStack, tuple[Client, Client]] | None] = None
    runs: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        kind = type(self)
        kind.runs += 1
        self.suffix = f"~{kind.runs}" if kind.shares_store else ""
        self.members = tuple(f"{name}{self.suffix}" for name in MEMBERS)
        self.stock = tuple(CounterKey(f"stock{self.suffix}", str(it)) for it in range(2))
        self.used = [0, 0]
        self.now = START
        self.number = 0
        self.closing, self.clients = self._opened()
        self.books = Books(Settings(**DEFAULTS), self.members)
        self.receipts: dict[ReceiptKey, tuple[Command[Any], object]] = {}
        self.not_granted: set[ReceiptKey] = set()
        self.holds: dict[str, list[str]] = {name: [] for name in self.members}
        self.burns: dict[str, list[str]] = {name: [] for name in self.members}
        self.told: list[ReceiptKey] = []
        self.explained: object = None
        self.under(STARVED)

    def _opened(self) -> tuple[ExitStack, tuple[Client, Client]]:
        """Make a store, or take the shared one; a second handle where the host has several."""
        kind = type(self)
        if kind.shared is not None:
            return ExitStack(), kind.shared[1]
        closing, contract = ExitStack(), kind.contract
        closing.enter_context(contract.stage())
        try:
            one = contract.client()
            several = Capability.SEVERAL_HANDLES in contract.capabilities
            clients = (one, contract.another(one) if several else one)
        except BaseException:
            closing.close()
            raise
        if kind.shares_store:
            kind.shared = (closing, clients)
            return ExitStack(), clients
        return closing, clients

    def teardown(self) -> None:
        """Close the store, unless it is shared."""
        self.closing.close()

    @classmethod
    def close_shared(cls) -> None:
        """Close the shared store at the end of all runs."""
        if cls.shared is not None:
            closing, cls.shared = cls.shared[0], None
            closing.close()

    def under(self, programme: Programme) -> None:
        """Go on under these rules, on both handles."""
        self.programme = programme
        self.rewards, self.other = (Rewards(client, programme) for client in self.clients)

    # How a command is made, and how both sides are compared.

    def made(self, step: Drawn) -> Command[Any]:
        """Make the command of a step, of things at hand where there are any."""
        self.number += 1
        return command_of(step, self.number, self.now, self.members, self.holds, self.burns)

    def expect(self, books: Books, command: Command[Any]) -> tuple[Books, Answer | No]:
        """Ask the books, on a copy."""
        tried = books.copy()
        try:
            return tried, answer_of(tried, command)
        except No as no:
            return books, no

    def agree(self, command: Command[Any], outcome: object) -> bool:
        """Take an outcome in where the books come to the same; say whether they do."""
        books, expected = self.expect(self.books, command)
        if not same(outcome, expected):
            return False
        self.books = books
        note(f"{command!r}: {outcome!r}")
        request = ReceiptKey(command.scope, command.request_id)
        if isinstance(outcome, Refused):
            self.refused[outcome.code] += 1
            self.not_granted.add(request)
            return True
        self.happened[type(command).__name__] += 1
        self.receipts[request] = (command, outcome)
        self.not_granted.discard(request)
        if isinstance(command, Transfer | TakeTransfer | ReturnTransfer):
            self.told.append(request)
        if isinstance(command, PlaceHold):
            self.holds[command.scope].append(command.request_id)
        if isinstance(command, BurnTokens | Capture):
            self.burns[command.scope].append(
                command.hold_id if isinstance(command, Capture) else command.request_id
            )
        return True

    def check(self, command: Command[Any], outcome: object) -> None:
        """See that the books come to the same."""
        if not self.agree(command, outcome):
            expected = self.expect(self.books, command)[1]
            raise PromiseBroken((), f"{command!r}: {outcome!r}, and not {expected!r}")

    def decided(self, command: Command[Any], client: Client) -> Batch[Any]:
        """Load and decide, without saving."""
        batch: Batch[Any] = Batch([command], self.programme)
        needs: Needs | None = batch.needs
        while needs is not None:
            needs = batch.run(client.load(needs))
        return batch

    # How the store is looked at: by `load` alone.

    def all_there_is(self) -> dict[str, object]:
        """Read everything that was ever written, as plain values."""
        rows: list[Any] = []
        pages: list[Page] = []
        for by in self.members:
            rows += [member_key(by), wallet_key(by, self.programme.kind)]
            rows += [purchase_key(by, name) for name in ORDERS]
            rows += [burn_key(by, name) for name in self.burns[by]]
            pages += [self.journal(by), self.outbox(by)]
        requests = (*self.receipts, *self.not_granted)
        needs = Needs(tuple(rows), requests, self.stock, tuple(pages))
        return picture(self.clients[0].load(needs))

    def journal(self, by: str) -> Page:
        """Ask for a whole journal."""
        return Page("journal", by, self.programme.kind, 0, 10_000)

    def outbox(self, by: str) -> Page:
        """Ask for a whole outbox."""
        return Page("outbox", by, "", 0, 10_000)

    def entries(self, by: str) -> tuple[Entry, ...]:
        """Read a whole journal."""
        page = self.journal(by)
        return tuple(self.clients[1].load(Needs(pages=(page,))).entries(page))

    def events(self) -> list[OutboxEvent]:
        """Read every outbox."""
        pages = tuple(self.outbox(by) for by in self.members)
        loaded = self.clients[1].load(Needs(pages=pages))
        return [event for page in pages for event in loaded.pages[page]]

    # What always holds.

    def compare(self, by: str, at: datetime) -> None:
        """Compare one member's balance, and its totals."""
        purse = self.books.purses[by].asked(at)
        balance = self.rewards.balance(by, at=at)
        days = {it.last_day: it.tokens for it in balance.calendar}
        expect_equal(days, purse.by_day("available"), f"buckets of {by}")
        places = ("available", "held", "promised", "owed")
        expect_equal(
            [getattr(balance, place) for place in places],
            [purse.count(place) for place in places],
            f"the balance of {by}",
        )
        key = wallet_key(by, self.programme.kind)
        wallet = self.clients[1].load(Needs((key,))).get(key)
        if wallet is not None:
            lapsed, redeemed = purse.count("lapsed"), purse.count("redeemed")
            issued, *others = purse.counts.values()
            expect_equal(
                wallet.at(at).totals, (issued, redeemed, lapsed, *others), f"the totals of {by}"
            )

    def compare_all(self) -> None:
        """Balances now and later, and all totals, are the books'."""
        for by in self.members:
            for at in (self.now, self.now + 20 * HOUR):
                self.compare(by, max(at, self.books.purses[by].booked_at or at))

    def explain_all(self) -> None:
        """Folding each journal gives its wallet, and no promise is broken; asked of what is new."""
        journals = {by: self.entries(by) for by in self.members}
        keys = {by: wallet_key(by, self.programme.kind) for by in self.members}
        loaded = self.clients[0].load(Needs(tuple(keys.values())))
        wallets = {by: loaded.get(key) for by, key in keys.items()}
        if (journals, wallets) == self.explained:
            return
        violations = check_journal([entry for each in journals.values() for entry in each])
        expect_equal([str(it) for it in violations], [], "what is wrong with the journals")
        for by, entries in journals.items():
            wallet = wallets[by]
            if wallet is None:
                expect_equal(entries, (), f"the journal of {by}, who has no wallet")
            else:
                folded = fold(entries)._replace(version=max(wallet.version, 1))
                expect_equal(folded, wallet, f"the journal of {by}, folded")
        self.explained = (journals, wallets)

    def find_receipts(self) -> None:
        """What was granted has its receipt, and what was not has none."""
        asked = (*self.receipts, *self.not_granted)
        there = self.clients[1].load(Needs(receipts=asked)).receipts
        found = {key: None if it is None else it.outcome for key, it in there.items()}
        granted = {key: outcome for key, (_, outcome) in self.receipts.items()}
        expect_equal(found, dict.fromkeys(self.not_granted) | granted, "the receipts")
        events = [(it.member_id, it.event_id) for it in self.events()]
        expect_equal(sorted(events), sorted(self.told), "the events")

    def find_nothing_due(self) -> None:
        """After a sweep nothing is due by now."""
        keys = tuple(wallet_key(by, self.programme.kind) for by in self.members)
        wallets = self.clients[1].load(Needs(keys)).aggregates.values()
        due = [it.owner for it in wallets if it and it.due_at and it.due_at <= self.now]
        expect_equal(due, [], "wallets in which something is due after a sweep")
