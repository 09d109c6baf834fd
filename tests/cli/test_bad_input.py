"""Whatever the commands are given: an exit code of the contract, one line on stderr, no traceback, soon."""

import itertools
import json
import os
import re
import subprocess
import sys
import time

import pytest
from seeds import quick_where, slow_where

from noisytm import library
from noisytm.cli import main

RUN = [sys.executable, "-W", "error", "-c", "import sys; from noisytm.cli import main; sys.exit(main())"]


@pytest.fixture
def refused(capsys):
    """Run a command that must fail with the given code, in less than 5 s of processor time; return its one line."""

    def run(code, *arguments, says="", prints=""):
        began = time.process_time()
        assert main([str(a) for a in arguments]) == code
        assert time.process_time() - began < 5.0
        out, err = capsys.readouterr()
        assert out == prints
        assert err.startswith("noisytm: ") and err.count("\n") == 1 and len(err) < 2000
        assert "Traceback" not in err and says in err
        return err

    return run


@pytest.fixture
def file(tmp_path):
    def write(content, name="file"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def process(*arguments, **options):
    return subprocess.run(
        [*RUN, *map(str, arguments)], capture_output=True, timeout=60, check=False, **{"text": True} | options
    )


MALFORMED = {
    "cell.txt": "1RB1LB_1LA1SZ",
    "row.txt": "1RB1LB_1LA",
    "undeclared.yaml": "blank: ' '\nstart state: a\ntable:\n  a:\n    1: {R: nowhere}\n",
    "start.yaml": "blank: ' '\nstart state: b\ntable:\n  a:\n    1: R\n",
    "tabs.yaml": "blank: ' '\nstart state: a\ntable:\n\ta:\n",
    "not.jff": "<structure><type>turing</type>",
    "fa.jff": "<structure><type>fa</type><automaton></automaton></structure>",
    "bomb.jff": '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    + "".join(f'<!ENTITY d{i} "{f"&d{i - 1};" * 10 if i else "&c;" * 10}">' for i in range(30))
    + "]><structure>&d29;</structure>",
    "external.jff": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><structure>&b;</structure>',
    "four.morphett": "a 1 1 r\n",
    "move.morphett": "a 1 1 x b\n",
    "half.json": '{"noisytm": "machine/1"',
    "tag.json": '{"noisytm": "machine/2"}',
    "lacks.json": '{"noisytm": "machine/1", "symbols": ["_"]}',
    "deep.json": "[" * 100_000,
    "undeclared.json": json.dumps(
        library.machine("detectA").to_json() | {"tuples": [["_", "reject", "_", "elsewhere", "S"]]}
    ),
    "letter.json": json.dumps(library.machine("detectA").to_json() | {"tuples": [["C", "reject", "_", "accept", "S"]]}),
    "types.json": json.dumps(library.machine("detectA").to_json() | {"undefined": {"a": []}}),
    "empty.txt": "",
    "spaces.txt": " \n\t\n",
    "words.txt": "this is no machine at all",
    "binary": bytes(range(256)),
    "nul": "1RB\0",
    "latin": "é".encode("latin-1"),
}


@pytest.mark.parametrize(
    ("verb", "name"),
    quick_where(  # each text by one verb, and each verb with several: all read machines by one function
        itertools.product(("run", "encode", "bound", "convert", "syndromes", "universal"), MALFORMED),
        lambda verb, name: verb == "run" or list(MALFORMED).index(name) % 5 == len(verb) % 5,
    ),
)
def test_malformed_machine_files(refused, file, verb, name):
    path = file(MALFORMED[name], name)
    refused(1, verb, path, *(["--to", "json"] if verb == "convert" else []))


@pytest.mark.parametrize(("name", "what"), [("undeclared.yaml", "nowhere"), ("undeclared.json", "elsewhere")])
def test_an_undeclared_state_is_named(refused, file, name, what):
    refused(1, "run", file(MALFORMED[name], name), says=what)


@pytest.mark.parametrize("verb", ["run", "encode", "bound", "verify", "universal"])
def test_no_file_a_folder_and_odd_names(refused, tmp_path, verb):
    refused(1, verb, tmp_path / "missing.json")
    refused(1, verb, tmp_path, says="Is a directory" if os.name == "posix" else "")
    refused(1, verb, "a\0b")
    refused(1, verb, "x" * 100_000)
    refused(1, verb, "")


def test_odd_names_of_other_files(refused, tmp_path):
    for name in (tmp_path, tmp_path / "missing", "a\0b", "", "x" * 100_000):
        refused(1, "bound", "--problem", name)
    for name in (tmp_path, tmp_path / "missing" / "out", "a\0b"):
        refused(1, "convert", "bb2", "--to", "json", "--output", name, says="cannot write")


HUGE = """
import sys, time, tracemalloc
from noisytm.cli import main
small, huge = sys.argv[1:]
for command in (["run"], ["bound"], ["verify"], ["bound", "--problem"]):
    main([*command, small])
    sys.stderr.write("|")
    began = time.perf_counter()
    tracemalloc.start()
    code = main([*command, huge])
    print(code, time.perf_counter() - began, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    sys.stderr.write("|")
"""


def test_a_huge_file_is_refused_at_once(tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as huge:
        huge.truncate(100_000_000)
    small = tmp_path / "small"
    small.write_bytes(b"\0")
    done = subprocess.run(
        [sys.executable, "-c", HUGE, str(small), str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    lines, said = done.stdout.splitlines(), done.stderr.split("|")[1::2]
    assert len(lines) == len(said) == 4
    for line, message in zip(lines, said, strict=True):
        code, seconds, memory = line.split()
        assert code == "1" and float(seconds) < 20 and float(memory) < 20e6
        assert "limit" in message and message.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no endless file")
@pytest.mark.parametrize("arguments", [["run"], ["verify"], ["bound", "--problem"]])
def test_an_endless_file_is_refused(refused, arguments):
    refused(1, *arguments, "/dev/zero", says="limit")


def test_usage(refused):
    refused(2, "nonsense", says="nonsense")
    refused(2, "--bogus")
    for verb in ("run", "encode", "verify", "convert", "universal"):
        refused(2, verb)
    refused(2, "bound", says="give a machine")
    for verb in ("run", "encode", "verify", "bound", "universal"):
        refused(2, verb, "bb2", "--bogus", says="--bogus")
        refused(2, verb, "--bogus", says="--bogus")
        refused(2, verb, "bb2", "bb3", says="bb3")
    refused(2, "convert", "bb2", says="--to")
    refused(2, "convert", "bb2", "--to", "nonsense", says="bbchallenge")
    refused(2, "run", "bb2", "--max-steps", "1.5")
    refused(2, "bound", "detectA", "--steps", "1.5")
    refused(2, "bound", "detectA", "--steps", "nan")
    refused(2, "bound", "detectA", "--max-length", "x")
    for concentration in ("0", "-1", "nan", "inf", "x", "", "1/0", "1e99999", "9" * 5000, "1e-99999"):
        refused(2, "bound", "detectA", "--prior-concentration", concentration, says="prior concentration is")
    for memory in ("", "0", "-1", "1.5G", "nan", "G", "4 G", "9" * 200_001, "\u0663"):
        refused(2, "bound", "detectA", f"--memory={memory}", says="--memory is")


@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (2, ["--steps", 0], "--steps is 0; it must be an integer >= 1"),
        (2, ["--steps", -3], "steps is -3"),
        (1, ["--words", "X"], "'X'"),
        (1, ["--words", "A,A"], "listed twice"),
        (1, ["--inputs", "AX"], "'X'"),
        (1, ["--inputs", "AA"], "repeat"),
        (1, ["--inputs", ""], "letters"),
        (2, ["--max-length", -1], "--max-length is -1; it must be an integer >= 0"),
        (3, ["--max-length", 40], "10,000,000 symbols together"),
        (3, ["--max-length", 10**30], "10,000,000 symbols together"),
        (3, ["--inputs", "A", "--max-length", 10**7], "10,000,000 symbols together"),
        (2, ["--readout", "tape:0"], "tape:K"),
        (2, ["--readout", "tape:x"], "tape:K"),
        (2, ["--readout", "tape:-1"], "tape:K"),
        (2, ["--readout", "tape:1000000"], "tape:K"),
        (2, ["--readout", "cells"], "tape:K"),
        (2, ["--readout", ""], "tape:K"),
    ],
)
def test_problems_on_the_command_line(refused, code, arguments, says):
    refused(code, "bound", "detectA", *arguments, says=says)


@pytest.mark.parametrize("steps", [10**6, 10**8, 10**9, 10**18, 10**30])
def test_too_many_steps_are_a_budget(refused, steps):
    certain = "0 <= learning coefficient <= 20\n" if steps <= 10**8 else ""  # of what is a problem at all
    refused(3, "bound", "bb2", "--steps", steps, says="use fewer steps", prints=certain)


BASE = "machine: detectA\n"
PROBLEM = BASE + "inputs: [A]\nsteps: 2\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must be a mapping"),
        ("- a", "must be a mapping"),
        ("word", "must be a mapping"),
        (BASE + "inputs: [A]", "lacks 'steps'"),
        (BASE + "steps: 2", "lacks 'inputs'"),
        (PROBLEM + "more: 1", "unknown entries 'more'"),
        (PROBLEM + "? [1, 2]\n: 3", "unknown entries"),
        (PROBLEM + "steps: 3", "duplicate key"),
        (BASE + "\tinputs: [A]", "not YAML"),
        ("!!python/object/apply:os.system [ls]", "not YAML"),
        (PROBLEM + "---\n" + PROBLEM, "not YAML"),
        ("[" * 50_000, "not YAML"),
        (PROBLEM + "hamming: 1", "hamming is 1; states have no distance, so it must be 0"),
        (PROBLEM + "hamming: true", "hamming is True; it must be an integer >= 0"),
        (PROBLEM + "readout: tape:2\nhamming: -1", "hamming is -1; it must be an integer >= 0"),
        (PROBLEM + "readout: tape:2\nhamming: 1.0", "hamming is 1.0; it must be an integer >= 0"),
        (PROBLEM + "readout: tape:2\nhamming: 2", "with 2 cells every word is that near; use at most 1"),
        (PROBLEM + "readout: tape:2\nhamming: 1\ntargets: {A: BB}", "gives 'A_', but the target is 'BB' up to Hamming"),
        (BASE + "inputs: []\nsteps: 2", "list of inputs is empty"),
        (BASE + "inputs: A\nsteps: 2", "inputs is 'A'"),
        (BASE + "inputs: [1]\nsteps: 2", "quote digits"),
        (BASE + "inputs: [[A, [B]]]\nsteps: 2", "is not a word"),
        (BASE + "inputs: [A, B, A]\nsteps: 2", "'A' is listed twice"),
        (BASE + "inputs: [X]\nsteps: 2", "'X'"),
        (BASE + "inputs: {letters: AB}\nsteps: 2", "needs letters and max_length"),
        (BASE + "inputs: {letters: AB, max_length: 2.0}\nsteps: 2", "max_length is 2.0"),
        (BASE + "inputs: {letters: 5, max_length: 2}\nsteps: 2", "letters is 5"),
        (BASE + "inputs: [A]\nsteps: 2.0", "steps is 2.0"),
        (BASE + "inputs: [A]\nsteps: true", "steps is True"),
        (BASE + "inputs: [A]\nsteps: '2'", "steps is '2'"),
        (BASE + "inputs: [A]\nsteps: -2", "steps is -2"),
        (PROBLEM + "readout: 5", "readout is 5"),
        (PROBLEM + "weights: [1, 2]", "each of the 1 inputs"),
        (PROBLEM + "weights: []", "each of the 1 inputs"),
        (PROBLEM + "weights: [0]", "weight 0 is not positive"),
        (PROBLEM + "weights: [-1]", "weight -1 is not positive"),
        (PROBLEM + "weights: [.nan]", "weight nan is not a finite number"),
        (PROBLEM + "weights: [.inf]", "weight inf is not a finite number"),
        (PROBLEM + "weights: [1e99999999]", "is not a finite number"),
        (PROBLEM + "weights: ['1e99999999']", "is not a finite number"),
        (PROBLEM + "weights: [1/0]", "is not a finite number"),
        (PROBLEM + "weights: [x]", "is not a finite number"),
        (PROBLEM + "weights: [[1]]", "is not a finite number"),
        (PROBLEM + "weights: [true]", "is not a finite number"),
        (PROBLEM + "weights: {A: 1}", "one positive number for each"),
        (PROBLEM + "weights: heavy", "weights is 'heavy'"),
        (BASE + f"inputs: [A, B]\nsteps: 2\nweights: [1, 1/{'9' * 3990}]", "too many digits"),
        (
            PROBLEM + "targets: {A: reject}",
            "on 'A' after 2 steps the machine gives 'accept', but the target is 'reject'",
        ),
        (PROBLEM + "readout: tape:2\ntargets: {A: AA}", "the machine gives 'A_', but the target is 'AA'"),
        (PROBLEM + "readout: tape:2\ntargets: {A: A}", "has 1 symbols; the readout has 2"),
        (PROBLEM + "targets: {A: nowhere}", "'nowhere' of 'A' is not a state"),
        (PROBLEM + "targets: {A: 7}", "is not a state"),
        (PROBLEM + "targets: {A: {b: c}}", "is not a state"),
        (PROBLEM + "targets: {A: [accept, nowhere]}", "'nowhere' of 'A' is not a state"),
        (PROBLEM + "targets: {A: [accept, [reject, accept]]}", "['reject', 'accept'] of 'A' is not a state"),
        (PROBLEM + "targets: {A: [accept, accept]}", "target 'accept' of 'A' is listed twice"),
        (PROBLEM + "targets: {A: []}", "lists no outcome"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [AB, BA]}", "gives 'A_', but the target is 'AB' or 'BA';"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A_, AB, [A, _]]}", "target 'A_' of 'A' is listed twice"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A_, A]}", "target 'A' of 'A' has 1 symbols; the readout has 2"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A, B, A]}", "target 'A' of 'A' has 1 symbols; the readout has 2"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A_, XX]}", "'X' at position 0, which is not a symbol"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A_, 7]}", "target 7 of 'A' is not a word"),
        (PROBLEM + "readout: tape:2\ntargets: {A: [A_, {A: B}]}", "is not a word"),
        (PROBLEM + "targets: {B: reject}", "'B' is not among the inputs"),
        (PROBLEM + "targets: {}", "input 'A' has no target"),
        (PROBLEM + "targets: [[A, accept], [A, accept]]", "given twice"),
        (PROBLEM + "targets: [[[[A]], accept]]", "which is not a symbol"),
        (PROBLEM + "targets: [[1, accept]]", "is not a string"),
        (PROBLEM + "targets: [A]", "mapping word"),
        (PROBLEM + "targets: 5", "mapping word"),
        (PROBLEM + "targets: other", "targets is 'other'"),
        ("machine: nowhere\ninputs: [A]\nsteps: 2", "no library machine"),
        ("machine: 5\ninputs: [A]\nsteps: 2", "machine is 5"),
        ("machine: [detectA]\ninputs: [A]\nsteps: 2", "give a library name, a path, or an inline machine"),
        ("machine: {states: [a]}\ninputs: [A]\nsteps: 2", "machine JSON"),
    ],
)
@slow_where("text11-not YAML")
def test_problem_files(refused, file, text, says):
    refused(1, "bound", "--problem", file(text), says=says)


