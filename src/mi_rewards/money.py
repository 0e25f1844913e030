"""Money in minor units, rates as integer fractions, and the roundings by name.

1. Every number is whole: money counts minor units (paise, cents, fils), a rate is two integers.
2. How many minor units make one unit is the currency's own: JPY 0, INR 2, KWD 3.
3. Currencies never mix, and money never falls below zero.
4. Whoever divides names the rounding.
"""

import enum
import re
from collections.abc import Callable, Mapping
from typing import Final, Self

import attrs

from mi_rewards.errors import Misuse

__all__ = [
    "TOKENS_MAX",
    "CurrencyMismatch",
    "Money",
    "Rate",
    "Rounding",
    "divide",
    "exponent_of",
]

TOKENS_MAX: Final = 2**63 - 1
"""The largest number of tokens, or of minor units, that is ever counted."""

_TEXT_MAX: Final = 40
"""The longest decimal text that is read, in characters: twice what `TOKENS_MAX` needs."""

_PLAIN_DECIMAL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class CurrencyMismatch(Misuse):
    """Two amounts in different currencies were added, subtracted or compared."""


class Rounding(enum.StrEnum):
    """What becomes of the part of a division that is not whole."""

    DOWN = "down"
    UP = "up"
    HALF_DOWN = "half_down"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_DOWN: Final = Rounding.DOWN

