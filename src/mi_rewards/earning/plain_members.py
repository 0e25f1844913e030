"""Members of whom nothing but their joining is known, read at once from their text.

What is read here, the codec reads as the same; a law compares them. Of any other text nothing is
said: the codec reads it, or says what is wrong.
"""

import re
from typing import Final

from mi_rewards._tuples import new
from mi_rewards.calendar import read_instant
from mi_rewards.earning.members import Member
from mi_rewards.errors import Misuse
from mi_rewards.wallet.reading import COUNT, FORMAT, TEXT

_PLAIN: Final = re.compile(
    rf'{{"format":{FORMAT},"member_id":{TEXT},"joined_at":{TEXT},"waiting":\[\],"counted":\[\]'
    rf',"version":{COUNT}}}'
)
"""Compact JSON as `member_to_text` writes it."""

_NOTHING_MORE: Final = Member("")[5:]
"""What a member has behind the version, where nothing of it is known."""


def plain_member(text: str) -> Member | None:
    """Read a member of whom nothing but the joining is known.

    Args:
        text: What `member_to_text` answered.

    Returns:
        The member, as the codec reads it; `None` where more is known, the text is written in
        another way, or it cannot be read.
    """
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    member_id, joined_at, version = found.groups()
    try:
        at = read_instant(joined_at)
    except Misuse:
        return None
    return new(Member, (member_id, at, (), (), int(version), *_NOTHING_MORE))
