"""What went wrong in real systems, by its number: what rewards, vouchers and codes show.

Races, double spending and retries (C), whole numbers and money (D), days and stale carts (F), codes
that are guessed, limits and reads (G), and defects seen in comparable libraries (H). A cup costs
five tokens unless a test says otherwise; `asha` and `bela` have a hundred each.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Window, Zone, read_instant
from mi_rewards.catalogue import (
    ALPHABET,
    LETTERS,
    Choice,
    CouponTerms,
    Limit,
    LimitScope,
    NotOnSale,
    Period,
    Reward,
    Validity,
    Voucher,
    VoucherAttached,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherState,
    VoucherUsed,
    is_well_formed,
)
from mi_rewards.codes import CodeBook
from mi_rewards.commands import Batch, Command, Issued, Rewards, with_retries
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.repositories import Changes, Loaded, Needs
from mi_rewards.testing import ConnectionLost, Fault, FaultyStore, Plan
from mi_rewards.wallet import InsufficientTokens
from tests.redeeming import (
    CODES,
    DAY,
    HOUR,
    TICK,
    Counter,
    attach,
    call_off,
    confirm,
    coupon,
    detach,
    f_code,
    forget,
    hand_on,
    publish,
    redeem,
    replace,
    reserve,
    reward,
    run_out,
    use,
    void,
)
from tests.shop import SMALL, T, bring, burn, contents, deliver, give_back, inr, ist, join, rules

# C. Concurrency, double spend, oversell, retries


def saved_after(made: Counter, first: Command[Any], second: Command[Any]) -> Exception | None:
    """Let two decide on the same state, and save one after the other; say why the second lost."""
    batches = [Batch([it], made.programme) for it in (first, second)]
    for batch in batches:
        made.rewards._decide(batch)
        assert batch.changes is not None
    made.store.save(batches[0].changes)  # type: ignore[arg-type]
    before = contents(made.store)
    try:
        made.store.save(batches[1].changes)  # type: ignore[arg-type]
    except (Conflict, LimitReached) as lost:
        assert contents(made.store) == before
        return lost
    return None


def test_c1_a_batch_is_decided_on_the_running_balance() -> None:
    """C1: Each of two could be paid alone; the second is decided on what the first left."""
    made = Counter(reward(cost=60))
    answers = made.rewards.do_all([redeem(request="r1"), redeem(request="r2")])
    assert [type(it) for it in answers] == [Issued, InsufficientTokens]
    assert made.balance().available == 40
    made.check_all()


def test_c1_a_batch_is_decided_on_the_running_stock() -> None:
    """C1: Two members, one cup, one batch."""
    made = Counter(reward(stock=1))
    answers = made.rewards.do_all([redeem(by="asha"), redeem(by="bela")])
    assert [type(it) for it in answers] == [Issued, LimitReached]
    assert made.taken() == 1


def test_c2_one_coupon_is_not_spent_in_two_checkouts() -> None:
    """C2: Two orders of one member, decided at once: one wins, and the other is told why."""
    made = Counter(reward())
    made.do(redeem())
    lost = saved_after(made, use(order_id="o1"), use(order_id="o2"))
    assert isinstance(lost, Conflict)
    assert made.refusal(use(order_id="o2")) == VoucherUsed(voucher_id="redeem:cup")
    found = made.found_voucher()
    assert found is not None
    assert (found.order_id, found.order_of) == ("o1", "asha")


@pytest.mark.parametrize("first", [attach, use])
@pytest.mark.parametrize("second", [attach, use])
def test_c3_a_code_in_two_hands_is_used_once(
    first: Callable[..., Command[Any]], second: Callable[..., Command[Any]]
) -> None:
    """C3: Two members have the same F-code: the first wins, however they interleave."""
    made = Counter(reward(terms=f_code()))
    code = CODES.draw()
    made.do(redeem(code=code))
    lost = saved_after(made, first(code, "oa", by="asha"), second(code, "ob", by="bela"))
    assert isinstance(lost, Conflict)
    refusal = made.refusal(second(code, "ob", by="bela"))
    assert isinstance(refusal, VoucherUsed if first is use else VoucherAttached)


def test_c4_a_reservation_is_not_counted_against_itself() -> None:
    """C4: The last cup is reserved when it is applied, confirmed when paid; others see it gone."""
    made = Counter(reward(stock=1, limits=(Limit(1),)))
    made.do(reserve())
    assert made.rewards.catalogue("bela", at=T)[0].left == 0
    assert isinstance(made.refusal(redeem(by="bela")), LimitReached)
    issued = made.do(confirm(at=T + HOUR - TICK))
    assert (issued.voucher_id, issued.tokens) == ("reserve:cup", 5)
    assert made.all_used() == {"reward/cup/stock": 1, "asha/reward/cup/ever/ever": 1}


def test_c4_an_order_does_not_lose_its_own_coupon() -> None:
    """C4: Applying it again to the order that has it is no second use."""
    made = Counter(reward())
    made.do(redeem())
    for number in range(4):
        made.do(attach(request=f"try{number}"))
    made.do(use())
    assert made.state() is VoucherState.USED


def test_c5_three_uses_are_not_five() -> None:
    """C5: Five who have all seen that three are left: three are granted when they save."""
    members = [f"m{number}" for number in range(5)]
    made = Counter(reward(stock=3), tokens=dict.fromkeys(members, 5))
    seen = [made.rewards.catalogue(by, at=T)[0].left for by in members]
    plans = [made.rewards.simulate(redeem(by=by))[1] for by in members]
    assert seen == [3] * 5
    for number, plan in enumerate(plans):
        assert plan is not None
        if number < 3:
            made.store.save(plan)
        else:
            with pytest.raises(LimitReached):
                made.store.save(plan)
    assert made.taken() == 3
    made.check_all()


def test_c6_a_refused_take_leaves_no_voucher_and_no_receipt() -> None:
    """C6: The unit, the member's own limit, tokens and voucher are one save; it fails as one."""
    made = Counter(reward(stock=1, limits=(Limit(5),)))
    lost = saved_after(made, redeem(by="asha"), redeem(by="bela"))
    assert isinstance(lost, LimitReached)
    assert lost.figures["counter"] == "reward/cup/stock"
    assert made.found_voucher(by="bela") is None
    assert made.balance(by="bela").available == 100
    assert made.all_used() == {"reward/cup/stock": 1, "asha/reward/cup/ever/ever": 1}
    # It left no receipt: asked again it is decided again.
    assert isinstance(made.refusal(redeem(by="bela")), LimitReached)


