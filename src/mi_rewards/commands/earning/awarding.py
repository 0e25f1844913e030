"""How a delivery is awarded: recipe, purchase, wallet and member moved on together."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mi_rewards._tuples import new
from mi_rewards.calendar import add_days
from mi_rewards.earning.awards import Award
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import Share, added, awarded_shares
from mi_rewards.earning.terms import CapScope, Recipe
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.programme import Programme
from mi_rewards.wallet.entries import Entry, Reason
from mi_rewards.wallet.promises import keep, promise, withdraw
from mi_rewards.wallet.wallet import Change, R_co, Wallet

if TYPE_CHECKING:
    from mi_rewards.commands.earning.campaigning import Weighing


class Booking:
    """A wallet while a command books on it: the newest value, and all entries so far."""

    __slots__ = ("entries", "wallet")

    def __init__(self, wallet: Wallet) -> None:
        self.wallet: Wallet = wallet
        self.entries: tuple[Entry, ...] = ()

    def take(self, change: Change[R_co]) -> R_co:
        """Take in an operation's change.

        Args:
            change: What the operation answered.

        Returns:
            Its result.
        """
        self.wallet, entries, result = change
        self.entries += entries
        return result


class Awarded(NamedTuple):
    """What awarding a delivery came to.

    Attributes:
        purchase: The purchase with the award recorded.
        member: The member, with a place taken under a cap where there is one.
        award: What the delivery earned.
        keeps_at: The instant (UTC) at which they are credited, `None` for at once.
    """

    purchase: Purchase
    member: Member
    award: Award
    keeps_at: datetime | None


def award(
    purchase: Purchase,
    member: Member,
    booking: Booking,
    programme: Programme,
    *,
    delivered_at: datetime,
    at: datetime,
    request_id: str,
    is_retrospective: bool,
    through: datetime | None = None,
    weighing: "Weighing | None" = None,
    tier: str = "",
) -> Awarded:
    """Award what a purchase has earned by its deliveries and was not awarded yet.

    Args:
        purchase: The purchase, delivered.
        member: The member, joined.
        booking: The member's wallet; entries are added to it.
        programme: The rules.
        delivered_at: The instant (UTC) of the delivery, from which the last valid day is reckoned.
        at: The instant (UTC) at which the award is booked.
        request_id: The request that delivers or joins.
        is_retrospective: Whether it was delivered before the member joined.
        through: Count lines delivered by this instant alone; all of them where it is not given.
        weighing: Weighs the order against campaigns, where there are any.
        tier: The tier that the member holds, empty for none.

    Returns:
        What it came to.

    Raises:
        NotLoaded: A campaign's counter was not asked for.
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    terms = programme.earning
    recipe = purchase.recipe
    if recipe is None:
        if terms.order_cap is None:
            recipe = chosen_recipe(purchase, member, programme, None)
        else:
            recipe, member = _capped(
                purchase, member, programme, delivered_at, is_retrospective=is_retrospective
            )
        if weighing is not None:
            recipe, member = weighing.taking(recipe, purchase, member, delivered_at)
    base_minor = purchase.base_minor(recipe.excluded_categories, through)
    tokens = recipe.award(base_minor)
    if purchase.awards:
        tokens -= purchase.awarded
    shares = awarded_shares(recipe, purchase, through=through) if recipe.parts else ()
    tokens += added(shares) if shares else 0
    if through is not None and tokens < 0:
        # What came back by value of a later part is made good when that one is awarded.
        tokens = 0
    keeps_at = promise_id = None
    if terms.kept_after_days:
        keeps_at = _kept_at(programme, delivered_at)
        promise_id = promise_name(purchase.order_id, len(purchase.awards) + 1)
    last_day = programme.last_day(delivered_at, tier)
    awarded = new(Award, (tokens, last_day, delivered_at, promise_id, 0))
    if tokens or booking.wallet.promises:
        given_back = sum([it.given_back for it in purchase.awards]) if purchase.awards else 0
        order_id = purchase.order_id
        reason = purchase_reason("purchase", order_id, base_minor, recipe, given_back, shares)
        _credit(booking, purchase, awarded, keeps_at, reason, at, request_id)
    return new(Awarded, (purchase.awarding(recipe, awarded), member, awarded, keeps_at))


