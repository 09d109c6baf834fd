"""Rules for configurations that come again with other counts, proved once and applied as often as they go.

A rule says: from a configuration of a given shape, if certain linear conditions on its counts hold, some moves lead
to the same shape with a fixed number added to each count. It is proved by making the moves with the counts left
open. Where a rule for a shape on the way is known, it is applied until it applies no more, which makes a rule about
rules: the number of times is then a linear form in the open counts, and the steps are polynomials in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from noisytm.discrete.chain.forms import Form, Series, Value, at, composed, slope, variable
from noisytm.discrete.chain.tape import ChainTape, Stack

Shape = tuple[Any, ...]


class Condition(NamedTuple):
    """A linear form in the counts that must be at least 2, and what one application of the rule adds to it."""

    form: Value
    slope: int

    def times(self, counts: Sequence[int]) -> int | None:
        """Return how often the rule can be applied before this fails; ``None`` if it never does."""
        spare = at(self.form, counts) - 2
        if spare < 0:
            return 0
        return None if self.slope >= 0 else spare // -self.slope + 1


@dataclass(frozen=True)
class Rule:
    """A proved rule: what is added to each open count, the conditions, steps and uses of one application."""

    changes: tuple[int, ...]
    conditions: tuple[Condition, ...]
    steps: Series
    uses: Mapping[tuple[int, int, int], Series]
    added_left: Series
    reach: tuple[int, int]
    new: tuple[bool, bool]

    def apply(self, tape: ChainTape, max_steps: int) -> int:
        """Apply the rule as often as its conditions and the steps allow; return how often."""
        runs = open_runs(tape)
        counts = [run[1] for run in runs]
        times = self._within(counts, self.times(counts), max_steps - tape.steps)
        if times:
            self._change(tape, runs, times, lambda series: series.total(counts, times))
        return times

    def times(self, counts: Sequence[int]) -> int | None:
        """Return how often the rule can be applied; ``None`` if for ever."""
        limits = [condition.times(counts) for condition in self.conditions]
        return min((limit for limit in limits if limit is not None), default=None)

    def _within(self, counts: Sequence[int], most: int | None, room: int) -> int:
        """Return how often the rule can be applied in so many steps, at most ``most`` times."""
        most = room if most is None else min(most, room)
        return most_within(lambda times: self.steps.total(counts, times), most, room)

    def _change(
        self, tape: ChainTape, runs: Sequence[list[Any]], times: Value, total: Callable[[Series], Value]
    ) -> None:
        """Make the change of so many applications; ``total`` sums a series over them."""
        tape.steps += total(self.steps)
        tape.added_left += total(self.added_left)
        if tape.uses is not None:
            for key, used in self.uses.items():
                tape.uses[key] = tape.uses.get(key, 0) + total(used)
        for run, change in zip(runs, self.changes, strict=True):
            run[1] = run[1] + times * change
        (low, high), (new_left, new_right) = self.reach, self.new
        tape.reach_left = low if new_left else min(tape.reach_left, low)
        tape.reach_right = high if new_right else max(tape.reach_right, high)
        tape.new_left, tape.new_right = tape.new_left or new_left, tape.new_right or new_right

    def exhaust(self, tape: OpenTape) -> bool:
        """Apply the rule to open counts until it applies no more; return whether that is known to end, and begins."""
        runs = open_runs(tape)
        forms = [run[1] for run in runs]
        counts = [at(form, tape.counts) for form in forms]
        most = self.times(counts)
        limiting = [c for c in self.conditions if c.slope == -1 and c.times(counts) == most]
        if not most or not limiting:
            return False
        times = composed(limiting[0].form, forms) - 1
        for condition in self.conditions:
            first = composed(condition.form, forms)
            tape.require(first)
            tape.require(first + (times - 1) * min(0, condition.slope))
        self._change(tape, runs, times, lambda series: series.total_form(forms, times))
        return True


def most_within(total: Callable[[int], int], most: int, room: int) -> int:
    """Return the greatest k from 0 to ``most`` with total(k) <= room, for an increasing function from total(0) = 0.

    The number of bits of k is found by halving; then Newton's steps from above meet halving from both sides.

    Examples
    --------
    >>> most_within(lambda k: k * k, 10**9, 10**10 - 1)
    99999
    """
    if total(most) <= room:
        return most
    fits, fails = -1, most.bit_length()  # exponents: 2 to the one fits, 2 to the other does not or is past `most`
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if total(1 << middle) <= room:
            fits = middle
        else:
            fails = middle
    low, high = 1 << fits if fits >= 0 else 0, min(1 << fails, most)
    while high - low > 1:
        above = total(high)
        newton = high - (above - room) // max(1, above - total(high - 1))
        for guess in (newton, newton - 1, (low + high) // 2):
            if low < guess < high:
                low, high = (guess, high) if total(guess) <= room else (low, guess)
    return low


def open_runs(tape: ChainTape) -> list[list[Any]]:
    """Return the runs whose counts a rule leaves open: those that are not 1."""
    return [run for run in (*tape.left, *tape.right) if not _is_one(run[1])]


def _is_one(count: Value) -> bool:
    return isinstance(count, int) and count == 1


class OpenTape(ChainTape):
    """A tape whose counts other than 1 are left open, with what must hold of them for the moves made.

    ``required`` are linear forms that must be at least 2; ``counts`` are the counts of the tape that was opened,
    ``holds`` says whether they meet what is required.
    """

    def __init__(self, tape: ChainTape) -> None:
        super().__init__(tape.macro, tape.state, [], [], (tape.macro.width, -1))
        self.counts: list[int] = []
        self.left, self.right = self._opened(tape.left), self._opened(tape.right)
        self.facing = tape.facing
        self.uses = None if tape.uses is None else {}
        self.required: list[Form] = []
        self.holds = True

    def _opened(self, stack: Stack) -> Stack:
        opened: Stack = []
        for block, count in stack:
            if _is_one(count):
                opened.append([block, 1])
            else:
                opened.append([block, variable(len(self.counts))])
                self.counts.append(count)
        return opened

    def require(self, value: Value) -> None:
        """Note that a form must be at least 2."""
        if isinstance(value, Form):
            self.required.append(value)
        self.holds = self.holds and at(value, self.counts) >= 2

    def _taken(self, front: Stack, passage: Any, max_steps: int | None) -> Any:
        if passage.chains:
            return front[-1][1] if front else 0  # a chain into the blank has no end
        return 1

    def _is_all(self, there: Any, taken: Any) -> bool:
        if there is taken or (isinstance(there, int) and there == taken):
            return True
        self.require(there)
        return False


def prove(tape: ChainTape, moves: int, rules: Mapping[Shape, Rule]) -> Rule | None:
    """Return the rule that ``moves`` moves from a configuration of this shape amount to, if there is one.

    Parameters
    ----------
    tape : ChainTape
        A configuration of the shape.
    moves : int
        Number of moves.
    rules : mapping of shape to Rule
        Rules to make use of on the way.
    """
    here = OpenTape(tape)
    for _ in range(moves):
        facing = here.facing
        if not here.move(None) or not here.holds:
            return None
        if here.facing != facing and (known := rules.get(here.shape())) is not None:
            known.exhaust(here)
    changes = _changes(tape, here)
    if changes is None:
        return None
    conditions: list[Condition] = []
    for form in here.required:
        change = slope(form, len(changes), changes)
        assert isinstance(change, int)
        conditions.append(Condition(form, change))
    return Rule(
        tuple(changes),
        tuple(conditions),
        Series.along(here.steps, changes),
        {key: Series.along(used, changes) for key, used in (here.uses or {}).items()},
        Series.along(here.added_left, changes),
        (here.reach_left, here.reach_right),
        (here.new_left, here.new_right),
    )


def _changes(tape: ChainTape, here: OpenTape) -> list[int] | None:
    """Return what has been added to each open count, if the shape is the same and nothing else has changed."""
    if (here.state, here.facing) != (tape.state, tape.facing):
        return None
    changes: list[int] = []
    for before, after in ((tape.left, here.left), (tape.right, here.right)):
        if len(before) != len(after):
            return None
        for (block, count), (same_block, form) in zip(before, after, strict=True):
            if block != same_block or _is_one(count) != _is_one(form):
                return None
            if not _is_one(count):
                change = form - variable(len(changes)) if isinstance(form, Form) else None
                if not isinstance(change, int):
                    return None
                changes.append(change)
    return changes
