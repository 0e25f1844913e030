"""Quotes for devices, and the terms that they record, as JSON-ready dictionaries.

See `earning.codec` for the rules. What says nothing of terms is not written.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.trade_in.device_codec import (
    device_from_dict,
    device_model_from_dict,
    device_model_to_dict,
    device_to_dict,
)
from mi_rewards.trade_in.price_codec import (
    amount_from_list,
    amount_to_list,
    bonus_from_dict,
    bonus_to_dict,
    valuation_from_dict,
    valuation_to_dict,
)
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.trade_in.terms import (
    Better,
    ExchangeMode,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
)
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_TERMS_UNSAID: Mapping[str, object] = {
    **{name: [] for name in ("brands", "products", "categories", "combines", "bonuses")},
    **dict.fromkeys(("quote_days", "least_payable", "credit", "threshold", "answer_within_hours")),
    **dict.fromkeys(("pickup_within_days", "attempts_max", "hand_over_within_days")),
}
"""What is not written of terms where it is so; zero days are, since that says something."""

_TERMS = frozenset({it.name for it in attrs.fields(TradeInTerms)}) - _TERMS_UNSAID.keys()
_QUOTE = frozenset({"format", *DeviceQuote._fields})
_MODES = {it.value: it for it in ExchangeMode}
_SURPLUSES = {it.value: it for it in Surplus}
_WORSES = {it.value: it for it in Worse}
_BETTERS = {it.value: it for it in Better}
_RETURNS = {it.value: it for it in OnReturn}


def device_quote_to_dict(quote: DeviceQuote) -> dict[str, Any]:
    """Write a quote for a device, with its version.

    Args:
        quote: The quote.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        **quote._asdict(),
        "terms": terms_to_dict(quote.terms),
        "device": device_to_dict(quote.device),
        "model": device_model_to_dict(quote.model),
        "answers": answers_to_list(quote.answers),
        "valuation": valuation_to_dict(quote.valuation),
        "issued_at": write_instant(quote.issued_at),
        "last_day": write_day(quote.last_day),
        "ends_at": write_instant(quote.ends_at),
    }


def device_quote_from_dict(written: dict[str, Any]) -> DeviceQuote:
    """Read a quote for a device.

    Args:
        written: What `device_quote_to_dict` answered.

    Returns:
        The quote, with its version.

    Raises:
        Corrupt: It is something else, or no quote can be like that.
    """
    fields = fields_in(written, _QUOTE, "quote for a device")
    quote = DeviceQuote(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["quote_id"], "quote_id"),
        terms_from_dict(fields["terms"]),
        device_from_dict(fields["device"]),
        device_model_from_dict(fields["model"]),
        answers_from_list(fields["answers"]),
        valuation_from_dict(fields["valuation"]),
        instant_in(fields["issued_at"], "issued_at"),
        day_in(fields["last_day"], "last_day"),
        instant_in(fields["ends_at"], "ends_at"),
        text_in(fields["exchange_id"], "exchange_id"),
        whole_in(fields["version"], "version", 0),
    )
    if quote.ends_at <= quote.issued_at:
        raise Corrupt(f"quote {quote.quote_id!r} ends before it is issued")
    return quote


def terms_to_dict(terms: TradeInTerms) -> dict[str, Any]:
    """Write what holds for trade-ins of one kind.

    Args:
        terms: The terms.

    Returns:
        A JSON-ready dictionary.
    """
    written = {it.name: getattr(terms, it.name) for it in attrs.fields(TradeInTerms)}
    for name in ("channels", "brands", "products", "categories", "combines"):
        written[name] = list(written[name])
    for name in ("mode", "surplus", "worse", "better", "on_return"):
        written[name] = written[name].value
    for name in ("least_payable", "credit", "threshold"):
        written[name] = None if written[name] is None else amount_to_list(written[name])
    written["bonuses"] = [bonus_to_dict(it) for it in terms.bonuses]
    return {name: it for name, it in written.items() if it not in (None, []) or name in _TERMS}


def terms_from_dict(written: object) -> TradeInTerms:
    """Read what holds for trade-ins of one kind.

    Args:
        written: What `terms_to_dict` answered.

    Returns:
        The terms.

    Raises:
        Corrupt: It is something else, or no terms can be like that.
    """
    read = fields_in(written, _TERMS, "terms of a trade-in", frozenset(_TERMS_UNSAID))
    fields: dict[str, Any] = {**_TERMS_UNSAID, **read}
    try:
        return TradeInTerms(
            text_in(fields["terms_id"], "terms_id"),
            one_of(fields["mode"], _MODES, "mode"),
            text_in(fields["book_id"], "book_id"),
            _texts(fields, "channels"),
            _texts(fields, "brands"),
            _texts(fields, "products"),
            _texts(fields, "categories"),
            quote_days=fields["quote_days"],
            every_imei=fields["every_imei"],
            combines=_texts(fields, "combines"),
            least_payable=_amount(fields, "least_payable"),
            surplus=one_of(fields["surplus"], _SURPLUSES, "surplus"),
            credit=_amount(fields, "credit"),
            worse=one_of(fields["worse"], _WORSES, "worse"),
            threshold=_amount(fields, "threshold"),
            better=one_of(fields["better"], _BETTERS, "better"),
            answer_within_hours=fields["answer_within_hours"],
            pickup_within_days=fields["pickup_within_days"],
            attempts_max=fields["attempts_max"],
            hand_over_within_days=fields["hand_over_within_days"],
            on_return=one_of(fields["on_return"], _RETURNS, "on_return"),
            revives=fields["revives"],
            bonuses=tuple([bonus_from_dict(it) for it in list_in(fields["bonuses"], "bonuses")]),
        )
    except Misuse as fault:
        raise Corrupt(f"terms of a trade-in cannot be like that: {fault}") from None


def answers_to_list(answers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    """Write answers.

    Args:
        answers: Pairs of a question and an answer.

    Returns:
        A JSON-ready list.
    """
    return [list(pair) for pair in answers]


def answers_from_list(written: object) -> tuple[tuple[str, str], ...]:
    """Read answers.

    Args:
        written: What `answers_to_list` answered.

    Returns:
        Pairs of a question and an answer.

    Raises:
        Corrupt: It is something else, or not in order.
    """
    pairs = []
    for it in list_in(written, "answers"):
        question, answer = list_in(it, "answer", 2)
        pairs.append((text_in(question, "question"), text_in(answer, "answer")))
    if pairs != sorted(dict(pairs).items()):
        raise Corrupt("answers are in order, one for each question")
    return tuple(pairs)


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, name) for it in list_in(fields[name], name)])


def _amount(fields: Mapping[str, Any], name: str) -> Any:
    """Read money or a share, which the terms tell apart."""
    return optional(amount_from_list, fields[name], name)
