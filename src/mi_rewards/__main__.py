"""`python -m mi_rewards`."""

import gc
import io
import os
import sys
from datetime import UTC, datetime


def _leave(status: int) -> None:
    """End the process at once: taking every value of a replay apart would only take time."""
    print(end="", flush=True, file=sys.stderr)
    os._exit(status)


def _now() -> datetime:
    """Tell the present instant."""
    return datetime.now(UTC)


def _processors() -> int:
    """Tell how many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


def _prepare(name: str) -> None:
    """Let a stream take what its encoding lacks, too, and anything where it is closed."""
    stream = getattr(sys, name)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    else:
        setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


if __name__ == "__main__":
    # Importing and replaying make many values and no cycles: looking for some only takes time.
    gc.disable()
    from mi_rewards._cli.main import main

    _prepare("stdout")
    _prepare("stderr")
    sys.exit(main(leave=_leave, now=_now, processors=_processors()))
