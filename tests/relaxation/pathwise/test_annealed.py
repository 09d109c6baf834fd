"""Annealed path sums against the reference on whole configurations: masses, gradients, accuracy, memory."""

from __future__ import annotations

import gc
import itertools
from fractions import Fraction

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import SynthesisProblem, TuringMachine, library, words, wrong_probability
from noisytm.algebra.semirings import Numbers
from noisytm.errors import BudgetError
from noisytm.relaxation.pathwise import annealed
from noisytm.relaxation.pathwise.annealed import AnnealedRuns, working_bytes
from noisytm.relaxation.pathwise.configuration_graph import configuration_graph

EXACT = Numbers(Fraction(0), Fraction(1))


class Dual:
    """A number and its derivative in one direction, exactly."""

    def __init__(self, value, slope=Fraction(0)):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)


DUALS = Numbers(Dual(Fraction(0)), Dual(Fraction(1)))


@st.composite
def problems(draw, most_steps=4):
    """A random code with gaps and halting states, and a problem with a few inputs, some longer than can be read."""
    letters = "_ab"[: draw(st.integers(1, 3))]
    states = "pqr"[: draw(st.integers(1, 3))]
    halting = draw(st.sampled_from(((), ("H",))))
    keys = list(itertools.product(letters, states))
    listed = [k for k in keys if draw(st.integers(0, 3))] or keys[:1]
    entry = st.tuples(st.sampled_from(letters), st.sampled_from([*states, *halting]), st.sampled_from("LSR"))
    blank = draw(st.sampled_from(letters))
    machine = TuringMachine(
        tuple(letters), blank, (*states, *halting), "p", [(*k, *draw(entry)) for k in listed], halting=halting
    )
    large = len(letters) + len(states) > 4
    steps = draw(st.integers(1, 2 if large else most_steps))
    inputs = draw(st.lists(st.text(letters, max_size=7), min_size=1, max_size=4, unique=True))
    return SynthesisProblem.of_machine(machine, inputs, steps, draw(st.sampled_from(("state", "tape:1", "tape:3"))))


def in_fractions(codes):
    return [[[Fraction(x) for x in row] for row in code] for code in codes.tolist()]


def expected(algebra, problem, code, index):
    return naive.outcomes(algebra, problem, code, "annealed", problem.inputs[index])


@sweep
@settings(max_examples=examples(60, 15), deadline=None)
@given(problems(), st.integers(0, 2**32 - 1))
def test_masses_are_those_of_the_chain_on_whole_configurations(problem, seed):
    runs = AnnealedRuns(problem)
    codes = problem.space.sample(2, concentration=0.5, seed=seed)
    found = runs.masses(codes)
    for i, outcomes in enumerate(runs.outcomes):
        for n, code in enumerate(in_fractions(codes)):
            wanted = expected(EXACT, problem, code, i)
            assert set(wanted) == set(outcomes) and len(set(outcomes)) == len(outcomes)
            assert found[i][n] == pytest.approx([float(wanted[o]) for o in outcomes], rel=1e-13, abs=0)
        assert found[i].sum(axis=1) == pytest.approx(1.0, rel=1e-13)


@sweep
@settings(max_examples=examples(30, 15), deadline=None)
@given(problems(3), st.integers(0, 2**32 - 1))
def test_gradients_are_the_exact_derivatives(problem, seed):
    rng = np.random.default_rng(seed)
    runs = AnnealedRuns(problem)
    codes = problem.space.sample(2, seed=seed)
    codes[1] = np.round(codes[1])  # zeros and ones; the masses are polynomials, whether they sum to 1 or not
    cotangents = [rng.integers(-3, 4, (2, len(outcomes))).astype(float) for outcomes in runs.outcomes]
    direction = rng.integers(-3, 4, codes.shape)
    found = (runs.gradient(codes, cotangents) * direction).sum(axis=(1, 2))
    for n, code in enumerate(in_fractions(codes)):
        along = [
            [Dual(x, Fraction(int(d))) for x, d in zip(row, slopes, strict=True)]
            for row, slopes in zip(code, direction[n], strict=True)
        ]
        slope, size = Fraction(0), Fraction(0)
        for i, outcomes in enumerate(runs.outcomes):
            masses = expected(DUALS, problem, along, i)
            parts = [masses[o].slope * int(g) for o, g in zip(outcomes, cotangents[i][n], strict=True)]
            slope, size = slope + sum(parts), size + sum(map(abs, parts))
        assert found[n] == pytest.approx(float(slope), rel=1e-12, abs=1e-11 * float(size + 1))


