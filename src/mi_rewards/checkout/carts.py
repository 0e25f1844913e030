"""Carts: what a member is about to order, and what they would pay with."""

import attrs

from mi_rewards._canonical import LATER
from mi_rewards.catalogue.terms import check_texts
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch, Money


@attrs.frozen(order=False)
class CartLine:
    """One line of a cart.

    Attributes:
        line_id: Names the line within the order.
        product_id: The product.
        category: Its category, such as `"accessories"`; may be empty.
        unit_price: What one unit costs.
        quantity: How many units, at least 1.

    Raises:
        Misuse: One of them is not what it must be, or the line comes to more than 2**63 - 1.
    """

    line_id: str
    product_id: str
    category: str
    unit_price: Money
    quantity: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        for what, text in (("line's id", self.line_id), ("product's id", self.product_id)):
            if type(text) is not str or not text:
                raise Misuse(f"a {what} is a text, not {text!r:.60}")
        if type(self.category) is not str:
            raise Misuse(f"a category is a text, not {self.category!r:.60}")
        if type(self.unit_price) is not Money:
            raise Misuse(f"a price is money, not {self.unit_price!r:.60}")
        if type(self.quantity) is not int or not 1 <= self.quantity <= TOKENS_MAX:
            raise Misuse(f"a quantity is a whole number from 1, not {self.quantity!r:.60}")
        if self.gross_minor > TOKENS_MAX:
            raise Misuse(f"line {self.line_id!r} comes to more than 2**63 - 1")

    @property
    def gross_minor(self) -> int:
        """What all of it costs before anything is taken off, in minor units."""
        return self.unit_price.minor * self.quantity


@attrs.frozen(order=False)
class Cart:
    """What a member is about to order, and what they would pay with.

    Attributes:
        order_id: The order that it will be.
        lines: At least one line, each of another name, in one currency.
        channel: Where it is ordered; may be empty.
        platform: On what, such as `"app"`; may be empty.
        payment_mode: How the rest is paid, such as `"prepaid"`; may be empty.
        codes: The digests of the codes of vouchers.
        voucher_ids: Vouchers that the member redeemed, by their names.
        exchange: The value of an old device, where the programme has no terms for that; `None`
            where there is none.
        tokens: How many tokens the member would pay with.
        exchange_id: The exchange receipt that the member would use; empty for none.

    Raises:
        CurrencyMismatch: There are two currencies in it.
        Misuse: A part is not what it must be, or all of it comes to more than 2**63 - 1.
    """

    order_id: str
    lines: tuple[CartLine, ...]
    channel: str = ""
    platform: str = ""
    payment_mode: str = ""
    codes: tuple[str, ...] = ()
    voucher_ids: tuple[str, ...] = ()
    exchange: Money | None = None
    tokens: int = 0
    exchange_id: str = attrs.field(default="", metadata=LATER)

    def __attrs_post_init__(self) -> None:
        """Check the parts, each for itself and against the others."""
        if type(self.order_id) is not str or not self.order_id:
            raise Misuse(f"an order's id is a text, not {self.order_id!r:.60}")
        for name in ("channel", "platform", "payment_mode", "exchange_id"):
            if type(getattr(self, name)) is not str:
                raise Misuse(f"a cart's {name} is a text, not {getattr(self, name)!r:.60}")
        check_texts("a cart's codes", self.codes)
        check_texts("a cart's voucher_ids", self.voucher_ids)
        check_texts("a cart's codes and voucher_ids", self.voucher_names)
        if type(self.tokens) is not int or not 0 <= self.tokens <= TOKENS_MAX:
            raise Misuse(f"tokens are a whole number from 0, not {self.tokens!r:.60}")
        if self.exchange is not None and type(self.exchange) is not Money:
            raise Misuse(f"an exchange value is money, not {self.exchange!r:.60}")
        if self.exchange is not None and self.exchange_id:
            raise Misuse("a cart names an exchange value or an exchange receipt, not both")
        self._check_lines()

    @property
    def currency(self) -> str:
        """The currency of every amount in it."""
        return self.lines[0].unit_price.currency

    @property
    def gross_minor(self) -> int:
        """What all of it costs before anything is taken off, in minor units."""
        return sum([line.gross_minor for line in self.lines])

    @property
    def voucher_names(self) -> tuple[str, ...]:
        """The names of all its vouchers, digests of codes first."""
        return self.codes + self.voucher_ids

    def _check_lines(self) -> None:
        """Object to lines that cannot stand together."""
        lines = self.lines
        if type(lines) is not tuple or not lines or {type(line) for line in lines} != {CartLine}:
            raise Misuse(f"a cart has a tuple of at least one CartLine, not {lines!r:.80}")
        check_texts("the names of a cart's lines", tuple([line.line_id for line in lines]))
        amounts = [line.unit_price for line in lines]
        if self.exchange is not None:
            amounts.append(self.exchange)
        currencies = sorted({amount.currency for amount in amounts})
        if len(currencies) > 1:
            raise CurrencyMismatch(f"a cart is of one currency, not of {', '.join(currencies)}")
        if self.gross_minor > TOKENS_MAX:
            raise Misuse(f"order {self.order_id!r} comes to more than 2**63 - 1")
