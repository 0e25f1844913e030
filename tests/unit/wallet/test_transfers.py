"""Transfers and adjustments."""

from datetime import datetime
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Draw,
    InsufficientTokens,
    Owner,
    PassedOn,
    Reason,
    TokensOwed,
    Wallet,
    WalletFull,
    adjust_down,
    adjust_up,
    block,
    check_journal,
    fold,
    pass_on,
    send,
    take,
    take_debt,
)
from tests.wallets import (
    KOLKATA,
    OWED,
    OWNER,
    T0,
    WHY,
    at,
    day,
    draws,
    history,
    owing,
    story,
    wallet,
)

EMPTY = Wallet(OWNER)
TAKER = Wallet(Owner("m-2", "tokens", KOLKATA))
Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")


def test_what_is_sent_leaves_the_bucket_that_lapses_first() -> None:
    """The answer is what is on its way, with its last days."""
    change = send(
        wallet("5@2018-12-31 + 3@2019-12-31"),
        6,
        transfer_id="t",
        at=T0,
        request_id="s",
        reason=WHY,
    )
    assert story(change.entries) == [
        (
            "3 sent by s on 2018-01-10T10:00:00Z, test: "
            "available -5@2018-12-31; available -1@2019-12-31; transferred +6 (t)"
        )
    ]
    assert change.result == draws("5@2018-12-31 + 1@2019-12-31")
    assert str(change.wallet) == "2@2019-12-31"
    assert change.wallet.transferred == 6


def test_what_is_taken_keeps_its_last_days() -> None:
    """The other side has the same transfer id."""
    change = take(
        TAKER,
        draws("5@2018-12-31 + 1@2019-12-31"),
        transfer_id="t",
        at=T0,
        request_id="k",
        reason=WHY,
    )
    assert story(change.entries) == [
        (
            "1 taken by k on 2018-01-10T10:00:00Z, test: "
            "transferred -6 (t); available +5@2018-12-31; available +1@2019-12-31"
        )
    ]
    assert change.result is None
    assert str(change.wallet) == "5@2018-12-31 + 1@2019-12-31"
    assert change.wallet.transferred == -6


def test_what_lapsed_on_its_way_lapses_on_arrival() -> None:
    """And makes good no debt; what is alive does, earliest last day first."""
    made = owing(3)
    change = take(
        made,
        draws("5@2018-12-31 + 2@2019-12-31 + 2@never"),
        transfer_id="t",
        at=PAST_2018,
        request_id="k",
        reason=WHY,
    )
    assert story(change.entries) == [
        (
            "3 taken by k on 2018-12-31T18:30:00Z, test: "
            "transferred -9 (t); lapsed +5@2018-12-31; available +1@never; owed +3"
        )
    ]
    assert str(change.wallet) == "1@never"


def test_nothing_is_taken_of_nothing() -> None:
    """A transfer has at least one token, and no more than the limit."""
    for parts in ((), (Draw(Y18, TOKENS_MAX), Draw(Y19, 1))):
        with pytest.raises(Misuse):
            take(TAKER, parts, transfer_id="t", at=T0, request_id="k", reason=WHY)


def test_tokens_are_added_by_hand() -> None:
    """Under the host's own reason; adding makes the total negative."""
    change = adjust_up(EMPTY, 5, last_day=Y18, at=T0, request_id="a", reason=Reason("goodwill"))
    assert story(change.entries) == [
        "1 adjusted_up by a on 2018-01-10T10:00:00Z, goodwill: adjusted -5; available +5@2018-12-31"
    ]
    assert change.result is None
    assert change.wallet.adjusted == -5
    assert str(change.wallet) == "5@2018-12-31"


def test_tokens_are_taken_off_by_hand() -> None:
    """From the bucket that lapses first; the answer says which."""
    change = adjust_down(
        wallet("5@2018-12-31 + 3@2019-12-31"), 6, at=T0, request_id="a", reason=WHY
    )
    assert story(change.entries) == [
        (
            "3 adjusted_down by a on 2018-01-10T10:00:00Z, test: "
            "available -5@2018-12-31; available -1@2019-12-31; adjusted +6"
        )
    ]
    assert change.result == draws("5@2018-12-31 + 1@2019-12-31")
    assert change.wallet.adjusted == 6


def test_an_adjustment_makes_good_a_debt_first() -> None:
    """Like everything that comes in."""
    change = adjust_up(owing(3), 5, last_day=Y18, at=T0, request_id="a", reason=WHY)
    assert story(change.entries)[0].endswith("adjusted -5; available +2@2018-12-31; owed +3")


