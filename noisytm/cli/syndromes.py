"""``noisytm syndromes``: the errors that together lead to a wrong answer, and what they say about a code."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from noisytm.cli import BUDGET, DONE, UsageError, announce_compiling
from noisytm.cli._arguments import OneOf, Source, Text, Whole, charts, readouts, semantics_names
from noisytm.cli._problem import machine_and_problem
from noisytm.cli.verb import Verb


def syndromes(
    machine: Source | None = None,
    /,
    *,
    inputs: Text | None = None,
    max_length: Whole | None = None,
    words: Text | None = None,
    steps: Whole | None = None,
    readout: Annotated[str, OneOf(readouts, open=True)] | None = None,
    problem: Text | None = None,
    semantics: Annotated[str, OneOf(semantics_names)] = "pseudo-utm",
    chart: Annotated[str, OneOf(charts)] = "simplex",
    max_weight: Whole = 2,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """List the smallest sets of errors that lead to a wrong answer, and what follows from them.

    Most library machines carry a default problem; an option given here replaces just that part of it.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input. May be left out
        if the problem file names it.
    inputs
        Letters: the inputs are all words over them, with --max-length.
    max_length
        Length of the longest of these words.
    words
        The inputs one by one, separated by commas; an empty item is the empty word.
    steps
        Number of steps after which the machine is read.
    readout
        What is read after the last step: {readout}.
    problem
        A problem file (YAML or JSON), instead of the options above.
    semantics
        How the step is relaxed: {semantics}.
    chart
        Coordinates of code space: {chart}.
    max_weight
        The greatest weight of a syndrome: its degree in the chart's coordinates. An error counts 1, in sphere 2, as
        often as it is made.
    json
        Print everything as JSON.
    """
    from json import dumps

    from noisytm.show import describe_syndromes, syndrome_report

    if max_weight < 1:
        raise UsageError(f"--max-weight is {max_weight}; it must be at least 1")
    announce_compiling()
    options = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    target, asked = machine_and_problem(machine, problem, options)
    report = syndrome_report(asked, target, semantics=semantics, chart=chart, max_weight=max_weight)
    print(dumps(report.to_json(), ensure_ascii=False) if json else describe_syndromes(report))
    return BUDGET if report.left_out else DONE


VERB = Verb("syndromes", syndromes)
