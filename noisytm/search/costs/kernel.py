"""The min-plus step over a partial table: the cheapest rejected run through fixed tuples, and what it pays.

What an unfixed tuple writes, enters and moves costs too much; that it matches is known, since keys are fixed. So what
is found is found in every completion. "Everything but this symbol and state" is (1 − y) + y (1 − z), and so may cost
less than the sum over the other pairs: z has mass 1 in every completion, also where that comes by way of unfixed
tuples. Formulas and tie rule are those of `noisytm.relaxation.marginal`: of equal terms the first takes the whole
cotangent. Costs are whole numbers; sums of them saturate. Values of ``limit`` and more are not looked at.

Functions that take a ``task`` (`noisytm.problem.EncodedProblem`), a ``head`` (`Head`) and ``work`` (`Work`).
"""

from noisytm._deferred import apart, inner, jit
from noisytm.problem import REJECT, STATE

COMPILES = "least costs over partial tables"

# More than any sum of costs; twice of it fits into 64 bits.
TOO_MUCH = 1 << 60
# Blank cells that are kept beside the live ones: a cell comes into reach with every step, and looks one further.
PAD = 2
# Instructions of a head, and the columns of their rows.
PLUS, TIMES, COPY, ZERO, ONE, REST = 0, 1, 2, 3, 4, 5
OP, TARGET, FIRST, SECOND = 0, 1, 2, 3


@inner
def put_blank(tape, cell, blank):
    """Make a cell blank."""
    for e in range(tape.shape[1]):
        tape[cell, e] = 0 if e == blank else TOO_MUCH


@apart
def put_input(task, head, work, i):
    """Put an input and the start state before the first step."""
    at, tape, origin = head.at, work.tape[0], work.origin
    for k in range(work.window[i, 0, 0] - PAD, work.window[i, 0, 1] + PAD + 1):
        put_blank(tape, origin + k, task.blank)
    word = task.words[task.starts[i] : task.starts[i + 1]]
    for k in range(min(word.size, work.window[i, 0, 1] + PAD + 1)):
        tape[origin + k, task.blank] = TOO_MUCH
        tape[origin + k, word[k]] = 0
    for q in range(at.states):
        work.registers[0, at.z + q] = 0 if q == task.start else TOO_MUCH


@apart
def put_rests(r, first, to, n):
    """Put, for each of n costs, the least of the others."""
    for a in range(n):
        least = TOO_MUCH
        for b in range(n):
            if b != a:
                least = min(least, r[first + b])
        r[to + a] = least


@apart
def begin(head, r):
    """Form what the head's symbol and the state choose."""
    at, listed = head.at, head.instructions
    for k in range(listed.shape[0]):
        op, a, b = listed[k, OP], listed[k, FIRST], listed[k, SECOND]
        if op == TIMES:
            value = min(r[a] + r[b], TOO_MUCH)
        elif op == REST:
            symbol = b // at.states
            value = min(r[at.rest_y + symbol], r[at.y + symbol] + r[at.rest_z + b - symbol * at.states])
        elif op == PLUS:
            value = min(r[a], r[b])
        elif op == COPY:
            value = r[a]
        elif op == ZERO:
            value = TOO_MUCH
        else:
            value = 0
        r[listed[k, TARGET]] = value


@apart
def mix(head, table, costs, limit, r, following, reached):
    """Form what is written, the next state and the move; note the cheapest tuple that matches and is not fixed."""
    at = head.at
    for e in range(at.symbols):
        r[at.written + e] = r[at.write + e]
    for q in range(at.states):
        following[at.z + q] = r[at.next + q]
    r[at.move] = TOO_MUCH
    r[at.move + 1] = r[at.stay]
    r[at.move + 2] = TOO_MUCH
    for i in range(at.tuples):
        match = r[at.match + i]
        if match >= limit:
            continue
        if table[i] < 0:
            if match < reached[0]:
                reached[0] = match
                reached[1] = i
            continue
        for e in range(at.symbols):
            r[at.written + e] = min(r[at.written + e], match + costs[i, e])
        for q in range(at.states):
            following[at.z + q] = min(following[at.z + q], match + costs[i, at.symbols + q])
        for m in range(3):
            r[at.move + m] = min(r[at.move + m], match + costs[i, at.symbols + at.states + m])


