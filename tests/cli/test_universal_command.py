"""What ``noisytm universal`` prints, and how it refuses."""

import dataclasses
import json
import sys

import pytest

from noisytm import TuringMachine, library, write
from noisytm.cli import main
from noisytm.universal import watch


@pytest.fixture
def output(capsys):
    def run(*arguments, code=0):
        assert main(["universal", *arguments]) == code
        out, err = capsys.readouterr()
        assert (err == "") is (code == 0)
        return out if code == 0 else err

    return run


def test_text(output):
    assert output("detectA", "--word", "BA", "--cycles", "3").splitlines() == [
        "staged pseudo-UTM: 65 steps a cycle = 10·6 + 5, 6 listed tuples",
        "cycle  steps  state   tape",
        "0      0      reject  [B] A",
        "1      65     reject  B [A]",
        "2      130    accept  B [A]",
        "3      195    accept  B [A]",
        "still running; raise --cycles to go on",
        "every cycle agrees with the step of a direct run",
    ]
    assert "at rest in a halting state" in output("bb2")
    assert "at rest: no tuple is listed for this symbol and state" in output("1RB---_1LA1RA")


def test_json(output):
    record = json.loads(output("bb2", "--cycles", "100", "--on", "staged-pseudo-utm", "--json"))
    assert set(record) == {
        "machine", "word", "on", "listed_tuples", "steps_per_cycle", "cycles", "resting", "agrees_with_direct_run",
        "version",
    }  # fmt: skip
    assert TuringMachine.from_json(record["machine"]) == library.machine("bb2")
    assert (record["steps_per_cycle"], record["resting"], record["agrees_with_direct_run"]) == (45, "halted", True)
    # six steps, and one more cycle in which nothing happens
    assert [c["steps"] for c in record["cycles"]] == [45 * i for i in range(8)]
    six, seven = record["cycles"][6:]
    assert six | {"cycle": 7, "steps": 315} == seven
    assert six["state"] == "Z" and six["tape"] == ["1"] * 4


def test_a_trace_shows_every_step(output):
    text = output("detectA", "--word", "BA", "--cycles", "1", "--trace")
    assert text.startswith(
        "step 0: compSymbol, tuple 1\n"
        "  description  X [_] reject _ reject S _ accept _ accept S …\n"
        "  staging      X [X] X\n"
        "  state        [reject]\n"
        "  working      [B] A\n"
        "step 1: ¬compState, tuple 1\n"
    )
    assert text.count("step ") - text.count("the step of") == 66
    assert "step 30: compSymbol\n" in text and "step 31: updateSymbol\n" in text
    assert "step 65: compSymbol, tuple 1 (cycle 1)" in text
    assert text.endswith("every cycle agrees with the step of a direct run\n")


def test_a_trace_as_json(output):
    record = json.loads(output("detectA", "--word", "BA", "--cycles", "2", "--trace", "--json"))
    assert [step["step"] for step in record["trace"]] == list(range(131))
    last, cycle = record["trace"][-1], record["cycles"][-1]
    assert last["tapes"]["state"]["cells"] == [cycle["state"]] == ["accept"]
    assert last["tapes"]["working"] == {
        key: cycle[name] for key, name in zip(("cells", "origin", "head"), ("tape", "origin", "head"), strict=True)
    }
    assert record["trace"][31]["phase"] == "updateSymbol"


def test_symbols_longer_than_a_character(output, tmp_path):
    machine = TuringMachine(["blank", "one"], "blank", ["go"], "go", [("one", "go", "one", "go", "R")])
    path = tmp_path / "long.json"
    path.write_text(write(machine, "json"), encoding="utf-8")
    assert "[one] one" in output(str(path), "--word", "one,one")
    assert json.loads(output(str(path), "--word", "one,one", "--json"))["word"] == ["one", "one"]


@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (1, ["detectA", "--word", "C"], "'C' at position 0"),
        (1, ["detectA", "--cycles", "-1"], "cycles is -1"),
        (1, ["nothing"], "nothing"),
        (2, ["detectA", "--cycles", "1.5"], "not a whole number"),
        (2, ["detectA", "--on", "minsky-7-4"], "staged-pseudo-utm"),
        (2, [], "machine"),
    ],
)
def test_what_is_refused(output, code, arguments, says):
    err = output(*arguments, code=code)
    assert says.lower() in err.lower() and err.count("\n") == 1


def test_more_cycles_than_can_be_kept(monkeypatch, capsys):
    monkeypatch.setattr(watch, "MAX_CELLS_KEPT", 10 * (watch.CELLS_OF_A_CYCLE + 1))
    assert main(["universal", "detectA", "--cycles", "1e12", "--json"]) == 3
    out, err = capsys.readouterr()
    assert err == "noisytm: 10 cycles are all that is kept, with their tapes; ask for fewer cycles\n"
    record = json.loads(out)
    assert [cycle["cycle"] for cycle in record["cycles"]] == list(range(11)) and record["agrees_with_direct_run"]


def test_a_table_too_large_for_memory(output, tmp_path):
    states = [f"q{i}" for i in range(150)]
    path = tmp_path / "wide.json"
    path.write_text(write(TuringMachine(["_", "1"], "_", states, "q0", []), "json"), encoding="utf-8")
    assert "the limit is 67108864" in output(str(path), code=3)


def test_a_wrong_universal_machine_is_exit_code_1(monkeypatch, capsys):
    def broken(machine, word, cycles):
        simulation = simulate(machine, word, cycles)
        return dataclasses.replace(simulation, cycles=(simulation.cycles[0],) * len(simulation.cycles))

    simulate = watch.simulate_on_staged
    monkeypatch.setattr(sys.modules["noisytm.universal.watch"], "simulate_on_staged", broken)
    assert main(["universal", "bb2", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["agrees_with_direct_run"] is False
    assert err.startswith("noisytm: cycle 1 gives ")
