"""Reading and writing machines in exchange formats, by name or by looking at the text.

The formats and what each of them refuses are described in ``docs/formats.md``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import ModuleType
from typing import Literal, get_args

from noisytm._checks import instance, path_of, string
from noisytm._text import file_text, shown, shown_list
from noisytm.errors import FormatError, MachineError
from noisytm.formats import bbchallenge, jflap, morphett, project_json, turingmachine_io
from noisytm.formats._common import MAX_TEXT
from noisytm.machine import TuringMachine

FormatName = Literal["bbchallenge", "turingmachine.io", "jflap", "morphett", "json"]

_MODULES: dict[str, ModuleType] = {
    module.NAME: module for module in (bbchallenge, turingmachine_io, jflap, morphett, project_json)
}


def formats() -> tuple[str, ...]:
    """Return the names of the exchange formats.

    Examples
    --------
    >>> formats()
    ('bbchallenge', 'turingmachine.io', 'jflap', 'morphett', 'json')
    """
    return get_args(FormatName)


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
    found = [name for name, module in _MODULES.items() if module.looks_like(text)]
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
        At least one machine. Only ``bbchallenge`` and ``json`` texts can hold several.

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
    name = detect(text) if format is None else _known(format)
    try:
        machines: list[TuringMachine] = _MODULES[name].read(text)
    except (FormatError, MachineError) as error:
        raise type(error)(f"{name}: {error}") from error.__cause__
    if not machines:
        raise FormatError(f"{name}: the text has no machine, only comments or an empty list")
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


def write(machine: TuringMachine, format: str) -> str:
    """Write a machine as text.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    format : str
        One of `formats`.

    Returns
    -------
    str
        A text that reads back as an equal machine. (If every tuple is listed, ``undefined`` means nothing,
        and it may come back as ``stop``.)

    Raises
    ------
    FormatError
        If the format cannot express the machine: the run of some word, or the order of symbols, states or
        tuples, would change.

    Examples
    --------
    >>> print(write(parse("1RB---_1LA0RB"), "bbchallenge"), end="")
    1RB---_1LA0RB
    >>> write(parse("1RB---_1LA0RB"), "turingmachine.io")
    Traceback (most recent call last):
        ...
    noisytm.errors.FormatError: tuple (1, A) is unlisted and the machine's convention is 'write-1'; ...
    """
    text: str = _MODULES[_known(format)].write(instance("machine", machine, TuringMachine))
    return text


def write_all(machines: Sequence[TuringMachine], format: str) -> str:
    r"""Write several machines as one text: a line each in ``bbchallenge``, a list in ``json``.

    Raises
    ------
    FormatError
        As `write` does, and if the format holds one machine only; the message has the number of machines.

    Examples
    --------
    >>> print(write_all(read_text("1RB---_1LA0RB # two\n0RA"), "bbchallenge"), end="")
    1RB---_1LA0RB
    0RA
    """
    name = _known(format)
    if len(machines) == 1:
        return write(machines[0], name)
    if not machines:
        raise FormatError("there is no machine to write")
    if name == project_json.NAME:
        return project_json.write_list(machines)
    if name == bbchallenge.NAME:
        return "".join(write(machine, name) for machine in machines)
    raise FormatError(
        f"there are {len(machines)} machines and a {name} text holds one; write bbchallenge or json, or pick one"
    )


def renamed_for(machine: TuringMachine, format: str) -> TuringMachine:
    """Rename symbols and states to the names that a format prescribes; every order is kept.

    For ``bbchallenge`` the symbols become 0, 1, … and the states A, B, …; for ``jflap`` and ``morphett`` the
    blank becomes ``□`` and ``_``, and for ``morphett`` the halting states get names that begin with ``halt``.
    What still cannot be expressed afterwards is refused by `write`.

    Raises
    ------
    FormatError
        If the format is unknown.

    Examples
    --------
    >>> champion = parse("1RB1RZ_1LB0RC_1LC1LA")
    >>> print(write(renamed_for(champion, "morphett"), "morphett").splitlines()[2])
    A 1 1 r halt
    """
    module = _MODULES[_known(format)]
    result: TuringMachine = module.rename(machine) if hasattr(module, "rename") else machine
    return result


def _known(format: str) -> str:
    if not isinstance(format, str) or format not in _MODULES:
        raise FormatError(f"format {shown(format)} is unknown; use one of {shown_list(formats())}")
    return format


def _single(machines: list[TuringMachine], where: str) -> TuringMachine:
    if len(machines) != 1:
        raise FormatError(f"{where} holds {len(machines)} machines where one is needed; pick one, or use read_all")
    return machines[0]


__all__ = [
    "FormatName",
    "detect",
    "formats",
    "parse",
    "read",
    "read_all",
    "read_text",
    "renamed_for",
    "write",
    "write_all",
]
