"""The laws of the checkout: what a cart comes to adds up, and so does what is given back."""

import json
from collections import Counter
from typing import NamedTuple

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.catalogue.terms import CouponTerms, FCodeTerms, VoucherTerms
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout import (
    Cart,
    CartLine,
    CheckoutTerms,
    PartPayment,
    Priced,
    Quote,
    Refund,
    Settlement,
    Source,
    price,
    quote_from_dict,
    quote_to_dict,
    settle,
    settlement_from_dict,
    settlement_to_dict,
    stale_because,
)
from mi_rewards.checkout.splits import fewest_tokens, split
from mi_rewards.earning import Recipe
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in import Exchange, Surplus
from tests.carts import NOON, YEAR, priced, recipe, voucher
from tests.exchanging import ONLINE, STORE, exchange, worth

CATEGORIES = ("phones", "accessories", "shipping")
PRODUCTS = ("p", "q", "r")
PLATFORMS = ("app", "web")
NAMES = ("a", "b", "c", "d")

currencies = st.sampled_from(("INR", "JPY", "KWD"))
minors = st.integers(0, 5) | st.integers(0, 3_000) | st.integers(0, 10**12)
few = st.integers(0, 5) | st.integers(0, 3_000)
roundings = st.sampled_from(Rounding)
texts = st.sets(st.sampled_from(CATEGORIES), max_size=2).map(lambda it: tuple(sorted(it)))


@st.composite
def parts_of_the_whole(draw: st.DrawFn) -> Rate:
    """Draw a rate of at most the whole."""
    denominator = draw(st.integers(1, 100))
    return Rate(draw(st.integers(0, denominator)), denominator, draw(roundings))


@st.composite
def coupons(draw: st.DrawFn, currency: str) -> CouponTerms:
    """Draw a coupon that applies more often than not."""
    has_rate = draw(st.booleans())
    cap = draw(st.none() | few) if has_rate else None
    least = draw(st.sampled_from((None, None, None, 0, 500)))
    return CouponTerms(
        YEAR,
        None if has_rate else Money(draw(few), currency),
        draw(parts_of_the_whole()) if has_rate else None,
        None if cap is None else Money(cap, currency),
        draw(texts),
        None if least is None else Money(least, currency),
        draw(st.sampled_from(((), (), (), ("app",)))),
        is_combinable=draw(st.booleans()),
        is_transferable=draw(st.booleans()),
    )


f_codes = st.sets(st.sampled_from(PRODUCTS), min_size=1, max_size=2).map(
    lambda it: FCodeTerms(tuple(sorted(it)), YEAR)
)
part_payments = st.none() | st.builds(
    PartPayment,
    st.builds(Rate, st.integers(1, 50), st.integers(1, 50), roundings),
    st.integers(1, 5),
    st.none() | parts_of_the_whole(),
)
checkout_terms = st.builds(
    CheckoutTerms, part_payments, st.booleans(), st.booleans(), st.booleans()
)


class Case(NamedTuple):
    """All that a price is computed from."""

    cart: Cart
    vouchers: tuple[tuple[str, Voucher | None], ...]
    available: int
    terms: CheckoutTerms
    recipe: Recipe
    exchange: Exchange | None = None

    @property
    def value(self) -> int:
        """What the old device is worth, whichever way the cart says so."""
        if self.exchange is not None:
            return self.exchange.valuation.minor
        return 0 if self.cart.exchange is None else self.cart.exchange.minor

    def priced(self) -> Priced:
        """Work out what it comes to."""
        return price(
            self.cart,
            member_id="asha",
            vouchers=self.vouchers,
            available=self.available,
            terms=self.terms,
            recipe=self.recipe,
            at=NOON,
            exchange=self.exchange,
        )


