"""What follows from an order beside its award: status points, standing, and a referral.

1. A delivery and a return say what an order comes to now; what follows is the difference to what
   followed before, recorded with the purchase.
2. Points come and go by the recipe recorded with the purchase, never by today's rules.
3. Where the rule book has none of them, nothing is loaded for it.
"""

from datetime import datetime
from typing import Any, Final

from mi_rewards.commands.earning.awarding import Booking, purchase_reason
from mi_rewards.commands.earning.standing import standing_after_most, tier_consequences
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.referral.referring import Referring, keys_referred
from mi_rewards.commands.tiers.counting import counts_passed_on
from mi_rewards.earning.awards import Award, Earned
from mi_rewards.earning.circumstances import NO_EFFECTS
from mi_rewards.earning.conditions import Facts
from mi_rewards.earning.evaluation import evaluate
from mi_rewards.earning.members import Member
from mi_rewards.earning.points import PointsTerms
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.qualifying import changed, no_more, qualifying
from mi_rewards.earning.reckoning import awarded_by, awarded_shares
from mi_rewards.earning.terms import Recipe
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import Key, standing_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.standing import Moved, Standing
from mi_rewards.tiers.tallies import Counts
from mi_rewards.wallet.blocks import block
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.entries import MERGED, Entry, Owner
from mi_rewards.wallet.wallet import Wallet

_COUNTS_NOWHERE: Final = frozenset({"channel_does_not_earn", "member_blocked"})
"""Rules that say no to an order for everything: it earns no points, and counts toward no tier."""


def keys_followed(member_id: str, programme: Programme) -> tuple[Key[Any], ...]:
    """Name what a command needs besides, to see what follows from an order.

    Args:
        member_id: The member.
        programme: The rules.

    Returns:
        Keys; none where nothing follows from an order.
    """
    keys: tuple[Key[Any], ...] = ()
    if programme.points is not None:
        keys += (wallet_key(member_id, programme.points.kind),)
    if programme.ladder is not None:
        keys += (standing_key(member_id),)
    return keys + keys_referred(member_id, programme)


