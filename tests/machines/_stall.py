"""A stall that takes old phones, as somebody would tell it: slow, obvious, in another style.

1. What the calendar does to a deal is done before anything else is looked at. Nothing is booked.
2. Money is told in paise that changed hands: `spent` for the new phone, `got` for the old one, less
   than nothing where the member had to pay. What is due is what it should be, less what it was.
3. A step is tried on a copy; a refusal is a `No` with its code, and changes nothing.
"""

import copy
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mi_rewards.testing._books.coins import LOCAL, No, midnight_after

WORTH = {"clean": 40, "cracked": 30, "bad": 20}
"""What the phone is worth in each condition, in paise; one that is dead is not taken."""

HAVING = ("issued", "attached", "used", "booked", "scheduled", "offered", "taken")
"""Where a deal has its phone."""

WITHOUT = ("declined", "missed", "cancelled", "rejected")
"""Where a deal by pickup has ended, and its order can have another one."""

HOUR = timedelta(hours=1)


class House(NamedTuple):
    """The rules of the house.

    Attributes:
        worse: What becomes of a phone that is worth less: `reject`, `pay_difference`, `threshold`.
        takes_better: Whether one that is worth more is.
        gives_tokens: Whether a surplus is paid in tokens.
        on_return: `credit`, `money` or `lost`.
        revives: Whether a receipt comes back with its order.
        least: What is to be paid of the new phone at least.
    """

    worse: str
    takes_better: bool
    gives_tokens: bool
    on_return: str
    revives: bool
    least: int


class Deal:
    """One exchange."""

    def __init__(self, quote: "Asked", name: str, at: datetime, order: str) -> None:
        self.by, self.name, self.mode = quote.by, name, quote.mode
        self.numbers, self.worth = quote.numbers, WORTH[quote.condition]
        self.ends = quote.ends
        self.place = "booked" if self.mode == "pickup" else "issued"
        self.order = order
        self.until = midnight(at, 1) if self.mode == "pickup" else self.ends
        self.price = self.off = self.visits = self.offer = self.tokens = 0
        self.final: int | None = None
        self.got = self.should = 0
        self.payments: dict[str, int] = {}

    @property
    def due(self) -> int:
        """What is still to be paid to the member; less than nothing: by the member."""
        return self.should - self.got

    def pass_time(self, at: datetime) -> None:
        """Let deadlines pass, one after the other."""
        while at >= self.until and self.place in ("issued", "attached", *_WAITING, "offered"):
            if self.place == "attached":
                self.let_go(self.until)
            elif self.place == "issued":
                self.place = "expired"
            elif self.place == "offered":
                self.leave()
            else:
                self.place = "missed"

    def let_go(self, at: datetime) -> None:
        """Be off an order, and free again if there is time left."""
        self.place, self.order, self.price, self.off = "issued", "", 0, 0
        self.until = self.ends
        self.pass_time(at)

    def leave(self) -> None:
        """Leave the phone with the member, who pays what was taken off."""
        self.place = "rejected"
        if self.mode == "pickup":
            self.place = "declined"
        self.should = -self.off

    def take(self, worth: int, *, gives_tokens: bool) -> None:
        """Take the phone at what it is worth in the end."""
        self.final = worth
        if self.mode == "pickup":
            self.should = worth
        else:
            self.should = min(worth, self.off) - self.off
            if gives_tokens and worth > self.off:
                self.tokens += worth - self.off
        self.place = "taken" if self.due else "settled"


_WAITING = ("booked", "scheduled")


class Asked(NamedTuple):
    """One quote."""

    by: str
    name: str
    mode: str
    numbers: tuple[str, ...]
    condition: str
    ends: datetime


class Cart(NamedTuple):
    """One cart, as it was quoted."""

    by: str
    order: str
    deal: str
    price: int
    off: int
    until: datetime


class Bill:
    """One order of the checkout: `placed`, `paid`, `failed`, `run_out`; whether it came back."""

    def __init__(self, cart: Cart, until: datetime) -> None:
        self.cart, self.until = cart, until
        self.place = "placed"
        self.is_back = False

    def at(self, at: datetime) -> str:
        """What it is by an instant."""
        return "run_out" if self.place == "placed" and at >= self.until else self.place


