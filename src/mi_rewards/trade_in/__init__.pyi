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
from mi_rewards.trade_in.exchange_codec import (
    exchange_from_dict,
    exchange_to_dict,
)
from mi_rewards.trade_in.exchange_life import (
    EXCHANGE_LIFE,
    ExchangeEvent,
    ExchangeState,
)
from mi_rewards.trade_in.exchange_records import (
    ExchangeRecord,
)
from mi_rewards.trade_in.exchanges import (
    Exchange,
)
from mi_rewards.trade_in.imei import (
    is_imei,
    read_imei,
)
from mi_rewards.trade_in.inspection import (
    DECLINED,
    IMEI_MISMATCH,
    WORTH_LESS,
    Finding,
    is_same_device,
    judge,
)
from mi_rewards.trade_in.opening import (
    open_exchange,
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
from mi_rewards.trade_in.quote_codec import (
    device_quote_from_dict,
    device_quote_to_dict,
)
from mi_rewards.trade_in.quotes import (
    DeviceQuote,
    issue_quote,
)
from mi_rewards.trade_in.refusals import (
    AlreadyExchanged,
    BrandNotAccepted,
    ExchangeNotOpen,
    ExchangePaid,
    NotTradedHere,
    QuoteExpired,
    QuoteVoid,
    TooManyAttempts,
    UnknownDeviceQuote,
    UnknownExchange,
    VisitTooLate,
    WrongExchangeAmount,
)
from mi_rewards.trade_in.terms import (
    Better,
    ExchangeMode,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
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
    "DECLINED",
    "DEVICE_REFUSALS",
    "EXCHANGE_LIFE",
    "IMEI_MISMATCH",
    "NO_QUESTIONS",
    "ORDER_REFUSALS",
    "PRICE_BOOK",
    "WORTH_LESS",
    "Addition",
    "AgeBand",
    "AgeFrom",
    "AgeNotEligible",
    "AlreadyExchanged",
    "Answer",
    "AnswersIncomplete",
    "Base",
    "Better",
    "Bonus",
    "BrandNotAccepted",
    "Defect",
    "Device",
    "DeviceEntry",
    "DeviceInExchange",
    "DeviceModel",
    "DeviceQuote",
    "DeviceRejected",
    "Exchange",
    "ExchangeEvent",
    "ExchangeMode",
    "ExchangeNotOpen",
    "ExchangePaid",
    "ExchangeRecord",
    "ExchangeState",
    "FallbackValuer",
    "Finding",
    "Grade",
    "ImeiInvalid",
    "ImeiMissing",
    "MonthCount",
    "NewProductNotEligible",
    "NotInPortfolio",
    "NotTradedHere",
    "OnReturn",
    "OneExchangePerOrder",
    "PriceBook",
    "PriceBookValuer",
    "PurchaseDayMissing",
    "Question",
    "Questionnaire",
    "QuoteExpired",
    "QuoteVoid",
    "Step",
    "StepKind",
    "Surplus",
    "TooManyAttempts",
    "TradeInTerms",
    "UnknownDeviceQuote",
    "UnknownExchange",
    "Valuation",
    "ValuationOutOfBounds",
    "ValuationRequest",
    "Valuer",
    "ValuerUnavailable",
    "VisitTooLate",
    "Worse",
    "WrongExchangeAmount",
    "bonus_from_dict",
    "bonus_to_dict",
    "check_model",
    "device_quote_from_dict",
    "device_quote_to_dict",
    "exchange_from_dict",
    "exchange_to_dict",
    "is_imei",
    "is_same_device",
    "issue_quote",
    "judge",
    "limits",
    "open_exchange",
    "price",
    "price_book_from_dict",
    "price_book_to_dict",
    "read_imei",
    "stated",
    "valuation_from_dict",
    "valuation_to_dict",
]
