from mi_rewards.preorders import check_units
from mi_rewards.testing._checks.marks import CONTRACT_VERSION, Capability, Opener, check, overrides
from mi_rewards.testing.clients import AnyStore, Client, Loop
from mi_rewards.testing.clocks import FixedClock
from mi_rewards.testing.contract import StoreContract, Subject
from mi_rewards.testing.faults import (
    AsyncFaultyStore,
    ConnectionLost,
    Crashed,
    Fault,
    FaultyStore,
    Plan,
)
from mi_rewards.testing.machine import PROFILES, Tally, run_store_machine, store_machine
from mi_rewards.testing.promises import PROMISES, PromiseBroken
from mi_rewards.testing.report import CheckOutcome, CheckResult, Report, run_contract
from mi_rewards.wallet import Violation, check_journal

__all__ = [
    "CONTRACT_VERSION",
    "PROFILES",
    "PROMISES",
    "AnyStore",
    "AsyncFaultyStore",
    "Capability",
    "CheckOutcome",
    "CheckResult",
    "Client",
    "ConnectionLost",
    "Crashed",
    "Fault",
    "FaultyStore",
    "FixedClock",
    "Loop",
    "Opener",
    "Plan",
    "PromiseBroken",
    "Report",
    "StoreContract",
    "Subject",
    "Tally",
    "Violation",
    "check",
    "check_journal",
    "check_units",
    "overrides",
    "run_contract",
    "run_store_machine",
    "store_machine",
]
