"""Redeeming a reward: in one step, or reserved first."""

from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Window, write_instant
from mi_rewards.catalogue import (
    Choice,
    CouponTerms,
    Limit,
    LimitScope,
    NothingInPool,
    NotOnSale,
    Period,
    PooledCode,
    Redemption,
    RedemptionState,
    Reward,
    SealedCode,
    TierNotEntitled,
    TokensNotOffered,
    UnknownReward,
    Validity,
)
from mi_rewards.commands import (
    Command,
    ConfirmRedemption,
    HoldTooLong,
    Issued,
    Redeem,
    Reserve,
    Reserved,
    Rewards,
    TooManyHolds,
)
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse, RequestReused
from mi_rewards.money import Rate
from mi_rewards.programme import HoldLimits
from mi_rewards.repositories import Changes, CounterKey, Loaded, Needs, Take, code_key
from mi_rewards.wallet import DeadlinePassed, InsufficientTokens, TokensOwed
from tests.catalogue import CHOSEN, COUPON, F_CODE, FULL
from tests.shop import (
    FIRST,
    SECOND,
    THIRD,
    Shop,
    T,
    bring,
    burn,
    check_outcomes,
    code,
    confirm,
    contents,
    deliver,
    fill,
    give_back,
    hold,
    inr,
    ist,
    join,
    publish,
    redeem,
    release,
    replace,
    reserve,
    rules,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
UNTIL = T + HOUR


def selling(*rewards: Reward, tokens: int = 5_000, **changes: Any) -> Shop:
    """Make a shop that sells rewards, and two members with tokens."""
    shop = Shop(rules(rewards=rewards, **changes))
    shop.all(bring(tokens), bring(tokens, by="bela"))
    return shop


def cup(**changes: Any) -> Reward:
    """Make a coupon of 2,500 tokens with these parts changed."""
    return attrs.evolve(COUPON, **changes)


# in one step


def test_a_reward_is_redeemed_in_one_step() -> None:
    """Tokens are spent, and a voucher, a redemption and a burn are named as the request."""
    shop = selling(cup(stock=3, limits=(Limit(2),)))
    issued = Issued("redeem", "cup", 2_500, day("2017-07-11"), FIRST.digest)
    check_outcomes([shop.do(redeem())], issued)
    assert shop.story()[1] == (
        "2 burned by redeem on 2017-07-01T06:30:00Z, reward reward_id=cup: "
        "available -2500@2018-12-31; redeemed +2500 (redeem)"
    )
    reward = cup(stock=3, limits=(Limit(2),))
    steps = reward.steps("asha", day("2017-07-01"))
    assert shop.redemption("redeem") == Redemption(
        "asha", "redeem", reward, 2_500, steps, T, None, RedemptionState.CONFIRMED, 1
    )
    voucher = shop.voucher()
    assert (voucher.digest, voucher.clear, voucher.holder_id) == (FIRST.digest, None, "asha")
    assert voucher.terms == COUPON.terms
    burned = shop.burned("redeem")
    assert burned is not None
    assert burned.tokens == 2_500
    assert (shop.used(), shop.used("asha", "reward/cup/ever/ever")) == (1, 1)


def test_a_reward_without_an_end_counts_nothing() -> None:
    """No counter is written where nothing is limited."""
    shop = selling(COUPON)
    _, changes = shop.rewards.simulate(redeem())
    assert changes is not None
    assert changes.takes == ()
    assert redeem().needs(shop.programme).counters == ()


def test_an_f_code_is_redeemed_alike() -> None:
    """Valid for the day of issue alone, where its terms say 0 days."""
    shop = selling(F_CODE)
    issued = Issued("redeem", "f-code", 1_000, day("2017-07-01"), FIRST.digest)
    check_outcomes([shop.do(redeem("f-code"))], issued)
    assert shop.voucher().terms == F_CODE.terms


def test_what_a_reward_costs_the_programme_is_in_the_journal() -> None:
    """For accounting, where it is stated."""
    shop = selling(cup(expense=inr("75.50")))
    shop.do(redeem())
    assert shop.entries()[1].reason.figures == (("reward_id", "cup"), ("expense", "INR 75.50"))


def test_simulating_a_redemption_issues_nothing() -> None:
    """I18: It says what doing says."""
    shop = selling(cup(stock=1))
    before = contents(shop.store)
    simulated, _ = shop.rewards.simulate(redeem())
    assert contents(shop.store) == before
    check_outcomes([shop.do(redeem())], simulated)


@pytest.mark.parametrize("keeps_codes", [True, False])
def test_a_code_is_kept_in_clear_where_the_rule_book_says_so(*, keeps_codes: bool) -> None:
    """And nowhere else."""
    shop = selling(COUPON, keeps_codes=keeps_codes)
    shop.do(redeem())
    assert shop.voucher().clear == (FIRST.clear if keeps_codes else None)
    assert (FIRST.clear in str(contents(shop.store))) is False
    (seen,) = shop.rewards.vouchers("asha", at=T, with_codes=True)
    assert (seen.clear is None) is not keeps_codes


# a request again


def test_a_request_that_comes_again_answers_with_the_first_code() -> None:
    """I8: A code is drawn anew for each try; the one that was issued stands."""
    shop = selling(cup(stock=2))
    first = shop.do(redeem())
    again = shop.do(redeem(code=SECOND, at=T + HOUR))
    check_outcomes([again], first)
    assert again.digest == FIRST.digest
    assert shop.voucher().digest == FIRST.digest
    assert (shop.used(), shop.balance().available) == (1, 2_500)


def test_a_request_that_comes_again_in_one_batch_has_one_effect() -> None:
    """I8: The second is answered from the first one's receipt."""
    shop = selling(cup(stock=2))
    one, other = shop.batch(redeem(), redeem(code=SECOND))
    check_outcomes([other], one)
    assert shop.used() == 1


@pytest.mark.parametrize(
    "other",
    [
        redeem("chosen"),
        redeem(tokens=2_500),
        redeem(tier="gold"),
        reserve(until=UNTIL, request="redeem"),
        burn(2_500, request="redeem"),
    ],
)
def test_a_request_with_other_content_is_misuse(other: Any) -> None:
    """Another reward, another cost, another tier, another command."""
    shop = selling(COUPON, CHOSEN)
    shop.do(redeem())
    fault = shop.refusal(other)
    assert type(fault) is RequestReused
    assert str(fault) == "request 'redeem' of 'asha' was seen before with other content"


def test_a_request_is_digested_like_any_other() -> None:
    """So that a receipt of it can be a row; the code is no part of it."""
    assert redeem().content().digest() == redeem(code=SECOND, at=UNTIL).content().digest()
    assert redeem().content().digest() != redeem(tier="gold").content().digest()
    one, other = (reserve(until=UNTIL + it).content().digest() for it in (HOUR, 2 * HOUR))
    assert one != other


# codes


def test_a_voucher_needs_a_code() -> None:
    """Of a reward whose codes are drawn."""
    fault = selling(COUPON).refusal(redeem(code=None))
    assert type(fault) is Misuse
    assert str(fault) == "a code is drawn for the voucher: pass one of a CodeBook's"


def test_two_vouchers_have_two_codes() -> None:
    """Another member's code is not issued again, nor one of the same batch."""
    shop = selling(COUPON)
    outcomes = shop.batch(redeem(), redeem(by="bela"), redeem(by="bela", code=SECOND))
    fault = outcomes[1]
    assert type(fault) is Misuse
    assert str(fault) == "the code is issued already: draw another"
    assert type(outcomes[2]) is Issued
    assert type(shop.refusal(redeem(request="again"))) is Misuse


@pytest.mark.parametrize(
    "wrong",
    [
        "7KQM-W2PX-9RTC-HB",
        FIRST.digest,
        tuple(FIRST),
        SealedCode("soon", "7777"),
        SealedCode(FIRST.digest.upper(), "7777"),
        SealedCode(FIRST.digest, ""),
        5,
    ],
)
def test_a_code_is_a_sealed_code(wrong: Any) -> None:
    """And the message does not show what was given."""
    for make in (
        lambda: redeem(code=wrong),
        lambda: ConfirmRedemption(
            member_id="asha", request_id="r", at=T, redemption_id="x", code=wrong
        ),
    ):
        with pytest.raises(Misuse) as caught:
            make()
        assert str(caught.value) == "a code is a SealedCode, as a CodeBook draws it"


# what is refused, in order of precedence


def test_a_reward_that_is_not_there_is_refused() -> None:
    """Nothing more is asked of it."""
    shop = selling(COUPON)
    assert shop.refusal(redeem("mug", tokens=7)) == UnknownReward(reward_id="mug")
    assert shop.refusal(reserve("mug", until=UNTIL)) == UnknownReward(reward_id="mug")


@pytest.mark.parametrize(
    ("tokens", "is_granted"), [(None, True), (2_499, False), (2_500, True), (2_501, False)]
)
def test_a_fixed_cost_is_that_or_nothing(tokens: int | None, *, is_granted: bool) -> None:
    """Who names another number is refused."""
    shop = selling(COUPON)
    if is_granted:
        assert shop.do(redeem(tokens=tokens)).tokens == 2_500
    else:
        assert shop.refusal(redeem(tokens=tokens)) == TokensNotOffered(
            reward_id="cup", asked=tokens or 0, least=2_500, step=2_500, most=2_500
        )


@pytest.mark.parametrize(
    ("asked", "tokens", "paise"),
    [
        (None, 50, 200),
        (49, 0, 0),
        (50, 50, 200),
        (51, 0, 0),
        (74, 0, 0),
        (75, 75, 300),
        (500, 500, 2_000),
        (525, 0, 0),
        (-50, 0, 0),
    ],
)
def test_a_chosen_cost_is_one_of_the_steps(asked: int | None, tokens: int, paise: int) -> None:
    """What the coupon takes off follows from it."""
    shop = selling(CHOSEN)
    command = redeem("chosen", tokens=asked)
    if tokens:
        assert shop.do(command).tokens == tokens
        terms = shop.voucher().terms
        assert isinstance(terms, CouponTerms)
        assert terms.value is not None
        assert terms.value.minor == paise
    else:
        assert shop.refusal(command) == TokensNotOffered(
            reward_id="chosen", asked=asked or 0, least=50, step=25, most=500
        )


@pytest.mark.parametrize("tokens", [True, 50.0, "50", [50]])
def test_a_chosen_cost_is_a_whole_number(tokens: Any) -> None:
    """Anything else is wrong, whatever the reward."""
    for make in (redeem, partial(reserve, until=UNTIL)):
        with pytest.raises(Misuse, match="tokens are a whole number, not "):
            make("chosen", tokens=tokens)


@pytest.mark.parametrize("clear", [7, "", None, "ab", "A B", "A-B"])
def test_a_code_in_clear_is_one_as_it_is_digested(clear: Any) -> None:
    """What a store could not read again is not stored."""
    wrong = SealedCode(FIRST.digest, clear)
    for make in (redeem, confirm, replace):
        with pytest.raises(Misuse, match="as a CodeBook draws it"):
            make(code=wrong)
    with pytest.raises(Misuse, match="as a CodeBook draws it"):
        fill(wrong)


@pytest.mark.parametrize(
    ("at", "is_granted"),
    [(T - MOMENT, False), (T, True), (UNTIL - MOMENT, True), (UNTIL, False), (UNTIL + HOUR, False)],
)
def test_a_reward_is_had_in_its_sale_window(at: Any, *, is_granted: bool) -> None:
    """From its first instant to before its last one."""
    shop = Shop(rules(rewards=(cup(window=Window(T, UNTIL)),)))
    shop.do(bring(2_500, at=T - HOUR))
    if is_granted:
        assert shop.do(redeem(at=at)).tokens == 2_500
    else:
        expected = NotOnSale(
            reward_id="cup", from_at=write_instant(T), until_at=write_instant(UNTIL)
        )
        assert shop.refusal(redeem(at=at)) == expected
        assert expected.transient


def test_a_reward_is_not_sold_when_its_vouchers_would_have_expired() -> None:
    """All of them valid through one day, in the programme's zone."""
    over = ist("2017-07-02 00:00")
    terms = attrs.evolve(COUPON.terms, validity=Validity(through_on=day("2017-07-01")))
    shop = selling(cup(terms=terms))
    expected = NotOnSale(reward_id="cup", from_at="", until_at=write_instant(over))
    assert shop.refusal(redeem(at=over)) == expected
    assert shop.do(redeem(at=over - MOMENT)).last_day == day("2017-07-01")


@pytest.mark.parametrize(("tier", "is_granted"), [("", False), ("silver", False), ("gold", True)])
def test_a_reward_may_be_for_some_tiers_alone(tier: str, *, is_granted: bool) -> None:
    """The host knows who is of which."""
    shop = selling(cup(tiers=("gold", "platinum")))
    if is_granted:
        assert shop.do(redeem(tier=tier)).tokens == 2_500
    else:
        expected = TierNotEntitled(reward_id="cup", tier=tier, tiers="gold, platinum")
        assert shop.refusal(redeem(tier=tier)) == expected


@pytest.mark.parametrize(("stock", "granted"), [(0, 0), (1, 1), (2, 2), (None, 2)])
def test_no_more_is_sold_than_there_is(stock: int | None, granted: int) -> None:
    """I13: 0 is none, and `None` has no end."""
    shop = selling(cup(stock=stock))
    commands = [redeem(), redeem(by="bela", code=SECOND)]
    for command in commands[:granted]:
        shop.do(command)
    for command in commands[granted:]:
        expected = LimitReached(counter="reward/cup/stock", asked=1, used=granted, limit=stock or 0)
        assert shop.refusal(command) == expected
        assert shop.rewards.reasons_against(command) == (expected,)


def test_two_members_in_one_batch_do_not_get_the_same_last_one() -> None:
    """I13: The second is decided on what the first one took."""
    shop = selling(cup(stock=1))
    outcomes = shop.batch(redeem(), redeem(by="bela", code=SECOND))
    assert type(outcomes[0]) is Issued
    assert outcomes[1] == LimitReached(counter="reward/cup/stock", asked=1, used=1, limit=1)
    assert shop.balance(by="bela").available == 5_000


@pytest.mark.parametrize(
    ("period", "ends"),
    [
        (Period.DAY, "2017-07-02 00:00"),
        (Period.WEEK, "2017-07-03 00:00"),
        (Period.MONTH, "2017-08-01 00:00"),
        (Period.YEAR, "2018-01-01 00:00"),
    ],
)
def test_a_limit_begins_anew_with_its_period(period: Period, ends: str) -> None:
    """I19: At midnight of the programme's zone; weeks begin on Monday."""
    shop = selling(cup(limits=(Limit(1, period=period),)), tokens=10_000)
    end = ist(ends)
    shop.do(redeem())
    refusal = shop.refusal(redeem(request="early", code=SECOND, at=end - MOMENT))
    assert isinstance(refusal, LimitReached)
    assert refusal.figures["limit"] == 1
    assert shop.do(redeem(request="late", code=SECOND, at=end)).tokens == 2_500


def test_a_limit_is_each_member_s_own_or_everybody_s() -> None:
    """Named by its counter."""
    limits = (Limit(1), Limit(2, LimitScope.PROGRAMME, Period.DAY))
    shop = selling(cup(limits=limits))
    shop.all(redeem(), redeem(by="bela", code=SECOND))
    assert shop.refusal(redeem(request="again", code=THIRD)) == LimitReached(
        counter="asha/reward/cup/ever/ever", asked=1, used=1, limit=1
    )
    shop.do(bring(5_000, by="chitra"))
    assert shop.refusal(redeem(by="chitra", code=THIRD)) == LimitReached(
        counter="reward/cup/day/2017-07-01", asked=1, used=2, limit=2
    )


@pytest.mark.parametrize("tokens", [2_499, 2_500, 2_501])
def test_a_reward_costs_what_it_costs(tokens: int) -> None:
    """A token less is too few."""
    shop = selling(COUPON, tokens=tokens)
    if tokens < 2_500:
        expected = InsufficientTokens(required=2_500, available=tokens)
        assert shop.refusal(redeem()) == expected
        assert shop.refusal(reserve(until=UNTIL)) == expected
    else:
        shop.do(redeem())
        assert shop.balance().available == tokens - 2_500


def test_nothing_is_redeemed_where_something_is_owed() -> None:
    """Nor reserved."""
    shop = Shop(rules(rewards=(COUPON,)))
    shop.all(join(), deliver("o1", 100), burn(1, request="b"), give_back("o1"))
    for command in (redeem(), reserve(until=UNTIL)):
        assert shop.refusal(command) == TokensOwed(required=2_500, owed=1)


def test_the_first_reason_is_the_one_that_is_raised() -> None:
    """The reward's terms, its stock and limits, its pool, the wallet: each uncovers the next."""
    window = Window(UNTIL, None)
    reward = cup(window=window, tiers=("gold",), stock=0, limits=(Limit(0),), pool_id="partner")
    shop = Shop(rules(rewards=(reward,), keeps_codes=True))
    shop.all(join(), deliver("o1", 100), burn(1, request="b"), give_back("o1"))
    rows: list[tuple[dict[str, Any], int | None]] = [
        ({}, 7),
        ({"window": Window(None, None)}, 7),
        ({"tiers": ()}, 7),
        ({}, None),
        ({"stock": None}, None),
        ({"limits": ()}, None),
        ({"cost": 1, "pool_id": ""}, None),
    ]
    codes = []
    for change, tokens in rows:
        reward = attrs.evolve(reward, **change)
        shop = shop.under(rules(rewards=(reward,), keeps_codes=True))
        refusal: Any = shop.refusal(redeem(code=None, tokens=tokens))
        codes.append((refusal.code, refusal.figures.get("counter")))
    assert codes == [
        ("not_on_sale", None),
        ("tier_not_entitled", None),
        ("tokens_not_offered", None),
        ("limit_reached", "reward/cup/stock"),
        ("limit_reached", "asha/reward/cup/ever/ever"),
        ("nothing_in_pool", None),
        ("tokens_owed", None),
    ]
    shop.do(bring(1))
    assert shop.refusal(redeem()) == InsufficientTokens(required=1, available=0)


# names


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_reward_is_named_by_a_text(name: Any) -> None:
    """Whether redeemed or reserved."""
    names: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "reward_id": name}
    for make in (lambda: Redeem(**names), lambda: Reserve(**names, until=UNTIL)):
        with pytest.raises(Misuse) as caught:
            make()
        assert str(caught.value) == f"a reward's id is a text, not {name!r}"


