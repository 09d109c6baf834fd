"""Synthesis problems: what they hold, their JSON, and what is refused."""

import io
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from seeds import examples, sweep

from noisytm import SynthesisProblem, library, words
from noisytm._fractions import exact_fraction
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.machine import TuringMachine
from noisytm.problem.locate import read_problem_entries
from noisytm.problem.synthesis import problem_from_mapping

DETECT = library.machine("detectA")
LONG = TuringMachine(["blank", "one"], "blank", ["a", "b"], "a", [("one", "a", "one", "b", "R")])
WEIGHTS = st.fractions(min_value=Fraction(1, 50), max_value=50)


@st.composite
def problems(draw):
    machine = draw(st.sampled_from([DETECT, library.machine("binaryIncrement"), library.machine("bb2"), LONG]))
    word = st.lists(st.sampled_from(machine.symbols), max_size=3).map(tuple)
    inputs = draw(st.lists(word, min_size=1, max_size=5, unique=True))
    readout = draw(st.sampled_from(["state", "tape:1", "tape:3"]))
    weights = draw(st.one_of(st.just("uniform"), st.lists(WEIGHTS, min_size=len(inputs), max_size=len(inputs))))
    return machine, SynthesisProblem.of_machine(machine, inputs, draw(st.integers(1, 12)), readout, weights=weights)


@sweep
@given(problems())
@settings(max_examples=examples(150, 40), deadline=None)
def test_json_says_everything(pair):
    machine, problem = pair
    record = json.loads(json.dumps(problem.to_json(machine)))
    assert TuringMachine.from_json(record["machine"]) == machine
    assert problem_from_mapping(record, machine) == problem
    assert problem_from_mapping(record, machine).to_json(machine) == record
    through_yaml = read_problem_entries(json.dumps(record))
    assert problem_from_mapping(through_yaml, machine) == problem
    assert sum(problem.weights) == 1
    # without targets the machine's own outcomes are meant
    assert problem_from_mapping({k: v for k, v in record.items() if k != "targets"}, machine) == problem


@sweep
@given(problems())
@settings(max_examples=examples(100, 25), deadline=None)
def test_arrays_hold_the_problem(pair):
    _, problem = pair
    space, data = problem.space, problem.encoded
    for i, word in enumerate(problem.inputs):
        letters = data.words[data.starts[i] : data.starts[i + 1]]
        assert tuple(space.symbols[k] for k in letters) == word
    values = space.states if problem.readout == "state" else space.symbols
    of_input, sole, layers, nodes = data.acceptance
    assert sole.all() and nodes.shape[1] == len(values)
    for a, (wanted,) in zip(of_input, problem.targets, strict=True):
        rows = nodes[layers[a, 0] : layers[a, -1]]
        assert tuple(values[int(np.flatnonzero(row != -1)[0])] for row in rows) == wanted
    assert np.array_equal(data.weights, [float(q) for q in problem.weights])
    assert (space.symbols[data.blank], space.states[data.start]) == (space.blank, space.start)


@st.composite
def problems_with_sets(draw):
    machine, problem = draw(problems())
    width = 0 if problem.readout == "state" else int(problem.readout[5:])
    names = machine.symbols if width else machine.states
    outcome = st.tuples(*[st.sampled_from(names)] * max(width, 1))
    pairs = [
        (word, list(dict.fromkeys([own, *draw(st.lists(outcome, max_size=3))])))
        for word, (own,) in zip(problem.inputs, problem.targets, strict=True)
    ]
    options = {"targets": pairs, "weights": problem.weights, "hamming": draw(st.integers(0, max(width - 1, 0)))}
    return machine, SynthesisProblem.of_machine(machine, problem.inputs, problem.steps, problem.readout, **options)


@sweep
@given(problems_with_sets())
@settings(max_examples=examples(150, 40), deadline=None)
def test_json_says_which_outcomes_are_accepted(pair):
    machine, problem = pair
    record = problem.to_json(machine)
    assert problem_from_mapping(record, machine) == problem
    through_yaml = io.StringIO()
    YAML(typ="safe").dump(record, through_yaml)
    assert problem_from_mapping(read_problem_entries(through_yaml.getvalue()), machine) == problem
    problem.require_solved_by(machine)


