"""The laws of earning: roundings, partial deliveries and partial returns."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.earning import (
    Award,
    BeyondDelivered,
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
from mi_rewards.errors import Refused
from mi_rewards.money import Money, Rounding
from tests.wallets import day

NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)
Y18 = day("2018-12-31")
NAMES = ("a", "b", "c", "d")
CATEGORIES = ("", "phones", "shipping")

minors = st.integers(0, 3_000) | st.integers(0, 10**12)
roundings = st.sampled_from(Rounding)


def recipes(rounding: st.SearchStrategy[Rounding] = roundings) -> st.SearchStrategy[Recipe]:
    """Draw recipes, some of which exclude a category."""
    return st.builds(
        Recipe,
        st.just("shopping"),
        st.integers(0, 30),
        st.builds(Money, st.integers(1, 2_000), st.just("INR")),
        rounding,
        st.sampled_from(((), ("shipping",), ("shipping", "phones"))),
        st.just("book"),
    )


@st.composite
def orders(draw: st.DrawFn) -> Purchase:
    """Draw orders of one to four lines."""
    names = NAMES[: draw(st.integers(1, 4))]
    lines = [
        Line(
            name,
            Money(draw(minors), "INR"),
            draw(st.integers(1, 4)),
            draw(st.sampled_from(CATEGORIES)),
        )
        for name in names
    ]
    return Purchase("asha", "o1", tuple(lines))


Return = tuple[int, str, int]
"""A return that is tried: a value in per cent of what is left, or a line and a quantity."""

returns = st.lists(
    st.tuples(st.integers(-60, 100), st.sampled_from(NAMES), st.integers(1, 4)), max_size=8
)


def awarded(purchase: Purchase, recipe: Recipe) -> Purchase:
    """Award what a purchase has earned and was not awarded yet."""
    tokens = recipe.award(purchase.base_minor(recipe.excluded_categories)) - purchase.awarded
    return purchase.awarding(recipe, Award(tokens, Y18, NOON))


def returning(purchase: Purchase, tried: Return) -> Purchase | None:
    """Try a return; nothing where it is refused."""
    percent, name, quantity = tried
    try:
        if percent < 0:
            return purchase.returning(quantities=((name, quantity),))
        value = purchase.left_minor * percent // 100
        return purchase.returning(value=Money(value, "INR"))
    except Refused:
        return None


def given_back(purchase: Purchase, recipe: Recipe) -> tuple[Purchase, int]:
    """Give back what a purchase no longer earns."""
    back = purchase.awarded - recipe.award(purchase.base_minor(recipe.excluded_categories))
    after, parts = purchase.giving_back(back)
    assert sum(tokens for _, tokens in parts) == back
    assert all(tokens > 0 for _, tokens in parts)
    return after, back


# roundings


@given(st.lists(minors, min_size=1, max_size=5), recipes(st.just(Rounding.DOWN)))
def test_a_split_never_gains(parts: list[int], recipe: Recipe) -> None:
    """I2: Under rounding down, several orders earn at most what one of all of it earns."""
    whole = recipe.award(sum(parts))
    apart = sum(map(recipe.award, parts))
    assert whole - len(parts) < apart <= whole


@given(minors, minors, recipes())
def test_more_never_earns_less(one: int, more: int, recipe: Recipe) -> None:
    """I2: Under any rounding."""
    assert recipe.award(one) <= recipe.award(one + more)


@given(minors, recipes())
def test_an_award_is_the_exact_share_to_within_a_token(base: int, recipe: Recipe) -> None:
    """I2: Rounded once, to one of the two neighbours."""
    exact = base * recipe.tokens
    assert abs(recipe.award(base) * recipe.per.minor - exact) < recipe.per.minor


# deliveries


@given(orders(), recipes(), st.permutations(NAMES), st.lists(st.booleans(), min_size=4, max_size=4))
def test_parts_delivered_earn_what_the_whole_earns(
    order: Purchase, recipe: Recipe, turn: list[str], cuts: list[bool]
) -> None:
    """I2: In whatever order and grouping the lines are delivered, rounded once for the order."""
    whole = awarded(order.delivering(NOON), recipe)
    left = [name for name in turn if any(it.line_id == name for it in order.lines)]
    parts, group = order, list[str]()
    for name, cut in zip(left, cuts, strict=False):
        group.append(name)
        if cut or name == left[-1]:
            parts = awarded(parts.delivering(NOON, tuple(group)), recipe)
            group = []
    assert (
        parts.awarded == whole.awarded == recipe.award(whole.base_minor(recipe.excluded_categories))
    )
    assert all(award.tokens >= 0 for award in parts.awards)
    assert parts.state is PurchaseState.DELIVERED
    assert parts.lines == whole.lines


# what comes back


@given(orders(), recipes(), returns)
def test_returns_take_back_what_is_no_longer_earned(
    order: Purchase, recipe: Recipe, tried: list[Return]
) -> None:
    """I10: In any amounts and lines, the award on all of it less the award on what is kept."""
    purchase = awarded(order.delivering(NOON), recipe)
    award, total = purchase.awarded, 0
    for each in tried:
        returned = returning(purchase, each)
        if returned is not None:
            purchase, back = given_back(returned, recipe)
            total += back
            kept = recipe.award(purchase.base_minor(recipe.excluded_categories))
            assert total == award - kept
            assert 0 <= total <= award
    assert purchase.awarded == award - total


@given(orders(), recipes(), returns)
def test_what_is_returned_whole_has_earned_nothing(
    order: Purchase, recipe: Recipe, tried: list[Return]
) -> None:
    """B1, I10: Whatever was returned before, the rest takes the rest back."""
    purchase = awarded(order.delivering(NOON), recipe)
    for each in tried:
        returned = returning(purchase, each)
        if returned is not None:
            purchase, _ = given_back(returned, recipe)
    try:
        purchase, _ = given_back(purchase.returning(), recipe)
    except BeyondDelivered:
        assert purchase.left_minor == 0
    assert purchase.left_minor == 0
    assert purchase.awarded == 0


@given(orders(), recipes(), returns, st.randoms(use_true_random=False))
def test_values_returned_commute(
    order: Purchase, recipe: Recipe, tried: list[Return], random: Random
) -> None:
    """B6, I10: The same units in any order leave the same purchase."""
    start = awarded(order.delivering(NOON), recipe)
    units: list[Return] = [(-1, name, 1) for _, name, _ in tried]
    mixed = list(units)
    random.shuffle(mixed)
    ends = []
    for turn in (units, mixed):
        purchase = start
        for each in turn:
            returned = returning(purchase, each)
            if returned is not None:
                purchase, _ = given_back(returned, recipe)
        ends.append(purchase)
    assert ends[0] == ends[1]


@given(orders(), recipes(), st.permutations(NAMES), returns)
def test_what_comes_back_between_deliveries_can_be_earned_once_more_at_most(
    order: Purchase, recipe: Recipe, turn: list[str], tried: list[Return]
) -> None:
    """I10: After any mixture, what is awarded is what is delivered and kept earns."""
    purchase = order
    for number, name in enumerate(turn):
        if all(line.line_id != name for line in order.lines):
            continue
        purchase = awarded(purchase.delivering(NOON, (name,)), recipe)
        if number < len(tried):
            returned = returning(purchase, tried[number])
            if returned is not None:
                purchase, _ = given_back(returned, recipe)
        assert purchase.awarded == recipe.award(purchase.base_minor(recipe.excluded_categories))
        assert purchase.left_minor >= 0


# storing


@given(orders(), recipes(), st.lists(st.booleans(), max_size=4), returns)
def test_a_purchase_is_read_as_it_was_written(
    order: Purchase, recipe: Recipe, deliveries: list[bool], tried: list[Return]
) -> None:
    """I20: However it came about, through JSON, with its version."""
    purchase = order
    for number, (line, is_delivered) in enumerate(zip(order.lines, deliveries, strict=False)):
        if is_delivered:
            at = NOON + timedelta(microseconds=number)
            purchase = awarded(purchase.delivering(at, (line.line_id,)), recipe).stored()
    for each in tried:
        returned = returning(purchase, each)
        if returned is not None:
            purchase, _ = given_back(returned, recipe)
    written = purchase_to_dict(purchase)
    assert purchase_from_dict(json.loads(json.dumps(written))) == purchase
    if any(deliveries[: len(order.lines)]) and purchase.state is PurchaseState.PART_DELIVERED:
        cancelled = purchase.cancelling()
        assert purchase_from_dict(purchase_to_dict(cancelled)) == cancelled


@given(
    st.text(max_size=5),
    st.none() | st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)),
    st.lists(st.text(max_size=3), unique=True, max_size=4),
    st.lists(st.sampled_from(("2017", "2018", "lifetime", "é")), max_size=6),
    st.integers(0, 9),
)
def test_a_member_is_read_as_it_was_written(
    member_id: str, joined_at: datetime | None, waiting: list[str], scopes: list[str], version: int
) -> None:
    """I20: Through JSON, with its version."""
    member = Member(member_id, joined_at, () if joined_at else tuple(waiting), (), version)
    for scope in scopes:
        member = member.counting(scope)
    assert member_from_dict(json.loads(json.dumps(member_to_dict(member)))) == member
    assert [member.count_of(scope) for scope in scopes] == [scopes.count(it) for it in scopes]
