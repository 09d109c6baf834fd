"""Finding what a user names: machines by path, library name or text; problems by file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from noisytm import library
from noisytm._checks import mapping, path_of, string
from noisytm._json import loads
from noisytm._notes import tell
from noisytm._records import TAG_ENTRY, split_tag
from noisytm._summary import count
from noisytm._text import did_you_mean, file_text, shown, shown_list, stdin_text
from noisytm._yaml import MAX_CHARACTERS, yaml_values
from noisytm.errors import FormatError, ProbableMistake, ProblemError
from noisytm.machine import DESCRIPTION, Description, TuringMachine, listed_from_json
from noisytm.problem.form import PROBLEM_ENTRIES
from noisytm.problem.readouts import outcome_of
from noisytm.problem.synthesis import SynthesisProblem, problem_from_mapping
from noisytm.problem.weights import counts_of_file


def load_machines(
    spec: str, format: str | None = None, *, final: str | None = None, symbols: Iterable[str] | None = None
) -> list[TuringMachine]:
    """Return the machines of an existing file, else the library machine of that name, else those of the text.

    Parameters
    ----------
    spec : str
        Path, library name, or machine text; ``-`` reads machine text from standard input.
    format : str, optional
        Exchange format; by default what the text looks like.
    final, symbols
        As in `formats.read_text`.

    Raises
    ------
    FormatError
        If it is none of these.
    """
    return list(each_machine(spec, format, final=final, symbols=symbols))


def each_machine(
    spec: str, format: str | None = None, *, final: str | None = None, symbols: Iterable[str] | None = None
) -> Iterator[TuringMachine]:
    """Return the machines that `load_machines` returns one after the other; of a long list none is kept."""
    from noisytm.formats import each_in_text

    text = _text_of(spec, format)
    if isinstance(text, str):
        return each_in_text(text, format, final=final, symbols=symbols)
    if final is not None or symbols is not None:
        raise FormatError(f"{shown(spec)} is a machine of the library, read already; leave out final and symbols")
    return iter([text])


def load_machine(spec: str, *, final: str | None = None, word: Iterable[str] | None = None) -> TuringMachine:
    """Return the one machine that ``spec`` names; see `load_machines`.

    Parameters
    ----------
    spec : str
        As in `load_machines`.
    final : {"halts"}, optional
        As in `formats.read_text`.
    word : iterable of str, optional
        Symbols on the tape that it will run on: wildcards of the text stand for these, too.
    """
    from noisytm.formats import NoWildcardsError, read_text

    if word is None:
        machines = load_machines(spec, final=final)
    else:
        text = _text_of(spec, None)
        if not isinstance(text, str):
            machines = load_machines(spec, final=final)
        else:
            try:
                machines = read_text(text, final=final, symbols=tuple(word))
            except NoWildcardsError:
                machines = read_text(text, final=final)
    if len(machines) != 1:
        raise FormatError(f"{shown(spec)} holds {len(machines)} machines; give one")
    return machines[0]


def load_listed(spec: str, *, final: str | None = None) -> Description:
    """Return what `load_machine` does, or, where ``spec`` is or names JSON ``description/1``, the list of tuples.

    Examples
    --------
    >>> text = Description(["_"], "_", ["a"], "a", []).canonical
    >>> type(load_listed(text)).__name__, type(load_listed("detectA")).__name__
    ('Description', 'TuringMachine')
    """
    text = _text_of(spec, None)
    if isinstance(text, str) and text.lstrip().startswith("{") and f'"{DESCRIPTION.name}/' in text:
        record = loads(text, DESCRIPTION.what)
        if isinstance(record, dict) and split_tag(record.get(TAG_ENTRY))[0] == DESCRIPTION.name:
            if final is not None:
                raise FormatError(f"{shown(spec)} is a description, without final states; leave out final")
            return Description.from_json(record)
    return load_machine(text if isinstance(text, str) else spec, final=final)


def _text_of(spec: str, format: str | None) -> str | TuringMachine:
    """Return the text that ``spec`` names or is, or the machine of the library."""
    from noisytm.formats import detect

    if not string("machine", spec, FormatError):  # as a path it would be the current folder
        raise FormatError("the machine is an empty string; give a file, a library machine, machine text, or -")
    if spec == "-":
        return stdin_text()
    if _is_meant(spec, spec):
        return file_text(path_of(spec))
    if format is None and spec in library.names():
        return library.machine(spec)
    if format is None:
        try:
            detect(spec)
        except FormatError as error:
            raise FormatError(
                f"{shown(spec)} is no existing file, no library machine ({shown_list(library.names(), 20)}),"
                f" and no machine text: {error}{did_you_mean(spec, library.names())}"
            ) from None
    return spec


def read_problem(
    path: str | os.PathLike[str], machine: Description | None = None, keys: str | None = None
) -> tuple[Description, SynthesisProblem]:
    """Read a problem file (YAML or JSON); ``weights`` in it may name a file of inputs with counts, from its own folder.

    Parameters
    ----------
    path : str
        The file; ``-`` for standard input.
    machine : TuringMachine or Description, optional
        The machine to use instead of the one that the file names by library name, path (from the file's own folder,
        else from the current one), text, or inline.
    keys : {"exact", "noisy"}, optional
        Instead of what the file says of the keys.

    Returns
    -------
    machine : TuringMachine or Description
    problem : SynthesisProblem

    Raises
    ------
    FormatError
        If the file cannot be read, or what it says of the machine is not understood.
    ProblemError
        If it is not a problem, or names no machine and none is given.
    MachineError
        If a word or target is not one of the machine.

    Warns
    -----
    ProbableMistake
        For each of the problem's `SynthesisProblem.mistakes`.
    """
    path = path_of(path, "problem file")
    machine, problem = _read(_problem_text(path), path, machine, keys)
    if machine is None:
        raise ProblemError(f"problem file {shown(path)} names no machine; add 'machine:', or give one")
    return machine, problem


def read_asked(
    path: str | os.PathLike[str], machine: Description | None = None, keys: str | None = None
) -> tuple[Description | None, SynthesisProblem]:
    """Read a problem file as `read_problem` does; one that names no machine has ``space`` and ``targets`` instead."""
    path = path_of(path, "problem file")
    return _read(_problem_text(path), path, machine, keys)


def load_asked(
    spec: str, *, final: str | None = None, keys: str | None = None
) -> tuple[Description | None, SynthesisProblem | None]:
    """Return the machine that ``spec`` names, as `load_listed` does, or what a problem file in its place holds.

    A file with ``inputs`` is a problem, and so is such a text from standard input, or one that is given itself; of
    that ``keys`` are as of `read_problem`.

    Examples
    --------
    >>> load_asked("detectA")[1] is None
    True
    >>> machine, problem = load_asked("{machine: detectA, inputs: [A], steps: 3}")
    >>> machine.name, problem.steps
    ('detectA', 3)
    """
    text = file_text(path_of(spec)) if spec != "-" and spec and _is_meant(spec, spec) else spec
    text = stdin_text() if spec == "-" else text
    if _is_problem(text):
        return _read(text, "-" if text is spec else spec, None, keys)
    return load_listed(text if spec == "-" else spec, final=final), None


def _is_problem(text: str) -> bool:
    """Return whether a text has the entry ``inputs``; machines have none."""
    if "inputs" not in text:
        return False
    try:
        return "inputs" in read_problem_entries(text)
    except ProblemError:
        return False


def _problem_text(path: str) -> str:
    return stdin_text() if path == "-" else file_text(path, "problem file")


def _read(
    text: str, path: str, machine: Description | None, keys: str | None = None
) -> tuple[Description | None, SynthesisProblem]:
    """Return the machine, if there is one, and the problem of the text of a file."""
    entries = read_problem_entries(text, f"problem file {shown(path)}")
    named = entries.pop("machine", None)
    if named is not None and "space" in entries:
        raise ProblemError(f"problem file {shown(path)} has both machine and space; leave out one of them")
    if machine is None and (named is not None or "space" not in entries):
        machine = _named_machine(named, path)
    if isinstance(weights := entries.get("weights"), str) and weights != "uniform":
        entries["weights"] = counts_of_file(str(Path(path).parent / weights) if path != "-" else weights, weights)
    if keys is not None:
        entries["keys"] = keys
    problem = problem_from_mapping(entries, machine)
    tell_mistakes(problem)
    return machine, problem


def _named_machine(named: object, path: str) -> Description:
    if isinstance(named, dict):
        return listed_from_json(named)
    if named is None:
        raise ProblemError(f"problem file {shown(path)} names no machine; add 'machine:', or give one")
    if not isinstance(named, str):
        raise ProblemError(f"machine is {shown(named)}; give a library name, a path, or an inline machine")
    beside = str(Path(path).parent / named) if named and path != "-" else named
    return load_listed(beside if _is_meant(beside, named) else named)


def _is_meant(path: str, name: str) -> bool:
    """Return whether there is something at a path; a folder does not hide the library's machine of that name."""
    try:
        return Path(path).exists() and not (Path(path).is_dir() and name in library.names())
    except (OSError, ValueError):  # longer than a path can be, or with a NUL
        return False


