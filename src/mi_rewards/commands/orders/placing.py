"""Orders placed: what they will earn is promised."""

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.awarding import (
    cap_scope,
    chosen_recipe,
    promise_name,
    purchase_reason,
)
from mi_rewards.commands.orders.command import StatedOrder
from mi_rewards.commands.outcomes import Placed
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import added, expected_by, expected_shares
from mi_rewards.earning.refusals import AlreadyPlaced
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import wallet_key
from mi_rewards.wallet.promises import promise

if TYPE_CHECKING:
    from mi_rewards.commands.reads import Explanation
    from mi_rewards.earning.evaluation import Evaluation


@attrs.frozen(order=False, kw_only=True, slots=False)
class Place(StatedOrder):
    """Place an order: the tokens that it will earn are promised.

    Attributes:
        placed_at: The instant at which it was placed, where it is another than the command's: that
            of which campaigns ask.
    """

    placed_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Placed]:
        """Decide.

        Args:
            loaded: The member, the purchase and the wallet.
            programme: The rules.

        Returns:
            What was promised; nothing where the member has not joined.

        Raises:
            Misuse: Nothing is stated, or the order is known with other content.
            AlreadyPlaced: The order is known.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        found = loaded.get(self._purchase_key())
        stated = self._placed(programme)
        if found is not None:
            self._agreed(found, stated)
            raise AlreadyPlaced(order_id=self.order_id)
        recipe = self._weighed(stated, loaded, programme)[1].recipe
        base_minor = stated.expected_minor(recipe.excluded_categories)
        shares = expected_shares(recipe, stated)
        tokens = recipe.award(base_minor) + added(shares)
        puts = (Put(self._purchase_key(), stated),)
        if not tokens:
            return Decision(Placed(self.order_id, 0), puts)
        key = wallet_key(self.member_id, programme.kind)
        change = promise(
            self._wallet(loaded, key, programme),
            tokens,
            promise_id=promise_name(self.order_id, 0),
            source=self.order_id,
            at=self.at,
            request_id=self.request_id,
            reason=purchase_reason(
                "order_placed", self.order_id, base_minor, recipe, shares=shares
            ),
        )
        return Decision(
            Placed(self.order_id, tokens), (*puts, Put(key, change.wallet)), change.entries
        )

    def explained(self, loaded: Loaded, programme: Programme) -> "Explanation":
        """Say what the order would be promised and why, as if it were placed.

        Args:
            loaded: The member, and what campaigns are weighed with.
            programme: The rules.

        Returns:
            What it would earn, and what becomes of each campaign.

        Raises:
            Misuse: Nothing is stated, or something that is wrong.
        """
        from mi_rewards.commands.reads import Explanation

        stated = self._placed(programme)
        base, found = self._weighed(stated, loaded, programme)
        tokens = expected_by(found.recipe, stated)
        return Explanation(base.rule, expected_by(base, stated), tokens, found.verdicts)

    def _placed(self, programme: Programme) -> Purchase:
        """Make the purchase as it is placed."""
        stated = self._stated(programme)
        if stated is None:
            raise Misuse("an order is placed with an amount or with lines")
        told = stated.circumstances._replace(placed_at=self.placed_at or self.at)
        return stated._replace(circumstances=told)

    def _weighed(
        self, stated: Purchase, loaded: Loaded, programme: Programme
    ) -> "tuple[Recipe, Evaluation]":
        """Choose how the order will earn: without campaigns, and with them."""
        member = self._member(loaded)
        base = programme.recipe.saying_no("waiting_for_joining")
        joined_at = None if member.has_to_join else member.joined_at
        if joined_at is not None and self.at >= joined_at:
            scope = cap_scope(programme, self.at, is_retrospective=False)
            base = chosen_recipe(stated, member, programme, scope)
        from mi_rewards.commands.earning.campaigning import Weighing
        from mi_rewards.earning.evaluation import Evaluation

        if not programme.in_force.campaigns:
            return base, Evaluation(base)
        weighing = Weighing(loaded, programme, self.at)
        return base, weighing.weighed(base, stated, member, self.at)
