"""``noisytm answer-key``: codes whose λ is known, for estimators elsewhere."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from noisytm._json import dumps
from noisytm.cli import _options as option
from noisytm.cli.verb import Verb


def answer_key(
    *,
    output: Annotated[option.Output | None, Parameter(name=["--output", "-o"])] = None,
    json: option.Json = False,
) -> None:
    """Write codes with known learning coefficients, and what a right sampler finds near them: a test for estimators.

    Each code is a network in weights whose λ and m are exact and certified; beside them stands E[nβK] at stated
    inverse temperatures nβ and strengths γ of the pull towards the code. docs/answer-key.md says how they are used.

    Parameters
    ----------
    output : folder
        Where to write: answer-key.json, tables, and for each code its machine, its problem, and its certificate, which
        noisytm verify checks.
    """
    from noisytm.calibration import answer_key as shipped
    from noisytm.show import describe_answer_key

    key = shipped()
    if output is not None:
        key.write_files(output)
    print(dumps(key.to_json()) if json else describe_answer_key(key))


VERB = Verb("answer-key", answer_key)
