"""Estimates of the learning coefficient beside each other: values, what they are off by, and errors."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, Record, provenance
from noisytm._summary import Described, Grid, Summary, count, number
from noisytm._version import __version__
from noisytm.posterior.estimates.form import ESTIMATES
from noisytm.posterior.estimates.formulas import ESTIMATORS, Estimator
from noisytm.show.curves import Curve, Curves, save_curves
from noisytm.show.tables import Tabled

COLUMNS = {
    "estimator": "string",
    "quantity": "string",
    "n_from": "float64",
    "n_to": "float64",
    "value": "float64",
    "error": "float64",
    "bias_term": "float64",
    "learning_coefficient": "string",
    "multiplicity": "int64",
}


@dataclass(frozen=True)
class Estimate(Described):
    """What one estimator gives.

    Attributes
    ----------
    estimator : str
        Its name in `ESTIMATORS`.
    n_from, n_to : float
        The sizes it is of; equal where it takes one.
    value : float
        The estimate, as it comes: nothing is taken off.
    error : float or None
        Its standard error over independent chains; ``None`` of a single chain.
    bias_term : float or None
        The leading term of what it is off by, where the multiplicity is known.
    """

    estimator: str
    n_from: float
    n_to: float
    value: float
    error: float | None
    bias_term: float | None = None

    @property
    def described(self) -> Estimator:
        """Formula, bias and source of the estimator."""
        return ESTIMATORS[self.estimator]

    @property
    def corrected(self) -> float | None:
        """The value less the leading term of its bias; ``None`` where the multiplicity is not known."""
        return None if self.bias_term is None else self.value - self.bias_term

    def _summary(self) -> Summary:
        sizes = f"n = {self.n_to:g}" if self.n_from == self.n_to else f"n = {self.n_from:g} and {self.n_to:g}"
        error = "no error" if self.error is None else f"± {self.error:.2g}"
        return Summary(f"{self.estimator} {self.value:.4f} {error} at {sizes}")

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {
            "estimator": self.estimator,
            "n_from": self.n_from,
            "n_to": self.n_to,
            "value": self.value,
            "error": self.error,
            "bias_term": self.bias_term,
        }


@dataclass(frozen=True)
class Estimates(Record, Tabled):
    """All estimates that samples of nK allow: what `estimate` returns.

    Attributes
    ----------
    n : tuple of float
        The sizes of the samples, growing.
    chains : int
        How many independent chains there are.
    draws : tuple of int
        Draws of a chain at each n.
    r_hat : tuple of float or None
        How well the halves of the chains agree at each n; ``None`` where they stand still in different places.
    estimates : tuple of Estimate
        By estimator, then by n.
    left_out : tuple of str
        For each estimator that the samples do not allow, which and why.
    learning_coefficient : Fraction, optional
        The exact λ, if it is known.
    multiplicity : int, optional
        The exact m, if it is known.
    """

    n: tuple[float, ...]
    chains: int
    draws: tuple[int, ...]
    r_hat: tuple[float | None, ...]
    estimates: tuple[Estimate, ...]
    left_out: tuple[str, ...] = ()
    learning_coefficient: Fraction | None = None
    multiplicity: int | None = None
    version: str = __version__
    kind: ClassVar[Kind] = ESTIMATES
    columns: ClassVar[dict[str, str]] = COLUMNS

    def of(self, estimator: str) -> tuple[Estimate, ...]:
        """Return what one estimator gives, by n.

        Examples
        --------
        >>> import numpy as np
        >>> from noisytm import estimate
        >>> x = np.random.default_rng(0).gamma(1.5, size=(4, 2000))
        >>> [found.n_to for found in estimate(x, 1e4).of("variance")]
        [10000.0]
        """
        from noisytm._checks import one_of

        one_of("estimator", estimator, ESTIMATORS)
        return tuple(found for found in self.estimates if found.estimator == estimator)

    def _summary(self) -> Summary:
        last = self.of("mean")[-1]
        error = "" if last.error is None else f" ± {last.error:.2g}"
        exact = "" if self.learning_coefficient is None else f", exactly {number(self.learning_coefficient)}"
        rows = ((x.estimator, f"{x.n_to:g}", f"{x.value:.4f}", _of(x.error), _of(x.bias_term)) for x in self.estimates)
        return Summary(
            f"λ by E[nK] {last.value:.4f}{error} at n = {last.n_to:g}{exact}; {count(self.chains, 'chain')}",
            {"multiplicity": "unknown" if self.multiplicity is None else self.multiplicity},
            Grid(("estimator", "n", "value", "error", "bias term"), rows, len(self.estimates), "estimates"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the estimates as a JSON object."""
        exact = self.learning_coefficient
        body = {
            "n": list(self.n),
            "chains": self.chains,
            "draws": list(self.draws),
            "r_hat": list(self.r_hat),
            "learning_coefficient": None if exact is None else fraction_text(exact),
            "multiplicity": self.multiplicity,
            "estimates": [found.to_json() for found in self.estimates],
            "left_out": list(self.left_out),
        }
        return self.kind.tagged(provenance(version=self.version), body)

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Estimates:
        exact = record["learning_coefficient"]
        return cls(
            tuple(record["n"]),
            record["chains"],
            tuple(record["draws"]),
            tuple(record["r_hat"]),
            tuple(Estimate(**found) for found in record["estimates"]),
            tuple(record["left_out"]),
            None if exact is None else Fraction(exact),
            record["multiplicity"],
            record["version"],
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each estimate: what `write` writes."""
        exact = None if self.learning_coefficient is None else fraction_text(self.learning_coefficient)
        for found in self.estimates:
            more = {"learning_coefficient": exact, "multiplicity": self.multiplicity}
            yield {**found.to_json(), "quantity": found.described.quantity, **more}

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the estimates of λ with their errors against n, ``.svg`` or ``.png``, beside the exact λ.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> Curves:
        """Return what the picture of the estimates shows."""
        drawn = []
        for name, described in ESTIMATORS.items():
            points = tuple((x.n_to, x.value, x.error) for x in self.of(name))
            if points and described.quantity == "learning_coefficient":
                drawn.append(Curve(f"{name}: {described.formula}", points))
        exact = self.learning_coefficient
        level = () if exact is None else ((float(exact), f"λ = {number(exact)}"),)
        title = "Estimates of the learning coefficient, with standard errors"
        about = (f"{count(self.chains, 'independent chain')}; λ without a unit: nats of F for each nat of log n",)
        return Curves(title, "observations n", "learning coefficient λ", tuple(drawn), level, log_x=True, about=about)


def _of(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.2g}"
