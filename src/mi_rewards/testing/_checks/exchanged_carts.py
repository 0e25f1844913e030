"""Carts that take an exchange: its value is taken off one order, paid or given back."""

from collections.abc import Sequence
from typing import Any

from mi_rewards.checkout import Cart, CartLine
from mi_rewards.commands import (
    CancelExchange,
    Command,
    FailPayment,
    PayOrder,
    PlaceCart,
    QuoteCart,
    RefundOrder,
    RunOutPayment,
)
from mi_rewards.errors import Refused
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, exchange_key
from mi_rewards.testing._checks.ahead import AT
from mi_rewards.testing._checks.devices import ONLINE, STORE
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA
from mi_rewards.testing._checks.selling import SellingChecks
from mi_rewards.testing._checks.trading import (
    DEALS,
    WORTH,
    dealing,
    expect_devices,
    inspect,
    on_exchange,
    quote,
    settle,
    states_of,
    take,
)
from mi_rewards.testing.clients import Client
from mi_rewards.trade_in import TradeInTerms

UNTIL = DEALS.checkout.payable_until(AT)
"""When a payment for what is placed runs out."""


def cart(order_id: str = "o1") -> QuoteCart:
    """Have a cart with one new phone quoted, with an exchange."""
    line = CartLine("l1", "p1", "phones", Money(1_500_000, "INR"), 1)
    asked = Cart(order_id, (line,), exchange_id="x1", channel="mi.com")
    return QuoteCart(member_id=ASHA, request_id=f"cart {order_id}", at=AT, cart=asked)


def place(order_id: str = "o1") -> PlaceCart:
    """Order what was quoted."""
    return PlaceCart(
        member_id=ASHA, request_id=f"place {order_id}", at=AT, quote_id=f"cart {order_id}"
    )


def _of(command: type[Any], name: str, order_id: str = "o1", **more: Any) -> Command[Any]:
    """Make a command on an order."""
    stated = {"at": AT, **more}
    made: Command[Any] = command(
        member_id=ASHA, request_id=f"{name} {order_id}", order_id=order_id, **stated
    )
    return made


PAY, FAIL = _of(PayOrder, "pay"), _of(FailPayment, "fail")
REFUND = _of(RefundOrder, "refund", quantities=(("l1", 1),))
CANCEL = CancelExchange(**on_exchange(ASHA, "cancel"))


class ExchangedCartChecks(SellingChecks):
    """What becomes of an order becomes of the exchange on it, in the same save."""

    def _with_receipt(self, terms: TradeInTerms = ONLINE) -> Client:
        """Open an exchange, whose receipt can be used."""
        client = dealing(self.client())
        self._go(client, quote(terms=terms), take())
        return client

    def _go(self, client: Client, *commands: Command[Any]) -> None:
        """Carry requests out, one by one."""
        for command in commands:
            client.rewards(DEALS).do(command)

    def _expect_used(
        self, client: Client, state: str, off_minor: int, order_id: str = "o1"
    ) -> None:
        """See where the exchange is, what it takes off and of which order."""
        key = exchange_key(ASHA, "x1")
        found = client.load(Needs((key,))).get(key)
        told = None if found is None else (found.state.value, found.used_minor, found.order_id)
        expect_equal(told, (state, off_minor, order_id), "the exchange")
        expect_devices(client, [(ASHA, "x1")])

    def _expect_either(self, client: Client, winner: Command[Any], loser: Command[Any]) -> None:
        """Let two decide on the same state; the loser leaves nothing, and is refused afterwards."""
        self._expect_one_wins(client, winner, loser, programme=DEALS)
        do = client.rewards(DEALS).do
        expect_raised(Refused, f"{type(loser).__name__}, asked again", do, loser)

    @check(8, 17, since=5, part="exchanged_carts")
    def test_an_order_with_an_exchange_is_carried_out_once(self) -> None:
        """I8, I17: Placed, not paid, placed, paid; refunded, or inspected and paid for."""
        ends: Sequence[tuple[TradeInTerms, Sequence[Command[Any]], str]] = (
            (ONLINE, (REFUND,), "issued"),
            (ONLINE, (inspect(),), "settled"),
            (ONLINE, (inspect(is_worse=True),), "offered"),
            (STORE, (REFUND,), "credited"),
        )
        for terms, last, state in ends:
            client = self._with_receipt(terms)
            over = _of(RunOutPayment, "run out", "o0", at=UNTIL)
            first = cart("o0"), place("o0"), over
            self._asked_twice(client, [*first, cart(), place(), PAY, *last], DEALS)
            expect_equal(states_of(client, (ASHA, "x1")), [state], f"after {last[-1].request_id}")
            expect_devices(client, [(ASHA, "x1")])

    @check(11, 17, since=5, part="exchanged_carts")
    def test_an_exchange_is_taken_off_one_order(self) -> None:
        """I11, I17: Of two orders at once the second is refused; off the first it takes it all."""
        client = self._with_receipt()
        self._go(client, cart(), cart("o2"))
        self._expect_either(client, place(), place("o2"))
        self._expect_used(client, "attached", WORTH)
        self._go(client, FAIL, cart("o3"), place("o3"))
        self._expect_used(client, "attached", WORTH, "o3")

    @check(11, 17, since=5, part="exchanged_carts")
    def test_an_order_is_placed_or_its_exchange_given_up(self) -> None:
        """I11, I17: Of both at once one: no order has what is cancelled or void."""
        for other, state in ((CANCEL, "cancelled"), (quote(name="q2"), "void")):
            client = self._with_receipt()
            self._go(client, cart())
            commands: tuple[Command[Any], Command[Any]] = (other, place())
            self._expect_either(client, *commands)
            self._expect_used(client, state, 0, "")
            client = self._with_receipt()
            self._go(client, cart())
            self._expect_either(client, commands[1], commands[0])
            self._expect_used(client, "attached", WORTH)

    @check(11, 17, since=5, part="exchanged_carts")
    def test_an_order_with_an_exchange_is_paid_or_not(self) -> None:
        """I11, I17: Of both at once one: its value is used, or can be used again."""
        for first, second, told in (
            (PAY, FAIL, ("used", WORTH, "o1")),
            (FAIL, PAY, ("issued", 0, "")),
        ):
            client = self._with_receipt()
            self._go(client, cart(), place())
            self._expect_either(client, first, second)
            self._expect_used(client, *told)

    @check(11, 17, since=5, part="exchanged_carts")
    def test_a_device_is_inspected_or_its_order_refunded(self) -> None:
        """I11, I17: Of both at once one decides; what was taken off is owed at most once."""
        reject = inspect(is_worse=True)
        for first, second, state in ((reject, REFUND, "cancelled"), (REFUND, reject, "issued")):
            client = self._with_receipt()
            self._go(client, cart(), place(), PAY)
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_one_wins(client, *commands, programme=DEALS)
            client.rewards(DEALS).do_all([second])
            expect_equal(states_of(client, (ASHA, "x1")), [state], "the exchange")
            expect_devices(client, [(ASHA, "x1")])
            expect_raised(Refused, "a payment", client.rewards(DEALS).do, settle())
