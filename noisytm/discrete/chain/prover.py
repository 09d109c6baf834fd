"""When to look for a rule, and when to apply one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from noisytm import _clock
from noisytm.discrete.chain.affine import AffineRule, prove_affine
from noisytm.discrete.chain.book import SMALL, Book, Shape
from noisytm.discrete.chain.jumps import Jump, found_jump
from noisytm.discrete.chain.leaps import Leaps
from noisytm.discrete.chain.rules import Rule, open_runs, prove
from noisytm.discrete.chain.tape import ChainTape

MAX_RUNS = 64
MAX_GAP = 5_000
MAX_FAILURES = 4
MAX_HISTORY = 1 << 14
LEAPING_FROM = 640  # moves: shorter runs end as soon without leaps
LEAPING_UNTIL = 1 << 64  # steps: leaps would pass by the shapes at which rules that multiply begin
MULTIPLYING_FROM = 1 << 40  # steps: shorter runs end as soon without rules that multiply
FEW = 32
UNLOOKED = 1 << 8  # moves, or rules applied, without a look at the clock
LARGE = 1 << 13  # bits, from which numbers may take longer than a look
MOST_LEAPT = 1 << 14  # moves that leaps are worth, without one
LOOKING_WHILE_JUMPING = 1 << 14  # moves after a new rule in which one that multiplies is looked for between jumps too
SETTLED = 1 << 9  # moves without a new rule before jumps are made

# After how many moves a shape was met, how many more than the time before, and the counts both times.
Meeting = tuple[int, int, Sequence[int], Sequence[int]]
NEVER: Meeting = (0, 0, (), ())


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
        self.met: dict[Shape, Meeting] = {}
        self.rules = Book[Rule](2)
        self.failures: dict[Shape, int] = {}
        self.affine_rules = Book[AffineRule](SMALL)
        self.jumps = Book[Jump](SMALL)
        self.unlooked = self.moves = self.effort = self.new_rule_at = self.jumps_sought = self.jumped = 0
        self.leaps, self.may_jump = Leaps(), True
        self.endless: ForEver | None = None

    def run(self, tape: ChainTape, max_steps: int, max_moves: int) -> bool:
        """Move on within ``max_steps`` for at most ``max_moves`` moves; return whether there may be more."""
        end = self.moves + max_moves
        while self.moves < end:
            facing = tape.facing
            if not tape.move(max_steps):
                return False
            self.moves += 1
            if not self.moves % UNLOOKED:
                _clock.tick()
            if tape.facing != facing and len(tape.left) + len(tape.right) <= MAX_RUNS:
                self.look(tape, max_steps, end)
        return True

    def _look_at_clock(self, tape: ChainTape) -> None:
        """End the run if its time is over; a look takes a microsecond, so seldom where numbers are small."""
        self.unlooked += 1
        if self.unlooked >= UNLOOKED or type(tape.steps) is not int or tape.steps.bit_length() > LARGE:
            self.unlooked = 0
            _clock.tick()

    @property
    def work(self) -> int:
        """Moves and leaps made, which each take about as long."""
        return self.moves - self.leaps.spared

    def look(self, tape: ChainTape, max_steps: int, end: int) -> None:
        """Apply a rule for this shape, or try to prove one; go on by leaps or jumps up to so many moves."""
        if self.affine_rules.entries:
            self._multiply(tape, max_steps)
        rule = self.rules.find(tape) or self._proved(tape)
        while rule is None:
            if self.moves < LEAPING_FROM or tape.steps >= LEAPING_UNTIL:
                return
            made = self.leaps.take(tape, min(max_steps, LEAPING_UNTIL), min(end - self.moves, MOST_LEAPT))
            self._look_at_clock(tape)
            self.moves += made
            if self.moves >= end:
                return
            rule = self.rules.find(tape) if made else self._proved_by_leaps(tape)
            if rule is None and not made:
                return
        if self.endless is None and not rule.ends:
            self.endless = _endless(tape, rule)
        if rule.apply(tape, max_steps):
            self._look_at_clock(tape)
            self._look_again(tape, max_steps)
            if self.settled(tape.steps):
                self.jump(tape, max_steps, end)

    def _look_again(self, tape: ChainTape, max_steps: int) -> None:
        """Look, where a rule has been applied, for one that multiplies counts and that ends with this application."""
        if tape.steps < MULTIPLYING_FROM:
            return
        shape = (SMALL, *tape.numbers(SMALL))
        gap = self._gap(shape)
        if gap and self._may_prove(shape, gap):
            rule = prove_affine(tape, gap, self.rules)
            if rule is None:
                self._fail(shape)
            else:
                self.affine_rules.add(tape, rule.depth, rule)
                self._new_rule()
        self._multiply(tape, max_steps)

    def _new_rule(self) -> None:
        self.jumps.clear()  # they may pass by shapes at which the new rule can be applied
        self.new_rule_at = self.moves

    def _proved_by_leaps(self, tape: ChainTape) -> Rule | None:
        """Look for a leap, and return the rule that there is if nothing but that is found."""
        moves = self.leaps.look(tape, self.rules, self.moves)
        rule = prove(tape, moves, self.rules) if moves else None
        if rule is not None:
            self._add(tape, rule)
        return rule

    def _add(self, tape: ChainTape, rule: Rule) -> None:
        self.rules.add(tape, rule.depth, rule)
        self.leaps.forget(tape, self.rules)
        self._new_rule()

    def settled(self, steps: int) -> bool:
        """Whether to jump: no rules have been found for a while or are looked for just now, and leaps do not do.

        Jumps pass by the shapes that rules begin at. So from every fourth power of 2 on as many moves as half of it are
        made without, or as long as rules are found.
        """
        moves = self.moves
        if not self.may_jump or (steps < LEAPING_UNTIL and 2 * self.leaps.spared > moves):
            return False
        since = moves - self.new_rule_at
        if steps >= LEAPING_UNTIL:  # a jump is some twenty moves, in the time of two
            return since >= SETTLED and FEW * (since - (1 << since.bit_length() - 1)) > since
        if since < max(SETTLED, moves // 8):
            return False
        return 2 * moves >= 3 << (moves.bit_length() - 1 & ~1)

    def jump(self, tape: ChainTape, max_steps: int, end: int) -> None:
        """Jump to the next rule and apply it, again and again."""
        while self.moves < end:
            jump = self.jumps.find(tape) or self._new_jump(tape)
            if jump is None or not jump.apply(tape, max_steps):
                return
            self.moves += jump.moves
            self.jumped += jump.moves
            self._look_at_clock(tape)
            self._multiply(tape, max_steps)
            rule = None if jump.rule else self.rules.find(tape)
            applied = jump.rule or (rule is not None and rule.apply(tape, max_steps))
            if applied and self.moves - self.new_rule_at < LOOKING_WHILE_JUMPING:
                self._look_again(tape, max_steps)

    def _multiply(self, tape: ChainTape, max_steps: int) -> bool:
        """Apply a rule that multiplies counts, if there is one for this shape; return whether it applies."""
        if not self.affine_rules.entries:
            return False
        rule = self.affine_rules.find(tape)
        return rule is not None and rule.apply(tape, max_steps) > 0

    def _known(self, tape: ChainTape) -> AffineRule | Rule | None:
        """Return the rule for the shape of a tape that would be applied."""
        return self.affine_rules.find(tape) or self.rules.find(tape)

    def _new_jump(self, tape: ChainTape) -> Jump | None:
        """Return the jump to the next rule; what looking for jumps may cost is limited by the moves made."""
        if self.jumps_sought > self.moves:
            return None
        jump, moves = found_jump(tape, self._known)
        self.jumps_sought += moves
        if jump is not None:
            self.jumps.add(tape, jump.depth, jump)
        return jump

    def _proved(self, tape: ChainTape) -> Rule | None:
        """Return a rule for a shape if it has come again after as many moves as the time before."""
        shape = tape.numbers()
        gap = self._gap(shape, [run[1] for run in tape.left] + [run[1] for run in tape.right])
        if not gap or not self._may_prove(shape, gap):
            return None
        rule = prove(tape, gap, self.rules)
        if rule is None:
            self._fail(shape)
        else:
            self._add(tape, rule)
        return rule

    def _gap(self, shape: Shape, counts: Sequence[int] = ()) -> int:
        """Return how many moves ago a shape was met, if it was with the time before that as with this time; else 0.

        It must have been as many moves before, with as much added to each of the counts given: a rule adds the same
        each time.
        """
        moves, gap, last, before = self.met.get(shape, NEVER)
        again = self.moves - moves
        if len(self.met) >= MAX_HISTORY:
            self.met.clear()
        self.met[shape] = self.moves, again, counts, last
        if again != gap or gap > MAX_GAP or any(c - b != b - a for a, b, c in zip(before, last, counts, strict=False)):
            return 0
        return gap

    def _may_prove(self, shape: Shape, gap: int) -> bool:
        """Return whether to try a proof; what proofs may cost is limited by the moves made one by one."""
        if self.failures.get(shape, 0) >= MAX_FAILURES or self.effort + gap > self.work - self.jumped:
            return False
        self.effort += gap
        return True

    def _fail(self, shape: Shape) -> None:
        self.failures[shape] = self.failures.get(shape, 0) + 1


def _endless(tape: ChainTape, rule: Rule) -> ForEver | None:
    runs = open_runs(tape, rule.depth)
    counts = [run[1] for run in runs]
    if rule.times(counts) is not None:
        return None
    changes = {id(run): change for run, change in zip(runs, rule.changes, strict=True)}
    left, right = (
        [(run[0] % tape.size, run[1], changes.get(id(run), 0)) for run in side] for side in (tape.left, tape.right)
    )
    period = rule.steps.total(counts, 1)
    return ForEver(tape.steps, period, tape.state, tape.facing, tuple(left), tuple(reversed(right)))
