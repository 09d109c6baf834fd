"""Runs through the fixed tuples of a partial table, without errors."""

from noisytm._deferred import apart, jit
from noisytm.problem import REJECT, STATE

COMPILES = "runs over partial tables"

# How a run ends.
ACCEPTED, REJECTED, UNSETTLED = 0, 1, 2


@apart
def run_without_errors(task, head, table, i, work):
    """Return how the run through fixed tuples ends on an input, and at which unfixed tuple if it comes to one."""
    at, tape = head.at, work.symbols
    tape[:] = task.blank
    steps = work.registers.shape[0] - 1
    for k in range(task.starts[i], task.starts[i + 1]):
        tape[steps + k - task.starts[i]] = task.words[k]
    place, q = steps, task.start
    for _ in range(steps):
        symbol = tape[place]
        i_tuple = head.key_of[symbol, q]
        if i_tuple < 0:
            break
        action = table[i_tuple]
        if action < 0:
            return UNSETTLED, i_tuple
        move, rest = action % 3, action // 3
        tape[place] = rest // at.states
        q = rest % at.states
        place += move - 1
    automata = task.acceptance
    a = automata.of_input[i]
    node = automata.layers[a, 0]
    for c in range(task.places.size):
        value = q if task.places[c] == STATE else tape[place + task.places[c]]
        node = automata.nodes[node, value]
        if node < 0:
            break
    return (REJECTED if node == REJECT else ACCEPTED), -1


@jit
def settled_runs(task, head, table, work, ends):
    """Fill, for every input, how the run through fixed tuples ends, and at which unfixed tuple: (inputs, 2)."""
    for i in range(ends.shape[0]):
        ends[i, 0], ends[i, 1] = run_without_errors(task, head, table, i, work)


@jit
def settled_each(task, head, tables, inputs, work, ends):
    """Fill, for each table with an input of its own, how the run ends, and at which unfixed tuple: (n, 2)."""
    for k in range(ends.shape[0]):
        ends[k, 0], ends[k, 1] = run_without_errors(task, head, tables[k], inputs[k], work)
