"""A code's unit follows its voucher, whatever command decides what becomes of that."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import FCodeTerms, Validity, Voucher, VoucherState, issue
from mi_rewards.commands import (
    AsyncRewards,
    Command,
    Erase,
    ExpireVoucher,
    Issued,
    MergeAway,
    Rewards,
    follow_up,
)
from mi_rewards.commands.command import Decision, MemberCommand
from mi_rewards.commands.quotas.sizes import PutBack, SetAside, TopUpQuota
from mi_rewards.commands.shells.batch import Batch
from mi_rewards.commands.units import UNIT_OF, frees_unit, quota_of, told_for, unit_needs
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse, Refused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.preorders import QuotaExhausted, UnitState, UnknownQuota
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Loaded,
    Needs,
    NotLoaded,
    Put,
    Take,
    quota_key,
    reserved_unit_key,
    voucher_key,
)
from tests.redeeming import (
    CODES,
    DAY,
    HOUR,
    attach,
    call_off,
    confirm,
    coupon,
    detach,
    forget,
    hand_on,
    redeem,
    replace,
    reserve,
    reward,
    use,
    void,
)
from tests.reserving import FROM_Q, TERMS, Reserving, last_moment, opened
from tests.shop import T, bring, contents, fill, join
from tests.tills import MINUTE, abandon, cart, fail, line, order, pay, quote
from tests.tills import run_out as run_out_payment

TICK = timedelta(microseconds=1)
ENDS = last_moment()
F = "redeem:f"
FREE, RESERVED, HELD, SOLD = (2, 0, 0, 0), (1, 0, 0, 1), (1, 1, 0, 0), (1, 0, 1, 0)


def issued(*rewards: Any, **changes: Any) -> Reserving:
    """A shop with two units for codes, one of which is asha's."""
    mi = Reserving(2, *rewards, **changes)
    mi.do(redeem("f"))
    return mi


def expire(voucher_id: str = F, *, at: Any = ENDS) -> ExpireVoucher:
    """Book that a voucher is over."""
    return ExpireVoucher(member_id="asha", request_id="expire", at=at, voucher_id=voucher_id)


# each command


STORIES: list[tuple[str, list[Command[Any]], tuple[int, int, int, int], str]] = [
    ("issued", [], RESERVED, "reserved"),
    ("attached", [attach(F)], HELD, "reserved > held"),
    ("attached twice", [attach(F), attach(F, request="again")], HELD, "reserved > held"),
    ("detached", [attach(F), detach(F)], RESERVED, "reserved > held > reserved"),
    ("used", [attach(F), use(F)], SOLD, "reserved > held > sold"),
    ("used at once", [use(F)], SOLD, "reserved > sold"),
    ("void", [void(F)], FREE, "reserved > free"),
    ("expired", [expire()], FREE, "reserved > free"),
    ("not yet over", [expire(at=ENDS - TICK)], RESERVED, "reserved"),
    ("detached too late", [attach(F), detach(F, at=ENDS)], FREE, "reserved > held > free"),
    ("handed on", [hand_on(F)], RESERVED, "reserved"),
    ("another code", [replace(F)], RESERVED, "reserved"),
    ("forgotten", [forget(F)], RESERVED, "reserved"),
    ("used and forgotten", [use(F), forget(F)], SOLD, "reserved > sold"),
    (
        "of a member who is erased",
        [use(F), Erase(member_id="asha", request_id="erase", at=T)],
        SOLD,
        "reserved > sold",
    ),
]


@pytest.mark.parametrize(
    ("commands", "units", "moves"), [it[1:] for it in STORIES], ids=[it[0] for it in STORIES]
)
@pytest.mark.parametrize("at_once", [False, True])
def test_a_unit_follows_its_voucher(
    commands: list[Command[Any]],
    units: tuple[int, int, int, int],
    moves: str,
    *,
    at_once: bool,
) -> None:
    """I14: One by one, and in one batch with the issue; the four always add up."""
    mi = Reserving(2)
    if at_once:
        assert not any(isinstance(it, Refused) for it in mi.batch(redeem("f"), *commands))
    else:
        mi.all(redeem("f"), *commands)
    assert mi.units() == units
    assert mi.moves() == moves
    mi.check_units()


