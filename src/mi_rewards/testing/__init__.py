"""A conformance kit for a host's own stores: the contract, a machine, faults, strategies.

None of it imports a test runner. The machine and `mi_rewards.testing.strategies` need Hypothesis,
which the extra `testing` brings; the contract needs nothing.
"""

from mi_rewards._lazy import lazily

_HOMES = {
    "CONTRACT_VERSION": "mi_rewards.testing._checks.marks",
    "PROFILES": "mi_rewards.testing.machine",
    "PROMISES": "mi_rewards.testing.promises",
    "AnyStore": "mi_rewards.testing.clients",
    "AsyncFaultyStore": "mi_rewards.testing.faults",
    "Capability": "mi_rewards.testing._checks.marks",
    "CheckOutcome": "mi_rewards.testing.report",
    "CheckResult": "mi_rewards.testing.report",
    "Client": "mi_rewards.testing.clients",
    "ConnectionLost": "mi_rewards.testing.faults",
    "Crashed": "mi_rewards.testing.faults",
    "Fault": "mi_rewards.testing.faults",
    "FaultyStore": "mi_rewards.testing.faults",
    "FixedClock": "mi_rewards.testing.clocks",
    "Loop": "mi_rewards.testing.clients",
    "Opener": "mi_rewards.testing._checks.marks",
    "Plan": "mi_rewards.testing.faults",
    "PromiseBroken": "mi_rewards.testing.promises",
    "Report": "mi_rewards.testing.report",
    "StoreContract": "mi_rewards.testing.contract",
    "Subject": "mi_rewards.testing.contract",
    "Tally": "mi_rewards.testing.machine",
    "Violation": "mi_rewards.wallet",
    "check": "mi_rewards.testing._checks.marks",
    "check_journal": "mi_rewards.wallet",
    "overrides": "mi_rewards.testing._checks.marks",
    "run_contract": "mi_rewards.testing.report",
    "run_store_machine": "mi_rewards.testing.machine",
    "store_machine": "mi_rewards.testing.machine",
}

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
    "overrides",
    "run_contract",
    "run_store_machine",
    "store_machine",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
