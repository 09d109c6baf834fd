"""The volume of the codes with a small loss, and what a refinement costs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped, number
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.geometry import checked_concentration, concentration_json, units
from noisytm.machine import Description, listed_from_json
from noisytm.posterior.levels.form import VOLUMES
from noisytm.posterior.levels.picture import Volume, bits_curves, bits_of_law, volume_curves
from noisytm.posterior.partition import ExactCoefficient
from noisytm.show.curves import Curves, caption_of_key, save_curves
from noisytm.show.tables import Tabled

COLUMNS = {
    "epsilon": "float64",
    "log_volume": "float64",
    "error": "float64",
    "bits_per_halving": "float64",
    "bits_error": "float64",
    "expected_bits": "float64",
}


@dataclass(frozen=True)
class Volumes(Timed, Tabled):
    """Volumes of level sets: what `volumes` returns.

    Attributes
    ----------
    volumes : tuple of Volume
        By falling ε, each half of the one before.
    log_volume : float
        Log of the prior mass of the region: 0 if that is all of code space.
    machine : TuringMachine, Description or None
        The code, if one was given; near which they are if it is local.
    options : dict
        What was asked, with the sweeps that were made after each step.
    seed : int
        Of the generator.
    acceptance : float or None
        The least share of moves that were accepted after any step; ``None`` before the first.
    learning_coefficient, multiplicity : Fraction, int or None
        The exact λ and m, where they are known: of the code if it is local, otherwise the least of all codes. The bits
        tend to λ.
    description_bits : int or None
        The bits of the code's used tuples, if one was given.
    warnings : tuple of str
        What is to be kept in mind.
    complete : bool
        Whether all levels were come to, and all checks passed.
    about : tuple of str
        What its pictures say of the problem and the machine; empty in records that have its key alone.
    """

    volumes: tuple[Volume, ...]
    log_volume: float
    machine: Description | None
    options: dict[str, Any]
    seed: int
    acceptance: float | None
    problem_key: str
    learning_coefficient: Fraction | None = None
    multiplicity: int | None = None
    description_bits: int | None = None
    warnings: tuple[str, ...] = ()
    complete: bool = True
    about: tuple[str, ...] = ()
    version: str = __version__
    kind: ClassVar[Kind] = VOLUMES
    columns: ClassVar[dict[str, str]] = COLUMNS

    @property
    def begun(self) -> bool:
        """Whether any population has come to a level."""
        return bool(self.volumes)

    def expected_bits(self, epsilon: float) -> float | None:
        """Return λ − (m − 1)/log(1/ε), what a halving costs as ε → 0; ``None`` where λ and m are not known.

        V(ε) ~ c·ε^λ·(log 1/ε)^(m−1) (Watanabe 2009, Theorem 7.1), of which this is the slope.
        """
        from noisytm._checks import positive_float

        epsilon = positive_float("epsilon", epsilon)
        if self.learning_coefficient is None or self.multiplicity is None or epsilon >= 1:
            return None
        return bits_of_law(ExactCoefficient(self.learning_coefficient, self.multiplicity), epsilon)

    def _summary(self) -> Summary:
        if not self.volumes:
            return Summary("no level reached (not complete)", dict(self.options))
        last, ended = self.volumes[-1], "" if self.complete else " (not complete)"
        exact = "" if self.learning_coefficient is None else f" (λ = {number(self.learning_coefficient)})"
        bits = (
            "" if last.bits_per_halving is None else f"; {last.bits_per_halving:.3g} bits for the last halving{exact}"
        )
        rows = (
            (f"{v.epsilon:.3g}", _with_error(v.log_volume, v.error), _text(v.bits_per_halving)) for v in self.volumes
        )
        return Summary(
            f"log V = {_with_error(last.log_volume, last.error)} at ε = {last.epsilon:.3g}{bits}{ended}",
            dict(self.options),
            Grid(("ε", "log V", "bits per halving"), rows, len(self.volumes), "levels"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the volumes as a JSON object."""
        options = self.options | {"prior_concentration": concentration_json(self.options["prior_concentration"])}
        key = None if self.machine is None else self.machine.key
        exact = self.learning_coefficient
        body = {
            "machine": None if self.machine is None else self.machine.to_json(),
            "log_volume": self.log_volume,
            "volumes": [dict(volume._asdict()) for volume in self.volumes],
            "acceptance": self.acceptance,
            "learning_coefficient": None if exact is None else fraction_text(exact),
            "multiplicity": self.multiplicity,
            "description_bits": self.description_bits,
            "warnings": list(self.warnings),
            "complete": self.complete,
        }
        head = provenance(key, self.problem_key, options, self.seed, self.version)
        return self.kind.tagged(head, body, {"about": list(self.about)} if self.about else {}, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Volumes:
        options, exact = dict(record["options"]), record["learning_coefficient"]
        options["prior_concentration"] = checked_concentration(options["prior_concentration"])
        return cls(
            tuple(Volume(**volume) for volume in record["volumes"]),
            record["log_volume"],
            None if record["machine"] is None else listed_from_json(record["machine"]),
            options,
            record["seed"],
            record["acceptance"],
            record["problem_key"],
            None if exact is None else Fraction(exact),
            record["multiplicity"],
            record["description_bits"],
            tuple(record["warnings"]),
            record["complete"],
            tuple(record.get("about", ())),
            record["version"],
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each level: what `write` writes."""
        for volume in self.volumes:
            yield {**volume._asdict(), "expected_bits": self.expected_bits(volume.epsilon)}

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw log V against log ε, and what each halving costs, ``.svg`` or ``.png``, beside what λ and m say.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> tuple[Curves, Curves]:
        """Return what the picture shows: log V, and below it bits for each halving."""
        exact = None
        if self.learning_coefficient is not None and self.multiplicity is not None:
            exact = ExactCoefficient(self.learning_coefficient, self.multiplicity)
        above = volume_curves(self.volumes, exact, self.complete)
        return replace(above, about=self._about()), bits_curves(self.volumes, exact)

    def _about(self) -> tuple[str, ...]:
        asked = self.options
        how = units(*(asked[name] for name in ("semantics", "loss", "chart", "prior_concentration")))
        many = f"{count(asked['replicas'], 'population')} of {grouped(asked['particles'])} particles, seed {self.seed}"
        return (*(self.about or caption_of_key(self.problem_key)), f"{how}; ε and log V in nats; {many}")


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.4g}" + ("" if error is None else f" ± {error:.2g}")


def _text(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3g}"
