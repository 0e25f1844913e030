"""Columns of one form as whole numbers."""

from decimal import Decimal
from typing import Any

import pytest

from mi_rewards.calendar import NEVER, read_instant
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import typed as module
from mi_rewards.modelling.history.batch import micros_of
from mi_rewards.modelling.history.forms import (
    DAYS,
    DECIMALS,
    INSTANTS,
    INTS,
    LISTS,
    TEXTS,
    Column,
)
from mi_rewards.modelling.history.typed import MINOR, Typed
from mi_rewards.money import TOKENS_MAX, Money

FIRST = -62_135_596_800_000_000
LAST = 253_402_300_799_999_999


def instants(values: list[Any], form: str = TEXTS, none: int | None = None) -> Any:
    """Read instants, and say which cannot be read."""
    bad: set[int] = set()
    return Typed().instants("at", Column(form, values), bad, none=none), bad


@pytest.mark.parametrize(
    "texts",
    [
        ["2018-03-01T12:00:01+05:30", "2018-03-01T12:59:59+05:30"],
        ["2018-03-01 12:00:01+05:30", "1969-03-01 12:59:59+05:30"],
        ["2018-03-01T12:00:01+05:30", "2018-03-01T12:59:59+01:00"],
        ["2018-03-01T12:00:01-05:30", "2018-03-01T12:59:59-05:30"],
        ["2018-03-01T12:00:01Z", "2018-03-01T12:59:59Z"],
        ["2018-03-01T12:00:01Z", "2018-03-01T12:59:59+00:00"],
        ["2018-03-01T12:00:01.5Z", "2018-03-01T12:59:59.250000Z"],
        ["0001-01-01T05:30:00+05:30", "9999-12-31T23:59:59+05:30"],
        ["9999-12-31T23:29:59-00:30", "9999-12-31T22:59:59-00:30"],
    ],
)
def test_instants_are_those_of_the_event_log(texts: list[str]) -> None:
    """Written alike or not, to the microsecond."""
    assert instants(texts) == ([micros_of(read_instant(text)) for text in texts], set())


@pytest.mark.parametrize(
    "bad",
    [
        "2018-03-01T12:00:60+05:30",
        "2018-03-01T12:60:00+05:30",
        "2018-03-01T24:00:00+05:30",
        "2018-02-29T12:00:00+05:30",
        "2018-03-01T12:00:00+05:60",
        "0001-01-01T05:29:59+05:30",
        "9999-12-31T23:30:00-00:30",
        "2018-03-01T12:00:00",
        "noon\ud800",
        "",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_names_no_instant_is_told_by_its_place(bad: str, *, is_first: bool) -> None:
    """The other is read all the same."""
    good = "2018-03-01T12:00:00+05:30"
    found, places = instants([bad, good] if is_first else [good, bad])
    assert places == {0 if is_first else 1}
    assert found[is_first] == micros_of(read_instant(good))
    assert found[not is_first] == 0


def test_an_instant_may_be_missing() -> None:
    """Where there may be none, it is none and not bad; a wrong one is bad."""
    found, places = instants(["", "x", "2018-03-01T12:00:00Z"], none=-1)
    assert (found[:2], places) == ([-1, -1], {1})
    assert instants([None, 5], INSTANTS, none=-1) == ([-1, 5], set())


def test_microseconds_are_those_of_the_years_1_to_9999() -> None:
    """The first and the last are in, their neighbours out, and none is bad where one must be."""
    given = [FIRST - 1, FIRST, LAST, LAST + 1, None]
    assert instants(given, INSTANTS) == ([0, FIRST, LAST, 0, 0], {0, 3, 4})


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (INTS, "at states instants, not whole numbers; microseconds since 1970 are at_us"),
        (DAYS, "at states instants, not days$"),
    ],
)
def test_instants_are_no_numbers_and_no_days(form: str, reason: str) -> None:
    """The right column is named."""
    with pytest.raises(Misuse, match=reason):
        instants([1], form)


def amounts(values: list[Any], currencies: list[str], form: str = TEXTS) -> Any:
    """Read amounts, and say which cannot be read."""
    bad: set[int] = set()
    return Typed().amounts(Column(form, values), currencies, bad), bad


@pytest.mark.parametrize(
    ("texts", "currency"),
    [
        (["100.00", "0.05"], "INR"),
        (["100.00", "100", "99.5"], "INR"),
        (["100", "007"], "JPY"),
        (["1.234", "10.000"], "KWD"),
        (["123456789012345.67", "1234567890123456.78"], "INR"),
        (["92233720368547758.07", "1.00"], "INR"),
    ],
)
def test_amounts_are_those_of_the_event_log(texts: list[str], currency: str) -> None:
    """Written alike or not, exactly."""
    wanted = [Money.of(text, currency).minor for text in texts]
    assert amounts(texts, [currency] * len(texts)) == (wanted, set())
    currencies = [currency, *[currency] * len(texts), ""]
    assert amounts(["", *texts, ""], currencies) == ([-1, *wanted, -1], set())
    assert amounts([*texts, "1"], [currency] * len(texts) + ["EUR"]) == ([*wanted, 100], set())