class Stall:
    """The books."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.known: list[set[str]] = []
        self.counts: dict[str, tuple[str, str]] = {}
        self.quotes: dict[tuple[str, str], Asked] = {}
        self.opened: set[tuple[str, str]] = set()
        self.deals: dict[tuple[str, str], Deal] = {}
        self.carts: dict[tuple[str, str], Cart] = {}
        self.bills: dict[tuple[str, str], Bill] = {}
        self.orders: dict[tuple[str, str], bool] = {}

    def at(self, at: datetime) -> "Stall":
        """Copy the books, as the calendar has made them by an instant."""
        other = Stall(self.house)
        other.known = [set(it) for it in self.known]
        other.counts, other.quotes = dict(self.counts), dict(self.quotes)
        other.opened, other.carts = set(self.opened), dict(self.carts)
        other.orders = dict(self.orders)
        other.deals = {key: copy.copy(deal) for key, deal in self.deals.items()}
        other.bills = {key: copy.copy(bill) for key, bill in self.bills.items()}
        for deal in other.deals.values():
            deal.payments = dict(deal.payments)
            deal.pass_time(at)
        return other

    # Phones.

    def one_phone(self, numbers: tuple[str, ...]) -> set[str]:
        """Name all numbers that are known to be of the same phone."""
        found = set(numbers)
        for together in self.known:
            if together & set(numbers):
                found |= together
        return found

    def holder(self, number: str) -> tuple[str, str] | None:
        """Tell which deal has a phone."""
        found = [
            key
            for key, deal in self.deals.items()
            if deal.place in HAVING and number in self.one_phone(deal.numbers)
        ]
        assert len(found) <= 1, f"{number} is in {found}"
        return found[0] if found else None

    def holders(self, numbers: tuple[str, ...]) -> set[tuple[str, str]]:
        """Tell which deals have a phone, by any of its numbers."""
        return {it for it in map(self.holder, self.one_phone(numbers)) if it is not None}

    # Quotes and deals.

    def quote(self, asked: Asked) -> tuple[Any, ...]:
        """Say what a phone is worth."""
        voided = ""
        for by, name in self.holders(asked.numbers):
            if by != asked.by or self.deals[by, name].place != "issued":
                raise No("device_in_exchange")
            voided = name
        if asked.condition not in WORTH:
            raise No("device_rejected")
        if voided:
            self.deals[asked.by, voided].place = "void"
        self.quotes[asked.by, asked.name] = asked
        for number in self.one_phone(asked.numbers):
            self.counts[number] = (asked.by, asked.name)
        return "quoted", WORTH[asked.condition], voided

    def open(self, by: str, name: str, quote: str, at: datetime, order: str) -> tuple[Any, ...]:
        """Take a quote."""
        if (by, name) in self.deals:
            raise No("exchange_not_open")
        if (by, quote) not in self.quotes:
            raise No("unknown_device_quote")
        asked = self.quotes[by, quote]
        is_newest = {self.counts.get(it) for it in self.one_phone(asked.numbers)} == {(by, quote)}
        if (by, quote) in self.opened or not is_newest:
            raise No("quote_void")
        if at >= asked.ends:
            raise No("quote_expired")
        if self.holders(asked.numbers):
            raise No("device_in_exchange")
        if asked.mode == "pickup":
            self.stands(by, order)
            others = [it for it in self.deals.values() if (it.by, it.order) == (by, order)]
            if any(it.place not in WITHOUT for it in others if it.mode == "pickup"):
                raise No("one_exchange_per_order")
        self.opened.add((by, quote))
        deal = Deal(asked, name, at, order)
        self.deals[by, name] = deal
        return "opened", deal.place, deal.worth

    def stands(self, by: str, order: str) -> None:
        """Refuse an order that is not there, or not any more."""
        if (by, order) not in self.orders:
            raise No("unknown_order")
        if not self.orders[by, order]:
            raise No("new_product_gone")

    def deal(self, by: str, name: str) -> Deal:
        """Find a deal."""
        if (by, name) not in self.deals:
            raise No("unknown_exchange")
        return self.deals[by, name]

    def told(self, deal: Deal) -> tuple[Any, ...]:
        """What is told of a deal that was changed."""
        return "changed", deal.place, deal.due

    def expect(self, deal: Deal, *places: str) -> None:
        """Refuse what is not for where it is."""
        if deal.place not in places:
            raise No("exchange_not_open")

    def cancel(self, by: str, name: str) -> tuple[Any, ...]:
        """Give it up."""
        deal = self.deal(by, name)
        self.expect(deal, "issued", *_WAITING)
        deal.place = "cancelled"
        return self.told(deal)

    def accept(self, by: str, name: str) -> tuple[Any, ...]:
        """Accept what is offered."""
        deal = self.deal(by, name)
        if deal.mode == "pickup":
            self.stands(by, deal.order)
        self.expect(deal, "offered")
        deal.take(deal.offer, gives_tokens=self.house.gives_tokens)
        return self.told(deal)

    def decline(self, by: str, name: str) -> tuple[Any, ...]:
        """Decline it."""
        deal = self.deal(by, name)
        self.expect(deal, "offered")
        deal.leave()
        return self.told(deal)

    def watch(self, by: str, name: str) -> tuple[Any, ...]:
        """Look."""
        return self.told(self.deal(by, name))

    def visit(self, by: str, name: str, visit_at: datetime) -> tuple[Any, ...]:
        """Agree on a visit."""
        deal = self.deal(by, name)
        if deal.mode == "pickup":
            self.stands(by, deal.order)
        if deal.place == "missed" and deal.visits == 2:
            raise No("too_many_attempts")
        self.expect(deal, *_WAITING)
        if visit_at >= deal.until:
            raise No("visit_too_late")
        deal.place = "scheduled"
        return self.told(deal)

    def miss(self, by: str, name: str) -> tuple[Any, ...]:
        """Come in vain."""
        deal = self.deal(by, name)
        self.expect(deal, "scheduled")
        deal.visits += 1
        deal.place = "missed" if deal.visits == 2 else "booked"
        return self.told(deal)

    def inspect(
        self, by: str, name: str, read: tuple[str, ...], condition: str, at: datetime
    ) -> tuple[Any, ...]:
        """Look at the phone."""
        deal = self.deal(by, name)
        if deal.mode == "pickup":
            self.stands(by, deal.order)
        is_same = set(read) <= set(deal.numbers) or set(deal.numbers) <= set(read)
        both = (*deal.numbers, *read)
        is_elsewhere = is_same and bool(self.holders(both) - {(by, name)})
        self.expect(deal, "used", "scheduled")
        if is_same and not is_elsewhere:
            self.known.append(self.one_phone(both))
        found = WORTH.get(condition, 0)
        house = self.house
        if not is_same or is_elsewhere or not found:
            self.reject(deal)
        elif found >= deal.worth:
            better = found if house.takes_better else deal.worth
            deal.take(better, gives_tokens=house.gives_tokens)
        elif house.worse == "reject" or (house.worse == "threshold" and 4 * found < 3 * deal.worth):
            self.reject(deal)
        else:
            deal.place, deal.offer, deal.until = "offered", found, at + 24 * HOUR
        return "inspected", deal.place, deal.due

    def reject(self, deal: Deal) -> None:
        """Send the phone back."""
        deal.leave()
        deal.place = "rejected"

    def settle(self, by: str, name: str, amount: int, reference: str) -> tuple[Any, ...]:
        """Pay what is due; what is paid to the member is above nothing."""
        deal = self.deal(by, name)
        if reference in deal.payments:
            if amount != deal.payments[reference]:
                raise No("exchange_paid")
            return self.told(deal)
        if not deal.due:
            raise No("exchange_paid" if deal.payments else "exchange_not_open")
        if (amount > 0) is not (deal.due > 0):
            raise No("wrong_payer")
        if amount != deal.due:
            raise No("wrong_exchange_amount")
        deal.payments[reference] = amount
        deal.got += amount
        if deal.place != "credited":
            deal.place = "settled"
        return self.told(deal)

    # Orders.

    def order(self, by: str, order: str) -> tuple[Any, ...]:
        """Order a phone that is paid for elsewhere."""
        self.orders[by, order] = True
        return "ordered", order

    def call_off(self, by: str, order: str) -> tuple[Any, ...]:
        """Cancel that order."""
        if (by, order) not in self.orders:
            raise No("unknown_order")
        if not self.orders[by, order]:
            raise No("order_cancelled")
        self.orders[by, order] = False
        return "ordered", order

    def off(self, by: str, name: str, price: int) -> int:
        """Reckon what a deal takes off a price."""
        deal = self.deals.get((by, name))
        if deal is None or deal.place != "issued":
            return 0
        return len([coin for coin in range(deal.worth) if coin < price - self.house.least])

    def cart(self, by: str, order: str, name: str, price: int, at: datetime) -> tuple[Any, ...]:
        """Quote a cart."""
        off = self.off(by, name, price)
        cart = Cart(by, order, name, price, off, at + timedelta(minutes=15))
        self.carts[by, order] = cart
        return "cart", price - off

    def place(self, by: str, order: str, at: datetime) -> tuple[Any, ...]:
        """Order what was quoted."""
        if (by, order) not in self.carts:
            raise No("unknown_quote")
        cart, bill = self.carts[by, order], self.bills.get((by, order))
        if bill is not None and bill.at(at) != "failed":
            raise No("settlement_not_open")
        if at >= cart.until or self.off(by, cart.deal, cart.price) != cart.off:
            raise No("quote_stale")
        until = at + HOUR
        self.bills[by, order] = Bill(cart, until)
        if cart.off:
            deal = self.deals[by, cart.deal]
            deal.place, deal.order, deal.until = "attached", order, until
            deal.price, deal.off = cart.price, cart.off
        return "placed", cart.price - cart.off

    def bill(self, by: str, order: str) -> Bill:
        """Find an order of the checkout."""
        if (by, order) not in self.bills:
            raise No("unknown_settlement")
        return self.bills[by, order]

    def on(self, bill: Bill) -> Deal | None:
        """Find the deal whose value an order takes off."""
        return self.deals[bill.cart.by, bill.cart.deal] if bill.cart.off else None

    def pay(self, by: str, order: str, at: datetime) -> tuple[Any, ...]:
        """Pay for an order."""
        bill = self.bill(by, order)
        if bill.at(at) != "placed":
            raise No("settlement_not_open")
        bill.place, deal = "paid", self.on(bill)
        if deal is not None and deal.mode == "store":
            deal.take(deal.worth, gives_tokens=self.house.gives_tokens)
        elif deal is not None:
            deal.place = "used"
        return "paid", order

    def fail(self, by: str, order: str, at: datetime) -> tuple[Any, ...]:
        """Let a payment fail."""
        bill = self.bill(by, order)
        if bill.at(at) != "placed":
            raise No("settlement_not_open")
        bill.place, deal = "failed", self.on(bill)
        if deal is not None:
            deal.let_go(at)
        return "closed", "failed"

    def run_out(self, by: str, order: str, at: datetime) -> tuple[Any, ...]:
        """Book that a payment has run out."""
        bill = self.bill(by, order)
        bill.place = bill.at(at)
        return "closed", bill.place

    def refund(self, by: str, order: str, at: datetime) -> tuple[Any, ...]:
        """Give the price back, and settle what was taken off it."""
        bill = self.bill(by, order)
        if bill.place != "paid":
            raise No("settlement_not_open")
        if bill.is_back:
            raise No("beyond_paid")
        bill.is_back, deal = True, self.on(bill)
        if deal is None:
            return "refunded", bill.cart.price, 0
        off = deal.off
        if deal.place == "used" and self.house.revives:
            deal.let_go(at)
        elif deal.place in ("used", "offered"):
            deal.place = "cancelled"
        else:
            # What the member paid of what was taken off comes back, and the phone's part of it.
            part = min(deal.final or 0, off)
            deal.should = part if self.house.on_return == "money" else 0
            if self.house.on_return == "credit":
                deal.tokens += part
            deal.place = "credited"
        return "refunded", bill.cart.price - off, off


def midnight(at: datetime, days: int) -> datetime:
    """Name the end of the day that is so many days later."""
    return midnight_after(at.astimezone(LOCAL).date() + timedelta(days=days))
