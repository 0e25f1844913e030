"""Redemptions, vouchers and codes as JSON-ready dictionaries; rewards are in `reward_codec`.

1. A dictionary holds whole numbers, texts, `None`, truth values, lists and dictionaries, and says
   its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong, though never a code in clear.
3. A format stays readable for ever; a sample of each is among the tests.
4. What a redemption took is written `[scope, name, limit]`.
"""

from datetime import datetime, time, timedelta
from typing import Any

from mi_rewards.calendar import NEVER, UTC, add_days, write_day, write_instant
from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.codes import is_digest, normalised
from mi_rewards.catalogue.limits import Step
from mi_rewards.catalogue.redemptions import Redemption, RedemptionState
from mi_rewards.catalogue.refusals import TokensNotOffered
from mi_rewards.catalogue.reward_codec import (
    reward_from_dict,
    reward_to_dict,
    terms_in,
    terms_to_dict,
)
from mi_rewards.catalogue.terms import CouponTerms
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.errors import Corrupt
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_REDEMPTION = frozenset({"format", "member_id", "redemption_id", "reward", "tokens", "steps"})
_REDEMPTION |= {"made_at", "until", "state", "version"}
_VOUCHER = frozenset({"format", "member_id", "voucher_id", "reward_id", "terms", "issued_at"})
_VOUCHER |= {"last_day", "ends_at", "digest", "clear", "holder_id", "state", "order_id"}
_VOUCHER |= {"order_of", "attached_until", "version"}
_CODE_ENTRY = frozenset({"format", "digest", "member_id", "voucher_id", "version"})
_POOLED_CODE = frozenset({"format", "pool_id", "place", "digest", "clear", "version"})
_REDEMPTION_STATES = {state.value: state for state in RedemptionState}
_VOUCHER_STATES = {state.value: state for state in VoucherState}

_OFFSET_MAX = timedelta(days=1)
"""No zone's midnight is further from that of UTC."""


def redemption_to_dict(redemption: Redemption) -> dict[str, Any]:
    """Write a redemption, with its version.

    Args:
        redemption: The redemption.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": redemption.member_id,
        "redemption_id": redemption.redemption_id,
        "reward": reward_to_dict(redemption.reward),
        "tokens": redemption.tokens,
        "steps": [list(step) for step in redemption.steps],
        "made_at": write_instant(redemption.made_at),
        "until": None if redemption.until is None else write_instant(redemption.until),
        "state": redemption.state.value,
        "version": redemption.version,
    }


def redemption_from_dict(written: dict[str, Any]) -> Redemption:
    """Read a redemption.

    Args:
        written: What `redemption_to_dict` answered.

    Returns:
        The redemption, with its version.

    Raises:
        Corrupt: It is something else, or no redemption can be like that.
    """
    fields = fields_in(written, _REDEMPTION, "redemption")
    redemption = Redemption(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["redemption_id"], "redemption_id"),
        reward_from_dict(fields["reward"]),
        whole_in(fields["tokens"], "tokens", 1),
        tuple([_step(it) for it in list_in(fields["steps"], "steps")]),
        instant_in(fields["made_at"], "made_at"),
        optional(instant_in, fields["until"], "until"),
        one_of(fields["state"], _REDEMPTION_STATES, "state"),
        whole_in(fields["version"], "version", 0),
    )
    _check_redemption(redemption)
    return redemption


def voucher_to_dict(voucher: Voucher) -> dict[str, Any]:
    """Write a voucher, with its version; its code in clear is under `clear` alone.

    Args:
        voucher: The voucher.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": voucher.member_id,
        "voucher_id": voucher.voucher_id,
        "reward_id": voucher.reward_id,
        "terms": terms_to_dict(voucher.terms),
        "issued_at": write_instant(voucher.issued_at),
        "last_day": write_day(voucher.last_day),
        "ends_at": write_instant(voucher.ends_at),
        "digest": voucher.digest,
        "clear": voucher.clear,
        "holder_id": voucher.holder_id,
        "state": voucher.state.value,
        "order_id": voucher.order_id,
        "order_of": voucher.order_of,
        "attached_until": None
        if voucher.attached_until is None
        else write_instant(voucher.attached_until),
        "version": voucher.version,
    }


def voucher_from_dict(written: dict[str, Any]) -> Voucher:
    """Read a voucher.

    Args:
        written: What `voucher_to_dict` answered.

    Returns:
        The voucher, with its version.

    Raises:
        Corrupt: It is something else, or no voucher can be like that.
    """
    fields = fields_in(written, _VOUCHER, "voucher")
    voucher = Voucher(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["voucher_id"], "voucher_id"),
        text_in(fields["reward_id"], "reward_id"),
        terms_in(fields["terms"]),
        instant_in(fields["issued_at"], "issued_at"),
        day_in(fields["last_day"], "last_day"),
        instant_in(fields["ends_at"], "ends_at"),
        _digest(fields["digest"]),
        _clear(fields["clear"]),
        text_in(fields["holder_id"], "holder_id"),
        one_of(fields["state"], _VOUCHER_STATES, "state"),
        optional(text_in, fields["order_id"], "order_id"),
        optional(text_in, fields["order_of"], "order_of"),
        optional(instant_in, fields["attached_until"], "attached_until"),
        whole_in(fields["version"], "version", 0),
    )
    _check_voucher(voucher)
    return voucher


