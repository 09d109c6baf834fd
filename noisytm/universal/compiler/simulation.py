"""Runs of Turing machines, compiled to 2-tag systems, on the universal machines that run these."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from noisytm import _clock, _progress
from noisytm._checks import flag, one_of, run_length
from noisytm._layout import aligned, fits
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import BOOLEAN, COUNT, NUMBER, STRING, choice, either, entries, many, nullable
from noisytm._summary import Grid, Summary, count, grouped, label_of, line_of
from noisytm._text import shown_name
from noisytm._timed import Timed, timed, timed_form
from noisytm._version import __version__
from noisytm.discrete import run as direct_run
from noisytm.discrete.configuration import Configuration
from noisytm.errors import BudgetError, FormatError, MachineError
from noisytm.machine import MACHINE, TuringMachine, Word
from noisytm.universal.compiler.binary import relative
from noisytm.universal.compiler.two_tag import TwoTagProgram
from noisytm.universal.pseudo_utm import SIMULATED, Simulated, tape_text
from noisytm.universal.simulators import Seen, two_tag_simulators

MAX_STEPS = 2 * 10**9


class Step(NamedTuple):
    """A completed step: the steps of the universal machine, those of the tag system, and the machine decoded."""

    universal_steps: int
    tag_steps: int
    seen: Simulated

    def __repr__(self) -> str:
        return line_of(self)


WORD = either(STRING, many(STRING))
_SIMULATION = result_form(
    entries(word=WORD, on=STRING, keep_words=BOOLEAN),
    {
        "direct": many(entries(**SIMULATED)),
        "complete": choice(False),
        "first_wrong_word": COUNT,
        "trace": many(entries(steps=COUNT, word=many(STRING))),
    },
    machine=MACHINE.schema(),
    word=WORD,
    on=STRING,
    letters=COUNT,
    cycles=many(entries(cycle=COUNT, steps=COUNT, tag_steps=COUNT, **SIMULATED)),
    resting=choice("halted", "undefined", ""),
    universal_steps=COUNT,
    tag_steps=COUNT,
    slowdown=nullable(NUMBER),
    agrees_with_direct_run=BOOLEAN,
)
TWO_TAG = Kind("two-tag-simulation", {1: _SIMULATION, 2: timed_form(_SIMULATION)})


@dataclass(frozen=True)
class TwoTagSimulation(Timed):
    """A run of a machine on a universal machine, by way of a 2-tag system, and a direct run beside it.

    Positions are counted from the head, as a tag system's word knows no others.

    Parameters
    ----------
    machine : TuringMachine
        The machine that is run. Its convention for undefined cells does not matter: there it rests.
    word : tuple of str
        The input.
    on : str
        The name of the universal machine.
    letters : int
        Number of letters of the tag system.
    steps : tuple of Step
        What the machine looks like at first and after each step.
    direct : tuple of Simulated
        The same from a direct run.
    resting : str
        Why it does not run on, ``halted`` or ``undefined``, once the universal machine has come to rest; else empty.
    universal_steps, tag_steps : int
        All steps made, those that find the machine at rest or are part of an incomplete step too.
    first_wrong_word : int, optional
        The number of the first word on the tape that is not that of the tag system's own run.
    words : tuple of Seen
        All words decoded, if they were asked for.
    """

    machine: TuringMachine
    word: Word
    on: str
    letters: int
    steps: tuple[Step, ...]
    direct: tuple[Simulated, ...]
    resting: str
    universal_steps: int
    tag_steps: int
    first_wrong_word: int | None = None
    words: tuple[Seen, ...] = ()
    version: str = field(default=__version__, compare=False, repr=False)
    kind: ClassVar[Kind] = TWO_TAG

    def _summary(self) -> Summary:
        agrees = "as a direct run" if self.first_difference is None else f"wrong from step {self.first_difference} on"
        rows = ((i, s.universal_steps, s.tag_steps, s.seen.state) for i, s in enumerate(self.steps))
        return Summary(
            f"{count(len(self.steps) - 1, 'step')} of {label_of(self.machine)} on {self.on}, {agrees}:"
            f" {grouped(self.universal_steps)} steps there,"
            f" {grouped(self.tag_steps)} of a tag system of {grouped(self.letters)} letters",
            grid=Grid(("step", "universal steps", "tag steps", "state"), rows, len(self.steps), "steps"),
        )

    @property
    def first_difference(self) -> int | None:
        """The number of the first step that does not agree with the direct run, or ``None``."""
        pairs = enumerate(zip(self.steps, self.direct, strict=True))
        return next((number for number, (mine, right) in pairs if mine.seen != right), None)

    @property
    def slowdown(self) -> float | None:
        """Steps of the universal machine for one of the machine, up to the last completed one; ``None`` without."""
        made = len(self.steps) - 1
        return self.steps[-1].universal_steps / made if made else None

    @property
    def agrees(self) -> bool:
        """Whether all words are those of the tag system, and all steps those of the direct run."""
        return self.first_wrong_word is None and self.first_difference is None

    def require_agreement(self) -> None:
        """Raise `MachineError`, naming the first word or step that is wrong."""
        if self.first_wrong_word is not None:
            raise MachineError(
                f"word {self.first_wrong_word} on the tape of {self.on} is not that of the tag system;"
                " the universal machine is wrong"
            )
        if (n := self.first_difference) is not None:
            raise MachineError(
                f"step {n} gives {self.steps[n].seen}, a direct run {self.direct[n]}; the tag system is wrong"
            )

    def to_json(self) -> dict[str, Any]:
        """Return the run as a JSON object; the direct run is left out where it agrees."""
        word = self.machine.word_text(self.word)
        options = {"word": word, "on": self.on, "keep_words": bool(self.words)}
        record: dict[str, Any] = {
            "machine": self.machine.to_json(),
            "word": word,
            "on": self.on,
            "letters": self.letters,
            "cycles": [
                {"cycle": i, "steps": step.universal_steps, "tag_steps": step.tag_steps, **step.seen.to_json()}
                for i, step in enumerate(self.steps)
            ],
            "resting": self.resting,
            "universal_steps": self.universal_steps,
            "tag_steps": self.tag_steps,
            "slowdown": self.slowdown,
            "agrees_with_direct_run": self.agrees,
        }
        if self.first_difference is not None:
            record["direct"] = [seen.to_json() for seen in self.direct]
        if self.first_wrong_word is not None:
            record["first_wrong_word"] = self.first_wrong_word
        if self.words:
            record["trace"] = self.trace_json()
        return self.kind.tagged(provenance(self.machine.key, None, options, version=self.version), record, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> TwoTagSimulation:
        machine = TuringMachine.from_json(record["machine"])
        steps = tuple(Step(x["steps"], x["tag_steps"], Simulated.of_record(x)) for x in record["cycles"])
        direct = tuple(map(Simulated.of_record, record.get("direct", record["cycles"])))
        if len(steps) != len(direct):
            raise FormatError(f"{cls.kind.what}: there are {len(steps)} steps, and {len(direct)} of the direct run")
        return cls(
            machine,
            machine.word(record["word"]),
            record["on"],
            record["letters"],
            steps,
            direct,
            record["resting"],
            record["universal_steps"],
            record["tag_steps"],
            record.get("first_wrong_word"),
            tuple(Seen(x["steps"], tuple(x["word"])) for x in record.get("trace", ())),
            record["version"],
        )

    def trace_json(self) -> list[dict[str, Any]]:
        """Return the words of the tag system that were kept, as JSON objects."""
        return [{"steps": seen.steps, "word": list(seen.word)} for seen in self.words]

    def trace_lines(self) -> Iterator[str]:
        """Yield the words of the tag system that were kept, a line each."""
        return (f"step {seen.steps}: {' '.join(map(shown_name, seen.word))}" for seen in self.words)

    @fits
    def __str__(self) -> str:
        rows = [("step", "on " + self.on, "tag steps", "state", "tape")]
        rows += [
            (str(i), f"{s.universal_steps:,}", f"{s.tag_steps:,}", shown_name(s.seen.state),
             tape_text(s.seen.tape, -s.seen.origin))
            for i, s in enumerate(self.steps)
        ]  # fmt: skip
        agreement = "every step agrees with that of a direct run"
        if not self.agrees:
            agreement = "it does not agree with a direct run"
        ends = {
            "halted": "at rest in a halting state: {} has come to rest after {:,} steps",
            "undefined": "at rest, no tuple is listed for this symbol and state: {} has come to rest after {:,} steps",
            "": "still running; {} has made {:,} steps",
        }
        slowdown = [] if self.slowdown is None else [f"slowdown: {self.slowdown:,.0f} steps of {self.on} for one step"]
        return "\n".join(
            [
                f"{self.on}: {self.machine.name or 'the machine'} as a 2-tag system of {self.letters} letters",
                *aligned(rows, gap=2),
                ends[self.resting].format(self.on, self.universal_steps),
                *slowdown,
                agreement,
            ]
        )


@timed
def simulate_on_two_tag(
    machine: TuringMachine,
    word: str | Iterable[str] = "",
    on: str = "minsky-7-4",
    cycles: int = 10,
    max_steps: int = MAX_STEPS,
    *,
    keep_words: bool = False,
) -> TwoTagSimulation:
    """Compile a machine to a 2-tag system, run that on a universal machine, decode, and compare.

    Every word on the universal machine's tape is compared with that of the tag system's own run, every completed step
    with that of a direct run of the machine.

    Parameters
    ----------
    machine : TuringMachine
        The machine. Its convention for undefined cells does not matter: there it rests.
    word : str or iterable of str
        Its input.
    on : str
        The universal machine: one that runs 2-tag systems, such as ``minsky-7-4`` or ``rogozhin-2-18``.
    cycles : int
        Number of steps of the machine at most.
    max_steps : int
        Number of steps of the universal machine at most.
    keep_words : bool
        Whether to keep all the words.

    Raises
    ------
    MachineError
        If the word is not one of the machine, or there is no such universal machine.
    BudgetError
        If ``max_steps`` does not suffice, or a tape does not fit into memory; ``partial`` is what was found.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import library
    >>> simulation = simulate_on_two_tag(library.machine("parity"), "1", cycles=1)
    >>> simulation.steps[-1].seen, simulation.agrees
    (Simulated(state='odd', head=0, tape=('1', '_'), origin=-1), True)
    """
    cycles, max_steps = run_length("cycles", cycles), run_length("max_steps", max_steps)
    kinds = two_tag_simulators()
    one_of("on", on, kinds, MachineError)
    keep_words = flag("keep_words", keep_words)
    program = TwoTagProgram(machine)
    first = program.encode(word)
    beside = _Beside(dataclasses.replace(machine, undefined="stop"), word)
    expected = program.system.word(first)
    steps: list[Step] = []
    words: list[Seen] = []
    wrong, tag_steps, made, reason = None, 0, 0, ""

    def so_far(resting: str = "") -> TwoTagSimulation:
        both = min(len(steps), len(beside.seen))
        return TwoTagSimulation(
            machine, machine.word(word), on, len(program.system.letters), tuple(steps[:both]),
            tuple(beside.seen[:both]), resting, made, tag_steps, wrong, tuple(words),
        )  # fmt: skip

    try:
        with _progress.counted("cycles", cycles, what=f"{machine.name or 'the machine'} on {on}") as bar:
            for number, seen in enumerate(kinds[on](program.system).words(first, max_steps)):
                _clock.tick()
                made, reason = seen.steps, seen.reason
                if reason:
                    break
                words += [seen] if keep_words else []
                expected, tag_steps = (program.system.step(expected) if number else expected), number
                if seen.word != expected:
                    wrong = number
                    break
                if program.complete(seen.word):
                    steps.append(Step(seen.steps, number, program.decode(seen.word)))
                    reached = beside.advance()
                    bar.to(reached)
                    if reached >= cycles and not beside.configuration.resting:
                        break
    except ENDED as error:
        raise carrying(error, so_far() if beside.seen else None) from None
    simulation = so_far(_resting(program, expected, steps) if reason == "halted" else "")
    if reason == "budget":
        raise BudgetError(
            f"{on} has made max_steps = {max_steps} steps, {len(steps) - 1} of the machine and {tag_steps} of the tag"
            " system; raise max_steps, lower cycles, or take a smaller machine",
            partial=simulation,
        )
    return simulation


def _resting(program: TwoTagProgram, last: Word, steps: list[Step]) -> str:
    """Return why the machine rests; `MachineError` if the halting word is not that of the last step."""
    seen = program.decode(last)
    if not steps or steps[-1].seen != seen:
        raise MachineError(f"the halting word stands for {seen}, not for the last step; the tag system is wrong")
    return "halted" if seen.state in program.source.halting else "undefined"


class _Beside:
    """A direct run beside the simulation, a step at a time."""

    def __init__(self, machine: TuringMachine, word: str | Iterable[str]) -> None:
        self.machine, self.seen = machine, list[Simulated]()
        self.configuration: Configuration = direct_run(machine, word, 0).configuration

    def advance(self) -> int:
        """Take down the next configuration, the first one at first; return its number."""
        number = len(self.seen)
        self.configuration = direct_run(
            self.machine, max_steps=number, method="direct", start=self.configuration, cycles=0
        ).configuration
        here = Simulated.of(self.configuration)
        self.seen.append(relative(here.state, here.tape, here.origin - here.head, self.machine.blank))
        return number
