"""The reference step itself: exact cases, mass, and agreement of its number systems with one another."""

import itertools
import math
import random
from fractions import Fraction

import pytest

from noisytm.algebra.semirings import MinPlus, Monomials, Numbers, Probabilities
from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import TuringMachine, words
from noisytm.problem.synthesis import SynthesisProblem
from noisytm.relaxation.generic.readings import history, loss, step, wrong

SEMANTICS = ("mean-field", "pseudo-utm")
EXACT = Numbers(Fraction(0), Fraction(1))
HALF = Fraction(1, 2)


def random_machine(rng, size=2, gaps=0, halting=False):
    """Draw a machine over ``size`` symbols and states, leaving out ``gaps`` tuples."""
    symbols, states = [str(i) for i in range(size)], [f"q{i}" for i in range(size)]
    keys = list(itertools.product(symbols, states))
    keys = rng.sample(keys, len(keys) - gaps)
    ends = ["H"] if halting else []
    tuples = [(s, q, rng.choice(symbols), rng.choice(states + ends), rng.choice("LSR")) for s, q in keys]
    return TuringMachine(symbols, "0", states + ends, "q0", tuples, halting=ends)


def discrete_run(machine, word, steps):
    """Yield (cell reader, state) before each step: the definition of a Turing machine, head-relative."""
    tape, state, head = dict(enumerate(word)), machine.start, 0
    for _ in range(steps + 1):
        yield {k - head: s for k, s in tape.items()}, state
        key = tape.get(head, machine.blank), state
        if key in machine.table:
            tape[head], state, move = machine.table[key]
            head += {"L": -1, "S": 0, "R": 1}[move]


def problem_of(machine, inputs, steps, readout="state"):
    """Build the problem that the machine solves, from the loop above."""
    targets = []
    for word in inputs:
        *_, (tape, state) = discrete_run(machine, word, steps)
        width = 0 if readout == "state" else int(readout[5:])
        targets.append((tuple(tape.get(k, machine.blank) for k in range(width)) or (state,),))
    words_ = tuple(map(tuple, inputs))
    weights = (Fraction(1, len(words_)),) * len(words_)
    return SynthesisProblem(CodeSpace.of(machine), words_, steps, readout, tuple(targets), weights)


def random_code(rng, space, denominator=7):
    """Draw a noisy code in fractions with many zero entries."""
    code = []
    for _ in space.keys:
        row = []
        for _, _, values in space.blocks:
            cuts = sorted(rng.choices(range(denominator + 1), k=len(values) - 1))
            ends = zip([0, *cuts], [*cuts, denominator], strict=True)
            row += [Fraction(b - a, denominator) for a, b in ends]
        code.append(row)
    return code


def embedded(algebra, space, machine, variables):
    """Return the code with right entries one and the given values at the wrong ones."""
    flat = [algebra.one] * math.prod(space.shape)
    for column, value in zip(space.coordinate_columns(machine), variables, strict=True):
        flat[column] = value
    return [flat[i : i + space.shape[1]] for i in range(0, len(flat), space.shape[1])]


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("algebra", [EXACT, Numbers(), Probabilities()])
def test_at_a_vertex_the_history_is_the_discrete_run(semantics, algebra):
    rng = random.Random(1)
    for trial in range(30):
        machine = random_machine(rng, size=2 + trial % 2, gaps=trial % 3, halting=trial % 4 == 0)
        space = CodeSpace.of(machine)
        code = [[algebra.one if x else algebra.zero for x in row] for row in space.embed(machine).tolist()]
        word = rng.choices(machine.symbols, k=trial % 5)
        run = discrete_run(machine, word, 12)
        for (tape, z), (cells, state) in zip(history(algebra, space, code, word, 12, semantics), run, strict=True):
            assert z == [algebra.one if q == state else algebra.zero for q in space.states]
            for k in range(-14, 20):
                mine = tape.get(k, [algebra.one if s == machine.blank else algebra.zero for s in space.symbols])
                assert mine == [
                    algebra.one if s == cells.get(k, machine.blank) else algebra.zero for s in space.symbols
                ]


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_fractions_keep_mass_one(semantics):
    rng = random.Random(2)
    for trial in range(12):
        machine = random_machine(rng, size=2 + trial % 2, gaps=trial % 3, halting=trial % 2 == 0)
        space = CodeSpace.of(machine)
        for tape, z in history(EXACT, space, random_code(rng, space), ["1", "0", "1"], 3, semantics):
            assert sum(z) == 1
            assert all(sum(cell) == 1 and min(cell) >= 0 for cell in tape.values())


def one_tuple_machine():
    return TuringMachine(["_", "1"], "_", ["a", "b"], "a", [("_", "a", "1", "b", "R"), ("1", "a", "1", "a", "S")])


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_one_step_by_hand(semantics):
    # y = (1/2, 1/2), z = (3/4, 1/4), so λ = 3/8 for (_, a) and for (1, a), and 1/8 for each unlisted tuple.
    space = CodeSpace.of(one_tuple_machine())
    one, zero = Fraction(1), Fraction(0)
    code = [[zero, one, zero, one, zero, zero, one], [zero, one, one, zero, zero, one, zero]]
    tape, z = step(EXACT, space, code, semantics, {0: [HALF, HALF]}, [Fraction(3, 4), Fraction(1, 4)])
    if semantics == "mean-field":
        # Written: 1/8 stays blank. State b: 3/8 + 2/8. Right: 3/8.
        written, state, right = (
            [Fraction(1, 8), Fraction(7, 8)],
            [Fraction(3, 8), Fraction(5, 8)],
            Fraction(3, 8),
        )
    else:
        # μ_1 = 3/8 · 5/8 = 15/64, μ_2 = 24/64, no match 25/64, which leaves y and z as they are.
        written = [Fraction(25, 128), Fraction(103, 128)]
        state = [Fraction(24, 64) + Fraction(25, 64) * Fraction(3, 4), Fraction(15, 64) + Fraction(25, 256)]
        right = Fraction(15, 64)
    blank = [one, zero]
    assert z == state
    assert tape[-1] == [right * w + (1 - right) * b for w, b in zip(written, blank, strict=True)]
    assert tape[0] == [right * b + (1 - right) * w for w, b in zip(written, blank, strict=True)]
    assert tape[1] == blank


