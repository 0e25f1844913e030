"""Claiming: a purchase that was made before joining, or without naming the member.

1. An order is claimed once, by whomever: a counter of all claims holds it.
2. It is awarded by the rules as if it had been delivered to the member then, and booked now.
"""

from datetime import datetime
from typing import Any, Final

import attrs

from mi_rewards.calendar import utc, write_day, write_instant
from mi_rewards.commands.command import Decision, last_of, seen
from mi_rewards.commands.members.status import Wallets, member_in, wallet_keys
from mi_rewards.commands.orders.command import StatedOrder
from mi_rewards.commands.orders.purchases import Deliver
from mi_rewards.commands.outcomes import Delivered
from mi_rewards.earning.refusals import AlreadyClaimed, ClaimTooLate
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import Key, wallet_key
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.wallet.wallet import Wallet

CLAIMS: Final = "claims"
"""What the counters of claims belong to, in place of a member."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class Claim(StatedOrder):
    """Claim a purchase, and be awarded what it would have earned.

    Attributes:
        delivered_at: The instant of its delivery, with an offset; kept in UTC.
    """

    delivered_at: datetime = attrs.field(converter=utc)

    weighs_limits = True

    def __attrs_post_init__(self) -> None:
        """Check what is stated, and that it was delivered by now."""
        StatedOrder.__attrs_post_init__(self)
        if self.amount is None and not self.lines:
            raise Misuse("a purchase is claimed with an amount or with lines")
        if self.delivered_at > self.at:
            raise Misuse(f"delivered at {write_instant(self.delivered_at)}, which is to come")

    def needs(self, programme: Programme, /) -> Needs:
        """Name what a delivery needs, the wallets, and the counter of this order's claims.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        needs = self._delivery().needs(programme)
        keys: dict[Key[Any], None] = dict.fromkeys(needs.aggregates)
        keys.update(dict.fromkeys(wallet_keys(self.member_id, programme)))
        return needs._replace(aggregates=tuple(keys), counters=(*needs.counters, self._counter()))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Delivered]:
        """Decide.

        Args:
            loaded: What a delivery needs, and the counter of claims.
            programme: The rules.

        Returns:
            What it earned; nothing where it was delivered before joining and does not count.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            AlreadyClaimed: The order was claimed, by whomever.
            ClaimTooLate: It was delivered too long ago.
            AlreadyDelivered: The order was told as delivered to the member.
            OrderCancelled: The order was cancelled.
            Misuse: The order is known with other content.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        member_in(loaded, self.member_id)
        claimed = loaded.counter(self._counter())
        if claimed is not None and claimed.used:
            raise AlreadyClaimed(order_id=self.order_id)
        self._check_in_time(programme)
        wallets = Wallets(
            loaded, programme, member_id=self.member_id, at=self.at, request_id=self.request_id
        )
        at_present = [self._at_present(it.wallet) for it in wallets.bookings]
        shown = seen(loaded, {_key(it): it for it in at_present})
        decision = self._delivery().decide(shown, programme)
        return decision._replace(
            puts=last_of((*wallets.puts, *decision.puts)),
            entries=wallets.entries + decision.entries,
            takes=(*decision.takes, Take(self._counter(), 1, 1)),
        )

    def _at_present(self, wallet: Wallet) -> Wallet:
        """Bring a wallet to the present, so that what was delivered long ago is booked now."""
        booked_at = wallet.booked_at
        if booked_at is not None and booked_at > self.at:
            return wallet
        return wallet._replace(booked_at=self.at)

    def _check_in_time(self, programme: Programme) -> None:
        """Refuse a purchase that was delivered too long ago."""
        terms, zone = programme.membership, programme.zone
        delivered_on = zone.day_of(self.delivered_at)
        if not terms.can_be_claimed(delivered_on, on=zone.day_of(self.at)):
            raise ClaimTooLate(
                order_id=self.order_id,
                delivered_on=write_day(delivered_on),
                claim_within_days=terms.claim_within_days or 0,
            )

    def _delivery(self) -> Deliver:
        """Make the delivery that was not told."""
        return Deliver(
            member_id=self.member_id,
            request_id=self.request_id,
            at=self.delivered_at,
            order_id=self.order_id,
            amount=self.amount,
            category=self.category,
            channel=self.channel,
            lines=self.lines,
            platform=self.platform,
            payment_mode=self.payment_mode,
        )

    def _counter(self) -> CounterKey:
        """Name the counter of this order's claims."""
        return CounterKey(CLAIMS, self.order_id)


def _key(wallet: Wallet) -> Key[Wallet]:
    """Name a wallet."""
    return wallet_key(wallet.owner.member_id, wallet.owner.kind)
