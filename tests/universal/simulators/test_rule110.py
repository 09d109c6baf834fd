"""Elementary cellular automata, and the machine that computes the rows of rule 110."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noisytm.discrete import Configuration
from noisytm.errors import MachineError
from noisytm.universal import ElementaryAutomaton, Row, Rule110Machine

bits = st.text("01", max_size=9)
periods = st.text("01", min_size=1, max_size=4)
rows = st.builds(Row, bits, periods, periods, st.integers(-5, 5))


@given(rows, st.integers(0, 255), st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_steps_agree_with_a_window_of_cells(row, rule, steps):
    """A cell after n steps depends on the n cells on either side of it."""
    first, last = row.origin - 12, row.origin + len(row.cells) + 12
    cells = row.between(first - steps, last + steps)
    for _ in range(steps):
        cells = "".join(str(rule >> int(cells[i - 1 : i + 2], 2) & 1) for i in range(1, len(cells) - 1))
    *_, end = ElementaryAutomaton(rule).rows(row, steps)
    assert end.between(first, last) == cells


@given(rows, st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=80, deadline=None)
def test_one_row_has_one_form(row, before, after):
    """More of the periods taken into the cells makes the same row."""
    first, last = row.origin - before, row.origin + len(row.cells) - 1 + after
    left = row.between(first - 2 * len(row.left), first - 1)
    right = row.between(last + 1, last + 3 * len(row.right))
    assert Row(row.between(first, last), left, right, first) == row


@given(st.text("01", max_size=9), st.integers(-5, 5))
@settings(max_examples=25, deadline=None)
def test_the_machine_computes_rule_110(cells, origin):
    row = Row(cells + "1", origin=origin)
    assert list(Rule110Machine().rows(row, 25)) == list(ElementaryAutomaton(110).rows(row, 25))


def test_what_is_refused():
    machine = Rule110Machine()
    cases = [
        (lambda: Row("2"), "cells of the row is '2'"),
        (lambda: Row("1", left=""), "left of the row is ''"),
        (lambda: ElementaryAutomaton(256), "rule is 256"),
        (lambda: list(machine.rows(Row("1", left="1"), 2)), "finitely many 1s"),
        (lambda: list(machine.rows(Row("0"), 2)), "at least one"),
    ]
    for make, says in cases:
        with pytest.raises(MachineError) as error:
            make()
        assert says in str(error.value)
    start = machine.configuration(Row("1"), 2)
    away = Configuration.trimmed(
        start.machine, state="1", head=0, steps=1, cells=start.cells, origin=start.origin, leftmost=0, rightmost=1
    )
    with pytest.raises(MachineError, match="no row is complete"):
        machine.decode(away)