def test_c7_what_has_no_limit_takes_from_no_counter() -> None:
    """C7: Nobody waits for a row that counts what nobody limits."""
    made = Counter(reward())
    for command in (redeem(), reserve()):
        _, changes = made.rewards.simulate(command)
        assert changes is not None
        assert changes.takes == ()
        assert command.needs(made.programme).counters == ()
        made.do(command)
    made.do(confirm())
    assert made.all_used() == {}
    assert made.rewards.catalogue("asha", at=T)[0].left is None


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.TWICE, Fault.LATE, Fault.NOT_SENT])
def test_c8_a_confirmation_that_is_sent_again_has_one_effect(fault: Fault) -> None:
    """C8: One entry, one voucher, one code; and the caller learns which code that is."""
    made = Counter(reward(stock=3))
    made.do(reserve())
    store = FaultyStore(made.store, Plan({1: fault}))
    rewards = Rewards(store, made.programme)
    drawn, answers = [CODES.draw() for _ in range(3)], []
    for code in drawn:
        try:
            answers.append(rewards.do(confirm(code=code)))
        except ConnectionLost:
            continue
    store.arrive()
    found = made.found_voucher("reserve:cup")
    assert found is not None
    assert {it.digest for it in answers} == {found.digest}
    assert found.digest == drawn[fault in (Fault.LATE, Fault.NOT_SENT)].digest
    assert [entry.event.value for entry in made.entries()].count("captured") == 1
    made.check_all()


