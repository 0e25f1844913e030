"""Purchases and members as dictionaries; a stored sample of every format."""

import copy
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.calendar import NEVER, UTC
from mi_rewards.earning import (
    Award,
    Line,
    Member,
    Purchase,
    PurchaseState,
    Recipe,
    member_from_dict,
    member_to_dict,
    purchase_from_dict,
    purchase_to_dict,
)
from mi_rewards.earning.awards import Earned
from mi_rewards.earning.circumstances import Circumstances, Effects
from mi_rewards.errors import Corrupt
from mi_rewards.money import TOKENS_MAX, Money, Rounding

SAMPLES = Path(__file__).parents[2] / "samples"

NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1, microseconds=5)
RECIPE = Recipe(
    "shopping", 10, Money(10_000, "INR"), Rounding.HALF_EVEN, ("shipping", "gift"), "98a4b79bea1f"
)
MEMBER = Member("asha", NOON, (), (("2017", 5), ("2018", 1)), 3)
SHOPPER = Member("bela", None, ("o2", "o1"))
PURCHASE = Purchase(
    "asha",
    "o1",
    (
        Line("phone", Money(500_000, "INR"), 1, "phones", NOON),
        Line("cases", Money(30_000, "INR"), 3, "", LATER, 2),
        Line("ship", Money(5_000, "INR"), 1, "shipping"),
    ),
    "mi.com",
    PurchaseState.PART_DELIVERED,
    RECIPE,
    (Award(500, date(2018, 12, 31), NOON), Award(30, NEVER, LATER, "o1#2", 20)),
    1_000,
    version=4,
)
TOLD = Purchase(
    "asha",
    "o3",
    (Line("1", Money(500_000, "INR"), 1, "phones", NOON, 0, "redmi-note-4"),),
    "mi.com",
    PurchaseState.DELIVERED,
    RECIPE,
    (Award(500, date(2018, 12, 31), NOON),),
    0,
    Circumstances(NOON, "app", "prepaid"),
    Effects(Earned(RECIPE, (Award(50, NEVER, NOON, None, 1),)), ((date(2017, 7, 1), 500_000),)),
    2,
)
KNOWN = Member(
    "asha",
    NOON,
    ("o9",),
    (),
    3,
    LATER,
    "fraud",
    "bela",
    ("chitra", "dev"),
    "02-29",
    "ASHA7",
    LATER,
    NOON - timedelta(days=1),
)
PLACED = Purchase("bela", "o2", (Line("1", Money(0, "JPY")),))


def sample(name: str) -> Any:
    """Read a stored sample."""
    return json.loads(SAMPLES.joinpath(name).read_text(encoding="utf-8"))


# samples, for ever


def test_the_first_format_of_purchases_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    assert purchase_from_dict(sample("purchase_1.json")) == PURCHASE
    assert purchase_to_dict(PURCHASE) == sample("purchase_1.json")


def test_the_first_format_of_members_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    assert member_from_dict(sample("member_1.json")) == MEMBER
    assert member_to_dict(MEMBER) == sample("member_1.json")


# round trips


@pytest.mark.parametrize("member", [MEMBER, SHOPPER, Member("asha"), KNOWN])
def test_a_member_is_read_as_it_was_written(member: Member) -> None:
    """Version included, through JSON."""
    assert member_from_dict(json.loads(json.dumps(member_to_dict(member)))) == member


@pytest.mark.parametrize(
    "purchase",
    [
        PURCHASE,
        PLACED,
        TOLD,
        TOLD._replace(effects=Effects(None, ((date(2017, 7, 1), 0), (date(2017, 7, 2), 5)))),
        PLACED.cancelling(),
        PLACED.forgoing(((PLACED.lines[0].line_id, PLACED.lines[0].quantity),)),
        PLACED.delivering(NOON),
        PURCHASE._replace(state=PurchaseState.DELIVERED),
        PURCHASE._replace(awards=(PURCHASE.awards[0],)),
        PURCHASE._replace(returned_minor=500_000 + 10_000),
    ],
)
def test_a_purchase_is_read_as_it_was_written(purchase: Purchase) -> None:
    """Version included, through JSON; the parts are of their own classes again."""
    read = purchase_from_dict(json.loads(json.dumps(purchase_to_dict(purchase))))
    assert read == purchase
    assert type(read) is Purchase
    assert {type(line) for line in read.lines} == {Line}
    assert {type(award) for award in read.awards} <= {Award}


