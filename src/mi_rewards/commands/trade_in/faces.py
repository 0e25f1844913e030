"""Old devices, as the shells tell of them: quotes, exchanges, what of them is due."""

from datetime import datetime

from mi_rewards.calendar import utc
from mi_rewards.commands.preorders.faces import AsyncPreOrderFace, PreOrderFace
from mi_rewards.commands.reads import PAGE, check_page
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import (
    device_key,
    device_quote_key,
    exchange_key,
    price_book_key,
)
from mi_rewards.repositories.records import Owned
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.trade_in.refusals import UnknownDeviceQuote, UnknownExchange


class TradeInFace(PreOrderFace):
    """What a programme on a host's store does and tells about old devices.

    Attributes:
        programme: The rules.
    """

    programme: Programme

    def exchange(self, member_id: str, exchange_id: str, *, at: datetime) -> Exchange:
        """State an exchange at an instant, whatever was booked by then.

        Args:
            member_id: The member.
            exchange_id: The exchange.
            at: The instant, with an offset.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            Misuse: *at* has no offset.
        """
        at = utc(at)
        needs = Needs((exchange_key(member_id, exchange_id),))
        return _found(self.store.load(needs), member_id, exchange_id, at)

    def exchanges(
        self, member_id: str, *, at: datetime, after: str = "", limit: int = PAGE
    ) -> tuple[Exchange, ...]:
        """Read a page of a member's exchanges, as they are at an instant.

        Args:
            member_id: The member.
            at: The instant, with an offset.
            after: The exchange after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The exchanges, by their names.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        page = _page(member_id, after, limit)
        return _stated(self.store.load(Needs(pages=(page,))), page, at)

    def device_quote(self, member_id: str, quote_id: str) -> DeviceQuote:
        """Answer with the quote of a device, as it was made.

        Args:
            member_id: The member.
            quote_id: The quote: the request that made it.

        Returns:
            The quote, with every step of its price; `is_open` says until when it can be taken.

        Raises:
            UnknownDeviceQuote: The member has none of that name.
        """
        needs = Needs((device_quote_key(member_id, quote_id),))
        return _quote(self.store.load(needs), member_id, quote_id)

    def price_book(self, book_id: str, *, edition: int = 0) -> PriceBook | None:
        """Answer with a price book.

        Args:
            book_id: The price book.
            edition: An edition of it; 0 for the current one.

        Returns:
            The price book, the rule book's own where none is stored; `None` where none is known.
        """
        from mi_rewards.commands.trade_in.price_books import price_book_in

        loaded = self.store.load(Needs((price_book_key(book_id, edition),)))
        return price_book_in(book_id, loaded, self.programme, edition=edition)

    def device_models(
        self, book_id: str, *, after: tuple[str, str] = ("", ""), limit: int = PAGE
    ) -> tuple[DeviceModel, ...]:
        """Read a page of the portfolio of a price book.

        Args:
            book_id: The price book.
            after: The model and the variant after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The models, by model and variant; those that were taken out too, without a book value.

        Raises:
            Misuse: *limit* is below 1.
        """
        page = _models(book_id, after, limit)
        return tuple(self.store.load(Needs(pages=(page,))).owned(page))

    def device(self, imei: str) -> DeviceEntry | None:
        """Tell what a physical device is in.

        Args:
            imei: One of its numbers.

        Returns:
            Its entry; `None` where nothing is known of it.
        """
        return self.store.load(Needs((device_key(imei),))).get(device_key(imei))

    def exchanges_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what the calendar made of exchanges by an instant. Nothing depends on it.

        Args:
            at: The instant, with an offset.
            limit: How many exchanges to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Exchange, at, limit)


class AsyncTradeInFace(AsyncPreOrderFace):
    """`TradeInFace`, awaited.

    Attributes:
        programme: The rules.
    """

    programme: Programme

    async def exchange(self, member_id: str, exchange_id: str, *, at: datetime) -> Exchange:
        """See `TradeInFace.exchange`.

        Args:
            member_id: The member.
            exchange_id: The exchange.
            at: The instant, with an offset.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            Misuse: *at* has no offset.
        """
        at = utc(at)
        needs = Needs((exchange_key(member_id, exchange_id),))
        return _found(await self.store.load(needs), member_id, exchange_id, at)

    async def exchanges(
        self, member_id: str, *, at: datetime, after: str = "", limit: int = PAGE
    ) -> tuple[Exchange, ...]:
        """See `TradeInFace.exchanges`.

        Args:
            member_id: The member.
            at: The instant, with an offset.
            after: The exchange after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The exchanges, by their names.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        page = _page(member_id, after, limit)
        return _stated(await self.store.load(Needs(pages=(page,))), page, at)

    async def device_quote(self, member_id: str, quote_id: str) -> DeviceQuote:
        """See `TradeInFace.device_quote`.

        Args:
            member_id: The member.
            quote_id: The quote: the request that made it.

        Returns:
            The quote.

        Raises:
            UnknownDeviceQuote: The member has none of that name.
        """
        needs = Needs((device_quote_key(member_id, quote_id),))
        return _quote(await self.store.load(needs), member_id, quote_id)

    async def price_book(self, book_id: str, *, edition: int = 0) -> PriceBook | None:
        """See `TradeInFace.price_book`.

        Args:
            book_id: The price book.
            edition: An edition of it; 0 for the current one.

        Returns:
            The price book, the rule book's own where none is stored; `None` where none is known.
        """
        from mi_rewards.commands.trade_in.price_books import price_book_in

        loaded = await self.store.load(Needs((price_book_key(book_id, edition),)))
        return price_book_in(book_id, loaded, self.programme, edition=edition)

    async def device_models(
        self, book_id: str, *, after: tuple[str, str] = ("", ""), limit: int = PAGE
    ) -> tuple[DeviceModel, ...]:
        """See `TradeInFace.device_models`.

        Args:
            book_id: The price book.
            after: The model and the variant after which to begin; empty for the beginning.
            limit: How many at most.

        Returns:
            The models, by model and variant; those that were taken out too, without a book value.

        Raises:
            Misuse: *limit* is below 1.
        """
        page = _models(book_id, after, limit)
        return tuple((await self.store.load(Needs(pages=(page,)))).owned(page))

    async def device(self, imei: str) -> DeviceEntry | None:
        """See `TradeInFace.device`.

        Args:
            imei: One of its numbers.

        Returns:
            Its entry; `None` where nothing is known of it.
        """
        return (await self.store.load(Needs((device_key(imei),)))).get(device_key(imei))

    async def exchanges_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """See `TradeInFace.exchanges_due`.

        Args:
            at: The instant, with an offset.
            limit: How many exchanges to take at once.

        Returns:
            How many had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return await self._sweep(Exchange, at, limit)


def _found(loaded: Loaded, member_id: str, exchange_id: str, at: datetime) -> Exchange:
    """Answer with the exchange as it is, or refuse."""
    found = loaded.get(exchange_key(member_id, exchange_id))
    if found is None:
        raise UnknownExchange(exchange_id=exchange_id)
    return found.at(at)


def _quote(loaded: Loaded, member_id: str, quote_id: str) -> DeviceQuote:
    """Answer with the quote, or refuse."""
    found = loaded.get(device_quote_key(member_id, quote_id))
    if found is None:
        raise UnknownDeviceQuote(quote_id=quote_id)
    return found


def _page(member_id: str, after: str, limit: int) -> Owned[Exchange]:
    """Ask for a page of a member's exchanges."""
    check_page(limit=limit)
    return Owned(Exchange, member_id, after, limit)


def _stated(loaded: Loaded, page: Owned[Exchange], at: datetime) -> tuple[Exchange, ...]:
    """State a page as it is at an instant."""
    return tuple([it.at(at) for it in loaded.owned(page)])


def _models(book_id: str, after: tuple[str, str], limit: int) -> Owned[DeviceModel]:
    """Ask for a page of a portfolio."""
    check_page(limit=limit)
    model_id, variant = after
    name = f"{model_id}/{variant}" if model_id else ""
    return Owned(DeviceModel, f"price_book/{book_id}", name, limit)