def test_c9_an_order_uses_a_coupon_once_however_often_it_changes_state() -> None:
    """C9: Once when it is pending and once when it is processed is once."""
    made = Counter(reward(stock=10, limits=(Limit(10),)))
    made.do(redeem())
    used = made.all_used()
    made.all(attach(request="step0"), attach(request="step1"), use(request="step2"))
    assert made.do(use(request="step2")) == made.do(use(request="step2"))
    assert made.refusal(use(request="webhook")) == VoucherUsed(voucher_id="redeem:cup")
    assert made.all_used() == used


def test_c11_the_first_call_of_two_consumes_nothing() -> None:
    """C11: 3-D Secure: attached on the first call, still there on the second, used when paid."""
    made = Counter(reward())
    made.do(redeem())
    made.do(attach(request="first call"))
    made.do(attach(request="second call", at=T + HOUR))
    made.do(detach(request="declined", at=T + HOUR))
    assert made.state() is VoucherState.ISSUED
    made.do(attach(request="another card", at=T + 2 * HOUR))
    made.do(use(at=T + 2 * HOUR))
    assert made.state() is VoucherState.USED
    assert isinstance(made.refusal(detach(request="late", at=T + 3 * HOUR)), VoucherUsed)


def test_c13_what_is_reserved_is_not_spendable() -> None:
    """C13: Tokens that are held buy nothing else, and no balance is negative."""
    made = Counter(reward(cost=60))
    made.do(reserve())
    assert made.refusal(redeem()) == InsufficientTokens(required=60, available=40)
    balance = made.balance()
    assert (balance.available, balance.held) == (40, 60)
    made.do(call_off("reserve:cup"))
    assert made.do(redeem()).tokens == 60


@pytest.mark.parametrize("makes", [redeem, reserve])
def test_c14_the_last_one_is_sold_once(makes: Callable[..., Command[Any]]) -> None:
    """C14: Two who saw the last one: one has it, the other keeps their tokens."""
    made = Counter(reward(stock=1))
    lost = saved_after(made, makes(by="asha"), makes(by="bela"))
    assert isinstance(lost, LimitReached)
    assert made.balance(by="bela").available == 100
    assert made.taken() == 1


def test_c15_what_ends_gives_back_one_unit_and_no_more() -> None:
    """C15: Cancelled and run out, booked again and again; a void voucher hands out nothing."""
    made = Counter(reward(stock=2, is_revocable=True))
    made.do(reserve(request="r1"))
    made.do(reserve(request="r2", by="bela"))
    made.do(call_off("r1"))
    at = T + HOUR
    assert made.rewards.run_out_due(at) == 1
    assert made.rewards.run_out_due(at) == 0
    made.do(run_out("r2", by="bela", at=at))
    made.refusal(call_off("r1", request="again"))
    made.refusal(call_off("r2", by="bela", at=at))
    assert made.taken() == 0
    made.do(redeem(request="v", at=at))
    made.do(void("v", at=at))
    assert made.taken() == 1
    made.refusal(call_off("v", at=at))
    made.do(redeem(request="w", at=at))
    assert isinstance(made.refusal(redeem(by="bela", at=at)), LimitReached)
    made.do(call_off("w", at=at))
    assert made.taken() == 1
    made.check_all()


# D. Rounding and money


@pytest.mark.parametrize("wrong", [5.0, True, "5", 5.5, -5, 0])
def test_d1_what_is_chosen_is_a_whole_number_of_tokens(wrong: Any) -> None:
    """D1: No fraction, no truth, no text, and nothing that is almost the cost."""
    made = Counter(reward(cost=5), reward("one", 1), chosen())
    for which in ("cup", "one", "sum"):
        if type(wrong) is int:
            assert made.refusal(redeem(which, tokens=wrong)).code == "tokens_not_offered"  # type: ignore[union-attr]
        else:
            before = contents(made.store)
            with pytest.raises((Misuse, Refused)):
                made.do(redeem(which, tokens=wrong))
            assert contents(made.store) == before


