"""Showing how far a replay is."""

from collections.abc import Callable


def progress_bar(total: int | None = None) -> Callable[[int], None]:
    """Make a callback that shows a bar of tqdm where that is installed, and nothing where not.

    Args:
        total: How many events there are, where that is known.

    Returns:
        What takes the number of events done so far, for `replay(progress=...)`. A bar is closed
        when the total is reached.
    """
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _unseen
    bar = tqdm(total=total, unit=" events", unit_scale=True)

    def show(done: int) -> None:
        bar.update(done - bar.n)
        if total is not None and done >= total:
            bar.close()

    return show


def _unseen(done: int, /) -> None:
    """Show nothing."""
