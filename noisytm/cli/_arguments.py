"""How the text of an argument is read; what cannot be is a `UsageError`, with the same words in every verb."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import Parameter, Token

from noisytm._digits import read_integer
from noisytm._fractions import exact_fraction
from noisytm._text import shown
from noisytm.cli._exits import UnknownOption, UsageError

if TYPE_CHECKING:
    from noisytm.codespace import CodeSpace
    from noisytm.geometry import Concentration
    from noisytm.machine import Description

UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}
MOST_DIGITS = 30
MAX_DIGITS = 200_000  # of an integer that is written out
SUCH = "give a whole number such as 10 or 1e6"
_LARGE = re.compile(r"([1-9][0-9]{0,99})e([0-9]{1,6})", re.IGNORECASE | re.ASCII)
_LARGER = re.compile(r"([1-9][0-9]{0,99})e([1-9][0-9]{6,17})", re.IGNORECASE | re.ASCII)
_TOO_LARGE = re.compile(rf"[0-9]{{{MAX_DIGITS + 1},}}|[1-9][0-9]*e[0-9]+", re.IGNORECASE | re.ASCII)
_BYTES = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(?:([KMGT])(?:i?B)?)?", re.IGNORECASE | re.ASCII)


def not_an_option(_: Any, value: str | None) -> None:
    """Refuse what looks like a misspelt option; ``-``, and machine text whose first cell is ``---``, pass."""
    if value is not None and value.startswith("-") and value != "-" and not value.startswith("---"):
        raise UnknownOption(value)


def file_to_write(_: Any, value: Path | None) -> None:
    """Refuse ``-``, and what looks like an option, as the name of a file that is written."""
    if value is not None and str(value).startswith("-"):
        raise UsageError(
            f"--output is {shown(str(value))}; give a file, as ./{value} if its name begins so; without --output the"
            " result goes to standard output"
        )


def whole(least: int, name: str = "", most: int | Callable[[], int] | None = None, **words: str) -> Parameter:
    """Return what reads an integer of at least ``least``, also as ``1e6``.

    Parameters
    ----------
    least : int
        The lower bound, included.
    name : str
        What it is called in messages; by default the option.
    most : int or callable
        The upper bound, included; or what returns it, where it is the library's and not known before an import.
    **words : str
        How the bounds are written, as of the library's check.
    """

    def convert(_: Any, tokens: Sequence[Token]) -> int:
        from noisytm._checks import whole as within
        from noisytm.errors import NoisytmError

        try:
            bound = most() if callable(most) else most
            called = name or tokens[0].keyword or "the number"
            return within(called, whole_number(tokens), least, bound, NoisytmError, **words)
        except NoisytmError as error:
            raise UsageError(str(error)) from None

    return Parameter(converter=convert)


def steps_of(least: int) -> Parameter:
    """Return what reads an integer of at least ``least``, also one too large to be written out."""
    smaller: Any = whole(least).converter

    def convert(given: Any, tokens: Sequence[Token]) -> Any:
        steps = _steps(tokens[0].value, _about(tokens[0].keyword))
        return smaller(given, tokens) if steps is None else steps

    return Parameter(converter=convert)


def _steps(text: str, about: str = "") -> Any:
    """Return a number of steps with an exponent of more than six digits, or given as a formula; ``None`` for others.

    Examples
    --------
    >>> _steps("3e10000000") == _steps("3*10^10000000"), _steps("1e6")
    (True, None)
    """
    found = _LARGER.fullmatch(text)
    if found is None and "^" not in text:
        return None
    from noisytm.discrete.powers import power, read

    if found is not None:
        return int(found[1]) * power(10, int(found[2]))
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{about}{shown(text)}: {error}; {SUCH}") from None


def whole_number(tokens: Sequence[Token]) -> int:
    """Read an integer; the parser's own reading rounds ``1.5`` without a word."""
    text, about = tokens[0].value, _about(tokens[0].keyword)
    if (powers := _LARGE.fullmatch(text)) is not None:
        return int(int(powers[1]) * 10 ** int(powers[2]))
    if MOST_DIGITS < len(text) <= MAX_DIGITS and text.isascii() and text.isdigit():
        return read_integer(text)
    try:
        return int(text)
    except ValueError:
        number = _number(text, about)
    if number.denominator != 1:
        raise UsageError(f"{about}{shown(text)} is not a whole number; {SUCH}")
    return int(number)


def _number(text: str, about: str) -> Fraction:
    if _TOO_LARGE.fullmatch(text):
        limits = f"a number may have {MAX_DIGITS:,} digits; {SUCH}, at most 1e999999"
        raise UsageError(f"{about}{shown(text)} is too large: {limits}")
    try:
        return exact_fraction(text)
    except ValueError as error:
        raise UsageError(f"{about}{shown(text)}: {error}; {SUCH}") from None


def _about(option: str | None) -> str:
    return "" if option is None else f"{option} "


