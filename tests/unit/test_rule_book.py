"""Rule books as TOML: strict reading, and writing that reads back equal."""

import tomllib
from datetime import date
from typing import Any

import pytest

from mi_rewards import bundled
from mi_rewards.calendar import Period, Zone
from mi_rewards.catalogue import CouponTerms, FCodeTerms, Reward, Validity
from mi_rewards.earning import (
    Action,
    ActionLimit,
    CapScope,
    EarnRate,
    EarnTerms,
    OrderCap,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rounding
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.wallet import (
    CappedBy,
    ClawBackPolicy,
    EndOfYear,
    ExpiryPolicy,
    FixedDay,
    NoExpiry,
    RollingDays,
    RollingMonths,
)
from tests.shop import REWARD_MI, SMALL, rules
from tests.wallets import day

FULL = """\
format = 1
name = "full"
title = "All of it"
zone = "Asia/Kolkata"
currency = "INR"
kind = "tokens"
claw_back = "forgiven"
sunset_on = 2022-12-31

[earning]
rate = { tokens = 10, per = "INR 100.00", rounding = "half_up" }
channels = ["mi.com", "app"]
default_channel = "mi.com"
excluded_categories = ["shipping"]
kept_after_days = 14
order_cap = { orders = 5, scope = "calendar_year" }

[expiry]
policy = "rolling_months"
months = 12
to_month_end = true

[holds]
hours_max = 72
open_max = 3

[welcome]
tokens = 50
from_on = 2017-06-15
through_on = 2017-06-21

[retrospective]
delivered_from = 2017-05-01
delivered_through = 2017-06-15
"""
LEAST = """\
format = 1
name = "least"
title = "As little as there may be"
zone = "UTC"
currency = "JPY"
kind = "points"
claw_back = "owed"

[earning]
rate = { tokens = 1, per = "JPY 100", rounding = "down" }
kept_after_days = 0

[expiry]
policy = "never"
"""


def test_a_rule_book_is_read_as_the_value_that_it_states() -> None:
    """Every key goes where it belongs."""
    assert from_toml(FULL) == Programme(
        "full",
        "All of it",
        Zone("Asia/Kolkata"),
        "INR",
        "tokens",
        EarnTerms(
            EarnRate(10, Money(10_000, "INR"), Rounding.HALF_UP),
            ("mi.com", "app"),
            "mi.com",
            ("shipping",),
            14,
            OrderCap(5, CapScope.CALENDAR_YEAR),
        ),
        RollingMonths(12, to_month_end=True),
        ClawBackPolicy.FORGIVEN,
        HoldLimits(72, 3),
        Welcome(50, date(2017, 6, 15), date(2017, 6, 21)),
        Retrospective(date(2017, 5, 1), date(2017, 6, 15)),
        date(2022, 12, 31),
    )


def test_what_is_left_out_is_not_there() -> None:
    """No channels named is all of them, no cap is no cap."""
    assert from_toml(LEAST) == Programme(
        "least",
        "As little as there may be",
        Zone("UTC"),
        "JPY",
        "points",
        EarnTerms(EarnRate(1, Money(100, "JPY"))),
        NoExpiry(),
    )
    assert from_toml(LEAST.replace("kept_after_days = 0\n", "")) == from_toml(LEAST)


@pytest.mark.parametrize("text", [FULL, LEAST])
def test_a_rule_book_is_written_as_it_stands(text: str) -> None:
    """To the letter."""
    assert to_toml(from_toml(text)) == text


POLICIES: list[tuple[ExpiryPolicy, str]] = [
    (EndOfYear(0), 'policy = "end_of_year"\nyears = 0\n'),
    (EndOfYear(1), 'policy = "end_of_year"\nyears = 1\n'),
    (RollingDays(365), 'policy = "rolling_days"\ndays = 365\n'),
    (RollingMonths(6), 'policy = "rolling_months"\nmonths = 6\nto_month_end = false\n'),
    (
        RollingMonths(6, to_month_end=True),
        'policy = "rolling_months"\nmonths = 6\nto_month_end = true\n',
    ),
    (FixedDay(3, 31, 1), 'policy = "fixed_day"\nmonth = 3\nday = 31\nyears = 1\n'),
    (NoExpiry(), 'policy = "never"\n'),
]


@pytest.mark.parametrize(("policy", "rows"), POLICIES)
def test_each_policy_of_validity_has_its_rows(policy: ExpiryPolicy, rows: str) -> None:
    """And reads back equal."""
    text = to_toml(rules(expiry=policy))
    assert text.endswith(f"\n[expiry]\n{rows}")
    assert from_toml(text) == rules(expiry=policy)


@pytest.mark.parametrize(
    ("rows", "policy"),
    [
        ('policy = "rolling_months"\nmonths = 6', RollingMonths(6)),
        ('policy = "fixed_day"\nmonth = 3\nday = 31', FixedDay(3, 31)),
    ],
)
def test_some_figures_of_a_policy_may_be_left_out(rows: str, policy: ExpiryPolicy) -> None:
    """Each has a default."""
    assert from_toml(LEAST.replace('policy = "never"', rows)).expiry == policy


def test_a_policy_that_no_rule_book_can_state_is_not_written() -> None:
    """A sunset is a key of its own."""
    with pytest.raises(Misuse, match="a rule book cannot state the expiry policy CappedBy"):
        to_toml(rules(expiry=CappedBy(NoExpiry(), day("2018-12-31"))))


@pytest.mark.parametrize(
    "text",
    [
        'say "yes"',
        "back\\slash",
        "two\nlines\r\n",
        "tab\tand bell\x07 and delete\x7f and nil\x00",
        "मी रिवॉर्ड 🪙",
        "'''",
        '"""',
        "\\u0041",
        "# no comment",
        "\u2028\u0085\ufeff",
    ],
)
def test_texts_are_escaped(text: str) -> None:
    """Whatever is in them, they read back equal, also in lists."""
    programme = rules(title=text, channels=(text, "web"), default_channel=text)
    assert from_toml(to_toml(programme)) == programme


def test_control_characters_are_written_by_their_number() -> None:
    """And no other character is."""
    written = to_toml(rules(title='a"b\\c\n\x1f \x7fé')).splitlines()[2]
    assert written == 'title = "a\\"b\\\\c\\u000A\\u001F \\u007Fé"'


# strict reading


def edited(text: str, path: str, value: object) -> str:
    """Write a book again as TOML with one value set, added, or taken out where it is `...`."""
    rows = tomllib.loads(text)
    table: Any = rows
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        table = table[step]
    if value is ...:
        del table[last]
    else:
        table[last] = value
    return "".join(f"{key} = {_written(each)}\n" for key, each in rows.items())


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def objection(text: str) -> str:
    """Read a rule book that is wrong, and answer with what is said about it."""
    with pytest.raises(Misuse) as caught:
        from_toml(text)
    return str(caught.value)


def paths(rows: dict[str, Any], before: str = "") -> list[str]:
    """List the path of every key, tables before what is in them."""
    found = []
    for key, value in rows.items():
        found.append(before + key)
        if isinstance(value, dict):
            found += paths(value, f"{before}{key}.")
    return found


def test_the_editor_of_these_tests_changes_nothing_else() -> None:
    """Setting what is there already gives an equal rule book."""
    assert from_toml(edited(FULL, "earning.rate.tokens", 10)) == from_toml(FULL)


OPTIONAL = {
    "sunset_on",
    "holds",
    "holds.hours_max",
    "holds.open_max",
    "welcome",
    "welcome.from_on",
    "welcome.through_on",
    "retrospective",
    "retrospective.delivered_through",
    "earning.channels",
    "earning.default_channel",
    "earning.excluded_categories",
    "earning.kept_after_days",
    "earning.order_cap",
    "expiry.to_month_end",
}


@pytest.mark.parametrize("path", [it for it in paths(tomllib.loads(FULL)) if it not in OPTIONAL])
def test_a_missing_key_is_named(path: str) -> None:
    """With its table."""
    table, _, key = path.rpartition(".")
    assert objection(edited(FULL, path, ...)) == f"{table or 'the rule book'} must have {key!r}"


@pytest.mark.parametrize("path", sorted(OPTIONAL))
def test_a_key_that_may_be_missing_may_be_missing(path: str) -> None:
    """And makes a difference."""
    assert from_toml(edited(FULL, path, ...)) != from_toml(FULL)


TABLES = ["", "earning", "earning.rate", "earning.order_cap", "expiry", "holds", "welcome"]


@pytest.mark.parametrize("table", [*TABLES, "retrospective"])
def test_an_unknown_key_is_named(table: str) -> None:
    """With its table."""
    said = objection(edited(FULL, f"{table}.mor".lstrip("."), 1))
    assert said == f"{table or 'the rule book'} has the unknown key 'mor'"


KINDS: dict[str, tuple[object, str]] = {
    "format": ("1", "a whole number"),
    "name": (1, "a text"),
    "title": (1, "a text"),
    "zone": (1, "a text"),
    "currency": (1, "a text"),
    "kind": (1, "a text"),
    "claw_back": (1, "a text"),
    "sunset_on": ("2022-12-31", "a day such as 2017-06-15"),
    "earning": (1, "a table"),
    "earning.rate": (1, "a table"),
    "earning.rate.tokens": ("10", "a whole number"),
    "earning.rate.per": (100, "a text"),
    "earning.rate.rounding": (1, "a text"),
    "earning.channels": ("mi.com", "a list of texts"),
    "earning.default_channel": (1, "a text"),
    "earning.excluded_categories": ([1], "a list of texts"),
    "earning.kept_after_days": (True, "a whole number"),
    "earning.order_cap": (5, "a table"),
    "earning.order_cap.orders": ("5", "a whole number"),
    "earning.order_cap.scope": (1, "a text"),
    "expiry": ("never", "a table"),
    "expiry.policy": (1, "a text"),
    "expiry.months": (True, "a whole number"),
    "expiry.to_month_end": (1, "true or false"),
    "holds": (1, "a table"),
    "holds.hours_max": ("72", "a whole number"),
    "holds.open_max": (False, "a whole number"),
    "welcome": (50, "a table"),
    "welcome.tokens": ("50", "a whole number"),
    "welcome.from_on": ("2017-06-15", "a day such as 2017-06-15"),
    "welcome.through_on": (2017, "a day such as 2017-06-15"),
    "retrospective": (True, "a table"),
    "retrospective.delivered_from": (1, "a day such as 2017-06-15"),
    "retrospective.delivered_through": ("", "a day such as 2017-06-15"),
}


@pytest.mark.parametrize("path", paths(tomllib.loads(FULL)))
def test_a_value_of_the_wrong_kind_is_named(path: str) -> None:
    """With what was expected and what came."""
    value, expected = KINDS[path]
    assert objection(edited(FULL, path, value)) == f"{path} must be {expected}, not {value!r}"


def test_an_instant_is_no_day() -> None:
    """TOML tells them apart, and so do rule books."""
    said = objection(FULL.replace("sunset_on = 2022-12-31", "sunset_on = 2022-12-31T00:00:00Z"))
    assert said == "sunset_on must be a day such as 2017-06-15, not 2022-12-31T00:00:00+00:00"
    said = objection(FULL.replace("sunset_on = 2022-12-31", "sunset_on = 12:00:00"))
    assert said == "sunset_on must be a day such as 2017-06-15, not 12:00:00"


def test_a_table_that_came_for_something_else_is_named_and_not_printed() -> None:
    """It may be long."""
    said = objection(edited(FULL, "title", {"a": 1}))
    assert said == "title must be a text, not a table"
    said = objection(edited(FULL, "welcome", [{"tokens": 50}, {"tokens": 60}]))
    assert said == "welcome must be a table, not a list of tables"
    for rows in ([], [{"tokens": 50}, 7]):
        said = objection(edited(FULL, "welcome", rows))
        assert said == f"welcome must be a table, not {rows!r}"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("format", 2, "the rule book is of format 2; this version reads 1"),
        ("claw_back", "lost", "claw_back must be one of owed, forgiven, refused, not 'lost'"),
        (
            "earning.rate.rounding",
            "floor",
            (
                "earning.rate.rounding must be one of down, up, half_down, half_up, half_even, "
                "not 'floor'"
            ),
        ),
        (
            "earning.order_cap.scope",
            "week",
            (
                "earning.order_cap.scope must be one of retrospective, lifetime, calendar_year, "
                "not 'week'"
            ),
        ),
        (
            "expiry.policy",
            "soon",
            (
                "expiry.policy must be one of end_of_year, rolling_days, rolling_months, "
                "fixed_day, never, not 'soon'"
            ),
        ),
        (
            "earning.channels",
            [],
            "earning.channels must be a list of at least one text, or left out, not []",
        ),
    ],
)
def test_a_value_that_is_none_of_those_known_is_named(
    path: str, value: object, message: str
) -> None:
    """With all that are known."""
    assert objection(edited(FULL, path, value)) == message


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("name", "", "the rule book: a programme's name is a text, not ''"),
        ("zone", "Mars/Base", "zone: no zone 'Mars/Base' is in the time zone data found here"),
        ("currency", "USD", "the rule book: the rate is per INR 100.00, not in USD"),
        ("earning.rate.tokens", 0, "earning.rate: tokens must be 1 to 2**63 - 1, not 0"),
        ("earning.rate.per", "INR 0", "earning.rate: a rate is per some money, not per INR 0.00"),
        (
            "earning.rate.per",
            "INR100",
            "earning.rate.per: money is written as 'INR 100.00', not 'INR100'",
        ),
        ("earning.kept_after_days", -1, "earning: kept_after_days must be a whole number, not -1"),
        (
            "earning.order_cap.orders",
            -1,
            "earning.order_cap: a cap is a whole number of orders, not -1",
        ),
        (
            "expiry.months",
            -1,
            "expiry: months must be a whole number of at least 0, not -1",
        ),
        ("holds.hours_max", -1, "holds: hours_max must be a whole number, not -1"),
        ("welcome.tokens", 0, "welcome: tokens must be 1 to 2**63 - 1, not 0"),
        (
            "retrospective.delivered_through",
            date(2017, 4, 30),
            "retrospective: a span cannot end on 2017-04-30, before it begins on 2017-05-01",
        ),
    ],
)
def test_a_value_out_of_range_is_said_with_its_place(
    path: str, value: object, message: str
) -> None:
    """The table, or the key itself, and what was expected."""
    assert objection(edited(FULL, path, value)) == message