@pytest.mark.parametrize("tier", [None, 5, ("gold",)])
def test_a_tier_is_a_text(tier: Any) -> None:
    """An empty one for none."""
    with pytest.raises(Misuse) as caught:
        redeem(tier=tier)
    assert str(caught.value) == f"a tier is a text, not {tier!r}"


@pytest.mark.parametrize(
    "names", [{"member_id": ""}, {"request_id": ""}, {"at": T.replace(tzinfo=None)}]
)
def test_a_redemption_has_what_every_request_has(names: dict[str, Any]) -> None:
    """A member, a request id, and an instant with an offset."""
    right: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "reward_id": "cup"}
    with pytest.raises(Misuse):
        Redeem(**right | names)


# rewards that the store keeps


def test_a_published_reward_stands_before_the_rule_book_s() -> None:
    """Of the same name; one of another name is there as well."""
    shop = selling(COUPON)
    shop.all(publish(cup(cost=100)), publish(attrs.evolve(F_CODE, stock=1)))
    assert shop.do(redeem()).tokens == 100
    assert shop.do(redeem("f-code", request="f", code=SECOND)).tokens == 1_000
    refusal = shop.refusal(redeem("f-code", by="bela", code=THIRD))
    assert refusal == LimitReached(counter="reward/f-code/stock", asked=1, used=1, limit=1)


