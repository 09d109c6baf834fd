"""The same result from any number of processes, after any interruption, from one store or several."""

import itertools
import os
import threading

import pytest
from seeds import ALL_SEEDS, slow_where, sweep
from toy_search import LETTERS, Strings, total

from noisytm import __version__
from noisytm._clock import limited
from noisytm.errors import BudgetError, FormatError, ProblemError
from noisytm.search.store import Finished, Here, Incumbent, Lost, Piece, Store, Ways, carried_out, in_order, searched

TASK = Strings(7, seed=3)


@pytest.fixture(scope="module")
def alone():
    return searched(TASK, total, Ways(pieces=60, per_round=8))


def every_string(task):
    return [s for s in itertools.product(range(LETTERS), repeat=task.length) if sum(s) % 4 == 0]


def test_the_best_of_all_strings_is_found(alone):
    sums, best, lower, complete, rows = alone
    strings = every_string(TASK)
    assert complete and sums["codes"] == len(strings)
    assert best == min((Incumbent(TASK.bound(s), 1 + s.count(1) % 2, s) for s in strings), key=lambda i: i.rank)
    assert lower == best.value and rows[0][1]["large"] == 10**300


def test_pieces_are_all_of_the_search_best_first():
    pieces = in_order(TASK.pieces(60))
    assert 60 <= len(pieces) < 60 + LETTERS
    whole = [s for p in pieces for s in itertools.product(range(LETTERS), repeat=TASK.length - len(p.place))]
    assert len(whole) == LETTERS**TASK.length
    with Store(TASK, many=60) as store:
        assert store.pieces == pieces == sorted(pieces, key=lambda p: (p.bound, p.place))
    assert [p.place for p in Strings(2).pieces(1000)] == [p.place for p in Strings(2).pieces(9)]  # there are no more
    assert [p.place for p in TASK.pieces(1)] == [()]


def test_pieces_of_a_round_know_what_earlier_rounds_found(alone):
    """Not what is found meanwhile: else nodes would depend on who is faster."""
    asked = []

    class Watched(Strings):
        def search(self, piece, incumbent):
            asked.append(incumbent)
            return super().search(piece, incumbent)

    start = Incumbent(TASK.bound((0,) * 7), 1, (0,) * 7)
    searched(Watched(7, seed=3), total, Ways(pieces=60, per_round=8), lambda: [start])
    assert all(len(set(asked[i : i + 8])) == 1 for i in range(0, len(asked), 8))
    assert asked[0] == asked[8] == start
    assert all(b is a or b.rank < a.rank for a, b in itertools.pairwise(asked))
    assert asked[-1] == alone[1]  # the best is found in the first rounds


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@sweep
@pytest.mark.parametrize("workers", [2, 3] if ALL_SEEDS else [2])
@slow_where("2")
def test_neither_the_number_of_workers_nor_their_fate_changes_the_result(alone, tmp_path, workers):
    """The one that is killed has pieces in hand, and so has the other one of its pool."""
    killing = Strings(7, seed=3, killer=str(tmp_path), killed=in_order(TASK.pieces(60))[20].place)
    assert searched(killing, total, Ways(workers, pieces=60, per_round=8)) == alone
    assert (tmp_path / "killed").exists()
    if ALL_SEEDS:
        assert searched(TASK, total, Ways(workers, pieces=60, per_round=8)) == alone


class Losing(Here):
    """Loses every third piece, and one of them always."""

    def __init__(self, task, always):
        super().__init__(task)
        self.always, self.count = always, itertools.count(1)

    def ended(self, seconds):
        ((number, found),) = super().ended(seconds)
        return [(number, Lost() if next(self.count) % 3 == 0 or number == self.always else found)]


def test_a_piece_that_is_always_lost_ends_the_search(alone, monkeypatch, tmp_path):
    ways = Ways(pieces=60, per_round=8, resume=tmp_path / "store")
    monkeypatch.setattr(Ways, "hands", lambda self, task, pieces: Losing(task, 30))
    with pytest.raises(BudgetError, match=r"piece 30 was lost, again and again.*fewer workers") as raised:
        searched(TASK, total, ways)
    sums, _, _, complete, rows = raised.value.partial
    assert len(rows) == 30 and not complete and sums["codes"] > 0
    monkeypatch.setattr(Ways, "hands", lambda self, task, pieces: Losing(task, None))
    assert searched(TASK, total, ways) == alone


class Stopping(Strings):
    """Is interrupted again and again."""

    begun = 0

    def search(self, piece, incumbent):
        type(self).begun += 1
        if self.begun % 7 == 0:
            raise KeyboardInterrupt
        return super().search(piece, incumbent)


