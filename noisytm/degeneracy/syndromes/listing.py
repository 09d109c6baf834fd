"""All minimal fatal syndromes of a code up to a weight."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from noisytm import _clock
from noisytm._checks import count_of, instance, instances
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, label_of, number, times
from noisytm._text import shown
from noisytm._timed import Timed, timed
from noisytm._version import __version__
from noisytm.algebra import Monomial, Monomials, PackedMonomials
from noisytm.degeneracy.certificate import Certificate
from noisytm.degeneracy.oracle import Syndrome
from noisytm.degeneracy.pictures import Listed, syndrome_ring
from noisytm.degeneracy.syndromes.form import SYNDROMES
from noisytm.errors import FormatError
from noisytm.geometry import (
    AnyCoordinate,
    Coordinates,
    checked_chart,
    coordinate_from_json,
    entry_values,
    error_coordinates,
)
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem, problem_from_mapping
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import Ring, save_ring

MAX_SIZE = 1_000_000
WEIGHTS_SHOWN = 12
# What a code must be asked at all, that it solves the problem, is found out however little time there is.
SECONDS_TO_CHECK = 1.0
# Each round leaves out what earlier ones settled; the last, up to the weight asked for or to any, completes the list.
ROUNDS = (1, 2, 3, 4, 6, 8, 12, 16)


@dataclass(frozen=True)
class FatalSyndromes(Timed):
    """The minimal fatal syndromes of a code up to a weight: all of them.

    The weight of a syndrome is its degree in the chart's coordinates, as a monomial of f: an error counts 1, on the
    sphere, where its probability is the square of a coordinate, 2. It is the exponent in the log loss; in the brier
    loss the exponent is twice that.

    Attributes
    ----------
    problem, machine, semantics, chart
        What was asked.
    max_weight : int or None
        Every minimal fatal syndrome of at most this weight is listed; ``None``: every one at all.
    coordinates : tuple of Coordinate
        The error coordinates, in order.
    syndromes : tuple of Syndrome
        ((coordinate index, count), …), by weight, then in the order of the coordinates.
    version : str
        Version of noisytm.
    """

    problem: SynthesisProblem
    machine: Description
    semantics: str
    chart: str
    max_weight: int | None
    coordinates: Coordinates
    syndromes: tuple[Syndrome, ...]
    version: str
    kind: ClassVar[Kind] = SYNDROMES

    @property
    def counts(self) -> dict[int, int]:
        """The number of minimal fatal syndromes of each weight that occurs."""
        return dict(sorted(Counter(map(weight, self.syndromes)).items()))

    @property
    def least_weight(self) -> int | None:
        """The least weight of those listed, ``None`` if none is."""
        return min(self.counts, default=None)

    def _summary(self) -> Summary:
        reach = "of any weight" if self.max_weight is None else f"up to weight {number(self.max_weight)}"
        rows = ((self._in_words(syndrome), weight(syndrome)) for syndrome in self.syndromes)
        by_weight = list(self.counts.items())
        facts = {f"of weight {w}": f"{n:,}" for w, n in by_weight[:WEIGHTS_SHOWN]}
        if greater := sum(n for _, n in by_weight[WEIGHTS_SHOWN:]):
            facts["of greater weights"] = f"{greater:,}"
        lightest = f", the lightest of weight {by_weight[0][0]}" if by_weight else ""
        return Summary(
            f"{count(len(self.syndromes), 'minimal fatal syndrome')} {reach} of {label_of(self.machine)}{lightest};"
            f" {self.semantics}, {self.chart} chart",
            facts,
            Grid(("fatal together", "weight"), rows, len(self.syndromes), "syndromes"),
        )

    def _in_words(self, syndrome: Syndrome) -> str:
        return times((self.coordinates[j], k) for j, k in syndrome)

    def __str__(self) -> str:
        counts = ", ".join(f"{n} of weight {w}" for w, n in self.counts.items()) or "none"
        reach = "of any weight" if self.max_weight is None else f"up to weight {self.max_weight}"
        return f"minimal fatal syndromes {reach}: {counts}"

    def plot(self, path: str | os.PathLike[str] | None = None, proof: Certificate | None = None) -> Any:
        """Draw the graph of errors that are fatal together, ``.svg`` or ``.png``: 40 errors at most.

        Return the figure; it is written to a file where there is a path.

        Parameters
        ----------
        path : path, optional
            The file.
        proof : Certificate, optional
            That of the learning coefficient of the same code, as ``learning_coefficient(…).certificate``: its syndromes
            with the most weight come first. Without it the lightest do.

        Raises
        ------
        ProblemError
            If there is no syndrome, or the proof is of another machine or chart.
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_ring(self.ring(proof), path)

    def ring(self, proof: Certificate | None = None) -> Ring:
        """Return what the picture shows; ``proof`` as of `plot`."""
        reach = "of any weight" if self.max_weight is None else f"up to weight {number(self.max_weight)}"
        asked = self.problem, self.machine, self.semantics, self.chart
        checked = None if proof is None else instance("proof", proof, Certificate)
        return syndrome_ring(Listed(*asked, self.coordinates, self.syndromes, reach), checked)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; weights are strings as keys of ``counts``."""
        options = {"semantics": self.semantics, "chart": self.chart, "max_weight": self.max_weight}
        body = {
            "machine": self.machine.to_json(),
            "problem": self.problem.to_json(self.machine),
            "semantics": self.semantics,
            "chart": self.chart,
            "dimension": len(self.coordinates),
            "max_weight": self.max_weight,
            "counts": {str(w): n for w, n in self.counts.items()},
            "syndromes": [
                [{"coordinate": self.coordinates[j].to_json(), "count": k} for j, k in syndrome]
                for syndrome in self.syndromes
            ],
        }
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> FatalSyndromes:
        machine = listed_from_json(record["machine"])
        problem = problem_from_mapping({k: v for k, v in record["problem"].items() if k != "machine"}, machine)
        coordinates = error_coordinates(problem, machine, checked_chart(record["chart"]))
        index = {coordinate: j for j, coordinate in enumerate(coordinates)}
        syndromes = [
            tuple((index_of(error["coordinate"], index), error["count"]) for error in row)
            for row in record["syndromes"]
        ]
        return cls(
            problem,
            machine,
            checked_semantics(record["semantics"]).name,
            record["chart"],
            record["max_weight"],
            coordinates,
            tuple(syndromes),
            record["version"],
        )


def index_of(record: Any, index: Mapping[AnyCoordinate, int]) -> int:
    """Return the number of the coordinate that a record names; `FormatError` if there is no such coordinate."""
    name = coordinate_from_json(record)
    if name is None or name not in index:
        raise FormatError(f"{SYNDROMES.what}: {shown(record)} is not an error coordinate of this machine")
    return index[name]


def weight(syndrome: Syndrome) -> int:
    """Return the weight of a syndrome: its degree in the chart's coordinates.

    Examples
    --------
    >>> weight(((0, 2), (3, 1)))
    3
    """
    return sum(k for _, k in syndrome)


@timed
def fatal_syndromes(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    chart: str = "simplex",
    max_weight: int | None = 2,
    max_size: int = MAX_SIZE,
) -> FatalSyndromes:
    """List all minimal fatal syndromes of a code up to a weight.

    The rejected mass is evaluated over monomial ideals without the monomials of a higher degree: nothing cancels
    and degrees only add up, so that what is left of the ideal is right (docs/syndromes.md).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine that solves it.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates of code space.
    max_weight : int or None
        The greatest weight, which is the degree in the chart's coordinates: on the sphere an error counts 2. ``None``
        lists every minimal syndrome, which only small problems allow.
    max_size : int
        The most that may be formed to settle one weight: minimal monomials of all values together, or what the
        semantics counts (quenched: runs).

    Returns
    -------
    FatalSyndromes

    Raises
    ------
    ProblemError
        If an option is unknown, or the machine does not solve the problem.
    MachineError
        If the machine is not in the problem's code space.
    BudgetError
        If ``max_size`` is passed; ``partial`` is the complete list up to a lower weight, an empty one up to
        weight 0 if not even those of weight 1 are known.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=10)
    >>> found = fatal_syndromes(problem, machine, max_weight=3)
    >>> found.counts
    {1: 4, 2: 11, 3: 18}
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    kind = checked_semantics(semantics)
    chart = checked_chart(chart)
    kind.require(problem, chart)
    with _clock.at_least(SECONDS_TO_CHECK):
        problem.require_solved_by(machine)
        coordinates = error_coordinates(problem, machine, chart)
    max_size = count_of("max_size", max_size)
    rounds = _rounds(max_weight)
    known: list[Monomial] = []
    # Without an error every answer is right: of weight 0 there is none.
    complete = FatalSyndromes(problem, machine, kind.name, chart, 0, coordinates, (), __version__)
    for most in rounds:
        try:
            _clock.tick()
            known += _found(problem, machine, kind, chart, most, known, max_size)
        except ENDED as error:
            reached = f"; complete up to weight {complete.max_weight}" if complete.max_weight else ""
            raise carrying(error, complete, reached) from None
        listed = tuple(tuple(Counter(monomial).items()) for monomial in sorted(known, key=lambda m: (len(m), m)))
        complete = FatalSyndromes(
            problem, machine, kind.name, chart, most, coordinates, listed, __version__
        )  # fmt: skip
    return complete


