"""Space-time diagrams of runs of any length, in memory proportional to the diagram and one configuration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, one_of, run_length, whole
from noisytm._digits import shortened
from noisytm.discrete.configuration import Configuration, RunLengthConfiguration
from noisytm.discrete.direct import MAX_CELLS
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import TuringMachine
from noisytm.show.diagrams.diagram import SpaceTime
from noisytm.show.diagrams.rows import OUTSIDE
from noisytm.show.diagrams.run_length import columns_of_pieces
from noisytm.show.diagrams.sampling import at_extremes, evenly, reached

MOST = 4096
MOST_COMPILED = 1 << 62
MAX_DIGITS = 100_000
SAMPLES = ("even", "extremes")
VIEWS = ("auto", "head", "whole")


def space_time(
    machine: TuringMachine,
    word: str | Iterable[str] = "",
    max_steps: int = 10_000_000,
    *,
    rows: int = 400,
    columns: int = 400,
    sample: str = "even",
    view: str = "auto",
    max_cells: int = MAX_CELLS,
) -> SpaceTime:
    """Return the space-time diagram of a run: a row for each configuration, or for ``rows`` of them.

    The run is made two times, or up to about six times for ``extremes``; only the rows are kept. Where rows are far
    apart `run` jumps over what cycles and rules cover.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    word : str or iterable of str
        The input; the head starts on its first symbol.
    max_steps : int
        Number of steps after which the run ends at the latest, 0 to 10^100000.
    rows, columns : int
        Largest number of rows (2 to 4096) and of columns (1 to 4096).
    sample : {"even", "extremes"}
        Which rows to keep where there are more than ``rows`` configurations: evenly spaced in time, or those in
        which the head has just reached a cell for the first time (evenly spaced in the number of cells visited).
        The first and the last configuration are always kept. ``extremes`` also applies to short runs.
    view : {"auto", "head", "whole"}
        What to show of a tape with more than ``columns`` cells: a window that follows the head, or the whole,
        several cells to a column. ``auto`` follows the head if every configuration is a row.
    max_cells : int
        Largest number of tape cells to hold one by one; a tape in run-length form may have more.

    Returns
    -------
    SpaceTime

    Raises
    ------
    MachineError
        If the word or an option breaks a rule above.
    BudgetError
        If the tape needs more than ``max_cells`` cells, or more memory than there is; ``partial`` is the diagram up
        to that step.

    Examples
    --------
    >>> from noisytm import library
    >>> print(space_time(library.machine("bb2")))
    steps 0 to 6, every step
    cells -2 to 1
    step  state
       0  A         A0
       1  B          1B0
       2  A         A1 1
       3  B       B0 1 1
       4  A     A0 1 1 1
       5  B      1B1 1 1
       6  Z      1 1Z1 1
    >>> champion = space_time(library.machine("bb4"), rows=5)
    >>> champion.sample, champion.steps
    ('even', (0, 26, 53, 80, 107))
    """
    instance("machine", machine, TuringMachine)
    rows = whole("rows", rows, 2, MOST, MachineError)
    columns = whole("columns", columns, 1, MOST, MachineError)
    one_of("sample", sample, SAMPLES, MachineError)
    one_of("view", view, VIEWS, MachineError)
    max_steps = whole("max_steps", max_steps, 0, 10**MAX_DIGITS, MachineError, top=f"10^{MAX_DIGITS}")
    max_cells = run_length("max_cells", max_cells)
    start = Configuration.initial(machine, word)
    end, fits = reached(start, max_steps, max_cells)
    every = sample == "even" and end.steps < rows
    if view == "auto":
        view = "head" if every else "whole"
    chosen = evenly(start, end, rows) if sample == "even" else at_extremes(start, end, rows)
    diagram = _collected(
        machine, chosen, end, sample="all" if every else sample, columns=columns, whole=view == "whole"
    )
    if not fits:
        raise BudgetError(
            f"after {shortened(end.steps)} steps the tape needs more than max_cells = {max_cells} cells, or more memory"
            " than there is; raise max_cells or lower max_steps",
            partial=diagram,
        )
    return diagram


def _collected(
    machine: TuringMachine,
    configurations: Iterable[Configuration],
    end: Configuration,
    *,
    sample: str,
    columns: int,
    whole: bool,
) -> SpaceTime:
    first, size = end.origin, end.size  # the tape kept never shrinks: the end has the cells of every row
    per_column = -(-size // columns) if whole else 1
    width = -(-size // per_column) if whole else min(size, columns)
    offset, kept = first, []
    for c in configurations:
        offset = offset if whole else window(offset, width, c.head, first, first + size - 1)
        kept.append((c.steps, c.state, c.head, offset, _columns(c, offset, per_column, width)))
    steps, states, heads, offsets, cells = zip(*kept, strict=True)
    stacked = np.stack(cells)
    stacked.setflags(write=False)
    return SpaceTime(
        machine=machine,
        reason=end.resting or "budget",
        sample=sample,
        view="whole" if whole else "head",
        cells_per_column=per_column,
        steps=steps,
        states=states,
        heads=heads,
        offsets=offsets,
        cells=stacked,
        first=first,
        last=first + size - 1,
    )


def window(offset: int, width: int, head: int, first: int, last: int) -> int:
    """Return where a window of ``width`` cells begins: it stays while the head is in it, else has it in the middle.

    Examples
    --------
    >>> window(0, 10, 9, -20, 20), window(0, 10, 10, -20, 20), window(0, 10, -20, -20, 20)
    (0, 5, -20)
    """
    if not offset <= head < offset + width:
        offset = head - width // 2
    return max(first, min(offset, last + 1 - width))


def _columns(configuration: Configuration, offset: int, per_column: int, width: int) -> NDArray[Any]:
    """Return the symbols of ``width`` columns from position ``offset`` on."""
    machine, skipped = configuration.machine, configuration.origin - offset
    blank = machine.symbols.index(machine.blank)
    if isinstance(configuration, RunLengthConfiguration):
        counted = columns_of_pieces(configuration.pieces, skipped, per_column, width, blank)
        return np.array(counted, dtype=np.int32)
    cells = configuration.cells
    if max(skipped, per_column) > MOST_COMPILED:  # an early row of a run that gets that far
        counted = columns_of_pieces([(tuple(cells.tolist()), 1)], skipped, per_column, width, blank)
        return np.array(counted, dtype=np.int32)
    if per_column == 1:
        out = np.full(width, OUTSIDE, dtype=np.int32)
        inside = cells[max(-skipped, 0) : max(width - skipped, 0)]
        out[max(skipped, 0) :][: inside.size] = inside
        return out
    from noisytm.show.diagrams._kernel import columns_of

    shown_cells: NDArray[Any] = columns_of(cells, skipped, per_column, width, len(machine.symbols), blank)
    return shown_cells
