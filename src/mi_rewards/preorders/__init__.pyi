from mi_rewards.preorders.allotments import (
    Allotment,
    Move,
    UnitState,
)
from mi_rewards.preorders.codec import (
    preorder_from_dict,
    preorder_to_dict,
)
from mi_rewards.preorders.draw_codec import (
    draw_from_dict,
    draw_to_dict,
    ticket_from_dict,
    ticket_to_dict,
)
from mi_rewards.preorders.draw_refusals import (
    DrawClosed,
    DrawNotOpen,
    DrawNotRun,
    DrawStillOpen,
    NotDrawn,
    SeedMismatch,
    TurnPassed,
    TurnToCome,
    UnknownDraw,
)
from mi_rewards.preorders.draws import (
    Proof,
    Result,
    commitment,
    draw,
    entrants_digest,
    ticket_number,
    verify,
)
from mi_rewards.preorders.life import (
    LIFE_CYCLE,
    PreOrderEvent,
    PreOrderState,
)
from mi_rewards.preorders.preorders import (
    PreOrder,
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
from mi_rewards.preorders.records import (
    PreOrderRecord,
)
from mi_rewards.preorders.refusals import (
    AddressFrozen,
    AlreadyShipped,
    ColourGuaranteed,
    ColourOffered,
    HandoverRefused,
    PaymentModeRefused,
    PreOrderNotOpen,
    PriceFixed,
    UnknownPreOrder,
    WrongAmount,
)
from mi_rewards.preorders.reserved_codec import reserved_unit_from_dict, reserved_unit_to_dict
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.sales import (
    OneOff,
    Opening,
    SaleCalendar,
    WeeklySale,
)
from mi_rewards.preorders.terms import (
    Colour,
    Payment,
    PreOrderTerms,
    Unclaimed,
)
from mi_rewards.preorders.tickets import (
    DRAW_LIFE,
    Draw,
    DrawEvent,
    DrawState,
    Place,
    Ticket,
)
from mi_rewards.preorders.unit_journal import (
    SizeChange,
    check_units,
    fold_units,
    read_changes,
)

__all__ = [
    "DRAW_LIFE",
    "LIFE_CYCLE",
    "AddressFrozen",
    "Allotment",
    "AlreadyShipped",
    "Closes",
    "CodeNotForQuota",
    "Colour",
    "ColourGuaranteed",
    "ColourOffered",
    "Draw",
    "DrawClosed",
    "DrawEvent",
    "DrawNotOpen",
    "DrawNotRun",
    "DrawState",
    "DrawStillOpen",
    "HandoverRefused",
    "MemberLimitReached",
    "Move",
    "NotDrawn",
    "NotSoldHere",
    "OneDevicePerPreOrder",
    "OneOff",
    "Opening",
    "Payment",
    "PaymentModeRefused",
    "Place",
    "PreOrder",
    "PreOrderEvent",
    "PreOrderNotOpen",
    "PreOrderRecord",
    "PreOrderState",
    "PreOrderTerms",
    "PriceFixed",
    "Proof",
    "Quota",
    "QuotaClosed",
    "QuotaCommitted",
    "QuotaExhausted",
    "QuotaOpened",
    "QuotaState",
    "ReservedUnit",
    "Result",
    "SaleCalendar",
    "SaleNotOpen",
    "SeedMismatch",
    "ShardState",
    "SizeChange",
    "Ticket",
    "TurnPassed",
    "TurnToCome",
    "Unclaimed",
    "UnitState",
    "UnknownDraw",
    "UnknownPreOrder",
    "UnknownQuota",
    "WeeklySale",
    "WrongAmount",
    "check_units",
    "commitment",
    "draw",
    "draw_from_dict",
    "draw_to_dict",
    "entrants_digest",
    "fold_units",
    "preorder_from_dict",
    "preorder_to_dict",
    "quota_from_dict",
    "quota_to_dict",
    "read_changes",
    "reserved_unit_from_dict",
    "reserved_unit_to_dict",
    "ticket_from_dict",
    "ticket_number",
    "ticket_to_dict",
    "verify",
]
