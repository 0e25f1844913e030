from mi_rewards.trade_in.device_refusals import (
    DEVICE_REFUSALS,
    DeviceInExchange,
    ImeiInvalid,
    ImeiMissing,
)
from mi_rewards.trade_in.devices import Device, DeviceEntry, DeviceModel
from mi_rewards.trade_in.imei import is_imei, read_imei
from mi_rewards.trade_in.valuation_refusals import (
    ORDER_REFUSALS,
    NewProductNotEligible,
    OneExchangePerOrder,
    ValuationOutOfBounds,
)

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
