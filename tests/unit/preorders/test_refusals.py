"""What pre-orders refuse: codes, figures, and what a later try can change."""

import pickle

import pytest

from mi_rewards.errors import Refused
from mi_rewards.preorders import (
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
from mi_rewards.preorders.refusals import PREORDER_REFUSALS

ROWS = [
    (UnknownPreOrder(order_id="o"), "unknown_preorder", True, "no pre-order 'o' is known"),
    (
        PaymentModeRefused(payment_mode="cash", allowed=("a", "b")),
        "payment_mode_refused",
        False,
        "it is not paid by 'cash', but by one of a, b",
    ),
    (AlreadyShipped(order_id="o"), "already_shipped", False, "on its way or there"),
    (
        PriceFixed(order_id="o", price="INR 1.00"),
        "price_fixed",
        False,
        "pre-order 'o' was paid for, at INR 1.00",
    ),
    (AddressFrozen(order_id="o"), "address_frozen", False, "the address of pre-order 'o' stays"),
    (
        ColourGuaranteed(order_id="o", colour="gold"),
        "colour_guaranteed",
        False,
        "is for 'gold' and no other colour",
    ),
    (
        HandoverRefused(order_id="o", payment="booking"),
        "handover_refused",
        False,
        "its payment is booking",
    ),
    (
        PreOrderNotOpen(order_id="o", state="run_out"),
        "preorder_not_open",
        False,
        "pre-order 'o' is run_out",
    ),
    (
        ColourOffered(order_id="o", colour="black"),
        "colour_offered",
        True,
        "waits until 'black' is accepted or declined",
    ),
    (
        WrongAmount(order_id="o", asked="INR 1.00", due="INR 2.00"),
        "wrong_amount",
        False,
        "pre-order 'o': INR 1.00 is stated, INR 2.00 is due",
    ),
]


@pytest.mark.parametrize(
    ("refusal", "code", "transient", "message"), ROWS, ids=[row[1] for row in ROWS]
)
def test_a_refusal_has_a_code_and_figures(
    refusal: Refused, code: str, transient: bool, message: str
) -> None:
    """And a message that says what was refused, and why."""
    assert refusal.code == code
    assert refusal.transient is transient
    assert message in str(refusal)
    again = pickle.loads(pickle.dumps(refusal))
    assert again == refusal


def test_all_of_them_are_listed_in_their_order() -> None:
    """As the rows above are."""
    assert tuple(type(row[0]) for row in ROWS) == PREORDER_REFUSALS


def test_what_is_allowed_reads_back_from_its_figures() -> None:
    """A receipt keeps one text."""
    no = PaymentModeRefused(payment_mode="cash", allowed=("a", "b"))
    assert PaymentModeRefused(**dict(no.figures)) == no  # type: ignore[arg-type]
