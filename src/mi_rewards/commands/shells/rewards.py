"""The shell that carries commands out on a store: load, decide, save."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from mi_rewards import commands
from mi_rewards.calendar import utc
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.refusals import UnknownQuote, UnknownSettlement
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.commands.command import Command, wallet_of
from mi_rewards.commands.members.owning import OwnVouchers
from mi_rewards.commands.orders.placing import Place
from mi_rewards.commands.reads import PAGE, Balance, Explanation, Statement, check_page
from mi_rewards.commands.shells.batch import Batch, answered
from mi_rewards.commands.shells.lone import Lone
from mi_rewards.commands.shells.standing_faces import StandingFace
from mi_rewards.earning.referrals import Referral
from mi_rewards.errors import Conflict, Corrupt, Misuse, Refused
from mi_rewards.repositories.exchange import Changes, Needs
from mi_rewards.repositories.keys import CATALOGUE, quote_key, settlement_key, wallet_key
from mi_rewards.repositories.records import Due, Owned, Page
from mi_rewards.wallet.booking import applied
from mi_rewards.wallet.wallet import Wallet

R = TypeVar("R")


class Rewards(StandingFace):
    """A programme on a host's store.

    `Conflict` reaches the caller of everything that saves: load and decide again, by calling again.
    """

    def do(self, command: Command[R]) -> R:
        """Carry out a command: one load, one decision, one save.

        Args:
            command: The command.

        Returns:
            Its outcome; where the request was carried out before, the recorded one.

        Raises:
            Refused: No, by the rules; nothing was changed.
            Misuse: An argument is wrong, or the request id came again with other content
                (`RequestReused`).
            Conflict: Somebody else was faster; nothing was changed.
        """
        batch = Lone(command, self.programme)
        self.carry_out(batch)
        return answered(batch.outcomes[0])

    def simulate(self, command: Command[R]) -> tuple[R, Changes | None]:
        """Decide what `do` would, and save nothing.

        Args:
            command: The command.

        Returns:
            The outcome, and the changes; `None` where the request was carried out before.

        Raises:
            Refused: No, by the rules.
            Misuse: An argument is wrong, or the request id came again with other content.
        """
        batch = Lone(command, self.programme)
        self._decide(batch)
        return answered(batch.outcomes[0]), batch.changes

    def reasons_against(self, command: Command[R]) -> tuple[Refused, ...]:
        """Tell, without trying, what `do` would refuse a command with.

        Args:
            command: The command.

        Returns:
            The refusal as a value, nothing where it would be carried out.

        Raises:
            Misuse: An argument is wrong, or the request id came again with other content.
        """
        batch = Lone(command, self.programme)
        self._decide(batch)
        outcome = batch.outcomes[0]
        if isinstance(outcome, Misuse):
            raise outcome
        return (outcome,) if isinstance(outcome, Refused) else ()

    def do_all(self, commands: Sequence[Command[R]]) -> list[R | Refused | Misuse]:
        """Carry out commands in order: one load, each decided on what the last left, one save.

        Args:
            commands: The commands.

        Returns:
            For each its outcome, its refusal, or what was wrong with it; those change nothing.

        Raises:
            Conflict: Somebody else was faster; nothing was changed.
        """
        batch = Batch(commands, self.programme)
        self.carry_out(batch)
        return batch.outcomes

    def lapse_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book what is due by an instant, in any number of wallets.

        Nothing depends on it: every answer takes into account what is due, booked or not.

        Args:
            at: The instant, with an offset.
            limit: How many wallets to take at once.

        Returns:
            How many wallets had something due.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Wallet, at, limit)

    def run_out_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book reservations and payments that have run out by an instant.

        What the reservations took of stock and limits comes back with it.

        Args:
            at: The instant, with an offset.
            limit: How many to take at once.

        Returns:
            How many had run out.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        count = self._sweep(Redemption, at, limit)
        return count + self._sweep(Settlement, at, limit)

    def expire_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book vouchers whose last valid day is over by an instant.

        Nothing depends on it: a voucher past its last valid day is refused, booked or not.

        Args:
            at: The instant, with an offset.
            limit: How many vouchers to take at once.

        Returns:
            How many had expired.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Voucher, at, limit)

    def qualify_due(self, at: datetime, *, limit: int = PAGE) -> int:
        """Book referrals that have qualified by an instant, so that their inviters get theirs.

        What friends get does not depend on it.

        Args:
            at: The instant, with an offset.
            limit: How many referrals to take at once.

        Returns:
            How many had qualified.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        return self._sweep(Referral, at, limit)

    def _sweep(self, kind: type[Any], at: datetime, limit: int) -> int:
        """Book what is due by an instant, of one kind."""
        from mi_rewards.commands.shells.sweeping import commands_due, keys_due

        at = utc(at)
        check_page(limit=limit)
        count, due = 0, Due(at, None, limit, kind)
        while found := self.store.load(Needs(due=due)).due:
            keys = keys_due(found, self.programme)
            aggregates = self.store.load(Needs(tuple(keys))).get_all(keys)
            commands = commands_due(aggregates, self.programme, at)
            try:
                self.do_all(commands)
            except Conflict:
                for command in commands:
                    self._try(command)
            count += len(commands)
            due = Due(at, found[-1], limit, kind)
        return count

    def _try(self, command: Command[Any]) -> None:
        """Book what is due of one, unless somebody else is at it, and so books it."""
        with suppress(Conflict):
            self.do(command)

    def catalogue(
        self, member_id: str, *, at: datetime, tier: str = ""
    ) -> "tuple[commands.Offer, ...]":
        """Show the catalogue as a member sees it: what they can have, and what speaks against it.

        Args:
            member_id: The member.
            at: The instant, with an offset; the wallet's last entry's where that is later.
            tier: The member's tier as the host knows it, empty for none.

        Returns:
            An offer for each reward, by the rewards' names.

        Raises:
            Misuse: *at* has no offset.
        """
        from mi_rewards.commands.catalogue.offers import Shelf

        at = utc(at)
        stored: list[Reward] = []
        page: Owned[Reward] | None = Owned(Reward, CATALOGUE, "", PAGE)
        while page is not None:
            found = self.store.load(Needs(pages=(page,))).owned(page)
            stored += found
            page = page._replace(after=found[-1].reward_id) if len(found) == PAGE else None
        shelf = Shelf(self.programme, stored, member_id, at)
        return shelf.offers(self.store.load(shelf.needs), tier)

    def vouchers(
        self,
        member_id: str,
        *,
        at: datetime,
        after: str | tuple[str, str] = "",
        limit: int = PAGE,
        with_codes: bool = False,
    ) -> tuple[Voucher, ...]:
        """Read a page of the vouchers that a member redeemed, then those of absorbed members.

        Args:
            member_id: The member.
            at: The instant, with an offset, at which they are stated.
            after: The voucher after which to begin, empty for the beginning; of one that an
                absorbed member redeemed, that member and its name.
            limit: How many at most.
            with_codes: Whether codes that are kept in clear are shown: to their owner alone.

        Returns:
            The vouchers, by their names; where another used one, without that order.

        Raises:
            Misuse: *at* has no offset, or *limit* is below 1.
        """
        at = utc(at)
        vouchers = OwnVouchers(member_id, after=after, limit=limit)
        needs = vouchers.needs
        while needs is not None:
            needs = vouchers.run(self.store.load(needs))
        return vouchers.shown(at, with_codes=with_codes)

    def balance(self, member_id: str, *, at: datetime, kind: str = "") -> Balance:
        """State a member's balance as of any instant, past or future.

        Args:
            member_id: The member; one without a wallet has nothing.
            at: The instant, with an offset.
            kind: The kind of token, such as status points; empty for the programme's own.

        Returns:
            The balance. Before the last entry it is folded from the journal, in O(entries); else
            O(live buckets).

        Raises:
            Misuse: *at* has no offset.
            Corrupt: The journal ends before the wallet's last entry.
        """
        at = utc(at)
        kind = kind or self.programme.kind
        key = wallet_key(member_id, kind)
        wallet = self.store.load(Needs((key,))).get(key)
        if wallet is None or wallet.booked_at is None or at >= wallet.booked_at:
            return Balance.of(wallet_of(wallet, member_id, self.programme, kind), at)
        past = wallet_of(None, member_id, self.programme, kind)
        after: int | None = 0
        while after is not None:
            statement = self.statement(member_id, after=after, kind=kind)
            after = statement.next_after
            for entry in statement.entries:
                if entry.booked_at > at:
                    return Balance.of(past, at)
                past = applied(past, entry)
        raise Corrupt(f"the journal of {member_id!r} ends before the wallet's last entry")

    def statement(
        self, member_id: str, *, after: int = 0, limit: int = PAGE, kind: str = ""
    ) -> Statement:
        """Read a page of a member's journal.

        Args:
            member_id: The member.
            after: The sequence number after which to begin; 0 for the beginning.
            limit: How many entries at most.
            kind: The kind of token; empty for the programme's own.

        Returns:
            The entries, and where the next page begins.

        Raises:
            Misuse: *after* is below 0, or *limit* below 1.
        """
        check_page(after=after, limit=limit)
        page = Page("journal", member_id, kind or self.programme.kind, after, limit + 1)
        entries = tuple(self.store.load(Needs(pages=(page,))).entries(page))
        next_after = entries[limit - 1].sequence if len(entries) > limit else None
        return Statement(entries[:limit], next_after)

    def explain(self, place: Place) -> Explanation:
        """Say what an order would earn and why, and what would change that.

        Args:
            place: The order as it would be placed; it is not.

        Returns:
            What it would earn, and what becomes of each campaign.

        Raises:
            Misuse: It is no order that is placed, or something of it is wrong.
        """
        if not isinstance(place, Place):
            raise Misuse(f"what is explained is a Place, not a {type(place).__name__}")
        return place.explained(self.store.load(place.needs(self.programme)), self.programme)

    def quote(self, member_id: str, quote_id: str) -> Quote:
        """Read a quote, line by line.

        Args:
            member_id: The member.
            quote_id: The request that made it.

        Returns:
            The quote.

        Raises:
            UnknownQuote: None of that name is known.
        """
        key = quote_key(member_id, quote_id)
        found = self.store.load(Needs((key,))).get(key)
        if found is None:
            raise UnknownQuote(quote_id=quote_id)
        return found

    def settlement(self, member_id: str, order_id: str, *, at: datetime) -> Settlement:
        """Read how an order of the checkout is paid.

        Args:
            member_id: The member.
            order_id: The order.
            at: The instant, with an offset, at which it is stated.

        Returns:
            The settlement, run out where its deadline has passed.

        Raises:
            UnknownSettlement: No order of that name was placed from a quote.
            Misuse: *at* has no offset.
        """
        at = utc(at)
        key = settlement_key(member_id, order_id)
        found = self.store.load(Needs((key,))).get(key)
        if found is None:
            raise UnknownSettlement(order_id=order_id)
        return found.at(at)
