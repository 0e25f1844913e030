"""Folding a journal, and cutting it at an instant."""

from typing import Any

import pytest

from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import Account, Owner, Posting, Wallet, fold, until
from tests.wallets import (
    DAY,
    HOUR,
    KOLKATA,
    OWNER,
    SECOND,
    T0,
    WHY,
    day,
    history,
    journal,
    wallet,
)

Y18 = day("2018-12-31")


def test_folding_a_journal_gives_the_wallet() -> None:
    """And any prefix the wallet as it was then."""
    made = history("5@2018-12-31 + 3@never")
    before = made.wallet
    made.take(made.wallet.hold(6, until=T0 + DAY, at=T0 + HOUR, request_id="h", reason=WHY))
    made.take(made.wallet.release("h", at=T0 + 2 * HOUR, request_id="r", reason=WHY))
    assert fold(made.entries) == made.wallet
    assert fold(iter(made.entries[:2])) == before
    assert type(fold(made.entries)) is Wallet


def test_there_is_no_wallet_without_an_entry() -> None:
    """Nothing says whose it would be."""
    with pytest.raises(Misuse) as caught:
        fold([])
    assert str(caught.value) == "there is no wallet without an entry"


def test_a_gap_is_corrupt() -> None:
    """At the beginning, within, and a sequence number twice."""
    first, second, third = history("1@2018-12-31 + 2@2019-12-31 + 3@never").entries
    for entries, follows, before in (
        ([second], 2, 0),
        ([first, third], 3, 1),
        ([first, second, second], 2, 2),
    ):
        with pytest.raises(Corrupt) as caught:
            fold(entries)
        assert str(caught.value) == (
            f"entry {follows} of {OWNER} cannot follow entry {before} of {OWNER}"
        )


def test_an_entry_of_another_wallet_is_corrupt() -> None:
    """One of another member, kind or zone."""
    first, second = history("1@2018-12-31 + 2@2019-12-31").entries
    other = Owner("m-2", "tokens", KOLKATA)
    with pytest.raises(Corrupt) as caught:
        fold([first, second._replace(owner=other)])
    assert str(caught.value) == f"entry 2 of {other} cannot follow entry 1 of {OWNER}"


def test_an_entry_that_takes_what_is_not_there_is_corrupt() -> None:
    """The store is at fault, not the caller; the cause is named."""
    (first,) = history("1@2018-12-31").entries
    taking = (Posting(Account.AVAILABLE, -2, Y18), Posting(Account.REDEEMED, 2, None, "b"))
    with pytest.raises(Corrupt) as caught:
        fold([first, first._replace(sequence=2, postings=taking)])
    assert str(caught.value) == (
        f"entry 2 of {OWNER} cannot be: tokens must be 1 to 2**63 - 1, not -1"
    )
    assert type(caught.value.__cause__) is Misuse


def test_an_entry_that_passes_the_limit_is_corrupt() -> None:
    """A wallet would have refused it."""
    (first,) = history(f"{TOKENS_MAX}@2018-12-31").entries
    with pytest.raises(Corrupt) as caught:
        fold([first, first._replace(sequence=2)])
    assert str(caught.value) == (
        f"entry 2 of {OWNER} cannot be: a wallet takes at most 2**63 - 1 tokens"
    )


EARNED = "earned a 2018-01-10 | issued -5 (o); available +5@2018-12-31"
HELD = "held h 2018-02-01 until 2018-02-02 | available -5@2018-12-31; held +5@2018-12-31 (h)"
PROMISED = "promised p 2018-01-11 | expected -4 (o4); promised +4 (p)"

