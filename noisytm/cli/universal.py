"""``noisytm universal``: run a machine on a universal machine, and compare with a direct run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from noisytm._clock import afresh, limited
from noisytm._partial import ENDED, carrying
from noisytm.cli import _options as option
from noisytm.cli._arguments import require_counted
from noisytm.cli._choices import OneOf
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.errors import BudgetError, Interrupted

# The beginning, all that is certain of a run that has made no step, is found out however little time there is.
SECONDS_TO_BEGIN = 1.0


def _hosts() -> dict[str, str]:
    from noisytm.universal import hosts

    return {name: host.description for name, host in hosts().items()}


def universal(
    machine: option.Machine,
    /,
    *,
    word: option.Word = "",
    final: option.Final | None = None,
    on: Annotated[str, OneOf(_hosts)] = "staged-pseudo-utm",
    cycles: Annotated[int, option.COUNTED] = 10,
    max_steps: option.MaxSteps | None = None,
    seconds: option.Seconds | None = None,
    trace: option.Trace = False,
    json: option.Json = False,
) -> int:
    """Run a machine on a universal one, decode every cycle, and compare it with a step of a direct run.

    --max-steps counts those of a universal machine that runs tag systems, by default 2000000000; when they are used up
    the exit code is 3.

    Parameters
    ----------
    on
        The universal machine: {on}.
    cycles
        Number of steps of the machine.
    trace
        Print all tapes of every step too, the heads in brackets; or every word of the tag system.
    """
    from noisytm.cli import DONE, UsageError
    from noisytm.cli._problem import word_of
    from noisytm.problem import load_machine
    from noisytm.universal import Hosted, hosts

    host = hosts()[on]
    ended: BudgetError | Interrupted | None = None
    if max_steps is not None and not host.counts_steps:
        raise UsageError(f"--max-steps is for universal machines that run tag systems; on {on} use --cycles")
    if max_steps is not None:
        require_counted("--max-steps", max_steps)
    loaded = load_machine(machine, final=final, word=word)
    try:
        with limited(seconds):
            run = host.simulate(loaded, word_of(loaded, word), cycles, max_steps, trace=trace)
    except ENDED as error:
        partial = getattr(error, "partial", None)
        if not isinstance(partial, Hosted):  # of a run on the way there, which was not asked for
            with afresh(SECONDS_TO_BEGIN):
                partial = host.simulate(loaded, word_of(loaded, word), 0, max_steps, trace=trace)
        run, ended = partial, carrying(error, None)
    if json:
        added: dict[str, Any] = {"trace": run.trace_json()} if trace else {}
        _print_json(run.to_json() | added | ({"complete": False} if ended else {}))
    else:
        for step in run.trace_lines() if trace else ():
            print(step)
        print(run)
    run.require_agreement()
    if ended is not None:
        raise ended
    return DONE


def _print_json(record: dict[str, Any]) -> None:
    from json import dumps

    print(dumps(record, ensure_ascii=False))


VERB = Verb("universal", universal)
