"""Learning coefficients of the annealed and quenched semantics, in every chart and at faces, against the slow path."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from random_cases import options_of, random_face, random_machine, random_prior, random_problem, solved_on
from seeds import seeds, slow_where, sweep

from noisytm import SynthesisProblem, TuringMachine, learning_coefficient, library, verify, words
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.geometry import Face

SEMANTICS = ("annealed", "quenched")
DETECT_A = library.machine("detectA")


def check(result) -> None:
    """Hold a result against the chain of bounds and its certificate."""
    assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension
    assert verify(result.to_json(), full=True).value == result.certificate.value


@pytest.mark.parametrize(("semantics", "multiplicity"), [("annealed", 3), ("quenched", 2)])
def test_known_values(semantics, multiplicity):
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
    result = learning_coefficient(problem, DETECT_A, semantics=semantics)
    assert (result.value, result.multiplicity) == (10, multiplicity)
    check(result)
    half = learning_coefficient(problem, DETECT_A, semantics=semantics, chart="sphere", loss="brier")
    assert (half.value, half.multiplicity) == (Fraction(5, 2), multiplicity)
    check(half)


def test_smallest_correction():
    machine = TuringMachine(("0",), "0", ("0", "1", "H"), "0", [("0", "0", "0", "H", "S"), ("0", "1", "0", "H", "S")])
    problem = SynthesisProblem.of_machine(machine, inputs=[""], steps=3)
    result = learning_coefficient(problem, machine, semantics="annealed")
    assert (result.value, result.multiplicity, result.bounds.fatal_alone) == (Fraction(4, 3), 3, 0)
    check(result)


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("part", range(2))
def test_random_codes_and_faces(semantics, part):
    for seed in seeds(range(45 * part, 45 * part + 45), 8):
        rng = random.Random(seed)
        machine = random_machine(rng)
        problem, options = random_problem(rng, machine, 1 + seed % 3), options_of(seed) | {"semantics": semantics}
        if options["chart"] != "sphere":
            options["prior_concentration"] = random_prior(rng, machine)
        face = random_face(rng, machine, options["chart"], 0.15 if seed % 2 else 0.0)
        result = solved_on(problem, face, **options)
        if result is None:
            continue
        slow = learning_coefficient_by_enumeration(problem, face, **options)
        assert (result.value, result.multiplicity) == slow, (seed, machine.canonical, face, options)
        check(result)


@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("quenched")
def test_free_unused_tuples(semantics):
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 1), 3)
    face = Face.with_free_unused(problem, DETECT_A)
    result = learning_coefficient(problem, face, semantics=semantics)
    assert (result.value, result.multiplicity) == learning_coefficient_by_enumeration(
        problem, face, semantics=semantics
    )
    assert result.value >= learning_coefficient(problem, DETECT_A, semantics=semantics).value
