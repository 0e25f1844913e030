"""Quotes and exchanges as dictionaries: read back equal, and nothing else is read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.money import Rate
from mi_rewards.trade_in import (
    Better,
    Bonus,
    Exchange,
    ExchangeState,
    OnReturn,
    Payer,
    Surplus,
    TradeInTerms,
    Worse,
    device_quote_from_dict,
    device_quote_to_dict,
    exchange_from_dict,
    exchange_to_dict,
)
from mi_rewards.trade_in.quote_codec import terms_from_dict, terms_to_dict
from tests.exchanging import (
    BOTH,
    DIFFERENCE,
    ENDS,
    ONLINE,
    OPENED,
    PICKUP,
    STORE,
    attached,
    exchange,
    inspected,
    offered,
    quote,
    scheduled,
    terms,
    used,
)
from tests.shop import inr

SAMPLES = Path(__file__).parents[2] / "samples"

FULL = attrs.evolve(
    ONLINE,
    brands=("Xiaomi", "OPPO"),
    products=("redmi-5",),
    every_imei=False,
    combines=("tokens",),
    least_payable=inr(999),
    surplus=Surplus.TOKENS,
    worse=Worse.THRESHOLD,
    threshold=Rate(3, 4),
    better=Better.ACCEPT,
    answer_within_hours=48,
    on_return=OnReturn.MONEY,
    revives=False,
    bonuses=(Bonus("holi", inr(500), OPENED, ENDS, ("Xiaomi",), ("redmi-note-3",)),),
)
LEAST = TradeInTerms("least", ONLINE.mode, "cashify", ("mi.com",), quote_days=0)
QUOTE = quote(FULL, device=BOTH).opening("x1", at=OPENED)._replace(version=2)
FETCHED = terms(PICKUP, worse=Worse.PAY_DIFFERENCE, answer_within_hours=48)
EXCHANGE = (
    inspected(used(FULL, device=BOTH), 350_000, answers={"screen": "scratched"})
    .accepting(at=OPENED)
    .paying(inr(500), "r1", payer=Payer.MEMBER, at=OPENED)
    .returning(400_000, at=ENDS)
    ._replace(version=9)
)
TWICE = EXCHANGE.paying(inr(4000), "r2", payer=Payer.PROGRAMME, at=ENDS)
WAITED = attached().using("o1", at=OPENED, hand_over_by=ENDS)
LIVES = (
    exchange(),
    attached(),
    used(),
    used(STORE),
    offered(),
    offered().declining(at=OPENED),
    offered().accepting(at=OPENED),
    exchange(PICKUP),
    scheduled(),
    scheduled().missing(at=OPENED),
    offered(FETCHED),
    offered(FETCHED).declining(at=OPENED),
    inspected(scheduled(), 400_000),
    inspected(scheduled(), 400_000).paying(inr(4000), "r", payer=Payer.PROGRAMME, at=OPENED),
    inspected(scheduled(), 1),
    exchange().at(ENDS),
    exchange(PICKUP).at(ENDS),
    exchange().voiding(at=OPENED),
    exchange().cancelling(at=OPENED),
    EXCHANGE,
    TWICE,
    WAITED,
    WAITED.at(ENDS),
)


def changed(it: Exchange, **changes: Any) -> dict[str, Any]:
    """Write an exchange, and change what is written."""
    return exchange_to_dict(it) | changes


@pytest.mark.parametrize("it", LIVES)
def test_an_exchange_is_read_back(it: Exchange) -> None:
    """Wherever it is in its life, through JSON."""
    assert exchange_from_dict(json.loads(json.dumps(exchange_to_dict(it)))) == it


def test_a_quote_is_read_back() -> None:
    """With its terms, its device and why it is worth that."""
    for it in (quote(), QUOTE):
        assert device_quote_from_dict(json.loads(json.dumps(device_quote_to_dict(it)))) == it


def test_the_first_format_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is."""
    rows: tuple[tuple[str, Any, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
        ("device_quote", QUOTE, device_quote_from_dict, device_quote_to_dict),
        ("exchange", EXCHANGE, exchange_from_dict, exchange_to_dict),
    )
    for name, value, read, write in rows:
        sample = json.loads((SAMPLES / f"{name}_1.json").read_text("utf-8"))
        assert sample["format"] == 1
        assert read(sample) == value
        assert write(value) == sample


def test_what_says_nothing_is_not_written() -> None:
    """Of an exchange and of terms; nothing days after the issue is something."""
    written = exchange_to_dict(exchange())
    assert written.keys() == {
        *("format", "member_id", "exchange_id", "quote_id", "terms", "device", "model"),
        *("answers", "valuation", "opened_at", "ends_at", "state", "version"),
    }
    least = terms_to_dict(LEAST)
    assert least.keys() == {
        *("terms_id", "mode", "book_id", "channels", "quote_days", "every_imei", "surplus"),
        *("worse", "better", "on_return", "revives"),
    }
    nothing: dict[str, object] = {"brands": [], "credit": None, "bonuses": [], "attempts_max": None}
    assert terms_from_dict(least | nothing) == terms_from_dict(least) == LEAST
    full = terms_to_dict(FULL)
    assert terms_from_dict(full) == FULL
    assert exchange_from_dict(written | {"verified": None, "due_minor": 0}) == exchange()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "by_post"}, "mode 'by_post' is not known"),
        ({"surplus": "paid"}, "surplus 'paid' is not known"),
        ({"worse": "ignored"}, "worse 'ignored' is not known"),
        ({"better": "paid"}, "better 'paid' is not known"),
        ({"on_return": "kept"}, "on_return 'kept' is not known"),
        ({"channels": "mi.com"}, "channels must be a list"),
        ({"brands": [1]}, "brands must be a text"),
        ({"terms_id": ""}, "cannot be like that"),
        ({"quote_days": "14"}, "quote_days is a whole number"),
        ({"every_imei": 1}, "every_imei is true or false"),
        ({"least_payable": [3, 4, "down"]}, "least_payable is money"),
        ({"threshold": [1, "INR"]}, "threshold is a Rate"),
        ({"bonuses": [{}]}, "bonus has other keys"),
        ({"colour": "gold"}, "has other keys"),
    ],
)
def test_other_terms_are_not_read(changes: dict[str, Any], message: str) -> None:
    """What is wrong is named."""
    with pytest.raises(Corrupt, match=message):
        terms_from_dict(terms_to_dict(FULL) | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "unknown format 2"),
        ({"terms": None}, "terms of a trade-in must be a dictionary"),
        ({"answers": [["b", "1"], ["a", "1"]]}, "answers are in order"),
        ({"answers": [["a", "1"], ["a", "2"]]}, "answers are in order"),
        ({"answers": [["a"]]}, "answer must have 2 parts"),
        ({"ends_at": "2018-03-15T06:30:00Z"}, "ends before it is issued"),
        ({"last_day": "soon"}, "last_day"),
        ({"version": -1}, "version must be a whole number"),
    ],
)
def test_other_quotes_are_not_read(changes: dict[str, Any], message: str) -> None:
    """What is wrong is named."""
    with pytest.raises(Corrupt, match=message):
        device_quote_from_dict(device_quote_to_dict(quote()) | changes)


