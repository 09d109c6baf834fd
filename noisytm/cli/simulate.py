"""``noisytm simulate``: the marginals of every step of a noisy run."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from cyclopts import Parameter

from noisytm._json import dumps
from noisytm.cli import DONE, UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import checked
from noisytm.cli._pictures import require_picture_file
from noisytm.cli._problem import word_of
from noisytm.cli.verb import Verb


def _noise(text: str) -> Fraction:
    from noisytm.relaxation import noise_of

    return noise_of(text)


def simulate(
    machine: option.Machine,
    /,
    *,
    word: option.Word = "",
    final: option.Final | None = None,
    steps: option.Steps = 20,
    noise: Annotated[Fraction, checked(_noise), Parameter(show_default=str)] = Fraction(1, 20),
    semantics: option.Semantics = "pseudo-utm",
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Run a machine that errs, and print the distributions of the state and of the symbol at the head at every step.

    The semantics is one that follows marginals.

    Parameters
    ----------
    noise
        The probability with which each distribution of the code errs, evenly over its wrong values: a number or a
        fraction from 0 to 1.
    output
        The file to write a picture of them to, and of those of the cells around the head, as stacked bands over time:
        .svg or .png.
    """
    from noisytm.problem import load_machine
    from noisytm.relaxation import noisy_run
    from noisytm.show import describe_history

    require_picture_file(output)
    _require_marginals(semantics)
    loaded = load_machine(machine, final=final, word=word)
    found = noisy_run(loaded, word_of(loaded, word), steps, noise=noise, semantics=semantics, progress=True)
    print(dumps(found.to_json()) if json else describe_history(found))
    if output is not None:
        found.plot(output)
    return DONE


def _require_marginals(semantics: str) -> None:
    """Refuse a semantics that has no marginals of a step."""
    from noisytm.errors import NoisytmError
    from noisytm.relaxation.semantics import Marginal, checked_semantics

    try:
        checked_semantics(semantics, Marginal)
    except NoisytmError as error:
        raise UsageError(f"--{error}, which follow marginals") from None


VERB = Verb("simulate", simulate)
