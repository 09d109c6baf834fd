"""Strict reading of JSON, whole files, and the check of records against their schemas."""

import gzip
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noisytm import FormatError, SynthesisProblem, TuringMachine, library
from noisytm._json import MAX_DIGITS, dumps, load_record, loads, save_record
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import COUNT, FRACTION, STRING, choice, entries, items, many, mapping, nullable, require
from noisytm.problem import problem_from_mapping

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read(value):
    assert loads(dumps(value)) == value


@pytest.mark.parametrize("digits", [1999, 2000, 2001, 4000, 4001, 9000, 12345])
def test_integers_of_any_length(digits):
    for number in (10 ** (digits - 1), -(10**digits - 7)):
        assert loads(dumps(number), digits=digits + 1) == number
        with pytest.raises(FormatError, match=f"integer of .* digits; the limit is {digits - 1}"):
            loads(dumps(number), digits=digits - 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": {"b": 1, "b": 1}}', "x has the key 'b' twice in one object"),
        ("[NaN]", "x has NaN"),
        ("[-Infinity]", "x has -Infinity"),
        ("[1e999]", "1e999, which is too large"),
        ("[" * 10**5, "nested too deeply"),
        ('{"a":' * 10**5, "nested too deeply"),
        ("9" * (MAX_DIGITS + 1), "has an integer of 4001 digits"),
        ("{", "x is not JSON"),
        ("", "x is not JSON"),
    ],
)
def test_what_is_not_strict_json_is_refused(text, says):
    with pytest.raises(FormatError) as caught:
        loads(text, "x")
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", [".json", ".json.gz"])
def test_files_are_replaced_as_a_whole(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    for record in ({"a": "ä"}, [1, 2]):
        save_record(record, path)
        assert load_record(path) == record
    assert os.listdir(tmp_path) == [path.name]
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == (ending == ".json.gz")
    first = path.read_bytes()
    save_record([1, 2], path)
    assert path.read_bytes() == first
    link = tmp_path / f"link{ending}"
    link.symlink_to(path)
    save_record([3], link)
    assert link.is_symlink() and load_record(path) == [3]


def test_files_that_cannot_be(tmp_path):
    for path, says in (
        (tmp_path / "a.txt", "ends neither in .json nor in .json.gz"),
        (tmp_path / "none" / "a.json", "No such file"),
        (str(tmp_path / "a\0.json"), "null"),
        (7, "give a string or a Path"),
    ):
        for act in (lambda p: save_record({}, p), load_record):
            with pytest.raises(FormatError, match=says) as caught:
                act(path)
            assert "\n" not in str(caught.value)
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(FormatError, match="cannot write"):
        save_record({}, tmp_path / "folder.json")
    assert os.listdir(tmp_path) == ["folder.json"]
    for name, data in (
        ("cut.json.gz", gzip.compress(b"{}" * 100)[:-9]),
        ("plain.json.gz", b"{}"),
        ("flipped.json.gz", gzip.compress(b"[1, 2, 3]")[:12] + b"\xff" * 9),
        ("latin.json", b'"\xe4"'),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FormatError):
            load_record(tmp_path / name)


def test_a_compressed_file_is_not_unpacked_beyond_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("noisytm._json.MAX_RECORD_BYTES", 1000)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * 10**6))
    with pytest.raises(FormatError, match="more than 1,000 bytes"):
        load_record(tmp_path / "bomb.json.gz")


FORM = entries({"note": STRING}, sizes=many(COUNT), pair=items(STRING, nullable(FRACTION)), kind=choice("a", 1, None))
FITS = {"sizes": [0, 3], "pair": ["x", "1/2"], "kind": "a"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sizes": [0, -1]}, r"r: sizes\[1\] is -1; it must be at least 0"),
        ({"sizes": [True]}, r"r: sizes\[0\] is True; it must be an integer"),
        ({"sizes": [1.0]}, r"r: sizes\[0\] is 1.0; it must be an integer"),
        ({"sizes": "3"}, "r: sizes is '3'; it must be a list"),
        ({"pair": ["x"]}, r"r: pair is \['x'\]; it must be a list of 2"),
        ({"pair": ["x", 1]}, r"r: pair\[1\] is 1; it must be a string or null"),
        ({"pair": ["x", "1/"]}, r"r: pair\[1\] is '1/'; it must be a fraction"),
        ({"kind": True}, "r: kind is True; it must be 'a', 1 or null"),
        ({"other": 1, "more": 2}, "r has unknown entries 'more', 'other'; remove them"),
    ],
)
def test_the_first_fault_of_a_record_is_named(change, says):
    require(FORM, FITS, "r")
    with pytest.raises(FormatError, match=f"^{says}"):
        require(FORM, FITS | change, "r")
    with pytest.raises(FormatError, match=r"^r lacks 'sizes', 'kind'$"):
        require(FORM, {"pair": FITS["pair"]}, "r")


KIND = Kind("sample", {0: entries(a=COUNT), 1: result_form(mapping(COUNT), a=COUNT), 2: result_form(a=COUNT, b=COUNT)})


def test_numbers_of_a_kind():
    old = KIND.tagged(provenance(), {"a": 1, "b": 2})
    assert list(old)[:2] == ["noisytm", "version"] and KIND.number_of(old) == 2
    assert KIND.number_of({"noisytm": "sample/1", **provenance(options={"x": 1}), "a": 1}) == 1
    assert KIND.number_of({"a": 1}) == 0
    for record, says in (
        ({"noisytm": "sample/1", **provenance(), "a": 1, "b": 2}, "unknown entries 'b'"),
        ({"a": 1, "b": 2}, "unknown entries 'b'"),
        (old | {"noisytm": "sample/3"}, "written by a newer noisytm"),
        (old | {"noisytm": "sample/0"}, 'it must be "sample/2"'),
        (old | {"noisytm": "other/1"}, 'it must be "sample/2"'),
        (old | {"noisytm": None}, 'it must be "sample/2"'),
        (old | {"machine_key": "x"}, "machine_key is 'x'; it must be a key of 64 hexadecimal digits or null"),
        ([], "sample record is"),
    ):
        with pytest.raises(FormatError, match=says):
            KIND.number_of(record)


def test_the_key_of_a_problem():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", ""], steps=3)
    record = problem.to_json(machine)
    assert record["noisytm"] == "problem/1"
    entries_ = {k: v for k, v in record.items() if k != "machine"}
    again = problem_from_mapping(json.loads(json.dumps(entries_)), machine)
    assert again == problem and again.key == problem.key and len(problem.key) == 64
    other = TuringMachine(
        machine.symbols, machine.blank, machine.states, machine.start, [t._replace(move="S") for t in machine.tuples]
    )
    same = SynthesisProblem.of_machine(other, ["A", ""], steps=3)
    assert (same.key == problem.key) == (same == problem)
    for change in (
        {"steps": 4},
        {"inputs": ["", "A"]},
        {"weights": [1, 2]},
        {"readout": "tape:1", "targets": "machine"},
    ):
        assert problem_from_mapping(entries_ | change, machine).key != problem.key
    for tag, says in (("problem/3", "newer noisytm"), ("machine/1", 'must be "problem/1"'), (None, "must be")):
        with pytest.raises(Exception, match=says):
            problem_from_mapping(entries_ | {"noisytm": tag}, machine)
