from mi_rewards.modelling.by_commands import flows_of
from mi_rewards.modelling.flows import Cell, Flow, Flows
from mi_rewards.modelling.partitions import partition_of, partitioned, replay_partitions
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.replayed import (
    MEMBER_COLUMNS,
    PolicyBurn,
    RefusedRow,
    Replayed,
    Snapshot,
    TierMove,
)
from mi_rewards.modelling.replaying import postings, replay
from mi_rewards.modelling.tables import Table

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
    "partition_of",
    "partitioned",
    "postings",
    "replay",
    "replay_partitions",
]
