"""Particles eight at a time are moved as particles one by one, to the bit; states of streams are those of NumPy."""

import numpy as np
import pytest
from posterior_gates import GATES

from noisytm._compile import calling
from noisytm.posterior.populations.eights import exponential_of_eight, put_shares
from noisytm.posterior.populations.fast import layout_of, states_of
from noisytm.posterior.populations.vectors import exponential
from noisytm.posterior.spaces import factors_of
from noisytm.relaxation.marginal import load, store

compiled = calling(put_shares, exponential, load)


@compiled
def one_by_one(x, out):
    for i in range(x.size):
        out[i] = exponential(x[i])


@compiled
def by_eights(x, out):
    for v in range(x.size // 8):
        store(out, v, exponential_of_eight(load(x, v)))


@compiled
def shares(at, j, rows, tops, scales, parts):
    put_shares(at, j, rows, tops, scales, parts)


def test_the_exponential_of_eight_is_that_of_one():
    x = -np.concatenate([np.random.default_rng(1).exponential(30, 4000), np.linspace(0, 800, 4000)])
    found = np.empty((2, 8000))
    one_by_one(x, found[0])
    by_eights(x, found[1])
    assert np.array_equal(*found)
    assert found[0] == pytest.approx(np.exp(np.maximum(x, -708)), rel=4e-16)


@pytest.mark.parametrize("near", [False, True])
def test_shares_are_those_of_their_logs(near):
    problem, machine = GATES["G4"].problem, GATES["G4"].machine
    factors = factors_of(problem.space, machine if near else None, "simplex", 1)
    logs = factors.draw(np.random.default_rng(2), 24)
    rows, count = np.ascontiguousarray(logs.T), len(factors.factors)
    parts, tops, scales = np.empty_like(rows), np.empty((count, 24)), np.empty((count, 24))
    for j in range(count):
        shares(layout_of(factors), j, rows + j, tops, scales, parts)  # of any mass
    assert np.allclose(parts.T, factors.probabilities(logs), rtol=1e-13, atol=0)


@pytest.mark.parametrize("key", [(0,), (1, 2, 3), (2**80, 5, 7, 1), (0, 0, 0, 0, 9)])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 2048])
def test_states_are_those_of_a_seed_sequence(key, count):
    expected = np.random.SeedSequence(key).generate_state(count, np.uint64)
    found = states_of(key, count)
    assert found.dtype == np.uint64 and np.array_equal(found, expected)
