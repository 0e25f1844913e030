"""The laws of campaigns: no order matters, no limit is passed, and nothing is taken back twice."""

import json
from collections import Counter
from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from mi_rewards import bundled
from mi_rewards.commands import Command, Place
from mi_rewards.earning import (
    Award,
    BaseRate,
    Budget,
    Campaign,
    CampaignTerms,
    CapPer,
    Evaluation,
    Facts,
    GroupChoice,
    Line,
    Multiplier,
    Purchase,
    awarded_by,
    evaluate,
    expected_by,
    kept_by,
    purchase_from_dict,
    purchase_to_dict,
)
from mi_rewards.earning.reckoning import awarded_shares, expected_shares
from mi_rewards.earning.texts import purchase_to_text
from mi_rewards.errors import Refused
from mi_rewards.money import Money
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.wallet import check_journal
from mi_rewards.wallet.texts import compact
from tests.campaigns import (
    BASE,
    NOON,
    Room,
    after,
    campaigns,
    down_rates,
    facts,
    full,
    inr,
    known,
    orders,
    weighed,
)
from tests.ladders import LADDER
from tests.shop import SMALL, Shop, T, cancel, deliver, give_back, join, place, rules
from tests.wallets import day

choices = st.sampled_from(GroupChoice)
parts_left = st.integers(0, 100)


def weigh(terms: CampaignTerms, about: Facts, percent: int = 100) -> Evaluation:
    """Weigh an order where so many per cent of each counter are left."""
    return evaluate(terms, BASE, about, left_of(terms, about, percent))


