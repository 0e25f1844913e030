from mi_rewards.earning.awards import Award
from mi_rewards.earning.codec import purchase_from_dict, purchase_to_dict
from mi_rewards.earning.lines import Line
from mi_rewards.earning.member_codec import member_from_dict, member_to_dict
from mi_rewards.earning.members import Member
from mi_rewards.earning.membership import USUAL_MEMBERSHIP, MembershipTerms, OnLeaving
from mi_rewards.earning.points import PointsTerms
from mi_rewards.earning.purchase_life import LIFE_CYCLE, PurchaseEvent, PurchaseState
from mi_rewards.earning.purchases import Purchase
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
    "LIFE_CYCLE",
    "USUAL_MEMBERSHIP",
    "AlreadyClaimed",
    "AlreadyDelivered",
    "AlreadyJoined",
    "AlreadyPlaced",
    "Award",
    "BeyondDelivered",
    "CapScope",
    "ClaimTooLate",
    "EarnRate",
    "EarnTerms",
    "HoldsOpen",
    "Line",
    "Member",
    "MemberLeft",
    "MemberMerged",
    "MembershipTerms",
    "MergedIntoItself",
    "MergesPending",
    "NotAMember",
    "OnLeaving",
    "OrderCancelled",
    "OrderCap",
    "PointsTerms",
    "Purchase",
    "PurchaseEvent",
    "PurchaseState",
    "Recipe",
    "Retrospective",
    "UnknownLine",
    "UnknownOrder",
    "Welcome",
    "member_from_dict",
    "member_to_dict",
    "purchase_from_dict",
    "purchase_to_dict",
]
