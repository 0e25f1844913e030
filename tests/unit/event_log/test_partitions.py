"""Logs shared out by members: all partitions together come to what one replay comes to."""

import io
from collections.abc import Iterable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards import bundled
from mi_rewards._event_log.events import KINDS
from mi_rewards._event_log.lines import Row, Unread, read_rows
from mi_rewards._event_log.partitions import ALONE, Partition, Together
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.totals import Totals
from mi_rewards.programme import Programme
from mi_rewards.tiers import Changes, Ladder, Metric, RollingDays, Tier
from tests.event_logs import NOON, delivered, joined, line, log

REWARD_MI = bundled.programme("reward-mi")
TIERS = attrs.evolve(
    REWARD_MI,
    name="with-tiers",
    ladder=Ladder(
        (Tier("silver", "Silver", 1_000_00), Tier("gold", "Gold", 2_000_00)),
        Metric.SPEND,
        RollingDays(10),
        downgrades=Changes.AT_ONCE,
    ),
)

MEMBERS = ("a", "b", "c", "d")
LINES = (
    "party",
    "joined",
    "opening",
    "delivered",
    "placed",
    "returned",
    "cancelled",
    "held",
    "released",
)


def items_of(text: str) -> Iterable[tuple[int, Row] | Unread]:
    """Read a log."""
    return read_rows(io.StringIO(text))


def alone(text: str, programme: Programme) -> tuple[Totals, list[Unread]]:
    """Replay a log at once."""
    unread: list[Unread] = []
    replay = Replay(programme, report=unread.append, books_due=False)
    replay.run(items_of(text))
    return replay.totals(), unread


def shared_out(text: str, programme: Programme, count: int) -> tuple[Totals, list[Unread]]:
    """Replay a log in partitions."""
    unread: list[Unread] = []
    replays = [Replay(programme, report=unread.append, books_due=False) for _ in range(count)]
    for place, replay in enumerate(replays):
        replay.run(Partition(place, count).of(items_of(text)))
    instants = [it.latest for it in replays if it.latest is not None]
    for replay in replays:
        for at in instants:
            replay.see(at)
    return Totals.of_all([it.totals() for it in replays]), sorted(unread)


@st.composite
def logs(draw: st.DrawFn) -> str:
    """Lines of a few members, some of which cannot be read."""
    lines = []
    for number in range(draw(st.integers(0, 30))):
        kind, member_id = draw(st.sampled_from(LINES)), draw(st.sampled_from(("", *MEMBERS)))
        order_id = draw(st.sampled_from(("1", "2", "3")))
        at = NOON.replace("-01T", f"-{draw(st.integers(1, 28)):02}T")
        stated = {
            "opening": {"tokens": "70", "last_day": "2018-03-15"},
            "delivered": {"amount": "1000.00", "currency": "INR"},
            "placed": {"amount": "1000.00", "currency": "INR"},
            "returned": {"amount": "100.00", "currency": "INR", "request_id": f"r{number}"},
            "held": {"tokens": "10", "hold_id": "1", "until": "2018-04-01T00:00:00Z"},
            "released": {"hold_id": "1"},
        }
        lines.append(line(kind, member_id, at, order_id=order_id, **stated.get(kind, {})))
    if draw(st.booleans()):
        lines.append("delivered,only")
    return log(*lines)


@pytest.mark.parametrize("programme", [REWARD_MI, TIERS], ids=lambda it: it.name)
@given(text=logs(), count=st.integers(1, 5))
def test_shares_come_to_what_one_replay_comes_to(
    programme: Programme, text: str, count: int
) -> None:
    """Figures, the order of their keys, and what could not be read, however many partitions."""
    assert not programme.is_shared
    expected, found = alone(text, programme), shared_out(text, programme, count)
    assert found == expected
    assert str(found[0].as_json()) == str(expected[0].as_json())


def test_every_line_is_in_one_share() -> None:
    """Those of no member, and what could not be read, in the first one."""
    text = log(*(joined(str(number)) for number in range(50)), "joined", joined(""))
    partitions = [Partition(place, 3) for place in range(3)]
    taken = [list(partition.of(items_of(text))) for partition in partitions]
    assert sorted(item for items in taken for item in items) == sorted(items_of(text))
    assert all(len(items) > 5 for items in taken)
    assert {52, 53} <= {item[0] for item in taken[0]}
    assert [partition.line for partition in partitions] == [53] * 3


@pytest.mark.parametrize("kind", sorted(set(KINDS) - ALONE))
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_about_more_members_than_one_is_for_one_replay(kind: str, place: int) -> None:
    """Each partition sees it, whoever's it is."""
    partition = Partition(place, 2).of(items_of(log(joined("a"), line(kind, "a"))))
    with pytest.raises(Together):
        list(partition)


def test_what_is_about_one_member_is_known() -> None:
    """No name of a kind is written wrong."""
    assert set(KINDS) > ALONE


def test_later_than_all_others_is_where_the_day_is() -> None:
    """A member's tokens lapse by the day of somebody else's line."""
    text = log(
        line("opening", "a", tokens="70", last_day="2018-03-15"),
        delivered("1", "1000.00", "b", NOON.replace("-01T", "-20T")),
    )
    totals, _ = shared_out(text, REWARD_MI, 7)
    assert (totals.as_of, totals.available, totals.lapsed) == ("2018-03-20", 0, 70)
