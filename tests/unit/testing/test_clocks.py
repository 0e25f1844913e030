"""A clock that says what it is told to say."""

from datetime import UTC, datetime, timedelta

import pytest

from mi_rewards.calendar import Clock
from mi_rewards.errors import Misuse
from mi_rewards.testing import FixedClock
from tests.shop import ist


def test_it_stands_still_until_it_is_moved() -> None:
    """Forwards or backwards, and tells UTC."""
    fixed = FixedClock(ist("2018-01-01 00:00"))
    clock: Clock = fixed
    assert clock.now() == clock.now() == datetime(2017, 12, 31, 18, 30, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    fixed.move_by(timedelta(hours=1))
    assert clock.now() == ist("2018-01-01 01:00")
    fixed.move_by(timedelta(hours=-2))
    assert clock.now() == ist("2017-12-31 23:00")
    fixed.move_to(ist("2019-01-01"))
    assert clock.now() == ist("2019-01-01")


def test_it_needs_an_offset() -> None:
    """As every instant does."""
    with pytest.raises(Misuse, match="needs an offset"):
        FixedClock(datetime(2018, 1, 1))
    with pytest.raises(Misuse, match="needs an offset"):
        FixedClock(ist("2018-01-01")).move_to(datetime(2018, 1, 1))
