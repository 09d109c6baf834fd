"""A good code to begin with: descent from codes that solve the problem, one tuple changed at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._partial import ENDED, carrying
from noisytm.search.costs import REJECTED, UNSETTLED, PartialCosts
from noisytm.search.minimum import rows_kernel as k
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.below import Below
from noisytm.search.store import Begun, Incumbent
from noisytm.search.tables import UNFIXED

Ints = NDArray[np.int64]

# From so many codes, of which so many of the best are looked at exactly.
STARTS, LOOKED_AT = 12, 16
# Looks at codes beside the best that attain the same: one of them may have a larger multiplicity.
CLIMBS = 8
# Attempts at a random code that solves the problem, and steps of a descent.
ATTEMPTS, STEPS = 2000, 40
# So many values are looked at in descents and so many beside the best, and such a part of the time that is left is
# taken: in a large space a step alone would take long, and the search is to begin.
MOST_LOOKS, MORE_LOOKS, SHARE = 4000, 1000, 0.25
EQUAL = 1e-9
# How long a code that was found may take to be looked at when the time has run out.
SECONDS_TO_ANSWER = 5.0


def good_code(asked: AskedOfAll, below: Below, seed: int = 0) -> Incumbent | None:
    """Return the best code found by descent; ``None`` if no code that solves the problem was come across.

    It takes a quarter of the time that is left, at most.

    Parameters
    ----------
    asked : AskedOfAll
        What is searched.
    below : Below
        To find values with.
    seed : int
        Of the random choices.

    Raises
    ------
    BudgetError, Interrupted
        If something else than that ends it; ``partial`` is a `Begun` with the best code, if there is one.
    """
    search, left = _Descents(asked, below, seed), _clock.left()
    with suppress(_clock.OutOfTime), _clock.limited(None if left is None else left * SHARE):
        return _descended(asked, search)
    with _clock.afresh(SECONDS_TO_ANSWER):
        return search.best(asked)


def _descended(asked: AskedOfAll, search: _Descents) -> Incumbent | None:
    found = search.found
    try:
        for start in search.solving(STARTS):
            search.descend(start)
            if search.looks >= MOST_LOOKS:
                break
    except _clock.OutOfTime:
        raise
    except ENDED as error:
        with _clock.afresh(SECONDS_TO_ANSWER):
            best = search.best(asked)
        raise carrying(error, None if best is None else Begun(starts=[best])) from None
    if not found:
        return None
    least = min(found.values())
    near = sorted(table for table, value in found.items() if value <= least + EQUAL)
    best = _best(asked.attained(table) for table in near[:LOOKED_AT])
    for _ in range(CLIMBS):
        beside = itertools.islice(search.beside(best.code, least), LOOKED_AT)
        other = _best([best, *map(asked.attained, beside)])
        if other.multiplicity == best.multiplicity:
            break
        best = other
    return best


def _best(codes: Iterable[Incumbent]) -> Incumbent:
    return min(codes, key=lambda code: code.rank)


class _Descents:
    def __init__(self, asked: AskedOfAll, below: Below, seed: int) -> None:
        self._below, self._random = below, np.random.default_rng(seed)
        self._action, self._tuples = asked.choices.actions, len(asked.tables.space.keys)
        self._runs = PartialCosts(asked.tables, asked.problem, asked.step)
        self.found: dict[tuple[int, ...], float] = {}
        self.looks = 0

    def _ends(self, table: Ints) -> tuple[bool, int]:
        """Return whether some run ends rejected, and the first tuple that a run is not settled at."""
        ends = self._runs.ends(np.where(table == UNFIXED, UNFIXED, self._action[table]))
        open_ = ends[ends[:, 0] == UNSETTLED, 1]
        return bool((ends[:, 0] == REJECTED).any()), int(open_[0]) if open_.size else UNFIXED

    def solving(self, many: int) -> Iterator[Ints]:
        """Yield so many codes that solve the problem, at most: a tuple is drawn when a run comes to it."""
        for _ in range(ATTEMPTS):
            if many == 0:
                return
            _clock.tick()
            table = np.full(self._tuples, UNFIXED, dtype=np.int64)
            wrong, at = self._ends(table)
            while not wrong and at != UNFIXED:
                for choice in self._random.permutation(len(self._action)):
                    table[at] = choice
                    wrong, after = self._ends(table)
                    if not wrong:
                        break
                at = after
            if not wrong:
                free = table == UNFIXED
                table[free] = self._random.integers(0, len(self._action), int(free.sum()))
                many -= 1
                yield table

    def descend(self, table: Ints) -> None:
        """Change one tuple after another as long as the value falls, and note the tables that are come by."""
        value = self._value(table)
        self.found[tuple(table.tolist())] = value
        for _ in range(STEPS):
            for other in self._changed(table):
                if self.looks >= MOST_LOOKS:
                    return
                if (lower := self._value(other)) < value - EQUAL:
                    table, value = other, lower
                    self.found[tuple(table.tolist())] = value
                    break
            else:
                break

    def _changed(self, table: Ints) -> Iterator[Ints]:
        """Yield all tables that solve the problem and differ at one tuple, in a random order."""
        places = [(i, c) for i in range(self._tuples) for c in range(len(self._action)) if table[i] != c]
        for at in self._random.permutation(len(places)).tolist():
            other = table.copy()
            other[places[at][0]] = places[at][1]
            if not self._ends(other)[0]:
                yield other

    def beside(self, table: tuple[int, ...], value: float) -> Iterator[Ints]:
        """Yield the tables that differ at one tuple and have the same value."""
        for other in self._changed(np.array(table, dtype=np.int64)):
            if self.looks >= MOST_LOOKS + MORE_LOOKS:
                return
            if self._value(other) <= value + EQUAL:
                yield other

    def best(self, asked: AskedOfAll) -> Incumbent | None:
        """Return the best table found so far, with what it attains exactly."""
        found = self.found
        return asked.attained(min(found, key=lambda table: (found[table], table))) if found else None

    def _value(self, table: Ints) -> float:
        _clock.tick()
        self.looks += 1
        self._below.begin(table)
        for why in self._below.events():
            if why == k.CANDIDATE:
                return self._below.value
        raise AssertionError("a whole table is looked at")
