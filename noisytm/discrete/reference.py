"""The discrete machine as one would explain it: a tape in a dict, one step after the other.

Slow on purpose. The compiled loop is compared with it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from noisytm._checks import instance, whole
from noisytm.discrete.configuration import ClosedGraph, Configuration, RunResult, cell_type
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine

SHIFT = {"L": -1, "S": 0, "R": 1}


def trace(machine: TuringMachine, word: str | Iterable[str], steps: int) -> Iterator[Configuration]:
    """Yield the configurations of a run: the one before the first step, then one after each step.

    The trace ends after ``steps`` steps, or before if the machine stops; its last item is the configuration
    that `run` ends with.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    word : str or iterable of str
        The input; the head starts on its first symbol.
    steps : int
        Number of steps at most.

    Raises
    ------
    MachineError
        If ``word`` is not a word over the machine's symbols, or ``steps`` is not an integer >= 0.

    Examples
    --------
    >>> from noisytm import library
    >>> [(c.state, c.head) for c in trace(library.machine("detectA"), "BA", 3)]
    [('reject', 0), ('reject', 1), ('accept', 1), ('accept', 1)]
    """
    tape = dict(enumerate(instance("machine", machine, TuringMachine).word(word)))
    most = whole("steps", steps, 0, error=MachineError)
    state, head, visited = machine.start, 0, [0, 0]
    for step in itertools.count():
        yield _configuration(machine, tape=tape, state=state, head=head, steps=step, visited=visited)
        symbol = tape.get(head, machine.blank)
        listed = machine.table.get((symbol, state))
        if step >= most or state in machine.halting:
            return
        if listed is None:
            if machine.undefined == "write-1":
                tape[head], head = "1", head + 1
                visited[1] = max(visited[1], head)
                yield _configuration(
                    machine, tape=tape, state=state, head=head, steps=step + 1, visited=visited, stopped=True
                )
            return
        tape[head], state, move = listed
        head += SHIFT[move]
        visited = [min(visited[0], head), max(visited[1], head)]


def run(machine: TuringMachine, word: str | Iterable[str] = "", max_steps: int = 1000) -> RunResult:
    """Run a machine as `noisytm.run` does with ``visited`` and ``counts``, step by step.

    Examples
    --------
    >>> from noisytm import library
    >>> run(library.machine("bb2")).counts
    (2, 2, 1, 1)
    """
    configurations = list(trace(machine, word, max_steps))
    used = Counter((c.symbol, c.state) for c in configurations[:-1])
    reason = configurations[-1].resting or "budget"
    return RunResult(
        reason=reason,
        configuration=configurations[-1],
        method="reference",
        visited=tuple(key for key in machine.keys if used[key]),
        counts=tuple(used[key] for key in machine.keys),
        endless=closed_graph(configurations[-1]) if reason == "budget" else None,
    )


def closed_graph(here: Configuration) -> ClosedGraph | None:
    """Return the closed graph a configuration leads into, by adding to states and symbols until nothing is new."""
    machine = here.machine
    states, symbols = {here.state}, {machine.blank} | {machine.symbols[i] for i in here.cells.tolist()}
    while True:
        cells = list(itertools.product(sorted(symbols), sorted(states)))
        if any(cell not in machine.table or cell[1] in machine.halting for cell in cells):
            return None
        entries = [machine.table[cell] for cell in cells]
        grown = states | {entry[1] for entry in entries}, symbols | {entry[0] for entry in entries}
        if grown == (states, symbols):
            in_order = tuple(filter(states.__contains__, machine.states))
            return ClosedGraph(here.steps, in_order, tuple(filter(symbols.__contains__, machine.symbols)))
        states, symbols = grown


def _configuration(
    machine: TuringMachine,
    *,
    tape: dict[int, str],
    state: str,
    head: int,
    steps: int,
    visited: list[int],
    stopped: bool = False,
) -> Configuration:
    index = {symbol: i for i, symbol in enumerate(machine.symbols)}
    first, last = min([*tape, head]), max([*tape, head])
    cells = [index[tape.get(k, machine.blank)] for k in range(first, last + 1)]
    return Configuration.trimmed(
        machine,
        state=state,
        head=head,
        steps=steps,
        cells=np.array(cells, dtype=cell_type(machine)),
        origin=first,
        leftmost=visited[0],
        rightmost=visited[1],
        stopped=stopped,
    )
