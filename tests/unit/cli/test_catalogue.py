"""The catalogue in words: what tokens buy, and what a member can have of it."""

from pathlib import Path

import attrs
import pytest

from mi_rewards import Money, bundled, to_toml
from mi_rewards.catalogue import CouponTerms, Reward, Validity
from tests.event_logs import joined, line, log, ran

WHOLE = """\
Reward Mi: catalogue

reward                 tokens  what it is good for
accessory-coupon-100    2,500  coupon, INR 100.00 off; on accessories; valid for 90 days
accessory-coupon-1000  10,000  coupon, INR 1000.00 off; on accessories; valid for 90 days
f-code-redmi-note-4     1,000  F-code, one of redmi-note-4-2gb-32gb; valid for 90 days
"""

ANSWERS = ("1", "1 token is missing", "7,501 tokens are missing", "can be had")
_, _, *_ROWS = WHOLE.splitlines()
OFFERED = "\n".join(
    [
        "Reward Mi: catalogue for 1 at the end of 2018-03-01, 2,499 available",
        "",
        *[f"{row:<89}  {answer}" for row, answer in zip(_ROWS, ANSWERS, strict=True)],
        "",
    ]
)

MORE = """
[[rewards]]
id = "b-pick"
title = "As you \\u001b[31m like"
cost.least = 50
cost.step = 25
cost.worth = { per_tokens = 25, money = "INR 1.00", rounding = "down" }

[rewards.coupon]
valid = { days = 1 }
platforms = ["app"]
payment_modes = ["card", "upi"]
order_min = "INR 500.00"

[[rewards]]
id = "c-tenth"
title = "A tenth off"
cost = 2_400
tiers = ["gold"]
from_at = 2018-03-05T00:00:00+05:30

[rewards.coupon]
rate = { part = 10, of = 100, rounding = "down" }
cap = "INR 500.00"
valid = { through = 2018-12-31 }

[[rewards]]
id = "a-last"
title = "The last ones"
cost = 100
stock = 2
limits = [{ count = 1, per = "member", period = "month" }]

[rewards.coupon]
rate = { part = 1, of = 4, rounding = "down" }
valid = { days = 0 }
"""

NOT_YET = "reward 'c-tenth' is on sale from 2018-03-04T18:30:00Z until 2018-12-31T18:30:00Z"
FOR_GOLD = "reward 'c-tenth' is for gold, not for members of no tier"

HEAD = bundled.programme_text("reward-mi").partition("[[rewards]]")[0]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Write a rule book with rewards of every kind."""
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + MORE, "utf-8")
    return path


def written(path: Path, *lines: str) -> Path:
    """Write a log of a member with 2,499 tokens."""
    opening = line("opening", "1", tokens="2499", last_day="2018-03-31")
    path.write_text(log(joined(), opening, *lines))
    return path


def redeemed(request_id: str, member_id: str = "1") -> str:
    """The last ones are redeemed."""
    return line("redeemed", member_id, reward_id="a-last", request_id=request_id)


def test_a_catalogue_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every reward, by its name."""
    assert ran(capsys, "catalogue") == (0, WHOLE, "")


def test_every_kind_of_reward_is_put_in_words(
    capsys: pytest.CaptureFixture[str], book: Path
) -> None:
    """What it costs, what it takes off, where, and how long it is valid; titles are escaped."""
    done = ran(capsys, "catalogue", "--programme", book)
    pick = (
        "coupon, more off the more tokens ('As you \\x1b[31m like');"
        " in app; paid by card, upi; from INR 500.00 on; valid for 1 day"
    )
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Reward Mi: catalogue",
        "",
        "reward    tokens  what it is good for",
        "a-last       100  coupon, 1/4 off; valid on the day of issue",
        f"b-pick   from 50  {pick}",
        "c-tenth    2,400  coupon, 10 % off, INR 500.00 at most; valid through 2018-12-31",
    ]


