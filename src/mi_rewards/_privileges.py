"""What tiers multiply, as campaigns: one of every kind is weighed in one way."""

from mi_rewards.earning.campaigns import Campaign, Multiplier
from mi_rewards.earning.conditions import Conditions
from mi_rewards.tiers.ladder import Ladder


def privileges(ladder: Ladder, kind: str) -> tuple[Campaign, ...]:
    """State what tiers multiply of a kind of token, as campaigns.

    A multiplier of everything is for what has none of its own.

    Args:
        ladder: The tiers.
        kind: The kind of token, empty for the one that is spent.

    Returns:
        A campaign for each multiplier.
    """
    campaigns: list[Campaign] = []
    for tier in ladder.tiers:
        multipliers = tier.privileges.multipliers_of(kind)
        own = tuple([it.category for it in multipliers if it.category])
        for it in multipliers:
            lines = Conditions(
                categories=(it.category,) if it.category else (),
                except_categories=() if it.category else own,
                tiers=(tier.tier_id,),
            )
            campaign_id = f"tier/{tier.tier_id}/{it.category}"
            effect = Multiplier(it.numerator, it.denominator)
            campaigns.append(Campaign(campaign_id, tier.title, effect, lines))
    return tuple(campaigns)
