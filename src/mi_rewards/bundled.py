"""What comes with the library: rule books with their sources, and samples of event logs."""

import os
from typing import TYPE_CHECKING

from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "programme",
    "programme_names",
    "programme_text",
    "sample",
    "sample_names",
]


def programme_names() -> tuple[str, ...]:
    """Name the rule books that come with the library.

    Returns:
        Their names, in alphabetical order.
    """
    return tuple(sorted(_books()))


def programme_text(name: str) -> str:
    """Read the text of a rule book, with its sources in comments.

    Args:
        name: Such as `"reward-mi"`.

    Returns:
        TOML.

    Raises:
        Misuse: There is none of that name; the message says which there are.
    """
    books = _books()
    if name not in books:
        raise Misuse(f"no rule book is named {name!r}; there is {', '.join(sorted(books))}")
    with open(books[name], encoding="utf-8") as book:
        return book.read()


def programme(name: str) -> Programme:
    """Load a rule book.

    Args:
        name: Such as `"reward-mi"`.

    Returns:
        The programme.

    Raises:
        Misuse: There is none of that name.
    """
    return from_toml(programme_text(name))


def sample_names() -> tuple[str, ...]:
    """Name the event logs that come with the library.

    Returns:
        Their names, in alphabetical order.
    """
    return tuple(sorted(_samples()))


def sample(name: str) -> "Path":
    """Find an event log.

    Args:
        name: Such as `"retail-orders"`.

    Returns:
        Where the file is.

    Raises:
        Misuse: There is none of that name; the message says which there are.
    """
    from pathlib import Path

    return Path(sample_file(name))


def sample_file(name: str) -> str:
    """Find an event log, as `sample` does; its path is a text, for which pathlib need not load.

    Args:
        name: Such as `"retail-orders"`.

    Returns:
        The path of the file.

    Raises:
        Misuse: There is none of that name; the message says which there are.
    """
    samples = _samples()
    if name not in samples:
        raise Misuse(f"no sample is named {name!r}; there is {', '.join(sorted(samples))}")
    return samples[name]


def _books() -> dict[str, str]:
    """Find the rule books, by their names."""
    return _found("rule_books", ".toml")


def _samples() -> dict[str, str]:
    """Find the samples, by their names."""
    return _found("samples", ".csv", ".csv.gz")


def _found(folder: str, *endings: str) -> dict[str, str]:
    """Find the files of a folder that end so; their names have hyphens, and no ending."""
    path = os.path.join(os.path.dirname(__file__), folder)
    files = [file for file in os.listdir(path) if file.endswith(endings)]
    return {it.partition(".")[0].replace("_", "-"): os.path.join(path, it) for it in files}
