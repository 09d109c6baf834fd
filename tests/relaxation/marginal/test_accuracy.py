"""The compiled kernels against ball arithmetic, exact differences, and the readable twin in floats."""

import itertools
import math
import random

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_machines import partial_machine
from seeds import ALL_SEEDS, examples, slow_where, sweep

from noisytm import (
    SynthesisProblem,
    TuringMachine,
    library,
    loss_and_gradient,
    simulate,
    words,
    wrong_probability,
)
from noisytm.algebra.semirings import Numbers, Probabilities
from noisytm.relaxation.generic.readings import history, loss, wrong

SEMANTICS = ("mean-field", "pseudo-utm")
KERNELS = ("interpreted", "written-out")
UNDERFLOW = 1e-290


@pytest.fixture(autouse=True)
def precision():
    # Balls are left un-normalised, so that their radii grow with the mass error: a few bits at every step.
    before, flint.ctx.prec = flint.ctx.prec, 2000
    yield
    flint.ctx.prec = before


def random_machine(rng, symbols=3, states=3, gaps=0, halting=False):
    """Draw a machine of a shape, leaving out ``gaps`` tuples."""
    alphabet, running = [str(i) for i in range(symbols)], [f"q{i}" for i in range(states)]
    keys = list(itertools.product(alphabet, running))
    keys = rng.sample(keys, max(1, len(keys) - gaps))
    ends = ["H"] if halting else []
    tuples = [(s, q, rng.choice(alphabet), rng.choice(running + ends), rng.choice("LSR")) for s, q in keys]
    return TuringMachine(alphabet, "0", running + ends, "q0", tuples, halting=ends)


NAMES = ["detectA", "partial", "random"] if ALL_SEEDS else ["detectA", "partial"]


def machines():
    known = {"detectA": library.machine("detectA"), "partial": partial_machine()}
    return {name: known[name] if name in known else random_machine(random.Random(11)) for name in NAMES}


GRADIENTS = [*itertools.product(["interior", "near"], ["log", "brier"])]


def kernels_for(name, semantics):
    """Return the forms of the step to look at: each shape that is written out takes long to compile."""
    return KERNELS if ALL_SEEDS or (name, semantics) == ("partial", "mean-field") else KERNELS[:1]


def problem_of(machine, steps, readout="state", longest=1):
    letters = [s for s in machine.symbols if s != machine.blank]
    return SynthesisProblem.of_machine(machine, words(letters, longest), steps, readout)


def near_code(space, machine, rng):
    """Draw a code with errors about 1e-30 and right entries 1 − Σ of them."""
    w = np.zeros(space.shape)
    w.ravel()[space.coordinate_columns(machine)] = 10.0 ** rng.uniform(-31, -29, space.dimension)
    for row, right in zip(w, space.right_entries(machine), strict=True):
        for column, (_, start, values) in zip(right, space.blocks, strict=True):
            row[column] = 1.0 - row[start : start + len(values)].sum()
    return w


def codes_of(space, machine):
    return {
        "interior": space.sample(1, seed=3)[0],
        "near": near_code(space, machine, np.random.default_rng(4)),
    }


def balls(space, w):
    """Return the exact point that ``w`` stands for: the largest entry of a distribution is 1 − Σ others."""
    code = []
    for row in w:
        exact = [flint.arb(float(x)) for x in row]
        for _, start, values in space.blocks:
            largest = start + int(np.argmax(row[start : start + len(values)]))
            exact[largest] = 1 - sum(exact[i] for i in range(start, start + len(values)) if i != largest)
        code.append(exact)
    return code


BALLS = Numbers(flint.arb(0), flint.arb(1), log1p=flint.arb.log1p)


def rounded(ball, scale=None):
    """Return a ball as a float, after checking that its radius is negligible."""
    assert float(ball.rad()) <= 1e-20 * abs(float(ball.mid()) if scale is None else scale)
    return float(ball.mid())


