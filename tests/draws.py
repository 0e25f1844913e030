"""What the tests of draws share: a seed, a draw of the launch, and short constructors.

1. The draw `launch` gives out tickets from `OPENS` to before `CLOSES`; its two winners may buy
   until `WINNERS_UNTIL`, its two reserves then until `RESERVES_UNTIL`.
2. The numbers of `FIVE` entrants are in the order of `BY_NUMBER`.
"""

from datetime import datetime, timedelta
from typing import Any

from mi_rewards.commands import EnterDraw, OpenDraw, RunDraw
from mi_rewards.preorders import Draw, Ticket, commitment, draw
from mi_rewards.repositories import Needs, Owned, Store, draw_key
from tests.shop import T, ist

SEED = bytes(range(32))
DRAW_ID = "launch"
FIVE = ("asha", "bela", "chand", "devi", "esha")
BY_NUMBER = ("bela", "asha", "esha", "devi", "chand")
COMMITMENT = "68bc94918e748ace93c3eb497e358306329454ee0883650b5c43ec143e9085bf"
OPENS, CLOSES = ist("2017-07-07 12:00"), ist("2017-07-08 12:00")
DRAWN = ist("2017-07-08 13:00")
WINNERS_UNTIL, RESERVES_UNTIL = ist("2017-07-10 12:00"), ist("2017-07-11 12:00")
JUST = timedelta(microseconds=1)

OPEN = Draw(DRAW_ID, COMMITMENT, OPENS, CLOSES, 2, 2, WINNERS_UNTIL, RESERVES_UNTIL)
RUN = OPEN.run(draw(SEED, DRAW_ID, FIVE, winners=2, reserves=2).proof, at=DRAWN)


def ticket(by: str = "asha", at: datetime = OPENS) -> Ticket:
    """Make a ticket of the launch."""
    return Ticket(DRAW_ID, by, at)


def announce(draw_id: str = DRAW_ID, *, request: str = "announce", **changes: Any) -> OpenDraw:
    """Announce the launch's draw, at a time before it opens."""
    stated: dict[str, Any] = {
        "draw_id": draw_id,
        "request_id": request,
        "at": T,
        "commitment": commitment(SEED, draw_id),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "winners_until": WINNERS_UNTIL,
        "winner_count": 2,
        "reserve_count": 2,
        "reserves_until": RESERVES_UNTIL,
    }
    return OpenDraw(**stated | changes)


def enter(
    by: str = "asha", *, at: datetime = OPENS, request: str = "enter", draw_id: str = DRAW_ID
) -> EnterDraw:
    """Enter the launch's draw."""
    return EnterDraw(member_id=by, request_id=request, at=at, draw_id=draw_id)


def run(
    seed: bytes = SEED, *, at: datetime = DRAWN, request: str = "run", draw_id: str = DRAW_ID
) -> RunDraw:
    """Run the launch's draw."""
    return RunDraw(draw_id=draw_id, request_id=request, at=at, seed=seed)


def kept(store: Store) -> Draw | None:
    """Read the launch's draw."""
    key = draw_key(DRAW_ID)
    return store.load(Needs((key,))).get(key)


def tickets(store: Store) -> list[Ticket]:
    """Read the launch's tickets."""
    page = Owned(Ticket, f"draw/{DRAW_ID}", "", 1_000)
    return list(store.load(Needs(pages=(page,))).owned(page))
