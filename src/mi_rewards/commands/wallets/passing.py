"""What comes into the wallet of a member who goes on as another is passed on to that one.

1. It is passed on in the same decision as whatever brought it: no balance stays behind.
2. An event carries it, and the command that follows has an id derived from it, so that it can be
   told any number of times.
3. Where the other goes on as a third by then, it is passed on again.
"""

from typing import Any, Final, TypeVar

import attrs

from mi_rewards.calendar import NEVER
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.commands.wallets.moving import check_derived, transfer_name
from mi_rewards.commands.wallets.outcomes import Transferred
from mi_rewards.earning.members import Member
from mi_rewards.earning.membership import OnLeaving
from mi_rewards.earning.refusals import MemberMerged
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import TOKENS_MAX
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, member_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.wallet.buckets import Draw, format_buckets, parse_buckets
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.entries import LEFT, MERGED, Entry, Owner, Reason
from mi_rewards.wallet.refusals import MemberBlocked
from mi_rewards.wallet.transfers import adjust_up, pass_on, take, take_debt
from mi_rewards.wallet.wallet import Wallet

R = TypeVar("R")

TOKENS_PASSED_ON: Final = "tokens_passed_on"
"""The topic of the event that carries tokens, or a debt, to the member who goes on."""

PASSED_ON_TAKEN: Final = "passed_on_taken"


def policy_for(wallet: Wallet, programme: Programme) -> ClawBackPolicy:
    """Tell what becomes of tokens that a return should take back and that are no longer there.

    Args:
        wallet: The wallet.
        programme: The rules.

    Returns:
        The programme's policy. Where the member goes on as another, what is missing is there, and
        so is owed by that one; of who left, and forfeited all, nothing more is asked.
    """
    if wallet.blocked == MERGED:
        return ClawBackPolicy.OWED
    if wallet.blocked == LEFT and programme.membership.on_leaving is OnLeaving.FORFEIT:
        return ClawBackPolicy.FORGIVEN
    return programme.claw_back


def passed_on(decision: Decision[R], request_id: str, loaded: Loaded) -> Decision[R]:
    """Pass on what a decision leaves in wallets whose member goes on as another.

    Args:
        decision: What a command decided.
        request_id: The request.
        loaded: What was loaded.

    Returns:
        The decision with that passed on.

    Raises:
        NotLoaded: The member was not asked for.
        WalletFull: A wallet would pass 2**63 - 1 tokens.
    """
    puts: list[Put[Any]] = []
    entries, events = decision.entries, decision.events
    for put in decision.puts:
        wallet = put.aggregate
        if put.key.kind is not Wallet or wallet.blocked != MERGED:
            puts.append(put)
            continue
        into = _member(put.key.member_id, decision, loaded).merged_into
        wallet, more, event = _sent(wallet, into, request_id)
        puts.append(Put(put.key, wallet))
        entries += more
        events += event
    return decision._replace(puts=tuple(puts), entries=entries, events=events)


def _member(member_id: str, decision: Decision[Any], loaded: Loaded) -> Member:
    """Find a member who goes on as another, as decided or as loaded."""
    key = member_key(member_id)
    for put in decision.puts:
        if put.key == key:
            decided: Member = put.aggregate
            return decided
    return loaded.get(key) or Member(member_id)


def _sent(
    wallet: Wallet, into: str, request_id: str
) -> tuple[Wallet, tuple[Entry, ...], tuple[OutboxEvent, ...]]:
    """Send on all that is in a wallet, or what is owed."""
    kind, member_id = wallet.owner.kind, wallet.owner.member_id
    transfer_id = transfer_name(member_id, request_id)
    assert wallet.booked_at is not None
    at = wallet.booked_at
    wallet, entries, (draws, debt) = pass_on(
        wallet,
        transfer_id=transfer_id,
        at=at,
        request_id=request_id,
        reason=Reason(MERGED, (("into", into),)),
    )
    if not draws and not debt:
        return wallet, entries, ()
    event = OutboxEvent(
        member_id,
        f"pass:{kind}:{request_id}",
        TOKENS_PASSED_ON,
        at,
        (
            ("transfer_id", transfer_id),
            ("from_member_id", member_id),
            ("to_member_id", into),
            ("kind", kind),
            ("draws", format_buckets(draws)),
            ("debt", debt),
        ),
    )
    return wallet, entries, (event,)


