"""What went wrong in real systems, by its number: what codes and their units show.

A code that was deleted handed out places that nobody had (C15). Of the quota `q` all units are for
codes, unless a test says otherwise.
"""

from typing import Any

import pytest

from mi_rewards.catalogue import VoucherAttached, VoucherNotFound, VoucherState, VoucherUsed
from mi_rewards.commands import Command, PlacePreOrder, Rewards, with_retries
from mi_rewards.errors import Conflict, Refused, RequestReused
from mi_rewards.preorders import QuotaExhausted
from mi_rewards.repositories import Changes, Loaded, Needs
from tests.redeeming import DAY, attach, detach, redeem, use, void
from tests.reserving import Reserving, last_moment, opened
from tests.shop import T, inr
from tests.tills import MINUTE

CODES = 60
ENDS = last_moment()


def crowd() -> Reserving:
    """A hundred units, sixty of them for codes, all of which are issued."""
    mi = Reserving(0, tokens={"asha": 400, "bela": 400})
    mi.do(opened(100, CODES))
    mi.batch(*[redeem("f", request=f"r{number}") for number in range(CODES)])
    assert mi.units() == (0, 0, 0, CODES)
    return mi


def test_C15_a_code_that_is_deleted_gives_back_its_unit_and_never_more() -> None:
    """C15: Deleted by anybody, again and again, past its end: sixty codes are sixty units."""
    mi = crowd()
    for number in range(CODES):
        name = f"r{number}"
        mi.do(void(name, request=f"void {name}"))
        mi.do(void(name, request=f"void {name}"))
        assert isinstance(mi.refusal(void(name, request=f"again {name}")), VoucherNotFound)
    assert mi.units() == (CODES, 0, 0, 0)
    assert mi.rewards.expire_due(ENDS + DAY) == 0
    state = mi.rewards.quota("q")
    assert (state.size, state.free, state.for_codes) == (100, 100, CODES)
    mi.check_units()


def test_C15_what_is_deleted_used_and_over_adds_up() -> None:
    """C15: A third of each; what is used stays sold, the rest can be issued again, and no more."""
    mi = crowd()
    mi.batch(*[void(f"r{number}", request=f"void{number}") for number in range(20)])
    mi.batch(*[use(f"r{number}", f"o{number}") for number in range(20, 40)])
    assert mi.units() == (20, 0, 20, 20)
    for number in range(20, 40):
        assert isinstance(mi.refusal(void(f"r{number}", request=f"v{number}")), VoucherUsed)
    assert mi.rewards.expire_due(ENDS) == 20
    assert mi.units() == (40, 0, 20, 0)
    again = [redeem("f", by="bela", at=ENDS, request=f"r{number}") for number in range(41)]
    answers = mi.batch(*again)
    assert answers[40] == QuotaExhausted(quota_id="q", size=CODES)
    assert not any(isinstance(it, Refused) for it in answers[:40])
    assert mi.units() == (0, 0, 20, 40)
    mi.check_units()


def test_C15_a_cancelled_order_gives_its_code_back_and_its_unit_once() -> None:
    """C15: From any number of callers; another order can have the code, nobody else the unit."""
    mi = Reserving(1)
    mi.all(redeem("f"), attach("redeem:f"))
    for number in range(3):
        give_back = detach("redeem:f", request=f"caller {number}")
        if number:
            assert isinstance(mi.refusal(give_back), Refused)
        else:
            mi.all(give_back, give_back)
    assert mi.units() == (0, 0, 0, 1)
    assert mi.refusal(redeem("f", by="bela")) == QuotaExhausted(quota_id="q", size=1)
    mi.do(use("redeem:f", "o2"))
    assert mi.units() == (0, 0, 1, 0)
    mi.check_units()


def test_C15_a_code_on_an_order_cannot_be_deleted_under_it() -> None:
    """C15: While the order waits for its payment; past the deadline it can, and frees one unit."""
    mi = Reserving(1)
    mi.do(redeem("f"))
    placed = PlacePreOrder(
        member_id="asha",
        request_id="order",
        at=T,
        order_id="o1",
        quota_id="q",
        price=inr(9999),
        voucher_id="redeem:f",
        pay_until=T + 30 * MINUTE,
    )
    mi.all(placed, placed)
    assert mi.units() == (0, 1, 0, 0)
    refusal = mi.refusal(void("redeem:f", at=T + 29 * MINUTE))
    assert refusal == VoucherAttached(voucher_id="redeem:f")
    mi.do(void("redeem:f", at=T + 30 * MINUTE))
    assert mi.units() == (1, 0, 0, 0)
    assert mi.moves() == "reserved > held > free"
    mi.check_units()


class Racing:
    """A store in which another is faster, once, before the first save."""

    def __init__(self, mi: Reserving, other: Command[Any]) -> None:
        self._mi = mi
        self._other = [other]

    def load(self, needs: Needs, /) -> Loaded:
        """Load."""
        return self._mi.store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Let the other go first."""
        if self._other:
            self._mi.do(self._other.pop())
        self._mi.store.save(changes)


def test_C15_of_two_who_delete_a_code_at_once_one_gives_back_its_unit() -> None:
    """C15: The other is in conflict, and finds it void when it tries again."""
    mi = Reserving(1)
    mi.do(redeem("f"))
    late = Rewards(Racing(mi, void("redeem:f", request="first")), mi.programme)
    second = void("redeem:f", request="second")
    with pytest.raises(VoucherNotFound):
        with_retries(late, lambda rewards: rewards.do(second), attempts=2)
    assert mi.units() == (1, 0, 0, 0)
    mi.check_units()


def test_C15_a_code_is_used_or_deleted_not_both() -> None:
    """C15: Whoever is first decides what becomes of the unit."""
    mi = Reserving(1)
    mi.do(redeem("f"))
    late = Rewards(Racing(mi, use("redeem:f")), mi.programme)
    with pytest.raises(Conflict):
        late.do(void("redeem:f"))
    assert mi.state("redeem:f") is VoucherState.USED
    assert mi.units() == (0, 0, 1, 0)
    with pytest.raises(RequestReused):
        mi.do(use("redeem:f", "o2", request="use:o1"))
    mi.check_units()
