"""Turing machines with several tapes, as immutable values that know their configurations and can be run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noisytm._checks import listed
from noisytm.universal.tapes.configuration import KTapeConfiguration
from noisytm.universal.tapes.engine import run
from noisytm.universal.tapes.rules import RuleTable


@dataclass(frozen=True)
class KTapeMachine(RuleTable):
    """A deterministic Turing machine with k tapes, each with its own alphabet and blank, infinite both ways.

    Where no rule fits the machine is at rest: nothing happens any more.

    Parameters
    ----------
    alphabets : sequence of k sequences of str
        The symbols of each tape, its blank included.
    blanks : sequence of k str
        The symbol of every cell that was never written, for each tape.
    states : sequence of str
        The states, halting ones included.
    start : str
        The state before the first step.
    rules : iterable of (state, read, next, write, moves)
        ``read``, ``write`` and ``moves`` have one item per tape. ``None`` in ``read`` fits every symbol, ``None``
        in ``write`` leaves the cell as it is; a move is ``L``, ``S`` or ``R``. No two rules may fit the same
        state and symbols.
    halting : iterable of str, optional
        States that have no rules by declaration.
    tape_names : sequence of k str, optional
        Labels of the tapes, by default ``1`` to ``k``; not part of the identity.
    name : str, optional
        A label; not part of the identity.

    Raises
    ------
    MachineError
        If any rule above is broken.

    Examples
    --------
    Copy a word from the first tape to the second.

    >>> machine = KTapeMachine(
    ...     alphabets=["_AB", "_AB"], blanks="__", states=["copy"], start="copy",
    ...     rules=[("copy", (s, None), "copy", (None, s), "RR") for s in "AB"])
    >>> machine.run(machine.configuration(["ABA", ""]), 100).tapes
    (('A', 'B', 'A', '_'), ('A', 'B', 'A', '_'))
    >>> KTapeMachine.from_json(machine.to_json()) == machine
    True
    """

    def configuration(
        self, contents: Sequence[str | Sequence[str]] = (), heads: Sequence[int] = (), state: str | None = None
    ) -> KTapeConfiguration:
        """Return the configuration before the first step.

        Parameters
        ----------
        contents : sequence of k words, optional
            What stands on each tape from position 0 rightwards; by default nothing.
        heads : sequence of k int, optional
            Positions of the heads; by default 0.
        state : str, optional
            The state; by default the start state.

        Raises
        ------
        MachineError
            If there is not one word and one position per tape, or a name is not declared.
        """
        words = [listed("a tape's contents", word) for word in listed("contents", contents)] or [()] * self.tapes
        return KTapeConfiguration(
            machine=self,
            state=self.start if state is None else state,
            heads=listed("heads", heads) or (0,) * self.tapes,
            tapes=tuple(words),
            origins=(0,) * self.tapes,
        )

    def run(self, start: KTapeConfiguration, max_steps: int) -> KTapeConfiguration:
        """Run on from ``start`` until the machine is at rest, for ``max_steps`` more steps at most.

        Raises
        ------
        MachineError
            If ``start`` belongs to another machine, or ``max_steps`` is not an integer from 0 to 2^62.
        BudgetError
            If the table or a tape does not fit into memory; ``partial`` holds the configuration reached.
        """
        return run(self, start, max_steps)
