"""``noisytm compare``: codes side by side on one problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from noisytm._json import dumps
from noisytm.cli import BUDGET, DONE, UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import concentration_of, require_place
from noisytm.cli._partial import found_is_printed
from noisytm.cli._problem import machine_and_problem, require_keys
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.degeneracy import Comparison
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem


def compare(
    *machines: option.Machine,
    inputs: option.Inputs | None = None,
    max_length: option.MaxLength | None = None,
    words: option.Words | None = None,
    steps: option.Steps | None = None,
    readout: option.Readout | None = None,
    problem: option.Problem | None = None,
    final: option.Final | None = None,
    semantics: option.Semantics | None = None,
    loss: option.Loss = "log",
    chart: option.Chart = "simplex",
    keys: option.Keys | None = None,
    prior_concentration: option.PriorConcentration = "1",
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Put codes side by side on one problem: what differs in their spaces and tables, and what each of them costs.

    The problem is that of the first machine, its default problem or the options', unless --problem gives one; the
    others must solve it. Says first in what their spaces differ, then shows, in every semantics or the given one, the
    exact learning coefficient and multiplicity of each, the bounds, the least weight of a fatal syndrome, the used
    tuples and the mass of its cube: the share of all tables with these tuples.

    Parameters
    ----------
    machines
        Two or more: files, names of library machines, or texts of machines; one may be -, standard input.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound.
    output
        The file to write a row for each code and semantics to: .csv or .parquet.
    """
    from noisytm.degeneracy import compare
    from noisytm.show import describe_comparison, save_comparison
    from noisytm.show.tables import require_table

    if len(machines) < 2:
        raise UsageError("give two machines or more: files, names of library machines, or texts")
    if machines.count("-") + (problem == "-") > 1:
        raise UsageError("standard input can be read once; give files for the others")
    if output is not None:
        require_table(output)
        require_place(output)

    def text(found: Comparison) -> str:
        if output is not None:
            save_comparison(found, output)
        return dumps(found.to_json()) if json else describe_comparison(found)

    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(text, seconds):
        codes, asked = _asked(machines, problem, given, final, keys)
        require_keys(asked, semantics or "pseudo-utm", chart)
        found = compare(
            asked,
            codes,
            semantics=None if semantics is None else [semantics],
            loss=loss,
            chart=chart,
            prior_concentration=concentration_of(prior_concentration),
            memory=memory,
            progress=True,
        )
    print(text(found))
    return DONE if found.complete else BUDGET


def _asked(
    machines: tuple[str, ...], problem: str | None, given: dict[str, Any], final: str | None, keys: str | None
) -> tuple[list[Description], SynthesisProblem]:
    """Return the codes and the problem in the space of the first."""
    from noisytm.problem import load_listed

    first, asked = machine_and_problem(machines[0], problem, given, final, keys)
    return [first, *(load_listed(machine, final=_final(machine, final)) for machine in machines[1:])], asked


def _final(machine: str, final: str | None) -> str | None:
    """Return what final states are in the file of a machine; those of the library have been read already."""
    from noisytm import library

    return None if machine in library.names() else final


VERB = Verb("compare", compare)
