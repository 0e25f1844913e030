"""Promises: made, kept on delivery or by the calendar, withdrawn."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    BeyondPromise,
    Promise,
    PromiseNotOpen,
    Reason,
    Wallet,
    WalletFull,
    keep,
    promise,
    withdraw,
)
from tests.wallets import DAY, HOUR, OWNER, SECOND, T0, WHY, at, day, owing, story, wallet

EMPTY = Wallet(OWNER)
Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")


def placed(made: Wallet = EMPTY, tokens: int = 10) -> Wallet:
    """Promise tokens for an order that waits for delivery."""
    return promise(
        made, tokens, promise_id="p", source="o-1", at=T0, request_id="q", reason=WHY
    ).wallet


def delivered(made: Wallet = EMPTY, *, keeps_at: datetime = T0 + 7 * DAY) -> Wallet:
    """Promise ten tokens that the calendar keeps."""
    return promise(
        made,
        10,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=Reason("purchase", (("base_minor", 10_000),)),
        last_day=Y18,
        keeps_at=keeps_at,
        occurred_at=T0 - DAY,
    ).wallet


def test_what_is_promised_is_expected_and_cannot_be_spent() -> None:
    """One entry names the promise and the order that it is for."""
    change = promise(EMPTY, 10, promise_id="p", source="o-1", at=T0, request_id="q", reason=WHY)
    assert str(change.wallet) == "0 | promised 10"
    assert story(change.entries) == [
        "1 promised by q on 2018-01-10T10:00:00Z, test: expected -10 (o-1); promised +10 (p)"
    ]
    assert change.result is None
    assert change.wallet.promises == (Promise("p", 10, "o-1", None, None, T0, WHY),)
    assert change.wallet.available == 0


def test_a_promise_may_have_its_instant_and_its_last_day() -> None:
    """The entry has both, and the instant of the fact behind it."""
    made = delivered()
    assert made.promises == (
        Promise(
            "p",
            10,
            "o-1",
            Y18,
            T0 + 7 * DAY,
            T0 - DAY,
            Reason("purchase", (("base_minor", 10_000),)),
        ),
    )
    change = promise(
        EMPTY,
        10,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=T0 + DAY,
        occurred_at=T0 - DAY,
    )
    assert story(change.entries) == [
        (
            "1 promised by q on 2018-01-10T10:00:00Z for 2018-01-09T10:00:00Z "
            "until 2018-01-11T10:00:00Z, test: expected -10 (o-1); promised +10@2018-12-31 (p)"
        )
    ]


@pytest.mark.parametrize("missing", ["last_day", "keeps_at"])
def test_a_promise_has_both_its_instant_and_its_last_day_or_neither(missing: str) -> None:
    """One without the other is misuse."""
    both: dict[str, Any] = {"last_day": Y18, "keeps_at": T0 + DAY}
    del both[missing]
    with pytest.raises(Misuse) as caught:
        promise(EMPTY, 1, promise_id="p", source="o", at=T0, request_id="q", reason=WHY, **both)
    assert str(caught.value) == (
        "a promise has both a last valid day and an instant at which it is kept, or neither"
    )


def test_one_name_is_one_open_promise() -> None:
    """Another name is another promise; a kept one's name is free again."""
    made = placed()
    with pytest.raises(Misuse) as caught:
        placed(made)
    assert str(caught.value) == "promise 'p' is open already"
    more = promise(made, 1, promise_id="r", source="o-2", at=T0, request_id="r", reason=WHY).wallet
    assert [it.promise_id for it in more.promises] == ["p", "r"]
    kept = keep(made, "p", 10, last_day=Y18, at=T0, request_id="k", reason=WHY).wallet
    assert placed(kept).promised == 10


def test_what_is_promised_counts_towards_the_limit() -> None:
    """So that the calendar can always keep it."""
    almost = wallet(f"{TOKENS_MAX - 10}@2018-12-31")
    assert placed(almost).promised == 10
    with pytest.raises(WalletFull):
        placed(almost, 11)


@pytest.mark.parametrize("days", [-1, 0])
def test_a_promise_whose_instant_is_past_is_kept_at_once(days: int) -> None:
    """Both entries are of one request, and booked in order."""
    change = promise(
        EMPTY,
        10,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=T0 + days * DAY,
    )
    assert str(change.wallet) == "10@2018-12-31"
    assert story(change.entries)[1] == (
        "2 kept by q on 2018-01-10T10:00:00Z, test: "
        "expected +10 (o-1); promised -10@2018-12-31 (p); "
        "issued -10 (o-1); available +10@2018-12-31"
    )
    later = promise(
        EMPTY,
        10,
        promise_id="p",
        source="o-1",
        at=T0,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=T0 + SECOND,
    )
    assert str(later.wallet) == "0 | promised 10"


