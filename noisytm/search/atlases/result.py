"""An atlas of the codes that solve a problem, as a result."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from noisytm._checks import instance, path_of, whole
from noisytm._digits import fraction_text
from noisytm._json import ENDINGS, save_record
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped, number
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.errors import FormatError
from noisytm.geometry import asked, checked_concentration
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.search.atlases.asked import AtlasUnits
from noisytm.search.atlases.form import ATLAS
from noisytm.search.atlases.groups import Alike, rank_correlation
from noisytm.search.atlases.picture import draw
from noisytm.search.atlases.rows import CodeRow, KeptRows
from noisytm.search.atlases.writing import write_table
from noisytm.search.tables import TableSpace
from noisytm.show.tables import TABLE_FORMS


@dataclass(frozen=True, eq=False)
class Atlas(Timed):
    """The codes that solve a problem, or a sample of them, each with its λ: what `atlas` returns.

    Parameters
    ----------
    units : AtlasUnits
        The problem, over full tables, and the units of λ.
    solutions : int
        How many codes solve the problem; if it was ended while they were counted, those counted so far.
    sample : int, optional
        How many codes were drawn, each with the same chance; without it these are all.
    seed : int, optional
        The seed they were drawn with.
    groups : mapping of Alike to int
        How many codes there are with the same number of used tuples, λ, m and least fatal weight.
    best : tuple of CodeRow
        For each number of used tuples the code of least λ, of these of the largest m, of these the first.
    by_weight, by_value : tuple of CodeRow
        The first ten codes by Solomonoff weight, and by λ; equals in canonical order.
    named : mapping of str to CodeRow
        The library machines that are such codes, with their rows; they need not be in a sample.
    rows : KeptRows, optional
        All rows; without them, as after reading a record, no table can be written.
    complete : bool
        Whether the rows of all codes asked for are there.
    version : str
        The version of noisytm that made it.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, atlas, library
    >>> problem = SynthesisProblem.of_machine(library.machine("parity"), ["", "1"], 1)
    >>> found = atlas(problem, sample=5)
    >>> found.codes, found.solutions, found.best[0].used, found.best[0].value
    (5, 5184, 2, Fraction(2, 1))
    """

    units: AtlasUnits
    solutions: int
    sample: int | None
    seed: int | None
    groups: Mapping[Alike, int]
    best: tuple[CodeRow, ...]
    by_weight: tuple[CodeRow, ...]
    by_value: tuple[CodeRow, ...]
    named: Mapping[str, CodeRow]
    rows: KeptRows | None = field(default=None, compare=False, repr=False)
    complete: bool = True
    version: str = __version__
    kind: ClassVar[Kind] = ATLAS

    def _summary(self) -> Summary:
        units = self.units
        how = "" if self.complete else " so far"
        least = min((row.value for row in self.best), default=None)
        rows = (
            (row.used, grouped(self.used_tuples[row.used]), number(row.value), row.multiplicity) for row in self.best
        )
        return Summary(
            f"{count(self.codes, 'code')} of {grouped(self.solutions)} that solve the problem{how}; least λ ="
            f" {number(least)}",
            asked(units.semantics, units.loss, units.chart, units.prior_concentration),
            Grid(("used tuples", "codes", "least λ", "m"), rows, len(self.best), "rows"),
        )

    @property
    def problem(self) -> SynthesisProblem:
        """The problem, over full tables."""
        return self.units.problem

    @property
    def tables(self) -> TableSpace:
        """The space of the codes."""
        return self.units.tables

    @property
    def codes(self) -> int:
        """Number of rows."""
        return sum(self.groups.values())

    @cached_property
    def used_tuples(self) -> dict[int, int]:
        """Number of codes by how many tuples they use."""
        found: dict[int, int] = {}
        for alike, codes in sorted(self.groups.items(), key=lambda item: item[0].order):
            found[alike.used] = found.get(alike.used, 0) + codes
        return found

    def log2_mass(self, used: int) -> float:
        """Return log2 of the mass of a cube that settles so many tuples: −k·log2(3·S·|Q|)."""
        return -whole("used", used, 0) * math.log2(self.tables.actions)

    @cached_property
    def rank_correlation(self) -> float | None:
        """Spearman's rank correlation of the Solomonoff weight 2^−|description| and λ.

        Over the codes, each counted once; the description is that of the code's cube, k·log2(3·S·|Q|) bits. ``None`` if
        all weights, or all λ, are equal.
        """
        pairs: dict[tuple[int, Fraction], int] = {}
        for alike, codes in self.groups.items():
            pairs[alike.used, alike.value] = pairs.get((alike.used, alike.value), 0) + codes
        return rank_correlation(pairs)

    @property
    def net_negative(self) -> tuple[CodeRow, CodeRow] | None:
        """A pair of codes where error correction pays for the tuples it needs, if there is one.

        The best code of all those with fewer used tuples, and one with more whose λ is smaller than that of every code
        with fewer: of several numbers of tuples the one with the least λ.
        """
        pair, shorter = None, None
        for row in self.best:
            if shorter is not None and row.value < shorter.value:
                pair = shorter, row
            if shorter is None or row.value < shorter.value:
                shorter = row
        return pair

    def machine(self, row: CodeRow) -> TuringMachine:
        """Return the machine of a row."""
        instance("row", row, CodeRow)
        return self.tables.machine(row.code)

    def entries(self, row: CodeRow) -> dict[str, Any]:
        """Return a row by the names of the columns of tables."""
        return {
            "code": self.machine(row).canonical,
            "used_tuples": row.used,
            "log2_mass": self.log2_mass(row.used),
            "dimension": self.units.dimension,
            "learning_coefficient": fraction_text(row.value),
            "learning_coefficient_decimal": float(row.value),
            "multiplicity": row.multiplicity,
            "least_fatal_weight": row.weight,
        }

    def each_row(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by the names of their columns.

        Raises
        ------
        FormatError
            If it was read from a record, which does not hold them.
        """
        if self.rows is None:
            raise FormatError("the atlas was read from a record, which holds no rows; read its table, or make it anew")
        return map(self.entries, self.rows)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the atlas by the ending of ``path``.

        Its rows as a table, ``.csv`` or ``.parquet`` (needs pyarrow); a picture of them, ``.svg`` or ``.png`` (needs
        matplotlib); or what they come to as a record, ``.json`` or ``.json.gz``.

        Raises
        ------
        FormatError
            If the ending is another one, or the file cannot be written.
        NoisytmError
            If what it needs is not installed.
        """
        text = path_of(path, "atlas")
        if text.endswith(ENDINGS):
            save_record(self.to_json(), path)
        elif Path(text).suffix.lower() in TABLE_FORMS:
            write_table(Path(text), self.each_row())
        else:
            self.plot(text)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw λ against description length: as SVG or PNG, by the ending of ``path``.

        Return the figure; it is written to a file where there is a path.

        Codes alike in both are one dot, with an area that grows with their mass. The numbers are in the file, an SVG.

        Raises
        ------
        FormatError
            If the ending is another one, or the file cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return draw(self, None if path is None else Path(path_of(path, "picture")))

    def to_json(self) -> dict[str, Any]:
        """Return what the rows come to as a JSON object; the rows themselves go to tables."""
        units = self.units
        head = provenance(
            problem_key=self.problem.key,
            options={**units.to_json(), "sample": self.sample},
            seed=self.seed,
            version=self.version,
        )
        body = {
            "problem": self.problem.to_json(),
            **units.to_json(),
            "dimension": units.dimension,
            "solutions": self.solutions,
            "codes": self.codes,
            "groups": [self._group(*item) for item in sorted(self.groups.items(), key=lambda item: item[0].order)],
            "best": [self._code(row) for row in self.best],
            "by_weight": [self._code(row) for row in self.by_weight],
            "by_learning_coefficient": [self._code(row) for row in self.by_value],
            "named": [{"name": name, "code": self._code(row)} for name, row in self.named.items()],
            "rank_correlation": self.rank_correlation,
            "complete": self.complete,
        }
        return self.kind.tagged(head, body, self.times())

    def _group(self, alike: Alike, codes: int) -> dict[str, Any]:
        return {"codes": codes, **self._numbers(alike)}

    def _code(self, row: CodeRow) -> dict[str, Any]:
        return {"machine": self.machine(row).to_json(), **self._numbers(Alike(*row[1:]))}

    def _numbers(self, alike: Alike) -> dict[str, Any]:
        return {
            "used_tuples": alike.used,
            "log2_mass": self.log2_mass(alike.used),
            "learning_coefficient": fraction_text(alike.value),
            "multiplicity": alike.multiplicity,
            "least_fatal_weight": alike.weight,
        }

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Atlas:
        problem = SynthesisProblem.from_json(record["problem"])
        units = AtlasUnits(
            problem,
            record["semantics"],
            record["loss"],
            record["chart"],
            checked_concentration(record["prior_concentration"]),
        )
        tables = units.tables

        def row(entry: Mapping[str, Any]) -> CodeRow:
            code = tuple(tables.table(TuringMachine.from_json(entry["machine"])).tolist())
            return CodeRow(code, *_alike(entry))

        return cls(
            units,
            record["solutions"],
            record["options"]["sample"],
            record["seed"],
            {_alike(entry): entry["codes"] for entry in record["groups"]},
            tuple(map(row, record["best"])),
            tuple(map(row, record["by_weight"])),
            tuple(map(row, record["by_learning_coefficient"])),
            {entry["name"]: row(entry["code"]) for entry in record["named"]},
            None,
            record["complete"],
            record["version"],
        )


def _alike(entry: Mapping[str, Any]) -> Alike:
    return Alike(
        entry["used_tuples"],
        Fraction(entry["learning_coefficient"]),
        entry["multiplicity"],
        entry["least_fatal_weight"],
    )
