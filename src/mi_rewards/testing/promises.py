"""The promises that checks guard, by number, in the words of the manual.

`check_journal` sees those of tokens, 1 to 10, in any history; `check_units` sees promise 14 of any
quota, from its counters and what its units went through.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

PROMISES: Mapping[int, str] = MappingProxyType(
    {
        1: (
            "Nothing appears or vanishes. The postings of each entry sum to zero. In each "
            "wallet and over the whole programme, at every instant, what was issued plus what "
            "is owed equals what is available, held, redeemed, lapsed, clawed back, "
            "transferred and adjusted. What is promised equals what is expected. Over the "
            "programme, transfers cancel out once both sides are booked."
        ),
        2: (
            "Numbers are whole and bounded. An amount is an integer from 1 to 2⁶³ \u2212 1. An "
            "order is issued exactly what its recipe gives, rounded once. Rounded down, parts "
            "never give more than the whole. Nothing is created by converting, or by asking "
            "again."
        ),
        3: (
            "History stands. Entries are never changed and never removed. They are numbered "
            "without a gap. Folding the entries up to any point gives the wallet at that "
            "point."
        ),
        4: (
            "Nothing is negative. No bucket, no hold, no balance. What is held or has lapsed "
            "is not available. While something is owed, nothing is."
        ),
        5: (
            "The earliest goes first. Spending draws the bucket that lapses first. What was "
            "checked is what is drawn."
        ),
        6: (
            "Sweeps do not matter. For requests whose instants do not go back, what the "
            "calendar does depends on the instant alone. Book it always, sometimes or never, "
            "in whatever parts and order: every answer is the same."
        ),
        7: (
            "A hold resolves once. Captured, released and run out add up to what was held. A "
            "capture never lacks tokens."
        ),
        8: (
            "A request has one effect at most, whatever is repeated, duplicated, lost or "
            "interrupted."
        ),
        9: (
            "Undoing is exact. Tokens that a member redeemed come back in the same number and "
            "with the same last valid days, less what makes good a debt. Never more comes "
            "back than was spent, and nobody lengthens the life of a token by redeeming and "
            "cancelling."
        ),
        10: (
            "A claw-back has a bound. However an order is returned, in however many parts and "
            "in whatever order, no more is taken back than it was awarded."
        ),
        11: (
            "One writer wins. Of two that change the same version, one succeeds, and the "
            "other leaves nothing behind."
        ),
        12: (
            "Members are apart. A request on one member is not visible in another. A transfer "
            "is two requests, and names its cause."
        ),
        13: (
            "A limit holds. However requests interleave, no more is taken from a counter than "
            "its limit allows, and no more given back than was taken. A limit of 0 is none."
        ),
        14: (
            "Every unit is something. Each unit of a quota is free, held, sold or reserved for a "
            "code, and the four add up to its size, shard by shard. Cancelling, running out and "
            "deleting a code give back the unit that was taken, and no other."
        ),
        15: (
            "A voucher is used once at most. By whoever may use it, before its end. A code leads "
            "to one voucher. After a failed payment the voucher can be used again."
        ),
        16: (
            "A tier is earned by what is kept. The tier earned is the highest whose threshold is "
            "met, in whatever order purchases came, and more of them never lower it. What came "
            "back and what was redeemed does not count. The tier held differs from it only by a "
            "review, a grace or a soft landing, and says which."
        ),
        17: (
            "An old device has one price and one exchange. Its price is not below the floor nor "
            "above the ceiling, and is the sum of the steps that explain it. A worse answer never "
            "raises it, and neither does age among the ages that are taken. A device is in one "
            "exchange at a time, and its value is taken off one order. What is due is paid once. "
            "Nobody pays less than nothing, and a surplus is never paid out unless the terms say "
            "so."
        ),
        18: (
            "Simulating is doing without saving. It gives the same outcome and the same "
            "changes. A read writes nothing."
        ),
        19: (
            "Days are the programme's. They begin and end in its zone, also where clocks "
            "change, in leap years and at the ends of months."
        ),
        20: (
            "Equal inputs, equal bytes. The same requests give the same journal, byte by "
            "byte, on every supported Python."
        ),
    }
)
"""What always holds, by number; the words are those of the reference, page "Rules"."""


class PromiseBroken(AssertionError):
    """A check found that a store does not keep what is promised.

    Attributes:
        promises: The numbers of the promises that the check guards.
        text: What was found.
    """

    def __init__(self, promises: Iterable[int], text: str) -> None:
        self.promises: tuple[int, ...] = tuple(promises)
        self.text: str = text
        super().__init__(f"{named(self.promises)}: {text}" if self.promises else text)


def named(promises: Iterable[int]) -> str:
    """Name promises by number and their first sentence.

    Args:
        promises: Their numbers.

    Returns:
        Such as `promise 11 (One writer wins.)`.
    """
    return ", ".join(
        f"promise {number} ({PROMISES[number].partition('. ')[0].rstrip('.')}.)"
        for number in promises
    )
