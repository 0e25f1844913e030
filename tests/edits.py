"""Editing what a codec wrote, to see a reader object."""

from collections.abc import Callable
from typing import Any

Edit = Callable[[Any], None]


def setting(path: str, value: object) -> Edit:
    """Set what a path such as `lines.0.quantity` leads to."""

    def edit(written: Any) -> None:
        *way, last = _steps(path)
        for step in way:
            written = written[step]
        written[last] = value

    return edit


def without(path: str) -> Edit:
    """Take out what a path such as `lines.0.quantity` leads to."""

    def edit(written: Any) -> None:
        *way, last = _steps(path)
        for step in way:
            written = written[step]
        del written[last]

    return edit


def _steps(path: str) -> list[Any]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]
