"""Mi Exchange, told as tests: in store and by pickup (November 2017), online (March 2018).

The sources of each figure stand in `rule_books/mi_exchange.toml`. What a phone is worth is the
partner's to say, from its condition alone; nobody published a price but one, and so each story
states what the partner answered. Until when an e-receipt of the store stands, and a phone is
fetched, was never published either: whoever issues it states that. Clocks are those of India.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards import bundled
from mi_rewards.catalogue import CouponTerms, Reward, Validity
from mi_rewards.checkout import Cart, CartLine, CheckoutTerms, PartPayment, Priced, Source
from mi_rewards.commands import (
    AcceptOffer,
    Command,
    DeclineOffer,
    InspectDevice,
    MissVisit,
    OpenExchange,
    PayOrder,
    PlaceCart,
    QuoteCart,
    QuoteDevice,
    RefundOrder,
    Rewards,
    ScheduleVisit,
    SettleExchange,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Rate
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, Store, quote_key
from mi_rewards.trade_in import (
    Device,
    Exchange,
    ExchangeState,
    Payer,
    Surplus,
    TradeInTerms,
    stated,
)
from tests.databases import sqlite_store
from tests.exchanging import IMEI, OTHER_IMEI, SECOND_IMEI
from tests.shop import bring, deliver, inr, ist, join, place
from tests.tills import redeem

ANNOUNCED = bundled.programme("mi-exchange")
OPENED = ist("2017-11-22 11:00")
"""When it began at Mi Home stores."""
ONLINE = ist("2018-03-15 12:00")
"""When it began on mi.com."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

OLD = Device("oneplus-3t", "6GB/64GB", (IMEI,))
OTHER = Device("redmi-note-3", "3GB/32GB", (OTHER_IMEI,))
PHONE = CartLine("phone", "redmi-note-4", "phones", inr(9999))
BANK = CartLine("bank", "mi-power-bank-2i-10000", "accessories", inr(799))
BIG_BANK = CartLine("big-bank", "mi-power-bank-2i-20000", "accessories", inr(1499))


def terms_changed(terms_id: str, **changes: Any) -> Programme:
    """Change what was announced, for terms that others have."""
    trade_ins = tuple(
        attrs.evolve(it, **changes) if it.terms_id == terms_id else it for it in ANNOUNCED.trade_ins
    )
    return attrs.evolve(ANNOUNCED, trade_ins=trade_ins)


class Counter:
    """A counter of Mi Home, or mi.com, and the partner's application beside it."""

    def __init__(self, store: Store, programme: Programme = ANNOUNCED) -> None:
        self.rewards = Rewards(store, programme)
        self.rewards.do(join(at=OPENED - DAY))

    def under(self, programme: Programme) -> "Counter":
        """Have the same counter under other terms."""
        self.rewards = Rewards(self.rewards.store, programme)
        return self

    def refusal(self, command: Command[Any]) -> Refused:
        """Say why something is refused."""
        with pytest.raises(Refused) as refused:
            self.rewards.do(command)
        return refused.value

    def assessed(
        self,
        rupees: int,
        *,
        exchange_id: str = "r1",
        terms_id: str = "mi-home",
        device: Device = OLD,
        at: datetime = OPENED,
        **stating: Any,
    ) -> Exchange:
        """Let the partner say what a phone is worth; take it, and get the e-receipt."""
        opening = {it: stating.pop(it) for it in ("order_id", "visit_by") if it in stating}
        self.rewards.do(
            assess(rupees, f"q:{exchange_id}", terms_id, device=device, at=at, **stating)
        )
        self.rewards.do(
            OpenExchange(
                member_id="asha",
                request_id=f"open:{exchange_id}",
                at=at,
                exchange_id=exchange_id,
                quote_id=f"q:{exchange_id}",
                **opening,
            )
        )
        return self.exchange(exchange_id, at=at)

    def exchange(self, exchange_id: str = "r1", *, at: datetime = OPENED) -> Exchange:
        """Say what became of an exchange."""
        return self.rewards.exchange("asha", exchange_id, at=at)

    def priced(
        self,
        *lines: CartLine,
        exchange_id: str = "r1",
        order_id: str = "o1",
        channel: str = "mi-home",
        at: datetime = OPENED,
        **stating: Any,
    ) -> Priced:
        """Say what a cart comes to with the e-receipt."""
        cart = Cart(order_id, lines, channel=channel, exchange_id=exchange_id, **stating)
        name = f"cart:{order_id}"
        self.rewards.do(QuoteCart(member_id="asha", request_id=name, at=at, cart=cart))
        key = quote_key("asha", name)
        quoted = self.rewards.store.load(Needs((key,))).get(key)
        assert quoted is not None
        return quoted.priced

    def ordered(self, order_id: str = "o1", *, at: datetime = OPENED) -> None:
        """Place what was priced."""
        self.rewards.do(
            PlaceCart(
                member_id="asha", request_id=f"place:{order_id}", at=at, quote_id=f"cart:{order_id}"
            )
        )

    def paid(self, order_id: str = "o1", *, at: datetime = OPENED) -> None:
        """Place what was priced, and pay it."""
        self.ordered(order_id, at=at)
        self.rewards.do(
            PayOrder(member_id="asha", request_id=f"pay:{order_id}", at=at, order_id=order_id)
        )