@pytest.mark.parametrize("value", [1.0, True, "100"])
def test_d1_a_coupon_is_worth_whole_minor_units(value: Any) -> None:
    """D1: Neither its value nor its cap is a float."""
    with pytest.raises(Misuse):
        CouponTerms(Validity(1), Money(value, "INR"))
    with pytest.raises(Misuse):
        CouponTerms(Validity(1), value)
    with pytest.raises(Misuse):
        Rate(value, 100)


def chosen(worth: Rate | None = None, *, least: int = 1, step: int = 1) -> Reward:
    """As many tokens as the member likes."""
    cost = Choice(least, step, Rate(25, 1) if worth is None else worth, 1_000)
    return reward("sum", cost, terms=CouponTerms(Validity(10)))


def value_of(made: Counter, tokens: int, request: str) -> Money:
    """Redeem so many tokens for a coupon, and read what it is worth."""
    made.do(redeem("sum", tokens=tokens, request=request))
    found = made.found_voucher(request)
    assert found is not None
    terms = found.terms
    assert isinstance(terms, CouponTerms)
    assert terms.value is not None
    return terms.value


def test_d2_tokens_have_a_scale_of_their_own() -> None:
    """D2: One token buys where one is asked, whatever the smallest coin of the currency is."""
    yen = rules(SMALL, currency="JPY", rate=attrs.evolve(SMALL.earning.rate, per=Money(100, "JPY")))
    made = Counter(chosen(Rate(10, 1)), programme=yen)
    assert value_of(made, 1, "one") == Money(10, "JPY")
    assert made.balance().available == 99


@pytest.mark.parametrize("rounding", Rounding)
def test_d3_the_cost_is_what_was_chosen_and_nothing_more(rounding: Rounding) -> None:
    """D3: At three paise for ten tokens no rounding of the value ever costs a token more."""
    made = Counter(chosen(Rate(3, 10, rounding)))
    for tokens in range(1, 12):
        before = made.balance().available
        value = value_of(made, tokens, f"r{tokens}")
        assert made.balance().available == before - tokens
        assert value.minor == Rate(3, 10, rounding).of(tokens)
        assert abs(10 * value.minor - 3 * tokens) < 10


def test_d4_what_is_shown_is_whole_numbers() -> None:
    """D4: An offer, an outcome and the voucher show no digits after a point but money's own."""
    made = Counter(chosen(Rate(1, 3)), reward())
    offers = made.rewards.catalogue("asha", at=T)
    assert [(it.tokens, it.missing) for it in offers] == [(5, 0), (1, 0)]
    value_of(made, 90, "r")
    issued = made.do(redeem("sum", tokens=7, request="s"))
    assert type(issued.tokens) is int
    found = made.found_voucher("r")
    assert found is not None
    assert "INR 0.30" in str(getattr(found.terms, "value", ""))


def test_d5_the_last_tokens_are_worth_something() -> None:
    """D5: What is left can be chosen to the last token, also where it is worth a paisa."""
    made = Counter(chosen(Rate(1, 1)), tokens={"asha": 3})
    assert value_of(made, 2, "two") == Money(2, "INR")
    assert value_of(made, 1, "one") == Money(1, "INR")
    assert made.balance().available == 0


def test_d7_what_tokens_are_worth_is_an_exact_fraction() -> None:
    """D7: A third of a rupee each: three are one rupee, thirty are ten."""
    made = Counter(chosen(Rate(100, 3)))
    assert value_of(made, 3, "a") == inr(1)
    assert value_of(made, 30, "b") == inr(10)
    assert value_of(made, 1, "c") == Money(33, "INR")


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "JPY 250"), ("INR", "INR 2.50"), ("KWD", "KWD 0.250")]
)
def test_d8_a_value_has_its_currencys_own_digits(currency: str, shown: str) -> None:
    """D8: Ten tokens at 25 minor units each, with no, two and three digits after the point."""
    rate = attrs.evolve(SMALL.earning.rate, per=Money(1_000, currency))
    made = Counter(chosen(), programme=rules(SMALL, currency=currency, rate=rate))
    assert str(value_of(made, 10, "r")) == shown


