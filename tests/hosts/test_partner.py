"""The manual's partner over HTTP, against a service on this machine that misbehaves."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from docs.examples.bad_partner import GARBAGE, BadPartner
from docs.examples.partner import Partner
from mi_rewards import MemoryStore, Refused, Rewards, with_retries
from mi_rewards.repositories import Store
from mi_rewards.trade_in import (
    DeviceRejected,
    FallbackValuer,
    NotInPortfolio,
    Payer,
    PriceBookValuer,
    ValuationRequest,
    Valuer,
    ValuerUnavailable,
)
from tests import databases
from tests.phones import AT, PLAIN, a_book, a_device, a_model, inr
from tests.shop import line, place
from tests.trading import NOON, change, dealer, inspect, opening, quote
from tests.wallets import KOLKATA

ASKED = ValuationRequest(a_device(), a_model(), PLAIN, AT, "asha/q-1")
OWN = PriceBookValuer(a_book(), (a_model(),), KOLKATA)
SECONDS = 1.0


@pytest.fixture
def service() -> Iterator[BadPartner]:
    """Start the service."""
    with BadPartner() as started:
        yield started


@pytest.fixture
def partner(service: BadPartner) -> Partner:
    """Make the caller, which does not wait long."""
    return Partner(service.url, seconds=SECONDS)


def test_a_partner_values_a_device(partner: Partner) -> None:
    """Its price is one step, signed by its name."""
    valuer: Valuer = partner
    found = valuer.value(ASKED)
    assert (found.valuer, found.reference, found.value) == ("partner", "V-1", inr("4321"))
    assert found.valued_at == AT


def test_asynchronous_code_awaits_it(partner: Partner) -> None:
    """The same answer."""

    async def ask() -> object:
        return await partner.ask(ASKED)

    assert asyncio.run(ask()) == partner.value(ASKED)


@pytest.mark.parametrize("mood", ["slow", "drips", "closes", "endless", "error", *GARBAGE])
def test_what_is_no_answer_falls_back_to_the_price_book(
    service: BadPartner, partner: Partner, mood: str
) -> None:
    """In time, however the partner misbehaves; and it is said why."""
    service.mood = mood
    with pytest.raises(ValuerUnavailable, match="partner did not value the device: "):
        partner.value(ASKED)
    begun = time.monotonic()
    assert FallbackValuer(partner, OWN).value(ASKED) == OWN.value(ASKED)
    assert time.monotonic() - begun < SECONDS + 20


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        ("slow", "no answer in 1.0 s"),
        ("drips", "no answer in 1.0 s"),
        ("closes", "RemoteProtocolError"),
        ("endless", "an answer without end"),
        ("error", "status 500"),
        ("garbage", "status 200, and no JSON"),
        ("list", "an answer that is no object"),
        ("float", "an answer that is none"),
        ("dollars", "a price in USD"),
        ("unsigned", "an answer that is none: 'id'"),
    ],
)
def test_it_is_said_what_happened(
    service: BadPartner, partner: Partner, mood: str, why: str
) -> None:
    """For whoever reads the log."""
    service.mood = mood
    with pytest.raises(ValuerUnavailable) as no:
        partner.value(ASKED)
    assert no.value.why.startswith(why)


def test_a_partner_that_is_not_there_is_unavailable(partner: Partner) -> None:
    """Nobody listens at that address."""
    with BadPartner() as gone:
        url = gone.url
    with pytest.raises(ValuerUnavailable, match="ConnectError"):
        attrs.evolve(partner, url=url).value(ASKED)


def test_a_no_is_an_answer(service: BadPartner, partner: Partner) -> None:
    """The price book is not asked then."""
    valuer = FallbackValuer(partner, OWN)
    service.mood = "locked"
    with pytest.raises(DeviceRejected, match="locked"):
        valuer.value(ASKED)
    service.mood = "unknown_model"
    with pytest.raises(NotInPortfolio):
        valuer.value(ASKED)


# ---------------------------------------------------------------------------------- payouts


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def rewards(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rewards]:
    """Have a device of Rs 8,000 that was collected, on each host."""
    if request.param == "memory":
        yield collected(MemoryStore())
        return
    store = (
        databases.sqlite_store(tmp_path)
        if request.param == "sqlite"
        else databases.postgresql_store()
    )
    yield collected(store)
    databases.close_store(store)


def collected(store: Store) -> Rewards:
    """Take a quote by pickup, and find the device as it was declared."""
    rewards = dealer(store)
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(quote(terms_id="pickup"))
    rewards.do(opening(order_id="o1"))
    rewards.do(change("visit", visit_at=NOON))
    assert rewards.do(inspect()).due_minor == 8_000_00
    return rewards


@attrs.define
class Door:
    """Where the partner tells of payments; it counts how often each outcome was."""

    rewards: Rewards
    told: list[str] = attrs.field(factory=list)

    def confirmed(self, payment: Mapping[str, str]) -> None:
        """Settle the exchange, whoever else does at the same time."""
        paid = change(
            "settle",
            by=payment["member"],
            exchange_id=payment["exchange"],
            payer=Payer.PROGRAMME,
            amount=inr(payment["price"]),
            reference=payment["id"],
            request=f"payout:{payment['id']}",
        )
        try:
            done = with_retries(self.rewards, lambda it: it.do(paid), attempts=20)
            self.told.append(done.state)
        except Refused as no:
            self.told.append(no.code)


def owed() -> dict[str, Any]:
    """Say what the exchange is owed."""
    return {"member_id": "asha", "exchange_id": "x1", "amount": inr("8000")}


def test_a_payment_told_late_and_twice_at_once_settles_once(
    service: BadPartner, partner: Partner, rewards: Rewards
) -> None:
    """The call that has no answer and the two that come at once are one payment."""
    door = Door(rewards)
    service.mood, service.confirm = "late", door.confirmed
    with pytest.raises(ValuerUnavailable, match=r"no answer in 1\.0 s"):
        partner.pay_out("asha/payout", **owed())
    service.finish()
    assert door.told == ["settled", "settled"]
    service.mood = "well"
    door.confirmed(partner.pay_out("asha/payout", **owed()))
    exchange = rewards.exchange("asha", "x1", at=NOON)
    assert (exchange.state, exchange.paid_minor, exchange.due_minor) == ("settled", 8_000_00, 0)
    assert [payment["id"] for payment in service.paid.values()] == ["P-1"]
    assert exchange.paid_reference == "P-1"


def test_a_payment_after_another_one_is_refused(
    service: BadPartner, partner: Partner, rewards: Rewards
) -> None:
    """Somebody paid by hand meanwhile: what is told late says so, and changes nothing."""
    door, is_paid = Door(rewards), threading.Event()

    def confirm(payment: Mapping[str, str]) -> None:
        assert is_paid.wait(60)
        door.confirmed(payment)

    service.mood, service.confirm = "late", confirm
    with pytest.raises(ValuerUnavailable):
        partner.pay_out("asha/payout", **owed())
    paid: dict[str, Any] = {
        "payer": Payer.PROGRAMME,
        "amount": inr("8000"),
        "reference": "bank-7",
    }
    by_hand = change("settle", **paid, request="by hand")
    assert rewards.do(by_hand).state == "settled"
    is_paid.set()
    service.finish()
    assert door.told == ["exchange_paid", "exchange_paid"]
    exchange = rewards.exchange("asha", "x1", at=NOON)
    assert (exchange.paid_minor, exchange.paid_reference) == (8_000_00, "bank-7")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"price": "4321.00"}, "wrong_exchange_amount"),
        ({"exchange": "x2"}, "unknown_exchange"),
        ({"member": "bela"}, "unknown_exchange"),
    ],
)
def test_a_payment_of_something_else_is_refused(
    rewards: Rewards, changes: dict[str, str], outcome: str
) -> None:
    """The partner's own late price is not what is due; the right payment is taken after it."""
    door = Door(rewards)
    payment = {"id": "P-1", "member": "asha", "exchange": "x1", "price": "8000.00"}
    door.confirmed({**payment, "id": "P-0", **changes})
    door.confirmed(payment)
    assert door.told == [outcome, "settled"]


@pytest.mark.parametrize("mood", ["closes", "error", "garbage", "float", "locked"])
def test_what_is_no_payment_is_asked_about_again(
    service: BadPartner, partner: Partner, mood: str
) -> None:
    """Whatever it answered, it has paid once."""
    service.mood = mood
    with pytest.raises(ValuerUnavailable):
        partner.pay_out("key", **owed())
    service.mood = "well"
    payment = partner.pay_out("key", **owed())
    assert payment == partner.pay_out("key", **owed())
    assert payment["id"] == "P-1"
