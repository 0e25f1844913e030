"""The host in memory: conflicts, limits, rollback, pages, and sharing between threads."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from operator import methodcaller
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import Redemption, Voucher
from mi_rewards.checkout import Settlement
from mi_rewards.commands import Command, Rewards, with_retries
from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    Due,
    DueKey,
    Key,
    Needs,
    Note,
    OutboxEvent,
    Owned,
    Page,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    burn_key,
    key_of,
    member_key,
    purchase_key,
    wallet_key,
)
from mi_rewards.testing._checks import samples
from mi_rewards.wallet import Entry, Wallet
from tests.shop import SMALL, Shop, T, adjust, bring, burn, contents, deliver, hold, ist, join, send
from tests.wallets import history

STOCK = CounterKey("reward", "coupon")
PHONE = CounterKey("reward", "phone")
KEY = ReceiptKey("asha", "r1")
EVENT = OutboxEvent("asha", "e1", "greeting", T)
NOTE = Note("asha", "r1", "hello")
ENTRIES = tuple(history("5@2018-12-31 + 7@2019-12-31").entries)


def receipt(request_id: str = "r1", scope: str = "asha") -> Receipt:
    """Make a receipt."""
    return Receipt(ReceiptKey(scope, request_id), "digest", "outcome")


def put(member_id: str = "asha", version: int = 0) -> Put[Member]:
    """Put a member over a version."""
    return Put(member_key(member_id), Member(member_id, version=version))


def stocked() -> MemoryStore:
    """Make a store with one of each."""
    store = MemoryStore()
    store.save(
        Changes((put(),), ENTRIES[:1], (receipt(),), (EVENT,), (NOTE,), (Take(STOCK, 3, 5),))
    )
    return store


# reading


def test_an_empty_store_answers_with_nothing() -> None:
    """For everything that it is asked for."""
    page = Page("journal", "asha", "tokens", 0, 10)
    outbox = Page("outbox", "asha", "", 0, 10)
    loaded = MemoryStore().load(
        Needs((member_key("asha"),), (KEY,), (STOCK,), (page, outbox), Due(T, None, 10))
    )
    assert loaded.aggregates == {member_key("asha"): None}
    assert loaded.receipts == {KEY: None}
    assert loaded.counters == {STOCK: None}
    assert {name: list(each) for name, each in loaded.pages.items()} == {page: [], outbox: []}
    assert list(loaded.due) == []


def test_what_was_stored_is_loaded() -> None:
    """Aggregates with their version raised by one; only what is asked for."""
    page = Page("journal", "m-1", "tokens", 0, 10)
    outbox = Page("outbox", "asha", "", 0, 10)
    needs = Needs((member_key("asha"),), (KEY,), (STOCK,), (page, outbox))
    loaded = stocked().load(needs)
    assert loaded.aggregates == {member_key("asha"): Member("asha", version=1)}
    assert loaded.receipts == {KEY: receipt()}
    assert loaded.counters == {STOCK: Counter(STOCK, 3, 5)}
    assert {name: list(each) for name, each in loaded.pages.items()} == {
        page: [ENTRIES[0]],
        outbox: [EVENT],
    }
    nothing = stocked().load(Needs())
    assert (nothing.aggregates, nothing.receipts, nothing.counters, nothing.pages) == (
        {},
        {},
        {},
        {},
    )


def test_what_is_loaded_is_the_caller_s_own() -> None:
    """Whatever a batch does to it, the store stays as it is."""
    store = stocked()
    page = Page("outbox", "asha", "", 0, 10)
    before = contents(store)
    loaded = store.load(Needs((member_key("asha"),), (KEY,), (STOCK,), (page,)))
    loaded.aggregates[member_key("asha")] = None
    loaded.receipts.clear()
    loaded.counters.clear()
    events = loaded.pages[page]
    assert isinstance(events, list)
    events.clear()
    assert contents(store) == before


@pytest.mark.parametrize(
    ("after", "limit", "expected"),
    [(0, 2, [1, 2]), (1, 2, [2, 3]), (2, 1, [3]), (2, 5, [3]), (3, 5, []), (9, 5, [])],
)
def test_a_journal_is_read_page_by_page(after: int, limit: int, expected: list[int]) -> None:
    """From the entry after a number, at most so many."""
    shop = Shop()
    shop.all(bring(10), burn(1, request="b1"), burn(1, request="b2"))
    page = Page("journal", "asha", "tokens", after, limit)
    assert [it.sequence for it in shop.store.load(Needs(pages=(page,))).entries(page)] == expected


def test_an_outbox_is_read_page_by_page() -> None:
    """In the order in which events came."""
    shop = Shop()
    shop.all(bring(10), send(1, request="s1"), send(2, request="s2"), send(3, request="s3"))
    page = Page("outbox", "asha", "", 1, 1)
    events = shop.store.load(Needs(pages=(page,))).pages[page]
    assert [event.event_id for event in events] == ["s2"]


def test_a_log_that_there_is_not_is_not_read() -> None:
    """The message names it."""
    with pytest.raises(Misuse, match="no log is named 'gossip'"):
        MemoryStore().load(Needs(pages=(Page("gossip", "asha", "", 0, 1),)))


# events


def test_events_are_pending_until_they_are_handled() -> None:
    """Of all members; they stay in the outbox, and may be marked twice."""
    shop = Shop()
    for name in ("asha", "bela"):
        shop.all(bring(9, by=name), send(2, to="chand", by=name))
    first, second = shop.store.pending_events()
    assert [it.member_id for it in (first, second)] == ["asha", "bela"]
    assert shop.store.pending_events(limit=1) == (first,)
    shop.store.mark_handled([first])
    shop.store.mark_handled([first])
    assert shop.store.pending_events() == (second,)
    assert list(shop.events("asha")) == [first]


# what is due


def due(
    store: MemoryStore, before: str, after: DueKey[Wallet] | None = None, limit: int = 9
) -> list[str]:
    """List the members whose wallets are due."""
    found = store.load(Needs(due=Due(ist(before), after, limit))).due
    assert {(it.key.kind, it.key.name) for it in found} <= {(Wallet, "tokens")}
    rows = store.load(Needs(tuple(it.key for it in found))).aggregates
    assert [it.due_at for it in found] == [rows[it.key].due_at for it in found]
    return [it.key.member_id for it in found]


def three_wallets() -> Shop:
    """Make three wallets, the last of which never lapses, and a purchase."""
    shop = Shop()
    shop.all(bring(5, by="chand"), bring(5, by="asha"), bring(5, "never", by="bela"))
    shop.all(join("asha"), deliver("o1", 10))
    return shop


def test_what_is_due_by_an_instant_is_found() -> None:
    """At the instant itself, not just before it; what fell due first, then by the key."""
    shop = three_wallets()
    assert due(shop.store, "2018-12-31 23:59:59") == []
    assert due(shop.store, "2019-01-01 00:00") == ["asha", "chand"]
    assert due(shop.store, "2099-01-01") == ["asha", "chand"]
    shop.do(bring(5, "2018-12-30", by="dev"))
    assert due(shop.store, "2099-01-01") == ["dev", "asha", "chand"]


def test_what_is_due_is_found_page_by_page() -> None:
    """After the last of the page before."""
    store, end = three_wallets().store, ist("2019-01-01 00:00")
    assert due(store, "2019-01-01 00:00", limit=1) == ["asha"]
    asha, chand = (DueKey(end, wallet_key(name, "tokens")) for name in ("asha", "chand"))
    assert due(store, "2019-01-01 00:00", asha) == ["chand"]
    assert due(store, "2019-01-01 00:00", asha, limit=0) == []
    assert due(store, "2019-01-01 00:00", chand) == []
    early = DueKey(end, wallet_key("asha", "points"))
    assert due(store, "2019-01-01 00:00", early) == ["asha", "chand"]
    assert due(store, "2019-01-01 00:00", chand._replace(due_at=T)) == ["asha", "chand"]


def test_each_kind_is_due_by_itself() -> None:
    """What is of no kind that is named is a wallet; rows that come later are seen too."""
    store = MemoryStore()
    until = T + timedelta(days=1)
    for number in range(2):
        made = (
            samples.reservation("asha", f"n{number}", until=until),
            samples.settlement("asha", f"n{number}", until=until),
        )
        store.save(Changes(tuple([Put(key_of(it), it) for it in made])))
        for kind in (Redemption, Settlement):
            due = store.load(Needs(due=Due(until, None, 9, kind))).due
            assert list(due) == [
                DueKey(until, Key(kind, "asha", f"n{each}")) for each in range(number + 1)
            ]
        assert list(store.load(Needs(due=Due(until, None, 9))).due) == []


@pytest.mark.parametrize(
    ("after", "limit", "expected"),
    [
        ("", 9, ["A", "a", "b"]),
        ("", 1, ["A"]),
        ("A", 1, ["a"]),
        ("B", 9, ["a", "b"]),
        ("b", 9, []),
        ("c", 9, []),
    ],
)
def test_what_a_member_has_is_read_page_by_page(
    after: str, limit: int, expected: list[str]
) -> None:
    """By name, compared by code point; what is another's or of another kind is not there."""
    store = MemoryStore()
    for name in ("b", "A", "a"):
        made = (samples.voucher("asha", name), samples.voucher("bela", "x" + name))
        store.save(Changes(tuple([Put(key_of(it), it) for it in made])))
        store.load(Needs(pages=(Owned(Voucher, "asha", "", 1),)))
    page = Owned(Voucher, "asha", after, limit)
    assert [it.voucher_id for it in store.load(Needs(pages=(page,))).owned(page)] == expected
    nothing = Owned(Redemption, "asha", after, limit)
    assert list(store.load(Needs(pages=(nothing,))).owned(nothing)) == []


