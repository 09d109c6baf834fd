"""``noisytm convert`` and ``noisytm encode``, from the command line."""

import itertools
import json
import subprocess
import sys

import pytest
from seeds import ALL_SEEDS, sweep
from timeless import timeless

from noisytm import encode, formats, library
from noisytm.cli import VERBS, main
from noisytm.machine import TuringMachine

BEAVER = "1RB1LB_1LA1RZ"


@pytest.fixture
def output(capsys):
    def run(*arguments):
        assert main([str(a) for a in arguments]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


@pytest.fixture
def refused(capsys):
    def run(*arguments):
        assert main([str(a) for a in arguments]) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1
        return err

    return run


PAIRS = [*itertools.product(library.names(), formats.formats())]


@sweep
@pytest.mark.parametrize(("name", "to"), PAIRS if ALL_SEEDS else PAIRS[::5])  # each machine, and each format
def test_what_is_written_reads_back_as_the_same_machine_or_is_refused(capsys, tmp_path, name, to):
    path = tmp_path / "out"
    code = main(["convert", name, "--to", to, "--output", str(path)])
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == code
    if code:
        assert code == 1 and not path.exists() and to != "json"
        return
    assert main(["convert", str(path), "--from", to, "--to", "json"]) == 0
    back = TuringMachine.from_json(json.loads(capsys.readouterr().out))
    assert back == library.machine(name)
    assert main(["convert", name, "--to", to]) == 0
    assert capsys.readouterr().out == path.read_text(encoding="utf-8")


def test_every_format_can_write_the_two_state_champion(output):
    for to in formats.formats():
        text = output("convert", BEAVER, "--to", to, "--rename")
        back = formats.parse(text, to)
        assert [t.move for t in back.tuples] == ["R", "L", "L", "R"] and back.dimension == 20


def test_renaming(output, refused):
    assert "--rename" in refused("convert", BEAVER, "--to", "morphett")
    assert formats.parse(output("convert", BEAVER, "--to", "morphett", "--rename")).states == ("A", "B", "halt")


@pytest.mark.parametrize("name", ["bb3.json", "bb3.JFF", "bb3.yml"])
def test_the_ending_of_the_output_says_the_format(name, tmp_path):
    path = tmp_path / name
    assert main(["convert", "bb3", "--rename", "--output", str(path)]) == 0
    (form,) = [form for form in formats.FORMATS.values() if path.suffix.lower() in form.endings]
    assert formats.detect(path.read_text(encoding="utf-8")) == form.name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--output", "bb3.txt"], "the ending '.txt' could be bbchallenge or morphett; give the format with --to"),
        (["--output", "bb3"], "the ending '' is that of no format"),
        ([], "give the format with --to"),
    ],
)
def test_an_ending_that_does_not_say_it(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["convert", "bb3", *arguments]) == 2
    assert says in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_several_machines(output, refused, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(f"{BEAVER}\n1RB---_1LA0RB\n", encoding="utf-8")
    assert output("convert", path, "--to", "bbchallenge") == path.read_text(encoding="utf-8")
    assert len(json.loads(output("convert", path, "--to", "json"))) == 2
    assert "2 machines" in refused("convert", path, "--to", "jflap")
    assert "2 machines" in refused("encode", path)


def test_a_lossy_conversion_says_why_and_writes_nothing(refused, tmp_path):
    path = tmp_path / "out"
    path.write_text("kept", encoding="utf-8")
    assert "'write-1'" in refused("convert", "1RB---_1LA0RB", "--to", "turingmachine.io", "--output", path)
    assert path.read_text(encoding="utf-8") == "kept"


def test_encode(output, refused):
    expected = encode(library.machine("bb2"))
    assert output("encode", "bb2") == f"{expected}\n"
    record = json.loads(output("encode", "bb2", "--json"))
    assert timeless(record) == timeless(json.loads(json.dumps(expected.to_json())))
    assert json.loads(output("encode", BEAVER, "--json"))["bit_string"] == expected.bit_string
    assert "no library machine" in refused("encode", "nowhere")


def test_the_bits_of_encode_and_bound_agree(output):
    for name in ("detectA", "bb2", "copy"):
        listed = json.loads(output("encode", name, "--json"))["description_length"]
        used = json.loads(output("bound", name, "--json"))["description_length"]
        assert used["listed_tuples"] == listed["listed_tuples"]
        assert used["bits"] * listed["listed_tuples"] == listed["bits"] * used["used_tuples"]


def test_help_of_every_verb(output):
    for verb in VERBS:
        assert verb in output("--help")
        text = output(verb, "--help")
        assert text.startswith(f"Usage: noisytm {verb}") and "``" not in text and "Traceback" not in text


@pytest.mark.compat
def test_pipes_between_commands():
    def noisytm(*arguments, text):
        command = [sys.executable, "-c", "import sys; from noisytm.cli import main; sys.exit(main())", *arguments]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=True).stdout

    text = noisytm("convert", "detectA", "--to", "json", text="")
    certificate = noisytm("bound", "-", "--steps", "4", "--words", "A,BA", "--json", text=text)
    assert noisytm("verify", "-", text=certificate).startswith("verified: learning coefficient ")
    assert noisytm("run", "-", "--word", "BA", "--max-steps", "1e3", "--json", text=BEAVER_WITH_LETTERS).startswith("{")


BEAVER_WITH_LETTERS = json.dumps(library.machine("bb2").renamed(symbols={"0": "A", "1": "B"}).to_json())
