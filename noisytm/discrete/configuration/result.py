"""What a discrete run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary, label_of, number
from noisytm._text import shown
from noisytm._timed import Timed
from noisytm.discrete.configuration.endless import Endless
from noisytm.discrete.configuration.record import RUN, configuration_entries, configuration_of, endless_of
from noisytm.discrete.configuration.tape import Configuration
from noisytm.discrete.powers import PowerSum, read_back, written
from noisytm.errors import FormatError, Interrupted
from noisytm.machine import TuringMachine


@dataclass(frozen=True)
class Cycle(Described):
    """A run that never ends, because it repeats itself.

    Before each step from number ``preperiod`` on, counted from 0, state and symbol under the head are those of
    ``period`` steps later; both numbers are the least for which this holds.

    Parameters
    ----------
    preperiod : int
        Steps before the run begins to repeat itself; for a run taken up from a configuration, not less than its steps.
    period : int
        Steps after which it repeats itself.
    offset : int
        Cells by which the head moves in a period, rightwards positive; 0 for a cycle in place.
    """

    preperiod: int
    period: int
    offset: int

    @property
    def reason(self) -> str:
        """``cycles`` for one in place, ``translated`` for one further along the tape."""
        return "translated" if self.offset else "cycles"


@dataclass(frozen=True)
class RunResult(Timed):
    """Result of a run: why it ended, the last configuration, and the tuples used where that was asked for.

    Parameters
    ----------
    reason : {"halted", "undefined", "budget", "cycles", "closed", "translated", "bouncer", "ngrams", "words", "rule"}
        The machine entered a halting state, came to an undefined cell, used up the steps, or used up the steps and
        is known to repeat itself for ever. The others are the proofs that it never ends, where these were asked for
        (``prove_endless``); ``cycles`` is then a cycle in place.
    configuration : Configuration
        The last configuration; a run can be taken up from it.
    method : str
        How the run was computed.
    visited : tuple of (symbol, state), optional
        The listed tuples that were used, in their listed order.
    counts : tuple of int, optional
        How often each listed tuple was used, in their listed order.
    cycle : Cycle, optional
        How the run repeats itself, if that was seen within ``cycles`` steps.
    endless : ClosedGraph, LateCycle, Bouncer, NgramClosure, WordClosure, AutomatonClosure or EndlessRule, optional
        Why the run never ends otherwise, where that is known.
    options : mapping, optional
        What `run` was asked, but for the machine; results are compared without it.

    Examples
    --------
    >>> from noisytm import library, run
    >>> result = run(library.machine("bb2"), max_steps=100)
    >>> result.halted, result.steps, result.score, result.state, result.head
    (True, 6, 4, 'Z', 0)
    >>> result.tape, result.leftmost, result.rightmost
    ((('1', 4),), -2, 1)
    """

    reason: str
    configuration: Configuration
    method: str
    visited: tuple[tuple[str, str], ...] | None = None
    counts: tuple[int, ...] | None = None
    cycle: Cycle | None = None
    endless: Endless | None = None
    options: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    kind: ClassVar[Kind] = RUN

    def _summary(self) -> Summary:
        ends = {"halted": "halted", "undefined": "stopped at an undefined cell"}
        ended = "never stops" if self.never_ends else ends.get(self.reason, "still running")
        facts: dict[str, Any] = {"head": self.head, "visited": f"{number(self.leftmost)} to {number(self.rightmost)}"}
        if self.cycle is not None:
            facts |= {"repeats itself from step": self.cycle.preperiod, "period": self.cycle.period}
        return Summary(
            f"{label_of(self.configuration.machine)} {ended} after {number(self.steps)} step{'s' * (self.steps != 1)}"
            f" in state {shown(self.state, 40)}; score {number(self.score)}",
            facts,
            Grid(("symbol", "cells"), self.tape, len(self.tape), "runs of equal symbols"),
        )

    @property
    def halted(self) -> bool:
        """Whether the machine has stopped: in a halting state, or at an undefined cell."""
        return self.reason in ("halted", "undefined")

    @property
    def never_ends(self) -> bool:
        """Whether there is a proof that the run never ends.

        Examples
        --------
        >>> from noisytm import parse, run
        >>> run(parse("1RB---_0LB1RC_1LB0RC"), max_steps=100).never_ends
        True
        """
        return self.cycle is not None or self.endless is not None

    @property
    def steps(self) -> int:
        """Number of steps made; the step into a halting state counts."""
        return self.configuration.steps

    @property
    def score(self) -> int:
        """Number of cells that are not blank."""
        return self.configuration.score

    @property
    def state(self) -> str:
        """The state last entered."""
        return self.configuration.state

    @property
    def head(self) -> int:
        """Position of the head relative to where it started, rightwards positive."""
        return self.configuration.head

    @property
    def tape(self) -> tuple[tuple[str, int], ...]:
        """Runs (symbol, count) from the leftmost to the rightmost cell that is visited or not blank.

        A tape of more than 2^22 cells may have runs (word, count), where a word of several symbols is repeated.
        """
        return self.configuration.tape

    @property
    def tape_start(self) -> int:
        """Position of the first cell of `tape`, 0 being where the head began.

        Examples
        --------
        >>> from noisytm import library, run
        >>> run(library.machine("bb2")).tape_start
        -2
        """
        return self.configuration.origin

    @property
    def leftmost(self) -> int:
        """The leftmost position visited."""
        return self.configuration.leftmost

    @property
    def rightmost(self) -> int:
        """The rightmost position visited."""
        return self.configuration.rightmost

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object, with all of the last configuration.

        ``complete`` is false where the run was ended before its time, by an interrupt or a budget, that of steps too.

        Examples
        --------
        >>> from noisytm import library, run
        >>> run(library.machine("bb2")).to_json()["tape"]
        [['1', 4]]
        """
        machine = self.configuration.machine
        head = provenance(machine.key) | {"options": None if self.options is None else dict(self.options)}
        ended = {"machine": machine.to_json(), "halted": self.halted, "reason": self.reason}
        if self.reason == "budget":  # whatever it was that ended the run before its time
            ended["complete"] = False
        proofs: dict[str, Any] = {}
        if self.cycle is not None:
            proofs["cycle"] = dict(vars(self.cycle))
        if self.endless is not None:
            proofs["endless"] = self.endless.to_json()
        if self.visited is not None:
            proofs["visited"] = [list(key) for key in self.visited]
        if self.counts is not None:
            proofs["counts"] = list(self.counts)
        here = configuration_entries(self.configuration)
        record = self.kind.tagged(head, ended, here, {"method": self.method}, proofs, self.times())
        return dict(written(record)) if self._is_large else record

    @property
    def _is_large(self) -> bool:
        """Whether there may be numbers that cannot be written out."""
        here = self.configuration
        numbers = (here.steps, here.leftmost, here.rightmost, (self.options or {}).get("max_steps"))
        return any(isinstance(value, PowerSum) for value in numbers)

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> RunResult:
        try:
            record = read_back(record)
        except FormatError as error:
            raise FormatError(f"run record: {error}") from None
        here = configuration_of(record, TuringMachine.from_json(record["machine"]))
        visited, counts = record.get("visited"), record.get("counts")
        cycle = Cycle(**record["cycle"]) if "cycle" in record else None
        endless = endless_of(record["endless"]) if "endless" in record else None
        if record["reason"] not in _reasons(here, cycle, endless):
            raise FormatError(f"run record: reason is {record['reason']!r}, which is not how its configuration ends")
        if "complete" in record and record["reason"] != "budget":
            raise FormatError(f"run record: reason is {record['reason']!r}, so that the run is complete")
        if counts is not None and len(counts) != len(here.machine.keys):
            listed = len(here.machine.keys)
            raise FormatError(f"run record: counts has {len(counts)} numbers; the machine lists {listed} tuples")
        return cls(
            record["reason"],
            here,
            record["method"],
            None if visited is None else tuple((symbol, state) for symbol, state in visited),
            None if counts is None else tuple(counts),
            cycle,
            endless,
            record["options"],
        )


def _reasons(here: Configuration, cycle: Cycle | None, endless: Endless | None) -> set[str]:
    """Return the reasons that a result can have that ends so."""
    if here.resting:
        return {here.resting}
    if cycle is not None:
        return {"cycles", cycle.reason}
    return {"budget"} if endless is None else {"budget", endless.reason}


class RunInterrupted(Interrupted):
    """A run was interrupted from the keyboard.

    Attributes
    ----------
    partial : RunResult
        How far the run had got, a moment before.
    """

    def __init__(self, partial: RunResult) -> None:
        super().__init__(partial=partial)
