"""Entries, postings and reasons."""

import pytest

from mi_rewards.wallet import Account, Entry, Event, Owner, Posting, Reason
from mi_rewards.wallet.entries import CALENDAR_EVENTS
from tests.wallets import KOLKATA, OWNER, T0, WHY, day

ENTRY = Entry(
    OWNER,
    1,
    Event.EARNED,
    "r-1",
    T0,
    T0,
    WHY,
    (
        Posting(Account.ISSUED, -5, None, "o-1"),
        Posting(Account.AVAILABLE, 2, day("2018-12-31")),
        Posting(Account.AVAILABLE, 3, day("2019-12-31")),
    ),
)


def test_an_entry_names_its_member_and_kind() -> None:
    """Both are those of the wallet's owner."""
    assert ENTRY.member_id == "m-1"
    assert ENTRY.kind == "tokens"
    assert ENTRY.until is None


@pytest.mark.parametrize(
    ("account", "tokens"),
    [(Account.ISSUED, -5), (Account.AVAILABLE, 5), (Account.HELD, 0)],
)
def test_an_entry_adds_up_what_it_posts_to_an_account(account: Account, tokens: int) -> None:
    """Two postings to one account are one sum, none is nothing."""
    assert ENTRY.amount(account) == tokens


def test_a_reason_is_asked_for_a_figure_by_its_name() -> None:
    """What it does not state is nothing."""
    reason = Reason("purchase", (("rate_tokens", 10), ("rounding", "down")))
    assert reason.figure("rate_tokens") == 10
    assert reason.figure("rounding") == "down"
    assert reason.figure("base_minor") is None
    assert Reason("welcome").figures == ()


def test_a_posting_may_concern_no_day_and_nothing_by_name() -> None:
    """Both are nothing unless they are given."""
    assert Posting(Account.OWED, 1) == (Account.OWED, 1, None, None)


def test_owners_are_equal_by_member_kind_and_zone() -> None:
    """Spendable tokens and status points of a member are two wallets."""
    assert Owner("m-1", "tokens", KOLKATA) == OWNER
    assert Owner("m-1", "points", KOLKATA) != OWNER


def test_the_calendar_lapses_lets_run_out_and_keeps() -> None:
    """Everything else needs somebody to ask for it."""
    assert {Event.LAPSED, Event.RAN_OUT, Event.KEPT} == CALENDAR_EVENTS


def test_accounts_and_events_are_their_names() -> None:
    """They are stored by these names for ever."""
    assert [account.value for account in Account] == [
        "issued",
        "expected",
        "promised",
        "available",
        "held",
        "redeemed",
        "lapsed",
        "clawed_back",
        "owed",
        "transferred",
        "adjusted",
    ]
    assert [event.value for event in Event] == [
        "opened",
        "earned",
        "promised",
        "kept",
        "withdrawn",
        "held",
        "captured",
        "released",
        "ran_out",
        "burned",
        "reinstated",
        "clawed_back",
        "sent",
        "taken",
        "adjusted_up",
        "adjusted_down",
        "lapsed",
        "took_debt",
        "blocked",
        "unblocked",
    ]
