"""Purchases: what was ordered, delivered and returned, and the awards with their recipe.

1. A purchase is one aggregate. Its life cycle is a table, `LIFE_CYCLE`.
2. The recipe is recorded at the first delivery and stays; later deliveries and returns use it.
3. What an order has earned is the recipe's award on what was delivered and kept, rounded once for
   the whole order. A delivery adds the difference, a return takes the difference back, the newest
   award first.
4. Nothing can be returned that was not delivered.
"""

from datetime import datetime
from typing import NamedTuple

from mi_rewards._tuples import new
from mi_rewards.earning.awards import Award, given_back, total_of
from mi_rewards.earning.circumstances import NO_EFFECTS, UNTOLD, Circumstances, Effects
from mi_rewards.earning.lines import Line
from mi_rewards.earning.purchase_life import LIFE_CYCLE, PurchaseEvent, PurchaseState
from mi_rewards.earning.refusals import (
    AlreadyDelivered,
    BeyondDelivered,
    OrderCancelled,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import CurrencyMismatch, Money

_PLACED = PurchaseState.PLACED
_DELIVERED = PurchaseState.DELIVERED
_RETURN = PurchaseEvent.RETURN

_LINES, _STATE, _RECIPE, _AWARDS, _RETURNED, _EFFECTS = 2, 4, 5, 6, 7, 9
"""The places of what changes in a purchase."""


class Purchase(NamedTuple):
    """One order of one member.

    Attributes:
        member_id: The member who ordered, or may yet become one.
        order_id: Names the order within the member.
        lines: What was ordered, at least one line, one currency.
        channel: Where; may be empty.
        state: Where it is in its life.
        recipe: How awards are computed, recorded at the first award.
        awards: What its deliveries earned.
        returned_minor: What came back by value, in minor units.
        circumstances: How it was placed.
        effects: What it brought about beside its award.
        version: How many times it was stored.
    """

    member_id: str
    order_id: str
    lines: tuple[Line, ...]
    channel: str = ""
    state: PurchaseState = PurchaseState.PLACED
    recipe: Recipe | None = None
    awards: tuple[Award, ...] = ()
    returned_minor: int = 0
    circumstances: Circumstances = UNTOLD
    effects: Effects = NO_EFFECTS
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a purchase."""
        return

    @property
    def currency(self) -> str:
        """The currency of every line."""
        return self.lines[0].amount.currency

    @property
    def left_minor(self) -> int:
        """The value delivered and not returned, in minor units."""
        return self._kept_minor(()) - self.returned_minor

    @property
    def awarded(self) -> int:
        """Tokens awarded and not given back."""
        return total_of(self.awards)

    @property
    def delivered_at(self) -> datetime | None:
        """The instant (UTC) of the newest delivery, `None` before the first."""
        return max((line.delivered_at for line in self.lines if line.delivered_at), default=None)

    @property
    def deliveries(self) -> tuple[datetime, ...]:
        """The instants (UTC) at which lines were delivered, in order."""
        return tuple(sorted({line.delivered_at for line in self.lines if line.delivered_at}))

    def base_minor(
        self, excluded_categories: tuple[str, ...], through: datetime | None = None
    ) -> int:
        """Add up what earns: delivered and kept, less what came back by value.

        Args:
            excluded_categories: Categories of lines that do not count.
            through: Count lines delivered by this instant (UTC) alone; all where it is not given.

        Returns:
            Minor units, at least 0.
        """
        base = self._kept_minor(excluded_categories, through) - self.returned_minor
        return base if base > 0 else 0

    def expected_minor(self, excluded_categories: tuple[str, ...]) -> int:
        """Add up what would earn if all of it were delivered.

        Args:
            excluded_categories: Categories of lines that do not count.

        Returns:
            Minor units.
        """
        return sum([it.amount.minor for it in self.lines if it.category not in excluded_categories])

    def kept_minor(self, excluded_categories: tuple[str, ...]) -> int:
        """Add up what would earn if all were delivered of which nothing came back.

        Args:
            excluded_categories: Categories of lines that do not count.

        Returns:
            Minor units, at least 0.
        """
        kept = [it.kept_minor for it in self.lines if it.category not in excluded_categories]
        return max(0, sum(kept) - self.returned_minor)

    def _kept_minor(
        self, excluded_categories: tuple[str, ...], through: datetime | None = None
    ) -> int:
        """Add up the delivered lines' kept value."""
        kept = 0
        for line in self.lines:
            _, amount, _, category, delivered_at, returned, _, _ = line
            if delivered_at is None or (through is not None and delivered_at > through):
                continue
            if category not in excluded_categories:
                kept += line.kept_minor if returned else amount.minor
        return kept

    def delivering(self, at: datetime, line_ids: tuple[str, ...] = ()) -> "Purchase":
        """Deliver the order or some of its lines.

        Args:
            at: The instant (UTC).
            line_ids: The lines; all that are left where none is named.

        Returns:
            The purchase.

        Raises:
            UnknownLine: A line of that name is not on the order.
            OrderCancelled: The order was cancelled.
            AlreadyDelivered: The order, or a line named, was delivered.
        """
        if self.state is _PLACED and not line_ids:
            lines = tuple([line.delivered(at) for line in self.lines])
            return self._with(_LINES, lines, state=_DELIVERED)
        named = [self._line(line_id) for line_id in line_ids]
        self._check_life(PurchaseEvent.DELIVER_REST)
        if any(line.delivered_at is not None for line in named):
            raise AlreadyDelivered(order_id=self.order_id)
        wanted = set(line_ids or [line.line_id for line in self.lines if line.delivered_at is None])
        lines = tuple(
            [line.delivered(at) if line.line_id in wanted else line for line in self.lines]
        )
        rest = any(line.delivered_at is None for line in lines)
        event = PurchaseEvent.DELIVER_PART if rest else PurchaseEvent.DELIVER_REST
        return self._with(_LINES, lines, state=LIFE_CYCLE[self.state][event])

    def cancelling(self) -> "Purchase":
        """Cancel the order, or what of it is not delivered.

        Returns:
            The purchase; a line that is never delivered earns nothing.

        Raises:
            OrderCancelled: It was cancelled already.
            AlreadyDelivered: All of it was delivered.
        """
        self._check_life(PurchaseEvent.CANCEL)
        return self._with(_STATE, LIFE_CYCLE[self.state][PurchaseEvent.CANCEL])

    def returning(
        self, *, value: Money | None = None, quantities: tuple[tuple[str, int], ...] = ()
    ) -> "Purchase":
        """Return what was delivered: by value, by line and quantity, or all that is left.

        Args:
            value: What was paid for what comes back.
            quantities: Pairs of a line and how many units of it come back, instead of a value.

        Returns:
            The purchase; its awards are given back by `giving_back`.

        Raises:
            Misuse: Both a value and lines are given, or a quantity is no whole number of at least
                1.
            CurrencyMismatch: The value is in another currency than the order.
            OrderCancelled: The order was cancelled.
            UnknownOrder: Nothing of it was delivered yet.
            UnknownLine: A line of that name is not on the order.
            BeyondDelivered: More than was delivered and not returned; nothing at all is left to
                return.
        """
        if value is not None:
            if quantities:
                raise Misuse("a return is by value or by line and quantity, not both")
            if value.currency != self.lines[0].amount.currency:
                raise CurrencyMismatch(
                    f"the return is in {value.currency}, the order in {self.currency}"
                )
        if quantities:
            return self._returning_lines(quantities)
        if _RETURN not in LIFE_CYCLE[self.state]:
            raise self._not_now()
        returned = self.returned_minor
        left = self._kept_minor(()) - returned
        asked = left if value is None else value.minor
        if asked > left or (asked == 0 and value is None):
            raise BeyondDelivered(
                order_id=self.order_id, asked=asked, left=left, unit="minor units"
            )
        return self._with(_RETURNED, returned + asked)

    def forgoing(self, quantities: tuple[tuple[str, int], ...]) -> "Purchase":
        """Go without units of lines that are not delivered: they earn nothing when the rest is.

        Args:
            quantities: Pairs of a line and how many units of it, which are left of it.

        Returns:
            The purchase.
        """
        units = dict(quantities)
        lines = [it.returning(n) if (n := units.get(it.line_id)) else it for it in self.lines]
        return self._with(_LINES, tuple(lines))

    def _returning_lines(self, quantities: tuple[tuple[str, int], ...]) -> "Purchase":
        """Return units of lines."""
        for _, quantity in quantities:
            if type(quantity) is not int or quantity < 1:
                raise Misuse(f"a quantity is a whole number of at least 1, not {quantity!r}")
        for line_id, _ in quantities:
            self._line(line_id)
        self._check_life(_RETURN)
        lines = {line.line_id: line for line in self.lines}
        for line_id, quantity in quantities:
            line = lines[line_id]
            left = 0 if line.delivered_at is None else line.quantity - line.returned
            if quantity > left:
                raise BeyondDelivered(
                    order_id=self.order_id, asked=quantity, left=left, unit="units"
                )
            lines[line_id] = line.returning(quantity)
        purchase = self._with(_LINES, tuple(lines.values()))
        if purchase.left_minor < 0:
            raise BeyondDelivered(
                order_id=self.order_id,
                asked=self.left_minor - purchase.left_minor,
                left=self.left_minor,
                unit="minor units",
            )
        return purchase

    def awarding(self, recipe: Recipe, award: Award) -> "Purchase":
        """Record an award.

        Args:
            recipe: How it was computed.
            award: What it came to.

        Returns:
            The purchase.
        """
        parts: list[object] = [*self]
        parts[_RECIPE] = recipe
        parts[_AWARDS] = (*self.awards, award)
        return new(Purchase, parts)

    def giving_back(self, tokens: int) -> tuple["Purchase", tuple[tuple[Award, int], ...]]:
        """Mark *tokens* of the awards as given back, the newest first.

        Args:
            tokens: How many, at most `awarded`.

        Returns:
            The purchase, and pairs of an award and how many of its tokens are given back now.

        Raises:
            Misuse: *tokens* is below 0, or more than `awarded`.
        """
        awards, parts = given_back(self.awards, tokens)
        return self._with(_AWARDS, awards), parts

    def bringing_about(self, effects: Effects) -> "Purchase":
        """Record what the order brought about beside its award.

        Args:
            effects: All of it.

        Returns:
            The purchase.
        """
        return self._with(_EFFECTS, effects)

    def stored(self) -> "Purchase":
        """The same purchase, stored once more.

        Returns:
            The purchase with its version raised by one.
        """
        return new(Purchase, self[:-1] + (self[-1] + 1,))  # noqa: RUF005 - it is faster

    def _line(self, line_id: str) -> Line:
        """Find a line."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise UnknownLine(order_id=self.order_id, line_id=line_id)

    def _check_life(self, event: PurchaseEvent) -> None:
        """Refuse what the life cycle has no row for."""
        if event not in LIFE_CYCLE[self.state]:
            raise self._not_now()

    def _not_now(self) -> Refused:
        """Say why the life cycle has no row."""
        if self.state is PurchaseState.CANCELLED:
            return OrderCancelled(order_id=self.order_id)
        if self.state is _PLACED:
            return UnknownOrder(order_id=self.order_id)
        return AlreadyDelivered(order_id=self.order_id)

    def _with(self, place: int, value: object, *, state: PurchaseState | None = None) -> "Purchase":
        """Copy with a change, and into a state; faster than `_replace`."""
        parts: list[object] = [*self]
        parts[place] = value
        if state is not None:
            parts[_STATE] = state
        return new(Purchase, parts)
