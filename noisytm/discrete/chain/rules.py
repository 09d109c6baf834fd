"""Rules for configurations that come again with other counts, proved once and applied as often as they go.

A rule says: from a configuration of a given shape, if certain linear conditions on its counts hold, some moves lead
to the same shape with a fixed number added to each count. It is proved by making the moves with the counts left
open. Where a rule for a shape on the way is known, it is applied until it applies no more, which makes a rule about
rules: the number of times is then a linear form in the open counts, and the steps are polynomials in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from noisytm import _clock
from noisytm.discrete.chain.book import Book
from noisytm.discrete.chain.evaluation import Compiled, expression, sum_expression
from noisytm.discrete.chain.forms import Form, Series, Value, at, composed, variable
from noisytm.discrete.chain.tape import ChainTape, OpenTape, is_one
from noisytm.discrete.powers import PowerSum, times_within

HUGE = 1 << 17  # bits: from here on Python's own division takes much longer than a product


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
    """A proved rule: what is added to each open count, the conditions, steps and uses of one application.

    ``depth`` are the numbers of runs on the left and on the right that its moves look at, with one more where they see
    that there are no more. All else of the tape may be anything.
    """

    changes: tuple[int, ...]
    conditions: tuple[Condition, ...]
    steps: Series
    uses: Mapping[tuple[int, int, int], Series]
    added_left: Series
    reach: tuple[int, int]
    new: tuple[bool, bool]
    depth: tuple[int, int]

    def apply(self, tape: ChainTape, max_steps: int) -> int:
        """Apply the rule as often as its conditions and the steps allow; return how often."""
        runs = open_runs(tape, self.depth)
        counts = [run[1] for run in runs]
        most = self.times(counts)
        if most == 0:
            return 0
        if most is None or tape.steps + (steps := self._steps(counts, most)) > max_steps:
            most = self._within(counts, most, max_steps - tape.steps)
            steps = self._steps(counts, most)
        if most:
            tape.steps += steps
            tape.added_left += self._added_left(counts, most)
            if tape.uses is not None:
                self.note_uses(tape.uses, counts, most)
            self.change(tape, runs, most)
        return most

    def note_uses(self, uses: dict[tuple[int, int, int], Any], counts: Sequence[int], times: int) -> None:
        """Add the uses of passages in so many applications."""
        for total, keys in self._uses:
            used = total(counts, times)
            for key in keys:
                uses[key] = uses.get(key, 0) + used

    def written_out(self, counts: Sequence[Value]) -> tuple[list[str], str, str]:
        """Return how often a rule that ends is applied to counts that are forms, in lines that find it, as ``k``.

        Then expressions for the steps and the blocks added on the left.
        """
        forms = [composed(condition.form, counts) - 2 for condition in self.conditions]
        lines = [f"n{i} = {expression(form)}" for i, form in enumerate(forms)]
        holds = " and ".join(f"n{i} >= 0" for i in range(len(forms)))
        sums = [
            sum_expression(Series(tuple(composed(difference, counts) for difference in series.differences)), "k")
            for series in (self.steps, self.added_left)
        ]
        return [*lines, f"k = {_least(self.conditions)} if {holds} else 0"], sums[0], sums[1]

    def times(self, counts: Sequence[int]) -> int | None:
        """Return how often the rule can be applied; ``None`` if for ever."""
        times: int | None = self._times(counts)
        return times

    @cached_property
    def ends(self) -> bool:
        """Whether it can surely be applied a limited number of times only."""
        return any(condition.slope < 0 for condition in self.conditions)

    @cached_property
    def _times(self) -> Compiled:
        def plain(counts: Sequence[int]) -> int | None:
            limits = [condition.times(counts) for condition in self.conditions]
            return min((limit for limit in limits if limit is not None), default=None)

        return Compiled(plain, "x", lambda: _times_written_out(self.conditions))

    @cached_property
    def _steps(self) -> Compiled:
        return _summing(self.steps)

    @cached_property
    def _added_left(self) -> Compiled:
        return _summing(self.added_left)

    @cached_property
    def _uses(self) -> list[tuple[Compiled, list[tuple[int, int, int]]]]:
        """Functions for the sums of uses, and the passages used so often; many are used equally often."""
        groups: dict[str, tuple[Compiled, list[tuple[int, int, int]]]] = {}
        for key, series in self.uses.items():
            groups.setdefault(sum_expression(series, "k"), (_summing(series), []))[1].append(key)
        return list(groups.values())

    def _within(self, counts: Sequence[int], most: int | None, room: int) -> int:
        """Return how often the rule can be applied in so many steps, at most ``most`` times."""
        if isinstance(room, PowerSum):
            return times_within(lambda times: self._steps(counts, times), most, room)
        most = room if most is None else min(most, room)
        if room.bit_length() < HUGE:
            return int(most_within(lambda times: self._steps(counts, times), most, room))
        from flint import fmpz  # its divisions take not much longer than products

        large = [fmpz(count) for count in counts]
        return int(most_within(lambda times: self._steps(large, times), fmpz(most), fmpz(room)))

    def change(self, tape: ChainTape, runs: Sequence[list[Any]], times: Value) -> None:
        """Change counts and extent as so many applications do."""
        for run, change in zip(runs, self.changes, strict=True):
            if change:
                run[1] = run[1] + times * change
        tape.note_reach(self.reach, self.new)

    def exhaust(self, tape: OpenTape) -> bool:
        """Apply the rule to open counts until it applies no more; return whether that is known to end, and begins."""
        runs = open_runs(tape, self.depth)
        forms = [run[1] for run in runs]
        counts = [at(form, tape.counts) for form in forms]
        most = self.times(counts)
        limiting = [c for c in self.conditions if c.slope == -1 and c.times(counts) == most]
        if not most or not limiting:
            return False
        self.make(tape, runs, composed(limiting[0].form, forms) - 1)
        return True

    def make(self, tape: OpenTape, runs: Sequence[list[Any]], times: Value) -> None:
        """Apply the rule to open counts so often, and note what must hold of them."""
        forms = [run[1] for run in runs]
        for condition in self.conditions:
            first = composed(condition.form, forms)
            tape.require(first)
            tape.require(first + (times - 1) * min(0, condition.slope))
        tape.steps += self.steps.total_form(forms, times)
        tape.added_left += self.added_left.total_form(forms, times)
        if tape.uses is not None:
            for key, used in self.uses.items():
                tape.uses[key] = tape.uses.get(key, 0) + used.total_form(forms, times)
        self.change(tape, runs, times)
        tape.touched(*self.depth)


def _summing(series: Series) -> Compiled:
    return Compiled(series.total, "x, k", lambda: [f"return {sum_expression(series, 'k')}"])


def _times_written_out(conditions: Sequence[Condition]) -> list[str]:
    """Return lines that work out how often a rule can be applied at counts ``x``."""
    lines = []
    for i, condition in enumerate(conditions):
        lines += [f"n{i} = {expression(condition.form - 2)}", f"if n{i} < 0: return 0"]
    return [*lines, f"return {_least(conditions)}"]


def _least(conditions: Sequence[Condition]) -> str:
    slopes = [condition.slope for condition in conditions]
    limits = [f"n{i} + 1" if s == -1 else f"n{i} // {-s} + 1" for i, s in enumerate(slopes) if s < 0]
    return f"min({', '.join(limits)})" if len(limits) > 1 else limits[0] if limits else "None"


def most_within(total: Callable[[Any], Any], most: Any, room: Any) -> Any:
    """Return the greatest k from 0 to ``most`` with total(k) <= room, for an increasing function from total(0) = 0.

    The number of bits of k is found by halving; then Newton's steps from above meet halving from both sides.
    Numbers are integers of any one kind, those of another library too.

    Examples
    --------
    >>> most_within(lambda k: k * k, 10**9, 10**10 - 1)
    99999
    """
    if total(most) <= room:
        return most
    fits, fails = -1, most.bit_length()  # exponents: 2 to the one fits, 2 to the other does not or is past `most`
    while fails - fits > 1:
        _clock.tick()
        middle = (fits + fails) // 2
        if total(1 << middle) <= room:
            fits = middle
        else:
            fails = middle
    low, high = 1 << fits if fits >= 0 else 0, min(1 << fails, most)
    while high - low > 1:
        _clock.tick()
        above = total(high)
        newton = high - (above - room) // max(1, above - total(high - 1))
        for guess in (newton, newton - 1, (low + high) // 2):
            if low < guess < high:
                low, high = (guess, high) if total(guess) <= room else (low, guess)
    return low


def open_runs(tape: ChainTape, depth: tuple[int, int]) -> list[list[Any]]:
    """Return the runs whose counts a rule leaves open: those so deep, nearest the head, that are not 1."""
    left, right = tape.left, tape.right
    runs = left[max(0, len(left) - depth[0]) :] + right[max(0, len(right) - depth[1]) :]
    return [run for run in runs if run[1] != 1]


def followed(here: OpenTape, moves: int, rules: Book[Rule]) -> OpenTape | None:
    """Return where moves on an open tape lead, with the rules that there are applied on the way, if that is known."""
    for _ in range(moves):
        facing = here.facing
        if not here.move() or not here.holds:
            return None
        if here.facing != facing and (known := rules.find(here)) is not None:
            known.exhaust(here)
    return here


def prove(tape: ChainTape, moves: int, rules: Book[Rule]) -> Rule | None:
    """Return the rule that ``moves`` moves from a configuration of this shape amount to, if there is one.

    Parameters
    ----------
    tape : ChainTape
        A configuration of the shape.
    moves : int
        Number of moves.
    rules : Book of Rule
        Rules to make use of on the way.
    """
    here = followed(OpenTape(tape), moves, rules)
    if here is None:
        return None
    all_changes = changes_of(tape, here)
    if all_changes is None:
        return None
    depth, names = here.kept(tape)
    changes = [change for change, name in zip(all_changes, names, strict=True) if name != 0]

    def named(value: Value) -> Value:
        return value if len(changes) == len(names) else composed(value, names)

    def series(value: Value) -> Series:
        return Series.along(named(value), changes)

    conditions = unmet([named(form) for form in here.required], changes)
    return Rule(
        tuple(changes),
        tuple(Condition(form, _slope(form, changes)) for form in conditions),
        series(here.steps),
        {key: series(used) for key, used in (here.uses or {}).items()},
        series(here.added_left),
        (here.reach_left, here.reach_right),
        (here.new_left, here.new_right),
        depth,
    )


def unmet(forms: Sequence[Value], changes: Sequence[int] = (), least: int = 1) -> list[Value]:
    """Return the forms without those that are at least 2 whenever the others are, while ``changes`` are added.

    Counts are at least 1, or ``least``. So a form is at least as large as another if their difference has no negative
    coefficient, except perhaps the constant one, and is not negative where all counts are that.
    """
    kept: list[tuple[Value, int]] = []
    for form in forms:
        change = _slope(form, changes) if changes else 0
        if change >= 0 and never_less(form, 2, least):
            continue
        if any(change >= slope and never_less(form, other, least) for other, slope in kept):
            continue
        kept = [(other, slope) for other, slope in kept if slope < change or not never_less(other, form, least)]
        kept.append((form, change))
    return [form for form, _ in kept]


def never_less(form: Value, less: Value, least: int = 1) -> bool:
    """Return whether a linear form is clearly never less than another where all counts are at least 1, or ``least``."""
    difference = less * -1 + form
    if isinstance(difference, int):
        return difference >= 0
    terms = difference.terms.items()
    return sum(a * least if m else a for m, a in terms) >= 0 and all(a >= 0 for m, a in terms if m)


def _slope(form: Value, changes: Sequence[int]) -> int:
    """Return by how much a linear form changes."""
    if isinstance(form, int):
        return 0
    total = sum(a * changes[m[0]] for m, a in form.terms.items() if m)
    assert total % form.denominator == 0 and all(len(m) <= 1 for m in form.terms)
    return total // form.denominator


def changes_of(tape: ChainTape, here: OpenTape) -> list[int] | None:
    """Return what has been added to each open count, if the shape is the same and nothing else has changed."""
    if (here.state, here.facing) != (tape.state, tape.facing):
        return None
    changes: list[int] = []
    for before, after in ((tape.left, here.left), (tape.right, here.right)):
        if len(before) != len(after):
            return None
        for (block, count), (same_block, form) in zip(before, after, strict=True):
            if block != same_block or is_one(count) != is_one(form):
                return None
            if not is_one(count):
                change = form - variable(len(changes)) if isinstance(form, Form) else None
                if not isinstance(change, int):
                    return None
                changes.append(change)
    return changes
