"""Machines as text: those of the library with a line each, or one with its table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from noisytm._layout import aligned, fits
from noisytm._text import shown_name
from noisytm.library import Entry
from noisytm.machine import TuringMachine


@fits
def describe_library(entries: Iterable[Entry]) -> str:
    """Return machines with a line each, and the problems of those that have one.

    Examples
    --------
    >>> from noisytm import library
    >>> print(describe_library([library.entry("detectA")]))
    machines (noisytm library NAME shows one)
      detectA  2 states, 3 symbols  Accepts the words over {A, B} that contain an A
    <BLANKLINE>
    problems (noisytm bound NAME; noisytm library --problem NAME prints the file to start from)
      detectA  state after 10 steps, on all words over AB of length 0 to 2
    """
    known = list(entries)
    sizes = [f"{len(e.machine.states)} states, {len(e.machine.symbols)} symbols" for e in known]
    abouts = [re.split(r"(?<=\?) |[.:] ", f"{e.description} ")[0] for e in known]
    asked = [e for e in known if e.problem is not None]
    return "\n".join(
        [
            "machines (noisytm library NAME shows one)",
            *_columns([e.name for e in known], sizes, abouts),
            "",
            "problems (noisytm bound NAME; noisytm library --problem NAME prints the file to start from)",
            *_columns([e.name for e in asked], [problem_text(e.problem or {}) for e in asked]),
        ]
    )


@fits
def describe_entry(entry: Entry) -> str:
    """Return a machine of the library with its table, what it is known to do, and its problem.

    Examples
    --------
    >>> from noisytm import library
    >>> print(describe_entry(library.entry("bb2")).splitlines()[-1])
    problem   state after 6 steps, on the empty word
    """
    machine = entry.machine
    halting = ", ".join(shown_name(state) for state in machine.halting) or "none"
    problem = "none; give noisytm bound one" if entry.problem is None else problem_text(entry.problem)
    return "\n".join(
        [
            f"{entry.name}: {entry.description}",
            "",
            *transition_rows(machine),
            "",
            f"start     {shown_name(machine.start)}",
            f"halting   {halting}",
            f"blank     {shown_name(machine.blank)}",
            f"problem   {problem}",
        ]
    )


def transition_rows(
    machine: TuringMachine,
    used: Collection[tuple[str, str]] = (),
    differing: Collection[tuple[str, str]] | None = None,
) -> list[str]:
    r"""Return the lines of the transition table: a row a state, ``*`` at the used tuples, ``!`` at those that differ.

    Examples
    --------
    >>> machine = TuringMachine(["_"], "_", ["go", "end"], "go", [("_", "go", "_", "end", "R")])
    >>> print(*transition_rows(machine, [("_", "go")], [("_", "go")]), sep="\n")
             _
    go    *! _ end R
    end      -
    """
    cells = {(t.read, t.state): f"{shown_name(t.write)} {shown_name(t.next)} {t.move}" for t in machine.tuples}
    apart = None if differing is None else frozenset(differing)
    margin = "  " if apart is None else "   "
    rows = [["", *(f"{margin}{shown_name(s)}" for s in machine.symbols)]]
    for state in machine.states:
        row = [shown_name(state)]
        for symbol in machine.symbols:
            mark = "*" if (symbol, state) in used else " "
            if apart is not None:
                mark += "!" if (symbol, state) in apart else " "
            row.append(f"{mark} {cells.get((symbol, state), '-')}")
        rows.append(row)
    return aligned(rows)


def problem_text(entries: dict[str, Any]) -> str:
    """Return the entries of a problem file as a phrase."""
    inputs = entries["inputs"]
    if isinstance(inputs, dict):
        words = f"all words over {inputs['letters']} of length 0 to {inputs['max_length']}"
    else:
        words = ", ".join(word if word else "the empty word" for word in map(str, inputs))
    return f"{entries.get('readout', 'state')} after {entries['steps']} steps, on {words}"


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return a machine of the library as JSON: name, description, machine, problem."""
    return {
        "name": entry.name,
        "description": entry.description,
        "machine": entry.machine.to_json(),
        "problem": None if entry.problem is None else {"machine": entry.name, **entry.problem},
    }


def _columns(*columns: list[str]) -> list[str]:
    return aligned([*zip(*columns, strict=True)], gap=2, indent=2, headed=False)
