"""Lists whose scans are averaged, run as the tables that they are on average: exactly, to the bit, and without them."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from seeds import long

from noisytm import CodeSpace, SynthesisProblem, TuringMachine, library, loss_and_gradient, words, wrong_probability
from noisytm.algebra import Numbers
from noisytm.relaxation.generic import step
from noisytm.relaxation.marginal import LEDGER, ListShape, plans, tables, tabling
from noisytm.relaxation.marginal.arrays import tabulated, untabulated
from noisytm.relaxation.marginal.assemble import compiled_lists
from noisytm.relaxation.marginal.kernels import lists

EXACT = Numbers(Fraction(0), Fraction(1))
BETWEEN = TuringMachine(  # a halting state between two that keys can name
    ["_", "A"], "_", ["x", "H", "y"], "x",
    [("_", "x", "A", "y", "R"), ("A", "x", "A", "H", "S"), ("_", "y", "_", "H", "L")], halting=["H"],
)  # fmt: skip
SHAPES = [
    ListShape(3, 2, 6, (0, 1)), ListShape(2, 3, 3, (0, 2)), ListShape(1, 3, 5, (0, 1, 2)), ListShape(5, 2, 1, (1,)),
    ListShape(2, 2, 0, (0, 1)),
]  # fmt: skip


def distribution(rng, size):
    shares = [rng.choice([0, 1, 1, 7]) * Fraction(1, rng.choice([1, 10**15])) for _ in range(size)]
    shares[rng.randrange(size)] += 1
    return [x / sum(shares) for x in shares]


def table_of(space, code):
    """Return, row by row, what a scan of the list at each exact symbol and state does on average."""
    s, named = len(space.symbols), space.named_states
    keys, rows = s + len(named), []
    for symbol, (k, state) in itertools.product(range(s), enumerate(named)):
        left, row = Fraction(1), [Fraction(0)] * (s + len(space.states) + 3)
        for t in reversed(code):
            chance = t[symbol] * t[s + k]
            row = [x + left * chance * entry for x, entry in zip(row, t[keys:], strict=True)]
            left *= 1 - chance
        for column in (symbol, s + state, s + len(space.states) + 1):
            row[column] += left
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_a_list_is_a_table_on_average(seed):
    rng, machine = random.Random(seed), BETWEEN if seed % 2 else library.machine("detectA")
    space = CodeSpace.of(machine, keys="noisy")
    ended = [q for i, q in enumerate(space.states) if i not in space.named_states]
    keys = [(x, space.states[i]) for x in space.symbols for i in space.named_states]
    full = TuringMachine(
        space.symbols, space.blank, space.states, space.start, [(*k, *k, "S") for k in keys], halting=ended
    )
    code = [[x for _, _, values in space.blocks for x in distribution(rng, len(values))] for _ in range(space.tuples)]
    table, tape = table_of(space, code), {k: distribution(rng, len(space.symbols)) for k in (-1, 0, 1)}
    z = distribution(rng, len(space.states))
    assert step(EXACT, CodeSpace.of(full), table, "mean-field", tape, z) == step(
        EXACT, space, code, "mean-field", tape, z
    )
    shape = ListShape(len(space.symbols), len(space.states), space.tuples, space.named_states)
    found = tabling(shape, 1, backward=False).tables(np.array(code, dtype=float).reshape(1, -1))
    assert found[0] == pytest.approx(np.array(table, dtype=float).ravel(), rel=1e-14, abs=0)  # 1e-30 as exactly as 1


def some_lists(shape, count):
    rng = np.random.default_rng(1)
    sizes = [shape.symbols, len(shape.named), shape.symbols, shape.states, 3]
    parts = [rng.dirichlet(np.ones(size), (count, shape.tuples)) for size in sizes]
    return np.concatenate(parts, axis=2).reshape(count, -1), rng.normal(size=(count, shape.rows * shape.columns))


def by_kernels(module, shape, codes, bars):
    found, pulled, work = np.empty(bars.shape), np.empty(codes.shape), tables.scanned(shape)
    module.tabulate(*tables.numbers_of(shape), codes, work, found)
    module.untabulate(*tables.numbers_of(shape), codes, bars, work, pulled)
    return found, pulled


def same_bits(module, shape, count):
    codes, bars = some_lists(shape, count)
    found, pulled = by_kernels(module, shape, codes, bars)
    return (found == tabulated(shape, codes)).all() and (pulled == untabulated(shape, codes, bars)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_kernels_and_numpy_have_the_same_bits(shape):
    assert same_bits(lists, shape, 2)


@long
def test_compiled_kernels_and_numpy_have_the_same_bits():
    assert all(same_bits(compiled_lists(), shape, count) for shape in SHAPES for count in (1, 8, 300))
    codes, bars = some_lists(SHAPES[0], 300)
    with LEDGER.compiled_only():
        compiled = tabling(SHAPES[0], 300, backward=True)
    assert compiled.module and not (numpy := tabling(SHAPES[0], 300, backward=True)._replace(module=None)).module
    assert (compiled.tables(codes) == numpy.tables(codes)).all()
    assert (compiled.pulled_back(codes, bars) == numpy.pulled_back(codes, bars)).all()
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4, keys="noisy")
    lists, how = problem.space.sample(300, seed=2), {"semantics": "mean-field", "kernel": "interpreted"}
    for count in (3, 300):  # shared among threads by blocks of inputs, and by codes
        one, two = (loss_and_gradient(problem, lists[:count], threads=threads, **how) for threads in (1, 2))
        assert all((x == y).all() for x, y in zip(one, two, strict=True))


def test_runs_of_tables_are_those_of_scans(monkeypatch):
    """A short list of long rows is scanned at every step instead; with either the same comes out."""
    for machine, letters in ((library.machine("detectA"), "AB"), (BETWEEN, "A")):
        problem = SynthesisProblem.of_machine(machine, words(letters, 1), 3, keys="noisy")
        codes = problem.space.sample(2, seed=4)
        found = {}
        for worth in (0, plans.SCANS_WORTH_A_TABLE):
            monkeypatch.setattr(plans, "SCANS_WORTH_A_TABLE", worth)
            found[worth] = [wrong_probability(problem, codes, semantics="mean-field")]
            found[worth] += [
                x
                for loss in ("log", "brier")
                for x in loss_and_gradient(problem, codes, semantics="mean-field", loss=loss)
            ]
        scans, run = found.values()
        for kind in (0, 1, 3):
            assert run[kind] == pytest.approx(scans[kind], rel=1e-13)
        for kind, (_, start, values) in itertools.product((2, 4), problem.space.blocks):
            part = slice(start, start + len(values))  # only differences within a distribution have a meaning
            mine, its = (x[kind][:, :, part] - x[kind][:, :, start : start + 1] for x in (run, scans))
            assert mine == pytest.approx(its, rel=1e-11, abs=1e-15)


def test_lists_without_keys_to_name_are_not_tables():
    machine = TuringMachine(["_"], "_", ["x", "H"], "x", [("_", "x", "_", "H", "S")], halting=["H"])
    space = CodeSpace.of(machine, keys="noisy")
    assert ListShape(1, 2, 1, space.named_states).rows == 1
    ended = TuringMachine(["_"], "_", ["H"], "H", [], halting=["H"])
    problem = SynthesisProblem.of_machine(ended, [""], 2, keys="noisy")
    assert wrong_probability(problem, problem.space.embed(ended), semantics="mean-field") == 0
