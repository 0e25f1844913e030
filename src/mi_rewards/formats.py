"""What a host stores, as texts: one for each aggregate and each record.

1. A text is compact JSON of the versioned dictionary that the library writes; equal values have
   equal texts. A format stays readable for ever.
2. Reading is strict: whatever was not written here is `Corrupt`.
3. Nothing in a text need be understood by the store. What a store looks up or sorts by it has from
   the key, the version and `due_at`, and keeps in columns of its own.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.codec import (
    code_entry_from_dict,
    code_entry_to_dict,
    pooled_code_from_dict,
    pooled_code_to_dict,
    redemption_from_dict,
    redemption_to_dict,
    voucher_from_dict,
    voucher_to_dict,
)
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.reward_codec import reward_from_dict, reward_to_dict
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.codec import (
    quote_from_dict,
    quote_to_dict,
    settlement_from_dict,
    settlement_to_dict,
)
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.commands.receipts.codec import receipt_from_dict, receipt_to_dict
from mi_rewards.commands.receipts.texts import receipt_to_text
from mi_rewards.earning.codec import purchase_from_dict, purchase_to_dict
from mi_rewards.earning.member_codec import member_from_dict, member_to_dict
from mi_rewards.earning.members import Member
from mi_rewards.earning.plain_members import plain_member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referral_codec import (
    referral_code_from_dict,
    referral_code_to_dict,
    referral_from_dict,
    referral_to_dict,
)
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.earning.texts import member_to_text, purchase_to_text
from mi_rewards.errors import Corrupt, Figure, Misuse
from mi_rewards.preorders.codec import preorder_from_dict, preorder_to_dict
from mi_rewards.preorders.draw_codec import (
    draw_from_dict,
    draw_to_dict,
    ticket_from_dict,
    ticket_to_dict,
)
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quota_codec import quota_from_dict, quota_to_dict
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_codec import (
    reserved_unit_from_dict,
    reserved_unit_to_dict,
)
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.texts import preorder_to_text
from mi_rewards.preorders.tickets import Draw, Ticket
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Receipt
from mi_rewards.tiers.codec import standing_from_dict, standing_to_dict
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.device_codec import (
    device_entry_from_dict,
    device_entry_to_dict,
    device_model_from_dict,
    device_model_to_dict,
)
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchange_codec import exchange_from_dict, exchange_to_dict
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.price_codec import price_book_from_dict, price_book_to_dict
from mi_rewards.trade_in.quote_codec import device_quote_from_dict, device_quote_to_dict
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.wallet.at_rest import wallet_at_rest
from mi_rewards.wallet.codec import (
    burn_from_dict,
    burn_to_dict,
    entry_from_dict,
    entry_to_dict,
    wallet_from_dict,
    wallet_to_dict,
)
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    figure_in,
    instant_in,
    list_in,
    text_in,
)
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.texts import burn_to_text, compact, entry_to_text, wallet_to_text
from mi_rewards.wallet.wallet import Wallet

__all__ = [
    "AGGREGATES",
    "event_from_dict",
    "event_to_dict",
    "from_text",
    "to_text",
]

A = TypeVar("A")

AGGREGATES: Mapping[str, type[Any]] = {
    "member": Member,
    "wallet": Wallet,
    "purchase": Purchase,
    "burn": Burn,
    "reward": Reward,
    "redemption": Redemption,
    "voucher": Voucher,
    "code": CodeEntry,
    "pooled_code": PooledCode,
    "quote": Quote,
    "settlement": Settlement,
    "standing": Standing,
    "referral": Referral,
    "referral_code": ReferralCode,
    "quota": Quota,
    "preorder": PreOrder,
    "draw": Draw,
    "ticket": Ticket,
    "reserved_unit": ReservedUnit,
    "price_book": PriceBook,
    "device_model": DeviceModel,
    "device": DeviceEntry,
    "device_quote": DeviceQuote,
    "exchange": Exchange,
}
"""The kinds of aggregate that a store keeps, by name, in the order in which stores write them."""

_EVENT = frozenset({"format", "member_id", "event_id", "topic", "occurred_at", "figures"})


def event_to_dict(event: OutboxEvent) -> dict[str, Any]:
    """Write an event of the outbox.

    Args:
        event: The event.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": event.member_id,
        "event_id": event.event_id,
        "topic": event.topic,
        "occurred_at": write_instant(event.occurred_at),
        "figures": [list(figure) for figure in event.figures],
    }


