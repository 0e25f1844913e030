"""What the strategies draw makes sense, and is varied enough."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import attrs
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from mi_rewards.commands import Command, Rewards
from mi_rewards.earning import Member, Purchase, PurchaseState
from mi_rewards.errors import Refused
from mi_rewards.formats import from_text, to_text
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import PreOrder, PreOrderState, Quota
from mi_rewards.programme import Programme
from mi_rewards.testing import Fault, Plan
from mi_rewards.testing._histories import STARVED
from mi_rewards.testing.strategies import (
    Follow,
    counts,
    device_answers,
    device_models,
    device_quotes,
    devices,
    exchanges,
    histories,
    imeis,
    members,
    plans,
    preorders,
    price_books,
    programmes,
    purchases,
    quotas,
)
from mi_rewards.trade_in import (
    Device,
    DeviceModel,
    DeviceQuote,
    Exchange,
    ExchangeMode,
    ExchangeState,
    PriceBook,
    price,
    read_imei,
)

X = TypeVar("X")

TODAY = date(2018, 6, 15)
TRIED = settings(max_examples=2_000, database=None)


@given(members(), purchases())
def test_what_is_drawn_can_be_stored(member: Member, purchase: Purchase) -> None:
    """I20: Written as a text and read back."""
    assert from_text(Member, to_text(member)) == member
    assert from_text(Purchase, to_text(purchase)) == purchase


def test_every_kind_of_value_is_drawn() -> None:
    """Members that wait or have joined; purchases in their states, awarded and returned."""
    assert find(members(), lambda it: bool(it.waiting), settings=TRIED).waiting
    joined = find(members(), lambda it: bool(it.joined_at and it.counted), settings=TRIED)
    assert joined.waiting == ()

    def is_(state: PurchaseState) -> Callable[[Purchase], bool]:
        return lambda it: it.state is state

    for state in (PurchaseState.PLACED, PurchaseState.PART_DELIVERED, PurchaseState.DELIVERED):
        assert find(purchases(), is_(state), settings=TRIED).state is state
    assert find(purchases(), lambda it: it.awarded > 0, settings=TRIED).awards
    assert find(
        purchases(), lambda it: any(award.given_back for award in it.awards), settings=TRIED
    ).lines


@given(quotas(), preorders(), st.data())
def test_what_is_drawn_ahead_can_be_stored(
    quota: Quota, preorder: PreOrder, data: st.DataObject
) -> None:
    """I14, I20: Written as a text and read back; every unit of a quota is something."""
    assert from_text(Quota, to_text(quota)) == quota
    assert from_text(PreOrder, to_text(preorder)) == preorder
    state = quota.state(data.draw(counts(quota)))
    assert all(min(it[1:]) >= 0 for it in state.shards)
    assert state.free + state.held + state.sold + state.reserved == state.size == quota.size


def drawn(strategy: st.SearchStrategy[X]) -> list[X]:
    """Draw a few hundred, the same each time."""
    found: list[X] = []

    @settings(TRIED, max_examples=400, derandomize=True, phases=[Phase.generate])
    @given(strategy)
    def draw(value: X) -> None:
        found.append(value)

    draw()
    return found


def test_every_kind_of_quota_is_drawn() -> None:
    """Spread, made smaller, with units for codes, with some of those put back, and taken."""
    pairs = drawn(quotas().flatmap(lambda it: st.tuples(st.just(it), counts(it))))
    assert any(it.live < len(it.sizes) for it, _ in pairs)
    assert any(it.live == 16 and it.size > 0 for it, _ in pairs)
    assert any(sum(it.withdrawn) for it, _ in pairs)
    assert any(it.codes > it.codes_withdrawn > 0 for it, _ in pairs)
    assert any(it.size == 0 for it, _ in pairs)
    states = [it.state(used) for it, used in pairs]
    assert any(it.free and it.held and it.sold and it.reserved for it in states)
    assert any(it.size and it.free == 0 for it in states)


def test_preorders_are_drawn_in_every_state() -> None:
    """And with a colour that waits for a yes, of a code, reminded of, late."""
    there = drawn(preorders())
    assert set(PreOrderState) - {it.state for it in there} == set()
    assert any(it.offered_colour for it in there)
    assert any(it.allotment is None for it in there)
    assert any(it.reminded_at is not None for it in there)
    assert any(it.late_noted_at is not None for it in there)
    assert any(it.refund_minor for it in there)


@given(price_books(), device_quotes(), exchanges(), imeis(), st.data())
def test_what_is_drawn_of_old_devices_can_be_stored(
    book: PriceBook, quote: DeviceQuote, exchange: Exchange, imei: str, data: st.DataObject
) -> None:
    """I17, I20: Written as a text and read back; a price book prices what is drawn of it."""
    model = data.draw(device_models(book))
    for value in (book, model, quote, exchange):
        assert from_text(type(value), to_text(value)) == value
    model.check()
    device, answers = data.draw(devices(model)), data.draw(device_answers(book))
    assert len(device.imeis) == model.sims
    assert read_imei(imei) == imei
    plain = attrs.evolve(book, ages=())
    found = price(plain, model, device, answers, at=quote.issued_at, on=TODAY)
    assert sum(it.minor for it in found.steps) == found.minor


def test_every_kind_of_price_book_is_drawn() -> None:
    """With grades and without, so for ages; with defects that cost a grade, and additions."""

    def device_of(it: tuple[PriceBook, DeviceModel]) -> st.SearchStrategy[Device]:
        return devices(it[1])

    pairs = drawn(price_books().flatmap(lambda it: st.tuples(st.just(it), device_models(it))))
    books = [book for book, _ in pairs]
    for part in ("grades", "ages", "defects", "additions", "ceiling"):
        assert {bool(getattr(it, part)) for it in books} == {True, False}, part
    assert any(defect.grade_id for it in books for defect in it.defects)
    assert {model.sims for _, model in pairs} == {1, 2}
    assert {model.floor_minor is None for _, model in pairs} == {True, False}
    assert drawn(device_of(pairs[0]))


def test_exchanges_are_drawn_in_every_state() -> None:
    """Of every mode, with what is due either way, paid, offered, credited and rejected."""
    there = drawn(exchanges())
    assert set(ExchangeState) - {it.state for it in there} == set()
    assert {it.terms.mode for it in there} == set(ExchangeMode)
    assert any(it.due_minor > 0 for it in there)
    assert any(it.due_minor < 0 for it in there)
    assert any(it.paid_minor for it in there)
    assert any(it.rejection for it in there)
    assert any(it.surplus_tokens for it in there)
    assert any(it.credited_tokens for it in there)
    assert any(it.attempts for it in there)
    assert any(it.version for it in there)
    quotes = drawn(device_quotes())
    assert {it.valuation.valuer for it in quotes} == {"price-book", "cashify"}
    assert any(it.valuation.minor == 0 for it in quotes)


def test_histories_are_commands_that_make_sense() -> None:
    """In one of a few, more are granted than refused; events are followed up among others."""

    def is_granted(history: tuple[Command[Any] | Follow, ...]) -> bool:
        commands = [it for it in history if not isinstance(it, Follow)]
        answers = Rewards(MemoryStore(), STARVED).do_all(commands)
        refused = sum(isinstance(it, Refused) for it in answers)
        return len(answers) > 10 and refused * 2 < len(answers)

    few = settings(TRIED, max_examples=100, phases=[Phase.generate])
    assert len(find(histories(), is_granted, settings=few)) > 10
    follows = find(histories(), lambda it: any(map(_is_follow, it)), settings=few)
    assert any(map(_is_follow, follows))


def _is_follow(step: object) -> bool:
    return isinstance(step, Follow)


@given(histories(size=5))
def test_instants_do_not_go_back(history: tuple[Command[Any] | Follow, ...]) -> None:
    """Unless they are asked to; a history is as long as it may be."""
    instants = [it.at for it in history]
    assert instants == sorted(instants)
    assert len(history) <= 5 + 12


def test_instants_go_back_where_they_are_asked_to() -> None:
    """For laws that hold then too."""

    def goes_back(history: tuple[Any, ...]) -> bool:
        instants = [it.at for it in history]
        return instants != sorted(instants)

    assert find(histories(backwards=True), goes_back, settings=TRIED)


@given(plans(saves=4), programmes())
def test_plans_name_the_first_saves(plan: Plan, programme: Programme) -> None:
    """Up to the last that is asked for."""
    assert all(1 <= number <= 4 for number, _ in plan.faults)
    assert programme.digest


def test_every_fault_is_drawn() -> None:
    """And the simplest plan has none."""

    def has(fault: Fault) -> Callable[[Plan], bool]:
        return lambda it: fault in dict(it.faults).values()

    for fault in Fault:
        assert find(plans(), has(fault)) == Plan({1: fault})
    assert find(plans(), lambda it: True) == Plan()
