"""The examples of the README, of the manual and of docstrings run as tests, through Sybil.

Python blocks of one page share a namespace, top to bottom. A block may be plain code or a session
with `>>>` prompts and the output it must print. What must not run is fenced as another language.

Interpreters that tests start keep what they compile, so that a hundred of them compile it once.

What is collected lives until the end; that is not looked through for garbage while it grows.
"""

import gc
import os
from collections.abc import Generator, Iterator
from doctest import ELLIPSIS

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["*.md"],
)


class _Docstrings(PythonDocStringDocument):
    """The docstrings of a module, read only where there is a prompt in it."""

    @staticmethod
    def extract_docstrings(python_source_code: str) -> Iterator[tuple[int, int, str]]:
        """Find the docstrings: where they begin, where they end, and what they say."""
        if ">>>" in python_source_code:
            yield from PythonDocStringDocument.extract_docstrings(python_source_code)


_docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    path="src",
    patterns=["*.py"],
    document_types={".py": _Docstrings},
)

pytest_collect_file = (_pages + _docstrings).pytest()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without the garbage collector."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
