from mi_rewards.modelling.by_commands import flows_of
from mi_rewards.modelling.flows import Cell, Flow, Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.progress import progress_bar
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
    "postings",
    "progress_bar",
    "replay",
]
