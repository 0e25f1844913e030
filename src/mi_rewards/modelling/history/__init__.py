"""Histories: whatever an analyst has of events, as batches of typed columns."""

from mi_rewards._lazy import lazily

_HOMES = {
    "Batch": "mi_rewards.modelling.history.batch",
    "batches": "mi_rewards.modelling.history.reading",
    "to_rows": "mi_rewards.modelling.history.rows",
}

__all__ = [
    "Batch",
    "batches",
    "to_rows",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
