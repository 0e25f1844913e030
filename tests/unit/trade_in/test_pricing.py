"""The price of a device, step by step."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate, Rounding
from mi_rewards.trade_in import (
    NO_QUESTIONS,
    PRICE_BOOK,
    AgeFrom,
    AgeNotEligible,
    AnswersIncomplete,
    Base,
    Bonus,
    DeviceRejected,
    MonthCount,
    NotInPortfolio,
    PurchaseDayMissing,
    Step,
    StepKind,
    Valuation,
    check_model,
    limits,
    price,
    stated,
)
from mi_rewards.trade_in.price_codec import valuation_from_dict, valuation_to_dict
from tests.phones import (
    AT,
    BEST,
    PLAIN,
    TODAY,
    WORST,
    a_book,
    a_device,
    a_model,
    inr,
    priced,
)

BOOK = a_book()
BARE = a_book(questionnaire=NO_QUESTIONS, grades=(), defects=(), additions=(), ages=())


def steps(valuation: Valuation) -> list[tuple[str, str, int]]:
    """Show the steps without what they add up to."""
    return [(it.kind.value, it.name, it.minor) for it in valuation.steps]


def test_every_step_is_told() -> None:
    """The whole way, of a worn device at two years, with a bonus that takes it past its floor."""
    device = a_device(purchased_on=date(2019, 6, 1))
    found = priced(BOOK, {**WORST, "box": "box"}, device=device, bonuses=[Bonus("b", Rate(1, 3))])
    assert found == Valuation(
        PRICE_BOOK,
        "",
        "INR",
        2_330_00,
        "C",
        (
            Step(StepKind.BOOK, "book", 8_000_00, 8_000_00),
            Step(StepKind.AGE, "13-24", -2_400_00, 5_600_00),
            Step(StepKind.GRADE, "C", -2_800_00, 2_800_00),
            Step(StepKind.DEDUCTION, "screen_cracked", -800_00, 2_000_00),
            Step(StepKind.DEDUCTION, "battery_weak", -400_00, 1_600_00),
            Step(StepKind.ADDITION, "box", 150_00, 1_750_00),
            Step(StepKind.BONUS, "b", 583_33, 2_333_33),
            Step(StepKind.ROUNDING, "down", -3_33, 2_330_00),
        ),
        "partner",
        1,
        AT,
    )


def test_what_changes_nothing_at_the_end_is_no_step() -> None:
    """What age, grade and defects leave is told, though it is all; limits only where they bind."""
    assert steps(priced(BOOK, PLAIN)) == [
        ("book", "book", 8_000_00),
        ("age", "0-12", 0),
        ("grade", "A", 0),
    ]
    assert steps(priced(BARE, {})) == [("book", "book", 8_000_00)]


def test_a_price_is_money() -> None:
    """In the currency of its price book."""
    assert priced(BOOK, PLAIN).value == inr("8000")


@pytest.mark.parametrize(
    ("book_minor", "expected"),
    [
        (8_649_99, [("addition", "box_and_bill", 350_00), ("rounding", "down", -9_99)]),
        (8_650_00, [("addition", "box_and_bill", 350_00)]),
        (8_650_01, [("addition", "box_and_bill", 350_00), ("ceiling", "price_book", -1)]),
        (8_660_00, [("addition", "box_and_bill", 350_00), ("ceiling", "price_book", -10_00)]),
    ],
)
def test_a_price_is_at_most_the_ceiling(book_minor: int, expected: Any) -> None:
    """Below it, at it, a paisa and a step above it."""
    found = priced(BOOK, BEST, a_model(book_minor=book_minor))
    assert steps(found)[3:] == expected
    assert found.minor == min(9_000_00, (book_minor + 350_00) // 1000 * 1000)


@pytest.mark.parametrize(
    ("book_minor", "expected"),
    [
        (0, [("floor", "price_book", 300_00)]),
        (299_99, [("floor", "price_book", 1)]),
        (300_00, []),
        (300_01, [("rounding", "down", -1)]),
        (310_00, []),
    ],
)
def test_a_price_is_at_least_the_floor(book_minor: int, expected: Any) -> None:
    """Salvage: from nothing to a step above it."""
    found = priced(BARE, {}, a_model(book_minor=book_minor))
    assert steps(found)[1:] == expected


@pytest.mark.parametrize(
    ("rounding", "book_minor", "expected"),
    [
        (Rounding.DOWN, 1_009_99, 1_000_00),
        (Rounding.UP, 1_000_01, 1_010_00),
        (Rounding.HALF_DOWN, 1_005_00, 1_000_00),
        (Rounding.HALF_DOWN, 1_005_01, 1_010_00),
        (Rounding.HALF_UP, 1_004_99, 1_000_00),
        (Rounding.HALF_UP, 1_005_00, 1_010_00),
        (Rounding.HALF_EVEN, 1_005_00, 1_000_00),
        (Rounding.HALF_EVEN, 1_015_00, 1_020_00),
    ],
)
def test_rounding_comes_last(rounding: Rounding, book_minor: int, expected: int) -> None:
    """To whole steps, as the price book says."""
    found = priced(attrs.evolve(BARE, rounding=rounding), {}, a_model(book_minor=book_minor))
    assert found.minor == expected
    assert steps(found)[1:] == [("rounding", rounding.value, expected - book_minor)]


def test_a_model_has_limits_of_its_own() -> None:
    """In place of those of its price book; without a floor there is none of the two."""
    own = a_model(floor_minor=0, ceiling_minor=20_000_00, book_minor=15_000_00)
    assert limits(BOOK, own) == (0, 20_000_00)
    assert limits(BOOK, a_model()) == (300_00, 9_000_00)
    assert limits(a_book(ceiling=None), a_model()) == (300_00, None)
    assert priced(BARE, {}, own).minor == 15_000_00
    low = own._replace(book_minor=10)
    assert steps(priced(BARE, {}, low))[1:] == [("rounding", "down", -10)]
    high = own._replace(book_minor=20_000_01)
    assert steps(priced(BARE, {}, high))[1:] == [("ceiling", "model", -1)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"book_id": "other"}, "is of 'other' in INR, not of 'partner' in INR"),
        ({"currency": "USD"}, "is of 'partner' in USD, not of 'partner' in INR"),
        ({"floor_minor": 5, "ceiling_minor": 1000}, "INR 0.05 is no whole multiple"),
        ({"floor_minor": 0, "ceiling_minor": 1001}, "INR 10.01 is no whole multiple"),
        ({"floor_minor": 2000, "ceiling_minor": 1000}, "above the ceiling of INR 10.00"),
        ({"model_id": "mi-a1"}, "is a 'redmi-note-4' .4gb-64gb., not a 'mi-a1' .4gb-64gb."),
        ({"variant": "2gb-32gb"}, "not a 'redmi-note-4' .2gb-32gb."),
    ],
)
def test_model_device_and_price_book_belong_together(changes: dict[str, Any], message: str) -> None:
    """Whoever mixes them has a defect."""
    with pytest.raises(Misuse, match=message):
        priced(BOOK, PLAIN, a_model(**changes), a_device())


def test_a_model_is_checked_where_it_is_listed() -> None:
    """Age that counts from the launch wants the launch; limits at their limits are limits."""
    check_model(BOOK, a_model(floor_minor=1000, ceiling_minor=1000))
    launched = a_book(age_from=AgeFrom.LAUNCH)
    check_model(launched, a_model())
    check_model(attrs.evolve(launched, ages=()), a_model(launched_on=None))
    with pytest.raises(Misuse, match="age counts from the launch, and that of 'redmi-note-4'"):
        check_model(launched, a_model(launched_on=None))


@pytest.mark.parametrize(
    ("base", "changes"),
    [(Base.BOOK, {"book_minor": None}), (Base.LAUNCH, {"launch_minor": None})],
)
def test_what_has_no_figure_is_not_in_the_portfolio(base: Base, changes: Any) -> None:
    """The figure that the price book goes by; the other one does not count."""
    book = a_book(base=base, ceiling=None)
    with pytest.raises(NotInPortfolio) as no:
        priced(book, {"nothing": "known"}, a_model(**changes))
    assert no.value.figures == {"model_id": "redmi-note-4", "variant": "4gb-64gb"}
    other = a_book(base=Base.LAUNCH if base is Base.BOOK else Base.BOOK, ceiling=None)
    expected = 12_990_00 if base is Base.BOOK else 8_000_00
    assert priced(other, PLAIN, a_model(**changes)).minor == expected


def test_what_rules_a_device_out_comes_before_what_is_missing() -> None:
    """And both before its age."""
    old = a_device(purchased_on=date(2001, 1, 1))
    with pytest.raises(DeviceRejected) as no:
        priced(BOOK, {"power": "no"}, device=old)
    assert no.value.figures == {"reason": "does_not_power_on"}
    with pytest.raises(AnswersIncomplete) as missing:
        priced(BOOK, {"power": "yes"}, device=old)
    assert missing.value.figures == {"missing": "screen, battery, box"}
    with pytest.raises(AgeNotEligible):
        priced(BOOK, PLAIN, device=old)


def test_age_counts_from_where_the_price_book_says() -> None:
    """From the purchase it must be stated; where age does not count nothing is."""
    unknown = a_device(purchased_on=None)
    with pytest.raises(PurchaseDayMissing) as no:
        priced(BOOK, PLAIN, device=unknown)
    assert no.value.figures == {"model_id": "redmi-note-4"}
    launched = a_book(age_from=AgeFrom.LAUNCH)
    model = a_model(launched_on=date(2019, 6, 1))
    assert steps(priced(launched, PLAIN, model, unknown))[1] == ("age", "13-24", -2_400_00)
    assert priced(BARE, {}, device=unknown).minor == 8_000_00


@pytest.mark.parametrize(
    ("bought", "band"),
    [
        (date(2021, 6, 1), "0-12"),
        (date(2020, 5, 2), "0-12"),
        (date(2020, 5, 1), "13-24"),
        (date(2019, 5, 2), "13-24"),
        (date(2019, 5, 1), "25-48"),
        (date(2017, 5, 2), "25-48"),
    ],
)
def test_ages_have_their_days(bought: date, band: str) -> None:
    """The last of one and the first of the next."""
    assert steps(priced(BOOK, PLAIN, device=a_device(purchased_on=bought)))[1][1] == band


def test_outside_its_ages_it_is_refused() -> None:
    """Never priced at zero, nor at the floor."""
    with pytest.raises(AgeNotEligible) as no:
        priced(BOOK, PLAIN, device=a_device(purchased_on=date(2017, 5, 1)))
    assert no.value.figures == {"months": 49, "from_months": 0, "through_months": 48}


@pytest.mark.parametrize("age_from", list(AgeFrom))
@pytest.mark.parametrize("count", list(MonthCount))
@pytest.mark.parametrize(
    ("since", "months"), [(date(2021, 6, 1), 0), (date(2021, 6, 2), -1), (date(2031, 1, 1), -1)]
)
def test_nothing_is_bought_or_launched_tomorrow(
    age_from: AgeFrom, count: MonthCount, since: date, months: int
) -> None:
    """That is a no, which a page can show; however months are counted."""
    book = a_book(age_from=age_from, month_count=count)
    device, model = a_device(purchased_on=since), a_model(launched_on=since)
    if months == 0:
        assert priced(book, PLAIN, device=device, model=model).minor == 8_000_00
        return
    with pytest.raises(AgeNotEligible) as no:
        priced(book, PLAIN, device=device, model=model)
    assert no.value.figures == {"months": months, "from_months": 0, "through_months": 48}


@pytest.mark.parametrize(
    ("book_minor", "expected"),
    [(1_599_99, -799_99), (1_600_00, -800_00), (1_600_01, -800_00)],
)
def test_no_deduction_takes_more_than_there_is(book_minor: int, expected: int) -> None:
    """Half of it is left by the grade; the crack takes Rs 800 of that at most."""
    found = priced(BOOK, {**PLAIN, "screen": "cracked"}, a_model(book_minor=book_minor))
    assert steps(found)[3] == ("deduction", "screen_cracked", expected)


def test_a_share_is_taken_off_the_book_value() -> None:
    """Not off what age has left of it."""
    device = a_device(purchased_on=date(2018, 1, 1))
    found = priced(BOOK, {**PLAIN, "battery": "weak"}, device=device)
    assert steps(found)[1:] == [
        ("age", "25-48", -4_800_00),
        ("grade", "A", 0),
        ("deduction", "battery_weak", -400_00),
    ]


def test_bonuses_are_given_one_after_the_other() -> None:
    """A part of what there is by then; each with its own rounding; those of others not at all."""
    given = [
        Bonus("third", Rate(1, 3, Rounding.UP)),
        Bonus("fixed", inr("5")),
        Bonus("sony", inr("9"), brands=("Sony",)),
        Bonus("over", inr("9"), until_at=AT),
        Bonus("half", Rate(1, 2)),
    ]
    found = priced(BARE, {}, a_model(book_minor=1_000_00), bonuses=given)
    assert steps(found)[1:] == [
        ("bonus", "third", 333_34),
        ("bonus", "fixed", 5_00),
        ("bonus", "half", 669_17),
        ("rounding", "down", -7_51),
    ]
    with pytest.raises(Misuse, match="bonus 'dollars' is in USD"):
        priced(BARE, {}, bonuses=[Bonus("dollars", Money(1, "USD"))])


def test_a_price_that_cannot_be_counted_is_not_made() -> None:
    """At the largest number of minor units it is, one above it is not."""
    book = attrs.evolve(BARE, ceiling=None, floor=inr("0"), rounding_to=Money(1, "INR"))
    most = a_model(book_minor=TOKENS_MAX - 1)
    assert priced(book, {}, most, bonuses=[Bonus("b", Money(1, "INR"))]).minor == TOKENS_MAX
    with pytest.raises(Misuse, match="'b' passes that"):
        priced(book, {}, most, bonuses=[Bonus("b", Money(2, "INR"))])


def test_the_instant_is_kept_in_utc() -> None:
    """One without an offset is no instant."""
    found = price(BARE, a_model(), a_device(), {}, at=AT.astimezone(None), on=TODAY)
    assert (found.valued_at, found.valued_at.tzinfo) == (AT, UTC)
    with pytest.raises(Misuse, match="offset"):
        price(BARE, a_model(), a_device(), {}, at=datetime(2021, 6, 1), on=TODAY)


def test_what_a_partner_states_is_one_step() -> None:
    """It adds up, and names the partner."""
    found = stated("cashify", inr("4321"), at=AT + timedelta(0), reference="r-1", grade="good")
    assert found == Valuation(
        "cashify",
        "r-1",
        "INR",
        4_321_00,
        "good",
        (Step(StepKind.BOOK, "cashify", 4_321_00, 4_321_00),),
        "",
        0,
        AT,
    )
    assert found.value == inr("4321")
    assert stated("cashify", inr("0"), at=AT).reference == ""


@pytest.mark.parametrize(
    ("valuer", "value", "changes", "message"),
    [
        ("", inr("1"), {}, "a partner has a name of its own"),
        (7, inr("1"), {}, "a partner has a name of its own, not 7"),
        ("price-book", inr("1"), {}, "not 'price-book'"),
        ("cashify", 100, {}, "a partner states money"),
        ("cashify", inr("1"), {"reference": None}, "are texts"),
        ("cashify", inr("1"), {"grade": 1}, "are texts"),
        ("cashify", inr("1"), {"at": datetime(2021, 6, 1)}, "offset"),
    ],
)
def test_what_a_partner_states_is_checked(
    valuer: Any, value: Any, changes: dict[str, Any], message: str
) -> None:
    """Nobody signs with the name of the price book."""
    with pytest.raises(Misuse, match=message):
        stated(valuer, value, **{"at": AT, **changes})


# ----------------------------------------------------------------- what is handed in is checked


def handed_in(**changes: Any) -> Valuation:
    """What a partner says, changed."""
    return stated("partner", inr("100"), at=AT)._replace(**changes)


def lead(*steps: Any) -> tuple[Step, ...]:
    """Make steps of a change and where it leads."""
    return tuple([Step(StepKind.BOOK, "partner", minor, after) for minor, after in steps])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"edition": 999_999, "book_id": "partner"},
        {"minor": 0, "steps": ()},
        {"minor": 0, "steps": lead((0, 0))},
        {"minor": TOKENS_MAX, "steps": lead((TOKENS_MAX, TOKENS_MAX))},
        {"steps": lead((120_00, 120_00), (-20_00, 100_00))},
    ],
)
def test_a_valuation_that_can_be_recorded_is_read_back(changes: dict[str, Any]) -> None:
    """What the check lets through is what the codec reads."""
    valuation = handed_in(**changes)
    valuation.check()
    assert valuation_from_dict(valuation_to_dict(valuation)) == valuation
    priced(BOOK, WORST).check()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"valuer": ""}, "signed by somebody"),
        ({"valuer": 3}, "valuer is a text"),
        ({"reference": None}, "reference is a text"),
        ({"grade": 1}, "grade is a text"),
        ({"book_id": b"x"}, "book_id is a text"),
        ({"minor": -1}, "-1"),
        ({"minor": True}, "True"),
        ({"minor": 1.5}, "1.5"),
        ({"minor": TOKENS_MAX + 1}, str(TOKENS_MAX + 1)),
        ({"currency": "rupees"}, "rupees"),
        ({"edition": -1}, "an edition is 0 to 999999, not -1"),
        ({"edition": True}, "not True"),
        ({"edition": 1_000_000}, "not 1000000"),
        ({"steps": [Step(StepKind.BOOK, "partner", 100_00, 100_00)]}, "a tuple of Step"),
        ({"steps": ((StepKind.BOOK, "partner", 100_00, 100_00),)}, "a tuple of Step"),
        ({"steps": ()}, "lead to 0, not to 10000"),
        ({"steps": lead((99_99, 99_99))}, "lead to 9999, not to 10000"),
        ({"steps": lead((100_00, 100_01))}, "to 10000, not to 10001"),
        ({"steps": lead((-1, -1), (100_01, 100_00))}, "not -1"),
        ({"steps": lead((True, 1), (99_99, 100_00))}, "a step"),
        ({"steps": lead((100_00, 100_00.0))}, "not 10000.0"),
        ({"steps": lead((2**70, 2**70), (100_00 - 2**70, 100_00))}, f"not {2**70}"),
        ({"steps": (Step("book", "partner", 100_00, 100_00),)}, "a kind and a name"),  # type: ignore[arg-type]
        ({"steps": (Step(StepKind.BOOK, None, 100_00, 100_00),)}, "and None"),  # type: ignore[arg-type]
        ({"valued_at": datetime(2021, 6, 1)}, "an instant in UTC"),
        ({"valued_at": AT.astimezone(timezone(timedelta(hours=5)))}, "an instant in UTC"),
        ({"valued_at": date(2021, 6, 1)}, "an instant in UTC"),
    ],
)
def test_a_valuation_that_cannot_be_recorded_is_misuse(
    changes: dict[str, Any], message: str
) -> None:
    """Whatever the store would make of it later."""
    with pytest.raises(Misuse, match=re.escape(message)):
        handed_in(**changes).check()
