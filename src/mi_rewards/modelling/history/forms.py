"""Columns of any make as lists of one form: texts, whole numbers, instants, days or decimals.

1. Nothing is imported: what a column is shows in how it behaves.
2. Nothing (`None`, NaN, NaT, NA, a null) is an empty text among texts, and `None` elsewhere.
3. Money and tokens are no floats, and an instant has a zone; a column of these is refused.
"""

from array import array
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from mi_rewards.calendar import UTC, utc, write_day, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import micros_of

TEXTS: Final = "texts"
INTS: Final = "whole numbers"
INSTANTS: Final = "instants"
DAYS: Final = "days"
DECIMALS: Final = "decimals"
LISTS: Final = "lists"

DAY_COLUMNS: Final = frozenset({"last_day", "launched_on", "bought_on"})
"""The columns that state days."""

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DAY_MICROS: Final = 86_400_000_000
_NAT: Final = -(2**63)
_FLOATING: Final = "float"
_IN_PLACE_OF_FLOATS: Final = "whole numbers or texts, such as .astype('Int64') of pandas makes"
_NOTHINGS: Final = frozenset({"NoneType", "NaTType", "NAType"})
_WHOLE_CODES: Final = frozenset("bBhHiIlLqQ")
_UNITS: Final = {"s": (1_000_000, 1), "ms": (1_000, 1), "us": (1, 1), "ns": (1, 1_000)}


class Column(NamedTuple):
    """A column of one form.

    Attributes:
        form: What its values are.
        values: Texts; whole numbers; instants in microseconds since 1970-01-01 UTC; days as
            ordinals; decimals; or lists.
    """

    form: str
    values: list[Any]


def column_of(name: str, raw: Any, zone: str) -> Column:
    """Read a column of any make.

    Args:
        name: Its name, for messages.
        raw: A list, which may become the column's own, an array, or a column of a frame.
        zone: A zone to name where an instant lacks one.

    Returns:
        The same, of one form.

    Raises:
        Misuse: It is of a form that cannot be read.
    """
    if hasattr(raw, "iloc"):
        return _of_pandas(name, raw, zone)
    if hasattr(raw, "to_pylist"):
        return _of_arrow(name, raw, zone)
    if hasattr(raw, "to_list") and hasattr(raw, "n_chunks"):
        return _of_polars(name, raw, zone)
    if hasattr(raw, "strides"):
        return _of_numpy(name, raw, zone)
    if isinstance(raw, array) and raw.typecode in _WHOLE_CODES:
        return Column(INTS, raw.tolist())
    return _of_objects(name, raw if type(raw) is list else list(raw), zone)


def _of_pandas(name: str, raw: Any, zone: str) -> Column:
    """Read a column of pandas."""
    dtype = raw.dtype
    if str(dtype) == "category":
        return _of_categories(name, raw.cat, zone)
    if str(dtype).startswith(("datetime", "timestamp")):
        if raw.dt.tz is None:
            return _naive(name, raw.to_numpy(dtype="datetime64[us]").astype("int64").tolist(), zone)
        there = raw.dt.tz_convert(None).to_numpy(dtype="datetime64[us]")
        return _instants(there.astype("int64").tolist())
    if str(dtype) == "object" or getattr(dtype, "kind", "") in "iu":
        return _of_objects(name, raw.tolist(), zone)
    return _of_objects(name, raw.to_numpy(dtype=object, na_value=None).tolist(), zone)


def _of_categories(name: str, raw: Any, zone: str) -> Column:
    """Read a categorical column of pandas by its codes."""
    form, values = column_of(name, raw.categories.to_series(), zone)
    values.append("" if form == TEXTS else None)
    return Column(form, [values[code] for code in raw.codes.tolist()])


def _of_polars(name: str, raw: Any, zone: str) -> Column:
    """Read a column of polars."""
    dtype = str(raw.dtype)
    if dtype.startswith("Datetime"):
        micros = raw.dt.epoch("us").to_list()
        return _naive(name, micros, zone) if raw.dtype.time_zone is None else _instants(micros)
    if dtype == "Date":
        days = raw.dt.epoch("d").to_list()
        return Column(DAYS, [None if it is None else it + _EPOCH_DAY for it in days])
    return _of_objects(name, raw.to_list(), zone)


