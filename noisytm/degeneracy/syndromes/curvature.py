"""The Hessian of the brier loss at a code, in the error coordinates, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from noisytm._digits import fraction_text
from noisytm._summary import Described, Summary
from noisytm.algebra import Polynomials
from noisytm.degeneracy.syndromes.listing import MAX_SIZE, fatal_syndromes, index_of
from noisytm.geometry import Coordinates, entry_values, error_coordinates
from noisytm.machine import Description
from noisytm.problem import STATE, Outcome, SynthesisProblem
from noisytm.relaxation.generic import history, readouts
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

Gradient = dict[int, int]

# What is only looked at must not take long.
MOST_FOR_A_RANK = 200


@dataclass(frozen=True)
class BrierHessian(Described):
    """The Hessian of K_brier at a code.

    Attributes
    ----------
    coordinates : tuple of Coordinate
        The d error coordinates, in order.
    matrix : tuple of tuples of Fraction, d × d
        Second derivatives.
    """

    coordinates: Coordinates
    matrix: tuple[tuple[Fraction, ...], ...]

    @cached_property
    def rank(self) -> int:
        """The rank of the matrix, exactly."""
        from flint import fmpq, fmpq_mat

        support = [i for i, row in enumerate(self.matrix) if any(row)]
        rows = [[fmpq(x.numerator, x.denominator) for x in (self.matrix[i][j] for j in support)] for i in support]
        return int(fmpq_mat(rows).rank()) if rows else 0

    def _summary(self) -> Summary:
        d = len(self.coordinates)
        rank = f", of rank {self.rank:,}" if d <= MOST_FOR_A_RANK else ""
        return Summary(f"Hessian of the brier loss, {d:,} × {d:,}{rank}")

    def to_json(self) -> dict[str, Any]:
        """Return the rank and the entries on and above the diagonal that are not zero; fractions are strings."""
        return {
            "rank": self.rank,
            "entries": [
                {
                    "row": self.coordinates[i].to_json(),
                    "column": self.coordinates[j].to_json(),
                    "value": fraction_text(x),
                }
                for i, row in enumerate(self.matrix)
                for j, x in enumerate(row)
                if x and i <= j
            ],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], coordinates: Coordinates) -> BrierHessian:
        """Build what `to_json` returned, of a code with these coordinates; `FormatError` if it is none."""
        index = {coordinate: j for j, coordinate in enumerate(coordinates)}
        matrix = [[Fraction(0)] * len(coordinates) for _ in coordinates]
        for entry in record["entries"]:
            i, j = (index_of(entry[name], index) for name in ("row", "column"))
            matrix[i][j] = matrix[j][i] = Fraction(entry["value"])
        return cls(coordinates, tuple(map(tuple, matrix)))


def brier_hessian(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    chart: str = "simplex",
    max_size: int = MAX_SIZE,
) -> BrierHessian:
    """Return the Hessian of K_brier at a code in its error coordinates.

    K = ½ Σ q(x) ‖p(·|x) − e‖² vanishes at the code, where p = e, so its Hessian is Σ q(x) Σ_y ∇p(y|x) ∇p(y|x)ᵀ; for a
    set of accepted outcomes K = Σ q f_x², with Hessian 2 Σ q ∇f_x ∇f_xᵀ. The gradient of a rejected outcome is the
    linear part of a polynomial without a constant part, which may be read off with 1 in the place of every right
    entry, as in `leading_part`; that of a sole accepted one is minus their sum.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine that solves it.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates of code space.
    max_size : int
        As of `fatal_syndromes`.

    Returns
    -------
    BrierHessian

    Raises
    ------
    ProblemError, MachineError, BudgetError
        As `fatal_syndromes` does.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=1)
    >>> hessian = brier_hessian(problem, machine)
    >>> hessian.rank, [str(x) for row in hessian.matrix for x in row if x]
    (1, ['2'])
    """
    alone = fatal_syndromes(
        problem, machine, semantics=semantics, chart=chart, max_weight=1, max_size=max_size
    ).syndromes  # fmt: skip
    linear = Polynomials([j for ((j, _),) in alone], 1)
    coordinates = error_coordinates(problem, machine, chart)
    matrix = [[Fraction(0)] * len(coordinates) for _ in coordinates]
    code = entry_values(linear, problem, machine, chart)
    for index, values in enumerate(_rejected(linear, problem, code, checked_semantics(semantics), max_size)):
        gradients = [{m[0]: c for m, c in linear.terms(value, 1).items()} for value in values]
        # Minus the sum is the gradient of a sole accepted outcome.
        others = [_sum(gradients)] if problem.sole_outcome(index) is None else gradients
        for gradient in [_sum(gradients), *others]:
            for i, a in gradient.items():
                for j, b in gradient.items():
                    matrix[i][j] += problem.weights[index] * a * b
    return BrierHessian(coordinates, tuple(map(tuple, matrix)))


def _sum(gradients: list[Gradient]) -> Gradient:
    return {j: sum(g.get(j, 0) for g in gradients) for j in {j for g in gradients for j in g}}


def _rejected(
    algebra: Polynomials, problem: SynthesisProblem, code: list[list[Any]], semantics: Semantics, max_size: int
) -> Iterator[list[Any]]:
    """Yield, for each input, the values of the rejected readouts that one error can lead to."""
    for index, word in enumerate(problem.inputs):
        if isinstance(semantics, Marginal):
            tape, z = history(algebra, problem.space, code, word, problem.steps, semantics)[-1]
            masses = _near_readouts(algebra, problem, tape, z)
        else:
            (masses,) = readouts(algebra, problem, code, semantics, max_size, [index])
        yield [value for outcome, value in masses.items() if not problem.accepts(index, outcome)]


def _near_readouts(
    algebra: Polynomials, problem: SynthesisProblem, tape: dict[int, Any], z: Any
) -> Mapping[Outcome, Any]:
    """Return the values, up to linear ones, of the readouts other than the right one."""
    space, readout = problem.space, problem.readout
    blank = [algebra.one if s == space.blank else algebra.zero for s in space.symbols]
    marginals = [
        list(zip(names, z if place == STATE else tape.get(place, blank), strict=True))
        for place, names in zip(readout.places, readout.alphabets(space), strict=True)
    ]
    right = [next(name for name, value in marginal if algebra.terms(value, 0)) for marginal in marginals]
    # Two wrong names have no linear part, and the right ones beside a wrong one count as one.
    return {
        (*right[:k], name, *right[k + 1 :]): value
        for k, marginal in enumerate(marginals)
        for name, value in marginal
        if name != right[k]
    }
