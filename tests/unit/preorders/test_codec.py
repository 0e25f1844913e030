"""Pre-orders as dictionaries: read back equal, and nothing else is read."""

import json
from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.formats import to_text
from mi_rewards.preorders import (
    PreOrder,
    PreOrderState,
    PreOrderTerms,
    preorder_from_dict,
    preorder_to_dict,
)
from tests.ahead import (
    FRIDAY,
    MINUTE,
    ONLINE,
    PAY_UNTIL,
    PRICE,
    REST,
    STORE,
    paid,
    placed,
    ready,
    shipped,
    terms,
)
from tests.shop import ist

FULL = paid(
    terms(ONLINE, address_is_frozen=False, pay_within_minutes=15), reminded_at=FRIDAY, version=4
)._replace(late_noted_at=ist("2017-04-06 00:00"), category="phones")

WRITTEN = """
{"format": 1, "member_id": "asha", "order_id": "o1", "quota_id": "q",
 "terms": {"terms_id": "mi.com", "channels": ["mi.com"], "payment": "full",
  "payment_modes": ["credit_card", "debit_card", "net_banking", "mobile_wallet"],
  "pay_within_minutes": 15, "ship_within_days": 5, "unclaimed": "refunded",
  "colour": "guaranteed", "revives_f_code": false, "address_is_frozen": false,
  "remind_minutes": 5},
 "allotment": ["q", "000",
  [["2017-03-31T06:30:00Z", "held"], ["2017-03-31T06:30:00Z", "sold"]], null],
 "product_id": "redmi-note-4", "variant": "4GB/64GB", "channel": "mi.com",
 "price": [1099900, "INR"], "payment_mode": "credit_card", "address_ref": "address-1",
 "colour": "gold", "placed_at": "2017-03-31T06:30:00Z", "pay_until": "2017-03-31T06:45:00Z",
 "state": "paid", "paid_minor": 1099900, "paid_at": "2017-03-31T06:30:00Z",
 "ship_by": "2017-04-05T18:30:00Z", "reminded_at": "2017-03-31T06:30:00Z",
 "late_noted_at": "2017-04-05T18:30:00Z", "category": "phones", "version": 4}
"""
"""The sample of format 1; it stays readable."""

LIFE_ENDS = frozenset(
    {
        PreOrderState.DELIVERED,
        PreOrderState.CANCELLED,
        PreOrderState.REFUNDED,
        PreOrderState.RUN_OUT,
        PreOrderState.UNCLAIMED,
    }
)
HELD = [["2017-03-31T06:30:00Z", "held"]]
TERMS = json.loads(WRITTEN)["terms"]


def test_format_1_is_written_and_read() -> None:
    """Byte for byte what was written once."""
    assert preorder_to_dict(FULL) == json.loads(WRITTEN)
    assert preorder_from_dict(json.loads(WRITTEN)) == FULL


def test_what_says_nothing_is_not_written_and_is_read_all_the_same() -> None:
    """Of the pre-order, and of its terms."""
    nothing = {"voucher_of": None, "offered_colour": "", "refund_minor": 0, "closed_at": None}
    of_terms = {**TERMS, "booking": None, "pickup_within_days": None}
    written = json.loads(WRITTEN) | nothing | {"terms": of_terms}
    assert preorder_from_dict(written) == FULL
    plain = PreOrderTerms("plain", ("elsewhere",))
    bare = placed(plain, payment_mode="", variant="", address_ref="", colour="")
    assert sorted(preorder_to_dict(bare)) == [
        "allotment",
        "channel",
        "format",
        "member_id",
        "order_id",
        "pay_until",
        "placed_at",
        "price",
        "product_id",
        "quota_id",
        "state",
        "terms",
        "version",
    ]
    assert preorder_from_dict(preorder_to_dict(bare)) == bare