def test_d8_a_reward_of_another_currency_is_no_part_of_a_programme() -> None:
    """D8: A hundred yen are not a hundred paise."""
    yen = reward(terms=CouponTerms(Validity(1), Money(100, "JPY")))
    with pytest.raises(Misuse, match="JPY"):
        Counter(yen)
    with pytest.raises(Misuse, match="JPY"):
        Counter().do(publish(yen))


def test_d11_a_voucher_earns_nothing() -> None:
    """D11: Redeeming, confirming and using issue no token."""
    made = Counter(reward())
    made.all(redeem(), reserve(), confirm(), attach(), use())
    events = [entry.event.value for entry in made.entries()]
    assert events == ["opened", "burned", "held", "captured"]
    assert made.rewards.balance("asha", at=T).available == 90


# F. Time zones and stale carts


@pytest.mark.parametrize(
    ("zone", "issued", "end"),
    [
        ("Asia/Kolkata", "2018-06-10T12:00:00+05:30", "2018-06-16T00:00:00+05:30"),
        ("America/New_York", "2018-03-06T12:00:00-05:00", "2018-03-12T00:00:00-04:00"),
        ("America/New_York", "2018-10-30T12:00:00-04:00", "2018-11-05T00:00:00-05:00"),
        ("Asia/Kolkata", "2018-12-26T12:00:00+05:30", "2019-01-01T00:00:00+05:30"),
    ],
)
def test_f2_valid_through_a_day_is_to_its_end_in_the_programmes_zone(
    zone: str, issued: str, end: str
) -> None:
    """F2: Five days: one tick before midnight it is used, at midnight it is over."""
    at, over = read_instant(issued), read_instant(end)
    made = Counter(reward(terms=coupon(days=5)), tokens={}, zone=Zone(zone))
    made.do(bring(10, "2029-12-31", at=at))
    for name in ("in time", "late"):
        made.do(redeem(at=at, request=name))
    made.do(use("in time", at=over - TICK, order_id="o1"))
    refusal = made.refusal(use("late", at=over, order_id="o2"))
    assert isinstance(refusal, VoucherExpired)
    last_day = str((over - timedelta(hours=12)).astimezone(at.tzinfo).date())
    assert refusal.figures["last_day"] == last_day


def test_f3_a_coupon_in_an_old_cart_is_looked_at_again() -> None:
    """F3: What could be used when the cart was made, and was told so, is refused after its end."""
    made = Counter(reward(terms=coupon(days=0)))
    made.do(redeem())
    assert made.rewards.reasons_against(attach()) == ()
    tomorrow = T + DAY
    assert isinstance(made.refusal(attach(at=tomorrow)), VoucherExpired)
    assert isinstance(made.refusal(use(at=tomorrow)), VoucherExpired)


def test_f3_an_offer_is_looked_at_again_when_it_is_redeemed() -> None:
    """F3: The sale ended, the stock was lowered, the cost was raised: the page was right before."""
    until = ist("2017-07-02")
    made = Counter(reward(window=Window(None, until)), reward("pen", 5), reward("pin", 5))
    assert all(not it.reasons_against for it in made.rewards.catalogue("asha", at=T))
    assert isinstance(made.refusal(redeem(at=until)), NotOnSale)
    made.do(publish(reward("pen", 5, stock=0)))
    assert isinstance(made.refusal(redeem("pen")), LimitReached)
    made.do(publish(reward("pin", 101), request="pin"))
    assert isinstance(made.refusal(redeem("pin")), InsufficientTokens)
    assert made.refusal(redeem("pin", tokens=5)).code == "tokens_not_offered"  # type: ignore[union-attr]


