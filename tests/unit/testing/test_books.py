"""The books beside a machine: what they say, told by stories that chance seldom tells."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from mi_rewards.commands import Adjusted, Cancel, Command, Deliver, Join, Place, Return, Rewards
from mi_rewards.earning import CapScope, OrderCap
from mi_rewards.errors import Misuse
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.testing import PromiseBroken
from mi_rewards.testing._books.answers import answer_of, same
from mi_rewards.testing._books.books import Books
from mi_rewards.testing._books.coins import No, Purse
from mi_rewards.testing._books.units import Settings
from mi_rewards.testing._histories import MEMBERS, ORDERS, START, STARVED, inr, rules
from mi_rewards.testing._sides import DEFAULTS
from mi_rewards.testing.machine import PROFILES, _machine_of

HOUR = timedelta(hours=1)


def names(number: int, hours: int = 0) -> dict[str, Any]:
    """Name a request, and say when."""
    return {"member_id": "asha", "request_id": f"r{number}", "at": START + hours * HOUR}


def stated(order_id: str) -> dict[str, Any]:
    """State an order."""
    return {"order_id": order_id, "lines": ORDERS[order_id], "channel": "web"}


def outcomes(
    programme: Programme, settings: dict[str, Any], commands: Sequence[Command[Any]]
) -> list[object]:
    """Carry commands out on both sides, and see that they come to the same."""
    books = Books(Settings(**DEFAULTS | settings), MEMBERS)
    found = []
    rewards = Rewards(MemoryStore(), programme)
    for command in commands:
        outcome = rewards.do_all([command])[0]
        tried = books.copy()
        try:
            expected: Any = answer_of(tried, command)
            books = tried
        except No as no:
            expected = no
        assert same(outcome, expected), (command, outcome, expected)
        found.append(outcome)
    return found


def test_a_promise_is_withdrawn_where_a_cap_is_reached_meanwhile() -> None:
    """Both orders were promised something, and only one earns."""
    capped = rules(STARVED, order_cap=OrderCap(1, CapScope.LIFETIME))
    found = outcomes(
        capped,
        {"cap": 1},
        [
            Join(**names(1)),
            Place(**names(2), **stated("o1")),
            Place(**names(3), **stated("o3")),
            Deliver(**names(4), order_id="o1"),
            Deliver(**names(5), order_id="o3"),
        ],
    )
    assert found[-1] == ("o3", 0, STARVED.last_day(START), None, "order_cap_reached")


def test_a_delivery_before_joining_withdraws_nothing_where_nothing_was_promised() -> None:
    """Told late, after its member had joined."""
    without = rules(STARVED, retrospective=None)
    found = outcomes(without, {}, [Join(**names(1)), Deliver(**names(2, -5), **stated("o1"))])
    assert found[-1] == ("o1", 0, None, None, "delivered_before_joining")


def test_units_cannot_come_back_after_most_of_the_value() -> None:
    """A value of 90 of 135 rupees, and then two units of a hundred."""
    found = outcomes(
        STARVED,
        {},
        [
            Join(**names(1)),
            Deliver(**names(2), **stated("o3")),
            Return(**names(3), order_id="o3", value=inr(130)),
            Return(**names(4), order_id="o3", quantities=(("x", 2),)),
        ],
    )
    assert getattr(found[-1], "code", "") == "beyond_delivered"


def test_the_books_know_the_library_s_commands() -> None:
    """And no other."""
    books = Books(Settings(**DEFAULTS), MEMBERS)
    command: Any = Cancel(**names(1), order_id="o1")
    with pytest.raises(No, match="unknown_order"):
        answer_of(books, command)

    class Another:
        member_id, at, request_id = "asha", START, "r"

    stranger: Any = Another()
    with pytest.raises(TypeError, match="the books know nothing of"):
        answer_of(books, stranger)


def test_an_outcome_is_never_the_same_as_a_refusal() -> None:
    """Nor is what is wrong the same as either."""
    assert same(Adjusted(5), (5,))
    assert not same(Adjusted(5), (6,))
    assert not same(Adjusted(5), No("refused"))
    assert not same(Misuse("wrong"), (5,))
    assert not same(5, (5,))


def test_a_machine_says_where_both_sides_differ() -> None:
    """The command, what came of it, and what should have."""
    machine = _machine_of(MemoryStore, profile=PROFILES["fast"], shares_store=False)()
    try:
        command = machine.made(("Join", 0, 0, 1, 0))
        with pytest.raises(
            PromiseBroken, match=r"Join\(.*: Adjusted\(tokens=5\), and not \(3, 0\)"
        ):
            machine.check(command, Adjusted(5))
    finally:
        machine.teardown()


def test_a_debt_of_another_is_made_good_by_what_is_there() -> None:
    """Coins go first; what is missing is owed."""
    purse = Purse()
    purse.come(5, date(2018, 12, 31), START, "issued", "o1")
    purse.take_debt(8, START + HOUR)
    assert (len(purse.of("available")), len(purse.of("owed"))) == (0, 3)
    assert purse.counts["transferred"] == 8
