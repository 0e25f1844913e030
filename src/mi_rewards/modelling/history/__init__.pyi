from mi_rewards.modelling.history.batch import Batch
from mi_rewards.modelling.history.plain import read_columns
from mi_rewards.modelling.history.reading import batches
from mi_rewards.modelling.history.rows import to_rows

__all__ = [
    "Batch",
    "batches",
    "read_columns",
    "to_rows",
]
