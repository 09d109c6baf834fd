"""The readout ``state``: the state after the last step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noisytm._text import did_you_mean, shown, shown_list
from noisytm.errors import ProblemError
from noisytm.problem.readout import STATE, Alphabets, Outcome, Readout, first_key

if TYPE_CHECKING:
    from noisytm.codespace import CodeSpace
    from noisytm.machine import Description


class StateReadout(Readout):
    """The state; an outcome is written as its name.

    Examples
    --------
    >>> readout = StateReadout("state")
    >>> readout.places, readout.reach, readout.result(("accept",))
    ((-1,), 0, 'accept')
    """

    name = "state"
    form = "'state'"
    description = "the state"

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The state alone."""
        return (STATE,)

    @property
    def phrase(self) -> str:
        """What is read, in words."""
        return "the state"

    def within_reach(self, outcome: Outcome, word: Sequence[str], steps: int, space: CodeSpace) -> bool:
        """Return whether the state is the first one, or the machine can leave that: its first tuple is listed."""
        return outcome == (space.start,) or first_key(word, space) in space.keys

    def checked(self, machine: Description, word: Any, given: Any) -> Outcome:
        """Return the outcome that a state, or a list of one, is; see `Readout.checked`."""
        state = given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given
        if not isinstance(state, str) or state not in machine.states:
            raise ProblemError(
                f"target {shown(given)} of {shown(word)} is not a state; use {shown_list(machine.states)}"
                f"{did_you_mean(state, machine.states)}"
            )
        return (state,)

    def is_one(self, machine: Description, given: Any) -> bool:
        """Return whether a list is one outcome: a list of states always lists several, if only one."""
        return False

    def written(self, outcome: Outcome, among: Alphabets) -> str | list[str]:
        """Return the state."""
        return outcome[0]

    def result(self, outcome: Outcome) -> str | Outcome:
        """Return the state."""
        return outcome[0]
