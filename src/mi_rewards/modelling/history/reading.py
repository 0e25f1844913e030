"""Reading a history: chunks of whatever it is become batches of typed columns.

1. Rows are taken as they come; their numbers go on across chunks.
2. A row of which something cannot be read stops nothing: it is told with the reason that a replay
   of an event log gives. What is wrong with a whole column is misuse.
3. Whether a row is to be read is decided column by column; only where a column leaves a doubt its
   command is made, and that decides.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mi_rewards._event_log.events import KINDS, to_command
from mi_rewards._event_log.lines import COLUMNS, Row, Unread
from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import (
    IN_ROWS,
    WHOLE_COLUMNS,
    Batch,
    Chunk,
    micros_of,
)
from mi_rewards.modelling.history.forms import (
    DAYS,
    INSTANTS,
    INTS,
    TEXTS,
    Column,
    column_of,
    not_an_amount,
)
from mi_rewards.modelling.history.rows import amount_text
from mi_rewards.modelling.history.sources import chunks_of
from mi_rewards.modelling.history.texts import lines_of, text_of, texts_of
from mi_rewards.modelling.history.typed import MINOR, Typed, is_stated, nothing_of
from mi_rewards.programme import Programme

_NONES: Final[Mapping[str, int]] = {
    "minor": -1,
    "tokens": -1,
    "quantity": -1,
    "until": -1,
    "last_day": 0,
}
"""What stands for none, where that is no empty text."""

_NEEDED: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "opening": (("tokens",), ("last_day",)),
    "redeemed": (("reward_id",), ("request_id", "order_id")),
    "returned": (("order_id", "request_id"),),
    "reviewed": (("request_id",),),
    "held": (("tokens",), ("until",), ("request_id", "order_id")),
    "captured": (("hold_id",),),
    "released": (("hold_id",),),
    "burned": (("tokens",), ("request_id", "order_id")),
    "reinstated": (("burn_id",), ("request_id",)),
}
"""Of each of these, a row that states none leaves a doubt."""

_NAMED: Final = frozenset({"returned", "reviewed", "reinstated"})
"""The kinds whose requests are named here, where the history does not."""


class _Shared(dict[str, str]):
    """Texts, each by itself: equal ones become one."""

    def __missing__(self, text: str) -> str:
        """Answer with a text that is none of these."""
        return text


_SHARED: Final = _Shared({kind: kind for kind in KINDS})

_IN_MICROS: Final = {"at_us": "at", "until_us": "until"}
_NOT_TEXTS: Final = frozenset({"at", "amount", *WHOLE_COLUMNS, "last_day", "until", "lines"})
_REQUEST_ID: Final = COLUMNS.index("request_id")
_ALWAYS: Final = ("kind", "member_id", "at")
_FIELDS: Final = tuple(it for it in Batch._fields if it not in {"numbers", "rest", "unread"})


def batches(
    history: Any, programme: Programme, *, until: datetime | None = None, segment: str = ""
) -> Iterator[Batch]:
    """Read a history in batches.

    Args:
        history: A dictionary of columns (lists, arrays, columns of frames), a frame of pandas or
            polars, a table or record batch of pyarrow, the path of a file (CSV, packed or not, or
            JSON Lines), `sample:` and the name of a bundled sample, or an iterable of chunks of
            these. A lazy frame of polars is collected in batches. The columns are those of an
            event log; besides, `amount_minor` may take the place of `amount`, and `at_us` and
            `until_us`, in microseconds since 1970-01-01 UTC, that of `at` and `until`. What is
            finer than a microsecond is cut off.
        programme: The rules.
        until: The instant before which rows are taken; all where it is not given.
        segment: One more column, whose texts are the segments; empty or `tier` for none.

    Yields:
        Batches, not longer than `ROWS_MAX` rows.

    Raises:
        Misuse: A column is missing, unknown, of another length than the rest, or of a form that
            cannot be read.
    """
    reader = _Reader(
        None if until is None else utc(until),
        programme.zone.name,
        "" if segment == "tier" else segment,
    )
    for chunk in chunks_of(history, reader.segment):
        batch = reader.read(chunk)
        if batch.kind or batch.unread:
            yield batch


class _Reader:
    """Reads chunks, one after the other.

    Attributes:
        segment: The column of segments, empty for none.
    """

    def __init__(self, until: datetime | None, zone: str, segment: str) -> None:
        self.segment = segment
        self._until = until
        self._end = None if until is None else micros_of(until)
        self._zone = zone
        self._typed = Typed()

    def read(self, chunk: Chunk) -> Batch:
        """Read a chunk.

        Args:
            chunk: Some rows.

        Returns:
            Its batch.

        Raises:
            Misuse: A column cannot be read.
        """
        count = len(chunk.numbers)
        columns = {name: self._column(name, raw) for name, raw in chunk.columns.items()}
        for other, name in _IN_MICROS.items():
            if other in columns:
                columns[name] = _in_micros(other, columns.pop(other))
        if "amount_minor" in columns:
            columns["amount"] = _in_minor(columns.pop("amount_minor"))
        if "last_day" in columns and columns["last_day"].form == INTS:
            columns["last_day"] = Column(DAYS, columns["last_day"].values)
        doubtful: set[int] = set()
        values = self._values(columns, count, doubtful) if count else {}
        _see_doubts(values, doubtful)
        unread, dropped = self._decide(chunk.numbers, columns, values, doubtful)
        numbers, values = self._kept(chunk.numbers, values, dropped)
        return _batch(numbers, values, (*chunk.unread, *unread))

    def _column(self, name: str, raw: Any) -> Column:
        """Bring a column into one form."""
        return raw if isinstance(raw, Column) else column_of(name, raw, self._zone)

    def _values(
        self, columns: Mapping[str, Column], count: int, doubtful: set[int]
    ) -> dict[str, list[Any]]:
        """Read all columns; what is not given is not there."""
        typed = self._typed
        texts = {
            name: texts_of(name, column)
            for name, column in columns.items()
            if name not in _NOT_TEXTS and name in COLUMNS
        }
        kinds = texts["kind"]
        texts["kind"] = list(map(_SHARED.__getitem__, kinds))
        values: dict[str, list[Any]] = {**texts}
        values["at"] = typed.instants("at", columns["at"], doubtful, none=None)
        if "amount" in columns:
            codes = texts.get("currency") or [""] * count
            values["minor"] = typed.amounts(columns["amount"], codes, doubtful)
        for name in WHOLE_COLUMNS:
            if name in columns:
                values[name] = typed.wholes(name, columns[name], doubtful)
        if "last_day" in columns:
            values["last_day"] = typed.days("last_day", columns["last_day"], doubtful)
        if "until" in columns:
            values["until"] = typed.instants("until", columns["until"], doubtful, none=-1)
        if "lines" in columns:
            values["lines"] = lines_of(columns["lines"])
        if self.segment:
            column = columns.get(self.segment, nothing_of(count))
            values["segment"] = texts_of(self.segment, column)
        return {name: them for name, them in values.items() if is_stated(them, _none_of(name))}

    def _decide(
        self,
        numbers: Sequence[int],
        columns: Mapping[str, Column],
        values: dict[str, list[Any]],
        doubtful: Collection[int],
    ) -> tuple[list[Unread], set[int]]:
        """Make the commands of doubtful rows: some cannot be read, some are too late."""
        unread: list[Unread] = []
        dropped: set[int] = set()
        named: dict[int, str] = {}
        for place in sorted(doubtful):
            row = _row(columns, values, place)
            try:
                command = to_command(row, self._until)
            except Misuse as fault:
                unread.append(Unread(numbers[place], str(fault)))
                dropped.add(place)
                continue
            if command is not None and row[0] in _NAMED and not row[_REQUEST_ID]:
                named[place] = command.request_id
        if named:
            # The column may be the history's own.
            requests = list(values.get("request_id", [""] * len(numbers)))
            for place, request_id in named.items():
                requests[place] = request_id
            values["request_id"] = requests
        return unread, dropped

    def _kept(
        self, numbers: Sequence[int], values: dict[str, list[Any]], dropped: Collection[int]
    ) -> tuple[Sequence[int], dict[str, list[Any]]]:
        """Leave out what cannot be read, and what is not before the end."""
        if not values:
            return [], values
        at = values["at"]
        end = self._end
        if not dropped and (end is None or max(at) < end):
            return numbers, values
        kept = [
            place
            for place, instant in enumerate(at)
            if place not in dropped and (end is None or instant < end)
        ]
        picked = {name: [them[place] for place in kept] for name, them in values.items()}
        stated = {name: them for name, them in picked.items() if is_stated(them, _none_of(name))}
        return [numbers[place] for place in kept], stated


def _none_of(name: str) -> object:
    """Say what stands for none in a column."""
    if name in {"kind", "member_id", "at"}:
        return None
    return () if name == "lines" else _NONES.get(name, "")


def _in_micros(name: str, column: Column) -> Column:
    """Make instants of a column of microseconds."""
    if column.form == TEXTS and not any(column.values):
        return column
    if column.form != INTS:
        raise Misuse(f"{name} states {INTS}, not {column.form}")
    return Column(INSTANTS, column.values)


def _in_minor(column: Column) -> Column:
    """Make amounts of a column of minor units."""
    if column.form == TEXTS and not any(column.values):
        return column
    if column.form != INTS:
        raise not_an_amount(f"{column.form} in amount_minor")
    return Column(MINOR, column.values)


def _see_doubts(values: Mapping[str, list[Any]], doubtful: set[int]) -> None:
    """Find the rows of which something that they need is missing, and those with lines."""
    if not values:
        return
    kinds = values["kind"]
    present = set(kinds)
    if not present <= _SHARED.keys():
        doubtful.update(place for place, kind in enumerate(kinds) if kind not in _SHARED)
    if not all(values["member_id"]):
        doubtful.update(place for place, them in enumerate(values["member_id"]) if not them)
    if "lines" in values:
        doubtful.update(place for place, them in enumerate(values["lines"]) if them)
    for kind in _NEEDED.keys() & present:
        places = _places_of(kind, kinds)
        for names in _NEEDED[kind]:
            lacking = places
            for name in names:
                them, none = values.get(name), _none_of(name)
                if them is not None:
                    lacking = [place for place in lacking if them[place] == none]
            doubtful.update(lacking)
        if kind == "returned":
            for name in ("line_id", "quantity"):
                them, none = values.get(name), _none_of(name)
                if them is not None:
                    doubtful.update(place for place in places if them[place] != none)


def _places_of(kind: str, kinds: list[str]) -> list[int]:
    """Find the rows of a kind."""
    places: list[int] = []
    place = -1
    for _ in range(kinds.count(kind)):
        place = kinds.index(kind, place + 1)
        places.append(place)
    return places


def _row(columns: Mapping[str, Column], values: Mapping[str, list[Any]], place: int) -> Row:
    """Write a row as an event log does: as it was given, where texts were."""
    row: list[Any] = []
    for name in COLUMNS:
        column = columns.get(name)
        if name == "lines":
            row.append(values["lines"][place] if "lines" in values else ())
        elif column is None:
            row.append("")
        elif name == "amount" and column.form != TEXTS:
            row.append(_amount(column, values, place))
        else:
            row.append(text_of(column, place))
    return tuple(row)


def _amount(column: Column, values: Mapping[str, list[Any]], place: int) -> str:
    """Write an amount that was given as a number."""
    code = values["currency"][place] if "currency" in values else ""
    if "minor" in values and values["minor"][place] >= 0:
        return amount_text(values["minor"][place], code)
    if column.form == MINOR and column.values[place] is not None:
        return amount_text(column.values[place], code)
    return text_of(column, place)


def _batch(
    numbers: Sequence[int], values: Mapping[str, list[Any]], unread: Sequence[Unread]
) -> Batch:
    """Make a batch of what its columns state."""
    always: dict[str, list[Any]] = {name: values.get(name, []) for name in _ALWAYS}
    fields: dict[str, Any] = {name: values.get(name) for name in _FIELDS}
    rest = {name: values[name] for name in COLUMNS if name not in IN_ROWS and name in values}
    return Batch(**{**fields, **always}, numbers=numbers, rest=rest, unread=tuple(sorted(unread)))
