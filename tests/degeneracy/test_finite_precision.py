"""Λ(s), its kinks and τ: values of an independent program, every choice of T on small cases, and what is refused."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from seeds import seeds, slow_where, sweep

from noisytm import (
    Face,
    FinitePrecision,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    learning_coefficient,
    library,
    load,
    precision,
    words,
)
from noisytm._clock import limited
from noisytm.degeneracy.syndromes.exhaustive import minimal_syndromes, solve_cover
from noisytm.errors import BudgetError

DETECT_A = library.machine("detectA")
TWO = TuringMachine(["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], ["H"])
# lines and kinks for words of length ≤ 2 over {A, B}
DETECT_A_VALUES = {
    (4, "pseudo-utm"): (["29/3·s", "5 + 14/3·s", "10"], "1 15/14"),
    (4, "mean-field"): (["10·s", "10"], "1"),
    (6, "pseudo-utm"): (["43/5·s", "5 + 18/5·s", "6 + 14/5·s", "10"], "1 5/4 10/7"),
    (6, "mean-field"): (["44/5·s", "5 + 19/5·s", "7 + 11/5·s", "10"], "1 5/4 15/11"),
    (10, "pseudo-utm"): (["125/16·s", "5 + 45/16·s", "6 + 31/16·s", "7 + 75/64·s", "10"], "1 8/7 64/49 64/25"),
    (10, "mean-field"): (["8·s", "5 + 3·s", "7 + 11/9·s", "10"], "1 9/8 27/11"),
} | {(t, semantics): (["10·s", "10"], "1") for t in (4, 6, 10) for semantics in ("annealed", "quenched")}
TWO_VALUES = {2: (["3/2·s", "1 + 1/2·s", "2"], "1 2"), 3: (["4/3·s", "1 + 1/3·s", "2"], "1 3"),
              4: (["s", "1 + 1/4·s", "2"], "4/3 4")}  # fmt: skip


def detect_a(steps, longest=2):
    return SynthesisProblem.of_machine(DETECT_A, words("AB", longest), steps)


def two(steps):
    return SynthesisProblem.of_machine(TWO, [""], steps, targets={"": "H"})


def stated(result):
    kinks = " ".join(str(s) for s, _ in result.breakpoints)
    return result.in_words().removeprefix("min(").removesuffix(")").split(", "), kinks


@pytest.mark.parametrize(("steps", "semantics"), DETECT_A_VALUES)
def test_detect_a(steps, semantics):
    result = precision(detect_a(steps), DETECT_A, semantics=semantics)
    assert stated(result) == DETECT_A_VALUES[steps, semantics]
    assert result.transversal == 10
    result.verify()


@pytest.mark.parametrize("steps", TWO_VALUES)
def test_two(steps):
    result = precision(two(steps), TWO, semantics="mean-field")
    assert stated(result) == TWO_VALUES[steps]
    result.verify()


def by_every_set(problem, machine, semantics, chart="simplex"):
    """Return the least |T| + s·λ(H∖T) over every set T, as a function of s."""
    listed = minimal_syndromes(problem, machine, semantics, chart=chart)
    d = len(listed[0])
    met = [j for j in range(d) if any(row[j] for row in listed)]
    lines = []
    for size in range(len(met) + 1):
        for pinned in itertools.combinations(met, size):
            left = [row for row in listed if not any(row[j] for j in pinned)]
            lines.append((size, solve_cover(left, [1] * d)[0] if left else Fraction(0)))
    return lambda s: min(a + c * s for a, c in lines)


SMALL = [
    (two(2), TWO, "mean-field"),
    (two(3), TWO, "pseudo-utm"),
    (two(4), TWO, "annealed"),
    (two(4), TWO, "quenched"),
    (two(3), TWO, "mean-field"),
]


@pytest.mark.parametrize("case", range(len(SMALL)))
def test_every_set_of_pinned_errors(case):
    result, least = precision(*SMALL[case][:2], semantics=SMALL[case][2]), by_every_set(*SMALL[case])
    result.verify()
    for s in ("0", "1/3", "1", "7/6", "4/3", "3/2", "2", "5/2", "3", "4", "9"):
        assert result.at(s) == least(Fraction(s))


def random_case(seed):
    """Return a random machine with a problem that it solves, and a semantics."""
    rng = np.random.default_rng(seed)
    states = "abH"
    tuples = [
        (symbol, state, str(rng.choice(["_", "1"])), str(rng.choice(list(states))), str(rng.choice(list("LSR"))))
        for symbol in "_1"
        for state in "ab"
    ]
    machine = TuringMachine(["_", "1"], "_", list(states), "a", tuples, ["H"])
    problem = SynthesisProblem.of_machine(machine, ["", "1"], int(rng.integers(1, 4)))
    return problem, machine, ("mean-field", "pseudo-utm", "annealed", "quenched")[seed % 4]


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 4))
@slow_where("3", "0")
def test_random_machines(seed):
    problem, machine, semantics = random_case(seed)
    result = precision(problem, machine, semantics=semantics)
    result.verify()
    exact = learning_coefficient(problem, machine, semantics=semantics)
    assert result.learning_coefficient == exact.value
    assert exact.bounds.fatal_alone <= exact.value <= result.transversal <= exact.bounds.used_tuples
    rng = np.random.default_rng(seed)
    d = len(exact.certificate.primal)
    listed = np.array(minimal_syndromes(problem, machine, semantics), dtype=int).reshape(-1, d)
    for s in (Fraction(1, 2), Fraction(1), Fraction(7, 5), Fraction(3)):
        value = result.at(s)
        for _ in range(200):  # no choice of v that satisfies every syndrome costs less
            v = [Fraction(int(x), 12) for x in rng.integers(0, 40, d)]
            least = min((sum(int(a) * x for a, x in zip(row, v, strict=True)) for row in listed), default=s)
            if least:
                v = [x * s / least for x in v]
                assert sum(min(x, 1) for x in v) >= value


def test_brier_is_the_same_at_twice_the_s():
    log, brier = (precision(detect_a(6), DETECT_A, loss=loss) for loss in ("log", "brier"))
    assert [(2 * s, value) for s, value in log.breakpoints] == list(brier.breakpoints)
    assert brier.transversal == log.transversal == 10
    assert brier.at(3) == log.at("3/2")
    assert brier.learning_coefficient == learning_coefficient(detect_a(6), DETECT_A, loss="brier").value
    brier.verify()


def test_concentrations_weigh_what_is_pinned_and_what_is_small():
    plain = precision(detect_a(6), DETECT_A)
    double = precision(detect_a(6), DETECT_A, prior_concentration=2)
    assert [(s, 2 * value) for s, value in plain.breakpoints] == list(double.breakpoints)
    mixed = precision(detect_a(6), DETECT_A, prior_concentration={"next": "1/2", "move": 3})
    mixed.verify()
    exact = learning_coefficient(detect_a(6), DETECT_A, prior_concentration={"next": "1/2", "move": 3})
    assert mixed.learning_coefficient == exact.value < mixed.transversal <= exact.bounds.used_tuples


def test_tau_grows_with_what_counts_as_a_run():
    """A run of one drawn code is one of fresh draws, and so on: the transversals are ordered, λ is not."""
    for seed in range(4):
        problem, machine, _ = random_case(seed)
        found = [
            precision(problem, machine, semantics=x).transversal
            for x in ("quenched", "annealed", "mean-field", "pseudo-utm")
        ]
        assert found == sorted(found)


def test_digits_and_faces_have_it_amplitudes_not():
    problem = detect_a(4)
    digits = precision(problem, DETECT_A, chart="bits")
    digits.verify()
    assert digits.learning_coefficient == Fraction(29, 3)
    face = Face.with_free_unused(problem, DETECT_A)
    precision(problem, face).verify()
    with pytest.raises(ProblemError, match=r"no meaning in the sphere chart: .* use the simplex chart"):
        precision(problem, DETECT_A, chart="sphere")


def test_nothing_fatal_needs_no_precision():
    problem = SynthesisProblem.of_machine(TWO, [""], 2, targets={"": ["0", "1", "H"]})
    result = precision(problem, TWO)
    assert (result.in_words(), result.breakpoints, result.transversal, result.at(5)) == ("0", (), 0, 0)
    assert result.free_energy_bound(8) == 0
    result.verify()


def test_the_free_energy_is_bounded_at_any_precision():
    result = precision(detect_a(4), DETECT_A)
    found = [round(result.free_energy_bound(b), 3) for b in (4, 8, 16)]
    assert found == [26.424, 53.423, 108.824]
    for b in (0, 1, 10, 200, 3000):
        assert result.free_energy_bound(b) <= 10 * np.log1p(2.0 ** min(b, 1000)) + 10 * max(b - 1000, 0) * np.log(2)


def test_records_and_files(tmp_path):
    result = precision(detect_a(4), DETECT_A, loss="brier", prior_concentration="1/2")
    assert FinitePrecision.from_json(json.loads(json.dumps(result.to_json()))) == result
    result.save(tmp_path / "precision.json.gz")
    assert load(tmp_path / "precision.json.gz") == result
    assert result.to_json()["precision"]["breakpoints"] == [["2", "29/6"], ["15/7", "5"]]


def test_what_was_found_when_time_ran_out():
    with pytest.raises(BudgetError) as caught, limited(0.15):
        precision(SynthesisProblem.of_machine(DETECT_A, words("AB", 7), 40), DETECT_A)
    part = caught.value.partial
    assert isinstance(part, FinitePrecision)
    assert not part.complete
    lower, upper = part.bracket(3)
    assert 0 <= lower <= upper <= 20
    part.verify()
    assert FinitePrecision.from_json(part.to_json()) == part
    with pytest.raises(ProblemError, match="not complete"):
        part.at(3)


@pytest.mark.parametrize("proved", [0, 1, 2, 3])
def test_a_part_of_the_kinks_brackets_the_rest(proved):
    import dataclasses

    whole = precision(detect_a(10), DETECT_A)
    claim = whole.certificate
    part = FinitePrecision(dataclasses.replace(claim, kinks=claim.kinks[:proved], complete=False))
    part.verify()
    for s in ("1/2", "1", "9/8", "2", "10"):
        lower, upper = part.bracket(s)
        assert lower <= whole.at(s) == upper
        if proved and Fraction(s) <= 1:
            assert lower == upper


@pytest.mark.parametrize(
    ("options", "said"),
    [({"semantics": "classical"}, "semantics"), ({"loss": "hinge"}, "loss"), ({"chart": "torus"}, "chart"),
     ({"prior_concentration": 0}, "positive"), ({"memory": -1}, "memory"), ({"progress": 2}, "progress")],
)  # fmt: skip
def test_wrong_options(options, said):
    with pytest.raises(Exception, match=said):
        precision(detect_a(4), DETECT_A, **options)


@pytest.mark.parametrize("s", [-1, "x", None, float("nan"), float("inf")])
def test_wrong_s(s):
    with pytest.raises(ProblemError):
        precision(two(2), TWO, semantics="mean-field").at(s)


def test_a_machine_that_does_not_solve_the_problem():
    slow = TuringMachine(
        ["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "1", "S"), ("_", "1", "_", "H", "S")], ["H"]
    )
    with pytest.raises(ProblemError):
        precision(two(1), slow)
