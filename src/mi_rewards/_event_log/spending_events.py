"""Rows about tokens set aside, spent and given back as commands.

1. A hold and a burn are named as their requests; without one, by the kind and the order.
2. A hold is captured or released once: an empty request id means `kind:hold_id`. A burn may be
   given back in parts, so the instant stands behind it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from mi_rewards._event_log.fields import Event, instant, named, whole
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse

Stated = Mapping[str, str]
"""What a row states, by its columns."""


def _held(row: Stated, at: datetime) -> Event:
    """Make the command of tokens set aside."""
    from mi_rewards.commands import PlaceHold

    return PlaceHold(
        member_id=row["member_id"],
        request_id=_request(row, "a hold"),
        at=at,
        tokens=whole("tokens", row["tokens"]),
        until=instant("until", row["until"]),
    )


def _captured(row: Stated, at: datetime) -> Event:
    """Make the command of a hold that was spent, or a part of it."""
    from mi_rewards.commands import Capture

    hold_id = _text(row, "hold_id")
    return Capture(
        member_id=row["member_id"],
        request_id=row["request_id"] or named("captured", hold_id),
        at=at,
        hold_id=hold_id,
        tokens=_tokens(row),
    )


def _released(row: Stated, at: datetime) -> Event:
    """Make the command of a hold that was given back."""
    from mi_rewards.commands import Release

    hold_id = _text(row, "hold_id")
    return Release(
        member_id=row["member_id"],
        request_id=row["request_id"] or named("released", hold_id),
        at=at,
        hold_id=hold_id,
    )


def _burned(row: Stated, at: datetime) -> Event:
    """Make the command of tokens spent in one step."""
    from mi_rewards.commands import BurnTokens

    return BurnTokens(
        member_id=row["member_id"],
        request_id=_request(row, "a burn"),
        at=at,
        tokens=whole("tokens", row["tokens"]),
    )


def _reinstated(row: Stated, at: datetime) -> Event:
    """Make the command of tokens of a burn that were given back."""
    from mi_rewards.commands import Reinstate

    burn_id = _text(row, "burn_id")
    return Reinstate(
        member_id=row["member_id"],
        request_id=row["request_id"] or named("reinstated", burn_id, write_instant(at)),
        at=at,
        burn_id=burn_id,
        tokens=_tokens(row),
    )


def _request(row: Stated, what: str) -> str:
    """Read the request that names a hold or a burn."""
    if row["request_id"]:
        return row["request_id"]
    if not row["order_id"]:
        raise Misuse(f"{what} needs a request_id")
    return named(row["kind"], row["order_id"])


def _text(row: Stated, name: str) -> str:
    """Read what must be there."""
    if not row[name]:
        raise Misuse(f"{name} is missing")
    return row[name]


def _tokens(row: Stated) -> int | None:
    """Read how many tokens, `None` for all."""
    return whole("tokens", row["tokens"]) if row["tokens"] else None


_MAKERS: Final[Mapping[str, Callable[[Stated, datetime], Event]]] = {
    "held": _held,
    "captured": _captured,
    "released": _released,
    "burned": _burned,
    "reinstated": _reinstated,
}

SPENDING_KINDS: Final = tuple(_MAKERS)
"""The kinds of rows about holds and burns."""


def spending_event(row: Row, at: datetime) -> Event:
    """Make the command of a row about a hold or a burn.

    Args:
        row: The row, of one of `SPENDING_KINDS`.
        at: Its instant (UTC).

    Returns:
        The command.

    Raises:
        Misuse: Something in the row cannot be read; the message says what.
    """
    stated = dict(zip(COLUMNS, row, strict=True))
    return _MAKERS[stated["kind"]](stated, at)