@pytest.mark.parametrize(
    "bad",
    [
        "1.5.0",
        ".50",
        "1.",
        "-1.00",
        "1e3",
        "1.000",
        "92233720368547758.08",
        "\u0967.\u0966\u0966",
        "1\n2.00",
        ".",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_no_amount_is_told_by_its_place(bad: str, *, is_first: bool) -> None:
    """The other is read all the same."""
    found, places = amounts([bad, "2.00"] if is_first else ["2.00", bad], ["INR", "INR"])
    assert places == {0 if is_first else 1}
    assert (found[is_first], found[not is_first]) == (200, -1)


@pytest.mark.parametrize("currency", ["", "XAU", "inr"])
@pytest.mark.parametrize(("form", "value"), [(TEXTS, "1.00"), (DECIMALS, Decimal(1)), (MINOR, 100)])
def test_an_amount_needs_a_currency(form: str, value: Any, currency: str) -> None:
    """One that is missing or unknown makes its row bad, but for those without an amount."""
    nothing = "" if form == TEXTS else None
    assert amounts([value, nothing], [currency, currency], form) == ([-1, -1], {0})
    assert amounts([value, value], ["INR", currency], form) == ([100, -1], {1})


def test_decimals_count_whole_minor_units() -> None:
    """By value: trailing zeros are none, a digit too many is."""
    given = [
        "1",
        "1.0000",
        "1E+2",
        "0.01",
        "0.001",
        "-1",
        "NaN",
        "Infinity",
        "92233720368547758.08",
    ]
    found, places = amounts([Decimal(it) for it in given], ["INR"] * len(given), DECIMALS)
    assert (found, places) == ([100, 100, 10000, 1, -1, -1, -1, -1, -1], {4, 5, 6, 7, 8})


def test_minor_units_are_bounded() -> None:
    """From 0 to the largest that is counted."""
    given = [-1, 0, TOKENS_MAX, TOKENS_MAX + 1]
    assert amounts(given, ["INR"] * 4, MINOR) == ([-1, 0, TOKENS_MAX, -1], {0, 3})


def test_amounts_are_of_no_other_form() -> None:
    """What to give is said."""
    with pytest.raises(Misuse, match="amounts are no whole numbers: give amount as decimal texts"):
        amounts([1], ["INR"], INTS)


def test_whole_numbers() -> None:
    """At most nineteen digits, and no sign."""
    bad: set[int] = set()
    texts = ["", "0", "007", "9" * 19, "9" * 20, "-1", "1.0"]
    found = Typed().wholes("tokens", Column(TEXTS, texts), bad)
    assert (found, bad) == ([-1, 0, 7, 10**19 - 1, -1, -1, -1], {4, 5, 6})
    bad.clear()
    found = Typed().wholes("tokens", Column(INTS, [None, 0, 10**19 - 1, 10**19, -1]), bad)
    assert (found, bad) == ([-1, 0, 10**19 - 1, -1, -1], {3, 4})
    with pytest.raises(Misuse, match="tokens states whole numbers, not instants"):
        Typed().wholes("tokens", Column(INSTANTS, [1]), bad)


def test_days() -> None:
    """Texts, days and ordinals, `never` included."""
    bad: set[int] = set()
    texts = ["", "0001-01-01", "never", "2018-02-29", "x"]
    last = NEVER.toordinal()
    assert Typed().days("last_day", Column(TEXTS, texts), bad) == [0, 1, last, 0, 0]
    assert bad == {3, 4}
    bad.clear()
    assert Typed().days("last_day", Column(DAYS, [None, 0, 1, last, last + 1]), bad) == [
        *(0, 0, 1),
        *(last, 0),
    ]
    assert bad == {1, 4}
    assert Typed().days("last_day", Column(DAYS, [7]), bad) == [7]
    with pytest.raises(Misuse, match="last_day states days, not lists"):
        Typed().days("last_day", Column(LISTS, [[]]), bad)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound it is forgotten, and read again."""
    monkeypatch.setattr(module, "_KEPT_MAX", 2)
    texts = ["1", "2", "3", "1", "2", "3"]
    assert Typed().wholes("tokens", Column(TEXTS, texts), set()) == [1, 2, 3, 1, 2, 3]
