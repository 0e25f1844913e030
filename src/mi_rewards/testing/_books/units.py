"""What one order is in the books: a dictionary of single units, and what a programme says of it.

1. Every unit of every line of an order is a dictionary.
2. Ten tokens per hundred rupees, rounded down once for the order.
"""

from datetime import date, datetime, timedelta
from typing import Any

from mi_rewards.testing._books.coins import LOCAL, No

PAISE_PER_TOKEN = 1_000


class Settings:
    """What one programme says, as plain values.

    Attributes:
        policy: What becomes of tokens that are no longer there: `owed`, `forgiven`, `refused`.
        kept_after_days: Days until an award is credited.
        cap: How many orders earn, `None` for all.
        cap_by: What they are counted over.
        open_max: How many holds may be open, `None` for any number.
        hours_max: How long a hold may last, `None` for any time.
        since: The first day of delivery that counts before joining, `None` for none.
        welcome: Tokens for joining up to the last day of the year.
        years: How many years beyond that of earning tokens are valid.
    """

    def __init__(self, **settings: Any) -> None:
        self.policy: str = settings["policy"]
        self.kept_after_days: int = settings["kept_after_days"]
        self.cap: int | None = settings["cap"]
        self.cap_by: str = settings["cap_by"]
        self.open_max: int | None = settings["open_max"]
        self.hours_max: int | None = settings["hours_max"]
        self.since: date | None = settings["since"]
        self.welcome: int = settings["welcome"]
        self.years: int = settings["years"]

    def last_day(self, at: datetime) -> date:
        """The last valid day of what is earned at an instant."""
        return date(local_day(at).year + self.years, 12, 31)

    def counts_early(self, at: datetime) -> bool:
        """Whether a delivery counts though its member had not joined."""
        return self.since is not None and local_day(at) >= self.since


def local_day(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(LOCAL).date()


def newest(order: dict[str, Any]) -> datetime:
    """When something of an order was last delivered."""
    last: datetime = max(unit["at"] for unit in order["units"] if unit["at"])
    return last


def kept(order: dict[str, Any], *, shipping: bool, through: datetime | None = None) -> int:
    """What was paid for what is kept of what was delivered, in paise, line by line."""
    total = 0
    there = [it for it in order["units"] if it["at"] and it["at"] <= (through or it["at"])]
    for line in {unit["line"] for unit in there}:
        units = [unit for unit in there if unit["line"] == line]
        if units and (shipping or not units[0]["shipping"]):
            paid = sum(unit["paise"] for unit in units)
            still = sum(not unit["back"] for unit in units)
            total += paid * still // len(units)
    return total


def worth(order: dict[str, Any], through: datetime | None = None) -> int:
    """What an order earns as it stands, or by what was delivered by an instant."""
    if order["rule"] != "shopping":
        return 0
    base: int = max(0, kept(order, shipping=False, through=through) - order["value_back"])
    return base // PAISE_PER_TOKEN


def standing(order: dict[str, Any]) -> int:
    """What an order was awarded and has not given back."""
    total: int = sum(award["tokens"] - award["back"] for award in order["awards"])
    return total


def beyond(name: str, asked: int, left: int, unit: str) -> No:
    """Say that more comes back than there is."""
    return No("beyond_delivered", order_id=name, asked=asked, left=left, unit=unit)


def settings_hours(lasts: timedelta) -> int:
    """How many hours begin within a time."""
    return -(-lasts // timedelta(hours=1))
