"""What is kept of an exchange, and what follows from that alone."""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from mi_rewards.money import Money
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.pricing import Valuation
from mi_rewards.trade_in.terms import ExchangeMode, TradeInTerms


class Payer(enum.StrEnum):
    """Who pays what is due of an exchange."""

    MEMBER = "member"
    PROGRAMME = "programme"


class ExchangeRecord(NamedTuple):
    """One old device that is turned into money, as it is kept.

    Attributes:
        member_id: The member.
        exchange_id: Names it within the member; it is the exchange receipt's number.
        quote_id: The quote by which it was opened.
        terms: What holds for it, as it was when the quote was issued.
        device: The old device.
        model: Its model, as the price book had it then.
        answers: What was declared: pairs of a question and an answer, sorted.
        valuation: What it is worth by that, and why.
        opened_at: When it was opened (UTC).
        ends_at: The first instant (UTC) at which its value is not taken off an order any more.
        state: Where it is in its life.
        order_id: The order that it is attached to or was used for; empty for none.
        attached_until: The instant (UTC) until which that order waits for its payment.
        used_minor: What it takes off that order, in minor units.
        book_by: The first instant (UTC) at which the device is not fetched any more or, online, not
            handed over; `None` where there is none.
        visit_at: When a visit is agreed for (UTC).
        attempts: How many visits failed.
        verified: What the device is worth by its inspection, where that said so.
        verified_answers: What the inspection found, as *answers*.
        rejection: Why the device was not taken: a code; empty where it was, or is not known yet.
        offer_minor: The revised offer, `None` where there was none.
        offer_until: The instant (UTC) until which that offer waits for an answer.
        final_minor: What the device is worth in the end; `None` while that is open, and where it
            was not taken.
        due_minor: What is still to be paid: to the member, or by the member where it is negative.
        paid_minor: What was paid so far, in the same sense.
        paid_reference: The last payment's reference; empty for none.
        surplus_tokens: Tokens for the value that is more than the price.
        credited_tokens: Tokens for the value when the new product was returned.
        closed_at: Since when nothing more is to happen of itself (UTC).
        version: How many times it was stored.
        earlier_minor: What of *paid_minor* the payment before the last was.
        earlier_reference: That payment's reference; empty for none.
    """

    member_id: str
    exchange_id: str
    quote_id: str
    terms: TradeInTerms
    device: Device
    model: DeviceModel
    answers: tuple[tuple[str, str], ...]
    valuation: Valuation
    opened_at: datetime
    ends_at: datetime
    state: ExchangeState = ExchangeState.ISSUED
    order_id: str = ""
    attached_until: datetime | None = None
    used_minor: int = 0
    book_by: datetime | None = None
    visit_at: datetime | None = None
    attempts: int = 0
    verified: Valuation | None = None
    verified_answers: tuple[tuple[str, str], ...] = ()
    rejection: str = ""
    offer_minor: int | None = None
    offer_until: datetime | None = None
    final_minor: int | None = None
    due_minor: int = 0
    paid_minor: int = 0
    paid_reference: str = ""
    surplus_tokens: int = 0
    credited_tokens: int = 0
    closed_at: datetime | None = None
    version: int = 0
    earlier_minor: int = 0
    earlier_reference: str = ""

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which the calendar changes it; `None` for never."""
        state = self.state
        if state is ExchangeState.ISSUED:
            return self.ends_at
        if state is ExchangeState.ATTACHED:
            return self.attached_until
        if state is ExchangeState.OFFERED:
            return self.offer_until
        return self.book_by if state in _WAITING else None

    @property
    def held_until(self) -> datetime | None:
        """The instant (UTC) at which the calendar alone frees its device; `None` until it is told.

        Of an exchange that has its device no more, this says nothing.
        """
        until = self.attached_until
        if self.state is ExchangeState.ATTACHED and until is not None:
            return max(self.ends_at, until)
        return self.due_at

    @property
    def is_pickup(self) -> bool:
        """Whether the device is paid for, rather than taken off a price."""
        return self.terms.mode is ExchangeMode.PICKUP

    @property
    def currency(self) -> str:
        """The currency of every amount in it."""
        return self.valuation.currency

    @property
    def value(self) -> Money:
        """What the device is worth as it was declared."""
        return self.valuation.value

    @property
    def used(self) -> Money:
        """What it takes off its order."""
        return Money(self.used_minor, self.currency)

    @property
    def due(self) -> Money:
        """How much is still to be paid, to the member or by the member."""
        return Money(abs(self.due_minor), self.currency)

    @property
    def payer(self) -> Payer | None:
        """Who is to pay that; `None` where nothing is due."""
        if not self.due_minor:
            return None
        return Payer.PROGRAMME if self.due_minor > 0 else Payer.MEMBER

    @property
    def payments(self) -> Mapping[str, int]:
        """What each payment was, by its reference, in the sense of *paid_minor*; first to last."""
        paid = {
            self.earlier_reference: self.earlier_minor,
            self.paid_reference: self.paid_minor - self.earlier_minor,
        }
        return {reference: minor for reference, minor in paid.items() if reference}


_WAITING = frozenset({ExchangeState.BOOKED, ExchangeState.SCHEDULED, ExchangeState.USED})
"""Where the device is waited for."""
