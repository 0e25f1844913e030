"""When a campaign applies: conditions as plain data, and the facts that they are held against.

1. A condition that is empty asks for nothing.
2. Conditions are asked in a fixed order; the first that does not hold is the reason.
3. Days begin and end in the programme's zone. Whoever was born, or joined, on 29 February has their
   day on 28 February of the other years.
"""

import enum
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, NamedTuple

import attrs

from mi_rewards.calendar import (
    Window,
    Zone,
    end_of_month,
    read_day,
    utc,
    write_day,
    write_instant,
)
from mi_rewards.earning.parts import EVERY_LINE, Selection
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import check_days
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import Money

ALWAYS: Final = Window(None, None)
"""The window that everything is in."""

_LEAP_YEAR: Final = 2000
"""A year that has every day of the year."""


class MembersDay(enum.StrEnum):
    """A day that is a member's own."""

    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"


class Failure(NamedTuple):
    """Why something does not apply, and what would change that.

    Attributes:
        code: The stable name of the condition that does not hold.
        actual: What was found.
        wanted: What it would have to be.
    """

    code: str
    actual: Figure
    wanted: Figure


@attrs.frozen(order=False)
class Facts:
    """What is known of an order and of who ordered it.

    Attributes:
        purchase: The order; what of it was delivered does not matter.
        at: The instant of the order; kept in UTC.
        zone: Where days begin and end.
        tier: The tier that the member holds, empty for none.
        order_number: The how-manieth order of the member's that earns it is, the first being 1.
        birthday: The member's, as `"MM-DD"`; empty where it is not known.
        joined_on: The day on which the member joined; `None` where it is not known.
        default_channel: The channel of an order that names none.
    """

    purchase: Purchase
    at: datetime = attrs.field(converter=utc)
    zone: Zone
    tier: str = ""
    order_number: int = 1
    birthday: str = ""
    joined_on: date | None = None
    default_channel: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        if type(self.order_number) is not int or self.order_number < 1:
            raise Misuse(f"an order's number is a whole number from 1, not {self.order_number!r}")
        if self.birthday:
            month_and_day(self.birthday)

    @property
    def day(self) -> date:
        """The day of the order."""
        return self.zone.day_of(self.at)

    @property
    def channel(self) -> str:
        """Where it was ordered."""
        return self.purchase.channel or self.default_channel


@attrs.frozen(order=False)
class Conditions:
    """When a campaign applies, and to which lines of an order.

    Attributes:
        window: The instants of orders.
        from_on: The first day of orders, `None` for no beginning.
        through_on: The last day of orders, `None` for no end.
        products: Products of lines.
        categories: Categories of lines.
        except_categories: Categories of lines that it is not for, instead of those that it is for.
        channels: Channels of orders.
        platforms: On what was ordered, such as `"app"`.
        payment_modes: How was paid, such as `"prepaid"`.
        tiers: Tiers that the member holds.
        order_number: Which of the member's orders that earn, the first being 1; `None` for any.
        members_day: A day of the member's own, `None` for any day.
        min_amount: The least that the lines come to which it applies to, `None` for anything.
    """

    window: Window = ALWAYS
    from_on: date | None = None
    through_on: date | None = None
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    payment_modes: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    order_number: int | None = None
    members_day: MembersDay | None = None
    min_amount: Money | None = None

    def __attrs_post_init__(self) -> None:
        """Check each of them."""
        if type(self.window) is not Window:
            raise Misuse(f"a campaign's window is a Window, not {self.window!r:.60}")
        check_days(self.from_on, self.through_on)
        for name in (*_LINES, *_ORDERS):
            _check_names(name, getattr(self, name))
        if self.categories and self.except_categories:
            raise Misuse("a campaign is for some categories, or for all but some, not both")
        number = self.order_number
        if number is not None and (type(number) is not int or number < 1):
            raise Misuse(f"order_number is a whole number from 1, not {number!r:.60}")
        if self.members_day is not None and type(self.members_day) is not MembersDay:
            raise Misuse(f"a member's day is one of MembersDay's, not {self.members_day!r:.60}")
        if self.min_amount is not None and type(self.min_amount) is not Money:
            raise Misuse(f"min_amount is money, not {self.min_amount!r:.60}")

    @property
    def min_minor(self) -> int:
        """The least that the lines come to, in minor units."""
        return 0 if self.min_amount is None else self.min_amount.minor

    @property
    def lines(self) -> Selection:
        """The lines that it is for."""
        return Selection(self.categories, self.except_categories, self.products)

    @property
    def selects_lines(self) -> bool:
        """Whether it applies to some lines of an order only."""
        return self.lines != EVERY_LINE

    def failure(self, facts: Facts) -> Failure | None:
        """Find the first condition that an order does not meet, its lines apart.

        Args:
            facts: What is known of the order.

        Returns:
            It, `None` where all are met.
        """
        for condition in _IN_ORDER:
            failed = condition(self, facts)
            if failed is not None:
                return failed
        return None


