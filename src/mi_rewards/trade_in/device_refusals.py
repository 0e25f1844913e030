"""What is refused of a device, in order of precedence.

1. `ImeiInvalid`: the number is that of no device. `ImeiMissing`: the device has one more.
2. `DeviceInExchange`: it is somewhere else.
"""

from datetime import datetime
from typing import Final

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Refused


class ImeiInvalid(Refused):
    """A number is no IMEI, or one that no device has."""

    code = "imei_invalid"

    def __init__(self, *, imei: str, why: str) -> None:
        """State what is wrong with it.

        Args:
            imei: The number, as it was given.
            why: `"digits"`, `"length"`, `"zeros"`, `"check_digit"` or `"test_number"`.
        """
        super().__init__(f"{imei[:40]!r} is no device's IMEI: {why}", imei=imei[:40], why=why)


class ImeiMissing(Refused):
    """A phone for two cards has two numbers, and each is asked for."""

    code = "imei_missing"

    def __init__(self, *, asked: int, given: int) -> None:
        super().__init__(
            f"the device has {asked} numbers, {given} of them are given", asked=asked, given=given
        )


class DeviceInExchange(Refused):
    """The device is in an exchange that goes on; whose, is not said."""

    code = "device_in_exchange"
    transient = True

    def __init__(self, *, imei: str, until: datetime | str | None) -> None:
        """State until when.

        Args:
            imei: Its number.
            until: The instant (UTC) at which it is free at the latest, or that as text; `None` or
                empty for when it is told.
        """
        text = write_instant(until) if isinstance(until, datetime) else until or ""
        ending = f" until {text}" if text else ""
        super().__init__(f"device {imei} is in an exchange{ending}", imei=imei, until=text)


DEVICE_REFUSALS: Final[tuple[type[Refused], ...]] = (ImeiInvalid, ImeiMissing, DeviceInExchange)
"""All of them, in their order."""
