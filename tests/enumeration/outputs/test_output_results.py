"""What an output distribution says of a word, its record, and ``noisytm beaver --outputs``."""

import csv
import itertools
import json
import math
import pickle
from collections import Counter
from fractions import Fraction

import pytest
from seeds import long
from timeless import timeless

from noisytm import BudgetError, FormatError, MachineError, OutputDistribution, load, output_distribution
from noisytm.cli import main
from noisytm.enumeration.outputs import driver
from noisytm.show import describe_outputs


@pytest.fixture(scope="module")
def three():
    return output_distribution(3, 2)


def test_a_word(three):
    assert three.covered == 5
    assert all(three.count("".join(word)) for n in range(1, 6) for word in itertools.product("01", repeat=n))
    missing = next(w for x in itertools.product("01", repeat=6) if not three.count(w := "".join(x)))
    assert three.share(missing) == 0 and three.complexity(missing) == math.inf
    assert three.share_bounds("01") == (three.share("01"),) * 2
    assert three.complexity("01") == pytest.approx(-math.log2(three.count("01") / three.halting), abs=1e-12)
    assert three.count(["0", "1"]) == three.count("01") == 432_040


@pytest.mark.parametrize(("length", "overlap"), [(None, 0), (1, 0), (3, 0), (3, 1), (4, 3), (5, 2)])
def test_the_block_estimate(three, length, overlap):
    word = "0110101110000101101"
    found = three.block_estimate(word, length, overlap)
    length = length or 5
    places = [x for x in range(0, len(word), length - overlap) if x == 0 or x + overlap < len(word)]
    times = Counter(word[x : x + length] for x in places)
    wanted = sum(math.log2(three.halting / three.count(block)) + math.log2(n) for block, n in times.items())
    assert found.value == pytest.approx(wanted, abs=1e-9)
    assert [(b.word, b.times) for b in found.blocks] == list(times.items())
    covered = {x + i for x in places for i in range(length)}
    assert covered >= set(range(len(word))) and found.bounds == pytest.approx((wanted, wanted), abs=1e-9)


def test_one_block_is_the_word_itself(three):
    assert three.block_estimate("0101", 4).value == three.complexity("0101")
    assert three.block_estimate("01", 5).value == three.complexity("01")
    twice = three.block_estimate("01010101", 4)
    assert twice.value == pytest.approx(three.complexity("0101") + 1)


BAD = [
    (lambda d: d.count(""), "word is empty"),
    (lambda d: d.share("012"), "'2' at position 2"),
    (lambda d: d.complexity(None), "None"),
    (lambda d: d.block_estimate("01", 0), "length is 0"),
    (lambda d: d.block_estimate("01", 2, 2), "overlap is 2"),
    (lambda d: d.block_estimate("0" * 20, 20), "no run that halts leaves the block '00000000000000000000'; all words"),
    (lambda d: d.about("01", blocks=1), "blocks is 1"),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_bad_questions(three, call, says):
    with pytest.raises(MachineError, match=says) as raised:
        call(three)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"states": 0}, MachineError, "states is 0"),
        ({"states": 7}, BudgetError, "14 cells"),
        ({"symbols": 1}, MachineError, "symbols is 1"),
        ({"max_steps": 1}, MachineError, "max_steps is 1"),
        ({"recognisers": ["luck"]}, MachineError, "'luck'"),
        ({"workers": 0}, MachineError, "workers is 0"),
    ],
)
def test_bad_options(options, error, says):
    with pytest.raises(error, match=says):
        output_distribution(**{"states": 2, "symbols": 2} | options)
    with pytest.raises(TypeError, match="root"):
        output_distribution(2, 2, root="1RB")


def test_a_record_that_contradicts_itself_is_refused(three):
    record = three.to_json()
    again = OutputDistribution.from_json(json.loads(json.dumps(record)))
    assert again.counts == three.counts and again.options == three.options
    assert pickle.loads(pickle.dumps(again)).counts == three.counts
    first, *rest = record["outputs"]
    wrong = [
        {"halting": three.halting + 1},
        {"undecided": 1},
        {"never_halting": 0, "undecided": -1},
        {"outputs": rest},
        {"outputs": [first | {"count": first["count"] + 1}, *rest]},
        {"outputs": [first | {"share": "1/3"}, *rest]},
        {"outputs": [first | {"word": "02"}, *rest]},
        {"outputs": [first | {"count": 0}, *rest]},
        {"outputs": []},
        {"options": record["options"] | {"root": "1RB"}},
        {"options": record["options"] | {"luck": 1}},
        {"word": "0", "K": 1.0},
        {"word": "7"},
        {"machines": 1},
    ]
    for change in wrong:
        with pytest.raises(FormatError, match="outputs record"):
            OutputDistribution.from_json(record | change)


