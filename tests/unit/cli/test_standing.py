"""Where a member stands, on the command line; reviews, and what follows for other members."""

from pathlib import Path

import attrs
import pytest

from mi_rewards.earning import EarnRate, PointsTerms
from mi_rewards.programme import Programme
from mi_rewards.rule_book import to_toml
from mi_rewards.tiers import (
    CalendarYear,
    Changes,
    ClassMultiplier,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    Privileges,
    Tier,
)
from mi_rewards.wallet import NoExpiry, RollingDays
from tests.event_logs import delivered, joined, line, log, ran
from tests.shop import inr, rules

EVERYTHING = Privileges(
    express_delivery=True,
    early_access_hours=2,
    exclusive_products=("mi-mix",),
    multipliers=(ClassMultiplier("cases", 3, 2, "vip"), ClassMultiplier("", 2)),
    validity=RollingDays(900),
    birthday_gift=70,
    upgrade_reward=30,
    others=("souvenir",),
)
YEARLY = Ladder(
    tiers=(
        Tier("silver", "Silver", 100_000),
        Tier("gold", "Gold", 300_000, EVERYTHING),
        Tier("platinum", "Platinum", 900_000),
    ),
    metric=Metric.SPEND,
    window=CalendarYear(),
    landing=Landing.SOFT,
    grace_days=10,
)
POINTS = PointsTerms("vip", EarnRate(1, inr(100)), NoExpiry())
CLUB = rules(points=POINTS, ladder=YEARLY)
BY_POINTS = attrs.evolve(
    YEARLY,
    tiers=(Tier("silver", "Silver", 1), Tier("gold", "Gold", 1_500)),
    metric=Metric.POINTS,
    window=Lifetime(),
    downgrades=Changes.AT_ONCE,
    landing=Landing.EARNED,
    grace_days=0,
)


@pytest.fixture
def club(tmp_path: Path) -> list[str]:
    """A rule book with tiers, and a log of a member's year, as arguments."""
    return arguments(tmp_path, CLUB, joined(), delivered("o1", "4000.00"))


def arguments(folder: Path, programme: Programme, *lines: str) -> list[str]:
    """Write a rule book and a log."""
    book, events = folder / "club.toml", folder / "events.csv"
    book.write_text(to_toml(programme), encoding="utf-8")
    events.write_text(log(*lines), encoding="utf-8")
    return [str(events), "--programme", str(book)]


def test_a_standing_is_stated_with_what_keeps_it(
    capsys: pytest.CaptureFixture[str], club: list[str]
) -> None:
    """The tier, what counts, the review, the next tier and what the tier brings."""
    found = ran(capsys, "standing", *club, "--member", "1")
    assert found.status == 0
    assert found.out == (
        "Small: standing of 1 at the end of 2018-03-01\n"
        "\n"
        "tier       Gold, as earned\n"
        "counts     INR 4000.00, from 2018-01-01 through 2018-12-31\n"
        "review     2019-01-01\n"
        "if nothing more counts: Silver from 2020-01-11\n"
        "Gold is kept beyond 2018-12-31\n"
        "INR 5000.00 more by 2018-12-31 reaches Platinum\n"
        "brings     express delivery, early access of 2 hours, mi-mix for members of the tier,"
        " 3/2 times vip on cases, 2/1 times tokens on everything else, longer validity,"
        " 70 tokens on the birthday, souvenir\n"
    )


def test_a_standing_of_a_later_day_knows_what_comes(
    capsys: pytest.CaptureFixture[str], club: list[str]
) -> None:
    """In the days of grace, and after a soft landing."""
    found = ran(capsys, "standing", *club, "--member", "1", "--as-of", "2020-01-05")
    assert found.out == (
        "Small: standing of 1 at the end of 2020-01-05\n"
        "\n"
        "tier       Gold, in the days of grace after a review\n"
        "earned     no tier\n"
        "counts     INR 0.00, from 2020-01-01 through 2020-12-31\n"
        "review     2021-01-01\n"
        "if nothing more counts: Silver from 2020-01-11\n"
        "INR 3000.00 more by 2020-01-10 keeps Gold\n"
        "INR 9000.00 more by 2020-12-31 reaches Platinum\n"
        "brings     " + found.out.partition("brings     ")[2]
    )
    later = ran(capsys, "standing", *club, "--member", "1", "--as-of", "2020-02-01").out
    assert "tier       Silver, by a soft landing\nearned     no tier\n" in later
    assert "brings" not in later


