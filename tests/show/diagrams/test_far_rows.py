"""Diagrams whose rows are far apart: cycles and rules jump over the steps between, tapes are in run-length form."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from diagrams import commonest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, slow_where, sweep

from noisytm import parse, space_time
from noisytm.cli import main
from noisytm.show.diagrams import sampling
from noisytm.show.diagrams.run_length import columns_of_pieces

LEFTWARDS = "1RB0LB_0LA---"  # four steps bring it two cells to the left
IN_PLACE = "1RB1RB_0LA0LA"
BOUNCER = "1RB1LA_1LA1RB"


@sweep
@given(
    st.lists(st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple), st.integers(1, 6)), max_size=5),
    st.integers(-9, 9), st.integers(1, 7), st.integers(1, 9), st.integers(0, 3),
)  # fmt: skip
@settings(max_examples=examples(200, 50), deadline=None)
def test_columns_of_pieces(pieces, skipped, per_column, columns, blank):
    cells = [cell for word, times in pieces for cell in word * times]
    everywhere = [-1] * max(skipped, 0) + cells[max(-skipped, 0) :] + [-1] * columns * per_column
    expected = [commonest(everywhere[i * per_column :][:per_column], blank) for i in range(columns)]
    assert columns_of_pieces(pieces, skipped, per_column, columns, blank) == expected


@pytest.mark.parametrize(
    ("text", "sample", "view", "steps"),
    [
        (LEFTWARDS, "even", "whole", 10_000_002),
        (LEFTWARDS, "even", "head", 10_000_002),
        (LEFTWARDS, "extremes", "whole", 100_002),
        (IN_PLACE, "even", "whole", 10_000_002),
        (BOUNCER, "even", "whole", 10_000_002),
        (BOUNCER, "extremes", "head", 10_000_002),
    ],
)
@slow_where(
    "1RB1LA_1LA1RB-extremes-head-10000002", "1RB0LB_0LA----even-head-10000002", "1RB0LB_0LA----even-whole-10000002"
)
def test_jumps_give_the_rows_of_the_plain_loop(text, sample, view, steps, monkeypatch):
    options = {"max_steps": steps, "rows": 5, "columns": 30, "sample": sample, "view": view}
    plain = space_time(parse(text), **options)
    monkeypatch.setattr(sampling, "FAR", -1)
    monkeypatch.setattr(sampling, "advance", None)  # nothing is left to the plain loop
    jumped = space_time(parse(text), **options)
    assert jumped.to_json() == plain.to_json()


def test_astronomically_long_runs():
    steps = 4 * 10**30
    diagram = space_time(parse(LEFTWARDS), max_steps=steps, rows=5, columns=8)
    assert diagram.steps == tuple(i * 10**30 for i in range(5))
    assert diagram.heads == tuple(-i * 10**30 // 2 for i in range(5))
    assert (diagram.first, diagram.last) == (-2 * 10**30, 1)
    visited = (diagram.cells >= 0).sum(axis=1).tolist()
    assert visited == [1, 3, 5, 7, 8] and not np.any(diagram.cells > 0)
    still = space_time(parse(IN_PLACE), max_steps=steps, rows=3)
    assert (still.heads, still.cells.shape) == ((0, 0, 0), (3, 2))


def test_the_command_says_that_it_cycles(capsys):
    assert main(["run", LEFTWARDS, "--max-steps", "1e12", "--trace", "--rows", "3", "--columns", "5"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("steps 0 to 1,000,000,000,000, 3 rows spaced evenly in time\ncells -500000000000 to 1, ")
    assert "never stops; after 1,000,000,000,000 steps" in out


def test_labels_of_a_wide_tape_do_not_overlap(tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    from noisytm.show.diagrams import picture

    figure = Figure(figsize=(8, 5), dpi=picture.DOTS_PER_INCH, layout="constrained")
    picture._draw(figure, space_time(parse(LEFTWARDS), max_steps=10**12, rows=50, columns=800))
    figure.savefig(tmp_path / "x.png")
    boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert len(boxes) >= 2 and all(a.x1 < b.x0 for a, b in pairwise(boxes))
