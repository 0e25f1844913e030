"""The laws of what-if: draws by key, policies whose burns are burns, and what can only rise.

Histories are of few members and few months, with returns, so that tokens lapse, are owed and are
spent in every order.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.modelling import (
    Asked,
    AsSoonAsPossible,
    AtThreshold,
    BeforeLapse,
    Comparison,
    HazardByAge,
    Measure,
    NoRedemption,
    RedemptionPolicy,
    Replayed,
    Scenario,
    SomeMembers,
    compare,
    keyed_draw,
    partitioned,
    replay,
)
from mi_rewards.modelling.what_if.draws import draws_of
from mi_rewards.programme import Programme
from mi_rewards.wallet import RollingMonths
from tests.replaying import REWARD_MI
from tests.shop import rules

MEMBERS = ("A", "B", "C", "D", "E")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2018, 1, 1, tzinfo=UTC)
AS_OF = date(2019, 3, 31)
QUICK = rules(REWARD_MI, expiry=RollingMonths(4))
"""Reward Mi with tokens that lapse within the history."""

Columns = dict[str, list[Any]]


class Order(NamedTuple):
    """An order, and what of it comes back after how many days: 0 for nothing."""

    member: str
    day: int
    rupees: int
    back: int
    days_after: int


orders = st.lists(
    st.builds(
        Order,
        st.sampled_from(MEMBERS),
        st.integers(0, 300),
        st.integers(1, 400).map(lambda n: n * 10),
        st.sampled_from([0, 0, 5, 10, 4000]),
        st.integers(0, 200),
    ),
    min_size=1,
    max_size=12,
)

policies: st.SearchStrategy[RedemptionPolicy] = st.one_of(
    st.just(NoRedemption()),
    st.builds(AsSoonAsPossible, st.integers(1, 120), st.integers(1, 50)),
    st.integers(1, 200).flatmap(lambda n: st.builds(AtThreshold, st.just(n), st.integers(1, n))),
    st.builds(BeforeLapse, st.integers(1, 90), st.integers(1, 50)),
    st.builds(
        HazardByAge,
        st.lists(st.integers(0, 10).map(lambda n: (n, 10)), min_size=1, max_size=5),
        st.integers(0, 3),
    ),
)
policies = st.one_of(
    policies,
    policies.flatmap(lambda it: st.builds(SomeMembers, st.just(it), st.just(1), st.just(2))),
)


def history(made: list[Order], *burns: tuple[str, int, int]) -> Columns:
    """Write orders as columns, each row at a minute of its own, and burns where they belong."""
    before = FIRST - timedelta(days=1)
    rows = [(before, 0, "joined", it, "", "", f"join-{it}", "") for it in MEMBERS]
    for n, order in enumerate(made):
        at = FIRST + timedelta(days=order.day, hours=6, minutes=2 * n)
        amount = f"{order.rupees}.00"
        rows.append((at, 0, "delivered", order.member, str(n), amount, f"in-{n}", ""))
        if order.back:
            back_at = at + timedelta(days=order.days_after, minutes=1)
            back = f"{min(order.back * 10, order.rupees)}.00"
            rows.append((back_at, 0, "returned", order.member, str(n), back, f"out-{n}", ""))
    rows += [
        (
            EPOCH + timedelta(microseconds=at_us),
            1,
            "burned",
            member,
            "",
            "",
            f"burn-{n}",
            str(tokens),
        )
        for n, (member, at_us, tokens) in enumerate(burns)
    ]
    rows.sort(key=lambda it: it[:2])
    return {
        "kind": [it[2] for it in rows],
        "member_id": [it[3] for it in rows],
        "at": [it[0].isoformat() for it in rows],
        "order_id": [it[4] for it in rows],
        "amount": [it[5] for it in rows],
        "currency": ["INR" if it[5] else "" for it in rows],
        "request_id": [it[6] for it in rows],
        "tokens": [it[7] for it in rows],
    }


def replayed(
    columns: Columns, programme: Programme = QUICK, policy: RedemptionPolicy | None = None
) -> Replayed:
    """Replay columns to the day of these laws."""
    return replay(columns, programme, as_of=AS_OF, policy=policy)


# draws


@given(
    asked=st.lists(
        st.tuples(st.integers(0, 2**64 - 1), st.text(), st.text(), st.integers(0, 2**64 - 1)),
        unique=True,
    )
)
def test_law_a_draw_does_not_depend_on_other_draws(asked: list[tuple[int, str, str, int]]) -> None:
    """Whatever was drawn before, and in whatever order: the key alone decides."""
    forth = [keyed_draw(*it) for it in asked]
    back = [keyed_draw(*it) for it in reversed(asked)]
    assert forth == back[::-1]
    assert all(0 <= it < 2**64 for it in forth)
    assert len(set(forth)) == len(asked)


@given(made=orders, policy=policies, count=st.integers(1, 8))
def test_law_policies_do_not_see_partitions(
    made: list[Order], policy: RedemptionPolicy, count: int
) -> None:
    """However members are split over partitions, the same is spent and the same is drawn."""
    columns = history(made)
    two = {"quick": QUICK, "slow": REWARD_MI}
    whole = compare(two, columns, as_of=AS_OF, policy=policy)
    parts = partitioned(columns, count)
    assert compare(two, partitions=parts, as_of=AS_OF, policy=policy) == whole


@given(made=orders, policy=policies, order=st.permutations(MEMBERS))
def test_law_policies_do_not_see_the_order_of_members(
    made: list[Order], policy: RedemptionPolicy, order: list[str]
) -> None:
    """One member after the other, in any order, comes to the same as all of them by time."""
    columns = history(made)
    places = range(len(columns["kind"]))
    turned = sorted(places, key=lambda n: order.index(columns["member_id"][n]))
    by_member = {name: [column[n] for n in turned] for name, column in columns.items()}
    assert replayed(by_member, policy=policy) == replayed(columns, policy=policy)


# burns


@given(made=orders, policy=policies)
def test_law_the_burns_of_a_policy_are_burns(made: list[Order], policy: RedemptionPolicy) -> None:
    """Given back as rows, they come to the same, to the token, the day and the cohort."""
    columns = history(made)
    stated = replayed(columns, policy=policy)
    burns = stated.policy_burns
    told = replayed(history(made, *burns))
    assert told.events == stated.events + len(burns)
    assert attrs.evolve(told, events=stated.events, policy_burns=burns) == stated
    assert sum(it.tokens for it in burns) == stated.redeemed


@given(made=orders)
def test_law_no_redemption_redeems_nothing(made: list[Order]) -> None:
    """A history that spends nothing comes to the same under no policy at all."""
    assert replayed(history(made), policy=NoRedemption()) == replayed(history(made))


@given(made=orders, minimum=st.integers(1, 120), step=st.integers(1, 50))
def test_law_as_soon_as_possible_leaves_little(made: list[Order], minimum: int, step: int) -> None:
    """Whatever happens, less than a minimum and a step is left, since only earning brings more."""
    found = replayed(history(made), policy=AsSoonAsPossible(minimum, step))
    assert all(it < max(minimum, step) + step for it in found.by_member["available"])
    assert all(it.tokens % step == 0 and it.tokens >= minimum for it in found.policy_burns)


@given(made=orders, tokens=st.integers(1, 200), data=st.data())
def test_law_at_a_threshold_less_than_it_is_left(
    made: list[Order], tokens: int, data: st.DataObject
) -> None:
    """And every burn is so many times what is spent."""
    burns = data.draw(st.integers(1, tokens))
    found = replayed(history(made), policy=AtThreshold(tokens, burns))
    assert all(it < tokens for it in found.by_member["available"])
    assert all(it.tokens % burns == 0 for it in found.policy_burns)


layers = st.lists(
    st.tuples(
        st.integers(date(2018, 3, 1).toordinal(), date(2019, 12, 31).toordinal()),
        st.integers(0, 14).map(lambda n: date(2017 + n // 12, n % 12 + 1, 1).toordinal()),
        st.integers(1, 2**60),
    ),
    max_size=5,
).map(lambda found: tuple(sorted(found)))


@given(policy=policies, of=layers, brought=st.integers(0, 3), draw=st.integers(0, 2**64 - 1))
def test_law_no_policy_spends_more_than_there_is(
    policy: RedemptionPolicy, of: tuple[tuple[int, int, int], ...], brought: int, draw: int
) -> None:
    """Of any layers, under any draw."""
    available = sum(it[2] for it in of)
    day = date(2018, 3, 1).toordinal()
    spent = policy.redeems(Asked("A", day, available, of, lambda: draw, brought))
    assert 0 <= spent <= available
    assert spent == policy.redeems(Asked("A", day, available, of, lambda: draw, brought))


def test_law_a_hazard_is_exact_in_the_mean() -> None:
    """Of 20,000 members a third of 7 tokens is 2 or 3 each, and 7/3 in the mean within 1 in 200."""
    policy = HazardByAge([(1, 3)], seed=20_180_301)
    day = date(2018, 3, 1).toordinal()
    of = ((date(2019, 12, 31).toordinal(), date(2018, 2, 1).toordinal(), 7),)
    spent = [
        policy.redeems(Asked(member, day, 7, of, policy.draws(member), 0))
        for member in map(str, range(20_000))
    ]
    assert set(spent) == {2, 3}
    assert abs(3 * sum(spent) - 7 * 20_000) * 200 < 7 * 20_000


def test_law_draws_are_even() -> None:
    """Of 40,000 draws of one member each sixteenth of the range has its share within 1 in 12."""
    draw = draws_of(1, "even", "A")
    counts = [0] * 16
    for _ in range(40_000):
        counts[draw() >> 60] += 1
    assert all(abs(it - 2_500) * 12 < 2_500 for it in counts)


# what can only rise


@given(made=orders, tokens=st.integers(1, 20), more=st.integers(0, 20))
def test_law_a_higher_rate_never_issues_less(made: list[Order], tokens: int, more: int) -> None:
    """Not to anybody; and where nobody spends, nobody keeps less."""
    rate = QUICK.earning.rate
    low, high = (rules(QUICK, rate=attrs.evolve(rate, tokens=it)) for it in (tokens, tokens + more))
    columns = history(made)
    for measure in (Measure.ISSUED, Measure.KEPT):
        found = compare(
            {"low": low, "high": high},
            columns,
            as_of=AS_OF,
            policy=NoRedemption(),
            measure=measure,
        )
        assert found.totals()["lose"] == [0, 0]


@given(made=orders, months=st.integers(1, 12), more=st.integers(0, 12))
def test_law_a_longer_validity_never_keeps_less(made: list[Order], months: int, more: int) -> None:
    """Where nobody spends: what lapsed would have been kept, or been taken back."""
    short, long = (rules(QUICK, expiry=RollingMonths(it)) for it in (months, months + more))
    found = compare(
        {"short": short, "long": long}, history(made), as_of=AS_OF, policy=NoRedemption()
    )
    totals = found.totals()
    assert totals["lose"] == [0, 0]
    assert totals["lapsed"][0] >= totals["lapsed"][1]


# comparisons


@given(made=orders, policy=policies, measure=st.sampled_from(Measure), seed=st.integers(0, 9))
def test_law_members_and_segments_add_up_to_the_totals(
    made: list[Order], policy: RedemptionPolicy, measure: Measure, seed: int
) -> None:
    """Every difference is the sum of those of members; turned about, it changes its sign."""
    columns = history(made)
    draw = random.Random(seed)
    columns["segment"] = [draw.choice(("web", "shop")) for _ in columns["kind"]]
    scenarios = [
        Scenario(name, it, replay(columns, it, as_of=AS_OF, policy=policy, segment="segment"))
        for name, it in (("quick", QUICK), ("slow", REWARD_MI))
    ]
    found = Comparison(scenarios, "quick", measure)
    totals, members = found.totals(), found.members()
    assert totals["difference"] == [0, sum(members["slow difference"])]
    for place, name in enumerate(("quick", "slow")):
        assert totals[measure.value][place] == sum(members[name])
        assert sum(totals[it][place] for it in ("gain", "lose", "same")) == len(members)
        segments = found.by_segment().where(scenario=name)
        for figure in ("issued", "redeemed", "lapsed", "outstanding"):
            assert sum(segments[figure]) == totals[figure][place]
    about = Comparison(scenarios, "slow", measure)
    assert about.totals()["gain"][0] == totals["lose"][1]
    assert about.members()["quick difference"] == [-it for it in members["slow difference"]]
    gained = sum(found.gainers(len(members))["difference"])
    lost = sum(found.losers(len(members))["difference"])
    assert gained + lost == totals["difference"][1]
