"""Why the best code of all is better than one that is known: the costs of both side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from noisytm._checks import instances
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import COUNT, FRACTION, STRING, either, entries, extended, items, many, nullable
from noisytm._summary import Grid, Summary, label_of, number
from noisytm._timed import Timed, timed, timed_form
from noisytm.codespace import CodeSpace
from noisytm.degeneracy import Explanation, explain, learning_coefficient
from noisytm.degeneracy.explanation import Cell
from noisytm.errors import FormatError, ProblemError
from noisytm.geometry import Place, concentration_within
from noisytm.machine import Description
from noisytm.search.cubes import SEARCH
from noisytm.search.minimum import GlobalLearningCoefficient

CONTRAST = Kind(
    "contrast",
    {
        1: timed_form(
            extended(
                result_form(),
                search=SEARCH.schema(),
                found=Explanation.kind.schema(),
                given=Explanation.kind.schema(),
                cells=many(
                    entries(
                        place=either(items(STRING, STRING), COUNT), found=nullable(FRACTION), given=nullable(FRACTION),
                        saved=FRACTION,
                    )
                ),
            )
        )
    },
)  # fmt: skip


class Pair(NamedTuple):
    """One tuple in both codes: its costs, where it is listed, and what the best code saves at it."""

    place: Place
    name: str
    found: Cell | None
    given: Cell | None

    @property
    def saved(self) -> Fraction:
        """What the tuple costs less in the best code; negative where it costs more."""
        costs = [Fraction(0) if cell is None else cell.cost for cell in (self.given, self.found)]
        return costs[0] - costs[1]

    @property
    def differs(self) -> bool:
        """Whether the tuple does something else, or is listed in one of the codes only."""
        if self.found is None or self.given is None:
            return True
        return (self.found.key, self.found.action) != (self.given.key, self.given.action)


@dataclass(frozen=True)
class Contrast(Timed):
    """The best code of a search beside a known one: what `contrast` returns.

    Attributes
    ----------
    result : GlobalLearningCoefficient
        What the search found.
    found, given : Explanation
        Why the best code has its λ, and why the known one has its own.
    """

    result: GlobalLearningCoefficient
    found: Explanation
    given: Explanation
    kind: ClassVar[Kind] = CONTRAST

    @property
    def saved(self) -> Fraction:
        """By how much the best code's λ is less."""
        return self.given.result.value - self.found.result.value

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The tuples of both codes; what is saved at each sums to what is saved."""
        mine, its = ({cell.place: cell for cell in why.cells} for why in (self.found, self.given))
        cells = mine | its
        return tuple(Pair(place, cells[place].name, mine.get(place), its.get(place)) for place in cells)

    def _summary(self) -> Summary:
        rows = (
            (pair.name, *(None if cell is None else cell.cost for cell in (pair.found, pair.given)), pair.saved)
            for pair in self.pairs
        )
        known = label_of(self.given.result.machine)
        return Summary(
            f"least λ = {number(self.found.result.value)} beside {number(self.given.result.value)} of {known}:"
            f" {number(self.saved)} saved",
            {},
            Grid(
                ("tuple", "costs in the best code", "costs in the known code", "saved"), rows, len(self.pairs), "tuples"
            ),
        )

    def _repr_html_(self) -> str:
        head, parts = super()._repr_html_() or "", (self.found._repr_html_(), self.given._repr_html_())
        return f"<div>{head}{''.join(parts)}</div>"

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object: the records of the search and of both explanations, and the costs."""
        body = {
            "search": self.result.to_json(),
            "found": self.found.to_json(),
            "given": self.given.to_json(),
            "cells": [
                {
                    "place": list(pair.place) if isinstance(pair.place, tuple) else pair.place,
                    "found": None if pair.found is None else fraction_text(pair.found.cost),
                    "given": None if pair.given is None else fraction_text(pair.given.cost),
                    "saved": fraction_text(pair.saved),
                }
                for pair in self.pairs
            ],
        }
        where = provenance(self.given.result.machine.key, self.result.problem.key, version=self.result.version)
        return self.kind.tagged(where, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Contrast:
        result, found = GlobalLearningCoefficient.from_json(record["search"]), Explanation.from_json(record["found"])
        if (result.face, result.value) != (found.result.face, found.result.value):
            raise FormatError(f"{cls.kind.what}: found explains another code than the search found")
        return cls(result, found, Explanation.from_json(record["given"]))


@timed
def contrast(result: GlobalLearningCoefficient, machine: Description) -> Contrast:
    """Say why the best code of a search is better than a known one: the costs of both side by side.

    Parameters
    ----------
    result : GlobalLearningCoefficient
        What the search found.
    machine : TuringMachine or Description
        A code with the same symbols and states that solves the problem; its λ is that of the tuples that it lists.

    Raises
    ------
    ProblemError
        If the search found no code, or the machine does not solve the problem.
    MachineError
        If its symbols or states are others.
    BudgetError, Interrupted
        If the time or the memory runs out, or on an interrupt; ``partial`` is ``result``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, global_learning_coefficient
    >>> rows = [("_", "a", "_", "b", "S"), ("_", "b", "_", "b", "S")]
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", rows)
    >>> problem = SynthesisProblem.of_machine(machine, [""], 2)
    >>> found = contrast(global_learning_coefficient(problem), machine)
    >>> str(found.saved), [str(pair.saved) for pair in found.pairs]
    ('0', ['0', '0'])
    """
    instances(result=(result, GlobalLearningCoefficient), machine=(machine, Description))
    if result.face is None:
        raise ProblemError("the search found no code that solves the problem: there is none to explain")
    space = CodeSpace.of(machine, result.keys)
    try:
        known = learning_coefficient(
            replace(result.problem, space=space),
            machine,
            semantics=result.semantics,
            loss=result.loss,
            chart=result.chart,
            prior_concentration=concentration_within(result.prior_concentration, space.keys),
        )
        return Contrast(result, explain(result.coefficient()), explain(known))
    except ENDED as error:
        raise carrying(error, result) from None