def test_the_order_of_the_tuples_matters_only_to_the_scan():
    machine = one_tuple_machine()
    turned = TuringMachine(machine.symbols, "_", machine.states, "a", machine.tuples[::-1])
    rng = random.Random(3)
    code = random_code(rng, CodeSpace.of(machine))
    start = {0: [HALF, HALF]}, [HALF, HALF]
    for semantics, same in (("mean-field", True), ("pseudo-utm", False)):
        one = step(EXACT, CodeSpace.of(machine), code, semantics, *start)
        other = step(EXACT, CodeSpace.of(turned), code[::-1], semantics, *start)
        assert (one == other) is same


def test_the_tape_readout_sums_over_the_first_wrong_cell():
    machine = random_machine(random.Random(4))
    problem = problem_of(machine, [["1"]], 2, "tape:2")
    code = random_code(random.Random(5), problem.space)
    tape, _ = history(EXACT, problem.space, code, problem.inputs[0], 2, "pseudo-utm")[-1]
    first, second = (tape[k][problem.space.symbols.index(s)] for k, s in enumerate(problem.targets[0][0]))
    assert wrong(EXACT, problem, code, "pseudo-utm") == [1 - first * second]


def support(ideal, entries):
    """Return whether some monomial of the ideal is positive at ``entries``."""
    return any(all(u > 0 for u, e in zip(entries, alpha, strict=True) if e) for alpha in ideal)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_monomials_vanish_just_where_fractions_do(semantics, readout):
    rng = random.Random(6)
    outcomes = set()
    for trial in range(12):
        machine = random_machine(rng, gaps=trial % 2)
        problem = problem_of(machine, [[], ["1"]], 2, readout)
        ideals = Monomials(problem.space.dimension)
        variables = [ideals.variable(i) for i in range(ideals.variables)]
        symbolic = wrong(ideals, problem, embedded(ideals, problem.space, machine, variables), semantics)
        for _ in range(4):
            entries = [rng.choice((Fraction(0), Fraction(0), Fraction(1, 16))) for _ in variables]
            code = embedded(EXACT, problem.space, machine, entries)
            for ideal, f in zip(symbolic, wrong(EXACT, problem, code, semantics), strict=True):
                assert support(ideal, entries) == (f > 0)
                outcomes.add(f > 0)
    assert outcomes == {True, False}


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_min_plus_is_the_cheapest_monomial(semantics, readout):
    rng = random.Random(7)
    for trial in range(12):
        machine = random_machine(rng, gaps=trial % 2)
        problem = problem_of(machine, [[], ["1"]], 2, readout)
        ideals = Monomials(problem.space.dimension)
        variables = [ideals.variable(i) for i in range(ideals.variables)]
        symbolic = wrong(ideals, problem, embedded(ideals, problem.space, machine, variables), semantics)
        costs = [rng.choice((0, 1, 5, 10**30)) for _ in variables]
        cheapest = wrong(MinPlus(), problem, embedded(MinPlus(), problem.space, machine, costs), semantics)
        for ideal, cost in zip(symbolic, cheapest, strict=True):
            every = [sum(a * v for a, v in zip(alpha, costs, strict=True)) for alpha in ideal]
            assert cost == min(every, default=math.inf)


def test_losses_of_fractions():
    machine = random_machine(random.Random(8))
    problem = problem_of(machine, words("1", 2), 2)
    code = random_code(random.Random(9), problem.space)
    f = wrong(EXACT, problem, code, "mean-field")
    # With two states ½‖p − e‖² = f².
    assert loss(EXACT, problem, code, "mean-field", "brier") == sum(x * x for x in f) / 3
    assert loss(EXACT, problem, code, "mean-field", "log") == pytest.approx(-sum(math.log1p(-x) for x in f) / 3)


def test_a_brier_loss_over_words_by_hand():
    machine = random_machine(random.Random(4))
    problem = problem_of(machine, [["1"]], 2, "tape:2")
    code = random_code(random.Random(5), problem.space)
    tape, _ = history(EXACT, problem.space, code, problem.inputs[0], 2, "mean-field")[-1]
    p = {(a, b): tape[0][a] * tape[1][b] for a in (0, 1) for b in (0, 1)}
    target = tuple(map(problem.space.symbols.index, problem.targets[0][0]))
    assert loss(EXACT, problem, code, "mean-field", "brier") == sum((q - (w == target)) ** 2 for w, q in p.items()) / 2


def test_what_is_refused():
    machine = one_tuple_machine()
    problem = problem_of(machine, [[]], 1)
    code = problem.space.embed(machine).tolist()
    with pytest.raises(ProblemError, match="semantics is 'other'"):
        wrong(Numbers(), problem, code, "other")
    with pytest.raises(ProblemError, match="loss is 'other'"):
        loss(Numbers(), problem, code, "mean-field", "other")
    ideals = Monomials(3, max_size=2)
    with pytest.raises(BudgetError, match="3 generators; the limit is 2"):
        ideals.sum(ideals.variable(i) for i in range(3))
