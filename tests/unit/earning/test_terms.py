"""Rates, caps, windows of joining and of delivery, and the recipe that awards record."""

from datetime import date, datetime
from typing import Any

import pytest

from mi_rewards.calendar import UTC
from mi_rewards.earning import (
    CapScope,
    EarnRate,
    EarnTerms,
    OrderCap,
    Recipe,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rounding
from tests.wallets import day

PER = Money(10_000, "INR")
RATE = EarnRate(10, PER)
NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)


def recipe(rounding: Rounding = Rounding.DOWN, *, tokens: int = 10) -> Recipe:
    """Make a recipe of ten per hundred rupees."""
    return Recipe("shopping", tokens, PER, rounding, ("shipping",), "book")


# rates


def test_a_rate_rounds_down_unless_it_says_otherwise() -> None:
    """The default is the one under which a split never gains."""
    assert RATE.rounding is Rounding.DOWN


@pytest.mark.parametrize("tokens", [0, -1, True, 1.0, "10", TOKENS_MAX + 1])
def test_a_rate_gives_whole_tokens(tokens: Any) -> None:
    """None, a fraction, a truth value or a text is no number of tokens."""
    with pytest.raises(Misuse, match=r"^tokens must be"):
        EarnRate(tokens, PER)


def test_a_rate_may_give_one_token_or_as_many_as_there_are() -> None:
    """Both ends of the range are rates."""
    assert (EarnRate(1, PER).tokens, EarnRate(TOKENS_MAX, PER).tokens) == (1, TOKENS_MAX)


@pytest.mark.parametrize("per", [Money(0, "INR"), 100, None])
def test_a_rate_is_per_some_money(per: Any) -> None:
    """Nothing, or a bare number, earns nothing."""
    with pytest.raises(Misuse, match=rf"^a rate is per some money, not per {per}"):
        EarnRate(10, per)


def test_the_smallest_money_can_be_what_a_rate_is_per() -> None:
    """One paisa is more than nothing."""
    assert EarnRate(10, Money(1, "INR")).per == Money(1, "INR")


def test_a_rate_names_its_rounding() -> None:
    """A text that looks like one is none."""
    with pytest.raises(Misuse, match=r"^a rounding is one of Rounding's, not 'down'"):
        EarnRate(10, PER, "down")  # type: ignore[arg-type]


# caps


@pytest.mark.parametrize("orders", [-1, True, 1.5, "5", None])
def test_a_cap_is_a_whole_number_of_orders(orders: Any) -> None:
    """Anything else is an error of the caller's."""
    with pytest.raises(Misuse, match=rf"^a cap is a whole number of orders, not {orders!r}"):
        OrderCap(orders, CapScope.LIFETIME)


def test_a_cap_of_no_order_is_a_cap() -> None:
    """0 is none, not unlimited."""
    assert OrderCap(0, CapScope.LIFETIME).orders == 0


def test_a_cap_counts_over_a_scope() -> None:
    """A text that looks like one is none."""
    with pytest.raises(Misuse, match=r"^a scope is one of CapScope's, not 'lifetime'"):
        OrderCap(5, "lifetime")  # type: ignore[arg-type]


def test_scopes_are_written_by_name() -> None:
    """Rule books and counts use these names."""
    assert [scope.value for scope in CapScope] == ["retrospective", "lifetime", "calendar_year"]


# recipes


@pytest.mark.parametrize(
    ("base_minor", "rounding", "tokens"),
    [
        (0, Rounding.UP, 0),
        (999, Rounding.DOWN, 0),
        (1_000, Rounding.DOWN, 1),
        (1_001, Rounding.DOWN, 1),
        (999_900, Rounding.DOWN, 999),
        (999_900, Rounding.HALF_UP, 1_000),
        (999_900, Rounding.UP, 1_000),
        (500_000, Rounding.DOWN, 500),
        (1_500, Rounding.HALF_DOWN, 1),
        (1_500, Rounding.HALF_UP, 2),
        (2_500, Rounding.HALF_EVEN, 2),
        (3_500, Rounding.HALF_EVEN, 4),
    ],
)
def test_a_recipe_awards_by_its_rate_and_rounding(
    base_minor: int, rounding: Rounding, tokens: int
) -> None:
    """Ten tokens per hundred rupees, rounded once."""
    assert recipe(rounding).award(base_minor) == tokens


