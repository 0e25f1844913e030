"""Exchanges as JSON-ready dictionaries.

See `earning.codec` for the rules. What says nothing is not written: most of what an exchange can
have it gets later.
"""

from collections.abc import Mapping
from typing import Any, Final

from mi_rewards.calendar import write_instant
from mi_rewards.money import TOKENS_MAX
from mi_rewards.trade_in.device_codec import (
    device_from_dict,
    device_model_from_dict,
    device_model_to_dict,
    device_to_dict,
)
from mi_rewards.trade_in.exchange_checks import check_exchange
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_codec import valuation_from_dict, valuation_to_dict
from mi_rewards.trade_in.quote_codec import (
    answers_from_list,
    answers_to_list,
    terms_from_dict,
    terms_to_dict,
)
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_LATER = ("attached_until", "book_by", "visit_at", "offer_until", "closed_at")
_SINCE = ("opened_at", "ends_at")

_UNSAID: Mapping[str, object] = {
    **dict.fromkeys(("order_id", "rejection", "paid_reference", "earlier_reference"), ""),
    **dict.fromkeys(("used_minor", "attempts", "due_minor", "paid_minor"), 0),
    **dict.fromkeys(("surplus_tokens", "credited_tokens", "earlier_minor"), 0),
    **dict.fromkeys(_LATER),
    **dict.fromkeys(("verified", "offer_minor", "final_minor")),
    "verified_answers": [],
}
"""What is not written of an exchange where it is so."""

STATED: Final = frozenset(Exchange._fields) - _UNSAID.keys()
"""The fields of an exchange that are always written."""

_EXCHANGE = STATED | {"format"}
_STATES = {state.value: state for state in ExchangeState}


def exchange_to_dict(exchange: Exchange) -> dict[str, Any]:
    """Write an exchange, with its version.

    Args:
        exchange: The exchange.

    Returns:
        A JSON-ready dictionary.
    """
    verified = exchange.verified
    written: dict[str, Any] = {
        "format": FORMAT,
        **exchange._asdict(),
        "terms": terms_to_dict(exchange.terms),
        "device": device_to_dict(exchange.device),
        "model": device_model_to_dict(exchange.model),
        "answers": answers_to_list(exchange.answers),
        "valuation": valuation_to_dict(exchange.valuation),
        "state": exchange.state.value,
        "verified": None if verified is None else valuation_to_dict(verified),
        "verified_answers": answers_to_list(exchange.verified_answers),
    }
    for name in (*_SINCE, *_LATER):
        written[name] = None if written[name] is None else write_instant(written[name])
    return {name: it for name, it in written.items() if name not in _UNSAID or it != _UNSAID[name]}


def exchange_from_dict(written: dict[str, Any]) -> Exchange:
    """Read an exchange.

    Args:
        written: What `exchange_to_dict` answered.

    Returns:
        The exchange, with its version.

    Raises:
        Corrupt: It is something else, or no exchange can be like that.
    """
    fields = {**_UNSAID, **fields_in(written, _EXCHANGE, "exchange", frozenset(_UNSAID))}
    when = {name: optional(instant_in, fields[name], name) for name in _LATER}
    exchange = Exchange(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["exchange_id"], "exchange_id"),
        text_in(fields["quote_id"], "quote_id"),
        terms_from_dict(fields["terms"]),
        device_from_dict(fields["device"]),
        device_model_from_dict(fields["model"]),
        answers_from_list(fields["answers"]),
        valuation_from_dict(fields["valuation"]),
        instant_in(fields["opened_at"], "opened_at"),
        instant_in(fields["ends_at"], "ends_at"),
        one_of(fields["state"], _STATES, "state"),
        text_in(fields["order_id"], "order_id"),
        when["attached_until"],
        whole_in(fields["used_minor"], "used_minor", 0),
        when["book_by"],
        when["visit_at"],
        whole_in(fields["attempts"], "attempts", 0),
        None if fields["verified"] is None else valuation_from_dict(fields["verified"]),
        answers_from_list(fields["verified_answers"]),
        text_in(fields["rejection"], "rejection"),
        None if fields["offer_minor"] is None else whole_in(fields["offer_minor"], "offer", 0),
        when["offer_until"],
        None if fields["final_minor"] is None else whole_in(fields["final_minor"], "final", 0),
        whole_in(fields["due_minor"], "due_minor", -TOKENS_MAX),
        whole_in(fields["paid_minor"], "paid_minor", -TOKENS_MAX),
        text_in(fields["paid_reference"], "paid_reference"),
        whole_in(fields["surplus_tokens"], "surplus_tokens", 0),
        whole_in(fields["credited_tokens"], "credited_tokens", 0),
        when["closed_at"],
        whole_in(fields["version"], "version", 0),
        whole_in(fields["earlier_minor"], "earlier_minor", -TOKENS_MAX),
        text_in(fields["earlier_reference"], "earlier_reference"),
    )
    check_exchange(exchange)
    return exchange
