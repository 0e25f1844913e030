"""What becomes of a redemption: confirmed, cancelled, given back, run out."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import (
    Irrevocable,
    Limit,
    NothingInPool,
    RedemptionNotOpen,
    RedemptionState,
    Reward,
    UnknownRedemption,
    Validity,
    VoucherAttached,
    VoucherExpired,
    VoucherNotFound,
    VoucherState,
    VoucherUsed,
)
from mi_rewards.commands import (
    CancelRedemption,
    Command,
    ConfirmRedemption,
    Issued,
    RedemptionClosed,
    RunOutRedemption,
)
from mi_rewards.commands.catalogue.redemptions import run_out_of
from mi_rewards.errors import LimitReached, Misuse, Refused, RequestReused
from mi_rewards.repositories import Changes, Put, redemption_key
from mi_rewards.wallet import Bucket, HoldNotOpen
from tests.catalogue import COUPON, redemption
from tests.shop import (
    FIRST,
    SECOND,
    THIRD,
    Shop,
    T,
    attach,
    bring,
    call_off,
    check_outcomes,
    confirm,
    fill,
    hand_on,
    ist,
    publish,
    redeem,
    reinstate,
    release,
    reserve,
    rules,
    run_out,
    use,
    void,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
UNTIL = T + HOUR

CUP = attrs.evolve(COUPON, stock=1, limits=(Limit(1),))
REVOCABLE = attrs.evolve(CUP, is_revocable=True)
HANDED_ON = attrs.evolve(REVOCABLE, terms=attrs.evolve(COUPON.terms, is_transferable=True))


def selling(reward: Reward = CUP, **changes: Any) -> Shop:
    """Make a shop that sells a reward, and a member with tokens of two years."""
    shop = Shop(rules(rewards=(reward,), **changes))
    shop.all(bring(1_000, "2017-12-31"), bring(4_000))
    return shop


def reserved(reward: Reward = CUP, **changes: Any) -> Shop:
    """Make a shop where a reward is reserved for an hour."""
    shop = selling(reward, **changes)
    shop.do(reserve(until=UNTIL))
    return shop


# confirmed


def test_a_reservation_is_confirmed() -> None:
    """Its tokens are spent and its voucher is issued; no more is taken of stock and limits."""
    shop = reserved()
    issued = Issued("reserve", "cup", 2_500, day("2017-07-11"), FIRST.digest)
    check_outcomes([shop.do(confirm(at=UNTIL - MOMENT))], issued)
    assert shop.story()[-1] == (
        "4 captured by confirm on 2017-07-01T07:29:59.999999Z, reward reward_id=cup: "
        "held -1000@2017-12-31 (reserve); held -1500@2018-12-31 (reserve); "
        "redeemed +2500 (reserve)"
    )
    kept = shop.redemption()
    assert kept is not None
    assert (kept.state, kept.version) == (RedemptionState.CONFIRMED, 2)
    voucher = shop.voucher("reserve")
    assert (voucher.issued_at, voucher.digest) == (UNTIL - MOMENT, FIRST.digest)
    assert (shop.used(), shop.used("asha", "reward/cup/ever/ever")) == (1, 1)
    burned = shop.burned("reserve")
    assert burned is not None
    assert burned.tokens == 2_500


def test_a_confirmation_that_comes_again_answers_with_the_first_code() -> None:
    """I8: Whatever was drawn for the second try, and however late it comes."""
    shop = reserved()
    first = shop.do(confirm())
    check_outcomes([shop.do(confirm(code=SECOND, at=UNTIL))], first)
    assert first.digest == FIRST.digest
    assert type(shop.refusal(call_off(request="confirm"))) is RequestReused


@pytest.mark.parametrize("make", [confirm, call_off])
def test_a_reservation_has_run_out_at_its_deadline(make: Any) -> None:
    """Whether or not that is booked."""
    shop = reserved()
    expected = RedemptionNotOpen(redemption_id="reserve", state="run_out")
    assert shop.refusal(make(at=UNTIL)) == expected
    shop.do(run_out(at=UNTIL))
    assert shop.refusal(make(at=UNTIL)) == expected


@pytest.mark.parametrize(("make", "state"), [(confirm, "confirmed"), (call_off, "cancelled")])
def test_a_reservation_is_resolved_once(make: Any, state: str) -> None:
    """I7: By whichever request comes first."""
    shop = reserved()
    shop.do(make())
    expected = RedemptionNotOpen(redemption_id="reserve", state=state)
    assert shop.refusal(confirm(request="again", code=SECOND)) == expected
    refusal = shop.refusal(call_off(request="again"))
    assert refusal == (Irrevocable(redemption_id="reserve") if state == "confirmed" else expected)


def test_what_was_reserved_is_what_is_confirmed() -> None:
    """The reward as it was then, whatever the catalogue says by now."""
    shop = reserved()
    dearer = attrs.evolve(CUP, cost=4_000, stock=0, title="A cup no more")
    shop.do(publish(dearer))
    check_outcomes(
        [shop.under(rules()).do(confirm())],
        Issued("reserve", "cup", 2_500, day("2017-07-11"), FIRST.digest),
    )


def test_a_redemption_that_is_not_known_is_refused_and_can_be_sent_again() -> None:
    """Another member's is not known either."""
    shop = selling()
    expected = UnknownRedemption(redemption_id="reserve")
    commands: list[Command[Any]] = [confirm(), call_off(), run_out(at=T)]
    for command in commands:
        assert shop.refusal(command) == expected
    assert expected.transient
    shop.do(reserve(until=UNTIL))
    assert shop.refusal(confirm(by="bela")) == expected
    assert type(shop.do(confirm())) is Issued