def test_a_confirmed_reservation_has_a_unit_and_an_open_one_has_none() -> None:
    """The code is issued when it is confirmed."""
    mi = Reserving(2)
    mi.do(reserve("f"))
    assert mi.units() == FREE
    mi.do(confirm("reserve:f"))
    assert mi.units() == RESERVED
    mi.check_units()


def test_a_redemption_that_is_given_back_frees_its_unit() -> None:
    """Its voucher is void from then on."""
    mi = issued(attrs.evolve(FROM_Q, is_revocable=True))
    mi.do(call_off(F))
    assert mi.units() == FREE
    assert mi.moves() == "reserved > free"
    mi.check_units()


def test_a_code_of_a_pool_has_a_unit_like_any_other() -> None:
    """The pool of codes and the quota's units are two things."""
    mi = Reserving(2, attrs.evolve(FROM_Q, pool_id="partner"), keeps_codes=True)
    mi.do(fill(CODES.draw(), CODES.draw()))
    mi.do(attrs.evolve(redeem("f"), code=None))
    assert mi.units() == RESERVED
    mi.check_units()


def test_the_sweep_frees_the_units_of_codes_that_are_over() -> None:
    """Booked once: a second sweep finds nothing."""
    mi = issued()
    mi.do(redeem("f", by="bela", at=T + DAY))
    assert mi.rewards.expire_due(ENDS) == 1
    assert mi.units() == RESERVED
    assert mi.rewards.expire_due(ENDS + DAY) == 1
    assert mi.units() == FREE
    assert mi.rewards.expire_due(ENDS + DAY) == 0
    mi.check_units()


CART = cart(line("phone", 9999), voucher_ids=(F,))


@pytest.mark.parametrize(
    ("then", "units"),
    [
        (pay(), SOLD),
        (fail(), RESERVED),
        (abandon(), RESERVED),
        (run_out_payment(at=T + 30 * MINUTE), RESERVED),
        (run_out_payment(at=ENDS + DAY), FREE),
    ],
)
def test_an_order_at_the_checkout_moves_the_unit(
    then: Command[Any], units: tuple[int, int, int, int]
) -> None:
    """Held while it is to be paid for; sold by the payment, else as the code is."""
    mi = issued()
    mi.all(join(), quote(CART), order())
    assert mi.units() == HELD
    mi.do(then)
    assert mi.units() == units
    mi.check_units()


def test_codes_of_a_cart_with_and_without_a_quota_are_told_apart() -> None:
    """In whichever order they are stored."""
    both = cart(line("phone", 9999), line("case", 500), voucher_ids=(F, "redeem:cup"))
    off = attrs.evolve(coupon(), is_combinable=True)
    for wanted in (both, attrs.evolve(both, voucher_ids=("redeem:cup", F))):
        mi = issued(FROM_Q, reward("cup", terms=off))
        mi.all(redeem(), join(), quote(wanted), order())
        assert mi.state("redeem:cup") is VoucherState.ATTACHED
        assert mi.units() == HELD
        mi.check_units()


def test_a_code_goes_from_an_order_that_ran_out_to_another_in_one_step() -> None:
    """Past the deadline it is detached, booked or not; its unit was held and stays so."""
    mi = issued()
    mi.all(join(), quote(CART), order())
    late = T + 30 * MINUTE
    mi.do(attach(F, "o2", at=late))
    assert mi.units() == HELD
    assert mi.moves() == "reserved > held"
    mi.do(run_out_payment(at=late))
    assert mi.units() == HELD
    mi.check_units()


