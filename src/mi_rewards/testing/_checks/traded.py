"""Price books, models, entries of devices, quotes, exchanges: rows, and what is due of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import attrs

from mi_rewards.money import Money, Rate
from mi_rewards.repositories import Changes, DueKey, Needs, key_of
from mi_rewards.testing._checks import devices, pictures, samples
from mi_rewards.testing._checks.ahead import AT, DAY, HOUR
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.deadlines import LATER, MIXED, found_due, stored
from mi_rewards.testing._checks.devices import BOOK, ONLINE, PICKUP, STORE
from mi_rewards.testing._checks.due import holding
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.names import ODD_NAMES
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND, MOST, T
from mi_rewards.trade_in import (
    Better,
    Bonus,
    Device,
    DeviceEntry,
    Exchange,
    ExchangeState,
    Step,
    StepKind,
    Surplus,
    Worse,
)
from mi_rewards.trade_in.exchange_life import LIVE
from mi_rewards.wallet import Wallet

_BOOKS = (
    BOOK,
    attrs.evolve(BOOK, edition=999_999, is_current=False),
    devices.price_book("आ'शा", mark=MOST),
    attrs.evolve(devices.price_book("none"), ceiling=None, is_current=True),
)
"""Price books with every part, and with none; the row that counts, and rows of editions."""

_MODELS = (
    devices.model(),
    devices.model(variant="it's / \u00e9", mark=MOST),
    devices.model("आशा")._replace(
        book_minor=None,
        launch_minor=MOST,
        launched_on=None,
        sims=2,
        floor_minor=0,
        ceiling_minor=MOST,
        edition=999_999,
        title="",
    ),
)
"""Models with every figure, and with none."""

_ONE, _TWO = devices.imei_of("1"), devices.imei_of("2")
_ENTRIES = (
    DeviceEntry(_ONE),
    DeviceEntry(_TWO).linking((_ONE,)).quoting("o'1", "a b"),
    DeviceEntry(devices.imei_of("3")).quoting("आशा", "q").claiming("नाम", "x", None),
    DeviceEntry(devices.imei_of("4")).claiming(ASHA, "x", AT + MICROSECOND),
)
"""What devices are in: nothing, a quote, an exchange as long as is told, or until an instant."""

_FULL = attrs.evolve(
    ONLINE,
    brands=("Xiaomi", "ओप्पो"),
    products=("p'1",),
    every_imei=False,
    combines=("coupons", "tokens"),
    least_payable=Money(MOST, "INR"),
    surplus=Surplus.TOKENS,
    credit=Rate(MOST, 3),
    worse=Worse.THRESHOLD,
    threshold=Rate(3, 4),
    better=Better.ACCEPT,
    revives=False,
    bonuses=(
        Bonus("b", Money(MOST, "INR"), AT, AT + MICROSECOND, ("Xiaomi",), ("note",)),
        Bonus("c", Rate(1, 9)),
    ),
)
"""Terms with every part."""

_BARE = attrs.evolve(
    STORE,
    categories=(),
    quote_days=None,
    credit=None,
    surplus=Surplus.LOST,
    worse=Worse.REJECT,
    answer_within_hours=None,
)
"""Terms that state next to nothing."""


def _quotes() -> Sequence[Any]:
    """Make quotes of every kind: by all terms, of a partner, taken, of the largest value."""
    made = [
        devices.device_quote(ASHA, terms.terms_id, terms=terms, mark=MOST)
        for terms in (ONLINE, STORE, PICKUP, attrs.evolve(_FULL, terms_id="full"))
    ]
    bare = devices.device_quote(BELA, "bare")._replace(terms=_BARE, exchange_id="x'1")
    signs = [-MOST if number % 2 else MOST for number in range(len(StepKind))]
    steps = tuple(
        [
            Step(kind, f"it's {kind}", minor, max(minor, 0))
            for kind, minor in zip(StepKind, signs, strict=True)
        ]
    )
    valued = devices.valuation(MOST)._replace(
        valuer="cashify", reference="ref/1", book_id="", edition=0, grade="", steps=steps
    )
    both = Device("note", "", (_ONE, _TWO), date(2016, 2, 29))
    return (*made, bare, bare._replace(quote_id="\u00e9", valuation=valued, device=both))


_S = ExchangeState
_FETCHED = (_S.BOOKED, _S.SCHEDULED, _S.DECLINED, _S.MISSED)
_OWING = (_S.TAKEN, _S.REJECTED, _S.CREDITED)
_FREE = (_S.ISSUED, _S.EXPIRED, _S.VOID)
_SEEN = (_S.OFFERED, _S.TAKEN, _S.SETTLED, _S.REJECTED, _S.DECLINED, _S.CANCELLED, _S.CREDITED)


def _ended(state: ExchangeState) -> Exchange:
    """Make an exchange in a state, with something in every part that can be there."""
    terms = PICKUP if state in _FETCHED else ONLINE
    made = devices.exchange(ASHA, state.value, terms=terms, mark=MOST)._replace(
        state=state,
        attempts=2 if terms is PICKUP else 0,
        attached_until=AT + HOUR if state is _S.ATTACHED else None,
        book_by=AT + DAY if terms is PICKUP else None,
        visit_at=AT + MICROSECOND if state is _S.SCHEDULED else None,
        rejection="imei_mismatch" if state in (_S.REJECTED, _S.DECLINED) else "",
        closed_at=None if state in _OWING or state in LIVE else AT + 9 * DAY,
    )
    if state not in _FREE:
        made = made._replace(order_id="o'1", used_minor=0 if terms is PICKUP else MOST - 1)
    if state in _SEEN:
        made = made._replace(
            verified=devices.valuation(7, AT + MICROSECOND),
            verified_answers=devices.CRACKED,
            offer_minor=7,
            offer_until=AT + 2 * DAY,
        )
    if state in _OWING:
        made = made._replace(due_minor=1 - MOST, final_minor=0 if state is _S.TAKEN else None)
    if state is _S.SETTLED:
        made = made._replace(final_minor=0, paid_minor=1 - MOST, paid_reference="utr'1")
    if state is _S.CREDITED:
        made = made._replace(
            due_minor=MOST - 2,
            final_minor=MOST,
            paid_minor=-1,
            paid_reference="utr'2",
            earlier_minor=1 - MOST,
            earlier_reference="utr'1",
            surplus_tokens=MOST,
            credited_tokens=1,
        )
    return made


def exchange_due(by: str, name: str, at: datetime | None) -> Exchange:
    """Make an exchange whose receipt ends at an instant, or that was settled."""
    made = devices.exchange(by, name, at=T - 99 * DAY)
    if at is None:
        return made._replace(state=_S.SETTLED, order_id="o", final_minor=1, closed_at=T)
    return made._replace(ends_at=at)


class TradedChecks(Checks):
    """What is kept of old devices, and found when it is due."""

    def _expect_read(self, *aggregates: Any) -> None:
        """Store aggregates together, and see that they are read back."""
        client = self.client()
        client.save(Changes(tuple(map(samples.put, aggregates))))
        keys = tuple(map(key_of, aggregates))
        loaded = client.load(Needs(keys))
        for key, aggregate in zip(keys, aggregates, strict=True):
            found = loaded.get(key)
            expect_equal(found, pictures.kept(aggregate), f"the {key.kind.__name__.lower()}")
            expect_equal(type(found), key.kind, "its class")

    @check(17, since=5, part="trade_ins")
    def test_a_price_book_is_read_as_it_was_stored(self) -> None:
        """I17: With every question, grade and age; the row that counts, and each edition's."""
        self._expect_read(*_BOOKS)

    @check(17, since=5, part="trade_ins")
    def test_a_model_of_a_device_is_read_as_it_was_stored(self) -> None:
        """I17: With every figure, and with those that nobody states."""
        self._expect_read(*_MODELS)

    @check(17, since=5, part="trade_ins")
    def test_what_a_device_is_in_is_read_as_it_was_stored(self) -> None:
        """I17: Until an instant, to the microsecond, or for as long as is told; of any member."""
        named = [
            DeviceEntry(devices.imei_of("odd", it)).quoting(it, it).claiming(it, it, None)
            for it in ODD_NAMES
        ]
        self._expect_read(*_ENTRIES, *named)

    @check(17, since=5, part="trade_ins")
    def test_the_quote_of_a_device_is_read_as_it_was_stored(self) -> None:
        """I17: With its terms, the device, and each step of its price."""
        self._expect_read(*_quotes())

    @check(17, since=5, part="trade_ins")
    def test_an_exchange_is_read_as_it_was_stored(self) -> None:
        """I17: In every state, with all that was found and all that is due."""
        self._expect_read(*[_ended(state) for state in ExchangeState])

    @check(6, since=5, part="trade_ins")
    def test_an_exchange_is_due_at_its_instant(self) -> None:
        """I6: Not a microsecond before, by its kind alone; what is over is not due."""
        client = self.client()
        stored(client, holding(ASHA, T))
        due = stored(client, exchange_due(ASHA, "n1", T), exchange_due(BELA, "n1", None))
        expected = {T - MICROSECOND: [], T: due, T + MICROSECOND: due}
        for at, there in expected.items():
            expect_equal(found_due(client, Exchange, at), there, f"what is due at {at}")
        for kind in self.kinds:
            if kind not in (Exchange, Wallet):
                found = found_due(client, kind)
                expect_equal(found, [], f"each {kind.__name__.lower()} that is due")

    @check(6, since=5, part="trade_ins")
    def test_exchanges_are_due_page_by_page(self) -> None:
        """I6: What is due first before the rest, then by its key, in pages of any size."""
        client = self.client()
        there = stored(client, *[exchange_due(by, name, at) for at, by, name in MIXED])
        for limit in (1, 3, len(there), len(there) + 1):
            pages: list[DueKey[Any]] = []
            while len(pages) <= len(there):
                after = pages[-1] if pages else None
                page = found_due(client, Exchange, after=after, limit=limit)
                expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                if not page:
                    break
                pages += page
            expect_equal(pages, there, f"what is due, in pages of {limit}")

    @check(6, since=5, part="trade_ins")
    def test_an_exchange_is_due_as_it_is_now(self) -> None:
        """I6: Earlier or later than before, by another deadline, and no longer once it is over."""
        client = self.client()
        made = devices.exchange(ASHA, "n1", at=T - DAY)
        pickup = devices.exchange(ASHA, "n1", terms=PICKUP, at=T - DAY)
        rows = (
            made._replace(ends_at=T),
            made.attaching("o", used_minor=1, until=T - MICROSECOND, at=T - DAY),
            made._replace(
                state=_S.OFFERED, order_id="o", offer_minor=0, offer_until=T + MICROSECOND
            ),
            pickup._replace(state=_S.SCHEDULED, book_by=T - HOUR, visit_at=T - DAY),
            made._replace(state=_S.USED, order_id="o"),
            made._replace(state=_S.TAKEN, order_id="o", used_minor=1, due_minor=-1, final_minor=0),
            made.cancelling(at=T - DAY),
        )
        seen = []
        for version, row in enumerate(rows):
            due = stored(client, row._replace(version=version))
            expect_equal(found_due(client, Exchange, LATER), due, f"what is due, {row.state}")
            seen += [it.due_at for it in due]
        expect_equal(seen, [T, T - MICROSECOND, T + MICROSECOND, T - HOUR], "the deadlines")
