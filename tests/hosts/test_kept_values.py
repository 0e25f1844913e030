"""Aggregates that are at hand for whoever reads the same text again."""

import attrs
import pytest
from sqlalchemy import text

from mi_rewards.commands import Rewards
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.formats import to_text
from mi_rewards.repositories import (
    Changes,
    Key,
    Needs,
    Put,
    burn_key,
    key_of,
    member_key,
    wallet_key,
)
from mi_rewards.sql import SqlStore, _kept
from mi_rewards.sql._kept import COUNT_MAX, LENGTH_MAX, Kept
from mi_rewards.wallet import Wallet
from tests.shop import SMALL, T, bring, burn, join
from tests.wallets import OWNER, wallet


def rows_of(count: int) -> list[tuple[Key[Wallet], str]]:
    """Write wallets of so many members, each with its key."""
    owners = [attrs.evolve(OWNER, member_id=f"m{number}") for number in range(count)]
    made = [wallet(owner=owner) for owner in owners]
    return [(key_of(it), to_text(it)) for it in made]


def test_who_reads_the_same_text_gets_the_same_value(sql_store: SqlStore) -> None:
    """What was read, and what was written, new or over something else."""
    rewards, key = Rewards(sql_store, SMALL), wallet_key("asha", "tokens")

    def read() -> Wallet | None:
        return sql_store.load(Needs((key,))).get(key)

    rewards.do(bring(10))
    assert read() is read()
    rewards.do(burn(3))
    after = read()
    assert after is read()
    assert after is not None
    assert (after.version, after.available) == (2, 7)


@pytest.mark.parametrize(("count", "is_kept"), [(1, True), (10, True), (11, False)])
def test_what_is_new_is_kept_where_few_are_put(
    sqlite: SqlStore, *, count: int, is_kept: bool
) -> None:
    """Over what was there before, each is."""
    made = [wallet(owner=attrs.evolve(OWNER, member_id=f"m{it}")) for it in range(count)]
    keys = tuple(map(key_of, made))
    puts = tuple(Put(key, it) for key, it in zip(keys, made, strict=True))
    sqlite.save(Changes(puts))
    assert set(sqlite._statements._kept._young) == (set(keys) if is_kept else set())
    sqlite.save(Changes(tuple(Put(key, it.stored()) for key, it in puts)))
    assert set(sqlite._statements._kept._young) == set(keys)


def test_a_row_that_somebody_else_wrote_is_read_from_its_text(shared_store: SqlStore) -> None:
    """Whatever this store read or wrote before."""
    other = SqlStore(shared_store.engine, shared_store.tables)
    one, two = Rewards(shared_store, SMALL), Rewards(other, SMALL)
    one.do(bring(10))
    for number, rewards in enumerate([one, two, one, one, two, two, one]):
        assert rewards.balance("asha", at=T).available == 10 - number
        rewards.do(burn(1, request=f"r{number}"))


def test_a_row_that_cannot_be_read_is_corrupt_each_time(sqlite: SqlStore) -> None:
    """What is wrong is never kept."""
    rewards, key = Rewards(sqlite, SMALL), member_key("asha")
    rewards.do(join())
    with sqlite.engine.begin() as connection:
        connection.execute(text("UPDATE mi_rewards_members SET body = '{}'"))
    for _ in range(2):
        with pytest.raises(Corrupt):
            sqlite.load(Needs((key,)))


def test_a_row_of_another_is_corrupt_each_time(sqlite: SqlStore) -> None:
    """Nobody is given what is somebody else's, whoever exchanged the rows."""
    rewards, key = Rewards(sqlite, SMALL), member_key("asha")
    rewards.do(join())
    with sqlite.engine.begin() as connection:
        connection.execute(
            text("UPDATE mi_rewards_members SET body = replace(body, 'asha', 'bela')")
        )
    for _ in range(2):
        with pytest.raises(Corrupt, match="has another aggregate"):
            sqlite.load(Needs((key,)))


def test_a_receipt_of_another_request_is_corrupt(sqlite: SqlStore) -> None:
    """Nobody is answered with what came of something else."""
    rewards = Rewards(sqlite, SMALL)
    for command in (bring(10), burn(1, request="r1"), burn(1, request="r2")):
        rewards.do(command)
    with sqlite.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER mi_rewards_receipts_guard_update"))
        connection.execute(
            text("UPDATE mi_rewards_receipts SET body = replace(body, '\"r1\"', '\"r2\"')")
        )
    with pytest.raises(Corrupt, match="has another receipt"):
        rewards.do(burn(1, request="r1"))


def test_nothing_is_put_under_the_key_of_another(sql_store: SqlStore) -> None:
    """Whoever does is told, and nothing is changed."""
    made, key = wallet(), wallet_key("bela", OWNER.kind)
    with pytest.raises(Misuse, match="is put another aggregate"):
        sql_store.save(Changes((Put(key, made),)))
    assert sql_store.load(Needs((key,))).get(key) is None


def test_a_text_is_read_as_what_it_is_asked_for() -> None:
    """Not as what it was before."""
    kept, ((key, written),) = Kept(), rows_of(1)
    assert type(kept.read(key, written)) is Wallet
    with pytest.raises(Corrupt):
        kept.read(burn_key("m0", "tokens"), written)


def test_what_was_written_takes_the_place_of_what_it_was_written_over() -> None:
    """What somebody else wrote is read from its text; what is kept is found by key and text."""
    kept, ((key, written), (other, _)) = Kept(), rows_of(2)
    first = kept.read(key, written)
    later = first.stored()
    kept.keep(key, to_text(later), later)
    assert kept.read(key, to_text(later)) is later
    again = kept.read(key, written)
    assert again == first
    assert again is not first
    with pytest.raises(Corrupt, match="has another aggregate"):
        kept.read(other, written)


def test_what_nobody_asks_for_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many others, or twice as many; what is asked for stays."""
    monkeypatch.setattr(_kept, "COUNT_MAX", 3)
    kept, rows = Kept(), rows_of(9)
    first = kept.read(*rows[0])
    for row in rows[1:4]:
        kept.read(*row)
    assert kept.read(*rows[0]) is first
    for row in rows[4:]:
        kept.read(*row)
    assert kept.read(*rows[0]) is not first
    last = kept.read(*rows[8])
    assert kept.read(*rows[8]) is last
    assert COUNT_MAX == 2_000


@pytest.mark.parametrize(("length", "is_kept"), [(-1, True), (0, True), (1, False)])
def test_a_long_text_is_not_kept(length: int, is_kept: bool) -> None:
    """Of one character more than the longest."""
    padding = LENGTH_MAX + length - len(to_text(wallet())) + len(OWNER.member_id)
    made = wallet(owner=attrs.evolve(OWNER, member_id="m" * padding))
    key, written = key_of(made), to_text(made)
    assert len(written) == LENGTH_MAX + length
    kept = Kept()
    assert (kept.read(key, written) is kept.read(key, written)) is is_kept
