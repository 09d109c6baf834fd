"""Rules by which a count is multiplied each time, while another one counts down: applied y times, it grows as k^y.

Such a rule says: from a configuration of a given shape, if linear conditions on its counts x hold, some moves lead to
the same shape with x_i + c_i in the place of x_i for some counts, and with k_i·x_i + Σ m_ij·x_j + c_i for others, the
sum being over counts of the first kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from noisytm import _clock
from noisytm.discrete.chain.book import SMALL, Book
from noisytm.discrete.chain.exponential import Progression, exact, of_form
from noisytm.discrete.chain.forms import Form, Value, at, composed
from noisytm.discrete.chain.rules import Rule, followed, most_within, never_less, open_runs, unmet
from noisytm.discrete.chain.tape import ChainTape, OpenTape, Stack
from noisytm.discrete.powers import PowerSum, times_within

LEVELS = 3


class Affine(NamedTuple):
    """What becomes of a count: ``factor`` times it, more of other counts that only have numbers added, and a number."""

    factor: int
    others: tuple[tuple[int, int], ...]
    constant: int


class Growing(NamedTuple):
    """A condition that holds again once it holds, if its differences are not negative at first."""

    form: Value
    differences: tuple[Value, ...]


class Limit(NamedTuple):
    """A condition that fails in the end: a form that becomes less by the same number each time."""

    form: Value
    decrease: int


@dataclass(frozen=True)
class AffineRule:
    """A proved rule whose changes are affine, for counts of at least ``SMALL``; the smaller ones are as they are."""

    depth: tuple[int, int]
    changes: tuple[Affine, ...]
    limits: tuple[Limit, ...]
    growing: tuple[Growing, ...]
    steps: Value
    uses: Mapping[tuple[int, int, int], Value]
    added_left: Value
    reach: tuple[int, int]
    new: tuple[bool, bool]

    def apply(self, tape: ChainTape, max_steps: int) -> int:
        """Apply the rule as often as its conditions and the steps allow; return how often."""
        runs = [run for run in open_runs(tape, self.depth) if run[1] >= SMALL]
        counts = [run[1] for run in runs]
        most = self.times(counts)
        if not most:
            return 0
        here = progressions(self.changes, counts)
        steps = of_form(self.steps, here)
        times = _within(steps, most, max_steps - tape.steps)
        if not times:
            return 0
        tape.steps += steps.total(times)
        tape.added_left += of_form(self.added_left, here).total(times)
        if tape.uses is not None:
            for key, used in self.uses.items():
                tape.uses[key] = tape.uses.get(key, 0) + of_form(used, here).total(times)
        for run, progression in zip(runs, here, strict=True):
            run[1] = progression.at(times)
        tape.note_reach(self.reach, self.new)
        return times

    def times(self, counts: Sequence[int]) -> int:
        """Return how often the rule can be applied, as far as is known."""
        for condition in self.growing:
            if at(condition.form, counts) < 2 or any(at(form, counts) < 0 for form in condition.differences):
                return 0
        return min(max(0, (at(limit.form, counts) - 2) // limit.decrease + 1) for limit in self.limits)


def progressions(changes: Sequence[Affine], counts: Sequence[int]) -> list[Progression]:
    """Return what counts go through as affine changes are made again and again.

    Where x is replaced by k·x + Σ m_j·y_j + c, and each y_j by y_j + c_j, x is k^r·(x − u) + u + v·r after r times,
    with (k − 1)·v = −Σ m_j·c_j and (k − 1)·u = v − Σ m_j·y_j − c.

    Examples
    --------
    >>> x, y = progressions([Affine(3, ((1, 2),), 1), Affine(1, (), -1)], [5, 10])  # x becomes 3x + 2y + 1
    >>> [x.at(r) for r in range(3)], [y.at(r) for r in range(3)]
    ([5, 36, 127], [10, 9, 8])
    """
    found = []
    for change, count in zip(changes, counts, strict=True):
        k = change.factor
        if k == 1:
            found.append(Progression({(1, 0): exact(count), (1, 1): Fraction(change.constant)}))
            continue
        v = Fraction(-sum(m * changes[j].constant for j, m in change.others), k - 1)
        u = (v - sum(m * counts[j] for j, m in change.others) - change.constant) / (k - 1)
        found.append(Progression({(k, 0): count - u, (1, 0): u, (1, 1): v}))
    return found


def prove_affine(tape: ChainTape, moves: int, rules: Book[Rule]) -> AffineRule | None:
    """Return the rule with affine changes that ``moves`` moves from a configuration of this shape amount to, if any.

    Parameters
    ----------
    tape : ChainTape
        A configuration of the shape.
    moves : int
        Number of moves.
    rules : Book of Rule
        Rules to make use of on the way.
    """
    here = followed(OpenTape(tape, SMALL), moves, rules)
    if here is None or (here.state, here.facing) != (tape.state, tape.facing):
        return None
    depth, names = here.kept(tape, SMALL)
    after = _after(tape, here)
    if after is None:
        return None
    forms = [composed(form, names) for form, name in zip(after, names, strict=True) if name != 0]
    changes = _affine(forms)
    if changes is None:
        return None
    conditions = unmet([composed(form, names) for form in here.required])
    less = [_difference(form, forms) for form in conditions]
    limits = [Limit(form, -n) for form, n in zip(conditions, less, strict=True) if isinstance(n, int) and n < 0]
    others = [form for form, n in zip(conditions, less, strict=True) if not isinstance(n, int) or n >= 0]
    growing = [_growing(form, forms) for form in others]
    if not limits or None in growing:
        return None
    return AffineRule(
        depth,
        changes,
        tuple(limits),
        tuple(condition for condition in growing if condition is not None),
        composed(here.steps, names),
        {key: composed(used, names) for key, used in (here.uses or {}).items()},
        composed(here.added_left, names),
        (here.reach_left, here.reach_right),
        (here.new_left, here.new_right),
    )


def _after(tape: ChainTape, here: OpenTape) -> list[Value] | None:
    """Return what open counts have become, if the shape with its small counts is the same."""
    found: list[Value] = []
    sides: list[tuple[Stack, Stack]] = [(tape.left, here.left), (tape.right, here.right)]
    for before, after in sides:
        if len(before) != len(after):
            return None
        for (block, count), (same_block, form) in zip(before, after, strict=True):
            if block != same_block or (count < SMALL) != isinstance(form, int) or (count < SMALL and count != form):
                return None
            if count >= SMALL:
                found.append(form)
    return found


def _affine(forms: Sequence[Value]) -> tuple[Affine, ...] | None:
    """Return forms as affine changes, if each count has a number added, or is multiplied and such others are added."""
    rows: list[dict[int, int]] = []
    constants: list[int] = []
    for form in forms:
        assert isinstance(form, Form)
        if form.denominator != 1 or any(len(m) > 1 for m in form.terms):
            return None
        rows.append({m[0]: a for m, a in form.terms.items() if m and a})
        constants.append(form.terms.get((), 0))
    plain = {i for i, row in enumerate(rows) if row == {i: 1}}
    found = []
    for i, (row, constant) in enumerate(zip(rows, constants, strict=True)):
        others = tuple((j, a) for j, a in row.items() if j != i)
        factor = row.get(i, 0)
        if i not in plain and (factor < 2 or any(j not in plain for j, _ in others)):
            return None
        found.append(Affine(factor, others, constant))
    return tuple(found)


def _difference(form: Value, after: Sequence[Value]) -> Value:
    """Return by how much a form changes."""
    return composed(form, after) + form * -1


def _growing(form: Value, after: Sequence[Value]) -> Growing | None:
    """Return a form as a condition that goes on to hold, if that is seen from a few differences.

    If the last difference is never negative, the ones before it never become less; so if these are not negative at
    first, the form never becomes less.
    """
    differences: list[Value] = []
    last = _difference(form, after)
    for _ in range(LEVELS):
        if never_less(last, 0):
            return Growing(form, tuple(differences))
        differences.append(last)
        last = _difference(last, after)
    return None


def _within(steps: Progression, most: int, room: int) -> int:
    """Return how often a rule can be applied in so many steps, at most ``most`` times.

    Each sum may have as many digits as the steps; so few are worked out, near where they are about as large as
    ``room``.
    """
    if isinstance(room, PowerSum):
        return times_within(steps.total, most, room)
    guess = steps.times_to(room)
    if guess is None:
        return int(most_within(steps.total, most, room))
    low, stride = min(most, guess), 1
    if steps.total(low) <= room:
        while low < most and steps.total(high := min(most, low + stride)) <= room:
            _clock.tick()
            low, stride = high, 2 * stride
        high = min(most, low + stride)
    else:
        high, low = low, max(0, low - stride)
        while steps.total(low) > room:
            _clock.tick()
            stride *= 2
            high, low = low, max(0, low - stride)
    while high - low > 1:
        _clock.tick()
        middle = (low + high) // 2
        low, high = (middle, high) if steps.total(middle) <= room else (low, middle)
    return low
