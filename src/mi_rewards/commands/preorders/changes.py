"""Pre-orders on their way to being paid: paid, priced anew, sent elsewhere, of another colour."""

from typing import Any

import attrs

from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.preorders.command import PreOrderCommand
from mi_rewards.commands.preorders.outcomes import PreOrderChanged, PreOrderPaid
from mi_rewards.errors import Misuse
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.terms import Payment
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import voucher_key


@attrs.frozen(order=False, kw_only=True, slots=False)
class AmountCommand(PreOrderCommand):
    """What every command on money for a pre-order has.

    Attributes:
        amount: How much, in the currency of its price.
    """

    amount: Money

    def __attrs_post_init__(self) -> None:
        """Check the names and the amount."""
        super().__attrs_post_init__()
        if type(self.amount) is not Money:
            raise Misuse(f"an amount is money, not {self.amount!r:.60}")

    def _paid_in(self, preorder: PreOrder) -> PreOrder:
        """Answer with the pre-order, where the amount is in its currency."""
        currency = preorder.price.currency
        if self.amount.currency != currency:
            raise CurrencyMismatch(f"the pre-order is in {currency}, not {self.amount.currency}")
        return preorder


@attrs.frozen(order=False, kw_only=True, slots=False)
class PayPreOrder(AmountCommand):
    """Record the payment of a pre-order's price, or of its booking: its unit is sold.

    What is paid in full is a purchase from then on, and what it will earn is promised.

    Attributes:
        payment_mode: How it was paid; empty for as it was said when it was placed.
    """

    payment_mode: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names, the amount and the mode."""
        super().__attrs_post_init__()
        if type(self.payment_mode) is not str:
            raise not_a_text("a payment mode", self.payment_mode)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order, and what placing the purchase needs.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return self._placing_needs(programme)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderPaid]:
        """Decide.

        Args:
            loaded: The pre-order, the member, the purchase, the wallet, and the voucher of a code.
            programme: The rules.

        Returns:
            What was paid, and what is promised.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            CurrencyMismatch: The amount is in another currency than the price.
            PaymentModeRefused: The terms name other ways to pay.
            PreOrderNotOpen: It was paid, cancelled, or has run out.
            WrongAmount: Another amount is due.
            VoucherNotAttached: The code that bought it was detached by other means.
            AlreadyPlaced: The order was placed by other means.
            Misuse: So it was, with other content.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
            Corrupt: The code that bought it is not there.
        """
        before = self._paid_in(self._preorder(loaded))
        after = before.paying(
            self.amount, at=self.at, zone=programme.zone, payment_mode=self.payment_mode
        )
        puts: tuple[Put[Any], ...] = (Put(self._key(), after),)
        if before.voucher_id is not None:
            used = self._voucher(before, loaded).using(self.member_id, self.order_id, at=self.at)
            puts += (Put(voucher_key(used.member_id, used.voucher_id), used),)
        takes, promised = self._takes(before, after), 0
        decided: Decision[Any] = Decision(None)
        if after.terms.payment is Payment.FULL:
            decided = self._place(after).decide(loaded, programme)
            promised = decided.outcome.promised
        outcome = PreOrderPaid(
            self.order_id,
            after.paid_minor,
            after.rest.minor,
            after.price.currency,
            after.ship_by,
            promised,
        )
        return Decision(outcome, (*puts, *decided.puts), decided.entries, takes=takes)


@attrs.frozen(order=False, kw_only=True, slots=False)
class RepricePreOrder(PreOrderCommand):
    """Change the price of a pre-order that is not paid for.

    Attributes:
        price: The new price, more than none.
    """

    price: Money

    def __attrs_post_init__(self) -> None:
        """Check the names and the price."""
        super().__attrs_post_init__()
        if type(self.price) is not Money or not self.price.minor:
            raise Misuse(f"a price is money, more than none, not {self.price!r:.60}")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderChanged]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            Where it is in its life.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            Misuse: The price is in another currency.
            PriceFixed: It was paid for.
            PreOrderNotOpen: It was cancelled, or has run out.
        """
        del programme
        return self._changed(self._preorder(loaded).repricing(self.price, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ChangeAddress(PreOrderCommand):
    """Have a pre-order sent elsewhere, where its terms allow that.

    Attributes:
        address_ref: The host's reference to the address.
    """

    address_ref: str

    def __attrs_post_init__(self) -> None:
        """Check the names and the reference."""
        super().__attrs_post_init__()
        if type(self.address_ref) is not str:
            raise not_a_text("a reference to an address", self.address_ref)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderChanged]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            Where it is in its life.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            AddressFrozen: The address stays as it was when it was placed.
            AlreadyShipped: It was shipped, or is at the store.
            PreOrderNotOpen: It was cancelled, has run out, or was left at the store for too long.
        """
        del programme
        after = self._preorder(loaded).changing_address(self.address_ref, at=self.at)
        return self._changed(after)


@attrs.frozen(order=False, kw_only=True, slots=False)
class OfferColour(PreOrderCommand):
    """Offer another colour than the one named, where that is a wish.

    Attributes:
        colour: The colour that can be had.
    """

    colour: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.colour) is not str or not self.colour:
            raise not_a_text("a colour", self.colour)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderChanged]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            Where it is in its life.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            ColourGuaranteed: The colour named is what is got.
            PreOrderNotOpen: It was shipped, delivered, cancelled, or has run out.
        """
        del programme
        return self._changed(self._preorder(loaded).offering(self.colour, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class AcceptColour(PreOrderCommand):
    """Accept the colour that was offered."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderChanged]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            Where it is in its life.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            PreOrderNotOpen: No colour waits for a yes.
        """
        del programme
        return self._changed(self._preorder(loaded).accepting(at=self.at))
