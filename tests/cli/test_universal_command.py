"""What ``noisytm universal`` prints, and how it refuses."""

import dataclasses
import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, slow_where, sweep

from noisytm import Minsky74, TuringMachine, library, write
from noisytm.cli import main
from noisytm.saved import from_json
from noisytm.universal.compiler import simulation as compiled
from noisytm.universal.pseudo_utm import watch

HEADER = {"noisytm", "version", "machine_key", "problem_key", "options", "seed", "seconds", "compile_seconds"}


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
    assert set(record) == HEADER | {
        "machine", "word", "on", "listed_tuples", "steps_per_cycle", "cycles", "resting", "agrees_with_direct_run",
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
        (2, ["detectA", "--cycles", "-1"], "cycles is -1"),
        (1, ["nothing"], "nothing"),
        (2, ["detectA", "--cycles", "1.5"], "not a whole number"),
        (2, ["detectA", "--on", "rogozhin-5-5"], "staged-pseudo-utm"),
        (2, ["detectA", "--max-steps", "5"], "use --cycles"),
        (1, ["detectA", "--word", "C", "--on", "minsky-7-4"], "'C' at position 0"),
        (2, ["bb2", "--on", "minsky-7-4", "--cycles", "-1"], "cycles is -1"),
        (2, ["bb2", "--on", "minsky-7-4", "--max-steps", "-1"], "--max-steps is -1"),
        (3, ["parity", "--word", "1" * 30, "--on", "minsky-7-4"], "use a shorter one"),
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
    monkeypatch.setattr(sys.modules["noisytm.universal.pseudo_utm"], "simulate_on_staged", broken)
    assert main(["universal", "bb2", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["agrees_with_direct_run"] is False
    assert err.startswith("noisytm: cycle 1 gives ")


def test_on_minsky_to_the_end(output):
    lines = output("bb2", "--on", "minsky-7-4").splitlines()
    assert lines[0] == "minsky-7-4: bb2 as a 2-tag system of 53 letters"
    assert [line.split(maxsplit=3)[3] for line in lines[3:9]] == [
        "B      1 [0]", "A      [1] 1", "B      [0] 1 1", "A      [0] 1 1 1", "B      1 [1] 1 1", "Z      1 1 [1] 1",
    ]  # fmt: skip
    assert lines[9:] == [
        "at rest in a halting state: minsky-7-4 has come to rest after 72,135,378 steps",
        "slowdown: 9,033,676 steps of minsky-7-4 for one step",
        "every step agrees with that of a direct run",
    ]


@pytest.mark.parametrize(
    ("arguments", "state", "tape", "resting"),
    [
        (["parity", "--word", "111", "--cycles", "3", "--on", "minsky-7-4"], "odd", ["1", "1", "1", "_"], ""),
        (["detectA", "--word", "A", "--cycles", "1", "--on", "minsky-7-4"], "accept", ["A"], ""),
        (["bb2", "--on", "rogozhin-2-18"], "Z", ["1"] * 4, "halted"),
        (["1RB---_------", "--on", "rogozhin-4-6"], "B", ["1", "0"], "undefined"),
    ],
)
@slow_where("arguments3-B-tape3-undefined")
def test_on_machines_that_run_tag_systems(output, arguments, state, tape, resting):
    record = json.loads(output(*arguments, "--json"))
    last = record["cycles"][-1]
    assert (last["state"], last["tape"], record["resting"]) == (state, tape, resting)
    assert record["agrees_with_direct_run"] is True and record["on"] == arguments[-1]
    assert record["slowdown"] == last["steps"] / last["cycle"]
    assert record["universal_steps"] >= last["steps"] and "trace" not in record
    assert set(record) == HEADER | {
        "machine", "word", "on", "letters", "cycles", "resting", "universal_steps", "tag_steps", "slowdown",
        "agrees_with_direct_run",
    }  # fmt: skip


def stated_slowdowns():
    text = (Path(__file__).parent.parent.parent / "docs" / "universal.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `noisytm universal (.*)` \| (\d+) \| ([\d,]+) \| ([\d,]+) \|$", text, re.MULTILINE)


def test_the_slowdowns_in_the_document_are_found():
    assert len(stated_slowdowns()) >= 5


ANSWERS = {
    "bb2 --on minsky-7-4": ("Z", "1111", "halted"),
    "bb3 --cycles 21 --on minsky-7-4": ("Z", "11111", "halted"),
    "detectA --word BA --cycles 2 --on minsky-7-4": ("accept", "BA", ""),
    "parity --word 111 --cycles 3 --on minsky-7-4": ("odd", "111_", ""),
}


def test_answers_are_wanted_of_commands_in_the_document():
    assert set(ANSWERS) <= {command for command, *_ in stated_slowdowns()}


@sweep
@pytest.mark.parametrize(
    ("command", "steps", "made", "slowdown"), stated_slowdowns() if ALL_SEEDS else stated_slowdowns()[::3]
)
@slow_where("1RB---_------ --on rogozhin-4-6-1-79,838,050-79,838,050")
def test_the_slowdowns_in_the_document(output, command, steps, made, slowdown):
    record = json.loads(output(*shlex.split(command), "--json"))
    last = record["cycles"][-1]
    assert (f"{last['cycle']:,}", f"{last['steps']:,}", f"{record['slowdown']:,.0f}") == (steps, made, slowdown)
    answer = last["state"], "".join(last["tape"]), record["resting"]
    assert answer == ANSWERS.get(command, answer)


def test_the_words_of_the_tag_system(output):
    arguments = ("parity", "--word", "1", "--cycles", "1", "--on", "minsky-7-4", "--trace")
    record = json.loads(output(*arguments, "--json"))
    first, *_, last = record["trace"]
    assert first == {"steps": 0, "word": ["D1[even,R]", "D0[even,R]", "T1[even,R]", "T0[even,R]"]}
    assert (last["steps"], len(record["trace"])) == (record["universal_steps"], record["tag_steps"] + 1)
    assert output(*arguments).startswith("step 0: D1[even,R] D0[even,R] T1[even,R] T0[even,R]\nstep ")


def test_a_budget_that_runs_out_prints_what_there_is(capsys):
    assert main(["universal", "bb2", "--on", "minsky-7-4", "--max-steps", "8e6"]) == 3
    out, err = capsys.readouterr()
    assert "still running; minsky-7-4 has made 8,000,000 steps" in out and "slowdown: 3,761,500" in out
    assert err.startswith("noisytm: minsky-7-4 has made max_steps = 8000000 steps, 2 of the machine and 7 of the tag")
    assert main(["universal", "bb2", "--on", "minsky-7-4", "--max-steps", "0", "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert (len(record["cycles"]), record["slowdown"], record["resting"]) == (1, None, "")
    assert record.pop("complete") is False and from_json(record | {"complete": False}).to_json() == record


def test_a_limit_before_the_first_cycle_shows_nothing_of_the_direct_run(output):
    assert output("detectA", "--seconds", "1e-5", code=3).endswith("have run out; raise the seconds\n")


@pytest.mark.parametrize(("broken", "says"), [("step", "word 1 on the tape"), ("decode", "step 0 gives")])
def test_a_wrong_tag_system_is_exit_code_1(monkeypatch, capsys, broken, says):
    decode = compiled.TwoTagProgram.decode
    if broken == "decode":
        monkeypatch.setattr(compiled.TwoTagProgram, "decode", lambda self, w: decode(self, w)._replace(tape=("1",)))
    else:
        monkeypatch.setattr(Minsky74, "_cleaned", lambda self, written: written[::-1])
    assert main(["universal", "bb2", "--on", "minsky-7-4", "--cycles", "1", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["agrees_with_direct_run"] is False and says in err
