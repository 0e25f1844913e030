"""Folding a journal, and cutting it at an instant."""

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
    with pytest.raises(Misuse, match="needs an offset"):
        until(made.entries, T0.replace(tzinfo=None))


def test_a_balance_in_the_past_is_the_fold_of_a_prefix_asked_at_that_instant() -> None:
    """What has lapsed by then has lapsed, though it was not booked."""
    made = history("5@2018-12-31 + 3@never")
    cut = T0 + 400 * DAY
    made.take(made.wallet.burn(1, at=T0 + 500 * DAY, request_id="b", reason=WHY))
    assert str(fold(until(made.entries, cut)).at(cut)) == "3@never"
    assert str(fold(until(made.entries, T0)).at(T0)) == str(wallet("5@2018-12-31 + 3@never"))
