"""Runs on the staged pseudo-UTM that are compared with direct runs, and how they are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from noisytm import _clock, _progress
from noisytm._checks import instance, run_length
from noisytm._layout import aligned, fits
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import ANYTHING, BOOLEAN, COUNT, STRING, choice, either, entries, many, mapping
from noisytm._summary import Grid, Summary, count, label_of
from noisytm._text import shown_name
from noisytm._timed import Timed, timed, timed_form
from noisytm._version import __version__
from noisytm.discrete import run as direct_run
from noisytm.errors import BudgetError, FormatError, MachineError
from noisytm.machine import MACHINE, TuringMachine, Word
from noisytm.universal.pseudo_utm.staged import SCAN_PHASES, SIMULATED, TAPES, Simulated, StagedPseudoUTM
from noisytm.universal.tapes import KTapeConfiguration, trace

NAME = "staged-pseudo-utm"
MAX_CELLS_KEPT = 1 << 21
CELLS_OF_A_CYCLE = 32  # what a cycle takes beside its tape, in cells, roughly
MAX_CELLS_SHOWN = 24
CELLS_AROUND_HEAD = 9


_SIMULATION = result_form(
    entries(word=either(STRING, many(STRING)), on=choice(NAME), cycles=COUNT),
    {"direct": many(entries(**SIMULATED)), "complete": choice(False), "trace": many(mapping(ANYTHING))},
    machine=MACHINE.schema(),
    word=either(STRING, many(STRING)),
    on=choice(NAME),
    listed_tuples=COUNT,
    steps_per_cycle=COUNT,
    cycles=many(entries(cycle=COUNT, steps=COUNT, **SIMULATED)),
    resting=choice("halted", "undefined", ""),
    agrees_with_direct_run=BOOLEAN,
)
STAGED_SIMULATION = Kind("staged-simulation", {1: _SIMULATION, 2: timed_form(_SIMULATION)})


@dataclass(frozen=True)
class Simulation(Timed):
    """A run of a machine on the staged pseudo-UTM, and a direct run beside it.

    Parameters
    ----------
    machine : TuringMachine
        The machine that is run. Its convention for undefined cells does not matter: there it rests.
    word : tuple of str
        The input.
    cycles : tuple of Simulated
        What it looks like at first and after each cycle.
    direct : tuple of Simulated
        What it looks like at first and after each step of a direct run.
    resting : str
        Why it does not run on, ``halted`` or ``undefined``; empty if it does. The last cycle was then one that
        changed nothing, if there were enough of them.
    """

    machine: TuringMachine
    word: Word
    cycles: tuple[Simulated, ...]
    direct: tuple[Simulated, ...]
    resting: str
    version: str = field(default=__version__, compare=False, repr=False)
    kind: ClassVar[Kind] = STAGED_SIMULATION

    def _summary(self) -> Summary:
        agrees = "as a direct run" if self.first_difference is None else f"wrong from cycle {self.first_difference} on"
        rows = ((i, here.state, here.head) for i, here in enumerate(self.cycles))
        return Summary(
            f"{count(len(self.cycles) - 1, 'cycle')} of {label_of(self.machine)} on the staged pseudo-UTM, {agrees}:"
            f" {self.steps_per_cycle:,} steps each",
            grid=Grid(("cycle", "state", "head"), rows, len(self.cycles), "cycles"),
        )

    @property
    def steps_per_cycle(self) -> int:
        """The length 10N + 5 of a cycle."""
        return StagedPseudoUTM.cycle_steps(len(self.machine.tuples))

    @property
    def first_difference(self) -> int | None:
        """The number of the first cycle that does not agree with the direct run, or ``None``."""
        pairs = enumerate(zip(self.cycles, self.direct, strict=True))
        return next((number for number, (mine, right) in pairs if mine != right), None)

    def require_agreement(self) -> None:
        """Raise `MachineError`, naming the first cycle that does not agree with the direct run."""
        if (n := self.first_difference) is not None:
            raise MachineError(
                f"cycle {n} gives {self.cycles[n]}, a direct run {self.direct[n]}; the universal machine is wrong"
            )

    def trace(self) -> Iterator[KTapeConfiguration]:
        """Yield the configurations of the four tapes, step by step, by the engine that tries the rules one by one."""
        start = StagedPseudoUTM.of(self.machine).configuration(self.machine, self.word)
        return trace(start, (len(self.cycles) - 1) * self.steps_per_cycle)

    def trace_lines(self) -> Iterator[str]:
        """Yield all tapes of every step as text, the heads in brackets."""
        return (step_text(configuration, len(self.machine.tuples)) for configuration in self.trace())

    def trace_json(self) -> list[dict[str, Any]]:
        """Return all tapes of every step as JSON objects."""
        return [step_json(configuration) for configuration in self.trace()]

    def to_json(self) -> dict[str, Any]:
        """Return the run as a JSON object; the direct run is left out where it agrees."""
        word = self.machine.word_text(self.word)
        options = {"word": word, "on": NAME, "cycles": len(self.cycles) - 1}
        body = {
            "machine": self.machine.to_json(),
            "word": word,
            "on": NAME,
            "listed_tuples": len(self.machine.tuples),
            "steps_per_cycle": self.steps_per_cycle,
            "cycles": [
                {"cycle": i, "steps": i * self.steps_per_cycle, **seen.to_json()} for i, seen in enumerate(self.cycles)
            ],
            "resting": self.resting,
            "agrees_with_direct_run": self.first_difference is None,
        }
        direct = {} if self.first_difference is None else {"direct": [seen.to_json() for seen in self.direct]}
        head = provenance(self.machine.key, None, options, version=self.version)
        return self.kind.tagged(head, body, direct, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Simulation:
        machine = TuringMachine.from_json(record["machine"])
        cycles = tuple(map(Simulated.of_record, record["cycles"]))
        direct = tuple(map(Simulated.of_record, record.get("direct", record["cycles"])))
        if not cycles or len(cycles) != len(direct):
            raise FormatError(f"{cls.kind.what}: there are {len(cycles)} cycles, and {len(direct)} of the direct run")
        return cls(machine, machine.word(record["word"]), cycles, direct, record["resting"], record["version"])

    @fits
    def __str__(self) -> str:
        count, length = len(self.machine.tuples), self.steps_per_cycle
        rows = [("cycle", "steps", "state", "tape")]
        rows += [
            (str(i), str(i * length), shown_name(seen.state), tape_text(seen.tape, seen.head - seen.origin))
            for i, seen in enumerate(self.cycles)
        ]
        agreement = "every cycle agrees with the step of a direct run"
        if (n := self.first_difference) is not None:
            agreement = f"cycle {n} does not agree with the step of a direct run"
        rest = {
            "": "still running; raise --cycles to go on",
            "halted": "at rest in a halting state",
            "undefined": "at rest: no tuple is listed for this symbol and state",
        }[self.resting]
        return "\n".join(
            [
                f"staged pseudo-UTM: {length} steps a cycle = 10·{count} + 5, {count} listed tuples",
                *aligned(rows, gap=2),
                rest,
                agreement,
            ]
        )


@timed
def simulate_on_staged(machine: TuringMachine, word: str | Sequence[str], cycles: int) -> Simulation:
    """Run a machine on the staged pseudo-UTM, and directly beside it.

    Ends after ``cycles`` cycles, or after the first one that found the machine at rest.

    Raises
    ------
    MachineError
        If the word is not one of the machine, or ``cycles`` is not an integer from 0 to 2^62.
    BudgetError
        If the table or a tape does not fit into memory, or there are too many cycles to keep all of them; ``partial``
        is then the `Simulation` so far.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import library
    >>> simulation = simulate_on_staged(library.machine("bb2"), "", 100)
    >>> len(simulation.cycles), simulation.resting, "".join(simulation.cycles[-1].tape)
    (8, 'halted', '1111')
    >>> simulation.first_difference is None
    True
    """
    cycles = run_length("cycles", cycles)
    instance("machine", machine, TuringMachine)
    plain = dataclasses.replace(machine, undefined="stop")
    configuration = direct_run(plain, word, 0).configuration
    seen: list[Simulated] = []
    direct: list[Simulated] = []
    kept = 0

    def so_far() -> Simulation:
        both = min(len(seen), len(direct))
        return Simulation(machine, machine.word(word), tuple(seen[:both]), tuple(direct[:both]), configuration.resting)

    try:
        with _progress.counted(
            "cycles", cycles, what=f"{machine.name or 'the machine'} on the staged pseudo-UTM"
        ) as bar:
            for number, simulated in enumerate(StagedPseudoUTM.of(machine).cycles(machine, word, cycles)):
                _clock.tick()
                rested = configuration.resting
                configuration = direct_run(
                    plain, max_steps=number, method="direct", start=configuration, cycles=0
                ).configuration
                seen.append(simulated)
                direct.append(Simulated.of(configuration))
                bar.to(number)
                if rested and number:
                    break
                kept += len(simulated.tape) + CELLS_OF_A_CYCLE
                if kept > MAX_CELLS_KEPT:
                    raise BudgetError(f"{number} cycles are all that is kept, with their tapes; ask for fewer cycles")
    except ENDED as error:
        raise carrying(error, so_far() if direct else None) from None
    return so_far()


def step_json(configuration: KTapeConfiguration) -> dict[str, Any]:
    """Return one step of a trace of the staged pseudo-UTM as a JSON object."""
    c = configuration
    return {
        "step": c.steps,
        "phase": c.state,
        "tapes": {
            name: {"cells": list(c.tapes[i]), "origin": c.origins[i], "head": c.heads[i]}
            for i, name in enumerate(TAPES)
        },
    }


def step_text(configuration: KTapeConfiguration, tuples: int) -> str:
    """Return one step of a trace of the staged pseudo-UTM as five lines, the heads in brackets.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> print(step_text(StagedPseudoUTM.of(machine).configuration(machine, "BA"), len(machine.tuples)))
    step 0: compSymbol, tuple 1
      description  X [_] reject _ reject S _ accept _ accept S …
      staging      X [X] X
      state        [reject]
      working      [B] A
    """
    c = configuration
    length = StagedPseudoUTM.cycle_steps(tuples)
    number = (c.heads[0] - 1) // 5 + 1
    where = f", tuple {number}" if c.state in SCAN_PHASES and number <= tuples else ""
    extents = ((0, 5 * tuples + 1), (0, 2), (0, 0), (c.origins[3], c.origins[3] + len(c.tapes[3]) - 1))
    lines = [f"step {c.steps}: {c.state}{where}" + (f" (cycle {c.steps // length})" if c.steps >= length else "")]
    for i, (name, (first, last)) in enumerate(zip(TAPES, extents, strict=True)):
        lines.append(f"  {name:<12} {tape_text(c.cells(i, first, last), c.heads[i] - first)}")
    return "\n".join(lines)


def tape_text(cells: Sequence[str], head: int) -> str:
    """Return cells with the head's in brackets, cut on both sides of it if there are many.

    Examples
    --------
    >>> tape_text("BAB", 1)
    'B [A] B'
    >>> tape_text("0" * 99, 0)
    '[0] 0 0 0 0 0 0 0 0 0 …'
    """
    names = [shown_name(cell) for cell in cells]
    names[head] = f"[{names[head]}]"
    if len(names) <= MAX_CELLS_SHOWN:
        return " ".join(names)
    first, last = max(0, head - CELLS_AROUND_HEAD), min(len(names), head + CELLS_AROUND_HEAD + 1)
    cut = [["…"] if first > 0 else [], names[first:last], ["…"] if last < len(names) else []]
    return " ".join(name for part in cut for name in part)
