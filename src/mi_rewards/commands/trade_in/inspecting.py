"""Inspecting a device, and the member's answer to a revised offer.

1. What the device is found to be is priced by the edition of the price book that it was quoted by,
   as of the quote: neither a newer book nor its age since then changes anything.
2. Where a partner quoted it, what the partner finds is handed in, and recorded. The bounds are
   those of the quote. What is worth less than the floor is not taken.
3. A valuation that is signed by the price book says that the partner has not answered: the edition
   of the quote prices what was found.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.trade_in.devices import entries_of, entry_puts
from mi_rewards.commands.trade_in.exchange_command import (
    ExchangeCommand,
    credit_surplus,
    credited,
    exchange_events,
)
from mi_rewards.commands.trade_in.orders import order_puts
from mi_rewards.commands.trade_in.outcomes import DeviceInspected, ExchangeChanged
from mi_rewards.commands.trade_in.price_books import price_book_in
from mi_rewards.commands.trade_in.quoting import (
    answer_pairs,
    check_handed_in,
    check_valuation,
    partners,
)
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import price_book_key, wallet_key
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.imei import read_imei
from mi_rewards.trade_in.inspection import IMEI_MISMATCH, is_same_device
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.pricing import PRICE_BOOK, Valuation, limits, price
from mi_rewards.trade_in.pricing_refusals import DeviceRejected

IN_OTHER_EXCHANGE = "in_other_exchange"
"""Why a device is not taken of which another number is in an exchange too."""

BELOW_FLOOR = "below_floor"
"""Why a device is not taken that a partner found to be worth less than the least price."""

NUMBERS_MAX = 2
"""The most numbers of one device."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class InspectDevice(ExchangeCommand):
    """Record what the device was found to be.

    Attributes:
        imeis: The numbers read from the device; none where there is a rejection, and no device was
            handed over, or none could be read: then nothing is said of its numbers.
        answers: What was found, by question; a mapping, or pairs.
        rejection: Why it is not taken, whatever its answers; empty where it is.
        valuation: What a partner's service made of it; `None`, or one that is signed by the price
            book, where the price book prices it.
        offer_until: Until when a revised offer waits for an answer, with an offset; `None` for as
            the terms say.
    """

    imeis: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=answer_pairs)
    rejection: str = ""
    valuation: Valuation | None = None
    offer_until: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )

    def __attrs_post_init__(self) -> None:
        """Check the numbers and the names."""
        super().__attrs_post_init__()
        if type(self.rejection) is not str:
            raise not_a_text("a rejection", self.rejection)
        least = 0 if self.rejection else 1
        if type(self.imeis) is not tuple or not least <= len(self.imeis) <= NUMBERS_MAX:
            raise Misuse(f"a device has one number or two, not {self.imeis!r:.80}")
        for imei in self.imeis:
            read_imei(imei)
        check_handed_in(self.valuation)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DeviceInspected]:
        """Decide.

        Args:
            loaded: The exchange, the price book, the entries of the device; the wallet.
            programme: The rules.

        Returns:
            What becomes of the exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            NewProductGone: Its order was cancelled, or came back.
            ExchangeNotOpen: Its device is not to be inspected now.
            NotInPortfolio: A partner quoted it, the price book is to price it, and has no figure.
            AnswersIncomplete: Questions are not answered.
            PurchaseDayMissing: As at the quote of a price book.
            AgeNotEligible: As at the quote of a price book.
            ValuationOutOfBounds: A partner's price is above the ceiling.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
            Misuse: A partner quoted it, and nobody says what it was found to be worth; or nobody
                says until when an offer waits.
        """
        before = self._exchange(loaded)
        stands = order_puts(before, loaded)
        reason, verified = self.rejection, None
        linked: tuple[Put[Any], ...] = ()
        if not reason and not is_same_device(before.device.imeis, self.imeis):
            reason = IMEI_MISMATCH
        if not reason:
            reason, linked = self._linked(before, loaded)
        if not reason:
            reason, verified = self._verified(before, loaded, programme)
        after = before.inspecting(
            self.imeis,
            at=self.at,
            verified=verified,
            rejection=reason,
            answers=dict(self.answers),
            offer_until=self.offer_until,
        )
        booking = credit_surplus(before, after, self, loaded, programme)
        puts: tuple[Put[Any], ...] = (Put(self._key(), after), *linked, *stands)
        if booking is not None:
            puts += (Put(wallet_key(self.member_id, programme.kind), booking.wallet),)
        outcome = DeviceInspected(
            self.exchange_id,
            after.state.value,
            "" if verified is None else verified.grade,
            0 if verified is None else verified.minor,
            after.due_minor,
            before.valuation.currency,
            after.offer_until,
            after.rejection,
            credited(before, after),
        )
        return Decision(
            outcome,
            puts,
            () if booking is None else booking.entries,
            exchange_events(before, after, self),
        )

    def _linked(self, before: Exchange, loaded: Loaded) -> tuple[str, tuple[Put[Any], ...]]:
        """Note the numbers that were read, unless one of them is in another exchange.

        A phone has two numbers at most: what would be more is noted of nothing.
        """
        entries = entries_of(dict.fromkeys((*before.device.imeis, *self.imeis)), loaded)
        own = (self.member_id, self.exchange_id)
        if any(it.holder(self.at) not in (None, own) for it in entries.values()):
            return IN_OTHER_EXCHANGE, ()
        if len(entries) > NUMBERS_MAX:
            return "", ()
        return "", entry_puts([it.linking(tuple(entries)) for it in entries.values()])

    def _verified(
        self, exchange: Exchange, loaded: Loaded, programme: Programme
    ) -> tuple[str, Valuation | None]:
        """Price what was found: the reason for which it is not taken, or what it is worth."""
        terms, quoted = exchange.terms, exchange.valuation
        book = _book_of(exchange, loaded, programme)
        given = partners(self.valuation)
        if given is not None:
            floor = 0 if book is None else limits(book, exchange.model)[0]
            least = given._replace(minor=max(given.minor, floor))
            check_valuation(least, book, exchange.model, programme)
            found = given._replace(book_id=quoted.book_id, edition=quoted.edition)
            return "" if given.minor >= floor else BELOW_FLOOR, found
        if book is None or (self.valuation is None and quoted.valuer != PRICE_BOOK):
            raise Misuse(f"{quoted.valuer!r} quoted the device: say what it is worth as found")
        try:
            return "", price(
                book,
                exchange.model,
                exchange.device,
                dict(self.answers),
                at=quoted.valued_at,
                on=programme.zone.day_of(quoted.valued_at),
                bonuses=terms.bonuses,
            )
        except DeviceRejected as no:
            return str(no.figures["reason"]), None


