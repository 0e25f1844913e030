"""The checks on a history: each promise has a violation planted, and is seen to object.

Journals are written by hand, a line for each entry: a sound one first, then what breaks a promise.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from mi_rewards.calendar import Zone
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Account,
    Entry,
    Event,
    Owner,
    Posting,
    Reason,
    Violation,
    check_journal,
)
from tests.wallets import at, journal

EARNED = "earned a 2018-01-10 | issued -5 (o); available +5@2018-12-31"
EARNED_19 = "earned a9 2018-01-10 | issued -3 (o9); available +3@2019-12-31"
HELD = (
    "held h 2018-02-01 until 2018-02-02 | available -5@2018-12-31; available -1@2019-12-31; "
    "held +5@2018-12-31 (h); held +1@2019-12-31 (h)"
)
BURNED = "burned b 2018-02-01 | available -5@2018-12-31; available -1@2019-12-31; redeemed +6 (b)"
PROMISED = "promised p 2018-01-11 until 2018-03-01 | expected -4 (o4); promised +4@2018-12-31 (p)"
WAITING = "promised p 2018-01-11 | expected -4 (o4); promised +4 (p)"
OWING = "clawed_back c 2018-02-01 | available -5@2018-12-31; owed -3; clawed_back +8 (o)"
TEN = "earned a 2018-01-10 | issued -10 (o); available +10@2018-12-31"


def found(entries: Iterable[Entry]) -> list[str]:
    """Check a journal, and write what is wrong as `promise #sequence: text`."""
    return [f"{it.promise} #{it.sequence}: {it.text}" for it in check_journal(entries)]


SOUND = [
    (EARNED, EARNED_19, BURNED),
    (EARNED, EARNED_19, HELD),
    # a hold is captured whole, in part, released, or runs out at its deadline
    (
        EARNED,
        EARNED_19,
        HELD,
        (
            "captured c 2018-02-01T12:01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
            "redeemed +6 (h)"
        ),
        (
            "reinstated u 2018-02-03 | redeemed -2 (h); "
            "available +1@2018-12-31; available +1@2019-12-31"
        ),
    ),
    (
        EARNED,
        EARNED_19,
        HELD,
        (
            "captured c 2018-02-02T11:59:59 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
            "redeemed +2 (h); available +3@2018-12-31; available +1@2019-12-31"
        ),
    ),
    (
        EARNED,
        EARNED_19,
        HELD,
        (
            "released r 2018-02-02T11:59:59 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
            "available +5@2018-12-31; available +1@2019-12-31"
        ),
        HELD.replace("held h", "held g").replace("2018-02", "2018-03").replace("(h)", "(g)"),
    ),
    (
        EARNED,
        EARNED_19,
        HELD,
        (
            "ran_out x 2018-02-02 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
            "available +5@2018-12-31; available +1@2019-12-31"
        ),
        "burned x 2018-02-03 | available -5@2018-12-31; redeemed +5 (x)",
    ),
    # a bucket lapses when its day is over; what was held of it lapses when it comes back
    (
        EARNED,
        "lapsed x 2018-12-31T18:30 | available -5@2018-12-31; lapsed +5@2018-12-31",
        "earned x 2018-12-31T18:30 | issued -2 (o2); lapsed +2@2018-12-31",
    ),
    (
        EARNED,
        "held h 2018-02-01 until 2019-02-02 | available -4@2018-12-31; held +4@2018-12-31 (h)",
        "lapsed x 2018-12-31T18:30 | available -1@2018-12-31; lapsed +1@2018-12-31",
        "captured x 2019-01-01 | held -4@2018-12-31 (h); redeemed +3 (h); lapsed +1@2018-12-31",
        "reinstated u 2019-01-02 | redeemed -3 (h); lapsed +3@2018-12-31",
    ),
    # tokens without an end never fall due
    (
        "earned a 2018-01-10 | issued -5 (o); available +5@never",
        "burned b 9999-01-01 | available -5@never; redeemed +5 (b)",
    ),
    # undone in parts, the last draws first, less what makes good a debt
    (
        EARNED,
        EARNED_19,
        BURNED,
        "reinstated u 2018-02-02 | redeemed -1 (b); available +1@2019-12-31",
        "reinstated v 2018-02-02 | redeemed -3 (b); available +3@2018-12-31",
        "reinstated w 2018-02-02 | redeemed -2 (b); available +2@2018-12-31",
    ),
    (
        EARNED,
        EARNED_19,
        BURNED,
        "clawed_back c 2018-02-02 | available -2@2019-12-31; owed -2; clawed_back +4 (o)",
        "reinstated u 2018-02-03 | redeemed -3 (b); available +1@2019-12-31; owed +2",
    ),
    (
        EARNED,
        "burned b 2018-02-01 | available -2@2018-12-31; redeemed +2 (b)",
        "burned d 2018-02-01 | available -2@2018-12-31; redeemed +2 (d)",
        (
            "reinstated u 2018-02-02 | redeemed -1 (b); redeemed -1 (d); redeemed -1 (b); "
            "available +1@2018-12-31; available +2@2018-12-31"
        ),
    ),
    # claw-back: the own bucket first, then the earliest; a debt is made good by what comes in
    (
        EARNED,
        EARNED_19,
        "clawed_back c 2018-02-01 | available -3@2019-12-31; clawed_back +3 (o9)",
        "clawed_back d 2018-02-01 | available -2@2018-12-31; clawed_back +2 (o)",
        "clawed_back e 2018-02-01 | available -3@2018-12-31; clawed_back +3 (o)",
    ),
    (
        EARNED,
        EARNED_19,
        "earned a8 2018-01-10 | issued -9 (o9); available +9@2020-12-31",
        (
            "clawed_back c 2018-02-01 | available -3@2019-12-31; available -5@2018-12-31; "
            "available -1@2020-12-31; clawed_back +9 (o9)"
        ),
    ),
    (
        EARNED,
        "earned a9 2018-01-10 | issued -3 (o); available +3@2018-12-31",
        "burned b 2018-01-20 | available -3@2018-12-31; redeemed +3 (b)",
        OWING,
        "earned d 2018-02-02 | issued -4 (o4); available +1@2018-12-31; owed +3",
    ),
    # promises: kept by the calendar at their instant, or on delivery, or withdrawn
    (
        PROMISED,
        (
            "kept x 2018-03-01 | expected +4 (o4); promised -4@2018-12-31 (p); issued -4 (o4); "
            "available +4@2018-12-31"
        ),
        "clawed_back x 2018-03-01 | available -4@2018-12-31; clawed_back +4 (o4)",
    ),
    (
        PROMISED,
        (
            "kept k 2018-02-28 | expected +3 (o4); promised -3@2018-12-31 (p); issued -3 (o4); "
            "available +3@2019-12-31"
        ),
        "withdrawn w 2018-02-28 | expected +1 (o4); promised -1@2018-12-31 (p)",
        "burned b 2018-03-02 | available -3@2019-12-31; redeemed +3 (b)",
    ),
    (
        WAITING,
        (
            "kept k 2018-02-28 | expected +4 (o4); promised -4 (p); issued -4 (o4); "
            "available +4@2019-12-31"
        ),
    ),
    (
        EARNED,
        "promised p 2018-01-11 until 2018-01-01 | expected -4 (o4); promised +4@2018-12-31 (p)",
        (
            "kept p 2018-01-11 | expected +4 (o4); promised -4@2018-12-31 (p); issued -4 (o4); "
            "available +4@2018-12-31"
        ),
    ),
    (
        "promised p 2018-01-11 until 2019-01-01 | expected -4 (o4); promised +4@2018-12-31 (p)",
        (
            "kept p 2019-01-01 | expected +4 (o4); promised -4@2018-12-31 (p); issued -4 (o4); "
            "lapsed +4@2018-12-31"
        ),
    ),
    # what falls due at one instant, in any order
    (
        EARNED,
        EARNED_19,
        (
            "held h 2018-02-01 until 2018-12-31T18:30 | "
            "available -1@2018-12-31; held +1@2018-12-31 (h)"
        ),
        "ran_out x 2018-12-31T18:30 | held -1@2018-12-31 (h); lapsed +1@2018-12-31",
        "lapsed x 2018-12-31T18:30 | available -4@2018-12-31; lapsed +4@2018-12-31",
    ),
    # transfers: both sides in either order, back to the giver, or one side alone
    (
        EARNED,
        "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
        "m-2/tokens: taken k 2018-02-02 | transferred -3 (t); available +3@2018-12-31",
        "taken l 2018-02-02 | transferred -1 (t); available +1@2018-12-31",
    ),
    (
        "m-2/tokens: taken k 2018-02-02 | transferred -4 (t); available +4@2018-12-31",
        EARNED,
        "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
    ),
    ("taken k 2018-02-02 | transferred -4 (t); available +4@2018-12-31",),
    (
        EARNED,
        "sent s 2018-02-01 | available -2@2018-12-31; transferred +2 (t)",
        "sent r 2018-02-01 | available -2@2018-12-31; transferred +2 (t)",
        "m-2/tokens: taken k 2018-02-02 | transferred -4 (t); available +4@2018-12-31",
    ),
    (
        EARNED,
        "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
        "m-2/points: taken k 2018-02-02 | transferred -5 (t); available +5@2018-12-31",
    ),
    # adjustments, and two entries of one request
    (
        "adjusted_up a 2018-01-10 | adjusted -5; available +5@2018-12-31",
        "adjusted_down d 2018-01-10 | available -5@2018-12-31; adjusted +5",
        "earned d 2018-01-10 | issued -5; available +5@2018-12-31",
    ),
    # the same names in another member's wallet
    (EARNED, f"m-2/tokens: {EARNED}", "m-2/tokens: " + EARNED_19, EARNED_19),
]


@pytest.mark.parametrize("rows", SOUND, ids=range(len(SOUND)))
def test_a_sound_journal_breaks_no_promise(rows: tuple[str, ...]) -> None:
    """Neither as a whole nor cut anywhere."""
    entries = journal(*rows)
    assert found(entries) == []
    assert found(entries[:-1]) == []


PLANTED: list[tuple[str, tuple[str, ...], list[str]]] = [
    (
        "postings that do not sum to zero",
        (EARNED, "adjusted_up x 2018-01-11 | adjusted -1; available +2@2018-12-31"),
        ["1 #2: postings sum to 1, not to 0"],
    ),
    (
        "tokens that come out of what is expected",
        (EARNED, "earned x 2018-01-11 | expected -2 (o); available +2@2018-12-31"),
        [
            "1 #2: promised and expected differ by -2",
            "1 #2: earned does not move expected -2",
        ],
    ),
    (
        "a promise that is made of tokens",
        (EARNED, "promised x 2018-01-11 | available -2@2018-12-31; promised +2 (p)"),
        [
            "1 #2: promised and expected differ by 2",
            "1 #2: promised does not move available -2",
        ],
    ),
    (
        "a claw-back that gives back",
        (
            EARNED,
            "clawed_back c 2018-02-01 | available -2@2018-12-31; clawed_back +2 (o)",
            "clawed_back d 2018-02-01 | available +2@2018-12-31; clawed_back -2 (o)",
        ),
        [
            "1 #3: clawed_back does not move available +2",
            "1 #3: clawed_back does not move clawed_back -2",
        ],
    ),
    (
        "a lapse that is undone",
        (
            EARNED,
            "lapsed x 2018-12-31T18:30 | available -5@2018-12-31; lapsed +5@2018-12-31",
            "lapsed y 2019-01-01 | lapsed -5@2018-12-31; available +5@2019-12-31",
        ),
        [
            "1 #3: lapsed does not move lapsed -5",
            "1 #3: lapsed does not move available +5",
        ],
    ),
    (
        "a burn that issues",
        (EARNED, "burned b 2018-02-01 | issued -9; available +9@2018-12-31"),
        [
            "1 #2: burned does not move available +9",
            "2 #2: burned does not move issued -9",
        ],
    ),
    (
        "a promise whose keeping issues less",
        (
            PROMISED,
            (
                "kept x 2018-03-01 | expected +4 (o4); promised -4@2018-12-31 (p); issued -1 (o4); "
                "available +1@2018-12-31"
            ),
        ),
        ["1 #2: 4 of what was promised are kept, and 1 are issued"],
    ),
    (
        "a promise whose keeping issues more",
        (
            WAITING,
            (
                "kept k 2018-02-28 | expected +4 (o4); promised -4 (p); issued -5 (o4); "
                "available +5@2019-12-31"
            ),
        ),
        ["1 #2: 4 of what was promised are kept, and 5 are issued"],
    ),
    (
        "transfers that are issued and adjusted",
        (
            EARNED,
            "sent s 2018-02-01 | available -1@2018-12-31; adjusted +1",
            "sent s 2018-02-01 | available -1@2018-12-31; issued +1",
            "taken s 2018-02-01 | issued -1; available +1@2018-12-31",
            "taken s 2018-02-01 | adjusted -1; available +1@2018-12-31",
        ),
        [
            "1 #2: sent does not move adjusted +1",
            "2 #3: sent does not move issued +1",
            "2 #4: taken does not move issued -1",
            "1 #5: taken does not move adjusted -1",
        ],
    ),
    (
        "more taken than sent",
        (
            EARNED,
            "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
            "m-2/tokens: taken k 2018-02-02 | transferred -3 (t); available +3@2018-12-31",
            "m-2/tokens: taken l 2018-02-03 | transferred -2 (t); available +2@2018-12-31",
        ),
        ["1 #2: 5 of transfer 't' are taken, 4 were sent"],
    ),
    (
        "more taken than sent, the taking side first",
        (
            "m-2/tokens: taken k 2018-02-02 | transferred -6 (t); available +6@2018-12-31",
            EARNED,
            "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
        ),
        ["1 #1: 6 of transfer 't' are taken, 4 were sent"],
    ),
    (
        "a transfer of one token that is taken as two",
        (
            EARNED,
            "sent s 2018-02-01 | available -1@2018-12-31; transferred +1 (t)",
            "m-2/tokens: taken k 2018-02-02 | transferred -2 (t); available +2@2018-12-31",
        ),
        ["1 #1: 2 of transfer 't' are taken, 1 were sent"],
    ),
    ("an entry of nothing", (EARNED, "earned x 2018-01-11 | "), ["2 #2: no tokens are moved"]),
    (
        "a posting of zero",
        (EARNED, "earned x 2018-01-11 | issued +0 (o)"),
        ["2 #2: issued 0 is out of range"],
    ),
    (
        "postings of zero, which neither hold nor resolve anything",
        (
            EARNED,
            "earned x 2018-01-11 | issued -1 (o); available +1@2018-12-31; held +0@2018-12-31 (h)",
        ),
        ["2 #2: held 0 is out of range"],
    ),
    (
        "a wallet past its limit, though something was sent and taken off",
        (
            f"earned x 2018-01-11 | issued -{TOKENS_MAX} (o); available +{TOKENS_MAX}@2018-12-31",
            "sent y 2018-01-11 | available -1@2018-12-31; transferred +1 (t)",
            "adjusted_down d 2018-01-11 | available -1@2018-12-31; adjusted +1",
            "earned z 2018-01-11 | issued -1 (o); available +1@2018-12-31",
        ),
        [f"2 #4: {2**63} tokens came in, more than 2**63 - 1"],
    ),
    (
        "a posting past the limit, and a wallet that cannot count it",
        (f"earned x 2018-01-11 | issued -{2**63}; lapsed +{2**63}@2017-12-31",),
        [
            f"2 #1: issued -{2**63} is out of range",
            f"2 #1: lapsed {2**63} is out of range",
            f"2 #1: {2**63} tokens came in, more than 2**63 - 1",
        ],
    ),
    (
        "a wallet past its limit",
        (
            f"earned x 2018-01-11 | issued -{TOKENS_MAX}; lapsed +{TOKENS_MAX}@2017-12-31",
            "taken y 2018-01-11 | transferred -1 (t); lapsed +1@2017-12-31",
        ),
        [f"2 #2: {2**63} tokens came in, more than 2**63 - 1"],
    ),
    (
        "a wallet past its limit by what is promised, owed and adjusted",
        (
            "adjusted_up x 2018-01-11 | adjusted -2; lapsed +2@2017-12-31",
            WAITING,
            (
                f"earned y 2018-01-11 | issued -{TOKENS_MAX - 9} (o); "
                f"lapsed +{TOKENS_MAX - 9}@2017-12-31"
            ),
            "clawed_back c 2018-01-12 | owed -3; clawed_back +3 (o)",
            "adjusted_up z 2018-01-12 | adjusted -1; lapsed +1@2017-12-31",
        ),
        [f"2 #5: {2**63} tokens came in, more than 2**63 - 1"],
    ),
    (
        "a day that is not named",
        (EARNED, "burned b 2018-01-11 | available -5; redeemed +5 (b)"),
        [
            "3 #2: available -5 names no last valid day",
            "5 #2: 5 of 2018-12-31 are not drawn before those of never",
            "4 #2: -5 available of never",
        ],
    ),
    (
        "a lapse that names no day",
        ("earned x 2018-01-11 | issued -1; lapsed +1",),
        [
            "3 #1: lapsed 1 names no last valid day",
            "6 #1: 1 of never lapse before that day is over",
        ],
    ),
    (
        "burns, claw-backs, promises and transfers that name nothing",
        (
            TEN,
            "burned b 2018-01-11 | available -1@2018-12-31; redeemed +1",
            "clawed_back c 2018-01-11 | available -1@2018-12-31; clawed_back +1",
            "promised p 2018-01-11 | expected -1; promised +1",
            "sent s 2018-01-11 | available -1@2018-12-31; transferred +1",
        ),
        [
            "3 #2: redeemed 1 does not name what it concerns",
            "3 #3: clawed_back 1 does not name what it concerns",
            "10 #3: 1 are taken back from order '', 0 were issued",
            "3 #4: promised 1 does not name what it concerns",
            "3 #5: transferred 1 does not name what it concerns",
        ],
    ),
    (
        "a hold that names neither its day nor itself",
        (
            "earned a 2018-01-10 | issued -5 (o); available +5@never",
            "held h 2018-02-01 until 2018-02-02 | available -5@never; held +5",
        ),
        [
            "3 #2: held 5 names no last valid day",
            "3 #2: held 5 does not name what it concerns",
        ],
    ),
    (
        "a hold that is resolved, and promises that are taken from, without a name",
        (
            "earned a 2018-01-10 | issued -5 (o); available +5@never",
            "held h 2018-02-01 until 2018-02-02 | available -5@never; held +5@never",
            "released r 2018-02-01 | held -5@never; available +5@never",
            "promised p 2018-02-01 until 2018-03-01 | expected -4; promised +4@2018-12-31",
            (
                "kept x 2018-03-02 | expected +3; promised -3@2018-12-31; issued -3; "
                "available +3@2018-12-31"
            ),
            "withdrawn w 2018-03-02 | expected +2; promised -2@2018-12-31",
        ),
        [
            "3 #2: held 5 does not name what it concerns",
            "3 #3: held -5 does not name what it concerns",
            "3 #4: promised 4 does not name what it concerns",
            "3 #5: promised -3 does not name what it concerns",
            "6 #5: 3 of 4 promised by '' are kept",
            (
                "6 #5: the keeping of promise '' at 2018-03-01T12:00:00Z "
                "is booked at 2018-03-02T12:00:00Z"
            ),
            "3 #6: promised -2 does not name what it concerns",
            ("6 #6: the keeping of promise '' at 2018-03-01T12:00:00Z is not booked before it"),
            "4 #6: -1 promised by ''",
        ],
    ),
    (
        "an instant that goes back",
        (EARNED, "earned x 2018-01-09 | issued -2 (o2); available +2@2018-12-31"),
        [("3 #2: booked at 2018-01-09T12:00:00Z, after an entry booked at 2018-01-10T12:00:00Z")],
    ),
    (
        "a draw from a bucket past its last day",
        (
            EARNED,
            "lapsed x 2018-12-31T18:30 | available -5@2018-12-31; lapsed +5@2018-12-31",
            "burned b 2018-12-31T18:30 | available -5@2018-12-31; redeemed +5 (b)",
        ),
        [
            "4 #3: available -5 of 2018-12-31, which is past",
            "4 #3: -5 available of 2018-12-31",
        ],
    ),
    (
        "a bucket past its last day that grows",
        ("earned a 2018-12-31T18:30 | issued -5 (o); available +5@2018-12-31",),
        ["4 #1: available +5 of 2018-12-31, which is past"],
    ),
    (
        "a bucket below zero",
        (EARNED, "burned b 2018-01-11 | available -6@2018-12-31; redeemed +6 (b)"),
        ["4 #2: -1 available of 2018-12-31"],
    ),
    (
        "a bucket below zero whose day is over, which is not due",
        (
            EARNED,
            "burned b 2018-01-11 | available -6@2018-12-31; redeemed +6 (b)",
            "earned x 2019-01-01 | issued -1 (o2); available +1@2019-12-31",
        ),
        ["4 #2: -1 available of 2018-12-31"],
    ),
    (
        "a claw-back from a bucket that is not there, and then from another",
        (
            EARNED,
            (
                "clawed_back c 2018-02-01 | available -1@2019-12-31; available -1@2018-12-31; "
                "clawed_back +2 (o)"
            ),
        ),
        ["4 #2: -1 available of 2019-12-31"],
    ),
    (
        "a promise below zero",
        (WAITING, "withdrawn w 2018-01-11 | expected +5 (o4); promised -5 (p)"),
        ["4 #2: -1 promised by 'p'"],
    ),
    (
        "a promise that was never made",
        ("withdrawn w 2018-01-11 | expected +5 (o4); promised -5 (p)",),
        ["4 #1: -5 promised by 'p'"],
    ),
    (
        "more made good than was owed",
        ("earned a 2018-01-10 | issued -5 (o); available +4@2018-12-31; owed +1",),
        ["4 #1: -1 owed"],
    ),
    (
        "tokens available while others are owed",
        (
            TEN,
            "clawed_back c 2018-02-01 | available -9@2018-12-31; owed -1; clawed_back +10 (o)",
        ),
        ["4 #2: 1 available while 1 are owed"],
    ),
    (
        "a burn of the later bucket",
        (EARNED, EARNED_19, "burned b 2018-01-11 | available -3@2019-12-31; redeemed +3 (b)"),
        ["5 #3: 5 of 2018-12-31 are not drawn before those of 2019-12-31"],
    ),
    (
        "a burn that leaves out a bucket of a single token",
        (
            "earned a 2018-01-10 | issued -1 (o); available +1@2018-12-31",
            EARNED_19,
            "burned b 2018-01-11 | available -3@2019-12-31; redeemed +3 (b)",
        ),
        ["5 #3: 1 of 2018-12-31 are not drawn before those of 2019-12-31"],
    ),
    (
        "a burn that leaves a token of the earlier bucket",
        (
            EARNED,
            EARNED_19,
            (
                "burned b 2018-01-11 | available -4@2018-12-31; available -1@2019-12-31; "
                "redeemed +5 (b)"
            ),
        ),
        ["5 #3: 5 of 2018-12-31 are not drawn before those of 2019-12-31"],
    ),
    (
        "draws that are not in their order",
        (
            EARNED,
            EARNED_19,
            (
                "sent s 2018-01-11 | available -1@2019-12-31; available -5@2018-12-31; "
                "transferred +6 (t)"
            ),
        ),
        ["5 #3: 1 of 2019-12-31 are drawn before those of 2018-12-31"],
    ),
    (
        "two draws from one bucket",
        (
            EARNED,
            (
                "adjusted_down d 2018-01-11 | available -1@2018-12-31; available -1@2018-12-31; "
                "adjusted +2"
            ),
        ),
        ["5 #2: 1 of 2018-12-31 are drawn before those of 2018-12-31"],
    ),
    (
        "a hold of the later bucket",
        (
            EARNED,
            EARNED_19,
            (
                "held h 2018-02-01 until 2018-02-02 | available -1@2019-12-31; "
                "held +1@2019-12-31 (h)"
            ),
        ),
        ["5 #3: 5 of 2018-12-31 are not drawn before those of 2019-12-31"],
    ),
    (
        "a claw-back whose own bucket is not emptied",
        (
            EARNED,
            EARNED_19,
            (
                "clawed_back c 2018-02-01 | available -2@2019-12-31; available -1@2018-12-31; "
                "clawed_back +3 (o9)"
            ),
        ),
        ["5 #3: 2019-12-31 is not emptied before others are drawn"],
    ),
    (
        "a claw-back that leaves out the earliest after its own",
        (
            EARNED,
            EARNED_19,
            "earned a8 2018-01-10 | issued -9 (o8); available +9@2020-12-31",
            (
                "clawed_back c 2018-02-01 | available -9@2020-12-31; available -1@2019-12-31; "
                "clawed_back +9 (o8); adjusted +1"
            ),
        ),
        [
            "1 #4: clawed_back does not move adjusted +1",
            "5 #4: 5 of 2018-12-31 are not drawn before those of 2019-12-31",
        ],
    ),
    (
        "a lapse that was due and is not booked, reported once",
        (
            EARNED,
            "earned x 2018-12-31T18:30 | issued -5 (o2); available +5@2019-12-31",
            "earned y 2018-12-31T18:30 | issued -5 (o3); available +5@2019-12-31",
        ),
        [
            (
                "6 #2: the lapse of bucket '2018-12-31' at 2018-12-31T18:30:00Z "
                "is not booked before it"
            )
        ],
    ),
    (
        "a lapse of a single token, and the keeping of a single one, that are not booked",
        (
            "earned a 2018-01-10 | issued -1 (o); available +1@2018-12-31",
            "promised p 2018-01-11 until 2019-01-01 | expected -1 (o4); promised +1@never (p)",
            "earned x 2019-01-01 | issued -5 (o2); available +5@2019-12-31",
        ),
        [
            (
                "6 #3: the lapse of bucket '2018-12-31' at 2018-12-31T18:30:00Z "
                "is not booked before it"
            ),
            "6 #3: the keeping of promise 'p' at 2019-01-01T12:00:00Z is not booked before it",
        ],
    ),
    (
        "a lapse that is booked before a hold that ran out",
        (
            EARNED,
            "held h 2018-02-01 until 2018-02-02 | available -1@2018-12-31; held +1@2018-12-31 (h)",
            "lapsed x 2018-12-31T18:30 | available -4@2018-12-31; lapsed +4@2018-12-31",
        ),
        ["6 #3: the running out of hold 'h' at 2018-02-02T12:00:00Z is not booked before it"],
    ),
    (
        "a capture after its deadline, and after another's",
        (
            EARNED,
            "held g 2018-02-01 until 2018-02-02 | available -1@2018-12-31; held +1@2018-12-31 (g)",
            "held h 2018-02-01 until 2018-02-03 | available -1@2018-12-31; held +1@2018-12-31 (h)",
            "captured c 2018-02-04 | held -1@2018-12-31 (g); redeemed +1 (g)",
        ),
        [
            "6 #4: the running out of hold 'h' at 2018-02-03T12:00:00Z is not booked before it",
            "7 #4: hold 'g' is captured after 2018-02-02T12:00:00Z",
        ],
    ),
    (
        "a lapse of a bucket that is not there",
        ("lapsed x 2018-12-31T18:30 | available -5@2018-12-31; lapsed +5@2018-12-31",),
        [
            "6 #1: 5 of 0 tokens of 2018-12-31 lapse",
            "4 #1: -5 available of 2018-12-31",
        ],
    ),
    (
        "a hold that ran out and is not booked",
        (EARNED, EARNED_19, HELD, "earned x 2018-02-02 | issued -5 (o2); available +5@2019-12-31"),
        [("6 #4: the running out of hold 'h' at 2018-02-02T12:00:00Z is not booked before it")],
    ),
    (
        "a promise that was due and is not kept",
        (PROMISED, "earned x 2018-03-01 | issued -5 (o2); available +5@2019-12-31"),
        ["6 #2: the keeping of promise 'p' at 2018-03-01T12:00:00Z is not booked before it"],
    ),
    (
        "a promise that is withdrawn after it was due",
        (PROMISED, "withdrawn x 2018-03-01 | expected +4 (o4); promised -4@2018-12-31 (p)"),
        ["6 #2: the keeping of promise 'p' at 2018-03-01T12:00:00Z is not booked before it"],
    ),
    (
        "facts of the calendar out of their order",
        (
            EARNED,
            EARNED_19,
            HELD,
            PROMISED.replace("2018-01-11", "2018-02-01").replace("2018-03-01", "2018-02-02T12:01"),
            (
                "kept x 2018-02-02T12:01 | expected +4 (o4); promised -4@2018-12-31 (p); "
                "issued -4 (o4); available +4@2018-12-31"
            ),
            (
                "ran_out x 2018-02-02T12:01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
        ),
        [
            ("6 #5: the running out of hold 'h' at 2018-02-02T12:00:00Z is not booked before it"),
            "7 #6: hold 'h' until 2018-02-02T12:00:00Z runs out at 2018-02-02T12:01:00Z",
        ],
    ),
    (
        "a lapse before the day is over",
        (
            EARNED,
            "lapsed x 2018-12-31T18:29:59 | available -5@2018-12-31; lapsed +5@2018-12-31",
        ),
        [
            "6 #2: 5 of 2018-12-31 lapse before that day is over",
            (
                "6 #2: the lapse of bucket '2018-12-31' at 2018-12-31T18:30:00Z "
                "is booked at 2018-12-31T18:29:59Z"
            ),
        ],
    ),
    (
        "a lapse that is booked when the job ran",
        (
            EARNED,
            "lapsed x 2019-01-01T02:00 | available -5@2018-12-31; lapsed +5@2018-12-31",
        ),
        [
            (
                "6 #2: the lapse of bucket '2018-12-31' at 2018-12-31T18:30:00Z "
                "is booked at 2019-01-01T02:00:00Z"
            )
        ],
    ),
    (
        "a lapse of a part",
        (
            EARNED,
            "lapsed x 2018-12-31T18:30 | available -4@2018-12-31; lapsed +4@2018-12-31",
        ),
        ["6 #2: 4 of 5 tokens of 2018-12-31 lapse"],
    ),
    (
        "a lapse that gives tokens away",
        (
            EARNED,
            (
                "lapsed x 2018-12-31T18:30 | available -5@2018-12-31; lapsed +4@2018-12-31; "
                "adjusted +1"
            ),
        ),
        [
            "1 #2: lapsed does not move adjusted +1",
            "6 #2: 5 of 5 tokens of 2018-12-31 lapse",
        ],
    ),
    (
        "an award that lapses at once while it is valid",
        ("earned a 2018-12-31T18:29:59 | issued -5 (o); lapsed +5@2018-12-31",),
        ["6 #1: 5 of 2018-12-31 lapse before that day is over"],
    ),
    (
        "a promise that is kept in part by the calendar",
        (
            PROMISED,
            (
                "kept x 2018-03-01 | expected +3 (o4); promised -3@2018-12-31 (p); "
                "issued -3 (o4); available +3@2018-12-31"
            ),
        ),
        ["6 #2: 3 of 4 promised by 'p' are kept"],
    ),
    (
        "a promise that is kept to another day by the calendar",
        (
            PROMISED,
            (
                "kept x 2018-03-01 | expected +4 (o4); promised -4@2018-12-31 (p); "
                "issued -4 (o4); available +4@2019-12-31"
            ),
        ),
        ["6 #2: promise 'p' is kept to another last valid day"],
    ),
    (
        "a promise that is kept when the job ran",
        (
            PROMISED,
            (
                "kept x 2018-03-02 | expected +4 (o4); promised -4@2018-12-31 (p); "
                "issued -4 (o4); available +4@2018-12-31"
            ),
        ),
        [
            (
                "6 #2: the keeping of promise 'p' at 2018-03-01T12:00:00Z "
                "is booked at 2018-03-02T12:00:00Z"
            )
        ],
    ),
    (
        "a hold that is resolved twice",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "released r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
            (
                "released s 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
        ),
        ["7 #5: hold 'h' is not open"],
    ),
    (
        "a hold that is resolved in part",
        (
            EARNED,
            EARNED_19,
            HELD,
            "captured c 2018-02-01 | held -5@2018-12-31 (h); redeemed +5 (h)",
        ),
        [
            "7 #4: hold 'h' is resolved in part",
            "7 #4: hold 'h' does not give back what is left of it",
        ],
    ),
    (
        "a hold that is placed while it is open",
        (
            EARNED,
            "held h 2018-02-01 until 2018-02-02 | available -2@2018-12-31; held +2@2018-12-31 (h)",
            "held h 2018-02-01 until 2018-02-02 | available -2@2018-12-31; held +2@2018-12-31 (h)",
        ),
        ["7 #3: hold 'h' is placed while it is open"],
    ),
    (
        "a hold of other tokens than were drawn",
        (
            EARNED,
            "held h 2018-02-01 until 2018-02-02 | available -2@2018-12-31; held +2@2019-12-31 (h)",
        ),
        ["7 #2: what is held is not what is drawn"],
    ),
    (
        "a hold whose deadline has come",
        (
            EARNED,
            "held h 2018-02-01 until 2018-02-01 | available -2@2018-12-31; held +2@2018-12-31 (h)",
        ),
        ["7 #2: a hold has no deadline to come"],
    ),
    (
        "a hold without a deadline",
        (
            EARNED,
            "held h 2018-02-01 | available -2@2018-12-31; held +2@2018-12-31 (h)",
            "released r 2018-03-01 | held -2@2018-12-31 (h); available +2@2018-12-31",
        ),
        ["7 #2: a hold has no deadline to come"],
    ),
    (
        "a capture at the deadline",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "captured c 2018-02-02 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "redeemed +6 (h)"
            ),
        ),
        ["7 #4: hold 'h' is captured after 2018-02-02T12:00:00Z"],
    ),
    (
        "a hold that runs out before its deadline",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "ran_out c 2018-02-02T11:59:59 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
        ),
        ["7 #4: hold 'h' until 2018-02-02T12:00:00Z runs out at 2018-02-02T11:59:59Z"],
    ),
    (
        "a hold that runs out late",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "ran_out c 2018-02-02T12:00:01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
        ),
        ["7 #4: hold 'h' until 2018-02-02T12:00:00Z runs out at 2018-02-02T12:00:01Z"],
    ),
    (
        "a release that redeems",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "released r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "redeemed +6 (h)"
            ),
        ),
        [
            "1 #4: released does not move redeemed +6",
            "7 #4: hold 'h' is released, and 6 of it are redeemed",
        ],
    ),
    (
        "a capture that redeems nothing",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "captured r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; available +1@2019-12-31"
            ),
        ),
        ["7 #4: hold 'h' is captured, and 0 of it are redeemed"],
    ),
    (
        "a hold that comes back in another bucket",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "released r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +6@2019-12-31"
            ),
        ),
        ["7 #4: hold 'h' does not give back what is left of it"],
    ),
    (
        "a hold of one token that comes back in another bucket",
        (
            EARNED,
            "held h 2018-02-01 until 2018-02-02 | available -1@2018-12-31; held +1@2018-12-31 (h)",
            "released r 2018-02-01 | held -1@2018-12-31 (h); available +1@2019-12-31",
        ),
        ["7 #3: hold 'h' does not give back what is left of it"],
    ),
    (
        "a capture that takes the latest draws",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "captured r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "redeemed +1 (h); available +5@2018-12-31"
            ),
        ),
        ["7 #4: hold 'h' does not give back what is left of it"],
    ),
    (
        "a hold that is not all given back",
        (
            EARNED,
            EARNED_19,
            HELD,
            (
                "released r 2018-02-01 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
                "available +5@2018-12-31; adjusted +1"
            ),
        ),
        [
            "1 #4: released does not move adjusted +1",
            "7 #4: hold 'h' does not give back what is left of it",
        ],
    ),
    (
        "a request that comes again after another",
        (EARNED, EARNED_19, EARNED, EARNED),
        ["8 #3: request 'a' comes again after another"],
    ),
    (
        "a burn that is made again at once",
        (
            TEN,
            "burned b 2018-02-01 | available -5@2018-12-31; redeemed +5 (b)",
            "burned b 2018-02-01 | available -5@2018-12-31; redeemed +5 (b)",
        ),
        ["8 #3: burn 'b' is made again"],
    ),
    (
        "more given back than was burned, in all",
        (
            EARNED,
            EARNED_19,
            BURNED,
            (
                "reinstated u 2018-02-02 | redeemed -4 (b); available +3@2018-12-31; "
                "available +1@2019-12-31"
            ),
            "reinstated v 2018-02-02 | redeemed -3 (b); available +3@2018-12-31",
        ),
        ["9 #5: 3 of burn 'b' are given back, 2 were left"],
    ),
    (
        "a burn that never was",
        ("reinstated u 2018-02-02 | redeemed -1 (b); available +1@2018-12-31",),
        ["9 #1: 1 of burn 'b' are given back, 0 were left"],
    ),
    (
        "tokens given back in the order of drawing",
        (
            EARNED,
            EARNED_19,
            BURNED,
            "reinstated u 2018-02-02 | redeemed -1 (b); available +1@2018-12-31",
        ),
        ["9 #4: what is given back is not what was drawn last"],
    ),
    (
        "tokens given back with a longer life",
        (
            EARNED,
            EARNED_19,
            BURNED,
            "reinstated u 2018-02-02 | redeemed -6 (b); available +6@never",
        ),
        ["9 #4: what is given back is not what was drawn last"],
    ),
    (
        "tokens given back to somebody else",
        (
            EARNED,
            EARNED_19,
            BURNED,
            "reinstated u 2018-02-02 | redeemed -1 (b); adjusted +1",
        ),
        [
            "1 #4: reinstated does not move adjusted +1",
            "9 #4: what is given back is not what was drawn last",
        ],
    ),
    (
        "more taken back than was issued, in all",
        (
            EARNED,
            EARNED_19,
            "clawed_back c 2018-02-01 | available -4@2018-12-31; clawed_back +4 (o)",
            "clawed_back d 2018-02-01 | available -1@2018-12-31; clawed_back +1 (o)",
            "clawed_back e 2018-02-01 | available -1@2019-12-31; clawed_back +1 (o)",
        ),
        ["10 #5: 6 are taken back from order 'o', 5 were issued"],
    ),
    (
        "something taken back from an order of another name",
        (EARNED, "clawed_back c 2018-02-01 | available -1@2018-12-31; clawed_back +1 (o2)"),
        ["10 #2: 1 are taken back from order 'o2', 0 were issued"],
    ),
]


@pytest.mark.parametrize(
    ("rows", "expected"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_violation_is_seen(rows: tuple[str, ...], expected: list[str]) -> None:
    """It is reported by its number, at its entry, and nothing else is."""
    assert found(journal(*rows)) == expected


def test_every_promise_has_a_violation_planted() -> None:
    """All ten, and each by a journal that breaks that promise alone."""
    alone = {
        next(iter(numbers))
        for _, rows, _ in PLANTED
        if len(numbers := {it.promise for it in check_journal(journal(*rows))}) == 1
    }
    assert alone == set(range(1, 11))


# What cannot be written in a line is planted in an entry.


@pytest.mark.parametrize("amount", [True, 1.5, "1", None])
def test_an_amount_that_is_no_whole_number_is_seen(amount: Any) -> None:
    """The entry is left out, and the next one is checked as if it were there."""
    entries = journal(EARNED, EARNED, "earned x 2018-01-11 | issued -1; available +1@2019-12-31")
    bad = entries[1]._replace(
        postings=(Posting(Account.ISSUED, -1), Posting(Account.AVAILABLE, amount))
    )
    assert found([entries[0], bad, entries[2]]) == [
        f"2 #2: available {amount!r} is no whole number of tokens"
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"booked_at": datetime(2018, 1, 1)}, "booked at datetime.datetime(2018, 1, 1, 0, 0)"),
        ({"occurred_at": datetime(2018, 1, 1)}, "occurred at datetime.datetime(2018, 1, 1, 0, 0)"),
        ({"booked_at": None}, "booked at None"),
        ({"occurred_at": date(2018, 1, 1)}, "occurred at datetime.date(2018, 1, 1)"),
        ({"until": datetime(2018, 1, 1)}, "until datetime.datetime(2018, 1, 1, 0, 0)"),
        ({"until": "2018-01-01"}, "until '2018-01-01'"),
    ],
)
def test_an_instant_that_is_none_is_seen(changed: dict[str, Any], expected: str) -> None:
    """A naive one, a day, a text, nothing."""
    entries = journal(EARNED, EARNED, "earned x 2018-01-11 | issued -1; available +1@2019-12-31")
    entries[1] = entries[1]._replace(**changed)
    assert found(entries) == [f"3 #2: {expected}, which is no instant"]


@pytest.mark.parametrize("day", ["2018-12-31", datetime(2018, 12, 31)])
def test_a_day_that_is_none_is_seen(day: Any) -> None:
    """A text and an instant are no days."""
    entries = journal(EARNED, EARNED)
    postings = (Posting(Account.ISSUED, -1), Posting(Account.AVAILABLE, 1, day))
    entries[1] = entries[1]._replace(postings=postings)
    assert found(entries) == [f"3 #2: available 1 is of {day!r}, which is no day"]


@pytest.mark.parametrize("sequence", [True, "2", 2.0, None])
def test_a_sequence_that_is_no_whole_number_is_seen(sequence: Any) -> None:
    """The entry is left out."""
    entries = journal(EARNED, EARNED)
    entries[1] = entries[1]._replace(sequence=sequence)
    assert [(it.promise, it.text) for it in check_journal(entries)] == [
        (3, f"sequence {sequence!r} is no whole number")
    ]


HUGE = 10**5000
"""A number that Python does not write."""

KOLKATA = Zone("Asia/Kolkata")
ANY_OWNER: Any = Owner
ANY_REASON: Any = Reason
ANY_POSTING: Any = Posting
"""The same, of anything."""

EARLY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
"""An instant before UTC's year 1."""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"owner": None}, "None is no owner"),
        ({"owner": ANY_OWNER([], "tokens", KOLKATA)}, "Owner(member_id=[], kind='tokens'"),
        ({"owner": ANY_OWNER("m-1", 1, KOLKATA)}, "Owner(member_id='m-1', kind=1"),
        ({"owner": ANY_OWNER("m-1", "tokens", "UTC")}, "Owner(member_id='m-1', kind='tokens'"),
        ({"event": "earned"}, "'earned' is no event"),
        ({"event": []}, "[] is no event"),
        ({"request_id": {}}, "request {} is no text"),
        ({"reason": None}, "None is no reason"),
        ({"reason": ANY_REASON(1)}, "Reason(code=1, figures=()) is no reason"),
        ({"reason": ANY_REASON("x", 1)}, "Reason(code='x', figures=1) is no reason"),
        ({"reason": ANY_REASON("x", (1,))}, "Reason(code='x', figures=(1,)) is no reason"),
        ({"reason": ANY_REASON("x", ((),))}, "Reason(code='x', figures=((),)) is no reason"),
        (
            {"reason": ANY_REASON("x", ((1, 1),))},
            "Reason(code='x', figures=((1, 1),)) is no reason",
        ),
        ({"reason": ANY_REASON("x", (("a", []),))}, "Reason(code='x', figures=(('a', []),))"),
        ({"reason": ANY_REASON("x", (("a", HUGE),))}, "<Reason> is no reason"),
        ({"reason": tuple.__new__(Reason, ("x",))}, "<Reason> is no reason"),
        ({"postings": None}, "None are no postings"),
        ({"postings": (None,)}, "None is no posting"),
        ({"postings": (tuple.__new__(Posting, ()),)}, "<Posting> is no posting"),
        ({"postings": (ANY_POSTING("issued", -1),)}, "'issued' is no account"),
        ({"postings": (ANY_POSTING([], -1),)}, "[] is no account"),
        ({"postings": (ANY_POSTING(Account.OWED, 1, None, []),)}, "owed 1 concerns [], which is"),
        ({"postings": (Posting(Account.OWED, HUGE),)}, "owed <int> is no whole number of tokens"),
        ({"booked_at": EARLY}, "booked at datetime.datetime(1, 1, 1"),
        ({"until": EARLY}, "until datetime.datetime(1, 1, 1"),
        ({"sequence": HUGE}, "sequence <int> is no whole number"),
    ],
)
def test_what_the_codec_never_makes_is_seen(changed: dict[str, Any], expected: str) -> None:
    """It is left out; nothing is raised, though it can be neither counted nor written."""
    entries = journal(EARNED, EARNED)
    entries[1] = entries[1]._replace(**changed)
    (violation,) = check_journal(entries)
    assert violation.text.startswith(expected)
    assert violation.promise == (2 if "tokens" in expected and "owed" in expected else 3)
    assert violation.member_id == ("" if "owner" in changed else "m-1")
    assert violation.kind == ("" if "owner" in changed else "tokens")
    assert violation.sequence == (0 if "sequence" in changed else 2)
    assert violation.text in str(violation)