def test_a_batch_sees_the_reward_that_it_published() -> None:
    """And its stock, which nothing was taken from."""
    shop = selling()
    outcomes = shop.batch(publish(cup(stock=1)), redeem(), redeem(by="bela", code=SECOND))
    assert type(outcomes[1]) is Issued
    assert type(outcomes[2]) is LimitReached


# pools


def pooled(*codes: SealedCode, **changes: Any) -> Shop:
    """Make a shop whose cups take their codes from a pool."""
    shop = selling(cup(pool_id="partner", **changes), keeps_codes=True)
    if codes:
        shop.do(fill(*codes))
    return shop


def test_codes_of_a_pool_are_issued_in_their_order() -> None:
    """Whatever code was drawn beside them; the pool forgets what it gave."""
    shop = pooled(SECOND, THIRD)
    one = shop.do(redeem())
    other = shop.do(redeem(by="bela", code=None))
    assert (one.digest, other.digest) == (SECOND.digest, THIRD.digest)
    assert shop.voucher().clear == SECOND.clear
    assert shop.voucher(by="bela").clear == THIRD.clear
    assert shop.used("pool/partner", "drawn") == 2
    assert shop.refusal(redeem(request="more")) == NothingInPool(pool_id="partner")


def test_a_pool_that_was_never_filled_is_empty() -> None:
    """Nothing changes; it can be tried again when there is something in it."""
    shop = pooled()
    expected = NothingInPool(pool_id="partner")
    assert shop.refusal(redeem(code=None)) == expected
    assert expected.transient
    shop.do(fill(SECOND))
    assert shop.do(redeem(code=None)).digest == SECOND.digest


