"""Configurations of machines with several tapes."""

from __future__ import annotations

from dataclasses import dataclass, field

from noisytm._checks import instance, integer, listed, place_of, require_member, whole
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.errors import BudgetError, MachineError
from noisytm.universal.tapes.rules import RuleTable, one_per_tape

FARTHEST = 1 << 62
MAX_BLANKS = 1 << 24  # cells between a head and the cells given


@dataclass(frozen=True)
class KTapeConfiguration(Described):
    """State, heads and tapes of a machine with k tapes after some number of steps.

    Tapes are brought to the shortest stretch that holds the head and every cell that is not blank, so equal
    configurations compare equal.

    Parameters
    ----------
    machine : KTapeMachine
        The machine; not shown.
    state : str
        The state.
    heads : tuple of k int
        Positions of the heads.
    tapes : tuple of k tuples of str
        The cells of each tape.
    origins : tuple of k int
        The position of the first of these cells.
    steps : int
        Steps made since the start.

    Raises
    ------
    MachineError
        If there is not one tape, head and origin per tape of the machine, a position is not an integer up to
        2^62 in size, or a name is not declared.
    BudgetError
        If a head is more than 2^24 cells away from the cells of its tape.

    Examples
    --------
    >>> from noisytm import KTapeMachine
    >>> machine = KTapeMachine(["_1"], "_", ["go"], "go", [("go", ["1"], "go", [None], ["R"])])
    >>> start = machine.configuration(["11"])
    >>> start.read, start.resting
    (('1',), False)
    >>> machine.run(start, 9)
    KTapeConfiguration(state='go', heads=(2,), tapes=(('1', '1', '_'),), origins=(0,), steps=2)
    """

    machine: RuleTable = field(repr=False)
    state: str
    heads: tuple[int, ...]
    tapes: tuple[tuple[str, ...], ...]
    origins: tuple[int, ...]
    steps: int = 0

    def __post_init__(self) -> None:
        k = instance("machine", self.machine, RuleTable).tapes
        require_member("state", self.state, "states", self.machine.states)
        for what in ("heads", "tapes", "origins"):
            one_per_tape(what, getattr(self, what), k)
        for position in (*self.heads, *self.origins):
            if (place := integer(position)) is None:
                raise MachineError(f"position {shown(position)} is not an integer; heads and origins are")
            if abs(place) > FARTHEST:
                raise MachineError(f"position {shown(position)} is farther out than 2^62; put the tapes nearer to 0")
        for what in ("heads", "origins"):
            object.__setattr__(self, what, tuple(map(int, getattr(self, what))))
        object.__setattr__(self, "steps", whole("steps", self.steps, 0, error=MachineError))
        object.__setattr__(self, "tapes", tuple(listed("the cells of a tape", tape) for tape in self.tapes))
        for i, (tape, alphabet) in enumerate(zip(self.tapes, self.machine.alphabets, strict=True)):
            for symbol in tape:
                require_member(f"symbol on tape {self.machine.tape_names[i]}", symbol, "symbols", alphabet)
        trimmed = [_trimmed(*t) for t in zip(self.tapes, self.origins, self.heads, self.machine.blanks, strict=True)]
        object.__setattr__(self, "tapes", tuple(tape for tape, _ in trimmed))
        object.__setattr__(self, "origins", tuple(origin for _, origin in trimmed))

    @property
    def read(self) -> tuple[str, ...]:
        """The symbols under the heads."""
        return tuple(t[h - o] for t, h, o in zip(self.tapes, self.heads, self.origins, strict=True))

    def cells(self, tape: int, first: int, last: int) -> tuple[str, ...]:
        """Return the symbols of a tape, numbered from 0, at the positions ``first`` to ``last``.

        Examples
        --------
        >>> from noisytm import KTapeMachine
        >>> machine = KTapeMachine(["_1"], "_", ["go"], "go", [])
        >>> machine.configuration(["11"]).cells(0, -1, 2)
        ('_', '1', '1', '_')
        """
        tape = whole("tape", tape, 0, self.machine.tapes - 1, MachineError)
        first, last = place_of("first", first), place_of("last", last)
        if last - first >= MAX_BLANKS:
            raise BudgetError(f"there are more than {MAX_BLANKS} cells from {first} to {last}; ask for fewer")
        at = dict(enumerate(self.tapes[tape], self.origins[tape]))
        return tuple(at.get(position, self.machine.blanks[tape]) for position in range(first, last + 1))

    @property
    def resting(self) -> bool:
        """Whether no rule fits, so that nothing happens any more."""
        return self.machine.rule_at(self.state, self.read) is None


def _trimmed(tape: tuple[str, ...], origin: int, head: int, blank: str) -> tuple[tuple[str, ...], int]:
    """Bring a tape to the stretch that holds the head and the cells that are not blank."""
    at = dict(enumerate(tape, origin))
    written = [position for position, symbol in at.items() if symbol != blank]
    first, last = min([head, *written[:1]]), max([head, *written[-1:]])
    if last - first > len(tape) + MAX_BLANKS:
        raise BudgetError(
            f"head {shown(head)} is more than {MAX_BLANKS} cells away from its tape's cells; put it nearer"
        )
    return tuple(at.get(position, blank) for position in range(first, last + 1)), first
