"""Trade-ins' terms: what an old device is good for, and what becomes of its value.

1. A figure that the terms do not state is unknown: whoever needs it states it, or is told which
   setting is missing.
2. The terms are recorded on each quote and each exchange when it is made, and stay.
3. Where nothing is combined, the new product's price is not negotiable: no other price benefit
   stands beside the exchange value.
"""

import enum
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from mi_rewards.calendar import Zone, add_days, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in.bonuses import Bonus
from mi_rewards.trade_in.refusals import BrandNotAccepted, NotTradedHere

COMBINABLE: Final = ("coupons", "tokens")
"""The price benefits that terms can allow beside an exchange value."""

_DAYS_MAX: Final = 3650
"""The longest quote and the longest wait: ten years."""


class ExchangeMode(enum.StrEnum):
    """How an old device is turned into money."""

    IN_STORE = "in_store"
    """It is assessed at the store, and its value taken off the price of a new product there."""
    ONLINE = "online"
    """Its value is taken off at checkout, and it is inspected at the door."""
    PICKUP = "pickup"
    """The new product is paid in full; the old one is fetched, inspected and paid for."""


class Surplus(enum.StrEnum):
    """What becomes of the value that is more than the price."""

    LOST = "lost"
    TOKENS = "tokens"
    """It is paid as store credit."""


class Worse(enum.StrEnum):
    """What becomes of a device that is worth less than was declared."""

    REJECT = "reject"
    """It is not taken; a discount is cancelled."""
    PAY_DIFFERENCE = "pay_difference"
    """It can be taken at what it is worth."""
    THRESHOLD = "threshold"
    """It can be, where that is not less than a part of what was declared."""


class Better(enum.StrEnum):
    """What becomes of a device that is worth more than was declared."""

    KEEP = "keep"
    """It is worth what was declared."""
    ACCEPT = "accept"
    """It is worth more."""


class OnReturn(enum.StrEnum):
    """What becomes of the value when the new product is returned; the old one is not."""

    CREDIT = "credit"
    """It is paid as store credit."""
    MONEY = "money"
    LOST = "lost"


