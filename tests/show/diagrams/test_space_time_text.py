"""Space-time diagrams in characters."""

from __future__ import annotations

import re

import pytest
from diagrams import WALKER, WIDE

from noisytm import TuringMachine, library, run, space_time
from noisytm.show.diagrams.text import columns_that_fit, cut, width_of

BB2 = """\
steps 0 to 6, every step
cells -2 to 1
step  state
   0  A         A0
   1  B          1B0
   2  A         A1 1
   3  B       B0 1 1
   4  A     A0 1 1 1
   5  B      1B1 1 1
   6  Z      1 1Z1 1"""

BB3 = """\
steps 0 to 21, every step
cells -1 to 3
step  state
   0  A       A0
   1  B        1B0
   2  B       B1 1
   3  C        0C1
   4  A       A0 1
   5  B        1B1
   6  C        1 0C0
   7  C        1C0 1
   8  C       C1 1 1
   9  A     A0 1 1 1
  10  B      1B1 1 1
  11  C      1 0C1 1
  12  A      1A0 1 1
  13  B      1 1B1 1
  14  C      1 1 0C1
  15  A      1 1A0 1
  16  B      1 1 1B1
  17  C      1 1 1 0C0
  18  C      1 1 1C0 1
  19  C      1 1C1 1 1
  20  A      1A1 1 1 1
  21  Z      1 1Z1 1 1"""

WIDE_LINES = [
    "   0  right rab x",
    "   1  right  e\u0301 rx",
    "   2  right  e\u0301  abr空",
    "   3  left   e\u0301 lab x",
    "   4  left  le\u0301  x  x",
]


@pytest.mark.parametrize(("name", "expected"), [("bb2", BB2), ("bb3", BB3)])
def test_golden(name, expected):
    assert str(space_time(library.machine(name))) == expected


def test_wide_symbols_stand_under_each_other():
    diagram = space_time(WIDE, ["ab", "x"], 4)
    lines = diagram.text().splitlines()
    assert lines[3:] == WIDE_LINES
    field = 3  # the state's mark and the widest symbol
    for line, head, state in zip(lines[3:], diagram.head_columns, diagram.states, strict=True):
        assert width_of(line[: line.rindex(state[0])]) == 12 + field * head


def test_every_row_is_as_wide_as_it_should_be():
    diagram = space_time(WIDE, ["ab", "x", "e\u0301", "空", "ab"], 4)
    for line in diagram.text(colour=True).splitlines()[3:]:
        cells = re.findall(r"\x1b\[[\d;]+m(.*?)\x1b\[0m", line)
        assert len(cells) == diagram.cells.shape[1] and {width_of(cell) for cell in cells} == {3}


def test_colours_change_nothing_else():
    diagram = space_time(library.machine("bb3"))
    coloured = diagram.text(colour=True)
    stripped = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert [x.rstrip() for x in stripped.splitlines()] == diagram.text().splitlines()
    assert coloured.count("\x1b[1;7m") == 22 and "\x1b" not in diagram.text()


@pytest.mark.parametrize("width", [1, 20, 33, 80, 200])
@pytest.mark.parametrize("view", ["head", "whole"])
def test_lines_fit_the_width(width, view):
    machine = library.machine("bb5")
    end = run(machine, max_steps=20_000).configuration
    columns = columns_that_fit(machine, end, width)
    diagram = space_time(machine, "", 20_000, rows=30, columns=columns, view=view)
    rows = diagram.text(colour=False).splitlines()[2:]
    if columns > 1:
        assert max(width_of(x) for x in rows) <= width
        # and no column is left out that would have fitted beside the margin of a window
        assert columns == end.cells.size or width - 27 < 2 * columns <= width
    assert ("from" in rows[0]) == (view == "head")


def test_the_header_says_what_is_shown():
    machine = library.machine("bb5")
    for sample, view, says in (
        ("even", "whole", ["9 rows spaced evenly in time", "to a column, which shows the commonest symbol"]),
        ("extremes", "head", ["where the head first reaches a cell", "20 of them in a window that follows the head"]),
    ):
        diagram = space_time(machine, "", 10**5, rows=9, columns=20, sample=sample, view=view)
        first, second = str(diagram).splitlines()[:2]
        assert first.startswith("steps 0 to 100,000, ") and says[0] in first
        assert says[1] in second and max(len(first), len(second)) <= 90
        assert diagram.description == f"{first}\n{second}"


def test_the_first_cell_of_a_moving_window_is_named():
    lines = str(space_time(WALKER, "", 12, columns=8)).splitlines()
    assert lines[3] == "   0  A         0 A0" and lines[-1] == "  12  A         5  1 1 1 1 1 1 1A0"


def test_long_names_are_cut():
    machine = TuringMachine(["_", "a" * 400], "_", ["go" * 300], "go" * 300, [])
    text = str(space_time(machine, ["a" * 400] * 3))
    assert max(map(len, text.splitlines())) < 90 and cut("go" * 300) in text
    assert cut("漢" * 9) == "漢" * 5 + "…" and width_of(cut("漢" * 9)) <= 12
