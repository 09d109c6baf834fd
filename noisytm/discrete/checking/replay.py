"""The plain run that checks begin with: the table, a word, and as many steps as a proof says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from noisytm import _clock
from noisytm._digits import shortened
from noisytm.errors import BudgetError, CertificateError
from noisytm.machine import TuringMachine

STEPS_AT_ONCE = 1 << 20
MOST_STEPS = 1 << 34  # more would take hours
SHIFTS = {"L": -1, "S": 0, "R": 1}


class Replay:
    """A machine on a tape that is a mapping, run step by step.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    word : sequence of str
        The word that it is run on.

    Examples
    --------
    >>> from noisytm import parse
    >>> run = Replay(parse("1RB---_0LB1RC_1LB0RC"), "")
    >>> run.go(6)
    >>> run.state, run.head, sorted(run.tape)
    ('C', 2, [0, 1, 2])
    """

    def __init__(self, machine: TuringMachine, word: Any) -> None:
        self.machine, self.blank = machine, machine.blank
        self.rows: dict[str, dict[str, Any]] = {state: {} for state in machine.states}
        for (symbol, state), (write, following, move) in machine.table.items():
            if state not in machine.halting:
                self.rows[state][symbol] = write, SHIFTS[move], self.rows[following]
        self._names = {id(row): state for state, row in self.rows.items()}
        self.tape = _Tape(machine.blank, enumerate(machine.word(word)))
        self.row, self.head, self.steps = self.rows[machine.start], 0, 0
        self.tape[0]  # the head's own cell

    @property
    def state(self) -> str:
        """The state last entered."""
        return self._names[id(self.row)]

    def go(self, steps: int) -> None:
        """Make so many steps.

        Raises
        ------
        CertificateError
            If the machine stops before.
        BudgetError
            If they are too many to be made one by one.
        """
        if self.steps + steps > MOST_STEPS:
            raise BudgetError(
                f"the proof begins after {shortened(self.steps + steps)} steps, too many to be made one by one"
            )
        for first in range(0, steps, STEPS_AT_ONCE):
            self._go(min(STEPS_AT_ONCE, steps - first))
            _clock.tick()

    def _go(self, steps: int) -> None:
        tape, row, head = self.tape, self.row, self.head
        try:
            for _ in range(steps):
                write, shift, row = row[tape[head]]
                tape[head] = write
                head += shift
        except KeyError:
            raise CertificateError(f"the machine stops before step {self.steps + steps}") from None
        tape[head]
        self.row, self.head, self.steps = row, head, self.steps + steps

    def each(self, steps: int) -> Iterator[tuple[str, str, int]]:
        """Make so many steps, and yield state, symbol and position before each."""
        for _ in range(steps):
            yield self.state, self.tape[self.head], self.head
            self._go(1)

    def written(self) -> dict[int, str]:
        """Return the cells that are not blank."""
        return {x: symbol for x, symbol in self.tape.items() if symbol != self.blank}


class _Tape(dict[int, str]):
    """Cells by position; one that is looked at for the first time is blank."""

    def __init__(self, blank: str, cells: Any) -> None:
        super().__init__(cells)
        self.blank = blank

    def __missing__(self, position: int) -> str:
        self[position] = self.blank
        return self.blank


def read(tape: Mapping[int, str], blank: str, first: int, last: int) -> tuple[str, ...]:
    """Return the cells from one position to another.

    Examples
    --------
    >>> read({0: "1"}, "0", -1, 1)
    ('0', '1', '0')
    """
    return tuple(tape.get(x, blank) for x in range(first, last + 1))
