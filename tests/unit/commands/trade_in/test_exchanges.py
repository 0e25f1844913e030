"""Visits, inspections, offers, what is due, and what the calendar makes of exchanges."""

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    AsyncRewards,
    DeviceInspected,
    Erase,
    ExchangeChanged,
    InspectDevice,
    Leave,
    ListDevices,
    MergeAway,
    PublishPriceBook,
    Rewards,
)
from mi_rewards.earning import HoldsOpen
from mi_rewards.errors import Conflict, Corrupt, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Changes, Needs, Put, exchange_key, price_book_key
from mi_rewards.trade_in import (
    PRICE_BOOK,
    Bonus,
    ExchangeNotOpen,
    ExchangePaid,
    NewProductGone,
    Payer,
    QuoteVoid,
    TooManyAttempts,
    UnknownExchange,
    Valuation,
    ValuationOutOfBounds,
    VisitTooLate,
    WrongExchangeAmount,
)
from mi_rewards.trade_in.pricing import stated
from tests.phones import PLAIN, WORST, a_book, a_device, a_model, imei
from tests.shop import cancel, deliver, give_back, join, line, place
from tests.trading import (
    DEALS,
    LENIENT,
    NOON,
    change,
    dealer,
    inspect,
    opening,
    quote,
    rupees,
    with_terms,
)

DAY = timedelta(days=1)
SCRATCHED = {**PLAIN, "screen": "scratched"}
"""A device of Rs 6,300 beside one of Rs 8,000."""

WEAK = {**PLAIN, "battery": "weak"}
"""A device of Rs 7,600."""


def fetched(rewards: Rewards | None = None, **others: Any) -> Rewards:
    """Have a device of Rs 8,000 to be fetched for order o1."""
    rewards = rewards or dealer()
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(quote(terms_id="pickup", **others))
    rewards.do(opening(order_id="o1"))
    return rewards


def visited(**others: Any) -> Rewards:
    """Have a visit tomorrow."""
    rewards = fetched(**others)
    rewards.do(change("visit", visit_at=NOON + DAY))
    return rewards


def used(
    terms_id: str = "online",
    minor: int = 8_000_00,
    *,
    rewards: Rewards | None = None,
    by: str = "asha",
    quote_id: str = "q1",
    exchange_id: str = "x1",
    order_id: str = "o1",
    **others: Any,
) -> Rewards:
    """Have a device whose value was taken off an order, which is paid."""
    rewards = rewards or dealer()
    rewards.do(quote(quote_id, terms_id, by=by, **others))
    rewards.do(opening(exchange_id, quote_id, by=by))
    key = exchange_key(by, exchange_id)
    exchange = rewards.store.load(Needs((key,))).get(key)
    assert exchange is not None
    exchange = exchange.attaching(order_id, used_minor=minor, until=NOON + DAY, at=NOON)
    rewards.store.save(Changes((Put(key, exchange.using(order_id, at=NOON)),)))
    return rewards


def topics(rewards: Rewards, by: str = "asha") -> list[tuple[str, object]]:
    """What was told of a member's exchanges, with what is due."""
    events = rewards.store.pending_events(limit=100)  # type: ignore[attr-defined]
    return [
        (it.topic, dict(it.figures).get("due_minor"))
        for it in events
        if it.member_id == by and it.topic.startswith("exchange_")
    ]


# --------------------------------------------------------------------------------- visits


def test_three_visits_that_come_to_nothing_end_it() -> None:
    """The order can then have another exchange, and the device too."""
    rewards = fetched()
    for number in range(1, 4):
        asked = f"visit{number}"
        rewards.do(change("visit", visit_at=NOON + DAY, request=asked))
        missed = rewards.do(change("miss", request=f"miss{number}"))
        assert missed.state == ("booked" if number < 3 else "missed")
    with pytest.raises(TooManyAttempts):
        rewards.do(change("visit", visit_at=NOON + DAY, request="visit4"))
    assert rewards.device(imei(1)).holder(NOON) is None  # type: ignore[union-attr]
    rewards.do(quote("q2", "pickup"))
    assert rewards.do(opening("x2", "q2", order_id="o1")).state == "booked"
    assert topics(rewards)[:2] == [("exchange_opened", 0), ("exchange_closed", 0)]


