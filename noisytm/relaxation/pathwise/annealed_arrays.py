"""What `annealed_kernels` computes, in NumPy: a layer of the graph at a time: for work too small to compile for.

``graph`` is a `Links`, ``layers`` the numbers of contents in its layers, ``values`` has the shape (contents, |Q|,
columns). Costs are the same whole numbers; sums of probabilities are formed in another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.relaxation.pathwise.configuration_graph import STAY, Links

Values = NDArray[Any]
Rows = NDArray[np.int64]

# CPU seconds of a pass: for each layer, symbol and state, and for each value that is paid or multiplied.
SECONDS_PER_PART, SECONDS_PER_VALUE = 50e-6, 6e-9


def seconds_of_pass(graph: Links, layers: Sequence[int], columns: int) -> float:
    """Return about how long a pass over the graph takes, for so many columns of values."""
    symbols, states = graph.listed.shape
    values = sum(layers) * 3.0 * int(symbols * states * states) * columns
    return len(layers) * int(symbols * states) * SECONDS_PER_PART + values * SECONDS_PER_VALUE


def _layers_back(layers: Sequence[int]) -> Iterator[slice]:
    """Yield the contents of each layer that has a next one, the last of these first."""
    first = sum(layers[:-1])
    for size in reversed(layers[:-1]):
        _clock.tick()
        yield slice(first - size, first)
        first -= size


def _by_symbol(graph: Links, layer: slice) -> Iterator[tuple[int, Rows]]:
    """Yield each symbol with the contents of a layer whose head reads it."""
    heads = graph.head[layer]
    for symbol in np.unique(heads).tolist():
        yield symbol, np.flatnonzero(heads == symbol) + layer.start


def costs_pulled_back(
    graph: Links, layers: Sequence[int], costs: NDArray[np.int64], terminals: NDArray[np.int64], limit: int
) -> NDArray[np.int64]:
    """Return the least costs of all configurations, up to a limit; see `annealed_kernels.pulled_back`.

    Parameters
    ----------
    graph : Links
        The graph.
    layers : sequence of int
        Numbers of contents.
    costs : ndarray of int64, shape (N, S + |Q| + 3)
        From 0 to the limit.
    terminals : ndarray of int64, shape (readouts, columns)
        The costs at the end.
    limit : int
        At most 2^58.

    Returns
    -------
    ndarray of int64, shape (contents, |Q|, columns)
    """
    symbols, states = graph.listed.shape
    acting = np.minimum(costs[:, :symbols, None] + costs[:, None, symbols + states :], limit)
    acting = acting.reshape(len(costs), 3 * symbols, 1)
    shares = np.minimum(acting + costs[:, None, symbols : symbols + states], limit)
    values = np.empty((len(graph.head), states, terminals.shape[1]), dtype=np.int64)
    values[len(graph.child) :] = terminals[graph.readout]
    for layer in _layers_back(layers):
        for symbol, contents in _by_symbol(graph, layer):
            after = values[graph.child[contents]]  # (contents, 3·S, |Q|, columns)
            for state, row in enumerate(graph.listed[symbol].tolist()):
                if row < 0:
                    values[contents, state] = after[:, 3 * symbol + STAY, state]
                else:
                    paid = (after + shares[row][:, :, None]).min(axis=(1, 2))
                    values[contents, state] = np.minimum(paid, limit)
    return values


def _shares(graph: Links, code: Values) -> Values:
    """Return the probability of each writing, moving and next state of each tuple, shape (N, 3·S, |Q|)."""
    symbols, states = graph.listed.shape
    acting = (code[:, :symbols, None] * code[:, None, symbols + states :]).reshape(len(code), 3 * symbols, 1)
    shares: Values = acting * code[:, None, symbols : symbols + states]
    return shares


def pulled(graph: Links, layers: Sequence[int], code: Values, terminals: Values) -> Values:
    """Return what is expected of every configuration, shape (contents, |Q|, columns), given that at the end."""
    states, shares = graph.listed.shape[1], _shares(graph, code)
    values = np.empty((len(graph.head), states, terminals.shape[1]))
    values[len(graph.child) :] = terminals[graph.readout]
    for layer in _layers_back(layers):
        for symbol, contents in _by_symbol(graph, layer):
            after = values[graph.child[contents]]
            for state, row in enumerate(graph.listed[symbol].tolist()):
                if row < 0:
                    values[contents, state] = after[:, 3 * symbol + STAY, state]
                else:
                    values[contents, state] = np.einsum("nbrk,br->nk", after, shares[row])
    return values


def pushed(graph: Links, layers: Sequence[int], code: Values, seeds: Values) -> Values:
    """Return the mass of every configuration, shape (contents, |Q|, columns), given that of each input, in columns."""
    states, shares = graph.listed.shape[1], _shares(graph, code)
    values = np.zeros((len(graph.head), states, seeds.shape[1]))
    np.add.at(values[:, graph.start], graph.starts, seeds)
    for layer in reversed(list(_layers_back(layers))):
        for symbol, contents in _by_symbol(graph, layer):
            children = graph.child[contents]
            for state, row in enumerate(graph.listed[symbol].tolist()):
                mass = values[contents, state]
                if row < 0:
                    np.add.at(values[:, state], children[:, 3 * symbol + STAY], mass)
                else:
                    np.add.at(values, children, np.einsum("nk,br->nbrk", mass, shares[row]))
    return values


def gradient(graph: Links, layers: Sequence[int], code: Values, seeds: Values, terminals: Values) -> Values:
    """Return the gradient of Σ seeds[i, k]·P(readout o | input i)·terminals[o, k] by the entries of a code."""
    symbols, states = graph.listed.shape
    forward, backward = pushed(graph, layers, code, seeds), pulled(graph, layers, code, terminals)
    flow = np.zeros((len(code), 3 * symbols, states))
    for layer in _layers_back(layers):
        for symbol, contents in _by_symbol(graph, layer):
            after = backward[graph.child[contents]]
            for state, row in enumerate(graph.listed[symbol].tolist()):
                if row >= 0:
                    flow[row] += np.einsum("nk,nbrk->br", forward[contents, state], after)
    parts = flow.reshape(len(code), symbols, 3, states)
    write, following, move = code[:, :symbols], code[:, symbols : symbols + states], code[:, symbols + states :]
    return np.concatenate(
        [
            np.einsum("iwmr,im,ir->iw", parts, move, following),
            np.einsum("iwmr,iw,im->ir", parts, write, move),
            np.einsum("iwmr,iw,ir->im", parts, write, following),
        ],
        axis=1,
    )
