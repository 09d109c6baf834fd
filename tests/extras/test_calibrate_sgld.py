"""SGLD on codes of the answer key, against the density it samples and against the formulas of its bias."""

import importlib.util
import json
import math
import sys
from fractions import Fraction

import pytest
from house import ROOT
from seeds import long

pytestmark = pytest.mark.extras
pytest.importorskip("torch")


def example():
    spec = importlib.util.spec_from_file_location("calibrate_sgld", ROOT / "examples" / "calibrate_sgld.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SGLD = example()
Setting = SGLD.Setting


def test_of_a_single_error_both_biases_are_those_of_the_formula():
    """halt has one error that is fatal alone, c = 1: at γ = 100 its other amplitude stays near 1."""
    n_beta, gamma = 1e4, 100.0
    settings = [Setting("halt", n_beta, gamma, rate, 6000, 500) for rate in (0.1, 0.5, 1.0)]
    for setting, (mean, error) in zip(settings, SGLD.means_of(settings, seed=1), strict=True):
        ((_, c),) = SGLD.answer_key().code("halt").regular
        stiff = 2 * float(c) * n_beta
        wanted = 0.5 / (1 + gamma / stiff) / (1 - setting.step * (stiff + gamma) / 4)
        found = SGLD.causes(setting)
        assert 0.5 + found["pull"] + found["step"] == pytest.approx(wanted, rel=1e-12)
        assert mean == pytest.approx(wanted, abs=4 * error + 0.01)
        assert setting.rate < 0.2 or mean > 0.5 + 8 * error  # without the step's bias it would be far off


def test_without_an_error_of_the_step_walks_find_the_density():
    """The same at a coarse step: SGLD is far off, walks are not."""
    setting = Setting("halt", 1e4, 100.0, 1.0, 4000, 500)
    (mean, error), (walked, its_error) = (
        SGLD.means_of([Setting(*list(vars(setting).values())[:6], method)], seed=2)[0] for method in ("SGLD", "MALA")
    )
    assert mean > 0.5 + 8 * error
    assert walked == pytest.approx(0.5 / (1 + 100 / 2e4), abs=4 * its_error + 0.005)


def test_what_each_cause_adds():
    found = SGLD.causes(Setting("parity", 1e3, 10.0, 0.1, 100, 0))
    cs = [float(c) for _, c in SGLD.answer_key().code("parity").regular]
    assert found["pull"] == pytest.approx(sum(0.5 / (1 + 10 / (2e3 * c)) - 0.5 for c in cs)) and found["m"] == 0
    assert found["step"] > 0
    assert SGLD.causes(Setting("two-thrice", 1e4, 10.0, 0.1, 100, 0)) == {
        "pull": 0, "step": 0, "m": pytest.approx(-2 / math.log(1e4)),
    }  # fmt: skip


def test_a_step_out_of_the_region_is_not_made():
    posterior = SGLD.Posterior([Setting("halt", 1e2, 1.0, 0.1, 10, 0)])
    far = posterior.first.clone()
    far[0] = posterior.torch.where(posterior.first[0] > 0, 0.5, 0.8)
    kept, held = posterior.kept(far, posterior.first)
    assert not held[0] and held[1:].all()
    assert (kept == posterior.first).all()


def test_chains_that_know_no_region_leave_the_code_where_nothing_holds_them():
    n_beta = 7 / math.log(7)
    held, free, pulled = (
        Setting("detectA", n_beta, gamma, rate, 300, 0, region=region)
        for gamma, rate, region in ((0.1, 0.3, True), (0.1, 0.3, False), (10.0, 0.1, False))
    )
    (inside, error), (outside, its_error), (near, _) = SGLD.means_of([held, free, pulled], seed=6)
    assert outside > inside + 8 * math.hypot(error, its_error) and near < 1.1
    assert outside == pytest.approx(n_beta * math.log(2), abs=0.2)  # a code that tosses a coin for its verdict


# Setting, what another implementation found, and how far off a mean may be beside 4 standard errors.
STATED = [
    (Setting("detectA", 1e3, 100.0, 0.1, 6_000, 2_000), 2.36, 0.08),
    (Setting("detectA", 1e3, 10.0, 0.1, 12_000, 6_000), 4.14, 0.1),
    (Setting("detectA", 1e3, 10.0, 1.0, 12_000, 6_000), 5.55, 0.1),
    (Setting("detectA", 1e2, 1.0, 0.1, 6_000, 2_000), 4.28, 0.1),
    (Setting("detectA", 1e3, 1.0, 0.1, 40_000, 8_000), 4.58, 0.1),
    (Setting("detectA", 1e3, 1.0, 0.3, 200, 0), 3.66, 0.0),  # γ, ε and the region are not stated of this and the next
    (Setting("detectA", 7 / math.log(7), 0.1, 0.3, 200, 0, region=False), 2.47, 0.0),
    (Setting("parity", 1e3, 1.0, 0.3, 12_000, 4_000), 6.50, 0.05),
    (Setting("parity", 1e3, 1.0, 0.1, 12_000, 4_000), 6.23, 0.05),
    (Setting("parity", 1e3, 1.0, 0.03, 24_000, 8_000), 5.99, 0.05),
]


FROZEN = json.loads((ROOT / "tests" / "data" / "devinterp-2.0.1.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("run", FROZEN, ids=lambda run: f"{run['steps']} after {run['burn_in']}")
def test_what_devinterp_found_is_what_sgld_finds(run):
    """As run in an environment of its own; its average begins at the code, whatever the burn-in."""
    setting = Setting(run["code"], run["n_beta"], run["gamma"], run["rate"], run["steps"] + run["burn_in"], 0)
    ((mean, error),) = SGLD.means_of([setting], seed=4)
    assert run["estimate"] == pytest.approx(mean, abs=4 * math.hypot(error, run["error"]))


@long
@pytest.mark.parametrize(("setting", "stated", "slack"), STATED, ids=str)
def test_figures_of_another_implementation(setting, stated, slack):
    ((mean, error),) = SGLD.means_of([setting], seed=3)
    assert mean == pytest.approx(stated, abs=4 * error + slack)


@pytest.mark.parametrize("code", ["two-2", "noisy"])
def test_sgld_goes_along_products_of_weights_and_noisy_keys(code):
    """At a small step it finds what the key says."""
    setting = Setting(code, 1e2, 100.0, 0.1, 1500, 500)
    ((mean, error),) = SGLD.means_of([setting], seed=5)
    cell = SGLD.answer_key().code(code).cell(1e2, 100.0)
    assert mean == pytest.approx(cell.mean_nK, abs=4 * math.hypot(error, cell.mean_nK_error) + 0.03 * cell.mean_nK)


def test_the_table_has_a_line_for_each_setting(capsys, monkeypatch):
    monkeypatch.setattr(SGLD, "SHORT", (Setting("halt", 1e3, 100.0, 0.1, 300, 100),))
    monkeypatch.setattr(sys, "argv", ["calibrate_sgld.py"])
    assert SGLD.main() == 0
    head, rule, line = capsys.readouterr().out.splitlines()
    assert head.count("|") == rule.count("|") == line.count("|")
    assert f"| {Fraction(1, 2)} |" in line and ("MALA" in line or "key" in line)
