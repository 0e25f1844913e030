"""What follows from an order beside its award: status points, and where its member stands.

1. A delivery and a return say what an order comes to now; what follows is the difference to what
   followed before, recorded with the purchase.
2. Points come and go by the recipe recorded with the purchase, never by today's rules.
3. Where the rule book has neither, nothing is loaded for it.
"""

from datetime import datetime
from typing import Any

from mi_rewards.commands.awarding import Booking, purchase_reason
from mi_rewards.earning.awards import Award, Earned
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import Recipe
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import Key, wallet_key
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.entries import Owner
from mi_rewards.wallet.wallet import Wallet


def keys_followed(member_id: str, programme: Programme) -> tuple[Key[Any], ...]:
    """Name what a command on an order needs besides.

    Args:
        member_id: The member.
        programme: The rules.

    Returns:
        Keys; none where nothing follows from an order.
    """
    points = programme.points
    return () if points is None else (wallet_key(member_id, points.kind),)


class Following:
    """What follows from a member's orders while a command is decided."""

    def __init__(
        self,
        loaded: Loaded,
        programme: Programme,
        *,
        member_id: str,
        at: datetime,
        request_id: str,
    ) -> None:
        self._programme = programme
        self._member_id = member_id
        self._at = at
        self._request_id = request_id
        self._points: Booking | None = None
        if programme.points is not None:
            owner = Owner(member_id, programme.points.kind, programme.zone)
            key = wallet_key(member_id, programme.points.kind)
            self._points = Booking(loaded.get(key) or Wallet(owner))

    def order(self, purchase: Purchase) -> Purchase:
        """Follow an order to what it comes to now.

        Args:
            purchase: The order, as delivered or returned.

        Returns:
            The order, with what followed recorded.

        Raises:
            WalletFull: The points' wallet would pass 2**63 - 1.
        """
        if self._points is not None:
            purchase = self._with_points(purchase, self._points)
        return purchase

    def puts(self) -> tuple[Put[Any], ...]:
        """Answer with what changed.

        Returns:
            Aggregates to be stored.
        """
        points = self._points
        if points is None or not points.entries:
            return ()
        owner = points.wallet.owner
        return (Put(wallet_key(owner.member_id, owner.kind), points.wallet),)

    @property
    def entries(self) -> tuple[Any, ...]:
        """Entries of the points' wallet."""
        return () if self._points is None else self._points.entries

    def _with_points(self, purchase: Purchase, booking: Booking) -> Purchase:
        """Earn the points that an order has come to, or take back what it no longer has."""
        earned = purchase.effects.points or Earned(self._recipe(purchase))
        base_minor = purchase.base_minor(earned.recipe.excluded_categories)
        more = earned.recipe.award(base_minor) - earned.awarded
        if more > 0:
            earned = self._earn(purchase, earned, more, base_minor, booking)
        elif more < 0:
            earned = self._take_back(purchase, earned, -more, base_minor, booking)
        else:
            return purchase
        return purchase.bringing_about(purchase.effects._replace(points=earned))

    def _recipe(self, purchase: Purchase) -> Recipe:
        """State how an order earns points: not at all where its channel earns nothing."""
        programme = self._programme
        assert programme.points is not None
        recipe = programme.points.recipe(programme.digest)
        if programme.earning.earns_in(purchase.channel):
            return recipe
        return recipe.saying_no("channel_does_not_earn")

    def _earn(
        self, purchase: Purchase, earned: Earned, points: int, base_minor: int, booking: Booking
    ) -> Earned:
        """Earn points for what was delivered last."""
        delivered_at = purchase.delivered_at or self._at
        zone, terms = self._programme.zone, self._programme.points
        assert terms is not None
        last_day = terms.expiry.last_day(zone.day_of(delivered_at))
        booking.take(
            booking.wallet.earn(
                points,
                last_day=last_day,
                at=self._at,
                request_id=self._request_id,
                reason=purchase_reason("purchase", purchase.order_id, base_minor, earned.recipe),
                source=purchase.order_id,
                occurred_at=delivered_at,
            )
        )
        return earned.awarding(Award(points, last_day, delivered_at))

    def _take_back(
        self, purchase: Purchase, earned: Earned, points: int, base_minor: int, booking: Booking
    ) -> Earned:
        """Take points back, the newest award first; nobody owes points."""
        earned, parts = earned.giving_back(points)
        for award, part in parts:
            booking.take(
                booking.wallet.claw_back(
                    part,
                    own_day=award.last_day,
                    policy=ClawBackPolicy.FORGIVEN,
                    source=purchase.order_id,
                    at=self._at,
                    request_id=self._request_id,
                    reason=purchase_reason("return", purchase.order_id, base_minor, earned.recipe),
                )
            )
        return earned
