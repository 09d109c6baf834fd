"""The least λ does not depend on who searches, on what is kept, or on where the search was broken off."""

import pickle

import pytest
from seeds import ALL_SEEDS, long

from noisytm import SynthesisProblem, __version__, global_learning_coefficient, library
from noisytm.errors import FormatError, Interrupted
from noisytm.geometry import checked_concentration
from noisytm.search import TableSpace
from noisytm.search.minimum import AskedOfAll, LeastCoefficient
from noisytm.search.store import carried_out, in_order

PROBLEM = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)


def least(**options):
    return global_learning_coefficient(PROBLEM, progress=False, **{"pieces": 150, **options})


def said(found):
    return found.value, found.multiplicity, found.machine, found.lower_bound, found.complete, found.optimal


@pytest.fixture(scope="module")
def alone():
    return least(optimal=ALL_SEEDS)


def test_what_goes_to_other_processes_and_comes_back():
    tables = TableSpace.over(PROBLEM)
    asked = AskedOfAll(tables.problem(PROBLEM), tables, "pseudo-utm", "log", "simplex", checked_concentration(1))
    task = LeastCoefficient(asked)
    task.compile()  # and all else that is looked up here before it goes away
    (start,) = task.start()
    for piece in in_order(task.pieces(200))[:20]:
        found, _, _ = carried_out(pickle.dumps(task), __version__, piece, start)
        mine = task.search(piece, start)
        assert (found.record, found.best) == (mine.record, mine.best)


def test_a_search_that_is_interrupted_goes_on(alone, tmp_path, monkeypatch):
    """The counts too are those of a search that nobody interrupted."""
    begun, real, times = [], LeastCoefficient.search, 0

    def broken(self, piece, incumbent):
        begun.append(piece)
        if len(begun) % 50 == 0:
            raise KeyboardInterrupt
        return real(self, piece, incumbent)

    monkeypatch.setattr(LeastCoefficient, "search", broken)
    while True:
        try:
            found = least(optimal=ALL_SEEDS, resume=tmp_path / "store")
            break
        except Interrupted as error:
            part, times = error.partial, times + 1
            assert not part.complete and part.lower_bound <= alone.value <= part.value
    assert times >= 2 and found == alone and (found.counts, found.course) == (alone.counts, alone.course)
    with pytest.raises(FormatError, match="with other options: its semantics is 'pseudo-utm', not 'mean-field'"):
        least(semantics="mean-field", resume=tmp_path / "store")


@long
def test_shares_are_merged(alone, tmp_path):
    files = [tmp_path / "a", tmp_path / "b"]
    for i, file in enumerate(files, 1):
        part = least(resume=file, share=(i, 2))
        assert not part.complete and part.lower_bound <= alone.value <= part.value
    assert said(least(merge=files, optimal=True)) == said(alone)


@long
@pytest.mark.parametrize("workers", [2, 3])
def test_the_result_does_not_depend_on_the_number_of_workers(alone, workers):
    found = least(workers=workers, optimal=True)
    assert found == alone and (found.counts, found.course) == (alone.counts, alone.course)
