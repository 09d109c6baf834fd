"""Susceptibilities, and each input's share of λ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped
from noisytm._text import shown
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.errors import FormatError
from noisytm.posterior.energies import Sampled
from noisytm.posterior.response.form import SUSCEPTIBILITIES
from noisytm.show.curves import HeatMap, caption_of_key, save_heat_map
from noisytm.show.tables import Tabled

Reals = NDArray[np.float64]
COLUMNS = {
    "n": "float64",
    "observable": "string",
    "input": "string",
    "value": "float64",
    "error": "float64",
    "complete": "bool",
}
SHARE = "share of λ"


@dataclass(frozen=True)
class Susceptibilities(Timed, Tabled):
    """How the posterior answers to the weight of each input: what `susceptibilities` returns.

    Attributes
    ----------
    n : float
        The n of the samples.
    replicas, samples : int
        Independent replicas, and samples of each.
    inputs : tuple of str or tuple of str
        The inputs, as text or symbol by symbol.
    observables : tuple of str
        What was observed.
    values, errors : ndarray of float64, shape (observables, inputs)
        χ_{Φ,x}, in the units of Φ, for all of the weight going to x; and its standard error over replicas.
    shares, share_errors : ndarray of float64, shape (inputs,)
        q_x n E[ℓ_x]: each input's share of E[nK], which tends to λ; and its standard error.
    semantics, loss : str
        What was evaluated.
    problem_key : str
        `SynthesisProblem.key` of the problem.
    about : tuple of str
        What its pictures say of the problem, and of the machine whose components were looked at; empty in records that
        have its key alone.
    complete : bool
        Whether all populations came to the n that was asked for and deserve trust.
    warnings : tuple of str
        What is to be kept in mind.
    sampled : Sampled or None
        Which populations were led for it, where it was the library that led them.
    """

    n: float
    replicas: int
    samples: int
    inputs: tuple[str | tuple[str, ...], ...]
    observables: tuple[str, ...]
    values: Reals
    errors: Reals
    shares: Reals
    share_errors: Reals
    semantics: str
    loss: str
    problem_key: str
    about: tuple[str, ...] = ()
    version: str = __version__
    complete: bool = True
    warnings: tuple[str, ...] = ()
    sampled: Sampled | None = None
    kind: ClassVar[Kind] = SUSCEPTIBILITIES
    columns: ClassVar[dict[str, str]] = COLUMNS

    @property
    def input_names(self) -> tuple[str, ...]:
        """The inputs for people."""
        return tuple(shown(word if isinstance(word, str) else list(word)) for word in self.inputs)

    @property
    def begun(self) -> bool:
        """Whether populations have come to some n: they have, where there is anything to be observed."""
        return True

    def _summary(self) -> Summary:
        rows = (
            (x, f"{s:.3f} ± {e:.3f}", *(f"{v:.3g}" for v in self.values[:, i]))
            for i, (x, s, e) in enumerate(zip(self.input_names, self.shares, self.share_errors, strict=True))
        )
        return Summary(
            f"{count(len(self.observables), 'observable')} × {count(len(self.inputs), 'input')} at n = {self.n:g};"
            f" the shares of λ add up to {self.shares.sum():.4g}",
            {"semantics": self.semantics, "loss": self.loss, "replicas": self.replicas},
            Grid(("input", SHARE, *self.observables), rows, len(self.inputs), "inputs"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        led = self.sampled
        options = {"semantics": self.semantics, "loss": self.loss} if led is None else dict(led.options)
        machine, seed = (None, None) if led is None else (led.machine_key, led.seed)
        head = provenance(machine, self.problem_key, options, seed, self.version)
        body = {
            "n": self.n,
            "replicas": self.replicas,
            "samples": self.samples,
            "inputs": [word if isinstance(word, str) else list(word) for word in self.inputs],
            "observables": list(self.observables),
            "susceptibilities": self.values.tolist(),
            "susceptibility_errors": self.errors.tolist(),
            "shares": self.shares.tolist(),
            "share_errors": self.share_errors.tolist(),
            "complete": self.complete,
        }
        more: dict[str, Any] = {"about": list(self.about)} if self.about else {}
        more |= {"warnings": list(self.warnings)} if self.warnings else {}
        return self.kind.tagged(head, body, more, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Susceptibilities:
        inputs = tuple(word if isinstance(word, str) else tuple(word) for word in record["inputs"])
        wide = len(record["observables"]), len(inputs)
        return cls(
            record["n"], record["replicas"], record["samples"], inputs, tuple(record["observables"]),
            _array(record, "susceptibilities", wide), _array(record, "susceptibility_errors", wide),
            _array(record, "shares", wide[1:]), _array(record, "share_errors", wide[1:]),
            record["options"]["semantics"], record["options"]["loss"], record["problem_key"],
            tuple(record.get("about", ())), record["version"],
            record.get("complete", True), tuple(record.get("warnings", ())), Sampled.of_record(record),
        )  # fmt: skip

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each number: what `write` writes."""
        names = self.input_names
        of_lambda = (SHARE, self.shares, self.share_errors)
        observed = zip(self.observables, self.values, self.errors, strict=True)
        for observable, values, errors in (of_lambda, *observed):
            for name, value, error in zip(names, values.tolist(), errors.tolist(), strict=True):
                found = {"n": self.n, "observable": observable, "input": name, "value": value, "error": error}
                yield found | {"complete": self.complete}

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the susceptibilities as a heat map, below it each input's share of λ, ``.svg`` or ``.png``.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        ended = "" if self.complete else " (not complete)"
        title = f"Susceptibilities χ at n = {self.n:g}{ended}: what the mean of Φ gains if all of the weight goes to x"
        many = f"{count(self.replicas, 'replica')} of {grouped(self.samples)} samples"
        units = f"{self.loss} loss, {self.semantics}; χ in the units of Φ, n times a loss in nats; {many}"
        about = (*(self.about or caption_of_key(self.problem_key)), units)
        values, shares = tuple(map(tuple, self.values.tolist())), (tuple(self.shares.tolist()),)
        answers = HeatMap(title, "observable Φ", "input x", self.observables, self.input_names, values, about)
        of_nk = f"{SHARE}: q(x)·n·E[loss on x], together {self.shares.sum():.4g}"
        return save_heat_map((answers, HeatMap(of_nk, "", "input x", ("E[nK]",), self.input_names, shares)), path)


def _array(record: dict[str, Any], name: str, shape: tuple[int, ...]) -> Reals:
    try:
        found = np.array(record[name], np.float64)
    except ValueError:
        found = np.empty((0, 0, 0))
    if found.shape != shape:
        raise FormatError(f"susceptibilities record: {name} has not the shape {shape} of observables and inputs")
    return found