def test_forms_of_accepted_outcomes():
    def accepted(readout, targets, machine=DETECT, word="A"):
        return SynthesisProblem.of_machine(machine, [word], 2, readout, [(word, targets)]).targets[0]

    both = (("accept",), ("reject",))
    for form in (["accept", "reject"], ("accept", ["reject"]), both):
        assert accepted("state", form) == both
    one, two = ("A", "_"), ("A", "B")
    for form in ("A_", ["A_"], ["A", "_"], [["A", "_"]], one, (one,)):
        assert accepted("tape:2", form) == (one,)
    for form in (["A_", "AB"], ["A_", ["A", "B"]], (one, two)):
        assert accepted("tape:2", form) == (one, two)
    assert accepted("tape:1", ["A", "B"]) == (("A",), ("B",))
    for form in (["blank"], [["blank"]]):
        assert accepted("tape:1", form, LONG, ()) == (("blank",),)
    long = ["blank", "blank"]
    assert accepted("tape:2", long, LONG, ()) == (("blank", "blank"),)
    assert accepted("tape:2", [long, ["one", "one"]], LONG, ()) == (("blank", "blank"), ("one", "one"))
    with pytest.raises(MachineError, match="give the word as a list of symbols"):
        accepted("tape:1", ["blank", "one"], LONG, ())


def test_the_machines_own_outcomes_with_mistakes():
    problem = SynthesisProblem.of_machine(DETECT, ["A", "BA"], 5, "tape:3", hamming=1)
    assert problem.targets == ((("A", "_", "_"),),) * 2
    assert problem.accepts(0, ("A", "B", "_")) and not problem.accepts(0, ("B", "B", "_"))
    assert problem.sole_outcome(0) is None
    assert problem == problem_from_mapping(
        {"inputs": ["A", "BA"], "steps": 5, "readout": "tape:3", "hamming": 1}, DETECT
    )
    assert problem != SynthesisProblem.of_machine(DETECT, ["A", "BA"], 5, "tape:3")
    # what the machine does need not be listed, only near
    near = SynthesisProblem.of_machine(DETECT, ["A"], 5, "tape:3", {"A": "AAA"}, hamming=2)
    near.require_solved_by(DETECT)
    with pytest.raises(ProblemError, match="gives 'A__', but the target is 'AAA' up to Hamming distance 1; correct"):
        SynthesisProblem.of_machine(DETECT, ["A"], 5, "tape:3", {"A": "AAA"}, hamming=1)
    many = ["B" + "".join(w) for w in words("AB", 2, 2)] + ["BB_"]
    with pytest.raises(ProblemError, match="the target is 'BAA' or 'BAB' or 'BBA' or 'BBB' or …;"):
        SynthesisProblem.of_machine(DETECT, ["A"], 5, "tape:3", {"A": many})


def test_a_state_set_that_the_machine_misses():
    targets = {"A": ["accept", "reject"], "B": "reject"}
    problem = SynthesisProblem.of_machine(DETECT, ["A", "B"], 3, targets=targets)
    assert problem.accepts_everything(0) and not problem.accepts_everything(1)
    with pytest.raises(
        ProblemError, match="on 'B' after 3 steps the machine gives 'reject', but the target is 'accept'"
    ):
        SynthesisProblem.of_machine(DETECT, ["A", "B"], 3, targets=targets | {"B": ["accept"]})


def test_weights_are_divided_by_their_sum_exactly():
    problem = SynthesisProblem.of_machine(DETECT, ["A", "B", ""], 3, weights=[0.1, "1/5", 3])
    assert problem.weights == (Fraction(1, 33), Fraction(2, 33), Fraction(30, 33))
    uniform = SynthesisProblem.of_machine(DETECT, ["A", "B", ""], 3)
    assert uniform.weights == (Fraction(1, 3),) * 3
    assert SynthesisProblem.of_machine(DETECT, ["A", "B", ""], 3, weights=[2, 2.0, "2"]) == uniform


def test_targets_are_those_of_the_machine():
    problem = SynthesisProblem.of_machine(DETECT, words("AB", 2), 10)
    for word, ((state,),) in zip(problem.inputs, problem.targets, strict=True):
        assert state == ("accept" if "A" in word else "reject")
    # the remaining steps leave a machine that has stopped as it is
    early, late = (SynthesisProblem.of_machine(library.machine("bb2"), [""], t) for t in (6, 50))
    assert early.targets == late.targets == ((("Z",),),)
    tape = SynthesisProblem.of_machine(DETECT, ["BA"], 5, "tape:3")
    assert tape.targets == ((("A", "_", "_"),),)  # from the head rightwards


def test_targets_in_any_order_and_form():
    given_ = [("B", "reject"), (["A"], ["accept"])]
    problem = SynthesisProblem.of_machine(DETECT, ["A", "B"], 3, targets=given_)
    assert problem == SynthesisProblem.of_machine(DETECT, ["A", "B"], 3)
    assert problem == SynthesisProblem.of_machine(DETECT, ["A", "B"], 3, targets={"B": "reject", "A": "accept"})


