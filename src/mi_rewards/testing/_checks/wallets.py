"""Wallets for checks to store, each with its journal."""

from datetime import timedelta

from mi_rewards.calendar import NEVER
from mi_rewards.testing._checks.samples import (
    ASHA,
    END_OF_2018,
    END_OF_2019,
    MICROSECOND,
    T,
    changes_of,
    earned,
    owner,
)
from mi_rewards.wallet import ClawBackPolicy, Entry, Reason, Wallet, promise


def full_wallet(member_id: str = ASHA) -> tuple[Wallet, tuple[Entry, ...]]:
    """Make a wallet with every part but a debt, and its journal."""
    why = Reason("redemption", (("reward_id", "r/1"), ("price", 7)))
    return changes_of(
        Wallet(owner(member_id)),
        lambda it: earned(it, 100),
        lambda it: earned(it, 50, NEVER),
        lambda it: it.hold(120, until=T + timedelta(days=2), at=T, request_id="h", reason=why),
        lambda it: it.burn(7, at=T + MICROSECOND, request_id="b", reason=why),
        lambda it: promise(it, 5, promise_id="o2#0", source="o2", at=T, request_id="p", reason=why),
        lambda it: promise(
            it,
            6,
            promise_id="o3#1",
            source="o3",
            at=T,
            request_id="k",
            reason=why,
            last_day=END_OF_2019,
            keeps_at=T + timedelta(days=14),
            occurred_at=T - timedelta(days=1),
        ),
    )


def owing_wallet(member_id: str = ASHA) -> tuple[Wallet, tuple[Entry, ...]]:
    """Make a wallet that owes, and its journal."""
    why = Reason("return", (("order_id", "o'1"),))
    return changes_of(
        Wallet(owner(member_id)),
        lambda it: earned(it, 10),
        lambda it: it.burn(4, at=T, request_id="b", reason=why),
        lambda it: it.claw_back(
            10,
            own_day=END_OF_2018,
            policy=ClawBackPolicy.OWED,
            source="o'1",
            at=T,
            request_id="c",
            reason=why,
        ),
    )
