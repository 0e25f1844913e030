"""Claw-back: the purchase's own bucket, then the earliest, then the policy."""

from datetime import datetime

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import (
    Change,
    ClawBack,
    ClawBackPolicy,
    ClawBackRefused,
    Wallet,
    WalletFull,
)
from tests.wallets import (
    DAY,
    FORGIVEN,
    OWED,
    REFUSED,
    SECOND,
    T0,
    WHY,
    at,
    day,
    owing,
    story,
    wallet,
)

Y18, Y19 = day("2018-12-31"), day("2019-12-31")
PAST_2018 = at("2018-12-31 18:30")
THREE = "5@2018-12-31 + 3@2019-12-31 + 2@never"


def returned(
    made: Wallet, tokens: int, policy: ClawBackPolicy = OWED, own: str = "2019-12-31"
) -> Change[ClawBack]:
    """Take back tokens of order `o0`, whose own bucket is that of a day."""
    return made.claw_back(
        tokens,
        own_day=day(own),
        policy=policy,
        source="o0",
        at=T0,
        request_id="c",
        reason=WHY,
    )


@pytest.mark.parametrize(
    ("tokens", "after"),
    [
        (2, "5@2018-12-31 + 1@2019-12-31 + 2@never"),
        (3, "5@2018-12-31 + 2@never"),
        (4, "4@2018-12-31 + 2@never"),
        (8, "2@never"),
        (9, "1@never"),
        (10, "0"),
    ],
)
@pytest.mark.parametrize("policy", list(ClawBackPolicy))
def test_the_own_bucket_is_taken_from_first_then_the_earliest(
    policy: ClawBackPolicy, tokens: int, after: str
) -> None:
    """As far as there are tokens, whatever the policy."""
    change = returned(wallet(THREE), tokens, policy)
    assert str(change.wallet) == after
    assert change.result == ClawBack(tokens, 0, 0)
    assert change.wallet.clawed_back == tokens


def test_of_two_buckets_the_own_one_is_taken_from_first() -> None:
    """As of more."""
    change = returned(wallet("5@2018-12-31 + 3@2019-12-31"), 4)
    assert str(change.wallet) == "4@2018-12-31"


def test_a_claw_back_is_one_entry_that_names_the_order() -> None:
    """Its postings stand in the order of drawing."""
    assert story(returned(wallet(THREE), 4).entries) == [
        (
            "4 clawed_back by c on 2018-01-10T10:00:00Z, test: "
            "available -3@2019-12-31; available -1@2018-12-31; clawed_back +4 (o0)"
        )
    ]


def test_an_own_bucket_that_is_gone_leaves_the_earliest() -> None:
    """Spent already, or never there."""
    change = returned(wallet("5@2018-12-31 + 2@never"), 6)
    assert story(change.entries)[0].endswith(
        "available -5@2018-12-31; available -1@never; clawed_back +6 (o0)"
    )


def test_what_is_missing_is_owed() -> None:
    """By the default policy; the debt grows with each return."""
    change = returned(wallet(THREE), 11)
    assert str(change.wallet) == "0 | owed 1"
    assert change.result == ClawBack(10, 1, 0)
    assert story(change.entries) == [
        (
            "4 clawed_back by c on 2018-01-10T10:00:00Z, test: "
            "available -3@2019-12-31; available -5@2018-12-31; available -2@never; "
            "owed -1; clawed_back +11 (o0)"
        )
    ]
    again = returned(change.wallet, 2)
    assert again.wallet.owed == 3
    assert again.result == ClawBack(0, 2, 0)
    assert story(again.entries)[0].endswith("test: owed -2; clawed_back +2 (o0)")


def test_as_much_may_be_owed_as_is_taken() -> None:
    """Half is there: one entry posts both halves."""
    change = returned(wallet("2@2018-12-31"), 4)
    assert change.result == ClawBack(2, 2, 0)
    assert story(change.entries)[0].endswith(
        "available -2@2018-12-31; owed -2; clawed_back +4 (o0)"
    )