def test_what_has_no_name_comes_first() -> None:
    """A member is found among what they have, though without a name."""
    page = Owned(Member, "asha", "", 9)
    assert list(stocked().load(Needs(pages=(page,))).owned(page)) == [Member("asha", version=1)]


def test_what_was_booked_is_no_longer_due() -> None:
    """Until the next bucket's day."""
    shop = three_wallets()
    shop.do(bring(5, "2019-12-31", by="asha"))
    assert shop.rewards.lapse_due(ist("2019-01-01 00:00")) == 2
    assert due(shop.store, "2019-12-31") == []
    assert due(shop.store, "2020-01-01") == ["asha"]


# conflicts


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (Changes(receipts=(receipt(),)), "a request has a receipt already"),
        (Changes(receipts=(receipt("r2"), receipt("r2"))), "a request has a receipt already"),
        (Changes((put(),)), "is of version 1, not 0"),
        (Changes((put(version=2),)), "is of version 1, not 2"),
        (Changes((put("bela", 1),)), "is of version 0, not 1"),
        (Changes((put("bela"), put("bela"))), "is put twice"),
        (Changes(entries=ENTRIES[:1]), "entry 1 of ('m-1', 'tokens') cannot follow entry 1"),
        (
            Changes(entries=(ENTRIES[1], ENTRIES[1])),
            "entry 2 of ('m-1', 'tokens') cannot follow entry 2",
        ),
        (
            Changes(entries=(ENTRIES[0]._replace(sequence=3),)),
            "entry 3 of ('m-1', 'tokens') cannot follow entry 1",
        ),
        (Changes(events=(EVENT,)), "event 'e1' of 'asha' is there"),
        (
            Changes(events=(attrs.evolve(EVENT, event_id="e2"),) * 2),
            "event 'e2' of 'asha' is there",
        ),
        (Changes(notes=(NOTE,)), "a note on 'r1' of 'asha' is there"),
        (
            Changes(notes=(attrs.evolve(NOTE, request_id="r2"),) * 2),
            "a note on 'r2' of 'asha' is there",
        ),
    ],
)
def test_what_is_there_already_is_a_conflict(changes: Changes, message: str) -> None:
    """And nothing of the save is left, whatever stood before or after it."""
    store = stocked()
    before = contents(store)
    whole = Changes(
        (put("zoya"), *changes.puts),
        changes.entries,
        (receipt("r9"), *changes.receipts),
        (attrs.evolve(EVENT, event_id="e9"), *changes.events),
        (attrs.evolve(NOTE, request_id="r9"), *changes.notes),
        (Take(PHONE, 1, 1),),
    )
    with pytest.raises(Conflict) as caught:
        store.save(whole)
    assert str(caught.value).endswith(message)
    assert contents(store) == before


