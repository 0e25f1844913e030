"""Reading the tables of a rule book: each question takes a key out, or objects and names it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import ParamSpec, TypeVar

from mi_rewards.errors import Misuse

_WHOLE_END = 2**63
"""The first whole number that no rule book states; longer ones cannot even be printed."""

_T = TypeVar("_T")
_P = ParamSpec("_P")


class Table:
    """A table of a rule book while it is read; what is left over at its end is unknown."""

    def __init__(self, name: str, rows: object, header: str = "") -> None:
        if not isinstance(rows, dict):
            raise Misuse(f"{name} must be a table, not {shown(rows)}")
        self.name = name
        self._header = header or name
        self._rows = dict(rows)

    def fault(self, key: str, expected: str, value: object) -> Misuse:
        return Misuse(f"{self._named(key)} must be {expected}, not {shown(value)}")

    def _taken(self, key: str) -> object:
        if key not in self._rows:
            raise Misuse(f"{self.name or 'the rule book'} must have {key!r}")
        return self._rows.pop(key)

    def has(self, key: str) -> bool:
        return key in self._rows

    def names(self) -> list[str]:
        return list(self._rows)

    def text(self, key: str) -> str:
        value = self._taken(key)
        if type(value) is not str:
            raise self.fault(key, "a text", value)
        return value

    def whole(self, key: str) -> int:
        value = self._taken(key)
        if type(value) is not int:
            raise self.fault(key, "a whole number", value)
        if abs(value) >= _WHOLE_END:
            raise Misuse(f"{self._named(key)} must be from -(2**63 - 1) to 2**63 - 1")
        return value

    def flag(self, key: str) -> bool:
        value = self._taken(key)
        if type(value) is not bool:
            raise self.fault(key, "true or false", value)
        return value

    def day(self, key: str) -> date:
        value = self._taken(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(key, "a day such as 2017-06-15", value)
        return value

    def instant(self, key: str) -> datetime:
        value = self._taken(key)
        expected = "an instant such as 2017-06-15T00:00:00+05:30"
        if not isinstance(value, datetime):
            raise self.fault(key, expected, value)
        if value.tzinfo is None:
            raise Misuse(f"{self.fault(key, expected, value)}, which has no offset")
        return value

    def time(self, key: str) -> time:
        value = self._taken(key)
        if not isinstance(value, time):
            raise self.fault(key, "a time such as 12:00:00", value)
        return value

    def local(self, key: str) -> datetime:
        value = self._taken(key)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            raise self.fault(key, "a local time such as 2017-06-01T10:00:00", value)
        return value

    def days(self, key: str) -> tuple[date, ...]:
        value = self._taken(key)
        if not isinstance(value, list) or not all(type(item) is date for item in value):
            raise self.fault(key, "a list of days such as 2017-06-15", value)
        return tuple(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._taken(key)
        if not isinstance(value, list) or not all(type(item) is str for item in value):
            raise self.fault(key, "a list of texts", value)
        return tuple(value)

    def some_texts(self, key: str) -> tuple[str, ...]:
        if not (value := self.texts(key)):
            raise self.fault(key, "a list of at least one text, or left out", [])
        return value

    def made(self, key: str, make: Callable[[str], _T]) -> _T:
        text = self.text(key)
        try:
            return make(text)
        except Misuse as fault:
            raise Misuse(f"{self._named(key)}: {fault}") from None

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        value = self.text(key)
        names = list(choices)
        if value not in names:
            raise self.fault(key, "one of " + ", ".join(names), value)
        return value

    def is_table(self, key: str) -> bool:
        return isinstance(self._rows.get(key), dict)

    def table(self, key: str) -> "Table":
        return Table(self._named(key), self._taken(key), self._headed(key))

    def tables(self, key: str) -> "list[Table]":
        rows, name, header = self._taken(key), self._named(key), self._headed(key)
        if isinstance(rows, dict):
            raise Misuse(f"{name} must be a list of tables: write [[{header}]], not [{header}]")
        if not isinstance(rows, list):
            raise self.fault(key, "a list of tables", rows)
        return [Table(f"{name} number {n}", row, header) for n, row in enumerate(rows, 1)]

    def known_as(self, name: str) -> None:
        """Have messages name the table otherwise from now on."""
        self.name = name

    def value(self, make: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Make a value of what was read, where nothing is left over."""
        name = self.name or "the rule book"
        for key in self._rows:
            raise Misuse(f"{name} has the unknown key {key!r}")
        try:
            return make(*args, **kwargs)
        except Misuse as fault:
            raise Misuse(f"{name}: {fault}") from None

    def _named(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _headed(self, key: str) -> str:
        return f"{self._header}.{key}" if self._header else key


def shown(value: object) -> str:
    """Write a value for a message; tables are long, and only named."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list) and value and all(isinstance(it, dict) for it in value):
        return "a list of tables"
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        return repr(value)
    except ValueError:
        return "a whole number of thousands of digits"
