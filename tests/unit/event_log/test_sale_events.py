"""Rows about quotas and pre-orders as commands."""

import re
from typing import Any

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.fields import digest_of
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards._event_log.sale_events import OF_NO_MEMBER, SALE_KINDS
from mi_rewards.calendar import read_instant
from mi_rewards.catalogue.codes import is_digest
from mi_rewards.commands import (
    CancelPreOrder,
    DeliverPreOrder,
    OpenQuota,
    PayPreOrder,
    PickUpPreOrder,
    PlacePreOrder,
    ReadyPreOrder,
    RecordRefund,
    Redeem,
    ReduceQuota,
    ShipPreOrder,
    TopUpQuota,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

NOON = "2017-03-31T12:00:00+05:30"
AT = read_instant(NOON)
LATER = "2017-03-31T12:15:00+05:30"
UNTIL = read_instant(LATER)


def row(kind: str, **columns: str) -> Row:
    """Make a row of member m, or of none where it is about a quota."""
    member = {} if kind in OF_NO_MEMBER else {"member_id": "m"}
    stated: dict[str, Any] = {"kind": kind, "at": NOON, "lines": (), **member, **columns}
    assert stated.keys() <= set(COLUMNS)
    return tuple(stated.get(name, "") for name in COLUMNS)


def order(request_id: str) -> dict[str, Any]:
    """What every command on pre-order o has."""
    return {"member_id": "m", "request_id": request_id, "at": AT, "order_id": "o"}


def quota(request_id: str) -> dict[str, Any]:
    """What every command on quota q has."""
    return {"quota_id": "q", "request_id": request_id, "at": AT}


def inr(text: str) -> Money:
    """Make an amount in rupees."""
    return Money.of(text, "INR")


RETURN = "33c0fdf11d29be745a2aac959d83c010"
"""How a return was named when logs had no columns for quotas."""

PRICE = {"amount": "9999.00", "currency": "INR"}
ON_O = {"order_id": "o"}
ON_Q = {"quota_id": "q"}
OPENED = {**ON_Q, "quantity": "5", "terms_id": "t", "product_id": "p", "opens_at": NOON}


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (
            row("quota_opened", **OPENED),
            OpenQuota(
                **quota("quota_opened:q"), units=5, terms_id="t", product_id="p", opens_at=AT
            ),
        ),
        (
            row(
                "quota_opened",
                **OPENED,
                closes_at=LATER,
                sale_id="friday",
                variant="gold",
                channel="mi.com",
                region="delhi",
                shards="4",
                for_codes="2",
                member_max="1",
                request_id="r",
            ),
            OpenQuota(
                **quota("r"),
                units=5,
                terms_id="t",
                product_id="p",
                opens_at=AT,
                closes_at=UNTIL,
                sale_id="friday",
                variant="gold",
                channel="mi.com",
                region="delhi",
                shards=4,
                for_codes=2,
                member_max=1,
            ),
        ),
        (
            row("quota_topped_up", **ON_Q, quantity="3"),
            TopUpQuota(**quota("quota_topped_up:q:2017-03-31T06%3A30%3A00Z"), units=3),
        ),
        (
            row("quota_reduced", **ON_Q, quantity="3", request_id="r"),
            ReduceQuota(**quota("r"), units=3),
        ),
        (
            row("preordered", **ON_O, **ON_Q, **PRICE),
            PlacePreOrder(**order("preordered:o"), quota_id="q", price=inr("9999")),
        ),
        (
            row(
                "preordered",
                **ON_O,
                **ON_Q,
                **PRICE,
                payment_mode="credit_card",
                channel="mi.com",
                region="delhi",
                colour="gold",
                quantity="2",
                code="c",
                until=LATER,
                category="phones",
                request_id="r",
            ),
            PlacePreOrder(
                **order("r"),
                quota_id="q",
                price=inr("9999"),
                payment_mode="credit_card",
                channel="mi.com",
                region="delhi",
                colour="gold",
                units=2,
                digest=digest_of("c"),
                pay_until=UNTIL,
                category="phones",
            ),
        ),
        (
            row("preorder_paid", **ON_O, **PRICE),
            PayPreOrder(**order("preorder_paid:o"), amount=inr("9999")),
        ),
        (
            row("preorder_paid", **ON_O, **PRICE, payment_mode="cash"),
            PayPreOrder(**order("preorder_paid:o"), amount=inr("9999"), payment_mode="cash"),
        ),
        (row("preorder_shipped", **ON_O), ShipPreOrder(**order("preorder_shipped:o"))),
        (row("preorder_delivered", **ON_O), DeliverPreOrder(**order("preorder_delivered:o"))),
        (row("preorder_ready", **ON_O), ReadyPreOrder(**order("preorder_ready:o"))),
        (
            row("preorder_ready", **ON_O, until=LATER),
            ReadyPreOrder(**order("preorder_ready:o"), pickup_until=UNTIL),
        ),
        (
            row("preorder_picked_up", **ON_O, **PRICE),
            PickUpPreOrder(**order("preorder_picked_up:o"), amount=inr("9999")),
        ),
        (
            row("preorder_cancelled", **ON_O, request_id="r"),
            CancelPreOrder(**order("r")),
        ),
        (
            row("preorder_refunded", **ON_O, **PRICE),
            RecordRefund(**order("preorder_refunded:o"), amount=inr("9999")),
        ),
    ],
)
def test_a_row_becomes_its_command(given: Row, command: object) -> None:
    """With everything that it states, and a request that is named for what it is about."""
    assert to_command(given, None) == command


