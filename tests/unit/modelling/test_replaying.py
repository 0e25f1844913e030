"""The replay of a history: which engine it takes, what it refuses, and journals on demand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import AsSoonAsPossible, Replayed, postings, replay
from tests.replaying import REWARD_MI

HISTORY = {
    "kind": ["joined", "delivered", "joined", "delivered", "returned"],
    "member_id": ["A", "A", "B", "B", "B"],
    "at": [f"2017-07-0{day}T12:00:00+05:30" for day in range(1, 6)],
    "order_id": ["", "1", "", "1", "2"],
    "amount": ["", "1000.00", "", "500.00", ""],
    "currency": ["", "INR", "", "INR", ""],
    "region": ["", "web", "", "shop", ""],
}

SHARED = {
    "kind": ["joined", "shared"],
    "member_id": ["A", "A"],
    "at": ["2017-07-01T12:00:00+05:30", "2017-07-02T12:00:00+05:30"],
}
"""What only the commands know: an action."""


def replayed(history: Any = HISTORY, **options: Any) -> Replayed:
    """Replay under the rules of Reward Mi."""
    return replay(history, REWARD_MI, **options)


def test_the_kernel_is_taken_where_it_knows_everything() -> None:
    """Both engines answer alike; the one asked for is the one taken."""
    found = replayed()
    assert (found.engine, found.why, found.issued) == ("kernel", "", 150)
    slow = replayed(engine="commands")
    assert (slow.engine, slow.why) == ("commands", "asked for")
    assert found == slow == replayed(engine="kernel")
    assert found.refused == {"unknown_order": 1}


def test_the_commands_are_taken_for_the_rest() -> None:
    """A kind that the kernel does not know sends all of it through the commands, and says so."""
    found = replayed(SHARED)
    assert found.engine == "commands"
    assert "shared" in found.why
    assert found.issued == 5
    with pytest.raises(Misuse, match=r"the kernel does not know .*shared"):
        replayed(SHARED, engine="kernel")
    with pytest.raises(Misuse, match="a redemption policy needs the kernel"):
        replayed(SHARED, policy=AsSoonAsPossible(minimum=10))


def chunks() -> list[dict[str, list[str]]]:
    """State a history in two chunks, of which the kernel knows the first."""
    return [{name: HISTORY[name] for name in HISTORY if name != "region"}, SHARED]


@pytest.mark.parametrize("once", [iter, lambda parts: [iter(parts)]], ids=["chunks", "within"])
def test_no_row_is_lost_where_chunks_can_be_read_but_once(
    once: Callable[[list[Any]], Any],
) -> None:
    """What the kernel has read before it meets what it does not know is not simply left out."""
    with pytest.raises(Misuse, match=r"'shared', and chunks that were read once are gone"):
        replayed(once(chunks()))
    again = replayed(once(chunks()), engine="commands")
    assert again == replayed(chunks())
    assert (again.events, again.issued) == (7, 155)


def test_engines_have_names() -> None:
    """Another name is one message with those that there are."""
    with pytest.raises(Misuse, match="one of auto, kernel, commands, not 'fast'"):
        replayed(engine="fast")


def test_a_sorted_history_needs_its_last_day() -> None:
    """Its last row's day need not be the latest; with the day, it comes to the same."""
    with pytest.raises(Misuse, match="needs as_of"):
        replayed(sorted_by_member=True)
    asked = {"as_of": date(2017, 7, 5)}
    assert replayed(sorted_by_member=True, **asked) == replayed(**asked)


def test_rows_after_the_day_named_are_not_taken() -> None:
    """The third of July takes the third row and not the fourth."""
    found = replayed(as_of=date(2017, 7, 3))
    assert (found.events, found.members, found.issued) == (3, 2, 100)


def test_balances_are_stated_at_instants_of_any_offset_once_each() -> None:
    """Two names of one instant are one snapshot; the latest instants come last."""
    noon = datetime(2017, 7, 2, 6, 30, tzinfo=UTC)
    same = noon.astimezone(timezone(timedelta(hours=9)))
    for engine in ("kernel", "commands"):
        found = replayed(balances_at=[noon + timedelta(days=9), noon, same], engine=engine)
        whole = [it for it in found.snapshots if not it.member_id]
        assert [(it.at, it.issued) for it in whole] == [
            (noon, 100),
            (noon + timedelta(days=9), 150),
        ]


def test_a_column_says_the_segment() -> None:
    """What the delivered row states is the segment of what it earns, in both engines."""
    kernel, commands = (replayed(segment="region", engine=it) for it in ("kernel", "commands"))
    assert kernel == commands
    assert kernel.cohorts()["segment"] == ["shop", "web"]
    assert kernel.roll_forward("year", segment="web")["closing"] == [100]


def test_progress_is_told_by_both_engines() -> None:
    """Whoever asks is told how many rows are done."""
    for engine in ("kernel", "commands"):
        told: list[int] = []
        replayed(engine=engine, progress=told.append)
        assert told
        assert told[-1] == 5


def test_journals_are_there_on_demand() -> None:
    """Posting by posting, of the members asked for alone, up to the day named."""
    table = postings(HISTORY, REWARD_MI, ["B"])
    assert set(table["member_id"]) == {"B"}
    assert list(zip(table["event"], table["account"], table["amount"], strict=True)) == [
        ("earned", "issued", -50),
        ("earned", "available", 50),
    ]
    assert table["last_day"] == [None, date(2018, 12, 31)]
    assert (table["ref"], table["reason"]) == (["1", ""], ["purchase", "purchase"])
    assert len(postings(HISTORY, REWARD_MI, ["B"], as_of=date(2017, 7, 3))) == 0
    assert len(postings(HISTORY, REWARD_MI, [])) == 0
    with pytest.raises(Misuse, match=r"members are several ids, such as \['AB'\], not one text"):
        postings(HISTORY, REWARD_MI, "AB")
