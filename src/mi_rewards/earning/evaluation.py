"""Which campaigns apply to an order, what each adds, and why the others do not.

1. The answer depends on no order of the campaigns. Each is held against the same base rate; those
   of one group compete; ties are decided by name.
2. A campaign gives at most what its caps and its budget have left, at least one token; where
   nothing is left it does not apply.
3. Nothing that is limited is given where it is not known how much is left.
"""

from collections.abc import Iterable, Mapping
from math import gcd
from typing import Final, NamedTuple

import attrs

from mi_rewards.earning.campaign_limits import Bound, Use
from mi_rewards.earning.campaign_terms import CampaignTerms, GroupChoice
from mi_rewards.earning.campaigns import (
    BASE_RATES,
    BaseRate,
    Bonus,
    BonusRate,
    Campaign,
)
from mi_rewards.earning.conditions import Facts, Failure
from mi_rewards.earning.parts import RecipePart
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import kept_value
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch

Room = Mapping[tuple[str, str], int]
"""How much is left of each counter, by its scope and name, in tokens or minor units."""


class Verdict(NamedTuple):
    """What became of one campaign.

    Attributes:
        campaign_id: The campaign.
        applies: Whether it applies.
        tokens: What it adds, if all is delivered and kept; below zero only in place of a better
            base rate.
        failed: Why it does not apply: the first condition that failed; empty where it does.
        actual: What was found; where caps or the budget cut what it adds, what is left of that.
        wanted: What it would have to be; where it is cut, what it would add without them.
    """

    campaign_id: str
    applies: bool
    tokens: int
    failed: str = ""
    actual: Figure = ""
    wanted: Figure = ""


@attrs.frozen(order=False)
class Evaluation:
    """What campaigns make of an order.

    Attributes:
        recipe: How its award is computed.
        verdicts: What became of each campaign, by its id.
        uses: What the order takes of caps and budgets.
    """

    recipe: Recipe
    verdicts: tuple[Verdict, ...] = ()
    uses: tuple[Use, ...] = ()


class _Offer(NamedTuple):
    """A campaign that could apply."""

    campaign: Campaign
    part: RecipePart
    tokens: int
    uncut: int
    bounds: tuple[Bound, ...]


def evaluate(terms: CampaignTerms, base: Recipe, facts: Facts, room: Room) -> Evaluation:
    """Find which campaigns apply to an order.

    Args:
        terms: The campaigns.
        base: How the order earns without them.
        facts: What is known of the order, as if all of it were delivered.
        room: How much is left of each counter that bounds a campaign whose conditions are met.

    Returns:
        The recipe, and a verdict on each campaign.

    Raises:
        CurrencyMismatch: A campaign is in another currency than the base rate.
        Misuse: How much is left of a counter is not stated, or a rate passes 2**63 - 1.
    """
    for currency in sorted(terms.currencies - {base.per.currency}):
        raise CurrencyMismatch(f"a campaign is in {currency}, the base rate in {base.per.currency}")
    offers: list[_Offer] = []
    verdicts: dict[str, Verdict] = {}
    for campaign in terms.campaigns:
        found = _tried(campaign, base, facts, room)
        if isinstance(found, Failure):
            verdicts[campaign.campaign_id] = _no(campaign, found)
        else:
            offers.append(found)
    chosen = _chosen(terms, offers, verdicts)
    for it in chosen:
        verdicts[it.part.rule] = _yes(it)
    return Evaluation(
        base.with_parts(tuple([it.part for it in chosen])) if chosen else base,
        tuple([verdicts[it.campaign_id] for it in terms.campaigns]),
        tuple([use for it in chosen for use in _uses(it)]),
    )


def most(terms: CampaignTerms, base: Recipe, purchase: Purchase) -> int:
    """Bound what campaigns could add to an order, whoever orders and whenever.

    Args:
        terms: The campaigns.
        base: How the order earns without them.
        purchase: The order.

    Returns:
        Whole tokens: what all of them add together, without conditions, caps and budgets.
    """
    tokens = 0
    for campaign in terms.campaigns:
        part = _part(campaign, base)
        tokens += max(0, part.share(kept_value(purchase, (), part.lines)))
    return tokens


def _yes(offer: _Offer) -> Verdict:
    """State what a campaign adds, and what it would add if it were not cut."""
    cut = (offer.tokens, offer.uncut) if offer.tokens < offer.uncut else ("", "")
    return Verdict(offer.part.rule, True, offer.tokens, "", *cut)  # noqa: FBT003


def _no(campaign: Campaign, failure: Failure) -> Verdict:
    """State why a campaign does not apply."""
    return Verdict(campaign.campaign_id, False, 0, *failure)  # noqa: FBT003


