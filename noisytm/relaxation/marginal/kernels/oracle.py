"""The min-plus oracle: least costs of fatal syndromes, and the syndromes, for pairs of an input and a cost vector."""

from noisytm.problem import REJECT
from noisytm.relaxation.marginal.kernels.head import layout_of
from noisytm.relaxation.marginal.kernels.min_plus import LANES, ONE
from noisytm.relaxation.marginal.kernels.places import DONE, STOP
from noisytm.relaxation.marginal.kernels.readout import gather, scatter, sink_mass, sink_mass_adjoint
from noisytm.relaxation.marginal.kernels.segments import copy_state, place_in_turns
from noisytm.relaxation.marginal.kernels.step import (
    WATCHED_STEPS,
    backward_watched,
    fill_window,
    forward,
    put_start,
    put_word,
)

LARGEST_COUNT = 1 << 53


def run(program, code, blank, steps, chunk, window, tape, regs, control):
    """Run all steps, ``chunk`` at a time in the same registers; return where the last chunk begins.

    Where all are kept there is one chunk, with registers for each step. It may be told to end after some steps.
    """
    kept, done = chunk == steps, 0
    while True:
        count = min(WATCHED_STEPS if kept else chunk, steps - done)
        forward(program, code, blank, count, window[done:], tape, regs[done if kept else 0 :])
        control[DONE] += count
        if done + count == steps or control[STOP] != 0:
            return 0 if kept else done
        done += count
        if not kept:
            copy_state(program, regs[count], regs[0])


def put_costs(costs, columns, row, lane, code):
    """Put a cost vector into one lane of the code, whose right entries cost nothing."""
    for j in range(columns.size):
        code[columns[j] * LANES + lane] = costs[row, j]


def take_counts(code, code_bar, columns, lane, least, counts):
    """Copy one lane's exponents; return whether they are exact: counts that fit, and that add up to the cost."""
    total, fit = ONE, True
    for j in range(columns.size):
        k = code_bar[columns[j] * LANES + lane]
        fit = fit and 0 <= k < LARGEST_COUNT
        total += k * code[columns[j] * LANES + lane]
        counts[j] = k
    return fit and total == least


def read(program, steps, places, half, lane, acceptance, a, limit, window, adjoint, work):
    """Return the least cost in a lane; if it is below ``limit``, put the cotangents of it in place."""
    marginals, marginals_bar = work.marginals, work.marginals_bar
    gather(program, steps, places, window, work.tape, work.regs, LANES, lane, marginals)
    least = sink_mass(REJECT, marginals, acceptance, a, work.arriving)
    if adjoint and least < limit:
        marginals_bar[:] = 0
        sink_mass_adjoint(REJECT, marginals, acceptance, a, work.arriving, least, 1, work.arriving_bar, marginals_bar)
        scatter(program, steps, places, window, half, LANES, lane, marginals_bar, work.tape_bar, work.z_bar)
    return least


def cheapest(program, task, costs, columns, pairs, steps, horizon, limit, chunk, work, out):
    """Fill the least cost of every pair and, if all steps are kept, the exponents where it is below ``limit``.

    ``costs``, shape (c, d), are those of the entries ``columns`` of the code. ``pairs``, shape (n, 2), lists
    (input, row of ``costs``) by length of the input: neighbours share a vector. All steps are kept if ``chunk`` is
    their number; fewer at a time take less memory. Return whether all exponents are exact. It may be told to end.
    """
    window, tape, regs, code, code_bar = work.window, work.tape, work.regs, work.code, work.code_bar
    words, starts, acceptance = task.words, task.starts, task.acceptance
    symbols, half = layout_of(program).symbols, work.tape_bar.size // (2 * LANES)
    adjoint, exact = chunk == steps, True
    code[:] = 0
    for g in range(0, pairs.shape[0], LANES):
        here = min(LANES, pairs.shape[0] - g)
        last = pairs[g + here - 1, 0]
        fill_window(steps, starts[last + 1] - starts[last], horizon, task.reach, symbols, window)
        if not adjoint:
            place_in_turns(window, symbols, half)
        put_start(program, task.blank, task.start, window, tape, regs[0])
        for lane in range(LANES):
            i, row = pairs[g + min(lane, here - 1)]
            put_word(program, words[starts[i] : starts[i + 1]], task.blank, window, LANES, lane, tape)
            put_costs(costs, columns, row, lane, code)
        done = run(program, code, task.blank, steps, chunk, window, tape, regs, work.control)
        if work.control[STOP] != 0:
            return exact
        if adjoint:
            work.tape_bar[:] = 0
            work.z_bar[:] = 0
        wanted = False
        for lane in range(here):
            a = acceptance.of_input[pairs[g + lane, 0]]
            found = read(
                program, steps - done, task.places, half, lane, acceptance, a, limit, window[done:], adjoint, work
            )
            out.least[g + lane] = min(found, limit)
            wanted = wanted or found < limit
        if adjoint and wanted:
            code_bar[:] = 0
            backward_watched(
                program, code, steps, window, tape, regs, work.tape_bar, half, work.z_bar, work.bar, work.out_bar,
                code_bar, work.control,
            )  # fmt: skip
            for lane in range(here):
                if out.least[g + lane] < limit:
                    exact &= take_counts(code, code_bar, columns, lane, out.least[g + lane], out.counts[g + lane])
    return exact
