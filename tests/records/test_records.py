"""Results of every kind go to files and come back, fit the schemas that are committed, and nothing else is read."""

import dataclasses
import json
import random
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from random_cases import random_machine
from samples import DETECT_A, GROUPS, problem
from seeds import slow_where

from noisytm import Encoding, FormatError, RunResult, SynthesisProblem, encode, library, load, run
from noisytm._json import load_record, save_record
from noisytm._records import split_tag
from noisytm._timed import TIMES, Timed
from noisytm.discrete import Configuration
from noisytm.problem import problem_from_mapping
from noisytm.saved import READERS, from_json, kinds, schemas, written

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
GOLDEN = Path(__file__).parents[1] / "data" / "certificates-0.1"
HEADER = {"version", "machine_key", "problem_key", "options", "seed"}
VALUES = {"machine", "description", "problem", "k-tape-machine", "tag-system", "bi-tag-system"}


def equal(one, two):
    """Compare results, those too that have arrays."""
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two)
    if dataclasses.is_dataclass(one) and type(one) is type(two) and not isinstance(one, Configuration):
        pairs = [(getattr(one, f.name), getattr(two, f.name)) for f in dataclasses.fields(one) if f.compare]
        return all(equal(a, b) for a, b in pairs)
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(equal, one, two))
    return type(one) is type(two) and one == two


@pytest.fixture(scope="module")
def made():
    return {name: group() for name, group in GROUPS.items()}


def validated(record):
    """Check a record against the schema in docs, which knows nothing of the readers."""
    name = record["noisytm"].replace("/", "-")
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(record)


@pytest.mark.slow
def test_the_schemas_in_docs_are_those_of_the_readers():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == {
        name: written(schema) for name, schema in schemas().items()
    }
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert all(kind.name == name for name, kind in kinds().items()) and set(kinds()) == set(READERS)


@pytest.mark.parametrize("group", GROUPS)
@slow_where("runs")
def test_results_come_back(made, tmp_path, group):
    for number, result in enumerate(made[group]):
        record = result.to_json()
        text = json.loads(json.dumps(record, allow_nan=False)) if group != "runs" else record
        assert text == record  # lists, not tuples, and keys that are strings
        validated(record)
        name = record["noisytm"].partition("/")[0]
        assert name in VALUES or record.keys() >= HEADER
        again = type(result).from_json(record)
        assert equal(again, result) and again.to_json() == record
        assert again.name == result.name if name in VALUES else True
        for ending in (".json", ".json.gz"):
            path = tmp_path / f"{group}{number}{ending}"
            result.save(path)
            assert load_record(path, digits=10**6) == record
            assert equal(load(path), result) and equal(type(result).load(path), result)


def test_every_kind_is_among_the_samples(made):
    seen = {result.to_json()["noisytm"].partition("/")[0] for group in made.values() for result in group}
    assert seen | {"problem"} == set(READERS)


def test_problems_come_back(tmp_path):
    targets = {"": "reject", "A": ["accept", "reject"], "B": "reject"}
    tape = {"readout": "tape:2", "hamming": 1, "weights": [1, 2, "1/3"]}
    for given in ({}, {"targets": targets}, tape):
        task = SynthesisProblem.of_machine(DETECT_A, ["", "A", "B"], 3, **given)
        record = task.to_json(DETECT_A)
        validated(record)
        assert SynthesisProblem.from_json(record) == task and SynthesisProblem.from_json(record).key == task.key
        task.save(tmp_path / "p.json.gz", DETECT_A)
        assert load(tmp_path / "p.json.gz") == SynthesisProblem.load(tmp_path / "p.json.gz") == task


@pytest.mark.parametrize("group", GROUPS)
def test_other_records_are_refused(made, group):
    for result in made[group]:
        record = result.to_json()
        name, _, number = record["noisytm"].partition("/")
        for change, says in (
            ({"more": 1}, "unknown"),
            ({"noisytm": f"{name}/{int(number) + 1}"}, "newer noisytm" if group != "universal" else "must be|newer"),
            ({"noisytm": "nothing/1"}, "must be|noisytm"),
        ):
            with pytest.raises(FormatError, match=says) as caught:
                type(result).from_json(record | change)
            assert "\n" not in str(caught.value)
        for entry in record:
            rest = {k: v for k, v in record.items() if k != entry}
            if entry in ("name", "halting", "undefined", "tape_names"):
                continue
            try:
                again = type(result).from_json(rest)
            except FormatError as error:
                assert "\n" not in str(error)
            else:  # what may be missing is not there in what is read
                assert again.to_json().keys() <= record.keys() and entry not in HEADER


def test_a_record_that_contradicts_itself_is_refused(made):
    changes = {
        "runs": {"score": 10**6, "head": 10**6, "halted": "yes", "steps": -1, "state": "nowhere", "tape": []},
        "bounds": {"dimension": 7, "machine_key": "0" * 64, "problem_key": "0" * 64, "used_tuples": []},
        "tables": {"machine_key": "0" * 64, "problem_key": None},
        "syndromes": {"counts": {"1": 1000}, "dimension": 0, "max_weight": "2"},
        "others": {"machine_key": "1" * 64},
    }
    for group, entries in changes.items():
        result = made[group][0] if group != "others" else made[group][3]
        record = result.to_json()
        for entry, value in entries.items():
            with pytest.raises(FormatError):
                type(result).from_json(record | {entry: value})


