"""Plots of what a replay and the books answer, with matplotlib (extra `notebook`).

Each function takes what it draws and, where it is to draw on a figure of yours, axes; it answers
with the axes. Titles, units and legends are written; save with `ax.figure.savefig("plot.png")`.
"""

from mi_rewards.modelling.plots._cohorts import expiry_calendar, redemption_curves, triangle
from mi_rewards.modelling.plots._columns import Columns
from mi_rewards.modelling.plots._comparisons import comparison
from mi_rewards.modelling.plots._effects import sensitivity, tornado
from mi_rewards.modelling.plots._over_time import balance, liability, roll_forward
from mi_rewards.modelling.plots._tiers import tier_migration

__all__ = [
    "Columns",
    "balance",
    "comparison",
    "expiry_calendar",
    "liability",
    "redemption_curves",
    "roll_forward",
    "sensitivity",
    "tier_migration",
    "tornado",
    "triangle",
]
