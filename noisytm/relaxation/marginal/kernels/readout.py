"""The rejected mass of a product readout and its adjoint, over any algebra.

``marginals`` has shape (C, V): C places, of V values at most: cells counted from the head, or the state. The
accepted outcomes are given by layered automata, see `noisytm.problem.acceptance`; mass flows through them from
cell to cell.
"""

from noisytm.problem import STATE
from noisytm.relaxation.marginal.kernels.head import layout_of
from noisytm.relaxation.marginal.kernels.places import BASE, bar_base
from noisytm.relaxation.marginal.kernels.real import ONE, ZERO
from noisytm.relaxation.marginal.kernels.sums import claim, keep, plus, through, times


def gather(program, steps, places, window, tape, regs, lanes, lane, marginals):
    """Copy what is read after the last step; values that a place lacks have no mass."""
    at = layout_of(program)
    for c in range(places.size):
        if places[c] == STATE:
            count = at.states
            for e in range(count):
                marginals[c, e] = regs[steps, (at.z + e) * lanes + lane]
        else:
            count, first = at.symbols, window[steps, BASE] + places[c] * at.symbols
            for e in range(count):
                marginals[c, e] = tape[(first + e) * lanes + lane]
        for e in range(count, marginals.shape[1]):
            marginals[c, e] = ZERO


def scatter(program, steps, places, window, half, lanes, lane, marginals_bar, tape_bar, z_bar):
    """Put the cotangents of what was read where `backward` expects them; the rest of the buffers must be zero."""
    at = layout_of(program)
    for c in range(places.size):
        if places[c] == STATE:
            for e in range(at.states):
                z_bar[e * lanes + lane] = marginals_bar[c, e]
        else:
            first = bar_base(window, steps, at.symbols, half) + places[c] * at.symbols
            for e in range(at.symbols):
                tape_bar[(first + e) * lanes + lane] = marginals_bar[c, e]


def entries_into(sink, marginals, c, nodes, k):
    """Return the mass of the values of cell ``c`` that lead from node ``k`` into a sink."""
    mass = ZERO
    for v in range(marginals.shape[1]):
        if nodes[k, v] == sink:
            mass = plus(mass, marginals[c, v])
    return mass


def sink_mass(sink, marginals, acceptance, a, arriving):
    """Return the mass that automaton ``a`` lets flow into a sink: Σ_k arriving_k · (entries that lead there from k).

    The sink is `REJECT` or `ACCEPT`. ``arriving`` is filled with the mass that arrives at each node.
    """
    layers, nodes = acceptance.layers, acceptance.nodes
    first, cells = layers[a, 0], marginals.shape[0]
    for k in range(layers[a, cells] - first):
        arriving[k] = ZERO
    arriving[0], total = ONE, ZERO
    for c in range(cells):
        for k in range(layers[a, c], layers[a, c + 1]):
            here, entries = arriving[k - first], ZERO
            for v in range(marginals.shape[1]):
                to = nodes[k, v]
                if to == sink:
                    entries = plus(entries, marginals[c, v])
                elif to >= 0:
                    arriving[to - first] = plus(arriving[to - first], times(here, marginals[c, v]))
            total = plus(total, times(here, entries))
    return total


def sink_mass_adjoint(sink, marginals, acceptance, a, arriving, total, g, arriving_bar, marginals_bar):
    """Add the cotangents of `sink_mass`, whose own is ``g``, to ``marginals_bar``.

    First to the nodes from which mass flows into the sink, then upwards along the mass that arrives there.
    """
    layers, nodes = acceptance.layers, acceptance.nodes
    first, cells = layers[a, 0], marginals.shape[0]
    left = g
    for c in range(cells):
        for k in range(layers[a, c], layers[a, c + 1]):
            entries = entries_into(sink, marginals, c, nodes, k)
            claimed = claim(left, total, times(arriving[k - first], entries))
            left = keep(left, claimed)
            arriving_bar[k - first] = through(claimed, entries)
            share = through(claimed, arriving[k - first])
            for v in range(marginals.shape[1]):
                if nodes[k, v] == sink:
                    taken = claim(share, entries, marginals[c, v])
                    share = keep(share, taken)
                    marginals_bar[c, v] += taken
    for c in range(cells - 2, -1, -1):
        for k in range(layers[a, c], layers[a, c + 1]):
            here = arriving[k - first]
            for v in range(marginals.shape[1]):
                to = nodes[k, v] - first
                if nodes[k, v] >= 0:
                    claimed = claim(arriving_bar[to], arriving[to], times(here, marginals[c, v]))
                    arriving_bar[to] = keep(arriving_bar[to], claimed)
                    arriving_bar[k - first] += through(claimed, marginals[c, v])
                    marginals_bar[c, v] += through(claimed, here)