def worst_relative(mine, exact):
    mine, exact = np.asarray(mine), np.asarray(exact)
    return float((np.abs(mine - exact) / np.maximum(np.abs(exact), UNDERFLOW)).max())


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("where", ["interior", "near"])
@pytest.mark.parametrize(
    ("name", "steps"),
    [*itertools.product(NAMES, (42, 200))] if ALL_SEEDS else [("detectA", 42), ("partial", 42)],
)
@sweep
@slow_where("partial-42-interior-mean-field", "partial-42-near-mean-field")
def test_rejected_probability_and_marginals_agree_with_balls(name, where, semantics, steps):
    machine = machines()[name]
    word = ("B", "A") if name == "detectA" else ("1", "2")
    problem = SynthesisProblem.of_machine(machine, [word], steps)
    space = problem.space
    w = codes_of(space, machine)[where]
    run = history(BALLS, space, balls(space, w), word, steps, semantics)
    exact = wrong_after(run, problem)
    if where == "near":
        assert 1e-33 < exact < 1e-25
    for kernel in kernels_for(name, semantics):
        assert worst_relative(wrong_probability(problem, w, semantics=semantics, kernel=kernel), exact) < 1e-12
    assert worst_relative(in_lanes(problem, w, semantics), [[exact]] * 3) < 1e-12
    found = simulate(space, w, word, steps, semantics=semantics)
    assert worst_relative(found.state, [[rounded(x) for x in z] for _, z in run]) < 1e-12
    blank = [float(s == space.blank) for s in space.symbols]
    for row in range(0, steps + 1, 1 if steps < 50 else 25):
        tape = run[row][0]
        cells = found.cells.tolist()
        exact_cells = [[rounded(x) for x in tape[k]] if k in tape else blank for k in cells]
        assert worst_relative(found.tape[row], exact_cells) < 1e-12
        assert all(tape[k][space.symbols.index(space.blank)] == 1 for k in tape if k not in cells)


def in_lanes(problem, w, semantics):
    """Return rejected probabilities of a code, once with inputs in the lanes, and of a batch with codes in them."""
    codes = np.stack([w] * (len(problem.inputs) + 1))
    return np.concatenate([wrong_probability(problem, c, semantics=semantics, lanes=8) for c in (w, codes)])


def wrong_after(run, problem):
    """Return the rejected mass of a state readout at the end of a run."""
    right = problem.space.states.index(problem.targets[0][0][0])
    return rounded(sum(x for q, x in enumerate(run[-1][1]) if q != right))


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("where", ["interior", "near"])
@pytest.mark.parametrize("readout", ["tape:1", "tape:3"])
@sweep
def test_tape_readouts_agree_with_balls(readout, where, semantics):
    for machine in machines().values():
        problem = problem_of(machine, 42, readout)
        w = codes_of(problem.space, machine)[where]
        exact = [rounded(f) for f in wrong(BALLS, problem, balls(problem.space, w), semantics)]
        assert worst_relative(wrong_probability(problem, w, semantics=semantics)[0], exact) < 1e-12
        assert worst_relative(in_lanes(problem, w, semantics), [exact] * (2 + len(exact))) < 1e-12


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize(("where", "kind"), GRADIENTS if ALL_SEEDS else GRADIENTS[1:3])
@pytest.mark.parametrize(("readout", "steps"), [("state", 10), ("state", 42), ("tape:2", 10)])
@sweep
@slow_where("state-42-near-log-pseudo-utm", "state-42-interior-brier-pseudo-utm", "state-42-near-log-mean-field")
def test_gradients_agree_with_exact_differences(readout, steps, kind, where, semantics):
    for machine in machines().values():
        problem = problem_of(machine, steps, readout)
        space = problem.space
        w = codes_of(space, machine)[where]
        code, h = balls(space, w), flint.arb(10) ** -50
        value, gradient = loss_and_gradient(problem, w, semantics=semantics, loss=kind, lanes=8)
        exact = rounded(loss(BALLS, problem, code, semantics, kind))
        assert worst_relative(value, exact) < 1e-12
        scale = slope_scale(gradient[0], space)
        for row, start, wrong_column, right_column in sampled_directions(space, machine, steps):
            ends = []
            for sign in (1, -1):
                moved = [list(r) for r in code]
                moved[row][wrong_column] += sign * h
                moved[row][right_column] -= sign * h
                ends.append(loss(BALLS, problem, moved, semantics, kind))
            slope = rounded((ends[0] - ends[1]) / (2 * h), scale)
            mine = gradient[0, row, wrong_column] - gradient[0, row, right_column]
            assert abs(mine - slope) < 1e-10 * scale, (row, start, wrong_column)