def test_an_unreadable_entry_is_left_out_whole() -> None:
    """What follows it is checked as if it were there, where it says whose it is."""
    entries = journal(EARNED, EARNED, EARNED)
    entries[1] = entries[1]._replace(event="earned")  # type: ignore[arg-type]
    assert [it.sequence for it in check_journal(entries)] == [2]


@pytest.mark.parametrize("entry", [None, 1, (), "entry", tuple.__new__(Entry, ())])
def test_what_is_no_entry_is_seen(entry: Any) -> None:
    """Whose it is cannot be told."""
    (violation,) = check_journal([*journal(EARNED), entry])
    assert (violation.promise, violation.member_id, violation.sequence) == (3, "", 0)
    assert violation.text.endswith(" is no entry")


def test_a_number_of_1024_bits_is_counted() -> None:
    """And one more is not."""
    entries = journal(EARNED)
    for sequence, text in ((2**1024 - 1, "follows entry 0"), (2**1024, "is no whole number")):
        (violation,) = check_journal([entries[0]._replace(sequence=sequence)])
        assert violation.text.endswith(text)


def test_a_deadline_that_was_moved_is_seen() -> None:
    """A hold runs out exactly at its deadline, and is resolved before it."""
    ran_out = (
        "ran_out x 2018-02-02 | held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
        "available +5@2018-12-31; available +1@2019-12-31"
    )
    for row, moved, text in (
        (ran_out, "2018-02-03", "until 2018-02-03T12:00:00Z runs out at 2018-02-02T12:00:00Z"),
        (ran_out, "2018-02-01 18:00", "until 2018-02-01T18:00:00Z runs out at"),
        (
            ran_out.replace("ran_out x 2018-02-02", "released r 2018-02-02T11:00"),
            "2018-02-02 11:00",
            "is released after 2018-02-02T11:00:00Z",
        ),
    ):
        entries = journal(EARNED, EARNED_19, HELD, row)
        entries[2] = entries[2]._replace(until=at(moved))
        (seen,) = found(entries)
        assert seen.startswith(f"7 #4: hold 'h' {text}")


