"""Columns of one form as whole numbers: instants, amounts, counts, days.

1. A whole column at a time; a text that comes again is read once.
2. What cannot be read becomes none, and its place is told: the caller finds the reason.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import compress
from typing import Any, Final

from mi_rewards._event_log.alike import minors_alike
from mi_rewards._event_log.fields import money, whole
from mi_rewards.calendar import read_day, read_instant
from mi_rewards.calendar.days import ZEROED
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import micros_of
from mi_rewards.modelling.history.forms import (
    DAYS,
    DECIMALS,
    INSTANTS,
    INTS,
    TEXTS,
    Column,
    not_an_amount,
)
from mi_rewards.money import TOKENS_MAX, exponent_of

MINOR: Final = "minor units"
"""The form of amounts in minor units."""

_BAD: Final = -(2**80)
"""Stands for what cannot be read: no column comes as far."""

_KEPT_MAX: Final = 1 << 18
"""How many texts are remembered; it bounds memory, not what can be read."""

"""How long a text is at most of which all digits may be nines."""

_SECOND: Final = 1_000_000
_WHOLE_MAX: Final = 10**19 - 1
_LAST_ORDINAL: Final = date.max.toordinal()
_FIRST_MICROS: Final = -62_135_596_800 * _SECOND
_LAST_MICROS: Final = 253_402_300_800 * _SECOND - 1


class _Known(dict[str, int]):
    """Texts that have been read, by what they say."""

    def __init__(self, read: Callable[[str], int], **known: int) -> None:
        super().__init__(known)
        self._read = read

    def __missing__(self, text: str) -> int:
        """Read a text that was not seen before."""
        try:
            value = self._read(text)
        except Misuse:
            return _BAD
        if len(self) >= _KEPT_MAX:
            self.clear()
        self[text] = value
        return value


class _PerKey(dict[str, _Known]):
    """What is remembered for each currency, or each offset."""

    def __init__(self, make: Callable[[str], _Known]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> _Known:
        """Begin to remember."""
        known = self[key] = self._make(key)
        return known


def _reader_of_amounts(currency: str) -> _Known:
    """Make what reads the amounts of a currency."""
    return _Known(lambda text: money(text, currency).minor if text else -1)


def _reader_of_hours(offset: str) -> _Known:
    """Make what reads the first instants of hours, written with an offset."""

    def read(hour: str) -> int:
        # The hour's last second too: where only a part of it is an instant, none of it is known.
        read_instant(f"{hour}:59:59{offset}")
        return micros_of(read_instant(f"{hour}:00:00{offset}"))

    return _Known(read)


_FAST_FORMS: Final = {
    f"0000-00-00{between}00:00:00{offset}".encode()
    for between in "T "
    for offset in ("Z", "+00:00", "-00:00")
}


@cache
def _in_hour() -> dict[str, int]:
    """Say how far each second of an hour is into it."""
    return {
        f"{minute:02}:{second:02}": (minute * 60 + second) * _SECOND
        for minute in range(60)
        for second in range(60)
    }


class Typed:
    """Turns columns into whole numbers, and remembers what it has read."""

    def __init__(self) -> None:
        self._amounts = _PerKey(_reader_of_amounts)
        self._hours = _PerKey(_reader_of_hours)
        self._wholes = _Known(lambda text: whole("", text) if text else -1)
        self._days = _Known(lambda text: read_day(text).toordinal() if text else 0)

    def instants(self, name: str, column: Column, bad: set[int], *, none: int | None) -> list[int]:
        """Read instants.

        Args:
            name: The column's name, for messages.
            column: Texts or instants.
            bad: Told the places of what cannot be read.
            none: What stands for none; `None` where there must be one.

        Returns:
            Microseconds since 1970-01-01 UTC.

        Raises:
            Misuse: The column states no instants.
        """
        form, values = column
        if form == TEXTS:
            found = self._quick(values)
            if found is None:
                found = [
                    none if not it and none is not None else self._instant(it) for it in values
                ]
        elif form == INSTANTS:
            nothing = _BAD if none is None else none
            found = _bounded(values, _FIRST_MICROS, _LAST_MICROS, nothing)
            if found is values:
                return values
        else:
            also = f"; microseconds since 1970 are {name}_us" if form == INTS else ""
            raise Misuse(f"{name} states instants, not {form}{also}")
        return _without_bad(found, bad, 0 if none is None else none)

    @staticmethod
    def _instant(text: str) -> int:
        """Read one instant."""
        try:
            return micros_of(read_instant(text))
        except Misuse:
            return _BAD

    def _quick(self, texts: Sequence[str]) -> list[int] | None:
        """Read instants that are all written alike, to the second; `None` where they are not."""
        form = texts[0].encode(errors="replace").translate(ZEROED)
        if form not in _FAST_FORMS:
            return None
        block = "\n".join(texts).encode(errors="replace")
        if block.translate(ZEROED) != b"\n".join([form] * len(texts)):
            return None
        minutes = _in_hour()
        step = len(form) + 1
        is_one_offset = all(
            block[place::step].count(block[place]) == len(texts) for place in range(19, len(form))
        )
        try:
            if is_one_offset:
                hours = self._hours[texts[0][19:]]
                found = [hours[text[:13]] + minutes[text[14:19]] for text in texts]
            else:
                known = self._hours
                found = [known[it[19:]][it[:13]] + minutes[it[14:19]] for it in texts]
        except KeyError:
            return None
        return None if min(found) < _FIRST_MICROS else found

    def amounts(self, column: Column, currencies: Sequence[str], bad: set[int]) -> list[int]:
        """Read amounts of money.

        Args:
            column: Texts, decimals or minor units.
            currencies: The currency of each.
            bad: Told the places of what cannot be read.

        Returns:
            Minor units, -1 for none.

        Raises:
            Misuse: The column states no amounts.
        """
        form, values = column
        if form == TEXTS:
            known = self._amounts
            codes = set(currencies)
            if len(codes) > 1:
                codes = {code for it, code in zip(values, currencies, strict=True) if it}
            alike = _amounts_alike(values, codes.pop()) if len(codes) == 1 else None
            if alike is not None:
                found = alike
            else:
                found = [known[code][it] for it, code in zip(values, currencies, strict=True)]
        elif form == DECIMALS:
            found = [_minor_of(it, code) for it, code in zip(values, currencies, strict=True)]
        elif form == MINOR:
            fine = _minors(values, currencies)
            if fine is not None:
                return fine
            found = _checked(values, currencies)
        else:
            raise not_an_amount(form)
        return _without_bad(found, bad, -1)

    def wholes(self, name: str, column: Column, bad: set[int]) -> list[int]:
        """Read whole numbers of something.

        Args:
            name: The column's name, for messages.
            column: Texts or whole numbers.
            bad: Told the places of what cannot be read.

        Returns:
            The numbers, -1 for none.

        Raises:
            Misuse: The column states no whole numbers.
        """
        form, values = column
        if form == TEXTS:
            return _without_bad(list(map(self._wholes.__getitem__, values)), bad, -1)
        _require(name, form, INTS)
        return _without_bad(_bounded(values, 0, _WHOLE_MAX, -1), bad, -1)

    def days(self, name: str, column: Column, bad: set[int]) -> list[int]:
        """Read days.

        Args:
            name: The column's name, for messages.
            column: Texts or days.
            bad: Told the places of what cannot be read.

        Returns:
            Ordinals, 0 for none.

        Raises:
            Misuse: The column states no days.
        """
        form, values = column
        if form == TEXTS:
            return _without_bad(list(map(self._days.__getitem__, values)), bad, 0)
        _require(name, form, DAYS)
        return _without_bad(_bounded(values, 1, _LAST_ORDINAL, 0), bad, 0)


def _amounts_alike(texts: Sequence[str], currency: str) -> list[int] | None:
    """Read amounts that are written alike, -1 for none; `None` where they are not."""
    if "" not in texts:
        return minors_alike(texts, currency)
    stated = [text for text in texts if text]
    minors = minors_alike(stated, currency) if stated else []
    if minors is None:
        return None
    found = iter(minors)
    return [next(found) if text else -1 for text in texts]


def _require(name: str, form: str, wanted: str) -> None:
    """Object to a column of another form."""
    if form != wanted:
        raise Misuse(f"{name} states {wanted}, not {form}")


def _bounded(values: list[Any], least: int, most: int, none: int) -> list[int]:
    """Read whole numbers between bounds."""
    try:
        if least <= min(values) and max(values) <= most:
            return values
    except TypeError:
        pass  # some are none, which is not compared
    return [none if it is None else it if least <= it <= most else _BAD for it in values]


def _without_bad(found: list[int], bad: set[int], none: int) -> list[int]:
    """Tell the places of what could not be read, and put none there."""
    # Two bad parts of an instant add up to less than one.
    if min(found) > _BAD // 2:
        return found
    bad.update(place for place, value in enumerate(found) if value <= _BAD // 2)
    return [none if value <= _BAD // 2 else value for value in found]


def _minor_of(amount: Decimal | None, currency: str) -> int:
    """Count the minor units of a decimal, which are whole."""
    if amount is None:
        return -1
    try:
        numerator, denominator = amount.as_integer_ratio()
        minor, left = divmod(numerator * 10 ** exponent_of(currency), denominator)
    except (Misuse, OverflowError, ValueError):
        return _BAD
    return _BAD if left or not 0 <= minor <= TOKENS_MAX else minor


def _minors(amounts: list[int | None], currencies: Sequence[str]) -> list[int] | None:
    """Take amounts in minor units, -1 for none; `None` where not all are right.

    Right are those where every known currency states an amount, and none else, within bounds.
    """
    stated = [it for it in amounts if it is not None]
    # Of what is not below nothing, none is more than the sum.
    if stated and not (min(stated) >= 0 and sum(stated) <= TOKENS_MAX):
        return None
    if not all(map(_is_known, set(currencies) - {""})):
        return None
    if list(compress(amounts, currencies)) != stated:
        return None
    return [-1 if it is None else it for it in amounts]


def _checked(amounts: list[int | None], currencies: Sequence[str]) -> list[int]:
    """Check amounts in minor units; one of no known currency is none."""
    found = _bounded(amounts, 0, TOKENS_MAX, -1)
    unknown = {code for code in set(currencies) if not _is_known(code)}
    return [
        _BAD if code in unknown and amount is not None else minor
        for minor, amount, code in zip(found, amounts, currencies, strict=True)
    ]


def _is_known(currency: str) -> bool:
    """Tell whether there is such a currency."""
    try:
        exponent_of(currency)
    except Misuse:
        return False
    return True


def nothing_of(count: int) -> Column:
    """Make a column that states nothing.

    Args:
        count: How many rows it has.

    Returns:
        The column.
    """
    return Column(TEXTS, [""] * count)


def is_stated(values: Collection[Any], none: object) -> bool:
    """Tell whether a column states anything.

    Args:
        values: Its values.
        none: What stands for none.

    Returns:
        Whether any differs.
    """
    return any(it != none for it in values)
