"""The learning coefficient by listing every minimal fatal syndrome: slow, exact, and on a path of its own.

Nothing here is shared with the compiled oracles and the cutting planes that it checks: the syndromes come from the
readable step over monomial ideals, the program is solved whole, by another method, and what is returned is proved in
fractions. (For a semantics without a compiled oracle both read the same step.) Only small machines and few steps are
within reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray

from noisytm.algebra import PackedMonomials, Syndrome
from noisytm.degeneracy.program import Packing, scaled_products
from noisytm.errors import CertificateError, ProblemError
from noisytm.geometry import Chart, chart_at, checked_concentration, weights
from noisytm.losses import LOSSES
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.semantics import Semantics


def minimal_syndromes(
    problem: SynthesisProblem,
    point: Any,
    semantics: str | Semantics,
    max_size: int | None = None,
    chart: str = "simplex",
) -> list[Syndrome]:
    """List all minimal fatal error syndromes.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    point : TuringMachine, Face, BitFace, or array_like of float
        A machine that solves it, a face on which every code does, or a noisy code.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    max_size : int, optional
        The most minimal monomials that any intermediate value may have.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates.

    Returns
    -------
    list of tuples of d int
        Exponents in the order of the chart's coordinates, sorted.

    Raises
    ------
    BudgetError
        If ``max_size`` is passed.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> minimal_syndromes(problem, machine, "mean-field"), minimal_syndromes(problem, machine, "annealed", chart="bits")
    ([(1, 0, 0)], [(1, 0, 0)])
    """
    return _minimal_syndromes(problem, chart_at(chart, problem.space, point), semantics, max_size)


def _minimal_syndromes(
    problem: SynthesisProblem, chart: Chart, semantics: str | Semantics, max_size: int | None
) -> list[Syndrome]:
    known: list[Syndrome] = []
    # Each round leaves out what earlier ones settled; the last, of any degree, completes the list.
    for max_degree in (1, 2, 3, 4, 6, 8, None):
        algebra = PackedMonomials(chart.dimension, max_size, max_degree, known)
        ideal = algebra.sum(wrong(algebra, problem, chart.code_in(algebra), semantics))
        known += algebra.exponents(ideal)
    return sorted(known)


def solve_cover(
    syndromes: Sequence[Syndrome], weights: Sequence[Fraction | int]
) -> tuple[Fraction, int, list[Fraction], dict[int, Fraction]]:
    """Solve min weights·v subject to α·v ≥ 1 for every syndrome α and v ≥ 0, with its proof.

    Parameters
    ----------
    syndromes : sequence of tuples of d int
        Non-negative, each with a positive entry.
    weights : d numbers
        Positive.

    Returns
    -------
    value : Fraction
        The least weights·v.
    multiplicity : int
        1 + the dimension of the face of optimal v.
    primal : list of d Fraction
        An optimal v in the relative interior of that face.
    dual : dict of int to Fraction
        Positive weights by syndrome index: Σ dual·α ≤ weights, with sum ``value``, and strictly
        complementary to ``primal``, which proves the dimension.

    Raises
    ------
    CertificateError
        If the proof does not hold (a defect of this program).
    ProblemError
        If a syndrome is zero: the machine does not solve the problem.

    Examples
    --------
    >>> value, multiplicity, primal, dual = solve_cover([(1, 1, 0), (0, 1, 1)], [1, 1, 1])
    >>> str(value), multiplicity, dual
    ('1', 1, {0: Fraction(1, 2), 1: Fraction(1, 2)})
    """
    costs = [Fraction(w) for w in weights]
    rows = np.array(syndromes, dtype=np.int64).reshape(len(syndromes), len(costs))
    if not len(rows):
        return Fraction(0), 1, [Fraction(0)] * len(costs), {}
    if not rows.any(axis=1).all():
        raise ProblemError("a fatal syndrome has no errors; the machine must solve the problem")
    v = Packing(rows, [(w, Fraction(0)) for w in costs]).cover
    value = _dot(costs, v)
    while True:
        tight_rows, tight_axes = _tight(rows, v)
        # The sum of all slacks that are zero at v: its maximum over the optimal face is zero just if they are
        # zero on the whole face.
        total = rows[tight_rows].sum(axis=0) + np.isin(np.arange(len(costs)), tight_axes)
        loosening = Packing(rows, [(w, Fraction(-int(t))) for w, t in zip(costs, total, strict=True)])
        if _dot(total.tolist(), loosening.cover) == len(tight_rows):
            break
        v = [(a + b) / 2 for a, b in zip(v, loosening.cover, strict=True)]
    dual = _strict_dual(rows, costs, loosening, tight_rows, total)
    _prove(rows, costs, value, v, dual)
    return value, 1 + len(costs) - _rank(rows, tight_rows, tight_axes), v, dual


def learning_coefficient_by_enumeration(
    problem: SynthesisProblem,
    point: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    max_size: int | None = None,
) -> tuple[Fraction, int]:
    """Return the learning coefficient at a point and its multiplicity, from all minimal fatal syndromes.

    Parameters
    ----------
    problem, point, semantics, chart, max_size
        As in `minimal_syndromes`.
    loss : {"log", "brier"}
        The value is that of the log loss times the factor of the loss.
    prior_concentration : number, str or mapping
        As in `learning_coefficient`.

    Raises
    ------
    BudgetError
        If ``max_size`` is passed.
    ProblemError
        If ``loss`` or ``prior_concentration`` is not one of these, or the loss does not vanish at the point.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> learning_coefficient_by_enumeration(problem, machine, loss="brier")
    (Fraction(1, 2), 1)
    """
    factor = LOSSES.named(loss).factor
    near = chart_at(chart, problem.space, point)
    gamma = weights(checked_concentration(prior_concentration), near)
    value, multiplicity, _, _ = solve_cover(_minimal_syndromes(problem, near, semantics, max_size), gamma)
    return value * factor, multiplicity


def _dot(a: Sequence[Fraction | int], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _tight(rows: NDArray[np.int64], v: Sequence[Fraction]) -> tuple[list[int], list[int]]:
    """Return the syndromes and the coordinates whose constraint holds with equality at v."""
    scale = lcm(*(x.denominator for x in v))
    return np.flatnonzero(scaled_products(rows, v, scale) == scale).tolist(), [i for i, x in enumerate(v) if not x]


def _strict_dual(
    rows: NDArray[np.int64],
    costs: list[Fraction],
    loosening: Packing,
    tight_rows: list[int],
    total: NDArray[np.int64],
) -> dict[int, Fraction]:
    """Return dual weights that are positive on every tight constraint.

    The loosening program proves optimality for the costs less ε·total; adding ε to every tight constraint
    makes that a proof for the costs themselves. Any ε that keeps signs will do.
    """

    def dual_at(epsilon: Fraction) -> dict[int, Fraction]:
        dual = {j: a + b * epsilon for j, (a, b) in loosening.packing.items()}
        for j in tight_rows:
            dual[j] = dual.get(j, Fraction(0)) + epsilon
        return dual

    def admissible(epsilon: Fraction) -> bool:
        moved = [w - int(t) * epsilon for w, t in zip(costs, total, strict=True)]
        packed = {j: a + b * epsilon for j, (a, b) in loosening.packing.items()}
        left = [m - _dot(rows[list(packed), i].tolist(), list(packed.values())) for i, m in enumerate(moved)]
        return min([*packed.values(), *left], default=Fraction(0)) >= 0

    return dual_at(next(epsilon for epsilon in _halvings() if admissible(epsilon)))


def _halvings() -> Iterator[Fraction]:
    epsilon = Fraction(1)
    while True:
        epsilon /= 2
        yield epsilon


def _prove(
    rows: NDArray[np.int64],
    costs: list[Fraction],
    value: Fraction,
    v: list[Fraction],
    dual: dict[int, Fraction],
) -> None:
    """Check both sides, and that a constraint is tight at v just if its dual weight is positive."""
    used = [_dot(rows[list(dual), i].tolist(), list(dual.values())) for i in range(len(costs))]
    scale = lcm(*(x.denominator for x in v))
    tight_rows, tight_axes = _tight(rows, v)
    checks = {
        "v is infeasible": min(v) >= 0 and scaled_products(rows, v, scale).min() >= scale,
        "the dual is infeasible": min(dual.values()) > 0 and all(u <= w for u, w in zip(used, costs, strict=True)),
        "the two values differ": _dot(costs, v) == value == sum(dual.values()),
        "the dual is not strictly complementary": set(dual) == set(tight_rows)
        and [i for i, u in enumerate(used) if u < costs[i]] == tight_axes,
    }
    for failure, holds in checks.items():
        if not holds:
            raise CertificateError(f"enumeration: {failure}; please report this machine and problem")


def _rank(rows: NDArray[np.int64], tight_rows: list[int], tight_axes: list[int]) -> int:
    """Return the rank of the tight constraints."""
    free = [i for i in range(rows.shape[1]) if i not in set(tight_axes)]
    block = np.unique(rows[np.ix_(tight_rows, free)], axis=0)
    return len(tight_axes) + (int(fmpq_mat(block.tolist()).rank()) if block.size else 0)
