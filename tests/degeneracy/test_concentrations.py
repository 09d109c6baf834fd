"""A prior with a concentration for each group of coordinates: parsing, and values against the slow path."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from random_cases import options_of, random_face, random_machine, random_prior, random_problem, solved_on
from seeds import seeds, sweep

from noisytm import (
    CertificateError,
    ProblemError,
    SynthesisProblem,
    bounds,
    learning_coefficient,
    library,
    verify,
    words,
)
from noisytm.cli import main
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.geometry.charts import chart_at
from noisytm.geometry.prior import checked_concentration, concentration_json, weights

SEMANTICS = ("mean-field", "pseudo-utm")
DETECT_A = library.machine("detectA")


def task() -> SynthesisProblem:
    return SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("part", range(2))
def test_random_codes_and_faces(semantics, part):
    for seed in seeds(range(30 * part, 30 * part + 30), 6):
        rng = random.Random(seed)
        machine = random_machine(rng)
        problem, options = random_problem(rng, machine, 1 + seed % 3), options_of(seed) | {"semantics": semantics}
        options["chart"] = ("simplex", "bits")[seed % 2]
        options["prior_concentration"] = random_prior(rng, machine)
        face = random_face(rng, machine, options["chart"], 0.1 if seed % 5 == 0 else 0.0)
        result = solved_on(problem, face, **options)
        if result is None:
            continue
        slow = learning_coefficient_by_enumeration(problem, face, **options)
        assert (result.value, result.multiplicity) == slow, (seed, machine.canonical, face, options)
        assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension
        assert verify(result.to_json(), full=True).value == result.certificate.value


@pytest.mark.parametrize("chart", ["simplex", "bits"])
def test_one_number_is_the_same_for_all_groups(chart):
    everywhere = {"write": "2/3", "next": "2/3", "move": "2/3"}
    as_groups = learning_coefficient(task(), DETECT_A, chart=chart, prior_concentration=everywhere)
    as_number = learning_coefficient(task(), DETECT_A, chart=chart, prior_concentration="2/3")
    assert as_groups.value == as_number.value and as_groups.multiplicity == as_number.multiplicity
    assert as_groups.bounds == as_number.bounds
    assert as_number.to_json()["prior_concentration"] == "2/3"
    assert as_groups.to_json()["prior_concentration"] == [
        {"kind": kind, "concentration": "2/3"} for kind in ("write", "next", "move")
    ]


def test_the_more_specific_group_wins():
    prior = checked_concentration({("A", "reject", "move"): 3, "move": "1/2"})
    chart = chart_at("simplex", task().space, DETECT_A)
    by_name = {str(c): w for c, w in zip(chart.coordinates, weights(prior, chart), strict=True)}
    assert by_name["(A, reject) moves L"] == by_name["(A, reject) moves R"] == 3
    assert by_name["(B, reject) moves L"] == Fraction(1, 2) and by_name["(A, reject) writes B"] == 1
    assert bounds(task(), DETECT_A, prior_concentration=prior).dimension == 18 + 2 * 3 + 10 * Fraction(1, 2)
    assert checked_concentration(concentration_json(prior)) == prior


def test_dear_or_cheap_coordinates_move_the_optimum():
    """With an error of tiny concentration no other of its syndromes needs to cost anything."""
    values = [
        learning_coefficient(task(), DETECT_A, prior_concentration={"next": gamma}).value
        for gamma in ("1/1000", "1/10", 1, 10)
    ]
    assert values == sorted(values) and len(set(values)) == 4 and values[2] == Fraction(29, 3)


@pytest.mark.parametrize(
    "prior",
    [
        {}, {"write": 0}, {"write": -1}, {"write": "x"}, {"erase": 1}, {("A", "reject"): 1}, {5: 1}, [5], [{}], [],
        [{"kind": "write"}], [{"kind": "write", "concentration": "1", "more": 1}], {("C", "reject", "move"): 1},
        [{"kind": "write", "concentration": "1"}, {"kind": "write", "concentration": "2"}], {("A", 5, "move"): 1},
        [{"kind": [], "concentration": "1"}], float("nan"), True, None, "1/0",
    ],
)  # fmt: skip
def test_what_is_no_prior_is_refused(prior):
    with pytest.raises(ProblemError, match="prior concentration"):
        learning_coefficient(task(), DETECT_A, prior_concentration=prior)


def test_a_number_that_is_too_long_is_told_so():
    for prior in (10**5000, {"write": f"1/{'3' * 3000}"}):
        with pytest.raises(ProblemError, match="at most 4,000 bits; round it"):
            learning_coefficient(task(), DETECT_A, prior_concentration=prior)


def test_tampered_priors_fail():
    record = learning_coefficient(task(), DETECT_A, prior_concentration={"next": "1/2", "move": 2}).to_json()
    verify(record)
    for prior in (
        "1",
        [{"kind": "next", "concentration": "1/2"}],
        [{"kind": "next", "concentration": "2"}, {"kind": "move", "concentration": "1/2"}],
        [{"kind": "next", "concentration": "1/2"}, {"kind": "move", "concentration": "0"}],
        [{"symbol": "C", "state": "x", "kind": "next", "concentration": "1/2"}],
        {},
        None,
    ):
        with pytest.raises(CertificateError):
            verify(record | {"prior_concentration": prior})


def test_the_command_reads_groups(capsys):
    import json

    assert main(["bound", "detectA", "--prior-concentration", "write=2, next=1/2,A:reject:move=3", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["prior_concentration"] == [
        {"kind": "write", "concentration": "2"},
        {"kind": "next", "concentration": "1/2"},
        {"symbol": "A", "state": "reject", "kind": "move", "concentration": "3"},
    ]
    assert verify(record).value == Fraction(record["learning_coefficient"])
    for text in ("write=", "=1", "write=1,write=2", "A:reject=1", "write", "write=1,2", "write=1;next=2"):
        assert main(["bound", "detectA", "--prior-concentration", text]) == 2
        assert "prior" in capsys.readouterr().err
    assert main(["bound", "detectA", "--prior-concentration", "C:reject:move=2"]) == 1
    assert "lists no such tuple" in capsys.readouterr().err
