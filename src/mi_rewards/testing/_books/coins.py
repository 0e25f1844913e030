"""A wallet as a list of single coins: slow, obvious, and in another style than the real one.

1. Every token is one `Coin` that is in one place. A promise of three is three coins, a debt of two
   is two.
2. Whatever is asked goes through the list from its beginning.
3. An operation changes the purse; who may be refused tries it on a copy.
4. A refusal is its code and figures.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mi_rewards.calendar import NEVER

LOCAL = ZoneInfo("Asia/Kolkata")
"""Where days begin and end; its clocks never change."""

Counted = dict[date, int]
Fact = tuple[datetime, int, str, Callable[[datetime], None]]


class No(Exception):
    """A refusal."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code, figures)
        self.code = code
        self.figures = figures


class Coin:
    """One token.

    Attributes:
        place: Where it is: `available`, `held`, `redeemed`, `lapsed`, `promised`, `owed`, `gone`.
        last_day: Its last valid day, if it has one yet.
        name: The hold, burn or promise that it belongs to.
    """

    def __init__(self, place: str, last_day: date | None, name: str = "") -> None:
        self.place = place
        self.last_day = last_day
        self.name = name


class Purse:
    """One wallet's coins.

    Attributes:
        coins: All that ever were, in the order in which they came.
        until: The deadline of each open hold.
        keeps_at: The instant at which each open promise is kept, `None` where it waits.
        sources: The order of each promise.
        issued: How many coins were issued for each order.
        taken_back: How many of them were taken back.
        counts: How many were ever issued, clawed back, transferred and adjusted; out is positive.
        booked_at: When something last happened.
        blocked: Why nothing is spent; empty where it is.
    """

    def __init__(self) -> None:
        self.coins: list[Coin] = []
        self.until: dict[str, datetime] = {}
        self.keeps_at: dict[str, datetime | None] = {}
        self.sources: dict[str, str] = {}
        self.issued: dict[str, int] = {}
        self.taken_back: dict[str, int] = {}
        self.counts = dict.fromkeys(("issued", "clawed_back", "transferred", "adjusted"), 0)
        self.booked_at: datetime | None = None
        self.blocked = ""
        self._subject = ""

    def copy(self) -> "Purse":
        """A purse of its own with equal coins."""
        other = Purse()
        other.coins = [Coin(coin.place, coin.last_day, coin.name) for coin in self.coins]
        for name in ("until", "keeps_at", "sources", "issued", "taken_back", "counts"):
            setattr(other, name, dict(getattr(self, name)))
        other.booked_at = self.booked_at
        other.blocked = self.blocked
        return other

    def asked(self, at: datetime) -> "Purse":
        """A copy as the calendar will have made it by an instant."""
        later = self.copy()
        later.advance(at)
        return later

    # What there is.

    def of(self, place: str, name: str | None = None) -> list[Coin]:
        """The coins in a place, earliest last day first."""
        found = [coin for coin in self.coins if coin.place == place and name in (None, coin.name)]
        return sorted(found, key=lambda coin: coin.last_day or NEVER)

    def count(self, place: str, name: str | None = None) -> int:
        """How many coins are in a place."""
        return len(self.of(place, name))

    def by_day(self, place: str, name: str | None = None) -> Counted:
        """How many coins of each last day are in a place, earliest first."""
        days: Counted = {}
        for coin in self.of(place, name):
            day = coin.last_day or NEVER
            days[day] = days.get(day, 0) + 1
        return days

    # What the calendar does.

    def now(self, at: datetime) -> datetime:
        """When something asked for at an instant is booked."""
        return max(at, self.booked_at or at)

    def advance(self, at: datetime) -> None:
        """Let the calendar do what is due by an instant, one fact after the other."""
        while True:
            due: list[Fact] = []
            due += [
                (midnight_after(coin.last_day), 0, "", self._lapse)
                for coin in self.of("available")
                if coin.last_day != NEVER
            ]
            for name, until in self.until.items():
                due.append((until, 1, name, self._run_out))
            for name, keeps_at in self.keeps_at.items():
                if keeps_at is not None:
                    due.append((keeps_at, 2, name, self._keep_due))
            if not due:
                return
            instant, _, self._subject, happen = min(due, key=lambda fact: fact[:3])
            if instant > at:
                return
            happen(instant)
            self.booked_at = self.now(instant)

    def _lapse(self, instant: datetime) -> None:
        for coin in self.of("available"):
            if is_past(coin.last_day, instant):
                coin.place = "lapsed"

    def _run_out(self, instant: datetime) -> None:
        del self.until[self._subject]
        self._come_in(self.of("held", self._subject), instant)

    def _keep_due(self, instant: datetime) -> None:
        name = self._subject
        coins = self.of("promised", name)
        self._issue(self.sources[name], len(coins))
        del self.keeps_at[name]
        self._come_in(coins, self.now(instant))

    def _issue(self, order_id: str, tokens: int) -> None:
        self.issued[order_id] = self.issued.get(order_id, 0) + tokens
        self.counts["issued"] += tokens

    def _come_in(self, coins: Iterable[Coin], now: datetime) -> None:
        """Put coins where they can be spent: past coins lapse, debts are made good first."""
        for coin in coins:
            debts = self.of("owed")
            if is_past(coin.last_day, now):
                coin.place = "lapsed"
            elif debts:
                debts[0].place = "gone"
                coin.place = "gone"
            else:
                coin.place = "available"
                coin.name = ""

    # What is asked for.

    def come(self, tokens: int, last_day: date, at: datetime, account: str, order: str) -> None:
        """Issue coins, or let them come from elsewhere."""
        self.advance(at)
        if account == "issued":
            self._issue(order, tokens)
        else:
            self.counts[account] -= tokens
        self.booked_at = self.now(at)
        coins = [Coin("new", last_day) for _ in range(tokens)]
        self.coins += coins
        self._come_in(coins, self.booked_at)

    def _spendable(self, tokens: int) -> list[Coin]:
        if owed := self.count("owed"):
            raise No("tokens_owed", required=tokens, owed=owed)
        if (there := self.count("available")) < tokens:
            raise No("insufficient_tokens", required=tokens, available=there)
        return self.of("available")[:tokens]

    def go(self, tokens: int, at: datetime, place: str, name: str) -> Counted:
        """Burn coins, or let them go elsewhere."""
        self.advance(at)
        if self.blocked and place != "adjusted":
            raise No("member_blocked", reason=self.blocked)
        coins = self._spendable(tokens)
        for coin in coins:
            coin.place, coin.name = place, name
        if place in self.counts:
            self.counts[place] += tokens
        self.booked_at = self.now(at)
        return counted(coins)

    def hold(self, tokens: int, at: datetime, until: datetime, name: str) -> Counted:
        """Set coins aside."""
        self.advance(at)
        if until <= self.now(at):
            text = until.isoformat().replace("+00:00", "Z")
            raise No("deadline_passed", hold_id=name, until=text)
        if self.blocked:
            raise No("member_blocked", reason=self.blocked)
        self._spendable(tokens)
        self.until[name] = until
        return self.go(tokens, at, "held", name)

    def resolve(self, name: str, at: datetime, tokens: int | None, *, spend: bool) -> Counted:
        """Capture or release a hold; answer with what was spent."""
        self.advance(at)
        if name not in self.until:
            raise No("hold_not_open", hold_id=name)
        coins = self.of("held", name)
        wanted = 0 if not spend else len(coins) if tokens is None else tokens
        if wanted > len(coins):
            raise No("beyond_hold", hold_id=name, required=wanted, held=len(coins))
        del self.until[name]
        for coin in coins[:wanted]:
            coin.place = "redeemed"
        self.booked_at = self.now(at)
        self._come_in(coins[wanted:], self.booked_at)
        return counted(coins[:wanted])

    def reinstate(self, name: str, tokens: int, at: datetime) -> None:
        """Give back the last coins of a burn."""
        self.advance(at)
        coins = self.of("redeemed", name)
        if tokens > len(coins):
            raise No("beyond_burn", burn_id=name, required=tokens, left=len(coins))
        self.booked_at = self.now(at)
        self._come_in(coins[len(coins) - tokens :], self.booked_at)

    # Members who are blocked, or go on as another.

    def block(self, code: str, at: datetime) -> None:
        """Let nothing be spent, or again where there is no code."""
        self.advance(at)
        if code and self.blocked:
            raise No("already_blocked", reason=self.blocked)
        if not code and not self.blocked:
            raise No("not_blocked")
        self.blocked = code
        self.booked_at = self.now(at)

    def pass_on(self, at: datetime) -> tuple[Counted, int]:
        """Let everything go: coins by last day, or else the debt."""
        self.advance(at)
        coins, debts = self.of("available"), self.of("owed")
        for coin in coins + debts:
            coin.place = "gone"
        self.counts["transferred"] += len(coins) - len(debts)
        if coins or debts:
            self.booked_at = self.now(at)
        return counted(coins), len(debts)

    def take_debt(self, tokens: int, at: datetime) -> int:
        """Make good what another owes; answer with how much of it at once."""
        self.advance(at)
        coins = self.of("available")[:tokens]
        for coin in coins:
            coin.place = "gone"
        self.coins += [Coin("owed", None) for _ in range(tokens - len(coins))]
        self.counts["transferred"] += tokens
        self.booked_at = self.now(at)
        return len(coins)

    def promise(
        self, tokens: int, at: datetime, name: str, last_day: date | None, keeps_at: datetime | None
    ) -> None:
        """Promise coins for an order of the same name."""
        self.advance(at)
        self.booked_at = self.now(at)
        self.coins += [Coin("promised", last_day, name) for _ in range(tokens)]
        self.keeps_at[name] = keeps_at
        self.sources[name] = name
        self.advance(self.booked_at)

    def _promised(self, name: str, tokens: int | None, at: datetime) -> list[Coin]:
        self.advance(at)
        if name not in self.keeps_at:
            raise No("promise_not_open", promise_id=name)
        coins = self.of("promised", name)
        wanted = len(coins) if tokens is None else tokens
        if wanted > len(coins):
            raise No("beyond_promise", promise_id=name, required=wanted, promised=len(coins))
        if wanted == len(coins):
            del self.keeps_at[name]
        return coins[:wanted]

    def keep(self, name: str, tokens: int, last_day: date, at: datetime) -> None:
        """Keep a part of a promise."""
        coins = self._promised(name, tokens, at)
        self._issue(self.sources[name], tokens)
        for coin in coins:
            coin.last_day = last_day
        self.booked_at = self.now(at)
        self._come_in(coins, self.booked_at)

    def withdraw(self, name: str, tokens: int | None, at: datetime) -> int:
        """Withdraw a part of a promise."""
        coins = self._promised(name, tokens, at)
        for coin in coins:
            coin.place = "gone"
        self.booked_at = self.now(at)
        return len(coins)

    def claw_back(
        self, tokens: int, own_day: date, policy: str, order: str, at: datetime
    ) -> tuple[int, int, int]:
        """Take back what an order was issued; answer with what was taken, owed and forgiven."""
        self.advance(at)
        if is_past(own_day, self.now(at)):
            return 0, 0, 0
        coins = self.of("available")
        coins.sort(key=lambda coin: coin.last_day != own_day)
        taken = coins[:tokens]
        missing = tokens - len(taken)
        if missing and policy == "refused":
            raise No("claw_back_refused", required=tokens, available=len(taken))
        for coin in taken:
            coin.place = "gone"
        owed = missing if policy == "owed" else 0
        self.coins += [Coin("owed", None) for _ in range(owed)]
        if taken or owed:
            self.booked_at = self.now(at)
        self.counts["clawed_back"] += len(taken) + owed
        self.taken_back[order] = self.taken_back.get(order, 0) + len(taken) + owed
        return len(taken), owed, missing - owed


def counted(coins: Iterable[Coin]) -> Counted:
    """Count coins by last day."""
    days: Counted = {}
    for coin in coins:
        day = coin.last_day or NEVER
        days[day] = days.get(day, 0) + 1
    return days


def midnight_after(day: date | None) -> datetime:
    """The first instant of the next local day."""
    assert day is not None
    return datetime.combine(day + timedelta(days=1), time.min, LOCAL)


def is_past(day: date | None, at: datetime) -> bool:
    """Whether a local day is over."""
    return day is not None and at.astimezone(LOCAL).date() > day
