"""Quoting a cart, and ordering it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import attrs
import pytest

from mi_rewards.catalogue import VoucherState
from mi_rewards.checkout import (
    CheckoutTerms,
    QuoteStale,
    SettlementNotOpen,
    SettlementState,
    UnknownQuote,
)
from mi_rewards.checkout.priced import PassedOver
from mi_rewards.commands import (
    AsyncRewards,
    AttachVoucher,
    CartPlaced,
    PlaceCart,
    QuoteCart,
    Quoted,
    ReplaceCode,
)
from mi_rewards.commands.carts.quoting import NAMES_MAX
from mi_rewards.earning import AlreadyPlaced
from mi_rewards.errors import Misuse, Refused, RequestReused
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.programme import HoldLimits
from tests.memberships import block
from tests.shop import T, burn, check_outcomes, deliver, give_back, hold, inr, join, place, rules
from tests.tills import (
    BOOK,
    MINUTE,
    MOMENT,
    PAYABLE_UNTIL,
    SPENDING,
    Till,
    abandon,
    cart,
    fail,
    line,
    order,
    pay,
    quote,
    redeem,
    run_out,
)
from tests.wallets import day

# quoting


def test_a_cart_is_quoted_with_what_is_taken_off_and_what_it_earns() -> None:
    """A coupon of Rs 100, then 250 tokens for Rs 10: Rs 890 are left, and earn 89 tokens."""
    till = Till()
    till.do(redeem("off-100"))
    outcome = till.do(quote(cart(voucher_ids=("off-100",), tokens=250)))
    check_outcomes(
        [outcome], Quoted("quote", 89_000, "INR", 250, 89, day("2018-12-31"), T + 15 * MINUTE)
    )
    kept = till.quoted()
    assert kept.priced.payable_minor == 89_000
    assert [(it.source.value, it.minor) for it in kept.priced.lines[0].parts] == [
        ("coupon", 10_000),
        ("tokens", 1_000),
    ]
    assert kept.rule_book == SPENDING.digest


def test_quoting_changes_nothing_but_the_quote() -> None:
    """No entry is booked, no token held, no voucher attached."""
    till = Till()
    till.do(redeem("off-100"))
    story, voucher = till.story(), till.voucher("off-100")
    till.do(quote(cart(voucher_ids=("off-100",), tokens=250)))
    assert till.story() == story
    assert till.voucher("off-100") == voucher


def test_who_has_not_joined_earns_nothing() -> None:
    """Neither somebody unknown, nor a member before the instant of joining."""
    till = Till()
    assert till.do(quote(cart(), by="bela")).earns == 0
    assert till.do(quote(cart(), at=T - MOMENT)).last_day is None
    assert till.do(quote(cart(), request="then")).earns == 100


def test_a_clock_that_is_behind_quotes_by_the_last_entry() -> None:
    """A wallet's time never goes back."""
    till = Till()
    till.do(burn(4_000))
    assert till.do(quote(cart(tokens=1_000), at=T - MOMENT)).tokens == 1_000
    assert till.do(quote(cart(tokens=1_001), at=T - MOMENT, request="more")).tokens == 0


def test_a_quote_says_why_a_voucher_was_passed_over() -> None:
    """A code that is not known is no error of the cart's."""
    till = Till()
    code = BOOK.draw()
    till.do(quote(cart(codes=(code.digest,), voucher_ids=("mine",))))
    reasons = {it.name: it.code for it in till.quoted().priced.passed_over}
    assert reasons == {code.digest: "voucher_not_found", "mine": "voucher_not_found"}


def test_a_code_that_was_replaced_leads_nowhere() -> None:
    """The voucher is found by its new code alone."""
    till = Till()
    old, new = BOOK.draw(), BOOK.draw()
    till.do(redeem("off-100", code=old))
    till.do(ReplaceCode(member_id="asha", request_id="new", at=T, digest=old.digest, code=new))
    till.do(quote(cart(codes=(old.digest,))))
    assert till.quoted().priced.passed_over == (PassedOver(old.digest, "voucher_not_found"),)
    till.do(quote(cart(codes=(new.digest,)), request="again"))
    assert [it.minor for it in till.quoted("again").priced.applied] == [10_000]


