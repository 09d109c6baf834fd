"""``noisytm verify`` keeps to the time and the memory it is given, and reads files strictly."""

import dataclasses
import gzip
import json
import time
from fractions import Fraction
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, sweep

from noisytm import BudgetError, SynthesisProblem, learning_coefficient, library, verify, words
from noisytm.cli import main

GOLDEN = Path(__file__).parents[1] / "data" / "certificates-0.1"
SECONDS, SLACK = 1, 6


def record_of(name="detectA", longest=2, steps=4, **options):
    machine = library.machine(name)
    problem = SynthesisProblem.of_machine(machine, words("AB", longest), steps)
    return json.loads(json.dumps(learning_coefficient(problem, machine, **options).to_json()))


@pytest.fixture
def out_of_budget(capsys, tmp_path):
    """Run ``noisytm verify`` on a record; return its one line, with exit code 3, and how long it took."""

    def run(record, *options):
        path = tmp_path / "certificate.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        began = time.perf_counter()
        code = main(["verify", str(path), *options])
        out, err = capsys.readouterr()
        assert (code, out, err.count("\n")) == (3, "", 1), err
        assert "left unchecked: " in err
        return err, time.perf_counter() - began

    return run


def near(record, digits=1899):
    """Shift the values of a primal pairwise by fractions with huge denominators: their sum stays."""
    entries = record["certificate"]["primal"]
    for i in range(0, len(entries) - 1, 2):
        shift = Fraction(1, 10**digits + i)
        for entry, sign in ((entries[i], 1), (entries[i + 1], -1)):
            entry["value"] = str(Fraction(entry["value"]) + sign * shift)
    return record


def lengthened(record, semantics="pseudo-utm", steps=100_000_000):
    """Say another number of steps, and semantics, wherever these are said."""
    problem = dataclasses.replace(SynthesisProblem.from_json(record["problem"]), steps=steps)
    record["problem"]["steps"], record["problem_key"] = steps, problem.key
    record["semantics"] = record["options"]["semantics"] = semantics


LARGE = {
    "steps": lengthened,
    "steps, annealed": lambda r: lengthened(r, "annealed"),
    "steps, quenched": lambda r: lengthened(r, "quenched"),
    "words": lambda r: r["problem"].update(inputs={"letters": "AB", "max_length": 18}, targets="machine"),
}


@sweep
@pytest.mark.parametrize("change", LARGE if ALL_SEEDS else ["steps", "words"])
def test_large_problems_end_in_time(out_of_budget, change):
    record = record_of()
    LARGE[change](record)
    line, seconds = out_of_budget(record, "--seconds", str(SECONDS))
    assert seconds < SECONDS + SLACK
    assert "seconds" in line or "memory" in line


@pytest.mark.slow
def test_large_denominators_end_in_time(out_of_budget):
    record = near(record_of(longest=5, steps=60))
    line, seconds = out_of_budget(record, "--seconds", str(SECONDS))
    assert seconds < SECONDS + SLACK and "that v is feasible" in line


def test_a_denominator_beyond_the_checker(out_of_budget):
    record = record_of(steps=10)
    for i, entry in enumerate(record["certificate"]["primal"]):
        entry["value"] = f"1/{10**3900 + 2 * i + 1}"
    line, _ = out_of_budget(record)
    assert "common denominator of primal v has more than 131072 bits" in line


def test_memory_is_looked_at_before_the_inputs_are_made(out_of_budget):
    record = record_of()
    record["problem"].update(inputs={"letters": "AB", "max_length": 18}, targets="machine")
    line, seconds = out_of_budget(record, "--memory", "50M")
    assert "524287 inputs need" in line and "left unchecked: everything" in line and seconds < 1
    machine = record["machine"]
    machine["symbols"] += [f"s{i}" for i in range(300_000)]
    line, _ = out_of_budget(record_of() | {"machine": machine}, "--memory", "50M")
    assert "coordinates need" in line


def test_limits_that_cannot_be(capsys):
    wrong = [("--seconds", value) for value in ("0", "-1", "x", "nan", "1e300")] + [("--memory", "0")]
    for option, value in wrong:
        assert main(["verify", "file.json", option, value]) == 2
        assert f"{option} is '{value}'" in capsys.readouterr().err


def test_the_function_takes_the_same_limits():
    record = record_of()
    verify(record, seconds=60, memory=1 << 30)
    record["problem"]["steps"] = 100_000_000
    with pytest.raises(BudgetError, match="left unchecked: "):
        verify(record, seconds=1)


def test_a_limit_changes_nothing_but_the_time():
    """Inputs are then looked at in pieces: the same answers, also where pieces are of one lane block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("noisytm.degeneracy.oracle.effort.SECONDS_PER_OPERATION", 1e-4)
        for semantics in ("pseudo-utm", "mean-field", "annealed", "quenched"):
            record = record_of(longest=4, steps=4, semantics=semantics)
            assert verify(record, seconds=10_000, full=True) == verify(record)


def test_strict_reading(capsys, tmp_path):
    path = tmp_path / "certificate.json"

    def refused(text, says):
        path.write_text(text, encoding="utf-8")
        assert main(["verify", str(path)]) == 1
        assert says in capsys.readouterr().err

    text = json.dumps(record_of())
    for value in ("NaN", "Infinity", "-Infinity", "1e999"):
        refused(text.replace('"iterations":', f'"seconds": {value}, "iterations":', 1), value)
    refused(text.replace('"steps": 4', '"steps": 4, "steps": 4', 1), "twice")
    refused(text.replace('"chart":', '"loss": "log", "chart":', 1), "twice")
    for name in ("coordinate", "symbol", "primal", "points", "syndrome", "fatal_alone", "inputs", "symbols"):
        assert f'"{name}": ' in text
        refused(text.replace(f'"{name}": ', f'"more": 1, "{name}": ', 1), "")


def test_compressed_files(capsys, tmp_path):
    path = tmp_path / "certificate.json.gz"
    path.write_bytes(gzip.compress(json.dumps(record_of()).encode()))
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out.startswith("verified: learning coefficient 29/3 ")


GOLDEN_VALUES = {
    "detect-a-pseudo-utm.json": ("29/3", 1),
    "detect-a-bits-free-digit-brier.json": ("8/3", 2),
    "detect-a-annealed-sphere-face.json": ("20/3", 1),
}


@pytest.mark.parametrize("name", GOLDEN_VALUES)
def test_files_of_version_0_1(capsys, name):
    value, m = GOLDEN_VALUES[name]
    assert main(["verify", str(GOLDEN / name)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"verified: learning coefficient {value} (")
    assert f"multiplicity: {m}, not checked: the file, of version 0.1, does not prove it; use --full" in out
    assert main(["verify", str(GOLDEN / name), "--full"]) == 0
    out = capsys.readouterr().out
    assert f"multiplicity {m} computed again" in out
    record = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    certificate = verify(record)
    assert (certificate.value, certificate.multiplicity) == (Fraction(value), None)


def test_bits_records_without_their_free_digits(capsys, tmp_path):
    record = json.loads((GOLDEN / "detect-a-bits-free-digit-brier.json").read_text(encoding="utf-8"))
    for entry in ("free", "digits"):
        path = tmp_path / "record.json"
        path.write_text(json.dumps({k: v for k, v in record.items() if k != entry}), encoding="utf-8")
        assert main(["verify", str(path)]) == 1
        assert capsys.readouterr().err.startswith("noisytm: ")
