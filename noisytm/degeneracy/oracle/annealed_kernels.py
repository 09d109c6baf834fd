"""Least costs over the graph of `noisytm.relaxation.pathwise.configurations`, and the runs that have them.

``graph`` is a `Links`, ``costs`` has the shape (N, S + |Q| + 3), with entries from 0 to ``limit``, and ``values`` the
shape (contents, |Q|, columns).
"""

from __future__ import annotations

from noisytm._compile import jit


@jit
def pay_back(graph, costs, terminals, limit, values):  # type: ignore[no-untyped-def]
    """Fill in the least cost, up to ``limit``, from every configuration to the end, where ``terminals`` are paid.

    ``terminals`` has the shape (readouts, columns).
    """
    child, head, listed = graph.child, graph.head, graph.listed
    symbols, states = listed.shape
    columns = values.shape[2]
    last = child.shape[0]
    for c in range(graph.readout.shape[0]):
        for q in range(states):
            for k in range(columns):
                values[last + c, q, k] = terminals[graph.readout[c, q], k]
    for c in range(last - 1, -1, -1):
        symbol = head[c]
        for q in range(states):
            row = listed[symbol, q]
            if row < 0:
                for k in range(columns):
                    values[c, q, k] = values[child[c, 3 * symbol + 1], q, k]
                continue
            for k in range(columns):
                values[c, q, k] = limit
            for w in range(symbols):
                for m in range(3):
                    acting = costs[row, w] + costs[row, symbols + states + m]
                    if acting >= limit:
                        continue
                    after = child[c, 3 * w + m]
                    for r in range(states):
                        paid = acting + costs[row, symbols + r]
                        for k in range(columns):
                            values[c, q, k] = min(values[c, q, k], paid + values[after, r, k])


@jit
def trace_runs(graph, costs, values, contents, columns, counts):  # type: ignore[no-untyped-def]
    """Count the entries used by runs that cost what ``values`` says, from the given contents and in these columns.

    Of several such runs it is the one whose first difference writes, then moves, then goes, to the earlier value.
    ``counts`` has the shape (runs, N, S + |Q| + 3) and holds zeros.
    """
    child, head, listed = graph.child, graph.head, graph.listed
    symbols, states = listed.shape
    for i in range(contents.size):
        c, q, k = contents[i], graph.start, columns[i]
        while c < child.shape[0]:
            row = listed[head[c], q]
            if row < 0:
                c = child[c, 3 * head[c] + 1]
                continue
            found = False
            for b in range(3 * symbols):
                w, m = b // 3, symbols + states + b % 3
                after = child[c, b]
                for r in range(states):
                    paid = costs[row, w] + costs[row, m] + costs[row, symbols + r]
                    if paid + values[after, r, k] == values[c, q, k]:
                        counts[i, row, w] += 1
                        counts[i, row, m] += 1
                        counts[i, row, symbols + r] += 1
                        c, q, found = after, r, True
                        break
                if found:
                    break
