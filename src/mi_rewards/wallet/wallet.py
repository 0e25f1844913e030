"""The wallet: one member's tokens of one kind, and everything that can happen to them.

1. A wallet is a value. An operation answers with the wallet afterwards and the entries that
   explain it; the old one stays.
2. State and cost grow with live buckets, open holds and open promises, never with history.
3. Each operation first books what the calendar has made due by its instant.
4. A wallet's time never goes back: what is asked at an earlier instant than the last entry's is
   booked at that one's.
5. Where something is owed nothing is available; where the wallet is blocked nothing is spent.
6. What a member does is a method here; promises, transfers, adjustments and blocks are functions of
   their own modules.
7. Every instant has an offset, and every number of tokens is a whole one from 1 to 2**63 - 1;
   `Misuse` otherwise.
"""

from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from mi_rewards._tuples import new
from mi_rewards.calendar import utc, write_instant
from mi_rewards.errors import Misuse, Refused
from mi_rewards.wallet.booking import advanced, booked, drawn_postings, held_postings, inflow
from mi_rewards.wallet.buckets import Draw, split_draws, whole_tokens
from mi_rewards.wallet.claw_back import ClawBack, ClawBackPolicy, claw_back_postings
from mi_rewards.wallet.entries import Account, Entry, Event, Posting, Reason
from mi_rewards.wallet.one_step import credited, debited
from mi_rewards.wallet.refusals import BeyondHold, DeadlinePassed
from mi_rewards.wallet.reservations import Burn, Hold
from mi_rewards.wallet.state import WalletState

R_co = TypeVar("R_co", covariant=True)

_HELD = Account.HELD
_ISSUED = Account.ISSUED
_REDEEMED = Account.REDEEMED
_TAKEN_BACK = Account.CLAWED_BACK

_SET_ASIDE = Event.HELD
_BURNED = Event.BURNED
_CAPTURED = Event.CAPTURED
_RELEASED = Event.RELEASED
_REINSTATED = Event.REINSTATED
_CLAWED_BACK = Event.CLAWED_BACK


class Change(NamedTuple, Generic[R_co]):
    """What an operation results in.

    Attributes:
        wallet: The wallet afterwards.
        entries: What explains it: what the calendar had made due, then the operation itself.
        result: What the operation yields beside that.
    """

    wallet: "Wallet"
    entries: tuple[Entry, ...]
    result: R_co


