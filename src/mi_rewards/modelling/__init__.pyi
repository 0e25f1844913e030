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
from mi_rewards.modelling.books.rates import OutstandingRate, UltimateRate
from mi_rewards.modelling.books.ties import check_ledger, check_ties
from mi_rewards.modelling.books.values import TokenValue
from mi_rewards.modelling.by_commands import flows_of
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

__all__ = [
    "MEMBER_COLUMNS",
    "BreakageBasis",
    "Cell",
    "Deferral",
    "DeferredRevenue",
    "Estimate",
    "Flow",
    "Flows",
    "OutstandingRate",
    "PeriodLength",
    "PolicyBurn",
    "Recognition",
    "RefusedRow",
    "Replayed",
    "RewardRedeemed",
    "Snapshot",
    "Table",
    "TierMove",
    "TokenValue",
    "UltimateRate",
    "allocate",
    "breakage_of_redemption",
    "check_ledger",
    "check_ties",
    "cost_per_token",
    "deferred_revenue",
    "flows_of",
    "incremental_liability",
    "leverage",
    "postings",
    "replay",
    "selling_price_of_option",
    "selling_price_of_tokens",
    "sensitivity",
]
