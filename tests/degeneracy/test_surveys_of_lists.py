"""Surveys of lists whose keys err: the rows that there are, each the learning coefficient; records."""

from fractions import Fraction

import pytest

from noisytm import Description, Face, ProblemError, Survey, SynthesisProblem, correction, learning_coefficient, survey
from noisytm.show import describe_survey

LIST = Description(["_"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S")] * 2)


@pytest.mark.parametrize("keys", ["noisy", "exact"])
def test_rows(keys):
    problem = SynthesisProblem.of_machine(LIST, [""], 2, keys=keys)
    found = survey(problem, LIST, losses=["log"])
    semantics = ["mean-field", "pseudo-utm"] + ["annealed", "quenched"] * (keys == "exact")
    assert [(row.semantics, row.chart) for row in found.rows] == [
        (s, c) for s in semantics for c in ("simplex", "bits", "sphere")
    ]
    for row in found.rows:
        asked = {"semantics": row.semantics, "chart": row.chart}
        exact = learning_coefficient(problem, LIST, **asked)
        assert (row.code.value, row.code.multiplicity) == (exact.value, exact.multiplicity)
        unused = learning_coefficient(problem, Face.with_free_unused(problem, LIST), **asked)
        assert row.free_unused.value == unused.value and len(unused.face.free) == 3
        assert row.correction == correction(problem, LIST, **asked)
    assert found.complete and Survey.from_json(found.to_json()) == found
    lines = describe_survey(found).splitlines()
    assert "* 1  _ 0 -> _ 1 S" in lines
    said = "with the fewest errors of other tuples' keys" if keys == "noisy" else "at most the used bits of the code"
    assert said in lines[-1]


def test_charts_with_parameters_and_priors():
    problem = SynthesisProblem.of_machine(LIST, [""], 1, keys="noisy")
    chosen = {"semantics": ["pseudo-utm"], "losses": ["log", "brier"]}
    found = survey(problem, LIST, charts=["product:2", "relu:in"], prior_concentration={(1, "in"): 2}, **chosen)
    exact = learning_coefficient(problem, LIST, chart="product:2", prior_concentration={(1, "in"): 2})
    assert [row.code.value for row in found.rows] == [exact.value, exact.value / 2, Fraction(1), Fraction(1, 2)]
    assert Survey.from_json(found.to_json()) == found
    with pytest.raises(ProblemError, match="noisy keys: semantics annealed is not available"):
        survey(problem, LIST, semantics=["annealed"])
