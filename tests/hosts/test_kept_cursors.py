"""A cursor of psycopg's stays with its connection, as long as it keeps few rows."""

import pytest

from mi_rewards.commands import Rewards
from mi_rewards.errors import Conflict
from mi_rewards.repositories import Needs, ReceiptKey
from mi_rewards.sql import SqlStore, _psycopg
from tests import databases
from tests.shop import SMALL, T, bring


def test_a_cursor_stays_until_it_is_closed() -> None:
    """The same one for the next statement; another one where somebody has closed it."""
    lent = databases.postgresql_engine().raw_connection()
    try:
        cursor = _psycopg.kept_cursor(lent)
        assert _psycopg.kept_cursor(lent) is cursor
        cursor.close()
        another = _psycopg.kept_cursor(lent)
        assert another is not cursor
        assert not another.closed
    finally:
        lent.close()


def test_a_cursor_with_many_rows_does_not_stay() -> None:
    """A hundred are few, one more is too many."""
    lent = databases.postgresql_engine().raw_connection()
    try:
        cursor = lent.cursor()
        found = {}
        for rows in (100, 101):
            cursor.execute(f"SELECT generate_series(1, {rows})")
            found[rows] = _psycopg.is_kept(cursor)
        assert found == {100: True, 101: False}
    finally:
        lent.close()


def test_a_store_goes_on_after_what_its_cursor_met() -> None:
    """After many rows, and after a statement that failed: the answers are the same."""
    store: SqlStore = databases.postgresql_store()
    rewards = Rewards(store, SMALL)
    members = [f"m{number}" for number in range(150)]
    rewards.do_all([bring(10, by=by, request="r") for by in members])
    needs = Needs(receipts=tuple(ReceiptKey(by, "r") for by in members))
    for _ in range(2):
        found = store.load(needs).receipts
        assert len(found) == 150
        assert None not in found.values()
        assert rewards.balance("m7", at=T).available == 10
    _, changes = rewards.simulate(bring(5, by="m7", request="s"))
    assert changes is not None
    store.save(changes)
    with pytest.raises(Conflict):
        store.save(changes)
    assert rewards.balance("m7", at=T).available == 15
