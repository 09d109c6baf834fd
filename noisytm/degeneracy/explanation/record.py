"""Witnesses in records; one that is a run is run again when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noisytm._schema import BOOLEAN, COUNT, INTEGER, STRING, Schema, choice, entries, many, nullable
from noisytm.codespace import KEY_KINDS, KINDS
from noisytm.degeneracy.explanation.witness import Branch, Slip, Witness, errors_by_step, single
from noisytm.errors import FormatError
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

_FROM_ONE: Schema = {"type": "integer", "minimum": 1}
SLIP = entries(tuple=COUNT, kind=choice(*KEY_KINDS, *KINDS), value=STRING, steps=many(_FROM_ONE))
FRAME = entries(head=INTEGER, state=STRING, first=INTEGER, cells=many(STRING))
BRANCH = entries(step=_FROM_ONE, place=nullable(INTEGER), value=STRING, slips=many(SLIP), of=many(COUNT))
WITNESS: Schema = entries(
    input=COUNT,
    slips=many(SLIP),
    always=BOOLEAN,
    outcome=nullable(many(STRING)),
    frames=many(FRAME),
    branches=many(BRANCH),
)


def witness_json(witness: Witness) -> dict[str, Any]:
    """Return a witness as a JSON object.

    Examples
    --------
    >>> witness_json(Witness(0, (Slip(0, "move", "L", (2,)),), False, None))["slips"]
    [{'tuple': 0, 'kind': 'move', 'value': 'L', 'steps': [2]}]
    """
    return {
        "input": witness.input,
        "slips": _slips_json(witness.slips),
        "always": witness.always,
        "outcome": None if witness.outcome is None else list(witness.outcome),
        "frames": [
            {"head": frame.head, "state": frame.state, "first": frame.first, "cells": list(frame.cells)}
            for frame in witness.frames
        ],
        "branches": [
            {"step": b.step, "place": b.place, "value": b.value, "slips": _slips_json(b.slips), "of": list(b.of)}
            for b in witness.branches
        ],
    }


def witness_of_json(record: Mapping[str, Any], problem: SynthesisProblem, machine: Description) -> Witness:
    """Return the witness that a JSON object holds, which has the form of `WITNESS`.

    Raises
    ------
    FormatError
        If its input, a tuple, a value or a step is none of the problem's, or a run does not end as it says.
    """
    index, slips = record["input"], _slips(record["slips"])
    if index >= len(problem.inputs):
        raise FormatError(f"witness of input {index}: the problem has {len(problem.inputs)} inputs, from 0 on")
    branches = tuple(
        Branch(b["step"], b["place"], b["value"], _slips(b["slips"]), tuple(b["of"])) for b in record["branches"]
    )
    for slip in (*slips, *(slip for branch in branches for slip in branch.slips)):
        _require_slip(slip, problem)
    if record["outcome"] is None:
        return Witness(index, slips, record["always"], None, (), branches)
    found = single(problem, machine, index, errors_by_step(slips, problem.steps), record["always"])
    if found.outcome is None or list(found.outcome) != record["outcome"] or problem.accepts(index, found.outcome):
        raise FormatError(f"witness of input {index}: the run with its errors does not end wrong as it says")
    return found


def _require_slip(slip: Slip, problem: SynthesisProblem) -> None:
    values = {kind: values for kind, _, values in problem.space.blocks}
    known = slip.at < problem.space.tuples and slip.value in values.get(slip.kind, ())
    if not known or not all(step <= problem.steps for step in slip.steps):
        raise FormatError(
            f"witness has an error of tuple {slip.at}, {slip.kind} {slip.value!r}, at steps {list(slip.steps)}: there"
            " is no such entry or step"
        )


def _slips_json(slips: Sequence[Slip]) -> list[dict[str, Any]]:
    return [{"tuple": s.at, "kind": s.kind, "value": s.value, "steps": list(s.steps)} for s in slips]


def _slips(records: Sequence[Mapping[str, Any]]) -> tuple[Slip, ...]:
    return tuple(Slip(s["tuple"], s["kind"], s["value"], tuple(s["steps"])) for s in records)
