"""What `free_energy` found: the ladder with its errors, and the replicas that it comes from."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.geometry import asked as units_of
from noisytm.machine import TuringMachine
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.fitted import FittedCoefficient
from noisytm.posterior.energies.form import POSTERIOR
from noisytm.posterior.energies.picture import energy_curves
from noisytm.posterior.estimates import Estimates
from noisytm.posterior.partition import ExactCoefficient, Phase
from noisytm.posterior.populations import Replica, Rung, ladder_to
from noisytm.problem import SynthesisProblem
from noisytm.show.curves import Curves, save_curves
from noisytm.show.tables import Tabled

# Estimators that have columns in the table; those of E[nK] and Var(nK) have them anyway.
TABLED = {"slope": "slope", "two-sizes": "two_sizes", "wbic": "wbic", "wbic-free-energy": "wbic_free_energy"}
NUMBERS = ("n", "free_energy", "free_energy_error", "mean_nK", "mean_nK_error", "variance_nK", "variance_nK_error")
COLUMNS = {
    **dict.fromkeys(NUMBERS, "float64"),
    **{f"{name}{what}": "float64" for name in TABLED.values() for what in ("", "_error")},
    "acceptance": "float64",
    "overlap": "float64",
    "distinct_ancestors": "int64",
    "learning_coefficient": "string",
    "multiplicity": "int64",
    "complete": "bool",
}


@dataclass(frozen=True)
class LadderRow(Described):
    """What the replicas give at one n.

    Attributes
    ----------
    n : float
        Number of observations.
    free_energy, mean_nK : float
        Means over replicas, of F and of the mean of nK.
    free_energy_error, mean_nK_error : float, optional
        Their standard errors; of a single replica there is none.
    variance_nK : float
        Mean over replicas of the variance of nK.
    acceptance : float
        Of the moves of one distribution.
    overlap : float
        The least effective sample size, as a share, of any step up to here.
    distinct_ancestors : int
        The fewest, of any replica, draws from the prior that have descendants.
    scales : mapping of str to float
        Of the moves; means over replicas.
    """

    n: float
    free_energy: float
    free_energy_error: float | None
    mean_nK: float  # the name that the record has
    mean_nK_error: float | None
    variance_nK: float
    acceptance: float
    overlap: float
    distinct_ancestors: int
    scales: dict[str, float]

    def _summary(self) -> Summary:
        error = "" if self.free_energy_error is None else f" ± {self.free_energy_error:.2g}"
        return Summary(f"F({self.n:g}) = {self.free_energy:.6g}{error}, E[nK] = {self.mean_nK:.4g}")


@dataclass(frozen=True)
class Reached(Described):
    """How far the population has come that came farthest, in a ladder that was ended.

    Attributes
    ----------
    n, free_energy : float
        The n of its last rung, a power of ten or not, and F there.
    """

    n: float
    free_energy: float

    def _summary(self) -> Summary:
        return Summary(f"F({self.n:.3g}) = {self.free_energy:.6g}", result=False)


@dataclass(frozen=True)
class FreeEnergy(Timed, Tabled):
    """Free energies F(n) = −log ∫ e^(−nK) over codes, by tempered populations.

    Attributes
    ----------
    asked : Asked
        The problem and the options.
    ladder : tuple of LadderRow
        At every power of ten and the last n.
    sweeps : int
        How many sweeps a rung the populations made.
    warnings : tuple of str
        What is to be kept in mind.
    complete : bool
        Whether the ladder was climbed to its end and all checks passed.
    replicas : tuple of Replica
        The populations; not in the record.
    reached : Reached or None
        How far one population has come, where the ladder was ended.
    estimate : FittedCoefficient or None
        λ as a fit to the ladder, if it was read by `read_posterior`, like all that follows.
    exact : ExactCoefficient or None
        The exact λ and m, where they are known: of the machine if it is local, otherwise the least of all codes.
    phases : tuple of Phase, or None
        The codes that have the largest shares of the posterior at the last n.
    estimates : Estimates or None
        λ by all named estimators, at every n.
    """

    asked: Asked
    ladder: tuple[LadderRow, ...]
    sweeps: int
    warnings: tuple[str, ...] = ()
    complete: bool = True
    version: str = __version__
    replicas: tuple[Replica, ...] = field(default=(), compare=False, repr=False)
    reached: Reached | None = None
    estimate: FittedCoefficient | None = None
    exact: ExactCoefficient | None = None
    phases: tuple[Phase, ...] | None = None
    estimates: Estimates | None = None
    kind: ClassVar[Kind] = POSTERIOR
    columns: ClassVar[dict[str, str]] = COLUMNS

    def _summary(self) -> Summary:
        what, ended = self.name, "" if self.complete else " (not complete)"
        last = self.ladder[-1] if self.ladder else None
        found = "no power of ten reached" if last is None else f"{what}({last.n:g}) = {_with_error(last)}"
        rows = ((f"{r.n:g}", _with_error(r), f"{r.mean_nK:.4f}") for r in self.ladder)
        grid = Grid(("n", what, "E[nK]"), rows, len(self.ladder), "rungs")
        a = self.asked
        return Summary(f"{found}{ended}", units_of(a.semantics, a.loss, a.chart, a.prior_concentration), grid)

    @property
    def name(self) -> str:
        """What the free energy is called: F_R of the region near a machine, F of all of code space."""
        return "F_R" if self.asked.local else "F"

    @property
    def begun(self) -> bool:
        """Whether any population has made a step."""
        return bool(self.ladder) or self.reached is not None

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; the free energy is with the prior normalised on all of code space."""
        return self.asked.factors.log_volume

    def samples(self) -> dict[float, NDArray[np.float64]]:
        """Return the particles at every n of the ladder: what `phases` takes, and at one n `susceptibilities`.

        Returns
        -------
        dict of float to ndarray of float64, shape (replicas, P, N, S + |Q| + 3)
            Of the replicas that have come there; empty if it was read from a file, which keeps none.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, TuringMachine, free_energy, susceptibilities
        >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
        >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
        >>> found = free_energy(problem, n=10, particles=64, replicas=2, sweeps=1)
        >>> {n: codes.shape for n, codes in found.samples().items()}
        {1.0: (2, 64, 1, 6), 10.0: (2, 64, 1, 6)}
        >>> susceptibilities(problem, found.samples()[10.0], 10).replicas
        2
        """
        found = {n: [rung.codes for rung in self._rungs_at(n) if rung.codes is not None] for n in self._sizes()}
        return {n: np.array(codes) for n, codes in found.items() if codes}

    def free_energies(self) -> dict[float, NDArray[np.float64]]:
        """Return F of each replica at every n of the ladder, shape (replicas,): what `regret` takes."""
        found = {n: [rung.free_energy for rung in self._rungs_at(n)] for n in self._sizes()}
        return {n: np.array(values) for n, values in found.items() if values}

    def _sizes(self) -> list[float]:
        return [row.n for row in self.ladder]

    def _rungs_at(self, n: float) -> list[Rung]:
        return [rung for replica in self.replicas for rung in replica.rungs if rung.n == n]

    def to_json(self) -> dict[str, Any]:
        """Return the ladder with all that was asked as a JSON object; the particles are not in it."""
        asked = self.asked
        head = provenance(
            None if asked.machine is None else asked.machine.key,
            asked.problem.key,
            asked.options(),
            asked.seed,
            self.version,
        )
        body = {
            "machine": None if asked.machine is None else asked.machine.to_json(),
            "problem": asked.problem.to_json(),
            "log_volume": self.log_volume,
            "sweeps": self.sweeps,
            "ladder": [asdict(row) for row in self.ladder],
            "warnings": list(self.warnings),
            "complete": self.complete,
        }
        return self.kind.tagged(head, body, self._read_from_it(), self.times())

    def _read_from_it(self) -> dict[str, Any]:
        """Return what was read from the populations, as entries of the record; what is not known is absent."""
        found: dict[str, Any] = {} if self.reached is None else {"reached": asdict(self.reached)}
        for name in ("estimate", "exact", "estimates"):
            if (value := getattr(self, name)) is not None:
                found[name] = value.to_json()
        return found if self.phases is None else found | {"phases": [phase.to_json() for phase in self.phases]}

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> FreeEnergy:
        machine = None if record["machine"] is None else TuringMachine.from_json(record["machine"])
        options = {**record["options"], "seed": record["seed"]}
        local = options.pop("local")
        asked = Asked.checked(SynthesisProblem.from_json(record["problem"]), machine, local, options)
        rows = tuple(LadderRow(**row) for row in record["ladder"])
        warnings, complete, version = tuple(record["warnings"]), record["complete"], record["version"]
        made: dict[str, Callable[[Any], Any]] = {
            "reached": lambda given: Reached(**given),
            "estimate": lambda given: FittedCoefficient(**given),
            "exact": ExactCoefficient.of_record,
            "phases": lambda given: tuple(map(Phase.of_record, given)),
            "estimates": Estimates.from_json,
        }
        read = {name: make(record[name]) for name, make in made.items() if name in record}
        return cls(asked, rows, record["sweeps"], warnings, complete, version, **read)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each n, with what all estimators give there: what `write` writes."""
        exact = None if self.exact is None else self.exact.to_json()
        for row in self.ladder:
            found = {x.estimator: x for x in self.estimates.estimates if x.n_to == row.n} if self.estimates else {}
            told: dict[str, Any] = dict.fromkeys(COLUMNS)
            told |= {name: value for name, value in asdict(row).items() if name in COLUMNS}
            for name, column in TABLED.items():
                if name in found:
                    told |= {column: found[name].value, f"{column}_error": found[name].error}
            if "variance" in found:
                told["variance_nK_error"] = found["variance"].error
            yield told | (exact or {}) | {"complete": self.complete}

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Draw F against log n, ``.svg`` or ``.png``, beside what λ and m say; below it the estimates of λ.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        save_curves(self.curves() if self.estimates is None else (self.curves(), self.estimates.curves()), path)

    def curves(self) -> Curves:
        """Return what the picture of F shows."""
        points = [(row.n, row.free_energy, row.free_energy_error) for row in self.ladder]
        ended = "" if self.complete else ", not complete"
        title = f"{self.name}(n) = −log ∫ exp(−nK), with standard errors{ended}"
        return energy_curves(self.name, points, self.exact, title)


def ladder_of(asked: Asked, replicas: Sequence[Replica]) -> tuple[LadderRow, ...]:
    """Return what replicas give at every wanted n that one of them has reached."""
    rows = []
    for n in ladder_to(asked.n):
        there = [(replica, rung) for replica in replicas for rung in replica.rungs if rung.n == n]
        if there:
            rows.append(_row(n, there))
    return tuple(rows)


def reached_by(replicas: Sequence[Replica]) -> Reached | None:
    """Return how far the replica has come that came farthest; ``None`` where none has made a step."""
    last = [replica.rungs[-1] for replica in replicas if replica.rungs]
    return None if not last else max((Reached(rung.n, rung.free_energy) for rung in last), key=lambda found: found.n)


def _row(n: float, there: Sequence[tuple[Replica, Rung]]) -> LadderRow:
    rungs = [rung for _, rung in there]
    energies, means = [rung.free_energy for rung in rungs], [rung.mean_nk for rung in rungs]
    return LadderRow(
        n,
        float(np.mean(energies)),
        _error(energies),
        float(np.mean(means)),
        _error(means),
        float(np.mean([rung.variance_nk for rung in rungs])),
        float(np.mean([rung.acceptance for rung in rungs])),
        min(rung.overlap for replica, _ in there for rung in replica.rungs if rung.n <= n),
        min(rung.distinct_ancestors for rung in rungs),
        {name: float(np.mean([rung.scales[name] for rung in rungs])) for name in rungs[0].scales},
    )


def _error(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None


def _with_error(row: LadderRow) -> str:
    return f"{row.free_energy:.3f}" + ("" if row.free_energy_error is None else f" ± {row.free_energy_error:.3f}")