def test_a_code_that_is_over_unbooked_frees_its_unit_when_that_is_booked() -> None:
    """Attached past its deadline and past its end: the step is the whole way."""
    mi = issued()
    mi.all(join(), quote(CART), order())
    mi.do(expire(at=ENDS))
    assert mi.moves() == "reserved > held > free"
    mi.check_units()


def test_a_merge_moves_no_unit() -> None:
    """Codes go over to the other; their units stay theirs."""
    mi = issued()
    mi.all(join(), join("bela"), attach(F, by="asha"), detach(F, by="asha"))
    mi.do(MergeAway(member_id="asha", request_id="merge", at=T, into="bela"))
    mi.all(*[it for event in mi.events() if (it := follow_up(event)) is not None])
    assert mi.units() == RESERVED
    mi.check_units()
    used = use(F, by="bela")
    mi.do(attrs.evolve(used, of_member_id="asha"))
    assert mi.units() == SOLD
    mi.check_units()


# issuing


def test_one_unit_one_code() -> None:
    """The one that would be too many is refused, and changes nothing."""
    mi = Reserving(2)
    mi.all(redeem("f"), redeem("f", by="bela"))
    assert mi.units() == (0, 0, 0, 2)
    refusal = mi.refusal(redeem("f", request="third"))
    assert refusal == QuotaExhausted(quota_id="q", size=2)
    mi.do(void(F))
    assert isinstance(mi.do(redeem("f", request="third")), Issued)
    mi.check_units()


@pytest.mark.parametrize("units", [0, 1, 2, 3])
def test_of_codes_in_one_batch_as_many_are_issued_as_there_are_units(units: int) -> None:
    """I13: Each is decided on what the last left."""
    mi = Reserving(0)
    mi.do(opened(3, units))
    answers = mi.batch(*[redeem("f", request=f"r{number}") for number in range(3)])
    assert [isinstance(it, Issued) for it in answers] == [number < units for number in range(3)]
    for refused in answers[units:]:
        assert refused == QuotaExhausted(quota_id="q", size=units)
    assert mi.units() == (0, 0, 0, units)
    mi.check_units()


def test_units_that_are_not_for_codes_are_nobodys_code() -> None:
    """Free ones in other shards do not help."""
    mi = Reserving(0)
    mi.do(opened(10, 0))
    assert mi.refusal(redeem("f")) == QuotaExhausted(quota_id="q", size=0)
    mi.do(SetAside(quota_id="q", request_id="aside", at=T, units=1))
    mi.do(redeem("f"))
    mi.do(TopUpQuota(quota_id="q", request_id="more", at=T, units=5))
    assert mi.units() == (0, 0, 0, 1)
    mi.check_units()


def test_units_that_were_put_back_are_not_for_codes_any_more() -> None:
    """The refusal says how many the codes have."""
    mi = issued()
    mi.do(PutBack(quota_id="q", request_id="back", at=T, units=1))
    assert mi.refusal(redeem("f", by="bela")) == QuotaExhausted(quota_id="q", size=1)
    mi.do(void(F))
    mi.do(redeem("f", by="bela"))
    mi.check_units()


def test_a_quota_that_is_not_known_is_refused() -> None:
    """No code without its unit."""
    mi = Reserving(0)
    assert mi.refusal(redeem("f")) == UnknownQuota(quota_id="q")
    mi.do(opened(1))
    mi.do(redeem("f"))
    mi.check_units()


def test_a_code_for_another_product_has_no_unit_of_the_quota() -> None:
    """Whoever wrote the catalogue is told."""
    wrong = reward("f", terms=FCodeTerms(("pad", "tv"), Validity(1), quota_id="q"))
    fault = Reserving(1, wrong).refusal(redeem("f"))
    assert str(fault) == "an F-code for pad, tv has no unit of quota 'q', which is of 'phone'"
    assert type(fault) is Misuse
    either = reward("f", terms=FCodeTerms(("pad", "phone"), Validity(1), quota_id="q"))
    assert isinstance(Reserving(1, either).do(redeem("f")), Issued)


