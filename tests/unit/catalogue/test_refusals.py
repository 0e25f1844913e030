"""What the catalogue refuses: codes, figures, whether trying later can help."""

import copy
import pickle
from typing import Any

import pytest

from mi_rewards.catalogue import (
    Irrevocable,
    NothingInPool,
    NotOnSale,
    RedemptionNotOpen,
    TierNotEntitled,
    TokensNotOffered,
    UnknownRedemption,
    UnknownReward,
    VoucherAttached,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherNotTransferable,
    VoucherUsed,
)

ROWS: list[tuple[type[Any], str, bool, dict[str, str | int], str]] = [
    (
        UnknownReward,
        "unknown_reward",
        False,
        {"reward_id": "cup"},
        "no reward 'cup' is in the catalogue",
    ),
    (
        UnknownRedemption,
        "unknown_redemption",
        True,
        {"redemption_id": "r1"},
        "no redemption 'r1' is known",
    ),
    (VoucherNotFound, "voucher_not_found", False, {}, "no such voucher"),
    (
        NothingInPool,
        "nothing_in_pool",
        True,
        {"pool_id": "partner"},
        "pool 'partner' has no code left",
    ),
    (
        NotOnSale,
        "not_on_sale",
        True,
        {"reward_id": "cup", "from_at": "2017-07-01T00:00:00Z", "until_at": ""},
        "reward 'cup' is on sale from 2017-07-01T00:00:00Z until ever",
    ),
    (
        NotOnSale,
        "not_on_sale",
        True,
        {"reward_id": "cup", "from_at": "", "until_at": "2017-07-01T00:00:00Z"},
        "reward 'cup' is on sale from ever until 2017-07-01T00:00:00Z",
    ),
    (
        TierNotEntitled,
        "tier_not_entitled",
        True,
        {"reward_id": "cup", "tier": "silver", "tiers": "gold, platinum"},
        "reward 'cup' is for gold, platinum, not for silver",
    ),
    (
        TierNotEntitled,
        "tier_not_entitled",
        True,
        {"reward_id": "cup", "tier": "", "tiers": "gold"},
        "reward 'cup' is for gold, not for members of no tier",
    ),
    (
        TokensNotOffered,
        "tokens_not_offered",
        False,
        {"reward_id": "cup", "asked": 60, "least": 50, "step": 25, "most": 500},
        "reward 'cup' costs 50 to 500 tokens in steps of 25, not 60",
    ),
    (
        RedemptionNotOpen,
        "redemption_not_open",
        False,
        {"redemption_id": "r1", "state": "run_out"},
        "redemption 'r1' is run_out",
    ),
    (
        Irrevocable,
        "irrevocable",
        False,
        {"redemption_id": "r1"},
        "the code of redemption 'r1' is issued, and none is taken back",
    ),
    (VoucherUsed, "voucher_used", False, {"voucher_id": "v1"}, "voucher 'v1' was used"),
    (
        VoucherExpired,
        "voucher_expired",
        False,
        {"voucher_id": "v1", "last_day": "2017-07-11"},
        "voucher 'v1' was valid through 2017-07-11",
    ),
    (
        VoucherAttached,
        "voucher_attached",
        True,
        {"voucher_id": "v1"},
        "voucher 'v1' is attached to another order",
    ),
    (
        VoucherNotAttached,
        "voucher_not_attached",
        False,
        {"voucher_id": "v1", "order_id": "o1"},
        "voucher 'v1' is not attached to order 'o1'",
    ),
    (
        VoucherNotTransferable,
        "voucher_not_transferable",
        False,
        {"voucher_id": "v1"},
        "voucher 'v1' cannot be handed on",
    ),
]


@pytest.mark.parametrize(("kind", "code", "transient", "figures", "text"), ROWS)
def test_a_refusal_states_what_decided(
    kind: type[Any], code: str, transient: bool, figures: dict[str, str | int], text: str
) -> None:
    """By code, by figures and in words; and it is a value that can be kept."""
    refusal = kind(**figures)
    assert (refusal.code, refusal.transient) == (code, transient)
    assert refusal.figures == figures
    assert str(refusal) == text
    for again in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):
        assert again == refusal
        assert (type(again), str(again)) == (kind, text)


def test_every_refusal_of_the_catalogue_is_among_those_above() -> None:
    """None is left out."""
    from mi_rewards.catalogue import refusals
    from mi_rewards.errors import Refused

    there = {
        it for it in vars(refusals).values() if isinstance(it, type) and issubclass(it, Refused)
    }
    assert there - {Refused} == {row[0] for row in ROWS}


def test_what_cannot_be_found_says_nothing_of_why() -> None:
    """Unknown, somebody else's and void are one and the same refusal."""
    assert VoucherNotFound() == VoucherNotFound()
    assert not VoucherNotFound().figures