def test_a_hold_that_was_released_by_other_means_is_not_open() -> None:
    """The wallet has the last word."""
    shop = reserved()
    shop.do(release("reserve"))
    for command in (confirm(), call_off()):
        assert shop.refusal(command) == HoldNotOpen(hold_id="reserve")


def test_no_voucher_is_issued_that_would_have_expired() -> None:
    """Reserved on the last valid day of all its vouchers, and confirmed when that is over."""
    over = ist("2017-07-02 00:00")
    terms = attrs.evolve(COUPON.terms, validity=Validity(through_on=day("2017-07-01")))
    shop = selling(attrs.evolve(CUP, terms=terms))
    shop.do(reserve(until=over + HOUR))
    expected = VoucherExpired(voucher_id="reserve", last_day="2017-07-01")
    assert shop.refusal(confirm(at=over)) == expected
    assert shop.do(confirm(at=over - MOMENT)).last_day == day("2017-07-01")


def test_a_reservation_takes_its_code_of_the_pool_when_it_is_confirmed() -> None:
    """An empty pool then refuses, and the reservation stays open."""
    shop = reserved(attrs.evolve(CUP, pool_id="partner"), keeps_codes=True)
    assert shop.refusal(confirm()) == NothingInPool(pool_id="partner")
    shop.do(fill(THIRD))
    assert shop.do(confirm()).digest == THIRD.digest


def test_a_confirmation_needs_a_code() -> None:
    """One that is not issued yet."""
    shop = reserved()
    fault = shop.refusal(confirm(code=None))
    assert str(fault) == "a code is drawn for the voucher: pass one of a CodeBook's"
    other = attrs.evolve(COUPON, reward_id="mug")
    shop.under(rules(rewards=(other,))).do(redeem("mug"))
    fault = shop.refusal(confirm())
    assert type(fault) is Misuse
    assert str(fault) == "the code is issued already: draw another"


# cancelled


def test_a_reservation_is_cancelled() -> None:
    """Tokens, stock and limits come back."""
    shop = reserved()
    closed = RedemptionClosed("reserve", "cancelled", 2_500)
    check_outcomes([shop.do(call_off(at=UNTIL - MOMENT))], closed)
    assert shop.balance(at=UNTIL).calendar == (
        Bucket(day("2017-12-31"), 1_000),
        Bucket(day("2018-12-31"), 4_000),
    )
    assert (shop.used(), shop.used("asha", "reward/cup/ever/ever")) == (0, 0)
    check_outcomes([shop.do(call_off(at=UNTIL))], closed)
    assert shop.used() == 0


