"""Partitions: where members go, how columns are split, and what is refused before it is merged."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest

from mi_rewards._event_log.lines import Unread
from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    RefusedRow,
    Replayed,
    partition_of,
    partitioned,
    replay,
    replay_partitions,
)
from tests.parted import Reading, began
from tests.replaying import REWARD_MI

AS_OF = date(2018, 12, 31)


def history(*rows: str) -> dict[str, list[str]]:
    """Write columns: each row is a kind, a member, an order and an amount."""
    parts = [row.replace("-", "").split(" ") for row in rows]
    return {
        "kind": [kind for kind, *_ in parts],
        "member_id": [member_id for _, member_id, *_ in parts],
        "at": [f"2018-01-{day:02}T12:00:00+05:30" for day in range(1, len(parts) + 1)],
        "order_id": [order_id for _, _, order_id, _ in parts],
        "amount": [amount for *_, amount in parts],
        "currency": ["INR"] * len(parts),
    }


ASHA = history(
    "joined asha - -", "delivered asha a1 1000.00", "returned asha a9 1.00", "lost asha a2 1.00"
)
BELA = history("joined bela - -", "delivered bela b1 500.00")


def replayed(*partitions: Any, **options: Any) -> Replayed:
    """Replay partitions to the end of 2018."""
    return replay_partitions(REWARD_MI, partitions, as_of=AS_OF, **options)


# where members go


@pytest.mark.parametrize(
    ("member_id", "count", "partition"),
    [
        ("", 7, 0),
        ("1", 7, 2),
        ("asha", 1, 0),
        ("asha", 2, 1),
        ("asha", 64, 1),
        ("Asha", 64, 31),
        ("\u0906\u0936\u093e", 64, 12),
        ("\udc80", 64, 61),
        ("17850", 2**61, 2191399142335374862),
    ],
)
def test_a_member_goes_to_the_same_partition_for_ever(
    member_id: str, count: int, partition: int
) -> None:
    """These are stored: files that were partitioned by an older version stay as they are."""
    assert partition_of(member_id, count) == partition


@pytest.mark.parametrize("member_id", [1, None, b"asha"])
def test_a_member_is_a_text(member_id: Any) -> None:
    """A number is no member here: whether 7 and 07 are one is the host's to say."""
    with pytest.raises(Misuse, match="member_id is a text"):
        partition_of(member_id, 2)


@pytest.mark.parametrize("count", [0, -1, True, 2.0, None])
def test_there_is_a_partition(count: Any) -> None:
    """The number of partitions is a whole number from 1 on."""
    with pytest.raises(Misuse, match="1 or more"):
        partition_of("asha", count)
    with pytest.raises(Misuse, match="1 or more"):
        partitioned(ASHA, count)


# how columns are split


def test_columns_keep_their_order_and_number_their_rows() -> None:
    """Each partition has its members' rows in their order, and says which they were."""
    whole = history("delivered b 1 1.00", "delivered g 2 1.00", "delivered b 3 1.00")
    parts = partitioned(whole, 2)
    assert [partition_of(it, 2) for it in "gb"] == [0, 1]
    assert [(it["row"], it["order_id"]) for it in parts] == [([2], ["2"]), ([1, 3], ["1", "3"])]


def test_rows_that_have_a_number_keep_it() -> None:
    """A column `row` that is there already stays: a partition can be partitioned again."""
    (again,) = partitioned(partitioned(history("joined g - -", "joined b - -"), 2)[1], 1)
    assert (again["row"], again["member_id"]) == ([2], ["b"])


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        lambda it: array("q", it),
        numpy.array,
        pandas.Series,
        polars.Series,
        pyarrow.array,
        lambda it: pyarrow.chunked_array([it[:1], it[1:]]),
    ],
    ids=["list", "tuple", "array", "numpy", "pandas", "polars", "arrow", "chunked"],
)
def test_columns_of_any_make_are_split(make: Callable[[list[int]], Any]) -> None:
    """Members that are numbers go where their decimal text does; arrays and series stay so."""
    columns = {"member_id": make([3, 1, 3]), "at_us": make([10, 11, 12])}
    parts = partitioned(columns, 2)
    assert [partition_of(it, 2) for it in ("1", "3")] == [0, 1]
    assert [[int(str(at)) for at in part["at_us"]] for part in parts] == [[11], [10, 12]]
    kind = list if make is tuple else type(columns["at_us"])
    assert all(type(part["at_us"]) is kind for part in parts)


def test_a_history_without_rows_is_split_into_such() -> None:
    """Partitions without a row keep their columns."""
    assert partitioned({"member_id": [], "kind": []}, 2) == [
        {"row": [], "member_id": [], "kind": []},
        {"row": [], "member_id": [], "kind": []},
    ]


def test_columns_that_do_not_fit_are_misuse() -> None:
    """Columns of several lengths, or without a member, are not split."""
    with pytest.raises(Misuse, match="need a member_id"):
        partitioned({"kind": ["joined"]}, 2)
    with pytest.raises(Misuse, match="'kind' has 2 rows, member_id has 1"):
        partitioned({"kind": ["joined"] * 2, "member_id": ["a"]}, 2)


# how rows are named


