"""A clock that says what it is told to say."""

from datetime import datetime, timedelta

from mi_rewards.calendar import utc


class FixedClock:
    """A `Clock` that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = utc(at)

    def now(self) -> datetime:
        """Tell the instant at which it stands.

        Returns:
            The instant (UTC).
        """
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set it, forwards or backwards.

        Args:
            at: The instant, with an offset.

        Raises:
            Misuse: *at* has no offset.
        """
        self._at = utc(at)

    def move_by(self, time: timedelta) -> None:
        """Let time pass; a negative one sets it back.

        Args:
            time: How much.
        """
        self._at += time
