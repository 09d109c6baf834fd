"""When to look for a rule, and when to apply one."""

from __future__ import annotations

from typing import NamedTuple

from noisytm.discrete.chain.rules import Rule, Shape, open_runs, prove
from noisytm.discrete.chain.tape import ChainTape

MAX_RUNS = 64
MAX_GAP = 5_000
MAX_FAILURES = 4
MAX_HISTORY = 1 << 14


class ForEver(NamedTuple):
    """A configuration from which a rule can be applied for ever: (block, count, change of the count) on both sides.

    The head is between the two sides, outermost first on the left and nearest first on the right; the first
    application takes ``period`` steps.
    """

    steps: int
    period: int
    state: int
    facing: int
    left: tuple[tuple[int, int, int], ...]
    right: tuple[tuple[int, int, int], ...]


class Prover:
    """Remembers the shapes met, and proves and applies rules where one comes again after as many moves as before.

    ``endless`` says how the run never ends, once a rule is found that applies for ever.
    """

    def __init__(self) -> None:
        self.met: dict[Shape, tuple[int, int]] = {}
        self.rules: dict[Shape, Rule] = {}
        self.failures: dict[Shape, int] = {}
        self.moves = self.effort = 0
        self.endless: ForEver | None = None

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
            rule = self._proved(tape, shape)
            if rule is None:
                return
            self.rules[shape] = rule
        if self.endless is None:
            self.endless = _endless(tape, rule)
        rule.apply(tape, max_steps)

    def _proved(self, tape: ChainTape, shape: Shape) -> Rule | None:
        """Return a rule for a shape if it has come again after as many moves as the time before.

        What proofs may cost is limited by the moves made.
        """
        moves, gap = self.met.get(shape, (0, 0))
        again = self.moves - moves
        if len(self.met) >= MAX_HISTORY:
            self.met.clear()
        self.met[shape] = self.moves, again
        if not gap or again != gap or gap > MAX_GAP or self.failures.get(shape, 0) >= MAX_FAILURES:
            return None
        if self.effort + gap > self.moves:
            return None
        self.effort += gap
        rule = prove(tape, gap, self.rules)
        if rule is None:
            self.failures[shape] = self.failures.get(shape, 0) + 1
        return rule


def _endless(tape: ChainTape, rule: Rule) -> ForEver | None:
    counts = [run[1] for run in open_runs(tape)]
    if rule.times(counts) is not None:
        return None
    changes = iter(rule.changes)
    left, right = (
        [(block % tape.size, count, 0 if count == 1 else next(changes)) for block, count in side]
        for side in (tape.left, tape.right)
    )
    period = rule.steps.total(counts, 1)
    return ForEver(tape.steps, period, tape.state, tape.facing, tuple(left), tuple(reversed(right)))