def test_a_batch_draws_each_code_of_a_pool_once() -> None:
    """Those that it put in itself, too."""
    shop = pooled(FIRST)
    outcomes = shop.batch(
        redeem(code=None),
        redeem(by="bela", code=None),
        fill(SECOND, THIRD, request="more"),
        redeem(by="bela", code=None, request="again"),
    )
    assert outcomes[1] == NothingInPool(pool_id="partner")
    found = [it.digest for it in outcomes if isinstance(it, Issued)]
    assert found == [FIRST.digest, SECOND.digest]
    assert shop.used("pool/partner", "drawn") == 2


def test_a_pool_that_lost_a_code_is_corrupt() -> None:
    """It says which; nothing is spent."""
    shop = pooled()
    imported = CounterKey("pool/partner", "imported")
    shop.store.save(Changes(takes=(Take(imported, 1, 9),)))
    with pytest.raises(Corrupt, match="place 1 of pool 'partner' is not there"):
        shop.do(redeem(code=None))
    assert shop.balance().available == 5_000


def test_a_request_again_draws_nothing_of_a_pool() -> None:
    """I8: The first one's code stands."""
    shop = pooled(FIRST, SECOND)
    check_outcomes([shop.do(redeem(code=None))], shop.do(redeem(code=None)))
    assert shop.used("pool/partner", "drawn") == 1


