"""Several processes on a PostgreSQL server of their own, workers and the server being killed.

`python -m tests.processes` is the long form: eight processes, 10,000 commands on 50 members, a
third of them sent twice; once with workers killed, once with the server killed as well. Then 1,000
members redeem twice each of a stock of 100 (`tests.catalogue_processes`), and the orders of 1,000
members are delivered twice each under a campaign of 1,000 tokens (`tests.campaign_processes`), and
25,000 contenders want one of 5,000 units (`tests.crowd_processes`), and eight members in two
processes each want one of 120 devices (`tests.exchange_processes`).

`python -m tests.processes wallet`, `catalogue`, `campaigns`, `crowd` and `exchange` are each of
these alone.
"""

import sys
import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

from mi_rewards.sql import SqlStore, Tables
from mi_rewards.testing import Opener
from mi_rewards.testing.processes import ProcessReport, Work, run_processes
from tests import (
    campaign_processes,
    catalogue_processes,
    crowd_processes,
    databases,
    exchange_processes,
)

LONG = Work(seed=2017, workers=8, members=50, commands=10_000, repeated_percent=33, kills=24)
"""As it is run at night: each worker is killed three times."""


def run_on_postgresql(work: Work, *, kills_server: bool) -> ProcessReport:
    """Let processes work on a new server, and kill the server in the middle where that is asked.

    Args:
        work: What is to be done.
        kills_server: Whether the server is killed by SIGKILL, and started again.

    Returns:
        What was found.
    """
    server = databases.Server()
    try:
        url = server.url()
        engine = databases.unpooled(url)
        SqlStore(engine, Tables()).create_tables()
        meanwhile: Callable[[], None] | None = server.restart_by_force if kills_server else None
        opener = Opener(databases.open_url, (url,), databases.dispose)
        return run_processes(
            opener, work=work, lost=(DBAPIError,), meanwhile=meanwhile, patience_seconds=1_200
        )
    finally:
        server.stop()


def main(wanted: Sequence[str]) -> int:
    """Run the long form, print what was found, and answer with the exit status."""
    known = {
        "wallet": wallet,
        "catalogue": catalogue,
        "campaigns": campaigns,
        "crowd": crowd,
        "exchange": exchange,
    }
    if set(wanted) - known.keys():
        print(__doc__, file=sys.stderr)
        return 2
    found = [run() for name, run in known.items() if name in (wanted or known)]
    return 0 if all(found) else 1


def catalogue() -> bool:
    """Redeem a stock of 100 at once, print what was found, and say whether all is well."""
    began = time.monotonic()
    report = catalogue_processes.run_on_postgresql(catalogue_processes.LONG)
    seconds = time.monotonic() - began
    print(f"PostgreSQL, a stock of 100, {seconds:.0f} s: {report}", flush=True)
    return not report.problems


def campaigns() -> bool:
    """Deliver under a campaign of 1,000 tokens, print what was found, say whether all is well."""
    began = time.monotonic()
    report = campaign_processes.run_on_postgresql(campaign_processes.LONG)
    seconds = time.monotonic() - began
    print(f"PostgreSQL, a budget of 1,000, {seconds:.0f} s: {report}", flush=True)
    return not report.problems


def crowd() -> bool:
    """Sell 5,000 units to 25,000 contenders, print what was found, and say whether all is well."""
    began = time.monotonic()
    report = crowd_processes.run_on_postgresql(crowd_processes.LONG)
    seconds = time.monotonic() - began
    print(f"PostgreSQL, a quota of 5,000, {seconds:.0f} s: {report}", flush=True)
    return not report.problems


def exchange() -> bool:
    """Trade in 120 devices, print what was found, and say whether all is well."""
    began = time.monotonic()
    report = exchange_processes.run_on_postgresql(exchange_processes.LONG)
    seconds = time.monotonic() - began
    print(f"PostgreSQL, 120 devices, {seconds:.0f} s: {report}", flush=True)
    return not report.problems


def wallet() -> bool:
    """Work on wallets, print what was found, and say whether all is well."""
    passed = True
    for kills_server in (False, True):
        began = time.monotonic()
        report = run_on_postgresql(LONG, kills_server=kills_server)
        what = "workers and the server killed" if kills_server else "workers killed"
        print(f"PostgreSQL, {what}, {time.monotonic() - began:.0f} s: {report}", flush=True)
        passed = passed and report.passed
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
