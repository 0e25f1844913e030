"""Who values a device."""

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.errors import MiRewardsError, Misuse, Refused
from mi_rewards.trade_in import (
    Bonus,
    FallbackValuer,
    NotInPortfolio,
    PriceBookValuer,
    Valuation,
    ValuationRequest,
    Valuer,
    ValuerUnavailable,
    stated,
)
from tests.phones import AT, PLAIN, a_book, a_device, a_model, inr, priced
from tests.wallets import KOLKATA

ASKED = ValuationRequest(a_device(), a_model(), PLAIN, AT, "q-1")
OWN = PriceBookValuer(a_book(), (a_model(variant="2gb-32gb"), a_model()), KOLKATA)


@attrs.frozen
class Partner:
    """A partner that is there, says no, or is not there."""

    answer: Valuation | MiRewardsError
    name: str = "cashify"

    def value(self, asked: ValuationRequest, /) -> Valuation:
        """Answer."""
        assert asked is ASKED
        if isinstance(self.answer, MiRewardsError):
            raise self.answer
        return self.answer


OFFER = stated("cashify", inr("4321"), at=AT)
DOWN = ValuerUnavailable(valuer="cashify", why="no answer in 2 s")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"device": None}, "a device and its model are valued"),
        ({"model": None}, "a device and its model are valued"),
        ({"model": a_model(model_id="mi-a1")}, "a 'redmi-note-4' is no 'mi-a1'"),
        ({"model": a_model(variant="")}, "a 'redmi-note-4' is no 'redmi-note-4'"),
        ({"answers": [("screen", "clean")]}, "answers are given by question"),
        ({"at": datetime(2021, 6, 1)}, "offset"),
        ({"request_id": ""}, "a request id is a text"),
        ({"request_id": 1}, "a request id is a text"),
    ],
)
def test_what_is_asked_is_checked(changes: dict[str, Any], message: str) -> None:
    """Before anybody is asked."""
    with pytest.raises(Misuse, match=message):
        attrs.evolve(ASKED, **changes)


def test_what_is_asked_does_not_change() -> None:
    """Not even where the answers that it was made of do."""
    answers = dict(PLAIN)
    asked = ValuationRequest(a_device(), a_model(), answers, AT, "q-1")
    answers["screen"] = "cracked"
    assert asked == ASKED
    assert hash(asked) == hash(ASKED)
    assert attrs.evolve(ASKED, answers=answers) != ASKED


def test_a_price_book_values() -> None:
    """By its own portfolio, whatever the request says of the model."""
    valuer: Valuer = OWN
    assert valuer.name == "price-book"
    assert valuer.value(ASKED) == priced(a_book(), PLAIN)
    dearer = attrs.evolve(ASKED, model=a_model(book_minor=9_000_00))
    assert valuer.value(dearer) == valuer.value(ASKED)


def test_a_price_book_values_with_bonuses() -> None:
    """Those that are given at that instant."""
    festival = Bonus("festival", inr("500"), from_at=AT)
    of = attrs.evolve(OWN, bonuses=(festival,))
    assert of.value(ASKED).minor == 8_500_00
    before = attrs.evolve(ASKED, at=AT - timedelta(seconds=1))
    assert of.value(before).minor == 8_000_00


def test_days_are_those_of_the_zone() -> None:
    """At 18:30 in UTC it is the next day in India, on which the device is a month older."""
    bought = attrs.evolve(ASKED, device=a_device(purchased_on=date(2020, 5, 2)))
    late = datetime(2021, 6, 1, 18, 29, 59, tzinfo=UTC)
    assert OWN.value(attrs.evolve(bought, at=late)).minor == 8_000_00
    next_day = attrs.evolve(bought, at=late + timedelta(seconds=1))
    assert OWN.value(next_day).minor == 5_600_00


def test_what_a_price_book_does_not_have_it_does_not_value() -> None:
    """Though the request says what it is worth."""
    with pytest.raises(NotInPortfolio) as no:
        attrs.evolve(OWN, models=(a_model(variant=""),)).value(ASKED)
    assert no.value.figures == {"model_id": "redmi-note-4", "variant": "4gb-64gb"}


def test_another_is_asked_where_the_first_is_not_there() -> None:
    """And signs what it answers."""
    valuer: Valuer = FallbackValuer(Partner(DOWN), OWN)
    assert valuer.name == "cashify, else price-book"
    assert valuer.value(ASKED) == OWN.value(ASKED)


def test_what_the_first_answers_stands() -> None:
    """A price, and a no."""
    no = NotInPortfolio(model_id="redmi-note-4", variant="")
    assert FallbackValuer(Partner(OFFER), OWN).value(ASKED) == OFFER
    with pytest.raises(NotInPortfolio) as raised:
        FallbackValuer(Partner(no), OWN).value(ASKED)
    assert raised.value is no


def test_where_neither_is_there_nobody_values() -> None:
    """The last one's error is told, and it is no refusal."""
    other = ValuerUnavailable(valuer="other", why="closed")
    with pytest.raises(ValuerUnavailable, match="other did not value the device: closed"):
        FallbackValuer(Partner(DOWN), Partner(other)).value(ASKED)
    assert not issubclass(ValuerUnavailable, Refused)


def test_the_error_says_who_and_why() -> None:
    """Also after it was sent elsewhere."""
    again = pickle.loads(pickle.dumps(DOWN))
    assert (again.valuer, again.why, str(again)) == (DOWN.valuer, DOWN.why, str(DOWN))
