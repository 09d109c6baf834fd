"""What `free_energy` found: the ladder with its errors, and the replicas that it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np

from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.geometry import asked as units_of
from noisytm.machine import TuringMachine
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.form import POSTERIOR
from noisytm.posterior.populations import Replica, Rung, ladder_to
from noisytm.problem import SynthesisProblem


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
class FreeEnergy(Timed):
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
    """

    asked: Asked
    ladder: tuple[LadderRow, ...]
    sweeps: int
    warnings: tuple[str, ...] = ()
    complete: bool = True
    version: str = __version__
    replicas: tuple[Replica, ...] = field(default=(), compare=False, repr=False)
    kind: ClassVar[Kind] = POSTERIOR

    def _summary(self) -> Summary:
        what = "F_R" if self.asked.local else "F"
        ended = "" if self.complete else " (not complete)"
        last = self.ladder[-1] if self.ladder else None
        found = "no rung reached" if last is None else f"{what}({last.n:g}) = {_with_error(last)}"
        rows = ((f"{r.n:g}", _with_error(r), f"{r.mean_nK:.4f}") for r in self.ladder)
        grid = Grid(("n", what, "E[nK]"), rows, len(self.ladder), "rungs")
        a = self.asked
        return Summary(f"{found}{ended}", units_of(a.semantics, a.loss, a.chart, a.prior_concentration), grid)

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; the free energy is with the prior normalised on all of code space."""
        return self.asked.factors.log_volume

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
        return self.kind.tagged(head, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> FreeEnergy:
        machine = None if record["machine"] is None else TuringMachine.from_json(record["machine"])
        options = {**record["options"], "seed": record["seed"]}
        local = options.pop("local")
        asked = Asked.checked(SynthesisProblem.from_json(record["problem"]), machine, local, options)
        rows = tuple(LadderRow(**row) for row in record["ladder"])
        warnings, complete, version = tuple(record["warnings"]), record["complete"], record["version"]
        return cls(asked, rows, record["sweeps"], warnings, complete, version)


def ladder_of(asked: Asked, replicas: Sequence[Replica]) -> tuple[LadderRow, ...]:
    """Return what replicas give at every wanted n that one of them has reached."""
    rows = []
    for n in ladder_to(asked.n):
        there = [(replica, rung) for replica in replicas for rung in replica.rungs if rung.n == n]
        if there:
            rows.append(_row(n, there))
    return tuple(rows)


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
