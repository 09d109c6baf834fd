"""The min-plus oracle: least costs of fatal syndromes, and the syndromes, for pairs of an input and a cost vector."""

from noisytm._compile import inner, jit
from noisytm.relaxation.marginal.kernels.head import shape
from noisytm.relaxation.marginal.kernels.min_plus import LANES, ONE
from noisytm.relaxation.marginal.kernels.readout import REJECT, gather, scatter, sink_mass, sink_mass_adjoint
from noisytm.relaxation.marginal.kernels.segments import copy_state, place_in_turns
from noisytm.relaxation.marginal.kernels.step import backward, fill_window, forward, put_start, put_word

LARGEST_COUNT = 1 << 53


@inner
def run(program, code, blank, steps, chunk, window, tape, regs):
    """Run all steps, ``chunk`` at a time in the same registers; return where the last chunk begins."""
    done = 0
    while True:
        count = min(chunk, steps - done)
        forward(program, code, blank, count, window[done:], tape, regs)
        if done + count == steps:
            return done
        done += count
        copy_state(program, regs[count], regs[0])


@inner
def put_costs(costs, columns, row, lane, code):
    """Put a cost vector into one lane of the code, whose right entries cost nothing."""
    for j in range(columns.size):
        code[columns[j] * LANES + lane] = costs[row, j]


@inner
def take_counts(code, code_bar, columns, lane, least, counts):
    """Copy one lane's exponents; return whether they are exact: counts that fit, and that add up to the cost."""
    total, fit = ONE, True
    for j in range(columns.size):
        k = code_bar[columns[j] * LANES + lane]
        fit = fit and 0 <= k < LARGEST_COUNT
        total += k * code[columns[j] * LANES + lane]
        counts[j] = k
    return fit and total == least


@inner
def read(program, steps, width, half, lane, accepted, limit, window, tape, regs, adjoint, marginals, prefixes, bars):
    """Return the least cost in a lane; if it is below ``limit``, put the cotangents of it in place."""
    tape_bar, z_bar, marginals_bar = bars
    acceptance, a = accepted
    gather(program, steps, width, window, tape, regs, LANES, lane, marginals)
    least = sink_mass(REJECT, marginals, acceptance, a, prefixes[0])
    if adjoint and least < limit:
        marginals_bar[:] = 0
        sink_mass_adjoint(REJECT, marginals, acceptance, a, prefixes[0], least, 1, prefixes[1], marginals_bar)
        scatter(program, steps, width, window, half, LANES, lane, marginals_bar, tape_bar, z_bar)
    return least


@jit
def cheapest(
    program,
    costs,
    columns,
    pairs,
    words,
    starts,
    blank,
    start,
    steps,
    horizon,
    width,
    acceptance,
    limit,
    chunk,
    work,
    out,
):
    """Fill the least cost of every pair and, if all steps are kept, the exponents where it is below ``limit``.

    ``costs``, shape (c, d), are those of the entries ``columns`` of the code. ``pairs``, shape (n, 2), lists
    (input, row of ``costs``) by length of the input: neighbours share a vector. All steps are kept if ``chunk`` is
    their number; fewer at a time take less memory. Return whether all exponents are exact.
    """
    window, tape, regs, marginals, prefixes, tape_bar, z_bar, bar, marginals_bar, out_bar, code, code_bar = work
    least, counts = out
    symbols, half = shape(program)[0], tape_bar.size // (2 * LANES)
    adjoint, exact = chunk == steps, True
    code[:] = 0
    for g in range(0, pairs.shape[0], LANES):
        here = min(LANES, pairs.shape[0] - g)
        last = pairs[g + here - 1, 0]
        length = starts[last + 1] - starts[last]
        fill_window(steps, length, horizon, width, symbols, window)
        if not adjoint:
            place_in_turns(window, symbols, half)
        put_start(program, blank, start, window, tape, regs[0])
        for lane in range(LANES):
            i, row = pairs[g + min(lane, here - 1)]
            put_word(program, words[starts[i] : starts[i + 1]], blank, window, LANES, lane, tape)
            put_costs(costs, columns, row, lane, code)
        done = run(program, code, blank, steps, chunk, window, tape, regs)
        if adjoint:
            tape_bar[:] = 0
            z_bar[:] = 0
        wanted = False
        for lane in range(here):
            accepted = (acceptance, acceptance[0][pairs[g + lane, 0]])
            found = read(
                program, steps - done, width, half, lane, accepted, limit, window[done:], tape,
                regs, adjoint, marginals, prefixes, (tape_bar, z_bar, marginals_bar),
            )  # fmt: skip
            least[g + lane] = min(found, limit)
            wanted = wanted or found < limit
        if adjoint and wanted:
            code_bar[:] = 0
            backward(program, code, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar)
            for lane in range(here):
                if least[g + lane] < limit:
                    exact &= take_counts(code, code_bar, columns, lane, least[g + lane], counts[g + lane])
    return exact
