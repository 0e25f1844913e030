"""Referrals and their codes as dictionaries: there and back, and what is no such thing."""

import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.earning import (
    Qualifies,
    Referral,
    ReferralCode,
    ReferralState,
    referral_code_from_dict,
    referral_code_to_dict,
    referral_from_dict,
    referral_to_dict,
)
from mi_rewards.errors import Corrupt
from tests.friends import ASHA_IN, referral
from tests.shop import T, ist
from tests.wallets import day

SAMPLES = Path(__file__).parents[2] / "samples"

CODE = ReferralCode("ASHA", "asha", ASHA_IN, ist("2017-09-01 00:00"), 3)
QUALIFYING = referral(
    ReferralState.QUALIFYING,
    order_id="o1",
    occurred_at=T,
    qualifies_at=ist("2017-07-11 00:00"),
    last_day=day("2018-12-31"),
    verdict="approved",
    version=2,
)
NOT_BOTH = "a referral has the instants at which it qualifies and a last day, or none"
REFERRALS = (
    referral(ReferralState.INVITED),
    referral(),
    QUALIFYING,
    QUALIFYING._replace(state=ReferralState.QUALIFIED, qualifies=Qualifies.ON_FIRST_DELIVERY),
    QUALIFYING._replace(state=ReferralState.REVOKED),
    referral(ReferralState.REVOKED, qualifies=Qualifies.ON_JOINING, return_days=0),
    QUALIFYING._replace(state=ReferralState.QUALIFIED, order_id=""),
)


@pytest.mark.parametrize(
    "made", [*REFERRALS, referral(inviter_tokens=0), referral(friend_tokens=0)]
)
def test_a_referral_is_read_as_it_was_written(made: Referral) -> None:
    """Through JSON, in every state."""
    assert referral_from_dict(json.loads(json.dumps(referral_to_dict(made)))) == made


@pytest.mark.parametrize("made", [CODE, CODE._replace(valid_until=None, version=0)])
def test_a_code_is_read_as_it_was_written(made: ReferralCode) -> None:
    """Through JSON, with an end or without."""
    assert referral_code_from_dict(json.loads(json.dumps(referral_code_to_dict(made)))) == made


def test_the_first_format_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    stored = json.loads(SAMPLES.joinpath("referral_1.json").read_text(encoding="utf-8"))
    assert [referral_from_dict(it) for it in stored] == list(REFERRALS)
    assert [referral_to_dict(it) for it in REFERRALS] == stored
    stored = json.loads(SAMPLES.joinpath("referral_code_1.json").read_text(encoding="utf-8"))
    assert referral_code_from_dict(stored) == CODE
    assert referral_code_to_dict(CODE) == stored


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "referral is of the unknown format 2"),
        ({"more": 1}, "referral has other keys"),
        ({"member_id": None}, "member_id must be a text"),
        ({"inviter_id": 5}, "inviter_id must be a text"),
        ({"inviter_id": "bela"}, "nobody invites themselves"),
        ({"code": None}, "code must be a text"),
        ({"state": "lost"}, "state 'lost' is not known"),
        ({"registered_at": "2017"}, "registered_at: "),
        ({"since": None}, "since must be a text"),
        ({"qualifies": "later"}, "qualifies 'later' is not known"),
        ({"return_days": -1}, "return_days must be a whole number"),
        ({"inviter_tokens": True}, "inviter_tokens must be a whole number"),
        ({"friend_tokens": "40"}, "friend_tokens must be a whole number"),
        ({"verdict": None}, "verdict must be a text"),
        ({"order_id": None}, "order_id must be a text"),
        ({"occurred_at": "now"}, "occurred_at: "),
        ({"qualifies_at": "now"}, "qualifies_at: "),
        ({"occurred_at": None}, NOT_BOTH),
        ({"qualifies_at": None}, NOT_BOTH),
        ({"last_day": None}, NOT_BOTH),
        ({"last_day": "31.12.2018"}, "last_day: "),
        ({"version": -1}, "version must be a whole number"),
        ({"state": "registered"}, "a referral that is registered qualifies at"),
        ({"state": "invited"}, "a referral that is invited qualifies at"),
    ],
)
def test_what_is_no_referral_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt) as fault:
        referral_from_dict({**referral_to_dict(QUALIFYING), **changes})
    assert str(fault.value).startswith(message)


@pytest.mark.parametrize("state", ["qualifying", "qualified"])
def test_what_qualifies_has_an_instant(state: str) -> None:
    """And an order only with one."""
    with pytest.raises(Corrupt, match=rf"^a referral that is {state} qualifies at None"):
        referral_from_dict({**referral_to_dict(referral()), "state": state})
    with pytest.raises(Corrupt, match=r"^an order makes a referral qualify at an instant$"):
        referral_from_dict({**referral_to_dict(referral()), "order_id": "o1"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "1"}, "referral code is of the unknown format '1'"),
        ({"code": 5}, "code must be a text"),
        ({"member_id": None}, "member_id must be a text"),
        ({"since": None}, "since must be a text"),
        ({"valid_until": "soon"}, "valid_until: "),
        ({"version": None}, "version must be a whole number"),
    ],
)
def test_what_is_no_code_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt, match=f"^{message}"):
        referral_code_from_dict({**referral_code_to_dict(CODE), **changes})
