"""How the manual is built: `sphinx-build -n -W -q docs build/docs`, without a network.

A public name is documented at the package that lists it, while annotations name the module that
defines it: `_by_last_name` finds the one from the other. A reference that leads out of the package
stays plain text.
"""

import importlib.metadata
import re
import sys
from pathlib import Path

from docutils.nodes import Element, TextElement
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

sys.path.insert(0, str(Path(__file__).resolve().parents[1].joinpath("src")))

project = "mi_rewards"
author = "The mi_rewards developers"
copyright = "2026, The mi_rewards developers"
release = importlib.metadata.version("mi-rewards")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "notebooks"]
html_theme = "furo"
html_title = f"mi_rewards {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    "inherited-members": "Exception,BaseException,Enum,StrEnum,str,int,tuple,object",
}
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = ["Source"]
default_role = "code"

sphinx_gallery_conf = {
    "examples_dirs": "notebooks",
    "gallery_dirs": "notebooks_rendered",
    "filename_pattern": r"",  # every notebook runs
    "run_stale_examples": True,  # the library may have changed where a notebook has not
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "capture_repr": ("_repr_html_", "__repr__"),
    "ignore_repr_types": r"matplotlib",
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
    "min_reported_time": 10**9,  # no page says how long it took this time
    "inspect_global_variables": False,
}

# What is no name of this package: the standard library, attrs, Hypothesis, and type variables.
nitpick_ignore_regex = [
    (
        "py:.*",
        rf"({'|'.join(sorted(sys.stdlib_module_names))}|attrs?|hypothesis|matplotlib|sqlalchemy)\..*",
    ),
    ("py:.*", r"(.*\.)?_?[A-Z][A-Za-z]?(_co|_contra)?"),
    ("py:class", "Axes"),  # matplotlib's
    ("py:class", "Path"),  # pathlib's
]


_MEMBERS = {"method", "attribute", "property", "classmethod", "staticmethod", "module"}
_ANSWERS = {"Returns:", "Yields:"}
_CONSTANTS = {"attribute", "data", "property"}


def _by_last_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: TextElement
) -> Element | None:
    """Resolve `mi_rewards.wallet.wallet.Wallet` to where `Wallet` is documented."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or not target:
        return None
    name = target.rsplit(".", maxsplit=1)[-1]
    found = {
        entry
        for full_name, entry in env.domaindata["py"]["objects"].items()
        if full_name.rsplit(".", maxsplit=1)[-1] == name and entry.objtype not in _MEMBERS
    }
    if len(found) != 1:
        return None
    entry = found.pop()
    page = node["refdoc"]
    return make_refnode(app.builder, page, entry.docname, entry.node_id, text, name)


def _keep_colons(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Keep napoleon from taking what stands before a colon for a type: annotations say types."""
    for index, line in enumerate(lines):
        begins_answer = index > 0 and lines[index - 1].strip() in _ANSWERS
        if begins_answer or (index == 0 and what in _CONSTANTS):
            text = line.lstrip()
            lines[index] = f"{line.removesuffix(text)}: {text}"


def _plain_members(
    app: Sphinx, what: str, name: str, value: object, options: object, stated: str, answer: str
) -> tuple[str, str] | None:
    """Write a member of an enumeration within a default by its name, so that it can be parsed."""
    return (re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", stated), answer) if stated else None


def setup(app: Sphinx) -> None:
    """Connect them, the second ahead of napoleon."""
    app.connect("missing-reference", _by_last_name)
    app.connect("autodoc-process-docstring", _keep_colons, priority=400)
    app.connect("autodoc-process-signature", _plain_members)
