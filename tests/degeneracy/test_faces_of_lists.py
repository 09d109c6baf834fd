"""Faces of lists whose keys err or are repeated: all syndromes of all codes inside, bounds, records, free keys."""

import json
import random

import pytest
from seeds import seeds, sweep

from noisytm import Description, Face, SynthesisProblem, learning_coefficient, library, precision, verify, words
from noisytm.codespace import TupleCoordinate
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration, minimal_syndromes
from noisytm.errors import ProblemError
from noisytm.geometry import BitFace

DETECT_A = library.machine("detectA")


def random_face(seed, keys):
    """Draw a list and a face of it, on which not all codes need to solve the problem."""
    rng = random.Random(seed)
    names, here = ["_", "1"][: rng.randint(1, 2)], ["a", "b", "c"][: rng.randint(2, 3)]
    rows = [
        (rng.choice(names), rng.choice(here[:2]), rng.choice(names), rng.choice(here), rng.choice("LSR"))
        for _ in range(rng.randint(2, 3))
    ]
    machine = Description(names, "_", here, "a", rows, here[2:] if rng.random() < 0.3 else [])
    problem = SynthesisProblem.of_machine(machine, [names[-1:]], rng.randint(1, 2), keys=keys)
    free = [c for c in problem.space.coordinates(machine) if rng.random() < 0.3]
    return problem, Face(machine, free, keys)


@sweep
@pytest.mark.parametrize("keys", ["noisy", "exact"])
@pytest.mark.parametrize("seed", seeds(range(160), 8))
def test_value_bounds_and_proof(seed, keys):
    problem, face = random_face(seed, keys)
    semantics = ["pseudo-utm", "mean-field", *["annealed", "quenched"] * (keys == "exact")][
        seed % (4 - 2 * (keys == "noisy"))
    ]
    for chart in ("simplex", "bits"):
        asked = {"semantics": semantics, "chart": chart}
        try:
            point = face if chart == "simplex" else BitFace.of_face(face)
            slow = learning_coefficient_by_enumeration(problem, point, **asked)
        except ProblemError:  # some code of the face does not solve the problem, or digits do not make the face
            if chart == "simplex":
                with pytest.raises(ProblemError):
                    learning_coefficient(problem, face, **asked)
            continue
        found = learning_coefficient(problem, point, **asked)
        assert (found.value, found.multiplicity) == slow
        alone = [s for s in minimal_syndromes(problem, point, **asked) if sum(s) == 1]
        assert found.bounds.fatal_alone == len(alone)
        assert found.bounds.fatal_alone <= found.value <= found.bounds.used_tuples <= found.bounds.dimension
        record = json.loads(json.dumps(found.to_json()))
        assert verify(record, full=True).value == found.value
        assert type(found).from_json(record).face == found.face == point


def test_a_key_is_free_where_another_tuple_acts():
    """A tuple may have the key of another that is listed behind it, and is sure to act."""
    rows = [("_", "0", "_", "1", "S"), ("_", "1", "_", "0", "S")]
    machine = Description(["_"], "_", ["0", "1"], "0", rows)
    problem = SynthesisProblem.of_machine(machine, [""], 1, keys="noisy")
    free = Face(machine, [TupleCoordinate(1, "in", "0")], "noisy")
    with pytest.raises(ProblemError, match="the free entries allow an outcome that is not accepted"):
        learning_coefficient(problem, free)
    rows = [rows[1], rows[0]]  # now it comes before the one that acts
    machine = Description(["_"], "_", ["0", "1"], "0", rows)
    problem = SynthesisProblem.of_machine(machine, [""], 1, keys="noisy")
    free = Face(machine, [TupleCoordinate(0, "in", "0")], "noisy")
    found = learning_coefficient(problem, free)
    assert found.used_tuples == (1,) and found.value == 2 and found.certificate.face == free


def test_what_unused_tuples_do_is_free_while_their_keys_are_not():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    face = Face.with_free_unused(problem, DETECT_A)
    assert {c.kind for c in face.free} == {"write", "next", "move"} and {c.tuple for c in face.free} == {1, 5}
    found = learning_coefficient(problem, face)
    assert verify(found.to_json(), full=True).value == found.value <= found.bounds.used_tuples


@pytest.mark.slow
def test_precision_near_the_inner_points_of_a_face():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    face = Face.with_free_unused(problem, DETECT_A)
    known = precision(problem, face)
    assert known.learning_coefficient == learning_coefficient(problem, face).value
    assert verify(json.loads(json.dumps(known.to_json()))).lines == known.lines


def test_a_noisy_code_has_the_coefficient_of_its_face():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 3, keys="noisy")
    face = Face(DETECT_A, [TupleCoordinate(1, "move", "L"), TupleCoordinate(5, "write", "A")], "noisy")
    code = face.support / 1.0
    for _, start, values in problem.space.blocks:
        code[:, start : start + len(values)] /= code[:, start : start + len(values)].sum(axis=1, keepdims=True)
    found = learning_coefficient(problem, code)
    assert found.face.support.tolist() == face.support.tolist()
    assert found.value == learning_coefficient(problem, face).value
