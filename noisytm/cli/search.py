"""``noisytm search``: all codes over a problem's symbols and states that solve it, and the least λ of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import concentration_of, require_place, whole
from noisytm.cli._choices import OneOf
from noisytm.cli._partial import found_is_printed
from noisytm.cli._precision import require_grid
from noisytm.cli._problem import asked_problem
from noisytm.cli._stores import Merge, Pieces, Scheduler, Share, exit_code, say_what_is_kept, share_of
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem
    from noisytm.search import Contrast, GlobalLearningCoefficient, Solutions


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
    repeat: option.Flag = False,
    keys: option.Keys | None = None,
    count_only: option.Flag = False,
    semantics: option.Semantics | None = None,
    loss: option.Loss | None = None,
    chart: option.Chart | None = None,
    prior_concentration: option.PriorConcentration | None = None,
    optimal: option.Flag = False,
    precision: option.Precision = False,
    explain: option.Explain = False,
    certificate: Path | None = None,
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    workers: option.Workers = 1,
    scheduler: Scheduler | None = None,
    resume: option.Resume | None = None,
    merge: Merge | None = None,
    share: Share | None = None,
    pieces: Pieces | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Find the least learning coefficient of all codes that solve a problem; or count these codes.

    A code is a full table over the problem's symbols and states, or a list of tuples. What is ended before its time
    prints what is certain so far; with --resume the same command goes on from there.

    Parameters
    ----------
    target : str
        A problem file, or a machine: a file, the name of a library machine, or text; - reads standard input. A machine
        stands for what it computes. It may be left out with --problem.
    space : str
        Which codes: {space}.
    max_tuples : int
        The most tuples of a list; by default as many as the shortest that solve it have.
    repeat : bool
        Let a list have a key again: the later tuple wins.
    count_only : bool
        Count the codes that solve it, and nothing else.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound; 1 if none is given.
    optimal : bool
        List all codes that attain the least learning coefficient.
    precision : bool
        Find also which program wins at which finite precision: the least exponent of all codes on grids of b bits.
    explain : bool
        Say why the best code is better than the machine that was given, or that the problem names: what each tuple
        costs in both, and what breaks them.
    certificate : path
        Write the proof that no code has a smaller λ to this file, and with --precision that none has a smaller exponent
        at any precision; noisytm verify replays it.
    resume : path
        Keep what is found in this file, and go on from it.
    output : path
        The file to draw the growth of the search to, the bounds of the least λ against nodes: .svg or .png.
    """
    from noisytm._cache_folder import KeptPlace

    if scheduler is not None and workers != 1:
        raise UsageError("--scheduler has the workers of the cluster search; leave out --workers")
    of_least = {
        "semantics": semantics, "loss": loss, "chart": chart, "prior_concentration": prior_concentration,
        "optimal": optimal or None, "precision": precision or None, "certificate": certificate,
        "repeat": repeat or None, "keys": keys, "explain": explain or None,
    }  # fmt: skip
    _require_one_kind(count_only, space, max_tuples, of_least | {"output": output})
    _require_picture(output)
    kept, part = None if resume is None else KeptPlace(resume), share_of(share)
    ways = {
        "workers": workers, "scheduler": scheduler, "resume": kept, "merge": merge or (), "share": part,
        "pieces": pieces, "memory": memory,
    }  # fmt: skip
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}

    def text(result: Solutions | GlobalLearningCoefficient, beside: Contrast | None = None) -> str:
        _draw(result, output)
        if beside is not None:
            return dumps(beside.to_json()) if json else f"{_described(result)}\n\n{_contrasted(beside)}"
        return dumps(result.to_json()) if json else _described(result)

    def text_so_far(result: Solutions | GlobalLearningCoefficient) -> str:
        say_what_is_kept(kept, result.complete, begun=_begun(result))
        return text(result)

    with found_is_printed(text_so_far, seconds):
        machine, asked = asked_problem(target, problem, given, final)
        if explain and machine is None:
            raise UsageError("--explain compares with a machine, and the problem names none; give one in its place")
        beside: Contrast | None = None
        if count_only:
            result: Solutions | GlobalLearningCoefficient = _counted(asked, space, max_tuples, ways)
        else:
            least = result = _least(asked, space, of_least | ways | {"max_tuples": max_tuples, "explain": None})
            if explain and machine is not None and least.complete:
                beside = _beside(least, machine)
    say_what_is_kept(kept, result.complete, part)
    print(text(result, beside))
    return exit_code(kept)


def _require_one_kind(count_only: bool, space: str, max_tuples: int | None, of_least: Mapping[str, Any]) -> None:
    """Refuse options that the search asked for would not look at."""
    if max_tuples is not None and space != "listed":
        raise UsageError("--max-tuples is for lists; add --space listed")
    for name in ("repeat", "keys"):
        if of_least[name] not in (None, "exact") and space != "listed":
            raise UsageError(f"--{name} is for lists; add --space listed")
    if of_least["precision"] is not None and space == "listed":
        raise UsageError("--precision is for full tables; leave out --space listed")
    if of_least["precision"] and of_least["chart"] is not None:
        require_grid(of_least["chart"])
    for name, value in of_least.items():
        if count_only and value is not None:
            raise UsageError(
                f"--{name.replace('_', '-')} is for the least learning coefficient; leave out --count-only"
            )


def _require_picture(output: Path | None) -> None:
    """Refuse a picture that cannot be written, before anything is searched."""
    from noisytm.show.scatter import require_scatter

    if output is not None:
        require_scatter(output)
        require_place(output)


def _draw(result: Solutions | GlobalLearningCoefficient, output: Path | None) -> None:
    from noisytm.search import GlobalLearningCoefficient

    if output is not None and isinstance(result, GlobalLearningCoefficient):
        result.plot(output)


def _counted(asked: SynthesisProblem, space: str, max_tuples: int | None, ways: Mapping[str, Any]) -> Solutions:
    from noisytm.search import solutions

    return solutions(asked, space, max_tuples=max_tuples, **ways)


def _least(asked: SynthesisProblem, space: str, given: Mapping[str, Any]) -> GlobalLearningCoefficient:
    from noisytm.search import global_learning_coefficient

    options = {name: value for name, value in given.items() if value is not None}
    if "prior_concentration" in options:
        options["prior_concentration"] = concentration_of(options["prior_concentration"])
    return global_learning_coefficient(asked, space, **options)


def _beside(result: GlobalLearningCoefficient, machine: Description) -> Contrast:
    from noisytm.search import contrast

    return contrast(result, machine)


def _contrasted(beside: Contrast) -> str:
    from noisytm.show.explanations import describe_contrast

    return describe_contrast(beside)


def _begun(result: Solutions | GlobalLearningCoefficient) -> bool:
    """Whether anything was searched before the end came."""
    from noisytm.search import Solutions

    return bool(result.cubes or result.tally.refuted) if isinstance(result, Solutions) else any(result.counts.values())


def _described(result: Solutions | GlobalLearningCoefficient) -> str:
    from noisytm.search import Solutions
    from noisytm.show import describe_least, describe_solutions

    return describe_solutions(result) if isinstance(result, Solutions) else describe_least(result)


VERB = Verb("search", search)