def test_a_late_promise_is_kept_where_the_last_entry_has_passed_its_instant() -> None:
    """It is booked at the last entry's instant, and so is its keeping."""
    made = wallet("1@never")
    change = promise(
        made,
        10,
        promise_id="p",
        source="o-1",
        at=T0 - 2 * DAY,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=T0 - DAY,
    )
    assert [entry.booked_at for entry in change.entries] == [T0, T0]
    assert str(change.wallet) == "10@2018-12-31 + 1@never"


def test_the_calendar_keeps_a_promise_at_its_instant() -> None:
    """With the promise's own reason and fact; a second before, nothing is kept."""
    made = delivered()
    assert str(made.at(T0 + 7 * DAY - SECOND)) == "0 | promised 10"
    change = made.lapse(at=T0 + 8 * DAY, request_id="sweep")
    assert story(change.entries) == [
        (
            "2 kept by sweep on 2018-01-17T10:00:00Z for 2018-01-09T10:00:00Z, "
            "purchase base_minor=10000: expected +10 (o-1); promised -10@2018-12-31 (p); "
            "issued -10 (o-1); available +10@2018-12-31"
        )
    ]
    assert str(change.wallet) == "10@2018-12-31"


def test_a_promise_kept_past_its_last_day_lapses() -> None:
    """And makes good no debt."""
    change = delivered(owing(3), keeps_at=PAST_2018).lapse(at=PAST_2018, request_id="s")
    assert story(change.entries)[0].endswith("issued -10 (o-1); lapsed +10@2018-12-31")
    assert str(change.wallet) == "0 | owed 3"


def test_what_is_kept_makes_good_a_debt_first() -> None:
    """By the calendar and on delivery alike."""
    by_calendar = delivered(owing(3)).lapse(at=T0 + 7 * DAY, request_id="s")
    assert story(by_calendar.entries)[0].endswith(
        "issued -10 (o-1); available +7@2018-12-31; owed +3"
    )
    kept = keep(placed(owing(3)), "p", 10, last_day=Y18, at=T0, request_id="k", reason=WHY)
    assert story(kept.entries)[0].endswith("issued -10 (o-1); available +7@2018-12-31; owed +3")


def test_a_promise_is_kept_on_delivery() -> None:
    """It is reversed, and the tokens are issued for its order."""
    change = keep(
        placed(),
        "p",
        10,
        last_day=Y18,
        at=T0 + DAY,
        request_id="k",
        reason=Reason("purchase"),
        occurred_at=T0 + HOUR,
    )
    assert story(change.entries) == [
        (
            "2 kept by k on 2018-01-11T10:00:00Z for 2018-01-10T11:00:00Z, purchase: "
            "expected +10 (o-1); promised -10 (p); issued -10 (o-1); available +10@2018-12-31"
        )
    ]
    assert change.result is None
    assert str(change.wallet) == "10@2018-12-31"
    assert change.wallet.promises == ()


def test_a_promise_is_kept_in_part() -> None:
    """The rest stays open as it was."""
    made = keep(delivered(), "p", 4, last_day=Y19, at=T0, request_id="k", reason=WHY).wallet
    assert str(made) == "4@2019-12-31 | promised 6"
    assert made.promises == (
        Promise(
            "p",
            6,
            "o-1",
            Y18,
            T0 + 7 * DAY,
            T0 - DAY,
            Reason("purchase", (("base_minor", 10_000),)),
        ),
    )
    assert str(made.at(T0 + 7 * DAY)) == "6@2018-12-31 + 4@2019-12-31"


def test_a_promise_is_withdrawn_whole_or_in_part() -> None:
    """The answer is how many tokens were withdrawn."""
    whole = withdraw(placed(), "p", at=T0, request_id="w", reason=WHY)
    assert story(whole.entries) == [
        "2 withdrawn by w on 2018-01-10T10:00:00Z, test: expected +10 (o-1); promised -10 (p)"
    ]
    assert (whole.result, str(whole.wallet)) == (10, "0")
    part = withdraw(delivered(), "p", tokens=4, at=T0, request_id="w", reason=WHY)
    assert story(part.entries) == [
        (
            "2 withdrawn by w on 2018-01-10T10:00:00Z, test: "
            "expected +4 (o-1); promised -4@2018-12-31 (p)"
        )
    ]
    assert (part.result, str(part.wallet)) == (4, "0 | promised 6")


def test_a_promise_of_which_a_token_is_left_stays_open() -> None:
    """The last token counts."""
    made = withdraw(placed(), "p", tokens=9, at=T0, request_id="w", reason=WHY).wallet
    assert made.promises == (Promise("p", 1, "o-1", None, None, T0, WHY),)


def test_taking_from_one_promise_leaves_the_others() -> None:
    """They are found by name."""
    made = placed()
    for name in ("a", "z"):
        made = promise(
            made, 3, promise_id=name, source="o-2", at=T0, request_id=name, reason=WHY
        ).wallet
    after = withdraw(made, "p", at=T0, request_id="w", reason=WHY).wallet
    assert [(it.promise_id, it.tokens, it.source) for it in after.promises] == [
        ("a", 3, "o-2"),
        ("z", 3, "o-2"),
    ]


