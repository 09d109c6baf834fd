"""How large a count is going to be, told by probes; and that one is hopeless."""

import numpy as np
import pytest

from noisytm import SynthesisProblem, library, solutions, words
from noisytm._clock import limited
from noisytm.errors import BudgetError, StoreNote
from noisytm.search.cubes import counted
from noisytm.search.cubes.ahead import Ahead, AheadOfPieces
from noisytm.search.cubes.pieces import Counting
from noisytm.search.store import Finished, Piece, Store, estimated, outlook


@pytest.mark.parametrize("most", [None, 2])
def test_probes_tell_the_leaves(most):
    problem = SynthesisProblem.of_space(
        {"symbols": "_1", "states": ["p", "q"]}, ["", "1"], 3, targets={"": "p", "1": "q"}
    )
    counting = Counting(problem, most)
    tally = counted(counting.tree, counting.tree.root)
    root = [Piece(tuple(counting.tree.root.tolist()))]
    found = [estimated(counting, root, None, seconds=60.0, enough=0.15, seed=seed) for seed in range(1)]
    leaves = tally.total + tally.refuted
    assert all(abs(e.nodes - leaves) < 0.1 * leaves + 4 * e.error for e in found)
    leaf = Piece((0,) * counting.tree.tuples)
    assert counting.branches(leaf, None) == ([], 1)


def test_a_hopeless_count_says_so(monkeypatch):
    monkeypatch.setattr(outlook, "SECONDS_BEFORE", 0.0)
    machine = library.machine("parityCheck")
    counting = Counting(SynthesisProblem.of_machine(machine, words("AB", 2), 10))
    ahead, left = Ahead(counting, seconds=0.0), [counting.tree.root]
    assert Ahead(counting).note(10, left) == ""
    assert ahead.note(1000, left).startswith("about ")
    with pytest.warns(StoreNote, match="are to be searched, which take about .* years"):
        assert "to go" in ahead.note(2000, [np.array(left[0])])


@pytest.mark.slow
def test_a_hopeless_count_in_pieces_says_so_before_a_piece_is_finished():
    problem = SynthesisProblem.of_machine(library.machine("parityCheck"), words("AB", 2), 10)
    with (
        pytest.warns(StoreNote, match="are to be searched, which take at least about .* years") as told,
        pytest.raises(BudgetError),
        limited(1.2),
    ):
        solutions(problem, pieces=64, share=(1, 2))
    assert len(told) == 1


def test_a_count_in_pieces_that_is_short_is_looked_at_late_or_never():
    machine = library.machine("detectA")
    counting = Counting(SynthesisProblem.of_machine(machine, words("AB", 2), 4))
    with Store(counting, many=4) as store:
        ahead, late = AheadOfPieces(counting, store, 1), AheadOfPieces(counting, store, 1, seconds=0.0)
        found = Finished(counting.search(store.pieces[0], None).record)
        for one in (ahead, late):
            one.add(found)
        assert str(ahead) == "" and str(late).startswith("about ")
