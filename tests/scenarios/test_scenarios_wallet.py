"""What went wrong in real systems, by its number: what a wallet alone can show.

Expiry and lots (A), refunds and claw-back (B), whole numbers (D), time zones (F), and defects seen
in comparable libraries (H).
"""

import inspect
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet import (
    Account,
    BeyondBurn,
    Burn,
    Change,
    ClawBack,
    ClawBackPolicy,
    ClawBackRefused,
    EndOfYear,
    Event,
    HoldNotOpen,
    InsufficientTokens,
    Owner,
    Posting,
    Reason,
    RollingDays,
    RollingMonths,
    TokensOwed,
    Wallet,
    adjust_down,
    adjust_up,
    check_journal,
    fold,
    keep,
    promise,
    send,
    take,
    until,
    withdraw,
)
from tests.wallets import (
    DAY,
    FORGIVEN,
    HOUR,
    OWED,
    OWNER,
    REFUSED,
    SECOND,
    T0,
    WHY,
    History,
    at,
    day,
    draws,
    history,
    posted,
    wallet,
)

Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")
TICK = timedelta(microseconds=1)


def returned(
    made: Wallet, tokens: int, *, policy: ClawBackPolicy = OWED, name: str = "c"
) -> Change[ClawBack]:
    """Take back tokens of the order that the wallets of these tests earned."""
    return made.claw_back(
        tokens, own_day=Y18, policy=policy, source="o0", at=T0, request_id=name, reason=WHY
    )


# A. Expiry and lots


def test_a1_the_expiry_of_a_fully_spent_lot_changes_no_balance() -> None:
    """A1: 100 earned and spent, 80 fresh: 80, before and after the spent lot's last day."""
    made = wallet("100@2018-12-31").burn(100, at=T0, request_id="b", reason=WHY).wallet
    made = made.earn(80, last_day=Y19, at=T0, request_id="r", reason=WHY).wallet
    for instant in (T0, PAST_2018 - TICK, PAST_2018, PAST_2018 + DAY):
        now = made.at(instant)
        assert (now.available, now.lapsed) == (80, 0)


@pytest.mark.parametrize("tokens", range(1, 9))
def test_a2_what_is_checked_is_what_is_consumed(tokens: int) -> None:
    """A2: the draws add up to what was asked for, or it is refused and nothing is drawn."""
    made = wallet("3@2018-12-31 + 4@2019-12-31")
    if tokens > 7:
        with pytest.raises(InsufficientTokens):
            made.burn(tokens, at=T0, request_id="b", reason=WHY)
        assert made.available == 7
        return
    change = made.burn(tokens, at=T0, request_id="b", reason=WHY)
    assert change.result.draws == made.spendable(tokens)
    assert change.result.tokens == made.available - change.wallet.available == tokens


OPERATIONS: list[Callable[..., Any]] = [
    Wallet.at,
    Wallet.lapse,
    Wallet.earn,
    Wallet.burn,
    Wallet.hold,
    Wallet.capture,
    Wallet.release,
    Wallet.reinstate,
    Wallet.claw_back,
    promise,
    keep,
    withdraw,
    send,
    take,
    adjust_up,
    adjust_down,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it.__qualname__)
def test_a3_the_instant_is_always_asked_for(operation: Callable[..., Any]) -> None:
    """A3: no operation has an instant of its own, and nothing is an instant by default."""
    instant = inspect.signature(operation).parameters["at"]
    assert instant.default is inspect.Parameter.empty


def test_a4_the_last_day_of_an_award_is_the_policys() -> None:
    """A4: whatever the policy says is where the tokens are, and there is no other source."""
    for policy in (EndOfYear(), RollingDays(30), RollingMonths(3)):
        last_day = policy.last_day(day("2018-01-10"))
        change = Wallet(OWNER).earn(5, last_day=last_day, at=T0, request_id="r", reason=WHY)
        assert [bucket.last_day for bucket in change.wallet.buckets] == [last_day]
    parameter = inspect.signature(Wallet.earn).parameters["last_day"]
    assert parameter.default is inspect.Parameter.empty


