from mi_rewards.commands.carts.outcomes import (
    CartPlaced,
    OrderPaid,
    PaymentClosed,
    Quoted,
    Refunded,
)
from mi_rewards.commands.carts.paying import AbandonOrder, FailPayment, PayOrder, RunOutPayment
from mi_rewards.commands.carts.quoting import PlaceCart, QuoteCart
from mi_rewards.commands.carts.refunding import RefundOrder
from mi_rewards.commands.catalogue.offers import Offer
from mi_rewards.commands.catalogue.outcomes import (
    CodeReplaced,
    Imported,
    Issued,
    Published,
    RedemptionClosed,
    Reserved,
    VoucherChanged,
)
from mi_rewards.commands.catalogue.redeeming import Redeem, Reserve
from mi_rewards.commands.catalogue.redemptions import (
    CancelRedemption,
    ConfirmRedemption,
    RunOutRedemption,
)
from mi_rewards.commands.catalogue.stocking import ImportCodes, PublishReward
from mi_rewards.commands.catalogue.upkeep import ExpireVoucher, ForgetCode, ReplaceCode, VoidVoucher
from mi_rewards.commands.catalogue.vouchers import (
    AttachVoucher,
    DetachVoucher,
    TransferVoucher,
    UseVoucher,
    VoucherCommand,
)
from mi_rewards.commands.command import Command, Decision, MemberCommand, WalletCommand
from mi_rewards.commands.draws.announcing import OpenDraw
from mi_rewards.commands.draws.drawing import EnterDraw, RunDraw
from mi_rewards.commands.draws.outcomes import DrawEntered, DrawOpened, DrawRun
from mi_rewards.commands.erasing.erasing import Erase
from mi_rewards.commands.joining.claiming import Claim
from mi_rewards.commands.joining.membership import Join
from mi_rewards.commands.joining.opening import Open
from mi_rewards.commands.members.outcomes import (
    Absorbed,
    BirthdaySet,
    Blocked,
    Counted,
    Erased,
    Left,
    Merged,
    Unblocked,
)
from mi_rewards.commands.members.status import Block, Leave, SetBirthday, Unblock
from mi_rewards.commands.merging.merging import MergeAway, TakeMerge
from mi_rewards.commands.orders.cancelling import Cancel
from mi_rewards.commands.orders.placing import Place
from mi_rewards.commands.orders.purchases import Deliver
from mi_rewards.commands.orders.returns import Return
from mi_rewards.commands.outcomes import Cancelled, Delivered, Joined, Opened, Placed, Returned
from mi_rewards.commands.preorders.changes import (
    AcceptColour,
    ChangeAddress,
    OfferColour,
    PayPreOrder,
    RepricePreOrder,
)
from mi_rewards.commands.preorders.command import REFUND_DUE
from mi_rewards.commands.preorders.endings import (
    LATE_TO_SHIP,
    PAYMENT_DUE,
    CancelPreOrder,
    DeclineColour,
    RecordRefund,
    WatchPreOrder,
)
from mi_rewards.commands.preorders.faces import LatePage
from mi_rewards.commands.preorders.handover import (
    DeliverPreOrder,
    PickUpPreOrder,
    ReadyPreOrder,
    ShipPreOrder,
)
from mi_rewards.commands.preorders.outcomes import (
    PreOrderChanged,
    PreOrderClosed,
    PreOrderDelivered,
    PreOrderPaid,
    PreOrderReady,
    PreOrderWatched,
)
from mi_rewards.commands.preorders.placing import LAST_UNIT_TAKEN, PlacePreOrder
from mi_rewards.commands.quotas.life import (
    QUOTA_CLOSED,
    QUOTA_EXHAUSTED,
    SALE_OPENING,
    UNITS_CARRIED,
    CarryOver,
    CloseQuota,
    OpenQuota,
    ReviewQuota,
)
from mi_rewards.commands.quotas.outcomes import PreOrdered, QuotaReviewed, QuotaSet, UnitsCarried
from mi_rewards.commands.quotas.sizes import (
    PutBack,
    ReduceQuota,
    ReshardQuota,
    SetAside,
    TakeCarriedUnits,
    TopUpQuota,
)
from mi_rewards.commands.reads import Balance, Explanation, Statement
from mi_rewards.commands.receipts.codec import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.referral.actions import Perform
from mi_rewards.commands.referral.invitations import AcceptInvitation, OpenReferral, Qualify
from mi_rewards.commands.referral.inviting import RevokeInviter, RewardInviter
from mi_rewards.commands.referral.outcomes import (
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Performed,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.commands.refusals import HoldTooLong, TooManyHolds, UnknownBurn
from mi_rewards.commands.shells.async_rewards import AsyncRewards
from mi_rewards.commands.shells.batch import Batch, answered
from mi_rewards.commands.shells.follow_ups import FollowUp, follow_up
from mi_rewards.commands.shells.retries import with_retries, with_retries_async
from mi_rewards.commands.shells.rewards import Rewards
from mi_rewards.commands.tiers.counting import TakeCounts
from mi_rewards.commands.tiers.outcomes import BirthdayGiven, Reviewed
from mi_rewards.commands.tiers.reviewing import GiveBirthdayGift, Review
from mi_rewards.commands.trade_in.inspecting import AcceptOffer, DeclineOffer, InspectDevice
from mi_rewards.commands.trade_in.opening import OpenExchange
from mi_rewards.commands.trade_in.outcomes import (
    BookPublished,
    DeviceInspected,
    DeviceQuoted,
    DevicesListed,
    ExchangeChanged,
    ExchangeOpened,
)
from mi_rewards.commands.trade_in.price_books import ListDevices, PublishPriceBook
from mi_rewards.commands.trade_in.quoting import QuoteDevice
from mi_rewards.commands.trade_in.settling import CancelExchange, SettleExchange, WatchExchange
from mi_rewards.commands.trade_in.visits import MissVisit, ScheduleVisit
from mi_rewards.commands.wallets.lapsing import Lapse
from mi_rewards.commands.wallets.moving import Adjust, ReturnTransfer, TakeTransfer, Transfer
from mi_rewards.commands.wallets.outcomes import (
    Adjusted,
    Burned,
    HoldPlaced,
    Lapsed,
    Reinstated,
    Released,
    Transferred,
)
from mi_rewards.commands.wallets.passing import TakePassedOn
from mi_rewards.commands.wallets.spending import BurnTokens, Capture, PlaceHold, Reinstate, Release

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
    "AcceptOffer",
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
    "BookPublished",
    "BurnTokens",
    "Burned",
    "Cancel",
    "CancelExchange",
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
    "DeclineOffer",
    "Deliver",
    "DeliverPreOrder",
    "Delivered",
    "DetachVoucher",
    "DeviceInspected",
    "DeviceQuoted",
    "DevicesListed",
    "DrawEntered",
    "DrawOpened",
    "DrawRun",
    "EnterDraw",
    "Erase",
    "Erased",
    "ExchangeChanged",
    "ExchangeOpened",
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
    "InspectDevice",
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
    "ListDevices",
    "MemberCommand",
    "MergeAway",
    "Merged",
    "MissVisit",
    "Offer",
    "OfferColour",
    "Open",
    "OpenDraw",
    "OpenExchange",
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
    "PublishPriceBook",
    "PublishReward",
    "Published",
    "PutBack",
    "Qualify",
    "QuotaReviewed",
    "QuotaSet",
    "QuoteCart",
    "QuoteDevice",
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
    "ScheduleVisit",
    "SetAside",
    "SetBirthday",
    "SettleExchange",
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
    "WatchExchange",
    "WatchPreOrder",
    "answered",
    "follow_up",
    "receipt_from_dict",
    "receipt_to_dict",
    "with_retries",
    "with_retries_async",
]
