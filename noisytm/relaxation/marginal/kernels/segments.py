"""Long runs in little memory: tapes and registers of one segment of the steps at a time.

A run that is not pulled back needs two tapes only, which take turns. One that is leaves its configuration before each
segment behind, a checkpoint; on the way back the segments are run again from these, last to first. A segment sees its
own rows of ``window`` as a whole run. Its length is even, since even and odd steps have each their half of the
cotangents; see `bar_base`.
"""

from noisytm._compile import inner, jit
from noisytm.relaxation.marginal.kernels.head import shape
from noisytm.relaxation.marginal.kernels.places import PAD, places
from noisytm.relaxation.marginal.kernels.scalars import get, put
from noisytm.relaxation.marginal.kernels.step import live_cells


@jit
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


@inner
def place_in_turns(window, symbols, half):
    """Let the tapes of even and of odd steps stand in one half of the buffer each."""
    for row in range(window.shape[0]):
        window[row, 2] = (row % 2) * half - (window[row, 0] - PAD) * symbols


@inner
def place_in_a_row(window, symbols):
    """Let the tapes of a segment stand one after the other from the beginning of the buffer."""
    offset = 0
    for row in range(window.shape[0]):
        low, high = window[row, 0], window[row, 1]
        window[row, 2] = offset - (low - PAD) * symbols
        offset += max(high - low + 1 + 2 * PAD, 0) * symbols


@inner
def state_place(program):
    """Return where in the registers the state's distribution begins, and how many values it has with its rests."""
    symbols, states, tuples, _ = shape(program)
    return places(symbols, states, tuples)[1], 2 * states


@inner
def copy_state(program, source, target):
    """Copy the state from one row of registers to another."""
    z, size = state_place(program)
    for q in range(z, z + size):
        put(target, q, get(source, q))


@inner
def save(program, cells, tape, r, checkpoint):
    """Keep a tape, found by its row of the window, and the state."""
    symbols = shape(program)[0]
    z, size = state_place(program)
    for q in range(size):
        put(checkpoint, q, get(r, z + q))
    begin = cells[2] + (cells[0] - PAD) * symbols
    for i in range((cells[1] - cells[0] + 1 + 2 * PAD) * symbols):
        put(checkpoint, size + i, get(tape, begin + i))


@inner
def restore(program, cells, tape, r, checkpoint):
    """Put back what `save` has kept."""
    symbols = shape(program)[0]
    z, size = state_place(program)
    for q in range(size):
        put(r, z + q, get(checkpoint, q))
    begin = cells[2] + (cells[0] - PAD) * symbols
    for i in range((cells[1] - cells[0] + 1 + 2 * PAD) * symbols):
        put(tape, begin + i, get(checkpoint, size + i))
