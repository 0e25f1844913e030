"""A comparison: what scenarios came to, side by side, in total, by member and by segment.

1. One scenario is the base. Differences are what a scenario has more than the base.
2. Costs are there where a cost per token was given; members where detail was kept.
"""

from collections.abc import Callable, Iterable, Mapping
from heapq import nsmallest
from typing import Any

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.comparing.scenarios import Measure, Scenario, segment_measure
from mi_rewards.modelling.tables import Table
from mi_rewards.money import Rate

_TOTALS = ("issued", "redeemed", "lapsed", "clawed_back", "owed", "outstanding")

_SEGMENTS = ("issued", "reversed", "redeemed", "lapsed", "outstanding")

_MOVERS = ("scenario", "member_id", "base", "tokens", "difference")


def _scenarios(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    return tuple(scenarios)


@attrs.frozen(order=False, repr=False)
class Comparison:
    """What one history came to under several scenarios.

    Attributes:
        scenarios: The scenarios, each of another name, of one day.
        base: The name of the one that the others are compared with.
        measure: What members have, so that they can gain or lose.
        cost: What tokens cost in minor units, `None` where it was not stated.

    Raises:
        Misuse: Two scenarios are of one name, the base is none of them, their days differ, or their
            currencies do while there is a cost.
    """

    scenarios: tuple[Scenario, ...] = attrs.field(converter=_scenarios)
    base: str
    measure: Measure = Measure.KEPT
    cost: Rate | None = None

    def __attrs_post_init__(self) -> None:
        """Check that the scenarios can be compared."""
        names = [it.name for it in self.scenarios]
        for name in names:
            if names.count(name) > 1:
                raise Misuse(f"two scenarios are named {name!r}")
        if self.base not in names:
            raise Misuse(f"the base {self.base!r:.60} is none of {', '.join(names)}")
        if type(self.measure) is not Measure:
            raise Misuse(f"a measure is one of Measure's, not {self.measure!r:.60}")
        for what in ("as_of", "currency") if self.cost else ("as_of",):
            found = sorted({str(getattr(it.replayed, what)) for it in self.scenarios})
            if len(found) > 1:
                raise Misuse(f"scenarios of one {what} are compared, not of {', '.join(found)}")

    def __getitem__(self, name: str) -> Scenario:
        """Answer with a scenario.

        Args:
            name: Its name.

        Returns:
            The scenario.

        Raises:
            Misuse: There is none of that name.
        """
        for it in self.scenarios:
            if it.name == name:
                return it
        raise Misuse(f"there is no scenario {name!r:.60}")

    @property
    def is_detailed(self) -> bool:
        """Whether what each member has is known under every scenario."""
        return all(it.replayed.detailed for it in self.scenarios)

    def totals(self) -> Table:
        """State what each scenario came to.

        Returns:
            A row for each: `scenario`, `policy`, tokens `issued`, `redeemed`, `lapsed`,
            `clawed_back`, `owed` and `outstanding`; rows `refused`; `members`; the measure under
            its own name where it is none of these, and the `difference` in it to the base. With
            detail, members who `gain`, `lose` or stay the `same`. With a cost, in minor units, what
            was redeemed (`redeemed_cost`), what is expected to be of what is outstanding
            (`outstanding_cost`), `cost`, the sum of the two, its `cost_difference` to the base, and
            the `currency`.
        """
        base = self[self.base]
        columns: dict[str, list[Any]] = {
            "scenario": [it.name for it in self.scenarios],
            "policy": [it.policy for it in self.scenarios],
        }
        for name in _TOTALS:
            columns[name] = [getattr(it.replayed, name) for it in self.scenarios]
        units = dict.fromkeys(_TOTALS, "tokens")
        columns["refused"] = [sum(it.replayed.refused.values()) for it in self.scenarios]
        columns["members"] = [it.replayed.members for it in self.scenarios]
        units |= {"refused": "rows", "members": "members"}
        tokens = [it.total(self.measure) for it in self.scenarios]
        columns[self.measure.value] = tokens
        columns["difference"] = [it - base.total(self.measure) for it in tokens]
        units |= dict.fromkeys((self.measure.value, "difference"), "tokens")
        if self.is_detailed:
            movers = [self._counted(it) for it in self.scenarios]
            for place, name in enumerate(("gain", "lose", "same")):
                columns[name] = [it[place] for it in movers]
                units[name] = "members"
        if self.cost is not None:
            columns |= self._costs(self.cost)
            money = f"{base.replayed.currency} minor units"
            units |= {name: money for name in columns if name.endswith("cost")}
            units["cost_difference"] = money
        return Table.of(f"{self._title()}: totals", columns, units)

    def members(self) -> Table:
        """State what each member has under every scenario; needs detail.

        Returns:
            A row for each member of any scenario: `member_id`, the measure under each scenario by
            its name, and for each but the base, its name with ` difference`.

        Raises:
            Misuse: The replays kept no detail, or a scenario's name is that of another column.
        """
        found = {it.name: it.by_member(self.measure) for it in self.scenarios}
        names = sorted({member for tokens in found.values() for member in tokens})
        base = found[self.base]
        rows: list[tuple[str, list[Any]]] = [("member_id", list(names))]
        rows += [(name, [it.get(member, 0) for member in names]) for name, it in found.items()]
        rows += [
            (f"{name} difference", [it.get(member, 0) - base.get(member, 0) for member in names])
            for name, it in found.items()
            if name != self.base
        ]
        columns = dict(rows)
        if len(columns) < len(rows):
            raise Misuse("a scenario has the name of another column: member_id, or a difference's")
        units = {name: "tokens" for name, _ in rows[1:]}
        return Table.of(f"{self._title()}: {self.measure} by member", columns, units)

    def gainers(self, n: int = 10, *, scenario: str | None = None) -> Table:
        """State who gains most; needs detail.

        Args:
            n: How many members of each scenario, at most.
            scenario: One scenario; `None` for all but the base.

        Returns:
            A row for each who gains at all: `scenario`, `member_id`, the measure under the `base`,
            under the scenario (`tokens`), and their `difference`; the largest first.

        Raises:
            Misuse: The replays kept no detail, there is no such scenario, or *n* is below 0.
        """
        return self._movers("gains most", n, scenario, lambda difference: -difference)

    def losers(self, n: int = 10, *, scenario: str | None = None) -> Table:
        """State who loses most; needs detail.

        Args:
            n: How many members of each scenario, at most.
            scenario: One scenario; `None` for all but the base.

        Returns:
            The same as `gainers` of those who lose at all; the largest loss first.

        Raises:
            Misuse: The replays kept no detail, there is no such scenario, or *n* is below 0.
        """
        return self._movers("loses most", n, scenario, lambda difference: difference)

    def by_segment(self) -> Table:
        """State what became of the tokens of each segment under every scenario.

        Returns:
            A row for each scenario and segment of any of them: `scenario`, `segment`, tokens
            `issued`, `reversed`, `redeemed`, `lapsed` and `outstanding`, and the `difference` in
            the measure to the same segment under the base. What is owed is of no segment.
        """
        tokens = segment_measure(self.measure)
        found = {it.name: it.by_segment() for it in self.scenarios}
        segments = sorted({segment for figures in found.values() for segment in figures})
        nothing = (0, 0, 0, 0, 0)
        base = {it: tokens(found[self.base].get(it, nothing)) for it in segments}
        rows = []
        for name, figures in found.items():
            for segment in segments:
                each = figures.get(segment, nothing)
                rows.append((name, segment, *each, tokens(each) - base[segment]))
        names = ("scenario", "segment", *_SEGMENTS, "difference")
        units = dict.fromkeys(names[2:], "tokens")
        return Table.of_rows(f"{self._title()}: by segment", names, rows, units)

    def refusals(self) -> Table:
        """State how often what was refused under every scenario.

        Returns:
            A row for each scenario and code of any of them: `scenario`, `code`, rows `refused`, and
            the `difference` to the base. A redemption that a scenario's tokens do not reach is
            refused as `insufficient_tokens`.
        """
        base = self[self.base].replayed.refused
        codes = sorted({code for it in self.scenarios for code in it.replayed.refused})
        rows = [
            (it.name, code, counts.get(code, 0), counts.get(code, 0) - base.get(code, 0))
            for it, counts in [(it, it.replayed.refused) for it in self.scenarios]
            for code in codes
        ]
        units = {"refused": "rows", "difference": "rows"}
        names = ("scenario", "code", "refused", "difference")
        return Table.of_rows(f"{self._title()}: refused rows", names, rows, units)

    def __repr__(self) -> str:
        names = ", ".join(it.name for it in self.scenarios)
        return f"<Comparison of {names} with {self.base}>"

    def _repr_html_(self) -> str:
        """Write the totals for a notebook.

        Returns:
            HTML.
        """
        return self.totals()._repr_html_()

    def _title(self) -> str:
        as_of = self.scenarios[0].replayed.as_of
        return f"{len(self.scenarios)} scenarios against {self.base} at the end of {as_of}"

    def _differences(self, scenario: Scenario) -> Iterable[tuple[str, int, int]]:
        """Go through members of a scenario or of the base: what they have there and here."""
        base = self[self.base].by_member(self.measure)
        found = scenario.by_member(self.measure)
        for member in sorted(base.keys() | found.keys()):
            yield member, base.get(member, 0), found.get(member, 0)

    def _counted(self, scenario: Scenario) -> tuple[int, int, int]:
        """Count who gains, who loses, and who stays the same."""
        signs = [(there < here) - (there > here) for _, there, here in self._differences(scenario)]
        return signs.count(1), signs.count(-1), signs.count(0)

    def _movers(self, what: str, n: int, scenario: str | None, by: Callable[[int], int]) -> Table:
        """State who has most to tell, the smallest key first; only negative keys count."""
        if type(n) is not int or n < 0:
            raise Misuse(f"a number of members is a whole number from 0, not {n!r:.60}")
        asked = [self[scenario]] if scenario is not None else self.scenarios
        rows: list[tuple[str, str, int, int, int]] = []
        for it in asked:
            moved = [
                (it.name, member, there, here, here - there)
                for member, there, here in self._differences(it)
                if by(here - there) < 0
            ]
            rows += nsmallest(n, moved, key=lambda row: (by(row[4]), row[1]))
        units = dict.fromkeys(_MOVERS[2:], "tokens")
        return Table.of_rows(f"{self._title()}: who {what}", _MOVERS, rows, units)

    def _costs(self, cost: Rate) -> Mapping[str, list[Any]]:
        """State what each scenario costs, as columns."""
        pairs = [it.costs(cost) for it in self.scenarios]
        sums = [now + later for now, later in pairs]
        base = sum(self[self.base].costs(cost))
        return {
            "redeemed_cost": [now for now, _ in pairs],
            "outstanding_cost": [later for _, later in pairs],
            "cost": sums,
            "cost_difference": [it - base for it in sums],
            "currency": [it.replayed.currency for it in self.scenarios],
        }
