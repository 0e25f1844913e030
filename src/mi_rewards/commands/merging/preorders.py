"""What a merge has to do with what is sold ahead: payments, limits of quotas, codes.

1. Who waits for a payment, of a cart or of a pre-order, or has an exchange that goes on, does not
   go on as another.
2. Units stay with the pre-orders of the old name. What the member has of quotas that limit it
   counts for the survivor too, all of it, however far that is over the limit; what is given back
   under the old name afterwards goes back to the old name's counter.
3. Vouchers that can be used go over, and F-codes of quotas that were used: what they bought may
   be cancelled, and they are then the survivor's.
"""

from datetime import datetime

from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.settlements import Settlement, SettlementState
from mi_rewards.commands.members.owning import all_of
from mi_rewards.commands.units import quota_of
from mi_rewards.earning.members import Member
from mi_rewards.money import TOKENS_MAX
from mi_rewards.preorders.allotments import member_step
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.trade_in.exchanges import Exchange

_USABLE = (VoucherState.ISSUED, VoucherState.ATTACHED)


def payments_waited_for(member_id: str, loaded: Loaded, *, at: datetime) -> int:
    """Count what waits for something: payments of carts and pre-orders, exchanges that go on.

    Args:
        member_id: The member.
        loaded: The settlements, the pre-orders and the exchanges, page by page.
        at: The instant (UTC).

    Returns:
        How many there are.

    Raises:
        NotLoaded: A page was not asked for.
    """
    states = [it.at(at).state for it in all_of(Settlement, member_id, loaded)]
    preorders = [it.at(at) for it in all_of(PreOrder, member_id, loaded)]
    live = [it.is_live(at) for it in all_of(Exchange, member_id, loaded)]
    return states.count(SettlementState.PLACED) + sum(it.is_waiting for it in preorders) + sum(live)


def quota_limits(member: Member, loaded: Loaded) -> dict[str, int]:
    """Name the counters of what a member has of quotas, as far as their pre-orders name them.

    Args:
        member: The member; those in whose place they went on may have bought what counts for them.
        loaded: The pre-orders of all these names, page by page.

    Returns:
        By each counter's name the most that the survivor's may become: nothing bounds it.

    Raises:
        NotLoaded: A page was not asked for.
    """
    units = [
        it.allotment
        for owner in (member.member_id, *member.absorbed)
        for it in all_of(PreOrder, owner, loaded)
    ]
    return {
        member_step(it.quota_id, member.member_id, 1).name: TOKENS_MAX
        for it in units
        if it is not None and it.member_max is not None
    }


def vouchers_handed_on(
    member: Member, into: str, loaded: Loaded, *, at: datetime
) -> tuple[Voucher, ...]:
    """Hand on the vouchers that a member holds, with those of absorbed members.

    Args:
        member: The member.
        into: The new holder.
        loaded: The vouchers of all these names, page by page.
        at: The instant (UTC).

    Returns:
        Those that can be used, or may come to be again.

    Raises:
        NotLoaded: A page was not asked for.
    """
    return tuple(
        [
            it._replace(holder_id=into)
            for owner in (member.member_id, *member.absorbed)
            for it in all_of(Voucher, owner, loaded)
            if it.holder_id == member.member_id and _is_handed_on(it, at)
        ]
    )


def _is_handed_on(voucher: Voucher, at: datetime) -> bool:
    """Tell whether a voucher can be used, or may be revived."""
    state = voucher.at(at).state
    return state in _USABLE or (state is VoucherState.USED and bool(quota_of(voucher.terms)))
