"""Named machines with their known outcomes, and problems to study them on.

Each is one JSON file in the folder ``data``: ``description``, ``machine`` (in the project's machine JSON),
``outcomes`` and, for some, ``problem`` (the entries of a problem file, without ``machine``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from noisytm._summary import Described
from noisytm._text import did_you_mean, shown, shown_list
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine, Word


@dataclass(frozen=True)
class Outcome(Described):
    """What a machine is known to do on a word; ``None`` where nothing is said.

    Parameters
    ----------
    word : tuple of str
        The input.
    max_steps : int
        Number of steps to run it for; ``steps`` where those are known.
    reason : str
        How the run ends: ``halted``, ``undefined`` or ``budget``.
    state : str
        The state it ends in.
    steps : int, optional
        Number of steps until it stops.
    score : int, optional
        Number of cells that are not blank.
    tape : tuple of (symbol, count), optional
        Runs from the leftmost to the rightmost cell that is visited or not blank.
    """

    word: Word
    max_steps: int
    reason: str
    state: str
    steps: int | None = None
    score: int | None = None
    tape: tuple[tuple[str, int], ...] | None = None


@dataclass(frozen=True)
class Entry(Described):
    """A machine of the library.

    Parameters
    ----------
    name : str
        Its name.
    machine : TuringMachine
        The machine.
    description : str
        What it does, in a sentence or two.
    outcomes : tuple of Outcome
        What it is known to do.
    problem : dict, optional
        The entries of a problem file, without ``machine``: inputs, steps, readout, targets.
    """

    name: str
    machine: TuringMachine
    description: str
    outcomes: tuple[Outcome, ...]
    problem: dict[str, Any] | None


def names() -> list[str]:
    """List the names of all machines, in alphabetical order.

    Examples
    --------
    >>> [name for name in names() if name.startswith("bb")]
    ['bb2', 'bb2x3', 'bb2x4', 'bb3', 'bb3-score', 'bb4', 'bb5']
    """
    return sorted(file.name.removesuffix(".json") for file in _files() if file.name.endswith(".json"))


def machine(name: str) -> TuringMachine:
    """Return the machine of that name.

    Raises
    ------
    MachineError
        If there is none; the message names the closest ones.

    Examples
    --------
    >>> machine("detectA").states
    ('reject', 'accept')
    """
    return entry(name).machine


def entry(name: str) -> Entry:
    """Return a machine with its description, its known outcomes and its problem.

    Raises
    ------
    MachineError
        If there is no machine of that name; the message names the closest ones.

    Examples
    --------
    >>> entry("bb2").outcomes[0].steps
    6
    >>> entry("bb2").problem
    {'inputs': [''], 'steps': 6, 'readout': 'state', 'targets': 'machine'}
    """
    known = names()
    if not isinstance(name, str) or name not in known:
        raise MachineError(
            f"the library has no machine {shown(name)}; it has {shown_list(known, 20)}{did_you_mean(name, known)}"
        )
    record = json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8"))
    found = TuringMachine.from_json(record["machine"])
    return Entry(
        name=name,
        machine=found,
        description=record["description"],
        outcomes=tuple(_outcome(found, outcome) for outcome in record["outcomes"]),
        problem=record.get("problem"),
    )


# What the entries of a problem file mean, for those who change one.
_MEANINGS = {
    "machine": "a name of the library, a file (its path from here), or an inline machine",
    "inputs": 'all words over letters up to max_length, or a list of words: ["", "1", "11"]',
    "steps": "after so many the machine is read",
    "readout": "state, or tape:3 for the three cells from the head rightwards",
    "targets": "machine: what it does itself; or a mapping from each word to an outcome, or to a list of outcomes",
    "hamming": "for tapes: so many cells may differ",
    "weights": "uniform, or a list with a positive number for each input",
}


def problem_file(name: str) -> str:
    """Return a machine's default problem as the text of a problem file (YAML), to start from.

    Raises
    ------
    MachineError
        If there is no machine of that name, or it has no default problem; the message names those that have one.

    Examples
    --------
    >>> print(problem_file("bb2").splitlines()[2])
    machine: "bb2"
    """
    problem = entry(name).problem
    if problem is None:
        having = [known for known in names() if entry(known).problem is not None]
        raise MachineError(f"{name} has no default problem; take one of {shown_list(having, 20)}, and change it")
    entries = {"machine": name, **problem}
    entries |= {"hamming": problem.get("hamming", 0), "weights": problem.get("weights", "uniform")}
    lines = [f"# The problem of {name} in noisytm's library; noisytm bound --problem FILE takes what is written here."]
    for key, value in entries.items():
        lines += [f"# {_MEANINGS[key]}", f"{key}: {json.dumps(value, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def _outcome(machine_: TuringMachine, record: dict[str, Any]) -> Outcome:
    tape = record.get("tape")
    return Outcome(
        word=machine_.word(record["word"]),
        max_steps=record["max_steps"] if "max_steps" in record else record["steps"],
        reason=record["reason"],
        state=record["state"],
        steps=record.get("steps"),
        score=record.get("score"),
        tape=None if tape is None else tuple((symbol, count) for symbol, count in tape),
    )


def _folder() -> Traversable:
    return resources.files("noisytm.library") / "data"


def _files() -> list[Traversable]:
    return list(_folder().iterdir())
