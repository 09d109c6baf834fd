"""What ``noisytm bound`` prints and returns."""

import json
from fractions import Fraction

import pytest
from seeds import slow_where

from noisytm import SynthesisProblem, __version__, bounds, learning_coefficient, library, words
from noisytm.cli import main
from noisytm.codespace import CodeSpace, Coordinate
from noisytm.degeneracy import verify
from noisytm.geometry import BitFace, Face
from noisytm.machine import TuringMachine
from noisytm.problem.synthesis import problem_from_mapping
from noisytm.show.coefficients import describe

KEYS = {
    "machine", "machine_key", "problem", "semantics", "loss", "chart", "prior_concentration", "dimension",
    "used_tuples", "unused_tuples", "description_length", "bounds", "learning_coefficient", "multiplicity",
    "certificate", "iterations", "seconds", "compile_seconds", "version", "noisytm", "problem_key", "options", "seed",
}  # fmt: skip
WITH_PROBLEM = [name for name in library.names() if library.entry(name).problem is not None]
# Walks right over 1s; its cells at 0 are unlisted.
TEXT = "---1RB_---1RA"


@pytest.fixture
def bound(capsys):
    """Run ``noisytm bound … --json`` and return the record."""

    def run(*arguments):
        assert main(["bound", *map(str, arguments), "--json"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return json.loads(out)

    return run


@pytest.fixture
def refused(capsys):
    """Run a command that must fail and return its one line on stderr."""

    def run(code, *arguments):
        assert main([str(a) for a in arguments]) == code
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1 and err.endswith("\n")
        return err

    return run


def comparable(record):
    return {k: v for k, v in record.items() if k not in {"seconds", "iterations"}}


def check(record):
    """Hold a record against the contract."""
    assert set(record) == KEYS
    machine = TuringMachine.from_json(record["machine"])
    assert record["machine_key"] == machine.key
    problem = problem_from_mapping(record["problem"], machine)
    assert record["problem"] == problem.to_json(machine)  # nothing is left implicit
    assert record["problem"]["machine"] == record["machine"]
    named = {"machine", "inputs", "steps", "readout", "targets", "hamming", "weights"}
    assert set(record["problem"]) == named | {"noisytm"}
    symbols, states = len(machine.symbols), len(machine.states)
    assert record["dimension"] == len(machine.tuples) * (symbols + states)

    used, unused = ({tuple(k) for k in record[name]} for name in ("used_tuples", "unused_tuples"))
    assert not used & unused and used | unused == set(machine.keys)
    assert [tuple(k) for k in record["used_tuples"]] == [k for k in machine.keys if k in used]
    bits = len(used) * (ceil_log2(symbols) + ceil_log2(states) + 2)
    assert record["description_length"] == {
        "used_tuples": len(used),
        "listed_tuples": len(machine.tuples),
        "bits": bits,
    }

    unit = Fraction(record["prior_concentration"]) * {"log": 1, "brier": Fraction(1, 2)}[record["loss"]]
    chain = {name: fraction(text) for name, text in record["bounds"].items()}
    value = fraction(record["learning_coefficient"])
    assert 0 <= chain["fatal_alone"] <= value <= chain["used_tuples"] <= chain["dimension"]
    assert chain["used_tuples"] == unit * (symbols + states) * len(used)
    assert chain["dimension"] == unit * record["dimension"]
    assert isinstance(record["multiplicity"], int) and 1 <= record["multiplicity"] <= record["dimension"] + 1
    assert isinstance(record["iterations"], int) and record["seconds"] >= 0 and record["version"] == __version__

    names = set(CodeSpace.of(machine).coordinates(machine))
    for entry in record["certificate"]["primal"]:
        assert set(entry) == {"coordinate", "value"} and fraction(entry["value"]) > 0
        assert coordinate(entry) in names
    for row in record["certificate"]["dual"]:
        assert set(row) == {"syndrome", "weight", "costs"} and fraction(row["weight"]) > 0
        assert row["syndrome"] and all(coordinate(e) in names and e["count"] >= 1 for e in row["syndrome"])
        assert len(row["costs"]) == record["dimension"] and all(isinstance(c, int) and c > 0 for c in row["costs"])
    assert sum(fraction(row["weight"]) for row in record["certificate"]["dual"]) * unit == value * Fraction(
        record["prior_concentration"]
    )
    verify(record)
    return record


def ceil_log2(n):
    return next(k for k in range(64) if 2**k >= n)


def fraction(text):
    assert isinstance(text, str) and str(Fraction(text)) == text
    return Fraction(text)


def coordinate(entry):
    assert set(entry["coordinate"]) == {"symbol", "state", "kind", "wrong"}
    return Coordinate(**entry["coordinate"])


@pytest.mark.parametrize("name", WITH_PROBLEM)
@slow_where("parityCheck", "palindrome", "copy")
def test_library_machines_on_their_own_problem(bound, name, tmp_path):
    record = check(bound(name))
    assert record["semantics"] == "pseudo-utm" and record["loss"] == "log" and record["chart"] == "simplex"
    assert record["prior_concentration"] == "1" and record["machine"]["name"] == name
    assert record["problem"] == problem_from_mapping(library.entry(name).problem, library.machine(name)).to_json(
        library.machine(name)
    )
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(record["problem"]), encoding="utf-8")
    assert comparable(bound("--problem", path)) == comparable(record)


@pytest.mark.parametrize("name", [name for name in library.names() if name not in WITH_PROBLEM])
def test_library_machines_without_a_problem(refused, name):
    assert "add --inputs with --max-length (or --words) and --steps" in refused(2, "bound", name)


@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field"])
@pytest.mark.parametrize("loss", ["log", "brier"])
@pytest.mark.parametrize("concentration", ["1", "1/2", "3"])
def test_loss_and_prior_scale_the_value_and_the_bounds(bound, semantics, loss, concentration):
    common = ("detectA", "--steps", 4, "--semantics", semantics)
    plain = bound(*common)
    record = check(bound(*common, "--loss", loss, "--prior-concentration", concentration))
    factor = Fraction(concentration) * (Fraction(1, 2) if loss == "brier" else 1)
    assert Fraction(record["learning_coefficient"]) == factor * Fraction(plain["learning_coefficient"])
    for name, value in plain["bounds"].items():
        assert Fraction(record["bounds"][name]) == factor * Fraction(value)
    assert record["multiplicity"] == plain["multiplicity"]
    assert record["certificate"]["primal"] == plain["certificate"]["primal"]


@pytest.mark.parametrize("concentration", ["1e-10", "1e15", "1e-400", "0.1"])
def test_prior_concentrations_of_any_size(bound, concentration):
    value = Fraction(check(bound("detectA", "--prior-concentration", concentration))["learning_coefficient"])
    assert value == Fraction(125, 16) * Fraction(concentration)
    assert main(["bound", "detectA", "--prior-concentration", concentration]) == 0


def test_values_by_hand(bound):
    # One step: the head reads the blank in the first state. Wrong is just: going to another state.
    record = check(bound("1RB1LB_1LA1RZ", "--words", "", "--steps", 1, "--quiet"))
    assert record["learning_coefficient"] == record["bounds"]["fatal_alone"] == "2"
    assert record["multiplicity"] == 1 and record["used_tuples"] == [["0", "A"]]
    fatal = {coordinate(e) for e in record["certificate"]["primal"]}
    assert fatal == {Coordinate("0", "A", "next", "A"), Coordinate("0", "A", "next", "Z")}
    # Nothing is ever scanned right: no listed tuple, no error, no loss.
    assert check(bound("---0RB_---0RA", "--words", "", "--steps", 3))["learning_coefficient"] == "0"


def test_each_option_replaces_its_part_of_the_default_problem(bound):
    default = bound("detectA")["problem"]

    def changed(*arguments):
        problem = check(bound("detectA", *arguments))["problem"]
        return {k for k in default if problem[k] != default[k]}, problem

    assert changed("--steps", 4)[0] == {"steps"}
    names, problem = changed("--max-length", 1)
    assert names == {"inputs", "targets"} and problem["inputs"] == ["", "A", "B"]
    names, problem = changed("--inputs", "A")
    assert names == {"inputs", "targets"} and problem["inputs"] == ["", "A", "AA"]
    names, problem = changed("--words", "BA,,B")
    assert names == {"inputs", "targets"} and problem["inputs"] == ["BA", "", "B"]
    names, problem = changed("--readout", "tape:2")
    assert names == {"readout", "targets"} and problem["targets"]["BA"] == "A_"
    assert changed("--semantics", "mean-field")[0] == set()


def test_words_with_empty_items(bound):
    assert bound("detectA", "--words", "")["problem"]["inputs"] == [""]
    assert bound("detectA", "--words", ",A")["problem"]["inputs"] == ["", "A"]
    assert bound("detectA", "--words", "A,")["problem"]["inputs"] == ["A", ""]


def test_one_letter_makes_few_words(bound):
    assert len(bound("parity", "--max-length", 70)["problem"]["inputs"]) == 71


def test_the_chain_of_the_library_function(bound):
    machine = library.machine("parity")
    problem = problem_from_mapping(library.entry("parity").problem, machine)
    record = bound("parity", "--loss", "brier")
    assert record["bounds"] == bounds(problem, machine, loss="brier").to_json()


def test_machine_text_on_the_command_line_and_stdin(bound, monkeypatch):
    record = check(bound(TEXT, "--words", ",1", "--steps", 2))
    assert record["machine"]["undefined"] == "write-1"
    provide(monkeypatch, f"{TEXT}\n")
    assert comparable(bound("-", "--words", ",1", "--steps", 2)) == comparable(record)


def provide(monkeypatch, text):
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


PROBLEM = """
machine: {machine}
inputs: ["", A, BA]
steps: 4
weights: [1, 0.5, 1/2]
targets: {{"": reject, BA: accept, A: accept}}
"""


def test_problem_files(bound, monkeypatch, tmp_path):
    inline = json.dumps(library.machine("detectA").to_json())
    (tmp_path / "machine.json").write_text(inline, encoding="utf-8")
    records = []
    for machine in ("detectA", tmp_path / "machine.json", inline):
        path = tmp_path / "problem.yaml"
        path.write_text(PROBLEM.format(machine=machine), encoding="utf-8")
        records.append(check(bound("--problem", path)))
    provide(monkeypatch, PROBLEM.format(machine="detectA"))
    records.append(bound("--problem", "-"))
    path.write_text(PROBLEM.replace("machine: {machine}\n", "").replace("{{", "{").replace("}}", "}"), encoding="utf-8")
    records.append(bound("detectA", "--problem", path))
    assert all(comparable(r) == comparable(records[0]) for r in records)
    assert records[0]["problem"]["weights"] == ["1/2", "1/4", "1/4"]
    assert records[0]["problem"]["inputs"] == ["", "A", "BA"]


def test_problem_file_with_a_tape_readout(bound, tmp_path):
    path = tmp_path / "problem.yaml"
    path.write_text("machine: copy\ninputs: [A, B]\nsteps: 8\nreadout: tape:3\n", encoding="utf-8")
    record = check(bound("--problem", path))
    machine = library.machine("copy")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 8, "tape:3")
    assert record["problem"] == problem.to_json(machine)
    assert all(len(target) == 3 for target in record["problem"]["targets"].values())


