"""What a member does: earn, burn, hold, capture, release, reinstate, lapse."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    BeyondBurn,
    BeyondHold,
    Burn,
    DeadlinePassed,
    Event,
    Hold,
    HoldNotOpen,
    InsufficientTokens,
    Owner,
    Reason,
    TokensOwed,
    Wallet,
    WalletFull,
    promise,
)
from tests.wallets import (
    DAY,
    HOUR,
    KOLKATA,
    OWED,
    OWNER,
    SECOND,
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
LOCAL = ZoneInfo("Asia/Kolkata")
Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")
"""The first instant at which 2018 is over in Kolkata."""


# earn


def test_earned_tokens_go_into_the_bucket_of_their_last_day() -> None:
    """One entry says what was issued, for what, and where it went."""
    change = EMPTY.earn(500, last_day=Y18, at=T0, request_id="r", reason=WHY, source="o-1")
    assert str(change.wallet) == "500@2018-12-31"
    assert story(change.entries) == [
        "1 earned by r on 2018-01-10T10:00:00Z, test: issued -500 (o-1); available +500@2018-12-31"
    ]
    assert change.result is None
    assert change.entries[0].owner is OWNER
    assert change.wallet.totals == (500, 0, 0, 0, 0, 0)
    assert (change.wallet.sequence, change.wallet.booked_at) == (1, T0)
    assert Wallet(OWNER) == EMPTY


def test_a_fact_of_before_is_earned_at_its_own_instant() -> None:
    """Whatever else is going on in the wallet, the entry says both instants."""
    for made in (EMPTY, wallet("5@2018-12-31"), owing(3), EMPTY._replace(owed=1)):
        change = made.earn(5, last_day=Y19, at=T0, request_id="r", reason=WHY, occurred_at=T0 - DAY)
        entry = change.entries[-1]
        assert (entry.occurred_at, entry.booked_at) == (T0 - DAY, T0)


def test_tokens_of_equal_last_day_are_one_bucket_and_days_stand_in_order() -> None:
    """A bucket grows, and new ones go before, between and after."""
    made = wallet("5@2019-12-31")
    for last_day in ("2021-12-31", "2018-12-31", "2020-12-31", "never", "2019-12-31"):
        made = made.earn(2, last_day=day(last_day), at=T0, request_id="r", reason=WHY).wallet
    assert str(made) == "2@2018-12-31 + 7@2019-12-31 + 2@2020-12-31 + 2@2021-12-31 + 2@never"


def test_what_is_earned_makes_good_what_is_owed_first() -> None:
    """A part of it, all of it, or nothing is left to be spent."""
    for tokens, after in ((2, "0 | owed 1"), (3, "0"), (4, "1@2019-12-31")):
        change = owing(3).earn(tokens, last_day=Y19, at=T0, request_id="r", reason=WHY)
        assert str(change.wallet) == after
        assert change.wallet.owed == max(0, 3 - tokens)
    change = owing(3).earn(5, last_day=Y19, at=T0, request_id="r", reason=WHY)
    assert story(change.entries) == [
        "3 earned by r on 2018-01-10T10:00:00Z, test: issued -5; available +2@2019-12-31; owed +3"
    ]


@pytest.mark.parametrize(
    ("instant", "posted"),
    [
        ("2018-12-31 18:29:59", "available +5@2018-12-31"),
        ("2018-12-31 18:30", "lapsed +5@2018-12-31"),
        ("2018-12-31 18:30:01", "lapsed +5@2018-12-31"),
    ],
)
def test_tokens_past_their_last_day_lapse_at_once(instant: str, posted: str) -> None:
    """The day is over at midnight in Kolkata, to the second."""
    change = EMPTY.earn(5, last_day=Y18, at=at(instant), request_id="r", reason=WHY)
    assert story(change.entries)[0].endswith(f"issued -5; {posted}")


def test_tokens_that_lapse_at_once_make_good_no_debt() -> None:
    """What is owed stays owed."""
    change = owing(3).earn(5, last_day=Y18, at=PAST_2018, request_id="r", reason=WHY)
    assert str(change.wallet) == "0 | owed 3"
    assert story(change.entries)[0].endswith("test: issued -5; lapsed +5@2018-12-31")


def test_a_late_instant_is_booked_at_the_last_entrys() -> None:
    """The fact keeps its own instant; whether the day is past is asked at the later one."""
    made = EMPTY.earn(1, last_day=NEVER, at=PAST_2018, request_id="r", reason=WHY).wallet
    late = made.earn(5, last_day=Y18, at=T0, request_id="s", reason=WHY)
    assert story(late.entries) == [
        (
            "2 earned by s on 2018-12-31T18:30:00Z for 2018-01-10T10:00:00Z, test: "
            "issued -5; lapsed +5@2018-12-31"
        )
    ]
    assert late.wallet.booked_at == PAST_2018


def test_an_earning_may_name_the_instant_of_its_fact() -> None:
    """The delivery behind a retrospective award is earlier than its credit, in any zone."""
    delivered_at = at("2017-06-15").astimezone(LOCAL)
    change = EMPTY.earn(
        5, last_day=Y18, at=T0, request_id="r", reason=WHY, occurred_at=delivered_at
    )
    assert story(change.entries)[0].startswith(
        "1 earned by r on 2018-01-10T10:00:00Z for 2017-06-15T12:00:00Z, test"
    )


def test_a_balance_brought_along_is_an_opening() -> None:
    """It comes in like any earning under another event."""
    change = EMPTY.earn(
        5, last_day=Y18, at=T0, request_id="r", reason=Reason("opening"), event=Event.OPENED
    )
    assert story(change.entries) == [
        "1 opened by r on 2018-01-10T10:00:00Z, opening: issued -5; available +5@2018-12-31"
    ]


def test_a_wallet_takes_tokens_up_to_the_limit() -> None:
    """The last token fits, one more does not, into the same bucket or another."""
    full = EMPTY.earn(TOKENS_MAX - 1, last_day=Y18, at=T0, request_id="r", reason=WHY).wallet
    full = full.earn(1, last_day=Y18, at=T0, request_id="s", reason=WHY).wallet
    assert full.available == TOKENS_MAX
    for last_day in (Y18, Y19):
        with pytest.raises(WalletFull) as caught:
            full.earn(1, last_day=last_day, at=T0, request_id="t", reason=WHY)
        assert caught.value == WalletFull(member_id="m-1")


def test_what_was_redeemed_counts_towards_the_limit() -> None:
    """A wallet that has seen all the tokens it can count takes no more."""
    spent = wallet(f"{TOKENS_MAX}@2018-12-31")
    spent = spent.burn(TOKENS_MAX, at=T0, request_id="b", reason=WHY).wallet
    with pytest.raises(WalletFull):
        spent.earn(1, last_day=Y18, at=T0, request_id="r", reason=WHY)


# burn


def test_a_burn_draws_the_bucket_that_lapses_first() -> None:
    """One entry with a posting for each draw, and a burn that remembers them."""
    change = wallet("5@2018-12-31 + 3@2019-12-31").burn(6, at=T0, request_id="b", reason=WHY)
    assert str(change.wallet) == "2@2019-12-31"
    assert story(change.entries) == [
        (
            "3 burned by b on 2018-01-10T10:00:00Z, test: "
            "available -5@2018-12-31; available -1@2019-12-31; redeemed +6 (b)"
        )
    ]
    assert change.result == Burn(OWNER, "b", draws("5@2018-12-31 + 1@2019-12-31"))
    assert change.wallet.redeemed == 6


@pytest.mark.parametrize(
    ("instant", "available"),
    [("2018-12-31 18:29:59", 8), ("2018-12-31 18:30", 3), ("2018-12-31 18:30:01", 3)],
)
def test_a_bucket_can_be_spent_to_the_end_of_its_last_day(instant: str, available: int) -> None:
    """After that it lapses before anything is drawn."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    change = made.burn(available, at=at(instant), request_id="b", reason=WHY)
    assert change.wallet.available == 0
    with pytest.raises(InsufficientTokens) as caught:
        made.burn(available + 1, at=at(instant), request_id="b", reason=WHY)
    assert caught.value == InsufficientTokens(required=available + 1, available=available)


