"""What the tuples of a code may do when no other errors are made than those of one syndrome."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from noisytm.codespace import KINDS
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import Chart
from noisytm.relaxation.semantics import Effect

Share = tuple[int, ...]  # how much of each error of the syndrome is used


class Entry(NamedTuple):
    """One entry of a code that is not the machine's own: which, and what it uses of the syndrome."""

    at: int
    kind: str
    value: str


class Choice(NamedTuple):
    """One value that a distribution may take: its index, what that uses of the syndrome, and the entry if it errs."""

    value: int
    share: Share
    entry: Entry | None


class Choices:
    """For every tuple and kind the values that the errors of a syndrome allow.

    Parameters
    ----------
    chart : Chart
        The coordinates near the code.
    syndrome : Syndrome
        The errors, as counts of coordinates.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> choices = Choices(chart_at("simplex", CodeSpace.of(machine), machine), ((0, 1), (2, 1)))
    >>> [choice.entry and choice.entry.value for choice in choices.of(0)["write"]], len(choices.effects(0))
    ([None, 'A'], 4)
    """

    def __init__(self, chart: Chart, syndrome: Syndrome) -> None:
        self.space, self.machine = chart.space, chart.face.machine
        self.most: Share = tuple(count for _, count in syndrome)
        self.none: Share = (0,) * len(self.most)
        self._place = {j: n for n, (j, _) in enumerate(syndrome)}
        self._monomials, self._width = chart.monomials, chart.space.shape[1]
        self._right = chart.space.right_entries(self.machine).tolist()
        self._of: dict[int, dict[str, list[Choice]]] = {}
        self._effects: dict[int, list[tuple[Effect, tuple[Entry, ...]]]] = {}

    def together(self, first: Share, second: Share) -> Share | None:
        """Return what both use, or ``None`` if that is more than the syndrome has."""
        total = tuple(map(sum, zip(first, second, strict=True)))
        return total if all(a <= b for a, b in zip(total, self.most, strict=True)) else None

    def shares(self, at: int, column: int) -> list[Share]:
        """Return what an entry may use of the syndrome: a share for each of its products that the syndrome allows."""
        found: list[Share] = []
        for monomial in self._monomials[at * self._width + column]:
            share = list(self.none)
            if all(j in self._place for j, _ in monomial):
                for j, exponent in monomial:
                    share[self._place[j]] += exponent
                if all(a <= b for a, b in zip(share, self.most, strict=True)):
                    found.append(tuple(share))
        return found

    def of(self, at: int) -> dict[str, list[Choice]]:
        """Return the choices of a tuple, for each kind: free ones, the machine's own, then those that use errors."""
        if at not in self._of:
            rows: dict[str, list[Choice]] = {}
            for (kind, start, values), right in zip(self.space.blocks, self._right[at], strict=True):
                others = [
                    Choice(n, share, Entry(at, kind, value))
                    for n, value in enumerate(values)
                    for share in self.shares(at, start + n)
                    if start + n != right
                ]
                own = Choice(right - start, self.none, None)
                rows[kind] = sorted([own, *others], key=lambda c: (any(c.share), c.entry is None and not any(c.share)))
            self._of[at] = rows
        return self._of[at]

    def effects(self, at: int) -> list[tuple[Effect, tuple[Entry, ...]]]:
        """Return all that a tuple may do, each with the entries that err; what it uses is its share."""
        if at not in self._effects:
            kinds = [self.of(at)[kind] for kind in KINDS]
            found = []
            for chosen in itertools.product(*kinds):
                if (share := self._all(chosen)) is not None:
                    write, state, move = (choice.value for choice in chosen)
                    found.append((Effect(write, state, move, share), _erring(chosen)))
            self._effects[at] = found
        return self._effects[at]

    def keys(self, kinds: tuple[str, ...]) -> Iterator[tuple[list[tuple[int, ...]], Share, tuple[Entry, ...]]]:
        """Yield all keys that the tuples may have, as indices, with what these use and the entries that err."""
        each = [choice for at in range(self.space.tuples) for choice in (self.of(at)[kind] for kind in kinds)]
        for chosen in self._within(each):
            share = self._all(chosen)
            assert share is not None
            values = [choice.value for choice in chosen]
            width = len(kinds)
            yield [tuple(values[i : i + width]) for i in range(0, len(values), width)], share, _erring(chosen)

    def _within(self, each: list[list[Choice]]) -> Iterator[list[Choice]]:
        """Yield a choice from each list, as long as together they use no more than the syndrome has."""
        if not each:
            yield []
            return
        for rest in self._within(each[:-1]):
            for choice in each[-1]:
                if self._all([*rest, choice]) is not None:
                    yield [*rest, choice]

    def _all(self, chosen: list[Choice] | tuple[Choice, ...]) -> Share | None:
        total: Share | None = self.none
        for choice in chosen:
            total = None if total is None else self.together(total, choice.share)
        return total


def _erring(chosen: list[Choice] | tuple[Choice, ...]) -> tuple[Entry, ...]:
    return tuple(choice.entry for choice in chosen if choice.entry is not None)
