"""Opening an exchange: a quote is taken, and its device is in this exchange alone.

1. In store and online the exchange is the receipt that the checkout takes. By the pickup service it
   is for an order that is paid in full, and somebody comes for the device.
2. Of one device one exchange is live, and of one order one.
"""

from datetime import date, datetime
from typing import Any

import attrs

from mi_rewards.calendar import add_days, write_day
from mi_rewards.calendar.days import checked_day
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.members.barring import check_not_barred
from mi_rewards.commands.members.owning import all_of
from mi_rewards.commands.trade_in.devices import (
    check_free,
    counts,
    entries_of,
    order_counter,
)
from mi_rewards.commands.trade_in.exchange_command import ExchangeCommand, exchange_events
from mi_rewards.commands.trade_in.orders import order_that_stands
from mi_rewards.commands.trade_in.outcomes import ExchangeOpened
from mi_rewards.earning.purchases import Purchase
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import (
    device_quote_key,
    exchange_key,
    member_key,
    purchase_key,
    settlement_key,
)
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.opening import open_exchange
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.trade_in.refusals import (
    ExchangeNotOpen,
    QuoteExpired,
    QuoteVoid,
    UnknownDeviceQuote,
)
from mi_rewards.trade_in.terms import ExchangeMode, TradeInTerms
from mi_rewards.trade_in.valuation_refusals import OneExchangePerOrder


