"""Histories: whatever an analyst has of events, as batches of typed columns."""

from mi_rewards._lazy import lazily

_HOMES = {
    "Batch": "mi_rewards.modelling.history.batch",
    "batches": "mi_rewards.modelling.history.reading",
    "read_columns": "mi_rewards.modelling.history.plain",
    "to_rows": "mi_rewards.modelling.history.rows",
}

__all__ = [
    "Batch",
    "batches",
    "read_columns",
    "to_rows",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
