"""The regret of learners of one problem, with everything that it takes: counted, bounded, sampled."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from noisytm import _clock, _memory, _progress
from noisytm._cache_folder import KeptPlace
from noisytm._checks import flag, instance, listed, memory_of, path_of
from noisytm._partial import ENDED, carrying
from noisytm._summary import count
from noisytm._timed import timed
from noisytm.degeneracy import FinitePrecision, precision
from noisytm.errors import BudgetError, EstimateError, ProblemError
from noisytm.machine import Description
from noisytm.posterior.energies import Asked, FreeEnergy, Sampled, Store, free_energy, scatter_of
from noisytm.posterior.populations import ladder_to
from noisytm.posterior.prediction.comparing import REALS, constants, curve_of, grid_curves, regret_of
from noisytm.posterior.prediction.programs import Programs, require_programs
from noisytm.posterior.prediction.result import REGRET_UNITS, Regret, RegretCurve
from noisytm.problem import SynthesisProblem

BITS = (4, 8, 16)
# How long the least transversal may take, in seconds of processor time.
SECONDS = 30.0
# By so many standard errors an estimate may lie above an upper bound that is proved, which many reach as n grows.
MOST_ERRORS = 5.0
Energies = dict[int | None, FreeEnergy]


@timed
def sampled_regret(
    problem: SynthesisProblem,
    machine: Description | None = None,
    *,
    bits: Iterable[int] = BITS,
    resume: str | os.PathLike[str] | None = None,
    precision_seconds: Any = SECONDS,
    seconds: Any = None,
    memory: int | None = None,
    progress: bool = False,
    **options: Any,
) -> Regret:
    """Count, bound and sample what `regret` puts beside each other.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description, optional
        A code that solves it: its least transversal gives bounds on grids.
    bits : iterable of int
        The numbers of bits whose bounds are computed, and of which weights are sampled, each at most 40.
    resume : path, optional
        The file that keeps the populations of real weights, as `free_energy` does. Those of b bits are kept beside it,
        in files with ``-b-bits`` before the ending.
    precision_seconds : float or None
        Most processor time for the least transversal; without it the bounds are those of cubes alone.
    seconds, memory, progress
        As of `free_energy`; for all together.
    **options
        Others of `free_energy`: ``n``, ``semantics``, ``particles``, ``replicas``, ``seed``, ``sweeps``, ``threads``.

    Returns
    -------
    Regret

    Raises
    ------
    ProblemError, MachineError
        If an argument cannot be, no code solves the problem, or its space does not list all tuples.
    BudgetError
        If time or memory run out; ``partial`` has the curves as far as they came, or nothing before the programs
        are counted. Likewise on an interrupt.
    EstimateError
        If populations of some learner do not deserve trust; ``partial`` has all curves, and its warnings say which.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> few = {"particles": 100, "replicas": 2, "sweeps": 1}
    >>> found = sampled_regret(problem, machine, bits=[2], n=10, **few)
    >>> [curve.learner for curve in found.curves if curve.status == "estimate"]
    ['weights of 2 bits, uniform', 'real weights, uniform']
    """
    limit, most = _clock.seconds_given(seconds), memory_of(memory)
    within = None if precision_seconds is None else _clock.seconds_given(precision_seconds)
    instance("problem", problem, SynthesisProblem)
    require_programs(problem)
    sizes = dict.fromkeys(listed("bits", bits, ProblemError))
    asked = [_asked(problem, machine, b, options) for b in (None, *sizes)]
    with _progress.shown_if(flag("progress", progress)), _clock.limited(limit), _memory.limited(most):
        learning = _Learning(asked, options, resume)
        try:
            learning.count()
            learning.bound(machine, within)
            learning.sample()
        except ENDED as error:
            raise carrying(error, learning.found(complete=False)) from None
        return learning.result()


def _asked(problem: SynthesisProblem, machine: Description | None, bits: Any, options: dict[str, Any]) -> Asked:
    """Return what is asked of the populations of one learner, every argument checked."""
    loss, chart, concentration = REGRET_UNITS
    usual = {"n": 1e6, "semantics": "pseudo-utm", "particles": 2048, "replicas": 4, "seed": 0, "sweeps": None}
    given = {name: value for name, value in options.items() if name != "threads"}
    if unknown := sorted(given.keys() - usual.keys()):
        raise ProblemError(f"there is no option {unknown[0]}; give {', '.join(usual)} or threads")
    fixed = {"loss": loss, "chart": chart, "prior_concentration": concentration}
    return Asked.checked(problem, machine, False, usual | fixed | given | {"bits": bits, "localisation": None})


class _Learning:
    """What is known so far of the learners: of tables, of bounds, of real weights and of weights of some bits."""

    def __init__(self, asked: list[Asked], options: dict[str, Any], resume: str | os.PathLike[str] | None) -> None:
        self.asked, self.threads, self.place = asked, options.get("threads", 1), resume
        self.real, self.problem = asked[0], asked[0].problem
        self.programs: Programs | None = None
        self.precision: FinitePrecision | None = None
        self.energies: Energies = {}
        self.warnings: list[str] = []
        for one in asked:  # a file that keeps something else is refused before anything is counted
            Store(one, self._place(one.bits))
        self.refused: list[str] = []

    def count(self) -> None:
        """Count the programs that solve the problem."""
        self.programs = Programs.counted(self.problem)
        constants(self.programs, None, (), ())  # raises if none does

    def bound(self, machine: Description | None, seconds: float | None) -> None:
        """Find the least transversal of a machine, if it solves the problem and it takes no longer than it may."""
        if machine is None:
            return
        try:
            with _clock.limited(seconds, processor=True):
                self.precision = precision(self.problem, machine, semantics=self.real.semantics, progress=True)
        except BudgetError as error:
            _clock.tick()  # raises if it is the caller's time that has run out
            needs = "noisytm bound --precision takes as long as it needs"
            self.warnings.append(f"no bounds by a least transversal: {error}; {needs}")
        except ProblemError as error:
            self.warnings.append(f"no bounds by a least transversal: {error}")

    def sample(self) -> None:
        """Lead the populations of all learners."""
        with _progress.counted("learners", len(self.asked)) as bar:
            for one in self.asked:
                place = self._place(one.bits)
                try:
                    self.energies[one.bits] = self._climbed(one, place)
                except EstimateError as error:
                    self.refused.append(f"{_name(one.bits)}: {error}")
                    self.energies[one.bits] = error.partial
                except ENDED as error:
                    if isinstance(partial := getattr(error, "partial", None), FreeEnergy):
                        self.energies[one.bits] = partial
                    raise
                finally:
                    if isinstance(place, KeptPlace) and isinstance(self.place, KeptPlace):
                        self.place.trouble = self.place.trouble or place.trouble
                bar.more()

    def _climbed(self, asked: Asked, place: str | os.PathLike[str] | None) -> FreeEnergy:
        return free_energy(
            asked.problem, asked.machine, n=asked.n, semantics=asked.semantics, loss=asked.loss, chart=asked.chart,
            prior_concentration=asked.prior_concentration, particles=asked.particles, replicas=asked.replicas,
            seed=asked.seed, sweeps=asked.sweeps, bits=asked.bits, threads=self.threads, resume=place,
        )  # fmt: skip

    def _place(self, bits: int | None) -> str | os.PathLike[str] | None:
        """Return the file of the populations of some bits."""
        if self.place is None or bits is None:
            return self.place
        path = Path(path_of(self.place, "file of populations"))
        beside = path.with_name(f"{path.stem}-{count(bits, 'bit').replace(' ', '-')}{path.suffix}")
        return KeptPlace(beside) if isinstance(self.place, KeptPlace) else beside

    def found(self, complete: bool) -> Regret | None:
        """Return the curves as far as they are known; nothing before the programs are counted."""
        if self.programs is None:
            return None
        energies = {bits: found.free_energies() for bits, found in self.energies.items() if found.ladder}
        real = energies.pop(None, None)
        bits = [one.bits for one in self.asked if one.bits is not None]
        curves = constants(self.programs, self.precision, bits, ladder_to(self.real.n))
        curves += grid_curves(energies)
        curves += [] if real is None else [curve_of(REALS, None, real)]
        warnings = dict.fromkeys(w for found in self.energies.values() for w in found.warnings)
        return regret_of(
            self.programs, self.real.semantics, curves, self.precision,
            complete=complete, warnings=(*self.warnings, *warnings), sampled=Sampled.of(self.real),
        )  # fmt: skip

    def result(self) -> Regret:
        """Return the curves.

        Raises
        ------
        EstimateError
            If populations of some learner were refused, or lie above what is proved.
        """
        found = self.found(complete=True)
        assert found is not None
        self.refused += _above_bounds(found.curves, self.energies)
        if self.refused:
            found = replace(found, complete=False)
            raise EstimateError(self.refused[0], replace(found, warnings=(*found.warnings, *self.refused)))
        return found


def _name(bits: int | None) -> str:
    return "real weights" if bits is None else f"weights of {count(bits, 'bit')}"


def _above_bounds(curves: Iterable[RegretCurve], energies: Energies) -> Iterator[str]:
    """Yield which estimates lie above an upper bound that is proved, by far more than their scatter."""
    bounds = {curve.bits: curve.nats[0] for curve in curves if curve.status == "upper bound"}
    for bits, found in energies.items():
        most = bounds.get(bits, math.inf)
        for row in found.ladder:
            error = scatter_of(found, row)
            if row.free_energy > most + MOST_ERRORS * error:
                yield (
                    f"{_name(bits)}: F at n = {row.n:g} is {row.free_energy:.5g} ± {error:.2g}, above its proved upper"
                    f" bound {most:.5g}; use more sweeps"
                )
                break
