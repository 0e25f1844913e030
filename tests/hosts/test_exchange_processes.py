"""I8, I11, I17: Several processes trade in the same devices on one database, some are killed.

The long form is `./nightly processes`.
"""

from collections import Counter
from typing import Any

import attrs
import pytest

from mi_rewards.commands import Rewards
from mi_rewards.repositories import Changes, Needs, Put, device_key, exchange_key
from mi_rewards.sql import SqlStore
from mi_rewards.trade_in import DeviceEntry, ExchangeState
from tests import databases
from tests.exchange_processes import LONG, Bazaar, opened, problems, run_bazaar, traded
from tests.trading import change, opening, quote

SHORT = Bazaar(seed=7, workers=8, devices=12, wanted_by=6, kills=3)


def test_whoever_is_killed_a_device_is_in_one_exchange() -> None:
    """I8, I11, I17: By whichever of its numbers; entries agree, and losers leave nothing."""
    report = run_bazaar(databases.new_database("psycopg"), SHORT)
    assert report.problems == ()
    assert report.killed == SHORT.kills
    assert report.opened + report.refused == SHORT.requests
    assert report.opened >= SHORT.devices
    assert report.refused >= SHORT.devices
    # They did meet: quotes were overtaken, and devices were given up for others.
    assert report.voided > 0
    assert report.given_up > 0


def test_the_long_form_is_what_it_says() -> None:
    """Eight processes, 120 devices, each wanted by eight members in two processes."""
    assert (LONG.workers, LONG.devices, LONG.wanted_by) == (8, 120, 8)
    assert LONG.kills >= LONG.workers
    asked = Counter(it[1:] for share in LONG.shares() for it in share)
    assert set(asked.values()) == {2}
    assert len(asked) == LONG.devices * LONG.wanted_by
    for device in range(4):
        names = [set(LONG.named(member, device).imeis) for member in range(3)]
        assert LONG.is_linked(device) or set.intersection(*names)


class WithoutDevices(SqlStore):
    """A store that keeps exchanges, and says nothing of devices: who asks finds them free."""

    def save(self, changes: Changes, /) -> None:
        """Save all but the entries of devices."""
        puts = [it for it in changes.puts if it.key.kind is not DeviceEntry]
        entries = [
            it._replace(aggregate=it.aggregate.freeing(*it.aggregate[4:6]))
            for it in changes.puts
            if it.key.kind is DeviceEntry
        ]
        super().save(attrs.evolve(changes, puts=(*puts, *entries)))


def test_a_device_in_two_exchanges_is_seen(sqlite: SqlStore) -> None:
    """On a host that does not keep which exchange a device is in."""
    bazaar = Bazaar(devices=1, wanted_by=2)
    careless = WithoutDevices(sqlite.engine, sqlite.tables)
    opened(careless, bazaar)
    rewards = Rewards(careless, bazaar.programme)
    answers = [traded(rewards, bazaar, member, 0) for member in range(2)]
    assert [it["answer"] for it in answers] == ["opened", "opened"]
    found = list(problems(sqlite, bazaar, []))
    assert found[0] == "promise 17: device 0 is in 2 exchanges"
    assert len([it for it in found if " says None, and not " in it]) == 2


@pytest.fixture
def traded_once(sqlite: SqlStore) -> SqlStore:
    """A store on which a device is in an exchange, as it should be."""
    bazaar = Bazaar(devices=1, wanted_by=2)
    opened(sqlite, bazaar)
    rewards = Rewards(sqlite, bazaar.programme)
    told = [{"member": str(it), **traded(rewards, bazaar, it, 0)} for it in range(2)]
    assert [it["answer"] for it in told] == ["opened", "refused"]
    assert list(problems(sqlite, bazaar, told)) == []
    return sqlite


def replaced(store: SqlStore, key: Any, **changes: Any) -> None:
    """Change a row behind everybody's back."""
    found = store.load(Needs((key,))).get(key)
    assert found is not None
    store.save(Changes((Put(key, found._replace(**changes)),)))


def test_the_look_at_what_is_left_objects(traded_once: SqlStore) -> None:
    """What was told and is not there, what is held by nobody, rows too many: each is named."""
    bazaar = Bazaar(devices=1, wanted_by=2)
    wrong = [
        {"member": "1", "answer": "opened", "exchange": "x0.0"},
        {"member": "0", "answer": "given up", "exchange": "x0.0"},
    ]
    assert list(problems(traded_once, bazaar, wrong)) == [
        "promise 8: ('m1', 'x0.0') was opened, and is not there",
        "promise 8: ('m0', 'x0.0') was given up, and is issued",
    ]
    rewards = Rewards(traded_once, bazaar.programme)
    rewards.do(change("cancel", by="m0", exchange_id="x0.0"))
    found = "\n".join(problems(traded_once, bazaar, []))
    assert "device 0 is in no exchange, and nobody gave it up" in found
    rewards.do(quote("beside", by="m1", device=bazaar.named(1, 0)))
    rewards.do(opening("beside", "beside", by="m1"))
    found = "\n".join(problems(traded_once, bazaar, []))
    assert "promise 8: 1 receipts of 'open:x%', and not 2" in found
    number = bazaar.numbers(0)[0]
    replaced(traded_once, device_key(number), exchange_of="", exchange_id="", held_until=None)
    found = "\n".join(problems(traded_once, bazaar, []))
    assert f"number {number} says None, and not [('m1', 'beside')]" in found


def test_what_is_left_by_losers_is_seen(traded_once: SqlStore) -> None:
    """An exchange in a state that nobody asked for, without a receipt, that no quote names."""
    bazaar = Bazaar(devices=1, wanted_by=2)
    key = exchange_key("m0", "x0.0")
    found = traded_once.load(Needs((key,))).get(key)
    assert found is not None
    left = found._replace(exchange_id="x9", version=0, state=ExchangeState.USED, order_id="o1")
    traded_once.save(Changes((Put(exchange_key("m0", "x9"), left),)))
    assert list(problems(traded_once, bazaar, [])) == [
        "promise 17: device 0 is in 2 exchanges",
        *[
            f"promise 17: number {it} says ('m0', 'x0.0'), and not [('m0', 'x0.0'), ('m0', 'x9')]"
            for it in sorted(bazaar.numbers(0))
        ],
        "promise 11: 1 quotes were taken, and there are 2 exchanges",
        "promise 17: exchanges are ['used']",
        "promise 8: the receipt of x9 of 'm0' is None",
        "promise 8: 'm0' was told of 1 exchanges, and has 2",
        "promise 8: 1 receipts of 'open:x%', and not 2",
    ]