def test_a_machine_that_does_not_solve_the_problem():
    problem = SynthesisProblem.of_machine(DETECT, words("AB", 1), 3)
    problem.require_solved_by(DETECT)
    record = DETECT.to_json()
    record["tuples"][2] = ["A", "reject", "A", "reject", "S"]
    with pytest.raises(
        ProblemError, match="on 'A' after 3 steps the machine gives 'reject', but the target is 'accept'"
    ):
        problem.require_solved_by(TuringMachine.from_json(record))
    with pytest.raises(MachineError, match="differ from the code space's"):
        problem.require_solved_by(library.machine("bb2"))


@pytest.mark.parametrize("steps", [0, -1, 2.0, "2", True, None])
def test_bad_steps(steps):
    with pytest.raises(ProblemError, match="it must be an integer >= 1"):
        SynthesisProblem.of_machine(DETECT, ["A"], steps)


def test_too_many_steps():
    with pytest.raises(BudgetError, match="use fewer steps"):
        SynthesisProblem.of_machine(DETECT, ["A"], 10**9)


@pytest.mark.parametrize(
    "readout", ["", "tape", "tape:", "tape:0", "tape:01", "tape:-1", "tape:x", "State", None, 3, "tape:1\n"]
)
def test_bad_readouts(readout):
    with pytest.raises(ProblemError, match="it must be 'state' or 'tape:K'"):
        SynthesisProblem.of_machine(DETECT, ["A"], 3, readout)


@pytest.mark.parametrize("inputs", [[], "AB", [5], [None], ["A", "A"], [("A",), "A"], [["A", 5]], iter([])])
def test_bad_inputs(inputs):
    with pytest.raises(ProblemError):
        SynthesisProblem.of_machine(DETECT, inputs, 3)


@pytest.mark.parametrize(
    "weights", [[1], [1, 1, 1], [0, 1], [-1, 1], [float("nan"), 1], [float("inf"), 1], ["x", 1], [None, 1], [True, 1],
                [[1], 1], "heavy", 5, None, {"A": 1, "B": 1}, [1j, 1], [1e-400, 1]],
)  # fmt: skip
def test_bad_weights(weights):
    with pytest.raises(ProblemError, match="weight"):
        SynthesisProblem.of_machine(DETECT, ["A", "B"], 3, weights=weights)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (0.1, Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        (" -2.50 ", Fraction(-5, 2)),
        ("1e-3", Fraction(1, 1000)),
        (1e300, Fraction(10**300)),
        (np.float64(0.1), Fraction(1, 10)),
        (np.int64(7), 7),
        (np.float32(0.5), Fraction(1, 2)),
        (Fraction(2, 3), Fraction(2, 3)),
    ],
)
def test_exact_fractions(value, expected):
    assert exact_fraction(value) == expected and type(exact_fraction(value)) is Fraction


@pytest.mark.parametrize(
    "value", [None, True, "", "x", "nan", "inf", float("nan"), float("-inf"), "1/0", "1//2", "1/2/3", ".", "1e1000",
              "1e999999999", "9" * 5000, "1_000", "١", [], 1j, b"1"],
)  # fmt: skip
def test_what_is_no_exact_fraction(value):
    with pytest.raises(ValueError, match=r"."):
        exact_fraction(value)


def test_entries_of_a_file():
    assert problem_from_mapping({"inputs": ["A"], "steps": 2}, DETECT).readout == "state"
    assert (
        len(problem_from_mapping({"inputs": {"letters": ["A", "B"], "max_length": 3}, "steps": 2}, DETECT).inputs) == 15
    )
    for record in (None, [], "x", {}, {"inputs": ["A"]}, {"inputs": ["A"], "steps": 2, "more": 1}):
        with pytest.raises(ProblemError):
            problem_from_mapping(record, DETECT)
    with pytest.raises(ProblemError, match="hamming is 1; states have no distance"):
        problem_from_mapping({"inputs": ["A"], "steps": 2, "hamming": 1}, DETECT)
    with pytest.raises(ProblemError, match="the limit is"):
        read_problem_entries("x" * 10_000_001)


def test_problem_files_are_read_from_their_folder(tmp_path, monkeypatch):
    from noisytm import library, read_problem
    from noisytm.errors import FormatError, ProblemError

    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "machine.json").write_text(library.machine("parity").canonical)
    (folder / "problem.yaml").write_text("machine: machine.json\ninputs: ['', '1']\nsteps: 3\n")
    machine, problem = read_problem(folder / "problem.yaml")
    assert machine == library.machine("parity")
    assert problem.steps == 3
    monkeypatch.chdir(folder)
    assert read_problem("problem.yaml")[1] == problem
    (folder / "none.yaml").write_text("inputs: ['']\nsteps: 3\n")
    assert read_problem("none.yaml", machine)[0] is machine
    with pytest.raises(ProblemError, match="names no machine"):
        read_problem("none.yaml")
    with pytest.raises(FormatError, match="cannot read problem file"):
        read_problem("absent.yaml")