def test_nothing_is_burned_while_tokens_are_owed() -> None:
    """The debt is the reason, whatever was asked for."""
    with pytest.raises(TokensOwed) as caught:
        owing(3).burn(1, at=T0, request_id="b", reason=WHY)
    assert caught.value == TokensOwed(required=1, owed=3)


@pytest.mark.parametrize("tokens", [0, -1, True, 1.5])
def test_every_operation_asks_for_a_number_of_tokens(tokens: Any) -> None:
    """Nothing, less than nothing, a truth value and a fraction are misuse everywhere."""
    made = wallet("5@2018-12-31")
    held = made.hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    burned = made.burn(1, at=T0, request_id="b", reason=WHY)
    kwargs: Any = {"at": T0, "request_id": "r", "reason": WHY}
    with pytest.raises(Misuse):
        made.earn(tokens, last_day=Y18, **kwargs)
    with pytest.raises(Misuse):
        made.burn(tokens, **kwargs)
    with pytest.raises(Misuse):
        made.hold(tokens, until=T0 + DAY, **kwargs)
    with pytest.raises(Misuse):
        held.capture("h", tokens=tokens, **kwargs)
    with pytest.raises(Misuse):
        burned.wallet.reinstate(burned.result, tokens, **kwargs)


# hold


def test_a_hold_sets_aside_the_bucket_that_lapses_first() -> None:
    """What is held is not available; the entry has the deadline."""
    change = wallet("5@2018-12-31 + 3@2019-12-31").hold(
        6, until=T0 + HOUR, at=T0, request_id="h", reason=WHY
    )
    assert str(change.wallet) == (
        "2@2019-12-31 | held 5@2018-12-31 + 1@2019-12-31 until 2018-01-10T11:00:00Z"
    )
    assert story(change.entries) == [
        (
            "3 held by h on 2018-01-10T10:00:00Z until 2018-01-10T11:00:00Z, test: "
            "available -5@2018-12-31; available -1@2019-12-31; "
            "held +5@2018-12-31 (h); held +1@2019-12-31 (h)"
        )
    ]
    assert change.result == Hold("h", T0 + HOUR, draws("5@2018-12-31 + 1@2019-12-31"))
    assert change.wallet.holds == (change.result,)
    assert (change.wallet.available, change.wallet.held) == (2, 6)


