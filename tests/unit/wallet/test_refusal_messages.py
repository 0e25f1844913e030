"""What each refusal of a wallet says, word for word, and the figures that decided."""

import pytest

from mi_rewards.errors import Figure, Refused
from mi_rewards.wallet import (
    BeyondBurn,
    BeyondHold,
    BeyondPromise,
    ClawBackRefused,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    PromiseNotOpen,
    TokensOwed,
    WalletFull,
)


@pytest.mark.parametrize(
    ("refusal", "message", "figures"),
    [
        (HoldNotOpen(hold_id="h"), "no open hold 'h'", {"hold_id": "h"}),
        (PromiseNotOpen(promise_id="p"), "no open promise 'p'", {"promise_id": "p"}),
        (
            DeadlinePassed(hold_id="h", until="2018-01-01T00:00:00Z"),
            "hold 'h' would have run out at 2018-01-01T00:00:00Z",
            {"hold_id": "h", "until": "2018-01-01T00:00:00Z"},
        ),
        (
            TokensOwed(required=7, owed=3),
            "7 tokens asked for, but 3 are owed",
            {"required": 7, "owed": 3},
        ),
        (
            InsufficientTokens(required=7, available=3),
            "7 tokens asked for, 3 available",
            {"required": 7, "available": 3},
        ),
        (
            BeyondHold(hold_id="h", required=7, held=3),
            "7 tokens to be captured, 3 held by 'h'",
            {"hold_id": "h", "required": 7, "held": 3},
        ),
        (
            BeyondBurn(burn_id="b", required=7, left=3),
            "7 tokens to be reinstated, 3 left of 'b'",
            {"burn_id": "b", "required": 7, "left": 3},
        ),
        (
            BeyondPromise(promise_id="p", required=7, promised=3),
            "7 tokens asked for, 3 promised by 'p'",
            {"promise_id": "p", "required": 7, "promised": 3},
        ),
        (
            ClawBackRefused(required=7, available=3),
            "7 tokens to be taken back, 3 available",
            {"required": 7, "available": 3},
        ),
        (
            WalletFull(member_id="m"),
            "a wallet takes at most 2**63 - 1 tokens",
            {"member_id": "m"},
        ),
    ],
)
def test_a_refusal_says_why_in_words_and_figures(
    refusal: Refused, message: str, figures: dict[str, Figure]
) -> None:
    """Both, so that a person and a program can read it."""
    assert str(refusal) == message
    assert dict(refusal.figures) == figures
