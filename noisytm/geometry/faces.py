"""Faces of code space: a code with some of its entries, or of their binary digits, left free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, instances, listed, one_of
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.codespace import KEYS, KINDS, CodeSpace, Coordinate, NoisyKeySpace, TupleCoordinate
from noisytm.discrete import used_tuples
from noisytm.errors import MachineError, ProblemError
from noisytm.geometry.digits import FREE, BitCoordinate, checked_rows, common_digits, decoded, digit_count
from noisytm.geometry.shared import SharedFactor, SharedTupleFactor, numbered_from_json
from noisytm.machine import Description, TuringMachine
from noisytm.problem import SynthesisProblem


@dataclass(frozen=True)
class Face(Described):
    """A product of faces of the simplices of code space: the entries of a machine and some others, the free ones.

    The learning coefficient at a noisy code depends on its support alone, which is such a face.

    Parameters
    ----------
    machine : TuringMachine or Description
        A vertex of the face.
    free : sequence of Coordinate
        The other entries in the support, as error coordinates of the machine.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well. If they do, or a key is repeated, nothing can be free.

    Raises
    ------
    MachineError
        If something in ``free`` is no error coordinate of the machine.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> face = Face(machine, [Coordinate("_", "accept", "move", "L"), Coordinate("_", "accept", "move", "R")])
    >>> face.support.sum().item(), Face.of_machine(machine).support.sum().item()
    (20, 18)
    """

    machine: Description
    free: tuple[Coordinate, ...] = ()
    keys: str = "exact"

    def __post_init__(self) -> None:
        instance("machine", self.machine, Description)
        by_number = one_of("keys", self.keys, KEYS) == "noisy" or self.machine.repeats
        object.__setattr__(self, "machine", Description.of(self.machine) if by_number else self.machine.machine())
        free = listed("free entries", self.free)
        if not free:
            object.__setattr__(self, "free", ())
            return
        if by_number:
            raise MachineError("where keys err, or are repeated, there are no faces but codes yet: leave free out")
        known = self._coordinates
        possible = set(known)
        for c in free:
            if not isinstance(c, tuple) or not all(isinstance(x, str) for x in c) or c not in possible:
                raise MachineError(
                    f"free entry {shown(tuple(c) if isinstance(c, tuple) else c)} is not an error coordinate of the"
                    " machine; give (symbol, state, kind, wrong value)"
                )
        wanted = set(free)
        object.__setattr__(self, "free", tuple(c for c in known if c in wanted))

    @property
    def _coordinates(self) -> tuple[Coordinate, ...]:
        named = CodeSpace.of(self.machine, self.keys).coordinates(self.machine)
        return tuple(c for c in named if isinstance(c, Coordinate))

    @classmethod
    def of_machine(cls, machine: Description) -> Face:
        """Return the vertex of a machine: nothing is free."""
        return cls(machine)

    @classmethod
    def of_code(cls, space: CodeSpace | SynthesisProblem, w: Any) -> Face:
        """Return the smallest face that contains a noisy code: the entries that are not exactly 0 are its support.

        Parameters
        ----------
        space : SynthesisProblem or CodeSpace
            The problem, as for the other constructors; its code space, or another one.
        w : array_like of float, shape (N, S + |Q| + 3), or TuringMachine
            The noisy code. Its most likely values (the first of these) make the vertex. A machine is its own code.

        Raises
        ------
        MachineError
            If ``w`` is no noisy code, and no machine, of the space.

        Examples
        --------
        >>> from noisytm import CodeSpace, library
        >>> machine = library.machine("detectA")
        >>> space = CodeSpace.of(machine)
        >>> Face.of_code(space, space.embed(machine)) == Face.of_machine(machine)
        True
        """
        if isinstance(space, SynthesisProblem):
            space = space.space
        elif isinstance(w, (CodeSpace, SynthesisProblem)):
            instances(space=(space, CodeSpace), w=(w, object))
        instance("space", space, CodeSpace)
        if isinstance(w, Description):
            space.require(w)
            return cls(w, keys=KEYS[space.noisy_keys])
        codes = space.checked(w)
        if len(codes) != 1:
            raise MachineError(f"{len(codes)} codes are given; a face is that of one code")
        return cls._of_support(space, codes[0])

    @classmethod
    def _of_support(cls, space: CodeSpace, masses: NDArray[np.float64]) -> Face:
        keys = [()] * space.tuples if isinstance(space, NoisyKeySpace) else space.keys
        halting = space.halting if isinstance(space, NoisyKeySpace) else ()
        tuples: Any = tuple(
            (*key, *(values[int(np.argmax(row[start : start + len(values)]))] for _, start, values in space.blocks))
            for key, row in zip(keys, masses, strict=True)
        )
        machine = Description(space.symbols, space.blank, space.states, space.start, tuples, halting)
        columns = space.coordinate_columns(machine)
        wrong = zip(space.coordinates(machine), masses.ravel()[columns].tolist(), strict=True)
        free: Any = tuple(c for c, x in wrong if x > 0)
        return cls(machine, free, KEYS[space.noisy_keys])

    @classmethod
    def with_free_unused(cls, problem: SynthesisProblem, machine: TuringMachine) -> Face:
        """Return the face of a machine where all entries of the tuples are free that it never uses on a problem.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library, words
        >>> machine = library.machine("detectA")
        >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
        >>> len(Face.with_free_unused(problem, machine).free)
        10
        """
        instances(problem=(problem, SynthesisProblem), machine=(machine, TuringMachine))
        problem.space.require(machine)
        used = set(used_tuples(machine, problem.inputs, problem.steps))
        return cls(machine, tuple(c for c in cls(machine)._coordinates if c[:2] not in used))

    @property
    def is_code(self) -> bool:
        """Whether nothing is free."""
        return not self.free

    @property
    def free_keys(self) -> set[tuple[str, str]]:
        """The (symbol, state) of the tuples with a free entry."""
        return {c[:2] for c in self.free}

    @cached_property
    def support(self) -> NDArray[np.bool_]:
        """Which entries may have positive probability: bool, shape (N, S + |Q| + 3)."""
        space = CodeSpace.of(self.machine, self.keys)
        support = space.embed(self.machine) > 0
        free = set(self.free)
        columns = space.coordinate_columns(self.machine)
        chosen = [j for j, c in enumerate(space.coordinates(self.machine)) if c in free] if free else []
        support.ravel()[columns[chosen]] = True
        return support

    def to_json(self) -> dict[str, Any]:
        """Return what a JSON object needs beside the machine: ``free``, left out if nothing is."""
        return {"free": [c.to_json() for c in self.free]} if self.free else {}


@dataclass(frozen=True)
class BitFace(Described):
    """A face of the cube of the bits chart: binary digits for each entry of a code, some of them free.

    The values of a distribution are numbered in order (moves L, S, R are 0, 1, 2) and have ⌈log2 n⌉ digits; a pattern
    p ≥ n stands for the value p mod n. So a machine has several bit strings, with learning coefficients of their own.

    Parameters
    ----------
    machine : TuringMachine
        A vertex of the face.
    digits : N rows of 3 strings
        For the written symbol, the next state and the move of each listed tuple the digits ``0``, ``1``, and ``*`` for
        a free one; the most significant first.

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
    """

    machine: TuringMachine
    digits: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        space = CodeSpace.of(self.machine)
        rows = checked_rows(space, self.digits)
        object.__setattr__(self, "digits", rows)
        for row, t in zip(rows, self.machine.tuples, strict=True):
            for digits, (kind, _, values), right in zip(row, space.blocks, t[2:], strict=True):
                if values.index(right) not in decoded(digits, len(values)):
                    raise MachineError(
                        f"digits {shown(digits)} for the {kind} of {shown(t[:2])} do not stand for {shown(right)},"
                        " the machine's own value"
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
        tuples = [
            (*key, *(v[decoded(x, len(v))[0]] for x, (_, _, v) in zip(row, space.blocks, strict=True)))
            for key, row in zip(space.keys, rows, strict=True)
        ]
        return cls(TuringMachine(space.symbols, space.blank, space.states, space.start, tuples), rows)  # type: ignore[arg-type]

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
        if instance("face", face, Face).keys != "exact" or face.machine.repeats:
            raise ProblemError("noisy keys, or repeated ones: the bits chart is not available; use simplex or sphere")
        space, rows = CodeSpace.of(face.machine), []
        for key, support in zip(space.keys, face.support, strict=True):
            row = []
            for kind, start, values in space.blocks:
                allowed = np.flatnonzero(support[start : start + len(values)]).tolist()
                digits = common_digits(allowed, digit_count(len(values)))
                if sorted(set(decoded(digits, len(values)))) != allowed:
                    raise ProblemError(
                        f"the {kind} entries of {shown(key)} that are free are not given by free binary digits;"
                        " use the simplex chart, or BitFace.of_digits"
                    )
                row.append(digits)
            rows.append(tuple(row))
        return cls(face.machine.machine(), tuple(rows))

    @property
    def is_code(self) -> bool:
        """Whether nothing is free."""
        return not self.free

    @property
    def keys(self) -> str:
        """Whether keys err: they are exact."""
        return "exact"

    @cached_property
    def free(self) -> tuple[BitCoordinate, ...]:
        """The free digits."""
        return tuple(c for c, digit in self.places() if digit == FREE)

    @property
    def free_keys(self) -> set[tuple[str, str]]:
        """The (symbol, state) of the tuples with a free digit."""
        return {c[:2] for c in self.free}

    def places(self) -> Iterator[tuple[BitCoordinate, str]]:
        """Yield every digit with its place: by tuple, then write, next, move, then from the most significant on."""
        for key, row in zip(self.machine.keys, self.digits, strict=True):
            for kind, digits in zip(KINDS, row, strict=True):
                for bit, digit in enumerate(digits):
                    yield BitCoordinate(*key, kind, bit), digit

    @cached_property
    def support(self) -> NDArray[np.bool_]:
        """Which entries may have positive probability: bool, shape (N, S + |Q| + 3)."""
        space = CodeSpace.of(self.machine)
        support = np.zeros(space.shape, dtype=bool)
        for i, row in enumerate(self.digits):
            for digits, (_, start, values) in zip(row, space.blocks, strict=True):
                support[i, [start + v for v in decoded(digits, len(values))]] = True
        return support

    def on_simplices(self) -> Face:
        """Return the face of the same support in the simplex chart."""
        space = CodeSpace.of(self.machine)
        chosen = np.flatnonzero(self.support.ravel()[space.coordinate_columns(self.machine)]).tolist()
        return Face(self.machine, tuple(Face(self.machine)._coordinates[j] for j in chosen))

    def to_json(self) -> dict[str, Any]:
        """Return what a JSON object needs beside the machine: ``free``, and ``digits`` where not standard."""
        record: dict[str, Any] = {"free": [c.to_json() for c in self.free]} if self.free else {}
        standard = BitFace.of_face(Face.of_machine(self.machine)).digits
        if any(x not in (FREE, y) for x, y in zip(_joined(self.digits), _joined(standard), strict=True)):
            record["digits"] = [list(row) for row in self.digits]
        return record


def coordinate_from_json(
    record: Any,
) -> Coordinate | TupleCoordinate | BitCoordinate | SharedFactor | SharedTupleFactor | None:
    """Return the coordinate that a JSON object names; ``None`` if it is no such object.

    Examples
    --------
    >>> coordinate_from_json({"symbol": "A", "state": "go", "kind": "move", "bit": 1})
    BitCoordinate(symbol='A', state='go', kind='move', bit=1)
    """
    if not isinstance(record, Mapping):
        return None
    if "tuple" in record:
        return numbered_from_json(record)
    symbol, state, kind = (record.get(name) for name in ("symbol", "state", "kind"))
    shared = record.get("shared")
    if isinstance(symbol, str) and isinstance(state, str) and isinstance(shared, str) and len(record) == 3:
        return SharedFactor(symbol, state, shared)
    if not (isinstance(symbol, str) and isinstance(state, str) and isinstance(kind, str)) or len(record) != 4:
        return None
    wrong, bit = record.get("wrong"), record.get("bit")
    if isinstance(wrong, str):
        return Coordinate(symbol, state, kind, wrong)
    if isinstance(bit, int) and not isinstance(bit, bool):
        return BitCoordinate(symbol, state, kind, bit)
    return None


def face_from_json(record: Mapping[str, Any], machine: Description, of_digits: bool) -> Face | BitFace:
    """Return the face that ``to_json`` of a `Face`, or `BitFace`, wrote into a record.

    Parameters
    ----------
    record : mapping
        Its entries ``free`` and ``digits`` may be missing.
    machine : TuringMachine
        A vertex of the face.
    of_digits : bool
        Whether it is a `BitFace`.

    Raises
    ------
    MachineError
        If an entry is not what ``to_json`` writes.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> face = Face(machine, [Coordinate("_", "accept", "move", "L")])
    >>> face_from_json(face.to_json(), machine, of_digits=False) == face
    True
    """
    listed = record.get("free", [])
    free = [coordinate_from_json(x) for x in listed] if isinstance(listed, list) else [None]
    kind = BitCoordinate if of_digits else Coordinate
    if not all(isinstance(x, kind) for x in free):
        raise MachineError(f"free is {shown(listed)}; it must be a list of the coordinates of free entries")
    if not of_digits:
        return Face(machine, free)  # type: ignore[arg-type]
    face = BitFace.of_face(Face(machine))
    if "digits" in record:
        return BitFace(machine.machine(), record["digits"])
    known, wanted = dict(face.places()), set(free)
    if not wanted <= set(known):
        raise MachineError(f"free is {shown(listed)}; the code of the machine has no such digits")
    written = iter(FREE if c in wanted else digit for c, digit in face.places())
    return BitFace(
        machine.machine(), tuple(tuple("".join(next(written) for _ in x) for x in row) for row in face.digits)
    )


def _joined(digits: Sequence[Sequence[str]]) -> str:
    return "".join("".join(row) for row in digits)
