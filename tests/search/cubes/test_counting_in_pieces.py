"""Counts do not depend on who counts, on what is kept, or on where it was broken off."""

import os
import pickle

import numpy as np
import pytest
from seeds import ALL_SEEDS, sweep

from noisytm import SynthesisProblem, __version__, library, solutions, words
from noisytm._clock import limited
from noisytm.errors import BudgetError, FormatError, Interrupted, ProblemError
from noisytm.search.cubes import Counting
from noisytm.search.cubes import pieces as counting_pieces
from noisytm.search.store import carried_out

PROBLEM = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
OTHER = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 3)


@pytest.fixture(scope="module")
def alone():
    return solutions(PROBLEM, progress=False)


def equal(one, other):
    return one.tally == other.tally and one.subtrees == other.subtrees and one.complete is other.complete


@sweep
def test_counts_of_processes_kept_in_a_store(alone, tmp_path):
    """Those of other processes in ``make verify``; what goes to them and comes back is looked at here."""
    counting = Counting(PROBLEM)
    (piece, *_) = counting.pieces(300)
    found, (_, process), _ = carried_out(pickle.dumps(counting), __version__, piece, None)
    assert found.record == counting.search(piece, None).record and process == os.getpid()
    found = solutions(PROBLEM, workers=2 if ALL_SEEDS else 1, resume=tmp_path / "store", progress=False)
    assert equal(found, alone) and found == alone
    drawn, again = found.sample(20, seed=3), alone.sample(20, seed=3)
    assert np.array_equal(drawn.codes, again.codes) and np.array_equal(drawn.cubes, again.cubes)


@sweep
@pytest.mark.parametrize("pieces", [1, 20, 400] if ALL_SEEDS else [1, 20])
def test_counts_of_any_pieces(alone, pieces, tmp_path):
    found = solutions(PROBLEM, pieces=pieces, progress=False)
    assert found.tally == alone.tally and found.subtrees == (() if pieces == 1 else alone.subtrees)
    assert np.array_equal(found.sample(5).codes, alone.sample(5).codes)


def broken_off(monkeypatch, times):
    """Interrupt the count of every so many-th subtree."""
    begun, real = [], counting_pieces.counted

    def counted(tree, start):
        begun.append(start)
        if len(begun) % times == 0:
            raise KeyboardInterrupt
        return real(tree, start)

    monkeypatch.setattr(counting_pieces, "counted", counted)


def test_a_count_that_is_interrupted_goes_on(alone, tmp_path, monkeypatch):
    broken_off(monkeypatch, 100)
    codes = []
    for _ in range(3):
        with pytest.raises(Interrupted) as raised:
            solutions(PROBLEM, resume=tmp_path / "store", progress=False)
        assert not raised.value.partial.complete and raised.value.partial.seconds > 0
        codes.append(raised.value.partial.codes)
    assert 0 < codes[0] < codes[1] < codes[2] < alone.codes
    assert equal(solutions(PROBLEM, resume=tmp_path / "store", progress=False), alone)


def test_shortest_lists_go_on_with_the_length_they_were_at(tmp_path, monkeypatch):
    alone, path = solutions(PROBLEM, "listed", progress=False), tmp_path / "store"
    broken_off(monkeypatch, 150)
    interrupted = 0
    while True:
        try:
            found = solutions(PROBLEM, "listed", resume=path, progress=False)
            break
        except Interrupted as error:
            interrupted += 1
            assert not error.partial.complete
    assert interrupted >= 1 and found == alone and found.shortest_description == 2
    assert solutions(PROBLEM, "listed", resume=path, progress=False) == alone
    with pytest.raises(FormatError, match="its max_tuples is 2, not 3"):
        solutions(PROBLEM, "listed", max_tuples=3, resume=path, progress=False)
    with pytest.raises(FormatError, match="is the store of another search, about another problem"):
        solutions(OTHER, "listed", resume=path, progress=False)


def test_shares_of_a_count_are_merged(alone, tmp_path):
    files = [tmp_path / "a", tmp_path / "b"]
    parts = [solutions(PROBLEM, resume=file, share=(i, 2), progress=False) for i, file in enumerate(files, 1)]
    assert not any(part.complete for part in parts) and sum(part.codes for part in parts) == alone.codes
    assert equal(solutions(PROBLEM, merge=files, progress=False), alone)


def test_what_was_counted_when_time_runs_out(tmp_path):
    with pytest.raises(BudgetError) as raised, limited(1e-9):
        solutions(PROBLEM, resume=tmp_path / "store", progress=False)
    assert raised.value.partial.codes == 0 and not raised.value.partial.complete
    assert not (tmp_path / "store").exists() or solutions(PROBLEM, resume=tmp_path / "store", progress=False).complete


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"workers": 0}, ProblemError, "workers is 0"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:1"}, ProblemError, "give one of the two"),
        ({"resume": 7}, FormatError, "the name of the store is 7"),
        ({"resume": "no/such/folder"}, FormatError, "No such file"),
        ({"merge": ["nowhere"]}, FormatError, "there is no such file"),
        ({"merge": 7}, ProblemError, "the stores to merge are 7; give a list"),
        ({"share": (3, 2)}, ProblemError, "share is 3"),
        ({"pieces": 0}, ProblemError, "pieces is 0"),
        ({"space": "listed", "share": (1, 2)}, ProblemError, "give max_tuples too"),
    ],
)
def test_bad_options(options, error, says):
    with pytest.raises(error, match=says) as raised:
        solutions(PROBLEM, progress=False, **options)
    assert "\n" not in str(raised.value)