# strict reading

Edit = Callable[[dict[str, Any]], object]


def corrupt(read: Callable[[dict[str, Any]], object], written: dict[str, Any], edit: Edit) -> str:
    """Edit what was written, and answer with the objection of the reader."""
    edited = copy.deepcopy(written)
    edit(edited)
    with pytest.raises(Corrupt) as caught:
        read(edited)
    return str(caught.value)


def setting(path: str, value: object) -> Edit:
    """Set what a path such as `lines.0.quantity` leads to."""

    def edit(written: Any) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            written = written[step]
        written[last] = value

    return edit


def without(path: str) -> Edit:
    """Take out what a path such as `lines.0.quantity` leads to."""

    def edit(written: Any) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            written = written[step]
        del written[last]

    return edit


MEMBER_ROWS: list[tuple[str, object, str]] = [
    ("format", 2, "member is of the unknown format 2"),
    ("format", True, "member is of the unknown format True"),
    ("member_id", 1, "member_id must be a text, not 1"),
    ("joined_at", "2017-06-15", "joined_at: an instant is written as"),
    ("joined_at", 5, "joined_at must be a text, not 5"),
    ("waiting", "o1", "waiting must be a list, not 'o1'"),
    ("waiting", [1], "waiting must be a text, not 1"),
    ("waiting", ["o1"], "orders wait for a member who has joined"),
    ("counted", {}, "counted must be a list, not {}"),
    ("counted", [["2017"]], "counted must have 2 parts, not ['2017']"),
    ("counted", [[2017, 1]], "counted must be a text, not 2017"),
    ("counted", [["2017", 0]], "counted must be a whole number, 1 to"),
    (
        "counted",
        [["2018", 1], ["2017", 1]],
        "what is counted over must stand once, in order: ['2018', '2017']",
    ),
    (
        "counted",
        [["2017", 1], ["2017", 2]],
        "what is counted over must stand once, in order: ['2017', '2017']",
    ),
    ("version", -1, "version must be a whole number, 0 to"),
    ("version", 1.0, "version must be a whole number, 0 to"),
    ("more", 1, "member has other keys: missing [], unknown ['more']"),
    ("left_at", "2017-06-15", "left_at: an instant is written as"),
    ("erased_at", 5, "erased_at must be a text, not 5"),
    ("first_joined_at", "2017-06-15", "first_joined_at: an instant is written as"),
    ("blocked", 1, "blocked must be a text, not 1"),
    ("merged_into", 1, "merged_into must be a text, not 1"),
    ("birthday", 1, "birthday must be a text, not 1"),
    ("referral_code", 1, "referral_code must be a text, not 1"),
    ("absorbed", "b", "absorbed must be a list, not 'b'"),
    ("absorbed", [1], "absorbed must be a text, not 1"),
    ("absorbed", ["b", "b"], "a member is absorbed twice"),
    ("birthday", "02-30", "a birthday is a month and a day, MM-DD, not '02-30'"),
]


