"""What each refusal of a wallet says, word for word, and the figures that decided."""

from typing import Any

import pytest

from mi_rewards.errors import Figure
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

UNTIL = "2018-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("kind", "figures", "message"),
    [
        (HoldNotOpen, {"hold_id": "h"}, "no open hold 'h'"),
        (PromiseNotOpen, {"promise_id": "p"}, "no open promise 'p'"),
        (
            DeadlinePassed,
            {"hold_id": "h", "until": UNTIL},
            f"hold 'h' would have run out at {UNTIL}",
        ),
        (AlreadyBlocked, {"reason": "fraud"}, "blocked already: fraud"),
        (NotBlocked, {}, "not blocked"),
        (MemberBlocked, {"reason": "fraud"}, "nothing can be spent: fraud"),
        (TokensOwed, {"required": 7, "owed": 3}, "7 tokens asked for, but 3 are owed"),
        (InsufficientTokens, {"required": 7, "available": 3}, "7 tokens asked for, 3 available"),
        (
            BeyondHold,
            {"hold_id": "h", "required": 7, "held": 3},
            "7 tokens to be captured, 3 held by 'h'",
        ),
        (
            BeyondBurn,
            {"burn_id": "b", "required": 7, "left": 3},
            "7 tokens to be reinstated, 3 left of 'b'",
        ),
        (
            BeyondPromise,
            {"promise_id": "p", "required": 7, "promised": 3},
            "7 tokens asked for, 3 promised by 'p'",
        ),
        (
            ClawBackRefused,
            {"required": 7, "available": 3},
            "7 tokens to be taken back, 3 available",
        ),
        (WalletFull, {"member_id": "m"}, "a wallet takes at most 2**63 - 1 tokens"),
    ],
)
def test_a_refusal_says_why_in_words_and_figures(
    kind: Any, figures: dict[str, Figure], message: str
) -> None:
    """Both, for a person and for a program; made here, not while tests are collected."""
    refusal = kind(**figures)
    assert str(refusal) == message
    assert dict(refusal.figures) == figures
