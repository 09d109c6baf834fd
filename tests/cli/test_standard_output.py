"""Standard output that ends early, is full or closed; narrow and plain terminals; what starting loads; ``--quiet``."""

import json
import os
import re
import subprocess
import sys

import pytest

from noisytm.cli import VERBS, build_app, main

COMMANDS = {
    "beaver": ["beaver", "2"],
    "bound": ["bound", "bb2", "--json"],
    "compare": ["compare", "bb2", "bb2", "--semantics", "mean-field", "--json"],
    "convert": ["convert", "bb2", "--to", "json"],
    "encode": ["encode", "bb2"],
    "answer-key": ["answer-key", "--json"],
    "library": ["library"],
    "report": ["report", "bb2.json"],
    "run": ["run", "bb2", "--trace"],
    "posterior": ["posterior", "bb2", "--n", "1", "--particles", "16", "--replicas", "1", "--sweeps", "1"],
    "search": ["search", "parity", "--count-only"],
    "atlas": ["atlas", "bb2", "--sample", "5"],
    "simulate": ["simulate", "detectA", "--word", "A", "--steps", "1", "--noise", "1/10"],
    "syndromes": ["syndromes", "bb2", "--json"],
    "universal": ["universal", "bb2", "--trace"],
    "verify": ["verify", "bb2.json"],
    "": [],
    "help": ["run", "--help"],
    "version": ["--version"],
    "completion": ["completion", "bash"],
    "budget": ["run", "bb5", "--max-steps", "10"],
}
NOWHERE = r"""
import io, json, os, sys
from noisytm.cli import main
kept, found = sys.stdout, {}
for kind in ("pipe", "full"):
    for name, command in json.loads(sys.argv[1]).items():
        if kind == "full" and not os.path.exists("/dev/full"):
            continue
        if kind == "full":
            written = os.open("/dev/full", os.O_WRONLY)
        else:
            read, written = os.pipe()
            os.close(read)
        sys.stdout = io.TextIOWrapper(os.fdopen(written, "wb"), encoding="utf-8")
        sys.stderr = io.StringIO()
        code = main(command)
        sys.stdout.close()
        found[f"{kind} {name}"] = (code, sys.stderr.getvalue())
sys.stderr = sys.__stderr__
kept.write(json.dumps(found))
"""


def process(*command, **options):
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=600, check=False, **options
    )


def test_every_verb_has_a_command_here():
    assert set(VERBS) - {"warm-up"} <= set(COMMANDS)  # that one compiles everything


@pytest.mark.compat
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are not the same")
def test_a_closed_pipe_is_quiet_and_a_full_disk_one_line(tmp_path, capsys):
    assert main(["bound", "bb2", "--json"]) == 0
    (tmp_path / "bb2.json").write_text(capsys.readouterr().out, encoding="utf-8")
    done = process("-c", NOWHERE, json.dumps(COMMANDS), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert len(found) in (len(COMMANDS), 2 * len(COMMANDS))
    for name, (code, printed) in found.items():
        said = "".join(line for line in printed.splitlines(keepends=True) if "noisytm: compil" not in line)
        if name.startswith("pipe"):
            assert (code, said) == (3 if name == "pipe budget" else 0, ""), name
        else:
            assert (code, said) == (1, "noisytm: cannot write the output: No space left on device\n"), name


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is not the same")
def test_streams_of_a_real_process(tmp_path):
    """A pipe that is closed is met when leaving; nothing is opened in the place of a closed stream."""
    python = f"'{sys.executable}' -m noisytm"
    (tmp_path / "open.py").write_text(
        "import sys\nfrom noisytm.cli._streams import reserve_stdout\nreserve_stdout()\n"
        "print(min(open(__file__).fileno() for _ in '123'), file=sys.stderr)\n",
        encoding="utf-8",
    )
    for line, code, err in (
        (f"{python} run bb5 --max-steps 10 | true; exit ${{PIPESTATUS[0]}}", 3, ""),
        (f"{python} library >&-", 0, ""),
        (f"'{sys.executable}' '{tmp_path}/open.py' >&- <&-", 0, "3"),
    ):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert done.stderr.strip() == err if err != "3" else int(done.stderr) >= 3


LOUD = """
import os, sys
os.write(1, b"a banner, imported\\n")
sys.path.remove(os.path.dirname(__file__))
del sys.modules["highspy"]
import highspy
class Loud(highspy.Highs):
    def __init__(self, *arguments):
        os.write(1, b"a banner, made\\n")
        super().__init__(*arguments)
    def run(self, *arguments):
        os.write(1, b"a banner, run\\n")
        return super().run(*arguments)
highspy.Highs = Loud
"""


def test_what_libraries_print_on_file_descriptor_1_is_no_result(tmp_path):
    (tmp_path / "highspy.py").write_text(LOUD, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    done = process("-m", "noisytm", "bound", "bb2", "--json", env=os.environ | {"PYTHONPATH": path})
    assert done.returncode == 0 and json.loads(done.stdout)["learning_coefficient"] == "16"
    assert {"a banner, imported", "a banner, run"} <= set(done.stderr.splitlines())


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_narrow_terminals(verb, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    assert main([verb, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40 and sum(len(line) == 40 for line in lines) > 4
    words = " ".join(" ".join(lines).replace("│", " ").split())
    assert "[default: False]" not in words and not re.search(r"\{\w+\}", words)


def test_help_has_room_for_words_whatever_width_is_stated(monkeypatch, capsys):
    for stated, width in (("0", 80), ("1", 20), ("20", 20), ("100000000", 1000)):
        monkeypatch.setenv("COLUMNS", stated)
        assert build_app(["run", "--help"]).console.width == width  # printing in none at all would never end
    monkeypatch.setenv("COLUMNS", "²")
    assert main(["run", "--help"]) == 2
    assert capsys.readouterr().err == "noisytm: COLUMNS in the environment is '²'; it must be a number, or unset\n"


LIGHT = r"""
import io, sys
from noisytm.cli import VERBS, build_app, main
heavy = {"numba", "sympy", "networkx", "scipy", "matplotlib", "highspy"}
commands = [[], ["--help"], ["--version"], ["library"], ["library", "bb2"], ["library", "--problem", "bb2"],
            ["encode", "bb2"], ["convert", "bb2", "--to", "json"], ["run", "bb2"]]
for command in commands + [[verb, "--help"] for verb in VERBS]:
    sys.stdout = io.StringIO()
    assert main(command) == 0, command
    sys.stdout = sys.__stdout__
    assert not heavy & set(sys.modules), (command, heavy & set(sys.modules))
print("light")
"""


def test_starting_loads_nothing_heavy():
    done = process("-c", LIGHT)
    assert done.stdout == "light\n", done.stderr


def test_quiet_says_errors_only(capsys, monkeypatch):
    monkeypatch.setattr("noisytm.problem.load_machine", lambda *_, **__: print("working", file=sys.stderr) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["encode", "bb2", "--quiet"])
    assert capsys.readouterr().err == ""
    monkeypatch.undo()
    assert main(["encode", "nowhere", "--quiet"]) == 1
    assert capsys.readouterr().err.startswith("noisytm: 'nowhere' is no existing file")
