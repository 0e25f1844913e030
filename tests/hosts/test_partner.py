"""The manual's partner over HTTP, against a service on this machine that misbehaves."""

import asyncio
import time
from collections.abc import Iterator

import attrs
import pytest

from docs.examples.bad_partner import GARBAGE, BadPartner
from docs.examples.partner import Partner
from mi_rewards.trade_in import (
    DeviceRejected,
    FallbackValuer,
    NotInPortfolio,
    PriceBookValuer,
    ValuationRequest,
    Valuer,
    ValuerUnavailable,
)
from tests.phones import AT, PLAIN, a_book, a_device, a_model, inr
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
