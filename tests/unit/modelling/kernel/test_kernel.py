"""The kernel: what it knows, members one after the other, policies, and its way out."""

import gc
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards import bundled
from mi_rewards.calendar import Zone
from mi_rewards.earning.points import PointsTerms
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel import why_not
from mi_rewards.modelling._kernel.days import FAR, Days, instant, microseconds
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import replay
from mi_rewards.modelling.what_if.policies import Asked
from mi_rewards.wallet.other_expiry import RollingDays as ValidDays
from tests.column_replays import BASE, FIRST, PROGRAMMES, STEP, as_columns, histories

REWARD_MI = bundled.programme("reward-mi")


def _row(kind: str, member_id: str, step: int, **more: str) -> dict[str, Any]:
    """State a row."""
    return {"kind": kind, "member_id": member_id, "at": (FIRST + step * STEP).isoformat(), **more}


def _bought(member_id: str, step: int, order_id: str, amount: str = "60.00") -> dict[str, Any]:
    """State an order delivered."""
    return _row("delivered", member_id, step, order_id=order_id, amount=amount, currency="INR")


def test_it_knows_a_programme_without_campaigns_and_points() -> None:
    """It says nothing against those, and names what it does not know."""
    assert [why_not(it) for it in PROGRAMMES.values()] == [""] * len(PROGRAMMES)
    points = PointsTerms("points", BASE.earning.rate, ValidDays(9))
    assert why_not(attrs.evolve(BASE, points=points)) == "status points"
    assert why_not(bundled.programme("mi-preorders")) == "pre-orders"


def test_a_row_of_another_kind_goes_through_the_commands() -> None:
    """All of the history does, and the replay says why."""
    columns = as_columns([_row("joined", "a", 0), _row("shared", "a", 1)])
    found = replay(columns, BASE)
    assert (found.engine, found.why) == ("commands", "rows of the kind 'shared'")
    with pytest.raises(Misuse, match="the kernel does not know rows of the kind 'shared'"):
        replay(columns, BASE, engine="kernel")


@pytest.mark.parametrize(
    ("name", "as_of", "figures"),
    [
        ("retail-orders", date(2018, 6, 30), (33_943_132, 32_106_741, 0, 0, 1_836_391)),
        ("retail-orders", date(2019, 6, 30), (75_738_069, 66_612_088, 0, 4_738_667, 4_387_314)),
        (
            "retail-history",
            date(2019, 6, 30),
            (75_738_069, 56_316_993, 12_901_000, 2_132_762, 4_387_314),
        ),
    ],
)
def test_the_real_files_come_out_as_the_data_say(
    name: str, as_of: date, figures: tuple[int, ...]
) -> None:
    """To the token, as the plain independent replay beside the data has it."""
    found = replay(f"sample:{name}", REWARD_MI, as_of=as_of, engine="kernel")
    stated = (found.issued, found.available, found.redeemed, found.lapsed, found.clawed_back)
    assert stated == figures
    assert found.flows.outstanding == found.outstanding


@settings(max_examples=25)
@given(history=histories(), name=st.sampled_from([it for it in PROGRAMMES if "o" in it]))
def test_members_one_after_the_other_give_the_same(
    history: list[dict[str, Any]], name: str
) -> None:
    """Sorted by member, with one in memory at a time, nothing differs but what is shared."""
    programme = attrs.evolve(PROGRAMMES[name], rewards=())
    columns = as_columns(sorted(history, key=lambda row: row["member_id"]))
    asked: dict[str, Any] = {
        "as_of": date(2018, 1, 9),
        "balances_at": [FIRST + 4 * STEP, FIRST + 99 * STEP],
        "engine": "kernel",
    }
    assert replay(columns, programme, sorted_by_member=True, **asked) == replay(
        columns, programme, **asked
    )


def test_a_member_out_of_order_is_a_misuse() -> None:
    """Equal and later names go on, and an earlier one is named with its row."""
    rows = [_row("joined", name, 0) for name in ("a", "b", "b")]
    as_of = date(2018, 1, 1)
    assert replay(as_columns(rows), BASE, as_of=as_of, sorted_by_member=True).members == 2
    rows.append(_row("joined", "a", 1))
    with pytest.raises(Misuse, match="row 4: member 'a' comes after 'b'"):
        replay(as_columns(rows), BASE, as_of=as_of, sorted_by_member=True)


