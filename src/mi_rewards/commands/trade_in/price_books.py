"""Price books and portfolios: what old devices are worth, edition by edition.

1. Both concern no member: a request's id is unique within the price book.
2. An edition stays as it was published. Quotes name theirs, and an inspection is priced by it.
3. Where none is stored the rule book's own counts. Its edition is stored with the first quote that
   it prices or bounds, so that an inspection asks nothing of the rule book of its own day.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.trade_in.outcomes import BookPublished, DevicesListed
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, device_model_key, price_book_key
from mi_rewards.repositories.records import Content
from mi_rewards.trade_in.devices import DeviceModel
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.price_checks import check_limits

MODELS_MAX = 1_000
"""The most models that are listed at once."""


def price_book_in(
    book_id: str, loaded: Loaded, programme: Programme, *, edition: int = 0
) -> PriceBook | None:
    """Find a price book: an edition of it, or the current one.

    Args:
        book_id: The price book.
        loaded: What is stored of it.
        programme: The rules, whose own price book counts where none is stored.
        edition: The edition; 0 for the current one.

    Returns:
        The price book; `None` where none of that name, or no such edition, is known.

    Raises:
        NotLoaded: It was not asked for.
    """
    found = loaded.get(price_book_key(book_id, edition))
    if found is not None:
        return found
    own = own_price_book(book_id, programme)
    return own if own is not None and edition in {0, own.edition} else None


def own_price_book(book_id: str, programme: Programme) -> PriceBook | None:
    """Find the price book that the rule book states.

    Args:
        book_id: The price book.
        programme: The rules.

    Returns:
        The price book; `None` where the rule book has none of that name.
    """
    return next((it for it in programme.price_books if it.book_id == book_id), None)


def own_edition_keys(book_id: str, programme: Programme) -> tuple[Key[PriceBook], ...]:
    """Name where the edition is kept that the rule book states.

    Args:
        book_id: The price book.
        programme: The rules.

    Returns:
        One key; none where the rule book has no such price book.
    """
    own = own_price_book(book_id, programme)
    return () if own is None else (price_book_key(book_id, own.edition),)


def kept_edition(book: PriceBook | None, loaded: Loaded) -> tuple[Put[Any], ...]:
    """Keep the edition that a quote is made by, where it is the rule book's own.

    Args:
        book: The price book that counts; `None` for none.
        loaded: The current one as it is stored, and the edition.

    Returns:
        The edition, to be stored; nothing where it is.

    Raises:
        Misuse: That edition is stored with other figures.
    """
    if book is None or loaded.get(price_book_key(book.book_id)) is not None:
        return ()
    return _edition_put(book, loaded, "the rule book states it as")


def _edition_put(book: PriceBook, loaded: Loaded, stated: str) -> tuple[Put[Any], ...]:
    """Keep an edition where it is not kept, or object to another one of that number."""
    key = price_book_key(book.book_id, book.edition)
    found = loaded.get(key)
    if found is None:
        return (Put(key, attrs.evolve(book, version=0, is_current=False)),)
    if not found.is_same(book):
        raise Misuse(
            f"edition {book.edition} of price book {book.book_id!r} is stored as"
            f" {found.digest}, and {stated} {book.digest}: other figures are another edition"
        )
    return ()


@attrs.frozen(order=False, kw_only=True, slots=False)
class PublishPriceBook:
    """Put another edition of a price book in the place of the last one.

    Attributes:
        book: The price book, of the edition that follows the stored one. Where none is, any that is
            above the rule book's own, or that itself.
        request_id: The caller's name for this request, unique within the price book.
        at: The instant, with an offset; kept in UTC.
    """

    book: PriceBook
    request_id: str
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        """Check the price book and the name."""
        if type(self.book) is not PriceBook:
            raise Misuse(f"a price book is a PriceBook, not {self.book!r:.60}")
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the price book."""
        return f"price_book/{self.book.book_id}"

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The price book.
        """
        return Content(PublishPriceBook, ("book",), (self.book,))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the price book, as it stands and as it is to be.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        book = self.book
        return Needs((price_book_key(book.book_id), price_book_key(book.book_id, book.edition)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[BookPublished]:
        """Decide.

        Args:
            loaded: The price book as it stands.
            programme: The rules.

        Returns:
            The edition from now on.

        Raises:
            Misuse: It is in another currency than the programme, of another edition than the one
                that follows, or that edition is known with other figures.
        """
        book = self.book
        if book.currency != programme.currency:
            raise Misuse(
                f"price book {book.book_id!r} is in {book.currency}, the programme in"
                f" {programme.currency}"
            )
        current = loaded.get(price_book_key(book.book_id))
        if current is not None and book.edition != current.edition + 1:
            raise Misuse(
                f"price book {book.book_id!r} is of edition {current.edition}, after which comes"
                f" {current.edition + 1}, not {book.edition}"
            )
        own = own_price_book(book.book_id, programme) if current is None else None
        if own is not None and book.edition <= own.edition and not own.is_same(book):
            raise Misuse(
                f"the rule book states edition {own.edition} of price book {book.book_id!r} as"
                f" {own.digest}, after which comes {own.edition + 1}, not {book.edition} as"
                f" {book.digest}"
            )
        version = 0 if current is None else current.version
        outcome = BookPublished(book.book_id, book.edition)
        return Decision(
            outcome,
            (
                Put(
                    price_book_key(book.book_id),
                    attrs.evolve(book, version=version, is_current=True),
                ),
                *_edition_put(book, loaded, "is published as"),
            ),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class ListDevices:
    """Put models into the portfolio of a price book, or other figures in the place of theirs.

    Attributes:
        models: The models, all of one price book; one without a book value is taken out. Versions
            do not count.
        request_id: The caller's name for this request, unique within the price book.
        at: The instant, with an offset; kept in UTC.
    """

    models: tuple[DeviceModel, ...]
    request_id: str
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        """Check the models and the name."""
        models = self.models
        if type(models) is not tuple or not models or {type(it) for it in models} != {DeviceModel}:
            raise Misuse(f"models are a tuple of at least one DeviceModel, not {models!r:.80}")
        if len(models) > MODELS_MAX:
            raise Misuse(f"at most {MODELS_MAX} models are listed at once, not {len(models)}")
        for model in models:
            model.check()
        if len({it.book_id for it in models}) > 1:
            raise Misuse("models that are listed at once are of one price book")
        if len({(it.model_id, it.variant) for it in models}) < len(models):
            raise Misuse("a model is named twice")
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the price book."""
        return f"price_book/{self.models[0].book_id}"

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The models.
        """
        return Content(ListDevices, ("models",), (self.models,))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the models and their price book.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        keys = [device_model_key(it.book_id, it.model_id, it.variant) for it in self.models]
        return Needs((*keys, price_book_key(self.models[0].book_id)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DevicesListed]:
        """Decide.

        Args:
            loaded: The models as they stand, and their price book.
            programme: The rules.

        Returns:
            How many.

        Raises:
            Misuse: One is in another currency than the programme, or has bounds that are no whole
                multiples of what its price book rounds to, where that is known.
        """
        book = price_book_in(self.models[0].book_id, loaded, programme)
        puts = []
        for model in self.models:
            if model.currency != programme.currency:
                raise Misuse(
                    f"model {model.model_id!r} is in {model.currency}, the programme in"
                    f" {programme.currency}"
                )
            if book is not None and model.floor_minor is not None:
                check_limits(model.floor_minor, model.ceiling_minor, book.rounding_to)
            key = device_model_key(model.book_id, model.model_id, model.variant)
            found = loaded.get(key)
            version = 0 if found is None else found.version
            puts.append(Put(key, model._replace(version=version)))
        return Decision(DevicesListed(self.models[0].book_id, len(puts)), tuple(puts))
