"""Closed graphs of the table: states with no way to an undefined cell. ``docs/enumeration.md`` has the proof."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

from noisytm.enumeration.recognisers.protocol import TableRecogniser
from noisytm.enumeration.table import Cell, Table, configurations

# The check of a proof follows the run so far to the state from which on the graph is closed.
MOST_STEPS_TO_ENTER = 10**6


@dataclass(frozen=True)
class ClosedGraph:
    """From ``state`` on only ``states`` are entered, and in these no cell that can be read is undefined."""

    state: int
    states: frozenset[int]
    symbols: frozenset[int]


def closed_graph(table: Table, state: int) -> ClosedGraph | None:
    """Return the closed graph that a state leads into, if there is one.

    Examples
    --------
    >>> closed_graph({(0, 0): (0, 1, 0)}, 0)
    ClosedGraph(state=0, states=frozenset({0}), symbols=frozenset({0}))
    """
    symbols = range(max(write for write, _, _ in table.values()) + 1)  # no other symbol is ever on the tape
    states, todo = {state}, [state]
    while todo:
        here = todo.pop()
        for symbol in symbols:
            if (here, symbol) not in table:
                return None
            following = table[here, symbol][2]
            if following not in states:
                states.add(following)
                todo.append(following)
    return ClosedGraph(state, frozenset(states), frozenset(symbols))


class _ClosedGraphs(TableRecogniser):
    name: ClassVar[str] = "closed"
    label: ClassVar[str] = "closed graph"
    description: ClassVar[str] = "no undefined cell can be reached in the graph of the table"
    proof: ClassVar[type] = ClosedGraph
    kernel_class: ClassVar[int] = 1

    def look(self, table: Table, filled: Cell) -> ClosedGraph | None:
        """Return the closed graph that the cell filled last leads into; its parent halted there."""
        return closed_graph(table, table[filled][2])

    def proves(self, table: Table, proof: ClosedGraph) -> bool:
        """Return whether the graph is closed, and entered within 10^6 steps.

        Examples
        --------
        >>> table = {(0, 0): (1, 1, 1), (1, 0): (1, 1, 1), (1, 1): (0, 1, 1)}
        >>> proof = closed_graph(table, 1)
        >>> RECOGNISER.proves(table, proof), RECOGNISER.proves({(0, 0): (1, 1, 0)} | table, proof)
        (True, True)
        >>> RECOGNISER.proves(table | {(0, 0): (1, 1, 0)}, proof)
        False
        """
        read = {write for write, _, _ in table.values()} | {0}
        cells = list(itertools.product(proof.states, proof.symbols))
        closed = all(cell in table and table[cell][2] in proof.states for cell in cells)
        if not (closed and proof.state in proof.states and read <= proof.symbols):
            return False
        run = itertools.islice(configurations(table), MOST_STEPS_TO_ENTER)
        return any(state == proof.state for state, _, _ in run)


RECOGNISER = _ClosedGraphs()
