"""The rewards of a rule book: strict reading, and writing that reads back equal."""

import re
import tomllib
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards.calendar import NEVER, Window
from mi_rewards.catalogue import Choice, CouponTerms, FCodeTerms, Reward, Validity
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate, Rounding
from mi_rewards.rule_book import from_toml, to_toml
from tests.catalogue import CHOSEN, COUPON, F_CODE, FULL, PHONE
from tests.catalogue_strategies import rewards
from tests.shop import SMALL, rules
from tests.unit.test_rule_book import edited, objection

FROM_QUOTA = attrs.evolve(F_CODE, terms=attrs.evolve(PHONE, quota_id="friday-1"))
ALL = (FULL, FROM_QUOTA, CHOSEN, COUPON)
HEAD = to_toml(SMALL)
WRITTEN = """
[vouchers]
clear_codes = "for_owner"

[[rewards]]
id = "full"
title = "All there is"
cost = 10000
from_at = 2017-07-01T00:00:00Z
until_at = 2018-01-01T00:00:00.000005Z
stock = 100
limits = [{ count = 1, per = "member", period = "month" }, \
{ count = 5, per = "member", period = "ever" }, { count = 0, per = "programme", period = "day" }]
tiers = ["gold", "platinum"]
pool = "partner"
revocable = true
expense = "INR 75.50"

[rewards.coupon]
rate = { part = 10, of = 100, rounding = "half_even" }
cap = "INR 500.00"
categories = ["accessories", "audio"]
order_min = "INR 999.00"
platforms = ["app"]
payment_modes = ["card", "wallet"]
combinable = true
transferable = true
valid = { through = 2018-12-31 }

[[rewards]]
id = "f-code"
title = "Phone first"
cost = 1000
revocable = false

[rewards.f_code]
products = ["note-4-32gb", "note-4-64gb"]
quota = "friday-1"
transferable = true
valid = { days = 0 }

[[rewards]]
id = "chosen"
title = "As much as you like"
cost = { least = 50, step = 25, most = 500, \
worth = { money = "INR 1.00", per_tokens = 25, rounding = "down" } }
revocable = false

[rewards.coupon]
categories = ["accessories"]
combinable = false
transferable = false
valid = { days = 10 }

[[rewards]]
id = "cup"
title = "A cup"
cost = 2500
revocable = false

[rewards.coupon]
value = "INR 100.00"
combinable = false
transferable = false
valid = { days = 10 }
"""
BOOK = HEAD + WRITTEN


def test_rewards_are_read_as_the_values_that_they_state() -> None:
    """In the order in which they stand."""
    assert from_toml(BOOK) == rules(rewards=ALL, keeps_codes=True)


def test_rewards_are_written_as_they_stand() -> None:
    """To the letter, and after all the rest."""
    assert to_toml(rules(rewards=ALL, keeps_codes=True)) == BOOK


def test_whether_codes_are_kept_is_written_where_it_matters() -> None:
    """A book without rewards says nothing of it, unless they are kept."""
    assert "[vouchers]" not in to_toml(SMALL)
    assert to_toml(rules(keeps_codes=True)) == HEAD + '\n[vouchers]\nclear_codes = "for_owner"\n'
    with_rewards = to_toml(rules(rewards=(COUPON,)))
    assert '\n[vouchers]\nclear_codes = "never"\n\n[[rewards]]\n' in with_rewards
    assert from_toml(with_rewards) == rules(rewards=(COUPON,))


LEAST = """
[[rewards]]
id = "least"
title = "Least"
cost = 1
[rewards.coupon]
value = "INR 1"
valid = { days = 1 }
[[rewards]]
id = "f"
title = "F"
cost = { least = 1, step = 1, worth = { money = "INR 0.01", per_tokens = 1, rounding = "up" } }
limits = [{ count = 1 }]
[rewards.coupon]
valid = { through = 9999-12-31 }
"""