@pytest.mark.parametrize("inputs", ["letters: AB, max_length: 99999", f"letters: A, max_length: 0x{'9' * 5000}"])
def test_too_many_inputs_are_a_budget(refused, file, inputs):
    refused(3, "bound", "--problem", file(f"{BASE}inputs: {{{inputs}}}\nsteps: 2"), says="symbols together")


def test_a_problem_file_without_a_machine(refused, file):
    refused(1, "bound", "--problem", file("inputs: [A]\nsteps: 2"), says="names no machine")


def test_aliases_that_multiply(refused, file):
    lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60))]
    refused(1, "bound", "--problem", file("\n".join([PROBLEM, *lines])), says="more than 250,000 parts")
    nested = PROBLEM.replace("[A]", "&a [A, *a]")
    refused(1, "bound", "--problem", file(nested))


def test_many_inputs_take_no_quadratic_time(refused, file):
    words = [f"{i:017b}".replace("0", "A").replace("1", "B") for i in range(60_000)]
    record = {"machine": "detectA", "inputs": [*words, words[-1]], "steps": 1}
    refused(1, "bound", "--problem", file(json.dumps(record), "p.json"), says="listed twice")


@pytest.mark.parametrize("verb", ["run", "bound", "encode", "syndromes"])
def test_several_machines_where_one_is_needed(refused, file, verb):
    refused(1, verb, file("1RB1LB_1LA1RZ\n1RB---_1LA0RB\n"), says="2 machines")


