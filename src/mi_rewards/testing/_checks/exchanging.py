"""Commands on old devices: a device is in one exchange, and what is due is paid once."""

from collections.abc import Callable
from typing import Any

from mi_rewards.commands import (
    AcceptOffer,
    CancelExchange,
    Command,
    DeclineOffer,
    Rewards,
    with_retries,
)
from mi_rewards.errors import Refused
from mi_rewards.repositories import Needs, exchange_key, price_book_key
from mi_rewards.testing._checks import life
from mi_rewards.testing._checks.devices import imei_of
from mi_rewards.testing._checks.handles import CROWD, at_once
from mi_rewards.testing._checks.marks import Capability, check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND
from mi_rewards.testing._checks.selling import SellingChecks
from mi_rewards.testing._checks.trading import (
    CRACKED_WORTH,
    DEALS,
    ENDS,
    FIRST,
    SECOND,
    WORTH,
    dealing,
    expect_devices,
    inspect,
    listed,
    of_a_trade_in,
    on_exchange,
    phone,
    prepared,
    published,
    quote,
    settle,
    states_of,
    take,
)
from mi_rewards.testing.clients import Client
from mi_rewards.trade_in import (
    DeviceInExchange,
    ExchangeNotOpen,
    ExchangePaid,
    PriceBook,
    QuoteVoid,
)

TRIES = 99
"""How often somebody in a crowd begins again before that counts as for ever."""


