"""What quotes and exchanges refuse: codes, figures, and what a later try can change."""

import pickle

import pytest

from mi_rewards.errors import Refused
from mi_rewards.trade_in import (
    AlreadyExchanged,
    BrandNotAccepted,
    ExchangeNotOpen,
    ExchangePaid,
    NotTradedHere,
    QuoteExpired,
    QuoteVoid,
    TooManyAttempts,
    UnknownDeviceQuote,
    UnknownExchange,
    VisitTooLate,
    WrongExchangeAmount,
    WrongPayer,
)
from mi_rewards.trade_in.refusals import EXCHANGE_REFUSALS

ROWS = [
    (UnknownDeviceQuote(quote_id="q"), "unknown_device_quote", True, "no quote 'q' for a device"),
    (UnknownExchange(exchange_id="x"), "unknown_exchange", True, "no exchange 'x' is known"),
    (
        NotTradedHere(channel="mi-home", allowed=("mi.com", "app")),
        "not_traded_here",
        False,
        "at 'mi-home', but at one of mi.com, app",
    ),
    (
        BrandNotAccepted(brand="Nokia", allowed=("Xiaomi", "Google")),
        "brand_not_accepted",
        False,
        "devices of 'Nokia' are not taken, but those of Xiaomi, Google",
    ),
    (QuoteVoid(quote_id="q"), "quote_void", False, "quote 'q' is void: a newer one"),
    (
        QuoteExpired(quote_id="q", last_day="2018-03-29"),
        "quote_expired",
        False,
        "quote 'q' stood through 2018-03-29",
    ),
    (
        AlreadyExchanged(exchange_id="x"),
        "already_exchanged",
        False,
        "exchange 'x' was made, and stays",
    ),
    (
        ExchangePaid(exchange_id="x", reference="r"),
        "exchange_paid",
        False,
        "exchange 'x' has payment 'r', and this is another",
    ),
    (
        TooManyAttempts(exchange_id="x", attempts=3),
        "too_many_attempts",
        False,
        "exchange 'x' has no visit left after 3",
    ),
    (
        ExchangeNotOpen(exchange_id="x", state="void"),
        "exchange_not_open",
        False,
        "exchange 'x' is void",
    ),
    (
        VisitTooLate(exchange_id="x", visit_at="b", until="a"),
        "visit_too_late",
        False,
        "is fetched before a, not at b",
    ),
    (
        WrongPayer(exchange_id="x", asked="member", due="programme"),
        "wrong_payer",
        False,
        "exchange 'x': what is due is paid by the programme, not by the member",
    ),
    (
        WrongExchangeAmount(exchange_id="x", asked="INR 1.00", due="INR 2.00"),
        "wrong_exchange_amount",
        False,
        "INR 1.00 is stated, INR 2.00 is due",
    ),
]


@pytest.mark.parametrize(("refusal", "code", "is_transient", "message"), ROWS)
def test_a_refusal_has_a_code_and_says_what_decided(
    refusal: Refused, code: str, is_transient: bool, message: str
) -> None:
    """The code is stable, the message states the figures, and nothing is lost by pickling."""
    assert (refusal.code, refusal.transient) == (code, is_transient)
    assert message in str(refusal)
    assert pickle.loads(pickle.dumps(refusal)) == refusal


def test_they_are_listed_in_order() -> None:
    """All of them, and each has a row."""
    assert [type(row[0]) for row in ROWS] == list(EXCHANGE_REFUSALS)


@pytest.mark.parametrize("kind", [NotTradedHere, BrandNotAccepted])
def test_what_is_allowed_can_be_stated_as_a_text(
    kind: type[NotTradedHere] | type[BrandNotAccepted],
) -> None:
    """Made again from its figures, it says the same."""
    first = (
        kind(channel="a", allowed=("b", "c"))
        if issubclass(kind, NotTradedHere)
        else kind(brand="a", allowed=("b", "c"))
    )
    again = (
        kind(channel="a", allowed="b, c")
        if issubclass(kind, NotTradedHere)
        else kind(brand="a", allowed="b, c")
    )
    assert (str(again), again) == (str(first), first)