def test_words_that_are_not_the_machines(refused):
    refused(1, "run", "detectA", "--word", "AX", says="'X'")
    refused(2, "run", "bb2", "--max-steps", "-1", says="--max-steps is -1")


@pytest.mark.compat
def test_real_exit_codes():
    for code, arguments in (
        (0, ["run", "bb2"]),
        (0, ["bound", "--help"]),
        (0, ["--version"]),
        (1, ["run", "nowhere"]),
        (0, []),
        (2, ["run", "bb2", "--bogus"]),
        (3, ["run", "bb5", "--max-steps", "10"]),
    ):
        done = process(*arguments)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == (1 if code in {1, 2} else 0)


@pytest.mark.compat
def test_output_that_goes_nowhere():
    if os.name != "posix":
        pytest.skip("the shell is not the same")
    command = " ".join(f"'{part}'" for part in RUN)
    for line, code in (
        (f"{command} convert bb5 --to json | true; exit ${{PIPESTATUS[0]}}", 0),
        (f"{command} run bb2 >&-", 0),
        (f"{command} run - <&-", 1),
        (f"{command} run bb2 > /dev/full", 1 if os.path.exists("/dev/full") else 0),
    ):
        if "/dev/full" in line and not os.path.exists("/dev/full"):
            continue
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr and "Exception" not in done.stderr
        assert done.stderr.count("\n") == code