@pytest.mark.parametrize("is_published", [False, True])
def test_what_is_cancelled_can_be_had_in_the_same_batch(*, is_published: bool) -> None:
    """I13: Once; also where the reward, and so its counters, are found by the way."""
    shop = selling(CUP)
    if is_published:
        shop.do(publish(CUP))
        shop = shop.under(rules())
    for name in ("bela", "chitra"):
        shop.do(bring(2_500, by=name))
    shop.do(reserve(until=UNTIL))
    outcomes = shop.batch(call_off(), redeem(by="bela"), redeem(by="chitra", code=SECOND))
    assert [type(it) for it in outcomes] == [RedemptionClosed, Issued, LimitReached]
    assert outcomes[2].figures["used"] == 1
    assert shop.used() == 1


def test_a_confirmed_redemption_is_irrevocable_unless_its_reward_says_otherwise() -> None:
    """Once the code is issued, in one step or two."""
    shop = reserved()
    shop.do(confirm())
    assert shop.refusal(call_off()) == Irrevocable(redemption_id="reserve")
    shop = selling()
    shop.do(redeem())
    assert shop.refusal(call_off("redeem")) == Irrevocable(redemption_id="redeem")


def test_a_revocable_redemption_is_given_back_with_its_last_days() -> None:
    """I9: To the token; the voucher is void, its code leads nowhere, and stock is there again."""
    shop = selling(REVOCABLE, keeps_codes=True)
    before = shop.balance().calendar
    shop.do(redeem())
    check_outcomes([shop.do(call_off("redeem"))], RedemptionClosed("redeem", "cancelled", 2_500))
    assert shop.balance().calendar == before
    assert shop.story()[-1] == (
        "4 reinstated by call off on 2017-07-01T06:30:00Z, reward reward_id=cup: "
        "redeemed -2500 (redeem); available +1000@2017-12-31; available +1500@2018-12-31"
    )
    voucher = shop.voucher()
    assert (voucher.state, voucher.clear) == (VoucherState.VOID, None)
    assert shop.refusal(use(FIRST)) == VoucherNotFound()
    assert (shop.used(), shop.used("asha", "reward/cup/ever/ever")) == (0, 0)
    assert shop.refusal(call_off("redeem", request="again")) == RedemptionNotOpen(
        redemption_id="redeem", state="cancelled"
    )
    assert type(shop.refusal(redeem(request="again"))) is Misuse
    assert type(shop.do(redeem(request="again", code=SECOND))) is Issued


def test_tokens_that_lapsed_meanwhile_come_back_as_lapsed() -> None:
    """I9: Giving back lengthens no token's life."""
    terms = attrs.evolve(COUPON.terms, validity=Validity(365))
    shop = selling(attrs.evolve(REVOCABLE, terms=terms))
    shop.do(redeem())
    late = ist("2018-01-01 00:00")
    shop.do(call_off("redeem", at=late))
    assert shop.balance(at=late).calendar == (Bucket(day("2018-12-31"), 4_000),)


def test_what_was_undone_by_other_means_is_not_given_back_twice() -> None:
    """The rest of the burn comes back, and nothing where nothing is left of it."""
    shop = selling(REVOCABLE)
    shop.all(redeem(), reinstate("redeem", 500))
    check_outcomes([shop.do(call_off("redeem"))], RedemptionClosed("redeem", "cancelled", 2_000))
    assert shop.balance().available == 5_000
    shop = selling(REVOCABLE)
    shop.all(redeem(), reinstate("redeem"))
    entries = len(shop.entries())
    check_outcomes([shop.do(call_off("redeem"))], RedemptionClosed("redeem", "cancelled", 0))
    assert len(shop.entries()) == entries
    assert shop.voucher().state is VoucherState.VOID
    assert shop.used() == 0


