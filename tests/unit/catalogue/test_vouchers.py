"""Vouchers: their life cycle, walked completely, and who may use them until when."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.catalogue import (
    FCodeTerms,
    Validity,
    Voucher,
    VoucherAttached,
    VoucherEvent,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherNotTransferable,
    VoucherState,
    VoucherUsed,
    issue,
    sealed,
    with_check,
)
from mi_rewards.catalogue.voucher_life import LIFE_CYCLE
from mi_rewards.errors import Misuse, Refused
from tests.catalogue import CODE, ENDS, HANDED_ON, KEY, NOON, OFF_100, PHONE, voucher
from tests.wallets import day

TICK = timedelta(microseconds=1)

ISSUED = voucher(HANDED_ON)
ATTACHED = ISSUED.attaching("asha", "o1", at=NOON)
USED = ATTACHED.using("asha", "o1", at=NOON)
EXPIRED = ISSUED.at(ENDS)
VOID = ISSUED.voiding(at=NOON)
IN_STATE = {it.state: it for it in (ISSUED, ATTACHED, USED, EXPIRED, VOID)}

USED_UP = VoucherUsed(voucher_id="v1")
OVER = VoucherExpired(voucher_id="v1", last_day="2017-07-11")
ELSEWHERE = VoucherAttached(voucher_id="v1")
NOT_ON = VoucherNotAttached(voucher_id="v1", order_id="o1")
NOT_THERE = VoucherNotFound()
NOT_USED = Misuse("only a voucher that was used is revived")

# the life cycle

STEPS: dict[VoucherEvent, Callable[[Voucher], Voucher]] = {
    VoucherEvent.ATTACH: lambda it: it.attaching("asha", "o2", at=NOON),
    VoucherEvent.DETACH: lambda it: it.detaching("asha", "o1", at=NOON),
    VoucherEvent.USE: lambda it: it.using("asha", "o1", at=NOON),
    VoucherEvent.EXPIRE: lambda it: it.at(ENDS),
    VoucherEvent.VOID: lambda it: it.voiding(at=NOON),
    VoucherEvent.REVIVE: lambda it: it.reviving(at=NOON),
}

WALK: list[tuple[VoucherState, VoucherEvent, VoucherState | Refused | Misuse]] = [
    (VoucherState.ISSUED, VoucherEvent.ATTACH, VoucherState.ATTACHED),
    (VoucherState.ISSUED, VoucherEvent.DETACH, NOT_ON),
    (VoucherState.ISSUED, VoucherEvent.USE, NOT_ON),
    (VoucherState.ISSUED, VoucherEvent.EXPIRE, VoucherState.EXPIRED),
    (VoucherState.ISSUED, VoucherEvent.VOID, VoucherState.VOID),
    (VoucherState.ATTACHED, VoucherEvent.ATTACH, ELSEWHERE),
    (VoucherState.ATTACHED, VoucherEvent.DETACH, VoucherState.ISSUED),
    (VoucherState.ATTACHED, VoucherEvent.USE, VoucherState.USED),
    (VoucherState.ATTACHED, VoucherEvent.EXPIRE, VoucherState.ATTACHED),
    (VoucherState.ATTACHED, VoucherEvent.VOID, ELSEWHERE),
    (VoucherState.USED, VoucherEvent.ATTACH, USED_UP),
    (VoucherState.USED, VoucherEvent.DETACH, USED_UP),
    (VoucherState.USED, VoucherEvent.USE, USED_UP),
    (VoucherState.USED, VoucherEvent.EXPIRE, VoucherState.USED),
    (VoucherState.USED, VoucherEvent.VOID, USED_UP),
    (VoucherState.EXPIRED, VoucherEvent.ATTACH, OVER),
    (VoucherState.EXPIRED, VoucherEvent.DETACH, NOT_ON),
    (VoucherState.EXPIRED, VoucherEvent.USE, NOT_ON),
    (VoucherState.EXPIRED, VoucherEvent.EXPIRE, VoucherState.EXPIRED),
    (VoucherState.EXPIRED, VoucherEvent.VOID, OVER),
    (VoucherState.VOID, VoucherEvent.ATTACH, NOT_THERE),
    (VoucherState.VOID, VoucherEvent.DETACH, NOT_ON),
    (VoucherState.VOID, VoucherEvent.USE, NOT_ON),
    (VoucherState.VOID, VoucherEvent.EXPIRE, VoucherState.VOID),
    (VoucherState.VOID, VoucherEvent.VOID, NOT_THERE),
    (VoucherState.ISSUED, VoucherEvent.REVIVE, NOT_USED),
    (VoucherState.ATTACHED, VoucherEvent.REVIVE, NOT_USED),
    (VoucherState.USED, VoucherEvent.REVIVE, VoucherState.ISSUED),
    (VoucherState.EXPIRED, VoucherEvent.REVIVE, NOT_USED),
    (VoucherState.VOID, VoucherEvent.REVIVE, NOT_USED),
]


@pytest.mark.parametrize(("state", "event", "expected"), WALK)
def test_the_life_cycle_is_walked(
    state: VoucherState, event: VoucherEvent, expected: VoucherState | Refused | Misuse
) -> None:
    """What has a row leads there; what has none is refused, or left as it is by the calendar."""
    step, before = STEPS[event], IN_STATE[state]
    if isinstance(expected, Misuse):
        with pytest.raises(Misuse, match=f"only a voucher that was used is revived, .* {state}$"):
            step(before)
        assert event not in LIFE_CYCLE[state]
    elif isinstance(expected, Refused):
        with pytest.raises(Refused) as caught:
            step(before)
        assert caught.value == expected
        assert event not in LIFE_CYCLE[state]
    else:
        assert step(before).state is expected
        assert LIFE_CYCLE[state].get(event, state) is expected


def test_the_walk_is_complete() -> None:
    """Every state with every event, once."""
    every = {(state, event) for state in VoucherState for event in VoucherEvent}
    assert len(WALK) == len(every)
    assert {(state, event) for state, event, _ in WALK} == every
    assert LIFE_CYCLE.keys() == set(VoucherState) == IN_STATE.keys()


@pytest.mark.parametrize("state", VoucherState)
def test_handing_on_and_another_code_are_for_what_could_be_attached(state: VoucherState) -> None:
    """They leave the state as it is, and are refused as attaching is."""
    before = IN_STATE[state]
    expected = next(to for at, event, to in WALK if (at, event) == (state, VoucherEvent.ATTACH))
    steps: list[Callable[[], Voucher]] = [
        lambda: before.transferring("bela", at=NOON),
        lambda: before.with_code("0" * 32, None, at=NOON),
    ]
    for step in steps:
        if isinstance(expected, Refused):
            with pytest.raises(Refused) as caught:
                step()
            assert caught.value == expected
        else:
            assert step().state is state


# issue


def test_a_voucher_is_issued_to_who_redeemed_it() -> None:
    """With its terms, its last day, and the digest of its code."""
    code = sealed(CODE, KEY)
    assert (
        Voucher(
            "asha",
            "v1",
            "cup",
            HANDED_ON,
            NOON,
            day("2017-07-11"),
            ENDS,
            code.digest,
            CODE,
            "asha",
            VoucherState.ISSUED,
            None,
            None,
            None,
            0,
        )
        == ISSUED
    )


def test_the_code_is_kept_in_clear_only_where_the_programme_says_so() -> None:
    """It is found by its digest in either case."""
    kept, not_kept = voucher(), voucher(keeps_clear=False)
    assert (kept.clear, not_kept.clear) == (CODE, None)
    assert kept.digest == not_kept.digest == sealed(CODE, KEY).digest


def test_days_end_where_the_programme_is() -> None:
    """Midnight is another instant in Kolkata than in London."""
    issued = issue(
        member_id="asha",
        voucher_id="v1",
        reward_id="cup",
        terms=OFF_100,
        code=sealed(CODE, KEY),
        keeps_clear=False,
        at=NOON,
        zone=Zone("UTC"),
    )
    assert issued.last_day == day("2017-07-11")
    assert issued.ends_at == ENDS + timedelta(hours=5, minutes=30)


# time


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (NOON, VoucherState.ISSUED),
        (ENDS - TICK, VoucherState.ISSUED),
        (ENDS, VoucherState.EXPIRED),
        (ENDS + TICK, VoucherState.EXPIRED),
    ],
)
def test_a_voucher_expires_when_its_last_day_is_over(at: datetime, state: VoucherState) -> None:
    """Not a moment before, and without anybody doing anything."""
    assert ISSUED.at(at)._replace(state=ISSUED.state) == ISSUED
    assert ISSUED.at(at).state is state


def test_a_voucher_can_be_attached_to_the_end_of_its_last_day() -> None:
    """The refusal names that day."""
    assert ISSUED.attaching("asha", "o1", at=ENDS - TICK).state is VoucherState.ATTACHED
    with pytest.raises(VoucherExpired) as caught:
        ISSUED.attaching("asha", "o1", at=ENDS)
    assert caught.value == OVER


def test_what_was_attached_in_time_can_be_used_later() -> None:
    """An order that is paid after midnight keeps its coupon."""
    assert ATTACHED.at(ENDS + timedelta(days=30)) is ATTACHED
    assert ATTACHED.attaching("asha", "o1", at=ENDS + TICK) is ATTACHED
    assert ATTACHED.using("asha", "o1", at=NOON).state is VoucherState.USED


def test_what_is_taken_off_too_late_has_expired() -> None:
    """To the end of its last day it is as before."""
    assert ATTACHED.detaching("asha", "o1", at=ENDS - TICK) == ISSUED
    assert ATTACHED.detaching("asha", "o1", at=ENDS) == EXPIRED


def test_only_what_is_issued_is_due() -> None:
    """What is attached, or over in any way, is not changed by the calendar."""
    due = {state: it.due_at for state, it in IN_STATE.items()}
    assert due == {**dict.fromkeys(VoucherState), VoucherState.ISSUED: ENDS}


def test_a_voucher_without_an_end_does_not_expire() -> None:
    """As long as there are days."""
    for_ever = voucher(FCodeTerms(("p",), Validity(through_on=NEVER)))
    assert for_ever.last_day == NEVER
    assert for_ever.at(ENDS.replace(year=9999)).state is VoucherState.ISSUED


# attached until a deadline

UNTIL = NOON + timedelta(minutes=30)
WAITING = ISSUED.attaching("asha", "o1", at=NOON, until=UNTIL)


def test_a_voucher_is_detached_at_its_orders_deadline() -> None:
    """Whether or not that is booked, and not a moment before."""
    assert WAITING.due_at == UNTIL
    assert WAITING.at(UNTIL - TICK) is WAITING
    assert WAITING.at(UNTIL) == ISSUED
    assert WAITING.using("asha", "o1", at=UNTIL - TICK).state is VoucherState.USED
    with pytest.raises(VoucherNotAttached):
        WAITING.using("asha", "o1", at=UNTIL)
    assert WAITING.attaching("bela", "o2", at=UNTIL).order_id == "o2"


def test_a_voucher_that_is_detached_past_its_end_has_expired() -> None:
    """It was honoured for as long as the order could be paid."""
    late = ISSUED.attaching("asha", "o1", at=ENDS - TICK, until=ENDS + TICK)
    assert late.at(ENDS).state is VoucherState.ATTACHED
    assert late.at(ENDS + TICK).state is VoucherState.EXPIRED
    assert late.using("asha", "o1", at=ENDS).attached_until is None


def test_without_a_deadline_a_voucher_stays_attached() -> None:
    """Until that is told."""
    assert ATTACHED.due_at is None
    assert ATTACHED.at(ENDS + timedelta(days=900)) is ATTACHED


# attaching


def test_a_retry_under_the_same_order_keeps_its_attachment() -> None:
    """Another order, or the same one of somebody else, cannot have it meanwhile."""
    assert ATTACHED.attaching("asha", "o1", at=NOON + TICK) is ATTACHED
    for member_id, order_id in (("asha", "o2"), ("bela", "o1")):
        with pytest.raises(VoucherAttached) as caught:
            ATTACHED.attaching(member_id, order_id, at=NOON)
        assert caught.value == ELSEWHERE


def test_a_voucher_is_used_or_taken_off_where_it_is_attached() -> None:
    """Not on another order, and not on the same one of somebody else."""
    for member_id, order_id in (("asha", "o2"), ("bela", "o1")):
        expected = VoucherNotAttached(voucher_id="v1", order_id=order_id)
        with pytest.raises(VoucherNotAttached) as caught:
            ATTACHED.using(member_id, order_id, at=NOON)
        assert caught.value == expected
        with pytest.raises(VoucherNotAttached) as caught:
            ATTACHED.detaching(member_id, order_id, at=NOON)
        assert caught.value == expected


def test_what_was_used_says_on_which_order() -> None:
    """And stays there: not even the same order has it again."""
    assert (USED.order_id, USED.order_of) == ("o1", "asha")
    with pytest.raises(VoucherUsed) as caught:
        USED.attaching("asha", "o1", at=NOON)
    assert caught.value == USED_UP


def test_what_is_taken_off_can_be_attached_again() -> None:
    """To another order, too."""
    again = ATTACHED.detaching("asha", "o1", at=NOON).attaching("asha", "o2", at=NOON)
    assert (again.state, again.order_id) == (VoucherState.ATTACHED, "o2")


# revived


def test_a_revived_voucher_is_as_it_was_issued() -> None:
    """On no order, with its own end, and it can be used again."""
    assert USED.reviving(at=ENDS - TICK) == ISSUED
    again = USED.reviving(at=NOON).attaching("bela", "o2", at=NOON)
    assert again.using("bela", "o2", at=NOON).state is VoucherState.USED


@pytest.mark.parametrize("late", [timedelta(0), TICK])
def test_a_voucher_revived_past_its_end_has_expired(late: timedelta) -> None:
    """Reviving makes no code last longer."""
    assert USED.reviving(at=ENDS + late) == EXPIRED


# holders


@pytest.mark.parametrize(
    ("of", "member_id", "has_code", "may"),
    [
        (voucher(OFF_100), "asha", False, True),
        (voucher(OFF_100), "asha", True, True),
        (voucher(OFF_100), "bela", False, False),
        (voucher(OFF_100), "bela", True, False),
        (voucher(HANDED_ON), "asha", False, True),
        (voucher(HANDED_ON), "bela", False, False),
        (voucher(HANDED_ON), "bela", True, True),
        (voucher(PHONE), "bela", True, True),
        (voucher(HANDED_ON).transferring("bela", at=NOON), "asha", True, False),
        (voucher(HANDED_ON).transferring("bela", at=NOON), "bela", False, True),
        (voucher(HANDED_ON).transferring("bela", at=NOON), "chad", True, False),
        (USED, "asha", True, True),
        (EXPIRED, "asha", True, True),
        (VOID, "asha", True, False),
        (VOID, "bela", True, False),
    ],
)
def test_a_voucher_is_used_by_its_holder_or_where_it_may_be_by_who_has_its_code(
    of: Voucher, member_id: str, has_code: bool, may: bool
) -> None:
    """Once it is handed on, by its new holder alone; a void one by nobody."""
    assert of.can_be_used_by(member_id, at=NOON, has_code=has_code) is may


def test_only_what_its_terms_let_go_is_handed_on() -> None:
    """The new holder has it; the one who redeemed it is still told."""
    handed_on = ISSUED.transferring("bela", at=NOON)
    assert (handed_on.holder_id, handed_on.member_id) == ("bela", "asha")
    with pytest.raises(VoucherNotTransferable) as caught:
        voucher(OFF_100).transferring("bela", at=NOON)
    assert caught.value == VoucherNotTransferable(voucher_id="v1")


# codes


def test_another_code_takes_the_place_of_the_one_before() -> None:
    """Of its digest, and of what is kept in clear."""
    code = sealed(with_check("2" * 13), KEY)
    assert ISSUED.with_code(code.digest, code.clear, at=NOON) == ISSUED._replace(
        digest=code.digest, clear=code.clear
    )
    assert ISSUED.with_code(code.digest, None, at=NOON).clear is None


def test_a_code_in_clear_can_be_forgotten() -> None:
    """The voucher is still found, and used, by its digest; a void one has none in any case."""
    assert ISSUED.without_clear() == ISSUED._replace(clear=None)
    assert VOID.clear is None


@pytest.mark.parametrize("of", IN_STATE.values(), ids=str)
def test_no_voucher_shows_its_code(of: Voucher) -> None:
    """Not in a log, a message or a traceback; outward views show two letters of it."""
    for text in (repr(of), str(of), f"{of}", f"{[of]}"):
        assert CODE not in text
        assert CODE[:4] not in text
        assert of.digest not in text
        assert "'v1'" in text
    assert of.masked == ("" if of.clear is None else f"...{CODE[-2:]}")


def test_storing_raises_the_version() -> None:
    """And nothing else."""
    assert ISSUED.stored() == ISSUED._replace(version=1)
