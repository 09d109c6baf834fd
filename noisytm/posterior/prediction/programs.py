"""The programs that solve a problem, counted: full tables, or lists whose keys err."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from noisytm._checks import instance
from noisytm._summary import Described, Summary
from noisytm._summary import count as count_text
from noisytm.errors import ProblemError
from noisytm.posterior.prediction.grids import cubes_cost
from noisytm.problem import SynthesisProblem
from noisytm.search import TableSpace
from noisytm.search.cubes import Solutions, solutions

TABLES = "tables, uniform"


@dataclass(frozen=True)
class Programs(Described):
    """All programs of a problem's space that solve it.

    Where keys err the programs are the lists of N tuples, in every order, keys repeated or not; the later tuple wins.
    Which action a key has is settled by its last tuple. So of all lists a cube that lists k of the K keys, with their
    actions, and leaves out u others has a share of Σ_j (−1)^j C(k, j) ((K − u − j)/K)^N over (3·S·|Q|)^k.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    found : Solutions
        The cubes: of full tables, or of lists of at most N of the keys as sets.

    Examples
    --------
    >>> from noisytm import Description
    >>> machine = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")] * 2)
    >>> programs = Programs.counted(SynthesisProblem.of_machine(machine, [""], 1, keys="noisy"), progress=False)
    >>> programs.learner, programs.mass  # of four pairs of keys three have a, and then it must go to b
    ('lists of 2 tuples, uniform', Fraction(3, 8))
    """

    problem: SynthesisProblem
    found: Solutions

    def _summary(self) -> Summary:
        return Summary(f"{self.learner}: a share of {self.mass} solves the problem", result=False)

    @classmethod
    def counted(cls, problem: SynthesisProblem, found: Any = None, progress: bool = True) -> Programs:
        """Count them; of full tables what was counted before may be given.

        Raises
        ------
        ProblemError
            If the space lists neither all tuples nor has keys that err, or something else was counted.
        """
        require_programs(problem)
        if not problem.space.noisy_keys:
            return cls(problem, solutions(problem, progress=progress) if found is None else _of_tables(problem, found))
        if found is not None:
            raise ProblemError("found is a count of full tables, and where keys err programs are lists; leave it out")
        tables = TableSpace.over(problem)
        most = min(problem.space.tuples, len(tables.space.keys))
        return cls(problem, solutions(tables.problem(problem), "listed", max_tuples=most, progress=progress))

    @property
    def learner(self) -> str:
        """What mixes them is called."""
        lists = self.problem.space.noisy_keys
        return f"lists of {count_text(self.problem.space.tuples, 'tuple')}, uniform" if lists else TABLES

    @cached_property
    def mass(self) -> Fraction:
        """Their share of all programs."""
        return self._share(0) if self.problem.space.noisy_keys else self.found.mass

    def cost(self, bits: int) -> float:
        """Return −log of the share of a grid at which the entries that make a program solve the problem are certain.

        Parameters
        ----------
        bits : int
            Entries are multiples of 2^−bits; with 0 the grid is the programs themselves.
        """
        if not self.problem.space.noisy_keys:
            return cubes_cost(self.problem, self.found.by_fixed_tuples, bits)
        share = self._share(bits)
        return math.log(share.denominator) - math.log(share.numerator)

    def _share(self, bits: int) -> Fraction:
        """Return the share of a grid of lists at which all keys, and what the tuples of a cube do, are certain."""
        space, size = self.problem.space, 2**bits
        sizes = [len(values) for _, _, values in space.blocks]
        points = [math.comb(size + k - 1, k - 1) for k in sizes]
        keys, n = sizes[0] * sizes[1], space.tuples
        total = Fraction(0)
        for (listed, unlisted), cubes in self.found.tally.cubes.items():
            left = keys - unlisted
            ways = sum((-1) ** j * math.comb(listed, j) * (left - j) ** n for j in range(listed + 1))
            total += Fraction(cubes * ways, math.prod(points[2:]) ** listed)
        return total / Fraction(math.prod(points[:2])) ** n


def require_programs(problem: SynthesisProblem) -> None:
    """Refuse a problem whose codes are not those that are counted.

    Raises
    ------
    ProblemError
        If keys are exact, and its space is not one of full tables.
    """
    if problem.space.noisy_keys:
        return
    if problem.space.by_number or TableSpace.over(problem).problem(problem).key != problem.key:
        raise ProblemError(
            "a regret compares learners of full tables, and the problem's space does not list all tuples, each once;"
            " use a machine that lists every pair of a symbol and a state, or keys that err"
        )


def _of_tables(problem: SynthesisProblem, found: Any) -> Solutions:
    count = instance("found", found, Solutions)
    if count.space != "full" or not count.complete or count.tables.problem(problem).key != count.problem.key:
        raise ProblemError("found is no complete count of the full tables that solve this problem; leave it out")
    return count
