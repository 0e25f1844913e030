"""Purchases: their life cycle row by row, what is returned, and what their awards give back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mi_rewards.calendar import UTC
from mi_rewards.earning import (
    LIFE_CYCLE,
    AlreadyDelivered,
    Award,
    BeyondDelivered,
    Line,
    OrderCancelled,
    Purchase,
    PurchaseEvent,
    PurchaseState,
    Recipe,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import CurrencyMismatch, Money, Rounding

NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
Y18, Y19 = date(2018, 12, 31), date(2019, 12, 31)
RECIPE = Recipe("shopping", 10, Money(10_000, "INR"), Rounding.DOWN, ("shipping",), "book")


def rupees(amount: int) -> Money:
    """Make so many rupees."""
    return Money(amount * 100, "INR")


PHONE = Line("phone", rupees(5_000))
CASES = Line("cases", rupees(300), 3, "accessories")
SHIPPING = Line("ship", rupees(50), 1, "shipping")


def order(*lines: Line, version: int = 7) -> Purchase:
    """Make an order of these lines, or of a phone, three cases and their shipping."""
    return Purchase("asha", "o1", lines or (PHONE, CASES, SHIPPING), "web", version=version)


def in_state(state: PurchaseState) -> Purchase:
    """Make an order of a phone and three cases in that state, the phone delivered first."""
    placed = order(PHONE, CASES)
    return {
        PurchaseState.PLACED: placed,
        PurchaseState.PART_DELIVERED: placed.delivering(NOON, ("phone",)),
        PurchaseState.DELIVERED: placed.delivering(NOON),
        PurchaseState.CANCELLED: placed.cancelling(),
    }[state]


def happening(purchase: Purchase, event: PurchaseEvent) -> Purchase:
    """Let something happen to an order of a phone and three cases."""
    if event is PurchaseEvent.CANCEL:
        return purchase.cancelling()
    if event is PurchaseEvent.RETURN:
        return purchase.returning(quantities=(("phone", 1),))
    if event is PurchaseEvent.DELIVER_REST:
        return purchase.delivering(LATER)
    if purchase.state is PurchaseState.PART_DELIVERED:
        purchase = purchase._replace(lines=(*purchase.lines, SHIPPING))
    return purchase.delivering(LATER, ("cases",))


# the life cycle

ROWS = {
    (PurchaseState.PLACED, PurchaseEvent.DELIVER_PART): PurchaseState.PART_DELIVERED,
    (PurchaseState.PLACED, PurchaseEvent.DELIVER_REST): PurchaseState.DELIVERED,
    (PurchaseState.PLACED, PurchaseEvent.CANCEL): PurchaseState.CANCELLED,
    (PurchaseState.PART_DELIVERED, PurchaseEvent.DELIVER_PART): PurchaseState.PART_DELIVERED,
    (PurchaseState.PART_DELIVERED, PurchaseEvent.DELIVER_REST): PurchaseState.DELIVERED,
    (PurchaseState.PART_DELIVERED, PurchaseEvent.CANCEL): PurchaseState.DELIVERED,
    (PurchaseState.PART_DELIVERED, PurchaseEvent.RETURN): PurchaseState.PART_DELIVERED,
    (PurchaseState.DELIVERED, PurchaseEvent.RETURN): PurchaseState.DELIVERED,
}
GAPS: dict[tuple[PurchaseState, PurchaseEvent], type[Refused]] = {
    (PurchaseState.PLACED, PurchaseEvent.RETURN): UnknownOrder,
    (PurchaseState.DELIVERED, PurchaseEvent.DELIVER_PART): AlreadyDelivered,
    (PurchaseState.DELIVERED, PurchaseEvent.DELIVER_REST): AlreadyDelivered,
    (PurchaseState.DELIVERED, PurchaseEvent.CANCEL): AlreadyDelivered,
    (PurchaseState.CANCELLED, PurchaseEvent.DELIVER_PART): OrderCancelled,
    (PurchaseState.CANCELLED, PurchaseEvent.DELIVER_REST): OrderCancelled,
    (PurchaseState.CANCELLED, PurchaseEvent.CANCEL): OrderCancelled,
    (PurchaseState.CANCELLED, PurchaseEvent.RETURN): OrderCancelled,
}


def test_the_table_has_these_rows_and_no_others() -> None:
    """Each state and event is a row of the table, or refused."""
    table = {
        (state, event): then for state, row in LIFE_CYCLE.items() for event, then in row.items()
    }
    assert table == ROWS
    assert ROWS.keys() | GAPS.keys() == {(s, e) for s in PurchaseState for e in PurchaseEvent}


@pytest.mark.parametrize(("state", "event"), ROWS)
def test_what_the_table_has_a_row_for_happens(state: PurchaseState, event: PurchaseEvent) -> None:
    """And leads where the row says."""
    assert happening(in_state(state), event).state is ROWS[state, event]


@pytest.mark.parametrize(("state", "event"), GAPS)
def test_what_the_table_has_no_row_for_is_refused(
    state: PurchaseState, event: PurchaseEvent
) -> None:
    """The refusal says how far the order's life has come, and names the order."""
    before = in_state(state)
    with pytest.raises(GAPS[state, event]) as caught:
        happening(before, event)
    assert type(caught.value) is GAPS[state, event]
    assert caught.value.figures == {"order_id": "o1"}