def test_a_recipe_per_nothing_is_a_misuse() -> None:
    """Whoever made it by hand is told, in the words of every division."""
    for tokens in (0, 1):
        with pytest.raises(Misuse, match=r"^a denominator is a whole number from 1, not 0$"):
            Recipe("r", tokens, Money(0, "INR"), Rounding.DOWN, (), "book").award(5)


def test_a_recipe_that_says_no_awards_nothing_and_keeps_the_rest() -> None:
    """The rule that said no is named; rate, rounding, categories and rule book stay."""
    refusing = recipe(Rounding.UP).saying_no("order_cap_reached")
    assert refusing == Recipe("order_cap_reached", 0, PER, Rounding.UP, ("shipping",), "book")
    assert refusing.award(10**9) == 0


def test_a_recipe_states_itself_as_figures() -> None:
    """A reason has them all, in this order."""
    assert recipe(Rounding.HALF_EVEN).figures == (
        ("rule", "shopping"),
        ("rate_tokens", 10),
        ("rate_per_minor", 10_000),
        ("currency", "INR"),
        ("rounding", "half_even"),
        ("rule_book", "book"),
    )


# terms


def test_terms_make_the_recipe_of_shopping() -> None:
    """What the terms say of rate and categories, and the digest given."""
    terms = EarnTerms(EarnRate(3, PER, Rounding.UP), excluded_categories=("gift", "shipping"))
    assert terms.recipe("abc") == Recipe(
        "shopping", 3, PER, Rounding.UP, ("gift", "shipping"), "abc"
    )


def test_terms_that_say_nothing_let_every_channel_earn_at_once() -> None:
    """No channel, category, delay or cap."""
    terms = EarnTerms(RATE)
    assert terms == EarnTerms(RATE, (), "", (), 0, None)
    assert terms.earns_in("")
    assert terms.earns_in("anywhere")


@pytest.mark.parametrize(
    ("channel", "default_channel", "earns"),
    [
        ("web", "", True),
        ("app", "", True),
        ("forum", "", False),
        ("", "", False),
        ("", "web", True),
        ("", "forum", False),
        ("forum", "web", False),
    ],
)
def test_only_named_channels_earn(channel: str, default_channel: str, earns: bool) -> None:
    """A purchase that names none is taken to be of the default channel."""
    terms = EarnTerms(RATE, ("web", "app"), default_channel)
    assert terms.earns_in(channel) is earns


@pytest.mark.parametrize("days", [-1, True, 0.5, "14", None])
def test_days_until_an_award_is_kept_are_a_whole_number(days: Any) -> None:
    """Anything else is an error of the caller's."""
    with pytest.raises(Misuse, match=rf"^kept_after_days must be a whole number, not {days!r}"):
        EarnTerms(RATE, kept_after_days=days)


def test_an_award_may_be_kept_at_once_or_later() -> None:
    """From no day on."""
    kept = [EarnTerms(RATE, kept_after_days=days).kept_after_days for days in (0, 1, 14)]
    assert kept == [0, 1, 14]


@pytest.mark.parametrize("name", ["channels", "excluded_categories"])
@pytest.mark.parametrize("texts", ["web", ["web"], ("web", 1), None])
def test_names_of_terms_are_tuples_of_texts(name: str, texts: Any) -> None:
    """A single text is not taken for its letters."""
    with pytest.raises(Misuse, match=f"^{name} must be a tuple of texts, not "):
        EarnTerms(RATE, **{name: texts})


def test_a_default_channel_is_a_text() -> None:
    """Nothing is written as an empty text."""
    with pytest.raises(Misuse, match=r"^default_channel must be a text, not None"):
        EarnTerms(RATE, default_channel=None)  # type: ignore[arg-type]


