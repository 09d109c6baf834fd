"""The relaxed step where keys err: a naive scan, exact keys, the staged machine, and what is traced from it."""

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from seeds import long, seeds, sweep

from noisytm import (
    CodeSpace,
    Description,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    library,
    loss_and_gradient,
    simulate,
    words,
    wrong_probability,
)
from noisytm.algebra import MinPlus, Numbers, Probabilities
from noisytm.degeneracy.oracle import Oracle
from noisytm.relaxation.generic import history, step, wrong
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.marginal.kernels import Op, span
from noisytm.relaxation.marginal.tracer import NoisyKeys, trace

EXACT = Numbers(Fraction(0), Fraction(1))
SEMANTICS = ("pseudo-utm", "mean-field")
BETWEEN = TuringMachine(  # a halting state between two that keys can name
    ["_", "A"], "_", ["x", "H", "y"], "x",
    [("_", "x", "A", "y", "R"), ("A", "x", "A", "H", "S"), ("_", "y", "_", "H", "L")], halting=["H"],
)  # fmt: skip


def distribution(rng, size, support=None):
    shares = [rng.randint(1, 9) if support is None or i in support else 0 for i in range(size)]
    return [Fraction(x, sum(shares)) for x in shares]


def noisy_list(rng, space):
    return [[x for _, _, values in space.blocks for x in distribution(rng, len(values))] for _ in range(space.tuples)]


def scanned(space, code, y, z, averaged):
    """Return μ, and what no tuple matches as a mass for each (symbol, state) it is at, by a scan written anew."""
    named = {q: k for k, q in enumerate(space.named_states)}
    s = len(space.symbols)

    def match(i, symbol, state):
        return code[i][symbol] * (code[i][s + named[state]] if state in named else 0)

    pairs = list(itertools.product(range(s), range(len(space.states))))
    here = {pair: y[pair[0]] * z[pair[1]] for pair in pairs}
    used = [Fraction(0)] * space.tuples
    if averaged:
        for pair in pairs:
            for i in reversed(range(space.tuples)):
                used[i] += here[pair] * match(i, *pair)
                here[pair] *= 1 - match(i, *pair)
        return used, here
    left = Fraction(1)
    for i in reversed(range(space.tuples)):
        chance = sum(mass * match(i, *pair) for pair, mass in here.items())
        used[i], left = left * chance, left * (1 - chance)
    return used, {pair: left * mass for pair, mass in here.items()}


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 12))
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_the_step_is_a_scan(semantics, seed):
    rng = random.Random(seed)
    machine = BETWEEN if seed % 2 else library.machine("detectA")
    space = CodeSpace.of(machine, keys="noisy")
    code, s, q = noisy_list(rng, space), len(space.symbols), len(space.states)
    tape = {k: distribution(rng, s) for k in range(-1, 2)}
    z = distribution(rng, q)
    used, left = scanned(space, code, tape[0], z, semantics == "mean-field")
    first = [start for _, start, _ in space.blocks][2:]

    def mixed(kind, values, stays):
        columns = range(first[kind], first[kind] + values)
        return [sum(m * row[c] for m, row in zip(used, code, strict=True)) + stays(c - first[kind]) for c in columns]

    written = mixed(0, s, lambda e: sum(m for pair, m in left.items() if pair[0] == e))
    state = mixed(1, q, lambda e: sum(m for pair, m in left.items() if pair[1] == e))
    move = mixed(2, 3, lambda e: sum(left.values()) if e == 1 else 0)
    now, after = {**tape, 0: written}, step(EXACT, space, code, semantics, tape, z)
    assert after[1] == state and sum(state) == sum(written) == sum(move) == 1
    for k in (-1, 0, 1):
        sources = [now.get(k + shift) for shift in (-1, 0, 1)]
        if None not in sources:
            assert after[0][k] == [sum(map(Fraction.__mul__, move, column)) for column in zip(*sources, strict=True)]