def test_symbols_longer_than_a_character(bound, tmp_path):
    machine = TuringMachine(["blank", "one"], "blank", ["a", "b"], "a", [("one", "a", "one", "b", "R")])
    (tmp_path / "m.json").write_text(machine.canonical, encoding="utf-8")
    path = tmp_path / "problem.yaml"
    path.write_text("inputs: [[], [one, one]]\nsteps: 2\nreadout: tape:1\n", encoding="utf-8")
    record = check(bound(tmp_path / "m.json", "--problem", path))
    assert record["problem"]["targets"] == [[[], ["blank"]], [["one", "one"], ["one"]]]
    path.write_text(json.dumps(record["problem"]), encoding="utf-8")
    assert comparable(bound("--problem", path)) == comparable(record)


def test_what_is_not_built_is_a_usage_error_and_not_in_the_help(refused, capsys):
    for option, value in (("--semantics", "frozen"), ("--chart", "polar"), ("--loss", "zero-one")):
        assert value in refused(2, "bound", "detectA", option, value)
    assert main(["bound", "--help"]) == 0
    text = capsys.readouterr().out
    for value in ("frozen", "polar", "zero-one"):
        assert value not in text
    for value in (
        "pseudo-utm", "mean-field", "annealed", "quenched", "log", "brier", "simplex", "bits", "sphere",
        "--prior-concentration", "--memory", "--words",
    ):  # fmt: skip
        assert value in text


