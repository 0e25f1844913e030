"""What a wallet is as booked: its parts, what they add up to, and what is due next."""

from datetime import date, datetime
from typing import NamedTuple, Self

from mi_rewards._tuples import new
from mi_rewards.calendar import NEVER, write_instant
from mi_rewards.wallet.buckets import Bucket, Draw, format_buckets, planned_draws, whole_tokens
from mi_rewards.wallet.entries import Owner
from mi_rewards.wallet.refusals import (
    HoldNotOpen,
    InsufficientTokens,
    MemberBlocked,
    PromiseNotOpen,
    TokensOwed,
)
from mi_rewards.wallet.reservations import Hold, Promise


class WalletState(NamedTuple):
    """The parts of a wallet.

    Attributes:
        owner: Whose, of which kind, in which zone.
        buckets: Tokens by last valid day, earliest first.
        holds: What is set aside, by deadline.
        promises: What orders will earn; those with an instant first.
        owed: Tokens still to be taken back after a return.
        totals: Issued, redeemed, lapsed, clawed back, transferred and adjusted so far; out and
            down positive.
        sequence: How many entries it has.
        booked_at: The instant (UTC) of the last entry, `None` before the first.
        blocked: The code for which nothing can be spent, empty where it can.
        version: How many times it was stored.
    """

    owner: Owner
    buckets: tuple[Bucket, ...] = ()
    holds: tuple[Hold, ...] = ()
    promises: tuple[Promise, ...] = ()
    owed: int = 0
    totals: tuple[int, int, int, int, int, int] = (0, 0, 0, 0, 0, 0)
    sequence: int = 0
    booked_at: datetime | None = None
    blocked: str = ""
    version: int = 0

    # What there is, as booked.

    @property
    def available(self) -> int:
        """Tokens that can be spent."""
        return sum([bucket.tokens for bucket in self.buckets])

    @property
    def held(self) -> int:
        """Tokens set aside by open holds."""
        return sum([hold.tokens for hold in self.holds])

    @property
    def promised(self) -> int:
        """Tokens that orders will earn."""
        return sum([promise.tokens for promise in self.promises])

    @property
    def issued(self) -> int:
        """Tokens ever issued."""
        return self.totals[0]

    @property
    def redeemed(self) -> int:
        """Tokens burned or captured, less what was reinstated."""
        return self.totals[1]

    @property
    def lapsed(self) -> int:
        """Tokens that passed their last valid day."""
        return self.totals[2]

    @property
    def clawed_back(self) -> int:
        """Tokens taken back after returns, what is owed included."""
        return self.totals[3]

    @property
    def transferred(self) -> int:
        """Tokens given to other members, less what came from them."""
        return self.totals[4]

    @property
    def adjusted(self) -> int:
        """Tokens taken off by adjustments, less what they added."""
        return self.totals[5]

    @property
    def due_at(self) -> datetime | None:
        """The next instant (UTC) at which the calendar changes the wallet, if any."""
        due_at = None
        if self.buckets and (last_day := self.buckets[0].last_day) != NEVER:
            due_at = self.owner.zone.after(last_day)
        if self.holds:
            until = self.holds[0].until
            due_at = until if due_at is None or until < due_at else due_at
        if self.promises:
            keeps_at = self.promises[0].keeps_at
            if keeps_at is not None and (due_at is None or keeps_at < due_at):
                due_at = keeps_at
        return due_at

    def has_passed(self, last_day: date, *, at: datetime) -> bool:
        """Tell whether a last valid day is over when the wallet books something.

        Args:
            last_day: The last valid day.
            at: The instant asked for (UTC).

        Returns:
            Whether it is over at *at*, or at the wallet's last entry where that is later.
        """
        before = self.booked_at
        now = at if before is None or at >= before else before
        return self.owner.zone.after(last_day) <= now and last_day != NEVER

    def spendable(self, tokens: int) -> tuple[Draw, ...]:
        """Plan how *tokens* would be drawn, as booked.

        Args:
            tokens: Whole tokens, at least 1.

        Returns:
            The draws, earliest last day first.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            MemberBlocked: The wallet is blocked.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer than *tokens* are available.
        """
        whole_tokens(tokens)
        if self.blocked:
            raise MemberBlocked(reason=self.blocked)
        if self.owed:
            raise TokensOwed(required=tokens, owed=self.owed)
        if tokens > self.available:
            raise InsufficientTokens(required=tokens, available=self.available)
        return planned_draws(self.buckets, tokens)

    def removable(self, tokens: int) -> tuple[Draw, ...]:
        """Plan how *tokens* would be taken off by the programme, as booked, blocked or not.

        Args:
            tokens: Whole tokens, at least 1.

        Returns:
            The draws, earliest last day first.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer than *tokens* are available.
        """
        return self._replace(blocked="").spendable(tokens)

    def open_hold(self, hold_id: str) -> Hold:
        """Find an open hold, as booked.

        Args:
            hold_id: Its name.

        Returns:
            The hold.

        Raises:
            HoldNotOpen: There is none of that name.
        """
        for hold in self.holds:
            if hold.hold_id == hold_id:
                return hold
        raise HoldNotOpen(hold_id=hold_id)

    def open_promise(self, promise_id: str) -> Promise:
        """Find an open promise, as booked.

        Args:
            promise_id: Its name.

        Returns:
            The promise.

        Raises:
            PromiseNotOpen: There is none of that name.
        """
        for promise in self.promises:
            if promise.promise_id == promise_id:
                return promise
        raise PromiseNotOpen(promise_id=promise_id)

    def stored(self) -> Self:
        """The same wallet, stored once more.

        Returns:
            The wallet with its version raised by one.
        """
        return new(type(self), self[:-1] + (self[-1] + 1,))  # noqa: RUF005 - it is faster

    def __str__(self) -> str:
        """Write the wallet on one line: buckets, then what is held, promised and owed."""
        text = format_buckets(self.buckets)
        for hold in self.holds:
            text += f" | held {format_buckets(hold.draws)} until {write_instant(hold.until)}"
        text += f" | promised {self.promised}" if self.promises else ""
        text += f" | owed {self.owed}" if self.owed else ""
        return text + (f" | blocked {self.blocked}" if self.blocked else "")
