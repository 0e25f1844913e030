"""Exchanges on a store that fails, beside a stall that tells what changes hands.

Starved: two members, a phone with two numbers and two with one, quotes that last two days,
payments that wait an hour, two visits, a new phone that costs less than the old one is worth, as
much, and more. Saves are lost, cut off, doubled and late; requests come twice; two clients decide
on the same state; what the calendar does is booked sometimes, or never. After every step both sides
must agree on every exchange, on what each number of a phone says, and on every paisa.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mi_rewards.checkout import Cart as RealCart
from mi_rewards.checkout import CartLine, CheckoutTerms, Quote, Settlement, SettlementState
from mi_rewards.commands import (
    AcceptOffer,
    Batch,
    Cancel,
    CancelExchange,
    Command,
    DeclineOffer,
    FailPayment,
    InspectDevice,
    ListDevices,
    MissVisit,
    OpenExchange,
    PayOrder,
    Place,
    PlaceCart,
    PublishPriceBook,
    QuoteCart,
    QuoteDevice,
    RefundOrder,
    Rewards,
    RunOutPayment,
    ScheduleVisit,
    SettleExchange,
    WatchExchange,
)
from mi_rewards.commands.carts.outcomes import (
    CartPlaced,
    OrderPaid,
    PaymentClosed,
    Quoted,
    Refunded,
)
from mi_rewards.commands.trade_in.outcomes import (
    DeviceInspected,
    DeviceQuoted,
    ExchangeChanged,
    ExchangeOpened,
)
from mi_rewards.earning import Line
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Changes, Needs, Put, device_key
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from mi_rewards.testing._books.coins import No
from mi_rewards.testing._checks.races import meet
from mi_rewards.trade_in import (
    Answer,
    Better,
    Defect,
    Device,
    DeviceEntry,
    Exchange,
    ExchangeMode,
    ExchangeState,
    OnReturn,
    Payer,
    Question,
    Questionnaire,
    Surplus,
    TradeInTerms,
    Worse,
)
from tests.machines._stall import HOUR, Asked, House, Stall, midnight
from tests.phones import a_book, a_model, imei
from tests.shop import SMALL, contents, ist, rules

BY_DAY = 100
"""How many stories are told by day."""

MEMBERS = ("asha", "bela")
START = ist("2018-03-15 12:00")
FIRST, SECOND, OTHER, THIRD = (imei(number) for number in range(1, 5))
PHONES = ((FIRST,), (FIRST,), (FIRST, SECOND), (OTHER,), (THIRD,))
"""How phones are named: one by a number or both, until both were read by either; two others."""

PRICES = (30, 40, 55)
"""What the new phone costs."""

FIRED: Counter[str] = Counter()
"""How often each rule did what it is for, over the run."""

REFUSED: Counter[str] = Counter()
"""How often each refusal was met, over the run."""

BOOK = a_book(
    questionnaire=Questionnaire(
        (
            Question(
                "state",
                "What is it like?",
                (
                    Answer("clean", "Clean"),
                    Answer("cracked", "Cracked", defect="cracked"),
                    Answer("bad", "Bad", defect="bad"),
                    Answer("dead", "Dead", rejects="does_not_power_on"),
                ),
            ),
        )
    ),
    grades=(),
    defects=(Defect("cracked", "", Money(10, "INR")), Defect("bad", "", Money(20, "INR"))),
    additions=(),
    ages=(),
    floor=Money(0, "INR"),
    ceiling=None,
    rounding_to=Money(1, "INR"),
)
MODEL = a_model(book_minor=40)

members = st.sampled_from((0, 0, 1))
picks = st.integers(0, 5)
phones = st.sampled_from(PHONES)
modes = st.sampled_from(("online", "online", "store", "pickup"))
declared = st.sampled_from(("clean", "clean", "clean", "cracked", "dead"))
found = st.sampled_from(("clean", "cracked", "cracked", "cracked", "bad", "dead"))
faults = st.lists(st.sampled_from((None, None, None, *Fault)), max_size=2)
"""What befalls the first tries."""

Told = Callable[[Stall], object]
"""What a step does to the books, and answers."""

Step = tuple[str, Command[Any], Told]


class StallMachine(RuleBasedStateMachine):
    """Two members with three phones."""

    made: ClassVar[type[MemoryStore]] = MemoryStore

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.number = 0
        self.inner = self.made()
        self.store = FaultyStore(self.inner, Plan())
        self.done: list[tuple[Command[Any], object]] = []
        self.books = Stall(House("reject", False, False, "lost", True, 0))

    @initialize(
        worse=st.sampled_from((Worse.REJECT, *[Worse.PAY_DIFFERENCE, Worse.THRESHOLD] * 2)),
        better=st.sampled_from(Better),
        surplus=st.sampled_from(Surplus),
        on_return=st.sampled_from(OnReturn),
        revives=st.sampled_from((True, True, False)),
        least=st.sampled_from((0, 0, 5)),
    )
    def begin(
        self,
        worse: Worse,
        better: Better,
        surplus: Surplus,
        on_return: OnReturn,
        revives: bool,
        least: int,
    ) -> None:
        """A price book is published."""
        common: dict[str, Any] = {
            "categories": ("phones",),
            "quote_days": 1,
            "worse": worse,
            "threshold": Rate(3, 4) if worse is Worse.THRESHOLD else None,
            "better": better,
            "answer_within_hours": None if worse is Worse.REJECT else 24,
            "on_return": on_return,
            "revives": revives,
            "credit": Rate(1, 1),
        }
        off = {"surplus": surplus, "least_payable": Money(least, "INR") if least else None}
        fetched = {"pickup_within_days": 1, "attempts_max": 2}
        kinds = (
            ("store", ExchangeMode.IN_STORE, off),
            ("online", ExchangeMode.ONLINE, off),
            ("pickup", ExchangeMode.PICKUP, fetched),
        )
        terms = [
            TradeInTerms(name, mode, "partner", ("mi.com",), **common, **own)
            for name, mode, own in kinds
        ]
        checkout = CheckoutTerms(payment_minutes=60)
        self.programme = rules(SMALL, trade_ins=tuple(terms), checkout=checkout)
        self.rewards = Rewards(self.store, self.programme)
        self.rewards.do(PublishPriceBook(book=BOOK, request_id="publish", at=START))
        self.rewards.do(ListDevices(models=(MODEL,), request_id="list", at=START))
        self.books = Stall(
            House(
                worse.value,
                better is Better.ACCEPT,
                surplus is Surplus.TOKENS,
                on_return.value,
                revives,
                least,
            )
        )

    # How a step is tried on both.

    def named(self, by: str) -> dict[str, Any]:
        """Name a request."""
        self.number += 1
        return {"member_id": by, "request_id": f"r{self.number}", "at": self.now}

    def insisted(self, command: Command[Any], befalls: Sequence[Fault | None]) -> object:
        """Ask until there is an answer."""
        first = self.store.saves + 1
        planned = [(first + nth, it) for nth, it in enumerate(befalls) if it is not None]
        self.store.plan = Plan(tuple(planned))
        while True:
            try:
                return self.rewards.do_all([command])[0]
            except (Conflict, ConnectionLost, Crashed) as mishap:
                FIRED[f"asked again after {type(mishap).__name__}"] += 1

    def both(self, step: Step, befalls: Sequence[Fault | None] = ()) -> object:
        """Try a step on both: refused alike, or done and answered alike."""
        label, command, told = step
        before = contents(self.inner)
        reasons = self.rewards.reasons_against(command)
        assert contents(self.inner) == before
        outcome = self.insisted(command, befalls)
        note(f"{label}: {command!r} -> {outcome!r}")
        # I18: Simulating says what doing does.
        assert [it.code for it in reasons] == (
            [outcome.code] if isinstance(outcome, Refused) else []
        )
        if isinstance(outcome, Refused):
            assert contents(self.inner) == before
        self.settle(label, command, told, outcome)
        return outcome

    def settle(self, label: str, command: Command[Any], told: Told, outcome: object) -> None:
        """See that the books answer the same, and go on with what they are then."""
        self.agree(told, outcome)
        if isinstance(outcome, Refused):
            REFUSED[outcome.code] += 1
        else:
            FIRED[label] += 1
            self.done.append((command, outcome))

    def agree(self, told: Told, outcome: object) -> None:
        """See that the books answer the same."""
        after = self.books.at(self.now)
        try:
            answer = told(after)
            self.books = after
        except No as refusal:
            answer = refusal.code
        assert plain(outcome) == answer

    # Steps.

    def quoting(self, by: int, numbers: tuple[str, ...], mode: str, condition: str) -> Step:
        """Quote a phone."""
        if numbers == (FIRST,) and self.number % 2 and SECOND in self.books.one_phone(numbers):
            numbers = (SECOND,)
        named = self.named(MEMBERS[by])
        device = Device(MODEL.model_id, MODEL.variant, numbers)
        command = QuoteDevice(**named, terms_id=mode, device=device, answers={"state": condition})
        ends = midnight(self.now, 1)
        asked = Asked(MEMBERS[by], named["request_id"], mode, numbers, condition, ends)
        return "quote", command, lambda it: it.quote(asked)

    def quoted(self, pick: int) -> tuple[str, str]:
        """Choose a quote: mostly a late one, now and then none."""
        names = list(self.books.quotes)
        return names[-1 - pick % min(3, len(names))] if names and pick < 5 else ("asha", "none")

    def opening(self, quote: tuple[str, str], order: str = "") -> Step:
        """Open an exchange."""
        by, name = quote
        named = self.named(by)
        asked = self.books.quotes.get(quote)
        if asked is None or asked.mode != "pickup":
            order = ""
        elif not order:
            orders = [of for who, of in self.books.orders if who == by]
            order = orders[-1] if orders else "none"
        exchange_id, at = f"x{self.number}", self.now
        command = OpenExchange(**named, exchange_id=exchange_id, quote_id=name, order_id=order)
        return "open", command, lambda it: it.open(by, exchange_id, name, at, order)

    def deal(self, pick: int, *places: str) -> tuple[str, str]:
        """Choose an exchange: mostly one of these, now and then whichever, or none."""
        now = self.books.at(self.now)
        deals = list(now.deals.values())
        wanted = [it for it in deals if it.place in places and pick < 4] or deals
        if not wanted or pick == 5:
            return MEMBERS[pick % 2], "none"
        deal = wanted[-1 - pick % len(wanted)]
        return deal.by, deal.name

    def changing(self, what: str, deal: tuple[str, str]) -> Step:
        """Cancel, accept, decline, watch, arrange a visit, come in vain."""
        by, name = deal
        key = {**self.named(by), "exchange_id": name}
        visit_at = self.now + (20 if self.number % 5 else 40) * HOUR
        commands: dict[str, Callable[[], Command[Any]]] = {
            "cancel": lambda: CancelExchange(**key),
            "accept": lambda: AcceptOffer(**key),
            "decline": lambda: DeclineOffer(**key),
            "watch": lambda: WatchExchange(**key),
            "visit": lambda: ScheduleVisit(**key, visit_at=visit_at),
            "miss": lambda: MissVisit(**key),
        }
        told: Told = lambda it: getattr(it, what)(by, name)  # noqa: E731
        if what == "visit":
            told = lambda it: it.visit(by, name, visit_at)  # noqa: E731
        return what, commands[what](), told

    def inspecting(self, deal: tuple[str, str], condition: str, ways: int) -> Step:
        """Look at a phone: it is the one declared, read by some of its numbers, or it is not."""
        by, name = deal
        known = self.books.deals.get(deal)
        declared = (OTHER,) if known is None else known.numbers
        read = declared
        if ways == 0:
            read = (OTHER,) if FIRST in declared or SECOND in declared else (SECOND,)
        elif ways > 1 and OTHER not in declared:
            read = (FIRST, SECOND)
        command = InspectDevice(
            **self.named(by), exchange_id=name, imeis=read, answers={"state": condition}
        )
        at = self.now
        return "inspect", command, lambda it: it.inspect(by, name, read, condition, at)

    def settling(self, deal: tuple[str, str], reference: str, more: int = 0) -> Step:
        """Pay what is due or was told of, a little more, or from the other side."""
        by, name = deal
        known = self.books.at(self.now).deals.get(deal)
        amount = 0 if known is None else known.payments.get(reference, known.due)
        amount = -amount if more == -1 else amount + more
        command = SettleExchange(
            **self.named(by),
            exchange_id=name,
            payer=Payer.PROGRAMME if amount > 0 else Payer.MEMBER,
            amount=Money(abs(amount), "INR"),
            reference=reference,
        )
        return "settle", command, lambda it: it.settle(by, name, amount, reference)

    def ordering(self, by: int) -> Step:
        """Order a new phone that is paid for elsewhere."""
        named = self.named(MEMBERS[by])
        order, line = f"o{self.number}", Line("l1", Money(50, "INR"), 1, "phones")
        command = Place(**named, order_id=order, lines=(line,))
        return "order", command, lambda it: it.order(MEMBERS[by], order)

    def calling_off(self, pick: int) -> Step:
        """Cancel such an order."""
        orders = list(self.books.orders) or [("asha", "none")]
        by, order = orders[-1 - pick % len(orders)]
        command = Cancel(**self.named(by), order_id=order)
        return "call off", command, lambda it: it.call_off(by, order)

    def carting(self, deal: tuple[str, str], price: int, order: str = "") -> Step:
        """Have a cart quoted, with an exchange."""
        by, name = deal
        named, at = self.named(by), self.now
        order = order or f"o{self.number}"
        cart = RealCart(
            order,
            (CartLine("l1", "p1", "phones", Money(price, "INR"), 1),),
            exchange_id=name,
            channel="mi.com",
        )
        command = QuoteCart(**{**named, "request_id": f"cart {order} {self.number}"}, cart=cart)
        self.names = {**getattr(self, "names", {}), (by, order): command.request_id}
        return "cart", command, lambda it: it.cart(by, order, name, price, at)

    def bill(self, pick: int, *places: str) -> tuple[str, str]:
        """Choose an order of the checkout: mostly one of these, now and then whichever, or none."""
        bills = list(self.books.bills.items())
        there = [it for it in bills if it[1].at(self.now) in places and pick < 4] or bills
        return there[-1 - pick % len(there)][0] if there and pick < 5 else ("asha", "none")

    def paying(self, what: str, order: tuple[str, str]) -> Step:
        """Place what was quoted, pay for it, let the payment fail or run out, give it back."""
        by, name = order
        named, at = self.named(by), self.now
        quote_id = getattr(self, "names", {}).get(order, "none")
        commands: dict[str, Callable[[], Command[Any]]] = {
            "place": lambda: PlaceCart(**named, quote_id=quote_id),
            "pay": lambda: PayOrder(**named, order_id=name),
            "fail": lambda: FailPayment(**named, order_id=name),
            "run_out": lambda: RunOutPayment(**named, order_id=name),
            "refund": lambda: RefundOrder(**named, order_id=name),
        }
        return what, commands[what](), lambda it: getattr(it, what)(by, name, at)

    # Rules.

    @rule(minutes=st.sampled_from((10, 10, 60, 600, 1440)))
    def time_passes(self, minutes: int) -> None:
        """Nothing happens but that."""
        self.now += timedelta(minutes=minutes)

    @rule(by=members, numbers=phones, mode=modes, condition=declared, befalls=faults)
    def quote(
        self,
        by: int,
        numbers: tuple[str, ...],
        mode: str,
        condition: str,
        befalls: list[Fault | None],
    ) -> None:
        """Quote a phone."""
        self.both(self.quoting(by, numbers, mode, condition), befalls)

    @rule(pick=picks, befalls=faults)
    def open(self, pick: int, befalls: list[Fault | None]) -> None:
        """Take a quote."""
        quote = self.quoted(pick)
        asked = self.books.quotes.get(quote)
        if asked is not None and asked.mode == "pickup" and pick % 2:
            self.both(self.ordering(MEMBERS.index(asked.by)))
        self.both(self.opening(quote), befalls)

    def opened(self, by: int, numbers: tuple[str, ...], mode: str) -> tuple[str, str] | None:
        """Quote a phone and open an exchange of it, or of another where it is in one."""
        now = self.books.at(self.now)
        free = [it for it in (numbers, *PHONES) if not now.holders(it)]
        numbers = free[0] if free else numbers
        if isinstance(self.both(self.quoting(by, numbers, mode, "clean")), Refused):
            return None
        quote = (MEMBERS[by], f"r{self.number}")
        order = ""
        if mode == "pickup":
            self.both(self.ordering(by))
            order = f"o{self.number}"
        if isinstance(self.both(self.opening(quote, order)), Refused):
            return None
        return (MEMBERS[by], f"x{self.number}")

    def bought(self, deal: tuple[str, str], price: int) -> tuple[str, str] | None:
        """Place an order with an exchange, where it can be."""
        self.both(self.carting(deal, price))
        order = (deal[0], f"o{self.number}")
        return None if isinstance(self.both(self.paying("place", order)), Refused) else order

    @rule(
        by=members,
        numbers=phones,
        mode=st.sampled_from(("online", "online", "store")),
        price=st.sampled_from(PRICES),
        minutes=st.sampled_from((0, 0, 59, 60, 1440)),
        ends=st.sampled_from((("pay",), ("pay",), ("pay", "refund"), ("fail",), ("run_out",), ())),
        befalls=faults,
    )
    def buy(
        self,
        by: int,
        numbers: tuple[str, ...],
        mode: str,
        price: int,
        minutes: int,
        ends: tuple[str, ...],
        befalls: list[Fault | None],
    ) -> None:
        """Buy a new phone with an old one, and go on in some way."""
        deal = self.opened(by, numbers, mode)
        order = None if deal is None else self.bought(deal, price)
        if order is None:
            return
        self.now += timedelta(minutes=minutes)
        for what in ends:
            self.both(self.paying(what, order), befalls)

    @rule(
        by=members,
        numbers=phones,
        condition=found,
        ways=st.sampled_from((0, 1, 1, 1, 2)),
        hours=st.sampled_from((0, 0, 23, 24)),
        answer=st.sampled_from(("accept", "decline", "")),
        befalls=faults,
    )
    def sell(
        self,
        by: int,
        numbers: tuple[str, ...],
        condition: str,
        ways: int,
        hours: int,
        answer: str,
        befalls: list[Fault | None],
    ) -> None:
        """Have an old phone fetched, and go on in some way."""
        deal = self.opened(by, numbers, "pickup")
        if deal is None:
            return
        self.both(self.changing("visit", deal), befalls)
        self.both(self.inspecting(deal, condition, ways))
        self.now += hours * HOUR
        if answer:
            self.both(self.changing(answer, deal), befalls)
        self.both(self.settling(deal, f"ref {self.number}"))

    @rule(
        by=members,
        numbers=phones,
        price=st.sampled_from(PRICES),
        condition=found,
        ways=st.sampled_from((0, 1, 1, 1, 2)),
        hours=st.sampled_from((0, 0, 23, 24)),
        ends=st.sampled_from(
            (
                ("accept", "overpay", "settle", "refund", "settle"),
                ("overpay", "settle", "refund", "settle"),
                ("accept", "refund", "settle"),
                ("decline", "settle", "refund", "settle"),
                ("refund", "settle"),
                ("decline", "refund", "settle"),
            )
        ),
        befalls=faults,
    )
    def hand_over(
        self,
        by: int,
        numbers: tuple[str, ...],
        price: int,
        condition: str,
        ways: int,
        hours: int,
        ends: tuple[str, ...],
        befalls: list[Fault | None],
    ) -> None:
        """Buy a new phone online, hand the old one over, and give the new one back."""
        deal = self.opened(by, numbers, "online")
        order = None if deal is None else self.bought(deal, price)
        if deal is None or order is None:
            return
        self.both(self.paying("pay", order))
        self.both(self.inspecting(deal, condition, ways), befalls)
        self.now += hours * HOUR
        for what in ends:
            if what in ("settle", "overpay"):
                more = 1 if what == "overpay" else 0
                self.both(self.settling(deal, f"ref {self.number}", more))
            elif what == "refund":
                self.both(self.paying(what, order), befalls)
            else:
                self.both(self.changing(what, deal), befalls)

    @rule(by=members, numbers=phones, visits=st.integers(1, 2), hours=st.sampled_from((0, 1)))
    def come_in_vain(self, by: int, numbers: tuple[str, ...], visits: int, hours: int) -> None:
        """Nobody is there, once or twice; then another visit is asked for."""
        deal = self.opened(by, numbers, "pickup")
        if deal is None:
            return
        for _ in range(visits):
            self.both(self.changing("visit", deal))
            self.now += hours * HOUR
            self.both(self.changing("miss", deal))
        self.both(self.changing("visit", deal))
        self.both(self.changing("cancel", deal))

    @rule(
        by=members,
        numbers=phones,
        mode=modes,
        hours=st.sampled_from((11, 35, 36, 60)),
        swept=st.booleans(),
    )
    def let_it_end(
        self, by: int, numbers: tuple[str, ...], mode: str, hours: int, swept: bool
    ) -> None:
        """A quote is taken too late, or what was opened ends; somebody else has the phone then."""
        if isinstance(self.both(self.quoting(by, numbers, mode, "clean")), Refused):
            return
        quote = (MEMBERS[by], f"r{self.number}")
        self.both(self.ordering(by))
        order = f"o{self.number}"
        if hours % 2:
            self.both(self.opening(quote, order))
        self.now += hours * HOUR
        if swept:
            self.sweep(1)
        self.both(self.opening(quote, order))
        self.both(self.quoting(1 - by, numbers, mode, "clean"))

    @precondition(lambda self: self.books.deals)
    @rule(pick=picks, condition=found, ways=st.sampled_from((0, 1, 1, 1, 2)), befalls=faults)
    def inspect(self, pick: int, condition: str, ways: int, befalls: list[Fault | None]) -> None:
        """Look at a phone."""
        self.both(self.inspecting(self.deal(pick, "used", "scheduled"), condition, ways), befalls)

    @precondition(lambda self: self.books.deals)
    @rule(
        what=st.sampled_from(("cancel", "accept", "decline", "watch", "visit", "visit", "miss")),
        pick=picks,
        befalls=faults,
    )
    def change(self, what: str, pick: int, befalls: list[Fault | None]) -> None:
        """Cancel, accept, decline, watch, arrange a visit, come in vain."""
        places = {
            "cancel": ("issued", "booked", "scheduled"),
            "visit": ("booked", "scheduled", "missed"),
            "miss": ("scheduled",),
            "watch": ("expired", "missed", "declined"),
        }
        deal = self.deal(pick, *places.get(what, ("offered",)))
        self.both(self.changing(what, deal), befalls)

    @precondition(lambda self: self.books.deals)
    @rule(pick=picks, is_same=st.booleans(), more=st.sampled_from((0, 0, 1, -1)), befalls=faults)
    def settle_up(self, pick: int, is_same: bool, more: int, befalls: list[Fault | None]) -> None:
        """Pay what is due, by a payment of its own or by one that was told of."""
        now = self.books.at(self.now)
        due = [key for key, it in now.deals.items() if it.due and pick < 4]
        deal = due[-1 - pick % len(due)] if due else self.deal(pick, "settled", "credited")
        known = now.deals.get(deal)
        told = list(known.payments) if known is not None and is_same else []
        self.both(self.settling(deal, (*told, f"ref {self.number}")[0], more), befalls)

    @precondition(lambda self: self.books.deals)
    @rule(pick=picks, price=st.sampled_from(PRICES), is_placed=st.booleans(), befalls=faults)
    def cart(self, pick: int, price: int, is_placed: bool, befalls: list[Fault | None]) -> None:
        """Have a cart quoted with an exchange, and order it, or not yet."""
        self.both(self.carting(self.deal(pick, "issued"), price), befalls)
        if is_placed:
            order = list(self.books.carts)[-1]
            self.both(self.paying("place", order), befalls)

    @precondition(lambda self: self.books.carts)
    @rule(pick=picks, befalls=faults)
    def place(self, pick: int, befalls: list[Fault | None]) -> None:
        """Order what was quoted earlier, or have its payment tried again."""
        orders = list(self.books.carts)
        self.both(self.paying("place", orders[-1 - pick % len(orders)]), befalls)

    @precondition(lambda self: self.books.bills)
    @rule(
        what=st.sampled_from(("pay", "pay", "fail", "run_out", "refund", "refund")),
        pick=picks,
        befalls=faults,
    )
    def pay(self, what: str, pick: int, befalls: list[Fault | None]) -> None:
        """Pay for an order, let it fail or run out, give it back."""
        places = {"refund": "paid", "run_out": "run_out"}
        self.both(self.paying(what, self.bill(pick, places.get(what, "placed"))), befalls)

    @rule(pick=picks, befalls=faults)
    def call_off(self, pick: int, befalls: list[Fault | None]) -> None:
        """Cancel an order that a phone is to be fetched for."""
        self.both(self.calling_off(pick), befalls)

    @rule(limit=st.integers(1, 2))
    def sweep(self, limit: int) -> None:
        """I6: Book what is due of exchanges, in pages; somebody else is faster now and then."""
        self.store.plan = Plan({self.store.saves + 1: Fault.CONFLICT} if limit == 2 else {})
        due = [it for it in self.inner.all_of(Exchange) if it.at(self.now) != it]
        assert self.rewards.exchanges_due(self.now, limit=limit) == len(due)
        FIRED["booked by sweep"] += len(due)

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 9), hours=st.sampled_from((-3, 0, 7, 99)))
    def duplicate(self, pick: int, hours: int) -> None:
        """I8: An earlier request comes again, at another instant."""
        command, outcome = self.done[-1 - pick % len(self.done)]
        before = contents(self.inner)
        again: Command[Any] = attrs.evolve(command, at=command.at + hours * HOUR)  # type: ignore[misc]
        assert self.rewards.do_all([again]) == [outcome]
        assert contents(self.inner) == before
        FIRED["duplicate"] += 1

    # Races.

    @rule(
        by=members,
        numbers=phones,
        kinds=st.tuples(st.integers(0, 4), st.integers(0, 4)),
        is_placed=st.booleans(),
    )
    def race_for_a_receipt(
        self, by: int, numbers: tuple[str, ...], kinds: tuple[int, int], is_placed: bool
    ) -> None:
        """I11, I17: Two want one receipt at once: two orders, a newer quote, who gives it up."""
        deal = self.opened(by, numbers, "online")
        if deal is None:
            return
        self.both(self.carting(deal, 55))
        self.both(self.carting(deal, 30))
        first, second = list(self.books.carts)[-2:]
        if is_placed:
            self.both(self.paying("place", first))
        steps: tuple[Callable[[], Step], ...] = (
            lambda: self.paying("pay" if is_placed else "place", first),
            lambda: self.paying("fail" if is_placed else "place", first if is_placed else second),
            lambda: self.changing("cancel", deal),
            lambda: self.quoting(by, numbers, "online", "clean"),
            lambda: self.quoting(1 - by, numbers, "online", "clean"),
        )
        self.raced(steps[kinds[0]](), steps[kinds[1]]())

    @rule(
        by=members,
        numbers=phones,
        kinds=st.tuples(st.integers(0, 3), st.integers(0, 3)),
        condition=found,
    )
    def race_at_the_door(
        self, by: int, numbers: tuple[str, ...], kinds: tuple[int, int], condition: str
    ) -> None:
        """I11, I17: A phone is inspected while its order is given back; both are told twice."""
        deal = self.opened(by, numbers, "online")
        order = None if deal is None else self.bought(deal, 55)
        if deal is None or order is None:
            return
        self.both(self.paying("pay", order))
        steps: tuple[Callable[[], Step], ...] = (
            lambda: self.inspecting(deal, condition, 1),
            lambda: self.paying("refund", order),
            lambda: self.inspecting(deal, "clean", 0),
            lambda: self.inspecting(deal, "bad", 1),
        )
        self.raced(steps[kinds[0]](), steps[kinds[1]]())
        self.raced(self.settling(deal, "ref a"), self.settling(deal, "ref b"))
        self.raced(self.paying("refund", order), self.settling(deal, "ref c"))

    @rule(
        by=members,
        other=members,
        phones=st.tuples(phones, phones),
        modes=st.tuples(modes, modes),
    )
    def race_for_a_phone(
        self,
        by: int,
        other: int,
        phones: tuple[tuple[str, ...], tuple[str, ...]],
        modes: tuple[str, str],
    ) -> None:
        """I11, I17: Two quote at once, and two open at once, of one order where there is one."""
        self.both(self.ordering(by))
        order = f"o{self.number}"
        steps = [
            self.quoting(who, phones[nth], modes[nth], "clean")
            for nth, who in ((0, by), (1, other))
        ]
        names = [(it[1].member_id, it[1].request_id) for it in steps]  # type: ignore[attr-defined]
        self.raced(*steps)
        self.raced(self.opening(names[0], order), self.opening(names[1]))

    @rule(by=members, first=phones, second=phones)
    def race_for_an_order(self, by: int, first: tuple[str, ...], second: tuple[str, ...]) -> None:
        """I13: Two phones are to be fetched for one order at once, and again for the next."""
        self.both(self.ordering(by))
        order = f"o{self.number}"
        quotes = []
        for numbers in (first, second):
            self.both(self.quoting(by, numbers, "pickup", "clean"))
            quotes.append((MEMBERS[by], f"r{self.number}"))
        self.raced(self.opening(quotes[0], order), self.opening(quotes[1], order))
        deal = list(self.books.deals)[-1] if self.books.deals else ("asha", "none")
        self.both(self.changing("cancel", deal))
        self.both(self.opening(quotes[1], order))

    @rule(
        by=members,
        numbers=phones,
        kinds=st.tuples(st.integers(0, 5), st.integers(0, 5)),
        condition=found,
    )
    def race_at_the_visit(
        self, by: int, numbers: tuple[str, ...], kinds: tuple[int, int], condition: str
    ) -> None:
        """I11, I17: A phone is inspected, given up, missed, its offer accepted and declined."""
        deal = self.opened(by, numbers, "pickup")
        if deal is None:
            return
        self.both(self.changing("visit", deal))
        steps: tuple[Callable[[], Step], ...] = (
            lambda: self.inspecting(deal, condition, 1),
            lambda: self.inspecting(deal, "bad", 2),
            lambda: self.changing("cancel", deal),
            lambda: self.changing("miss", deal),
            lambda: self.calling_off(0),
            lambda: self.changing("visit", deal),
        )
        self.raced(steps[kinds[0]](), steps[kinds[1]]())
        self.raced(self.changing("accept", deal), self.changing("decline", deal))
        self.raced(self.settling(deal, "ref a"), self.settling(deal, "ref b"))

    def raced(self, first: Step, second: Step) -> None:
        """Let two clients load, load, save and save; whoever loses asks again."""
        self.store.plan = Plan()
        batches: list[Batch[Any]] = [Batch([it[1]], self.programme) for it in (first, second)]
        for batch in batches:
            self.rewards._decide(batch)
        won, late = [it.changes for it in batches]
        if won is not None:
            self.inner.save(won)
            FIRED["race"] += 1
        if late is None:
            # It was refused on what is perhaps not so any more.
            self.settle(*first, batches[0].outcomes[0])
            self.both(second)
            return
        lost: type[Exception] | None = None
        before = contents(self.inner)
        try:
            self.inner.save(late)
        except (Conflict, LimitReached) as error:
            lost = type(error)
        assert (lost is Conflict) is (won is not None and meet(won, late))
        if lost is None:
            self.neither_lost((first, batches[0]), (second, batches[1]))
            return
        FIRED[f"lost by {lost.__name__}"] += 1
        assert contents(self.inner) == before
        self.settle(*first, batches[0].outcomes[0])
        self.both(second)

    def neither_lost(self, *steps: tuple[Step, Batch[Any]]) -> None:
        """Two who did not see each other: as if the one had come first, or the other."""
        books = self.books
        try:
            for (_, _, told), batch in steps:
                self.agree(told, batch.outcomes[0])
        except AssertionError:
            self.books = books
            for (_, _, told), batch in reversed(steps):
                self.agree(told, batch.outcomes[0])
            FIRED["swapped"] += 1
        for (label, command, _), batch in steps:
            if not isinstance(batch.outcomes[0], Refused):
                FIRED[label] += 1
                self.done.append((command, batch.outcomes[0]))

    # What always holds.

    @invariant()
    def exchanges_are_those_of_the_books(self) -> None:
        """I6, I17: Where they are, what they take off, what is due, was paid and is credited."""
        there = {(it.member_id, it.exchange_id): it for it in self.inner.all_of(Exchange)}
        books = self.books.at(self.now)
        assert there.keys() == books.deals.keys()
        for key, deal in books.deals.items():
            it = there[key].at(self.now)
            told = (it.state.value, it.order_id, it.used_minor, it.due_minor, it.paid_minor)
            assert told == (deal.place, deal.order, deal.off, deal.due, deal.got)
            assert it.surplus_tokens + it.credited_tokens == deal.tokens
        for by in MEMBERS:
            tokens = sum(it.tokens for it in books.deals.values() if it.by == by)
            assert self.rewards.balance(by, at=self.now).available == tokens

    @invariant()
    def a_phone_is_in_one_exchange(self) -> None:
        """I17: Each of its numbers says so, and who looks only at entries knows."""
        books = self.books.at(self.now)
        for number in (FIRST, SECOND, OTHER, THIRD):
            entry = self.inner.load(Needs((device_key(number),))).get(device_key(number))
            held = None if entry is None else entry.holder(self.now)
            assert held == books.holder(number)

    @invariant()
    def money_adds_up(self) -> None:
        """I17: A receipt pays once; what was taken off and what was paid are the price."""
        bills = [it for it in self.inner.all_of(Settlement) if it.state is SettlementState.PAID]
        used = Counter(
            (it.member_id, it.exchange_id) for it in bills if it.exchange_id and not it.is_refunded
        )
        assert max(used.values(), default=0) <= 1
        for it in self.inner.all_of(Exchange):
            worth = it.final_minor or 0
            assert 0 <= it.used_minor <= it.valuation.minor
            assert it.paid_minor + it.due_minor <= max(worth, it.used_minor)
            if it.state is ExchangeState.SETTLED and it.is_pickup:
                # The phone is paid for, once.
                assert (it.paid_minor, it.due_minor) == (worth, 0)
            elif it.state is ExchangeState.SETTLED:
                # What the phone pays, and the member does, is what was taken off the price.
                assert min(worth, it.used_minor) - it.paid_minor == it.used_minor
        for quote in self.inner.all_of(Quote):
            assert quote.priced.payable_minor >= self.books.house.least


def plain(outcome: object) -> object:
    """An outcome as the books tell it: its parts, or a refusal's code."""
    if isinstance(outcome, Refused):
        return outcome.code
    it: Any = outcome
    if isinstance(outcome, DeviceQuoted):
        return "quoted", it.minor, it.voided
    if isinstance(outcome, ExchangeOpened):
        return "opened", it.state, it.minor
    if isinstance(outcome, ExchangeChanged | DeviceInspected):
        label = "changed" if isinstance(outcome, ExchangeChanged) else "inspected"
        return label, it.state, it.due_minor
    if isinstance(outcome, Quoted | CartPlaced):
        return "cart" if isinstance(outcome, Quoted) else "placed", it.payable_minor
    if isinstance(outcome, OrderPaid):
        return "paid", it.order_id
    if isinstance(outcome, PaymentClosed):
        return "closed", it.state
    if isinstance(outcome, Refunded):
        return "refunded", it.money_minor, it.exchange_minor
    return "ordered", it.order_id


