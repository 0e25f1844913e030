"""Orders cancelled: what they were promised is withdrawn."""

import attrs

from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.awarding import promise_name
from mi_rewards.commands.orders.command import OrderCommand
from mi_rewards.commands.outcomes import Cancelled
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import wallet_key
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.promises import withdraw


@attrs.frozen(order=False, kw_only=True, slots=False)
class Cancel(OrderCommand):
    """Cancel an order, or what of it was not delivered; its promise is withdrawn."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Cancelled]:
        """Decide.

        Args:
            loaded: The purchase and the wallet.
            programme: The rules.

        Returns:
            What was withdrawn.

        Raises:
            UnknownOrder: The order is not known.
            OrderCancelled: It was cancelled already.
            AlreadyDelivered: All of it was delivered.
        """
        purchase = self._known(loaded).cancelling()
        key = wallet_key(self.member_id, programme.kind)
        wallet = self._wallet(loaded, key, programme)
        puts = (Put(self._purchase_key(), purchase),)
        promise_id = promise_name(self.order_id, 0)
        if all(it.promise_id != promise_id for it in wallet.promises):
            return Decision(Cancelled(self.order_id, 0), puts)
        change = withdraw(
            wallet,
            promise_id,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("order_cancelled", (("order_id", self.order_id),)),
        )
        outcome = Cancelled(self.order_id, change.result)
        return Decision(outcome, (*puts, Put(key, change.wallet)), change.entries)
