"""Booking in bulk what the calendar has made due, of any kind.

Nothing that a member is told depends on it, but for what a reservation took of stock and limits,
and a pre-order of its quota: that is given back when its running out is booked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.commands.carts.paying import run_out_payment_of
from mi_rewards.commands.catalogue.redemptions import run_out_of
from mi_rewards.commands.catalogue.upkeep import expiry_of
from mi_rewards.commands.command import Command
from mi_rewards.commands.preorders.endings import watch_of
from mi_rewards.commands.quotas.life import review_of_quota
from mi_rewards.commands.referral.invitations import qualifying_of
from mi_rewards.commands.tiers.reviewing import review_of
from mi_rewards.commands.trade_in.settling import watch_exchange_of
from mi_rewards.commands.wallets.lapsing import lapse_of
from mi_rewards.earning.referrals import Referral
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota
from mi_rewards.programme import Programme
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.records import DueKey
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.wallet.wallet import Wallet

_MAKERS: Final[Mapping[type[Any], Callable[..., Command[Any] | None]]] = {
    Redemption: run_out_of,
    Voucher: expiry_of,
    Settlement: run_out_payment_of,
    Referral: qualifying_of,
    Standing: review_of,
    Quota: review_of_quota,
    PreOrder: watch_of,
    Exchange: watch_exchange_of,
}


def keys_due(found: Sequence[DueKey[Any]], programme: Programme) -> list[Key[Any]]:
    """Name what of a page is due in a programme.

    Args:
        found: What is due.
        programme: The rules; wallets of kinds of token that it does not have are left alone, and
            standings where there are no tiers.

    Returns:
        The keys.
    """
    kinds = programme.kinds
    keys = [it.key for it in found if it.key.kind is not Wallet or it.key.name in kinds]
    return [key for key in keys if key.kind is not Standing or programme.ladder is not None]


def commands_due(
    aggregates: Sequence[Any], programme: Programme, at: datetime
) -> list[Command[Any]]:
    """Make the commands that book what is due.

    Args:
        aggregates: What is due, as stored, or `None` where it is gone.
        programme: The rules.
        at: The instant (UTC).

    Returns:
        A command for each that is there and has something to be booked.
    """
    commands: list[Command[Any]] = []
    for it in aggregates:
        if isinstance(it, Wallet):
            commands.append(lapse_of(it, at=at, kind=programme.kind))
        elif it is not None and (command := _MAKERS[type(it)](it, at=at)) is not None:
            commands.append(command)
    return commands