# reserved first


def test_a_reward_is_reserved() -> None:
    """Its tokens are held, its stock and limits taken; there is no voucher yet."""
    shop = selling(cup(stock=1, limits=(Limit(1),)))
    check_outcomes([shop.do(reserve(until=UNTIL))], Reserved("reserve", "cup", 2_500, UNTIL))
    assert shop.story()[1] == (
        "2 held by reserve on 2017-07-01T06:30:00Z until 2017-07-01T07:30:00Z,"
        " reward reward_id=cup: available -2500@2018-12-31; held +2500@2018-12-31 (reserve)"
    )
    redemption = shop.redemption()
    assert redemption is not None
    assert (redemption.state, redemption.until) == (RedemptionState.RESERVED, UNTIL)
    assert shop.rewards.vouchers("asha", at=T) == ()
    assert (shop.used(), shop.balance().held) == (1, 2_500)
    assert type(shop.refusal(redeem(by="bela"))) is LimitReached


def test_a_reservation_of_a_chosen_cost_holds_that() -> None:
    """And as many as were chosen."""
    shop = selling(CHOSEN)
    assert shop.do(reserve("chosen", until=UNTIL, tokens=75)).tokens == 75
    assert shop.balance().held == 75


def test_a_reservation_ends_after_it_began() -> None:
    """With an offset; kept in UTC."""
    shop = selling(COUPON)
    fault = shop.refusal(reserve(until=T))
    assert type(fault) is Misuse
    assert str(fault) == "a hold's deadline must be after 2017-07-01T06:30:00Z"
    with pytest.raises(Misuse, match="an instant needs an offset"):
        reserve(until=UNTIL.replace(tzinfo=None))
    assert reserve(until=ist("2017-07-02 05:30")).until.isoformat() == "2017-07-02T00:00:00+00:00"
    assert shop.do(reserve(until=T + MOMENT)).until == T + MOMENT


