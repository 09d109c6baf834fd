"""Susceptibilities: the gate with exact draws, the sum rules on any sample, and finite changes of the weights."""

import numpy as np
import pytest
from seeds import seeds, sweep

from noisytm import (
    EstimateError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    library,
    loss_and_gradient,
    susceptibilities,
    words,
)
from noisytm.posterior.response import response_of
from noisytm.show import describe_susceptibilities

WRITER = TuringMachine(
    ["_", "A"], "_", ["0", "H"], "0", [("_", "0", "A", "H", "S"), ("A", "0", "A", "H", "S")], halting=["H"]
)
GATE = SynthesisProblem.of_machine(WRITER, ["", "A"], 1)  # G7: f is u₁ on the empty word and u₂ on A
DETECT_A = library.machine("detectA")
TASK = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)


def gate_draws(n, seed, replicas=8, size=2000, q=0.5):
    """Draw from the posterior of G7: u₁ and u₂ are independent, of densities ∝ (1 − u)^(nq)."""
    rng = np.random.default_rng(seed)
    codes = rng.dirichlet([1, 1], (replicas, size, 2, 1)).repeat(4, axis=3).reshape(replicas, size, 2, -1)[..., :7]
    codes[..., :2] = rng.dirichlet([1, 1], (replicas, size, 2))
    codes[..., 4:] = rng.dirichlet([1, 1, 1], (replicas, size, 2))
    for i, share in enumerate((q, 1 - q)):
        right = rng.random((replicas, size)) ** (1 / (n * share + 1))
        codes[:, :, i, 3], codes[:, :, i, 2] = right, -np.expm1(np.log(right))
    return codes


@sweep
def test_the_gate():
    scores = []
    for seed in seeds(range(40), 2):
        for n in (10.0, 1e4):
            found = susceptibilities(GATE, gate_draws(n, seed), n, machine=WRITER, semantics="mean-field")
            square = (n / (n + 2)) ** 2
            wanted = np.array([[0, 0], [-square, square], [square, -square]])
            scores += ((found.values - wanted) / found.errors).ravel().tolist()
            scores += ((found.shares - n / (n + 2)) / found.share_errors).tolist()
            # sum rules, exact on any sample
            assert abs(found.values @ [0.5, 0.5]).max() < 1e-9
    assert max(map(abs, scores)) < 6.5 and 0.5 < np.sqrt(np.mean(np.square(scores))) < 1.7
    wrong = susceptibilities(GATE, gate_draws(10.0, 1), 20.0, machine=WRITER, semantics="mean-field")  # the control
    assert max(abs((wrong.values[1] - [-((20 / 22) ** 2), (20 / 22) ** 2]) / wrong.errors[1])) > 6.5


def test_a_finite_change_of_weights():
    """E[n·K at the old weights] where q moves to the first input: exact on both sides, and its slope at 0."""
    n, step = 100.0, 0.01
    exact = [n * 0.5 * (1 / (n * q + 1) + 1 / (n * (1 - q) + 1)) for q in (0.5 - step, 0.5 + step)]
    # q_ε gives q₁ = ½ + ε/2
    slope = (exact[1] - exact[0]) / (4 * step)
    assert slope == pytest.approx(0, abs=1e-12)
    first = [n * 0.5 / (n * q + 1) for q in (0.5 - step, 0.5 + step)]
    found = susceptibilities(GATE, gate_draws(n, 3, size=4000), n, machine=WRITER, semantics="mean-field")
    assert (first[1] - first[0]) / (4 * step) == pytest.approx(found.values[1, 0], abs=4 * found.errors[1, 0])


@pytest.mark.parametrize("loss", ["log", "brier"])
def test_sum_rules_hold_on_any_sample(loss):
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, weights=[1, 2, 3, 4, 5, 6, 7])
    codes = problem.space.sample(80, seed=2).reshape(2, 40, 6, 8)
    extra = {"first": codes[:, :, 0, 0]}
    found = susceptibilities(
        problem, codes, 50.0, machine=DETECT_A, components="distributions", observables=extra, loss=loss
    )
    q = np.array([float(x) for x in problem.weights])
    assert len(found.observables) == 1 + 18 + 1
    assert abs(found.values @ q).max() < 1e-9 * abs(found.values).max()
    mean = 50 * loss_and_gradient(problem, codes.reshape(-1, 6, 8), loss=loss)[0].mean()
    assert found.shares.sum() == pytest.approx(mean)
    losses = np.array([loss_and_gradient(problem, codes.reshape(-1, 6, 8), loss=loss)[0]])
    with pytest.raises(ProblemError, match="have the shapes"):
        response_of(losses, losses, [1.0], 1.0)


def test_files_and_text(tmp_path):
    found = susceptibilities(GATE, gate_draws(10.0, 0, size=50), 10.0, machine=WRITER)
    assert "χ of nK" in describe_susceptibilities(found)
    found.plot(tmp_path / "chi.svg")
    found.write(tmp_path / "chi.csv")
    drawn = (tmp_path / "chi.svg").read_text(encoding="utf-8")
    assert "(A, 0)" in drawn and "share of λ: q(x)·n·E[loss on x], together" in drawn
    assert len((tmp_path / "chi.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 + 3 * 2


@pytest.mark.parametrize(
    "given, error, message",
    [
        ({"samples": np.zeros((3, 2, 7))}, ProblemError, "give an array of shape (replicas, samples, 2, 7)"),
        ({"samples": gate_draws(1.0, 0, replicas=1, size=3)}, EstimateError, "one replica has no standard error"),
        ({"samples": gate_draws(1.0, 0, replicas=2, size=1)}, EstimateError, "one sample has no covariance"),
        ({"n": 1e200}, ProblemError, "n times a loss, is larger than 1e+60"),
        ({"n": 0}, ProblemError, "n is 0"),
        ({"components": "rows"}, ProblemError, "components is 'rows'"),
        ({"machine": DETECT_A}, Exception, "machine"),
        ({"observables": {"nK": np.zeros((2, 3))}}, ProblemError, "names that are not taken"),
        ({"observables": {"x": np.zeros((2, 4))}}, ProblemError, "give (2, 3), one for each sample"),
        ({"semantics": "exact"}, ProblemError, "semantics is 'exact'"),
    ],
)  # fmt: skip
def test_what_is_refused(given, error, message):
    usual = {"samples": gate_draws(1.0, 0, replicas=2, size=3), "n": 1.0}
    with pytest.raises(error) as caught:
        susceptibilities(GATE, **(usual | given))
    assert message in str(caught.value)