@pytest.mark.parametrize(
    "preorder",
    [
        placed(),
        placed().at(PAY_UNTIL),
        placed().cancelling(at=FRIDAY),
        placed(allotment=None, voucher_of="bela", voucher_id="v"),
        paid().cancelling(at=FRIDAY),
        paid().cancelling(at=FRIDAY).refunding(PRICE, at=FRIDAY),
        paid(STORE).offering("black", at=FRIDAY),
        shipped(),
        shipped().delivering(at=FRIDAY),
        ready(),
        ready().picking_up(REST, at=FRIDAY + MINUTE),
        ready().at(ist("2017-05-01")),
    ],
    ids=lambda it: f"{it.state}-{it.terms.terms_id}-{it.paid_minor}-{it.voucher_id}",
)
def test_a_pre_order_of_any_state_reads_back(preorder: PreOrder) -> None:
    """Through JSON, with its unit's moves and its terms."""
    again = preorder_from_dict(json.loads(json.dumps(preorder_to_dict(preorder))))
    assert again == preorder
    assert type(again) is PreOrder
    assert json.loads(to_text(preorder)) == preorder_to_dict(preorder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "unknown format"),
        ({"other": 1}, "unknown \\['other'\\]"),
        ({"member_id": 1}, "member_id must be a text"),
        ({"state": "lost"}, "state"),
        ({"price": [1099900]}, "price must have 2 parts"),
        ({"price": [-1, "INR"]}, "price must be a whole number"),
        ({"price": [1, "rupees"]}, "price cannot be like that"),
        ({"paid_minor": -1}, "paid_minor"),
        ({"refund_minor": -1}, "refund_minor"),
        ({"refund_minor": 1099901}, "more paid or given back than it costs"),
        ({"paid_minor": 1099901}, "more paid or given back than it costs"),
        ({"placed_at": None}, "placed_at"),
        ({"ship_by": "tomorrow"}, "ship_by"),
        ({"version": -1}, "version"),
        ({"voucher_of": "asha"}, "half of a voucher"),
        ({"voucher_id": "v"}, "half of a voucher"),
        ({"voucher_of": "asha", "voucher_id": "v"}, "never both"),
        ({"allotment": None}, "never both"),
        ({"allotment": ["q", "000"]}, "an allotment has"),
        ({"allotment": ["q", "000", [], None]}, "is paid, and its unit is free"),
        ({"allotment": ["q", "000", HELD, None]}, "is paid, and its unit is held"),
        ({"paid_at": None}, "is paid, paid at None"),
        ({"state": "placed"}, "is placed, paid at 2017"),
        ({"state": "run_out"}, "is run_out, paid at 2017"),
        ({"state": "refunded", "paid_at": None}, "is refunded, paid at None"),
        ({"state": "unclaimed", "paid_at": None}, "is unclaimed, paid at None"),
        ({"state": "cancelled"}, "is cancelled, closed at None"),
        ({"state": "delivered"}, "is delivered, closed at None"),
        ({"closed_at": "2017-03-31T06:30:00Z"}, "is paid, closed at 2017"),
        ({"refunded_at": "2017-03-31T06:30:00Z"}, "is paid, given back at 2017"),
        (
            {"state": "refunded", "closed_at": "2017-03-31T06:30:00Z"},
            "is refunded, given back at None",
        ),
        ({"state": "shipped"}, "shipped at no instant"),
        ({"state": "ready"}, "at the store for ever"),
        ({"terms": []}, "terms must be a dictionary"),
        ({"terms": {**TERMS, "channels": []}}, "a channel at least"),
        ({"terms": {**TERMS, "channels": [1]}}, "channels must be a text"),
        ({"terms": {**TERMS, "payment": "later"}}, "payment"),
        ({"terms": {**TERMS, "colour": "blue"}}, "colour"),
        ({"terms": {**TERMS, "unclaimed": "lost"}}, "unclaimed"),
        ({"terms": {**TERMS, "booking": [1, "INR"]}}, "terms cannot be like that"),
        ({"terms": {**TERMS, "pay_within_minutes": 0}}, "terms cannot be like that"),
        ({"terms": {**TERMS, "revives_f_code": 1}}, "terms cannot be like that"),
        ({"terms": {"terms_id": "mi.com"}}, "terms has other keys"),
        ({"terms": {**TERMS, "more": 1}}, "unknown \\['more'\\]"),
    ],
)
def test_nothing_else_is_read(changes: dict[str, Any], message: str) -> None:
    """What was not written here is corrupt, and the message says why."""
    with pytest.raises(Corrupt, match=message):
        preorder_from_dict(json.loads(WRITTEN) | changes)


def test_a_pre_order_is_a_dictionary() -> None:
    """A list is none."""
    with pytest.raises(Corrupt, match="must be a dictionary"):
        preorder_from_dict([])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("preorder", "told"),
    [
        (placed(), "is placed, and its unit is free"),
        (shipped(), "is shipped, and its unit is free"),
        (ready(), "is ready, and its unit is free"),
        (shipped().delivering(at=FRIDAY), "is delivered, and its unit is free"),
        (paid().cancelling(at=FRIDAY), "is cancelled, and its unit was never taken"),
        (placed().at(PAY_UNTIL), "is run_out, and its unit was never taken"),
        (ready().at(ist("2017-05-01")), "is unclaimed, and its unit was never taken"),
    ],
    ids=lambda it: it.state if isinstance(it, PreOrder) else "",
)
def test_its_unit_is_what_its_state_makes_it(preorder: PreOrder, told: str) -> None:
    """Nothing moved where something must have is corrupt, in every state."""
    written = preorder_to_dict(preorder) | {"allotment": ["q", "000", [], None]}
    with pytest.raises(Corrupt, match=told):
        preorder_from_dict(written)


@pytest.mark.parametrize("state", [it for it in PreOrderState if it is not PreOrderState.PLACED])
def test_a_unit_is_not_held_once_a_payment_is_not_waited_for(state: PreOrderState) -> None:
    """It is sold, or free."""
    changes: dict[str, Any] = {
        "paid_at": None if state is PreOrderState.RUN_OUT else FRIDAY,
        "shipped_at": FRIDAY,
        "pickup_until": PAY_UNTIL,
        "closed_at": FRIDAY if state in LIFE_ENDS else None,
        "refunded_at": FRIDAY if state is PreOrderState.REFUNDED else None,
    }
    wrong = placed()._replace(state=state, **changes)
    with pytest.raises(Corrupt, match=f"is {state.value}, and its unit is held"):
        preorder_from_dict(preorder_to_dict(wrong))
