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

Keys = tuple[int, ...]  # numbers of tuples of the full table

# Each list of keys is a search of its own.
MOST_LISTS = 1_000_000


@dataclass(frozen=True)
class KeyLists:
    """The lists of at most so many keys, without repetition.

    Where the semantics takes no notice of the order only one order of each set is among them: that of the table.

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
    """

    problem: SynthesisProblem
    tables: TableSpace
    most: int
    in_order: bool
    _counts: dict[Keys, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        number = number_of_lists(self.tables, self.most, self.in_order, 1)
        if number > MOST_LISTS:
            raise BudgetError(
                f"max_tuples is {shown(self.most)}; there are {grouped(number)} lists of at most so many of"
                f" {self.keys} keys, and a search takes up to {grouped(MOST_LISTS)}: ask for shorter lists"
            )

    @property
    def keys(self) -> int:
        """Number N of keys."""
        return len(self.tables.space.keys)

    def orders(self, length: int) -> int:
        """Return how many orders of a set of keys are looked at."""
        return math.factorial(length) if self.in_order else 1

    def tables_of(self, keys: Sequence[int]) -> TableSpace:
        """Return the tables that list these keys in this order, and nothing else."""
        space = replace(self.tables.space, keys=tuple(self.tables.space.keys[k] for k in keys))
        return TableSpace(space, self.tables.halting)

    def count(self, keys: Keys) -> int:
        """Return how many tables with these keys solve the problem; their order is immaterial."""
        listed = tuple(sorted(keys))
        if listed not in self._counts:
            _clock.tick()
            tree = CubeTree(self.tables_of(listed), self.problem)
            self._counts[listed] = counted(tree, tree.root).codes
        return self._counts[listed]

    def of_length(self, length: int) -> Iterator[Keys]:
        """Yield the lists of so many keys with which the problem can be solved."""
        numbers = range(self.keys)
        lists = itertools.permutations(numbers, length) if self.in_order else itertools.combinations(numbers, length)
        return (keys for keys in lists if self.count(keys))

    def counted(self, length: int) -> list[Keys]:
        """Return those of `of_length` that are known to solve it so far, each in the order of the table."""
        return sorted(keys for keys, codes in self._counts.items() if codes and len(keys) == length)

    @property
    def solving(self) -> dict[int, int]:
        """For each length the number of lists of tuples that solve the problem."""
        return {
            n: self.orders(n) * sum(map(self.count, itertools.combinations(range(self.keys), n)))
            for n in range(self.most + 1)
        }


def number_of_lists(tables: TableSpace, most: int, in_order: bool, actions: int | None = None) -> int:
    """Return how many lists of at most so many tuples there are; with other than the tables' actions of a tuple."""
    keys, each = len(tables.space.keys), tables.actions if actions is None else actions
    return sum((math.perm if in_order else math.comb)(keys, n) * each**n for n in range(most + 1))


def shortest(problem: SynthesisProblem, tables: TableSpace) -> int:
    """Return the length of the shortest lists that solve a problem; N if there are none."""
    lists = KeyLists(problem, tables, 0, in_order=False)
    lengths = range(lists.keys + 1)
    solved = (n for n in lengths if any(map(lists.count, itertools.combinations(range(lists.keys), n))))
    return next(solved, lists.keys)
