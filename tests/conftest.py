"""How hard Hypothesis tries: `dev` on a developer's machine, `ci` in CI, `nightly` at night.

`few` is for other Pythons than the one on which all is tried: an answer that depends on the Python
shows in few examples. `mutants` is for mutation testing: the same examples for every mutant, and no
search for the smallest one that kills it.

`HYPOTHESIS_PROFILE` names the profile; without it `CI=true` chooses `ci`, and all else is `dev`.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

LAWS = Path(__file__).parent / "laws"

settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "few",
    deadline=None,
    max_examples=30,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    deadline=None,
    max_examples=2_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no lines that laws cover: what they draw is theirs to choose, and counting is slow."""
    for item in items:
        if item.path.is_relative_to(LAWS):
            item.add_marker(pytest.mark.no_cover)
