"""Checks of arguments: each rule once, in the same words everywhere.

A check returns the value in the one form that the code behind it takes (an ``int``, an exact fraction, a tuple), or
raises one line: the value, the rule, the fix. Numbers may be Python's, numpy's, or arrays without axes.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from noisytm._fractions import exact_fraction, exact_integer, plain
from noisytm._text import shown, shown_list
from noisytm.errors import BudgetError, FormatError, MachineError, NoisytmError, ProblemError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Error = type[NoisytmError]
Kind = TypeVar("Kind")

NOT_ONE_OF = "{what} is {name}; it must be one of {names}"
MAX_STEPS = 1 << 62
MAX_STEPS_RELAXED = 100_000_000
MAX_NUMBER_BITS = 4000

# What is said where something else than one of a class is given, and the error that is raised.
KINDS: dict[str, tuple[Error, str]] = {
    "TuringMachine": (MachineError, "give a TuringMachine, e.g. library.machine('detectA')"),
    "SynthesisProblem": (ProblemError, "give a SynthesisProblem, e.g. SynthesisProblem.of_machine(machine, ['AB'], 4)"),
    "CodeSpace": (MachineError, "give a CodeSpace, e.g. CodeSpace.of(machine)"),
    "Face": (MachineError, "give a Face, e.g. Face.of_machine(machine)"),
    "FatalSyndromes": (ProblemError, "give the result of fatal_syndromes"),
    "CompiledLoss": (ProblemError, "give the result of compiled_loss"),
    "Configuration": (MachineError, "it must be the configuration of a result, e.g. run(machine, word).configuration"),
    "KTapeConfiguration": (MachineError, "it must be a configuration of the machine, e.g. machine.configuration()"),
    "RuleTable": (MachineError, "give a KTapeMachine"),
}


def whole(name: str, value: Any, least: int, most: int | None = None, error: Error = ProblemError, **words: str) -> int:
    """Return an integer between two bounds as an ``int``; a truth value or a float is not one.

    Parameters
    ----------
    name : str
        The argument, for the message.
    value : object
        What was given.
    least, most : int
        The bounds, both included; there may be no upper one.
    error : class
        What to raise.
    **words : str
        ``instead``, ``also``: what else would have done, before and after the rule. ``bottom``, ``top``: how the
        bounds are written.

    Examples
    --------
    >>> whole("steps", 3, 1)
    3
    >>> whole("rule", 256, 0, 255)
    Traceback (most recent call last):
        ...
    noisytm.errors.ProblemError: rule is 256; it must be an integer from 0 to 255
    """
    found = integer(value)
    if found is not None and found >= least and (most is None or found <= most):
        return found
    bounds = f">= {least}" if most is None else f"from {words.get('bottom', least)} to {words.get('top', most)}"
    given = "a larger number" if found is not None and found.bit_length() > MAX_NUMBER_BITS else shown(plain(value))
    raise error(f"{name} is {given}; it must be {words.get('instead', '')}an integer {bounds}{words.get('also', '')}")


def integer(value: Any) -> int | None:
    """Return an integer of any type as an ``int``; ``None`` if it is none."""
    try:
        return exact_integer(value)
    except ValueError:
        return None


def count_of(name: str, value: Any, instead: str = "", also: str = "") -> int:
    """Return an integer of at least 1, or raise `ProblemError` with what else would have done, before and after."""
    return whole(name, value, 1, instead=instead, also=also)


def step_count(steps: Any, of: str = "a problem") -> int:
    """Return a number of steps of at least 1 as an ``int``.

    Raises
    ------
    ProblemError
        If it is not an integer of at least 1.
    BudgetError
        If there are more than 100 000 000.

    Examples
    --------
    >>> step_count(3)
    3
    """
    count = count_of("steps", steps)
    if count > MAX_STEPS_RELAXED:
        raise BudgetError(f"steps is {shown(steps)}; {of} has at most {MAX_STEPS_RELAXED:,}; use fewer steps")
    return count


def run_length(name: str, value: Any) -> int:
    """Return a number of steps or cells that a compiled loop can count, from 0 to 2^62, or raise `MachineError`."""
    return whole(name, value, 0, MAX_STEPS, MachineError, top="2^62")


def place_of(name: str, value: Any) -> int:
    """Return a position on a tape, at most 2^62 away from 0, or raise `MachineError`."""
    return whole(name, value, -MAX_STEPS, MAX_STEPS, MachineError, bottom="-2^62", top="2^62")


def seed_of(value: Any, error: Error = ProblemError) -> int:
    """Return a seed: an integer of at least 0."""
    return whole("seed", value, 0, error=error)


def memory_of(value: Any) -> int | None:
    """Return a number of bytes, or ``None`` for what is free."""
    return None if value is None else count_of("memory", value)


def fraction(name: str, value: Any, error: Error = ProblemError) -> Fraction:
    """Return a number, or a text such as ``1/2``, exactly."""
    try:
        return exact_fraction(value)
    except ValueError:
        raise error(f"{name} is {shown(value)}; it must be a number such as 2 or 1/2") from None


def positive(name: str, value: Any, error: Error = ProblemError) -> Fraction:
    """Return a positive number, or a text such as ``1/2``, exactly.

    Examples
    --------
    >>> positive("weight", "1/2")
    Fraction(1, 2)
    """
    try:
        found = exact_fraction(value)
        if max(found.numerator, found.denominator).bit_length() > MAX_NUMBER_BITS:
            raise ValueError
    except ValueError:
        raise error(f"{name} is {shown(value)}; it must be a positive number such as 1 or 1/2") from None
    if found <= 0:
        raise error(f"{name} is {shown(value)}; it must be positive")
    return found


def positive_float(name: str, value: Any, error: Error = ProblemError) -> float:
    """Return a positive number that a float can hold as a float."""
    try:
        found = float(positive(name, value, error))
    except OverflowError:
        found = 0.0
    if not found:
        raise error(f"{name} is {shown(value)}; it must be positive, and within what a float can hold")
    return found


def flag(name: str, value: Any, error: Error = MachineError) -> bool:
    """Return a truth value, Python's or numpy's, as a ``bool``; nothing else is taken for one."""
    found = plain(value)
    if not isinstance(found, bool):
        raise error(f"{name} is {shown(value)}; it must be True or False")
    return found


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
    near = difflib.get_close_matches(value[:60], names, n=1) if isinstance(value, str) else []
    hint = f"; did you mean {shown(near[0])}?" if near else ""
    raise error(message.format(what=name, name=shown(value), names=", ".join(names)) + hint)


def several_of(name: str, values: Any, known: Iterable[str], error: Error = ProblemError) -> tuple[str, ...]:
    """Return a list of names, each one of those known; a single name stands for a list of one."""
    names = tuple(known)
    return tuple(one_of(name, value, names, error) for value in some(f"{name}s", values, error))


def some(what: str, values: Any, error: Error = MachineError) -> tuple[Any, ...]:
    """Return a list of names as a tuple; a single name stands for a list of one."""
    return (values,) if isinstance(values, str) else listed(what, values, error)


def instance(name: str, value: Any, kind: type[Kind], error: Error | None = None) -> Kind:
    """Return an object of a class; else the message says how to get one."""
    if isinstance(value, kind):
        return value
    article = "an" if kind.__name__[0].upper() in "AEIOU" else "a"
    usual, advice = KINDS.get(kind.__name__, (MachineError, f"give {article} {kind.__name__}"))
    raise (error or usual)(f"{name} is {shown(value)}; {advice}")


def instances(**given: tuple[Any, type]) -> None:
    """Check that several arguments are of their classes, and say so if two of them look swapped.

    Examples
    --------
    >>> instances(number=(1, int), word=("a", str))
    >>> instances(number=("a", int), word=(1, str))
    Traceback (most recent call last):
        ...
    noisytm.errors.MachineError: number is 'a'; give an int; number and word look swapped
    """
    for name, (value, kind) in given.items():
        try:
            instance(name, value, kind)
        except NoisytmError as error:
            other = next((x for x, (_, wanted) in given.items() if isinstance(value, wanted)), None)
            swapped = f"; {name} and {other} look swapped" if other else ""
            raise type(error)(f"{error}{swapped}") from None


def path_of(value: Any, what: str = "file") -> str:
    """Return a path as a string, or raise `FormatError`."""
    try:
        found = os.fspath(value)
    except TypeError:
        found = b""
    if not isinstance(found, str):
        raise FormatError(f"the name of the {what} is {shown(value)}; it must be a string or a Path")
    return found


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


def mapping(what: str, value: Any, error: Error = MachineError) -> Mapping[Any, Any]:
    """Return a mapping."""
    if not isinstance(value, Mapping):
        raise error(f"{what} is {shown(value)}; it must be a mapping")
    return value


def pairs_of(what: str, values: Any) -> list[tuple[Any, Any]]:
    """Return the pairs of a mapping, or of a list of pairs, or raise `MachineError`."""
    pairs = listed(what, values.items() if isinstance(values, Mapping) else values)
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise MachineError(f"{what} have the entry {shown(pair)}; give a mapping, or pairs")
    return [(key, value) for key, value in pairs]


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
    return tuple(names)


def require_member(what: str, value: Any, where: str, known: Sequence[str]) -> None:
    """Raise `MachineError` unless ``value`` is one of the ``known`` names, declared as ``where``."""
    if not isinstance(value, str) or value not in known:
        raise MachineError(f"{what} {shown(value)} is not among the declared {where} {shown_list(known)}")


def require_fields(record: Any, what: str, tag: str, required: Set[str], optional: Set[str]) -> None:
    """Raise `FormatError` unless ``record`` is an object with this tag, all required entries and no unknown ones."""
    if not isinstance(record, Mapping):
        raise FormatError(f"{what} JSON is {shown(record)}; it must be an object")
    if record.get("noisytm") != tag:
        raise FormatError(f'{what} JSON has "noisytm": {shown(record.get("noisytm"))}; it must be "{tag}"')
    missing = sorted(required - set(record))
    if missing:
        raise FormatError(f"{what} JSON lacks {shown_list(missing)}")
    unknown = sorted(str(k) for k in set(record) - required - optional)
    if unknown:
        raise FormatError(f"{what} JSON has unknown entries {shown_list(unknown)}; remove them")


def real_array(what: str, values: Any, needed: str, error: Error = MachineError) -> NDArray[np.float64]:
    """Return real numbers in any arrangement as a float64 array.

    Parameters
    ----------
    what : str
        The argument, in the plural.
    values : array_like
        Numbers. A ``numpy.matrix``, whose slices never lose an axis, complex numbers and texts are refused.
    needed : str
        The shape that is wanted, for the message.
    error : class
        What to raise.

    Examples
    --------
    >>> real_array("codes", [[1, 0.5]], "(1, 2)")
    array([[1. , 0.5]])
    """
    import numpy as np

    if isinstance(values, np.matrix):
        raise error(f"{what} are a numpy.matrix of shape {values.shape}; give an array: numpy.asarray({what})")
    try:
        found = np.asarray(values)
        if found.dtype.kind == "c":
            raise error(f"{what} are complex numbers; give real ones: an array of shape {needed}")
        if found.dtype.kind not in "biufO":
            raise TypeError
        return found.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise error(f"{what} are {shown(values)}; give an array of numbers of shape {needed}") from None
