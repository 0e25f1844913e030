"""Rewards as dictionaries; a stored sample of every format."""

import copy
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import (
    CouponTerms,
    FCodeTerms,
    Reward,
    Validity,
    reward_from_dict,
    reward_to_dict,
)
from mi_rewards.errors import Corrupt
from mi_rewards.money import TOKENS_MAX
from tests.catalogue import CHOSEN, COUPON, F_CODE, FULL, PHONE
from tests.edits import setting, without

SAMPLES = Path(__file__).parents[2] / "samples"
STORED = attrs.evolve(FULL, version=3)
COUPON_DICT, F_CODE_DICT = reward_to_dict(STORED), reward_to_dict(F_CODE)
CHOSEN_DICT = reward_to_dict(CHOSEN)


def test_the_first_format_of_rewards_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    sample = json.loads(SAMPLES.joinpath("reward_1.json").read_text(encoding="utf-8"))
    assert reward_from_dict(sample) == STORED
    assert reward_to_dict(STORED) == sample


@pytest.mark.parametrize("reward", [COUPON, F_CODE, CHOSEN, FULL, STORED], ids=str)
def test_a_reward_is_read_as_it_was_written(reward: Reward) -> None:
    """Version included, through JSON."""
    assert reward_from_dict(json.loads(json.dumps(reward_to_dict(reward)))) == reward


def corrupt(written: dict[str, Any], path: str, value: object) -> str:
    """Edit what was written, and answer with the objection of the reader."""
    edited = copy.deepcopy(written)
    (without(path) if value is ... else setting(path, value))(edited)
    with pytest.raises(Corrupt) as caught:
        reward_from_dict(edited)
    return str(caught.value)


ROWS: list[tuple[str, object, str]] = [
    ("format", 2, "reward is of the unknown format 2"),
    ("format", True, "reward is of the unknown format True"),
    ("more", 1, "reward has other keys: missing [], unknown ['more']"),
    ("reward_id", 1, "reward_id must be a text, not 1"),
    ("reward_id", "a b", "reward: a reward's id has letters, digits, points"),
    ("title", None, "title must be a text, not None"),
    ("title", "", "reward: a reward's title is a text, not ''"),
    ("cost", 0, "cost must be a whole number, 1 to"),
    ("cost", TOKENS_MAX + 1, "cost must be a whole number, 1 to"),
    ("cost", "1", "cost must be a whole number, 1 to"),
    ("cost", {}, "cost has other keys: missing ['least', 'most', 'step', 'worth'], unknown []"),
    ("cost", CHOSEN_DICT["cost"], "reward: a coupon takes off a fixed amount or a rate; where"),
    ("terms", [], "terms must be a dictionary, not []"),
    ("terms", {}, "terms has other keys: missing ["),
    ("terms.kind", "gift", "kind 'gift' is not known"),
    ("terms.kind", 1, "kind must be a text, not 1"),
    ("terms.kind", "f_code", "terms has other keys: missing ['product_ids'], unknown ['cap', "),
    ("terms.more", 1, "terms has other keys: missing [], unknown ['more']"),
    ("terms.validity", 10, "validity must be a dictionary, not 10"),
    ("terms.validity.more", 10, "validity has other keys: missing [], unknown ['more']"),
    ("terms.validity.days", 10, "validity: a voucher is valid for a number of days, or through"),
    ("terms.validity.days", -1, "days must be a whole number, 0 to"),
    ("terms.validity.through_on", None, "validity: a voucher is valid for a number of days, or"),
    ("terms.validity.through_on", "2018", "through_on: a day is written as"),
    ("terms.validity.through_on", 2018, "through_on must be a text, not 2018"),
    ("terms.value", [1, "INR"], "terms: a coupon takes off a fixed amount or a rate, not both"),
    ("terms.value", 100, "value must be a list, not 100"),
    ("terms.value", [100], "value must have 2 parts, not [100]"),
    ("terms.value", [-1, "INR"], "value must be a whole number, 0 to"),
    ("terms.value", [1, "XXX"], "value: a currency is an ISO 4217 code"),
    ("terms.value", [1, 1], "value must be a text, not 1"),
    ("terms.rate", None, "terms: only a coupon with a rate has a cap"),
    ("terms.rate", [1, 2], "rate must have 3 parts, not [1, 2]"),
    ("terms.rate", [-1, 2, "down"], "rate must be a whole number, 0 to"),
    ("terms.rate", [1, 0, "down"], "rate must be a whole number, 1 to"),
    ("terms.rate", [1, 2, "floor"], "rate 'floor' is not known"),
    ("terms.rate", [3, 2, "down"], "terms: a coupon's rate is at most the whole"),
    ("terms.cap", [1, "USD"], "terms: a coupon's amounts are of one currency"),
    ("terms.order_min", [1, "USD"], "terms: a coupon's amounts are of one currency"),
    ("terms.categories", "a", "categories must be a list, not 'a'"),
    ("terms.categories", [1], "categories must be a text, not 1"),
    ("terms.categories", ["a", "a"], "terms: a coupon's categories are a tuple of texts that"),
    ("terms.platforms", [""], "terms: a coupon's platforms are a tuple of texts that differ"),
    ("terms.payment_modes", None, "payment_modes must be a list, not None"),
    ("terms.is_combinable", 1, "is_combinable must be true or false, not 1"),
    ("terms.is_transferable", None, "is_transferable must be true or false, not None"),
    ("from_at", "2017-07-01", "from_at: an instant is written as"),
    ("from_at", 1, "from_at must be a text, not 1"),
    ("from_at", "2018-07-01T00:00:00Z", "window: a window begins before it ends, not at"),
    ("until_at", "2017-07-01T00:00:00Z", "window: a window begins before it ends, not at"),
    ("stock", -1, "stock must be a whole number, 0 to"),
    ("stock", 1.0, "stock must be a whole number, 0 to"),
    ("limits", {}, "limits must be a list, not {}"),
    ("limits.0", [1, "member"], "limit must have 3 parts, not [1, 'member']"),
    ("limits.0.0", -1, "count must be a whole number, 0 to"),
    ("limits.0.1", "shop", "per 'shop' is not known"),
    ("limits.0.2", "age", "period 'age' is not known"),
    ("limits.0.2", "ever", "reward: a reward has two limits over the same period"),
    ("tiers", [1], "tiers must be a text, not 1"),
    ("tiers", ["a", "a"], "reward: a reward's tiers are a tuple of texts that differ"),
    ("pool_id", None, "pool_id must be a text, not None"),
    ("is_revocable", "no", "is_revocable must be true or false, not 'no'"),
    ("expense", [1, "INR", 2], "expense must have 2 parts, not [1, 'INR', 2]"),
    ("version", -1, "version must be a whole number, 0 to"),
]