@st.composite
def exchanges(draw: st.DrawFn, lines: list[CartLine]) -> Exchange:
    """Draw an exchange receipt, worth about what one of the lines costs."""
    currency = lines[0].unit_price.currency
    price = draw(st.sampled_from(lines)).unit_price.minor
    least = draw(st.none() | st.integers(0, price + 1) | st.just(max(price - 1, 0)))
    terms = attrs.evolve(
        draw(st.sampled_from((ONLINE, STORE))),
        channels=("mi.com",),
        categories=draw(st.just(()) | texts),
        products=draw(
            st.just(()) | st.just(()) | st.sets(st.sampled_from(PRODUCTS), max_size=1).map(tuple)
        ),
        combines=draw(st.sampled_from(((), ("coupons",), ("tokens",), ("coupons", "tokens")))),
        least_payable=None if least is None else Money(least, currency),
        surplus=draw(st.sampled_from(Surplus)),
    )
    minor = draw(few | st.integers(max(price - 3, 0), price + 3))
    return exchange(terms, valuation=worth(minor, currency=currency))


@st.composite
def cases(draw: st.DrawFn, *, is_traded: bool | None = None) -> Case:
    """Draw a cart with vouchers, tokens and an old device, by an exchange receipt or as money."""
    traded = draw(st.booleans()) if is_traded is None else is_traded
    currency = draw(currencies)
    prices = st.just(draw(minors)) | minors
    lines = [
        CartLine(
            name,
            draw(st.sampled_from(PRODUCTS)),
            draw(st.sampled_from(CATEGORIES)),
            Money(draw(prices), currency),
            draw(st.sampled_from((1, 1, 1, 2)) if traded else st.integers(1, 4)),
        )
        for name in NAMES[: draw(st.integers(1, 4))]
    ]
    both = st.lists(coupons(currency) | f_codes, max_size=4) | st.lists(
        f_codes, min_size=3, max_size=5
    )
    terms: list[VoucherTerms] = [*draw(both | st.lists(coupons(currency), min_size=2, max_size=4))]
    found = [(f"v{place}", voucher(it, f"v{place}")) for place, it in enumerate(terms)]
    codes = tuple(name for name, _ in found if draw(st.booleans()))
    by = draw(exchanges(lines)) if traded else None
    asked = None if traded else draw(st.none() | few | minors)
    cart = Cart(
        "o1",
        tuple(draw(st.permutations(lines))),
        channel="mi.com",
        exchange_id="x1" if traded else "",
        platform=draw(st.sampled_from(PLATFORMS)),
        codes=codes,
        voucher_ids=tuple(name for name, _ in found if name not in codes),
        exchange=None if asked is None else Money(asked, currency),
        tokens=draw(st.just(0) | few | minors),
    )
    recipe = Recipe(
        "shopping",
        draw(st.integers(0, 30)),
        Money(draw(st.integers(1, 2_000)), currency),
        Rounding.DOWN,
        draw(texts),
        "book",
    )
    available = max(cart.tokens + draw(st.sampled_from((-1, 0, 5))), 0)
    return Case(cart, tuple(found), available, draw(checkout_terms), recipe, by)


def settled(case: Case) -> Settlement:
    """Pay for an order."""
    priced = case.priced()
    placed = settle(case.cart, priced, member_id="asha", hold_id=None, at=NOON, until=NOON)
    burn_id = "b1" if priced.tokens else None
    later = placed._replace(until=NOON.replace(year=2018))
    return later.paying(at=NOON, burn_id=burn_id)


# what a cart comes to


