from mi_rewards.commands.actions import Perform
from mi_rewards.commands.async_rewards import AsyncRewards
from mi_rewards.commands.batch import Batch, answered
from mi_rewards.commands.carts import PlaceCart, QuoteCart
from mi_rewards.commands.catalogue import Offer
from mi_rewards.commands.claiming import Claim
from mi_rewards.commands.codec import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.command import Command, Decision, MemberCommand, WalletCommand
from mi_rewards.commands.counting import TakeCounts
from mi_rewards.commands.draw_outcomes import DrawEntered, DrawOpened, DrawRun
from mi_rewards.commands.drawing import EnterDraw, OpenDraw, RunDraw
from mi_rewards.commands.erasing import Erase
from mi_rewards.commands.follow_ups import FollowUp, follow_up
from mi_rewards.commands.inviting import RevokeInviter, RewardInviter
from mi_rewards.commands.lapsing import Lapse
from mi_rewards.commands.member_outcomes import (
    Absorbed,
    BirthdaySet,
    Blocked,
    Counted,
    Erased,
    Left,
    Merged,
    Unblocked,
)
from mi_rewards.commands.members import Block, Leave, SetBirthday, Unblock
from mi_rewards.commands.membership import Join, Open
from mi_rewards.commands.merging import MergeAway, TakeMerge
from mi_rewards.commands.moving import Adjust, ReturnTransfer, TakeTransfer, Transfer
from mi_rewards.commands.outcomes import (
    Adjusted,
    Burned,
    Cancelled,
    CartPlaced,
    CodeReplaced,
    Delivered,
    HoldPlaced,
    Imported,
    Issued,
    Joined,
    Lapsed,
    Opened,
    OrderPaid,
    PaymentClosed,
    Placed,
    Published,
    Quoted,
    RedemptionClosed,
    Refunded,
    Reinstated,
    Released,
    Reserved,
    Returned,
    Transferred,
    VoucherChanged,
)
from mi_rewards.commands.passing import TakePassedOn
from mi_rewards.commands.paying import AbandonOrder, FailPayment, PayOrder, RunOutPayment
from mi_rewards.commands.purchases import Cancel, Deliver, Place
from mi_rewards.commands.reads import Balance, Explanation, Statement
from mi_rewards.commands.redeeming import Redeem, Reserve
from mi_rewards.commands.redemptions import CancelRedemption, ConfirmRedemption, RunOutRedemption
from mi_rewards.commands.referral import AcceptInvitation, OpenReferral, Qualify
from mi_rewards.commands.referral_outcomes import (
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Performed,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.commands.refunding import RefundOrder
from mi_rewards.commands.refusals import HoldTooLong, TooManyHolds, UnknownBurn
from mi_rewards.commands.retries import with_retries, with_retries_async
from mi_rewards.commands.returns import Return
from mi_rewards.commands.reviewing import GiveBirthdayGift, Review
from mi_rewards.commands.rewards import Rewards
from mi_rewards.commands.spending import BurnTokens, Capture, PlaceHold, Reinstate, Release
from mi_rewards.commands.stocking import ImportCodes, PublishReward
from mi_rewards.commands.tier_outcomes import BirthdayGiven, Reviewed
from mi_rewards.commands.upkeep import ExpireVoucher, ForgetCode, ReplaceCode, VoidVoucher
from mi_rewards.commands.vouchers import (
    AttachVoucher,
    DetachVoucher,
    TransferVoucher,
    UseVoucher,
    VoucherCommand,
)

__all__ = [
    "AbandonOrder",
    "Absorbed",
    "AcceptInvitation",
    "Adjust",
    "Adjusted",
    "AsyncRewards",
    "AttachVoucher",
    "Balance",
    "Batch",
    "BirthdayGiven",
    "BirthdaySet",
    "Block",
    "Blocked",
    "BurnTokens",
    "Burned",
    "Cancel",
    "CancelRedemption",
    "Cancelled",
    "Capture",
    "CartPlaced",
    "Claim",
    "CodeReplaced",
    "Command",
    "ConfirmRedemption",
    "Counted",
    "Decision",
    "Deliver",
    "Delivered",
    "DetachVoucher",
    "DrawEntered",
    "DrawOpened",
    "DrawRun",
    "EnterDraw",
    "Erase",
    "Erased",
    "ExpireVoucher",
    "Explanation",
    "FailPayment",
    "FollowUp",
    "ForgetCode",
    "GiveBirthdayGift",
    "HoldPlaced",
    "HoldTooLong",
    "ImportCodes",
    "Imported",
    "InvitationAccepted",
    "InviterRevoked",
    "InviterRewarded",
    "Issued",
    "Join",
    "Joined",
    "Lapse",
    "Lapsed",
    "Leave",
    "Left",
    "MemberCommand",
    "MergeAway",
    "Merged",
    "Offer",
    "Open",
    "OpenDraw",
    "OpenReferral",
    "Opened",
    "OrderPaid",
    "PayOrder",
    "PaymentClosed",
    "Perform",
    "Performed",
    "Place",
    "PlaceCart",
    "PlaceHold",
    "Placed",
    "PublishReward",
    "Published",
    "Qualify",
    "QuoteCart",
    "Quoted",
    "Redeem",
    "RedemptionClosed",
    "ReferralChanged",
    "ReferralOpened",
    "RefundOrder",
    "Refunded",
    "Reinstate",
    "Reinstated",
    "Release",
    "Released",
    "ReplaceCode",
    "Reserve",
    "Reserved",
    "Return",
    "ReturnTransfer",
    "Returned",
    "Review",
    "Reviewed",
    "RevokeInviter",
    "RewardInviter",
    "Rewards",
    "RunDraw",
    "RunOutPayment",
    "RunOutRedemption",
    "SetBirthday",
    "Statement",
    "TakeCounts",
    "TakeMerge",
    "TakePassedOn",
    "TakeTransfer",
    "TooManyHolds",
    "Transfer",
    "TransferVoucher",
    "Transferred",
    "Unblock",
    "Unblocked",
    "UnknownBurn",
    "UseVoucher",
    "VoidVoucher",
    "VoucherChanged",
    "VoucherCommand",
    "WalletCommand",
    "answered",
    "follow_up",
    "receipt_from_dict",
    "receipt_to_dict",
    "with_retries",
    "with_retries_async",
]
