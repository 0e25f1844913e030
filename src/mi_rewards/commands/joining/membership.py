"""Joining."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from mi_rewards._tuples import new
from mi_rewards.commands.command import Decision, MemberCommand, seen, wallet_of
from mi_rewards.commands.earning.awarding import Booking, award, counts_early, withdraw_promised
from mi_rewards.commands.outcomes import Joined
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import AlreadyJoined, MemberLeft, MemberMerged
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, own_keys, purchase_key
from mi_rewards.repositories.records import CounterKey
from mi_rewards.wallet.entries import Entry, Reason
from mi_rewards.wallet.wallet import Wallet

if TYPE_CHECKING:
    from mi_rewards.commands.earning.campaigning import Weighing
    from mi_rewards.commands.members.status import Wallets
    from mi_rewards.commands.orders.following import Following

_NOTHING = Joined(0, 0)
"""What joining mostly brings."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class Join(MemberCommand):
    """Join the programme: what was delivered before and counts is awarded now, then the welcome.

    Orders are awarded by the instant of their delivery, then by their id, however they were told.
    """

    weighs_limits = True

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member and the wallet; the orders that wait are known only then.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = own_keys(self.member_id, programme.kind)
        counters: tuple[CounterKey, ...] = ()
        if programme.in_force.campaigns:
            from mi_rewards.commands.earning.campaigning import needs_weighed

            more, counters = needs_weighed(programme, self.member_id, self.at)
            keys += more
        if programme.has_more:
            from mi_rewards.commands.orders.following import keys_followed

            keys = tuple(dict.fromkeys((*keys, *keys_followed(self.member_id, programme))))
        return new(Needs, (keys, (), counters, (), None))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Joined]:
        """Decide.

        Args:
            loaded: The member, the wallet, and the orders that wait.
            programme: The rules.

        Returns:
            What joining brought.

        Raises:
            NotLoaded: An order that waits is not loaded.
            AlreadyJoined: The member has joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left, and nobody joins again.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        the_member, key = keys = own_keys(self.member_id, programme.kind)
        found = loaded.get(the_member)
        if found is None and programme.is_plain:
            return self._for_the_first_time(keys, loaded, programme)
        member = found or Member(self.member_id)
        puts: tuple[Put[Any], ...] = ()
        entries: tuple[Entry, ...] = ()
        comes_back = member.joined_at is not None
        if comes_back:
            wallets = self._coming_back(member, loaded, programme)
            puts, entries = wallets.puts, wallets.entries
            loaded = seen(loaded, {put.key: put.aggregate for put in puts})
        booking = Booking(wallet_of(loaded.get(key), self.member_id, programme))
        waiting = self._waiting(member, loaded) if member.waiting else ()
        joining = _Joining(self, loaded, programme, booking, member.joining(self.at))
        for deliveries, purchase in waiting:
            puts += joining.awarded(deliveries, purchase)
        welcome = 0 if comes_back else self._welcome(booking, programme)
        puts += (new(Put, (the_member, joining.member)),)
        if booking.entries:
            puts += (new(Put, (key, booking.wallet)),)
        outcome = new(Joined, (welcome, joining.retrospective))
        entries += booking.entries
        return joining.decided(outcome, puts, entries)

    def _for_the_first_time(
        self, keys: tuple[Key[Member], Key[Wallet]], loaded: Loaded, programme: Programme
    ) -> Decision[Joined]:
        """Decide for who is not known yet, where joining brings a welcome at most."""
        the_member, key = keys
        member_id = self.member_id
        joined = (member_id, self.at, (), (), 0, None, "", "", (), "", "", None, None)
        put = new(Put, (the_member, new(Member, joined)))
        welcome = programme.welcome
        if welcome is None or not welcome.covers(programme.zone.day_of(self.at)):
            return new(Decision, (_NOTHING, (put,), (), (), (), (), ()))
        booking = Booking(wallet_of(loaded.get(key), member_id, programme))
        outcome = new(Joined, (self._welcome(booking, programme), 0))
        puts = (put, new(Put, (key, booking.wallet)))
        return new(Decision, (outcome, puts, booking.entries, (), (), (), ()))

    def _coming_back(self, member: Member, loaded: Loaded, programme: Programme) -> "Wallets":
        """Lift what blocks the wallets of who has left, or refuse."""
        if member.merged_into:
            raise MemberMerged(member_id=self.member_id, into=member.merged_into)
        if member.left_at is None:
            raise AlreadyJoined(member_id=self.member_id)
        if not programme.membership.rejoins:
            raise MemberLeft(member_id=self.member_id)
        from mi_rewards.commands.members.status import Wallets

        wallets = Wallets(
            loaded, programme, member_id=self.member_id, at=self.at, request_id=self.request_id
        )
        wallets.set_block(member.blocked)
        return wallets

    def _waiting(
        self, member: Member, loaded: Loaded
    ) -> list[tuple[tuple[datetime, ...], Purchase]]:
        """Find the orders that wait, with the instants of their deliveries, in order."""
        orders = [purchase_key(self.member_id, order_id) for order_id in member.waiting]
        found = [(it.deliveries, it) for it in loaded.get_all(orders) if it]
        return sorted(found, key=lambda row: (row[0][-1:], row[1].order_id))

    def _welcome(self, booking: Booking, programme: Programme) -> int:
        """Book the welcome where the day of joining has one."""
        welcome = programme.welcome
        if welcome is None or not welcome.covers(programme.zone.day_of(self.at)):
            return 0
        reason = Reason("welcome", (("tokens", welcome.tokens), ("rule_book", programme.digest)))
        booking.take(
            booking.wallet.earn(
                welcome.tokens,
                last_day=programme.last_day(self.at),
                at=self.at,
                request_id=self.request_id,
                reason=reason,
            )
        )
        return welcome.tokens


class _Joining:
    """A member who joins, with the orders that waited for that.

    Attributes:
        member: The member by now.
        retrospective: Tokens for the orders.
    """

    def __init__(
        self,
        join: Join,
        loaded: Loaded,
        programme: Programme,
        booking: Booking,
        member: Member,
    ) -> None:
        self.member = member
        self.retrospective = 0
        self._join = join
        self._booking = booking
        self._programme = programme
        self._weighing = self._weigh(loaded) if programme.in_force.campaigns else None
        self._following = self._follow(loaded, member) if programme.has_more else None

    def _weigh(self, loaded: Loaded) -> "Weighing":
        """Begin to weigh orders against campaigns."""
        from mi_rewards.commands.earning.campaigning import Weighing

        return Weighing(loaded, self._programme, self._join.at)

    def _follow(self, loaded: Loaded, member: Member) -> "Following":
        """Begin with what follows for points, standing and referral."""
        from mi_rewards.commands.orders.following import Following

        at, request_id = self._join.at, self._join.request_id
        following = Following(
            loaded, self._programme, self._booking, member, at=at, request_id=request_id
        )
        following.joined()
        return following

    def awarded(
        self, deliveries: tuple[datetime, ...], purchase: Purchase
    ) -> tuple[Put[Purchase], ...]:
        """Award an order that waited, delivery by delivery; nothing where it came too early."""
        programme, following, weighing = self._programme, self._following, self._weighing
        is_early = deliveries[-1] < self._join.at
        if is_early and not counts_early(programme, deliveries[-1]):
            self._withdraw(purchase)
            return ()
        for delivered_at in deliveries:
            tier = "" if following is None else following.tier
            if weighing is not None:
                weighing.tier = tier
            awarded = award(
                purchase,
                self.member,
                self._booking,
                programme,
                delivered_at=delivered_at,
                at=self._join.at,
                request_id=self._join.request_id,
                is_retrospective=is_early,
                through=delivered_at,
                weighing=weighing,
                tier=tier,
            )
            purchase, self.member = awarded.purchase, awarded.member
            self.retrospective += awarded.award.tokens
        if following is not None:
            purchase = following.delivered(purchase, deliveries[-1])
        return (Put(purchase_key(purchase.member_id, purchase.order_id), purchase),)

    def _withdraw(self, purchase: Purchase) -> None:
        """Withdraw what an order was promised before its member left, and will not earn."""
        at, request_id = self._join.at, self._join.request_id
        rule = "delivered_before_joining"
        withdraw_promised(self._booking, purchase, rule=rule, at=at, request_id=request_id)

    def decided(
        self, outcome: Joined, puts: tuple[Put[Any], ...], entries: tuple[Entry, ...]
    ) -> Decision[Joined]:
        """Decide, with what was taken and what follows."""
        takes = () if self._weighing is None else self._weighing.takes
        following = self._following
        if following is None:
            return new(Decision, (outcome, puts, entries, (), (), takes, ()))
        puts += following.puts()
        return Decision(outcome, puts, entries + following.entries, following.events, takes=takes)
