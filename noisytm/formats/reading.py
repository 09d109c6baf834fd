"""Reading machines in exchange formats, by name or by looking at the text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from noisytm._checks import one_of, path_of, string, strings
from noisytm._text import file_text, shown
from noisytm.errors import FormatError, MachineError
from noisytm.formats._common import MAX_TEXT
from noisytm.formats._open import FINAL_RULES, NoWildcardsError
from noisytm.formats.protocol import Format
from noisytm.formats.registry import FORMATS, formats
from noisytm.machine import TuringMachine


def detect(text: str) -> str:
    """Return the name of the format a text looks like.

    Raises
    ------
    FormatError
        If it looks like none of them, or like several.

    Examples
    --------
    >>> detect("1RB1LB_1LA1RZ")
    'bbchallenge'
    """
    string("text", text, FormatError)
    found = [form.name for form in FORMATS.values() if form.looks_like(text)]
    if len(found) == 1:
        return found[0]
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    what = f"could be {' or '.join(found)}" if found else f"is none of {', '.join(formats())}"
    raise FormatError(f"the text beginning {shown(first)} {what}; name its format (noisytm convert has --from)")


def each_in_text(
    text: str, format: str | None = None, *, final: str | None = None, symbols: Iterable[str] | None = None
) -> Iterator[TuringMachine]:
    r"""Read the machines of a text one after the other: of a long list none is kept.

    Parameters, and what is raised, are as in `read_text`; an error in a line is raised when its turn comes.

    Yields
    ------
    TuringMachine
        At least one machine.

    Examples
    --------
    >>> [len(machine.states) for machine in each_in_text("1RB1LB_1LA1RZ\n1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")]
    [3, 6]
    """
    string("text", text, FormatError)
    if len(text) > MAX_TEXT:
        raise FormatError(f"the text has {len(text)} characters; the limit is {MAX_TEXT}; split it")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise FormatError(f"the text is empty; give a machine as {', '.join(formats())}")
    if "\0" in text:
        raise FormatError(f"the text has a NUL character at position {text.index(chr(0))}; it is not a text file")
    form = FORMATS.named(detect(text) if format is None else format)
    return _machines(form, text, _options(form, final, symbols))


def _machines(form: Format, text: str, options: dict[str, Any]) -> Iterator[TuringMachine]:
    none = True
    try:
        for machine in form.read(text, **options):
            none = False
            yield machine
    except (FormatError, MachineError) as error:
        raise type(error)(f"{form.name}: {error}") from error.__cause__
    if none:
        raise FormatError(f"{form.name}: the text has no machine, only comments or an empty list")


def _options(form: Format, final: str | None, symbols: Iterable[str] | None) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if final is not None:
        given["final"] = one_of("final", final, FINAL_RULES, FormatError)
    if symbols is not None:
        given["symbols"] = strings("symbols", symbols, error=FormatError)
    without = {"final": "final states that could have rules", "symbols": "wildcards"}
    for name in given:
        if name not in form.options:
            having = ", ".join(other.name for other in FORMATS.values() if name in other.options)
            error = NoWildcardsError if name == "symbols" else FormatError
            raise error(f"{form.name} text has no {without[name]}; leave out {name}, which is for {having}")
    return given


def read_text(
    text: str, format: str | None = None, *, final: str | None = None, symbols: Iterable[str] | None = None
) -> list[TuringMachine]:
    """Read all machines of a text.

    Parameters
    ----------
    text : str
        At most 10 000 000 characters (250 000 for turingmachine.io).
    format : str, optional
        One of `formats`; by default what the text looks like.
    final : {"halts"}, optional
        What final states that have rules are: ``halts`` leaves out the rules, as a machine that stops in every final
        state never uses them. By default such a text is refused.
    symbols : str or iterable of str, optional
        Symbols that wildcards stand for besides those that the text mentions; none of them is new to a machine without
        wildcards, so then it is refused to name any. By default wildcards stand for the symbols that the text mentions,
        which a `ReadingNote` says.

    Returns
    -------
    list of TuringMachine
        At least one machine. Only texts of some formats, such as ``json``, can hold several.

    Raises
    ------
    FormatError
        If the text is not of the format, is too long, or holds no machine, or has nothing that ``final`` or ``symbols``
        could be for.
    MachineError
        If a JSON text describes something that is not a machine.

    Warns
    -----
    ReadingNote
        Of what was decided though the text leaves it open.

    Examples
    --------
    >>> [machine.dimension for machine in read_text("1RB1LB_1LA1RZ Halt 6 4")]
    [20]
    >>> read_text("0 * * r 0", symbols="ab")[0].symbols
    ('_', 'a', 'b')
    """
    return list(each_in_text(text, format, final=final, symbols=symbols))


def parse(
    text: str, format: str | None = None, *, final: str | None = None, symbols: Iterable[str] | None = None
) -> TuringMachine:
    """Read a text that holds exactly one machine.

    Parameters
    ----------
    text, format, final, symbols
        As in `read_text`.

    Raises
    ------
    FormatError
        As in `read_text`, and if the text holds several machines; the message has their number.
    MachineError
        As in `read_text`.

    Examples
    --------
    >>> machine = parse("1RB1LB_1LA1RZ")
    >>> machine.states, len(machine.tuples), machine.dimension
    (('A', 'B', 'Z'), 4, 20)
    """
    return _single(read_text(text, format, final=final, symbols=symbols), "the text")


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    final: str | None = None,
    symbols: Iterable[str] | None = None,
) -> TuringMachine:
    """Read a file that holds exactly one machine; see `parse`.

    Raises
    ------
    FormatError
        As `parse` does, and if the file cannot be read, is not UTF-8, or has more than 10 000 000 bytes.
    MachineError
        As `parse` does.
    """
    return _single(read_all(path, format, final=final, symbols=symbols), f"the file {shown(str(path))}")


def read_all(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    final: str | None = None,
    symbols: Iterable[str] | None = None,
) -> list[TuringMachine]:
    """Read all machines of a file; see `read_text`.

    Raises
    ------
    FormatError
        As `read_text` does, and if the file cannot be read, is not UTF-8, or has more than 10 000 000 bytes.
    MachineError
        As `read_text` does.
    """
    return read_text(file_text(path_of(path)), format, final=final, symbols=symbols)


def _single(machines: list[TuringMachine], where: str) -> TuringMachine:
    if len(machines) != 1:
        raise FormatError(f"{where} holds {len(machines)} machines where one is needed; pick one, or use read_all")
    return machines[0]
