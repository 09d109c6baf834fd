"""Codes side by side as a result: what differs in their spaces and tables, and what each costs in every semantics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary, count
from noisytm._timed import Timed
from noisytm.codespace import KEYS, CodeSpace
from noisytm.degeneracy.counting import DescriptionLength, keys_asked, used_entries
from noisytm.degeneracy.form import COMPARISON
from noisytm.degeneracy.surveys import Coefficient
from noisytm.geometry import Concentration, Place, checked_concentration, concentration_json
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem

Cell = tuple[str, str]


@dataclass(frozen=True)
class SpaceDifference(Described):
    """A part in which the space of a code, or its list of tuples, is not that of the first.

    Attributes
    ----------
    machine : int
        Which of the codes, counted from 0.
    part : {"symbols", "blank", "states", "start", "keys", "length", "halting"}
        What differs; ``keys`` are the (symbol, state) of the listed tuples, in their order; the last two count where
        keys err.
    order_only : bool
        Whether both have the same in another order. Order counts: later tuples win in pseudo-utm.
    """

    machine: int
    part: str
    order_only: bool

    def to_json(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {"machine": self.machine, "part": self.part, "order_only": self.order_only}


@dataclass(frozen=True)
class ComparedCode(Described):
    """What a code has in every semantics alike.

    Attributes
    ----------
    machine : TuringMachine or Description
        The code.
    used : tuple
        Its used tuples: their (symbol, state), or their numbers if keys err or are repeated.
    length : DescriptionLength
        Used and listed tuples, used bits.
    dimension : int
        The dimension of its space.
    cube_mass : Fraction or None
        The share of all tables over its symbols and states that have its used tuples, (3·S·|Q|)^−used; ``None`` where
        keys err or are repeated.
    """

    machine: Description
    used: tuple[Place, ...]
    length: DescriptionLength
    dimension: int
    cube_mass: Fraction | None

    def to_json(self, problem: SynthesisProblem) -> dict[str, Any]:
        """Return the code as a JSON object; ``problem`` is that in its space."""
        return {
            "machine": self.machine.to_json(),
            "machine_key": self.machine.key,
            **used_entries(problem.space, self.machine, self.used),
            "description_length": self.length.to_json(),
            "dimension": self.dimension,
            "cube_mass": None if self.cube_mass is None else fraction_text(self.cube_mass),
        }


@dataclass(frozen=True)
class ComparedRow(Described):
    """One code in one semantics.

    Attributes
    ----------
    semantics : str
        Which.
    machine : int
        Which of the codes, counted from 0.
    code : Coefficient
        λ, m and the bounds, or what is certain of λ where a budget ran out.
    least_weight : int or None
        The least weight of a fatal syndrome; ``None`` if no error is ever fatal, or if it is not known.
    weight_known : bool
        Whether it is known.
    """

    semantics: str
    machine: int
    code: Coefficient
    least_weight: int | None
    weight_known: bool = True

    @property
    def complete(self) -> bool:
        """Whether no budget ran out."""
        return self.weight_known and self.code.value is not None

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON object; fractions are strings."""
        bounds = self.code.bounds
        return {
            "semantics": self.semantics,
            "machine": self.machine,
            **self.code.to_json(),
            "bounds": None if bounds is None else bounds.to_json(),
            **({"least_fatal_weight": self.least_weight} if self.weight_known else {}),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> ComparedRow:
        """Build what `to_json` returned."""
        code = Coefficient.of_record(record)
        known = "least_fatal_weight" in record
        return cls(record["semantics"], record["machine"], code, record.get("least_fatal_weight"), known)


@dataclass(frozen=True)
class Comparison(Timed):
    """Codes side by side on one problem.

    Attributes
    ----------
    problems : tuple of SynthesisProblem
        The problem in the space of each code: the same inputs, steps and accepted outcomes, by name.
    codes : tuple of ComparedCode
        The codes.
    loss, chart, prior_concentration
        What was asked.
    rows : tuple of ComparedRow
        By semantics, then in the order of the codes.
    version : str
        Version of noisytm.
    ended_early : bool
        Whether rows are missing: the time ran out, or it was interrupted.
    """

    problems: tuple[SynthesisProblem, ...]
    codes: tuple[ComparedCode, ...]
    loss: str
    chart: str
    prior_concentration: Concentration
    rows: tuple[ComparedRow, ...]
    version: str
    ended_early: bool = field(default=False, compare=False)
    kind: ClassVar[Kind] = COMPARISON

    @property
    def machines(self) -> tuple[Description, ...]:
        """The codes as machines, or lists of tuples."""
        return tuple(code.machine for code in self.codes)

    @property
    def problem(self) -> SynthesisProblem:
        """The problem in the space of the first code."""
        return self.problems[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """What the codes are called: their names, with a number where there is none or where two have the same."""
        return labels_of(self.machines)

    @property
    def differences(self) -> tuple[SpaceDifference, ...]:
        """In what the spaces of the codes differ from that of the first."""
        return space_differences(self.problems, self.machines)

    @property
    def differing_cells(self) -> tuple[Cell, ...]:
        """The (symbol, state) at which the tables are not all the same, in the order of the codes that list them."""
        return differing_cells(self.machines)

    @property
    def complete(self) -> bool:
        """Whether all rows are there and no budget ran out."""
        return all(row.complete for row in self.rows) and not self.ended_early

    def _summary(self) -> Summary:
        names = self.labels
        rows = ((row.semantics, names[row.machine], row.code.brief()) for row in self.rows)
        same = "in one space" if not self.differences else "in spaces that differ"
        return Summary(
            f"{count(len(self.codes), 'code')} side by side, {same}{'' if self.complete else ', not all complete'}",
            {"differing cells": len(self.differing_cells), "chart": self.chart, "loss": self.loss},
            Grid(("semantics", "code", "learning coefficient"), rows, len(self.rows)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        options = {
            "loss": self.loss,
            "chart": self.chart,
            "prior_concentration": concentration_json(self.prior_concentration),
            **keys_asked(self.problem.space),
        }
        body = {
            "problem": self.problem.to_json(self.codes[0].machine),
            **options,
            "space_differences": [one.to_json() for one in self.differences],
            "differing_cells": [list(cell) for cell in self.differing_cells],
            "codes": [code.to_json(asked) for code, asked in zip(self.codes, self.problems, strict=True)],
            "rows": [row.to_json() for row in self.rows],
            "complete": self.complete,
        }
        head = provenance(None, self.problem.key, options, version=self.version)
        return self.kind.tagged(head, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Comparison:
        problem = SynthesisProblem.from_json(record["problem"])
        machines = [listed_from_json(code["machine"]) for code in record["codes"]]
        problems = tuple(problem_for(problem, machine) for machine in machines)
        codes = tuple(
            ComparedCode(
                machine,
                tuple(tuple(p) if isinstance(p, list) else p for p in code["used_tuples"]),
                DescriptionLength(**code["description_length"]),
                code["dimension"],
                None if code["cube_mass"] is None else Fraction(code["cube_mass"]),
            )
            for machine, code in zip(machines, record["codes"], strict=True)
        )
        rows = tuple(ComparedRow.of_record(row) for row in record["rows"])
        asked = (record["loss"], record["chart"], checked_concentration(record["prior_concentration"]))
        found = cls(problems, codes, *asked, rows, record["version"])
        early = found.complete and record["complete"] is False
        return cls(problems, codes, *asked, rows, record["version"], ended_early=early)


def labels_of(machines: Sequence[Description]) -> tuple[str, ...]:
    """Return what codes are called, each by another name.

    Examples
    --------
    >>> from noisytm import library, parse
    >>> labels_of([library.machine("bb2"), parse("1RA0LA"), library.machine("bb2")])
    ('bb2#1', '#2', 'bb2#3')
    """
    named = Counter(machine.name for machine in machines)
    return tuple(
        f"#{i + 1}" if not machine.name
        else machine.name if named[machine.name] == 1
        else f"{machine.name}#{i + 1}"
        for i, machine in enumerate(machines)
    )  # fmt: skip


def space_differences(
    problems: Sequence[SynthesisProblem], machines: Sequence[Description]
) -> tuple[SpaceDifference, ...]:
    """Return in what the spaces and the lists of codes differ from those of the first; ``problems`` have their spaces.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> codes = [library.machine("bb2"), library.machine("bb3")]
    >>> problems = [SynthesisProblem.of_machine(code, [""], 2) for code in codes]
    >>> [(x.part, x.order_only) for x in space_differences(problems, codes)]
    [('states', False), ('keys', False)]
    """
    parts = [[(p, getattr(x.space, p)) for p in _parts(x.space)] for x in problems]
    found = []
    for i, machine in enumerate(machines):
        pairs = zip([*parts[0], ("keys", machines[0].keys)], [*parts[i], ("keys", machine.keys)], strict=True)
        for (part, one), (_, other) in pairs:
            if one != other:
                order_only = isinstance(one, tuple) and Counter(one) == Counter(other)
                found.append(SpaceDifference(i, part, order_only))
    return tuple(found)


def _parts(space: CodeSpace) -> list[str]:
    return [part.name for part in fields(space) if part.name != "keys"]


def differing_cells(machines: Sequence[Description]) -> tuple[Cell, ...]:
    """Return the (symbol, state) at which tables are not all the same; what one does not list differs.

    Examples
    --------
    >>> from noisytm import library, parse
    >>> differing_cells([parse("1RB1LB_1LA1RZ"), parse("1RB1LB_1RA1RZ")])
    (('0', 'B'),)
    """
    tables = [{(t.read, t.state): t for t in machine.machine().tuples} for machine in machines]
    cells = dict.fromkeys(key for table in tables for key in table)
    return tuple(key for key in cells if len({table.get(key) for table in tables}) > 1)


def problem_for(problem: SynthesisProblem, machine: Description) -> SynthesisProblem:
    """Return a problem in the space of another code, which must solve it: words and outcomes keep their names.

    Raises
    ------
    MachineError, ProblemError
        If a symbol or an outcome of the problem is none of the code's, or the code gives another outcome.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, padded_machine
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "BA"], 4)
    >>> wider = problem_for(problem, padded_machine(machine, padded="states", p=1))
    >>> problem.space.dimension, wider.space.dimension, wider.targets == problem.targets
    (30, 36, True)
    """
    named = zip(problem.inputs, problem.targets, strict=True)
    written = [[word, [problem.readout.written(y, machine) for y in accepted]] for word, accepted in named]
    made = SynthesisProblem.of_machine(
        machine,
        problem.inputs,
        problem.steps,
        str(problem.readout),
        targets=written,
        weights=list(problem.weights),
        hamming=problem.hamming,
        keys=KEYS[problem.space.noisy_keys],
    )
    return problem if made.space == problem.space else made