def test_what_the_wallet_refuses_comes_before_the_quota() -> None:
    """Who lacks tokens learns that first; a simulation answers as the deed does."""
    mi = Reserving(1, tokens={"asha": 5})
    mi.do(redeem("f"))
    assert mi.refusal(redeem("f", by="bela")).__class__.__name__ == "InsufficientTokens"
    mi.do(bring(5, by="bela", request="late"))
    assert mi.rewards.reasons_against(redeem("f", by="bela")) == (
        QuotaExhausted(quota_id="q", size=1),
    )


def test_the_shelf_says_what_speaks_against_a_code() -> None:
    """I18: The same as redeeming it would; other rewards have nothing to do with it."""
    mi = Reserving(0, FROM_Q, reward("cup"), reward("g", terms=TERMS))

    def reasons() -> dict[str, tuple[Refused, ...]]:
        offers = mi.rewards.catalogue("asha", at=T)
        return {it.reward.reward_id: it.reasons_against for it in offers}

    unknown = (UnknownQuota(quota_id="q"),)
    assert reasons() == {"cup": (), "f": unknown, "g": unknown}
    mi.do(opened(1))
    assert reasons() == {"cup": (), "f": (), "g": ()}
    mi.do(redeem("f"))
    exhausted = (QuotaExhausted(quota_id="q", size=1),)
    assert reasons() == {"cup": (), "f": exhausted, "g": exhausted}
    assert mi.rewards.reasons_against(redeem("g", by="bela")) == exhausted


def test_a_code_without_a_quota_has_no_unit() -> None:
    """Nor has a coupon: nothing of a quota is asked for or stored."""
    mi = Reserving(1, reward("f", terms=FCodeTerms(("phone",), Validity(1))), reward("cup"))
    mi.all(redeem("f"), redeem(), use(F))
    assert mi.unit() is None
    assert mi.units() == (1, 0, 0, 0)
    assert [quota_of(it) for it in (TERMS, coupon())] == ["q", ""]
    assert unit_needs(coupon()) == Needs()
    mi.check_units()


@attrs.frozen(order=False, kw_only=True, slots=False)
class Twice(MemberCommand):
    """Issue two codes at once, as a host's own command may."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name nothing: the rest is asked for."""
        del programme
        return Needs()

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[None]:
        """Issue them."""
        del loaded
        vouchers = [
            issue(
                member_id=self.member_id,
                voucher_id=name,
                reward_id="f",
                terms=TERMS,
                code=CODES.draw(),
                keeps_clear=False,
                at=self.at,
                zone=programme.zone,
            )
            for name in ("a", "b")
        ]
        return Decision(
            None, tuple([Put(voucher_key(it.member_id, it.voucher_id), it) for it in vouchers])
        )


@pytest.mark.parametrize("units", [1, 2, 3])
def test_codes_that_one_command_issues_are_counted_together(units: int) -> None:
    """I13: Two of them need two units."""
    mi = Reserving(units)
    command = Twice(member_id="asha", request_id="twice", at=T)
    if units < 2:
        assert mi.refusal(command) == QuotaExhausted(quota_id="q", size=units)
    else:
        mi.do(command)
        assert mi.units() == (units - 2, 0, 0, 2)
    mi.check_units()


# loads


