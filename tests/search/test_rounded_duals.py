"""Duals of bases with too large a determinant: rounded down, and checked in whole numbers all the same."""

from fractions import Fraction

import numpy as np
import pytest

from noisytm import SynthesisProblem, library, words
from noisytm.geometry import checked_concentration
from noisytm.search import TableSpace
from noisytm.search.bounds import NOTHING, PASSED, new_packing, rounded_down
from noisytm.search.minimum import DONE, AskedOfAll, Below, kernel
from noisytm.search.store import Incumbent


def packing_of(rows, gains, weights):
    """Return a program with these rows as its basis, and what floating point says of their weights."""
    d = len(gains)
    lp = new_packing(d, 1, rows=d)
    lp.gains[:] = gains
    for r, row in enumerate(rows):
        where = np.flatnonzero(row)
        lp.size[r], lp.basis[0, r], lp.plain[0, r] = len(where), r, weights[r]
        lp.place[r, : len(where)], lp.often[r, : len(where)] = where, row[where]
    for r in range(len(rows), d):
        lp.basis[0, r], lp.plain[0, r] = -1 - r, 0.25
    return lp


@pytest.mark.parametrize("seed", range(20))
def test_what_is_rounded_down_is_a_dual_and_hardly_less(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 9))
    rows = rng.integers(0, 40, (d - 1, d)) * (rng.random((d - 1, d)) < 0.6)
    rows[:, 0] += 1
    gains, weights = rng.integers(1, 5, d), rng.random(d - 1)
    weights *= (gains / np.maximum(weights @ rows, 1e-9)).min()
    lp = packing_of(rows, gains, weights)
    total, scale = rounded_down(lp, 0, d), int(lp.scale[0])
    y = [int(w) for w in lp.weights]
    assert total == sum(y) and min(y) >= 0
    for i in range(d):
        assert sum(y[r] * int(rows[r, i]) for r in range(d - 1)) <= int(gains[i]) * scale
    assert weights.sum() * (1 - 2e-6) - d / scale <= total / scale < weights.sum()


@pytest.mark.parametrize("wrong", [1.01, 5.0, 1e10, 1e30, np.inf])
def test_weights_that_are_too_large_prove_nothing(wrong):
    """Also where products would not fit into 64 bits."""
    row = np.array([1, 1 << 13])
    assert rounded_down(packing_of([row], [1 << 13, 1 << 13], [wrong]), 0, 2) == -1
    assert rounded_down(packing_of([row], [1 << 13, 1 << 13], [0.99]), 0, 2) > 0


def test_what_is_no_number_weighs_nothing():
    lp = packing_of([np.array([1, 1]), np.array([1, 2])], [1, 1], [np.nan, -0.5])
    assert rounded_down(lp, 0, 2) == 0 and not lp.weights.any()


# A table for detectA's problem at t = 10, with λ = 677/81: its basis has a determinant of some 10^11.
LARGE = [1, 11, 5, 15, 14, 17]


@pytest.fixture(scope="module")
def asked():
    machine = library.machine("detectA")
    tables = TableSpace.of(machine)
    problem = tables.problem(SynthesisProblem.of_machine(machine, words("AB", 2), 10))
    return AskedOfAll(problem, tables, "pseudo-utm", "log", "simplex", checked_concentration(1))


def test_without_them_a_node_stays_open(asked, monkeypatch):
    """The node is closed by the compiled search; what closed it is looked at again without it."""
    below = Below(asked)
    below.begin(LARGE, Incumbent(Fraction(8357, 1000), 1, ()))
    assert list(below.events()) == [DONE] and below.tally["bounded"] == 1
    of_node = below.packing, below.way, 0, below.packing.inverse.shape[1]
    assert kernel.compared(*of_node) == PASSED
    monkeypatch.setattr(kernel, "rounded_down", lambda lp, depth, n: -1)
    assert kernel.compared(*of_node) == NOTHING


def test_a_value_of_too_large_a_denominator_is_not_compared_with_itself(asked):
    """Products with it would not fit into 64 bits: what is just above it is taken instead."""
    below, value = Below(asked), Fraction(3**30 + 1, 3**28)
    below.better(Incumbent(value, 1, ()))
    _, numerator, denominator, _ = below.way.best.tolist()
    assert value < Fraction(numerator, denominator) < value + Fraction(1, 10**6)
    assert max(numerator, denominator * 60) << 30 < 1 << 63
    below.better(Incumbent(Fraction(677, 81), 2, ()))
    assert below.way.best.tolist() == [1, 677, 81, 2]