@pytest.mark.parametrize(
    ("instant", "available"), [(PAST_2018 - TICK, 5), (PAST_2018, 0), (PAST_2018 + TICK, 0)]
)
def test_a5_tokens_are_spent_to_the_last_tick_and_not_after(instant: Any, available: int) -> None:
    """A5: one tick before the end, at it, and one tick after."""
    made = wallet("5@2018-12-31")
    assert made.at(instant).available == available
    if available:
        assert made.burn(5, at=instant, request_id="b", reason=WHY).result.tokens == 5
        return
    with pytest.raises(InsufficientTokens):
        made.burn(1, at=instant, request_id="b", reason=WHY)


def test_a6_the_balance_is_the_fold_of_its_history() -> None:
    """A6: entries alone give the wallet, whatever happened."""
    made = history("5@2018-12-31 + 3@never")
    burn = made.take(made.wallet.burn(6, at=T0, request_id="b", reason=WHY))
    made.take(made.wallet.reinstate(burn, 2, at=T0, request_id="u", reason=WHY))
    made.take(made.wallet.lapse(at=PAST_2018, request_id="x"))
    assert fold(made.entries) == made.wallet
    assert str(made.wallet) == "3@never"


def test_a7_a_forecast_lists_every_bucket() -> None:
    """A7: not the next expiry alone; and what has lapsed stays in the history."""
    made = history("1@2018-12-31 + 2@2019-12-31 + 3@2020-12-31 + 4@never")
    assert [(str(it.last_day), it.tokens) for it in made.wallet.buckets] == [
        ("2018-12-31", 1),
        ("2019-12-31", 2),
        ("2020-12-31", 3),
        (str(NEVER), 4),
    ]
    made.take(made.wallet.lapse(at=at("2021-01-01"), request_id="x"))
    assert len(made.entries) == 7
    assert made.wallet.lapsed == 6


def test_a9_expiry_touches_only_what_is_due() -> None:
    """A9: the other lots stay as they are, and a read afterwards knows."""
    made = wallet("1@2018-12-31 + 2@2019-12-31 + 3@never")
    change = made.lapse(at=PAST_2018, request_id="x")
    assert [posted(entry) for entry in change.entries] == [
        "available -1@2018-12-31; lapsed +1@2018-12-31"
    ]
    assert change.wallet.buckets == made.buckets[1:]
    assert change.wallet.at(PAST_2018).available == 5


def test_a10_tokens_are_pending_until_the_time_for_returns_is_over() -> None:
    """A10: promised for fourteen days, then available; returned in time, they never were."""
    made = promise(
        Wallet(OWNER),
        10,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=T0 + 14 * DAY,
    ).wallet
    with pytest.raises(InsufficientTokens):
        made.burn(1, at=T0 + 14 * DAY - TICK, request_id="b", reason=WHY)
    assert made.burn(10, at=T0 + 14 * DAY, request_id="b", reason=WHY).wallet.available == 0
    cancelled = withdraw(made, "p", at=T0 + 13 * DAY, request_id="w", reason=WHY).wallet
    assert cancelled.at(T0 + 15 * DAY).issued == 0


# B. Refund, cancel, claw-back


@pytest.mark.parametrize("burned", [0, 3, 10])
def test_b1_earning_and_returning_everything_comes_to_nothing(burned: int) -> None:
    """B1: over and over, whether or not the tokens were spent in between."""
    made = Wallet(OWNER)
    for number in range(3):
        made = made.earn(
            10, last_day=Y18, at=T0, request_id=f"e{number}", reason=WHY, source="o0"
        ).wallet
        if spent := min(burned, made.available):
            made = made.burn(spent, at=T0, request_id=f"b{number}", reason=WHY).wallet
        made = returned(made, 10, name=f"c{number}").wallet
    assert made.available == 0
    assert made.owed == made.redeemed