FIRED_MIN = {
    "quote": 400,
    "open": 300,
    "cancel": 60,
    "accept": 3,
    "decline": 3,
    "visit": 120,
    "miss": 30,
    "inspect": 80,
    "settle": 40,
    "order": 200,
    "call off": 20,
    "cart": 120,
    "place": 90,
    "pay": 50,
    "fail": 1,
    "run_out": 2,
    "refund": 40,
    "booked by sweep": 4,
    "duplicate": 12,
    "asked again after Conflict": 10,
    "asked again after ConnectionLost": 45,
    "asked again after Crashed": 35,
    "race": 200,
    "lost by Conflict": 100,
    "lost by LimitReached": 3,
}
REFUSED_MIN = {
    "device_in_exchange": 150,
    "exchange_not_open": 250,
    "exchange_paid": 10,
    "new_product_gone": 3,
    "one_exchange_per_order": 3,
    "quote_expired": 3,
    "quote_void": 40,
    "settlement_not_open": 25,
    "beyond_paid": 8,
    "too_many_attempts": 4,
    "visit_too_late": 8,
    "wrong_exchange_amount": 3,
    "wrong_payer": 1,
}


@pytest.mark.hypothesis
def test_exchanges_agree_with_what_changes_hands_whatever_happens() -> None:
    """I6, I8, I11, I17, I18: over a run in which everything happens often enough."""
    FIRED.clear()
    REFUSED.clear()
    # By day the same stories each time, so that the floors are met or not for a reason.
    by_day = settings().max_examples <= BY_DAY
    tries = settings(
        max_examples=max(BY_DAY, settings().max_examples),
        stateful_step_count=30,
        derandomize=by_day,
        database=None,
    )
    run_state_machine_as_test(StallMachine, settings=tries)
    assert {name: FIRED[name] for name, least in FIRED_MIN.items() if FIRED[name] < least} == {}
    assert {code: REFUSED[code] for code, n in REFUSED_MIN.items() if REFUSED[code] < n} == {}


