"""The compiled tree against its readable twin, and against runs of every code, for random problems of all kinds."""

import itertools
import random

import numpy as np
import pytest
from seeds import seeds, sweep

from noisytm import SynthesisProblem, solutions, words
from noisytm.machine import MOVES
from noisytm.problem import STATE
from noisytm.search import UNFIXED, UNLISTED, TableSpace
from noisytm.search.cubes import CubeStream, CubeTree, counted
from noisytm.search.fixed import FixedRuns


def random_problem(rng, symbols, states, longest=2):
    """Return a problem with halting states or none, a readout, and accepted outcomes of any kind."""
    halting = rng.sample(states[1:], rng.choice([0, 0, 1]))
    space = {"symbols": symbols, "states": states, "halting": halting, "blank": rng.choice(symbols)}
    known = words(symbols, longest)
    inputs = rng.sample(known, rng.randint(1, min(4, len(known))))
    width = rng.randint(1, 3)
    readout = rng.choice(["state", f"tape:{width}"])
    hamming = 0 if readout == "state" else rng.choice([0, rng.randrange(width)])
    outcomes = states if readout == "state" else ["".join(w) for w in itertools.product(symbols, repeat=width)]
    few = range(1, min(3, len(outcomes)) + 1)
    targets = [(word, rng.sample(outcomes, rng.choice(few))) for word in inputs]
    return SynthesisProblem.of_space(space, inputs, rng.randint(1, 6), readout, targets=targets, hamming=hamming)


def solved(problem, tables):
    """Return which codes of an array, shape (n, N), solve a problem: all run at once, a step at a time."""
    space = TableSpace.over(problem)
    states, key_of = len(space.space.states), space.key_of
    good = np.ones(len(tables), bool)
    every = np.arange(len(tables))
    for index, word in enumerate(problem.inputs):
        margin = problem.steps + len(word) + problem.readout.reach + 1
        tape = np.full((len(tables), 2 * margin + 1), space.space.symbols.index(problem.space.blank))
        tape[:, margin : margin + len(word)] = [space.space.symbols.index(x) for x in word]
        head = np.full(len(tables), margin)
        state = np.full(len(tables), space.space.states.index(problem.space.start))
        for _ in range(problem.steps):
            key = key_of[tape[every, head], state]
            runs = np.flatnonzero(key >= 0)
            rest, move = np.divmod(tables[runs, key[runs]], len(MOVES))
            tape[runs, head[runs]], state[runs] = np.divmod(rest, states)
            head[runs] += move - 1
        seen = np.stack([state if p == STATE else tape[every, head + p] for p in problem.readout.places], axis=1)
        wanted = np.array([problem.indices(y) for y in problem.targets[index]])
        good &= ((seen[:, None] != wanted[None]).sum(axis=2) <= problem.hamming).any(axis=1)
    return good


def in_cubes(space, cubes):
    """Return the codes of cubes, one after the other."""
    return [
        code
        for cube in cubes
        for code in itertools.product(*([a] if a != UNFIXED else range(space.actions) for a in cube.tolist()))
    ]


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 6))
def test_all_codes_of_two_symbols_and_states(seed):
    rng = random.Random(seed)
    problem = random_problem(rng, "_1", ["p", "q"])
    found = solutions(problem)
    tuples = len(found.tables.space.keys)
    every = np.array(list(itertools.product(range(12), repeat=tuples)), np.int64)
    good = every[solved(problem, every)]
    codes = in_cubes(found.tables, found.each_cube())
    assert len(codes) == found.codes == len(good)
    assert set(codes) == set(map(tuple, good.tolist()))


@sweep
@pytest.mark.parametrize("seed", seeds(range(100, 160), 4))
def test_parts_of_larger_spaces(seed):
    """Below a random table of which all but two tuples are settled; and random codes, each for itself."""
    rng = random.Random(seed)
    problem = random_problem(rng, *rng.choice([("_AB", ["p", "q"]), ("_1", ["p", "q", "r"]), ("_AB", ["p", "q", "r"])]))
    tree = CubeTree(TableSpace.over(problem), problem)
    actions = tree.tables.actions
    for _ in range(20):
        start = np.array([rng.randrange(actions) for _ in range(tree.tuples)])
        free = rng.sample(range(tree.tuples), min(2, tree.tuples))
        start[free] = UNFIXED
        every = np.tile(start, (actions ** len(free), 1))
        every[:, free] = list(itertools.product(range(actions), repeat=len(free)))
        good = every[solved(problem, every)]
        assert counted(tree, start).codes == len(good)
        assert set(in_cubes(tree.tables, (c for rows in CubeStream(tree, start).cubes() for c in rows))) == set(
            map(tuple, good.tolist())
        )


def twin(runs, table, still, most, actions=12, index=0):
    """Yield the leaves of the tree: a cube, or ``None`` for a refuted one; inputs are run in their order."""
    acts = [still[i] if a == UNLISTED else a for i, a in enumerate(table)]
    while index < runs.inputs:
        end = runs.end(acts, index)
        if end.at is not None:
            few = most is not None and sum(a >= 0 for a in table) >= most
            for action in ([] if most is None else [UNLISTED]) + ([] if few else list(range(actions))):
                yield from twin(runs, [*table[: end.at], action, *table[end.at + 1 :]], still, most, actions, index)
            return
        if not end.accepted:
            yield None
            return
        index += 1
    yield table


@sweep
@pytest.mark.parametrize("seed", seeds(range(200, 240), 3))
def test_the_tree_is_that_of_its_twin(seed):
    rng = random.Random(seed)
    problem = random_problem(rng, "_1", ["p", "q"], longest=1)
    tables = TableSpace.over(problem)
    problem = tables.problem(problem)
    stay = [(s * 2 + q) * 3 + 1 for s, q in tables.space.key_indices]
    for most in (None, 0, 2):
        tree = CubeTree(tables, problem, most)
        leaves = list(twin(FixedRuns(problem, tables), tree.root.tolist(), stay, most))
        wanted = [leaf for leaf in leaves if leaf is not None]
        assert [c.tolist() for rows in CubeStream(tree, tree.root).cubes() for c in rows] == wanted
        tally = counted(tree, tree.root)
        assert (tally.total, tally.refuted) == (len(wanted), len(leaves) - len(wanted))
        listed = [sum(a >= 0 for a in leaf) for leaf in wanted]
        assert tally.by_fixed == {k: listed.count(k) for k in sorted(set(listed))}


def test_a_search_pauses_anywhere():
    """A slice of any length, also of one leaf, leaves what a whole search finds."""
    problem = random_problem(random.Random(3), "_1", ["p", "q"])
    tree = CubeTree(TableSpace.over(problem), problem)
    whole = counted(tree, tree.root)
    for work in (1, 7):
        stream, none = CubeStream(tree, tree.root), np.empty((0, tree.tuples), np.int64)
        while not stream.ended:
            stream._go_on(none, work)
        assert stream.tally == whole
