"""Machines with any alphabet as machines with the two symbols 0 and 1, a block of bits for each symbol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from noisytm._checks import instance, require_member
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.errors import MachineError
from noisytm.machine import TransitionTuple, TuringMachine, Word
from noisytm.universal.pseudo_utm import Simulated


class _Phase(NamedTuple):
    """What a state of the two-symbol machine stands for.

    ``read``: the machine is in ``state``, and ``bits`` of the block under its head were read. ``write``: it will be
    in ``state``; ``bits`` are still to be written, the last first, and then the head moves as ``move`` says.
    ``go``: ``left`` cells are still to be passed.
    """

    kind: str
    state: str
    bits: str = ""
    move: str = ""
    left: int = 0


@dataclass(frozen=True)
class BinaryCoding(Described):
    """A machine with two symbols that does what another machine does, step by step.

    Each symbol is a block of ``width`` = ⌈log₂ S⌉ bits (1 if S is 1), the blank being all zeros and the others
    numbered in alphabet order. A step reads the block from left to right, writes from right to left, and moves by a
    block. Where the machine stops, this one stops while reading.

    Parameters
    ----------
    source : TuringMachine
        The machine to code. Its convention for undefined cells does not matter: there it rests.

    Examples
    --------
    >>> from noisytm import library
    >>> coding = BinaryCoding(library.machine("detectA"))
    >>> coding.width, coding.code["A"], len(coding.machine.states)
    (2, '01', 11)
    >>> coding.encode("BA")
    ('1', '0', '0', '1')
    """

    source: TuringMachine

    def __post_init__(self) -> None:
        instance("source", self.source, TuringMachine)

    @property
    def width(self) -> int:
        """Number of bits in a block."""
        return max(1, (len(self.source.symbols) - 1).bit_length())

    @cached_property
    def code(self) -> dict[str, str]:
        """The block of every symbol."""
        others = [s for s in self.source.symbols if s != self.source.blank]
        return {s: f"{number:0{self.width}b}" for number, s in enumerate([self.source.blank, *others])}

    @cached_property
    def machine(self) -> TuringMachine:
        """The machine with the symbols 0 and 1, blank 0, without states that cannot be reached."""
        first, ending = _Phase("read", self.source.start), set(self.source.halting)
        rows: dict[_Phase, dict[str, tuple[str, _Phase, str]]] = {}
        waiting = [first]
        while waiting:
            phase = waiting.pop()
            if phase not in rows:
                rows[phase] = self._row(phase)
                waiting += [follow for _, follow, _ in reversed(rows[phase].values())]
        return TuringMachine(
            symbols=("0", "1"),
            blank="0",
            states=tuple(self._name(phase) for phase in rows),
            start=self._name(first),
            tuples=tuple(
                TransitionTuple(bit, self._name(phase), write, self._name(follow), move)
                for bit in "01"
                for phase, row in rows.items()
                for write, follow, move in ([row[bit]] if bit in row else [])
            ),
            halting=tuple(self._name(phase) for phase, row in rows.items() if phase.state in ending and not row),
            name=f"{self.source.name} in bits" if self.source.name else "",
        )

    @cached_property
    def phases(self) -> dict[str, tuple[str, int] | None]:
        """For each state, the state it stands for and the bits read of its block; ``None`` between two steps."""
        known = [_Phase("read", q, bits) for q in self.source.states for bits in self._prefixes]
        found: dict[str, tuple[str, int] | None] = dict.fromkeys(self.machine.states)
        return found | {self._name(p): (p.state, len(p.bits)) for p in known if self._name(p) in found}

    @cached_property
    def _prefixes(self) -> list[str]:
        return list(dict.fromkeys(block[:n] for n in range(self.width) for block in self.code.values()))

    def _row(self, phase: _Phase) -> dict[str, tuple[str, _Phase, str]]:
        """Return what a state does at each bit: write, follow, move."""
        if phase.kind == "read":
            return self._reading(phase)
        if phase.kind == "write":
            return dict.fromkeys("01", self._writing(phase.bits, phase.state, phase.move))
        follow = _Phase("go", phase.state, move=phase.move, left=phase.left - 1)
        return {bit: (bit, follow if phase.left > 1 else _Phase("read", phase.state), phase.move) for bit in "01"}

    def _reading(self, phase: _Phase) -> dict[str, tuple[str, _Phase, str]]:
        if phase.state in self.source.halting:
            return {}
        symbols = {block: symbol for symbol, block in self.code.items()}
        row = {}
        for bit in "01":
            bits = phase.bits + bit
            if len(bits) < self.width and bits in self._prefixes:
                row[bit] = (bit, _Phase("read", phase.state, bits), "R")
            elif bits in symbols and (listed := self.source.table.get((symbols[bits], phase.state))):
                write, follow, move = listed
                row[bit] = self._writing(self.code[write], follow, move)
        return row

    def _writing(self, bits: str, state: str, move: str) -> tuple[str, _Phase, str]:
        """Write the last of some bits, the first ones of a block, and go on."""
        if len(bits) > 1:
            return bits[-1], _Phase("write", state, bits[:-1], move), "L"
        if self.width == 1 or move == "S":
            return bits, _Phase("read", state), move
        return bits, _Phase("go", state, move=move, left=self.width - 1), move

    def _name(self, phase: _Phase) -> str:
        """Return the name of a state: distinct, whatever the names of the source are, as its own name comes last."""
        if self.width == 1:
            return phase.state  # such a block is read, written and passed at once
        if phase.kind == "read":
            return f"{phase.bits}?{phase.state}"
        if phase.kind == "write":
            return f"{phase.bits}!{phase.move}{phase.state}"
        return f"{phase.left}{phase.move}{phase.state}"

    def encode(self, word: str | Iterable[str]) -> Word:
        """Return a word of the source as a word of bits.

        Raises
        ------
        MachineError
            If it is not one of the source.
        """
        return tuple("".join(self.code[symbol] for symbol in self.source.word(word)))

    def between_steps(self, state: str) -> bool:
        """Return whether the two-symbol machine, in this state, is about to read a block."""
        require_member("state", state, "states", self.machine.states)
        phase = self.phases[state]
        return phase is not None and phase[1] == 0

    def decode(self, seen: Simulated) -> Simulated:
        """Return the configuration of the source for one of the two-symbol machine that is reading.

        Positions are counted in blocks from the head's own block, so that the head is at 0.

        Raises
        ------
        MachineError
            If the two-symbol machine is writing or moving, or a block is no symbol.

        Examples
        --------
        >>> from noisytm import library, run
        >>> coding = BinaryCoding(library.machine("detectA"))
        >>> result = run(coding.machine, coding.encode("BA"), 5)
        >>> coding.decode(Simulated.of(result.configuration))
        Simulated(state='reject', head=0, tape=('B', 'A'), origin=-1)
        """
        instance("seen", seen, Simulated)
        phase = self.phases.get(seen.state)
        if phase is None:
            raise MachineError(f"in state {shown(seen.state)} the block under the head is being written; go on")
        state, read = phase
        cells = dict(enumerate(seen.tape, seen.origin - seen.head + read))  # 0 is the first bit of the head's block
        first, last = min(cells) // self.width, max(cells) // self.width
        symbols = {block: symbol for symbol, block in self.code.items()}
        tape = []
        for block in range(min(first, 0), max(last, 0) + 1):
            bits = "".join(cells.get(block * self.width + i, "0") for i in range(self.width))
            if bits not in symbols:
                raise MachineError(f"the block {bits} is the code of no symbol; the tape is not one of this coding")
            tape.append(symbols[bits])
        return relative(state, tape, min(first, 0), self.source.blank)


def relative(state: str, tape: Iterable[str], origin: int, blank: str) -> Simulated:
    """Return a configuration with the head at 0 and the tape's shortest stretch.

    Examples
    --------
    >>> relative("q", "_1___", -1, "_")
    Simulated(state='q', head=0, tape=('1',), origin=0)
    """
    cells = dict(enumerate(tape, origin))
    written = [0, *(position for position, symbol in cells.items() if symbol != blank)]
    first, last = min(written), max(written)
    return Simulated(state, 0, tuple(cells.get(i, blank) for i in range(first, last + 1)), first)