def read_problem_entries(text: str, where: str = "problem") -> dict[str, Any]:
    """Parse the text of a problem file (JSON or YAML) into its entries, unchecked.

    Raises
    ------
    ProblemError
        If the text is not YAML or not a mapping.

    Examples
    --------
    >>> read_problem_entries("{machine: detectA, steps: 3}")
    {'machine': 'detectA', 'steps': 3}
    """
    with contextlib.suppress(ValueError, RecursionError):
        record = json.loads(text, object_pairs_hook=_without_duplicates)
        if isinstance(record, dict):
            return record
    if len(text) > MAX_CHARACTERS:  # JSON may be longer
        raise ProblemError(
            f"{where} has {len(text):,} characters; the limit is {MAX_CHARACTERS:,} for YAML; write it as JSON"
        )
    try:
        record = yaml_values(text)
    except FormatError as error:
        raise ProblemError(f"{where} is {error}") from None
    return dict(mapping(where, record, ProblemError, PROBLEM_ENTRIES))


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(record := dict(pairs)) != len(pairs):
        raise ValueError  # the YAML parser says which key it is
    return record


def tell_mistakes(problem: SynthesisProblem) -> None:
    """Tell, each as a `ProbableMistake`, the `mistakes` of a problem that a person wrote."""
    for mistake in problem.mistakes:
        tell(mistake, ProbableMistake)


def tell_unfinished(problem: SynthesisProblem, machine: TuringMachine, usual: int) -> None:
    """Tell, as a `ProbableMistake`, on which inputs a machine is still at work that is read earlier than usual.

    Parameters
    ----------
    problem : SynthesisProblem
        What is asked: the machine's own outcomes.
    machine : TuringMachine
        The machine.
    usual : int
        The number of steps of its default problem; only if that is more is anything looked at.
    """
    early = []
    for index, word in enumerate(problem.inputs if problem.steps < usual else ()):
        later = outcome_of(machine, word, usual, problem.readout)
        if not problem.accepts(index, later):
            early.append((word, problem.targets[index][0], later))
    if early:
        word, *outcomes = early[0]
        now, later_on = (shown(problem.readout.written(outcome, problem.space)) for outcome in outcomes)
        tell(
            f"after {count(problem.steps, 'step')} the machine is in the middle of its work on {len(early):,} of"
            f" {count(len(problem.inputs), 'input')}: on {shown(machine.word_text(word))} it gives {now} then, and"
            f" {later_on} after {usual}, the steps of its default problem; leave the steps out if that is meant",
            ProbableMistake,
        )
