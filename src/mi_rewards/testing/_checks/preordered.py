"""Quotas, pre-orders, units of codes, draws and tickets: rows, and what is due of them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mi_rewards.money import Money
from mi_rewards.preorders import (
    Allotment,
    Closes,
    Draw,
    PreOrder,
    PreOrderState,
    Quota,
    ReservedUnit,
    Ticket,
    UnitState,
    draw,
)
from mi_rewards.repositories import Changes, DueKey, Needs, key_of
from mi_rewards.testing._checks import ahead, pictures, samples
from mi_rewards.testing._checks.ahead import AT, DAY, SEED, TERMS
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.deadlines import LATER, found_due, stored
from mi_rewards.testing._checks.due import SECOND, holding
from mi_rewards.testing._checks.marks import check, expect_equal
from mi_rewards.testing._checks.names import ODD_NAMES
from mi_rewards.testing._checks.samples import ASHA, BELA, MICROSECOND, MOST, T
from mi_rewards.wallet import Wallet

Make = Callable[[str, str, datetime | None], Any]
"""How a row is made that is due at an instant, or never: of a member, a name and the instant."""

_QUOTAS = (
    ahead.quota("q1"),
    ahead.quota("q2", closes_at=None, shards=64, mark=2**50)._replace(
        withdrawn=tuple(range(64)), codes=MOST, codes_withdrawn=MOST - 1, member_max=None
    ),
    Quota("आ'शा", "t", "friday", "p", "", "", "नाम", AT, None, 0, (0,), (0,), 1)._replace(
        closes=Closes.SOLD_OUT,
        draw_id="d'1",
        notice_minutes=MOST,
        noticed_at=AT - DAY,
        exhausted_at=AT + MICROSECOND,
        closed_at=AT + 2 * MICROSECOND,
        carries_to="q'2",
    ),
)
"""Quotas with every part, and with none; the largest numbers, odd texts."""


_PAID = (PreOrderState.PAID, PreOrderState.SHIPPED, PreOrderState.READY, PreOrderState.DELIVERED)


def _unit_of(state: PreOrderState) -> Allotment:
    """Make the unit of a pre-order in a state."""
    story = [UnitState.HELD]
    if state not in (PreOrderState.PLACED, PreOrderState.RUN_OUT):
        story.append(UnitState.SOLD)
    if state is not PreOrderState.PLACED and state not in _PAID:
        story.append(UnitState.FREE)
    return ahead.unit(*story, member_max=100)


def _ended(state: PreOrderState) -> PreOrder:
    """Make a pre-order in a state, with what goes with it."""
    made = ahead.preorder(ASHA, state.value, mark=100)._replace(
        state=state, allotment=_unit_of(state)
    )
    if state in (PreOrderState.PLACED, PreOrderState.RUN_OUT):
        made = made._replace(paid_minor=0)
    else:
        made = made._replace(paid_minor=99, paid_at=AT, ship_by=AT + DAY)
    if state not in (PreOrderState.PLACED, PreOrderState.PAID, PreOrderState.SHIPPED):
        made = made._replace(closed_at=None if state is PreOrderState.READY else AT + DAY)
    return made._replace(
        refunded_at=AT + 2 * DAY if state is PreOrderState.REFUNDED else None,
        shipped_at=AT + MICROSECOND if state is PreOrderState.SHIPPED else None,
        ready_at=AT if state is PreOrderState.READY else None,
        pickup_until=AT + DAY if state is PreOrderState.READY else None,
    )


_PREORDERS = (
    *(_ended(state) for state in PreOrderState),
    ahead.preorder(BELA, "a b'%_", mark=MOST)._replace(
        allotment=None,
        voucher_of="आशा",
        voucher_id="it's \u00e9",
        colour="",
        offered_colour="काला",
        reminded_at=None,
        late_noted_at=AT + MICROSECOND,
        category="phones",
        price=Money(MOST, "JPY"),
    ),
    ahead.preorder(BELA, "long")._replace(
        allotment=ahead.unit(
            *[UnitState.HELD, UnitState.SOLD, UnitState.FREE] * 9, UnitState.HELD, shard="063"
        )
    ),
)
"""Pre-orders in every state, by a code and without, with odd texts and the largest numbers."""

_CODES = (
    ReservedUnit(ASHA, "v1", Allotment("q", "codes")),
    ReservedUnit(
        "आशा",
        "it's \u00e9",
        ahead.unit(*[UnitState.RESERVED, UnitState.HELD, UnitState.SOLD] * 9, shard="codes"),
    ),
)
"""Units of codes, with a long story and without."""


def _drawn(entrants: list[str], winners: int, reserves: int) -> Draw:
    """Make a draw that was run."""
    made = ahead.open_draw(f"d {len(entrants)}", mark=winners)._replace(reserve_count=reserves)
    result = draw(SEED, made.draw_id, entrants, winners=winners, reserves=reserves)
    return made.run(result.proof, at=AT + DAY)


_DRAWS = (
    ahead.open_draw("d'1", mark=10**9),
    _drawn(["a", "b", "c"], 1, 1),
    _drawn([], 3, 0),
    _drawn(list(ODD_NAMES), 2, 50),
)
"""Draws that are open, and that were run: with winners, with reserves, with nobody."""

_TICKETS = tuple(Ticket("d'1", name, AT + MICROSECOND) for name in ODD_NAMES)

MIXED = (
    (T, BELA, "n1"),
    (T + timedelta(days=1), "chand", "n1"),
    (T, ASHA, "n2"),
    (T - MICROSECOND, "zoya", "n1"),
    (T, ASHA, "n1"),
    (T + MICROSECOND, "aaron", "n1"),
    (SECOND + MICROSECOND, "a", "n1"),
    (SECOND, "b", "n1"),
    *((T, "dev", f"n{number:02}") for number in range(9)),
)
"""Instants, members and names, out of order: many are due at one instant."""


def _quota_due(by: str, name: str, at: datetime | None) -> Quota:
    """Make a quota with nothing left that closes at an instant, or is closed."""
    made = ahead.quota(f"{by}.{name}", closes_at=at)
    opened = T - 9 * DAY
    return made._replace(opens_at=opened, exhausted_at=opened, closed_at=T if at is None else None)


def _preorder_due(by: str, name: str, at: datetime | None) -> PreOrder:
    """Make a pre-order whose payment runs out at an instant, or has run out."""
    made = ahead.preorder(by, name, pay_until=at or T)
    if at is None:
        gone = PreOrderState.RUN_OUT
        return made._replace(state=gone, allotment=_unit_of(gone), closed_at=T)
    return made


MAKERS: Mapping[type[Any], Make] = {Quota: _quota_due, PreOrder: _preorder_due}
"""How a row of each kind is made that the calendar changes."""


class PreorderedChecks(Checks):
    """What is kept of what is sold ahead, and found when it is due."""

    def _expect_rows_together(self, *aggregates: Any) -> None:
        """Store aggregates together, and see that they are read back."""
        client = self.client()
        client.save(Changes(tuple(map(samples.put, aggregates))))
        keys = tuple(map(key_of, aggregates))
        loaded = client.load(Needs(keys))
        for key, aggregate in zip(keys, aggregates, strict=True):
            found = loaded.get(key)
            expect_equal(found, pictures.kept(aggregate), f"the {key.kind.__name__.lower()}")
            expect_equal(type(found), key.kind, "its class")

    @check(14, since=4, part="preorders")
    def test_a_quota_is_read_as_it_was_stored(self) -> None:
        """I14: With shards of any number, the largest sizes, and what was booked of it."""
        self._expect_rows_together(*_QUOTAS)

    @check(14, since=4, part="preorders")
    def test_a_preorder_is_read_as_it_was_stored(self) -> None:
        """I14: In every state, with its terms and all that became of its unit."""
        self._expect_rows_together(*_PREORDERS)

    @check(14, since=4, part="preorders")
    def test_the_unit_of_a_code_is_read_as_it_was_stored(self) -> None:
        """I14: With all that became of it."""
        self._expect_rows_together(*_CODES)

    @check(20, since=4, part="preorders")
    def test_a_draw_is_read_as_it_was_stored(self) -> None:
        """I20: With its seed and the numbers of the last tickets, to the last digit."""
        self._expect_rows_together(*_DRAWS)

    @check(12, since=4, part="preorders")
    def test_a_ticket_is_read_as_it_was_stored(self) -> None:
        """I12: Of members of any name, each their own."""
        self._expect_rows_together(*_TICKETS)

    @check(6, since=4, part="preorders")
    def test_what_is_sold_ahead_is_due_at_its_instant(self) -> None:
        """I6: Not a microsecond before, by its kind alone; what is over is not due."""
        client = self.client()
        stored(client, holding(ASHA, T))
        for kind, make in MAKERS.items():
            due = stored(client, make(ASHA, "n1", T), make(BELA, "n1", None))
            expected = {T - MICROSECOND: [], T: due, T + MICROSECOND: due}
            for at, there in expected.items():
                expect_equal(found_due(client, kind, at), there, f"what is due at {at}")
        for kind in self.kinds:
            if kind not in (*MAKERS, Wallet):
                found = found_due(client, kind)
                expect_equal(found, [], f"each {kind.__name__.lower()} that is due")

    @check(6, since=4, part="preorders")
    def test_what_is_sold_ahead_is_due_page_by_page(self) -> None:
        """I6: What is due first before the rest, then by its key, in pages of any size."""
        for make in MAKERS.values():
            client = self.client()
            there = stored(client, *[make(by, name, at) for at, by, name in MIXED])
            kind = there[0].key.kind
            for limit in (1, 3, len(there), len(there) + 1):
                pages: list[DueKey[Any]] = []
                while len(pages) <= len(there):
                    after = pages[-1] if pages else None
                    page = found_due(client, kind, after=after, limit=limit)
                    expect_equal(page[limit:], [], f"what a page of {limit} has beyond that")
                    if not page:
                        break
                    pages += page
                expect_equal(pages, there, f"what is due, in pages of {limit}")

    @check(6, since=4, part="preorders")
    def test_what_is_sold_ahead_is_due_as_it_is_now(self) -> None:
        """I6: Earlier or later than before, and no longer once it is over."""
        client = self.client()
        for kind, make in MAKERS.items():
            for version, at in enumerate((T, T - MICROSECOND, T + timedelta(days=1), None)):
                due = stored(client, make(ASHA, "n1", at)._replace(version=version))
                expect_equal(found_due(client, kind, LATER), due, f"what is due at {at}")

    @check(6, since=4, part="preorders")
    def test_what_is_late_stays_due_until_it_is_sent(self) -> None:
        """I6: So that all that is late is found; also after that was told."""
        client = self.client()
        paid = ahead.preorder(ASHA, "n1", mark=100)._replace(
            state=PreOrderState.PAID,
            allotment=_unit_of(PreOrderState.PAID),
            paid_minor=100,
            paid_at=T,
            ship_by=T + DAY,
            terms=TERMS,
        )
        for version, row in enumerate((paid, paid._replace(late_noted_at=T + DAY))):
            due = stored(client, row._replace(version=version))
            expect_equal(found_due(client, PreOrder, T + DAY - MICROSECOND), [], "what is early")
            expect_equal(found_due(client, PreOrder, T + DAY), due, "what is late")
        sent = paid._replace(state=PreOrderState.SHIPPED, shipped_at=T + DAY, version=2)
        stored(client, sent)
        expect_equal(found_due(client, PreOrder, T + DAY), [], "what is sent")