HUGE = "0x" + "F" * 20_000


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", HUGE),
        ("earning.rate.tokens", HUGE),
        ("earning.kept_after_days", HUGE),
        ("expiry.months", str(2**63)),
        ("holds.hours_max", HUGE),
        ("holds.open_max", str(-(2**63))),
    ],
    ids=lambda it: it if len(it) < 50 else "huge",
)
def test_a_number_that_is_too_long_is_not_quoted(path: str, value: str) -> None:
    """TOML has hexadecimal numbers of any length, and Python does not print all of them."""
    text = edited(FULL, path, "@").replace('"@"', value)
    assert objection(text) == f"{path} must be from -(2**63 - 1) to 2**63 - 1"


@pytest.mark.parametrize(
    "path", [it for it, (_, expected) in KINDS.items() if expected != "a whole number"]
)
@pytest.mark.parametrize("form", ["{}", "[{}]"])
def test_a_long_number_of_the_wrong_kind_is_not_quoted_either(path: str, form: str) -> None:
    """Also in a list."""
    text = edited(FULL, path, "@").replace('"@"', form.format(HUGE))
    expected = KINDS[path][1]
    assert objection(text) == (
        f"{path} must be {expected}, not a whole number of thousands of digits"
    )


def test_the_longest_number_is_read() -> None:
    """A limit on holds may be as high as that."""
    assert from_toml(edited(FULL, "holds.open_max", 2**63 - 1)).holds.open_max == 2**63 - 1


