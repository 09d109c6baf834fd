"""``noisytm search``: all codes over a problem's symbols and states that solve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._choices import OneOf
from noisytm.cli._partial import found_is_printed
from noisytm.cli._problem import asked_problem
from noisytm.cli._stores import Merge, Pieces, Scheduler, Share, exit_code, say_what_is_kept, share_of
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.search import Solutions


def _spaces() -> dict[str, str]:
    return {
        "full": "tables that list all tuples",
        "listed": "lists of tuples; where none is listed nothing happens",
    }


def search(
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
    space: Annotated[str, OneOf(_spaces)] = "full",
    max_tuples: Annotated[int, whole(0)] | None = None,
    count_only: option.Flag = False,
    seconds: option.Seconds | None = None,
    workers: option.Workers = 1,
    scheduler: Scheduler | None = None,
    resume: option.Resume | None = None,
    merge: Merge | None = None,
    share: Share | None = None,
    pieces: Pieces | None = None,
    json: option.Json = False,
) -> int:
    """Find all codes with a problem's symbols and states that solve it: how many, which are the shortest.

    What is ended before its time prints what was counted so far; with --resume the same command goes on from there.

    Parameters
    ----------
    target : str
        A problem file, or a machine: a file, the name of a library machine, or text; - reads standard input. A machine
        stands for what it computes. It may be left out with --problem.
    space : str
        Which codes: {space}.
    max_tuples : int
        The most tuples of a list; by default as many as the shortest that solve it have.
    count_only : bool
        Count the codes that solve it, and nothing else.
    resume : path
        Keep what is counted in this file, and go on from it.
    """
    from noisytm._cache_folder import KeptPlace
    from noisytm.search import solutions
    from noisytm.show import describe_solutions

    if not count_only:
        raise UsageError("add --count-only: the codes are counted")
    if max_tuples is not None and space != "listed":
        raise UsageError("--max-tuples is for lists; add --space listed")

    if scheduler is not None and workers != 1:
        raise UsageError("--scheduler has the workers of the cluster search; leave out --workers")
    kept = None if resume is None else KeptPlace(resume)

    part = share_of(share)

    def text(result: Solutions) -> str:
        return dumps(result.to_json()) if json else describe_solutions(result)

    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}

    def text_so_far(result: Solutions) -> str:
        say_what_is_kept(kept, result.complete)
        return text(result)

    with found_is_printed(text_so_far, seconds):
        _, asked = asked_problem(target, problem, given, final)
        result = solutions(
            asked,
            space,
            max_tuples=max_tuples,
            workers=workers,
            scheduler=scheduler,
            resume=kept,
            merge=merge or (),
            share=part,
            pieces=pieces,
        )
    say_what_is_kept(kept, result.complete, part)
    print(text(result))
    return exit_code(kept)


VERB = Verb("search", search)
