from mi_rewards.trade_in.bonuses import (
    Bonus,
)
from mi_rewards.trade_in.device_refusals import (
    DEVICE_REFUSALS,
    DeviceInExchange,
    ImeiInvalid,
    ImeiMissing,
)
from mi_rewards.trade_in.devices import (
    Device,
    DeviceEntry,
    DeviceModel,
)
from mi_rewards.trade_in.imei import (
    is_imei,
    read_imei,
)
from mi_rewards.trade_in.price_books import (
    PriceBook,
)
from mi_rewards.trade_in.price_codec import (
    bonus_from_dict,
    bonus_to_dict,
    price_book_from_dict,
    price_book_to_dict,
    valuation_from_dict,
    valuation_to_dict,
)
from mi_rewards.trade_in.price_parts import (
    Addition,
    AgeBand,
    AgeFrom,
    Base,
    Defect,
    Grade,
    MonthCount,
)
from mi_rewards.trade_in.pricing import (
    PRICE_BOOK,
    Step,
    StepKind,
    Valuation,
    check_model,
    limits,
    price,
    stated,
)
from mi_rewards.trade_in.pricing_refusals import (
    AgeNotEligible,
    AnswersIncomplete,
    DeviceRejected,
    NotInPortfolio,
    PurchaseDayMissing,
)
from mi_rewards.trade_in.questions import (
    NO_QUESTIONS,
    Answer,
    Question,
    Questionnaire,
)
from mi_rewards.trade_in.valuation_refusals import (
    ORDER_REFUSALS,
    NewProductNotEligible,
    OneExchangePerOrder,
    ValuationOutOfBounds,
)
from mi_rewards.trade_in.valuers import (
    FallbackValuer,
    PriceBookValuer,
    ValuationRequest,
    Valuer,
    ValuerUnavailable,
)

__all__ = [
    "DEVICE_REFUSALS",
    "NO_QUESTIONS",
    "ORDER_REFUSALS",
    "PRICE_BOOK",
    "Addition",
    "AgeBand",
    "AgeFrom",
    "AgeNotEligible",
    "Answer",
    "AnswersIncomplete",
    "Base",
    "Bonus",
    "Defect",
    "Device",
    "DeviceEntry",
    "DeviceInExchange",
    "DeviceModel",
    "DeviceRejected",
    "FallbackValuer",
    "Grade",
    "ImeiInvalid",
    "ImeiMissing",
    "MonthCount",
    "NewProductNotEligible",
    "NotInPortfolio",
    "OneExchangePerOrder",
    "PriceBook",
    "PriceBookValuer",
    "PurchaseDayMissing",
    "Question",
    "Questionnaire",
    "Step",
    "StepKind",
    "Valuation",
    "ValuationOutOfBounds",
    "ValuationRequest",
    "Valuer",
    "ValuerUnavailable",
    "bonus_from_dict",
    "bonus_to_dict",
    "check_model",
    "is_imei",
    "limits",
    "price",
    "price_book_from_dict",
    "price_book_to_dict",
    "read_imei",
    "stated",
    "valuation_from_dict",
    "valuation_to_dict",
]