def test_a_hold_needs_a_deadline_to_come() -> None:
    """At the instant itself it would have run out already; a second later will do."""
    made = wallet("5@2018-12-31")
    for until in (T0 - SECOND, T0):
        with pytest.raises(Misuse) as caught:
            made.hold(1, until=until, at=T0, request_id="h", reason=WHY)
        assert str(caught.value) == "a hold's deadline must be after 2018-01-10T10:00:00Z"
    held = made.hold(1, until=T0 + SECOND, at=T0, request_id="h", reason=WHY).wallet
    assert held.held == 1


def test_a_hold_whose_deadline_the_last_entry_has_passed_is_refused() -> None:
    """A late request cannot be booked before the last entry; a second's grace is enough."""
    made = wallet("5@2018-12-31")
    for until in (T0 - SECOND, T0):
        with pytest.raises(DeadlinePassed) as caught:
            made.hold(1, until=until, at=T0 - DAY, request_id="h", reason=WHY)
        text = until.isoformat().replace("+00:00", "Z")
        assert caught.value == DeadlinePassed(hold_id="h", until=text)
    held = made.hold(1, until=T0 + SECOND, at=T0 - DAY, request_id="h", reason=WHY)
    assert held.entries[0].booked_at == T0


def test_one_name_is_one_open_hold() -> None:
    """Another name, or the same after it is resolved, is another hold."""
    made = wallet("5@2018-12-31").hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    with pytest.raises(Misuse) as caught:
        made.hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    assert str(caught.value) == "hold 'h' is open already"
    more = made.hold(1, until=T0 + HOUR, at=T0, request_id="g", reason=WHY).wallet
    assert [hold.hold_id for hold in more.holds] == ["g", "h"]


