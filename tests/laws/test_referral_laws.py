"""The laws of actions and referrals.

1. Referrals never run in a circle, whoever joins, leaves, opens, accepts, and races with whom.
2. A friend brings both sides what was said at most once, whatever is repeated, lost or reordered.
3. What a friend has does not depend on sweeps.
4. Limits and budgets hold.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards.calendar import Period
from mi_rewards.commands import (
    AcceptInvitation,
    Command,
    Deliver,
    Join,
    Leave,
    OpenReferral,
    Perform,
    Return,
    Rewards,
    follow_up,
)
from mi_rewards.earning import (
    Action,
    ActionLimit,
    Qualifies,
    Referral,
    ReferralCode,
    ReferralState,
    ReferralTerms,
    RewardNotBooked,
)
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, Loaded, Needs, Store
from mi_rewards.testing import ConnectionLost, Crashed, FaultyStore, Plan
from mi_rewards.testing.strategies import plans
from mi_rewards.wallet import Account, Entry, Wallet, check_journal
from tests.friends import AT_ONCE, LATER, ON_DELIVERY
from tests.shop import T, rules

MEMBERS = ("asha", "bela", "chitra", "devi")
DAY = timedelta(days=1)
END = T + 400 * DAY


class Step(NamedTuple):
    """One thing that happens: what, of whom, about whom, and how many days after the last one."""

    kind: str
    by: int
    other: int
    days: int


def command_of(step: Step, number: int, at: Any) -> Command[Any]:
    """Make the command of a step; its request is named by its number."""
    by, other = MEMBERS[step.by], MEMBERS[step.other]
    named: dict[str, Any] = {"member_id": by, "request_id": f"r{number}", "at": at}
    makers: dict[str, Callable[[], Command[Any]]] = {
        "join": lambda: Join(**named),
        "leave": lambda: Leave(**named),
        "open": lambda: OpenReferral(**named, code=f"{by}{number}"),
        "accept": lambda: AcceptInvitation(**named, referral_code=other),
        "deliver": lambda: Deliver(**named, order_id=f"o{step.other}", amount=Money(50_000, "INR")),
        "return": lambda: Return(**named, order_id=f"o{step.other}"),
        "perform": lambda: Perform(**named, action_id="sharing"),
    }
    return makers[step.kind]()


def histories(
    kinds: Sequence[str], days: Sequence[int], size: int
) -> st.SearchStrategy[list[Step]]:
    """Draw what happens."""
    who = st.integers(0, len(MEMBERS) - 1)
    steps = st.builds(Step, st.sampled_from(kinds), who, who, st.sampled_from(days))
    return st.lists(steps, min_size=4, max_size=size)


def commands_of(history: Iterable[Step]) -> list[Command[Any]]:
    """Make the commands of a history, on days that follow each other as it says."""
    made: list[Command[Any]] = []
    at = T
    for number, step in enumerate(history):
        at += step.days * DAY
        made.append(command_of(step, number, at))
    return made


# no circle


class Interrupted:
    """A store in which something else happens between a command's load and its save."""

    def __init__(self, inner: MemoryStore) -> None:
        self.inner = inner
        self.meanwhile: list[Callable[[], object]] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Load, and let something else happen right after it."""
        loaded = self.inner.load(needs)
        if self.meanwhile:
            self.meanwhile.pop()()
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Save."""
        self.inner.save(changes)


def tried(store: Store, programme: Programme, command: Command[Any]) -> object:
    """Ask until nobody else was faster."""
    while True:
        try:
            return Rewards(store, programme).do_all([command])[0]
        except Conflict:
            continue


def newest_codes(store: MemoryStore, command: Command[Any]) -> Command[Any]:
    """Let an invitation name the newest code of the member that it names."""
    if not isinstance(command, AcceptInvitation):
        return command
    codes = [it.code for it in store.all_of(ReferralCode)]
    wanted = [it for it in codes if it.startswith(command.referral_code)]
    return attrs.evolve(command, referral_code=wanted[-1]) if wanted else command


