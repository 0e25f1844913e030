# %% [markdown]
"""
What would twelve months' validity cost?
========================================

Reward Mi's tokens are valid to the end of the next year: between twelve and twenty-four months,
depending on the day. What if every token were valid for twelve months from the day on which it was
earned? Members would have less time, more would lapse, and the programme would cost less. This
notebook says by how much, and who would pay for it.

The purchases are real (*Online Retail*, UCI Machine Learning Repository, CC BY 4.0; moved by seven
years and converted to rupees). **Nobody ever redeemed anything for them: how members spend is an
assumption**, stated below, and varied.
"""

# %%
from datetime import date
from fractions import Fraction

from matplotlib import pyplot

from mi_rewards import bundled
from mi_rewards.modelling import (
    BeforeLapse,
    HazardByAge,
    SomeMembers,
    Table,
    compare,
    grid,
    grid_table,
    plots,
)
from mi_rewards.wallet import EndOfYear, RollingMonths

reward_mi = bundled.programme("reward-mi")

# %% [markdown]
# Rule books and assumptions
# --------------------------
#
# A rule book is a value: another one is the same with one term changed. Here a grid makes the
# variants and names them.

# %%
variants = grid(reward_mi, validity=[EndOfYear(1), RollingMonths(12), RollingMonths(6)])
list(variants)

# %% [markdown]
# How members spend: on the first of each month, 6 % of what they have is redeemed, of whatever
# age. Or twice as much. Or half of them never spend anything, and the others take on the first of
# each month what would lapse in it.
#
# Where a part of a token is left over, or where it is asked who takes part, a number is drawn, by
# seed and member. The draws are the same under every rule book, and whoever replays what: so
# differences come from the rules alone.
#
# A token costs 10 paise here: a voucher of INR 1,000 takes 10,000 tokens. That is what it is worth
# to a member; a shop that pays less for what it gives puts in less.

# %%
policies = {
    "6 % a month": HazardByAge([Fraction(6, 100)], seed=2017),
    "12 % a month": HazardByAge([Fraction(12, 100)], seed=2017),
    "half, at the last call": SomeMembers(BeforeLapse(), 1, 2, seed=2017),
}
comparison = compare(
    variants,
    "sample:retail-orders",
    as_of=date(2020, 1, 1),
    policy=policies,
    cost_per_token=10,
)
totals = grid_table(comparison)
few = ("validity", "policy", "redeemed", "lapsed", "redeemed_cost", "cost_difference")
Table.of(
    "What redemptions cost in the end, and how much more than in the first row",
    {name: totals[name] for name in few},
    {name: totals.unit(name) for name in few},
)

# %% [markdown]
# What lapses
# -----------
#
# Every purchase is followed until its last token is redeemed or has lapsed, two years after the
# first of them. So nothing is outstanding in the end, and no estimate is needed: what was not
# redeemed is breakage.

# %%
ax = plots.comparison(totals.where(policy="6 % a month"))
ax.set_title("What became of the tokens of a year", loc="left")

# %% [markdown]
# The two lives of a balance: all at once on New Year's night, or a little every day.

# %%
figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for validity, ax in (("end of year + 1", left), ("12 months", right)):
    plots.balance(comparison[f"{validity}, 6 % a month"].replayed, ax)
    ax.set_title(f"{validity}: outstanding", loc="left", fontsize="medium")

# %% [markdown]
# Who pays for it
# ---------------
#
# Members are compared one by one: who has been given more in the end, and who less. These lose
# most.

# %%
comparison.losers(8, scenario="12 months, 6 % a month")

# %% [markdown]
# It hangs on the assumption
# --------------------------
#
# Where members redeem quickly, twelve months instead of up to twenty-four save little. And where
# half of them take what would lapse within the month, and nobody takes anything before, a shorter
# validity hardly costs members anything, and hardly saves the shop anything.

# %%
costs = Table.of(
    "What redemptions cost in the end",
    {name: totals[name] for name in ("validity", "policy", "redeemed_cost")},
    {"redeemed_cost": totals.unit("redeemed_cost")},
)
ax = plots.sensitivity(costs, down="validity", across="policy", value="redeemed_cost")
