"""What earns how much: the terms of a rule book, and the recipe that every award records.

1. A rate is an integer fraction with a named rounding, applied once per order to what was
   delivered and kept. So is each part that a campaign adds.
2. A recipe is what an award was computed by; claw-back uses it, never today's terms.
"""

import enum
from datetime import date, datetime

import attrs

from mi_rewards.earning.parts import RecipePart
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rounding, divide
from mi_rewards.wallet.buckets import whole_tokens

_DOWN = Rounding.DOWN


@attrs.frozen(order=False)
class EarnRate:
    """So many tokens for so much money.

    Attributes:
        tokens: Whole tokens.
        per: The money that earns them, above zero.
        rounding: What becomes of a fraction of a token, once per order.
    """

    tokens: int
    per: Money
    rounding: Rounding = Rounding.DOWN

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        whole_tokens(self.tokens)
        if type(self.per) is not Money or self.per.minor == 0:
            raise Misuse(f"a rate is per some money, not per {self.per}")
        if type(self.rounding) is not Rounding:
            raise Misuse(f"a rounding is one of Rounding's, not {self.rounding!r}")


class CapScope(enum.StrEnum):
    """What a cap on orders counts over."""

    RETROSPECTIVE = "retrospective"
    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"


@attrs.frozen(order=False)
class OrderCap:
    """Only the first so many delivered orders earn.

    Attributes:
        orders: How many; 0 is none.
        scope: Over what they are counted.
    """

    orders: int
    scope: CapScope

    def __attrs_post_init__(self) -> None:
        """Check the figure and the scope."""
        if type(self.orders) is not int or self.orders < 0:
            raise Misuse(f"a cap is a whole number of orders, not {self.orders!r}")
        if type(self.scope) is not CapScope:
            raise Misuse(f"a scope is one of CapScope's, not {self.scope!r}")


