"""The runs that have least costs on the graph of `noisytm.relaxation.pathwise.configuration_graph`.

``graph`` is a `Links`, ``costs`` has the shape (N, S + |Q| + 3), with entries from 0 to ``limit``, and ``values`` the
shape (contents, |Q|, columns).
"""

from __future__ import annotations

from noisytm._deferred import jit

COMPILES = "least costs of runs"


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
