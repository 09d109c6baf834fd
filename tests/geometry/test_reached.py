"""The tuples used on a face, against the readable semantics read over possibilities."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from noisytm import CodeSpace, Description, SynthesisProblem, TuringMachine, library, words
from noisytm.algebra.semirings import MinPlus, Numbers
from noisytm.codespace import Coordinate
from noisytm.discrete import used_tuples
from noisytm.geometry import Face
from noisytm.relaxation.generic import readings as reference
from noisytm.relaxation.semantics import checked_semantics

SYMBOLS, STATES = ("0", "1", "2"), ("a", "b", "c")


def random_face(seed: int) -> Face:
    """Draw a machine with gaps and free about one entry in five."""
    rng = random.Random(seed)
    keys = [(s, q) for s in SYMBOLS for q in STATES if rng.random() < 0.7] or [("0", "a")]
    rows = [(*key, rng.choice(SYMBOLS), rng.choice(STATES), rng.choice("LSR")) for key in keys]
    machine = TuringMachine(SYMBOLS, "0", STATES, "a", rows)
    return Face(machine, [c for c in CodeSpace.of(machine).coordinates(machine) if rng.random() < 0.2])


def possible(problem: SynthesisProblem, face: Face, semantics: str) -> tuple:
    """Return the listed tuples whose symbol and state are both possible before some step."""
    code = [[0 if there else math.inf for there in row] for row in face.support.tolist()]
    found = set()
    for word in problem.inputs:
        runs = reference.history(MinPlus(), problem.space, code, word, problem.steps, semantics)
        for tape, z in runs[: problem.steps]:
            y = tape[0] if 0 in tape else [0 if s == problem.space.blank else math.inf for s in SYMBOLS]
            found |= {key for key, (s, q) in zip(problem.space.keys, problem.space.key_indices, strict=True)
                      if y[s] == z[q] == 0}  # fmt: skip
    return tuple(key for key in problem.space.keys if key in found)


def reached_keys(problem, face, semantics):
    return checked_semantics(semantics).used_keys(problem, face)


def random_list_face(seed: int, keys: str) -> tuple[SynthesisProblem, Face]:
    """Draw a list that may repeat keys, whose keys may err, with about one entry in five free."""
    rng = random.Random(seed)
    halting = STATES[2:] if rng.random() < 0.5 else ()
    rows = [
        (rng.choice(SYMBOLS), rng.choice(STATES[:2]), rng.choice(SYMBOLS), rng.choice(STATES), rng.choice("LSR"))
        for _ in range(rng.randint(2, 5))
    ]
    listed = Description(SYMBOLS, "0", STATES, "a", rows, halting)
    problem = SynthesisProblem.of_machine(listed, words("1", 1), 1 + seed % 3, keys=keys)
    named = problem.space.coordinates(listed)
    return problem, Face(listed, [c for c in named if rng.random() < 0.2], keys)


@pytest.mark.parametrize("keys", ["noisy", "exact"])
@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
@pytest.mark.parametrize("seed", range(12))
def test_tuples_of_lists_are_reached_if_what_they_do_counts(semantics, seed, keys):
    """Over fractions inside the face: other next states of a tuple change some marginal just if it is reached."""
    problem, face = random_list_face(seed, keys)
    rng = random.Random(seed)
    code = []
    for row in face.support.tolist():
        masses = []
        for _, start, values in problem.space.blocks:
            of = [rng.randint(1, 9) * there for there in row[start : start + len(values)]]
            masses += [Fraction(x, sum(of)) for x in of]
        code.append(masses)
    exact = Numbers(Fraction(0), Fraction(1))

    def histories(rows):
        runs = (reference.history(exact, problem.space, rows, w, problem.steps, semantics) for w in problem.inputs)
        return [[(sorted(tape.items()), list(z)) for tape, z in run] for run in runs]

    before, counts = histories(code), set()
    _, start, values = problem.space.blocks[-2]
    other = [Fraction(2 * k + 1, len(values) ** 2) for k in range(len(values))]
    for i, row in enumerate(code):
        if histories([*code[:i], [*row[:start], *other, *row[start + len(values) :]], *code[i + 1 :]]) != before:
            counts.add(i)
    places = range(len(code)) if problem.space.by_number else problem.space.keys
    assert set(reached_keys(problem, face, semantics)) == {places[i] for i in counts}


@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
@pytest.mark.parametrize("part", range(4))
def test_marginal_semantics_reach_what_has_positive_weight(semantics, part):
    for seed in range(20 * part, 20 * part + 20):
        face = random_face(seed)
        problem = SynthesisProblem.of_machine(face.machine, words("12", 2), 1 + seed % 6)
        assert reached_keys(problem, face, semantics) == possible(problem, face, semantics)


@pytest.mark.parametrize("seed", range(20))
def test_runs_visit_only_tuples_that_are_reached(seed):
    """Machines with the face's entries, drawn anew, are among its codes."""
    face, rng = random_face(seed), random.Random(seed)
    problem = SynthesisProblem.of_machine(face.machine, words("12", 2), 5)
    reached = set(reached_keys(problem, face, "annealed"))
    for _ in range(20):
        rows = [
            (*key, *(rng.choice([v for v, there in zip(values, row[start:], strict=False) if there])
                     for _, start, values in problem.space.blocks))
            for key, row in zip(problem.space.keys, face.support.tolist(), strict=True)
        ]  # fmt: skip
        drawn = TuringMachine(SYMBOLS, "0", STATES, "a", rows)
        assert set(used_tuples(drawn, problem.inputs, problem.steps)) <= reached


def test_free_entries_of_unused_tuples_reach_nothing_more():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    used = used_tuples(machine, problem.inputs, problem.steps)
    face = Face.with_free_unused(problem, machine)
    for semantics in ("mean-field", "pseudo-utm", "annealed", "quenched"):
        assert reached_keys(problem, Face(machine), semantics) == reached_keys(problem, face, semantics) == used
    more = Face(machine, [Coordinate("A", "accept", "move", "R")])
    assert set(reached_keys(problem, more, "mean-field")) == {*used, ("_", "accept"), ("B", "accept")}
