"""The regret of learners of lists whose keys err: shares of all lists, and of all points of a grid, by enumeration."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import pytest

from noisytm import (
    CodeSpace,
    Description,
    ProblemError,
    Regret,
    SynthesisProblem,
    library,
    precision,
    regret,
    words,
)
from noisytm.codespace import NoisyKeySpace
from noisytm.discrete import used_tuples
from noisytm.errors import NoisytmError
from noisytm.posterior import sampled_regret
from noisytm.posterior.prediction.programs import Programs

DETECT_A = library.machine("detectA")


def problem_of(symbols, states, halting, inputs, steps, tuples):
    """Return the problem to go to the last state, over lists of so many tuples."""
    names = {"symbols": symbols, "states": states, "halting": halting}
    full = SynthesisProblem.of_space(names, inputs, steps, targets=dict.fromkeys(inputs, states[-1]))
    of = full.space
    return replace(full, space=NoisyKeySpace(of.symbols, of.blank, of.states, of.start, (), tuples, tuple(halting)))


def solves(problem, listed):
    try:
        replace(problem, space=CodeSpace.of(listed)).require_solved_by(listed)
    except NoisytmError:
        return False
    return True


def lists(problem):
    """Yield all lists of as many tuples as the problem's space has."""
    space = problem.space
    keys = itertools.product(space.symbols, [q for q in space.states if q not in problem.halting])
    rows = [(*key, *act) for key in keys for act in itertools.product(space.symbols, space.states, "LSR")]
    for chosen in itertools.product(rows, repeat=space.tuples):
        yield Description(space.symbols, space.blank, space.states, space.start, chosen, problem.halting)


CASES = [
    ("_", ["a", "b"], [], [""], 1, 2),
    ("_", ["a", "b"], [], [""], 2, 3),
    ("_", ["a", "b", "h"], ["h"], [""], 2, 2),
    ("_1", ["a", "b"], ["b"], ["1", ""], 2, 2),
    ("_1", ["a", "b"], [], ["1"], 2, 2),
]


@pytest.mark.parametrize("case", CASES)
def test_the_share_is_that_of_all_lists(case):
    problem = problem_of(*case)
    each = [solves(problem, listed) for listed in lists(problem)]
    programs = Programs.counted(problem, progress=False)
    assert programs.mass == Fraction(sum(each), len(each)) and 0 < programs.mass < 1
    assert programs.cost(0) == pytest.approx(-math.log(programs.mass), rel=1e-12)


def compositions(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


@pytest.mark.parametrize("case", CASES[:1])
def test_the_bound_is_the_share_of_a_grid_where_what_acts_is_certain(case):
    problem, bits = problem_of(*case), 1
    space, found, total = problem.space, 0, 0
    row = [list(compositions(2**bits, len(values))) for _, _, values in space.blocks]
    for point in itertools.product(itertools.product(*row), repeat=space.tuples):
        total += 1
        right = [
            [values[part.index(max(part))] for part, (*_, values) in zip(parts, space.blocks, strict=True)]
            for parts in point
        ]
        sure = [[max(part) == 2**bits for part in parts] for parts in point]
        listed = Description(space.symbols, space.blank, space.states, space.start, right, problem.halting)
        if not all(a and b for a, b, *_ in sure) or not solves(problem, listed):
            continue
        last = {key: i for i, key in enumerate(listed.keys)}
        used = used_tuples(listed.machine(), problem.inputs, problem.steps)
        found += all(all(sure[last[key]]) for key in used)
    programs = Programs.counted(problem, progress=False)
    assert programs.cost(bits) == pytest.approx(math.log(total / found), rel=1e-12)


@pytest.mark.slow
def test_curves_and_records():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    known = precision(problem, DETECT_A)
    found = regret(problem, {1e2: [40.0, 41.0]}, precision=known, progress=False, bits=[4, 8])
    tables = regret(replace(problem, space=CodeSpace.of(DETECT_A)), {1e2: [40.0]}, progress=False, bits=[4])
    assert found.curves[0].learner == "lists of 6 tuples, uniform" and found.transversal == 20
    assert found.mass < tables.mass and Regret.from_json(found.to_json()) == found
    of_transversal = [known.free_energy_bound(b) for b in (4, 8)]
    of_cubes = [Programs.counted(problem, progress=False).cost(b) for b in (4, 8)]
    assert [curve.nats[0] for curve in found.curves[1:3]] == list(map(min, of_cubes, of_transversal))


@pytest.mark.slow
def test_populations_of_lists():
    machine = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 1, keys="noisy")
    found = sampled_regret(problem, machine, bits=[2], n=100, particles=256, replicas=2, sweeps=2)
    nats = {(curve.learner, curve.status): curve.nats[-1] for curve in found.curves}
    assert nats["lists of 1 tuple, uniform", "exact"] == pytest.approx(math.log(4))
    assert nats["real weights, uniform", "estimate"] == pytest.approx(2 * math.log(101), abs=0.3)
    assert nats["weights of 2 bits, uniform", "upper bound"] == pytest.approx(2 * math.log(5))


def test_what_is_refused():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    tables = Programs.counted(replace(problem, space=CodeSpace.of(DETECT_A)), progress=False).found
    with pytest.raises(ProblemError, match="where keys err programs are lists"):
        regret(problem, {1e2: [40.0]}, found=tables)
    twice = Description(["_"], "_", ["a"], "a", [("_", "a", "_", "a", "S")] * 2)
    with pytest.raises(ProblemError, match="does not list all tuples, each once"):
        regret(SynthesisProblem.of_machine(twice, [""], 1), {1e2: [40.0]})
