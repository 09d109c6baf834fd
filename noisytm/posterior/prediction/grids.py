"""What a learner with weights of b bits pays at most: the mass of the codes on the grid that are those of a cube."""

from __future__ import annotations

import math
from collections.abc import Mapping

from noisytm.problem import SynthesisProblem


def cubes_cost(problem: SynthesisProblem, by_fixed: Mapping[int, int], bits: int) -> float:
    """Return −log of the share of a grid at which all tuples of some cube are exactly those of the cube.

    A distribution of k values on multiples of 2^−b is one of the C(2^b + k − 1, k − 1) compositions of 2^b, and one of
    these is a given value for certain. The sets are disjoint for different cubes. At b = 0 the grid is the tables
    themselves, and this is −log of the mass of all tables that solve the problem.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    by_fixed : mapping of int to int
        How many cubes settle so many tuples: `Solutions.by_fixed_tuples`.
    bits : int
        b ≥ 0.

    Examples
    --------
    >>> from noisytm import library, solutions, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    >>> cubes = solutions(problem, progress=False).by_fixed_tuples
    >>> [round(cubes_cost(problem, cubes, b), 4) for b in (0, 4)]
    [4.2408, 45.7014]
    """
    size = 2**bits
    sizes = [len(values) for _, _, values in problem.space.blocks]
    one = sum(math.log(math.comb(size + k - 1, k - 1)) for k in sizes)
    logs = [math.log(number) - one * tuples for tuples, number in by_fixed.items() if number]
    most = max(logs)
    return -(most + math.log(math.fsum(math.exp(x - most) for x in logs)))
