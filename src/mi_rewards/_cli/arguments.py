"""What the commands take: their arguments, and how each is read."""

import argparse
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from mi_rewards import bundled
from mi_rewards.calendar import NEVER, read_day, read_instant
from mi_rewards.errors import MiRewardsError

DEFAULT_PROGRAMME: Final = "reward-mi"
DEFAULT_SALES: Final = "mi-preorders"
DEFAULT_PRICES: Final = "mi-smart-upgrade"

_COUNT_DIGITS: Final = 6
"""So many digits a count may have."""

_OPTIONAL: Final = "; with --store it may be left out"


def parser(
    jobs: Mapping[str, Callable[[argparse.Namespace], int]], *, first: str = ""
) -> argparse.ArgumentParser:
    """Describe the arguments.

    Args:
        jobs: What each command does, by its name; what is done without one has an empty name.
        first: The first argument; where it is a command, no other one is described.

    Returns:
        What reads them. Options have `run`, and `object`, which objects to what was given.
    """
    reads = argparse.ArgumentParser(
        prog="python -m mi_rewards",
        description="Without a command: the story of a launch, told on a small bundled history.",
    )
    reads.set_defaults(run=jobs[""])
    commands = reads.add_subparsers(title="commands", metavar="COMMAND")
    described = {
        "replay": ("replay an event log and state what members have", _add_replay),
        "statement": ("state one member's tokens, entry by entry", _add_statement),
        "catalogue": ("print what tokens buy", _add_catalogue),
        "standing": ("state one member's tier, and what keeps it", _add_standing),
        "windows": ("list when sales open next", _add_windows),
        "preorders": ("add up the pre-orders of an event log", _add_preorders),
        "quote": ("price an old device, step by step", _add_quote),
        "programme": ("print a rule book as TOML", _add_name),
    }
    for name in (first,) if first in described else described:
        told, add = described[name]
        command = commands.add_parser(name, help=told)
        add(command)
        command.set_defaults(run=jobs[name], object=command.error)
    return reads


def _add_replay(parser: argparse.ArgumentParser) -> None:
    """Add what `replay` takes."""
    parser.add_argument("file", metavar="FILE", help=_file_help())
    _add_log(parser)
    _add_json(parser)
    parser.add_argument("--journal", metavar="OUT.jsonl", help="write the journal as JSON Lines")
    parser.add_argument(
        "--processes",
        metavar="N",
        type=_count,
        help="how many processes share a long log in memory (default: one for each processor)",
    )


def _add_statement(parser: argparse.ArgumentParser) -> None:
    """Add what `statement` takes."""
    _add_file(parser)
    _add_log(parser)
    parser.add_argument("--member", metavar="ID", required=True, help="the member")


def _add_catalogue(parser: argparse.ArgumentParser) -> None:
    """Add what `catalogue` takes."""
    _add_file(parser)
    _add_log(parser)
    parser.add_argument("--member", metavar="ID", help="a member, and what they can have")


def _add_standing(parser: argparse.ArgumentParser) -> None:
    """Add what `standing` takes."""
    _add_file(parser)
    _add_log(parser)
    parser.add_argument("--member", metavar="ID", required=True, help="the member")


def _add_windows(parser: argparse.ArgumentParser) -> None:
    """Add what `windows` takes."""
    _add_programme(parser, DEFAULT_SALES)
    parser.add_argument(
        "--from",
        metavar="YYYY-MM-DD",
        dest="from_on",
        type=_day,
        help="the first day on which they may open (default: today)",
    )
    parser.add_argument(
        "--count", metavar="N", type=_count, default=5, help="how many (default: %(default)s)"
    )
    parser.add_argument("--tier", metavar="T", default="", help="state early access of this tier")
    _add_json(parser)


def _add_preorders(parser: argparse.ArgumentParser) -> None:
    """Add what `preorders` takes."""
    _add_file(parser)
    _add_log(parser, DEFAULT_SALES)
    _add_json(parser)


def _add_quote(parser: argparse.ArgumentParser) -> None:
    """Add what `quote` takes."""
    parser.add_argument("file", metavar="FILE.toml", help="a device, and answers about it")
    _add_programme(parser, DEFAULT_PRICES)
    parser.add_argument(
        "--terms",
        metavar="ID",
        default="",
        help="the terms of the trade-in (default: those of the rule book, where it has one kind)",
    )
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        type=_instant,
        help="when, such as 2021-06-01T12:00:00+05:30 (default: now)",
    )
    _add_json(parser)


def _add_name(parser: argparse.ArgumentParser) -> None:
    """Add what `programme` takes."""
    names = ", ".join(bundled.programme_names())
    parser.add_argument("name", metavar="NAME", help=f"one of {names}")


def _add_file(parser: argparse.ArgumentParser) -> None:
    """Add an event log that a store may stand in for."""
    parser.add_argument("file", metavar="FILE", nargs="?", help=_file_help() + _OPTIONAL)


def _add_json(parser: argparse.ArgumentParser) -> None:
    """Add how the answer is printed."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _file_help() -> str:
    """Say what an event log is."""
    samples = " or sample:".join(bundled.sample_names())
    return (
        "an event log: CSV, CSV.gz or JSON Lines; - for standard input,"
        f" sample:{samples} for a bundled one"
    )


def _add_log(parser: argparse.ArgumentParser, default: str = DEFAULT_PROGRAMME) -> None:
    """Add what every command on an event log takes beside it."""
    _add_programme(parser, default)
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        type=_day,
        help="the day at whose end balances are stated (default: the latest line's)",
    )
    parser.add_argument(
        "--store",
        metavar="URL",
        help="keep everything in a database: sqlite:///FILE.db or postgresql://... (needs"
        " mi-rewards[sql]); what it has already is not done again",
    )


def _add_programme(parser: argparse.ArgumentParser, default: str) -> None:
    """Add which rule book is used."""
    parser.add_argument(
        "--programme",
        metavar="NAME|FILE.toml",
        default=default,
        help="a bundled rule book or your own (default: %(default)s)",
    )


def _day(text: str) -> date:
    """Read a day."""
    try:
        day = read_day(text)
    except MiRewardsError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None
    if day == NEVER:
        raise argparse.ArgumentTypeError("a day is written YYYY-MM-DD")
    return day


def _instant(text: str) -> datetime:
    """Read an instant."""
    try:
        return read_instant(text)
    except MiRewardsError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def _count(text: str) -> int:
    """Read how many there shall be."""
    if not (text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS and int(text)):
        raise argparse.ArgumentTypeError(f"a count is a whole number of at least 1, not {text!r}")
    return int(text)
