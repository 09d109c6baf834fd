"""The tree of machines and the recognisers as one would explain them. The compiled search is compared with it.

Slow on purpose: every machine runs from the blank tape on a dict, and all its configurations are kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from noisytm.enumeration.late import first_limit, stages
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import (
    HALTED,
    RECOGNISERS,
    HoldoutRecogniser,
    RunRecogniser,
    TableRecogniser,
    class_of_proof,
)
from noisytm.enumeration.table import Cell, Entry, Table, blank_but, configurations


@dataclass(frozen=True)
class Halt:
    """The machine comes to an undefined cell; the halting step counts and writes a 1."""

    cell: Cell
    steps: int
    score: int


@dataclass(frozen=True)
class Node:
    """A machine of the tree and what becomes of it; ``None`` is a holdout."""

    table: Table
    outcome: Any


def class_of(outcome: Any) -> str:
    """Return the class of a machine of which this becomes."""
    return HALTED if isinstance(outcome, Halt) else class_of_proof(outcome)


def nodes(options: EnumerationOptions) -> Iterator[Node]:
    """Yield the machines of the tree depth first, children by next state, then symbol written, then L before R."""
    root: dict[Cell, Entry] = {(0, 0): (1, 1, 1)} if options.root == "1RB" else {}
    yield from subtree(options, root, (0, 0))


def subtree(options: EnumerationOptions, table: Table, filled: Cell, halted: int = 0) -> Iterator[Node]:
    """Yield a machine and those below it; ``filled`` is the cell filled last, where its parent halted at that step."""
    outcome = outcome_of(options, table, filled, halted)
    yield Node(table, outcome)
    keeps_open = 0 if options.complete else 1
    if isinstance(outcome, Halt) and options.cells - len(table) > keeps_open:
        for entry in _entries(options, table):
            yield from subtree(options, {**table, outcome.cell: entry}, outcome.cell, outcome.steps)


def _entries(options: EnumerationOptions, table: Table) -> Iterator[Entry]:
    """Yield the ways to fill a cell: names that have occurred, and the first that has not."""
    state = max((following for _, _, following in table.values()), default=0)
    symbol = max((write for write, _, _ in table.values()), default=0)
    last_symbol = min(options.symbols - 1, symbol + 1) if options.ordered_symbols else options.symbols - 1
    for following in range(min(options.states - 1, state + 1) + 1):
        for write in range(last_symbol + 1):
            for move in (-1, 1) if table else (1,):
                yield write, move, following


def outcome_of(options: EnumerationOptions, table: Table, filled: Cell, halted: int = 0) -> Any:
    """Return what becomes of a machine; ``filled`` is the cell filled last, where its parent halted at that step."""
    chosen = [RECOGNISERS[name] for name in options.recognisers]
    looking = [r for r in chosen if isinstance(r, TableRecogniser)] if filled in table else []
    proof = next(filter(None, (recogniser.look(table, filled) for recogniser in looking)), None)
    watching = [r.name for r in chosen if isinstance(r, RunRecogniser)]
    for max_steps, asked in () if proof else stages(options, first_limit(options, halted)):
        proof = proof or _run(table, max_steps, watching) or closed_set(options, table, asked)
    return proof


def closed_set(options: EnumerationOptions, table: Table, names: Iterable[str] | None = None) -> Any:
    """Return the first proof that a machine never halts by those recognisers that are asked about holdouts, or some."""
    chosen = options.recognisers if names is None else names
    asked = [r for name, r in RECOGNISERS.items() if name in chosen and isinstance(r, HoldoutRecogniser)]
    proofs = (recogniser.prove(table, options.symbols, options.settings) for recogniser in asked)
    return next(filter(None, proofs), None)


def run(table: Table, max_steps: int, **watching: bool) -> Any:
    """Run a machine from the blank tape until it halts or repeats itself, or for ``max_steps`` steps.

    Each recogniser that watches runs does so unless it is given as ``False``.
    """
    names = [name for name, r in RECOGNISERS.items() if isinstance(r, RunRecogniser) and watching.get(name, True)]
    return _run(table, max_steps, names)


def _run(table: Table, max_steps: int, watching: Iterable[str]) -> Any:
    watchers = [r.watcher() for r in (RECOGNISERS[name] for name in watching) if isinstance(r, RunRecogniser)]
    for step, (state, head, tape) in enumerate(itertools.islice(configurations(table), max_steps)):
        if proof := next(filter(None, [see(state, head, tape) for see in watchers]), None):
            return proof
        cell = (state, tape.get(head, 0))
        if cell not in table:
            return Halt(cell, step + 1, sum(x != head for x, _ in blank_but(tape)) + 1)
    return None
