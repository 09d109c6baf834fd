"""Batches of codes over probabilities: rejected probability, loss and gradient; lanes over inputs or over codes.

The inputs are taken in blocks. What a block adds to the loss and to the gradient of a code is summed by itself first;
so blocks may be evaluated in several calls, at once, and their sums added in order, without a difference in any digit.
"""

import numpy as np

from noisytm.problem import ACCEPT, REJECT
from noisytm.relaxation.marginal.kernels.adjoint_sum import spread_code
from noisytm.relaxation.marginal.kernels.head import layout_of
from noisytm.relaxation.marginal.kernels.losses import loss_and_cotangents
from noisytm.relaxation.marginal.kernels.places import DONE, STOP
from noisytm.relaxation.marginal.kernels.readout import gather, scatter, sink_mass
from noisytm.relaxation.marginal.kernels.real import LANES
from noisytm.relaxation.marginal.kernels.scalars import OVER_CODES
from noisytm.relaxation.marginal.kernels.segments import copy_state, place_in_a_row, place_in_turns, restore, save
from noisytm.relaxation.marginal.kernels.state_readout import (
    CONSTANT,
    MASK,
    REJECTED,
    read_states,
    state_cotangents,
    state_share,
)
from noisytm.relaxation.marginal.kernels.step import (
    backward,
    clear_tape,
    fill_window,
    forward,
    forward_watched,
    put_start,
    put_word,
)
from noisytm.relaxation.marginal.kernels.turns import block_end, clear_seats, fill_seats, next_turn, word_length


def proper(codes, symbols, states, named, tolerance):
    """Return whether all entries of flat codes are at least 0 and all distributions sum to 1.

    Where keys err, ``named`` states can be a key's; where they are exact, none.
    """
    keys = symbols + named if named > 0 else 0
    width = keys + symbols + states + 3
    for n in range(codes.shape[0]):
        for begin in range(0, codes.shape[1], width):
            at = begin + keys
            if not (
                (
                    keys == 0
                    or (
                        is_distribution(codes[n], begin, symbols, tolerance)
                        and is_distribution(codes[n], begin + symbols, named, tolerance)
                    )
                )
                and is_distribution(codes[n], at, symbols, tolerance)
                and is_distribution(codes[n], at + symbols, states, tolerance)
                and is_distribution(codes[n], at + symbols + states, 3, tolerance)
            ):
                return False
    return True


def is_distribution(code, at, count, tolerance):
    """Return whether ``count`` entries from ``at`` on are at least 0 and sum to 1."""
    mass = 0.0
    for e in range(at, at + count):
        if not code[e] >= 0.0:
            return False
        mass += code[e]
    return abs(mass - 1.0) <= tolerance


def read_group(program, task, loss, steps, window, half, work, rejected, both):
    """Read what the runs in all lanes end with, and put their cotangents in place."""
    buffers = work.buffers
    if both:
        clear_tape(window, steps, layout_of(program).symbols, half, buffers.tape_bar)
    if task.reach == 0:  # no cell is read: the state alone
        read_state_group(program, task, loss, buffers.regs[steps], work, rejected)
        if both:
            state_cotangents(program, buffers.regs[steps], work.readings, buffers.z_bar)
        return
    buffers.z_bar[:] = 0.0
    for lane in range(LANES):
        if work.rows[lane] >= 0:
            read_lane(program, task, loss, steps, window, half, lane, work, rejected, both)


def read_state_group(program, task, loss, r, work, rejected):
    """Read the states of all lanes at once."""
    acceptance, readings, shares = task.acceptance, work.readings, work.shares
    for lane in range(LANES):
        k = acceptance.layers[acceptance.of_input[work.inputs[lane]], 0]
        for q in range(acceptance.nodes.shape[1]):
            readings[(MASK + q) * LANES + lane] = 1.0 if acceptance.nodes[k, q] == ACCEPT else 0.0
    read_states(program, r, readings)
    readings[CONSTANT * LANES : MASK * LANES] = 0.0
    for lane in range(LANES):
        row, i = work.rows[lane], work.inputs[lane]
        if row >= 0 and loss < 0:
            rejected[row, i] = readings[REJECTED * LANES + lane]
        elif row >= 0:
            sole = acceptance.sole[acceptance.of_input[i]] != 0
            shares[lane if OVER_CODES else 0] += state_share(loss, task.weights[i], sole, lane, readings)


