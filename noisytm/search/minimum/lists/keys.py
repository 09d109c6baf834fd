"""Lists of keys: which tuples a code lists, and in which order, where what they do is left open."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from noisytm import _clock
from noisytm._summary import grouped
from noisytm._text import shown
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem
from noisytm.search.cubes import CubeTree, counted
from noisytm.search.tables import TableSpace
from noisytm.search.tree import MOST_LISTS, key_lists, number_of_key_lists

Keys = tuple[int, ...]  # numbers of tuples of the full table


@dataclass(frozen=True)
class KeyLists:
    """The lists of at most so many keys, without repetition unless it is allowed.

    Where the semantics takes no notice of the order only one order of each is among them: that of the table.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, over the full space.
    tables : TableSpace
        The full space, whose N keys are numbered in its order.
    most : int
        The most keys of a list.
    in_order : bool
        Whether the order decides what a code does.
    repeat : bool
        Whether a key may be listed again: the later tuple wins.

    Raises
    ------
    BudgetError
        If there are more than a million lists.

    Examples
    --------
    >>> from noisytm import library, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    >>> lists = KeyLists(problem, TableSpace.over(problem), 2, in_order=True)
    >>> lists.solving, list(lists.of_length(2))
    ({0: 0, 1: 0, 2: 54}, [(2, 4), (4, 2)])
    >>> KeyLists(problem, TableSpace.over(problem), 3, in_order=True, repeat=True).solving[3]
    10878
    """

    problem: SynthesisProblem
    tables: TableSpace
    most: int
    in_order: bool
    repeat: bool = False
    _counts: dict[Keys, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        number = number_of_lists(self.tables, self.most, self.in_order, 1, repeat=self.repeat)
        if number > MOST_LISTS:
            raise BudgetError(
                f"max_tuples is {shown(self.most)}; there are {grouped(number)} lists of at most so many of"
                f" {self.keys} keys, and a search takes up to {grouped(MOST_LISTS)}: ask for shorter lists"
            )

    @property
    def keys(self) -> int:
        """Number N of keys."""
        return len(self.tables.space.keys)

    def orders(self, length: int, keys: int) -> int:
        """Return how many lists of a length are looked at that have just these so many keys, each once or more."""
        if not self.in_order:
            return math.comb(length - 1, keys - 1) if keys else int(not length)
        return sum((-1) ** (keys - j) * math.comb(keys, j) * j**length for j in range(keys + 1))

    def _supports(self, length: int) -> Iterator[Keys]:
        """Yield the sets of keys that lists of a length can have."""
        sizes = range(min(length, self.keys) + 1) if self.repeat else (length,)
        return itertools.chain.from_iterable(itertools.combinations(range(self.keys), n) for n in sizes)

    def tables_of(self, keys: Sequence[int]) -> TableSpace:
        """Return the tables that list these keys in this order, and nothing else."""
        space = replace(self.tables.space, keys=tuple(self.tables.space.keys[k] for k in keys))
        return TableSpace(space, self.tables.halting)

    def count(self, keys: Keys) -> int:
        """Return how many tables with just these keys solve the problem; order and repetition are immaterial."""
        listed = tuple(sorted(set(keys)))
        if listed not in self._counts:
            _clock.tick()
            tree = CubeTree(self.tables_of(listed), self.problem)
            self._counts[listed] = counted(tree, tree.root).codes
        return self._counts[listed]

    def of_length(self, length: int) -> Iterator[Keys]:
        """Yield the lists of so many keys with which the problem can be solved."""
        lists = key_lists(self.keys, length, self.in_order, self.repeat)
        return (keys for keys in lists if self.count(keys))

    def counted(self, length: int) -> list[Keys]:
        """Return those of `of_length` that are known to solve it so far, each in the order of the table."""
        lists = key_lists(self.keys, length, in_order=False, repeat=self.repeat)
        return [keys for keys in lists if self._counts.get(tuple(sorted(set(keys))))]

    @property
    def solving(self) -> dict[int, int]:
        """For each length the number of lists of tuples that solve the problem."""
        actions = self.tables.actions
        return {
            n: sum(
                self.count(keys) * self.orders(n, len(keys)) * actions ** (n - len(keys)) for keys in self._supports(n)
            )
            for n in range(self.most + 1)
        }


def number_of_lists(
    tables: TableSpace, most: int, in_order: bool, actions: int | None = None, *, repeat: bool = False
) -> int:
    """Return how many lists of at most so many tuples there are; with other than the tables' actions of a tuple."""
    keys, each = len(tables.space.keys), tables.actions if actions is None else actions
    return sum(number_of_key_lists(keys, n, in_order, repeat) * each**n for n in range(most + 1))


def shortest(problem: SynthesisProblem, tables: TableSpace) -> int:
    """Return the length of the shortest lists that solve a problem; N if there are none."""
    lists = KeyLists(problem, tables, 0, in_order=False)
    lengths = range(lists.keys + 1)
    solved = (n for n in lengths if any(map(lists.count, itertools.combinations(range(lists.keys), n))))
    return next(solved, lists.keys)