def test_there_is_a_command_for_every_kind() -> None:
    """Rows of all kinds are read; those about a quota are of no member."""
    stated = {**ON_O, **OPENED, **PRICE}
    for kind in SALE_KINDS:
        command = to_command(row(kind, **stated), None)
        assert command is not None
        assert hasattr(command, "member_id") is (kind not in OF_NO_MEMBER)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row("quota_opened", **OPENED, member_id="m"), "a quota is no member's: member_id"),
        (row("quota_opened", **(OPENED | {"opens_at": ""})), "opens_at is missing"),
        (row("quota_opened", **(OPENED | {"opens_at": "noon"})), "opens_at: an instant is written"),
        (row("quota_opened", **OPENED, closes_at="noon"), "closes_at: an instant is written"),
        (row("quota_opened", **(OPENED | {"quantity": ""})), "quantity must be a whole number"),
        (row("quota_opened", **(OPENED | {"terms_id": ""})), "a quota's terms_id"),
        (row("quota_opened", **OPENED, shards="two"), "shards must be a whole number"),
        (row("quota_opened", **OPENED, shards="2"), "1, 4, 16"),
        (row("quota_opened", **OPENED, for_codes="6"), "of 5 units 6 cannot be for codes"),
        (row("quota_opened", **OPENED, member_max="-1"), "member_max must be a whole number"),
        (row("quota_topped_up", quantity="1"), "a quota's id"),
        (row("quota_topped_up", **ON_Q), "quantity must be a whole number"),
        (row("quota_reduced", **ON_Q, quantity="0"), "units are a whole number, 1 to"),
        (row("preordered", **ON_O, **PRICE), "a pre-order and its quota have names"),
        (row("preordered", **ON_O, **ON_Q), "currency is missing"),
        (row("preordered", **ON_O, **ON_Q, currency="INR"), "the amount ''"),
        (row("preordered", **ON_O, **ON_Q, **PRICE, until="soon"), "until: an instant is written"),
        (
            row("preordered", **ON_O, **ON_Q, **PRICE, quantity="one"),
            "quantity must be a whole number",
        ),
        (row("preordered", member_id=""), "member_id is missing"),
        (row("preorder_paid", **ON_O), "currency is missing"),
        (row("preorder_ready", **ON_O, until="soon"), "until: an instant is written"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(given: Row, reason: str) -> None:
    """In one message."""
    with pytest.raises(Misuse, match=re.escape(reason)):
        to_command(given, None)


def test_events_are_taken_before_the_end() -> None:
    """And not at it."""
    given = row("preorder_shipped", **ON_O)
    assert to_command(given, AT) is None
    assert to_command(given, UNTIL) is not None


def test_a_code_is_found_by_what_the_log_calls_it() -> None:
    """The one of its redemption is drawn and told nobody, whatever it is called."""
    redeemed = to_command(row("redeemed", reward_id="f", request_id="r", code="c"), None)
    again = to_command(row("redeemed", reward_id="f", request_id="r", code="c"), None)
    other = to_command(row("redeemed", reward_id="f", request_id="r"), None)
    assert isinstance(redeemed, Redeem)
    assert isinstance(again, Redeem)
    assert isinstance(other, Redeem)
    assert redeemed.code is not None
    assert again.code is not None
    assert other.code is not None
    assert redeemed.code.digest == again.code.digest == digest_of("c") != digest_of("d")
    assert len({it.code.clear for it in (redeemed, again, other) if it.code}) == 3
    assert other.code.digest != digest_of("")
    assert is_digest(digest_of("c"))


def test_a_return_is_named_as_before() -> None:
    """What was replayed into a store once is known again, whatever columns logs have got since."""
    given = row("returned", amount="1.00", currency="INR")
    command = to_command(given, None)
    assert command is not None
    assert command.request_id == "returned::" + RETURN
    other = to_command(row("returned", amount="1.00", currency="INR", quota_id="q"), None)
    assert other is not None
    assert other.request_id != command.request_id