class Following:
    """What follows from a member's orders while a command is decided."""

    def __init__(
        self,
        loaded: Loaded,
        programme: Programme,
        booking: Booking,
        member: Member,
        *,
        at: datetime,
        request_id: str,
    ) -> None:
        self._events: tuple[OutboxEvent, ...] = ()
        self._member = member
        self._programme = programme
        self._booking = booking
        self._at = at
        self._request_id = request_id
        self._points: _Points | None = None
        if (terms := programme.points) is not None:
            key = wallet_key(member.member_id, terms.kind)
            owner = Owner(member.member_id, terms.kind, programme.zone)
            wallet = loaded.get(key) or Wallet(owner)
            into = member.merged_into
            self._points = _Points(programme, terms, Booking(wallet), at, request_id, into)
        self._ladder = programme.ladder
        self._before: Standing | None = None
        if self._ladder is not None:
            self._before = standing_of(loaded, member, programme)
        self._standing = self._before
        self._referring: Referring | None = None
        if programme.referral is not None:
            self._referring = Referring(
                loaded,
                programme,
                booking,
                member_id=member.member_id,
                at=at,
                request_id=request_id,
            )

    def joined(self) -> None:
        """Follow a member who joins now.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        if self._referring is not None:
            self._referring.joined(self._at)
        if self._ladder is not None and self._standing is not None and self._standing.version:
            # Who comes back: what the calendar did meanwhile is told and paid now.
            zone = self._programme.zone
            moved = self._standing.at(self._at, ladder=self._ladder, zone=zone)
            self._stand(moved, self._ladder, self._at)

    def delivered(self, purchase: Purchase, delivered_at: datetime) -> Purchase:
        """Follow an order, or a part of it, that was delivered and awarded.

        Args:
            purchase: The order.
            delivered_at: The instant (UTC) of the delivery.

        Returns:
            The order, with what followed recorded; nothing follows where a rule said no to it.

        Raises:
            WalletFull: A wallet would pass 2**63 - 1 tokens.
        """
        if purchase.recipe is None or purchase.recipe.rule in _COUNTS_NOWHERE:
            return purchase
        if self._referring is not None and self._member.joined_at is not None:
            self._referring.delivered(
                purchase, joined_at=self._member.joined_at, delivered_at=delivered_at
            )
        return self._follow(purchase)

    def returned(self, purchase: Purchase) -> Purchase:
        """Follow an order of which something came back.

        Args:
            purchase: The order.

        Returns:
            The order, with what followed recorded; an order from which nothing had followed brings
            nothing by coming back.

        Raises:
            WalletFull: A wallet would pass 2**63 - 1 tokens.
            ClawBackRefused: The policy refuses, and what a referral brought is no longer there.
        """
        if self._referring is not None:
            self._referring.returned(purchase)
        if purchase.effects == NO_EFFECTS:
            return purchase
        return self._follow(purchase, counts_less=True)

    def _follow(self, purchase: Purchase, *, counts_less: bool = False) -> Purchase:
        """Follow an order to what it comes to now; what comes back makes nothing count."""
        before = purchase.effects
        if self._points is not None:
            purchase = self._points.follow(purchase, self.tier, counts_less=counts_less)
        if self._ladder is not None and self._standing is not None:
            purchase = self._counted(
                purchase, before.points, self._ladder, self._standing, counts_less=counts_less
            )
        return purchase

    def puts(self) -> tuple[Put[Any], ...]:
        """Answer with what changed.

        Returns:
            The points' wallet, the standing and the referral, each where it changed.
        """
        puts: tuple[Put[Any], ...] = ()
        if self._points is not None and self._points.booking.entries:
            owner, wallet = self._points.booking.wallet.owner, self._points.booking.wallet
            puts += (Put(wallet_key(owner.member_id, owner.kind), wallet),)
        standing = self._standing
        if standing is not None and standing != self._before:
            puts += (Put(standing_key(standing.member_id), standing),)
        return puts if self._referring is None else puts + self._referring.puts()

    @property
    def events(self) -> tuple[OutboxEvent, ...]:
        """What others are to learn of."""
        return self._events + (() if self._referring is None else self._referring.events)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Entries of the points' wallet."""
        return () if self._points is None else self._points.booking.entries

    @property
    def tier(self) -> str:
        """The tier that the member holds by now, empty for none."""
        if self._ladder is None or self._standing is None:
            return ""
        zone = self._programme.zone
        return self._standing.at(self._at, ladder=self._ladder, zone=zone).standing.held

    def _counted(
        self,
        purchase: Purchase,
        points: Earned | None,
        ladder: Ladder,
        standing: Standing,
        *,
        counts_less: bool,
    ) -> Purchase:
        """Count toward the tier what an order has come to, or take back what it no longer is."""
        zone = self._programme.zone
        effects = purchase.effects
        counted = qualifying(purchase, ladder.excluded_categories, zone)
        if counts_less:
            counted = no_more(counted, effects.counted)
        by_day = {
            day: Counts(minor, orders)
            for day, (minor, orders) in changed(effects.counted, counted).items()
        }
        for earned, sign in ((points, -1), (effects.points, 1)):
            for award in () if earned is None else earned.awards:
                day = zone.day_of(award.delivered_at)
                count = by_day.get(day, Counts())
                n = count.points + sign * (award.tokens - award.given_back)
                by_day[day] = count._replace(points=n)
        days = tuple([(day, count) for day, count in sorted(by_day.items()) if any(count)])
        at = max(self._at, purchase.delivered_at or self._at)
        moved = standing_after_most(standing, ladder, zone, at, days)
        if self._member.merged_into:
            # Whoever goes on in this one's place gets what a tier brings.
            self._standing = moved.standing
            self._events += counts_passed_on(self._member, days, at=at, request_id=self._request_id)
        else:
            self._stand(moved, ladder, at)
        if counted == effects.counted:
            return purchase
        return purchase.bringing_about(effects._replace(counted=counted))

    def _stand(self, moved: Moved, ladder: Ladder, at: datetime) -> None:
        """Book and tell what changes of tier bring."""
        self._standing, events = tier_consequences(
            moved, self._booking, self._programme, ladder, at=at, request_id=self._request_id
        )
        self._events += events


