"""The command ``noisytm beaver``: go through all machines of a size; busy beavers and counts."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Annotated

from noisytm._clock import limited, tick
from noisytm._json import dumps
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._choices import OneOf
from noisytm.cli._hush import say
from noisytm.cli._partial import found_is_printed
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm._cache_folder import SparePlace
    from noisytm.enumeration import Enumeration, EnumerationOptions


def _roots() -> tuple[str, ...]:
    from noisytm.enumeration import ROOTS

    return ROOTS


def _classes() -> dict[str, str]:
    from noisytm.enumeration.recognisers import HALTED, HOLDOUT, RECOGNISERS

    return {HALTED: "it halts", **RECOGNISERS.descriptions(), HOLDOUT: "none of these"}


def beaver(
    states: Annotated[int, whole(1, "states")],
    symbols: Annotated[int, whole(2, "symbols")] = 2,
    /,
    *,
    max_steps: Annotated[int, whole(2)] = 200,
    root: Annotated[str, OneOf(_roots)] = "full",
    complete: option.Flag = False,
    list: Annotated[str, OneOf(_classes)] | None = None,
    workers: option.Workers = 1,
    seconds: option.Seconds | None = None,
    resume: option.Resume | None = None,
    json: option.Json = False,
) -> int:
    """Go through all machines of a size on the blank tape, in tree normal form: busy beavers and counts.

    When it is interrupted, or its time runs out, it prints what it has counted; the same command goes on from there.
    If the file of --resume can be written to no longer, the count goes on, and the exit code is 1 at the end.

    Parameters
    ----------
    states : int
        Number of states, the halting one not counted.
    symbols : int
        Number of symbols, the blank counted.
    max_steps : int
        A run that has not ended within so many steps, and is not proved never to end, is a holdout.
    root : str
        The root of the tree: the empty table, or the one with only 1RB in its first cell.
    complete : bool
        Fill the last undefined cell of a table too.
    list : str
        Print the machines of this class, one a line, instead of the counts: {list}.
    resume : path
        Keep the progress in this file, and go on from it; by default in the cache folder until all is done.
    """
    from noisytm._cache_folder import KeptPlace, SparePlace
    from noisytm.cli import DONE, WRONG, UsageError
    from noisytm.enumeration import EnumerationOptions, enumerate_machines, listed_texts
    from noisytm.show import describe_enumeration

    options = EnumerationOptions(states, symbols, root, max_steps, complete)
    if list is not None:
        if json or resume is not None or workers != 1:
            raise UsageError("--list prints machines as they are found; leave out --json, --resume and --workers")
        with limited(seconds):
            for machine in listed_texts(options, list):
                tick()
                print(machine)
        return DONE
    kept = _default_place(options) if resume is None else KeptPlace(resume)

    def text(result: Enumeration) -> str:
        if kept is not None and kept.trouble is not None and not (result.complete and isinstance(kept, SparePlace)):
            say(f"progress is not kept: {kept.trouble}; --resume names another file")
        elif not result.complete and kept is not None:
            say(f"progress is kept in {os.fspath(kept)}; the same command goes on from there")
        return dumps(result.to_json()) if json else describe_enumeration(result)

    with found_is_printed(text, seconds):
        result = enumerate_machines(
            states, symbols, root=root, max_steps=max_steps, complete=complete, workers=workers, resume=kept
        )
    print(text(result))
    if isinstance(kept, SparePlace):
        with contextlib.suppress(OSError):
            os.unlink(kept)
    elif kept is not None and kept.trouble is not None:
        return WRONG
    return DONE


def _default_place(options: EnumerationOptions) -> SparePlace | None:
    """Return the place for the progress if none is given, or ``None`` if there is none to write to."""
    from noisytm._cache_folder import SparePlace, default_cache_folder

    try:
        folder = default_cache_folder() / "enumerations"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return SparePlace(folder / f"{options.key[:24]}.json") if os.access(folder, os.W_OK) else None


VERB = Verb("beaver", beaver, renamed={"--steps": "--max-steps"})
