"""Orders: placed, delivered whole or by line, cancelled, returned.

1. Business events are not trusted to arrive in order: what is not known yet is refused and can be
   sent again.
2. An order id names one order: stated again with other content it is a `Misuse`.
3. An order counts in whole by its newest delivery.
"""

from typing import Any

import attrs

from mi_rewards.commands.awarding import (
    Booking,
    award,
    cap_scope,
    chosen_recipe,
    counts_early,
    promise_name,
    purchase_reason,
)
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text, wallet_of
from mi_rewards.commands.outcomes import Cancelled, Delivered, Placed, Returned
from mi_rewards.earning.lines import Line
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase, PurchaseState
from mi_rewards.earning.refusals import AlreadyPlaced, UnknownOrder
from mi_rewards.errors import Misuse
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.records import (
    Key,
    Loaded,
    Needs,
    Put,
    member_key,
    purchase_key,
    wallet_key,
)
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.promises import promise, withdraw
from mi_rewards.wallet.wallet import Wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class _OrderCommand(MemberCommand):
    """What every command on an order has.

    Attributes:
        order_id: Names the order within the member.
    """

    order_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names; an order without one is not known."""
        super().__attrs_post_init__()
        if type(self.order_id) is not str:
            raise not_a_text("an order's id", self.order_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase and the wallet.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        member_id = self.member_id
        return Needs(
            (
                member_key(member_id),
                purchase_key(member_id, self.order_id),
                wallet_key(member_id, programme.kind),
            )
        )

    def _purchase_key(self) -> Key[Purchase]:
        """Name the purchase."""
        return purchase_key(self.member_id, self.order_id)

    def _member(self, loaded: Loaded) -> Member:
        """Answer with the member, a new one where there is none yet."""
        return loaded.get(member_key(self.member_id)) or Member(self.member_id)

    def _wallet(self, loaded: Loaded, key: Key[Wallet], programme: Programme) -> Wallet:
        """Answer with the wallet, an empty one where there is none yet."""
        return loaded.get(key) or wallet_of(None, self.member_id, programme)

    def _known(self, loaded: Loaded) -> Purchase:
        """Answer with the purchase, or refuse."""
        purchase = loaded.get(self._purchase_key())
        if purchase is None:
            raise UnknownOrder(order_id=self.order_id)
        return purchase


@attrs.frozen(order=False, kw_only=True, slots=False)
class _StatedOrder(_OrderCommand):
    """A command that states what was ordered: an amount, or lines.

    Attributes:
        amount: What was paid for the order as one line; instead of *lines*.
        category: The category of that one line.
        channel: Where it was ordered; may be empty.
        lines: The order's lines, undelivered; instead of *amount*.
    """

    amount: Money | None = None
    category: str = ""
    channel: str = ""
    lines: tuple[Line, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check what is stated, as far as it can be without the rules."""
        super().__attrs_post_init__()
        if self.amount is not None and type(self.amount) is not Money:
            raise Misuse(f"an amount is money, not {self.amount!r}")
        if type(self.category) is not str or type(self.channel) is not str:
            raise not_a_text("a category or a channel", (self.category, self.channel))
        lines = self.lines
        if lines != () and not (type(lines) is tuple and all(type(it) is Line for it in lines)):
            raise Misuse(f"lines are a tuple of Line, not {lines!r}")

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
                raise _not_in(programme, line.amount)
        if len(lines) > 1 and len({line.line_id for line in lines}) < len(lines):
            raise Misuse(f"order {self.order_id!r} names a line twice")
        return Purchase(self.member_id, self.order_id, lines, self.channel)

    def _agreed(self, found: Purchase, stated: Purchase | None) -> None:
        """Check that what is stated now is what was stated first."""
        if stated is None:
            return
        same = stated.channel == found.channel and _content(stated) == _content(found)
        if not same:
            raise Misuse(f"order {self.order_id!r} was seen before with other content")


def _is_quantity(pair: object) -> bool:
    """Tell whether something is a pair of a line's name and a whole number."""
    if type(pair) is not tuple or len(pair) != 2:
        return False
    return type(pair[0]) is str and type(pair[1]) is int


