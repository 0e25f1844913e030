"""Sharing and inviting in a replay."""

import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards._cli.stored import opened_store
from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import read_instant
from mi_rewards.commands import AcceptInvitation, OpenReferral, Perform, Qualify, Rewards
from mi_rewards.errors import Misuse
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.tiers import CalendarYear, Ladder, Metric, Tier
from tests.event_logs import HEADER, delivered, line, log, ran
from tests.friends import LATER
from tests.shop import REWARD_MI, rules

NOON = "2018-03-01T12:00:00+05:30"
AT = read_instant(NOON)


def row(kind: str, **columns: str) -> Row:
    """Make a row of member m."""
    stated: dict[str, Any] = {"kind": kind, "member_id": "m", "at": NOON, "lines": (), **columns}
    return tuple(stated.get(name, "") for name in COLUMNS)


def basics(request_id: str) -> dict[str, Any]:
    """What every command of these rows has."""
    return {"member_id": "m", "request_id": request_id, "at": AT}


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (
            row("shared"),
            Perform(**basics("shared:2018-03-01T06%3A30%3A00Z"), action_id="sharing"),
        ),
        (row("shared", order_id="o:1"), Perform(**basics("shared:o%3A1"), action_id="sharing")),
        (row("shared", request_id="r"), Perform(**basics("r"), action_id="sharing")),
        (
            row("code_opened", code="a-b"),
            OpenReferral(**basics("code_opened:a-b"), code="AB"),
        ),
        (row("code_opened", code="a", request_id="r"), OpenReferral(**basics("r"), code="A")),
        (
            row("invited", code="a:b"),
            AcceptInvitation(**basics("invited:a%3Ab"), referral_code="A:B"),
        ),
        (
            row("invited", code="a", verdict="approved", request_id="r"),
            AcceptInvitation(**basics("r"), referral_code="A", verdict="approved"),
        ),
        (row("qualified"), Qualify(**basics("qualified:2018-03-01T06%3A30%3A00Z"))),
        (row("qualified", request_id="r"), Qualify(**basics("r"))),
    ],
)
def test_a_row_is_a_command(given: Row, command: Any) -> None:
    """Request ids are named for what a row is about, where it names none."""
    made = to_command(given, None)
    assert made == command
    if isinstance(made, OpenReferral):
        assert made.code == command.code


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (row("code_opened"), "code is missing"),
        (row("invited"), "code is missing"),
        (row("invited", code=" "), "a code has letters"),
        (row("invited", code="a", verdict="yes"), "a verdict is approved, rejected or empty"),
    ],
)
def test_a_row_that_lacks_something_is_told(given: Row, message: str) -> None:
    """What is missing, or wrong."""
    with pytest.raises(Misuse, match=message):
        to_command(given, None)


def test_sharing_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once a day; the second time is a refusal, and so an outcome."""
    path = tmp_path / "log.csv"
    text = log(
        line("joined", "1", "2018-03-01T09:00:00+05:30"),
        line("shared", "1", "2018-03-01T10:00:00+05:30"),
        line("shared", "1", "2018-03-01T23:59:59+05:30"),
        line("shared", "1", "2018-03-02T00:00:00+05:30"),
        line("shared", "2", "2018-03-02T00:00:00+05:30"),
    )
    path.write_text(text)
    done = ran(capsys, "replay", path, "--json")
    totals = json.loads(done.out)
    assert (done.status, done.err) == (0, "")
    assert (totals["available"], totals["refused"]) == (10, {"limit_reached": 1, "not_a_member": 1})


def test_an_invitation_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the code to the tokens of both sides; told twice over, it is the same."""
    book = tmp_path / "book.toml"
    book.write_text(to_toml(rules(REWARD_MI, referral=LATER)))
    lines = [
        line("joined", "1", "2018-03-01T09:00:00+05:30"),
        line("code_opened", "1", "2018-03-01T10:00:00+05:30", code="asha-1"),
        line("invited", "2", "2018-03-02T10:00:00+05:30", code="ASHA1"),
        line("joined", "2", "2018-03-02T11:00:00+05:30"),
        line("invited", "2", "2018-03-02T12:00:00+05:30", code="ASHA1", request_id="again"),
        delivered("o1", "500.00", "2", "2018-03-03T10:00:00+05:30"),
        line("qualified", "2", "2018-03-12T10:00:00+05:30"),
        line("qualified", "2", "2018-03-13T00:00:00+05:30"),
    ]
    for times in (1, 2):
        path = tmp_path / f"log{times}.csv"
        path.write_text(log(*lines * times))
        done = ran(capsys, "replay", path, "--json", "--programme", book)
        totals = json.loads(done.out)
        assert (done.status, done.err) == (0, "")
        assert (totals["issued"], totals["available"], totals["promised"]) == (190, 190, 0)
        assert totals["refused"]["already_invited"] == times


