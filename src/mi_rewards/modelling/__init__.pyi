from mi_rewards.modelling.books.allocation import (
    allocate,
    selling_price_of_option,
    selling_price_of_tokens,
)
from mi_rewards.modelling.books.deferred_revenue import (
    BreakageBasis,
    Deferral,
    Recognition,
    breakage_of_redemption,
)
from mi_rewards.modelling.books.incremental_cost import (
    RewardRedeemed,
    cost_per_token,
    incremental_liability,
    leverage,
    sensitivity,
)
from mi_rewards.modelling.books.money_roll_forward import (
    DeferredRevenue,
    Estimate,
    deferred_revenue,
)
from mi_rewards.modelling.books.rates import (
    OutstandingRate,
    UltimateRate,
)
from mi_rewards.modelling.books.ties import (
    check_ledger,
    check_ties,
)
from mi_rewards.modelling.books.values import (
    TokenValue,
)
from mi_rewards.modelling.by_commands import (
    flows_of,
)
from mi_rewards.modelling.comparing.compare import (
    compare,
)
from mi_rewards.modelling.comparing.comparison import (
    Comparison,
)
from mi_rewards.modelling.comparing.grids import (
    crossed,
    grid,
    grid_table,
)
from mi_rewards.modelling.comparing.scenarios import (
    Measure,
    Scenario,
)
from mi_rewards.modelling.details import (
    MEMBER_COLUMNS,
    PolicyBurn,
    RefusedRow,
    Snapshot,
    TierMove,
)
from mi_rewards.modelling.flows import (
    Cell,
    Flow,
    Flows,
)
from mi_rewards.modelling.partitions import (
    partition_of,
    partitioned,
    replay_partitions,
)
from mi_rewards.modelling.periods import (
    PeriodLength,
)
from mi_rewards.modelling.progress import (
    progress_bar,
)
from mi_rewards.modelling.replayed import (
    Replayed,
)
from mi_rewards.modelling.replaying import (
    postings,
    replay,
)
from mi_rewards.modelling.tables import (
    Table,
)
from mi_rewards.modelling.what_if.draws import (
    as_share,
    keyed_draw,
)
from mi_rewards.modelling.what_if.monthly import (
    BeforeLapse,
    HazardByAge,
)
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
    "BreakageBasis",
    "Cell",
    "Comparison",
    "Deferral",
    "DeferredRevenue",
    "Estimate",
    "Flow",
    "Flows",
    "HazardByAge",
    "Measure",
    "NoRedemption",
    "OutstandingRate",
    "PeriodLength",
    "PolicyBurn",
    "Recognition",
    "RedemptionPolicy",
    "RefusedRow",
    "Replayed",
    "RewardRedeemed",
    "Scenario",
    "Snapshot",
    "SomeMembers",
    "Table",
    "TierMove",
    "TokenValue",
    "UltimateRate",
    "allocate",
    "as_share",
    "breakage_of_redemption",
    "check_ledger",
    "check_ties",
    "compare",
    "cost_per_token",
    "crossed",
    "deferred_revenue",
    "flows_of",
    "grid",
    "grid_table",
    "incremental_liability",
    "keyed_draw",
    "leverage",
    "partition_of",
    "partitioned",
    "postings",
    "progress_bar",
    "replay",
    "replay_partitions",
    "selling_price_of_option",
    "selling_price_of_tokens",
    "sensitivity",
]
