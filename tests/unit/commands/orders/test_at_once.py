"""Orders that earn at once by their rate alone: decided in fewer steps, and not otherwise."""

from collections.abc import Sequence
from typing import Any

import pytest

from mi_rewards.commands import Command, Deliver, Join
from mi_rewards.commands.command import proved
from mi_rewards.earning import CapScope, OrderCap, Welcome
from mi_rewards.money import TOKENS_MAX
from mi_rewards.programme import Programme
from mi_rewards.repositories import Loaded, Needs, NotLoaded, member_key, wallet_key
from mi_rewards.repositories import keys as names
from mi_rewards.wallet import WalletFull
from tests.shop import (
    SMALL,
    Shop,
    T,
    adjust,
    bring,
    burn,
    contents,
    deliver,
    give_back,
    hold,
    inr,
    ist,
    join,
    place,
    rules,
)
from tests.wallets import day

WELCOME = Welcome(50, day("2017-06-15"), day("2017-07-31"))
LATER = ist("2019-03-01")

HISTORIES: dict[str, tuple[Command[Any], ...]] = {
    "nothing before": (),
    "joined": (join(),),
    "joined later": (join(at=LATER),),
    "an order before": (join(), deliver("o0", 700)),
    "a bucket that ends earlier": (join(), bring(30, "2018-06-30")),
    "a bucket that ends later": (join(), bring(30, "2019-06-30")),
    "a bucket that has ended": (join(), bring(30, "2017-07-15")),
    "a promise": (join(), place("o0", 700)),
    "a hold": (join(), deliver("o0", 700), hold(5, until=LATER)),
    "a debt": (join(), deliver("o0", 700), burn(60), give_back("o0")),
    "adjusted": (join(), adjust(40, "2018-12-31")),
    "nearly full": (join(), bring(TOKENS_MAX - 3)),
    "known": (join(), deliver("o1", 700)),
    "placed": (join(), place("o1", 250)),
}

ORDERS: dict[str, Deliver] = {
    "an amount": deliver("o1", 250, at=ist("2017-08-01")),
    "too little": deliver("o1", 9, at=ist("2017-08-01")),
    "next year": deliver("o1", 250, at=ist("2018-02-01")),
    "shipping": deliver("o1", 250, at=ist("2017-08-01"), category="shipping"),
    "a channel": deliver("o1", 250, at=ist("2017-08-01"), channel="web"),
    "another channel": deliver("o1", 250, at=ist("2017-08-01"), channel="shop"),
    "a platform": deliver("o1", 250, at=ist("2017-08-01"), platform="app"),
    "nothing": deliver("o1", at=ist("2017-08-01")),
    "no name": deliver("", 250, at=ist("2017-08-01")),
    "a line": deliver("o1", 250, at=ist("2017-08-01"), line_ids=("1",)),
}


def asking(programme: Programme) -> Programme:
    """Make the same programme, whose orders are asked about in full."""
    same = rules(programme)
    object.__setattr__(same, "is_plain", False)
    return same


def told(programme: Programme, commands: Sequence[Command[Any]]) -> tuple[object, ...]:
    """Carry commands out; say what was answered, and what is kept."""
    shop = Shop(programme)
    answers = shop.batch(*commands)
    return [repr(it) for it in answers], repr(contents(shop.store))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_what_is_decided_at_once_is_what_is_decided_in_full(
    history: tuple[Command[Any], ...], order: Deliver
) -> None:
    """The same answers, and the same in the store to the last row, whatever came before."""
    plain = rules(SMALL, excluded_categories=("shipping",), channels=("", "web"))
    assert plain.is_plain
    assert told(plain, (*history, order)) == told(asking(plain), (*history, order))


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_what_was_not_asked_for_is_named(missing: int) -> None:
    """What is not loaded of the member, the purchase and the wallet: at once and in full."""
    shop = Shop(rules())
    shop.all(join(), deliver("o0", 700))
    order = deliver("o1", 250)
    keys = order.needs(SMALL).aggregates
    found = dict(shop.store.load(Needs(keys)).aggregates)
    del found[keys[missing]]
    for programme in (SMALL, asking(SMALL)):
        with pytest.raises(NotLoaded) as caught:
            order.decide(Loaded(found, {}), programme)
        assert caught.value.needs == Needs((keys[missing],))


@pytest.mark.parametrize("at", [ist("2017-06-14"), T, ist("2017-08-01")])
@pytest.mark.parametrize("before", [(), (bring(30),), (deliver("o1", 250, at=ist("2017-06-01")),)])
def test_who_joins_for_the_first_time_gets_what_anybody_gets(
    before: tuple[Command[Any], ...], at: Any
) -> None:
    """With a welcome, and on days without one; whatever was told of the member before."""
    plain = rules(SMALL, welcome=WELCOME)
    assert plain.is_plain
    commands = (*before, join(at=at))
    assert told(plain, commands) == told(asking(plain), commands)


@pytest.mark.parametrize(
    "changes",
    [{"kept_after_days": 14}, {"order_cap": OrderCap(5, CapScope.LIFETIME)}],
)
def test_a_programme_that_asks_more_is_not_plain(changes: dict[str, Any]) -> None:
    """One that waits, or counts orders, has each order asked about in full."""
    assert SMALL.is_plain
    assert not rules(SMALL, **changes).is_plain


def test_a_wallet_that_is_full_takes_nothing_at_once() -> None:
    """One token more than there can be is refused, and the order is not recorded."""
    shop = Shop(rules())
    shop.all(join(), bring(TOKENS_MAX - 3))
    assert isinstance(shop.refusal(deliver("o1", 40)), WalletFull)
    assert shop.purchase() is None


def test_a_reader_s_arguments_make_the_same_command() -> None:
    """What is proved is equal to what is checked, and has the same content and hash."""
    stated = {"member_id": "asha", "request_id": "join", "at": T}
    made = proved(Join, dict(stated))
    assert made == join()
    assert made.content() == join().content()
    assert hash(made) == hash(join())


def test_keys_of_members_are_remembered_for_so_many() -> None:
    """However many members there are; each has their own keys, by each kind of token."""
    points = rules(SMALL, kind="points")
    for number in range(names._OWN_MAX + 1):
        name = f"m{number}"
        for programme in (SMALL, points):
            keys = deliver("o1", inr(1).amount, by=name).needs(programme).aggregates
            assert keys[0] == member_key(name)
            assert keys[2] == wallet_key(name, programme.kind)
    assert len(names._OWN) <= names._OWN_MAX
