"""Price books, valuations and bonuses, written and read."""

import copy
import json
from itertools import count
from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.money import Rate, Rounding
from mi_rewards.trade_in import (
    NO_QUESTIONS,
    Bonus,
    PriceBook,
    Valuation,
    bonus_from_dict,
    bonus_to_dict,
    price_book_from_dict,
    price_book_to_dict,
    stated,
    valuation_from_dict,
    valuation_to_dict,
)
from mi_rewards.trade_in.price_codec import amount_from_list, amount_to_list
from tests.edits import Edit, setting, without
from tests.phones import AT, WORST, a_book, inr, priced

BOOK = a_book(version=3, is_current=False)
BARE = a_book(
    questionnaire=NO_QUESTIONS, grades=(), defects=(), additions=(), ages=(), ceiling=None
)
PRICED = priced(BOOK, WORST, bonuses=[Bonus("b", inr("7"))])
BONUSES = [
    Bonus("least", inr("1")),
    Bonus("most", Rate(1, 3, Rounding.UP), AT, AT.replace(year=2022), ("Xiaomi",), ("m", "n")),
]


@pytest.mark.parametrize("book", [BOOK, BARE])
def test_a_price_book_reads_back(book: PriceBook) -> None:
    """Whatever it has, and has not; through JSON, with its digest and version."""
    again = price_book_from_dict(json.loads(json.dumps(price_book_to_dict(book))))
    assert (again, again.digest, again.version) == (book, book.digest, book.version)


@pytest.mark.parametrize("valuation", [PRICED, stated("cashify", inr("1"), at=AT)])
def test_a_valuation_reads_back(valuation: Valuation) -> None:
    """With every step, of its kind."""
    again = valuation_from_dict(json.loads(json.dumps(valuation_to_dict(valuation))))
    assert again == valuation
    assert repr(again) == repr(valuation)


@pytest.mark.parametrize("bonus", BONUSES)
def test_a_bonus_reads_back(bonus: Bonus) -> None:
    """Money or a rate, for a time or for ever."""
    assert bonus_from_dict(json.loads(json.dumps(bonus_to_dict(bonus)))) == bonus


