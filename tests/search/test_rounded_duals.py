"""Duals of bases with too large a determinant: rounded down, and checked in whole numbers all the same."""

import numpy as np
import pytest

from noisytm.search.bounds import new_packing, rounded_down


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
