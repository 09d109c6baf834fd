"""``noisytm search --count-only``: problems with and without a machine, text and JSON, stores, wrong arguments."""

import json

import pytest
from seeds import long

from noisytm import Solutions, library, load
from noisytm.cli import main
from noisytm.saved import from_json

PARITY = """\
space: {symbols: "_1", states: [even, odd]}
inputs: {letters: "1", max_length: 3}
steps: 5
targets: {"": even, "1": odd, "11": even, "111": odd}
"""


@pytest.fixture
def parity(tmp_path):
    path = tmp_path / "parity.yaml"
    path.write_text(PARITY, encoding="utf-8")
    return str(path)


def printed(capsys, *arguments, code=0):
    assert main(["search", *arguments]) == code
    return capsys.readouterr()


def test_a_problem_without_a_machine(parity, capsys, tmp_path):
    out = printed(capsys, parity, "--count-only").out
    assert out.splitlines()[:3] == [
        "20,736 codes: tables of 4 tuples over 2 symbols and 2 states",
        "solve it                 274",
        "mass                   137/10368 = 2^-6.242",
    ]
    text = printed(capsys, "--problem", parity, "--count-only", "--json").out
    record = json.loads(text)
    assert (record["solutions"], record["cubes"], record["mass"]) == (274, 274, "137/10368")
    assert record["space"]["codes"] == 20736 and record["space"]["states"] == ["even", "odd"] and record["complete"]
    (tmp_path / "found.json").write_text(text, encoding="utf-8")
    again = load(tmp_path / "found.json")
    assert isinstance(again, Solutions) and again.codes == 274 and len(again.sample(3)) == 3


def test_a_machine_stands_for_what_it_computes(capsys, tmp_path):
    listed = ("--steps", "4", "--count-only", "--space", "listed")
    record = json.loads(printed(capsys, "detectA", *listed, "--json").out)
    shortest = record["shortest_description"]
    assert (shortest["tuples"], shortest["count"], len(shortest["lists"])) == (2, 27, 27)
    assert "mass" in record and record["by_length"] == {"2": 27}
    out = printed(capsys, "detectA", *listed).out
    assert "shortest description: 2 tuples, 27 lists" in out and "17 more" in out
    path = tmp_path / "machine.json"
    library.machine("detectA").save(path)
    given = json.loads(printed(capsys, str(path), "--words", "A,B", "--steps", "2", "--count-only", "--json").out)
    assert given["problem"]["targets"] == {"A": "accept", "B": "reject"}
    assert printed(capsys, "detectA", "--steps", "1", "--count-only", "--space", "listed", "--max-tuples", "0").out


def test_what_is_kept_is_gone_on_from(parity, capsys, tmp_path):
    kept = ("--count-only", "--json", "--resume", str(tmp_path / "store"))
    first, second = (json.loads(printed(capsys, parity, *kept).out) for _ in range(2))
    plain = json.loads(printed(capsys, parity, "--count-only", "--json").out)
    for record in (first, second, plain):
        del record["seconds"], record["compile_seconds"]
    assert first == second == plain
    assert "another problem" in printed(capsys, "detectA", *kept, code=1).err


@pytest.mark.slow
def test_the_least_learning_coefficient_is_printed_saved_and_certified(parity, capsys, tmp_path):
    least = ("--steps", "4", "--semantics", "mean-field")
    out = printed(capsys, "parity", *least, "--certificate", str(tmp_path / "c")).out
    assert main(["verify", str(tmp_path / "c")]) == 0 and "8" in capsys.readouterr().out
    assert "least λ  8, certified" in out and "20,736 codes" in out


@long
def test_all_codes_that_attain_it_are_in_the_record(capsys):
    least = ("--steps", "4", "--semantics", "mean-field")
    record = json.loads(printed(capsys, "parity", *least, "--loss", "brier", "--optimal", "--json").out)
    found = from_json(record)
    assert (found.value, found.multiplicity, len(found.optimal)) == (4, 1, 108)
    assert record["learning_coefficient"] == record["lower_bound"] == "4" and record["complete"]


def test_the_least_learning_coefficient_of_lists_by_length(capsys):
    lists = ("detectA", "--steps", "4", "--semantics", "mean-field", "--space", "listed")
    out = printed(capsys, *lists).out.splitlines()
    assert out[0] == "4,969 codes: lists of at most 2 of 6 tuples over 3 symbols and 2 states"
    assert "lists of 1 tuple: 0 solve it" in out and "lists of 2 tuples: 27 solve it, least λ 4, m = 2" in out
    record = json.loads(printed(capsys, *lists, "--max-tuples", "2", "--json").out)
    assert from_json(record).by_length[2].value == 4 and record["options"]["max_tuples"] == 2
    assert [x["solutions"] for x in record["least_by_length"]] == [0, 0, 27]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["detectA", "--space", "listed", "--precision"], 2, "leave out --space listed"),
        (["detectA", "--space", "listed", "--max-tuples", "-1"], 2, "max-tuples"),
        (["detectA", "--count-only", "--optimal"], 2, "leave out --count-only"),
        (["detectA", "--count-only", "--prior-concentration", "2"], 2, "leave out --count-only"),
        (["detectA", "--count-only", "--certificate", "c"], 2, "leave out --count-only"),
        (["detectA", "--semantics", "mean"], 2, "must be one of"),
        (["detectA", "--prior-concentration", "-1"], 2, "positive"),
        (["--count-only"], 2, "give a problem file or a machine"),
        (["nosuch", "--count-only"], 1, "no existing file"),
        (["{parity}", "--count-only", "--steps", "3"], 2, "replaces --steps"),
        (["detectA", "--count-only", "--problem", "{parity}"], 1, "differ from those of the problem's space"),
        (["detectA", "--count-only", "--max-tuples", "2"], 2, "add --space listed"),
        (["detectA", "--count-only", "--space", "half"], 2, "must be one of full, listed"),
        (["{{inputs: [A], steps: 2}}", "--count-only"], 1, "names no machine"),
        (["{{space: {{symbols: ab}}, inputs: [a], steps: 2, targets: {{a: q}}}}", "--count-only"], 1, "lacks 'states'"),
        (["{{space: {{symbols: ab, states: [q]}}, inputs: [a], steps: 2}}", "--count-only"], 1, "lacks 'targets'"),
    ],
)
def test_what_cannot_be_asked(arguments, code, says, parity, capsys):
    read = printed(capsys, *(a.format(parity=parity) for a in arguments), code=code)
    assert says in read.err and not read.out
