"""Counts of all codes that solve a problem: the values of the theory, and plain runs of every code."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from noisytm import SynthesisProblem, library, solutions, words
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.problem import outcome
from noisytm.search import UNFIXED, UNLISTED, TableSpace
from noisytm.search.cubes import CubeTree, counted, cubes, trunk
from noisytm.search.cubes.sampling import found_cubes, places

PARITY = {"symbols": "_1", "states": ["even", "odd"]}
DETECT_A = library.machine("detectA")


def parity(steps, **more):
    targets = {"1" * n: ["even", "odd"][n % 2] for n in range(4)}
    return SynthesisProblem.of_space({**PARITY, **more}, list(targets), steps, targets=targets)


def detect_a(steps, longest=2):
    return SynthesisProblem.of_machine(DETECT_A, words("AB", longest), steps)


@pytest.mark.parametrize(("steps", "codes"), [(4, 719), (5, 274), (6, 737)])
def test_parity(steps, codes):
    assert solutions(parity(steps)).codes == codes


@pytest.mark.parametrize(("steps", "codes", "number"), [(4, 489_655, 247_422), (10, 470_669, 261_467)])
def test_detect_a(steps, codes, number):
    found = solutions(detect_a(steps))
    assert (found.codes, found.cubes, found.fewest_used_tuples) == (codes, number, 4)
    assert found.mass == Fraction(codes, 18**6)
    listed = solutions(detect_a(steps), "listed")
    assert listed.shortest_description == 2 and listed.codes == len(listed.lists) == 27
    assert (("A", "reject"), ("B", "reject")) in {tuple(t[:2] for t in found) for found in listed.lists}


def test_lists_of_all_tuples_are_the_full_tables():
    problem = detect_a(4)
    full, listed = solutions(problem), solutions(problem, "listed", max_tuples=6)
    assert listed.by_length[6] == full.codes
    assert listed.tally.all_codes == sum(math.comb(6, n) * 18**n for n in range(7))


def naive(problem, keys):
    """Return the set of all tables over two symbols and states that solve a problem, by running each one."""
    tables = TableSpace.over(problem)
    found = set()
    for table in itertools.product(range(tables.actions), repeat=keys):
        machine = tables.machine(table)
        answers = (outcome(machine, word, problem.steps, problem.readout) for word in problem.inputs)
        asked = ((y,) if isinstance(y, str) else y for y in answers)
        if all(problem.accepts(i, y) for i, y in enumerate(asked)):
            found.add(table)
    return found


def test_every_table_with_halting_states():
    """Half of the states halt: 144 tables, run one by one; sets of outcomes and a Hamming distance too."""
    space = {**PARITY, "halting": ["odd"]}
    given = [(("state", {"": "even", "1": ["odd"]}, 0)), ("tape:2", {"": "1_", "1": ["__", "11"]}, 0)]
    given += [("tape:2", {"": "11", "1": "1_"}, 1), ("tape:1", {"": "1", "1": ["_", "1"]}, 0)]
    for (readout, targets, hamming), steps in itertools.product(given, (1, 2, 5)):
        problem = SynthesisProblem.of_space(space, ["", "1"], steps, readout, targets=targets, hamming=hamming)
        wanted = naive(problem, 2)
        found = solutions(problem)
        held = [
            table
            for cube in found.each_cube()
            for table in itertools.product(*([a] if a >= 0 else range(found.tables.actions) for a in cube.tolist()))
        ]
        assert len(held) == found.codes and set(held) == wanted


def test_the_subtrees_are_the_tree():
    problem = detect_a(3, longest=1)
    tree = CubeTree(TableSpace.over(problem), problem)
    below = [cube.tolist() for start in trunk(tree) for cube in cubes(tree.tables, problem, start)]
    assert below == [cube.tolist() for cube in cubes(tree.tables, problem)]


def test_samples_are_uniform_and_in_their_cubes():
    problem = parity(4)
    found = solutions(problem)
    drawn = found.sample(6_000, seed=5)
    known = set(map(tuple, drawn.codes.tolist()))
    assert len(known) == 719
    counts = np.unique(drawn.codes @ 12 ** np.arange(4), return_counts=True)[1]
    chi = ((counts - 6_000 / 719) ** 2).sum() / (6_000 / 719)
    assert abs(chi - 718) < 5 * math.sqrt(2 * 718)
    assert ((drawn.cubes == drawn.codes) | (drawn.cubes == UNFIXED)).all()
    all_cubes = {tuple(cube.tolist()) for cube in found.each_cube()}
    assert set(map(tuple, drawn.cubes.tolist())) == all_cubes
    assert (drawn.codes == found.sample(6_000, seed=5).codes).all()


def test_samples_of_lists():
    problem = parity(4)
    found = solutions(problem, "listed", max_tuples=3)
    drawn = found.sample(4_000, seed=1)
    assert ((drawn.cubes == drawn.codes) | (drawn.cubes == UNFIXED)).all() and (drawn.codes != UNFIXED).all()
    counts = np.unique(drawn.codes, axis=0, return_counts=True)[1]
    assert len(counts) == found.codes == sum(found.by_length.values())
    chi = ((counts - 4_000 / found.codes) ** 2).sum() / (4_000 / found.codes)
    assert abs(chi - found.codes + 1) < 5 * math.sqrt(2 * found.codes)
    assert {int((code != UNLISTED).sum()) for code in drawn.codes} == set(found.by_length)
    for machine in itertools.islice(drawn.machines(), 50):
        assert all((outcome(machine, w, 4),) == problem.targets[i][0] for i, w in enumerate(problem.inputs))


def test_a_sample_does_not_depend_on_the_subtrees():
    found = solutions(parity(4))
    tree = CubeTree(found.tables, found.problem)
    cut = [draws(tree, trunk(tree, many)) for many in (1, 10, 500)]
    assert cut[0] == cut[1] == cut[2]


def draws(tree, starts):
    tallies = [counted(tree, start) for start in starts]
    return found_cubes(tree, starts, list(places(tallies, range(0, 719, 13)))).tolist()


def test_spaces_beyond_machine_words():
    """240^80 codes: drawn exactly."""
    states = [f"q{i}" for i in range(40)]
    problem = SynthesisProblem.of_space({"symbols": "_1", "states": states}, ["1"], 2, targets={"1": "q0"})
    found = solutions(problem)
    assert found.tally.all_codes == 240**80 and found.mass == Fraction(found.codes, 240**80) < 1
    for machine in found.sample(5).machines():
        problem.require_solved_by(machine)


def test_no_code_at_all():
    problem = SynthesisProblem.of_space(PARITY, ["", "1"], 1, "tape:1", targets={"": "1", "1": "1"})
    assert solutions(problem).codes > 0
    impossible = SynthesisProblem.of_space({**PARITY, "halting": ["even", "odd"]}, [""], 3, targets={"": "odd"})
    found = solutions(impossible)
    assert (found.codes, found.cubes, found.fewest_used_tuples, found.mass) == (0, 0, None, 0)
    assert solutions(impossible, "listed").shortest_description is None
    with pytest.raises(ProblemError, match="no code solves"):
        found.sample(1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"space": "half"}, "space is 'half'"),
        ({"max_tuples": 2}, "max_tuples is for"),
        ({"space": "listed", "max_tuples": -1}, "max_tuples"),
    ],
)
def test_what_cannot_be_asked(arguments, says):
    with pytest.raises(ProblemError, match=says):
        solutions(parity(4), **arguments)


def test_tapes_that_do_not_fit():
    inputs = words("_1", 5)
    problem = SynthesisProblem.of_space(PARITY, inputs, 10**8, targets=[(word, "even") for word in inputs])
    with pytest.raises(BudgetError, match="63 tapes for 100,000,000 steps need"):
        solutions(problem)


def test_a_start_of_another_space():
    problem = parity(4)
    with pytest.raises(MachineError, match="is not one of"):
        next(cubes(TableSpace.over(problem), problem, np.array([0, 0, 0, 12])))
