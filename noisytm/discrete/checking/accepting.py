"""The check of an automaton: what its rules ask for is put together once more, as sets, by the names of the machine.

Slow on purpose: all rules are gone through again until nothing is new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from noisytm import _clock
from noisytm.discrete.checking.replay import Replay
from noisytm.discrete.configuration import AutomatonClosure
from noisytm.errors import CertificateError

STOPPED: Any = None  # where a configuration leads in which the machine stops
MOST_STATES = 64

Pair = Any  # of a state of the automaton and one of the machine; or STOPPED
Ways = defaultdict[tuple[Pair, str], set[Pair]]


def check_automaton(run: Replay, proof: AutomatonClosure) -> None:
    """Check that an automaton accepts what leads to a stop, and not the beginning of a run.

    Parameters
    ----------
    run : Replay
        The run, at its beginning.
    proof : AutomatonClosure
        The automaton.
    """
    if proof.step != run.steps:
        raise CertificateError(
            f"the automaton is said to begin after {proof.step} steps, and the run after {run.steps}"
        )
    goes = _automaton(run, proof)
    ways = _ways(run, proof, goes)
    accepted = _accepted(ways, run.blank)
    stated = [tuple(pair) for pair in proof.accepted]
    if len(set(stated)) != len(stated) or set(stated) != accepted - {STOPPED}:
        raise CertificateError("the pairs that the automaton is said to accept are not those that follow from it")
    number = sum(map(len, ways.values()))
    if number != proof.ways:
        raise CertificateError(f"the pairs of the automaton lead to {number} states, not {proof.ways}")
    if _read(run, proof, goes, ways) & accepted:
        raise CertificateError("the automaton accepts the tape on which the run begins")


def _automaton(run: Replay, proof: AutomatonClosure) -> dict[tuple[int, str], int]:
    """Return where the automaton goes, by its state and the name of a symbol."""
    size, symbols = len(proof.transitions), run.machine.symbols
    if not 0 < size <= MOST_STATES or any(len(row) != len(symbols) for row in proof.transitions):
        raise CertificateError(f"an automaton needs a transition for each symbol, and from 1 to {MOST_STATES} states")
    goes = {(q, symbol): to for q, row in enumerate(proof.transitions) for symbol, to in zip(symbols, row, strict=True)}
    if not all(0 <= to < size for to in goes.values()) or goes[0, run.blank] != 0:
        raise CertificateError("a transition of the automaton goes nowhere, or blanks lead away from its first state")
    return goes


def _ways(run: Replay, proof: AutomatonClosure, goes: dict[tuple[int, str], int]) -> Ways:
    """Return where each pair leads by each symbol: what the rules ask for, and no more."""
    ways: Ways = defaultdict(set)
    inner, back = range(len(proof.transitions)), "L" if proof.side == "left" else "R"
    before = -1
    while before != (before := sum(map(len, ways.values()))):
        _clock.tick()
        for state, read in ((state, read) for state in run.machine.states for read in run.machine.symbols):
            if state in run.machine.halting or (read, state) not in run.machine.table:
                for q in inner:
                    ways[(q, state), read].add(STOPPED)
                continue
            write, following, move = run.machine.table[read, state]
            for q in inner:
                if move == "S":
                    ways[(q, state), read] |= ways[(q, following), write]
                elif move != back:
                    ways[(q, state), read].add((goes[q, write], following))
                else:
                    for symbol in run.machine.symbols:
                        reached = set(_led(ways, ways[(q, following), symbol], write))
                        ways[(goes[q, symbol], state), read] |= reached
    return ways


def _led(ways: Ways, pairs: Iterable[Pair], symbol: str) -> Iterator[Pair]:
    """Yield where a symbol leads from some pairs; what has stopped has."""
    for pair in pairs:
        if pair is STOPPED:
            yield STOPPED
        else:
            yield from ways[pair, symbol]


def _accepted(ways: Ways, blank: str) -> set[Pair]:
    """Return the pairs from which blanks may lead to the stop, and that itself."""
    accepted: set[Pair] = {STOPPED}
    more = accepted
    while more:
        more = {pair for (pair, symbol), to in ways.items() if symbol == blank and to & accepted} - accepted
        accepted |= more
    return accepted


def _read(run: Replay, proof: AutomatonClosure, goes: dict[tuple[int, str], int], ways: Ways) -> set[Pair]:
    """Return where the tape of the beginning leads: one side by the automaton, then the rest."""
    places = range(min(run.tape), max(run.tape) + 1)
    line = list(places if proof.side == "left" else reversed(places))
    at = line.index(run.head)
    q = 0
    for place in line[:at]:
        q = goes[q, run.tape.get(place, run.blank)]
    reached: set[Pair] = {(q, run.state)}
    for place in line[at:]:
        reached = set(_led(ways, reached, run.tape.get(place, run.blank)))
    return reached