def _kept_at(programme: Programme, delivered_at: datetime) -> datetime:
    """Reckon when an award that is not credited at once is kept: at the start of that day."""
    zone = programme.zone
    day = add_days(zone.day_of(delivered_at), programme.earning.kept_after_days)
    return zone.start_of(day)


def check_can_be_awarded(
    purchase: Purchase, programme: Programme, *, delivered_at: datetime
) -> None:
    """Check that a delivery which has to wait can be awarded when its time comes.

    Args:
        purchase: The purchase.
        programme: The rules.
        delivered_at: The instant (UTC) of the delivery.

    Raises:
        Misuse: The award would pass 2**63 - 1 tokens, or its days the year 9999.
    """
    programme.last_day(delivered_at)
    _kept_at(programme, delivered_at)
    tokens = programme.recipe.award(purchase.expected_minor(()))
    if programme.in_force.campaigns:
        from mi_rewards.earning.evaluation import most

        tokens += most(programme.in_force, programme.recipe, purchase)
    if tokens > TOKENS_MAX:
        raise Misuse(f"order {purchase.order_id!r} would earn more than 2**63 - 1 tokens")


def promise_name(order_id: str, number: int) -> str:
    """Name a promise of an order; whatever orders are called, no two promises are named alike.

    Args:
        order_id: The order.
        number: 0 for what was promised when it was placed, else which of its awards.

    Returns:
        The promise's id.
    """
    return f"{order_id}#{number}"


def withdraw_promised(
    booking: Booking, purchase: Purchase, *, rule: str, at: datetime, request_id: str
) -> None:
    """Withdraw what an order was promised when it was placed, where all of it was delivered.

    Args:
        booking: The member's wallet; an entry is added to it where something is promised.
        purchase: The order, which earns nothing.
        rule: The rule that says no.
        at: The instant (UTC).
        request_id: The request.
    """
    promise_id = promise_name(purchase.order_id, 0)
    is_promised = any(it.promise_id == promise_id for it in booking.wallet.promises)
    if is_promised and purchase.state is PurchaseState.DELIVERED:
        reason = Reason(rule, (("order_id", purchase.order_id),))
        booking.take(
            withdraw(booking.wallet, promise_id, at=at, request_id=request_id, reason=reason)
        )


def purchase_reason(
    code: str,
    order_id: str,
    base_minor: int,
    recipe: Recipe,
    given_back: int = 0,
    shares: tuple[Share, ...] = (),
) -> Reason:
    """State why a purchase moved tokens.

    Args:
        code: `"purchase"`, `"order_placed"`, `"order_cancelled"` or `"return"`.
        order_id: The order.
        base_minor: The value that counted, in minor units.
        recipe: How tokens were computed from it.
        given_back: Tokens that returns took back and that may be awarded again.
        shares: What campaigns add to what the base rate gives.

    Returns:
        The reason.
    """
    about: tuple[tuple[str, Figure], ...] = (("order_id", order_id), ("base_minor", base_minor))
    figures = about + recipe.figures
    if shares:
        figures += tuple([(f"campaign.{rule}", tokens) for rule, tokens in shares])
    if given_back:
        figures += (("given_back", given_back),)
    return new(Reason, (code, figures))


def chosen_recipe(
    purchase: Purchase, member: Member, programme: Programme, scope: str | None
) -> Recipe:
    """Choose the recipe by which a purchase earns, or the one of the rule that says no.

    Args:
        purchase: The purchase.
        member: The member.
        programme: The rules.
        scope: What the cap counts over for this purchase, `None` where it does not apply.

    Returns:
        The recipe.
    """
    terms = programme.earning
    if member.blocked and not programme.membership.blocked_earn:
        return programme.recipe.saying_no("member_blocked")
    if terms.channels and not terms.earns_in(purchase.channel):
        return programme.recipe.saying_no("channel_does_not_earn")
    cap = terms.order_cap
    if cap is not None and scope is not None and member.count_of(scope) >= cap.orders:
        return programme.recipe.saying_no("order_cap_reached")
    return programme.recipe