@given(cases())
def test_the_parts_are_the_whole(case: Case) -> None:
    """I17: For every line and in total, to the last minor unit, and nothing is below zero."""
    priced = case.priced()
    bought = [(it.line_id, it.quantity, it.gross_minor) for it in case.cart.lines]
    assert [line[:3] for line in priced.lines] == bought
    for line in priced.lines:
        assert line.gross_minor == line.payable_minor + sum(part.minor for part in line.parts)
        assert min(line.payable_minor, line.tokens, line.earning_minor) >= 0
        assert all(part.minor > 0 for part in line.parts)
    taken = {source: priced.taken_minor(source) for source in Source}
    assert priced.gross_minor == priced.payable_minor + sum(taken.values())
    assert taken[Source.COUPON] == sum(it.minor for it in priced.applied)
    assert priced.tokens == sum(line.tokens for line in priced.lines)
    if priced.exchange_passed_over is None:
        assert case.value == taken[Source.EXCHANGE] + priced.surplus_minor
    else:
        assert (taken[Source.EXCHANGE], priced.surplus_minor) == (0, 0)
    assert priced.surplus_minor == 0 or priced.payable_minor == 0 or case.exchange is not None


@given(cases(is_traded=True))
def test_an_exchange_value_is_taken_off_one_unit_within_its_price(case: Case) -> None:
    """I17: The dearest that it is for; the least is paid in money, and a surplus is no money."""
    priced, by = case.priced(), case.exchange
    taken = {it.line_id: it.taken_minor(Source.EXCHANGE) for it in priced.lines}
    if by is None or priced.exchange_passed_over is not None:
        assert by is None or not any(taken.values())
        return
    ((line_id, off),) = [pair for pair in taken.items() if pair[1]]
    bought = {it.line_id: it for it in case.cart.lines}
    units = [it for it in case.cart.lines if it.quantity == 1]
    eligible = [it for it in units if by.terms.takes(it.product_id, it.category)]
    dearest = max(it.unit_price.minor for it in eligible)
    assert line_id == min(it.line_id for it in eligible if it.unit_price.minor == dearest)
    least = 0 if by.terms.least_payable is None else by.terms.least_payable.minor
    line = next(it for it in priced.lines if it.line_id == line_id)
    assert line.payable_minor >= least
    assert off <= min(case.value, bought[line_id].unit_price.minor - least)
    if not by.terms.combines:
        assert off == min(case.value, bought[line_id].unit_price.minor - least)


@given(cases(is_traded=True))
def test_the_price_of_that_unit_is_not_negotiable(case: Case) -> None:
    """What the terms do not name takes nothing off it; other lines take what there is."""
    priced, by = case.priced(), case.exchange
    if by is None or priced.exchange_passed_over is not None:
        assert not any("price_not_negotiable" in str(it) for it in priced.passed_over)
        return
    sources = {"coupons": Source.COUPON, "tokens": Source.TOKENS}
    allowed = {Source.EXCHANGE, *(sources[it] for it in by.terms.combines)}
    (unit,) = [it for it in priced.lines if it.taken_minor(Source.EXCHANGE)]
    assert {part.source for part in unit.parts} <= allowed


@given(cases(is_traded=True))
def test_what_cannot_be_used_is_as_if_it_were_not_there(case: Case) -> None:
    """An exchange receipt that is passed over changes no amount."""
    priced = case.priced()
    if priced.exchange_passed_over is not None:
        cart = attrs.evolve(case.cart, exchange_id="")
        without = case._replace(cart=cart, exchange=None).priced()
        assert priced._replace(exchange_passed_over=None) == without


def test_receipts_that_are_used_and_that_are_passed_over_are_met() -> None:
    """And carts without one, each at least once in twenty cases."""
    met: Counter[bool | None] = Counter()

    @given(cases())
    def count(case: Case) -> None:
        is_used = case.priced().exchange_passed_over is None
        met[is_used if case.exchange is not None else None] += 1

    count()
    assert min(met[it] for it in (True, False, None)) > sum(met.values()) // 20


@given(cases())
def test_what_a_voucher_took_off_is_on_the_lines(case: Case) -> None:
    """I15: Each voucher is applied once or passed over once; the sums by name agree."""
    priced = case.priced()
    names = [it.name for it in priced.applied] + [it.name for it in priced.passed_over]
    assert sorted(names) == sorted(case.cart.voucher_names)
    for it in priced.applied:
        parts = [part for line in priced.lines for part in line.parts if part.name == it.name]
        assert it.minor == sum(part.minor for part in parts)
        assert (it.minor == 0) is (it.line_id is not None)