def test_f4_the_day_that_is_told_is_the_day_that_is_kept() -> None:
    """F4: In the answer, in the list, in the refusal, and on the clock."""
    made = Counter(reward(terms=coupon(days=3)))
    told = made.do(redeem()).last_day
    (shown,) = made.rewards.vouchers("asha", at=T)
    found = made.found_voucher()
    assert found is not None
    assert told == shown.last_day == found.last_day
    end = made.programme.zone.after(told)
    assert shown.ends_at == end
    assert made.rewards.reasons_against(attach(at=end - TICK)) == ()
    refusal = made.refusal(attach(at=end))
    assert refusal == VoucherExpired(voucher_id="redeem:cup", last_day=str(told))


# G. Identity, abuse, limits, performance


def test_g4_a_code_cannot_be_guessed() -> None:
    """G4: Not 31 to the power of 4, but more than 2 to the power of 64."""
    assert len(ALPHABET) ** LETTERS > 2**64
    drawn = [CODES.draw() for _ in range(500)]
    assert len({it.clear for it in drawn}) == len({it.digest for it in drawn}) == 500
    assert all(is_well_formed(it.clear) for it in drawn)
    # Every letter at every place: none is more likely for where it stands.
    for place in range(LETTERS):
        assert len({it.clear[place] for it in drawn}) == len(ALPHABET)


def test_g4_codes_come_from_secrets_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: With the source of secrets replaced, every letter that is drawn is the replacement's."""
    asked: list[str] = []

    def last(letters: str) -> str:
        asked.append(letters)
        return letters[-1]

    monkeypatch.setattr(secrets, "choice", last)
    assert CodeBook(b"k" * 16).draw().clear[:LETTERS] == "Z" * LETTERS
    assert asked == [ALPHABET] * LETTERS


OUTWARD: list[Callable[..., Command[Any]]] = [attach, detach, use, hand_on, replace, void, forget]


@pytest.mark.parametrize("makes", OUTWARD)
def test_g4_outward_there_is_one_refusal(makes: Callable[..., Command[Any]]) -> None:
    """G4: Unknown, somebody else's and void: same class, code, message and figures, by any name."""
    made = Counter(reward(), keeps_codes=True)
    mine, gone = CODES.draw(), CODES.draw()
    made.do(redeem(code=mine, request="hers"))
    made.do(redeem(code=gone, request="gone", by="bela"))
    made.do(void("gone", by="bela"))
    old = CODES.draw()
    made.do(redeem(code=old, request="new", by="bela"))
    made.do(replace("new", by="bela", request="other code"))
    asked = [CODES.draw(), "none", mine, "hers", gone, "gone", old]
    refusals = [made.refusal(makes(it, by="bela", request="probe")) for it in asked]
    seen = {(type(it), str(it), tuple(getattr(it, "figures", "?"))) for it in refusals}
    assert seen == {(VoucherNotFound, "no such voucher", ())}


def test_g6_a_member_chooses_how_many_tokens_to_spend() -> None:
    """G6: In steps, from a least to a most; the rest stays."""
    made = Counter(chosen(least=10, step=5))
    for tokens in (9, 11, 1_005):
        assert made.refusal(redeem("sum", tokens=tokens)).code == "tokens_not_offered"  # type: ignore[union-attr]
    assert value_of(made, 25, "r") == Money(625, "INR")
    assert made.balance().available == 75
    assert made.do(redeem("sum", request="least")).tokens == 10


class Silent(MemoryStore):
    """A store that does not answer for counters."""

    def load(self, needs: Needs, /) -> Loaded:
        """Leave counters out."""
        return super().load(needs._replace(counters=()))


def test_g7_a_limit_whose_use_is_not_known_grants_nothing() -> None:
    """G7: A counter that the store does not answer for is a defect, and no missing limit."""
    made = Counter(reward(limits=(Limit(1),)), store=Silent())
    with pytest.raises(Corrupt):
        made.do(redeem())
    assert made.found_voucher() is None


