"""What a pool keeps, borrowed without its proxy: counted, given back, replaced where lost."""

import sqlite3
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from mi_rewards.commands import Rewards
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.sql import SqlStore, _pools, open_engine, safe_sqlite
from tests.shop import SMALL, T, bring, burn

KEY = wallet_key("asha", "tokens")


def lent_by(store: SqlStore) -> int:
    """Tell how many connections are out."""
    pool: Any = store.engine.pool
    return int(pool.checkedout())


def test_what_is_borrowed_is_counted_and_given_back(sqlite: SqlStore) -> None:
    """It is one that the pool keeps, and the same one again."""
    pool = sqlite.engine.pool
    entry = _pools.borrowed(pool)
    assert entry is not None
    assert lent_by(sqlite) == 1
    sqlite.load(Needs((KEY,)))
    assert lent_by(sqlite) == 1
    driver = entry.dbapi_connection
    _pools.give_back(pool, entry, sqlite.engine.dialect, is_idle=True)
    assert lent_by(sqlite) == 0
    with sqlite.engine.connect() as one, sqlite.engine.connect() as other:
        drivers = {it.connection.dbapi_connection for it in (one, other)}
    assert driver in drivers


@pytest.mark.parametrize("listened", ["checkout", "checkin", "reset"])
def test_who_listens_is_told(sqlite: SqlStore, listened: str) -> None:
    """The proxy is borrowed then."""
    heard: list[str] = []
    event.listen(sqlite.engine, listened, lambda *_: heard.append(listened))
    assert _pools.borrowed(sqlite.engine.pool) is None
    Rewards(sqlite, SMALL).do(bring(10))
    assert heard == [listened]
    assert lent_by(sqlite) == 0


def test_a_pool_that_works_otherwise_lends_its_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that asks connections before it lends them, one of another kind, and a later one."""

    class Other(QueuePool):
        """A pool of the host's."""

    url = f"sqlite:///{tmp_path / 'x.db'}"
    for arguments in ({"pool_pre_ping": True}, {"poolclass": Other}):
        store = SqlStore(safe_sqlite(create_engine(url, **arguments)))
        store.create_tables()
        assert _pools.borrowed(store.engine.pool) is None
        assert Rewards(store, SMALL).do(bring(10)).tokens == 10
        assert lent_by(store) == 0
        store.engine.dispose()
    monkeypatch.setattr(_pools, "_IS_KNOWN", False)
    engine = open_engine(url)
    assert _pools.borrowed(engine.pool) is None
    engine.dispose()


def test_a_connection_that_cannot_be_opened_is_not_lent(tmp_path: Path) -> None:
    """The error is SQLAlchemy's, and nothing is out."""
    store = SqlStore(open_engine(f"sqlite:///{tmp_path / 'missing' / 'x.db'}"))
    for _ in range(20):
        with pytest.raises(OperationalError, match="unable to open"):
            store.load(Needs((KEY,)))
    assert lent_by(store) == 0


def test_one_that_cannot_be_opened_again_is_not_lent_either(sqlite: SqlStore) -> None:
    """After the pool took it for lost; the next request has another one."""
    pool = sqlite.engine.pool
    entry = _pools.borrowed(pool)
    assert entry is not None
    entry.invalidate()
    _pools.give_back(pool, entry, sqlite.engine.dialect, is_idle=False)

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("not now")

    event.listen(sqlite.engine, "do_connect", refuse)
    with pytest.raises(OperationalError, match="not now"):
        sqlite.load(Needs((KEY,)))
    assert lent_by(sqlite) == 0
    event.remove(sqlite.engine, "do_connect", refuse)
    assert Rewards(sqlite, SMALL).do(bring(10)).tokens == 10


def test_what_is_left_open_is_rolled_back(
    sqlite: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the connection is closed, where that cannot be done."""
    pool, dialect = sqlite.engine.pool, sqlite.engine.dialect
    Rewards(sqlite, SMALL).do(bring(10))
    entry = _pools.borrowed(pool)
    assert entry is not None
    driver: Any = entry.dbapi_connection
    driver.execute("DELETE FROM mi_rewards_wallets")
    assert driver.in_transaction
    _pools.give_back(pool, entry, dialect, is_idle=False)
    assert not driver.in_transaction
    assert Rewards(sqlite, SMALL).balance("asha", at=T).available == 10
    for problem, comes_out in ((sqlite3.OperationalError("gone"), False), (SystemExit(), True)):

        def fail(_: object, problem: BaseException = problem) -> None:
            raise problem

        entry = _pools.borrowed(pool)
        assert entry is not None
        with monkeypatch.context() as patched:
            patched.setattr(dialect, "do_rollback", fail)
            with pytest.raises(SystemExit) if comes_out else nullcontext():
                _pools.give_back(pool, entry, dialect, is_idle=False)
        assert entry.dbapi_connection is None
        assert lent_by(sqlite) == 0


def test_a_connection_that_somebody_closed_is_replaced(sqlite: SqlStore) -> None:
    """The error comes out, and the next request has another one."""
    rewards = Rewards(sqlite, SMALL)
    rewards.do(bring(10))
    entry = _pools.borrowed(sqlite.engine.pool)
    assert entry is not None
    driver: Any = entry.dbapi_connection
    _pools.give_back(sqlite.engine.pool, entry, sqlite.engine.dialect, is_idle=True)
    driver.close()
    with pytest.raises(DBAPIError, match="closed"):
        rewards.do(burn(1))
    assert lent_by(sqlite) == 0
    assert rewards.do(burn(1)).tokens == 1
