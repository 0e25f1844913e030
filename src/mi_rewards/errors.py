"""What can go wrong, named by who is at fault.

1. `Misuse`: the caller's code or input is wrong. Nothing that happens later makes it right.
2. `Refused`: a well-behaved caller may ask, and the answer is no. It has a stable code and the
   figures that decided.
3. `Conflict`: somebody else was faster. Load again and decide again.
4. `Corrupt`: what the store gave back cannot be what was put there.

Raising any of them leaves every value as it was and rolls the unit of work back.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Self, TypeVar

__all__ = [
    "Conflict",
    "Corrupt",
    "Figure",
    "LimitReached",
    "MiRewardsError",
    "Misuse",
    "Refused",
    "RequestReused",
]

Figure = str | int
"""A code, a name, a day as text, or a whole number: what a reason or a refusal may state."""


_E = TypeVar("_E", bound="MiRewardsError")
_R = TypeVar("_R", bound="Refused")


class MiRewardsError(Exception):
    """The base of every error that this library raises on purpose."""


class Misuse(MiRewardsError, ValueError):
    """An argument, a file or a rule book is wrong; the message says what was expected."""


class RequestReused(Misuse):
    """A request id came again with other content.

    The first request stands. The caller has a defect: one id names one request.
    """

    def __init__(self, *, scope: str, request_id: str) -> None:
        super().__init__(f"request {request_id!r} of {scope!r} was seen before with other content")
        self.scope: str = scope
        self.request_id: str = request_id

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[type[Self], dict[str, Figure]]]:
        """Pickle by the figures."""
        return _rebuilt, (type(self), {"scope": self.scope, "request_id": self.request_id})


class Refused(MiRewardsError):
    """No, by the programme's rules.

    A refusal is also a value: two are equal when their class and their figures are, and
    `reasons_against` answers with them unraised.

    Attributes:
        code: The stable name of the rule that said no, for programs and for counting.
        transient: Whether the same request may be granted later with nothing changed by the caller.
        figures: What decided, by name, such as `required` and `available`.
    """

    code: ClassVar[str] = "refused"
    transient: ClassVar[bool] = False

    def __init__(self, message: str, /, **figures: Figure) -> None:
        super().__init__(message)
        self.figures: Mapping[str, Figure] = MappingProxyType(figures)

    def __eq__(self, other: object) -> bool:
        """Equal when the class and the figures are."""
        if not isinstance(other, Refused):
            return NotImplemented
        return type(self) is type(other) and self.figures == other.figures

    def __hash__(self) -> int:
        """Hash by code and figures."""
        return hash((self.code, tuple(sorted(self.figures.items()))))

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[type[Self], str, dict[str, Figure]]]:
        """Pickle by the message and the figures."""
        return _refused, (type(self), str(self), dict(self.figures))


class LimitReached(Refused):
    """A counter would pass its limit: stock, a quota, a budget, a limit per member or period."""

    code = "limit_reached"
    transient = True

    def __init__(self, *, counter: str, asked: int, used: int, limit: int) -> None:
        super().__init__(
            f"{counter}: {asked} asked for, {used} of {limit} used",
            counter=counter,
            asked=asked,
            used=used,
            limit=limit,
        )


class Conflict(MiRewardsError):
    """A lost race: the store has another version than was decided on, or the record already.

    Nothing of the losing save is left behind. Load again and decide again.
    """


class Corrupt(MiRewardsError):
    """What the store gave back cannot be: a gap in a journal, an unknown format."""


def _rebuilt(error: Callable[..., _E], figures: dict[str, Figure]) -> _E:
    """Make the error again from its figures."""
    return error(**figures)


def _refused(kind: type[_R], message: str, figures: dict[str, Figure]) -> _R:
    """Make a refusal again, whatever its class asks for when it is made anew."""
    refusal = kind.__new__(kind, message)
    Refused.__init__(refusal, message, **figures)
    return refusal
