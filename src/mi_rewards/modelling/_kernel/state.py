"""What the kernel keeps of a member, and what the calendar makes of it.

1. A member is *lean* where the wallet has no hold, no promise and no debt, and was not issued
   nearly as many tokens as there can be: then the lots are all there is of it. Else the wallet
   itself is kept beside the lots, and the commands decide.
2. `ready` and `until` bound the instants at which the common path may go ahead without looking:
   the member has joined, time does not go back, and nothing is due nor is a balance to be stated.
"""

from collections.abc import Callable
from typing import Any, Final

from mi_rewards._event_log.fields import escaped
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.modelling._kernel.days import FAR, PAST
from mi_rewards.money import TOKENS_MAX
from mi_rewards.tiers.standing import Standing
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

Sold = tuple[str, str]
"""The category and the channel of an order."""

Delivery = tuple[int, str, Sold, int, int, int, str, int, int]
"""An order delivered at once: minor units, the currency, how it was sold, the instant, the tokens
and their lot, and the request where the row names one; at last what came back: minor units, and
tokens given back."""

JOINED: Final = ("joined",)
"""What a row of joining states."""

REQUEST: Final = 6
"""Where a delivery has the request that its row names."""

_DELIVERED: Final = "delivered:"
_JOINED: Final = "joined:"

FOLLOWING: Final = (_DELIVERED, _JOINED)
"""How the names of requests begin that follow from a delivery, or from joining."""

ISSUED_MAX: Final = TOKENS_MAX // 2
"""How many tokens are issued at most to a lean member: half of what can be by openings, by a
welcome and by commands, and half by all deliveries of a replay that no command decides."""

Lots = list[tuple[int, int]]
"""Lots with tokens, in the order in which they were drawn."""


def delivery_named(order_id: str) -> str:
    """Name the request of a delivery that names none.

    Args:
        order_id: The order.

    Returns:
        The name.
    """
    return _DELIVERED + escaped(order_id)


def delivery_content(order_id: str, minor: int, money: str, sold: Sold) -> tuple[Any, ...]:
    """Say what a row of a delivery asks, as its receipt keeps it.

    Args:
        order_id: The order.
        minor: Minor units.
        money: The currency.
        sold: The category and the channel.

    Returns:
        The content.
    """
    return ("delivered", order_id, minor, money, *sold)


class State:
    """One member.

    Attributes:
        member_id: Who.
        joined: When the member joined; `FAR` for not yet.
        ready: From when on the common path may go ahead.
        until: Before when it may.
        booked: The instant of the wallet's last entry; `PAST` before the first.
        redeemed: Tokens spent, less what was reinstated.
        lapsed: Tokens past their last valid day.
        clawed_back: Tokens taken back.
        lots: What is available.
        orders: Orders by their names.
        receipts: The contents of requests carried out, see `are_named`; of those refused with the
            code, see `refusal_of`.
        are_named: Whether joining and deliveries that name no request have receipts by the names
            that follow. Else what is kept of them is the receipt, and there is none whose name
            begins as theirs do.
        burned: What burns drew and was not reinstated.
        snapped: How many of the instants asked for are stated.
        more: What only some members have, `None` for nothing.
    """

    __slots__ = (
        "are_named",
        "booked",
        "burned",
        "clawed_back",
        "joined",
        "lapsed",
        "lots",
        "member_id",
        "more",
        "orders",
        "ready",
        "receipts",
        "redeemed",
        "snapped",
        "until",
    )

    def __init__(self, member_id: str, until: int) -> None:
        self.member_id = member_id
        self.joined = self.ready = FAR
        self.until = until
        self.booked = PAST
        self.redeemed = self.lapsed = self.clawed_back = self.snapped = 0
        self.lots: dict[int, int] = {}
        self.orders: dict[str, Delivery | Purchase] = {}
        self.are_named = False
        self.receipts: dict[str, tuple[Any, ...]] = {}
        self.burned: dict[str, Lots] | None = None
        self.more: More | None = None

    @property
    def wallet(self) -> Wallet | None:
        """The wallet, of who is not lean."""
        return None if self.more is None else self.more.wallet

    @property
    def issued(self) -> int:
        """Tokens ever issued."""
        wallet = self.wallet
        if wallet is not None:
            return wallet.totals[0]
        # None is owed, held or promised: what was issued is there, or went.
        return sum(self.lots.values()) + self.redeemed + self.lapsed + self.clawed_back

    @property
    def is_lean(self) -> bool:
        """Whether the lots are all there is of the wallet."""
        return self.more is None or self.more.wallet is None

    def name_requests(self) -> None:
        """Give joining and deliveries that name no request receipts by the names that follow."""
        if self.are_named:
            return
        self.are_named = True
        if self.joined != FAR:
            self.receipts[_JOINED + self.member_id] = JOINED
        for order_id, order in self.orders.items():
            if type(order) is tuple and not order[REQUEST]:
                self.receipts[delivery_named(order_id)] = delivery_content(order_id, *order[:3])

    def with_more(self) -> "More":
        """Answer with what only some members have, begun where there is nothing yet."""
        if self.more is None:
            self.more = More()
        return self.more


def refusal_of(receipt: tuple[Any, ...]) -> str:
    """Tell of a receipt whether the request was refused.

    Args:
        receipt: The content of a request that was carried out, or of one that was refused its
            content and the refusal's code. No content begins with another.

    Returns:
        The code, empty for none.
    """
    return str(receipt[1]) if isinstance(receipt[0], tuple) else ""


class More:
    """What only some members have.

    Attributes:
        wallet: The wallet of who is not lean.
        member: The member of whom more is known than the instant of joining.
        standing: Where the member stands on the ladder.
        burns: Burns that were undone in part.
        held: What holds set aside.
        own: The lot of an order's newest award with a last valid day.
        segments: The segments of orders.
        days_asked: The day through which a redemption policy was asked.
        draw: Draws the numbers that it asks for.
    """

    __slots__ = (
        "burns",
        "days_asked",
        "draw",
        "held",
        "member",
        "own",
        "segments",
        "standing",
        "wallet",
    )

    def __init__(self) -> None:
        self.wallet: Wallet | None = None
        self.member: Member | None = None
        self.standing: Standing | None = None
        self.burns: dict[str, Burn] = {}
        self.held: dict[str, Lots] = {}
        self.own: dict[tuple[str, int], int] = {}
        self.segments: dict[str, int] = {}
        self.days_asked = 0
        self.draw: Callable[[], int] | None = None


def figures_of(state: State, wallet: Wallet | None) -> tuple[int, ...]:
    """State what a member has, in the order of `COUNTS`.

    Args:
        state: Whose.
        wallet: The wallet, of who is not lean.

    Returns:
        Issued, promised, available, held, redeemed, lapsed, clawed back and owed.
    """
    if wallet is not None:
        issued, redeemed, lapsed, clawed_back, _, _ = wallet.totals
        promised, available, held = wallet.promised, wallet.available, wallet.held
        return issued, promised, available, held, redeemed, lapsed, clawed_back, wallet.owed
    available = sum(state.lots.values())
    return (
        state.issued,
        0,
        available,
        0,
        state.redeemed,
        state.lapsed,
        state.clawed_back,
        0,
    )
