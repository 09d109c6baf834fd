"""``noisytm bound``: the exact learning coefficient of a machine's code, with bounds and a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from noisytm.cli import UsageError, announce_compiling
from noisytm.cli._arguments import Source, Text, Whole
from noisytm.cli._problem import machine_and_problem

if TYPE_CHECKING:
    from fractions import Fraction


def bound(
    machine: Source | None = None,
    /,
    *,
    inputs: Text | None = None,
    max_length: Whole | None = None,
    words: Text | None = None,
    steps: Whole | None = None,
    readout: str | None = None,
    problem: Text | None = None,
    semantics: Literal["pseudo-utm", "mean-field"] = "pseudo-utm",
    loss: Literal["log", "brier"] = "log",
    chart: Literal["simplex"] = "simplex",
    prior_concentration: Text = "1",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Compute which code bits a machine uses, the bounds by counting, and the exact learning coefficient.

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
        state, or tape:K for the K cells from the head rightwards.
    problem
        A problem file (YAML or JSON), instead of the options above.
    semantics
        How the step is relaxed.
    loss
        log or brier.
    chart
        Coordinates of code space.
    prior_concentration
        Dirichlet concentration of the prior on every distribution, a number or a fraction.
    json
        Print everything, with the certificate, as JSON: the input of noisytm verify.
    """
    from json import dumps

    from noisytm.degeneracy import learning_coefficient
    from noisytm.degeneracy.report import describe

    announce_compiling()
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    target, asked = machine_and_problem(machine, problem, given)
    result = learning_coefficient(
        asked, target, semantics=semantics, loss=loss, chart=chart,
        prior_concentration=_concentration(prior_concentration), progress=True,
    )  # fmt: skip
    print(dumps(result.to_json(), ensure_ascii=False) if json else describe(result))


def _concentration(text: str) -> Fraction:
    from noisytm.degeneracy.counting import checked_concentration
    from noisytm.errors import ProblemError

    try:
        return checked_concentration(text)
    except ProblemError as error:
        raise UsageError(str(error)) from None