def assess(
    rupees: int,
    quote_id: str = "q",
    terms_id: str = "mi-home",
    *,
    by: str = "asha",
    device: Device = OLD,
    at: datetime = OPENED,
    brand: str = "OnePlus",
    **stating: Any,
) -> QuoteDevice:
    """Let the partner's application say what a phone is worth; at the store for that day."""
    if terms_id != "mi.com":
        stating.setdefault("last_day", ANNOUNCED.zone.day_of(at))
    return QuoteDevice(
        member_id=by,
        request_id=quote_id,
        at=at,
        terms_id=terms_id,
        device=device,
        brand=brand,
        valuation=stated("cashify", inr(rupees), at=at),
        **stating,
    )


def inspect(
    rupees: int | None = None,
    *,
    imeis: tuple[str, ...] = (IMEI,),
    rejection: str = "",
    at: datetime,
    **stating: Any,
) -> InspectDevice:
    """Look at the old phone: at the door, or when it is fetched."""
    return InspectDevice(
        member_id="asha",
        request_id=f"inspect:{at}",
        at=at,
        exchange_id="r1",
        imeis=imeis,
        rejection=rejection,
        valuation=None if rupees is None else stated("cashify", inr(rupees), at=at),
        **stating,
    )


def settle(
    rupees: int,
    reference: str,
    *,
    at: datetime,
    request: str = "",
    payer: Payer = Payer.PROGRAMME,
) -> SettleExchange:
    """Pay what is due, to the member unless the member pays."""
    return SettleExchange(
        member_id="asha",
        request_id=request or f"settle:{reference}",
        at=at,
        exchange_id="r1",
        payer=payer,
        amount=inr(rupees),
        reference=reference,
    )


def refund(order_id: str = "o1", *, at: datetime) -> RefundOrder:
    """Give back all of an order."""
    return RefundOrder(member_id="asha", request_id=f"refund:{at}", at=at, order_id=order_id)


