"""A small trade-in for checks: its commands, and what must be left of its devices."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from mi_rewards.commands import (
    AcceptOffer,
    CancelExchange,
    Command,
    DeclineOffer,
    InspectDevice,
    ListDevices,
    MissVisit,
    OpenExchange,
    Place,
    PublishPriceBook,
    QuoteDevice,
    ScheduleVisit,
    SettleExchange,
    WatchExchange,
)
from mi_rewards.earning import Line
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, device_key, exchange_key
from mi_rewards.testing._checks import devices
from mi_rewards.testing._checks.ahead import AT, DAY, HOUR
from mi_rewards.testing._checks.devices import ANSWERS, BOOK, CRACKED, ONLINE, PICKUP, STORE
from mi_rewards.testing._checks.marks import expect_equal
from mi_rewards.testing._checks.samples import ASHA, PROGRAMME
from mi_rewards.testing.clients import Client
from mi_rewards.trade_in import Device, Payer, TradeInTerms

DEALS: Final = attrs.evolve(PROGRAMME, trade_ins=(ONLINE, STORE, PICKUP))
"""The programme, where an old device is taken at checkout, at the store, or fetched."""

WORTH: Final = 333_800
"""What the device is worth as it is declared, in paise: a third, and something for its box."""

CRACKED_WORTH: Final = 66_600
"""What it is worth with a cracked screen, and without its box."""

FIRST, SECOND = devices.imei_of("one card"), devices.imei_of("the other")
"""The numbers of one device."""

ENDS: Final = devices.ZONE.after((AT + 14 * DAY).date())
"""When what was quoted or opened on the day is over."""


def phone(*imeis: str) -> Device:
    """Name a member's device by its numbers."""
    return Device("note", "", imeis or (FIRST,))


def published(edition: int = 1, name: str = "publish", **changes: Any) -> PublishPriceBook:
    """Publish an edition of the price book."""
    book = attrs.evolve(BOOK, edition=edition, **changes)
    return PublishPriceBook(book=book, request_id=name, at=AT)


def listed(minor: int = 1_000_000, name: str = "list") -> ListDevices:
    """List the model that the device is of."""
    return ListDevices(models=(devices.model(mark=minor),), request_id=name, at=AT)


def dealing(client: Client) -> Client:
    """Publish the price book, and list the model; answer with the client."""
    for command in (published(), listed()):
        client.rewards(DEALS).do(command)
    return client


def quote(
    by: str = ASHA,
    name: str = "q1",
    *,
    terms: TradeInTerms = ONLINE,
    device: Device | None = None,
    at: datetime = AT,
) -> QuoteDevice:
    """Quote the device."""
    return QuoteDevice(
        member_id=by,
        request_id=name,
        at=at,
        terms_id=terms.terms_id,
        device=device or phone(),
        answers=ANSWERS,
    )


def on_exchange(
    by: str, name: str, exchange_id: str = "x1", at: datetime = AT
) -> Mapping[str, Any]:
    """Name a request on an exchange."""
    return {"member_id": by, "request_id": name, "at": at, "exchange_id": exchange_id}


def take(
    by: str = ASHA,
    exchange_id: str = "x1",
    quote_id: str = "q1",
    *,
    order_id: str = "",
    at: datetime = AT,
) -> OpenExchange:
    """Open an exchange by a quote."""
    named = on_exchange(by, f"open {exchange_id}", exchange_id, at)
    return OpenExchange(**named, quote_id=quote_id, order_id=order_id)


def order(by: str = ASHA, order_id: str = "o1") -> Place:
    """Order a new phone, which is paid in full."""
    line = Line("l1", Money(1_500_000, "INR"), 1, "phones")
    return Place(
        member_id=by, request_id=f"order {order_id}", at=AT, order_id=order_id, lines=(line,)
    )


def visit(by: str = ASHA, name: str = "visit", exchange_id: str = "x1") -> ScheduleVisit:
    """Agree on a visit."""
    return ScheduleVisit(**on_exchange(by, name, exchange_id), visit_at=AT + HOUR)