@apart
def shift(task, head, work, i, step, limit):
    """Make the tape after a step, with what was written in place: a cell comes from itself or a neighbour."""
    low, high, origin = work.window[i, step + 1, 0], work.window[i, step + 1, 1], work.origin
    if low > high:
        return
    here, after, r, at = work.tape[step], work.tape[step + 1], work.registers[step], head.at
    left, stay, right = r[at.move], r[at.move + 1], r[at.move + 2]
    for k in range(origin + low, origin + high + 1):
        for e in range(at.symbols):
            value = TOO_MUCH
            if stay < limit:
                value = min(value, stay + here[k, e])
            if left < limit:
                value = min(value, left + here[k - 1, e])
            if right < limit:
                value = min(value, right + here[k + 1, e])
            after[k, e] = value
    for k in range(1, PAD + 1):
        put_blank(after, origin + low - k, task.blank)
        put_blank(after, origin + high + k, task.blank)


@apart
def run_with_errors(task, head, table, costs, limit, i, work, reached):
    """Make all steps on an input; every step's registers and tapes are left behind."""
    at, origin = head.at, work.origin
    put_input(task, head, work, i)
    for step in range(work.registers.shape[0] - 1):
        r, here = work.registers[step], work.tape[step]
        for e in range(at.symbols):
            r[at.y + e] = here[origin, e]
        put_rests(r, at.y, at.rest_y, at.symbols)
        put_rests(r, at.z, at.rest_z, at.states)
        for e in range(at.keys):
            r[at.key + e] = min(costs[at.tuples, e], TOO_MUCH)
        begin(head, r)
        mix(head, table, costs, limit, r, work.registers[step + 1], reached)
        for e in range(at.symbols):
            here[origin, e] = r[at.written + e]
        shift(task, head, work, i, step, limit)


@apart
def gather(task, head, work):
    """Copy what is read after the last step."""
    at, last = head.at, work.registers.shape[0] - 1
    for c in range(task.places.size):
        if task.places[c] == STATE:
            count = at.states
            for e in range(count):
                work.marginals[c, e] = work.registers[last, at.z + e]
        else:
            count = at.symbols
            for e in range(count):
                work.marginals[c, e] = work.tape[last, work.origin + task.places[c], e]
        for e in range(count, work.marginals.shape[1]):
            work.marginals[c, e] = TOO_MUCH


@inner
def entries_into(sink, marginals, c, nodes, k):
    """Return the least cost of a value of place ``c`` that leads from node ``k`` into a sink."""
    least = TOO_MUCH
    for v in range(marginals.shape[1]):
        if nodes[k, v] == sink:
            least = min(least, marginals[c, v])
    return least


@apart
def rejected(task, work, i):
    """Return the least cost of a readout that is not accepted."""
    automata, arriving, marginals = task.acceptance, work.arriving, work.marginals
    a, cells = automata.of_input[i], task.places.size
    first = automata.layers[a, 0]
    for k in range(automata.layers[a, cells] - first):
        arriving[k] = TOO_MUCH
    arriving[0], least = 0, TOO_MUCH
    for c in range(cells):
        for k in range(automata.layers[a, c], automata.layers[a, c + 1]):
            here = arriving[k - first]
            for v in range(marginals.shape[1]):
                to = automata.nodes[k, v]
                if to == REJECT:
                    least = min(least, here + marginals[c, v])
                elif to >= 0:
                    arriving[to - first] = min(arriving[to - first], here + marginals[c, v])
    return least