def test_rows_are_named_as_in_the_whole() -> None:
    """Partitions of `partitioned` answer as one replay does, unread rows and refusals too."""
    whole = history(
        "delivered b 1 10.00",
        "returned g 9 1.00",
        "nothing b 2 1.00",
        "returned b 9 1.00",
        "nothing g 2 1.00",
    )
    found = replayed(*partitioned(whole, 2))
    assert found == replay(whole, REWARD_MI, as_of=AS_OF)
    assert [it.row for it in found.refusals] == [2, 4]
    assert [line for line, _ in found.unread] == [3, 5]


def test_partitions_without_numbers_are_named() -> None:
    """Else a refusal has the partition's number and the member, an unread row the partition."""
    found = replayed(BELA, ASHA)
    assert found.refusals == (RefusedRow(3, "asha", "unknown_order"),)
    ((line, reason),) = found.unread
    assert (line, reason.startswith("partition 1: unknown kind")) == (4, True)


def test_files_are_partitions(tmp_path: Path) -> None:
    """A path is read where it is replayed."""
    for name, columns in (("asha", ASHA), ("bela", BELA)):
        polars.DataFrame(columns).write_csv(tmp_path / f"{name}.csv")
    found = replayed(tmp_path / "asha.csv", str(tmp_path / "bela.csv"))
    assert (found.events, found.issued) == (5, 150)
    assert [it.line for it in found.unread] == [5]


def test_what_answers_with_a_history_is_called(tmp_path: Path) -> None:
    """A callable is called where its rows are replayed, and may answer with chunks."""

    def chunks() -> Iterator[dict[str, list[str]]]:
        yield BELA
        yield history("delivered bela b2 100.00")

    found = replayed(Reading(ASHA, str(tmp_path), 0), chunks)
    assert found.issued == 100 + 50 + 10
    assert [index for index, _ in began(tmp_path)] == [0]


def test_chunks_that_the_kernel_does_not_know_are_read_again() -> None:
    """A callable is called anew for the other engine: no row is lost between the two."""
    shared = history("shared bela - -")

    def chunks() -> Iterator[dict[str, list[str]]]:
        yield BELA
        yield shared

    found = replayed(chunks)
    assert (found.engine, found.events, found.issued) == ("commands", 3, 55)


# what is refused


def test_no_partition_is_misuse() -> None:
    """A pattern that matched no file must not look like a programme without members."""
    with pytest.raises(Misuse, match="no partition"):
        replayed()


def test_a_member_in_two_partitions_is_misuse() -> None:
    """With detail it is seen, and both partitions are named."""
    with pytest.raises(Misuse, match="'bela' is in partitions 0 and 2"):
        replayed(BELA, ASHA, BELA)


def test_a_member_who_is_only_refused_is_seen_too() -> None:
    """Refused rows name their members: an order in one partition, its return in another."""
    with pytest.raises(Misuse, match="'bela' is in partitions 0 and 1"):
        replayed(history("returned bela b1 1.00"), BELA)


def test_without_detail_a_member_in_two_partitions_is_two() -> None:
    """Nothing is known by member then, as the manual says."""
    joined = history("joined bela - -")
    assert replayed(joined, joined, detail=False).members == 2


def redeeming(member_id: str, kind: str, code: str) -> dict[str, list[str]]:
    """Write what a member has of a code."""
    return history(f"joined {member_id} - -", f"{kind} {member_id} o1 -") | {"code": ["", code]}


def test_a_code_is_in_one_partition() -> None:
    """A code is issued once, whoever names it first: two partitions must not name the same."""
    asha, bela = (
        redeeming(it, "redeemed", "XYZ") | {"reward_id": ["", "accessory-coupon-100"]}
        for it in ("asha", "bela")
    )
    assert replayed(asha, detail=False).refused == {"insufficient_tokens": 1}
    with pytest.raises(Misuse, match="code 'XYZ' is in partitions 0 and 2"):
        replayed(asha, BELA | {"code": ["", ""]}, bela, detail=False)
    other = redeeming("bela", "cancelled", "XYZ")
    assert replayed(asha, other).events == 4


def twice(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
    """Carry the first out twice."""
    return map(function, [items[0], *items])


def not_all(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
    """Leave the first out."""
    return map(function, items[1:])


def test_an_engine_that_loses_or_repeats_is_seen() -> None:
    """Each partition is merged once, or nothing is."""
    with pytest.raises(Misuse, match="answered twice with partition 0"):
        replayed(ASHA, BELA, map=twice)
    with pytest.raises(Misuse, match="answered with 1 of 2 partitions"):
        replayed(ASHA, BELA, map=not_all)


def test_progress_is_told_after_each_partition() -> None:
    """It counts rows, those that could not be read too."""
    told: list[int] = []
    found = replayed(ASHA, BELA, BELA, detail=False, progress=told.append)
    assert told == [4, 6, 8]
    assert (found.events, len(found.unread)) == (7, 1)


def test_unread_rows_are_in_the_order_of_their_numbers() -> None:
    """Those of several partitions are merged by number, then by reason."""
    bad = {**ASHA, "member_id": ["cara"] * 4}
    found = replayed(ASHA, bad)
    assert [it.line for it in found.unread] == [4, 4]
    assert found.unread == tuple(sorted(found.unread))
    assert all(type(it) is Unread for it in found.unread)
