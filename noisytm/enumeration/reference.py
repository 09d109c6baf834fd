"""The tree of machines and the recognisers as one would explain them. The compiled search is compared with it.

Slow on purpose: every machine runs from the blank tape on a dict, and all its configurations are kept.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import ClosedNgrams, ClosedWords, closed_ngrams, closed_words
from noisytm.enumeration.table import Cell, Entry, Table


@dataclass(frozen=True)
class ClosedGraph:
    """From ``state`` on only ``states`` are entered, and in these no cell that can be read is undefined."""

    state: int
    states: frozenset[int]
    symbols: frozenset[int]


@dataclass(frozen=True)
class Cycle:
    """The configuration after ``preperiod`` steps is there again ``period`` steps later."""

    preperiod: int
    period: int


@dataclass(frozen=True)
class TranslatedCycle:
    """Record positions of the head after ``preperiod`` and ``period`` more steps, ``offset`` cells apart.

    Between the two the head stays within ``reach`` cells of the first, on the side where the tape is not blank;
    these cells look the same at both times.
    """

    preperiod: int
    period: int
    offset: int
    reach: int


@dataclass(frozen=True)
class Halt:
    """The machine comes to an undefined cell; the halting step counts and writes a 1."""

    cell: Cell
    steps: int
    score: int


Outcome = ClosedGraph | Cycle | TranslatedCycle | ClosedNgrams | ClosedWords | Halt | None


@dataclass(frozen=True)
class Node:
    """A machine of the tree and what becomes of it; ``None`` is a holdout."""

    table: Table
    outcome: Outcome


NAMES = {
    Halt: "halted",
    ClosedGraph: "closed",
    Cycle: "cycles",
    TranslatedCycle: "translated",
    ClosedNgrams: "ngrams",
    ClosedWords: "words",
    type(None): "holdout",
}


def nodes(options: EnumerationOptions) -> Iterator[Node]:
    """Yield the machines of the tree depth first, children by next state, then symbol written, then L before R."""
    root: dict[Cell, Entry] = {(0, 0): (1, 1, 1)} if options.root == "1RB" else {}
    yield from subtree(options, root, (0, 0))


def subtree(options: EnumerationOptions, table: Table, filled: Cell) -> Iterator[Node]:
    """Yield a machine and those below it, where ``filled`` is the cell filled last."""
    outcome = outcome_of(options, table, filled)
    yield Node(table, outcome)
    keeps_open = 0 if options.complete else 1
    if isinstance(outcome, Halt) and options.cells - len(table) > keeps_open:
        for entry in _entries(options, table):
            yield from subtree(options, {**table, outcome.cell: entry}, outcome.cell)


def _entries(options: EnumerationOptions, table: Table) -> Iterator[Entry]:
    """Yield the ways to fill a cell: names that have occurred, and the first that has not."""
    state = max((following for _, _, following in table.values()), default=0)
    symbol = max((write for write, _, _ in table.values()), default=0)
    last_symbol = min(options.symbols - 1, symbol + 1) if options.ordered_symbols else options.symbols - 1
    for following in range(min(options.states - 1, state + 1) + 1):
        for write in range(last_symbol + 1):
            for move in (-1, 1) if table else (1,):
                yield write, move, following


def outcome_of(options: EnumerationOptions, table: Table, filled: Cell) -> Outcome:
    """Return what becomes of a machine, where ``filled`` is the cell filled last."""
    if "closed" in options.recognisers and filled in table and (proof := closed_graph(table, table[filled][2])):
        return proof
    found = run(
        table, options.max_steps, cycles="cycles" in options.recognisers, translated="translated" in options.recognisers
    )
    return found or closed_set(options, table)


def closed_set(options: EnumerationOptions, table: Table) -> ClosedNgrams | ClosedWords | None:
    """Return the first closed set of n-grams, then of words, that proves that a machine never halts."""
    rungs: list[tuple[Callable[..., Any], tuple[int, int]]] = []
    if "ngrams" in options.recognisers:
        rungs += [(closed_ngrams, rung) for rung in options.ngrams]
    if "words" in options.recognisers:
        rungs += [(closed_words, rung) for rung in options.words]
    proofs = (closed(table, options.symbols, *rung, options.max_contexts) for closed, rung in rungs)
    return next((proof for proof in proofs if proof), None)


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


def run(table: Table, max_steps: int, *, cycles: bool = True, translated: bool = True) -> Outcome:
    """Run a machine from the blank tape until it halts or repeats itself, or for ``max_steps`` steps."""
    tape: defaultdict[int, int] = defaultdict(int)
    state, head, heads = 0, 0, [0]
    met: dict[object, int] = {}
    records: list[tuple[int, int, int, dict[int, int]]] = []  # (side, state, step, tape)
    for step in itertools.count():
        if step == max_steps:
            return None
        configuration = (state, head, frozenset((x, s) for x, s in tape.items() if s))
        if cycles and configuration in met:
            return Cycle(met[configuration], step - met[configuration])
        met[configuration] = step
        side = (head > max(heads[:-1], default=0)) - (head < min(heads[:-1], default=0))
        if translated and side:
            for _, _, earlier, old in reversed([r for r in records if r[:2] == (side, state)]):
                if proof := _translated(old, tape, heads, earlier, side):
                    return proof
            records.append((side, state, step, dict(tape)))
        cell = (state, tape[head])
        if cell not in table:
            score = sum(s != 0 for x, s in tape.items() if x != head) + 1
            return Halt(cell, step + 1, score)
        tape[head], move, state = table[cell]
        head += move
        heads.append(head)
    raise AssertionError("the count of steps has no end")


def _translated(
    old: Mapping[int, int], tape: Mapping[int, int], heads: list[int], earlier: int, side: int
) -> TranslatedCycle | None:
    """Return the proof that two records on one side, in one state, repeat each other."""
    first, now = heads[earlier], heads[-1]
    reach = max(side * (first - x) for x in heads[earlier:])
    for back in range(reach + 1):
        if old.get(first - side * back, 0) != tape.get(now - side * back, 0):
            return None
    return TranslatedCycle(earlier, len(heads) - 1 - earlier, now - first, reach)
