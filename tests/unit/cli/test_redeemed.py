"""Rewards redeemed in a replay, and the history with an invented policy of redemptions."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards import bundled
from tests.event_logs import csv_text, joined, line, log, ran, sample_rows, sample_text
from tests.unit.cli.test_replay import PUBLISHED, replayed

HISTORY = "sample:retail-history"
COUPON = "accessory-coupon-100"
F_CODE = "f-code-redmi-note-4"

FIGURES = PUBLISHED["2019-06-30"] | {
    "events": 32_207,
    "available": 56_316_993,
    "redeemed": 12_901_000,
    "lapsed": 2_132_762,
    "refused": {"insufficient_tokens": 1_026, "unknown_order": 768},
    "vouchers": {COUPON: 1_334, "accessory-coupon-1000": 805, F_CODE: 1_516},
    "tiers": {},
    "expiry_calendar": {"2019-12-31": 56_316_993},
}
"""What an independent replay of the history gave (docs/reference/event_log.md)."""

CHOSEN = """
[[rewards]]
id = "pick"
title = "As you like"
[rewards.cost]
least = 50
step = 25
most = 500
worth = { per_tokens = 25, money = "INR 1.00", rounding = "down" }

[rewards.coupon]
valid = { days = 1 }
"""


def having(tokens: int, *lines: str) -> str:
    """Write a log of a member with tokens."""
    return log(joined(), line("opening", "1", tokens=str(tokens), last_day="2018-12-31"), *lines)


def redeemed(reward_id: str = F_CODE, request_id: str = "r1", **columns: str) -> str:
    """A reward is redeemed."""
    return line("redeemed", "1", reward_id=reward_id, request_id=request_id, **columns)


# ------------------------------------------------------------------------- the history


def test_the_history_gives_the_published_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure; refusals are outcomes, so the exit status is 0."""
    done = ran(capsys, "replay", HISTORY, "--as-of", "2019-06-30", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.totals == FIGURES
    parts = (done.totals[name] for name in ("available", "redeemed", "lapsed", "clawed_back"))
    assert done.totals["issued"] == sum(parts)


def test_the_history_twice_over_gives_the_same_figures() -> None:
    """I8: Each line's second coming is its receipt, whatever code was drawn for it."""
    text = sample_text("retail-history")
    totals, reports = replayed(text + text, "2019-06-30")
    assert reports == []
    again = {"events": 2 * 32_207, "repeated": 32_207}
    refused = {code: 2 * count for code, count in FIGURES["refused"].items()}
    assert totals == FIGURES | again | {"refused": refused}


def test_the_history_in_a_database_gives_the_same_figures(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """And once more: all of it is repeated."""
    command = ("replay", HISTORY, "--as-of", "2019-06-30", "--json", "--store", sqlite_url)
    assert ran(capsys, *command).totals == FIGURES
    assert ran(capsys, *command).totals == FIGURES | {"repeated": 32_207}


def test_the_history_is_the_orders_with_redemptions_mixed_in() -> None:
    """In their order, line by line; nothing of the real purchases was changed."""
    header, *rows = csv.reader(io.StringIO(sample_text("retail-history")))
    assert header[-1] == "reward_id"
    kept = [row[:-1] for row in rows if row[0] != "redeemed"]
    assert [header[:-1], *kept] == list(sample_rows())
    assert len(rows) - len(kept) == 4_681
    assert {row[-1] for row in rows} == {"", *FIGURES["vouchers"]}


def test_an_earlier_day_of_the_history_counts_the_vouchers_of_by_then(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """Of a store with later ones, too."""
    header, *rows = csv.reader(io.StringIO(sample_text("retail-history")))
    early = csv_text([header, *rows[:3_000]])
    path = Path(sqlite_url.removeprefix("sqlite:///")).with_suffix(".csv")
    path.write_text(early, "utf-8")
    ran(capsys, "replay", path, "--store", sqlite_url)
    command = ("replay", path, "--as-of", "2017-12-10", "--json")
    plain, stored = ran(capsys, *command), ran(capsys, *command, "--store", sqlite_url)
    assert stored.totals == plain.totals | {"repeated": plain.totals["events"]}
    later = ran(capsys, "replay", path, "--json").totals["vouchers"]
    assert 0 < sum(plain.totals["vouchers"].values()) < sum(later.values())


def test_the_history_says_that_its_redemptions_are_invented() -> None:
    """Beside the file, where it is shown first."""
    notice = bundled.sample("retail-history").with_name("README.md").read_text("utf-8")
    after = notice.partition("`retail_history.csv.gz`")[2]
    assert "4,681 redemptions" in after
    assert "invented policy" in after


def test_the_history_is_small() -> None:
    """Since everybody who installs the library gets it."""
    packed = bundled.sample("retail-history").read_bytes()
    assert len(packed) < 600_000
    assert len(gzip.decompress(packed)) > 1_500_000


# ------------------------------------------------------------------------------- lines


def test_a_redemption_spends_tokens_and_issues_a_voucher() -> None:
    """Counted by its reward."""
    text = having(6_000, redeemed(), redeemed(COUPON, "r2"), redeemed(COUPON, "r3"))
    totals, reports = replayed(text)
    assert reports == []
    stated = ("events", "redeemed", "available", "refused", "vouchers")
    assert [totals[name] for name in stated] == [5, 6_000, 0, {}, {COUPON: 2, F_CODE: 1}]


def test_a_redemption_is_refused_by_its_code() -> None:
    """An event all the same; a token more would have done."""
    text = having(999, redeemed(), redeemed("mug", "r2"), redeemed(COUPON, "r3", tokens="2501"))
    totals, reports = replayed(text)
    assert reports == []
    assert (totals["events"], totals["vouchers"]) == (5, {})
    assert totals["refused"] == {
        "insufficient_tokens": 1,
        "tokens_not_offered": 1,
        "unknown_reward": 1,
    }


def test_a_redemption_without_a_request_id_is_named_for_its_order() -> None:
    """Twice for one order it is one; without an order it cannot be read."""
    text = having(
        3_000,
        redeemed(request_id="", order_id="o1"),
        redeemed(request_id="", order_id="o1"),
        redeemed(request_id="", order_id="o2"),
        redeemed(request_id=""),
    )
    totals, reports = replayed(text)
    assert reports == ["line 7: a redemption needs a request_id"]
    assert (totals["events"], totals["repeated"], totals["unread"]) == (5, 1, 1)
    assert totals["vouchers"] == {F_CODE: 2}


def test_a_redemption_again_with_another_reward_is_not_read() -> None:
    """It is the same request with other content."""
    totals, reports = replayed(having(6_000, redeemed(), redeemed(COUPON)))
    assert reports == ["line 5: request 'r1' of '1' was seen before with other content"]
    assert totals["vouchers"] == {F_CODE: 1}


def test_a_redemption_may_state_the_tokens_that_were_chosen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In CSV as text, in JSON Lines as a number as well; without them it is the least."""
    book = tmp_path / "mine.toml"
    book.write_text(bundled.programme_text("reward-mi") + CHOSEN, "utf-8")
    member: dict[str, Any] = {"member_id": "1", "at": "2018-03-01T12:00:00+05:30"}
    pick = member | {"kind": "redeemed", "reward_id": "pick"}
    objects = [
        member | {"kind": "opening", "tokens": 1_000, "last_day": "2018-12-31"},
        pick | {"request_id": "r1"},
        pick | {"request_id": "r2", "tokens": 75},
        pick | {"request_id": "r3", "tokens": "100"},
        pick | {"request_id": "r4", "tokens": 76},
    ]
    json_log, csv_log = tmp_path / "log.jsonl", tmp_path / "log.csv"
    json_log.write_text("".join(json.dumps(it) + "\n" for it in objects), "utf-8")
    csv_log.write_text(log(*[line(**{k: str(v) for k, v in it.items()}) for it in objects]))
    for path in (json_log, csv_log):
        done = ran(capsys, "replay", path, "--programme", book, "--json")
        assert (done.status, done.err) == (0, "")
        assert done.totals["redeemed"] == 50 + 75 + 100
        assert done.totals["vouchers"] == {"pick": 3}
        assert done.totals["refused"] == {"tokens_not_offered": 1}


def test_redemptions_that_cannot_be_read_spoil_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One message with the line's number each; the rest is replayed, and the exit status is 1."""
    path = tmp_path / "log.csv"
    path.write_text(
        having(
            2_000,
            redeemed(""),
            redeemed(request_id=""),
            redeemed(tokens="1e3"),
            redeemed(tokens="9" * 20),
            redeemed(),
        )
    )
    done = ran(capsys, "replay", path, "--json")
    assert done.status == 1
    assert done.err.splitlines() == [
        "line 4: reward_id is missing",
        "line 5: a redemption needs a request_id",
        "line 6: tokens must be a whole number of at most 19 digits, not '1e3'",
        f"line 7: tokens must be a whole number of at most 19 digits, not '{'9' * 20}'",
    ]
    assert (done.totals["unread"], done.totals["vouchers"]) == (4, {F_CODE: 1})


def test_vouchers_are_told_to_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Their sum, then reward by reward."""
    path = tmp_path / "log.csv"
    path.write_text(having(6_000, redeemed(), redeemed(COUPON, "r2"), redeemed(COUPON, "r3")))
    done = ran(capsys, "replay", path)
    assert done.out.splitlines()[-3:] == [
        "vouchers issued                  3",
        "  accessory-coupon-100           2",
        "  f-code-redmi-note-4            1",
    ]


def test_a_redemption_is_in_the_statement(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With its reward, and without its code."""
    path = tmp_path / "log.csv"
    path.write_text(having(6_000, redeemed()))
    done = ran(capsys, "statement", path, "--member", "1")
    assert done.out.splitlines()[4] == (
        "2  2018-03-01 12:00  burned  -1,000      2018-12-31      5,000  reward f-code-redmi-note-4"
    )