FRIENDS = (
    line("joined", "1", "2018-03-01T09:00:00+05:30"),
    line("code_opened", "1", "2018-03-01T10:00:00+05:30", code="asha-1"),
    line("invited", "2", "2018-03-02T10:00:00+05:30", code="ASHA1"),
    line("joined", "2", "2018-03-02T11:00:00+05:30"),
    delivered("o1", "500.00", "2", "2018-03-03T10:00:00+05:30"),
    line("qualified", "2", "2018-03-13T00:00:00+05:30"),
)


def friends(folder: Path) -> list[str]:
    """Write a log of an inviter and a friend, and the rule book, as arguments."""
    path, book = folder / "log.csv", folder / "book.toml"
    path.write_text(log(*FRIENDS))
    book.write_text(to_toml(rules(REWARD_MI, referral=LATER)))
    return [str(path), "--programme", str(book)]


@pytest.mark.parametrize(("member", "has"), [("1", 100), ("2", 90)])
def test_a_statement_counts_what_others_bring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], member: str, has: int
) -> None:
    """To the inviter and to the friend: all lines are carried out, and a store is not spoiled."""
    arguments = friends(tmp_path)
    store = ["--store", f"sqlite:///{tmp_path / 'friends.db'}"]
    for where in ([], store, store):
        found = ran(capsys, "statement", *arguments, *where, "--member", member)
        assert (found.status, found.err) == (0, "")
        assert f": {has} available\n" in found.out
    totals = ran(capsys, "replay", *arguments, *store, "--json").totals
    assert (totals["issued"], totals["repeated"]) == (190, len(FRIENDS))
    nobody = ran(capsys, "statement", *arguments, "--member", "9").out
    assert nobody == "The log has no event of 9 through 2018-03-13.\n"


def test_what_an_interrupted_run_left_for_others_is_carried_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The friend's line is there, the inviter's tokens are not: the next run brings them."""
    arguments = friends(tmp_path)
    programme = from_toml((tmp_path / "book.toml").read_text())
    url = f"sqlite:///{tmp_path / 'friends.db'}"
    with opened_store(url) as store:
        rewards = Rewards(store, programme)
        for text in FRIENDS:
            values = dict(zip(HEADER.split(","), text.split(","), strict=True))
            command = to_command(tuple(values.get(name, "") for name in COLUMNS), None)
            assert command is not None
            rewards.do(command)
        assert rewards.balance("1", at=read_instant("2018-03-13T00:00:00+05:30")).available == 0
    totals = ran(capsys, "replay", *arguments, "--store", url, "--json").totals
    assert (totals["issued"], totals["repeated"]) == (190, len(FRIENDS))


def test_what_asks_for_nothing_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change of tier is told to whoever listens; nothing follows from it."""
    arguments = friends(tmp_path)
    ladder = Ladder((Tier("silver", "Silver", 100),), Metric.SPEND, CalendarYear())
    book = rules(REWARD_MI, referral=LATER, ladder=ladder)
    (tmp_path / "book.toml").write_text(to_toml(book))
    totals = ran(capsys, "replay", *arguments, "--json").totals
    assert (totals["issued"], totals["tiers"]) == (190, {"silver": 1})
