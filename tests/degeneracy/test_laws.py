"""Where logits are normal there is no λ: E[nK] grows like c log n, with c by an exact quadratic program."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from random_cases import random_machine, random_problem
from seeds import seeds, sweep

from noisytm import (
    CertificateError,
    FormatError,
    LeadingLaw,
    LearningCoefficient,
    SynthesisProblem,
    TuringMachine,
    leading_law,
    learning_coefficient,
    library,
    load,
    survey,
    verify,
    words,
)
from noisytm.cli import main
from noisytm.degeneracy.program.quadratic import QuadraticCover
from noisytm.degeneracy.syndromes.exhaustive import minimal_syndromes
from noisytm.errors import ProblemError
from noisytm.geometry import chart_at

CHART = "softmax:gaussian=1"
DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)


def q_of(machine, coordinates, v):
    """Return Σ q(v), and half its gradient, written out."""
    sizes = {"write": len(machine.symbols), "next": len(machine.states), "move": 3}
    sums = {c[:3]: sum(x for d, x in zip(coordinates, v, strict=True) if d[:3] == c[:3]) for c in coordinates}
    total = sum(x * x for x in v) - sum(s * s / sizes[block[2]] for block, s in sums.items())
    return total, [x - sums[c[:3]] / sizes[c.kind] for c, x in zip(coordinates, v, strict=True)]


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 4))
def test_c_is_least(seed):
    """By all minimal fatal syndromes, listed by another program: v satisfies each, and weights on them meet it."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    problem = random_problem(rng, machine, 1 + seed % 2)
    semantics = ("pseudo-utm", "mean-field", "quenched")[seed % 3]
    law = leading_law(problem, machine, chart="softmax:gaussian=1/2", semantics=semantics)
    proof, coordinates = law.certificate, chart_at("simplex", problem.space, machine).coordinates
    v, fatal = proof.primal, minimal_syndromes(problem, machine, semantics)
    total, half = q_of(machine, coordinates, v)
    assert law.c == 4 * total
    assert min(v) >= 0
    assert all(sum(a * x for a, x in zip(row, v, strict=True)) >= 1 for row in fatal)
    load = [Fraction(0)] * len(v)
    for row in proof.dual:
        counts = dict(row.syndrome)
        assert any(all(counts.get(j, 0) >= a for j, a in enumerate(known)) for known in fatal)
        for j, a in row.syndrome:
            load[j] += a * row.weight
    assert all(x <= g for x, g in zip(load, half, strict=True))
    assert sum(row.weight for row in proof.dual) == total
    proof.verify()
    assert LeadingLaw.from_json(json.loads(json.dumps(law.to_json()))).c == law.c


@pytest.mark.parametrize("values", [2, 3, 5])
def test_one_error_that_is_fatal_alone(values):
    """v₁ = 1 and the others at their best, v = ½: the right logit and the wrong one part by log n, and q = ½."""
    solution = QuadraticCover([0] * (values - 1)).solve(np.eye(values - 1, dtype=np.int64)[:1])
    assert solution.value == Fraction(1, 2)
    assert solution.primal.fractions() == (1, *[Fraction(1, 2)] * (values - 2))
    all_of_them = QuadraticCover([0] * (values - 1)).solve(np.eye(values - 1, dtype=np.int64))
    assert all_of_them.value == Fraction(values - 1, values)


def test_rows_may_come_one_by_one():
    rng = np.random.default_rng(1)
    for _ in range(20):
        d = int(rng.integers(1, 7))
        joined = np.sort(rng.integers(0, 3, d))
        rows = rng.integers(0, 4, (int(rng.integers(1, 9)), d))
        rows[:, 0] += rows.sum(axis=1) == 0
        at_once, bit_by_bit = QuadraticCover(joined), QuadraticCover(joined)
        for k in range(1, len(rows) + 1):
            found = bit_by_bit.solve(rows[:k])
        assert found.value == at_once.solve(rows).value == sum(found.dual)
        assert (rows @ np.array(found.primal.fractions()) >= 1).all()
    assert QuadraticCover([0, 1]).solve(np.zeros((0, 2), dtype=np.int64)).value == 0


def test_units():
    laws = {sigma: leading_law(PROBLEM, DETECT_A, chart=f"softmax:gaussian={sigma}").c for sigma in ("1", "2", "1/3")}
    assert laws == {"1": Fraction(161, 54), "2": Fraction(161, 54) / 4, "1/3": Fraction(161, 6)}
    assert leading_law(PROBLEM, DETECT_A, chart=CHART, loss="brier").c == Fraction(161, 216)
    values = {"mean-field": "85/27", "annealed": "1212/325", "quenched": "547/132"}
    assert {s: str(leading_law(PROBLEM, DETECT_A, chart=CHART, semantics=s).c) for s in values} == values


def test_nothing_is_fatal():
    machine = TuringMachine(["0"], "0", ["a"], "a", [("0", "a", "0", "a", "S")])
    law = leading_law(SynthesisProblem.of_machine(machine, [""], 2), machine, chart=CHART)
    assert (law.c, law.certificate.dual) == (0, ())
    law.certificate.verify()