class Watching:
    """A store that counts its loads."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.loads: list[Needs] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Count, and load."""
        self.loads.append(needs)
        return self._store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Save."""
        self._store.save(changes)


def test_a_reward_of_the_rule_book_is_redeemed_after_two_loads() -> None:
    """What the quota needs is named with the rest; the unit that there is not yet comes after."""
    mi = Reserving(2)
    watching = Watching(mi.store)
    Rewards(watching, mi.programme).do(redeem("f"))
    assert len(watching.loads) == 2
    assert watching.loads[1] == Needs((reserved_unit_key("asha", F),))


def test_what_follows_is_asked_for_at_once_by_a_whole_batch() -> None:
    """A unit for each code, in one load more."""
    mi = Reserving(3)
    mi.all(*[redeem("f", request=f"r{number}") for number in range(3)])
    watching = Watching(mi.store)
    commands = [use(f"r{number}", f"o{number}") for number in range(3)]
    Rewards(watching, mi.programme).do_all(commands)
    assert [len(it.aggregates) for it in watching.loads] == [3, 3]
    assert mi.units() == (0, 0, 3, 0)
    mi.check_units()


@pytest.mark.parametrize(
    ("command", "asked"),
    [(forget(F), []), (hand_on(F), []), (attach(F), [Needs((reserved_unit_key("asha", F),))])],
)
def test_the_unit_is_asked_for_where_the_state_changes(
    command: Command[Any], asked: list[Needs]
) -> None:
    """And nothing else of the quota: its size concerns who issues."""
    mi = issued(keeps_codes=True)
    watching = Watching(mi.store)
    Rewards(watching, mi.programme).do(command)
    assert watching.loads[1:] == asked


def test_a_code_that_is_taken_off_asks_for_its_unit_alone() -> None:
    """It has one already, whatever the quota has left."""
    mi = issued()
    mi.do(attach(F))
    watching = Watching(mi.store)
    Rewards(watching, mi.programme).do(detach(F))
    assert watching.loads[1:] == [Needs((reserved_unit_key("asha", F),))]


def test_commands_without_such_codes_load_nothing_of_units() -> None:
    """Not one key more than before."""
    mi = Reserving(1, reward("cup"))
    watching = Watching(mi.store)
    rewards = Rewards(watching, mi.programme)
    rewards.do(redeem())
    rewards.do(use("redeem:cup"))
    kinds = {key.kind.__name__ for needs in watching.loads for key in needs.aggregates}
    assert kinds.isdisjoint({"Quota", "ReservedUnit"})
    assert len(watching.loads) == 2


def test_async_does_the_same() -> None:
    """The hook is where both shells decide."""
    mi = Reserving(1)
    rewards = AsyncRewards(AsyncMemoryStore(mi.store), mi.programme)

    async def story() -> None:
        await rewards.do(redeem("f"))
        await rewards.do(use(F))
        with pytest.raises(QuotaExhausted):
            await rewards.do(redeem("f", by="bela"))

    asyncio.run(story())
    assert mi.units() == (0, 0, 1, 0)
    mi.check_units()


# races


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


def test_of_two_that_issue_on_the_last_unit_one_has_it() -> None:
    """I13: The other is told that the quota has none left, not which counter was full."""
    mi = Reserving(1)
    late = Rewards(Racing(mi, redeem("f", by="bela")), mi.programme)
    with pytest.raises(QuotaExhausted) as caught:
        late.do(redeem("f"))
    assert caught.value == QuotaExhausted(quota_id="q", size=1)
    assert mi.units() == (0, 0, 0, 1)
    assert mi.unit() is None
    mi.check_units()


def test_of_a_batch_that_loses_the_last_unit_all_are_decided_again() -> None:
    """The shell raises Conflict; the second time the one is refused and the rest goes on."""
    mi = Reserving(2)
    late = Rewards(Racing(mi, redeem("f", by="bela")), mi.programme)
    commands: list[Command[Any]] = [redeem("f", request=f"r{number}") for number in range(2)]
    with pytest.raises(Conflict):
        late.do_all(commands)
    answers = late.do_all(commands)
    assert isinstance(answers[0], Issued)
    assert answers[1] == QuotaExhausted(quota_id="q", size=2)
    mi.check_units()


def test_another_limit_that_is_reached_is_told_as_it_is() -> None:
    """The reward's stock, though a unit is asked for too."""
    mi = Reserving(2, attrs.evolve(FROM_Q, stock=1))
    late = Rewards(Racing(mi, redeem("f", by="bela")), mi.programme)
    with pytest.raises(LimitReached) as caught:
        late.do(redeem("f"))
    assert caught.value.figures["counter"] == "reward/f/stock"