def _of_arrow(name: str, raw: Any, zone: str) -> Column:
    """Read a column of pyarrow."""
    kind = str(raw.type)
    if kind.startswith("timestamp["):
        unit, _, named = kind[len("timestamp[") : -1].partition(",")
        times, over = _UNITS[unit]
        counts = raw.cast("int64").to_pylist()
        micros = [None if it is None else it * times // over for it in counts]
        return _instants(micros) if named else _naive(name, micros, zone)
    if kind.startswith("dictionary<"):
        raw = raw.cast(raw.type.value_type)
        kind = str(raw.type)
    if kind in {"string", "large_string"}:
        return _of_objects(name, raw.to_numpy(zero_copy_only=False).tolist(), zone)
    return _of_objects(name, raw.to_pylist(), zone)


def _of_numpy(name: str, raw: Any, zone: str) -> Column:
    """Read an array of numpy."""
    if raw.ndim != 1:
        raise Misuse(f"{name} has {raw.ndim} dimensions; a column has one")
    if raw.dtype.kind == "M":
        return _naive(name, raw.astype("datetime64[us]").astype("int64").tolist(), zone)
    return _of_objects(name, raw.tolist(), zone)


def _instants(micros: Sequence[int | None]) -> Column:
    """Make a column of instants."""
    if None in micros or _NAT in micros:
        return Column(INSTANTS, [None if it is None or it == _NAT else it for it in micros])
    return Column(INSTANTS, list(micros))


def _naive(name: str, micros: Sequence[int | None], zone: str) -> Column:
    """Make a column of days of what has no zone, and refuse instants without one."""
    values = _instants(micros).values
    if all(it is None for it in values):
        return Column(TEXTS, [""] * len(values))
    if name not in DAY_COLUMNS:
        raise Misuse(
            f"{name} has no zone: an instant needs one, such as .dt.tz_localize({zone!r}) of"
            f" pandas or .dt.replace_time_zone({zone!r}) of polars"
        )
    days = [None if it is None else divmod(it, _DAY_MICROS) for it in values]
    if any(it is not None and it[1] for it in days):
        raise Misuse(f"{name} has times of day; a day is a date")
    return Column(DAYS, [None if it is None else it[0] + _EPOCH_DAY for it in days])


def _of_objects(name: str, values: list[Any], zone: str) -> Column:
    """Read a column of plain objects by what they are."""
    types = list(map(type, values))
    if types.count(str) == len(types):
        return Column(TEXTS, values)
    kinds = set(types)
    if kinds == {int}:
        return Column(INTS, values)
    if any(hasattr(kind, "item") and hasattr(kind, "dtype") for kind in kinds):
        values = [it.tolist() if hasattr(it, "dtype") else it for it in values]
        kinds = set(map(type, values))
    nothings = {kind for kind in kinds if kind.__name__ in _NOTHINGS}
    if nothings - {type(None)}:
        values = [None if type(it) in nothings else it for it in values]
    if any(_is_floating(kind) for kind in kinds):
        # What is no number is not equal to itself, and stands for none.
        values = [None if it != it else it for it in values]
        nothings |= set(map(type, values)) ^ kinds
    return _of_kinds(name, values, kinds - nothings, zone)


def _is_floating(kind: type) -> bool:
    """Tell whether values of a kind are no whole numbers; no such value is ever reckoned with."""
    return any(it.__name__ == _FLOATING for it in kind.__mro__)


def _of_kinds(name: str, values: list[Any], kinds: set[type], zone: str) -> Column:
    """Read a column whose values are of some kinds, or nothing."""
    if not kinds:
        return Column(TEXTS, [""] * len(values))
    if kinds == {str}:
        return Column(TEXTS, ["" if it is None else it for it in values])
    if kinds == {int}:
        return Column(INTS, values)
    for kind in kinds:
        _require_readable(name, kind)
    if kinds == {Decimal}:
        return Column(DECIMALS, values)
    if all(issubclass(kind, (list, tuple)) for kind in kinds):
        return Column(LISTS, values)
    if all(issubclass(kind, datetime) for kind in kinds):
        return _of_datetimes(name, values, zone)
    if kinds == {date}:
        return Column(DAYS, [None if it is None else it.toordinal() for it in values])
    if name == "amount" and any(issubclass(kind, int) for kind in kinds):
        raise not_an_amount(INTS)
    return Column(TEXTS, [_text(name, it) for it in values])


_REFUSED: Final[Sequence[tuple[type, str]]] = (
    (bool, "true and false"),
    (bytes, "bytes; give texts"),
)
_READABLE: Final = (str, int, Decimal, date, list, tuple)


def _require_readable(name: str, kind: type) -> None:
    """Object to values that no column of an event log has."""
    if _is_floating(kind):
        if name in {"amount", "amount_minor"}:
            raise not_an_amount("floats")
        raise Misuse(f"{name} is a column of floats; give {_IN_PLACE_OF_FLOATS}")
    for refused, what in _REFUSED:
        if issubclass(kind, refused):
            raise Misuse(f"{name} is a column of {what}")
    if not issubclass(kind, _READABLE):
        raise Misuse(f"{name} is a column of {kind.__name__}; give texts")


def not_an_amount(form: str) -> Misuse:
    """Say how amounts are stated.

    Args:
        form: What was given.

    Returns:
        The error, to be raised.
    """
    return Misuse(
        f"amounts are no {form}: give amount as decimal texts or Decimal, or amount_minor as whole"
        " minor units, such as 10000 for INR 100.00"
    )


def _of_datetimes(name: str, values: Iterable[Any], zone: str) -> Column:
    """Read a column of datetimes; midnights without a zone are days, where days are stated."""
    given = [it for it in values if it is not None]
    if any(it.tzinfo is None for it in given):
        if any(it.tzinfo is not None for it in given):
            raise Misuse(f"{name} has instants with a zone and without")
        days = [None if it is None else micros_of(it.replace(tzinfo=UTC)) for it in values]
        return _naive(name, days, zone)
    return Column(INSTANTS, [None if it is None else micros_of(utc(it)) for it in values])


def _text(name: str, value: Any) -> str:
    """Write one of several kinds of values as an event log does."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Misuse(f"{name} has no zone: an instant needs one")
        return write_instant(value)
    if isinstance(value, date):
        return write_day(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(int(value))
    raise Misuse(f"{name} has lists among other values")
