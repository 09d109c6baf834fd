"""The options that several verbs share, each declared once: its name, its form, its help.

A verb picks those it has, ``steps: option.Steps | None = None``; a test holds arguments of one name to one declaration.
What an option of this name does in one verb only stands in the docstring of that verb.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from noisytm.cli._arguments import (
    checked,
    file_to_write,
    memory_bytes,
    not_an_option,
    readable_chart,
    readable_readout,
    seconds_of,
    steps_of,
    whole,
)
from noisytm.cli._choices import OneOf


def _charts() -> dict[str, str]:
    from noisytm.geometry import CHARTS

    return CHARTS.descriptions()


def _keys() -> dict[str, str]:
    return {"exact": "they stand as listed", "noisy": "they have distributions of their own"}


def _losses() -> dict[str, str]:
    from noisytm.losses import LOSSES

    return LOSSES.descriptions()


def _semantics() -> dict[str, str]:
    from noisytm.relaxation.semantics import SEMANTICS

    return SEMANTICS.descriptions()


def _readouts() -> dict[str, str]:
    from noisytm.problem import READOUTS

    return {kind.form: kind.description for kind in READOUTS.values()}


def _final_rules() -> dict[str, str]:
    from noisytm.formats import FINAL_RULES

    return FINAL_RULES


def _most_workers() -> int:
    from noisytm._checks import MOST_WORKERS

    return MOST_WORKERS


def _most_counted() -> int:
    from noisytm._checks import MAX_STEPS

    return MAX_STEPS


def _short(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


# ``-`` is standard input, and a word may begin with a hyphen; the parser would otherwise take them for options.
_TEXT = Parameter(allow_leading_hyphen=True)
_SOURCE = Parameter(allow_leading_hyphen=True, validator=not_an_option)
_FLAG = Parameter(negative="", show_default=False)
COUNTED = whole(0, most=_most_counted, top="2^62")  # what a compiled loop counts

Text = Annotated[str, _TEXT]
PriorConcentration = Annotated[str, _TEXT]
Source = Annotated[str, _SOURCE]
Flag = Annotated[bool, _FLAG]

Machine = Annotated[
    str,
    _SOURCE,
    Parameter(help="A file, else the name of a library machine, else the text of a machine; - reads standard input."),
]
Final = Annotated[
    str,
    OneOf(_final_rules),
    Parameter(help="What final states that have rules are; otherwise they are refused: {final}."),
]
Word = Annotated[
    str,
    _TEXT,
    Parameter(
        help="The input; the head starts on its first symbol. Symbols longer than one character: separate by spaces."
    ),
]
Words = Annotated[
    str,
    _TEXT,
    Parameter(
        help="The inputs one by one, separated by commas; an empty item is the empty word. Symbols longer than one"
        " character: separate by spaces."
    ),
]
Inputs = Annotated[str, _TEXT, Parameter(help="Letters: the inputs are all words over them, with --max-length.")]
MaxLength = Annotated[int, whole(0), Parameter(help="Length of the longest of the words over the letters.")]
Steps = Annotated[int, whole(1), Parameter(help="Number of steps after which the machine is read.")]
Readout = Annotated[
    str,
    OneOf(_readouts, open=True),
    checked(readable_readout),
    Parameter(help="What is read after the last step: {readout}."),
]
Problem = Annotated[str, _TEXT, Parameter(help="A problem file (YAML or JSON), instead of the options of a problem.")]
Semantics = Annotated[str, OneOf(_semantics), Parameter(help="How the step is relaxed: {semantics}.")]
Keys = Annotated[
    str,
    OneOf(_keys),
    Parameter(help="Whether the keys of the listed tuples err as well: {keys}. By default they are exact."),
]
Loss = Annotated[str, OneOf(_losses), Parameter(help="What a wrong answer costs: {loss}.")]
Chart = Annotated[
    str,
    OneOf(_charts, open=True, listed=True),
    checked(readable_chart),
    Parameter(help="Coordinates of code space: {chart}."),
]
MaxSteps = Annotated[int, steps_of(0), Parameter(help="Number of steps to make at most.")]
Seconds = Annotated[float, checked(seconds_of), Parameter(help="Most time to take.", show_default=_short)]
Memory = Annotated[
    int,
    Parameter(
        converter=memory_bytes,
        help="Most memory to take, as 500M, 2GiB or 1T; never more than there is. By default half of what is free.",
    ),
]
Seed = Annotated[int, whole(0), Parameter()]
Workers = Annotated[
    int, whole(1, most=_most_workers), Parameter(help="Number of processes; the result does not depend on it.")
]
Output = Annotated[Path, Parameter(name=["--output", "-o"], allow_leading_hyphen=True, validator=file_to_write)]
Resume = Annotated[Path, Parameter()]
Trace = Annotated[bool, _FLAG]
Precision = Annotated[bool, _FLAG]
Explain = Annotated[bool, _FLAG]
Json = Annotated[bool, _FLAG, Parameter(help="Print the result as JSON.")]
Quiet = Annotated[bool, _FLAG, Parameter(help="Print nothing but the result and errors: no progress, no notes.")]
