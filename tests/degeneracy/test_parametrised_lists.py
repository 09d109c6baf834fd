"""λ and m of lists whose keys err where probabilities are functions of weights: against programs written by hand."""

import json
from fractions import Fraction

import pytest
from seeds import long
from test_parametrised_coefficients import mapped

from noisytm import (
    Description,
    LeadingLaw,
    ProblemError,
    SynthesisProblem,
    leading_law,
    learning_coefficient,
    library,
    verify,
)
from noisytm.degeneracy.syndromes.exhaustive import solve_cover

ROWS = [("_", "0", "_", "1", "S"), ("_", "1", "_", "1", "S"), ("_", "0", "_", "1", "S")]
LIST = Description(["_"], "_", ["0", "1"], "0", ROWS)
CASES = [("pseudo-utm", 2), ("mean-field", 2), ("pseudo-utm", 1)]


def problem_of(steps, keys="noisy", machine=LIST):
    return SynthesisProblem.of_machine(machine, [""], steps, keys=keys)


def both(problem, semantics, chart, **options):
    """Return λ and m, with their certificate checked, and read again from their record; λ is below the used bound."""
    found = learning_coefficient(problem, LIST, semantics=semantics, chart=chart, **options)
    assert found.bounds.fatal_alone <= found.value <= found.bounds.used_tuples <= found.bounds.dimension
    record = json.loads(json.dumps(found.to_json()))
    verify(record)
    assert type(found).from_json(record) == found
    return found.value, found.multiplicity


def solved(problem, semantics, factors, weights=lambda name: 1):
    rows, names = mapped(problem, LIST, semantics, factors)
    value, m, primal, _ = solve_cover(rows, [weights(name) for name in names])
    return value, m, primal, names


@pytest.mark.parametrize(("semantics", "steps"), [CASES[0], *(pytest.param(*case, marks=long) for case in CASES[1:])])
def test_programs_in_the_factors(semantics, steps):
    problem = problem_of(steps)
    value, m, _, _ = solved(problem, semantics, lambda c: ((c, 1), (c, 2), *[(c, 3)] * (c.kind == "in")))
    assert both(problem, semantics, "product:2,in=3") == (value, m)
    value, m, _, _ = solved(problem, semantics, lambda c: (c,), lambda c: Fraction(1, 3 if c[:2] == (2, "in") else 2))
    assert both(problem, semantics, "power:2,2:in=3") == (value, m)
    value, m, _, _ = solved(problem, semantics, lambda c: (c[:1], c))
    assert both(problem, semantics, "shared:tuple") == (value, m)
    value, m, _, _ = solved(problem, semantics, lambda c: (c[:2], c), lambda name: Fraction(1, 3))
    assert both(problem, semantics, "softmax:laplace=3") == (value, m)
    assert both(problem, semantics, "shared:block", prior_concentration="1/3") == (value, m)
    value, m, primal, _ = solved(problem, semantics, lambda c: (c[:2],), lambda name: Fraction(2))
    assert both(problem, semantics, "softmax:squared=1/2") == (value, m - Fraction(sum(x > 0 for x in primal), 2))


def test_concentrations_of_single_tuples():
    problem = problem_of(2)
    prior = {(2, "in"): 3, "in": 2, (0, "next"): "1/2"}
    by = {(0, "in"): 2, (1, "in"): 2, (2, "in"): 3, (0, "next"): Fraction(1, 2)}
    value, m, _, _ = solved(problem, "pseudo-utm", lambda c: (c,), lambda c: by.get(c[:2], 1))
    assert both(problem, "pseudo-utm", "simplex", prior_concentration=prior) == (value, m)
    assert value != learning_coefficient(problem, LIST, prior_concentration={"in": 2}).value


def test_positive_parts_of_keys():
    problem = problem_of(2)
    exact = learning_coefficient(problem_of(2, "exact"), LIST)
    assert both(problem, "pseudo-utm", "relu:read,in") == (exact.value, exact.multiplicity)  # keys are exact, then
    assert both(problem, "pseudo-utm", "relu")[0] == 0


def test_dead_keys_count_in_factors():
    """Eight dead tuples, each kept from acting by one error; a factor that a tuple shares meets it as well."""
    machine = Description(
        ["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S")] + [("_", "c", "_", "c", "S")] * 8
    )
    problem = problem_of(1, machine=machine)
    for chart, value, used in (("product:2", 12, 14), ("shared:tuple", 9, 15), ("relu:in", 2, 4)):
        found = learning_coefficient(problem, machine, chart=chart)
        found.certificate.verify()
        assert (found.value, found.bounds.used_tuples) == (value, used)


def test_a_law_of_lists():
    """Of f = a + b − ab: Q is the sum of v² − v²/2 at v = 1 for the key and for where the tuple goes."""
    machine = Description(["_"], "_", ["0", "1"], "0", ROWS[:1])
    law = leading_law(problem_of(1, machine=machine), machine, chart="softmax:gaussian=1")
    law.certificate.verify()
    assert law.c == 1 and LeadingLaw.from_json(law.to_json()) == law
    verify(law.to_json())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chart": "product:1,3:in=2"}, "names tuple 3; the list has 3 tuples, numbered from 0"),
        ({"chart": "product:_:0:next=2"}, "known by number"),
        ({"prior_concentration": {(3, "in"): 2}}, "names tuple 3; the list has 3 tuples"),
        ({"prior_concentration": {(True, "in"): 2}}, r"a group is write, next or move .* \(number, kind\)"),
        ({"prior_concentration": [{"tuple": "0", "kind": "in", "concentration": "2"}]}, "a group is"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ProblemError, match=message):
        learning_coefficient(problem_of(1), LIST, **options)


def test_numbers_and_keys_that_err_are_refused_where_keys_are_exact():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A"], 2)
    for options in ({"chart": "product:0:next=2"}, {"prior_concentration": {(0, "next"): 2}}):
        with pytest.raises(ProblemError, match="names tuple 0; tuples are known by their keys here"):
            learning_coefficient(problem, machine, **options)
    with pytest.raises(ProblemError, match="chart relu:in names 'in', an entry of keys that err; here keys are exact"):
        learning_coefficient(problem, machine, chart="relu:in")
