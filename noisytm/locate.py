"""Finding what a user names: machines by path, library name or text; problems by file."""

from __future__ import annotations

import sys
from pathlib import Path

from noisytm import library
from noisytm.errors import FormatError, ProblemError
from noisytm.machine import TuringMachine, shown, shown_list
from noisytm.problem import SynthesisProblem, problem_from_mapping, read_problem_entries

MAX_BYTES = 10_000_000


def load_machines(spec: str, format: str | None = None) -> list[TuringMachine]:
    """Return the machines of an existing file, else the library machine of that name, else those of the text.

    Parameters
    ----------
    spec : str
        Path, library name, or machine text; ``-`` reads machine text from standard input.
    format : str, optional
        Exchange format; by default what the text looks like.

    Raises
    ------
    FormatError
        If it is none of these.
    """
    from noisytm.formats import read_all, read_text

    if spec == "-":
        return read_text(stdin_text(), format)
    if _is_path(spec):
        return read_all(spec, format)
    if format is None and spec in library.names():
        return [library.machine(spec)]
    try:
        return read_text(spec, format)
    except FormatError as error:
        if "\n" in spec or "{" in spec or format is not None:
            raise
        raise FormatError(
            f"{shown(spec)} is no existing file, no library machine ({shown_list(library.names(), 20)}),"
            f" and no machine text: {error}"
        ) from None


def load_machine(spec: str) -> TuringMachine:
    """Return the one machine that ``spec`` names; see `load_machines`."""
    machines = load_machines(spec)
    if len(machines) != 1:
        raise FormatError(f"{shown(spec)} holds {len(machines)} machines; give one")
    return machines[0]


def read_problem(path: str, machine: TuringMachine | None = None) -> tuple[TuringMachine, SynthesisProblem]:
    """Read a problem file (YAML or JSON).

    Parameters
    ----------
    path : str
        The file; ``-`` for standard input.
    machine : TuringMachine, optional
        The machine to use instead of the one that the file names by library name, path (from the file's own folder,
        else from the current one), text, or inline.

    Returns
    -------
    machine : TuringMachine
    problem : SynthesisProblem

    Raises
    ------
    FormatError
        If the file cannot be read, or what it says of the machine is not understood.
    ProblemError
        If it is not a problem, or names no machine and none is given.
    MachineError
        If a word or target is not one of the machine.
    """
    path = str(path)
    entries = read_problem_entries(file_text(path, "problem file"), f"problem file {shown(path)}")
    named = entries.pop("machine", None)
    if machine is None:
        machine = _named_machine(named, path)
    return machine, problem_from_mapping(entries, machine)


def _named_machine(named: object, path: str) -> TuringMachine:
    if isinstance(named, dict):
        return TuringMachine.from_json(named)
    if named is None:
        raise ProblemError(f"problem file {shown(path)} names no machine; add 'machine:', or give one")
    if not isinstance(named, str):
        raise ProblemError(f"machine is {shown(named)}; give a library name, a path, or an inline machine")
    beside = str(Path(path).parent / named) if path != "-" else named
    return load_machine(beside if _is_path(beside) else named)


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


def file_text(path: str, what: str) -> str:
    """Read a text file (``-`` for standard input) of at most 10 000 000 bytes.

    Raises
    ------
    FormatError
        If it cannot be read, is too large, or is not UTF-8.
    """
    if path == "-":
        return stdin_text()
    try:
        with Path(path).open("rb") as file:
            # one byte more than allowed: also right for pipes and devices, whose size is not known
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"cannot read {what} {shown(path)}: {error.strerror}") from None
    except ValueError:
        raise FormatError(f"cannot read {what} {shown(path)}: the path has a NUL character") from None
    return _decoded(data, f"{what} {shown(path)}")


def _decoded(data: bytes, where: str) -> str:
    if len(data) > MAX_BYTES:
        raise FormatError(f"{where} has more than {MAX_BYTES:,} bytes, the limit")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{where} is not UTF-8 at byte {error.start}") from None


def _is_path(spec: str) -> bool:
    try:
        return Path(spec).exists()
    except (OSError, ValueError):  # longer than a path can be, or with a NUL
        return False
