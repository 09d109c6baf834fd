"""Batches of codes over probabilities: rejected probability, loss and gradient; lanes over inputs or over codes."""

import numpy as np

from noisytm._compile import jit
from noisytm.relaxation.kernels.adjoint_sum import spread_code
from noisytm.relaxation.kernels.head import shape
from noisytm.relaxation.kernels.places import places
from noisytm.relaxation.kernels.readout import gather, scatter, wrong_mass, wrong_mass_adjoint
from noisytm.relaxation.kernels.real import LANES
from noisytm.relaxation.kernels.scalars import OVER_CODES
from noisytm.relaxation.kernels.step import backward, fill_window, forward, put_input

LOG = 0


@jit
def log_loss(wrong, right):
    """−log(1 − f), from whichever of f and 1 − f is accurate."""
    return -np.log1p(-wrong) if wrong <= 0.5 else -np.log(right)


@jit
def wrong_squares(marginals, target, right, mass):
    """Return Σ p(outcome)² over all outcomes but the target; fill the prefixes that the adjoint needs.

    Over the cells before c, ``right[c]`` is the right probability and ``mass[c]`` the squares' sum that is wrong.
    """
    mass[0] = 0.0
    for c in range(target.size):
        bad = 0.0
        for v in range(marginals.shape[1]):
            if v != target[c]:
                bad += marginals[c, v] ** 2
        good = marginals[c, target[c]] ** 2
        mass[c + 1] = mass[c] * (bad + good) + right[c] ** 2 * bad
    return mass[target.size]


@jit
def wrong_squares_adjoint(marginals, target, right, mass, g, marginals_bar):
    """Add the cotangents of `wrong_squares`, whose own is ``g``, to ``marginals_bar``."""
    mass_bar, square_bar = g, 0.0
    for c in range(target.size - 1, -1, -1):
        bad = 0.0
        for v in range(marginals.shape[1]):
            if v != target[c]:
                bad += marginals[c, v] ** 2
        p = marginals[c, target[c]]
        square = right[c] ** 2
        for v in range(marginals.shape[1]):
            if v != target[c]:
                marginals_bar[c, v] += 2.0 * marginals[c, v] * mass_bar * (mass[c] + square)
        marginals_bar[c, target[c]] += 2.0 * p * (mass_bar * mass[c] + square_bar * square)
        square_bar = mass_bar * bad + square_bar * p * p
        mass_bar *= bad + p * p


@jit
def loss_and_cotangents(loss, weight, marginals, target, prefixes, marginals_bar):
    """Return an input's share of the loss, and put its cotangents into ``marginals_bar``."""
    right, right_bar, mass = prefixes[0], prefixes[1], prefixes[2]
    wrong = wrong_mass(marginals, target, right)
    accepted = right[target.size]
    marginals_bar[:] = 0.0
    if loss == LOG:
        g = 1.0 / (1.0 - wrong) if wrong <= 0.5 else 1.0 / accepted
        wrong_mass_adjoint(marginals, target, right, wrong, weight * g, right_bar, marginals_bar)
        return weight * log_loss(wrong, accepted)
    wrong_mass_adjoint(marginals, target, right, wrong, weight * wrong, right_bar, marginals_bar)
    squares = wrong_squares(marginals, target, right, mass)
    wrong_squares_adjoint(marginals, target, right, mass, 0.5 * weight, marginals_bar)
    return 0.5 * weight * (wrong * wrong + squares)


@jit
def pack_codes(codes, first, count, code):
    if OVER_CODES:
        for j in range(codes.shape[1]):
            for lane in range(LANES):
                code[j * LANES + lane] = codes[first + min(lane, count - 1), j]
    else:
        code[: codes.shape[1]] = codes[first]


@jit
def unpack_gradient(code_bar, first, count, over_codes, gradients):
    for j in range(gradients.shape[1]):
        for lane in range(LANES):
            if over_codes:
                if lane < count:
                    gradients[first + lane, j] = code_bar[j * LANES + lane]
            else:
                gradients[first, j] += code_bar[j * LANES + lane]


@jit
def read_lane(program, steps, width, loss, n, i, lane, half, targets, weights, work, out):
    """Fill one rejected probability; with a loss, add to it and put its cotangents in place."""
    window, tape, regs, marginals, prefixes, tape_bar, z_bar, _, marginals_bar, _, _, _ = work
    rejected, losses, _ = out
    gather(program, steps, width, window, tape, regs, LANES, lane, marginals)
    rejected[n, i] = wrong_mass(marginals, targets[i], prefixes[0])
    if loss >= 0:
        losses[n] += loss_and_cotangents(loss, weights[i], marginals, targets[i], prefixes, marginals_bar)
        scatter(program, steps, width, window, half, LANES, lane, marginals_bar, tape_bar, z_bar)


@jit
def evaluate(
    program,
    codes,
    words,
    starts,
    order,
    blank,
    start,
    steps,
    horizon,
    width,
    targets,
    weights,
    loss,
    work,
    out,
):
    """Fill rejected probabilities (n, inputs) and, if ``loss`` ≥ 0, losses (n,) and gradients (n, N·E).

    ``order`` lists the inputs by length. The lanes of a vector are neighbours in it, or, if ``over_codes``,
    neighbouring codes; lanes left over repeat the last one, and nothing is read from them.
    """
    window, tape, regs, _, _, tape_bar, z_bar, bar, _, out_bar, code, code_bar = work
    _, losses, gradients = out
    over_codes = OVER_CODES
    symbols, states, tuples, _ = shape(program)
    match = places(symbols, states, tuples)[3]
    half = tape_bar.size // (2 * LANES)
    block = LANES if over_codes else 1
    group = 1 if over_codes else LANES
    for c in range(0, codes.shape[0], block):
        codes_here = min(block, codes.shape[0] - c)
        pack_codes(codes, c, codes_here, code)
        code_bar[:] = 0.0
        for g in range(0, order.size, group):
            inputs_here = min(group, order.size - g)
            last = order[g + inputs_here - 1]
            fill_window(steps, starts[last + 1] - starts[last], horizon, width, symbols, window)
            for lane in range(LANES):
                i = order[g + (0 if over_codes else min(lane, inputs_here - 1))]
                put_input(program, words[starts[i] : starts[i + 1]], blank, start, window, LANES, lane, tape, regs[0])
            forward(program, code, blank, steps, window, tape, regs)
            tape_bar[:] = 0.0
            z_bar[:] = 0.0
            for lane in range(codes_here if over_codes else inputs_here):
                n, i = (c + lane, order[g]) if over_codes else (c, order[g + lane])
                read_lane(program, steps, width, loss, n, i, lane, half, targets, weights, work, out)
            if loss >= 0:
                backward(program, code, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar)
                spread_code(regs, out_bar, steps, match, tuples, symbols + states + 3, code_bar)
        if loss >= 0:
            unpack_gradient(code_bar, c, codes_here, over_codes, gradients)
            for n in range(c, c + codes_here):
                if not np.isfinite(losses[n]):
                    gradients[n] = np.nan


@jit
def record(program, code, word, blank, start, steps, horizon, width, window, tape, regs):
    """Run one input and leave the marginals of every step in the buffers; return the tape buffer's used size."""
    size = fill_window(steps, word.size, horizon, width, shape(program)[0], window)
    put_input(program, word, blank, start, window, LANES, 0, tape, regs[0])
    forward(program, code, blank, steps, window, tape, regs)
    return size
