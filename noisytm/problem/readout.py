"""What a readout is: the places that are looked at after the last step, and how outcomes are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from noisytm._text import shown
from noisytm.errors import ProblemError

if TYPE_CHECKING:
    from typing import Self

    from noisytm.codespace import CodeSpace
    from noisytm.machine import Description

Outcome = tuple[str, ...]

# The place of the state; the cells are 0, 1, 2, … from the head rightwards.
STATE = -1


class Alphabets(Protocol):
    """What has symbols and states: a machine, or a code space."""

    @property
    def symbols(self) -> Sequence[str]:
        """The symbols, in order."""

    @property
    def states(self) -> Sequence[str]:
        """The states, in order."""


def first_key(word: Sequence[str], space: CodeSpace) -> tuple[str, str]:
    """Return the (symbol, state) that a run begins with."""
    return (word[0] if word else space.blank, space.start)


class Readout(str):
    """What is read off a configuration after the last step: its text, and all that depends on what is read.

    It is the text by which files and arguments know it, and equal to it. An outcome is a tuple of names, one for each
    place in order: states and symbols.

    Attributes
    ----------
    name, form, description : str
        What it is called, how its text looks, for messages, and one line on it. Of the class.
    has_distance : bool
        Whether it makes sense to count the places in which two outcomes differ. Of the class.

    Examples
    --------
    >>> from noisytm.problem.readouts import readout_of
    >>> tape = readout_of("tape:3")
    >>> tape == "tape:3", tape.places, tape.reach, tape.phrase
    (True, (0, 1, 2), 3, '3 cells from the head rightwards')
    """

    name: ClassVar[str]
    form: ClassVar[str]
    description: ClassVar[str]
    has_distance: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the readout that a text says, or ``None`` if it is not one of this class."""
        return cls(text) if text == cls.name else None

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The places that are looked at, in order, each once: `STATE`, or a cell counted from the head rightwards."""
        raise NotImplementedError

    @property
    def phrase(self) -> str:
        """What is read, in words."""
        raise NotImplementedError

    @cached_property
    def reach(self) -> int:
        """How many cells from the head rightwards the places lie in; 0 if none is looked at."""
        return max(self.places) + 1

    @cached_property
    def reads_state(self) -> bool:
        """Whether the state is looked at."""
        return STATE in self.places

    def require_places(self) -> None:
        """Raise `ProblemError` unless the places are one or more, each once, the state or cells from the head on."""
        places = self.places
        if not places or len(set(places)) < len(places) or min(places) < STATE:
            raise ProblemError(
                f"readout {self} looks at the places {shown(places)}; they must be different, one at least, and each"
                f" a cell >= 0 from the head rightwards, or {STATE} for the state"
            )

    def alphabets(self, among: Alphabets) -> tuple[Sequence[str], ...]:
        """Return the names that each place may hold."""
        return tuple(among.states if place == STATE else among.symbols for place in self.places)

    def outcome(self, state: str, cell: Callable[[int], str]) -> Outcome:
        """Return what is read off a configuration, given its state and its cells, counted from the head."""
        return tuple(state if place == STATE else cell(place) for place in self.places)

    def within_reach(self, outcome: Outcome, word: Sequence[str], steps: int, space: CodeSpace) -> bool:
        """Return whether some run of so many steps might give an outcome, whatever its tuples do.

        ``False`` is certain. A class that cannot tell says ``True``.
        """
        return True

    def checked(self, machine: Description, word: Any, given: Any) -> Outcome:
        """Return an outcome that a problem file gives for an input.

        Raises
        ------
        ProblemError
            If it is none of this readout.
        """
        if not self.is_one(machine, given):
            raise ProblemError(
                f"target {shown(given)} of {shown(word)} is no outcome of the readout {self}, which reads"
                f" {self.phrase}; give a list with one name for each"
            )
        return tuple(given)

    def is_one(self, machine: Description, given: Any) -> bool:
        """Return whether a list in a problem file is one outcome; if not it lists several."""
        alphabets = self.alphabets(machine)
        return (
            isinstance(given, (list, tuple))
            and len(given) == len(alphabets)
            and all(isinstance(x, str) and x in names for x, names in zip(given, alphabets, strict=True))
        )

    def written(self, outcome: Outcome, among: Alphabets) -> str | list[str]:
        """Return an outcome as problem files write it."""
        return list(outcome)

    def result(self, outcome: Outcome) -> str | Outcome:
        """Return an outcome as Python functions give it."""
        return outcome
