"""Accepted outcomes as problem files write them: one or several for each input, and the distance that is tolerated."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from noisytm import _clock
from noisytm._checks import whole
from noisytm._summary import count
from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.machine import Description, Word
from noisytm.problem.inputs import shown_word
from noisytm.problem.readout import Outcome, Readout

Accepted = tuple[Outcome, ...]

MOST_LOOKED_AT = 20_000


def distance(first: Outcome, second: Outcome) -> int:
    """Return the Hamming distance of two outcomes of one length: the number of places in which they differ.

    Examples
    --------
    >>> distance(("A", "B", "_"), ("A", "_", "A"))
    2
    """
    return sum(a != b for a, b in zip(first, second, strict=True))


def checked_hamming(hamming: Any, readout: Readout) -> int:
    """Return the tolerated distance of outcomes of a readout as an ``int``.

    Raises
    ------
    ProblemError
        If it is not an integer ≥ 0, is positive where outcomes have no distance, or is so large that every word is
        accepted.

    Examples
    --------
    >>> from noisytm.problem.readouts import readout_of
    >>> checked_hamming(1, readout_of("tape:3"))
    1
    """
    radius = whole("hamming", hamming, 0)
    if radius > 0 and not readout.has_distance:
        what = "states" if readout.reads_state else "its outcomes"
        raise ProblemError(
            f"hamming is {shown(hamming)}; {what} have no distance, so it must be 0;"
            f" list the accepted {what.removeprefix('its ')} in targets"
        )
    most = len(readout.places) - 1
    if radius > most:
        raise ProblemError(
            f"hamming is {shown(hamming)}; with {most + 1} cells every word is that near; use at most {most}"
        )
    return radius


def checked_targets(
    machine: Description, inputs: Sequence[Word], readout: Readout, targets: Any
) -> tuple[tuple[Outcome, ...], ...]:
    """Return the accepted outcomes of every input, in the order of the inputs.

    For the state an outcome is the name of a state, and a list lists several. For K cells an outcome is a string of K
    characters, or a list of K symbols; a list of K items that are all symbols is one outcome, any other list
    lists several. Every readout says for itself which lists are one outcome.

    Parameters
    ----------
    machine : TuringMachine
        Its states and symbols count.
    inputs : sequence of words
        The inputs; each must be given, and nothing else.
    readout : Readout
        What is read.
    targets : mapping or sequence of pairs
        Word → outcome, or list of outcomes.

    Raises
    ------
    ProblemError
        If a rule above is broken.
    MachineError
        If a word has a symbol that is not the machine's.

    Examples
    --------
    >>> from noisytm import library
    >>> from noisytm.problem.readouts import readout_of
    >>> state, tape = readout_of("state"), readout_of("tape:2")
    >>> checked_targets(library.machine("detectA"), [("A",)], state, {"A": ["accept", "reject"]})
    ((('accept',), ('reject',)),)
    >>> checked_targets(library.machine("detectA"), [("A",)], tape, {"A": ["A", "B"]})
    ((('A', 'B'),),)
    >>> checked_targets(library.machine("detectA"), [("A",)], tape, {"A": ["AB", "BA"]})
    ((('A', 'B'), ('B', 'A')),)
    """
    pairs = targets.items() if isinstance(targets, Mapping) else targets
    if not isinstance(targets, (Mapping, Sequence)) or any(
        isinstance(p, str) or not isinstance(p, Sequence) or len(p) != 2 for p in pairs
    ):
        raise ProblemError(f"targets is {shown(targets)}; give 'machine' or a mapping word → outcome")
    known, found = set(inputs), dict[Word, Accepted]()
    for word, outcomes in pairs:
        if not isinstance(word, (str, list, tuple)):
            raise ProblemError(f"target word {shown(word)} is not a string; quote it")
        _clock.tick()
        key = machine.word(word)
        if key not in known:
            raise ProblemError(f"target word {shown(word)} is not among the inputs; remove it or add the input")
        if key in found:
            raise ProblemError(f"target word {shown(word)} is given twice; list its outcomes together")
        found[key] = _checked_outcomes(machine, word, readout, outcomes)
    lacking = [machine.word_text(w) for w in inputs if w not in found]
    if lacking:
        raise ProblemError(f"input {shown(lacking[0])} has no target; give every input an outcome")
    return tuple(found[w] for w in inputs)


def _checked_outcomes(machine: Description, word: Any, readout: Readout, outcomes: Any) -> Accepted:
    if not isinstance(outcomes, (list, tuple)) or readout.is_one(machine, outcomes):
        return (readout.checked(machine, word, outcomes),)
    if not outcomes:
        raise ProblemError(f"target [] of {shown(word)} lists no outcome; list at least one")
    accepted = tuple(readout.checked(machine, word, outcome) for outcome in outcomes)
    if len(set(accepted)) != len(accepted):
        twice = next(y for i, y in enumerate(accepted) if y in accepted[:i])
        text = readout.written(twice, machine)
        raise ProblemError(f"target {shown(text)} of {shown(word)} is listed twice; list it once")
    return accepted


def out_of_reach(
    space: CodeSpace, inputs: Sequence[Word], steps: int, readout: Readout, targets: Sequence[Accepted]
) -> list[str]:
    """Return a line if some accepted outcomes, among the first `MOST_LOOKED_AT`, are reached by no run."""
    pairs = ((word, outcome) for word, accepted in zip(inputs, targets, strict=True) for outcome in accepted)
    looked_at = itertools.islice(pairs, MOST_LOOKED_AT)
    lost = [(word, y) for word, y in looked_at if not readout.within_reach(y, word, steps, space)]
    if not lost:
        return []
    word, outcome = lost[0]
    more = f" ({len(lost) - 1:,} more are like this)" if len(lost) > 1 else ""
    return [
        f"on {shown_word(word, space.symbols)} no run of {count(steps, 'step')} gives"
        f" {shown(readout.written(outcome, space))}, whatever the tuples do{more}; correct the accepted outcome, or the"
        " steps"
    ]
