"""Turing machines, and lists of tuples, as immutable values: validated once, hashable, with a canonical text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Self

from noisytm._checks import checked_names, instance, listed, mapping, one_of, require_fields, require_member, string
from noisytm._records import TAG_ENTRY, Kind, Record, split_tag
from noisytm._schema import STRING, choice, entries, items, many
from noisytm._summary import MAX_REPR, Grid, Summary, count
from noisytm._text import shown
from noisytm._transitions import MOVES, TransitionTuple, checked_tuples
from noisytm.errors import FormatError, MachineError
from noisytm.word import Word, checked_word, words

__all__ = [
    "DESCRIPTION", "MACHINE", "MOVES", "Description", "TransitionTuple", "TuringMachine", "Word", "checked_word",
    "listed_from_json", "machine_of_checked", "words",
]  # fmt: skip
UNDEFINED_CONVENTIONS = ("stop", "write-1")

COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
FORM = entries(
    {"name": STRING, "halting": many(STRING), "undefined": choice(*UNDEFINED_CONVENTIONS)},
    symbols=many(STRING),
    blank=STRING,
    states=many(STRING),
    start=STRING,
    tuples=many(items(STRING, STRING, STRING, STRING, choice(*MOVES))),
)
MACHINE = Kind("machine", {1: FORM})
DESCRIPTION = Kind("description", {1: FORM})


@dataclass(frozen=True)
class Description(Record):
    """A list of tuples as it stands on a description tape: a key may be repeated, and the later tuple wins.

    What the list decodes to is a machine; an earlier tuple of the same key is dead, or, where the keys err as well, a
    second try. A `TuringMachine` is a description without repeated keys. The parameters are those of `TuringMachine`.

    Raises
    ------
    MachineError
        If a rule for them is broken.

    Examples
    --------
    >>> twice = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "S"), ("_", "a", "_", "b", "S")])
    >>> twice.repeats, len(twice.tuples), twice.machine().tuples
    (True, 2, (TransitionTuple(read='_', state='a', write='_', next='b', move='S'),))
    >>> Description.from_json(twice.to_json()) == twice
    True
    """

    symbols: tuple[str, ...]
    blank: str
    states: tuple[str, ...]
    start: str
    tuples: tuple[TransitionTuple, ...]
    halting: tuple[str, ...] = ()
    undefined: str = "stop"
    name: str = field(default="", compare=False)
    kind: ClassVar[Kind] = DESCRIPTION
    distinct: ClassVar[bool] = False  # whether no two tuples may have the same key

    def __post_init__(self) -> None:
        symbols = checked_names("symbol", self.symbols)
        states = checked_names("state", self.states)
        require_member("blank", self.blank, "symbols", symbols)
        require_member("start state", self.start, "states", states)
        halting = listed("halting states", self.halting)
        known_states = set(states)
        for state in halting:
            if not isinstance(state, str) or state not in known_states:
                require_member("halting state", state, "states", states)
        ending = set(halting)
        one_of("undefined", self.undefined, UNDEFINED_CONVENTIONS, MachineError)
        if self.undefined == "write-1" and "1" not in symbols:
            raise MachineError(
                "undefined 'write-1' writes the symbol '1', which the alphabet lacks; use undefined 'stop'"
            )
        string("name", self.name)
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "blank", str(self.blank))  # numpy has strings of its own
        object.__setattr__(self, "start", str(self.start))
        object.__setattr__(self, "states", states)
        object.__setattr__(self, "halting", tuple(q for q in states if q in ending))
        object.__setattr__(self, "tuples", checked_tuples(self.tuples, symbols, states, ending, self.distinct))

    def _summary(self) -> Summary:
        size = f"{count(len(self.symbols), 'symbol')}, {count(len(self.states), 'state')}"
        name = f"{shown(self.name, 40)}, " if self.name else ""
        return Summary(
            f"{name}{size}, a list of {count(len(self.tuples), 'tuple')}; it starts in {shown(self.start, 40)}",
            self._facts(),
            Grid(("read", "in", "write", "next", "move"), map(tuple, self.tuples), len(self.tuples), "tuples"),
            result=False,
        )

    def _facts(self) -> dict[str, str]:
        facts = {"start": self.start, "blank": self.blank, "dimension": f"{self.dimension:,}"}
        return facts | ({"undefined": self.undefined} if self.undefined != "stop" else {})

    def _written_fields(self) -> dict[str, Any]:
        shortest = len("('0', 'A', '0', 'A', 'S')")
        few = self.tuples[: MAX_REPR // shortest + 1]  # more would be too long to be written out
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"tuples": tuple(map(tuple, few))}

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The (read, state) pair of every listed tuple, in order."""
        return tuple((t.read, t.state) for t in self.tuples)

    @property
    def repeats(self) -> bool:
        """Whether some key is listed more than once."""
        return len(set(self.keys)) < len(self.tuples)

    def machine(self) -> TuringMachine:
        """Return the machine that the list decodes to: of tuples with the same key the last, where it stands."""
        last = {(t.read, t.state): i for i, t in enumerate(self.tuples)}
        kept = tuple(t for i, t in enumerate(self.tuples) if last[t.read, t.state] == i)
        return TuringMachine(**self._parts() | {"tuples": kept})

    @classmethod
    def of(cls, machine: Description) -> Description:
        """Return the tuples of a machine, or of a description, as a description.

        Examples
        --------
        >>> machine = TuringMachine(["_"], "_", ["a"], "a", [("_", "a", "_", "a", "R")])
        >>> Description.of(machine).machine() == machine
        True
        """
        return Description(**instance("machine", machine, Description)._parts())

    def _parts(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def dimension(self) -> int:
        """Dimension d = N·(S + |Q|) of the code space with exact keys, N the number of listed tuples."""
        return len(self.tuples) * (len(self.symbols) + len(self.states))

    @property
    def canonical(self) -> str:
        """The canonical text: compact JSON without the name. Equal texts mean equal machines."""
        record = self.to_json()
        record.pop("name", None)
        return COMPACT.encode(record)

    @property
    def key(self) -> str:
        """SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def single_characters(self) -> bool:
        """Whether every symbol is one character, so that words can be written as plain strings."""
        return all(len(s) == 1 for s in self.symbols)

    def to_json(self) -> dict[str, Any]:
        """Return the project's JSON object: ``noisytm: machine/1``, or ``description/1``."""
        record: dict[str, Any] = {"noisytm": self.kind.tag}
        if self.name:
            record["name"] = self.name
        record |= {
            "symbols": list(self.symbols),
            "blank": self.blank,
            "states": list(self.states),
            "start": self.start,
            "halting": list(self.halting),
            "undefined": self.undefined,
            "tuples": [list(t) for t in self.tuples],
        }
        return record

    @classmethod
    def from_json(cls, record: Any) -> Self:
        """Build a machine, or a description, from the project's JSON object.

        Raises
        ------
        FormatError
            If the object does not have the form of its kind.
        MachineError
            If it has, but what it describes is none.
        """
        return cls(**_json_fields(record, cls.kind))

    def renamed(self, symbols: Mapping[str, str] | None = None, states: Mapping[str, str] | None = None) -> Self:
        """Rename symbols and states in place; every order is kept.

        Raises
        ------
        MachineError
            If two names become one, or the symbol ``1`` that ``undefined: write-1`` writes would be renamed.

        Examples
        --------
        >>> machine = TuringMachine(["_"], "_", ["go"], "go", [("_", "go", "_", "go", "R")])
        >>> machine.renamed(states={"go": "run"}).states
        ('run',)
        """
        s = {x: x for x in self.symbols} | dict(mapping("symbols", {} if symbols is None else symbols))
        q = {x: x for x in self.states} | dict(mapping("states", {} if states is None else states))
        if self.undefined == "write-1" and s["1"] != "1":
            raise MachineError(
                f"symbol '1' becomes {shown(s['1'])}, but undefined 'write-1' writes '1'; leave its name"
            )
        return type(self)(
            symbols=tuple(s[x] for x in self.symbols),
            blank=s[self.blank],
            states=tuple(q[x] for x in self.states),
            start=q[self.start],
            tuples=tuple(TransitionTuple(s[t.read], q[t.state], s[t.write], q[t.next], t.move) for t in self.tuples),
            halting=tuple(q[x] for x in self.halting),
            undefined=self.undefined,
            name=self.name,
        )

    def word(self, word: str | Iterable[str]) -> Word:
        """Return ``word`` as a tuple of symbols of this machine.

        Parameters
        ----------
        word : str or iterable of str
            A string, one character a symbol, or the symbols one by one.

        Raises
        ------
        MachineError
            If a symbol is not in the alphabet, or a non-empty string is given though a symbol is longer
            than one character.
        """
        return checked_word(word, self.symbols)

    def word_text(self, word: Sequence[str]) -> str | list[str]:
        """Return a word in the form files use: a string if every symbol is one character, else a list."""
        letters = self.word(word)
        return "".join(letters) if self.single_characters else list(letters)


@dataclass(frozen=True)
class TuringMachine(Description):
    """A deterministic one-tape Turing machine with a two-way infinite tape.

    The order of symbols, states and tuples is part of the machine's identity: it fixes the coordinates
    of code space and, for the ``pseudo-utm`` semantics, the value of the learning coefficient.

    Parameters
    ----------
    symbols : sequence of str
        The alphabet Σ, blank included. Symbols may be longer than one character.
    blank : str
        The symbol of every cell outside the input word.
    states : sequence of str
        The states Q, halting ones included.
    start : str
        The state before the first step.
    tuples : iterable of (read, state, write, next, move)
        The listed tuples in the order of the description tape; ``move`` is ``L``, ``S`` or ``R``. At a
        (symbol, state) that is not listed nothing happens: the machine has come to rest.
    halting : iterable of str, optional
        States that have no listed tuples by declaration.
    undefined : {"stop", "write-1"}, optional
        What a discrete run does at an unlisted tuple of a state that is not halting: stop at once, or count one
        more step that writes ``1`` and moves right (the convention of the bbchallenge text). Relaxations
        ignore it.
    name : str, optional
        A label; not part of the identity.

    Raises
    ------
    MachineError
        If any rule above is broken.

    Examples
    --------
    >>> machine = TuringMachine(
    ...     symbols=["_", "1"], blank="_", states=["even", "odd"], start="even",
    ...     tuples=[("1", "even", "1", "odd", "R"), ("1", "odd", "1", "even", "R")])
    >>> machine.dimension
    8
    >>> TuringMachine.from_json(machine.to_json()) == machine
    True
    """

    kind: ClassVar[Kind] = MACHINE
    distinct: ClassVar[bool] = True

    def machine(self) -> TuringMachine:
        """Return the machine itself."""
        return self

    def _summary(self) -> Summary:
        size = f"{count(len(self.symbols), 'symbol')}, {count(len(self.states), 'state')}"
        name = f"{shown(self.name, 40)}, " if self.name else ""
        heads = ("state", *(f"reads {symbol}" for symbol in self.symbols))
        return Summary(
            f"{name}{size}, {count(len(self.tuples), 'listed tuple')}; it starts in {shown(self.start, 40)}",
            self._facts(),
            Grid(heads, map(self._row, self.states), len(self.states), "states"),
            result=False,
        )

    def _row(self, state: str) -> Iterator[str]:
        """Yield the state, marked if the machine starts or halts there, and what it does on each symbol."""
        marks = ["start"] * (state == self.start) + ["halting"] * (state in self.halting)
        yield f"{state} ({', '.join(marks)})" if marks else state
        for symbol in self.symbols:
            yield " ".join(self.table.get((symbol, state), "—"))

    @cached_property
    def table(self) -> Mapping[tuple[str, str], tuple[str, str, str]]:
        """The table as a mapping (read, state) → (write, next, move)."""
        return {(t.read, t.state): (t.write, t.next, t.move) for t in self.tuples}


def listed_from_json(record: Any) -> Description:
    """Build a machine, or a description, by the tag of its JSON object.

    Examples
    --------
    >>> machine = TuringMachine(["_"], "_", ["a"], "a", [("_", "a", "_", "a", "R")])
    >>> [type(listed_from_json(x.to_json())).__name__ for x in (machine, Description.of(machine))]
    ['TuringMachine', 'Description']
    """
    tag = record.get(TAG_ENTRY) if isinstance(record, Mapping) else None
    kind = Description if split_tag(tag)[0] == DESCRIPTION.name else TuringMachine
    return kind.from_json(record)


def machine_of_checked(
    symbols: tuple[str, ...],
    blank: str,
    states: tuple[str, ...],
    start: str,
    tuples: tuple[TransitionTuple, ...],
    halting: tuple[str, ...],
    undefined: str,
) -> TuringMachine:
    """Return a machine of parts that keep every rule of `TuringMachine`, which the caller has seen to.

    A list of a hundred thousand machines has few different cells: who checks these once need not check all again.

    Examples
    --------
    >>> rule = TransitionTuple("_", "go", "_", "go", "R")
    >>> machine_of_checked(("_",), "_", ("go",), "go", (rule,), (), "stop").dimension
    2
    """
    machine = object.__new__(TuringMachine)
    machine.__dict__.update(
        symbols=symbols,
        blank=blank,
        states=states,
        start=start,
        tuples=tuples,
        halting=halting,
        undefined=undefined,
        name="",
    )
    return machine


_JSON_REQUIRED = {"noisytm", "symbols", "blank", "states", "start", "tuples"}
_JSON_OPTIONAL = {"name", "halting", "undefined"}


def _json_fields(record: Any, kind: Kind) -> dict[str, Any]:
    require_fields(record, kind.name, kind.tag, _JSON_REQUIRED, _JSON_OPTIONAL)
    for entry in ("symbols", "states", "tuples", "halting"):
        if not isinstance(record.get(entry, []), list):
            raise FormatError(f"{kind.name} JSON: {entry} is {shown(record[entry])}; it must be a list")
    for row in record["tuples"]:
        if not isinstance(row, list):
            raise FormatError(f"{kind.name} JSON: tuple {shown(row)} must be a list [read, state, write, next, move]")
    return {k: record[k] for k in (_JSON_REQUIRED | _JSON_OPTIONAL) - {"noisytm"} if k in record}