def test_b2_a_refund_never_debits_spent_tokens() -> None:
    """B2: 100 earned, 40 redeemed on an order that is refunded: 100 again, in part or whole."""
    made = wallet("100@2018-12-31").burn(40, at=T0, request_id="b", reason=WHY)
    part = made.wallet.reinstate(made.result, 15, at=T0, request_id="u", reason=WHY)
    assert part.wallet.available == 75
    rest = part.wallet.reinstate(part.result, 25, at=T0, request_id="v", reason=WHY)
    assert rest.wallet.available == 100
    assert rest.wallet.redeemed == 0


def test_b6_interleaved_reversals_commute() -> None:
    """B6: redeem all, earn, cancel both, in either order: nothing is left and nothing owed."""
    first = wallet("10@2018-12-31").burn(10, at=T0, request_id="b", reason=WHY)
    earned = first.wallet.earn(
        4, last_day=Y18, at=T0, request_id="e", reason=WHY, source="o1"
    ).wallet

    def undo_burn(made: Wallet) -> Wallet:
        return made.reinstate(first.result, 10, at=T0, request_id="u", reason=WHY).wallet

    def return_first(made: Wallet) -> Wallet:
        return returned(made, 10).wallet

    def return_second(made: Wallet) -> Wallet:
        return made.claw_back(
            4, own_day=Y18, policy=OWED, source="o1", at=T0, request_id="d", reason=WHY
        ).wallet

    for order in permutations((undo_burn, return_first, return_second)):
        made = earned
        for reverse in order:
            made = reverse(made)
        assert str(made) == "0"
        assert made.totals == (14, 0, 0, 14, 0, 0)


