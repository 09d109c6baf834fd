"""``noisytm bound``: the exact learning coefficient of a machine's code, with bounds and a certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from noisytm._clock import limited
from noisytm._compiling import Stopwatch
from noisytm._partial import ENDED, carrying
from noisytm.cli import BUDGET, DONE, UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import concentration_of, whole, write_text
from noisytm.cli._pictures import require_bound_file
from noisytm.cli._precision import require_grid
from noisytm.cli._problem import machine_and_problem, require_keys
from noisytm.cli._series import along_entry, by_step, require_alone
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.degeneracy import LearningCoefficient, PaddedCode, PaddingTable, Survey
    from noisytm.errors import BudgetError, Interrupted
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem


def _most_padded() -> int:
    from noisytm.degeneracy import MOST_PADDED

    return MOST_PADDED


def bound(
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
    semantics: option.Semantics | None = None,
    loss: option.Loss | None = None,
    chart: option.Chart | None = None,
    keys: option.Keys | None = None,
    prior_concentration: option.PriorConcentration = "1",
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    survey: option.Flag = False,
    padding: Annotated[int, whole(1, most=_most_padded)] | None = None,
    precision: option.Precision = False,
    explain: option.Explain = False,
    each_step: option.Flag = False,
    entry: option.Text | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Compute which code bits a machine uses, the bounds by counting, and the exact learning coefficient.

    Most library machines carry a default problem; an option given here replaces just that part of it. The machine may
    be left out if the problem file names it. If none is given, the semantics is pseudo-utm, the loss log, the chart
    simplex. With --json the result has its certificate: the input of noisytm verify.

    Parameters
    ----------
    prior_concentration
        Dirichlet concentration of the prior: a number or a fraction, or one for each kind of entry as in
        write=1,next=1/2,move=2 (1 where left out); one tuple's own is A:reject:next=3, in a list 0:next=3.
    survey
        One table over all semantics, charts and losses; one that is given is kept to. Shows the code beside the face
        on which all unused tuples are free, and how many errors are corrected.
    padding
        Tables of the same code padded with up to so many unused states, and symbols.
    precision
        Also the exponent of the posterior on weights of b bits each, from the learning coefficient where data are few
        to the least number of errors that meet every fatal syndrome where they are many.
    explain
        Say why it is this number: what each entry of the table costs, which sums to it, and the runs that errors break.
    each_step
        A table of the learning coefficient when the machine is read after 1, 2, … steps, up to those of the problem.
    entry
        Of one entry that has a wrong value with probability h, as in A:reject:next=reject, in a list 0:next=reject, the
        learning coefficient for all h from 0 to 1; or where the error alone is fatal, and there is none, the loss K and
        how it vanishes.
    output
        The file to write a picture to, .svg or .png: of the costs of errors over the table, which λ is attained at;
        with --precision of the exponent; with --each-step of λ against the steps; with --entry of λ and K against h;
        with --padding of λ against what is added, or the tables as .csv.
    """
    watch = Stopwatch()
    if output is not None:
        require_bound_file(output, padding is not None, precision, survey)
    if precision:
        _require_grid(chart, survey or padding is not None)
    if explain:
        _require_explained(chart, survey or padding is not None, precision)
    others = {"survey": survey, "padding": padding is not None, "precision": precision, "explain": explain}
    if each_step:
        require_alone("--each-step", others | {"entry": entry is not None}, chart)
    if entry is not None:
        require_alone("--entry", others, chart)
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with limited(seconds):
        target, asked = machine_and_problem(machine, problem, given, final, keys)
        concentration = concentration_of(prior_concentration)
        options: dict[str, Any] = {"prior_concentration": concentration, "memory": memory, "progress": True}
        kind: dict[str, Any] = {
            "semantics": semantics or "pseudo-utm",
            "loss": loss or "log",
            "chart": chart or "simplex",
        }
        require_keys(asked, kind["semantics"], kind["chart"])
        if entry is not None:
            along_entry(asked, target, entry, kind | options, output, json)
            return DONE
        if each_step:
            by_step(asked, target, kind | options, output, json)
            return DONE
        if not survey and padding is None:
            _one(asked, target, {**kind, **options}, precision, explain, json, output)
            return DONE
        tables = _Tables(asked, target, kind, options)
        ended: BudgetError | Interrupted | None = None
        try:
            if survey:
                tables.survey({"semantics": semantics, "charts": chart, "losses": loss})
            if padding is not None:
                tables.padding(padding)
        except ENDED as error:
            ended = carrying(error, None)
    if printed := tables.record(watch, ended is None) if json else tables.text():
        print(printed, flush=True)
    if output is not None:
        tables.write(output, ended is None)
    if ended is not None:
        raise ended
    return DONE if tables.complete else BUDGET


