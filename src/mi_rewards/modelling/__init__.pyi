from mi_rewards.modelling.by_commands import flows_of
from mi_rewards.modelling.comparing.compare import compare
from mi_rewards.modelling.comparing.comparison import Comparison
from mi_rewards.modelling.comparing.grids import crossed, grid, grid_table
from mi_rewards.modelling.comparing.scenarios import Measure, Scenario
from mi_rewards.modelling.flows import Cell, Flow, Flows
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
from mi_rewards.modelling.what_if.draws import as_share, keyed_draw
from mi_rewards.modelling.what_if.monthly import BeforeLapse, HazardByAge
from mi_rewards.modelling.what_if.policies import (
    Asked,
    AsSoonAsPossible,
    AtThreshold,
    NoRedemption,
    RedemptionPolicy,
    SomeMembers,
)

__all__ = [
    "MEMBER_COLUMNS",
    "AsSoonAsPossible",
    "Asked",
    "AtThreshold",
    "BeforeLapse",
    "Cell",
    "Comparison",
    "Flow",
    "Flows",
    "HazardByAge",
    "Measure",
    "NoRedemption",
    "PeriodLength",
    "PolicyBurn",
    "RedemptionPolicy",
    "RefusedRow",
    "Replayed",
    "Scenario",
    "Snapshot",
    "SomeMembers",
    "Table",
    "TierMove",
    "as_share",
    "compare",
    "crossed",
    "flows_of",
    "grid",
    "grid_table",
    "keyed_draw",
    "postings",
    "replay",
]