def test_a_bound_that_is_not_complete_has_bounds_only(made):
    part = made["bounds"][-1]
    record = part.to_json()
    assert record["complete"] is False and (record["lower_bound"], record["upper_bound"]) == ("1", "9/2")
    assert "learning_coefficient" not in record and "multiplicity" not in record
    with pytest.raises(FormatError, match="is not complete"):
        type(made["bounds"][0]).from_json(record)
    with pytest.raises(FormatError, match="is complete"):
        type(part).from_json(made["bounds"][0].to_json())


def test_load_says_what_it_cannot_read(tmp_path):
    for record, says in (
        ({"noisytm": "opera/1"}, "the kinds are"),
        ({}, 'no "noisytm"'),
        ([1], "must be an object"),
        ({"noisytm": 5}, "the kinds are"),
    ):
        save_record(record, tmp_path / "x.json")
        with pytest.raises(FormatError, match=says):
            load(tmp_path / "x.json")
    with pytest.raises(FormatError, match="cannot read"):
        load(tmp_path / "missing.json")


def test_records_of_version_0_1_load(made):
    """They had no tag, no key of the problem, no options, no seed, and no time of compiling."""
    new = ("noisytm", "problem_key", "options", "seed", "compile_seconds")
    result = made["bounds"][0]
    record = result.to_json()
    old = {k: v for k, v in record.items() if k not in new}
    old["problem"] = {k: v for k, v in record["problem"].items() if k != "noisytm"}
    old["certificate"] = {k: v for k, v in record["certificate"].items() if k != "optimal_face"}
    read = from_json(old)
    assert (read.value, read.multiplicity, read.bounds) == (result.value, result.multiplicity, result.bounds)
    read.certificate.verify()
    report = made["syndromes"][2]
    record = report.to_json()
    old = {k: v for k, v in record.items() if k not in (*new, "seconds", "complete")}
    old["problem"] = {k: v for k, v in record["problem"].items() if k != "noisytm"}
    assert equal(from_json(old), report)


def test_the_number_before_the_times_is_read(made):
    """What ends in /1 (enumerations: /3) says nothing of compiling; contradictions in it are refused all the same."""
    count = 0
    for result in (result for group in made.values() for result in group if isinstance(result, Timed)):
        record = result.to_json()
        name, number = split_tag(record["noisytm"])
        if record.get("endless", {}).get("proof") == "late cycle":  # which number 1 does not know
            continue
        if name == "bound" and "precision" in record:  # which number 1 does not know
            continue
        if name == "syndromes" and "explained" in record:  # nor this
            continue
        if name == "bound" and ("law" in record or not isinstance(record.get("multiplicity", 1), int)):  # nor these
            continue
        if name in ("regret", "susceptibilities") and record["seed"] is not None:  # nor of which populations they are
            continue
        if "symbols" in record:  # of histories, which said no times in number 1, nor what is named
            continue
        if number == 1:  # a kind that has had the times from its first number on
            continue
        assert record["seconds"] >= 0 if result.seconds is not None else "seconds" not in record
        known = type(result).kind.entries_of(number - 1)
        old = {k: v for k, v in record.items() if k in known and k not in TIMES} | {"noisytm": f"{name}/{number - 1}"}
        assert record.keys() - old.keys() <= {*TIMES, "complete"}  # that a table or a tree is whole was not said either
        validated(old)
        read = type(result).from_json(old)
        assert equal(read, result) and read.compile_seconds is None
        count += 1
    assert count > 20
    old = {k: v for k, v in made["runs"][0].to_json().items() if k not in TIMES} | {"noisytm": "run/1"}
    for change, says in (({"score": 10**6}, "score is"), ({"seconds": 1.0}, "unknown"), ({"halted": False}, "halted")):
        with pytest.raises(FormatError, match=says):
            RunResult.from_json(old | change)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_files_of_version_0_1_load(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    read = load(path)
    assert (str(read.value), read.multiplicity) == (record["learning_coefficient"], record["multiplicity"])
    assert "noisytm" not in record and read.version == record["version"]


@pytest.mark.parametrize("name", library.names())
def test_machines_of_the_library_fit_the_schema(name):
    validated(library.machine(name).to_json())
    entry = library.entry(name)
    if entry.problem is not None:
        validated(problem_from_mapping(entry.problem, entry.machine).to_json(entry.machine))


@pytest.mark.parametrize("seed", range(12))
def test_random_runs_and_problems_come_back(seed):
    """At any step, with and without uses of tuples, and over symbols of several characters."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    if seed % 2:
        machine = machine.renamed({x: f"{x},{x}" for x in machine.symbols}, {q: f"q {q}" for q in machine.states})
    word = [rng.choice(machine.symbols) for _ in range(rng.randint(0, 5))]
    found = run(machine, word, rng.choice((0, 3, 17, 10**6, 10**40)), visited=bool(seed % 3), counts=bool(seed % 2))
    again = RunResult.from_json(json.loads(json.dumps(found.to_json())))
    assert again == found and again.configuration.tape == found.configuration.tape
    assert run(machine, start=again.configuration, max_steps=again.steps + 5) == run(
        machine, start=found.configuration, max_steps=found.steps + 5
    )
    task = SynthesisProblem.of_machine(
        machine, [word, word[:0]] if word else [word], 3, rng.choice(("state", "tape:2"))
    )
    record = json.loads(json.dumps(task.to_json(machine)))
    validated(record)
    assert SynthesisProblem.from_json(record) == task
    assert equal(Encoding.from_json(json.loads(json.dumps(encode(machine).to_json()))), encode(machine))


def test_keys_of_machine_and_problem_say_which(made):
    record = made["bounds"][0].to_json()
    assert record["machine_key"] == DETECT_A.key and record["problem_key"] == problem().key
    assert library.machine("bb2").to_json() == json.loads(library.machine("bb2").canonical) | {"name": "bb2"}
