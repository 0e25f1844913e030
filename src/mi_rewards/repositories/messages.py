"""Messages beside a change: what others are to learn of it, and what people wrote about it."""

from datetime import datetime

import attrs

from mi_rewards.errors import Figure


@attrs.frozen(order=False)
class OutboxEvent:
    """Something that others are to learn of, kept with the change that caused it.

    Attributes:
        member_id: The member whose change caused it.
        event_id: Names the event within the member.
        topic: What happened, such as `"tokens_sent"`.
        occurred_at: When (UTC).
        figures: Codes and figures, nothing personal.
    """

    member_id: str
    event_id: str
    topic: str
    occurred_at: datetime
    figures: tuple[tuple[str, Figure], ...] = ()


@attrs.frozen(order=False)
class Note:
    """Free text beside a request, in a row of its own that erasure deletes.

    Attributes:
        member_id: The member whom it is about.
        request_id: The request that it explains.
        text: The text.
    """

    member_id: str
    request_id: str
    text: str
