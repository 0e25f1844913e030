"""Erasing: what is personal of a member is deleted, and every sum stays.

1. Personal is what a member or the host wrote: notes, a birthday, codes of vouchers in clear, the
   numbers of devices, and that friends are invited by a code.
2. Journal, receipts, purchases and events have ids, codes and figures alone, and stay as they are.
   So a member's id must not be personal by itself: it stays in all of them.
"""

from typing import Any

import attrs

from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.command import Decision, MemberCommand
from mi_rewards.commands.members.devices import devices_forgotten
from mi_rewards.commands.members.outcomes import Erased
from mi_rewards.commands.members.owning import all_of
from mi_rewards.earning.members import Member
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import (
    member_key,
    preorder_key,
    referral_code_key,
    voucher_key,
)
from mi_rewards.repositories.messages import OutboxEvent

MEMBER_ERASED = "member_erased"
"""The topic of an event: whoever else keeps something personal is to delete it too."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class Erase(MemberCommand):
    """Delete what is personal of a member, joined or not; it can be asked for again.

    Members in whose place this one goes on are erased by commands of their own.
    """

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member.

        Args:
            programme: The rules.

        Returns:
            The key; what else there is is asked for when that is known.
        """
        del programme
        return Needs((member_key(self.member_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Erased]:
        """Decide.

        Args:
            loaded: The member, and what is personal of them.
            programme: The rules.

        Returns:
            Whose it was.

        Raises:
            NotLoaded: Something of it is not loaded.
        """
        del programme
        member = loaded.get(member_key(self.member_id)) or Member(self.member_id)
        puts: list[Put[Any]] = [
            Put(
                member_key(self.member_id),
                member._replace(birthday="", referral_code="", erased_at=self.at),
            )
        ]
        puts += self._invitations(member, loaded)
        for voucher in all_of(Voucher, self.member_id, loaded):
            if voucher.clear is not None:
                the_voucher = voucher_key(voucher.member_id, voucher.voucher_id)
                puts.append(Put(the_voucher, voucher.without_clear()))
        for preorder in all_of(PreOrder, self.member_id, loaded):
            if preorder.address_ref:
                key = preorder_key(preorder.member_id, preorder.order_id)
                puts.append(Put(key, preorder._replace(address_ref="")))
        puts += devices_forgotten(self.member_id, loaded, at=self.at)
        figures = (("member_id", self.member_id),)
        event = OutboxEvent(self.member_id, self.request_id, MEMBER_ERASED, self.at, figures)
        return Decision(Erased(self.member_id), tuple(puts), (), (event,), erased=(self.member_id,))

    def _invitations(self, member: Member, loaded: Loaded) -> list[Put[Any]]:
        """Close the code by which the member invites."""
        puts: list[Put[Any]] = []
        if member.referral_code:
            code = loaded.get(referral_code_key(member.referral_code))
            if code is not None and code.is_open(self.at):
                closed = code._replace(valid_until=max(self.at, code.since))
                puts.append(Put(referral_code_key(code.code), closed))
        return puts