def test_more_than_is_available_neither_leaves_nor_is_taken_off() -> None:
    """All of it may; nothing while tokens are owed."""
    made = wallet("5@2018-12-31")
    for tokens in (5, 6):
        calls: list[Any] = [
            lambda it, tokens=tokens: send(
                it, tokens, transfer_id="t", at=T0, request_id="s", reason=WHY
            ),
            lambda it, tokens=tokens: adjust_down(it, tokens, at=T0, request_id="a", reason=WHY),
        ]
        for call in calls:
            if tokens == 5:
                assert str(call(made).wallet) == "0"
                continue
            with pytest.raises(InsufficientTokens) as caught:
                call(made)
            assert caught.value == InsufficientTokens(required=6, available=5)
            with pytest.raises(TokensOwed):
                call(owing(1))


@pytest.mark.parametrize("tokens", [0, -1, True])
def test_transfers_and_adjustments_are_of_whole_tokens(tokens: int) -> None:
    """Out, up and down."""
    made = wallet("5@2018-12-31")
    with pytest.raises(Misuse):
        send(made, tokens, transfer_id="t", at=T0, request_id="s", reason=WHY)
    with pytest.raises(Misuse):
        adjust_up(made, tokens, last_day=Y18, at=T0, request_id="a", reason=WHY)
    with pytest.raises(Misuse):
        adjust_down(made, tokens, at=T0, request_id="a", reason=WHY)


def test_what_came_in_counts_towards_the_limit() -> None:
    """Taken, added or issued: all of it together, whatever has left since."""
    almost = wallet(f"{TOKENS_MAX - 1}@2018-12-31")
    calls: list[Any] = [
        lambda it, n: take(
            it, (Draw(NEVER, n),), transfer_id="t", at=T0, request_id="k", reason=WHY
        ),
        lambda it, n: adjust_up(it, n, last_day=NEVER, at=T0, request_id="a", reason=WHY),
    ]
    for call in calls:
        assert call(almost, 1).wallet.available == TOKENS_MAX
        with pytest.raises(WalletFull):
            call(almost, 2)
        with pytest.raises(WalletFull):
            call(call(almost, 1).wallet, 1)
    sent = send(
        wallet(f"{TOKENS_MAX}@2018-12-31"),
        TOKENS_MAX,
        transfer_id="t",
        at=T0,
        request_id="s",
        reason=WHY,
    ).wallet
    with pytest.raises(WalletFull):
        sent.earn(1, last_day=Y18, at=T0, request_id="r", reason=WHY)
    off = adjust_down(
        wallet(f"{TOKENS_MAX}@2018-12-31"), TOKENS_MAX, at=T0, request_id="d", reason=WHY
    ).wallet
    with pytest.raises(WalletFull):
        off.earn(1, last_day=Y18, at=T0, request_id="r", reason=WHY)


def test_instants_of_transfers_need_an_offset() -> None:
    """In and out."""
    made, naive = wallet("5@2018-12-31"), T0.replace(tzinfo=None)
    with pytest.raises(Misuse, match=r"needs an offset"):
        send(made, 1, transfer_id="t", at=naive, request_id="s", reason=WHY)
    with pytest.raises(Misuse, match=r"needs an offset"):
        adjust_up(made, 1, last_day=Y18, at=naive, request_id="a", reason=WHY)


def test_transfers_and_adjustments_first_book_what_is_due() -> None:
    """A lapse comes before each, by the same request."""
    made = wallet("5@2018-12-31 + 9@never")
    kwargs: Any = {"at": PAST_2018, "request_id": "x", "reason": WHY}
    for change in (
        send(made, 1, transfer_id="t", **kwargs),
        take(made, draws("1@never"), transfer_id="t", **kwargs),
        adjust_up(made, 1, last_day=NEVER, **kwargs),
        adjust_down(made, 1, **kwargs),
    ):
        assert story(change.entries)[0] == (
            "3 lapsed by x on 2018-12-31T18:30:00Z, last_day_passed: "
            "available -5@2018-12-31; lapsed +5@2018-12-31"
        )
        assert [entry.request_id for entry in change.entries] == ["x", "x"]


# What a member who is merged leaves behind


@pytest.mark.parametrize(
    ("instant", "expected"), [(T0, "5@2018-12-31 + 3@2019-12-31"), (PAST_2018, "3@2019-12-31")]
)
def test_all_that_is_available_is_passed_on(instant: datetime, expected: str) -> None:
    """With its last days, blocked or not; what is due is booked first."""
    made = history("5@2018-12-31 + 3@2019-12-31")
    made.take(block(made.wallet, "merged", at=T0, request_id="b"))
    passed = made.take(
        pass_on(made.wallet, transfer_id="t", at=instant, request_id="m", reason=WHY)
    )
    assert passed == PassedOn(draws(expected), 0)
    assert str(made.wallet) == "0 | blocked merged"
    assert check_journal(made.entries) == ()
    assert story(made.entries)[-1].endswith("available -3@2019-12-31; transferred +8 (t)") is (
        instant == T0
    )


