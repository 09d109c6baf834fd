"""Problems that name no machine: made, written, read, refused."""

import json

import pytest

from noisytm import SynthesisProblem, library, read_problem
from noisytm.errors import MachineError, ProblemError
from noisytm.problem import load_asked, read_asked

SPACE = {"symbols": "_1", "states": ["a", "b"]}


def test_defaults_and_order():
    problem = SynthesisProblem.of_space(SPACE, ["1"], 2, targets={"1": "a"})
    assert (problem.space.blank, problem.space.start, problem.halting) == ("_", "a", ())
    assert problem.space.keys == (("_", "a"), ("_", "b"), ("1", "a"), ("1", "b"))
    halting = SynthesisProblem.of_space({**SPACE, "halting": ["b"]}, ["1"], 2, targets={"1": "a"})
    assert halting.space.keys == (("_", "a"), ("1", "a")) and halting.halting == ("b",)
    assert halting != problem and halting.key != problem.key


@pytest.mark.parametrize("more", [{}, {"halting": ["b"]}, {"keys": [["1", "b"], ["_", "a"], ["1", "a"], ["_", "b"]]}])
def test_what_is_written_is_read(more, tmp_path):
    options = {"readout": "tape:2", "weights": [1, 3], "hamming": 1}
    targets = {"1": ["11", "__"], "": "1_"}
    problem = SynthesisProblem.of_space({**SPACE, **more}, ["1", ""], 3, targets=targets, **options)
    record = problem.to_json()
    assert record["noisytm"] == "problem/2" and ("keys" in record["space"]) == ("keys" in more)
    assert SynthesisProblem.from_json(json.loads(json.dumps(record))) == problem
    problem.save(tmp_path / "problem.json")
    assert SynthesisProblem.load(tmp_path / "problem.json") == problem
    assert read_asked(tmp_path / "problem.json") == (None, problem)
    assert load_asked(json.dumps(record)) == (None, problem)
    with pytest.raises(ProblemError, match="names no machine"):
        read_problem(tmp_path / "problem.json")


def test_a_machine_in_the_place_of_the_space(tmp_path):
    machine = library.machine("detectA")
    path = tmp_path / "problem.yaml"
    space = "{symbols: [_, A, B], states: [reject, accept]}"
    path.write_text(f"space: {space}\ninputs: [A]\nsteps: 3\ntargets: {{A: accept}}\n", encoding="utf-8")
    assert read_problem(path, machine)[1].space.keys == machine.keys
    with pytest.raises(ProblemError, match=r"symbols .* differ from those of the problem's space"):
        read_problem(path, library.machine("parity"))
    path.write_text(f"machine: detectA\nspace: {space}\ninputs: [A]\nsteps: 3\n", encoding="utf-8")
    with pytest.raises(ProblemError, match="has both machine and space"):
        read_asked(path)
    path.write_text("machine: detectA\ninputs: [A]\nsteps: 3\n", encoding="utf-8")
    assert load_asked(str(path))[0] == machine


@pytest.mark.parametrize(
    ("space", "targets", "error", "says"),
    [
        (SPACE, {"1": "c"}, ProblemError, "is not a state"),
        (SPACE, {}, ProblemError, "has no target"),
        (SPACE, "machine", ProblemError, "no machine is named"),
        (None, {"1": "a"}, ProblemError, "space is None"),
        ({"symbols": "_1"}, {"1": "a"}, ProblemError, "space lacks 'states'"),
        ({**SPACE, "symbols": 3}, {"1": "a"}, ProblemError, "symbols is 3"),
        ({**SPACE, "symbols": "11"}, {"1": "a"}, MachineError, "declared twice"),
        ({**SPACE, "colour": 1}, {"1": "a"}, ProblemError, "unknown entries 'colour'"),
        ({**SPACE, "blank": "x"}, {"1": "a"}, MachineError, "blank 'x'"),
        ({**SPACE, "halting": ["z"]}, {"1": "a"}, MachineError, "halting state 'z'"),
        ({**SPACE, "keys": [["_", "a"]]}, {"1": "a"}, ProblemError, "list each of"),
        ({**SPACE, "keys": 3}, {"1": "a"}, MachineError, "keys are 3"),
    ],
)
def test_what_is_no_problem(space, targets, error, says):
    with pytest.raises(error, match=says):
        SynthesisProblem.of_space(space, ["1"], 2, targets=targets)


def test_a_halting_state_with_tuples():
    problem = SynthesisProblem.of_space(SPACE, ["1"], 2, targets={"1": "a"})
    given = (problem.space, problem.inputs, 2, problem.readout, problem.targets, problem.weights)
    with pytest.raises(ProblemError, match="state 'b' is halting, but the tuple"):
        SynthesisProblem(*given, halting=("b",))