class ExchangingChecks(SellingChecks):
    """Devices are claimed by who opens an exchange, and freed by its end, in the same save."""

    def _trade(self, client: Client, *commands: Command[Any]) -> list[Any]:
        """Carry requests out, one by one."""
        rewards = client.rewards(DEALS)
        return [rewards.do(command) for command in commands]

    def _expect_first(self, client: Client, winner: Command[Any], loser: Command[Any]) -> None:
        """Let two decide on the same state; see that the loser left nothing."""
        self._expect_one_wins(client, winner, loser, programme=DEALS)

    # Requests.

    @check(8, 17, since=5, part="trade_ins")
    def test_every_command_on_a_trade_in_is_carried_out_once(self) -> None:
        """I8, I17: Published, quoted, opened, inspected, accepted, paid; declined; over."""
        client = self.client()
        self._asked_twice(client, of_a_trade_in(), DEALS)
        exchanges = [(ASHA, f"x{number}") for number in range(5)]
        expect_equal(
            states_of(client, *exchanges),
            ["void", "settled", "declined", "cancelled", "expired"],
            "what became of the exchanges",
        )
        expect_devices(client, exchanges, (FIRST, SECOND))

    # Races.

    @check(11, 17, since=5, part="trade_ins")
    def test_a_device_is_in_one_exchange(self) -> None:
        """I11, I17: Of two who are about to have it one has; the other is told, by any number."""
        theirs = quote(BELA, device=phone(FIRST, SECOND))
        for first, second in ((take(), theirs), (theirs, take())):
            client = dealing(self.client())
            self._trade(client, quote())
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_first(client, *commands)
            rewards = client.rewards(DEALS)
            if first is theirs:
                expect_raised(QuoteVoid, "a quote that counts no more", rewards.do, take())
                self._trade(client, take(BELA))
            for number in (FIRST, SECOND)[: 2 if first is theirs else 1]:
                chand = quote("chand", device=phone(number))
                expect_raised(DeviceInExchange, f"device {number}", rewards.do, chand)
            expect_devices(client, [(ASHA, "x1"), (BELA, "x1")], (FIRST, SECOND))

    @check(11, 17, since=5, part="trade_ins")
    def test_a_quote_is_taken_once(self) -> None:
        """I11, I17: Of two exchanges by one quote at once the second is not opened."""
        client = dealing(self.client())
        self._trade(client, quote())
        self._expect_first(client, take(), take(exchange_id="x2"))
        expect_raised(QuoteVoid, "the quote", client.rewards(DEALS).do, take(exchange_id="x2"))
        expect_devices(client, [(ASHA, "x1"), (ASHA, "x2")])
        expect_equal(states_of(client, (ASHA, "x2")), [""], "what became of the second")

    @check(11, 17, since=5, part="trade_ins")
    def test_a_device_is_free_once_its_exchange_is_given_up(self) -> None:
        """I11, I17: For who asks afterwards; who asked before decides again."""
        cancel = CancelExchange(**on_exchange(ASHA, "cancel"))
        for first, second in ((cancel, quote(name="q2")), (quote(name="q2"), cancel)):
            client = dealing(self.client())
            self._trade(client, quote(), take())
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_first(client, *commands)
            expected = "cancelled" if first is cancel else "void"
            expect_equal(states_of(client, (ASHA, "x1")), [expected], "the exchange")
            self._trade(client, quote(BELA), take(BELA))
            expect_devices(client, [(ASHA, "x1"), (BELA, "x1")])

    @check(13, 17, since=5, needs=[Capability.THREADS], part="trade_ins")
    def test_a_crowd_exchanges_a_device_once(self) -> None:
        """I13, I17: Whoever quotes it, by a number that was read of it or by both, one has it."""
        client = dealing(self.client())
        self._trade(client, *prepared("first"))
        self._trade(client, inspect("first", is_worse=True, imeis=(FIRST, SECOND)))
        self._trade(client, DeclineOffer(**on_exchange("first", "decline")))
        members = [f"m{number}" for number in range(CROWD)]
        numbers = [phone(FIRST), phone(SECOND), phone(FIRST, SECOND)]

        def trading(place: int) -> None:
            by, device = members[place], numbers[place % len(numbers)]
            rewards = client.rewards(DEALS)
            tries, is_overtaken = 0, True
            while is_overtaken and tries < TRIES:
                name, tries, is_overtaken = f"{by} {tries}", tries + 1, False
                try:
                    with_retries(rewards, _doing(quote(by, name, device=device)), attempts=99)
                    with_retries(rewards, _doing(take(by, "x1", name)), attempts=99)
                except QuoteVoid:
                    is_overtaken = True
                except Refused:
                    pass

        works = [lambda place=place: trading(place) for place in range(CROWD)]
        at_once(self.patience_seconds, *works)
        exchanges = [(by, "x1") for by in members]
        expect_equal(sorted(states_of(client, *exchanges)), [""] * (CROWD - 1) + ["issued"], "all")
        expect_devices(client, exchanges, (FIRST, SECOND))

    @check(11, 17, since=5, part="trade_ins")
    def test_an_exchange_is_inspected_or_given_up(self) -> None:
        """I11, I17: Of both at once one; what is due is due for the one alone."""
        cancel = CancelExchange(**on_exchange(ASHA, "cancel"))
        for first, second, state in (
            (inspect(), cancel, "taken"),
            (cancel, inspect(), "cancelled"),
        ):
            client = dealing(self.client())
            self._trade(client, *prepared())
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_first(client, *commands)
            expect_equal(states_of(client, (ASHA, "x1")), [state], "the exchange")
            do = client.rewards(DEALS).do
            expect_raised(ExchangeNotOpen, "the other, asked again", do, second)
            expect_devices(client, [(ASHA, "x1")])

    @check(11, 17, since=5, part="trade_ins")
    def test_an_offer_is_accepted_or_declined(self) -> None:
        """I11, I17: Of both at once one; the device is with who has it then."""
        accept = AcceptOffer(**on_exchange(ASHA, "accept"))
        decline = DeclineOffer(**on_exchange(ASHA, "decline"))
        for first, second, state in ((accept, decline, "taken"), (decline, accept, "declined")):
            client = dealing(self.client())
            self._trade(client, *prepared(), inspect(is_worse=True))
            commands: tuple[Command[Any], Command[Any]] = (first, second)
            self._expect_first(client, *commands)
            expect_equal(states_of(client, (ASHA, "x1")), [state], "the exchange")
            expect_devices(client, [(ASHA, "x1")])

    @check(8, 11, 17, since=5, part="trade_ins")
    def test_what_is_due_for_a_device_is_paid_once(self) -> None:
        """I8, I11, I17: By one of two payments at once, whoever tells of it how often."""
        client = dealing(self.client())
        self._trade(client, *prepared(), inspect())
        self._expect_first(client, settle(), settle(name="other"))
        do = client.rewards(DEALS).do
        expect_raised(ExchangePaid, "another payment", do, settle(name="other"))
        self._trade(client, settle())
        key = exchange_key(ASHA, "x1")
        found = client.load(Needs((key,))).get(key)
        paid = None if found is None else (found.paid_minor, found.paid_reference, found.due_minor)
        expect_equal(paid, (WORTH, "settle", 0), "what was paid, by what, and is still due")
        due = [it.topic for it in life.events_of(client, ASHA)].count("exchange_payout_due")
        expect_equal(due, 1, "how often a payment was asked for")

    # Price books.

    @check(11, 17, since=5, part="trade_ins")
    def test_of_an_edition_there_is_one(self) -> None:
        """I11, I17: Of two at once the second is not published; models are listed one by one."""
        client = dealing(self.client())
        self._expect_first(client, published(2, "next"), published(2, "other", ages=()))
        self._expect_first(client, listed(7, "seven"), listed(8, "eight"))
        keys = (price_book_key("book"), price_book_key("book", 1), price_book_key("book", 2))
        found: list[PriceBook | None] = client.load(Needs(keys)).get_all(keys)
        told = [None if it is None else (it.edition, it.is_current) for it in found]
        expect_equal(told, [(2, True), (1, False), (2, False)], "the editions")

    @check(17, since=5, part="trade_ins")
    def test_a_device_is_inspected_by_the_edition_it_was_quoted_by(self) -> None:
        """I17: Whatever was published or listed meanwhile."""
        client = dealing(self.client())
        self._trade(client, *prepared())
        dearer = published(2, "next", ages=())
        self._trade(client, dearer, listed(9_000_000, "dearer"))
        (found,) = self._trade(client, inspect(is_worse=True))
        expect_equal((found.state, found.minor), ("offered", CRACKED_WORTH), "what was found")

    # What the calendar does.

    @check(6, 17, since=5, part="trade_ins")
    def test_exchanges_that_are_over_are_booked_once(self) -> None:
        """I6, I17: In pages of any size; not a microsecond early, and nobody waits for it."""
        members = [f"m{number}" for number in range(5)]
        exchanges = [(by, "x1") for by in members]
        numbers = [phone(imei_of(by)) for by in members]
        for limit in (1, 2, 100):
            client = dealing(self.client())
            rewards = client.rewards(DEALS)
            for by, device in zip(members, numbers, strict=True):
                self._trade(client, quote(by, device=device), take(by))
            early = ENDS - MICROSECOND
            expect_equal(rewards.exchanges_due(early, limit=limit), 0, "over early")
            expect_equal(states_of(client, *exchanges, at=early), ["issued"] * 5, "just before")
            expect_equal(states_of(client, *exchanges, at=ENDS), ["expired"] * 5, "before booking")
            self._trade(client, quote("taker", device=numbers[0], at=ENDS))
            expect_equal(rewards.exchanges_due(ENDS, limit=limit), 5, "over")
            expect_equal(rewards.exchanges_due(ENDS, limit=limit), 0, "over again")
            imeis = [it.imeis[0] for it in numbers]
            expect_devices(client, exchanges, imeis, at=ENDS)


def _doing(command: Command[Any]) -> Callable[[Rewards], object]:
    """Ask for a request."""
    return lambda rewards: rewards.do(command)
