"""What actions and referrals refuse: codes, figures, whether trying later can help."""

import pickle
from typing import Any

import pytest

from mi_rewards.earning import (
    AccountTooOld,
    ActionNotOpen,
    AlreadyInvited,
    ReferralCodeClosed,
    ReferralCodeOpen,
    ReferralCycle,
    ReferralNotOpen,
    ReferralRejected,
    RewardNotBooked,
    SelfReferral,
    UnknownAction,
    UnknownReferral,
    UnknownReferralCode,
    VerdictMissing,
)

BELA = {"member_id": "bela"}
CODE = {"referral_code": "ASHA"}
ON = {"on": "2017-08-01"}
ROWS: list[tuple[type[Any], str, bool, dict[str, str | int], str]] = [
    (
        UnknownAction,
        "unknown_action",
        False,
        {"action_id": "gift"},
        "there is no action 'gift'",
    ),
    (
        ActionNotOpen,
        "action_not_open",
        True,
        {"action_id": "gift", **ON},
        "action 'gift' is not open on 2017-08-01",
    ),
    (
        ReferralNotOpen,
        "referral_not_open",
        True,
        {**ON},
        "friends cannot be invited on 2017-08-01",
    ),
    (
        ReferralCodeOpen,
        "referral_code_open",
        True,
        {**CODE},
        "code 'ASHA' is still valid",
    ),
    (
        UnknownReferralCode,
        "unknown_referral_code",
        True,
        {**CODE},
        "no code 'ASHA' is known",
    ),
    (
        ReferralCodeClosed,
        "referral_code_closed",
        False,
        {**CODE, **ON},
        "code 'ASHA' invites nobody on 2017-08-01",
    ),
    (
        SelfReferral,
        "self_referral",
        False,
        {**BELA},
        "'bela' cannot invite themselves",
    ),
    (
        AlreadyInvited,
        "already_invited",
        False,
        {**BELA},
        "'bela' was invited already",
    ),
    (
        AccountTooOld,
        "account_too_old",
        False,
        {"days": 4, "days_max": 3},
        "the friend joined 4 days ago, at most 3 may have passed",
    ),
    (
        ReferralCycle,
        "referral_cycle",
        False,
        {**BELA, **CODE},
        "'bela' was there before the inviter of 'ASHA'",
    ),
    (
        VerdictMissing,
        "verdict_missing",
        True,
        {**BELA},
        "no check of 'bela' is stated",
    ),
    (
        ReferralRejected,
        "referral_rejected",
        False,
        {**BELA},
        "the check of 'bela' says no",
    ),
    (
        UnknownReferral,
        "unknown_referral",
        True,
        {**BELA},
        "'bela' has taken no invitation up",
    ),
    (
        RewardNotBooked,
        "reward_not_booked",
        True,
        {"friend_id": "bela"},
        "the reward for inviting 'bela' is not booked yet",
    ),
]


@pytest.mark.parametrize(("kind", "code", "transient", "figures", "message"), ROWS)
def test_each_refusal_states_its_code_and_figures(
    kind: type[Any],
    code: str,
    transient: bool,
    figures: dict[str, str | int],
    message: str,
) -> None:
    """By name, and the same after a journey to another process."""
    refusal = kind(**figures)
    assert (refusal.code, refusal.transient) == (code, transient)
    assert dict(refusal.figures) == figures
    assert str(refusal) == message
    assert pickle.loads(pickle.dumps(refusal)) == refusal