@pytest.mark.parametrize(
    ("lasts", "is_granted"),
    [(2 * HOUR - MOMENT, True), (2 * HOUR, True), (2 * HOUR + MOMENT, False)],
)
def test_a_reservation_lasts_no_longer_than_a_hold_may(
    lasts: timedelta, *, is_granted: bool
) -> None:
    """To the microsecond."""
    shop = selling(COUPON, holds=HoldLimits(hours_max=2))
    command = reserve(until=T + lasts)
    if is_granted:
        assert shop.do(command).until == T + lasts
    else:
        expected = HoldTooLong(until=write_instant(T + lasts), hours_max=2)
        assert shop.refusal(command) == expected


def test_only_so_many_reservations_are_open() -> None:
    """They count with the other holds."""
    shop = selling(COUPON, holds=HoldLimits(open_max=2), tokens=10_000)
    shop.all(hold(1, until=UNTIL), reserve(until=UNTIL + HOUR))
    refusal = shop.refusal(reserve(until=UNTIL, request="third"))
    assert refusal == TooManyHolds(open_count=2, open_max=2)
    assert type(shop.refusal(reserve(until=UNTIL + HOUR, request="third", at=UNTIL - MOMENT))) is (
        TooManyHolds
    )
    shop.do(release())
    assert shop.do(reserve(until=UNTIL, request="third")).tokens == 2_500


