"""Jumps: the moves from where a rule has been applied to where the next one can be, made at once, and the next one.

A rule leaves few small counts, and the moves that follow depend on these and on the shape alone. So they are made once
with the other counts left open, and from then on at once wherever the part of the tape that they look at is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from noisytm.discrete.chain.book import SMALL
from noisytm.discrete.chain.evaluation import expression, function
from noisytm.discrete.chain.forms import Form, Value, at, composed
from noisytm.discrete.chain.rules import Rule, open_runs, unmet
from noisytm.discrete.chain.tape import ChainTape, OpenTape, Stack, is_one

MAX_MOVES = 512
Pattern = Sequence[tuple[int, Value]]


@dataclass(frozen=True)
class Jump:
    """Moves made at once: what the tape near the head becomes, in the counts of at least ``SMALL`` that are there.

    Where they lead to a rule, it is applied too: ``counts`` are those that it finds open.
    """

    depth: tuple[int, int]
    left: Pattern
    right: Pattern
    state: int
    facing: int
    moves: int
    conditions: tuple[Value, ...]
    steps: Value
    uses: Sequence[tuple[tuple[int, int, int], Value]]
    added_left: Value
    reach: tuple[int, int]
    new: tuple[bool, bool]
    rule: Rule | None = None
    counts: tuple[Value, ...] = ()

    def apply(self, tape: ChainTape, max_steps: int) -> bool:
        """Make the moves, if its conditions hold and there are steps for all; return whether they are made."""
        left, right = tape.left, tape.right
        below_left, below_right = max(0, len(left) - self.depth[0]), max(0, len(right) - self.depth[1])
        x = [run[1] for run in left[below_left:] if run[1] >= SMALL]
        x += [run[1] for run in right[below_right:] if run[1] >= SMALL]
        made = self._made(x, tape.steps)
        if made is None or made[2] > max_steps:
            return False
        left[below_left:], right[below_right:], tape.steps, added_left, times = made
        tape.state, tape.facing = self.state, self.facing
        tape.added_left += added_left
        tape.last_key = (-1, 0, 0)
        tape.note_reach(self.reach, self.new)
        if times and self.rule is not None:
            tape.note_reach(self.rule.reach, self.rule.new)
        if tape.uses is not None:
            for (key, _), used in zip(self.uses, self._used(x), strict=True):
                tape.uses[key] = tape.uses.get(key, 0) + used
            if times and self.rule is not None:
                self.rule.note_uses(tape.uses, [at(form, x) for form in self.counts], times)
        return True

    @cached_property
    def _made(self) -> Callable[..., Any]:
        """The parts of the tape near the head, steps then, blocks added and how often the rule has been applied.

        ``None`` if a condition fails.
        """
        lines = [f"if {expression(form)} < 2: return None" for form in self.conditions]
        steps, added_left = f"steps + {expression(self.steps)}", expression(self.added_left)
        changes = list(self.rule.changes) if self.rule else []
        if self.rule is not None:
            more, by_rule, added_by_rule = self.rule.written_out(self.counts)
            lines += more
            steps, added_left = f"{steps} + {by_rule}", f"{added_left} + {added_by_rule}"
        depth = self.rule.depth if self.rule else (0, 0)
        sides = []
        for side, deep in zip((self.left, self.right), depth, strict=True):
            runs = []
            for height, (block, n) in enumerate(side):
                is_open = height >= len(side) - deep and not is_one(n)
                change = changes.pop(0) if is_open else 0
                more_blocks = f" + {change}*k" if change > 0 else f" - {-change}*k" if change else ""
                runs.append(f"[{block}, {expression(n)}{more_blocks}]")
            sides.append(", ".join(runs))
        times = "k" if self.rule else "0"
        return function("x, steps", [*lines, f"return [{sides[0]}], [{sides[1]}], {steps}, {added_left}, {times}"])

    @cached_property
    def _used(self) -> Callable[..., Any]:
        return function("x", [f"return [{', '.join(expression(used) for _, used in self.uses)}]"])


def found_jump(tape: ChainTape, known: Callable[[ChainTape], Any]) -> tuple[Jump | None, int]:
    """Return the jump from a configuration to the next one for whose shape there is a rule, and the moves looked at.

    Parameters
    ----------
    tape : ChainTape
        The configuration.
    known : callable
        Returns the rule, if there is one.
    """
    here = OpenTape(tape, SMALL)
    for moves in range(1, MAX_MOVES + 1):
        facing = here.facing
        if not here.move() or not here.holds:
            return None, moves
        if here.facing != facing and (rule := known(here)) is not None:
            break
    else:
        return None, moves
    counts = _begun(here, rule)
    depth, names = here.kept(tape, SMALL)

    def inside(stack: Stack, low: int) -> Pattern:
        return [(block, composed(count, names)) for block, count in stack[max(0, low) :]]

    conditions = unmet([composed(form, names) for form in here.required], least=SMALL)
    return Jump(
        depth,
        inside(here.left, here.low_left),
        inside(here.right, here.low_right),
        here.state,
        here.facing,
        moves,
        tuple(form for form in conditions if isinstance(form, Form)),
        composed(here.steps, names),
        [(key, composed(used, names)) for key, used in (here.uses or {}).items()],
        composed(here.added_left, names),
        (here.reach_left, here.reach_right),
        (here.new_left, here.new_right),
        None if counts is None else rule,
        tuple(composed(count, names) for count in counts or ()),
    ), moves


def _begun(here: OpenTape, rule: Any) -> list[Value] | None:
    """Return the counts that a rule finds open at the end of a jump, if it is one that can be applied with it.

    They must go on to be no 1, as the rule would not be one for that shape.
    """
    if not isinstance(rule, Rule) or not rule.ends:
        return None
    counts = [run[1] for run in open_runs(here, rule.depth)]
    if any(at(count, here.counts) < 2 for count in counts):
        return None
    for count in counts:
        here.require(count)
    here.touched(*rule.depth)
    return counts
