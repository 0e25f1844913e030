"""The programme: a whole rule book as one frozen value.

1. A programme loads from TOML, writes itself back, and compares; its digest is the same wherever
   the rules are.
2. What it says holds from when it is used: awards record the digest and the recipe that they were
   computed by.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

import attrs

from mi_rewards import catalogue, earning, preorders, tiers, wallet
from mi_rewards._canonical import canonical, digest
from mi_rewards.calendar import Zone
from mi_rewards.checkout.terms import USUAL, CheckoutTerms
from mi_rewards.earning.campaign_terms import NO_CAMPAIGNS, CampaignTerms
from mi_rewards.earning.membership import USUAL_MEMBERSHIP, MembershipTerms
from mi_rewards.earning.terms import EarnTerms, Recipe, Retrospective, Welcome, check_day
from mi_rewards.errors import Misuse
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.expiry import ExpiryPolicy

if TYPE_CHECKING:
    from mi_rewards.catalogue.rewards import Reward
    from mi_rewards.earning.actions import Action
    from mi_rewards.earning.points import PointsTerms
    from mi_rewards.earning.referral_terms import ReferralTerms
    from mi_rewards.preorders.sales import SaleCalendar
    from mi_rewards.preorders.terms import PreOrderTerms
    from mi_rewards.tiers.ladder import Ladder
    from mi_rewards.trade_in.price_books import PriceBook
    from mi_rewards.trade_in.terms import TradeInTerms

__all__ = [
    "HoldLimits",
    "Programme",
]

_LAST_DAYS_MAX = 4096

_LATER = (
    "rewards",
    "keeps_codes",
    "checkout",
    "points",
    "campaigns",
    "actions",
    "referral",
    "ladder",
    "membership",
    "sales",
    "preorders",
    "trade_ins",
    "price_books",
)
"""What rule books got after the first version, the last ones of `Programme` in their order."""

_LIMIT_END = 2**63
"""The first figure that a limit cannot be: stores and other languages have no larger ones."""


@attrs.frozen(order=False)
class HoldLimits:
    """What a hold may be.

    Attributes:
        hours_max: The longest time from placing a hold to its deadline, in hours; `None` for no
            limit.
        open_max: The most holds that a wallet may have open; `None` for no limit.
    """

    hours_max: int | None = None
    open_max: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        for name, value in (("hours_max", self.hours_max), ("open_max", self.open_max)):
            if type(value) is int and abs(value) >= _LIMIT_END:
                raise Misuse(f"{name} must be 0 to 2**63 - 1")
            if value is not None and (type(value) is not int or value < 0):
                raise Misuse(f"{name} must be a whole number, not {value!r}")


@attrs.frozen(order=False)
class Programme:
    """A loyalty programme's rules.

    Attributes:
        name: The short name, such as `"reward-mi"`.
        title: The name that members see.
        zone: The zone in which its days begin and end.
        currency: The ISO 4217 code of the money that earns.
        kind: The kind of token, such as `"tokens"`.
        earning: What purchases earn.
        expiry: How long tokens are valid.
        claw_back: What becomes of tokens that a return should take back and that are no longer
            there.
        holds: What a hold may be.
        welcome: Tokens for joining, `None` for none.
        retrospective: Purchases delivered before joining that count, `None` for none.
        sunset_on: The programme's last day, which caps every last valid day; `None` while it is
            open-ended.
        rewards: What its catalogue begins with.
        keeps_codes: Whether the codes of vouchers are kept in clear, for their owners to see again.
        checkout: What holds for every cart.
        points: What purchases earn of status points, `None` for none.
        campaigns: What orders earn beside the base rate.
        actions: What earns tokens without a purchase.
        referral: What inviting friends brings, `None` for nothing.
        ladder: The tiers, `None` for none.
        membership: What holds for every member.
        sales: When what is sought after can be bought.
        preorders: What holds for pre-orders, by channel.
        trade_ins: What holds for old devices that are traded in.
        price_books: What old devices are worth, where no edition is stored.
        digest: Sixteen hexadecimal digits that are equal where the rules are.
        validity: The expiry policy with the sunset applied.
        recipe: How purchases earn, as awards record it.
        has_more: Whether more follows from an order than its award: points, a tier, a referral.
        is_plain: Whether orders earn at once by their rate alone: without a cap and campaigns too.
        in_force: All campaigns, those that tiers bring among them.
        points_in_force: What tiers multiply of status points, as campaigns.
    """

    name: str
    title: str
    zone: Zone
    currency: str
    kind: str
    earning: EarnTerms
    expiry: ExpiryPolicy
    claw_back: ClawBackPolicy = ClawBackPolicy.OWED
    holds: HoldLimits = HoldLimits()
    welcome: Welcome | None = None
    retrospective: Retrospective | None = None
    sunset_on: date | None = None
    rewards: "tuple[Reward, ...]" = ()
    keeps_codes: bool = False
    checkout: CheckoutTerms = USUAL
    points: "PointsTerms | None" = None
    campaigns: CampaignTerms = NO_CAMPAIGNS
    actions: "tuple[Action, ...]" = ()
    referral: "ReferralTerms | None" = None
    ladder: "Ladder | None" = None
    membership: MembershipTerms = USUAL_MEMBERSHIP
    sales: "tuple[SaleCalendar, ...]" = ()
    preorders: "tuple[PreOrderTerms, ...]" = ()
    trade_ins: "tuple[TradeInTerms, ...]" = ()
    price_books: "tuple[PriceBook, ...]" = ()
    digest: str = attrs.field(init=False, eq=False, repr=False)
    validity: ExpiryPolicy = attrs.field(init=False, eq=False, repr=False)
    recipe: Recipe = attrs.field(init=False, eq=False, repr=False)
    has_more: bool = attrs.field(init=False, eq=False, repr=False)
    is_plain: bool = attrs.field(init=False, eq=False, repr=False)
    in_force: CampaignTerms = attrs.field(init=False, eq=False, repr=False)
    points_in_force: CampaignTerms = attrs.field(init=False, eq=False, repr=False)
    _last_days: dict[date, date] = attrs.field(init=False, eq=False, repr=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Check the parts against each other and work out what follows from them."""
        for name, text in (("name", self.name), ("title", self.title), ("kind", self.kind)):
            if type(text) is not str or not text:
                raise Misuse(f"a programme's {name} is a text, not {text!r}")
        if type(self.zone) is not Zone:
            raise Misuse(f"a programme's zone is a Zone, not {self.zone!r}")
        if type(self.claw_back) is not ClawBackPolicy:
            raise Misuse(f"a claw-back policy is one of ClawBackPolicy's, not {self.claw_back!r}")
        if self.sunset_on is not None:
            check_day("sunset_on", self.sunset_on)
        if self.earning.rate.per.currency != self.currency:
            raise Misuse(f"the rate is per {self.earning.rate.per}, not in {self.currency}")
        self._check_catalogue()
        self._check_points()
        self._check_actions()
        self._check_ladder()
        self._check_campaigns()
        if type(self.membership) is not MembershipTerms:
            raise Misuse(f"a membership's terms are MembershipTerms, not {self.membership!r:.60}")
        self._check_sales()
        self._check_together()
        book = digest(self._plain(), size=8)
        object.__setattr__(self, "digest", book)
        object.__setattr__(self, "validity", self._capped(self.expiry))
        object.__setattr__(self, "recipe", self.earning.recipe(book))
        more = (self.points, self.ladder, self.referral)
        object.__setattr__(self, "has_more", any(it is not None for it in more))
        in_force, points_in_force = self._in_force()
        object.__setattr__(self, "in_force", in_force)
        object.__setattr__(self, "points_in_force", points_in_force)
        asks = (self.has_more, in_force.campaigns, self.earning.kept_after_days)
        object.__setattr__(self, "is_plain", not (any(asks) or self.earning.order_cap))

    def _in_force(self) -> tuple[CampaignTerms, CampaignTerms]:
        """State all campaigns of tokens, and all of status points."""
        if self.ladder is None:
            return self.campaigns, NO_CAMPAIGNS
        from mi_rewards._privileges import privileges

        own = () if self.points is None else privileges(self.ladder, self.points.kind)
        joined = self.campaigns.joined_by(privileges(self.ladder, ""))
        return joined, CampaignTerms(own) if own else NO_CAMPAIGNS

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of token: those that are spent, then status points where there are any."""
        return (self.kind,) if self.points is None else (self.kind, self.points.kind)

    @property
    def is_shared(self) -> bool:
        """Whether what one member has depends on others: stocks, budgets, quotas, devices."""
        limited = [bool(it.budget or it.caps) for it in self.campaigns.campaigns]
        limited += [it.budget is not None for it in self.actions]
        limited += [it.stock is not None or bool(it.limits) for it in self.rewards]
        limited += [self.referral is not None, bool(self.preorders), bool(self.trade_ins)]
        return any(limited)

    def _check_catalogue(self) -> None:
        """Check that the rewards are of this programme, and each of another name."""
        rewards = self.rewards
        if type(rewards) is not tuple or not all(type(it) is catalogue.Reward for it in rewards):
            raise Misuse(f"a programme's rewards are a tuple of Reward, not {rewards!r:.80}")
        if type(self.keeps_codes) is not bool:
            raise Misuse(f"keeps_codes is true or false, not {self.keeps_codes!r:.60}")
        names: set[str] = set()
        for reward in rewards:
            if reward.reward_id in names:
                raise Misuse(f"two rewards are named {reward.reward_id!r}")
            names.add(reward.reward_id)
            if reward.version:
                raise Misuse(f"reward {reward.reward_id!r} was stored; a rule book has version 0")
            self.check_reward(reward)
        if type(self.checkout) is not CheckoutTerms:
            raise Misuse(f"a checkout's terms are CheckoutTerms, not {self.checkout!r:.60}")

    def _check_points(self) -> None:
        """Check that status points are of another kind than tokens, and for the same money."""
        points = self.points
        if points is None:
            return
        if type(points) is not earning.PointsTerms:
            raise Misuse(f"a programme's points are PointsTerms, not {points!r:.60}")
        if points.kind == self.kind:
            raise Misuse(f"status points are of another kind than {self.kind!r}")
        if points.rate.per.currency != self.currency:
            raise Misuse(f"points are earned per {points.rate.per}, not in {self.currency}")

    def _check_campaigns(self) -> None:
        """Check that campaigns are for the same money, and for tiers that there are."""
        campaigns = self.campaigns
        if type(campaigns) is not CampaignTerms:
            raise Misuse(f"a programme's campaigns are CampaignTerms, not {campaigns!r:.60}")
        for currency in sorted(campaigns.currencies - {self.currency}):
            raise Misuse(f"a campaign is in {currency}, the programme in {self.currency}")
        known = set() if self.ladder is None else {it.tier_id for it in self.ladder.tiers}
        for campaign in campaigns.campaigns:
            for tier in sorted(set(campaign.when.tiers) - known):
                name = campaign.campaign_id
                raise Misuse(f"campaign {name!r} is for the tier {tier!r}, which is unknown")

    def _check_actions(self) -> None:
        """Check that actions are of this programme's tokens, and each of another name."""
        actions = self.actions
        if type(actions) is not tuple or not all(type(it) is earning.Action for it in actions):
            raise Misuse(f"a programme's actions are a tuple of Action, not {actions!r:.80}")
        names: set[str] = set()
        kinds = {"", *self.kinds}
        for action in actions:
            if action.action_id in names:
                raise Misuse(f"two actions are named {action.action_id!r}")
            names.add(action.action_id)
            if action.kind not in kinds:
                raise Misuse(f"action {action.action_id!r} earns {action.kind!r}, which is unknown")
        if self.referral is not None and type(self.referral) is not earning.ReferralTerms:
            raise Misuse(f"a programme's referral is ReferralTerms, not {self.referral!r:.60}")

    def _check_ladder(self) -> None:
        """Check that tiers can be reached, and that what they multiply is earned."""
        ladder = self.ladder
        if ladder is None:
            return
        if type(ladder) is not tiers.Ladder:
            raise Misuse(f"a programme's ladder is a Ladder, not {ladder!r:.60}")
        if ladder.metric is tiers.Metric.POINTS and self.points is None:
            raise Misuse("tiers are reached by status points, and the programme has none")
        kinds = {"", *self.kinds[1:]}
        for tier in ladder.tiers:
            for it in tier.privileges.multipliers:
                if it.kind not in kinds:
                    raise Misuse(f"tier {tier.tier_id!r} multiplies {it.kind!r}, which is unknown")

    def _check_sales(self) -> None:
        """Check that sales are of this zone, each of another name, and of tiers of the ladder.

        Without a ladder the tiers are the host's.
        """
        sales = self.sales
        if type(sales) is not tuple or not all(type(it) is preorders.SaleCalendar for it in sales):
            raise Misuse(f"a programme's sales are a tuple of SaleCalendar, not {sales!r:.80}")
        ladder = self.ladder
        known = None if ladder is None else {it.tier_id for it in ladder.tiers}
        names: set[str] = set()
        for sale in sales:
            if sale.sale_id in names:
                raise Misuse(f"two sales are named {sale.sale_id!r}")
            names.add(sale.sale_id)
            if sale.zone != self.zone:
                zones = f"{sale.zone.name}, the programme in {self.zone.name}"
                raise Misuse(f"sale {sale.sale_id!r} is in {zones}")
            for tier, _ in sale.early_access:
                if known is not None and tier not in known:
                    name = sale.sale_id
                    raise Misuse(f"sale {name!r} is for the tier {tier!r}, which is unknown")

    def _check_together(self) -> None:
        """Check what there is of pre-orders and trade-ins by the rules of their own modules."""
        if self.preorders != ():
            from mi_rewards.preorders.terms import check_together

            check_together(self.preorders, self.currency)
        if self.trade_ins != ():
            from mi_rewards.trade_in.terms import check_together as check_trade_ins

            check_trade_ins(self.trade_ins, self.currency)
        if self.price_books != ():
            from mi_rewards.trade_in.price_books import check_books

            check_books(self.price_books, self.currency)

    def check_reward(self, reward: "Reward") -> None:
        """Check that a reward is of this programme.

        Args:
            reward: The reward.

        Raises:
            Misuse: One of its amounts is in another currency.
        """
        for currency in sorted(reward.currencies - {self.currency}):
            raise Misuse(
                f"reward {reward.reward_id!r} is in {currency}, the programme in {self.currency}"
            )

    def _plain(self) -> tuple[object, ...]:
        """Reduce it to what is digested: what came later counts only where it is stated."""
        plain = cast("tuple[object, ...]", canonical(self))
        defaults = {field.name: field.default for field in attrs.fields(type(self))}
        for name in reversed(_LATER):
            if getattr(self, name) != defaults[name]:
                break
            plain = plain[:-1]
        return plain

    def last_day(self, at: datetime, tier: str = "") -> date:
        """Reckon the last valid day of tokens earned at an instant.

        Args:
            at: The fact's instant.
            tier: The tier that the member holds, empty for none.

        Returns:
            The last day, in the programme's zone, on which they are valid; the later one where the
            tier has a validity of its own.

        Raises:
            Misuse: *at* has no offset.
        """
        day = self.zone.day_of(at)
        if tier and self.ladder is not None:
            longer = self.ladder.privileges(tier).validity
            if longer is not None:
                return max(self._capped(longer).last_day(day), self.last_day(at))
        try:
            return self._last_days[day]
        except KeyError:
            if len(self._last_days) >= _LAST_DAYS_MAX:
                self._last_days.clear()
            last_day = self._last_days[day] = self.validity.last_day(day)
            return last_day

    def points_last_day(self, at: datetime) -> date:
        """Reckon the last valid day of status points earned at an instant.

        Args:
            at: The fact's instant.

        Returns:
            The last day, in the programme's zone, on which they are valid.

        Raises:
            Misuse: *at* has no offset, or the programme has no points.
        """
        if self.points is None:
            raise Misuse(f"{self.name} has no points")
        return self._capped(self.points.expiry).last_day(self.zone.day_of(at))

    def _capped(self, policy: ExpiryPolicy) -> ExpiryPolicy:
        """Apply the programme's last day to how long tokens are valid."""
        return policy if self.sunset_on is None else wallet.CappedBy(policy, self.sunset_on)
