"""One name for one thing in all verbs; old names; the page of the command line; what is nearly right."""

import importlib.util
import inspect
import subprocess
import sys
from typing import get_args, get_type_hints

import pytest
from cyclopts import Token
from house import ROOT

import noisytm
from noisytm import _memory, show
from noisytm._checks import memory_of
from noisytm.cli import VERBS, _options, build_app, main
from noisytm.cli._arguments import memory_bytes
from noisytm.cli.parser import option_names
from noisytm.problem import problem_from_mapping


@pytest.fixture(scope="module")
def page():
    spec = importlib.util.spec_from_file_location("make_command_line", ROOT / "docs" / "make_command_line.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_command_line"] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_command_line"]


def declared(name):
    return vars(_options).get("".join(part.title() for part in name.split("_")))


def marks(hint):
    """Return what an annotation says besides the type, however deep."""
    return [*getattr(hint, "__metadata__", ()), *(mark for part in get_args(hint) for mark in marks(part))]


def options():
    for verb in VERBS.values():
        hints = get_type_hints(verb.call, include_extras=True)
        for name, parameter in inspect.signature(verb.call).parameters.items():
            if parameter.kind is parameter.KEYWORD_ONLY:
                yield verb.name, name, hints[name]


def test_options_of_several_verbs_are_declared_once():
    verbs_of = {}
    for verb, name, _ in options():
        verbs_of.setdefault(name, []).append(verb)
    assert [name for name, verbs in verbs_of.items() if len(verbs) > 1 and declared(name) is None] == []
    for verb, name, hint in options():
        # beaver says in its own words what it does with the steps
        if declared(name) is not None and (verb, name) != ("beaver", "max_steps"):
            assert all(mark in marks(hint) for mark in marks(declared(name))), (verb, name)


def test_the_words_that_were_agreed():
    agreed = {
        "run": "word max-steps cycle-window rows-at output json quiet", "bound": "words inputs max-length steps"
        " problem memory survey padding output json quiet", "syndromes": "words inputs max-length steps problem",
        "beaver": "max-steps workers resume json", "verify": "seconds memory", "universal": "word max-steps json",
        "convert": "output", "library": "problem json",
    }  # fmt: skip
    for verb, names in agreed.items():
        assert {f"--{name}" for name in names.split()} <= set(option_names(verb)), verb
    assert all("--quiet" in option_names(verb) for verb in VERBS)


@pytest.mark.parametrize(("verb", "old"), [(verb.name, old) for verb in VERBS.values() for old in verb.renamed])
def test_old_names_are_not_listed_and_lead_to_new_ones(verb, old, capsys):
    assert VERBS[verb].renamed[old] in option_names(verb) and old not in option_names(verb)
    assert main([verb, "bb2", old[:-1]]) == 2
    assert f"did you mean '{VERBS[verb].renamed[old]}'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("run parity --input 11 --max-steps=1 --cycles 0", "run parity --word 11 --max-steps=1 --cycle-window 0"),
        ("run bb2 --trace --sample=even --rows 3", "run bb2 --trace --rows-at=even --rows 3"),
    ],
)
def test_old_names_still_work(old, new, capsys):
    code = main(new.split())
    wanted = capsys.readouterr()
    assert main(old.split()) == code and wanted.err == ""
    found = capsys.readouterr()
    assert found.out == wanted.out
    said = "old names go with the next version"
    assert found.err.count("\n") == 1 and said in found.err if code == 0 else found.err == ""
    assert main([*old.split(), "--quiet"]) == code
    assert capsys.readouterr() == wanted


