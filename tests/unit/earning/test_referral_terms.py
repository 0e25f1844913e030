"""The terms of referrals: what they bring, until when codes are valid, who is invited too late."""

from typing import Any

import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import Qualifies, ReferralTerms
from mi_rewards.errors import Misuse
from tests.friends import LATER, ON_DELIVERY
from tests.shop import ist
from tests.wallets import KOLKATA, day

NOBODY = "a referral brings tokens to the inviter, to the friend, or to both"
NO_KIND = "a referral qualifies by one of Qualifies, and counts over a Period"
NO_DAYS = "return_days are given where a referral qualifies after them, and only so"


def terms(**parts: Any) -> ReferralTerms:
    """Make terms like those on first delivery, but for these parts."""
    return ReferralTerms(
        **{
            "inviter_tokens": 100,
            "friend_tokens": 40,
            "qualifies": Qualifies.ON_FIRST_DELIVERY,
            **parts,
        }
    )


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"inviter_tokens": -1}, "what an inviter gets is a whole number"),
        ({"inviter_tokens": 2**63}, "what an inviter gets is a whole number"),
        ({"friend_tokens": True}, "what a friend gets is a whole number"),
        (
            {"inviter_tokens": 0, "friend_tokens": 0},
            NOBODY,
        ),
        ({"qualifies": "on_joining"}, NO_KIND),
        ({"friends_period": "month"}, NO_KIND),
        ({"return_days": -1}, "return_days is a whole number"),
        ({"return_days": 1}, NO_DAYS),
        ({"qualifies": Qualifies.AFTER_RETURN_WINDOW}, NO_DAYS),
        ({"code_days": -1}, "code_days is a whole number"),
        ({"friends_max": 1.0}, "friends_max is a whole number"),
        ({"account_days_max": "3"}, "account_days_max is a whole number"),
        ({"from_on": "2017-08-01"}, "the first day must be a date"),
        ({"through_on": "2017-08-01"}, "the last day must be a date"),
        (
            {"from_on": day("2017-08-02"), "through_on": day("2017-08-01")},
            "a span cannot end on 2017-08-01, before it begins on 2017-08-02",
        ),
        ({"needs_verdict": 1}, "needs_verdict is true or false, not 1"),
    ],
)
def test_terms_are_checked_where_they_are_made(parts: dict[str, Any], message: str) -> None:
    """Each part, and what is given only together."""
    with pytest.raises(Misuse) as fault:
        terms(**parts)
    assert str(fault.value).startswith(message)


def test_one_side_may_get_nothing() -> None:
    """The inviter alone, or the friend alone."""
    assert terms(friend_tokens=0).friend_tokens == 0
    assert terms(inviter_tokens=0).inviter_tokens == 0


def test_zero_is_a_limit() -> None:
    """No friends at all; a code for the day on which it is opened; who joined today."""
    least = terms(code_days=0, friends_max=0, account_days_max=0)
    assert (least.code_days, least.friends_max, least.account_days_max) == (0, 0, 0)
    assert terms().friends_period is Period.EVER
    assert terms().needs_verdict is False


@pytest.mark.parametrize(
    ("on", "is_open"),
    [("2017-07-31", False), ("2017-08-01", True), ("2017-08-31", True), ("2017-09-01", False)],
)
def test_both_ends_of_its_days_belong_to_it(on: str, is_open: bool) -> None:
    """The day before, the first, the last, the day after."""
    assert (
        terms(from_on=day("2017-08-01"), through_on=day("2017-08-31")).is_open(day(on)) is is_open
    )
    assert ON_DELIVERY.is_open(day(on))


@pytest.mark.parametrize(
    ("code_days", "until"), [(0, "2017-08-02 00:00"), (1, "2017-08-03 00:00"), (None, None)]
)
def test_a_code_is_valid_to_the_end_of_its_last_day(code_days: int | None, until: str) -> None:
    """In India; opened on 1 August, 0 days are that day."""
    found = terms(code_days=code_days).code_until(ist("2017-08-01 23:59"), KOLKATA)
    assert found == (ist(until) if until else None)


def test_a_code_cannot_be_valid_past_the_calendar() -> None:
    """The year 9999 is its end."""
    with pytest.raises(Misuse, match=r"outside the years 1 to 9999"):
        terms(code_days=10**7).code_until(ist("2017-08-01"), KOLKATA)


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2017-08-01 00:00", 0),
        ("2017-08-01 23:59", 0),
        ("2017-08-02 00:00", 1),
        ("2017-08-04 23:59", 3),
        ("2017-08-05 00:00", 4),
    ],
)
def test_days_since_joining_are_those_of_the_zone(at: str, days: int) -> None:
    """Joined at the last minute of 1 August, or the first: the same day."""
    for joined in ("2017-08-01 00:00", "2017-08-01 23:59"):
        assert LATER.account_days(ist(joined), ist(at), KOLKATA) == days
