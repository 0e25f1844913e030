"""The ladder: its tiers, what each is reached with, and what each brings.

1. A tier is reached with a metric over a window. The tier earned is the highest whose threshold is
   met; below the lowest threshold there is none, written as an empty name.
2. Tiers rise and fall at once, or at reviews. What rises at reviews falls at reviews.
3. A window of periods is reviewed when a period is over; a rolling one so many days after the tier
   was reached or last confirmed. A lifetime is never over, so it has no reviews.
4. Thresholds have no defaults: no figure is right for everybody.
"""

import enum
import itertools
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.tiers.windows import Lifetime, QualifyingWindow, RollingDays, shortest_days
from mi_rewards.wallet.expiry import ExpiryPolicy

_HOURS_MAX: Final = 8_784
"""The earliest early access: a year before."""

_NOTICE_DAYS_MAX: Final = 366
"""The earliest notice: a year before."""


class Metric(enum.StrEnum):
    """What a tier is earned with."""

    SPEND = "spend"
    """Minor units of money for what was delivered and kept."""

    ORDERS = "orders"
    """Orders delivered and not given back in whole."""

    POINTS = "points"
    """Status points."""


class Changes(enum.StrEnum):
    """When a tier changes."""

    AT_ONCE = "at_once"
    AT_REVIEW = "at_review"


class Landing(enum.StrEnum):
    """How far a review lets a tier fall."""

    SOFT = "soft"
    """One tier at most."""

    EARNED = "earned"
    """To the tier that was earned."""


def _whole(name: str, value: int, least: int, most: int = TOKENS_MAX) -> None:
    """Object to what is no whole number of a range."""
    if type(value) is not int or not least <= value <= most:
        shown = "2**63 - 1" if most == TOKENS_MAX else most
        raise Misuse(f"{name} must be a whole number, {least} to {shown}, not {value!r:.40}")


def _texts(name: str, texts: tuple[str, ...]) -> None:
    """Object to what is no tuple of texts."""
    if type(texts) is not tuple or not all(type(it) is str for it in texts):
        raise Misuse(f"{name} must be a tuple of texts, not {texts!r:.60}")


def _differ(name: str, texts: list[str]) -> None:
    """Object to what is there twice."""
    for text in texts:
        if texts.count(text) > 1:
            raise Misuse(f"{name} {text!r} is there twice")


@attrs.frozen(order=False)
class ClassMultiplier:
    """How many tokens a class of goods earns for each one.

    Attributes:
        category: The category of goods; empty for everything else.
        numerator: More than *denominator*.
        denominator: At least 1; 3 over 2 is half as many again.
        kind: The kind of token; empty for the programme's own.

    Raises:
        Misuse: One of them is something else.
    """

    category: str
    numerator: int
    denominator: int = 1
    kind: str = ""

    def __attrs_post_init__(self) -> None:
        """Check names and figures."""
        for what, text in (("category", self.category), ("kind", self.kind)):
            if type(text) is not str:
                raise Misuse(f"a multiplier's {what} is a text, not {text!r}")
        _whole("a multiplier's numerator", self.numerator, 1)
        _whole("a multiplier's denominator", self.denominator, 1)
        if self.numerator <= self.denominator:
            raise Misuse(
                f"a multiplier is more than 1, not {self.numerator} over {self.denominator}"
            )


