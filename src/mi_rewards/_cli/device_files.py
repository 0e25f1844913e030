"""A device in a file: what it is, what its owner paid and when, and answers about it.

What a file leaves out is either not wanted by the price book, or asked for.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.rule_book._table import Table
from mi_rewards.trade_in.device_refusals import ImeiInvalid, ImeiMissing
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.price_parts import AgeFrom, Base


@attrs.frozen(order=False)
class DeviceFile:
    """What a file says of a device.

    Attributes:
        name: The file.
        brand: Who makes it.
        model_id: Its model.
        variant: Its variant; empty where there is one only.
        title: The name that is printed; empty for brand, model and variant.
        imeis: Its numbers, as they are written.
        sims: How many it has.
        book: What the price book says that such a device is worth; `None` for nothing.
        launch: What it cost when it came out; `None` for unknown.
        launched_on: When it came out; `None` for unknown.
        bought_on: When it was bought; `None` for unknown.
        answers: The name of an answer, by the question's.
    """

    name: str
    brand: str
    model_id: str
    variant: str
    title: str
    imeis: tuple[str, ...]
    sims: int
    book: Money | None
    launch: Money | None
    launched_on: date | None
    bought_on: date | None
    answers: Mapping[str, str]

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.title or " ".join(filter(None, (self.brand, self.model_id, self.variant)))

    def device(self) -> Device:
        """Make the device.

        Returns:
            The device.

        Raises:
            Misuse: A number is that of no device, or there are none or more than two.
        """
        try:
            return Device(self.model_id, self.variant, self.imeis, self.bought_on)
        except (ImeiInvalid, Misuse) as fault:
            raise Misuse(f"{self.name}.imeis: {fault}") from None

    def check(self, book: PriceBook, *, on: date, every_imei: bool) -> None:
        """Check that it says what a price book reckons from, before anything else is asked.

        Args:
            book: The price book.
            on: The day of the quote.
            every_imei: Whether each of its numbers is asked for.

        Raises:
            Misuse: Something is missing or cannot be; the message names the file and the key.
        """
        self.device()
        is_book = book.base is Base.BOOK
        if (self.book if is_book else self.launch) is None:
            wanted = "book_value" if is_book else "launch_price"
            raise self._without(wanted, f"price book {book.book_id} reckons from it")
        if book.ages and book.age_from is AgeFrom.LAUNCH and self.launched_on is None:
            raise self._without("launched_on", f"in price book {book.book_id} age counts from it")
        self.model(book.book_id, book.currency)
        given = len(self.imeis)
        if every_imei and given < self.sims:
            raise Misuse(f"{self.name}.imeis: {ImeiMissing(asked=self.sims, given=given)}")
        if self.bought_on is not None and self.bought_on > on:
            days = f"{self.bought_on} is after the day of the quote, {on}"
            raise Misuse(f"{self.name}.bought_on: {days}")
        try:
            book.questionnaire.rejection(self.answers)
        except Misuse as fault:
            raise Misuse(f"{self.name}.answers: {fault}") from None

    def _without(self, key: str, why: str) -> Misuse:
        """Say that a key is missing."""
        return Misuse(f"{self.name} must have {key!r}: {why}")

    def model(self, book_id: str, currency: str) -> DeviceModel:
        """Make the model, as a portfolio of one.

        Args:
            book_id: The price book.
            currency: Its currency.

        Returns:
            The model.

        Raises:
            Misuse: An amount is in another currency, or it has neither one number nor two.
        """
        for amount in (self.book, self.launch):
            if amount is not None and amount.currency != currency:
                raise Misuse(f"{self.name} states {amount}, and prices are in {currency}")
        model = DeviceModel(
            book_id,
            self.model_id,
            self.variant,
            self.brand,
            self.title,
            currency,
            None if self.book is None else self.book.minor,
            None if self.launch is None else self.launch.minor,
            self.launched_on,
            self.sims,
        )
        try:
            model.check()
        except Misuse as fault:
            raise Misuse(f"{self.name}: {fault}") from None
        return model


def read_device(name: str) -> DeviceFile:
    """Read a device.

    Args:
        name: The file.

    Returns:
        What it says.

    Raises:
        Misuse: It is no TOML, or something in it is not what it must be; the message names it.
        OSError: It cannot be read.
    """
    try:
        found = tomllib.loads(Path(name).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise OSError(0, "the device is not UTF-8", name) from None
    except (ValueError, RecursionError) as fault:
        raise Misuse(f"{name} is no TOML: {fault}") from None
    table = Table(name, found)
    answers = table.table("answers") if table.has("answers") else None
    return table.value(
        DeviceFile,
        name,
        table.text("brand"),
        table.text("model"),
        table.text("variant") if table.has("variant") else "",
        table.text("title") if table.has("title") else "",
        table.some_texts("imeis"),
        table.whole("sims") if table.has("sims") else 1,
        table.made("book_value", Money.parse) if table.has("book_value") else None,
        table.made("launch_price", Money.parse) if table.has("launch_price") else None,
        table.day("launched_on") if table.has("launched_on") else None,
        table.day("bought_on") if table.has("bought_on") else None,
        {} if answers is None else {it: answers.text(it) for it in answers.names()},
    )
