"""The code of a machine as a description tape and as bits, and its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from noisytm._checks import instance, string
from noisytm._layout import aligned, fits
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import COUNT, NUMBER, STRING, entries, many
from noisytm._summary import Summary, grouped, label_of
from noisytm._text import clipped, shown, shown_name
from noisytm._timed import Timed, timed, timed_form
from noisytm.codespace import CodeSpace
from noisytm.errors import FormatError
from noisytm.machine import MACHINE, MOVES, TransitionTuple, TuringMachine

BLANK_MARK = "X"
MAX_SHOWN = 60


_ENCODING = result_form(
    machine=MACHINE.schema(),
    description=many(STRING),
    bit_string={"type": "string", "pattern": "^[01]*$"},
    description_length=entries(listed_tuples=COUNT, bits=COUNT, bits_with_keys=NUMBER),
)
ENCODING = Kind("encoding", {1: _ENCODING, 2: timed_form(_ENCODING)})


@dataclass(frozen=True)
class Encoding(Timed):
    """The code of a machine; see `encode`.

    Attributes
    ----------
    machine : TuringMachine
        The machine.
    description : tuple of str
        The description tape of the staged pseudo-UTM: ``X``, then symbol, state, written symbol, next state
        and move of every listed tuple, then ``X``.
    bit_string : str
        The listed tuples in order: written symbol, next state and move, each in standard binary.
    listed_tuples : int
        Their number N.
    bits : int
        Length of ``bit_string``, N·(⌈log2 S⌉ + ⌈log2 |Q|⌉ + 2).
    bits_with_keys : float
        N·(log2(S·|Q|) + log2(3·S·|Q|)): the length when every listed tuple also pays for saying which one
        it is.
    """

    machine: TuringMachine
    description: tuple[str, ...]
    bit_string: str
    listed_tuples: int
    bits: int
    bits_with_keys: float
    kind: ClassVar[Kind] = ENCODING

    def _summary(self) -> Summary:
        cut = clipped(self.bit_string, 60)
        return Summary(
            f"{grouped(self.bits)} bits of {label_of(self.machine)}, {self.bits_with_keys:.6g} with keys;"
            f" description tape of {len(self.description):,} cells",
            {"bits": cut, "description": clipped(" ".join(self.description[:MAX_SHOWN]), 200)},
        )

    def to_json(self) -> dict[str, Any]:
        """Return the encoding as a JSON object."""
        body = {
            "machine": self.machine.to_json(),
            "description": list(self.description),
            "bit_string": self.bit_string,
            "description_length": {
                "listed_tuples": self.listed_tuples,
                "bits": self.bits,
                "bits_with_keys": self.bits_with_keys,
            },
        }
        return self.kind.tagged(provenance(self.machine.key), body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Encoding:
        return encode(TuringMachine.from_json(record["machine"]))

    @fits
    def __str__(self) -> str:
        widths = " + ".join(map(str, _widths(CodeSpace.of(self.machine))))
        lines = (
            ("description", " ".join(shown_name(name) for name in self.description)),
            ("bit string", self.bit_string),
            ("listed tuples", str(self.listed_tuples)),
            ("bits", f"{self.bits} = {self.listed_tuples} × ({widths})"),
            ("bits with keys", f"{self.bits_with_keys:.6g}"),
        )
        return "\n".join(aligned(lines, gap=2, headed=False))


@timed
def encode(machine: TuringMachine) -> Encoding:
    """Return the code of a machine as a description tape and as bits.

    In the bit string symbols, states and moves are numbered in their order, from 0 (moves L, S, R = 0, 1, 2);
    an entry with one possible value takes no bits.

    Examples
    --------
    >>> from noisytm.formats import parse
    >>> encoding = encode(parse("1RB1LB_1LA1RZ"))
    >>> encoding.description[:11]
    ('X', '0', 'A', '1', 'B', 'R', '0', 'B', '1', 'A', 'L')
    >>> encoding.bit_string
    '10110100001010011010'
    >>> encoding.listed_tuples, encoding.bits
    (4, 20)
    """
    space = CodeSpace.of(machine)
    numbers = [{value: i for i, value in enumerate(values)} for _, _, values in space.blocks]
    widths = _widths(space)
    digits = "".join(
        _binary(number[value], width)
        for t in machine.tuples
        for number, width, value in zip(numbers, widths, t[2:], strict=True)
    )
    count, cells = len(machine.tuples), len(machine.symbols) * len(machine.states)
    return Encoding(
        machine=machine,
        description=(BLANK_MARK, *(name for t in machine.tuples for name in t), BLANK_MARK),
        bit_string=digits,
        listed_tuples=count,
        bits=count * sum(widths),
        bits_with_keys=count * (math.log2(cells) + math.log2(len(MOVES) * cells)),
    )


def decode_bits(space: CodeSpace, bits: str, *, halting: Sequence[str] = (), undefined: str = "stop") -> TuringMachine:
    """Return the machine that a bit string encodes.

    Parameters
    ----------
    space : CodeSpace
        Says which tuples are listed, in which order, and how symbols and states are numbered.
    bits : str
        As in `Encoding`; a pattern p past the last of n values stands for value p mod n, so several bit
        strings can give the same machine.
    halting, undefined
        As in `TuringMachine`; neither the space nor the bits say.

    Raises
    ------
    FormatError
        If ``bits`` has another length than the space needs, or a character that is not 0 or 1.
    MachineError
        If a halting state has listed tuples or is not a state.

    Examples
    --------
    >>> from noisytm.formats import parse
    >>> machine = parse("1RB1LB_1LA1RZ")
    >>> decode_bits(CodeSpace.of(machine), encode(machine).bit_string, halting=["Z"]) == machine
    True
    """
    widths = _widths(instance("space", space, CodeSpace))
    string("bits", bits, FormatError)
    needed = len(space.keys) * sum(widths)
    bad = next((c for c in bits if c not in "01"), None)
    if bad is not None:
        raise FormatError(f"bits {shown(bits)} have the character {bad!r}; use only 0 and 1")
    if len(bits) != needed:
        raise FormatError(
            f"the bit string has {len(bits)} bits; this code space needs {needed}: {len(space.keys)} tuples"
            f" of {sum(widths)}"
        )
    tuples = []
    position = 0
    for symbol, state in space.keys:
        entry = []
        for (_, _, values), width in zip(space.blocks, widths, strict=True):
            pattern = int(bits[position : position + width] or "0", 2)
            entry.append(values[pattern % len(values)])
            position += width
        tuples.append(TransitionTuple(symbol, state, *entry))
    return TuringMachine(
        symbols=space.symbols,
        blank=space.blank,
        states=space.states,
        start=space.start,
        tuples=tuple(tuples),
        halting=halting,  # type: ignore[arg-type]
        undefined=undefined,
    )


def _widths(space: CodeSpace) -> list[int]:
    return [(len(values) - 1).bit_length() for _, _, values in space.blocks]


def _binary(number: int, width: int) -> str:
    return format(number, f"0{width}b") if width else ""
