"""Issuing a voucher: with a code that was drawn for it, or the next one of a pool."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mi_rewards.calendar import write_day
from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.codes import SealedCode, is_digest, normalised
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.refusals import NothingInPool, VoucherExpired
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import issue
from mi_rewards.commands.catalogue.outcomes import Issued
from mi_rewards.errors import Conflict, Corrupt, Misuse, Refused
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import code_key, pooled_code_key, redemption_key, voucher_key
from mi_rewards.repositories.records import Counter, CounterKey, Take
from mi_rewards.wallet.entries import Reason

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


def pool_counters(reward: Reward) -> tuple[CounterKey, ...]:
    """Name the counters that say what the pool of a reward has left.

    Args:
        reward: The reward.

    Returns:
        `DRAWN` and `IMPORTED`; nothing where codes are drawn.
    """
    pool_id = reward.pool_id
    return (pool_counter(pool_id, DRAWN), pool_counter(pool_id, IMPORTED)) if pool_id else ()


def nothing_in_pool(
    reward: Reward, counters: Mapping[CounterKey, Counter | None]
) -> tuple[Refused, ...]:
    """Tell whether the pool of a reward has no code left.

    Args:
        reward: The reward.
        counters: Its pool's counters.

    Returns:
        The refusal; nothing where there is a code, or codes are drawn.
    """
    used = [0 if (it := counters[key]) is None else it.used for key in pool_counters(reward)]
    if not used or used[0] < used[1]:
        return ()
    return (NothingInPool(pool_id=reward.pool_id),)


def check_pool(reward: Reward, loaded: Loaded) -> None:
    """Refuse to issue where the pool of a reward has no code left.

    Args:
        reward: The reward.
        loaded: Its pool's counters.

    Raises:
        NothingInPool: The pool has no code left.
        NotLoaded: The counters were not asked for.
    """
    for refusal in nothing_in_pool(reward, loaded.all_counters(pool_counters(reward))):
        raise refusal


def check_code(code: SealedCode | None) -> None:
    """Object to what is no code.

    Args:
        code: A drawn code, or none.

    Raises:
        Misuse: It is something else.
    """
    if code is None:
        return
    if type(code) is SealedCode and is_digest(code.digest) and type(code.clear) is str:
        letters = code.clear
        if letters and letters == normalised(letters):
            return
    raise Misuse("a code is a SealedCode, as a CodeBook draws it")


def with_code(needs: Needs, code: SealedCode | None) -> Needs:
    """Need the entry of a code too, so that one that is issued is seen.

    Args:
        needs: What else is needed.
        code: A drawn code, or none.

    Returns:
        All of it.
    """
    if code is None:
        return needs
    return needs._replace(aggregates=(*needs.aggregates, code_key(code.digest)))


def redemption_reason(reward: Reward) -> Reason:
    """Say for what tokens are spent.

    Args:
        reward: The reward.

    Returns:
        The reason, with what the reward costs the programme where that is known.
    """
    figures: tuple[tuple[str, str | int], ...] = (("reward_id", reward.reward_id),)
    if reward.expense is not None:
        figures += (("expense", str(reward.expense)),)
    return Reason("reward", figures)


def issued(
    redemption: Redemption,
    code: SealedCode | None,
    loaded: Loaded,
    programme: Programme,
    at: datetime,
) -> tuple[Issued, tuple[Put[Any], ...], tuple[Take, ...]]:
    """Issue the voucher of a confirmed redemption, with the code drawn or one of the pool.

    Args:
        redemption: The redemption, confirmed.
        code: The code drawn for it, `None` where none was.
        loaded: The code's entry; of a pool its counters and its next code.
        programme: The rules.
        at: The instant (UTC).

    Returns:
        The outcome, what is to be stored, and what is taken from the pool, which has a code left.

    Raises:
        VoucherExpired: The last valid day of all its reward's vouchers is over.
        Misuse: No code was drawn, or the one drawn is issued already; or it is one of a pool, and
            the programme keeps no codes in clear, so that nobody would see it.
        NotLoaded: Something was not asked for.
        Corrupt: The pool's next code is not there.
        Conflict: All that were left were issued after the pool's counters were loaded.
    """
    puts: tuple[Put[Any], ...] = ()
    takes: tuple[Take, ...] = ()
    pool_id = redemption.reward.pool_id
    if pool_id:
        if not programme.keeps_codes:
            raise Misuse("a pool of codes needs a programme that keeps codes in clear")
        place, takes = _next_in_pool(redemption.reward, loaded)
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
    if at >= voucher.ends_at:
        raise VoucherExpired(voucher_id=voucher_id, last_day=write_day(voucher.last_day))
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


def _next_in_pool(reward: Reward, loaded: Loaded) -> tuple[PooledCode, tuple[Take, ...]]:
    """Answer with the next code of a pool; of two at once one is in conflict, and tries again.

    Places that went to others after the pool's counters were loaded are passed by.
    """
    keys = pool_counters(reward)
    counters = loaded.all_counters(keys)
    drawn, imported = [0 if (it := counters[key]) is None else it.used for key in keys]
    for number in range(drawn + 1, imported + 1):
        place = loaded.get(pooled_code_key(reward.pool_id, number))
        if place is None:
            raise Corrupt(f"place {number} of pool {reward.pool_id!r} is not there")
        if place.clear is not None:
            return place, (Take(keys[0], 1, imported),)
    raise Conflict(f"all that pool {reward.pool_id!r} had left went to others meanwhile")
