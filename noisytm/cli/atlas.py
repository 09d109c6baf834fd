"""``noisytm atlas``: λ of every code that solves a problem, beside the length of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import concentration_of, require_place, whole
from noisytm.cli._partial import found_is_printed
from noisytm.cli._problem import asked_problem
from noisytm.cli._stores import exit_code, say_what_is_kept
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.search import Atlas


def atlas(
    target: option.Source | None = None,
    /,
    *,
    inputs: option.Inputs | None = None,
    max_length: option.MaxLength | None = None,
    words: option.Words | None = None,
    steps: option.Steps | None = None,
    readout: option.Readout | None = None,
    problem: option.Problem | None = None,
    final: option.Final | None = None,
    all: option.Flag = False,
    sample: Annotated[int, whole(1)] | None = None,
    seed: option.Seed | None = None,
    semantics: option.Semantics = "pseudo-utm",
    loss: option.Loss = "log",
    chart: option.Chart = "simplex",
    prior_concentration: option.PriorConcentration = "1",
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    workers: option.Workers = 1,
    resume: option.Resume | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Map all codes that solve a problem: the exact λ and m of each, beside the length of its description.

    Prints for every number of used tuples the least λ, whether a longer code is simpler than all shorter ones, and how
    description length and λ order the codes. What is ended before its time prints, and writes, what it has; with
    --resume the same command goes on from there.

    Parameters
    ----------
    target : str
        A problem file, or a machine: a file, the name of a library machine, or text; - reads standard input. A machine
        stands for what it computes. It may be left out with --problem.
    all : bool
        All codes that solve it, however many; unasked up to 5,000.
    sample : int
        So many codes instead, each drawn with the same chance from all that solve it.
    seed : int
        The seed they are drawn with; 0 by default.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound.
    resume : path
        Keep what is found in this file, and go on from it.
    output : path
        The file to write the rows to, one for each code: .csv or .parquet; or a picture of them: .svg or .png.
    """
    from noisytm._cache_folder import KeptPlace
    from noisytm.search.atlases import TooManyCodes, atlas, require_form
    from noisytm.show import describe_atlas

    if all and sample is not None:
        raise UsageError("--all and --sample exclude each other; give one of them")
    if seed is not None and sample is None:
        raise UsageError("--seed is that of a sample; add --sample with how many codes are drawn")
    if output is not None:
        require_form(output)
        require_place(output)
    kept = None if resume is None else KeptPlace(resume)

    def text(result: Atlas) -> str:
        if output is not None:
            result.save(output)
        say_what_is_kept(kept, result.complete, begun=result.solutions > 0)
        return dumps(result.to_json()) if json else describe_atlas(result)

    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(text, seconds):
        _, asked = asked_problem(target, problem, given, final)
        try:
            result = atlas(
                asked,
                all=all,
                sample=sample,
                seed=seed or 0,
                semantics=semantics,
                loss=loss,
                chart=chart,
                prior_concentration=concentration_of(prior_concentration),
                workers=workers,
                resume=kept,
                memory=memory,
            )
        except TooManyCodes as error:
            raise UsageError(f"{error}: --sample N, or --all") from None
    print(text(result))
    return exit_code(kept)


VERB = Verb("atlas", atlas)
