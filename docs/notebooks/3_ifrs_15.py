# %% [markdown]
"""
The books: IFRS 15 for tokens
=============================

Whoever sells goods with tokens sells two things for one price: the goods today, and a right to
something later. IFRS 15 and ASC 606 ask for a part of the price to be set aside for the tokens,
and to become revenue as they are redeemed. This notebook keeps those books for a year of
purchases, to the token and to the paisa, and says what they hang on.

The purchases are real (*Online Retail*, UCI Machine Learning Repository, CC BY 4.0; moved by seven
years and converted to rupees). **The redemptions are an invented policy over these purchases**,
and so are the values and rates assumed below.
"""

# %%
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from mi_rewards import Misuse, Money, bundled
from mi_rewards.modelling import (
    Hazard,
    TokenValue,
    UltimateRate,
    actual_against_expected,
    allocate,
    check_ledger,
    check_ties,
    cohort_runs,
    deferred_revenue,
    estimates_at_closes,
    incremental_liability,
    plots,
    projected_rate,
    replay,
    selling_price_of_tokens,
    sensitivity,
    simulate_liability,
    tornado,
)

# %% [markdown]
# The example of the standard
# ---------------------------
#
# Illustrative Example 52 of IFRS 15: sales of 100,000, and 10,000 points, of which 9,500 are
# expected to be redeemed for 1 each. The price is divided by relative stand-alone selling prices.

# %%
sales = Money.of("100000", "JPY")
points = Money.of("9500", "JPY")
{name: str(part) for name, part in allocate(sales, {"goods": sales, "points": points}).items()}

# %% [markdown]
# What a token of Reward Mi is allocated
# --------------------------------------
#
# INR 100 earn ten tokens. A voucher of INR 1,000 takes 10,000, so that one is worth ten paise to a
# member who redeems it. Before anything is known, half of the tokens are expected to be redeemed.

# %%
face_value = TokenValue.of(Money.parse("INR 1000.00"), tokens=10_000)
half = UltimateRate(Fraction(1, 2))
price = Money.parse("INR 1000000.00")
parts = allocate(
    price,
    {
        "goods": price,
        "tokens": selling_price_of_tokens(100_000, face_value=face_value, rate=half),
    },
)
worth = TokenValue.of(parts["tokens"], tokens=100_000)
{name: str(part) for name, part in parts.items()}

# %% [markdown]
# Cohorts and closes
# ------------------
#
# The replay says what became of the tokens of each month. At each close the ultimate redemption
# rate is estimated anew, from what has been seen by then and nothing later: by age, how much of
# what is outstanding is redeemed (the hazard).

# %%
through = date(2019, 6, 30)
replayed = replay("sample:retail-history", bundled.programme("reward-mi"), as_of=through)
assert check_ledger(replayed) == []

estimates = estimates_at_closes(
    replayed.flows, through=through, a_priori=half, lifetime=24, by="quarter"
)
books = deferred_revenue(
    replayed.flows, through=through, value=worth, estimate=estimates, by="quarter"
)
books.by_period()

# %% [markdown]
# Opening and flows add up to closing in every period and for every cohort, in minor units. The
# flows are what an auditor asks for: what was allocated to new tokens, what went with returns,
# what became revenue on redemption, as breakage, and because the estimate moved.

# %%
assert check_ties(books.by_period()) == []
assert check_ties(books.by_cohort()) == []
ax = plots.roll_forward(books.by_period())

# %%
ax = plots.liability(
    deferred_revenue(
        replayed.flows,
        through=through,
        value=worth,
        estimate=estimates_at_closes(replayed.flows, through=through, a_priori=half, lifetime=24),
    ).by_period()
)

# %% [markdown]
# What lapses within a year is current. Under "end of the next year" that is all of it, half a year
# before the night.

# %%
books.current_and_non_current()

# %% [markdown]
# Was the estimate any good? What each close expected of the next quarter, and what was redeemed
# then. In 2018 it was a quarter too high, roughly. In 2019 the file has few redemptions left,
# since it ends: so the estimate falls, and what it gives up is the change of estimate above. In a
# programme that goes on, this table is where one would see it first.

# %%
actual_against_expected(replayed.flows, through=through, a_priori=half, lifetime=24, by="quarter")

# %% [markdown]
# Two rates that are not the same
# -------------------------------
#
# The ultimate rate is of what was issued, the outstanding rate of what is left of it. To apply the
# first to the balance is the classic error; here they are of different types, and the wrong one is
# refused. At the end of 2018:

# %%
close = date(2018, 12, 31)
december = replay("sample:retail-history", bundled.programme("reward-mi"), as_of=close)
kept = december.issued - december.clawed_back + december.owed
at_close = half.outstanding_rate(tokens=kept, redeemed=december.redeemed)
f"of all that was issued {float(half.share):.1%}, of what is left {float(at_close.share):.1%}"

# %% [markdown]
# A half was assumed before anything was seen. What has been redeemed by then, and what the hazard
# comes to that was seen until then, taken on to the last valid days, is a little more:

# %%
hazard = Hazard.of(cohort_runs(december.flows, through=close))
projected = projected_rate(december.flows, hazard, through=close)
f"of all that was issued {float(projected.share):.1%}, as projected"

# %%
cost = TokenValue(Fraction(8), "INR")
try:
    incremental_liability(december.outstanding, rate=half, cost=cost)
except Misuse as misuse:
    print(misuse)

# %% [markdown]
# What it hangs on
# ----------------
#
# Another method, used where tokens are not material: what the redemptions to come will cost. A
# token that is redeemed costs the shop eight paise here. The liability by the two figures that
# nobody knows for certain:

# %%
rates = [UltimateRate(Fraction(percent, 100)) for percent in (30, 40, 50, 60, 70)]
costs = [TokenValue(Fraction(paise), "INR") for paise in (6, 7, 8, 9, 10)]
ax = plots.sensitivity(
    sensitivity(tokens=kept, redeemed=december.redeemed, rates=rates, costs=costs)
)

# %% [markdown]
# Each of them alone, from the low end of what is plausible to the high one; and what more returns
# would do.


# %%
def liability(assumed: Mapping[str, float]) -> float:
    to_come = assumed["redemption rate"] * (kept - assumed["tokens returned"]) - december.redeemed
    return assumed["paise a token"] * max(0.0, to_come)


base = {"redemption rate": 0.5, "paise a token": 8.0, "tokens returned": 0.0}
ranges = {
    "redemption rate": (0.4, 0.6),
    "paise a token": (7.0, 9.0),
    "tokens returned": (0.0, 2_000_000.0),
}
ax = plots.tornado(tornado(liability, base, ranges, unit="INR minor units"))

# %% [markdown]
# And both at once, many times over: the cohorts are drawn anew, with repetition, the hazard is
# estimated from them, and the cost of a token varies by a tenth. The draws hang on a seed, so that
# everybody gets the same figures.

# %%
simulated = simulate_liability(
    december.flows,
    cohort_runs(december.flows, through=close),
    through=close,
    cost=cost,
    cost_sigma=0.1,
    runs=300,
    seed=2018,
)
simulated.table()
