"""``noisytm answer-key``: codes whose λ is known, for estimators elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import checked
from noisytm.cli._partial import found_is_printed
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.calibration import AnswerKey


def _share(text: str) -> float:
    from noisytm.calibration import relative_error

    return relative_error(text)


def answer_key(
    *,
    output: option.Output | None = None,
    remake: option.Flag = False,
    error: Annotated[float, checked(_share)] | None = None,
    seed: option.Seed | None = None,
    seconds: option.Seconds | None = None,
    resume: option.Resume | None = None,
    json: option.Json = False,
) -> None:
    """Write codes with known learning coefficients, and what a right sampler finds near them: a test for estimators.

    Each code is a network in weights whose λ and m are exact and certified; beside them stands E[nβK] at stated
    inverse temperatures nβ and strengths γ of the pull towards the code. docs/answer-key.md says how they are used. It
    is the key that comes with the package, or with --remake one that is made anew, in eleven minutes of a processor.

    Parameters
    ----------
    output : folder
        Where to write: answer-key.json, tables, and for each code its machine, its problem, and its certificate, which
        noisytm verify checks.
    remake : bool
        Make the key anew: λ and m by the linear program, E[nβK] by both samplers.
    error : number
        With --remake: the standard error that E[nβK] may have, as a share of it; by default 0.01. Where it is larger
        more is drawn, up to 200 times as much as at first.
    seed : int
        With --remake: what is random depends on it alone; by default that of the key in the package.
    seconds : number
        With --remake: most time to take; what there is then is written.
    resume : path
        With --remake: keep the key so far in this file, .json or .json.gz, and go on from it.
    """
    from noisytm.calibration import ERROR, SEED, remade_key
    from noisytm.calibration import answer_key as shipped
    from noisytm.show import describe_answer_key

    for name, value in {"--error": error, "--seed": seed, "--seconds": seconds, "--resume": resume}.items():
        if value is not None and not remake:
            raise UsageError(f"{name} is for a key that is made anew; add --remake, or leave it out")

    def text(key: AnswerKey) -> str:
        if output is not None:
            key.write_files(output)
        return dumps(key.to_json()) if json else describe_answer_key(key)

    with found_is_printed(text, seconds):
        if remake:
            chosen = SEED if seed is None else seed, ERROR if error is None else error
            key = remade_key(chosen[0], error=chosen[1], resume=resume, progress=True)
        else:
            key = shipped()
    print(text(key))


VERB = Verb("answer-key", answer_key)
