"""The rows of a run that a space-time diagram is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from noisytm.machine import TuringMachine

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a run that a diagram shows, as numbers; see `SpaceTime`."""

    machine: TuringMachine = field(repr=False)
    reason: str
    sample: str
    view: str
    cells_per_column: int
    steps: tuple[int, ...] = field(repr=False)
    states: tuple[str, ...] = field(repr=False)
    heads: tuple[int, ...] = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)
    cells: NDArray[Any] = field(repr=False)
    first: int
    last: int

    @property
    def head_columns(self) -> tuple[int, ...]:
        """The column the head is in, for each row."""
        pairs = zip(self.heads, self.offsets, strict=True)
        return tuple((head - offset) // self.cells_per_column for head, offset in pairs)
