"""Comparing programmes: the same history is replayed under each, and put side by side.

1. Scenarios are the programmes, each with each of the redemption policies. Without a policy members
   spend what the history says, and what their tokens do not reach is refused.
2. What comes out does not depend on who replays what, nor on how the history is partitioned.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from mi_rewards.errors import Misuse
from mi_rewards.modelling.comparing.comparison import Comparison
from mi_rewards.modelling.comparing.scenarios import (
    ALL_OF_IT,
    Cost,
    Measure,
    Scenario,
    cost_rate,
)
from mi_rewards.modelling.partitions import Mapper, replay_partitions
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import is_read_once, replay
from mi_rewards.modelling.what_if.policies import RedemptionPolicy
from mi_rewards.programme import Programme

Programmes = Mapping[str, Programme] | Sequence[Programme]
"""Programmes by name; those of a sequence by their own."""

Policies = RedemptionPolicy | Mapping[str, RedemptionPolicy] | Sequence[RedemptionPolicy]
"""A redemption policy, or several by name; those of a sequence by their own."""


class _Planned(NamedTuple):
    """A scenario that is still to be replayed."""

    name: str
    programme: Programme
    policy_name: str
    policy: RedemptionPolicy | None


def compare(
    programmes: Programmes,
    history: Any = None,
    *,
    partitions: Iterable[Any] | None = None,
    as_of: date | None = None,
    policy: Policies | None = None,
    base: str | None = None,
    cost_per_token: Cost | None = None,
    orr: Fraction | Mapping[str, Fraction] = ALL_OF_IT,
    measure: Measure = Measure.KEPT,
    detail: bool = True,
    segment: str = "",
    map: Mapper = map,  # noqa: A002 - every engine calls it so
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Replay one history under several programmes, and put what comes out side by side.

    Args:
        programmes: The programmes by name, or in a sequence, each under its own name; where several
            there have one name, with the digest of the rules after it.
        history: What `replay` takes. An iterable of chunks can be gone through more than once.
        partitions: In place of the history, the partitions that `replay_partitions` takes; then
            *as_of* is needed.
        as_of: The day whose balances are compared; that of the latest row where it is not given.
        policy: In place of what the history says of spending, a redemption policy. Of several, each
            programme is a scenario with each, under both names with a comma between.
        base: The scenario that the others are compared with; the first where it is not given.
        cost_per_token: What a token costs that is redeemed: a `Rate`, minor units for tokens, with
            its rounding; or what one costs, rounded half to even: minor units, whole or a
            `Fraction`, or `Money`. `None` for no costs.
        orr: The share of what is outstanding that is expected to be redeemed; of some scenarios by
            name, then all of it of the others.
        measure: What members have: who has more of it than under the base gains.
        detail: Whether members are compared one by one; without it memory does not grow with them.
        segment: The column whose text is the segment, as `replay` takes it.
        map: Carries out: the builtin one, or that of an engine, as `replay_partitions` takes it. It
            is given scenarios, or with *partitions*, those of one scenario after the other.
        progress: Told how many scenarios are done.

    Returns:
        The comparison.

    Raises:
        Misuse: There is no programme, names are not, a history can be read but once, or what
            `replay` objects to.
    """
    planned = _planned(programmes, policy)
    names = [it.name for it in planned]
    shares = _shares(orr, names)
    first = _base(base, names)
    parts = None if partitions is None else list(partitions)
    _check_history(history, parts, as_of, once=len(planned) == 1)
    currency = planned[names.index(first)].programme.currency
    cost = None if cost_per_token is None else cost_rate(cost_per_token, currency)
    options = {"as_of": as_of, "detail": detail, "segment": segment}
    if parts is None:
        replays = _whole(planned, history, options, map)
    else:
        replays = _in_parts(planned, parts, options, map)
    found: dict[str, Replayed] = {}
    for name, replayed in replays:
        found[name] = replayed
        if progress is not None:
            progress(len(found))
    scenarios = [
        Scenario(it.name, it.programme, found[it.name], it.policy_name, shares[it.name])
        for it in planned
    ]
    return Comparison(scenarios, first, measure, cost)


