"""Rows of many codes at once against rows computed one by one: λ, m, weights, used tuples."""

import pytest
from seeds import long

from noisytm import SynthesisProblem, atlas, library, solutions, words
from noisytm.search.atlases import AtlasUnits, kernel
from noisytm.search.atlases.batches import Batches, completions

PARITY = SynthesisProblem.of_machine(library.machine("parity"), ["", "1", "11"], 3)
OPTIONS = [
    ("pseudo-utm", "log", "simplex", 1),
    ("mean-field", "brier", "sphere", 1),
    ("pseudo-utm", "log", "simplex", {"write": "1/2", ("1", "odd", "next"): 3}),
]


@pytest.fixture
def plain():
    """The kernels as plain functions: nothing is compiled."""
    return kernel.rows_below


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: f"{options[0]}, {options[3]}")
def test_rows_are_those_of_single_codes(options, plain):
    units = AtlasUnits.checked(PARITY, *options)
    batches = Batches(units, plain)
    for code in solutions(PARITY).sample(8, seed=2).codes:
        assert list(batches.below(code)) == [units.row(code)]
    assert batches.alone == 0


def test_below_a_partial_table_are_all_codes_that_complete_it_and_solve_the_problem(plain):
    problem = SynthesisProblem.of_machine(library.machine("parity"), ["", "1"], 2)
    units = AtlasUnits.checked(problem, "mean-field", "log", "simplex", 1)
    cubes = [cube.tolist() for cube in solutions(problem).each_cube()]
    start = list(next(cube for cube in cubes if sum(action >= 0 for action in cube) == 3))
    start[next(i for i, action in enumerate(start) if action >= 0)] = -1
    found = list(Batches(units, plain).below(start))
    wanted = {code for cube in cubes for code in completions(cube, 12) if _completes(code, start)}
    assert sorted(row.code for row in found) == sorted(wanted)
    assert all(units.row(row.code) == row for row in found[::20])


def _completes(code, table):
    return all(action in (-1, mine) for action, mine in zip(table, code, strict=True))


def test_what_is_not_decided_is_computed_by_itself(plain, monkeypatch):
    monkeypatch.setattr(kernel, "shape_of", lambda *arguments: arguments[-1].__setitem__(slice(0, 3), 0))
    units = AtlasUnits.checked(PARITY, "mean-field", "log", "simplex", 1)
    batches = Batches(units, plain)
    (code,) = solutions(PARITY).sample(1, seed=4).codes
    assert list(batches.below(code)) == [units.row(code)] and batches.alone == 1


def test_problems_without_compiled_code():
    for options in (("annealed", "log", "simplex", 1), ("pseudo-utm", "log", "bits", 1)):
        assert not Batches.can(AtlasUnits.checked(PARITY, *options))
    assert Batches.can(AtlasUnits.checked(PARITY, *OPTIONS[0]))


@long
@pytest.mark.parametrize("seed", range(6))
def test_compiled_rows_are_those_of_single_codes(seed):
    """Random codes of a large space, and all of a small one, in processes too."""
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), steps=3 + seed % 3)
    semantics = ("pseudo-utm", "mean-field")[seed // 3]
    found = atlas(problem, sample=600, seed=seed, semantics=semantics)
    assert all(found.units.row(row.code) == row for row in list(found.rows)[:: 600 // 25])
    small = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4 + seed % 3)
    shared = atlas(small, all=True, workers=2)
    assert list(shared.rows) == list(atlas(small, all=True).rows) and shared.codes == solutions(small).codes
