"""Orders of the checkout: paid once, or given back whole, with their tokens and vouchers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from mi_rewards.catalogue import VoucherState
from mi_rewards.checkout import Cart, CartLine, CheckoutTerms, PartPayment, QuoteStale, Settlement
from mi_rewards.commands import (
    AbandonOrder,
    Command,
    FailPayment,
    PayOrder,
    PlaceCart,
    QuoteCart,
    RefundOrder,
    RunOutPayment,
)
from mi_rewards.errors import Conflict, Refused
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Needs, settlement_key
from mi_rewards.testing._checks import life
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.pictures import picture
from mi_rewards.testing._checks.races import receipt_of
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND
from mi_rewards.testing._checks.shop import (
    NOON,
    SHOP,
    brought,
    code,
    expect_available,
    redeem,
    traces_of,
    vouchers_of,
)
from mi_rewards.testing.clients import Client

COUNTER: Final = attrs.evolve(SHOP, checkout=CheckoutTerms(PartPayment(Rate(100, 1))))
"""The programme, with tokens as part payment: each is worth a rupee."""

UNTIL: Final = COUNTER.checkout.payable_until(NOON)
"""When a payment for what is placed at noon runs out."""

TOKENS: Final = 20
"""What an order is paid with, beside a coupon and money."""


def quote(by: str, name: str, order_id: str, digest: str = "", tokens: int = TOKENS) -> QuoteCart:
    """Have a cart of a thousand rupees quoted, with a voucher by its code."""
    line = CartLine("l1", "p1", "phones", Money(50_000, "INR"), 2)
    codes = (digest,) if digest else ()
    cart = Cart(order_id, (line,), codes=codes, tokens=tokens)
    return QuoteCart(member_id=by, request_id=name, at=NOON, cart=cart)


def place(by: str, name: str, quote_id: str) -> PlaceCart:
    """Order what was quoted."""
    return PlaceCart(member_id=by, request_id=name, at=NOON, quote_id=quote_id)


def _of(command: type[Any], order_id: str, **more: Any) -> Callable[[str, str], Command[Any]]:
    """Make a command on an order of a member, by a request."""
    arguments = {"at": NOON, "order_id": order_id, **more}
    return lambda by, name: command(member_id=by, request_id=name, **arguments)


def prepared(by: str) -> list[Command[Any]]:
    """Make a history after which each of `ORDERS` would be granted."""
    pay = _of(PayOrder, "o4")
    return [
        brought(by),
        redeem(by, "v1"),
        quote(by, "q1", "o1", code(f"{by} v1").digest),
        place(by, "p1", "q1"),
        quote(by, "q2", "o2", tokens=5),
        quote(by, "q4", "o4", tokens=7),
        place(by, "p4", "q4"),
        pay(by, "paid"),
    ]


CLOSING: Mapping[str, Callable[[str, str], Command[Any]]] = {
    "fail": _of(FailPayment, "o1"),
    "abandon": _of(AbandonOrder, "o1"),
    "run out payment": _of(RunOutPayment, "o1", at=UNTIL),
}
"""What gives an order back that is not paid."""

ORDERS: Mapping[str, Callable[[str, str], Command[Any]]] = {
    "quote": lambda by, name: quote(by, name, "o3", tokens=1),
    "place": lambda by, name: place(by, name, "q2"),
    "pay": _of(PayOrder, "o1"),
    **CLOSING,
    "refund": _of(RefundOrder, "o4", quantities=(("l1", 1),)),
}
"""A command of the checkout of each class, by what it does: of a member, by a request."""


def state_of(client: Client, by: str) -> tuple[str | None, str]:
    """Say what became of a member's order and of its voucher."""
    key = settlement_key(by, "o1")
    order: Settlement | None = client.load(Needs((key,))).get(key)
    (voucher,) = vouchers_of(client, by)
    return None if order is None else order.state.value, voucher.state.value


