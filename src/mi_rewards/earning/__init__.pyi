from mi_rewards.earning.actions import (
    Action,
    ActionLimit,
    ActionStep,
)
from mi_rewards.earning.awards import (
    Award,
)
from mi_rewards.earning.campaign_limits import (
    Budget,
    Cap,
    CapPer,
    TokenCost,
)
from mi_rewards.earning.campaigns import (
    BASE_RATES,
    NO_CAMPAIGNS,
    BaseRate,
    Bonus,
    BonusRate,
    Campaign,
    CampaignTerms,
    GroupChoice,
    Multiplier,
)
from mi_rewards.earning.codec import (
    purchase_from_dict,
    purchase_to_dict,
)
from mi_rewards.earning.conditions import (
    Conditions,
    Facts,
    MembersDay,
)
from mi_rewards.earning.evaluation import (
    Evaluation,
    Verdict,
    evaluate,
)
from mi_rewards.earning.lines import (
    Line,
)
from mi_rewards.earning.member_codec import (
    member_from_dict,
    member_to_dict,
)
from mi_rewards.earning.members import (
    Member,
)
from mi_rewards.earning.membership import (
    USUAL_MEMBERSHIP,
    MembershipTerms,
    OnLeaving,
)
from mi_rewards.earning.parts import (
    RecipePart,
    Selection,
)
from mi_rewards.earning.points import (
    PointsTerms,
)
from mi_rewards.earning.purchase_life import (
    LIFE_CYCLE,
    PurchaseEvent,
    PurchaseState,
)
from mi_rewards.earning.purchases import (
    Purchase,
)
from mi_rewards.earning.reckoning import (
    awarded_by,
    expected_by,
    kept_by,
)
from mi_rewards.earning.referral_codec import (
    referral_code_from_dict,
    referral_code_to_dict,
    referral_from_dict,
    referral_to_dict,
)
from mi_rewards.earning.referral_life import (
    REFERRAL_LIFE,
    ReferralEvent,
    ReferralState,
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
from mi_rewards.earning.referral_terms import (
    Qualifies,
    ReferralTerms,
)
from mi_rewards.earning.referrals import (
    Referral,
    ReferralCode,
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
from mi_rewards.earning.terms import (
    CapScope,
    EarnRate,
    EarnTerms,
    OrderCap,
    Recipe,
    Retrospective,
    Welcome,
)

__all__ = [
    "BASE_RATES",
    "LIFE_CYCLE",
    "NO_CAMPAIGNS",
    "REFERRAL_LIFE",
    "USUAL_MEMBERSHIP",
    "AccountTooOld",
    "Action",
    "ActionLimit",
    "ActionNotOpen",
    "ActionStep",
    "AlreadyClaimed",
    "AlreadyDelivered",
    "AlreadyInvited",
    "AlreadyJoined",
    "AlreadyPlaced",
    "Award",
    "BaseRate",
    "BeyondDelivered",
    "Bonus",
    "BonusRate",
    "Budget",
    "Campaign",
    "CampaignTerms",
    "Cap",
    "CapPer",
    "CapScope",
    "ClaimTooLate",
    "Conditions",
    "EarnRate",
    "EarnTerms",
    "Evaluation",
    "Facts",
    "GroupChoice",
    "HoldsOpen",
    "Line",
    "Member",
    "MemberLeft",
    "MemberMerged",
    "MembersDay",
    "MembershipTerms",
    "MergedIntoItself",
    "MergesPending",
    "Multiplier",
    "NotAMember",
    "OnLeaving",
    "OrderCancelled",
    "OrderCap",
    "PointsTerms",
    "Purchase",
    "PurchaseEvent",
    "PurchaseState",
    "Qualifies",
    "Recipe",
    "RecipePart",
    "Referral",
    "ReferralCode",
    "ReferralCodeClosed",
    "ReferralCodeOpen",
    "ReferralCycle",
    "ReferralEvent",
    "ReferralNotOpen",
    "ReferralRejected",
    "ReferralState",
    "ReferralTerms",
    "Retrospective",
    "RewardNotBooked",
    "Selection",
    "SelfReferral",
    "TokenCost",
    "UnknownAction",
    "UnknownLine",
    "UnknownOrder",
    "UnknownReferral",
    "UnknownReferralCode",
    "Verdict",
    "VerdictMissing",
    "Welcome",
    "awarded_by",
    "evaluate",
    "expected_by",
    "kept_by",
    "member_from_dict",
    "member_to_dict",
    "purchase_from_dict",
    "purchase_to_dict",
    "referral_code_from_dict",
    "referral_code_to_dict",
    "referral_from_dict",
    "referral_to_dict",
]
