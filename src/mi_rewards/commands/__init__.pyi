from mi_rewards.commands.async_rewards import AsyncRewards
from mi_rewards.commands.batch import Batch, answered
from mi_rewards.commands.codec import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.command import Command, Decision, MemberCommand, WalletCommand
from mi_rewards.commands.lapsing import Lapse
from mi_rewards.commands.membership import Join, Open
from mi_rewards.commands.moving import (
    Adjust,
    ReturnTransfer,
    TakeTransfer,
    Transfer,
    follow_up,
)
from mi_rewards.commands.outcomes import (
    Adjusted,
    Burned,
    Cancelled,
    Delivered,
    HoldPlaced,
    Joined,
    Lapsed,
    Opened,
    Placed,
    Reinstated,
    Released,
    Returned,
    Transferred,
)
from mi_rewards.commands.purchases import Cancel, Deliver, Place
from mi_rewards.commands.reads import Balance, Statement
from mi_rewards.commands.refusals import HoldTooLong, TooManyHolds, UnknownBurn
from mi_rewards.commands.retries import with_retries, with_retries_async
from mi_rewards.commands.returns import Return
from mi_rewards.commands.rewards import Rewards
from mi_rewards.commands.spending import BurnTokens, Capture, PlaceHold, Reinstate, Release

__all__ = [
    "Adjust",
    "Adjusted",
    "AsyncRewards",
    "Balance",
    "Batch",
    "BurnTokens",
    "Burned",
    "Cancel",
    "Cancelled",
    "Capture",
    "Command",
    "Decision",
    "Deliver",
    "Delivered",
    "HoldPlaced",
    "HoldTooLong",
    "Join",
    "Joined",
    "Lapse",
    "Lapsed",
    "MemberCommand",
    "Open",
    "Opened",
    "Place",
    "PlaceHold",
    "Placed",
    "Reinstate",
    "Reinstated",
    "Release",
    "Released",
    "Return",
    "ReturnTransfer",
    "Returned",
    "Rewards",
    "Statement",
    "TakeTransfer",
    "TooManyHolds",
    "Transfer",
    "Transferred",
    "UnknownBurn",
    "WalletCommand",
    "answered",
    "follow_up",
    "receipt_from_dict",
    "receipt_to_dict",
    "with_retries",
    "with_retries_async",
]
