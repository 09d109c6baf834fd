"""Sums over the runs of noisy codes, and least costs, on the graph of `configuration_graph`.

Every probability is a sum of products of entries, which are not negative: nothing is lost by cancellation. ``graph`` is
a `Links` everywhere, and values have the shape (contents, |Q|, columns). A pass may be told to end by its ``control``;
see `noisytm._watched`.
"""

from __future__ import annotations

import numpy as np

from noisytm._deferred import inner, jit

COMPILES = "the annealed semantics"

# Places in a control, and contents between two looks at it.
STOP, DONE, CONTENTS_AT_ONCE = 0, 1, 1024


@inner
def _told_to_end(c, control):  # type: ignore[no-untyped-def]
    """Return whether to end before content ``c``, and count."""
    if c % CONTENTS_AT_ONCE != 0:
        return False
    control[DONE] += CONTENTS_AT_ONCE
    return control[STOP] != 0


# The number system: with ``limit`` None these are plus and times of probabilities; else the values are costs, of which
# the lesser is taken, and both are paid, up to the limit. The choice falls when a kernel is compiled.
@inner
def _plus(a, b, limit):  # type: ignore[no-untyped-def]
    if limit is None:
        return a + b
    return min(a, b)


@inner
def _times(a, b, limit):  # type: ignore[no-untyped-def]
    if limit is None:
        return a * b
    return min(a + b, limit)


@inner
def _zero(naught, limit):  # type: ignore[no-untyped-def]
    # The branch that is not taken is compiled all the same where there is a limit: both must have the values' type.
    if limit is None:
        return naught
    return limit


@inner
def _is_zero(value, limit):  # type: ignore[no-untyped-def]
    if limit is None:
        return value == 0.0
    return value >= limit


@inner
def _share(symbols, states, code, limit, acting, shares):  # type: ignore[no-untyped-def]
    """Fill in the value of a tuple's writing w and moving m, shape (N, 3·S) at 3·w + m, and of going to r as well."""
    for row in range(code.shape[0]):
        for w in range(symbols):
            for m in range(3):
                mass = _times(code[row, w], code[row, symbols + states + m], limit)
                acting[row, 3 * w + m] = mass
                for r in range(states):
                    shares[row, 3 * w + m, r] = _times(mass, code[row, symbols + r], limit)


@inner
def _pull(graph, acting, shares, limit, values, control):  # type: ignore[no-untyped-def]
    """Fill in what is expected, or costs least, of every configuration: from those after the last step to the first."""
    child, head, listed = graph.child, graph.head, graph.listed
    branches, states = child.shape[1], listed.shape[1]
    columns, nothing = values.shape[2], _zero(values.dtype.type(0), limit)
    for c in range(child.shape[0] - 1, -1, -1):
        if _told_to_end(c, control):
            return
        symbol = head[c]
        for q in range(states):
            row = listed[symbol, q]
            for k in range(columns):
                if row < 0:
                    values[c, q, k] = values[child[c, 3 * symbol + 1], q, k]
                    continue
                total = nothing
                for b in range(branches):
                    if _is_zero(acting[row, b], limit):
                        continue
                    after = child[c, b]
                    for r in range(states):
                        total = _plus(total, _times(shares[row, b, r], values[after, r, k], limit), limit)
                values[c, q, k] = total


@jit
def pulled_back(graph, code, terminals, limit, values, control):  # type: ignore[no-untyped-def]
    """Fill in ``values`` from what stands at the end: expectations, or least costs up to ``limit`` (None: no costs).

    ``terminals`` has the shape (readouts, columns), ``code`` holds probabilities, or costs from 0 to the limit.
    """
    symbols, states = graph.listed.shape
    acting = np.empty((code.shape[0], 3 * symbols), dtype=values.dtype)
    shares = np.empty((code.shape[0], 3 * symbols, states), dtype=values.dtype)
    _end(graph, terminals, values)
    _share(symbols, states, code, limit, acting, shares)
    _pull(graph, acting, shares, limit, values, control)


@inner
def _push(graph, shares, values, control):  # type: ignore[no-untyped-def]
    """Move the masses that configurations have before the first step along all transitions."""
    child, head, listed = graph.child, graph.head, graph.listed
    branches, states = child.shape[1], listed.shape[1]
    columns = values.shape[2]
    for c in range(child.shape[0]):
        if _told_to_end(c, control):
            return
        symbol = head[c]
        for q in range(states):
            row = listed[symbol, q]
            if row < 0:
                for k in range(columns):
                    values[child[c, 3 * symbol + 1], q, k] += values[c, q, k]
                continue
            for b in range(branches):
                after = child[c, b]
                for r in range(states):
                    share = shares[row, b, r]
                    for k in range(columns):
                        values[after, r, k] += share * values[c, q, k]


