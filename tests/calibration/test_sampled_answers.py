"""E[nβK] of the answer key: two samplers agree, quadrature and closed forms where there are some, and made again."""

import dataclasses
import json
import math

import numpy as np
import pytest
from seeds import long

from noisytm import BudgetError, FormatError, ProblemError, answer_key, free_energy, library
from noisytm.calibration import remade_key, with_cells
from noisytm.calibration.sampling import WALK_SWEEPS, Effort, cells_of
from noisytm.calibration.walks import walked
from noisytm.calibration.weighting import weighted
from noisytm.cli import main
from noisytm.posterior.spaces import log_pull
from noisytm.problem import problem_from_mapping
from noisytm.show import describe_answer_key

KEY = answer_key()
CELLS = [(code, cell) for code in KEY.codes for cell in code.cells]


def test_two_samplers_agree():
    """In every cell to 4.5 errors, and all in all as much as their errors say."""
    off = np.array([(c.mean_nK - c.walk_mean_nK) / math.hypot(c.mean_nK_error, c.walk_mean_nK_error) for _, c in CELLS])
    names = [f"{code.name}, nβ = {c.n_beta:g}, γ = {c.gamma:g}" for code, c in CELLS]
    assert not [name for name, z in zip(names, off, strict=True) if abs(z) > 4.5]
    assert 0.5 < (off**2).mean() < 1.6


def test_errors_are_small_and_a_pull_lowers_what_is_found():
    for _, cell in CELLS:
        assert 0 < cell.mean_nK_error <= 0.010001 * cell.mean_nK  # digits are cut off
        assert 0 < cell.walk_mean_nK_error <= 0.010001 * cell.walk_mean_nK
    for code, cell in CELLS:
        weaker = code.cell(cell.n_beta, cell.gamma / 10)
        if weaker is not None:
            assert weaker.mean_nK > cell.mean_nK - 4 * math.hypot(weaker.mean_nK_error, cell.mean_nK_error)
        if cell.n_beta == 1e4:  # at small nβ K is no longer its leading form, and may cost more
            assert cell.mean_nK < float(code.coefficient.value) * 1.05


def near(cell, expected):
    for mean, error in ((cell.mean_nK, cell.mean_nK_error), (cell.walk_mean_nK, cell.walk_mean_nK_error)):
        assert abs(mean - expected) < 4.5 * error, (cell, expected)


@pytest.mark.parametrize(("name", "level"), [
    ("halt", lambda u: -np.log1p(-u)), ("halt-twice", lambda u: -np.log1p(-u * u)), ("halt-brier", lambda u: u * u),
])  # fmt: skip
def test_one_error_by_quadrature(name, level):
    """K is a function of one error, u = sin² of the angle of two weights, |angle| ≤ π/4."""
    angle = np.linspace(0, math.pi / 4, 100_001)
    losses = level(np.sin(angle) ** 2)
    for cell in KEY.code(name).cells:
        weight = np.exp(log_pull(cell.gamma, 2, np.cos(angle))[0] - cell.n_beta * losses)
        near(cell, cell.n_beta * (losses * weight).sum() / weight.sum())


@pytest.mark.parametrize(("name", "wrong"), [
    ("halt-2", 1), pytest.param("two-2", 2, marks=long), pytest.param("two-3", 2, marks=long),
])  # fmt: skip
def test_products_of_weights_by_quadrature(name, wrong):
    """K = log(1 + Σ t), t = (product/r)² of each wrong value, Σ t ≤ 1: over r and the logs of the products."""
    code, step = KEY.code(name), 0.08
    for cell in code.cells:
        logs = np.arange(-25, 4, step)
        one = np.exp(logs - cell.gamma / 2 * np.exp(2 * logs))  # the density of log |w|
        products, first = one, logs[0]
        for _ in range(code.layers - 1):
            products, first = np.convolve(products, one), first + logs[0]
        logs = first + step * np.arange(len(products))
        logs, products = logs[(logs > -25) & (logs < 2)], products[(logs > -25) & (logs < 2)]
        spread, sums = 6 / math.sqrt(cell.gamma), np.zeros(2)
        for r in np.linspace(max(1 - spread, 1e-3), 1 + spread, 60):
            t = np.exp(2 * (logs - math.log(r)))
            together = t if wrong == 1 else t[:, None] + t
            density = products if wrong == 1 else products[:, None] * products
            losses = np.log1p(together)
            inside = np.exp(-cell.gamma / 2 * (r - 1) ** 2 - cell.n_beta * losses) * density * (together <= 1)
            sums += (losses * inside).sum(), inside.sum()
        near(cell, cell.n_beta * sums[0] / sums[1])


def test_errors_that_are_fatal_alone_have_their_closed_form():
    """Where all of λ comes from these, ½/(1 + γ/(2c nβ)) of each is right to leading order."""
    found = 0
    for code, cell in CELLS:
        if 2 * code.coefficient.value == len(code.regular) and cell.n_beta == 1e4 and cell.gamma <= 10:
            leading = sum(0.5 / (1 + cell.gamma / (2 * float(c) * cell.n_beta)) for _, c in code.regular)
            assert cell.mean_nK == pytest.approx(leading, rel=0.02, abs=4.5 * cell.mean_nK_error)
            found += 1
    assert found >= 4


@long
@pytest.mark.parametrize("name", ["two-thrice", "writer-2", "noisy-twice"])
def test_a_ladder_is_made_again(name):
    code = KEY.code(name)
    for cell in cells_of(code, 10.0, seed=7, effort=Effort(1000, 4, 2, 200, 300)):
        kept = code.cell(cell.n_beta, cell.gamma)
        assert abs(cell.mean_nK - kept.mean_nK) < 5 * math.hypot(cell.mean_nK_error, kept.mean_nK_error)
        assert abs(cell.walk_mean_nK - kept.mean_nK) < 5 * math.hypot(cell.walk_mean_nK_error, kept.mean_nK_error)


