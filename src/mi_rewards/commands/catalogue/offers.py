"""What every command on a reward does: find it, tell what speaks against it, name its counters.

A reward that the store keeps stands before one of the same name in the rule book.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mi_rewards.catalogue.limits import Step
from mi_rewards.catalogue.refusals import UnknownReward
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.commands.catalogue.issuing import nothing_in_pool, pool_counters
from mi_rewards.commands.command import as_of, wallet_of
from mi_rewards.commands.earning.tiers_held import member_loaded, tier_of
from mi_rewards.commands.units import no_unit_left, quota_of, unit_needs
from mi_rewards.errors import LimitReached, Refused
from mi_rewards.preorders.quotas import Quota
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import (
    Key,
    member_key,
    quota_key,
    reward_key,
    standing_key,
    wallet_key,
)
from mi_rewards.repositories.records import Counter, CounterKey, Take
from mi_rewards.wallet.wallet import Wallet


class Offer(NamedTuple):
    """A reward as one member sees it.

    Attributes:
        reward: The reward.
        tokens: What it costs, at least.
        missing: How many tokens the member lacks for it.
        left: How many the stock has, `None` where it has no end.
        reasons_against: Why the member cannot have it now, in order of precedence.
    """

    reward: Reward
    tokens: int
    missing: int
    left: int | None
    reasons_against: tuple[Refused, ...]


def reward_in(loaded: Loaded, programme: Programme, reward_id: str) -> Reward:
    """Find a reward.

    Args:
        loaded: The reward, where the store keeps one of that name.
        programme: The rules.
        reward_id: The reward.

    Returns:
        The reward.

    Raises:
        UnknownReward: There is none of that name.
    """
    found = loaded.get(reward_key(reward_id)) or in_rule_book(programme, reward_id)
    if found is None:
        raise UnknownReward(reward_id=reward_id)
    return found


def in_rule_book(programme: Programme, reward_id: str) -> Reward | None:
    """Find a reward of the rule book.

    Args:
        programme: The rules.
        reward_id: The reward.

    Returns:
        The reward, `None` where there is none of that name.
    """
    for reward in programme.rewards:
        if reward.reward_id == reward_id:
            return reward
    return None


def counters_of(
    reward: Reward | None, programme: Programme, member_id: str, at: datetime
) -> tuple[CounterKey, ...]:
    """Name the counters that a redemption takes from.

    Args:
        reward: The reward, `None` where it is not known.
        programme: The rules.
        member_id: The member.
        at: The instant (UTC).

    Returns:
        Their keys.
    """
    if reward is None:
        return ()
    pool = pool_counters(reward)
    if reward.stock is None and not reward.limits:
        return pool
    steps = reward.steps(member_id, programme.zone.day_of(at))
    return (*[CounterKey(it.scope, it.name) for it in steps], *pool)


def takes_of(steps: tuple[Step, ...], n: int) -> tuple[Take, ...]:
    """Make the steps of counters.

    Args:
        steps: The counters.
        n: 1 to take, -1 to give back.

    Returns:
        The takes.
    """
    return tuple([Take(CounterKey(it.scope, it.name), n, it.limit) for it in steps])


def limits_reached(
    steps: tuple[Step, ...], counters: Mapping[CounterKey, Counter | None]
) -> tuple[Refused, ...]:
    """Tell which limits are used up.

    Args:
        steps: What a redemption takes.
        counters: The counters.

    Returns:
        The refusals, the stock's first.
    """
    refusals = []
    for scope, name, limit in steps:
        found = counters[CounterKey(scope, name)]
        used = 0 if found is None else found.used
        if used >= limit:
            counter = f"{scope}/{name}"
            refusals.append(LimitReached(counter=counter, asked=1, used=used, limit=limit))
    return tuple(refusals)


def loaded_counters(loaded: Loaded, steps: tuple[Step, ...]) -> Mapping[CounterKey, Counter | None]:
    """Look the counters of a redemption up.

    Args:
        loaded: The counters.
        steps: What the redemption takes.

    Returns:
        The counters by key, `None` where nothing was taken yet.

    Raises:
        NotLoaded: Some were not asked for; names them all.
    """
    return loaded.all_counters([CounterKey(it.scope, it.name) for it in steps])


def reasons_against(
    reward: Reward,
    tokens: int,
    *,
    wallet: Wallet,
    steps: tuple[Step, ...],
    counters: Mapping[CounterKey, Counter | None],
    programme: Programme,
    tier: str,
    at: datetime,
    quota: Quota | None = None,
) -> tuple[Refused, ...]:
    """Tell everything that speaks against a redemption, in order of precedence.

    Args:
        reward: The reward.
        tokens: What it costs.
        wallet: The member's wallet.
        steps: What the redemption takes of the stock and the limits.
        counters: Those counters, and those of its pool and of its quota's units for codes.
        programme: The rules.
        tier: The member's tier, empty for none.
        at: The instant (UTC).
        quota: The quota of its F-code, `None` where it has none or that is not known.

    Returns:
        The refusals: the reward's terms, its stock and limits, its pool, the wallet, its quota.
    """
    taken = [counters[key] for key in unit_needs(reward.terms).counters]
    return (
        *reward.refusals(at=at, tier=tier, zone=programme.zone),
        *limits_reached(steps, counters),
        *nothing_in_pool(reward, counters),
        *wallet.reasons_against(tokens, at=at),
        *no_unit_left(reward.terms, quota, sum(it.used for it in taken if it is not None)),
    )


class Shelf:
    """The catalogue before one member at one instant."""

    def __init__(
        self, programme: Programme, stored: Sequence[Reward], member_id: str, at: datetime
    ) -> None:
        """Take what there is.

        Args:
            programme: The rules.
            stored: The rewards that the store keeps.
            member_id: The member.
            at: The instant (UTC).
        """
        rewards = {it.reward_id: it for it in (*programme.rewards, *stored)}
        self._rewards = [rewards[reward_id] for reward_id in sorted(rewards)]
        self._programme = programme
        self._member_id = member_id
        self._at = at

    @property
    def needs(self) -> Needs:
        """The wallet, and the counters and the quota of every reward."""
        counters: dict[CounterKey, None] = {}
        keys: tuple[Key[Any], ...] = (wallet_key(self._member_id, self._programme.kind),)
        for reward in self._rewards:
            own = counters_of(reward, self._programme, self._member_id, self._at)
            unit = unit_needs(reward.terms)
            counters.update(dict.fromkeys((*own, *unit.counters)))
            keys += tuple([key for key in unit.aggregates if key not in keys])
        if self._programme.ladder is not None:
            keys += (member_key(self._member_id), standing_key(self._member_id))
        return Needs(keys, counters=tuple(counters))

    def offers(self, loaded: Loaded, tier: str) -> tuple[Offer, ...]:
        """Show every reward.

        Args:
            loaded: What it needs.
            tier: The member's tier, empty for none; where the programme has a ladder, the tier that
                the member holds counts instead.

        Returns:
            An offer for each.
        """
        programme = self._programme
        if programme.ladder is not None:
            member = member_loaded(loaded, self._member_id)
            tier = tier_of(loaded, member, programme, self._at)
        found = loaded.get(wallet_key(self._member_id, programme.kind))
        wallet = wallet_of(found, self._member_id, programme)
        return tuple([self._offer(reward, wallet, loaded, tier) for reward in self._rewards])

    def _offer(
        self,
        reward: Reward,
        wallet: Wallet,
        loaded: Loaded,
        tier: str,
    ) -> Offer:
        """Show one reward."""
        counters = loaded.counters
        quota_id = quota_of(reward.terms)
        tokens = reward.tokens_for(None)
        steps = reward.steps(self._member_id, self._programme.zone.day_of(self._at))
        refusals = reasons_against(
            reward,
            tokens,
            wallet=wallet,
            steps=steps,
            counters=counters,
            programme=self._programme,
            tier=tier,
            at=self._at,
            quota=loaded.get(quota_key(quota_id)) if quota_id else None,
        )
        left = None
        if reward.stock is not None:
            stock = counters[CounterKey(steps[0].scope, steps[0].name)]
            left = max(0, reward.stock - (0 if stock is None else stock.used))
        missing = max(0, tokens - as_of(wallet, self._at).available)
        return Offer(reward, tokens, missing, left, refusals)
