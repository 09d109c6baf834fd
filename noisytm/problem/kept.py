"""What is computed once for a problem and kept as long as the problem is."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any

from noisytm.problem.synthesis import SynthesisProblem


class Kept:
    """Values by problem and key. A problem is known by its identity: its hash would take longer than a small call.

    What is kept must not refer to the problem, or neither is ever freed.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1)
    >>> kept = Kept()
    >>> kept.value(problem, "steps", lambda: problem.steps), kept.value(problem, "steps", lambda: 7)
    (1, 1)
    """

    def __init__(self) -> None:
        self._values: dict[int, tuple[weakref.ref[SynthesisProblem], dict[Hashable, Any]]] = {}

    def __contains__(self, problem: SynthesisProblem) -> bool:
        return bool(self.of(problem))

    def __len__(self) -> int:
        return len(self._values)

    def value(self, problem: SynthesisProblem, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is kept for a problem under ``key``, which ``make`` makes the first time."""
        values = self.of(problem)
        if key not in values:
            values[key] = make()
        return values[key]

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()

    def of(self, problem: SynthesisProblem) -> dict[Any, Any]:
        """Return all that is kept for a problem, to look into and to add to."""
        key = id(problem)
        found = self._values.get(key)
        if found is None or found[0]() is not problem:
            found = (weakref.ref(problem, lambda _: self._values.pop(key, None)), {})
            self._values[key] = found
        return found[1]