def test_states_and_events_are_written_by_name() -> None:
    """Stores use these names."""
    assert [state.value for state in PurchaseState] == [
        "placed",
        "part_delivered",
        "delivered",
        "cancelled",
    ]
    assert [event.value for event in PurchaseEvent] == [
        "deliver_part",
        "deliver_rest",
        "cancel",
        "return",
    ]


def test_a_new_purchase_is_placed_and_has_earned_nothing() -> None:
    """Nothing delivered, awarded, returned or stored."""
    purchase = Purchase("asha", "o1", (PHONE,))
    assert purchase == Purchase("asha", "o1", (PHONE,), "", PurchaseState.PLACED, None, (), 0)
    assert (purchase.awarded, purchase.left_minor, purchase.delivered_at) == (0, 0, None)
    assert purchase.due_at is None
    assert purchase.currency == "INR"


# deliveries


def test_an_order_is_delivered_whole() -> None:
    """Every line at that instant, and nothing else changes."""
    delivered = order().delivering(NOON)
    assert delivered == Purchase(
        "asha",
        "o1",
        (PHONE.delivered(NOON), CASES.delivered(NOON), SHIPPING.delivered(NOON)),
        "web",
        PurchaseState.DELIVERED,
        version=7,
    )
    assert delivered.delivered_at == NOON


def test_an_order_is_delivered_line_by_line() -> None:
    """What is named at that instant, then all that is left; the newest instant is the order's."""
    part = order().delivering(LATER, ("ship", "phone"))
    assert part.state is PurchaseState.PART_DELIVERED
    assert part.lines == (PHONE.delivered(LATER), CASES, SHIPPING.delivered(LATER))
    rest = part.delivering(NOON)
    assert rest.state is PurchaseState.DELIVERED
    assert rest.lines == (PHONE.delivered(LATER), CASES.delivered(NOON), SHIPPING.delivered(LATER))
    assert (part.delivered_at, rest.delivered_at) == (LATER, LATER)


def test_the_last_line_named_completes_the_order() -> None:
    """However many deliveries it took."""
    part = order().delivering(NOON, ("phone",)).delivering(NOON, ("ship",))
    assert part.state is PurchaseState.PART_DELIVERED
    assert part.delivering(LATER, ("cases",)).state is PurchaseState.DELIVERED
    whole = order().delivering(NOON, ("phone", "ship", "cases"))
    assert whole == order().delivering(NOON)


def test_an_unknown_line_is_not_delivered() -> None:
    """It comes before the order's life: the name may be mistyped, the order delivered or not."""
    for purchase in (order(), order().delivering(NOON), order().cancelling()):
        with pytest.raises(UnknownLine) as caught:
            purchase.delivering(NOON, ("phone", "phnoe"))
        assert caught.value.figures == {"order_id": "o1", "line_id": "phnoe"}


def test_a_line_is_not_delivered_twice() -> None:
    """Not even beside one that is not delivered yet."""
    part = order().delivering(NOON, ("phone",))
    with pytest.raises(AlreadyDelivered) as caught:
        part.delivering(LATER, ("cases", "phone"))
    assert caught.value.figures == {"order_id": "o1"}


def test_an_unknown_line_comes_before_one_delivered_already() -> None:
    """The refusals stand in their order of precedence."""
    part = order().delivering(NOON, ("phone",))
    with pytest.raises(UnknownLine):
        part.delivering(LATER, ("phone", "phnoe"))


# cancelling


