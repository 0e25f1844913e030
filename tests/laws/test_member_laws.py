"""The laws of memberships: merging conserves everything, whatever is lost or told again.

Members are `asha`, `bela` and `cara`. A naive model keeps one list of single tokens for everybody
who is one person by now, each with its last valid day, and a number of those owed.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from mi_rewards.commands import Command, Rewards, TakePassedOn, follow_up
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, Needs, OutboxEvent, Page, Store, member_key, wallet_key
from mi_rewards.testing import ConnectionLost, Crashed, FaultyStore, Plan
from mi_rewards.testing.strategies import plans
from mi_rewards.wallet import Wallet, check_journal, fold
from tests.memberships import block, claim, joined, leave, merge, unblock
from tests.shop import (
    SMALL,
    Shop,
    T,
    bring,
    burn,
    cancel,
    deliver,
    give_back,
    hold,
    join,
    place,
    rules,
)

MEMBERS = ("asha", "bela", "cara")
DAYS = ("2017-12-31", "2018-12-31", "2019-12-31")
ORDERS = ("o1", "o2", "o3")
HOUR = timedelta(hours=1)

members = st.sampled_from(MEMBERS)


class Step(NamedTuple):
    """Something that is asked for: by whom, what, and with which figure."""

    by: str
    what: str
    figure: int


def steps(*what: str, least: int = 3, most: int = 10) -> st.SearchStrategy[list[Step]]:
    """Draw things that are asked for."""
    step = st.builds(Step, members, st.sampled_from(what), st.integers(0, 5))
    return st.lists(step, min_size=least, max_size=most)


pairs_of_two = st.tuples(members, st.sampled_from((1, 1, 1, 2, 2, 2, 0))).map(
    lambda it: (it[0], MEMBERS[(MEMBERS.index(it[0]) + it[1]) % 3])
)
"""Who goes on as whom; now and then as itself."""

debts = st.dictionaries(members, st.integers(1, 5), max_size=2)
"""What members owe before anything else happens."""


def owing(by: str, tokens: int) -> list[Command[Any]]:
    """Make a member owe tokens: what was earned is spent, and then returned."""
    names: dict[str, Any] = {"by": by}
    return [
        deliver("owed", 10 * tokens, request="owed", **names),
        burn(tokens, request="spent", **names),
        give_back("owed", request="back", **names),
    ]


def another(by: str, figure: int) -> str:
    """Choose somebody else, and now and then the same."""
    return MEMBERS[(MEMBERS.index(by) + (1, 2, 1, 2, 1, 0)[figure]) % 3]


def command_of(step: Step, number: int) -> Command[Any]:
    """Make the command, an hour after the one before it."""
    by, what, figure = step
    at, request, order = T + number * HOUR, f"{what}{number}", ORDERS[figure % len(ORDERS)]
    made: dict[str, Command[Any]] = {
        "bring": bring(figure + 1, DAYS[figure % len(DAYS)], by=by, at=at, request=request),
        "place": place(order, 10 * (figure + 1), by=by, at=at, request=request),
        "deliver": deliver(order, by=by, at=at, request=request),
        "sell": deliver(f"s{number}", 10 * (figure + 1), by=by, at=at, request=request),
        "return": give_back(order, by=by, at=at, request=request),
        "cancel": cancel(order, by=by, at=at, request=request),
        "burn": burn(figure + 1, by=by, at=at, request=request),
        "merge": merge(another(by, figure), by=by, at=at, request=request),
        "leave": leave(by, at=at, request=request),
        "join": join(by, at=at, request=request),
        "block": block(by=by, at=at, request=request),
        "unblock": unblock(by, at=at, request=request),
        "hold": hold(figure + 1, until=at + 3 * HOUR, by=by, at=at, request=request),
        "claim": claim(order, 10, delivered_at=T, by=by, at=at, request=request),
    }
    return made[what]


def wallet_of(store: Store, by: str) -> Wallet | None:
    """Read a wallet as stored."""
    key = wallet_key(by, "tokens")
    return store.load(Needs((key,))).get(key)


def events_of(store: Store, by: str) -> tuple[OutboxEvent, ...]:
    """Read what a member's changes left in the outbox."""
    page = Page("outbox", by, "", 0, 1000)
    return tuple(store.load(Needs(pages=(page,))).pages[page])


def insisted(store: Store, programme: Programme, command: Command[Any]) -> object:
    """Ask again until there is an answer."""
    while True:
        try:
            return Rewards(store, programme).do_all([command])[0]
        except (Conflict, LimitReached, ConnectionLost, Crashed):
            continue


