"""What ``noisytm run`` does with a space-time diagram: its size, its colours, what is refused."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noisytm.discrete.configuration import RunResult
    from noisytm.machine import TuringMachine, Word
    from noisytm.show import SpaceTime

ROWS_SHOWN = 40
SIDE = 800


def require_use(given: dict[str, Any], trace: bool, output: Path | None) -> None:
    """Refuse options that nothing uses, and pictures that cannot be made, before the machine runs."""
    from noisytm.cli import UsageError

    if given and not trace and output is None:
        option = next(iter(given)).replace("_", "-")
        raise UsageError(f"--{option} is about the diagram; add --trace, or --output FILE")
    if output is not None:
        from noisytm.errors import FormatError
        from noisytm.show import require_picture

        try:
            require_picture(output)
        except FormatError as error:  # the ending is that of no picture
            raise UsageError(str(error)) from None


def diagram_of(
    machine: TuringMachine, word: Word, result: RunResult, given: dict[str, Any], *, drawn: bool
) -> SpaceTime:
    """Return the diagram of a run whose result is known; if it is ``drawn``, one that fits the terminal."""
    from noisytm.show import MOST, columns_that_fit, space_time

    size = {"rows": SIDE, "columns": SIDE}
    if drawn:
        fitting = columns_that_fit(machine, result.configuration, shutil.get_terminal_size().columns)
        size = {"rows": ROWS_SHOWN, "columns": min(fitting, MOST)}
    if (sample := given.pop("rows_at", None)) is not None:
        given["sample"] = sample
    return space_time(machine, word, result.steps, **(size | given))


def colours_wanted() -> bool:
    """Return whether standard output is a terminal on which nothing asks for plain characters."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return sys.stdout is not None and sys.stdout.isatty() and not plain
