"""What the commands print as JSON fits the schemas in docs, and is what ``noisytm.load`` reads."""

import json
import shlex
from pathlib import Path

import jsonschema
import pytest

from noisytm import PartialCoefficient, load
from noisytm.cli import main

ASKED = {"word", "count", "share", "share_bounds", "K", "K_bounds", "block_estimate"}  # of one word of a distribution
FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
COMMANDS = (
    "library",
    "library detectA",
    "library bb5",
    "encode detectA",
    "run bb4",
    "run bb5 --max-steps 1000 --trace",
    "run 1RB0LB_0LA---",
    "run detectA --input BA --trace --max-steps 100000",
    "bound detectA --steps 3",
    "bound detectA --steps 3 --loss brier --chart bits --prior-concentration write=1/2",
    "bound detectA --steps 3 --survey --semantics mean-field --loss log",
    "bound detectA --steps 3 --survey --semantics mean-field --chart simplex --padding 1",
    "bound detectA --steps 3 --padding 1",
    "bound detectA --steps 3 --each-step --semantics mean-field",
    "bound detectA --steps 3 --entry A:reject:next=reject --semantics mean-field",
    "compare detectA detectA --steps 3 --semantics mean-field",
    "simulate detectA --word BA --steps 2 --noise 1/10",
    "syndromes detectA --steps 3",
    "syndromes detectA --steps 3 --chart sphere --semantics quenched",
    "beaver 2",
    "beaver 2 --outputs --word 0110100 --block-length 2",
    "universal detectA --word BA --cycles 2",
    "universal detectA --word BA --cycles 1 --trace",
    "universal parity --word 1 --cycles 1 --on minsky-7-4 --trace",
)


def printed(capsys, command):
    code = main([*shlex.split(command), "--json"])
    out, _ = capsys.readouterr()
    return code, out


@pytest.mark.parametrize("command", COMMANDS)
def test_output_fits_its_schema_and_loads(capsys, tmp_path, command):
    code, out = printed(capsys, command)
    assert code in (0, 3)
    record = json.loads(out)
    schema = json.loads((FOLDER / f"{record['noisytm'].replace('/', '-')}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(record)
    assert record["seconds"] >= 0 and record["compile_seconds"] >= 0
    path = tmp_path / "out.json"
    path.write_text(out, encoding="utf-8")
    again = load(path).to_json()
    added = {"trace"} if command.startswith(("run", "universal detectA")) else set()
    added |= ASKED if command.startswith("beaver") else set()
    assert {k: v for k, v in record.items() if k not in added} == {k: v for k, v in again.items() if k not in added}


def test_a_bound_cut_off_prints_what_is_certain(capsys, tmp_path):
    code, out = printed(capsys, "bound detectA --steps 4 --semantics quenched --memory 3K")
    if not out:  # nothing was certain
        pytest.fail("no partial result was printed")
    record = json.loads(out)
    assert code == 3 and record["complete"] is False and "learning_coefficient" not in record
    path = tmp_path / "part.json"
    path.write_text(out, encoding="utf-8")
    part = load(path)
    assert isinstance(part, PartialCoefficient) and part.to_json() == record
    assert main(["bound", "detectA", "--steps", "4", "--semantics", "quenched", "--memory", "3K"]) == 3
    assert capsys.readouterr().out == f"{part}\n"