@pytest.mark.parametrize(
    "changes",
    [
        Changes(receipts=(receipt("r2"), receipt("r1", "bela"))),
        Changes((put(version=1), put("bela"))),
        Changes(entries=ENTRIES[1:]),
        Changes(events=(attrs.evolve(EVENT, event_id="e2"), attrs.evolve(EVENT, member_id="bela"))),
        Changes(notes=(attrs.evolve(NOTE, request_id="r2"), attrs.evolve(NOTE, member_id="bela"))),
    ],
)
def test_what_only_looks_alike_is_no_conflict(changes: Changes) -> None:
    """Another name, or the same of another member."""
    store = stocked()
    before = contents(store)
    store.save(changes)
    assert contents(store) != before


def test_a_conflict_names_the_row() -> None:
    """So that whoever debugs can find it."""
    with pytest.raises(Conflict, match=r"Key\(kind=.*Member.*, member_id='asha', name=''\) is of"):
        stocked().save(Changes((put(),)))


# counters


@pytest.mark.parametrize(("n", "used"), [(1, 4), (2, 5), (0, 3), (-1, 2), (-3, 0)])
def test_a_step_within_the_limit_is_taken(n: int, used: int) -> None:
    """Up to the limit itself, and back to nothing."""
    store = stocked()
    store.save(Changes(takes=(Take(STOCK, n, 5),)))
    assert store.load(Needs(counters=(STOCK,))).counter(STOCK) == Counter(STOCK, used, 5)