def test_an_error_with_an_old_name_has_one_line(capsys):
    assert main(["bound", "detectA", "--csv", "padding.csv"]) == 2
    assert capsys.readouterr().err.startswith("noisytm: --output writes the padding tables")
    assert main(["bound", "detectA", "--all", "--chart", "cube"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("verb", "option", "function", "parameter"),
    [
        ("run", "max_steps", noisytm.run, "max_steps"),
        ("run", "cycle_window", noisytm.run, "cycles"),
        ("beaver", "max_steps", noisytm.enumerate_machines, "max_steps"),
        ("beaver", "root", noisytm.enumerate_machines, "root"),
        ("syndromes", "semantics", noisytm.fatal_syndromes, "semantics"),
        ("syndromes", "chart", noisytm.fatal_syndromes, "chart"),
    ],
)
def test_command_and_python_have_one_default(verb, option, function, parameter):
    of_command = inspect.signature(VERBS[verb].call).parameters[option].default
    assert of_command == inspect.signature(function).parameters[parameter].default


def test_the_size_of_a_diagram_has_one_limit(capsys):
    for option in ("--rows", "--columns"):
        assert main(["run", "bb2", "--trace", option, str(show.MOST)]) == 0
        assert main(["run", "bb2", "--trace", option, str(show.MOST + 1)]) == 2
    capsys.readouterr()


def test_the_page_of_the_command_line_is_what_the_verbs_say(page):
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.made(text) == text, "the page is old; run: python docs/make_command_line.py"
    for verb in VERBS:
        names = [name for option in page.options_of(verb) for name in option.names if name.startswith("--")]
        assert [*names, "--help"] == option_names(verb)
        assert all(option.meaning for option in page.options_of(verb))
    assert all(f"`{old}`" in text for verb in VERBS.values() for old in verb.renamed)


@pytest.mark.parametrize(
    ("command", "near"),
    [
        ("rnu bb2", "'run'"),
        ("completon bash", "'completion'"),
        ("--vresion", "'--version'"),
        ("run bb2 --max-step 3", "'--max-steps'"),
        ("run --wrod 1", "'--word'"),
        ("bound detectA --semantics anealed", "'annealed'"),
        ("run dtectA", "'detectA'"),
        ("run detectA --word a", "'A'"),
        ("encode paritycheck", "'parityCheck'"),
        ("convert bb2 --to jflp", "'jflap'"),
        ("completion bsh", "'bash'"),
        ("bound detectA --prior-concentration A:rejct:next=3", "'A:reject'"),
        ("bound detectA --prior-concentration wriet=3", "'write'"),
    ],
)
def test_what_is_nearly_right_is_answered_with_the_nearest(command, near, capsys):
    assert main(command.split()) in (1, 2)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and f"did you mean {near}?" in err


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("machine: detectA\ninputs: [A]\nstep: 3\n", "'steps'"),
        ("machine: detectA\ninputs: [A]\nsteps: 3\ntargets: {A: acept}\n", "'accept'"),
        ("machine: detecta\ninputs: [A]\nsteps: 3\n", "'detectA'"),
        ("machine: detectA\ninputs: [b]\nsteps: 3\n", "'B'"),
    ],
)
def test_what_is_nearly_right_in_a_problem_file(text, near, tmp_path, capsys):
    path = tmp_path / "problem.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["bound", "--problem", str(path)]) == 1
    assert f"did you mean {near}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("beaver", "STATES is missing; noisytm beaver --help says which"),
        ("run bb2 --word", "--word needs a value; noisytm run --help says which"),
        ("run bb2 --input", "--word needs a value"),
        ("run bb2 --word 1 --word 0", "--word is given twice; give it once"),
        ("run bb2 --word 1 --input 0", "--word is given twice"),
        ("encode bb2 bb3", "'bb3' is one argument too many for noisytm encode; quote a text that has spaces"),
        ("help run", "there is no command 'help'; noisytm --help lists them; did you mean 'noisytm --help'?"),
        ("completion bash zsh", "'zsh' is one argument too many for noisytm completion"),
        ("bound detectA --chart power:-1", "--chart: the exponent of chart power is '-1'"),
        ("bound detectA --chart softmx", "--chart is 'softmx'"),
    ],
)
def test_what_the_parser_refuses_is_said_with_what_to_do(command, says, capsys):
    assert main(command.split()) == 2
    assert capsys.readouterr().err.startswith(f"noisytm: {says}")


def test_three_commands_to_try(capsys):
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    commands = [line.split()[1:3] for line in out.splitlines() if line.startswith("  noisytm ")]
    assert len(commands) == 3 and all(command[0] in VERBS for command in commands)
    for verb, name in commands[:2]:
        assert main([verb, name]) == 0
    assert main(["library"]) == 0


def test_the_version_names_what_results_depend_on(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    assert main(["--version"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == noisytm.__version__
    assert [part.split()[0] for part in out[1].split(", ")] == ["numpy", "numba", "highspy"]
    assert "missing" not in out[1] and sys.version.split()[0] in out[2]


def test_a_library_that_is_missing_is_said(monkeypatch):
    monkeypatch.setattr("noisytm.cli._versions.LIBRARIES", ("no-such-library",))
    assert "no-such-library is missing" in build_app().version()


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("7", 7),
        ("3K", 3 << 10),
        ("500M", 500 << 20),
        ("2GiB", 2 << 30),
        ("2gb", 2 << 30),
        ("1T", 1 << 40),
        ("1TB", 1 << 40),
    ],
)
def test_amounts_of_memory(text, bytes_):
    assert memory_bytes(None, [Token(keyword="--memory", value=text)]) == bytes_


def test_more_memory_than_there_is_means_all_of_it(monkeypatch, capsys):
    assert main(["bound", "bb2", "--memory", "1000T"]) == 0
    assert noisytm.learning_coefficient(*default_problem("bb2"), memory=10**30).value == 16
    monkeypatch.setattr(_memory, "available", lambda: 3 << 10)
    assert (memory_of(1 << 60), memory_of(100), memory_of(None)) == (3 << 10, 100, None)
    capsys.readouterr()
    assert main(["bound", "bb2", "--memory", "1000T"]) == 3  # as --memory 3K
    assert "a call may take the 3 KiB" in capsys.readouterr().err
    monkeypatch.setattr(_memory, "available", lambda: None)
    assert memory_of(1 << 60) == 1 << 60


def default_problem(name):
    machine = noisytm.library.machine(name)
    return problem_from_mapping(noisytm.library.entry(name).problem, machine), machine


def test_completion(capsys):
    for shell in ("bash", "zsh", "fish"):
        assert main(["completion", shell]) == 0
        script = capsys.readouterr().out
        assert all(verb in script for verb in VERBS) and "rows-at" in script and "--input " not in script
    assert main(["completion", "tcsh"]) == 2
    assert main(["completion"]) == 2
    capsys.readouterr()


@pytest.mark.skipif(sys.platform == "win32", reason="needs bash")
def test_bash_completes(capsys):
    assert main(["completion", "bash"]) == 0
    asked = {
        "bound --surv": "--survey",
        "bound x --semantics q": "quenched",
        "syn": "syndromes",
        "run --rows-": "--rows-at",
    }
    script = capsys.readouterr().out + "".join(
        f"\nCOMP_WORDS=(noisytm {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _noisytm; echo ${{COMPREPLY[@]}}"
        for words in asked
    )
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == list(asked.values()) and done.stderr == ""