def test_tokens_on_reaching_a_tier_are_stated_until_they_are_paid(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A tier reached at a review is held from then on, and pays when the review is booked."""
    programme = attrs.evolve(CLUB, ladder=attrs.evolve(YEARLY, upgrades=Changes.AT_REVIEW))
    lines = [joined(), delivered("o1", "4000.00")]
    club = arguments(tmp_path, programme, *lines)
    said = ran(capsys, "standing", *club, "--member", "1", "--as-of", "2019-01-01").out
    assert "tier       Gold, until the next review\n" in said
    assert " 70 tokens on the birthday, 30 tokens on reaching it, souvenir\n" in said
    booked = line("reviewed", "1", "2019-01-01T12:00:00+05:30")
    club = arguments(tmp_path, programme, *lines, booked)
    said = ran(capsys, "standing", *club, "--member", "1", "--as-of", "2019-01-01").out
    assert "tier       Gold, until the next review\n" in said
    assert " 70 tokens on the birthday, souvenir\n" in said


def test_a_standing_by_points_over_a_lifetime_names_no_days(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nothing is reviewed, and nobody without a tier has one."""
    programme = attrs.evolve(CLUB, ladder=BY_POINTS)
    club = arguments(tmp_path, programme, joined(), joined("2"), delivered("o1", "120000.00"))
    assert ran(capsys, "standing", *club, "--member", "1").out == (
        "Small: standing of 1 at the end of 2018-03-01\n"
        "\n"
        "tier       Silver, as earned\n"
        "counts     1,200 points\n"
        "300 points more reaches Gold\n"
    )
    other = ran(capsys, "standing", *club, "--member", "2").out
    assert "tier       no tier, as earned\ncounts     0 points\n" in other


def test_who_is_no_member_stands_nowhere(
    capsys: pytest.CaptureFixture[str], club: list[str], tmp_path: Path
) -> None:
    """A normal answer, as is a log without a line."""
    found = ran(capsys, "standing", *club, "--member", "9")
    assert found.status == 0
    assert found.out.endswith("\n\nmember '9' has not joined\n")
    empty = arguments(tmp_path, CLUB)
    assert ran(capsys, "standing", *empty, "--member", "9").out == "The log has no event of 9.\n"


def test_a_programme_without_tiers_has_no_standings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One message."""
    plain = arguments(tmp_path, rules(), joined())
    found = ran(capsys, "standing", *plain, "--member", "1")
    assert (found.status, found.err) == (2, "mi_rewards: small has no tiers\n")


def test_a_standing_needs_a_log_or_a_store(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is a mistake of the arguments."""
    found = ran(capsys, "standing", "--member", "1")
    assert found.status == 2
    assert "the following arguments are required: FILE, or --store" in found.err


def test_a_standing_in_a_store_is_of_now(
    capsys: pytest.CaptureFixture[str], club: list[str], tmp_path: Path
) -> None:
    """It keeps nothing of the past, and says so."""
    store = ["--store", f"sqlite:///{tmp_path / 'tokens.db'}", "--programme", club[2]]
    assert ran(capsys, "replay", club[0], *store).status == 0
    now = ran(capsys, "standing", *store, "--member", "1")
    assert "tier       Gold, as earned\n" in now.out
    past = ran(capsys, "standing", *store, "--member", "1", "--as-of", "2018-02-01")
    assert past.status == 2
    assert past.err == ("mi_rewards: 1 has events after 2018-02-01, and a standing is of now\n")
    totals = ran(capsys, "replay", club[0], *store, "--json").totals
    assert totals["tiers"] == {"silver": 0, "gold": 1, "platinum": 0}
    assert totals["issued"] == 430


def test_a_review_in_a_log_books_what_the_calendar_did(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The totals count the members of each tier, and tokens of the programme's kind alone."""
    lines = (
        joined(),
        joined("2"),
        delivered("o1", "4000.00"),
        line("reviewed", "1", "2020-02-01T12:00:00+05:30"),
        line("reviewed", "1", "2020-02-01T12:00:00+05:30"),
        line("reviewed", "9", "2020-02-01T12:00:00+05:30"),
    )
    club = arguments(tmp_path, CLUB, *lines)
    totals = ran(capsys, "replay", *club, "--json").totals
    assert totals["tiers"] == {"silver": 1, "gold": 0, "platinum": 0}
    assert (totals["issued"], totals["repeated"]) == (430, 1)
    assert totals["refused"] == {"not_a_member": 1}
    shown = ran(capsys, "replay", *club).out
    assert "members of tier silver" in shown
    statement = ran(capsys, "statement", *club, "--member", "1").out
    assert "tier gold reached" in statement
