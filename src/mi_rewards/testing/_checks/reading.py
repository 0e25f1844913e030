"""What was stored is read as it was stored, by its own key alone."""

from typing import Any

import attrs

from mi_rewards.calendar import NEVER
from mi_rewards.earning import Line, Member, Purchase
from mi_rewards.money import Money
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    Due,
    Needs,
    ReceiptKey,
    Take,
    key_of,
)
from mi_rewards.testing._checks import pictures, samples, wallets
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.names import ALONE, LOOKALIKES, NAMED, ODD_NAMES, parcels_of
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND, MOST, STOCK, T
from mi_rewards.testing.clients import Client
from mi_rewards.wallet import Burn, Draw, InsufficientTokens, Owner, Wallet


def expect_kept(client: Client, saved: Changes, what: str) -> None:
    """See that all of a save is there, as it was saved."""
    seen = pictures.picture(client.load(pictures.needs_of(saved)))
    logs: dict[Any, list[Any]] = {}
    for entry in saved.entries:
        logs.setdefault(samples.journal_page(entry.member_id, entry.kind), []).append(entry)
    for event in saved.events:
        logs.setdefault(samples.outbox_page(event.member_id), []).append(event)
    expected = {
        "aggregates": {it.key: pictures.kept(it.aggregate) for it in saved.puts},
        "receipts": {it.key: pictures.digested(it) for it in saved.receipts},
        "counters": {it.key: Counter(it.key, it.n, it.limit) for it in saved.takes},
        "pages": logs,
        "due": [],
    }
    for part, there in seen.items():
        expect_equal(there, expected[part], f"{what}, {part}")