@inner
def _begin(graph, seeds, values):  # type: ignore[no-untyped-def]
    values[:] = 0.0
    for i in range(graph.starts.size):
        for k in range(values.shape[2]):
            values[graph.starts[i], graph.start, k] += seeds[i, k]


@inner
def _end(graph, terminals, values):  # type: ignore[no-untyped-def]
    last = graph.child.shape[0]
    for c in range(graph.readout.shape[0]):
        for q in range(graph.readout.shape[1]):
            for k in range(values.shape[2]):
                values[last + c, q, k] = terminals[graph.readout[c, q], k]


@jit
def pulled(graph, codes, terminals, values, out, control):  # type: ignore[no-untyped-def]
    """Fill ``out``, shape (n, inputs, columns), with the expectations of ``terminals``, shape (readouts, columns)."""
    symbols, states = graph.listed.shape
    acting = np.empty((codes.shape[1], 3 * symbols))
    shares = np.empty((codes.shape[1], 3 * symbols, states))
    _end(graph, terminals, values)
    for n in range(codes.shape[0]):
        _share(symbols, states, codes[n], None, acting, shares)
        _pull(graph, acting, shares, None, values, control)
        if control[STOP] != 0:
            return
        for i in range(graph.starts.size):
            for k in range(values.shape[2]):
                out[n, i, k] = values[graph.starts[i], graph.start, k]


@jit
def pushed(graph, codes, seeds, values, out, control):  # type: ignore[no-untyped-def]
    """Fill ``out``, shape (n, readouts, columns), from ``seeds``, shape (inputs, columns), masses at the beginning."""
    symbols, states = graph.listed.shape
    acting = np.empty((codes.shape[1], 3 * symbols))
    shares = np.empty((codes.shape[1], 3 * symbols, states))
    last = graph.child.shape[0]
    out[:] = 0.0
    for n in range(codes.shape[0]):
        _share(symbols, states, codes[n], None, acting, shares)
        _begin(graph, seeds, values)
        _push(graph, shares, values, control)
        if control[STOP] != 0:
            return
        for c in range(graph.readout.shape[0]):
            for q in range(graph.readout.shape[1]):
                for k in range(values.shape[2]):
                    out[n, graph.readout[c, q], k] += values[last + c, q, k]


@inner
def _flow(graph, forward, backward, flow, control):  # type: ignore[no-untyped-def]
    """Fill ``flow``, shape (N, 3·S, |Q|), with what depends on a tuple's writing, moving and next state together."""
    child, head, listed = graph.child, graph.head, graph.listed
    symbols, states = listed.shape
    flow[:] = 0.0
    for c in range(child.shape[0]):
        if _told_to_end(c, control):
            return
        for q in range(states):
            row = listed[head[c], q]
            if row < 0:
                continue
            for k in range(forward.shape[2]):
                mass = forward[c, q, k]
                if mass == 0.0:
                    continue
                for b in range(3 * symbols):
                    for r in range(states):
                        flow[row, b, r] += mass * backward[child[c, b], r, k]


@inner
def _entries(symbols, states, code, flow, gradient):  # type: ignore[no-untyped-def]
    """Add the derivatives by a code's entries, from those by their products."""
    for row in range(code.shape[0]):
        for w in range(symbols):
            for m in range(3):
                for r in range(states):
                    x = flow[row, 3 * w + m, r]
                    write, move, state = code[row, w], code[row, symbols + states + m], code[row, symbols + r]
                    gradient[row, w] += x * (move * state)
                    gradient[row, symbols + r] += x * (write * move)
                    gradient[row, symbols + states + m] += x * (write * state)


@jit
def gradients(graph, codes, seeds, terminals, forward, backward, out, control):  # type: ignore[no-untyped-def]
    """Add to ``out``, shape of ``codes``, the gradients of Σ seeds[i, k]·P(readout o | input i)·terminals[o, k].

    ``seeds`` has the shape (n or 1, inputs, columns) and ``terminals`` (n or 1, readouts, columns).
    """
    symbols, states = graph.listed.shape
    acting = np.empty((codes.shape[1], 3 * symbols))
    shares = np.empty((codes.shape[1], 3 * symbols, states))
    flow = np.empty_like(shares)
    for n in range(codes.shape[0]):
        _share(symbols, states, codes[n], None, acting, shares)
        _begin(graph, seeds[n % seeds.shape[0]], forward)
        _push(graph, shares, forward, control)
        _end(graph, terminals[n % terminals.shape[0]], backward)
        _pull(graph, acting, shares, None, backward, control)
        _flow(graph, forward, backward, flow, control)
        if control[STOP] != 0:
            return
        _entries(symbols, states, codes[n], flow, out[n])
