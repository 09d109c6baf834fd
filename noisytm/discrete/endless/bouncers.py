"""Bouncers: words repeated ever more often between fixed ones, guessed from four records and proved with n left open.

``docs/running.md`` has the proof.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from noisytm import _clock
from noisytm.discrete.configuration import Bouncer, Configuration
from noisytm.discrete.endless.sweeps import LEFT, RIGHT, STAY, OpenSweeps, Rules, Stack, Word, normal, rules_of

# Steps in which records are looked for at first, and at last unless it is said otherwise; each try has TIMES as many.
FIRST_STEPS, LAST_STEPS, TIMES = 1 << 11, 1 << 17, 8
MOST_TRIES = 12  # series of records whose tapes are compared, at each try
MOST_STRIDE = 12  # records from one of a series to the next
MOST_WORDS = 12
MOST_CELLS = 1 << 14  # of the tape in the beginning
MOST_BRANCHES = 2000
MOVES_PER_STEP = 4  # a run with n open may make so many moves for a step of the run with n = 0

Counted = list[tuple[Word, int, int]]  # words, how often they are there, and how much more often one round later
Pieces = list[tuple[Word, int]]  # words from the far end, and how many more there are one round later: 0 or 1


class Series(NamedTuple):
    """Four records on one side in one state, at steps whose third difference is 0."""

    facing: int
    state: int
    steps: tuple[int, int, int, int]


def bouncer(start: Configuration, most_steps: int = LAST_STEPS) -> Bouncer | None:
    """Return the proof that a run bounces, if it is seen to within some steps.

    Parameters
    ----------
    start : Configuration
        Where the run begins.
    most_steps : int
        In no more are records looked for; nor in so few that there is nothing to see.

    Examples
    --------
    >>> from noisytm import parse
    >>> proof = bouncer(Configuration.initial(parse("1RB0LB_1LA0RA")))
    >>> proof.tape, proof.growth
    (((('1', '0'), 37, 2), (('1',), 1, 0)), 8)
    """
    rules, blank = rules_of(start.machine), start.machine.symbols.index(start.machine.blank)
    for steps in _tries(most_steps) if start.size <= MOST_CELLS else ():
        _clock.tick()
        found = list(likely(records(rules, blank, start, steps)))[:MOST_TRIES]
        tapes = tapes_at(rules, blank, start, {step for series in found for step in series.steps})
        for series in found:
            words = split([_without_blanks(tapes[step], blank) for step in series.steps])
            growth = None if words is None else _growth(rules, blank, series, counted(words))
            if words is not None and growth is not None:
                return _proof(start, series, counted(words), growth)
    return None


def _tries(most_steps: int) -> Iterator[int]:
    steps = FIRST_STEPS
    while steps <= most_steps:
        yield steps
        steps *= TIMES


def records(rules: Rules, blank: int, start: Configuration, steps: int) -> dict[tuple[int, int], list[int]]:
    """Return the steps after which the head is about to enter a cell beyond all others, by the side and the state."""
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for step, facing, state, _ in _walk(rules, blank, start, steps):
        found[facing, state].append(step)
    return found


def tapes_at(rules: Rules, blank: int, start: Configuration, wanted: set[int]) -> dict[int, list[int]]:
    """Return the tapes at some records from the far end to the head."""
    last = max(wanted, default=-1) + 1
    return {step: list(tape) for step, _, _, tape in _walk(rules, blank, start, last) if step in wanted}


def _walk(rules: Rules, blank: int, start: Configuration, steps: int) -> Iterator[tuple[int, int, int, list[int]]]:
    """Run, and yield each record: step, side, state, and the stack of all cells behind the head."""
    place, cells = start.head - start.origin, start.cells.tolist()
    state, facing = start.machine.states.index(start.state), RIGHT
    back, front = cells[:place], cells[: place - 1 if place else None : -1]
    for step in range(steps):
        if front:
            cell = front.pop()
        else:
            cell = blank
            yield step, facing, state, back
        rule = rules[state][cell]
        if rule is None:
            return
        write, move, state = rule
        if move == facing:
            back.append(write)
        else:
            front.append(write)
            if move != STAY:
                facing = move
                front, back = back, front


def likely(found: dict[tuple[int, int], list[int]]) -> Iterator[Series]:
    """Yield the last four records of each side and state, some apart, whose steps grow as a square, shortest first.

    Examples
    --------
    >>> list(likely({(1, 0): [1, 4, 9, 16, 25]}))
    [Series(facing=1, state=0, steps=(4, 9, 16, 25))]
    """
    series = []
    for (facing, state), steps in found.items():
        for stride in range(1, min(MOST_STRIDE, (len(steps) - 1) // 3) + 1):
            a, b, c, d = steps[-1 - 3 * stride :: stride]
            if d - 3 * c + 3 * b - a == 0 and c - 2 * b + a > 0:
                series.append(Series(facing, state, (a, b, c, d)))
    yield from sorted(series, key=lambda one: (one.steps[1] - one.steps[0], one))


def split(tapes: Sequence[Word]) -> Pieces | None:
    """Return words of which four tapes consist, the k-th with k copies more of some of them than the first.

    The tapes are read together, as long as they agree. Where they do not, the second has a word more there, the third
    two, the fourth three; of the words that fit, the shortest that leads on to the end is taken.

    Examples
    --------
    >>> split([(1, 2, 5), (1, 2, 1, 2, 5), (1, 2, 1, 2, 1, 2, 5), (1, 2, 1, 2, 1, 2, 1, 2, 5)])
    [((1, 2), 0), ((1, 2), 1), ((5,), 0)]
    """
    sizes = [len(tape) for tape in tapes]
    more = sizes[1] - sizes[0]
    if more <= 0 or any(b - a != more for a, b in itertools.pairwise(sizes)):
        return None
    first, second, third, fourth = tapes
    left_to_try = MOST_BRANCHES

    def following(at: tuple[int, int, int, int], more: int, words: int) -> Pieces | None:
        nonlocal left_to_try
        a, b, c, d = at
        agreed = 0
        while a + agreed < sizes[0] and d + agreed < sizes[3] and (
            first[a + agreed] == second[b + agreed] == third[c + agreed] == fourth[d + agreed]
        ):  # fmt: skip
            agreed += 1
        fixed: Pieces = [(first[a : a + agreed], 0)] if agreed else []
        a, b, c, d = a + agreed, b + agreed, c + agreed, d + agreed
        if a == sizes[0] and not more:
            return fixed
        if words == MOST_WORDS:
            return None
        for size in range(1, more + 1):
            word = second[b : b + size]
            if third[c : c + 2 * size] == word * 2 and fourth[d : d + 3 * size] == word * 3:
                left_to_try -= 1
                if left_to_try < 0:
                    return None
                rest = following((a, b + size, c + 2 * size, d + 3 * size), more - size, words + 1)
                if rest is not None:
                    return [*fixed, (word, 1), *rest]
        return None

    return following((0, 0, 0, 0), more, 0)


def counted(pieces: Pieces) -> Counted:
    """Return words with the counts they have in the first tape, and how many more there are one round later.

    Examples
    --------
    >>> counted([((1, 2, 1, 2), 0), ((1, 2), 1), ((5,), 0)])
    [((1, 2), 2, 1), ((5,), 1, 0)]
    """
    found: Counted = []
    for word, repeated in pieces:
        count, more = 1 - repeated, repeated
        if more and found and found[-1][0] == word and found[-1][2]:
            _, before, as_often = found.pop()
            count, more = count + before, more + as_often
        elif more and found and not found[-1][2]:
            fixed, _, _ = found.pop()
            size = len(word)
            while fixed[-size:] == word:
                fixed, count = fixed[:-size], count + 1
            found += [(fixed, 1, 0)] if fixed else []
        found.append((word, count, more))
    return found


def _growth(rules: Rules, blank: int, series: Series, words: Counted) -> int | None:
    """Return by how many steps each round takes longer, if one leads from n to n + 1 for every n from 0 on."""
    period = series.steps[1] - series.steps[0]
    sides: tuple[Stack, Stack] = ([], [])
    sides[1 - series.facing].extend(_opened(words, 0))
    wanted = normal(_opened(words, 1), blank)
    run = OpenSweeps(rules, blank, series.state, series.facing, sides)
    for _ in range(MOVES_PER_STEP * period):
        if not run.move() or run.steps > period:
            return None
        if run.steps == period and (run.state, run.facing) == (series.state, series.facing):
            ahead, behind = (normal(sides[side], blank) for side in (series.facing, 1 - series.facing))
            if not ahead and behind == wanted:
                return run.per_n
    return None


def _opened(words: Counted, rounds: int) -> Stack:
    """Return the stack of words after some rounds and n more; the copies that are there for n = 0 stand around those.

    So what happens only where the head has just come upon them happens to copies that are there.
    """
    stack: Stack = []
    for word, count, more in words:
        copies = count + rounds * more
        before = copies - copies // 2 if more else copies
        stack += word * before
        if more:
            stack.append(tuple(reversed(word)) * more)
            stack += word * (copies - before)
    return stack


def _proof(start: Configuration, series: Series, words: Counted, growth: int) -> Bouncer:
    machine, to_right = start.machine, series.facing != LEFT
    if not to_right:  # from left to right, which is from the head outwards
        words = [(tuple(reversed(word)), count, more) for word, count, more in reversed(words)]
    tape = tuple((tuple(machine.symbols[i] for i in word), count, more) for word, count, more in words)
    return Bouncer(
        step=start.steps + series.steps[0],
        period=series.steps[1] - series.steps[0],
        state=machine.states[series.state],
        head=len(tape) if to_right else 0,
        to_right=to_right,
        tape=tape,
        growth=growth,
    )


def _without_blanks(tape: list[int], blank: int) -> Word:
    """Return a tape without the blanks at its far end."""
    first = next((i for i, cell in enumerate(tape) if cell != blank), len(tape))
    return tuple(tape[first:])