def test_a_computation_broken_off_anywhere_goes_on(three, tmp_path, monkeypatch):
    file, begun, real = tmp_path / "progress.json", [], driver.subtree

    def broken(options, root):
        begun.append(root)
        if len(begun) % 5 == 0:
            raise KeyboardInterrupt
        return real(options, root)

    monkeypatch.setattr(driver, "subtree", broken)
    parts = []
    while True:
        try:
            found = output_distribution(3, 2, resume=file)
            break
        except KeyboardInterrupt as ended:
            parts.append(ended.partial)
    assert timeless(found.to_json()) == timeless(three.to_json()) and len(parts) == 3
    undecided = [part.undecided for part in parts]
    assert undecided == sorted(undecided, reverse=True) and undecided[-1] > 0
    for part in parts:
        assert not part.complete
        for word in three.counts:
            low, high = part.share_bounds(word)
            assert low <= three.share(word) <= high
    with pytest.raises(FormatError, match="other options"):
        output_distribution(3, 2, max_steps=100, resume=file)
    assert main(["beaver", "3", "--resume", str(file)]) == 1
    record = json.loads(file.read_text())
    kept = record["tally"]["words"]
    first = next(iter(kept))
    for words in (
        {"": 1},
        {"012": 1},
        {"0": -1},
        {"0": 1.5},
        [],
        {},
        None,
        kept | {first: kept[first] + 1},
        kept | {"1": 7},
    ):
        file.write_text(json.dumps(record | {"tally": record["tally"] | {"words": words}}))
        with pytest.raises(FormatError, match="no progress file of an output distribution"):
            output_distribution(3, 2, resume=file)


@long
@pytest.mark.parametrize("workers", [2, 3])
def test_the_result_does_not_depend_on_the_number_of_workers(workers):
    one, several = output_distribution(4, 2), output_distribution(4, 2, workers=workers)
    assert timeless(several.to_json()) == timeless(one.to_json())


def test_the_command(capsys, tmp_path, three):
    table = tmp_path / "outputs.csv"
    asked = ["beaver", "3", "2", "--outputs"]
    assert main([*asked, "--output", str(table), "--word", "01"]) == 0
    out = capsys.readouterr().out
    assert "  halt           4,294,368" in out and "D(01) = 54005/536796 = 0.100606, K(01) = 3.31321" in out
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert {row["word"]: int(row["count"]) for row in rows} == three.counts
    for row in rows:
        assert Fraction(row["share"]) == three.share(row["word"])
        assert float(row["probability"]) == float(three.share(row["word"]))
        assert float(row["complexity"]) == three.complexity(row["word"])
        assert (Fraction(row["lower"]), Fraction(row["upper"])) == three.share_bounds(row["word"])
    assert main([*asked, "--json", "--word", "0110101101"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["K"] is None and record["block_estimate"]["length"] == 5
    assert record["block_estimate"]["K"] == three.block_estimate("0110101101").value
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(record))
    assert load(path).counts == three.counts
    record["block_estimate"]["K"] += 1e-9
    path.write_text(json.dumps(record))
    with pytest.raises(FormatError, match="block_estimate"):
        load(path)
    assert main([*asked, "--json", "--word", "01", "--block-length", "1"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["K"] == three.complexity("01") and len(record["block_estimate"]["blocks"]) == 2


def test_a_block_that_is_missing_ends_the_command_after_its_result(capsys):
    assert main(["beaver", "2", "--outputs", "--word", "0" * 9, "--block-length", "9", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["count"] == 0 and "block_estimate" not in json.loads(out)
    assert err.startswith("noisytm: no run that halts leaves the block") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("code", "options"),
    [
        (2, ["--word", "01"]), (2, ["--output", "a.csv"]), (2, ["--block-length", "2"]), (2, ["--block-overlap", "0"]),
        (2, ["--outputs", "--root", "1RB"]), (2, ["--outputs", "--complete"]), (2, ["--outputs", "--list", "halted"]),
        (2, ["--outputs", "--block-length", "2"]), (2, ["--outputs", "--word", "0", "--block-overlap", "1"]),
        (2, ["--outputs", "--word", "0", "--block-length", "2", "--block-overlap", "2"]),
        (2, ["--outputs", "--output", "a.png"]), (2, ["--outputs", "--word", "0", "--block-length", "0"]),
        (1, ["--outputs", "--word", "012"]), (1, ["--outputs", "--word", ""]), (1, ["--outputs", "--resume", "a\0b"]),
        (1, ["--outputs", "--output", "no/such/folder/a.csv"]),
    ],
)  # fmt: skip
def test_the_command_refuses(capsys, code, options):
    assert main(["beaver", "2", *options]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1


@pytest.mark.parametrize(("ended", "code"), [(BudgetError("no time"), 3), (KeyboardInterrupt(), 130)])
def test_a_command_that_is_ended_prints_what_is_certain(capsys, tmp_path, monkeypatch, ended, code):
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path))
    roots, real = [], driver.subtree

    def broken(options, root):
        roots.append(root)
        if len(roots) == 9:
            raise ended
        return real(options, root)

    monkeypatch.setattr(driver, "subtree", broken)
    table = tmp_path / "outputs.csv"
    assert main(["beaver", "4", "--outputs", "--json", "--word", "0", "--output", str(table)]) == code
    out, err = capsys.readouterr()
    record = json.loads(out)
    part = OutputDistribution.from_json(record)
    assert record["complete"] is False and part.undecided > 0 and "progress is kept" in err
    low, high = map(Fraction, record["share_bounds"])
    assert low < Fraction(1224440064, 5970768960) < high
    assert len(table.read_text().splitlines()) == part.different + 1
    assert "This is not complete: what has not been gone through is undecided." in describe_outputs(part)
