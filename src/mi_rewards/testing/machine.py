"""A host's store beside books of single units and coins, whatever is asked of both.

Starved: three members, three orders, amounts that earn 0 to 13 tokens, half a week around the end
of a year. Requests are repeated, reused, raced, lost on the way and cut off before they are saved;
after every step both sides must agree on everything that a member can see. The machine looks at the
store by `load` alone, and changes it by `save` alone.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    run_state_machine_as_test,
)

from mi_rewards.testing._stories import StoreMachine
from mi_rewards.testing.contract import Subject, contract_of

_FAST = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PROFILES: Mapping[str, settings] = MappingProxyType(
    {
        "fast": _FAST,
        "thorough": settings(_FAST, max_examples=500, stateful_step_count=60, derandomize=False),
    }
)
"""How hard a machine tries: `fast` tells the same stories each time, `thorough` new ones."""


class Tally(NamedTuple):
    """What happened while a machine ran.

    Attributes:
        happened: How often each command was granted and each mishap befell.
        refused: How often each refusal was met, by code.
    """

    happened: Mapping[str, int]
    refused: Mapping[str, int]


def store_machine(
    subject: Subject, *, profile: str | settings = "fast", shares_store: bool = False
) -> type[RuleBasedStateMachine]:
    """Make a machine that tells a host's store random stories, and books beside it the same.

    Its `TestCase` can be collected by any runner: `TestMine = store_machine(make_store).TestCase`.

    Args:
        subject: A subclass of `StoreContract` or an instance of one, or a function that makes a
            fresh, empty store, awaited or not. Every store is closed by the contract's `close`;
            where several handles are claimed, the machine works on two.
        profile: How hard to try: the name of one of `PROFILES`, or settings of your own.
        shares_store: Make one store for all stories, each of which has members of its own. For
            hosts on which a fresh store takes long.

    Returns:
        A Hypothesis state machine.
    """
    return _machine_of(subject, profile=profile, shares_store=shares_store)


def _machine_of(
    subject: Subject, *, profile: str | settings, shares_store: bool
) -> type[StoreMachine]:
    """Make the machine of one host."""

    class Machine(StoreMachine):
        """The machine of one host."""

        contract: ClassVar = contract_of(subject)
        happened: ClassVar = Counter[str]()
        refused: ClassVar = Counter[str]()

    Machine.shares_store = shares_store
    case: Any = Machine.TestCase
    case.settings = PROFILES[profile] if isinstance(profile, str) else profile
    case.tearDownClass = Machine.close_shared
    return Machine


def run_store_machine(
    subject: Subject, *, profile: str | settings = "fast", shares_store: bool = False
) -> Tally:
    """Run a machine on a host's store, with no runner; raise what it finds.

    Args:
        subject: As for `store_machine`.
        profile: As for `store_machine`.
        shares_store: As for `store_machine`.

    Returns:
        What was met, so that a test can see that all of it was.
    """
    machine = _machine_of(subject, profile=profile, shares_store=shares_store)
    try:
        run_state_machine_as_test(machine, settings=machine.TestCase.settings)
    finally:
        machine.close_shared()
    return Tally(dict(machine.happened), dict(machine.refused))
