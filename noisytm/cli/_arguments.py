"""Arguments that several verbs share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, Token

from noisytm._fractions import exact_fraction
from noisytm._text import shown

_LARGE = re.compile(r"([1-9][0-9]{0,99})e([0-9]{1,6})", re.IGNORECASE | re.ASCII)


def not_an_option(_: Any, value: str | None) -> None:
    """Refuse what looks like a misspelt option; ``-``, and machine text whose first cell is ``---``, pass."""
    if value is not None and value.startswith("-") and value != "-" and not value.startswith("---"):
        raise ValueError(f"{shown(value)} is no option of this command; --help lists them")


def whole_number(_: Any, tokens: Sequence[Token]) -> int:
    """Read an integer, also as ``1e6``; the parser's own reading rounds ``1.5`` without a word."""
    text = tokens[0].value
    if (powers := _LARGE.fullmatch(text)) is not None:
        return int(int(powers[1]) * 10 ** int(powers[2]))
    try:
        return int(text)
    except ValueError:
        number = _number(text)
    if number.denominator != 1:
        raise ValueError(f"{shown(text)} is not a whole number")
    return int(number)


def _number(text: str) -> Fraction:
    try:
        return exact_fraction(text)
    except ValueError as error:
        raise ValueError(f"{shown(text)}: {error}") from None


def write_text(path: Path, text: str) -> None:
    """Write a file that was asked for, or raise `FormatError` with the reason why it cannot be."""
    from noisytm.errors import FormatError

    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None


# ``-`` is standard input; the parser would otherwise take it for an option.
Source = Annotated[str, Parameter(allow_leading_hyphen=True, validator=not_an_option)]
Text = Annotated[str, Parameter(allow_leading_hyphen=True)]
Whole = Annotated[int, Parameter(converter=whole_number)]