def _base(base: str | None, names: Sequence[str]) -> str:
    """Name the base."""
    if base is None:
        return names[0]
    if base not in names:
        raise Misuse(f"the base {base!r:.60} is none of {', '.join(names)}")
    return base


def _check_history(
    history: object, partitions: Sequence[Any] | None, as_of: date | None, *, once: bool
) -> None:
    """Object to a history that cannot be replayed under each scenario."""
    if (history is None) == (partitions is None):
        raise Misuse("compare takes either a history or partitions")
    if partitions is not None and as_of is None:
        raise Misuse("partitions are replayed to a day: as_of is needed")
    if not once and any(map(is_read_once, partitions or [history])):
        raise Misuse("a history that is gone through once cannot be replayed twice")


def _whole(
    planned: Sequence[_Planned], history: Any, options: Mapping[str, Any], mapper: Mapper
) -> Iterable[tuple[str, Replayed]]:
    """Replay all scenarios, each as a whole."""
    return mapper(partial(_one, history, options), planned)


def _one(history: Any, options: Mapping[str, Any], planned: _Planned) -> tuple[str, Replayed]:
    """Replay one scenario, wherever this is."""
    found = replay(history, planned.programme, policy=planned.policy, **options)
    return planned.name, found


def _in_parts(
    planned: Sequence[_Planned], parts: Sequence[Any], options: Mapping[str, Any], mapper: Mapper
) -> Iterator[tuple[str, Replayed]]:
    """Replay one scenario after the other, each in partitions."""
    for it in planned:
        rules, policy = it.programme, it.policy
        yield it.name, replay_partitions(rules, parts, map=mapper, policy=policy, **options)


def _planned(programmes: Programmes, policy: Policies | None) -> list[_Planned]:
    """Name the scenarios: each programme with each policy."""
    by_name = _by_name(programmes)
    if policy is None:
        return [_Planned(name, it, "", None) for name, it in by_name.items()]
    policies = _policies(policy)
    return [
        _Planned(f"{name}, {rule}" if len(policies) > 1 else name, it, rule, policies[rule])
        for name, it in by_name.items()
        for rule in policies
    ]


def _policies(policy: Policies) -> Mapping[str, RedemptionPolicy]:
    """Name the policies."""
    if isinstance(policy, Mapping):
        found = policy
    elif isinstance(policy, Sequence):
        found = {it.name: it for it in policy}
        if len(found) < len(policy):
            raise Misuse("two redemption policies have one name; give them as a mapping")
    else:
        found = {policy.name: policy}
    if not found:
        raise Misuse("there is at least one redemption policy, or none is stated at all")
    return found


def _by_name(programmes: Programmes) -> dict[str, Programme]:
    """Name the programmes."""
    if isinstance(programmes, Mapping):
        found = dict(programmes)
    else:
        names = [it.name for it in programmes]
        found = {
            it.name if names.count(it.name) == 1 else f"{it.name} {it.digest}": it
            for it in programmes
        }
    if not found or len(found) < len(programmes):
        raise Misuse("there is at least one programme to compare, and none is there twice")
    for name, it in found.items():
        if type(name) is not str or not name or type(it) is not Programme:
            raise Misuse(f"programmes are Programme by name, not {it!r:.40} by {name!r:.40}")
    return found


def _shares(orr: Fraction | Mapping[str, Fraction], names: Sequence[str]) -> dict[str, Fraction]:
    """State each scenario's share of what is outstanding."""
    if not isinstance(orr, Mapping):
        return dict.fromkeys(names, orr)
    for name in orr.keys() - set(names):
        raise Misuse(f"a share is stated for {name!r:.60}, which is none of {', '.join(names)}")
    return {name: orr.get(name, ALL_OF_IT) for name in names}