def follow_all(store: Store, programme: Programme = SMALL) -> None:
    """Follow every event, and what follows from those, until nothing does."""
    count = -1
    while count != (count := sum(len(events_of(store, by)) for by in MEMBERS)):
        for by in MEMBERS:
            for told in events_of(store, by):
                command = follow_up(told)
                if command is not None:
                    insisted(store, programme, command)


def into_of(store: Store, by: str) -> str:
    """Tell as whom a member goes on."""
    found = store.load(Needs((member_key(by),))).get(member_key(by))
    return "" if found is None else found.merged_into


def check_sound(store: MemoryStore) -> None:
    """I1, I3, I9: Journals keep every promise and fold to the wallets; nothing is on its way."""
    journals = [tuple(it) for it in store.journals()]
    assert [str(it) for it in check_journal([entry for it in journals for entry in it])] == []
    folded = {it[0].member_id: fold(it) for it in journals}
    for wallet in store.all_of(Wallet):
        assert folded[wallet.owner.member_id]._replace(version=wallet.version) == wallet
    assert sum(it.transferred for it in store.all_of(Wallet)) == 0
    for wallet in store.all_of(Wallet):
        if wallet.blocked == "merged":
            assert (wallet.available, wallet.owed) == (0, 0)


def held_by(store: MemoryStore) -> tuple[list[date], int]:
    """Count single tokens by last valid day, and what is owed, over everybody."""
    coins: list[date] = []
    owed = 0
    for wallet in store.all_of(Wallet):
        owed += wallet.owed
        for bucket in wallet.buckets:
            coins += [bucket.last_day] * bucket.tokens
    return sorted(coins), owed


# merging


@given(
    debts,
    steps("bring", "sell", "place", "deliver", "return", "burn", least=0),
    st.lists(pairs_of_two, min_size=1, max_size=3),
)
def test_merging_conserves_every_sum_and_every_last_day(
    owed_first: dict[str, int], history: list[Step], pairs: list[tuple[str, str]]
) -> None:
    """I1, I9: Each token keeps its day; what both owe and have makes the earliest tokens good."""
    shop = joined(Shop(), *MEMBERS)
    shop.all(*[command for by, tokens in owed_first.items() for command in owing(by, tokens)])
    shop.batch(*[command_of(step, number) for number, step in enumerate(history, 1)])
    at = T + 100 * HOUR
    purses = {by: one_purse(shop, by) for by in MEMBERS}
    for number, (by, into) in enumerate(pairs):
        answer = shop.batch(merge(into, by=by, at=at, request=f"m{number}"))[0]
        follow_all(shop.store)
        if isinstance(answer, Exception):
            event(f"refused: {getattr(answer, 'code', '')}")
            continue
        coins, owed = purses.pop(by)
        others, theirs = purses[into]
        pool, debt = sorted(coins + others), owed + theirs
        purses[into] = (pool[debt:], max(0, debt - len(pool)))
        event(f"{bool(owed)} debt goes over to {bool(others)} tokens")
    for by in MEMBERS:
        assert one_purse(shop, by) == purses.get(by, ([], 0))
    check_sound(shop.store)


def one_purse(shop: Shop, by: str) -> tuple[list[date], int]:
    """Count one member's single tokens, and what is owed."""
    wallet = wallet_of(shop.store, by)
    if wallet is None:
        return [], 0
    coins = [bucket.last_day for bucket in wallet.buckets for _ in range(bucket.tokens)]
    return coins, wallet.owed


WHATEVER = (
    *("bring", "sell", "deliver", "deliver", "return", "return", "cancel", "burn", "burn", "hold"),
    *("merge", "merge", "merge", "leave", "join", "block", "unblock", "claim"),
)


def placed() -> list[Command[Any]]:
    """Have every member place every order."""
    return [
        place(order, 10 * number, by=by) for by in MEMBERS for number, order in enumerate(ORDERS, 2)
    ]


@given(steps(*WHATEVER, least=8, most=24), st.data())
def test_whatever_is_asked_under_whichever_name_adds_up(
    history: list[Step], data: st.DataObject
) -> None:
    """I1, I3, I9: Followed at any moment, any number of times, no token is made or lost."""
    shop = joined(Shop(rules(kept_after_days=data.draw(st.sampled_from((0, 0, 1))))), *MEMBERS)
    shop.all(*placed())
    for number, step in enumerate(history, 1):
        answer = shop.batch(command_of(step, number))[0]
        event(answer.code if isinstance(answer, Refused) else f"done: {step.what}")
        for by in data.draw(st.lists(members, max_size=2)):
            for told in data.draw(st.permutations(events_of(shop.store, by))):
                command = follow_up(told)
                if command is not None:
                    shop.batch(command)
    shop.rewards.lapse_due(T + 60 * HOUR)
    follow_all(shop.store, shop.programme)
    check_sound(shop.store)
    for by in MEMBERS:
        check_closed(shop.store, by)


