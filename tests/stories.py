"""Random stories of two members' wallets, told again and again under other circumstances.

1. A story is a tuple of steps. A step names what it concerns by earlier steps, not by what became
   of them, so that the same story can be told with sweeps and without, and must come out the same.
2. A step that concerns something where there is none makes one instead: a capture places a hold.
3. Balances are small and days few: last days are those of `LAST_DAYS`, and a story begins on
   `START`.
4. `tell` plays a story, and answers with the wallets, all entries, and what each step came to.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.errors import Refused
from mi_rewards.wallet import (
    Account,
    Burn,
    Change,
    ClawBackPolicy,
    Draw,
    Entry,
    Owner,
    Reason,
    Wallet,
    adjust_down,
    adjust_up,
    keep,
    promise,
    send,
    take,
    withdraw,
)
from tests.wallets import HOUR, KOLKATA, at, day

START = at("2018-12-29 12:00")
LAST_DAYS = (day("2018-12-30"), day("2018-12-31"), day("2019-01-01"), NEVER)
MEMBERS = ("m-1", "m-2")
OPERATIONS = (
    "earn",
    "burn",
    "hold",
    "capture",
    "capture",
    "release",
    "reinstate",
    "reinstate",
    "promise",
    "keep",
    "withdraw",
    "claw_back",
    "send",
    "take",
    "adjust_up",
    "adjust_down",
)


class Step(NamedTuple):
    """Something that is tried: by whom, how many hours after the step before, and with what."""

    operation: str
    who: int
    hours: int
    tokens: int
    last_day: int
    lasts: int
    which: int
    policy: ClawBackPolicy


def steps(*, hours: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[Step]:
    """Draw steps; unless *hours* says otherwise, instants do not go back."""
    return st.builds(
        Step,
        st.sampled_from(OPERATIONS),
        st.sampled_from((0, 0, 0, 0, 0, 1)),
        st.sampled_from((0, 0, 1, 2, 5, 12)) if hours is None else hours,
        st.sampled_from((1, 2, 3, 5)),
        st.integers(0, 3),
        st.sampled_from((1, 2, 8, 30)),
        st.integers(0, 3),
        st.sampled_from(ClawBackPolicy),
    )


def stories(*, hours: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[tuple[Step, ...]]:
    """Draw stories; each begins with something earned."""
    earnings = steps(hours=st.just(0)).map(lambda it: it._replace(operation="earn", who=0))
    return st.builds(
        lambda first, rest: (*first, *rest),
        st.lists(earnings, min_size=1, max_size=3),
        st.lists(steps(hours=hours), min_size=3, max_size=16),
    )


class World:
    """The wallets of a story while it is told.

    Attributes:
        wallets: By member.
        entries: Of all members, as they were made.
        outcomes: What each step came to.
        now: The instant of the last step.
    """

    def __init__(self, zone: Zone = KOLKATA) -> None:
        self.wallets = {name: Wallet(Owner(name, "tokens", zone)) for name in MEMBERS}
        self.entries: list[Entry] = []
        self.outcomes: list[str] = []
        self.now = START
        self._named: dict[str, dict[str, list[Any]]] = {
            kind: {name: [] for name in MEMBERS}
            for kind in ("hold", "burn", "promise", "order", "way")
        }
        self._burns: dict[str, Burn] = {}

    def play(self, number: int, step: Step) -> None:
        """Try one step, and write down what it came to."""
        self.now = max(self.now, START) + step.hours * HOUR
        who = MEMBERS[step.who]
        try:
            change = getattr(self, f"_{step.operation}")(who, f"r{number}", step)
        except Refused as refusal:
            self.outcomes.append(f"{refusal.code} {dict(refusal.figures)}")
            return
        self.outcomes.append("nothing" if change is None else "done")
        if change is not None:
            self.take(who, change)

    def take(self, who: str, change: Change[Any]) -> None:
        """Move a member's wallet on."""
        self.wallets[who] = change.wallet
        self.entries += change.entries

    def sweep(self, who: str, instant: datetime, request_id: str) -> None:
        """Book what is due in a member's wallet."""
        self.take(who, self.wallets[who].lapse(at=instant, request_id=request_id))

    def _pick(self, kind: str, who: str, step: Step) -> Any | None:
        named = self._named[kind][who]
        return named[step.which % len(named)] if named else None

    def _basics(self, request_id: str) -> dict[str, Any]:
        return {"at": self.now, "request_id": request_id, "reason": Reason("story")}

    def _earn(self, who: str, name: str, step: Step) -> Change[Any]:
        change = self.wallets[who].earn(
            step.tokens, last_day=LAST_DAYS[step.last_day], source=name, **self._basics(name)
        )
        self._named["order"][who].append((name, LAST_DAYS[step.last_day]))
        return change

    def _burn(self, who: str, name: str, step: Step) -> Change[Any]:
        change = self.wallets[who].burn(step.tokens, **self._basics(name))
        self._remember_burn(who, change.result)
        return change

    def _remember_burn(self, who: str, burn: Burn) -> None:
        if burn.burn_id not in self._burns:
            self._named["burn"][who].append(burn.burn_id)
        self._burns[burn.burn_id] = burn

    def _hold(self, who: str, name: str, step: Step) -> Change[Any]:
        change = self.wallets[who].hold(
            step.tokens, until=self.now + step.lasts * HOUR, **self._basics(name)
        )
        self._named["hold"][who].append(name)
        return change

    def _capture(self, who: str, name: str, step: Step) -> Change[Any]:
        hold_id = self._pick("hold", who, step)
        if hold_id is None:
            return self._hold(who, name, step)
        change = self.wallets[who].capture(
            hold_id, tokens=None if step.last_day else step.tokens, **self._basics(name)
        )
        self._remember_burn(who, change.result)
        return change

    def _release(self, who: str, name: str, step: Step) -> Change[Any]:
        hold_id = self._pick("hold", who, step)
        if hold_id is None:
            return self._hold(who, name, step)
        return self.wallets[who].release(hold_id, **self._basics(name))

    def _reinstate(self, who: str, name: str, step: Step) -> Change[Any]:
        burn_id = self._pick("burn", who, step)
        if burn_id is None:
            return self._burn(who, name, step)
        change = self.wallets[who].reinstate(
            self._burns[burn_id], step.tokens, **self._basics(name)
        )
        self._remember_burn(who, change.result)
        return change

    def _promise(self, who: str, name: str, step: Step) -> Change[Any]:
        by_calendar: dict[str, Any] = {}
        if step.which % 2:
            by_calendar = {
                "last_day": LAST_DAYS[step.last_day],
                "keeps_at": self.now + (step.lasts - 2) * HOUR,
            }
        change = promise(
            self.wallets[who],
            step.tokens,
            promise_id=name,
            source=name,
            **by_calendar,
            **self._basics(name),
        )
        self._named["promise"][who].append(name)
        self._named["order"][who].append((name, LAST_DAYS[step.last_day]))
        return change

    def _keep(self, who: str, name: str, step: Step) -> Change[Any]:
        promise_id = self._pick("promise", who, step)
        if promise_id is None:
            return self._promise(who, name, step)
        return keep(
            self.wallets[who],
            promise_id,
            step.tokens,
            last_day=LAST_DAYS[step.last_day],
            **self._basics(name),
        )

    def _withdraw(self, who: str, name: str, step: Step) -> Change[Any]:
        promise_id = self._pick("promise", who, step)
        if promise_id is None:
            return self._promise(who, name, step)
        return withdraw(
            self.wallets[who],
            promise_id,
            tokens=step.tokens if step.last_day else None,
            **self._basics(name),
        )

    def _claw_back(self, who: str, name: str, step: Step) -> Change[Any] | None:
        order = self._pick("order", who, step)
        if order is None:
            return self._earn(who, name, step)
        due = self.wallets[who].lapse(at=self.now, request_id=name).entries
        entries = (*self.entries, *due)
        left = min(step.tokens, _issued(entries, order[0]))
        return (
            None
            if left == 0
            else self.wallets[who].claw_back(
                left, own_day=order[1], policy=step.policy, source=order[0], **self._basics(name)
            )
        )

    def _send(self, who: str, name: str, step: Step) -> Change[Any]:
        change = send(self.wallets[who], step.tokens, transfer_id=name, **self._basics(name))
        taker = MEMBERS[1 - step.who] if step.which else who
        self._named["way"][taker].append((name, change.result))
        return change

    def _take(self, who: str, name: str, step: Step) -> Change[Any]:
        way: tuple[str, tuple[Draw, ...]] | None = self._pick("way", who, step)
        if way is None:
            return self._send(who, name, step)
        change = take(self.wallets[who], way[1], transfer_id=way[0], **self._basics(name))
        self._named["way"][who].remove(way)
        return change

    def _adjust_up(self, who: str, name: str, step: Step) -> Change[Any]:
        return adjust_up(
            self.wallets[who],
            step.tokens,
            last_day=LAST_DAYS[step.last_day],
            **self._basics(name),
        )

    def _adjust_down(self, who: str, name: str, step: Step) -> Change[Any]:
        return adjust_down(self.wallets[who], step.tokens, **self._basics(name))


def _issued(entries: Collection[Entry], order_id: str) -> int:
    """Add up what an order was issued, less what was clawed back from it."""
    net = {Account.ISSUED: -1, Account.CLAWED_BACK: -1}
    return sum(
        net.get(posting.account, 0) * posting.amount
        for entry in entries
        for posting in entry.postings
        if posting.ref == order_id
    )


def tell(story: tuple[Step, ...], *, sweeps: Collection[int] = (), zone: Zone = KOLKATA) -> World:
    """Play a story, with a sweep of both wallets before the steps of these numbers."""
    world = World(zone)
    for number, step in enumerate(story):
        if number in sweeps:
            for who in MEMBERS:
                world.sweep(who, max(world.now, START) + step.hours * HOUR, f"sweep{number}")
        world.play(number, step)
    return world


def last_of(story: tuple[Step, ...]) -> datetime:
    """The latest instant of a story."""
    return START + timedelta(hours=sum(max(step.hours, 0) for step in story))