def test_two_who_use_one_code_move_its_unit_once() -> None:
    """I11: The loser's unit is as stale as its voucher."""
    mi = issued()
    late = Rewards(Racing(mi, use(F, "o2", request="other")), mi.programme)
    with pytest.raises(Conflict):
        late.do(use(F))
    assert mi.units() == SOLD
    mi.check_units()


@pytest.mark.parametrize(
    ("takes", "counter"),
    [
        ([Take(CounterKey("quota/q", "codes/taken"), 1, 1)], "quota/q/codes/reserved"),
        ([Take(CounterKey("quota/q", "codes/taken"), -1, 1)], "quota/q/codes/taken"),
        ([Take(CounterKey("quota/q", "000/taken"), 1, 1)], "quota/q/000/taken"),
        ([Take(CounterKey("quota/x", "codes/taken"), 1, 1)], "quota/x/codes/taken"),
        ([], "quota/q/codes/taken"),
    ],
)
def test_only_the_limit_of_codes_is_told_of_the_quota(takes: list[Take], counter: str) -> None:
    """What was given back, another counter, or a quota that is not there is as the store said."""
    mi = issued()
    loaded = mi.store.load(Needs((quota_key("q"), quota_key("x"))))
    no = LimitReached(counter=counter, asked=1, used=1, limit=1)
    assert told_for(no, takes, loaded) is no


# revived, and given back for good


@attrs.frozen(order=False, kw_only=True, slots=False)
class Called(MemberCommand):
    """Do something to asha's voucher, as a pre-order would."""

    does: Callable[[Voucher], Voucher] = attrs.field(eq=False)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the voucher."""
        del programme
        return Needs((voucher_key("asha", F),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[None]:
        """Do it."""
        del programme
        key = voucher_key("asha", F)
        voucher = loaded.get(key)
        assert voucher is not None
        return Decision(None, (Put(key, self.does(voucher)),))


def called(does: Callable[[Voucher], Voucher], request: str = "call", at: Any = T) -> Called:
    """Do something to asha's voucher."""
    return Called(member_id="asha", request_id=request, at=at, does=does)


@attrs.frozen(order=False, kw_only=True, slots=False)
class Freed(MemberCommand):
    """Give back the unit of asha's voucher, as a pre-order that is cancelled would."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name nothing: the rest is asked for."""
        del programme
        return Needs()

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[None]:
        """Do it."""
        del programme
        puts, takes = frees_unit("asha", F, loaded, at=self.at)
        return Decision(None, puts, takes=takes)


def freed(request: str = "freed") -> Freed:
    """Give back the unit of asha's voucher."""
    return Freed(member_id="asha", request_id=request, at=T)


def test_a_revived_code_has_its_unit_reserved_again() -> None:
    """Until its own end."""
    mi = issued()
    mi.all(use(F), called(lambda it: it.reviving(at=T)))
    assert mi.units() == RESERVED
    assert mi.moves() == "reserved > sold > reserved"
    mi.do(use(F, "o2"))
    assert mi.units() == SOLD
    mi.check_units()


def test_a_code_revived_past_its_end_frees_its_unit() -> None:
    """It has expired, and its unit is anybody's code's."""
    mi = issued()
    mi.all(use(F), called(lambda it: it.reviving(at=ENDS), at=ENDS))
    assert mi.state(F) is VoucherState.EXPIRED
    assert mi.units() == FREE
    mi.check_units()