def test_a_visit_is_within_its_days() -> None:
    """Up to the end of the last one, and nothing is missed that was not agreed."""
    rewards = fetched()
    end = rewards.exchange("asha", "x1", at=NOON).book_by
    assert end is not None
    with pytest.raises(VisitTooLate):
        rewards.do(change("visit", visit_at=end))
    with pytest.raises(ExchangeNotOpen):
        rewards.do(change("miss"))
    rewards.do(change("visit", visit_at=end - timedelta(microseconds=1)))
    assert rewards.exchange("asha", "x1", at=end).state == "missed"
    assert rewards.exchanges_due(end) == 1
    assert rewards.do(change("watch", at=end)).state == "missed"


def test_what_is_no_visit_is_misuse() -> None:
    """A reason is a code of the host's."""
    with pytest.raises(Misuse, match="a reason"):
        change("miss", reason=3)


# ------------------------------------------------------------------- inspections by pickup


def test_a_device_as_it_was_declared_is_paid_for_once() -> None:
    """The payout is told as due, and whoever pays names the payment."""
    rewards = visited()
    found = rewards.do(inspect())
    assert found == DeviceInspected("x1", "taken", "A", 8_000_00, 8_000_00, "INR", None, "", 0)
    assert ("exchange_payout_due", 8_000_00) in topics(rewards)
    with pytest.raises(WrongExchangeAmount):
        rewards.do(
            change("settle", payer=Payer.PROGRAMME, amount=rupees("7999"), reference="cash-1")
        )
    paid = rewards.do(
        change("settle", payer=Payer.PROGRAMME, amount=rupees("8000"), reference="cash-1")
    )
    assert paid == ExchangeChanged("x1", "settled", 0, "INR", 0)
    again = change(
        "settle", payer=Payer.PROGRAMME, amount=rupees("8000"), reference="cash-1", request="late"
    )
    assert rewards.do(again).state == "settled"
    other = change(
        "settle", payer=Payer.PROGRAMME, amount=rupees("8000"), reference="cash-2", request="other"
    )
    with pytest.raises(ExchangePaid):
        rewards.do(other)
    assert rewards.exchange("asha", "x1", at=NOON).paid_minor == 8_000_00


def test_a_device_that_is_worth_less_is_offered_for() -> None:
    """The member accepts within the deadline, or keeps it."""
    for answer, state, due in (("accept", "taken", 6_300_00), ("decline", "declined", 0)):
        rewards = visited()
        found = rewards.do(inspect(answers=SCRATCHED))
        assert (found.state, found.grade, found.minor, found.due_minor) == (
            "offered",
            "B",
            6_300_00,
            0,
        )
        assert found.offer_until == NOON + DAY
        assert ("exchange_offer_made", 0) in topics(rewards)
        answered = rewards.do(change(answer))
        assert (answered.state, answered.due_minor) == (state, due)


def test_an_offer_that_nobody_answers_has_run_out() -> None:
    """I6: With the sweep or without it the device stays with the member."""
    rewards = visited()
    rewards.do(inspect(answers=SCRATCHED))
    end = NOON + DAY
    assert rewards.exchange("asha", "x1", at=end).state == "declined"
    with pytest.raises(ExchangeNotOpen):
        rewards.do(change("accept", at=end))
    assert rewards.exchanges_due(end) == 1
    assert rewards.exchanges("asha", at=end)[0].state == "declined"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"imeis": (imei(7),)}, "imei_mismatch"),
        ({"rejection": "account_locked"}, "account_locked"),
        ({"answers": {**PLAIN, "power": "no"}}, "does_not_power_on"),
    ],
)
def test_a_device_that_is_not_taken(changed: dict[str, Any], reason: str) -> None:
    """Whatever the terms say of one that is worth less; nothing is paid."""
    rewards = visited()
    found = rewards.do(inspect(**changed))
    assert (found.state, found.reason, found.minor, found.due_minor) == ("rejected", reason, 0, 0)
    assert rewards.device(imei(7)) is None