def test_cancelling_leaves_the_lines_as_they_were_ordered() -> None:
    """So that the order can be told from another of the same name."""
    assert order().cancelling() == order()._replace(state=PurchaseState.CANCELLED)


def test_cancelling_what_is_left_leaves_what_was_delivered() -> None:
    """A line that is never delivered counts for nothing."""
    part = order().delivering(NOON, ("phone",))
    cancelled = part.cancelling()
    assert cancelled == part._replace(state=PurchaseState.DELIVERED)
    assert cancelled.left_minor == 500_000
    with pytest.raises(AlreadyDelivered):
        cancelled.delivering(LATER, ("cases",))
    with pytest.raises(BeyondDelivered):
        cancelled.returning(quantities=(("cases", 1),))


# what earns


def test_what_earns_is_what_was_delivered_less_what_came_back() -> None:
    """By line, less excluded categories, less what came back by value; never below nothing."""
    part = order().delivering(NOON, ("phone", "ship"))
    assert (part.base_minor(()), part.base_minor(("shipping",))) == (505_000, 500_000)
    assert part.base_minor(("shipping", "accessories", "")) == 0
    whole = part.delivering(LATER).returning(quantities=(("cases", 2),))
    assert whole.base_minor(("shipping",)) == 510_000
    assert whole.returning(value=rupees(100)).base_minor(("shipping",)) == 500_000
    assert whole.returning(value=rupees(5_149)).base_minor(("shipping",)) == 0
    assert whole.returning(value=rupees(5_099)).base_minor(("shipping",)) == 100
    assert whole.returning(value=Money(509_999, "INR")).base_minor(("shipping",)) == 1


def test_what_earns_by_an_instant_is_what_was_delivered_by_then() -> None:
    """At that instant or before it; what came back counts whenever it came."""
    part = order().delivering(NOON, ("phone",)).delivering(LATER, ("ship",))
    moment = timedelta(microseconds=1)
    assert part.base_minor((), NOON - moment) == 0
    assert part.base_minor((), NOON) == part.base_minor((), LATER - moment) == 500_000
    assert part.base_minor((), LATER) == 505_000
    assert part.base_minor(("shipping",), LATER) == 500_000
    assert part.returning(value=rupees(40)).base_minor((), NOON) == 496_000


def test_deliveries_stand_in_order_each_instant_once() -> None:
    """Whatever the order of the lines."""
    part = order().delivering(LATER, ("phone",))
    assert (order().deliveries, part.deliveries) == ((), (LATER,))
    assert part.delivering(NOON).deliveries == (NOON, LATER)


def test_what_is_expected_to_earn_is_what_was_ordered() -> None:
    """Delivered or not, less excluded categories."""
    assert order().expected_minor(()) == 535_000
    assert order().expected_minor(("shipping",)) == 530_000
    assert order().delivering(NOON, ("phone",)).expected_minor(("shipping", "")) == 30_000


# what comes back


# going without


def test_units_that_will_not_be_delivered_earn_nothing_later() -> None:
    """Told before the delivery, they count as if they had come back."""
    placed = order(PHONE, CASES).forgoing((("cases", 1),))
    assert placed.lines == (PHONE, CASES.returning(1))
    assert placed.state is PurchaseState.PLACED
    assert placed.version == 7
    delivered = placed.delivering(NOON)
    assert delivered.base_minor(()) == rupees(5_200).minor
    assert delivered.left_minor == rupees(5_200).minor


def test_several_lines_are_gone_without_side_by_side() -> None:
    """What is not named stays as it was ordered."""
    placed = order().forgoing((("phone", 1), ("cases", 3)))
    assert [line.returned for line in placed.lines] == [1, 3, 0]
    assert order().forgoing(()) == order()


@pytest.mark.parametrize(
    ("purchase", "excluded", "kept"),
    [
        (order(), (), 5_350),
        (order(), ("shipping",), 5_300),
        (order(), ("shipping", "accessories"), 5_000),
        (order().forgoing((("cases", 1),)), ("shipping",), 5_200),
        (order().delivering(NOON, ("phone",)), ("shipping",), 5_300),
        (order().delivering(NOON).returning(value=rupees(300)), ("shipping",), 5_000),
        (order(CASES).delivering(NOON).returning(value=rupees(300)), ("accessories",), 0),
    ],
)
def test_what_would_earn_is_what_did_not_come_back(
    purchase: Purchase, excluded: tuple[str, ...], kept: int
) -> None:
    """Delivered or not; never below zero."""
    assert purchase.kept_minor(excluded) == rupees(kept).minor