def with_keys(machine, rows):
    """Return rows of exact keys as rows of keys that err nowhere."""
    named = [q for q in machine.states if q not in machine.halting]
    zero, one = type(rows[0][0])(0), type(rows[0][0])(1)
    keys = [
        [one if x == s else zero for x in machine.symbols] + [one if x == q else zero for x in named]
        for s, q in machine.keys
    ]
    return [[*key, *row] for key, row in zip(keys, rows, strict=True)]


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_keys_that_do_not_err_are_exact_keys(semantics):
    rng = random.Random(7)
    for machine, letters in ((library.machine("detectA"), "AB"), (BETWEEN, "A")):
        exact, noisy = (SynthesisProblem.of_machine(machine, words(letters, 2), 3, keys=k) for k in ("exact", "noisy"))
        code = noisy_list(rng, exact.space)
        assert wrong(EXACT, noisy, with_keys(machine, code), semantics) == wrong(EXACT, exact, code, semantics)
        floats = np.array(code, dtype=float)
        found = wrong_probability(noisy, np.array(with_keys(machine, floats.tolist())), semantics=semantics)
        assert found == pytest.approx(wrong_probability(exact, floats, semantics=semantics), rel=1e-12)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_what_is_traced_is_the_readable_step(semantics):
    for machine, letters, steps in ((library.machine("detectA"), "AB", 4), (BETWEEN, "A", 3)):
        problem = SynthesisProblem.of_machine(machine, words(letters, 2), steps, keys="noisy")
        codes = problem.space.sample(3, seed=5)
        near = problem.space.embed(machine) * (1 - 1e-12) + 1e-12 * codes[0]
        codes = np.concatenate([codes, near[None]])
        found = wrong_probability(problem, codes, semantics=semantics)
        expected = [wrong(Probabilities(), problem, code.tolist(), semantics) for code in codes]
        assert found == pytest.approx(np.array(expected), rel=1e-11) and 0 < found[-1].max() < 1e-10
        losses, gradients = loss_and_gradient(problem, codes[:3], semantics=semantics)
        assert losses == pytest.approx(-np.log1p(-found[:3]) @ problem.encoded.weights, rel=1e-11)
        for kind, start, values in problem.space.blocks:
            if len(values) > 1:
                shift = np.zeros(problem.space.shape)
                shift[1, start], shift[1, start + len(values) - 1] = 1e-6, -1e-6
                up, down = (
                    loss_and_gradient(problem, codes[:3] + sign * shift, semantics=semantics)[0] for sign in (1, -1)
                )
                assert (up - down) / 2 == pytest.approx((gradients * shift).sum(axis=(1, 2)), rel=1e-6, abs=1e-13), kind


def test_marginals_are_those_of_the_readable_step():
    space = CodeSpace.of(BETWEEN, keys="noisy")
    code = space.sample(1, seed=3)[0]
    found = simulate(space, code, "A", 3)
    for time, (tape, z) in enumerate(history(Probabilities(), space, code.tolist(), ("A",), 3, "pseudo-utm")):
        assert found.state[time] == pytest.approx(z, abs=1e-14)
        for place, cell in zip(found.cells.tolist(), found.tape[time], strict=True):
            if place in tape:
                assert cell == pytest.approx(tape[place], abs=1e-14)


def test_repeated_exact_keys_are_the_machine_they_decode_to():
    listed = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "S"), ("_", "a", "_", "b", "S")])
    problem = SynthesisProblem.of_machine(listed, [""], 2, targets={"": "b"})
    codes = problem.space.sample(4, seed=1)
    decoded = SynthesisProblem.of_machine(listed.machine(), [""], 2)
    for semantics in ("mean-field", "annealed", "quenched"):
        expected = wrong_probability(decoded, codes[:, 1:], semantics=semantics)
        assert wrong_probability(problem, codes, semantics=semantics) == pytest.approx(expected, rel=1e-13)
    two = wrong_probability(problem, codes)  # a second try while the state is uncertain
    assert not np.allclose(two, wrong_probability(decoded, codes[:, 1:]))


def test_costs_are_the_least_over_what_may_go_wrong():
    problem = SynthesisProblem.of_machine(BETWEEN, ["", "A"], 2, keys="noisy")
    costs = [[7 if x == 0 else 0 for x in row] for row in problem.space.embed(BETWEEN).tolist()]
    for semantics in SEMANTICS:
        assert wrong(MinPlus(), problem, costs, semantics) == [7, 7]


@pytest.mark.parametrize("semantics", ["annealed", "quenched"])
def test_runs_refuse_keys_that_err(semantics):
    problem = SynthesisProblem.of_machine(BETWEEN, [""], 2, keys="noisy")
    with pytest.raises(ProblemError, match=f"noisy keys: semantics {semantics} is not available: .* use exact keys"):
        wrong_probability(problem, problem.space.embed(BETWEEN), semantics=semantics)


