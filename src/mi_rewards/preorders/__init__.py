"""Pre-orders: sale calendars, quotas, draws, and the orders themselves."""

from mi_rewards._lazy import lazily

_HOMES = {
    "Allotment": "mi_rewards.preorders.allotments",
    "Closes": "mi_rewards.preorders.quotas",
    "CodeNotForQuota": "mi_rewards.preorders.quota_refusals",
    "MemberLimitReached": "mi_rewards.preorders.quota_refusals",
    "Move": "mi_rewards.preorders.allotments",
    "NotSoldHere": "mi_rewards.preorders.quota_refusals",
    "OneDevicePerPreOrder": "mi_rewards.preorders.quota_refusals",
    "Quota": "mi_rewards.preorders.quotas",
    "QuotaClosed": "mi_rewards.preorders.quota_refusals",
    "QuotaCommitted": "mi_rewards.preorders.quota_refusals",
    "QuotaExhausted": "mi_rewards.preorders.quota_refusals",
    "QuotaOpened": "mi_rewards.preorders.quota_refusals",
    "QuotaState": "mi_rewards.preorders.quotas",
    "SaleNotOpen": "mi_rewards.preorders.quota_refusals",
    "ShardState": "mi_rewards.preorders.quotas",
    "SizeChange": "mi_rewards.preorders.unit_journal",
    "UnitState": "mi_rewards.preorders.allotments",
    "UnknownQuota": "mi_rewards.preorders.quota_refusals",
    "check_units": "mi_rewards.preorders.unit_journal",
    "fold_units": "mi_rewards.preorders.unit_journal",
    "quota_from_dict": "mi_rewards.preorders.quota_codec",
    "quota_to_dict": "mi_rewards.preorders.quota_codec",
}

__all__ = [
    "Allotment",
    "Closes",
    "CodeNotForQuota",
    "MemberLimitReached",
    "Move",
    "NotSoldHere",
    "OneDevicePerPreOrder",
    "Quota",
    "QuotaClosed",
    "QuotaCommitted",
    "QuotaExhausted",
    "QuotaOpened",
    "QuotaState",
    "SaleNotOpen",
    "ShardState",
    "SizeChange",
    "UnitState",
    "UnknownQuota",
    "check_units",
    "fold_units",
    "quota_from_dict",
    "quota_to_dict",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