@given(cases())
def test_the_tokens_charged_are_the_fewest_that_cover_what_they_paid(case: Case) -> None:
    """D3: One fewer is worth less; never more than asked for, nor than there are."""
    priced = case.priced()
    paid = priced.taken_minor(Source.TOKENS)
    assert (priced.tokens > 0) is (paid > 0)
    if priced.tokens:
        part = case.terms.part_payment
        assert part is not None
        assert part.worth.of(priced.tokens) >= paid > part.worth.of(priced.tokens - 1)
        assert priced.tokens <= case.cart.tokens <= case.available
        left = paid + priced.payable_minor
        assert paid <= (left if part.share is None else part.share.of(left))
        assert priced.tokens_passed_over is None


@given(cases())
def test_one_coupon_or_all_that_can_be_combined(case: Case) -> None:
    """No coupon alone would have taken off more than was."""
    priced = case.priced()
    vouchers = {name: it for name, it in case.vouchers if it is not None}
    used = [vouchers[it.name].terms for it in priced.applied]
    kept = [it for it in used if isinstance(it, CouponTerms)]
    assert len(kept) <= 1 or all(it.is_combinable for it in kept)
    taken = priced.taken_minor(Source.COUPON)
    for no in priced.passed_over:
        if no.code == "not_combinable":
            figures = dict(no.figures)
            alone = attrs.evolve(case.cart, codes=(), voucher_ids=(no.name,))
            only = case._replace(cart=alone, vouchers=((no.name, vouchers[no.name]),)).priced()
            assert figures["would_take"] == only.taken_minor(Source.COUPON) <= taken
            assert figures["chosen"]


@given(
    st.lists(f_codes, max_size=5),
    st.lists(st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 2)), min_size=1, max_size=4),
)
def test_as_many_units_are_covered_as_f_codes_can_cover(
    wanted: list[FCodeTerms], units: list[tuple[str, int]]
) -> None:
    """However they are tried; each unit is covered once, and none is taken off."""
    lines = [
        CartLine(name, product, "", Money(1, "INR"), count)
        for name, (product, count) in zip(NAMES, units, strict=False)
    ]
    names = tuple(str(place) for place in range(len(wanted)))
    cart = Cart("o1", tuple(lines), voucher_ids=names)
    found = [(name, voucher(terms, name)) for name, terms in zip(names, wanted, strict=True)]
    result = priced(cart, found)
    product_of = {line.line_id: line.product_id for line in lines}
    for it in result.applied:
        assert it.line_id is not None
        assert product_of[it.line_id] in wanted[int(it.name)].product_ids
    for line in lines:
        assert sum(it.line_id == line.line_id for it in result.applied) <= line.quantity
    assert len(result.applied) == most_covered([it.product_ids for it in wanted], units)
    assert result.payable_minor == result.gross_minor


def most_covered(wanted: list[tuple[str, ...]], units: list[tuple[str, int]]) -> int:
    """Try every way in which F-codes can cover units."""
    if not wanted:
        return 0
    best = most_covered(wanted[1:], units)
    for place, (product, count) in enumerate(units):
        if product in wanted[0] and count:
            fewer = [*units[:place], (product, count - 1), *units[place + 1 :]]
            best = max(best, 1 + most_covered(wanted[1:], fewer))
    return best