@attrs.frozen
class _Spends:
    """Spends so much each time, and on some days."""

    tokens: int
    on: tuple[int, ...] = ()
    name: str = "spends"

    def days(self, first: int, last: int, /) -> list[int]:
        """Name the days."""
        return [day for day in self.on if first <= day <= last]

    def redeems(self, asked: Asked, /) -> int:
        """Spend."""
        return min(self.tokens, asked.available)


@pytest.mark.parametrize("is_sorted", [False, True])
@pytest.mark.parametrize("name", ["yearly", "rolling", "kept"])
def test_what_a_policy_spends_is_a_burn(name: str, *, is_sorted: bool) -> None:
    """Given back as burned rows, its burns leave the same tokens."""
    rows = [
        _row("joined", "a", 0),
        _bought("a", 6, "1"),
        _bought("a", 9, "2"),
        _row("joined", "b", 0),
    ]
    left_out = [_row("burned", "b", 1, tokens="5", request_id="x")]
    policy = _Spends(7, (date(2017, 12, 27).toordinal(), date(2017, 12, 30).toordinal()))
    asked: dict[str, Any] = {"as_of": date(2018, 1, 9), "engine": "kernel"}
    spent = replay(
        as_columns(rows + left_out),
        PROGRAMMES[name],
        policy=policy,
        sorted_by_member=is_sorted,
        balances_at=[FIRST + 7 * STEP],
        **asked,
    )
    assert spent.policy_burns
    assert spent.events == len(rows)
    burns = [
        {
            "kind": "burned",
            "member_id": it.member_id,
            "at": instant(it.at_us).isoformat(),
            "tokens": str(it.tokens),
            "request_id": f"p{number}",
        }
        for number, it in enumerate(spent.policy_burns)
    ]
    again = replay(
        as_columns(sorted(rows + burns, key=lambda row: datetime.fromisoformat(row["at"]))),
        PROGRAMMES[name],
        balances_at=[FIRST + 7 * STEP],
        **asked,
    )
    assert again.flows == spent.flows
    assert again.by_member == spent.by_member
    assert again.snapshots == spent.snapshots


def test_a_policy_cannot_spend_what_is_not_there() -> None:
    """More than is available is a Misuse that names the policy."""

    @attrs.frozen
    class Greedy(_Spends):
        def redeems(self, asked: Asked, /) -> int:
            return asked.available + 1

    with pytest.raises(Misuse, match="policy 'spends' spends 61 of 60 tokens"):
        replay(as_columns([_row("joined", "a", 0), _bought("a", 1, "1")]), BASE, policy=Greedy(1))


def test_a_policy_is_not_asked_while_tokens_are_owed() -> None:
    """What is owed is made good first, and nothing is available meanwhile."""
    rows = [
        _row("joined", "a", 20),
        _bought("a", 21, "1"),
        _row("returned", "a", 22, order_id="1"),
        _bought("a", 23, "2", "10.00"),
    ]
    found = replay(as_columns(rows), BASE, policy=_Spends(60))
    assert [it.tokens for it in found.policy_burns] == [60]
    assert found.owed == 50


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Africa/Cairo", "Asia/Kathmandu", "UTC"])
def test_days_are_found_at_their_edges(zone: str) -> None:
    """Just before, at and just after each midnight, whichever was asked for before."""
    programme = attrs.evolve(BASE, zone=Zone(zone), sunset_on=None)
    days = Days(programme)
    for number in range(-2, 240, 3):
        day = date(2026, 1, 2) + timedelta(days=number)
        start = programme.zone.start_of(day)
        for moment in (start, start - timedelta(microseconds=1), start + timedelta(minutes=7)):
            for _ in range(2):
                assert days.at(microseconds(moment)).day == programme.zone.day_of(moment)


def test_a_day_from_which_tokens_would_outlive_the_calendar_has_no_lot() -> None:
    """The command says what is wrong then."""
    found = Days(BASE).on(datetime(9999, 6, 1, tzinfo=UTC))
    assert found.lot == -1
    assert found.over_at < 0
    assert Days(BASE).over(date.max.toordinal()) == FAR


def test_the_collector_is_as_it_was() -> None:
    """Whether it was on or off, and whatever was raised."""
    columns = as_columns([_row("shared", "a", 1)])
    for enable in (gc.disable, gc.enable):
        enable()
        was = gc.isenabled()
        with pytest.raises(Misuse):
            replay(columns, BASE, engine="kernel")
        assert gc.isenabled() is was


