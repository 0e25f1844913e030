"""Rows about old devices and exchanges as commands."""

import re
from datetime import date
from typing import Any

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards._event_log.trade_in_events import DEVICE_LISTED, TRADE_IN_KINDS
from mi_rewards.calendar import read_instant
from mi_rewards.commands import (
    AcceptOffer,
    CancelExchange,
    DeclineOffer,
    InspectDevice,
    ListDevices,
    MissVisit,
    OpenExchange,
    QuoteDevice,
    ScheduleVisit,
    SettleExchange,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.trade_in import Device, DeviceModel, Payer
from mi_rewards.trade_in.pricing import stated
from tests.phones import imei

NOON = "2018-03-15T12:00:00+05:30"
AT = read_instant(NOON)
LATER = "2018-03-17T10:00:00+05:30"
WRITTEN = "2018-03-15T06%3A30%3A00Z"
"""The instant, in the name of a request."""

ONE, TWO = imei(1), imei(2)


def row(kind: str, **columns: str) -> Row:
    """Make a row of member m, or of none where a model is listed."""
    member = {} if kind == DEVICE_LISTED else {"member_id": "m"}
    given: dict[str, Any] = {"kind": kind, "at": NOON, "lines": (), **member, **columns}
    assert given.keys() <= set(COLUMNS)
    return tuple(given.get(name, "") for name in COLUMNS)


def of(request_id: str) -> dict[str, Any]:
    """What every command on exchange x has."""
    return {"member_id": "m", "request_id": request_id, "at": AT, "exchange_id": "x"}


def inr(text: str) -> Money:
    """Make an amount in rupees."""
    return Money.of(text, "INR")


ON_X = {"exchange_id": "x"}
PRICE = {"amount": "4000.00", "currency": "INR"}
LISTED = {"book_id": "cashify", "model_id": "3t", "brand": "OnePlus", "currency": "INR"}
QUOTED = {"quote_id": "q", "terms_id": "mi.com", "model_id": "3t", "imeis": ONE}
MODEL = DeviceModel("cashify", "3t", "", "OnePlus", "", "INR", None, None, None)
ASKED: dict[str, Any] = {
    "member_id": "m",
    "request_id": "q",
    "at": AT,
    "terms_id": "mi.com",
    "device": Device("3t", "", (ONE,)),
}
CASHIFY = stated("cashify", inr("4000"), at=AT, reference="c-1")
BY_CASHIFY = {**PRICE, "valuer": "cashify", "reference": "c-1"}


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (
            row("device_listed", **LISTED),
            ListDevices(models=(MODEL,), request_id=f"device_listed:cashify:3t::{WRITTEN}", at=AT),
        ),
        (
            row(
                "device_listed",
                **LISTED,
                variant="64gb",
                amount="8000",
                launch_price="29999.00",
                launched_on="2016-11-28",
                sims="2",
                request_id="r",
            ),
            ListDevices(
                models=(
                    MODEL._replace(
                        variant="64gb",
                        book_minor=800_000,
                        launch_minor=2_999_900,
                        launched_on=date(2016, 11, 28),
                        sims=2,
                    ),
                ),
                request_id="r",
                at=AT,
            ),
        ),
        (row("device_quoted", **QUOTED), QuoteDevice(**ASKED)),
        (
            row(
                "device_quoted",
                **(QUOTED | {"imeis": f"{TWO} {ONE}"}),
                request_id="q",
                variant="64gb",
                bought_on="2017-01-02",
                answers="screen=fine; power = yes ;",
                channel="mi.com",
                brand="OnePlus",
                last_day="2018-03-29",
                **BY_CASHIFY,
            ),
            QuoteDevice(
                **(ASKED | {"device": Device("3t", "64gb", (ONE, TWO), date(2017, 1, 2))}),
                answers={"screen": "fine", "power": "yes"},
                channel="mi.com",
                brand="OnePlus",
                last_day=date(2018, 3, 29),
                valuation=CASHIFY,
            ),
        ),
        (
            row("exchange_opened", **ON_X, quote_id="q"),
            OpenExchange(**of("exchange_opened:x"), quote_id="q"),
        ),
        (
            row(
                "exchange_opened",
                **ON_X,
                quote_id="q",
                order_id="o",
                last_day="2018-03-22",
                request_id="r",
            ),
            OpenExchange(**of("r"), quote_id="q", order_id="o", visit_by=date(2018, 3, 22)),
        ),
        (
            row("visit_scheduled", **ON_X, visit_at=LATER),
            ScheduleVisit(**of(f"visit_scheduled:x:{WRITTEN}"), visit_at=read_instant(LATER)),
        ),
        (row("visit_missed", **ON_X), MissVisit(**of(f"visit_missed:x:{WRITTEN}"))),
        (
            row("visit_missed", **ON_X, reason="not_at_home", request_id="r"),
            MissVisit(**of("r"), reason="not_at_home"),
        ),
        (
            row("device_inspected", **ON_X, imeis=ONE),
            InspectDevice(**of("device_inspected:x"), imeis=(ONE,)),
        ),
        (
            row(
                "device_inspected",
                **ON_X,
                imeis=f"{ONE} {TWO}",
                answers="screen=cracked",
                reason="locked",
                until=LATER,
                **BY_CASHIFY,
            ),
            InspectDevice(
                **of("device_inspected:x"),
                imeis=(ONE, TWO),
                answers={"screen": "cracked"},
                rejection="locked",
                valuation=CASHIFY,
                offer_until=read_instant(LATER),
            ),
        ),
        (
            row("device_inspected", **ON_X, reason="not_handed_over"),
            InspectDevice(**of("device_inspected:x"), imeis=(), rejection="not_handed_over"),
        ),
        (row("offer_accepted", **ON_X), AcceptOffer(**of("offer_accepted:x"))),
        (row("offer_declined", **ON_X), DeclineOffer(**of("offer_declined:x"))),
        (
            row("exchange_settled", **ON_X, **PRICE, payer="member", reference="p:1"),
            SettleExchange(
                **of("exchange_settled:x:p%3A1"),
                payer=Payer.MEMBER,
                amount=inr("4000"),
                reference="p:1",
            ),
        ),
        (row("exchange_cancelled", **ON_X), CancelExchange(**of("exchange_cancelled:x"))),
    ],
)
def test_a_row_becomes_its_command(given: Row, command: object) -> None:
    """With everything that it states, and a request that is named for what it is about."""
    assert to_command(given, None) == command


