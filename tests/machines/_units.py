"""A catalogue as lists of single things: slow, obvious, and in another style than the real one.

1. Tokens are the coins of a `Purse`. Each redemption is one `Unit`, each voucher one `Ticket`, in
   lists that are gone through from their beginning. What a counter has is counted, never kept.
2. A step is tried on a copy; a refusal is a `No` with its code and figures, and changes nothing.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from mi_rewards.testing._books.coins import LOCAL, No, Purse, midnight_after

Answer = tuple[Any, ...]
"""What a step answers: the parts of the outcome, but for the digest of a code."""


class Kind(NamedTuple):
    """A reward.

    Attributes:
        name: Its name.
        costs: What it can cost, the least first.
        stock: How many there ever are, `None` for no end.
        limits: How many of whom (`member`, `programme`) in which period.
        days: How long its vouchers are valid.
        takes_back: Whether what is confirmed can be cancelled.
        travels: Whether its vouchers can be handed on.
    """

    name: str
    costs: tuple[int, ...]
    stock: int | None
    limits: tuple[tuple[int, str, str], ...]
    days: int
    takes_back: bool
    travels: bool


class Unit:
    """One redemption: `reserved`, `confirmed`, `cancelled` or `run_out`."""

    def __init__(
        self,
        by: str,
        name: str,
        kind: Kind,
        tokens: int,
        counters: tuple[str, ...],
        until: datetime | None,
    ) -> None:
        self.by, self.name, self.kind, self.tokens = by, name, kind, tokens
        self.counters, self.until = counters, until
        self.place = "confirmed" if until is None else "reserved"

    def copy(self) -> "Unit":
        """One of its own."""
        other = Unit(self.by, self.name, self.kind, self.tokens, self.counters, self.until)
        other.place = self.place
        return other

    def at(self, at: datetime) -> str:
        """Where it is by an instant."""
        is_over = self.until is not None and at >= self.until
        return "run_out" if self.place == "reserved" and is_over else self.place


class Ticket:
    """One voucher: `issued`, `attached`, `used`, `expired` or `void`."""

    def __init__(self, unit: Unit, last_day: date) -> None:
        self.by = self.holder = unit.by
        self.name, self.kind, self.last_day = unit.name, unit.kind, last_day
        self.ends = midnight_after(last_day)
        self.place = "issued"
        self.order: tuple[str, str] | None = None
        self.codes: list[str] = []

    def copy(self) -> "Ticket":
        """One of its own."""
        other = Ticket.__new__(Ticket)
        vars(other).update(vars(self))
        other.codes = list(self.codes)
        return other

    def at(self, at: datetime) -> str:
        """Where it is by an instant."""
        return "expired" if self.place == "issued" and at >= self.ends else self.place

    def check(self, at: datetime) -> None:
        """Refuse what needs it to be issued, and nothing else."""
        place = self.at(at)
        if place == "used":
            raise No("voucher_used", voucher_id=self.name)
        if place == "expired":
            raise No("voucher_expired", voucher_id=self.name, last_day=self.last_day.isoformat())
        if place == "void":
            raise No("voucher_not_found")
        if place == "attached":
            raise No("voucher_attached", voucher_id=self.name)

    def answer(self, at: datetime) -> Answer:
        """What is told of it."""
        return (self.name, self.kind.name, self.at(at))


class Units:
    """The whole catalogue: purses, rewards, redemptions, vouchers."""

    def __init__(self, members: tuple[str, ...], kinds: tuple[Kind, ...]) -> None:
        self.purses = {by: Purse() for by in members}
        self.kinds = {kind.name: kind for kind in kinds}
        self.units: list[Unit] = []
        self.tickets: list[Ticket] = []
        self.orders: list[tuple[str, str, int, date]] = []

    def copy(self) -> "Units":
        """One of its own."""
        other = Units((), ())
        other.purses = {by: purse.copy() for by, purse in self.purses.items()}
        other.kinds = dict(self.kinds)
        other.units = [it.copy() for it in self.units]
        other.tickets = [it.copy() for it in self.tickets]
        other.orders = list(self.orders)
        return other

    # What there is.

    def used(self) -> dict[str, int]:
        """What is taken of each counter: the redemptions that hold one of its units."""
        found: dict[str, int] = {}
        for unit in self.units:
            for counter in unit.counters if unit.place in ("reserved", "confirmed") else ():
                found[counter] = found.get(counter, 0) + 1
        return found

    def counters(self, kind: Kind, by: str, at: datetime) -> list[tuple[str, int]]:
        """What a redemption takes from, with the most that there may be."""
        found = [] if kind.stock is None else [(f"reward/{kind.name}/stock", kind.stock)]
        for count, whose, period in kind.limits:
            name = f"{period}/{stretch(period, at.astimezone(LOCAL).date())}"
            prefix = f"{by}/reward" if whose == "member" else "reward"
            found.append((f"{prefix}/{kind.name}/{name}", count))
        return found

    def reasons(self, by: str, name: str, tokens: int, at: datetime) -> list[No]:
        """All that speaks against a redemption, in order."""
        used, found = self.used(), []
        for counter, limit in self.counters(self.kinds[name], by, at):
            if (taken := used.get(counter, 0)) >= limit:
                found.append(No("limit_reached", counter=counter, asked=1, used=taken, limit=limit))
        try:
            self.purses[by].asked(at)._spendable(tokens)
        except No as refusal:
            found.append(refusal)
        return found

    def _cost(self, name: str, asked: int | None) -> int:
        costs = self.kinds[name].costs
        if asked is None or asked in costs:
            return costs[0] if asked is None else asked
        step = costs[1] - costs[0] if len(costs) > 1 else costs[0]
        figures = {"asked": asked, "least": costs[0], "step": step, "most": costs[-1]}
        raise No("tokens_not_offered", reward_id=name, **figures)

    def _unit(self, by: str, name: str) -> Unit:
        for unit in self.units:
            if (unit.by, unit.name) == (by, name):
                return unit
        raise No("unknown_redemption", redemption_id=name)

    def _ticket(self, by: str, name: str, digest: str) -> Ticket:
        for it in self.tickets:
            is_meant = it.codes[-1] == digest if digest else (it.by, it.name) == (by, name)
            if not is_meant or it.place == "void":
                continue
            if it.holder == by or (digest and it.kind.travels and it.holder == it.by):
                return it
        raise No("voucher_not_found")

    # What is asked for.

    def redeem(
        self, by: str, name: str, reward: str, asked: int | None, at: datetime, code: str
    ) -> Answer:
        """Redeem in one step."""
        tokens = self._cost(reward, asked)
        for no in self.reasons(by, reward, tokens, at):
            raise no
        self.purses[by].go(tokens, at, "redeemed", name)
        kind = self.kinds[reward]
        counters = tuple(counter for counter, _ in self.counters(kind, by, at))
        unit = Unit(by, name, kind, tokens, counters, None)
        self.units.append(unit)
        return self._issue(unit, at, code)

    def reserve(
        self, by: str, name: str, reward: str, asked: int | None, at: datetime, until: datetime
    ) -> Answer:
        """Set tokens and units aside."""
        tokens = self._cost(reward, asked)
        for no in self.reasons(by, reward, tokens, at):
            if no.code == "limit_reached":
                raise no
        self.purses[by].hold(tokens, at, until, name)
        kind = self.kinds[reward]
        counters = tuple(counter for counter, _ in self.counters(kind, by, at))
        self.units.append(Unit(by, name, kind, tokens, counters, until))
        return (name, reward, tokens, until)

    def _issue(self, unit: Unit, at: datetime, code: str) -> Answer:
        last_day = at.astimezone(LOCAL).date() + timedelta(days=unit.kind.days)
        ticket = Ticket(unit, last_day)
        ticket.codes.append(code)
        self.tickets.append(ticket)
        return (unit.name, unit.kind.name, unit.tokens, last_day)

    def confirm(self, by: str, name: str, at: datetime, code: str) -> Answer:
        """Spend what is set aside."""
        unit = self._unit(by, name)
        if unit.at(at) != "reserved":
            raise No("redemption_not_open", redemption_id=name, state=unit.at(at))
        self.purses[by].resolve(name, at, None, spend=True)
        unit.place = "confirmed"
        return self._issue(unit, at, code)

    def cancel(self, by: str, name: str, at: datetime) -> Answer:
        """Give back what is set aside, or what was spent."""
        unit = self._unit(by, name)
        if unit.at(at) not in ("reserved", "confirmed"):
            raise No("redemption_not_open", redemption_id=name, state=unit.at(at))
        if unit.place == "reserved":
            self.purses[by].resolve(name, at, None, spend=False)
        else:
            if not unit.kind.takes_back:
                raise No("irrevocable", redemption_id=name)
            ticket = next(it for it in self.tickets if (it.by, it.name) == (by, name))
            if ticket.holder != by:
                raise No("voucher_not_found")
            ticket.check(at)
            ticket.place = "void"
            self.purses[by].reinstate(name, unit.tokens, at)
        unit.place = "cancelled"
        return (name, "cancelled", unit.tokens)

    def run_out(self, by: str, name: str, at: datetime) -> Answer:
        """Book that the deadline has passed."""
        unit = self._unit(by, name)
        if unit.at(at) == unit.place:
            return (name, unit.place, 0)
        unit.place = "run_out"
        self.purses[by].advance(at)
        return (name, "run_out", unit.tokens)

    def attach(self, by: str, named: tuple[str, str], order: str, at: datetime) -> Answer:
        """Attach a voucher to an order."""
        ticket = self._ticket(by, *named)
        if ticket.place != "attached" or ticket.order != (by, order):
            ticket.check(at)
            ticket.place, ticket.order = "attached", (by, order)
        return ticket.answer(at)

    def detach(self, by: str, named: tuple[str, str], order: str, at: datetime) -> Answer:
        """Take a voucher off an order."""
        ticket = self._ticket(by, *named)
        if ticket.place == "used":
            raise No("voucher_used", voucher_id=ticket.name)
        if ticket.place != "attached" or ticket.order != (by, order):
            raise No("voucher_not_attached", voucher_id=ticket.name, order_id=order)
        ticket.place, ticket.order = "issued", None
        ticket.place = ticket.at(at)
        return ticket.answer(at)

    def use(self, by: str, named: tuple[str, str], order: str, at: datetime) -> Answer:
        """Use a voucher."""
        self.attach(by, named, order, at)
        ticket = self._ticket(by, *named)
        ticket.place = "used"
        return ticket.answer(at)

    def hand_on(self, by: str, named: tuple[str, str], to: str, at: datetime) -> Answer:
        """Give a voucher to somebody else."""
        ticket = self._held(by, named)
        ticket.check(at)
        if not ticket.kind.travels:
            raise No("voucher_not_transferable", voucher_id=ticket.name)
        ticket.holder = to
        return ticket.answer(at)

    def replace(self, by: str, named: tuple[str, str], at: datetime, code: str) -> Answer:
        """Give a voucher another code."""
        ticket = self._held(by, named)
        ticket.check(at)
        ticket.codes.append(code)
        return (ticket.name, ticket.kind.name)

    def void(self, by: str, named: tuple[str, str], at: datetime) -> Answer:
        """Make a voucher void."""
        ticket = self._held(by, named)
        ticket.check(at)
        ticket.place = "void"
        return ticket.answer(at)

    def _held(self, by: str, named: tuple[str, str]) -> Ticket:
        ticket = self._ticket(by, *named)
        if ticket.holder != by:
            raise No("voucher_not_found")
        return ticket

    def expire(self, by: str, name: str, at: datetime) -> Answer:
        """Book that a voucher's last day is over."""
        for it in self.tickets:
            if (it.by, it.name) == (by, name):
                it.place = it.at(at)
                return it.answer(at)
        raise No("voucher_not_found")

    def publish(self, kind: Kind) -> None:
        """Put another state of a reward into its place."""
        self.kinds[kind.name] = kind

    def deliver(self, by: str, order: str, tokens: int, at: datetime) -> None:
        """Earn tokens that are valid to the end of the year."""
        last_day = date(at.astimezone(LOCAL).year, 12, 31)
        self.purses[by].come(tokens, last_day, at, "issued", order)
        self.orders.append((by, order, tokens, last_day))

    def take_back(self, by: str, order: str, at: datetime) -> None:
        """Return an order: what it earned is taken, or owed."""
        for row in self.orders:
            if row[:2] == (by, order):
                self.orders.remove(row)
                self.purses[by].claw_back(row[2], row[3], "owed", order, at)
                return


def stretch(period: str, day: date) -> str:
    """Name the period of a day."""
    monday = day - timedelta(days=day.weekday())
    # The week is that of the year in which its Thursday is.
    thursday = monday + timedelta(days=3)
    week = (thursday - date(thursday.year, 1, 1)).days // 7 + 1
    return {
        "ever": "ever",
        "day": f"{day:%Y-%m-%d}",
        "week": f"{thursday.year}-W{week:02}",
        "month": f"{day:%Y-%m}",
        "year": f"{day:%Y}",
    }[period]
