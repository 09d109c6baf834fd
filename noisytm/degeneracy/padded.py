"""What unused states and symbols cost: a code padded with them, its dimension, bounds and learning coefficient."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from noisytm import _progress
from noisytm._checks import instance, instances, one_of, whole
from noisytm._digits import fraction_text
from noisytm._notes import tell
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance, require_same
from noisytm._summary import Described, Grid, Summary, count, grouped, label_of, number
from noisytm._timed import Timed
from noisytm._version import __version__
from noisytm.codespace import KEYS, CodeSpace
from noisytm.degeneracy.counting import keys_asked
from noisytm.degeneracy.form import PADDING
from noisytm.degeneracy.learning import learning_coefficient
from noisytm.degeneracy.pictures import padding_curves
from noisytm.errors import ProbableMistake
from noisytm.geometry import Concentration, asked, checked_chart, checked_concentration, options_json, units
from noisytm.losses import checked_loss
from noisytm.machine import Description, TransitionTuple, listed_from_json
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import Curves, save_curves

PADDED = ("states", "symbols")
MOST_PADDED = 4096
Listed = TypeVar("Listed", bound=Description)
NEW_TUPLES = ("unlisted", "stay", "restart")
COLUMNS = (
    "padded", "new_tuples", "p", "symbols", "states", "listed_tuples", "used_tuples", "dimension", "fatal_alone",
    "learning_coefficient", "multiplicity", "used_tuples_bound", "dimension_bound",
)  # fmt: skip


@dataclass(frozen=True)
class PaddedCode(Described):
    """One line of a padding table.

    Attributes
    ----------
    padded : {"states", "symbols"}
        What was added.
    new_tuples : {"unlisted", "stay", "restart"}
        What the machine does at the new keys.
    p : int
        How many were added.
    machine : TuringMachine or Description
        The padded machine, or list.
    used_tuples : int
        Tuples visited on the problem's inputs; the same in every line.
    dimension : int
        Number of coordinates.
    value, multiplicity
        λ and m.
    fatal_alone, used_tuples_bound, dimension_bound : Fraction
        The chain of bounds around λ.
    """

    padded: str
    new_tuples: str
    p: int
    machine: Description
    used_tuples: int
    dimension: int
    value: Fraction
    multiplicity: int
    fatal_alone: Fraction
    used_tuples_bound: Fraction
    dimension_bound: Fraction

    def _summary(self) -> Summary:
        return Summary(
            f"{count(self.p, self.padded[:-1])} added ({self.new_tuples}): λ = {number(self.value)},"
            f" m = {number(self.multiplicity)}, dimension {grouped(self.dimension)}"
        )

    def row(self) -> dict[str, str | int]:
        """Return the line by the names in `COLUMNS`; fractions are strings."""
        return {
            "padded": self.padded,
            "new_tuples": self.new_tuples,
            "p": self.p,
            "symbols": len(self.machine.symbols),
            "states": len(self.machine.states),
            "listed_tuples": len(self.machine.tuples),
            "used_tuples": self.used_tuples,
            "dimension": self.dimension,
            "fatal_alone": fraction_text(self.fatal_alone),
            "learning_coefficient": fraction_text(self.value),
            "multiplicity": self.multiplicity,
            "used_tuples_bound": fraction_text(self.used_tuples_bound),
            "dimension_bound": fraction_text(self.dimension_bound),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], machine: Description) -> PaddedCode:
        """Build the line of a machine that `row` returned; `FormatError` if it is none."""
        line = cls(
            padded=record["padded"],
            new_tuples=record["new_tuples"],
            p=record["p"],
            machine=padded_machine(machine, record["padded"], record["p"], record["new_tuples"]),
            used_tuples=record["used_tuples"],
            dimension=record["dimension"],
            value=Fraction(record["learning_coefficient"]),
            multiplicity=record["multiplicity"],
            fatal_alone=Fraction(record["fatal_alone"]),
            used_tuples_bound=Fraction(record["used_tuples_bound"]),
            dimension_bound=Fraction(record["dimension_bound"]),
        )
        require_same(line.row(), record, "a padding table")
        return line


@dataclass(frozen=True)
class PaddingTable(Timed):
    """A padding table with what it is about.

    Attributes
    ----------
    problem, machine, semantics, loss, chart, prior_concentration
        What was asked.
    lines : tuple of PaddedCode
        The lines, as of `padding`.
    version : str
        Version of noisytm.
    complete : bool
        Whether all lines that were asked for are there.
    """

    problem: SynthesisProblem
    machine: Description
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    lines: tuple[PaddedCode, ...]
    version: str = __version__
    complete: bool = True
    kind: ClassVar[Kind] = PADDING

    def _summary(self) -> Summary:
        rows = (
            (x.padded, x.new_tuples, x.p, x.dimension, x.value, x.multiplicity, x.used_tuples_bound) for x in self.lines
        )
        heads = ("padded", "new tuples", "p", "dimension", "λ", "m", "bound by used tuples")
        ends = self.lines[:: max(len(self.lines) - 1, 1)]
        values = ", ".join(f"λ = {number(line.value)} at p = {line.p}" for line in ends)
        return Summary(
            f"{count(len(self.lines), 'line')} of {label_of(self.machine)}: {values or 'none'};"
            f" {units(self.semantics, self.loss, self.chart, self.prior_concentration)}",
            asked(self.semantics, self.loss, self.chart, self.prior_concentration),
            Grid(heads, rows, len(self.lines), "lines"),
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw λ and its bounds against what is added, ``.svg`` or ``.png``: states, and below them symbols.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        ProblemError
            If the table has no line.
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> tuple[Curves, ...]:
        """Return what the picture shows."""
        return padding_curves(self)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        options = {
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
            **keys_asked(self.problem.space),
        }
        body = {
            "machine": self.machine.to_json(),
            "problem": self.problem.to_json(self.machine),
            "padding": [line.row() for line in self.lines],
            "complete": self.complete,
        }
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> PaddingTable:
        machine, options = listed_from_json(record["machine"]), record["options"]
        return cls(
            SynthesisProblem.from_json(record["problem"]),
            machine,
            checked_semantics(options["semantics"]).name,
            checked_loss(options["loss"]),
            checked_chart(options["chart"]),
            checked_concentration(options["prior_concentration"]),
            tuple(PaddedCode.of_record(line, machine) for line in record["padding"]),
            record["version"],
            record.get("complete", True),
        )


def padded_machine(machine: Listed, padded: str, p: int, new_tuples: str = "unlisted") -> Listed:
    """Return a machine with unused states or symbols added, which does the same on every word of the old alphabet.

    Parameters
    ----------
    machine : TuringMachine or Description
        The machine, or the list of tuples.
    padded : {"states", "symbols"}
        What to add.
    p : int
        How many, ≥ 0.
    new_tuples : {"unlisted", "stay", "restart"}
        At the new keys: ``unlisted``, the machine rests there; ``stay``, listed tuples that change nothing;
        ``restart``, listed tuples that go to the start state and write a new symbol over with the blank. Listed ones
        come after the old ones, by symbol and then state.

    Raises
    ------
    ProblemError
        If an option has no such value.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = padded_machine(library.machine("detectA"), "states", 1, "restart")
    >>> machine.states, machine.tuples[-1]
    (('reject', 'accept', 'p1'), TransitionTuple(read='B', state='p1', write='B', next='reject', move='S'))
    """
    instance("machine", machine, Description)
    one_of("padded", padded, PADDED)
    one_of("new_tuples", new_tuples, NEW_TUPLES)
    p = whole("p", p, 0, MOST_PADDED)
    taken = machine.states if padded == "states" else machine.symbols
    new = tuple(itertools.islice(_fresh(taken, padded == "symbols" and all(len(x) == 1 for x in taken)), p))
    symbols = machine.symbols + (new if padded == "symbols" else ())
    states = machine.states + (new if padded == "states" else ())
    tuples = list(machine.tuples)
    for symbol, state in itertools.product(symbols, states) if new_tuples != "unlisted" else ():
        if (symbol in new or state in new) and state not in machine.halting:
            back = new_tuples == "restart"
            write = machine.blank if back and symbol in new else symbol
            tuples.append(TransitionTuple(symbol, state, write, machine.start if back else state, "S"))
    return dataclasses.replace(machine, symbols=symbols, states=states, tuples=tuple(tuples))


def padding(
    problem: SynthesisProblem, machine: Description, upto: int, *, padded: str = "states",
    new_tuples: str = "unlisted", **options: Any,
) -> list[PaddedCode]:  # fmt: skip
    """Compute λ and its bounds for a code padded with p = 0, …, ``upto`` unused states or symbols.

    d grows with all tuples, the used-tuple bound only with the used ones, since they get new wrong values. λ grows
    with these values too, by as much as what the new tuples do after an error makes them fatal (docs/theory.md,
    section 8). Where keys err a new symbol or state is a wrong value of every key, too.

    Parameters
    ----------
    problem, machine
        As of `learning_coefficient`.
    upto : int
        The most to add, ≥ 1.
    padded, new_tuples
        As of `padded_machine`.
    **options
        Of `learning_coefficient`: semantics, loss, chart, prior_concentration, memory, progress.

    Raises
    ------
    BudgetError, Interrupted
        If a budget runs out, or on an interrupt; ``partial`` is the list of the lines that were done.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> [(line.dimension, str(line.value), str(line.used_tuples_bound)) for line in padding(problem, machine, 2)]
    [(30, '29/3', '20'), (36, '14', '24'), (42, '35/2', '28')]
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    problem.space.require(machine)
    most = whole("padding", upto, 1, MOST_PADDED)
    machines = [padded_machine(machine, padded, p, new_tuples) for p in range(most + 1)]
    lines: list[PaddedCode] = []
    try:
        what = f"{new_tuples} {padded}"
        with _progress.counted("lines", len(machines), what=what, show=bool(options.get("progress"))) as bar:
            for p, bigger in enumerate(machines):
                lines.append(_padded_code(problem, bigger, padded, new_tuples, p, options))
                bar.more()
    except ENDED as error:
        raise carrying(error, lines) from None
    return lines


