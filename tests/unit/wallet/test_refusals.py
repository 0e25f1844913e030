"""What a wallet refuses: codes, figures, messages, and whether trying later can help."""

import pickle

import pytest

from mi_rewards.errors import Refused
from mi_rewards.wallet import (
    AlreadyBlocked,
    BeyondBurn,
    BeyondHold,
    BeyondPromise,
    ClawBackRefused,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    MemberBlocked,
    NotBlocked,
    PromiseNotOpen,
    TokensOwed,
    WalletFull,
)

ROWS: list[tuple[Refused, str, bool, dict[str, str | int], str]] = [
    (HoldNotOpen(hold_id="h"), "hold_not_open", False, {"hold_id": "h"}, "no open hold 'h'"),
    (
        PromiseNotOpen(promise_id="p"),
        "promise_not_open",
        False,
        {"promise_id": "p"},
        "no open promise 'p'",
    ),
    (
        DeadlinePassed(hold_id="h", until="2018-01-01T00:00:00Z"),
        "deadline_passed",
        False,
        {"hold_id": "h", "until": "2018-01-01T00:00:00Z"},
        "hold 'h' would have run out at 2018-01-01T00:00:00Z",
    ),
    (
        AlreadyBlocked(reason="fraud"),
        "already_blocked",
        False,
        {"reason": "fraud"},
        "blocked already: fraud",
    ),
    (NotBlocked(), "not_blocked", False, {}, "not blocked"),
    (
        MemberBlocked(reason="fraud"),
        "member_blocked",
        True,
        {"reason": "fraud"},
        "nothing can be spent: fraud",
    ),
    (
        TokensOwed(required=5, owed=3),
        "tokens_owed",
        True,
        {"required": 5, "owed": 3},
        "5 tokens asked for, but 3 are owed",
    ),
    (
        InsufficientTokens(required=5, available=3),
        "insufficient_tokens",
        True,
        {"required": 5, "available": 3},
        "5 tokens asked for, 3 available",
    ),
    (
        BeyondHold(hold_id="h", required=5, held=3),
        "beyond_hold",
        False,
        {"hold_id": "h", "required": 5, "held": 3},
        "5 tokens to be captured, 3 held by 'h'",
    ),
    (
        BeyondBurn(burn_id="b", required=5, left=3),
        "beyond_burn",
        False,
        {"burn_id": "b", "required": 5, "left": 3},
        "5 tokens to be reinstated, 3 left of 'b'",
    ),
    (
        BeyondPromise(promise_id="p", required=5, promised=3),
        "beyond_promise",
        False,
        {"promise_id": "p", "required": 5, "promised": 3},
        "5 tokens asked for, 3 promised by 'p'",
    ),
    (
        ClawBackRefused(required=5, available=3),
        "claw_back_refused",
        True,
        {"required": 5, "available": 3},
        "5 tokens to be taken back, 3 available",
    ),
    (
        WalletFull(member_id="m"),
        "wallet_full",
        False,
        {"member_id": "m"},
        "a wallet takes at most 2**63 - 1 tokens",
    ),
]


@pytest.mark.parametrize(
    ("refusal", "code", "transient", "figures", "message"), ROWS, ids=[row[1] for row in ROWS]
)
def test_a_refusal_has_a_code_figures_and_a_message(
    refusal: Refused, code: str, transient: bool, figures: dict[str, str | int], message: str
) -> None:
    """The code is stable, the figures are what decided, and both survive a pickle."""
    assert refusal.code == code
    assert refusal.transient is transient
    assert dict(refusal.figures) == figures
    assert str(refusal) == message
    again = pickle.loads(pickle.dumps(refusal))
    assert again == refusal
    assert str(again) == message


def test_no_two_refusals_have_one_code() -> None:
    """A code names one refusal."""
    assert len({row[1] for row in ROWS}) == len(ROWS)
