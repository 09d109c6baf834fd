"""The checks of closures: the sets are built up once more, from the table by its names, until nothing is added.

Slow on purpose: after every set of n-grams that has grown all contexts are gone through again, and nothing is packed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from noisytm import _clock
from noisytm.discrete.checking.replay import SHIFTS, Replay, read
from noisytm.discrete.configuration import NgramClosure, WordClosure
from noisytm.errors import CertificateError

MOST_CONTEXTS = 1 << 16

Table = Any  # (symbol, state) to (symbol, state, move)


def check_ngrams(run: Replay, proof: NgramClosure) -> None:
    """Check that the closure of a run's beginning is of the size stated, and that nothing stops in it."""
    _require_beginning(run, proof)
    if proof.n < 1 or proof.history < -1:
        raise CertificateError("the closure is of contexts without neighbours, or of less than no history")
    n, first, last = proof.n, min(run.tape), max(run.tape)
    blank = (run.blank, ())
    line = {x: (symbol, ()) for x, symbol in run.tape.items()}

    def gram(nearest: int, outwards: int) -> tuple[Any, ...]:
        return tuple(line.get(nearest + outwards * i, blank) for i in range(n))

    left = {gram(x, -1) for x in range(first - n - 1, run.head - 1)} | {gram(first - n - 1, -1)}
    right = {gram(x, 1) for x in range(run.head + 2, last + n + 2)} | {gram(last + n + 2, 1)}
    contexts = {(gram(run.head - 1, -1), run.state, line.get(run.head, blank), gram(run.head + 1, 1))}
    grown = True
    while grown:
        _clock.tick()
        grown = _gone_through(run, proof, contexts, {"L": left, "R": right})
    _require_sizes(proof, contexts=len(contexts), left=len(left), right=len(right))


def _gone_through(run: Replay, proof: NgramClosure, contexts: set[Any], further: dict[str, set[Any]]) -> bool:
    """Add what contexts become with the n-grams that are known now; return whether anything has been added."""
    follow: dict[str, dict[Any, list[Any]]] = {side: defaultdict(list) for side in further}
    for side, grams in further.items():
        for known in grams:
            follow[side][known[:-1]].append(known)
    before = len(contexts), len(further["L"]), len(further["R"])
    todo = list(contexts)
    while todo:
        left, state, (symbol, past), right = todo.pop()
        write, following, move = _rule(run, state, symbol)
        letter = (write, _remembered(proof, (symbol, state), past))
        after = []
        if move == "S":
            after.append((left, following, letter, right))
        elif move == "R":
            further["L"].add(left)
            nearer = (letter, *left)[: proof.n]
            after += [(nearer, following, right[0], ahead) for ahead in follow["R"][right[1:]]]
        else:
            further["R"].add(right)
            nearer = (letter, *right)[: proof.n]
            after += [(ahead, following, left[0], nearer) for ahead in follow["L"][left[1:]]]
        new = [context for context in after if context not in contexts]
        contexts.update(new)
        todo += new
        _require_few(contexts, proof.contexts)
    return (len(contexts), len(further["L"]), len(further["R"])) != before


def _remembered(proof: NgramClosure, used: Any, past: Any) -> Any:
    """Return the tuples a letter remembers, the one used now first; all of them once if the history is −1."""
    if proof.history < 0:
        return (used, *(before for before in past if before != used))
    return (used, *past)[: proof.history]


def check_words(run: Replay, proof: WordClosure) -> None:
    """Check that the closure of a run's beginning is of the size stated, and that nothing stops in it."""
    _require_beginning(run, proof)
    if proof.length < 1 or proof.most < 1:
        raise CertificateError("the closure is of words without cells, or counts none; both must be at least 1")
    first = (_side(run, proof, -1), _side(run, proof, 1), run.state, 1)
    contexts, todo = {first}, [first]
    while todo:
        for after in _passed(run, proof, *todo.pop()):
            if after not in contexts:
                contexts.add(after)
                todo.append(after)
        _require_few(contexts, proof.contexts)
    _require_sizes(proof, contexts=len(contexts))


def _side(run: Replay, proof: WordClosure, to: int) -> tuple[Any, ...]:
    """Return the words left of the head, or from the head rightwards, the nearest first, with their counts."""
    words, length = [], proof.length
    start = run.head if to > 0 else run.head - length
    while min(run.tape) - length < start <= max(run.tape):
        words.append(read(run.tape, run.blank, start, start + length - 1))
        start += to * length
    blank = (run.blank,) * length
    while words and words[-1] == blank:
        words.pop()
    return tuple((word, min(proof.most, sum(1 for _ in equal))) for word, equal in groupby(words))


def _passed(run: Replay, proof: WordClosure, left: Any, right: Any, state: str, to: int) -> Iterator[Any]:
    """Yield what a context becomes when the head has passed through the next word."""
    ahead = right if to > 0 else left
    word, count = ahead[0] if ahead else ((run.blank,) * proof.length, 0)
    ways = [ahead] if count in (0, proof.most) else []
    if count:
        ways.append(((word, count - 1), *ahead[1:]) if count > 1 else ahead[1:])
    out = _through(run, state, list(word), 0 if to > 0 else proof.length - 1)
    if out is None:
        return
    changed, following, leaves = out
    for rest in ways:
        sides = {-1: left, 1: right, to: rest}
        behind = sides[-leaves]
        if behind and behind[0][0] == changed:
            behind = ((changed, min(proof.most, behind[0][1] + 1)), *behind[1:])
        elif behind or set(changed) != {run.blank}:
            behind = ((changed, 1), *behind)
        sides[-leaves] = behind
        yield sides[-1], sides[1], following, leaves


def _through(run: Replay, state: str, cells: list[str], at: int) -> tuple[tuple[str, ...], str, int] | None:
    """Return the cells, the state and the side on which the head leaves them, ``None`` if it never does."""
    met = set()
    while 0 <= at < len(cells):
        if (state, at, *cells) in met:
            return None
        met.add((state, at, *cells))
        cells[at], state, move = _rule(run, state, cells[at])
        at += SHIFTS[move]
    return tuple(cells), state, 1 if at > 0 else -1


def _rule(run: Replay, state: str, symbol: str) -> tuple[str, str, str]:
    if state in run.machine.halting or (symbol, state) not in run.machine.table:
        raise CertificateError(f"the machine stops in the closure, in state {state!r} at symbol {symbol!r}")
    return run.machine.table[symbol, state]


def _require_beginning(run: Replay, proof: NgramClosure | WordClosure) -> None:
    if proof.step != run.steps:
        raise CertificateError(f"the closure is said to begin after {proof.step} steps, and the run after {run.steps}")


def _require_few(contexts: set[Any], stated: int) -> None:
    if len(contexts) > min(stated, MOST_CONTEXTS):
        raise CertificateError(f"the closure has more than the {min(stated, MOST_CONTEXTS)} contexts it may have")


def _require_sizes(proof: NgramClosure | WordClosure, **found: int) -> None:
    for name, size in found.items():
        if size != getattr(proof, name):
            raise CertificateError(f"the closure has {size} {name}, not {getattr(proof, name)}")