def test_what_the_reward_says_comes_before_what_holds_may() -> None:
    """The catalogue's rules, then the limits of holds, then the tokens."""
    shop = selling(cup(stock=0), holds=HoldLimits(0, 0))
    assert type(shop.refusal(reserve(until=UNTIL))) is LimitReached
    shop = selling(COUPON, holds=HoldLimits(0, 0), tokens=1)
    assert type(shop.refusal(reserve(until=UNTIL))) is HoldTooLong
    shop = selling(COUPON, holds=HoldLimits(open_max=0), tokens=1)
    assert type(shop.refusal(reserve(until=UNTIL))) is TooManyHolds
    shop = selling(COUPON, tokens=1)
    assert type(shop.refusal(reserve(until=UNTIL))) is InsufficientTokens


def test_a_deadline_that_is_past_when_the_reservation_is_told_is_refused() -> None:
    """The wallet's last entry is later."""
    shop = selling(COUPON)
    shop.do(burn(1, at=UNTIL))
    expected = DeadlinePassed(hold_id="reserve", until=write_instant(UNTIL))
    assert shop.refusal(reserve(until=UNTIL)) == expected
    assert shop.do(reserve(until=UNTIL + MOMENT)).tokens == 2_500


def test_all_that_a_reward_can_say_holds_together() -> None:
    """A window, tiers, a stock, three limits, a pool, an expense: redeemed, and counted."""
    reward = attrs.evolve(FULL, limits=(*FULL.limits[:2], Limit(1, LimitScope.PROGRAMME)))
    shop = selling(reward, tokens=20_000, keeps_codes=True)
    shop.do(fill(*[code(number) for number in range(40, 42)]))
    assert shop.do(redeem("full", tier="gold")).last_day == day("2018-12-31")
    assert shop.used("reward/full") == 1
    assert shop.used("reward/full", "ever/ever") == 1
    assert shop.used("asha", "reward/full/month/2017-07") == 1
    assert shop.used("asha", "reward/full/ever/ever") == 1