@pytest.mark.parametrize("value", [2**63, 10**5_000, -(10**5_000)], ids=["one", "huge", "low"])
@pytest.mark.parametrize("name", ["hours_max", "open_max"])
def test_a_limit_beyond_sixty_four_bits_is_refused(name: str, value: int) -> None:
    """Without quoting it, and where it is set in Python, too."""
    with pytest.raises(Misuse) as caught:
        HoldLimits(**{name: value})
    assert str(caught.value) == f"{name} must be 0 to 2**63 - 1"


@pytest.mark.parametrize(("text", "kind"), [(b"format = 1", "bytes"), (None, "NoneType")])
def test_a_rule_book_is_read_from_a_text(text: Any, kind: str) -> None:
    """From nothing else."""
    assert objection(text) == f"a rule book is read from a text, not from {kind}"


LATE = "tokens earned on 2100-12-31 would be valid past the year 9999"


@pytest.mark.parametrize(
    ("rows", "most", "key"),
    [
        ('policy = "end_of_year"\nyears = {}', 7_899, "years"),
        (
            'policy = "rolling_days"\ndays = {}',
            (date.max - date(2100, 12, 31)).days,
            "days",
        ),
        ('policy = "rolling_months"\nmonths = {}', 7_899 * 12, "months"),
        ('policy = "fixed_day"\nmonth = 3\nday = 31\nyears = {}', 7_898, "years"),
    ],
)
def test_a_validity_past_the_last_year_is_refused(rows: str, most: int, key: str) -> None:
    """Where it would be for tokens of this century; the longest before that is read."""
    text = LEAST.replace('policy = "never"', rows)
    programme = from_toml(text.replace("{}", str(most)))
    assert from_toml(to_toml(programme)) == programme
    for value in (most + 1, 2**63 - 1):
        assert objection(text.replace("{}", str(value))) == f"expiry.{key} must be fewer: {LATE}"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "earning.kept_after_days",
            3651,
            "earning.kept_after_days must be at most 3650, not 3651",
        ),
        ("earning.channels", ["mi.com", "app", "app"], "earning.channels names 'app' twice"),
        (
            "earning.default_channel",
            "web",
            "earning.default_channel must be one of earning.channels, not 'web'",
        ),
    ],
)
def test_a_rule_book_that_could_never_work_is_refused(
    path: str, value: object, message: str
) -> None:
    """With the key."""
    assert objection(edited(FULL, path, value)) == message


