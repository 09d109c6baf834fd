"""From a Turing machine to a 2-tag system: the tape on either side of the head as a number in unary.

The idea is that of Cocke and Minsky (1961, 1964): a pass through the word doubles one number and halves the other,
and whether a letter is deleted or read tells the remainder. The word here depends on the direction of the last move,
which saves a pass where the head turns.

**Words.** Let the head read the bit r in state q, and let its last move have been to the side d. On the side it comes
from, the tape is the number u, its nearest cell the lowest bit; on the side d it is v. The word is

    D1 D0 (d1 d0)^u T1 T0 (t1 t0)^v,    without the first D1 if r = 0,

with the eight letters of (q, d). A pass reads the letters with index 1 if r = 1. If r = 0 it reads those with index
0, and its last t0 (or T0) deletes one letter more, the first one appended: the production of D0 begins with x for that.
So either pass appends, in order, what D_r, the d_r, T_r and the t_r produce; below without that x.

**Going on** (the tuple at (r, q) writes w and moves to d, next state p): u becomes 2u + w, v becomes ⌊v/2⌋.
D → C x (c x)^w, d → c x c x, T → S, t → s give C x (c x)^(2u+w) S s^v. Then C → D1 D0, c → d1 d0, S → T1 T0,
s → t1 t0, all with the letters of (p, d). If v is odd, every second of the 1 + v letters S s^v is read, S among
them, and the new word is D1 D0 (d1 d0)^(2u+w) T1 T0 (t1 t0)^((v-1)/2). If v is even, the last of them also deletes
the D1 after it, and v/2 letters s are read. This is the word of the next configuration, as the next bit is v mod 2.

**Turning** (the move is to the other side): v becomes 2v + w behind the head, u becomes ⌊u/2⌋ before it. D → S, d → s,
T → D1 D0 (d1 d0)^w, t → d1 d0 d1 d0 give S s^u D1 D0 (d1 d0)^(2v+w); S and s as before. One pass and a half.

**Staying.** D → D1 D0 if w = 1 and D0 if w = 0; d → d1 d0, T → T1 T0, t → t1 t0.

**Stopping** (no tuple at (r, q), or q halts). D → H F, d → g, T → K, t → k give H F g^u K k^v. H is the halting letter;
F names r, q and d.

A D1 or D0 is at the front only when a step is complete: they are read first in a pass, and all they lead to stands
behind all of the old word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from noisytm._checks import instance, strings
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import TuringMachine, Word
from noisytm.universal.compiler.binary import BinaryCoding, relative
from noisytm.universal.pseudo_utm import Simulated
from noisytm.universal.tag import TagSystem

MAX_WORD = 1 << 24
FILL, HALT, LEFT_UNARY, MIDDLE, RIGHT_UNARY = "x", "H", "g", "K", "k"
OTHER_SIDE = {"L": "R", "R": "L"}
# Encodings number the letters in their order and write each number in unary: the most frequent ones come first.
KINDS = ("d0", "d1", "t0", "t1", "c", "s", "D0", "D1", "T0", "T1", "C", "S")


class _Place(NamedTuple):
    """A state, and the direction of the last move."""

    state: str
    side: str


@dataclass(frozen=True)
class TwoTagProgram(Described):
    """A Turing machine compiled to a 2-tag system, with what goes in and what comes out.

    A machine with more than two symbols is brought to two by `BinaryCoding`. Words and proof are in the description
    of this module.

    Parameters
    ----------
    source : TuringMachine
        The machine. Its convention for undefined cells does not matter: there it rests.

    Examples
    --------
    >>> from noisytm import library
    >>> program = TwoTagProgram(library.machine("bb2"))
    >>> len(program.system.letters), program.system.deletion
    (53, 2)
    >>> last = program.system.run(program.encode(""), 10**4)
    >>> last.reason, last.steps
    ('halted', 60)
    >>> program.decode(last.word)
    Simulated(state='Z', head=0, tape=('1', '1', '1', '1'), origin=-2)
    """

    source: TuringMachine

    def __post_init__(self) -> None:
        instance("source", self.source, TuringMachine)

    @cached_property
    def coding(self) -> BinaryCoding:
        """The machine with two symbols."""
        return BinaryCoding(self.source)

    @cached_property
    def start(self) -> _Place:
        """The start state with a direction from which it is entered, if there is one."""
        machine = self.coding.machine
        sides = {t.move for t in machine.tuples if t.next == machine.start} & {"L", "R"}
        return _Place(machine.start, "L" if sides == {"L"} else "R")

    @cached_property
    def system(self) -> TagSystem:
        """The 2-tag system. Its one letter without production is H."""
        productions: dict[str, Word] = {FILL: (FILL,), **self._productions()}
        order = {letter: rank for rank, letter in enumerate([FILL, *self._meaning])}
        listed = sorted(productions, key=lambda letter: order.get(letter, len(order)))
        return TagSystem(
            2,
            (*listed, HALT),
            tuple((letter, productions[letter]) for letter in listed),
            name=f"{self.source.name} as a 2-tag system" if self.source.name else "",
        )

    @cached_property
    def _meaning(self) -> dict[str, tuple[str, _Place]]:
        """The kind and the place of all letters there could be, the frequent ones first."""
        places = [_Place(state, side) for state in self.coding.machine.states for side in "LR"]
        return {_letter(kind, place): (kind, place) for kind in KINDS for place in places}

    def _productions(self) -> dict[str, Word]:
        """Return the productions of all letters that can come up."""
        waiting = [letter for bit in "10" for letter in self._word(self.start, bit, 1, 1)]
        found: dict[str, Word] = {}
        while waiting:
            letter = waiting.pop()
            if letter in found or letter in (FILL, HALT):
                continue
            # a letter that no pass reads still needs a production, as only one letter may halt
            found[letter] = self._produced(*self._meaning[letter]) if letter in self._meaning else (FILL,)
            waiting += found[letter]
        return found

    def _produced(self, kind: str, place: _Place) -> Word:
        if kind in ("C", "S", "c", "s"):
            name = {"C": "D", "S": "T", "c": "d", "s": "t"}[kind]
            return (_letter(f"{name}1", place), _letter(f"{name}0", place))
        letter, bit = kind[0], kind[1]
        lead = (FILL,) if kind == "D0" else ()
        machine = self.coding.machine
        listed = machine.table.get((bit, place.state)) if place.state not in machine.halting else None
        if listed is None:
            mark = f"F{bit}[{place.state},{place.side}]"
            return lead + {"D": (HALT, mark), "d": (LEFT_UNARY,), "T": (MIDDLE,), "t": (RIGHT_UNARY,)}[letter]
        written, follow, move = listed
        return lead + _emitted(
            letter, int(written), place.side, _Place(follow, place.side if move == "S" else move), move
        )

    def _word(self, place: _Place, bit: str, behind: int, ahead: int) -> Word:
        d, t = (_pair(kind, place) for kind in "dt")
        front = _pair("D", place)[0 if bit == "1" else 1 :]
        return (*front, *d * behind, *_pair("T", place), *t * ahead)

    def encode(self, word: str | Iterable[str] = "") -> Word:
        """Return the word before the first step of a run on ``word``.

        Raises
        ------
        MachineError
            If ``word`` is not one of the source.
        BudgetError
            If the word would have more than 2^24 letters: it grows as 2 to the number of bits.
        """
        bits = "".join(self.coding.encode(word)) or "0"
        right = bits[:0:-1].lstrip("0")
        if len(right) > 22:
            raise BudgetError(
                f"word {shown(word)} is a number of {len(right)} bits, in unary more than {MAX_WORD} letters;"
                " use a shorter one"
            )
        number = int(right or "0", 2)
        behind, ahead = (0, number) if self.start.side == "R" else (number, 0)
        return self._word(self.start, bits[0], behind, ahead)

    def two_symbol_configuration(self, word: Word) -> Simulated | None:
        """Return the configuration of the two-symbol machine that a word stands for, its head at 0.

        ``None`` if the step is not complete, or the word is not one of this program.
        """
        word = strings("letters of a word", word)
        if not word:
            return None
        if word[0] == HALT:
            return self._halted(word)
        kind, place = self._meaning.get(word[0], ("", self.start))
        if kind not in ("D0", "D1"):
            return None
        bit, middle = kind[1], _letter("T1", place)
        behind = (word.index(middle) - int(bit) - 1) // 2 if middle in word else -1
        ahead = (len(word) - 2 * behind - int(bit) - 3) // 2
        if behind < 0 or self._word(place, bit, behind, ahead) != word:
            return None
        return _configuration(place, bit, behind, ahead)

    def _halted(self, word: Word) -> Simulated | None:
        if len(word) < 2 or word[1] not in self._halting_marks or MIDDLE not in word:
            return None
        bit, place = self._halting_marks[word[1]]
        behind = word.index(MIDDLE) - 2
        ahead = len(word) - behind - 3
        if word[2:] != (*[LEFT_UNARY] * behind, MIDDLE, *[RIGHT_UNARY] * ahead):
            return None
        return _configuration(place, bit, behind, ahead)

    @cached_property
    def _halting_marks(self) -> dict[str, tuple[str, _Place]]:
        places = [_Place(state, side) for state in self.coding.machine.states for side in "LR"]
        return {f"F{bit}[{place.state},{place.side}]": (bit, place) for place in places for bit in "01"}

    def complete(self, word: Word) -> bool:
        """Return whether a step of the source has just been completed, or the run has just begun."""
        word = strings("letters of a word", word)
        seen = None if not word or word[0] == HALT else self.two_symbol_configuration(word)
        return seen is not None and self.coding.between_steps(seen.state)

    def decode(self, word: Word) -> Simulated:
        """Return the configuration of the source that a word stands for, positions counted from the head.

        Raises
        ------
        MachineError
            If a step is not complete, or the word is not one of this program.
        """
        seen = self.two_symbol_configuration(word)
        if seen is None:
            raise MachineError(f"word {shown(word)} is not that of a completed step; decode those that are complete")
        return self.coding.decode(seen)


def _emitted(letter: str, written: int, side: str, target: _Place, move: str) -> Word:
    """Return what D, d, T or t appends at a listed tuple."""
    ones, c, tens = _pair("d", target), (_letter("c", target), FILL), _pair("D", target)
    if move == "S":
        return {"D": tens[1 - written :], "d": ones, "T": _pair("T", target), "t": _pair("t", target)}[letter]
    halved = {True: (_letter("S", target),), False: (_letter("s", target),)}
    if move == side:
        begun = (_letter("C", target), FILL, *c * written)
        return {"D": begun, "d": c * 2, "T": halved[True], "t": halved[False]}[letter]
    return {"D": halved[True], "d": halved[False], "T": tens + ones * written, "t": ones * 2}[letter]


def _letter(kind: str, place: _Place) -> str:
    return f"{kind}[{place.state},{place.side}]"


def _pair(kind: str, place: _Place) -> Word:
    return (_letter(f"{kind}1", place), _letter(f"{kind}0", place))


def _configuration(place: _Place, bit: str, behind: int, ahead: int) -> Simulated:
    left, right = (behind, ahead) if place.side == "R" else (ahead, behind)
    before, after = (f"{number:b}" if number else "" for number in (left, right))
    return relative(place.state, before + bit + after[::-1], -len(before), "0")
