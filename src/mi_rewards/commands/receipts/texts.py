"""Receipts as JSON texts, written without dictionaries between; see `wallet.texts`.

What the tables here do not know is left to the codec, which writes it or objects to it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from json.encoder import encode_basestring as quoted
from types import NoneType
from typing import Any

from mi_rewards.commands.receipts.codec import receipt_to_dict
from mi_rewards.commands.receipts.known import OUTCOMES, REFUSALS
from mi_rewards.repositories.records import Content, Receipt
from mi_rewards.wallet.texts import BEGUN, compact, day_text, instant_text

_FIELDS: Mapping[type[Any], Callable[[Any], str]] = {
    str: quoted,
    int: int.__repr__,
    bool: {False: "false", True: "true"}.__getitem__,
    date: day_text,
    datetime: instant_text,
    NoneType: lambda _: "null",
}
"""What writes fields of outcomes and figures of refusals, by their type."""


def _frame(kind: type[Any]) -> str:
    """Write what stands around the fields of an outcome, with `%s` for each of them."""
    fields = ",".join([f'"{name}":%s' for name in kind._fields])
    return f'{{"kind":"{kind.__name__}","fields":{{{fields}}}}}'


_FRAMES: Mapping[type[Any], str] = {
    kind: _frame(kind) for kind in OUTCOMES.values() if issubclass(kind, tuple)
}
_CODES = {kind: code for code, kind in REFUSALS.items()}


def receipt_to_text(receipt: Receipt) -> str:
    """Write a receipt.

    Args:
        receipt: The receipt.

    Returns:
        Compact JSON of what `receipt_to_dict` answers.

    Raises:
        Misuse: Its outcome is none of this library's.
    """
    (scope, request_id), content, outcome = receipt
    fields: Any = outcome
    try:
        if type(outcome) in _FRAMES:
            told = _FRAMES[type(outcome)] % tuple([_FIELDS[type(it)](it) for it in fields])
        else:
            told = _refusal(fields)
    except KeyError:
        return compact(receipt_to_dict(receipt))
    digest = content.digest() if isinstance(content, Content) else content
    return (
        f'{BEGUN},"scope":{quoted(scope)},"request_id":{quoted(request_id)}'
        f',"content":{quoted(digest)},"outcome":{told}}}'
    )


def _refusal(refusal: Any) -> str:
    """Write a refusal; a `KeyError` says that the codec must do it."""
    code = _CODES[type(refusal)]
    figures = [f"{quoted(name)}:{_FIELDS[type(it)](it)}" for name, it in refusal.figures.items()]
    return f'{{"refused":"{code}","figures":{{{",".join(figures)}}}}}'
