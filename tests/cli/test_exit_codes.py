"""The same mistake has the same exit code in every verb: one line on stderr, nothing on stdout."""

import inspect
import json
import sys

import pytest

from noisytm.cli import VERBS, build_app, main

MACHINE = ("bound", "compare", "convert", "encode", "run", "simulate", "syndromes", "universal")
FILE = (*MACHINE, "report", "verify")
PROBLEM, WORD, WORDS = (
    ("bound", "compare", "syndromes"),
    ("run", "simulate", "universal"),
    ("bound", "compare", "syndromes"),
)
# What a verb needs besides its first argument.
NEEDS = {"compare": ["bb2", "bb2"], "convert": ["--to", "json"]}
FIRST = {"beaver": ["2"], "library": [], "report": ["-"], "verify": ["-"], "warm-up": []}
FREE = {
    "--words",
    "--inputs",
    "--problem",
    "--word",
    "--symbols",
    "--output",
    "--certificate",
    "--scheduler",
    "--merge",
    "--resume",
    "--each",
    "--groups",
}
# Numbers that may be of any size: too large a one uses up a budget, or makes no difference.
OF_ANY_SIZE = {"--steps", "--sample", "--max-length", "--particles", "--replicas", "--max-weight", "--max-tuples"}
OF_ANY_SIZE |= {"--seed", "--phases", "--memory", "--block-length", "--block-overlap"}
EXACT = [(verb, "--prior-concentration") for verb in ("atlas", "bound", "compare", "search")] + [("run", "--max-steps")]


@pytest.fixture
def refused(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)

    def run(code, verb, *arguments, prints=False):
        needs = NEEDS.get(verb, [])
        assert main([verb, *map(str, arguments), *needs]) == code, (verb, arguments)
        out, err = capsys.readouterr()
        assert (out != "") == prints and err.count("\n") == 1, (verb, arguments, out, err)
        assert err.startswith("noisytm: ") and "Traceback" not in err and len(err) < 2000
        return err

    return run


def first(verb):
    return FIRST.get(verb, ["bb2"])


def options(verb):
    """Return the options of a verb whose value is no free text, and whether it is a number."""
    for argument in build_app([verb])[verb].assemble_argument_collection():
        name = argument.names[0]
        if name.startswith("--") and argument.hint is not bool and name not in FREE:
            numbers = (int, int | None, float, float | None)
            yield name, argument.hint in numbers or name == "--prior-concentration"


