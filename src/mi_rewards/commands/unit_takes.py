"""Units of quotas, as the steps of counters that a store checks."""

from collections.abc import Iterable, Mapping

from mi_rewards._tuples import new
from mi_rewards.money import TOKENS_MAX
from mi_rewards.preorders.allotments import TAKEN, UnitStep, quota_scope
from mi_rewards.preorders.quotas import Quota
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.records import Counter, CounterKey, Take


def takes_of_units(
    steps: Iterable[UnitStep], limits: Mapping[str, int] | None = None
) -> tuple[Take, ...]:
    """Make the steps that a store checks.

    What is sold or reserved is bounded by what is taken, and so has no limit of its own.

    Args:
        steps: What units brought about.
        limits: The limits of counters that something is taken from, by their names.

    Returns:
        The takes.
    """
    limits = limits or {}
    return tuple(
        [
            new(Take, (new(CounterKey, (scope, name)), n, limits.get(name, TOKENS_MAX)))
            for scope, name, n in steps
        ]
    )


def taken_limits(quota: Quota, shard: str) -> dict[str, int]:
    """Name the limit of what can be taken of a shard.

    Args:
        quota: The quota.
        shard: The shard.

    Returns:
        The limit by the counter's name.
    """
    return {f"{shard}/{TAKEN}": quota.limit_of(shard)}


def counter_keys(quota_id: str, names: Iterable[str]) -> tuple[CounterKey, ...]:
    """Name counters of a quota.

    Args:
        quota_id: The quota.
        names: Their names.

    Returns:
        The keys.
    """
    scope = quota_scope(quota_id)
    return tuple([new(CounterKey, (scope, name)) for name in names])


def used_of(loaded: Loaded, keys: Iterable[CounterKey]) -> dict[str, int]:
    """Look up what counters say.

    Args:
        loaded: The counters.
        keys: Their keys, of one quota.

    Returns:
        What is used, by the counter's name.

    Raises:
        NotLoaded: Some were not asked for; names them all.
    """
    found: Mapping[CounterKey, Counter | None] = loaded.all_counters(tuple(keys))
    return {key.name: 0 if it is None else it.used for key, it in found.items()}