def test_a_search_that_is_interrupted_goes_on(alone, tmp_path):
    done = []
    while True:
        try:
            found = searched(Stopping(7, seed=3), total, Ways(pieces=60, per_round=8, resume=tmp_path / "store"))
            break
        except KeyboardInterrupt as error:
            sums, best, lower, complete, rows = error.partial
            assert not complete and sums["codes"] < alone[0]["codes"]
            assert best is None or lower <= alone[1].value <= best.value
            done.append(len(rows))
    pieces = in_order(TASK.pieces(60))
    assert done == [6 * i for i in range(1, len(done) + 1)] and len(done) == len(pieces) // 6
    assert found == alone
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    assert searched(Strings(7, seed=3), total, Ways(2, resume=tmp_path / "store")) == alone  # nothing is left to do
    assert Stopping.begun == len(done) + len(pieces)


def test_what_was_found_when_time_runs_out_is_handed_on(tmp_path):
    ways = Ways(pieces=9, resume=tmp_path / "store")
    with pytest.raises(BudgetError, match="seconds that it may take") as raised, limited(0.05):
        searched(Strings(4, pause=0.02), total, ways)
    assert 0 < len(raised.value.partial[-1]) < 9
    assert searched(Strings(4), total, ways) == searched(Strings(4), total, Ways(pieces=9))


def test_shares_are_merged(alone, tmp_path):
    files = [tmp_path / str(i) for i in (1, 2, 3)]
    for i, file in enumerate(files, 1):
        part = searched(TASK, total, Ways(pieces=60, per_round=8, resume=file, share=(i, 3)))
        assert not part[3] and len(part[4]) in (20, 21)
    both = searched(TASK, total, Ways(pieces=60, per_round=8, merge=files[:2], share=(1, 3)))
    assert len(both[4]) > 40 and not both[3]
    one = searched(TASK, total, Ways(pieces=60, per_round=8, resume=tmp_path / "all", merge=files))
    other = searched(TASK, total, Ways(resume=files[0], merge=[*files[:0:-1], files[2]]))
    for found in (one, other):
        assert found[1:4] == alone[1:4] and found[0]["codes"] == alone[0]["codes"]
        assert [row[0] for row in found[4]] == [row[0] for row in alone[4]]
    rest = searched(TASK, total, Ways(pieces=60, per_round=8, merge=files[1:]))  # the first share is searched here
    assert rest[1:4] == alone[1:4] and rest[0]["codes"] == alone[0]["codes"]


def test_an_incumbent_goes_with_its_store(tmp_path):
    best = Incumbent(TASK.bound((0,) * 7), 1, (0,) * 7)
    with Store(TASK, tmp_path / "a") as store:
        store.propose(best)
    with Store(TASK) as store:
        assert store.merge(tmp_path / "a", TASK.key) == 0 and store.incumbent == best and store.started


def test_a_search_that_goes_on_keeps_its_pieces(tmp_path):
    path = tmp_path / "store"
    first = searched(Strings(4), total, Ways(resume=path))
    assert searched(Strings(4), total, Ways(resume=path)) == first
    for options in ({"pieces": 9}, {"per_round": 9}):
        with pytest.raises(FormatError, match=r"is 9, and the store .* was begun with .*; leave out"):
            searched(Strings(4), total, Ways(resume=path, **options))
    with Store(Strings(9, seed=1), many=3000) as store:
        assert store.per_round == len(store.pieces) // 16 > 64 and store.many == 3000


BAD = [
    ({"workers": 0}, "workers is 0"),
    ({"workers": "two"}, "workers is 'two'"),
    ({"pieces": 0}, "pieces is 0"),
    ({"pieces": 10**7}, "pieces is 10000000"),
    ({"per_round": 1.5}, "per_round is 1.5"),
    ({"workers": None}, "workers is None"),
    ({"workers": 2, "scheduler": "tcp://127.0.0.1:1"}, "workers is 2 beside a scheduler.*give one of the two"),
    ({"share": 2}, "share is 2; give two numbers"),
    ({"share": (3, 2)}, "share is 3"),
    ({"share": (0, 2)}, "share is 0"),
    ({"share": (1, 2, 3)}, "give two numbers"),
]


@pytest.mark.parametrize(("options", "says"), BAD)
def test_bad_ways(options, says):
    with pytest.raises(ProblemError, match=says):
        Ways(**options)


def test_a_piece_that_cannot_be_searched_says_so():
    class Broken(Strings):
        def search(self, piece, incumbent):
            raise FormatError("broken")

    with pytest.raises(FormatError, match="broken"):
        searched(Broken(3), total)


def test_each_thread_of_a_worker_has_a_task_of_its_own():
    """What a task keeps for itself is for one thread; a worker of a cluster may have several."""
    seen = {}

    class Named(Strings):
        def search(self, piece, incumbent):
            seen.setdefault(threading.get_ident(), []).append(self)
            return Finished()

    def two_pieces():
        for place in ((0,), (1,)):
            carried_out(pickled, __version__, Piece(place), None)
        started.wait()

    started = threading.Barrier(2)
    loads = lambda text: Named(3) if text == pickled else None  # noqa: E731
    pickled = b"a task of this test"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("noisytm.search.store.hands.pickle.loads", loads)
        threads = [threading.Thread(target=two_pieces) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    (first, again), (other, other_again) = seen.values()
    assert first is again and other is other_again and first is not other
