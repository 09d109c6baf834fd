"""Posteriors over weights near a code, whose products are the errors, against quadrature in the errors."""

import math

import numpy as np
import pytest
from gate_integrals import amounts
from posterior_gates import GATES
from seeds import ALL_SEEDS, examples, long, seeds, sweep

from noisytm import (
    Description,
    FreeEnergy,
    ProblemError,
    SynthesisProblem,
    free_energy,
    learning_coefficient,
    library,
    read_posterior,
    volumes,
    words,
)
from noisytm.geometry import checked_concentration
from noisytm.posterior.spaces import factors_of

SIZES, WITHIN = (1e2, 1e4), (0.1, 0.15)


def mean_of(f, density, n):
    """Return F of f(u) where u has a density up to a constant, from 0 to ½."""
    u, weights = amounts(0.5, 0, 20)
    mass = weights * density(u)
    return -math.log(float((mass * np.exp(n * np.log1p(-f(u)))).sum() / mass.sum()))


def of_pairs(density, n):
    """Return F of f = a + b where a + b is at most ½, and a and b have a density each."""
    total, weights = amounts(0.5, 0, 20)
    share, parts = amounts(0.5, 0, 20)  # of the smaller of the two, which may be either
    a, b = total[:, None] * share, total[:, None] * (1 - share)
    mass = weights[:, None] * parts * total[:, None] * density(a) * density(b)
    return -math.log(float((mass * (1 - total[:, None]) ** n).sum() / mass.sum()))


def of_shared(n):
    """Return F of f = a + b, a = s·v and b = s·w, v + w having the density t up to 1, and 2 − t beyond."""
    s, weights = amounts(1.0, 0, 20)
    (t, low), (over, high) = amounts(1.0, 1, 20), amounts(1.0, 0, 20)
    t, parts = np.concatenate([t, 1 + over]), np.concatenate([low / 2, high * (1 - over)])
    f = s[:, None] * t
    mass = weights[:, None] * parts * (f <= 0.5)
    return -math.log(float((mass * (1 - np.minimum(f, 0.5)) ** n).sum() / mass.sum()))


CASES = {
    ("G1", "product:1"): lambda n: mean_of(lambda u: u, np.ones_like, n),
    ("G1", "product:3"): lambda n: mean_of(lambda u: u, lambda u: np.log(u) ** 2, n),
    ("G1", "power:2"): lambda n: mean_of(lambda u: u, lambda u: u**-0.5, n),
    ("G2", "product:2"): lambda n: mean_of(lambda u: u * u, lambda u: -np.log(u), n),
    ("G3", "product:2"): lambda n: of_pairs(lambda u: -np.log(u), n),
    ("G3", "power:1/2"): lambda n: of_pairs(lambda u: u, n),
    ("G3", "shared:block"): of_shared,
}
CHEAP = [("G1", "product:3")]


def deviations(name, chart, expected, **options):
    gate = GATES[name]
    found = free_energy(
        gate.problem, gate.machine, True, n=SIZES[-1], semantics=gate.semantics, loss=gate.loss, chart=chart,
        **{"particles": 512, "replicas": 2, "sweeps": 3} | options,
    )  # fmt: skip
    rows = {row.n: row.free_energy for row in found.ladder}
    return np.array([rows[n] - expected(n) for n in SIZES])


@sweep
@pytest.mark.parametrize("seed", seeds(range(3), 1))
@pytest.mark.parametrize(("name", "chart"), [pytest.param(*c, marks=() if c in CHEAP else long) for c in CASES])
def test_gates(name, chart, seed):
    most = 2048 if chart == "power:1/2" else 1024  # of which F is largest, and scatters most
    many = {"particles": examples(most, 400), "replicas": examples(4, 2), "sweeps": examples(8, 4)}
    off = deviations(name, chart, CASES[name, chart], seed=seed, **many)
    assert (abs(off) < (1 if ALL_SEEDS else 2) * np.array(WITHIN)).all(), off


def test_another_density_fails():
    """Squares of weights are no products of three, at so many particles as pass above."""
    off = deviations("G1", "power:2", CASES["G1", "product:3"], particles=400, sweeps=4)
    assert abs(off[-1]) > 2 * WITHIN[-1]


def test_weights_make_codes_near_the_machine():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 1), 3)
    rng = np.random.default_rng(1)
    for chart in ("product:1*2,next=3,move=2", "shared:block", "shared:tuple", "power:1/2"):
        near = factors_of(problem.space, machine, chart, checked_concentration({"move": 2}))
        rows = near.draw(rng, 50)
        codes = problem.space.checked(near.codes(rows))
        assert (np.take_along_axis(codes, problem.space.right_entries(machine)[None], axis=2) >= 0.5).all()
        for factor, flats in zip(near.factors, near.flats, strict=True):
            after, favour = near.proposed(rows, factor, np.full((50, 1), 0.3), rng)
            others = np.delete(after - rows, np.r_[factor.part], axis=1)
            assert (after <= 0).all() and not others.any() and set(favour.tolist()) <= {0.0, -math.inf}
            assert abs(flats @ near.exponents[factor.part]).max(initial=0) < 1e-12


def test_what_is_read(tmp_path):
    gate = GATES["G2"]
    options = {
        "n": 100,
        "semantics": gate.semantics,
        "chart": "product:2",
        "particles": 128,
        "replicas": 2,
        "sweeps": 2,
    }
    found = read_posterior(free_energy(gate.problem, gate.machine, True, resume=tmp_path / "kept", **options), phases=1)
    exact = learning_coefficient(gate.problem, gate.machine, semantics=gate.semantics, chart="product:2")
    assert (found.exact.learning_coefficient, found.exact.multiplicity) == (exact.value, exact.multiplicity)
    assert FreeEnergy.from_json(found.to_json()) == found and found.log_volume == 0
    again = free_energy(gate.problem, gate.machine, True, resume=tmp_path / "kept", **options)
    assert again.ladder == found.ladder


def test_keys_that_err_and_volumes():
    """Of one tuple (0 → 1), K = −log(1 − a) − log(1 − b), a and b squares of weights up to ½."""
    listed = Description(["_"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S")])
    problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    found = free_energy(problem, listed, True, n=100, chart="power:2", particles=256, replicas=2, sweeps=4)
    expected = 2 * CASES["G1", "power:2"](100)
    assert found.ladder[-1].free_energy == pytest.approx(expected, abs=0.3)
    small = volumes(problem, listed, local=True, chart="power:2", epsilon=0.25, particles=200, replicas=2, sweeps=8)
    assert small.learning_coefficient == 1 and small.volumes[-1].log_volume < small.volumes[0].log_volume <= 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chart": "product:2", "local": False}, "the prior of the chart product:2 is one on weights near a code"),
        ({"chart": "relu"}, "the posterior is not sampled in the chart relu: "),
        ({"chart": "softmax:laplace=1"}, "the posterior is not sampled in the chart softmax:laplace=1: "),
        ({"chart": "product:2", "bits": 4}, "finite precision has no meaning in the product:2 chart"),
        ({"chart": "product:2", "localisation": 1}, "localisation has no meaning in the product:2 chart"),
    ],
)
def test_what_is_refused(options, message):
    gate = GATES["G1"]
    with pytest.raises(ProblemError, match=message):
        free_energy(gate.problem, gate.machine, **{"local": True} | options)