@pytest.mark.parametrize(("count", "granted"), [(None, 5), (0, 0), (1, 1), (3, 3)])
def test_g8_none_is_no_limit_and_zero_is_none_at_all(count: int | None, granted: int) -> None:
    """G8: Of a stock and of a limit alike, for members and for all."""
    limits = [() if count is None else (Limit(count, per),) for per in LimitScope]
    parts: list[dict[str, Any]] = [{"stock": count}, *({"limits": it} for it in limits)]
    for each in parts:
        made = Counter(reward(**each))
        answers = [made.rewards.do_all([redeem(request=f"r{n}")])[0] for n in range(5)]
        assert [type(it) for it in answers] == [Issued] * granted + [LimitReached] * (5 - granted)


class Counting(MemoryStore):
    """A store that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Count."""
        self.asked.append("load")
        return super().load(needs)

    def save(self, changes: Changes, /) -> None:
        """Count."""
        self.asked.append("save")
        super().save(changes)


def test_g9_what_is_asked_of_a_store_does_not_grow() -> None:
    """G9: One load and one save, for one redemption or for a hundred, after any number of them."""
    store = Counting()
    members = [f"m{number}" for number in range(100)]
    cups = (reward(stock=1_000, limits=(Limit(9, period=Period.DAY),)),)
    made = Counter(*cups, store=store, tokens=dict.fromkeys(members, 50))
    for name in ("r1", "r2"):
        store.asked.clear()
        made.rewards.do_all([redeem(by=by, request=name) for by in members])
        assert store.asked == ["load", "save"]
    reads: list[Callable[[], object]] = [
        lambda: made.rewards.vouchers("m0", at=T),
        lambda: made.rewards.catalogue("m0", at=T),
    ]
    for read, most in zip(reads, (1, 2), strict=True):
        store.asked.clear()
        read()
        assert store.asked == ["load"] * most
    store.asked.clear()
    made.do(use("r1", by="m0"))
    assert store.asked == ["load", "save"]


def test_g10_reads_write_nothing_and_spend_nobodys_tokens() -> None:
    """G10: The catalogue, vouchers, what speaks against it, a simulation; due or not."""
    made = Counter(reward(stock=5, terms=coupon(days=0)))
    made.all(redeem(), reserve())
    before = contents(made.store)
    for at in (T, T + HOUR, T + 40 * DAY):
        for by in ("asha", "bela", "nobody"):
            made.rewards.catalogue(by, at=at)
            made.rewards.vouchers(by, at=at)
            made.balance(by=by, at=at)
            made.rewards.reasons_against(redeem(by=by, at=at, request="told"))
            made.rewards.reasons_against(attach(by=by, at=at))
        made.rewards.simulate(redeem(by="bela", at=at, request="told"))
    assert contents(made.store) == before


# H. Defects seen in the code of comparable libraries


def test_h8_a_limit_is_kept_where_it_is_counted() -> None:
    """H8: A page that says one is left, and a decision that saw it, grant nothing by themselves."""
    made = Counter(reward(limits=(Limit(1, LimitScope.PROGRAMME),)))
    stale = made.rewards.simulate(redeem(by="bela"))[1]
    assert stale is not None
    made.do(redeem())
    with pytest.raises(LimitReached):
        made.store.save(stale)
    assert with_retries(
        made.rewards, lambda it: it.reasons_against(redeem(by="bela")), attempts=2
    ) == (LimitReached(counter="reward/cup/ever/ever", asked=1, used=1, limit=1),)


