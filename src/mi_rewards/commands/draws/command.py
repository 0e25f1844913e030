"""What every command on a draw has that concerns no member."""

from datetime import datetime
from typing import ClassVar

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import not_a_text
from mi_rewards.preorders.draw_refusals import UnknownDraw
from mi_rewards.preorders.draws import check_draw_id
from mi_rewards.preorders.tickets import Draw
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import draw_key, draw_owner


@attrs.frozen(order=False, kw_only=True, slots=False)
class DrawCommand:
    """What a command on a draw has that concerns no member.

    Attributes:
        draw_id: The draw.
        request_id: The caller's name for this request, unique within the draw.
        at: The instant, with an offset; kept in UTC.
        weighs_limits: Whether it counts on what counters have left, and is decided again where that
            has changed.
    """

    draw_id: str
    request_id: str
    at: datetime = attrs.field(converter=utc)

    weighs_limits: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        check_draw_id(self.draw_id)
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the draw."""
        return draw_owner(self.draw_id)


def drawn_in(loaded: Loaded, draw_id: str) -> Draw:
    """Answer with a draw that was opened.

    Args:
        loaded: What was loaded.
        draw_id: The draw.

    Returns:
        The draw.

    Raises:
        UnknownDraw: None of that name was opened.
        NotLoaded: It was not asked for.
    """
    found = loaded.get(draw_key(draw_id))
    if found is None:
        raise UnknownDraw(draw_id=draw_id)
    return found
