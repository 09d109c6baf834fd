"""``noisytm universal``: run a machine on a universal machine, and compare with a direct run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from noisytm.cli._arguments import Source, Text, Whole
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.machine import TuringMachine, Word

MAX_STEPS = 2_000_000_000


def universal(
    machine: Source,
    /,
    *,
    word: Text = "",
    on: Literal["staged-pseudo-utm", "minsky-7-4", "rogozhin-4-6", "rogozhin-2-18"] = "staged-pseudo-utm",
    cycles: Whole = 10,
    max_steps: Whole | None = None,
    trace: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Run a machine on a universal one, decode every cycle, and compare it with a step of a direct run.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input.
    word
        The input; the head starts on its first symbol. Symbols longer than one character: separate by commas.
    on
        The universal machine. The staged pseudo-UTM has four tapes and takes 10N + 5 steps a cycle. The others have
        one tape and run 2-tag systems, to which the machine is compiled.
    cycles
        Number of steps of the machine. On the staged pseudo-UTM, only one more is made after it has come to rest,
        which must change nothing.
    max_steps
        Number of steps of a universal machine that runs tag systems; when they are used up the exit code is 3. By
        default 2000000000.
    trace
        Print all tapes of every step too, the heads in brackets; or every word of the tag system.
    json
        Print a JSON object.
    """
    from noisytm.cli import UsageError
    from noisytm.cli.run import word_of
    from noisytm.problem import load_machine

    if on == "staged-pseudo-utm" and max_steps is not None:
        raise UsageError("--max-steps is for universal machines that run tag systems; on the staged one use --cycles")
    loaded = load_machine(machine)
    if on == "staged-pseudo-utm":
        return _on_staged(loaded, word_of(loaded, word), cycles, trace, json)
    return _on_two_tag(
        loaded, word_of(loaded, word), on, cycles, MAX_STEPS if max_steps is None else max_steps, trace, json
    )


def _on_staged(machine: TuringMachine, word: Word, cycles: int, trace: bool, json: bool) -> int:
    from noisytm.cli import DONE
    from noisytm.errors import BudgetError
    from noisytm.universal.pseudo_utm import Simulation, simulate_on_staged, step_json, step_text

    cut_off = ""
    try:
        simulation = simulate_on_staged(machine, word, cycles)
    except BudgetError as error:
        if not isinstance(error.partial, Simulation):
            raise
        simulation, cut_off = error.partial, str(error)
    if json:
        steps = {"trace": [step_json(c) for c in simulation.trace()]} if trace else {}
        _print_json(simulation.to_json() | steps)
    else:
        for configuration in simulation.trace() if trace else ():
            print(step_text(configuration, len(machine.tuples)))
        print(simulation)
    simulation.require_agreement()
    if cut_off:
        raise BudgetError(cut_off)
    return DONE


def _on_two_tag(
    machine: TuringMachine, word: Word, on: str, cycles: int, max_steps: int, trace: bool, json: bool
) -> int:
    from noisytm._text import shown_name
    from noisytm.cli import BUDGET, DONE
    from noisytm.errors import BudgetError
    from noisytm.universal.compiler import TwoTagSimulation, simulate_on_two_tag

    message = ""
    try:
        simulation = simulate_on_two_tag(machine, word, on, cycles, max_steps, keep_words=trace)
    except BudgetError as error:
        if error.partial is None or not isinstance(error.partial, TwoTagSimulation):
            raise
        simulation, message = error.partial, str(error)
    if json:
        _print_json(simulation.to_json())
    else:
        for seen in simulation.words:
            print(f"step {seen.steps}: {' '.join(map(shown_name, seen.word))}")
        print(simulation)
    simulation.require_agreement()
    if message:
        import sys

        print(f"noisytm: {message}", file=sys.stderr)
    return BUDGET if message else DONE


def _print_json(record: dict[str, Any]) -> None:
    from json import dumps

    print(dumps(record, ensure_ascii=False))


VERB = Verb("universal", universal)
