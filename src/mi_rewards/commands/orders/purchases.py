"""Orders delivered, whole or by line.

1. Business events are not trusted to arrive in order: what is not known yet is refused and can be
   sent again.
2. An order id names one order: stated again with other content it is a `Misuse`.
3. An order counts in whole by its newest delivery.
"""

from typing import TYPE_CHECKING, Any

import attrs

from mi_rewards._tuples import new
from mi_rewards.commands.command import Decision, wallet_of
from mi_rewards.commands.earning.awarding import (
    Booking,
    award,
    check_can_be_awarded,
    counts_early,
    withdraw_promised,
)
from mi_rewards.commands.orders.at_once import decided_at_once
from mi_rewards.commands.orders.command import StatedOrder, not_in
from mi_rewards.commands.outcomes import Delivered
from mi_rewards.earning.circumstances import NO_EFFECTS
from mi_rewards.earning.lines import Line
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import UnknownOrder
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, member_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.wallet import Wallet

if TYPE_CHECKING:
    from mi_rewards.commands.earning.campaigning import Weighing
    from mi_rewards.commands.orders.following import Following


@attrs.frozen(order=False, kw_only=True, slots=False)
class Deliver(StatedOrder):
    """Deliver an order, whole or by line, and award what it earns.

    Attributes:
        line_ids: The lines delivered; all that are left where none is named.
    """

    line_ids: tuple[str, ...] = ()

    weighs_limits = True

    def __attrs_post_init__(self) -> None:
        """Check the lines' names."""
        StatedOrder.__attrs_post_init__(self)
        names = self.line_ids
        if names != () and not (type(names) is tuple and all(type(it) is str for it in names)):
            raise Misuse(f"line ids are a tuple of texts, not {names!r}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase and the wallet, and what campaigns and what follows need.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        if not (programme.has_more or programme.in_force.campaigns):
            return new(Needs, (self._keys(programme), (), (), (), None))
        needs = StatedOrder.needs(self, programme)
        if not programme.has_more:
            return needs
        from mi_rewards.commands.orders.following import keys_followed

        keys = dict.fromkeys((*needs.aggregates, *keys_followed(self.member_id, programme)))
        return needs._replace(aggregates=tuple(keys))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Delivered]:
        """Decide. An order that was never placed is stated here.

        Args:
            loaded: The member, the purchase and the wallet.
            programme: The rules.

        Returns:
            What it earned. Before the member joined, nothing yet, or nothing at all.

        Raises:
            Misuse: The order is known with other content.
            UnknownOrder: It is not known, and nothing is stated.
            UnknownLine: A line of that name is not on the order.
            OrderCancelled: The order was cancelled.
            AlreadyDelivered: The order, or a line named, was delivered.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        at = self.at
        the_member, key, the_wallet = keys = self._keys(programme)
        found = loaded.get(key)
        if found is None:
            if programme.is_plain and not self.line_ids:
                decision = decided_at_once(self, keys, loaded, programme)
                if decision is not None:
                    return decision
            purchase = self._delivered(programme)
        else:
            self._agreed(found, self._stated(programme))
            purchase = found.delivering(at, self.line_ids)
        member = loaded.get(the_member)
        if member is None or member.joined_at is None or member.left_at is not None:
            return self._waiting(purchase, member or Member(self.member_id), programme)
        wallet = loaded.get(the_wallet) or wallet_of(None, self.member_id, programme)
        booking = Booking(wallet)
        is_early = at < member.joined_at
        if is_early:
            newest = purchase.delivered_at or at
            is_early = newest < member.joined_at
            if is_early and purchase.recipe is None and not counts_early(programme, newest):
                return self._too_early(purchase, booking, the_wallet)
        weighing = self._weigh(loaded, programme) if programme.in_force.campaigns else None
        following = self._follow(loaded, programme, booking, member) if programme.has_more else None
        purchase, after, awarded, keeps_at = award(
            purchase,
            member,
            booking,
            programme,
            delivered_at=at,
            at=at,
            request_id=self.request_id,
            is_retrospective=is_early,
            weighing=weighing,
            tier="" if following is None else following.tier,
        )
        entries: tuple[Entry, ...] = ()
        events: tuple[OutboxEvent, ...] = ()
        puts: tuple[Put[Any], ...] = ()
        if following is not None:
            purchase = following.delivered(purchase, at)
            puts, entries, events = following.puts(), following.entries, following.events
        if booking.entries:
            puts = (new(Put, (the_wallet, booking.wallet)),) + puts  # noqa: RUF005 - it is faster
        puts = (new(Put, (key, purchase)),) + puts  # noqa: RUF005 - it is faster
        if after is not member:
            puts += (Put(the_member, after),)
        rule = purchase.recipe.rule if purchase.recipe else ""
        outcome = new(Delivered, (self.order_id, awarded.tokens, awarded.last_day, keeps_at, rule))
        takes = () if weighing is None else weighing.takes
        return new(Decision, (outcome, puts, booking.entries + entries, events, (), takes, ()))

    def _weigh(self, loaded: Loaded, programme: Programme) -> "Weighing":
        """Begin to weigh the order against campaigns."""
        from mi_rewards.commands.earning.campaigning import Weighing

        return Weighing(loaded, programme, self.at)

    def _follow(
        self, loaded: Loaded, programme: Programme, booking: Booking, member: Member
    ) -> "Following":
        """Begin with what follows the order."""
        from mi_rewards.commands.orders.following import Following

        return Following(loaded, programme, booking, member, at=self.at, request_id=self.request_id)

    def _delivered(self, programme: Programme) -> Purchase:
        """Make the purchase of an order that was never placed, as delivered."""
        amount = self.amount
        if amount is None or self.lines or self.line_ids or not self.order_id:
            stated = self._stated(programme)
            if stated is None:
                raise UnknownOrder(order_id=self.order_id)
            return stated.delivering(self.at, self.line_ids)
        if amount.currency != programme.currency:
            raise not_in(programme, amount)
        line = new(Line, ("1", amount, 1, self.category, self.at, 0, "", 0))
        return new(
            Purchase,
            (
                self.member_id,
                self.order_id,
                (line,),
                self.channel,
                PurchaseState.DELIVERED,
                None,
                (),
                0,
                self.circumstances(),
                NO_EFFECTS,
                0,
            ),
        )

    def _waiting(
        self, purchase: Purchase, member: Member, programme: Programme
    ) -> Decision[Delivered]:
        """Record a delivery that may earn something once the member joins."""
        check_can_be_awarded(purchase, programme, delivered_at=self.at)
        outcome = Delivered(self.order_id, 0, None, None, "waiting_for_joining")
        waiting = Put(member_key(self.member_id), member.with_waiting(self.order_id))
        return Decision(outcome, (Put(self._purchase_key(), purchase), waiting))

    def _too_early(
        self, purchase: Purchase, booking: Booking, key: Key[Wallet]
    ) -> Decision[Delivered]:
        """Record a delivery that earns nothing; a promise made for it by mistake is withdrawn."""
        outcome = Delivered(self.order_id, 0, None, None, "delivered_before_joining")
        at, request_id = self.at, self.request_id
        withdraw_promised(booking, purchase, rule=outcome.rule, at=at, request_id=request_id)
        puts: tuple[Put[Any], ...] = (Put(self._purchase_key(), purchase),)
        if booking.entries:
            puts = (*puts, Put(key, booking.wallet))
        return Decision(outcome, puts, booking.entries)
