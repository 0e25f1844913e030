"""Laws of exchange receipts in orders (I17): whatever happens in whatever order, one is paid with.

Two orders want the same receipt, and all that can become of either of them, of the device and of
what is due happens in any order, at any distance. What is refused changes nothing.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import pytest

from mi_rewards.checkout import Settlement, SettlementState
from mi_rewards.commands import Command
from mi_rewards.errors import Refused
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Needs, settlement_key
from mi_rewards.trade_in import ExchangeState, OnReturn, Payer, Surplus, TradeInTerms, Worse
from mi_rewards.wallet import check_journal
from tests.phones import PLAIN, imei
from tests.tills import abandon, fail, pay, refund, run_out
from tests.traders import DEALS, LOST, MONEY, SURPLUS, Trader
from tests.trading import LENIENT, NOON, ONLINE, change, inspect
from tests.trading import quote as quote_device

S = ExchangeState
WEAK = {**PLAIN, "battery": "weak"}
PART = attrs.evolve(
    ONLINE,
    terms_id="part",
    worse=Worse.PAY_DIFFERENCE,
    answer_within_hours=48,
    on_return=OnReturn.MONEY,
    surplus=Surplus.TOKENS,
    credit=Rate(1, 100),
)
STRICT = attrs.evolve(ONLINE, terms_id="strict", credit=Rate(1, 50))
KINDS = (STRICT, LENIENT, SURPLUS, MONEY, LOST, PART)
RULES = attrs.evolve(DEALS, trade_ins=(*DEALS.trade_ins, STRICT, PART))

WAITS = tuple(timedelta(minutes=it) for it in (0, 0, 1, 16, 31)) + tuple(
    timedelta(days=it) for it in (1, 3, 10)
)
_USED: Final = {S.USED, S.OFFERED, S.TAKEN, S.SETTLED, S.REJECTED}
"""Where an order that is paid has the value."""


class Story:
    """What happens to one exchange and two orders, step by step."""

    def __init__(self, terms_id: str) -> None:
        terms = next(it for it in RULES.trade_ins if it.terms_id == terms_id)
        self.till = Trader(terms, RULES)
        self.at: datetime = NOON
        self.turn = 0

    def step(self, what: str, wait: timedelta) -> str:
        """Let time pass, do something, and say what came of it."""
        self.at += wait
        self.turn += 1
        try:
            _STEPS[what](self)
        except Refused as no:
            return no.code
        return "done"

    def do(self, make: Callable[..., Command[Any]], *arguments: Any, **stated: Any) -> Any:
        """Carry out a command under a name of its own."""
        return self.till.do(make(*arguments, at=self.at, request=f"r{self.turn}", **stated))

    def order(self, order_id: str) -> None:
        """Place an order that names the receipt."""
        self.till.order(order_id, at=self.at)

    def inspect(self, **found: Any) -> None:
        """Inspect the device."""
        self.till.do(attrs.evolve(inspect(at=self.at, **found), request_id=f"r{self.turn}"))

    def settle(self) -> None:
        """Pay what is due, whichever way."""
        now = self.till.exchange().at(self.at)
        paid: dict[str, Any] = {
            "amount": now.due if now.payer else Money(1, "INR"),
            "reference": f"p{self.turn}",
        }
        self.do(change, "settle", payer=now.payer or Payer.MEMBER, **paid)

    def settled(self, order_id: str) -> Settlement | None:
        """Answer with how an order is paid, by now."""
        key = settlement_key("asha", order_id)
        found = self.till.store.load(Needs((key,))).get(key)
        return None if found is None else found.at(self.at)


_STEPS: dict[str, Callable[[Story], Any]] = {
    "order 1": lambda it: it.order("o1"),
    "order 2": lambda it: it.order("o2"),
    "pay 1": lambda it: it.do(pay, "o1"),
    "pay 2": lambda it: it.do(pay, "o2"),
    "fail 1": lambda it: it.do(fail, "o1"),
    "fail 2": lambda it: it.do(fail, "o2"),
    "abandon 1": lambda it: it.do(abandon, "o1"),
    "run out 1": lambda it: it.do(run_out, "o1"),
    "run out 2": lambda it: it.do(run_out, "o2"),
    "refund phone 1": lambda it: it.do(refund, ("phone", 1), order_id="o1"),
    "refund phone 2": lambda it: it.do(refund, ("phone", 1), order_id="o2"),
    "refund 1": lambda it: it.do(refund, order_id="o1"),
    "inspect": lambda it: it.inspect(),
    "inspect another": lambda it: it.inspect(imeis=(imei(2),)),
    "inspect weak": lambda it: it.inspect(answers=WEAK),
    "accept": lambda it: it.do(change, "accept"),
    "decline": lambda it: it.do(change, "decline"),
    "settle": lambda it: it.settle(),
    "watch": lambda it: it.do(change, "watch"),
    "cancel": lambda it: it.do(change, "cancel"),
    "quote again": lambda it: it.till.do(
        quote_device(f"q{it.turn}", it.till.terms.terms_id, at=it.at)
    ),
}

_LIKELY: Final[dict[ExchangeState, tuple[str, ...]]] = {
    S.ISSUED: ("order 1", "order 2"),
    S.ATTACHED: ("pay 1", "pay 2", "pay 1", "pay 2", "fail 1", "fail 2"),
    S.USED: ("inspect", "inspect weak", "inspect another", "refund phone 1", "refund phone 2"),
    S.OFFERED: ("accept", "decline", "refund 1"),
    S.TAKEN: ("settle", "refund phone 1"),
    S.REJECTED: ("settle", "refund phone 2"),
    S.SETTLED: ("refund phone 1", "refund phone 2"),
    S.CREDITED: ("settle",),
}
"""What comes next more often than not."""


def told(seed: str, terms: TradeInTerms, stories: int = 60) -> Iterator[tuple[Story, str, str]]:
    """Tell stories of twenty steps: after each the story, what was done and what came of it."""
    draws = random.Random(f"{seed}:{terms.terms_id}")
    for _ in range(stories):
        story = Story(terms.terms_id)
        for _ in range(20):
            likely = _LIKELY.get(story.till.exchange().at(story.at).state)
            names = likely if likely and draws.random() < 0.6 else tuple(_STEPS)
            what = draws.choice(names)
            wait = draws.choice(WAITS if draws.random() < 0.3 else WAITS[:3])
            yield story, what, story.step(what, wait)


def check_agreement(story: Story) -> None:
    """See that orders, the exchange, its device and the journal say the same."""
    till, at = story.till, story.at
    exchange = till.exchange().at(at)
    settlements = [it for name in ("o1", "o2") if (it := story.settled(name)) is not None]
    named = [it for it in settlements if it.exchange_id == "x1"]
    paid = [
        it.order_id
        for it in named
        if it.state is SettlementState.PAID
        and not any(line.refunded for line in it.lines if line.exchange_minor)
    ]
    waiting = [it.order_id for it in named if it.state is SettlementState.PLACED]
    assert len(paid) + len(waiting) <= 1
    assert (exchange.state in _USED) is bool(paid)
    assert (exchange.state is S.ATTACHED) is bool(waiting)
    assert [exchange.order_id] == (paid or waiting or [exchange.order_id])
    for it in named:
        if it.order_id in (paid or waiting):
            assert sum(line.exchange_minor for line in it.lines) == exchange.used_minor
    entry = till.device()
    assert (entry.holder(at) == ("asha", "x1")) is exchange.is_live(at)
    tokens = exchange.surplus_tokens + exchange.credited_tokens
    booked = [it for it in till.entries() if it.reason.code == "exchange_credit"]
    assert sum(dict(it.reason.figures)["tokens"] for it in booked) == tokens  # type: ignore[misc]
    check_journal(till.entries())


@pytest.mark.parametrize("terms", KINDS, ids=lambda it: it.terms_id)
def test_one_order_at_most_is_paid_with_a_receipt(terms: TradeInTerms) -> None:
    """I17, I8: Orders and the exchange never disagree, nor does the device or what is credited."""
    steps = 0
    for story, _, _ in told("law", terms):
        check_agreement(story)
        steps += 1
    assert steps >= 100


def test_what_these_stories_are_made_of_is_met() -> None:
    """Each step is done, and all but one are refused; each state but those of pickup is reached."""
    came: Counter[tuple[str, bool]] = Counter()
    states: Counter[ExchangeState] = Counter()
    for terms in KINDS:
        for story, what, code in told("law", terms):
            came[what, code == "done"] += 1
            states[story.till.exchange().at(story.at).state] += 1
    assert [what for what in _STEPS if came[what, True] < 5] == []
    assert [what for what in _STEPS if not came[what, False]] == ["watch"]
    never = {S.BOOKED, S.SCHEDULED, S.DECLINED, S.MISSED}
    assert {state for state in ExchangeState if states[state] < 5} == never