@pytest.mark.parametrize("event", Event)
def test_an_entry_moves_what_its_event_moves_and_nothing_else(event: Event) -> None:
    """Every event, every account, and both ways."""
    (entry,) = journal(f"{event} x 2018-01-11 | ")
    moved = set()
    for account in Account:
        for amount in (-1, 1):
            posting = Posting(account, amount, date(2018, 12, 31), "o")
            texts = [it.text for it in check_journal([entry._replace(postings=(posting,))])]
            if f"{event} does not move {account} {amount:+}" not in texts:
                moved.add(f"{'-' if amount < 0 else '+'}{account}")
    assert moved == set(MOVED[event].split())


COMES_IN = "+available +lapsed +owed"
MOVED = {
    Event.OPENED: f"-issued {COMES_IN}",
    Event.EARNED: f"-issued {COMES_IN}",
    Event.PROMISED: "-expected +promised",
    Event.KEPT: f"+expected -promised -issued {COMES_IN}",
    Event.WITHDRAWN: "+expected -promised",
    Event.HELD: "-available +held",
    Event.CAPTURED: f"-held +redeemed {COMES_IN}",
    Event.RELEASED: f"-held {COMES_IN}",
    Event.RAN_OUT: f"-held {COMES_IN}",
    Event.BURNED: "-available +redeemed",
    Event.REINSTATED: f"-redeemed {COMES_IN}",
    Event.CLAWED_BACK: "-available -owed +clawed_back",
    Event.SENT: "-available +transferred",
    Event.TAKEN: f"-transferred {COMES_IN}",
    Event.ADJUSTED_UP: f"-adjusted {COMES_IN}",
    Event.ADJUSTED_DOWN: "-available +adjusted",
    Event.LAPSED: "-available +lapsed",
    Event.TOOK_DEBT: "-available -owed +transferred",
    Event.BLOCKED: "",
    Event.UNBLOCKED: "",
}
"""What an event moves, and which way."""