def test_a_code_that_waits_in_a_pool_leads_nowhere() -> None:
    """It has no voucher yet."""
    from mi_rewards.commands import ImportCodes

    till = Till(programme=attrs.evolve(SPENDING, keeps_codes=True))
    code = BOOK.seal("PARTNER-1")
    till.do(ImportCodes(pool_id="p", codes=(code,), request_id="in", at=T))
    till.do(quote(cart(codes=(code.digest,))))
    assert till.quoted().priced.passed_over == (PassedOver(code.digest, "voucher_not_found"),)


def test_a_transferable_voucher_of_another_member_applies_by_its_code() -> None:
    """Whoever has the code of an F-code may use it."""
    till = Till()
    code = BOOK.draw()
    till.do(redeem("f-code", code=code))
    till.do(quote(cart(line("phone", 9_999, category="phones"), codes=(code.digest,)), by="bela"))
    (applied,) = till.quoted(by="bela").priced.applied
    assert (applied.member_id, applied.voucher_id, applied.line_id) == ("asha", "f-code", "phone")


def test_a_quote_is_read_line_by_line() -> None:
    """On either kind of shell; one that is not known is refused."""
    till = Till()
    till.do(quote(cart(tokens=250)))
    found = till.rewards.quote("asha", "quote")
    assert found == till.quoted()
    awaited = AsyncRewards(AsyncMemoryStore(till.store), SPENDING)
    assert asyncio.run(awaited.quote("asha", "quote")) == found
    with pytest.raises(UnknownQuote):
        till.rewards.quote("asha", "other")
    with pytest.raises(UnknownQuote):
        asyncio.run(awaited.quote("bela", "quote"))


