"""Checks of what says that a run repeats itself, or that it cannot leave some states."""

from __future__ import annotations

from typing import Any

from noisytm.discrete.checking.replay import Replay, read
from noisytm.discrete.configuration import ClosedGraph, Cycle, LateCycle
from noisytm.errors import CertificateError


def check_closed(run: Replay, proof: ClosedGraph) -> None:
    """Check that a run is among states and symbols that it does not leave, and in which it cannot stop."""
    run.go(proof.step)
    there = {run.blank, *run.tape.values()}
    if run.state not in proof.states or not there <= set(proof.symbols):
        raise CertificateError(f"after {proof.step} steps state or tape are not among those of the closed graph")
    for state in proof.states:
        for symbol in proof.symbols:
            rule = run.rows.get(state, {}).get(symbol)
            if rule is None:
                raise CertificateError(f"the closed graph has no way on in state {state!r} at symbol {symbol!r}")
            following = run.machine.table[symbol, state][1]
            if following not in proof.states or rule[0] not in proof.symbols:
                raise CertificateError(f"state {state!r} at symbol {symbol!r} leads out of the closed graph")


def check_late_cycle(run: Replay, proof: LateCycle) -> None:
    """Check that a run repeats itself from a step on."""
    run.go(proof.step)
    _repeats(run, proof.period, proof.offset)


def check_cycle(run: Replay, proof: Cycle) -> None:
    """Check that a run repeats itself, and that preperiod and period are the least."""
    run.go(max(proof.preperiod - 1, 0))
    before = run.state, run.tape[run.head]
    run.go(min(proof.preperiod, 1))
    reads = _repeats(run, proof.period, proof.offset)
    if proof.preperiod and before == reads[-1]:
        raise CertificateError(f"the run repeats itself from before step {proof.preperiod} on")
    left, factor = proof.period, 2
    while left > 1:
        if left % factor:
            factor = factor + 1 if factor * factor <= left else left
            continue
        part = proof.period // factor
        if reads[part:] + reads[:part] == reads:
            raise CertificateError(f"the run repeats itself every {part} steps already, not only every {proof.period}")
        while left % factor == 0:
            left //= factor


def _repeats(run: Replay, period: int, offset: int) -> list[Any]:
    """Check that a run repeats itself from here on; return state and symbol before each step of a period.

    The cells visited in the period are afterwards, moved by the offset, what they were; if the offset is not 0, those
    that lie beyond them in its direction are blank. So the next period is the same, moved, and so on.
    """
    state, head, tape = run.state, run.head, dict(run.tape)
    met = list(run.each(period))
    places = {place for _, _, place in met}
    first, last = min(places), max(places)
    same = read(tape, run.blank, first, last) == read(run.tape, run.blank, first + offset, last + offset)
    if (run.state, run.head) != (state, head + offset) or not same:
        raise CertificateError(f"{period} steps on the run is not what it was, {offset} cells further along")
    beyond = [x for x, symbol in tape.items() if symbol != run.blank and (x - last if offset > 0 else first - x) > 0]
    if offset and beyond:
        raise CertificateError(f"the cell at {beyond[0]}, which the head has still to come to, is not blank")
    return [(state, symbol) for state, symbol, _ in met]