def numbered(*sequences: int) -> list[Entry]:
    """Make earnings of one request with these sequence numbers."""
    entries = journal(*[EARNED] * len(sequences))
    return [it._replace(sequence=n) for it, n in zip(entries, sequences, strict=True)]


@pytest.mark.parametrize(
    ("sequences", "expected"),
    [
        ((1, 2, 3), []),
        ((2,), ["3 #2: follows entry 0"]),
        ((0, 1), ["3 #0: follows entry 0"]),
        ((1, 3, 4), ["3 #3: follows entry 1"]),
        ((1, 2, 2, 3), ["3 #2: follows entry 2"]),
        ((1, 2, 1, 3), ["3 #1: follows entry 2"]),
        ((1, 3, 2, 4), ["3 #3: follows entry 1", "3 #2: follows entry 3"]),
    ],
)
def test_a_gap_and_a_repetition_are_seen(sequences: tuple[int, ...], expected: list[str]) -> None:
    """Once each, at the entry that does not follow."""
    assert found(numbered(*sequences)) == expected


def test_an_unreadable_entry_counts_in_its_place() -> None:
    """Neither a later nor an earlier number confuses what follows."""
    entries = numbered(1, 2, 3)
    entries[1] = entries[1]._replace(postings=(Posting(Account.ISSUED, "1"),))  # type: ignore[arg-type]
    assert [it.sequence for it in check_journal(entries)] == [2]
    entries[1] = entries[1]._replace(sequence=0)
    assert [it.sequence for it in check_journal(entries)] == [0, 3]


