"""Standings as JSON-ready dictionaries.

1. A dictionary holds whole numbers, texts, `None`, lists and dictionaries, and says its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. A tally is written `[day, spend_minor, orders, points]`.
"""

import itertools
from datetime import date
from typing import Any

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Corrupt
from mi_rewards.tiers.standing import Standing
from mi_rewards.tiers.tallies import Tally
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    optional,
    text_in,
    whole_in,
)

_STANDING = frozenset({"format", *Standing._fields})


def standing_to_dict(standing: Standing) -> dict[str, Any]:
    """Write a standing, with its version.

    Args:
        standing: The standing.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": standing.member_id,
        "joined_on": write_day(standing.joined_on),
        "stated_on": write_day(standing.stated_on),
        "held": standing.held,
        "held_since": _day(standing.held_since),
        "entered": standing.entered,
        "kept": standing.kept,
        "reached": standing.reached,
        "tallies": [[write_day(tally.day), *tally[1:]] for tally in standing.tallies],
        "counts_from": write_day(standing.counts_from),
        "review_on": _day(standing.review_on),
        "falls_on": _day(standing.falls_on),
        "noticed_for": _day(standing.noticed_for),
        "rewarded": list(standing.rewarded),
        "due_at": None if standing.due_at is None else write_instant(standing.due_at),
        "version": standing.version,
    }


def standing_from_dict(written: dict[str, Any]) -> Standing:
    """Read a standing.

    Args:
        written: What `standing_to_dict` answered.

    Returns:
        The standing, with its version.

    Raises:
        Corrupt: It is something else, or no standing can be like that.
    """
    fields = fields_in(written, _STANDING, "standing")
    standing = Standing(
        text_in(fields["member_id"], "member_id"),
        day_in(fields["joined_on"], "joined_on"),
        day_in(fields["stated_on"], "stated_on"),
        text_in(fields["held"], "held"),
        optional(day_in, fields["held_since"], "held_since"),
        text_in(fields["entered"], "entered"),
        text_in(fields["kept"], "kept"),
        text_in(fields["reached"], "reached"),
        tuple([_tally(it) for it in list_in(fields["tallies"], "tallies")]),
        day_in(fields["counts_from"], "counts_from"),
        optional(day_in, fields["review_on"], "review_on"),
        optional(day_in, fields["falls_on"], "falls_on"),
        optional(day_in, fields["noticed_for"], "noticed_for"),
        tuple([text_in(it, "rewarded") for it in list_in(fields["rewarded"], "rewarded")]),
        optional(instant_in, fields["due_at"], "due_at"),
        whole_in(fields["version"], "version", 0),
    )
    _check(standing)
    return standing


def _day(day: date | None) -> str | None:
    """Write a day that may be none."""
    return None if day is None else write_day(day)


def _tally(written: object) -> Tally:
    """Read a tally."""
    day, spend_minor, orders, points = list_in(written, "tally", 4)
    tally = Tally(
        day_in(day, "tally"),
        whole_in(spend_minor, "spend_minor", 0),
        whole_in(orders, "orders", 0),
        whole_in(points, "points", 0),
    )
    if not any(tally[1:]):
        raise Corrupt(f"a tally of {write_day(tally.day)} counts nothing")
    return tally


def _check(standing: Standing) -> None:
    """Refuse what no operation answers with."""
    if not standing.member_id:
        raise Corrupt("a standing is of nobody")
    for before, after in itertools.pairwise(standing.tallies):
        if after.day <= before.day:
            raise Corrupt(f"the days of tallies must rise: {write_day(after.day)} comes too late")
    if list(standing.rewarded) != sorted(set(standing.rewarded)):
        raise Corrupt(f"what was rewarded must stand once, in order: {list(standing.rewarded)}")
    if (standing.held_since is None) is not (standing.held == ""):
        raise Corrupt("a tier is held since a day, and none since none")
    for name, day in (("review_on", standing.review_on), ("falls_on", standing.falls_on)):
        if day is not None and day <= standing.stated_on:
            raise Corrupt(f"{name} must be after {write_day(standing.stated_on)}")
