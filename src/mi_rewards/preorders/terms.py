"""Pre-orders' terms: how they are paid, and what is promised.

1. A figure that the terms do not state is unknown: whoever needs it states it, or is told which
   setting is missing.
2. The terms are recorded on each pre-order when it is placed, and stay.
"""

import enum
from datetime import datetime, timedelta
from typing import Final

import attrs

from mi_rewards.calendar import Zone, add_days, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.preorders.refusals import PaymentModeRefused

_DAYS_MAX: Final = 3650
"""The longest promise and the longest wait: ten years."""

_MINUTES_MAX: Final = 24 * 60 * _DAYS_MAX


class Payment(enum.StrEnum):
    """What is paid at once."""

    FULL = "full"
    """The whole price; it is shipped then."""
    BOOKING = "booking"
    """A booking amount; the rest is paid when it is picked up at the store."""


class Colour(enum.StrEnum):
    """What the colour named is."""

    GUARANTEED = "guaranteed"
    """What is got."""
    WISH = "wish"
    """What is hoped for; another one can be offered, and declined."""


class Unclaimed(enum.StrEnum):
    """What becomes of what was paid for a device that nobody picks up."""

    REFUNDED = "refunded"
    FORFEITED = "forfeited"


@attrs.frozen(order=False)
class PreOrderTerms:
    """What holds for pre-orders of some channels.

    Attributes:
        terms_id: Names them within the programme.
        channels: Where such pre-orders are placed; each of another name.
        payment: What is paid at once.
        payment_modes: How it is paid; in any way where none is named.
        booking: The booking amount, where one is paid.
        pay_within_minutes: How long a unit waits for its payment; `None` for unknown.
        ship_within_days: Within how many days of the payment it is shipped; `None` for no promise.
        pickup_within_days: Within how many days it is picked up once it is at the store; `None` for
            unknown.
        unclaimed: What becomes of the booking where it is not picked up by then.
        colour: What the colour named is.
        revives_f_code: Whether an F-code can be used again where its pre-order is cancelled.
        address_is_frozen: Whether the address stays as it was when the pre-order was placed.
        remind_minutes: How long before its deadline an event tells that a payment is due; `None`
            for never.
    """

    terms_id: str
    channels: tuple[str, ...]
    payment: Payment = Payment.FULL
    payment_modes: tuple[str, ...] = ()
    booking: Money | None = None
    pay_within_minutes: int | None = None
    ship_within_days: int | None = None
    pickup_within_days: int | None = None
    unclaimed: Unclaimed = Unclaimed.REFUNDED
    colour: Colour = Colour.GUARANTEED
    revives_f_code: bool = False
    address_is_frozen: bool = True
    remind_minutes: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the parts, and that they go together."""
        if type(self.terms_id) is not str or not self.terms_id:
            raise Misuse(f"the id of pre-orders' terms is a text, not {self.terms_id!r:.60}")
        _check_names("channels", self.channels)
        _check_names("payment modes", self.payment_modes)
        if not self.channels:
            raise Misuse("pre-orders' terms name a channel at least")
        for kind, value in (
            (Payment, self.payment),
            (Unclaimed, self.unclaimed),
            (Colour, self.colour),
        ):
            if type(value) is not kind:
                raise Misuse(f"one of {kind.__name__}'s is wanted, not {value!r:.60}")
        for name in ("revives_f_code", "address_is_frozen"):
            if type(getattr(self, name)) is not bool:
                raise Misuse(f"{name} is true or false, not {getattr(self, name)!r:.60}")
        for name, least, most in _FIGURES:
            figure = getattr(self, name)
            if figure is not None and (type(figure) is not int or not least <= figure <= most):
                raise Misuse(f"{name} is a whole number from {least} to {most}, not {figure!r:.60}")
        self._check_booking()

    def _check_booking(self) -> None:
        """Check that a booking amount, and what it is for, is stated where one is paid."""
        is_booked = self.payment is Payment.BOOKING
        if self.booking is not None and type(self.booking) is not Money:
            raise Misuse(f"a booking is money, not {self.booking!r:.60}")
        if (self.booking is not None) is not is_booked:
            raise Misuse("a booking amount is stated where a booking is paid, and only there")
        if self.booking is not None and not self.booking.minor:
            raise Misuse("a booking amount is more than nothing")
        if is_booked and self.ship_within_days is not None:
            raise Misuse("ship_within_days is for what is paid in full")
        if not is_booked and self.pickup_within_days is not None:
            raise Misuse("pickup_within_days is for what is booked")

    def check_mode(self, payment_mode: str) -> None:
        """Check that it may be paid so.

        Args:
            payment_mode: Such as `"credit_card"`; empty for unknown.

        Raises:
            PaymentModeRefused: The terms name others.
        """
        if self.payment_modes and payment_mode not in self.payment_modes:
            raise PaymentModeRefused(payment_mode=payment_mode, allowed=self.payment_modes)

    def pay_until(self, at: datetime) -> datetime | None:
        """Reckon until when a payment is waited for.

        Args:
            at: The instant (UTC) at which the pre-order is placed.

        Returns:
            The instant (UTC); `None` where the terms do not say.

        Raises:
            Misuse: It would be past the year 9999.
        """
        minutes = self.pay_within_minutes
        try:
            return None if minutes is None else at + timedelta(minutes=minutes)
        except OverflowError:
            raise Misuse(
                f"{minutes} minutes from {write_instant(at)} is outside the years 1 to 9999"
            ) from None

    def ship_by(self, at: datetime, zone: Zone) -> datetime | None:
        """Reckon by when it is shipped.

        Args:
            at: The instant (UTC) of the payment.
            zone: The programme's zone.

        Returns:
            The instant (UTC) at which the last day for it is over; `None` for no promise.
        """
        days = self.ship_within_days
        return None if days is None else zone.after(add_days(zone.day_of(at), days))

    def pickup_until(self, at: datetime, zone: Zone) -> datetime | None:
        """Reckon until when it is kept at the store.

        Args:
            at: The instant (UTC) from which it is there.
            zone: The programme's zone.

        Returns:
            The instant (UTC) at which the last day for it is over; `None` where the terms do not
            say.
        """
        days = self.pickup_within_days
        return None if days is None else zone.after(add_days(zone.day_of(at), days))


def check_together(preorders: object, currency: str) -> None:
    """Check that the terms of a programme go together.

    Args:
        preorders: The terms.
        currency: The programme's, in which bookings are.

    Raises:
        Misuse: They are no tuple of terms, two have a name or a channel in common, or a booking is
            in another currency.
    """
    if type(preorders) is not tuple or not all(type(it) is PreOrderTerms for it in preorders):
        raise Misuse(f"a programme's preorders are a tuple of PreOrderTerms, not {preorders!r:.80}")
    names: set[str] = set()
    homes: dict[str, str] = {}
    for terms in preorders:
        if terms.terms_id in names:
            raise Misuse(f"two terms of pre-orders are named {terms.terms_id!r}")
        names.add(terms.terms_id)
        for channel in terms.channels:
            other = homes.setdefault(channel, terms.terms_id)
            if other != terms.terms_id:
                raise Misuse(f"channel {channel!r} has the terms {other!r} and {terms.terms_id!r}")
        if terms.booking is not None and terms.booking.currency != currency:
            raise Misuse(
                f"{terms.terms_id!r} books {terms.booking}, the programme is in {currency}"
            )


_FIGURES: Final = (
    ("pay_within_minutes", 1, _MINUTES_MAX),
    ("ship_within_days", 0, _DAYS_MAX),
    ("pickup_within_days", 0, _DAYS_MAX),
    ("remind_minutes", 1, _MINUTES_MAX),
)
"""The figures of the terms, with the least and the most that they can be."""


def _check_names(what: str, names: object) -> None:
    """Check names, each of which is another."""
    if type(names) is not tuple or not all(type(it) is str and it for it in names):
        raise Misuse(f"{what} are a tuple of texts, not {names!r:.80}")
    if len(set(names)) != len(names):
        raise Misuse(f"{what} name one of them twice: {', '.join(names)}")
