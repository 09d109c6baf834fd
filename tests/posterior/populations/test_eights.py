"""Particles eight at a time are moved as particles one by one, to the bit; states of streams are those of NumPy."""

from types import SimpleNamespace

import numpy as np
import pytest
from posterior_gates import GATES

from noisytm._compile import calling
from noisytm.geometry import checked_concentration
from noisytm.posterior.populations import eights, vectors
from noisytm.posterior.populations.eights import put_rows, put_vectors
from noisytm.posterior.populations.fast import BATCH, bench_for, layout_of, states_of
from noisytm.posterior.populations.kernel import put_all_parts, put_codes, put_slopes
from noisytm.posterior.populations.side_by_side import log_density, push
from noisytm.posterior.spaces import factors_of, slope_differences
from noisytm.relaxation import compiled_loss, loss_and_gradient
from noisytm.relaxation.marginal import load, splat, store

compiled = calling(put_codes, push, put_rows, vectors.Term, load)
FORMULAS = ("exponential", "logarithm", "sine", "cosine", "root")
NUMBERS = ("unit", "unit_of_half", "angle", "spread")


@compiled
def one_by_one(x, out):
    for i in range(x.size):
        out[0, i], out[1, i] = vectors.exponential(-x[i]), vectors.logarithm(x[i])
        out[2, i], out[3, i], out[4, i] = vectors.sine(x[i]), vectors.cosine(x[i]), vectors.root(x[i])


@compiled
def by_eights(x, out):
    at = x.size // 8
    for v in range(at):
        y = load(x, v)
        store(out, v, vectors.exponential(splat(0.0) - y))
        store(out, at + v, vectors.logarithm(y))
        store(out, 2 * at + v, vectors.sine(y))
        store(out, 3 * at + v, vectors.cosine(y))
        store(out, 4 * at + v, vectors.root(y))


@compiled
def numbers_one_by_one(streams, out):
    for i in range(streams.size):
        streams[i] += np.uint64(vectors.GOLDEN)
        z = vectors.hashed(streams[i])
        out[0, i], out[1, i] = vectors.unit(z), vectors.unit_of_half(z)
        out[2, i], out[3, i] = vectors.angle(z), vectors.spread(z)


@compiled
def numbers_by_eights(streams, out):
    at = streams.size // 8
    for v in range(at):
        z = eights.drawn(streams, v)
        store(out, v, vectors.unit(z))
        store(out, at + v, vectors.unit_of_half(z))
        store(out, 2 * at + v, vectors.angle(z))
        store(out, 3 * at + v, vectors.spread(z))


def test_formulas_of_eight_are_those_of_one():
    x = np.concatenate([np.random.default_rng(1).exponential(30, 4000), np.linspace(1e-9, 800, 4000)])
    found = np.empty((2, len(FORMULAS), 8000))
    one_by_one(x, found[0])
    by_eights(x, found[1])
    assert np.array_equal(*found)
    assert found[0, 0] == pytest.approx(np.exp(np.maximum(-x, -708)), rel=4e-16)
    assert found[0, 4] == pytest.approx(np.sqrt(x), rel=2e-16)


def test_random_numbers_of_eight_are_those_of_one():
    """And they are where they should be: halves of 64 bits are used, and angles lie about 0 as if mirrored."""
    found = np.empty((2, len(NUMBERS), 4000))
    for fill, out in zip((numbers_one_by_one, numbers_by_eights), found, strict=True):
        fill(np.random.SeedSequence(1).generate_state(4000, np.uint64), out)
    assert np.array_equal(*found)
    unit, of_half, angle, spread = found[0]
    assert (abs(unit - of_half) <= 2.0**-32).all() and unit.min() > 0 and unit.max() < 1
    assert abs(angle).max() < np.pi / 4 and abs(angle.mean()) < 0.03 and abs(angle).max() > 0.78
    assert abs(spread).max() < 3 and abs(spread.std() - 1) < 0.05


