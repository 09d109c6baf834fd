"""Values and names in messages; text from files and standard input, UTF-8 and never more than is looked at."""

from __future__ import annotations

import difflib
import reprlib
import sys
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from noisytm._digits import shortened
from noisytm.errors import FormatError

MAX_BYTES = 10_000_000


class _Abbreviated(reprlib.Repr):
    """The repr of what holds an integer of more digits than Python writes: a few items, numbers by their ends."""

    def repr_int(self, value: int, level: int) -> str:
        return shortened(value)

    def repr_Fraction(self, value: Fraction, level: int) -> str:
        return f"Fraction({shortened(value.numerator)}, {shortened(value.denominator)})"


def shown(value: Any, limit: int = 60) -> str:
    """Return ``repr(value)`` for a message, in one line, cut in the middle when it is long.

    Examples
    --------
    >>> shown("AB"), shown(10**5000), shown([1, 10**5000])
    ("'AB'", '1000000000…0000000000 (5,001 digits)', '[1, 1000000000…0000000000 (5,001 digits)]')
    """
    try:
        text = _plain_repr(value, limit)
    except ValueError:  # an integer of thousands of digits
        text = _Abbreviated().repr(value)
    except RecursionError:  # lists nested that deep
        return f"<{type(value).__name__} too large to show>"
    if "\n" in text:  # arrays
        text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 13]}…{text[-12:]}"


def _plain_repr(value: Any, limit: int) -> str:
    """Return the repr, of a long list or text only as much of both ends as is looked at."""
    if type(value) in (list, tuple, str) and len(value) > 4 * limit:
        return repr(value[: 2 * limit])[:-1] + repr(value[-2 * limit :])[1:]
    return repr(value)


def shown_list(values: Iterable[str], limit: int = 12) -> str:
    """Return names joined by commas for a message, with the rest counted when there are many."""
    names = [shown(v) for v in values]
    more = f", … ({len(names) - limit} more)" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def did_you_mean(name: Any, known: Iterable[str], prefix: str = "") -> str:
    """Return the end of a message about a name that is not one of those known: the nearest, if one is near.

    Parameters
    ----------
    name : object
        What was given.
    known : iterable of str, or mapping of str to str
        The names; with what to say for each, where that is not itself.
    prefix : str
        What all names begin with; it makes none more like another.

    Examples
    --------
    >>> did_you_mean("detecta", ["detectA", "parity"]), did_you_mean("nothing", ["detectA", "parity"])
    ("; did you mean 'detectA'?", '')
    """
    if not isinstance(name, str):
        return ""
    meant = known if isinstance(known, Mapping) else {each: each for each in known}
    names = {each.removeprefix(prefix).casefold(): said for each, said in meant.items()}
    near = difflib.get_close_matches(name.removeprefix(prefix)[:60].casefold(), names, n=1)
    return f"; did you mean {shown(names[near[0]])}?" if near else ""


def shown_name(name: str) -> str:
    """Return a symbol or a state for a table or a sentence: in quotes if it has a space.

    Examples
    --------
    >>> print(shown_name("accept"), shown_name(" "))
    accept ' '
    """
    return repr(name) if " " in name else name


def stdin_text() -> str:
    """Read standard input, up to what any format accepts.

    Raises
    ------
    FormatError
        If it is closed, too large, or not UTF-8.
    """
    if sys.stdin is None:
        raise FormatError("standard input is closed; give a file")
    return _decoded(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")


def file_text(path: str, what: str = "file") -> str:
    """Read a text file of at most 10 000 000 bytes.

    Raises
    ------
    FormatError
        If it cannot be read, is too large, or is not UTF-8.
    """
    if not path:  # as a path it would be the current folder
        raise FormatError(f"the name of the {what} is empty; give a path")
    try:
        with Path(path).open("rb") as file:
            # one byte more than allowed: also right for pipes and devices, whose size is not known
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"cannot read {what} {shown(path)}: {error.strerror}") from None
    except ValueError:
        raise FormatError(f"cannot read {what} {shown(path)}: the path has a NUL character") from None
    return _decoded(data, f"the {what} {shown(path)}")


def clipped(message: str, limit: int = 400) -> str:
    """Return ``message`` as one line of at most ``limit`` characters."""
    line = " ".join(message.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _decoded(data: bytes, where: str) -> str:
    if len(data) > MAX_BYTES:
        raise FormatError(f"{where} has more than {MAX_BYTES} bytes, the limit; split it")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{where} is not UTF-8 at byte {error.start}; save it as UTF-8") from None