def test_a_unit_is_given_back_for_good_once() -> None:
    """The voucher stays used, and whatever is stored of it later takes no unit."""
    mi = issued(keeps_codes=True)
    mi.all(use(F), freed())
    assert mi.units() == FREE
    unit = reserved_unit_key("asha", F)
    assert frees_unit("asha", F, mi.store.load(Needs((unit,))), at=T) == ((), ())
    mi.do(freed("again"))
    before = mi.found_voucher(F)
    mi.do(Erase(member_id="asha", request_id="erase", at=T))
    assert mi.found_voucher(F) != before
    assert mi.units() == FREE
    assert mi.moves() == "reserved > sold > free"
    assert mi.state(F) is VoucherState.USED
    mi.check_units(("asha", F))


def test_a_unit_that_was_given_back_can_be_taken_again_while_there_is_one() -> None:
    """Where the code is revived after all: like a new one, and refused like a new one."""
    mi = Reserving(1)
    mi.all(redeem("f"), use(F), freed())
    revived = called(lambda it: it.reviving(at=T))
    mi.do(redeem("f", by="bela"))
    assert mi.refusal(revived) == QuotaExhausted(quota_id="q", size=1)
    mi.all(void(F, by="bela"), revived)
    assert mi.units() == (0, 0, 0, 1)
    mi.check_units()


def test_nothing_is_given_back_of_a_code_without_a_unit() -> None:
    """As of a voucher that names no quota."""
    mi = Reserving(1, reward("f", terms=FCodeTerms(("phone",), Validity(1))))
    mi.all(redeem("f"), use(F), freed())
    assert mi.units() == (1, 0, 0, 0)
    with pytest.raises(NotLoaded):
        frees_unit("asha", F, Loaded({}, {}), at=T)


@pytest.mark.parametrize("is_used", [True, False])
def test_a_unit_that_is_not_there_is_corrupt(*, is_used: bool) -> None:
    """A code that was issued has one; whoever deleted it is told."""
    mi = issued()
    del vars(mi.store)["_rows"][reserved_unit_key("asha", F)]
    with pytest.raises(Corrupt, match="the unit of voucher 'redeem:f' of 'asha' is not there"):
        mi.do(use(F) if is_used else void(F))


def test_every_state_of_a_voucher_means_one_of_its_unit() -> None:
    """The table leaves none out."""
    assert UNIT_OF.keys() == set(VoucherState)
    assert set(UNIT_OF.values()) == set(UnitState)


# the defect that is looked for


def test_without_the_hook_the_books_do_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """I14: What checks units sees a voucher whose unit did not follow."""
    mi = issued()
    monkeypatch.setattr("mi_rewards.commands.units.with_units", lambda decision, *_: decision)
    mi.do(use(F))
    with pytest.raises(AssertionError):
        mi.check_units()


@pytest.mark.parametrize("name", ["codes/taken", "codes/sold", "codes/reserved"])
def test_a_counter_that_nobody_stepped_is_seen(name: str) -> None:
    """I14: One too many of any of them."""
    mi = issued()
    mi.do(use(F))
    mi.check_units()
    mi.store.save(Changes(takes=(Take(CounterKey("quota/q", name), 1, 99),)))
    with pytest.raises(AssertionError):
        mi.check_units()


def test_a_batch_changes_nothing_where_it_is_only_simulated() -> None:
    """I18: What a simulation shows is what is stored then."""
    mi = issued()
    before = contents(mi.store)
    _, changes = mi.rewards.simulate(use(F))
    assert contents(mi.store) == before
    assert changes is not None
    batch = Batch([use(F)], mi.programme)
    mi.rewards.carry_out(batch)
    assert batch.changes == changes
    assert mi.units() == SOLD


def test_a_day_and_an_hour_are_no_matter() -> None:
    """A move is recorded with the instant of the command that made it."""
    mi = issued()
    mi.do(use(F, at=T + HOUR))
    unit = mi.unit()
    assert unit is not None
    assert [move.at for move in unit.allotment.moves] == [T, T + HOUR]