def told_apart(refusal: MemberBlocked, member_id: str, loaded: Loaded) -> Refused:
    """Say as whom a member goes on, where that is why nothing can be spent.

    Args:
        refusal: What a command was refused with.
        member_id: The member.
        loaded: What was loaded.

    Returns:
        The refusal, or the one that names the other member.

    Raises:
        NotLoaded: The member was not asked for.
    """
    if refusal.figures["reason"] != MERGED:
        return refusal
    member = loaded.get(member_key(member_id))
    if member is None or not member.merged_into:
        return refusal
    return MemberMerged(member_id=member_id, into=member.merged_into)


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakePassedOn(MemberCommand):
    """Take what was passed on: tokens with their last valid days, or a debt.

    Attributes:
        transfer_id: The transfer.
        kind: The kind of token.
        draws: What is on its way, in the one-line text form; `"0"` for a debt.
        debt: What is owed; 0 for tokens.
    """

    transfer_id: str
    kind: str
    draws: str
    debt: int

    def __attrs_post_init__(self) -> None:
        """Check the names, and that there is something to take."""
        super().__attrs_post_init__()
        for what, name in (("a transfer's id", self.transfer_id), ("a kind", self.kind)):
            if type(name) is not str or not name:
                raise not_a_text(what, name)
        check_derived(self.request_id, passed_on_request(self.kind, self.transfer_id))
        if type(self.debt) is not int or not 0 <= self.debt <= TOKENS_MAX:
            raise Misuse(f"a debt is a whole number, 0 to 2**63 - 1, not {self.debt!r:.60}")
        if bool(parse_buckets(self.draws)) is bool(self.debt):
            raise Misuse("either tokens are passed on or a debt")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((self._key(),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Transferred]:
        """Decide. Whoever goes on takes it, blocked or not, left or not: it is theirs.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            The transfer.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        owner = Owner(self.member_id, self.kind, programme.zone)
        wallet = loaded.get(self._key()) or Wallet(owner)
        reason = Reason(MERGED, (("transfer_id", self.transfer_id),))
        draws = tuple(Draw(it.last_day, it.tokens) for it in parse_buckets(self.draws))
        if draws:
            taken = take(
                wallet,
                draws,
                transfer_id=self.transfer_id,
                at=self.at,
                request_id=self.request_id,
                reason=reason,
            )
            wallet, entries = taken.wallet, taken.entries
        else:
            before = wallet
            owed = take_debt(
                wallet,
                self.debt,
                transfer_id=self.transfer_id,
                at=self.at,
                request_id=self.request_id,
                reason=reason,
            )
            wallet, entries = owed.wallet, owed.entries
            more = owed.wallet.owed - before.owed
            if more > 0 and wallet.blocked != MERGED and self._is_let_go(programme):
                let_go = adjust_up(
                    wallet,
                    more,
                    last_day=NEVER,
                    at=self.at,
                    request_id=self.request_id,
                    reason=Reason("forgiven", (("transfer_id", self.transfer_id),)),
                )
                wallet, entries = let_go.wallet, entries + let_go.entries
        tokens = sum(draw.tokens for draw in draws)
        event = OutboxEvent(
            self.member_id,
            self.request_id,
            PASSED_ON_TAKEN,
            self.at,
            (("transfer_id", self.transfer_id), ("tokens", tokens), ("debt", self.debt)),
        )
        return Decision(
            Transferred(self.transfer_id, tokens),
            (Put(self._key(), wallet),),
            entries,
            (event,),
        )

    def _is_let_go(self, programme: Programme) -> bool:
        """Tell whether what is missing is let go: status points always are."""
        forgives = programme.claw_back is ClawBackPolicy.FORGIVEN
        return forgives or self.kind != programme.kind

    def _key(self) -> Key[Wallet]:
        """Name the wallet."""
        return wallet_key(self.member_id, self.kind)


def passed_on_request(kind: str, transfer_id: str) -> str:
    """Name the request that takes what was passed on.

    Args:
        kind: The kind of token.
        transfer_id: The transfer.

    Returns:
        The request id.
    """
    return f"passed:{kind}:{transfer_id}"