def test_a_quote_that_is_asked_for_again_is_the_first_one() -> None:
    """And another cart under its name is another request."""
    till = Till()
    first = till.do(quote(cart()))
    assert till.do(quote(cart(), at=T + MINUTE)) == first
    with pytest.raises(RequestReused):
        till.do(quote(cart(tokens=100)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: quote("cart"), "a cart is a Cart, not 'cart'"),  # type: ignore[arg-type]
        (lambda: order(""), "a quote's id is a text, not ''"),
        (lambda: order(7), "a quote's id is a text, not 7"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_cart_and_no_name_is_a_misuse(make: object, message: str) -> None:
    """One clear message each."""
    with pytest.raises(Misuse) as fault:
        make()  # type: ignore[operator]
    assert str(fault.value) == message


def test_a_cart_names_a_hundred_vouchers_at_most() -> None:
    """What is looked up for one request has an end."""
    names = tuple(map(str, range(NAMES_MAX)))
    assert quote(cart(voucher_ids=names)).cart.voucher_ids == names
    with pytest.raises(Misuse, match="at most 100 vouchers"):
        quote(cart(voucher_ids=(*names, "more")))


def test_a_cart_names_codes_by_their_digests() -> None:
    """A quote is stored, and no code in clear is."""
    clear = BOOK.draw().clear
    with pytest.raises(Misuse, match="never by the codes themselves") as fault:
        quote(cart(codes=(clear,)))
    assert clear not in str(fault.value)


@pytest.mark.parametrize("of", [CheckoutTerms.valid_until, CheckoutTerms.payable_until])
def test_what_would_be_waited_for_past_the_year_9999_is_a_misuse(
    of: Callable[[CheckoutTerms, datetime], datetime],
) -> None:
    """No calendar has such an instant."""
    terms = CheckoutTerms(quote_minutes=60, payment_minutes=60)
    with pytest.raises(Misuse, match="outside the years 1 to 9999"):
        of(terms, datetime(9999, 12, 31, 23, 30, tzinfo=UTC))


def test_a_cart_of_another_currency_is_a_misuse() -> None:
    """The programme's is rupees."""
    dollars = attrs.evolve(line("case", 1), unit_price=Money.of("1", "USD"))
    assert isinstance(Till().refusal(quote(cart(dollars))), CurrencyMismatch)


# placing


def test_a_quote_is_placed_with_tokens_held_and_vouchers_attached() -> None:
    """Until the payment's deadline; the purchase is there once it is paid."""
    till = Till()
    till.do(redeem("off-100"))
    till.do(quote(cart(voucher_ids=("off-100",), tokens=250)))
    check_outcomes([till.do(order())], CartPlaced("o1", 89_000, "INR", 250, PAYABLE_UNTIL))
    assert till.balance().held == 250
    voucher = till.voucher("off-100")
    assert (voucher.state, voucher.order_id, voucher.attached_until) == (
        VoucherState.ATTACHED,
        "o1",
        PAYABLE_UNTIL,
    )
    assert till.settled().state is SettlementState.PLACED
    assert till.settled().hold_id == "order"
    assert till.purchase() is None


def test_a_voucher_that_was_passed_over_is_not_attached() -> None:
    """Of two coupons that cannot be combined the better one is."""
    till = Till()
    till.all(redeem("off-100"), redeem("tenth-off"))
    both = cart(line("case", 1_100), voucher_ids=("off-100", "tenth-off"))
    till.all(quote(both), order())
    assert till.voucher("off-100").state is VoucherState.ISSUED
    assert till.voucher("tenth-off").state is VoucherState.ATTACHED


def test_placing_says_what_quoting_said() -> None:
    """The price that is placed is the one that was quoted."""
    till = Till()
    till.do(redeem("tenth-off"))
    quoted = till.do(quote(cart(voucher_ids=("tenth-off",), tokens=1_000)))
    placed = till.do(order())
    assert (placed.payable_minor, placed.tokens) == (quoted.payable_minor, quoted.tokens)
    assert till.settled().payable_minor == quoted.payable_minor


def test_without_tokens_nothing_is_held() -> None:
    """And no entry is booked."""
    till = Till()
    story = till.story()
    till.all(quote(cart()), order())
    assert till.settled().hold_id is None
    assert till.story() == story


def test_a_quote_that_is_not_known_is_refused() -> None:
    """It says which."""
    assert Till().refusal(order("other")) == UnknownQuote(quote_id="other")


@pytest.mark.parametrize(
    ("at", "changed"),
    [(T + 15 * MINUTE - MOMENT, ""), (T + 15 * MINUTE, "expired")],
)
def test_a_quote_is_valid_for_a_quarter_of_an_hour(at: datetime, changed: str) -> None:
    """To the last instant before its end."""
    till = Till()
    till.do(quote(cart()))
    command = attrs.evolve(order(), at=at)
    if changed:
        assert till.refusal(command) == QuoteStale(quote_id="quote", changed=(changed,))
    else:
        assert till.do(command).order_id == "o1"


def test_a_quote_whose_tokens_are_gone_is_refused_with_what_changed() -> None:
    """Somebody spent them meanwhile."""
    till = Till(tokens=300)
    till.all(quote(cart(tokens=250)), burn(100))
    assert till.refusal(order()) == QuoteStale(
        quote_id="quote", changed=("payable", "tokens", "earns", "lines")
    )


def test_a_quote_whose_voucher_is_gone_is_refused_with_what_changed() -> None:
    """It was attached to another order meanwhile."""
    till = Till()
    till.do(redeem("off-100"))
    till.do(quote(cart(voucher_ids=("off-100",))))
    till.do(
        AttachVoucher(
            member_id="asha", request_id="a", at=T, voucher_id="off-100", order_id="other"
        )
    )
    refusal = till.refusal(order())
    assert refusal == QuoteStale(
        quote_id="quote", changed=("payable", "vouchers", "earns", "lines")
    )


def test_a_quote_under_other_rules_is_refused() -> None:
    """Its rule book is no longer today's."""
    till = Till()
    till.do(quote(cart()))
    other = till.under(rules(SPENDING, kept_after_days=3))
    assert other.refusal(order()) == QuoteStale(quote_id="quote", changed=("rule_book",))


def test_tokens_that_are_owed_meanwhile_make_a_quote_stale() -> None:
    """Nothing can be spent where something is owed."""
    till = Till(tokens=100)
    till.all(deliver("o0", 1_000), quote(cart(tokens=150)), burn(200), give_back("o0"))
    refusal = till.refusal(order())
    assert isinstance(refusal, QuoteStale)
    assert "tokens" in str(refusal.figures["changed"])


def test_who_is_blocked_meanwhile_pays_with_no_tokens() -> None:
    """The quote is stale; a new one says why, and is ordered for money."""
    till = Till(tokens=200)
    till.all(quote(cart(tokens=150)), block())
    refusal = till.refusal(order())
    assert isinstance(refusal, QuoteStale)
    assert "tokens" in str(refusal.figures["changed"])
    till.do(quote(cart(tokens=150), request="again"))
    found = till.rewards.quote("asha", "again")
    assert found.priced.tokens_passed_over is not None
    assert found.priced.tokens_passed_over.code == "member_blocked"
    assert till.do(order("again", request="second")).tokens == 0


@pytest.mark.parametrize(
    ("then", "state"),
    [
        ((), "placed"),
        ((pay(),), "paid"),
        ((abandon(),), "cancelled"),
        ((run_out(at=PAYABLE_UNTIL),), "run_out"),
    ],
)
def test_an_order_is_placed_once(then: tuple[object, ...], state: str) -> None:
    """But where its payment failed."""
    till = Till()
    till.all(quote(cart()), order())
    till.all(*then)  # type: ignore[arg-type]
    at = PAYABLE_UNTIL if state == "run_out" else T
    till.do(quote(cart(), at=at, request="again"))
    refusal = till.refusal(order("again", at=at, request="second"))
    assert refusal == SettlementNotOpen(order_id="o1", state=state)


def test_a_payment_that_ran_out_is_seen_before_it_is_booked() -> None:
    """At its deadline, not a moment before."""
    till = Till()
    till.all(quote(cart()), order(), quote(cart(), at=PAYABLE_UNTIL - MOMENT, request="again"))
    before = till.refusal(order("again", at=PAYABLE_UNTIL - MOMENT, request="second"))
    assert before == SettlementNotOpen(order_id="o1", state="placed")
    after = till.refusal(order("again", at=PAYABLE_UNTIL, request="second"))
    assert after == SettlementNotOpen(order_id="o1", state="run_out")


def test_an_order_whose_payment_failed_can_be_placed_again() -> None:
    """From a new quote, of another cart if need be."""
    till = Till()
    till.do(redeem("off-100"))
    till.all(quote(cart(voucher_ids=("off-100",), tokens=250)), order(), fail())
    till.do(quote(cart(line("case", 500), tokens=300), request="again"))
    till.do(order("again", request="second"))
    settlement = till.settled()
    assert (settlement.state, settlement.payable_minor) == (SettlementState.PLACED, 48_800)
    assert (settlement.hold_id, settlement.vouchers) == ("second", ())
    assert till.balance().held == 300


def test_a_request_to_place_that_comes_again_changes_nothing() -> None:
    """Whatever became of the order since."""
    till = Till()
    till.do(quote(cart(tokens=250)))
    first = till.do(order())
    till.do(pay())
    assert till.do(order(at=T + 60 * MINUTE)) == first
    assert till.balance().available == 4_750


def test_a_hold_of_ones_own_does_not_stand_in_the_way() -> None:
    """What is available counts, whatever else is held."""
    till = Till(tokens=300)
    till.all(hold(50, until=T + MINUTE), quote(cart(tokens=250)), order())
    assert till.balance().held == 300


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (HoldLimits(hours_max=0), "hold_too_long"),
        (HoldLimits(open_max=1), "too_many_holds"),
    ],
)
def test_tokens_are_held_as_the_programme_allows(limits: HoldLimits, refusal: str) -> None:
    """As by any other hold; an order without tokens holds none."""
    till = Till(programme=rules(SPENDING, holds=limits))
    till.under(SPENDING).do(hold(1, until=T + 5 * MINUTE))
    till.all(quote(cart(tokens=250)), quote(cart(), request="other"))
    answer = till.refusal(order())
    assert isinstance(answer, Refused)
    assert answer.code == refusal
    assert till.do(order("other", request="without")).tokens == 0


def test_an_order_that_is_known_by_other_means_is_refused_before_it_is_paid() -> None:
    """Nobody is asked to pay for what could not be recorded."""
    till = Till()
    till.all(quote(cart(tokens=250)), place("o1", 1000))
    assert till.refusal(order()) == AlreadyPlaced(order_id="o1")


def test_a_member_who_joins_later_can_place_an_order_before() -> None:
    """What it earns waits for the joining."""
    till = Till()
    till.all(quote(cart(), by="bela"), order(by="bela"))
    assert till.do(pay(by="bela")).promised == 0
    till.do(deliver("o1", by="bela"))
    assert till.do(join(by="bela")).retrospective == 100


def test_both_commands_need_what_they_will_look_at() -> None:
    """One load where nothing has to be found by a code."""
    till = Till()
    first = QuoteCart(member_id="asha", request_id="q", at=T, cart=cart(voucher_ids=("v",)))
    assert len(first.needs(SPENDING).aggregates) == 3
    second = PlaceCart(member_id="asha", request_id="p", at=T, quote_id="q")
    assert len(second.needs(SPENDING).aggregates) == 3
    assert till.rewards.simulate(first)[0].payable_minor == inr(1000).minor
