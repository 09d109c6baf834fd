"""The check of a rule that applies for ever: what the machine does on tapes with words repeated n times, for every n.

A tape is a list of parts from left to right, in turn words that stand there once, perhaps empty, and words that stand
there n times. The head is in a word that stands there once, or just beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noisytm.discrete.checking.replay import SHIFTS, Replay
from noisytm.discrete.configuration import Bouncer, EndlessRule
from noisytm.errors import CertificateError
from noisytm.machine import TuringMachine

MOVES_PER_STEP = 4
MOST_LOCAL_STEPS = 1 << 14

Word = tuple[str, ...]


def check_rule(run: Replay, proof: EndlessRule) -> None:
    """Check that a run comes to the tape of a rule, and that the rule leads from n to n + 1 for every n.

    Parameters
    ----------
    run : Replay
        The run, at its beginning.
    proof : EndlessRule
        The rule, of which a `Bouncer` is one.
    """
    if not 0 <= proof.head <= len(proof.tape) or not all(word for word, _, _ in proof.tape):
        raise CertificateError("the words of the rule are none, or the head is not among them")
    run.go(proof.step)
    _require_tape(run, proof)
    try:
        _require_round(run, proof, 0)
    except CertificateError:
        _require_round(run, proof, 1)


def proves_rule(machine: TuringMachine, proof: EndlessRule) -> bool:
    """Return whether a run on the blank tape comes to the tape of a rule, and the rule leads on for ever.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> machines = [parse("1RB---_1LC1RB_1LA1LC"), parse("1RB---_1LC1RB_1LA0LC")]
    >>> proof = run(machines[0], max_steps=1000, prove_endless=True).endless
    >>> [proves_rule(machine, proof) for machine in machines]
    [True, False]
    """
    try:
        check_rule(Replay(machine, ()), proof)
    except CertificateError:
        return False
    return True


def _require_round(run: Replay, proof: EndlessRule, more_before: int) -> None:
    """Check that a round leads from n to n + 1."""
    tape = OpenTape(run, proof, more_before)
    tape.go(proof.period, _halves(proof, 1, more_before))
    if isinstance(proof, Bouncer) and tape.per_n != proof.growth:
        raise CertificateError(f"each round takes {tape.per_n} steps longer than the one before, not {proof.growth}")


def _require_tape(run: Replay, proof: EndlessRule) -> None:
    """Check that the run is where the rule begins."""
    cells = [symbol for word, count, _ in proof.tape for symbol in word * count]
    before = sum(len(word) * count for word, count, _ in proof.tape[: proof.head])
    first = run.head - before + (0 if proof.to_right else 1)
    stated = {first + i: symbol for i, symbol in enumerate(cells) if symbol != run.blank}
    if run.state != proof.state or stated != run.written():
        raise CertificateError(f"after {proof.step} steps state or tape are not those with which the rule begins")


def _halves(proof: EndlessRule, rounds: int, more_before: int) -> tuple[list[Word], list[Word]]:
    """Return the parts left and right of the place where the head is, after some rounds and n more.

    The copies that are there for n = 0 are put on both sides of those that are there n times: they are crossed once
    before it has to be the same each time. If their number is odd, the one more is on the left if ``more_before``.
    """
    halves = []
    for words in (proof.tape[: proof.head], proof.tape[proof.head :]):
        parts: list[Word] = [()]
        for word, count, more in words:
            copies = count + rounds * more
            after = (copies + 1 - more_before) // 2 if more else 0
            parts[-1] += word * (copies - after)
            if more:
                parts += [word * more, word * after]
        halves.append(parts)
    return halves[0], halves[1]


class OpenTape:
    """The tape of a rule with n left open, and the machine on it.

    Parameters
    ----------
    run : Replay
        What the table is taken from.
    proof : EndlessRule
        The rule.
    more_before : int
        As in `_halves`.
    """

    def __init__(self, run: Replay, proof: EndlessRule, more_before: int) -> None:
        self.table, self.halting, self.blank = run.machine.table, run.machine.halting, run.blank
        left, right = _halves(proof, 0, more_before)
        self.parts = [*left[:-1], left[-1] + right[0], *right[1:]]
        self.part, self.at = len(left) - 1, len(left[-1]) - (0 if proof.to_right else 1)
        self.state, self.end, self.to_right = proof.state, proof.state, proof.to_right
        self.left_in = proof.state  # the state in which the head has left the last word that was crossed
        self.steps = self.per_n = 0

    def go(self, period: int, wanted: tuple[list[Word], list[Word]]) -> None:
        """Make so many steps, and some more for each n, that lead to the tape that is wanted; `per_n` is how many.

        Raises
        ------
        CertificateError
            If they lead to another one, or depend on n in another way.
        """
        left, right = (plain_form(half, self.blank) for half in (wanted[0], _mirrored(wanted[1])))
        for _ in range(MOVES_PER_STEP * period + 1):
            if self.steps == period and self._is(left, right):
                return
            self._move()
            if self.steps > period:
                break
        raise CertificateError(f"{period} steps do not lead from the tape with n to that with n + 1")

    def _is(self, left: list[Word], right: list[Word]) -> bool:
        cut, word = self.at + (0 if self.to_right else 1), self.parts[self.part]
        if self.state != self.end or not 0 <= cut <= len(word):
            return False
        before = plain_form([*self.parts[: self.part], word[:cut]], self.blank)
        after = plain_form(_mirrored([word[cut:], *self.parts[self.part + 1 :]]), self.blank)
        return before == left and after == right

    def _move(self) -> None:
        word = self.parts[self.part]
        if 0 <= self.at < len(word):
            written, self.state, shift = self._rule(self.state, word[self.at])
            self.parts[self.part] = (*word[: self.at], written, *word[self.at + 1 :])
            self.at += shift
            self.steps += 1
        elif self.at >= len(word) and self.part + 1 == len(self.parts):
            self.parts[self.part] = (*word, self.blank)
        elif self.at < 0 and self.part == 0:
            self.parts[self.part], self.at = (self.blank, *word), 0
        elif self.at < 0:
            self._cross_to_the_left()
        else:
            self._cross_to_the_right()

    def _rule(self, state: str, symbol: str) -> tuple[str, str, int]:
        if (symbol, state) not in self.table or state in self.halting:
            raise CertificateError(f"the machine stops in state {state!r} at symbol {symbol!r}")
        written, following, move = self.table[symbol, state]
        return written, following, SHIFTS[move]

    def _cross_to_the_right(self) -> None:
        here, word = self.parts[self.part], self.parts[self.part + 1]
        here = self._blanks(word) + here if self.part == 0 else here
        for size in range(len(here) + 1):
            kept = here[len(here) - size :]
            cells, to_right, steps = self._walk(kept + word, size)
            if to_right:
                self._require_same(cells[len(word) :], kept)
                self.parts[self.part] = here[: len(here) - size]
                self.parts[self.part + 1] = cells[: len(word)]
                self.parts[self.part + 2] = kept + self.parts[self.part + 2]
                self.part, self.at, self.per_n = self.part + 2, size, self.per_n + steps
                return
        self._give_up(here)

    def _cross_to_the_left(self) -> None:
        here, word = self.parts[self.part], self.parts[self.part - 1]
        here = here + self._blanks(word) if self.part + 1 == len(self.parts) else here
        for size in range(len(here) + 1):
            kept = here[:size]
            cells, to_right, steps = self._walk(word + kept, len(word) - 1)
            if not to_right:
                self._require_same(cells[:size], kept)
                self.parts[self.part] = here[size:]
                self.parts[self.part - 1] = cells[size:]
                self.parts[self.part - 2] += kept
                self.part, self.per_n = self.part - 2, self.per_n + steps
                self.at = len(self.parts[self.part]) - size - 1
                return
        self._give_up(here)

    def _blanks(self, word: Word) -> Word:
        """Return blanks from beyond the tape, over which a head may go back that crosses a word."""
        return (self.blank,) * (2 * len(word))

    def _walk(self, cells: Word, at: int) -> tuple[Word, bool, int]:
        """Run on some cells until the head leaves them; return the cells, whether to the right, and the steps."""
        tape, state = list(cells), self.state
        for steps in range(MOST_LOCAL_STEPS):
            if not 0 <= at < len(tape):
                self.left_in = state
                return tuple(tape), at >= 0, steps
            tape[at], state, shift = self._rule(state, tape[at])
            at += shift
        raise CertificateError(f"the head does not leave a word within {MOST_LOCAL_STEPS} steps")

    def _require_same(self, now: Word, before: Word) -> None:
        """Check that a word has been crossed so that the next copy is crossed in the same way."""
        if now != before or self.left_in != self.state:
            raise CertificateError("a word that stands there n times is not crossed in the same way each time")

    def _give_up(self, here: Word) -> None:
        raise CertificateError(f"the head goes back over more than the {len(here)} cells before a word that is crossed")


def _mirrored(parts: Sequence[Word]) -> list[Word]:
    return [part[::-1] for part in parts[::-1]]


def plain_form(parts: Sequence[Word], blank: str) -> list[Word]:
    """Return the parts of a half with words n times as far left as can be; beyond its left end everything is blank.

    Examples
    --------
    >>> plain_form(["12", "32", "", "3232", "5"], "0")  # 12 (32)^n (3232)^n 5
    ['1', '232323', '25']
    """
    found: list[Any] = list(parts)
    place = 1
    while place < len(found):
        before, word, after = found[place - 1 : place + 2]
        if place == 1 and set(word) <= {blank} and set(before) <= {blank}:
            found[:3] = [after]
            continue
        while (before and before[-1] == word[-1]) or (place == 1 and not before and word[-1] == blank):
            before, word, after = before[:-1], word[-1:] + word[:-1], word[-1:] + after
        found[place - 1 : place + 2] = [before, word, after]
        if place > 1 and not before and found[place - 2] + word == word + found[place - 2]:
            found[place - 2 : place + 1] = [found[place - 2] + word]
            place -= 2
        place += 2
    while found[0] and found[0][0] == blank:
        found[0] = found[0][1:]
    return found
