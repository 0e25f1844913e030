"""The actions of a rule book: reading and writing."""

from collections.abc import Sequence

from mi_rewards.calendar import Period
from mi_rewards.earning.actions import Action, ActionLimit
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table


def read_actions(tables: Sequence[Table]) -> tuple[Action, ...]:
    """Read the actions of a programme.

    Args:
        tables: A table of each.

    Returns:
        The actions, in the order in which they stand.

    Raises:
        Misuse: One is not right; the message names it and the key.
    """
    return tuple([_read_action(table) for table in tables])


def _read_action(table: Table) -> Action:
    """Read one action; once its id is read, messages name it by that."""
    action_id = table.text("id")
    table.known_as(f"actions.{action_id}")
    limits = table.tables("limits") if table.has("limits") else ()
    return table.value(
        Action,
        action_id,
        table.whole("tokens"),
        table.text("kind") if table.has("kind") else "",
        tuple([_read_limit(limit) for limit in limits]),
        table.day("from_on") if table.has("from_on") else None,
        table.day("through_on") if table.has("through_on") else None,
        table.whole("budget") if table.has("budget") else None,
    )


def _read_limit(table: Table) -> ActionLimit:
    """Read a limit."""
    period = table.one_of("period", Period) if table.has("period") else Period.EVER
    return table.value(ActionLimit, table.whole("count"), Period(period))


def action_rows(action: Action) -> str:
    """Write an action.

    Args:
        action: The action.

    Returns:
        Its table.
    """
    return "\n[[actions]]\n" + rows(
        id=action.action_id,
        tokens=action.tokens,
        kind=action.kind or None,
        limits=tuple([_limit(it) for it in action.limits]) or None,
        from_on=action.from_on,
        through_on=action.through_on,
        budget=action.budget,
    )


def _limit(limit: ActionLimit) -> Value:
    """Write a limit."""
    return {"count": limit.times, "period": limit.period.value}
