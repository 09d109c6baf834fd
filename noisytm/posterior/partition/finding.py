"""The phases of samples: which codes they round to, alone and in groups."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._checks import positive_float, whole
from noisytm._fractions import plain
from noisytm._summary import count, number
from noisytm._text import shown
from noisytm.errors import EstimateError, ProblemError
from noisytm.posterior.partition.exact import Code, Coefficients
from noisytm.posterior.partition.form import GROUPINGS
from noisytm.posterior.partition.result import Overtaking, Phase, PhaseGroup, Phases, PhasesAt
from noisytm.posterior.partition.rounding import (
    checked_samples,
    machine_of,
    require_codes,
    rounded,
    run_all,
    tuples_of,
)
from noisytm.posterior.partition.shares import crossing, share_of
from noisytm.posterior.spaces import checked_units
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics
from noisytm.show.curves import caption

# Groups that had less of the posterior than this at every n are not looked at for crossings.
LEAST_SHARE = 0.05
MOST_CODES = 1_000_000_000
UNSOLVED, NOT_COMPUTED = "does not solve the problem", "λ not computed"
# Groups of what is left over: that these are overtaken says nothing.
OTHER_CUBES = ("other cubes", f"other cubes, {UNSOLVED}")
REST = {NOT_COMPUTED, *OTHER_CUBES}


def phases(
    problem: SynthesisProblem,
    samples: Mapping[float, Any],
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    exact: int | None = 200,
    largest: int = 10,
    cubes: int | None = None,
    seconds: Any = None,
) -> Phases:
    """Say which codes share the posterior at each n: every sample belongs to the code that it rounds to.

    A code that solves the problem has F_M = λ_M log n − (m_M − 1) log log n + O(1) in its phase, and the share
    exp(F − F_M) of the posterior; one that does not has F_M ≥ c·n. Hundreds of codes may share it, so that phases are
    also added up: by exact λ, by the number of tuples used, and by cube (which tuples are used, and what they do).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    samples : mapping of float to array_like, shape (replicas, samples, N, S + |Q| + 3)
        For each n, noisy codes from the posterior at n, of independent replicas: as many replicas at each n.
    semantics, loss, chart : str
        As of `learning_coefficient`: the units of λ.
    prior_concentration : number or list
        Likewise.
    exact : int or None
        Of how many solving codes λ is computed at each n, those with the largest shares; ``None``: of all. From a
        thousand on they are computed by the compiled search where there is one.
    largest : int
        How many phases are listed alone at each n.
    cubes : int, optional
        Only so many cubes are told apart, those with the largest shares at some n; the others are added up. By default
        all are.
    seconds : float, optional
        Most processor time to take for λ, but for compiling: of codes that it does not reach, beginning with the last
        n, λ is not computed.

    Returns
    -------
    Phases

    Raises
    ------
    ProblemError
        If an argument is none of these.

    Examples
    --------
    >>> from noisytm import library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> draws = problem.space.sample(200, seed=1).reshape(2, 100, 6, 8)
    >>> found = phases(problem, {1.0: 0.1 * draws + 0.9 * problem.space.embed(machine)})
    >>> found.sizes[0].by("learning_coefficient")[0].name, found.sizes[0].by("cube")[0].share.value
    ('λ = 29/3', 1.0)
    """
    asked = {"semantics": semantics, "loss": loss, "chart": chart, "prior_concentration": prior_concentration}
    options = checked_units(problem, None, asked)._asdict()
    most = None if exact is None else whole("exact", exact, 0, MOST_CODES)
    largest = whole("largest", largest, 1)
    few = None if cubes is None else whole("cubes", cubes, 1)
    limit = _clock.seconds_given(seconds)
    if not isinstance(samples, Mapping) or not samples:
        raise ProblemError(f"samples is {shown(samples)}; give a mapping n → array of noisy codes")
    given = {positive_float("n", plain(n)): checked_samples(problem.space, codes) for n, codes in samples.items()}
    replicas = {len(codes) for codes in given.values()}
    if len(replicas) != 1:
        raise ProblemError(f"there are {shown(sorted(replicas))} replicas; give as many at each n")
    for codes in samples.values():
        require_codes(problem.space, codes)
    tallies = {n: _Tally.of(problem, given[n]) for n in sorted(given)}
    known = Coefficients(problem, options)
    solving = (itertools.islice(tallies[n].solving_codes(), most) for n in reversed(tallies))
    known.learn(itertools.chain.from_iterable(solving), limit)
    groups = _with_few_cubes({n: tally.groups(known) for n, tally in tallies.items()}, few)
    sizes = tuple(tally.at(n, known, groups[n], largest) for n, tally in tallies.items())
    return Phases(problem.key, options, replicas.pop(), sizes, tuple(_crossings(groups)), caption(problem))


@dataclass(frozen=True)
class _Group:
    """Samples that belong together, of shape (replicas, samples), and the different codes among them."""

    chosen: NDArray[np.bool_]
    solves: bool
    codes: int


Groups = dict[tuple[str, str], _Group]


def _with_few_cubes(groups: Mapping[float, Groups], few: int | None) -> Mapping[float, Groups]:
    """Return the groups with the cubes added up that are at no n among the largest."""
    if few is None:
        return groups
    largest: set[str] = set()
    for found in groups.values():
        cubes = sorted((-group.chosen.mean(), name) for (by, name), group in found.items() if by == "cube")
        largest.update(name for _, name in cubes[:few])
    fewer = {}
    for n, found in groups.items():
        kept: Groups = {key: group for key, group in found.items() if key[0] != "cube" or key[1] in largest}
        for solves, name in zip((True, False), OTHER_CUBES, strict=True):
            rest = [group for key, group in found.items() if key not in kept and group.solves == solves]
            if rest:
                chosen = np.logical_or.reduce([group.chosen for group in rest])
                kept["cube", name] = _Group(chosen, solves, sum(group.codes for group in rest))
        fewer[n] = kept
    return fewer


@dataclass(frozen=True)
class _Tally:
    """The different codes that samples at one n round to.

    Attributes
    ----------
    codes : ndarray of int64, shape (n, N)
        The codes, the one with the most samples first.
    of_sample : ndarray of int64, shape (replicas, samples)
        Which of them each sample rounds to.
    """

    problem: SynthesisProblem
    codes: NDArray[np.int64]
    of_sample: NDArray[np.int64]
    solves: NDArray[np.bool_]
    used: NDArray[np.bool_]
    ties: int

    @classmethod
    def of(cls, problem: SynthesisProblem, samples: NDArray[np.float64]) -> _Tally:
        codes, ties = rounded(problem.space, samples.reshape(-1, *problem.space.shape))
        different, which, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        ran = run_all(problem, different[order])
        of_sample = place[which.ravel()].reshape(samples.shape[:2])
        return cls(problem, different[order], of_sample, ran.solves, ran.used, int(ties.sum()))

    def code(self, i: int) -> Code:
        return tuple(self.codes[i].tolist())

    def solving_codes(self) -> Iterator[Code]:
        return (self.code(i) for i in np.flatnonzero(self.solves).tolist())

    def groups(self, known: Coefficients) -> Groups:
        """Return all groups of all groupings."""
        names: dict[str, Callable[[int], str]] = {
            "learning_coefficient": lambda i: _value_name(self, i, known),
            "used_tuples": lambda i: f"{count(int(self.used[i].sum()), 'used tuple')}{self._unsolved(i)}",
            "cube": lambda i: f"{self._cube(i)}{self._unsolved(i)}",
        }
        found: Groups = {}
        for by, name in names.items():
            labels = [name(i) for i in range(len(self.codes))]
            members: dict[str, list[int]] = {}
            for i, label in enumerate(labels):
                members.setdefault(label, []).append(i)
            for label, which in members.items():
                chosen = np.zeros(len(self.codes), bool)
                chosen[which] = True
                found[by, label] = _Group(chosen[self.of_sample], bool(self.solves[which[0]]), len(which))
        return found

    def _unsolved(self, i: int) -> str:
        return "" if self.solves[i] else f", {UNSOLVED}"

    def _cube(self, i: int) -> str:
        """Return the used tuples of a code and what they do."""
        parts = [
            f"({t.read},{t.state})→({t.write},{t.next},{t.move})"
            for t, used in zip(tuples_of(self.problem.space, self.codes[i]), self.used[i], strict=True)
            if used
        ]
        return " ".join(parts) or "no tuple"

    def at(self, n: float, known: Coefficients, groups: Groups, largest: int) -> PhasesAt:
        shares = np.bincount(self.of_sample.ravel(), minlength=len(self.codes)) / self.of_sample.size
        shared = [
            PhaseGroup(by, name, group.solves, group.codes, share_of(group.chosen))
            for (by, name), group in groups.items()
        ]
        shared.sort(key=lambda group: (GROUPINGS.index(group.by), -group.share.value, group.name))
        computed = np.array([known.known.get(self.code(i)) is not None for i in range(len(self.codes))])
        return PhasesAt(
            n,
            self.of_sample.size,
            self.ties,
            share_of(self.solves[self.of_sample]),
            len(self.codes),
            math.exp(-float((shares * np.log(shares)).sum())),
            float(shares[self.solves & ~computed].sum()),
            tuple(self._phase(i, known) for i in range(min(largest, len(self.codes)))),
            tuple(shared),
        )

    def _phase(self, i: int, known: Coefficients) -> Phase:
        found = known.known.get(self.code(i)) if self.solves[i] else None
        exact = (None, None) if found is None else found
        machine = machine_of(self.problem, self.codes[i])
        share = share_of(self.of_sample == i)
        return Phase(machine, share, bool(self.solves[i]), int(self.used[i].sum()), *exact)


def _value_name(tally: _Tally, i: int, known: Coefficients) -> str:
    if not tally.solves[i]:
        return UNSOLVED
    found = known.known.get(tally.code(i))
    return NOT_COMPUTED if found is None else f"λ = {number(found.value)}"


def _crossings(groups: Mapping[float, Groups]) -> Iterator[Overtaking]:
    """Yield where groups cross that have a part of the posterior worth mentioning at some n."""
    if len(groups) < 2:
        return
    names = list(dict.fromkeys(name for found in groups.values() for name in found))
    nothing = {n: np.zeros(next(iter(found.values())).chosen.shape[0]) for n, found in groups.items()}
    shares = {
        name: np.array(
            [found[name].chosen.mean(axis=1) if name in found else nothing[n] for n, found in groups.items()]
        )
        for name in names
    }
    worth = [name for name in names if shares[name].mean(axis=1).max() >= LEAST_SHARE and name[1] not in REST]
    for first, second in itertools.permutations(worth, 2):
        if first[0] != second[0]:
            continue
        try:
            found = crossing(list(groups), shares[first], shares[second])
        except EstimateError:
            continue  # neither can an error be had, or where it is, of so few samples
        if found is not None:
            replicas = shares[first].shape[1]
            yield Overtaking(first[0], first[1], second[1], found.n, found.error, replicas)
