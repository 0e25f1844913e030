"""What is written alike in many rows is read together; what is not, row by row.

Nothing is read here that `read_instant` and `Money.of` do not read, and to the same.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Final

from mi_rewards.calendar.days import ZEROED
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, exponent_of

_SECONDS: Final = len("0000-00-00T00:00:00")
_FORMS: Final = (b"0000-00-00T00:00:00+00:00\n", b"0000-00-00T00:00:00-00:00\n")
_set_minor: Final = Money.__dict__["minor"].__set__
_set_currency: Final = Money.__dict__["currency"].__set__
_DIGITS_MAX: Final = 18
"""The longest amount that is read together: it cannot pass 2**63 - 1 minor units."""


def instants_alike(texts: Sequence[str]) -> list[datetime] | None:
    """Read instants that are all written alike, to the second and with one offset.

    Args:
        texts: What was written, at least one.

    Returns:
        The instants in UTC; `None` where they are not alike, or one of them is none.
    """
    block = "\n".join(texts) + "\n"
    offset = texts[0][_SECONDS:]
    shape = block.encode(errors="replace").translate(ZEROED)
    if (
        shape not in (form * len(texts) for form in _FORMS)
        or block.count(offset + "\n") != len(texts)
        or "T24" in block
        or offset[1:3] > "23"
        or offset[4] > "5"
    ):
        return None
    hours, minutes = int(offset[:3]), int(offset[0] + offset[4:])
    ahead = timedelta(hours=hours, minutes=minutes)
    labelled = block.replace(offset + "\n", "Z\n").split("\n")
    labelled.pop()
    try:
        found = map(datetime.fromisoformat, labelled)
        return [at - ahead for at in found]
    except (ValueError, OverflowError):
        return None


def minors_alike(texts: Sequence[str], currency: str) -> list[int] | None:
    """Read amounts of one currency that are written with all its digits.

    Args:
        texts: What was written, at least one.
        currency: The currency.

    Returns:
        Minor units; `None` where they are not alike, or there is no such currency.
    """
    try:
        exponent = exponent_of(currency)
    except Misuse:
        return None
    block = ("\n".join(texts) + "\n").encode(errors="replace")
    end = b"." + b"0" * exponent if exponent else b""
    shape = block.translate(ZEROED)
    if (
        block.translate(None, b"0123456789") != (end[:1] + b"\n") * len(texts)
        or shape.count(end + b"\n") != len(texts)
        or shape.startswith((b".", b"\n"))
        or b"\n." in shape
        or max(map(len, texts)) > _DIGITS_MAX
    ):
        return None
    return list(map(int, block.replace(b".", b"").split()))


def money_alike(amounts: Sequence[str], currencies: Sequence[str]) -> Sequence[Money | None]:
    """Read amounts of money that are written alike.

    Args:
        amounts: Decimal texts, empty for none.
        currencies: The currency of each.

    Returns:
        The money of each, `None` for none; where they are not alike, `None` for all.
    """
    codes = {currency for amount, currency in zip(amounts, currencies, strict=True) if amount}
    currency = codes.pop() if len(codes) == 1 else ""
    minors = minors_alike([amount for amount in amounts if amount], currency) if currency else None
    if minors is None:
        return [None] * len(amounts)
    found = iter(_of_minors(minors, currency))
    return [next(found) if amount else None for amount in amounts]


def _of_minors(minors: Sequence[int], currency: str) -> list[Money]:
    """Make money of numbers that were just read, all of them at once."""
    count = len(minors)
    made = list(map(object.__new__, repeat(Money, count)))
    deque(map(_set_minor, made, minors), maxlen=0)
    deque(map(_set_currency, made, repeat(currency, count)), maxlen=0)
    return made