def event_from_dict(written: dict[str, Any]) -> OutboxEvent:
    """Read an event of the outbox.

    Args:
        written: What `event_to_dict` answered.

    Returns:
        The event.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _EVENT, "event")
    return OutboxEvent(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["event_id"], "event_id"),
        text_in(fields["topic"], "topic"),
        instant_in(fields["occurred_at"], "occurred_at"),
        tuple([_figure(it) for it in list_in(fields["figures"], "figures")]),
    )


def _figure(written: object) -> tuple[str, Figure]:
    """Read a figure with its name."""
    pair = list_in(written, "figure")
    if len(pair) != 2:
        raise Corrupt(f"a figure must have a name and a value, not {pair!r:.60}")
    return text_in(pair[0], "figure"), figure_in(pair[1], "figure")


class _Format(NamedTuple):
    """How values of one kind are written and read.

    Attributes:
        write: Writes a dictionary.
        read: Reads it.
        text: Writes the same as a text at once, where a kind has that.
        from_text: Reads the usual texts of a kind without a dictionary between, where a kind has
            that, and answers `None` to the others.
        is_shared: Whether so many read the same text that what was read last is kept at hand.
    """

    write: Callable[[Any], dict[str, Any]]
    read: Callable[[dict[str, Any]], Any]
    text: Callable[[Any], str] | None = None
    from_text: Callable[[str], Any | None] | None = None
    is_shared: bool = False


_FORMATS: Mapping[type[Any], _Format] = {
    Member: _Format(member_to_dict, member_from_dict, member_to_text, plain_member),
    Wallet: _Format(wallet_to_dict, wallet_from_dict, wallet_to_text, wallet_at_rest),
    Purchase: _Format(purchase_to_dict, purchase_from_dict, purchase_to_text),
    Burn: _Format(burn_to_dict, burn_from_dict, burn_to_text),
    Reward: _Format(reward_to_dict, reward_from_dict),
    Redemption: _Format(redemption_to_dict, redemption_from_dict),
    Voucher: _Format(voucher_to_dict, voucher_from_dict),
    CodeEntry: _Format(code_entry_to_dict, code_entry_from_dict),
    PooledCode: _Format(pooled_code_to_dict, pooled_code_from_dict),
    Quote: _Format(quote_to_dict, quote_from_dict),
    Settlement: _Format(settlement_to_dict, settlement_from_dict),
    Standing: _Format(standing_to_dict, standing_from_dict),
    Referral: _Format(referral_to_dict, referral_from_dict),
    ReferralCode: _Format(referral_code_to_dict, referral_code_from_dict),
    Quota: _Format(quota_to_dict, quota_from_dict, is_shared=True),
    PreOrder: _Format(preorder_to_dict, preorder_from_dict, preorder_to_text),
    Draw: _Format(draw_to_dict, draw_from_dict),
    Ticket: _Format(ticket_to_dict, ticket_from_dict),
    ReservedUnit: _Format(reserved_unit_to_dict, reserved_unit_from_dict),
    PriceBook: _Format(price_book_to_dict, price_book_from_dict, is_shared=True),
    DeviceModel: _Format(device_model_to_dict, device_model_from_dict, is_shared=True),
    DeviceEntry: _Format(device_entry_to_dict, device_entry_from_dict),
    DeviceQuote: _Format(device_quote_to_dict, device_quote_from_dict),
    Exchange: _Format(exchange_to_dict, exchange_from_dict),
    Entry: _Format(entry_to_dict, entry_from_dict, entry_to_text),
    Receipt: _Format(receipt_to_dict, receipt_from_dict, receipt_to_text),
    OutboxEvent: _Format(event_to_dict, event_from_dict),
}


def _writer(form: _Format) -> Callable[[Any], str]:
    """Choose what writes values of one kind."""
    return form.text or (lambda value: compact(form.write(value)))


WRITERS: Mapping[type[Any], Callable[[Any], str]] = {
    kind: _writer(form) for kind, form in _FORMATS.items()
}
"""What `to_text` writes values with, by their class, for who writes many of one."""


def to_text(value: object) -> str:
    """Write an aggregate or a record as text.

    Args:
        value: An aggregate, an entry, a receipt or an event.

    Returns:
        Compact JSON.

    Raises:
        Misuse: It is none of them.
    """
    write = WRITERS.get(type(value))
    if write is None:
        raise Misuse(f"no format is known of {value!r:.80}")
    return write(value)


def from_text(kind: type[A], text: str) -> A:
    """Read an aggregate or a record from text.

    Args:
        kind: Its class.
        text: What `to_text` answered.

    Returns:
        The value.

    Raises:
        Corrupt: The text is something else.
        Misuse: No format is known of the kind.
    """
    found = _FORMATS.get(kind)
    if found is None:
        raise Misuse(f"no format is known of {kind!r}")
    read: Callable[[Any, str], A] = _shared if found.is_shared else _read
    return read(kind, text)


def _read(kind: type[Any], text: str) -> Any:
    """Read a value of a known format."""
    form = _FORMATS[kind]
    if form.from_text is not None and type(text) is str:  # a driver may have bytes of it
        value = form.from_text(text)
        if value is not None:
            return value
    try:
        written = json.loads(text)
    except ValueError:
        raise Corrupt(f"a {kind.__name__} is not written in JSON: {text[:40]!r}") from None
    return form.read(written)


_shared = lru_cache(maxsize=64)(_read)
"""`_read` of what is a value, and so may be handed out again to whoever reads the same text."""
