"""The regret of learners that know less and less: tables, weights of b bits, real weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, listed, positive_float, real_array, whole
from noisytm._fractions import plain
from noisytm._summary import count as count_text
from noisytm._text import shown
from noisytm.degeneracy import FinitePrecision
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS
from noisytm.posterior.prediction.programs import Programs, require_programs
from noisytm.posterior.prediction.result import Regret, RegretCurve
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.cubes import Solutions
from noisytm.show.curves import caption

# Grids finer than this have more points in a distribution than a float counts exactly; bounds go on to be right.
MOST_BITS = 1_000
REALS = "real weights, uniform"


def regret(
    problem: SynthesisProblem,
    free_energy: Mapping[float, Any],
    *,
    precision: FinitePrecision | None = None,
    grids: Mapping[int, Mapping[float, Any]] | None = None,
    bits: Iterable[int] = (4, 8, 16),
    semantics: str | Semantics = "pseudo-utm",
    found: Solutions | None = None,
    progress: bool = True,
) -> Regret:
    """Put beside each other what Bayesian learners of one problem pay for not knowing its program.

    In the log loss, of realisable data in which each input x occurs n·q(x) times, the cumulative loss of the Bayes
    mixture is F(n) = −log ∫ exp(−nK); of random x its expectation is at most that. For tables, uniformly drawn, it
    is constant once all inputs were seen: −log of the mass of the tables that solve the problem. For weights of b bits,
    uniform on the grid, it is at most −log of the mass of what makes no mistake at all, for every n: of the codes
    that have the coordinates of a least transversal 0, and of those whose tuples are exactly those of a cube (the less
    is taken). Where keys err lists of as many tuples take the place of tables, in every order, keys repeated or not.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    free_energy : mapping of float to array_like of float, shape (replicas,)
        F_W(n) of each replica of a sampler on all of code space, uniform prior, log loss, for each n:
        `FreeEnergy.free_energies` has them.
    precision : FinitePrecision, optional
        What `precision(problem, machine)` returned for a code that solves the problem, in the simplex chart with the
        uniform prior: its least transversal.
    grids : mapping of int to mapping of float to array_like, optional
        For numbers of bits, F(n) of replicas on the grid: `free_energy` with ``bits`` has them in `free_energies`.
    bits : iterable of int
        For which numbers of bits the bounds are computed.
    semantics : str or Semantics
        In which F was computed.
    found : Solutions, optional
        What `solutions(problem)` returned, if that was counted before; for full tables.
    progress : bool
        As of `solutions`.

    Returns
    -------
    Regret

    Raises
    ------
    ProblemError
        If an argument is none of these, or no code solves the problem.

    Examples
    --------
    >>> from noisytm import library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> known, free_energy = precision(problem, machine), {1e2: [29.1, 29.5], 1e4: [70.9, 71.1]}
    >>> curves = regret(problem, free_energy, precision=known, progress=False).curves
    >>> [(curve.learner, round(curve.nats[-1], 3)) for curve in curves][:3]
    [('tables, uniform', 4.241), ('weights of 4 bits, uniform', 26.424), ('weights of 8 bits, uniform', 53.423)]
    """
    instance("problem", problem, SynthesisProblem)
    require_programs(problem)
    step = checked_semantics(semantics)
    real = curve_of(REALS, None, free_energy)
    wanted = [whole("bits", b, 0, MOST_BITS) for b in listed("bits", bits, ProblemError)]
    sampled = grid_curves(grids)
    programs = Programs.counted(problem, found, progress)
    if precision is not None:
        _require_of(problem, step, precision)
    sizes = tuple(sorted({n for curve in (real, *sampled) for n in curve.n}))
    curves = (*constants(programs, precision, wanted, sizes), *sampled, real)
    return regret_of(programs, step.name, curves, precision)


def constants(
    programs: Programs,
    precision: FinitePrecision | None,
    bits: Iterable[int],
    n: tuple[float, ...],
) -> list[RegretCurve]:
    """Return the curves of programs, and the bounds of weights of so many bits, each once.

    Raises
    ------
    ProblemError
        If no code solves the problem.
    """
    if not programs.mass:
        raise ProblemError("no code solves the problem, so that no learner of it has a regret")
    bounds = [_constant(_learner(b), b, "upper bound", _bound(programs, precision, b), n) for b in dict.fromkeys(bits)]
    return [_constant(programs.learner, 0, "exact", _log(programs.mass), n), *bounds]


def regret_of(
    programs: Programs,
    semantics: str,
    curves: Iterable[RegretCurve],
    precision: FinitePrecision | None,
    **known: Any,
) -> Regret:
    """Return the regret of learners of a problem, with τ if there is a least transversal."""
    tau = None if precision is None else precision.transversal
    problem = programs.problem
    return Regret(programs.mass, tuple(curves), tau, semantics, problem.key, caption(problem), **known)


def _log(mass: Fraction) -> float:
    """Return −log of a mass, which may be far smaller than a float."""
    return math.log(mass.denominator) - math.log(mass.numerator)


def _bound(programs: Programs, precision: FinitePrecision | None, b: int) -> float:
    of_cubes = programs.cost(b)
    return of_cubes if precision is None else min(of_cubes, precision.free_energy_bound(b))


def _require_of(problem: SynthesisProblem, semantics: Semantics, precision: Any) -> None:
    claim = instance("precision", precision, FinitePrecision).certificate
    if claim.problem.key != problem.key or claim.semantics != semantics.name:
        raise ProblemError("precision is of another problem, or another semantics; compute it for this one")
    if CHARTS.named(claim.chart).binary or claim.prior_concentration != 1 or not claim.complete:
        raise ProblemError("precision must be complete, in the simplex chart and with the uniform prior")


def _learner(b: int) -> str:
    return f"weights of {count_text(b, 'bit')}, uniform"


def _constant(learner: str, b: int, status: str, nats: float, n: tuple[float, ...]) -> RegretCurve:
    return RegretCurve(learner, b, status, n, (nats,) * len(n), (None,) * len(n))


def grid_curves(grids: Any) -> list[RegretCurve]:
    """Return the curves of grids."""
    if grids is None:
        return []
    if not isinstance(grids, Mapping):
        raise ProblemError(f"grids is {shown(grids)}; give a mapping bits → (n → F of each replica)")
    return list(_each_grid(grids))


def _each_grid(grids: Mapping[Any, Any]) -> Iterator[RegretCurve]:
    for b, curve in grids.items():
        number = whole("bits of a grid", b, 0, MOST_BITS)
        yield curve_of(_learner(number), number, curve)


def curve_of(learner: str, b: int | None, given: Any) -> RegretCurve:
    """Return the curve of the free energies of replicas."""
    if not isinstance(given, Mapping) or not given:
        raise ProblemError(f"free energies are {shown(given)}; give a mapping n → F of each replica")
    points: dict[float, NDArray[np.float64]] = {}
    for n, values in given.items():
        found = np.asarray(real_array("free energies", values, "(replicas,)", ProblemError), np.float64)
        if found.ndim != 1 or not found.size or not np.isfinite(found).all():
            raise ProblemError(
                f"free energies at n = {shown(n)} are {shown(values)}; give a finite one of each replica"
            )
        points[positive_float("n", plain(n))] = found
    sizes = sorted(points)
    errors = [float(points[n].std(ddof=1) / math.sqrt(points[n].size)) if points[n].size > 1 else None for n in sizes]
    means = tuple(float(points[n].mean()) for n in sizes)
    return RegretCurve(learner, b, "estimate", tuple(sizes), means, tuple(errors))