@attrs.frozen(order=False)
class TradeInTerms:
    """What holds for trade-ins of one kind.

    Attributes:
        terms_id: Names them within the programme.
        mode: How an old device is turned into money.
        book_id: The price book that states what devices are worth.
        channels: Where such exchanges are made.
        brands: The brands of old devices that are taken; any where none is named.
        products: New products that the value is good for.
        categories: Their categories; where neither is named it is good for any product.
        quote_days: How many days after the day of issue a quote's last day is; `None` for unknown.
        every_imei: Whether each number of a phone of two is asked for.
        combines: What may stand beside the value, some of `COMBINABLE`.
        least_payable: What is to be paid of the new product at least; `None` for nothing.
        surplus: What becomes of the value that is more than the price.
        credit: Tokens for minor units, where something is paid as store credit; `None` for unknown.
        worse: What becomes of a device that is worth less than was declared.
        threshold: The part of the declared value below which it is not taken, where there is one.
        better: What becomes of a device that is worth more than was declared.
        answer_within_hours: How long a revised offer waits for an answer; `None` for unknown.
        pickup_within_days: Within how many days it is fetched; `None` for unknown.
        attempts_max: How many visits there are at most; `None` for as many as there is time for.
        hand_over_within_days: Online: within how many days of the payment the device is to be
            inspected; `None` for whenever it is.
        on_return: What becomes of the value when the new product is returned.
        revives: Whether the value can be used again where its order is cancelled before the device
            is handed over.
        bonuses: What is paid on top.
    """

    terms_id: str
    mode: ExchangeMode
    book_id: str
    channels: tuple[str, ...]
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    quote_days: int | None = None
    every_imei: bool = True
    combines: tuple[str, ...] = ()
    least_payable: Money | None = None
    surplus: Surplus = Surplus.LOST
    credit: Rate | None = None
    worse: Worse = Worse.REJECT
    threshold: Rate | None = None
    better: Better = Better.KEEP
    answer_within_hours: int | None = None
    pickup_within_days: int | None = None
    attempts_max: int | None = None
    hand_over_within_days: int | None = None
    on_return: OnReturn = OnReturn.CREDIT
    revives: bool = True
    bonuses: tuple[Bonus, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the parts, and that they go together."""
        for what, text in (("id of trade-ins' terms", self.terms_id), ("book_id", self.book_id)):
            if type(text) is not str or not text:
                raise Misuse(f"the {what} is a text, not {text!r:.60}")
        for name in ("channels", "brands", "products", "categories", "combines"):
            _check_names(name, getattr(self, name))
        if not self.channels:
            raise Misuse("trade-ins' terms name a channel at least")
        for name in self.combines:
            if name not in COMBINABLE:
                raise Misuse(f"what is combined is some of {', '.join(COMBINABLE)}, not {name!r}")
        for kind, value in (
            (ExchangeMode, self.mode),
            (Surplus, self.surplus),
            (Worse, self.worse),
            (Better, self.better),
            (OnReturn, self.on_return),
        ):
            if type(value) is not kind:
                raise Misuse(f"one of {kind.__name__}'s is wanted, not {value!r:.60}")
        for name in ("every_imei", "revives"):
            if type(getattr(self, name)) is not bool:
                raise Misuse(f"{name} is true or false, not {getattr(self, name)!r:.60}")
        for name, least, most in _FIGURES:
            figure = getattr(self, name)
            if figure is not None and (type(figure) is not int or not least <= figure <= most):
                raise Misuse(f"{name} is a whole number from {least} to {most}, not {figure!r:.60}")
        self._check_amounts()
        self._check_together()

    def _check_amounts(self) -> None:
        """Check what is money, a rate or a bonus."""
        if self.least_payable is not None and type(self.least_payable) is not Money:
            raise Misuse(f"least_payable is money, not {self.least_payable!r:.60}")
        for name in ("credit", "threshold"):
            rate = getattr(self, name)
            if rate is not None and type(rate) is not Rate:
                raise Misuse(f"{name} is a Rate, not {rate!r:.60}")
        if self.credit is not None and not self.credit.numerator:
            raise Misuse("credit is some tokens at least")
        bonuses = self.bonuses
        if type(bonuses) is not tuple or not all(type(it) is Bonus for it in bonuses):
            raise Misuse(f"bonuses are a tuple of Bonus, not {bonuses!r:.80}")
        _check_names("bonuses", tuple([it.bonus_id for it in bonuses]))

    def _check_together(self) -> None:
        """Check that figures are stated where they are needed, and only there."""
        threshold = self.threshold
        if (threshold is not None) is not (self.worse is Worse.THRESHOLD):
            raise Misuse("a threshold is stated where worse is by threshold, and only there")
        if threshold is not None and not 0 < threshold.numerator <= threshold.denominator:
            raise Misuse("a threshold is more than nothing and at most all of what was declared")
        if self.answer_within_hours is not None and self.worse is Worse.REJECT:
            raise Misuse("answer_within_hours is for revised offers, and worse is rejected")
        is_pickup = self.mode is ExchangeMode.PICKUP
        for name in ("pickup_within_days", "attempts_max"):
            if getattr(self, name) is not None and not is_pickup:
                raise Misuse(f"{name} is for pickup")
        if self.hand_over_within_days is not None and self.mode is not ExchangeMode.ONLINE:
            raise Misuse("hand_over_within_days is for what is handed over at the door: online")
        if is_pickup and (self.surplus is Surplus.TOKENS or self.least_payable is not None):
            raise Misuse("pickup takes nothing off a price: there is no surplus, and no least")
        if self.surplus is Surplus.TOKENS and self.credit is None:
            raise Misuse("a surplus is paid in tokens where credit says how many")

    def check_channel(self, channel: str) -> None:
        """Check that such an exchange can be made there.

        Args:
            channel: Such as `"mi.com"`.

        Raises:
            NotTradedHere: The terms name others.
        """
        if channel not in self.channels:
            raise NotTradedHere(channel=channel, allowed=self.channels)

    def check_brand(self, brand: str) -> None:
        """Check that a brand is taken, whatever its case.

        Args:
            brand: Such as `"Samsung"`.

        Raises:
            BrandNotAccepted: The terms name others.
        """
        names = [it.casefold() for it in self.brands]
        if names and brand.casefold() not in names:
            raise BrandNotAccepted(brand=brand, allowed=self.brands)

    def takes(self, product_id: str, category: str) -> bool:
        """Tell whether the value is good for a new product.

        Args:
            product_id: The product.
            category: Its category; may be empty.

        Returns:
            Whether it is named, or its category is, or nothing is.
        """
        if not self.products and not self.categories:
            return True
        return product_id in self.products or category in self.categories

    def most_off(self, value_minor: int, price_minor: int) -> int:
        """Reckon what a value takes off a price.

        Args:
            value_minor: What the device is worth, in minor units.
            price_minor: The price of the one unit that it is taken off.

        Returns:
            Minor units: never more than either, and never so many that less than the least is to be
            paid.
        """
        least = 0 if self.least_payable is None else self.least_payable.minor
        return min(value_minor, max(price_minor - least, 0))

    def last_day(self, at: datetime, zone: Zone) -> date | None:
        """Reckon the last day of a quote.

        Args:
            at: The instant (UTC) of its issue.
            zone: The programme's zone.

        Returns:
            The day, to whose end it stands; `None` where the terms do not say.

        Raises:
            Misuse: It would be past the year 9999.
        """
        days = self.quote_days
        return None if days is None else add_days(zone.day_of(at), days)

    def answer_until(self, at: datetime) -> datetime | None:
        """Reckon until when a revised offer waits for an answer.

        Args:
            at: The instant (UTC) of the offer.

        Returns:
            The instant (UTC); `None` where the terms do not say.

        Raises:
            Misuse: It would be past the year 9999.
        """
        hours = self.answer_within_hours
        try:
            return None if hours is None else at + timedelta(hours=hours)
        except OverflowError:
            raise Misuse(
                f"{hours} hours from {write_instant(at)} is outside the years 1 to 9999"
            ) from None

    def book_by(self, at: datetime, zone: Zone) -> datetime | None:
        """Reckon by when a device is fetched.

        Args:
            at: The instant (UTC) at which the exchange is opened.
            zone: The programme's zone.

        Returns:
            The instant (UTC) at which the last day for it is over; `None` where the terms do not
            say.

        Raises:
            Misuse: It would be past the year 9999.
        """
        days = self.pickup_within_days
        return None if days is None else zone.after(add_days(zone.day_of(at), days))

    def hand_over_until(self, at: datetime, zone: Zone) -> datetime | None:
        """State until when a device is to be handed over at the door.

        Args:
            at: The instant (UTC) at which the new product is paid.
            zone: The programme's zone.

        Returns:
            The instant (UTC) at which the last day for it is over; `None` where the terms do not
            say.

        Raises:
            Misuse: It would be past the year 9999.
        """
        days = self.hand_over_within_days
        return None if days is None else zone.after(add_days(zone.day_of(at), days))


def check_together(trade_ins: object, currency: str) -> None:
    """Check that the trade-in terms of a programme go together.

    Args:
        trade_ins: The terms.
        currency: The programme's.

    Raises:
        Misuse: They are no tuple of terms, two have a name in common, or an amount is in another
            currency.
    """
    if type(trade_ins) is not tuple or not all(type(it) is TradeInTerms for it in trade_ins):
        raise Misuse(f"a programme's trade_ins are a tuple of TradeInTerms, not {trade_ins!r:.80}")
    names: set[str] = set()
    for terms in trade_ins:
        if terms.terms_id in names:
            raise Misuse(f"two terms of trade-ins are named {terms.terms_id!r}")
        names.add(terms.terms_id)
        for amount in (terms.least_payable, *[it.amount for it in terms.bonuses]):
            if type(amount) is Money and amount.currency != currency:
                raise Misuse(f"{terms.terms_id!r} states {amount}, the programme is in {currency}")


_FIGURES: Final = (
    ("quote_days", 0, _DAYS_MAX),
    ("answer_within_hours", 1, 24 * _DAYS_MAX),
    ("pickup_within_days", 0, _DAYS_MAX),
    ("attempts_max", 1, 1000),
    ("hand_over_within_days", 0, _DAYS_MAX),
)
"""The figures of the terms, with the least and the most that they can be."""


def _check_names(what: str, names: object) -> None:
    """Check names, each of which is another."""
    if type(names) is not tuple or not all(type(it) is str and it for it in names):
        raise Misuse(f"{what} are a tuple of texts, not {names!r:.80}")
    if len(set(names)) != len(names):
        raise Misuse(f"{what} name one of them twice: {', '.join(names)}")