def _rounds(max_weight: Any) -> Sequence[int | None]:
    if max_weight is None:
        return (*ROUNDS, None)
    greatest = count_of("max_weight", max_weight, also=", or None for any weight")
    return (*(most for most in ROUNDS if most < greatest), greatest)


def _found(
    problem: SynthesisProblem,
    machine: Description,
    semantics: Semantics,
    chart: str,
    most: int | None,
    known: Sequence[Monomial],
    max_size: int,
) -> list[Monomial]:
    """Return the minimal fatal syndromes of at most this weight that no known one divides."""
    if semantics.sparse:
        ideals = Monomials(most, known)
        return list(
            ideals.sum(wrong(ideals, problem, entry_values(ideals, problem, machine, chart), semantics, max_size))
        )
    semantics.require_room(problem, max_size)
    dimension = len(error_coordinates(problem, machine, chart))
    exponents_known = [_exponents(m, dimension) for m in known]
    packed = PackedMonomials(dimension, max_degree=most, known=exponents_known, max_total=max_size)
    values = wrong(packed, problem, entry_values(packed, problem, machine, chart), semantics, max_size)
    return [_monomial(exponents) for exponents in packed.exponents(packed.sum(values))]


def _exponents(monomial: Monomial, dimension: int) -> tuple[int, ...]:
    counts = Counter(monomial)
    return tuple(counts[j] for j in range(dimension))


def _monomial(exponents: Sequence[int]) -> Monomial:
    return tuple(j for j, k in enumerate(exponents) for _ in range(k))
