from mi_rewards.modelling.history.batch import Batch
from mi_rewards.modelling.history.reading import batches
from mi_rewards.modelling.history.rows import to_rows

__all__ = [
    "Batch",
    "batches",
    "to_rows",
]