def test_b7_tokens_come_back_once_from_any_number_of_callers() -> None:
    """B7: a cancel handler and a quote restorer both release, and both reinstate."""
    made = wallet("10@2018-12-31").hold(10, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    released = made.wallet.release("h", at=T0, request_id="cancel", reason=WHY).wallet
    for name in ("restore", "cancel-again"):
        with pytest.raises(HoldNotOpen):
            released.release("h", at=T0, request_id=name, reason=WHY)
    assert released.available == 10
    burn = released.burn(10, at=T0, request_id="b", reason=WHY)
    back = burn.wallet.reinstate(burn.result, 10, at=T0, request_id="u", reason=WHY)
    with pytest.raises(BeyondBurn):
        back.wallet.reinstate(back.result, 10, at=T0, request_id="v", reason=WHY)
    assert back.wallet.available == 10


def test_b8_a_hold_that_runs_out_is_given_back_exactly_once() -> None:
    """B8: by the calendar, however often it is asked, and not by a late release."""
    made = History(wallet("10@2018-12-31"))
    made.take(made.wallet.hold(10, until=T0 + HOUR, at=T0, request_id="h", reason=WHY))
    for number in range(3):
        made.take(made.wallet.lapse(at=T0 + 2 * HOUR, request_id=f"x{number}"))
    with pytest.raises(HoldNotOpen):
        made.wallet.release("h", at=T0 + 2 * HOUR, request_id="r", reason=WHY)
    assert made.wallet.available == 10
    assert [entry.event for entry in made.entries] == [Event.HELD, Event.RAN_OUT]


def test_b10_partial_refunds_and_a_cancellation_never_exceed_the_whole() -> None:
    """B10: three of ten refunded, then all cancelled: seven are left to give back, not ten."""
    burn = wallet("10@2018-12-31").burn(10, at=T0, request_id="b", reason=WHY)
    part = burn.wallet.reinstate(burn.result, 3, at=T0, request_id="u", reason=WHY)
    with pytest.raises(BeyondBurn) as caught:
        part.wallet.reinstate(part.result, 10, at=T0, request_id="v", reason=WHY)
    assert caught.value.figures["left"] == part.result.tokens == 7
    rest = part.wallet.reinstate(part.result, 7, at=T0, request_id="v", reason=WHY)
    assert (rest.wallet.available, rest.result.tokens) == (10, 0)


def test_b11_cancelling_what_is_held_releases_the_hold() -> None:
    """B11: nothing stays set aside for an order that is gone."""
    made = wallet("10@2018-12-31").hold(4, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    after = made.wallet.release("h", at=T0, request_id="cancel", reason=WHY).wallet
    assert (after.available, after.held, after.holds) == (10, 0, ())


def test_b13_a_return_takes_away_and_a_refund_gives_back() -> None:
    """B13: the signs, and a number below zero is no way to turn one into the other."""
    made = wallet("10@2018-12-31")
    assert returned(made, 4).wallet.available == 6
    burn = made.burn(4, at=T0, request_id="b", reason=WHY)
    back = burn.wallet.reinstate(burn.result, 4, at=T0, request_id="u", reason=WHY)
    assert back.wallet.available == 10
    with pytest.raises(Misuse):
        returned(made, -4)
    with pytest.raises(Misuse):
        burn.wallet.reinstate(burn.result, -4, at=T0, request_id="u", reason=WHY)


def test_b14_doing_and_undoing_gives_the_same_wallet() -> None:
    """B14: balances and last days, for burns and holds, over what was partly consumed before."""
    made = wallet("5@2018-12-31 + 3@never").burn(2, at=T0, request_id="a", reason=WHY).wallet
    for _ in range(2):
        burn = made.burn(5, at=T0, request_id="b", reason=WHY)
        undone = burn.wallet.reinstate(burn.result, 5, at=T0, request_id="u", reason=WHY).wallet
        held = undone.hold(5, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
        released = held.release("h", at=T0, request_id="r", reason=WHY).wallet
        for after in (undone, released):
            assert (after.buckets, after.totals, after.holds) == (made.buckets, made.totals, ())
        made = released


def test_b17_a_return_of_a_part_takes_back_a_part() -> None:
    """B17: one piece of three, then another: as much each time, and the last one the rest."""
    made = wallet("9@2018-12-31")
    for number, left in enumerate((6, 3, 0)):
        made = returned(made, 3, name=f"c{number}").wallet
        assert made.available == left
    assert made.clawed_back == 9


# D. Rounding


@pytest.mark.parametrize("tokens", [1.0, 0.1, Decimal(1), "1", True, None])
def test_d1_tokens_are_integers_and_nothing_else(tokens: Any) -> None:
    """D1: what is no whole number does not come near a balance."""
    made = wallet("10@2018-12-31")
    with pytest.raises(Misuse):
        made.burn(tokens, at=T0, request_id="b", reason=WHY)
    with pytest.raises(Misuse):
        made.earn(tokens, last_day=Y18, at=T0, request_id="r", reason=WHY)


def test_d2_one_token_is_one_token() -> None:
    """D2: tokens have their own scale; no currency's step rounds them away."""
    made = Wallet(OWNER).earn(1, last_day=Y18, at=T0, request_id="r", reason=WHY).wallet
    assert str(made) == "1@2018-12-31"


def test_d4_balances_are_written_in_whole_numbers() -> None:
    """D4: no digits of a binary fraction, however many steps led there."""
    made = Wallet(OWNER)
    for number in range(100):
        made = made.earn(3, last_day=Y18, at=T0, request_id=f"r{number}", reason=WHY).wallet
        made = made.burn(1, at=T0, request_id=f"b{number}", reason=WHY).wallet
    assert str(made) == "200@2018-12-31"


def test_d5_what_is_left_can_be_spent() -> None:
    """D5: down to the last token."""
    made = wallet("10@2018-12-31").burn(9, at=T0, request_id="b", reason=WHY).wallet
    assert made.burn(1, at=T0, request_id="c", reason=WHY).wallet.available == 0


# F. Time zones and stale carts


def test_f1_what_was_held_in_time_is_honoured_when_it_is_paid() -> None:
    """F1: validity is decided once, when tokens are set aside, in the programme's zone."""
    made = wallet("10@2018-12-31")
    held = made.hold(
        10, until=PAST_2018 + HOUR, at=PAST_2018 - TICK, request_id="h", reason=WHY
    ).wallet
    paid = held.capture("h", at=PAST_2018 + HOUR - TICK, request_id="c", reason=WHY)
    assert paid.result == Burn(OWNER, "h", draws("10@2018-12-31"))
    with pytest.raises(InsufficientTokens):
        made.hold(1, until=PAST_2018 + HOUR, at=PAST_2018, request_id="h", reason=WHY)


@pytest.mark.parametrize(
    ("zone", "last_day", "over_at"),
    [
        ("Asia/Kolkata", "2018-12-31", "2018-12-31 18:30"),
        ("UTC", "2018-12-31", "2019-01-01 00:00"),
        ("Europe/Berlin", "2018-03-24", "2018-03-24 23:00"),
        ("Europe/Berlin", "2018-03-25", "2018-03-25 22:00"),
        ("Europe/Berlin", "2018-10-28", "2018-10-28 23:00"),
        ("America/Santiago", "2026-09-05", "2026-09-06 04:00"),
        ("Africa/Cairo", "2026-04-23", "2026-04-23 22:00"),
    ],
)
def test_f2_a_token_is_valid_until_its_last_day_is_over(
    zone: str, last_day: str, over_at: str
) -> None:
    """F2: to the end of that day where the programme is, on days of 23 and 25 hours too."""
    made = Wallet(Owner("m-1", "tokens", Zone(zone)))
    made = made.earn(5, last_day=day(last_day), at=T0, request_id="r", reason=WHY).wallet
    assert made.at(at(over_at) - TICK).available == 5
    assert made.at(at(over_at)).available == 0


def test_f3_a_stale_plan_is_not_carried_out() -> None:
    """F3: what the cart showed yesterday is asked again when it is paid."""
    made = wallet("10@2018-12-31 + 5@2019-12-31")
    assert made.at(PAST_2018 - TICK).spendable(12) == draws("10@2018-12-31 + 2@2019-12-31")
    with pytest.raises(InsufficientTokens) as caught:
        made.burn(12, at=PAST_2018, request_id="b", reason=WHY)
    assert caught.value == InsufficientTokens(required=12, available=5)


def test_f4_the_last_day_that_is_stated_is_the_one_that_is_kept() -> None:
    """F4: the entry, the bucket and the lapse name the same day."""
    made = history("10@2018-12-31")
    made.take(made.wallet.lapse(at=PAST_2018, request_id="x"))
    earned, lapsed = made.entries
    assert earned.postings[1].last_day == Y18
    assert {posting.last_day for posting in lapsed.postings} == {Y18}
    assert lapsed.booked_at == OWNER.zone.after(Y18)


# H. Defects seen in the code of comparable libraries


def test_h1_a_lapsed_token_pays_nothing_though_no_job_has_run() -> None:
    """H1: the calendar decides, not the sweep."""
    made = wallet("10@2018-12-31")
    assert made.at(PAST_2018).available == 0
    with pytest.raises(InsufficientTokens):
        made.burn(1, at=PAST_2018, request_id="b", reason=WHY)


def test_h2_redeeming_and_cancelling_does_not_make_tokens_immortal() -> None:
    """H2: they come back with their old last day, and lapse when they would have."""
    burn = wallet("10@2018-12-31").burn(10, at=T0, request_id="b", reason=WHY)
    back = burn.wallet.reinstate(
        burn.result, 10, at=PAST_2018 - SECOND, request_id="u", reason=WHY
    ).wallet
    assert str(back) == "10@2018-12-31"
    assert back.at(PAST_2018).available == 0


def test_h4_what_was_clawed_back_is_known_beside_what_was_issued() -> None:
    """H4: lifetime earnings can be net; buying and returning adds nothing to them."""
    made = wallet("10@2018-12-31")
    for number in range(5):
        made = made.earn(
            100, last_day=Y18, at=T0, request_id=f"e{number}", reason=WHY, source="o0"
        ).wallet
        made = returned(made, 100, name=f"c{number}").wallet
    assert made.issued - made.clawed_back == 10


def test_h5_a_hold_is_not_voided_twice_nor_after_its_capture() -> None:
    """H5: nothing held is below zero, and nothing comes back that was spent."""
    made = wallet("10@2018-12-31").hold(6, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    captured = made.wallet.capture("h", tokens=4, at=T0, request_id="c", reason=WHY).wallet
    released = made.wallet.release("h", at=T0, request_id="r", reason=WHY).wallet
    for after, available in ((captured, 6), (released, 10)):
        for resolve in (after.release, after.capture):
            with pytest.raises(HoldNotOpen):
                resolve("h", at=T0, request_id="again", reason=WHY)
        assert (after.held, after.available) == (0, available)


def test_h6_partial_credits_are_checked_against_their_sum() -> None:
    """H6: each would fit alone; together they do not."""
    made = wallet("10@2018-12-31").hold(10, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    burn = made.wallet.capture("h", at=T0, request_id="c", reason=WHY)
    once = burn.wallet.reinstate(burn.result, 6, at=T0, request_id="u", reason=WHY)
    with pytest.raises(BeyondBurn):
        once.wallet.reinstate(once.result, 6, at=T0, request_id="v", reason=WHY)


def test_h7_an_inconsistency_is_reported_and_not_hidden() -> None:
    """H7: a history that takes more than there was is corrupt, not a balance of zero."""
    made = history("10@2018-12-31")
    (earned,) = made.entries
    lapse = earned._replace(
        sequence=2,
        event=Event.LAPSED,
        request_id="x",
        booked_at=PAST_2018,
        postings=(
            Posting(Account.AVAILABLE, -11, Y18),
            Posting(Account.LAPSED, 11, Y18),
        ),
    )
    with pytest.raises(Corrupt):
        fold([earned, lapse])
    assert {it.promise for it in check_journal([earned, lapse])} == {4, 6}


def test_h9_every_setting_changes_a_result() -> None:
    """H9: each policy of a claw-back comes to something else, and so does each expiry setting."""
    made = wallet("10@2018-12-31").burn(8, at=T0, request_id="b", reason=WHY).wallet
    assert returned(made, 10).result == ClawBack(2, 8, 0)
    assert returned(made, 10, policy=FORGIVEN).result == ClawBack(2, 0, 8)
    with pytest.raises(ClawBackRefused):
        returned(made, 10, policy=REFUSED)
    earned_on = day("2018-01-10")
    assert RollingMonths(1).last_day(earned_on) == day("2018-02-10")
    assert RollingMonths(1, to_month_end=True).last_day(earned_on) == day("2018-02-28")
    assert EndOfYear(0).last_day(earned_on) != EndOfYear(1).last_day(earned_on)


def test_h11_what_happens_late_changes_no_balance_of_the_past() -> None:
    """H11: a void that carries the original's instant is booked when it comes."""
    made = history("10@2018-12-31")
    burn = made.take(made.wallet.burn(4, at=T0 + DAY, request_id="b", reason=WHY))
    made.take(made.wallet.earn(1, last_day=Y18, at=T0 + 3 * DAY, request_id="e", reason=WHY))
    cut = T0 + 2 * DAY
    before = fold(until(made.entries, cut)).at(cut)
    made.take(made.wallet.reinstate(burn, 4, at=T0 + DAY, request_id="u", reason=WHY))
    void = made.entries[-1]
    assert (void.occurred_at, void.booked_at) == (T0 + DAY, T0 + 3 * DAY)
    assert fold(until(made.entries, cut)).at(cut) == before
    assert before.available == 6
    assert made.wallet.available == 11


def test_c13_what_is_held_is_not_spendable() -> None:
    """C13: two checkouts on one balance: the second sees what the first left."""
    made = wallet("10@2018-12-31").hold(7, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    with pytest.raises(InsufficientTokens) as caught:
        made.wallet.hold(4, until=T0 + DAY, at=T0, request_id="g", reason=WHY)
    assert caught.value == InsufficientTokens(required=4, available=3)


def test_b1_what_is_owed_blocks_redeeming_until_it_is_made_good() -> None:
    """B1: who returned what was spent already earns back the debt first."""
    made = wallet("10@2018-12-31").burn(10, at=T0, request_id="b", reason=WHY).wallet
    made = returned(made, 10).wallet
    with pytest.raises(TokensOwed):
        made.burn(1, at=T0, request_id="d", reason=Reason("reward"))
    made = made.earn(15, last_day=Y19, at=T0, request_id="e", reason=WHY).wallet
    assert str(made) == "5@2019-12-31"
