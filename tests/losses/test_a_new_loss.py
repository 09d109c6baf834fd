"""A loss that is defined here and registered is known everywhere: values, gradients, results, the command and help."""

import json
from fractions import Fraction

import numpy as np
import pytest

from noisytm import (
    SynthesisProblem,
    bounds,
    learning_coefficient,
    library,
    loss_and_gradient,
    survey,
    verify,
    words,
    wrong_probability,
)
from noisytm.algebra import Numbers
from noisytm.cli import main
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.errors import ProblemError
from noisytm.losses import LOSSES, Loss, Share, compiled_number
from noisytm.relaxation.generic.readings import loss as generic_loss

MACHINE = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(MACHINE, words("AB", 1), 3, weights=[1, 2, 3])
SEMANTICS = ("mean-field", "pseudo-utm", "annealed", "quenched")


class MissLoss(Loss):
    name = "miss"
    description = "the rejected probability"
    factor = Fraction(1)

    def term(self, algebra, wrong, squares):
        return wrong

    def share(self, wrong, right, squares):
        return Share(wrong, np.ones_like(wrong))


class DistanceLoss(Loss):
    """¼ of the fourth power of what the Brier loss squares: another order, and squares are needed."""

    name = "quartic"
    description = "the square of the Brier loss of an input"
    factor = Fraction(1, 4)
    squares = True

    def term(self, algebra, wrong, squares):
        distance = wrong * wrong + (0 if squares is None else squares)
        return distance * distance / 4

    def share(self, wrong, right, squares):
        distance = wrong * wrong + (0 if squares is None else squares)
        return Share(distance * distance / 4, distance * wrong, squares=0.0 if squares is None else distance / 2)


@pytest.fixture(autouse=True)
def losses():
    with LOSSES.also(MissLoss(), DistanceLoss()):
        yield
    assert list(LOSSES) == ["log", "brier"]


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("several", [False, True])
def test_values_and_gradients(semantics, several):
    targets = {"": "reject", "A": ["reject", "accept"] if several else "accept", "B": "reject"}
    problem = SynthesisProblem.of_machine(MACHINE, words("AB", 1), 3, targets=targets, weights=[1, 2, 3])
    codes = problem.space.sample(3, seed=5)
    value, gradient = loss_and_gradient(problem, codes, semantics=semantics, loss="miss")
    expected = wrong_probability(problem, codes, semantics=semantics) @ np.array([1, 2, 3]) / 6
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    for loss in ("miss", "quartic"):
        value, gradient = loss_and_gradient(problem, codes, semantics=semantics, loss=loss)
        for code, one in zip(codes, value, strict=True):
            twin = generic_loss(Numbers(), problem, code.tolist(), semantics, loss)
            np.testing.assert_allclose(one, twin, rtol=1e-11)
        direction = problem.space.sample(3, seed=6) - codes
        step = 1e-6
        ends = [
            loss_and_gradient(problem, codes + s * direction, semantics=semantics, loss=loss)[0] for s in (step, -step)
        ]
        slope = (gradient * direction).sum(axis=(1, 2))
        np.testing.assert_allclose(slope, (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-9)


def test_results():
    plain = learning_coefficient(PROBLEM, MACHINE)
    for loss, factor in (("miss", 1), ("quartic", Fraction(1, 4))):
        result = learning_coefficient(PROBLEM, MACHINE, loss=loss)
        assert (result.value, result.multiplicity) == (plain.value * factor, plain.multiplicity)
        assert learning_coefficient_by_enumeration(PROBLEM, MACHINE, loss=loss)[0] == result.value
        assert bounds(PROBLEM, MACHINE, loss=loss).dimension == 30 * factor
        assert verify(json.loads(json.dumps(result.to_json()))) is not None
    rows = survey(PROBLEM, MACHINE, semantics=["mean-field"], charts=["simplex"]).rows
    assert [row.loss for row in rows] == ["log", "brier", "miss", "quartic"]


def test_only_compiled_losses_are_compiled():
    with pytest.raises(ProblemError, match="no compiled form; use one of log, brier"):
        compiled_number("miss")


def test_command(capsys):
    assert main(["bound", "detectA", "--steps", "4", "--loss", "quartic", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["learning_coefficient"] == "29/12"
    assert main(["bound", "--help"]) == 0
    assert "log, brier, miss, quartic" in " ".join(capsys.readouterr().out.replace("│", " ").split())
