"""Who values a device: a price book, or a partner's service.

1. A valuer is asked before a command decides. What it answered goes into the command and is
   recorded; it is never asked again about the same quote.
2. Where a valuer is not there, another can be asked instead. A no is an answer, and stands.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

import attrs

from mi_rewards.calendar import Zone, utc
from mi_rewards.errors import MiRewardsError, Misuse
from mi_rewards.trade_in.bonuses import Bonus
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.pricing import PRICE_BOOK, Valuation, price
from mi_rewards.trade_in.pricing_refusals import NotInPortfolio


class ValuerUnavailable(MiRewardsError):
    """A valuer did not answer, or not in time, or with something that cannot be read.

    No refusal: nobody said no. Asking again, or another one, can help.

    Attributes:
        valuer: Its name.
        why: What happened, for a log.
    """

    def __init__(self, *, valuer: str, why: str) -> None:
        super().__init__(f"{valuer} did not value the device: {why}")
        self.valuer: str = valuer
        self.why: str = why

    def __reduce__(
        self,
    ) -> "tuple[Callable[[str, str], ValuerUnavailable], tuple[str, str]]":
        """Pickle by what happened."""
        return _unavailable, (self.valuer, self.why)


def _unavailable(valuer: str, why: str) -> ValuerUnavailable:
    """Make the error again."""
    return ValuerUnavailable(valuer=valuer, why=why)


def _answers(answers: Mapping[str, str]) -> Mapping[str, str]:
    """Keep answers so that nobody changes them."""
    if not isinstance(answers, Mapping):
        raise Misuse(f"answers are given by question, not as {answers!r:.80}")
    return MappingProxyType(dict(answers))


@attrs.frozen(order=False)
class ValuationRequest:
    """What a valuer is asked.

    Attributes:
        device: The device.
        model: Its model, as the host knows it.
        answers: The name of an answer, by the question's.
        at: The instant, in UTC, for which it is valued.
        request_id: Names the question, so that a partner answers it once.

    Raises:
        Misuse: A part is of another kind, or the device is of another model.
    """

    device: Device
    model: DeviceModel
    answers: Mapping[str, str] = attrs.field(converter=_answers, hash=False)
    at: datetime = attrs.field(converter=utc)
    request_id: str

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.device) is not Device or type(self.model) is not DeviceModel:
            raise Misuse(f"a device and its model are valued, not {self.device!r:.60}")
        if (self.device.model_id, self.device.variant) != (self.model.model_id, self.model.variant):
            raise Misuse(f"a {self.device.model_id!r} is no {self.model.model_id!r}")
        if type(self.request_id) is not str or not self.request_id:
            raise Misuse(f"a request id is a text, not {self.request_id!r:.60}")


class Valuer(Protocol):
    """Who values devices.

    It may be asked at any time, by several threads at once, and more than once with one request id,
    which it then answers alike or not at all. It changes nothing of the programme.
    """

    @property
    def name(self) -> str:
        """What its valuations are signed with."""

    def value(self, asked: ValuationRequest, /) -> Valuation:
        """Value a device.

        Args:
            asked: What is asked.

        Returns:
            What it is worth.

        Raises:
            NotInPortfolio: It knows no such model.
            DeviceRejected: It does not take such a device.
            ValuerUnavailable: It did not answer in time, or with something that cannot be read.
        """


@attrs.frozen(order=False)
class PriceBookValuer:
    """Values by a price book.

    It is for pages that have no store. Where its answer is handed in with a command, the price book
    in the store and the bonuses of the terms price the device again: that quote may be another one.

    Attributes:
        book: The price book.
        models: Its portfolio. What it says of a model decides, whatever is asked with.
        zone: The programme's zone, in which days begin.
        bonuses: What campaigns add, in their order.
    """

    book: PriceBook
    models: tuple[DeviceModel, ...]
    zone: Zone
    bonuses: tuple[Bonus, ...] = ()

    @property
    def name(self) -> str:
        """What its valuations are signed with."""
        return PRICE_BOOK

    def value(self, asked: ValuationRequest, /) -> Valuation:
        """Value a device.

        Args:
            asked: What is asked.

        Returns:
            What it is worth.

        Raises:
            Misuse: A question or an answer is unknown.
            NotInPortfolio: The price book has no such model, or no longer.
            DeviceRejected: An answer rules the device out.
            AnswersIncomplete: A question is not answered.
            PurchaseDayMissing: Age counts from the day of purchase, and that is not stated.
            AgeNotEligible: It is too young or too old, or bought later.
        """
        device, day = asked.device, self.zone.day_of(asked.at)
        name = (device.model_id, device.variant)
        for model in self.models:
            if (model.model_id, model.variant) == name:
                return price(
                    self.book,
                    model,
                    device,
                    asked.answers,
                    at=asked.at,
                    on=day,
                    bonuses=self.bonuses,
                )
        raise NotInPortfolio(model_id=device.model_id, variant=device.variant)


@attrs.frozen(order=False)
class FallbackValuer:
    """Asks one valuer, and another where that one is not there.

    What a `PriceBookValuer` answered in its place can be handed in like a partner's answer: it
    stands for no answer, and the command prices the device itself.

    Attributes:
        first: Who is asked first; what it answers stands, a no too.
        then: Who is asked where the first is unavailable.
    """

    first: Valuer
    then: Valuer

    @property
    def name(self) -> str:
        """The names of both; a valuation is signed by the one that made it."""
        return f"{self.first.name}, else {self.then.name}"

    def value(self, asked: ValuationRequest, /) -> Valuation:
        """Value a device.

        Args:
            asked: What is asked.

        Returns:
            What it is worth.

        Raises:
            Refused: Whoever answered says no.
            ValuerUnavailable: Neither is there.
        """
        try:
            return self.first.value(asked)
        except ValuerUnavailable:
            return self.then.value(asked)
