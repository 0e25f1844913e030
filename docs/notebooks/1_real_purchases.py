# %% [markdown]
"""
Reward Mi on a year of real purchases
=====================================

A web shop's invoices of one year, replayed under the rules that Reward Mi had in India in 2017: 10
tokens for every INR 100, valid to the end of the next year, taken back when a purchase is
returned.

The purchases and returns are real (*Online Retail*, UCI Machine Learning Repository, CC BY 4.0;
moved by seven years and converted to rupees). **The redemptions are not: they are an invented
policy over these purchases**, good for seeing how a programme behaves, and for nothing that
members really did.
"""

# %%
from datetime import date

from mi_rewards import bundled
from mi_rewards.modelling import check_ledger, check_ties, plots, postings, replay

reward_mi = bundled.programme("reward-mi")
replayed = replay("sample:retail-history", reward_mi, as_of=date(2019, 6, 30))
replayed

# %% [markdown]
# What is outstanding
# -------------------
#
# Every token that was issued is outstanding, redeemed, lapsed or taken back. Day by day the
# balance grows with the shop's season, and falls on 1 January 2019, when what was earned in
# December 2017 lapses at once.

# %%
ax = plots.balance(replayed)

# %% [markdown]
# The same as a roll-forward, quarter by quarter. Opening and flows add up to closing in every
# period, to the token, and the flows come to what the ledger says; both checks name what is wrong,
# and here nothing is.

# %%
quarters = replayed.roll_forward("quarter")
quarters

# %%
assert check_ties(quarters) == []
assert check_ledger(replayed) == []
ax = plots.roll_forward(quarters)

# %% [markdown]
# When the rest lapses
# --------------------
#
# Under "end of the next year" there is one last valid day for all that was earned in a year. Half
# a year before it, everything that is available hangs on that one night.

# %%
ax = plots.expiry_calendar(replayed)

# %% [markdown]
# A year before, there were two such days.

# %%
ax = plots.expiry_calendar(replay("sample:retail-history", reward_mi, as_of=date(2018, 6, 30)))

# %% [markdown]
# Redemption by cohort
# --------------------
#
# A cohort is what was earned in one month. Each line is the share of it that has been redeemed by
# each age. Young cohorts are seen through few ages only, which is what the estimates of breakage
# have to deal with. The last purchases are of 9 December 2018; the end of November is the last day
# on which a month is over, so that no line ends in a part of one.

# %%
in_november = replay("sample:retail-history", reward_mi, as_of=date(2018, 11, 30))
ax = plots.redemption_curves(in_november)

# %% [markdown]
# The same as a triangle: a row for each cohort, a column for each age.

# %%
ax = plots.triangle(in_november)

# %% [markdown]
# The table behind it is long, with the columns `origin`, `development` and `value` that the
# package `chainladder` takes. By quarter it is short enough to be read; the last quarter is at the
# end of September, when one is over.

# %%
in_september = replay("sample:retail-history", reward_mi, as_of=date(2018, 9, 30))
in_september.redemptions("quarter")

# %% [markdown]
# Who has them
# ------------
#
# Every table is plain columns: `pandas.DataFrame(table.columns())` and
# `polars.DataFrame(table.columns())` load it unchanged. These are the ten members who hold the
# most.

# %%
members = replayed.members_table()
most = sorted(members.rows(), key=lambda row: -row["available"])[:10]
type(members).of_rows(
    "The ten largest balances",
    ("member_id", "issued", "redeemed", "available"),
    [(row["member_id"], row["issued"], row["redeemed"], row["available"]) for row in most],
    dict.fromkeys(("issued", "redeemed", "available"), "tokens"),
)

# %% [markdown]
# Any balance can be traced to its postings: which order earned what, what was drawn, what lapsed
# when.

# %%
postings("sample:retail-history", reward_mi, ["13846"], as_of=date(2019, 6, 30))

# %% [markdown]
# What was refused is an outcome, and counted: returns of orders that the file does not have, and
# redemptions for which the invented policy asked more tokens than the member had.

# %%
replayed.refused