def _one(
    problem: SynthesisProblem,
    machine: Description,
    options: dict[str, Any],
    curve: bool,
    explained: bool,
    json: bool,
    output: Path | None,
) -> None:
    """Print one learning coefficient, or what is certain of it when it is ended before its time."""
    from json import dumps

    from noisytm.degeneracy import CertifiedInterval, PartialCoefficient, learning_coefficient
    from noisytm.geometry import CHARTS

    if CHARTS.named(options["chart"]).growth:
        _law(problem, machine, options, json, output)
        return
    watch = Stopwatch()
    try:
        result = learning_coefficient(problem, machine, **options)
    except ENDED as error:
        partial = getattr(error, "partial", None)
        if isinstance(partial, CertifiedInterval):
            asked = {name: options[name] for name in ("semantics", "loss", "chart", "prior_concentration")}
            part = PartialCoefficient.at(problem, machine, interval=partial, **asked).timed(watch)
            print(dumps(part.to_json(), ensure_ascii=False) if json else part, flush=True)
        raise
    if curve:
        _with_precision(result, options, watch, json, output)
    else:
        (_explained if explained else _print_one)(result, json)
        if output is not None:
            result.plot(output)


def _law(
    problem: SynthesisProblem, machine: Description, options: dict[str, Any], json: bool, output: Path | None
) -> None:
    """Print the law of E[nK], where the chart has no learning coefficient."""
    from json import dumps

    from noisytm.degeneracy import leading_law
    from noisytm.show import describe_law

    law = leading_law(problem, machine if problem.space.by_number else machine.machine(), **options)
    print(dumps(law.to_json(), ensure_ascii=False) if json else describe_law(law), flush=True)
    if output is not None:
        law.plot(output)


def _print_one(result: LearningCoefficient, json: bool) -> None:
    from json import dumps

    from noisytm.show import describe, describe_precision

    if json:
        print(dumps(result.to_json(), ensure_ascii=False), flush=True)
        return
    curve = result.precision
    print("\n\n".join([describe(result)] + ([] if curve is None else [describe_precision(curve)])), flush=True)


def _explained(result: LearningCoefficient, json: bool) -> None:
    """Print why a learning coefficient is what it is; where that is ended, without the runs that were not reached."""
    from json import dumps

    from noisytm.degeneracy import Explanation, explain
    from noisytm.show.explanations import describe_explanation

    try:
        why = explain(result)
    except ENDED as error:
        part = getattr(error, "partial", None)
        if json or not isinstance(part, Explanation):
            _print_one(result, json)
        else:
            print(describe_explanation(part), flush=True)
        raise carrying(error, None) from None
    print(dumps(why.to_json(), ensure_ascii=False) if json else describe_explanation(why), flush=True)


def _with_precision(
    result: LearningCoefficient, options: dict[str, Any], watch: Stopwatch, json: bool, output: Path | None
) -> None:
    """Print a learning coefficient with the finite precision at the same point, or as much of that as was found."""
    from dataclasses import replace

    from noisytm.degeneracy import FinitePrecision, precision

    try:
        curve = precision(result.problem, result.machine, **options)
    except ENDED as error:
        found = getattr(error, "partial", None)
        partial = found if isinstance(found, FinitePrecision) else None
        _print_one(replace(result, precision=partial).timed(watch), json)
        if output is not None and partial is not None and partial.lines:
            partial.plot(output)
        raise carrying(error, None) from None
    _print_one(replace(result, precision=curve).timed(watch), json)
    if output is not None:
        curve.plot(output)


