"""One run of the whole machine that makes just the errors of a syndrome and ends wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from noisytm import _clock
from noisytm.codespace import KEY_KINDS
from noisytm.degeneracy.explanation.choices import Choices, Entry, Share
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import Chart
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Configuration, Runs, Semantics, Stepper

Errors = tuple[tuple[Entry, ...], ...]  # what errs at each step
Memory = Any
# What is to be done from a configuration on: how many steps are left, where the run is, what it knows and has used.
Node = tuple[int, Configuration, Memory, Share]


class SingleRuns:
    """Runs that make just the errors of one syndrome, each as often as it says.

    In a semantics that sums over runs these are its runs, with what they remember; elsewhere errors are made anew
    at each use.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    semantics : Semantics
        How the step is relaxed.
    chart : Chart
        The coordinates near the code.
    syndrome : Syndrome
        The errors.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.geometry import chart_at
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=2)
    >>> chart = chart_at("simplex", problem.space, machine)
    >>> runs = SingleRuns(problem, checked_semantics("annealed"), chart, ((2, 1),))
    >>> errors, looked_at = runs.wrong(0, 1000)
    >>> [[tuple(e) for e in step] for step in errors]
    [[], [(0, 'next', 'accept')]]
    """

    def __init__(self, problem: SynthesisProblem, semantics: Semantics, chart: Chart, syndrome: Syndrome) -> None:
        self._problem, self._stepper = problem, Stepper(problem)
        self._choices = Choices(chart, syndrome)
        self._runs = semantics if isinstance(semantics, Runs) else None
        self._keys = list(self._choices.keys(KEY_KINDS)) if problem.space.noisy_keys else []

    def wrong(self, index: int, most: int) -> tuple[Errors | None, int]:
        """Return the errors of a run that ends in a rejected outcome on input ``index``, and how many steps were tried.

        Parameters
        ----------
        index : int
            Number of the input.
        most : int
            Give up after trying so many steps; then, or if there is no such run, ``None`` is returned.
        """
        problem, whole = self._problem, self._choices.most
        start = self._stepper.start(problem.inputs[index])
        memory = self._runs.memory if self._runs is not None else ()
        node: Node = (problem.steps, start, memory, self._choices.none)
        seen: set[Node] = set()
        tried = 0
        stack: list[tuple[Node, Any]] = [(node, None)]
        while stack:
            node, past = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            left, configuration, _, share = node
            if left == 0:
                outcome = self._stepper.read(configuration)
                if share == whole and not problem.accepts(index, outcome):
                    return _unwound(past), tried
                continue
            for after, erring in self._after(node):
                tried += 1
                if after not in seen:
                    stack.append((after, (erring, past)))
            _clock.tick()
            if tried > most:
                break
        return None, tried

    def _after(self, node: Node) -> Iterator[tuple[Node, tuple[Entry, ...]]]:
        """Yield where a run may be one step on, and what errs in that step: most errors last."""
        left, configuration, memory, share = node
        for at, used, erring in self._acting(configuration, share):
            if at is None:
                rested = self._stepper.at_rest(configuration, left - 1)
                yield (left - 1, rested, memory, used), erring
                continue
            effects = self._choices.effects(at)
            if self._runs is None:
                ways = [(k, memory, True) for k in range(len(effects))]
            else:
                ways = list(self._runs.ways(at, memory, [effect for effect, _ in effects]))
            for k, known, paid in ways:
                effect, entries = effects[k]
                total = self._choices.together(used, effect.share) if paid else used
                if total is not None:
                    moved = self._stepper.after(configuration, effect, left - 1)
                    yield (left - 1, moved, known, total), (*erring, *entries)

    def _acting(
        self, configuration: Configuration, share: Share
    ) -> Iterator[tuple[int | None, Share, tuple[Entry, ...]]]:
        """Yield which tuple may act, with what is used up then, and the keys that err."""
        if not self._problem.space.noisy_keys:
            yield self._stepper.tuple_at(configuration), share, ()
            return
        key = (configuration.symbol, configuration.state)
        for keys, cost, erring in self._keys:
            used = self._choices.together(share, cost)
            if used is not None:
                listed = self._named(keys)
                acting = [i for i, known in enumerate(listed) if known == key]
                yield (acting[-1] if acting else None), used, erring

    def _named(self, keys: list[tuple[int, ...]]) -> list[tuple[int, int]]:
        """Return noisy keys as symbol and state: they count only the states that do not halt."""
        space: Any = self._problem.space
        return [(read, space.named_states[in_]) for read, in_ in keys]


def _unwound(past: Any) -> Errors:
    steps: list[tuple[Entry, ...]] = []
    while past is not None:
        erring, past = past
        steps.append(erring)
    return tuple(reversed(steps))
