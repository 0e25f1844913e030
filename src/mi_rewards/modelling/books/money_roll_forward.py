"""Deferred revenue of a replay: recognised cohort by cohort, and rolled forward in money.

1. Each token that is issued brings what is allocated to it: a value per token, the same for all or
   by cohort. What is allocated to a cohort is always its tokens times that value, rounded once.
2. Each cohort is recognised at each close by an estimate made then. Today's estimate never
   changes an earlier period.
3. Amounts are signed as the liability sees them, so that opening and flows add up to closing.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import attrs

from mi_rewards.calendar import add_months
from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.cohort_flows import (
    Cohort,
    CohortAtClose,
    CohortPeriod,
    cohort_periods,
    outstanding_by_last_day,
)
from mi_rewards.modelling.books.deferred_revenue import BreakageBasis, Deferral, Recognition
from mi_rewards.modelling.books.rates import (
    OutstandingRate,
    UltimateRate,
    require_ultimate_rate,
)
from mi_rewards.modelling.books.values import TokenValue, whole
from mi_rewards.modelling.flows import Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.tables import Table
from mi_rewards.money import CurrencyMismatch, Money, Rounding

Estimate = Callable[[CohortAtClose], int]
"""Says of a cohort at a close how many of its tokens will be redeemed in all: whole tokens."""

ValueOf = Callable[[date], TokenValue]
"""Says of a month what is allocated to a token earned in it."""

MONEY_FLOWS: Final = (
    "additions",
    "reversals",
    "on_redemption",
    "breakage",
    "change_of_estimate",
)
"""The flows of deferred revenue between opening and closing, by name."""


@attrs.frozen(order=False, repr=False)
class DeferredRevenue:
    """Deferred revenue of a replay, rolled forward.

    Attributes:
        currency: The currency of every amount.
        through: The day of the last close.
        by: How long a period is.
        closes: What became of each cohort in each period, by cohort and period.
        calendar: What is outstanding of each cohort by the ordinal of its last valid day.
    """

    currency: str
    through: date
    by: PeriodLength
    closes: tuple[tuple[Cohort, date, Recognition], ...]
    calendar: dict[Cohort, dict[int, int]]

    @property
    def liability(self) -> Money:
        """What is deferred at the last close, of all cohorts."""
        return Money(sum(it.liability.minor for it in self.deferrals().values()), self.currency)

    def deferrals(self) -> dict[Cohort, Deferral]:
        """State where each cohort stands at the last close.

        Returns:
            The deferrals by cohort.
        """
        return {cohort: step.after for cohort, _, step in self.closes}

    def by_cohort(self) -> Table:
        """Roll each cohort forward.

        Returns:
            A row for each cohort and period: `period`, `earned_in`, `segment`, `opening`, the
            flows, signed, `closing`, and `currency`.
        """
        rows = [
            (period, *cohort, *_amounts(step), self.currency)
            for cohort, period, step in self.closes
        ]
        return self._table("by cohort", ("period", "earned_in", "segment"), rows)

    def by_period(self) -> Table:
        """Roll all cohorts forward together.

        Returns:
            A row for each period: `period`, `opening`, the flows, signed, `closing`, `currency`.
        """
        sums: dict[date, list[int]] = {}
        for _, period, step in self.closes:
            added = sums.setdefault(period, [0] * (len(MONEY_FLOWS) + 2))
            for place, amount in enumerate(_amounts(step)):
                added[place] += amount
        rows = [(period, *sums[period], self.currency) for period in sorted(sums)]
        return self._table(f"by {self.by}", ("period",), rows)

    def current_and_non_current(self, *, months: int = 12) -> Table:
        """Divide what is deferred by when the tokens lapse at the latest.

        Args:
            months: How many months from the close are current; at least 1.

        Returns:
            A row for each cohort with something deferred: `earned_in`, `segment`, `liability`,
            `current`: the share of the outstanding tokens whose last valid day is no later than so
            many months after the close, rounded as the deferral is; `non_current`: the rest;
            `currency`.

        Raises:
            Misuse: *months* is no whole number from 1.
        """
        limit = add_months(self.through, whole(months, "months", least=1)).toordinal()
        rows = []
        for cohort, deferral in self.deferrals().items():
            owed = deferral.liability
            if owed.minor:
                days = self.calendar[cohort]
                soon = sum(tokens for day, tokens in days.items() if day <= limit)
                current = owed.share(soon, sum(days.values()), deferral.rounding)
                rest = owed - current
                rows.append((*cohort, owed.minor, current.minor, rest.minor, self.currency))
        names = ("earned_in", "segment", "liability", "current", "non_current", "currency")
        units = dict.fromkeys(names[2:5], self._unit) | {"earned_in": "day"}
        title = f"Deferred revenue on {self.through}, current and non-current"
        return Table.of_rows(title, names, rows, units)

    @property
    def _unit(self) -> str:
        return f"{self.currency} minor units"

    def _table(self, of: str, keys: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Table:
        names = (*keys, "opening", *MONEY_FLOWS, "closing", "currency")
        units = dict.fromkeys(("opening", *MONEY_FLOWS, "closing"), self._unit)
        units |= {key: "day" for key in keys if key != "segment"}
        return Table.of_rows(f"Deferred revenue {of}", names, rows, units)

    def __repr__(self) -> str:
        return f"<DeferredRevenue on {self.through}: {self.liability}>"

    def _repr_html_(self) -> str:
        """Write the roll-forward for a notebook.

        Returns:
            HTML.
        """
        return self.by_period()._repr_html_()


def deferred_revenue(
    flows: Flows,
    *,
    through: date,
    value: TokenValue | ValueOf,
    estimate: UltimateRate | Estimate,
    by: PeriodLength | str = PeriodLength.MONTH,
    basis: BreakageBasis = BreakageBasis.EXPECTED,
    rounding: Rounding = Rounding.HALF_UP,
) -> DeferredRevenue:
    """Recognise and roll forward what is allocated to the tokens of a replay.

    Args:
        flows: The flows, none later than *through*.
        through: The day of the last close.
        value: What is allocated to a token that is issued: one value, or what answers with that of
            a month of earning.
        estimate: The ultimate redemption rate, or what answers of a cohort at a close with the
            tokens that will be redeemed in all.
        by: How long a period is: `day`, `month`, `quarter` or `year`.
        basis: When breakage becomes revenue.
        rounding: What becomes of the part of a minor unit.

    Returns:
        The deferred revenue, by cohort and by period.

    Raises:
        CurrencyMismatch: The values of two months are in different currencies.
        Misuse: There are no flows and *value* is no single one, *value* or *estimate* is nothing
            that the books go by, a flow is later than *through*, or there is no such period.
    """
    value_of = _value_of(value)
    estimated = _estimate(estimate)
    currencies = {value.currency} if isinstance(value, TokenValue) else set[str]()
    closes: list[tuple[Cohort, date, Recognition]] = []
    for cohort, periods in cohort_periods(flows, by, through=through):
        worth = value_of(cohort.earned_in)
        currencies.add(worth.currency)
        deferral = Deferral(
            Money.zero(worth.currency), tokens=0, expected=0, basis=basis, rounding=rounding
        )
        for it in periods:
            step = _closed(deferral, it, worth, estimated(it.close))
            closes.append((cohort, it.period, step))
            deferral = step.after
    if len(currencies) > 1:
        raise CurrencyMismatch(f"tokens are valued in {', '.join(sorted(currencies))}")
    if not currencies:
        raise Misuse("without flows the value per token must be a single one")
    length, calendar = PeriodLength.named(by), outstanding_by_last_day(flows)
    return DeferredRevenue(currencies.pop(), through, length, tuple(closes), calendar)


def _closed(deferral: Deferral, it: CohortPeriod, worth: TokenValue, expected: int) -> Recognition:
    """Close a period of a cohort whose allocation is always its tokens times one value."""
    rounding = deferral.rounding
    together = worth.times(deferral.tokens + it.issued, rounding)
    return deferral.recognising(
        redeemed_total=it.close.redeemed,
        expected_total=expected,
        lapsed_total=it.close.lapsed,
        issued=it.issued,
        allocated=together - deferral.allocated,
        taken_back=it.taken_back,
        reversed_=together - worth.times(it.close.tokens, rounding),
    )


def _amounts(step: Recognition) -> tuple[int, ...]:
    """State a period as the liability sees it: opening, flows, closing; minor units."""
    return (
        step.before.liability.minor,
        step.additions.minor,
        -step.reversals.minor,
        -step.on_redemption,
        -step.breakage,
        -step.change_of_estimate,
        step.after.liability.minor,
    )


def _value_of(value: TokenValue | ValueOf) -> ValueOf:
    """Answer with what says the value of each month."""
    if isinstance(value, TokenValue):
        return lambda _: value
    if not callable(value):
        raise Misuse(
            "what is allocated to a token is a TokenValue, as TokenValue.of(money, tokens=10) is,"
            f" or a function that answers with that of a month, not {value!r:.60}"
        )
    return value


def _estimate(estimate: UltimateRate | Estimate) -> Estimate:
    """Answer with what estimates each cohort."""
    if isinstance(estimate, UltimateRate):
        rate = estimate
        return lambda it: rate.expected_total(it.tokens, redeemed=it.redeemed, lapsed=it.lapsed)
    _require_estimate(estimate)
    return estimate


def _require_estimate(estimate: object) -> None:
    """Object to a rate of what is outstanding, a number, a hazard: say what makes rates of them."""
    if isinstance(estimate, OutstandingRate):
        require_ultimate_rate(estimate)
    if not callable(estimate):
        raise Misuse(
            "an estimate is an UltimateRate, as projected_rate makes one of a hazard and"
            " ultimate_rate of a number, or what estimates_at_closes answers with,"
            f" not {estimate!r:.60}"
        )
