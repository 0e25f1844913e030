from mi_rewards.checkout.carts import (
    Cart,
    CartLine,
)
from mi_rewards.checkout.codec import (
    quote_from_dict,
    quote_to_dict,
    settlement_from_dict,
    settlement_to_dict,
)
from mi_rewards.checkout.priced import (
    AppliedVoucher,
    Part,
    PassedOver,
    Priced,
    PricedLine,
    Source,
    Why,
)
from mi_rewards.checkout.pricing import (
    price,
)
from mi_rewards.checkout.quotes import (
    Quote,
    stale_because,
)
from mi_rewards.checkout.refusals import (
    BeyondPaid,
    QuoteStale,
    SettlementNotOpen,
    UnknownQuote,
    UnknownSettlement,
)
from mi_rewards.checkout.settlements import (
    LIFE_CYCLE,
    Refund,
    RefundedLine,
    SettledLine,
    Settlement,
    SettlementEvent,
    SettlementState,
    settle,
)
from mi_rewards.checkout.terms import (
    CheckoutTerms,
    PartPayment,
)

__all__ = [
    "LIFE_CYCLE",
    "AppliedVoucher",
    "BeyondPaid",
    "Cart",
    "CartLine",
    "CheckoutTerms",
    "Part",
    "PartPayment",
    "PassedOver",
    "Priced",
    "PricedLine",
    "Quote",
    "QuoteStale",
    "Refund",
    "RefundedLine",
    "SettledLine",
    "Settlement",
    "SettlementEvent",
    "SettlementNotOpen",
    "SettlementState",
    "Source",
    "UnknownQuote",
    "UnknownSettlement",
    "Why",
    "price",
    "quote_from_dict",
    "quote_to_dict",
    "settle",
    "settlement_from_dict",
    "settlement_to_dict",
    "stale_because",
]
