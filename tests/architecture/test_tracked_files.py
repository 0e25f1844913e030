"""No file of the repository names a package registry or a developer's machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture import _rules

REGISTRY_HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "deb." + "debian.org",
    "ftp." + "debian.org",
    "crates" + ".io",
    "proxy." + "golang.org",
)
"""Hosts of package registries, put together here so that this file does not name them."""

MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:work|root|home|Users)" + r"/[\w.]|\.\./" + "shared")
"""A path that exists on somebody's machine only."""


def violations(text: str) -> list[str]:
    """Name each registry host and each path of a machine in a file's text."""
    lower = text.lower()
    found = [f"the registry host {host}" for host in REGISTRY_HOSTS if host in lower]
    for number, line in enumerate(text.splitlines(), start=1):
        found += [f"line {number}: the path {path}" for path in MACHINE_PATH.findall(line)]
    return found


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    """A clone works wherever it lies and whatever its packages come from."""
    found = {
        path.relative_to(_rules.ROOT).as_posix(): violations(
            path.read_bytes().decode("utf-8", errors="replace")
        )
        for path in _rules.tracked_files()
    }
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_a_planted_registry_host_is_seen(host: str) -> None:
    """In capitals and inside an address too."""
    assert violations(f"index-url = https://{host.upper()}/simple") == [f"the registry host {host}"]


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users"])
def test_a_planted_machine_path_is_seen(folder: str) -> None:
    """An absolute path is named with its line."""
    assert violations(f"first\nsee '/{folder}/somebody'") == [f"line 2: the path /{folder}/s"]


def test_a_folder_beside_the_clone_is_seen() -> None:
    """What lies outside the repository is not there for a newcomer."""
    assert violations("open('.." + "/shared/data')") == ["line 1: the path .." + "/shared"]


def test_addresses_and_relative_paths_are_let_through() -> None:
    """A folder of such a name inside the repository or an address is nobody's machine."""
    assert violations("docs/work/page.md, https://example.org/work/x and ~/home/x") == []


def test_files_are_listed_from_git_before_they_are_committed(tmp_path: Path) -> None:
    """A new file is seen at once, and what is ignored is not."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    tmp_path.joinpath(".gitignore").write_text("dist/\n")
    tmp_path.joinpath("new.md").write_text("new")
    tmp_path.joinpath("dist").mkdir()
    tmp_path.joinpath("dist", "built.md").write_text("built")
    names = [path.name for path in _rules.tracked_files(tmp_path)]
    assert names == [".gitignore", "new.md"]


def test_files_are_listed_without_git(tmp_path: Path) -> None:
    """An unpacked archive is looked through as well, without what tools leave behind."""
    tmp_path.joinpath("page.md").write_text("page")
    tmp_path.joinpath(".mypy_cache").mkdir()
    tmp_path.joinpath(".mypy_cache", "left.md").write_text("left")
    names = [path.name for path in _rules.tracked_files(tmp_path)]
    assert names == ["page.md"]
