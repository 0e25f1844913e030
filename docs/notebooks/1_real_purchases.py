# %% [markdown]
"""Reward Mi on a year of real purchases
=====================================

A web shop's purchases, under the rules of `reward-mi`.
"""

# %%
from datetime import date

from mi_rewards.modelling import Table, plots

# %% [markdown]
# What is outstanding
# -------------------
#
# Some **text** with `code`.

# %%
table = Table.of(
    "What lapses", {"last_day": [date(2018, 12, 31)], "tokens": [12]}, {"tokens": "tokens"}
)
table

# %%
plots.expiry_calendar(table)

# %%
ax = plots.expiry_calendar(table)
