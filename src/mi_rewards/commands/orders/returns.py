"""Orders returned: whole, by line and quantity, or by value.

What comes back is what the order earned, by the recipe recorded then; today's rules say only what
becomes of tokens that are no longer there.
"""

from typing import Any

import attrs

from mi_rewards._tuples import new
from mi_rewards.commands.command import Decision, wallet_of
from mi_rewards.commands.earning.awarding import Booking, purchase_reason
from mi_rewards.commands.orders.command import OrderCommand, OrderKeys
from mi_rewards.commands.outcomes import Returned
from mi_rewards.earning.awards import Award, total_of
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import added, awarded_shares
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.wallet.entries import Entry, Reason
from mi_rewards.wallet.promises import withdraw


@attrs.frozen(order=False, kw_only=True, slots=False)
class Return(OrderCommand):
    """Return what was delivered, and take back what it earned, by the recipe recorded then.

    Attributes:
        value: What was paid for what comes back.
        quantities: Pairs of a line and how many units of it come back, instead of a value. Without
            either, all of it.
    """

    value: Money | None = None
    quantities: tuple[tuple[str, int], ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check what comes back, as far as it can be without the order."""
        OrderCommand.__attrs_post_init__(self)
        if self.value is not None and type(self.value) is not Money:
            raise Misuse(f"a value is money, not {self.value!r}")
        pairs = self.quantities
        if pairs != () and not (type(pairs) is tuple and all(map(is_quantity, pairs))):
            raise Misuse(f"quantities are pairs of a line and a number, not {pairs!r}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase and the wallet, and what follows.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = self._keys(programme)
        if programme.has_more:
            from mi_rewards.commands.orders.following import keys_followed

            keys += keys_followed(self.member_id, programme)
        return new(Needs, (keys, (), (), (), None))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Returned]:
        """Decide.

        Args:
            loaded: The purchase and the wallet.
            programme: The rules; of them only the claw-back policy counts here.

        Returns:
            What was given back, and what became of it.

        Raises:
            Misuse: Both a value and lines are given.
            UnknownOrder: The order is not known, or nothing of it was delivered yet.
            UnknownLine: A line of that name is not on the order.
            OrderCancelled: The order was cancelled.
            BeyondDelivered: More than was delivered and not returned.
            ClawBackRefused: The policy refuses, and the tokens are no longer there.
        """
        keys = self._keys(programme)
        purchase = self._known(loaded, keys[1])
        purchase = purchase.returning(value=self.value, quantities=self.quantities)
        recipe = purchase.recipe or programme.recipe.saying_no("not_awarded")
        base_minor = purchase.base_minor(recipe.excluded_categories)
        back = total_of(purchase.awards) - recipe.award(base_minor)
        shares = awarded_shares(recipe, purchase) if recipe.parts else ()
        back -= added(shares) if shares else 0
        wallet = loaded.get(keys[2]) or wallet_of(None, self.member_id, programme)
        booking = Booking(wallet)
        if back > 0:
            purchase, parts = purchase.giving_back(back)
            if wallet.promises:
                # What is kept by now is not withdrawn any more.
                booking.take(wallet.lapse(at=self.at, request_id=self.request_id))
            reason = purchase_reason("return", self.order_id, base_minor, recipe, shares=shares)
            outcome = self._given_back(booking, parts, back, reason, programme)
        else:
            outcome = new(Returned, (self.order_id, 0, 0, 0, 0, 0, 0))
        return self._decided(outcome, purchase, booking, keys, loaded, programme)

    def _given_back(
        self,
        booking: Booking,
        parts: tuple[tuple[Award, int], ...],
        back: int,
        reason: Reason,
        programme: Programme,
    ) -> Returned:
        """Withdraw what is only promised, and take back the rest by the policy."""
        policy = programme.claw_back
        if booking.wallet.blocked:
            from mi_rewards.commands.wallets.passing import policy_for

            policy = policy_for(booking.wallet, programme)
        withdrawn = taken = owed = forgiven = 0
        for it, tokens in parts:
            if it.promise_id is not None and any(
                open_.promise_id == it.promise_id for open_ in booking.wallet.promises
            ):
                withdrawn += self._withdraw(booking, it.promise_id, tokens, reason)
                continue
            now_taken, now_owed, now_forgiven = booking.take(
                booking.wallet.claw_back(
                    tokens,
                    own_day=it.last_day,
                    policy=policy,
                    source=self.order_id,
                    at=self.at,
                    request_id=self.request_id,
                    reason=reason,
                )
            )
            taken += now_taken
            owed += now_owed
            forgiven += now_forgiven
        lapsed = back - withdrawn - taken - owed - forgiven
        return new(Returned, (self.order_id, back, withdrawn, taken, owed, forgiven, lapsed))

    def _decided(
        self,
        outcome: Returned,
        purchase: Purchase,
        booking: Booking,
        keys: OrderKeys,
        loaded: Loaded,
        programme: Programme,
    ) -> Decision[Returned]:
        """Decide, with what follows for points, standing and referral."""
        the_member, the_purchase, key = keys
        puts: tuple[Put[Any], ...] = ()
        entries: tuple[Entry, ...] = ()
        events: tuple[OutboxEvent, ...] = ()
        if programme.has_more:
            from mi_rewards.commands.orders.following import Following

            member = loaded.get(the_member)
            if member is not None and member.joined_at is not None:
                following = Following(
                    loaded, programme, booking, member, at=self.at, request_id=self.request_id
                )
                purchase = following.returned(purchase)
                puts, entries, events = following.puts(), following.entries, following.events
        if booking.entries:
            puts = (new(Put, (key, booking.wallet)),) + puts  # noqa: RUF005 - it is faster
        puts = (new(Put, (the_purchase, purchase)),) + puts  # noqa: RUF005 - it is faster
        return new(Decision, (outcome, puts, booking.entries + entries, events, (), (), ()))

    def _withdraw(self, booking: Booking, promise_id: str, tokens: int, reason: Reason) -> int:
        """Withdraw tokens that the calendar has not credited yet."""
        return booking.take(
            withdraw(
                booking.wallet,
                promise_id,
                tokens=tokens,
                at=self.at,
                request_id=self.request_id,
                reason=reason,
            )
        )


def is_quantity(pair: object) -> bool:
    """Tell whether something is a pair of a line's name and a whole number.

    Args:
        pair: Anything.

    Returns:
        Whether it is.
    """
    if type(pair) is not tuple or len(pair) != 2:
        return False
    return type(pair[0]) is str and type(pair[1]) is int
