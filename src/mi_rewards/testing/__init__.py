"""A conformance kit for a host's own stores: the contract, machines, faults, strategies.

None of it imports a test runner. Only strategies and machines need Hypothesis, the extra `testing`.
"""

from mi_rewards._lazy import lazily

_HOMES = {
    "CONTRACT_VERSION": "mi_rewards.testing._checks.base",
    "PROMISES": "mi_rewards.testing.promises",
    "AnyStore": "mi_rewards.testing.clients",
    "AsyncFaultyStore": "mi_rewards.testing.faults",
    "Capability": "mi_rewards.testing._checks.base",
    "CheckOutcome": "mi_rewards.testing.report",
    "CheckResult": "mi_rewards.testing.report",
    "Client": "mi_rewards.testing.clients",
    "ConnectionLost": "mi_rewards.testing.faults",
    "Crashed": "mi_rewards.testing.faults",
    "Fault": "mi_rewards.testing.faults",
    "FaultyStore": "mi_rewards.testing.faults",
    "FixedClock": "mi_rewards.testing.clocks",
    "Opener": "mi_rewards.testing._checks.base",
    "Plan": "mi_rewards.testing.faults",
    "PromiseBroken": "mi_rewards.testing.promises",
    "Report": "mi_rewards.testing.report",
    "StoreContract": "mi_rewards.testing.contract",
    "Violation": "mi_rewards.wallet",
    "check": "mi_rewards.testing._checks.base",
    "check_journal": "mi_rewards.wallet",
    "overrides": "mi_rewards.testing._checks.base",
    "run_contract": "mi_rewards.testing.report",
}

__all__ = [
    "CONTRACT_VERSION",
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
    "Opener",
    "Plan",
    "PromiseBroken",
    "Report",
    "StoreContract",
    "Violation",
    "check",
    "check_journal",
    "overrides",
    "run_contract",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