CANNOT_BE: list[tuple[str, tuple[str, ...], str]] = [
    (
        "a release of an unknown hold",
        (EARNED, "released r 2018-02-01 | held -5@2018-12-31 (h); available +5@2018-12-31"),
        "hold 'h' is not open with what is resolved of it",
    ),
    (
        "a release of a part of a hold",
        (EARNED, HELD, "released r 2018-02-01 | held -4@2018-12-31 (h); available +4@2018-12-31"),
        "hold 'h' is not open with what is resolved of it",
    ),
    (
        "a capture of more than a hold",
        (EARNED, HELD, "captured c 2018-02-01 | held -6@2018-12-31 (h); redeemed +6 (h)"),
        "hold 'h' is not open with what is resolved of it",
    ),
    (
        "a running out of a hold of other days",
        (EARNED, HELD, "ran_out x 2018-02-02 | held -5@2019-12-31 (h); available +5@2019-12-31"),
        "hold 'h' is not open with what is resolved of it",
    ),
    (
        "a withdrawal of an unknown promise",
        (PROMISED, "withdrawn w 2018-01-11 | expected +1 (o4); promised -1 (q)"),
        "1 are taken from promise 'q', which has 0",
    ),
    (
        "a keeping of more than a promise has",
        (
            PROMISED,
            (
                "kept k 2018-01-12 | expected +5 (o4); promised -5 (p); issued -5 (o4); "
                "available +5@2018-12-31"
            ),
        ),
        "5 are taken from promise 'p', which has 4",
    ),
    (
        "a withdrawal in two parts of more than a promise has",
        (PROMISED, "withdrawn w 2018-01-11 | expected +5 (o4); promised -2 (p); promised -3 (p)"),
        "5 are taken from promise 'p', which has 4",
    ),
    (
        "a promise that is made again, so that one withdrawal would take both",
        (PROMISED, PROMISED),
        "promise 'p' is open already",
    ),
    (
        "something made good where nothing is owed",
        (EARNED, "earned e 2018-01-11 | issued -1 (o); owed +1"),
        "-1 would be owed",
    ),
    (
        "more taken from issued than was issued",
        (EARNED, "earned e 2018-01-11 | issued +6 (o); adjusted -6"),
        "-1 would be issued",
    ),
    (
        "more given back than was redeemed",
        (EARNED, "reinstated r 2018-01-11 | redeemed -1 (b); available +1@2018-12-31"),
        "-1 would be redeemed",
    ),
    (
        "more that comes back than lapsed",
        (EARNED, "lapsed l 2018-01-11 | lapsed -1@2018-12-31; available +1@2018-12-31"),
        "-1 would be lapsed",
    ),
    (
        "more given back than was clawed back",
        (EARNED, "clawed_back c 2018-01-11 | clawed_back -1 (o); available +1@2018-12-31"),
        "-1 would be clawed back",
    ),
    (
        "postings that do not sum to zero",
        (EARNED, "earned e 2018-01-11 | issued -5 (o); available +4@2018-12-31"),
        "its postings sum to -1, not to 0",
    ),
    (
        "tokens that come out of what is expected",
        (EARNED, "earned e 2018-01-11 | expected -1 (o); available +1@2018-12-31"),
        "5 came in, and 6 are accounted for",
    ),
]


@pytest.mark.parametrize(
    ("rows", "why"), [row[1:] for row in CANNOT_BE], ids=[row[0] for row in CANNOT_BE]
)
def test_an_entry_that_does_not_add_up_is_corrupt(rows: tuple[str, ...], why: str) -> None:
    """Though a wallet could be computed from it; what came before it folds."""
    entries = journal(*rows)
    fold(entries[:-1])
    with pytest.raises(Corrupt) as caught:
        fold(entries)
    assert str(caught.value) == f"entry {len(rows)} of {OWNER} cannot be: {why}"


def test_what_is_there_can_be_taken_to_the_last_token() -> None:
    """All of a hold of several days, of a promise, of a debt, of a burn."""
    made = fold(
        journal(
            EARNED,
            "earned b 2018-01-10 | issued -2 (o); available +2@never",
            PROMISED,
            "withdrawn w 2018-01-11 | expected +1 (o4); promised -1 (p)",
            (
                "held h 2018-02-01 until 2018-02-02 | available -5@2018-12-31; available -1@never; "
                "held +5@2018-12-31 (h); held +1@never (h)"
            ),
            (
                "captured c 2018-02-01 | held -1@never (h); held -5@2018-12-31 (h); "
                "redeemed +2 (h); available +3@2018-12-31; available +1@never"
            ),
            "reinstated r 2018-02-01 | redeemed -2 (h); available +2@2018-12-31",
            (
                "clawed_back x 2018-02-01 | available -5@2018-12-31; available -2@never; owed -3; "
                "clawed_back +10 (o)"
            ),
            "kept k 2018-02-01 | expected +3 (o4); promised -3 (p); issued -3 (o4); owed +3",
        )
    )
    assert str(made) == "0"
    assert made.totals == (10, 0, 0, 10, 0, 0)