def left_of(terms: CampaignTerms, about: Facts, percent: int) -> Room:
    """Leave so many per cent of each counter."""
    return {key: limit * percent // 100 for key, limit in full(terms, about).items()}


def terms_of(found: tuple[Campaign, ...], choice: GroupChoice = GroupChoice.BEST) -> CampaignTerms:
    """Make terms under which groups choose alike."""
    groups = {it.group for it in found if it.group} | {"base_rates"}
    return CampaignTerms(found, dict.fromkeys(groups, choice))


def renamed(found: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
    """Name campaigns the other way round: what was first is last."""
    return tuple([attrs.evolve(it, campaign_id=chr(219 - ord(it.campaign_id))) for it in found])


def costs(budget: Budget, tokens: int) -> Fraction:
    """Say what tokens cost of a budget, exactly."""
    if budget.cost is None:
        return Fraction(max(0, tokens))
    return Fraction(max(0, tokens) * budget.cost.money.minor, budget.cost.tokens)


# what does not matter


@given(campaigns(), choices, known(), parts_left, st.randoms(use_true_random=False))
def test_the_order_of_campaigns_does_not_matter(
    found: tuple[Campaign, ...], choice: GroupChoice, about: Facts, percent: int, random: object
) -> None:
    """I18, I20: However they are listed, with groups of either kind and limits half used up."""
    mixed = list(found)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    listed, shuffled = terms_of(found, choice), terms_of(tuple(mixed), choice)
    assert weigh(listed, about, percent) == weigh(shuffled, about, percent)


@given(campaigns(), known(), parts_left)
def test_names_decide_nothing_but_ties(
    found: tuple[Campaign, ...], about: Facts, percent: int
) -> None:
    """I20: Whatever comes first by its name, the member gets the same of the best."""
    one, other = terms_of(found), terms_of(renamed(found))
    tokens = [
        expected_by(weigh(terms, about, percent).recipe, about.purchase) for terms in (one, other)
    ]
    assert tokens[0] == tokens[1]


@given(campaigns(), choices, known(), parts_left)
def test_what_was_weighed_can_be_weighed_again(
    found: tuple[Campaign, ...], choice: GroupChoice, about: Facts, percent: int
) -> None:
    """I18: Again, or beginning with the recipe that came out, it comes out the same."""
    terms = terms_of(found, choice)
    once = weigh(terms, about, percent)
    assert weigh(terms, about, percent) == once
    assert evaluate(terms, once.recipe, about, left_of(terms, about, percent)) == once


@given(campaigns(grouped=False), known(), parts_left)
def test_a_campaign_without_a_group_is_weighed_alone(
    found: tuple[Campaign, ...], about: Facts, percent: int
) -> None:
    """I18: What becomes of it does not depend on what else there is: nothing multiplies twice."""
    together = weigh(terms_of(found), about, percent)
    for it, verdict in zip(found, together.verdicts, strict=True):
        if isinstance(it.effect, BaseRate):
            continue  # base rates compete
        alone = weigh(CampaignTerms((it,)), about, percent)
        assert alone.verdicts == (verdict,)


@given(campaigns(), choices, known(), parts_left)
def test_verdicts_add_up_to_what_is_earned(
    found: tuple[Campaign, ...], choice: GroupChoice, about: Facts, percent: int
) -> None:
    """I18: What a page shows of each is what the order earns, and why the others give nothing."""
    weighed_ = weigh(terms_of(found, choice), about, percent)
    tokens = {it.campaign_id: it.tokens for it in weighed_.verdicts if it.applies}
    assert dict(expected_shares(weighed_.recipe, about.purchase)) == tokens
    base = expected_by(BASE, about.purchase)
    assert expected_by(weighed_.recipe, about.purchase) == base + sum(tokens.values())
    for it in weighed_.verdicts:
        assert it.applies is not bool(it.failed)
        assert it.applies or it.tokens == 0
    assert [it.campaign_id for it in weighed_.verdicts] == sorted(it.campaign_id for it in found)


@given(campaigns(), known(), parts_left)
def test_of_a_group_one_applies(found: tuple[Campaign, ...], about: Facts, percent: int) -> None:
    """I18: Exactly one where any could; it gives what no other would give more of."""
    weighed_ = weigh(terms_of(found), about, percent)
    by_id = {it.campaign_id: it for it in found}
    in_group = [it for it in weighed_.verdicts if by_id[it.campaign_id].group == "x"]
    applying = [it for it in in_group if it.applies]
    lost = [it for it in in_group if it.failed == "group_lost"]
    assert len(applying) <= 1
    assert not lost or len(applying) == 1
    for it in lost:
        assert it.wanted == applying[0].tokens
        assert (-int(it.actual), it.campaign_id) > (-applying[0].tokens, applying[0].campaign_id)


# limits


@given(
    campaigns() | campaigns(asks=False, grouped=False),
    choices,
    st.lists(known(), min_size=1, max_size=5),
    parts_left,
)
def test_caps_and_budgets_are_never_exceeded(
    found: tuple[Campaign, ...], choice: GroupChoice, several: list[Facts], percent: int
) -> None:
    """I13: Order after order, in tokens and in money; no delivery gives more than was taken."""
    terms = terms_of(found, choice)
    room = left_of(terms, several[0], percent)
    by_id = {it.campaign_id: it for it in found}
    spent = dict.fromkeys(by_id, Fraction(0))
    for about in several:
        weighed_ = evaluate(terms, BASE, about, room)
        room = after(room, weighed_)
        for verdict in weighed_.verdicts:
            if not verdict.applies:
                continue
            it = by_id[verdict.campaign_id]
            caps = [cap.tokens for cap in it.caps if cap.per is not CapPer.ORDER]
            assert verdict.tokens <= min(caps, default=verdict.tokens)
            if it.budget is not None:
                spent[it.campaign_id] += costs(it.budget, verdict.tokens)
                assert spent[it.campaign_id] <= it.budget.limit
        parts = about.purchase.delivering(NOON, (about.purchase.lines[0].line_id,))
        taken = {it.campaign_id: it.tokens for it in weighed_.verdicts}
        bounded = {it.rule for it in weighed_.recipe.parts if it.granted_max is not None}
        for rule, tokens in awarded_shares(weighed_.recipe, parts):
            if rule in bounded:
                assert tokens <= max(0, taken[rule])


@given(campaigns(), known(), parts_left, parts_left)
def test_more_room_never_gives_less(
    found: tuple[Campaign, ...], about: Facts, one: int, other: int
) -> None:
    """I13: Where the best of each group applies."""
    terms = terms_of(found)
    less, more = sorted((one, other))
    given_ = [expected_by(weigh(terms, about, it).recipe, about.purchase) for it in (less, more)]
    assert given_[0] <= given_[1]


@given(campaigns(), known(), parts_left)
def test_campaigns_never_give_less_than_the_base_rate(
    found: tuple[Campaign, ...], about: Facts, percent: int
) -> None:
    """I2: Where the best of each group applies, the programme's own rate stands among them."""
    recipe = weigh(terms_of(found), about, percent).recipe
    assert expected_by(recipe, about.purchase) >= expected_by(BASE, about.purchase)


# splitting


@given(
    campaigns(
        is_limited=False,
        effects=("base_rate", "multiplier", "bonus_rate"),
        grouped=False,
        asks=False,
        rates=down_rates,
    ),
    orders(),
    st.lists(st.integers(0, 100), min_size=4, max_size=4),
)
def test_a_split_never_gains(found: tuple[Campaign, ...], order: Purchase, cuts: list[int]) -> None:
    """I2: Rounded down, two orders earn at most what one does, where nothing is per order."""
    whole = weigh(terms_of(found), facts(order))
    apart = 0
    for sign in (0, 1):
        lines: list[Line] = []
        for line, cut in zip(order.lines, cuts, strict=False):
            first = line.amount.minor * cut // 100
            minor = line.amount.minor - first if sign else first
            lines.append(line._replace(amount=Money(minor, "INR")))
        part = order._replace(lines=tuple(lines))
        apart += expected_by(weigh(terms_of(found), facts(part)).recipe, part)
    assert apart <= expected_by(whole.recipe, order)


# what is delivered and what comes back

Return = tuple[int, str, int]
returns = st.lists(
    st.tuples(st.integers(-60, 100), st.sampled_from(("a", "b", "c", "d")), st.integers(1, 4)),
    max_size=6,
)


def returning(purchase: Purchase, tried: Return) -> Purchase | None:
    """Try a return by units or by a part of the value; nothing where it is refused."""
    percent, name, quantity = tried
    try:
        if percent < 0:
            return purchase.returning(quantities=((name, quantity),))
        value = purchase.left_minor * percent // 100
        return purchase.returning(value=Money(value, "INR"))
    except Refused:
        return None


@given(campaigns(), choices, known(), parts_left, returns)
def test_returns_never_earn_and_take_at_most_what_was_awarded(
    found: tuple[Campaign, ...],
    choice: GroupChoice,
    about: Facts,
    percent: int,
    tried: list[Return],
) -> None:
    """I10: However much comes back, each time it earns no more; all of it leaves nothing."""
    recipe = weigh(terms_of(found, choice), about, percent).recipe
    purchase = about.purchase.delivering(NOON)
    award = awarded_by(recipe, purchase)
    assert award >= 0
    before = award
    for each in tried:
        returned = returning(purchase, each)
        if returned is not None:
            purchase = returned
            now = awarded_by(recipe, purchase)
            assert 0 <= now <= before
            before = now
    if purchase.left_minor:
        purchase = purchase.returning()
    assert awarded_by(recipe, purchase) == 0


@given(campaigns(), choices, known(), parts_left, returns)
def test_taking_back_in_parts_is_taking_back_at_once(
    found: tuple[Campaign, ...],
    choice: GroupChoice,
    about: Facts,
    percent: int,
    tried: list[Return],
) -> None:
    """I10: The award so far less the award on what is kept, each time, adds up."""
    recipe = weigh(terms_of(found, choice), about, percent).recipe
    start = about.purchase.delivering(NOON)
    start = start.awarding(recipe, Award(awarded_by(recipe, start), day("2018-12-31"), NOON))
    purchase, total = start, 0
    for each in tried:
        returned = returning(purchase, each)
        if returned is not None:
            back = returned.awarded - awarded_by(recipe, returned)
            purchase, parts = returned.giving_back(back)
            total += sum(tokens for _, tokens in parts)
    assert total == start.awarded - awarded_by(recipe, purchase)
    assert purchase.awarded == awarded_by(recipe, purchase)


@given(campaigns(), choices, known(), parts_left, st.permutations(("a", "b", "c", "d")), returns)
def test_deliveries_in_parts_earn_what_one_does(
    found: tuple[Campaign, ...],
    choice: GroupChoice,
    about: Facts,
    percent: int,
    turn: list[str],
    tried: list[Return],
) -> None:
    """I2, I10: In any order, with returns between; each delivery adds something or nothing."""
    recipe = weigh(terms_of(found, choice), about, percent).recipe
    whole = expected_by(recipe, about.purchase)
    purchase, before, has_returned = about.purchase, 0, False
    for number, name in enumerate(turn):
        if all(line.line_id != name for line in purchase.lines):
            continue
        purchase = purchase.delivering(NOON + timedelta(seconds=number), (name,))
        now = awarded_by(recipe, purchase)
        assert before <= now <= whole
        before = now
        if number < len(tried) and (returned := returning(purchase, tried[number])) is not None:
            purchase, has_returned = returned, True
            before = awarded_by(recipe, purchase)
    assert awarded_by(recipe, purchase) == kept_by(recipe, purchase)
    if not has_returned:
        assert awarded_by(recipe, purchase) == whole


@given(campaigns(), choices, known(), st.permutations(("a", "b", "c", "d")), st.integers(0, 4))
def test_deliveries_through_an_instant_are_those_made_by_then(
    found: tuple[Campaign, ...], choice: GroupChoice, about: Facts, turn: list[str], until: int
) -> None:
    """I10: What waited for joining is awarded delivery by delivery, as if it had not waited."""
    recipe = weigh(terms_of(found, choice), about).recipe
    by_then = purchase = about.purchase
    for number, name in enumerate(turn):
        if any(line.line_id == name for line in purchase.lines):
            at = NOON + timedelta(seconds=number)
            purchase = purchase.delivering(at, (name,))
            if number <= until:
                by_then = by_then.delivering(at, (name,))
    through = NOON + timedelta(seconds=until)
    assert awarded_by(recipe, purchase, through=through) == awarded_by(recipe, by_then)


# storing


@given(campaigns(), choices, known(), parts_left)
def test_a_recipe_with_parts_is_read_as_it_was_written(
    found: tuple[Campaign, ...], choice: GroupChoice, about: Facts, percent: int
) -> None:
    """I20: Through JSON, and the text written at once is the codec's, character by character."""
    recipe = weigh(terms_of(found, choice), about, percent).recipe
    purchase = about.purchase.delivering(NOON)
    purchase = purchase.awarding(
        recipe, Award(awarded_by(recipe, purchase), day("2018-12-31"), NOON)
    )
    written = purchase_to_dict(purchase)
    assert purchase_from_dict(json.loads(json.dumps(written))) == purchase
    assert purchase_to_text(purchase) == compact(written)
    assert ("parts" in written["recipe"]) is bool(recipe.parts)


@given(campaigns(), choices)
def test_campaigns_are_read_as_they_were_written(
    found: tuple[Campaign, ...], choice: GroupChoice
) -> None:
    """I20: A rule book reads back equal, and is the same text for equal programmes."""
    plain = attrs.evolve(bundled.programme("reward-mi"), ladder=LADDER)
    programme = attrs.evolve(plain, campaigns=terms_of(found, choice))
    text = to_toml(programme)
    assert from_toml(text) == programme
    assert to_toml(from_toml(text)) == text
    assume(found)
    assert programme.digest != plain.digest


def test_multipliers_add_up() -> None:
    """I2: Two that double make three times as much, not four."""
    double = Campaign("a", "A", Multiplier(2, 1)), Campaign("b", "B", Multiplier(2, 1))
    assert expected_by(weighed(*double).recipe, facts().purchase) == 300
    assert inr(1_000) == facts().purchase.lines[0].amount


# on a store

Step = tuple[str, str, int, str]
steps = st.lists(
    st.tuples(
        st.sampled_from(("place", "deliver", "part", "return", "cancel", "deliver")),
        st.sampled_from(("asha", "ben")),
        st.integers(1, 4),
        st.sampled_from(("a", "b", "c", "d")),
    ),
    max_size=14,
)


def command_of(step: Step, number: int, order: Purchase) -> Command[Any]:
    """Make a command of a step."""
    kind, by, name, line_id = step
    common: dict[str, Any] = {"by": by, "request": f"r{number}"}
    if kind == "place":
        return place(f"o{name}", lines=order.lines, **common)
    if kind == "deliver":
        return deliver(f"o{name}", lines=order.lines, **common)
    if kind == "part":
        return deliver(f"o{name}", lines=order.lines, line_ids=(line_id,), **common)
    if kind == "cancel":
        return cancel(f"o{name}", **common)
    return give_back(f"o{name}", None, (line_id, 1), **common)


@given(campaigns(), choices, orders(), steps)
def test_whatever_happens_to_orders_limits_hold_and_journals_are_sound(
    found: tuple[Campaign, ...], choice: GroupChoice, order: Purchase, steps: list[Step]
) -> None:
    """I1, I10, I13, I18: Counters say what orders were granted; a page says what is promised."""
    terms = terms_of(found, choice)
    programme = rules(SMALL, campaigns=terms, ladder=LADDER)
    shop = Shop(programme)
    shop.all(join("asha"), join("ben"))
    for number, step in enumerate(steps):
        command = command_of(step, number, order)
        told = shop.rewards.explain(command) if isinstance(command, Place) else None
        answer = shop.rewards.do_all([command])[0]
        if told is not None and not isinstance(answer, Exception):
            assert answer.promised == told.tokens
    granted: Counter[str] = Counter()
    for by in ("asha", "ben"):
        assert check_journal(shop.entries(by)) == ()
        for name in range(1, 5):
            purchase = shop.purchase(f"o{name}", by)
            if purchase is None or purchase.recipe is None:
                continue
            assert purchase.awarded == awarded_by(purchase.recipe, purchase)
            for part in purchase.recipe.parts:
                granted[part.rule] += part.granted_max or 0
    for campaign in found:
        for bound in campaign.limits("asha", T.date()):
            used = shop.used(bound.scope, bound.name) or 0
            assert 0 <= used <= bound.limit
            if bound.scope != "asha":
                most = granted[campaign.campaign_id]
                assert used >= bound.use(most)
                assert bound.cost is not None or used == most
