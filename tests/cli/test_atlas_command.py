"""``noisytm atlas``: the summary, records, tables, what is ended early, wrong arguments."""

import csv
import json

import pytest

from noisytm import Atlas, SynthesisProblem, atlas, library, load
from noisytm.cli import main
from noisytm.errors import BudgetError
from noisytm.search.atlases import Alike, CodeRow
from noisytm.search.store.hands import Here
from noisytm.show import describe_atlas

PARITY = ("parity", "--steps", "4")


def printed(capsys, *arguments, code=0):
    assert main(["atlas", *arguments]) == code
    return capsys.readouterr()


def test_a_sample_as_text_table_and_record(capsys, tmp_path):
    table = tmp_path / "rows.csv"
    arguments = (*PARITY, "--sample", "20", "--seed", "3", "--semantics", "mean-field", "--output", str(table))
    out = printed(capsys, *arguments).out
    assert out.startswith("a sample of 20 (seed 3) of 719 codes that solve the problem; d = 16 each\n")
    assert "No code with more used tuples has a smaller λ than all codes with fewer of those looked at." in out
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    record = json.loads(printed(capsys, *arguments, "--json").out)
    assert record["noisytm"] == "atlas/1" and record["seed"] == 3 and record["options"]["sample"] == 20
    least = min(float(row["learning_coefficient_decimal"]) for row in rows)
    assert min(float(best["learning_coefficient"]) for best in record["best"]) == least == 8
    (tmp_path / "found.json").write_text(json.dumps(record), encoding="utf-8")
    again = load(tmp_path / "found.json")
    assert isinstance(again, Atlas) and again.solutions == 719 and again.named["parity"].value == 12


def test_what_is_ended_before_its_time_is_printed_and_written(capsys, tmp_path, monkeypatch):
    done, whole = [], Here.ended

    def ended(self, seconds):
        if len(done) == 40:
            raise BudgetError("time is up")
        done.append(whole(self, seconds))
        return done[-1]

    monkeypatch.setattr(Here, "ended", ended)
    table, store = tmp_path / "rows.csv", tmp_path / "store"
    arguments = (*PARITY, "--all", "--json", "--output", str(table), "--resume", str(store))
    record = json.loads(printed(capsys, *arguments, code=3).out)
    assert not record["complete"] and 0 < record["codes"] < record["solutions"] == 719
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + record["codes"]


def test_a_pair_is_shown_side_by_side():
    machine = library.machine("parity")
    found = atlas(SynthesisProblem.of_machine(machine, ["", "1"], 2), sample=3)
    short, long = list(found.rows)[:2]
    pair = CodeRow(short.code, 2, short.value + 5, 1, 1), CodeRow(long.code, 3, short.value, 1, 1)
    made = Atlas(found.units, 2, None, None, {Alike(*one[1:]): 1 for one in pair}, pair, (), (), {})
    text = describe_atlas(made)
    assert "A code with 3 used tuples has λ =" in text and text.count("fatal syndromes of 1 error:") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("detectA", "--steps", "4"), 2, "489,655 codes solve the problem, more than the 5,000"),
        ((*PARITY, "--all", "--sample", "3"), 2, "--all and --sample exclude each other"),
        ((*PARITY, "--seed", "3"), 2, "add --sample"),
        ((*PARITY, "--sample", "0"), 2, "--sample"),
        ((*PARITY, "--prior-concentration", "x=1"), 2, "concentration"),
        ((*PARITY, "--output", "rows.xls"), 1, "end it in"),
        ((), 2, "give a problem file or a machine"),
    ],
)
def test_wrong_arguments(capsys, arguments, code, told):
    assert told in printed(capsys, *arguments, code=code).err
