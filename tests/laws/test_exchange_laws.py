"""Laws of exchanges (promise 17): whatever happens in whatever order, money adds up and pays once.

The model is written in another style: it counts single coins, says what should have been paid, and
takes off what was.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import add
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.errors import Refused
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    EXCHANGE_LIFE,
    Better,
    Exchange,
    ExchangeMode,
    ExchangeState,
    OnReturn,
    Payer,
    Surplus,
    TradeInTerms,
    Worse,
    exchange_from_dict,
    exchange_to_dict,
)
from tests.exchanging import (
    DAY,
    DIFFERENCE,
    ENDS,
    HOUR,
    IMEI,
    MINUTE,
    ONLINE,
    OPENED,
    OTHER_IMEI,
    PICKUP,
    STORE,
    exchange,
    inspected,
    scheduled,
    terms,
    used,
    worth,
)

VALUE = 40
PRICES = (30, 40, 55)
"""What the new product costs: less than the device is worth, as much, and more."""
WAIT = 15 * MINUTE
VISIT = 2 * HOUR
OFFER = timedelta(hours=48)

DUAL = attrs.evolve(
    DIFFERENCE,
    surplus=Surplus.TOKENS,
    on_return=OnReturn.MONEY,
    better=Better.ACCEPT,
    least_payable=Money(5, "INR"),
    credit=Rate(2, 3),
)
KINDS = (
    STORE,
    ONLINE,
    PICKUP,
    DIFFERENCE,
    DUAL,
    terms(STORE, surplus=Surplus.TOKENS, on_return=OnReturn.LOST),
    terms(DUAL, on_return=OnReturn.LOST, surplus=Surplus.LOST, revives=False),
    terms(DUAL, on_return=OnReturn.CREDIT),
    terms(DIFFERENCE, worse=Worse.THRESHOLD, threshold=Rate(3, 4), credit=Rate(3, 1)),
    terms(PICKUP, worse=Worse.PAY_DIFFERENCE, answer_within_hours=48, better=Better.ACCEPT),
    terms(PICKUP, worse=Worse.THRESHOLD, threshold=Rate(3, 4), answer_within_hours=48),
)
STEPS = (0 * DAY, 0 * DAY, MINUTE, WAIT, VISIT, DAY, OFFER, 6 * DAY)


class Model:
    """An exchange as somebody would tell it at a counter, with coins of one paisa."""

    def __init__(self, rules: TradeInTerms) -> None:
        self.rules = rules
        self.is_pickup = rules.mode is ExchangeMode.PICKUP
        self.where = "booked" if self.is_pickup else "issued"
        self.order = "o1" if self.is_pickup else ""
        self.deadline = OPENED + timedelta(days=7, hours=12) if self.is_pickup else ENDS
        self.off = self.failed = self.offer = 0
        self.should: int = 0
        """What the member should have got in money by now; less than nothing: have paid."""
        self.was: int = 0
        """What the member did get."""
        self.tokens = 0
        self.coins: list[str] = []
        """What became of each coin taken off the price."""
        self.payments: dict[str, int] = {}

    def pass_time(self, at: datetime) -> None:
        """Let deadlines pass, one after the other."""
        while True:
            if self.where == "attached" and at >= self.deadline:
                passed, self.where, self.order, self.off = self.deadline, "issued", "", 0
                self.deadline = max(ENDS, passed)
            elif self.where == "issued" and at >= self.deadline:
                self.where = "expired"
            elif self.where in ("booked", "scheduled") and at >= self.deadline:
                self.where = "missed"
            elif self.where == "offered" and at >= self.deadline:
                self.leave("declined")
            else:
                return

    def attach(self, order: str, price: int, at: datetime) -> bool:
        """Take it off a price."""
        if self.where != "issued":
            return False
        least = 0 if self.rules.least_payable is None else self.rules.least_payable.minor
        self.where, self.order, self.deadline = "attached", order, at + WAIT
        self.off = len([coin for coin in range(VALUE) if coin < price - least])
        return True

    def detach(self, order: str, at: datetime) -> bool:
        """Free it of an order that is not paid."""
        if self.where == "attached" and self.order == order:
            self.back(at)
        return True

    def back(self, at: datetime) -> None:
        """Let it be issued once more, if there is time left."""
        self.where = "issued" if at < ENDS else "expired"
        self.order, self.off, self.deadline = "", 0, ENDS

    def use(self, order: str, at: datetime) -> bool:
        """Use it for an order that is paid."""
        if self.where != "attached" or self.order != order:
            return False
        self.where = "used"
        if self.rules.mode is ExchangeMode.IN_STORE:
            self.take(VALUE)
        return True

    def revive(self, order: str, at: datetime) -> bool:
        """Let its order be cancelled."""
        if self.order != order:
            return False
        if self.where == "used" and self.rules.revives:
            self.back(at)
            return True
        if self.where not in ("used", "offered", "booked", "scheduled"):
            return False
        self.where = "cancelled"
        return True

    def schedule(self, visit_at: datetime) -> bool:
        """Agree on a visit."""
        if self.where not in ("booked", "scheduled") or visit_at >= self.deadline:
            return False
        self.where = "scheduled"
        return True

    def miss(self) -> bool:
        """Let a visit fail; the third is the last."""
        if self.where != "scheduled":
            return False
        self.failed += 1
        self.where = "missed" if self.failed == 3 else "booked"
        return True

    def inspect(self, found: int, is_it: bool, rejection: str, at: datetime) -> bool:
        """Look at the device."""
        if self.where not in ("used", "scheduled"):
            return False
        least = {Worse.REJECT: VALUE, Worse.PAY_DIFFERENCE: 0, Worse.THRESHOLD: 30}
        if not is_it or rejection or found < least[self.rules.worse]:
            self.leave("rejected")
        elif found < VALUE:
            self.where, self.offer, self.deadline = "offered", found, at + OFFER
        else:
            self.take(found if self.rules.better is Better.ACCEPT else VALUE)
        return True

    def take(self, final: int) -> None:
        """Take the device at what it is worth."""
        if self.is_pickup:
            self.should = final
        else:
            self.coins = ["device" if coin < final else "unpaid" for coin in range(self.off)]
            self.should = -self.coins.count("unpaid")
            left = [coin for coin in range(final) if coin >= self.off]
            if self.rules.surplus is Surplus.TOKENS and left and self.rules.credit is not None:
                self.tokens += self.rules.credit.of(len(left))
        self.where = "done" if self.should == self.was else "taken"

    def leave(self, why: str) -> None:
        """Leave the device with the member."""
        self.where = why if self.is_pickup else "rejected"
        if not self.is_pickup:
            self.coins = ["unpaid"] * self.off
            self.should = -self.off

    def answer(self, is_yes: bool) -> bool:
        """Answer an offer."""
        if self.where != "offered":
            return False
        if is_yes:
            self.take(self.offer)
        else:
            self.leave("declined")
        return True

    def pay(self, amount: int, reference: str) -> bool:
        """Pay what is due, above zero to the member, by a reference."""
        if reference in self.payments:
            return self.payments[reference] == amount
        if self.should == self.was or amount != self.should - self.was:
            return False
        self.was = self.should
        self.payments[reference] = amount
        self.coins = ["cash" if it == "unpaid" else it for it in self.coins]
        if self.where != "returned":
            self.where = "done"
        return True

    def return_(self, coins: int, at: datetime) -> bool:
        """Bring the new product back."""
        if self.where in ("used", "offered") and coins == self.off:
            return self.revive(self.order, at)
        if self.where not in ("done", "taken", "rejected") or not 1 <= coins <= self.off:
            return False
        self.where = "returned"
        order = {"unpaid": 0, "cash": 1, "device": 2}
        given = sorted(self.coins, key=order.__getitem__)[:coins]
        if self.rules.on_return is OnReturn.MONEY:
            self.should += coins
        else:
            self.should += given.count("unpaid") + given.count("cash")
        if self.rules.on_return is OnReturn.CREDIT and self.rules.credit is not None:
            self.tokens += self.rules.credit.of(given.count("device"))
        return True

    def end(self, *, by_quote: bool) -> bool:
        """Give it up, or let a newer quote take its place."""
        if self.where != "issued" and (by_quote or self.where not in ("booked", "scheduled")):
            return False
        self.where = "void" if by_quote else "cancelled"
        return True


WHERE = {
    ExchangeState.TAKEN: "taken",
    ExchangeState.SETTLED: "done",
    ExchangeState.CREDITED: "returned",
}

Step = tuple[timedelta, int, int, int]
"""How long after the last one, what happens, and two numbers for its figures."""


def _happen(it: Exchange, model: Model, step: Step, at: datetime) -> tuple[Exchange, bool]:
    """Let one thing happen to both; say what the exchange became and whether the model agreed."""
    _, what, first, second = step
    order = ("o1", "o2")[first % 2]
    price = PRICES[second % 3]
    found = (0, 29, 30, 31, 39, 40, 41, 60)[first % 8]
    is_it, rejection = second % 5 != 0, "locked" if second % 7 == 0 else ""
    off = it.terms.most_off(VALUE, price)
    now = it.at(at)
    due = now.due.minor if second % 4 else 7
    payer = now.payer if second % 5 and now.payer else (Payer.MEMBER, Payer.PROGRAMME)[first % 2]
    part = (now.used_minor, now.used_minor // 2, 1, now.used_minor + 1)[first % 4]
    visit_at = at + (VISIT, 3 * DAY, 8 * DAY)[first % 3]
    reference = f"r{second % 3}"
    imeis = (IMEI,) if is_it else (OTHER_IMEI,)
    verified = None if rejection else worth(found)
    both: Sequence[tuple[Callable[[], Exchange], Callable[[], bool]]] = (
        (
            lambda: it.attaching(order, used_minor=off, until=at + WAIT, at=at),
            lambda: model.attach(order, price, at),
        ),
        (lambda: it.detaching(order, at=at), lambda: model.detach(order, at)),
        (lambda: it.using(order, at=at), lambda: model.use(order, at)),
        (lambda: it.reviving(order, at=at), lambda: model.revive(order, at)),
        (lambda: it.scheduling(visit_at, at=at), lambda: model.schedule(visit_at)),
        (lambda: it.missing(at=at), model.miss),
        (
            lambda: it.inspecting(imeis, verified=verified, rejection=rejection, at=at),
            lambda: model.inspect(found, is_it, rejection, at),
        ),
        (lambda: it.accepting(at=at), lambda: model.answer(is_yes=True)),
        (lambda: it.declining(at=at), lambda: model.answer(is_yes=False)),
        (
            lambda: it.paying(Money(due, "INR"), reference, payer=payer, at=at),
            lambda: model.pay(due if payer is Payer.PROGRAMME else -due, reference),
        ),
        (lambda: it.returning(part, at=at), lambda: model.return_(part, at)),
        (lambda: it.voiding(at=at), lambda: model.end(by_quote=True)),
        (lambda: it.cancelling(at=at), lambda: model.end(by_quote=False)),
        (lambda: it.at(at), lambda: True),
    )
    do, tell = both[what % len(both)]
    model.pass_time(at)
    is_told = tell()
    try:
        return do(), is_told is True
    except Refused:
        return it, is_told is False


def _check(it: Exchange, model: Model, at: datetime) -> None:
    """See that both say the same, and that what is said adds up."""
    now = it.at(at)
    assert (model.where, now.order_id, now.used_minor) == (
        WHERE.get(now.state, now.state.value),
        model.order,
        model.off,
    )
    assert now.due_minor == model.should - model.was
    assert now.paid_minor == model.was
    assert now.surplus_tokens + now.credited_tokens == model.tokens
    assert now.attempts == model.failed
    # What the member paid beside the price less the discount never exceeds the price.
    final = 0 if now.final_minor is None else now.final_minor
    if not now.is_pickup and now.state is not ExchangeState.CREDITED:
        is_judged = now.state not in {ExchangeState.ATTACHED, *_UNJUDGED}
        discount = min(final, now.used_minor) if is_judged else now.used_minor
        assert 0 <= discount <= now.used_minor <= VALUE
        if now.state is ExchangeState.SETTLED:
            assert -now.paid_minor + discount == now.used_minor
    # What it pays in money is never more than the device is worth, less what it took off.
    assert now.paid_minor + max(now.due_minor, 0) <= max(final, now.used_minor)
    assert exchange_from_dict(exchange_to_dict(now)) == now


_UNJUDGED = {
    ExchangeState.ISSUED,
    ExchangeState.USED,
    ExchangeState.OFFERED,
    ExchangeState.EXPIRED,
    ExchangeState.VOID,
    ExchangeState.CANCELLED,
}


def _live(rules: TradeInTerms, steps: Sequence[Step]) -> list[tuple[Exchange, datetime]]:
    """Let things happen one after the other, and check each; answer with what there was."""
    it, model, at = exchange(rules, minor=VALUE), Model(rules), OPENED
    lived = [(it, at)]
    for step in steps:
        at += step[0]
        it, is_agreed = _happen(it, model, step, at)
        assert is_agreed, (step, it.state, model.where)
        _check(it, model, at)
        lived.append((it, at))
    return lived


STEP = st.tuples(
    st.sampled_from(STEPS),
    st.integers(0, 13),
    st.integers(0, 7),
    st.integers(1, 40),
)

_NOW = timedelta()
BEGUN: tuple[list[Step], ...] = (
    [],
    [(_NOW, 0, 0, 2)],
    [(_NOW, 0, 0, 1), (_NOW, 2, 0, 1)],
    [(_NOW, 4, 0, 1)],
    [(_NOW, 0, 0, 2), (_NOW, 2, 0, 1), (_NOW, 6, 3, 1), (_NOW, 4, 0, 1), (_NOW, 6, 3, 1)],
)
"""How lives begin: as they are opened, attached, used, scheduled, inspected."""

LIVES = st.builds(add, st.sampled_from(BEGUN), st.lists(STEP, max_size=12))


@given(st.sampled_from(KINDS), LIVES)
def test_I17_an_exchange_does_what_the_model_tells(rules: TradeInTerms, steps: list[Step]) -> None:
    """What is refused, what is due, what was paid and what is paid in tokens, at every step."""
    assert _live(rules, steps)


@given(
    st.sampled_from(KINDS),
    LIVES,
    st.lists(st.integers(0, 60 * 24 * 30), max_size=5),
)
def test_I6_an_exchange_does_not_depend_on_when_deadlines_are_booked(
    rules: TradeInTerms, steps: list[Step], minutes: list[int]
) -> None:
    """Its state at an instant is the same, whether it was asked for in between or not."""
    for it, at in _live(rules, steps):
        end = at + timedelta(days=40)
        booked = it
        for minute in sorted(minutes):
            booked = booked.at(at + minute * MINUTE)
        assert booked.at(end) == it.at(end)
        due_at = it.at(at).due_at
        if due_at is not None:
            assert it.at(due_at - timedelta(microseconds=1)) == it.at(at)
            assert it.at(due_at) != it.at(at)


def test_the_model_is_led_everywhere() -> None:
    """Random lives as the laws draw them go every way of the table, and often."""
    draw = random.Random(20180315)
    moves: Counter[tuple[ExchangeState, ExchangeState]] = Counter()
    for n in range(4000):
        begun = draw.choice(BEGUN)
        steps = [(draw.choice(STEPS), *_drawn(draw)) for _ in range(12)]
        lived = [it.state for it, _ in _live(KINDS[n % len(KINDS)], [*begun, *steps])]
        moves.update(pairwise(lived))
    table = {
        (before, after)
        for before, events in EXCHANGE_LIFE.items()
        for after in events.values()
        if before is not after
    }
    # Only a device that is worth nothing is settled at a pickup at once.
    table.remove((ExchangeState.SCHEDULED, ExchangeState.SETTLED))
    assert {move: moves[move] for move in table if moves[move] < 5} == {}


def _drawn(draw: random.Random) -> tuple[int, int, int]:
    """Draw what happens, and its figures."""
    return draw.randrange(14), draw.randrange(8), draw.randrange(1, 41)


@given(st.sampled_from(KINDS), LIVES)
def test_I17_a_receipt_is_used_once(rules: TradeInTerms, steps: list[Step]) -> None:
    """It is used by one order at a time, and by none once the device was handed over."""
    is_handed_over = False
    for it, _ in _live(rules, steps):
        if is_handed_over:
            assert it.state in {
                ExchangeState.TAKEN,
                ExchangeState.SETTLED,
                ExchangeState.CREDITED,
            }
        is_handed_over = is_handed_over or it.final_minor is not None


@pytest.mark.parametrize(
    ("worse", "found", "online", "pickup"),
    [
        (Worse.REJECT, 0, "rejected -400000", "rejected 0"),
        (Worse.REJECT, 399_999, "rejected -400000", "rejected 0"),
        (Worse.REJECT, 400_000, "settled 0", "taken 400000"),
        (Worse.REJECT, 400_001, "settled 0", "taken 400000"),
        (Worse.PAY_DIFFERENCE, 0, "taken -400000", "settled 0"),
        (Worse.PAY_DIFFERENCE, 1, "taken -399999", "taken 1"),
        (Worse.PAY_DIFFERENCE, 399_999, "taken -1", "taken 399999"),
        (Worse.PAY_DIFFERENCE, 400_000, "settled 0", "taken 400000"),
        (Worse.PAY_DIFFERENCE, 400_001, "settled 0", "taken 400000"),
        (Worse.THRESHOLD, 299_999, "rejected -400000", "rejected 0"),
        (Worse.THRESHOLD, 300_000, "taken -100000", "taken 300000"),
        (Worse.THRESHOLD, 300_001, "taken -99999", "taken 300001"),
        (Worse.THRESHOLD, 399_999, "taken -1", "taken 399999"),
        (Worse.THRESHOLD, 400_000, "settled 0", "taken 400000"),
        (Worse.THRESHOLD, 400_001, "settled 0", "taken 400000"),
    ],
)
def test_inspection_policies(worse: Worse, found: int, online: str, pickup: str) -> None:
    """Each policy just below, at and above its edge, the offer accepted; and what is due then."""
    policy: dict[str, Any] = {"worse": worse}
    if worse is Worse.THRESHOLD:
        policy["threshold"] = Rate(3, 4)
    if worse is not Worse.REJECT:
        policy["answer_within_hours"] = 48
    seen = []
    for it in (used(terms(ONLINE, **policy)), scheduled(terms(PICKUP, **policy))):
        after = inspected(it, found)
        if after.state is ExchangeState.OFFERED:
            assert found < 400_000
            after = after.accepting(at=OPENED)
        seen.append(f"{after.state.value} {after.due_minor}")
    assert seen == [online, pickup]


@pytest.mark.parametrize(
    ("declared", "found", "is_offered"),
    [(1, 0, False), (3, 2, False), (4, 3, True), (5, 3, False), (5, 4, True), (101, 76, True)],
)
def test_a_threshold_is_compared_exactly(declared: int, found: int, is_offered: bool) -> None:
    """Three quarters of what is no multiple of four are not rounded, either way."""
    rules = terms(DIFFERENCE, worse=Worse.THRESHOLD, threshold=Rate(3, 4))
    after = inspected(used(rules, minor=declared), found)
    assert (after.state is ExchangeState.OFFERED) is is_offered
