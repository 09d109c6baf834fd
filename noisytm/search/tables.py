"""All transition tables over given symbols and states, whole or partial, as arrays of numbered actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noisytm._summary import Described, Summary, count
from noisytm._text import shown
from noisytm.codespace import KEYS, CodeSpace, NoisyKeySpace
from noisytm.errors import MachineError, ProblemError
from noisytm.machine import MOVES, Description, TransitionTuple, TuringMachine
from noisytm.problem import SynthesisProblem, usual_keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# In the place of an action: nothing is settled yet; or it is settled that the tuple is not listed.
UNFIXED, UNLISTED = -1, -2


@dataclass(frozen=True)
class TableSpace(Described):
    """The tables that list every tuple of some symbols and states: a finite set of codes.

    At each of the N tuples stands one of ``actions`` = 3·S·|Q| actions, numbered (write·|Q| + next)·3 + move with the
    moves in the order L, S, R. A *partial table* is an array of N int64, `UNFIXED` where nothing is settled yet. Codes
    are ordered as their arrays: the *canonical order*.

    Parameters
    ----------
    space : CodeSpace
        The code space whose vertices the tables are.
    halting : tuple of str
        States that list nothing, by declaration.

    Examples
    --------
    >>> from noisytm import library
    >>> tables = TableSpace.of(library.machine("detectA"))
    >>> tables.actions, tables.codes
    (18, 34012224)
    >>> tables.table(library.machine("detectA")).tolist()
    [1, 4, 10, 10, 14, 16]
    """

    space: CodeSpace
    halting: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        parts = count(len(self.space.symbols), "symbol"), count(len(self.space.states), "state")
        return Summary(f"{', '.join(parts)}; {self.codes:,} codes", result=False)

    @classmethod
    def of(cls, machine: TuringMachine) -> TableSpace:
        """Return the tables over a machine's symbols and states; its order of tuples is kept if it lists them all."""
        return cls._over(CodeSpace.of(machine), machine.halting)

    @classmethod
    def _over(cls, space: CodeSpace, halting: tuple[str, ...]) -> TableSpace:
        keys = usual_keys(space, halting)
        keys = keys if space.by_number or set(space.keys) != set(keys) else space.keys
        return cls(CodeSpace(space.symbols, space.blank, space.states, space.start, keys), halting)

    @classmethod
    def over(cls, problem: SynthesisProblem) -> TableSpace:
        """Return the tables over a problem's symbols and states; its order of tuples is kept if it lists them all.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library
        >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1)
        >>> TableSpace.over(problem).codes
        34012224
        """
        return cls._over(problem.space, problem.halting)

    @property
    def actions(self) -> int:
        """Number 3·S·|Q| of actions of a tuple."""
        return len(MOVES) * len(self.space.symbols) * len(self.space.states)

    @property
    def codes(self) -> int:
        """Number (3·S·|Q|)^N of codes."""
        return int(self.actions ** len(self.space.keys))

    def to_json(self) -> dict[str, Any]:
        """Return symbols, blank, states, start and halting states, and how many tuples and codes there are."""
        space = self.space
        return {
            "symbols": list(space.symbols),
            "blank": space.blank,
            "states": list(space.states),
            "start": space.start,
            "halting": list(self.halting),
            "tuples": len(space.keys),
            "codes": self.codes,
        }

    @cached_property
    def key_of(self) -> NDArray[np.int64]:
        """For each symbol and state, shape (S, |Q|), the number of the tuple; −1 in a halting state."""
        import numpy as np

        numbers = np.full((len(self.space.symbols), len(self.space.states)), -1, dtype=np.int64)
        for i, (s, q) in enumerate(self.space.key_indices):
            numbers[s, q] = i
        return numbers

    def problem(self, problem: SynthesisProblem) -> SynthesisProblem:
        """Return the same problem with all tuples listed.

        Raises
        ------
        ProblemError
            If it is about other symbols or states.
        """
        for what in ("symbols", "blank", "states", "start"):
            mine, its = getattr(self.space, what), getattr(problem.space, what)
            if mine != its:
                raise ProblemError(
                    f"the problem's {what} {shown(its)} differ from those of the tables, {shown(mine)}; order counts;"
                    " search the tables of the problem's own machine"
                )
        if problem.space == self.space and problem.halting == self.halting:
            return problem
        return replace(problem, space=self.space, halting=self.halting)

    def table(self, machine: TuringMachine) -> NDArray[np.int64]:
        """Return the actions of a machine, shape (N,).

        Raises
        ------
        MachineError
            If the machine does not list all tuples in this order.
        """
        import numpy as np

        self.space.require(machine)
        symbol, state, move = ({x: i for i, x in enumerate(v)} for _, _, v in self.space.blocks)
        states = len(self.space.states)
        return np.array(
            [(symbol[t.write] * states + state[t.next]) * len(MOVES) + move[t.move] for t in machine.tuples],
            dtype=np.int64,
        )

    def solves(self, table: Sequence[int] | NDArray[np.int64], problem: SynthesisProblem) -> bool:
        """Return whether the machine of a whole table solves a problem."""
        try:
            problem.require_solved_by(self.machine(table))
        except ProblemError:
            return False
        return True

    def machine(self, table: Sequence[int] | NDArray[np.int64]) -> TuringMachine:
        """Return the machine of a whole table; tuples that are not settled are left out of it.

        Raises
        ------
        MachineError
            If the length or an action is not one of this space.
        """
        return self.listed(table).machine()

    def listed(self, table: Sequence[int] | NDArray[np.int64]) -> Description:
        """Return what a whole table lists, with every tuple of a key that is repeated; see `machine`.

        Raises
        ------
        MachineError
            If the length or an action is not one of this space.
        """
        given = [int(action) for action in table]
        if len(given) != len(self.space.keys) or not all(UNFIXED <= a < self.actions for a in given):
            raise MachineError(
                f"table {shown(given)} is not one of {len(self.space.keys)} actions from 0 to {self.actions - 1},"
                f" or {UNFIXED} for one that is not settled"
            )
        settled = ((key, action) for key, action in zip(self.space.keys, given, strict=True) if action != UNFIXED)
        return Description(
            self.space.symbols,
            self.space.blank,
            self.space.states,
            self.space.start,
            tuple(TransitionTuple(*key, *self.entries(action)) for key, action in settled),
            self.halting,
        )

    def entries(self, action: int) -> tuple[str, str, str]:
        """Return what an action writes, where it goes, and how it moves."""
        rest, move = divmod(action, len(MOVES))
        write, state = divmod(rest, len(self.space.states))
        return self.space.symbols[write], self.space.states[state], MOVES[move]


def keyed_problem(problem: SynthesisProblem, tables: TableSpace, keys: str) -> SynthesisProblem:
    """Return a problem over the lists of the keys of some tables, whether these keys err or not.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, over the same symbols and states.
    tables : TableSpace
        The tables, among whose keys some may be the same.
    keys : {"exact", "noisy"}
        Whether keys err.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("parity")
    >>> problem, tables = SynthesisProblem.of_machine(machine, ["1"], 2), TableSpace.of(machine)
    >>> [keyed_problem(problem, tables, keys).space.dimension for keys in KEYS]
    [16, 24]
    """
    within = tables.problem(problem)
    if keys == KEYS[0]:
        return within
    space = tables.space
    listed = NoisyKeySpace(
        space.symbols, space.blank, space.states, space.start, (), len(space.keys), problem.halting
    )  # fmt: skip
    return replace(within, space=listed)
