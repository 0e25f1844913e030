"""Trade-in: devices, grading, price books, quotes, exchanges."""

from mi_rewards._lazy import lazily

_HOMES = {
    "DEVICE_REFUSALS": "mi_rewards.trade_in.device_refusals",
    "Device": "mi_rewards.trade_in.devices",
    "DeviceEntry": "mi_rewards.trade_in.devices",
    "DeviceInExchange": "mi_rewards.trade_in.device_refusals",
    "DeviceModel": "mi_rewards.trade_in.devices",
    "ImeiInvalid": "mi_rewards.trade_in.device_refusals",
    "ImeiMissing": "mi_rewards.trade_in.device_refusals",
    "NewProductNotEligible": "mi_rewards.trade_in.valuation_refusals",
    "ORDER_REFUSALS": "mi_rewards.trade_in.valuation_refusals",
    "OneExchangePerOrder": "mi_rewards.trade_in.valuation_refusals",
    "ValuationOutOfBounds": "mi_rewards.trade_in.valuation_refusals",
    "is_imei": "mi_rewards.trade_in.imei",
    "read_imei": "mi_rewards.trade_in.imei",
}

__all__ = [
    "DEVICE_REFUSALS",
    "ORDER_REFUSALS",
    "Device",
    "DeviceEntry",
    "DeviceInExchange",
    "DeviceModel",
    "ImeiInvalid",
    "ImeiMissing",
    "NewProductNotEligible",
    "OneExchangePerOrder",
    "ValuationOutOfBounds",
    "is_imei",
    "read_imei",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
