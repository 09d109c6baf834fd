"""``noisytm universal``: run a machine on a universal machine, and compare with a direct run."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from noisytm.cli._arguments import Source, Text, Whole


def universal(
    machine: Source,
    /,
    *,
    word: Text = "",
    on: Literal["staged-pseudo-utm"] = "staged-pseudo-utm",
    cycles: Whole = 10,
    trace: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Run a machine on a universal one, decode every cycle, and compare it with a step of a direct run.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input.
    word
        The input; the head starts on its first symbol. Symbols longer than one character: separate by commas.
    on
        The universal machine. The staged pseudo-UTM has four tapes and takes 10N + 5 steps a cycle.
    cycles
        Number of cycles. After the machine has come to rest only one more is made, which must change nothing.
    trace
        Print all tapes of every step too, the heads in brackets.
    json
        Print a JSON object.
    """
    from json import dumps

    from noisytm.cli.run import word_of
    from noisytm.errors import BudgetError
    from noisytm.locate import load_machine
    from noisytm.universal import watch

    loaded, cut_off = load_machine(machine), ""
    try:
        simulation = watch.simulate_on_staged(loaded, word_of(loaded, word), cycles)
    except BudgetError as error:
        if not isinstance(error.partial, watch.Simulation):
            raise
        simulation, cut_off = error.partial, str(error)
    if json:
        steps = {"trace": [watch.step_json(c) for c in simulation.trace()]} if trace else {}
        print(dumps(simulation.to_json() | steps, ensure_ascii=False))
    else:
        for configuration in simulation.trace() if trace else ():
            print(watch.step_text(configuration, len(loaded.tuples)))
        print(simulation)
    simulation.require_agreement()
    if cut_off:
        raise BudgetError(cut_off)
