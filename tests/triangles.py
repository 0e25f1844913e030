"""The RAA triangle that comes with the package `chainladder`, as our long table, and back.

Automatic facultative business of the Reinsurance Association of America, general liability, origin
years 1981 to 1990: cumulative losses by age in years. It stands in for redemptions.
"""

import importlib
import math
import warnings
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from mi_rewards.modelling import Table, development_table


def chainladder() -> Any:
    """Load the package, which takes seconds; it has no types of its own to check against."""
    return importlib.import_module("chainladder")


def raa() -> Any:
    """Load the triangle; the package reads its own years in a way that pandas warns of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Parsing integer or float values")
        return chainladder().load_sample("raa")


def as_redemptions(triangle: Any, issued: Mapping[int, int]) -> Table:
    """Write a cumulative triangle of years as `Replayed.redemptions` would: incremental, long."""
    rows = []
    for origin, run in zip(triangle.origin.year, triangle.values[0, 0], strict=True):
        before, year = 0.0, int(origin)
        for age, value in enumerate(run):
            if not math.isnan(value):
                step = int(value - before)
                rows.append((date(year, 1, 1), "", date(year + age, 1, 1), age, issued[year], step))
                before = value
    names = ("origin", "segment", "development", "age", "issued", "value")
    return Table.of_rows("RAA", names, rows, {"age": "years", "value": "tokens"})


def as_triangle(redemptions: Table) -> Any:
    """Give our long table to the package."""
    frame = pd.DataFrame(development_table(redemptions).columns())
    long = chainladder().Triangle(
        frame, origin="origin", development="development", columns="value", cumulative=False
    )
    return long.incr_to_cum()
