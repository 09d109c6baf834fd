"""Losses and options of the semantics that sum over runs."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from noisytm import (
    SynthesisProblem,
    TuringMachine,
    compiled_loss,
    library,
    loss_and_gradient,
    simulate,
    wrong_probability,
)
from noisytm import _memory as memory
from noisytm.algebra.semirings import Numbers
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.relaxation.evaluation import linear_part
from noisytm.relaxation.generic.readings import loss as reference_loss
from noisytm.relaxation.generic.readings import wrong
from noisytm.relaxation.pathwise import evaluation as pathwise

EXACT = Numbers(Fraction(0), Fraction(1), lambda x: math.log1p(float(x)))


def problems():
    machine = library.machine("detectA")
    yield SynthesisProblem.of_machine(machine, ["", "A", "B", "BA"], 3, weights=[1, 2, 3, 4])
    yield SynthesisProblem.of_machine(machine, ["", "AB"], 2, "tape:2")


PROBLEMS = list(problems())


@pytest.fixture(params=[0, 1], ids=["state", "tape"])
def problem(request):
    return PROBLEMS[request.param]


def exact(code):
    return [[Fraction(x) for x in row] for row in code.tolist()]


@pytest.mark.parametrize("kind", ["log", "brier"])
def test_losses_and_their_gradients(problem, kind):
    codes = problem.space.sample(2, seed=1)
    losses, gradients = loss_and_gradient(problem, codes, semantics="annealed", loss=kind)
    rejected = wrong_probability(problem, codes, semantics="annealed")
    for code, value, row in zip(codes, losses, rejected, strict=True):
        assert row == pytest.approx(list(map(float, wrong(EXACT, problem, exact(code), "annealed"))), rel=1e-13)
        assert value == pytest.approx(float(reference_loss(EXACT, problem, exact(code), "annealed", kind)), rel=1e-12)
    rng = np.random.default_rng(5)
    along = rng.normal(size=codes.shape)
    for _, start, values in problem.space.blocks:
        block = along[:, :, start : start + len(values)]
        block -= block.mean(axis=2, keepdims=True)
    step = 1e-5
    ends = [loss_and_gradient(problem, codes + s * step * along, semantics="annealed", loss=kind)[0] for s in (1, -1)]
    assert (gradients * along).sum(axis=(1, 2)) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


def test_the_log_loss_has_one_gradient_on_either_side_of_a_half():
    machine = TuringMachine(("_",), "_", ("a", "b"), "a", [("_", "a", "_", "b", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 1)
    for wrong_one in (1e-18, 0.25, 0.5, 0.75, 1 - 1e-15):
        code = np.array([[1.0, wrong_one, 1 - wrong_one, 0.0, 1.0, 0.0]])
        losses, gradients = loss_and_gradient(problem, code, semantics="annealed")
        assert losses[0] == pytest.approx(-math.log1p(-wrong_one), rel=1e-14)
        assert gradients[0, 0, 1] - gradients[0, 0, 2] == pytest.approx(1 / code[0, 2], rel=1e-13)


def test_where_all_is_rejected_the_loss_is_infinite():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 2)
    codes = np.stack([problem.space.embed(machine)] * 2)
    codes[1, :, 3:5] = codes[1, :, 4:2:-1]  # every next state is the other one
    losses, gradients = loss_and_gradient(problem, codes, semantics="annealed")
    assert losses.tolist() == [0.0, math.inf]
    assert np.isnan(gradients[1]).all() and np.isfinite(gradients[0]).all()
    losses, gradients = loss_and_gradient(problem, codes, semantics="annealed", loss="brier")
    assert losses[0] == 0 and losses[1] >= 0.5 and np.isfinite(gradients).all()


def test_with_a_set_of_accepted_outcomes_the_brier_loss_is_the_square():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["", "AB", "BA"], 2, "tape:2", hamming=1)
    assert not any(problem.sole_outcome(i) for i in range(3))
    codes = problem.space.sample(2, seed=3)
    losses, gradients = loss_and_gradient(problem, codes, semantics="annealed", loss="brier")
    rejected = wrong_probability(problem, codes, semantics="annealed")
    assert rejected[0] == pytest.approx(list(map(float, wrong(EXACT, problem, exact(codes[0]), "annealed"))), rel=1e-13)
    assert losses == pytest.approx((rejected**2).mean(axis=1), rel=1e-14)
    along = codes[::-1] - codes
    ends = [loss_and_gradient(problem, codes + h * along, semantics="annealed", loss="brier")[0] for h in (0, 1e-6)]
    assert (gradients * along).sum(axis=(1, 2)) == pytest.approx((ends[1] - ends[0]) / 1e-6, rel=1e-4)


def test_parts_of_a_batch_give_the_same(problem, monkeypatch):
    codes = problem.space.sample(5, seed=8)
    whole = loss_and_gradient(problem, codes, semantics="annealed")
    rejected = wrong_probability(problem, codes, semantics="annealed")
    monkeypatch.setattr(pathwise, "MASSES_AT_ONCE", 1)
    for ours, theirs in zip(loss_and_gradient(problem, codes, semantics="annealed"), whole, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-13)
    assert wrong_probability(problem, codes, semantics="annealed") == pytest.approx(rejected, rel=1e-14)
    assert wrong_probability(problem, codes[:0], semantics="annealed").shape == (0, len(problem.inputs))


@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_fatal_errors_are_counted_at_a_code(readout):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["", "BA"], 2, readout)
    found = linear_part(problem, machine, semantics="annealed")
    for j, column in enumerate(problem.space.coordinate_columns(machine)):
        epsilon = Fraction(1, 10**40)
        flat = [Fraction(x) for x in problem.space.embed(machine).ravel().tolist()]
        flat[column] = epsilon
        width = problem.space.shape[1]
        code = [flat[k : k + width] for k in range(0, len(flat), width)]
        assert round(sum(wrong(EXACT, problem, code, "annealed")) / epsilon) == found[j]
    assert found.max() >= 1


@pytest.mark.parametrize("semantics", ["annealed", "quenched"])
@pytest.mark.parametrize(
    ("option", "value"),
    [("kernel", "interpreted"), ("lanes", 1), ("threads", 2), ("threads", "auto"), ("threads", True)],
)
def test_options_of_the_marginal_step_are_refused(semantics, option, value):
    problem = PROBLEMS[0]
    for evaluate in (wrong_probability, loss_and_gradient):
        with pytest.raises(ProblemError, match=f"{option} is .*; with semantics {semantics} it has no effect"):
            evaluate(problem, problem.space.sample(1), semantics=semantics, **{option: value})


@pytest.mark.parametrize("semantics", ["annealed", "quenched"])
def test_what_works_on_marginals_refuses_path_sums(semantics):
    problem = PROBLEMS[0]
    code = problem.space.sample(1)[0]
    message = rf"semantics is '{semantics}'; it must be one of mean-field, pseudo-utm$"
    with pytest.raises(ProblemError, match=message):
        simulate(problem.space, code, "A", 2, semantics=semantics)
    with pytest.raises(ProblemError, match=message):
        compiled_loss(problem, semantics=semantics)


def test_bad_calls():
    problem = PROBLEMS[0]
    codes = problem.space.sample(1)
    with pytest.raises(ProblemError, match="annealed, mean-field, pseudo-utm, quenched"):
        wrong_probability(problem, codes, semantics="other")
    with pytest.raises(ProblemError, match="loss is 'squared'"):
        loss_and_gradient(problem, codes, semantics="annealed", loss="squared")
    with pytest.raises(MachineError, match="sums to 1"):
        wrong_probability(problem, 2 * codes, semantics="annealed")
    with pytest.raises(MachineError, match="codes have shape"):
        loss_and_gradient(problem, codes[:, 1:], semantics="annealed")


def test_results_that_do_not_fit_are_refused(monkeypatch):
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 2)
    codes = np.repeat(problem.space.sample(1), 5000, axis=0)
    wrong_probability(problem, codes[:1], semantics="annealed")
    monkeypatch.setattr(memory, "available", lambda: 1 << 20)
    monkeypatch.setattr(memory, "UNQUESTIONED_BYTES", 0)
    with pytest.raises(BudgetError, match=r"5000 codes and 1 inputs need .* evaluate fewer codes at a time"):
        loss_and_gradient(problem, codes, semantics="annealed")
