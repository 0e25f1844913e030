"""What every command on a quota has."""

from datetime import datetime
from typing import ClassVar

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import not_a_text
from mi_rewards.commands.quotas.outcomes import QuotaSet
from mi_rewards.commands.unit_takes import counter_keys, used_of
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.preorders.allotments import quota_scope
from mi_rewards.preorders.quota_refusals import UnknownQuota
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, size_changes, write_changes
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs
from mi_rewards.repositories.keys import Key, quota_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Content


@attrs.frozen(order=False, kw_only=True, slots=False)
class QuotaCommand:
    """What every command on a quota has.

    Attributes:
        quota_id: The quota.
        request_id: The caller's name for this request, unique within the quota.
        at: The instant, with an offset; kept in UTC.
        weighs_limits: It is decided again where somebody took what it was to take.
        change: What it does, as the quota's events say.
    """

    quota_id: str
    request_id: str
    at: datetime = attrs.field(converter=utc)

    weighs_limits: ClassVar[bool] = True
    change: ClassVar[str] = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        if type(self.quota_id) is not str or not self.quota_id:
            raise not_a_text("a quota's id", self.quota_id)
        if type(self.request_id) is not str or not self.request_id:
            raise not_a_text("a request id", self.request_id)

    @property
    def scope(self) -> str:
        """The request id is unique within the quota."""
        return quota_scope(self.quota_id)

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The command and its arguments without the instant.
        """
        names = [it.name for it in attrs.fields(type(self)) if it.name not in _NOT_CONTENT]
        values = tuple([getattr(self, name) for name in names])
        return Content(type(self), tuple(names), values)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the quota.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((self._key(),))

    def _key(self) -> Key[Quota]:
        """Name the quota."""
        return quota_key(self.quota_id)

    def _quota(self, loaded: Loaded) -> Quota:
        """Answer with the quota, or refuse."""
        found = loaded.get(self._key())
        if found is None:
            raise UnknownQuota(quota_id=self.quota_id)
        return found

    def _taken(self, quota: Quota, loaded: Loaded) -> dict[str, int]:
        """Look up what is taken of each shard."""
        return used_of(loaded, counter_keys(self.quota_id, quota.taken_names))

    def _used(self, quota: Quota, loaded: Loaded) -> dict[str, int]:
        """Look up what all its counters say."""
        return used_of(loaded, counter_keys(self.quota_id, quota.counter_names))

    def _event(self, topic: str, *figures: tuple[str, Figure]) -> OutboxEvent:
        """Tell something of the quota, with the request's name."""
        event_id = f"{topic}:{self.request_id}"
        named = (("quota_id", self.quota_id), *figures)
        return OutboxEvent(self.scope, event_id, topic, self.at, named)

    def _changed(self, before: Quota | None, after: Quota) -> tuple[OutboxEvent, ...]:
        """Tell how its shards became larger or smaller."""
        changes = size_changes(before, after)
        if not changes:
            return ()
        figures = (("change", self.change), ("sizes", write_changes(changes)))
        return (self._event(QUOTA_CHANGED, *figures),)


_NOT_CONTENT = frozenset({"request_id", "at"})


def set_as(quota: Quota) -> QuotaSet:
    """Answer with a quota as it is.

    Args:
        quota: The quota.

    Returns:
        The outcome.
    """
    aside = quota.codes - quota.codes_withdrawn
    return QuotaSet(quota.quota_id, quota.size, quota.live, aside)


def limits_of(quota: Quota) -> dict[str, int]:
    """Name the limits of what can be taken of each shard.

    Args:
        quota: The quota.

    Returns:
        The limits, by the counters' names.
    """
    return dict(zip(quota.taken_names, (*quota.sizes, quota.codes), strict=True))


def checked_units(units: object, *, least: int) -> int:
    """Check a number of units.

    Args:
        units: The number.
        least: The fewest that there can be.

    Returns:
        It.

    Raises:
        Misuse: It is no whole number from there to 2**63 - 1.
    """
    if type(units) is not int or not least <= units <= TOKENS_MAX:
        raise Misuse(f"units are a whole number, {least} to 2**63 - 1, not {units!r:.60}")
    return units
