from mi_rewards.commands.actions import Perform
from mi_rewards.commands.announcing import OpenDraw
from mi_rewards.commands.async_rewards import AsyncRewards
from mi_rewards.commands.batch import Batch, answered
from mi_rewards.commands.carts import PlaceCart, QuoteCart
from mi_rewards.commands.catalogue import Offer
from mi_rewards.commands.claiming import Claim
from mi_rewards.commands.codec import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.command import Command, Decision, MemberCommand, WalletCommand
from mi_rewards.commands.counting import TakeCounts
from mi_rewards.commands.draw_outcomes import DrawEntered, DrawOpened, DrawRun
from mi_rewards.commands.drawing import EnterDraw, RunDraw
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
from mi_rewards.commands.preorder_command import REFUND_DUE
from mi_rewards.commands.preorder_endings import (
    LATE_TO_SHIP,
    PAYMENT_DUE,
    CancelPreOrder,
    DeclineColour,
    RecordRefund,
    WatchPreOrder,
)
from mi_rewards.commands.preorder_faces import LatePage
from mi_rewards.commands.preorder_handover import (
    DeliverPreOrder,
    PickUpPreOrder,
    ReadyPreOrder,
    ShipPreOrder,
)
from mi_rewards.commands.preorder_outcomes import (
    PreOrderChanged,
    PreOrderClosed,
    PreOrderDelivered,
    PreOrderPaid,
    PreOrderReady,
    PreOrderWatched,
)
from mi_rewards.commands.preordering import LAST_UNIT_TAKEN, PlacePreOrder
from mi_rewards.commands.preorders import (
    AcceptColour,
    ChangeAddress,
    OfferColour,
    PayPreOrder,
    RepricePreOrder,
)
from mi_rewards.commands.purchases import Cancel, Deliver, Place
from mi_rewards.commands.quota_outcomes import PreOrdered, QuotaReviewed, QuotaSet, UnitsCarried
from mi_rewards.commands.quota_sizes import (
    PutBack,
    ReduceQuota,
    ReshardQuota,
    SetAside,
    TakeCarriedUnits,
    TopUpQuota,
)
from mi_rewards.commands.quotas import (
    QUOTA_CLOSED,
    QUOTA_EXHAUSTED,
    SALE_OPENING,
    UNITS_CARRIED,
    CarryOver,
    CloseQuota,
    OpenQuota,
    ReviewQuota,
)
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
    "LAST_UNIT_TAKEN",
    "LATE_TO_SHIP",
    "PAYMENT_DUE",
    "QUOTA_CLOSED",
    "QUOTA_EXHAUSTED",
    "REFUND_DUE",
    "SALE_OPENING",
    "UNITS_CARRIED",
    "AbandonOrder",
    "Absorbed",
    "AcceptColour",
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
    "CancelPreOrder",
    "CancelRedemption",
    "Cancelled",
    "Capture",
    "CarryOver",
    "CartPlaced",
    "ChangeAddress",
    "Claim",
    "CloseQuota",
    "CodeReplaced",
    "Command",
    "ConfirmRedemption",
    "Counted",
    "Decision",
    "DeclineColour",
    "Deliver",
    "DeliverPreOrder",
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
    "LatePage",
    "Leave",
    "Left",
    "MemberCommand",
    "MergeAway",
    "Merged",
    "Offer",
    "OfferColour",
    "Open",
    "OpenDraw",
    "OpenQuota",
    "OpenReferral",
    "Opened",
    "OrderPaid",
    "PayOrder",
    "PayPreOrder",
    "PaymentClosed",
    "Perform",
    "Performed",
    "PickUpPreOrder",
    "Place",
    "PlaceCart",
    "PlaceHold",
    "PlacePreOrder",
    "Placed",
    "PreOrderChanged",
    "PreOrderClosed",
    "PreOrderDelivered",
    "PreOrderPaid",
    "PreOrderReady",
    "PreOrderWatched",
    "PreOrdered",
    "PublishReward",
    "Published",
    "PutBack",
    "Qualify",
    "QuotaReviewed",
    "QuotaSet",
    "QuoteCart",
    "Quoted",
    "ReadyPreOrder",
    "RecordRefund",
    "Redeem",
    "RedemptionClosed",
    "ReduceQuota",
    "ReferralChanged",
    "ReferralOpened",
    "RefundOrder",
    "Refunded",
    "Reinstate",
    "Reinstated",
    "Release",
    "Released",
    "ReplaceCode",
    "RepricePreOrder",
    "Reserve",
    "Reserved",
    "ReshardQuota",
    "Return",
    "ReturnTransfer",
    "Returned",
    "Review",
    "ReviewQuota",
    "Reviewed",
    "RevokeInviter",
    "RewardInviter",
    "Rewards",
    "RunDraw",
    "RunOutPayment",
    "RunOutRedemption",
    "SetAside",
    "SetBirthday",
    "ShipPreOrder",
    "Statement",
    "TakeCarriedUnits",
    "TakeCounts",
    "TakeMerge",
    "TakePassedOn",
    "TakeTransfer",
    "TooManyHolds",
    "TopUpQuota",
    "Transfer",
    "TransferVoucher",
    "Transferred",
    "Unblock",
    "Unblocked",
    "UnitsCarried",
    "UnknownBurn",
    "UseVoucher",
    "VoidVoucher",
    "VoucherChanged",
    "VoucherCommand",
    "WalletCommand",
    "WatchPreOrder",
    "answered",
    "follow_up",
    "receipt_from_dict",
    "receipt_to_dict",
    "with_retries",
    "with_retries_async",
]
