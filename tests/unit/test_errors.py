"""Errors: who is at fault, what they say, and that they travel between processes."""

import pickle

import pytest

from mi_rewards.errors import LimitReached, Misuse, Refused, RequestReused


def test_a_reused_request_is_named_and_travels() -> None:
    """It says which request of whom, here and after pickling."""
    fault = RequestReused(scope="asha", request_id="r-1")
    again: object = pickle.loads(pickle.dumps(fault))
    assert isinstance(again, Misuse)
    assert isinstance(again, RequestReused)
    assert (again.scope, again.request_id) == ("asha", "r-1")
    assert str(again) == "request 'r-1' of 'asha' was seen before with other content"


@pytest.mark.parametrize(
    "refusal",
    [
        LimitReached(counter="stock/f-code", asked=2, used=9, limit=10),
        Refused("a host's own refusal", left=3),
    ],
)
def test_a_refusal_travels_with_its_message_and_figures(refusal: Refused) -> None:
    """Whatever its class asks for when it is made anew."""
    again: Refused = pickle.loads(pickle.dumps(refusal))
    assert type(again) is type(refusal)
    assert again == refusal
    assert (str(again), dict(again.figures)) == (str(refusal), dict(refusal.figures))


def test_refusals_are_equal_by_class_and_figures() -> None:
    """And equal to nothing that is no refusal."""
    first, second = Refused("x", left=3), Refused("y", left=3)
    assert first == second
    assert hash(first) == hash(second)
    assert first != Refused("x", left=4)
    assert first.__eq__("refused") is NotImplemented
