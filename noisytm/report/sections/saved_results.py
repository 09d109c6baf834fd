"""Saved results, as a page takes them: what each file holds, and which machines and problems they are about."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from noisytm._json import loads, read_record
from noisytm._records import split_tag
from noisytm._text import shown, stdin_text
from noisytm.errors import FormatError
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.saved import MOST_DIGITS, from_json

Cell = tuple[str, str]


@dataclass(frozen=True)
class Saved:
    """A result with the record that it was read from.

    Attributes
    ----------
    name : str
        What the page calls it: its kind with a number, unlike that of every other.
    file : str
        Where it was read from.
    digest : str
        SHA-256 of the file, as hexadecimal digits; empty where it was no file.
    record : dict
        The JSON.
    result : object
        What it holds.
    """

    name: str
    file: str
    digest: str
    record: dict[str, Any]
    result: Any

    @property
    def proved(self) -> bool:
        """Whether it has a certificate, which `verify` checks."""
        return self.kind == "precision" or "certificate" in self.record.get("bound", self.record)

    @property
    def kind(self) -> str:
        """The kind of the record; of a problem file without a tag, or a result of version 0.1, what it is read as."""
        return split_tag(self.record.get("noisytm"))[0] or "bound"


@dataclass(frozen=True)
class Subject:
    """A machine, a problem, or both, that results are about; each has a name on the page."""

    name: str
    machine: Description | None
    problem: SynthesisProblem | None

    @property
    def label(self) -> str:
        """What it is called: the machine's name, or that on the page."""
        return (self.machine.name if self.machine is not None else "") or self.name


def read_results(paths: Iterable[str | os.PathLike[str]]) -> list[Saved]:
    """Read the records of results, in order; ``-`` is standard input.

    Raises
    ------
    FormatError
        If a file cannot be read, is no record, or is given twice.
    """
    found: list[Saved] = []
    counts: Counter[str] = Counter()
    for path in paths:
        file = os.fspath(path)
        if any(other.file == file for other in found):
            raise FormatError(f"{shown(file)} is given twice; give it once")
        record, digest = _record_of(file)
        try:
            result = from_json(record)
        except FormatError as error:
            raise FormatError(f"{shown(file)}: {error}") from None
        kind = split_tag(record.get("noisytm"))[0] or "bound"
        counts[kind] += 1
        found.append(Saved(f"{kind}-{counts[kind]}", file, digest, record, result))
    return found


def _record_of(file: str) -> tuple[Any, str]:
    if file == "-":
        return loads(stdin_text(), "standard input", MOST_DIGITS), ""
    record = read_record(file, "result", MOST_DIGITS)
    return record, hashlib.sha256(Path(file).read_bytes()).hexdigest()


def of_results(results: Iterable[Any]) -> list[Saved]:
    """Return results as if they had been read: of no file."""
    counts: Counter[str] = Counter()
    found = []
    for result in results:
        record = result.to_json()
        kind = split_tag(record["noisytm"])[0]
        counts[kind] += 1
        found.append(Saved(f"{kind}-{counts[kind]}", "", "", record, result))
    return found


def subjects_of(saved: Iterable[Saved]) -> list[Subject]:
    """Return the machines and problems that results are about, each once, in order."""
    found: dict[tuple[str, str], Subject] = {}
    for one in saved:
        for machine, problem in abouts(one.result):
            key = ("" if machine is None else machine.key, "" if problem is None else problem.key)
            if key not in found:
                found[key] = Subject("", machine, problem)
    # a machine alone, such as that of a run, says nothing new where a problem of it is there
    asked = {machine for machine, problem in found if problem}
    kept = [subject for (machine, problem), subject in found.items() if problem or machine not in asked]
    names = {True: itertools.count(1), False: itertools.count(1)}
    return [
        replace(one, name=f"problem-{next(names[True])}" if one.problem else f"machine-{next(names[False])}")
        for one in kept
    ]


def abouts(result: Any) -> Iterator[tuple[Description | None, SynthesisProblem | None]]:
    """Yield what a result is about: pairs of a machine and a problem, either of which may be missing."""
    if isinstance(result, Description):
        yield result, None
    elif isinstance(result, SynthesisProblem):
        yield None, result
    elif hasattr(result, "machines") and hasattr(result, "problems"):
        yield from zip(result.machines, result.problems, strict=True)
    else:
        for inside in ("asked", "syndromes", "certificate", "result", "configuration"):
            part = getattr(result, inside, None)
            if isinstance(getattr(part, "problem", None), SynthesisProblem) or inside == "configuration":
                result = part if part is not None else result
                break
        machine, problem = getattr(result, "machine", None), getattr(result, "problem", None)
        machine = machine if isinstance(machine, Description) else None
        problem = problem if isinstance(problem, SynthesisProblem) else None
        if machine is not None or problem is not None:
            yield machine, problem


def subject_for(subjects: Iterable[Subject], result: Any) -> Subject | None:
    """Return which of the subjects a result is about; the first, where there are several."""
    machine, problem = next(iter(abouts(result)), (None, None))
    for subject in subjects:
        same_machine = machine is None or (subject.machine is not None and subject.machine == machine)
        if same_machine and (problem is None or subject.problem == problem):
            return subject
    return None
