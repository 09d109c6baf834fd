"""An input's share of the loss, and its cotangents, from the marginals that are read."""

import numpy as np

from noisytm.losses import compiled_number
from noisytm.problem import ACCEPT, REJECT
from noisytm.relaxation.marginal.kernels.readout import sink_mass, sink_mass_adjoint

LOG = compiled_number("log")


def log_loss(wrong, right):
    """−log(1 − f), from whichever of f and 1 − f is accurate."""
    return -np.log1p(-wrong) if wrong <= 0.5 else -np.log(right)


def only_value(nodes, k):
    """Return the value that node ``k`` of an automaton with one accepted outcome does not reject."""
    for v in range(nodes.shape[1]):
        if nodes[k, v] != REJECT:
            return v
    return -1


def wrong_squares(marginals, acceptance, a, right, mass):
    """Return Σ p(outcome)² over all outcomes but the only accepted one; fill the prefixes that the adjoint needs.

    Over the cells before c, ``right[c]`` is the right probability and ``mass[c]`` the squares' sum that is wrong.
    """
    layers, nodes = acceptance.layers, acceptance.nodes
    mass[0] = 0.0
    for c in range(marginals.shape[0]):
        target, bad = only_value(nodes, layers[a, c]), 0.0
        for v in range(marginals.shape[1]):
            if v != target:
                bad += marginals[c, v] ** 2
        good = marginals[c, target] ** 2
        mass[c + 1] = mass[c] * (bad + good) + right[c] ** 2 * bad
    return mass[marginals.shape[0]]


def wrong_squares_adjoint(marginals, acceptance, a, right, mass, g, marginals_bar):
    """Add the cotangents of `wrong_squares`, whose own is ``g``, to ``marginals_bar``."""
    layers, nodes = acceptance.layers, acceptance.nodes
    mass_bar, square_bar = g, 0.0
    for c in range(marginals.shape[0] - 1, -1, -1):
        target, bad = only_value(nodes, layers[a, c]), 0.0
        for v in range(marginals.shape[1]):
            if v != target:
                bad += marginals[c, v] ** 2
        p = marginals[c, target]
        square = right[c] ** 2
        for v in range(marginals.shape[1]):
            if v != target:
                marginals_bar[c, v] += 2.0 * marginals[c, v] * mass_bar * (mass[c] + square)
        marginals_bar[c, target] += 2.0 * p * (mass_bar * mass[c] + square_bar * square)
        square_bar = mass_bar * bad + square_bar * p * p
        mass_bar *= bad + p * p


def loss_and_cotangents(loss, weight, acceptance, a, buffers):
    """Return an input's share of the loss, and put the cotangents of the marginals in place.

    The log loss is taken by way of whichever of f and 1 − f is accurate. The Brier loss is ½‖p − e‖² where one outcome
    is accepted, f² where several are. The adjoint is called in one place only: each takes seconds to compile.
    """
    marginals, marginals_bar = buffers.marginals, buffers.marginals_bar
    arriving, arriving_bar, mass = buffers.arriving, buffers.arriving_bar, buffers.squares
    log, sole = loss == LOG, acceptance.sole[a] != 0
    wrong, right = sink_mass(REJECT, marginals, acceptance, a, arriving), 0.0
    sink, total = REJECT, wrong
    if log and wrong > 0.5:
        right = sink_mass(ACCEPT, marginals, acceptance, a, arriving)
        sink, total, g = ACCEPT, right, -weight / right
    elif log:
        g = weight / (1.0 - wrong)
    else:
        g = weight * wrong if sole else 2.0 * weight * wrong
    marginals_bar[:] = 0.0
    sink_mass_adjoint(sink, marginals, acceptance, a, arriving, total, g, arriving_bar, marginals_bar)
    if log:
        return weight * log_loss(wrong, right)
    if not sole:
        return weight * wrong * wrong
    squares = wrong_squares(marginals, acceptance, a, arriving, mass)
    wrong_squares_adjoint(marginals, acceptance, a, arriving, mass, 0.5 * weight, marginals_bar)
    return 0.5 * weight * (wrong * wrong + squares)
