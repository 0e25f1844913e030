"""Redeeming a reward: in one step, or reserved first.

1. Wallet, stock, limits and voucher change together or not at all.
2. A redemption, its hold, its burn and its voucher have one name: the request that made it.
3. A code is drawn by the caller, and is no part of a request's content: a request that comes again
   gets the code that was issued first.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import utc
from mi_rewards.catalogue.codes import SealedCode
from mi_rewards.catalogue.limits import Step
from mi_rewards.catalogue.redemptions import Redemption, RedemptionState
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.commands.catalogue.issuing import (
    check_code,
    check_pool,
    issued,
    redemption_reason,
    with_code,
)
from mi_rewards.commands.catalogue.offers import (
    counters_of,
    in_rule_book,
    limits_reached,
    loaded_counters,
    reward_in,
    takes_of,
)
from mi_rewards.commands.catalogue.outcomes import Issued, Reserved
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.earning.tiers_held import member_loaded, tier_of
from mi_rewards.commands.units import unit_needs
from mi_rewards.commands.wallets.spending import check_hold
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import (
    Key,
    burn_key,
    member_key,
    redemption_key,
    reward_key,
    standing_key,
)
from mi_rewards.wallet.wallet import Wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class _RewardCommand(WalletCommand):
    """What every command that begins a redemption has.

    Attributes:
        reward_id: The reward.
        tokens: The tokens that the member chose, where the reward lets them; `None` for the least.
        tier: The member's tier as the host knows it, empty for none; where the programme has a
            ladder, the tier that the member holds counts instead.
    """

    reward_id: str
    tokens: int | None = None
    tier: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names and the tokens."""
        super().__attrs_post_init__()
        if type(self.reward_id) is not str or not self.reward_id:
            raise not_a_text("a reward's id", self.reward_id)
        if type(self.tier) is not str:
            raise not_a_text("a tier", self.tier)
        if self.tokens is not None and type(self.tokens) is not int:
            raise Misuse(f"tokens are a whole number, not {self.tokens!r:.60}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the reward, and the counters that the rule book's reward takes from.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        reward = in_rule_book(programme, self.reward_id)
        counters = counters_of(reward, programme, self.member_id, self.at)
        keys: tuple[Key[Any], ...] = (self._key(programme), reward_key(self.reward_id))
        if programme.ladder is not None and reward is not None and reward.tiers:
            keys += (member_key(self.member_id), standing_key(self.member_id))
        return Needs(keys, counters=counters)

    def _granted(
        self, loaded: Loaded, programme: Programme
    ) -> tuple[Reward, int, tuple[Step, ...], Wallet]:
        """Answer with the reward, its cost, what it takes and the wallet; or refuse.

        What the wallet refuses comes after that, and is left to it.
        """
        reward = reward_in(loaded, programme, self.reward_id)
        tier = self.tier
        if reward.tiers and programme.ladder is not None:
            tier = tier_of(loaded, member_loaded(loaded, self.member_id), programme, self.at)
        for refusal in reward.refusals(at=self.at, tier=tier, zone=programme.zone):
            raise refusal
        tokens = reward.tokens_for(self.tokens)
        steps = reward.steps(self.member_id, programme.zone.day_of(self.at))
        for refusal in limits_reached(steps, loaded_counters(loaded, steps)):
            raise refusal
        return reward, tokens, steps, self._wallet(loaded, programme)


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
        """Name what a reward needs, the code, and the quota of a unit that is set aside for it.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        needs = with_code(super().needs(programme), self.code)
        reward = in_rule_book(programme, self.reward_id)
        if reward is None:
            return needs
        unit = unit_needs(reward.terms)
        return needs._replace(
            aggregates=needs.aggregates + unit.aggregates, counters=needs.counters + unit.counters
        )

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Issued]:
        """Decide.

        Args:
            loaded: The wallet, the reward, its counters and the code.
            programme: The rules.

        Returns:
            The voucher.

        Raises:
            UnknownReward: No reward of that name is in the catalogue.
            NotOnSale: It cannot be had at that instant.
            TierNotEntitled: It is for other tiers.
            TokensNotOffered: It is not offered for so many tokens.
            LimitReached: Its stock or a limit is used up.
            NothingInPool: Its pool has no code left.
            TokensOwed: Tokens are owed after a return.
            InsufficientTokens: Fewer are available.
            UnknownQuota: The quota of its F-code is not known.
            QuotaExhausted: The quota has no unit left for codes.
            Misuse: No code was drawn, or the one drawn is issued already.
        """
        reward, tokens, steps, wallet = self._granted(loaded, programme)
        check_pool(reward, loaded)
        change = wallet.burn(
            tokens, at=self.at, request_id=self.request_id, reason=redemption_reason(reward)
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
        outcome, puts, takes = issued(redemption, self.code, loaded, programme, self.at)
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
            NotOnSale: It cannot be had at that instant.
            TierNotEntitled: It is for other tiers.
            TokensNotOffered: It is not offered for so many tokens.
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
            reason=redemption_reason(reward),
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
