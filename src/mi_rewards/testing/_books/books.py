"""A programme as dictionaries of single units and single coins: slow, obvious, in another style.

1. Every token is a coin in a member's purse, every unit of an order a dictionary.
2. A command is a method of its name. It changes the books; who may be refused tries it on a copy.
3. It answers with the figures of the outcome, in their order, or raises `No`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mi_rewards.testing._books.coins import LOCAL, Counted, No, Purse
from mi_rewards.testing._books.units import (
    PAISE_PER_TOKEN,
    Settings,
    beyond,
    kept,
    local_day,
    newest,
    settings_hours,
    standing,
    worth,
)

Answer = tuple[Any, ...]
"""The figures of an outcome, in their order."""


class Books:
    """All members' purses and orders.

    Attributes:
        settings: The rules.
        purses: Coins by member.
        joined: When each member joined.
        waiting: Orders that wait for joining, by member.
        places: How many orders took a place, by member and what is counted over.
        orders: Orders by member and name.
        ways: Transfers that are on their way: from, to, what.
        backs: Transfers that were declined.
    """

    def __init__(self, settings: Settings, members: Iterable[str]) -> None:
        self.settings = settings
        self.purses = {name: Purse() for name in members}
        self.joined: dict[str, datetime] = {}
        self.waiting: dict[str, list[str]] = {name: [] for name in self.purses}
        self.places: dict[tuple[str, str], int] = {}
        self.orders: dict[tuple[str, str], dict[str, Any]] = {}
        self.burned: set[tuple[str, str]] = set()
        self.ways: dict[str, tuple[str, str, Counted]] = {}

    def copy(self) -> "Books":
        """Books of their own that say the same."""
        other = Books(self.settings, ())
        other.purses = {name: purse.copy() for name, purse in self.purses.items()}
        other.joined = dict(self.joined)
        other.waiting = {name: list(names) for name, names in self.waiting.items()}
        other.places = dict(self.places)
        other.orders = {
            key: order
            | {"units": [dict(unit) for unit in order["units"]]}
            | {"awards": [dict(award) for award in order["awards"]]}
            for key, order in self.orders.items()
        }
        other.burned = set(self.burned)
        other.ways = dict(self.ways)
        return other

    # Members

    def open(self, by: str, at: datetime, tokens: int, last_day: date) -> Answer:
        """Bring a balance along."""
        self.purses[by].come(tokens, last_day, at, "issued", "")
        return tokens, last_day

    def join(self, by: str, at: datetime) -> Answer:
        """Join."""
        if by in self.joined:
            raise No("already_joined", member_id=by)
        self.joined[by] = at
        told = sorted((newest(self.orders[by, it]), it) for it in self.waiting[by])
        self.waiting[by] = []
        awarded = 0
        for delivered_at, name in told:
            early = delivered_at < at
            if not early or self.settings.counts_early(delivered_at):
                units = self.orders[by, name]["units"]
                for each in sorted({unit["at"] for unit in units if unit["at"]}):
                    awarded += self._award(by, name, each, at, early=early, through=each)
        welcome = self.settings.welcome if local_day(at).year == 2017 else 0
        if welcome:
            self.purses[by].come(welcome, self.settings.last_day(at), at, "issued", "")
        return welcome, awarded

    # Orders

    def place(
        self, by: str, at: datetime, name: str, units: list[dict[str, Any]], *, web: bool
    ) -> Answer:
        """Place an order."""
        if (by, name) in self.orders:
            raise No("already_placed", order_id=name)
        order = self._ordered(by, name, units, web=web)
        tokens = 0
        is_member = by in self.joined and at >= self.joined[by]
        if is_member and self._rule(by, order, at, early=False) == "shopping":
            tokens = sum(unit["paise"] for unit in order["units"] if not unit["shipping"])
            tokens //= PAISE_PER_TOKEN
        if tokens:
            self.purses[by].promise(tokens, at, f"{name}#0", None, None)
        return name, tokens

    def _ordered(
        self, by: str, name: str, units: list[dict[str, Any]], *, web: bool
    ) -> dict[str, Any]:
        order: dict[str, Any] = {
            "units": [dict(unit) for unit in units],
            "web": web,
            "rule": None,
            "awards": [],
            "value_back": 0,
            "cancelled": False,
        }
        self.orders[by, name] = order
        return order

    def deliver(
        self,
        by: str,
        at: datetime,
        name: str,
        units: list[dict[str, Any]] | None,
        lines: tuple[str, ...],
        *,
        web: bool,
    ) -> Answer:
        """Deliver an order, or some of its lines."""
        order = self.orders.get((by, name))
        if order is None:
            if units is None:
                raise No("unknown_order", order_id=name)
            order = self._ordered(by, name, units, web=web)
        self._known_lines(order, name, lines)
        if order["cancelled"] and not any(unit["at"] for unit in order["units"]):
            raise No("order_cancelled", order_id=name)
        if order["cancelled"] or all(unit["at"] for unit in order["units"]):
            raise No("already_delivered", order_id=name)
        wanted = lines or tuple({it["line"] for it in order["units"] if not it["at"]})
        if any(unit["at"] for unit in order["units"] if unit["line"] in wanted):
            raise No("already_delivered", order_id=name)
        for unit in order["units"]:
            if unit["line"] in wanted:
                unit["at"] = at
        last, joined = newest(order), self.joined.get(by)
        if joined is None:
            if name not in self.waiting[by]:
                self.waiting[by].append(name)
            return name, 0, None, None, "waiting_for_joining"
        if last < joined and order["rule"] is None and not self.settings.counts_early(last):
            if self.purses[by].count("promised", f"{name}#0") and all(
                unit["at"] for unit in order["units"]
            ):
                self.purses[by].withdraw(f"{name}#0", None, at)
            return name, 0, None, None, "delivered_before_joining"
        tokens = self._award(by, name, at, at, early=last < joined)
        award = order["awards"][-1]
        return name, tokens, award["day"], award["keeps_at"], order["rule"]

    def _rule(self, by: str, order: dict[str, Any], at: datetime, *, early: bool) -> str:
        if not order["web"]:
            return "channel_does_not_earn"
        scope = self._scope(at, early=early)
        cap = self.settings.cap
        if cap is not None and scope and self.places.get((by, scope), 0) >= cap:
            return "order_cap_reached"
        return "shopping"

    def _scope(self, at: datetime, *, early: bool) -> str:
        if self.settings.cap_by == "retrospective":
            return "early" if early else ""
        return str(local_day(at).year) if self.settings.cap_by == "calendar_year" else "ever"

    def _award(
        self,
        by: str,
        name: str,
        delivered_at: datetime,
        at: datetime,
        *,
        early: bool,
        through: datetime | None = None,
    ) -> int:
        order, purse = self.orders[by, name], self.purses[by]
        if order["rule"] is None:
            applies = order["rule"] = self._rule(by, order, delivered_at, early=early)
            scope = self._scope(delivered_at, early=early)
            if applies == "shopping" and scope:
                self.places[by, scope] = self.places.get((by, scope), 0) + 1
        tokens = worth(order, through) - standing(order)
        day = self.settings.last_day(delivered_at)
        promised = purse.count("promised", f"{name}#0")
        whole = all(unit["at"] for unit in order["units"])
        keeps_at = None
        covered = min(promised, tokens)
        left = promised if whole else covered
        if self.settings.kept_after_days:
            on = local_day(delivered_at) + timedelta(days=self.settings.kept_after_days)
            keeps_at = datetime.combine(on, time.min, LOCAL).astimezone(UTC)
            if left:
                purse.withdraw(f"{name}#0", left, at)
            if tokens:
                new_name = f"{name}#{len(order['awards']) + 1}"
                purse.promise(tokens, at, new_name, day, keeps_at)
        else:
            if covered:
                purse.keep(f"{name}#0", covered, day, at)
            if left > covered:
                purse.withdraw(f"{name}#0", left - covered, at)
            if tokens > covered:
                purse.come(tokens - covered, day, at, "issued", name)
        order["awards"].append({"tokens": tokens, "day": day, "keeps_at": keeps_at, "back": 0})
        return tokens

    def _known_lines(self, order: dict[str, Any], name: str, lines: Iterable[str]) -> None:
        for line in lines:
            if all(unit["line"] != line for unit in order["units"]):
                raise No("unknown_line", order_id=name, line_id=line)

    def cancel(self, by: str, at: datetime, name: str) -> Answer:
        """Cancel what was not delivered."""
        order = self.orders.get((by, name))
        if order is None:
            raise No("unknown_order", order_id=name)
        delivered = [bool(unit["at"]) for unit in order["units"]]
        if order["cancelled"] and not any(delivered):
            raise No("order_cancelled", order_id=name)
        if order["cancelled"] or all(delivered):
            raise No("already_delivered", order_id=name)
        order["cancelled"] = True
        if not self.purses[by].count("promised", f"{name}#0"):
            return name, 0
        return name, self.purses[by].withdraw(f"{name}#0", None, at)

    def give_back(
        self,
        by: str,
        at: datetime,
        name: str,
        value: int | None,
        quantities: tuple[tuple[str, int], ...],
    ) -> Answer:
        """Return an order: by value, by line and quantity, or whole."""
        order = self.orders.get((by, name))
        if order is None:
            raise No("unknown_order", order_id=name)
        self._known_lines(order, name, [line for line, _ in quantities])
        if not any(unit["at"] for unit in order["units"]):
            raise No("order_cancelled" if order["cancelled"] else "unknown_order", order_id=name)
        if quantities:
            self._units_back(order, name, quantities)
        else:
            left = kept(order, shipping=True) - order["value_back"]
            asked = left if value is None else value
            if asked > left or (value is None and not left):
                raise beyond(name, asked, left, "minor units")
            order["value_back"] += asked
        back = standing(order) - worth(order)
        if back <= 0:
            return name, 0, 0, 0, 0, 0, 0
        return name, back, *self._take_back(by, at, name, back)

    def _units_back(
        self, order: dict[str, Any], name: str, quantities: tuple[tuple[str, int], ...]
    ) -> None:
        before = kept(order, shipping=True) - order["value_back"]
        for line, quantity in quantities:
            units = [u for u in order["units"] if u["line"] == line and u["at"] and not u["back"]]
            if quantity > len(units):
                raise beyond(name, quantity, len(units), "units")
            for unit in units[:quantity]:
                unit["back"] = True
        after = kept(order, shipping=True) - order["value_back"]
        if after < 0:
            raise beyond(name, before - after, before, "minor units")

    def _take_back(self, by: str, at: datetime, name: str, back: int) -> Answer:
        order, purse = self.orders[by, name], self.purses[by]
        purse.advance(at)
        withdrawn = taken = owed = forgiven = missing = 0
        for number in range(len(order["awards"]), 0, -1):
            award = order["awards"][number - 1]
            part = min(award["tokens"] - award["back"], back)
            if not part:
                continue
            award["back"] += part
            back -= part
            if purse.count("promised", f"{name}#{number}"):
                withdrawn += purse.withdraw(f"{name}#{number}", part, at)
                continue
            result = purse.claw_back(part, award["day"], self.settings.policy, name, at)
            taken, owed, forgiven = taken + result[0], owed + result[1], forgiven + result[2]
            missing += part - sum(result)
        return withdrawn, taken, owed, forgiven, missing

    # Spending

    def burn(self, by: str, at: datetime, tokens: int, request: str) -> Answer:
        """Spend tokens."""
        self.purses[by].go(tokens, at, "redeemed", request)
        self.burned.add((by, request))
        return request, tokens, 0

    def hold(self, by: str, at: datetime, tokens: int, until: datetime, request: str) -> Answer:
        """Set tokens aside."""
        hours, settings = settings_hours(until - at), self.settings
        if settings.hours_max is not None and hours > settings.hours_max:
            text = until.isoformat().replace("+00:00", "Z")
            raise No("hold_too_long", until=text, hours_max=settings.hours_max)
        still = [name for name, deadline in self.purses[by].until.items() if deadline > at]
        if settings.open_max is not None and len(still) >= settings.open_max:
            raise No("too_many_holds", open_count=len(still), open_max=settings.open_max)
        self.purses[by].hold(tokens, at, until, request)
        return request, tokens, until

    def capture(self, by: str, at: datetime, name: str, tokens: int | None) -> Answer:
        """Spend what a hold set aside."""
        held = self.purses[by].count("held", name)
        spent = sum(self.purses[by].resolve(name, at, tokens, spend=True).values())
        self.burned.add((by, name))
        return name, spent, held - spent

    def release(self, by: str, at: datetime, name: str) -> Answer:
        """Give back what a hold set aside."""
        held = self.purses[by].count("held", name)
        self.purses[by].resolve(name, at, None, spend=False)
        return name, held

    def reinstate(self, by: str, at: datetime, name: str, tokens: int | None) -> Answer:
        """Undo a burn."""
        if (by, name) not in self.burned:
            raise No("unknown_burn", burn_id=name)
        left = self.purses[by].count("redeemed", name)
        wanted = (left or 1) if tokens is None else tokens
        self.purses[by].reinstate(name, wanted, at)
        return name, wanted, left - wanted

    # Moving

    def transfer(self, by: str, at: datetime, to: str, tokens: int, request: str) -> Answer:
        """Send tokens."""
        what = self.purses[by].go(tokens, at, "transferred", request)
        self.ways[f"{by}/{request}"] = (by, to, what)
        return f"{by}/{request}", tokens, ""

    def take(self, by: str, at: datetime, name: str) -> Answer:
        """Take what was sent, or decline."""
        _, _, what = self.ways[name]
        if by not in self.joined:
            return name, 0, "not_a_member"
        return self.take_back(by, at, name, what)

    def take_back(self, by: str, at: datetime, name: str, what: Counted | None = None) -> Answer:
        """Take what was sent, or declined."""
        coins = self.ways[name][2] if what is None else what
        for last_day, tokens in coins.items():
            self.purses[by].come(tokens, last_day, at, "transferred", "")
        return name, sum(coins.values()), ""

    def adjust(self, by: str, at: datetime, tokens: int, last_day: date | None) -> Answer:
        """Add tokens, or take them off."""
        if last_day is None:
            self.purses[by].go(-tokens, at, "adjusted", "")
        else:
            self.purses[by].come(tokens, last_day, at, "adjusted", "")
        return (tokens,)

    def lapse(self, by: str, at: datetime) -> int:
        """Book what is due; answer with how many coins lapsed."""
        before = self.purses[by].count("lapsed")
        self.purses[by].advance(at)
        return self.purses[by].count("lapsed") - before