def test_a_change_of_zone_is_seen() -> None:
    """The days of a wallet are those of one zone."""
    entries = journal(EARNED, EARNED_19)
    owner = Owner("m-1", "tokens", Zone("Europe/Berlin"))
    entries[1] = entries[1]._replace(owner=owner)
    assert found(entries) == ["3 #2: days are those of Europe/Berlin, not of Asia/Kolkata"]


def by_recipe(
    *issues: tuple[int, int], rounding: Any = "down", more: tuple[tuple[str, Any], ...] = ()
) -> list[Entry]:
    """Issue tokens to order `o` for a base in paise, by 10 tokens for INR 100.00."""
    entries = journal(
        *["earned a 2018-01-10 | issued -1 (o); available +1@2018-12-31"] * len(issues)
    )
    made = []
    for entry, (tokens, base_minor) in zip(entries, issues, strict=True):
        figures = (
            ("rule", "shopping"),
            ("base_minor", base_minor),
            ("rate_tokens", 10),
            ("rate_per_minor", 10_000),
            ("currency", "INR"),
            ("rounding", rounding),
            *more,
        )
        issued = Posting(Account.ISSUED, -tokens, None, "o")
        available = Posting(Account.AVAILABLE, tokens, date(2018, 12, 31))
        made.append(
            entry._replace(reason=Reason("purchase", figures), postings=(issued, available))
        )
    return made


