"""Buckets and draws: numbers of tokens, plans, splits and the one-line text form."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import Bucket, Draw, format_buckets, parse_buckets
from mi_rewards.wallet.buckets import planned_draws, split_draws, whole_tokens
from tests.wallets import buckets, day, draws

MAKERS = {"number": whole_tokens, "bucket": partial(Bucket, NEVER), "draw": partial(Draw, NEVER)}


@pytest.mark.parametrize("tokens", [1, 2, TOKENS_MAX - 1, TOKENS_MAX])
def test_one_to_the_limit_is_a_number_of_tokens(tokens: int) -> None:
    """It is answered as it came, and makes a bucket and a draw."""
    assert whole_tokens(tokens) == tokens
    assert Bucket(NEVER, tokens).tokens == tokens
    assert Draw(NEVER, tokens).tokens == tokens


@pytest.mark.parametrize("tokens", [0, -1, TOKENS_MAX + 1])
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_number_out_of_range_is_refused(make: Any, tokens: int) -> None:
    """Nothing, less than nothing, and one more than the limit are named."""
    with pytest.raises(Misuse) as caught:
        make(tokens)
    assert str(caught.value) == f"tokens must be 1 to 2**63 - 1, not {tokens}"


@pytest.mark.parametrize(
    ("tokens", "kind"),
    [(True, "bool"), (1.0, "float"), (Decimal(1), "Decimal"), ("1", "str"), (None, "NoneType")],
)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_what_is_no_int_is_refused(make: Any, tokens: Any, kind: str) -> None:
    """A bool, a float and a Decimal are no numbers of tokens, whatever their value."""
    with pytest.raises(Misuse) as caught:
        make(tokens)
    assert str(caught.value) == f"tokens must be an int, not {kind}: {tokens!r}"


@pytest.mark.parametrize(
    ("tokens", "plan"),
    [
        (1, "1@2018-12-31"),
        (4, "4@2018-12-31"),
        (5, "5@2018-12-31"),
        (6, "5@2018-12-31 + 1@2019-12-31"),
        (7, "5@2018-12-31 + 2@2019-12-31"),
        (8, "5@2018-12-31 + 2@2019-12-31 + 1@never"),
        (10, "5@2018-12-31 + 2@2019-12-31 + 3@never"),
    ],
)
def test_draws_are_planned_from_the_bucket_that_lapses_first(tokens: int, plan: str) -> None:
    """A bucket is emptied before the next one is touched, and `never` comes last."""
    there = buckets("5@2018-12-31 + 2@2019-12-31 + 3@never")
    assert planned_draws(there, tokens) == draws(plan)


def test_a_plan_beyond_what_there_is_takes_it_all() -> None:
    """Who asks for more than there is gets a plan of all there is; of nothing, none."""
    assert planned_draws(buckets("5@2018-12-31 + 2@2019-12-31"), 8) == draws(
        "5@2018-12-31 + 2@2019-12-31"
    )
    assert planned_draws((), 1) == ()


@pytest.mark.parametrize(
    ("tokens", "first", "rest"),
    [
        (0, "0", "5@2018-12-31 + 2@2019-12-31"),
        (1, "1@2018-12-31", "4@2018-12-31 + 2@2019-12-31"),
        (4, "4@2018-12-31", "1@2018-12-31 + 2@2019-12-31"),
        (5, "5@2018-12-31", "2@2019-12-31"),
        (6, "5@2018-12-31 + 1@2019-12-31", "1@2019-12-31"),
        (7, "5@2018-12-31 + 2@2019-12-31", "0"),
    ],
)
def test_draws_are_split_in_their_order(tokens: int, first: str, rest: str) -> None:
    """The first part has so many tokens, the second what is left; a draw may be in both."""
    assert split_draws(draws("5@2018-12-31 + 2@2019-12-31"), tokens) == (draws(first), draws(rest))


def test_buckets_are_written_on_one_line() -> None:
    """Tokens, an at sign and the last valid day, with a plus between; nothing is `0`."""
    text = "500@2018-12-31 + 50@never"
    assert format_buckets(buckets(text)) == text
    assert format_buckets(draws(text)) == text
    assert format_buckets(()) == "0"
    assert str(Bucket(day("2018-12-31"), 7)) == "7@2018-12-31"
    assert str(Draw(NEVER, 7)) == "7@never"


def test_buckets_are_read_from_one_line() -> None:
    """The text form gives the buckets back, up to the limit of nineteen digits."""
    assert parse_buckets("500@2018-12-31 + 50@never") == (
        Bucket(day("2018-12-31"), 500),
        Bucket(NEVER, 50),
    )
    assert parse_buckets(f"{TOKENS_MAX}@never") == (Bucket(NEVER, TOKENS_MAX),)
    assert parse_buckets("0") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a bucket is written TOKENS@LAST_DAY, not ''"),
        ("5", "a bucket is written TOKENS@LAST_DAY, not '5'"),
        ("@never", "a bucket is written TOKENS@LAST_DAY, not '@never'"),
        ("-5@never", "a bucket is written TOKENS@LAST_DAY, not '-5@never'"),
        ("x@never", "a bucket is written TOKENS@LAST_DAY, not 'x@never'"),
        ("\u0665@never", "a bucket is written TOKENS@LAST_DAY, not '\u0665@never'"),
        ("5@never+6@never", "a day is written as YYYY-MM-DD or never, not 'never+6@never'"),
        ("5@2018-02-30", "a day is written as YYYY-MM-DD or never, not '2018-02-30'"),
        (
            f"{'0' * 19}1@never",
            f"a bucket is written TOKENS@LAST_DAY, not '{'0' * 19}1@never'",
        ),
        ("0@never", "tokens must be 1 to 2**63 - 1, not 0"),
        ("5@2018-12-31 + 6@2018-12-31", "last valid days must rise: '5@2018-12-31 + 6@2018-12-31'"),
        ("5@never + 6@2018-12-31", "last valid days must rise: '5@never + 6@2018-12-31'"),
    ],
)
def test_another_text_is_refused(text: str, message: str) -> None:
    """What is wrong is quoted: a part, a day, a number, or the order."""
    with pytest.raises(Misuse) as caught:
        parse_buckets(text)
    assert str(caught.value) == message
