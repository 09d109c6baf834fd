"""The costs of errors that prove a learning coefficient, over the table of the machine."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from noisytm._summary import label_of, number
from noisytm._text import shown_name
from noisytm.codespace import Coordinate, TupleCoordinate
from noisytm.degeneracy.certificate import Certificate
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, AnyBit, AnyCoordinate, Place, units
from noisytm.show.curves import HeatMap, caption

# What stands where an entry is the right one, and so no error.
RIGHT = "–"

Column = tuple[str, str]


def cost_map(proof: Certificate, used: Collection[Place]) -> HeatMap:
    """Return the table of costs v: a row for each tuple, a column for each entry.

    Parameters
    ----------
    proof : Certificate
        The proof of a learning coefficient; v is its `primal`.
    used : collection of places
        The used tuples, which are marked.

    Raises
    ------
    ProblemError
        If the machine lists no tuples, so that there is no cost.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> found = learning_coefficient(problem, machine, semantics="mean-field")
    >>> table = cost_map(found.certificate, found.used_tuples)
    >>> table.rows[0], table.columns[:4], table.texts[0][0]
    ('* (_, reject)', ('write _', 'write A', 'write B', 'next reject'), '–')
    """
    costs = dict(zip(proof.coordinates, proof.primal, strict=True))
    if not costs:
        raise ProblemError(f"{label_of(proof.machine)} lists no tuples; there are no costs to draw")
    at = {(c.place, _column(c)): value for c, value in costs.items()}
    rows, columns = tuple(dict.fromkeys(c.place for c in costs)), _columns(proof)
    cells = [[at.get((row, column)) for column in columns] for row in rows]
    how = units(proof.semantics, proof.loss, proof.chart, proof.prior_concentration)
    return HeatMap(
        title=f"Costs v of the errors of {label_of(proof.machine)}: {_value(proof)}",
        rows_are="tuple (symbol, state); * is used" if not proof.problem.space.by_number else "tuple; * is used",
        columns_are=f"wrong entry; the darker, the larger v; {RIGHT} is no error",
        rows=tuple(f"{'* ' if row in used else ''}{_place(row)}" for row in rows),
        columns=tuple(" ".join(column) for column in columns),
        values=tuple(tuple(None if v is None else float(v) for v in row) for row in cells),
        about=(
            *caption(proof.problem, proof.machine),
            f"{how}; v: the least costs at which every fatal syndrome costs 1 or more, without a unit",
        ),
        texts=tuple(tuple(_text(v) for v in row) for row in cells),
    )


def _value(proof: Certificate) -> str:
    growth = CHARTS.named(proof.chart).growth
    if growth:
        return f"E[nK] grows like {number(proof.value)} {growth}"
    return f"λ = {number(proof.value)}, m = {number(proof.multiplicity)}"


def _text(value: Fraction | None) -> str:
    if value is None:
        return RIGHT
    text = str(value)
    return text if len(text) <= 7 else f"{float(value):.3g}"


def _columns(proof: Certificate) -> tuple[Column, ...]:
    """Return the columns in the order of the machine's symbols and states, those with an error in some row."""
    there = dict.fromkeys(map(_column, proof.coordinates))
    values = ((kind, shown_name(value)) for kind, _, values in proof.problem.space.blocks for value in values)
    ordered = [column for column in values if column in there]
    return (*ordered, *(column for column in there if column not in ordered))


def _column(coordinate: AnyCoordinate) -> Column:
    if isinstance(coordinate, Coordinate | TupleCoordinate):
        return coordinate.kind, shown_name(coordinate.wrong)
    if isinstance(coordinate, AnyBit):
        return coordinate.kind, f"digit {coordinate.bit}"
    return coordinate.kind, "all"


def _place(place: Place) -> str:
    return f"tuple {place}" if isinstance(place, int) else f"({', '.join(map(shown_name, place))})"