def test_what_just_works_is_read() -> None:
    """Ten years of waiting; a default channel where all of them earn."""
    assert from_toml(edited(FULL, "earning.kept_after_days", 3650)).earning.kept_after_days == 3650
    assert from_toml(edited(FULL, "earning.channels", ...)).earning.default_channel == "mi.com"


@pytest.mark.parametrize(
    "programme",
    [
        rules(kept_after_days=3651),
        rules(channels=("a", "a")),
        rules(channels=("a",), default_channel="b"),
        rules(expiry=EndOfYear(7_900)),
    ],
)
def test_what_could_not_be_read_back_is_not_written(programme: Programme) -> None:
    """A programme made in Python is told so."""
    with pytest.raises(Misuse, match=r"^(earning|expiry)\."):
        to_toml(programme)


def test_a_policy_has_no_figures_of_another() -> None:
    """They would have no effect."""
    said = objection(edited(FULL, "expiry.policy", "never"))
    assert said == "expiry has the unknown key 'months'"


@pytest.mark.parametrize("text", ["", "format", "format = 1\nformat = 1", "[format", "\x00"])
def test_what_is_no_rule_book_is_refused(text: str) -> None:
    """No TOML, a key twice, or nothing at all."""
    expected = "the rule book is no TOML: |the rule book must have 'format'"
    with pytest.raises(Misuse, match=expected):
        from_toml(text)


