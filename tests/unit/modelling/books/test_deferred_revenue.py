"""Deferral and recognition of one cohort."""

from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import BreakageBasis, Deferral, breakage_of_redemption
from mi_rewards.money import Money, Rounding


def rupees(text: str) -> Money:
    """State rupees."""
    return Money.of(text, "INR")


A_THOUSAND = Deferral(rupees("100"), tokens=1_000, expected=800)


def parts(step: Any) -> tuple[int, int, int]:
    """State the three parts of a period's revenue, in minor units."""
    return step.on_redemption, step.breakage, step.change_of_estimate


def test_a_deferral_begins_with_all_of_it() -> None:
    """Nothing is revenue, everything is outstanding."""
    assert A_THOUSAND.liability == rupees("100")
    assert A_THOUSAND.recognised == rupees("0")
    assert A_THOUSAND.outstanding == 1_000


def test_revenue_is_on_redemption_and_breakage() -> None:
    """400 of 800 expected: half; 40 as if all were redeemed, 10 for those that never will be."""
    step = A_THOUSAND.recognising(redeemed_total=400, expected_total=800)
    assert parts(step) == (4_000, 1_000, 0)
    assert step.revenue == 5_000
    assert step.after.liability == rupees("50")
    assert step.after.outstanding == 600
    assert (step.additions, step.reversals) == (rupees("0"), rupees("0"))


@pytest.mark.parametrize(("expected", "change"), [(799, 6), (800, 0), (801, -6)])
def test_a_moved_estimate_is_a_part_of_its_own(expected: int, change: int) -> None:
    """Fewer expected: more is revenue already; more expected: less. The rest is as before."""
    step = A_THOUSAND.recognising(redeemed_total=400, expected_total=expected)
    assert parts(step) == (4_000, 1_000, change)


def test_more_redeemed_than_expected_is_all_of_it() -> None:
    """At 799 of 800 a little is left; at 800 and at 801 nothing is."""
    lefts = [
        A_THOUSAND.recognising(redeemed_total=n, expected_total=800).after.liability.minor
        for n in (799, 800, 801)
    ]
    assert lefts == [12, 0, 0]


def test_what_has_lapsed_is_not_expected_any_more() -> None:
    """900 lapsed: of the 800 expected only 100 can still come, and half of those have."""
    step = A_THOUSAND.recognising(redeemed_total=50, expected_total=800, lapsed_total=900)
    assert step.after.expected == 100
    assert step.after.recognised == rupees("50")
    assert parts(step) == (500, 125, 4_375)


def test_where_nothing_is_outstanding_all_is_revenue() -> None:
    """Redeemed or lapsed, or lapsed alone."""
    for redeemed, lapsed in [(600, 400), (0, 1_000), (1_000, 0)]:
        step = A_THOUSAND.recognising(
            redeemed_total=redeemed, expected_total=900, lapsed_total=lapsed
        )
        assert step.after.liability == rupees("0")
        assert step.revenue == 10_000


def test_breakage_waits_for_remoteness_where_it_is_not_expected() -> None:
    """Each token is a tenth of a rupee once it is redeemed or lapses; no estimate is asked."""
    remote = Deferral(rupees("100"), tokens=1_000, expected=800, basis=BreakageBasis.REMOTE)
    first = remote.recognising(redeemed_total=400, expected_total=800)
    assert parts(first) == (4_000, 0, 0)
    second = first.after.recognising(redeemed_total=500, expected_total=500, lapsed_total=300)
    assert parts(second) == (1_000, 3_000, 0)
    third = second.after.recognising(redeemed_total=500, expected_total=500, lapsed_total=500)
    assert parts(third) == (0, 2_000, 0)
    assert third.after.liability == rupees("0")


def test_a_reinstatement_takes_revenue_back() -> None:
    """What was recognised for 400 is recognised for 300."""
    step = A_THOUSAND.recognising(redeemed_total=400, expected_total=800)
    back = step.after.recognising(redeemed_total=300, expected_total=800)
    assert parts(back) == (-1_000, -250, 0)


def test_tokens_issued_bring_their_own_allocation() -> None:
    """At the same rate nothing changes for those before; the next redemption is of both."""
    step = A_THOUSAND.recognising(redeemed_total=400, expected_total=800)
    more = step.after.recognising(
        redeemed_total=400, expected_total=1_600, issued=1_000, allocated=rupees("100")
    )
    assert more.additions == rupees("100")
    assert parts(more) == (0, 0, 0)
    assert more.after.liability == rupees("150")
    assert more.after.tokens == 2_000


