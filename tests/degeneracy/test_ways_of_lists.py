"""What is asked of single codes, asked of lists whose keys err or are repeated: noise of an entry, padding."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from seeds import quick_where

from noisytm import (
    CodeSpace,
    Description,
    EntryNoise,
    Face,
    MachineError,
    SynthesisProblem,
    coefficient_along_entry,
    learning_coefficient,
    library,
    loss_and_gradient,
    words,
)
from noisytm.algebra import Numbers
from noisytm.codespace import TupleCoordinate
from noisytm.degeneracy import NEW_TUPLES, PADDED, PaddingTable, padded_machine, padding
from noisytm.relaxation.generic.readings import loss as exact_loss

DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
TWICE = Description(
    ["_", "a"], "_", ["0", "1"], "0", [("a", "0", "_", "0", "L"), *[("_", "0", "_", "1", "L")] * 2], name="twice"
)


def mixed(found, h):
    """Return the code at h, over any numbers."""
    ends = [found.problem.space.embed(machine).tolist() for machine in (found.machine, found.exchanged)]
    return [[(1 - h) * int(a) + h * int(b) for a, b in zip(*rows, strict=True)] for rows in zip(*ends, strict=True)]


@pytest.mark.parametrize(
    ("keys", "entry"),
    [
        ("noisy", (2, "write", "B")),  # of a tuple that acts
        ("noisy", (1, "move", "L")),  # of one that does not
        ("noisy", (5, "read", "A")),  # it may act then
        ("noisy", (2, "in", "accept")),
    ],
)
def test_points_of_an_entry_are_those_of_faces(keys, entry):
    found = coefficient_along_entry(PROBLEM, DETECT_A, entry)
    error = TupleCoordinate(*entry)
    own = {"read": 0, "in": 1, "write": 2, "next": 3, "move": 4}[entry[1]]
    assert found.entry == error and found.exchanged.tuples[entry[0]][own] == entry[2]
    for point, at in zip(found.points, (DETECT_A, Face(DETECT_A, (error,), keys), found.exchanged), strict=True):
        if point.status == "proved":
            alone = learning_coefficient(PROBLEM, at)
            assert point.lower == alone.value and point.multiplicity == alone.multiplicity
    assert found.harmless == (found.points[1].status == "proved")
    for h, value in found.losses[::5]:
        assert value == pytest.approx(loss_and_gradient(PROBLEM, np.array(mixed(found, h)))[0][0], abs=1e-15)
    if found.leading is not None:
        h = Fraction(1, 10**9)
        exact = exact_loss(Numbers(Fraction(0), Fraction(1)), PROBLEM, mixed(found, h), "pseudo-utm", "brier")
        brier = coefficient_along_entry(PROBLEM, DETECT_A, entry, loss="brier").leading
        assert abs(exact / h**brier.degree - brier.coefficient) < 1000 * h
    again = json.loads(json.dumps(found.to_json()))
    assert EntryNoise.from_json(again) == found and again["options"]["keys"] == "noisy"


def test_both_ends_of_a_key_that_is_fatal_alone():
    """A tuple listed twice with exact keys: the first is dead, whatever it does."""
    problem = SynthesisProblem.of_machine(TWICE, ["", "a"], 2)
    dead = coefficient_along_entry(problem, TWICE, (1, "next", "0"))
    assert dead.harmless and dead.machine == TWICE
    assert coefficient_along_entry(problem, TWICE, (np.int64(1), "next", "0")).points == dead.points
    with pytest.raises(MachineError, match="known by number"):
        coefficient_along_entry(problem, TWICE, (True, "next", "0"))
    acting = coefficient_along_entry(problem, TWICE, (2, "next", "0"))
    assert not acting.harmless and acting.leading.degree == 1
    noisy = SynthesisProblem.of_machine(TWICE, ["", "a"], 2, keys="noisy")
    second = coefficient_along_entry(noisy, TWICE, (2, "read", "a"))  # the copy before it is a second try
    assert second.points[1].status == "unsolved" and second.leading.degree == 2
    with pytest.raises(MachineError, match=r"known by number: give \(number, kind, wrong value\)"):
        coefficient_along_entry(problem, TWICE, ("a", "0", "next", "1"))


@pytest.mark.parametrize(
    ("name", "padded", "new_tuples"),
    quick_where(
        itertools.product(("detectA", "twice"), PADDED, NEW_TUPLES),
        lambda name, padded, new: name == "twice" or PADDED.index(padded) == NEW_TUPLES.index(new),
    ),
)
def test_padding(name, padded, new_tuples):
    machine = {"detectA": DETECT_A, "twice": TWICE}[name]
    inputs = words("AB", 1) if machine is DETECT_A else ["", "a"]
    lines = {}
    for keys in ("noisy", "exact"):
        problem = SynthesisProblem.of_machine(machine, inputs, 2, keys=keys)
        lines[keys] = padding(problem, machine, 2, padded=padded, new_tuples=new_tuples)
        for p, line in enumerate(lines[keys]):
            bigger = padded_machine(machine, padded, p, new_tuples)
            space = CodeSpace.of(bigger, keys)
            assert line.machine == bigger and line.dimension == space.dimension and type(bigger) is type(machine)
            assert line.fatal_alone <= line.value <= line.used_tuples_bound <= line.dimension_bound
        table = PaddingTable(problem, machine, "pseudo-utm", "log", "simplex", Fraction(1), tuple(lines[keys]))
        assert PaddingTable.from_json(json.loads(json.dumps(table.to_json()))) == table
    assert all(noisy.value >= exact.value for noisy, exact in zip(lines["noisy"], lines["exact"], strict=True))
    first = learning_coefficient(SynthesisProblem.of_machine(machine, inputs, 2, keys="noisy"), machine)
    assert lines["noisy"][0].value == first.value and lines["noisy"][0].multiplicity == first.multiplicity
