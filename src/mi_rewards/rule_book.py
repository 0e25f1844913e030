"""Rule books as TOML: reading and writing.

1. Reading is strict: an unknown key, a missing one or a value of the wrong kind is one `Misuse`
   that names it. So is a rule book that could never work.
2. What is written reads back equal.
"""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import ParamSpec, TypeVar

from mi_rewards.calendar import Zone
from mi_rewards.earning.terms import (
    CapScope,
    EarnRate,
    EarnTerms,
    OrderCap,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rounding
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.expiry import (
    EndOfYear,
    ExpiryPolicy,
    FixedDay,
    NoExpiry,
    RollingDays,
    RollingMonths,
)

__all__ = [
    "FORMAT",
    "from_toml",
    "to_toml",
]

FORMAT = 1
"""The format of rule books that this version reads and writes."""

_WHOLE_END = 2**63
"""The first whole number that no rule book states; longer ones cannot even be printed."""

_KEPT_AFTER_DAYS_MAX = 3650
"""The longest wait until an award is kept: ten years."""

_EARNED_THROUGH = date(2100, 12, 31)
"""Through this day at least, what is earned must have a last valid day."""

_T = TypeVar("_T")
_P = ParamSpec("_P")


class _Table:
    """A table of a rule book while it is read; what is left over at its end is unknown."""

    def __init__(self, name: str, rows: object) -> None:
        if not isinstance(rows, dict):
            raise Misuse(f"{name} must be a table, not {_shown(rows)}")
        self._name = name
        self._rows = dict(rows)

    def _fault(self, key: str, expected: str, value: object) -> Misuse:
        return Misuse(f"{self._named(key)} must be {expected}, not {_shown(value)}")

    def _taken(self, key: str) -> object:
        if key not in self._rows:
            raise Misuse(f"{self._name or 'the rule book'} must have {key!r}")
        return self._rows.pop(key)

    def has(self, key: str) -> bool:
        return key in self._rows

    def text(self, key: str) -> str:
        value = self._taken(key)
        if type(value) is not str:
            raise self._fault(key, "a text", value)
        return value

    def whole(self, key: str) -> int:
        value = self._taken(key)
        if type(value) is not int:
            raise self._fault(key, "a whole number", value)
        if abs(value) >= _WHOLE_END:
            raise Misuse(f"{self._named(key)} must be from -(2**63 - 1) to 2**63 - 1")
        return value

    def flag(self, key: str) -> bool:
        value = self._taken(key)
        if type(value) is not bool:
            raise self._fault(key, "true or false", value)
        return value

    def day(self, key: str) -> date:
        value = self._taken(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._fault(key, "a day such as 2017-06-15", value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._taken(key)
        if not isinstance(value, list) or not all(type(item) is str for item in value):
            raise self._fault(key, "a list of texts", value)
        return tuple(value)

    def some_texts(self, key: str) -> tuple[str, ...]:
        if not (value := self.texts(key)):
            raise self._fault(key, "a list of at least one text, or left out", [])
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
            raise self._fault(key, "one of " + ", ".join(names), value)
        return value

    def table(self, key: str) -> "_Table":
        return _Table(self._named(key), self._taken(key))

    def value(self, make: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Make a value of what was read, where nothing is left over."""
        name = self._name or "the rule book"
        for key in self._rows:
            raise Misuse(f"{name} has the unknown key {key!r}")
        try:
            return make(*args, **kwargs)
        except Misuse as fault:
            raise Misuse(f"{name}: {fault}") from None

    def _named(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


def from_toml(text: str) -> Programme:
    """Read a rule book.

    Args:
        text: TOML, as `to_toml` writes it or as the bundled rule books stand.

    Returns:
        The programme.

    Raises:
        Misuse: It is no text, no TOML, not a rule book of this format, or one that could never
            work; the message names the key, or the table.
    """
    if not isinstance(text, str):
        raise Misuse(f"a rule book is read from a text, not from {type(text).__name__}")
    try:
        rows = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Misuse(f"the rule book is no TOML: {fault}") from None
    book = _Table("", rows)
    if (found := book.whole("format")) != FORMAT:
        raise Misuse(f"the rule book is of format {found}; this version reads {FORMAT}")
    programme = book.value(
        Programme,
        book.text("name"),
        book.text("title"),
        book.made("zone", Zone),
        book.text("currency"),
        book.text("kind"),
        _read_earning(book.table("earning")),
        _read_expiry(book.table("expiry")),
        ClawBackPolicy(book.one_of("claw_back", ClawBackPolicy)),
        _read_holds(book.table("holds")) if book.has("holds") else HoldLimits(),
        _read_welcome(book.table("welcome")) if book.has("welcome") else None,
        _read_retrospective(book.table("retrospective")) if book.has("retrospective") else None,
        book.day("sunset_on") if book.has("sunset_on") else None,
    )
    _check(programme)
    return programme


def _check(programme: Programme) -> None:
    """Refuse a programme that could never work, whatever each figure is by itself."""
    terms = programme.earning
    channels = terms.channels
    for channel in channels:
        if channels.count(channel) > 1:
            raise Misuse(f"earning.channels names {channel!r} twice")
    if channels and terms.default_channel and terms.default_channel not in channels:
        raise Misuse(
            f"earning.default_channel must be one of earning.channels, not"
            f" {terms.default_channel!r}"
        )
    if terms.kept_after_days > _KEPT_AFTER_DAYS_MAX:
        raise Misuse(
            f"earning.kept_after_days must be at most {_KEPT_AFTER_DAYS_MAX},"
            f" not {terms.kept_after_days}"
        )
    policy = programme.expiry
    try:
        policy.last_day(_EARNED_THROUGH)
    except Misuse:
        key = {RollingDays: "days", RollingMonths: "months"}.get(type(policy), "years")
        raise Misuse(
            f"expiry.{key} must be fewer: tokens earned on {_EARNED_THROUGH} would be valid past"
            " the year 9999"
        ) from None


def _read_earning(table: _Table) -> EarnTerms:
    """Read what purchases earn."""
    rate = table.table("rate")
    earn_rate = rate.value(
        EarnRate,
        rate.whole("tokens"),
        rate.made("per", Money.parse),
        Rounding(rate.one_of("rounding", Rounding)),
    )
    cap = None
    if table.has("order_cap"):
        row = table.table("order_cap")
        cap = row.value(OrderCap, row.whole("orders"), CapScope(row.one_of("scope", CapScope)))
    return table.value(
        EarnTerms,
        earn_rate,
        table.some_texts("channels") if table.has("channels") else (),
        table.text("default_channel") if table.has("default_channel") else "",
        table.texts("excluded_categories") if table.has("excluded_categories") else (),
        table.whole("kept_after_days") if table.has("kept_after_days") else 0,
        cap,
    )


def _read_expiry(table: _Table) -> ExpiryPolicy:
    """Read how long tokens are valid."""
    name = table.one_of(
        "policy", ("end_of_year", "rolling_days", "rolling_months", "fixed_day", "never")
    )
    if name == "end_of_year":
        return table.value(EndOfYear, table.whole("years"))
    if name == "rolling_days":
        return table.value(RollingDays, table.whole("days"))
    if name == "rolling_months":
        to_month_end = table.flag("to_month_end") if table.has("to_month_end") else False
        return table.value(RollingMonths, table.whole("months"), to_month_end)
    if name == "fixed_day":
        years = table.whole("years") if table.has("years") else 0
        return table.value(FixedDay, table.whole("month"), table.whole("day"), years)
    return table.value(NoExpiry)


def _read_holds(table: _Table) -> HoldLimits:
    """Read what a hold may be."""
    return table.value(
        HoldLimits,
        table.whole("hours_max") if table.has("hours_max") else None,
        table.whole("open_max") if table.has("open_max") else None,
    )


def _read_welcome(table: _Table) -> Welcome:
    """Read what joining earns."""
    return table.value(
        Welcome,
        table.whole("tokens"),
        table.day("from_on") if table.has("from_on") else None,
        table.day("through_on") if table.has("through_on") else None,
    )


def _read_retrospective(table: _Table) -> Retrospective:
    """Read which purchases before joining count."""
    return table.value(
        Retrospective,
        table.day("delivered_from"),
        table.day("delivered_through") if table.has("delivered_through") else None,
    )


_Value = str | int | bool | date | tuple[str, ...] | None


def to_toml(programme: Programme) -> str:
    """Write a rule book.

    Args:
        programme: The programme.

    Returns:
        TOML that reads back equal; the same text for equal programmes.

    Raises:
        Misuse: A rule book cannot state it: its expiry policy is none of those here, or it could
            never work.
    """
    expiry_rows = _expiry_rows(programme.expiry)
    _check(programme)
    terms = programme.earning
    rate = terms.rate
    rate_text = (
        f'{{ tokens = {rate.tokens}, per = "{rate.per}", rounding = "{rate.rounding.value}" }}'
    )
    parts = [
        _rows(
            format=FORMAT,
            name=programme.name,
            title=programme.title,
            zone=programme.zone.name,
            currency=programme.currency,
            kind=programme.kind,
            claw_back=programme.claw_back.value,
            sunset_on=programme.sunset_on,
        ),
        f"\n[earning]\nrate = {rate_text}\n",
        _rows(
            channels=terms.channels or None,
            default_channel=terms.default_channel or None,
            excluded_categories=terms.excluded_categories or None,
            kept_after_days=terms.kept_after_days,
        ),
    ]
    if terms.order_cap is not None:
        cap = terms.order_cap
        parts.append(f'order_cap = {{ orders = {cap.orders}, scope = "{cap.scope.value}" }}\n')
    parts += ["\n[expiry]\n", expiry_rows]
    holds = programme.holds
    if holds != HoldLimits():
        parts += ["\n[holds]\n", _rows(hours_max=holds.hours_max, open_max=holds.open_max)]
    if (welcome := programme.welcome) is not None:
        rows = _rows(tokens=welcome.tokens, from_on=welcome.from_on, through_on=welcome.through_on)
        parts += ["\n[welcome]\n", rows]
    if (retrospective := programme.retrospective) is not None:
        rows = _rows(
            delivered_from=retrospective.delivered_from,
            delivered_through=retrospective.delivered_through,
        )
        parts += ["\n[retrospective]\n", rows]
    return "".join(parts)


def _expiry_rows(policy: ExpiryPolicy) -> str:
    """Write how long tokens are valid."""
    if isinstance(policy, EndOfYear):
        return _rows(policy="end_of_year", years=policy.years)
    if isinstance(policy, RollingDays):
        return _rows(policy="rolling_days", days=policy.days)
    if isinstance(policy, RollingMonths):
        return _rows(
            policy="rolling_months", months=policy.months, to_month_end=policy.to_month_end
        )
    if isinstance(policy, FixedDay):
        return _rows(policy="fixed_day", month=policy.month, day=policy.day, years=policy.years)
    if isinstance(policy, NoExpiry):
        return _rows(policy="never")
    raise Misuse(f"a rule book cannot state the expiry policy {policy!r}")


def _rows(**values: _Value) -> str:
    """Write rows, leaving out what is `None`."""
    return "".join(f"{key} = {_value(it)}\n" for key, it in values.items() if it is not None)


def _value(value: _Value) -> str:
    """Write one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_quoted, value)) + "]"
    return str(value)


def _shown(value: object) -> str:
    """Write a value for a message."""
    try:
        return repr(value)
    except ValueError:
        return "a whole number of thousands of digits"


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'
    )
