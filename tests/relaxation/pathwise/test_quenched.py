"""Masses and gradients under the quenched semantics, against the reference that fills in every table."""

import gc
import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from naive import outcomes

from noisytm import BudgetError, CodeSpace, SynthesisProblem, TuringMachine, library, words
from noisytm.algebra.semirings import Numbers
from noisytm.relaxation.pathwise import decision_diagrams as diagrams
from noisytm.relaxation.pathwise.quenched import QuenchedRuns

EXACT = Numbers(Fraction(0), Fraction(1))
READOUTS = ("state", "tape:1", "tape:2")


def random_problem(seed, steps):
    """Draw a problem: two or three symbols, gaps, halting states, all readouts."""
    rng = random.Random(seed)
    symbols = ["0", "1", "2"][: 2 + seed % 2]
    states = ["a", "b"] if seed % 4 < 2 else ["a", "b", "H"]
    keys = list(itertools.product(symbols, "ab"))
    keys = rng.sample(keys, rng.randint(1, 4))
    tuples = [(s, q, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(symbols, "0", states, "a", tuples, halting=states[2:])
    problem = SynthesisProblem.of_machine(machine, ["", "1", "01"], steps, rng.choice(READOUTS))
    return rng, problem, machine


def random_rows(rng, space, denominator=7):
    """Draw a noisy code in fractions, with many zero entries."""
    code = []
    for _ in space.keys:
        row = []
        for _, _, values in space.blocks:
            cuts = sorted(rng.choices(range(denominator + 1), k=len(values) - 1))
            row += [Fraction(b - a, denominator) for a, b in itertools.pairwise([0, *cuts, denominator])]
        code.append(row)
    return code


def as_floats(code):
    return np.array([[float(x) for x in row] for row in code])


def as_mappings(runs, codes):
    """Return, for each input, the masses of the first code by outcome."""
    return [
        dict(zip(names, masses[0].tolist(), strict=True))
        for names, masses in zip(runs.outcomes, runs.masses(codes), strict=True)
    ]


@pytest.mark.parametrize("seed", range(48))
def test_masses_are_those_of_the_reference(seed):
    rng, problem, _ = random_problem(seed, steps=1 + seed // 3 % 4)
    code = random_rows(rng, problem.space)
    for word, masses in zip(problem.inputs, as_mappings(QuenchedRuns(problem), as_floats(code)[None]), strict=True):
        expected = outcomes(EXACT, problem, code, "quenched", word)
        assert set(masses) == set(expected)
        for outcome, mass in expected.items():
            assert masses[outcome] == pytest.approx(float(mass), rel=1e-13, abs=0)


@pytest.mark.parametrize("seed", range(12))
def test_tiny_masses_keep_their_relative_accuracy(seed):
    rng, problem, machine = random_problem(seed, steps=3)
    right = problem.space.right_entries(machine)
    errors = [[Fraction(10) ** -rng.randint(5, 90) for _ in range(problem.space.shape[1])] for _ in problem.space.keys]
    for row, columns in zip(errors, right.tolist(), strict=True):
        for (_, start, values), column in zip(problem.space.blocks, columns, strict=True):
            row[column] += 1 - sum(row[start : start + len(values)])
    for word, masses in zip(problem.inputs, as_mappings(QuenchedRuns(problem), as_floats(errors)[None]), strict=True):
        expected = outcomes(EXACT, problem, errors, "quenched", word)
        assert len(expected) == 1 or min(expected.values()) < 1e-4
        for outcome, mass in expected.items():
            assert masses[outcome] == pytest.approx(float(mass), rel=1e-13, abs=0)


@pytest.mark.parametrize("seed", range(24))
def test_without_noise_it_is_the_discrete_machine(seed):
    _, problem, machine = random_problem(seed, steps=5)
    noiseless = problem.space.embed(machine)[None]
    for index, masses in enumerate(as_mappings(QuenchedRuns(problem), noiseless)):
        (outcome,) = (outcome for outcome, mass in masses.items() if mass)
        assert masses[outcome] == 1.0
        assert problem.accepts(index, outcome)


def all_machines(space, halting):
    """Yield every machine of a code space."""
    effects = list(itertools.product(*(values for _, _, values in space.blocks)))
    for table in itertools.product(effects, repeat=len(space.keys)):
        tuples = [(*key, *effect) for key, effect in zip(space.keys, table, strict=True)]
        yield TuringMachine(space.symbols, space.blank, space.states, space.start, tuples, halting=halting)


@pytest.mark.parametrize(("states", "steps", "readout"), [("a", 5, "tape:2"), ("ab", 4, "state"), ("aH", 4, "tape:1")])
def test_at_the_uniform_code_masses_count_machines(states, steps, readout):
    halting = ["H"] if "H" in states else []
    tuples = [("0", "a", "0", "a", "S"), ("1", "a", "0", "a", "S")]
    machine = TuringMachine(["0", "1"], "0", list(states), "a", tuples, halting=halting)
    problem = SynthesisProblem.of_machine(machine, ["1", "01"], steps, readout)
    machines = list(all_machines(problem.space, halting))
    uniform = np.concatenate([np.full((2, len(values)), 1 / len(values)) for _, _, values in problem.space.blocks], 1)
    counts = [dict.fromkeys(names, 0) for names in QuenchedRuns(problem).outcomes]
    for one in machines:
        own = SynthesisProblem.of_machine(one, problem.inputs, steps, readout)
        for index, count in enumerate(counts):
            (outcome,) = (outcome for outcome in count if own.accepts(index, outcome))
            count[outcome] += 1
    for count, masses in zip(counts, as_mappings(QuenchedRuns(problem), uniform[None]), strict=True):
        assert masses == pytest.approx({outcome: k / len(machines) for outcome, k in count.items()}, rel=1e-13)
        assert min(count.values()) > 0


@pytest.mark.parametrize("seed", range(12))
def test_gradients_are_exact_differences(seed):
    """No block is drawn twice in a run, so that masses are linear in each distribution."""
    rng, problem, _ = random_problem(seed, steps=4)
    runs = QuenchedRuns(problem)
    code = problem.space.sample(1, seed=seed)
    cotangents = [np.array([[rng.uniform(-1, 1) for _ in names]]) for names in runs.outcomes]
    gradient = runs.gradient(code, cotangents)[0]

    def value(at):
        return sum(float((m * c).sum()) for m, c in zip(runs.masses(at), cotangents, strict=True))

    for row in range(len(problem.space.keys)):
        for _, start, values in problem.space.blocks:
            for k in range(1, len(values)):
                moved = code.copy()
                moved[0, row, start + k] += 0.25
                moved[0, row, start] -= 0.25
                slope = gradient[row, start + k] - gradient[row, start]
                assert (value(moved) - value(code)) / 0.25 == pytest.approx(slope, rel=1e-12, abs=1e-12)


def test_a_code_gives_the_same_in_any_batch():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 1), 4)
    runs, codes = QuenchedRuns(problem), problem.space.sample(11, seed=3)
    masses = runs.masses(codes)
    ones = [np.ones_like(m) for m in masses]
    ones[0][:, 1] = -2.5
    gradient = runs.gradient(codes, ones)
    assert all(abs(m.sum(axis=1) - 1).max() < 1e-14 for m in masses)
    for n in range(11):
        alone = runs.masses(codes[n : n + 1])
        assert all((a[0] == m[n]).all() for a, m in zip(alone, masses, strict=True))
        assert (runs.gradient(codes[n : n + 1], [one[n : n + 1] for one in ones])[0] == gradient[n]).all()


@pytest.mark.parametrize("seed", range(4))
def test_wide_readouts(seed):
    """More outcomes and nodes than there is room for at first."""
    rng = random.Random(seed)
    tuples = [(s, q, rng.choice("01"), rng.choice("ab"), rng.choice("LSR")) for s in "01" for q in "ab"]
    machine = TuringMachine(["0", "1"], "0", ["a", "b"], "a", tuples)
    problem = SynthesisProblem.of_machine(machine, ["0110", "10", "1"], 4, "tape:7")
    code = random_rows(rng, problem.space, denominator=30)
    runs = QuenchedRuns(problem)
    assert sum(map(len, runs.outcomes)) > 64
    for word, masses in zip(problem.inputs, as_mappings(runs, as_floats(code)[None]), strict=True):
        expected = outcomes(EXACT, problem, code, "quenched", word)
        assert masses == pytest.approx({k: float(v) for k, v in expected.items()}, rel=1e-13)


def test_long_runs():
    machine = TuringMachine(["0", "1"], "0", ["a", "b"], "a", [("0", "a", "1", "b", "R"), ("0", "b", "1", "a", "L")])
    problem = SynthesisProblem.of_machine(machine, ["", "1"], 300)
    code = random_rows(random.Random(0), problem.space, denominator=50)
    for word, masses in zip(problem.inputs, as_mappings(QuenchedRuns(problem), as_floats(code)[None]), strict=True):
        expected = outcomes(EXACT, problem, code, "quenched", word)
        assert masses == pytest.approx({k: float(v) for k, v in expected.items()}, rel=1e-13)


def test_diagrams_share_and_leave_out():
    """Nodes are distinct, have different children, and stand after these."""
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    diagram = diagrams.diagram_of(problem)
    counts = diagrams.value_counts(problem.space)
    nodes = [
        (block, tuple(children[: counts[block % 3]]))
        for block, children in zip(diagram.blocks.tolist(), diagram.children.tolist(), strict=True)
    ]
    assert len(set(nodes)) == len(nodes)
    for node, (_, children) in enumerate(nodes):
        assert len(set(children)) > 1
        assert -len(diagram.outcomes) <= min(children) and max(children) < node


def test_budgets():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 1), 8)
    with pytest.raises(BudgetError, match=r"needs .* KiB so far, and the limit is 512 KiB; use fewer"):
        QuenchedRuns(problem, memory=1 << 19)
    short = SynthesisProblem.of_machine(machine, words("AB", 1), 3)
    with pytest.raises(BudgetError, match=r"a run of 3 steps needs .* bytes of memory|needs .* KiB of memory"):
        QuenchedRuns(short, memory=1000)
    runs = QuenchedRuns(short, memory=1 << 17)
    codes = short.space.sample(4000)
    with pytest.raises(BudgetError, match=r"4000 codes need .* 128 KiB; evaluate at most \d+ codes") as caught:
        runs.masses(codes)
    fit = int(str(caught.value).split("at most ")[1].split()[0])
    assert 0 < fit < 4000
    assert len(runs.masses(codes[:fit])[0]) == fit
    with pytest.raises(BudgetError, match="evaluate at most"):
        runs.masses(codes[: fit + 1])