def test_a_journal_is_cut_at_an_instant() -> None:
    """What was booked by then, the instant included, whatever the fact's own instant."""
    made = history("5@2018-12-31")
    for hours in (1, 2):
        made.take(
            made.wallet.earn(
                1,
                last_day=Y18,
                at=T0 + hours * HOUR,
                request_id=f"r{hours}",
                reason=WHY,
                occurred_at=T0 - DAY,
            )
        )
    for instant, count in (
        (T0 - SECOND, 0),
        (T0, 1),
        (T0 + HOUR - SECOND, 1),
        (T0 + HOUR, 2),
        (T0 + HOUR + SECOND, 2),
        (T0 + DAY, 3),
    ):
        assert until(made.entries, instant) == tuple(made.entries[:count])
    with pytest.raises(Misuse, match=r"needs an offset"):
        until(made.entries, T0.replace(tzinfo=None))


def test_a_balance_in_the_past_is_the_fold_of_a_prefix_asked_at_that_instant() -> None:
    """What has lapsed by then has lapsed, though it was not booked."""
    made = history("5@2018-12-31 + 3@never")
    cut = T0 + 400 * DAY
    made.take(made.wallet.burn(1, at=T0 + 500 * DAY, request_id="b", reason=WHY))
    assert str(fold(until(made.entries, cut)).at(cut)) == "3@never"
    assert str(fold(until(made.entries, T0)).at(T0)) == str(wallet("5@2018-12-31 + 3@never"))


def test_what_one_hold_takes_from_a_day_may_stand_in_several_postings() -> None:
    """When it is placed, and when it is resolved: what counts is the sum by day."""
    made = history("5@2018-12-31")
    made.take(made.wallet.hold(5, until=T0 + DAY, at=T0 + HOUR, request_id="h", reason=WHY))
    made.take(made.wallet.release("h", at=T0 + 2 * HOUR, request_id="r", reason=WHY))
    earned, held, released = made.entries
    placed = tuple(Posting(Account.HELD, n, Y18, "h") for n in (3, 2))
    back = tuple(Posting(Account.HELD, -n, Y18, "h") for n in (4, 1))
    taken = (Posting(Account.AVAILABLE, -5, Y18),)
    given = (Posting(Account.AVAILABLE, 5, Y18),)
    split = [
        earned,
        held._replace(postings=(*taken, *placed)),
        released._replace(postings=(*back, *given)),
    ]
    assert fold(split) == made.wallet
    short = split[2]._replace(postings=(back[0], Posting(Account.AVAILABLE, 4, Y18)))
    with pytest.raises(Corrupt, match=r"hold 'h' is not open with what is resolved of it"):
        fold([*split[:2], short])


def test_a_hold_without_a_name_is_one_hold() -> None:
    """The library names every hold; a journal of somebody else's may not."""
    made = history("5@2018-12-31")
    made.take(made.wallet.hold(5, until=T0 + DAY, at=T0 + HOUR, request_id="h", reason=WHY))
    made.take(made.wallet.release("h", at=T0 + 2 * HOUR, request_id="r", reason=WHY))
    nameless = [
        entry._replace(postings=tuple(it._replace(ref=None) for it in entry.postings))
        for entry in made.entries
    ]
    assert str(fold(nameless)) == "5@2018-12-31"


@pytest.mark.parametrize("account", [Account.PROMISED, Account.OWED])
def test_a_posting_of_nothing_is_corrupt(account: Account) -> None:
    """An amount is never zero."""
    made = history("5@2018-12-31")
    (earned,) = made.entries
    nothing = earned._replace(postings=(*earned.postings, Posting(account, 0, Y18, "x")))
    with pytest.raises(Corrupt, match=r"it posts nothing to"):
        fold([nothing])


def test_a_part_of_a_token_is_corrupt_though_the_bucket_is_there() -> None:
    """What is added to a bucket is looked at as closely as what makes one."""
    (earned,) = history("5@2018-12-31").entries
    part: Any = 1.5
    postings = (Posting(Account.ISSUED, -part), Posting(Account.AVAILABLE, part, Y18))
    with pytest.raises(Corrupt, match=r"tokens must be an int, not float: 6\.5"):
        fold([earned, earned._replace(sequence=2, postings=postings)])