def test_no_more_is_kept_or_withdrawn_than_was_promised() -> None:
    """One too many is refused with both figures."""
    made = placed()
    refusal = BeyondPromise(promise_id="p", required=11, promised=10)
    with pytest.raises(BeyondPromise) as kept:
        keep(made, "p", 11, last_day=Y18, at=T0, request_id="k", reason=WHY)
    assert kept.value == refusal
    with pytest.raises(BeyondPromise) as withdrawn:
        withdraw(made, "p", tokens=11, at=T0, request_id="k", reason=WHY)
    assert withdrawn.value == refusal


def test_a_promise_that_is_not_open_is_neither_kept_nor_withdrawn() -> None:
    """Never made, withdrawn, kept, or kept by the calendar just now."""
    gone = [
        (EMPTY, T0),
        (withdraw(placed(), "p", at=T0, request_id="w", reason=WHY).wallet, T0),
        (keep(placed(), "p", 10, last_day=Y18, at=T0, request_id="k", reason=WHY).wallet, T0),
        (delivered(), T0 + 7 * DAY),
    ]
    for made, instant in gone:
        with pytest.raises(PromiseNotOpen) as kept:
            keep(made, "p", 1, last_day=Y18, at=instant, request_id="x", reason=WHY)
        assert kept.value == PromiseNotOpen(promise_id="p")
        with pytest.raises(PromiseNotOpen):
            withdraw(made, "p", at=instant, request_id="x", reason=WHY)


@pytest.mark.parametrize("tokens", [0, -1, True])
def test_promises_are_of_whole_tokens(tokens: int) -> None:
    """Made, kept and withdrawn alike."""
    with pytest.raises(Misuse):
        placed(tokens=tokens)
    with pytest.raises(Misuse):
        keep(placed(), "p", tokens, last_day=Y18, at=T0, request_id="k", reason=WHY)
    with pytest.raises(Misuse):
        withdraw(placed(), "p", tokens=tokens, at=T0, request_id="k", reason=WHY)


def test_instants_of_promises_need_an_offset() -> None:
    """Each of them."""
    naive: Any = T0.replace(tzinfo=None)
    made: dict[str, Any] = {"promise_id": "p", "source": "o", "request_id": "q", "reason": WHY}
    calls: list[Any] = [
        lambda: promise(EMPTY, 1, at=naive, **made),
        lambda: promise(EMPTY, 1, at=T0, occurred_at=naive, **made),
        lambda: promise(EMPTY, 1, at=T0, last_day=Y18, keeps_at=naive, **made),
        lambda: keep(placed(), "p", 1, last_day=Y18, at=naive, request_id="k", reason=WHY),
        lambda: keep(
            placed(), "p", 1, last_day=Y18, at=T0, request_id="k", reason=WHY, occurred_at=naive
        ),
        lambda: withdraw(placed(), "p", at=naive, request_id="w", reason=WHY),
    ]
    for call in calls:
        with pytest.raises(Misuse, match=r"needs an offset"):
            call()


def test_each_operation_on_promises_first_books_what_is_due() -> None:
    """A lapse comes before it, by the same request."""
    made = placed(wallet("5@2018-12-31"))
    changes = [
        promise(made, 1, promise_id="r", source="o", at=PAST_2018, request_id="x", reason=WHY),
        keep(made, "p", 1, last_day=NEVER, at=PAST_2018, request_id="x", reason=WHY),
        withdraw(made, "p", at=PAST_2018, request_id="x", reason=WHY),
    ]
    for change in changes:
        assert story(change.entries)[0] == (
            "3 lapsed by x on 2018-12-31T18:30:00Z, last_day_passed: "
            "available -5@2018-12-31; lapsed +5@2018-12-31"
        )
        assert [entry.request_id for entry in change.entries] == ["x", "x"]


def test_instants_of_other_zones_are_kept_in_utc_on_promises() -> None:
    """The instant of keeping and the fact's."""
    local = T0.astimezone(ZoneInfo("Asia/Kolkata"))
    made = promise(
        EMPTY,
        1,
        promise_id="p",
        source="o",
        at=local,
        request_id="q",
        reason=WHY,
        last_day=Y18,
        keeps_at=local + DAY,
        occurred_at=local - DAY,
    )
    (it,) = made.wallet.promises
    assert (it.keeps_at, it.occurred_at) == (T0 + DAY, T0 - DAY)
    assert {entry.booked_at.utcoffset() for entry in made.entries} == {T0.utcoffset()}
    assert it.occurred_at.utcoffset() == T0.utcoffset()
    kept = keep(
        made.wallet,
        "p",
        1,
        last_day=Y18,
        at=local,
        request_id="k",
        reason=WHY,
        occurred_at=local - HOUR,
    )
    assert kept.entries[0].occurred_at.utcoffset() == T0.utcoffset()
