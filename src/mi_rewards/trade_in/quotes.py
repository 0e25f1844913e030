"""Quotes for old devices: what one is worth to a member, until when, and by which terms.

1. A quote stands to the end of its last day in the programme's zone, and is opened once.
2. A newer quote for the same device takes its place; which one counts is kept with the device.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from mi_rewards.calendar import Zone, write_day, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.pricing import Valuation
from mi_rewards.trade_in.refusals import AlreadyExchanged, QuoteExpired
from mi_rewards.trade_in.terms import TradeInTerms


class DeviceQuote(NamedTuple):
    """What an old device is worth to a member, and until when.

    Attributes:
        member_id: The member.
        quote_id: Names it within the member.
        terms: What holds for it, as it was when it was issued.
        device: The device.
        model: Its model, as the price book had it then.
        answers: What was declared: pairs of a question and an answer, sorted.
        valuation: What it is worth by that, and why.
        issued_at: When it was issued (UTC).
        last_day: The last day on which it stands, in the programme's zone.
        ends_at: The first instant (UTC) at which it does not any more.
        exchange_id: The exchange that was opened by it; empty for none.
        version: How many times it was stored.
    """

    member_id: str
    quote_id: str
    terms: TradeInTerms
    device: Device
    model: DeviceModel
    answers: tuple[tuple[str, str], ...]
    valuation: Valuation
    issued_at: datetime
    last_day: date
    ends_at: datetime
    exchange_id: str = ""
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing of a quote; whether it stands is asked at an instant."""
        return

    @property
    def value(self) -> Money:
        """What the device is worth as it was declared."""
        return self.valuation.value

    def is_open(self, at: datetime) -> bool:
        """Tell whether an exchange can be opened by it, as far as it says itself.

        Args:
            at: The instant (UTC).

        Returns:
            Whether it stands then, and no exchange was opened by it.
        """
        return not self.exchange_id and at < self.ends_at

    def opening(self, exchange_id: str, *, at: datetime) -> "DeviceQuote":
        """Note the exchange that is opened by it.

        Args:
            exchange_id: The exchange.
            at: The instant (UTC).

        Returns:
            The quote.

        Raises:
            QuoteExpired: Its last day is over.
            AlreadyExchanged: Another exchange was opened by it.
        """
        if at >= self.ends_at:
            raise QuoteExpired(quote_id=self.quote_id, last_day=write_day(self.last_day))
        if self.exchange_id:
            raise AlreadyExchanged(exchange_id=self.exchange_id)
        return self._replace(exchange_id=exchange_id)

    def stored(self) -> "DeviceQuote":
        """The same quote, stored once more.

        Returns:
            The quote with its version raised by one.
        """
        return self._replace(version=self.version + 1)


def issue_quote(
    member_id: str,
    quote_id: str,
    *,
    terms: TradeInTerms,
    device: Device,
    model: DeviceModel,
    answers: Mapping[str, str],
    valuation: Valuation,
    at: datetime,
    zone: Zone,
    last_day: date | None = None,
) -> DeviceQuote:
    """Issue a quote for a device.

    Args:
        member_id: The member.
        quote_id: Names it within the member.
        terms: What holds for it.
        device: The device.
        model: Its model, as the price book has it.
        answers: What was declared: an answer for each question.
        valuation: What it is worth by that.
        at: The instant (UTC).
        zone: The programme's zone.
        last_day: The last day on which it stands; `None` for as the terms say.

    Returns:
        The quote.

    Raises:
        Misuse: Neither the terms nor the caller say how long it stands, it would not stand at all,
            or the model is another device's.
        BrandNotAccepted: The terms take other brands.
    """
    if (model.model_id, model.variant) != (device.model_id, device.variant):
        raise Misuse(f"{device.model_id!r} {device.variant!r} is no {model.model_id!r:.60}")
    terms.check_brand(model.brand)
    last = last_day or terms.last_day(at, zone)
    if last is None:
        raise Misuse(
            f"how long the quote stands is not known: trade_ins.{terms.terms_id} states no"
            " quote_days, and no last_day is given"
        )
    ends_at = zone.after(last)
    if ends_at <= at:
        raise Misuse(f"a quote stands past {write_instant(at)}, not through {last}")
    return DeviceQuote(
        member_id,
        quote_id,
        terms,
        device,
        model,
        tuple(sorted(answers.items())),
        valuation,
        at,
        last,
        ends_at,
    )
