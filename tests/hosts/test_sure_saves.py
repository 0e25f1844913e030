"""Saves of PostgreSQL whose every part writes its row or fails, and the others, which count."""

import pytest
from sqlalchemy import text

from mi_rewards.commands import Burned
from mi_rewards.earning import Member
from mi_rewards.errors import Conflict, LimitReached
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Needs,
    OutboxEvent,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    member_key,
)
from mi_rewards.sql import SqlStore
from tests.shop import T

STOCK, OTHER = CounterKey("quota/q", "000/taken"), CounterKey("quota/q", "001/taken")
KEY = ReceiptKey("asha", "r1")
RECEIPT = Receipt(KEY, "0" * 32, Burned("b1", 1))
ASHA = Member("asha", T)
FIRST = Put(member_key("asha"), ASHA)
NEXT = Put(member_key("asha"), ASHA.stored())
TAKE = Take(STOCK, 1, 1)
SURE = Changes(puts=(FIRST,), receipts=(RECEIPT,), takes=(TAKE,))
COUNTED = Changes(puts=(NEXT,), receipts=(RECEIPT,), takes=(TAKE,))
EVENT = OutboxEvent("asha", "e1", "told", T, ())


def used(store: SqlStore, key: CounterKey = STOCK) -> int:
    """Look up how much of a counter is used."""
    found = store.load(Needs(counters=(key,))).counters[key]
    return 0 if found is None else found.used


def has_receipt(store: SqlStore) -> bool:
    """Look up whether the receipt is there."""
    return store.load(Needs(receipts=(KEY,))).receipts[KEY] is not None


def prepare(store: SqlStore, changes: Changes) -> None:
    """Have the member stored, where the changes go on from there."""
    if changes.puts == (NEXT,):
        store.save(Changes(puts=(FIRST,)))


@pytest.mark.parametrize("changes", [SURE, COUNTED, Changes(receipts=(RECEIPT,), takes=(TAKE,))])
def test_a_limit_that_is_reached_leaves_nothing(postgresql: SqlStore, changes: Changes) -> None:
    """I13: The first unit is taken, the next one refused, and no receipt of that is left."""
    prepare(postgresql, changes)
    postgresql.save(Changes(takes=(TAKE,)))
    with pytest.raises(LimitReached) as caught:
        postgresql.save(changes)
    assert caught.value.figures == {
        "counter": "quota/q/000/taken",
        "asked": 1,
        "used": 1,
        "limit": 1,
    }
    assert used(postgresql) == 1
    assert not has_receipt(postgresql)


@pytest.mark.parametrize("changes", [SURE, COUNTED])
def test_a_request_that_was_carried_out_is_a_conflict(
    postgresql: SqlStore, changes: Changes
) -> None:
    """I8: Whatever is left of the limit: nothing at first, then enough."""
    prepare(postgresql, changes)
    postgresql.save(changes)
    assert used(postgresql) == 1
    for limit in (1, 9):
        with pytest.raises(Conflict):
            postgresql.save(
                Changes(puts=changes.puts, receipts=(RECEIPT,), takes=(Take(STOCK, 1, limit),))
            )
        assert used(postgresql) == 1


@pytest.mark.parametrize("put", [FIRST, NEXT])
def test_an_aggregate_that_was_stored_meanwhile_is_a_conflict(
    postgresql: SqlStore, put: Put[Member]
) -> None:
    """I11: Rather than a limit, which is reached as well; no receipt is left."""
    prepare(postgresql, Changes(puts=(put,)))
    postgresql.save(Changes(puts=(put,), takes=(TAKE,)))
    with pytest.raises(Conflict):
        postgresql.save(Changes(puts=(put,), receipts=(RECEIPT,), takes=(TAKE,)))
    assert used(postgresql) == 1
    assert not has_receipt(postgresql)


@pytest.mark.parametrize("changes", [SURE, COUNTED])
def test_a_hosts_transaction_goes_on_after_a_limit(postgresql: SqlStore, changes: Changes) -> None:
    """What it did before stays; what was refused does not."""
    prepare(postgresql, changes)
    with postgresql.engine.connect() as one:
        store = postgresql.joined(one)
        store.save(Changes(takes=(TAKE, Take(OTHER, 1, 1))))
        with pytest.raises(LimitReached):
            store.save(changes)
        one.commit()
    assert (used(postgresql), used(postgresql, OTHER)) == (1, 1)
    assert not has_receipt(postgresql)


@pytest.mark.parametrize(
    "changes",
    [
        SURE,
        COUNTED,
        Changes(puts=(FIRST,), receipts=(RECEIPT,), events=(EVENT,), takes=(TAKE,)),
        Changes(receipts=(RECEIPT,), takes=(TAKE, Take(OTHER, 1, 1))),
    ],
)
def test_tables_are_written_in_one_order(postgresql: SqlStore, changes: Changes) -> None:
    """Receipts first, counters last, so that nobody waits for a counter any longer than needed."""
    prepare(postgresql, changes)
    names = [postgresql.tables.by_name[it] for it in ("receipts", "members", "outbox", "counters")]
    with postgresql.engine.connect() as one:
        one.execute(text("CREATE TEMPORARY TABLE written (nth serial, name text)"))
        one.execute(
            text(
                "CREATE FUNCTION pg_temp.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " INSERT INTO pg_temp.written (name) VALUES (TG_ARGV[0]); RETURN NEW; END $$"
            )
        )
        for table in names:
            one.execute(
                text(
                    f"CREATE TRIGGER noted BEFORE INSERT OR UPDATE ON {table.fullname}"
                    f" FOR EACH ROW EXECUTE FUNCTION pg_temp.note('{table.name}')"
                )
            )
        postgresql.joined(one).save(changes)
        found = one.execute(text("SELECT name FROM pg_temp.written ORDER BY nth")).scalars().all()
        one.rollback()
    order = [table.name for table in names]
    assert found[0].endswith("receipts")
    assert found[-1].endswith("counters")
    assert [order.index(it) for it in found] == sorted(order.index(it) for it in found)
