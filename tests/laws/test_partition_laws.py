"""The laws of partitions (I12, I20): however a history is split by member, the same comes out."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    Replayed,
    partition_of,
    partitioned,
    replay,
    replay_partitions,
)
from mi_rewards.programme import Programme
from tests.column_replays import PROGRAMMES, as_columns
from tests.column_replays import histories as rule_book_histories
from tests.ladders import LADDER
from tests.parted import MEMBERS, Columns, histories
from tests.replaying import REWARD_MI

AS_OF = date(2019, 3, 31)
INSTANTS = (datetime(2018, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, 6, tzinfo=UTC))
EXAMPLES = 500 if settings().max_examples >= 1_000 else 30
"""Each splits a history in up to 64 partitions."""

counts = st.sampled_from([1, 2, 7, 64])
programmes = st.sampled_from([REWARD_MI, attrs.evolve(REWARD_MI, ladder=LADDER)])


def shuffling(random: Random) -> Callable[..., Iterable[Any]]:
    """Make a map whose answers come in any order."""

    def shuffled(function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]:
        places = random.sample(range(len(items)), len(items))
        return (function(items[place]) for place in places)

    return shuffled


def stocked(stock: int) -> Programme:
    """Answer with Reward Mi whose F-codes are so many."""
    rewards = [
        attrs.evolve(it, stock=stock, cost=100) if it.reward_id.startswith("f-code") else it
        for it in REWARD_MI.rewards
    ]
    return attrs.evolve(REWARD_MI, rewards=tuple(rewards))


@settings(max_examples=EXAMPLES)
@given(histories(), counts, programmes, st.booleans(), st.randoms(use_true_random=False))
def test_any_number_of_partitions_equals_one_replay(
    history: Columns, count: int, programme: Programme, detail: bool, random: Random
) -> None:
    """1, 2, 7 and 64 partitions, whose results come in any order, give one replay's answer."""
    whole = replay(
        history,
        programme,
        as_of=AS_OF,
        balances_at=INSTANTS,
        detail=detail,
        segment="channel",
    )
    assert whole == replay_partitions(
        programme,
        partitioned(history, count),
        as_of=AS_OF,
        map=shuffling(random),
        balances_at=INSTANTS,
        detail=detail,
        segment="channel",
    )


@settings(max_examples=EXAMPLES)
@given(histories(), counts, programmes, st.booleans())
def test_partitions_sorted_by_member_equal_one_replay(
    history: Columns, count: int, programme: Programme, detail: bool
) -> None:
    """Members one after the other, each in the order of its rows, come to what all at once do."""
    parts = []
    for part in partitioned(history, count):
        members = part["member_id"]
        places = sorted(range(len(members)), key=members.__getitem__)
        parts.append({name: [them[it] for it in places] for name, them in part.items()})
    options: dict[str, Any] = {"as_of": AS_OF, "balances_at": INSTANTS, "detail": detail}
    assert replay(history, programme, **options) == replay_partitions(
        programme, parts, sorted_by_member=True, **options
    )


@pytest.mark.parametrize("name", PROGRAMMES)
@settings(max_examples=EXAMPLES // 4)
@given(data=st.data())
def test_partitions_of_any_rule_book_equal_one_replay(name: str, data: st.DataObject) -> None:
    """Holds, debts, tiers, lines and vouchers too: each member's rows alone, or all at once.

    It is refused only where all of a stock, or of a limit for the programme, was taken, or where
    two members name the same code.
    """
    programme = PROGRAMMES[name]
    columns = as_columns(data.draw(rule_book_histories()))
    options: dict[str, Any] = {"as_of": date(2018, 1, 9), "balances_at": INSTANTS}
    whole = replay(columns, programme, **options)
    took_all = any(whole.vouchers.get(it, 0) >= n for it, n in (("scarce", 2), ("once", 3)))
    parts = partitioned(columns, 64)
    named = zip(columns["kind"], columns["member_id"], columns["code"], strict=True)
    pairs = {(who, code) for kind, who, code in named if kind == "redeemed" and code}
    if took_all:
        with pytest.raises(Misuse, match=r"depends on all members|code .* is in partitions"):
            replay_partitions(programme, parts, **options)
    elif len({code for _, code in pairs}) < len(pairs):
        with suppress(Misuse):  # a row that names it may be one that cannot be read
            assert replay_partitions(programme, parts, **options) == whole
    else:
        assert replay_partitions(programme, parts, **options) == whole


def parts_of(history: Columns, count: int) -> list[Replayed]:
    """Replay the partitions of a history one by one."""
    return [
        replay_partitions(REWARD_MI, [part], as_of=AS_OF, balances_at=INSTANTS)
        for part in partitioned(history, count)
    ]


@settings(max_examples=EXAMPLES)
@given(histories(rows_max=24))
def test_merging_is_associative_and_commutative(history: Columns) -> None:
    """Three partitions in any order and grouped either way are equal, to the last cell."""
    a, b, c = parts_of(history, 3)
    assert a.merged(b) == b.merged(a)
    assert a.merged(b).merged(c) == a.merged(b.merged(c)) == c.merged(a).merged(b)


@given(histories(rows_max=24), counts)
def test_partitions_have_every_row_once(history: Columns, count: int) -> None:
    """Partitions have all rows in their order, each once, and all of a member in one."""
    parts = partitioned(history, count)
    assert len(parts) == count
    rows = [
        (row, index, *(part[name][place] for name in history))
        for index, part in enumerate(parts)
        for place, row in enumerate(part["row"])
    ]
    assert all(list(part["row"]) == sorted(part["row"]) for part in parts)
    assert [row[2:] for row in sorted(rows)] == list(zip(*history.values(), strict=True))
    for _, index, _, member_id, *_ in rows:
        assert index == partition_of(member_id, count)


F_CODES: Columns = {
    "kind": ["joined", "joined", "delivered", "delivered", "redeemed", "redeemed"],
    "member_id": ["A", "G"] * 3,
    "at": [f"2018-01-0{day}T12:00:00+05:30" for day in range(1, 7)],
    "order_id": ["", "", "A1", "G1", "A2", "G2"],
    "amount": ["", "", "5000.00", "5000.00", "", ""],
    "currency": ["", "", "INR", "INR", "", ""],
    "reward_id": ["", "", "", "", "f-code-redmi-note-4", "f-code-redmi-note-4"],
    "channel": [""] * 6,
}


@settings(max_examples=EXAMPLES)
@given(histories(), st.integers(0, 4), counts)
@example(F_CODES, 1, 7)
@example(F_CODES, 2, 7)
@example(F_CODES, 3, 7)
def test_a_stock_decides_nothing_or_is_refused(history: Columns, stock: int, count: int) -> None:
    """Partitions of a programme with a stock give one replay's answer, or say that they cannot.

    They say so only where all of the stock was taken.
    """
    programme = stocked(stock)
    whole = replay(history, programme, as_of=AS_OF)
    taken = whole.vouchers.get("f-code-redmi-note-4", 0)
    parts = partitioned(history, count)
    event(f"{taken} of {stock}")
    if 0 < stock <= taken:
        with pytest.raises(Misuse, match="depends on all members"):
            replay_partitions(programme, parts, as_of=AS_OF)
    else:
        assert replay_partitions(programme, parts, as_of=AS_OF) == whole


def test_members_fall_into_all_partitions() -> None:
    """The members of these laws are in several partitions, or they would say little."""
    assert partition_of("a", 64) != partition_of("b", 64)
    assert len({partition_of(it, 7) for it in MEMBERS}) > 3
