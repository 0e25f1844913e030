"""Modelling: programmes in a notebook, from one member to ten million (extra: notebook)."""

from mi_rewards._lazy import lazily

_HOMES = {
    "Cell": "mi_rewards.modelling.flows",
    "Flow": "mi_rewards.modelling.flows",
    "Flows": "mi_rewards.modelling.flows",
    "MEMBER_COLUMNS": "mi_rewards.modelling.details",
    "PeriodLength": "mi_rewards.modelling.periods",
    "PolicyBurn": "mi_rewards.modelling.details",
    "RefusedRow": "mi_rewards.modelling.details",
    "Replayed": "mi_rewards.modelling.replayed",
    "Snapshot": "mi_rewards.modelling.details",
    "Table": "mi_rewards.modelling.tables",
    "TierMove": "mi_rewards.modelling.details",
    "flows_of": "mi_rewards.modelling.by_commands",
    "postings": "mi_rewards.modelling.replaying",
    "progress_bar": "mi_rewards.modelling.progress",
    "replay": "mi_rewards.modelling.replaying",
}

__all__ = [
    "MEMBER_COLUMNS",
    "Cell",
    "Flow",
    "Flows",
    "PeriodLength",
    "PolicyBurn",
    "RefusedRow",
    "Replayed",
    "Snapshot",
    "Table",
    "TierMove",
    "flows_of",
    "postings",
    "progress_bar",
    "replay",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