def _book_of(exchange: Exchange, loaded: Loaded, programme: Programme) -> PriceBook | None:
    """Find the edition that the device was quoted by, or within whose bounds."""
    book_id, edition = exchange.terms.book_id, exchange.valuation.edition
    if not edition:
        return None
    key = price_book_key(book_id, edition)
    if key not in loaded.aggregates:
        raise NotLoaded(Needs((key,)))
    book = price_book_in(book_id, loaded, programme, edition=edition)
    if book is None:
        raise Corrupt(f"edition {edition} of price book {book_id!r} is not there")
    return book


@attrs.frozen(order=False, kw_only=True, slots=False)
class AcceptOffer(ExchangeCommand):
    """Accept what the device was found to be worth."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            NewProductGone: Its order was cancelled, or came back.
            ExchangeNotOpen: No offer waits for an answer.
        """
        before = self._exchange(loaded)
        stands = order_puts(before, loaded)
        decided = self._done(before, before.accepting(at=self.at), loaded, programme)
        return decided._replace(puts=(*decided.puts, *stands))


@attrs.frozen(order=False, kw_only=True, slots=False)
class DeclineOffer(ExchangeCommand):
    """Decline what the device was found to be worth: the member keeps it."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            ExchangeNotOpen: No offer waits for an answer.
        """
        before = self._exchange(loaded)
        return self._done(before, before.declining(at=self.at), loaded, programme)
