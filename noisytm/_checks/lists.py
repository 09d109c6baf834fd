"""Texts, names and lists of them: strings, one of several names, words of bits, paths, records."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from noisytm._text import did_you_mean, shown, shown_list
from noisytm.errors import FormatError, MachineError, NoisytmError, ProblemError

Error = type[NoisytmError]

NOT_ONE_OF = "{what} is {name}; it must be one of {names}"


def string(name: str, value: Any, error: Error = MachineError) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise error(f"{name} is {shown(value)}; it must be a string")
    return str(value)


def bits(name: str, value: Any, empty: bool = True) -> str:
    """Return a string of 0 and 1, or raise `MachineError`; ``empty`` says whether it may be empty."""
    if not isinstance(value, str) or set(value) - {"0", "1"} or not (value or empty):
        raise MachineError(f"{name} is {shown(value)}; it must be a string of 0 and 1")
    return str(value)


def one_of(name: str, value: Any, known: Iterable[str], error: Error = ProblemError, message: str = NOT_ONE_OF) -> str:
    """Return a name that is one of those known; else the message lists them, and names the nearest one.

    Examples
    --------
    >>> one_of("loss", "brire", ["log", "brier"])
    Traceback (most recent call last):
        ...
    noisytm.errors.ProblemError: loss is 'brire'; it must be one of log, brier; did you mean 'brier'?
    """
    names = tuple(known)
    if isinstance(value, str) and value in names:
        return str(value)
    raise error(message.format(what=name, name=shown(value), names=", ".join(names)) + did_you_mean(value, names))


def several_of(name: str, values: Any, known: Iterable[str], error: Error = ProblemError) -> tuple[str, ...]:
    """Return a list of names, each one of those known; a single name stands for a list of one."""
    names = tuple(known)
    return tuple(one_of(name, value, names, error) for value in some(f"{name}s", values, error))


def some(what: str, values: Any, error: Error = MachineError) -> tuple[Any, ...]:
    """Return a list of names as a tuple; a single name stands for a list of one."""
    return (values,) if isinstance(values, str) else listed(what, values, error)


def listed(what: str, values: Any, error: Error = MachineError) -> tuple[Any, ...]:
    """Return values as a tuple; they must be a list, or something that can be gone through like one."""
    try:
        return tuple(values)
    except TypeError:
        raise error(f"{what} are {shown(values)}; give a list") from None


def strings(what: str, values: Any, error: Error = MachineError) -> tuple[str, ...]:
    """Return a list of strings, or a string as its characters, as a tuple."""
    found = listed(what, values, error)
    if not all(isinstance(x, str) for x in found):
        raise error(f"{what} are {shown(values)}; each must be a string")
    return tuple(found)


def mapping(what: str, value: Any, error: Error = MachineError, of: Sequence[str] = ()) -> Mapping[Any, Any]:
    """Return a mapping; ``of`` are the entries that the message lists."""
    if not isinstance(value, Mapping):
        entries = f" of {shown_list(of)}" if of else ""
        raise error(f"{what} is {shown(value)}; it must be a mapping{entries}")
    return value


def pairs_of(what: str, values: Any) -> list[tuple[Any, Any]]:
    """Return the pairs of a mapping, or of a list of pairs, or raise `MachineError`."""
    pairs = listed(what, values.items() if isinstance(values, Mapping) else values)
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise MachineError(f"{what} have the entry {shown(pair)}; give a mapping, or pairs")
    return [(key, value) for key, value in pairs]


def path_of(value: Any, what: str = "file") -> str:
    """Return a path as a string, or raise `FormatError`."""
    try:
        found = os.fspath(value)
    except TypeError:
        found = b""
    if not isinstance(found, str):
        raise FormatError(f"the name of the {what} is {shown(value)}; it must be a string or a Path")
    return found


def checked_names(what: str, names: Any) -> tuple[str, ...]:
    """Return names as a tuple; `MachineError` unless they are distinct, non-empty, printable, and at least one."""
    if isinstance(names, str):
        raise MachineError(f"{what}s are the string {shown(names)}; give a list of names")
    names = listed(f"{what}s", names)
    if not names:
        raise MachineError(f"the machine has no {what}s; declare at least one")
    seen = set()
    for name in names:
        if not isinstance(name, str) or not name or not name.isprintable():
            raise MachineError(f"{what} {shown(name)} is not a non-empty printable string; rename it")
        if name in seen:
            raise MachineError(f"{what} {shown(name)} is declared twice; names must be distinct")
        seen.add(name)
    return tuple(map(str, names))  # numpy has strings of its own


def require_member(what: str, value: Any, where: str, known: Sequence[str]) -> None:
    """Raise `MachineError` unless ``value`` is one of the ``known`` names, declared as ``where``."""
    if not isinstance(value, str) or value not in known:
        raise MachineError(
            f"{what} {shown(value)} is not among the declared {where} {shown_list(known)}{did_you_mean(value, known)}"
        )


def require_fields(record: Any, what: str, tag: str, required: Set[str], optional: Set[str]) -> None:
    """Raise `FormatError` unless ``record`` is an object with this tag, all required entries and no unknown ones."""
    if not isinstance(record, Mapping):
        raise FormatError(f"{what} JSON is {shown(record)}; it must be an object")
    if record.get("noisytm") != tag:
        newer = "; it was written by a newer noisytm" if _is_newer(record.get("noisytm"), tag) else ""
        raise FormatError(f'{what} JSON has "noisytm": {shown(record.get("noisytm"))}; it must be "{tag}"{newer}')
    missing = sorted(required - set(record))
    if missing:
        raise FormatError(f"{what} JSON lacks {shown_list(missing)}")
    unknown = sorted(str(k) for k in set(record) - required - optional)
    if unknown:
        raise FormatError(f"{what} JSON has unknown entries {shown_list(unknown)}; remove them")


def _is_newer(found: Any, tag: str) -> bool:
    """Return whether a tag is one of the same kind with a greater number."""
    name, _, known = tag.rpartition("/")
    other, _, number = found.rpartition("/") if isinstance(found, str) else ("", "", "")
    return name == other and number.isascii() and number.isdigit() and len(number) < 10 and int(number) > int(known)
