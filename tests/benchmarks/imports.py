"""The cost of importing, as a whole process, beside importing attrs alone."""

from collections.abc import Iterator

from tests.benchmarks.measuring import Ratio, medians, process

REPETITIONS = 15


def ratios() -> Iterator[Ratio]:
    """Measure the package alone, then with every name of its public face loaded."""
    every_name = "import mi_rewards as m; [getattr(m, name) for name in m.__all__]"
    for what, code, bound in (
        ("import mi_rewards", "import mi_rewards", 3.0),
        ("the same, every name of it used", every_name, None),
    ):
        ours, floor = ["-c", code], ["-c", "import attrs"]
        process(ours), process(floor)  # so that everything is compiled
        times = medians(
            lambda: process(ours).milliseconds,  # noqa: B023 - called before the next turn
            lambda: process(floor).milliseconds,  # noqa: B023 - called before the next turn
            repetitions=REPETITIONS,
        )
        yield Ratio(what, *times, "ms", bound)
