"""What a wallet is as booked: sums, what is due next, plans, and the one-line text form."""

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.wallet import (
    HoldNotOpen,
    InsufficientTokens,
    PromiseNotOpen,
    TokensOwed,
    Wallet,
    adjust_down,
    promise,
    send,
)
from tests.wallets import DAY, HOUR, OWED, OWNER, SECOND, T0, WHY, at, day, draws, owing, wallet

Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")


def promised(made: Wallet, tokens: int, name: str, days: int | None) -> Wallet:
    """Promise tokens that the calendar keeps so many days after `T0`, or none."""
    return promise(
        made,
        tokens,
        promise_id=name,
        source="o-1",
        at=T0,
        request_id=name,
        reason=WHY,
        last_day=None if days is None else Y19,
        keeps_at=None if days is None else T0 + days * DAY,
    ).wallet


def test_a_new_wallet_is_empty() -> None:
    """Nothing is in it, nothing happened to it, nothing is to come."""
    made = Wallet(OWNER)
    assert str(made) == "0"
    assert (made.available, made.held, made.promised, made.owed) == (0, 0, 0, 0)
    assert (made.sequence, made.booked_at, made.due_at, made.version) == (0, None, None, 0)
    assert made.totals == (0, 0, 0, 0, 0, 0)


def test_a_wallet_says_what_it_has_and_what_became_of_the_rest() -> None:
    """Each total is the sum of one account, out and down positive."""
    made = wallet("40@2018-12-31 + 60@2019-12-31")
    made = made.burn(1, at=T0, request_id="b", reason=WHY).wallet
    made = made.hold(2, until=T0 + HOUR, at=T0, request_id="h", reason=WHY).wallet
    made = made.claw_back(
        3, own_day=Y18, policy=OWED, source="o0", at=T0, request_id="c", reason=WHY
    ).wallet
    made = send(made, 4, transfer_id="t", at=T0, request_id="s", reason=WHY).wallet
    made = adjust_down(made, 5, at=T0, request_id="d", reason=WHY).wallet
    made = promised(made, 6, "p", None)
    assert made.issued == 100
    assert made.redeemed == 1
    assert made.held == 2
    assert made.clawed_back == 3
    assert made.transferred == 4
    assert made.adjusted == 5
    assert made.promised == 6
    assert made.lapsed == 0
    assert made.available == 85
    lapsed = made.at(PAST_2018)
    assert lapsed.lapsed == 27
    assert lapsed.available == 60


def test_a_wallet_is_written_on_one_line() -> None:
    """Buckets, then holds, promises and a debt where there are any."""
    made = wallet("5@2018-12-31 + 3@never")
    made = made.hold(6, until=T0 + HOUR, at=T0, request_id="h", reason=WHY).wallet
    made = made.hold(1, until=T0 + DAY, at=T0, request_id="g", reason=WHY).wallet
    made = promised(promised(made, 6, "p", None), 1, "q", None)
    assert str(made) == (
        "1@never | held 5@2018-12-31 + 1@never until 2018-01-10T11:00:00Z"
        " | held 1@never until 2018-01-11T10:00:00Z | promised 7"
    )
    assert str(owing(3)) == "0 | owed 3"


def test_the_end_of_the_earliest_last_day_is_due() -> None:
    """It is the first instant after it; tokens that are valid for ever make nothing due."""
    assert wallet("5@2018-12-31 + 3@2019-12-31").due_at == PAST_2018
    assert wallet("5@never").due_at is None


def test_the_earliest_of_lapse_deadline_and_keeping_is_due() -> None:
    """Whichever comes first, whatever else there is."""
    made = wallet("9@2018-12-31 + 9@never")
    assert promised(made, 1, "p", None).due_at == PAST_2018
    assert promised(made, 1, "p", 2).due_at == T0 + 2 * DAY
    held = made.hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    assert held.due_at == T0 + DAY
    assert promised(held, 1, "p", 2).due_at == T0 + DAY
    late = made.hold(1, until=PAST_2018 + HOUR, at=T0, request_id="h", reason=WHY).wallet
    assert late.due_at == PAST_2018
    assert promised(late, 1, "p", 1000).due_at == PAST_2018
    held_never = wallet("1@never").hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    assert held_never.wallet.due_at == T0 + DAY
    assert promised(Wallet(OWNER), 1, "p", 2).due_at == T0 + 2 * DAY
    assert promised(Wallet(OWNER), 1, "p", None).due_at is None


