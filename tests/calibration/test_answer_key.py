"""The answer key of the package: what is exact in it is proved, and its files are what other verbs read."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from seeds import long

import noisytm
from noisytm import FormatError, answer_key, verify
from noisytm._records import same_json
from noisytm.calibration import AnswerKey, exact_key
from noisytm.cli import main

FILE = Path(noisytm.__file__).parent / "calibration" / "data" / "answer-key.json"
KEY = answer_key()
NAMES = [code.name for code in KEY.codes]
# Those with a large table, whose certificates take longer.
FEW = [name for name in NAMES if name not in ("detectA", "bb3", "parity")]


def test_the_file_is_small_and_has_what_is_promised():
    assert FILE.stat().st_size < 200_000
    found = [code.coefficient for code in KEY.codes]
    assert len(NAMES) == len(set(NAMES)) >= 12
    assert {x.multiplicity for x in found} == {1, 2, 3, 4, 5}
    regular = [x.value == Fraction(len(code.regular), 2) for x, code in zip(found, KEY.codes, strict=True)]
    assert set(regular) == {True, False}
    assert any(x.problem.space.noisy_keys for x in found) and {1, 2, 3} <= {code.layers for code in KEY.codes}
    assert max(len(x.machine.states) for x in found) >= 4


@pytest.mark.parametrize("name", FEW)
def test_certificates_prove_what_the_key_says(name):
    prove(name)


@long
@pytest.mark.parametrize("name", sorted({*NAMES} - {*FEW}))
def test_certificates_of_larger_codes_prove_what_the_key_says(name):
    prove(name)


def prove(name):
    code = KEY.code(name)
    checked = verify(code.coefficient.to_json())
    assert (checked.value, checked.multiplicity) == (code.coefficient.value, code.coefficient.multiplicity)


@long
def test_what_is_exact_is_made_again():
    def exact(key):
        return [{k: v for k, v in code.items() if k != "cells"} for code in key.to_json()["codes"]]

    again = exact_key(KEY.seed)
    for made, kept in zip(exact(again), exact(KEY), strict=True):
        assert same_json(made, kept), made["name"]


@pytest.mark.slow
def test_slopes_are_those_of_the_loss_in_squares_of_weights():
    """c is ∂K/∂(θ²), by differences along one amplitude at a time."""
    for name in ("acting", "noisy", "writer-inputs"):
        code = KEY.code(name)
        found = code.coefficient
        space, small = found.problem.space, 1e-6
        names = space.coordinates(found.machine)
        for coordinate, c in code.regular:
            code_near = space.embed(found.machine).ravel()
            column = space.coordinate_columns(found.machine)[names.index(coordinate)]
            right = [i for i in range(code_near.size) if code_near[i] == 1.0 and together(space, i, column)]
            code_near[column], code_near[right[0]] = small, 1 - small
            loss, _ = noisytm.loss_and_gradient(
                found.problem, code_near.reshape(space.shape), semantics=found.semantics
            )
            assert loss[0] / small == pytest.approx(float(c), rel=1e-4)


def together(space, one, other):
    """Whether two flat entries are of the same distribution."""
    width = space.shape[1]
    ends = [(start, start + len(values)) for _, start, values in space.blocks]
    return one // width == other // width and any(a <= one % width < b and a <= other % width < b for a, b in ends)


def test_the_command_writes_files_that_other_verbs_read(tmp_path, capsys):
    folder = tmp_path / "key"
    assert main(["answer-key", "--output", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(FILE.read_text(encoding="utf-8"))
    assert AnswerKey.load(folder / "answer-key.json") == KEY
    assert main(["verify", str(folder / "certificates" / "writer-2.json")]) == 0
    assert "learning coefficient 1/2" in capsys.readouterr().out
    for name in ("noisy-twice", "writer-inputs"):
        assert (
            main(["bound", "--problem", str(folder / "problems" / f"{name}.json"), "--chart", "sphere", "--json"]) == 0
        )
        found = json.loads(capsys.readouterr().out)
        assert Fraction(found["learning_coefficient"]) == KEY.code(name).coefficient.value
    rows = (folder / "answer-key.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + sum(len(code.cells) for code in KEY.codes)


def test_what_cannot_be_written_or_read_is_said_in_one_line(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert main(["answer-key", "--output", str(tmp_path / "taken")]) == 1
    assert "taken" in capsys.readouterr().err
    record = KEY.to_json()
    for wrong in (
        {"seed": None},
        {"codes": [{**record["codes"][0], "layers": 2}]},
        {"more": 1},
        {"noisytm": "answer-key/9"},
    ):
        with pytest.raises(FormatError):
            AnswerKey.from_json(record | wrong)
    with pytest.raises(noisytm.ProblemError, match="halt"):
        KEY.code("halts")