def _not_in(programme: Programme, amount: Money) -> CurrencyMismatch:
    """Say that an order is in another currency than its programme."""
    return CurrencyMismatch(f"the order is in {amount.currency}, not in {programme.currency}")


def _content(purchase: Purchase) -> tuple[tuple[str, Money, int, str], ...]:
    """Answer with the lines as ordered, whatever became of them."""
    return tuple((it.line_id, it.amount, it.quantity, it.category) for it in purchase.lines)


@attrs.frozen(order=False, kw_only=True, slots=False)
class Place(_StatedOrder):
    """Place an order: the tokens that it will earn are promised."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Placed]:
        """Decide.

        Args:
            loaded: The member, the purchase and the wallet.
            programme: The rules.

        Returns:
            What was promised; nothing where the member has not joined.

        Raises:
            Misuse: Nothing is stated, or the order is known with other content.
            AlreadyPlaced: The order is known.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        found = loaded.get(self._purchase_key())
        stated = self._stated(programme)
        if stated is None:
            raise Misuse("an order is placed with an amount or with lines")
        if found is not None:
            self._agreed(found, stated)
            raise AlreadyPlaced(order_id=self.order_id)
        member = self._member(loaded)
        scope = cap_scope(programme, self.at, is_retrospective=False)
        recipe = chosen_recipe(stated, member, programme, scope)
        base_minor = stated.expected_minor(recipe.excluded_categories)
        is_member = member.joined_at is not None and self.at >= member.joined_at
        tokens = recipe.award(base_minor) if is_member else 0
        puts = (Put(self._purchase_key(), stated),)
        if not tokens:
            return Decision(Placed(self.order_id, 0), puts)
        key = wallet_key(self.member_id, programme.kind)
        change = promise(
            self._wallet(loaded, key, programme),
            tokens,
            promise_id=promise_name(self.order_id, 0),
            source=self.order_id,
            at=self.at,
            request_id=self.request_id,
            reason=purchase_reason("order_placed", self.order_id, base_minor, recipe),
        )
        return Decision(
            Placed(self.order_id, tokens), (*puts, Put(key, change.wallet)), change.entries
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class Deliver(_StatedOrder):
    """Deliver an order, whole or by line, and award what it earns.

    Attributes:
        line_ids: The lines delivered; all that are left where none is named.
    """

    line_ids: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the lines' names."""
        super().__attrs_post_init__()
        names = self.line_ids
        if names != () and not (type(names) is tuple and all(type(it) is str for it in names)):
            raise Misuse(f"line ids are a tuple of texts, not {names!r}")

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
        key = self._purchase_key()
        found = loaded.get(key)
        if found is None:
            purchase = self._delivered(programme)
        else:
            self._agreed(found, self._stated(programme))
            purchase = found.delivering(at, self.line_ids)
        member = self._member(loaded)
        is_early = member.joined_at is None or at < member.joined_at
        if is_early:
            newest = purchase.delivered_at or at
            is_early = member.joined_at is None or newest < member.joined_at
            if is_early and not counts_early(programme, newest):
                return self._unawarded(purchase, "delivered_before_joining")
        if member.joined_at is None:
            waiting = Put(member_key(self.member_id), member.with_waiting(self.order_id))
            return self._unawarded(purchase, "waiting_for_joining", waiting)
        the_wallet = wallet_key(self.member_id, programme.kind)
        booking = Booking(self._wallet(loaded, the_wallet, programme))
        purchase, after, new, keeps_at = award(
            purchase,
            member,
            booking,
            programme,
            delivered_at=at,
            at=at,
            request_id=self.request_id,
            is_retrospective=is_early,
        )
        puts: list[Put[Any]] = [Put(key, purchase)]
        if booking.entries:
            puts.append(Put(the_wallet, booking.wallet))
        if after is not member:
            puts.append(Put(member_key(self.member_id), after))
        rule = purchase.recipe.rule if purchase.recipe else ""
        outcome = Delivered(self.order_id, new.tokens, new.last_day, keeps_at, rule)
        return Decision(outcome, tuple(puts), tuple(booking.entries))

    def _delivered(self, programme: Programme) -> Purchase:
        """Make the purchase of an order that was never placed, as delivered."""
        amount = self.amount
        if amount is None or self.lines or self.line_ids or not self.order_id:
            stated = self._stated(programme)
            if stated is None:
                raise UnknownOrder(order_id=self.order_id)
            return stated.delivering(self.at, self.line_ids)
        if amount.currency != programme.currency:
            raise _not_in(programme, amount)
        line = Line("1", amount, 1, self.category, self.at)
        return Purchase(
            self.member_id, self.order_id, (line,), self.channel, PurchaseState.DELIVERED
        )

    def _unawarded(self, purchase: Purchase, rule: str, *puts: Put[Member]) -> Decision[Delivered]:
        """Record a delivery that earns nothing, or nothing yet."""
        outcome = Delivered(self.order_id, 0, None, None, rule)
        return Decision(outcome, (Put(self._purchase_key(), purchase), *puts))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Cancel(_OrderCommand):
    """Cancel an order, or what of it was not delivered; its promise is withdrawn."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Cancelled]:
        """Decide.

        Args:
            loaded: The purchase and the wallet.
            programme: The rules.

        Returns:
            What was withdrawn.

        Raises:
            UnknownOrder: The order is not known.
            OrderCancelled: It was cancelled already.
            AlreadyDelivered: All of it was delivered.
        """
        purchase = self._known(loaded).cancelling()
        key = wallet_key(self.member_id, programme.kind)
        wallet = self._wallet(loaded, key, programme)
        puts = (Put(self._purchase_key(), purchase),)
        promise_id = promise_name(self.order_id, 0)
        if all(it.promise_id != promise_id for it in wallet.promises):
            return Decision(Cancelled(self.order_id, 0), puts)
        change = withdraw(
            wallet,
            promise_id,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("order_cancelled", (("order_id", self.order_id),)),
        )
        outcome = Cancelled(self.order_id, change.result)
        return Decision(outcome, (*puts, Put(key, change.wallet)), change.entries)


@attrs.frozen(order=False, kw_only=True, slots=False)
class Return(_OrderCommand):
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
        super().__attrs_post_init__()
        if self.value is not None and type(self.value) is not Money:
            raise Misuse(f"a value is money, not {self.value!r}")
        pairs = self.quantities
        if pairs != () and not (type(pairs) is tuple and all(map(_is_quantity, pairs))):
            raise Misuse(f"quantities are pairs of a line and a number, not {pairs!r}")

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
        purchase = self._known(loaded).returning(value=self.value, quantities=self.quantities)
        recipe = purchase.recipe or programme.recipe.saying_no("not_awarded")
        base_minor = purchase.base_minor(recipe.excluded_categories)
        back = purchase.awarded - recipe.award(base_minor)
        if not back:
            outcome = Returned(self.order_id, 0, 0, 0, 0, 0, 0)
            return Decision(outcome, (Put(self._purchase_key(), purchase),))
        purchase, parts = purchase.giving_back(back)
        key = wallet_key(self.member_id, programme.kind)
        wallet = self._wallet(loaded, key, programme)
        booking = Booking(wallet)
        booking.take(wallet.lapse(at=self.at, request_id=self.request_id))
        reason = purchase_reason("return", self.order_id, base_minor, recipe)
        withdrawn = taken = owed = forgiven = 0
        for it, tokens in parts:
            if it.promise_id is not None and any(
                open_.promise_id == it.promise_id for open_ in booking.wallet.promises
            ):
                withdrawn += self._withdraw(booking, it.promise_id, tokens, reason)
                continue
            result = booking.take(
                booking.wallet.claw_back(
                    tokens,
                    own_day=it.last_day,
                    policy=programme.claw_back,
                    source=self.order_id,
                    at=self.at,
                    request_id=self.request_id,
                    reason=reason,
                )
            )
            taken += result.taken
            owed += result.owed
            forgiven += result.forgiven
        lapsed = back - withdrawn - taken - owed - forgiven
        outcome = Returned(self.order_id, back, withdrawn, taken, owed, forgiven, lapsed)
        puts: tuple[Put[Any], ...] = (Put(self._purchase_key(), purchase),)
        if booking.entries:
            puts = (*puts, Put(key, booking.wallet))
        return Decision(outcome, puts, tuple(booking.entries))

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