def _tried(campaign: Campaign, base: Recipe, facts: Facts, room: Room) -> _Offer | Failure:
    """Hold a campaign against an order that stands alone."""
    if not base.tokens:
        return Failure(base.rule, 0, 1)
    failed = campaign.when.failure(facts) or _without_lines(campaign, base, facts)
    if failed is not None:
        return failed
    minor = kept_value(facts.purchase, base.excluded_categories, campaign.when.lines)
    least = max(1, campaign.when.min_minor)
    if minor < least:
        return Failure("below_min_amount", minor, least)
    part = _part(campaign, base)
    base_tokens = base.award(minor) if part.is_base else 0
    tokens = part.share(minor, base_tokens)
    if not part.is_base and not tokens and part.order_max != 0:
        return Failure("worth_nothing", 0, 1)
    uncut = tokens
    if part.order_max is not None:
        uncut = attrs.evolve(part, order_max=None).share(minor, base_tokens)
    bounds = campaign.limits(facts.purchase.member_id, facts.day)
    none_left = _nothing_left(campaign, bounds, room)
    if none_left is not None:
        return none_left
    if bounds:
        allowed = [it.allows(_left(it, room)) for it in bounds]
        tokens = min(tokens, *allowed)
        part = attrs.evolve(part, granted_max=max(0, tokens))
    return _Offer(campaign, part, tokens, uncut, bounds)


def _without_lines(campaign: Campaign, base: Recipe, facts: Facts) -> Failure | None:
    """Refuse an order of which no line matches."""
    when, selected = campaign.when, campaign.when.lines
    lines = [it for it in facts.purchase.lines if it.category not in base.excluded_categories]
    if not when.selects_lines or any(selected.has(it.category, it.product) for it in lines):
        return None
    found = sorted({it.category for it in lines})
    of_any_product = selected._replace(products=())
    if any(of_any_product.has(category, "") for category in found):
        products = sorted({it.product for it in lines})
        return Failure("wrong_product", ", ".join(products), ", ".join(when.products))
    wanted = when.categories or [f"not {name}" for name in when.except_categories]
    return Failure("wrong_category", ", ".join(found), ", ".join(wanted))


def _part(campaign: Campaign, base: Recipe) -> RecipePart:
    """State a campaign as a part of a recipe."""
    effect, when = campaign.effect, campaign.when
    rounding = base.rounding
    per_minor: int | None = None
    if isinstance(effect, Bonus):
        tokens = effect.tokens
    elif isinstance(effect, BaseRate | BonusRate):
        rate = effect.rate
        tokens, per_minor, rounding = rate.tokens, rate.per.minor, rate.rounding
    else:
        tokens = base.tokens * (effect.numerator - effect.denominator)
        per_minor = base.per.minor * effect.denominator
        common = gcd(tokens, per_minor)
        tokens, per_minor = tokens // common, per_minor // common
        if max(tokens, per_minor) > TOKENS_MAX:
            raise Misuse(f"the rate of campaign {campaign.campaign_id!r} passes 2**63 - 1")
    return RecipePart(
        campaign.campaign_id,
        tokens,
        per_minor,
        rounding,
        when.lines,
        when.min_minor,
        isinstance(effect, BaseRate),
        campaign.order_max,
    )


def _nothing_left(campaign: Campaign, bounds: Iterable[Bound], room: Room) -> Failure | None:
    """Refuse a campaign of which a cap or the budget leaves nothing, caps first."""
    if campaign.order_max == 0:
        return Failure("cap_reached", 0, 1)
    for it in bounds:
        if it.allows(_left(it, room)) < 1:
            return Failure("budget_used_up" if it.is_budget else "cap_reached", 0, 1)
    return None


def _left(bound: Bound, room: Room) -> int:
    """Say how much is left of a counter; what is not known refuses."""
    if not bound.limit:
        return 0
    left = room.get((bound.scope, bound.name))
    if left is None:
        raise Misuse(f"it is not stated how much is left of {bound.scope}, {bound.name}")
    return max(0, left)


def _chosen(
    terms: CampaignTerms, offers: list[_Offer], verdicts: dict[str, Verdict]
) -> list[_Offer]:
    """Choose one of each group; state of the others to whom they lost."""
    chosen = [it for it in offers if not _group(it)]
    groups = {_group(it) for it in offers} - {""}
    for group in groups:
        rivals = [it for it in offers if _group(it) == group]
        is_best = terms.choice_in(group) is GroupChoice.BEST
        rivals.sort(key=_by_tokens if is_best else _by_priority)
        winner, wanted = rivals[0], _rank(rivals[0], is_best=is_best)
        has_own_rate = group == BASE_RATES and is_best
        if has_own_rate and winner.tokens <= 0:
            wanted = 1
        else:
            chosen.append(winner)
            rivals = rivals[1:]
        for it in rivals:
            lost = Failure(_LOST, _rank(it, is_best=is_best), wanted)
            verdicts[it.part.rule] = _no(it.campaign, lost)
    return sorted(chosen, key=lambda it: it.part.rule)


_LOST: Final = "group_lost"


def _group(offer: _Offer) -> str:
    """Say in which group a campaign is."""
    return BASE_RATES if offer.part.is_base else offer.campaign.group


def _rank(offer: _Offer, *, is_best: bool) -> int:
    """Say by what a campaign is compared."""
    return offer.tokens if is_best else offer.campaign.priority


def _by_tokens(offer: _Offer) -> tuple[int, str]:
    """Put what gives most first."""
    return -offer.tokens, offer.part.rule


def _by_priority(offer: _Offer) -> tuple[int, str]:
    """Put the highest priority first."""
    return -offer.campaign.priority, offer.part.rule


def _uses(offer: _Offer) -> list[Use]:
    """Say what a campaign takes of its caps and its budget."""
    if offer.tokens < 1:
        return []
    return [Use(it.scope, it.name, it.use(offer.tokens), it.limit) for it in offer.bounds]