class PayingChecks(Checks):
    """Tokens held, vouchers attached and the order change together or not at all."""

    def _ordered(self, client: Client, by: str) -> None:
        """Let a member order, with tokens and a voucher."""
        for command in prepared(by):
            client.rewards(COUNTER).do(command)
        expect_equal(state_of(client, by), ("placed", "attached"), "the order and its voucher")

    @check(8, since=2, part="checkout")
    def test_every_command_of_the_checkout_is_carried_out_once(self) -> None:
        """I8: Asked again it has the same outcome and no effect; simulated it has none at all."""
        client = self.client()
        rewards = client.rewards(COUNTER)
        for name, maker in ORDERS.items():
            by = name.replace(" ", "-")
            self._ordered(client, by)
            command, rows = maker(by, "r"), self.rows(client)
            simulated, _ = rewards.simulate(command)
            expect_equal(self.rows(client), rows, f"the rows after {name}, simulated")
            expect_equal(rewards.do(command), simulated, f"{name}, done")
            before, rows = picture(client.load(traces_of(command))), self.rows(client)
            expect_equal(rewards.do(command), simulated, f"{name}, asked again")
            after = picture(client.load(traces_of(command)))
            expect_equal(after, before, f"what is there after {name}, asked again")
            expect_equal(self.rows(client), rows, f"the rows after {name}, asked again")
            life.expect_sound(client, [by])

    @check(8, 11, since=2, part="checkout")
    def test_the_same_request_to_the_checkout_twice_at_once(self) -> None:
        """I8, I11: For each command: one is carried out, and the other finds its receipt."""
        client = self.client()
        for name, maker in ORDERS.items():
            by = name.replace(" ", "-")
            self._ordered(client, by)
            command = maker(by, "r")
            first, second = [life.decided(client, command, COUNTER) for _ in range(2)]
            changes: tuple[Any, Any] = first.changes, second.changes
            client.save(changes[0])
            expect_raised(Conflict, f"{name}, saved twice", client.save, changes[1])
            again = client.rewards(COUNTER).do(command)
            expect_equal(again, first.outcomes[0], f"{name}, asked again")
            life.expect_sound(client, [by])

    @check(7, 11, 15, since=2, part="checkout")
    def test_an_order_is_paid_or_given_back(self) -> None:
        """I7, I11, I15: Of two clients one does; tokens are spent or come back, and once."""
        for name, maker in CLOSING.items():
            for is_paid in (True, False):
                client = self.client()
                self._ordered(client, ASHA)
                pay, close = ORDERS["pay"](ASHA, "pay"), maker(ASHA, "close")
                one, two = (pay, close) if is_paid else (close, pay)
                changes = [life.decided(client, it, COUNTER).changes for it in (one, two)]
                what = f"{name}, {'after' if is_paid else 'before'} the order is paid"
                self._lose(client, two, changes, what)
                answer: Any = client.rewards(COUNTER).do_all([two])[0]
                given = 0 if isinstance(answer, Refused) else answer.tokens
                expect_equal(given, 0, f"what came back a second time, {what}")
                order, voucher = state_of(client, ASHA)
                expect_equal(order == "paid", is_paid, f"whether it is paid, {what}")
                expect_equal(voucher, "used" if is_paid else "issued", f"the voucher, {what}")
                left = 100 - 10 - 7 - (TOKENS if is_paid else 0)
                expect_available(client, ASHA, left, UNTIL)
                life.expect_sound(client, [ASHA])

    def _lose(self, client: Client, loser: Command[Any], changes: list[Any], what: str) -> None:
        """Save both, and see that the loser leaves nothing."""
        client.save(changes[0])
        before, rows = picture(client.load(traces_of(loser))), self.rows(client)
        expect_raised(Conflict, what, client.save, changes[1])
        expect_equal(picture(client.load(traces_of(loser))), before, f"what is there, {what}")
        expect_equal(self.rows(client), rows, f"the rows, {what}")
        expect_equal(receipt_of(client, loser), None, f"the receipt, {what}")

    @check(11, 15, since=2, part="checkout")
    def test_a_voucher_is_on_one_order(self) -> None:
        """I11, I15: Two who have its code order at once; the second holds no tokens for it."""
        client = self.client()
        rewards = client.rewards(COUNTER)
        digest = code("asha v").digest
        for command in (
            brought(ASHA),
            brought(BELA),
            redeem(ASHA, "v"),
            quote(ASHA, "q", "o1", digest),
            quote(BELA, "q", "o1", digest),
        ):
            rewards.do(command)
        one, two = place(ASHA, "p", "q"), place(BELA, "p", "q")
        changes = [life.decided(client, it, COUNTER).changes for it in (one, two)]
        self._lose(client, two, changes, "one voucher on two orders")
        expect_raised(QuoteStale, "the second order, again", rewards.do, two)
        expect_available(client, ASHA, 70)
        expect_available(client, BELA, 100)
        (voucher,) = vouchers_of(client, ASHA)
        expect_equal((voucher.order_of, voucher.order_id), (ASHA, "o1"), "where the voucher is")

    @check(6, 7, since=2, part="checkout")
    def test_sweeps_give_unpaid_orders_back(self) -> None:
        """I6, I7: Each once, in pages of any size; tokens and vouchers can be used again."""
        members = [f"m{number}" for number in range(5)]
        for limit in (1, 2, 100):
            client = self.client()
            rewards = client.rewards(COUNTER)
            for by in members:
                self._ordered(client, by)
            early = rewards.run_out_due(UNTIL - MICROSECOND, limit=limit)
            expect_equal(early, 0, "run out early")
            expect_equal(rewards.run_out_due(UNTIL, limit=limit), 5, "run out")
            expect_equal(rewards.run_out_due(UNTIL, limit=limit), 0, "run out again")
            for by in members:
                state = ("run_out", VoucherState.ISSUED.value)
                expect_equal(state_of(client, by), state, "the order and its voucher")
                expect_available(client, by, 83, UNTIL)
            life.expect_sound(client, members)
