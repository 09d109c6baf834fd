"""Sets of accepted outcomes: the kernels against the reference, which asks of every readout whether it is accepted."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import flint
import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import (
    SynthesisProblem,
    TuringMachine,
    compiled_loss,
    library,
    loss_and_gradient,
    loss_and_gradient_at,
    words,
    wrong_probability,
)
from noisytm.algebra.semirings import MinPlus, Numbers
from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64, EXACT_IN_LANES, LeastCosts
from noisytm.degeneracy.syndromes.exhaustive import minimal_syndromes
from noisytm.relaxation.generic import readings as reference
from noisytm.relaxation.semantics import marginal

SEMANTICS = ("mean-field", "pseudo-utm")
READOUTS = (("state", 0), ("tape:1", 0), ("tape:2", 0), ("tape:2", 1), ("tape:3", 0), ("tape:3", 1), ("tape:3", 2))
EXACT = Numbers(Fraction(0), Fraction(1))
BALLS = Numbers(flint.arb(0), flint.arb(1), log1p=flint.arb.log1p)

cases = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "readout": st.sampled_from(READOUTS),
        "semantics": st.sampled_from(SEMANTICS),
        "steps": st.integers(1, 5),
    }
)


def random_machine(rng):
    letters, states = "_ab"[: rng.randint(1, 3)], "pqrs"[: rng.randint(1, 4)]
    keys = list(itertools.product(letters, states))
    keys = rng.sample(keys, rng.randint(1, len(keys)))
    rows = [(*k, rng.choice(letters), rng.choice(states), rng.choice("LSR")) for k in keys]
    return TuringMachine(tuple(letters), "_", tuple(states), "p", rows)


def random_case(case):
    """Draw a machine, and a problem with sets that it solves; some inputs may keep a single outcome."""
    rng = random.Random(case["seed"])
    machine = random_machine(rng)
    readout, radius = case["readout"]
    width = 0 if readout == "state" else int(readout[5:])
    inputs = [rng.choices(machine.symbols, k=k) for k in (0, 1, 2, 4)]
    own = SynthesisProblem.of_machine(machine, inputs, case["steps"], readout)
    names = machine.symbols if width else machine.states
    targets = []
    for word, (y,) in zip(inputs, own.targets, strict=True):
        more = [tuple(rng.choices(names, k=max(width, 1))) for _ in range(rng.randint(0, 3))]
        targets.append((word, list(dict.fromkeys([*more, y]))))
    weights = [rng.randint(1, 5) for _ in inputs]
    return machine, SynthesisProblem.of_machine(machine, inputs, case["steps"], readout, targets, weights, radius)


def near(space, machine, rng, least=-31, most=-29):
    """Draw a code with errors about 1e-30."""
    w = np.zeros(space.shape)
    w.ravel()[space.coordinate_columns(machine)] = 10.0 ** rng.uniform(least, most, space.dimension)
    for row, right in zip(w, space.right_entries(machine), strict=True):
        for column, (_, start, values) in zip(right, space.blocks, strict=True):
            row[column] = 1.0 - row[start : start + len(values)].sum()
    return w


def places(machine, problem, seed):
    """Return codes: anywhere, near the machine, and near one that may well be wrong."""
    rng = random.Random(seed)
    rows = [
        (t.read, t.state, rng.choice(machine.symbols), rng.choice(machine.states), rng.choice("LSR"))
        for t in machine.tuples
    ]
    other = TuringMachine(machine.symbols, "_", machine.states, "p", rows)
    noise = np.random.default_rng(seed)
    return np.stack([problem.space.sample(1, seed=1)[0], *(near(problem.space, m, noise) for m in (machine, other))])


def random_code(space, rng):
    """Draw a code in fractions, with zeros."""
    code = []
    for _ in space.keys:
        row = []
        for _, _, values in space.blocks:
            shares = [rng.randint(0, 3) for _ in values]
            shares[0] += not any(shares)
            row += [Fraction(x, sum(shares)) for x in shares]
        code.append(row)
    return code


def in_balls(space, w):
    """Return the exact point that ``w`` stands for: the largest entry of a distribution is 1 − Σ others."""
    code = [[flint.arb(float(x)) for x in row] for row in w]
    for row, exact in zip(w, code, strict=True):
        for _, start, values in space.blocks:
            columns = range(start, start + len(values))
            largest = max(columns, key=lambda i, row=row: row[i])
            exact[largest] = 1 - sum(exact[i] for i in columns if i != largest)
    return code


def close(mine, ball, relative):
    """Return whether a float is a ball, up to a relative error; nothing and certainty are met exactly."""
    assert float(ball.rad()) <= 1e-20 * abs(float(ball.mid()))
    return abs(mine - float(ball.mid())) <= max(relative * abs(float(ball.mid())), 1e-290)


@pytest.fixture(autouse=True)
def precision():
    before, flint.ctx.prec = flint.ctx.prec, 800
    yield
    flint.ctx.prec = before


@sweep
@settings(max_examples=examples(60, 15), deadline=None, derandomize=True)
@given(cases)
def test_rejected_mass_and_losses_agree_with_balls(case):
    machine, problem = random_case(case)
    codes, semantics = places(machine, problem, case["seed"]), case["semantics"]
    for w in codes:
        code = in_balls(problem.space, w)
        exact = reference.wrong(BALLS, problem, code, semantics)
        for lanes in (1, 8):
            options = {"semantics": semantics, "lanes": lanes}
            found = wrong_probability(problem, w, **options)[0]
            assert all(close(f, ball, 1e-13) for f, ball in zip(found, exact, strict=True))
            for kind in ("log", "brier"):
                (value,), _ = loss_and_gradient(problem, w, loss=kind, **options)
                if kind == "log" and not all(f < 1 for f in exact):
                    assert np.isposinf(value)  # nothing at all is accepted
                else:
                    assert close(value, reference.loss(BALLS, problem, code, semantics, kind), 1e-12)
    inside = wrong_probability(problem, codes, semantics=semantics, lanes=8)
    assert inside == pytest.approx(wrong_probability(problem, codes, semantics=semantics, lanes=1), rel=1e-13, abs=0)


@sweep
@settings(max_examples=examples(25, 15), deadline=None, derandomize=True)
@given(cases, st.sampled_from(["log", "brier"]), st.sampled_from([1, 8]))
@pytest.mark.slow
def test_gradients_agree_with_exact_differences(case, kind, lanes):
    machine, problem = random_case(case)
    space, h = problem.space, flint.arb(10) ** -100
    for w in places(machine, problem, case["seed"]):
        code = in_balls(space, w)
        value, gradient = loss_and_gradient(problem, w, semantics=case["semantics"], loss=kind, lanes=lanes)
        if not np.isfinite(value).all():
            continue
        blocks = [(start, len(values)) for _, start, values in space.blocks if len(values) > 1]
        scale = max((np.ptp(gradient[0, :, s : s + n], axis=1).max() for s, n in blocks), default=0.0)
        rng = random.Random(case["seed"])
        for row, (start, size) in itertools.product(rng.sample(range(len(w)), min(len(w), 2)), blocks):
            one, other = rng.sample(range(start, start + size), 2)
            ends = []
            for sign in (1, -1):
                moved = [list(r) for r in code]
                moved[row][one] += sign * h
                moved[row][other] -= sign * h
                ends.append(reference.loss(BALLS, problem, moved, case["semantics"], kind))
            slope = float(((ends[0] - ends[1]) / (2 * h)).mid())
            assert abs(gradient[0, row, one] - gradient[0, row, other] - slope) <= 1e-11 * scale + 1e-290


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize(
    ("readout", "targets", "radius", "accepted"), [("state", ["p", "q"], 0, 1e-29), ("tape:4", "____", 1, 1e-56)]
)
def test_where_almost_everything_is_rejected(readout, targets, radius, accepted, semantics):
    """The log loss is that of an accepted mass whose difference from 0 is lost in 1 − f."""
    keys = [("_", "p"), ("_", "q"), ("_", "r")]
    machine, away = (
        TuringMachine(("_", "1"), "_", ("p", "q", "r", "s"), "p", [(*key, write, state, "L") for key in keys])
        for write, state in (("_", "q"), ("1", "r"))
    )
    problem = SynthesisProblem.of_machine(machine, [""], 3, readout, {"": targets}, hamming=radius)
    w = near(problem.space, away, np.random.default_rng(1))
    code = in_balls(problem.space, w)
    assert 0 < float((1 - reference.wrong(BALLS, problem, code, semantics)[0]).mid()) < accepted
    assert wrong_probability(problem, w, semantics=semantics) == 1
    for lanes in (1, 8):
        (value,), gradient = loss_and_gradient(problem, w, semantics=semantics, lanes=lanes)
        assert close(value, reference.loss(BALLS, problem, code, semantics, "log"), 1e-13)
        assert np.isfinite(gradient).all()


@sweep
@settings(max_examples=examples(60, 15), deadline=None)
@given(cases)
def test_the_reference_by_mistakes_equals_the_reference_by_listing(case):
    machine, problem = random_case(case | {"steps": min(case["steps"], 2)})
    rng = random.Random(case["seed"])
    code = random_code(problem.space, rng)
    costs = [[0 if x else rng.randint(0, 5) for x in row] for row in problem.space.embed(machine).tolist()]
    for algebra, entries in ((EXACT, code), (MinPlus(), costs)):
        listed = reference.wrong(algebra, problem, entries, case["semantics"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(marginal, "MOST_LISTED", 0)
            assert reference.wrong(algebra, problem, entries, case["semantics"]) == listed


@settings(max_examples=60, deadline=None)
@given(cases)
def test_losses_that_are_not_marginal_use_the_same_sets(case):
    _, problem = random_case(case | {"steps": 1})
    rng = random.Random(case["seed"])
    code = random_code(problem.space, rng)
    for semantics in ("annealed", "quenched"):
        masses = [naive.outcomes(EXACT, problem, code, semantics, word) for word in problem.inputs]
        brier = 0
        for i, (q, p) in enumerate(zip(problem.weights, masses, strict=True)):
            sole = problem.sole_outcome(i)
            f = 1 - sum(x for y, x in p.items() if problem.accepts(i, y))
            squares = f * f + sum(x * x for y, x in p.items() if y != sole)
            brier += q * (f * f if sole is None else squares / 2)
        assert reference.loss(EXACT, problem, code, semantics, "brier") == brier


@settings(max_examples=60, deadline=None)
@given(cases)
def test_least_costs_and_syndromes(case):
    machine, problem = random_case(case)
    columns = problem.space.coordinate_columns(machine)
    kernel = LeastCosts(problem, case["semantics"], columns)
    pairs = np.array([[i, 0] for i in sorted(range(len(problem.inputs)), key=lambda i: len(problem.inputs[i]))])
    rng = np.random.default_rng(case["seed"])
    costs = np.zeros((1, np.prod(problem.space.shape)), dtype=np.int64)
    costs[:, columns] = rng.integers(1, rng.choice((2, 4, 40)), (1, problem.space.dimension))
    code = costs.reshape(problem.space.shape).tolist()
    exact = reference.wrong(MinPlus(), problem, code, case["semantics"])
    lanes = [a.tolist() for a in kernel.syndromes(costs, pairs, EXACT_IN_LANES)]
    assert [a.tolist() for a in kernel.syndromes(costs, pairs, EXACT_IN_INT64)] == lanes
    finite = {int(i): exact[i] for i in pairs[:, 0] if exact[i] != MinPlus.zero}
    assert {int(pairs[k, 0]): least for k, least, _ in zip(*lanes, strict=True)} == finite
    for _, least, counts in zip(*lanes, strict=True):
        assert least == np.dot(costs[0], counts)


@sweep
@settings(max_examples=examples(40, 15), deadline=None)
@given(cases)
def test_lexicographic_costs_give_minimal_syndromes(case):
    machine, problem = random_case(case | {"steps": min(case["steps"], 2)})
    space, semantics = problem.space, case["semantics"]
    if space.dimension > 20:
        return
    columns = space.coordinate_columns(machine)
    kernel = LeastCosts(problem, semantics, columns)
    rng = np.random.default_rng(case["seed"])
    costs = np.zeros((3, np.prod(space.shape)), dtype=np.int64)
    costs[:, columns] = rng.integers(0, 4, (3, space.dimension)) * 1000 + 1
    for i, word in enumerate(problem.inputs):
        alone = SynthesisProblem(
            space, (word,), problem.steps, problem.readout, (problem.targets[i],), (Fraction(1),), problem.hamming
        )
        minimal = minimal_syndromes(alone, machine, semantics)
        _, least, counts = kernel.syndromes(costs, np.array([[i, 0], [i, 1], [i, 2]]), EXACT_IN_LANES)
        assert {tuple(row) for row in counts[:, columns].tolist()} <= set(minimal)
        assert least.tolist() == [min(int(np.dot(row, c[columns])) for row in minimal) for c in costs if minimal]


def test_where_everything_is_accepted_nothing_can_go_wrong():
    machine = library.machine("detectA")
    targets = {"A": ["accept", "reject"], "B": "reject"}
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 3, targets=targets)
    codes = problem.space.sample(3, seed=1)
    assert (wrong_probability(problem, codes)[:, 0] == 0).all()
    alone = SynthesisProblem.of_machine(machine, ["B"], 3)
    for kind in ("log", "brier"):
        value, gradient = loss_and_gradient(problem, codes, loss=kind)
        half, slope = loss_and_gradient(alone, codes, loss=kind)
        assert value == pytest.approx(half / 2, rel=1e-13)
        assert gradient == pytest.approx(slope / 2, rel=1e-12)


@pytest.mark.parametrize("kind", ["log", "brier"])
@pytest.mark.parametrize(("readout", "radius"), READOUTS)
def test_compiled_losses_are_the_same(readout, radius, kind):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4, readout, hamming=radius)
    codes = problem.space.sample(2, seed=3)
    compiled = compiled_loss(problem, loss=kind, lanes=8)
    for w in codes:
        mine = np.empty_like(w)
        (value,), (gradient,) = loss_and_gradient(problem, w, loss=kind, lanes=8)
        assert loss_and_gradient_at(compiled, w, mine) == value
        assert np.array_equal(mine, gradient)