@given(cases(), st.data())
def test_the_order_of_lines_and_vouchers_changes_no_amount(case: Case, data: st.DataObject) -> None:
    """Every line comes to the same, wherever it stands."""
    cart = attrs.evolve(
        case.cart,
        lines=tuple(data.draw(st.permutations(case.cart.lines))),
        codes=tuple(data.draw(st.permutations(case.cart.codes))),
        voucher_ids=tuple(data.draw(st.permutations(case.cart.voucher_ids))),
    )
    shuffled = case._replace(cart=cart, vouchers=tuple(data.draw(st.permutations(case.vouchers))))
    one, other = case.priced(), shuffled.priced()
    assert sorted(one.lines) == sorted(other.lines)
    assert one._replace(lines=()) == other._replace(lines=())


@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4),
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
    st.integers(1, 9),
    st.data(),
)
def test_where_a_line_stands_changes_nothing_however_small_it_is(
    prices: list[int], off: tuple[int, int, int], worth: int, data: st.DataObject
) -> None:
    """One unit among equal lines goes to the same line, of coupon, exchange value and tokens."""
    taken, exchange, tokens = off
    lines = [
        CartLine(name, "p", "", Money(it, "JPY")) for name, it in zip(NAMES, prices, strict=False)
    ]
    terms = CheckoutTerms(PartPayment(Rate(1, worth)), earns_on_tokens=True)
    vouchers = [("v", voucher(CouponTerms(YEAR, Money(taken, "JPY")), "v"))]
    one, other = (
        priced(
            Cart("o1", tuple(it), "", "", "", (), ("v",), Money(exchange, "JPY"), tokens * worth),
            vouchers,
            available=tokens * worth,
            terms=terms,
            recipe=recipe("JPY", per=1),
        )
        for it in (lines, data.draw(st.permutations(lines)))
    )
    assert sorted(one.lines) == sorted(other.lines)


@given(cases())
def test_pricing_again_says_the_same(case: Case) -> None:
    """I18, F1: A quote is not stale by itself, and placing is the same function."""
    quote = Quote("asha", "q1", case.cart, case.priced(), NOON, NOON.replace(year=2018), "book")
    assert stale_because(quote, case.priced(), at=NOON, rule_book="book") == ()


@given(cases())
def test_vouchers_and_receipts_that_are_on_the_order_already_change_nothing(case: Case) -> None:
    """C4: An order's own attachments do not count against it."""
    attached = [
        (name, None if it is None else it.attaching("asha", "o1", at=NOON))
        for name, it in case.vouchers
    ]
    by = case.exchange
    if by is not None:
        by = by.attaching("o1", used_minor=0, until=NOON.replace(year=2018), at=NOON)
    again = case._replace(vouchers=tuple(attached), exchange=by)
    assert again.priced() == case.priced()


@given(cases())
def test_only_what_was_bought_and_is_not_excluded_earns(case: Case) -> None:
    """D11, D12: What earns lies between what is paid in money and what the line costs."""
    priced = case.priced()
    for line, bought in zip(priced.lines, case.cart.lines, strict=True):
        if bought.category in case.recipe.excluded_categories:
            assert line.earning_minor == 0
        else:
            assert line.payable_minor <= line.earning_minor <= line.gross_minor
    assert priced.earns == case.recipe.award(priced.earning_minor)


# splits


@given(st.lists(minors, max_size=6), st.integers(0, 10**6))
def test_a_split_is_in_proportion(weights: list[int], permille: int) -> None:
    """D7: Each part is the exact one to within a unit, and never above its weight."""
    whole = sum(weights)
    amount = whole * permille // 10**6
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part * whole - amount * weight) < max(whole, 1)


@given(minors, minors, st.integers(1, 50), st.integers(1, 50))
def test_paying_in_two_orders_saves_no_token(one: int, other: int, worth: int, per: int) -> None:
    """I2: Under rounding down, what is paid apart costs at least as many tokens as together."""
    rate = Rate(worth, per)
    most = 10**15
    together = fewest_tokens(one + other, rate, most)
    assert fewest_tokens(one, rate, most) + fewest_tokens(other, rate, most) >= together


# refunds