def test_the_first_step_makes_the_counter() -> None:
    """A limit of 0 is none."""
    store = MemoryStore()
    store.save(Changes(takes=(Take(STOCK, 5, 5),)))
    assert store.load(Needs(counters=(STOCK,))).counter(STOCK) == Counter(STOCK, 5, 5)
    with pytest.raises(LimitReached) as caught:
        store.save(Changes(takes=(Take(PHONE, 1, 0),)))
    assert caught.value.figures == {"counter": "reward/phone", "asked": 1, "used": 0, "limit": 0}


@pytest.mark.parametrize("takes", [(3,), (1, 2), (2, 1), (-3, 6)])
def test_a_step_past_the_limit_is_refused_and_surfaces(takes: tuple[int, ...]) -> None:
    """In one step or in several of one save, and nothing is left of any."""
    store = stocked()
    before = contents(store)
    with pytest.raises(LimitReached) as caught:
        store.save(Changes((put("zoya"),), takes=tuple(Take(STOCK, n, 5) for n in takes)))
    assert caught.value.figures["limit"] == 5
    assert contents(store) == before


def test_steps_of_one_save_are_taken_one_after_the_other() -> None:
    """What one gives back the next may take; the figures are those at its turn."""
    store = stocked()
    store.save(Changes(takes=(Take(STOCK, -1, 5), Take(PHONE, 1, 1), Take(STOCK, 3, 5))))
    assert store.load(Needs(counters=(STOCK, PHONE))).counters == {
        STOCK: Counter(STOCK, 5, 5),
        PHONE: Counter(PHONE, 1, 1),
    }
    with pytest.raises(LimitReached) as caught:
        store.save(Changes(takes=(Take(STOCK, -2, 5), Take(STOCK, 3, 5))))
    assert caught.value.figures == {"counter": "reward/coupon", "asked": 3, "used": 3, "limit": 5}


def test_a_limit_that_was_lowered_lets_what_is_used_be_given_back() -> None:
    """Only taking more is refused."""
    store = stocked()
    store.save(Changes(takes=(Take(STOCK, -1, 1),)))
    assert store.load(Needs(counters=(STOCK,))).counter(STOCK) == Counter(STOCK, 2, 1)
    with pytest.raises(LimitReached):
        store.save(Changes(takes=(Take(STOCK, 1, 2),)))


@pytest.mark.parametrize(("n", "limit"), [(1.5, 5), (True, 5), (1, 5.5), (1, None), ("1", 5)])
def test_a_step_is_of_whole_numbers(n: Any, limit: Any) -> None:
    """And so is its limit; what has no limit takes no counter."""
    store = stocked()
    before = contents(store)
    with pytest.raises(Misuse) as caught:
        store.save(Changes(takes=(Take(STOCK, n, limit),)))
    assert str(caught.value) == f"a counter takes whole numbers, not {n!r} of {limit!r}"
    assert contents(store) == before


def test_no_more_is_given_back_than_was_taken() -> None:
    """It is the caller's error, and nothing changes."""
    store = stocked()
    before = contents(store)
    with pytest.raises(Misuse, match="counter reward/coupon has 3, and 4 are given back"):
        store.save(Changes((put("zoya"),), takes=(Take(STOCK, -4, 5),)))
    with pytest.raises(Misuse, match="counter reward/phone has 0, and 1 are given back"):
        store.save(Changes(takes=(Take(PHONE, -1, 5),)))
    assert contents(store) == before


# going through all of it


def test_all_aggregates_of_a_kind_are_gone_through() -> None:
    """In the order in which they were first stored, as they are now."""
    shop = three_wallets()
    shop.do(burn(1, by="chand"))
    wallets = list(shop.store.all_of(Wallet))
    assert [(it.owner.member_id, it.available) for it in wallets] == [
        ("chand", 4),
        ("asha", 6),
        ("bela", 5),
    ]
    assert [it.order_id for it in shop.store.all_of(Purchase)] == ["o1"]
    assert list(MemoryStore().all_of(Wallet)) == []