def circle_of(referrals: Iterable[Referral]) -> list[str]:
    """Find a circle by going from each friend to the inviter, as far as that leads."""
    inviter = {it.member_id: it.inviter_id for it in referrals}
    for start in inviter:
        seen = [start]
        while seen[-1] in inviter:
            seen.append(inviter[seen[-1]])
            if seen[-1] in seen[:-1]:
                return seen
    return []


FEW = 3
"""How many members there are, so that those who could be in a circle meet."""

WHO = st.integers(0, FEW - 1)
DAYS = st.sampled_from((0, 0, 0, 0, 0, -1, 1))


def arrivals(by: int) -> st.SearchStrategy[list[Step]]:
    """Draw how a member comes: maybe invited, then joining, then mostly opening a code."""
    invited = st.lists(st.builds(Step, st.just("accept"), st.just(by), WHO, DAYS), max_size=1)
    joined = st.builds(Step, st.just("join"), st.just(by), st.just(by), DAYS)
    opened = st.lists(st.builds(Step, st.just("open"), st.just(by), st.just(by), DAYS), max_size=1)
    return st.builds(lambda *parts: [*parts[0], parts[1], *parts[2]], invited, joined, opened)


@st.composite
def circles(draw: st.DrawFn) -> list[Step]:
    """Draw who comes in which order, and what they do afterwards."""
    order = draw(st.permutations(range(FEW)))
    made = [step for by in order for step in draw(arrivals(by))]
    kinds = st.sampled_from(("accept", "accept", "accept", "accept", "open", "leave", "join"))
    return made + draw(st.lists(st.builds(Step, kinds, WHO, WHO, DAYS), min_size=6, max_size=16))


@settings(max_examples=500)
@given(circles(), st.lists(st.booleans(), min_size=25, max_size=25), st.sampled_from([None, 0]))
def test_referrals_never_run_in_a_circle(
    history: list[Step], races: list[bool], code_days: int | None
) -> None:
    """Whatever instants are told in whatever order, and whatever is carried out in between."""
    terms = attrs.evolve(ON_DELIVERY, code_days=code_days)
    programme, store = rules(referral=terms), MemoryStore()
    interrupted = Interrupted(store)
    waiting: list[Command[Any]] = []
    for raw, races_with_next in zip(commands_of(history), races, strict=False):
        command = newest_codes(store, raw)
        if races_with_next:
            waiting.append(command)
            continue
        for each in waiting:
            interrupted.meanwhile.append(partial(tried, store, programme, each))
        waiting.clear()
        tried(interrupted, programme, command)
        assert circle_of(store.all_of(Referral)) == []


@given(circles())
def test_each_friend_was_there_after_the_inviter(history: list[Step]) -> None:
    """Unless nothing came of it: joining is later than the code's instant."""
    programme, store = rules(referral=AT_ONCE), MemoryStore()
    rewards = Rewards(store, programme)
    for raw in commands_of(history):
        rewards.do_all([newest_codes(store, raw)])
    codes = {it.code: it for it in store.all_of(ReferralCode)}
    for it in store.all_of(Referral):
        code = codes[it.code]
        assert (code.member_id, code.since) == (it.inviter_id, it.since)
        if it.state is ReferralState.QUALIFIED:
            assert it.occurred_at is not None
            assert it.occurred_at > it.since


def test_the_search_finds_a_circle() -> None:
    """Of two, and of three behind one who is in none."""
    of = Referral("", "", "", ReferralState.INVITED, T, T, Qualifies.ON_JOINING, 0, 1, 1)
    pairs = [("d", "a"), ("a", "b"), ("b", "c")]
    made = [of._replace(member_id=friend, inviter_id=by) for friend, by in pairs]
    assert circle_of(made) == []
    closed = [*made, of._replace(member_id="c", inviter_id="a")]
    assert circle_of(closed) == ["d", "a", "b", "c", "a"]


# paid once


def net(journals: Iterable[Sequence[Entry]], member_id: str, friend_id: str) -> int:
    """Add up what a member got for a friend and has not given back, from the journal alone."""
    tokens = 0
    for journal in journals:
        for entry in journal:
            if entry.member_id != member_id:
                continue
            for it in entry.postings:
                if it.ref == f"referral:{friend_id}" and it.account in {
                    Account.ISSUED,
                    Account.CLAWED_BACK,
                }:
                    tokens -= it.amount
    return tokens


