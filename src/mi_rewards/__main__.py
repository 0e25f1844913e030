"""`python -m mi_rewards`."""

import gc
import os
import sys

from mi_rewards._cli.main import main


def _leave(status: int) -> None:
    """End the process at once: taking every value of a replay apart would only take time."""
    print(end="", flush=True, file=sys.stderr)
    os._exit(status)


if __name__ == "__main__":
    # A replay makes many values and no cycles: looking for cycles would only take time.
    gc.disable()
    sys.exit(main(leave=_leave))
