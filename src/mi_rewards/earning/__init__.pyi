from mi_rewards.earning.awards import Award
from mi_rewards.earning.codec import purchase_from_dict, purchase_to_dict
from mi_rewards.earning.lines import Line
from mi_rewards.earning.member_codec import member_from_dict, member_to_dict
from mi_rewards.earning.members import Member
from mi_rewards.earning.points import PointsTerms
from mi_rewards.earning.purchase_life import LIFE_CYCLE, PurchaseEvent, PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import (
    AlreadyDelivered,
    AlreadyJoined,
    AlreadyPlaced,
    BeyondDelivered,
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
    "AlreadyDelivered",
    "AlreadyJoined",
    "AlreadyPlaced",
    "Award",
    "BeyondDelivered",
    "CapScope",
    "EarnRate",
    "EarnTerms",
    "Line",
    "Member",
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