@attrs.frozen(order=False)
class Privileges:
    """What a tier brings.

    Attributes:
        express_delivery: Whether orders are delivered by express.
        early_access_hours: How many hours before others its members may buy.
        exclusive_products: Products that are for its members.
        multipliers: What classes of goods earn.
        validity: How long its members' tokens are valid; `None` for as long as everybody's.
        birthday_gift: Tokens on the birthday; 0 for none.
        upgrade_reward: Tokens on reaching it for the first time; 0 for none.
        others: Names of what else it brings.

    Raises:
        Misuse: One of them is something else, or a category has two multipliers.
    """

    express_delivery: bool = False
    early_access_hours: int = 0
    exclusive_products: tuple[str, ...] = ()
    multipliers: tuple[ClassMultiplier, ...] = ()
    validity: ExpiryPolicy | None = None
    birthday_gift: int = 0
    upgrade_reward: int = 0
    others: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check each of them."""
        if type(self.express_delivery) is not bool:
            raise Misuse(f"express_delivery is true or false, not {self.express_delivery!r}")
        _whole("early_access_hours", self.early_access_hours, 0, _HOURS_MAX)
        _whole("birthday_gift", self.birthday_gift, 0)
        _whole("upgrade_reward", self.upgrade_reward, 0)
        _texts("exclusive_products", self.exclusive_products)
        _texts("others", self.others)
        found = self.multipliers
        if type(found) is not tuple or not all(type(it) is ClassMultiplier for it in found):
            raise Misuse(f"multipliers must be a tuple of ClassMultiplier, not {found!r:.60}")
        _differ("the multiplier", [f"{it.kind}/{it.category}" for it in found])

    def multipliers_of(self, kind: str) -> tuple[ClassMultiplier, ...]:
        """Find what is earned more of a kind of token.

        Args:
            kind: The kind; empty for the programme's own.

        Returns:
            A multiplier for each category, that of everything else without one.
        """
        return tuple([it for it in self.multipliers if it.kind == kind])


NO_PRIVILEGES: Final = Privileges()
"""What those without a tier have."""


@attrs.frozen(order=False)
class Tier:
    """A tier.

    Attributes:
        tier_id: The short name, such as `"gold"`.
        title: The name that members see.
        threshold: What it is reached with, in the ladder's metric: minor units, orders or points.
        privileges: What it brings.

    Raises:
        Misuse: One of them is something else.
    """

    tier_id: str
    title: str
    threshold: int
    privileges: Privileges = NO_PRIVILEGES

    def __attrs_post_init__(self) -> None:
        """Check names, figure and privileges."""
        for name, text in (("a tier's id", self.tier_id), ("a tier's title", self.title)):
            if type(text) is not str or not text:
                raise Misuse(f"{name} is a text, not {text!r}")
        _whole("a threshold", self.threshold, 0)
        if type(self.privileges) is not Privileges:
            raise Misuse(f"a tier's privileges are Privileges, not {self.privileges!r:.60}")


def check_rising(tiers: tuple[Tier, ...], *, write: Callable[[int], str] = str) -> None:
    """Check that tiers differ, and that their thresholds rise.

    Args:
        tiers: The tiers, the lowest threshold first.
        write: How a message writes a threshold.

    Raises:
        Misuse: Two are of one id, or one is reached with no more than the one before it.
    """
    _differ("the tier", [it.tier_id for it in tiers])
    for lower, upper in itertools.pairwise(tiers):
        if upper.threshold <= lower.threshold:
            raise Misuse(
                f"thresholds rise: {upper.tier_id!r} has {write(upper.threshold)}, after"
                f" {lower.tier_id!r} with {write(lower.threshold)}"
            )


@attrs.frozen(order=False)
class Ladder:
    """The tiers of a programme, and how members move between them.

    Attributes:
        tiers: The tiers, the lowest threshold first.
        metric: What they are earned with.
        window: Over which days.
        upgrades: When a tier rises.
        downgrades: When a tier falls.
        landing: How far a review lets it fall.
        grace_days: Days after a review until the tier falls; 0 for at once.
        notice_days: Days before a fall at which its notice is due; 0 for no notice.
        excluded_categories: Categories of lines that do not count.

    Raises:
        Misuse: One of them is something else, or they do not go together.
    """

    tiers: tuple[Tier, ...]
    metric: Metric
    window: QualifyingWindow
    upgrades: Changes = Changes.AT_ONCE
    downgrades: Changes = Changes.AT_REVIEW
    landing: Landing = Landing.EARNED
    grace_days: int = 0
    notice_days: int = 0
    excluded_categories: tuple[str, ...] = ()
    _ranks: dict[str, int] = attrs.field(init=False, eq=False, repr=False)
    _thresholds: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check each of them, and the one against the other."""
        self._check_tiers()
        for name, value, kind in (
            ("metric", self.metric, Metric),
            ("upgrades", self.upgrades, Changes),
            ("downgrades", self.downgrades, Changes),
            ("landing", self.landing, Landing),
        ):
            if type(value) is not kind:
                raise Misuse(f"{name} is one of {kind.__name__}'s, not {value!r}")
        if not isinstance(self.window, QualifyingWindow):
            raise Misuse(f"a ladder's window is one of QualifyingWindow's, not {self.window!r:.60}")
        _whole("grace_days", self.grace_days, 0)
        _whole("notice_days", self.notice_days, 0, _NOTICE_DAYS_MAX)
        _texts("excluded_categories", self.excluded_categories)
        self._check_changes()
        object.__setattr__(self, "_ranks", {it.tier_id: n for n, it in enumerate(self.tiers)})
        object.__setattr__(self, "_thresholds", tuple([it.threshold for it in self.tiers]))

    def _check_tiers(self) -> None:
        """Check that there are tiers, that they differ and rise."""
        tiers = self.tiers
        if type(tiers) is not tuple or not tiers or not all(type(it) is Tier for it in tiers):
            raise Misuse(f"a ladder's tiers are a tuple of at least one Tier, not {tiers!r:.60}")
        check_rising(tiers)

    def _check_changes(self) -> None:
        """Refuse what could never work."""
        reviewed = self.downgrades is Changes.AT_REVIEW
        if self.upgrades is Changes.AT_REVIEW and not reviewed:
            raise Misuse("what rises at reviews falls at reviews: a rise would be undone at once")
        if type(self.window) is Lifetime and reviewed:
            raise Misuse(
                "a lifetime is never over and has no reviews: its tiers rise and fall at once,"
                " or a tier once reached would be kept whatever comes back"
            )
        if type(self.window) in (Lifetime, RollingDays) and not reviewed:
            if self.landing is not Landing.EARNED:
                raise Misuse("a soft landing needs reviews, and this ladder has none")
            if self.grace_days:
                raise Misuse("grace_days need reviews, and this ladder has none")
        shortest = shortest_days(self.window)
        if shortest is not None and self.grace_days >= shortest:
            raise Misuse(
                f"grace_days must be fewer than the {shortest} days of a period, or a grace would"
                f" last beyond the next review; not {self.grace_days}"
            )

    def rank(self, tier_id: str) -> int:
        """Find where a tier stands.

        Args:
            tier_id: Its id.

        Returns:
            0 for the lowest; -1 for none, and for one that the ladder does not have.
        """
        return self._ranks.get(tier_id, -1)

    def has(self, tier_id: str) -> bool:
        """Tell whether a tier is of this ladder.

        Args:
            tier_id: Its id.

        Returns:
            Whether it is; no tier, the empty id, always is.
        """
        return not tier_id or tier_id in self._ranks

    def tier_id(self, rank: int) -> str:
        """Name the tier of a rank.

        Args:
            rank: -1 for none.

        Returns:
            The id; empty for none.
        """
        return self.tiers[rank].tier_id if rank >= 0 else ""

    def earned(self, value: int) -> int:
        """Find the highest tier whose threshold is met.

        Args:
            value: Of the metric.

        Returns:
            Its rank; -1 for none.
        """
        return bisect_right(self._thresholds, value) - 1

    def privileges(self, tier_id: str) -> Privileges:
        """Find what a tier brings.

        Args:
            tier_id: Its id; empty for none.

        Returns:
            Its privileges; none for one that the ladder does not have.
        """
        rank = self.rank(tier_id)
        return self.tiers[rank].privileges if rank >= 0 else NO_PRIVILEGES
