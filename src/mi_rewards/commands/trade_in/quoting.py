"""Quoting an old device: what it is worth as it is described, and until when.

1. The price book in the store prices it, or somebody else did: what a partner's service answered is
   handed in and recorded. It is no part of the request's content: who asks again gets the quote
   that stands, whatever the partner would say now.
2. Of one device the newest quote counts. A receipt that the member had for it is void from then; a
   device that is further on in an exchange, or in somebody else's, is not quoted.
3. Whatever prices it, the price is within the price book's floor and ceiling. Which edition that
   was is recorded, and kept: the rule book's own with the first quote that uses it.
4. Who hands in a valuation that is signed by the price book says that nobody else has answered.
   The price book in the store prices the device then, so that its inspection can agree.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from mi_rewards.calendar.days import checked_day
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.commands.members.barring import check_not_barred
from mi_rewards.commands.trade_in.devices import check_free, entries_of, entry_puts
from mi_rewards.commands.trade_in.exchange_command import exchange_events
from mi_rewards.commands.trade_in.outcomes import DeviceQuoted
from mi_rewards.commands.trade_in.price_books import (
    kept_edition,
    own_edition_keys,
    price_book_in,
)
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import (
    device_key,
    device_model_key,
    device_quote_key,
    exchange_key,
    member_key,
    price_book_key,
)
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.trade_in.device_refusals import DeviceInExchange, ImeiMissing
from mi_rewards.trade_in.devices import Device, DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.pricing import PRICE_BOOK, Valuation, limits, price
from mi_rewards.trade_in.pricing_refusals import NotInPortfolio
from mi_rewards.trade_in.quotes import DeviceQuote, issue_quote
from mi_rewards.trade_in.terms import TradeInTerms
from mi_rewards.trade_in.valuation_refusals import ValuationOutOfBounds


def trade_in_terms_of(programme: Programme, terms_id: str) -> TradeInTerms:
    """Find the terms of trade-ins.

    Args:
        programme: The rules.
        terms_id: The terms.

    Returns:
        The terms.

    Raises:
        Misuse: The programme has none of that name.
    """
    for terms in programme.trade_ins:
        if terms.terms_id == terms_id:
            return terms
    names = ", ".join([repr(it.terms_id) for it in programme.trade_ins])
    there = f"there is {names}" if names else "it states none"
    raise Misuse(f"{programme.name} has no trade-in terms {terms_id!r}: {there}")


def answer_pairs(answers: object) -> tuple[tuple[str, str], ...]:
    """Make answers a value.

    Args:
        answers: A mapping from questions to answers, or pairs of them.

    Returns:
        Pairs by question.

    Raises:
        Misuse: They are something else, or a question is answered twice.
    """
    if isinstance(answers, Mapping):
        answers = tuple(answers.items())
    if type(answers) is not tuple or not all(
        type(it) is tuple and len(it) == 2 and type(it[0]) is str and type(it[1]) is str
        for it in answers
    ):
        raise Misuse(f"answers are texts by the names of questions, not {answers!r:.80}")
    if len(dict(answers)) < len(answers):
        raise Misuse("a question is answered twice")
    return tuple(sorted(answers))


@attrs.frozen(order=False, kw_only=True, slots=False)
class QuoteDevice(MemberCommand):
    """Say what an old device is worth, and keep it as a quote; it is named as the request.

    Attributes:
        terms_id: The terms of the trade-in.
        device: The device.
        answers: What the member answered, by question; a mapping, or pairs.
        channel: Where it is traded in; empty for the first that the terms name.
        brand: The device's brand, where a partner prices a model that is not listed here.
        sims: How many numbers such a model has, 1 or 2.
        last_day: The last day on which the quote can be taken; `None` for as the terms say.
        valuation: What a partner's service answered; `None`, or one that is signed by the price
            book, where the price book prices it.
    """

    terms_id: str
    device: Device
    answers: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=answer_pairs)
    channel: str = ""
    brand: str = ""
    sims: int = 1
    last_day: date | None = None
    valuation: Valuation | None = None

    def __attrs_post_init__(self) -> None:
        """Check the device and the names."""
        super().__attrs_post_init__()
        for name in ("terms_id", "channel", "brand"):
            if type(getattr(self, name)) is not str:
                raise not_a_text(name, getattr(self, name))
        if type(self.device) is not Device:
            raise Misuse(f"a device is a Device, not {self.device!r:.60}")
        check_handed_in(self.valuation)
        if self.last_day is not None:
            checked_day(self.last_day)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the price book, the model, the entries of the device, the member.

        Args:
            programme: The rules.

        Returns:
            Their keys; none where the programme has no such terms, which deciding says.
        """
        try:
            book_id = trade_in_terms_of(programme, self.terms_id).book_id
        except Misuse:
            return Needs()
        device = self.device
        keys: tuple[Any, ...] = (
            price_book_key(book_id),
            *own_edition_keys(book_id, programme),
            device_model_key(book_id, device.model_id, device.variant),
            member_key(self.member_id),
            *[device_key(imei) for imei in device.imeis],
        )
        return Needs(keys)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DeviceQuoted]:
        """Decide.

        Args:
            loaded: The price book, the model, the entries of the device, the member; an exchange of
                theirs that the device is in.
            programme: The rules.

        Returns:
            What it is worth.

        Raises:
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked.
            NotTradedHere: Nothing is traded in there by these terms.
            NotInPortfolio: The model is not in the portfolio.
            BrandNotAccepted: The terms accept other brands.
            ImeiMissing: The device has more numbers than were given.
            DeviceInExchange: It is in an exchange.
            AnswersIncomplete: Questions are not answered.
            DeviceRejected: An answer rules it out.
            PurchaseDayMissing: Age counts from the day of purchase, and that is not stated.
            AgeNotEligible: It is too young or too old, or bought on a day to come.
            ValuationOutOfBounds: A partner's price is outside the price book's bounds.
            Misuse: A partner's model is not listed and has no brand; the price book is not known,
                or an edition of it is kept with other figures than the rule book states for it;
                or the terms do not say how long a quote stands; a question or an answer is not
                known; a partner's price is in another currency.
        """
        terms = trade_in_terms_of(programme, self.terms_id)
        check_not_barred(loaded, self.member_id)
        terms.check_channel(self.channel or terms.channels[0])
        book = price_book_in(terms.book_id, loaded, programme)
        model = self._model(terms, loaded, programme)
        terms.check_brand(model.brand)
        asked = model.sims if terms.every_imei else 1
        if len(self.device.imeis) < asked:
            raise ImeiMissing(asked=asked, given=len(self.device.imeis))
        entries = entries_of(self.device.imeis, loaded)
        voided = self._voided(entries, loaded)
        valuation = self._valuation(terms, book, model, programme)
        kept = kept_edition(book, loaded)
        quote = issue_quote(
            self.member_id,
            self.request_id,
            terms=terms,
            device=self.device,
            model=model,
            answers=dict(self.answers),
            valuation=valuation,
            at=self.at,
            zone=programme.zone,
            last_day=self.last_day,
        )
        puts: tuple[Put[Any], ...] = (
            Put(device_quote_key(self.member_id, self.request_id), quote),
            *entry_puts([it.quoting(self.member_id, self.request_id) for it in entries.values()]),
            *kept,
        )
        events: tuple[OutboxEvent, ...] = ()
        for exchange in voided:
            void = exchange.voiding(at=self.at)
            puts += (Put(exchange_key(self.member_id, exchange.exchange_id), void),)
            events += exchange_events(exchange, void, self)
        first = voided[0].exchange_id if voided else ""
        return Decision(_quoted(quote, first), puts, (), events)

    def _model(self, terms: TradeInTerms, loaded: Loaded, programme: Programme) -> DeviceModel:
        """Find the model; a partner's portfolio is its own."""
        device = self.device
        key = device_model_key(terms.book_id, device.model_id, device.variant)
        found = loaded.get(key)
        if partners(self.valuation) is None:
            if found is None:
                raise NotInPortfolio(model_id=device.model_id, variant=device.variant)
            return found
        if found is not None:
            return found
        if not self.brand:
            raise Misuse(f"{device.model_id!r} is not listed: name the brand of a partner's model")
        model = DeviceModel(
            terms.book_id,
            device.model_id,
            device.variant,
            self.brand,
            "",
            programme.currency,
            None,
            None,
            None,
            self.sims,
        )
        model.check()
        return model

    def _voided(self, entries: Mapping[str, DeviceEntry], loaded: Loaded) -> list[Exchange]:
        """Find the member's exchanges of the device whose receipts wait to be used."""
        found: dict[str, Exchange] = {}
        for entry in entries.values():
            holder = entry.holder(self.at)
            if holder is None or holder[0] != self.member_id:
                check_free([entry], self.at, but=("", ""))
                continue
            key = exchange_key(*holder)
            if key not in loaded.aggregates:
                raise NotLoaded(Needs((key,)))
            exchange = loaded.get(key)
            if exchange is None or exchange.at(self.at).state is not ExchangeState.ISSUED:
                raise DeviceInExchange(imei=entry.imei, until=entry.held_until)
            found[exchange.exchange_id] = exchange
        return list(found.values())

    def _valuation(
        self,
        terms: TradeInTerms,
        book: PriceBook | None,
        model: DeviceModel,
        programme: Programme,
    ) -> Valuation:
        """Price the device, or take what a partner said."""
        given = partners(self.valuation)
        if given is not None:
            check_valuation(given, book, model, programme)
            if book is None:
                return given._replace(book_id="", edition=0)
            return given._replace(book_id=book.book_id, edition=book.edition)
        if book is None:
            raise Misuse(f"no price book {terms.book_id!r} is known: publish it first")
        return price(
            book,
            model,
            self.device,
            dict(self.answers),
            at=self.at,
            on=programme.zone.day_of(self.at),
            bonuses=terms.bonuses,
        )


