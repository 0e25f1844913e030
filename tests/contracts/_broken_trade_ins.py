"""More of the table of broken hosts: those that break what is promised of trade-ins."""

from datetime import timedelta

import attrs

from mi_rewards.repositories import Changes
from mi_rewards.testing._checks.devices import OF_TRADE_INS
from mi_rewards.trade_in import DeviceEntry, DeviceModel, DeviceQuote, Exchange, PriceBook
from tests.contracts._broken import (
    Dawdles,
    DoublesEvents,
    FindsDue,
    ForgetsOldReceipts,
    Host,
    RemembersDue,
    SavesOnRead,
    SkipsVersionsOf,
    finding,
)
from tests.contracts._broken_catalogue import no_rollback, rewriting, swallowing
from tests.contracts._broken_standings import Loses, finding_all_but
from tests.contracts._broken_table import THREADS, Broken, contract, of

SECOND = timedelta(seconds=1)


class KeepsTheFirst(Host):
    """Keeps the first of some kinds, and nothing that comes in its place."""

    def __init__(self, *kinds: type[object]) -> None:
        super().__init__()
        self._kinds = kinds

    def save(self, changes: Changes, /) -> None:
        """Save what is new of them, and the rest."""
        puts = [it for it in changes.puts if it.key.kind not in self._kinds or it.key not in self]
        super().save(attrs.evolve(changes, puts=tuple(puts)))

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a row."""
        return key in self._rows


LATE = "a_lost_race_for_a_row_of_trade_ins_leaves_nothing"
READ_BOOK = "a_price_book_is_read_as_it_was_stored"
READ_MODEL = "a_model_of_a_device_is_read_as_it_was_stored"
READ_ENTRY = "what_a_device_is_in_is_read_as_it_was_stored"
READ_QUOTE = "the_quote_of_a_device_is_read_as_it_was_stored"
READ_EXCHANGE = "an_exchange_is_read_as_it_was_stored"
DUE = "an_exchange_is_due_at_its_instant"
PAGED = "exchanges_are_due_page_by_page"
NOW = "an_exchange_is_due_as_it_is_now"
ONCE = "every_command_on_a_trade_in_is_carried_out_once"
ONE = "a_device_is_in_one_exchange"
TAKEN = "a_quote_is_taken_once"
FREE = "a_device_is_free_once_its_exchange_is_given_up"
CROWD = "a_crowd_exchanges_a_device_once"
GIVEN_UP = "an_exchange_is_inspected_or_given_up"
ANSWERED = "an_offer_is_accepted_or_declined"
PAID = "what_is_due_for_a_device_is_paid_once"
ORDERED = "an_order_with_an_exchange_is_carried_out_once"
ONE_ORDER = "an_exchange_is_taken_off_one_order"
PLACED = "an_order_is_placed_or_its_exchange_given_up"
PAID_OR_NOT = "an_order_with_an_exchange_is_paid_or_not"
REFUNDED = "a_device_is_inspected_or_its_order_refunded"
EDITION = "of_an_edition_there_is_one"
BY_EDITION = "a_device_is_inspected_by_the_edition_it_was_quoted_by"
OVER = "exchanges_that_are_over_are_booked_once"

BROKEN_TRADE_INS = (
    # versions
    *(
        Broken(f"checks no version of a {kind.__name__}", of(SkipsVersionsOf, kind), 11, LATE)
        for kind in OF_TRADE_INS
    ),
    no_rollback(LATE, 11, "puts"),
    # values
    Broken("loses price books", of(Loses, PriceBook), 17, READ_BOOK),
    Broken("loses models", of(Loses, DeviceModel), 17, READ_MODEL),
    Broken("loses what devices are in", of(Loses, DeviceEntry), 17, READ_ENTRY),
    Broken("loses quotes of devices", of(Loses, DeviceQuote), 17, READ_QUOTE),
    Broken("loses exchanges", of(Loses, Exchange), 17, READ_EXCHANGE),
    rewriting(
        "keeps the newest edition in every row",
        PriceBook,
        17,
        READ_BOOK,
        lambda it: attrs.evolve(it, is_current=True),
    ),
    rewriting(
        "keeps no model without a figure",
        DeviceModel,
        17,
        READ_MODEL,
        lambda it: it._replace(book_minor=it.book_minor or 0),
    ),
    rewriting(
        "forgets that two numbers are of one device",
        DeviceEntry,
        17,
        READ_ENTRY,
        lambda it: it._replace(others=()),
    ),
    rewriting(
        "rounds until when a device is held",
        DeviceEntry,
        17,
        READ_ENTRY,
        lambda it: it._replace(held_until=it.held_until and it.held_until.replace(microsecond=0)),
    ),
    rewriting(
        "keeps a price without its steps",
        DeviceQuote,
        17,
        READ_QUOTE,
        lambda it: it._replace(valuation=it.valuation._replace(steps=())),
    ),
    rewriting(
        "keeps what is due without its sign",
        Exchange,
        17,
        READ_EXCHANGE,
        lambda it: it._replace(due_minor=abs(it.due_minor)),
    ),
    # what is due
    Broken("due: forgets exchanges", of(FindsDue, finding_all_but(Exchange)), 6, DUE),
    Broken(
        "due: exchanges a second early",
        of(FindsDue, finding(is_due=lambda at, before: at <= before + SECOND)),
        6,
        DUE,
    ),
    Broken(
        "due: exchanges with wallets",
        of(FindsDue, finding(is_kind=lambda there, asked: there is asked or asked is Exchange)),
        6,
        DUE,
    ),
    Broken(
        "due: pages of exchanges by instant alone",
        of(FindsDue, finding(is_after=lambda it, after: it.due_at > after.due_at)),
        6,
        PAGED,
    ),
    Broken(
        "due: pages of exchanges begin again",
        of(FindsDue, finding(is_after=lambda it, after: True)),
        6,
        PAGED,
    ),
    Broken("due: exchanges as they were first", of(RemembersDue), 6, NOW),
    # requests
    Broken("keeps no receipts: a trade-in", of(ForgetsOldReceipts, 0), 8, ONCE),
    Broken("simulates by doing: a trade-in", of(SavesOnRead), 8, ONCE),
    Broken("keeps devices as they were: a whole life", of(KeepsTheFirst, DeviceEntry), 17, ONCE),
    # races
    swallowing(ONE, 11),
    Broken("checks no version: two exchanges", of(SkipsVersionsOf, DeviceEntry), 17, ONE),
    Broken("loses devices: two exchanges", of(Loses, DeviceEntry), 17, ONE),
    swallowing(TAKEN, 11),
    no_rollback(TAKEN, 11, "puts"),
    swallowing(FREE, 11),
    Broken("keeps devices as they were: given up", of(KeepsTheFirst, DeviceEntry), 17, FREE),
    Broken("dawdles: a crowd with one device", contract(Dawdles, THREADS), 17, CROWD),
    swallowing(GIVEN_UP, 11),
    swallowing(ANSWERED, 11),
    swallowing(PAID, 11),
    Broken("tells events twice: a payout", of(DoublesEvents), 8, PAID),
    # carts
    Broken("keeps no receipts: an exchange on an order", of(ForgetsOldReceipts, 0), 8, ORDERED),
    Broken("keeps exchanges as they were: an order", of(KeepsTheFirst, Exchange), 17, ORDERED),
    swallowing(ONE_ORDER, 11),
    Broken("keeps exchanges as they were: two orders", of(KeepsTheFirst, Exchange), 17, ONE_ORDER),
    swallowing(PLACED, 11),
    swallowing(PAID_OR_NOT, 11),
    swallowing(REFUNDED, 11),
    no_rollback(REFUNDED, 11, "puts"),
    # price books
    swallowing(EDITION, 11),
    Broken("loses editions", of(Loses, PriceBook), 17, BY_EDITION),
    # what the calendar does
    Broken("due: nothing of exchanges", of(FindsDue, finding_all_but(Exchange)), 6, OVER),
)
"""Every host that is broken where old devices are traded in."""
