"""The command ``noisytm beaver``: go through all machines of a size; busy beavers and counts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm import _memory
from noisytm._clock import limited, tick
from noisytm._json import dumps
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._choices import OneOf
from noisytm.cli._hush import say
from noisytm.cli._partial import found_is_printed
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm._cache_folder import KeptPlace, SparePlace


def _roots() -> tuple[str, ...]:
    from noisytm.enumeration import ROOTS

    return ROOTS


def _classes() -> dict[str, str]:
    from noisytm.enumeration.recognisers import HALTED, HOLDOUT, RECOGNISERS

    return {HALTED: "it halts", **RECOGNISERS.descriptions(), HOLDOUT: "none of these"}


def _most_steps() -> int:
    from noisytm.enumeration import MAX_STEPS

    return MAX_STEPS


def _most_states() -> int:
    from noisytm.enumeration.recognisers import MOST_STATES

    return MOST_STATES


def beaver(
    states: Annotated[int, whole(1, "states")],
    symbols: Annotated[int, whole(2, "symbols")] = 2,
    /,
    *,
    max_steps: Annotated[int, whole(2, most=_most_steps)] = 200,
    automata: Annotated[int, whole(0, most=_most_states)] | None = None,
    root: Annotated[str, OneOf(_roots)] = "full",
    complete: option.Flag = False,
    list: Annotated[str, OneOf(_classes)] | None = None,
    workers: option.Workers = 1,
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    resume: option.Resume | None = None,
    outputs: option.Flag = False,
    output: option.Output | None = None,
    word: Annotated[option.Word, Parameter(help="With --outputs: the output whose complexity −log2 D is wanted.")]
    | None = None,
    block_length: Annotated[int, whole(1)] | None = None,
    block_overlap: Annotated[int, whole(0)] | None = None,
    json: option.Json = False,
) -> int:
    """Go through all machines of a size on the blank tape, in tree normal form: busy beavers and counts.

    With --outputs, how often each word is what a machine leaves: D(n, k), in which halting transitions stay.

    When it is interrupted, or its time runs out, it prints what it has counted; the same command goes on from there.
    If the file of --resume can be written to no longer, the count goes on, and the exit code is 1 at the end.

    Parameters
    ----------
    states : int
        Number of states, the halting one not counted.
    symbols : int
        Number of symbols, the blank counted.
    max_steps : int
        A run that has not ended within so many steps, and is not proved never to end, is a holdout. Recognisers are
        asked after 200 steps, and only what they leave runs on.
    automata : int
        States of the largest finite automata that are tried on holdouts, at most 10; 0 for none. By default 4 with
        two symbols, else 2.
    root : str
        The root of the tree: the empty table, or the one with only 1RB in its first cell.
    complete : bool
        Fill the last undefined cell of a table too.
    list : str
        Print the machines of this class, one a line, instead of the counts: {list}.
    resume : path
        Keep the progress in this file, and go on from it; by default in the cache folder until all is done.
    outputs : bool
        How many runs leave each word, each machine on each blank, instead of busy beavers.
    output : path
        The file to write all words with their counts and shares to: .csv.
    block_length : int
        Estimate the complexity of the word from those of its blocks of so many cells. A word that no run leaves is
        cut into blocks of the greatest length up to which all words are left.
    block_overlap : int
        How many cells of a block belong to the next one too; by default none.
    """
    from noisytm.cli import DONE, UsageError
    from noisytm.cli._outputs import OutputsReport, refuse_with_outputs, refuse_without_outputs
    from noisytm.enumeration import EnumerationOptions, enumerate_machines, listed_texts
    from noisytm.enumeration.outputs import output_distribution
    from noisytm.show import describe_enumeration

    if outputs:
        refuse_with_outputs(root, complete, list)
    else:
        named = {"--output": output, "--word": word, "--block-length": block_length, "--block-overlap": block_overlap}
        refuse_without_outputs(named)
    options = EnumerationOptions(states, symbols, root, max_steps, complete, automata=automata)
    if list is not None:
        if json or resume is not None or workers != 1:
            raise UsageError("--list prints machines as they are found; leave out --json, --resume and --workers")
        with limited(seconds), _memory.limited(memory):
            for machine in listed_texts(options, list):
                tick()
                print(machine)
        return DONE
    report = OutputsReport(symbols, word, block_length, block_overlap, output, json) if outputs else None
    place = _Place(resume, f"outputs-{options.key[:24]}" if outputs else options.key[:24])
    walk: dict[str, Any] = {"max_steps": max_steps, "automata": automata, "workers": workers}
    walk |= {"resume": place.kept, "memory": memory}
    if report is None:
        return _print_found(
            partial(enumerate_machines, states, symbols, root=root, complete=complete, **walk),
            lambda found: dumps(found.to_json()) if json else describe_enumeration(found),
            place,
            seconds,
        )
    code = _print_found(partial(output_distribution, states, symbols, **walk), report.text, place, seconds)
    if report.trouble is not None:
        raise report.trouble
    return code


def _print_found(compute: Callable[[], Any], report: Callable[[Any], str], place: _Place, seconds: float | None) -> int:
    """Print the report of what is computed, or was before it was ended; say where its progress is."""

    def text(found: Any) -> str:
        place.tell(found.complete)
        return report(found)

    with found_is_printed(text, seconds):
        found = compute()
    print(text(found))
    return place.leave()


class _Place:
    """Where the progress is kept: in the file that is given, else in the cache folder while there is work to do."""

    def __init__(self, resume: Path | None, name: str) -> None:
        from noisytm._cache_folder import KeptPlace

        self._spare = _default_place(name) if resume is None else None
        self.kept: KeptPlace | None = self._spare if resume is None else KeptPlace(resume)

    def tell(self, complete: bool) -> None:
        """Say where it is, or why it is not, if that is of use still."""
        if self.kept is not None and self.kept.trouble is not None and not (complete and self._spare is not None):
            say(f"progress is not kept: {self.kept.trouble}; --resume names another file")
        elif not complete and self.kept is not None and os.path.exists(self.kept):
            say(f"progress is kept in {os.fspath(self.kept)}; the same command goes on from there")

    def leave(self) -> int:
        """Remove what is in the cache folder, as all is done; return the exit code."""
        from noisytm.cli import DONE, WRONG

        if self._spare is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._spare)
        elif self.kept is not None and self.kept.trouble is not None:
            return WRONG
        return DONE


def _default_place(name: str) -> SparePlace | None:
    """Return the place for the progress if none is given, or ``None`` if there is none to write to."""
    from noisytm._cache_folder import SparePlace, default_cache_folder

    try:
        folder = default_cache_folder() / "enumerations"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return SparePlace(folder / f"{name}.json") if os.access(folder, os.W_OK) else None


VERB = Verb("beaver", beaver, renamed={"--steps": "--max-steps"})
