"""Which rows and columns a space-time diagram has, against the readable loop."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from diagrams import WALKER, WIDE, require_rows, slow
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import BudgetError, MachineError, TuringMachine, library, parse, run, space_time
from noisytm.discrete.direct import loop as direct
from noisytm.show.diagrams import sampling


@st.composite
def machines(draw):
    symbols, states = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    cell = st.one_of(
        st.just("---"),
        st.builds(
            lambda s, m, q: f"{s}{m}{q}",
            st.integers(0, symbols - 1),
            st.sampled_from("LR"),
            st.sampled_from("ABCDZ"[:states] + "Z"),
        ),
    )
    rows = draw(st.lists(st.lists(cell, min_size=symbols, max_size=symbols), min_size=states, max_size=states))
    return parse("_".join("".join(row) for row in rows))


@pytest.mark.parametrize(("name", "word"), [("bb2", ""), ("bb3", ""), ("bb2x3", ""), ("palindrome", "ABBA")])
def test_every_step_of_known_machines(name, word):
    machine = library.machine(name)
    expected = slow(machine, word, 100)
    diagram = space_time(machine, word, 100)
    assert (diagram.sample, diagram.view, diagram.cells_per_column) == ("all", "head", 1)
    assert diagram.steps == tuple(range(len(expected)))
    assert diagram.reason == run(machine, word, 100).reason
    require_rows(diagram, expected)


@sweep
@given(
    machines(), st.integers(0, 70), st.integers(2, 30), st.integers(1, 30),
    st.sampled_from(["even", "extremes"]), st.sampled_from(["auto", "head", "whole"]), st.text("01", max_size=12),
)  # fmt: skip
@settings(max_examples=examples(150, 40), deadline=None)
def test_rows_and_columns_of_any_run(machine, steps, rows, columns, sample, view, word):
    expected = slow(machine, word, steps)
    diagram = space_time(machine, word, steps, rows=rows, columns=columns, sample=sample, view=view)
    require_rows(diagram, expected)
    assert diagram.steps[0] == 0 and diagram.steps[-1] == expected[-1].steps
    assert all(a < b for a, b in pairwise(diagram.steps))
    assert len(diagram.steps) <= rows and diagram.cells.shape == (len(diagram.steps), diagram.cells.shape[1])
    assert diagram.cells.shape[1] <= columns
    assert diagram.reason == (expected[-1].resting or "budget")
    last = expected[-1]
    assert (diagram.first, diagram.last) == (last.origin, last.origin + last.cells.size - 1)
    if diagram.view == "whole":
        assert set(diagram.offsets) == {diagram.first}
        assert diagram.cells.shape[1] * diagram.cells_per_column >= last.cells.size
    if sample == "even":
        gaps = {b - a for a, b in pairwise(diagram.steps)}
        assert max(gaps, default=0) - min(gaps, default=0) <= 1
        assert len(diagram.steps) == min(rows, len(expected))


@sweep
@given(machines(), st.integers(0, 80), st.integers(2, 12))
@settings(max_examples=examples(100, 25), deadline=None)
def test_extremes_are_first_visits(machine, steps, rows):
    expected = slow(machine, "", steps)
    first_visits = [b.steps for a, b in pairwise(expected) if (a.leftmost, a.rightmost) != (b.leftmost, b.rightmost)]
    kept = space_time(machine, "", steps, rows=rows, sample="extremes").steps
    assert set(kept) <= {0, expected[-1].steps, *first_visits}
    if len(first_visits) <= rows - 2:
        assert set(kept) == {0, expected[-1].steps, *first_visits}
    else:
        assert len(set(kept) & set(first_visits)) >= rows - 2


def test_a_long_run_holds_no_more_than_rows_and_one_configuration(monkeypatch):
    alive, most = [0], [0]

    class Counted(np.ndarray):
        def __array_finalize__(self, _):
            alive[0] += 1
            most[0] = max(most[0], alive[0])

        def __del__(self):
            alive[0] -= 1

    plain = direct.Buffer.content
    monkeypatch.setattr(direct.Buffer, "content", lambda self: plain(self).view(Counted))
    machine = library.machine("bb5")
    for sample in ("even", "extremes"):
        diagram = space_time(machine, "", 10**6, rows=50, columns=60, sample=sample)
        assert len(diagram.steps) == 50 and diagram.cells.shape[1] <= 60
    assert 0 < most[0] <= 12  # the start, the end, a probe or two, and slices of them: not one for each row


def test_the_champion_of_five_states_at_its_extremes():
    machine = library.machine("bb5")
    diagram = space_time(machine, "", 10**8, rows=20, sample="extremes")
    assert (diagram.steps[-1], diagram.reason, diagram.first) == (47_176_870, "halted", -12243)
    for step, state, head in list(zip(diagram.steps, diagram.states, diagram.heads, strict=True))[1:-1]:
        now, before = (run(machine, max_steps=s) for s in (step, step - 1))
        assert (now.state, now.head) == (state, head)
        assert head in (now.leftmost, now.rightmost) and not before.leftmost <= head <= before.rightmost


def test_a_machine_that_only_goes_right():
    diagram = space_time(WALKER, "", 100_000, rows=11, columns=10, sample="extremes")
    assert diagram.heads == diagram.steps == (*(100_000 * i // 9 for i in range(9)), 100_000)
    assert diagram.cells_per_column == 10_001 and diagram.head_columns[-1] == 9
    row = space_time(WALKER, "", 100_000, rows=2, columns=7, view="head")
    assert row.offsets == (0, 99_994) and row.cells[-1].tolist() == [1, 1, 1, 1, 1, 1, 0]


def test_the_extra_step_at_an_undefined_cell():
    machine = parse("1RB---_1LA0RB")
    assert machine.undefined == "write-1"
    for sample in ("even", "extremes"):
        diagram = space_time(machine, sample=sample)
        expected = slow(machine, "", 100)
        require_rows(diagram, expected)
        assert (diagram.steps[-1], diagram.reason) == (expected[-1].steps, "undefined")


def test_the_window_scrolls_only_when_the_head_leaves_it():
    diagram = space_time(WALKER, "", 30, columns=8)
    assert diagram.offsets[:8] == (0,) * 8 and diagram.offsets[8] == 4
    assert sorted(set(diagram.offsets)) == list(dict.fromkeys(diagram.offsets))
    require_rows(diagram, slow(WALKER, "", 30))


def test_nothing_of_a_result_can_be_changed():
    diagram = space_time(library.machine("bb2"))
    with pytest.raises(AttributeError):
        diagram.sample = "even"
    with pytest.raises(ValueError, match="read-only"):
        diagram.cells[0, 0] = 1


def test_json_says_the_same():
    diagram = space_time(WIDE, ["ab", "x"])
    record = json.loads(json.dumps(diagram.to_json()))
    assert [r["step"] for r in record["rows"]] == list(diagram.steps)
    names = [*WIDE.symbols, None]
    assert [r["cells"] for r in record["rows"]] == [[names[i] for i in row] for row in diagram.cells]
    assert record["rows"][0]["cells"].count(None) == diagram.cells.shape[1] - 2
    assert {k: record[k] for k in ("sample", "view", "cells_per_column", "reason")} == {
        "sample": "all", "view": "head", "cells_per_column": 1, "reason": "halted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rows": -1}, "rows is -1; it must be an integer from 2 to 4096"),
        ({"rows": 1}, "rows is 1;"),
        ({"rows": 5000}, "rows is 5000;"),
        ({"rows": True}, "rows is True;"),
        ({"columns": 0}, "columns is 0; it must be an integer from 1 to 4096"),
        ({"columns": 2.5}, "columns is 2.5;"),
        ({"max_steps": -1}, "max_steps is -1;"),
        ({"max_cells": -1}, "max_cells is -1;"),
        ({"sample": "some"}, "sample is 'some'; it must be one of even, extremes"),
        ({"view": []}, r"view is \[\]; it must be one of auto, head, whole"),
        ({"word": "x"}, "'x'"),
    ],
)
def test_bad_options(options, says):
    with pytest.raises(MachineError, match=says):
        space_time(library.machine("bb2"), **options)


def test_no_room_for_the_tape():
    for sample in ("even", "extremes"):
        with pytest.raises(BudgetError, match="more than max_cells = 600") as caught:
            space_time(WALKER, "", 10_000, rows=5, max_cells=600, sample=sample)
        partial = caught.value.partial
        assert partial.reason == "budget" and 0 < partial.steps[-1] < 10_000
        require_rows(partial, slow(WALKER, "", partial.steps[-1]))


def test_memory_that_runs_out_on_the_second_pass(monkeypatch):
    start = direct.Configuration.initial(WALKER)
    monkeypatch.setattr(direct.Buffer, "grow", lambda *_: False)
    with pytest.raises(BudgetError, match="does not fit into memory"):
        sampling.at(start, 10_000)


def test_an_interrupt_gets_through(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sampling, "advance", interrupted)
    with pytest.raises(KeyboardInterrupt):
        space_time(library.machine("bb2"))


def test_many_symbols():
    names = [f"s{i}" for i in range(300)]
    tuples = [(a, "go", b, "go", "R") for a, b in zip(names, names[1:] + names[:1], strict=True)]
    machine = TuringMachine(names, "s0", ["go"], "go", tuples)
    word = names[5:290]
    require_rows(space_time(machine, word, 250, rows=6, columns=20), slow(machine, word, 250))