_LINES = ("products", "categories", "except_categories")
_ORDERS = ("channels", "platforms", "payment_modes", "tiers")


def month_and_day(text: str) -> tuple[int, int]:
    """Read a day of the year.

    Args:
        text: Such as `"02-29"`.

    Returns:
        Its month and day.

    Raises:
        Misuse: There is no such day.
    """
    try:
        found = read_day(f"{_LEAP_YEAR}-{text}")
    except Misuse:
        raise Misuse(f"a birthday is written as MM-DD, not {text!r:.60}") from None
    return found.month, found.day


def _check_names(what: str, names: tuple[str, ...]) -> None:
    """Object to what is no list of different names."""
    if type(names) is not tuple or not all(type(name) is str and name for name in names):
        raise Misuse(f"{what} must be a tuple of names, not {names!r:.60}")
    if len(set(names)) < len(names):
        raise Misuse(f"{what} names one twice: {names!r:.60}")


def _has_begun(when: Conditions, facts: Facts) -> Failure | None:
    """The order is not before the beginning."""
    from_at = when.window.from_at
    if from_at is not None and facts.at < from_at:
        return Failure("not_begun", write_instant(facts.at), write_instant(from_at))
    if when.from_on is not None and facts.day < when.from_on:
        return Failure("not_begun", write_day(facts.day), write_day(when.from_on))
    return None


def _is_not_over(when: Conditions, facts: Facts) -> Failure | None:
    """The order is not after the end."""
    until_at = when.window.until_at
    if until_at is not None and facts.at >= until_at:
        return Failure("over", write_instant(facts.at), write_instant(until_at))
    if when.through_on is not None and facts.day > when.through_on:
        return Failure("over", write_day(facts.day), write_day(when.through_on))
    return None


def _is_of_a_channel(when: Conditions, facts: Facts) -> Failure | None:
    """The order came through one of the channels."""
    return _unlisted("wrong_channel", facts.channel, when.channels)


def _is_on_a_platform(when: Conditions, facts: Facts) -> Failure | None:
    """It was placed on one of the platforms."""
    platform = facts.purchase.circumstances.platform
    return _unlisted("wrong_platform", platform, when.platforms)


def _is_paid_in_a_mode(when: Conditions, facts: Facts) -> Failure | None:
    """It is paid in one of the modes."""
    payment_mode = facts.purchase.circumstances.payment_mode
    return _unlisted("wrong_payment_mode", payment_mode, when.payment_modes)


def _is_of_a_tier(when: Conditions, facts: Facts) -> Failure | None:
    """The member holds one of the tiers."""
    return _unlisted("wrong_tier", facts.tier, when.tiers)


def _has_the_number(when: Conditions, facts: Facts) -> Failure | None:
    """It is the member's order of that number."""
    wanted = when.order_number
    if wanted is None or facts.order_number == wanted:
        return None
    return Failure("wrong_order_number", facts.order_number, wanted)


def _is_on_the_members_day(when: Conditions, facts: Facts) -> Failure | None:
    """It is the member's own day."""
    wanted = when.members_day
    if wanted is None:
        return None
    day = facts.day
    own = ""
    if wanted is MembersDay.BIRTHDAY:
        own = facts.birthday
    elif facts.joined_on is not None and day.year > facts.joined_on.year:
        own = write_day(facts.joined_on)[-5:]
    if own:
        month, number = month_and_day(own)
        if day.month == month and day.day == min(number, end_of_month(day).day):
            return None
    return Failure("wrong_day", write_day(day)[-5:], own or wanted.value)


def _unlisted(code: str, actual: str, wanted: tuple[str, ...]) -> Failure | None:
    """Say that something is none of those that are listed."""
    if not wanted or actual in wanted:
        return None
    return Failure(code, actual, ", ".join(wanted))


_IN_ORDER: tuple[Callable[[Conditions, Facts], Failure | None], ...] = (
    _has_begun,
    _is_not_over,
    _is_of_a_channel,
    _is_on_a_platform,
    _is_paid_in_a_mode,
    _is_of_a_tier,
    _has_the_number,
    _is_on_the_members_day,
)
"""The conditions on orders, in order of precedence."""