def test_records_and_what_is_wrong_with_them(tmp_path):
    law = leading_law(PROBLEM, DETECT_A, chart=CHART)
    law.save(tmp_path / "law.json")
    assert load(tmp_path / "law.json") == law
    record = json.loads((tmp_path / "law.json").read_text())
    assert (record["learning_coefficient"], record["multiplicity"]) == (None, None)
    assert record["law"] == {"growth": "log n", "c": "161/54"}
    assert verify(record).value == law.c
    plain = learning_coefficient(PROBLEM, DETECT_A).to_json()
    rows = record["certificate"]["dual"]
    heavier = [{**rows[0], "weight": str(2 * Fraction(rows[0]["weight"]))}, *rows[1:]]
    for changed, said in (
        ({"law": {"growth": "log n", "c": "3"}}, "the least Σ q of the law is 3"),
        ({"law": {"growth": "log log n", "c": "161/54"}}, "growth of the law is 'log log n'"),
        ({"law": {"c": "161/54"}}, "law lacks 'growth'"),
        ({"learning_coefficient": "1"}, "beside a law of E.nK. it is null"),
        ({"multiplicity": 1}, "beside a law of E.nK. it is null"),
        ({"chart": "simplex", "options": record["options"] | {"chart": "simplex"}}, "no law of E.nK."),
        ({"certificate": {**record["certificate"], "dual": rows[1:]}}, "dual weights sum to"),
        ({"certificate": {**record["certificate"], "dual": heavier}}, "dual weights"),
        ({"bounds": plain["bounds"]}, "unknown entry 'bounds'"),
        ({"dimension": 29}, "dimension is 29"),
    ):
        with pytest.raises(CertificateError, match=said):
            verify(record | changed)
    with pytest.raises(CertificateError, match="states no multiplicity; leave full out"):
        verify(record, full=True)
    with pytest.raises(CertificateError, match=r"has a law of E.nK., and no learning coefficient"):
        verify(plain | {"chart": CHART, "options": plain["options"] | {"chart": CHART}})
    with pytest.raises(CertificateError, match=r"at its costs the oracle returns another|Σ q|dual"):
        replace(law.certificate, dual=tuple(replace(r, syndrome=((0, 9),)) for r in law.certificate.dual)).verify()
    with pytest.raises(FormatError):
        LearningCoefficient.from_json(record)
    with pytest.raises(FormatError, match="has no law"):
        LeadingLaw.from_json(plain)


def test_what_has_no_law_and_what_has_no_coefficient():
    with pytest.raises(ProblemError, match="the chart product:2 has learning coefficients"):
        leading_law(PROBLEM, DETECT_A, chart="product:2")
    for ask in (learning_coefficient, lambda *args, chart: survey(*args, charts=[chart])):
        with pytest.raises(ProblemError, match="there is no learning coefficient in the chart softmax:gaussian=1"):
            ask(PROBLEM, DETECT_A, chart=CHART)
    with pytest.raises(ProblemError, match="uniform measure of its own"):
        leading_law(PROBLEM, DETECT_A, chart=CHART, prior_concentration=2)


def test_the_command(capsys, tmp_path):
    def run(*arguments):
        code = main([*arguments])
        return code, *capsys.readouterr()

    code, text, _ = run("bound", "detectA", "--steps", "4", "--chart", "softmax:gaussian=2/4")
    assert code == 0
    assert "no learning coefficient: E[nK] grows like c log n, c = 322/27 = 11.9259" in text
    code, text, _ = run("bound", "detectA", "--steps", "4", "--chart", "softmax:gaussian=2/4", "--json")
    record = json.loads(text)
    assert record["chart"] == record["options"]["chart"] == "softmax:gaussian=1/2"
    (tmp_path / "law.json").write_text(text)
    code, text, _ = run("verify", str(tmp_path / "law.json"))
    assert code == 0
    assert text.startswith("verified: no learning coefficient; E[nK] grows like 322/27 log n")
    for verb, chart, code, said in (
        (["bound", "detectA"], "softmax:gaussian", 2, "say which logits"),
        (["bound", "detectA"], "product:none", 2, "give a number from 1 to 1000"),
        (["bound", "detectA", "--precision"], "product:2", 2, "finite precision has no meaning in the product:2 chart"),
        (["bound", "detectA", "--survey"], CHART, 1, "there is no learning coefficient in the chart"),
        (["syndromes", "detectA"], CHART, 1, "there is no learning coefficient in the chart"),
        (["search", "parity"], "product:2", 1, "there is no search over codes in the chart product:2"),
        (["atlas", "parity"], "shared:block", 1, "there is no search over codes in the chart shared:block"),
        (["posterior", "detectA", "--local"], "relu:next", 1, "the posterior is not sampled in the chart relu:next"),
    ):
        found, out, err = run(*verb, "--chart", chart)
        assert (found, out) == (code, ""), (verb, chart, err)
        assert said in err
        assert err.count("\n") == 1