@pytest.mark.parametrize(
    ("chart", "value", "unit", "noun"),
    [("bits", "29/6", "1/2", "binary digit"), ("sphere", "29/12", "1/4", "amplitude")],
)
def test_other_charts(bound, capsys, chart, value, unit, noun):
    options = ["detectA", "--steps", 4, "--loss", "brier", "--chart", chart]
    record = bound(*options)
    assert record["learning_coefficient"] == value and record["chart"] == chart
    verify(record)
    assert main(["bound", *map(str, options)]) == 0
    text = capsys.readouterr().out
    assert f"4 errors, each at {unit} for this loss" in text
    assert f"5 {noun}s for each used tuple" in text and f"all {noun}s of the listed tuples" in text
    assert ("has digit 0 of its next flipped" in text) == (chart == "bits")
    assert ("(B, reject) goes to accept\n" in text) == (chart == "sphere")  # once, though its exponent is 2


def test_the_report_names_free_entries_and_digits():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    face = Face.with_free_unused(problem, machine)
    text = describe(learning_coefficient(problem, face))
    assert "free: 10 wrong entries of 2 tuples; the table shows one machine of this face" in text
    assert "error coordinates of the used tuples that are not free" in text
    rows = [list(row) for row in BitFace.of_face(face).digits]
    rows[0][0] = "11"
    text = describe(learning_coefficient(problem, BitFace(machine, tuple(map(tuple, rows))), chart="bits"))
    assert "free: 10 binary digits of 2 tuples" in text
    assert "digits: 11 0 01; ** * **; 01 1 01; 01 1 01; 10 0 10; ** * **" in text
    assert "digits:" not in describe(learning_coefficient(problem, face, chart="bits"))


