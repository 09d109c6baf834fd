"""The order in which proofs that a run never ends are tried; each within a budget of its own."""

from __future__ import annotations

from collections.abc import Iterator

from noisytm import _clock
from noisytm.discrete.configuration import (
    ClosedGraph,
    Configuration,
    Endless,
    LateCycle,
    RunLengthConfiguration,
    closed_graph,
)
from noisytm.discrete.cycles import find_cycle, late_cycle
from noisytm.discrete.direct import advance
from noisytm.discrete.endless.automata import automaton_closure
from noisytm.discrete.endless.bouncers import bouncer
from noisytm.discrete.endless.ngrams import ngram_closure
from noisytm.discrete.endless.words import word_closure

EARLY = (0, 1 << 10, 1 << 14)  # steps after which a closed graph is looked for; cycles are, up to the last of them
WINDOW = 1 << 20  # steps in which cycles are searched for at last, from the beginning of the run
LATE_WINDOWS = (1 << 20, 1 << 25)  # and from where it was left; on a tape in run-length form only the first, which
# has fewer cells to write out
BEGINNINGS = tuple(1 << k for k in range(14, 29, 2))  # of a late cycle; the first one that will do is taken
PERIODS = 16  # in which it is searched for again there


def proof_of(start: Configuration, here: Configuration, known: Endless | None) -> Endless | None:
    """Return a proof that a run never ends: the first that is found, those that are cheap to find and to check first.

    Parameters
    ----------
    start, here : Configuration
        Where the run begins, and where it has been left.
    known : Endless, optional
        A proof that has been found on the way. A rule is taken only if there is no other one.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> result = run(parse("1RB---_0LB1RC_1LB0RC"), max_steps=50)
    >>> proof_of(Configuration.initial(result.configuration.machine), result.configuration, None)
    ClosedGraph(step=1024, states=('B', 'C'), symbols=('0', '1'))
    """
    first = [advance(start, start.steps + steps)[0] for steps in EARLY if not isinstance(start, RunLengthConfiguration)]
    if any(configuration.resting for configuration in (*first, here)):
        return None
    return next(_proofs(first, here, known), None)


def _proofs(first: list[Configuration], here: Configuration, known: Endless | None) -> Iterator[Endless]:
    yield from filter(None, map(closed_graph, first))
    if isinstance(known, ClosedGraph):
        yield known
    for start in first[:1]:
        yield from filter(None, [_cycle_within(start, EARLY[-1])])
    if isinstance(known, LateCycle):
        yield _earlier(first, known)
    for prove in (bouncer, ngram_closure, word_closure, automaton_closure):
        _clock.tick()
        yield from filter(None, map(prove, first[:1]))
    if known is not None:
        yield known
    for start in first[:1]:
        yield from filter(None, [_cycle_within(start, WINDOW)])
    for steps in LATE_WINDOWS[:1] if isinstance(here, RunLengthConfiguration) else LATE_WINDOWS:
        _clock.tick()
        yield from (_earlier(first, found) for found in filter(None, [late_cycle(here, steps)]))


def _cycle_within(start: Configuration, steps: int) -> LateCycle | None:
    """Return the cycle of a run, if it is seen within so many steps."""
    found = find_cycle(start, start.steps + steps)
    return None if found is None else LateCycle(found.cycle.preperiod, found.cycle.period, found.cycle.offset)


def _earlier(first: list[Configuration], found: LateCycle) -> LateCycle:
    """Return the same cycle from an earlier step on, so that fewer steps have to be made to check it."""
    here = first[-1] if first else None
    for steps in BEGINNINGS:
        if here is None or steps >= found.step:
            break
        here, _ = advance(here, steps)
        sooner = late_cycle(here, PERIODS * found.period)
        if sooner is not None and sooner.step < found.step:
            return sooner
    return found
