"""Inspection: what becomes of a device that is not as it was declared, by the terms' policy.

1. A device with another IMEI, or one that is not taken whatever it is worth, is rejected under
   every policy.
2. Worth as much as declared or more: it is taken at what was declared, or at more where better is
   accepted.
3. Worth less: rejected, or offered at what it is worth; by threshold rejected only below a part of
   what was declared. The part is compared exactly, without a rounding.
"""

import enum
from collections.abc import Sequence
from typing import Final

from mi_rewards.errors import Misuse
from mi_rewards.trade_in.pricing import Valuation
from mi_rewards.trade_in.terms import Better, TradeInTerms, Worse

IMEI_MISMATCH: Final = "imei_mismatch"
"""Why a device is not taken that is not the one that was declared."""

WORTH_LESS: Final = "worth_less"
"""Why a device is not taken that is worth less than was declared."""

DECLINED: Final = "declined"
"""Why a device is not taken for which the member did not accept the offer."""

NOT_HANDED_OVER: Final = "not_handed_over"
"""Why a device is not taken that the member did not hand over in time."""


class Finding(enum.StrEnum):
    """What an inspection comes to."""

    AS_DECLARED = "as_declared"
    BETTER = "better"
    OFFERED = "offered"
    REJECTED = "rejected"


def is_same_device(declared: Sequence[str], read: Sequence[str]) -> bool:
    """Tell whether the numbers read from a device are those of the one declared.

    Args:
        declared: The numbers declared.
        read: The numbers read.

    Returns:
        Whether there are some, and one of the two has all that the other has: of a phone of two,
        one may have been declared or read.
    """
    ours, theirs = set(declared), set(read)
    return bool(ours) and bool(theirs) and (theirs <= ours or ours <= theirs)


def judge(
    terms: TradeInTerms, declared: Valuation, verified: Valuation | None, rejection: str
) -> Finding:
    """Decide by the terms what becomes of a device.

    Args:
        terms: What holds for it.
        declared: What it was worth as it was declared.
        verified: What it is worth as it is; `None` where that does not matter.
        rejection: Why it is not taken whatever it is worth; empty where nothing is.

    Returns:
        What the inspection comes to.

    Raises:
        Misuse: What it is worth is missing, or in another currency.
    """
    if verified is not None and verified.currency != declared.currency:
        raise Misuse(f"the device is worth {declared.value}, and found to be {verified.value}")
    if rejection:
        return Finding.REJECTED
    if verified is None:
        raise Misuse("an inspection says what the device is worth, or why it is not taken")
    if verified.minor >= declared.minor:
        is_more = verified.minor > declared.minor and terms.better is Better.ACCEPT
        return Finding.BETTER if is_more else Finding.AS_DECLARED
    return _WORSE[terms.worse](terms, declared.minor, verified.minor)


def _by_threshold(terms: TradeInTerms, declared_minor: int, verified_minor: int) -> Finding:
    """Reject below a part of what was declared."""
    part = terms.threshold
    is_below = part is not None and (
        verified_minor * part.denominator < declared_minor * part.numerator
    )
    return Finding.REJECTED if is_below else Finding.OFFERED


_WORSE: Final = {
    Worse.REJECT: lambda *_: Finding.REJECTED,
    Worse.PAY_DIFFERENCE: lambda *_: Finding.OFFERED,
    Worse.THRESHOLD: _by_threshold,
}
"""What becomes of a device that is worth less."""