def test_what_is_gone_through_may_change_meanwhile() -> None:
    """What is handed out is as it was at the beginning."""
    shop = three_wallets()
    found = shop.store.all_of(Wallet)
    first = next(found)
    shop.all(bring(1, by="dev"), burn(1, by="bela"))
    assert [it.available for it in (first, *found)] == [5, 6, 5]


def test_all_journals_are_gone_through() -> None:
    """Each whole and in order."""
    shop = three_wallets()
    journals: list[tuple[Entry, ...]] = [tuple(it) for it in shop.store.journals()]
    assert [[(it.member_id, it.sequence) for it in journal] for journal in journals] == [
        [("chand", 1)],
        [("asha", 1), ("asha", 2)],
        [("bela", 1)],
    ]


# notes


def test_notes_can_be_read_and_erased() -> None:
    """One member's, all at once; what they stood beside stays."""
    shop = Shop()
    shop.all(bring(9), adjust(-1, note="he called", request="a1"), adjust(-1, request="a2"))
    shop.all(adjust(-1, note="again", request="a3"), adjust(1, "never", by="bela", note="moved"))
    assert shop.store.notes_of("asha") == (
        Note("asha", "a1", "he called"),
        Note("asha", "a3", "again"),
    )
    story = shop.story()
    assert shop.store.erase_notes("asha") == 2
    assert shop.store.erase_notes("asha") == 0
    assert shop.store.notes_of("asha") == ()
    assert shop.store.notes_of("bela") == (Note("bela", "adjust", "moved"),)
    assert shop.story() == story


# sharing


def at_once(*works: Callable[[], object]) -> None:
    """Do all of it in threads of their own, beginning together."""
    barrier = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_lose_nothing() -> None:
    """C2: Eight of them burn from one wallet; each burn is there once, and no token twice."""
    shop = Shop()
    shop.do(bring(200))

    def work(number: int) -> Callable[[], object]:
        def burn_some() -> None:
            for each in range(20):
                command = burn(1, request=f"{number}/{each}")
                with_retries(shop.rewards, methodcaller("do", command), attempts=2)

        return burn_some

    at_once(*map(work, range(8)))
    assert shop.balance().available == 40
    assert [entry.sequence for entry in shop.entries()] == list(range(1, 162))
    assert len({entry.request_id for entry in shop.entries()}) == 161


def test_threads_never_see_half_a_save() -> None:
    """While steps of two counters are taken together, whoever reads sees them equal."""
    store = MemoryStore()
    seen: list[bool] = []

    def taking() -> None:
        for _ in range(300):
            store.save(Changes(takes=(Take(STOCK, 1, 300), Take(PHONE, 1, 300))))

    def reading() -> None:
        for _ in range(300):
            counters = store.load(Needs(counters=(STOCK, PHONE))).counters
            used = [0 if it is None else it.used for it in counters.values()]
            seen.append(used[0] == used[1])

    at_once(taking, reading)
    assert seen == [True] * 300


# the awaited store


def test_the_awaited_store_is_the_same_store() -> None:
    """Its own where none is given, else that one."""

    async def work() -> None:
        shared = stocked()
        store = AsyncMemoryStore(shared)
        loaded = await store.load(Needs((member_key("asha"),)))
        assert loaded.aggregates == {member_key("asha"): Member("asha", version=1)}
        await store.save(Changes((put("bela"),)))
        assert len(list(shared.all_of(Member))) == 2
        with pytest.raises(Conflict):
            await store.save(Changes((put("bela"),)))
        own = AsyncMemoryStore()
        await own.save(Changes((put(),)))
        assert list(own.store.all_of(Member)) == [Member("asha", version=1)]

    asyncio.run(work())


def test_each_kind_of_change_of_a_command_is_stored() -> None:
    """Rows, entries, receipts, events and notes."""
    shop = Shop()
    commands: list[Command[Any]] = [
        bring(10),
        burn(1),
        hold(2, until=T + timedelta(days=1)),
        send(3),
        adjust(-1, note="why"),
    ]
    Rewards(shop.store, SMALL).do_all(commands)
    loaded = shop.store.load(
        Needs((wallet_key("asha", "tokens"), burn_key("asha", "burn"), purchase_key("asha", "o1")))
    )
    assert [None if row is None else row.version for row in loaded.aggregates.values()] == [
        1,
        1,
        None,
    ]
    receipts = shop.store.load(
        Needs(receipts=tuple(ReceiptKey("asha", it.request_id) for it in commands))
    ).receipts
    assert None not in receipts.values()
    assert len(shop.entries()) == 5
    assert len(shop.events()) == 1
    assert len(shop.store.notes_of("asha")) == 1
