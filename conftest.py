"""The examples of the README, of the manual and of docstrings run as tests, through Sybil.

Python blocks of one page share a namespace, top to bottom. A block may be plain code or a session
with `>>>` prompts and the output it must print. What must not run is fenced as another language.

Interpreters that tests start keep what they compile, so that a hundred of them compile it once.
"""

import os
from doctest import ELLIPSIS

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["*.md"],
)
_docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    path="src",
    patterns=["*.py"],
    document_types={".py": PythonDocStringDocument},
)

pytest_collect_file = (_pages + _docstrings).pytest()