def test_all_that_is_left_is_returned_where_nothing_is_named() -> None:
    """Once; then nothing is left."""
    returned = order().delivering(NOON).returning()
    assert returned == order().delivering(NOON)._replace(returned_minor=535_000)
    assert returned.left_minor == 0
    with pytest.raises(BeyondDelivered) as caught:
        returned.returning()
    assert caught.value.figures == {
        "order_id": "o1",
        "asked": 0,
        "left": 0,
        "unit": "minor units",
    }


def test_only_what_was_delivered_is_returned() -> None:
    """What is still on its way is not part of the whole."""
    part = order().delivering(NOON, ("phone",)).returning()
    assert (part.returned_minor, part.state) == (500_000, PurchaseState.PART_DELIVERED)
    rest = part.delivering(LATER)
    assert rest.left_minor == 35_000
    assert rest.returning().returned_minor == 535_000


@pytest.mark.parametrize("minor", [0, 534_999, 535_000])
def test_any_value_up_to_what_is_left_is_returned(minor: int) -> None:
    """Nothing, all but a paisa, and all of it."""
    returned = order().delivering(NOON).returning(value=Money(minor, "INR"))
    assert returned.returned_minor == minor
    assert returned.left_minor == 535_000 - minor


def test_values_returned_add_up() -> None:
    """To what was delivered and not a paisa more."""
    returned = order().delivering(NOON).returning(value=rupees(5_000))
    assert returned.returning(value=rupees(350)).returned_minor == 535_000
    with pytest.raises(BeyondDelivered) as caught:
        returned.returning(value=Money(35_001, "INR"))
    assert caught.value.figures == {
        "order_id": "o1",
        "asked": 35_001,
        "left": 35_000,
        "unit": "minor units",
    }


@pytest.mark.parametrize(("quantity", "kept"), [(1, 20_000), (2, 10_000), (3, 0)])
def test_units_are_returned_by_line_and_quantity(quantity: int, kept: int) -> None:
    """One, two, or all three of them."""
    returned = order().delivering(NOON).returning(quantities=(("cases", quantity),))
    assert returned.lines[1] == CASES.delivered(NOON).returning(quantity)
    assert returned.left_minor == 505_000 + kept
    assert (returned.returned_minor, returned.state) == (0, PurchaseState.DELIVERED)


def test_lines_are_returned_side_by_side_and_again() -> None:
    """Quantities of one line add up, in one return or in several."""
    delivered = order().delivering(NOON)
    at_once = delivered.returning(quantities=(("cases", 1), ("phone", 1), ("cases", 2)))
    apart = delivered.returning(quantities=(("cases", 3),)).returning(quantities=(("phone", 1),))
    assert at_once == apart
    assert at_once.left_minor == 5_000


@pytest.mark.parametrize(
    ("quantities", "asked", "left"),
    [
        ((("cases", 4),), 4, 3),
        ((("cases", 2), ("cases", 2)), 2, 1),
        ((("phone", 1), ("phone", 1)), 1, 0),
    ],
)
def test_no_more_units_come_back_than_were_delivered(
    quantities: tuple[tuple[str, int], ...], asked: int, left: int
) -> None:
    """The figures are of the line that has too few left."""
    with pytest.raises(BeyondDelivered) as caught:
        order().delivering(NOON).returning(quantities=quantities)
    assert caught.value.figures == {
        "order_id": "o1",
        "asked": asked,
        "left": left,
        "unit": "units",
    }


def test_what_is_not_delivered_yet_has_no_unit_to_return() -> None:
    """The line is known, and none of it is left."""
    with pytest.raises(BeyondDelivered) as caught:
        order().delivering(NOON, ("phone",)).returning(quantities=(("cases", 1),))
    assert (caught.value.figures["asked"], caught.value.figures["left"]) == (1, 0)


def test_units_and_values_share_what_is_left() -> None:
    """What came back by value cannot come back again by line; up to that, it can."""
    delivered = order(CASES).delivering(NOON).returning(value=rupees(200))
    assert delivered.returning(quantities=(("cases", 1),)).left_minor == 0
    with pytest.raises(BeyondDelivered) as caught:
        delivered.returning(quantities=(("cases", 2),))
    assert caught.value.figures == {
        "order_id": "o1",
        "asked": 20_000,
        "left": 10_000,
        "unit": "minor units",
    }