@attrs.frozen(order=False, kw_only=True, slots=False)
class OpenExchange(ExchangeCommand):
    """Take a quote: the exchange's receipt is issued, or its visit can be arranged.

    Attributes:
        quote_id: The quote.
        order_id: The order of the new phone, by the pickup service; empty otherwise.
        visit_by: The last day for the visit, by the pickup service; `None` for as the terms say.
    """

    quote_id: str
    order_id: str = ""
    visit_by: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.quote_id) is not str or not self.quote_id:
            raise not_a_text("a quote's id", self.quote_id)
        if type(self.order_id) is not str:
            raise not_a_text("an order's id", self.order_id)
        if self.visit_by is not None:
            checked_day(self.visit_by)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the exchange, the quote and the member; the order that it is for.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        keys: tuple[Any, ...] = (
            self._key(),
            device_quote_key(self.member_id, self.quote_id),
            member_key(self.member_id),
        )
        if not self.order_id:
            return Needs(keys)
        order = purchase_key(self.member_id, self.order_id)
        counter = order_counter(self.member_id, self.order_id)
        settled = settlement_key(self.member_id, self.order_id)
        return Needs((*keys, order, settled), counters=(counter,))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeOpened]:
        """Decide.

        Args:
            loaded: The exchange, the quote, the member, the entries of the device; the order.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked.
            ExchangeNotOpen: There is an exchange of that name.
            UnknownDeviceQuote: There is no such quote.
            QuoteVoid: A newer quote of the device counts, it was taken, or its device forgotten.
            QuoteExpired: Its last day is over.
            DeviceInExchange: The device is in an exchange.
            UnknownOrder: The order is not known.
            NewProductNotEligible: Nothing on the order is what the terms are for.
            NewProductGone: What is was cancelled, or came back.
            OneExchangePerOrder: The order has an exchange.
            Misuse: An order is named and the terms know of none, or the other way round; the terms
                do not say until when somebody comes.
        """
        check_not_barred(loaded, self.member_id)
        found = loaded.get(self._key())
        if found is not None:
            raise ExchangeNotOpen(exchange_id=self.exchange_id, state=found.at(self.at).state.value)
        quote = self._quote(loaded)
        terms = quote.terms
        self._check_stands(quote, loaded)
        visit_by: datetime | None = None
        over: Exchange | None = None
        if terms.mode is ExchangeMode.PICKUP:
            order = self._order(terms, loaded)
            over = self._over(loaded)
            visit_by = self._visit_by(terms, order, programme)
        elif self.order_id or self.visit_by is not None:
            raise Misuse(f"trade-in terms {terms.terms_id!r} know of no pickup, and of no order")
        opened, exchange = open_exchange(
            quote,
            self.exchange_id,
            at=self.at,
            zone=programme.zone,
            order_id=self.order_id,
            book_by=visit_by,
        )
        puts: tuple[Put[Any], ...] = (
            Put(self._key(), exchange),
            Put(device_quote_key(self.member_id, self.quote_id), opened),
        )
        events = exchange_events(None, exchange, self)
        if over is not None:
            ended = over.at(self.at)
            puts = (Put(exchange_key(self.member_id, over.exchange_id), ended), *puts)
            events = (*exchange_events(over, ended, self), *events)
        return Decision(self._opened(exchange), puts, (), events)

    def _check_stands(self, quote: DeviceQuote, loaded: Loaded) -> None:
        """Refuse a quote that counts no more, or whose device is in an exchange."""
        entries = entries_of(quote.device.imeis, loaded)
        own = (self.member_id, self.quote_id)
        is_last = entries and all((it.quote_of, it.quote_id) == own for it in entries.values())
        if quote.exchange_id or not is_last:
            raise QuoteVoid(quote_id=self.quote_id)
        if not quote.is_open(self.at):
            raise QuoteExpired(quote_id=self.quote_id, last_day=write_day(quote.last_day))
        check_free(entries.values(), self.at, but=("", ""))

    def _opened(self, exchange: Exchange) -> ExchangeOpened:
        """Answer with the exchange."""
        valuation = exchange.valuation
        return ExchangeOpened(
            self.exchange_id,
            exchange.state.value,
            valuation.minor,
            valuation.currency,
            exchange.ends_at,
            exchange.book_by,
        )

    def _quote(self, loaded: Loaded) -> DeviceQuote:
        """Answer with the quote, or refuse."""
        found = loaded.get(device_quote_key(self.member_id, self.quote_id))
        if found is None:
            raise UnknownDeviceQuote(quote_id=self.quote_id)
        return found

    def _order(self, terms: TradeInTerms, loaded: Loaded) -> Purchase:
        """Answer with the order that is paid in full, or refuse."""
        if not self.order_id:
            raise Misuse(f"trade-in terms {terms.terms_id!r} are for an order: name order_id")
        return order_that_stands(self.member_id, self.order_id, terms, loaded)

    def _over(self, loaded: Loaded) -> Exchange | None:
        """Find an exchange of the order whose time is over and that is not booked; or refuse.

        One that goes on, or came to something, is the one that the order has.
        """
        settled = loaded.get(settlement_key(self.member_id, self.order_id))
        if settled is not None and settled.exchange_id:
            raise OneExchangePerOrder(order_id=self.order_id)
        counter = order_counter(self.member_id, self.order_id)
        used = loaded.all_counters((counter,))[counter]
        if used is None or not used.used:
            return None
        exchanges = [
            it
            for it in all_of(Exchange, self.member_id, loaded)
            if it.is_pickup and it.order_id == self.order_id and counts(it)
        ]
        over = [it for it in exchanges if not counts(it.at(self.at))]
        if not over:
            raise OneExchangePerOrder(order_id=self.order_id)
        return over[0]

    def _visit_by(self, terms: TradeInTerms, order: Purchase, programme: Programme) -> datetime:
        """Reckon until when somebody comes: so many days from the delivery, or from now."""
        zone = programme.zone
        today = zone.day_of(self.at)
        last = self.visit_by
        if last is None:
            days = terms.pickup_within_days
            if days is None:
                raise Misuse(
                    f"trade_ins.{terms.terms_id} states no pickup_within_days: name visit_by"
                )
            delivered = order.deliveries
            last = add_days(zone.day_of(max(delivered)) if delivered else today, days)
        if last < today:
            raise Misuse(f"an exchange of {today} is not to be collected until {last}")
        return zone.after(last)
