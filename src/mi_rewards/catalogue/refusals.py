"""What the catalogue refuses, in order of precedence.

1. `UnknownReward`, `UnknownRedemption`, `VoucherNotFound`: there is nothing of that name. A voucher
   that is not known, is somebody else's, or is void is one and the same refusal, so that nothing
   can be found out by asking.
2. `NotOnSale`, `TierNotEntitled`, `TokensNotOffered`: the reward's terms say no.
3. `mi_rewards.errors.LimitReached`: its stock or a limit is used up.
4. `RedemptionNotOpen`, `Irrevocable`: the redemption's life has passed that point.
5. `NothingInPool`: its pool has no code left.
6. `VoucherUsed`, `VoucherExpired`, `VoucherAttached`, `VoucherNotAttached`,
   `VoucherNotTransferable`: so has the voucher's.

What the wallet refuses comes after what the reward does.
"""

from mi_rewards.errors import Refused


class UnknownReward(Refused):
    """No reward of that name is in the catalogue."""

    code = "unknown_reward"

    def __init__(self, *, reward_id: str) -> None:
        super().__init__(f"no reward {reward_id!r} is in the catalogue", reward_id=reward_id)


class UnknownRedemption(Refused):
    """The member has no redemption of that name."""

    code = "unknown_redemption"
    transient = True

    def __init__(self, *, redemption_id: str) -> None:
        super().__init__(f"no redemption {redemption_id!r} is known", redemption_id=redemption_id)


class VoucherNotFound(Refused):
    """No voucher that this member could use is known by that code or name.

    It says the same of a voucher that does not exist, is somebody else's, or is void.
    """

    code = "voucher_not_found"

    def __init__(self) -> None:
        super().__init__("no such voucher")


class NothingInPool(Refused):
    """Every code that was imported for the reward is issued."""

    code = "nothing_in_pool"
    transient = True

    def __init__(self, *, pool_id: str) -> None:
        super().__init__(f"pool {pool_id!r} has no code left", pool_id=pool_id)


class NotOnSale(Refused):
    """The reward cannot be had yet, or any more."""

    code = "not_on_sale"
    transient = True

    def __init__(self, *, reward_id: str, from_at: str, until_at: str) -> None:
        super().__init__(
            f"reward {reward_id!r} is on sale from {from_at or 'ever'} until {until_at or 'ever'}",
            reward_id=reward_id,
            from_at=from_at,
            until_at=until_at,
        )


class TierNotEntitled(Refused):
    """The reward is for members of other tiers."""

    code = "tier_not_entitled"
    transient = True

    def __init__(self, *, reward_id: str, tier: str, tiers: str) -> None:
        super().__init__(
            f"reward {reward_id!r} is for {tiers}, not for {tier or 'members of no tier'}",
            reward_id=reward_id,
            tier=tier,
            tiers=tiers,
        )


class TokensNotOffered(Refused):
    """The reward is not offered for that number of tokens."""

    code = "tokens_not_offered"

    def __init__(self, *, reward_id: str, asked: int, least: int, step: int, most: int) -> None:
        super().__init__(
            f"reward {reward_id!r} costs {least} to {most} tokens in steps of {step}, not {asked}"
            if least < most
            else f"reward {reward_id!r} costs {least} tokens, not {asked}",
            reward_id=reward_id,
            asked=asked,
            least=least,
            step=step,
            most=most,
        )


class RedemptionNotOpen(Refused):
    """The redemption is confirmed, cancelled, or has run out."""

    code = "redemption_not_open"

    def __init__(self, *, redemption_id: str, state: str) -> None:
        super().__init__(
            f"redemption {redemption_id!r} is {state}", redemption_id=redemption_id, state=state
        )


class Irrevocable(Refused):
    """The code is issued, and the reward's terms take none back."""

    code = "irrevocable"

    def __init__(self, *, redemption_id: str) -> None:
        super().__init__(
            f"the code of redemption {redemption_id!r} is issued, and none is taken back",
            redemption_id=redemption_id,
        )


class VoucherUsed(Refused):
    """The voucher was used."""

    code = "voucher_used"

    def __init__(self, *, voucher_id: str) -> None:
        super().__init__(f"voucher {voucher_id!r} was used", voucher_id=voucher_id)


class VoucherExpired(Refused):
    """The voucher's last valid day is over."""

    code = "voucher_expired"

    def __init__(self, *, voucher_id: str, last_day: str) -> None:
        super().__init__(
            f"voucher {voucher_id!r} was valid through {last_day}",
            voucher_id=voucher_id,
            last_day=last_day,
        )


class VoucherAttached(Refused):
    """The voucher is attached to another order."""

    code = "voucher_attached"
    transient = True

    def __init__(self, *, voucher_id: str) -> None:
        super().__init__(
            f"voucher {voucher_id!r} is attached to another order", voucher_id=voucher_id
        )


class VoucherNotAttached(Refused):
    """The voucher is not attached to that order."""

    code = "voucher_not_attached"

    def __init__(self, *, voucher_id: str, order_id: str) -> None:
        super().__init__(
            f"voucher {voucher_id!r} is not attached to order {order_id!r}",
            voucher_id=voucher_id,
            order_id=order_id,
        )


class VoucherNotTransferable(Refused):
    """The voucher's terms let nobody else have it."""

    code = "voucher_not_transferable"

    def __init__(self, *, voucher_id: str) -> None:
        super().__init__(f"voucher {voucher_id!r} cannot be handed on", voucher_id=voucher_id)