def test_what_is_left_out_is_not_there() -> None:
    """Nobody is shut out, nothing is limited, and nothing is taken back."""
    least, chosen = from_toml(HEAD + LEAST).rewards
    assert least == Reward("least", "Least", 1, CouponTerms(Validity(1), Money(100, "INR")))
    assert chosen.cost == Choice(1, 1, Rate(1, 1, Rounding.UP))
    assert chosen.terms == CouponTerms(Validity(through_on=NEVER))
    assert [(it.count, it.per, it.period) for it in chosen.limits] == [(1, "member", "ever")]


def can_be_had(reward: Reward) -> bool:
    """Say whether a reward is on sale while its vouchers would be valid."""
    from_at, through_on = reward.window.from_at, reward.terms.validity.through_on
    return from_at is None or through_on is None or from_at < SMALL.zone.after(through_on)


@settings(max_examples=60)
@given(st.lists(rewards("INR"), max_size=3, unique_by=lambda it: it.reward_id), st.booleans())
def test_any_rewards_read_back_equal(found: list[Reward], keeps_codes: bool) -> None:
    """And equal programmes are the same text, with the same digest."""
    able = tuple([it for it in found if can_be_had(it)])
    programme = rules(rewards=able, keeps_codes=keeps_codes)
    again = from_toml(to_toml(programme))
    assert again == programme
    assert to_toml(again) == to_toml(programme)
    assert again.digest == programme.digest


def test_an_instant_is_written_in_utc() -> None:
    """Equal windows are the same text, whatever zone they were stated in."""
    text = BOOK.replace("2017-07-01T00:00:00Z", "2017-07-01T05:30:00+05:30")
    assert text != BOOK
    assert to_toml(from_toml(text)) == BOOK


# strict reading

KINDS: dict[str, tuple[object, str, str]] = {
    "vouchers": (1, "vouchers", "a table"),
    "vouchers.clear_codes": (True, "vouchers.clear_codes", "a text"),
    "rewards": (1, "rewards", "a list of tables"),
    "rewards.0": (1, "rewards number 1", "a table"),
    "rewards.1.id": (1, "rewards number 2.id", "a text"),
    "rewards.0.title": (1, "rewards.full.title", "a text"),
    "rewards.0.cost": ("1", "rewards.full.cost", "a whole number"),
    "rewards.0.from_at": ("2017", "rewards.full.from_at", "an instant such as"),
    "rewards.0.until_at": (1, "rewards.full.until_at", "an instant such as"),
    "rewards.0.stock": ("1", "rewards.full.stock", "a whole number"),
    "rewards.0.limits": (1, "rewards.full.limits", "a list of tables"),
    "rewards.0.limits.1": (1, "rewards.full.limits number 2", "a table"),
    "rewards.0.limits.1.count": (True, "rewards.full.limits number 2.count", "a whole number"),
    "rewards.0.limits.1.per": (1, "rewards.full.limits number 2.per", "a text"),
    "rewards.0.limits.1.period": (1, "rewards.full.limits number 2.period", "a text"),
    "rewards.0.tiers": ("gold", "rewards.full.tiers", "a list of texts"),
    "rewards.0.pool": (1, "rewards.full.pool", "a text"),
    "rewards.0.revocable": (1, "rewards.full.revocable", "true or false"),
    "rewards.0.expense": (1, "rewards.full.expense", "a text"),
    "rewards.0.coupon": (1, "rewards.full.coupon", "a table"),
    "rewards.0.coupon.value": (100, "rewards.full.coupon.value", "a text"),
    "rewards.0.coupon.rate": (10, "rewards.full.coupon.rate", "a table"),
    "rewards.0.coupon.rate.part": ("1", "rewards.full.coupon.rate.part", "a whole number"),
    "rewards.0.coupon.rate.of": ("1", "rewards.full.coupon.rate.of", "a whole number"),
    "rewards.0.coupon.rate.rounding": (1, "rewards.full.coupon.rate.rounding", "a text"),
    "rewards.0.coupon.cap": (1, "rewards.full.coupon.cap", "a text"),
    "rewards.0.coupon.categories": ("a", "rewards.full.coupon.categories", "a list of texts"),
    "rewards.0.coupon.order_min": (1, "rewards.full.coupon.order_min", "a text"),
    "rewards.0.coupon.platforms": ([1], "rewards.full.coupon.platforms", "a list of texts"),
    "rewards.0.coupon.payment_modes": (1, "rewards.full.coupon.payment_modes", "a list of texts"),
    "rewards.0.coupon.combinable": (1, "rewards.full.coupon.combinable", "true or false"),
    "rewards.0.coupon.transferable": (1, "rewards.full.coupon.transferable", "true or false"),
    "rewards.0.coupon.valid": (90, "rewards.full.coupon.valid", "a table"),
    "rewards.0.coupon.valid.days": ("1", "rewards.full.coupon.valid.days", "a whole number"),
    "rewards.0.coupon.valid.through": (1, "rewards.full.coupon.valid.through", "a day such as"),
    "rewards.1.f_code": (1, "rewards.f-code.f_code", "a table"),
    "rewards.1.f_code.products": ("a", "rewards.f-code.f_code.products", "a list of texts"),
    "rewards.1.f_code.quota": (1, "rewards.f-code.f_code.quota", "a text"),
    "rewards.1.f_code.transferable": (1, "rewards.f-code.f_code.transferable", "true or false"),
    "rewards.1.f_code.valid": (1, "rewards.f-code.f_code.valid", "a table"),
    "rewards.2.cost.least": ("1", "rewards.chosen.cost.least", "a whole number"),
    "rewards.2.cost.step": ("1", "rewards.chosen.cost.step", "a whole number"),
    "rewards.2.cost.most": ("1", "rewards.chosen.cost.most", "a whole number"),
    "rewards.2.cost.worth": (1, "rewards.chosen.cost.worth", "a table"),
    "rewards.2.cost.worth.money": (1, "rewards.chosen.cost.worth.money", "a text"),
    "rewards.2.cost.worth.per_tokens": (
        "25",
        "rewards.chosen.cost.worth.per_tokens",
        "a whole number",
    ),
    "rewards.2.cost.worth.rounding": (1, "rewards.chosen.cost.worth.rounding", "a text"),
}