class Forgetful(MemoryStore):
    """A store without receipts."""

    def save(self, changes: Changes, /) -> None:
        """Save all but receipts."""
        super().save(attrs.evolve(changes, receipts=()))


class Deviceless(MemoryStore):
    """A store that keeps nothing of what devices are in."""

    def save(self, changes: Changes, /) -> None:
        """Save all but their entries."""
        puts = tuple([it for it in changes.puts if it.key.kind is not DeviceEntry])
        super().save(attrs.evolve(changes, puts=puts))


class Late(MemoryStore):
    """A store that lets a second writer of an exchange win."""

    def save(self, changes: Changes, /) -> None:
        """Save exchanges over whatever version is there."""
        rows = vars(self)["_rows"]
        puts = []
        for key, aggregate in changes.puts:
            there = rows.get(key)
            is_one = isinstance(aggregate, Exchange) and there is not None
            puts.append(
                Put(key, aggregate._replace(version=there.version) if is_one else aggregate)
            )
        super().save(attrs.evolve(changes, puts=tuple(puts)))


class Generous(MemoryStore):
    """A store that forgets what was paid."""

    def save(self, changes: Changes, /) -> None:
        """Save exchanges without their payment's name."""
        puts = [
            Put(it.key, it.aggregate._replace(paid_reference="", earlier_reference=""))
            if it.key.kind is Exchange
            else it
            for it in changes.puts
        ]
        super().save(attrs.evolve(changes, puts=tuple(puts)))


@pytest.mark.parametrize("broken", [Forgetful, Deviceless, Late, Generous])
def test_the_machine_objects(broken: type[MemoryStore]) -> None:
    """A store that pays twice, has a phone in two exchanges or lets a lost race win is caught."""

    class Machine(StallMachine):
        """The machine on that store."""

        made = broken

    tries = settings(
        max_examples=200,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=tries)