@pytest.mark.parametrize("verb", FILE)
def test_files_and_machines_that_are_wrong(refused, verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "missing.json" in refused(1, verb, "missing.json")
    assert "Is a directory" in refused(1, verb, tmp_path) or sys.platform == "win32"
    (tmp_path / "latin.txt").write_bytes(b"\xe9")
    assert "UTF-8" in refused(1, verb, tmp_path / "latin.txt")
    (tmp_path / "half.json").write_text('{"noisytm": "machine/1"', encoding="utf-8")
    refused(1, verb, tmp_path / "half.json")
    assert "standard input is closed" in refused(1, verb, "-")
    if verb in MACHINE:
        refused(1, verb, "no-such-machine")
        refused(1, verb, "1RB1LB_1LA1SZ")
        refused(1, verb, "1RB1LB_1LA")
        (tmp_path / "two.txt").write_text("1RB1LB_1LA1RZ\n1RB1LB_1LA1LZ\n", encoding="utf-8")
        if verb != "convert":
            assert "holds 2 machines; give one" in refused(1, verb, tmp_path / "two.txt")


@pytest.mark.parametrize("verb", PROBLEM)
def test_problems_that_are_wrong(refused, verb, tmp_path):
    refused(1, verb, "--problem", tmp_path / "missing.yaml")
    refused(1, verb, "--problem", tmp_path)
    path = tmp_path / "problem.yaml"
    for text in ("", "- a", "machine: nowhere\ninputs: [A]\nsteps: 2", "machine: detectA\ninputs: [A]\nsteps: 0"):
        path.write_text(text, encoding="utf-8")
        refused(1, verb, "--problem", path)
    refused(2, verb, "bb5")  # it has no default problem
    refused(2, verb, "--problem", path, "--steps", "3")
    refused(2, verb, "detectA", "--words", "A", "--inputs", "A", "--max-length", "1")


@pytest.mark.parametrize(
    ("verb", "option"),
    [(v, "--word") for v in WORD] + [(v, "--words") for v in WORDS] + [(v, "--inputs") for v in WORDS],
)
def test_words_that_are_not_the_machines(refused, verb, option):
    assert "'X'" in refused(1, verb, "detectA", option, "AX")


@pytest.mark.parametrize("verb", VERBS)
def test_options_that_there_are_not(refused, monkeypatch, verb):
    for arguments in (["--bogus"], [*first(verb), "--bogus=1"], [*first(verb), "--no-json"]):
        assert arguments[-1].partition("=")[0] in refused(2, verb, *arguments)
    parameters = inspect.signature(VERBS[verb].call).parameters.values()
    several = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    refused(1 if several else 2, verb, *first(verb), "a", "b", "c")  # what may be any number is looked for one by one
    if several or any(p.kind is p.POSITIONAL_ONLY and p.default is p.empty for p in parameters):
        monkeypatch.setattr("test_exit_codes.NEEDS", {})
        refused(2, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_values_that_cannot_be(refused, verb):
    """Of every option that takes no free text, whatever its kind: no name, no number, one that is out of range."""
    found = dict(options(verb))
    assert found or verb in ("encode", "library", "report", "warm-up")
    for name, number in found.items():
        refused(2, verb, *first(verb), f"{name}=?!")
        if number:
            refused(2, verb, *first(verb), f"{name}=-1")
        if number and name not in OF_ANY_SIZE and (verb, name) not in EXACT:
            refused(2, verb, *first(verb), f"{name}=1e400")
    for name in list(found)[:2]:
        refused(2, verb, *first(verb), name)
        refused(2, verb, *first(verb), f"{name}=")


def test_places_that_cannot_be_written_to(refused, monkeypatch, tmp_path):
    for name in (tmp_path / "no" / "x.json", tmp_path):
        assert "cannot write" in refused(1, "convert", "bb2", "--output", name)
    for name in ("-", "--json"):
        assert "goes to standard output" in refused(2, "convert", "bb2", "--output", name)
    monkeypatch.setattr("test_exit_codes.NEEDS", {})
    for verb, more in (("convert", []), ("bound", ["--padding", "1"]), ("run", [])):
        assert "unknown" in refused(2, verb, "bb2", "--output", tmp_path / "x.unknown", *more)
        assert not (tmp_path / "x.unknown").exists()


def test_certificates_that_are_wrong(refused, tmp_path, capsys):
    assert main(["bound", "bb2", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    path = tmp_path / "certificate.json"
    changes = (
        {"learning_coefficient": "1/3"},
        {"noisytm": "machine/1"},
        {"more": 1},
        {"certificate": None},
        {"machine": "bb3"},
    )
    for change in changes:
        path.write_text(json.dumps(record | change), encoding="utf-8")
        refused(1, "verify", path)
    path.write_text(json.dumps(record), encoding="utf-8")
    refused(3, "verify", path, "--seconds", "1e-9")


@pytest.mark.parametrize(
    ("arguments", "prints"),
    [
        (["bound", "bb2", "--memory", "3K"], True),
        (["bound", "bb2", "--steps", "1e9"], False),
        (["syndromes", "bb2", "--steps", "1e9"], False),
        (["universal", "parity", "--word", "1", "--on", "minsky-7-4", "--max-steps", "10"], True),
        (["beaver", "9", "9"], False),
    ],
)
def test_budgets(refused, arguments, prints):
    refused(3, *arguments, prints=prints)


def test_a_run_that_uses_up_its_steps(capsys):
    """What it prints says so; there is no other message."""
    assert main(["run", "bb5", "--max-steps", "10"]) == 3
    out, err = capsys.readouterr()
    assert "still running after 10 steps" in out and err == ""
