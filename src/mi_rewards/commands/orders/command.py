"""What every command on an order has, and how an order is stated."""

from typing import Any, ClassVar

import attrs

from mi_rewards._tuples import new
from mi_rewards.commands.command import MemberCommand, not_a_text, wallet_of
from mi_rewards.earning.circumstances import UNTOLD, Circumstances
from mi_rewards.earning.lines import Line
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import UnknownOrder
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch, Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import Key, member_key, own_keys, purchase_key
from mi_rewards.wallet.wallet import Wallet

OrderKeys = tuple[Key[Member], Key[Purchase], Key[Wallet]]
"""The keys of a member, a purchase and a wallet."""


# Neither of these is made: each command is compared and shown in its own way.
@attrs.frozen(order=False, kw_only=True, slots=False, eq=False, repr=False)
class OrderCommand(MemberCommand):
    """What every command on an order has.

    Attributes:
        order_id: Names the order within the member.
    """

    order_id: str

    _named: ClassVar[OrderKeys | None] = None

    def __attrs_post_init__(self) -> None:
        """Check the names; an order without one is not known."""
        MemberCommand.__attrs_post_init__(self)
        if type(self.order_id) is not str:
            raise not_a_text("an order's id", self.order_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase and the wallet.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return new(Needs, (self._keys(programme), (), (), (), None))

    def _keys(self, programme: Programme) -> OrderKeys:
        """Name the member, the purchase and the wallet; once, since a batch asks several times."""
        kind, keys = programme.kind, self._named
        if keys is None or keys[2][2] != kind:
            member_id = self.member_id
            the_member, the_wallet = own_keys(member_id, kind)
            the_purchase = new(Key, (Purchase, member_id, self.order_id))
            keys = self.__dict__["_named"] = (the_member, the_purchase, the_wallet)
        return keys

    def _purchase_key(self) -> Key[Purchase]:
        """Name the purchase."""
        return purchase_key(self.member_id, self.order_id)

    def _member(self, loaded: Loaded) -> Member:
        """Answer with the member, a new one where there is none yet."""
        return loaded.get(member_key(self.member_id)) or Member(self.member_id)

    def _wallet(self, loaded: Loaded, key: Key[Wallet], programme: Programme) -> Wallet:
        """Answer with the wallet, an empty one where there is none yet."""
        return loaded.get(key) or wallet_of(None, self.member_id, programme)

    def _known(self, loaded: Loaded, key: Key[Purchase] | None = None) -> Purchase:
        """Answer with the purchase, or refuse."""
        purchase = loaded.get(key or self._purchase_key())
        if purchase is None:
            raise UnknownOrder(order_id=self.order_id)
        return purchase


@attrs.frozen(order=False, kw_only=True, slots=False, eq=False, repr=False)
class StatedOrder(OrderCommand):
    """A command that states what was ordered: an amount, or lines.

    Attributes:
        amount: What was paid for the order as one line; instead of *lines*.
        category: The category of that one line.
        channel: Where it was ordered; may be empty.
        lines: The order's lines, undelivered; instead of *amount*.
        platform: On what it was ordered, such as `"app"`; may be empty.
        payment_mode: How it is paid, such as `"prepaid"`; may be empty.
    """

    amount: Money | None = None
    category: str = ""
    channel: str = ""
    lines: tuple[Line, ...] = ()
    platform: str = ""
    payment_mode: str = ""

    def __attrs_post_init__(self) -> None:
        """Check what is stated, as far as it can be without the rules."""
        OrderCommand.__attrs_post_init__(self)
        if self.amount is not None and type(self.amount) is not Money:
            raise Misuse(f"an amount is money, not {self.amount!r}")
        if type(self.category) is not str or type(self.channel) is not str:
            raise not_a_text("a category or a channel", (self.category, self.channel))
        if type(self.platform) is not str or type(self.payment_mode) is not str:
            raise not_a_text("a platform or a payment mode", (self.platform, self.payment_mode))
        lines = self.lines
        if lines != () and not (type(lines) is tuple and all(type(it) is Line for it in lines)):
            raise Misuse(f"lines are a tuple of Line, not {lines!r}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase and the wallet, and what bounds campaigns.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = self._keys(programme)
        if not programme.in_force.campaigns:
            return new(Needs, (keys, (), (), (), None))
        from mi_rewards.commands.earning.campaigning import needs_weighed

        more, counters = needs_weighed(programme, self.member_id, self.at)
        return new(Needs, (keys + more, (), counters, (), None))

    def _stated(self, programme: Programme) -> Purchase | None:
        """Make the purchase as stated; `None` where nothing is."""
        if not self.order_id:
            raise Misuse("an order's id is missing")
        lines = self.lines
        if self.amount is not None:
            if lines:
                raise Misuse("an order is stated by an amount or by lines, not both")
            lines = (Line("1", self.amount, 1, self.category),)
        if not lines:
            return None
        for line in lines:
            if line.checked().amount.currency != programme.currency:
                raise not_in(programme, line.amount)
        if len(lines) > 1 and len({line.line_id for line in lines}) < len(lines):
            raise Misuse(f"order {self.order_id!r} names a line twice")
        if sum([line.amount.minor for line in lines]) > TOKENS_MAX:
            raise Misuse(f"order {self.order_id!r} comes to more than 2**63 - 1 minor units")
        return Purchase(
            self.member_id,
            self.order_id,
            lines,
            self.channel,
            circumstances=self.circumstances(),
        )

    def circumstances(self) -> Circumstances:
        """Answer with how the order was placed, as far as it is stated.

        Returns:
            The circumstances.
        """
        if self.platform or self.payment_mode:
            return Circumstances(None, self.platform, self.payment_mode)
        return UNTOLD

    def _agreed(self, found: Purchase, stated: Purchase | None) -> None:
        """Check that what is stated now is what was stated first."""
        if stated is None:
            return
        same = stated.channel == found.channel and _content(stated) == _content(found)
        if not same or not _agree(found.circumstances, stated.circumstances):
            raise Misuse(f"order {self.order_id!r} was seen before with other content")


def not_in(programme: Programme, amount: Money) -> CurrencyMismatch:
    """Say that an order is in another currency than its programme.

    Args:
        programme: The rules.
        amount: An amount of the order.

    Returns:
        The error, to be raised.
    """
    return CurrencyMismatch(f"the order is in {amount.currency}, not in {programme.currency}")


def _content(purchase: Purchase) -> tuple[tuple[str, Money, int, str, str], ...]:
    """Answer with the lines as ordered, whatever became of them."""
    return tuple(
        [(it.line_id, it.amount, it.quantity, it.category, it.product) for it in purchase.lines]
    )


def _agree(found: Circumstances, stated: Circumstances) -> bool:
    """Tell whether circumstances are the same, as far as they are stated again."""
    platforms = (found.platform, stated.platform or found.platform)
    modes = (found.payment_mode, stated.payment_mode or found.payment_mode)
    return platforms[0] == platforms[1] and modes[0] == modes[1]
