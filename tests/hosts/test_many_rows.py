"""Many rows at once: whatever is in their texts, whichever of them somebody else has written."""

import pytest

from mi_rewards.commands import Burned
from mi_rewards.earning import Member
from mi_rewards.errors import Conflict
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Needs,
    Note,
    OutboxEvent,
    Page,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    member_key,
)
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import Entry, Event, Reason
from tests.shop import T
from tests.wallets import OWNER

DIGEST = "0" * 32

ODD = (
    "",
    " ",
    "NULL",
    "{}",
    "{,}",
    '"',
    '""',
    "\\",
    '\\"',
    "a,b",
    "a\nb",
    "\r\n\t\x01\x1f\x7f",
    "%s ? :a $1",
    "[1]",
    "ख़ुश ☃ 😀",
    "\u2028",
)
"""Names that stand in lists, objects and lines as they are."""


def members(*ids: str, version: int = 0) -> tuple[Put[Member], ...]:
    """Have members be stored over a version."""
    return tuple([Put(member_key(it), Member(it, T)._replace(version=version)) for it in ids])


def stored(store: SqlStore, *ids: str) -> list[int]:
    """Read the versions of members, 0 where there is none."""
    keys = tuple([member_key(it) for it in ids])
    found = store.load(Needs(keys))
    return [0 if it is None else it.version for it in map(found.get, keys)]


def entry(member_id: str, sequence: int) -> Entry:
    """Make an entry of a member's wallet."""
    owner = type(OWNER)(member_id, OWNER.kind, OWNER.zone)
    reason = Reason("told", (("why", member_id),))
    return Entry(owner, sequence, Event.BLOCKED, f"r{sequence}", T, T, reason, ())


def test_names_of_all_characters_come_back_as_they_were(sql_store: SqlStore) -> None:
    """Written and read all at once, and read one by one: keys, texts, and what stands in bodies."""
    receipts = tuple([Receipt(ReceiptKey(it, it + "'"), DIGEST, Burned(it, 1)) for it in ODD])
    counters = tuple([CounterKey(it, it + "'") for it in ODD])
    changes = Changes(
        puts=members(*ODD),
        entries=tuple([entry(it, 1) for it in ODD]),
        receipts=receipts,
        events=tuple([OutboxEvent(it, it + "'", it, T, ((it, it),)) for it in ODD]),
        notes=tuple([Note(it, it + "'", it) for it in ODD]),
        takes=tuple([Take(it, 1, 2) for it in counters]),
    )
    sql_store.save(changes)
    keys = tuple([it.key for it in receipts])
    logs = (("journal", OWNER.kind), ("outbox", ""))
    pages = tuple([Page(log, it, name, 0, 9) for log, name in logs for it in ODD])
    found = sql_store.load(
        Needs(tuple([member_key(it) for it in ODD]), keys, counters, pages=pages)
    )
    assert tuple(found.receipts[key] for key in keys) == receipts
    assert [found.counters[key].used for key in counters] == [1] * len(ODD)  # type: ignore[union-attr]
    assert stored(sql_store, *ODD) == [1] * len(ODD)
    assert [record for page in pages for record in found.pages[page]] == [
        *changes.entries,
        *changes.events,
    ]
    for nth, name in enumerate(ODD):
        assert stored(sql_store, name) == [1]
        alone = sql_store.load(Needs(receipts=(keys[nth],), counters=(counters[nth],)))
        assert alone.receipts[keys[nth]] == receipts[nth]
        assert alone.counters == {counters[nth]: found.counters[counters[nth]]}
        assert sql_store.notes_of(name) == (changes.notes[nth],)


def test_two_keys_with_one_member_are_two(sql_store: SqlStore) -> None:
    """Several receipts of a member are looked up at once."""
    receipts = tuple(
        [Receipt(ReceiptKey("asha", f"r{n}"), DIGEST, Burned("b", n)) for n in (1, 2, 3)]
    )
    sql_store.save(Changes(receipts=receipts))
    asked = tuple([ReceiptKey("asha", f"r{n}") for n in range(5)])
    found = sql_store.load(Needs(receipts=asked)).receipts
    assert [found[key] for key in asked] == [None, *receipts, None]


@pytest.mark.parametrize(
    "puts",
    [
        pytest.param((*members("asha"), *members("tara")), id="one of two is there"),
        pytest.param((*members("asha", version=2), *members("ravi", version=1)), id="late"),
        pytest.param((*members("asha", version=1), *members("tara", version=1)), id="gone"),
        pytest.param((*members("asha", version=2), *members("tara")), id="new, and late"),
    ],
)
def test_one_of_many_that_somebody_else_wrote_is_a_conflict(
    sql_store: SqlStore, puts: tuple[Put[Member], ...]
) -> None:
    """I8: Nothing of the others is left."""
    sql_store.save(Changes(puts=members("asha", "ravi")))
    with pytest.raises(Conflict):
        sql_store.save(Changes(puts=puts))
    assert stored(sql_store, "asha", "ravi", "tara") == [1, 1, 0]


def test_new_ones_and_those_that_were_there_are_stored_at_once(sql_store: SqlStore) -> None:
    """In whatever order they are named."""
    sql_store.save(Changes(puts=members("asha", "ravi")))
    sql_store.save(Changes(puts=members("ravi", "asha", version=1)))
    puts = (*members("asha", version=2), *members("tara"), *members("ravi", version=2))
    sql_store.save(Changes(puts=puts))
    assert stored(sql_store, "asha", "ravi", "tara") == [3, 3, 1]


def test_entries_follow_those_that_are_there(sql_store: SqlStore) -> None:
    """I8: One whose forerunner is not there, or that is there already, is a conflict for all."""
    sql_store.save(Changes(entries=(entry("asha", 1), entry("ravi", 1), entry("asha", 2))))
    for wrong in (entry("ravi", 3), entry("ravi", 1), entry("tara", 2)):
        with pytest.raises(Conflict):
            sql_store.save(Changes(entries=(entry("asha", 3), wrong)))
        with pytest.raises(Conflict):
            sql_store.save(Changes(entries=(wrong,)))
    sql_store.save(Changes(entries=(entry("asha", 3), entry("ravi", 2), entry("asha", 4))))
    for by, count in {"asha": 4, "ravi": 2, "tara": 0}.items():
        page = Page("journal", by, OWNER.kind, 0, 9)
        found = sql_store.load(Needs(pages=(page,))).pages[page]
        assert [it.sequence for it in found] == list(range(1, count + 1))
