"""What the tests of exchange receipts in orders share: a till that trades in.

1. `Trader()` has the exchange `x1`, of a device worth Rs 8,000 by online terms unless it says
   otherwise; `order()` places an order of a phone for Rs 9,999 and two cases with it.
2. `STORE` and the others of `TERMS` differ in what becomes of the value when a phone comes back.
"""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards.checkout import CheckoutTerms, PartPayment
from mi_rewards.commands import ListDevices, PublishPriceBook
from mi_rewards.money import Rate
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, Key, Needs, Put, exchange_key
from mi_rewards.trade_in import DeviceEntry, Exchange, OnReturn, Surplus, TradeInTerms
from tests.phones import a_book, a_model, imei
from tests.shop import rules
from tests.tills import MINUTE, SPENDING, Till, cart, line, order, pay, quote
from tests.trading import LENIENT, NOON, ONLINE, STORE, opening
from tests.trading import quote as quote_device

VALUE = 8_000_00
PHONE = line("phone", 9999, category="phones")
CASE = line("case", 399, 2)
PAYABLE_UNTIL = NOON + 30 * MINUTE
ENDS = NOON + timedelta(days=14, hours=12)
"""When the fourteenth day after the quote is over in India."""

SURPLUS = attrs.evolve(
    STORE, terms_id="surplus", surplus=Surplus.TOKENS, credit=Rate(1, 100), combines=("tokens",)
)
CREDIT = attrs.evolve(STORE, terms_id="credit", credit=Rate(1, 100))
MONEY = attrs.evolve(STORE, terms_id="money", on_return=OnReturn.MONEY)
LOST = attrs.evolve(STORE, terms_id="lost", on_return=OnReturn.LOST)
GONE = attrs.evolve(ONLINE, terms_id="gone", revives=False)
TERMS = (STORE, ONLINE, LENIENT, SURPLUS, CREDIT, MONEY, LOST, GONE)
DEALS = rules(SPENDING, trade_ins=TERMS, checkout=CheckoutTerms(PartPayment(Rate(100, 1))))


class Trader(Till):
    """A till that knows one price book with one model, where asha has an exchange of Rs 8,000."""

    def __init__(self, terms: TradeInTerms = ONLINE, programme: Programme = DEALS) -> None:
        super().__init__(programme=programme)
        self.terms = terms
        self.channel = terms.channels[0]
        self.all(
            PublishPriceBook(book=a_book(), request_id="book", at=NOON),
            ListDevices(models=(a_model(),), request_id="models", at=NOON),
            quote_device(terms_id=terms.terms_id),
            opening(),
        )

    def order(
        self, order_id: str = "o1", *lines: Any, at: datetime = NOON, **stated: Any
    ) -> "Trader":
        """Place an order with the exchange `x1`, of a phone and two cases by default."""
        told = {"channel": self.channel, "exchange_id": "x1", **stated}
        of = cart(*(lines or (PHONE, CASE)), order_id=order_id, **told)
        name = f"{order_id}@{at:%d%H%M}"
        self.all(quote(of, at=at, request=f"quote:{name}"))
        self.do(order(f"quote:{name}", at=at, request=f"order:{name}"))
        return self

    def paid(self, *lines: Any, **stated: Any) -> "Trader":
        """Place such an order, and pay it."""
        self.order("o1", *lines, **stated)
        self.do(pay(at=NOON))
        return self

    def exchange(self) -> Exchange:
        """Read the exchange as stored."""
        key = exchange_key("asha", "x1")
        found = self.store.load(Needs((key,))).get(key)
        assert found is not None
        return found

    def device(self) -> DeviceEntry:
        """Read what its device is in, as stored."""
        found = self.rewards.device(imei(1))
        assert found is not None
        return found

    def put(self, exchange: Exchange) -> None:
        """Store an exchange as other commands would have left it."""
        self.store.save(Changes((Put(exchange_key("asha", "x1"), exchange),)))

    def forget(self) -> None:
        """Lose the exchange."""
        key: Key[Any] = exchange_key("asha", "x1")
        rows = [it for it in vars(self.store).values() if isinstance(it, dict) and key in it]
        assert rows
        for it in rows:
            del it[key]

    def told(self) -> list[tuple[str, object]]:
        """What others were told of exchanges after it was opened, with what is due."""
        events = [it for it in self.events() if it.topic.startswith("exchange_")][1:]
        return [(it.topic, dict(it.figures)["due_minor"]) for it in events]
