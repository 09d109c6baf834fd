"""The recogniser by automata: its options, and the order in which it tries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import whole
from noisytm.enumeration.recognisers.automata.closures import (
    NO_LIMIT,
    ClosedAutomaton,
    closed_automaton,
    most_states,
    proves_automaton,
)
from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser, Setting
from noisytm.enumeration.table import Table
from noisytm.errors import MachineError

MOST_STATES = 10
# With more symbols there are many more automata of a size, and few of them decide anything.
AUTOMATA = Setting(
    "automata",
    None,
    lambda value, symbols: (
        (4 if symbols == 2 else 2) if value is None else whole("automata", value, 0, MOST_STATES, MachineError)
    ),
)
MAX_TRIED = Setting(
    "max_tried",
    None,
    lambda value, symbols: None if value is None else whole("max_tried", value, 1, NO_LIMIT, MachineError),
)


class _Automata(HoldoutRecogniser):
    name: ClassVar[str] = "automata"
    label: ClassVar[str] = "automata"
    description: ClassVar[str] = "a finite automaton accepts all that leads to the halt, and not the blank tape"
    proof: ClassVar[type] = ClosedAutomaton
    slow: ClassVar[bool] = True
    settings = (AUTOMATA, MAX_TRIED)

    def prove(self, table: Table, symbols: int, settings: Mapping[str, Any]) -> ClosedAutomaton | None:
        """Return the closure of the first automaton that proves something, smaller ones and the left side first."""
        sizes = range(1, most_states(table, settings[AUTOMATA.name]) + 1)
        tried = _most_tried(settings)
        proofs = (closed_automaton(table, symbols, side, size, tried) for size in sizes for side in (-1, 1))
        return next(filter(None, proofs), None)

    def decide(self, rows: NDArray[np.int64], symbols: int, settings: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return for which machines there is a proof, by the kernel."""
        from noisytm.enumeration.recognisers.automata import _kernel

        found = np.full(len(rows), -1, np.int64)
        _kernel.decide(
            np.ascontiguousarray(rows[:, :-3]), symbols, settings[AUTOMATA.name], _most_tried(settings), found
        )
        return found >= 0

    def proves(self, table: Table, proof: ClosedAutomaton) -> bool:
        """Return whether the closure is one, and rejects the blank tape; see `proves_automaton`."""
        return proves_automaton(table, proof)


def _most_tried(settings: Mapping[str, Any]) -> int:
    """Return how many transitions are tried with automata of a size and side; two symbols need about so many."""
    given = settings[MAX_TRIED.name]
    return int(10 ** max(0, settings[AUTOMATA.name] - 1) if given is None else given)


RECOGNISER = _Automata()
