"""Quoting a cart, and ordering it: one function says what it comes to.

1. A quote writes nothing but itself. Ordering computes it again, and holds only where that says the
   same; else it says what has changed.
2. An order holds its tokens and has its vouchers and its exchange receipt attached until its
   payment's deadline. Where the payment failed, the same order can be placed again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from mi_rewards.catalogue.codes import is_digest
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import Priced, Source
from mi_rewards.checkout.pricing import price
from mi_rewards.checkout.quotes import Quote, stale_because
from mi_rewards.checkout.refusals import QuoteStale, SettlementNotOpen, UnknownQuote
from mi_rewards.checkout.settlements import (
    LIFE_CYCLE,
    Settlement,
    SettlementEvent,
    settle,
)
from mi_rewards.commands.carts.exchanging import exchange_keys
from mi_rewards.commands.carts.outcomes import CartPlaced, Quoted
from mi_rewards.commands.command import Decision, WalletCommand, as_of, not_a_text
from mi_rewards.commands.earning.awarding import cap_scope, chosen_recipe
from mi_rewards.commands.earning.campaigning import Weighing, needs_weighed
from mi_rewards.commands.wallets.spending import check_hold
from mi_rewards.earning.circumstances import Circumstances
from mi_rewards.earning.lines import Line
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import expected_by
from mi_rewards.earning.refusals import AlreadyPlaced
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import (
    Key,
    code_key,
    exchange_key,
    member_key,
    preorder_key,
    purchase_key,
    quote_key,
    settlement_key,
    voucher_key,
)
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.wallet.entries import Entry, Reason
from mi_rewards.wallet.wallet import Wallet

NAMES_MAX = 100
"""The most vouchers that a cart names."""


def voucher_keys(cart: Cart, member_id: str, loaded: Loaded) -> dict[str, Key[Voucher] | None]:
    """Name the vouchers of a cart.

    Args:
        cart: The cart.
        member_id: The member who orders.
        loaded: The entries of its codes.

    Returns:
        A key for each name in the cart, `None` where its code leads nowhere.

    Raises:
        NotLoaded: Entries of codes were not asked for; names them all.
    """
    keys: dict[str, Key[Voucher] | None] = {}
    _load_at_once(loaded, [code_key(digest) for digest in cart.codes])
    for digest in cart.codes:
        entry = loaded.get(code_key(digest))
        keys[digest] = None
        if entry is not None and entry.voucher_id:
            keys[digest] = voucher_key(entry.member_id, entry.voucher_id)
    for voucher_id in cart.voucher_ids:
        keys[voucher_id] = voucher_key(member_id, voucher_id)
    return keys


def vouchers_of(
    cart: Cart, member_id: str, loaded: Loaded
) -> tuple[tuple[str, Voucher | None], ...]:
    """Find the vouchers of a cart.

    Args:
        cart: The cart.
        member_id: The member who orders.
        loaded: The entries of its codes, and the vouchers.

    Returns:
        Each name in the cart with its voucher, `None` where none is found.

    Raises:
        NotLoaded: Something was not asked for; names all of it.
    """
    keys = voucher_keys(cart, member_id, loaded)
    _load_at_once(loaded, [key for key in keys.values() if key is not None])
    found = {name: None if key is None else loaded.get(key) for name, key in keys.items()}
    # A code that was replaced leads to a voucher that has another one by now.
    return tuple(
        [
            (name, it if it is None or name not in cart.codes or it.digest == name else None)
            for name, it in found.items()
        ]
    )


@attrs.frozen(order=False, kw_only=True, slots=False)
class _CartCommand(WalletCommand):
    """What both commands on a cart do: work out what it comes to."""

    def _priced(self, cart: Cart, loaded: Loaded, programme: Programme) -> Priced:
        """Work out what a cart comes to, and what it will earn."""
        wallet = as_of(self._wallet(loaded, programme), self.at)
        member = loaded.get(member_key(self.member_id)) or Member(self.member_id)
        recipe = self._recipe(cart, member, programme)
        priced = price(
            cart,
            member_id=self.member_id,
            vouchers=vouchers_of(cart, self.member_id, loaded),
            available=wallet.available,
            owed=wallet.owed,
            blocked=wallet.blocked,
            terms=programme.checkout,
            recipe=recipe,
            at=self.at,
            exchange=self._exchange(cart, loaded),
        )
        if not programme.in_force.campaigns:
            return priced
        minors = [it.earning_minor for it in priced.lines]
        purchase = self._purchase(cart, minors)
        weighed = Weighing(loaded, programme, self.at).weighed(recipe, purchase, member, self.at)
        return priced.earning(expected_by(weighed.recipe, purchase))

    def _exchange(self, cart: Cart, loaded: Loaded) -> Exchange | None:
        """Find the exchange whose receipt a cart names."""
        found = loaded.get_all(exchange_keys(self.member_id, cart.exchange_id))
        return found[0] if found else None

    def _recipe(self, cart: Cart, member: Member, programme: Programme) -> Recipe:
        """Choose how the order's award would be computed, apart from campaigns."""
        joined_at = None if member.has_to_join else member.joined_at
        if joined_at is None or self.at < joined_at:
            return programme.recipe.saying_no("waiting_for_joining")
        purchase = self._purchase(cart, [it.gross_minor for it in cart.lines])
        scope = cap_scope(programme, self.at, is_retrospective=False)
        return chosen_recipe(purchase, member, programme, scope)

    def _purchase(self, cart: Cart, minors: Sequence[int]) -> Purchase:
        """Make the purchase that the cart will be, each line of so many minor units."""
        lines = tuple(
            [
                Line(
                    it.line_id,
                    Money(minor, cart.currency),
                    it.quantity,
                    it.category,
                    product=it.product_id,
                )
                for it, minor in zip(cart.lines, minors, strict=True)
            ]
        )
        told = Circumstances(self.at, cart.platform, cart.payment_mode)
        return Purchase(self.member_id, cart.order_id, lines, cart.channel, circumstances=told)


