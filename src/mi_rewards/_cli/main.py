"""Arguments, files, messages and exit statuses.

1. A line that cannot be read is reported with its number on standard error, and the exit status is
   1 at the end.
2. Arguments or files that cannot be used are one message, and the exit status is 2.
3. No traceback reaches a user.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from mi_rewards import bundled
from mi_rewards._cli.arguments import parser
from mi_rewards._event_log.lines import Unread, open_log, read_rows
from mi_rewards._event_log.replay import Replay, StoreFailed
from mi_rewards._event_log.totals import Totals
from mi_rewards.errors import MiRewardsError, Misuse
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml


def main(
    arguments: Sequence[str] | None = None,
    *,
    leave: Callable[[int], object] | None = None,
    now: Callable[[], datetime] | None = None,
    processors: int = 1,
) -> int:
    """Run the command line.

    Args:
        arguments: What stands behind `python -m mi_rewards`; the process's own where not given.
        leave: Ends the process with an exit status while what was replayed is still there.
        now: Tells the time where an argument would be today; without it none is.
        processors: How many processes may be busy at a time where no argument says it: more than
            one alone where this process may be copied, which has no threads.

    Returns:
        The exit status: 0, 1 where a line could not be read, 2 where nothing could be done.
    """
    try:
        given = sys.argv[1:] if arguments is None else arguments
        options = parser(_JOBS, first=given[0] if given else "").parse_args(given)
        options.now = now
        options.processors = processors
        options.rules = None
        run: Callable[[argparse.Namespace], int] = options.run
        status = run(options)
        print(end="", flush=True)
        if leave is not None:
            leave(status)
    except (MiRewardsError, StoreFailed) as fault:
        return _fail(str(fault))
    except BrokenPipeError:
        # Whoever reads our output has seen enough.
        _give_up_output()
        return 0
    except OSError as fault:
        if fault.filename is None:
            _give_up_output()
            return _fail(str(fault.strerror))
        return _fail(f"{fault.filename}: {fault.strerror}")
    except KeyboardInterrupt as stop:
        return _fail(str(stop) or "interrupted", status=130)
    return status


def _replay(options: argparse.Namespace) -> int:
    """Replay an event log."""
    if options.journal and _is_one_file(options.journal, options.file):
        raise Misuse(f"the journal would be written over the event log {options.file}")
    if options.journal and _is_one_file(options.journal, _rule_book_file(options.programme)):
        raise Misuse(f"the journal would be written over the rule book {options.programme}")
    if options.journal and options.store and _is_one_file(options.journal, _file_of(options.store)):
        raise Misuse(f"the journal would be written over the store {options.store}")
    is_apart = not options.journal and options.store is None
    totals = _replayed_side_by_side(options) if is_apart else None
    if totals is None:
        with _replayed(options, books_due=bool(options.journal)) as replay:
            if options.journal:
                _write_journal(replay, options.journal)
            totals = replay.totals()
    print(json.dumps(totals.as_json(), indent=2) if options.json else totals.as_text())
    return 1 if totals.unread else 0


def _replayed_side_by_side(options: argparse.Namespace) -> Totals | None:
    """Replay an event log by several processes; `None` where one has to do it all."""
    processes = options.processors if options.processes is None else options.processes
    if processes == 1:
        return None
    from mi_rewards._cli.side_by_side import Job, can_share, replayed

    programme = _programme_of(options)
    if not can_share(options.file):
        return None
    progress = _show_progress if sys.stderr.isatty() else None
    done = replayed(Job(options.file, programme, options.as_of, progress, os.getpid()), processes)
    if done is None:
        return None
    _end_progress(progress)
    options.replay = done.replay
    for item in done.unread:
        _report(item)
    return done.totals


def _statement(options: argparse.Namespace) -> int:
    """State one member's tokens."""
    from mi_rewards._cli.statement import statement_text

    if options.file is None and options.store is None:
        options.object("the following arguments are required: FILE, or --store")
    with _replayed(options, member_id=options.member) as replay:
        text = statement_text(replay, options.member)
    print(text)
    return 1 if replay.unread else 0


def _standing(options: argparse.Namespace) -> int:
    """State where one member stands."""
    from mi_rewards._cli.standing import standing_text

    if options.file is None and options.store is None:
        options.object("the following arguments are required: FILE, or --store")
    # All lines count: what friends buy brings tokens, and events of others.
    with _replayed(options) as replay:
        text = standing_text(replay, options.member)
    print(text)
    return 1 if replay.unread else 0


def _catalogue(options: argparse.Namespace) -> int:
    """Print the catalogue, as a member sees it where one is named."""
    from mi_rewards._cli.catalogue import catalogue_text, offers_text

    if options.member is None:
        if options.file or options.store or options.as_of:
            options.object("a log, a store or a day needs --member as well")
        print(catalogue_text(_load_programme(options.programme)))
        return 0
    if options.file is None and options.store is None:
        options.object("--member needs FILE, or --store")
    # All lines count: what others took of a stock is not there any more.
    with _replayed(options) as replay:
        text = offers_text(replay, options.member)
    print(text)
    return 1 if replay.unread else 0


