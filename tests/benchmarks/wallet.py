"""A wallet operation with its entry, beside the bare arithmetic of the same step.

1. Each row repeats one step many times on a wallet of two live buckets; `lapse` has a wallet with
   one due bucket for each step.
2. The last row is two years of a member: eight orders, two returns, a burn, a hold captured and
   one released, and a year's tokens that lapse. Both come to the same figures.
3. Instants, names and reasons are made beforehand: a host has them.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from mi_rewards.calendar import Zone
from mi_rewards.wallet import ClawBackPolicy, Owner, Reason, Wallet
from tests.benchmarks.bare import Bare
from tests.benchmarks.measuring import Ratio, medians, microseconds

REPETITIONS = 15
STEPS = 2_000
BOUND = 10

KOLKATA = Zone("Asia/Kolkata")
OWED = ClawBackPolicy.OWED
WHY = Reason("purchase", (("order_id", "o"), ("base_minor", 10_000)))
MANY = 10**12

DAYS = (date(2018, 12, 31), date(2019, 12, 31))
ENDS = tuple(int(KOLKATA.after(day).timestamp()) for day in DAYS)
START = datetime(2018, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

INSTANTS = [START + SECOND * step for step in range(STEPS)]
SECONDS = [int(at.timestamp()) for at in INSTANTS]
NAMES = [f"r{step}" for step in range(STEPS)]
LATE = datetime(2019, 3, 1, tzinfo=UTC)
LATE_SECOND = int(LATE.timestamp())
UNTIL = START + timedelta(days=30)
UNTIL_SECOND = int(UNTIL.timestamp())

Work = Callable[[], object]


def ratios() -> Iterator[Ratio]:
    """Measure each operation, then the two years."""
    for what, ours, floor, steps in (
        ("earn", _earn, _bare_earn, STEPS),
        ("burn", _burn, _bare_burn, STEPS),
        ("hold and capture", _capture, _bare_capture, 2 * STEPS),
        ("hold and release", _release, _bare_release, 2 * STEPS),
        ("claw back", _claw_back, _bare_claw_back, STEPS),
        ("lapse", _lapse, _bare_lapse, STEPS),
        ("two years of a member, per step", _years, _bare_years, len(YEARS) * 15),
    ):
        times = medians(
            _timed(ours, steps=steps), _timed(floor, steps=steps), repetitions=REPETITIONS
        )
        yield Ratio(what, *times, "us", BOUND)


def _timed(prepare: Callable[[], Work], *, steps: int) -> Callable[[], float]:
    """Time the work that *prepare* makes ready."""
    return lambda: microseconds(prepare(), steps=steps)


def _wallet() -> Wallet:
    """A wallet of two live buckets."""
    wallet = Wallet(Owner("m", "tokens", KOLKATA))
    for last_day in DAYS:
        wallet = wallet.earn(MANY, last_day=last_day, at=START, request_id="a", reason=WHY).wallet
    return wallet


def _bare() -> Bare:
    """The same, bare."""
    bare = Bare()
    for ends_at in ENDS:
        bare.earn(MANY, ends_at, SECONDS[0])
    return bare


def _earn() -> Work:
    def work() -> None:
        wallet, last_day = start, DAYS[1]
        for at, name in zip(INSTANTS, NAMES, strict=True):
            wallet = wallet.earn(
                10, last_day=last_day, at=at, request_id=name, reason=WHY, source=name
            ).wallet

    start = _wallet()
    return work


def _bare_earn() -> Work:
    def work() -> None:
        ends_at = ENDS[1]
        for at in SECONDS:
            bare.earn(10, ends_at, at)

    bare = _bare()
    return work


def _burn() -> Work:
    def work() -> None:
        wallet = start
        for at, name in zip(INSTANTS, NAMES, strict=True):
            wallet = wallet.burn(10, at=at, request_id=name, reason=WHY).wallet

    start = _wallet()
    return work


def _bare_burn() -> Work:
    def work() -> None:
        for at in SECONDS:
            bare.burn(10, at)

    bare = _bare()
    return work


def _capture() -> Work:
    def work() -> None:
        wallet = start
        for at, name in zip(INSTANTS, NAMES, strict=True):
            wallet = wallet.hold(10, until=UNTIL, at=at, request_id=name, reason=WHY).wallet
            wallet = wallet.capture(name, at=at, request_id="c", reason=WHY).wallet

    start = _wallet()
    return work


def _bare_capture() -> Work:
    def work() -> None:
        for at, name in zip(SECONDS, NAMES, strict=True):
            bare.hold(10, UNTIL_SECOND, name, at)
            bare.capture(name, at)

    bare = _bare()
    return work


def _release() -> Work:
    def work() -> None:
        wallet = start
        for at, name in zip(INSTANTS, NAMES, strict=True):
            wallet = wallet.hold(10, until=UNTIL, at=at, request_id=name, reason=WHY).wallet
            wallet = wallet.release(name, at=at, request_id="c", reason=WHY).wallet

    start = _wallet()
    return work


def _bare_release() -> Work:
    def work() -> None:
        for at, name in zip(SECONDS, NAMES, strict=True):
            bare.hold(10, UNTIL_SECOND, name, at)
            bare.release(name, at)

    bare = _bare()
    return work


def _claw_back() -> Work:
    def work() -> None:
        wallet, own_day = start, DAYS[1]
        for at, name in zip(INSTANTS, NAMES, strict=True):
            wallet = wallet.claw_back(
                10,
                own_day=own_day,
                policy=OWED,
                source=name,
                at=at,
                request_id=name,
                reason=WHY,
            ).wallet

    start = _wallet()
    return work


def _bare_claw_back() -> Work:
    def work() -> None:
        ends_at = ENDS[1]
        for at in SECONDS:
            bare.claw_back(10, ends_at, at)

    bare = _bare()
    return work


def _lapse() -> Work:
    def work() -> None:
        for wallet in wallets:
            wallet.lapse(at=LATE, request_id="lapse")

    wallets = [_wallet()] * STEPS
    return work


def _bare_lapse() -> Work:
    def work() -> None:
        for bare in bares:
            bare.settle(LATE_SECOND)

    bares = [_bare() for _ in range(STEPS)]
    return work


# ------------------------------------------------------------------------------ two years

YEARS = range(200)
LIFE = [datetime(2018, 1, 10, tzinfo=UTC) + timedelta(days=30) * step for step in range(15)]
LIFE_SECONDS = [int(at.timestamp()) for at in LIFE]
HOUR = timedelta(hours=1)


def _years() -> Work:
    def work() -> None:
        for _ in YEARS:
            _life(start)

    start = Wallet(Owner("m", "tokens", KOLKATA))
    end = _life(start)
    figures = end.available, end.redeemed, end.lapsed, end.clawed_back
    assert figures == LIFE_FIGURES, figures
    return work


def _life(wallet: Wallet) -> Wallet:
    """Fifteen steps of a member, and what the calendar does between them."""
    first, second = DAYS
    at = LIFE
    for step in (0, 1, 2, 3):
        wallet = wallet.earn(
            500, last_day=first, at=at[step], request_id=NAMES[step], reason=WHY, source="o"
        ).wallet
    wallet = wallet.claw_back(
        100, own_day=first, policy=OWED, source="o", at=at[4], request_id="4", reason=WHY
    ).wallet
    wallet = wallet.burn(300, at=at[5], request_id="5", reason=WHY).wallet
    wallet = wallet.hold(200, until=at[6] + HOUR, at=at[6], request_id="6", reason=WHY).wallet
    wallet = wallet.capture("6", at=at[6], request_id="7", reason=WHY).wallet
    for step in (8, 9, 10):
        wallet = wallet.earn(
            500, last_day=second, at=at[step], request_id=NAMES[step], reason=WHY, source="o"
        ).wallet
    wallet = wallet.hold(900, until=at[11] + HOUR, at=at[11], request_id="11", reason=WHY).wallet
    wallet = wallet.release("11", at=at[11], request_id="12", reason=WHY).wallet
    wallet = wallet.claw_back(
        100, own_day=second, policy=OWED, source="o", at=at[13], request_id="13", reason=WHY
    ).wallet
    return wallet.earn(
        500, last_day=second, at=at[14], request_id="14", reason=WHY, source="o"
    ).wallet


def _bare_years() -> Work:
    def work() -> None:
        for _ in YEARS:
            _bare_life(Bare())

    end = _bare_life(Bare())
    figures = sum(end.buckets.values()), end.redeemed, end.lapsed, end.clawed_back
    assert figures == LIFE_FIGURES, figures
    return work


def _bare_life(bare: Bare) -> Bare:
    """The same steps, bare."""
    first, second = ENDS
    at = LIFE_SECONDS
    for step in (0, 1, 2, 3):
        bare.earn(500, first, at[step])
    bare.claw_back(100, first, at[4])
    bare.burn(300, at[5])
    bare.hold(200, at[6] + 3600, "6", at[6])
    bare.capture("6", at[6])
    for step in (8, 9, 10):
        bare.earn(500, second, at[step])
    bare.hold(900, at[11] + 3600, "11", at[11])
    bare.release("11", at[11])
    bare.claw_back(100, second, at[13])
    bare.earn(500, second, at[14])
    return bare


LIFE_FIGURES = (1_900, 500, 1_400, 200)
"""What both come to: available, redeemed, lapsed, clawed back."""
