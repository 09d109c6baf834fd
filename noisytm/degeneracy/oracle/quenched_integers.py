"""The search for the cheapest rejected run of one drawn table in Python integers: any costs, readable, slow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from noisytm import _clock
from noisytm.machine import MOVES
from noisytm.problem import STATE, Outcome, SynthesisProblem

Entry = tuple[int, str]  # a listed tuple, and which of its entries: write, next or move
Table = dict[Entry, int]


class End(NamedTuple):
    """Where a run with a partly known table ends: at an entry that it needs, or after the last step."""

    needs: Entry | None
    readout: Outcome = ()


def cheapest_in_integers(problem: SynthesisProblem, index: int, costs: Sequence[int], limit: int) -> int:
    """Return the least cost of a rejected run on an input, or ``limit`` if that is less.

    The slow twin of the compiled search: entries are fixed where the run looks, nothing is bounded from below.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    index : int
        Number of the input.
    costs : sequence of int, length N·(S + |Q| + 3)
        Costs ≥ 0 of all entries; each distribution has an entry of cost 0.
    limit : int
        Only runs that cost less are looked at.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A"], steps=3)
    >>> costs = [0 if right else 1 << 80 for right in problem.space.embed(machine).ravel()]
    >>> cheapest_in_integers(problem, 0, costs, 1 << 90) == 1 << 80
    True
    """
    space = problem.space
    first = {kind: start for kind, start, _ in space.blocks}
    values = {kind: len(names) for kind, _, names in space.blocks}
    best = limit
    branches: list[tuple[int, Table]] = [(0, {})]
    while branches:
        _clock.tick()
        paid, table = branches.pop()
        if paid >= best:
            continue
        end = follow(problem, index, table)
        if end.needs is None:
            best = best if problem.accepts(index, end.readout) else paid
            continue
        at, kind = end.needs
        column = at * space.shape[1] + first[kind]
        children = [(paid + costs[column + v], {**table, end.needs: v}) for v in range(values[kind])]
        branches += sorted(children, key=lambda child: -child[0])  # the cheapest is looked at first
    return best


def follow(problem: SynthesisProblem, index: int, table: Table) -> End:
    """Run a partly known table on an input until the readout, or the first entry that matters and is not known.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A"], steps=2)
    >>> follow(problem, 0, {})
    End(needs=(2, 'next'), readout=())
    >>> follow(problem, 0, {(2, "next"): 1, (2, "move"): 0, (0, "next"): 0, (1, "next"): 0})
    End(needs=None, readout=('reject',))
    """
    space, readout = problem.space, problem.readout
    at = {key: i for i, key in enumerate(space.key_indices)}
    at_work = {state for _, state in at}
    tape: dict[int, int | Entry] = {k: space.symbols.index(x) for k, x in enumerate(problem.inputs[index])}
    blank = space.symbols.index(space.blank)
    head, state = 0, space.states.index(space.start)

    def symbol(k: int) -> int | Entry:
        """Return what is in a cell: a symbol, or the entry that decides it."""
        content = tape.get(k, blank)
        return table.get(content, content) if isinstance(content, tuple) else content

    for step in range(problem.steps):
        if state not in at_work:
            break
        read = symbol(head)
        if isinstance(read, tuple):
            return End(read)
        if (read, state) not in at:
            break
        used = at[read, state]
        last = step == problem.steps - 1
        if (used, "next") not in table and (readout.reads_state or not last):
            return End((used, "next"))
        after = table.get((used, "next"), state)
        if (used, "move") not in table and (readout.reach or not (last or after not in at_work)):
            return End((used, "move"))
        tape[head] = (used, "write")
        head, state = head + table.get((used, "move"), 1) - MOVES.index("S"), after
    cells = {k: symbol(head + k) for k in readout.places if k != STATE}
    for content in cells.values():
        if isinstance(content, tuple):
            return End(content)
    known = {k: x for k, x in cells.items() if isinstance(x, int)}
    return End(None, readout.outcome(space.states[state], lambda k: space.symbols[known[k]]))