@pytest.mark.parametrize(
    ("issues", "rounding", "expected"),
    [
        ([(9, 9_999)], "down", []),
        ([(10, 9_999)], "down", ["2 #1: order 'o' is issued 10, its recipe gives 9"]),
        ([(10, 9_999)], "up", []),
        ([(11, 9_999)], "up", ["2 #1: order 'o' is issued 11, its recipe gives 10"]),
        ([(1, 1_500)], "half_down", []),
        ([(2, 1_500)], "half_down", ["2 #1: order 'o' is issued 2, its recipe gives 1"]),
        ([(2, 1_500)], "half_up", []),
        ([(3, 2_500)], "half_even", ["2 #1: order 'o' is issued 3, its recipe gives 2"]),
        ([(4, 3_500)], "half_even", []),
        # over several deliveries, whatever their order
        ([(5, 5_000), (5, 10_000)], "down", []),
        ([(5, 10_000), (5, 5_000)], "down", []),
        ([(5, 5_000), (6, 10_000)], "down", ["2 #2: order 'o' is issued 11, its recipe gives 10"]),
        ([(5, 5_000), (5, 5_000)], "down", ["2 #2: order 'o' is issued 10, its recipe gives 5"]),
    ],
)
def test_an_order_that_is_issued_more_than_its_recipe_gives_is_seen(
    issues: list[tuple[int, int]], rounding: str, expected: list[str]
) -> None:
    """Rounded once for the whole order, by the rounding that the reason names."""
    assert found(by_recipe(*issues, rounding=rounding)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_minor", "9999"),
        ("base_minor", -1),
        ("rate_tokens", "10"),
        ("rate_tokens", -1),
        ("rate_per_minor", "10000"),
        ("rate_per_minor", 0),
        ("rounding", "sideways"),
        ("rounding", 1),
    ],
)
def test_a_recipe_that_cannot_be_computed_is_seen(name: str, value: Any) -> None:
    """Its figures are quoted."""
    (entry,) = by_recipe((1, 10_000))
    figures = dict(entry.reason.figures) | {name: value}
    entry = entry._replace(reason=Reason("purchase", tuple(figures.items())))
    stated = [figures[it] for it in ("base_minor", "rate_tokens", "rate_per_minor", "rounding")]
    assert found([entry]) == [f"2 #1: the recipe for order 'o' cannot be computed: {stated}"]