def test_there_is_a_command_for_every_kind() -> None:
    """Rows of all kinds are read; a model that is listed is no member's."""
    given = {**LISTED, **QUOTED, **ON_X, **BY_CASHIFY, "visit_at": LATER, "payer": "programme"}
    for kind in TRADE_IN_KINDS:
        command = to_command(row(kind, **given), None)
        assert command is not None
        assert hasattr(command, "member_id") is (kind != DEVICE_LISTED)


WRONG_DIGIT = ONE[:-1] + str((int(ONE[-1]) + 1) % 10)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row("device_listed", **LISTED, member_id="m"), "a model is no member's: member_id"),
        (row("device_listed", **(LISTED | {"book_id": ""})), "book_id is missing"),
        (row("device_listed", **(LISTED | {"model_id": ""})), "model_id is missing"),
        (row("device_listed", **(LISTED | {"model_id": "a/b"})), "a model's id has no slash"),
        (row("device_listed", **(LISTED | {"brand": ""})), "brand is missing"),
        (row("device_listed", **(LISTED | {"currency": ""})), "currency is missing"),
        (row("device_listed", **LISTED, amount="-1"), "the amount '-1'"),
        (row("device_listed", **LISTED, launch_price="x"), "the amount 'x'"),
        (row("device_listed", **LISTED, launched_on="2016"), "launched_on: "),
        (row("device_listed", **LISTED, launched_on="never"), "launched_on: a day is written"),
        (row("device_listed", **LISTED, sims="3"), "a model has 1 number or 2, not 3"),
        (row("device_quoted", **(QUOTED | {"quote_id": ""})), "quote_id is missing"),
        (row("device_quoted", **QUOTED, request_id="r"), "a quote is named as its request"),
        (row("device_quoted", **(QUOTED | {"terms_id": ""})), "terms_id is missing"),
        (row("device_quoted", **(QUOTED | {"model_id": ""})), "model_id is missing"),
        (row("device_quoted", **(QUOTED | {"imeis": ""})), "imeis is missing"),
        (row("device_quoted", **(QUOTED | {"imeis": "1"})), "imeis: '1' is no device's IMEI"),
        (row("device_quoted", **(QUOTED | {"imeis": WRONG_DIGIT})), "IMEI: check_digit"),
        (row("device_quoted", **(QUOTED | {"imeis": f"{ONE} {ONE}"})), "twice"),
        (row("device_quoted", **QUOTED, answers="screen"), "answers are written question=answer"),
        (row("device_quoted", **QUOTED, answers="=fine"), "answers are written question=answer"),
        (row("device_quoted", **QUOTED, answers="screen= "), "answers are written question=answer"),
        (row("device_quoted", **QUOTED, answers="a=b;a=c"), "a question is answered twice"),
        (row("device_quoted", **QUOTED, bought_on="soon"), "bought_on: "),
        (row("device_quoted", **QUOTED, last_day="never"), "last_day: a day is written"),
        (row("device_quoted", **QUOTED, **PRICE), "valuer is missing"),
        (row("device_quoted", **QUOTED, valuer="cashify"), "a valuer states an amount"),
        (row("exchange_opened", quote_id="q"), "exchange_id is missing"),
        (row("exchange_opened", **ON_X), "quote_id is missing"),
        (row("visit_scheduled", **ON_X), "visit_at is missing"),
        (row("visit_scheduled", **ON_X, visit_at="noon"), "visit_at: an instant is written"),
        (row("visit_missed", member_id=""), "member_id is missing"),
        (row("device_inspected", **ON_X), "imeis is missing"),
        (row("device_inspected", **ON_X, imeis=ONE, until="soon"), "until: an instant is written"),
        (row("device_inspected", **ON_X, imeis=f"{ONE} {TWO} {imei(3)}"), "one number or two"),
        (row("exchange_settled", **ON_X, **PRICE, payer="member"), "reference is missing"),
        (row("exchange_settled", **ON_X, **PRICE, reference="p"), "payer is missing"),
        (
            row("exchange_settled", **ON_X, **PRICE, reference="p", payer="me"),
            "payer is one of member, programme, not 'me'",
        ),
        (row("exchange_settled", **ON_X, reference="p", payer="member"), "currency is missing"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(given: Row, reason: str) -> None:
    """In one message."""
    with pytest.raises(Misuse, match=re.escape(reason)):
        to_command(given, None)


def test_events_are_taken_before_the_end() -> None:
    """And not at it."""
    given = row("exchange_cancelled", **ON_X)
    assert to_command(given, AT) is None
    assert to_command(given, read_instant(LATER)) is not None


def test_a_return_is_named_as_before() -> None:
    """What was replayed into a store once is known again, whatever columns logs have got since."""

    def request_of(**columns: str) -> str:
        command = to_command(row("returned", **PRICE, **columns), None)
        assert command is not None
        return command.request_id

    plain, of_quota, of_both = (
        request_of(),
        request_of(quota_id="q"),
        request_of(quota_id="q", quote_id="q"),
    )
    assert plain == "returned::4af7341da7e861a27733f3393fc04e57"
    assert of_quota == "returned::921493c822fcaf0393f8e6cdeba2ff87"
    assert len({plain, of_quota, of_both, request_of(quote_id="q")}) == 4