def test_spaces_say_what_they_need():
    space = CodeSpace.of(BETWEEN, keys="noisy")
    s, q, h = 2, 3, 1
    assert space.dimension == 3 * (2 * s + 2 * q - 2 - h) and space.shape == (3, 2 * s + 2 * q - h + 3)
    assert math.isclose(space.sample(2, seed=1).sum(), 2 * 3 * 5)
    assert [c.to_json() for c in space.coordinates(BETWEEN)[:2]] == [
        {"tuple": 0, "kind": "read", "wrong": "A"}, {"tuple": 0, "kind": "in", "wrong": "y"},
    ]  # fmt: skip
    other = Description(BETWEEN.symbols, "_", BETWEEN.states, "x", BETWEEN.tuples[::-1], ["H"])
    space.require(other)  # any list of three
    with pytest.raises(Exception, match="the list has 2 tuples; the code space has lists of 3"):
        space.require(Description(BETWEEN.symbols, "_", BETWEEN.states, "x", BETWEEN.tuples[:2], ["H"]))
    with pytest.raises(Exception, match="keys is 'fuzzy'"):
        CodeSpace.of(BETWEEN, keys="fuzzy")


def both(problem, codes, **how):
    return wrong_probability(problem, codes, **how), *loss_and_gradient(problem, codes, **how)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_compiled_kernels_agree_with_numpy(semantics):
    for machine, letters, steps in ((library.machine("detectA"), "AB", 4), (BETWEEN, "A", 3)):
        problem = SynthesisProblem.of_machine(machine, words(letters, 2), steps, keys="noisy")
        codes = problem.space.sample(9, seed=6)
        readable = [wrong(Probabilities(), problem, code.tolist(), semantics) for code in codes[:2]]
        expected = both(problem, codes[:1], semantics=semantics)
        for lanes in (1, 8):
            found = both(problem, codes, semantics=semantics, kernel="interpreted", lanes=lanes)
            assert found[0][:2] == pytest.approx(np.array(readable), rel=1e-12)
            assert found[1][:1] == pytest.approx(expected[1], rel=1e-12)
            for _, start, values in problem.space.blocks:  # only differences within a distribution have a meaning
                mine, its = (x[2][:1, :, start : start + len(values)] for x in (found, expected))
                assert mine - mine[:, :, :1] == pytest.approx(its - its[:, :, :1], rel=1e-9, abs=1e-12)


def test_costs_of_the_kernels_are_those_of_numpy():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4, keys="noisy")
    costs = np.random.default_rng(4).integers(1, 9, (5, problem.space.dimension))
    for semantics in SEMANTICS:
        expected = Oracle(problem, machine, semantics).below(costs, 20)
        with LEDGER.compiled_only():
            found = Oracle(problem, machine, semantics).below(costs, 20)
        assert len(expected[1]) > 20
        assert all((x == y).all() for x, y in zip(found, expected, strict=True))


@long
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_kernels_written_out_agree_to_the_bit(semantics):
    problem = SynthesisProblem.of_machine(BETWEEN, words("A", 2), 3, keys="noisy")
    codes = problem.space.sample(9, seed=6)
    for lanes in (1, 8):
        one, other = (
            both(problem, codes, kernel=kernel, semantics=semantics, lanes=lanes)
            for kernel in ("interpreted", "written-out")
        )
        for x, y in zip(one, other, strict=True):
            assert (x == y).all()


def test_alphabets_longer_than_a_span_are_summed_in_parts():
    found = trace("pseudo-utm", 300, 2, NoisyKeys(1, (1,)))
    assert sorted(span(b).size for op, _, _, b in found.instructions if op == Op.DOT) == [1, 44, 256]
    symbols = [f"s{i}" for i in range(300)]
    machine = Description(symbols, "s0", ["a", "b"], "a", [("s280", "a", "s0", "b", "S")])
    problem = SynthesisProblem.of_machine(machine, [["s280"]], 1, keys="noisy")
    code = problem.space.sample(1, seed=1)[0]
    key, state = code[0, :300], code[0, 300:302]  # the symbol and the state it starts with are certain
    matched = key[280] * state[0]
    after = matched * code[0, 302 + 300 :][:1] + (1 - matched)
    assert wrong_probability(problem, code)[0] == pytest.approx(after, rel=1e-12)