def checked(check: Callable[[str], Any]) -> Parameter:
    """Return what reads a text with a check of the library; what that refuses is an option that cannot be."""

    def convert(_: Any, tokens: Sequence[Token]) -> Any:
        from noisytm.errors import NoisytmError

        try:
            return check(tokens[0].value)
        except NoisytmError as error:
            # a rule begins with the name of the argument, but where it is about a part of what is given
            option = str(tokens[0].keyword)
            about = "--" if str(error).startswith(option.removeprefix("--")) else f"{option}: "
            raise UsageError(f"{about}{error}") from None

    return Parameter(converter=convert)


def memory_bytes(_: Any, tokens: Sequence[Token]) -> int:
    """Read an amount of memory such as ``500M``, ``2GiB`` or ``1e9``; one that no machine has is a wish like others."""
    text = tokens[0].value
    if _LARGE.fullmatch(text):
        return whole_number(tokens)
    if (found := _BYTES.fullmatch(text)) is None:
        many = f": it has more than {MAX_DIGITS:,} digits" if _TOO_LARGE.fullmatch(text) else ""
        raise UsageError(f"--memory is {shown(text)}{many}; give a number of bytes such as 500M, 2GiB or 1T")
    if (number := read_integer(found[1])) == 0:
        raise UsageError(f"--memory is {shown(text)}; give at least one byte, such as 500M, 2GiB or 1T")
    return number << UNITS.get((found[2] or "").upper(), 0)


def seconds_of(text: str) -> float | None:
    """Read a time limit in seconds."""
    from noisytm._clock import seconds_given

    return seconds_given(text)


def readable_readout(text: str) -> str:
    """Return the text of a readout as it is, if there is one that it says."""
    from noisytm.problem import readout_of

    readout_of(text)
    return text


def readable_chart(text: str) -> str:
    """Return the name of a chart in full, if there is one."""
    from noisytm.geometry import checked_chart

    return checked_chart(text)


def require_counted(option: str, number: int) -> None:
    """Refuse more than a compiled loop can count."""
    from noisytm._checks import run_length
    from noisytm.errors import NoisytmError

    try:
        run_length(option, number)
    except NoisytmError as error:
        raise UsageError(str(error)) from None


def require_place(path: Path) -> None:
    """Refuse a file that cannot be written, before hours are spent on what is to be in it.

    Raises
    ------
    FormatError
        If there is no such folder, nothing can be written there, or the path is that of a folder.
    """
    from noisytm.errors import FormatError

    folder = path.parent
    try:
        if not folder.is_dir():
            reason = f"there is no folder {shown(str(folder))}"
        elif path.is_dir():
            reason = "it is a folder"
        elif not os.access(path if path.exists() else folder, os.W_OK):
            reason = "permission denied"
        else:
            return
    except (OSError, ValueError) as error:  # a name that is too long, or with a NUL
        reason = str(error.strerror if isinstance(error, OSError) else error)
    raise FormatError(f"cannot write {shown(str(path))}: {reason}")


def write_text(path: Path, text: str) -> None:
    """Write a file that was asked for, or raise `FormatError` with the reason why it cannot be."""
    from noisytm.errors import FormatError

    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None


def concentration_of(text: str) -> Concentration:
    """Return the concentration of a prior that a text stands for, or raise `UsageError`."""
    from noisytm.errors import ProblemError
    from noisytm.geometry import checked_concentration

    try:
        if "=" not in text:
            return checked_concentration(text)
        groups: dict[Any, str] = {}
        for part in text.split(","):
            name, _, value = part.rpartition("=")
            group: tuple[Any, ...] = tuple(name.strip().split(":"))
            if len(group) == 2 and group[0].isdecimal():  # a tuple of a list, by its number
                group = int(group[0]), group[1]
            if group in groups:
                raise UsageError(f"--prior-concentration gives {name.strip()} twice; give it one number")
            groups[group] = value
        return checked_concentration(groups)
    except ProblemError as error:
        raise UsageError(str(error)) from None


def entry_of(text: str, space: CodeSpace, machine: Description) -> tuple[str | int, ...]:
    """Return what a text such as A:reject:next=reject stands for: symbol, state, kind and wrong value.

    Of lists whose keys err or are repeated it is 0:next=reject, the number of the tuple in the place of its key.

    Raises
    ------
    UsageError
        If it has another form.
    """
    for known in space.coordinates(machine):
        *place, kind, wrong = known
        if text == f"{':'.join(map(str, place))}:{kind}={wrong}":
            return tuple(known)  # names may have colons and equals signs themselves
    name, equals, given = text.rpartition("=")
    parts = name.split(":")
    if space.by_number:
        if not equals or len(parts) != 2 or not parts[0].isdecimal():
            raise UsageError(
                f"--entry is {shown(text)}; give the number of the tuple, from 0 on, the kind of entry, and the wrong"
                " value, as in 0:next=reject"
            )
        return int(parts[0]), parts[1], given
    if not equals or len(parts) != 3:
        raise UsageError(
            f"--entry is {shown(text)}; give the symbol, the state, write, next or move, and the wrong value, as in"
            " A:reject:next=reject"
        )
    return (*parts, given)
