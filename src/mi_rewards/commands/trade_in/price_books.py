"""Price books and portfolios: what old devices are worth, edition by edition.

1. Both concern no member: a request's id is unique within the price book.
2. An edition stays as it was published. Quotes name theirs, and an inspection is priced by it.
3. Where none is stored the rule book's own counts, as its edition says.
"""

from datetime import datetime

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.trade_in.outcomes import BookPublished, DevicesListed
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import device_model_key, price_book_key
from mi_rewards.repositories.records import Content
from mi_rewards.trade_in.devices import DeviceModel
from mi_rewards.trade_in.price_books import PriceBook

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
    own = [it for it in programme.price_books if it.book_id == book_id]
    return next((it for it in own if not edition or it.edition == edition), None)


@attrs.frozen(order=False, kw_only=True, slots=False)
class PublishPriceBook:
    """Put another edition of a price book in the place of the last one.

    Attributes:
        book: The price book, of the edition that follows the stored one; any where none is.
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
            Misuse: It is in another currency than the programme, or of another edition than the
                one that follows.
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
        version = 0 if current is None else current.version
        outcome = BookPublished(book.book_id, book.edition)
        return Decision(
            outcome,
            (
                Put(
                    price_book_key(book.book_id),
                    attrs.evolve(book, version=version, is_current=True),
                ),
                Put(
                    price_book_key(book.book_id, book.edition),
                    attrs.evolve(book, version=0, is_current=False),
                ),
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
        """Name the models.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        keys = [device_model_key(it.book_id, it.model_id, it.variant) for it in self.models]
        return Needs(tuple(keys))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DevicesListed]:
        """Decide.

        Args:
            loaded: The models as they stand.
            programme: The rules.

        Returns:
            How many.

        Raises:
            Misuse: One is in another currency than the programme.
        """
        puts = []
        for model in self.models:
            if model.currency != programme.currency:
                raise Misuse(
                    f"model {model.model_id!r} is in {model.currency}, the programme in"
                    f" {programme.currency}"
                )
            key = device_model_key(model.book_id, model.model_id, model.variant)
            found = loaded.get(key)
            version = 0 if found is None else found.version
            puts.append(Put(key, model._replace(version=version)))
        return Decision(DevicesListed(self.models[0].book_id, len(puts)), tuple(puts))
