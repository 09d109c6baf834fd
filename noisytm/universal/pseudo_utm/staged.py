"""The staged pseudo-UTM: a machine with four tapes that runs any machine over a given alphabet and states.

One cycle scans the tuples on the description tape, stages what the last matching one says, and carries it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from noisytm._checks import checked_names, instance, require_member, run_length, whole
from noisytm._schema import INTEGER, STRING, many
from noisytm._summary import Described, line_of
from noisytm._text import shown
from noisytm.discrete.configuration import Configuration
from noisytm.encoding import BLANK_MARK, encode
from noisytm.errors import MachineError
from noisytm.machine import MOVES, TuringMachine, Word
from noisytm.universal.tapes import KTapeConfiguration, KTapeMachine, Rule, Runner

TAPES = ("description", "staging", "state", "working")
SCAN_PHASES = (
    "compSymbol", "compState", "copySymbol", "copyState", "copyDir",
    "¬compState", "¬copySymbol", "¬copyState", "¬copyDir",
)  # fmt: skip
PHASES = (*SCAN_PHASES, "updateSymbol", "updateState", "updateDir", "resetDescr")


class Simulated(NamedTuple):
    """A configuration of the machine that is run: state, head, and the tape's shortest stretch.

    The stretch holds the head's cell and all that are not blank; ``origin`` is the position of its first.
    """

    state: str
    head: int
    tape: Word
    origin: int

    def __repr__(self) -> str:
        return line_of(self)

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as a part of a record."""
        return {**self._asdict(), "tape": list(self.tape)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Simulated:
        """Build what `to_json` returned; other entries are left aside."""
        return cls(record["state"], record["head"], tuple(record["tape"]), record["origin"])

    @classmethod
    def of(cls, configuration: Configuration) -> Simulated:
        """Return the configuration of a direct run in this form.

        Examples
        --------
        >>> from noisytm import library, run
        >>> Simulated.of(run(library.machine("detectA"), "BA").configuration)
        Simulated(state='accept', head=1, tape=('B', 'A'), origin=0)
        """
        c = configuration
        here = Configuration.trimmed(
            c.machine, state=c.state, head=c.head, steps=c.steps, cells=c.cells, origin=c.origin,
            leftmost=c.head, rightmost=c.head,
        )  # fmt: skip
        return cls(c.state, c.head, tuple(c.machine.symbols[i] for i in here.cells.tolist()), here.origin)


SIMULATED = {"state": STRING, "head": INTEGER, "tape": many(STRING), "origin": INTEGER}


@dataclass(frozen=True)
class StagedPseudoUTM(Described):
    """The staged pseudo-UTM for the machines over an alphabet and a set of states.

    One cycle of ``cycle_steps(N)`` = 10N + 5 steps makes one step of a machine with N listed tuples. At an unlisted
    tuple and in a halting state a cycle changes nothing.

    Parameters
    ----------
    symbols : sequence of str
        The alphabet Σ of the machines to run.
    blank : str
        Their blank.
    states : sequence of str
        Their states Q.

    Raises
    ------
    MachineError
        If names repeat or the blank is not a symbol.

    Examples
    --------
    >>> from noisytm import library
    >>> detector = library.machine("detectA")
    >>> universal = StagedPseudoUTM.of(detector)
    >>> universal.cycle_steps(6)
    65
    >>> for seen in universal.cycles(detector, "BA", 2):
    ...     print(seen.state, seen.head, seen.tape)
    reject 0 ('B', 'A')
    reject 1 ('B', 'A')
    accept 1 ('B', 'A')
    """

    symbols: tuple[str, ...]
    blank: str
    states: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbols", checked_names("symbol", self.symbols))
        object.__setattr__(self, "states", checked_names("state", self.states))
        require_member("blank", self.blank, "symbols", self.symbols)

    @classmethod
    def of(cls, machine: TuringMachine) -> StagedPseudoUTM:
        """Return the staged pseudo-UTM that runs ``machine``."""
        instance("machine", machine, TuringMachine)
        return cls(machine.symbols, machine.blank, machine.states)

    @staticmethod
    def cycle_steps(tuples: int) -> int:
        """Return the length 10N + 5 of a cycle: 5N + 1 to scan, 3 to update, 5N + 1 to go back."""
        return 10 * whole("tuples", tuples, 0, error=MachineError) + 5

    @cached_property
    def mark(self) -> str:
        """The name of X, the mark of an empty cell: with primes if a symbol, a state or a move has it."""
        mark = BLANK_MARK
        while mark in {*self.symbols, *self.states, *MOVES}:
            mark += "'"
        return mark

    @cached_property
    def machine(self) -> KTapeMachine:
        """The machine with four tapes: description, staging, state, working.

        Description and staging tape have the alphabet Σ ∪ Q ∪ {L, S, R} ∪ {X}. A name that is both a symbol and a
        state is one letter of it: the place on the tape tells which is meant.
        """
        names = tuple(dict.fromkeys((*self.symbols, *self.states, *MOVES, self.mark)))
        return KTapeMachine(
            alphabets=(names, names, (*self.states, self.mark), self.symbols),
            blanks=(self.mark, self.mark, self.mark, self.blank),
            states=PHASES,
            start="compSymbol",
            rules=(*self._scan(), *self._update(), *self._reset(names)),
            tape_names=TAPES,
            name="staged pseudo-UTM",
        )

    def _scan(self) -> Iterator[Rule]:
        """Yield the rules that compare a tuple with the configuration and stage it on a double match."""
        for s in self.symbols:
            for seen in self.symbols:
                follow = "compState" if s == seen else "¬compState"
                yield Rule("compSymbol", (s, None, None, seen), follow, _LEAVE, tuple("RLSS"))
        yield Rule("compSymbol", (self.mark, None, None, None), "updateSymbol", _LEAVE, tuple("LLSS"))
        for q in self.states:
            for seen in self.states:
                follow = "copySymbol" if q == seen else "¬copySymbol"
                yield Rule("compState", (q, None, seen, None), follow, _LEAVE, tuple("RSSS"))
        yield Rule("¬compState", _ANY, "¬copySymbol", _LEAVE, tuple("RSSS"))
        copies = (
            ("copySymbol", self.symbols, "copyState", "RRSS"),
            ("copyState", self.states, "copyDir", "RRSS"),
            ("copyDir", MOVES, "compSymbol", "RLSS"),
        )
        for phase, values, follow, moves in copies:
            for value in values:
                yield Rule(phase, (value, None, None, None), follow, (None, value, None, None), tuple(moves))
            after = follow if follow == "compSymbol" else f"¬{follow}"
            yield Rule(f"¬{phase}", _ANY, after, _LEAVE, tuple(moves))

    def _update(self) -> Iterator[Rule]:
        """Yield the rules that carry out what is staged, leaving X behind; a staged X leaves things as they are."""
        x = self.mark
        for s in (None, *self.symbols):
            yield Rule("updateSymbol", (None, s or x, None, None), "updateState", (None, x, None, s), tuple("SRSS"))
        for q in (None, *self.states):
            yield Rule("updateState", (None, q or x, None, None), "updateDir", (None, x, q, None), tuple("SRSS"))
        for d in (None, *MOVES):
            moves = ("S", "L", "S", d or "S")
            yield Rule("updateDir", (None, d or x, None, None), "resetDescr", (None, x, None, None), moves)

    def _reset(self, names: Sequence[str]) -> Iterator[Rule]:
        """Yield the rules that bring the description head back to the first tuple."""
        for name in names:
            at_end = name == self.mark
            follow, moves = ("compSymbol", "RSSS") if at_end else ("resetDescr", "LSSS")
            yield Rule("resetDescr", (name, None, None, None), follow, _LEAVE, tuple(moves))

    def description(self, machine: TuringMachine) -> Word:
        """Return what stands on the description tape: X, five cells for each listed tuple, X.

        Raises
        ------
        MachineError
            If the machine has another alphabet, blank or set of states.

        Examples
        --------
        >>> from noisytm import library
        >>> machine = library.machine("bb2")
        >>> " ".join(StagedPseudoUTM.of(machine).description(machine))
        'X 0 A 1 B R 0 B 1 A L 1 A 1 B L 1 B 1 Z R X'
        """
        instance("machine", machine, TuringMachine)
        for what in ("symbols", "blank", "states"):
            mine, its = getattr(self, what), getattr(machine, what)
            if mine != its:
                raise MachineError(
                    f"the machine's {what} {shown(its)} differ from {shown(mine)}, those this pseudo-UTM is built for;"
                    " use StagedPseudoUTM.of(machine)"
                )
        return (self.mark, *encode(machine).description[1:-1], self.mark)

    def configuration(self, machine: TuringMachine, word: str | Sequence[str] = "") -> KTapeConfiguration:
        """Return the configuration before the first cycle of a run of ``machine`` on ``word``.

        Raises
        ------
        MachineError
            If the machine is over other names, or the word is not one of it.
        """
        contents = (self.description(machine), (self.mark,) * 3, (machine.start,), machine.word(word))
        return self.machine.configuration(contents, heads=(1, 1, 0, 0))

    def decode(self, configuration: KTapeConfiguration) -> Simulated:
        """Return the configuration of the machine that is run.

        Raises
        ------
        MachineError
            If ``configuration`` is not one between two cycles.

        Examples
        --------
        >>> from noisytm import library
        >>> machine = library.machine("detectA")
        >>> universal = StagedPseudoUTM.of(machine)
        >>> universal.decode(universal.machine.run(universal.configuration(machine, "BA"), 2 * 65))
        Simulated(state='accept', head=1, tape=('B', 'A'), origin=0)
        """
        instance("configuration", configuration, KTapeConfiguration)
        between = configuration.state == "compSymbol" and configuration.heads[:3] == (1, 1, 0)
        if configuration.machine != self.machine or not between:
            raise MachineError(
                f"after {configuration.steps} steps, in phase {configuration.state}, a cycle is not complete;"
                " decode at multiples of cycle_steps"
            )
        return Simulated(
            configuration.tapes[2][0], configuration.heads[3], configuration.tapes[3], configuration.origins[3]
        )

    def cycles(self, machine: TuringMachine, word: str | Sequence[str], count: int) -> Iterator[Simulated]:
        """Yield what ``machine`` looks like at first and after each of ``count`` cycles.

        Raises
        ------
        MachineError
            If the machine is over other names, the word is not one of it, or ``count`` is not an integer from 0 to
            2^62.
        BudgetError
            If the table or a tape does not fit into memory.
        """
        count = run_length("count", count)
        configuration, runner = self.configuration(machine, word), Runner(self.machine)
        length = self.cycle_steps(len(machine.tuples))
        yield self.decode(configuration)
        for _ in range(count):
            configuration = runner.run(configuration, length)
            yield self.decode(configuration)


_ANY = (None,) * len(TAPES)
_LEAVE = (None,) * len(TAPES)