def counts_early(programme: Programme, delivered_at: datetime) -> bool:
    """Tell whether an order delivered before its member joined counts all the same.

    Args:
        programme: The rules.
        delivered_at: The instant (UTC) of its newest delivery.

    Returns:
        Whether it does.
    """
    retrospective = programme.retrospective
    return retrospective is not None and retrospective.covers(programme.zone.day_of(delivered_at))


def cap_scope(
    programme: Programme, delivered_at: datetime, *, is_retrospective: bool
) -> str | None:
    """Tell under what a delivered order takes a place of the cap.

    Args:
        programme: The rules.
        delivered_at: The instant (UTC) of the delivery.
        is_retrospective: Whether it was delivered before the member joined.

    Returns:
        The name of what is counted over, `None` where the cap does not apply.
    """
    cap = programme.earning.order_cap
    if cap is None or (cap.scope is CapScope.RETROSPECTIVE and not is_retrospective):
        return None
    if cap.scope is CapScope.CALENDAR_YEAR:
        return str(programme.zone.day_of(delivered_at).year)
    return cap.scope.value


def _capped(
    purchase: Purchase,
    member: Member,
    programme: Programme,
    delivered_at: datetime,
    *,
    is_retrospective: bool,
) -> tuple[Recipe, Member]:
    """Choose the recipe of a first delivery, and let the order take its place under the cap."""
    scope = cap_scope(programme, delivered_at, is_retrospective=is_retrospective)
    recipe = chosen_recipe(purchase, member, programme, scope)
    if scope is not None and recipe is programme.recipe:
        member = member.counting(scope)
    return recipe, member


def _credit(
    booking: Booking,
    purchase: Purchase,
    award: Award,
    keeps_at: datetime | None,
    reason: Reason,
    at: datetime,
    request_id: str,
) -> None:
    """Keep the order's promise, earn what is beyond it, withdraw what is left at the end."""
    tokens = award.tokens
    if booking.wallet.promises:
        tokens -= _settle(booking, purchase, award, keeps_at, reason, at, request_id)
    if not tokens:
        return
    if keeps_at is None:
        booking.take(
            booking.wallet.earn(
                tokens,
                last_day=award.last_day,
                at=at,
                request_id=request_id,
                reason=reason,
                source=purchase.order_id,
                occurred_at=award.delivered_at,
            )
        )
        return
    booking.take(
        promise(
            booking.wallet,
            tokens,
            promise_id=award.promise_id or promise_name(purchase.order_id, 0),
            source=purchase.order_id,
            at=at,
            request_id=request_id,
            reason=reason,
            last_day=award.last_day,
            keeps_at=keeps_at,
            occurred_at=award.delivered_at,
        )
    )


def _settle(
    booking: Booking,
    purchase: Purchase,
    award: Award,
    keeps_at: datetime | None,
    reason: Reason,
    at: datetime,
    request_id: str,
) -> int:
    """Settle what was promised when the order was placed; answer how much that keeps."""
    promise_id = promise_name(purchase.order_id, 0)
    promised = 0
    for it in booking.wallet.promises:
        if it.promise_id == promise_id:
            promised = it.tokens
    covered = min(promised, award.tokens)
    kept = covered if keeps_at is None else 0
    if kept:
        booking.take(
            keep(
                booking.wallet,
                promise_id,
                kept,
                last_day=award.last_day,
                at=at,
                request_id=request_id,
                reason=reason,
                occurred_at=award.delivered_at,
            )
        )
    left = (promised if purchase.state is PurchaseState.DELIVERED else covered) - kept
    if left:
        booking.take(
            withdraw(
                booking.wallet, promise_id, tokens=left, at=at, request_id=request_id, reason=reason
            )
        )
    return kept
