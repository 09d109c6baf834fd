"""Accepted outcomes as problem files write them: one or several for each input, and the distance that is tolerated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noisytm._fractions import exact_integer
from noisytm._text import shown, shown_list
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine, Word

Outcome = tuple[str, ...]
Accepted = tuple[Outcome, ...]


def distance(first: Outcome, second: Outcome) -> int:
    """Return the Hamming distance of two outcomes of one length: the number of places in which they differ.

    Examples
    --------
    >>> distance(("A", "B", "_"), ("A", "_", "A"))
    2
    """
    return sum(a != b for a, b in zip(first, second, strict=True))


def checked_hamming(hamming: Any, width: int) -> int:
    """Return the tolerated distance of a readout of ``width`` cells (0: the state) as an ``int``.

    Raises
    ------
    ProblemError
        If it is not an integer ≥ 0, is positive for the state, or is so large that every word is accepted.

    Examples
    --------
    >>> checked_hamming(1, 3)
    1
    """
    try:
        radius = exact_integer(hamming)
    except ValueError:
        radius = -1
    if radius < 0:
        raise ProblemError(f"hamming is {shown(hamming)}; it must be an integer >= 0")
    if width == 0 and radius > 0:
        raise ProblemError(
            f"hamming is {shown(hamming)}; states have no distance, so it must be 0;"
            " list the accepted states in targets"
        )
    if radius and radius >= width:
        raise ProblemError(
            f"hamming is {shown(hamming)}; with {width} cells every word is that near; use at most {width - 1}"
        )
    return radius


def checked_targets(
    machine: TuringMachine, inputs: Sequence[Word], width: int, targets: Any
) -> tuple[tuple[Outcome, ...], ...]:
    """Return the accepted outcomes of every input, in the order of the inputs.

    For the state an outcome is the name of a state, and a list lists several. For K cells an outcome is a string of K
    characters, or a list of K symbols; a list of K items that are all symbols is one outcome, any other list
    lists several.

    Parameters
    ----------
    machine : TuringMachine
        Its states and symbols count.
    inputs : sequence of words
        The inputs; each must be given, and nothing else.
    width : int
        K of ``tape:K``, 0 for ``state``.
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
    >>> checked_targets(library.machine("detectA"), [("A",)], 0, {"A": ["accept", "reject"]})
    ((('accept',), ('reject',)),)
    >>> checked_targets(library.machine("detectA"), [("A",)], 2, {"A": ["A", "B"]})
    ((('A', 'B'),),)
    >>> checked_targets(library.machine("detectA"), [("A",)], 2, {"A": ["AB", "BA"]})
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
        key = machine.word(word)
        if key not in known:
            raise ProblemError(f"target word {shown(word)} is not among the inputs; remove it or add the input")
        if key in found:
            raise ProblemError(f"target word {shown(word)} is given twice; list its outcomes together")
        found[key] = _checked_outcomes(machine, word, width, outcomes)
    lacking = [machine.word_text(w) for w in inputs if w not in found]
    if lacking:
        raise ProblemError(f"input {shown(lacking[0])} has no target; give every input an outcome")
    return tuple(found[w] for w in inputs)


def _checked_outcomes(machine: TuringMachine, word: Any, width: int, outcomes: Any) -> Accepted:
    if not isinstance(outcomes, (list, tuple)) or _is_one_word(outcomes, machine, width):
        return (_checked_outcome(machine, word, width, outcomes),)
    if not outcomes:
        raise ProblemError(f"target [] of {shown(word)} lists no outcome; list at least one")
    accepted = tuple(_checked_outcome(machine, word, width, outcome) for outcome in outcomes)
    if len(set(accepted)) != len(accepted):
        twice = next(y for i, y in enumerate(accepted) if y in accepted[:i])
        text = twice[0] if width == 0 else machine.word_text(twice)
        raise ProblemError(f"target {shown(text)} of {shown(word)} is listed twice; list it once")
    return accepted


def _is_one_word(outcomes: Sequence[Any], machine: TuringMachine, width: int) -> bool:
    return width > 0 and len(outcomes) == width and all(x in machine.symbols for x in outcomes)


def _checked_outcome(machine: TuringMachine, word: Any, width: int, outcome: Any) -> Outcome:
    if width == 0:
        state = outcome[0] if isinstance(outcome, (list, tuple)) and len(outcome) == 1 else outcome
        if state not in machine.states:
            raise ProblemError(
                f"target {shown(outcome)} of {shown(word)} is not a state; use {shown_list(machine.states)}"
            )
        return (state,)
    if not isinstance(outcome, (str, list, tuple)) or not all(isinstance(x, str) for x in outcome):
        raise ProblemError(f"target {shown(outcome)} of {shown(word)} is not a word; quote it")
    symbols = machine.word(outcome)
    if len(symbols) != width:
        raise ProblemError(
            f"target {shown(outcome)} of {shown(word)} has {len(symbols)} symbols; the readout has {width}"
        )
    return symbols
