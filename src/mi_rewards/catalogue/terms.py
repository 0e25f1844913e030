"""What a voucher is good for: the terms of coupons and of F-codes.

The terms are recorded on each voucher when it is issued, and stay.
"""

from datetime import date, datetime

import attrs

from mi_rewards._canonical import LATER
from mi_rewards.calendar import Zone, add_days
from mi_rewards.calendar.days import checked_day
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate


@attrs.frozen(order=False)
class Validity:
    """How long a voucher is valid: for days after the one on which it is issued, or to a day.

    Attributes:
        days: How many days after the day of issue the last valid day is; 0 for that day alone.
        through_on: The last valid day of all of them, instead.
    """

    days: int | None = None
    through_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check that one of the two is stated."""
        if (self.days is None) is (self.through_on is None):
            raise Misuse("a voucher is valid for a number of days, or through a day")
        if self.through_on is not None:
            checked_day(self.through_on)
        elif type(self.days) is not int or not 0 <= self.days <= _DAYS_MAX:
            raise Misuse(f"a voucher is valid for 0 to {_DAYS_MAX} days, not {self.days!r:.60}")

    def last_day(self, at: datetime, zone: Zone) -> date:
        """Reckon the last valid day of a voucher.

        Args:
            at: The instant at which it is issued.
            zone: The programme's zone.

        Returns:
            The day; a fixed one may be past by then.
        """
        if self.through_on is not None:
            return self.through_on
        return add_days(zone.day_of(at), self.days or 0)


_DAYS_MAX = 36_525


@attrs.frozen(order=False)
class CouponTerms:
    """What a coupon takes off an order.

    Attributes:
        validity: How long it is valid.
        value: A fixed amount; instead of *rate*. Of a reward whose tokens the member chooses it is
            reckoned when the coupon is issued.
        rate: A part of what it applies to, minor units of minor units, rounded as it says.
        cap: The most that the rate takes off.
        categories: The categories of products that it applies to; all where none is named.
        order_min: What the products that it applies to must come to; the coupon's minimum order.
        platforms: Where it can be used; anywhere where none is named.
        payment_modes: How the rest is to be paid; in any way where none is named.
        is_combinable: Whether an order may have other coupons beside it.
        is_transferable: Whether it may be handed on, and used by whoever has its code.
    """

    validity: Validity
    value: Money | None = None
    rate: Rate | None = None
    cap: Money | None = None
    categories: tuple[str, ...] = ()
    order_min: Money | None = None
    platforms: tuple[str, ...] = ()
    payment_modes: tuple[str, ...] = ()
    is_combinable: bool = False
    is_transferable: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the parts against each other."""
        _check_validity(self.validity)
        if self.value is not None and self.rate is not None:
            raise Misuse("a coupon takes off a fixed amount or a rate, not both")
        if self.rate is not None and type(self.rate) is not Rate:
            raise Misuse(f"a coupon's rate is a Rate, not {self.rate!r:.60}")
        if self.rate is not None and self.rate.numerator > self.rate.denominator:
            raise Misuse("a coupon's rate is at most the whole")
        if self.cap is not None and self.rate is None:
            raise Misuse("only a coupon with a rate has a cap")
        for what, amount in (
            ("value", self.value),
            ("cap", self.cap),
            ("order_min", self.order_min),
        ):
            if amount is not None and type(amount) is not Money:
                raise Misuse(f"a coupon's {what} is money, not {amount!r:.60}")
        if len(self.currencies) > 1:
            raise Misuse("a coupon's amounts are of one currency")
        for name in ("categories", "platforms", "payment_modes"):
            check_texts(f"a coupon's {name}", getattr(self, name))

    @property
    def currencies(self) -> frozenset[str]:
        """The currency of its amounts; nothing where it has none."""
        amounts = (self.value, self.cap, self.order_min)
        return frozenset(it.currency for it in amounts if it is not None)


@attrs.frozen(order=False)
class FCodeTerms:
    """What an F-code lets its holder buy: one unit, outside the sale window.

    Attributes:
        product_ids: The products, of which it buys one unit of one.
        validity: How long it is valid.
        is_transferable: Whether it may be handed on, and used by whoever has its code.
        quota_id: The quota of which a unit is set aside for it while it can be used, so that an
            issued code cannot fail; empty for none.
    """

    product_ids: tuple[str, ...]
    validity: Validity
    is_transferable: bool = True
    quota_id: str = attrs.field(default="", metadata=LATER)

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        check_texts("an F-code's product_ids", self.product_ids)
        if not self.product_ids:
            raise Misuse("an F-code is for at least one product")
        if type(self.quota_id) is not str:
            raise Misuse(f"an F-code's quota is named by a text, not {self.quota_id!r:.60}")
        _check_validity(self.validity)


VoucherTerms = CouponTerms | FCodeTerms
"""What a voucher is good for."""


@attrs.frozen(order=False)
class Choice:
    """A cost that the member chooses, in steps.

    Attributes:
        least: The fewest tokens.
        step: The tokens between one choice and the next.
        most: The most tokens, `None` for as many as there are.
        worth: What tokens are worth, minor units for tokens.
    """

    least: int
    step: int
    worth: Rate
    most: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        for what, tokens in (("least", self.least), ("step", self.step), ("most", self.most_of)):
            if type(tokens) is not int or not 1 <= tokens <= TOKENS_MAX:
                raise Misuse(f"{what} is a whole number of tokens from 1, not {tokens!r:.60}")
        if self.most_of < self.least:
            raise Misuse(f"the most tokens, {self.most}, are fewer than the least, {self.least}")
        if type(self.worth) is not Rate:
            raise Misuse(f"what tokens are worth is a Rate, not {self.worth!r:.60}")

    @property
    def most_of(self) -> int:
        """The most tokens, where there is no end the largest number of them."""
        return TOKENS_MAX if self.most is None else self.most

    def offers(self, tokens: int) -> bool:
        """Tell whether a number of tokens is one of the choices.

        Args:
            tokens: The number.

        Returns:
            Whether it is.
        """
        return self.least <= tokens <= self.most_of and (tokens - self.least) % self.step == 0


def check_texts(what: str, texts: tuple[str, ...]) -> None:
    """Check a tuple of names.

    Args:
        what: What they are, for the message.
        texts: The names.

    Raises:
        Misuse: They are no tuple of texts, one is empty, or one is there twice.
    """
    is_texts = type(texts) is tuple and all(type(it) is str and it for it in texts)
    if not is_texts or len(set(texts)) < len(texts):
        raise Misuse(f"{what} are a tuple of texts that differ, not {texts!r:.80}")


def _check_validity(validity: object) -> None:
    """Object to what is no validity."""
    if type(validity) is not Validity:
        raise Misuse(f"a voucher's validity is a Validity, not {validity!r:.60}")