@pytest.mark.parametrize("name", ["base_minor", "rate_tokens", "rate_per_minor", "rounding"])
def test_a_reason_that_does_not_state_its_recipe_is_let_through(name: str) -> None:
    """A welcome has none; one figure less is none."""
    (entry,) = by_recipe((99, 10_000))
    figures = tuple(figure for figure in entry.reason.figures if figure[0] != name)
    assert found([entry._replace(reason=Reason("purchase", figures))]) == []


@pytest.mark.parametrize(
    ("tokens", "more", "expected"),
    [
        (15, (("campaign.a", 3), ("campaign.b", 2)), []),
        (16, (("campaign.a", 3), ("campaign.b", 2)), ["issued 16, its recipe gives 15"]),
        (7, (("campaign.a", -3),), []),
        (8, (("campaign.a", -3),), ["issued 8, its recipe gives 7"]),
        (11, (("campaigns", 3),), ["issued 11, its recipe gives 10"]),
        (11, (("campaign.a", "3"),), ["issued 11, its recipe gives 10"]),
        (11, (("a.campaign.", 3),), ["issued 11, its recipe gives 10"]),
    ],
)
def test_what_campaigns_add_is_issued_too(
    tokens: int, more: tuple[tuple[str, Any], ...], expected: list[str]
) -> None:
    """And no more; where one stands in place of the base rate, it may give less."""
    assert found(by_recipe((tokens, 10_000), more=more)) == [
        f"2 #1: order 'o' is {it}" for it in expected
    ]


