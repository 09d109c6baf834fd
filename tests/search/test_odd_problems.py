"""Problems at the edge: no tuples, nothing that solves them."""

import json

import pytest

from noisytm import SynthesisProblem, global_learning_coefficient, load, solutions
from noisytm.cli import main
from noisytm.errors import ProblemError

HALTS = {"symbols": "_", "states": ["H"], "halting": ["H"]}
TWO = {"symbols": "_1", "states": ["a", "b"]}


def impossible():
    return SynthesisProblem.of_space(TWO, ["", "_"], 3, targets={"": "a", "_": "b"})


@pytest.mark.parametrize("how", [{}, {"semantics": "annealed"}, {"chart": "bits"}, {"pieces": 5}])
@pytest.mark.parametrize("space", ["full", "listed"])
def test_where_every_state_halts_there_is_one_code(space, how, tmp_path):
    problem = SynthesisProblem.of_space(HALTS, ["", "_"], 3, targets={"": "H", "_": "H"})
    found = global_learning_coefficient(problem, space, optimal=True, resume=tmp_path / "store", **how)
    assert (found.value, found.multiplicity, found.complete) == (0, 1, True)
    assert [code.multiplicity for code in found.optimal] == [1] and found.machine.tuples == ()
    found.save(tmp_path / "found.json")
    assert load(tmp_path / "found.json") == found


def test_the_one_code_may_not_solve_it(tmp_path):
    problem = SynthesisProblem.of_space(
        HALTS | {"symbols": "_1"}, ["", "1"], 2, readout="tape:1", targets={"": "1", "1": "1"}
    )
    for space in ("full", "listed"):
        found = global_learning_coefficient(problem, space)
        assert found.value is None and found.complete and solutions(problem, space).codes == 0
    with pytest.raises(ProblemError, match="without tuples is the only code"):
        global_learning_coefficient(problem, certificate=tmp_path / "c")


@pytest.mark.parametrize("way", [{}, {"max_tuples": 2}, {"pieces": 3}])
def test_where_no_list_solves_it_the_search_says_so(way, tmp_path):
    found = global_learning_coefficient(impossible(), "listed", resume=tmp_path / "store", **way)
    assert found.value is None and found.complete and found.nodes == 0
    assert global_learning_coefficient(impossible(), "listed", resume=tmp_path / "store", **way) == found


def test_the_command_says_so(tmp_path, capsys):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps({"space": TWO, "inputs": ["", "_"], "steps": 3, "targets": {"": "a", "_": "b"}}))
    assert main(["search", str(file), "--space", "listed"]) == 0
    assert "No code solves it." in capsys.readouterr().out


def test_a_result_of_a_search_is_no_certificate_and_what_is_is_said(tmp_path, capsys):
    problem = SynthesisProblem.of_space(HALTS, [""], 3, targets={"": "H"})
    global_learning_coefficient(problem).save(tmp_path / "found.json")
    assert main(["verify", str(tmp_path / "found.json")]) == 1
    assert "'search/1'; it must be 'bound/2'" in (error := capsys.readouterr().err) and "--certificate FILE" in error
