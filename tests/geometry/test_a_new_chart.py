"""A chart that is defined here and registered is known everywhere: results, files, surveys, the command and help."""

import json
from fractions import Fraction

import numpy as np
import pytest
from seeds import long

from noisytm import SynthesisProblem, bounds, learning_coefficient, library, survey, verify, words
from noisytm.cli import main
from noisytm.degeneracy.syndromes.error_correction import correction
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, chart_at
from noisytm.geometry.simplex import SimplexChart

MACHINE = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(MACHINE, words("AB", 2), 4)


class CubeChart(SimplexChart):
    name = "cube"
    description = "cube roots of the probabilities of wrong entries"
    noun = "cube root"
    exponent = 3
    own_measure = True

    def _codes(self, u):
        return super()._codes(u**3)


@pytest.fixture(autouse=True)
def cube():
    with CHARTS.also(CubeChart):
        yield
    assert "cube" not in CHARTS


@long
def test_the_result_is_that_of_all_syndromes():
    result = learning_coefficient(PROBLEM, MACHINE, chart="cube")
    slow = learning_coefficient_by_enumeration(PROBLEM, MACHINE, chart="cube")
    assert slow == (result.value, result.multiplicity)


def test_results():
    result = learning_coefficient(PROBLEM, MACHINE, chart="cube")
    plain = learning_coefficient(PROBLEM, MACHINE)
    assert (result.value, result.multiplicity) == (plain.value / 3, plain.multiplicity)
    result.certificate.verify()
    short = SynthesisProblem.of_machine(MACHINE, words("AB", 2), 3)
    found = learning_coefficient(short, MACHINE, chart="cube")
    assert learning_coefficient_by_enumeration(short, MACHINE, chart="cube") == (found.value, found.multiplicity)
    assert {k: Fraction(x) for k, x in bounds(PROBLEM, MACHINE, chart="cube").to_json().items()} == {
        k: Fraction(x) / 3 for k, x in bounds(PROBLEM, MACHINE).to_json().items()
    }
    assert correction(PROBLEM, MACHINE, chart="cube").bound() == correction(PROBLEM, MACHINE).bound() / 3


def test_coordinates():
    u = np.random.default_rng(1).uniform(0, 0.3, (2, 30))
    np.testing.assert_array_equal(
        chart_at("cube", PROBLEM.space, MACHINE).codes(u), chart_at("simplex", PROBLEM.space, MACHINE).codes(u**3)
    )


def test_its_measure_is_its_own():
    with pytest.raises(ProblemError, match="cube chart"):
        learning_coefficient(PROBLEM, MACHINE, chart="cube", prior_concentration=2)


def test_surveys():
    rows = survey(PROBLEM, MACHINE, semantics=["mean-field"], losses=["log"]).rows
    assert [row.chart for row in rows] == ["simplex", "bits", "sphere", "cube"]
    assert [str(row.code.value) for row in rows[::3]] == ["10", "10/3"]
    rows = survey(PROBLEM, MACHINE, semantics=["mean-field"], losses=["log"], prior_concentration=2).rows
    assert [row.chart for row in rows] == ["simplex", "bits"]


def test_command(capsys):
    assert main(["bound", "detectA", "--steps", "4", "--chart", "cube", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["chart"] == "cube"
    assert verify(record) is not None
    assert main(["bound", "detectA", "--steps", "4", "--chart", "cube"]) == 0
    assert "cube root" in capsys.readouterr().out
    for verb in ("bound", "syndromes"):
        assert main([verb, "--help"]) == 0
        assert "simplex, bits, sphere, cube" in " ".join(capsys.readouterr().out.replace("│", " ").split())