@st.composite
def refunds(draw: st.DrawFn, case: Case) -> list[list[tuple[str, int]]]:
    """Draw a sequence of refunds that gives back every unit, one or several at a time."""
    units = [it.line_id for it in case.cart.lines for _ in range(it.quantity)]
    rest = draw(st.permutations(units))
    sequence: list[list[tuple[str, int]]] = []
    while rest:
        n = draw(st.integers(1, len(rest)))
        now, rest = rest[:n], rest[n:]
        sequence.append([(name, now.count(name)) for name in sorted(set(now))])
    return sequence


def total(given_back: list[Refund]) -> tuple[int, int, int]:
    """Add up refunds."""
    return (
        sum(it.money_minor for it in given_back),
        sum(it.tokens for it in given_back),
        sum(it.exchange_minor for it in given_back),
    )


@given(cases(), st.data())
def test_any_sequence_of_refunds_gives_back_exactly_what_was_paid(
    case: Case, data: st.DataObject
) -> None:
    """B10, B17: Money, tokens and exchange value; nothing is below zero on the way."""
    priced = case.priced()
    settlement = settled(case)
    given_back: list[Refund] = []
    for quantities in data.draw(refunds(case)):
        settlement, refund = settlement.refunding(quantities, at=NOON)
        assert min(refund[:3]) >= 0
        assert min(number for line in refund.lines for number in line[1:]) >= 0
        assert total([refund]) == (
            sum(line.money_minor for line in refund.lines),
            sum(line.tokens for line in refund.lines),
            sum(line.exchange_minor for line in refund.lines),
        )
        given_back.append(refund)
    assert settlement.is_refunded
    exchange = priced.taken_minor(Source.EXCHANGE)
    assert total(given_back) == (priced.payable_minor, priced.tokens, exchange)


@given(cases(), st.data())
def test_a_refund_is_in_the_proportion_in_which_a_line_was_paid(
    case: Case, data: st.DataObject
) -> None:
    """So far never more than the exact share, and less by under one unit."""
    settlement = settled(case)
    line = data.draw(st.sampled_from(settlement.lines))
    so_far = [0, 0, 0]
    for units in range(1, line.quantity + 1):
        settlement, refund = settlement.refunding([(line.line_id, 1)], at=NOON)
        so_far = [before + now for before, now in zip(so_far, total([refund]), strict=True)]
        wholes = line.payable_minor, line.tokens, line.exchange_minor
        for given_back, whole in zip(so_far, wholes, strict=True):
            assert 0 <= whole * units - given_back * line.quantity < line.quantity


@given(cases(), st.data())
def test_splitting_a_refund_never_gains(case: Case, data: st.DataObject) -> None:
    """Units given back one by one come to the same as at once, at every step."""
    settlement = settled(case)
    line = data.draw(st.sampled_from(settlement.lines))
    units = data.draw(st.integers(1, line.quantity))
    at_once, whole = settlement.refunding([(line.line_id, units)], at=NOON)
    apart: list[Refund] = []
    for _ in range(units):
        settlement, refund = settlement.refunding([(line.line_id, 1)], at=NOON)
        apart.append(refund)
    assert total(apart) == total([whole])
    assert settlement == at_once


# codec


@given(cases())
def test_a_quote_is_read_as_it_was_written(case: Case) -> None:
    """Through JSON, whatever was quoted."""
    quote = Quote("asha", "q1", case.cart, case.priced(), NOON, NOON, "book", 3)
    assert quote_from_dict(json.loads(json.dumps(quote_to_dict(quote)))) == quote


@given(cases(), st.data())
def test_a_settlement_is_read_as_it_was_written(case: Case, data: st.DataObject) -> None:
    """Through JSON, however much of it was refunded."""
    settlement = settled(case)
    for quantities in data.draw(refunds(case))[:2]:
        settlement, _ = settlement.refunding(quantities, at=NOON)
    assert (
        settlement_from_dict(json.loads(json.dumps(settlement_to_dict(settlement)))) == settlement
    )