def tell_order(machine: Description, semantics: str | Semantics, keys: str = KEYS[0]) -> None:
    """Tell, as a `ProbableMistake`, if the order of the tuples counts and is not by symbol and then state.

    New tuples that are listed come after the old ones, in this order. It counts in every semantics where ``keys`` err.
    """
    if not checked_semantics(semantics).in_order and keys == KEYS[0]:
        return
    symbol = {x: i for i, x in enumerate(machine.symbols)}
    state = {x: i for i, x in enumerate(machine.states)}
    places = [(symbol[s], state[q]) for s, q in machine.keys]
    if places != sorted(places):
        tell(
            f"the tuples of {label_of(machine)} are not listed by symbol and then state, and in this semantics their"
            " order counts: new ones come last, so that the table shows what this order does, not what padding costs;"
            " list them in order, or choose a semantics that does not go by it",
            ProbableMistake,
        )


def _padded_code(
    problem: SynthesisProblem, machine: Description, padded: str, new_tuples: str, p: int, options: dict[str, Any]
) -> PaddedCode:
    space = CodeSpace.of(machine, KEYS[problem.space.noisy_keys])
    result = learning_coefficient(dataclasses.replace(problem, space=space), machine, **options)
    return PaddedCode(
        padded=padded,
        new_tuples=new_tuples,
        p=p,
        machine=machine,
        used_tuples=result.description_length.used_tuples,
        dimension=len(result.certificate.primal),
        value=result.value,
        multiplicity=result.whole_multiplicity,
        fatal_alone=result.bounds.fatal_alone,
        used_tuples_bound=result.bounds.used_tuples,
        dimension_bound=result.bounds.dimension,
    )


def _fresh(taken: tuple[str, ...], short: bool) -> Iterator[str]:
    """Yield names that are not taken: single characters if all the others are, so that words stay strings."""
    letters = (chr(c) for c in range(ord("a"), 0x3000) if chr(c).isalpha())
    names = letters if short else (f"p{i}" for i in itertools.count(1))
    return (name for name in names if name not in taken)