def long_problems():
    """Two problems with many steps that the reference still manages: one state; and a tape that is soon left alone."""
    one = TuringMachine(("_", "a"), "_", ("p",), "p", [("_", "p", "a", "p", "R"), ("a", "p", "_", "p", "L")])
    yield SynthesisProblem.of_machine(one, ["", "aa"], 7, "tape:2")
    lone = TuringMachine(("_", "a"), "_", ("p", "q"), "p", [("_", "p", "a", "p", "R"), ("a", "q", "_", "p", "L")])
    yield SynthesisProblem.of_machine(lone, ["", "aaa", "_a_a_a_a_a_a_a_a"], 9, "state")


@pytest.mark.parametrize("problem", list(long_problems()), ids=["7 steps", "9 steps"])
def test_many_steps(problem):
    runs, codes = AnnealedRuns(problem), problem.space.sample(1, seed=4)
    for i, masses in enumerate(runs.masses(codes)):
        wanted = expected(Numbers(), problem, codes[0].tolist(), i)
        assert set(wanted) == set(runs.outcomes[i])
        assert masses[0] == pytest.approx([wanted[o] for o in runs.outcomes[i]], rel=1e-12, abs=0)


@sweep
@settings(max_examples=examples(30, 15), deadline=None)
@given(problems(), st.integers(0, 2**32 - 1), st.sampled_from([1e-4, 1e-30]))
def test_tiny_probabilities_are_accurate(problem, seed, size):
    rng = np.random.default_rng(seed)
    code = size * rng.random(problem.space.shape)
    for _, start, values in problem.space.blocks:
        right = rng.integers(start, start + len(values), len(code))
        code[np.arange(len(code)), right] = 0
        others = code[:, start : start + len(values)].sum(axis=1)
        code[np.arange(len(code)), right] = 1 - others
    runs = AnnealedRuns(problem)
    for i, masses in enumerate(runs.masses(code[None])):
        wanted = expected(EXACT, problem, in_fractions(code[None])[0], i)
        assert masses[0] == pytest.approx([float(wanted[o]) for o in runs.outcomes[i]], rel=1e-13, abs=0)


@settings(max_examples=40, deadline=None)
@given(problems(12))
def test_without_noise_it_is_the_discrete_run(problem):
    code = np.zeros((1, *problem.space.shape))
    runs = AnnealedRuns(problem)
    rng = np.random.default_rng(1)
    rows = []
    for key, row in zip(problem.space.keys, code[0], strict=True):
        values = []
        for _, start, choices in problem.space.blocks:
            k = int(rng.integers(len(choices)))
            row[start + k] = 1.0
            values.append(choices[k])
        rows.append((*key, *values))
    space = problem.space
    resting = [q for q in space.states if all(state != q for _, state in space.keys)]
    machine = TuringMachine(space.symbols, space.blank, space.states, space.start, rows, halting=resting)
    own = SynthesisProblem.of_machine(machine, problem.inputs, problem.steps, problem.readout)
    for i, masses in enumerate(runs.masses(code)):
        assert {o: m for o, m in zip(runs.outcomes[i], masses[0].tolist(), strict=True) if m} == {
            own.sole_outcome(i): 1.0
        }


def test_one_step_is_that_of_mean_field():
    machine = library.machine("detectA")
    for readout in ("state", "tape:2"):
        # Both take the written symbol, the next state and the move independently; after a step nothing else matters.
        problem = SynthesisProblem.of_machine(machine, words("AB", 2), 1, readout if readout == "state" else "tape:1")
        codes = problem.space.sample(5, seed=2)
        found = wrong_probability(problem, codes, semantics="annealed")
        assert found == pytest.approx(wrong_probability(problem, codes, semantics="mean-field"), rel=1e-13)
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 3)
    codes = problem.space.sample(5, seed=2)
    gap = wrong_probability(problem, codes, semantics="annealed") - wrong_probability(
        problem, codes, semantics="mean-field"
    )
    assert np.abs(gap).max() > 1e-4


