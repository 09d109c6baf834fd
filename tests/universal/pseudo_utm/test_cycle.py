"""Relaxing the staged pseudo-UTM cell by cell for one cycle is the ``pseudo-utm`` step, in every number system."""

import itertools
import math
import random
from fractions import Fraction

import flint
import numpy as np
import pytest

from noisytm import CodeSpace, StagedPseudoUTM, SynthesisProblem, TuringMachine, library, simulate, wrong_probability
from noisytm.algebra.semirings import MinPlus, Monomials, Numbers, Probabilities
from noisytm.errors import MachineError
from noisytm.machine import MOVES
from noisytm.relaxation.generic.readings import history, step
from noisytm.universal.pseudo_utm.cycle import relaxed_configuration, relaxed_cycles, working_marginals
from noisytm.universal.pseudo_utm.relaxed import point, run

EXACT = Numbers(Fraction(0), Fraction(1))


def random_space(rng, symbols=None, states=None, most=None):
    """Draw a machine with unlisted tuples and halting states, its tuples in any order, and its space."""
    names = ["_", *"ABC"[: (symbols or rng.randint(1, 3)) - 1]]
    here = [*"pqr"[: states or rng.randint(1, 3)], *rng.choice(([], ["A"]))]
    halting = here[-1:] if rng.random() < 0.5 and len(here) > 1 else []
    keys = [key for key in itertools.product(names, here) if key[1] not in halting and rng.random() < 0.85]
    rng.shuffle(keys)
    tuples = [(*key, rng.choice(names), rng.choice(here), rng.choice(MOVES)) for key in keys[:most]]
    machine = TuringMachine(names, "_", here, "p", tuples, halting)
    return machine, CodeSpace.of(machine)


def fraction(rng, size):
    """Draw a distribution, some of it zero."""
    weights = [rng.choice((0, 1, 2, 5)) for _ in range(size)]
    weights[rng.randrange(size)] += 1
    return [Fraction(w, sum(weights)) for w in weights]


def random_start(rng, space, draw):
    tape = {j: draw(rng, len(space.symbols)) for j in range(rng.randint(-3, 0), rng.randint(1, 4))}
    return tape, draw(rng, len(space.states))


def random_code(rng, space, draw):
    return [[x for _, _, values in space.blocks for x in draw(rng, len(values))] for _ in space.keys]


def steps(algebra, space, code, start, count=1):
    for _ in range(count):
        start = step(algebra, space, code, "pseudo-utm", *start)
    return start


def padded(algebra, space, configuration):
    """Return all entries: the cells within 16 of the head, blank where absent, and the state."""
    tape, z = configuration
    blank = point(algebra, space.symbols, space.blank)
    assert all(-16 < j < 16 for j in tape)
    return [*(x for j in range(-16, 17) for x in tape.get(j, blank)), *z]


