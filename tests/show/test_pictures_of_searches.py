"""The growth of a search: its course is what was known when, whoever searched; its picture is that course."""

import json
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from test_pictures_of_coefficients import readable, refused

from noisytm import BudgetError, FormatError, SynthesisProblem, global_learning_coefficient, library
from noisytm.cli import main
from noisytm.saved import from_json
from noisytm.search.growth import course_of, thinned
from noisytm.search.minimum.lists.task import LeastOfLists
from noisytm.search.store import Finished, Incumbent, Piece, Store

__all__ = ["refused"]  # a fixture
PROBLEM = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)
ASKED = {"space": "listed", "max_tuples": 3, "semantics": "mean-field", "progress": False}
COMMAND = ("search", "parity", "--max-length", "3", "--steps", "4", "--space", "listed", "--max-tuples", "3")
COMMAND = (*COMMAND, "--semantics", "mean-field", "--quiet")


@dataclass(frozen=True)
class Told:
    """A search of which each piece finds what it is told."""

    bounds: tuple[int, ...]
    key = {"search": "told"}

    def pieces(self, many):
        return [Piece((i,), Fraction(bound)) for i, bound in enumerate(self.bounds)]


def found(nodes, value=None):
    return Finished({"nodes": nodes}, None if value is None else Incumbent(Fraction(value), 1, ()))


def test_a_course_that_can_be_checked_by_hand():
    with Store(Told((1, 2, 2, 5))) as store:
        assert course_of(store) == ((0, 1, None),)
        store.keep(0, found(3))
        store.keep(1, found(4, 4))
        store.keep(3, found(5, 9))  # before its turn: what is open keeps the lower bound
        assert course_of(store) == ((0, 1, None), (3, 2, None), (7, 2, 4), (12, 2, 4))
        store.see(found(2, 3))  # a piece that was ended: it is in no other course
        assert course_of(store)[3:] == ((14, 2, 3),)
        store.unfinished.clear()
        store.keep(2, found(1, 3))
        assert course_of(store) == ((0, 1, None), (3, 2, None), (7, 2, 4), (8, 3, 3), (13, 3, 3))
    with Store(Told((1, 2)), start=lambda: [found(0, 6).best, found(0, 7).best]) as store:
        for number in (1, 0):
            store.keep(number, found(2))
        assert course_of(store) == ((0, 1, 6), (2, 2, 6), (4, 6, 6))
    with Store(Told((1, 2))) as store:  # nobody solves it: nothing is below what was known last
        for number in (0, 1):
            store.keep(number, found(2))
        assert course_of(store) == ((0, 1, None), (2, 2, None), (4, 2, None))


def test_what_is_left_out_makes_no_bound_narrower():
    points = [(n, Fraction(n), Fraction(2000 - n)) for n in range(1000)]
    kept = thinned(points, 200)
    assert len(kept) == 200 and (kept[0], kept[-1]) == (points[0], points[-1]) and set(kept) <= set(points)
    assert thinned(points, 1000) == tuple(points)


@pytest.fixture(scope="module")
def watched():
    """Return a search, and what its store said after each piece."""
    said, real = [], Store.keep

    def keep(self, number, piece):
        said[:] = said or [(0, self.lower, self.incumbent.value)]
        real(self, number, piece)
        said.append((said[-1][0] + piece.record["nodes"], self.lower, self.incumbent.value))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "keep", keep)
        return global_learning_coefficient(PROBLEM, **ASKED), said


def test_the_course_is_what_was_known_after_each_piece(watched):
    result, said = watched
    changes = [point for i, point in enumerate(said) if not i or point[1:] != said[i - 1][1:]]
    assert len(changes) > 10
    assert list(result.course) == changes + [said[-1]] * (said[-1] != changes[-1])
    assert result.course[-1] == (result.nodes, result.lower_bound, result.value)
    again = from_json(json.loads(json.dumps(result.to_json())))
    assert again == result and again.course == result.course


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows[:-1], "and the search after"),
        (lambda rows: [*rows[:-1], [rows[-1][0], rows[-1][1], None]], "at no upper bound, and the search"),
        (lambda rows: [[5000, "0", None], *rows], "goes back after 5000 nodes"),
        (lambda rows: [[0, "99", None], *rows], "goes back after 0 nodes"),
        (lambda rows: [[0, "0", "1/2"], *rows], "goes back after 0 nodes"),
        (lambda rows: [*rows, [1]], "course"),
    ],
)
def test_a_course_that_contradicts_the_record_or_itself_is_refused(watched, change, says):
    record = watched[0].to_json()
    with pytest.raises(FormatError, match=says):
        from_json(record | {"course": change(record["course"])})


