"""Packages whose public names load on first use.

A package states where each public name lives, in a table; the stub beside it, `__init__.pyi`, says
the same to type checkers, and a test holds the two together. A name that was found stays.
"""

from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` of a package.

    Args:
        package: The package's name.
        homes: The module in which each public name lives, by name.

    Returns:
        Both functions; the first imports the module, the second lists the public names.

    Source:
        PEP 562.
    """

    def getattr_(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(homes[name]), name)
        setattr(import_module(package), name, value)
        return value

    def dir_() -> list[str]:
        return sorted(homes)

    return getattr_, dir_