def check_closed(store: MemoryStore, by: str) -> None:
    """A member's wallet says of itself why nothing is spent from it."""
    member = store.load(Needs((member_key(by),))).get(member_key(by))
    wallet = wallet_of(store, by)
    if member is None or wallet is None:
        return
    left = "left" if member.left_at is not None else member.blocked
    assert wallet.blocked == ("merged" if member.merged_into else left)


# what is lost, told again, or comes at once


@given(
    steps(
        "bring", "deliver", "sell", "burn", "merge", "merge", "return", "block", least=5, most=14
    ),
    plans(saves=30),
)
def test_a_merge_has_one_effect_whatever_is_lost_or_told_again(
    history: list[Step], plan: Plan
) -> None:
    """I8: Acknowledgements lost, saves that arrive late, crashes: all is as without them."""
    smooth, inner = MemoryStore(), MemoryStore()
    faulty = FaultyStore(inner, plan)
    for store in (smooth, faulty):
        for number, by in enumerate(MEMBERS):
            insisted(store, SMALL, join(by, at=T + number * HOUR))
        for command in placed():
            insisted(store, SMALL, command)
        for number, step in enumerate(history, 10):
            answer = insisted(store, SMALL, command_of(step, number))
            event(answer.code if isinstance(answer, Refused) else f"done: {step.what}")
        follow_all(store)
    faulty.arrive()
    assert list(inner.journals()) == list(smooth.journals())
    assert held_by(inner) == held_by(smooth)
    for by in MEMBERS:
        assert into_of(inner, by) == into_of(smooth, by)
        assert len(events_of(inner, by)) == len(events_of(smooth, by))
    check_sound(inner)


@given(st.lists(pairs_of_two, min_size=3, max_size=8), st.data())
def test_nobody_goes_on_in_a_circle_whoever_comes_first(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    """I11: Decisions made at once are saved in any order; each member goes on as one other."""
    shop = joined(Shop(), *MEMBERS)
    decided: list[Changes] = []
    for number, (by, into) in enumerate(pairs):
        command = merge(into, by=by, request=f"m{number}")
        try:
            changes = shop.rewards.simulate(command)[1]
        except Refused:
            continue
        assert changes is not None
        decided.append(changes)
        if data.draw(st.booleans()):
            decided = saved(shop.store, decided, data)
    saved(shop.store, decided, data)
    for by in MEMBERS:
        seen = {by}
        while into := into_of(shop.store, by):
            assert into not in seen
            seen.add(into)
            by = into  # noqa: PLW2901
    follow_all(shop.store)
    check_sound(shop.store)


def saved(store: MemoryStore, decided: list[Changes], data: st.DataObject) -> list[Changes]:
    """Save what was decided in any order; whoever lost is gone."""
    for changes in data.draw(st.permutations(decided)):
        try:
            store.save(changes)
        except (Conflict, LimitReached) as lost:
            event(type(lost).__name__)
    return []


@given(st.lists(st.tuples(members, st.sampled_from(ORDERS)), min_size=2, max_size=6), st.data())
def test_an_order_is_claimed_once_over_everybody(
    claims: list[tuple[str, str]], data: st.DataObject
) -> None:
    """I13: However claims race, each order is awarded to one member at most."""
    shop = joined(Shop(), *MEMBERS)
    decided: list[Changes] = []
    for number, (by, order) in enumerate(claims):
        command = claim(order, 100, delivered_at=T, by=by, at=T + HOUR, request=f"c{number}")
        try:
            changes = shop.rewards.simulate(command)[1]
        except Refused:
            continue
        assert changes is not None
        decided.append(changes)
        if data.draw(st.booleans()):
            decided = saved(shop.store, decided, data)
    saved(shop.store, decided, data)
    issued = sum(it.issued for it in shop.store.all_of(Wallet))
    assert issued <= 10 * len({order for _, order in claims})
    check_sound(shop.store)


def test_a_debt_taken_twice_is_seen_by_these_laws() -> None:
    """The checks object: a taker that forgets its receipts makes the sums differ."""
    shop = joined(Shop(), "asha", "bela")
    shop.all(bring(5), merge())
    (sent,) = [it for it in events_of(shop.store, "asha") if it.topic == "tokens_passed_on"]
    command = follow_up(sent)
    assert isinstance(command, TakePassedOn)
    again = shop.rewards.simulate(command)[1]
    shop.do(command)
    assert again is not None
    (put,) = again.puts
    stored = wallet_of(shop.store, "bela")
    assert stored is not None
    twice = command.decide(shop.store.load(Needs((put.key,))), shop.programme)
    shop.store.save(Changes(puts=twice.puts, entries=twice.entries))
    with pytest.raises(AssertionError):
        check_sound(shop.store)
