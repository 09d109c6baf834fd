"""The readable step of every semantics against its definition, written out in `naive`: fractions and costs."""

import math
import random
from fractions import Fraction

import pytest
from naive import outcomes
from naive import wrong as naive_wrong

from noisytm import SynthesisProblem, TuringMachine
from noisytm.algebra.semirings import MinPlus, Numbers
from noisytm.algebra.truncated import Costs
from noisytm.relaxation.generic.readings import readouts, wrong
from noisytm.relaxation.semantics import SEMANTICS

EXACT = Numbers(Fraction(0), Fraction(1))
READOUTS = ("state", "tape:1", "state", "tape:2")
CASES = [(name, seed) for name in SEMANTICS for seed in range(10)]


def random_case(seed):
    """Draw a machine with gaps and at times a halting state, a problem it solves, and what some outcomes are."""
    rng = random.Random(seed)
    symbols, states = ("01", "012")[seed % 4 == 3], ["a", "b"]
    keys = [(s, q) for s in symbols for q in states]
    keys = rng.sample(keys, rng.randint(1, min(3, len(keys))))
    states += ["H"] * (seed % 3 == 0)
    rows = [(*key, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for key in keys]
    machine = TuringMachine(list(symbols), "0", states, "a", rows, halting=states[2:])
    steps = 1 + seed % 3
    return rng, machine, SynthesisProblem.of_machine(machine, ["", "1", "10"], steps, READOUTS[seed % 4])


def fractions(rng, space):
    """Draw a noisy code, some entries zero."""
    code = []
    for _ in space.keys:
        row = []
        for _, _, values in space.blocks:
            weights = [rng.choice((0, 1, 2, 3)) for _ in values]
            weights[rng.randrange(len(values))] += 1
            row += [Fraction(w, sum(weights)) for w in weights]
        code.append(row)
    return code


@pytest.mark.parametrize(("semantics", "seed"), CASES)
def test_fractions(semantics, seed):
    rng, _, problem = random_case(seed)
    code = fractions(rng, problem.space)
    for word, found in zip(problem.inputs, readouts(EXACT, problem, code, semantics), strict=True):
        expected = outcomes(EXACT, problem, code, semantics, word)
        assert {o: p for o, p in found.items() if p} == {o: p for o, p in expected.items() if p}
        assert sum(found.values()) == 1
    assert wrong(EXACT, problem, code, semantics) == naive_wrong(EXACT, problem, code, semantics)


@pytest.mark.parametrize(("semantics", "seed"), CASES)
def test_costs(semantics, seed):
    rng, machine, problem = random_case(seed)
    right = problem.space.embed(machine).tolist()
    costs = [[0 if x else rng.choice((0, 1, 5, 10**30)) for x in row] for row in right]
    expected = naive_wrong(MinPlus(), problem, costs, semantics)
    assert wrong(MinPlus(), problem, costs, semantics) == expected
    assert wrong(Costs(5), problem, costs, semantics) == [x if x <= 5 else math.inf for x in expected]
