"""What stands beside the buckets: holds, promises, and burns that can be undone."""

from datetime import date, datetime

import attrs

from mi_rewards.wallet.buckets import Draw, split_draws, whole_tokens
from mi_rewards.wallet.entries import Owner, Reason
from mi_rewards.wallet.refusals import BeyondBurn


@attrs.frozen(order=False)
class Hold:
    """Tokens set aside from named buckets until a deadline.

    Open while `at < until`; then it has run out, whether or not that is booked.

    Attributes:
        hold_id: Names the hold within the wallet.
        until: The deadline (UTC).
        draws: What was set aside, earliest last day first.
    """

    hold_id: str
    until: datetime
    draws: tuple[Draw, ...]

    @property
    def tokens(self) -> int:
        """How many tokens are held."""
        return sum(draw.tokens for draw in self.draws)


@attrs.frozen(order=False)
class Promise:
    """Tokens that an order will earn.

    Attributes:
        promise_id: Names the promise within the wallet.
        tokens: How many.
        source: What will have earned them: the order's id.
        last_day: Their last valid day; `None` until the order is delivered.
        keeps_at: The instant (UTC) at which the calendar keeps it; `None` while that waits for
            delivery.
        occurred_at: The instant (UTC) of the fact behind it: the order placed or delivered.
        reason: The reason that the entry keeping it will state.
    """

    promise_id: str
    tokens: int
    source: str
    last_day: date | None
    keeps_at: datetime | None
    occurred_at: datetime
    reason: Reason


@attrs.frozen(order=False, slots=False)
class Burn:
    """What a burn or a capture drew, and what of it has been undone.

    Attributes:
        owner: Whose tokens they were.
        burn_id: The request that burned them, or the hold that was captured.
        draws: What was drawn, earliest last day first.
        undone: How many tokens of it were given back, the last ones drawn first.
        version: How many times it was stored.
    """

    owner: Owner
    burn_id: str
    draws: tuple[Draw, ...]
    undone: int = 0
    version: int = 0

    @property
    def tokens(self) -> int:
        """How many tokens were burned and are not undone."""
        return sum([draw.tokens for draw in self.draws]) - self.undone

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a burn."""
        return

    def undo(self, tokens: int) -> tuple["Burn", tuple[Draw, ...]]:
        """Undo a part, in the reverse order of drawing, so that burn n, undo k equals burn n - k.

        Args:
            tokens: Whole tokens to give back, at least 1.

        Returns:
            The burn afterwards and what goes back, earliest last day first. O(draws).

        Raises:
            Misuse: *tokens* is not a number of tokens.
            BeyondBurn: Fewer than *tokens* are left of the burn.
        """
        left = self.tokens
        if whole_tokens(tokens) > left:
            raise BeyondBurn(burn_id=self.burn_id, required=tokens, left=left)
        still_drawn, _ = split_draws(self.draws, left)
        _, back = split_draws(still_drawn, left - tokens)
        burn = Burn(self.owner, self.burn_id, self.draws, self.undone + tokens, self.version)
        return burn, back

    def stored(self) -> "Burn":
        """The same burn, stored once more.

        Returns:
            The burn with its version raised by one.
        """
        return Burn(self.owner, self.burn_id, self.draws, self.undone, self.version + 1)