@pytest.mark.parametrize("name", ["mine.toml", "books/mine.toml", ".toml"])
def test_a_files_name_is_no_rule_book(name: str) -> None:
    """Who gives it is told that the text is wanted."""
    said = f"{name!r} looks like a file's name, and a rule book is read from its text"
    assert objection(name) == said


def test_a_text_may_end_as_a_files_name_does() -> None:
    """More than one line is no file's name, and what ends otherwise is none either."""
    assert from_toml(FULL + "# as in mine.toml") == from_toml(FULL)
    assert objection("# mine.toml\n") == "the rule book must have 'format'"
    assert objection("# mine.toml ") == "the rule book must have 'format'"


# the bundled rule book


def _accessories(reward_id: str, title: str, cost: int, minor: int) -> Reward:
    """Make an irrevocable coupon on accessories that is not transferable."""
    terms = CouponTerms(Validity(90), Money(minor, "INR"), categories=("accessories",))
    return Reward(reward_id, title, cost, terms, is_revocable=False)


def test_reward_mi_stands_as_it_was_announced() -> None:
    """Figure by figure; what no source says is a setting with the default that its comments name.

    Source:
        src/mi_rewards/rule_books/reward_mi.toml
    """
    assert (
        Programme(
            "reward-mi",
            "Reward Mi",
            Zone("Asia/Kolkata"),
            "INR",
            "tokens",
            EarnTerms(
                EarnRate(10, Money(10_000, "INR"), Rounding.DOWN),
                ("mi.com", "mi-store-app"),
                "mi.com",
                ("shipping",),
                0,
                None,
            ),
            EndOfYear(1),
            ClawBackPolicy.OWED,
            HoldLimits(),
            Welcome(50, date(2017, 6, 15), date(2017, 6, 21)),
            Retrospective(date(2017, 5, 1)),
            None,
            (
                _accessories("accessory-coupon-100", "Rs 100 off accessories", 2_500, 10_000),
                _accessories("accessory-coupon-1000", "Rs 1,000 off accessories", 10_000, 100_000),
                Reward(
                    "f-code-redmi-note-4",
                    "F-code for a Redmi Note 4 (2 GB / 32 GB)",
                    1_000,
                    FCodeTerms(("redmi-note-4-2gb-32gb",), Validity(90), is_transferable=True),
                ),
            ),
            keeps_codes=False,
            actions=(
                Action("sharing", 5, limits=(ActionLimit(1, Period.DAY),)),
                Action("launch-draw", 500),
            ),
        )
        == REWARD_MI
    )


def test_what_reward_mi_leaves_open_can_be_set() -> None:
    """Each setting that its comments offer is read, and makes another rule book."""
    text = bundled.programme_text("reward-mi")
    offered = [line[2:] for line in text.splitlines() if line.startswith("# ") and " = " in line]
    assert len(offered) == 10
    for setting in offered:
        assert from_toml(text.replace(f"# {setting}", setting, 1)) != REWARD_MI


def test_a_rule_book_without_its_comments_is_the_same() -> None:
    """Written and read again, it has the same digest."""
    again = from_toml(to_toml(REWARD_MI))
    assert (again, again.digest) == (REWARD_MI, REWARD_MI.digest)
    assert from_toml(to_toml(SMALL)) == SMALL