@apart
def trace_readout(task, work, i, least):
    """Put 1 for each place and value that the cheapest rejected readout reads."""
    automata, arriving, marginals = task.acceptance, work.arriving, work.marginals
    a, cells = automata.of_input[i], task.places.size
    first = automata.layers[a, 0]
    work.marginals_bar[:] = 0
    at_layer, node, chosen, before = -1, -1, 0, 0
    for c in range(cells):
        for k in range(automata.layers[a, c], automata.layers[a, c + 1]):
            entries = entries_into(REJECT, marginals, c, automata.nodes, k)
            if node < 0 and arriving[k - first] + entries == least:
                at_layer, node = c, k
                for v in range(marginals.shape[1] - 1, -1, -1):
                    if automata.nodes[k, v] == REJECT and marginals[c, v] == entries:
                        chosen = v
                work.marginals_bar[c, chosen] += 1
    for c in range(at_layer - 1, -1, -1):
        found = False
        for k in range(automata.layers[a, c], automata.layers[a, c + 1]):
            for v in range(marginals.shape[1]):
                paid = arriving[k - first] + marginals[c, v]
                if not found and automata.nodes[k, v] == node and paid == arriving[node - first]:
                    work.marginals_bar[c, v] += 1
                    before, found = k, True
        node = before


@apart
def scatter(task, head, work):
    """Put the cotangents of what was read where `trace_back` expects them."""
    at, last = head.at, work.registers.shape[0] - 1
    work.z_bar[:] = 0
    work.tape_bar[last % 2][:] = 0
    for c in range(task.places.size):
        if task.places[c] == STATE:
            for q in range(at.states):
                work.z_bar[q] += work.marginals_bar[c, q]
        else:
            for e in range(at.symbols):
                work.tape_bar[last % 2, work.origin + task.places[c], e] += work.marginals_bar[c, e]


@apart
def unshift(head, work, i, step):
    """Trace every entry of the tape after a step back to one of the tape before it, and to a move."""
    here, after, r, at = work.tape[step], work.tape[step + 1], work.registers[step], head.at
    before_bar, after_bar, bar, origin = work.tape_bar[step % 2], work.tape_bar[(step + 1) % 2], work.bar, work.origin
    before_bar[:] = 0
    left, stay, right = r[at.move], r[at.move + 1], r[at.move + 2]
    for k in range(origin + work.window[i, step + 1, 0], origin + work.window[i, step + 1, 1] + 1):
        for e in range(at.symbols):
            g, total = after_bar[k, e], after[k, e]
            if g == 0:
                continue
            if stay + here[k, e] == total:
                bar[at.move + 1] += g
                before_bar[k, e] += g
            elif left + here[k - 1, e] == total:
                bar[at.move] += g
                before_bar[k - 1, e] += g
            else:
                assert right + here[k + 1, e] == total
                bar[at.move + 2] += g
                before_bar[k + 1, e] += g


@apart
def unmix(head, table, costs, limit, r, g, total, unused, column, bar, counts):
    """Pass a cotangent on to what is left where nothing matches, or to one match and its entry of the code."""
    at = head.at
    if unused >= 0 and r[unused] == total:
        bar[unused] += g
        return
    for i in range(at.tuples):
        match = r[at.match + i]
        if match < limit and table[i] >= 0 and match + costs[i, column] == total:
            bar[at.match + i] += g
            counts[i, column] += g
            return


@apart
def unmix_all(head, table, costs, limit, work, step, counts):
    """Pass the cotangents of what is written, of the next state and of the move on."""
    at, r, following, bar = head.at, work.registers[step], work.registers[step + 1], work.bar
    for e in range(at.symbols):
        if bar[at.written + e] != 0:
            unmix(
                head, table, costs, limit, r, bar[at.written + e], r[at.written + e], at.write + e, e, bar, counts
            )  # fmt: skip
    for q in range(at.states):
        if work.z_bar[q] != 0:
            unmix(
                head, table, costs, limit, r, work.z_bar[q], following[at.z + q], at.next + q, at.symbols + q, bar,
                counts,
            )  # fmt: skip
    for m in range(3):
        if bar[at.move + m] != 0:
            unmix(
                head, table, costs, limit, r, bar[at.move + m], r[at.move + m], at.stay if m == 1 else -1,
                at.symbols + at.states + m, bar, counts,
            )  # fmt: skip


