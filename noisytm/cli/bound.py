"""``noisytm bound``: the exact learning coefficient of a machine's code, with bounds and a certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm._compiling import Stopwatch
from noisytm.cli import BUDGET, DONE, UsageError, announce_compiling
from noisytm.cli._arguments import (
    OneOf,
    Source,
    Text,
    Whole,
    charts,
    losses,
    memory_bytes,
    readouts,
    semantics_names,
    write_text,
)
from noisytm.cli._problem import machine_and_problem
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.degeneracy import PaddedCode
    from noisytm.geometry import Concentration
    from noisytm.machine import TuringMachine
    from noisytm.problem import SynthesisProblem


def bound(
    machine: Source | None = None,
    /,
    *,
    inputs: Text | None = None,
    max_length: Whole | None = None,
    words: Text | None = None,
    steps: Whole | None = None,
    readout: Annotated[str, OneOf(readouts, open=True)] | None = None,
    problem: Text | None = None,
    semantics: Annotated[str, OneOf(semantics_names)] | None = None,
    loss: Annotated[str, OneOf(losses)] | None = None,
    chart: Annotated[str, OneOf(charts)] | None = None,
    prior_concentration: Text = "1",
    memory: Text | None = None,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    padding: Whole | None = None,
    csv: Text | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Compute which code bits a machine uses, the bounds by counting, and the exact learning coefficient.

    Most library machines carry a default problem; an option given here replaces just that part of it.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input. May be left out
        if the problem file names it.
    inputs
        Letters: the inputs are all words over them, with --max-length.
    max_length
        Length of the longest of these words.
    words
        The inputs one by one, separated by commas; an empty item is the empty word.
    steps
        Number of steps after which the machine is read.
    readout
        What is read after the last step: {readout}.
    problem
        A problem file (YAML or JSON), instead of the options above.
    semantics
        How the step is relaxed, pseudo-utm if not given: {semantics}.
    loss
        The loss, log if not given: {loss}.
    chart
        Coordinates of code space, simplex if not given: {chart}.
    prior_concentration
        Dirichlet concentration of the prior: a number or a fraction, or one for each kind of entry as in
        write=1,next=1/2,move=2 (1 where left out); one tuple's own is A:reject:next=3.
    memory
        Most memory the oracle may take, in bytes or as 500M or 4G; by default half of what is available.
    all_
        One table over all semantics, charts and losses; one that is given is kept to. Shows the code beside the face
        on which all unused tuples are free, and how many errors are corrected.
    padding
        Tables of the same code padded with up to so many unused states, and symbols.
    csv
        The file to write the padding tables to, as CSV for plotting.
    json
        Print everything, with the certificate, as JSON: the input of noisytm verify.
    """
    import dataclasses
    from json import dumps

    from noisytm.degeneracy import PaddingTable, survey
    from noisytm.show import describe_padding, describe_survey

    announce_compiling()
    watch = Stopwatch()
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    target, asked = machine_and_problem(machine, problem, given)
    concentration = _concentration(prior_concentration)
    options: dict[str, Any] = {
        "prior_concentration": concentration,
        "memory": memory_bytes(memory),
        "progress": True,
    }
    kind: dict[str, Any] = {"semantics": semantics or "pseudo-utm", "loss": loss or "log", "chart": chart or "simplex"}
    if csv is not None and padding is None:
        raise UsageError("--csv writes the padding tables; add --padding with the most states and symbols to add")
    if not all_ and padding is None:
        _one(asked, target, {**kind, **options}, json)
        return DONE
    lines = [] if padding is None else _padding(asked, target, padding, {**kind, **options}, csv)
    found = None
    if all_:
        among = {"semantics": semantics, "charts": chart, "losses": loss}
        options |= {name: [value] for name, value in among.items() if value is not None}
        found = survey(asked, target, **options)
    if json:
        asked_for = PaddingTable(asked, target, **kind, prior_concentration=concentration, lines=tuple(lines))
        record = asked_for if found is None else dataclasses.replace(found, padding=tuple(lines))
        print(dumps(record.timed(watch).to_json(), ensure_ascii=False))
    else:
        parts = [] if found is None else [describe_survey(found)]
        print("\n\n".join(parts + ([describe_padding(lines)] if lines else [])))
    return BUDGET if found is not None and not found.complete else DONE


def _one(problem: SynthesisProblem, machine: TuringMachine, options: dict[str, Any], json: bool) -> None:
    """Print one learning coefficient, or what is certain of it when a budget runs out."""
    from json import dumps

    from noisytm.degeneracy import CertifiedInterval, PartialCoefficient, learning_coefficient
    from noisytm.errors import BudgetError
    from noisytm.show import describe

    watch = Stopwatch()
    try:
        result = learning_coefficient(problem, machine, **options)
    except BudgetError as error:
        if isinstance(error.partial, CertifiedInterval):
            asked = {name: options[name] for name in ("semantics", "loss", "chart", "prior_concentration")}
            part = PartialCoefficient.at(problem, machine, interval=error.partial, **asked).timed(watch)
            print(dumps(part.to_json(), ensure_ascii=False) if json else part)
        raise
    print(dumps(result.to_json(), ensure_ascii=False) if json else describe(result))


def _padding(
    problem: SynthesisProblem, machine: TuringMachine, upto: int, options: dict[str, Any], csv: str | None
) -> list[PaddedCode]:
    from noisytm.degeneracy import NEW_TUPLES, PADDED, padding
    from noisytm.show import padding_csv

    if upto < 1:
        raise UsageError(f"--padding is {upto}; it must be at least 1")
    lines = [
        line
        for padded in PADDED
        for new_tuples in NEW_TUPLES
        for line in padding(problem, machine, upto, padded=padded, new_tuples=new_tuples, **options)
    ]
    if csv is not None:
        write_text(Path(csv), padding_csv(lines))
    return lines


def _concentration(text: str) -> Concentration:
    from noisytm.errors import ProblemError
    from noisytm.geometry import checked_concentration

    try:
        if "=" not in text:
            return checked_concentration(text)
        groups: dict[Any, str] = {}
        for part in text.split(","):
            name, _, value = part.rpartition("=")
            group = tuple(name.strip().split(":"))
            if group in groups:
                raise UsageError(f"--prior-concentration gives {name.strip()} twice; give it one number")
            groups[group] = value
        return checked_concentration(groups)
    except ProblemError as error:
        raise UsageError(str(error)) from None


VERB = Verb("bound", bound)