@attrs.frozen(order=False, kw_only=True, slots=False)
class QuoteCart(_CartCommand):
    """Work out what a cart comes to, and keep it as a quote; the quote is named as the request.

    Attributes:
        cart: What is to be ordered.
    """

    cart: Cart

    def __attrs_post_init__(self) -> None:
        """Check the cart."""
        super().__attrs_post_init__()
        if type(self.cart) is not Cart:
            raise Misuse(f"a cart is a Cart, not {self.cart!r:.60}")
        if len(self.cart.voucher_names) > NAMES_MAX:
            raise Misuse(f"a cart names at most {NAMES_MAX} vouchers")
        if not all(map(is_digest, self.cart.codes)):
            raise Misuse("a cart names codes by their digests, never by the codes themselves")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the member, the codes and the exchange of the cart.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        codes = [code_key(it) for it in self.cart.codes]
        vouchers = [voucher_key(self.member_id, it) for it in self.cart.voucher_ids]
        keys, counters = needs_weighed(programme, self.member_id, self.at)
        keys = (*keys, self._key(programme), member_key(self.member_id), *codes, *vouchers)
        keys += exchange_keys(self.member_id, self.cart.exchange_id)
        return Needs(keys, counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Quoted]:
        """Decide.

        Args:
            loaded: The wallet, the member, the codes, the vouchers and the exchange.
            programme: The rules.

        Returns:
            What it comes to; the quote has every line.

        Raises:
            CurrencyMismatch: The cart is in another currency than the programme.
            Misuse: It states the value of an old device, and the programme has terms for that.
        """
        if self.cart.exchange is not None and programme.trade_ins:
            raise Misuse("where there are trade-in terms, a cart names an exchange receipt")
        priced = self._priced(self.cart, loaded, programme)
        terms = programme.checkout
        quote = Quote(
            self.member_id,
            self.request_id,
            self.cart,
            priced,
            self.at,
            terms.valid_until(self.at),
            programme.digest,
        )
        outcome = Quoted(
            self.request_id,
            priced.payable_minor,
            priced.currency,
            priced.tokens,
            priced.earns,
            programme.last_day(self.at) if priced.earns else None,
            quote.valid_until,
        )
        return Decision(outcome, (Put(quote_key(self.member_id, self.request_id), quote),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class PlaceCart(_CartCommand):
    """Order what was quoted: until the payment's deadline tokens are held, vouchers attached.

    So is the exchange receipt whose value is taken off.

    Attributes:
        quote_id: The quote: the request that made it.
    """

    quote_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.quote_id) is not str or not self.quote_id:
            raise not_a_text("a quote's id", self.quote_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the member and the quote.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        quote = quote_key(self.member_id, self.quote_id)
        keys, counters = needs_weighed(programme, self.member_id, self.at)
        keys = (*keys, self._key(programme), member_key(self.member_id), quote)
        return Needs(keys, counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[CartPlaced]:
        """Decide.

        Args:
            loaded: The wallet, the member, the quote, its vouchers and exchange, and how its order
                was paid.
            programme: The rules.

        Returns:
            What is waited for.

        Raises:
            UnknownQuote: None of that name is known.
            SettlementNotOpen: The order is placed, paid, cancelled, or its payment has run out.
            AlreadyPlaced: The order was placed by other means, or is a pre-order that waits.
            QuoteStale: What was quoted does not hold any more; says what has changed.
            HoldTooLong: The programme allows no hold as long.
            TooManyHolds: As many are open as the programme allows.
            DeadlinePassed: The wallet's last entry is past the payment's deadline.
        """
        quote = loaded.get(quote_key(self.member_id, self.quote_id))
        if quote is None:
            raise UnknownQuote(quote_id=self.quote_id)
        cart = quote.cart
        key = settlement_key(self.member_id, cart.order_id)
        codes = [code_key(digest) for digest in cart.codes]
        vouchers = [voucher_key(self.member_id, it) for it in cart.voucher_ids]
        ordered = purchase_key(self.member_id, cart.order_id)
        # Hosts that sell nothing ahead need not keep pre-orders.
        ahead = [preorder_key(self.member_id, cart.order_id)] if programme.preorders else []
        traded = exchange_keys(self.member_id, cart.exchange_id)
        _load_at_once(loaded, [key, ordered, *ahead, *codes, *vouchers, *traded])
        found = loaded.get(key)
        version = 0 if found is None else self._retried(found)
        preorders = [it for it in loaded.get_all(ahead) if it is not None]
        is_ahead = any(it.at(self.at).closed_at is None for it in preorders)
        if is_ahead or loaded.get(ordered) is not None:
            raise AlreadyPlaced(order_id=cart.order_id)
        priced = self._priced(cart, loaded, programme)
        changed = stale_because(quote, priced, at=self.at, rule_book=programme.digest)
        if changed:
            raise QuoteStale(quote_id=self.quote_id, changed=changed)
        until = programme.checkout.payable_until(self.at)
        wallet, entries = self._held(loaded, programme, cart, priced, until)
        settlement = settle(
            cart,
            priced,
            member_id=self.member_id,
            hold_id=self.request_id if priced.tokens else None,
            at=self.at,
            until=until,
        )._replace(version=version)
        puts: tuple[Put[Any], ...] = (Put(key, settlement),)
        for name, voucher in vouchers_of(cart, self.member_id, loaded):
            if voucher is not None and any(it.name == name for it in priced.applied):
                attached = voucher.attaching(self.member_id, cart.order_id, at=self.at, until=until)
                puts += (Put(voucher_key(voucher.member_id, voucher.voucher_id), attached),)
        puts += self._traded(cart, priced, loaded, until)
        if entries:
            puts = (Put(self._key(programme), wallet), *puts)
        outcome = CartPlaced(
            cart.order_id, priced.payable_minor, priced.currency, priced.tokens, until
        )
        return Decision(outcome, puts, entries)

    def _traded(
        self, cart: Cart, priced: Priced, loaded: Loaded, until: datetime
    ) -> tuple[Put[Any], ...]:
        """Attach the exchange whose value is taken off."""
        exchange, off = self._exchange(cart, loaded), priced.taken_minor(Source.EXCHANGE)
        if exchange is None or not off:
            return ()
        free = exchange.free_for(cart.order_id, at=self.at)
        attached = free.attaching(cart.order_id, used_minor=off, until=until, at=self.at)
        return (Put(exchange_key(self.member_id, cart.exchange_id), attached),)

    def _retried(self, found: Settlement) -> int:
        """Answer with the version of a payment that failed and is tried again, or refuse."""
        state = found.at(self.at).state
        if SettlementEvent.RETRY not in LIFE_CYCLE[state]:
            raise SettlementNotOpen(order_id=found.order_id, state=state.value)
        return found.version

    def _held(
        self, loaded: Loaded, programme: Programme, cart: Cart, priced: Priced, until: datetime
    ) -> tuple[Wallet, tuple[Entry, ...]]:
        """Hold the tokens that are charged."""
        wallet = self._wallet(loaded, programme)
        if not priced.tokens:
            return wallet, ()
        check_hold(wallet, programme, at=self.at, until=until)
        change = wallet.hold(
            priced.tokens,
            until=until,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("part_payment", (("order_id", cart.order_id),)),
        )
        return change.wallet, change.entries


def _load_at_once(loaded: Loaded, keys: Sequence[Key[Any]]) -> None:
    """Ask at once for all that is missing."""
    missing = tuple(dict.fromkeys([key for key in keys if key not in loaded.aggregates]))
    if missing:
        raise NotLoaded(Needs(missing))
