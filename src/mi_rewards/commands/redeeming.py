"""Redeeming a reward: in one step, or reserved first and then confirmed, cancelled or run out.

1. Wallet, stock, limits and voucher change together or not at all.
2. A redemption, its hold, its burn and its voucher have one name: the request that made it.
3. A code is drawn by the caller, and is no part of a request's content: a request that comes again
   gets the code that was issued first.
4. What a reservation took of stock and limits is given back when it is cancelled, and when its
   running out is booked.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import utc, write_instant
from mi_rewards.catalogue.codes import SealedCode, is_digest
from mi_rewards.catalogue.limits import Step
from mi_rewards.catalogue.redemptions import Redemption, RedemptionState
from mi_rewards.catalogue.refusals import NothingInPool, UnknownRedemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import CodeEntry, PooledCode, Voucher, issue
from mi_rewards.commands.catalogue import (
    counters_of,
    in_rule_book,
    loaded_counters,
    reasons_against,
    reward_in,
    takes_of,
)
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.outcomes import Issued, RedemptionClosed, Reserved
from mi_rewards.commands.spending import check_hold
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import (
    Key,
    burn_key,
    code_key,
    pooled_code_key,
    redemption_key,
    reward_key,
    voucher_key,
)
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

DRAWN = "drawn"
"""The counter of a pool that says how many of its codes are issued."""

IMPORTED = "imported"
"""The counter of a pool that says how many codes it was given."""


def pool_counter(pool_id: str, name: str) -> CounterKey:
    """Name a counter of a pool.

    Args:
        pool_id: The pool.
        name: `DRAWN` or `IMPORTED`.

    Returns:
        The key.
    """
    return CounterKey(f"pool/{pool_id}", name)


def check_code(code: SealedCode | None) -> None:
    """Object to what is no code.

    Args:
        code: A drawn code, or none.

    Raises:
        Misuse: It is something else.
    """
    if code is None or (type(code) is SealedCode and is_digest(code.digest) and code.clear):
        return
    raise Misuse("a code is a SealedCode, as a CodeBook draws it")


@attrs.frozen(order=False, kw_only=True, slots=False)
class _RewardCommand(WalletCommand):
    """What every command that begins a redemption has.

    Attributes:
        reward_id: The reward.
        tokens: The tokens that the member chose, where the reward lets them; `None` for the least.
        tier: The member's tier as the host knows it, empty for none.
    """

    reward_id: str
    tokens: int | None = None
    tier: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.reward_id) is not str or not self.reward_id:
            raise not_a_text("a reward's id", self.reward_id)
        if type(self.tier) is not str:
            raise not_a_text("a tier", self.tier)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the reward, and the counters that the rule book's reward takes from.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        reward = in_rule_book(programme, self.reward_id)
        counters = counters_of(reward, programme, self.member_id, self.at)
        return Needs((self._key(programme), reward_key(self.reward_id)), counters=counters)

    def _granted(
        self, loaded: Loaded, programme: Programme
    ) -> tuple[Reward, int, tuple[Step, ...], Wallet]:
        """Answer with the reward, its cost, what it takes and the wallet; or refuse."""
        reward = reward_in(loaded, programme, self.reward_id)
        steps = reward.steps(self.member_id, programme.zone.day_of(self.at))
        counters = loaded_counters(loaded, steps)
        wallet = self._wallet(loaded, programme)
        tokens = reward.tokens_for(self.tokens)
        found = reasons_against(
            reward,
            tokens,
            wallet=wallet,
            steps=steps,
            counters=counters,
            programme=programme,
            tier=self.tier,
            at=self.at,
        )
        if found:
            raise found[0]
        return reward, tokens, steps, wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class Redeem(_RewardCommand):
    """Redeem a reward in one step: tokens are spent, and the voucher is issued.

    Attributes:
        code: The code drawn for it; `None` where the reward takes codes from a pool.
    """

    code: SealedCode | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the names and the code."""
        super().__attrs_post_init__()
        check_code(self.code)

    def needs(self, programme: Programme, /) -> Needs:
        """Name what a reward needs, and the code.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return _with_code(super().needs(programme), self.code)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Issued]:
        """Decide.

        Args:
            loaded: The wallet, the reward, its counters and the code.
            programme: The rules.

        Returns:
            The voucher.

        Raises:
            UnknownReward: No reward of that name is in the catalogue.
            TokensNotOffered: It is not offered for so many tokens.
            NotOnSale: It cannot be had at that instant.
            TierNotEntitled: It is for other tiers.
            LimitReached: Its stock or a limit is used up.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
            NothingInPool: Its pool has no code left.
            Misuse: No code was drawn, or the one drawn is issued already.
        """
        reward, tokens, steps, wallet = self._granted(loaded, programme)
        change = wallet.burn(
            tokens, at=self.at, request_id=self.request_id, reason=_reason(reward)
        )
        redemption = Redemption(
            self.member_id,
            self.request_id,
            reward,
            tokens,
            steps,
            self.at,
            None,
            RedemptionState.CONFIRMED,
        )
        outcome, puts, takes = _issued(redemption, self.code, loaded, programme, self.at)
        return Decision(
            outcome,
            (
                Put(self._key(programme), change.wallet),
                Put(burn_key(self.member_id, self.request_id), change.result),
                *puts,
            ),
            change.entries,
            takes=(*takes_of(steps, 1), *takes),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class Reserve(_RewardCommand):
    """Reserve a reward: its tokens are held, its stock and limits taken, until a deadline.

    Attributes:
        until: The deadline, with an offset; kept in UTC.
    """

    until: datetime = attrs.field(converter=utc)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Reserved]:
        """Decide.

        Args:
            loaded: The wallet, the reward and its counters.
            programme: The rules.

        Returns:
            The reservation.

        Raises:
            Misuse: The deadline is not after the instant.
            UnknownReward: No reward of that name is in the catalogue.
            TokensNotOffered: It is not offered for so many tokens.
            NotOnSale: It cannot be had at that instant.
            TierNotEntitled: It is for other tiers.
            LimitReached: Its stock or a limit is used up.
            HoldTooLong: The programme allows no hold as long.
            TooManyHolds: As many are open as the programme allows.
            DeadlinePassed: The wallet's last entry is past the deadline.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
        """
        reward, tokens, steps, wallet = self._granted(loaded, programme)
        check_hold(wallet, programme, at=self.at, until=self.until)
        change = wallet.hold(
            tokens,
            until=self.until,
            at=self.at,
            request_id=self.request_id,
            reason=_reason(reward),
        )
        redemption = Redemption(
            self.member_id,
            self.request_id,
            reward,
            tokens,
            steps,
            self.at,
            self.until,
            RedemptionState.RESERVED,
        )
        key = redemption_key(self.member_id, self.request_id)
        return Decision(
            Reserved(self.request_id, self.reward_id, tokens, self.until),
            (Put(self._key(programme), change.wallet), Put(key, redemption)),
            change.entries,
            takes=takes_of(steps, 1),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class _RedemptionCommand(WalletCommand):
    """What every command on a redemption has.

    Attributes:
        redemption_id: The redemption: the request that reserved or redeemed.
    """

    redemption_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.redemption_id) is not str or not self.redemption_id:
            raise not_a_text("a redemption's id", self.redemption_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet and the redemption.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((self._key(programme), self._redemption_key()))

    def _redemption_key(self) -> Key[Redemption]:
        """Name the redemption."""
        return redemption_key(self.member_id, self.redemption_id)

    def _redemption(self, loaded: Loaded) -> Redemption:
        """Answer with the redemption, or refuse."""
        found = loaded.get(self._redemption_key())
        if found is None:
            raise UnknownRedemption(redemption_id=self.redemption_id)
        return found


@attrs.frozen(order=False, kw_only=True, slots=False)
class Confirm(_RedemptionCommand):
    """Confirm a reservation: its tokens are spent, and the voucher is issued.

    Attributes:
        code: The code drawn for it; `None` where the reward takes codes from a pool.
    """

    code: SealedCode | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the names and the code."""
        super().__attrs_post_init__()
        check_code(self.code)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the redemption and the code.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return _with_code(super().needs(programme), self.code)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Issued]:
        """Decide.

        Args:
            loaded: The wallet, the redemption and the code.
            programme: The rules; the reward is the one that was reserved.

        Returns:
            The voucher.

        Raises:
            UnknownRedemption: None of that name is known.
            RedemptionNotOpen: It is confirmed, cancelled, or has run out.
            HoldNotOpen: Its hold was released by other means.
            NothingInPool: The reward's pool has no code left.
            Misuse: No code was drawn, or the one drawn is issued already.
        """
        redemption = self._redemption(loaded).confirming(at=self.at)
        change = self._wallet(loaded, programme).capture(
            self.redemption_id,
            at=self.at,
            request_id=self.request_id,
            reason=_reason(redemption.reward),
        )
        outcome, puts, takes = _issued(redemption, self.code, loaded, programme, self.at)
        return Decision(
            outcome,
            (
                Put(self._key(programme), change.wallet),
                Put(burn_key(self.member_id, self.redemption_id), change.result),
                *puts,
            ),
            change.entries,
            takes=takes,
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class CancelRedemption(_RedemptionCommand):
    """Cancel a reservation; or give a confirmed redemption back, where its reward allows that."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[RedemptionClosed]:
        """Decide.

        Args:
            loaded: The wallet and the redemption; of a confirmed one its burn and voucher too.
            programme: The rules; the reward is the one that was reserved.

        Returns:
            The tokens that came back.

        Raises:
            UnknownRedemption: None of that name is known.
            RedemptionNotOpen: It is cancelled, or has run out.
            Irrevocable: Its code is issued, and the reward takes none back.
            VoucherUsed: Its voucher was used.
            VoucherExpired: Its voucher's last valid day is over.
            VoucherAttached: Its voucher is attached to an order.
            HoldNotOpen: Its hold was released by other means.
        """
        before = self._redemption(loaded)
        redemption = before.cancelling(at=self.at)
        wallet = self._wallet(loaded, programme)
        reason = _reason(redemption.reward)
        puts: tuple[Put[Any], ...] = (Put(self._redemption_key(), redemption),)
        tokens = redemption.tokens
        if before.state is RedemptionState.RESERVED:
            released = wallet.release(
                self.redemption_id, at=self.at, request_id=self.request_id, reason=reason
            )
            wallet, entries = released.wallet, released.entries
        else:
            voucher, burn = self._spent(loaded)
            puts += (Put(voucher_key(self.member_id, self.redemption_id), voucher),)
            tokens, entries = burn.tokens, ()
            if tokens:
                undone = wallet.reinstate(
                    burn, tokens, at=self.at, request_id=self.request_id, reason=reason
                )
                wallet, entries = undone.wallet, undone.entries
                puts += (Put(burn_key(self.member_id, self.redemption_id), undone.result),)
        if entries:
            puts = (Put(self._key(programme), wallet), *puts)
        outcome = RedemptionClosed(self.redemption_id, redemption.state.value, tokens)
        return Decision(outcome, puts, entries, takes=takes_of(redemption.steps, -1))

    def _spent(self, loaded: Loaded) -> tuple[Voucher, Burn]:
        """Answer with the voucher, void, and with the burn of a confirmed redemption."""
        keys = (
            voucher_key(self.member_id, self.redemption_id),
            burn_key(self.member_id, self.redemption_id),
        )
        loaded.get_all(keys)
        voucher, burn = loaded.get(keys[0]), loaded.get(keys[1])
        if voucher is None or burn is None:
            raise UnknownRedemption(redemption_id=self.redemption_id)
        return voucher.voiding(at=self.at), burn


@attrs.frozen(order=False, kw_only=True, slots=False)
class RunOut(_RedemptionCommand):
    """Book that a reservation has run out: stock and limits get back what it took."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[RedemptionClosed]:
        """Decide.

        Args:
            loaded: The wallet and the redemption.
            programme: The rules.

        Returns:
            The tokens that came back; none where there is nothing to book.

        Raises:
            UnknownRedemption: None of that name is known.
        """
        before = self._redemption(loaded)
        redemption = before.at(self.at)
        if redemption.state is before.state:
            return Decision(RedemptionClosed(self.redemption_id, before.state.value, 0))
        change = self._wallet(loaded, programme).lapse(at=self.at, request_id=self.request_id)
        puts: tuple[Put[Any], ...] = (Put(self._redemption_key(), redemption),)
        if change.entries:
            puts = (Put(self._key(programme), change.wallet), *puts)
        outcome = RedemptionClosed(
            self.redemption_id, redemption.state.value, redemption.tokens
        )
        return Decision(outcome, puts, change.entries, takes=takes_of(redemption.steps, -1))


def run_out_of(redemption: Redemption, *, at: datetime) -> RunOut:
    """Make the command that books that a reservation has run out.

    Args:
        redemption: The redemption, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    return RunOut(
        member_id=redemption.member_id,
        request_id=f"run_out:{redemption.redemption_id}:{write_instant(at)}",
        at=at,
        redemption_id=redemption.redemption_id,
    )


def _with_code(needs: Needs, code: SealedCode | None) -> Needs:
    """Need the entry of a code too, so that one that is issued is seen."""
    if code is None:
        return needs
    return needs._replace(aggregates=(*needs.aggregates, code_key(code.digest)))


def _reason(reward: Reward) -> Reason:
    """Say for what tokens are spent."""
    figures: tuple[tuple[str, str | int], ...] = (("reward_id", reward.reward_id),)
    if reward.expense is not None:
        figures += (("expense", str(reward.expense)),)
    return Reason("redemption", figures)


def _issued(
    redemption: Redemption,
    code: SealedCode | None,
    loaded: Loaded,
    programme: Programme,
    at: datetime,
) -> tuple[Issued, tuple[Put[Any], ...], tuple[Take, ...]]:
    """Issue the voucher of a confirmed redemption, with the code drawn or one of the pool."""
    puts: tuple[Put[Any], ...] = ()
    takes: tuple[Take, ...] = ()
    pool_id = redemption.reward.pool_id
    if pool_id:
        place, takes = _next_in_pool(pool_id, loaded)
        code = SealedCode(place.digest, place.clear or "")
        puts = (Put(pooled_code_key(pool_id, place.place), place.issuing()),)
        entry = loaded.get(code_key(place.digest))
    elif code is None:
        raise Misuse("a code is drawn for the voucher: pass one of a CodeBook's")
    else:
        entry = loaded.get(code_key(code.digest))
        if entry is not None:
            raise Misuse("the code is issued already: draw another")
    member_id, voucher_id = redemption.member_id, redemption.redemption_id
    voucher = issue(
        member_id=member_id,
        voucher_id=voucher_id,
        reward_id=redemption.reward.reward_id,
        terms=redemption.reward.terms_for(redemption.tokens, programme.currency),
        code=code,
        keeps_clear=programme.keeps_codes,
        at=at,
        zone=programme.zone,
    )
    version = 0 if entry is None else entry.version
    puts += (
        Put(redemption_key(member_id, voucher_id), redemption),
        Put(voucher_key(member_id, voucher_id), voucher),
        Put(code_key(code.digest), CodeEntry(code.digest, member_id, voucher_id, version)),
    )
    outcome = Issued(
        voucher_id, voucher.reward_id, redemption.tokens, voucher.last_day, code.digest
    )
    return outcome, puts, takes


def _next_in_pool(pool_id: str, loaded: Loaded) -> tuple[PooledCode, tuple[Take, ...]]:
    """Answer with the next code of a pool; of two at once one is in conflict, and tries again."""
    keys = (pool_counter(pool_id, DRAWN), pool_counter(pool_id, IMPORTED))
    counters = loaded.all_counters(keys)
    drawn, imported = [0 if (it := counters[key]) is None else it.used for key in keys]
    place = None
    if drawn < imported:
        place = loaded.get(pooled_code_key(pool_id, drawn + 1))
    if place is None:
        raise NothingInPool(pool_id=pool_id)
    return place, (Take(keys[0], 1, imported),)