def _windows(options: argparse.Namespace) -> int:
    """List when sales open next."""
    from mi_rewards._cli.windows import Windows

    programme, from_on = _load_programme(options.programme), options.from_on
    if from_on is None:
        if options.now is None:
            options.object("the following arguments are required: --from")
        from_on = programme.zone.day_of(options.now())
    found = Windows.of(programme, from_on=from_on, count=options.count, tier=options.tier)
    print(json.dumps(found.as_json(), indent=2) if options.json else found.as_text())
    return 0


def _preorders(options: argparse.Namespace) -> int:
    """Add up the pre-orders of a log."""
    from mi_rewards._cli.preorders import Summary

    if options.file is None and options.store is None:
        options.object("the following arguments are required: FILE, or --store")
    with _replayed(options) as replay:
        summary = Summary.of(replay)
    print(json.dumps(summary.as_json(), indent=2) if options.json else summary.as_text())
    return 1 if replay.unread else 0


def _quote(options: argparse.Namespace) -> int:
    """Price a device."""
    from mi_rewards._cli.device_files import read_device
    from mi_rewards._cli.quote import Priced

    if options.at is None and options.now is None:
        options.object("the following arguments are required: --at")
    programme = _load_programme(options.programme)
    priced = Priced.of(
        programme,
        read_device(options.file),
        at=options.now() if options.at is None else options.at,
        terms_id=options.terms,
        ask=sys.stdin if sys.stdin.isatty() else None,
    )
    print(json.dumps(priced.as_json(), indent=2) if options.json else priced.as_text())
    return 0


def _programme(options: argparse.Namespace) -> int:
    """Print a rule book."""
    print(bundled.programme_text(options.name), end="")
    return 0


def _story(options: argparse.Namespace) -> int:
    """Tell the story of the launch."""
    from mi_rewards._cli.story import tell

    del options
    tell(print)
    return 0


_JOBS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "": _story,
    "replay": _replay,
    "statement": _statement,
    "catalogue": _catalogue,
    "standing": _standing,
    "windows": _windows,
    "preorders": _preorders,
    "quote": _quote,
    "programme": _programme,
}
"""What each command does."""


@contextmanager
def _replayed(
    options: argparse.Namespace, *, member_id: str | None = None, books_due: bool = True
) -> Iterator[Replay]:
    """Replay what the options name; a store is open for as long as the replay is looked at."""
    programme = _programme_of(options)
    progress = _show_progress if sys.stderr.isatty() else None
    with ExitStack() as opened:
        log = None if options.file is None else opened.enter_context(open_log(options.file))
        if options.store is None:
            make: Callable[..., Replay] = partial(Replay, books_due=books_due)
        else:
            from mi_rewards._cli.stored import StoredReplay, opened_store

            store = opened_store(options.store, creates=options.file is not None)
            make = partial(StoredReplay, opened.enter_context(store))
        replay = options.replay = make(
            programme,
            report=_report,
            as_of=options.as_of,
            member_id=member_id,
            all_lines=programme.is_shared,
            progress=progress,
        )
        if log is not None:
            replay.run(read_rows(log, at_once=replay.batch))
            _end_progress(progress)
        yield replay


def _programme_of(options: argparse.Namespace) -> Programme:
    """Load the rule book that is replayed under, once: it may be a pipe."""
    if options.rules is None:
        options.rules = _load_programme(options.programme)
    rules: Programme = options.rules
    return rules


def _load_programme(name: str) -> Programme:
    """Load a bundled rule book, or one of a file."""
    if not _rule_book_file(name):
        return bundled.programme(name)
    from pathlib import Path

    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise OSError(0, "the rule book is not UTF-8", name) from None
    return from_toml(text)


def _rule_book_file(name: str) -> str:
    """Name the file of a rule book, empty for a bundled one."""
    return name if name.endswith(".toml") else ""


def _file_of(url: str) -> str:
    """Name the file of a database, empty for none."""
    scheme, _, path = url.partition(":///")
    return path.partition("?")[0] if scheme.startswith("sqlite") else ""


def _is_one_file(one: str, other: str) -> bool:
    """Tell whether two names stand for one file."""
    from pathlib import Path

    return bool(other) and Path(one).exists() and Path(other).exists() and Path(one).samefile(other)


def _write_journal(replay: Replay, name: str) -> None:
    """Write every journal, entry by entry."""
    from pathlib import Path

    from mi_rewards.wallet.codec import write_journal

    with Path(name).open("w", encoding="utf-8") as out:
        for entries in replay.journals():
            for line in write_journal(entries):
                out.write(line + "\n")


def _report(item: Unread) -> None:
    """Report a line that could not be read."""
    print(f"line {item.line}: {item.reason}", file=sys.stderr)


def _show_progress(line: int) -> None:
    """Show how far a replay is; whatever is written next to the terminal stands over it."""
    print(f"{line:,} lines", end="\r", file=sys.stderr, flush=True)


def _end_progress(progress: object) -> None:
    """Wipe out how far a replay is, where that is shown."""
    if progress is not None:
        print(" " * 24, end="\r", file=sys.stderr)


def _give_up_output() -> None:
    """Lead standard output to nowhere, so that the interpreter does not fail on it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, *, status: int = 2) -> int:
    """Say why nothing could be done."""
    print(f"mi_rewards: {message}", file=sys.stderr)
    return status
