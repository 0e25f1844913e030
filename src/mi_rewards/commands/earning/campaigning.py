"""Campaigns in commands: what of them is known, what is left of them, and what an order takes.

1. An order is weighed against campaigns once, at its first award, as if all of it were delivered.
   What it may get of caps and budgets is taken then; later deliveries take no more, and returns
   give nothing back.
2. What counts is when the order was placed; where nobody told, when it was first delivered.
3. Orders are counted from when a rule book first asks for their number.
4. What a page shows is weighed by the same function, and takes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from mi_rewards.commands.earning.tiers_held import tier_of
from mi_rewards.earning.campaign_limits import Use
from mi_rewards.earning.campaign_terms import CampaignTerms
from mi_rewards.earning.conditions import Facts
from mi_rewards.earning.evaluation import Evaluation, evaluate
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import Recipe
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import Key, standing_key
from mi_rewards.repositories.records import CounterKey, Take

ORDERS: Final = "orders"
"""What a member's orders that earn are counted under."""


def needs_weighed(
    programme: Programme, member_id: str, at: datetime
) -> tuple[tuple[Key[Any], ...], tuple[CounterKey, ...]]:
    """Name what an order is weighed with beside its member: the standing, and counters.

    Args:
        programme: The rules.
        member_id: The member who orders.
        at: The instant (UTC) of the order.

    Returns:
        Keys of aggregates and of counters; none where nothing asks for them.
    """
    if not programme.in_force.campaigns:
        return (), ()
    standing = () if programme.ladder is None else (standing_key(member_id),)
    keys: list[CounterKey] = []
    for campaign in programme.in_force.campaigns:
        if (campaign.caps or campaign.budget) and campaign.when.window.contains(at):
            bounds = campaign.limits(member_id, programme.zone.day_of(at))
            keys += [CounterKey(it.scope, it.name) for it in bounds if it.limit]
    return standing, tuple(keys)


class Weighing:
    """Orders weighed against campaigns while a command is decided, at its instant.

    Attributes:
        takes: What was taken of caps and budgets.
        tier: The tier that the member holds by now, where that is known; else it is looked up.
    """

    __slots__ = ("_at", "_loaded", "_programme", "_terms", "takes", "tier")

    def __init__(self, loaded: Loaded, programme: Programme, at: datetime) -> None:
        self._at = at
        self._loaded = loaded
        self._programme = programme
        self._terms: CampaignTerms = programme.in_force
        self.takes: tuple[Take, ...] = ()
        self.tier: str | None = None

    def weighed(self, base: Recipe, purchase: Purchase, member: Member, at: datetime) -> Evaluation:
        """Weigh an order.

        Args:
            base: How it earns without campaigns.
            purchase: The order.
            member: The member.
            at: The instant (UTC) that counts where nobody told when the order was placed.

        Returns:
            How it earns with campaigns, and what became of each.

        Raises:
            NotLoaded: A counter was not asked for; names them all.
        """
        programme, terms = self._programme, self._terms
        joined_at = member.joined_at
        facts = Facts(
            purchase,
            purchase.circumstances.placed_at or min(purchase.deliveries, default=at),
            programme.zone,
            tier_of(self._loaded, member, programme, self._at) if self.tier is None else self.tier,
            member.count_of(ORDERS) + 1,
            member.birthday,
            None if joined_at is None else programme.zone.day_of(joined_at),
            programme.earning.default_channel,
        )
        return evaluate(terms, base, facts, self._room(facts))

    def taking(
        self, base: Recipe, purchase: Purchase, member: Member, at: datetime
    ) -> tuple[Recipe, Member]:
        """Weigh an order at its first award, and take what it may get.

        Args:
            base: How it earns without campaigns.
            purchase: The order.
            member: The member.
            at: The instant (UTC) that counts where nobody told when the order was placed.

        Returns:
            How it earns, and the member, with the order counted where campaigns ask for that.

        Raises:
            NotLoaded: A counter was not asked for; names them all.
        """
        found = self.weighed(base, purchase, member, at)
        self.takes += _takes(found.uses)
        if base.tokens and self._terms.asks_for_order_number:
            member = member.counting(ORDERS)
        return found.recipe, member

    def _room(self, facts: Facts) -> dict[tuple[str, str], int]:
        """Say how much is left of each counter that may bound the order."""
        member_id, day = facts.purchase.member_id, facts.day
        limits: dict[CounterKey, int] = {}
        for campaign in self._terms.campaigns:
            if (campaign.caps or campaign.budget) and campaign.when.failure(facts) is None:
                for it in campaign.limits(member_id, day):
                    if it.limit:
                        limits[CounterKey(it.scope, it.name)] = it.limit
        if not limits:
            return {}
        counters = self._loaded.all_counters(tuple(limits))
        room: dict[tuple[str, str], int] = {}
        for key, counter in counters.items():
            used = 0 if counter is None else counter.used
            used += sum([it.n for it in self.takes if it.key == key])
            room[key] = limits[key] - used
        return room


def _takes(uses: Iterable[Use]) -> tuple[Take, ...]:
    """State what an order uses as steps of counters."""
    return tuple([Take(CounterKey(it.scope, it.name), it.n, it.limit) for it in uses])
