"""A code's unit follows its voucher: the one place where it does.

1. Of a voucher whose terms name a quota a unit is reserved while it is issued, held while it is
   attached, sold when it is used, free again when it has expired or is void.
2. Whatever command decides that a voucher is stored, the unit and its counters are decided with it,
   in the same save. Commands know nothing of units.
3. What the unit was before is what is stored of the unit. A voucher that the calendar has changed
   may be booked late: the step is then the whole way.
4. A unit that was given back for good stays free, whatever is stored of its used voucher later.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from mi_rewards.catalogue.terms import FCodeTerms, VoucherTerms
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.command import Decision
from mi_rewards.commands.unit_takes import counter_keys, taken_limits, takes_of_units, used_of
from mi_rewards.errors import Corrupt, LimitReached, Misuse, Refused
from mi_rewards.preorders.allotments import CODES, TAKEN, UnitState, quota_scope
from mi_rewards.preorders.quota_refusals import QuotaExhausted, UnknownQuota
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_units import ReservedUnit, unit_for
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import Key, quota_key, reserved_unit_key
from mi_rewards.repositories.records import CounterKey, Take

R = TypeVar("R")

UNIT_OF: Final[Mapping[VoucherState, UnitState]] = {
    VoucherState.ISSUED: UnitState.RESERVED,
    VoucherState.ATTACHED: UnitState.HELD,
    VoucherState.USED: UnitState.SOLD,
    VoucherState.EXPIRED: UnitState.FREE,
    VoucherState.VOID: UnitState.FREE,
}
"""What the unit of a voucher is."""

_TAKEN: Final = f"{CODES}/{TAKEN}"


def quota_of(terms: VoucherTerms) -> str:
    """Name the quota of which a voucher has a unit.

    Args:
        terms: What the voucher is good for.

    Returns:
        The quota, empty for none.
    """
    return terms.quota_id if isinstance(terms, FCodeTerms) else ""


def unit_needs(terms: VoucherTerms) -> Needs:
    """Name what issuing a voucher needs to see of the quota.

    Args:
        terms: What the voucher is good for.

    Returns:
        The quota, and the counter of what is taken of its units for codes; nothing without a quota.
    """
    quota_id = quota_of(terms)
    if not quota_id:
        return Needs()
    return Needs((quota_key(quota_id),), counters=counter_keys(quota_id, (_TAKEN,)))


def no_unit_left(terms: VoucherTerms, quota: Quota | None, used: int) -> tuple[Refused, ...]:
    """Tell what of the quota speaks against issuing a voucher.

    Args:
        terms: What the voucher is good for.
        quota: Its quota, `None` where none is known.
        used: What is taken of its units for codes.

    Returns:
        The refusal; nothing where a unit can be set aside, or none need be.
    """
    quota_id = quota_of(terms)
    if not quota_id:
        return ()
    if quota is None:
        return (UnknownQuota(quota_id=quota_id),)
    return () if used < quota.limit_of(CODES) else (_exhausted(quota),)


def with_units(decision: Decision[R], loaded: Loaded, at: datetime) -> Decision[R]:
    """Let the units of codes follow the vouchers that a decision stores.

    Args:
        decision: What a command decided.
        loaded: What was loaded.
        at: The command's instant (UTC).

    Returns:
        The decision, with what is stored and taken of units.

    Raises:
        UnknownQuota: A code would be issued for a quota that is not known.
        QuotaExhausted: The quota has no unit left for the code.
        Misuse: The code is not for the product of its quota.
        NotLoaded: Something was not asked for; names all that is known to be needed.
        Corrupt: A code's unit is not there, or became what it never becomes.
    """
    changed = _changed(decision, loaded)
    _load_at_once(changed, loaded)
    puts: tuple[Put[Any], ...] = ()
    takes: tuple[Take, ...] = ()
    for voucher in changed:
        unit = _unit_of(voucher, loaded)
        before, to = unit.allotment.state, UNIT_OF[voucher.state]
        is_given_back = before is UnitState.FREE and unit.allotment.moves
        if to is before or (is_given_back and to is not UnitState.RESERVED):
            continue
        limits: Mapping[str, int] = {}
        if before is UnitState.FREE:
            limits = taken_limits(_with_room(voucher, loaded, takes), CODES)
        unit, steps = unit.moving(to, at=at)
        puts += (Put(reserved_unit_key(voucher.member_id, voucher.voucher_id), unit),)
        takes += takes_of_units(steps, limits)
    return decision._replace(puts=decision.puts + puts, takes=decision.takes + takes)


def frees_unit(
    voucher_of: str, voucher_id: str, loaded: Loaded, *, at: datetime
) -> tuple[tuple[Put[Any], ...], tuple[Take, ...]]:
    """Give back the unit of a code that was used, and is not revived.

    The voucher stays used. Nothing is given back twice, and nothing of a voucher without a quota.

    Args:
        voucher_of: The member who redeemed the code.
        voucher_id: The code's voucher within that member.
        loaded: The unit.
        at: The instant (UTC).

    Returns:
        What is to be stored, and the steps of the quota's counters.

    Raises:
        NotLoaded: The unit was not asked for.
    """
    key = reserved_unit_key(voucher_of, voucher_id)
    unit = loaded.get(key)
    if unit is None or unit.allotment.state is UnitState.FREE:
        return (), ()
    unit, steps = unit.moving(UnitState.FREE, at=at)
    return (Put(key, unit),), takes_of_units(steps)


def told_for(no: LimitReached, takes: Iterable[Take], loaded: Loaded) -> Refused:
    """Say that a quota has none left for codes, where that is the limit that was reached.

    Args:
        no: What the store said.
        takes: The steps that were asked for.
        loaded: What was loaded.

    Returns:
        The refusal: what the store said, of any other limit.
    """
    for (scope, name), n, _ in takes:
        if name == _TAKEN and n > 0 and no.figures["counter"] == f"{scope}/{name}":
            quota = loaded.get(quota_key(scope.removeprefix(quota_scope(""))))
            return no if quota is None else _exhausted(quota)
    return no


def _changed(decision: Decision[Any], loaded: Loaded) -> list[Voucher]:
    """Answer with the vouchers of quotas whose state is not known to be what is stored."""
    vouchers: dict[Key[Any], Voucher] = {
        key: it for key, it in decision.puts if key.kind is Voucher and quota_of(it.terms)
    }
    stored = loaded.aggregates
    return [
        it
        for key, it in vouchers.items()
        if (was := stored.get(key)) is None or was.state is not it.state
    ]


def _load_at_once(vouchers: Iterable[Voucher], loaded: Loaded) -> None:
    """Ask for the units, and for the quotas of codes that are issued, all together."""
    keys: dict[Key[Any], None] = {}
    counters: dict[CounterKey, None] = {}
    for it in vouchers:
        keys[reserved_unit_key(it.member_id, it.voucher_id)] = None
        if not it.version:
            needs = unit_needs(it.terms)
            keys.update(dict.fromkeys(needs.aggregates))
            counters.update(dict.fromkeys(needs.counters))
    missing = tuple([key for key in keys if key not in loaded.aggregates])
    unseen = tuple([key for key in counters if key not in loaded.counters])
    if missing or unseen:
        raise NotLoaded(Needs(missing, counters=unseen))


def _unit_of(voucher: Voucher, loaded: Loaded) -> ReservedUnit:
    """Answer with the unit of a voucher; one that is new has none yet."""
    member_id, voucher_id = voucher.member_id, voucher.voucher_id
    found = loaded.get(reserved_unit_key(member_id, voucher_id))
    if found is None and voucher.version:
        raise Corrupt(f"the unit of voucher {voucher_id!r} of {member_id!r} is not there")
    return found or unit_for(member_id, voucher_id, quota_of(voucher.terms))


def _with_room(voucher: Voucher, loaded: Loaded, takes: Iterable[Take]) -> Quota:
    """Answer with the quota, where it has a unit left for a code beside those taken already."""
    terms = voucher.terms
    needs = unit_needs(terms)
    quota, key = loaded.get(quota_key(quota_of(terms))), needs.counters[0]
    used = used_of(loaded, needs.counters)[key.name] + sum(it.n for it in takes if it.key == key)
    for refusal in no_unit_left(terms, quota, used):
        raise refusal
    assert quota is not None
    assert isinstance(terms, FCodeTerms)
    if quota.product_id not in terms.product_ids:
        raise Misuse(
            f"an F-code for {', '.join(terms.product_ids)} has no unit of quota"
            f" {quota.quota_id!r}, which is of {quota.product_id!r}"
        )
    return quota


def _exhausted(quota: Quota) -> QuotaExhausted:
    """Say that a quota has no unit left for codes."""
    size = quota.codes - quota.codes_withdrawn
    return QuotaExhausted(quota_id=quota.quota_id, size=size)