def test_a_return_is_by_value_or_by_line() -> None:
    """Not both: they could contradict each other."""
    with pytest.raises(Misuse) as caught:
        order().delivering(NOON).returning(value=rupees(1), quantities=(("cases", 1),))
    assert str(caught.value) == "a return is by value or by line and quantity, not both"


def test_a_value_is_returned_in_the_order_s_currency() -> None:
    """The two are named; and whoever is wrong learns it before the order's life is looked at."""
    for purchase in (order(), order().delivering(NOON)):
        with pytest.raises(CurrencyMismatch, match=r"^the return is in JPY, the order in INR"):
            purchase.returning(value=Money(1, "JPY"))


@pytest.mark.parametrize("quantity", [0, -1, True, 1.0, "1"])
def test_a_quantity_is_a_whole_number(quantity: Any) -> None:
    """Of at least one unit."""
    for purchase in (order(), order().delivering(NOON)):
        with pytest.raises(Misuse) as caught:
            purchase.returning(quantities=(("cases", quantity),))
        expected = f"a quantity is a whole number of at least 1, not {quantity!r}"
        assert str(caught.value) == expected


def test_an_unknown_line_is_not_returned() -> None:
    """It comes before the order's life, and before what is left of another line."""
    for purchase in (order(), order().delivering(NOON), order().cancelling()):
        with pytest.raises(UnknownLine) as caught:
            purchase.returning(quantities=(("cases", 9), ("phnoe", 1)))
        assert caught.value.figures == {"order_id": "o1", "line_id": "phnoe"}


# awards


def awarded(*tokens: int) -> Purchase:
    """Make an order with awards of so many tokens, of which nothing was given back."""
    purchase = order().delivering(NOON)
    for number, each in enumerate(tokens):
        purchase = purchase.awarding(RECIPE, Award(each, Y18, NOON, f"o1#{number}"))
    return purchase


def test_awards_are_recorded_with_their_recipe() -> None:
    """One after the other; what is awarded is their sum less what was given back."""
    first, second = Award(500, Y18, NOON), Award(30, Y19, LATER, "o1#2", 10)
    purchase = order().delivering(NOON).awarding(RECIPE, first).awarding(RECIPE, second)
    assert purchase == order().delivering(NOON)._replace(recipe=RECIPE, awards=(first, second))
    assert purchase.awarded == 520


def test_an_award_is_credited_at_once_unless_it_says_otherwise() -> None:
    """No promise, and nothing given back."""
    assert Award(500, Y18, NOON) == Award(500, Y18, NOON, None, 0)


@pytest.mark.parametrize(
    ("back", "left", "parts"),
    [
        (0, [500, 0, 30], []),
        (1, [500, 0, 29], [(2, 1)]),
        (29, [500, 0, 1], [(2, 29)]),
        (30, [500, 0, 0], [(2, 30)]),
        (31, [499, 0, 0], [(2, 30), (0, 1)]),
        (530, [0, 0, 0], [(2, 30), (0, 500)]),
    ],
)
def test_the_newest_award_gives_back_first(
    back: int, left: list[int], parts: list[tuple[int, int]]
) -> None:
    """And the parts say which award, as it was, and how much of it."""
    before = awarded(500, 0, 30)
    after, given = before.giving_back(back)
    assert [it.tokens - it.given_back for it in after.awards] == left
    assert given == tuple((before.awards[index], tokens) for index, tokens in parts)
    expected = tuple(
        award._replace(given_back=award.tokens - kept)
        for award, kept in zip(before.awards, left, strict=True)
    )
    assert after == before._replace(awards=expected)


def test_what_is_given_back_adds_up() -> None:
    """In one step or in several."""
    once, _ = awarded(500, 30).giving_back(200)
    first, _ = awarded(500, 30).giving_back(20)
    second, parts = first.giving_back(180)
    assert second == once
    assert [tokens for _, tokens in parts] == [10, 170]
    assert parts[0][0].given_back == 20


@pytest.mark.parametrize("tokens", [-1, 531])
def test_no_more_is_given_back_than_was_awarded(tokens: int) -> None:
    """Nor less than nothing."""
    expected = f"{tokens} of the 530 tokens awarded cannot be given back"
    with pytest.raises(Misuse, match=expected):
        awarded(500, 30).giving_back(tokens)


def test_storing_raises_the_version_and_nothing_else() -> None:
    """By one; operations leave it alone."""
    purchase = awarded(500)
    assert purchase.version == 7
    assert purchase.stored() == purchase._replace(version=8)
