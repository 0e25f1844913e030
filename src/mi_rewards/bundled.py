"""What comes with the library: rule books with their sources, and samples of event logs."""

from pathlib import Path

from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml

__all__ = [
    "programme",
    "programme_names",
    "programme_text",
    "sample",
    "sample_names",
]

_HERE = Path(__file__).parent


def programme_names() -> tuple[str, ...]:
    """Name the rule books that come with the library.

    Returns:
        Their names, in alphabetical order.
    """
    books = _HERE.joinpath("rule_books").glob("*.toml")
    return tuple(sorted(book.stem.replace("_", "-") for book in books))


def programme_text(name: str) -> str:
    """Read the text of a rule book, with its sources in comments.

    Args:
        name: Such as `"reward-mi"`.

    Returns:
        TOML.

    Raises:
        Misuse: There is none of that name; the message says which there are.
    """
    if name not in programme_names():
        raise Misuse(f"no rule book is named {name!r}; there is {', '.join(programme_names())}")
    book = _HERE.joinpath("rule_books", name.replace("-", "_") + ".toml")
    return book.read_text(encoding="utf-8")


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
    samples = _HERE.joinpath("samples").glob("*.csv*")
    return tuple(sorted(sample.name.partition(".")[0].replace("_", "-") for sample in samples))


def sample(name: str) -> Path:
    """Find an event log.

    Args:
        name: Such as `"retail-orders"`.

    Returns:
        Where the file is.

    Raises:
        Misuse: There is none of that name; the message says which there are.
    """
    for path in sorted(_HERE.joinpath("samples").glob("*.csv*")):
        if path.name.partition(".")[0].replace("_", "-") == name:
            return path
    raise Misuse(f"no sample is named {name!r}; there is {', '.join(sample_names())}")
