"""The least learning coefficient of all codes that solve a problem, as a result."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary, grouped, number
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.codespace import KEYS, CodeSpace
from noisytm.degeneracy import LearningCoefficient, learning_coefficient
from noisytm.errors import FormatError
from noisytm.geometry import (
    CHARTS,
    BitFace,
    Concentration,
    Face,
    asked,
    checked_chart,
    checked_concentration,
    concentration_within,
    options_json,
    units,
)
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import checked_semantics
from noisytm.search.cubes import SEARCH, SPACES
from noisytm.search.growth import Course, course_json, course_of_json, draw_growth
from noisytm.search.minimum.lists import LeastOfLength, length_of_json, number_of_lists
from noisytm.search.minimum.precisions import LeastPrecision, precision_of_json
from noisytm.search.store import Store
from noisytm.search.tables import TableSpace

COUNTS = ("nodes", "programs", "refuted", "bounded", "tied")
# What a record of a least learning coefficient has, beside what those of other searches have too.
ASKED = ("semantics", "loss", "chart", "prior_concentration")
NEEDED = ("lower_bound", "upper_bound", "machine", "multiplicity", *COUNTS)


def counts_of(store: Store) -> dict[str, int]:
    """Return what was done, in the pieces that were ended before their time too."""
    counts = dict.fromkeys(COUNTS, 0)
    for found in itertools.chain((finished for _, finished in store.results()), store.unfinished):
        for name in COUNTS:
            counts[name] += found.record[name]
    return counts


@dataclass(frozen=True)
class AttainingCode(Described):
    """A code that attains the least learning coefficient.

    Parameters
    ----------
    face : Face or BitFace
        The code, as the chart takes it.
    multiplicity : int
        Its multiplicity m.
    used_tuples : int
        How many tuples it uses.
    """

    face: Face | BitFace
    multiplicity: int
    used_tuples: int

    def _summary(self) -> Summary:
        return Summary(f"m = {number(self.multiplicity)}, {number(self.used_tuples)} used tuples", result=False)

    @property
    def machine(self) -> Description:
        """The machine; a description where keys err or are repeated."""
        return self.face.machine

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        record = {"machine": self.machine.to_json(), **self.face.to_json()}
        return record | {"multiplicity": self.multiplicity, "used_tuples": self.used_tuples}


@dataclass(frozen=True)
class GlobalLearningCoefficient(Timed):
    """The least λ of all codes that solve a problem: what `global_learning_coefficient` returns.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, over full tables.
    semantics, loss, chart : str
        The options.
    prior_concentration : Fraction or Concentrations
        That of the prior.
    face : Face, BitFace or None
        The best code found; ``None`` if none was.
    value : Fraction or None
        Its λ: the least of all, once the search is complete.
    multiplicity : int or None
        Its m: then the largest at codes with that λ.
    lower_bound : Fraction
        No code has less.
    complete : bool
        Whether everything was searched.
    optimal : tuple of AttainingCode, optional
        All codes that attain the least λ, in canonical order, if they were asked for.
    counts : mapping
        What was done: nodes, linear programs, leaves refuted and bounded, and of these how many just met the least λ.
    version : str
        The version of noisytm that searched.
    max_tuples : int, optional
        The most tuples of a list; ``None`` where the codes are full tables.
    by_length : tuple of LeastOfLength, optional
        The least λ of the lists of each length; empty while it is not known how many there are.
    precision : LeastPrecision, optional
        The least Λ(s) of all codes, if it was asked for.
    repeat : bool
        Whether a list may list a key again.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well.
    course : tuple of (int, Fraction, Fraction or None)
        Nodes, and from then on the lower and the upper bound that were known: at most 200 points, the last where the
        search has come to; empty if it was ended before it was cut, or in a record that has none. Pieces are counted in
        their own order, whoever searched them when: it is the same for any number of workers, and after ``resume``
        (shares look at other nodes). Cutting, and finding a first code, is not counted. Comparisons leave it out.
    """

    problem: SynthesisProblem
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    face: Face | BitFace | None
    value: Fraction | None
    multiplicity: int | None
    lower_bound: Fraction
    complete: bool
    optimal: tuple[AttainingCode, ...] | None
    counts: Mapping[str, int]
    version: str = __version__
    max_tuples: int | None = None
    by_length: tuple[LeastOfLength, ...] | None = None
    precision: LeastPrecision | None = None
    repeat: bool = False
    keys: str = KEYS[0]
    course: Course = field(default=(), compare=False)
    kind: ClassVar[Kind] = SEARCH

    def _summary(self) -> Summary:
        how = units(self.semantics, self.loss, self.chart, self.prior_concentration)
        if self.value is None:
            said = "no code solves the problem" if self.complete else self._so_far
        elif self.complete:
            least = f"least λ = {number(self.value)}, m = {number(self.multiplicity)}"
            said = f"{least}, of {grouped(self.codes)} codes"
        else:
            said = f"{number(self.lower_bound)} ≤ least λ ≤ {number(self.value)}, not complete"
        facts = asked(self.semantics, self.loss, self.chart, self.prior_concentration)
        rows = ((name, grouped(count)) for name, count in self.counts.items())
        return Summary(f"{said}; {how}", facts, Grid(("work", "count"), rows, len(self.counts), "rows"))

    @property
    def _so_far(self) -> str:
        return f"{number(self.lower_bound)} ≤ least λ, not complete, no code that solves the problem found so far"

    @property
    def tables(self) -> TableSpace:
        """The full tables."""
        return TableSpace.over(self.problem)

    @property
    def space(self) -> str:
        """Whether the codes are full tables, or lists of tuples."""
        return SPACES[self.max_tuples is not None]

    @property
    def codes(self) -> int:
        """How many codes there are, with those that do not solve the problem.

        Lists in another order are others where the semantics takes notice of it.
        """
        if self.max_tuples is None:
            return self.tables.codes
        in_order = checked_semantics(self.semantics).in_order or self.keys != KEYS[0]
        return number_of_lists(self.tables, self.max_tuples, in_order, repeat=self.repeat)

    @property
    def machine(self) -> Description | None:
        """The best machine found: of several that attain it and were found, the first in canonical order.

        Of lists whose keys err or are repeated it is a description.
        """
        return None if self.face is None else self.face.machine

    @property
    def upper_bound(self) -> Fraction | None:
        """The least λ is at most this; ``None`` if no code was found."""
        return self.value

    @property
    def nodes(self) -> int:
        """Number of partial tables that were looked at."""
        return self.counts["nodes"]

    @property
    def programs(self) -> int:
        """Number of those for which a linear program was solved."""
        return self.counts["programs"]

    def coefficient(self) -> LearningCoefficient:
        """Return the learning coefficient of the best machine, with its certificate.

        Raises
        ------
        FormatError
            If no code was found.
        """
        if self.face is None:
            raise FormatError("no code was found that solves the problem; there is no certificate")
        space = CodeSpace.of(self.face.machine, self.keys)
        return learning_coefficient(
            replace(self.problem, space=space),
            self.face,
            semantics=self.semantics,
            loss=self.loss,
            chart=self.chart,
            prior_concentration=concentration_within(self.prior_concentration, space.keys),
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the growth of the search, both bounds against nodes: as SVG or PNG, by the ending of ``path``.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        FormatError
            If the ending is another one, or the file cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return draw_growth(self, path)

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object; fractions are strings."""
        options = {
            "space": self.space,
            "max_tuples": self.max_tuples,
            **({"repeat": True} if self.repeat else {}),
            **({} if self.keys == KEYS[0] else {"keys": self.keys}),
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
        }
        body: dict[str, Any] = {
            "problem": self.problem.to_json(),
            "space": self.tables.to_json(),
            "lower_bound": fraction_text(self.lower_bound),
            "upper_bound": None if self.value is None else fraction_text(self.value),
            "machine": None if self.face is None else self.face.machine.to_json(),
            **({} if self.face is None else self.face.to_json()),
            "multiplicity": self.multiplicity,
            **self.counts,
        }
        if self.course:
            body["course"] = course_json(self.course)
        if self.complete:
            body["learning_coefficient"] = body["upper_bound"]
        if self.by_length is not None:
            body["least_by_length"] = [least.to_json() for least in self.by_length]
        if self.optimal is not None:
            body["optimal"] = [code.to_json() for code in self.optimal]
        if self.precision is not None:
            body["precision"] = self.precision.to_json()
        head = provenance(
            None if self.face is None else self.face.machine.key, self.problem.key, options, version=self.version
        )
        return self.kind.tagged(head, body, {"complete": self.complete}, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> GlobalLearningCoefficient:
        options = record["options"]
        missing = [f"options.{name}" for name in ASKED if name not in options]
        if missing := [*missing, *(name for name in NEEDED if name not in record)]:
            raise FormatError(f"search record lacks {missing[0]!r}; it is not one of a least learning coefficient")
        chart = CHARTS[checked_chart(options["chart"])]

        keys = options.get("keys", KEYS[0])

        def face_of(entry: Mapping[str, Any]) -> Face | BitFace:
            listed = listed_from_json(entry["machine"])
            return chart.read_face(entry, listed, keys)

        optimal = None
        if "optimal" in record:
            optimal = tuple(
                AttainingCode(face_of(entry), entry["multiplicity"], entry["used_tuples"])
                for entry in record["optimal"]
            )
        value, most = record["upper_bound"], options["max_tuples"]
        if (options["space"] == SPACES[0]) != (most is None) or (most is None) != ("least_by_length" not in record):
            raise FormatError(
                "search record: max_tuples and least_by_length are for the listed space, and needed there"
            )
        precision = precision_of_json(record["precision"], face_of, COUNTS) if "precision" in record else None
        lengths = None if most is None else tuple(length_of_json(x, face_of) for x in record["least_by_length"])
        return cls(
            SynthesisProblem.from_json(record["problem"]),
            checked_semantics(options["semantics"]).name,
            options["loss"],
            options["chart"],
            checked_concentration(options["prior_concentration"]),
            None if record["machine"] is None else face_of(record),
            None if value is None else Fraction(value),
            record["multiplicity"],
            Fraction(record["lower_bound"]),
            record["complete"],
            optimal,
            {name: record[name] for name in COUNTS},
            record["version"],
            most,
            lengths,
            precision,
            options.get("repeat", False),
            keys,
            course_of_json(record.get("course", ()), record["nodes"], None if value is None else Fraction(value)),
        )
