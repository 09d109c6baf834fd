"""The command ``noisytm beaver``: go through all machines of a size; busy beavers and counts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from noisytm.cli._arguments import OneOf, Text, Whole
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.enumeration import Champions, Enumeration, EnumerationOptions

MAX_SHOWN = 4


def _classes() -> dict[str, str]:
    from noisytm.enumeration.recognisers import HALTED, HOLDOUT, RECOGNISERS

    return {HALTED: "it halts", **RECOGNISERS.descriptions(), HOLDOUT: "none of these"}


def beaver(
    states: Whole,
    symbols: Whole = 2,
    /,
    *,
    steps: Whole = 200,
    root: Literal["full", "1RB"] = "full",
    complete: Annotated[bool, Parameter(negative="")] = False,
    list: Annotated[str, OneOf(_classes)] | None = None,
    workers: Whole = 1,
    resume: Text | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Go through all machines of a size on the blank tape, in tree normal form: busy beavers and counts.

    When it is interrupted, the same command goes on from where it was.

    Parameters
    ----------
    states : int
        Number of states, the halting one not counted.
    symbols : int
        Number of symbols, the blank counted.
    steps : int
        A run that has not ended within so many steps, and is not proved never to end, is a holdout.
    root : str
        The root of the tree: the empty table, or the one with only 1RB in its first cell.
    complete : bool
        Fill the last undefined cell of a table too.
    list : str
        Print the machines of this class, one a line, instead of the counts: {list}.
    workers : int
        Number of processes; the result does not depend on it.
    resume : str
        Keep the progress in this file, and go on from it; by default in the cache folder until all is done.
    json : bool
        Print the result as JSON.
    """
    from noisytm.cli import UsageError
    from noisytm.enumeration import EnumerationOptions, enumerate_machines, listed_texts

    options = EnumerationOptions(states, symbols, root, steps, complete)
    if list is not None:
        if json or resume is not None or workers != 1:
            raise UsageError("--list prints machines as they are found; leave out --json, --resume and --workers")
        for text in listed_texts(options, list):
            print(text)
        return
    kept = _default_file(options) if resume is None else Path(resume)
    try:
        result = enumerate_machines(
            states, symbols, root=root, max_steps=steps, complete=complete, workers=workers, resume=kept
        )
    except KeyboardInterrupt:
        if kept is not None:
            print(f"noisytm: progress is kept in {kept}; the same command goes on from there", file=sys.stderr)
        raise
    if resume is None and kept is not None:
        kept.unlink(missing_ok=True)
    if json:
        import json as json_module

        print(json_module.dumps(result.to_json(), ensure_ascii=False))
    else:
        print(report(result))


def _default_file(options: EnumerationOptions) -> Path | None:
    """Return the place for the progress if none is given, or ``None`` if there is none to write to."""
    import os

    from noisytm._compile import default_cache_folder

    try:
        folder = default_cache_folder() / "enumerations"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder / f"{options.key[:24]}.json" if os.access(folder, os.W_OK) else None


def report(result: Enumeration) -> str:
    """Return a result as a few lines of text.

    Examples
    --------
    >>> from noisytm import enumerate_machines
    >>> print(report(enumerate_machines(2, 2, root="1RB")))
    2 states, 2 symbols, root 1RB
    S = 6   4 machines: 1RB0LB_1LA1RZ 1RB1LB_1LA1RZ 1RB1RZ_0LB1LA 1RB1RZ_1LB1LA
    Σ = 4   1 machine:  1RB1LB_1LA1RZ
    machines            41
      halt              15
      closed graph       8
      cycle              2
      translated cycle  16
      closed n-grams     0
      closed words       0
      holdouts           0 after 200 steps
    """
    options, sign = result.options, "≥" if result.holdouts else "="
    size = f"{_number(options.states, 'state')}, {_number(options.symbols, 'symbol')}, root {options.root}"
    lines = [size + (", last cell filled too" if options.complete else "")]
    both = (("S", result.tally.longest), ("Σ", result.tally.highest))
    width = max(len(f"{c.value:,}") for _, c in both)
    lines += [f"{name} {sign} {c.value:<{width},}   {_machines(options, c)}" for name, c in both]
    width = len(f"{result.machines:,}")
    lines.append(f"machines          {result.machines:>{width + 2},}")
    labels = _labels(options)
    longest = max(16, *map(len, labels.values()))
    lines += [f"  {label:{longest}}{result.counts[name]:>{width + 2},}" for name, label in labels.items()]
    lines[-1] += f" after {options.max_steps:,} steps"
    return "\n".join(lines)


def _labels(options: EnumerationOptions) -> dict[str, str]:
    from noisytm.enumeration.recognisers import HALTED, HOLDOUT, RECOGNISERS

    labels = {HALTED: "halt", **{name: r.label for name, r in RECOGNISERS.items()}, HOLDOUT: "holdouts"}
    return {name: labels[name] for name in options.classes}


def _number(count: int, unit: str) -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _machines(options: EnumerationOptions, champions: Champions) -> str:
    from noisytm.enumeration import text_of

    texts = [text_of(options, table) for table in champions.first[:MAX_SHOWN]]
    more = f" … {champions.number - MAX_SHOWN:,} more" if champions.number > MAX_SHOWN else ""
    return f"{_number(champions.number, 'machine') + ':':<12}{' '.join(texts)}{more}"


VERB = Verb("beaver", beaver)