def test_holds_stand_in_the_order_of_their_deadlines_then_names() -> None:
    """So the first one is the next to run out."""
    made = wallet("9@2018-12-31")
    for name, hours in (("c", 2), ("b", 1), ("d", 3), ("a", 2)):
        made = made.hold(1, until=T0 + hours * HOUR, at=T0, request_id=name, reason=WHY).wallet
    assert [hold.hold_id for hold in made.holds] == ["b", "a", "c", "d"]


def test_more_than_is_available_is_not_held() -> None:
    """Neither while tokens are owed."""
    with pytest.raises(InsufficientTokens) as short:
        wallet("5@2018-12-31").hold(6, until=T0 + DAY, at=T0, request_id="h", reason=WHY)
    assert short.value == InsufficientTokens(required=6, available=5)
    with pytest.raises(TokensOwed):
        owing(1).hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY)


def test_a_hold_may_be_placed_in_a_wallet_without_entries_only_on_tokens() -> None:
    """An empty wallet has none."""
    with pytest.raises(InsufficientTokens):
        EMPTY.hold(1, until=T0 + DAY, at=T0, request_id="h", reason=WHY)


# capture


def held_six() -> Wallet:
    """Six tokens of two buckets are held to the hour, two are free."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    return made.hold(6, until=T0 + HOUR, at=T0, request_id="h", reason=WHY).wallet


def test_a_capture_spends_the_whole_hold() -> None:
    """The burn is named as the hold."""
    change = held_six().capture("h", at=T0, request_id="c", reason=WHY)
    assert str(change.wallet) == "2@2019-12-31"
    assert story(change.entries) == [
        (
            "4 captured by c on 2018-01-10T10:00:00Z, test: "
            "held -5@2018-12-31 (h); held -1@2019-12-31 (h); redeemed +6 (h)"
        )
    ]
    assert change.result == Burn(OWNER, "h", draws("5@2018-12-31 + 1@2019-12-31"))


@pytest.mark.parametrize(
    ("tokens", "spent", "after"),
    [
        (1, "1@2018-12-31", "4@2018-12-31 + 3@2019-12-31"),
        (5, "5@2018-12-31", "3@2019-12-31"),
        (6, "5@2018-12-31 + 1@2019-12-31", "2@2019-12-31"),
    ],
)
def test_a_part_capture_takes_the_earliest_and_releases_the_rest(
    tokens: int, spent: str, after: str
) -> None:
    """One resolution: nothing stays held."""
    change = held_six().capture("h", tokens=tokens, at=T0, request_id="c", reason=WHY)
    assert change.result == Burn(OWNER, "h", draws(spent))
    assert str(change.wallet) == after
    assert change.wallet.holds == ()
    assert len(change.entries) == 1


def test_no_more_than_is_held_is_captured() -> None:
    """One too many is refused with both figures, and the hold stays as it was."""
    made = held_six()
    with pytest.raises(BeyondHold) as caught:
        made.capture("h", tokens=7, at=T0, request_id="c", reason=WHY)
    assert caught.value == BeyondHold(hold_id="h", required=7, held=6)
    assert made.held == 6


@pytest.mark.parametrize("act", ["capture", "release"])
def test_a_hold_is_open_before_its_deadline_and_resolves_once(act: str) -> None:
    """A second before will do; at the deadline it has run out, and afterwards it is gone."""
    made = held_six()
    resolve = getattr(made, act)
    after = resolve("h", at=T0 + HOUR - SECOND, request_id="c", reason=WHY).wallet
    for late in (T0 + HOUR, T0 + HOUR + SECOND):
        with pytest.raises(HoldNotOpen) as caught:
            resolve("h", at=late, request_id="c", reason=WHY)
        assert caught.value == HoldNotOpen(hold_id="h")
    with pytest.raises(HoldNotOpen):
        getattr(after, act)("h", at=T0 + HOUR - SECOND, request_id="d", reason=WHY)
    with pytest.raises(HoldNotOpen):
        getattr(made, act)("other", at=T0, request_id="c", reason=WHY)


def test_a_bucket_that_lapses_under_a_hold_is_honoured_by_capture() -> None:
    """What is given back of it lapses at once."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    made = made.hold(7, until=PAST_2018 + DAY, at=T0, request_id="h", reason=WHY).wallet
    whole = made.capture("h", at=PAST_2018, request_id="c", reason=WHY)
    assert whole.result.draws == draws("5@2018-12-31 + 2@2019-12-31")
    part = made.capture("h", tokens=4, at=PAST_2018, request_id="c", reason=WHY)
    assert story(part.entries) == [
        (
            "4 captured by c on 2018-12-31T18:30:00Z, test: "
            "held -5@2018-12-31 (h); held -2@2019-12-31 (h); redeemed +4 (h); "
            "lapsed +1@2018-12-31; available +2@2019-12-31"
        )
    ]


