"""Random histories of a few members, carried out in a shop.

The histories themselves are those of `mi_rewards.testing`, step by step.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from mi_rewards.commands import Command, follow_up
from mi_rewards.testing._histories import (
    LAST_DAYS,
    MEMBERS,
    ORDERS,
    START,
    STARVED,
    Follow,
    Step,
    commands,
)
from mi_rewards.testing.strategies import programmes
from mi_rewards.testing.strategies import step_lists as histories
from mi_rewards.wallet import Entry
from tests.shop import Shop

END = START + timedelta(days=10)

__all__ = [
    "END",
    "LAST_DAYS",
    "MEMBERS",
    "ORDERS",
    "START",
    "STARVED",
    "Follow",
    "Step",
    "commands",
    "follow_ups",
    "histories",
    "journals",
    "known",
    "play",
    "programmes",
]


def play(shop: Shop, history: Iterable[Command[Any] | Follow]) -> list[str]:
    """Carry commands out one by one, and answer with what each came to, as text."""
    told: list[str] = []
    for command in history:
        made = follow_ups(shop, command.at) if isinstance(command, Follow) else [command]
        told += [repr(outcome) for each in made for outcome in shop.rewards.do_all([each])]
    return told


def follow_ups(shop: Shop, at: datetime) -> list[Command[Any]]:
    """Make the commands that the events so far ask for."""
    made = [follow_up(event, at=at) for name in MEMBERS for event in shop.events(name)]
    return [command for command in made if command is not None]


def known(made: Iterable[Command[Any] | Follow]) -> list[Command[Any]]:
    """Leave out what follows events up."""
    return [command for command in made if not isinstance(command, Follow)]


def journals(shop: Shop) -> dict[str, tuple[Entry, ...]]:
    """Read every member's journal."""
    return {name: shop.entries(name) for name in MEMBERS}