@apart
def unbegin(head, r, bar):
    """Pull the cotangents of what is chosen back to symbol and state."""
    at, listed = head.at, head.instructions
    for k in range(listed.shape[0] - 1, -1, -1):
        g = bar[listed[k, TARGET]]
        if g == 0:
            continue
        op, a, b = listed[k, OP], listed[k, FIRST], listed[k, SECOND]
        if op == TIMES:
            bar[a] += g
            bar[b] += g
        elif op == REST:
            symbol = b // at.states
            if r[at.rest_y + symbol] == r[listed[k, TARGET]]:
                bar[at.rest_y + symbol] += g
            else:
                bar[at.y + symbol] += g
                bar[at.rest_z + b - symbol * at.states] += g
        elif op == PLUS:
            bar[a if r[a] == r[listed[k, TARGET]] else b] += g
        elif op == COPY:
            bar[a] += g


@apart
def unrest(r, bar, first, to, n):
    """Pass the cotangents of the least of the others on to one of the others."""
    for a in range(n):
        g = bar[to + a]
        if g == 0:
            continue
        for b in range(n):
            if b != a and r[first + b] == r[to + a]:
                bar[first + b] += g
                break


@apart
def trace_back(task, head, table, costs, limit, i, least, work, counts):
    """Count the entries that the cheapest rejected run pays, ``counts`` being zero before."""
    at, origin = head.at, work.origin
    trace_readout(task, work, i, least)
    scatter(task, head, work)
    for step in range(work.registers.shape[0] - 2, -1, -1):
        r, here, bar = work.registers[step], work.tape[step], work.bar
        bar[:] = 0
        unshift(head, work, i, step)
        before_bar = work.tape_bar[step % 2]
        for e in range(at.symbols):
            bar[at.written + e] = before_bar[origin, e]
        unmix_all(head, table, costs, limit, work, step, counts)
        unbegin(head, r, bar)
        unrest(r, bar, at.y, at.rest_y, at.symbols)
        unrest(r, bar, at.z, at.rest_z, at.states)
        for e in range(at.keys):
            counts[at.tuples, e] += bar[at.key + e]
        for e in range(at.symbols):
            before_bar[origin, e] = bar[at.y + e]
            here[origin, e] = r[at.y + e]  # what was read, which the step before this one shifted here
        work.z_bar[:] = bar[at.z : at.z + at.states]


@apart
def cheapest_run(task, head, table, costs, limit, i, work, counts, reached):
    """Return the least cost of a rejected run on an input, or ``limit``; below it, count what the run pays.

    ``costs`` and ``counts`` have a row of a tuple each, and one of all keys where these err. ``counts`` is zero before;
    right entries are counted too. ``reached``, a cost and a tuple, is lowered to the cheapest unfixed tuple met.
    """
    run_with_errors(task, head, table, costs, limit, i, work, reached)
    gather(task, head, work)
    least = rejected(task, work, i)
    if least >= limit:
        return limit
    trace_back(task, head, table, costs, limit, i, least, work, counts)
    return least


@jit
def cheapest_runs(task, head, table, costs, limit, work, least, counts, reached):
    """Fill, for every input, the least cost of a rejected run up to ``limit`` and, in ``counts``, what it pays."""
    for i in range(least.size):
        counts[i][:] = 0
        least[i] = cheapest_run(task, head, table, costs, limit, i, work, counts[i], reached)


@jit
def cheapest_each(task, head, tables, costs, limits, inputs, work, least, counts):
    """Fill, for each table with costs, a limit and an input of its own, the least cost and what the run pays."""
    reached = work.bar[:2].copy()
    for k in range(least.size):
        counts[k][:] = 0
        reached[0], reached[1] = limits[k], -1
        least[k] = cheapest_run(
            task, head, tables[k], costs[k], limits[k], inputs[k], work, counts[k], reached
        )  # fmt: skip