@pytest.mark.parametrize("cycles", [1, 2])
def test_over_fractions_it_is_exactly_the_step(cycles):
    rng = random.Random(cycles)
    for _ in range(50 // cycles**2):
        _, space = random_space(rng)
        code, start = random_code(rng, space, fraction), random_start(rng, space, fraction)
        mine = relaxed_cycles(EXACT, space, code, *start, cycles)
        assert padded(EXACT, space, mine) == padded(EXACT, space, steps(EXACT, space, code, start, cycles))


def test_the_other_order_of_the_tuples_and_the_other_semantics_differ():
    rng = random.Random(3)
    turned = other = 0
    for _ in range(12):
        _, space = random_space(rng, 2, 2)
        code, start = random_code(rng, space, fraction), random_start(rng, space, fraction)
        mine = padded(EXACT, space, relaxed_cycles(EXACT, space, code, *start))
        back = CodeSpace(space.symbols, space.blank, space.states, space.start, space.keys[::-1])
        reversed_ = padded(EXACT, space, relaxed_cycles(EXACT, back, code[::-1], *start))
        assert reversed_ == padded(EXACT, space, steps(EXACT, back, code[::-1], start))
        turned += mine != reversed_
        other += mine != padded(EXACT, space, step(EXACT, space, code, "mean-field", *start))
    assert turned >= 6 and other >= 6


def test_description_staging_and_phase_are_left_as_they_were():
    rng = random.Random(4)
    for _ in range(10):
        _, space = random_space(rng)
        universal = StagedPseudoUTM(space.symbols, space.blank, space.states)
        code, (tape, z) = random_code(rng, space, fraction), random_start(rng, space, fraction)
        start = relaxed_configuration(EXACT, universal, space, code, tape, z)
        end = run(EXACT, universal.machine, start, universal.cycle_steps(len(space.keys)))
        assert (end.state, end.tapes[:2]) == (start.state, start.tapes[:2])
        assert set(end.tapes[2]) == {0} and end.tapes[2][0][-1] == 0
        assert all(sum(cell) == 1 for tape in end.tapes for cell in tape.values())
        assert working_marginals(end) == relaxed_cycles(EXACT, space, code, tape, z)


def test_one_step_less_or_more_is_not_the_step():
    rng = random.Random(5)
    machine = library.machine("detectA")
    space, universal = CodeSpace.of(machine), StagedPseudoUTM.of(machine)
    code, start = random_code(rng, space, fraction), random_start(rng, space, fraction)
    begin = relaxed_configuration(EXACT, universal, space, code, *start)
    phases = [run(EXACT, universal.machine, begin, 65 + more).state for more in (-1, 0, 1)]
    first = universal.machine.states.index("compSymbol")
    assert [phase[first] == 1 for phase in phases] == [False, True, False]


def tiny(rng, size):
    """Draw a distribution with entries down to 1e-30."""
    small = [rng.choice((0.0, 0.25 / size, 1e-9, 3e-30)) for _ in range(size)]
    place = rng.randrange(size)
    small[place] = 1.0 - sum(x for i, x in enumerate(small) if i != place)
    return small


@pytest.mark.parametrize("cycles", [1, 4])
def test_floats_agree_with_the_step_to_full_relative_accuracy(cycles):
    rng = random.Random(6)
    for _ in range(24 // cycles):
        _, space = random_space(rng)
        code, start = random_code(rng, space, tiny), random_start(rng, space, tiny)
        mine = padded(Probabilities(), space, relaxed_cycles(Probabilities(), space, code, *start, cycles))
        assert mine == pytest.approx(
            padded(Probabilities(), space, steps(Probabilities(), space, code, start, cycles)), rel=1e-12, abs=0
        )


def test_balls_hold_the_exact_values():
    rng = random.Random(7)
    balls = Numbers(flint.arb(0), flint.arb(1))
    for _ in range(8):
        _, space = random_space(rng)
        code, (tape, z) = random_code(rng, space, fraction), random_start(rng, space, fraction)
        exact = padded(EXACT, space, relaxed_cycles(EXACT, space, code, tape, z, 2))

        def ball(x):
            return flint.arb(x.numerator) / x.denominator

        mine = relaxed_cycles(
            balls, space, [[ball(x) for x in row] for row in code],
            {j: [ball(x) for x in cell] for j, cell in tape.items()}, [ball(x) for x in z], 2,
        )  # fmt: skip
        for right, found in zip(exact, padded(balls, space, mine), strict=True):
            assert (found * right.denominator).contains(right.numerator) and float(found.rad()) < 1e-12


@pytest.mark.parametrize("name", ["detectA", "bb3", "palindrome", "bb2x4", "parity"])
def test_the_compiled_simulation_agrees(name):
    machine = library.machine(name)
    space = CodeSpace.of(machine)
    word = library.entry(name).outcomes[0].word
    code = 0.9 * space.embed(machine) + 0.1 * space.sample(1, seed=8)[0]
    result = simulate(space, code, word, 3, semantics="pseudo-utm")
    tape = {j: point(Numbers(), space.symbols, symbol) for j, symbol in enumerate(word)}
    mine = tape, point(Numbers(), space.states, space.start)
    for number in range(1, 4):
        mine = relaxed_cycles(Probabilities(), space, code.tolist(), *mine)
        assert mine[1] == pytest.approx(result.state[number].tolist(), rel=1e-12, abs=0)
        blank = point(Numbers(), space.symbols, space.blank)
        for j, cell in zip(result.cells.tolist(), result.tape[number].tolist(), strict=True):
            assert mine[0].get(j, blank) == pytest.approx(cell, rel=1e-12, abs=0)


def test_the_compiled_wrong_probability_agrees():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, inputs=["", "A", "BA"], steps=4)
    code = 0.999 * problem.space.embed(machine) + 0.001 * problem.space.sample(1, seed=9)[0]
    found = []
    for word, ((target,),) in zip(problem.inputs, problem.targets, strict=True):
        tape = {j: point(Numbers(), machine.symbols, symbol) for j, symbol in enumerate(word)}
        z = point(Numbers(), machine.states, machine.start)
        _, z = relaxed_cycles(Probabilities(), problem.space, code.tolist(), tape, z, 4)
        found.append(sum(x for x, state in zip(z, machine.states, strict=True) if state != target))
    assert found == pytest.approx(wrong_probability(problem, code).ravel().tolist(), rel=1e-12, abs=0)


def cost(rng, size):
    """Draw costs, the least of them zero."""
    costs = [rng.choice((0, 1, 3, 10**20, math.inf)) for _ in range(size)]
    costs[rng.randrange(size)] = 0
    return costs


@pytest.mark.parametrize("cycles", [1, 3])
def test_in_min_plus_it_costs_the_same(cycles):
    rng, costs = random.Random(10), MinPlus()
    for _ in range(45 // cycles):
        _, space = random_space(rng)
        code, start = random_code(rng, space, cost), random_start(rng, space, cost)
        mine = relaxed_cycles(costs, space, code, *start, cycles)
        assert padded(costs, space, mine) == padded(costs, space, steps(costs, space, code, start, cycles))


@pytest.mark.parametrize("cycles", [1, 2, 3])
def test_over_monomials_it_has_the_same_minimal_exponents(cycles):
    rng = random.Random(11)
    several = 0
    for _ in range(12 // cycles):
        machine, space = random_space(rng, 2, 2, most=(4, 4, 3)[cycles - 1])
        ideals = Monomials(space.dimension)
        code = [[ideals.one] * space.shape[1] for _ in space.keys]
        for index, column in enumerate(space.coordinate_columns(machine).tolist()):
            code[column // space.shape[1]][column % space.shape[1]] = ideals.variable(index)
        word = rng.choices(space.symbols, k=2)
        start = {j: point(ideals, space.symbols, s) for j, s in enumerate(word)}, point(ideals, space.states, "p")
        mine = padded(ideals, space, relaxed_cycles(ideals, space, code, *start, cycles))
        tape, z = history(ideals, space, code, word, cycles, "pseudo-utm")[-1]
        assert mine == padded(ideals, space, (tape, z))
        several += any(sum(exponent) > 1 for ideal in mine for exponent in ideal)
    assert cycles == 1 or several


def test_twelve_tuples():
    rng = np.random.default_rng(12)
    names, states = list("_ABC"), list("pqr")
    tuples = [(s, q, "_", "p", "S") for s, q in itertools.product(names, states)]
    space = CodeSpace.of(TuringMachine(names, "_", states, "p", tuples))
    code = space.sample(1, seed=13)[0].tolist()
    start = {j: rng.dirichlet([1.0] * 4).tolist() for j in (-1, 0, 1)}, rng.dirichlet([1.0] * 3).tolist()
    mine = padded(Probabilities(), space, relaxed_cycles(Probabilities(), space, code, *start, 5))
    right = padded(Probabilities(), space, steps(Probabilities(), space, code, start, 5))
    assert mine == pytest.approx(right, rel=1e-12, abs=0)


def test_a_code_of_another_shape_is_refused():
    space = CodeSpace.of(library.machine("detectA"))
    for code in (space.embed(library.machine("detectA"))[1:].tolist(), [[1.0]] * 6):
        with pytest.raises(MachineError, match="needs 6 rows of 8 values"):
            relaxed_cycles(Probabilities(), space, code, {}, [1.0, 0.0])