@pytest.mark.parametrize("readout", ["state", "tape:2"])
@pytest.mark.parametrize("inputs", [["A"], list(words("AB", 3))])
def test_columns_taken_one_by_one_change_nothing(readout, inputs):
    problem = SynthesisProblem.of_machine(library.machine("detectA"), inputs, 4, readout)
    runs, codes = AnnealedRuns(problem), problem.space.sample(3, seed=6)
    columns = min(len(inputs), max(len(o) for o in runs.outcomes))
    little = AnnealedRuns(problem, memory=max(working_bytes(runs._graph, 1), 1 << 20))
    little._columns = 1
    assert runs._columns == columns and len(little._parts()) == columns
    cotangents = [np.cos(masses) for masses in runs.masses(codes)]
    for ours, theirs in zip(little.masses(codes), runs.masses(codes), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-14)
    assert little.gradient(codes, cotangents) == pytest.approx(runs.gradient(codes, cotangents), rel=1e-12)


def test_a_thousand_steps_of_a_machine_without_a_tape():
    machine = TuringMachine(("_",), "_", ("p", "q", "r"), "p", [("_", "p", "_", "q", "R"), ("_", "q", "_", "r", "L")])
    problem = SynthesisProblem.of_machine(machine, [""], 1000)
    runs, codes = AnnealedRuns(problem), problem.space.sample(1, seed=3)
    assert runs.outcomes == [[("p",), ("q",), ("r",)]]  # though the number of runs is beyond floating point
    chain = np.vstack([codes[0, :, 1:4], [0.0, 0.0, 1.0]])
    assert runs.masses(codes)[0][0] == pytest.approx(np.linalg.matrix_power(chain, 1000)[0], rel=1e-11)


def test_configurations_that_do_not_fit_are_refused():
    machine = library.machine("detectA")

    def problem_of(steps):
        return SynthesisProblem.of_machine(machine, words("AB", 2), steps)

    with pytest.raises(BudgetError, match=r"20 steps need .*; a call may take 1 MiB; \d+ steps are sure") as error:
        AnnealedRuns(problem_of(20), memory=1 << 20)
    most = int(str(error.value).split("; ")[2].split(" ")[0])
    assert 2 < most < 20
    assert len(AnnealedRuns(problem_of(most), memory=1 << 20).outcomes) == 7
    graph = configuration_graph(problem_of(8), 1 << 30)
    with pytest.raises(BudgetError, match="tapes in their configurations"):
        configuration_graph(problem_of(8), 1 << 30, most_contents=graph.contents // 2)
    long = problem_of(100_000)
    with pytest.raises(BudgetError, match="100000 steps need"):
        AnnealedRuns(long, memory=1 << 20)


def test_readouts_that_do_not_fit_are_refused():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 5), 1, "tape:5")
    with pytest.raises(BudgetError, match=r"\d+ readouts of 63 inputs need .*; use fewer inputs or a narrower readout"):
        AnnealedRuns(problem, memory=working_bytes(annealed.kept_graph(problem), 1))


def test_a_graph_with_more_room_is_not_for_a_caller_with_less():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 9)
    runs = AnnealedRuns(problem)
    assert AnnealedRuns(problem)._graph is runs._graph
    with pytest.raises(BudgetError):
        AnnealedRuns(problem, memory=runs._graph.nbytes)


def test_graphs_live_as_long_as_their_problem():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A", "B"], 4)
    wrong_probability(problem, problem.space.sample(1), semantics="annealed")
    assert problem in annealed._graphs
    before = len(annealed._graphs)
    del problem
    gc.collect()
    assert len(annealed._graphs) < before


def test_only_what_can_be_reached_is_in_the_graph():
    # The blank is not listed in p, where the machine begins and so rests, but in q.
    machine = TuringMachine(("_", "a"), "_", ("p", "q"), "p", [("a", "p", "_", "q", "R"), ("_", "q", "a", "p", "L")])
    resting = configuration_graph(SynthesisProblem.of_machine(machine, ["", "_a"], 3), 1 << 20)
    assert resting.layers == [2, 2, 1, 1] and resting.readouts == [("p",)]
    acting = configuration_graph(SynthesisProblem.of_machine(machine, ["a"], 1), 1 << 20)
    assert acting.layers == [1, 1] and acting.readouts == [("p",), ("q",)]