def code_entry_to_dict(entry: CodeEntry) -> dict[str, Any]:
    """Write where a code leads, with its version.

    Args:
        entry: The entry.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "digest": entry.digest,
        "member_id": entry.member_id,
        "voucher_id": entry.voucher_id,
        "version": entry.version,
    }


def code_entry_from_dict(written: dict[str, Any]) -> CodeEntry:
    """Read where a code leads.

    Args:
        written: What `code_entry_to_dict` answered.

    Returns:
        The entry, with its version.

    Raises:
        Corrupt: It is something else, or no entry can be like that.
    """
    fields = fields_in(written, _CODE_ENTRY, "code entry")
    entry = CodeEntry(
        _digest(fields["digest"]),
        text_in(fields["member_id"], "member_id"),
        text_in(fields["voucher_id"], "voucher_id"),
        whole_in(fields["version"], "version", 0),
    )
    if (not entry.member_id) is not (not entry.voucher_id):
        raise Corrupt("a code leads to a member's voucher, or waits in a pool")
    return entry


def pooled_code_to_dict(pooled: PooledCode) -> dict[str, Any]:
    """Write a place of a pool, with its version; its code in clear is under `clear` alone.

    Args:
        pooled: The place.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "pool_id": pooled.pool_id,
        "place": pooled.place,
        "digest": pooled.digest,
        "clear": pooled.clear,
        "version": pooled.version,
    }


def pooled_code_from_dict(written: dict[str, Any]) -> PooledCode:
    """Read a place of a pool.

    Args:
        written: What `pooled_code_to_dict` answered.

    Returns:
        The place, with its version.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _POOLED_CODE, "pooled code")
    return PooledCode(
        text_in(fields["pool_id"], "pool_id"),
        whole_in(fields["place"], "place", 1),
        _digest(fields["digest"]),
        _clear(fields["clear"]),
        whole_in(fields["version"], "version", 0),
    )


def _step(written: object) -> Step:
    """Read what was taken of a counter."""
    scope, name, limit = list_in(written, "step", 3)
    return Step(
        text_in(scope, "scope"),
        text_in(name, "name"),
        whole_in(limit, "limit", 1),
    )


def _digest(written: object) -> str:
    """Read the keyed digest of a code."""
    if not is_digest(written):
        raise Corrupt(f"digest must be 32 hexadecimal digits, not {written!r:.60}")
    return text_in(written, "digest")


def _clear(written: object) -> str | None:
    """Read a code in clear, where it is kept; no message quotes it."""
    if written is None:
        return None
    if type(written) is not str or not written or normalised(written) != written:
        raise Corrupt("clear must be a code as it is digested, or nothing")
    return written


def _check_redemption(redemption: Redemption) -> None:
    """Object to a redemption that no reservation and no life can have made."""
    state, until, reward = redemption.state, redemption.until, redemption.reward
    try:
        reward.tokens_for(redemption.tokens)
    except TokensNotOffered as error:
        raise Corrupt(str(error)) from None
    if len({step[:2] for step in redemption.steps}) < len(redemption.steps):
        raise Corrupt("a redemption takes from each counter once")
    if until is not None and until <= redemption.made_at:
        raise Corrupt("a reservation was over when it was made")
    if until is None and state in {RedemptionState.RESERVED, RedemptionState.RUN_OUT}:
        raise Corrupt(f"a redemption that was never reserved is {state}")
    if until is None and state is RedemptionState.CANCELLED and not reward.is_revocable:
        raise Corrupt("an irrevocable redemption in one step is cancelled")


def _check_voucher(voucher: Voucher) -> None:
    """Object to a voucher that no issue and no life can have made."""
    terms, state, last_day = voucher.terms, voucher.state, voucher.last_day
    if isinstance(terms, CouponTerms) and terms.value is None and terms.rate is None:
        raise Corrupt("a coupon takes nothing off")
    through_on = terms.validity.through_on
    if through_on is not None and through_on != last_day:
        raise Corrupt(f"a voucher that is valid through {through_on} ends on {last_day}")
    if last_day != NEVER:
        midnight = datetime.combine(add_days(last_day, 1), time.min, UTC)
        if abs(voucher.ends_at - midnight) > _OFFSET_MAX:
            raise Corrupt(f"a voucher's last day {last_day} is not over at {voucher.ends_at}")
    is_on = state in {VoucherState.ATTACHED, VoucherState.USED}
    if (voucher.order_id is not None, voucher.order_of is not None) != (is_on, is_on):
        raise Corrupt(f"a voucher that is {state} is on an order of a member, or on none")
    if voucher.attached_until is not None and state is not VoucherState.ATTACHED:
        raise Corrupt(f"a voucher that is {state} is not attached until an instant")
    if state is VoucherState.VOID and voucher.clear is not None:
        raise Corrupt("a void voucher has a code in clear")
    if voucher.holder_id != voucher.member_id and not terms.is_transferable:
        raise Corrupt("a voucher that cannot be handed on has another holder")
