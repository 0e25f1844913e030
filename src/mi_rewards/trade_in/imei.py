"""IMEI: the number of a mobile device, fifteen digits of which the last checks the others.

Source:
    3GPP TS 23.003, section 6.2.1 (composition) and annex B (the check digit, by Luhn's formula).
"""

from typing import Final

from mi_rewards.trade_in.device_refusals import ImeiInvalid

LENGTH: Final = 15
"""The digits of an IMEI, the check digit among them."""

TEST_NUMBERS: Final = frozenset({"004999010640000", "490154203237518"})
"""Numbers that many report, or copy, and none is told from another by.

The first is what phones and modems report that have lost their own; the second is the worked
example of the check digit.

Source:
    CyanogenMod's settings for the Samsung Aries phones, `com.cyanogenmod.settings.device.Sanity`,
    `BAD_IMEI`; https://en.wikipedia.org/wiki/International_Mobile_Equipment_Identity, "Check digit
    computation".
"""

_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""The sum of the digits of each digit doubled."""


def read_imei(text: str) -> str:
    """Read an IMEI.

    Args:
        text: Fifteen ASCII digits; nothing is stripped.

    Returns:
        The same text.

    Raises:
        ImeiInvalid: It is none, or one by which no device is known; says why.
    """
    why = _fault(text)
    if why:
        raise ImeiInvalid(imei=text if type(text) is str else repr(text), why=why)
    return text


def is_imei(text: str) -> bool:
    """Tell whether a text is an IMEI that a device can have.

    Args:
        text: The text.

    Returns:
        Whether `read_imei` would read it.
    """
    return not _fault(text)


def check_digit(body: str) -> str:
    """Reckon the last digit of an IMEI.

    Args:
        body: The first fourteen digits.

    Returns:
        The digit.
    """
    digits = [int(it) for it in body]
    total = sum(digits[0::2]) + sum([_DOUBLED[it] for it in digits[1::2]])
    return str(-total % 10)


def _fault(text: object) -> str:
    """Say what is wrong with a number; nothing where nothing is."""
    if type(text) is not str or not (text.isascii() and text.isdigit()):
        return "digits"
    if len(text) != LENGTH:
        return "length"
    if not text.strip("0"):
        return "zeros"
    if text[-1] != check_digit(text[:-1]):
        return "check_digit"
    return "test_number" if text in TEST_NUMBERS else ""
