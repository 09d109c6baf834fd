"""Coordinates and faces read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noisytm._text import shown
from noisytm.codespace import KEYS, Coordinate, TupleCoordinate
from noisytm.errors import MachineError
from noisytm.geometry.digits import FREE, AnyBit, BitCoordinate, BitFace, TupleBitCoordinate
from noisytm.geometry.faces import Face
from noisytm.geometry.shared import SharedFactor, SharedTupleFactor
from noisytm.machine import Description

AnyNamed = Coordinate | TupleCoordinate | AnyBit | SharedFactor | SharedTupleFactor


def coordinate_from_json(record: Any) -> AnyNamed | None:
    """Return the coordinate that a JSON object names; ``None`` if it is no such object.

    Examples
    --------
    >>> coordinate_from_json({"symbol": "A", "state": "go", "kind": "move", "bit": 1})
    BitCoordinate(symbol='A', state='go', kind='move', bit=1)
    """
    if not isinstance(record, Mapping):
        return None
    if "tuple" in record:
        return _numbered(record)
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


def _numbered(record: Mapping[str, Any]) -> TupleCoordinate | TupleBitCoordinate | SharedTupleFactor | None:
    """Return the coordinate at a tuple with a number that a JSON object names; ``None`` if it is no such object."""
    at, bit = record["tuple"], record.get("bit")
    if isinstance(at, bool) or not isinstance(at, int):
        return None
    if isinstance(bit, int) and not isinstance(bit, bool) and isinstance(record.get("kind"), str) and len(record) == 3:
        return TupleBitCoordinate(at, record["kind"], bit)
    for kind in (TupleCoordinate, SharedTupleFactor):
        names = [record[name] for name in kind._fields[1:] if isinstance(record.get(name), str)]
        if len(names) + 1 == len(kind._fields) == len(record):
            return kind(at, *names)
    return None


def face_from_json(
    record: Mapping[str, Any], machine: Description, of_digits: bool, keys: str = KEYS[0]
) -> Face | BitFace:
    """Return the face that ``to_json`` of a `Face`, or `BitFace`, wrote into a record.

    Parameters
    ----------
    record : mapping
        Its entries ``free`` and ``digits`` may be missing.
    machine : TuringMachine or Description
        A vertex of the face.
    of_digits : bool
        Whether it is a `BitFace`.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well.

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
    free: list[Any] = [coordinate_from_json(x) for x in listed] if isinstance(listed, list) else [None]
    kind: Any = AnyBit if of_digits else Coordinate | TupleCoordinate
    if not all(isinstance(x, kind) for x in free):
        raise MachineError(f"free is {shown(listed)}; it must be a list of the coordinates of free entries")
    if not of_digits:
        return Face(machine, tuple(free), keys)
    face = BitFace.of_face(Face(machine, keys=keys))
    if "digits" in record:
        return BitFace(machine, record["digits"], keys)
    known, wanted = dict(face.places()), set(free)
    if not wanted <= set(known):
        raise MachineError(f"free is {shown(listed)}; the code of the machine has no such digits")
    written = iter(FREE if c in wanted else digit for c, digit in face.places())
    return BitFace(machine, tuple(tuple("".join(next(written) for _ in x) for x in row) for row in face.digits), keys)
