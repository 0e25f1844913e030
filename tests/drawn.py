"""Tables to draw: for every plot one with rows, with the columns of the real ones."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from mi_rewards.modelling import Flow, Table, plots

FLOWS = tuple(flow.value for flow in Flow)
INR = "INR minor units"


def months(count: int) -> list[date]:
    """Answer with the first days of so many months, from December 2017 on."""
    return [date(2017 + (11 + n) // 12, (11 + n) % 12 + 1, 1) for n in range(count)]


def roll_forward(
    periods: Sequence[date], *, unit: str = "tokens", step: int = 3_000_000, title: str = "Tokens"
) -> Table:
    """Roll forward: each period the same is earned, a third of it redeemed, the last one lapses."""
    rows, opening = [], 0
    for period in periods:
        flows = dict.fromkeys(FLOWS, 0) | {"earned": step, "redeemed": -step // 3}
        if period == periods[-1]:
            flows["lapsed"] = -step // 2
        closing = opening + sum(flows.values())
        rows.append((period, opening, *flows.values(), closing))
        opening = closing
    names = ("period", "opening", *FLOWS, "closing")
    return Table.of_rows(title, names, rows, {"period": "day"} | dict.fromkeys(names[1:], unit))


def redemptions(cohorts: int, *, segments: Sequence[str] = ("",)) -> Table:
    """Redeem a tenth of what each cohort was issued in each month, the later cohorts less."""
    rows = [
        (origin, segment, development, age, 1000, 100 - 2 * place)
        for place, origin in enumerate(months(cohorts))
        for segment in segments
        for age, development in enumerate(months(cohorts)[place:])
    ]
    names = ("origin", "segment", "development", "age", "issued", "value")
    units = {"age": "months", "issued": "tokens", "value": "tokens"}
    return Table.of_rows("Tokens redeemed by month of earning", names, rows, units)


def calendar(days: int, *, never: int = 0) -> Table:
    """Say that on each of so many days a thousand tokens lapse."""
    last_days: list[date | None] = [date(2018, 12, 1) + timedelta(n) for n in range(days)]
    tokens = [1000] * days
    if never:
        last_days.append(None)
        tokens.append(never)
    columns: dict[str, list[Any]] = {"last_day": last_days, "tokens": tokens}
    return Table.of("Expiry calendar", columns, {"last_day": "day", "tokens": "tokens"})


def pairs(rates: int = 5, costs: int = 5) -> Table:
    """Multiply redemption rates with costs of a token."""
    rows = [
        (Fraction(70 + 5 * rate, 100), 25 * (1 + cost), (70 + 5 * rate) * 25 * (1 + cost) * 10**6)
        for rate in range(rates)
        for cost in range(costs)
    ]
    names = ("urr", "cpp", "liability")
    return Table.of_rows("Sensitivity", names, rows, {"cpp": INR, "liability": INR})


def reaches() -> Table:
    """Move three assumptions, one of them the other way round."""
    rows = [
        ("cost_per_token", 0.5, 0.7, 4_500_000_000, 6_500_000_000, 5_600_000_000),
        ("ultimate_redemption_rate", 0.4, 0.8, 4_000_000_000, 7_000_000_000, 5_600_000_000),
        ("members_who_never_come_back", 0.1, 0.2, 6_000_000_000, 5_000_000_000, 5_600_000_000),
    ]
    names = ("what", "low_end", "high_end", "low", "high", "base")
    return Table.of_rows("What moves it", names, rows, dict.fromkeys(names[3:], INR))


def scenarios(count: int = 3) -> Table:
    """Compare programmes of which the later lapse more."""
    rows = [
        (f"valid for {36 - 6 * n} months", 15_000_000, 30_000_000 - n * 10**6, n * 10**6, 4_000_000)
        for n in range(count)
    ]
    names = ("scenario", "redeemed", "outstanding", "lapsed", "clawed_back")
    return Table.of_rows("Scenarios", names, rows, dict.fromkeys(names[1:], "tokens"))


def moves() -> Table:
    """Move members between four tiers, none of them from the top to the bottom."""
    ladder = ("standard", "silver", "gold", "platinum")
    rows = [
        (before, after, 10 ** (5 - abs(n - m)))
        for n, before in enumerate(ladder)
        for m, after in enumerate(ladder)
        if n - m < len(ladder) - 1
    ]
    units = {"members": "members"}
    return Table.of_rows("Tier migration", ("from_tier", "to_tier", "members"), rows, units)


class Plot(NamedTuple):
    """A function that draws, what it draws, and what its axes say."""

    draw: Callable[..., Axes]
    table: Table
    x: str
    y: str


REDEEMED = "redeemed (% of issued, less returns)"
PLOTS: Mapping[str, Plot] = {
    "balance": Plot(
        plots.balance, roll_forward(months(20)), "date", "outstanding (million tokens)"
    ),
    "comparison": Plot(plots.comparison, scenarios(), "issued (million tokens)", "scenario"),
    "expiry_calendar": Plot(
        plots.expiry_calendar, calendar(5, never=300), "last valid day", "available (tokens)"
    ),
    "liability": Plot(
        plots.liability, roll_forward(months(20), unit=INR), "date", "liability (INR)"
    ),
    "redemption_curves": Plot(
        plots.redemption_curves, redemptions(5), "age (months since earning)", REDEEMED
    ),
    "roll_forward": Plot(
        plots.roll_forward,
        roll_forward(months(3)),
        "from opening to closing",
        "amount (million tokens)",
    ),
    "sensitivity": Plot(
        plots.sensitivity, pairs(), "cost per token (INR)", "ultimate redemption rate (%)"
    ),
    "tier_migration": Plot(plots.tier_migration, moves(), "tier after", "tier before"),
    "tornado": Plot(plots.tornado, reaches(), "outcome (million INR)", "assumption"),
    "triangle": Plot(
        plots.triangle, redemptions(5), "age (months since earning)", "earned in (month)"
    ),
}
"""Every plot, by its name."""


def without_rows(table: Table) -> Table:
    """Keep the columns alone."""
    return Table(table.title, table.names, table.units, tuple([] for _ in table.names))
