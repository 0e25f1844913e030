"""What pricing refuses: codes, figures, and what a later try can change."""

import pickle
from typing import Any

import pytest

from mi_rewards.errors import Refused
from mi_rewards.trade_in import (
    AgeNotEligible,
    AnswersIncomplete,
    DeviceRejected,
    NotInPortfolio,
    PurchaseDayMissing,
)
from mi_rewards.trade_in.pricing_refusals import PRICING_REFUSALS

ROWS = [
    (
        NotInPortfolio(model_id="m", variant="v"),
        "not_in_portfolio",
        {"model_id": "m", "variant": "v"},
        "'m' (v) is not in the portfolio",
    ),
    (
        NotInPortfolio(model_id="m", variant=""),
        "not_in_portfolio",
        {"model_id": "m", "variant": ""},
        "'m' (no variant) is not in the portfolio",
    ),
    (
        DeviceRejected(reason="locked"),
        "device_rejected",
        {"reason": "locked"},
        "such a device is not taken: locked",
    ),
    (
        AnswersIncomplete(missing=("screen", "box")),
        "answers_incomplete",
        {"missing": "screen, box"},
        "still to be answered: screen, box",
    ),
    (
        PurchaseDayMissing(model_id="m"),
        "purchase_day_missing",
        {"model_id": "m"},
        "the day on which 'm' was bought is wanted",
    ),
    (
        AgeNotEligible(months=3, from_months=4, through_months=15),
        "age_not_eligible",
        {"months": 3, "from_months": 4, "through_months": 15},
        "its age is 3 months, and 4 to 15 are taken",
    ),
    (
        AgeNotEligible(months=0, from_months=1, through_months=15),
        "age_not_eligible",
        {"months": 0, "from_months": 1, "through_months": 15},
        "its age is 0 months, and 1 to 15 are taken",
    ),
    (
        AgeNotEligible(months=-1, from_months=0, through_months=15),
        "age_not_eligible",
        {"months": -1, "from_months": 0, "through_months": 15},
        "its months count from a day to come, and 0 to 15 are taken",
    ),
]


@pytest.mark.parametrize(("refusal", "code", "figures", "message"), ROWS)
def test_a_refusal_has_a_code_and_figures(
    refusal: Refused, code: str, figures: dict[str, object], message: str
) -> None:
    """None is granted later with nothing changed by the caller."""
    assert (refusal.code, refusal.transient) == (code, False)
    assert dict(refusal.figures) == figures
    assert str(refusal) == message


@pytest.mark.parametrize(("refusal", "code", "figures", "message"), ROWS)
def test_a_refusal_is_a_value(
    refusal: Any, code: str, figures: dict[str, Any], message: str
) -> None:
    """It survives being sent elsewhere, and is made again of its figures."""
    assert pickle.loads(pickle.dumps(refusal)) == refusal
    assert type(refusal)(**figures) == refusal


def test_all_are_listed_once_in_their_order() -> None:
    """As the page of refusals shows them."""
    assert list(PRICING_REFUSALS) == list(dict.fromkeys([type(row[0]) for row in ROWS]))