def test_the_price_is_that_of_the_quote() -> None:
    """A newer edition and another month change nothing: what was found differs, or nothing does."""
    rewards = fetched()
    rewards.do(
        PublishPriceBook(book=a_book(edition=2, ceiling=rupees("500")), request_id="e2", at=NOON)
    )
    later = NOON + 5 * DAY
    rewards.do(change("visit", visit_at=later))
    assert rewards.do(inspect(at=later, answers=WEAK)).minor == 7_600_00


@pytest.mark.parametrize(
    "newer",
    [
        a_book(edition=2),
        a_book(edition=2, floor=rupees("7000")),
        a_book(ceiling=rupees("500")),
        None,
    ],
)
def test_the_rule_book_of_the_inspections_day_counts_nothing(newer: Any) -> None:
    """Another edition of its own, other figures, or none at all: the edition was kept."""
    programme = attrs.evolve(DEALS, price_books=(a_book(),))
    rewards = Rewards(MemoryStore(), programme)
    rewards.do(ListDevices(models=(a_model(),), request_id="list", at=NOON))
    fetched(rewards)
    rewards.do(change("visit", visit_at=NOON + DAY))
    books = () if newer is None else (newer,)
    later = Rewards(rewards.store, attrs.evolve(programme, price_books=books))
    assert later.do(inspect(answers=WEAK)).minor == 7_600_00


def told(amount: str, **changes: Any) -> Valuation:
    """What a partner says."""
    return stated("cashify", rupees(amount), at=NOON)._replace(**changes)


@pytest.mark.parametrize("newer", [{}, {"ceiling": "400"}, {"floor": "5000"}])
@pytest.mark.parametrize(
    ("found", "state", "reason", "minor"),
    [
        ("9000", "taken", "", 9_000_00),
        ("300", "offered", "", 300_00),
        ("299.99", "rejected", "below_floor", 299_99),
        ("0", "rejected", "below_floor", 0),
    ],
)
def test_a_partner_finds_within_the_bounds_of_the_quote(
    newer: dict[str, str], found: str, state: str, reason: str, minor: int
) -> None:
    """No edition since then counts; what is worth less than the floor is not taken."""
    rewards = visited(valuation=told("9000"), answers={})
    limits = {name: rupees(it) for name, it in newer.items()}
    rewards.do(PublishPriceBook(book=a_book(edition=2, **limits), request_id="e2", at=NOON))
    with pytest.raises(ValuationOutOfBounds):
        rewards.do(inspect(answers={}, valuation=told("9000.01")))
    with pytest.raises(Misuse, match="in JPY"):
        rewards.do(inspect(answers={}, valuation=told("9000", currency="JPY")))
    got = rewards.do(inspect(answers={}, valuation=told(found, edition=9)))
    assert (got.state, got.reason, got.minor) == (state, reason, minor)
    verified = rewards.exchange("asha", "x1", at=NOON).verified
    assert verified == told(found, book_id="partner", edition=1)


def test_what_a_partner_quoted_without_a_price_book_has_no_bounds() -> None:
    """Though one is published since; and no price book of that day could step in."""
    rewards = Rewards(MemoryStore(), DEALS)
    fetched(rewards, valuation=told("50000"), brand="Xiaomi", answers={})
    rewards.do(PublishPriceBook(book=a_book(), request_id="e1", at=NOON))
    rewards.do(change("visit", visit_at=NOON + DAY))
    with pytest.raises(Misuse, match="'cashify' quoted the device"):
        rewards.do(inspect(valuation=told("1", valuer=PRICE_BOOK)))
    assert rewards.do(inspect(answers={}, valuation=told("1"))).minor == 1_00


