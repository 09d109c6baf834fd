"""Packed tapes against tapes written out as lists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noisytm.relaxation.pathwise.packed_tapes import packed


@st.composite
def walks(draw):
    symbols = draw(st.sampled_from([1, 2, 3, 5, 8, 9, 40]))
    cells = (draw(st.integers(0, 90)), draw(st.integers(0, 90)))
    length = draw(st.integers(0, min(cells)))
    seed = draw(st.integers(0, 2**32 - 1))
    return symbols, cells, length, seed


def written_out(word, blank, cells):
    """Return the cells from the leftmost that is kept to the rightmost, and the place of the head."""
    after = [int(x) for x in word[: cells[1] + 1]]
    return [blank] * cells[0] + after + [blank] * (cells[1] + 1 - len(after)), cells[0]


@settings(max_examples=60, deadline=None)
@given(walks())
def test_moving_is_that_of_a_tape(walk):
    symbols, cells, length, seed = walk
    rng = np.random.default_rng(seed)
    blank = int(rng.integers(symbols))
    inputs = [rng.integers(0, symbols, size) for size in (0, 1, 4, 200)]
    tapes = packed(inputs, blank, symbols, cells)
    expected = [written_out(word, blank, cells) for word in inputs]
    for _ in range(length):
        write, move = rng.integers(0, symbols, len(inputs)), int(rng.integers(3))
        cells = (cells[0] - 1, cells[1] - 1)
        tapes = tapes.moved(write, move, cells)
        for k, (tape, head) in enumerate(expected):
            tape[head] = int(write[k])
            place = head + move - 1
            expected[k] = tape[place - cells[0] : place + cells[1] + 1], cells[0]
    width = cells[1] + 1
    assert tapes.read(width).tolist() == [tape[head:] for tape, head in expected]
    if cells[0]:  # the left half, read by moving there
        back = tapes.moved(tapes.head, 0, (cells[0] - 1, cells[1]))
        assert back.head.tolist() == [tape[head - 1] for tape, head in expected]
    first, inverse = tapes.distinct()
    texts = [str(tape) for tape, _ in expected]
    assert len(first) == len(set(texts))
    assert [texts[i] for i in first[inverse]] == texts


@pytest.mark.parametrize("cells", [(3, 3), (40, 50)])
def test_what_differs_in_any_cell_is_distinct(cells):
    words = [[0] * k + [1] + [0] * 60 for k in range(cells[1] + 1)]
    tapes = packed([np.array(w) for w in [*words, words[0], [0]]], 0, 2, cells)
    first, inverse = tapes.distinct()
    assert len(first) == len(words) + 1
    assert inverse[-2] == inverse[0]
    for move in (0, 2):
        moved = tapes.moved(tapes.head, move, (cells[0] - 1, cells[1] - 1))
        kept = {str(w[: cells[1] + move - 1]) for w in [[*x, *[0] * 50] for x in [*words, [0]]]}
        assert len(moved.distinct()[0]) == len(kept)
