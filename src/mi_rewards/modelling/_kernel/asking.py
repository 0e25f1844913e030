"""Asking a redemption policy, in place of what rows say of spending.

1. It is asked after each row that brought a member tokens, and on its days, at the first instant of
   the day, before that day's rows. Where nothing is available it is not asked.
2. What it says is a burn, by the same rules as any other.
"""

from datetime import date
from typing import TYPE_CHECKING

from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel.days import microseconds
from mi_rewards.modelling._kernel.deciding import advance, burn
from mi_rewards.modelling._kernel.packing import DAY_SHIFT, month_of
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import State
from mi_rewards.modelling.details import PolicyBurn

if TYPE_CHECKING:
    from mi_rewards.modelling.what_if.policies import RedemptionPolicy


class Asking:
    """A redemption policy that is asked during a replay."""

    def __init__(self, run: Run, policy: "RedemptionPolicy") -> None:
        self._run = run
        self._policy = policy
        self._zone = run.programme.zone

    def ask_through(self, state: State, at: int) -> None:
        """Ask on the policy's days that have begun and on which it was not asked.

        Args:
            state: Whose.
            at: The instant by which they have begun.
        """
        more = state.with_more()
        today = self._run.days.at(at).day.toordinal()
        first = more.days_asked + 1 if more.days_asked else today
        if today < first:
            return
        more.days_asked = today
        for day in self._policy.days(first, today):
            start = self._zone.start_of(date.fromordinal(day))
            self._ask(state, microseconds(start), 0)

    def ask_after(self, state: State, at: int, before: int) -> None:
        """Ask after a row, where it brought tokens.

        Args:
            state: Whose.
            at: The row's instant.
            before: What had been issued before it.
        """
        brought = state.issued - before
        if brought > 0:
            self._ask(state, at, brought)

    def _ask(self, state: State, at: int, brought: int) -> None:
        """Ask, and burn what the policy says."""
        from mi_rewards.modelling.what_if.policies import Asked, member_draws

        run, more = self._run, state.with_more()
        if not state.is_lean:
            advance(run, state, at)
        if state.wallet is not None and state.wallet.owed:
            return
        available = run.left(state, at)
        if not available:
            return
        if more.draw is None:
            more.draw = member_draws(self._policy, state.member_id)
        over = run.days.over
        layers = tuple(
            [
                (lot >> DAY_SHIFT, month_of(lot), state.lots[lot])
                for lot in run.in_order(list(state.lots))
                if over(lot >> DAY_SHIFT) > at
            ]
        )
        day = run.days.at(at).day.toordinal()
        tokens = self._policy.redeems(
            Asked(state.member_id, day, available, layers, more.draw, brought)
        )
        if type(tokens) is not int or not 0 <= tokens <= available:
            name = self._policy.name
            raise Misuse(f"policy {name!r:.60} spends {tokens!r:.40} of {available} tokens")
        if tokens:
            burn(run, state, tokens, at)
            if run.detail:
                run.policy_burns.append(PolicyBurn(state.member_id, at, tokens))
