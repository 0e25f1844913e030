"""What a replay came to, for programs and for people."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from mi_rewards._event_log.words import in_words, shown


class Totals(NamedTuple):
    """What a replay came to, in whole tokens.

    Attributes:
        programme: The programme's name.
        as_of: The day whose balances these are; `None` where no line says one.
        events: Lines taken, refused and repeated ones included.
        repeated: Lines that had been carried out before.
        unread: Lines that could not be read.
        members: Members who joined.
        issued: Tokens ever issued.
        promised: Tokens that orders will earn.
        available: Tokens that can be spent.
        held: Tokens set aside.
        redeemed: Tokens spent, less what was reinstated.
        lapsed: Tokens past their last valid day.
        clawed_back: Tokens taken back after returns.
        owed: Tokens still to be taken back.
        refused: How often what was refused, by code.
        vouchers: Vouchers issued, by reward.
        tiers: Members who hold each tier.
        expiry_calendar: Available tokens by their last valid day.
        preorders: Pre-orders by where they are in their lives, and those late to ship; `None` where
            the programme takes none.
        quotas: What the units of each quota are; `None` there too.
        exchanges: Exchanges that are open, and the others by where they ended; `None` where the
            programme trades nothing in.
    """

    programme: str
    as_of: str | None
    events: int
    repeated: int
    unread: int
    members: int
    issued: int
    promised: int
    available: int
    held: int
    redeemed: int
    lapsed: int
    clawed_back: int
    owed: int
    refused: dict[str, int]
    vouchers: dict[str, int]
    tiers: dict[str, int]
    expiry_calendar: dict[str, int]
    preorders: dict[str, int] | None = None
    quotas: dict[str, dict[str, int]] | None = None
    exchanges: dict[str, int] | None = None

    @classmethod
    def of_all(cls, parts: "Sequence[Totals]") -> "Totals":
        """Add up what partitions of a log came to.

        Args:
            parts: The totals of each, as of one day, of a programme whose members share nothing.

        Returns:
            What all of it comes to, in the order in which one replay states it.
        """
        whole = cls(*[_added(values) for values in zip(*parts, strict=True)])
        return whole._replace(
            refused=dict(sorted(whole.refused.items())),
            vouchers=dict(sorted(whole.vouchers.items())),
            expiry_calendar=dict(sorted(whole.expiry_calendar.items())),
        )

    def as_json(self) -> dict[str, Any]:
        """State the totals as one object.

        Returns:
            JSON-ready; of pre-orders, quotas and exchanges only where the programme has them.
        """
        stated = self._asdict()
        for name in ("preorders", "quotas", "exchanges"):
            if stated[name] is None:
                del stated[name]
        return stated

    def as_text(self) -> str:
        """Write the totals for people.

        Returns:
            Lines of a label and a figure.
        """
        rows: list[tuple[str, int | str]] = [
            ("programme", self.programme),
            ("as of the end of", self.as_of or "no day"),
            ("events", self.events),
            ("  of them repeated", self.repeated),
            *((f"  of them refused, {code}", count) for code, count in self.refused.items()),
            ("lines not read", self.unread),
            ("members", self.members),
            ("tokens issued", self.issued),
            ("tokens promised", self.promised),
            ("tokens available", self.available),
            *((f"  valid through {day}", count) for day, count in self.expiry_calendar.items()),
            ("tokens held", self.held),
            ("tokens redeemed", self.redeemed),
            ("tokens lapsed", self.lapsed),
            ("tokens clawed back", self.clawed_back),
            ("tokens owed", self.owed),
            ("vouchers issued", sum(self.vouchers.values())),
            *((f"  {reward_id}", count) for reward_id, count in self.vouchers.items()),
            *((f"members of tier {tier}", count) for tier, count in self.tiers.items()),
            *self._sold_rows(),
        ]
        shown = [
            (label, f"{value:,}" if isinstance(value, int) else value) for label, value in rows
        ]
        left = max(len(label) for label, _ in shown) + 2
        right = max(len(value) for _, value in shown)
        return "\n".join(f"{label:<{left}}{value:>{right}}" for label, value in shown)

    def _sold_rows(self) -> list[tuple[str, int | str]]:
        """Write pre-orders, quotas and exchanges, as far as there is anything to say."""
        rows: list[tuple[str, int | str]] = [
            (f"pre-orders {in_words(name)}", count)
            for name, count in (self.preorders or {}).items()
            if count
        ]
        for quota_id, units in (self.quotas or {}).items():
            size, *parts = units.items()
            rows.append((f"units of quota {shown(quota_id)}", size[1]))
            rows += [(f"  {name}", count) for name, count in parts]
        return rows + [
            (f"exchanges {name}", count) for name, count in (self.exchanges or {}).items() if count
        ]


def _added(values: Sequence[Any]) -> Any:
    """Add up one of the figures of several totals, key by key where it has keys."""
    first = values[0]
    if isinstance(first, int):
        return sum(values)
    if not isinstance(first, dict):
        return first
    figures: Counter[str] = Counter()
    for value in values:
        figures.update(value)
    return dict(figures)