@pytest.mark.parametrize(("path", "value", "message"), MEMBER_ROWS)
def test_a_member_is_read_strictly(path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    said = corrupt(member_from_dict, member_to_dict(MEMBER), setting(path, value))
    assert said.startswith(message)


def test_an_order_waits_once() -> None:
    """However often it was told."""
    edit = setting("waiting", ["o1", "o2", "o1"])
    said = corrupt(member_from_dict, member_to_dict(SHOPPER), edit)
    assert said == "an order waits twice"


@pytest.mark.parametrize("name", sorted(member_to_dict(MEMBER)))
def test_nothing_of_a_member_may_be_missing(name: str) -> None:
    """Each key by its name."""
    said = corrupt(member_from_dict, member_to_dict(MEMBER), without(name))
    expected = "unknown format None" if name == "format" else f"missing ['{name}']"
    assert expected in said


PURCHASE_ROWS: list[tuple[str, object, str]] = [
    ("format", 0, "purchase is of the unknown format 0"),
    ("member_id", None, "member_id must be a text, not None"),
    ("order_id", 1, "order_id must be a text, not 1"),
    ("currency", "XXX", "amount_minor: a currency is an ISO 4217 code"),
    ("currency", 356, "currency must be a text, not 356"),
    ("channel", None, "channel must be a text, not None"),
    ("state", "lost", "state 'lost' is not known"),
    ("state", 1, "state must be a text, not 1"),
    ("lines", {}, "lines must be a list, not {}"),
    ("lines", [], "an order has lines, each of another name"),
    ("lines.0", [], "line must be a dictionary, not []"),
    ("lines.0.line_id", 1, "line_id must be a text, not 1"),
    ("lines.0.line_id", "cases", "an order has lines, each of another name"),
    ("lines.0.amount_minor", -1, "amount_minor must be a whole number, 0 to"),
    ("lines.0.amount_minor", TOKENS_MAX + 1, "amount_minor must be a whole number, 0 to"),
    ("lines.0.quantity", 0, "quantity must be a whole number, 1 to"),
    ("lines.0.category", None, "category must be a text, not None"),
    ("lines.0.delivered_at", "noon", "delivered_at: an instant is written as"),
    ("lines.0.returned", -1, "returned must be a whole number, 0 to"),
    ("lines.1.returned", 4, "4 units of line 'cases' are returned"),
    ("lines.2.returned", 2, "2 units of line 'ship' are returned"),
    ("lines.0.more", 1, "line has other keys: missing [], unknown ['more']"),
    ("recipe", None, "an order has both awards and their recipe, or neither"),
    ("recipe", [], "recipe must be a dictionary, not []"),
    ("recipe.rule", None, "rule must be a text, not None"),
    ("recipe.tokens", -1, "tokens must be a whole number, 0 to"),
    ("recipe.per_minor", 0, "per_minor must be a whole number, 1 to"),
    ("recipe.currency", "XXX", "per_minor: a currency is an ISO 4217 code"),
    ("recipe.currency", None, "currency must be a text, not None"),
    ("recipe.rounding", "sideways", "rounding 'sideways' is not known"),
    (
        "recipe.excluded_categories",
        "shipping",
        "excluded_categories must be a list, not 'shipping'",
    ),
    ("recipe.excluded_categories", [1], "excluded_categories must be a text, not 1"),
    ("recipe.rule_book", 1, "rule_book must be a text, not 1"),
    ("recipe.more", 1, "recipe has other keys: missing [], unknown ['more']"),
    ("awards", None, "awards must be a list, not None"),
    ("awards", [], "an order has both awards and their recipe, or neither"),
    ("awards.0", 1, "award must be a dictionary, not 1"),
    ("awards.0.tokens", -1, "tokens must be a whole number, 0 to"),
    ("awards.0.last_day", "2018", "last_day: a day is written as"),
    ("awards.0.delivered_at", None, "delivered_at must be a text, not None"),
    ("awards.0.promise_id", 1, "promise_id must be a text, not 1"),
    ("awards.0.given_back", -1, "given_back must be a whole number, 0 to"),
    ("awards.1.given_back", 31, "31 of 30 tokens awarded are given back"),
    ("awards.0.more", 1, "award has other keys: missing [], unknown ['more']"),
    ("returned_minor", -1, "returned_minor must be a whole number, 0 to"),
    ("returned_minor", 510_001, "more is returned than was delivered"),
    ("version", None, "version must be a whole number, 0 to"),
    ("more", 1, "purchase has other keys: missing [], unknown ['more']"),
    ("state", "placed", "the order is placed, with 2 of its lines delivered"),
    ("state", "cancelled", "the order is cancelled, with 2 of its lines delivered"),
]


TOLD_ROWS: list[tuple[str, object, str]] = [
    ("circumstances.platform", 1, "platform must be a text, not 1"),
    ("circumstances.payment_mode", 1, "payment_mode must be a text, not 1"),
    ("circumstances.placed_at", 1, "placed_at must be a text, not 1"),
    ("circumstances.more", 1, "circumstances has other keys: missing [], unknown ['more']"),
    ("points.more", 1, "points has other keys: missing [], unknown ['more']"),
    ("points.awards", {}, "awards must be a list, not {}"),
    ("points.awards.0.given_back", 51, "51 of 50 tokens awarded are given back"),
    ("points.recipe.rule", 1, "rule must be a text, not 1"),
    ("counted", "2017", "counted must be a list, not '2017'"),
    ("counted", [[1, 1]], "counted must be a text, not 1"),
    ("counted", [["2017-07-01"]], "counted must have 2 parts, not ['2017-07-01']"),
    ("counted", [["2017-07-01", -1]], "counted must be a whole number, 0 to"),
    (
        "counted",
        [["2017-07-02", 1], ["2017-07-01", 1]],
        "what counts toward a tier must stand once for each day, in order",
    ),
    (
        "counted",
        [["2017-07-01", 1], ["2017-07-01", 1]],
        "what counts toward a tier must stand once for each day, in order",
    ),
    ("lines.0.product", 1, "product must be a text, not 1"),
    ("lines.0.given_minor", -1, "given_minor must be a whole number, 0 to"),
    ("lines.0.given_minor", 500_001, "vouchers and tokens paid more of a line than it came to"),
]


@pytest.mark.parametrize(("path", "value", "message"), TOLD_ROWS)
def test_what_stands_around_an_order_is_read_strictly(
    path: str, value: object, message: str
) -> None:
    """How it was placed, and what followed from it."""
    said = corrupt(purchase_from_dict, purchase_to_dict(TOLD), setting(path, value))
    assert said.startswith(message)


@pytest.mark.parametrize(("path", "value", "message"), PURCHASE_ROWS)
def test_a_purchase_is_read_strictly(path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    said = corrupt(purchase_from_dict, purchase_to_dict(PURCHASE), setting(path, value))
    assert said.startswith(message)


@pytest.mark.parametrize("name", sorted(purchase_to_dict(PURCHASE)))
def test_nothing_of_a_purchase_may_be_missing(name: str) -> None:
    """Each key by its name."""
    said = corrupt(purchase_from_dict, purchase_to_dict(PURCHASE), without(name))
    expected = "unknown format None" if name == "format" else f"missing ['{name}']"
    assert expected in said


@pytest.mark.parametrize("part", ["lines", "awards"])
def test_nothing_of_a_part_may_be_missing(part: str) -> None:
    """Each key of a line and of an award."""
    for name in purchase_to_dict(PURCHASE)[part][0]:
        said = corrupt(purchase_from_dict, purchase_to_dict(PURCHASE), without(f"{part}.0.{name}"))
        assert said.endswith(f"has other keys: missing ['{name}'], unknown []")


def test_nothing_of_a_recipe_may_be_missing() -> None:
    """Each key of it."""
    for name in purchase_to_dict(PURCHASE)["recipe"]:
        said = corrupt(purchase_from_dict, purchase_to_dict(PURCHASE), without(f"recipe.{name}"))
        assert said == f"recipe has other keys: missing ['{name}'], unknown []"


@pytest.mark.parametrize(
    ("purchase", "state", "message"),
    [
        (PLACED, "part_delivered", "the order is part_delivered, with 0 of its lines delivered"),
        (PLACED, "delivered", "the order is delivered, with 0 of its lines delivered"),
        (
            PLACED.delivering(NOON),
            "part_delivered",
            "the order is part_delivered, with 1 of its lines delivered",
        ),
    ],
)
def test_a_state_agrees_with_what_was_delivered(
    purchase: Purchase, state: str, message: str
) -> None:
    """Nothing, some of it, or all."""
    said = corrupt(purchase_from_dict, purchase_to_dict(purchase), setting("state", state))
    assert said == message


def test_there_are_no_more_awards_than_lines_delivered() -> None:
    """A delivery of at least one line makes one."""
    award = purchase_to_dict(PURCHASE)["awards"][0]
    said = corrupt(
        purchase_from_dict, purchase_to_dict(PURCHASE), lambda it: it["awards"].append(award)
    )
    assert said == "3 awards for 2 lines delivered"


def test_a_dictionary_of_nothing_is_corrupt() -> None:
    """So is what is none."""
    nothing: list[Any] = [{}, None, []]
    for wrong in nothing:
        with pytest.raises(Corrupt):
            purchase_from_dict(wrong)
        with pytest.raises(Corrupt):
            member_from_dict(wrong)