@pytest.mark.parametrize("path", KINDS)
def test_a_value_of_the_wrong_kind_is_named(path: str) -> None:
    """By the reward's id once that is known, with what was expected and what came."""
    value, name, expected = KINDS[path]
    said = objection(edited(BOOK, path, value))
    assert said.startswith(f"{name} must be {expected}")
    assert said.endswith(f", not {value!r}")


def test_every_key_is_among_those_above() -> None:
    """The rows leave none out."""
    named = {path.rpartition(".")[2] for path in KINDS} - {"0", "1"}
    written = set(re.findall(r"(\w+) = ", WRITTEN)) | {"vouchers", "rewards", "coupon", "f_code"}
    assert named == written


REQUIRED = {
    "vouchers.clear_codes": "vouchers must have 'clear_codes'",
    "rewards.0.id": "rewards number 1 must have 'id'",
    "rewards.0.title": "rewards.full must have 'title'",
    "rewards.0.cost": "rewards.full must have 'cost'",
    "rewards.0.coupon": "rewards.full must have either 'coupon' or 'f_code'",
    "rewards.0.limits.0.count": "rewards.full.limits number 1 must have 'count'",
    "rewards.0.coupon.valid": "rewards.full.coupon must have 'valid'",
    "rewards.0.coupon.rate.part": "rewards.full.coupon.rate must have 'part'",
    "rewards.0.coupon.rate.of": "rewards.full.coupon.rate must have 'of'",
    "rewards.0.coupon.rate.rounding": "rewards.full.coupon.rate must have 'rounding'",
    "rewards.1.f_code": "rewards.f-code must have either 'coupon' or 'f_code'",
    "rewards.1.f_code.products": "rewards.f-code.f_code must have 'products'",
    "rewards.1.f_code.valid": "rewards.f-code.f_code must have 'valid'",
    "rewards.2.cost.least": "rewards.chosen.cost must have 'least'",
    "rewards.2.cost.step": "rewards.chosen.cost must have 'step'",
    "rewards.2.cost.worth": "rewards.chosen.cost must have 'worth'",
    "rewards.2.cost.worth.money": "rewards.chosen.cost.worth must have 'money'",
    "rewards.2.cost.worth.per_tokens": "rewards.chosen.cost.worth must have 'per_tokens'",
    "rewards.2.cost.worth.rounding": "rewards.chosen.cost.worth must have 'rounding'",
}


