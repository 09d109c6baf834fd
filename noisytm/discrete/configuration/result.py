"""What a discrete run found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from noisytm.discrete.configuration.endless import ClosedGraph, EndlessRule
from noisytm.discrete.configuration.tape import Configuration

REASONS = ("halted", "undefined", "budget", "cycles")


@dataclass(frozen=True)
class Cycle:
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


@dataclass(frozen=True)
class RunResult:
    """Result of a run: why it ended, the last configuration, and the tuples used where that was asked for.

    Parameters
    ----------
    reason : {"halted", "undefined", "budget", "cycles"}
        The machine entered a halting state, came to an undefined cell, used up the steps, or used up the steps and
        is known to repeat itself for ever.
    configuration : Configuration
        The last configuration; a run can be taken up from it.
    method : str
        How the run was computed.
    visited : tuple of (symbol, state), optional
        The listed tuples that were used, in their listed order.
    counts : tuple of int, optional
        How often each listed tuple was used, in their listed order.
    cycle : Cycle, optional
        How the run repeats itself, where the reason is ``cycles``.
    endless : ClosedGraph or EndlessRule, optional
        Why the run never ends, where the reason is ``budget`` and that is known.

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
    endless: ClosedGraph | EndlessRule | None = None

    @property
    def halted(self) -> bool:
        """Whether the machine has stopped: in a halting state, or at an undefined cell."""
        return self.reason in ("halted", "undefined")

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
    def leftmost(self) -> int:
        """The leftmost position visited."""
        return self.configuration.leftmost

    @property
    def rightmost(self) -> int:
        """The rightmost position visited."""
        return self.configuration.rightmost

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object.

        Examples
        --------
        >>> from noisytm import library, run
        >>> run(library.machine("bb2")).to_json()["tape"]
        [['1', 4]]
        """
        entries: dict[str, Any] = {
            "halted": self.halted,
            "reason": self.reason,
            "steps": self.steps,
            "score": self.score,
            "state": self.state,
            "head": self.head,
            "tape": [list(run) for run in self.tape],
            "method": self.method,
        }
        if self.cycle is not None:
            entries["cycle"] = asdict(self.cycle)
        if self.endless is not None:
            entries["endless"] = self.endless.to_json()
        return entries


class RunInterrupted(KeyboardInterrupt):
    """A run was interrupted from the keyboard.

    Attributes
    ----------
    partial : RunResult
        How far the run had got, a moment before.
    """

    def __init__(self, partial: RunResult) -> None:
        super().__init__("interrupted")
        self.partial = partial
