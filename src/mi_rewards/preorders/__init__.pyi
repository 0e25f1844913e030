from mi_rewards.preorders.allotments import (
    Allotment,
    Move,
    UnitState,
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
from mi_rewards.preorders.sales import (
    OneOff,
    Opening,
    SaleCalendar,
    WeeklySale,
)
from mi_rewards.preorders.unit_journal import (
    SizeChange,
    check_units,
    fold_units,
)

__all__ = [
    "Allotment",
    "Closes",
    "CodeNotForQuota",
    "MemberLimitReached",
    "Move",
    "NotSoldHere",
    "OneDevicePerPreOrder",
    "OneOff",
    "Opening",
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
    "UnitState",
    "UnknownQuota",
    "WeeklySale",
    "check_units",
    "fold_units",
    "quota_from_dict",
    "quota_to_dict",
]