class Wallet(WalletState):
    """One member's tokens of one kind; the attributes are those of `WalletState`."""

    __slots__ = ()

    def at(self, at: datetime) -> "Wallet":
        """Ask what the calendar has made of the wallet by an instant at or after its last entry.

        A balance before that is the fold of the journal's prefix, asked at that instant.

        Args:
            at: The instant.

        Returns:
            The wallet as it is then.

        Raises:
            Misuse: *at* is before the last entry.
        """
        at = utc(at)
        if self.booked_at is not None and at < self.booked_at:
            raise Misuse(
                f"{write_instant(at)} is before the last entry; fold the journal to that instant"
            )
        return advanced(self, at, "")[0]

    def lapse(self, *, at: datetime, request_id: str) -> Change[int]:
        """Book what the calendar has made due: lapses, holds that ran out, promises kept.

        Args:
            at: The instant.
            request_id: The request that books it.

        Returns:
            The wallet afterwards, an entry for each fact, and how many tokens lapsed. O(what is
            due).
        """
        wallet, entries = advanced(self, utc(at), request_id)
        return new(Change, (wallet, entries, wallet.lapsed - self.lapsed))

    def earn(
        self,
        tokens: int,
        *,
        last_day: date,
        at: datetime,
        request_id: str,
        reason: Reason,
        source: str | None = None,
        occurred_at: datetime | None = None,
        event: Event = Event.EARNED,
    ) -> Change[None]:
        """Issue *tokens* to the bucket of a last valid day.

        Args:
            tokens: Whole tokens.
            last_day: The last day on which they are valid.
            at: The instant at which they are credited.
            request_id: The request that issues them.
            reason: Why, as codes and figures.
            source: What earned them: an order's id.
            occurred_at: The fact's instant where it is another: the delivery behind a
                retrospective award.
            event: `EARNED`, or `OPENED` for a balance brought along.

        Returns:
            The wallet afterwards. What is owed is made good first; tokens past their last day
            lapse at once.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        at = utc(at)
        occurred_at = at if occurred_at is None or occurred_at is at else utc(occurred_at)
        whole_tokens(tokens)
        found = credited(self, event, tokens, last_day, source, at, request_id, reason, occurred_at)
        if found is not None:
            return new(Change, found)
        wallet, entries = advanced(self, at, request_id)
        issued = Posting(_ISSUED, -tokens, None, source)
        wallet, entry = booked(
            wallet,
            event,
            inflow(wallet, (issued,), (Draw(last_day, tokens),), at=at),
            at=at,
            request_id=request_id,
            reason=reason,
            occurred_at=occurred_at,
        )
        return new(Change, (wallet, (*entries, entry), None))

    def burn(self, tokens: int, *, at: datetime, request_id: str, reason: Reason) -> Change[Burn]:
        """Spend *tokens*, drawing the bucket that lapses first.

        Args:
            tokens: Whole tokens.
            at: The instant of the burn; buckets past their last day by then are left alone.
            request_id: Names this burn.
            reason: Why, as codes and figures.

        Returns:
            The wallet afterwards, one entry whose draws, earliest first, add up to *tokens*, and
            the burn. O(live buckets).

        Raises:
            MemberBlocked: The wallet is blocked.
            TokensOwed: Tokens are owed after a return, and nothing can be redeemed until they are
                made good.
            InsufficientTokens: Fewer than *tokens* are available; says how many are.
        """
        at, sink = utc(at), new(Posting, (_REDEEMED, whole_tokens(tokens), None, request_id))
        if self.buckets and not self.blocked:
            day = self.buckets[0][0]
            found = debited(self, _BURNED, tokens, day, sink, at, request_id, reason)
            if found is not None:
                burn = Burn(self.owner, request_id, (Draw(day, tokens),))
                return new(Change, (found[0], found[1:], burn))
        wallet, entries = advanced(self, at, request_id)
        draws = wallet.spendable(tokens)
        postings = [*drawn_postings(draws), sink]
        wallet, entry = booked(
            wallet, _BURNED, postings, at=at, request_id=request_id, reason=reason
        )
        burn = Burn(self.owner, request_id, draws)
        return new(Change, (wallet, (*entries, entry), burn))

    def reasons_against(self, tokens: int, *, at: datetime) -> tuple[Refused, ...]:
        """Tell, without trying, what `burn` or `hold` would refuse *tokens* with.

        Args:
            tokens: Whole tokens.
            at: The instant.

        Returns:
            The refusal as a value, nothing where they can be spent.

        Raises:
            Misuse: *at* is no instant, or *tokens* is not a number of tokens.
        """
        try:
            advanced(self, utc(at), "")[0].spendable(tokens)
        except Refused as refusal:
            return (refusal.with_traceback(None),)
        return ()

    def hold(
        self, tokens: int, *, until: datetime, at: datetime, request_id: str, reason: Reason
    ) -> Change[Hold]:
        """Set *tokens* aside from the buckets that lapse first, until a deadline.

        Args:
            tokens: Whole tokens.
            until: The deadline, after *at*; the hold is open before it.
            at: The instant.
            request_id: Names this hold.
            reason: Why, as codes and figures.

        Returns:
            The wallet afterwards and the hold.

        Raises:
            Misuse: The deadline is not after *at*, or a hold of that name is open.
            DeadlinePassed: The wallet's last entry is past the deadline.
            MemberBlocked: The wallet is blocked.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer than *tokens* are available.
        """
        at, until = utc(at), utc(until)
        if until <= at:
            raise Misuse(f"a hold's deadline must be after {write_instant(at)}")
        wallet, entries = advanced(self, at, request_id)
        if any(hold.hold_id == request_id for hold in wallet.holds):
            raise Misuse(f"hold {request_id!r} is open already")
        if wallet.booked_at is not None and until <= wallet.booked_at:
            raise DeadlinePassed(hold_id=request_id, until=write_instant(until))
        draws = wallet.spendable(tokens)
        postings = drawn_postings(draws)
        for draw in draws:
            postings.append(new(Posting, (_HELD, draw.tokens, draw.last_day, request_id)))
        wallet, entry = booked(
            wallet,
            _SET_ASIDE,
            postings,
            at=at,
            request_id=request_id,
            reason=reason,
            until=until,
        )
        hold = Hold(request_id, until, draws)
        return new(Change, (wallet, (*entries, entry), hold))

    def capture(
        self,
        hold_id: str,
        *,
        at: datetime,
        request_id: str,
        reason: Reason,
        tokens: int | None = None,
    ) -> Change[Burn]:
        """Spend what a hold set aside, all or its earliest part; the rest is released.

        Args:
            hold_id: The hold.
            at: The instant, before the hold's deadline.
            request_id: The request that captures.
            reason: Why, as codes and figures.
            tokens: How many of it; all where it is not given.

        Returns:
            The wallet afterwards and the burn, named as the hold. A bucket that lapsed under the
            hold is honoured.

        Raises:
            HoldNotOpen: It was never placed, is resolved, or has run out.
            BeyondHold: More than it has was asked for.
        """
        at = utc(at)
        wallet, entries = advanced(self, at, request_id)
        hold = wallet.open_hold(hold_id)
        wanted = hold.tokens if tokens is None else whole_tokens(tokens)
        if wanted > hold.tokens:
            raise BeyondHold(hold_id=hold_id, required=wanted, held=hold.tokens)
        spent, rest = split_draws(hold.draws, wanted)
        sources = held_postings(hold)
        sources.append(new(Posting, (_REDEEMED, wanted, None, hold_id)))
        postings = inflow(wallet, sources, rest, at=at)
        wallet, entry = booked(
            wallet, _CAPTURED, postings, at=at, request_id=request_id, reason=reason
        )
        burn = Burn(self.owner, hold_id, spent)
        return new(Change, (wallet, (*entries, entry), burn))

    def release(
        self, hold_id: str, *, at: datetime, request_id: str, reason: Reason
    ) -> Change[Hold]:
        """Give back what a hold set aside.

        Args:
            hold_id: The hold.
            at: The instant, before the hold's deadline.
            request_id: The request that releases.
            reason: Why, as codes and figures.

        Returns:
            The wallet afterwards and the hold that was. Tokens go back to their buckets; past
            their last day they lapse.

        Raises:
            HoldNotOpen: It was never placed, is resolved, or has run out.
        """
        at = utc(at)
        wallet, entries = advanced(self, at, request_id)
        hold = wallet.open_hold(hold_id)
        postings = inflow(wallet, held_postings(hold), hold.draws, at=at)
        wallet, entry = booked(
            wallet, _RELEASED, postings, at=at, request_id=request_id, reason=reason
        )
        return new(Change, (wallet, (*entries, entry), hold))

    def reinstate(
        self, burn: Burn, tokens: int, *, at: datetime, request_id: str, reason: Reason
    ) -> Change[Burn]:
        """Give back *tokens* of a burn to their buckets, what was drawn last first.

        Args:
            burn: The burn, of this wallet.
            tokens: Whole tokens.
            at: The instant.
            request_id: The request that reinstates.
            reason: Why, as codes and figures.

        Returns:
            The wallet and the burn afterwards.

        Raises:
            Misuse: The burn is another wallet's.
            BeyondBurn: Fewer than *tokens* are left of the burn.
        """
        if burn.owner != self.owner:
            raise Misuse(f"burn {burn.burn_id!r} is of another wallet")
        at = utc(at)
        wallet, entries = advanced(self, at, request_id)
        burn, back = burn.undo(tokens)
        source = new(Posting, (_REDEEMED, -tokens, None, burn.burn_id))
        postings = inflow(wallet, (source,), back, at=at)
        wallet, entry = booked(
            wallet, _REINSTATED, postings, at=at, request_id=request_id, reason=reason
        )
        return new(Change, (wallet, (*entries, entry), burn))

    def claw_back(
        self,
        tokens: int,
        *,
        own_day: date,
        policy: ClawBackPolicy,
        source: str,
        at: datetime,
        request_id: str,
        reason: Reason,
    ) -> Change[ClawBack]:
        """Take back what a returned purchase earned: its own bucket first, then the earliest.

        Args:
            tokens: Whole tokens.
            own_day: The last valid day of the purchase's own bucket; nothing is taken once it is
                past.
            policy: What happens to those that are missing.
            source: The order returned.
            at: The instant.
            request_id: The request that takes them back.
            reason: Why, as codes and figures.

        Returns:
            The wallet afterwards and what it came to; no entry where nothing is taken and nothing
            owed.

        Raises:
            ClawBackRefused: The policy refuses, and fewer than *tokens* are available.
            WalletFull: What is owed would pass 2**63 - 1 tokens.
        """
        at, wanted = utc(at), whole_tokens(tokens)
        sink = new(Posting, (_TAKEN_BACK, wanted, None, source))
        found = debited(self, _CLAWED_BACK, wanted, own_day, sink, at, request_id, reason)
        if found is not None:
            return new(Change, (found[0], found[1:], new(ClawBack, (wanted, 0, 0))))
        wallet, entries = advanced(self, at, request_id)
        if wallet.has_passed(own_day, at=at):
            return Change(wallet, entries, ClawBack(0, 0, 0))
        postings, result = claw_back_postings(
            wallet.buckets, wanted, own_day=own_day, policy=policy, source=source
        )
        if not postings:
            return Change(wallet, entries, result)
        wallet, entry = booked(
            wallet, _CLAWED_BACK, postings, at=at, request_id=request_id, reason=reason
        )
        return new(Change, (wallet, (*entries, entry), result))