class ReadingChecks(Checks):
    """What was stored is read as it was stored."""

    def _expect_row(self, aggregate: Any) -> None:
        """Store one aggregate, and see that it is read back."""
        client = self.client()
        client.save(Changes((samples.put(aggregate),)))
        key = key_of(aggregate)
        found = client.load(Needs((key,))).get(key)
        expect_equal(found, pictures.kept(aggregate), f"the {key.kind.__name__.lower()}")
        expect_equal(type(found), key.kind, "its class")

    @check(12)
    def test_an_empty_store_answers_with_nothing_for_each_thing_asked(self) -> None:
        """I12: Every key is answered for, with `None`; pages and what is due are empty."""
        needs = pictures.needs_of(samples.everything(kinds=self.kinds))
        loaded = self.client().load(needs._replace(due=Due(T, None, 9)))
        expected = {
            "aggregates": dict.fromkeys(needs.aggregates),
            "receipts": dict.fromkeys(needs.receipts),
            "counters": dict.fromkeys(needs.counters),
            "pages": {page: [] for page in needs.pages},
            "due": [],
        }
        expect_equal(pictures.picture(loaded), expected, "an empty store")

    @check(12)
    def test_only_what_was_asked_for_is_answered(self) -> None:
        """I12: Nothing is asked for, and nothing is answered; of two rows only the one."""
        client = self.client()
        client.save(samples.everything(kinds=self.kinds))
        empty: dict[str, object] = {"aggregates": {}, "receipts": {}, "counters": {}, "pages": {}}
        expect_equal(
            pictures.picture(client.load(Needs())), {**empty, "due": []}, "a load of nothing"
        )
        key = key_of(samples.row(Member))
        found = client.load(Needs((key,))).aggregates
        expect_equal(list(found), [key], "the keys answered for")

    @check(2)
    def test_a_member_is_read_as_it_was_stored(self) -> None:
        """I2: Joined or not, with orders that wait and places taken under caps."""
        self._expect_row(Member(ASHA))
        self._expect_row(Member(ASHA, None, ("o2", "o'1")))
        self._expect_row(Member(ASHA, T, (), (("2018", 2), ("lifetime", 7))))

    @check(3)
    def test_a_wallet_is_read_as_it_was_stored(self) -> None:
        """I3: With buckets, holds and promises, and one that owes."""
        self._expect_row(Wallet(samples.owner()))
        self._expect_row(wallets.full_wallet()[0])
        self._expect_row(wallets.owing_wallet()[0])

    @check(10)
    def test_a_purchase_is_read_as_it_was_stored(self) -> None:
        """I10: Placed, delivered in part and returned in part, with its recipe and awards."""
        lines = (
            Line("l'1", Money(99_999, "INR"), 3, "phones"),
            Line("ship", Money(0, "INR"), 1, "shipping"),
        )
        placed = Purchase(ASHA, "o'1", lines, "web")
        self._expect_row(placed)
        delivered = placed.delivering(T, ("l'1",))
        self._expect_row(delivered.returning(quantities=(("l'1", 1),)))
        self._expect_row(placed.cancelling())

    @check(9)
    def test_a_burn_is_read_as_it_was_stored(self) -> None:
        """I9: With its draws in order, and what of them was undone."""
        draws = (Draw(samples.END_OF_2018, 5), Draw(samples.END_OF_2019, 1), Draw(NEVER, 2))
        burn = Burn(samples.owner(), "b'1", draws)
        self._expect_row(burn)
        self._expect_row(burn.undo(3)[0])

    @check(3)
    def test_entries_are_read_as_they_were_stored(self) -> None:
        """I3: Every kind of posting, reason, deadline and instant."""
        for make in (wallets.full_wallet, wallets.owing_wallet):
            client, entries = self.client(), make()[1]
            client.save(Changes(entries=entries))
            page = samples.journal_page()
            found = list(client.load(Needs(pages=(page,))).entries(page))
            expect_equal(found, list(entries), "the journal")

    @check(8)
    def test_receipts_are_read_as_they_were_stored(self) -> None:
        """I8: With outcomes whose fields are texts, numbers, days, instants or none."""
        client = self.client()
        made = [
            samples.receipt(f"r{number}")._replace(outcome=outcome)
            for number, outcome in enumerate(samples.outcomes())
        ]
        client.save(Changes(receipts=tuple(made)))
        found = client.load(Needs(receipts=tuple(it.key for it in made))).receipts
        for it in made:
            there = found[it.key]
            expect_equal(pictures.digested(there), pictures.digested(it), "the receipt")
            outcome = None if there is None else there.outcome
            expect_equal(type(outcome), type(it.outcome), "its outcome's class")

    @check(8)
    def test_a_refusal_in_a_receipt_is_read_as_it_was_stored(self) -> None:
        """I8: With its figures; a batch may keep refusals."""
        client = self.client()
        refusal = InsufficientTokens(required=7, available=3)
        made = samples.receipt()._replace(outcome=refusal)
        client.save(Changes(receipts=(made,)))
        there = client.load(Needs(receipts=(made.key,))).receipts[made.key]
        expect_equal(pictures.digested(there), pictures.digested(made), "the receipt")

    @check(8)
    def test_a_receipt_tells_requests_apart(self) -> None:
        """I8: Its content is that of its request, and of no other."""
        client = self.client()
        client.save(Changes(receipts=(samples.receipt(tokens=5),)))
        key = samples.receipt().key
        there = client.load(Needs(receipts=(key,))).receipts[key]
        stored = "" if there is None else there.content
        for tokens, is_same in ((5, True), (6, False)):
            content: Any = samples.receipt(tokens=tokens).content
            expect_equal(content.is_same(stored), is_same, f"the request for {tokens} is the same")

    @check(1)
    def test_events_are_read_as_they_were_stored(self) -> None:
        """I1: With figures that are texts and whole numbers, in order, and with none."""
        client = self.client()
        made = (samples.event("e1"), attrs.evolve(samples.event("e2"), figures=()))
        client.save(Changes(events=made))
        page = samples.outbox_page()
        expect_equal(list(client.load(Needs(pages=(page,))).pages[page]), list(made), "the outbox")

    @check(3, 20)
    def test_instants_keep_their_microseconds(self) -> None:
        """I3, I20: Of two instants a microsecond apart each stays what it is, whole ones too."""
        instants = (T.replace(microsecond=0), T, T + MICROSECOND, T.replace(microsecond=999_999))
        client = self.client()
        for number, at in enumerate(instants):
            member = Member(f"m{number}", at)
            client.save(Changes((samples.put(member),)))
            found = client.load(Needs((key_of(member),))).get(key_of(member))
            expect_equal(found and found.joined_at, at, "the instant of joining")
        made = tuple(
            attrs.evolve(samples.event(f"e{number}"), occurred_at=at)
            for number, at in enumerate(instants)
        )
        client.save(Changes(events=made))
        page = samples.outbox_page()
        found_at = [it.occurred_at for it in client.load(Needs(pages=(page,))).pages[page]]
        expect_equal(found_at, list(instants), "the instants of events")

    @check(2)
    def test_the_largest_numbers_survive(self) -> None:
        """I2: 2**63 - 1 tokens in a wallet, an entry, a burn, a receipt and a counter."""
        client = self.client()
        saved = Changes(
            tuple(samples.put(samples.row(kind, MOST)) for kind in self.kinds),
            samples.changes_of(Wallet(samples.owner()), lambda it: samples.earned(it, MOST))[1],
            (samples.receipt(tokens=MOST),),
            takes=(Take(STOCK, MOST, MOST),),
        )
        client.save(saved)
        expect_kept(client, saved, "the largest numbers")

    @check(12)
    def test_a_key_is_of_one_member(self) -> None:
        """I12: The same order, burn, kind of token, request, event and note of two members."""
        client = self.client()
        saves = [
            parcels_of(by, "n1", mark, self.kinds) for mark, by in enumerate((ASHA, BELA), start=1)
        ]
        for saved in saves:
            client.save(saved)
        for saved in saves:
            expect_kept(client, saved, f"what is {saved.puts[0].key.member_id}'s")

    @check(12)
    def test_a_key_is_of_one_kind(self) -> None:
        """I12: A purchase, a burn and a kind of token of the same name, and two kinds of token."""
        client = self.client()
        rows = [samples.row(kind, mark, name="n1") for mark, kind in enumerate(self.kinds, start=1)]
        rows.append(samples.row(Wallet, 9, name="n2"))
        for it in rows:
            client.save(Changes((samples.put(it),)))
        for it in rows:
            found = client.load(Needs((key_of(it),))).get(key_of(it))
            expect_equal(found, pictures.kept(it), f"the {type(it).__name__.lower()}")

    @check(12)
    def test_members_and_names_do_not_run_together(self) -> None:
        """I12: However two parts of a key are joined, `a` and `b:c` is not `a:b` and `c`."""
        client = self.client()
        pairs = [("a", "b:c"), ("a:b", "c"), ("a", "b/c"), ("a/b", "c"), ("ab", "c"), ("a", "bc")]
        saves = [
            parcels_of(by, name, mark, self.kinds) for mark, (by, name) in enumerate(pairs, start=1)
        ]
        rows_of_their_own = [
            attrs.evolve(it, puts=tuple(put for put in it.puts if put.key.kind not in ALONE))
            for it in saves
        ]
        for saved in rows_of_their_own:
            client.save(attrs.evolve(saved, events=(), entries=()))
        for saved in rows_of_their_own:
            expect_kept(client, attrs.evolve(saved, events=(), entries=()), "what is stored")

    @check(12)
    def test_names_may_have_any_character_but_nul(self) -> None:
        """I12: Quotes, wildcards, escapes, other scripts, and 255 characters."""
        client = self.client()
        saves = [
            parcels_of(name, name, mark, self.kinds) for mark, name in enumerate(ODD_NAMES, start=1)
        ]
        for saved in saves:
            client.save(saved)
        for saved in saves:
            expect_kept(client, saved, f"what is of {saved.puts[0].key.member_id!r}")

    @check(12)
    def test_an_empty_name_is_a_name(self) -> None:
        """I12: A counter or an order without a name is there, and is no other's."""
        client = self.client()
        kinds = self.kinds
        saves = (parcels_of(ASHA, "", 1, kinds), parcels_of(BELA, " ", 2, kinds))
        for saved in saves:
            client.save(saved)
        for saved in saves:
            expect_kept(client, saved, "what has no name")

    @check(12)
    def test_names_that_only_look_alike_are_two(self) -> None:
        """I12: Capitals, blanks at either end, accents, and what patterns would match."""
        for one, other in LOOKALIKES:
            client = self.client()
            first = parcels_of(one, one, 1, self.kinds)
            second = parcels_of(other, other, 2, self.kinds)
            client.save(first)
            absent = client.load(pictures.needs_of(second))
            names = (*absent.aggregates.values(), *absent.receipts.values())
            expect_equal([it for it in names if it], [], f"what is of {other!r} before it is there")
            client.save(second)
            expect_kept(client, first, f"what is of {one!r}, beside {other!r}")
            expect_kept(client, second, f"what is of {other!r}, beside {one!r}")

    @check(12)
    def test_names_of_one_member_that_only_look_alike_are_two(self) -> None:
        """I12: Orders and burns too, whose member is the same."""
        for one, other in LOOKALIKES:
            client = self.client()
            rows = [
                samples.row(kind, mark, name=name)
                for kind in (Wallet, *NAMED)
                if kind in self.kinds
                for mark, name in ((1, one), (2, other))
            ]
            receipts = [samples.receipt(name, tokens=mark) for mark, name in ((1, one), (2, other))]
            takes = [Take(CounterKey("c", name), mark, 9) for mark, name in ((1, one), (2, other))]
            saved = Changes(
                tuple(map(samples.put, rows)), receipts=tuple(receipts), takes=tuple(takes)
            )
            client.save(saved)
            expect_kept(client, saved, f"{one!r} beside {other!r}")

    @check(3)
    def test_what_was_loaded_is_the_caller_s_own(self) -> None:
        """I3: Whatever is done to an answer, the store and the next answer stay as they are."""
        client, saved = self.client(), samples.everything(kinds=self.kinds)
        client.save(saved)
        needs = pictures.needs_of(saved)
        needs = needs._replace(pages=(*needs.pages, samples.journal_page(BELA)))
        before = pictures.picture(client.load(needs))
        loaded = client.load(needs)
        for page, records in loaded.pages.items():
            if isinstance(records, list):
                records.clear()
            loaded.pages[page] = ()
        loaded.aggregates.clear()
        loaded.receipts[ReceiptKey(BELA, "r9")] = samples.receipt()
        loaded.receipts.pop(samples.receipt().key)
        loaded.counters.clear()
        expect_equal(pictures.picture(client.load(needs)), before, "the next answer")

    @check(3)
    def test_what_was_loaded_stays_as_it_was(self) -> None:
        """I3: What another save changes does not show in an answer given before."""
        client, saved = self.client(), samples.everything(kinds=self.kinds)
        client.save(saved)
        needs = pictures.needs_of(saved)
        loaded = client.load(needs)
        before = pictures.picture(loaded)
        rows = tuple(samples.put(samples.row(kind, 7, version=1)) for kind in self.kinds)
        entries = samples.journal(2)[1:]
        takes = (Take(STOCK, 1, 5),)
        client.save(Changes(rows, entries, events=(samples.event("e2"),), takes=takes))
        client.load(needs)
        expect_equal(pictures.picture(loaded), before, "the answer given before")

    @check(12)
    def test_a_wallet_of_another_kind_of_token_has_a_journal_of_its_own(self) -> None:
        """I12: Entries of two wallets of one member do not meet."""
        client = self.client()
        tokens, points = samples.journal(2), samples.journal(1, kind="points")
        client.save(Changes(entries=(*tokens, *points)))
        pages = (samples.journal_page(), samples.journal_page(kind="points"))
        found = client.load(Needs(pages=pages)).pages
        expect_equal([list(found[it]) for it in pages], [list(tokens), list(points)], "journals")
        expect_equal(Owner(ASHA, "points", samples.ZONE), points[0].owner, "the owner")