def test_work_is_limited_and_resumed(monkeypatch):
    machine = library.machine("detectA")
    whole = diagrams.diagram_of(SynthesisProblem.of_machine(machine, ["", "B"], 5))
    problem = SynthesisProblem.of_machine(machine, ["", "B"], 5)
    monkeypatch.setattr(diagrams, "WORK_AT_ONCE", 7)
    paused = diagrams.diagram_of(problem)
    assert (paused.blocks == whole.blocks).all() and (paused.children == whole.children).all()
    assert (paused.roots, paused.outcomes) == (whole.roots, whole.outcomes)
    monkeypatch.setattr(diagrams, "MOST_WORK", 700)
    with pytest.raises(BudgetError, match="more than 700 branches and steps"):
        QuenchedRuns(SynthesisProblem.of_machine(machine, ["", "B"], 5))


def test_a_problem_keeps_its_diagram_while_it_lives():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 3)
    assert diagrams.diagram_of(problem) is diagrams.diagram_of(problem)
    assert problem in diagrams.kept_diagrams
    count = len(diagrams.kept_diagrams)
    del problem
    gc.collect()
    assert len(diagrams.kept_diagrams) < count


def test_no_listed_tuple_at_all():
    machine = TuringMachine(["0"], "0", ["a"], "a", [])
    problem = SynthesisProblem.of_machine(machine, [""], 2)
    assert CodeSpace.of(machine).shape == (0, 5)
    runs = QuenchedRuns(problem)
    assert runs.outcomes == [[("a",)]]
    assert runs.masses(np.zeros((3, 0, 5)))[0].tolist() == [[1.0]] * 3
    assert runs.gradient(np.zeros((3, 0, 5)), [np.ones((3, 1))]).shape == (3, 0, 5)