def insisted(store: Store, programme: Programme, command: Command[Any]) -> object:
    """Ask again until there is an answer."""
    while True:
        try:
            return Rewards(store, programme).do_all([command])[0]
        except (Conflict, ConnectionLost, Crashed):
            continue


def follow_all(
    store: Store, inner: MemoryStore, programme: Programme, order: Callable[[list[Any]], list[Any]]
) -> None:
    """Follow every event in some order, twice, and again until nothing has to be sent again."""
    while True:
        commands = [follow_up(event, at=END) for by in MEMBERS for event in events_of(inner, by)]
        made = [it for it in commands if it is not None]
        told = [insisted(store, programme, it) for it in order(made + made)]
        if not any(isinstance(it, RewardNotBooked) for it in told):
            return


def events_of(store: MemoryStore, by: str) -> Sequence[Any]:
    """Read a member's outbox."""
    from mi_rewards.repositories import Page

    page = Page("outbox", by, "", 0, 1000)
    return store.load(Needs(pages=(page,))).pages[page]


PRELUDE = [Step("join", 0, 0, 0), Step("open", 0, 0, 0), Step("accept", 1, 0, 1)]


@st.composite
def purchases(draw: st.DrawFn) -> list[Step]:
    """Draw what friends of asha's buy and bring back, and whom they invite themselves."""
    made = [*PRELUDE, Step("join", 1, 1, draw(st.sampled_from((0, 1))))]
    if draw(st.booleans()):
        made += [Step("open", 1, 1, 0), Step("accept", 2, 1, 0), Step("join", 2, 2, 1)]
    kinds = st.sampled_from(("deliver", "deliver", "deliver", "return", "return", "accept", "join"))
    who, orders = st.sampled_from((1, 1, 1, 2, 3)), st.sampled_from((0, 0, 1))
    steps = st.builds(Step, kinds, who, orders, st.sampled_from((0, 0, 1, 3, 10)))
    return made + draw(st.lists(steps, min_size=2, max_size=14))


TERMS = (AT_ONCE, ON_DELIVERY, LATER)


def check_paid_once(
    store: MemoryStore,
    programme: Programme,
    commands: Sequence[Command[Any]],
    plan: Plan,
    order: Callable[[list[Any]], list[Any]],
) -> None:
    """Carry commands out with faults, follow what is told, and add up what each side has."""
    faulty = FaultyStore(store, plan)
    for command in commands:
        insisted(faulty, programme, newest_codes(store, command))
    faulty.arrive()
    rewards = Rewards(store, programme)
    rewards.qualify_due(END)
    rewards.lapse_due(END)
    follow_all(faulty, store, programme, order)
    faulty.arrive()
    journals = [list(it) for it in store.journals()]
    assert check_journal([entry for each in journals for entry in each]) == ()
    for it in store.all_of(Referral):
        is_paid = it.state is ReferralState.QUALIFIED
        assert net(journals, it.member_id, it.member_id) == (it.friend_tokens if is_paid else 0)
        assert net(journals, it.inviter_id, it.member_id) == (it.inviter_tokens if is_paid else 0)


@settings(max_examples=200)
@given(
    st.sampled_from(TERMS),
    purchases(),
    plans(saves=40),
    st.randoms(use_true_random=False),
)
def test_a_friend_brings_both_sides_theirs_once(
    terms: ReferralTerms, history: list[Step], plan: Plan, random: Any
) -> None:
    """I8, I10: Whatever is lost, duplicated, late or followed in whatever order."""

    def shuffled(commands: list[Any]) -> list[Any]:
        random.shuffle(commands)
        return commands

    check_paid_once(MemoryStore(), rules(referral=terms), commands_of(history), plan, shuffled)


class Forgetful(MemoryStore):
    """A store without receipts of what is followed, so that it is carried out again."""

    def save(self, changes: Changes, /) -> None:
        """Save all but these receipts."""
        kept = [it for it in changes.receipts if not it.key.request_id.startswith("referral:")]
        super().save(attrs.evolve(changes, receipts=tuple(kept)))


