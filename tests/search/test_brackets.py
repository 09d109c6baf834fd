"""What is known of a search too large to end: above from codes that solve the problem, below from its pieces."""

import itertools
from fractions import Fraction

import pytest
from seeds import slow_where
from toy_search import Strings, total

from noisytm import SynthesisProblem, _clock, global_learning_coefficient, library, words
from noisytm._clock import limited
from noisytm.errors import BudgetError, Interrupted, StoreNote
from noisytm.geometry import checked_concentration
from noisytm.search import TableSpace
from noisytm.search.minimum import AskedOfAll, Below, LeastCoefficient, start
from noisytm.search.store import Incumbent, Piece, cut, searched

# Tables of 24 tuples with 72 actions each.
MACHINE = library.machine("parityCheck")
HUGE = SynthesisProblem.of_machine(MACHINE, words("AB", 2), 7)
LITTLE = SynthesisProblem.of_machine(library.machine("parity"), ["", "1"], 2)


def asked_of(problem, semantics="pseudo-utm"):
    tables = TableSpace.over(problem)
    return AskedOfAll(tables.problem(problem), tables, semantics, "log", "simplex", checked_concentration(1))


@pytest.mark.slow
def test_a_search_that_never_ends_has_both_ends_and_nodes(monkeypatch):
    monkeypatch.setattr(start, "MOST_LOOKS", 20)
    monkeypatch.setattr(start, "MORE_LOOKS", 0)
    real = LeastCoefficient.search

    def hurried(self, piece, incumbent):
        with limited(0.3):
            return real(self, piece, incumbent)

    monkeypatch.setattr(LeastCoefficient, "search", hurried)
    with pytest.warns(StoreNote), pytest.raises(BudgetError) as ended:
        global_learning_coefficient(HUGE, pieces=3)
    found = ended.value.partial
    assert not found.complete and 0 <= found.lower_bound <= found.upper_bound < 24 * (4 + 6)
    assert found.nodes > 0


@pytest.mark.parametrize("end", [KeyboardInterrupt(), BudgetError("no more")])
def test_what_descent_has_found_is_said_whatever_ends_it(end, monkeypatch):
    real, looks = start._Descents._value, itertools.count()

    def ended(self, table):
        if next(looks) == 5:
            raise end
        return real(self, table)

    monkeypatch.setattr(start._Descents, "_value", ended)
    with pytest.raises((Interrupted, BudgetError)) as raised:
        global_learning_coefficient(HUGE)
    found = raised.value.partial
    assert found.upper_bound == found.coefficient().value and found.lower_bound == 0 and found.nodes == 0


def test_descent_ends_after_so_many_looks_or_a_part_of_the_time(monkeypatch):
    asked, looks = asked_of(HUGE), itertools.count(1)
    real = start._Descents._value
    monkeypatch.setattr(start._Descents, "_value", lambda self, table: next(looks) and real(self, table))
    monkeypatch.setattr(start, "MOST_LOOKS", 40)
    monkeypatch.setattr(start, "MORE_LOOKS", 5)
    assert start.good_code(asked, Below(asked)) is not None and next(looks) <= 47
    monkeypatch.setattr(start, "SHARE", 0.0)
    with limited(100.0):
        assert start.good_code(asked, Below(asked)) is None
        _clock.tick()


def chain(piece):
    """Return the one part of a piece, however deep it is."""
    if len(piece.place) > 1000:
        raise AssertionError("cut for ever")
    return [Piece((*piece.place, 0), Fraction(len(piece.place)))]


def test_a_deep_space_is_cut_in_bounded_time():
    assert [len(piece.place) for piece in cut([Piece(())], chain, 50)] == [50]


@pytest.mark.parametrize("end", [KeyboardInterrupt(), BudgetError("no more")])
def test_what_is_ended_while_it_is_cut_has_the_bounds_of_the_pieces(end):
    class Slow(Strings):
        def expand(self, piece):
            if len(piece.place) == 2:
                raise end
            return super().expand(piece)

    known = Incumbent(Fraction(1000), 1, (0,) * 7)
    with pytest.raises((Interrupted, BudgetError)) as raised:
        searched(Slow(7, seed=3), total, start=lambda: [known])
    _, best, lower, complete, rows = raised.value.partial
    task = Strings(7, seed=3)
    assert best == known and not complete and not rows
    assert lower == min(task.bound(place) for place in itertools.product(range(3), repeat=2))


def test_a_piece_that_is_ended_tells_what_it_found_and_leaves_no_trace_of_it(tmp_path):
    stopped = []

    class Stopping(Strings):
        def search(self, piece, incumbent):
            found = super().search(piece, incumbent)
            if not stopped and found.best is not None:
                stopped.append(found)
                raise BudgetError("no more", found)
            return found

    from noisytm.search.store import Ways

    ways = Ways(pieces=60, per_round=8, resume=tmp_path / "store")
    with pytest.raises(BudgetError) as raised:
        searched(Stopping(7, seed=3), total, ways)
    assert raised.value.partial[1] == stopped[0].best
    alone = searched(Strings(7, seed=3), total, Ways(pieces=60, per_round=8))
    assert searched(Strings(7, seed=3), total, ways) == alone


@pytest.mark.parametrize("semantics", ["mean-field", "annealed"])
@slow_where("annealed")
def test_nodes_of_a_piece_that_is_ended_are_counted(semantics, monkeypatch):
    """By the compiled search, and by the readable one."""
    looks, real = itertools.count(), AskedOfAll.coefficient
    place = "noisytm.search.readable.branching.learning_coefficient"

    def ended(*of, **options):
        if next(looks) == 1:
            raise KeyboardInterrupt
        return real(*of, **options)

    if semantics == "mean-field":
        monkeypatch.setattr(start, "STARTS", 0)
        monkeypatch.setattr(AskedOfAll, "coefficient", ended)
    else:
        from noisytm.degeneracy import learning_coefficient

        real = learning_coefficient
        monkeypatch.setattr(place, ended)
    with pytest.raises(Interrupted) as raised:
        global_learning_coefficient(LITTLE, semantics=semantics, pieces=1)
    found = raised.value.partial
    assert found.nodes > 0 and found.upper_bound is not None and not found.complete


def test_lists_that_were_counted_give_an_upper_bound(monkeypatch):
    """Also where others are not counted yet, so that it is not known how many there are."""
    from noisytm.search.minimum.lists import KeyLists

    real, counted = KeyLists.count, set()
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)

    def slow(self, keys):
        counted.add(tuple(sorted(keys)))
        if len(counted) > 40:
            raise _clock.OutOfTime("the time has run out")
        return real(self, keys)

    monkeypatch.setattr(KeyLists, "count", slow)
    with pytest.raises(BudgetError) as raised:
        global_learning_coefficient(problem, "listed", max_tuples=4)
    found = raised.value.partial
    assert found.upper_bound >= 4 and found.lower_bound == 0 and found.machine is not None
