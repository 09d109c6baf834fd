"""All codes that solve a problem: how many, their mass, the shortest, and uniform samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from noisytm import _memory
from noisytm._checks import seed_of, whole
from noisytm._digits import fraction_text
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, count, grouped, number
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.errors import FormatError, ProblemError
from noisytm.machine import TransitionTuple
from noisytm.problem import SynthesisProblem
from noisytm.search.cubes.form import SEARCH
from noisytm.search.cubes.sample import CodeSample
from noisytm.search.cubes.sampling import completed, draw_below, found_cubes, places
from noisytm.search.cubes.stream import CubeStream, CubeTree, Table, counted
from noisytm.search.cubes.subtrees import trunk
from noisytm.search.cubes.tally import CubeTally
from noisytm.search.tables import TableSpace


@dataclass(frozen=True, eq=False)
class Solutions(Timed):
    """All codes of a space that solve a problem, in cubes: what `solutions` returns.

    A *cube* is a partial table all of whose completions solve the problem. Cubes are disjoint, and hold every code that
    does.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, over full tables.
    space : {"full", "listed"}
        Whether the codes are full tables, or lists of tuples.
    max_tuples : int, optional
        The most tuples of a list that was looked at.
    tally : CubeTally
        What was counted.
    lists : tuple of tuples of TransitionTuple
        The first 10,000 of the shortest lists that solve it.
    subtrees : tuple of CubeTally
        The same by subtrees; without it a sample counts anew.
    complete : bool
        Whether everything was gone through; if not, this is what was counted so far.
    version : str
        The version of noisytm that counted.
    """

    problem: SynthesisProblem
    space: str
    max_tuples: int | None
    tally: CubeTally
    lists: tuple[tuple[TransitionTuple, ...], ...] = ()
    subtrees: tuple[CubeTally, ...] = field(default=(), compare=False, repr=False)
    complete: bool = True
    version: str = __version__
    kind: ClassVar[Kind] = SEARCH

    def _summary(self) -> Summary:
        how = "" if self.complete else " (so far)"
        fewest = "" if self.fewest_used_tuples is None else f", {count(self.fewest_used_tuples, 'tuple')} at least"
        rows = self.by_fixed_tuples.items()
        return Summary(
            f"{grouped(self.codes)} of {grouped(self.tally.all_codes)} codes solve the problem{how}, in"
            f" {count(self.cubes, 'cube')}{fewest}",
            {"space": self.space, "mass": number(self.mass)},
            Grid(("settled tuples", "cubes"), rows, len(rows), "rows"),
        )

    @cached_property
    def tables(self) -> TableSpace:
        """The full tables over the problem's symbols and states."""
        return TableSpace.over(self.problem)

    @property
    def codes(self) -> int:
        """Number of codes that solve the problem."""
        return self.tally.codes

    @property
    def cubes(self) -> int:
        """Number of cubes."""
        return self.tally.total

    @property
    def mass(self) -> Fraction:
        """Share of the codes that solve the problem: of tables Σ (3·S·|Q|)^−k over the cubes of k tuples."""
        return self.tally.mass

    @property
    def fewest_used_tuples(self) -> int | None:
        """Least number of tuples that a solving code uses; ``None`` if none solves it."""
        return self.tally.fewest

    @property
    def by_fixed_tuples(self) -> dict[int, int]:
        """Number of cubes by how many tuples they settle (of lists: settle to be listed)."""
        return self.tally.by_fixed

    @property
    def by_length(self) -> dict[int, int]:
        """Number of codes that solve it by the number of tuples they list."""
        return self.tally.by_length

    @property
    def refuted(self) -> int:
        """Number of partial tables at which the search ended since some input is answered wrong."""
        return self.tally.refuted

    @property
    def shortest_description(self) -> int | None:
        """Least number of tuples of a list that solves the problem: ``space="listed"`` only, ``None`` if there is none.

        Where not all were gone through, of those that were found. It is the Kolmogorov complexity relative to the
        pseudo-UTM, in tuples.
        """
        self._require_lists()
        return self.tally.fewest

    def _require_lists(self) -> None:
        if self.space != "listed":
            raise ProblemError(f'space is {self.space!r}, where all tuples are listed; ask for space="listed"')

    def shortest_lists(self) -> Iterator[tuple[TransitionTuple, ...]]:
        """Yield all shortest lists of tuples that solve the problem, each in the order of the tuples of a full table.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library, solutions, words
        >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
        >>> found = solutions(problem, space="listed")
        >>> found.shortest_description, sum(1 for _ in found.shortest_lists())
        (2, 27)
        """
        self._require_lists()
        if self.tally.fewest is not None:
            tree = self._tree(self.tally.fewest)
            for rows in CubeStream(tree, tree.root).cubes():
                yield from tree.lists_of(rows)

    def each_cube(self) -> Iterator[Table]:
        """Yield the cubes, int64 of shape (N,): actions as `TableSpace` numbers them, −1 where anything will do.

        In a list −2 stands where a tuple is not listed.
        """
        tree = self._tree(self.max_tuples)
        for rows in CubeStream(tree, tree.root).cubes():
            yield from rows

    def sample(self, n: int, seed: int = 0) -> CodeSample:
        """Draw codes that solve the problem, each with the same chance, independently; each with its cube.

        Parameters
        ----------
        n : int
            How many.
        seed : int
            Seed of the generator.

        Returns
        -------
        CodeSample

        Raises
        ------
        ProblemError
            If no code solves the problem, or not all were counted.
        BudgetError
            If there is too little memory for so many.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library, solutions
        >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A", "B"], 3)
        >>> drawn = solutions(problem).sample(5, seed=1)
        >>> for machine in drawn.machines():
        ...     problem.require_solved_by(machine)
        >>> bool(((drawn.cubes == drawn.codes) | (drawn.cubes == -1)).all())
        True
        """
        n, rng = whole("n", n, 0), np.random.default_rng(seed_of(seed))
        if not self.complete:
            raise ProblemError("not all codes were counted, so none has its right chance to be drawn; finish the count")
        if not self.codes:
            raise ProblemError("no code solves the problem, so none can be drawn; look at .codes first")
        tree = self._tree(self.max_tuples)
        _memory.require(32 * n * (tree.tuples + 8), f"{n:,} codes", "draw fewer at a time")
        starts = trunk(tree)
        tallies = self.subtrees or tuple(counted(tree, start) for start in starts)
        total = self.codes
        at = list(places(tallies, [draw_below(rng, total) for _ in range(n)]))
        cubes = found_cubes(tree, starts, at)
        codes = [completed(self.tally, cube, p.kind, p.code) for cube, p in zip(cubes, at, strict=True)]
        return CodeSample(self.tables, np.array(codes, np.int64).reshape(n, tree.tuples), cubes)

    def _tree(self, most: int | None) -> CubeTree:
        return CubeTree(self.tables, self.problem, most)

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object; the problem in it names no machine."""
        head = provenance(
            problem_key=self.problem.key,
            options={"space": self.space, "max_tuples": self.max_tuples},
            version=self.version,
        )
        body = {"problem": self.problem.to_json(), "space": self.tables.to_json(), **self._counts_json()}
        return self.kind.tagged(head, body, {"complete": self.complete}, self.times())

    def _counts_json(self) -> dict[str, Any]:
        tally = self.tally
        body: dict[str, Any] = {
            "solutions": tally.codes,
            "cubes": tally.total,
            "mass": fraction_text(tally.mass),
            "fewest_used_tuples": tally.fewest,
            "by_fixed_tuples": {str(k): n for k, n in tally.by_fixed.items()},
            **tally.to_json(),
        }
        if self.space == "listed":
            body["by_length"] = {str(k): n for k, n in tally.by_length.items()}
            body |= {"shortest_description": self._shortest_json()} if self.complete else {}
        return body

    def _shortest_json(self) -> dict[str, Any] | None:
        if self.tally.fewest is None:
            return None
        lists = [[list(t) for t in found] for found in self.lists]
        return {"tuples": self.tally.fewest, "count": self.tally.by_fixed[self.tally.fewest], "lists": lists}

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Solutions:
        problem, options = SynthesisProblem.from_json(record["problem"]), record["options"]
        tables, most = TableSpace.over(problem), options["max_tuples"]
        if (options["space"] == "full") != (most is None):
            raise FormatError("search record: max_tuples is for the listed space, and must be given there")
        if not {"tally", "refuted"} <= set(record):
            raise FormatError("search record lacks 'tally' or 'refuted'; it holds no counts")
        tally = CubeTally(len(tables.space.keys), tables.actions, most).with_json(record)
        shortest = record.get("shortest_description") or {"lists": []}
        lists = tuple(tuple(TransitionTuple(*t) for t in found) for found in shortest["lists"])
        return cls(problem, options["space"], most, tally, lists, (), record["complete"], record["version"])
