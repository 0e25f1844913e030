"""What makes a request the same as another, as the kernel keeps it.

Where the common path can say it, it is the row's kind and texts; else it is the command's own.
"""

from collections.abc import Callable
from typing import Any, Final

from mi_rewards._event_log.fields import Event
from mi_rewards.modelling._kernel.state import JOINED
from mi_rewards.modelling.history import Batch

Content = tuple[Any, ...]
"""A kind and what a row of it states; or a command's content."""


def content_of(batch: Batch, place: int, command: Event) -> Content:
    """Say what makes a row's request the same as another.

    Args:
        batch: The rows.
        place: The row's place.
        command: Its command.

    Returns:
        The content.
    """
    make = _MAKERS.get(batch.kind[place])
    return command.content() if make is None else make(batch, place) or command.content()


def is_one_amount(batch: Batch, place: int) -> bool:
    """Tell whether a row about an order states neither lines nor units.

    Args:
        batch: The rows.
        place: The row's place.

    Returns:
        Whether it states an amount, or nothing.
    """
    line_id, quantity, lines = batch.line_id, batch.quantity, batch.lines
    return not (
        (line_id is not None and line_id[place])
        or (quantity is not None and quantity[place] >= 0)
        or (lines is not None and lines[place])
    )


def _minor(batch: Batch, place: int) -> int:
    return -1 if batch.minor is None else batch.minor[place]


def _text(column: list[str] | None, place: int) -> str:
    return "" if column is None else column[place]


def _delivered(batch: Batch, place: int) -> Content | None:
    minor = _minor(batch, place)
    if minor < 0 or not is_one_amount(batch, place):
        return None
    order_id, currency = _text(batch.order_id, place), _text(batch.currency, place)
    category, channel = _text(batch.category, place), _text(batch.channel, place)
    return ("delivered", order_id, minor, currency, category, channel)


def _returned(batch: Batch, place: int) -> Content | None:
    if not is_one_amount(batch, place):
        return None
    minor = _minor(batch, place)
    currency = _text(batch.currency, place) if minor >= 0 else ""
    return ("returned", _text(batch.order_id, place), minor, currency)


def _joined(batch: Batch, place: int) -> Content:
    del batch, place
    return JOINED


def _opening(batch: Batch, place: int) -> Content:
    tokens, last_day = batch.tokens, batch.last_day
    assert tokens is not None  # else there would be no command
    assert last_day is not None
    return ("opening", tokens[place], last_day[place])


def _redeemed(batch: Batch, place: int) -> Content:
    tokens = -1 if batch.tokens is None else batch.tokens[place]
    return ("redeemed", _text(batch.reward_id, place), tokens)


def _burned(batch: Batch, place: int) -> Content:
    assert batch.tokens is not None  # else there would be no command
    return ("burned", batch.tokens[place])


_MAKERS: Final[dict[str, Callable[[Batch, int], Content | None]]] = {
    "delivered": _delivered,
    "returned": _returned,
    "joined": _joined,
    "opening": _opening,
    "redeemed": _redeemed,
    "burned": _burned,
}