def test_format_1_is_written_like_this() -> None:
    """As it is stored from now on; short where there are many of a kind."""
    written = price_book_to_dict(BOOK)
    assert written["format"] == 1
    assert written["grades"][1] == ["B", [80, 100, "down"]]
    assert written["defects"] == [
        ["screen_scratched", "B", [100_00, "INR"]],
        ["screen_cracked", "C", [800_00, "INR"]],
        ["battery_weak", "", [5, 100, "down"]],
    ]
    assert written["additions"][0] == ["box_and_bill", [350_00, "INR"]]
    assert written["ages"][1] == [13, 24, [70, 100, "down"]]
    assert written["questions"][0] == [
        "power",
        "Does it power on?",
        [["yes", "Yes", "", "", ""], ["no", "No", "", "", "does_not_power_on"]],
    ]
    assert valuation_to_dict(PRICED)["steps"][1] == ["age", "0-12", 0, 8_000_00]
    assert bonus_to_dict(BONUSES[0])["from_at"] is None


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (setting("format", 2), "unknown format"),
        (setting("more", 1), "unknown"),
        (without("floor"), "missing"),
        (setting("book_id", 1), "book_id must be a text"),
        (setting("book_id", ""), "a price book cannot be like that"),
        (setting("edition", 0), "edition must be a whole number"),
        (setting("currency", None), "currency must be a text"),
        (setting("base", "retail"), "base 'retail' is not known"),
        (setting("age_from", "birth"), "age_from 'birth' is not known"),
        (setting("month_count", "half"), "month_count 'half' is not known"),
        (setting("rounding", "away"), "rounding 'away' is not known"),
        (setting("floor", [0]), "floor must have 2 parts"),
        (setting("floor", [-1, "INR"]), "floor must be a whole number"),
        (setting("floor", [0, "XAU"]), "floor cannot be like that"),
        (setting("ceiling", 9000), "ceiling must be a list"),
        (setting("ceiling", [0, "INR"]), "above the ceiling"),
        (setting("rounding_to", None), "rounding_to must be a list"),
        (setting("version", -1), "version must be a whole number"),
        (setting("is_current", 1), "is_current must be true or false"),
        (setting("questions", None), "questions must be a list"),
        (setting("questions.0", ["power"]), "question must have 3 parts"),
        (setting("questions.0.0", ""), "a question cannot be like that"),
        (setting("questions.0.0", "screen"), "a questionnaire cannot be like that"),
        (setting("questions.0.1", 1), "title must be a text"),
        (setting("questions.0.2.0.0", ""), "a answer cannot be like that"),
        (setting("questions.0.2.0.2", None), "answer must be a text"),
        (setting("questions.0.2.0", ["yes"]), "answer must have 5 parts"),
        (setting("grades.0", ["A"]), "grade must have 2 parts"),
        (setting("grades.0.0", ""), "a grade cannot be like that"),
        (setting("grades.0.1", [1, 0, "down"]), "share must be a whole number, 1"),
        (setting("grades.0.1.2", "up"), "a price book cannot be like that"),
        (setting("grades.0.1.2", "away"), "share 'away' is not known"),
        (setting("defects.0", ["d", "A"]), "defect must have 3 parts"),
        (setting("defects.0.1", None), "grade_id must be a text"),
        (setting("defects.0.0", ""), "a defect cannot be like that"),
        (setting("defects.0.2", [1]), "deduction must have 2 parts"),
        (setting("defects.0.2", 1), "deduction must be a list"),
        (setting("additions.0", ["a"]), "addition must have 2 parts"),
        (setting("additions.0.0", ""), "a addition cannot be like that"),
        (setting("ages.0", [0, 3]), "ages must have 3 parts"),
        (setting("ages.0.0", 13), "a ages cannot be like that"),
        (setting("ages.0.1", -1), "through_months must be a whole number"),
    ],
    ids=count(),
)
def test_nothing_else_is_read_as_a_price_book(edit: Edit, message: str) -> None:
    """Each part is read strictly, and the whole is checked."""
    written = copy.deepcopy(price_book_to_dict(BOOK))
    edit(written)
    with pytest.raises(Corrupt, match=message):
        price_book_from_dict(written)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (setting("more", 1), "unknown"),
        (without("grade"), "missing"),
        (setting("valuer", 1), "valuer must be a text"),
        (setting("reference", None), "reference must be a text"),
        (setting("currency", "XAU"), "valuation cannot be like that"),
        (setting("minor", -1), "valuation must be a whole number"),
        (setting("minor", 1), "do not add up to INR 0.01"),
        (setting("grade", None), "grade must be a text"),
        (setting("steps", []), "do not add up"),
        (setting("steps.0", ["book", "book", 1]), "step must have 4 parts"),
        (setting("steps.0.0", "luck"), "step 'luck' is not known"),
        (setting("steps.0.1", None), "step must be a text"),
        (setting("steps.0.2", 1), "a step goes from 0 to 800000, not by 1"),
        (setting("steps.1.2", "0"), "a step goes from 800000 to 800000, not by '0'"),
        (setting("steps.0.3", -1), "step must be a whole number"),
        (setting("book_id", None), "book_id must be a text"),
        (setting("edition", -1), "edition must be a whole number"),
        (setting("valued_at", None), "valued_at must be a text"),
    ],
    ids=count(),
)
def test_nothing_else_is_read_as_a_valuation(edit: Edit, message: str) -> None:
    """Steps go on from each other, and add up."""
    written = copy.deepcopy(valuation_to_dict(PRICED))
    edit(written)
    with pytest.raises(Corrupt, match=message):
        valuation_from_dict(written)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (setting("more", 1), "unknown"),
        (without("brands"), "missing"),
        (setting("bonus_id", None), "bonus_id must be a text"),
        (setting("bonus_id", ""), "a bonus cannot be like that"),
        (setting("amount", []), "amount must have 2 parts"),
        (setting("from_at", "noon"), "from_at"),
        (setting("until_at", 7), "until_at must be a text"),
        (setting("until_at", "2000-01-01T00:00:00Z"), "a bonus cannot be like that"),
        (setting("brands", None), "brands must be a list"),
        (setting("models", [1]), "models must be a text"),
    ],
    ids=count(),
)
def test_nothing_else_is_read_as_a_bonus(edit: Edit, message: str) -> None:
    """Each part is read strictly, and the whole is checked."""
    written = copy.deepcopy(bonus_to_dict(BONUSES[1]))
    edit(written)
    with pytest.raises(Corrupt, match=message):
        bonus_from_dict(written)


@pytest.mark.parametrize("amount", [inr("1"), Rate(1, 3), Rate(0, 1, Rounding.HALF_EVEN)])
def test_an_amount_is_money_or_a_share(amount: Any) -> None:
    """Two parts, or three."""
    assert amount_from_list(amount_to_list(amount), "amount") == amount