def test_where_brier_is_stationary_gradients_are_accurate_to_rounding_and_no_better():
    """A code that is almost surely wrong: no component reaches 1e-10, and terms near 1 cancel in each."""
    machine = TuringMachine(("_", "a", "b"), "_", ("p",), "p", [("_", "p", "_", "p", "L"), ("b", "p", "a", "p", "L")])
    problem = SynthesisProblem.of_machine(machine, words("ab", 2), 1, "tape:3", hamming=1)
    space = problem.space
    w = space.sample(3, concentration=0.05, seed=0)[2]
    code, h = balls(space, w), flint.arb(10) ** -200
    worst = {}
    for kind in ("log", "brier"):
        gradient = loss_and_gradient(problem, w, semantics="mean-field", loss=kind, lanes=8)[1][0]
        scale = slope_scale(gradient, space)
        assert (scale < 1e-10) == (kind == "brier")
        for row, (_, start, values) in itertools.product(range(len(w)), space.blocks):
            for i in range(start + 1, start + len(values)):
                ends = []
                for sign in (1, -1):
                    moved = [list(r) for r in code]
                    moved[row][i] += sign * h
                    moved[row][start] -= sign * h
                    ends.append(loss(BALLS, problem, moved, "mean-field", kind))
                slope = float(((ends[0] - ends[1]) / (2 * h)).mid())
                error = abs(float(gradient[row, i] - gradient[row, start]) - slope)
                worst[kind] = max(worst.get(kind, 0.0), error / (scale if kind == "log" else 1.0))
    assert worst["log"] < 1e-10
    assert 1e-10 * scale < worst["brier"] < 1e-15


def slope_scale(gradient, space):
    """Return the largest slope along a simplex."""
    blocks = [gradient[:, start : start + len(values)] for _, start, values in space.blocks]
    return max(float((b.max(axis=1) - b.min(axis=1)).max()) for b in blocks)


def sampled_directions(space, machine, steps):
    """Return some (row, block, wrong column, right column): fewer where balls are slow."""
    right = space.right_entries(machine)
    every = [
        (row, start, start + i, int(right[row, block]))
        for row in range(len(space.keys))
        for block, (_, start, values) in enumerate(space.blocks)
        for i in range(len(values))
        if start + i != right[row, block]
    ]
    return random.Random(5).sample(every, examples(10, 2) if steps <= 10 else examples(4, 1))


shapes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "symbols": st.integers(1, 4),
        "states": st.integers(1, 4),
        "gaps": st.integers(0, 4),
        "halting": st.booleans(),
        "steps": st.integers(1, 6),
        "readout": st.sampled_from(["state", "tape:1", "tape:3"]),
        "semantics": st.sampled_from(SEMANTICS),
        "kind": st.sampled_from(["log", "brier"]),
        "near": st.booleans(),
    }
)


@sweep
@settings(max_examples=examples(150, 40), deadline=None, derandomize=True)
@given(shapes)
def test_kernels_equal_the_readable_twin(shape):
    rng = random.Random(shape["seed"])
    machine = random_machine(rng, shape["symbols"], shape["states"], shape["gaps"], shape["halting"])
    inputs = {"".join(rng.choices(machine.symbols, k=k)) for k in (0, 1, 2, 4)}
    weights = [rng.randint(1, 5) for _ in inputs]
    problem = SynthesisProblem.of_machine(machine, sorted(inputs), shape["steps"], shape["readout"], weights=weights)
    w = codes_of(problem.space, machine)["near" if shape["near"] else "interior"]
    twin, semantics = Probabilities(), shape["semantics"]
    expected = wrong(twin, problem, w.tolist(), semantics)
    assert worst_relative(wrong_probability(problem, w, semantics=semantics)[0], expected) < 1e-13
    (value,), _ = loss_and_gradient(problem, w, semantics=semantics, loss=shape["kind"])
    expected_loss = loss(twin, problem, w.tolist(), semantics, shape["kind"])
    # −log(1 − f) near f = 1 magnifies the rounding of f itself by f / (1 − f).
    magnified = max(f / (1.0 - f) for f in expected) if shape["kind"] == "log" else 0.0
    assert abs(value - expected_loss) <= 1e-13 * expected_loss + 1e-15 * magnified


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_control_without_normalisation_the_mass_is_lost(semantics):
    """The checks above can see the defect that structural normalisation is there to prevent."""
    machine = machines()["detectA"]
    problem = SynthesisProblem.of_machine(machine, ["BA"], 42)
    w = codes_of(problem.space, machine)["interior"]
    word = problem.inputs[0]

    def mass_error(algebra):
        _, z = history(algebra, problem.space, w.tolist(), word, 42, semantics)[-1]
        return abs(math.fsum(z) - 1)

    assert mass_error(Probabilities()) < 1e-12
    assert not mass_error(Numbers()) <= 1e-6  # it may have overflowed by now
    exact = [rounded(f) for f in wrong(BALLS, problem, balls(problem.space, w), semantics)]
    assert not worst_relative(wrong(Numbers(), problem, w.tolist(), semantics), exact) <= 1e-6


def test_control_a_wrong_answer_is_seen():
    assert worst_relative([1e-30 * (1 + 3e-12)], [1e-30]) > 1e-12
    with pytest.raises(AssertionError):
        rounded(flint.arb(1, 1e-10))
