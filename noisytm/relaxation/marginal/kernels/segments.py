"""Long runs in little memory: tapes and registers of one segment of the steps at a time.

A run that is not pulled back needs two tapes only, which take turns. One that is leaves its configuration before each
segment behind, a checkpoint; on the way back the segments are run again from these, last to first. A segment sees its
own rows of ``window`` as a whole run. Its length is even, since even and odd steps have each their half of the
cotangents; see `bar_base`.
"""

from noisytm.relaxation.marginal.kernels.head import layout_of
from noisytm.relaxation.marginal.kernels.places import BASE, HIGH, LOW, PAD
from noisytm.relaxation.marginal.kernels.scalars import get, put
from noisytm.relaxation.marginal.kernels.step import live_cells


def room(steps, length, horizon, width, symbols, segment):
    """Return the values that the tapes of the largest segment hold, and those of the largest tape."""
    most, widest, here = 0, 0, 0
    for step in range(steps + 1):
        low, high = live_cells(step, length, horizon, width)
        size = max(high - low + 1 + 2 * PAD, 0) * symbols
        widest = max(widest, size)
        here += size
        most = max(most, here)
        if step % segment == 0:  # the last tape of a segment is the first one of the next
            here = size
    return most, widest


def place_in_turns(window, symbols, half):
    """Let the tapes of even and of odd steps stand in one half of the buffer each."""
    for row in range(window.shape[0]):
        window[row, BASE] = (row % 2) * half - (window[row, LOW] - PAD) * symbols


def place_in_a_row(window, symbols):
    """Let the tapes of a segment stand one after the other from the beginning of the buffer."""
    offset = 0
    for row in range(window.shape[0]):
        low, high = window[row, LOW], window[row, HIGH]
        window[row, BASE] = offset - (low - PAD) * symbols
        offset += max(high - low + 1 + 2 * PAD, 0) * symbols


def copy_state(program, source, target):
    """Copy the state, with its rests, from one row of registers to another."""
    at = layout_of(program)
    for q in range(at.z, at.z + 2 * at.states):
        put(target, q, get(source, q))


def save(program, cells, tape, r, checkpoint):
    """Keep a tape, found by its row of the window, and the state."""
    at = layout_of(program)
    for q in range(2 * at.states):
        put(checkpoint, q, get(r, at.z + q))
    begin = cells[BASE] + (cells[LOW] - PAD) * at.symbols
    for i in range((cells[HIGH] - cells[LOW] + 1 + 2 * PAD) * at.symbols):
        put(checkpoint, 2 * at.states + i, get(tape, begin + i))


def restore(program, cells, tape, r, checkpoint):
    """Put back what `save` has kept."""
    at = layout_of(program)
    for q in range(2 * at.states):
        put(r, at.z + q, get(checkpoint, q))
    begin = cells[BASE] + (cells[LOW] - PAD) * at.symbols
    for i in range((cells[HIGH] - cells[LOW] + 1 + 2 * PAD) * at.symbols):
        put(tape, begin + i, get(checkpoint, 2 * at.states + i))
