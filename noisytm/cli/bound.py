"""``noisytm bound``: the exact learning coefficient of a machine's code, with bounds and a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from noisytm.cli import UsageError, announce_compiling
from noisytm.cli._arguments import Source, Text, Whole
from noisytm.cli._problem import machine_and_problem

if TYPE_CHECKING:
    from noisytm.degeneracy.prior import Concentration

UNITS = {"K": 10, "M": 20, "G": 30}


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
    semantics: Literal["pseudo-utm", "mean-field", "annealed", "quenched"] = "pseudo-utm",
    loss: Literal["log", "brier"] = "log",
    chart: Literal["simplex", "bits", "sphere"] = "simplex",
    prior_concentration: Text = "1",
    memory: Text | None = None,
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
        Coordinates of code space: probabilities of wrong entries, of flipped binary digits, or square roots.
    prior_concentration
        Dirichlet concentration of the prior: a number or a fraction, or one for each kind of entry as in
        write=1,next=1/2,move=2 (1 where left out); one tuple's own is A:reject:next=3.
    memory
        Most memory the oracle may take, in bytes or as 500M or 4G; by default half of what is available.
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
        prior_concentration=_concentration(prior_concentration), memory=_bytes(memory), progress=True,
    )  # fmt: skip
    print(dumps(result.to_json(), ensure_ascii=False) if json else describe(result))


def _concentration(text: str) -> Concentration:
    from noisytm.degeneracy.prior import checked_concentration
    from noisytm.errors import ProblemError

    try:
        if "=" not in text:
            return checked_concentration(text)
        groups: dict[Any, str] = {}
        for part in text.split(","):
            name, _, value = part.rpartition("=")
            group = tuple(name.strip().split(":"))
            if group in groups:
                raise UsageError(f"--prior-concentration gives {name.strip()} twice; give it one number")
            groups[group] = value
        return checked_concentration(groups)
    except ProblemError as error:
        raise UsageError(str(error)) from None


def _bytes(text: str | None) -> int | None:
    if text is None:
        return None
    digits, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in UNITS else (text, "")
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise UsageError(f"--memory is {text!r}; give a number of bytes such as 500M or 4G")
    return int(digits) << UNITS.get(unit, 0)
