"""Learning coefficients where several outcomes are accepted: both paths, certificates, and what is printed."""

import itertools
import json
import random
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, seeds, slow_where, sweep

from noisytm import SynthesisProblem, TuringMachine, bounds, learning_coefficient, library, verify, words
from noisytm.cli import main
from noisytm.degeneracy.oracle.syndrome_oracle import Oracle
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.discrete import trace
from noisytm.problem import problem_from_mapping

SEMANTICS = ("mean-field", "pseudo-utm")


def random_case(seed):
    """Draw a small machine with several accepted states, or several words and Hamming distance 1."""
    rng = random.Random(seed)
    states = "abc"[: rng.randint(2, 3)] if seed % 2 else "ab"
    keys = list(itertools.product("01", states))
    keys = rng.sample(keys, rng.randint(1, 4))
    rows = [(*k, rng.choice("01"), rng.choice(states), rng.choice("LSR")) for k in keys]
    machine = TuringMachine(("0", "1"), "0", tuple(states), "a", rows)
    inputs, steps = words("1", 2), rng.randint(1, 3)
    readout, radius = ("state", 0) if seed % 2 else rng.choice((("tape:2", 0), ("tape:2", 1), ("tape:3", 1)))
    own = SynthesisProblem.of_machine(machine, inputs, steps, readout).targets
    names, cells = (states, 1) if readout == "state" else ("01", int(readout[5:]))
    accepted = [list({y: 0, tuple(rng.choices(names, k=cells)): 0}) for (y,) in own]
    targets = list(zip(inputs, accepted, strict=True))
    return SynthesisProblem.of_machine(machine, inputs, steps, readout, targets, hamming=radius), machine, rng


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("part", range(2))
@slow_where("0-pseudo-utm", "1-mean-field")
def test_random_sets_agree_with_the_enumeration(semantics, part):
    values = set()
    for seed in seeds(range(40 * part, 40 * part + 40), 7):
        problem, machine, rng = random_case(seed)
        options = {
            "semantics": semantics,
            "loss": rng.choice(("log", "brier")),
            "prior_concentration": rng.choice((1, Fraction(1, 2), 3)),
        }
        result = learning_coefficient(problem, machine, **options)
        found = learning_coefficient_by_enumeration(problem, machine, **options)
        assert (result.value, result.multiplicity) == found, seed
        result.certificate.verify()
        assert verify(json.loads(json.dumps(result.to_json())), full=True) == result.certificate
        assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension
        values.add(result.value)
    assert len(values) > (10 if ALL_SEEDS else 4)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_mistake_that_is_forgiven(semantics):
    """One step, in which one wrong cell of two is forgiven.

    Without that, writing 1 (probability u) is fatal alone. With it u²v is the only minimal syndrome: cells count as
    independent, so u makes the first cell wrong, and u·v the second, v being the move to the left.
    """
    machine = TuringMachine(("0", "1"), "0", ("a",), "a", [("0", "a", "0", "a", "S")])
    strict = SynthesisProblem.of_machine(machine, ["0"], 1, "tape:2")
    kind = SynthesisProblem.of_machine(machine, ["0"], 1, "tape:2", hamming=1)
    assert learning_coefficient(strict, machine, semantics=semantics).value == 1
    result = learning_coefficient(kind, machine, semantics=semantics)
    assert (result.value, result.multiplicity) == (Fraction(1, 2), 1)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_state_next_to_the_accepted_ones_is_the_only_error(semantics):
    """One step, three states of which two are accepted: one error of next state is fatal, not two."""
    machine = TuringMachine(("0",), "0", ("a", "b", "c"), "a", [("0", "a", "0", "b", "S")])
    for accepted, value in ((["b"], 2), (["b", "c"], 1), (["a", "b", "c"], 0)):
        problem = SynthesisProblem.of_machine(machine, [""], 1, targets={"": accepted})
        assert learning_coefficient(problem, machine, semantics=semantics).value == value


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_least_costs_beyond_64_bits_with_long_words(semantics):
    """The reference takes over, and counts mistakes where the words are too many to list."""
    machine = TuringMachine(("0", "1"), "0", ("a",), "a", [("0", "a", "0", "a", "L")])
    problem = SynthesisProblem.of_machine(machine, [""], 3, "tape:14", {"": ["0" * 14, "1" * 14]}, hamming=1)
    oracle = Oracle(problem, machine, semantics)
    huge = 10**30
    costs = range(1, oracle.dimension + 1)
    found = {Fraction(oracle.least([cost * c for cost in costs]), c) for c in (1, 10, huge)}
    assert len(found) == 1 and found.pop() > 1


def stays_in_use(problem, machine, semantics, index):
    """Return whether the last step, or in pseudo-utm any step, uses a listed tuple."""
    run = list(trace(machine, problem.inputs[index], problem.steps))
    return len(run) > (problem.steps if semantics == "mean-field" else 1)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_rejected_state_makes_some_error_fatal_alone(semantics):
    """Proposition 8.4 of docs/theory.md with sets of states."""
    seen = set()
    for seed in range(1, 121, 2):
        problem, machine, _ = random_case(seed)
        forced = any(
            stays_in_use(problem, machine, semantics, i) and not problem.accepts_everything(i)
            for i in range(len(problem.inputs))
        )
        alone = bounds(problem, machine, semantics=semantics).fatal_alone
        assert alone > 0 or not forced
        seen.add((forced, alone > 0))
    assert {(True, True), (False, False)} <= seen


PROBLEM = """
machine: detectA
inputs: [A, BA]
steps: 4
readout: tape:3
hamming: 1
targets: {A: [A__, BBB], BA: [A, _, _]}
"""


def test_sets_in_a_problem_file(tmp_path, capsys):
    path = tmp_path / "problem.yaml"
    path.write_text(PROBLEM, encoding="utf-8")
    assert main(["bound", "--problem", str(path)]) == 0
    assert "accepted, also with 1 wrong cell: A -> A__ or BBB; BA -> A__\n" in capsys.readouterr().out
    assert main(["bound", "--problem", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["problem"]["targets"] == {"A": ["A__", "BBB"], "BA": "A__"}
    assert record["problem"]["hamming"] == 1
    (tmp_path / "certificate.json").write_text(json.dumps(record), encoding="utf-8")
    assert main(["verify", str(tmp_path / "certificate.json"), "--full"]) == 0
    for entry, other in (("hamming", 0), ("targets", {"A": "A__", "BA": "A__"})):
        problem = record["problem"] | {entry: other}
        key = problem_from_mapping(problem, TuringMachine.from_json(record["machine"])).key
        changed = record | {"problem": problem, "problem_key": key}
        (tmp_path / "changed.json").write_text(json.dumps(changed), encoding="utf-8")
        assert main(["verify", str(tmp_path / "changed.json")]) == (1 if entry == "hamming" else 0), entry
    capsys.readouterr()


def test_one_accepted_outcome_is_not_spelled_out(capsys):
    machine = library.machine("detectA")
    assert main(["bound", "detectA"]) == 0
    assert "accepted" not in capsys.readouterr().out
    assert SynthesisProblem.of_machine(machine, ["A"], 3).sole_outcome(0) == ("accept",)