@compiled
def there_and_back(rows, columns, vectors_, back):
    for g in range(vectors_.shape[0]):
        put_vectors(g, rows, 8 * g, columns, vectors_)
        put_rows(g, vectors_, columns, 8 * g, back)


@pytest.mark.parametrize("width", [1, 7, 8, 13, 48])
def test_rows_become_vectors_and_rows(width):
    rng = np.random.default_rng(1)
    rows, columns = rng.random((16, width)), rng.permutation(width)
    vectors_, back = np.empty((2, width, 8)), np.empty((16, width))
    there_and_back(rows, columns, vectors_, back)
    assert np.array_equal(back, rows)
    assert np.array_equal(vectors_[:, columns], rows.reshape(2, 8, width).transpose(0, 2, 1))


@compiled
def codes_of_eights(compiled, at, bench):
    for g in range(bench.losses.shape[0]):
        put_all_parts(at, bench, g, True)
        put_codes(at, g, bench.entries, compiled.codes)


@compiled
def slopes_of_eights(compiled, at, bench, n):
    for g in range(bench.losses.shape[0]):
        put_slopes(compiled, at, bench, g)
        density = splat(0.0)
        for j in range(at.starts.size):
            push(at, j, g, bench.there, bench.parts, bench.slopes, n, splat(1.0), bench.momenta)
            density = density + log_density(at, j, g, bench.there)
        store(bench.energies, g, density)


CHARTS = [("simplex", False, 1), ("simplex", True, 2.5), ("bits", True, 2), ("bits", False, 1), ("sphere", True, 0.5)]


@pytest.mark.parametrize(("chart", "near", "gamma"), CHARTS)
def test_codes_densities_and_slopes_are_those_of_the_readable_form(chart, near, gamma):
    """Logs may be of any mass; they get the mass 1."""
    problem, machine = GATES["G5"].problem, GATES["G5"].machine
    factors = factors_of(problem.space, machine if near else None, chart, checked_concentration(gamma))
    logs, at, n = factors.draw(np.random.default_rng(2), BATCH), layout_of(factors), 30.0
    bench, given = bench_for(factors.columns), compiled_loss(problem, semantics="mean-field", batch=BATCH)
    bench.there[:] = (logs + 7.0).reshape(-1, 8, factors.columns).transpose(0, 2, 1)
    codes_of_eights(given, at, bench)
    codes = factors.codes(logs)
    assert np.allclose(given.codes.reshape(codes.shape), codes, rtol=1e-13, atol=1e-15)
    assert np.allclose(bench.there.transpose(0, 2, 1).reshape(logs.shape), logs, rtol=1e-13, atol=1e-14)
    gradients = loss_and_gradient(problem, codes, semantics="mean-field")[1]
    given.gradients[:] = gradients.reshape(BATCH, -1)
    slopes_of_eights(given, at, bench, n)
    found = -bench.momenta.transpose(0, 2, 1).reshape(logs.shape)
    assert np.allclose(found, slope_differences(factors, codes, gradients, n, logs), rtol=1e-11, atol=1e-11)
    assert np.allclose(bench.energies.ravel(), sum(factors.log_density(logs, f) for f in factors.factors), rtol=1e-12)


def test_states_of_streams_differ_in_every_bit_as_random_ones_do():
    """They are splitmix64's, seeded by NumPy: those that follow 0 are known."""
    known = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    with pytest.MonkeyPatch.context() as patch:
        zero = SimpleNamespace(generate_state=np.zeros)
        patch.setattr(np.random, "SeedSequence", lambda key: zero)
        assert states_of((0,), 3).tolist() == known
    states = np.concatenate([states_of((1, rung, 1), 2048) for rung in range(4)])
    bits = states[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)
    assert len(set(states.tolist())) == states.size and abs(bits.mean(axis=0) - 0.5).max() < 5 / np.sqrt(
        4 * states.size
    )
