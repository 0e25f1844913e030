"""Rows that the kernel takes at once: what is too much for that, and who is closed with others."""

import gc

import attrs
import pytest

from mi_rewards.modelling.replaying import replay
from tests.column_replays import BASE, FIRST, STEP, as_columns
from tests.unit.modelling.kernel.engines import agreed, bought, row

LARGE = "5000000000000000000"
"""More than half of the tokens that there can be."""


@pytest.mark.parametrize("amount", ["1073741823.00", "1073741824.00", "90000000000000000.00"])
def test_an_order_that_earns_very_much(amount: str) -> None:
    """Its command decides from some size on, and the orders around it are as they were."""
    rows = [row("joined", 0), bought(1, "1"), bought(2, "2", amount), bought(3, "3")]
    assert agreed(rows).issued == 120 + int(amount[:-3])


def test_who_was_issued_nearly_all_there_can_be() -> None:
    """Such a member's orders go on to earn, and the one that would be too much is refused."""
    opened = {"tokens": LARGE, "last_day": "2018-12-31", "request_id": "x"}
    rows = [
        row("joined", 0),
        row("opening", 1, **opened),
        bought(2, "1"),
        bought(3, "2", "42000000000000000.00"),
        *[bought(4 + number, f"more-{number}", "90000000000000000.00") for number in range(50)],
        row("returned", 60, order_id="1"),
    ]
    found = agreed(rows)
    assert found.issued > int(LARGE)
    assert found.clawed_back == 60


@pytest.mark.parametrize("detail", [False, True])
def test_members_with_a_hold_are_closed_among_others(*, detail: bool) -> None:
    """What is held, owed or there is added up of all of them."""
    until = (FIRST + 5_000 * STEP).isoformat()
    rows = [
        row("joined", 0),
        bought(1, "1"),
        row("held", 2, tokens="40", until=until, request_id="h"),
        {**row("joined", 3), "member_id": "b"},
        {**bought(4, "1"), "member_id": "b"},
    ]
    found = agreed(rows, detail=detail)
    assert (found.members, found.available, found.held) == (2, 95, 40)


def test_a_host_without_the_search_for_cycles() -> None:
    """It is off before and after, and the replay is the same."""
    rows = as_columns([row("joined", 0), bought(1, "1")])
    with_it = replay(rows, BASE, engine="kernel")
    gc.disable()
    try:
        assert replay(rows, BASE, engine="kernel") == with_it
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_rule_book_without_a_welcome() -> None:
    """Who joins is a member and has nothing, also who joins after an order."""
    programme = attrs.evolve(BASE, welcome=None)
    late = {"member_id": "b"}
    rows = [row("joined", 0), {**bought(1, "1"), **late}, {**row("joined", 2), **late}]
    assert agreed(rows, programme).members == 2
    assert agreed(rows[:1], programme).issued == 0