_DIVISIONS: Final[Mapping[Rounding, Callable[[int, int], int]]] = {
    Rounding.UP: lambda n, d: (n + d - 1) // d,
    Rounding.HALF_DOWN: lambda n, d: (2 * n + d - 1) // (2 * d),
    Rounding.HALF_UP: lambda n, d: (2 * n + d) // (2 * d),
    Rounding.HALF_EVEN: lambda n, d: (2 * n + d - 1 + (n // d & 1)) // (2 * d),
}


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide whole numbers exactly and round once.

    Args:
        numerator: A whole number, at least 0.
        denominator: A whole number, at least 1.
        rounding: What becomes of the remainder.

    Returns:
        The whole quotient: the exact one, or one of its two neighbours.

    Raises:
        Misuse: A number is not an int or out of range, or the rounding is none of `Rounding`.
    """
    if type(numerator) is not int or numerator < 0:
        raise Misuse(f"a numerator is a whole number from 0, not {_shown(numerator)}")
    if type(denominator) is not int or denominator < 1:
        raise Misuse(f"a denominator is a whole number from 1, not {_shown(denominator)}")
    if rounding is _DOWN:
        return numerator // denominator
    _require_rounding(rounding)
    return _DIVISIONS[rounding](numerator, denominator)


_CODES: Final[Mapping[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
        GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
        LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
        SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
        XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""The active currencies by exponent. Source: ISO 4217 list one, published 2026-01-01."""

_EXPONENTS: Final[Mapping[str, int]] = {
    code: exponent for exponent, codes in _CODES.items() for code in codes.split()
}


def exponent_of(currency: str) -> int:
    """Say how many decimal digits a currency has.

    Args:
        currency: An active ISO 4217 code, such as ``"INR"``.

    Returns:
        The exponent: one unit of the currency is ``10**exponent`` minor units.

    Raises:
        Misuse: The code is none, or one without a minor unit, such as ``"XAU"``.

    Source:
        ISO 4217, list one: https://www.six-group.com/en/products-services/financial-information/data-standards.html
    """
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        raise Misuse(_why_no_currency(currency)) from None


@attrs.frozen(order=False)
class Money:
    """An amount of one currency, zero or more.

    Attributes:
        minor: Whole minor units, 0 to `TOKENS_MAX`: 10000 for INR 100.00.
        currency: An active ISO 4217 code.

    Raises:
        Misuse: One of the two is not what it must be.
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        minor, currency = self.minor, self.currency
        if type(minor) is not int or not 0 <= minor <= TOKENS_MAX:
            raise Misuse(
                f"minor units are a whole number from 0 to {TOKENS_MAX}, not {_shown(minor)}"
            )
        if type(currency) is not str or currency not in _EXPONENTS:
            raise Misuse(_why_no_currency(currency))

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Make nothing of a currency.

        Args:
            currency: An active ISO 4217 code.

        Returns:
            Zero minor units.

        Raises:
            Misuse: The currency is unknown.
        """
        return cls(0, currency)

    @classmethod
    def of(cls, text: str, currency: str) -> Self:
        """Read an amount from its decimal text.

        Args:
            text: ASCII digits, then perhaps a point and at most as many digits as the currency
                has: ``"100"``, ``"100.5"``, ``"100.00"``. No sign, space, exponent or separator.
            currency: An active ISO 4217 code.

        Returns:
            The amount, exactly.

        Raises:
            Misuse: The text is something else or too large, or the currency is unknown.
        """
        exponent = exponent_of(currency)
        try:
            whole, point, decimals = text.partition(".")
            digits = whole + decimals
            missing = exponent - len(decimals)
            if (
                digits.isdigit()
                and digits.isascii()
                and whole
                and missing >= 0
                and (decimals or not point)
                and len(text) <= _TEXT_MAX
            ):
                minor = int(digits) * 10**missing if missing else int(digits)
                if minor > TOKENS_MAX or type(currency) is not str:
                    return cls(minor, currency)
                # Both parts were just seen to be what they must be.
                money = object.__new__(cls)
                _set_minor(money, minor)
                _set_currency(money, currency)
                return money
        except (AttributeError, TypeError):
            pass
        raise Misuse(_why_unreadable(text, currency))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read money as `str` writes it: the currency, one space, the decimal text.

        Args:
            text: Such as ``"INR 100.00"``, ``"INR 100"`` or ``"JPY 100"``.

        Returns:
            The money, exactly.

        Raises:
            Misuse: The text is something else, too large, or of an unknown currency.
        """
        if not _is_text(text) or text[3:4] != " ":
            raise Misuse(f"money is written as 'INR 100.00', not {_shown(text)}")
        return cls.of(text[4:], text[:3])

    @property
    def amount(self) -> str:
        """The decimal text with all the currency's digits: ``"100.00"``, or ``"100"`` in JPY."""
        exponent = _EXPONENTS[self.currency]
        if exponent == 0:
            return str(self.minor)
        digits = str(self.minor).zfill(exponent + 1)
        return f"{digits[:-exponent]}.{digits[-exponent:]}"

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

    def __add__(self, other: "Money") -> "Money":
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        if self.minor < other.minor:
            raise Misuse(f"{self} less {other} is below zero")
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        return self.minor <= other.minor

    def __gt__(self, other: "Money") -> bool:
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        return self.minor > other.minor

    def __ge__(self, other: "Money") -> bool:
        if type(other) is not Money:
            return NotImplemented
        self._require_same_currency(other)
        return self.minor >= other.minor

    def times(self, n: int) -> "Money":
        """Multiply, as for a number of equal lines.

        Args:
            n: A whole number, at least 0.

        Returns:
            *n* times this amount.

        Raises:
            Misuse: *n* is not an int or below 0, or the result is too large.
        """
        if type(n) is not int or n < 0:
            raise Misuse(f"money is multiplied by a whole number from 0, not by {_shown(n)}")
        return Money(self.minor * n, self.currency)

    def share(self, part: int, whole: int, rounding: Rounding) -> "Money":
        """Take *part* of *whole* of this amount.

        Args:
            part: A whole number, at least 0.
            whole: A whole number, at least 1.
            rounding: What becomes of the part of a minor unit.

        Returns:
            This amount times *part* over *whole*, rounded once.

        Raises:
            Misuse: An argument is out of range, or the result is too large.
        """
        if type(part) is not int or part < 0:
            raise Misuse(f"a part is a whole number from 0, not {_shown(part)}")
        return Money(divide(self.minor * part, whole, rounding), self.currency)

    def _require_same_currency(self, other: "Money") -> None:
        """Object to mixing currencies."""
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self} and {other} are in different currencies")


_set_minor: Final = Money.__dict__["minor"].__set__
_set_currency: Final = Money.__dict__["currency"].__set__


@attrs.frozen(order=False)
class Rate:
    """How much one thing is worth in another: a fraction that is not reduced, and its rounding.

    Attributes:
        numerator: A whole number, 0 to `TOKENS_MAX`: 10 where 10 tokens are given ...
        denominator: A whole number, 1 to `TOKENS_MAX`: ... for 10000 minor units.
        rounding: What becomes of the part that is not whole.

    Raises:
        Misuse: One of the three is not what it must be.
    """

    numerator: int
    denominator: int
    rounding: Rounding = Rounding.DOWN

    def __attrs_post_init__(self) -> None:
        if type(self.numerator) is not int or not 0 <= self.numerator <= TOKENS_MAX:
            raise Misuse(
                f"a rate's numerator is a whole number from 0, not {_shown(self.numerator)}"
            )
        if type(self.denominator) is not int or not 1 <= self.denominator <= TOKENS_MAX:
            raise Misuse(
                f"a rate's denominator is a whole number from 1, not {_shown(self.denominator)}"
            )
        _require_rounding(self.rounding)

    def of(self, n: int) -> int:
        """Apply the rate.

        Args:
            n: A whole number, at least 0, in the units of the denominator.

        Returns:
            *n* times the rate, rounded once, in the units of the numerator.

        Raises:
            Misuse: *n* is not an int or below 0.
        """
        if type(n) is not int or n < 0:
            raise Misuse(f"a rate applies to a whole number from 0, not to {_shown(n)}")
        return divide(n * self.numerator, self.denominator, self.rounding)


def _require_rounding(rounding: object) -> None:
    """Object to what is no rounding."""
    if type(rounding) is not Rounding:
        raise Misuse(f"a rounding is one of Rounding's, not {_shown(rounding)}")


def _why_no_currency(currency: object) -> str:
    """Say what is wrong with a currency that is not known."""
    return f"a currency is an ISO 4217 code with a minor unit, as 'INR', not {_shown(currency)}"


def _is_text(value: object) -> bool:
    """Say whether a value is text."""
    return isinstance(value, str)


def _why_unreadable(text: object, currency: str) -> str:
    """Say what is wrong with a decimal text that was not read."""
    if not isinstance(text, str):
        return f"an amount is read from text, not from {_shown(text)}"
    if len(text) > _TEXT_MAX:
        return f"the amount {_shown(text)} is longer than {_TEXT_MAX} characters"
    if _PLAIN_DECIMAL.fullmatch(text) is None:
        return f"the amount {text!r} is no plain decimal number such as 100 or 99.50"
    return f"the amount {text!r} has more than the {exponent_of(currency)} decimals of {currency}"


def _shown(value: object) -> str:
    """Quote what came for a message, without the rest of something long."""
    if type(value) is int and value.bit_length() > 128:
        return f"a number of {value.bit_length()} bits"
    quoted = repr(value)
    return quoted if len(quoted) <= _TEXT_MAX else f"{quoted[:_TEXT_MAX]}..."
