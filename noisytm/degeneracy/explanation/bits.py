"""The description of a code as a bit string, with a mark at each bit for what its flip costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from noisytm._summary import Described
from noisytm.degeneracy.explanation.costs import ALONE, Cell
from noisytm.geometry import BitFace, Chart, digit_count

MARKS = {
    "!": "its flip alone is fatal",
    "+": "its flip costs a part",
    ".": "its flip costs nothing, though the tuple is used",
    "-": "of an unused tuple, and costs nothing",
}


@dataclass(frozen=True)
class MarkedBits(Described):
    """The bits of one tuple, in order: those of each entry in standard binary.

    Attributes
    ----------
    bits, marks : tuple of str
        A string for each kind of entry, and one of as many marks: the keys of `MARKS`.
    """

    bits: tuple[str, ...]
    marks: tuple[str, ...]


def marked_bits(chart: Chart, cells: tuple[Cell, ...]) -> tuple[MarkedBits, ...]:
    """Return the description of a code, tuple by tuple, with what the flip of each bit costs.

    A flip makes another entry of the tuple (a pattern past the last of n values is read modulo n), which costs what
    the cheapest errors that make it cost; where the flip leaves the entry as it is, nothing.

    Parameters
    ----------
    chart : Chart
        The coordinates near the code.
    cells : tuple of Cell
        What these cost.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> from noisytm.degeneracy.explanation.costs import cells_of
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> result = learning_coefficient(problem, machine)
    >>> cells = cells_of(result.certificate, result.used_tuples)
    >>> marked_bits(chart_at("simplex", problem.space, machine), cells)[0]
    MarkedBits(bits=('00', '0', '01'), marks=('.!', '!', '..'))
    """
    entries = {entry.coordinate: entry for cell in cells for entry in cell.entries}
    of = [entries[coordinate] for coordinate in chart.coordinates]
    alone = {j for j, entry in enumerate(of) if entry.standing == ALONE}
    right, width = chart.space.right_entries(chart.face.machine).tolist(), chart.space.shape[1]
    found = []
    for at, cell in enumerate(cells):
        bits, marks = [], []
        for k, (_, start, values) in enumerate(chart.space.blocks):
            written = _written(chart, at, k, right[at][k] - start, digit_count(len(values)))
            row = []
            for value in _flipped(written, len(values)):
                column = at * width + start + value
                products = [m for m in chart.monomials[column] if start + value != right[at][k]]
                fatal = any(len(m) == 1 and m[0][0] in alone for m in products)
                dear = bool(products) and min(sum(of[j].v * n for j, n in m) for m in products) > 0
                row.append("!" if fatal else "+" if dear else "." if cell.used else "-")
            bits.append(written)
            marks.append("".join(row))
        found.append(MarkedBits(tuple(bits), tuple(marks)))
    return tuple(found)


def _written(chart: Chart, at: int, block: int, value: int, count: int) -> str:
    """Return a value in binary: as the face writes it where it has digits of its own."""
    if isinstance(chart.face, BitFace):
        return chart.face.digits[at][block]
    return f"{value:0{count}b}" if count else ""


def _flipped(digits: str, values: int) -> Iterator[int]:
    """Yield what the digits stand for with each of them flipped in turn; free digits count as 0."""
    number = int(digits.replace("*", "0") or "0", 2)
    for k in reversed(range(len(digits))):
        yield (number ^ (1 << k)) % values