def test_every_order_of_an_entry_is_counted() -> None:
    """One that is not named does not hide the next, nor does one that cannot be computed."""
    (entry,) = by_recipe((1, 10_000))
    (_, available) = entry.postings
    issues = [Posting(Account.ISSUED, -99, None, name) for name in (None, "o", "o2")]
    several = entry._replace(postings=(*issues, available._replace(amount=297)))
    assert found([several]) == [
        "2 #1: order 'o' is issued 99, its recipe gives 10",
        "2 #1: order 'o2' is issued 99, its recipe gives 10",
    ]
    figures = dict(entry.reason.figures) | {"rounding": "sideways"}
    unknown = several._replace(reason=Reason("purchase", tuple(figures.items())))
    assert [it.text.partition(" cannot")[0] for it in check_journal([unknown])] == [
        "the recipe for order 'o'",
        "the recipe for order 'o2'",
    ]


def test_a_recipe_at_its_least_figures_can_be_computed() -> None:
    """Nothing bought, no rate, and a rate for a single minor unit."""
    (entry,) = by_recipe((1, 0))
    assert found([entry]) == ["2 #1: order 'o' is issued 1, its recipe gives 0"]
    figures = dict(entry.reason.figures) | {"rate_per_minor": 1, "base_minor": 1}
    entry = entry._replace(reason=Reason("purchase", tuple(figures.items())))
    assert found([entry]) == []
    figures |= {"rate_tokens": 0}
    entry = entry._replace(reason=Reason("purchase", tuple(figures.items())))
    assert found([entry]) == ["2 #1: order 'o' is issued 1, its recipe gives 0"]


def test_an_issue_that_names_no_order_is_let_through() -> None:
    """There is nothing to count it by."""
    (entry,) = by_recipe((99, 10_000))
    (_, available) = entry.postings
    bare = entry._replace(postings=(Posting(Account.ISSUED, -99), available))
    assert found([bare]) == []


def test_what_was_given_back_may_be_issued_again() -> None:
    """As far as it was clawed back, or as far as the reason states it."""
    first, second = by_recipe((10, 10_000), (10, 10_000))
    (back,) = journal("clawed_back c 2018-01-10 | available -10@2018-12-31; clawed_back +10 (o)")
    back = back._replace(sequence=2, request_id="a")
    assert found([first, back, second._replace(sequence=3)]) == []
    assert found([first, second]) == ["2 #2: order 'o' is issued 20, its recipe gives 10"]
    for given_back, expected in (
        (9, ["2 #2: order 'o' is issued 20, its recipe gives 19"]),
        (10, []),
        ("10", ["2 #2: order 'o' is issued 20, its recipe gives 10"]),
    ):
        stated = by_recipe((10, 10_000), (10, 10_000), more=(("given_back", given_back),))
        assert found([first, stated[1]]) == expected


# What a violation says.


def test_a_violation_is_written_on_one_line() -> None:
    """With the promise, the entry, and whose it is."""
    (violation,) = check_journal(
        journal("m-2/points: earned x 2018-01-11 | issued -1; available +2@2018-12-31")
    )
    assert violation == Violation(1, "m-2", "points", 1, "postings sum to 1, not to 0")
    assert str(violation) == "promise 1: entry 1 of 'm-2', 'points': postings sum to 1, not to 0"
    assert "\n" not in str(Violation(3, "m\n2", "points", 1, "follows entry 4"))


def test_violations_are_told_apart_by_member_and_kind() -> None:
    """The transfer's is the taker's."""
    entries = journal(
        EARNED,
        "sent s 2018-02-01 | available -4@2018-12-31; transferred +4 (t)",
        "m-2/tokens: taken k 2018-02-02 | transferred -5 (t); available +5@2018-12-31",
        "m-3/points: earned x 2018-01-11 | issued -1; available +2@2018-12-31",
    )
    assert [(it.promise, it.member_id, it.kind) for it in check_journal(entries)] == [
        (1, "m-3", "points"),
        (1, "m-2", "tokens"),
    ]


def test_a_journal_is_read_once() -> None:
    """It may be a stream; of nothing, nothing is wrong."""
    assert check_journal(iter(journal(EARNED, EARNED_19))) == ()
    assert check_journal(()) == ()
    assert check_journal(journal(EARNED)[0] for _ in range(2))[0].promise == 3


def test_days_end_in_the_wallets_zone() -> None:
    """A burn in the last hour of a Berlin day is sound there, and too late in Kolkata."""
    entries = journal(
        EARNED, "burned b 2018-12-31T22:59 | available -5@2018-12-31; redeemed +5 (b)"
    )
    berlin = Owner("m-1", "tokens", Zone("Europe/Berlin"))
    assert found(it._replace(owner=berlin) for it in entries) == []
    assert {it.promise for it in check_journal(entries)} == {4, 6}
    assert entries[1].booked_at == at("2018-12-31 22:59")


def test_what_cannot_be_read_is_shown_and_hides_nothing_behind_it() -> None:
    """The thing itself is in the message, and what comes after it is still checked."""
    entries = journal(EARNED)
    odd: Any = "no entry at all"
    gap = entries[0]._replace(sequence=3)
    texts = [it.text for it in check_journal([odd, *entries, gap])]
    assert texts[0] == "'no entry at all' is no entry"
    assert any("follows entry 1" in text for text in texts[1:])
    postings: Any = 7
    shown = check_journal([entries[0]._replace(postings=postings)])
    assert [it.text for it in shown] == ["7 are no postings"]
    several: Any = (None, *entries[0].postings, 8)
    both = [it.text for it in check_journal([entries[0]._replace(postings=several)])]
    assert both == ["None is no posting", "8 is no posting"]
