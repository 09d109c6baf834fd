"""What is read from a free energy's populations: λ by all estimators beside the exact one, and the largest phases."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from noisytm._checks import instance, positive_float, whole
from noisytm._partial import ENDED, carrying
from noisytm.errors import EstimateError, ProblemError
from noisytm.posterior.energies.fitted import fitted, sizes_of_fit
from noisytm.posterior.energies.result import FreeEnergy
from noisytm.posterior.energies.rows import Spread
from noisytm.posterior.estimates import Estimates, estimate
from noisytm.posterior.partition import ExactCoefficient, Phase, Phases, exact_coefficient, phases
from noisytm.posterior.populations import Rung

# How many phases are listed, and how much processor time their λ and the exact one of all may take.
LARGEST, SECONDS = 10, 30.0
MOST_PHASES = 100_000
ON_A_GRID = (
    "on a grid F is not λ log n but Λ(log n/log 2^b)·b bits; precision(problem, machine) and noisytm bound --precision"
    " have that"
)


def read_posterior(found: FreeEnergy, *, phases: int = LARGEST, exact_seconds: Any = SECONDS) -> FreeEnergy:
    """Read what populations say of λ and of codes: estimates beside the exact value, and the largest phases.

    Parameters
    ----------
    found : FreeEnergy
        What `free_energy` returned, with its populations; of what was read from a file there are none.
    phases : int
        How many phases are listed, the codes with the largest shares of the posterior at the last n, and how many cubes
        of codes are told apart; with 0 nothing is said of codes.
    exact_seconds : float or None
        Most processor time to take for the exact λ, but for compiling, and again for those of all codes that samples
        round to, the last n first; what is not known by then is left out. ``None`` sets no limit.

    Returns
    -------
    FreeEnergy
        The same with ``estimates``, ``estimate``, ``exact``, ``phases``, ``spread`` and, of all code space, ``groups``;
        its ``warnings`` say what is left out.

    Raises
    ------
    ProblemError
        If an argument is none of these, or the ladder was ended before its last n.
    EstimateError
        If replicas do not agree in nK (split R̂ over 1.1); ``partial`` is what was given, not complete.
    BudgetError
        If a limit of the caller runs out; ``partial`` is likewise.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, free_energy
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> found = read_posterior(free_energy(problem, n=100, particles=512, replicas=3, seed=1, sweeps=1))
    >>> found.exact, abs(found.estimate.learning_coefficient - 1) < 0.2
    (ExactCoefficient(learning_coefficient=Fraction(1, 1), multiplicity=1), True)
    >>> len(found.phases), found.phases[0].solves  # three moves of the head
    (3, True)
    """
    instance("found", found, FreeEnergy)
    most = whole("phases", phases, 0, MOST_PHASES)
    limit = None if exact_seconds is None else positive_float("exact_seconds", exact_seconds)
    if not found.complete or not found.ladder:
        raise ProblemError("found was ended before its last n, or refused; nothing is read from it")
    if len(found.replicas) != found.asked.replicas:
        raise ProblemError("found has no populations, as where it was read from a file; give what free_energy returns")
    try:
        return _read(found, most, limit)
    except ENDED as error:
        if isinstance(getattr(error, "partial", None), FreeEnergy):
            raise
        raise carrying(error, dataclasses.replace(found, complete=False)) from None


def _read(found: FreeEnergy, most: int, seconds: float | None) -> FreeEnergy:
    asked, options = found.asked, _units(found)
    exact: ExactCoefficient | str = ON_A_GRID
    if asked.bits is None:
        exact = exact_coefficient(asked.problem, asked.machine if asked.local else None, options, seconds)
    known = exact if isinstance(exact, ExactCoefficient) else None
    reasons = [] if known is not None else [f"no exact λ: {exact}"]
    estimates = _estimates(found, known)
    sizes = sizes_of_fit([row.n for row in found.ladder])
    fit = None
    if sizes is None:
        reasons.append("no fit of λ: it needs two n from 10 on; raise the last n")
    else:
        energies = found.free_energies()
        fit = fitted(sizes, np.array([energies[n] for n in sizes]), None if known is None else known.multiplicity)
    read = dataclasses.replace(
        found, estimate=fit, exact=known, estimates=estimates, warnings=(*found.warnings, *reasons)
    )  # fmt: skip
    return _with_codes(read, most, seconds) if most else read


def _with_codes(read: FreeEnergy, most: int, seconds: float | None) -> FreeEnergy:
    """Return the same with what is said of codes; what ends that carries the estimates."""
    try:
        groups = _groups(read, most, seconds)
    except ENDED as error:
        raise carrying(error, dataclasses.replace(read, complete=False)) from None
    return dataclasses.replace(
        read,
        phases=tuple(_with_exact(read, groups.sizes[-1].phases)),
        spread=tuple(Spread(at.n, *at.solving, at.codes, at.effective_codes) for at in groups.sizes),
        groups=None if read.asked.local else groups,
    )


def _units(found: FreeEnergy) -> dict[str, Any]:
    names = ("semantics", "loss", "chart", "prior_concentration")
    return {name: getattr(found.asked, name) for name in names}


def _rungs(found: FreeEnergy, n: float) -> list[Rung]:
    """Return the rung of each replica at one n of the ladder."""
    return [next(rung for rung in replica.rungs if rung.n == n) for replica in found.replicas]


def _estimates(found: FreeEnergy, exact: ExactCoefficient | None) -> Estimates:
    sizes = [row.n for row in found.ladder]
    rungs = [_rungs(found, n) for n in sizes]
    exact_values = {} if exact is None else dataclasses.asdict(exact)
    try:
        return estimate(
            [np.array([rung.n * rung.loss for rung in there]) for there in rungs],
            sizes,
            free_energy=[[rung.free_energy for rung in there] for there in rungs],
            **exact_values,
        )
    except EstimateError as error:
        if len(found.replicas) == 1:  # of which there is a warning
            assert isinstance(error.partial, Estimates)
            return error.partial
        reason = str(error)
        refused = dataclasses.replace(found, complete=False, warnings=(*found.warnings, reason))
        raise EstimateError(f"the estimate is refused: {reason}", refused) from None


def _groups(found: FreeEnergy, most: int, seconds: float | None) -> Phases:
    """Return which codes share the posterior; near a machine there is one, whose λ is known or takes too long."""
    exact = 0 if found.asked.local else None
    return phases(
        found.asked.problem, found.samples(), **_units(found),
        exact=exact, largest=most, cubes=most, seconds=seconds,
    )  # fmt: skip


def _with_exact(found: FreeEnergy, largest: Iterable[Phase]) -> Iterator[Phase]:
    """Yield phases, with λ and m that of the machine near which the posterior is."""
    asked, exact = found.asked, found.exact
    near = None if asked.machine is None else asked.problem.space.embed(asked.machine)
    for phase in largest:
        here = near is not None and asked.local and np.array_equal(near, asked.problem.space.embed(phase.machine))
        if here and exact is not None:
            value, m = exact.learning_coefficient, exact.multiplicity
            yield dataclasses.replace(phase, learning_coefficient=value, multiplicity=m)
        else:
            yield phase
