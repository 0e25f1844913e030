"""What an order would earn and why: a question that writes nothing."""

import attrs

from mi_rewards.commands.awarding import cap_scope, chosen_recipe
from mi_rewards.commands.campaigning import Weighing
from mi_rewards.commands.purchases import Place
from mi_rewards.earning.evaluation import Verdict
from mi_rewards.earning.members import Member
from mi_rewards.earning.reckoning import expected_by
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import member_key


@attrs.frozen(order=False)
class Explanation:
    """What an order would earn, and what becomes of each campaign.

    Attributes:
        rule: The rule by which it earns without campaigns, or the one that says no.
        base_tokens: What it earns by that.
        tokens: What it earns with all campaigns that apply, if all is delivered and kept.
        verdicts: What becomes of each campaign, by its id.
    """

    rule: str
    base_tokens: int
    tokens: int
    verdicts: tuple[Verdict, ...]


def needs_of_explanation(place: Place, programme: Programme) -> Needs:
    """Name what an explanation needs to see.

    Args:
        place: The order as it would be placed.
        programme: The rules.

    Returns:
        Keys and counters.
    """
    return place.needs(programme)


def explained(place: Place, loaded: Loaded, programme: Programme) -> Explanation:
    """Explain what an order would earn.

    Args:
        place: The order as it would be placed.
        loaded: The member, and the counters that bound campaigns.
        programme: The rules.

    Returns:
        What it would earn and why.

    Raises:
        NotLoaded: A counter was not asked for.
        Misuse: Nothing is stated of the order, or something that is wrong.
    """
    purchase = place.stated_in(programme)
    if purchase is None:
        raise Misuse("an order is explained by an amount or by lines")
    member = loaded.get(member_key(place.member_id)) or Member(place.member_id)
    if member.joined_at is None or place.at < member.joined_at:
        recipe = programme.recipe.saying_no("waiting_for_joining")
    else:
        scope = cap_scope(programme, place.at, is_retrospective=False)
        recipe = chosen_recipe(purchase, member, programme, scope)
    found = Weighing(loaded, programme).weighed(recipe, purchase, member, place.at)
    return Explanation(
        recipe.rule,
        expected_by(recipe, purchase),
        expected_by(found.recipe, purchase),
        found.verdicts,
    )
