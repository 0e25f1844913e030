from mi_rewards.preorders.allotments import (
    Allotment,
    Move,
    UnitState,
)
from mi_rewards.preorders.codec import (
    preorder_from_dict,
    preorder_to_dict,
)
from mi_rewards.preorders.life import (
    LIFE_CYCLE,
    PreOrderEvent,
    PreOrderState,
)
from mi_rewards.preorders.preorders import (
    PreOrder,
)
from mi_rewards.preorders.quota_codec import (
    quota_from_dict,
    quota_to_dict,
)
from mi_rewards.preorders.quota_refusals import (
    CodeNotForQuota,
    MemberLimitReached,
    NotSoldHere,
    OneDevicePerPreOrder,
    QuotaClosed,
    QuotaCommitted,
    QuotaExhausted,
    QuotaOpened,
    SaleNotOpen,
    UnknownQuota,
)
from mi_rewards.preorders.quotas import (
    Closes,
    Quota,
    QuotaState,
    ShardState,
)
from mi_rewards.preorders.records import (
    PreOrderRecord,
)
from mi_rewards.preorders.refusals import (
    AddressFrozen,
    AlreadyShipped,
    ColourGuaranteed,
    ColourOffered,
    HandoverRefused,
    PaymentModeRefused,
    PreOrderNotOpen,
    PriceFixed,
    UnknownPreOrder,
    WrongAmount,
)
from mi_rewards.preorders.sales import (
    OneOff,
    Opening,
    SaleCalendar,
    WeeklySale,
)
from mi_rewards.preorders.terms import (
    Colour,
    Payment,
    PreOrderTerms,
    Unclaimed,
)
from mi_rewards.preorders.unit_journal import (
    SizeChange,
    check_units,
    fold_units,
)

__all__ = [
    "LIFE_CYCLE",
    "AddressFrozen",
    "Allotment",
    "AlreadyShipped",
    "Closes",
    "CodeNotForQuota",
    "Colour",
    "ColourGuaranteed",
    "ColourOffered",
    "HandoverRefused",
    "MemberLimitReached",
    "Move",
    "NotSoldHere",
    "OneDevicePerPreOrder",
    "OneOff",
    "Opening",
    "Payment",
    "PaymentModeRefused",
    "PreOrder",
    "PreOrderEvent",
    "PreOrderNotOpen",
    "PreOrderRecord",
    "PreOrderState",
    "PreOrderTerms",
    "PriceFixed",
    "Quota",
    "QuotaClosed",
    "QuotaCommitted",
    "QuotaExhausted",
    "QuotaOpened",
    "QuotaState",
    "SaleCalendar",
    "SaleNotOpen",
    "ShardState",
    "SizeChange",
    "Unclaimed",
    "UnitState",
    "UnknownPreOrder",
    "UnknownQuota",
    "WeeklySale",
    "WrongAmount",
    "check_units",
    "fold_units",
    "preorder_from_dict",
    "preorder_to_dict",
    "quota_from_dict",
    "quota_to_dict",
]