def test_the_price_book_steps_in_where_the_partner_has_not_answered() -> None:
    """By the edition of the quote, from what was found, whatever the valuation itself says."""
    rewards = visited(valuation=told("8000"), answers={})
    rewards.do(
        PublishPriceBook(book=a_book(edition=2, ceiling=rupees("500")), request_id="e", at=NOON)
    )
    found = rewards.do(inspect(answers=WEAK, valuation=told("1", valuer=PRICE_BOOK)))
    assert (found.state, found.minor, found.grade) == ("offered", 7_600_00, "A")
    verified = rewards.exchange("asha", "x1", at=NOON).verified
    assert verified is not None
    assert (verified.valuer, verified.edition) == (PRICE_BOOK, 1)


def test_a_fallback_at_quote_and_at_inspection_agrees() -> None:
    """A device as it was declared is taken, one that is worse is not taken at that price."""
    festive = attrs.evolve(LENIENT, bonuses=(Bonus("fest", rupees("500")),))
    said = told("1", valuer=PRICE_BOOK, edition=7)
    for answers, state in ((PLAIN, "settled"), (SCRATCHED, "offered")):
        rewards = used("lenient", rewards=dealer(programme=with_terms(festive)), valuation=said)
        assert rewards.do(inspect(answers=answers, valuation=said)).state == state


def test_a_partners_quote_is_inspected_by_the_partner() -> None:
    """What it found is handed in."""
    told = stated("cashify", rupees("5000"), at=NOON)
    rewards = visited(valuation=told, answers={})
    with pytest.raises(Misuse, match="'cashify' quoted the device"):
        rewards.do(inspect())
    found = rewards.do(inspect(answers={}, valuation=stated("cashify", rupees("4000"), at=NOON)))
    assert (found.state, found.minor) == ("offered", 4_000_00)


def test_an_edition_that_is_gone_is_corrupt() -> None:
    """Somebody has changed what is stored."""
    rewards = visited()
    store = rewards.store
    assert isinstance(store, MemoryStore)
    bare = Rewards(store, attrs.evolve(DEALS, price_books=(a_book(edition=9),)))
    key = exchange_key("asha", "x1")
    exchange = store.load(Needs((key,))).get(key)
    assert exchange is not None
    lost = exchange.valuation._replace(edition=5)
    store.save(Changes((Put(key, exchange._replace(valuation=lost)),)))
    assert (
        store.load(Needs((price_book_key("partner", 5),))).get(price_book_key("partner", 5)) is None
    )
    with pytest.raises(Corrupt, match="edition 5"):
        bare.do(inspect())


@pytest.mark.parametrize("undo", ["cancel", "return", "all"])
def test_nobody_comes_for_a_device_whose_new_phone_is_gone(undo: str) -> None:
    """Cancelled or returned: no visit, no inspection and no yes, and so no payout."""
    rewards = visited()
    phones = (line("1", 9999, category="phones"),)
    offered = visited()
    offered.do(inspect(answers=SCRATCHED))
    for shop in (rewards, offered):
        if undo == "cancel":
            shop.do(cancel("o1"))
        else:
            shop.do(deliver("o1", lines=phones, at=NOON))
            units = [("1", 1)] if undo == "return" else []
            shop.do(give_back("o1", None, *units, at=NOON))
    for command in (inspect(), change("visit", visit_at=NOON + DAY, request="again")):
        with pytest.raises(NewProductGone):
            rewards.do(command)
    with pytest.raises(NewProductGone):
        offered.do(change("accept"))
    assert offered.do(change("decline")).state == "declined"
    assert rewards.do(change("cancel")).state == "cancelled"


# ------------------------------------------------------------------------ inspections online


