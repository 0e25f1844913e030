"""A blocked wallet: what is refused, what goes on, and what its journal says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.wallet import (
    AlreadyBlocked,
    Change,
    ClawBackPolicy,
    Entry,
    Event,
    MemberBlocked,
    NotBlocked,
    Reason,
    Wallet,
    adjust_down,
    adjust_up,
    block,
    check_journal,
    fold,
    keep,
    promise,
    send,
    take,
    unblock,
    wallet_from_dict,
    wallet_to_dict,
)
from mi_rewards.wallet.texts import wallet_to_text
from tests.wallets import (
    DAY,
    HOUR,
    OWNER,
    T0,
    WHY,
    History,
    at,
    day,
    draws,
    history,
    journal,
    posted,
    told,
    wallet,
)

Y18 = day("2018-12-31")
NO = MemberBlocked(reason="fraud")


def blocked(text: str = "10@2018-12-31", code: str = "fraud") -> History:
    """A wallet with a hold of 2, a promise of 4 and a burn of 1, blocked an hour after `T0`."""
    made = history(text)
    made.take(made.wallet.hold(2, until=T0 + DAY, at=T0, request_id="h", reason=WHY))
    made.take(
        promise(made.wallet, 4, promise_id="p", source="o1", at=T0, request_id="place", reason=WHY)
    )
    made.take(block(made.wallet, code, at=T0 + HOUR, request_id="block", figures=(("by", "x"),)))
    return made


def test_a_block_is_an_entry_without_postings() -> None:
    """It says since when and why, and moves nothing."""
    before = wallet("5@2018-12-31")
    change = block(before, "fraud", at=T0 + HOUR, request_id="b", figures=(("case", 7),))
    assert [told(it) for it in change.entries] == [
        "2 blocked by b on 2018-01-10T11:00:00Z, fraud case=7: "
    ]
    assert change.result is None
    assert (before.blocked, change.wallet.blocked) == ("", "fraud")
    assert str(change.wallet) == "5@2018-12-31 | blocked fraud"
    assert change.wallet._replace(blocked="", sequence=1, booked_at=T0) == before


def test_what_is_lifted_says_what_it_was() -> None:
    """The wallet is as if it had never been blocked."""
    made = blocked()
    made.take(unblock(made.wallet, at=T0 + 2 * HOUR, request_id="u"))
    assert told(made.entries[-1]) == "5 unblocked by u on 2018-01-10T12:00:00Z, fraud: "
    assert made.wallet.blocked == ""
    assert made.wallet.reasons_against(8, at=T0 + 2 * HOUR) == ()


def test_the_calendar_comes_first() -> None:
    """What is due is booked before the block, and before it is lifted."""
    made = history("5@2018-12-31")
    made.take(block(made.wallet, "fraud", at=at("2019-01-01"), request_id="b"))
    assert [it.event for it in made.entries[1:]] == [Event.LAPSED, Event.BLOCKED]
    assert [it.request_id for it in made.entries[1:]] == ["b", "b"]
    other = blocked()
    other.take(unblock(other.wallet, at=T0 + DAY, request_id="u"))
    assert [it.event for it in other.entries[-2:]] == [Event.RAN_OUT, Event.UNBLOCKED]


def test_an_empty_wallet_can_be_blocked() -> None:
    """Its first entry is the block."""
    change = block(Wallet(OWNER), "left", at=T0, request_id="b")
    assert (change.wallet.sequence, change.wallet.blocked) == (1, "left")


@pytest.mark.parametrize("code", ["", None, 1])
def test_a_block_needs_a_code(code: Any) -> None:
    """A text that is not empty: what blocks is told to whoever asks."""
    with pytest.raises(Misuse, match=r"^a wallet is blocked for a code, not for"):
        block(wallet(), code, at=T0, request_id="b")


def test_a_block_is_made_once_and_lifted_once() -> None:
    """The refusal says what it is blocked for."""
    made = blocked().wallet
    with pytest.raises(AlreadyBlocked) as again:
        block(made, "other", at=T0 + HOUR, request_id="b2")
    assert dict(again.value.figures) == {"reason": "fraud"}
    with pytest.raises(NotBlocked):
        unblock(wallet("1@2018-12-31"), at=T0, request_id="u")


@pytest.mark.parametrize("operate", [block, unblock])
def test_an_instant_needs_an_offset(operate: Any) -> None:
    """For both."""
    code = {"code": "x"} if operate is block else {}
    with pytest.raises(Misuse, match=r"offset"):
        operate(wallet(), **code, at=T0.replace(tzinfo=None), request_id="b")


SPENDING: dict[str, Callable[[Wallet], Any]] = {
    "burn": lambda it: it.burn(1, at=T0 + HOUR, request_id="x", reason=WHY),
    "hold": lambda it: it.hold(1, until=T0 + DAY, at=T0 + HOUR, request_id="x", reason=WHY),
    "send": lambda it: send(it, 1, transfer_id="t", at=T0 + HOUR, request_id="x", reason=WHY),
}


@pytest.mark.parametrize("operation", SPENDING)
def test_nothing_is_spent_while_it_is_blocked(operation: str) -> None:
    """Burning, holding and sending are refused alike, before what is owed or missing."""
    plain = block(wallet("3@2018-12-31"), "fraud", at=T0, request_id="k").wallet
    for made in (blocked().wallet, blocked("3@2018-12-31").wallet, plain):
        with pytest.raises(MemberBlocked) as refusal:
            SPENDING[operation](made)
        assert refusal.value == NO
    SPENDING[operation](unblock(blocked().wallet, at=T0 + HOUR, request_id="u").wallet)


def test_what_stands_against_spending_says_so() -> None:
    """Before what is missing, and not where nothing blocks."""
    made = blocked().wallet
    assert made.reasons_against(1, at=T0 + HOUR) == (NO,)
    assert made.reasons_against(9, at=T0 + HOUR) == (NO,)
    with pytest.raises(Misuse):
        made.reasons_against(0, at=T0 + HOUR)


GOES_ON: dict[str, tuple[Callable[[Wallet], Change[Any]], str]] = {
    "earn": (
        lambda it: it.earn(3, last_day=Y18, at=T0 + HOUR, request_id="x", reason=WHY),
        "11@2018-12-31 | held 2@2018-12-31 until 2018-01-11T10:00:00Z | promised 4",
    ),
    "capture": (
        lambda it: it.capture("h", at=T0 + HOUR, request_id="x", reason=WHY),
        "8@2018-12-31 | promised 4",
    ),
    "release": (
        lambda it: it.release("h", at=T0 + HOUR, request_id="x", reason=WHY),
        "10@2018-12-31 | promised 4",
    ),
    "keep": (
        lambda it: keep(it, "p", 4, last_day=Y18, at=T0 + HOUR, request_id="x", reason=WHY),
        "12@2018-12-31 | held 2@2018-12-31 until 2018-01-11T10:00:00Z",
    ),
    "take": (
        lambda it: take(
            it, draws("1@2018-12-31"), transfer_id="t", at=T0 + HOUR, request_id="x", reason=WHY
        ),
        "9@2018-12-31 | held 2@2018-12-31 until 2018-01-11T10:00:00Z | promised 4",
    ),
    "claw back": (
        lambda it: it.claw_back(
            9,
            own_day=Y18,
            policy=ClawBackPolicy.OWED,
            source="o0",
            at=T0 + HOUR,
            request_id="x",
            reason=WHY,
        ),
        "0 | held 2@2018-12-31 until 2018-01-11T10:00:00Z | promised 4 | owed 1",
    ),
    "adjust up": (
        lambda it: adjust_up(it, 1, last_day=Y18, at=T0 + HOUR, request_id="x", reason=WHY),
        "9@2018-12-31 | held 2@2018-12-31 until 2018-01-11T10:00:00Z | promised 4",
    ),
    "adjust down": (
        lambda it: adjust_down(it, 8, at=T0 + HOUR, request_id="x", reason=WHY),
        "0 | held 2@2018-12-31 until 2018-01-11T10:00:00Z | promised 4",
    ),
    "lapse": (lambda it: it.lapse(at=at("2019-01-01"), request_id="x"), "0 | promised 4"),
}


@pytest.mark.parametrize("operation", GOES_ON)
def test_whatever_else_was_begun_goes_on(operation: str) -> None:
    """And the wallet stays blocked; its journal folds to it and breaks no promise."""
    made = blocked()
    operate, expected = GOES_ON[operation]
    made.take(operate(made.wallet))
    assert str(made.wallet) == f"{expected} | blocked fraud"
    assert fold(made.entries) == made.wallet
    assert check_journal(made.entries) == ()


def test_a_burn_of_before_is_given_back_while_it_is_blocked() -> None:
    """What was spent belongs to the member, who cannot spend it again yet."""
    made = history("5@2018-12-31")
    burn = made.take(made.wallet.burn(2, at=T0, request_id="b", reason=WHY))
    made.take(block(made.wallet, "fraud", at=T0, request_id="k"))
    made.take(made.wallet.reinstate(burn, 2, at=T0, request_id="x", reason=WHY))
    assert str(made.wallet) == "5@2018-12-31 | blocked fraud"
    assert check_journal(made.entries) == ()


def test_the_code_stays_through_the_calendar_and_through_storing() -> None:
    """Neither is about it."""
    made = blocked().wallet
    assert made.at(at("2019-01-01")).blocked == "fraud"
    assert made.stored().blocked == "fraud"
    assert made.stored().version == made.version + 1


def test_what_is_taken_off_by_the_programme_is_planned_whether_it_is_blocked_or_not() -> None:
    """The same draws, and the same refusals but the block."""
    made = blocked().wallet
    assert made.removable(8) == draws("8@2018-12-31")
    assert wallet("8@2018-12-31").removable(8) == draws("8@2018-12-31")


# Folding


def entries(*changed: tuple[int, dict[str, Any]]) -> list[Entry]:
    """Take the journal of a block and its lifting, with some entries made otherwise."""
    made = history("5@2018-12-31")
    made.take(block(made.wallet, "fraud", at=T0, request_id="b"))
    made.take(unblock(made.wallet, at=T0, request_id="u"))
    for index, change in changed:
        made.entries[index] = made.entries[index]._replace(**change)
    return made.entries


def test_a_journal_says_whether_a_wallet_is_blocked() -> None:
    """Each prefix as it was then."""
    assert [fold(entries()[:n]).blocked for n in (1, 2, 3)] == ["", "fraud", ""]
    assert check_journal(entries()) == ()


MOVED = (*journal("sent x 2018-01-10 | transferred +1 (t); available -1@2018-12-31")[0].postings,)


@pytest.mark.parametrize(
    ("changed", "message", "violation"),
    [
        ((1, {"event": Event.UNBLOCKED}), "the wallet is not blocked", "unblocked while nothing"),
        (
            (2, {"event": Event.BLOCKED}),
            "the wallet is blocked already: fraud",
            "blocked while it is blocked: fraud",
        ),
        ((1, {"reason": Reason("")}), "the wallet is blocked for no code", "blocked for no code"),
        ((1, {"event": Event.SENT}), "it moves nothing", "no tokens are moved"),
        (
            (1, {"postings": MOVED}),
            "it moves tokens, and the wallet is blocked",
            "blocked does not move transferred +1",
        ),
        (
            (2, {"postings": MOVED}),
            "it moves tokens, and the wallet is unblocked",
            "unblocked does not move transferred +1",
        ),
    ],
)
def test_a_block_that_cannot_be_is_seen(
    changed: tuple[int, dict[str, Any]], message: str, violation: str
) -> None:
    """By folding, and by the checks."""
    broken = entries(changed)
    with pytest.raises(Corrupt, match=f"cannot be: {message}$"):
        fold(broken)
    seen = [it.text for it in check_journal(broken)]
    assert any(text.startswith(violation) for text in seen), seen


EARNED = "earned a 2018-01-10 | issued -5 (o); available +5@2018-12-31"
BURNED = "burned x 2018-01-11 | available -1@2018-12-31; redeemed +1 (x)"
HELD = "held x 2018-01-11 until 2018-01-12 | available -1@2018-12-31; held +1@2018-12-31 (x)"
SENT = "sent x 2018-01-11 | available -1@2018-12-31; transferred +1 (t)"
DOWN = "adjusted_down x 2018-01-11 | available -1@2018-12-31; adjusted +1"


@pytest.mark.parametrize(
    ("code", "row", "expected"),
    [
        ("fraud", BURNED, ["3: burned while it is blocked: fraud"]),
        ("fraud", HELD, ["3: held while it is blocked: fraud"]),
        ("fraud", SENT, ["3: sent while it is blocked: fraud"]),
        ("merged", BURNED, ["3: burned while it is blocked: merged"]),
        ("merged", HELD, ["3: held while it is blocked: merged"]),
        ("merged", SENT, []),
        ("fraud", DOWN, []),
    ],
)
def test_what_is_spent_from_a_blocked_wallet_is_seen(
    code: str, row: str, expected: list[str]
) -> None:
    """Only a member who was merged passes on what comes in; the programme takes off as it may."""
    made = journal(EARNED, "blocked k 2018-01-10 | ", row)
    made[1] = made[1]._replace(reason=Reason(code))
    assert [f"{it.promise}: {it.text}" for it in check_journal(made)] == expected
    lifted = journal(EARNED, "blocked k 2018-01-10 | ", "unblocked u 2018-01-10 | ", row)
    assert check_journal(lifted) == ()


# Writing


def test_a_blocked_wallet_is_read_as_it_was_written() -> None:
    """As a dictionary and as a text, which are the same; nothing is written where it is not."""
    made = blocked().wallet
    written = wallet_to_dict(made)
    assert written["blocked"] == "fraud"
    assert json.loads(wallet_to_text(made)) == written
    assert wallet_to_text(made) == json.dumps(written, separators=(",", ":"))
    assert wallet_from_dict(written) == made
    assert "blocked" not in wallet_to_dict(wallet("5@2018-12-31"))
    assert "blocked" not in wallet_to_text(wallet("5@2018-12-31"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"blocked": ""}, "a wallet is blocked for a code, by an entry"),
        ({"blocked": 1}, "blocked must be a text"),
        ({"blocks": "x"}, r"wallet has other keys: missing \[\], unknown \['blocks'\]"),
    ],
)
def test_what_is_no_code_of_a_wallet_is_corrupt(changed: dict[str, Any], message: str) -> None:
    """Only what is written here is read."""
    with pytest.raises(Corrupt, match=f"^{message}"):
        wallet_from_dict(wallet_to_dict(wallet("5@2018-12-31")) | changed)


def test_a_wallet_without_an_entry_is_not_blocked() -> None:
    """A block is an entry."""
    with pytest.raises(Corrupt, match=r"^a wallet is blocked for a code, by an entry$"):
        wallet_from_dict(wallet_to_dict(Wallet(OWNER)) | {"blocked": "fraud"})


def test_entries_of_blocks_have_no_postings() -> None:
    """What they say is their reason."""
    assert [posted(it) for it in entries()[1:]] == ["", ""]
    assert [it.reason.code for it in entries()[1:]] == ["fraud", "fraud"]
