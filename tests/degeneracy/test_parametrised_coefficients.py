"""λ and m where probabilities are functions of weights, logits, shared factors: against programs written by hand."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import highspy
import numpy as np
import pytest
from random_cases import random_machine, random_problem
from seeds import seeds, sweep

from noisytm import (
    CertificateError,
    CertifiedInterval,
    PartialCoefficient,
    SynthesisProblem,
    TuringMachine,
    atlas,
    fatal_syndromes,
    free_energy,
    global_learning_coefficient,
    learning_coefficient,
    library,
    precision,
    survey,
    verify,
    volumes,
    words,
)
from noisytm.degeneracy.syndromes.exhaustive import (
    learning_coefficient_by_enumeration,
    minimal_syndromes,
    solve_cover,
)
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, chart_at, checked_chart
from noisytm.geometry.parametrised import FactorChart, Family

DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
SEEDS = seeds(range(40), range(1, 4))


def case(seed):
    """Return a small machine with a problem, and a semantics."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    return machine, random_problem(rng, machine, 1 + seed % 2), ("pseudo-utm", "mean-field", "quenched")[seed % 3]


def both(problem, machine, semantics, chart, **options):
    """Return λ and m, with their certificate checked, and read again from their record."""
    found = learning_coefficient(problem, machine, semantics=semantics, chart=chart, **options)
    found.certificate.verify()
    again = type(found).from_json(json.loads(json.dumps(found.to_json())))
    assert (again.value, again.multiplicity, again.chart) == (found.value, found.multiplicity, found.chart)
    return found.value, found.multiplicity


class Own(NamedTuple):
    """One of the factors of an entry."""

    symbol: str
    state: str
    kind: str
    wrong: str
    number: int


class Upstairs(Family):
    """Products of two and three weights, as a program in the weights themselves."""

    name, form, description = "upstairs", "upstairs", "for a test"

    def read(self, text):
        return UpstairsChart, self.name, {}


class UpstairsChart(FactorChart):
    def factors_of(self, entry):
        return tuple(Own(*entry, i) for i in range(3 if entry.kind == "next" else 2))


@sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_products_are_programs_in_their_weights(seed):
    machine, problem, semantics = case(seed)
    value, m = both(problem, machine, semantics, "product:2,next=3")
    with CHARTS.also(Upstairs()):
        written_out = learning_coefficient_by_enumeration(problem, machine, semantics=semantics, chart="upstairs")
    assert (value, m) == written_out


def mapped(problem, machine, semantics, factors):
    """Return the fatal syndromes in factors, given those of each entry."""
    chart = chart_at("simplex", problem.space, machine)
    names = list(dict.fromkeys(f for c in chart.coordinates for f in factors(c)))
    table = np.array([[factors(c).count(name) for name in names] for c in chart.coordinates])
    found = minimal_syndromes(problem, machine, semantics)
    return [tuple(row) for row in (np.array(found, dtype=np.int64).reshape(-1, len(table)) @ table).tolist()], names


@sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_shared_factors_laplace_and_squared_logits(seed):
    machine, problem, semantics = case(seed)

    def solved(factors, weight):
        rows, names = mapped(problem, machine, semantics, factors)
        value, m, primal, _ = solve_cover(rows, [weight] * len(names))
        return value, m, sum(x > 0 for x in primal)

    value, m, _ = solved(lambda c: (c[:2], c), 2)
    assert both(problem, machine, semantics, "shared:tuple", prior_concentration=2) == (value, m)
    value, m, _ = solved(lambda c: (c[:3], c), Fraction(1, 3))
    assert both(problem, machine, semantics, "softmax:laplace=3") == (value, m)
    assert both(problem, machine, semantics, "shared:block", prior_concentration="1/3") == (value, m)
    value, m, blocks = solved(lambda c: (c[:3],), Fraction(2))
    assert both(problem, machine, semantics, "softmax:squared=1/2") == (value, m - Fraction(blocks, 2))


@sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_positive_parts_drop_syndromes(seed):
    machine, problem, semantics = case(seed)
    chart = chart_at("simplex", problem.space, machine)
    kept = [j for j, c in enumerate(chart.coordinates) if c.kind != "next"]
    dropped = [j for j, c in enumerate(chart.coordinates) if c.kind == "next"]
    rows = [r for r in minimal_syndromes(problem, machine, semantics) if not any(r[j] for j in dropped)]
    value, m, _, _ = solve_cover([tuple(r[j] for j in kept) for r in rows], [3] * len(kept))
    assert both(problem, machine, semantics, "relu:next", prior_concentration=3) == (value, m)
    assert both(problem, machine, semantics, "relu") == (0, 1)
    # a weight of γ near 0 gives the same λ
    small = learning_coefficient(
        problem, machine, semantics=semantics, prior_concentration={"next": "1/1000000", "write": 3, "move": 3}
    )
    assert abs(small.value - value) < Fraction(1, 1000)