def test_a_device_that_is_worse_at_the_door_cancels_the_discount() -> None:
    """Mi's own policy: what was taken off is to be paid."""
    rewards = used()
    found = rewards.do(inspect(answers=SCRATCHED))
    assert (found.state, found.reason, found.due_minor) == ("rejected", "worth_less", -8_000_00)
    assert ("exchange_difference_due", -8_000_00) in topics(rewards)
    paid = rewards.do(
        change("settle", payer=Payer.MEMBER, amount=rupees("8000"), reference="card-1")
    )
    assert (paid.state, paid.due_minor) == ("settled", 0)


@pytest.mark.parametrize(
    ("answers", "state", "minor", "due"),
    [
        (PLAIN, "settled", 8_000_00, 0),
        (SCRATCHED, "offered", 6_300_00, 0),
        (WORST, "rejected", 2_800_00, -5_000_00),
    ],
)
def test_the_threshold_decides(answers: dict[str, str], state: str, minor: int, due: int) -> None:
    """Three quarters of Rs 8,000 are Rs 6,000."""
    rewards = used("lenient", 5_000_00)
    found = rewards.do(inspect(answers=answers))
    assert (found.state, found.minor, found.due_minor) == (state, minor, due)


def test_a_surplus_is_credited_where_the_terms_say_so() -> None:
    """When all is done, never before: Rs 3,000 are 3,000 tokens, once."""
    rewards = used("lenient", 5_000_00)
    assert rewards.balance("asha", at=NOON).available == 0
    assert rewards.do(inspect()).tokens == 3_000
    assert rewards.do(inspect()).tokens == 3_000
    balance = rewards.balance("asha", at=NOON)
    assert balance.available == 3_000
    (entry,) = rewards.statement("asha").entries
    assert entry.reason.code == "exchange_credit"
    offered = used("lenient", 5_000_00)
    offered.do(inspect(answers=SCRATCHED))
    assert offered.balance("asha", at=NOON).available == 0
    assert offered.do(change("accept")).tokens == 1_300
    assert offered.balance("asha", at=NOON).available == 1_300


def test_more_tokens_than_there_can_be_are_misuse() -> None:
    """The rate is at fault."""
    many = attrs.evolve(LENIENT, terms_id="many", credit=Rate(10**18, 1))
    rewards = used("many", 1, rewards=dealer(programme=with_terms(many)))
    with pytest.raises(Misuse, match="more than 2"):
        rewards.do(inspect())


def test_a_better_device_is_worth_more_where_that_is_accepted() -> None:
    """Declared with a weak battery, found with a good one."""
    rewards = used("lenient", 7_600_00, answers=WEAK)
    found = rewards.do(inspect())
    assert (found.state, found.tokens) == ("settled", 400)


def test_a_second_number_is_learned_at_the_door() -> None:
    """A phone has two: a third that is read later is noted of nothing."""
    rewards = used()
    rewards.do(inspect(imeis=(imei(1), imei(3)), answers=SCRATCHED))
    entry = rewards.device(imei(3))
    assert entry is not None
    assert entry.others == (imei(1),)
    rewards = used(rewards=rewards, quote_id="q2", exchange_id="x2", order_id="o2")
    rewards.do(inspect(exchange_id="x2", imeis=(imei(1), imei(4))))
    assert rewards.device(imei(4)) is None
    assert rewards.device(imei(1)).others == (imei(3),)  # type: ignore[union-attr]


@pytest.mark.parametrize("said", ["", "account_locked"])
def test_one_phone_by_two_numbers_in_two_exchanges_is_not_taken(said: str) -> None:
    """I17: Each was told as another device; whichever is inspected first is rejected, and so on."""
    rewards = used()
    other = a_device(imeis=(imei(2),))
    used(rewards=rewards, by="bela", quote_id="q2", exchange_id="x2", order_id="o2", device=other)
    for by, exchange_id in (("asha", "x1"), ("bela", "x2")):
        found = rewards.do(
            inspect(by=by, exchange_id=exchange_id, imeis=(imei(1), imei(2)), rejection=said)
        )
        assert found.state == ("rejected" if by == "asha" or said else "settled")
        if by == "asha":
            assert found.reason == (said or "in_other_exchange")
            assert found.due_minor == -8_000_00


