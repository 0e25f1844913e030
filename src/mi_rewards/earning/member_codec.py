"""Members as JSON-ready dictionaries; see `earning.codec` for the rules of these.

A count under a cap is written `[name, count]`.
"""

from typing import Any

from mi_rewards.calendar import write_instant
from mi_rewards.earning.members import Member, check_birthday
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    list_in,
    optional,
    text_in,
    whole_in,
)

_MEMBER = frozenset({"format", "member_id", "joined_at", "waiting", "counted", "version"})
_INSTANTS = ("left_at", "erased_at", "first_joined_at")
_TEXTS = ("blocked", "merged_into", "birthday", "referral_code")
_LATER = frozenset({*_INSTANTS, *_TEXTS, "absorbed"})


def member_to_dict(member: Member) -> dict[str, Any]:
    """Write a member, with its version.

    Args:
        member: The member.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {
        "format": FORMAT,
        "member_id": member.member_id,
        "joined_at": None if member.joined_at is None else write_instant(member.joined_at),
        "waiting": list(member.waiting),
        "counted": [list(pair) for pair in member.counted],
        "version": member.version,
    }
    for name in _INSTANTS:
        if (at := getattr(member, name)) is not None:
            written[name] = write_instant(at)
    for name in _TEXTS:
        if text := getattr(member, name):
            written[name] = text
    if member.absorbed:
        written["absorbed"] = list(member.absorbed)
    return written


def member_from_dict(written: dict[str, Any]) -> Member:
    """Read a member.

    Args:
        written: What `member_to_dict` answered.

    Returns:
        The member, with its version.

    Raises:
        Corrupt: It is something else, or no member can be like that.
    """
    fields = fields_in(written, _MEMBER, "member", _LATER)
    counted = [list_in(pair, "counted", 2) for pair in list_in(fields["counted"], "counted")]
    member = Member(
        text_in(fields["member_id"], "member_id"),
        optional(instant_in, fields["joined_at"], "joined_at"),
        _texts(fields["waiting"], "waiting"),
        tuple([(text_in(name, "counted"), whole_in(n, "counted", 1)) for name, n in counted]),
        whole_in(fields["version"], "version", 0),
    )
    later = [name for name in fields if name not in _MEMBER]
    if later:
        member = member._replace(**{name: _later(name, fields[name]) for name in later})
    if later or member.waiting or counted:
        _check(member)
    return member


def _later(name: str, written: object) -> Any:
    """Read what the format got later, which is written only where it says something."""
    if name in _INSTANTS:
        return optional(instant_in, written, name)
    return text_in(written, name) if name in _TEXTS else _texts(written, name)


def _check(member: Member) -> None:
    """Object to what no member can be like."""
    names = [name for name, _ in member.counted]
    if names != sorted(set(names)):
        raise Corrupt(f"what is counted over must stand once, in order: {names}")
    if len(set(member.waiting)) < len(member.waiting):
        raise Corrupt("an order waits twice")
    if member.waiting and member.joined_at is not None and member.left_at is None:
        raise Corrupt("orders wait for a member who has joined")
    if len(set(member.absorbed)) < len(member.absorbed):
        raise Corrupt("a member is absorbed twice")
    try:
        check_birthday(member.birthday)
    except Misuse as fault:
        raise Corrupt(str(fault)) from None


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])