@long
def test_a_key_that_is_ended_goes_on(tmp_path, capsys):
    path = tmp_path / "key.json"
    with pytest.raises(BudgetError) as ended:
        remade_key(KEY.seed, names=["halt"], seconds=0.2, resume=path)
    assert not ended.value.partial.complete
    with_cells(KEY, {}).save(path)  # all that there is, and nothing is left to be made
    assert remade_key(KEY.seed, names=[c.name for c in KEY.codes if len(c.cells) == 9], resume=path) == KEY
    with pytest.raises(FormatError, match="seed"):
        remade_key(KEY.seed + 1, names=["halt"], resume=path)
    with pytest.raises(FormatError, match=r"errors of 0\.01, not 0"):
        remade_key(KEY.seed, error=0.1, names=["halt"], resume=path)
    with pytest.raises(ProblemError, match="halts"):
        remade_key(names=["halts"])
    assert main(["answer-key", "--remake", "--seconds", "0.5", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["complete"] is False


def test_walks_go_on_until_the_error_is_what_was_asked_for():
    code, effort = KEY.code("halt"), {"walks": 64, "sweeps": 30, "seed": 3}
    first = walked(code.coefficient, 1, 1e3, 10.0, **effort)
    mean, error = walked(code.coefficient, 1, 1e3, 10.0, **effort, error=0.03, rounds=50)
    assert first[1] > 0.04 * first[0] and error <= 0.03 * mean
    assert abs(mean - code.cell(1e3, 10.0).mean_nK) < 4.5 * error
    ceiling = walked(code.coefficient, 1, 1e3, 10.0, **effort, error=1e-3, rounds=3)
    assert ceiling[1] > 1e-3 * ceiling[0]  # no more than what is allowed


def test_draws_of_the_pull_are_weighted_where_enough_of_them_count():
    code = KEY.code("halt")
    found = weighted(code.coefficient, 1, [1e2, 1e4, 1e100], 100.0, seed=4, error=0.02, most=1 << 20)
    assert list(found) == [1e2]  # at 1e4 hardly a draw is where the density is, at 1e100 none
    mean, error = found[1e2]
    assert 0 < error <= 0.02 * mean and abs(mean - code.cell(1e2, 100.0).walk_mean_nK) < 4.5 * math.hypot(
        error, code.cell(1e2, 100.0).walk_mean_nK_error
    )


@long
def test_populations_are_added_until_the_error_is_what_was_asked_for():
    code, effort = KEY.code("halt-twice"), Effort(200, 4, 2, 64, 60)
    once, more, again = (cells_of(code, 1.0, 5, effort, error=error) for error in (None, 0.05, 0.05))
    assert max(c.mean_nK_error / c.mean_nK for c in once) > 0.05
    assert more == again
    for cell in more:
        assert cell.mean_nK_error <= 0.05 * cell.mean_nK and cell.walk_mean_nK_error <= 0.05 * cell.walk_mean_nK
        kept = code.cell(cell.n_beta, 1.0)
        assert abs(cell.mean_nK - kept.mean_nK) < 4.5 * math.hypot(cell.mean_nK_error, kept.mean_nK_error)


@pytest.mark.parametrize("wrong", [0, -1, 2, 1e-9, "small", None])
def test_what_is_no_share_of_a_figure_is_refused(wrong):
    with pytest.raises(ProblemError, match=f"error is {wrong!r}; it must be"):
        remade_key(error=wrong)


def test_figures_beyond_the_error_that_was_asked_for_are_told():
    assert not KEY.beyond and "larger than" not in describe_answer_key(KEY)
    strict = dataclasses.replace(KEY, error=0.008)
    assert 0 < len(strict.beyond) <= len(CELLS)
    told = f"{len(strict.beyond)} of {len(CELLS)} cells have an error larger than 0.8 %"
    assert told in describe_answer_key(strict)


def test_options_of_a_key_that_is_made_anew_need_remake(capsys):
    assert main(["answer-key", "--remake", "--error", "3"]) == 2
    assert "--error is '3'; it must be" in capsys.readouterr().err
    for option in (["--seed", "2"], ["--error", "0.1"], ["--seconds", "5"], ["--resume", "key.json"]):
        assert main(["answer-key", *option]) == 2
        assert "add --remake" in capsys.readouterr().err


@long
def test_no_walk_stays_in_a_hollow_of_the_loss():
    """From draws of the pull alone 24.8 came out: some walks end where the density has nothing, and cannot leave."""
    code = KEY.code("bb3")
    mean, error = walked(code.coefficient, code.layers, 1e3, 1.0, walks=100, sweeps=WALK_SWEEPS, seed=2)
    assert error < 0.2 and abs(mean - code.cell(1e3, 1.0).mean_nK) < 4 * error


@long
def test_a_code_beside_the_key_has_what_another_sampler_found():
    """A code of secondLook, λ = 4 and m = 3, at γ = 1: 3.77 ± .05 at nβ = 1e4."""
    entry = library.entry("secondLook")
    posed = problem_from_mapping(entry.problem, entry.machine)
    pulled = {"chart": "sphere", "localisation": 1.0, "progress": False}
    found = free_energy(posed, entry.machine, local=True, n=1e4, particles=1024, replicas=4, seed=1, **pulled)
    last = found.ladder[-1]
    assert abs(last.mean_nK - 3.77) < 3 * math.hypot(0.05, last.mean_nK_error)