def inspect(
    by: str = ASHA,
    name: str = "inspect",
    exchange_id: str = "x1",
    *,
    is_worse: bool = False,
    imeis: tuple[str, ...] = (FIRST,),
) -> InspectDevice:
    """Inspect the device: it is as it was declared, or its screen is cracked."""
    answers = CRACKED if is_worse else ANSWERS
    return InspectDevice(**on_exchange(by, name, exchange_id), imeis=imeis, answers=answers)


def settle(
    minor: int = WORTH,
    by: str = ASHA,
    name: str = "settle",
    exchange_id: str = "x1",
    *,
    payer: Payer = Payer.PROGRAMME,
) -> SettleExchange:
    """Pay what is due, under a reference of the request's name."""
    return SettleExchange(
        **on_exchange(by, name, exchange_id),
        payer=payer,
        amount=Money(minor, "INR"),
        reference=name,
    )


def prepared(by: str = ASHA) -> list[Command[Any]]:
    """Make a history after which a device is about to be fetched."""
    return [order(by), quote(by, terms=PICKUP), take(by, order_id="o1"), visit(by)]


def of_a_trade_in(by: str = ASHA) -> list[Command[Any]]:
    """Make the requests of a price book and of exchanges, in their order."""
    return [
        published(),
        listed(),
        published(2, "next"),
        listed(900_000, "list again"),
        listed(1_000_000, "list at last"),
        quote(by, "q0"),
        take(by, "x0", "q0"),
        *prepared(by),
        MissVisit(**on_exchange(by, "miss"), reason="not_at_home"),
        visit(by, "visit again"),
        inspect(by, is_worse=True),
        AcceptOffer(**on_exchange(by, "accept")),
        settle(CRACKED_WORTH, by),
        order(by, "o2"),
        quote(by, "q2", terms=PICKUP, device=phone(SECOND)),
        take(by, "x2", "q2", order_id="o2"),
        visit(by, "visit x2", "x2"),
        inspect(by, "inspect x2", "x2", is_worse=True, imeis=(SECOND,)),
        DeclineOffer(**on_exchange(by, "decline", "x2")),
        quote(by, "q3", device=phone(SECOND)),
        take(by, "x3", "q3"),
        CancelExchange(**on_exchange(by, "cancel", "x3")),
        quote(by, "q4", device=phone(SECOND)),
        take(by, "x4", "q4"),
        WatchExchange(**on_exchange(by, "watch", "x4", ENDS)),
    ]


def states_of(client: Client, *exchanges: tuple[str, str], at: datetime = AT) -> list[str]:
    """Tell where exchanges are in their lives, the calendar taken into account."""
    keys = tuple([exchange_key(*it) for it in exchanges])
    found = client.load(Needs(keys)).get_all(keys)
    return ["" if it is None else it.at(at).state.value for it in found]


def expect_devices(
    client: Client,
    exchanges: Iterable[tuple[str, str]],
    imeis: Iterable[str] = (FIRST,),
    *,
    at: datetime = AT,
) -> None:
    """I17: See that of each device one exchange at most is live, and that its entry says which.

    All exchanges of the devices, and all of their numbers, are to be named.
    """
    keys = tuple([exchange_key(*it) for it in exchanges])
    places = {imei: device_key(imei) for imei in imeis}
    loaded = client.load(Needs((*keys, *places.values())))
    found = [it for it in loaded.get_all(keys) if it is not None]
    for imei, key in places.items():
        entry = loaded.get(key)
        numbers = {imei} if entry is None else {imei, *entry.others}
        live = [it for it in found if numbers & {*it.device.imeis} and it.is_live(at)]
        holders = [(it.member_id, it.exchange_id) for it in live]
        holder = None if entry is None else entry.holder(at)
        expect_equal(holders, [] if holder is None else [holder], f"what device {imei} is in")