def test_what_is_missing_is_forgiven() -> None:
    """Only what was taken counts as clawed back; where nothing was, there is no entry."""
    change = returned(wallet(THREE), 12, FORGIVEN)
    assert str(change.wallet) == "0"
    assert change.result == ClawBack(10, 0, 2)
    assert change.wallet.clawed_back == 10
    assert story(change.entries)[0].endswith("available -2@never; clawed_back +10 (o0)")
    none = returned(change.wallet, 2, FORGIVEN)
    assert (none.entries, none.result) == ((), ClawBack(0, 0, 2))
    assert none.wallet is change.wallet


def test_what_is_missing_is_refused() -> None:
    """With both figures; what is there exactly is taken."""
    made = wallet(THREE)
    assert returned(made, 10, REFUSED).wallet.available == 0
    with pytest.raises(ClawBackRefused) as caught:
        returned(made, 11, REFUSED)
    assert caught.value == ClawBackRefused(required=11, available=10)


@pytest.mark.parametrize(
    ("instant", "result"),
    [
        (PAST_2018 - SECOND, ClawBack(4, 0, 0)),
        (PAST_2018, ClawBack(0, 0, 0)),
        (PAST_2018 + SECOND, ClawBack(0, 0, 0)),
    ],
)
def test_a_return_after_the_own_last_day_takes_nothing(instant: datetime, result: ClawBack) -> None:
    """Its tokens have lapsed; nothing is owed for them either."""
    made = wallet("3@2018-12-31 + 9@2019-12-31")
    change = made.claw_back(
        4,
        own_day=Y18,
        policy=OWED,
        source="o0",
        at=instant,
        request_id="c",
        reason=WHY,
    )
    assert change.result == result
    assert change.wallet.clawed_back == result.taken


def test_what_is_due_is_booked_before_a_claw_back() -> None:
    """Also where it takes nothing, and where all is forgiven."""
    made = wallet("3@2018-12-31 + 9@2019-12-31")
    lapse = (
        "3 lapsed by c on 2018-12-31T18:30:00Z, last_day_passed: "
        "available -3@2018-12-31; lapsed +3@2018-12-31"
    )
    for own_day, count in ((Y18, 1), (Y19, 2)):
        change = made.claw_back(
            4,
            own_day=own_day,
            policy=OWED,
            source="o0",
            at=PAST_2018,
            request_id="c",
            reason=WHY,
        )
        assert story(change.entries)[0] == lapse
        assert len(change.entries) == count
    forgiven = wallet("3@2018-12-31").claw_back(
        4,
        own_day=Y19,
        policy=FORGIVEN,
        source="o0",
        at=PAST_2018,
        request_id="c",
        reason=WHY,
    )
    assert [entry.event for entry in forgiven.entries] == ["lapsed"]
    assert forgiven.wallet.lapsed == 3


def test_a_hold_keeps_its_promise() -> None:
    """A claw-back takes only what is available; the rest is owed."""
    made = wallet("5@2018-12-31").hold(4, until=T0 + DAY, at=T0, request_id="h", reason=WHY).wallet
    change = returned(made, 3, own="2018-12-31")
    assert change.result == ClawBack(1, 2, 0)
    assert change.wallet.held == 4


def test_what_is_owed_counts_towards_the_limit() -> None:
    """A debt that the wallet could not count is refused."""
    full = wallet(f"{TOKENS_MAX}@2019-12-31").burn(TOKENS_MAX, at=T0, request_id="b", reason=WHY)
    with pytest.raises(WalletFull):
        returned(full.wallet, 1)
    back = full.wallet.reinstate(full.result, 1, at=T0, request_id="u", reason=WHY).wallet
    assert returned(back, 1).result == ClawBack(1, 0, 0)


@pytest.mark.parametrize("tokens", [0, -1, True])
def test_what_is_taken_back_is_a_number_of_tokens(tokens: int) -> None:
    """Whole, and at least one."""
    with pytest.raises(Misuse):
        returned(owing(1), tokens)


def test_a_claw_back_needs_an_offset_too() -> None:
    """Its instant is misuse without one."""
    with pytest.raises(Misuse, match=r"needs an offset"):
        wallet("1@never").claw_back(
            1,
            own_day=Y18,
            policy=OWED,
            source="o0",
            at=T0.replace(tzinfo=None),
            request_id="c",
            reason=WHY,
        )


def test_policies_are_their_names() -> None:
    """A rule book writes them so."""
    assert [policy.value for policy in ClawBackPolicy] == ["owed", "forgiven", "refused"]