@pytest.mark.compat
def test_output_is_utf8_whatever_the_locale(file, tmp_path):
    record = {
        "noisytm": "machine/1", "symbols": ["□", "é"], "blank": "□", "states": ["a"], "start": "a",
        "tuples": [["é", "a", "é", "a", "R"]],
    }  # fmt: skip
    path = file(json.dumps(record), "m.json")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = process("bound", path, "--words", "é", "--steps", "1", "--json", env=environment, text=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "c.json").write_bytes(done.stdout)
    assert main(["verify", str(tmp_path / "c.json"), "--full"]) == 0
    done = process("run", path, "--word", "x", env=environment, text=False)
    assert done.returncode == 1 and "'□', 'é'" in done.stderr.decode("utf-8")


@pytest.mark.compat
@pytest.mark.parametrize("arguments", [["run", "-"], ["encode", "-"], ["convert", "-", "--to", "bbchallenge"]])
def test_machines_from_standard_input(arguments):
    done = process(*arguments, input="1RB1LB_1LA1RZ\n")
    assert done.returncode == 0, done.stderr
    done = process(*arguments, input=b"\xff", text=False)
    assert done.returncode == 1 and b"standard input is not UTF-8" in done.stderr


def test_an_interrupt(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("noisytm.discrete.run", interrupted)
    assert main(["run", "bb2"]) == 130
    assert capsys.readouterr().err == "noisytm: interrupted\n"


def test_what_was_found_before_a_budget_ran_out(monkeypatch, capsys):
    monkeypatch.setattr("noisytm.degeneracy.program.cutting.MAX_ROUNDS", 2)
    assert main(["bound", "detectA"]) == 3
    assert re.search("found so far: [0-9/]+ <= learning coefficient <= [0-9/]+$", capsys.readouterr().err)
