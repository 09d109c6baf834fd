"""What learners of one problem pay for not knowing the program: regret in nats against n."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.geometry import units
from noisytm.posterior.energies import Sampled
from noisytm.posterior.prediction.form import REGRET
from noisytm.show.curves import Curve, Curves, caption_of_key, save_curves
from noisytm.show.tables import Tabled

# What learners are measured in, beside the semantics.
REGRET_UNITS = ("log", "simplex", Fraction(1))
COLUMNS = {
    "learner": "string",
    "bits": "int64",
    "status": "string",
    "n": "float64",
    "nats": "float64",
    "error": "float64",
    "complete": "bool",
}


@dataclass(frozen=True)
class RegretCurve(Described):
    """The regret of one learner.

    Attributes
    ----------
    learner : str
        What its hypotheses are.
    bits : int or None
        Precision of its weights, 0 for tables; ``None`` for real numbers.
    status : {"exact", "estimate", "upper bound"}
        What the numbers are. An upper bound holds for every n.
    n : tuple of float
        The sizes; of a constant those of all curves.
    nats : tuple of float
        The regret.
    error : tuple of float or None
        Standard errors over replicas, where it is an estimate.
    """

    learner: str
    bits: int | None
    status: str
    n: tuple[float, ...]
    nats: tuple[float, ...]
    error: tuple[float | None, ...]

    def _summary(self) -> Summary:
        return Summary(f"{self.learner}: {self.nats[-1]:.4g} nats at n = {self.n[-1]:g} ({self.status})")

    def to_json(self) -> dict[str, Any]:
        """Return the curve as a JSON object."""
        lists = {"n": list(self.n), "nats": list(self.nats), "error": list(self.error)}
        return {"learner": self.learner, "bits": self.bits, "status": self.status, **lists}


@dataclass(frozen=True)
class Regret(Timed, Tabled):
    """Cumulative regret of learners of one problem: what `regret` returns.

    Attributes
    ----------
    mass : Fraction
        The share of all tables, or where keys err of all lists of so many tuples, that solve the problem.
    curves : tuple of RegretCurve
        One for each learner.
    transversal : Fraction or None
        τ, if the bounds on grids are also those of a least transversal.
    semantics : str
        In which codes are read.
    problem_key : str
        `SynthesisProblem.key` of the problem.
    about : tuple of str
        What its pictures say of the problem; empty in records that have its key alone.
    complete : bool
        Whether all populations came to the last n and deserve trust.
    warnings : tuple of str
        What is to be kept in mind.
    sampled : Sampled or None
        Which populations were led for it, but for their bits, where it was the library that led them.
    """

    mass: Fraction
    curves: tuple[RegretCurve, ...]
    transversal: Fraction | None
    semantics: str
    problem_key: str
    about: tuple[str, ...] = ()
    version: str = __version__
    complete: bool = True
    warnings: tuple[str, ...] = ()
    sampled: Sampled | None = None
    kind: ClassVar[Kind] = REGRET
    columns: ClassVar[dict[str, str]] = COLUMNS

    @property
    def begun(self) -> bool:
        """Whether populations of any learner have come to some n."""
        return any(curve.status == "estimate" for curve in self.curves)

    @property
    def programs(self) -> str:
        """What was counted: tables, or lists of so many tuples."""
        return self.curves[0].learner.partition(",")[0]

    def _summary(self) -> Summary:
        rows = ((c.learner, c.status, f"{c.n[-1]:g}", f"{c.nats[-1]:.4f}") for c in self.curves)
        return Summary(
            f"{self.curves[0].nats[-1]:.4f} nats for {self.programs}; {len(self.curves)} learners",
            {"semantics": self.semantics},
            Grid(("learner", "is", "n", "nats"), rows, len(self.curves), "learners"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the curves as a JSON object."""
        led = self.sampled
        options = {"semantics": self.semantics} if led is None else dict(led.options)
        machine, seed = (None, None) if led is None else (led.machine_key, led.seed)
        head = provenance(machine, self.problem_key, options, seed, self.version)
        tau = None if self.transversal is None else fraction_text(self.transversal)
        body = {
            "mass": fraction_text(self.mass),
            "transversal": tau,
            "curves": [curve.to_json() for curve in self.curves],
            "complete": self.complete,
        }
        more: dict[str, Any] = {"about": list(self.about)} if self.about else {}
        more |= {"warnings": list(self.warnings)} if self.warnings else {}
        return self.kind.tagged(head, body, more, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Regret:
        curves = tuple(
            RegretCurve(c["learner"], c["bits"], c["status"], tuple(c["n"]), tuple(c["nats"]), tuple(c["error"]))
            for c in record["curves"]
        )
        asked = record["options"]["semantics"], record["problem_key"], tuple(record.get("about", ())), record["version"]
        tau = None if record["transversal"] is None else Fraction(record["transversal"])
        known = record.get("complete", True), tuple(record.get("warnings", ())), Sampled.of_record(record)
        return cls(Fraction(record["mass"]), curves, tau, *asked, *known)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each point of each curve: what `write` writes."""
        for curve in self.curves:
            for n, nats, error in zip(curve.n, curve.nats, curve.error, strict=True):
                about = {"learner": curve.learner, "bits": curve.bits, "status": curve.status}
                yield {**about, "n": n, "nats": nats, "error": error, "complete": self.complete}

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw all curves in one picture, ``.svg`` or ``.png``.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        drawn = tuple(
            Curve(f"{c.learner} ({c.status})", tuple(zip(c.n, c.nats, c.error, strict=True))) for c in self.curves
        )
        ended = "" if self.complete else ", not complete"
        title = f"Cumulative regret of learners of one problem, with standard errors{ended}"
        many = "" if self.sampled is None else f"; {self.sampled.in_words}"
        about = (
            *(self.about or caption_of_key(self.problem_key)),
            f"{units(self.semantics, *REGRET_UNITS)}; in nats{many}",
        )
        return save_curves(Curves(title, "observations n", "nats", drawn, log_x=True, about=about), path)