def test_where_nothing_is_there_nothing_is_passed_on() -> None:
    """What is due is booked all the same."""
    change = pass_on(EMPTY, transfer_id="t", at=T0, request_id="m", reason=WHY)
    assert change == (EMPTY, (), PassedOn((), 0))
    change = pass_on(
        wallet("1@2018-12-31"), transfer_id="t", at=PAST_2018, request_id="m", reason=WHY
    )
    assert [it.event.value for it in change.entries] == ["lapsed"]


def test_a_debt_is_passed_on_and_made_good_here() -> None:
    """No token comes to a bucket."""
    change = pass_on(owing(5), transfer_id="t", at=T0, request_id="m", reason=WHY)
    assert change.result == PassedOn((), 5)
    assert story(change.entries) == [
        "3 taken by m on 2018-01-10T10:00:00Z, test: transferred -5 (t); owed +5"
    ]
    assert (str(change.wallet), change.wallet.transferred) == ("0", -5)


@pytest.mark.parametrize(
    ("there", "debt", "taken", "expected", "row"),
    [
        ("5@2018-12-31 + 3@2019-12-31", 4, 4, "1@2018-12-31 + 3@2019-12-31", "-4@2018-12-31"),
        (
            "5@2018-12-31 + 3@2019-12-31",
            8,
            8,
            "0",
            "-5@2018-12-31; available -3@2019-12-31",
        ),
        (
            "5@2018-12-31 + 3@2019-12-31",
            9,
            8,
            "0 | owed 1",
            "-5@2018-12-31; available -3@2019-12-31; owed -1",
        ),
    ],
)
def test_a_debt_that_is_taken_over_is_made_good_or_owed_here(
    there: str, debt: int, taken: int, expected: str, row: str
) -> None:
    """What is available goes first, earliest last day first: just below, at and above it."""
    made = history(there)
    result = made.take(
        take_debt(made.wallet, debt, transfer_id="t", at=T0, request_id="m", reason=WHY)
    )
    assert (result, str(made.wallet), made.wallet.transferred) == (taken, expected, debt)
    assert story(made.entries)[-1].endswith(f"test: available {row}; transferred +{debt} (t)")
    assert check_journal(made.entries) == ()
    assert fold(made.entries) == made.wallet


def test_a_debt_is_taken_over_where_nothing_is() -> None:
    """All of it is owed, on top of what is owed already, blocked or not."""
    made = block(owing(2), "fraud", at=T0, request_id="b").wallet
    change = take_debt(made, 3, transfer_id="t", at=T0, request_id="m", reason=WHY)
    assert (str(change.wallet), change.result) == ("0 | owed 5 | blocked fraud", 0)
    assert [it.event.value for it in change.entries] == ["took_debt"]


def test_what_is_due_is_booked_before_a_debt_is_taken_over() -> None:
    """What has lapsed makes nothing good."""
    change = take_debt(
        wallet("5@2018-12-31"), 3, transfer_id="t", at=PAST_2018, request_id="m", reason=WHY
    )
    assert [it.event.value for it in change.entries] == ["lapsed", "took_debt"]
    assert [it.request_id for it in change.entries] == ["m", "m"]
    assert str(change.wallet) == "0 | owed 3"


@pytest.mark.parametrize("tokens", [0, -1, True, 1.0])
def test_a_debt_is_a_number_of_tokens(tokens: Any) -> None:
    """As everywhere."""
    with pytest.raises(Misuse):
        take_debt(EMPTY, tokens, transfer_id="t", at=T0, request_id="m", reason=WHY)


def test_a_debt_beyond_all_bounds_is_refused() -> None:
    """What came in and what is owed count together."""
    with pytest.raises(WalletFull):
        take_debt(owing(1), TOKENS_MAX, transfer_id="t", at=T0, request_id="m", reason=WHY)


def test_both_sides_of_a_debt_are_one_transfer() -> None:
    """Nothing is transferred over both; a side that takes more than the other gave is seen."""
    giver, taker = history("1@2018-12-31"), history("2@2018-12-31", owner=TAKER.owner)
    giver.take(
        giver.wallet.claw_back(
            1, own_day=Y18, policy=OWED, source="o0", at=T0, request_id="c", reason=WHY
        )
    )
    giver.take(take_debt(giver.wallet, 4, transfer_id="t0", at=T0, request_id="d", reason=WHY))
    passed = giver.take(pass_on(giver.wallet, transfer_id="t", at=T0, request_id="m", reason=WHY))
    for debt, seen in ((passed.debt, 0), (passed.debt - 1, 1)):
        change = take_debt(taker.wallet, debt, transfer_id="t", at=T0, request_id="m", reason=WHY)
        assert len(check_journal([*giver.entries, *taker.entries, *change.entries])) == seen