SOME = "2018-03-16T00:00:00Z"
WRITTEN = exchange_to_dict(used())
WHEN = WRITTEN["opened_at"]
PAID = {"paid_reference": "r1"}


@pytest.mark.parametrize(
    ("it", "changes", "message"),
    [
        (exchange(), {"format": 2}, "unknown format 2"),
        (exchange(), {"state": "lost"}, "state 'lost' is not known"),
        (exchange(), {"used_minor": -1}, "used_minor must be a whole number"),
        (exchange(), {"due_minor": "1"}, "due_minor must be a whole number"),
        (exchange(), {"offer_minor": -1}, "offer must be a whole number"),
        (exchange(), {"final_minor": True}, "final must be a whole number"),
        (exchange(), {"verified": {}}, "valuation has other keys"),
        (exchange(), {"state": "booked"}, "is booked, and online"),
        (exchange(PICKUP), {"state": "issued"}, "is issued, and pickup"),
        (exchange(), {"book_by": SOME}, "is fetched by 2018-03-16"),
        (attached(), {"book_by": SOME}, "is fetched by 2018-03-16"),
        (used(STORE), {"book_by": SOME}, "is fetched by 2018-03-16"),
        (exchange(PICKUP), {"book_by": None}, "is fetched by None"),
        (exchange(), {"state": "attached"}, "is attached, until None"),
        (exchange(), {"attached_until": SOME}, "is issued, until 2018-03-16"),
        (exchange(PICKUP), {"state": "scheduled"}, "is scheduled, visited at None"),
        (exchange(PICKUP), {"visit_at": SOME}, "is booked, visited at 2018-03-16"),
        (offered(), {"offer_until": None}, "is offered without an offer"),
        (offered(), {"offer_minor": None}, "is offered without an offer"),
        (inspected(scheduled(), 400_000), {"final_minor": None}, "is taken, worth None"),
        (inspected(scheduled(), 400_000), {"due_minor": 0}, "is taken for nothing"),
        (used(), {"due_minor": 1}, "is used, and 1 is due"),
        (exchange(), {"closed_at": SOME}, "is issued, closed at 2018-03-16"),
        (used(STORE), {"closed_at": None}, "is settled, closed at None"),
        (offered().declining(at=OPENED), {"closed_at": SOME}, "is rejected, closed at"),
        (used(), {"used_minor": 400_001}, "took off more than the device is worth"),
        (attached(), {"order_id": ""}, "is attached, on order ''"),
        (used(), {"order_id": ""}, "is used, on order ''"),
        (exchange(), {"order_id": "o9"}, "is issued, on order 'o9'"),
        (exchange(), {"used_minor": 1}, "is issued, on order '', and takes INR 0.01 off"),
        (exchange().cancelling(at=OPENED), {"used_minor": 1}, "is cancelled, on order ''"),
        (exchange(PICKUP), {"used_minor": 1}, "is booked, on order 'o1'"),
        (exchange(), {"attempts": 1}, "was tried to fetch 1 times"),
        (exchange(), {"ends_at": WHEN}, "before it is opened"),
        (exchange(), {"verified_answers": [["a", "b"]]}, "is issued, and was inspected"),
        (used(), {"verified": changed(offered())["verified"]}, "is used, and was inspected"),
        (used(), {"offer_until": SOME}, "is used, and was inspected"),
        (used(), {"offer_minor": 1}, "is offered without an offer"),
        (offered(), {"offer_minor": None, "offer_until": None}, "is offered without an offer"),
        (offered(), {"offer_minor": 400_000}, "is offered no less than was declared"),
        (used(STORE), {"final_minor": None}, "is settled, worth None in the end"),
        (used(STORE), {"rejection": "locked"}, "is settled, worth 400000 .* for 'locked'"),
        (used(), {"final_minor": 1}, "is used, worth 1 in the end"),
        (used(), {"rejection": "locked"}, "is used, worth None in the end, rejected for 'locked'"),
        (offered().declining(at=OPENED), {"rejection": ""}, "is rejected, worth None"),
        (offered(FETCHED).declining(at=OPENED), {"rejection": ""}, "is declined, worth None"),
        (offered().accepting(at=OPENED), {"rejection": "locked"}, "is taken, worth 300000"),
        (offered().accepting(at=OPENED), {"due_minor": -99_999}, "-99999 is due, and 0 was paid"),
        (offered().accepting(at=OPENED), {"due_minor": 100_000}, "is taken, 100000 is due"),
        (offered().declining(at=OPENED), {"due_minor": -1}, "is rejected, -1 is due"),
        (used(STORE), PAID | {"paid_minor": 1}, "is settled, 0 is due, and 1 was paid"),
        (exchange(), {"paid_minor": 1}, "was paid 1 by ''"),
        (exchange(), PAID, "was paid 0 by 'r1'"),
        (exchange(), PAID | {"paid_minor": 1}, "is issued, and was paid by 'r1'"),
        (EXCHANGE, {"paid_reference": ""}, "was paid -50000 by ''"),
        (TWICE, {"earlier_reference": ""}, "was paid 350000 by 'r2'"),
        (TWICE, {"earlier_reference": "r2"}, "was paid 350000 by 'r2'"),
        (TWICE, {"earlier_minor": 1}, "was paid twice the same way"),
        (TWICE, {"paid_minor": -350_000, "earlier_minor": -1}, "was paid twice the same way"),
        (TWICE, {"paid_reference": ""}, "was paid 350000 by ''"),
        (EXCHANGE, {"due_minor": 400_001}, "is credited, and 400001 is due"),
        (used(STORE), {"credited_tokens": 1}, "is settled, and credited"),
        (used(STORE), {"surplus_tokens": 1}, "has 1 tokens for no surplus"),
        (used(), {"surplus_tokens": 1}, "has 1 tokens for no surplus"),
        (used(), {"model": WRITTEN["model"] | {"book_id": "b"}}, "is by another price book"),
        (used(), {"model": WRITTEN["model"] | {"currency": "USD"}}, "or in INR"),
        (used(), {"device": WRITTEN["device"] | {"model_id": "m"}}, "is of 'm', and of"),
        (used(), {"device": WRITTEN["device"] | {"variant": "v"}}, "is of "),
    ],
)
def test_other_exchanges_are_not_read(it: Exchange, changes: dict[str, Any], message: str) -> None:
    """What no exchange can be is said."""
    with pytest.raises(Corrupt, match=message):
        exchange_from_dict(changed(it, **changes))


def test_every_state_is_read_back() -> None:
    """The lives above come by all of them."""
    assert {it.state for it in LIVES} == {*ExchangeState}


def test_terms_of_less_are_offered_by_less() -> None:
    """The terms recorded on an exchange are those of its quote."""
    assert exchange_from_dict(exchange_to_dict(used(DIFFERENCE))).terms == DIFFERENCE
