from mi_rewards.preorders.sales import OneOff, Opening, SaleCalendar, WeeklySale

__all__ = [
    "OneOff",
    "Opening",
    "SaleCalendar",
    "WeeklySale",
]