@pytest.mark.parametrize(("path", "value", "message"), ROWS)
def test_a_reward_is_read_strictly(path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    assert corrupt(COUPON_DICT, path, value).startswith(message)


CHOICE_ROWS: list[tuple[str, object, str]] = [
    ("cost.more", 1, "cost has other keys: missing [], unknown ['more']"),
    ("cost.least", 0, "least must be a whole number, 1 to"),
    ("cost.step", 0, "step must be a whole number, 1 to"),
    ("cost.most", 0, "most must be a whole number, 1 to"),
    ("cost.most", 49, "cost: the most tokens, 49, are fewer than the least, 50"),
    ("cost.worth", None, "worth must be a list, not None"),
    ("cost.worth", [1, 0, "down"], "worth must be a whole number, 1 to"),
    ("cost", 50, "reward: a coupon takes off a fixed amount or a rate; where its tokens are"),
    ("terms", F_CODE_DICT["terms"], "reward: a reward is a coupon, or an F-code of a fixed cost"),
]


@pytest.mark.parametrize(("path", "value", "message"), CHOICE_ROWS)
def test_a_choice_is_read_strictly(path: str, value: object, message: str) -> None:
    """As a fixed cost is."""
    assert corrupt(CHOSEN_DICT, path, value).startswith(message)


F_CODE_ROWS: list[tuple[str, object, str]] = [
    ("terms.more", 1, "terms has other keys: missing [], unknown ['more']"),
    ("terms.product_ids", [], "terms: an F-code is for at least one product"),
    ("terms.product_ids", [1], "product_ids must be a text, not 1"),
    ("terms.product_ids", "p", "product_ids must be a list, not 'p'"),
    ("terms.validity", None, "validity must be a dictionary, not None"),
    ("terms.validity.days", 36_526, "validity: a voucher is valid for 0 to 36525 days, not 36526"),
    ("terms.is_transferable", "yes", "is_transferable must be true or false, not 'yes'"),
    ("terms.quota_id", 1, "quota_id must be a text, not 1"),
    ("terms.quota_id", "", "quota_id is left out where there is none"),
]


@pytest.mark.parametrize(("path", "value", "message"), F_CODE_ROWS)
def test_an_f_code_is_read_strictly(path: str, value: object, message: str) -> None:
    """As a coupon is."""
    assert corrupt(F_CODE_DICT, path, value).startswith(message)


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (COUPON_DICT, ""),
        (COUPON_DICT, "terms"),
        (COUPON_DICT, "terms.validity"),
        (CHOSEN_DICT, "cost"),
        (F_CODE_DICT, "terms"),
    ],
)
def test_nothing_of_a_reward_may_be_missing(written: dict[str, Any], part: str) -> None:
    """Each key of each part."""
    table = written
    for step in part.split("."):
        table = table[step] if step else table
    for name in table:
        said = corrupt(written, f"{part}.{name}".lstrip("."), ...)
        is_format = (part, name) == ("", "format")
        assert ("unknown format None" if is_format else f"'{name}'") in said


def test_a_dictionary_of_nothing_is_corrupt() -> None:
    """So is what is none."""
    nothing: list[Any] = [{}, None, []]
    for wrong in nothing:
        with pytest.raises(Corrupt):
            reward_from_dict(wrong)


def test_the_quota_of_an_f_code_is_written_where_it_has_one() -> None:
    """What was stored before has none, and is read and written as it was."""
    terms = attrs.evolve(PHONE, quota_id="q1")
    written = reward_to_dict(attrs.evolve(F_CODE, terms=terms))
    assert reward_from_dict(written).terms == terms
    assert "quota_id" not in F_CODE_DICT["terms"]
    assert written["terms"] == {**F_CODE_DICT["terms"], "quota_id": "q1"}


def test_terms_are_of_their_own_classes_again() -> None:
    """A coupon's and an F-code's."""
    assert type(reward_from_dict(COUPON_DICT).terms) is CouponTerms
    assert type(reward_from_dict(F_CODE_DICT).terms) is FCodeTerms
    assert reward_from_dict(F_CODE_DICT).terms.validity == Validity(0)
