"""The replay through commands: totals, members, refusals, tiers, snapshots, and segments."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from mi_rewards._event_log.lines import Unread
from mi_rewards.errors import Misuse
from mi_rewards.modelling import Cell, Flow, PolicyBurn, Replayed, TierMove
from mi_rewards.modelling.by_commands import replay_by_commands
from mi_rewards.modelling.details import COUNTS, RefusedRow
from tests.ladders import LADDER
from tests.replaying import REWARD_MI, by_commands, row
from tests.shop import rules

END_2018 = date(2018, 12, 31)
YEAR_END = END_2018.toordinal()


def a_story() -> Replayed:
    """Replay two members: one earns and returns, the other never joins."""
    return by_commands(
        row(1, "joined", "A", "2017-07-01"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00", segment="web"),
        row(3, "returned", "A", "2017-07-03", order_id="1", amount="250.00"),
        row(4, "returned", "B", "2017-07-03", order_id="9", amount="250.00"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00", segment="web"),
        balances_at=[datetime(2017, 7, 2, 6, 30, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)],
    )


def test_totals_are_those_of_the_command_line() -> None:
    """Rows, refusals, repetitions, members and tokens are counted as `replay` counts them."""
    story = a_story()
    assert (story.events, story.repeated, story.members) == (5, 1, 1)
    assert story.refused == {"unknown_order": 1}
    figures = {name: getattr(story, name) for name in COUNTS}
    assert figures == dict.fromkeys(COUNTS, 0) | {"issued": 100, "available": 75, "clawed_back": 25}
    assert story.calendar == {YEAR_END: 75}
    assert (story.engine, story.as_of, story.outstanding) == ("commands", date(2017, 7, 3), 75)


def test_flows_have_days_months_and_segments() -> None:
    """What an order earns is of the month of delivery and the segment of its delivered row."""
    july = date(2017, 7, 1).toordinal()
    assert list(a_story().flows.cells()) == [
        Cell(july + 1, Flow.EARNED, july, "web", YEAR_END, 100),
        Cell(july + 2, Flow.REVERSED, july, "web", YEAR_END, -25),
    ]


def test_detail_states_rows_and_members() -> None:
    """The refused row by its number; of members those who joined or have a wallet."""
    story = a_story()
    assert story.refusals == (RefusedRow(4, "B", "unknown_order"),)
    assert story.refusals_table().rows() == [{"row": 4, "member_id": "B", "code": "unknown_order"}]
    members = story.members_table()
    assert members.names[:3] == ("member_id", "tier", "issued")
    assert (members["member_id"], members["available"], members["tier"]) == (["A"], [75], [""])


def test_snapshots_include_what_happened_at_their_instant() -> None:
    """At noon of the delivery it counts already; before everything there is nothing."""
    table = a_story().balances()
    assert table.names[:2] == ("at", "issued")
    assert [row[:2] for row in table.tuples()] == [
        (datetime(2017, 1, 1, tzinfo=UTC), 0),
        (datetime(2017, 7, 2, 6, 30, tzinfo=UTC), 100),
    ]


def test_snapshots_of_members_are_a_table_of_their_own() -> None:
    """Nobody is counted twice: the rows of all together are not among those of each."""
    table = a_story().balances(by_member=True)
    assert table.names[:3] == ("at", "member_id", "issued")
    assert [row[:3] for row in table.tuples()] == [
        (datetime(2017, 7, 2, 6, 30, tzinfo=UTC), "A", 100),
    ]
    assert table.unit("issued") == "tokens"


def test_rows_that_were_not_read_are_said_and_listed() -> None:
    """How many there are is in the representation; the table has each with its reason."""
    story = attrs.evolve(a_story(), unread=(Unread(7, "no kind"), Unread(9, "no instant")))
    assert repr(story).endswith(" 75 tokens outstanding, 2 rows not read>")
    assert story.unread_table().tuples() == [(7, "no kind"), (9, "no instant")]
    assert story.unread_table().names == ("row", "reason")
    assert len(attrs.evolve(story, unread=()).unread_table()) == 0


def test_without_detail_nothing_is_stated_of_members() -> None:
    """Asking for it all the same is one message."""
    story = by_commands(
        row(1, "joined", "A", "2017-07-01"),
        row(2, "returned", "A", "2017-07-02", order_id="1"),
        detail=False,
        balances_at=[datetime(2018, 1, 1, tzinfo=UTC)],
    )
    assert (story.refusals, story.by_member, story.refused) == ((), {}, {"unknown_order": 1})
    assert [it.member_id for it in story.snapshots] == [""]
    assert len(story.balances()) == 1
    with pytest.raises(Misuse, match="kept no detail"):
        story.balances(by_member=True)
    for ask in (story.refusals_table, story.members_table, story.tier_history):
        with pytest.raises(Misuse, match="kept no detail"):
            ask()


def test_what_lapses_by_the_day_named_is_booked() -> None:
    """On the last valid day tokens are there; on the next they lapse, on that day."""
    rows = [
        row(1, "joined", "A", "2017-07-01"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00"),
    ]
    assert by_commands(*rows, as_of=END_2018).available == 100
    after = by_commands(*rows, as_of=date(2019, 1, 1))
    assert (after.available, after.lapsed, after.outstanding) == (0, 100, 0)
    assert [it.day for it in after.flows.cells() if it.flow is Flow.LAPSED] == [YEAR_END + 1]
    assert len(after.expiry_calendar()) == 0
    assert after.roll_forward("year")["closing"] == [100, 100, 0]


def test_what_cannot_be_read_is_told_by_its_number() -> None:
    """A row that was unread before, and one that the command cannot be made of."""
    found = replay_by_commands(
        [Unread(3, "broken"), row(2, "joined", "", "2017-07-01"), row(1, "odd", "A", "2017-07-01")],
        REWARD_MI,
        as_of=None,
        balances_at=(),
        detail=True,
    )
    assert [it.line for it in found.unread] == [1, 2, 3]
    assert (found.events, found.as_of) == (0, date.min)


def test_changes_of_tier_are_booked_ones_and_the_calendar_s() -> None:
    """The way up is an event; what the calendar makes of it afterwards is worked out."""
    found = by_commands(
        row(1, "joined", "A", "2018-01-05"),
        row(2, "delivered", "A", "2018-01-06", order_id="1", amount="3000.00"),
        programme=rules(ladder=LADDER),
        as_of=date(2020, 1, 1),
    )
    assert [it[2:] for it in found.tier_moves] == [
        ("", "silver", "upgrade"),
        ("silver", "gold", "upgrade"),
        ("gold", "silver", "review"),
    ]
    assert found.tier_history()["on"][1:] == [date(2018, 1, 6), date(2020, 1, 1)]
    assert found.tiers == {"silver": 1, "gold": 0}
    assert found.by_member["tier"] == ["silver"]


def test_replays_of_other_members_are_added() -> None:
    """Totals, flows and members are those of one replay of both, whichever is first."""
    one = [
        row(1, "joined", "A", "2017-07-01"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00", segment="x"),
    ]
    two = [
        row(3, "joined", "B", "2017-07-01"),
        row(4, "delivered", "B", "2017-08-02", order_id="1", amount="500.00"),
        row(5, "redeemed", "B", "2017-08-03", reward_id="accessory-coupon-100"),
        row(6, "returned", "B", "2017-08-02", order_id="2", amount="5.00"),
    ]
    asked: dict[str, Any] = {
        "as_of": date(2017, 12, 31),
        "balances_at": [datetime(2017, 7, 20, tzinfo=UTC)],
    }
    left, right = by_commands(*one, **asked), by_commands(*two, **asked)
    both = by_commands(*one, *two, **asked)
    assert left.merged(right) == right.merged(left) == both
    nobody = by_commands(**asked)
    assert both.merged(nobody) == nobody.merged(both) == both
    assert nobody.members_table().tuples() == []


def test_replays_that_differ_are_not_added() -> None:
    """Another day, other rules, other instants, or a member who is in both: one message each."""
    story = a_story()
    other_day = by_commands(row(1, "joined", "C", "2017-07-04"))
    with pytest.raises(Misuse, match="another as_of"):
        story.merged(other_day)
    with pytest.raises(Misuse, match="snapshots of other instants"):
        story.merged(by_commands(row(1, "joined", "C", "2017-07-03")))
    with pytest.raises(Misuse, match="member 'A' is in two replays"):
        story.merged(story)
    with pytest.raises(Misuse, match="another programme"):
        story.merged(by_commands(row(1, "joined", "C", "2017-07-03"), programme=rules()))


def test_engines_and_reasons_are_no_part_of_equality() -> None:
    """Equal figures are equal, whoever worked them out; merging says so where either was slow."""
    slow = by_commands(row(1, "joined", "A", "2017-07-01"), why="holds")
    assert slow == by_commands(row(1, "joined", "A", "2017-07-01"))
    other = by_commands(row(1, "joined", "B", "2017-07-01"))
    assert (slow.merged(other).engine, slow.merged(other).why) == ("commands", "holds")
    assert other.merged(slow).why == "holds"


def test_a_replay_is_shown_by_its_totals() -> None:
    """In a notebook as a table; its representation has the main figures."""
    story = a_story()
    assert repr(story) == (
        "<Replayed under reward-mi to 2017-07-03: 5 events, 1 members, 75 tokens outstanding>"
    )
    assert "refused, unknown_order" in story._repr_html_()
    assert story.totals().where(figure="available")["value"] == [75]
    assert len(story.cohorts()) == len(story.redemptions()) == len(story.ageing()) == 1
    assert len(story.roll_forward("month", segment="web")) == 1
    assert len(story.roll_forward("month", segment="shop")) == 0


def test_moves_and_burns_are_values() -> None:
    """They compare and sort by member."""
    assert TierMove("A", 1, "", "x", "y") < TierMove("B", 1, "", "x", "y")
    assert PolicyBurn("A", 1, 5) < PolicyBurn("A", 2, 1)
