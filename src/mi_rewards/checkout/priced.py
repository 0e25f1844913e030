"""What a cart comes to: each line with what was taken off it and by what.

1. A line's payable amount and the parts taken off it add up to what the line costs; so do the
   totals. No amount is below zero.
2. Whatever could have applied and did not is named, with the reason.
"""

import enum
from typing import NamedTuple

from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX


class Source(enum.StrEnum):
    """What paid a part of a line instead of money."""

    COUPON = "coupon"
    EXCHANGE = "exchange"
    TOKENS = "tokens"


class Why(enum.StrEnum):
    """Why something did not apply, in order of precedence.

    A voucher that cannot be used at all is passed over with the code of the catalogue's refusal, an
    exchange receipt with that of the trade-in's, tokens that are not there with the wallet's.
    """

    NAMED_TWICE = "named_twice"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_PLATFORM = "wrong_platform"
    WRONG_PAYMENT_MODE = "wrong_payment_mode"
    WRONG_CATEGORY = "wrong_category"
    NO_SUCH_PRODUCT = "no_such_product"
    NOT_ONE_UNIT = "not_one_unit"
    BELOW_ORDER_MIN = "below_order_min"
    NO_PART_PAYMENT = "no_part_payment"
    BELOW_LEAST = "below_least"
    PRICE_NOT_NEGOTIABLE = "price_not_negotiable"
    UNITS_COVERED = "units_covered"
    NOT_COMBINABLE = "not_combinable"
    WORTH_NOTHING = "worth_nothing"
    NOTHING_LEFT = "nothing_left"


class PassedOver(NamedTuple):
    """Something that could have applied and did not.

    Attributes:
        name: The voucher or the exchange receipt as the cart names it; empty for tokens.
        code: Why: one of `Why`, or the code of a refusal of the catalogue, the trade-in or the
            wallet.
        figures: What decided, by name, such as `required` and `missing`.
    """

    name: str
    code: str
    figures: tuple[tuple[str, Figure], ...] = ()


class AppliedVoucher(NamedTuple):
    """A voucher that applied.

    Attributes:
        name: The voucher as the cart names it.
        member_id: The member who redeemed it.
        voucher_id: Its name within that member.
        minor: What it took off, in minor units; 0 of an F-code.
        line_id: The line of which an F-code covers one unit; `None` of a coupon.
    """

    name: str
    member_id: str
    voucher_id: str
    minor: int
    line_id: str | None = None


class Part(NamedTuple):
    """What was taken off a line by one thing.

    Attributes:
        source: What kind of thing.
        name: The coupon or the exchange receipt as the cart names it; empty of the others.
        minor: How much, in minor units, at least 1.
    """

    source: Source
    name: str
    minor: int


class PricedLine(NamedTuple):
    """One line of a cart with its price.

    Attributes:
        line_id: The line.
        quantity: How many units.
        gross_minor: What it costs before anything is taken off.
        parts: What was taken off: coupons by name, exchange value, tokens.
        payable_minor: What is left to be paid.
        tokens: How many tokens are charged for it.
        earning_minor: How much of it earns.
    """

    line_id: str
    quantity: int
    gross_minor: int
    parts: tuple[Part, ...]
    payable_minor: int
    tokens: int
    earning_minor: int

    def taken_minor(self, source: Source) -> int:
        """Add up what was taken off by one kind of thing.

        Args:
            source: The kind.

        Returns:
            Minor units.
        """
        return sum([part.minor for part in self.parts if part.source is source])


class Priced(NamedTuple):
    """What a cart comes to.

    Attributes:
        currency: The currency of every amount.
        lines: Its lines, as the cart has them.
        applied: The vouchers that applied, by name.
        passed_over: The vouchers that did not, by name.
        tokens: How many tokens are charged.
        tokens_passed_over: Why none are, where some were asked for.
        surplus_minor: What of the exchange value is more than it takes off; it is not paid out.
            The terms of an exchange receipt may pay it as store credit.
        earns: How many tokens it earns if all of it is delivered and kept.
        exchange_passed_over: Why the exchange receipt is not used, where one was named.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    applied: tuple[AppliedVoucher, ...]
    passed_over: tuple[PassedOver, ...]
    tokens: int
    tokens_passed_over: PassedOver | None
    surplus_minor: int
    earns: int
    exchange_passed_over: PassedOver | None = None

    @property
    def gross_minor(self) -> int:
        """What it costs before anything is taken off."""
        return sum([line.gross_minor for line in self.lines])

    @property
    def payable_minor(self) -> int:
        """What is left to be paid."""
        return sum([line.payable_minor for line in self.lines])

    @property
    def earning_minor(self) -> int:
        """How much of it earns."""
        return sum([line.earning_minor for line in self.lines])

    def earning(self, tokens: int) -> "Priced":
        """State what it earns with all that campaigns add.

        Args:
            tokens: How many tokens.

        Returns:
            What it comes to, with that.

        Raises:
            Misuse: It is more than 2**63 - 1.
        """
        if tokens > TOKENS_MAX:
            raise Misuse("the order would earn more than 2**63 - 1 tokens")
        return self._replace(earns=tokens)

    def taken_minor(self, source: Source) -> int:
        """Add up what was taken off by one kind of thing.

        Args:
            source: The kind.

        Returns:
            Minor units.
        """
        return sum([line.taken_minor(source) for line in self.lines])
