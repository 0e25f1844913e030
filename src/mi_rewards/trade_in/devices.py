"""Old devices: models with their figures, a member's device, and what a physical one is in.

1. A physical device has one number, or two, each with an entry of its own; numbers that are known
   to be of the same device are linked, and say the same.
2. Of one device the newest quote counts, and one exchange at most is live.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import attrs

from mi_rewards.calendar.days import checked_day
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, exponent_of
from mi_rewards.trade_in.imei import read_imei


class DeviceModel(NamedTuple):
    """A variant of a model, with its figures in a price book.

    Attributes:
        book_id: The price book.
        model_id: The model.
        variant: Its variant, such as `"4gb-64gb"`; empty where there is one only.
        brand: Who makes it.
        title: The name that members see; may be empty.
        currency: The ISO 4217 code of its figures.
        book_minor: What it is worth before anything else counts, in minor units; `None` where it
            is in the portfolio no more.
        launch_minor: What it cost when it came out, in minor units; `None` for unknown.
        launched_on: When it came out; `None` for unknown.
        sims: How many numbers it has, 1 or 2.
        floor_minor: The least that such a device is worth, in minor units, in place of the price
            book's; `None` together with the next.
        ceiling_minor: The most.
        edition: The edition of the price book in which the figures were stated.
        version: How many times it was stored.
    """

    book_id: str
    model_id: str
    variant: str
    brand: str
    title: str
    currency: str
    book_minor: int | None
    launch_minor: int | None
    launched_on: date | None
    sims: int = 1
    floor_minor: int | None = None
    ceiling_minor: int | None = None
    edition: int = 1
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing of a model."""
        return

    def stored(self) -> "DeviceModel":
        """The same model, stored once more.

        Returns:
            The model with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def check(self) -> None:
        """Check the figures, against each other too.

        Raises:
            Misuse: One is not what it must be, or the floor is above the ceiling.
        """
        for name in ("book_id", "model_id", "brand"):
            if type(getattr(self, name)) is not str or not getattr(self, name):
                raise Misuse(f"a model's {name} is a text, not {getattr(self, name)!r:.60}")
        for name in ("variant", "title"):
            if type(getattr(self, name)) is not str:
                raise Misuse(f"a model's {name} is a text, not {getattr(self, name)!r:.60}")
        if "/" in self.model_id:
            raise Misuse(f"a model's id has no slash, not {self.model_id!r:.60}")
        exponent_of(self.currency)
        if self.launched_on is not None:
            checked_day(self.launched_on)
        if type(self.sims) is not int or self.sims not in {1, 2}:
            raise Misuse(f"a model has 1 number or 2, not {self.sims!r:.60}")
        if type(self.edition) is not int or self.edition < 1:
            raise Misuse(f"an edition is a whole number from 1, not {self.edition!r:.60}")
        for name in ("book_minor", "launch_minor", "floor_minor", "ceiling_minor"):
            minor = getattr(self, name)
            if minor is not None and (type(minor) is not int or not 0 <= minor <= TOKENS_MAX):
                raise Misuse(f"{name} is a whole number of minor units, not {minor!r:.60}")
        floor, ceiling = self.floor_minor, self.ceiling_minor
        if (floor is None) is not (ceiling is None):
            raise Misuse("a model has a floor and a ceiling of its own, or neither")
        if floor is not None and ceiling is not None and floor > ceiling:
            raise Misuse(f"a floor of {floor} is above the ceiling of {ceiling}")


def _sorted(imeis: Sequence[str]) -> tuple[str, ...]:
    """Put numbers into order, each another."""
    if type(imeis) is not tuple or len(imeis) > 2:
        raise Misuse(f"a device has a tuple of one number or two, not {imeis!r:.80}")
    read = tuple(sorted([read_imei(imei) for imei in imeis]))
    if len(set(read)) < len(read):
        raise Misuse(f"a device has two numbers, not {read[0]} twice")
    return read


@attrs.frozen(order=False)
class Device:
    """A member's device.

    Attributes:
        model_id: Its model.
        variant: Its variant; may be empty.
        imeis: Its numbers, one or two; none where they were forgotten.
        purchased_on: When it was bought; `None` for unknown.

    Raises:
        ImeiInvalid: A number is no IMEI, or one that no device has.
        Misuse: Another part is not what it must be.
    """

    model_id: str
    variant: str
    imeis: tuple[str, ...] = attrs.field(converter=_sorted)
    purchased_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.model_id) is not str or not self.model_id:
            raise Misuse(f"a device's model is a text, not {self.model_id!r:.60}")
        if "/" in self.model_id:
            raise Misuse(f"a model's id has no slash, not {self.model_id!r:.60}")
        if type(self.variant) is not str:
            raise Misuse(f"a device's variant is a text, not {self.variant!r:.60}")
        if self.purchased_on is not None:
            checked_day(self.purchased_on)

    def forgotten(self) -> "Device":
        """The same device without its numbers.

        Returns:
            The device.
        """
        return attrs.evolve(self, imeis=())


class DeviceEntry(NamedTuple):
    """What a physical device is in, by one of its numbers.

    Attributes:
        imei: The number.
        others: Further numbers of the same device, in their order.
        quote_of: The member whose quote of it counts; empty for none.
        quote_id: That quote.
        exchange_of: The member whose exchange it is in; empty for none.
        exchange_id: That exchange.
        held_until: The instant (UTC) at which that exchange has it no more, whether or not that is
            booked; `None` for when it is told.
        version: How many times it was stored.
    """

    imei: str
    others: tuple[str, ...] = ()
    quote_of: str = ""
    quote_id: str = ""
    exchange_of: str = ""
    exchange_id: str = ""
    held_until: datetime | None = None
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar frees it without being booked."""
        return

    def holder(self, at: datetime) -> tuple[str, str] | None:
        """Tell which exchange has it.

        Args:
            at: The instant (UTC).

        Returns:
            The member and the exchange; `None` where it is free.
        """
        if not self.exchange_id or (self.held_until is not None and at >= self.held_until):
            return None
        return self.exchange_of, self.exchange_id

    def quoting(self, member_id: str, quote_id: str) -> "DeviceEntry":
        """Let a newer quote count.

        Args:
            member_id: The member.
            quote_id: The quote.

        Returns:
            The entry.
        """
        return self._replace(quote_of=member_id, quote_id=quote_id)

    def claiming(self, member_id: str, exchange_id: str, until: datetime | None) -> "DeviceEntry":
        """Let an exchange have it.

        Args:
            member_id: The member.
            exchange_id: The exchange.
            until: The instant (UTC) at which it has it no more; `None` for when that is told.

        Returns:
            The entry.
        """
        return self._replace(exchange_of=member_id, exchange_id=exchange_id, held_until=until)

    def freeing(self, member_id: str, exchange_id: str) -> "DeviceEntry":
        """Take it out of an exchange that has ended.

        Args:
            member_id: The member.
            exchange_id: The exchange.

        Returns:
            The entry; the same one where another exchange has it by now.
        """
        if (self.exchange_of, self.exchange_id) != (member_id, exchange_id):
            return self
        return self._replace(exchange_of="", exchange_id="", held_until=None)

    def forgetting(self, member_id: str) -> "DeviceEntry":
        """Forget a member whose exchange does not have it any more.

        Args:
            member_id: The member.

        Returns:
            The entry; the same one where there is nothing of the member's in it.
        """
        entry = self
        if entry.quote_of == member_id:
            entry = entry._replace(quote_of="", quote_id="")
        if entry.exchange_of == member_id:
            entry = entry._replace(exchange_of="", exchange_id="", held_until=None)
        return entry

    def linking(self, imeis: Sequence[str]) -> "DeviceEntry":
        """Note which numbers are of the same device.

        Args:
            imeis: The numbers; its own may be among them.

        Returns:
            The entry; the same one where all of them are known.
        """
        others = tuple(sorted({*self.others, *imeis} - {self.imei}))
        return self if others == self.others else self._replace(others=others)

    def stored(self) -> "DeviceEntry":
        """The same entry, stored once more.

        Returns:
            The entry with its version raised by one.
        """
        return self._replace(version=self.version + 1)