class _Points:
    """The status points of a member while a command is decided."""

    def __init__(
        self,
        programme: Programme,
        terms: PointsTerms,
        booking: Booking,
        at: datetime,
        request_id: str,
        into: str,
    ) -> None:
        self.booking = booking
        self._into = into
        self._programme = programme
        self._terms = terms
        self._at = at
        self._request_id = request_id

    def follow(self, purchase: Purchase, tier: str, *, counts_less: bool) -> Purchase:
        """Earn the points that an order has come to, or take back what it no longer has."""
        earned = purchase.effects.points or Earned(self._recipe(purchase, tier))
        more = awarded_by(earned.recipe, purchase) - earned.awarded
        if more > 0 and not counts_less:
            earned = self._earn(purchase, earned, more)
        elif more < 0:
            earned = self._take_back(purchase, earned, -more)
        else:
            return purchase
        return purchase.bringing_about(purchase.effects._replace(points=earned))

    def _recipe(self, purchase: Purchase, tier: str) -> Recipe:
        """State how an order earns points, with what the member's tier multiplies."""
        programme = self._programme
        recipe = self._terms.recipe(programme.digest)
        if not programme.points_in_force.campaigns:
            return recipe
        facts = Facts(purchase, self._at, programme.zone, tier)
        return evaluate(programme.points_in_force, recipe, facts, {}).recipe

    def _earn(self, purchase: Purchase, earned: Earned, points: int) -> Earned:
        """Earn points for what was delivered last."""
        self._close()
        delivered_at = purchase.delivered_at or self._at
        last_day = self._programme.points_last_day(delivered_at)
        base_minor = purchase.base_minor(earned.recipe.excluded_categories)
        given_back = sum([it.given_back for it in earned.awards])
        self.booking.take(
            self.booking.wallet.earn(
                points,
                last_day=last_day,
                at=self._at,
                request_id=self._request_id,
                reason=purchase_reason(
                    "purchase",
                    purchase.order_id,
                    base_minor,
                    earned.recipe,
                    given_back,
                    shares=awarded_shares(earned.recipe, purchase),
                ),
                source=purchase.order_id,
                occurred_at=delivered_at,
            )
        )
        return earned.awarding(Award(points, last_day, delivered_at))

    def _close(self) -> None:
        """Close a wallet that came with later rules than a merge, so that points are passed on."""
        if self._into and not self.booking.wallet.blocked:
            figures = (("into", self._into),)
            at, request_id = self._at, self._request_id
            wallet = self.booking.wallet
            self.booking.take(block(wallet, MERGED, at=at, request_id=request_id, figures=figures))

    def _take_back(self, purchase: Purchase, earned: Earned, points: int) -> Earned:
        """Take points back, the newest award first; nobody owes points.

        Of a member who goes on as another that one has them, and what is missing there is forgiven.
        """
        base_minor = purchase.base_minor(earned.recipe.excluded_categories)
        reason = purchase_reason("return", purchase.order_id, base_minor, earned.recipe)
        earned, parts = earned.giving_back(points)
        for award, part in parts:
            self.booking.take(
                self.booking.wallet.claw_back(
                    part,
                    own_day=award.last_day,
                    policy=ClawBackPolicy.OWED if self._into else ClawBackPolicy.FORGIVEN,
                    source=purchase.order_id,
                    at=self._at,
                    request_id=self._request_id,
                    reason=reason,
                )
            )
        return earned
