"""Reading machines in exchange formats, by name or by looking at the text."""

from __future__ import annotations

import os

from noisytm._checks import path_of, string
from noisytm._text import file_text, shown
from noisytm.errors import FormatError, MachineError
from noisytm.formats._common import MAX_TEXT
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


def read_text(text: str, format: str | None = None) -> list[TuringMachine]:
    """Read all machines of a text.

    Parameters
    ----------
    text : str
        At most 10 000 000 characters (250 000 for turingmachine.io).
    format : str, optional
        One of `formats`; by default what the text looks like.

    Returns
    -------
    list of TuringMachine
        At least one machine. Only texts of some formats, such as ``json``, can hold several.

    Raises
    ------
    FormatError
        If the text is not of the format, is too long, or holds no machine.
    MachineError
        If a JSON text describes something that is not a machine.

    Examples
    --------
    >>> [machine.dimension for machine in read_text("1RB1LB_1LA1RZ Halt 6 4")]
    [20]
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
    try:
        machines = list(form.read(text))
    except (FormatError, MachineError) as error:
        raise type(error)(f"{form.name}: {error}") from error.__cause__
    if not machines:
        raise FormatError(f"{form.name}: the text has no machine, only comments or an empty list")
    return machines


def parse(text: str, format: str | None = None) -> TuringMachine:
    """Read a text that holds exactly one machine.

    Parameters
    ----------
    text, format
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
    return _single(read_text(text, format), "the text")


def read(path: str | os.PathLike[str], format: str | None = None) -> TuringMachine:
    """Read a file that holds exactly one machine; see `parse`.

    Raises
    ------
    FormatError
        As `parse` does, and if the file cannot be read, is not UTF-8, or has more than 10 000 000 bytes.
    MachineError
        As `parse` does.
    """
    return _single(read_all(path, format), f"the file {shown(str(path))}")


def read_all(path: str | os.PathLike[str], format: str | None = None) -> list[TuringMachine]:
    """Read all machines of a file; see `read_text`.

    Raises
    ------
    FormatError
        As `read_text` does, and if the file cannot be read, is not UTF-8, or has more than 10 000 000 bytes.
    MachineError
        As `read_text` does.
    """
    return read_text(file_text(path_of(path)), format)


def _single(machines: list[TuringMachine], where: str) -> TuringMachine:
    if len(machines) != 1:
        raise FormatError(f"{where} holds {len(machines)} machines where one is needed; pick one, or use read_all")
    return machines[0]
