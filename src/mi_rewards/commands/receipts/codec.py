"""Receipts, and the outcomes and refusals in them, as JSON-ready dictionaries.

1. A receipt is written with the digest of its request's content, never with the content itself.
2. An outcome is written with the name of its class, a refusal with its code and figures. Reading
   is strict: whatever was not written here is `Corrupt`.
3. A format stays readable for ever; a sample of each is among the tests.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.commands.receipts.known import OUTCOMES, REFUSALS
from mi_rewards.errors import Corrupt, Misuse, Refused
from mi_rewards.money import TOKENS_MAX
from mi_rewards.repositories.records import Content, Receipt, ReceiptKey
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    figure_in,
    instant_in,
    one_of,
    text_in,
    truth_in,
    whole_in,
)

_HINTS: Mapping[type[Any], Mapping[str, Any]] = {
    kind: get_type_hints(kind) for kind in OUTCOMES.values()
}
"""Their fields with the types of these."""

_RECEIPT = frozenset({"format", "scope", "request_id", "content", "outcome"})
_OUTCOME = frozenset({"kind", "fields"})
_REFUSAL = frozenset({"refused", "figures"})
_DIGEST_DIGITS = 32
_HEXADECIMAL = frozenset("0123456789abcdef")


def receipt_to_dict(receipt: Receipt) -> dict[str, Any]:
    """Write a receipt.

    Args:
        receipt: The receipt.

    Returns:
        A JSON-ready dictionary.

    Raises:
        Misuse: Its outcome is none of this library's.
    """
    content = receipt.content
    return {
        "format": FORMAT,
        "scope": receipt.key.scope,
        "request_id": receipt.key.request_id,
        "content": content.digest() if isinstance(content, Content) else content,
        "outcome": _outcome_to_dict(receipt.outcome),
    }


def receipt_from_dict(written: dict[str, Any]) -> Receipt:
    """Read a receipt.

    Args:
        written: What `receipt_to_dict` answered.

    Returns:
        The receipt, with the digest of its content.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _RECEIPT, "receipt")
    content = text_in(fields["content"], "content")
    if len(content) != _DIGEST_DIGITS or not _HEXADECIMAL.issuperset(content):
        raise Corrupt(f"content must be a digest, not {content[:40]!r}")
    key = ReceiptKey(text_in(fields["scope"], "scope"), text_in(fields["request_id"], "request_id"))
    return Receipt(key, content, _outcome(fields["outcome"]))


def _outcome_to_dict(outcome: object) -> dict[str, Any]:
    """Write an outcome or a refusal."""
    if isinstance(outcome, Refused):
        if type(outcome) not in REFUSALS.values():
            raise Misuse(f"no receipt can state the refusal {outcome!r}")
        return {"refused": outcome.code, "figures": dict(outcome.figures)}
    kind = type(outcome)
    if kind not in OUTCOMES.values():
        raise Misuse(f"no receipt can state the outcome {outcome!r}")
    names = _HINTS[kind]
    return {
        "kind": kind.__name__,
        "fields": {name: _written(getattr(outcome, name)) for name in names},
    }


def _written(value: object) -> str | int | None:
    """Write a field of an outcome."""
    if isinstance(value, datetime):
        return write_instant(value)
    if isinstance(value, date):
        return write_day(value)
    if isinstance(value, str | int | None):
        return value
    raise Misuse(f"no receipt can state {value!r}")


def _outcome(written: object) -> object:
    """Read an outcome or a refusal."""
    if isinstance(written, dict) and "refused" in written:
        return _refusal(written)
    fields = fields_in(written, _OUTCOME, "outcome")
    kind = one_of(fields["kind"], OUTCOMES, "outcome")
    hints = _HINTS[kind]
    values = fields_in(fields["fields"], frozenset(hints), "outcome")
    outcome: object = kind(**{name: _read(hints[name], values[name], name) for name in hints})
    return outcome


def _refusal(written: dict[str, Any]) -> Refused:
    """Read a refusal."""
    fields = fields_in(written, _REFUSAL, "refusal")
    kind = one_of(fields["refused"], REFUSALS, "refusal")
    figures = fields["figures"]
    if not isinstance(figures, dict):
        raise Corrupt(f"figures must be a dictionary, not {figures!r:.60}")
    try:
        return kind(**{name: figure_in(it, "figure") for name, it in figures.items()})
    except TypeError:
        raise Corrupt(f"{fields['refused']!r} has other figures than {sorted(figures)}") from None


_READERS: Mapping[type, Callable[[object, str], object]] = {
    str: text_in,
    int: lambda value, what: whole_in(value, what, -TOKENS_MAX),
    date: day_in,
    datetime: instant_in,
    bool: truth_in,
}


def _read(hint: Any, value: object, what: str) -> object:
    """Read a field of an outcome as its type says, which may allow for none."""
    kinds = get_args(hint) or (hint,)
    if value is None and NoneType in kinds:
        return None
    return _READERS[kinds[0]](value, what)
