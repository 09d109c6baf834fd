"""Searches and enumerations that may take so much memory, and what they leave."""

import pickle

import pytest

from noisytm import (
    SynthesisProblem,
    __version__,
    _memory,
    atlas,
    enumerate_machines,
    global_learning_coefficient,
    library,
    output_distribution,
    solutions,
)
from noisytm.cli.command import main
from noisytm.errors import BudgetError
from noisytm.search.cubes.pieces import Counting
from noisytm.search.store import Ways, carried_out

PROBLEM = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)

CALLS = {
    "solutions": lambda **most: solutions(PROBLEM, **most),
    "pieces": lambda **most: solutions(PROBLEM, pieces=10, **most),
    "least": lambda **most: global_learning_coefficient(PROBLEM, **most),
    "lists": lambda **most: global_learning_coefficient(PROBLEM, "listed", max_tuples=2, **most),
    "atlas": lambda **most: atlas(PROBLEM, sample=200, **most),
    "enumeration": lambda **most: enumerate_machines(3, 2, **most),
    "outputs": lambda **most: output_distribution(3, 2, **most),
}


@pytest.fixture
def growing(monkeypatch):
    """A process that grows by a mebibyte each time that it is looked at, which is often."""
    looks = iter(range(1 << 30))
    monkeypatch.setattr(_memory, "resident", lambda: next(looks) << 20)
    monkeypatch.setattr(_memory, "SECONDS_BETWEEN_LOOKS", 0.0)
    _memory.resident_at_first.cache_clear()
    yield
    _memory.resident_at_first.cache_clear()


@pytest.mark.parametrize("name", CALLS)
def test_what_was_found_is_left(growing, name):
    with pytest.raises(BudgetError, match="of memory that it may take are used up; give it more memory") as ended:
        CALLS[name](memory=20 << 20)
    assert ended.value.partial is not None and not ended.value.partial.complete


def test_memory_that_is_enough_changes_nothing():
    assert solutions(PROBLEM, memory=1 << 40) == solutions(PROBLEM)


@pytest.mark.parametrize(
    "verb", [("search", "parity", "--steps", "4"), ("beaver", "3", "2"), ("beaver", "3", "2", "--outputs")]
)
def test_the_command_prints_it_and_ends_with_3(growing, capsys, tmp_path, verb):
    kept = tmp_path / "kept"
    assert main([*verb, "--memory", "20M", "--resume", str(kept)]) == 3
    printed = capsys.readouterr()
    assert "not complete" in printed.out
    assert "the same command goes on from there" in printed.err and "memory" in printed.err


def test_a_limit_within_another_is_the_lower_one(monkeypatch):
    monkeypatch.setattr(_memory, "resident", lambda: 0)
    with _memory.limited(100), _memory.limited(200):
        assert _memory.limit() == 100 and not _memory.fits(101)
        with _memory.unlimited():
            assert _memory.fits(101)
    assert _memory.fits(101)


def test_processes_share_it_and_each_looks(growing):
    counting = Counting(PROBLEM)
    hands = Ways(workers=3, memory=400).hands(counting, 10)
    assert hands.memory == 100
    piece = counting.pieces(1)[0]
    with pytest.raises(BudgetError, match="memory"):
        carried_out(pickle.dumps(counting), __version__, piece, None, hands.memory)


@pytest.mark.slow
def test_rows_of_an_atlas_are_written_as_far_as_they_go_and_the_same_command_goes_on(growing, capsys, tmp_path):
    rows, kept = tmp_path / "rows.csv", tmp_path / "kept"
    command = ["atlas", "parity", "--steps", "4", "--resume", str(kept), "--output", str(rows)]
    assert main([*command, "--memory", "20M"]) == 3
    assert "nothing is kept in" in capsys.readouterr().err  # the codes are being counted
    assert main([*command, "--memory", "700M"]) == 3
    assert "the same command goes on from there" in capsys.readouterr().err
    part = rows.read_text().splitlines()
    assert 1 < len(part) < 720
    assert main([*command, "--memory", "1T"]) == 0
    whole = rows.read_text().splitlines()
    assert len(whole) == 720 and set(part) <= set(whole)
    assert main([*command[:4], "--memory", "20M"]) == 3
    assert "with --resume FILE the same command keeps it" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_to_is_refused_before_the_work(capsys, tmp_path):
    (tmp_path / "rows.csv").mkdir()
    for path, says in (("rows.csv", "it is a folder"), ("no/rows.csv", "there is no folder"), ("x" * 999 + ".csv", "")):
        for verb in (["atlas", "nosuch"], ["beaver", "3", "2", "--outputs"]):
            assert main([*verb, "--output", str(tmp_path / path)]) == 1
            error = capsys.readouterr().err
            assert "cannot write" in error and says in error
