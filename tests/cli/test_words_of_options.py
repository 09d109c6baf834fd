"""``--word``, ``--words`` and ``--inputs`` mean the same in all verbs, whatever the symbols are."""

import json

import pytest

from noisytm import MachineError, TuringMachine
from noisytm.cli import main
from noisytm.cli._problem import machine_and_problem, word_of

# Words with blanks in them are meant here: they are equal on the tape.
pytestmark = pytest.mark.filterwarnings("ignore::noisytm.errors.ProbableMistake")

LONG = [["_", "go", "_", "end", "S"], ["one", "go", "_", "go", "R"], ["a b", "go", "_", "go", "R"]]


@pytest.fixture
def file(tmp_path):
    def write(symbols, tuples):
        machine = TuringMachine(symbols, symbols[0], ["go", "end"], "go", tuples, halting=["end"])
        path = tmp_path / "machine.json"
        path.write_text(json.dumps(machine.to_json()), encoding="utf-8")
        return str(path)

    return write


def inputs(path, **options):
    return list(machine_and_problem(path, None, {"steps": 3, **options})[1].inputs)


def test_symbols_longer_than_a_character(file, capsys):
    path = file(["_", "one", "a b"], LONG)
    assert inputs(path, words=",one,one one") == [(), ("one",), ("one", "one")]
    assert inputs(path, words="a b, one one") == [("a b",), ("one", "one")]
    assert len(inputs(path, inputs="one _", max_length=2)) == len(inputs(path, inputs="one,_", max_length=2)) == 7
    assert inputs(path, inputs="a b", max_length=1) == [(), ("a b",)]
    for word in ("one one", "one,one", " one , one "):
        assert main(["run", path, "--word", word, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["steps"] == 3
    for arguments in (["run", path, "--word", "one two"], ["bound", path, "--words", "two", "--steps", "3"]):
        assert main(arguments) == 1
        assert "'two' at position" in capsys.readouterr().err


def test_a_space_is_a_symbol_where_the_machine_has_it(file):
    spaced = file([" ", "1"], [[" ", "go", " ", "end", "S"], ["1", "go", "1", "go", "R"]])
    assert inputs(spaced, words="1 ,1") == [("1", " "), ("1",)]
    plain = file(["_", "1"], [["_", "go", "_", "end", "S"], ["1", "go", "1", "go", "R"]])
    assert inputs(plain, words="1 , 11") == [("1",), ("1", "1")]
    machine = TuringMachine([" ", "1"], " ", ["go"], "go", [])
    assert word_of(machine, "1 ") == ("1", " ")
    with pytest.raises(MachineError, match="','"):
        word_of(machine, "1,1")
