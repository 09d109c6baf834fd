"""A learning coefficient of which only bounds are known, because a budget ran out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._checks import instances
from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Summary, label_of
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.codespace import KEYS
from noisytm.degeneracy.counting import keys_asked
from noisytm.degeneracy.form import BOUND
from noisytm.degeneracy.program import CertifiedInterval
from noisytm.errors import FormatError
from noisytm.geometry import (
    CHARTS,
    BitFace,
    Concentration,
    Face,
    asked,
    checked_chart,
    checked_concentration,
    face_in,
    options_json,
    units,
)
from noisytm.losses import checked_loss
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import checked_semantics


@dataclass(frozen=True)
class PartialCoefficient(Timed):
    """What is certain of a learning coefficient, with what was asked: a bound that is not complete.

    Attributes
    ----------
    problem, face, semantics, loss, chart, prior_concentration
        What was asked.
    interval : CertifiedInterval
        Where λ is, in the units of loss, chart and prior.
    version : str
        Version of noisytm.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> part = PartialCoefficient.at(problem, machine, interval=CertifiedInterval(Fraction(4), Fraction(20)))
    >>> print(part, part.to_json()["complete"])
    4 <= learning coefficient <= 20 False
    """

    problem: SynthesisProblem
    face: Face | BitFace
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    interval: CertifiedInterval
    version: str = __version__
    kind: ClassVar[Kind] = BOUND

    @classmethod
    def at(
        cls,
        problem: SynthesisProblem,
        point: Any,
        *,
        interval: CertifiedInterval,
        semantics: str = "pseudo-utm",
        loss: str = "log",
        chart: str = "simplex",
        prior_concentration: Any = 1,
    ) -> PartialCoefficient:
        """Return it for the arguments of `learning_coefficient`."""
        instances(problem=(problem, SynthesisProblem), point=(point, object), interval=(interval, CertifiedInterval))
        checked_semantics(semantics)
        checked_loss(loss)
        chart = checked_chart(chart)
        face = face_in(chart, problem.space, point)
        return cls(problem, face, semantics, loss, chart, checked_concentration(prior_concentration), interval)

    def _summary(self) -> Summary:
        facts = {"complete": "no", **asked(self.semantics, self.loss, self.chart, self.prior_concentration)}
        return Summary(
            f"{self.interval.brief()} of {label_of(self.machine)}, not complete;"
            f" {units(self.semantics, self.loss, self.chart, self.prior_concentration)}",
            facts,
        )

    @property
    def machine(self) -> Description:
        """The machine, or that at a vertex of the face."""
        return self.face.machine

    def __str__(self) -> str:
        return str(self.interval)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings, ``upper_bound`` is null if there is none."""
        options = {
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
            **keys_asked(self.problem.space),
        }
        upper = self.interval.upper
        body = {
            "machine": self.machine.to_json(),
            **self.face.to_json(),
            "problem": self.problem.to_json(self.machine),
            **options,
            "complete": False,
            "lower_bound": fraction_text(self.interval.lower),
            "upper_bound": None if upper is None else fraction_text(upper),
        }
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> PartialCoefficient:
        if "complete" not in record:
            raise FormatError("bound record is complete; read it with LearningCoefficient.from_json")
        machine, chart, upper = listed_from_json(record["machine"]), checked_chart(record["chart"]), None
        problem = SynthesisProblem.from_json(record["problem"])
        if record["upper_bound"] is not None:
            upper = Fraction(record["upper_bound"])
        return cls(
            problem,
            face_in(chart, problem.space, CHARTS[chart].read_face(record, machine, KEYS[problem.space.noisy_keys])),
            checked_semantics(record["semantics"]).name,
            checked_loss(record["loss"]),
            chart,
            checked_concentration(record["prior_concentration"]),
            CertifiedInterval(Fraction(record["lower_bound"]), upper),
            record["version"],
        )
