"""G13: What is personal is in no row any more when a member is erased, and every sum stays."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from mi_rewards.commands import Command, Rewards
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import check_journal, entry_to_dict
from tests import fridays
from tests.memberships import block, born, erase, leave, unblock
from tests.redeeming import CODES, redeem, reward
from tests.shop import SMALL, T, adjust, bring, burn, deliver, give_back, join, rules

PROGRAMME = rules(SMALL, rewards=(reward("cup", 5),), keeps_codes=True)
PLANTED = ("her sister called", "they moved to Pune", "02-29")
"""Texts that a member or the host wrote."""


def rows(store: SqlStore) -> Iterator[str]:
    """Read every column of every row of the library's tables."""
    with store.engine.connect() as connection:
        prepare = store.engine.dialect.identifier_preparer
        for table in store.tables.by_name.values():
            for row in connection.execute(text(f"SELECT * FROM {prepare.format_table(table)}")):
                yield from map(str, row)


def planted(store: SqlStore, *texts: str) -> list[str]:
    """Find which texts stand in some row."""
    found = list(rows(store))
    return [it for it in texts if any(it in row for row in found)]


def journal(rewards: Rewards, by: str) -> list[dict[str, Any]]:
    """Read a member's journal as it is written."""
    return [entry_to_dict(it) for it in rewards.statement(by).entries]


def test_what_is_planted_is_in_no_row_after_erasure(sql_store: SqlStore) -> None:
    """Notes, a birthday, a code in clear: through a life of retries, a return and a block."""
    rewards = Rewards(sql_store, PROGRAMME)
    code = CODES.draw()
    steps: list[Command[Any]] = [
        join(),
        join("bela"),
        bring(100),
        adjust(10, "2018-12-31", note=f"goodwill, {PLANTED[0]}", request="a1"),
        adjust(-5, note=PLANTED[1], request="a2"),
        adjust(5, "2018-12-31", note="bela's own", by="bela"),
        born(PLANTED[2]),
        deliver("o1", 100),
        redeem(code=code),
        burn(3),
        give_back("o1"),
        block(),
        unblock(),
    ]
    for step in (*steps, *steps):
        rewards.do(step)
    assert code.clear is not None
    texts = (*PLANTED, code.clear)
    assert planted(sql_store, *texts, "bela's own") == [*texts, "bela's own"]
    before, balance = journal(rewards, "asha"), rewards.balance("asha", at=T)
    rewards.do(erase())
    rewards.do(erase())
    assert planted(sql_store, *texts, "bela's own") == ["bela's own"]
    assert journal(rewards, "asha") == before
    assert rewards.balance("asha", at=T) == balance
    assert check_journal(rewards.statement("asha").entries) == ()
    for step in steps:
        rewards.do(step)
    assert planted(sql_store, *texts) == []


def test_who_has_left_is_erased_too(sql_store: SqlStore) -> None:
    """With everybody else of the same batch."""
    rewards = Rewards(sql_store, PROGRAMME)
    members = ("asha", "bela", "cara")
    for by in members:
        rewards.do(join(by))
        rewards.do(adjust(5, "2018-12-31", note=f"{PLANTED[0]} {by}", by=by))
    batch: list[Command[Any]] = [leave("asha"), *[erase(by) for by in members[:2]]]
    rewards.do_all(batch)
    assert planted(sql_store, *[f"{PLANTED[0]} {by}" for by in members]) == [f"{PLANTED[0]} cara"]
    key = wallet_key("asha", "tokens")
    found = sql_store.load(Needs((key,))).get(key)
    assert found is not None
    assert (str(found), found.adjusted) == ("0 | blocked left", 0)


def test_the_address_of_a_pre_order_is_in_no_row_after_erasure(sql_store: SqlStore) -> None:
    """Of every pre-order of the member's; nobody else's, and the units stay what they are."""
    rewards = fridays.shop(sql_store)
    rewards.do(fridays.open_quota())
    for order_id in ("o1", "o2"):
        rewards.do(fridays.place(order_id=order_id, address_ref="address-4711"))
    rewards.do(fridays.place("bela", address_ref="address-4712"))
    rewards.do(fridays.place("bela", "o2"))
    state = rewards.quota("q")
    assert planted(sql_store, "address-4711", "address-4712") == ["address-4711", "address-4712"]
    rewards.do(erase())
    assert planted(sql_store, "address-4711", "address-4712") == ["address-4712"]
    rewards.do(erase("bela"))
    assert planted(sql_store, "address-4712") == []
    assert rewards.quota("q") == state