def _quoted(quote: DeviceQuote, voided: str) -> DeviceQuoted:
    """Answer with a quote, and the exchange that it has made void."""
    valuation = quote.valuation
    return DeviceQuoted(
        quote.quote_id,
        valuation.minor,
        valuation.currency,
        valuation.grade,
        valuation.valuer,
        valuation.edition if valuation.valuer == PRICE_BOOK else 0,
        quote.last_day,
        voided,
    )


def partners(valuation: Valuation | None) -> Valuation | None:
    """Take what a partner said, and leave what the price book is to say itself.

    Args:
        valuation: What was handed in; `None` for nothing.

    Returns:
        The partner's; `None` where nobody else than a price book has valued the device.
    """
    return None if valuation is None or valuation.valuer == PRICE_BOOK else valuation


def check_handed_in(valuation: object) -> None:
    """Check what is handed in as a valuation, before anything is stored.

    Args:
        valuation: It; `None` for none.

    Raises:
        Misuse: It is something else, or cannot be recorded.
    """
    if valuation is None:
        return
    if type(valuation) is not Valuation:
        raise Misuse(f"a valuation is a Valuation, not {valuation!r:.60}")
    valuation.check()


def check_valuation(
    valuation: Valuation,
    book: PriceBook | None,
    model: DeviceModel,
    programme: Programme,
) -> None:
    """Check what a partner's service answered.

    Args:
        valuation: The answer.
        book: The price book, whose bounds hold for everybody; `None` for none.
        model: The model, with its own bounds where it has some.
        programme: The rules.

    Raises:
        Misuse: It is in another currency.
        ValuationOutOfBounds: It is outside the bounds.
    """
    if valuation.currency != programme.currency:
        raise Misuse(
            f"the valuation is in {valuation.currency}, the programme in {programme.currency}"
        )
    if book is None:
        return
    floor, ceiling = limits(book, model)
    if valuation.minor < floor or (ceiling is not None and valuation.minor > ceiling):
        raise ValuationOutOfBounds(minor=valuation.minor, floor_minor=floor, ceiling_minor=ceiling)
