"""Quotas and allotments as JSON-ready dictionaries; see `earning.codec` for the rules."""

from functools import partial
from typing import Any

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Corrupt
from mi_rewards.preorders.allotments import Allotment, UnitState
from mi_rewards.preorders.quotas import Closes, Quota
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_QUOTA = frozenset({"format", *Quota._fields})
_STATES = {it.value: it for it in UnitState}
_CLOSES = {it.value: it for it in Closes}
_INSTANTS = ("opens_at", "closes_at", "noticed_at", "exhausted_at", "closed_at")


def quota_to_dict(quota: Quota) -> dict[str, Any]:
    """Write a quota, with its version.

    Args:
        quota: The quota.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {"format": FORMAT, **quota._asdict()}
    for name in _INSTANTS:
        if written[name] is not None:
            written[name] = write_instant(written[name])
    written["closes"] = quota.closes.value
    written["sizes"], written["withdrawn"] = list(quota.sizes), list(quota.withdrawn)
    return written


def quota_from_dict(written: dict[str, Any]) -> Quota:
    """Read a quota.

    Args:
        written: What `quota_to_dict` answered.

    Returns:
        The quota, with its version.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _QUOTA, "quota")
    text = partial(_text, fields)
    sizes, withdrawn = _wholes(fields, "sizes"), _wholes(fields, "withdrawn")
    live = whole_in(fields["live"], "live", 1)
    if len(sizes) != len(withdrawn) or live > len(sizes):
        raise Corrupt(f"a quota's shards are not {live} of {sizes!r:.60} and {withdrawn!r:.60}")
    return Quota(
        text("quota_id"),
        text("terms_id"),
        text("sale_id"),
        text("product_id"),
        text("variant"),
        text("channel"),
        text("region"),
        instant_in(fields["opens_at"], "opens_at"),
        optional(instant_in, fields["closes_at"], "closes_at"),
        _optional_whole(fields, "member_max"),
        sizes,
        withdrawn,
        live,
        whole_in(fields["codes"], "codes", 0),
        whole_in(fields["codes_withdrawn"], "codes_withdrawn", 0),
        one_of(fields["closes"], _CLOSES, "closes"),
        text_in(fields["draw_id"], "draw_id"),
        _optional_whole(fields, "notice_minutes"),
        optional(instant_in, fields["noticed_at"], "noticed_at"),
        optional(instant_in, fields["exhausted_at"], "exhausted_at"),
        optional(instant_in, fields["closed_at"], "closed_at"),
        text_in(fields["carries_to"], "carries_to"),
        whole_in(fields["version"], "version", 0),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    """Read a text."""
    return text_in(fields[name], name)


def _wholes(fields: dict[str, Any], name: str) -> tuple[int, ...]:
    """Read whole numbers."""
    return tuple([whole_in(it, name, 0) for it in list_in(fields[name], name)])


def _optional_whole(fields: dict[str, Any], name: str) -> int | None:
    """Read a whole number, or none."""
    return None if fields[name] is None else whole_in(fields[name], name, 0)


def allotment_to_list(allotment: Allotment) -> list[Any]:
    """Write an allotment.

    Args:
        allotment: The allotment.

    Returns:
        A JSON-ready list.
    """
    moves = [[write_instant(it.at), it.after.value] for it in allotment.moves]
    return [allotment.quota_id, allotment.shard, moves, allotment.member_max]


def allotment_from_list(written: object) -> Allotment:
    """Read an allotment.

    Args:
        written: What `allotment_to_list` answered.

    Returns:
        The allotment.

    Raises:
        Corrupt: It is something else, or a unit becomes what it never becomes.
    """
    parts = list_in(written, "allotment")
    if len(parts) != 4:
        raise Corrupt(f"an allotment has a quota, a shard, moves and a limit, not {parts!r:.80}")
    allotment = Allotment(
        text_in(parts[0], "quota_id"),
        text_in(parts[1], "shard"),
        member_max=None if parts[3] is None else whole_in(parts[3], "member_max", 0),
    )
    for part in list_in(parts[2], "moves"):
        pair = list_in(part, "move")
        if len(pair) != 2:
            raise Corrupt(f"a move has an instant and a state, not {pair!r:.80}")
        after = one_of(pair[1], _STATES, "state")
        at, before = instant_in(pair[0], "at"), allotment.state
        allotment = allotment.moving(after, at=at)
        if allotment.state is before:
            raise Corrupt(f"a unit moves to what it is: {pair!r:.80}")
    return allotment
