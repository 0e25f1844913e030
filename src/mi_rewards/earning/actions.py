"""Actions: what earns tokens without a purchase, such as sharing or a draw won.

1. An action has a name, an amount, and the days on which it can be performed.
2. Its limits count what one member performs in a period of the programme's zone, its budget the
   tokens that all members get. `None` is no limit and counts nothing; 0 is none at all.
3. What has an occasion of its own, such as a draw or a review, is performed once by each member.
"""

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from mi_rewards.calendar import Period
from mi_rewards.earning.terms import check_count, check_days, is_within
from mi_rewards.errors import Misuse
from mi_rewards.wallet.buckets import whole_tokens

if TYPE_CHECKING:
    from mi_rewards.earning.campaign_limits import Use

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ActionLimit(NamedTuple):
    """How often a member can perform an action.

    Attributes:
        times: How many at most, 0 for never.
        period: How long they are counted together.
    """

    times: int
    period: Period = Period.EVER


@attrs.frozen(order=False)
class Action:
    """Something that earns tokens without a purchase.

    Attributes:
        action_id: Its name: letters, digits, points, hyphens and underscores.
        tokens: What it earns each time.
        kind: The kind of token; empty for the one that members spend.
        limits: How often a member can perform it.
        from_on: The first day on which it can be, `None` for no beginning.
        through_on: The last such day, `None` for no end.
        budget: The most tokens that all members get for it, `None` for no end; 0 is none.
    """

    action_id: str
    tokens: int
    kind: str = ""
    limits: tuple[ActionLimit, ...] = ()
    from_on: date | None = None
    through_on: date | None = None
    budget: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.action_id) is not str or not _PLAIN.fullmatch(self.action_id):
            raise Misuse(
                f"an action's id has letters, digits, points, hyphens and underscores,"
                f" not {self.action_id!r:.60}"
            )
        whole_tokens(self.tokens)
        if type(self.kind) is not str:
            raise Misuse(f"a kind of token is a text, not {self.kind!r:.60}")
        limits = self.limits
        if type(limits) is not tuple or not all(type(it) is ActionLimit for it in limits):
            raise Misuse(f"an action's limits are a tuple of ActionLimit, not {limits!r:.80}")
        for limit in limits:
            check_count("a limit", limit.times)
            if type(limit.period) is not Period:
                raise Misuse(f"a limit counts over a Period, not {limit.period!r:.60}")
        if len({it.period for it in limits}) < len(limits):
            raise Misuse("an action has two limits over the same period")
        check_days(self.from_on, self.through_on)
        if self.budget is not None:
            check_count("a budget", self.budget)

    def is_open(self, day: date) -> bool:
        """Tell whether it can be performed on a day.

        Args:
            day: The day in the programme's zone.

        Returns:
            Whether it can.
        """
        return is_within(day, self.from_on, self.through_on)

    def steps(self, member_id: str, occasion: str, day: date) -> "tuple[Use, ...]":
        """Name what performing it takes of which counters.

        Args:
            member_id: The member.
            occasion: What it is performed for, empty for nothing of its own.
            day: The day in the programme's zone.

        Returns:
            The occasion's step, then the limits' and the budget's.
        """
        own = f"action/{self.action_id}"
        from mi_rewards.earning.campaign_limits import Use

        steps = [Use(member_id, f"{own}/once/{occasion}", 1, 1)] if occasion else []
        for times, period in self.limits:
            steps.append(Use(member_id, f"{own}/{period.stretch(day)}", 1, times))
        if self.budget is not None:
            steps.append(Use(own, "budget", self.tokens, self.budget))
        return tuple(steps)