def test_the_picture(watched, tmp_path):
    result, _ = watched
    figure = result.plot(tmp_path / "growth.svg")
    (axes,) = figure.axes
    upper, lower = (box[0] for box in axes.containers)
    for line, which in ((lower, 0), (upper, 1)):
        assert line.get_drawstyle() == "steps-post"
        drawn = dict(zip(*line.get_data(), strict=True))
        assert {0, result.nodes} <= set(drawn)
        for nodes, *bounds in result.course:  # as the stairs say it
            assert drawn[max(x for x in drawn if x <= nodes)] == float(bounds[which])
    assert axes.get_title() == f"growth of a search of {result.codes:,} codes: least λ = {result.value}"
    assert axes.get_xlabel() == "nodes looked at: partial lists"
    said = readable(figure)
    assert said[1] == "log loss, mean-field, simplex chart; lists of at most 3 tuples"
    assert said[2].startswith("best machine: 2 symbols, 2 states, 2 listed tuples; key ")
    assert said[3].startswith(f"work: {result.nodes} nodes, {result.programs} programs, ")
    assert said[4] == "pieces taken in their own order, best first"
    text = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    assert all(f">{line}<" in text for line in said)
    from_json(result.to_json()).plot(tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == text


def test_pictures_of_searches_that_are_not_complete(watched):
    result, _ = watched
    ended = replace(result, face=None, value=None, complete=False, course=((0, Fraction(1), None),))
    (axes,) = ended.plot().axes
    assert len(axes.containers) == 1 and axes.get_title().endswith(
        f"{result.lower_bound} ≤ least λ, no code found so far, not complete"
    )
    assert all(x.is_integer() for x in axes.get_xticks())
    record = result.to_json()
    del record["course"]  # as records of before had none
    old = from_json(record)
    assert old == result and not old.course
    figure = old.plot()
    assert [[*box[0].get_xdata()] for box in figure.axes[0].containers] == [[result.nodes]] * 2
    assert figure.get_supxlabel().endswith("only the end is known")


def test_pictures_of_large_searches(watched):
    steps = tuple((n * 10**6, Fraction(1, 3) + Fraction(n, 7), Fraction(99 - n // 9)) for n in range(200))
    counts = dict.fromkeys(watched[0].counts, steps[-1][0])
    readable(replace(watched[0], value=steps[-1][2], complete=False, course=steps, counts=counts).plot())


def test_a_search_that_is_ended_draws_how_far_it_came(capsys, monkeypatch, tmp_path):
    real, begun = LeastOfLists.search, []

    def search(self, piece, incumbent):
        begun.append(piece)
        if len(begun) > 3:
            raise BudgetError("enough")
        return real(self, piece, incumbent)

    monkeypatch.setattr(LeastOfLists, "search", search)
    assert main([*COMMAND, "--json", "-o", str(tmp_path / "growth.png")]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["course"][-1] == [record["nodes"], record["lower_bound"], record["upper_bound"]]
    assert not record["complete"] and (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")


def test_pictures_that_cannot_be_written(refused, tmp_path):
    assert "end the name in .svg or .png" in refused(1, *COMMAND, "-o", tmp_path / "growth.jpg")
    assert "growth.svg" in refused(1, *COMMAND, "-o", tmp_path / "nowhere" / "growth.svg")
    told = refused(2, "search", "parity", "--count-only", "-o", tmp_path / "growth.svg")
    assert "--output is for the least learning coefficient; leave out --count-only" in told
