"""Arguments that several verbs share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from cyclopts import Parameter, Token

from noisytm._fractions import exact_fraction
from noisytm._text import shown
from noisytm.cli._exits import UsageError

UNITS = {"K": 10, "M": 20, "G": 30}
MOST_DIGITS = 30
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


def charts() -> dict[str, str]:
    """Return what each chart is."""
    from noisytm.geometry import CHARTS

    return CHARTS.descriptions()


def losses() -> dict[str, str]:
    """Return what each loss is."""
    from noisytm.losses import LOSSES

    return LOSSES.descriptions()


def semantics_names() -> dict[str, str]:
    """Return what each semantics is."""
    from noisytm.relaxation.semantics import SEMANTICS

    return SEMANTICS.descriptions()


def readouts() -> dict[str, str]:
    """Return what each form of a readout reads."""
    from noisytm.problem import READOUTS

    return {kind.form: kind.description for kind in READOUTS.values()}


# ``-`` is standard input; the parser would otherwise take it for an option.
Source = Annotated[str, Parameter(allow_leading_hyphen=True, validator=not_an_option)]
Text = Annotated[str, Parameter(allow_leading_hyphen=True)]
Whole = Annotated[int, Parameter(converter=whole_number)]


@dataclass(frozen=True)
class OneOf:
    """Marks an argument that takes one of some names: ``Annotated[str, OneOf(names)]``, for one of a registry.

    Parameters
    ----------
    among : callable
        The names as they are when the command is called; or a mapping of the names to a line about each, which then
        stands in the help where the docstring of the verb has the argument's name in braces.
    open : bool
        Whether they are forms rather than names: then they are listed in the help only, and the verb looks for itself.
    """

    among: Callable[[], Iterable[str] | Mapping[str, str]]
    open: bool = False


def with_choices(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Return a verb as the parser is to see it: each argument with `OneOf` as the choice among the names there are.

    Examples
    --------
    >>> def colour(it: Annotated[str, OneOf(lambda: {"red": "as blood", "blue": "as the sky"})] = "red") -> str:
    ...     '''Paint: {it}.'''
    ...     return it
    >>> chosen = with_choices(colour)
    >>> chosen.__annotations__["it"], chosen.__doc__, chosen("blue")
    (typing.Literal['red', 'blue'], 'Paint: red (as blood), blue (as the sky).', 'blue')
    """

    @functools.wraps(verb)
    def command(*arguments: Any, **options: Any) -> Any:
        return verb(*arguments, **options)

    hints, text = get_type_hints(verb, include_extras=True), verb.__doc__ or ""
    for name, hint in hints.items():
        mark = _mark(hint)
        if mark is not None:
            among = mark.among()
            hints[name] = hint if mark.open else _chosen(hint, tuple(among))
            if isinstance(among, Mapping):
                lines = ", ".join(f"{key} ({line})" for key, line in among.items())
                text = text.replace("{" + name + "}", lines)
    command.__annotations__, command.__doc__ = hints, text
    return command


def _mark(hint: Any) -> OneOf | None:
    """Return the mark in an annotation, ``None`` if there is none."""
    for part in get_args(hint) if get_origin(hint) is not Literal else ():
        if isinstance(part, OneOf):
            return part
        if (inner := _mark(part)) is not None:
            return inner
    return None


def _chosen(hint: Any, names: tuple[str, ...]) -> Any:
    """Return an annotation with the choice among the names in the place of ``str``."""
    if hint is str:
        return Literal[names]
    if get_origin(hint) is Annotated:
        kind, *marks = get_args(hint)
        kept = [mark for mark in marks if not isinstance(mark, OneOf)]
        return Annotated[(_chosen(kind, names), *kept)] if kept else _chosen(kind, names)
    parts = [_chosen(part, names) for part in get_args(hint)]
    return functools.reduce(lambda a, b: a | b, parts) if parts else hint


def memory_bytes(text: str | None) -> int | None:
    """Read an amount of memory such as ``500M``; ``None`` stays."""
    if text is None:
        return None
    digits, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in UNITS else (text, "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS or int(digits) == 0:
        raise UsageError(f"--memory is {shown(text)}; give a number of bytes such as 500M or 4G")
    return int(digits) << UNITS.get(unit, 0)


def seconds_limit(text: str) -> float | None:
    """Read a time limit in seconds."""
    from noisytm._clock import seconds_given
    from noisytm.errors import ProblemError

    try:
        return seconds_given(text)
    except ProblemError as error:
        raise UsageError(f"--{error}") from None
