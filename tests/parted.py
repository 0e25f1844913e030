"""What the tests of partitions share: partitions that read their own rows, and wait where asked."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs


@attrs.frozen(order=False)
class Reading:
    """A partition that a worker reads for itself, leaving word that it did.

    Attributes:
        history: What is read: columns, or the path of a file.
        folder: Where word is left: a file named for the partition and the process.
        index: Which partition it is.
        waits: Whether it goes on only when there is a file `go`.
    """

    history: Mapping[str, Any] | str
    folder: str
    index: int
    waits: bool = False

    def __call__(self) -> Mapping[str, Any] | str:
        """Leave word, wait, and answer with the history."""
        Path(self.folder, f"began-{self.index}-{os.getpid()}").touch()
        give_up = time.monotonic() + 30
        while self.waits and not Path(self.folder, "go").exists():
            if time.monotonic() > give_up:
                raise TimeoutError(f"partition {self.index} waited for 30 seconds")
            time.sleep(0.02)
        return self.history


def began(folder: Path) -> list[tuple[int, int]]:
    """Tell which partitions were begun in which processes, in that order of both."""
    names = [path.name.split("-") for path in folder.glob("began-*")]
    return sorted((int(index), int(process)) for _, index, process in names)