@pytest.mark.parametrize("memory", ["", "0", "-1", "4Q", "x", "1.5G", "G", "١"])
def test_memory_is_a_number_of_bytes(refused, memory):
    assert "--memory" in refused(2, "bound", "detectA", f"--memory={memory}")


@pytest.mark.parametrize("memory", ["9" * 40, "9" * 5000 + "T", "1e99", "1e6"])
def test_memory_may_be_a_number_of_any_length(capsys, memory):
    assert main(["bound", "bb2", "--memory", memory, "--seconds", "30"]) == 0
    assert capsys.readouterr().err.count("noisytm: --memory") == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--max-steps", "1K"), "--max-steps '1K': it is not a number; give a whole number such as 10 or 1e6"),
        (("--max-steps", "9" * 200_001), "is too large: a number may have"),
        (("--memory", "9" * 200_001), "it has more than 200,000 digits; give a number of bytes such as 500M"),
        (("--memory", "0"), "--memory is '0'; give at least one byte"),
        (("--seconds", "9" * 5000), "--seconds is '9999"),
        (("--seconds", "5s"), "--seconds is '5s'; it must be a positive number such as 1 or 1/2"),
    ],
)
def test_quantities_that_cannot_be_are_one_clear_line(capsys, arguments, says):
    assert main(["run", "bb2", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and says in err and len(err) < 250


def test_too_little_memory_ends_with_what_was_found(capsys, bound):
    assert main(["bound", "detectA", "--memory", "3K"]) == 3
    out, line = capsys.readouterr()
    assert out == "0 <= learning coefficient <= 20\n" and line.count("\n") == 1
    assert "a call may take the" in line and "found so far: 0 <= learning coefficient <= 20" in line
    assert bound("detectA", "--memory", "1m")["learning_coefficient"] == "125/16"


def test_without_a_problem_the_missing_options_are_named(refused):
    assert "add --inputs with --max-length (or --words) and --steps" in refused(2, "bound", TEXT)
    assert refused(2, "bound", TEXT, "--steps", 3).count("--steps") == 0
    assert "add --steps" in refused(2, "bound", TEXT, "--words", "1")
    assert "add --max-length" in refused(2, "bound", TEXT, "--inputs", "1")
    assert "add --inputs" in refused(2, "bound", TEXT, "--max-length", "1")


def test_options_that_exclude_each_other(refused, tmp_path):
    assert "--words and --inputs" in refused(2, "bound", "detectA", "--words", "A", "--inputs", "A")
    assert "--words and --inputs" in refused(2, "bound", "detectA", "--words", "A", "--max-length", 1)
    path = tmp_path / "p.yaml"
    path.write_text("machine: detectA\ninputs: [A]\nsteps: 1\n", encoding="utf-8")
    assert "--problem replaces --steps" in refused(2, "bound", "--problem", path, "--steps", 1)
    assert "standard input" in refused(2, "bound", "-", "--problem", "-")


def test_text_for_people(capsys):
    assert main(["bound", "detectA", "--steps", "4"]) == 0
    text = capsys.readouterr().out
    assert "<= learning coefficient   29/3 = 9.66667" in text and "4 tuples, 20 bits" in text
    assert "errors fatal alone        4 " in text and "multiplicity 1" in text
