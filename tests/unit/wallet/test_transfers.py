"""Transfers and adjustments."""

from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Draw,
    InsufficientTokens,
    Owner,
    Reason,
    TokensOwed,
    Wallet,
    WalletFull,
    adjust_down,
    adjust_up,
    send,
    take,
)
from tests.wallets import KOLKATA, OWNER, T0, WHY, at, day, draws, owing, story, wallet

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
    with pytest.raises(Misuse, match="needs an offset"):
        send(made, 1, transfer_id="t", at=naive, request_id="s", reason=WHY)
    with pytest.raises(Misuse, match="needs an offset"):
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
