"""Numbers: integers in a range, positive fractions, truth values, bytes, seeds and steps; arrays of reals."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm import _memory
from noisytm._fractions import exact_fraction, exact_integer, plain
from noisytm._text import shown
from noisytm.errors import BudgetError, MachineError, NoisytmError, ProblemError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Error = type[NoisytmError]

MAX_STEPS = 1 << 62
MAX_STEPS_RELAXED = 100_000_000
MAX_NUMBER_BITS = 4000
MOST_WORKERS = 10_000


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
    if found is None or found < least or (most is not None and found > most):
        raise not_whole(name, value, least, most, error, **words)
    return found


def not_whole(
    name: str, value: Any, least: int, most: int | None = None, error: Error = ProblemError, **words: str
) -> NoisytmError:
    """Return the error for what is no integer between two bounds; see `whole`."""
    found = integer(value)
    bounds = f">= {least}" if most is None else f"from {words.get('bottom', least)} to {words.get('top', most)}"
    given = "a larger number" if found is not None and found.bit_length() > MAX_NUMBER_BITS else shown(plain(value))
    return error(f"{name} is {given}; it must be {words.get('instead', '')}an integer {bounds}{words.get('also', '')}")


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


def workers_of(value: Any, error: Error = ProblemError) -> int:
    """Return a number of processes; of far more than there are processors anywhere each would be started."""
    return whole("workers", value, 1, MOST_WORKERS, error)


def memory_of(value: Any) -> int | None:
    """Return a number of bytes, at most what the system has; ``None`` stays, for the part of it that is taken then."""
    if value is None:
        return None
    asked, room = count_of("memory", value), _memory.available()
    return asked if room is None else min(asked, room)


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
    except ValueError:
        raise error(f"{name} is {shown(value)}; it must be a positive number such as 1 or 1/2") from None
    if found <= 0:
        raise error(f"{name} is {shown(value)}; it must be positive")
    if max(found.numerator, found.denominator).bit_length() > MAX_NUMBER_BITS:
        raise error(
            f"{name} is {shown(value)}; a numerator or denominator has at most {MAX_NUMBER_BITS:,} bits; round it"
        )
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


def real_array(what: str, values: Any, needed: str, error: Error = MachineError) -> NDArray[Any]:
    """Return real numbers in any arrangement as an array of floats, with as many digits as they came with.

    Parameters
    ----------
    what : str
        The argument, in the plural.
    values : array_like
        Numbers. A ``numpy.matrix``, whose slices never lose an axis, masked entries, complex numbers and texts are
        refused.
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
    if isinstance(values, np.ndarray) and np.any(getattr(values, "mask", False)):
        raise error(f"{what} have masked entries; give an array without: {what}.filled(...) says what stands there")
    try:
        found = np.asarray(values)
        if found.dtype.kind == "c":
            raise error(f"{what} are complex numbers; give real ones: an array of shape {needed}")
        if found.dtype.kind not in "biufO":
            raise TypeError
        return found if found.dtype.kind == "f" else found.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise error(f"{what} are {shown(values)}; give an array of numbers of shape {needed}") from None
