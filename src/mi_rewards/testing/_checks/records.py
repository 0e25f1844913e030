"""Entries, receipts, events and notes: appended once, never changed, read page by page."""

from typing import Any

import attrs

from mi_rewards.errors import Conflict, Misuse
from mi_rewards.repositories import Changes, Needs, Page
from mi_rewards.testing._checks import pictures, samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import BELA
from mi_rewards.testing.clients import Client

PAGES = (
    (0, 1, (1,)),
    (0, 2, (1, 2)),
    (1, 2, (2, 3)),
    (2, 1, (3,)),
    (3, 2, (4, 5)),
    (4, 1, (5,)),
    (4, 2, (5,)),
    (5, 2, ()),
    (9, 2, ()),
    (0, 5, (1, 2, 3, 4, 5)),
    (0, 6, (1, 2, 3, 4, 5)),
)
"""Where a page of five records begins, how many it may have, and which it has."""


def read(client: Client, page: Page) -> list[Any]:
    """Read a page."""
    return list(client.load(Needs(pages=(page,))).pages[page])


class RecordChecks(Checks):
    """What is appended is unique, stays as it is, and is read in order."""

    @check(8)
    def test_a_receipt_is_there_once(self) -> None:
        """I8: Later, in the same save, with the same outcome or with another."""
        client = self.client()
        client.save(Changes(receipts=(samples.receipt("r1"),)))
        for again in (samples.receipt("r1"), samples.receipt("r1", tokens=6)):
            expect_raised(Conflict, "the same receipt", client.save, Changes(receipts=(again,)))
        twice = Changes(receipts=(samples.receipt("r2"),) * 2)
        expect_raised(Conflict, "a receipt twice in one save", client.save, twice)
        keys = (samples.receipt("r1").key, samples.receipt("r2").key)
        there = client.load(Needs(receipts=keys)).receipts
        found = [pictures.digested(there[key]) for key in keys]
        expect_equal(found, [pictures.digested(samples.receipt("r1")), None], "the receipts")

    @check(8, 12)
    def test_the_same_request_of_two_scopes_is_two(self) -> None:
        """I8, I12: A receipt of another member is no answer, and no conflict."""
        client = self.client()
        client.save(Changes(receipts=(samples.receipt("r1"),)))
        other = samples.receipt("r1", BELA, 7)
        found = client.load(Needs(receipts=(other.key,))).receipts[other.key]
        expect_equal(found, None, "the receipt of the other member")
        client.save(Changes(receipts=(other,)))
        for each in (samples.receipt("r1"), other):
            there = client.load(Needs(receipts=(each.key,))).receipts[each.key]
            expect_equal(pictures.digested(there), pictures.digested(each), "the receipt")

    @check(8)
    def test_receipts_are_never_thrown_away(self) -> None:
        """I8: A thousand later ones push none out."""
        client = self.client()
        made = [samples.receipt(f"r{number}") for number in range(1_000)]
        for begin in range(0, len(made), 100):
            client.save(Changes(receipts=tuple(made[begin : begin + 100])))
        found = client.load(Needs(receipts=tuple(it.key for it in made))).receipts
        lost = [it.key.request_id for it in made if found[it.key] is None]
        expect_equal(lost, [], "receipts that are gone")

    @check(3)
    def test_an_entry_is_there_once(self) -> None:
        """I3: Of one number there is one, whatever it says, in one save and in two."""
        client, entries = self.client(), samples.journal(2)
        client.save(Changes(entries=entries))
        other = entries[1]._replace(request_id="another")
        for again in (entries[1], other, entries[0]):
            expect_raised(Conflict, "an entry again", client.save, Changes(entries=(again,)))
        third = samples.journal(3)[2]
        expect_raised(
            Conflict, "an entry twice in one save", client.save, Changes(entries=(third, third))
        )
        expect_equal(read(client, samples.journal_page()), list(entries), "the journal")

    @check(3)
    def test_a_journal_has_no_gap(self) -> None:
        """I3: It begins with 1, and each entry follows the last, in one save and in two."""
        client, entries = self.client(), samples.journal(5)
        second = Changes(entries=entries[1:2])
        expect_raised(Conflict, "a journal that begins with 2", client.save, second)
        client.save(Changes(entries=entries[:1]))
        gaps = (entries[2:3], (entries[1], entries[3]), entries[2:4])
        for gap in gaps:
            expect_raised(Conflict, "a journal with a gap", client.save, Changes(entries=gap))
        client.save(Changes(entries=entries[1:4]))
        client.save(Changes(entries=entries[4:]))
        expect_equal(read(client, samples.journal_page()), list(entries), "the journal")

    @check(3, 12)
    def test_journals_of_several_members_grow_apart(self) -> None:
        """I3, I12: Mixed in one save, each with its own numbers."""
        client = self.client()
        one, two = samples.journal(3), samples.journal(2, BELA)
        client.save(Changes(entries=(one[0], two[0], one[1], two[1])))
        client.save(Changes(entries=(one[2],)))
        expect_equal(read(client, samples.journal_page()), list(one), "the one journal")
        expect_equal(read(client, samples.journal_page(BELA)), list(two), "the other journal")

    @check(1)
    def test_an_event_is_there_once(self) -> None:
        """I1: Of one name there is one, whatever it says; else others would act on it twice."""
        client, event = self.client(), samples.event("e1")
        client.save(Changes(events=(event,)))
        for again in (event, samples.event("e1", topic="another")):
            expect_raised(Conflict, "an event again", client.save, Changes(events=(again,)))
        twice = Changes(events=(samples.event("e2"),) * 2)
        expect_raised(Conflict, "an event twice in one save", client.save, twice)
        client.save(Changes(events=(samples.event("e1", BELA),)))
        expect_equal(read(client, samples.outbox_page()), [event], "the outbox")

    @check(8)
    def test_a_note_is_there_once(self) -> None:
        """I8: One for each request of each member."""
        client = self.client()
        client.save(Changes(notes=(samples.note("r1"),)))
        for again in (samples.note("r1"), attrs.evolve(samples.note("r1"), text="another")):
            expect_raised(Conflict, "a note again", client.save, Changes(notes=(again,)))
        twice = Changes(notes=(samples.note("r2"),) * 2)
        expect_raised(Conflict, "a note twice in one save", client.save, twice)
        client.save(Changes(notes=(samples.note("r1", BELA), samples.note("r3"))))

    def _expect_pages(self, client: Client, page: Page, records: list[Any]) -> None:
        """See that each page has the records that it should."""
        for after, limit, numbers in PAGES:
            asked = page._replace(after=after, limit=limit)
            expected = [records[number - 1] for number in numbers]
            expect_equal(read(client, asked), expected, f"after {after} at most {limit}")

    @check(3)
    def test_a_journal_is_read_page_by_page(self) -> None:
        """I3: After each number, at most so many, in order; no other member's among them."""
        client, entries = self.client(), samples.journal(5)
        client.save(Changes(entries=samples.journal(7, BELA)))
        client.save(Changes(entries=entries[:3]))
        client.save(Changes(entries=entries[3:]))
        self._expect_pages(client, samples.journal_page(), list(entries))

    @check(1)
    def test_an_outbox_is_read_page_by_page(self) -> None:
        """I1: In the order in which events came, numbered for each member from 1."""
        client = self.client()
        events = [samples.event(f"e{number}") for number in (5, 3, 4, 1, 2)]
        for number, event in enumerate(events):
            client.save(Changes(events=(event, samples.event(f"x{number}", BELA))))
        self._expect_pages(client, samples.outbox_page(), events)

    @check(1)
    def test_events_of_one_save_keep_their_order(self) -> None:
        """I1: As they were given, whatever they are called, and behind those of the save before."""
        client = self.client()
        names = ("z", "a", "10", "9", "B", "b")
        events = [samples.event(name) for name in names]
        client.save(Changes(events=tuple(events[:2])))
        client.save(Changes(events=tuple(events[2:])))
        expect_equal(read(client, samples.outbox_page()), events, "the outbox")

    @check(3)
    def test_a_journal_is_in_order_beyond_nine_entries(self) -> None:
        """I3: Entry 10 comes behind entry 9, also where numbers are kept as texts."""
        client, entries = self.client(), samples.journal(12)
        client.save(Changes(entries=entries))
        expect_equal(read(client, samples.journal_page()), list(entries), "the journal")
        page = samples.journal_page(after=9, limit=2)
        expect_equal(read(client, page), list(entries[9:11]), "the entries after 9")

    @check(3)
    def test_several_pages_are_read_at_once(self) -> None:
        """I3: Of several members and logs, and two of one journal."""
        client, entries = self.client(), samples.journal(4)
        event = samples.event("e1", BELA)
        client.save(Changes(entries=entries, events=(event,)))
        pages = (
            samples.journal_page(limit=2),
            samples.journal_page(after=2, limit=2),
            samples.journal_page(BELA),
            samples.outbox_page(BELA),
        )
        found = client.load(Needs(pages=pages)).pages
        expected = [list(entries[:2]), list(entries[2:]), [], [event]]
        expect_equal([list(found[page]) for page in pages], expected, "the pages")

    @check(3)
    def test_a_log_that_there_is_not_is_refused(self) -> None:
        """I3: It is an error of the caller's, and no empty page."""
        page = Page("gossip", "asha", "", 0, 1)
        expect_raised(Misuse, "a log of another name", self.client().load, Needs(pages=(page,)))
