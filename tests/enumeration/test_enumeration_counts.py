"""The counts, champions and weights of whole trees against published ones."""

import json
import re
from pathlib import Path

import pytest
from seeds import slow_where

from noisytm import Enumeration, TuringMachine, enumerate_machines, run
from noisytm.cli import main
from noisytm.enumeration import tree
from noisytm.enumeration.late import running
from noisytm.enumeration.recognisers import classes

CLASSES = classes()

GOLDEN = json.loads((Path(__file__).parent.parent / "data" / "tnf_counts.json").read_text(encoding="utf-8"))
SIZES = [(2, 2), (3, 2), (2, 3), (4, 2)]
ROWS = [row for row in GOLDEN["classes"] if (row["n"], row["m"]) in SIZES]
STEPS_AND_SCORE = {(2, 2): (6, 4), (3, 2): (21, 6), (2, 3): (38, 9), (4, 2): (107, 13)}


def of_row(row):
    return enumerate_machines(
        row["n"], row["m"], root=row["root"], complete=not row["last_open"], ordered_symbols=row["symbol_order"]
    )


def test_all_rows_are_there():
    assert len(ROWS) == 17
    assert {(row["root"], row["last_open"]) for row in ROWS} == {(r, o) for r in ("full", "1RB") for o in (True, False)}


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: "-".join(str(r[k]) for k in ("n", "m", "root", "symbol_order", "last_open"))
)
def test_counts(row):
    found = of_row(row)
    assert (found.machines, found.halting, found.machines - found.halting) == (
        row["total"], row["halt"], row["nonhalt"],
    )  # fmt: skip
    assert (found.steps, found.score, found.holdouts) == (*STEPS_AND_SCORE[row["n"], row["m"]], 0)
    assert sum(found.weights.values()) == found.weight_of_root
    if row["root"] == "full":
        entries = 2 * row["m"] * (row["n"] + 1)
        assert found.weight_of_root == entries ** (row["n"] * row["m"])
        assert found.weights["halted"] == GOLDEN["rado_halting_counts_Ne"][f"({row['n']},{row['m']})"]
    assert (found.weights["unfilled"] == 0) is not row["last_open"]


SPLIT = {"BB(2)": (2, 2), "BB(3)": (3, 2), "BB(2,3)": (2, 3), "BB(4)": (4, 2)}


@pytest.mark.parametrize("name", SPLIT)
@slow_where("BB(4)")
def test_cycles_and_translated_cycles(name):
    golden = GOLDEN["nonhalt_split_TNF_1RB_last_open"][name]
    found = enumerate_machines(*SPLIT[name], root="1RB", max_steps=3000, recognisers=("cycles", "translated"))
    assert (found.counts["cycles"], found.counts["translated"]) == (golden["cycler"], golden["translated_cycler"])
    assert (found.holdouts, found.counts["closed"]) == (golden["other"], 0)


@pytest.mark.parametrize("size", SIZES[:3])
def test_the_limit_on_steps_counts_the_halting_one(size):
    steps, _ = STEPS_AND_SCORE[size]
    assert enumerate_machines(*size, max_steps=steps).steps == steps
    assert enumerate_machines(*size, max_steps=steps - 1).steps < steps


def test_with_no_recogniser_all_others_are_holdouts():
    found = enumerate_machines(2, 2, max_steps=50, recognisers=())
    assert found.counts == dict.fromkeys(CLASSES, 0) | {"halted": 19, "holdout": 42}


@pytest.mark.parametrize("size", SIZES)
def test_champions_run_as_the_search_says(size):
    found = enumerate_machines(*size)
    assert found.longest and found.highest
    assert {run(machine).steps for machine in found.longest} == {found.steps}
    assert {run(machine).score for machine in found.highest} == {found.score}


@pytest.mark.parametrize("size", SIZES[:3])
def test_every_machine_that_halts_runs_as_it_should(size):
    found = enumerate_machines(*size)
    results = [run(machine, max_steps=1000) for machine in found.list_machines("halted")]
    assert len(results) == found.halting
    assert all(result.reason == "halted" for result in results)
    assert max(result.steps for result in results) == found.steps
    assert sum(result.steps == found.steps for result in results) == found.tally.longest.number
    assert sum(result.score == found.score for result in results) == found.tally.highest.number


@pytest.mark.slow
def test_a_class_is_listed_however_it_is_cut():
    found = enumerate_machines(3, 2)
    for kind, number in found.counts.items():
        texts = list(found.texts(kind))
        assert len(set(texts)) == len(texts) == number
        assert all(re.fullmatch(r"([01][LR][ABC]|1RZ|---|_)+", text) for text in texts)
    many = list(enumerate_machines(4, 2).texts("cycles"))  # more than fit the first buffer
    assert len(set(many)) == len(many) == 68086


def test_a_head_that_goes_too_far_makes_a_holdout(monkeypatch):
    for place in (tree, running):
        monkeypatch.setattr(place, "MAX_REACH", 8)
    while_running = ("closed", "cycles", "translated")
    near = enumerate_machines(3, 2, max_steps=1000, recognisers=while_running)
    far = [machine for machine in near.list_machines("holdout") if run(machine, max_steps=1000).leftmost < -8]
    monkeypatch.undo()
    whole = enumerate_machines(3, 2, max_steps=1000, recognisers=while_running)
    assert near.holdouts > whole.holdouts and far
    assert (near.machines, near.halting, near.steps) == (whole.machines, whole.halting, whole.steps)


TABLE_ROW = re.compile(
    r"\| [\d, ]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| `noisytm (beaver [^`]*)` \|$", re.MULTILINE
)
PAGE = Path(__file__).parent.parent.parent / "docs" / "enumeration.md"


def test_the_table_of_the_document(capsys):
    rows = TABLE_ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 9
    for machines, halting, steps, score, command in rows:
        assert main([*command.split(), "--json"]) == 0
        record = json.loads(capsys.readouterr().out)
        found = (record["machines"], record["counts"]["halted"], record["steps"]["most"], record["score"]["most"])
        assert found == tuple(int(x.replace(",", "")) for x in (machines, halting, steps, score)) and record["proved"]


def test_one_state():
    assert enumerate_machines(1, 2).counts == dict.fromkeys(CLASSES, 0) | {"halted": 1, "closed": 1, "translated": 1}
    assert enumerate_machines(1, 2).steps == 1


def test_the_result_tells_what_it_is():
    found = enumerate_machines(2, 2)
    assert isinstance(found, Enumeration) and all(isinstance(m, TuringMachine) for m in found.longest)
    record = json.loads(json.dumps(found.to_json()))
    assert record["steps"]["most"] == 6 and len(record["steps"]["first"]) == record["steps"]["machines"] == 5
    assert record["proved"] and record["counts"] == found.counts and record["version"] == found.version
    assert record["options"] == found.options.to_json()
    with pytest.raises(AttributeError):
        found.version = "0"