def test_a_rule_book_may_have_no_rewards(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It says so, to a member as well."""
    path = tmp_path / "mine.toml"
    path.write_text(HEAD, "utf-8")
    done = ran(capsys, "catalogue", "--programme", path)
    assert done == (0, "Reward Mi: catalogue\n\nNo rewards.\n", "")
    events = written(tmp_path / "log.csv")
    done = ran(capsys, "catalogue", events, "--member", "1", "--programme", path)
    head = "Reward Mi: catalogue for 1 at the end of 2018-03-01, 2,499 available"
    assert done == (0, f"{head}\n\nNo rewards.\n", "")


def test_a_member_sees_what_can_be_had(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_url: str
) -> None:
    """And what is missing for the rest; of a log, of a store, of both."""
    path = written(tmp_path / "log.csv")
    asked = ("--member", "1")
    assert ran(capsys, "catalogue", path, *asked) == (0, OFFERED, "")
    assert ran(capsys, "catalogue", path, *asked, "--store", sqlite_url) == (0, OFFERED, "")
    assert ran(capsys, "catalogue", *asked, "--store", sqlite_url) == (0, OFFERED, "")


@pytest.mark.parametrize(
    ("as_of", "last", "tenth"),
    [
        (
            "2018-03-01",
            "no more than 1 can be had, 1 left",
            f"{NOT_YET}; {FOR_GOLD}; 1 token is missing",
        ),
        (
            "2018-03-05",
            "no more than 1 can be had, 1 left",
            f"{FOR_GOLD}; 1 token is missing",
        ),
        (
            "2018-04-01",
            "100 tokens are missing, 1 left",
            f"{FOR_GOLD}; 2,400 tokens are missing",
        ),
    ],
)
def test_a_member_sees_all_that_speaks_against_a_reward(
    capsys: pytest.CaptureFixture[str], book: Path, as_of: str, last: str, tenth: str
) -> None:
    """In order of precedence, on the day named; then what is left of its stock."""
    path = written(book.with_name("log.csv"), redeemed("r1"))
    command = ("catalogue", path, "--member", "1", "--programme", book, "--as-of", as_of)
    done = ran(capsys, *command)
    assert (done.status, done.err) == (0, "")
    told = {row.split()[0]: row for row in done.out.splitlines()[3:]}
    assert told["a-last"].endswith(f"  {last}")
    assert told["c-tenth"].endswith(f"  {tenth}")


def test_what_is_sold_out_is_said_to_be(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    """By whomever it was bought; of one member's lines alone nothing is known of the others'."""
    path = book.with_name("log.csv")
    opened = [line("opening", it, tokens="100", last_day="never") for it in "23"]
    written(path, *opened, redeemed("r2", "2"), redeemed("r3", "3"))
    url = f"sqlite:///{book.with_name('kept.db')}"
    ran(capsys, "replay", path, "--programme", book, "--store", url)
    asked = ("--member", "1", "--programme", book)
    stored = ran(capsys, "catalogue", *asked, "--store", url)
    assert stored.out.splitlines()[3].endswith("  sold out, 0 left")


def test_who_is_not_known_has_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A normal answer; a name is escaped, and an empty log says no day."""
    path = written(tmp_path / "log.csv")
    done = ran(capsys, "catalogue", path, "--member", "9\n")
    assert done.out.startswith("Reward Mi: catalogue for '9\\n' at the end of 2018-03-01, 0 avail")
    path.write_text(log())
    done = ran(capsys, "catalogue", path, "--member", "1")
    assert done.status == 0
    assert done.out.startswith("Reward Mi: catalogue for 1, 0 available\n")


def test_a_line_that_cannot_be_read_is_reported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And the catalogue is printed all the same."""
    path = written(tmp_path / "log.csv", line("party", "1"))
    done = ran(capsys, "catalogue", path, "--member", "1")
    assert (done.status, done.out) == (1, OFFERED)
    assert done.err.startswith("line 4: unknown kind 'party'")


def test_a_catalogue_is_not_of_the_past(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_url: str
) -> None:
    """A store that has later entries of the member says so, in one line."""
    path = written(tmp_path / "log.csv")
    ran(capsys, "replay", path, "--store", sqlite_url)
    asked = ("--member", "1", "--store", sqlite_url)
    done = ran(capsys, "catalogue", *asked, "--as-of", "2018-02-28")
    reason = "1 has entries after 2018-02-28, and a catalogue is not of the past"
    assert done == (2, "", f"mi_rewards: {reason}\n")
    assert ran(capsys, "catalogue", *asked, "--as-of", "2018-03-01").out == OFFERED


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["sample:launch"], "a log, a store or a day needs --member as well"),
        (["--store", "sqlite:///x.db"], "a log, a store or a day needs --member as well"),
        (["--as-of", "2018-03-01"], "a log, a store or a day needs --member as well"),
        (["--member", "1"], "--member needs FILE, or --store"),
        (["--programme"], "argument --programme: expected one argument"),
    ],
)
def test_wrong_arguments_are_told_what_is_right(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """With the usage, and exit status 2."""
    done = ran(capsys, "catalogue", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(f"error: {reason}\n")


def test_what_others_took_of_a_stock_is_gone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """All lines of a log count, though one member is shown."""
    book = to_toml(
        attrs.evolve(
            bundled.programme("reward-mi"),
            rewards=(
                Reward(
                    "cup", "A cup", 10, CouponTerms(Validity(90), Money.of("1", "INR")), stock=1
                ),
            ),
        )
    )
    rules = tmp_path / "mine.toml"
    rules.write_text(book, encoding="utf-8")
    log = tmp_path / "log.csv"
    rows = [
        "kind,member_id,at,tokens,last_day,request_id,reward_id",
        *[f"opening,{who},2018-01-01T10:00:00+05:30,10,2018-12-31,," for who in "AB"],
        "redeemed,B,2018-01-02T10:00:00+05:30,,,r1,cup",
    ]
    log.write_text("\n".join(rows), encoding="utf-8")
    done = ran(capsys, "catalogue", log, "--programme", rules, "--member", "A")
    assert done.status == 0
    assert "sold out, 0 left" in done.out
