"""What `.ci/run` makes of the tests on other Pythons: each that is supported has a result."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / ".ci" / "run"
PASSED = "9 passed"


def reported(folder: Path, told: Mapping[str, str]) -> tuple[bool, list[str]]:
    """Report what was told of each version; answer whether that is good, and with the summaries."""
    function = re.search(r"(?ms)^report_other_pythons\(\) \{$.*?^\}$", RUN.read_text("utf-8"))
    assert function is not None
    for version, summary in told.items():
        folder.joinpath(f"{version}.summary").write_text(f"python {version}: {summary}\n")
        folder.joinpath(f"{version}.log").write_text("")
    script = f"supported=(2.6 2.7)\nscratch={folder}\ntrue & others=$!\n{function[0]}\n"
    ended = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", f"{script}report_other_pythons"],
        capture_output=True,
        check=False,
    )
    summaries = [it.read_text().strip() for it in sorted(folder.glob("*.summary"))]
    return ended.returncode == 0, summaries


def test_all_of_them_pass(tmp_path: Path) -> None:
    """Each has a result, and it is good."""
    assert reported(tmp_path, {"2.6": PASSED, "2.7": PASSED})[0]


@pytest.mark.parametrize("told", [{}, {"2.6": PASSED}, {"2.6": PASSED, "2.7": "FAILED"}])
def test_one_that_failed_or_has_no_result_is_told(tmp_path: Path, told: dict[str, str]) -> None:
    """Tests that never ran to their end are no tests that passed."""
    is_good, summaries = reported(tmp_path, told)
    assert not is_good
    assert len(summaries) == 2
    assert summaries[-1].startswith("python 2.7: FAILED")
