"""Rows about old devices and exchanges as commands.

1. A model that is listed is no member's: its row leaves the member empty.
2. A quote is named as its request. It is priced by the price book, or by whom the row names.
3. An empty request id means `kind:exchange_id`; what may come to one exchange again has the instant
   behind it, a payment its reference.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from mi_rewards._event_log.fields import Event, day, instant, money, named, whole
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse

Stated = Mapping[str, str]
"""What a row states, by its columns."""

DEVICE_LISTED: Final = "device_listed"
"""The kind of rows that put a model into a portfolio; they concern no member."""


def _device_listed(row: Stated, at: datetime) -> Event:
    """Make the command of a model that was put into a portfolio, or out of it."""
    from mi_rewards.commands import ListDevices
    from mi_rewards.trade_in.devices import DeviceModel

    if row["member_id"]:
        raise Misuse("a model is no member's: member_id stays empty")
    book_id, model_id, variant, currency = (
        _text(row, "book_id"),
        _text(row, "model_id"),
        row["variant"],
        _text(row, "currency"),
    )
    model = DeviceModel(
        book_id,
        model_id,
        variant,
        _text(row, "brand"),
        "",
        currency,
        money(row["amount"], currency).minor if row["amount"] else None,
        money(row["launch_price"], currency).minor if row["launch_price"] else None,
        day("launched_on", row["launched_on"]) if row["launched_on"] else None,
        whole("sims", row["sims"] or "1"),
    )
    model.check()
    again = named(row["kind"], book_id, model_id, variant, write_instant(at))
    return ListDevices(models=(model,), request_id=row["request_id"] or again, at=at)


def _device_quoted(row: Stated, at: datetime) -> Event:
    """Make the command of a device that was quoted."""
    from mi_rewards.commands import QuoteDevice
    from mi_rewards.trade_in.devices import Device

    quote_id = _text(row, "quote_id")
    if row["request_id"] not in {"", quote_id}:
        raise Misuse("a quote is named as its request: request_id is quote_id, or empty")
    bought_on = day("bought_on", row["bought_on"]) if row["bought_on"] else None
    return QuoteDevice(
        member_id=row["member_id"],
        request_id=quote_id,
        at=at,
        terms_id=_text(row, "terms_id"),
        device=Device(_text(row, "model_id"), row["variant"], _imeis(row), bought_on),
        answers=_answers(row["answers"]),
        channel=row["channel"],
        brand=row["brand"],
        last_day=day("last_day", row["last_day"]) if row["last_day"] else None,
        valuation=_valuation(row, at),
    )


def _exchange_opened(row: Stated, at: datetime) -> Event:
    """Make the command of a quote that was taken."""
    from mi_rewards.commands import OpenExchange

    return OpenExchange(
        **_of_exchange(row, at),
        quote_id=_text(row, "quote_id"),
        order_id=row["order_id"],
        visit_by=day("last_day", row["last_day"]) if row["last_day"] else None,
    )


def _visit_scheduled(row: Stated, at: datetime) -> Event:
    """Make the command of a visit that was agreed on."""
    from mi_rewards.commands import ScheduleVisit

    common = _of_exchange(row, at, write_instant(at))
    return ScheduleVisit(**common, visit_at=instant("visit_at", row["visit_at"]))


def _visit_missed(row: Stated, at: datetime) -> Event:
    """Make the command of a visit that came to nothing."""
    from mi_rewards.commands import MissVisit

    return MissVisit(**_of_exchange(row, at, write_instant(at)), reason=row["reason"])


def _device_inspected(row: Stated, at: datetime) -> Event:
    """Make the command of a device that was inspected."""
    from mi_rewards.commands import InspectDevice

    return InspectDevice(
        **_of_exchange(row, at),
        imeis=_imeis(row) if row["imeis"] or not row["reason"] else (),
        answers=_answers(row["answers"]),
        rejection=row["reason"],
        valuation=_valuation(row, at),
        offer_until=instant("until", row["until"]) if row["until"] else None,
    )


def _offer_accepted(row: Stated, at: datetime) -> Event:
    """Make the command of a revised offer that was accepted."""
    from mi_rewards.commands import AcceptOffer

    return AcceptOffer(**_of_exchange(row, at))


def _offer_declined(row: Stated, at: datetime) -> Event:
    """Make the command of a revised offer that was declined."""
    from mi_rewards.commands import DeclineOffer

    return DeclineOffer(**_of_exchange(row, at))


def _exchange_settled(row: Stated, at: datetime) -> Event:
    """Make the command of what was paid for a device, whichever way."""
    from mi_rewards.commands import SettleExchange
    from mi_rewards.trade_in.exchange_records import Payer

    payers = {payer.value: payer for payer in Payer}
    if _text(row, "payer") not in payers:
        raise Misuse(f"payer is one of {', '.join(payers)}, not {row['payer']!r:.60}")
    reference = _text(row, "reference")
    return SettleExchange(
        **_of_exchange(row, at, reference),
        payer=payers[row["payer"]],
        amount=money(row["amount"], row["currency"]),
        reference=reference,
    )


def _exchange_cancelled(row: Stated, at: datetime) -> Event:
    """Make the command of an exchange that was given up."""
    from mi_rewards.commands import CancelExchange

    return CancelExchange(**_of_exchange(row, at))


def _of_exchange(row: Stated, at: datetime, *again: str) -> dict[str, Any]:
    """Read what every command on an exchange has."""
    exchange_id = _text(row, "exchange_id")
    return {
        "member_id": row["member_id"],
        "request_id": row["request_id"] or named(row["kind"], exchange_id, *again),
        "at": at,
        "exchange_id": exchange_id,
    }


def _text(row: Stated, name: str) -> str:
    """Read a text that is wanted."""
    if not row[name]:
        raise Misuse(f"{name} is missing")
    return row[name]


def _valuation(row: Stated, at: datetime) -> Any:
    """Read what a partner says that a device is worth; `None` where the price book says it."""
    from mi_rewards.trade_in.pricing import stated

    if not row["amount"]:
        if row["valuer"]:
            raise Misuse("a valuer states an amount")
        return None
    amount = money(row["amount"], row["currency"])
    return stated(_text(row, "valuer"), amount, at=at, reference=row["reference"])


def _imeis(row: Stated) -> tuple[str, ...]:
    """Read the numbers of a device; each is one."""
    from mi_rewards.trade_in.device_refusals import ImeiInvalid
    from mi_rewards.trade_in.imei import read_imei

    imeis = tuple(_text(row, "imeis").split())
    try:
        for imei in imeis:
            read_imei(imei)
    except ImeiInvalid as no:
        raise Misuse(f"imeis: {no}") from None
    return imeis


def _answers(text: str) -> tuple[tuple[str, str], ...]:
    """Read answers: `question=answer`, with a semicolon between two."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    for question, equals, answer in pairs:
        if not (question.strip() and equals and answer.strip()):
            raise Misuse(f"answers are written question=answer;question=answer, not {text!r:.60}")
    return tuple([(question.strip(), answer.strip()) for question, _, answer in pairs])


_MAKERS: Final[Mapping[str, Callable[[Stated, datetime], Event]]] = {
    DEVICE_LISTED: _device_listed,
    "device_quoted": _device_quoted,
    "exchange_opened": _exchange_opened,
    "visit_scheduled": _visit_scheduled,
    "visit_missed": _visit_missed,
    "device_inspected": _device_inspected,
    "offer_accepted": _offer_accepted,
    "offer_declined": _offer_declined,
    "exchange_settled": _exchange_settled,
    "exchange_cancelled": _exchange_cancelled,
}

TRADE_IN_KINDS: Final = tuple(_MAKERS)
"""The kinds of rows about old devices and exchanges."""


def trade_in_event(row: Row, at: datetime) -> Event:
    """Make the command of a row about an old device or an exchange.

    Args:
        row: The row, of one of `TRADE_IN_KINDS`.
        at: Its instant (UTC).

    Returns:
        The command.

    Raises:
        Misuse: Something in the row cannot be read; the message says what.
    """
    stated = dict(zip(COLUMNS, row, strict=True))
    return _MAKERS[stated["kind"]](stated, at)