def test_until_when_an_offer_waits_is_the_callers_where_the_terms_say_nothing() -> None:
    """One clear message names the setting."""
    vague = attrs.evolve(LENIENT, terms_id="vague", answer_within_hours=None)
    rewards = used("vague", rewards=dealer(programme=with_terms(vague)))
    with pytest.raises(Misuse, match="answer_within_hours"):
        rewards.do(inspect(answers=SCRATCHED))
    found = rewards.do(inspect(answers=SCRATCHED, offer_until=NOON + DAY))
    assert found.offer_until == NOON + DAY


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"imeis": ()}, "one number or two"),
        ({"imeis": [imei(1)]}, "one number or two, not \\['"),
        ({"rejection": None}, "a rejection"),
        ({"valuation": 3}, "is a Valuation"),
    ],
)
def test_what_is_no_inspection_is_misuse(changed: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    made = {"imeis": (imei(1),), **changed}
    with pytest.raises(Misuse, match=message):
        InspectDevice(member_id="asha", request_id="i", at=NOON, exchange_id="x1", **made)


# -------------------------------------------------------------------------------- the rest


def test_what_was_forgotten_opens_nothing() -> None:
    """I17: A quote without numbers is a quote of no device, and no phone is that one."""
    rewards = dealer()
    for name in ("q1", "q2"):
        rewards.do(quote(name))
    rewards.do(Erase(member_id="asha", request_id="e", at=NOON))
    for name in ("q1", "q2"):
        with pytest.raises(QuoteVoid):
            rewards.do(opening(f"x{name}", name))


def test_a_return_decided_at_the_same_time_loses_or_wins_against_a_payout() -> None:
    """I11: Both stand on the order, so one of them finds what the other did."""
    rewards = visited()
    phones = (line("1", 9999, category="phones"),)
    rewards.do(deliver("o1", lines=phones, at=NOON))
    _, back = rewards.simulate(give_back("o1", at=NOON))
    assert back is not None
    rewards.do(inspect())
    with pytest.raises(Conflict):
        rewards.store.save(back)
    offered = visited()
    offered.do(deliver("o1", lines=phones, at=NOON))
    offered.do(inspect(answers=SCRATCHED))
    _, yes = offered.simulate(change("accept"))
    offered.do(give_back("o1", at=NOON))
    assert yes is not None
    with pytest.raises(Conflict):
        offered.store.save(yes)


def test_a_member_who_hands_nothing_over_owes_what_was_taken_off() -> None:
    """No number is claimed to have been read; without a reason there is one."""
    rewards = used()
    found = rewards.do(inspect(imeis=(), answers={}, rejection="not_handed_over"))
    assert (found.state, found.reason, found.due_minor) == (
        "rejected",
        "not_handed_over",
        -8_000_00,
    )
    entry = rewards.device(imei(1))
    assert entry is not None
    assert (entry.others, entry.holder(NOON)) == ((), None)
    with pytest.raises(Misuse, match="one number or two"):
        inspect(imeis=())


@pytest.mark.parametrize("what", ["accept", "decline", "cancel", "miss", "watch"])
def test_an_unknown_exchange_is_told(what: str) -> None:
    """It may be known later."""
    with pytest.raises(UnknownExchange) as refusal:
        dealer().do(change(what))
    assert refusal.value.transient


def test_a_receipt_can_be_given_up() -> None:
    """Its device is free then."""
    rewards = dealer()
    rewards.do(quote())
    rewards.do(opening())
    assert rewards.do(change("watch")).state == "issued"
    assert rewards.do(change("cancel")).state == "cancelled"
    assert rewards.do(quote("q2", by="bela")).voided == ""
    with pytest.raises(UnknownExchange):
        rewards.exchange("asha", "x2", at=NOON)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"payer": Payer.MEMBER, "amount": 5, "reference": "r"}, "is money"),
        ({"payer": Payer.MEMBER, "amount": Money(5, "INR"), "reference": ""}, "reference"),
        ({"payer": "member", "amount": Money(5, "INR"), "reference": "r"}, "not 'member'"),
    ],
)
def test_what_is_no_payment_is_misuse(changed: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    with pytest.raises(Misuse, match=message):
        change("settle", **changed)


def test_whoever_has_an_exchange_does_not_go_on_as_another() -> None:
    """Until it is done."""
    rewards = dealer()
    for by in ("asha", "bela"):
        rewards.do(join(by))
    rewards.do(quote())
    rewards.do(opening())
    merge = MergeAway(member_id="asha", request_id="m", at=NOON, into="bela")
    with pytest.raises(HoldsOpen):
        rewards.do(merge)
    rewards.do(change("cancel"))
    rewards.do(merge)


def test_whoever_has_an_exchange_does_not_leave() -> None:
    """Until it is done, or its end has passed."""
    rewards = dealer()
    rewards.do(join("asha"))
    rewards.do(quote())
    end = rewards.do(opening()).ends_at
    leave = Leave(member_id="asha", request_id="l", at=end - timedelta(microseconds=1))
    with pytest.raises(HoldsOpen) as refused:
        rewards.do(leave)
    assert refused.value.figures == {"holds": 0, "payments": 1}
    assert rewards.do(attrs.evolve(leave, at=end)).forfeited == 0


def test_erasing_forgets_numbers_but_not_those_of_what_goes_on() -> None:
    """Whose a device was is forgotten too; an exchange that is live is left until it is done."""
    rewards = dealer()
    rewards.do(quote())
    rewards.do(opening())
    rewards.do(quote("q2", device=a_device(imeis=(imei(2),))))
    rewards.do(opening("x2", "q2"))
    rewards.do(change("cancel", exchange_id="x2"))
    rewards.do(Erase(member_id="asha", request_id="e", at=NOON))
    kept, gone = rewards.exchanges("asha", at=NOON)
    assert (kept.device.imeis, gone.device.imeis) == ((imei(1),), ())
    assert rewards.device_quote("asha", "q2").device.imeis == ()
    entry = rewards.device(imei(2))
    assert entry is not None
    assert (entry.quote_of, entry.exchange_of) == ("", "")
    assert rewards.device(imei(1)).holder(NOON) == ("asha", "x1")  # type: ignore[union-attr]
    rewards.do(change("cancel"))
    rewards.do(Erase(member_id="asha", request_id="e2", at=NOON))
    assert {it.device.imeis for it in rewards.exchanges("asha", at=NOON)} == {()}


def test_the_awaited_face_tells_the_same() -> None:
    """Exchanges, quotes, devices, and what is due."""

    async def story() -> None:
        rewards = dealer()
        assert isinstance(rewards.store, MemoryStore)
        awaited = AsyncRewards(AsyncMemoryStore(rewards.store), DEALS)
        await awaited.do(quote())
        await awaited.do(opening())
        one = await awaited.exchange("asha", "x1", at=NOON)
        assert one == rewards.exchange("asha", "x1", at=NOON)
        assert await awaited.exchanges("asha", at=NOON) == (one,)
        assert await awaited.device_quote("asha", "q1") == rewards.device_quote("asha", "q1")
        assert await awaited.device(imei(1)) == rewards.device(imei(1))
        assert await awaited.price_book("partner") == rewards.price_book("partner")
        assert await awaited.device_models("partner") == rewards.device_models("partner")
        assert await awaited.exchanges_due(one.ends_at) == 1

    asyncio.run(story())
