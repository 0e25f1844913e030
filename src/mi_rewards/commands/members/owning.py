"""All that a member has of one kind, page by page, and vouchers with those of absorbed members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.reads import PAGE, check_page
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import Key, member_key
from mi_rewards.repositories.naming import key_of
from mi_rewards.repositories.records import Owned

A = TypeVar("A")


def all_of(kind: type[A], owner: str, loaded: Loaded) -> list[A]:
    """Read all that there is of a kind, as the commands before have left it.

    Args:
        kind: The class.
        owner: The member, or what else it belongs to.
        loaded: What was loaded.

    Returns:
        The aggregates by their names.

    Raises:
        NotLoaded: A page was not asked for; names it.
    """
    found: dict[Key[Any], Any] = {}
    after: str | None = ""
    while after is not None:
        rows: Sequence[Any] = loaded.owned(Owned(kind, owner, after, PAGE))
        found.update({key_of(it): it for it in rows})
        after = key_of(rows[-1]).name if len(rows) == PAGE else None
    found |= {
        key: aggregate
        for key, aggregate in loaded.aggregates.items()
        if key.kind is kind and key.member_id == owner and aggregate is not None
    }
    return [found[key] for key in sorted(found, key=_by_name)]


def _by_name(key: Key[Any]) -> str:
    """Order keys of one owner and kind."""
    return key.name


class OwnVouchers:
    """A page of a member's vouchers on its way: their own, then those of absorbed members.

    Attributes:
        needs: What is to be loaded first.
    """

    def __init__(self, member_id: str, *, after: str | tuple[str, str], limit: int) -> None:
        check_page(limit=limit)
        self._member_id = member_id
        self._limit = limit
        self._owner, name = (member_id, after) if isinstance(after, str) else after
        self._found: list[Voucher] = []
        self._page = Owned(Voucher, self._owner, name, limit)
        self.needs: Needs | None = Needs((member_key(member_id),), pages=(self._page,))

    def run(self, loaded: Loaded) -> Needs | None:
        """Go on with what was loaded.

        Args:
            loaded: What was asked for last; the member comes with the first.

        Returns:
            What is needed to go on, `None` when the page is full or nothing is left.
        """
        if self.needs is not None:
            member = loaded.get(member_key(self._member_id))
            owners = (self._member_id, *(() if member is None else member.absorbed))
            # Nobody else's are shown, whoever is asked for.
            known = owners.index(self._owner) if self._owner in owners else len(owners)
            self._owners = iter(owners[known + 1 :])
            self.needs = None
            if known == len(owners):
                return None
        self._found += loaded.owned(self._page)
        left = self._limit - len(self._found)
        owner = next(self._owners, None)
        if not left or owner is None:
            return None
        self._page = Owned(Voucher, owner, "", left)
        return Needs(pages=(self._page,))

    def shown(self, at: datetime, *, with_codes: bool) -> tuple[Voucher, ...]:
        """Show what was found.

        Args:
            at: The instant (UTC) at which they are stated.
            with_codes: Whether codes that are kept in clear are shown.

        Returns:
            The vouchers; where somebody else used one, without that order.
        """
        shown = self._found if with_codes else [it.without_clear() for it in self._found]
        return tuple([it.at(at).shown_to(it.member_id) for it in shown])
