from mi_rewards._event_log.lines import (
    Unread,
)
from mi_rewards.modelling.books.allocation import (
    allocate,
    selling_price_of_option,
    selling_price_of_tokens,
)
from mi_rewards.modelling.books.cohort_flows import (
    Cohort,
    CohortAtClose,
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
from mi_rewards.modelling.history.batch import (
    Batch,
)
from mi_rewards.modelling.history.plain import (
    read_columns,
)
from mi_rewards.modelling.history.reading import (
    batches,
)
from mi_rewards.modelling.history.rows import (
    to_rows,
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
from mi_rewards.modelling.statistics.chances import (
    Draws,
    Simulated,
    simulate,
    simulate_liability,
)
from mi_rewards.modelling.statistics.closes import (
    EstimatesAtCloses,
    actual_against_expected,
    estimates_at_closes,
)
from mi_rewards.modelling.statistics.drivers import (
    scenario_table,
    tornado,
)
from mi_rewards.modelling.statistics.estimates import (
    outstanding_rate,
    ultimate_rate,
    whole_tokens,
)
from mi_rewards.modelling.statistics.hazards import (
    Hazard,
)
from mi_rewards.modelling.statistics.migration import (
    TierMigration,
    tier_migration,
)
from mi_rewards.modelling.statistics.projections import (
    expected_lapses,
    projected_rate,
    projection,
)
from mi_rewards.modelling.statistics.runs import (
    CohortRun,
    cohort_runs,
)
from mi_rewards.modelling.statistics.triangles import (
    additive,
    bornhuetter_ferguson,
    chain_ladder,
    development_table,
    link_ratios,
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
    "Batch",
    "BeforeLapse",
    "BreakageBasis",
    "Cell",
    "Cohort",
    "CohortAtClose",
    "CohortRun",
    "Comparison",
    "Deferral",
    "DeferredRevenue",
    "Draws",
    "Estimate",
    "EstimatesAtCloses",
    "Flow",
    "Flows",
    "Hazard",
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
    "Simulated",
    "Snapshot",
    "SomeMembers",
    "Table",
    "TierMigration",
    "TierMove",
    "TokenValue",
    "UltimateRate",
    "Unread",
    "actual_against_expected",
    "additive",
    "allocate",
    "as_share",
    "batches",
    "bornhuetter_ferguson",
    "breakage_of_redemption",
    "chain_ladder",
    "check_ledger",
    "check_ties",
    "cohort_runs",
    "compare",
    "cost_per_token",
    "crossed",
    "deferred_revenue",
    "development_table",
    "estimates_at_closes",
    "expected_lapses",
    "flows_of",
    "grid",
    "grid_table",
    "incremental_liability",
    "keyed_draw",
    "leverage",
    "link_ratios",
    "outstanding_rate",
    "partition_of",
    "partitioned",
    "postings",
    "progress_bar",
    "projected_rate",
    "projection",
    "read_columns",
    "replay",
    "replay_partitions",
    "scenario_table",
    "selling_price_of_option",
    "selling_price_of_tokens",
    "sensitivity",
    "simulate",
    "simulate_liability",
    "tier_migration",
    "to_rows",
    "tornado",
    "ultimate_rate",
    "whole_tokens",
]
