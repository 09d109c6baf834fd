"""The same machine in every format gives the same run."""

from pathlib import Path

import pytest
from stepping import run

from noisytm import formats
from noisytm.errors import FormatError

DATA = Path(__file__).parent.parent / "data" / "formats"
CHAMPIONS = sorted(DATA.glob("bb3_champion.*"))
INCREMENTS = sorted(DATA.glob("binary_increment.*"))


def test_there_is_a_champion_in_every_format():
    found = {formats.detect(path.read_text()) for path in CHAMPIONS}
    assert found == set(formats.formats())


@pytest.mark.parametrize("path", CHAMPIONS, ids=lambda p: p.name)
def test_bb3_champion_takes_21_steps_and_leaves_five_ones(path):
    machine = formats.read(path)
    steps, state, tape = run(machine, "")
    assert (steps, list(tape.values())) == (21, ["1"] * 5)
    assert state in machine.halting
    assert (machine.start, len(machine.symbols), len(machine.states), len(machine.tuples)) == ("A", 2, 4, 6)


@pytest.mark.parametrize("path", INCREMENTS, ids=lambda p: p.name)
def test_increment_takes_1011_to_1100_in_8_steps(path):
    machine = formats.read(path)
    steps, state, tape = run(machine, "1011")
    assert steps == 8
    assert "".join(tape[i] for i in sorted(tape)) == "1100"
    assert state in machine.halting


def test_wildcards_of_the_increment_are_written_out():
    machine = formats.read(DATA / "binary_increment.morphett.txt")
    assert machine.symbols == ("_", "0", "1")
    assert machine.states == ("0", "1", "halt-done")
    assert machine.table["0", "0"] == ("0", "0", "R")
    assert machine.table["_", "1"] == ("1", "halt-done", "S")
    assert machine.table["1", "1"] == ("0", "1", "L")


def test_increment_in_yaml():
    machine = formats.read(DATA / "binary_increment.tmio.yaml")
    assert machine.symbols == (" ", "0", "1")
    assert machine.states == ("seek", "carry", "done")
    assert machine.halting == ("done",)
    assert machine.table["0", "carry"] == machine.table[" ", "carry"] == ("1", "done", "L")
    assert machine.table["0", "seek"] == ("0", "seek", "R")


def test_undefined_cells_are_unlisted_tuples():
    three, two = formats.read_all(DATA / "undefined_cells.bbc.txt")
    assert len(three.symbols) == 2
    assert three.states == ("A", "B", "C")
    assert ("1", "A") not in three.table
    assert two.symbols == ("0", "1", "2", "3")
    assert {three.undefined, two.undefined} == {"write-1"}
    with pytest.raises(FormatError, match="holds 2 machines"):
        formats.read(DATA / "undefined_cells.bbc.txt")


def test_two_tapes_are_refused():
    with pytest.raises(FormatError, match="2 tapes; only machines with one tape"):
        formats.read(DATA / "copy_two_tapes.jff")


def test_contract_counts_of_the_busy_beaver():
    machine = formats.parse("1RB1LB_1LA1RZ")
    assert (len(machine.states), len(machine.tuples), machine.dimension) == (3, 4, 20)


@pytest.mark.parametrize("target", formats.formats())
@pytest.mark.parametrize("path", CHAMPIONS, ids=lambda p: p.name)
def test_renamed_champion_runs_the_same_in_every_format(path, target):
    machine = formats.renamed_for(formats.read(path), target)
    if target in ("bbchallenge",):
        assert machine.symbols == ("0", "1")
    text = formats.write(machine, target)
    assert formats.detect(text) == target
    back = formats.parse(text)
    assert back == machine
    assert run(back, "")[0] == 21


@pytest.mark.parametrize(
    ("path", "target", "reason"),
    [
        ("bb3_champion.bbc.txt", "jflap", "the blank is '0', and in jflap it is always '□'"),
        ("bb3_champion.bbc.txt", "morphett", "the blank is '0', and in morphett it is always '_'"),
        ("bb3_champion.jff", "bbchallenge", "the symbols are '□', '1'"),
        ("binary_increment.tmio.yaml", "bbchallenge", "the symbols are ' ', '0', '1' with blank ' '"),
        ("binary_increment.morphett.txt", "bbchallenge", "the symbols are '_', '0', '1'"),
    ],
)
def test_conversion_without_renaming_says_what_stands_in_the_way(path, target, reason):
    with pytest.raises(FormatError) as caught:
        formats.write(formats.read(DATA / path), target)
    assert reason in str(caught.value)
    assert "--rename" in str(caught.value)
