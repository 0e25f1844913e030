"""Holding, capturing, releasing, burning, reinstating."""

from datetime import datetime, timedelta

import attrs

from mi_rewards._tuples import new
from mi_rewards.calendar import utc, write_instant
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text, wallet_of
from mi_rewards.commands.refusals import HoldTooLong, TooManyHolds, UnknownBurn
from mi_rewards.commands.wallets.outcomes import Burned, HoldPlaced, Reinstated, Released
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import burn_key, wallet_key
from mi_rewards.wallet.buckets import whole_tokens
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.wallet import Wallet

_HOUR = timedelta(hours=1)


def check_hold(wallet: Wallet, programme: Programme, *, at: datetime, until: datetime) -> None:
    """Refuse a hold that the programme does not allow.

    Args:
        wallet: The wallet before it.
        programme: The rules.
        at: The instant (UTC).
        until: The deadline (UTC).

    Raises:
        HoldTooLong: The programme allows no hold as long.
        TooManyHolds: As many are open as the programme allows.
    """
    limits = programme.holds
    if limits.hours_max is not None:
        hours, rest = divmod(until - at, _HOUR)
        if hours > limits.hours_max or (hours == limits.hours_max and rest):
            raise HoldTooLong(until=write_instant(until), hours_max=limits.hours_max)
    if limits.open_max is not None:
        open_count = sum(1 for hold in wallet.holds if hold.until > at)
        if open_count >= limits.open_max:
            raise TooManyHolds(open_count=open_count, open_max=limits.open_max)


@attrs.frozen(order=False, kw_only=True, slots=False)
class _SpendingCommand(WalletCommand):
    """What every command on what is spent has.

    Attributes:
        reason: The host's own code for why, kept in the journal; nothing personal.
    """

    reason: str = "redemption"

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.reason) is not str or not self.reason:
            raise not_a_text("a reason", self.reason)


@attrs.frozen(order=False, kw_only=True, slots=False)
class _HoldCommand(_SpendingCommand):
    """What every command on an open hold has.

    Attributes:
        hold_id: The hold.
    """

    hold_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.hold_id) is not str or not self.hold_id:
            raise not_a_text("a hold's id", self.hold_id)


@attrs.frozen(order=False, kw_only=True, slots=False)
class PlaceHold(_SpendingCommand):
    """Set tokens aside until a deadline; the hold is named as the request.

    Attributes:
        tokens: Whole tokens.
        until: The deadline, with an offset; kept in UTC.
    """

    tokens: int
    until: datetime = attrs.field(converter=utc)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[HoldPlaced]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            The hold.

        Raises:
            Misuse: *tokens* is not a number of tokens, or the deadline is not after the instant.
            HoldTooLong: The programme allows no hold as long.
            TooManyHolds: As many are open as the programme allows.
            DeadlinePassed: The wallet's last entry is past the deadline.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
        """
        tokens, request_id, at, until = self.tokens, self.request_id, self.at, self.until
        whole_tokens(tokens)
        key = wallet_key(self.member_id, programme.kind)
        wallet = wallet_of(loaded.get(key), self.member_id, programme)
        check_hold(wallet, programme, at=at, until=until)
        reason = new(Reason, (self.reason, ()))
        after, entries, _ = wallet.hold(
            tokens, until=until, at=at, request_id=request_id, reason=reason
        )
        outcome = new(HoldPlaced, (request_id, tokens, until))
        return new(Decision, (outcome, (new(Put, (key, after)),), entries, (), (), (), ()))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Capture(_HoldCommand):
    """Spend what a hold set aside, all or a part; the rest is released.

    Attributes:
        tokens: How many of it; all where it is not given.
    """

    tokens: int | None = None

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Burned]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            The burn, named as the hold.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            HoldNotOpen: It was never placed, is resolved, or has run out.
            BeyondHold: More than it has was asked for.
        """
        member_id, hold_id = self.member_id, self.hold_id
        key, reason = wallet_key(member_id, programme.kind), new(Reason, (self.reason, ()))
        wallet = wallet_of(loaded.get(key), member_id, programme)
        held = sum([hold.tokens for hold in wallet.holds if hold.hold_id == hold_id])
        after, entries, burn = wallet.capture(
            hold_id, tokens=self.tokens, at=self.at, request_id=self.request_id, reason=reason
        )
        puts = new(Put, (key, after)), new(Put, (burn_key(member_id, burn.burn_id), burn))
        outcome = new(Burned, (burn.burn_id, burn.tokens, held - burn.tokens))
        return new(Decision, (outcome, puts, entries, (), (), (), ()))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Release(_HoldCommand):
    """Give back what a hold set aside."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Released]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            What the hold had.

        Raises:
            HoldNotOpen: It was never placed, is resolved, or has run out.
        """
        change = self._wallet(loaded, programme).release(
            self.hold_id, at=self.at, request_id=self.request_id, reason=Reason(self.reason)
        )
        outcome = Released(self.hold_id, change.result.tokens)
        return Decision(outcome, (Put(self._key(programme), change.wallet),), change.entries)


@attrs.frozen(order=False, kw_only=True, slots=False)
class BurnTokens(_SpendingCommand):
    """Spend tokens in one step; the burn is named as the request.

    Attributes:
        tokens: Whole tokens.
    """

    tokens: int

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Burned]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            The burn.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
        """
        member_id, request_id, tokens = self.member_id, self.request_id, self.tokens
        key, reason = wallet_key(member_id, programme.kind), new(Reason, (self.reason, ()))
        wallet = wallet_of(loaded.get(key), member_id, programme)
        after, entries, burn = wallet.burn(tokens, at=self.at, request_id=request_id, reason=reason)
        puts = new(Put, (key, after)), new(Put, (burn_key(member_id, request_id), burn))
        outcome = new(Burned, (request_id, tokens, 0))
        return new(Decision, (outcome, puts, entries, (), (), (), ()))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Reinstate(_SpendingCommand):
    """Give back tokens of a burn, to their buckets with their old last day.

    Attributes:
        burn_id: The burn: the request that burned, or the hold that was captured.
        tokens: How many of it; all that are left where it is not given.
    """

    burn_id: str
    tokens: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.burn_id) is not str or not self.burn_id:
            raise not_a_text("a burn's id", self.burn_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet and the burn.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((self._key(programme), burn_key(self.member_id, self.burn_id)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Reinstated]:
        """Decide.

        Args:
            loaded: The wallet and the burn.
            programme: The rules.

        Returns:
            What was given back.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            UnknownBurn: No burn of that name is known.
            BeyondBurn: Fewer are left of the burn.
        """
        key = burn_key(self.member_id, self.burn_id)
        burn = loaded.get(key)
        if burn is None:
            raise UnknownBurn(burn_id=self.burn_id)
        tokens = (burn.tokens or 1) if self.tokens is None else self.tokens
        change = self._wallet(loaded, programme).reinstate(
            burn, tokens, at=self.at, request_id=self.request_id, reason=Reason(self.reason)
        )
        puts = (Put(self._key(programme), change.wallet), Put(key, change.result))
        outcome = Reinstated(self.burn_id, tokens, change.result.tokens)
        return Decision(outcome, puts, change.entries)
