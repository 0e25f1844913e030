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

__all__ = [
    "DECLINED",
    "EXCHANGE_LIFE",
    "IMEI_MISMATCH",
    "WORTH_LESS",
    "AlreadyExchanged",
    "Better",
    "BrandNotAccepted",
    "DeviceQuote",
    "Exchange",
    "ExchangeEvent",
    "ExchangeMode",
    "ExchangeNotOpen",
    "ExchangePaid",
    "ExchangeRecord",
    "ExchangeState",
    "Finding",
    "NotTradedHere",
    "OnReturn",
    "QuoteExpired",
    "QuoteVoid",
    "Surplus",
    "TooManyAttempts",
    "TradeInTerms",
    "UnknownDeviceQuote",
    "UnknownExchange",
    "VisitTooLate",
    "Worse",
    "WrongExchangeAmount",
    "is_same_device",
    "issue_quote",
    "judge",
    "open_exchange",
]