def test_a_choice_without_an_end_is_worth_no_more_than_can_be_stored() -> None:
    """What tokens are worth is capped, not overrun."""
    reward = attrs.evolve(CHOSEN, cost=Choice(1, 1, Rate(10**12, 1)))
    shop = selling(reward, tokens=10**9)
    shop.do(redeem("chosen", tokens=10**9))
    terms = shop.voucher().terms
    assert isinstance(terms, CouponTerms)
    assert terms.value is not None
    assert terms.value.minor == 2**63 - 1


def test_a_pooled_code_that_nobody_would_see_is_not_issued() -> None:
    """The pool keeps it for when the programme keeps codes again."""
    shop = selling(cup(pool_id="partner"), keeps_codes=True)
    shop.do(fill(FIRST))
    forgetful = shop.under(rules(shop.programme, keeps_codes=False))
    assert isinstance(forgetful.refusal(redeem(code=None)), Misuse)
    shop.do(redeem(code=None))
    assert shop.voucher().clear == FIRST.clear


@pytest.mark.parametrize("is_reserved", [True, False])
def test_a_pooled_code_that_went_to_another_between_two_loads_is_theirs(
    *, is_reserved: bool
) -> None:
    """Whoever read the counter before and the place after has the next one."""
    shop = pooled(FIRST, SECOND)
    command: Command[Issued] = redeem(code=None)
    if is_reserved:
        shop.do(reserve(until=UNTIL))
        command = confirm(code=None)
    late = Rewards(_Overtaken(shop, redeem(by="bela", code=None)), shop.programme)
    assert late.do(command).digest == SECOND.digest
    for by, drawn in (("bela", FIRST), ("asha", SECOND)):
        voucher = shop.voucher("reserve" if is_reserved and by == "asha" else "redeem", by)
        assert (voucher.digest, voucher.clear) == drawn
        key = code_key(drawn.digest)
        entry = shop.store.load(Needs((key,))).get(key)
        assert entry is not None
        assert entry.member_id == by


def test_a_pool_that_is_emptied_between_two_loads_is_looked_at_again() -> None:
    """Then it is seen that it has nothing left."""
    shop = pooled(FIRST)
    late = Rewards(_Overtaken(shop, redeem(by="bela", code=None)), shop.programme)
    with pytest.raises(Conflict, match="went to others meanwhile"):
        late.do(redeem(code=None))
    with pytest.raises(NothingInPool):
        late.do(redeem(code=None))


class _Overtaken:
    """A store in which another is faster, once, before a place of a pool is loaded."""

    def __init__(self, shop: Shop, other: Redeem) -> None:
        self._shop = shop
        self._other: list[Redeem] = [other]

    def load(self, needs: Needs, /) -> Loaded:
        """Let the other go first."""
        if self._other and any(key.kind is PooledCode for key in needs.aggregates):
            self._shop.do(self._other.pop())
        return self._shop.store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Save."""
        self._shop.store.save(changes)