@pytest.mark.parametrize("path", REQUIRED)
def test_a_missing_key_is_named(path: str) -> None:
    """With its table; how long a voucher is valid is one of them."""
    assert objection(edited(BOOK, path, ...)) == REQUIRED[path]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("vouchers", "vouchers"),
        ("rewards.0", "rewards.full"),
        ("rewards.0.limits.2", "rewards.full.limits number 3"),
        ("rewards.0.coupon", "rewards.full.coupon"),
        ("rewards.0.coupon.rate", "rewards.full.coupon.rate"),
        ("rewards.0.coupon.valid", "rewards.full.coupon.valid"),
        ("rewards.1.f_code", "rewards.f-code.f_code"),
        ("rewards.2.cost", "rewards.chosen.cost"),
        ("rewards.2.cost.worth", "rewards.chosen.cost.worth"),
    ],
)
def test_an_unknown_key_is_named(table: str, name: str) -> None:
    """With its table."""
    assert objection(edited(BOOK, f"{table}.mor", 1)) == f"{name} has the unknown key 'mor'"


DAYS = {"days": 1}

ROWS: list[tuple[str, object, str]] = [
    ("vouchers.clear_codes", "yes", "vouchers.clear_codes must be one of never, for_owner, not"),
    ("rewards.0.id", "a b", "rewards.a b: a reward's id has letters, digits, points, hyphens"),
    ("rewards.3.id", "full", "the rule book: two rewards are named 'full'"),
    ("rewards.0.title", "", "rewards.full: a reward's title is a text, not ''"),
    ("rewards.0.cost", 0, "rewards.full: a cost is a whole number of tokens from 1, not 0"),
    ("rewards.0.cost", 2**63, "rewards.full.cost must be from -(2**63 - 1) to 2**63 - 1"),
    ("rewards.0.stock", -1, "rewards.full: a stock is a whole number, 0 to 2**63 - 1, not -1"),
    ("rewards.0.limits.0.count", -1, "rewards.full.limits number 1: a limit is a whole number"),
    ("rewards.0.limits.0.per", "shop", "rewards.full.limits number 1.per must be one of member,"),
    ("rewards.0.limits.0.period", "age", "rewards.full.limits number 1.period must be one of"),
    ("rewards.0.limits.0.period", "ever", "rewards.full: a reward has two limits over the same"),
    ("rewards.0.tiers", [], "rewards.full.tiers must be a list of at least one text, or left out"),
    ("rewards.0.tiers", ["a", "a"], "rewards.full: a reward's tiers are a tuple of texts that"),
    ("rewards.0.expense", "75", "rewards.full.expense: money is written as 'INR 100.00', not '75'"),
    ("rewards.0.expense", "USD 1", "the rule book: reward 'full' is in USD, the programme in INR"),
    ("rewards.0.until_at", datetime(2017, 7, 1, tzinfo=UTC), "rewards.full: a window begins bef"),
    ("rewards.0.f_code", {}, "rewards.full must have either 'coupon' or 'f_code'"),
    ("rewards.0.coupon.value", "INR 1", "rewards.full.coupon: a coupon takes off a fixed amount"),
    ("rewards.0.coupon.rate.part", 101, "rewards.full.coupon: a coupon's rate is at most the"),
    ("rewards.0.coupon.rate.of", 0, "rewards.full.coupon.rate: a rate's denominator is a whole"),
    ("rewards.0.coupon.cap", "USD 1", "rewards.full.coupon: a coupon's amounts are of one"),
    ("rewards.0.coupon.platforms", [], "rewards.full.coupon.platforms must be a list of at least"),
    ("rewards.0.coupon.valid", {}, "rewards.full.coupon.valid: a voucher is valid for a number"),
    ("rewards.0.coupon.valid.days", 1, "rewards.full.coupon.valid: a voucher is valid for a num"),
    ("rewards.1.f_code.valid.days", -1, "rewards.f-code.f_code.valid: a voucher is valid for 0"),
    ("rewards.1.f_code.products", [], "rewards.f-code.f_code: an F-code is for at least one"),
    ("rewards.1.cost", CHOSEN, "rewards.f-code: a reward is a coupon, or an F-code of a fixed"),
    ("rewards.2.cost.least", 501, "rewards.chosen.cost: the most tokens, 500, are fewer than"),
    ("rewards.2.cost.worth.money", "USD 1", "rewards.chosen.cost.worth.money must be in INR, no"),
    ("rewards.2.cost.worth.money", "1", "rewards.chosen.cost.worth.money: money is written as"),
    ("rewards.2.cost.worth.per_tokens", 0, "rewards.chosen.cost.worth: a rate's denominator is"),
    ("rewards.2.coupon.value", "INR 1", "rewards.chosen: a coupon takes off a fixed amount or a"),
    ("rewards.3.coupon.value", ..., "rewards.cup: a coupon takes off a fixed amount or a rate;"),
]


