"""What the checkout refuses: codes, figures, whether trying later can help."""

import copy
import pickle
from typing import Any

import pytest

from mi_rewards.checkout import (
    BeyondPaid,
    QuoteStale,
    SettlementNotOpen,
    UnknownQuote,
    UnknownSettlement,
)

ROWS: list[tuple[type[Any], str, bool, dict[str, str | int], str]] = [
    (UnknownQuote, "unknown_quote", True, {"quote_id": "q1"}, "no quote 'q1' is known"),
    (
        UnknownSettlement,
        "unknown_settlement",
        True,
        {"order_id": "o1"},
        "how order 'o1' is paid is not known",
    ),
    (
        QuoteStale,
        "quote_stale",
        False,
        {"quote_id": "q1", "changed": "expired, payable"},
        "quote 'q1' is stale: expired, payable",
    ),
    (
        SettlementNotOpen,
        "settlement_not_open",
        False,
        {"order_id": "o1", "state": "paid"},
        "the payment of order 'o1' is paid",
    ),
    (
        BeyondPaid,
        "beyond_paid",
        False,
        {"order_id": "o1", "line_id": "a", "asked": 2, "left": 1},
        "order 'o1', line 'a': 2 units to be refunded, 1 left",
    ),
]


@pytest.mark.parametrize(("kind", "code", "transient", "figures", "message"), ROWS)
def test_a_refusal_says_what_decided(
    kind: type[Any], code: str, transient: bool, figures: dict[str, str | int], message: str
) -> None:
    """Code, figures and message; it is a value, and survives copying and pickling."""
    refusal = kind(**figures)
    assert (refusal.code, refusal.transient, dict(refusal.figures)) == (code, transient, figures)
    assert str(refusal) == message
    assert pickle.loads(pickle.dumps(refusal)) == copy.copy(refusal) == kind(**figures)


def test_what_changed_may_be_stated_name_by_name() -> None:
    """As `stale_because` answers."""
    assert QuoteStale(quote_id="q1", changed=("a", "b")) == QuoteStale(
        quote_id="q1", changed="a, b"
    )