@pytest.fixture(params=["memory", "sqlite"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    """Open a counter on each host."""
    if request.param == "memory":
        yield Counter(MemoryStore())
        return
    store = sqlite_store(tmp_path)
    yield Counter(store)
    store.engine.dispose()


# At a Mi Home store


def test_an_e_receipt_is_deducted_from_the_price_of_a_new_phone(counter: Counter) -> None:
    """Rs 4,000 for the old phone off Rs 9,999 for the new one leave Rs 5,999 to pay."""
    receipt = counter.assessed(4000)
    assert (receipt.state, receipt.value) == (ExchangeState.ISSUED, inr(4000))
    priced = counter.priced(PHONE)
    assert priced.payable_minor == inr(5999).minor
    assert priced.taken_minor(Source.EXCHANGE) == inr(4000).minor
    assert (priced.surplus_minor, priced.exchange_passed_over) == (0, None)
    counter.paid()
    assert counter.exchange().state is ExchangeState.SETTLED


def test_one_device_only(counter: Counter) -> None:
    """An order has one e-receipt, and an e-receipt is of one device; a second waits."""
    counter.assessed(4000)
    counter.assessed(3000, exchange_id="r2", device=OTHER)
    assert counter.priced(PHONE).payable_minor == inr(5999).minor
    counter.paid()
    assert counter.exchange("r2").state is ExchangeState.ISSUED
    other = counter.priced(PHONE, exchange_id="r2", order_id="o2")
    assert other.payable_minor == inr(6999).minor
    with pytest.raises(Misuse, match="one number or two"):
        Device("a", "b", (IMEI, SECOND_IMEI, OTHER_IMEI))


def test_one_device_is_in_one_exchange(counter: Counter) -> None:
    """Whoever else brings it is refused; the member who does gets a new value, not a second."""
    counter.assessed(4000)
    again = assess(4000, "again", by="ravi")
    assert counter.refusal(again).code == "device_in_exchange"
    counter.assessed(3500, exchange_id="r2")
    assert counter.exchange("r1").state is ExchangeState.VOID
    assert counter.exchange("r2").value == inr(3500)
    old = counter.priced(PHONE, exchange_id="r1")
    assert (old.payable_minor, old.taken_minor(Source.EXCHANGE)) == (PHONE.gross_minor, 0)


def test_a_receipt_is_used_once(counter: Counter) -> None:
    """Nothing changes once it is exchanged: another phone costs its price."""
    counter.assessed(4000)
    counter.priced(PHONE)
    counter.paid()
    second = counter.priced(PHONE, order_id="o2")
    assert second.payable_minor == PHONE.gross_minor
    assert second.exchange_passed_over is not None
    assert second.exchange_passed_over.code == "already_exchanged"


def test_the_price_is_not_negotiable(counter: Counter) -> None:
    """No coupon and no token takes anything more off the new phone."""
    coupon = CouponTerms(Validity(days=90), inr(500), categories=("phones",))
    counter.under(
        attrs.evolve(
            ANNOUNCED,
            rewards=(Reward("phone-500", "Rs 500 off a phone", 100, coupon),),
            checkout=CheckoutTerms(PartPayment(Rate(4, 1), 1)),
        )
    )
    counter.rewards.do(bring(5000))
    counter.rewards.do(redeem("phone-500", at=OPENED))
    counter.assessed(4000)
    paying: dict[str, Any] = {"voucher_ids": ("phone-500",), "tokens": 1000}
    without = counter.priced(PHONE, exchange_id="", order_id="o0", **paying)
    assert without.payable_minor == inr(9999 - 500 - 40).minor
    priced = counter.priced(PHONE, **paying)
    assert (priced.payable_minor, priced.tokens) == (inr(5999).minor, 0)
    assert [it.code for it in priced.passed_over] == ["price_not_negotiable"]
    assert priced.tokens_passed_over is not None
    assert priced.tokens_passed_over.code == "price_not_negotiable"


@pytest.mark.parametrize(("bank", "rupees"), [(BANK, 799), (BIG_BANK, 1499)])
def test_a_power_bank_cannot_be_bought_with_an_exchange_value(
    counter: Counter, bank: CartLine, rupees: int
) -> None:
    """The value is good for a phone: a Mi Power Bank 2i costs what it costs."""
    counter.assessed(4000)
    alone = counter.priced(bank)
    assert alone.payable_minor == inr(rupees).minor
    assert alone.exchange_passed_over is not None
    assert alone.exchange_passed_over.code == "new_product_not_eligible"
    counter.paid()
    assert counter.exchange().state is ExchangeState.ISSUED
    beside = counter.priced(PHONE, bank, order_id="o2")
    assert [it.payable_minor for it in beside.lines] == [inr(5999).minor, inr(rupees).minor]


def test_a_surplus_is_lost(counter: Counter) -> None:
    """Rs 12,000 off Rs 9,999 leave nothing to pay, and nothing is paid out."""
    counter.assessed(12_000)
    priced = counter.priced(PHONE)
    assert (priced.payable_minor, priced.surplus_minor) == (0, inr(2001).minor)
    counter.paid()
    receipt = counter.exchange()
    assert (receipt.state, receipt.used, receipt.due_minor) == (
        ExchangeState.SETTLED,
        inr(9999),
        0,
    )
    assert counter.rewards.balance("asha", at=OPENED).available == 0


def test_a_surplus_is_paid_as_store_credit_where_the_terms_say_so(counter: Counter) -> None:
    """Ten tokens a rupee: Rs 2,001 that the phone is worth beyond the price are 20,010 tokens."""
    counter.under(terms_changed("mi-home", surplus=Surplus.TOKENS, credit=Rate(10, 100)))
    counter.assessed(12_000)
    counter.priced(PHONE)
    counter.paid()
    assert counter.rewards.balance("asha", at=OPENED).available == 20_010


def test_a_receipt_of_the_store_is_not_good_online(counter: Counter) -> None:
    """Nor one of mi.com at a store."""
    counter.assessed(4000)
    priced = counter.priced(PHONE, channel="mi.com")
    assert priced.payable_minor == PHONE.gross_minor
    assert priced.exchange_passed_over is not None
    assert priced.exchange_passed_over.code == "not_traded_here"


def test_until_when_a_receipt_of_the_store_stands_is_to_be_stated(counter: Counter) -> None:
    """Nobody published it, and the message names the setting."""
    with pytest.raises(Misuse, match=r"trade_ins.mi-home states no quote_days"):
        counter.rewards.do(assess(4000, last_day=None))


# By the pickup service


BY = date(2017, 12, 5)
VISIT = ist("2017-12-03 15:00")


def fetched(counter: Counter, rupees: int = 4000) -> Exchange:
    """Pay the full price of the new phone, have the old one assessed, agree on a visit."""
    counter.rewards.do(place("o1", 9999, at=OPENED, category="phones"))
    counter.assessed(rupees, terms_id="pickup", order_id="o1", visit_by=BY)
    counter.rewards.do(
        ScheduleVisit(
            member_id="asha", request_id="visit", at=OPENED, exchange_id="r1", visit_at=VISIT
        )
    )
    return counter.exchange()


def test_by_pickup_the_full_price_is_paid_and_the_old_phone_paid_out(counter: Counter) -> None:
    """Nothing is taken off; the partner's employee collects the phone and pays Rs 4,000, once."""
    booked = fetched(counter)
    assert (booked.state, booked.used_minor) == (ExchangeState.SCHEDULED, 0)
    found = counter.rewards.do(inspect(4000, at=VISIT))
    assert (found.state, found.due_minor) == ("taken", inr(4000).minor)
    counter.rewards.do(settle(4000, "cash-1", at=VISIT))
    done = counter.exchange(at=VISIT)
    assert (done.state, done.paid_minor) == (ExchangeState.SETTLED, inr(4000).minor)
    assert counter.refusal(settle(4000, "cash-2", at=VISIT)).code == "exchange_paid"
    counter.rewards.do(settle(4000, "cash-1", at=VISIT, request="told again"))
    assert counter.exchange(at=VISIT).paid_minor == inr(4000).minor


@pytest.mark.parametrize("rupees", [4000, 4001, 4500])
def test_what_the_phone_is_worth_is_paid(counter: Counter, rupees: int) -> None:
    """More than was said, where its condition is better."""
    fetched(counter)
    assert counter.rewards.do(inspect(rupees, at=VISIT)).due_minor == inr(rupees).minor


def test_one_device_is_collected_for_one_new_phone(counter: Counter) -> None:
    """A second one is for another order."""
    fetched(counter)
    counter.rewards.do(assess(3000, "q2", "pickup", device=OTHER))
    second = OpenExchange(
        member_id="asha",
        request_id="open:r2",
        at=OPENED,
        exchange_id="r2",
        quote_id="q2",
        order_id="o1",
        visit_by=BY,
    )
    assert counter.refusal(second).code == "one_exchange_per_order"


def test_less_is_offered_and_can_be_declined(counter: Counter) -> None:
    """The member accepts the final offer, or keeps the phone; how long it waits is to be stated."""
    fetched(counter)
    with pytest.raises(Misuse, match=r"trade_ins.pickup states no answer_within_hours"):
        counter.rewards.do(inspect(2500, at=VISIT))
    counter.rewards.do(inspect(2500, at=VISIT, offer_until=VISIT + DAY))
    naming: dict[str, Any] = {"member_id": "asha", "at": VISIT, "exchange_id": "r1"}
    accepted, _ = counter.rewards.simulate(AcceptOffer(request_id="yes", **naming))
    assert (accepted.state, accepted.due_minor) == ("taken", inr(2500).minor)
    declined = counter.rewards.do(DeclineOffer(request_id="no", **naming))
    assert (declined.state, declined.due_minor) == ("declined", 0)


def test_another_phone_than_the_one_assessed_is_not_collected(counter: Counter) -> None:
    """Its number is another one; nothing is paid, and the member keeps it."""
    fetched(counter)
    found = counter.rewards.do(inspect(4000, imeis=(OTHER_IMEI,), at=VISIT))
    assert (found.state, found.reason, found.due_minor) == ("rejected", "imei_mismatch", 0)


def test_visits_fail_until_the_time_is_over(counter: Counter) -> None:
    """No number of attempts was announced: another visit is agreed, while there is time."""
    fetched(counter)
    counter.rewards.do(
        MissVisit(
            member_id="asha",
            request_id="miss",
            at=VISIT,
            exchange_id="r1",
            reason="not_at_home",
        )
    )
    assert counter.exchange(at=VISIT).state is ExchangeState.BOOKED
    over = ANNOUNCED.zone.after(BY)
    assert counter.exchange(at=over - MINUTE).state is ExchangeState.BOOKED
    assert counter.exchange(at=over).state is ExchangeState.MISSED


def test_until_when_a_phone_is_fetched_is_to_be_stated(counter: Counter) -> None:
    """Nobody published it for Mi Exchange."""
    counter.rewards.do(place("o1", 9999, at=OPENED, category="phones"))
    with pytest.raises(Misuse, match=r"trade_ins.pickup states no pickup_within_days"):
        counter.assessed(4000, terms_id="pickup", order_id="o1")


# On mi.com


LAST_DAY = date(2018, 3, 29)


def online(counter: Counter, rupees: int = 10_550, **stating: Any) -> Exchange:
    """Have the old phone valued on mi.com, on the first day."""
    return counter.assessed(rupees, terms_id="mi.com", at=ONLINE, **stating)


def bought(counter: Counter) -> None:
    """Buy a phone for Rs 15,999 with it."""
    note = CartLine("phone", "redmi-note-5-pro", "phones", inr(15_999))
    priced = counter.priced(note, channel="mi.com", at=ONLINE)
    assert priced.payable_minor == inr(5449).minor
    counter.paid(at=ONLINE)


def test_the_value_is_good_for_fourteen_days(counter: Counter) -> None:
    """Rs 10,550 for a OnePlus 3T on 15 March 2018, to the end of the 29th in India."""
    receipt = online(counter)
    assert receipt.value == inr(10_550)
    ends = ANNOUNCED.zone.after(LAST_DAY)
    assert receipt.ends_at == ends == ist("2018-03-30 00:00")
    assert counter.exchange(at=ends - timedelta(microseconds=1)).state is ExchangeState.ISSUED
    assert counter.exchange(at=ends).state is ExchangeState.EXPIRED
    late = counter.priced(PHONE, channel="mi.com", at=ends)
    assert late.payable_minor == PHONE.gross_minor


@pytest.mark.parametrize(("brand", "is_taken"), [("LeEco", True), ("Google", True), ("LG", False)])
def test_phones_of_fifteen_brands_are_taken(counter: Counter, brand: str, is_taken: bool) -> None:
    """At a store the partner's portfolio decides; on mi.com the brand does too."""
    if is_taken:
        assert online(counter, brand=brand).state is ExchangeState.ISSUED
    else:
        asked = assess(3000, terms_id="mi.com", at=ONLINE, brand=brand)
        assert counter.refusal(asked).code == "brand_not_accepted"
    assert counter.assessed(3000, exchange_id="s1", device=OTHER, brand=brand).value == inr(3000)


def test_the_courier_takes_a_phone_that_is_as_declared(counter: Counter) -> None:
    """All is settled; more than was declared is not paid."""
    online(counter)
    bought(counter)
    assert counter.exchange(at=ONLINE).state is ExchangeState.USED
    found = counter.rewards.do(inspect(12_000, at=ONLINE + 3 * DAY))
    assert (found.state, found.due_minor) == ("settled", 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rejection": "screen_cracked"}, "screen_cracked"),
        ({"imeis": (OTHER_IMEI,), "rupees": 10_550}, "imei_mismatch"),
        ({"rupees": 10_549}, "worth_less"),
    ],
)
def test_the_courier_cancels_the_discount_for_another_phone(
    counter: Counter, changes: dict[str, Any], reason: str
) -> None:
    """Damaged, worth less or another one: what was taken off is to be paid, once."""
    online(counter)
    bought(counter)
    door = ONLINE + 3 * DAY
    found = counter.rewards.do(inspect(at=door, **changes))
    assert (found.state, found.reason, found.due_minor) == (
        "rejected",
        reason,
        -inr(10_550).minor,
    )
    assert counter.refusal(settle(10_550, "card-1", at=door)).code == "wrong_payer"
    assert (
        counter.refusal(settle(10_549, "card-1", at=door, payer=Payer.MEMBER)).code
        == "wrong_exchange_amount"
    )
    counter.rewards.do(settle(10_550, "card-1", at=door, payer=Payer.MEMBER))
    done = counter.exchange(at=door)
    assert (done.state, done.due_minor, done.paid_minor) == (
        ExchangeState.SETTLED,
        0,
        -inr(10_550).minor,
    )


def test_the_value_comes_back_when_the_order_is_cancelled_in_time(counter: Counter) -> None:
    """To its old end, for another order."""
    online(counter)
    bought(counter)
    back = counter.rewards.do(refund(at=ONLINE + DAY))
    assert (back.money_minor, back.exchange_minor) == (inr(5449).minor, inr(10_550).minor)
    receipt = counter.exchange(at=ONLINE + DAY)
    assert (receipt.state, receipt.ends_at) == (
        ExchangeState.ISSUED,
        ANNOUNCED.zone.after(LAST_DAY),
    )


def test_the_value_is_paid_when_the_new_phone_is_returned(counter: Counter) -> None:
    """The old phone is gone: what it was worth is paid in money here, and once; to the member."""
    online(counter)
    bought(counter)
    counter.rewards.do(deliver("o1", at=ONLINE + 3 * DAY))
    counter.rewards.do(inspect(10_550, at=ONLINE + 3 * DAY))
    returned = ONLINE + 5 * DAY
    counter.rewards.do(refund(at=returned))
    receipt = counter.exchange(at=returned)
    assert (receipt.state, receipt.due_minor) == (ExchangeState.CREDITED, inr(10_550).minor)
    late = settle(10_550, "upi-1", at=returned, payer=Payer.MEMBER)
    assert counter.refusal(late).code == "wrong_payer"
    counter.rewards.do(settle(10_550, "bank-1", at=returned))
    assert counter.refusal(settle(10_550, "bank-2", at=returned)).code == "exchange_paid"


def test_a_wrong_number_is_no_phone() -> None:
    """One digit mistyped, and nobody is asked what it is worth."""
    with pytest.raises(Refused) as refused:
        Device("oneplus-3t", "", (IMEI[:-1] + "2",))
    assert refused.value.code == "imei_invalid"


def test_the_terms_are_the_three_that_were_announced() -> None:
    """In store, by pickup, online; each recorded with what it is used for."""
    kinds = [type(it) for it in ANNOUNCED.trade_ins]
    assert kinds == [TradeInTerms] * 3
    assert [it.terms_id for it in ANNOUNCED.trade_ins] == ["mi-home", "pickup", "mi.com"]
