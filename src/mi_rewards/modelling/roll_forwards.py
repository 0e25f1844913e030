"""Roll-forwards: how outstanding tokens moved from the opening of each period to its closing."""

from collections import defaultdict
from datetime import date

from mi_rewards.modelling.flows import Flow, Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.tables import Table

FLOW_COLUMNS = tuple(flow.value for flow in Flow)
"""The flows between opening and closing, by name."""


def roll_forward(flows: Flows, by: PeriodLength | str, *, through: date) -> Table:
    """State how outstanding tokens moved, period by period.

    Args:
        flows: The flows, none later than *through*.
        by: How long a period is: `day`, `month`, `quarter` or `year`.
        through: A day of the last period.

    Returns:
        A row for each period from the first flow's: `period` (its first day), `opening`, the
        flows, signed, and `closing`, which is the sum of them all.

    Raises:
        Misuse: There is no such period.
    """
    length = PeriodLength.named(by)
    moved: defaultdict[date, dict[Flow, int]] = defaultdict(lambda: dict.fromkeys(Flow, 0))
    for (day, flow, *_), tokens in flows.sums.items():
        moved[length.first_day(date.fromordinal(day))][flow] += tokens
    rows: list[tuple[date | int, ...]] = []
    balance = 0
    if moved:
        for period in length.each(min(moved), through):
            amounts = moved[period].values()
            closing = balance + sum(amounts)
            rows.append((period, balance, *amounts, closing))
            balance = closing
    names = ("period", "opening", *FLOW_COLUMNS, "closing")
    units = {"period": "day"} | dict.fromkeys(names[1:], "tokens")
    return Table.of_rows(f"Outstanding tokens by {length}", names, rows, units)