def test_promises_stand_in_the_order_in_which_they_are_kept() -> None:
    """Those that wait for delivery come last."""
    made = Wallet(OWNER)
    for name, days in (("d", None), ("c", 3), ("b", 1), ("e", 1), ("a", None)):
        made = promised(made, 1, name, days)
    assert [it.promise_id for it in made.promises] == ["b", "e", "c", "a", "d"]


def test_a_last_day_has_passed_when_it_is_over() -> None:
    """At the instant asked for, or at the last entry where that is later; `never` never passes."""
    made = wallet("5@never")
    assert not made.has_passed(Y18, at=PAST_2018 - SECOND)
    assert made.has_passed(Y18, at=PAST_2018)
    assert made.has_passed(Y18, at=PAST_2018 + SECOND)
    later = made.earn(1, last_day=NEVER, at=PAST_2018, request_id="r", reason=WHY).wallet
    assert later.has_passed(Y18, at=T0)
    assert not later.has_passed(Y19, at=T0)
    assert not Wallet(OWNER).has_passed(Y18, at=T0)
    assert Wallet(OWNER).has_passed(Y18, at=PAST_2018)


def test_never_does_not_pass_at_the_last_instant_there_is() -> None:
    """Asked then, tokens without an end are still there, and new ones still come."""
    last = at("9999-12-31 23:59:59").replace(microsecond=999999)
    made = wallet("5@never").hold(2, until=last, at=T0, request_id="h", reason=WHY).wallet
    assert not made.has_passed(NEVER, at=last)
    assert str(made.at(last)) == "5@never"
    assert made.earn(1, last_day=NEVER, at=last, request_id="r", reason=WHY).wallet.available == 6


@pytest.mark.parametrize("tokens", [1, 5, 6, 8])
def test_what_can_be_spent_is_planned(tokens: int) -> None:
    """Up to all that is available, the bucket that lapses first before the others."""
    plan = {1: "1@2018-12-31", 5: "5@2018-12-31", 6: "5@2018-12-31 + 1@2019-12-31"}
    expected = plan.get(tokens, "5@2018-12-31 + 3@2019-12-31")
    assert wallet("5@2018-12-31 + 3@2019-12-31").spendable(tokens) == draws(expected)


def test_what_cannot_be_spent_is_refused() -> None:
    """No number of tokens before a debt before too few."""
    with pytest.raises(InsufficientTokens) as short:
        wallet("5@2018-12-31").spendable(6)
    assert short.value == InsufficientTokens(required=6, available=5)
    with pytest.raises(TokensOwed) as debt:
        owing(3).spendable(6)
    assert debt.value == TokensOwed(required=6, owed=3)
    with pytest.raises(Misuse):
        owing(3).spendable(0)


def test_open_holds_and_promises_are_found_by_name() -> None:
    """Another name is refused."""
    made = wallet("9@2018-12-31")
    for name in ("g", "h"):
        made = made.hold(1, until=T0 + DAY, at=T0, request_id=name, reason=WHY).wallet
        made = promised(made, 1, name, None)
    assert made.open_hold("h") is made.holds[1]
    assert made.open_promise("h") is made.promises[1]
    with pytest.raises(HoldNotOpen) as hold:
        made.open_hold("i")
    assert hold.value == HoldNotOpen(hold_id="i")
    with pytest.raises(PromiseNotOpen) as no_promise:
        made.open_promise("i")
    assert no_promise.value == PromiseNotOpen(promise_id="i")


def test_storing_raises_the_version_and_nothing_else() -> None:
    """Operations leave the version alone."""
    made = wallet("5@2018-12-31").hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    made = promised(made, 1, "p", None)
    stored = made.stored()
    assert stored.version == made.version + 1
    assert type(stored) is Wallet
    burned = stored.burn(1, at=T0, request_id="b", reason=WHY).wallet
    assert burned.version == 1
    assert burned.stored().version == 2
    parts = ("owner", "buckets", "holds", "promises", "owed", "totals", "sequence", "booked_at")
    for part in parts:
        assert getattr(stored, part) == getattr(made, part)