def _both(rows: list[dict[str, Any]], name: str = "rolling") -> Replayed:
    """Replay by both engines, which are to agree, and answer with what they say."""
    columns, asked = as_columns(rows), {"balances_at": [FIRST + 7 * STEP]}
    lean = replay(columns, PROGRAMMES[name], engine="kernel", **asked)  # type: ignore[arg-type]
    whole = replay(columns, PROGRAMMES[name], engine="commands", **asked)  # type: ignore[arg-type]
    assert lean == whole
    return lean


def _held(step: int, tokens: int, until: int, request_id: str) -> dict[str, Any]:
    """State a hold."""
    deadline = (FIRST + until * STEP).isoformat()
    more = {"tokens": str(tokens), "until": deadline, "request_id": request_id}
    return _row("held", "a", step, **more)


def test_a_hold_is_spent_in_part_and_given_back() -> None:
    """Its earliest tokens are spent; undone, what was drawn last goes back first."""
    found = _both(
        [
            _row("joined", "a", 0),
            _bought("a", 1, "1"),
            _bought("a", 4, "2"),
            _held(5, 100, 11, "h"),
            _row("captured", "a", 6, hold_id="h", tokens="70"),
            _row("reinstated", "a", 7, burn_id="h", tokens="15"),
            _row("reinstated", "a", 8, burn_id="h", tokens="56"),
            _row("reinstated", "a", 8, burn_id="other"),
        ]
    )
    assert (found.redeemed, found.held, found.available) == (55, 0, 65)
    assert found.refused == {"beyond_burn": 1, "unknown_burn": 1}


@pytest.mark.parametrize(("until", "available", "lapsed"), [(3, 0, 60), (7, 0, 60), (8, 0, 60)])
def test_a_hold_that_runs_out_gives_its_tokens_to_the_calendar(
    until: int, available: int, lapsed: int
) -> None:
    """They are there again, or have lapsed by then."""
    found = _both(
        [
            _row("joined", "a", 0),
            _bought("a", 1, "1"),
            _held(2, 40, until, "h"),
            _row("joined", "b", 90),
        ]
    )
    assert (found.available, found.lapsed) == (available, lapsed)


def test_a_burn_and_a_redemption_are_undone() -> None:
    """Burned in common, undone by the command."""
    found = _both(
        [
            _row("joined", "a", 0),
            _bought("a", 1, "1"),
            _row("burned", "a", 2, tokens="5", request_id="x"),
            _row("redeemed", "a", 2, reward_id="plain", request_id="y"),
            _row("reinstated", "a", 3, burn_id="x"),
            _row("reinstated", "a", 3, burn_id="y", tokens="4"),
            _row("reinstated", "a", 4, burn_id="y", tokens="4"),
        ],
        "yearly",
    )
    assert found.redeemed == 22


@pytest.mark.parametrize("name", ["yearly", "rolling", "forgiven", "refused"])
def test_what_was_held_makes_good_a_debt(name: str) -> None:
    """The order comes back while its tokens are held: what is released makes it good."""
    rows = [
        _row("joined", "a", 0),
        _bought("a", 1, "1"),
        _held(2, 15, 5, "h"),
        _row("returned", "a", 3, order_id="1"),
        _row("released", "a", 4, hold_id="h"),
        _bought("a", 5, "2"),
    ]
    assert _both(rows, name).owed == 0


def test_a_code_is_issued_once() -> None:
    """The second row that names it is wrong."""
    one = {"reward_id": "plain", "code": "ABC"}
    found = _both(
        [
            _row("joined", "a", 0),
            _bought("a", 1, "1", "100.00"),
            _row("redeemed", "a", 2, request_id="x", **one),
            _row("redeemed", "a", 3, request_id="y", **one),
        ]
    )
    assert [it.reason for it in found.unread] == ["the code is issued already: draw another"]


def test_an_order_that_earned_nothing_comes_back() -> None:
    """There is nothing to take back, and the return is counted."""
    rows = [
        _row("joined", "a", 0),
        _bought("a", 1, "1", "0.50"),
        _row("returned", "a", 2, order_id="1"),
    ]
    found = _both(rows)
    assert (found.events, found.issued, found.clawed_back, found.refused) == (3, 0, 0, {})