# welcome and retrospective


@pytest.mark.parametrize(
    ("joined_on", "covers"),
    [
        ("2017-06-14", False),
        ("2017-06-15", True),
        ("2017-06-16", True),
        ("2017-06-20", True),
        ("2017-06-21", True),
        ("2017-06-22", False),
    ],
)
def test_a_welcome_covers_both_its_ends(joined_on: str, covers: bool) -> None:
    """The first and the last day count, those beside them do not."""
    welcome = Welcome(50, day("2017-06-15"), day("2017-06-21"))
    assert welcome.covers(day(joined_on)) is covers


def test_a_welcome_without_ends_covers_every_day() -> None:
    """Either end may be open, or both."""
    first, last = day("2017-06-15"), day("2017-06-21")
    before, after = day("2017-06-14"), day("2017-06-22")
    assert Welcome(50).covers(date.min)
    assert Welcome(50).covers(date.max)
    assert Welcome(50, first).covers(after)
    assert not Welcome(50, first).covers(before)
    assert Welcome(50, None, last).covers(before)
    assert not Welcome(50, None, last).covers(after)


@pytest.mark.parametrize("tokens", [0, -1, True, "50"])
def test_a_welcome_gives_whole_tokens(tokens: Any) -> None:
    """No tokens are no welcome: leave it out."""
    with pytest.raises(Misuse, match=r"^tokens must be"):
        Welcome(tokens)


@pytest.mark.parametrize(
    ("delivered_on", "covers"),
    [
        ("2017-04-30", False),
        ("2017-05-01", True),
        ("2017-06-15", True),
        ("2017-06-16", False),
    ],
)
def test_retrospective_terms_cover_both_their_ends(delivered_on: str, covers: bool) -> None:
    """The first and the last day count, those beside them do not."""
    terms = Retrospective(day("2017-05-01"), day("2017-06-15"))
    assert terms.covers(day(delivered_on)) is covers


def test_retrospective_terms_need_no_end() -> None:
    """Without one, every delivery from the first day on counts."""
    terms = Retrospective(day("2017-05-01"))
    assert [terms.covers(day(it)) for it in ("2017-04-30", "2017-05-01", "2099-12-31")] == [
        False,
        True,
        True,
    ]


def test_a_span_of_one_day_is_a_span() -> None:
    """It may end on the day on which it begins."""
    only = day("2017-06-15")
    assert Welcome(50, only, only).covers(only)
    assert Retrospective(only, only).covers(only)


def test_a_span_does_not_end_before_it_begins() -> None:
    """Both days are named."""
    expected = "a span cannot end on 2017-06-14, before it begins on 2017-06-15"
    with pytest.raises(Misuse, match=expected):
        Welcome(50, day("2017-06-15"), day("2017-06-14"))
    with pytest.raises(Misuse, match=expected):
        Retrospective(day("2017-06-15"), day("2017-06-14"))


@pytest.mark.parametrize("wrong", [NOON, "2017-06-15", 20170615])
def test_days_are_days(wrong: Any) -> None:
    """An instant is one only in a zone, and a text has to be read first."""
    with pytest.raises(Misuse, match=r"^the first day must be a date without a time, not "):
        Welcome(50, wrong)
    with pytest.raises(Misuse, match=r"^the last day must be a date without a time, not "):
        Welcome(50, None, wrong)
    with pytest.raises(Misuse, match=r"^delivered_from must be a date without a time, not "):
        Retrospective(wrong)
    with pytest.raises(Misuse, match=r"^the last day must be a date without a time, not "):
        Retrospective(day("2017-05-01"), wrong)


def test_retrospective_terms_have_a_beginning() -> None:
    """Without one, all that was ever bought would count."""
    with pytest.raises(Misuse, match=r"^delivered_from must be a date without a time, not None"):
        Retrospective(None)  # type: ignore[arg-type]
