"""What `free_energy` found: the ladder with its errors, and the replicas that it comes from."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.geometry import asked as units_of
from noisytm.geometry import units as units_line
from noisytm.machine import listed_from_json
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.fitted import FittedCoefficient
from noisytm.posterior.energies.form import POSTERIOR
from noisytm.posterior.energies.picture import energy_curves, phase_curves
from noisytm.posterior.energies.rows import LadderRow, Reached, Spread
from noisytm.posterior.estimates import Estimates
from noisytm.posterior.partition import ExactCoefficient, Phase, Phases
from noisytm.posterior.populations import Replica, Rung
from noisytm.problem import SynthesisProblem
from noisytm.show.curves import Curves, caption, save_curves
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
    "solving": "float64",
    "solving_error": "float64",
    "codes": "int64",
    "effective_codes": "float64",
    "learning_coefficient": "string",
    "multiplicity": "int64",
    "complete": "bool",
}


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
    spread : tuple of Spread, or None
        Over how many codes the posterior is spread at every n.
    estimates : Estimates or None
        λ by all named estimators, at every n.
    groups : Phases or None
        Which codes share the posterior at every n, in groups by exact λ, by used tuples and by cube; of all code space.
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
    spread: tuple[Spread, ...] | None = None
    estimates: Estimates | None = None
    groups: Phases | None = None
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
            "problem": asked.problem.to_json(asked.machine if asked.problem.space.by_number else None),
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
        for name in ("estimate", "exact", "estimates", "groups"):
            if (value := getattr(self, name)) is not None:
                found[name] = value.to_json()
        if self.spread is not None:
            found["spread"] = [asdict(at) for at in self.spread]
        return found if self.phases is None else found | {"phases": [phase.to_json() for phase in self.phases]}

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> FreeEnergy:
        machine = None if record["machine"] is None else listed_from_json(record["machine"])
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
            "spread": lambda given: tuple(Spread(**at) for at in given),
            "estimates": Estimates.from_json,
            "groups": Phases.from_json,
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
            told |= next((asdict(at) for at in self.spread or () if at.n == row.n), {})
            if "variance" in found:
                told["variance_nK_error"] = found["variance"].error
            yield told | (exact or {}) | {"complete": self.complete}

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw F against log n, ``.svg`` or ``.png``, with its law and phases; below it the estimates of λ, and shares.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        parts = [self.curves()]
        parts += [] if self.estimates is None else [dataclasses.replace(self.estimates.curves(), about=())]
        parts += [] if self.groups is None else [self.groups.curves()]
        return save_curves(parts, path)

    def curves(self) -> Curves:
        """Return what the picture of F shows: F beside its law, and the free energies of the codes with each λ."""
        points = [(row.n, row.free_energy, row.free_energy_error) for row in self.ladder]
        ended = "" if self.complete else ", not complete"
        title = f"{self.name}(n) = −log ∫ exp(−nK), with standard errors{ended}"
        drawn = energy_curves(self.name, points, self.exact, title)
        phases = phase_curves(self.name, points, self.groups)
        return dataclasses.replace(drawn, curves=drawn.curves + phases, about=self._about())

    def _about(self) -> tuple[str, ...]:
        asked = self.asked
        how = units_line(asked.semantics, asked.loss, asked.chart, asked.prior_concentration)
        bits = "" if asked.bits is None else f", weights of {count(asked.bits, 'bit')}"
        many = f"{count(asked.replicas, 'population')} of {grouped(asked.particles)} particles"
        about = caption(asked.problem, asked.machine if asked.local else None, near=asked.local)
        return (*about, f"{how}{bits}; F in nats; {many}, seed {asked.seed}")


def _with_error(row: LadderRow) -> str:
    return f"{row.free_energy:.3f}" + ("" if row.free_energy_error is None else f" ± {row.free_energy_error:.3f}")