def test_what_a_part_capture_releases_makes_good_a_debt() -> None:
    """A claw-back during the hold left a debt; the rest of the hold goes there first."""
    made = wallet("6@2018-12-31").hold(6, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    made = made.claw_back(
        2, own_day=Y18, policy=OWED, source="o0", at=T0, request_id="cb", reason=WHY
    ).wallet
    change = made.capture("h", tokens=1, at=T0, request_id="c", reason=WHY)
    assert story(change.entries) == [
        (
            "4 captured by c on 2018-01-10T10:00:00Z, test: held -6@2018-12-31 (h); "
            "redeemed +1 (h); available +3@2018-12-31; owed +2"
        )
    ]


# release and running out


def test_a_release_gives_back_what_was_held() -> None:
    """To the old buckets, with the old last days; the answer is the hold that was."""
    made = held_six()
    change = made.release("h", at=T0, request_id="r", reason=WHY)
    assert str(change.wallet) == "5@2018-12-31 + 3@2019-12-31"
    assert story(change.entries) == [
        (
            "4 released by r on 2018-01-10T10:00:00Z, test: "
            "held -5@2018-12-31 (h); held -1@2019-12-31 (h); "
            "available +5@2018-12-31; available +1@2019-12-31"
        )
    ]
    assert change.result == made.holds[0]


def test_what_lapsed_under_a_hold_lapses_on_release() -> None:
    """Holding does not lengthen a token's life."""
    made = (
        wallet("5@2018-12-31")
        .hold(5, until=PAST_2018 + DAY, at=T0, request_id="h", reason=WHY)
        .wallet
    )
    change = made.release("h", at=PAST_2018, request_id="r", reason=WHY)
    assert story(change.entries) == [
        (
            "3 released by r on 2018-12-31T18:30:00Z, test: held -5@2018-12-31 (h); "
            "lapsed +5@2018-12-31"
        )
    ]


# reinstate


def test_a_reinstatement_goes_back_in_the_reverse_order_of_drawing() -> None:
    """To the old last days; what is left of the burn is answered."""
    burned = wallet("5@2018-12-31 + 3@2019-12-31").burn(6, at=T0, request_id="b", reason=WHY)
    change = burned.wallet.reinstate(burned.result, 2, at=T0, request_id="u", reason=WHY)
    assert str(change.wallet) == "1@2018-12-31 + 3@2019-12-31"
    assert story(change.entries) == [
        (
            "4 reinstated by u on 2018-01-10T10:00:00Z, test: redeemed -2 (b); "
            "available +1@2018-12-31; available +1@2019-12-31"
        )
    ]
    assert change.result == Burn(OWNER, "b", draws("5@2018-12-31 + 1@2019-12-31"), 2)
    assert change.wallet.redeemed == 4


def test_no_more_is_reinstated_than_was_burned() -> None:
    """Over any number of reinstatements."""
    burned = wallet("5@2018-12-31").burn(5, at=T0, request_id="b", reason=WHY)
    once = burned.wallet.reinstate(burned.result, 3, at=T0, request_id="u", reason=WHY)
    with pytest.raises(BeyondBurn) as caught:
        once.wallet.reinstate(once.result, 3, at=T0, request_id="v", reason=WHY)
    assert caught.value == BeyondBurn(burn_id="b", required=3, left=2)
    twice = once.wallet.reinstate(once.result, 2, at=T0, request_id="v", reason=WHY)
    assert str(twice.wallet) == "5@2018-12-31"


def test_what_is_past_its_last_day_lapses_when_it_is_given_back() -> None:
    """Burning and undoing does not lengthen a token's life."""
    burned = wallet("5@2018-12-31 + 3@2019-12-31").burn(7, at=T0, request_id="b", reason=WHY)
    change = burned.wallet.reinstate(burned.result, 7, at=PAST_2018, request_id="u", reason=WHY)
    assert story(change.entries) == [
        (
            "4 reinstated by u on 2018-12-31T18:30:00Z, test: redeemed -7 (b); "
            "lapsed +5@2018-12-31; available +2@2019-12-31"
        )
    ]


def test_another_wallets_burn_is_not_reinstated() -> None:
    """Neither another member's, nor one of another kind of token."""
    made = wallet("5@2018-12-31")
    for owner in (Owner("m-2", "tokens", KOLKATA), Owner("m-1", "points", KOLKATA)):
        with pytest.raises(Misuse) as caught:
            made.reinstate(Burn(owner, "b", draws("1@never")), 1, at=T0, request_id="u", reason=WHY)
        assert str(caught.value) == "burn 'b' is of another wallet"


# what is due


def test_each_operation_first_books_what_is_due() -> None:
    """A lapse, a hold that ran out and a promise kept come before it, each at its own instant."""
    made = history("5@2018-12-31 + 9@never")
    made.take(made.wallet.hold(6, until=PAST_2018 + HOUR, at=T0, request_id="h", reason=WHY))
    made.take(
        promise(
            made.wallet,
            7,
            promise_id="p",
            source="o-1",
            at=T0,
            request_id="q",
            reason=Reason("purchase"),
            last_day=Y19,
            keeps_at=T0 + DAY,
            occurred_at=T0 - DAY,
        )
    )
    due = [
        (
            "5 kept by {} on 2018-01-11T10:00:00Z for 2018-01-09T10:00:00Z, purchase: "
            "expected +7 (o-1); promised -7@2019-12-31 (p); issued -7 (o-1); "
            "available +7@2019-12-31"
        ),
        (
            "6 ran_out by {} on 2018-12-31T19:30:00Z, deadline_passed: "
            "held -5@2018-12-31 (h); held -1@never (h); lapsed +5@2018-12-31; available +1@never"
        ),
    ]
    later = PAST_2018 + DAY
    kwargs: Any = {"at": later, "request_id": "x", "reason": WHY}
    burn = Burn(OWNER, "b", draws("1@never"))
    for change in (
        made.wallet.lapse(at=later, request_id="x"),
        made.wallet.earn(1, last_day=NEVER, **kwargs),
        made.wallet.burn(1, **kwargs),
        made.wallet.hold(1, until=later + DAY, **kwargs),
        made.wallet.reinstate(burn, 1, **kwargs),
    ):
        assert story(change.entries[:2]) == [line.format("x") for line in due]
        assert {entry.request_id for entry in change.entries} == {"x"}


def test_what_is_resolved_is_due_for_others_too() -> None:
    """Capture and release book a lapse before themselves."""
    made = wallet("5@2018-12-31 + 9@never")
    made = made.hold(1, until=PAST_2018 + DAY, at=T0, request_id="h", reason=WHY).wallet
    for act in (made.capture, made.release):
        change = act("h", at=PAST_2018, request_id="x", reason=WHY)
        assert story(change.entries)[0] == (
            "4 lapsed by x on 2018-12-31T18:30:00Z, last_day_passed: "
            "available -4@2018-12-31; lapsed +4@2018-12-31"
        )
        assert [entry.request_id for entry in change.entries] == ["x", "x"]


def test_lapsing_answers_with_how_many_lapsed() -> None:
    """What lapses with a hold that ran out counts; a second sweep finds nothing."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    made = made.hold(2, until=PAST_2018 + HOUR, at=T0, request_id="h", reason=WHY).wallet
    change = made.lapse(at=PAST_2018 + HOUR, request_id="x")
    assert change.result == 5
    assert str(change.wallet) == "3@2019-12-31"
    assert len(change.entries) == 2
    again = change.wallet.lapse(at=PAST_2018 + HOUR, request_id="y")
    assert (again.result, again.entries, again.wallet) == (0, (), change.wallet)


def test_a_wallet_is_asked_at_an_instant_from_its_last_entry_on() -> None:
    """What the calendar made of it is answered, and nothing is booked."""
    made = wallet("5@2018-12-31 + 3@2019-12-31")
    assert made.at(T0) == made
    assert str(made.at(PAST_2018 - SECOND)) == "5@2018-12-31 + 3@2019-12-31"
    assert str(made.at(PAST_2018)) == "3@2019-12-31"
    assert made.available == 8
    assert EMPTY.at(T0) == EMPTY


def test_a_wallet_is_not_asked_about_the_past() -> None:
    """The journal is, a second before the last entry already."""
    made = wallet("5@2018-12-31")
    with pytest.raises(Misuse) as caught:
        made.at(T0 - SECOND)
    assert str(caught.value) == (
        "2018-01-10T09:59:59Z is before the last entry; fold the journal to that instant"
    )


def test_instants_need_an_offset() -> None:
    """A naive one is misuse in every operation."""
    made = held_six()
    burn = Burn(OWNER, "b", draws("1@never"))
    naive = T0.replace(tzinfo=None)
    kwargs: Any = {"at": naive, "request_id": "x", "reason": WHY}
    calls: list[Any] = [
        lambda: made.at(naive),
        lambda: made.lapse(at=naive, request_id="x"),
        lambda: made.earn(1, last_day=Y18, **kwargs),
        lambda: made.earn(1, last_day=Y18, at=T0, request_id="x", reason=WHY, occurred_at=naive),
        lambda: made.burn(1, **kwargs),
        lambda: made.hold(1, until=T0 + DAY, **kwargs),
        lambda: made.hold(1, until=naive, at=T0, request_id="x", reason=WHY),
        lambda: made.capture("h", **kwargs),
        lambda: made.release("h", **kwargs),
        lambda: made.reinstate(burn, 1, **kwargs),
    ]
    for call in calls:
        with pytest.raises(Misuse, match=r"needs an offset"):
            call()


def test_instants_of_other_zones_are_kept_in_utc() -> None:
    """Entries, deadlines and the wallet's own instant."""
    local = T0.astimezone(LOCAL)
    made = EMPTY.earn(5, last_day=Y18, at=local, request_id="r", reason=WHY).wallet
    held = made.hold(1, until=local + HOUR, at=local, request_id="h", reason=WHY)
    assert story(held.entries)[0].startswith(
        "2 held by h on 2018-01-10T10:00:00Z until 2018-01-10T11:00:00Z"
    )
    assert held.result.until.utcoffset() == T0.utcoffset()
    assert str(made.at(PAST_2018.astimezone(LOCAL))) == "0"