@attrs.frozen(order=False)
class Recipe:
    """How an award was computed.

    Attributes:
        rule: The rule that applied, or the code of the one that said no, with a rate of no tokens.
        tokens: Tokens per *per*; 0 where a rule said no.
        per: The money that earns them.
        rounding: What became of a fraction.
        excluded_categories: Categories of lines that did not count.
        rule_book: The digest of the rule book.
        parts: What campaigns add, by their names.
        figures: The same as the figures of a reason, but for the parts.
    """

    rule: str
    tokens: int
    per: Money
    rounding: Rounding
    excluded_categories: tuple[str, ...]
    rule_book: str
    parts: tuple[RecipePart, ...] = ()
    figures: tuple[tuple[str, Figure], ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """State the recipe as figures, once."""
        figures = (
            ("rule", self.rule),
            ("rate_tokens", self.tokens),
            ("rate_per_minor", self.per.minor),
            ("currency", self.per.currency),
            ("rounding", self.rounding.value),
            ("rule_book", self.rule_book),
        )
        object.__setattr__(self, "figures", figures)

    def award(self, base_minor: int) -> int:
        """Compute what a base earns, apart from what campaigns add.

        Args:
            base_minor: The order's delivered and kept value that counts, in minor units.

        Returns:
            Whole tokens, zero included.
        """
        numerator, per = base_minor * self.tokens, self.per.minor
        if self.rounding is _DOWN and type(numerator) is int and numerator >= 0 and per > 0:
            return numerator // per
        return divide(numerator, per, self.rounding)

    def saying_no(self, rule: str) -> "Recipe":
        """Make the recipe of an award of nothing.

        Args:
            rule: The code of the rule that said no.

        Returns:
            The same recipe at a rate of no tokens, without parts.
        """
        return Recipe(rule, 0, self.per, self.rounding, self.excluded_categories, self.rule_book)

    def with_parts(self, parts: tuple[RecipePart, ...]) -> "Recipe":
        """Make the recipe with what campaigns add.

        Args:
            parts: The parts.

        Returns:
            The recipe.
        """
        return Recipe(
            self.rule,
            self.tokens,
            self.per,
            self.rounding,
            self.excluded_categories,
            self.rule_book,
            parts,
        )


@attrs.frozen(order=False)
class EarnTerms:
    """What purchases earn.

    Attributes:
        rate: The rate.
        channels: Channels that earn; empty for all of them.
        default_channel: The channel of a purchase that names none.
        excluded_categories: Categories of lines that do not count, such as shipping.
        kept_after_days: Days after delivery on which an award is kept; 0 for at once.
        order_cap: The cap on orders, `None` for none.
    """

    rate: EarnRate
    channels: tuple[str, ...] = ()
    default_channel: str = ""
    excluded_categories: tuple[str, ...] = ()
    kept_after_days: int = 0
    order_cap: OrderCap | None = None

    def __attrs_post_init__(self) -> None:
        """Check the names and the days."""
        for name, texts in (
            ("channels", self.channels),
            ("excluded_categories", self.excluded_categories),
        ):
            if type(texts) is not tuple or not all(type(text) is str for text in texts):
                raise Misuse(f"{name} must be a tuple of texts, not {texts!r}")
        if type(self.default_channel) is not str:
            raise Misuse(f"default_channel must be a text, not {self.default_channel!r}")
        if type(self.kept_after_days) is not int or self.kept_after_days < 0:
            raise Misuse(f"kept_after_days must be a whole number, not {self.kept_after_days!r}")

    def earns_in(self, channel: str) -> bool:
        """Tell whether purchases of a channel earn.

        Args:
            channel: The channel; empty where the purchase names none.

        Returns:
            Whether they do.
        """
        return not self.channels or (channel or self.default_channel) in self.channels

    def recipe(self, rule_book: str) -> Recipe:
        """State the terms as the recipe that awards record.

        Args:
            rule_book: The digest of the rule book.

        Returns:
            The recipe of shopping.
        """
        rate = self.rate
        return Recipe(
            "shopping", rate.tokens, rate.per, rate.rounding, self.excluded_categories, rule_book
        )


@attrs.frozen(order=False)
class Welcome:
    """Tokens for joining.

    Attributes:
        tokens: How many.
        from_on: The first day of joining that counts, `None` for no beginning.
        through_on: The last such day, `None` for no end.
    """

    tokens: int
    from_on: date | None = None
    through_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check tokens and days."""
        whole_tokens(self.tokens)
        check_days(self.from_on, self.through_on)

    def covers(self, day: date) -> bool:
        """Tell whether joining on a day counts.

        Args:
            day: The day in the programme's zone.

        Returns:
            Whether it does.
        """
        return is_within(day, self.from_on, self.through_on)


@attrs.frozen(order=False)
class Retrospective:
    """Purchases delivered before the member joined that count all the same.

    Attributes:
        delivered_from: The first day of delivery that counts.
        delivered_through: The last such day, `None` for no end.
    """

    delivered_from: date
    delivered_through: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the days."""
        check_day("delivered_from", self.delivered_from)
        check_days(self.delivered_from, self.delivered_through)

    def covers(self, day: date) -> bool:
        """Tell whether a delivery on a day counts.

        Args:
            day: The day in the programme's zone.

        Returns:
            Whether it does.
        """
        return is_within(day, self.delivered_from, self.delivered_through)


def check_day(name: str, day: date) -> None:
    """Refuse what is no day, such as an instant.

    Args:
        name: What the day is.
        day: The day.

    Raises:
        Misuse: It is none.
    """
    if isinstance(day, datetime) or not isinstance(day, date):
        raise Misuse(f"{name} must be a date without a time, not {day!r}")


def check_days(from_on: date | None, through_on: date | None) -> None:
    """Refuse what is no day, and a span that ends before it begins.

    Args:
        from_on: Its first day, `None` for no beginning.
        through_on: Its last day, `None` for no end.

    Raises:
        Misuse: One is no day, or the last is before the first.
    """
    for name, day in (("the first day", from_on), ("the last day", through_on)):
        if day is not None:
            check_day(name, day)
    if from_on is not None and through_on is not None and through_on < from_on:
        raise Misuse(f"a span cannot end on {through_on}, before it begins on {from_on}")


def is_within(day: date, from_on: date | None, through_on: date | None) -> bool:
    """Tell whether a day is within a span of days, both ends included.

    Args:
        day: The day.
        from_on: The first day, `None` for no beginning.
        through_on: The last day, `None` for no end.

    Returns:
        Whether it is.
    """
    return (from_on is None or from_on <= day) and (through_on is None or day <= through_on)


def check_count(what: str, count: int) -> None:
    """Check a number of times, of days or of tokens that may be none.

    Args:
        what: What it is, for the message.
        count: The number.

    Raises:
        Misuse: It is no whole number from 0 to 2**63 - 1.
    """
    if type(count) is not int or not 0 <= count <= TOKENS_MAX:
        raise Misuse(f"{what} is a whole number, 0 to 2**63 - 1, not {count!r:.60}")
