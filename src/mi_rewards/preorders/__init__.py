"""Pre-orders: when sales are open."""

from mi_rewards._lazy import lazily

_HOMES = {
    "OneOff": "mi_rewards.preorders.sales",
    "Opening": "mi_rewards.preorders.sales",
    "SaleCalendar": "mi_rewards.preorders.sales",
    "WeeklySale": "mi_rewards.preorders.sales",
}

__all__ = [
    "OneOff",
    "Opening",
    "SaleCalendar",
    "WeeklySale",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
