"""Faces of the cube of the bits chart: binary digits of a code, some of them left free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.codespace import KEYS, CodeSpace, NoisyKeySpace
from noisytm.errors import MachineError, ProblemError
from noisytm.geometry.digits.flips import (
    FREE,
    AnyBit,
    BitCoordinate,
    TupleBitCoordinate,
    checked_rows,
    common_digits,
    decoded,
    digit_count,
)
from noisytm.geometry.faces import Face, Place, vertex_of
from noisytm.machine import Description


@dataclass(frozen=True)
class BitFace(Described):
    """A face of the cube of the bits chart: binary digits for each entry of a code, some of them free.

    The values of a distribution are numbered in order (moves L, S, R are 0, 1, 2) and have ⌈log2 n⌉ digits; a pattern
    p ≥ n stands for the value p mod n. So a machine has several bit strings, with learning coefficients of their own.

    Parameters
    ----------
    machine : TuringMachine or Description
        A vertex of the face.
    digits : N rows of 3 strings, or of 5
        For the written symbol, the next state and the move of each listed tuple, and before these for the symbol and
        the state of its key where keys err, the digits ``0``, ``1``, and ``*`` for a free one; the most significant
        first.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well.

    Raises
    ------
    MachineError
        If a string is not of the right length, has other characters, or does not allow the machine's own value.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> BitFace.of_face(Face.of_machine(machine)).digits[1]
    ('00', '1', '01')
    >>> BitFace.of_face(Face(machine, keys="noisy")).digits[1]  # (_, accept) first
    ('00', '1', '00', '1', '01')
    """

    machine: Description
    digits: tuple[tuple[str, ...], ...]
    keys: str = "exact"

    def __post_init__(self) -> None:
        object.__setattr__(self, "machine", vertex_of(self.machine, self.keys))
        space = CodeSpace.of(self.machine, self.keys)
        rows = checked_rows(space, self.digits)
        object.__setattr__(self, "digits", rows)
        for i, (row, right) in enumerate(zip(rows, space.right_entries(self.machine).tolist(), strict=True)):
            for digits, (kind, start, values), column in zip(row, space.blocks, right, strict=True):
                if column - start not in decoded(digits, len(values)):
                    of = f"tuple {i}" if space.by_number else shown(space.keys[i])
                    raise MachineError(
                        f"digits {shown(digits)} for the {kind} of {of} do not stand for"
                        f" {shown(values[column - start])}, the machine's own value"
                    )

    @classmethod
    def of_digits(cls, space: CodeSpace, digits: Sequence[Sequence[str]]) -> BitFace:
        """Return the face of the given digits; 0 in place of the free ones makes its machine.

        Examples
        --------
        >>> from noisytm import CodeSpace, library
        >>> space = CodeSpace.of(library.machine("detectA"))
        >>> face = BitFace.of_digits(space, [["11", "*", "11"]] * 6)
        >>> face.machine.tuples[0]
        TransitionTuple(read='_', state='reject', write='_', next='reject', move='L')
        """
        rows = checked_rows(instance("space", space, CodeSpace), digits)
        keys: Sequence[Any] = [()] * space.tuples if space.noisy_keys else space.keys
        tuples: Any = [
            (*key, *(v[decoded(x, len(v))[0]] for x, (_, _, v) in zip(row, space.blocks, strict=True)))
            for key, row in zip(keys, rows, strict=True)
        ]
        halting = space.halting if isinstance(space, NoisyKeySpace) else ()
        listed = Description(space.symbols, space.blank, space.states, space.start, tuples, halting)
        return cls(listed, rows, KEYS[space.noisy_keys])

    @classmethod
    def of_face(cls, face: Face) -> BitFace:
        """Return a face in standard binary: the digits are free in which the values of a support differ.

        Raises
        ------
        ProblemError
            If these digits would allow other values too: the face is none of the bits chart.
        MachineError
            If it is no `Face`.
        """
        space, rows = CodeSpace.of(instance("face", face, Face).machine, face.keys), []
        for i, support in enumerate(face.support):
            row = []
            for kind, start, values in space.blocks:
                allowed = np.flatnonzero(support[start : start + len(values)]).tolist()
                digits = common_digits(allowed, digit_count(len(values)))
                if sorted(set(decoded(digits, len(values)))) != allowed:
                    of = f"tuple {i}" if space.by_number else shown(space.keys[i])
                    raise ProblemError(
                        f"the {kind} entries of {of} that are free are not given by free binary digits;"
                        " use the simplex chart, or BitFace.of_digits"
                    )
                row.append(digits)
            rows.append(tuple(row))
        return cls(face.machine, tuple(rows), face.keys)

    @property
    def is_code(self) -> bool:
        """Whether nothing is free."""
        return not self.free

    @cached_property
    def free(self) -> tuple[AnyBit, ...]:
        """The free digits."""
        return tuple(c for c, digit in self.places() if digit == FREE)

    @property
    def free_keys(self) -> set[Place]:
        """The tuples with a free digit: their (symbol, state), or their numbers if keys err or are repeated."""
        return {c.place for c in self.free}

    def places(self) -> Iterator[tuple[AnyBit, str]]:
        """Yield every digit with its place: by tuple, then in the order of its row, then from the most significant."""
        space = self._space
        for i, row in enumerate(self.digits):
            for digits, (kind, _, _) in zip(row, space.blocks, strict=True):
                for bit, digit in enumerate(digits):
                    if space.by_number:
                        yield TupleBitCoordinate(i, kind, bit), digit
                    else:
                        yield BitCoordinate(*space.keys[i], kind, bit), digit

    @property
    def _space(self) -> CodeSpace:
        return CodeSpace.of(self.machine, self.keys)

    @cached_property
    def support(self) -> NDArray[np.bool_]:
        """Which entries may have positive probability: bool, of the shape of a code."""
        space = self._space
        support = np.zeros(space.shape, dtype=bool)
        for i, row in enumerate(self.digits):
            for digits, (_, start, values) in zip(row, space.blocks, strict=True):
                support[i, [start + v for v in decoded(digits, len(values))]] = True
        return support

    def on_simplices(self) -> Face:
        """Return the face of the same support in the simplex chart."""
        space = self._space
        chosen = np.flatnonzero(self.support.ravel()[space.coordinate_columns(self.machine)]).tolist()
        named = space.coordinates(self.machine)
        return Face(self.machine, tuple(named[j] for j in chosen), self.keys)

    def to_json(self) -> dict[str, Any]:
        """Return what a JSON object needs beside the machine: ``free``, and ``digits`` where not standard."""
        record: dict[str, Any] = {"free": [c.to_json() for c in self.free]} if self.free else {}
        standard = BitFace.of_face(Face(self.machine, keys=self.keys)).digits
        if any(x not in (FREE, y) for x, y in zip(_joined(self.digits), _joined(standard), strict=True)):
            record["digits"] = [list(row) for row in self.digits]
        return record


def _joined(digits: Sequence[Sequence[str]]) -> str:
    return "".join("".join(row) for row in digits)