@pytest.mark.parametrize(("path", "value", "message"), ROWS)
def test_what_could_never_work_is_said_with_its_place(
    path: str, value: object, message: str
) -> None:
    """The table, or the key itself, and what was expected."""
    if value is CHOSEN:
        value = tomllib.loads(BOOK)["rewards"][2]["cost"]
    assert objection(edited(BOOK, path, value)).startswith(message)


@pytest.mark.parametrize(
    ("from_at", "is_possible"),
    [
        ("2018-12-31T18:29:59.999999Z", True),
        ("2018-12-31T18:30:00Z", False),
        ("2018-12-31T18:30:00.000001Z", False),
    ],
)
def test_a_reward_is_on_sale_while_its_vouchers_are_valid(from_at: str, is_possible: bool) -> None:
    """To the end of their last day in the programme's zone; else it is neither read nor written."""
    text = BOOK.replace("2017-07-01T00:00:00Z", from_at)
    text = text.replace("until_at = 2018-01-01T00:00:00.000005Z\n", "")
    if is_possible:
        assert to_toml(from_toml(text)) == text
        return
    said = (
        "rewards.full could never be had: its vouchers are valid through 2018-12-31, and it is on"
        f" sale from {from_at}"
    )
    assert objection(text) == said
    late = attrs.evolve(FULL, window=Window(datetime.fromisoformat(from_at), None))
    with pytest.raises(Misuse) as caught:
        to_toml(rules(rewards=(late,)))
    assert str(caught.value) == said


def test_an_instant_has_an_offset() -> None:
    """A local time is none, and neither is a day."""
    for wrong, why in (("2017-07-01T00:00:00", ", which has no offset"), ("2017-07-01", "")):
        said = objection(BOOK.replace("2017-07-01T00:00:00Z", wrong))
        assert said == (
            "rewards.full.from_at must be an instant such as 2017-06-15T00:00:00+05:30,"
            f" not {wrong}{why}"
        )


def test_the_largest_figures_are_read_back() -> None:
    """Tokens, money and stock may be as many as there can be."""
    worth = Rate(TOKENS_MAX, TOKENS_MAX, Rounding.HALF_UP)
    chosen = attrs.evolve(CHOSEN, cost=Choice(TOKENS_MAX, TOKENS_MAX, worth), stock=TOKENS_MAX)
    window = Window(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    f_code = attrs.evolve(F_CODE, terms=FCodeTerms(("p",), Validity(36_525)), window=window)
    programme = rules(rewards=(chosen, f_code))
    assert from_toml(to_toml(programme)) == programme


def test_texts_are_escaped_in_every_list() -> None:
    """Whatever is in them."""
    names: Any = ('"', "\\", "\n", "\x7f", "é")
    terms = attrs.evolve(FULL.terms, categories=names, platforms=names, payment_modes=names)
    changed = attrs.evolve(FULL, title="".join(names), tiers=names, pool_id='"\n', terms=terms)
    assert from_toml(to_toml(rules(rewards=(changed,)))).rewards == (changed,)
