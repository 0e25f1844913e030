"""Referrals and their codes as JSON-ready dictionaries; see `earning.codec` for the rules."""

from typing import Any

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.earning.referral_life import ReferralState
from mi_rewards.earning.referral_terms import Qualifies
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.errors import Corrupt
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_CODE = frozenset({"format", "code", "member_id", "since", "valid_until", "version"})
_REFERRAL = frozenset({"format", "member_id", "inviter_id", "code", "state", "registered_at"})
_REFERRAL |= {"since", "qualifies", "return_days", "inviter_tokens", "friend_tokens", "verdict"}
_REFERRAL |= {"order_id", "occurred_at", "qualifies_at", "last_day", "version"}
_STATES = {state.value: state for state in ReferralState}
_QUALIFIES = {it.value: it for it in Qualifies}
_DECIDED = frozenset({ReferralState.QUALIFYING, ReferralState.QUALIFIED})


def referral_code_to_dict(code: ReferralCode) -> dict[str, Any]:
    """Write a code by which a member invites, with its version.

    Args:
        code: The code.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "code": code.code,
        "member_id": code.member_id,
        "since": write_instant(code.since),
        "valid_until": None if code.valid_until is None else write_instant(code.valid_until),
        "version": code.version,
    }


def referral_code_from_dict(written: dict[str, Any]) -> ReferralCode:
    """Read a code by which a member invites.

    Args:
        written: What `referral_code_to_dict` answered.

    Returns:
        The code, with its version.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _CODE, "referral code")
    return ReferralCode(
        text_in(fields["code"], "code"),
        text_in(fields["member_id"], "member_id"),
        instant_in(fields["since"], "since"),
        optional(instant_in, fields["valid_until"], "valid_until"),
        whole_in(fields["version"], "version", 0),
    )


def referral_to_dict(referral: Referral) -> dict[str, Any]:
    """Write a referral, with its version.

    Args:
        referral: The referral.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {"format": FORMAT, **referral._asdict()}
    written["state"] = referral.state.value
    written["qualifies"] = referral.qualifies.value
    for name in ("registered_at", "since"):
        written[name] = write_instant(written[name])
    for name in ("occurred_at", "qualifies_at"):
        written[name] = None if written[name] is None else write_instant(written[name])
    written["last_day"] = None if referral.last_day is None else write_day(referral.last_day)
    return written


def referral_from_dict(written: dict[str, Any]) -> Referral:
    """Read a referral.

    Args:
        written: What `referral_to_dict` answered.

    Returns:
        The referral, with its version.

    Raises:
        Corrupt: It is something else, or no referral can be like that.
    """
    fields = fields_in(written, _REFERRAL, "referral")
    referral = Referral(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["inviter_id"], "inviter_id"),
        text_in(fields["code"], "code"),
        one_of(fields["state"], _STATES, "state"),
        instant_in(fields["registered_at"], "registered_at"),
        instant_in(fields["since"], "since"),
        one_of(fields["qualifies"], _QUALIFIES, "qualifies"),
        whole_in(fields["return_days"], "return_days", 0),
        whole_in(fields["inviter_tokens"], "inviter_tokens", 0),
        whole_in(fields["friend_tokens"], "friend_tokens", 0),
        text_in(fields["verdict"], "verdict"),
        text_in(fields["order_id"], "order_id"),
        optional(instant_in, fields["occurred_at"], "occurred_at"),
        optional(instant_in, fields["qualifies_at"], "qualifies_at"),
        optional(day_in, fields["last_day"], "last_day"),
        whole_in(fields["version"], "version", 0),
    )
    _check(referral)
    return referral


def _check(referral: Referral) -> None:
    """Object to what no referral can be like."""
    if referral.member_id == referral.inviter_id:
        raise Corrupt("nobody invites themselves")
    decided = (referral.occurred_at, referral.qualifies_at, referral.last_day)
    is_decided = None not in decided
    if not is_decided and decided != (None, None, None):
        raise Corrupt("a referral has the instants at which it qualifies and a last day, or none")
    if is_decided is not (referral.state in _DECIDED) and (
        referral.state is not ReferralState.REVOKED
    ):
        raise Corrupt(f"a referral that is {referral.state} qualifies at {referral.qualifies_at}")
    if referral.order_id and not is_decided:
        raise Corrupt("an order makes a referral qualify at an instant")
