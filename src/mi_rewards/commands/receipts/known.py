"""What receipts name: outcomes by the names of their classes, refusals by their codes."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final

from mi_rewards.catalogue.refusals import (
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
from mi_rewards.checkout.refusals import (
    BeyondPaid,
    QuoteStale,
    SettlementNotOpen,
    UnknownQuote,
    UnknownSettlement,
)
from mi_rewards.commands.carts.outcomes import (
    CartPlaced,
    OrderPaid,
    PaymentClosed,
    Quoted,
    Refunded,
)
from mi_rewards.commands.catalogue.outcomes import (
    CodeReplaced,
    Imported,
    Issued,
    Published,
    RedemptionClosed,
    Reserved,
    VoucherChanged,
)
from mi_rewards.commands.draws.outcomes import DrawEntered, DrawOpened, DrawRun
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
from mi_rewards.commands.outcomes import Cancelled, Delivered, Joined, Opened, Placed, Returned
from mi_rewards.commands.preorders.outcomes import PREORDER_OUTCOMES
from mi_rewards.commands.quotas.outcomes import QUOTA_OUTCOMES
from mi_rewards.commands.referral.outcomes import (
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Performed,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.commands.refusals import HoldTooLong, TooManyHolds, UnknownBurn
from mi_rewards.commands.tiers.outcomes import BirthdayGiven, Reviewed
from mi_rewards.commands.trade_in.outcomes import EXCHANGE_OUTCOMES
from mi_rewards.commands.wallets.outcomes import (
    Adjusted,
    Burned,
    HoldPlaced,
    Lapsed,
    Reinstated,
    Released,
    Transferred,
)
from mi_rewards.earning.referral_refusals import (
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
from mi_rewards.earning.refusals import (
    AlreadyClaimed,
    AlreadyDelivered,
    AlreadyJoined,
    AlreadyPlaced,
    BeyondDelivered,
    ClaimTooLate,
    HoldsOpen,
    MemberLeft,
    MemberMerged,
    MergedIntoItself,
    MergesPending,
    NotAMember,
    OrderCancelled,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.errors import LimitReached, Refused
from mi_rewards.preorders.draw_refusals import DRAW_REFUSALS
from mi_rewards.preorders.quota_refusals import QUOTA_REFUSALS
from mi_rewards.preorders.refusals import PREORDER_REFUSALS
from mi_rewards.tiers.refusals import NoBirthdayGift, NotTheBirthday
from mi_rewards.trade_in.device_refusals import DEVICE_REFUSALS
from mi_rewards.trade_in.pricing_refusals import PRICING_REFUSALS
from mi_rewards.trade_in.refusals import EXCHANGE_REFUSALS
from mi_rewards.trade_in.valuation_refusals import ORDER_REFUSALS
from mi_rewards.wallet.refusals import (
    AlreadyBlocked,
    BeyondBurn,
    BeyondHold,
    BeyondPromise,
    ClawBackRefused,
    DeadlinePassed,
    HoldNotOpen,
    InsufficientTokens,
    MemberBlocked,
    NotBlocked,
    PromiseNotOpen,
    TokensOwed,
    WalletFull,
)

OUTCOMES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Absorbed,
        Adjusted,
        BirthdayGiven,
        BirthdaySet,
        Blocked,
        Burned,
        Cancelled,
        CartPlaced,
        CodeReplaced,
        Counted,
        Delivered,
        DrawEntered,
        DrawOpened,
        DrawRun,
        Erased,
        HoldPlaced,
        Imported,
        InvitationAccepted,
        InviterRevoked,
        InviterRewarded,
        Issued,
        Joined,
        Lapsed,
        Left,
        Merged,
        Opened,
        OrderPaid,
        PaymentClosed,
        Performed,
        Placed,
        Published,
        Quoted,
        RedemptionClosed,
        ReferralChanged,
        ReferralOpened,
        Refunded,
        Reinstated,
        Released,
        Reserved,
        Returned,
        Reviewed,
        Transferred,
        Unblocked,
        VoucherChanged,
    )
} | {kind.__name__: kind for kind in (*QUOTA_OUTCOMES, *PREORDER_OUTCOMES, *EXCHANGE_OUTCOMES)}
"""What commands answer, by the name that receipts are written with."""

_LISTED: Final = (
    QUOTA_REFUSALS,
    DRAW_REFUSALS,
    PREORDER_REFUSALS,
    DEVICE_REFUSALS,
    PRICING_REFUSALS,
    EXCHANGE_REFUSALS,
    ORDER_REFUSALS,
)
"""The refusals of contexts that list their own."""

REFUSALS: Mapping[str, Callable[..., Refused]] = {
    kind.code: kind
    for kind in (
        AccountTooOld,
        ActionNotOpen,
        AlreadyBlocked,
        AlreadyClaimed,
        AlreadyDelivered,
        AlreadyInvited,
        AlreadyJoined,
        AlreadyPlaced,
        BeyondBurn,
        BeyondDelivered,
        BeyondHold,
        BeyondPaid,
        BeyondPromise,
        ClaimTooLate,
        ClawBackRefused,
        DeadlinePassed,
        HoldNotOpen,
        HoldTooLong,
        HoldsOpen,
        InsufficientTokens,
        Irrevocable,
        LimitReached,
        MemberBlocked,
        MemberLeft,
        MemberMerged,
        MergedIntoItself,
        MergesPending,
        NoBirthdayGift,
        NotAMember,
        NotBlocked,
        NotOnSale,
        NotTheBirthday,
        NothingInPool,
        OrderCancelled,
        PromiseNotOpen,
        QuoteStale,
        RedemptionNotOpen,
        ReferralCodeClosed,
        ReferralCodeOpen,
        ReferralCycle,
        ReferralNotOpen,
        ReferralRejected,
        RewardNotBooked,
        SelfReferral,
        SettlementNotOpen,
        TierNotEntitled,
        TokensNotOffered,
        TokensOwed,
        TooManyHolds,
        UnknownAction,
        UnknownBurn,
        UnknownLine,
        UnknownOrder,
        UnknownQuote,
        UnknownRedemption,
        UnknownReferral,
        UnknownReferralCode,
        UnknownReward,
        UnknownSettlement,
        VerdictMissing,
        VoucherAttached,
        VoucherExpired,
        VoucherNotAttached,
        VoucherNotFound,
        VoucherNotTransferable,
        VoucherUsed,
        WalletFull,
    )
} | {kind.code: kind for kind in chain(*_LISTED)}
"""What commands refuse, by code."""
