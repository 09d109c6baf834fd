"""``noisytm syndromes``: the errors that together lead to a wrong answer, and what they say about a code."""

from __future__ import annotations

from typing import Annotated

from noisytm.cli import BUDGET, DONE
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._partial import found_is_printed
from noisytm.cli._pictures import require_picture_file
from noisytm.cli._problem import machine_and_problem, require_keys
from noisytm.cli.verb import Verb


def syndromes(
    machine: option.Machine | None = None,
    /,
    *,
    inputs: option.Inputs | None = None,
    max_length: option.MaxLength | None = None,
    words: option.Words | None = None,
    steps: option.Steps | None = None,
    readout: option.Readout | None = None,
    problem: option.Problem | None = None,
    final: option.Final | None = None,
    semantics: option.Semantics = "pseudo-utm",
    chart: option.Chart = "simplex",
    keys: option.Keys | None = None,
    max_weight: Annotated[int, whole(1)] = 2,
    explain: option.Explain = False,
    seconds: option.Seconds | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """List the smallest sets of errors that lead to a wrong answer, and what follows from them.

    Most library machines carry a default problem; an option given here replaces just that part of it. The machine may
    be left out if the problem file names it. What is ended before its time prints all syndromes of a lower weight.

    Parameters
    ----------
    max_weight
        The greatest weight of a syndrome: its degree in the chart's coordinates. An error counts 1, in sphere 2, as
        often as it is made.
    explain
        For each syndrome a run that it breaks, step by step beside the right one, the errors where they happen.
    output
        The file to write a picture to of which errors are fatal together, .svg or .png: of 40 errors at most, those of
        the syndromes that have the most weight in the proof of λ, then the lightest.
    """
    from json import dumps

    from noisytm.show import SyndromeReport, describe_syndromes, proof_of, syndrome_report

    def text(report: SyndromeReport) -> str:
        return dumps(report.to_json(), ensure_ascii=False) if json else describe_syndromes(report)

    require_picture_file(output)
    options = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(text, seconds):
        target, asked = machine_and_problem(machine, problem, options, final, keys)
        require_keys(asked, semantics, chart)
        report = syndrome_report(
            asked, target, semantics=semantics, chart=chart, max_weight=max_weight, explain=explain
        )
        proof = None if output is None else proof_of(report)
    print(text(report), flush=True)
    if output is not None:
        report.plot(output, proof)
    return BUDGET if report.left_out else DONE


VERB = Verb("syndromes", syndromes)
