"""Rules for configurations that come again with other counts, proved once and applied as often as they go.

A rule says: from a configuration of a given shape, if certain linear conditions on its counts hold, a fixed number
of moves leads to the same shape with a fixed number added to each count. It is proved by making the moves with
the counts left open. Applied k times at once, the steps add up to a polynomial in k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from noisytm.discrete.chain import ChainTape, Stack

MAX_RUNS = 64
MAX_GAP = 5_000
MAX_FAILURES = 4
MAX_HISTORY = 1 << 14


class Linear:
    """A linear form in the open counts: a constant and coefficients."""

    __slots__ = ("constant", "terms")

    def __init__(self, constant: int, terms: dict[int, int]) -> None:
        self.constant, self.terms = constant, terms

    def __add__(self, other: Linear | int) -> Linear:
        if isinstance(other, int):
            return Linear(self.constant + other, self.terms)
        terms = dict(self.terms)
        for i, a in other.terms.items():
            terms[i] = terms.get(i, 0) + a
        return Linear(self.constant + other.constant, terms)

    __radd__ = __add__

    def __sub__(self, other: int) -> Linear:
        return Linear(self.constant - other, self.terms)

    def __mul__(self, factor: int) -> Linear:
        return Linear(self.constant * factor, {i: a * factor for i, a in self.terms.items()})

    def at(self, counts: list[int]) -> int:
        """Return the value at given counts."""
        return self.constant + self.slope(counts)

    def slope(self, counts: list[int]) -> int:
        """Return the value at given counts without the constant."""
        return sum(a * counts[i] for i, a in self.terms.items())


class OpenTape(ChainTape):
    """A tape whose counts other than 1 are left open; ``conditions`` are forms that must be at least 2."""

    def __init__(self, tape: ChainTape) -> None:
        variables: list[Linear] = []
        super().__init__(tape.macro, tape.state, [], [], (tape.macro.width, -1))
        self.left, self.right = _opened(tape.left, variables), _opened(tape.right, variables)
        self.facing = tape.facing
        self.uses = None if tape.uses is None else {}
        self.conditions: list[Linear] = []

    def _taken(self, front: Stack, passage: Any, max_steps: int | None) -> Any:
        if passage.chains:
            return front[-1][1] if front else 0  # a chain into the blank has no end
        return 1

    def _is_all(self, there: Any, taken: Any) -> bool:
        if there is taken or (isinstance(there, int) and there == taken):
            return True
        if not isinstance(there, int):
            self.conditions.append(there)
        return False


def _opened(stack: Stack, variables: list[Linear]) -> Stack:
    opened: Stack = []
    for block, count in stack:
        if count == 1:
            opened.append([block, 1])
        else:
            variables.append(Linear(0, {len(variables): 1}))
            opened.append([block, variables[-1]])
    return opened


@dataclass(frozen=True)
class Rule:
    """A proved rule: what is added to each open count, the conditions, steps and uses of one application."""

    changes: tuple[int, ...]
    conditions: tuple[Linear, ...]
    steps: Linear
    uses: dict[tuple[int, int, int], Linear]
    added_left: int
    reach: tuple[int, int]
    new: tuple[bool, bool]

    def apply(self, tape: ChainTape, max_steps: int) -> bool:
        """Apply the rule as often as its conditions and the steps allow; return whether it could be applied."""
        runs = [run for run in (*tape.left, *tape.right) if run[1] != 1]
        counts, changes = [run[1] for run in runs], list(self.changes)
        times = self._times(counts, changes, max_steps - tape.steps)
        if not times:
            return False
        tape.steps += _total(self.steps, counts, changes, times)
        if tape.uses is not None:
            for key, used in self.uses.items():
                tape.uses[key] = tape.uses.get(key, 0) + _total(used, counts, changes, times)
        for run, change in zip(runs, changes, strict=True):
            run[1] += times * change
        tape.added_left += times * self.added_left
        (low, high), (new_left, new_right) = self.reach, self.new
        tape.reach_left = low if new_left else min(tape.reach_left, low)
        tape.reach_right = high if new_right else max(tape.reach_right, high)
        return True

    def _times(self, counts: list[int], changes: list[int], room: int) -> int:
        most = room
        for form in self.conditions:
            spare, loss = form.at(counts) - 2, -form.slope(changes)
            if spare < 0:
                return 0
            if loss > 0:
                most = min(most, spare // loss + 1)
        if _total(self.steps, counts, changes, most) <= room:
            return most
        low, high = 0, most  # the steps of `low` applications fit, those of `high` do not
        while high - low > 1:
            middle = (low + high) // 2
            if _total(self.steps, counts, changes, middle) <= room:
                low = middle
            else:
                high = middle
        return low


def _total(form: Linear, counts: list[int], changes: list[int], times: int) -> int:
    """Sum a form over so many applications."""
    return times * form.at(counts) + form.slope(changes) * (times * (times - 1) // 2)


def prove(tape: ChainTape, moves: int) -> Rule | None:
    """Return the rule that ``moves`` moves from a configuration of this shape amount to, if there is one."""
    here = OpenTape(tape)
    for _ in range(moves):
        if not here.move(None):
            return None
    if (here.state, here.facing) != (tape.state, tape.facing) or not isinstance(here.added_left, int):
        return None
    changes: list[int] = []
    for before, after in ((tape.left, here.left), (tape.right, here.right)):
        if len(before) != len(after):
            return None
        for (block, count), (same_block, form) in zip(before, after, strict=True):
            if block != same_block or (count == 1) != (isinstance(form, int) and form == 1):
                return None
            if count != 1:
                if isinstance(form, int) or {i: a for i, a in form.terms.items() if a} != {len(changes): 1}:
                    return None
                changes.append(form.constant)
    return Rule(
        tuple(changes),
        tuple(here.conditions),
        _form(here.steps),
        {key: _form(used) for key, used in (here.uses or {}).items()},
        here.added_left,
        (here.reach_left, here.reach_right),
        (here.new_left, here.new_right),
    )


def _form(value: Linear | int) -> Linear:
    return Linear(value, {}) if isinstance(value, int) else value


class Prover:
    """Remembers the shapes met, and proves and applies rules where one comes again after as many moves as before."""

    def __init__(self) -> None:
        self.met: dict[tuple[Any, ...], tuple[int, int]] = {}
        self.rules: dict[tuple[Any, ...], Rule] = {}
        self.failures: dict[tuple[Any, ...], int] = {}
        self.moves = 0

    def run(self, tape: ChainTape, max_steps: int, max_moves: int) -> bool:
        """Move on within ``max_steps`` for at most ``max_moves`` moves; return whether there may be more."""
        end = self.moves + max_moves
        while self.moves < end:
            facing = tape.facing
            if not tape.move(max_steps):
                return False
            self.moves += 1
            if tape.facing != facing and len(tape.left) + len(tape.right) <= MAX_RUNS:
                self.look(tape, max_steps)
        return True

    def look(self, tape: ChainTape, max_steps: int) -> None:
        """Apply a rule for this shape, or try to prove one."""
        shape = tape.shape()
        rule = self.rules.get(shape)
        if rule is None:
            moves, gap = self.met.get(shape, (0, 0))
            again = self.moves - moves
            if len(self.met) >= MAX_HISTORY:
                self.met.clear()
            self.met[shape] = self.moves, again
            if not gap or again != gap or gap > MAX_GAP or self.failures.get(shape, 0) >= MAX_FAILURES:
                return
            rule = prove(tape, gap)
            if rule is None:
                self.failures[shape] = self.failures.get(shape, 0) + 1
                return
            self.rules[shape] = rule
        rule.apply(tape, max_steps)