def test_tokens_taken_back_take_their_share_of_the_allocation() -> None:
    """A tenth of the tokens is a tenth of the allocation, or what is said; no part is a change."""
    step = A_THOUSAND.recognising(redeemed_total=400, expected_total=800)
    less = step.after.recognising(redeemed_total=400, expected_total=720, taken_back=100)
    assert less.reversals == rupees("10")
    assert (less.revenue, less.after.liability) == (0, rupees("40"))
    said = step.after.recognising(
        redeemed_total=400, expected_total=720, taken_back=100, reversed_=rupees("9")
    )
    assert (said.reversals, said.after.allocated) == (rupees("9"), rupees("91"))
    assert said.revenue == 56


def test_a_cohort_may_be_taken_back_as_a_whole() -> None:
    """Nothing is left, of tokens or of money."""
    step = A_THOUSAND.recognising(redeemed_total=0, expected_total=0, taken_back=1_000)
    assert (step.reversals, step.revenue) == (rupees("100"), 0)
    assert step.after.liability == rupees("0")


def test_where_nothing_was_expected_a_redemption_is_a_change_of_estimate() -> None:
    """The part on redemption stands; there was no breakage in proportion to anything."""
    none = Deferral(rupees("100"), tokens=1_000, expected=0)
    step = none.recognising(redeemed_total=100, expected_total=400)
    assert parts(step) == (1_000, 0, 1_500)


def test_every_division_is_rounded_as_it_is_said() -> None:
    """Two of three paise half up; one of them down."""
    half_up = Deferral(Money(2, "INR"), tokens=3, expected=3)
    assert half_up.recognising(redeemed_total=1, expected_total=3).revenue == 1
    down = Deferral(Money(2, "INR"), tokens=3, expected=3, rounding=Rounding.DOWN)
    assert down.recognising(redeemed_total=1, expected_total=3).revenue == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"redeemed_total": 1_001}, "1001 redeemed and 0 lapsed are more than the 1000"),
        ({"redeemed_total": -1}, "redeemed: a whole number from 0"),
        ({"lapsed_total": -1}, "lapsed: a whole number from 0"),
        ({"expected_total": -1}, "expected: a whole number from 0"),
        ({"issued": -1, "allocated": Money(1, "INR")}, "issued: a whole number from 0"),
        ({"issued": 1}, "need what is allocated"),
        ({"taken_back": -1}, "taken back: a whole number from 0"),
        ({"taken_back": 1_001}, "tokens left: a whole number from 0"),
        ({"taken_back": 1, "reversed_": Money(10_001, "INR")}, "below zero"),
    ],
)
def test_figures_that_do_not_fit_are_misuse(asked: dict[str, Any], said: str) -> None:
    """Each just past what is possible."""
    with pytest.raises(Misuse, match=said):
        A_THOUSAND.recognising(**{"redeemed_total": 0, "expected_total": 800, **asked})


def test_a_deferral_that_cannot_be_is_misuse() -> None:
    """More revenue than was allocated; all of it is possible."""
    assert Deferral(rupees("1"), 10, 10, recognised=rupees("1")).liability == rupees("0")
    with pytest.raises(Misuse, match="is revenue of the"):
        Deferral(rupees("1"), 10, 10, recognised=rupees("1.01"))
    with pytest.raises(Misuse, match="expected: a whole number from 0"):
        Deferral(rupees("1"), 10, -1)


def test_gift_cards_of_which_all_or_none_is_used() -> None:
    """All used: no breakage. None used: no redemption can bring any."""
    assert breakage_of_redemption(rupees("50"), never_used=Fraction(0)) == rupees("0")
    with pytest.raises(Misuse, match="nothing is ever used"):
        breakage_of_redemption(rupees("50"), never_used=Fraction(1))
    with pytest.raises(Misuse, match="a fraction from 0 to 1"):
        breakage_of_redemption(rupees("50"), never_used=Fraction(-1, 100))


@pytest.mark.parametrize("basis", ["remote", "expected", None])
def test_the_basis_of_breakage_is_not_guessed(basis: Any) -> None:
    """A text is no basis: what it says would be passed over, and the other method taken."""
    with pytest.raises(Misuse, match="a basis is one of BreakageBasis's, not"):
        Deferral(Money(100, "INR"), tokens=10, expected=8, basis=basis)
