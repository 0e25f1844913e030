"""Values that are at hand for whoever reads the same text again."""

import attrs
import pytest
from sqlalchemy import text

from mi_rewards.commands import Rewards
from mi_rewards.errors import Corrupt
from mi_rewards.formats import to_text
from mi_rewards.repositories import Needs, member_key, wallet_key
from mi_rewards.sql import SqlStore, _kept
from mi_rewards.sql._kept import COUNT_MAX, LENGTH_MAX, Kept
from mi_rewards.wallet import Burn, Wallet
from tests.shop import SMALL, T, bring, burn, join
from tests.wallets import OWNER, wallet


def texts_of(count: int) -> list[str]:
    """Write wallets of so many members."""
    owners = [attrs.evolve(OWNER, member_id=f"m{number}") for number in range(count)]
    return [to_text(wallet(owner=owner)) for owner in owners]


def test_who_reads_the_same_text_gets_the_same_value(sql_store: SqlStore) -> None:
    """Also of what was written over it; what is new is read once."""
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


def test_a_text_is_read_as_what_it_is_asked_for() -> None:
    """Not as what it was before."""
    kept, (written,) = Kept(), texts_of(1)
    assert type(kept.read(Wallet, written)) is Wallet
    with pytest.raises(Corrupt):
        kept.read(Burn, written)


def test_what_nobody_asks_for_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many others, or twice as many; what is asked for stays."""
    monkeypatch.setattr(_kept, "COUNT_MAX", 3)
    kept, texts = Kept(), texts_of(9)
    first = kept.read(Wallet, texts[0])
    for written in texts[1:4]:
        kept.read(Wallet, written)
    assert kept.read(Wallet, texts[0]) is first
    for written in texts[4:]:
        kept.read(Wallet, written)
    assert kept.read(Wallet, texts[0]) is not first
    last = kept.read(Wallet, texts[8])
    assert kept.read(Wallet, texts[8]) is last
    assert COUNT_MAX == 1_000


@pytest.mark.parametrize(("length", "is_kept"), [(-1, True), (0, True), (1, False)])
def test_a_long_text_is_not_kept(length: int, is_kept: bool) -> None:
    """Of one character more than the longest."""
    padding = LENGTH_MAX + length - len(to_text(wallet())) + len(OWNER.member_id)
    written = to_text(wallet(owner=attrs.evolve(OWNER, member_id="m" * padding)))
    assert len(written) == LENGTH_MAX + length
    kept = Kept()
    assert (kept.read(Wallet, written) is kept.read(Wallet, written)) is is_kept