def told(made: Counter) -> list[object]:
    """Do the same with every catalogue, and tell what comes of it."""
    code = CODES.seal("ABCD")
    steps: list[Command[Any]] = [
        redeem(code=code),
        redeem(request="second"),
        redeem(request="third", by="bela", at=T + DAY),
        attach(code, by="bela"),
        hand_on(by="asha"),
        call_off(),
        redeem(request="gold", tier="gold"),
    ]
    answers = [str(made.rewards.do_all([step])[0]) for step in steps]
    answers = [it.partition("digest")[0] for it in answers]
    vouchers = made.rewards.vouchers("asha", at=T, with_codes=True)
    rows = [(it.voucher_id, it.terms, it.last_day, it.clear is None) for it in vouchers]
    figures = [entry.reason.figure("expense") for entry in made.entries()]
    return [answers, rows, figures]


SETTINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"cost": 6}, {}),
    ({"terms": coupon(days=11)}, {}),
    ({"terms": coupon(is_transferable=True)}, {}),
    ({"terms": CouponTerms(Validity(10), inr(200))}, {}),
    ({"terms": CouponTerms(Validity(10), inr(100), categories=("case",))}, {}),
    ({"terms": f_code()}, {}),
    ({"window": Window(T + HOUR, None)}, {}),
    ({"stock": 1}, {}),
    ({"limits": (Limit(1),)}, {}),
    ({"limits": (Limit(1, LimitScope.PROGRAMME),)}, {}),
    ({"limits": (Limit(1, LimitScope.PROGRAMME, Period.DAY),)}, {}),
    ({"tiers": ("gold",)}, {}),
    ({"pool_id": "partner"}, {}),
    ({"is_revocable": True}, {}),
    ({"expense": inr(75)}, {}),
    ({}, {"keeps_codes": True}),
]


def test_h9_every_setting_changes_a_result() -> None:
    """H9: No field of a reward is read by nobody: each makes a story of its own."""
    stories = [repr(told(Counter(reward(**parts), **rest))) for parts, rest in SETTINGS]
    stories.append(repr(told(Counter(reward()))))
    assert len(set(stories)) == len(stories)
    tried = {name for parts, _ in SETTINGS for name in parts}
    names = {it.name for it in attrs.fields(Reward)}
    assert names - tried == {"reward_id", "title", "version"}


def test_h10_a_request_with_other_content_is_not_taken_for_the_first() -> None:
    """H10: Another reward, other tokens, another order under the same name."""
    made = Counter(reward(), reward("pen"), chosen())
    made.do(redeem(request="r"))
    made.do(redeem("sum", tokens=3, request="s"))
    made.do(attach("r", "o1", request="a"))
    for again in (
        redeem("pen", request="r"),
        redeem("sum", tokens=4, request="s"),
        redeem(request="r", tier="gold"),
        attach("r", "o2", request="a"),
    ):
        assert type(made.refusal(again)).__name__ == "RequestReused"


def test_vouchers_are_told_apart_by_their_order_and_member() -> None:
    """C2: Another member's order of the same name is another order."""
    made = Counter(reward(terms=f_code()))
    code = CODES.draw()
    made.do(redeem(code=code))
    made.do(attach(code, "o1", by="bela"))
    assert isinstance(made.refusal(detach("redeem:cup", "o1")), VoucherNotAttached)
    assert isinstance(made.refusal(use("redeem:cup", "o1")), VoucherAttached)
    made.do(use(code, "o1", by="bela"))
    found = made.found_voucher()
    assert type(found) is Voucher
    assert (found.holder_id, found.order_of) == ("asha", "bela")


def test_tokens_earned_by_an_order_buy_the_next_ones_coupon() -> None:
    """C13: And when that order is returned, nothing more is redeemed until it is made good."""
    made = Counter(reward(cost=50), tokens={})
    made.all(join(), deliver("o1", 500), redeem(), use(order_id="o2"))
    made.do(give_back("o1"))
    assert made.balance().owed == 50
    assert made.state() is VoucherState.USED
    refusal = made.refusal(redeem(request="more"))
    assert isinstance(refusal, Refused)
    assert refusal.code == "tokens_owed"
    made.do(deliver("o3", 1_000))
    assert made.balance().available == 50
    assert made.do(redeem(request="more")).tokens == 50
    assert isinstance(made.refusal(burn(1)), InsufficientTokens)