def laplace_by_logits(problem, machine, semantics):
    """Return min Σ (|c| + Σ |c − v|) over v and any c, in floating point, and the dimension of its optimal (v, c)."""
    chart = chart_at("simplex", problem.space, machine)
    rows = np.array(minimal_syndromes(problem, machine, semantics), dtype=float).reshape(-1, chart.dimension)
    blocks = list(dict.fromkeys(c[:3] for c in chart.coordinates))
    d, k = chart.dimension, len(blocks)
    of = [blocks.index(c[:3]) for c in chart.coordinates]
    # variables v, c, and the absolute values s of c, and a of c − v; constraints  G x ≥ h
    total = 2 * d + 2 * k
    g, h = [], []

    def at_least(entries, bound):
        row = np.zeros(total)
        for j, x in entries:
            row[j] += x
        g.append(row)
        h.append(bound)

    for row in rows:
        at_least([(j, x) for j, x in enumerate(row) if x], 1.0)
    for j in range(d):
        at_least([(j, 1)], 0.0)
        for sign in (1, -1):
            at_least([(d + 2 * k + j, 1), (d + of[j], sign), (j, -sign)], 0.0)
    for b in range(k):
        for sign in (1, -1):
            at_least([(d + k + b, 1), (d + b, sign)], 0.0)
    cost = np.concatenate([np.zeros(d + k), np.ones(k + d)])
    least = minimum(cost, g, h)
    # on the optimal face  a constraint is an equality if its slack cannot be positive there
    face = ([*g, -cost], [*h, -least - 1e-9])
    tight = [row for row, bound in zip(g, h, strict=True) if -minimum(-row, *face, largest=1e3) < bound + 1e-6]
    return least, total - np.linalg.matrix_rank(np.array([*tight, cost]), tol=1e-7)


def minimum(cost, g, h, largest=1e30):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    n = len(cost)
    highs.addVars(n, np.full(n, -largest), np.full(n, largest))
    highs.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
    for row, bound in zip(g, h, strict=True):
        at = np.flatnonzero(row).astype(np.int32)
        highs.addRow(bound, highspy.kHighsInf, len(at), at, row[at])
    highs.run()
    return highs.getInfo().objective_function_value


@sweep
@pytest.mark.parametrize("seed", seeds(range(40), range(1, 3)))
def test_laplace_logits_against_logits_that_go_anywhere(seed):
    machine, problem, semantics = case(seed)
    value, m = both(problem, machine, semantics, "softmax:laplace=1")
    least, dimension = laplace_by_logits(problem, machine, semantics)
    assert float(value) == pytest.approx(least, abs=1e-7)
    assert m == 1 + dimension


def test_whole_codes():
    """The values of docs/parametrisations.md."""
    values = {
        "simplex": ("29/3", 1),
        "product:2": ("29/3", 19),
        "product:3": ("29/3", 37),
        "power:2": ("29/6", 1),
        "relu:next,move": ("2", 2),
        "shared:block": ("8", 11),
        "shared:tuple": ("4", 5),
        "softmax:laplace=1": ("8", 11),
        "softmax:squared=1": ("4", -5),
    }
    for chart, (value, m) in values.items():
        found = learning_coefficient(PROBLEM, DETECT_A, chart=chart)
        assert (str(found.value), found.multiplicity) == (value, m), chart
        assert verify(found.to_json()).multiplicity == m


def test_what_the_theory_says_of_all_codes():
    plain = learning_coefficient(PROBLEM, DETECT_A)
    sphere = learning_coefficient(PROBLEM, DETECT_A, chart="sphere")
    for chart, prior, same in (
        ("product:1", 1, plain),
        ("power:2", 1, sphere),
        ("power:2", 2, plain),
        ("power:1/2", "1/2", plain),
    ):
        found = learning_coefficient(PROBLEM, DETECT_A, chart=chart, prior_concentration=prior)
        assert (found.value, found.multiplicity) == (same.value, same.multiplicity)
    # a factor more adds the same to m every time, and only the greatest exponents count
    ms = [learning_coefficient(PROBLEM, DETECT_A, chart=f"product:{k}").multiplicity for k in (1, 2, 3)]
    assert ms[2] - ms[1] == ms[1] - ms[0] > 0
    unequal = learning_coefficient(PROBLEM, DETECT_A, chart="product:1*2")
    assert (unequal.value, unequal.multiplicity) == (sphere.value, sphere.multiplicity)
    brier = learning_coefficient(PROBLEM, DETECT_A, chart="product:3", loss="brier")
    assert (brier.value, brier.multiplicity) == (plain.value / 2, ms[2])


