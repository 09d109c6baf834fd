"""Random (2, 2) codes in all four semantics: against all minimal syndromes, and what holds among charts and losses."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from seeds import seeds, slow_where, sweep

from noisytm import (
    BudgetError,
    Face,
    SynthesisProblem,
    TuringMachine,
    learning_coefficient,
    library,
    verify,
    words,
)
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.relaxation.semantics import names_of

SEMANTICS = names_of()
CODES = 200
MAX_SIZE = 600
HALF = Fraction(1, 2)


def random_task(seed):
    """Draw a full or partial (2, 2) code and a problem that it solves: state or tape, one outcome or several."""
    rng = random.Random(seed)
    states = ["a", "b", "H"] if seed % 4 == 0 else ["a", "b"]
    keys = [(s, q) for s in "01" for q in "ab"]
    keys = keys if seed % 2 else rng.sample(keys, rng.randint(1, 4))
    tuples = [(s, q, rng.choice("01"), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(["0", "1"], "0", states, "a", tuples, halting=states[2:])
    readout = rng.choice(("state", "state", "tape:1", "tape:2"))
    options = {"hamming": 1} if readout == "tape:2" and rng.random() < HALF else {}
    return SynthesisProblem.of_machine(machine, words("1", 1), rng.choice((1, 2, 2, 3)), readout, **options), machine


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("quenched", "annealed")
def test_random_codes_against_all_minimal_syndromes(semantics):
    seen = Counter[str]()
    chosen = seeds(range(CODES), range(13, CODES, 21))  # with a fraction in each semantics
    for seed in chosen:
        problem, machine = random_task(seed)
        result = learning_coefficient(problem, machine, semantics=semantics)
        result.certificate.verify()
        chain = result.bounds
        assert chain.fatal_alone <= result.value <= chain.used_tuples <= chain.dimension
        try:
            slow = learning_coefficient_by_enumeration(problem, machine, semantics=semantics, max_size=MAX_SIZE)
        except BudgetError:
            seen["over budget"] += 1
            continue
        assert (result.value, result.multiplicity) == slow, seed
        seen["fraction" if result.value.denominator > 1 else "whole"] += 1
    assert seen["over budget"] < len(chosen) / 20 and seen["fraction"] > 0 and seen["whole"] > 0


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_charts_and_losses_of_random_codes(semantics):
    multiplicities = set()
    for seed in seeds(range(0, CODES, 5), range(25, 60, 5)):
        problem, machine = random_task(seed)

        def coefficient(chart="simplex", task=problem, code=machine, **options):
            found = learning_coefficient(task, code, semantics=semantics, chart=chart, **options)
            chain = found.bounds
            assert chain.fatal_alone <= found.value <= chain.used_tuples <= chain.dimension
            return found

        simplex, bits, sphere = (coefficient(chart) for chart in ("simplex", "bits", "sphere"))
        half, brier = coefficient(prior_concentration=HALF), coefficient(loss="brier")
        assert sphere.value == half.value == brier.value == simplex.value / 2
        assert sphere.multiplicity == half.multiplicity == brier.multiplicity == simplex.multiplicity
        assert bits.value <= bits.bounds.used_tuples == bits.description_length.bits
        assert coefficient("bits", loss="brier").value <= HALF * bits.description_length.bits
        multiplicities.add(simplex.multiplicity)
        free = coefficient(code=Face.with_free_unused(problem, machine))
        assert free.value >= simplex.value
        verify(bits.to_json())
        verify(free.to_json())
    assert len(multiplicities) > 1


PUBLISHED = (
    (2, 4, "annealed", "simplex", Fraction(10), 3),
    (2, 4, "quenched", "simplex", Fraction(10), 2),
    (2, 4, "pseudo-utm", "bits", Fraction(29, 3), 2),
)


@pytest.mark.parametrize(("longest", "steps", "semantics", "chart", "value", "multiplicity"), PUBLISHED)
def test_published_values(longest, steps, semantics, chart, value, multiplicity):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", longest), steps)
    found = learning_coefficient(problem, machine, semantics=semantics, chart=chart)
    assert (found.value, found.multiplicity) == (value, multiplicity)
    verify(found.to_json(), full=True)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_two_listed_tuples_are_enough_for_detect_a(semantics):
    machine = library.machine("detectA")
    short = [t for t in machine.tuples if t.state == "reject" and t.read != "_"]
    machine = TuringMachine(machine.symbols, "_", machine.states, "reject", short)
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    assert learning_coefficient(problem, machine, semantics=semantics).value == 4
