"""Whatever states the same quantity states it in the same unit: that of the loss, in the chart's coordinates."""

import itertools
import json
import random
import re
from fractions import Fraction

import pytest
from random_cases import CHARTS, LOSSES, random_machine, random_problem
from seeds import ALL_SEEDS, seeds, slow_where, sweep

from noisytm import (
    TuringMachine,
    bounds,
    correction,
    error_graph,
    fatal_syndromes,
    leading_part,
    learning_coefficient,
    library,
    survey,
    syndrome_hypergraph,
)
from noisytm.geometry import chart_at
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import SEMANTICS
from noisytm.show import describe, describe_survey, describe_syndromes, syndrome_report

ORDER = {"log": 1, "brier": 2}  # of the loss in f
DEGREE = {"simplex": 1, "bits": 1, "sphere": 2}  # of an error's probability in its coordinate
RETRYING = TuringMachine(
    ["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], ["H"]
)


def cases():
    yield "detectA", library.machine("detectA"), ["", "A", "B"], 3 if ALL_SEEDS else 2
    yield "retrying", RETRYING, [""], 2
    yield "still", TuringMachine(["_"], "_", ["a"], "a", []), [""], 2


def problem_and_machine(name):
    if isinstance(name, int):
        rng = random.Random(name)
        machine = random_machine(rng)
        return random_problem(rng, machine, 2), machine
    machine, inputs, steps = next(rest for key, *rest in cases() if key == name)
    return SynthesisProblem.of_machine(machine, inputs, steps), machine


NAMES = ["detectA", "retrying", "still", *seeds(range(500, 506, 3), 1)]


@sweep
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where(
    "pseudo-utm-detectA",
    "mean-field-detectA",
    "quenched-detectA",
    "pseudo-utm-500",
    "mean-field-500",
    "annealed-detectA",
)
def test_all_places_agree(name, semantics):
    problem, machine = problem_and_machine(name)
    rows = {(r.chart, r.loss): r for r in survey(problem, machine, semantics=[semantics]).rows}
    assert set(rows) == set(itertools.product(CHARTS, LOSSES))
    for chart in CHARTS:
        weights = require_one_weight(problem, machine, semantics, chart)
        for loss in LOSSES:
            result = learning_coefficient(problem, machine, semantics=semantics, loss=loss, chart=chart)
            require_one_coefficient(result, rows[chart, loss], weights)


def require_one_coefficient(result, row, weights):
    """Compare λ, and what bounds it, wherever they are stated for one loss and chart."""
    problem, machine, least = result.problem, result.machine, weights.least_weight
    options = {"semantics": result.semantics, "loss": result.loss, "chart": result.chart}
    record, text = result.to_json(), describe(result)
    order, value = ORDER[result.loss], result.value
    assert Fraction(record["learning_coefficient"]) == value == row.code.value == result.certificate.value
    assert re.search(r"<= learning coefficient +(\S+)", text)[1] == str(value)
    assert sum((x for x in result.certificate.primal), Fraction(0)) / order == value
    chain = bounds(problem, machine, **options)
    assert chain == result.bounds == row.code.bounds and chain.to_json() == record["bounds"]
    for name, stated in (("used-tuple bound", chain.used_tuples), ("dimension", chain.dimension)):
        assert re.search(rf"<= {name} +(\S+)", text)[1] == str(stated)
    assert re.search(r"errors fatal alone +(\S+)", text)[1] == str(chain.fatal_alone)
    assert chain.fatal_alone <= value <= chain.used_tuples <= chain.dimension
    bound = weights.bound(loss=result.loss)
    assert row.correction_bound == bound >= value and row.correction.degree == weights.degree
    if least is None:
        assert value == bound == 0
        return
    dimension = len(record["certificate"]["primal"]) and record["dimension"]
    assert bound == Fraction(dimension, order * least) and least == DEGREE[result.chart] * (weights.degree + 1)
    # every coordinate has the dimension's share: none is worth less than the least weight allows
    assert chain.dimension == Fraction(dimension, order * DEGREE[result.chart])
    for proof in record["certificate"]["dual"]:
        assert sum(error["count"] for error in proof["syndrome"]) >= least


def require_one_weight(problem, machine, semantics, chart):
    """Compare the weights of syndromes wherever they are stated for one chart; return what is corrected."""
    options = {"semantics": semantics, "chart": chart}
    found = fatal_syndromes(problem, machine, max_weight=None, **options)
    result = correction(problem, machine, **options)
    part = leading_part(problem, machine, **options)
    assert found.least_weight == result.least_weight == part.degree
    listed = sorted(weight for _, weight in syndrome_hypergraph(found).nodes(data="weight") if weight)
    assert [weight for weight, number in found.counts.items() for _ in range(number)] == listed
    dimension = chart_at(chart, problem.space, machine).dimension
    rows = [[dict(row).get(j, 0) for j in range(dimension)] for row in found.syndromes]
    assert all(sum(row) in found.counts and sum(row) % DEGREE[chart] == 0 for row in rows)
    report = syndrome_report(problem, machine, max_weight=3, **options)
    record, text = report.to_json(), describe_syndromes(report)
    assert record["correction"]["least_weight"] == result.least_weight
    assert record["counts"] == {str(w): n for w, n in found.counts.items() if w <= 3}
    for weight, number in re.findall(r"(\d+) of weight (\d+)", text):
        assert record["counts"][number] == int(weight)
    assert f"weight: the degree in the chart's coordinates, {DEGREE[chart]} for each error" in text
    if result.degree is not None:
        assert (
            f"C = {result.degree}.\nSo lambda <= {result.bound()} (log), {result.bound(loss='brier')} (brier)" in text
        )
        assert f"to leading order {result.least_weight}, the sum of" in text
    # errors are numbers of errors whatever the chart
    assert report.errors == error_graph(problem, machine, chart=chart, max_errors=max(3 // DEGREE[chart], 1))
    if chart == "sphere":
        flat = error_graph(problem, machine, chart="simplex", max_errors=1)
        assert (report.errors.errors, report.errors.passages) == (flat.errors, flat.passages)
        plain = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
        assert {2 * w: n for w, n in plain.counts.items()} == found.counts
        assert "twice" not in text.split("\n\n")[1] or max(k for s in found.syndromes for _, k in s) > 2
    return result


def test_the_survey_prints_what_the_rows_hold():
    problem, machine = problem_and_machine("detectA")
    found = survey(problem, machine, semantics=["annealed"])
    text = describe_survey(found)
    for row in found.rows:
        line = next(x for x in text.splitlines() if x.split()[:3] == [row.semantics, row.chart, row.loss])
        assert line.split()[4] == str(row.code.value) and line.split()[-1] == str(row.correction_bound)
    assert json.loads(json.dumps(found.to_json()))["rows"][0]["correction_bound"] == str(found.rows[0].correction_bound)
