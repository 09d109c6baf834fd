"""Why a learning coefficient is what it is: its parts by entry, the runs that errors break, and the chain of bounds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import Any, ClassVar, NamedTuple

from noisytm import _clock
from noisytm._checks import instance
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, label_of, number, times
from noisytm._timed import Timed, timed
from noisytm.degeneracy.certificate import FatalSyndrome
from noisytm.degeneracy.explanation import (
    Cell,
    MarkedBits,
    Witness,
    bits_table,
    cells_of,
    chain_table,
    cost_table,
    marked_bits,
    rows_table,
    sentence,
    witness_json,
    witness_of,
    witness_of_json,
    witness_shown,
)
from noisytm.degeneracy.form import EXPLANATION
from noisytm.degeneracy.learning import LearningCoefficient
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import FormatError
from noisytm.geometry import chart_at
from noisytm.relaxation.semantics import checked_semantics

ENDED_BEFORE = "which run this breaks was not reached before the end"


class Link(NamedTuple):
    """One number of the chain of bounds, and how far it is above the one before."""

    name: str
    value: Fraction
    gap: Fraction | None


@dataclass(frozen=True)
class Explanation(Timed):
    """A learning coefficient taken apart: what each entry of the code costs, and what its errors break.

    Attributes
    ----------
    result : LearningCoefficient
        What is explained, with its proof.
    witnesses : tuple of Witness or None
        For each syndrome of positive weight, in the order of the certificate, how it breaks an input.
    reasons : tuple of str
        Why there is none; else empty.
    """

    result: LearningCoefficient
    witnesses: tuple[Witness | None, ...]
    reasons: tuple[str, ...]
    kind: ClassVar[Kind] = EXPLANATION

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The listed tuples with what their entries cost; the costs sum to λ, which is checked."""
        return cells_of(self.result.certificate, self.result.used_tuples)

    @cached_property
    def bits(self) -> tuple[MarkedBits, ...]:
        """The description of the code as bits, tuple by tuple, with what the flip of each costs."""
        result = self.result
        return marked_bits(chart_at(result.chart, result.problem.space, result.face), self.cells)

    @property
    def rows(self) -> tuple[FatalSyndrome, ...]:
        """The syndromes of positive weight; the weights sum to λ of the log loss."""
        return self.result.certificate.dual

    @property
    def sentences(self) -> tuple[str | None, ...]:
        """What each syndrome breaks, in words."""
        problem = self.result.problem
        return tuple(None if witness is None else sentence(problem, witness) for witness in self.witnesses)

    @property
    def chain(self) -> tuple[Link, ...]:
        """The chain of bounds from below, each with its gap to the one before."""
        bounds, found, before = self.result.bounds, [], None
        for name, value in (
            ("errors fatal alone", bounds.fatal_alone),
            ("learning coefficient", self.result.value),
            ("used-tuple bound", bounds.used_tuples),
            ("dimension", bounds.dimension),
        ):
            found.append(Link(name, value, None if before is None else value - before))
            before = value
        return tuple(found)

    def _summary(self) -> Summary:
        result, shown = self.result, sum(witness is not None for witness in self.witnesses)
        rows = ((cell.name, " ".join(cell.action), number(cell.cost)) for cell in self.cells)
        return Summary(
            f"λ = {number(result.value)} of {label_of(result.machine)} as the costs of"
            f" {count(len(self.cells), 'tuple')}; {count(len(self.rows), 'syndrome')}, {shown} with the run that it"
            " breaks",
            {},
            Grid(("tuple", "does", "cost"), rows, len(self.cells), "tuples"),
        )

    def _repr_html_(self) -> str:
        problem = self.result.problem
        rows = [
            (row.weight, said or f"{self._named(row)}: {reason}", witness_shown(problem, self.result.machine, witness))
            for row, said, witness, reason in zip(self.rows, self.sentences, self.witnesses, self.reasons, strict=True)
        ]
        head = escape(f"{self._summary().answer}; {problem.readout.phrase} after {count(problem.steps, 'step')}")
        parts = [
            f"<p><strong>Explanation</strong>: {head}.</p>",
            cost_table(self.result.machine, self.cells),
            chain_table(self.chain),
            bits_table(self.cells, self.bits),
            rows_table(rows, "The errors that count together, with their weights, and what they break."),
        ]
        return f"<div>{''.join(parts)}</div>"

    def _named(self, row: FatalSyndrome) -> str:
        """Return the errors of a syndrome in words."""
        names = self.result.certificate.coordinates
        return times((names[j], k) for j, k in row.syndrome)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; ``bound`` is the record that ``noisytm verify`` reads."""
        result = self.result
        bound, names = result.to_json(), result.certificate.coordinates
        body = {
            "bound": bound,
            "cells": [_cell_json(cell) for cell in self.cells],
            "rows": [
                {
                    "syndrome": [{"coordinate": names[j].to_json(), "count": k} for j, k in row.syndrome],
                    "weight": fraction_text(row.weight),
                    "sentence": said,
                    "witness": None if witness is None else witness_json(witness),
                    "reason": reason,
                }
                for row, said, witness, reason in zip(
                    self.rows, self.sentences, self.witnesses, self.reasons, strict=True
                )
            ],
            "bits": [{"bits": list(marked.bits), "marks": list(marked.marks)} for marked in self.bits],
            "chain": [
                {
                    "name": link.name,
                    "value": fraction_text(link.value),
                    "gap": None if link.gap is None else fraction_text(link.gap),
                }
                for link in self.chain
            ],
        }
        where = provenance(result.machine.key, result.problem.key, bound["options"], version=result.version)
        return self.kind.tagged(where, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Explanation:
        result = LearningCoefficient.from_json(record["bound"])
        witnesses = tuple(
            None if row["witness"] is None else witness_of_json(row["witness"], result.problem, result.machine)
            for row in record["rows"]
        )
        proved = len(result.certificate.dual)
        if len(witnesses) != proved:
            raise FormatError(f"{cls.kind.what} has {len(witnesses)} rows, but its certificate {proved} syndromes")
        return cls(result, witnesses, tuple(row["reason"] for row in record["rows"]))


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "place": list(cell.place) if isinstance(cell.place, tuple) else cell.place,
        "action": list(cell.action),
        "used": cell.used,
        "cost": fraction_text(cell.cost),
        "entries": [
            {
                "coordinate": entry.coordinate.to_json(),
                "v": fraction_text(entry.v),
                "cost": fraction_text(entry.cost),
                "standing": entry.standing,
                "rows": list(entry.rows),
            }
            for entry in cell.entries
        ],
    }


@timed
def explain(result: LearningCoefficient) -> Explanation:
    """Say why a learning coefficient is what it is: what each entry costs, and the run that each syndrome breaks.

    Parameters
    ----------
    result : LearningCoefficient
        What `learning_coefficient` found.

    Returns
    -------
    Explanation

    Raises
    ------
    CertificateError
        If the parts do not sum to λ, as in a record that was tampered with.
    BudgetError, Interrupted
        If the memory or the time runs out, or on an interrupt; ``partial`` is the explanation without the runs that
        were not reached.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, explain, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> why = explain(learning_coefficient(problem, machine))
    >>> sum(cell.cost for cell in why.cells), why.sentences[2]
    (Fraction(29, 3), 'on A: if (A, accept) goes to reject at step 4, the run ends in reject, not in accept')
    """
    instance("result", result, LearningCoefficient)
    problem, semantics = result.problem, checked_semantics(result.semantics)
    rows = result.certificate.dual
    found: list[tuple[Witness | None, str]] = []

    def explained() -> Explanation:
        shown = [*found, *[(None, ENDED_BEFORE)] * (len(rows) - len(found))]
        return Explanation(result, tuple(witness for witness, _ in shown), tuple(reason for _, reason in shown))

    _ = explained().cells  # that their sum is λ is seen to first
    try:
        oracle = Oracle(problem, result.face, semantics, result.chart)
        for row in rows:
            _clock.tick()
            paid = sum(k * row.costs[j] for j, k in row.syndrome)
            broken = [x.input for x in oracle.answers(row.costs, paid + 1) if x.syndrome == row.syndrome]
            order = sorted(broken, key=lambda i: (-problem.weights[i], len(problem.inputs[i]), i))
            found.append(witness_of(problem, semantics, oracle.chart, row.syndrome, order))
    except ENDED as error:
        raise carrying(error, explained()) from None
    return explained()
