"""Leaps: what happens from a shape of the tape until it comes again, where the counts are multiplied by fractions.

A rule adds the same to the counts each time. Where instead 3q + 2 becomes 2q + 1, a shape comes again after moves that
are the same for all counts with the same remainder. Such moves are proved with the counts left open, as those of a
rule are, and made at once, but only once: the next remainder may be another. ``Leaps`` has those of all shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from noisytm.discrete.block import MacroMachine
from noisytm.discrete.chain.book import Book, Shape
from noisytm.discrete.chain.evaluation import function
from noisytm.discrete.chain.forms import Form, Monomial, Value, at, composed
from noisytm.discrete.chain.rules import Rule, changes_of, open_runs
from noisytm.discrete.chain.tape import ChainTape, OpenTape

MEETINGS = 8  # of a shape without a rule before a leap is looked for
MAX_MEETINGS = 1 << 14
MAX_MOVES = 256
MAX_FAILURES = 8
MAX_LEAPS = 6
SHARE = 8  # moves made for one that may be spent on looking for leaps


class Congruence(NamedTuple):
    """A linear form in the counts, and its remainder by a number."""

    form: Value
    modulus: int
    remainder: int


class LeapTape(OpenTape):
    """An open tape that also notes which remainders its counts must have, and which must be 1.

    Examples
    --------
    >>> from noisytm import parse
    >>> from noisytm.discrete.block import MacroMachine
    >>> tape = LeapTape(ChainTape(MacroMachine(parse("1RB1LB_1LA1RZ"), 1), 0, [], [[1, 11]], (0, 0)))
    >>> third = tape.quotient(tape.right[0][1], 3)
    >>> at(third, [11]), at(third, [14]), [c[1:] for c in tape.congruences]
    (3, 4, [(3, 2)])
    """

    def __init__(self, tape: ChainTape) -> None:
        super().__init__(tape)
        self.congruences: list[Congruence] = []
        self.ones: list[Form] = []

    def settle(self) -> None:
        """Take the counts that are 1 at present for 1, and note that they must be."""
        for run in (*self.left, *self.right):
            if isinstance(run[1], Form) and at(run[1], self.counts) == 1:
                self.ones.append(run[1])
                run[1] = 1

    def _is_one(self, count: Value) -> bool:
        if isinstance(count, Form) and at(count, self.counts) == 1:
            self.ones.append(count)
            return True
        return super()._is_one(count)

    def quotient(self, value: Value, divisor: int) -> Value:
        """Return a form divided by a number and rounded down, for counts with the remainders of the present ones."""
        if isinstance(value, int) or divisor == 1:
            return value // divisor if isinstance(value, int) else value
        remainder = at(value, self.counts) % divisor
        self.congruences.append(Congruence(value, divisor, remainder))
        whole = value - remainder
        assert isinstance(whole, Form)
        return Form(whole.terms, whole.denominator * divisor)

    def exhaust(self, rule: Rule) -> bool:
        """Apply a rule until it applies no more; return whether it ends."""
        runs = open_runs(self, rule.depth)
        forms = [run[1] for run in runs]
        counts = [at(form, self.counts) for form in forms]
        most = rule.times(counts)
        if not most:
            return most == 0
        limiting = next(c for c in rule.conditions if c.slope < 0 and c.times(counts) == most)
        rule.make(self, runs, self.quotient(composed(limiting.form, forms) - 2, -limiting.slope) + 1)
        return self.holds


class Leap(NamedTuple):
    """Moves from one shape to another, made at once.

    ``work`` takes the counts, and returns those afterwards, the steps and the blocks added on the left; ``None`` if the
    counts do not meet the conditions. ``uses`` are the passages used, as forms in the counts. Extent and marks of it
    are those of `Rule`; ``outside`` says whether there are any.
    """

    end: Shape
    node: Node
    moves: int
    work: Callable[[Sequence[int]], tuple[list[int], int, int] | None]
    uses: Mapping[tuple[int, int, int], Value]
    reach: tuple[int, int]
    new: tuple[bool, bool]
    outside: bool


def all_runs(tape: ChainTape) -> list[list[Any]]:
    """Return the runs of a tape whose counts are not 1."""
    return open_runs(tape, (len(tape.left), len(tape.right)))


def found_leap(tape: ChainTape, ends: Mapping[Shape, Node], rules: Book[Rule]) -> tuple[Leap | None, int, bool]:
    """Return what happens until one of some shapes is met, after how many moves, and whether it is but a rule.

    Parameters
    ----------
    tape : ChainTape
        A configuration.
    ends : mapping of shape to Node
        Where to end.
    rules : Book of Rule
        Rules to make use of on the way.
    """
    here = LeapTape(tape)
    for moves in range(1, MAX_MOVES + 1):
        facing = here.facing
        if not here.move() or not here.holds:
            return None, moves, False
        if here.facing == facing:
            continue
        here.settle()
        end = here.shape()
        if end in ends:
            break
        if (rule := rules.find(here)) is not None and not here.exhaust(rule):
            return None, moves, False
    else:
        return None, moves, False
    if not (here.congruences or here.ones) and changes_of(tape, here) is not None:
        return None, moves, True
    work = _written_out(here, [run[1] for run in all_runs(here)])
    reach, new = (here.reach_left, here.reach_right), (here.new_left, here.new_right)
    outside = any(new) or reach != (here.macro.width, -1)
    return Leap(end, ends[end], moves, work, here.uses or {}, reach, new, outside), moves, False


def _written_out(here: LeapTape, counts: Sequence[Value]) -> Callable[..., Any]:
    """Return the leap as a function of the counts: it is called more often than anything else."""
    lines = [f"{', '.join(f'x{i}' for i in range(len(here.counts)))}, = x"]
    lines += [f"if {_sum(form)} != {form.denominator}: return None" for form in here.ones]
    for form, modulus, remainder in here.congruences:
        if isinstance(form, Form):
            lines.append(f"if ({_sum(form - remainder)}) % {form.denominator * modulus}: return None")
    lines += [f"if {_sum(Form(dict(terms)))} < {least}: return None" for terms, least in _least(here.required).items()]
    after = ", ".join(map(_expression, counts))
    lines.append(f"return [{after}], {_expression(here.steps)}, {_expression(here.added_left)}")
    return function("x", lines)


def _least(forms: Sequence[Form]) -> dict[tuple[tuple[Monomial, int], ...], int]:
    """Return sums of multiples of counts and what each must be at least, for all forms to be at least 2.

    What holds anyway, since no open count is less than 2, is left out.
    """
    least: dict[tuple[tuple[Monomial, int], ...], int] = {}
    for form in forms:
        terms = {m: a for m, a in form.terms.items() if m and a}
        divisor = math.gcd(*terms.values())
        key = tuple(sorted((m, a // divisor) for m, a in terms.items()))
        bound = -(-(2 * form.denominator - form.terms.get((), 0)) // divisor)
        if min(a for _, a in key) < 0 or 2 * sum(a for _, a in key) < bound:
            least[key] = max(bound, least.get(key, bound))
    return least


def _sum(form: Value) -> str:
    """Return the terms of a form, without its denominator; what has a count as a factor, as one product.

    Examples
    --------
    >>> from noisytm.discrete.chain.forms import variable
    >>> x, y = variable(0), variable(1)
    >>> _sum(x * x * 2 + x * y + y * 3 + 7)
    'x0*(2*x0 + x1) + 3*x1 + 7'
    """
    if isinstance(form, int):
        return f"{form}"
    parts, factors = [], {m[0]: 0 for m in sorted(form.terms) if len(m) > 1}
    for first in factors:
        inner = Form({m[1:]: a for m, a in form.terms.items() if m and m[0] == first})
        parts.append(f"x{first}*({_sum(inner)})")
    parts += [
        f"x{m[0]}" if a == 1 else f"{a}*x{m[0]}" for m, a in form.terms.items() if len(m) == 1 and m[0] not in factors
    ]
    constant = form.terms.get((), 0)
    return " + ".join([*parts, f"{constant}"] if constant or not parts else parts)


def _expression(form: Value) -> str:
    return _sum(form) if isinstance(form, int) or form.denominator == 1 else f"({_sum(form)})//{form.denominator}"


class Node:
    """A shape that leaps begin at, and these, those that are made most often first."""

    def __init__(self) -> None:
        self.leaps: list[Leap] = []
        self.failures = self.nodes = 0

    def may_have_more(self, nodes: int) -> bool:
        """Return whether to look for another leap: if there are few, or if there are new shapes where one may end."""
        if len(self.leaps) >= MAX_LEAPS:
            if nodes == self.nodes:
                return False
            del self.leaps[MAX_LEAPS // 2 :]
        self.nodes = nodes
        return self.failures < MAX_FAILURES


class Leaps:
    """Shapes that come again and again without a rule, and the leaps from one to the other.

    ``effort`` are the moves spent on looking for leaps, ``spared`` those that leaps were worth, less the leaps made.
    """

    def __init__(self) -> None:
        self.nodes: dict[Shape, Node] = {}
        self.meetings: dict[Shape, int] = {}
        self.effort = self.spared = 0

    def take(self, tape: ChainTape, max_steps: int, most: int) -> int:
        """Make leaps from a configuration as long as there are any; return how many moves they are worth."""
        shape = tape.shape()
        node = self.nodes.get(shape)
        if node is None:
            return 0
        counts = [run[1] for run in all_runs(tape)]
        moves, end = 0, shape
        while node is not None and moves < most:
            for i, leap in enumerate(node.leaps):  # noqa: B007
                after = leap.work(counts)
                if after is not None:
                    break
            else:
                break
            if tape.steps + after[1] > max_steps:
                break
            if i:
                node.leaps[i - 1], node.leaps[i] = leap, node.leaps[i - 1]
            if tape.uses is not None:
                for key, used in leap.uses.items():
                    tape.uses[key] = tape.uses.get(key, 0) + at(used, counts)
            counts, steps, added_left = after
            tape.steps += steps
            tape.added_left += added_left
            if leap.outside:
                tape.note_reach(leap.reach, leap.new)
            moves += leap.moves
            self.spared += leap.moves - 1
            end, node = leap.end, None if 1 in counts else leap.node
        if moves:
            _put(tape, end, counts)
        return moves

    def look(self, tape: ChainTape, rules: Book[Rule], made: int) -> int:
        """Look for a leap from a configuration, after so many moves.

        Return after how many moves its shape comes again where it turns out that there is a rule; else 0.
        """
        shape = tape.shape()
        node = self.nodes.get(shape)
        if node is None:
            if len(self.meetings) >= MAX_MEETINGS:
                self.meetings.clear()
            meetings = self.meetings[shape] = self.meetings.get(shape, 0) + 1
            if meetings < MEETINGS * (len(self.nodes) + 1) or self.effort * SHARE > made:
                return 0
            node = self.nodes[shape] = Node()
        if self.effort * SHARE > made or not node.may_have_more(len(self.nodes)):
            return 0
        leap, moves, is_rule = found_leap(tape, self.nodes, rules)
        self.effort += moves
        if leap is not None:
            node.leaps.append(leap)
        elif is_rule:
            return moves
        else:
            node.failures += 1
        return 0

    def forget(self, tape: ChainTape, rules: Book[Rule]) -> None:
        """Have leaps pass by shapes for which there is a rule now."""
        passed = [shape for shape in self.nodes if rules.find(tape_of(tape.macro, shape)) is not None]
        gone = [self.nodes.pop(shape) for shape in passed]
        if gone:
            for node in self.nodes.values():
                node.leaps = [leap for leap in node.leaps if leap.node not in gone]


def tape_of(macro: MacroMachine, shape: Shape, counts: Sequence[int] | None = None) -> ChainTape:
    """Return a tape of a shape, with these open counts, or with 2 for each."""
    tape = ChainTape(macro, shape[0], [], [], (macro.width, -1))
    _put(tape, shape, counts or [2] * sum(not one for side in shape[2:] for _, one in side))
    return tape


def _put(tape: ChainTape, shape: Shape, counts: Sequence[int]) -> None:
    """Give a tape another shape, with these open counts."""
    tape.state, tape.facing, left, right = shape
    numbers = iter(counts)
    for stack, blocks in ((tape.left, left), (tape.right, right)):
        stack[:] = [[block, 1 if one else next(numbers)] for block, one in blocks]
    tape.last_key = (-1, 0, 0)
