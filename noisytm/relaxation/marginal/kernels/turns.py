"""What stands in the lanes, turn after turn: which code in which seat, and which of the inputs come next.

Over inputs all lanes are one seat: a code sits there until all inputs of a block have been its lanes. Over codes every
lane is a seat of its own, with an input of its own: a code that has seen all inputs of a block, or is beyond its bound,
gives its seat to the next one. So no lane waits for another, and what is summed for a code is the same whoever sits
beside it.
"""

import numpy as np

from noisytm.relaxation.marginal.kernels.real import LANES
from noisytm.relaxation.marginal.kernels.scalars import OVER_CODES

# Over codes the lanes have inputs of different lengths and one window, for the longest: a block ends where the inputs
# get longer, once there are so many in it that it pays to seat all codes anew.
WORTH_SEATING = 8

NOBODY = -1


def block_end(task, order, begin, block):
    """Return where the block of inputs ends that begins at ``begin``."""
    end = min(begin + block, order.size)
    if OVER_CODES:
        for p in range(begin + WORTH_SEATING, end):
            if word_length(task, order[p]) > word_length(task, order[p - 1]):
                return p
    return end


def word_length(task, i):
    """Return the number of symbols of an input."""
    return task.starts[i + 1] - task.starts[i]


def clear_seats(work):
    """Leave all seats to nobody, with nothing summed."""
    work.buffers.code_bar[:] = 0.0
    work.shares[:] = 0.0
    work.rows[:] = NOBODY
    work.next_code[0] = 0


def next_turn(order, begin, end, codes, work, out, loss):
    """Let codes that are done give up their seats, seat others, and put inputs in the lanes; return whether any is.

    ``work.inputs`` has the input of every lane, ``work.rows`` the code, or `NOBODY` where nothing is to be read.
    """
    used = False
    for seat in range(LANES if OVER_CODES else 1):
        row = work.rows[seat]
        if row >= 0 and (work.turns[seat] >= end or is_beyond(row, work.shares[seat], out)):
            if loss >= 0:
                settle(seat, row, work, out)
            row = NOBODY
        if row < 0:
            row = seated(seat, begin, codes, work, out)
        work.rows[seat] = row
        if row >= 0:
            used = True
            line_up(seat, row, order, end, work)
    return used


def is_beyond(row, share, out):
    """Return whether a code's loss so far is beyond its bound."""
    return out.bounds.size > 0 and out.losses[row] + share > out.bounds[row]


def seated(seat, begin, codes, work, out):
    """Give a seat to the next code that is not beyond its bound, and return its row, or `NOBODY`."""
    row = work.next_code[0]
    while row < codes.shape[0] and is_beyond(row, 0.0, out):
        row += 1
    work.next_code[0] = row + 1
    if row >= codes.shape[0]:
        return NOBODY
    code, stride = work.buffers.code, LANES if OVER_CODES else 1
    for j in range(codes.shape[1]):
        code[j * stride + seat] = codes[row, j]
    work.turns[seat] = begin
    return row


def line_up(seat, row, order, end, work):
    """Put the inputs whose turn it is in the lanes of a seat; lanes left over repeat the last one, and read nothing."""
    at = work.turns[seat]
    if OVER_CODES:
        work.inputs[seat] = order[at]
        work.turns[seat] = at + 1
        return
    for lane in range(LANES):
        work.inputs[lane] = order[min(at + lane, end - 1)]
        work.rows[lane] = row if at + lane < end else NOBODY
    work.turns[seat] = at + LANES


def settle(seat, row, work, out):
    """Add what has been summed in a seat to the loss and the gradient of its code, and clear it."""
    losses, gradients, code_bar = out.losses, out.gradients, work.buffers.code_bar
    losses[row] += work.shares[seat]
    work.shares[seat] = 0.0
    if is_beyond(row, 0.0, out):
        losses[row] = np.inf
    for j in range(gradients.shape[1] if gradients.shape[0] else 0):
        if OVER_CODES:
            gradients[row, j] += code_bar[j * LANES + seat]
            code_bar[j * LANES + seat] = 0.0
        else:
            g = 0.0
            for lane in range(LANES):
                g += code_bar[j * LANES + lane]
                code_bar[j * LANES + lane] = 0.0
            gradients[row, j] += g


def fill_seats(order, begin, codes, work):
    """Have every lane run something: the first code, on the first input, where there are fewer codes than seats."""
    if OVER_CODES:
        for lane in range(min(codes.shape[0], LANES), LANES):
            work.inputs[lane] = order[begin]
            for j in range(codes.shape[1]):
                work.buffers.code[j * LANES + lane] = codes[0, j]