@pytest.mark.parametrize(
    ("happened", "at", "expected"),
    [
        (attach(), T, VoucherAttached(voucher_id="redeem")),
        (use(), T, VoucherUsed(voucher_id="redeem")),
        (void(), T, VoucherNotFound()),
        (hand_on(), T, VoucherNotFound()),
        (
            None,
            ist("2017-07-12 00:00"),
            VoucherExpired(voucher_id="redeem", last_day="2017-07-11"),
        ),
    ],
)
def test_a_voucher_that_is_gone_is_not_given_back(
    happened: Command[Any] | None, at: Any, expected: Refused
) -> None:
    """Attached, used, void, handed on, or expired; a moment before its end it is."""
    shop = selling(HANDED_ON)
    shop.do(redeem())
    if happened is not None:
        shop.do(happened)
    assert shop.refusal(call_off("redeem", at=at)) == expected
    if happened is None:
        assert shop.do(call_off("redeem", at=at - MOMENT)).tokens == 2_500


def test_a_redemption_without_a_burn_and_a_voucher_is_not_known() -> None:
    """A store that lost them says so, and nothing is given back."""
    shop = selling()
    lost = redemption(REVOCABLE)
    shop.store.save(Changes((Put(redemption_key("asha", "r1"), lost),)))
    assert shop.refusal(call_off("r1")) == UnknownRedemption(redemption_id="r1")


# run out


def test_stock_comes_back_when_the_running_out_is_booked() -> None:
    """Tokens at the deadline, booked or not; stock and limits with the booking."""
    shop = reserved()
    check_outcomes(
        [shop.do(run_out(at=UNTIL - MOMENT, request="early"))],
        RedemptionClosed("reserve", "reserved", 0),
    )
    assert (shop.balance(at=UNTIL).available, shop.used()) == (5_000, 1)
    check_outcomes([shop.do(run_out(at=UNTIL))], RedemptionClosed("reserve", "run_out", 2_500))
    assert (shop.used(), shop.used("asha", "reward/cup/ever/ever")) == (0, 0)
    assert shop.balance(at=UNTIL).available == 5_000
    kept = shop.redemption()
    assert kept is not None
    assert kept.state is RedemptionState.RUN_OUT


def test_running_out_is_booked_once() -> None:
    """I13: Under another request's name nothing comes back again."""
    shop = reserved()
    shop.do(run_out(at=UNTIL))
    check_outcomes(
        [shop.do(run_out(at=UNTIL, request="again"))], RedemptionClosed("reserve", "run_out", 0)
    )
    assert shop.used() == 0
    shop.do(redeem())
    check_outcomes(
        [shop.do(run_out("redeem", at=UNTIL, request="third"))],
        RedemptionClosed("redeem", "confirmed", 0),
    )
    assert shop.used() == 1


def test_running_out_adds_nothing_to_a_journal_that_has_it() -> None:
    """The wallet was told first; stock and limits follow."""
    shop = reserved()
    shop.rewards.lapse_due(UNTIL)
    entries = len(shop.entries())
    check_outcomes([shop.do(run_out(at=UNTIL))], RedemptionClosed("reserve", "run_out", 2_500))
    assert (len(shop.entries()), shop.used()) == (entries, 0)


def test_a_running_out_is_requested_by_its_redemption_and_instant() -> None:
    """So that sweeps at the same instant are one."""
    kept = reserved().redemption()
    assert kept is not None
    assert run_out_of(kept, at=UNTIL) == RunOutRedemption(
        member_id="asha",
        request_id="run_out:reserve:2017-07-01T07:30:00Z",
        at=UNTIL,
        redemption_id="reserve",
    )


# names


@pytest.mark.parametrize("name", ["", None, 5])
@pytest.mark.parametrize("kind", [ConfirmRedemption, CancelRedemption, RunOutRedemption])
def test_a_redemption_is_named_by_a_text(kind: Any, name: Any) -> None:
    """As every request is."""
    with pytest.raises(Misuse) as caught:
        kind(member_id="asha", request_id="r", at=T, redemption_id=name)
    assert str(caught.value) == f"a redemption's id is a text, not {name!r}"
