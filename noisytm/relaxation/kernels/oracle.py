"""The min-plus oracle: for every input the least cost of a fatal syndrome, and the syndrome."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.head import shape
from noisytm.relaxation.kernels.min_plus import LANES, ZERO
from noisytm.relaxation.kernels.readout import gather, scatter, wrong_mass, wrong_mass_adjoint
from noisytm.relaxation.kernels.step import backward, fill_window, forward, put_input


@jit
def cheapest(program, costs, words, starts, blank, start, steps, horizon, width, targets, limit, work, out):
    """Fill the least costs (inputs,) and, where they are below ``limit``, the exponents (inputs, N·E)."""
    window, tape, regs, marginals, prefixes, tape_bar, z_bar, bar, marginals_bar, out_bar, _, _ = work
    least, counts = out
    symbols, half = shape(program)[0], tape_bar.size // 2
    for i in range(targets.shape[0]):
        word = words[starts[i] : starts[i + 1]]
        fill_window(steps, word.size, horizon, width, symbols, window)
        put_input(program, word, blank, start, window, LANES, 0, tape, regs[0])
        forward(program, costs, blank, steps, window, tape, regs)
        gather(program, steps, width, window, tape, regs, LANES, 0, marginals)
        least[i] = wrong_mass(marginals, targets[i], prefixes[0])
        if least[i] >= min(limit, ZERO):
            continue
        marginals_bar[:] = 0
        wrong_mass_adjoint(marginals, targets[i], prefixes[0], least[i], 1, prefixes[1], marginals_bar)
        tape_bar[:] = 0
        z_bar[:] = 0
        scatter(program, steps, width, window, half, LANES, 0, marginals_bar, tape_bar, z_bar)
        backward(program, costs, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, counts[i])