class _Tables:
    """The survey and the padding tables, as far as they are done."""

    def __init__(
        self, problem: SynthesisProblem, machine: Description, kind: dict[str, Any], options: dict[str, Any]
    ) -> None:
        listed = machine if problem.space.by_number else machine.machine()
        self._asked, self._kind, self._options = (problem, listed), kind, options
        self._survey: Survey | None = None
        self._padded = False
        self.lines: list[PaddedCode] = []

    def survey(self, among: dict[str, str | None]) -> None:
        from noisytm.degeneracy import survey

        chosen: dict[str, Any] = {name: [value] for name, value in among.items() if value is not None}
        try:
            self._survey = survey(self._asked[0], self._asked[1], **self._options, **chosen)
        except ENDED as error:
            self._survey = getattr(error, "partial", None)
            raise

    def padding(self, upto: int) -> None:
        from noisytm.codespace import KEYS
        from noisytm.degeneracy import NEW_TUPLES, PADDED, padding, tell_order

        self._padded = True
        tell_order(self._asked[1], self._kind["semantics"], KEYS[self._asked[0].space.noisy_keys])
        for padded in PADDED:
            for new_tuples in NEW_TUPLES:
                how: dict[str, Any] = {"padded": padded, "new_tuples": new_tuples, **self._kind, **self._options}
                try:
                    self.lines += padding(self._asked[0], self._asked[1], upto, **how)
                except ENDED as error:
                    self.lines += getattr(error, "partial", None) or []
                    raise

    @property
    def complete(self) -> bool:
        return self._survey is None or self._survey.complete

    def record(self, watch: Stopwatch, complete: bool) -> str:
        """Return the tables as JSON."""
        from dataclasses import replace
        from json import dumps

        found: Survey | PaddingTable = self._padding_table(complete)
        if self._survey is not None:
            found = replace(self._survey, padding=tuple(self.lines), ended_early=not complete)
        return dumps(found.timed(watch).to_json(), ensure_ascii=False)

    def write(self, output: Path, complete: bool) -> None:
        """Write the padding tables, or their picture, by the ending of the file."""
        from noisytm.show import padding_csv

        if output.suffix.lower() == ".csv":
            write_text(output, padding_csv(self.lines))
        elif self.lines:
            self._padding_table(complete).plot(output)

    def _padding_table(self, complete: bool) -> PaddingTable:
        from noisytm.degeneracy import PaddingTable

        return PaddingTable(
            self._asked[0],
            self._asked[1],
            **self._kind,
            prior_concentration=self._options["prior_concentration"],
            lines=tuple(self.lines),
            complete=complete,
        )

    def text(self) -> str:
        from noisytm.show import describe_padding, describe_survey

        parts = [] if self._survey is None else [describe_survey(self._survey)]
        return "\n\n".join(parts + ([describe_padding(self.lines)] if self._padded else []))


def _require_grid(chart: str | None, tables: bool) -> None:
    """Refuse what has no finite precision."""
    if tables:
        raise UsageError("--precision is of one learning coefficient; leave out --survey and --padding")
    if chart is not None:
        require_grid(chart)


def _require_explained(chart: str | None, tables: bool, precision: bool) -> None:
    """Refuse what has no explanation, or is asked for beside one."""
    from noisytm.geometry import CHARTS

    if tables or precision:
        raise UsageError("--explain is of one learning coefficient; leave out --survey, --padding and --precision")
    if chart is not None and CHARTS.named(chart).growth:
        raise UsageError(f"--explain is of a learning coefficient, and the chart {chart} has none; leave it out")


VERB = Verb("bound", bound, renamed={"--all": "--survey", "--csv": "--output"})
