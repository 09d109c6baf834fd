"""How large a search is said to be, and how long it will take."""

import random

import pytest
from seeds import long
from toy_search import Strings

from noisytm import SynthesisProblem, library
from noisytm.errors import StoreNote
from noisytm.geometry import checked_concentration
from noisytm.search import TableSpace
from noisytm.search.minimum import AskedOfAll, LeastCoefficient
from noisytm.search.store import Finished, Outlook, Piece, Store, estimated, searched
from noisytm.search.store import outlook as outlooks


class Uneven:
    """A tree whose nodes have up to three open children of five, by a rule."""

    def branches(self, piece, incumbent):
        open_ = random.Random(str(piece.place)).sample(range(5), len(piece.place) % 2 + 1)
        return [Piece((*piece.place, i)) for i in (open_ if len(piece.place) < 8 else [])], 6

    def nodes(self, piece):
        below, seen = self.branches(piece, None)
        return seen - 1 + sum(map(self.nodes, below))


def test_probes_come_near_what_there_is():
    tree, root = Uneven(), Piece(())
    found = estimated(tree, [root], None, seconds=5, enough=0.02)
    assert found.error <= 0.02 * found.nodes and abs(found.nodes - 1 - tree.nodes(root)) <= 4 * found.error + 1e-6


@long
def test_the_search_for_the_least_coefficient_is_estimated():
    problem = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)
    tables = TableSpace.over(problem)
    task = LeastCoefficient(
        AskedOfAll(tables.problem(problem), tables, "mean-field", "log", "simplex", checked_concentration(1))
    )
    pieces, (start,) = task.pieces(30), task.start()
    nodes = sum(task.search(piece, start).record["nodes"] for piece in pieces)
    found = estimated(task, pieces, start, seconds=20, enough=0.05)
    assert 0 < found.error <= 0.05 * found.nodes and abs(found.nodes - nodes) <= 5 * found.error


class Endless(Strings):
    def branches(self, piece, incumbent):
        return ([Piece((*piece.place, 0))] * 3, 4) if len(piece.place) < 40 else ([], 1)


def test_a_hopeless_search_says_so_once(monkeypatch):
    monkeypatch.setattr(outlooks, "SECONDS_BEFORE", 0.0)
    task = Endless(3)
    with Store(task) as store:
        ahead = Outlook(task, store)
        assert str(ahead) == f"about {ahead.estimate.nodes:.2g} nodes"
        ahead.add(Finished({"nodes": 5}))
        with pytest.warns(StoreNote, match=r"nodes are to be searched, which take about .* years") as told:
            assert "years to go" in str(ahead) and "to go" in str(ahead)
        assert len(told) == 1


def test_an_outlook_changes_nothing():
    task = Strings(4)
    plain = searched(task, lambda store: list(store.results()))
    task.__class__.branches = lambda self, piece, incumbent: (self.expand(piece), 4)
    try:
        ahead = searched(task, lambda store: list(store.results()), outlook=lambda store: Outlook(task, store))
    finally:
        del Strings.branches
    assert [(p, f.record, f.best) for p, f in ahead] == [(p, f.record, f.best) for p, f in plain]


def test_a_search_that_is_hopeless_at_any_speed_says_so_before_it_begins():
    task = Endless(3)
    with Store(task) as store, pytest.warns(StoreNote, match="take at least about .* years"):
        Outlook(task, store, speed=1e6)