def read_lane(program, task, loss, steps, window, half, lane, work, rejected, both):
    """Read what a lane's run ends with: a rejected probability, or a share of the loss."""
    buffers, row, i = work.buffers, work.rows[lane], work.inputs[lane]
    acceptance, places, marginals = task.acceptance, task.places, buffers.marginals
    a = acceptance.of_input[i]
    gather(program, steps, places, window, buffers.tape, buffers.regs, LANES, lane, marginals)
    if loss < 0:
        rejected[row, i] = sink_mass(REJECT, marginals, acceptance, a, buffers.arriving)
    else:
        share = loss_and_cotangents(loss, task.weights[i], acceptance, a, buffers)
        work.shares[lane if OVER_CODES else 0] += share
        if both:
            scatter(
                program, steps, places, window, half, LANES, lane, buffers.marginals_bar,
                buffers.tape_bar, buffers.z_bar,
            )  # fmt: skip


def put_inputs(program, task, inputs, window, tape, r):
    """Put the inputs of all lanes before the first step."""
    words, starts = task.words, task.starts
    put_start(program, task.blank, task.start, window, tape, r)
    for lane in range(LANES):
        i = inputs[lane]
        put_word(program, words[starts[i] : starts[i + 1]], task.blank, window, LANES, lane, tape)


def run_group(program, task, steps, length, horizon, loss, work, rejected, both):
    """Run what stands side by side in the lanes, inputs up to ``length``; if ``both`` ways, pull cotangents back.

    Segment by segment forwards; then, of all but the last, forwards again and back. Before each it may be told to end.
    """
    buffers, checkpoints, at = work.buffers, work.checkpoints, layout_of(program)
    window, tape, regs = buffers.window, buffers.tape, buffers.regs
    tape_bar, z_bar, bar = buffers.tape_bar, buffers.z_bar, buffers.bar
    out_bar, code, code_bar = buffers.out_bar, buffers.code, buffers.code_bar
    fill_window(steps, length, horizon, task.reach, at.symbols, window)
    segment, half = regs.shape[0] - 1, tape_bar.size // (2 * LANES)
    segments = (steps + segment - 1) // segment
    if not both:
        place_in_turns(window, at.symbols, tape.size // (2 * LANES))
    put_inputs(program, task, work.inputs, window, tape, regs[0])
    if both and segments > 1:
        save(program, window[0], tape, regs[0], checkpoints[0])
    for turn in range(2 * segments - 1 if both else segments):
        if buffers.control[STOP] != 0:
            return
        k = min(turn, 2 * (segments - 1) - turn) if both else turn
        part = window[k * segment : min((k + 1) * segment, steps) + 1]
        taken = part.shape[0] - 1
        if both and turn > 0:
            place_in_a_row(part, at.symbols)
            restore(program, part[0], tape, regs[0], checkpoints[k])
        forward(program, code, task.blank, taken, part, tape, regs)
        if turn < segments - 1 and both:
            save(program, part[taken], tape, regs[taken], checkpoints[k + 1])
        elif turn < segments - 1:
            copy_state(program, regs[taken], regs[0])
        elif turn == segments - 1:
            read_group(program, task, loss, taken, part, half, work, rejected, both)
        if both and turn >= segments - 1:
            backward(program, code, taken, part, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar)
            spread_code(regs, out_bar, taken, at, code_bar)
        buffers.control[DONE] += taken


def evaluate(program, task, order, block, steps, horizon, loss, codes, work, out):
    """Fill rejected probabilities (n, inputs), or add to losses (n,) and gradients (n, N·E).

    Rejected probabilities are asked for by ``loss`` < 0; gradients are left out where their array has no rows.
    ``order`` lists the inputs to run by length; ``block`` is how many of them are summed at a time, at most. A loss
    beyond its bound, where there are bounds, is not finished: it becomes inf.
    """
    both, begin = out.gradients.shape[0] > 0, 0
    while begin < order.size and codes.shape[0] > 0:
        end = block_end(task, order, begin, block)
        clear_seats(work)
        fill_seats(order, begin, codes, work)
        while next_turn(order, begin, end, codes, work, out, loss):
            longest = order[end - 1] if OVER_CODES else work.inputs[LANES - 1]
            length = word_length(task, longest)
            run_group(program, task, steps, length, horizon, loss, work, out.rejected, both)
        begin = end
    for n in range(codes.shape[0] if both else 0):
        if not np.isfinite(out.losses[n]):
            out.gradients[n] = np.nan


def record(program, code, word, blank, start, steps, horizon, width, window, tape, regs, control):
    """Run one input and leave the marginals of every step in the buffers; return the tape buffer's used size."""
    size = fill_window(steps, word.size, horizon, width, layout_of(program).symbols, window)
    put_start(program, blank, start, window, tape, regs[0])
    put_word(program, word, blank, window, LANES, 0, tape)
    forward_watched(program, code, blank, steps, window, tape, regs, control)
    return size