def test_the_law_of_what_is_paid_objects() -> None:
    """A store that forgets that an inviter was rewarded is found out."""
    steps = [*PRELUDE, Step("join", 1, 0, 1)]
    with pytest.raises(AssertionError):
        check_paid_once(
            Forgetful(), rules(referral=AT_ONCE), commands_of(steps), Plan(), lambda made: made
        )


# sweeps


@given(
    purchases(),
    st.lists(st.booleans(), min_size=20, max_size=20),
)
def test_sweeps_change_nothing_for_friends(history: list[Step], sweeps: list[bool]) -> None:
    """I6: Every balance and every answer is the same, whether and when it is booked."""
    programme = rules(referral=LATER)
    swept, left_alone = MemoryStore(), MemoryStore()
    at = T
    for number, (step, sweep) in enumerate(zip(history, sweeps, strict=False)):
        at += step.days * DAY
        if sweep:
            Rewards(swept, programme).qualify_due(at)
        command = command_of(step, number, at)
        told = [
            Rewards(it, programme).do_all([newest_codes(it, command)]) for it in (swept, left_alone)
        ]
        assert told[0] == told[1]
        for by in MEMBERS:
            balances = [Rewards(it, programme).balance(by, at=at) for it in (swept, left_alone)]
            assert balances[0] == balances[1]
    for it in (swept, left_alone):
        Rewards(it, programme).qualify_due(END)
    events = [[events_of(it, by) for by in MEMBERS] for it in (swept, left_alone)]
    topics = [[[it.topic for it in each] for each in every] for every in events]
    assert topics[0] == topics[1]
    assert {_at_rest(it) for it in swept.all_of(Referral)} == {
        _at_rest(it) for it in left_alone.all_of(Referral)
    }


def _at_rest(referral: Referral) -> Referral:
    """Leave out how often a referral was stored."""
    return referral._replace(version=0)


# limits


@given(
    st.integers(0, 3),
    histories(("open", "accept", "accept", "accept"), (0, 0, 1, 20), 20).map(
        lambda rest: [Step("join", 0, 0, 0), Step("join", 1, 0, 0), *rest]
    ),
)
def test_nobody_invites_more_friends_than_they_may(most: int, history: list[Step]) -> None:
    """I13: In each month, by the days on which they took the invitation up."""
    terms = attrs.evolve(ON_DELIVERY, friends_max=most, friends_period=Period.MONTH)
    programme, store = rules(referral=terms), MemoryStore()
    for raw in commands_of(history):
        Rewards(store, programme).do_all([newest_codes(store, raw)])
    months: dict[tuple[str, int, int], int] = {}
    for it in store.all_of(Referral):
        day = programme.zone.day_of(it.registered_at)
        key = (it.inviter_id, day.year, day.month)
        months[key] = months.get(key, 0) + 1
    assert all(count <= most for count in months.values())


@given(
    st.integers(0, 3),
    st.one_of(st.none(), st.integers(0, 60)),
    histories(("perform",), (0, 0, 0, 1), 24),
)
def test_limits_and_budgets_of_actions_hold(
    times: int, budget: int | None, history: list[Step]
) -> None:
    """I13: As a count of the granted ones, day by day, allows; and not one less."""
    sharing = Action("sharing", 5, limits=(ActionLimit(times, Period.DAY),), budget=budget)
    programme, store = rules(actions=(sharing,)), MemoryStore()
    rewards = Rewards(store, programme)
    rewards.do_all([Join(member_id=by, request_id="join", at=T) for by in MEMBERS])
    days: dict[tuple[str, Any], int] = {}
    spent = 0
    for command in commands_of(history):
        assert isinstance(command, Perform)
        key = (command.member_id, programme.zone.day_of(command.at))
        fits = days.get(key, 0) < times and (budget is None or spent + 5 <= budget)
        outcome = rewards.do_all([command])[0]
        assert isinstance(outcome, Refused) is not fits
        if fits:
            days[key] = days.get(key, 0) + 1
            spent += 5
        else:
            assert isinstance(outcome, LimitReached)
    wallets = store.all_of(Wallet)
    assert sum(it.issued for it in wallets) == spent