HALF = TuringMachine(["0"], "0", ["a", "H"], "a", [("0", "a", "0", "H", "S")], halting=["H"])


def test_half_multiplicities():
    problem = SynthesisProblem.of_machine(HALF, [""], 1)
    found = learning_coefficient(problem, HALF, chart="softmax:squared=1", semantics="mean-field")
    assert (found.value, found.multiplicity) == (Fraction(1, 2), Fraction(1, 2))
    record = found.to_json()
    assert record["multiplicity"] == "1/2"
    assert verify(record).multiplicity == Fraction(1, 2)
    with pytest.raises(ProblemError, match="the multiplicity is 1/2 in the softmax:squared=1 chart; tables hold whole"):
        _ = found.whole_multiplicity
    for wrong in (1, "1/3", "2/2", 0.5, "3/2", True):
        with pytest.raises(CertificateError, match="multiplicity"):
            verify(record | {"multiplicity": wrong})


def test_certificates_of_another_parametrisation_fail():
    record = learning_coefficient(PROBLEM, DETECT_A, chart="product:2").to_json()
    for chart, said in (("product:3", "multiplicity"), ("simplex", "multiplicity"), ("power:2", "multiplicity")):
        other = record | {"chart": chart, "options": record["options"] | {"chart": chart}}
        with pytest.raises(CertificateError, match=said):
            verify(other)
    for m in (18, 20, 1):
        with pytest.raises(CertificateError, match="multiplicity"):
            verify(record | {"multiplicity": m})
    certificate = learning_coefficient(PROBLEM, DETECT_A, chart="product:2").certificate
    for changed in (replace(certificate, chart="product:3"), replace(certificate, multiplicity=Fraction(19))):
        with pytest.raises(CertificateError, match="multiplicity"):
            changed.verify()


def test_the_same_fatal_errors_are_listed():
    plain = fatal_syndromes(PROBLEM, DETECT_A, max_weight=2)
    assert fatal_syndromes(PROBLEM, DETECT_A, max_weight=2, chart="product:2").syndromes == plain.syndromes
    shared = fatal_syndromes(PROBLEM, DETECT_A, max_weight=2, chart="shared:block")
    assert shared.counts == {2: plain.counts[1]}
    assert type(shared).from_json(json.loads(json.dumps(shared.to_json()))) == shared


def test_searches_know_powers():
    problem = SynthesisProblem.of_machine(HALF, [""], 1)
    plain = global_learning_coefficient(problem, progress=False)
    for chart, factor in (("power:2", 2), ("power:1/3", Fraction(1, 3)), ("power:write=5,move=7", 1)):
        found = global_learning_coefficient(problem, chart=chart, progress=False)
        assert (found.value, found.multiplicity) == (plain.value / factor, plain.multiplicity), chart
        assert found.chart == checked_chart(chart)
    rows = atlas(problem, chart="power:2", progress=False)
    assert min(row.value for row in rows.best) == plain.value / 2
    for chart in ("product:2", "power:2,0:a:next=3", "relu", "shared:tuple", "softmax:laplace=1"):
        for ask in (global_learning_coefficient, atlas):
            with pytest.raises(ProblemError, match="there is no search over codes in the chart"):
                ask(problem, chart=chart, progress=False)


def test_the_posterior_is_sampled_over_weights_near_a_code_alone():
    problem = SynthesisProblem.of_machine(HALF, [""], 1)
    for ask in (free_energy, volumes):
        with pytest.raises(ProblemError, match="the prior of the chart power:2 is one on weights near a code"):
            ask(problem, HALF, chart="power:2")
        with pytest.raises(ProblemError, match="the posterior is not sampled in the chart relu: the posterior is"):
            ask(problem, HALF, chart="relu", local=True)
    with pytest.raises(ProblemError, match="finite precision has no meaning in the product:2 chart"):
        precision(problem, HALF, chart="product:2")


def test_results_have_names_in_full():
    problem = SynthesisProblem.of_machine(HALF, [""], 1)
    short, full = "product:move=2,next=1*1", "product:1,next=2,move=2"
    assert learning_coefficient(problem, HALF, chart=short).to_json()["options"]["chart"] == full
    assert fatal_syndromes(problem, HALF, chart=short).chart == full
    interval = CertifiedInterval(Fraction(0), Fraction(3))
    part = PartialCoefficient.at(problem, HALF, interval=interval, chart=short)
    assert PartialCoefficient.from_json(part.to_json()).chart == full
    rows = survey(problem, HALF, charts=[short, "power:2"], semantics=["mean-field"], losses=["log"]).rows
    assert [row.chart for row in rows] == [full, "power:2"]
    assert [row.code.multiplicity for row in rows] == [2, 1]
