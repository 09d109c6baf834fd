"""Machines of a text that comes in parts, each as soon as it is there; what is none does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from noisytm.errors import FormatError, MachineError
from noisytm.formats._common import MAX_TEXT
from noisytm.formats._open import NoWildcardsError
from noisytm.formats.protocol import Format
from noisytm.formats.reading import detect, each_in_text
from noisytm.formats.registry import FORMATS
from noisytm.machine import TuringMachine

Found = tuple[str, TuringMachine | FormatError | MachineError]
SIGNIFICANT = 2  # lines from which a list is told from other texts


def each_in_stream(parts: Iterable[str], *, final: str | None = None, symbols: Iterable[str] = ()) -> Iterator[Found]:
    r"""Read machines one after the other, and say of those that cannot be read why.

    A list with a machine a line is read as it comes, however long it is. Any other text is read when it is complete.

    Parameters
    ----------
    parts : iterable of str
        The text in parts of any length.
    final, symbols
        As in `read_text`; ``symbols`` may be given for texts without wildcards, too.

    Yields
    ------
    where : str
        Which machine it is, as ``line 3``.
    found : TuringMachine, FormatError or MachineError
        The machine, or why it is none.

    Examples
    --------
    >>> parts = ["1RB1LB_1LA1RZ\n1RB1L", "B_1LA1R\n", "1RB---_0RB---"]
    >>> [(where, type(found).__name__) for where, found in each_in_stream(parts)]
    [('line 1', 'TuringMachine'), ('line 2', 'FormatError'), ('line 3', 'TuringMachine')]
    """
    lines = _whole_lines(parts)
    begin = ""
    for part in lines:
        begin += part
        if sum(1 for line in begin.split("\n") if line.strip() and line.lstrip()[0] != "#") >= SIGNIFICANT:
            break
    begin = begin.removeprefix("\ufeff")
    form = _format_of(begin)
    if form is not None and form.read_stream is not None:
        yield from _lines(form.read_stream(_continued(begin, lines)))
    else:
        yield from _complete("".join(_continued(begin, lines)), final, tuple(symbols))


def _format_of(begin: str) -> Format | None:
    """Return the format of a text from its beginning, of a list also if its first lines are wrong."""
    try:
        return FORMATS.named(detect(begin))
    except FormatError:
        by_line = [form for form in FORMATS.values() if form.read_stream is not None]
        lines = [line for line in begin.split("\n") if line.strip()]
        return next((form for form in by_line if any(map(form.looks_like, lines))), None)


def _whole_lines(parts: Iterable[str]) -> Iterator[str]:
    """Yield the text in parts that end where lines do."""
    rest = ""
    for part in parts:
        whole, newline, after = part.rpartition("\n")
        if newline:
            yield rest + whole + "\n"
            rest = after
        else:
            rest += after
        if len(rest) > MAX_TEXT:
            raise FormatError(f"a line has more than {MAX_TEXT} characters; a list has a machine a line")
    if rest:
        yield rest


def _continued(begin: str, more: Iterable[str]) -> Iterator[str]:
    if begin:
        yield begin
    yield from more


def _lines(found: Iterator[tuple[int, TuringMachine | FormatError]]) -> Iterator[Found]:
    try:
        for number, machine in found:
            yield f"line {number}", machine
    except FormatError as error:
        yield "the rest", error


def _complete(text: str, final: str | None, symbols: tuple[str, ...]) -> Iterator[Found]:
    options: dict[str, Any] = {"final": final, "symbols": symbols or None}
    try:
        machines = each_in_text(text, **options)
    except NoWildcardsError:
        machines = each_in_text(text, final=final)
    except (FormatError, MachineError) as error:
        yield "the text", error
        return
    number = 0
    try:
        for number, machine in enumerate(machines, start=1):
            yield f"machine {number}", machine
    except (FormatError, MachineError) as error:
        yield f"machine {number + 1}", error
