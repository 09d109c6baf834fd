"""Rules of machines with several tapes: checked once, looked up by state and symbols."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from noisytm._checks import checked_names, listed, require_fields, require_member, string
from noisytm._records import Kind, Record
from noisytm._schema import STRING, entries, items, many, nullable
from noisytm._summary import line_of
from noisytm._text import shown
from noisytm.errors import BudgetError, FormatError, MachineError
from noisytm.machine import MOVES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TABLE = 1 << 26

Pattern = tuple["str | None", ...]


class Rule(NamedTuple):
    """In ``state`` reading ``read`` on the k tapes: write, go to ``next``, move the k heads.

    In ``read``, ``None`` fits every symbol; in ``write`` it leaves the cell as it is.
    """

    state: str
    read: Pattern
    next: str
    write: Pattern
    moves: tuple[str, ...]

    def __repr__(self) -> str:
        return line_of(self)


CELLS = many(nullable(STRING))
K_TAPE = Kind(
    "k-tape-machine",
    {
        1: entries(
            {"name": STRING, "halting": many(STRING), "tape_names": many(STRING)},
            alphabets=many(many(STRING)),
            blanks=many(STRING),
            states=many(STRING),
            start=STRING,
            rules=many(items(STRING, CELLS, STRING, CELLS, many(STRING))),
        )
    },
)


@dataclass(frozen=True)
class RuleTable(Record):
    """The alphabets, states and rules of a machine with k tapes, checked; see `KTapeMachine`."""

    alphabets: tuple[tuple[str, ...], ...]
    blanks: tuple[str, ...]
    states: tuple[str, ...]
    start: str
    rules: tuple[Rule, ...]
    halting: tuple[str, ...] = ()
    tape_names: tuple[str, ...] = field(default=(), compare=False)
    name: str = field(default="", compare=False)
    kind: ClassVar[Kind] = K_TAPE

    def __post_init__(self) -> None:
        lists = listed("alphabets", self.alphabets)
        if not lists:
            raise MachineError("the machine has no tapes; give at least one alphabet")
        alphabets = tuple(
            checked_names(f"tape {i} symbol", listed(f"symbols of tape {i}", a)) for i, a in enumerate(lists, 1)
        )
        blanks = one_per_tape("blanks", self.blanks, len(alphabets))
        for i, (blank, alphabet) in enumerate(zip(blanks, alphabets, strict=True), 1):
            require_member(f"blank of tape {i}", blank, "symbols", alphabet)
        states = checked_names("state", self.states)
        require_member("start state", self.start, "states", states)
        halting = listed("halting states", self.halting)
        for state in halting:
            require_member("halting state", state, "states", states)
        string("name", self.name)
        labels = listed("tape names", self.tape_names) or tuple(str(i) for i in range(1, len(alphabets) + 1))
        object.__setattr__(self, "alphabets", alphabets)
        object.__setattr__(self, "blanks", blanks)
        object.__setattr__(self, "states", states)
        object.__setattr__(self, "halting", tuple(q for q in states if q in set(halting)))
        object.__setattr__(
            self, "tape_names", one_per_tape("tape names", checked_names("tape", labels), len(alphabets))
        )
        object.__setattr__(self, "rules", tuple(map(_Checks(self).rule, listed("rules", self.rules))))
        _require_deterministic(self.rules)

    @property
    def tapes(self) -> int:
        """The number k of tapes."""
        return len(self.alphabets)

    @cached_property
    def rules_of(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of every state, in their order."""
        found: dict[str, list[Rule]] = {state: [] for state in self.states}
        for rule in self.rules:
            found[rule.state].append(rule)
        return {state: tuple(rules) for state, rules in found.items()}

    @cached_property
    def tapes_read(self) -> Mapping[str, tuple[int, ...]]:
        """The tapes, numbered from 0, that some rule of each state looks at."""
        return {
            state: tuple(i for i in range(self.tapes) if any(rule.read[i] is not None for rule in rules))
            for state, rules in self.rules_of.items()
        }

    def rule_at(self, state: str, read: Sequence[str]) -> Rule | None:
        """Return the rule that fits, or ``None`` at rest: the rules of the state are tried one by one."""
        require_member("state", state, "states", self.states)
        read = one_per_tape("symbols read", read, self.tapes)
        return next((rule for rule in self.rules_of[state] if fits(rule.read, read)), None)

    @cached_property
    def table(self) -> NDArray[np.int32]:
        """The rule that fits each state and k symbols, −1 for none: shape (|Q|, S_1, …, S_k), read-only.

        Raises
        ------
        BudgetError
            If the table has more than 2^26 entries.
        """
        import numpy as np

        shape = (len(self.states), *map(len, self.alphabets))
        if math.prod(shape) > MAX_TABLE:
            raise BudgetError(
                f"the table of the machine has {math.prod(shape)} entries (states times the symbols of every tape);"
                f" the limit is {MAX_TABLE}; use fewer states or symbols"
            )
        table = np.full(shape, -1, dtype=np.int32)
        for number, rule in enumerate(self.rules):
            named = zip(self.alphabets, rule.read, strict=True)
            where = [slice(None) if s is None else alphabet.index(s) for alphabet, s in named]
            table[(self.states.index(rule.state), *where)] = number
        table.setflags(write=False)
        return table

    def to_json(self) -> dict[str, Any]:
        """Return the machine as a JSON object (``noisytm: k-tape-machine/1``); ``None`` becomes null."""
        record: dict[str, Any] = {"noisytm": K_TAPE.tag}
        if self.name:
            record["name"] = self.name
        return record | {
            "alphabets": [list(alphabet) for alphabet in self.alphabets],
            "blanks": list(self.blanks),
            "states": list(self.states),
            "start": self.start,
            "halting": list(self.halting),
            "tape_names": list(self.tape_names),
            "rules": [[r.state, list(r.read), r.next, list(r.write), list(r.moves)] for r in self.rules],
        }

    @classmethod
    def from_json(cls, record: Any) -> Self:
        """Build a machine from its JSON object.

        Raises
        ------
        FormatError
            If the object does not have the form of ``k-tape-machine/1``.
        MachineError
            If it has, but what it describes is not a machine.
        """
        return cls(**_json_fields(record))


def fits(pattern: Pattern, read: Sequence[str]) -> bool:
    """Return whether a pattern, in which ``None`` is any symbol, fits the symbols read.

    Examples
    --------
    >>> fits(("A", None), ("A", "B")), fits(("A", None), ("B", "B"))
    (True, False)
    """
    return all(wanted in (None, symbol) for wanted, symbol in zip(pattern, read, strict=True))


class _Checks:
    """What a rule has to satisfy, with the sets looked up once."""

    def __init__(self, machine: RuleTable) -> None:
        self.alphabets = [frozenset(alphabet) for alphabet in machine.alphabets]
        self.states, self.halting = frozenset(machine.states), frozenset(machine.halting)
        self.machine = machine

    def rule(self, row: Sequence[Any]) -> Rule:
        if (
            not isinstance(row, (list, tuple))
            or len(row) != 5
            or not all(isinstance(row[i], (str, list, tuple)) for i in (1, 3, 4))
        ):
            raise MachineError(f"rule {shown(row)} is not (state, read, next, write, moves)")
        rule = Rule(row[0], tuple(row[1]), row[2], tuple(row[3]), tuple(row[4]))
        for what, state in (("state", rule.state), ("next state", rule.next)):
            if not isinstance(state, str) or state not in self.states:
                require_member(f"rule {shown(tuple(rule))}: {what}", state, "states", self.machine.states)
        if rule.state in self.halting:
            raise MachineError(
                f"rule {shown(tuple(rule))}: state {shown(rule.state)} is halting and cannot have rules;"
                " remove the rule or do not declare the state as halting"
            )
        for what in ("read", "write", "moves"):
            one_per_tape(f"rule {shown(tuple(rule))}: {what}", getattr(rule, what), len(self.alphabets))
        for what, pattern in (("read", rule.read), ("written", rule.write)):
            for i, (symbol, known) in enumerate(zip(pattern, self.alphabets, strict=True)):
                if symbol is not None and not (isinstance(symbol, str) and symbol in known):
                    label = f"rule {shown(tuple(rule))}: symbol {what} on tape {self.machine.tape_names[i]}"
                    require_member(label, symbol, "symbols", self.machine.alphabets[i])
        for move in rule.moves:
            if move not in MOVES:
                raise MachineError(f"rule {shown(tuple(rule))}: move {shown(move)} must be one of L, S, R")
        return rule


def _require_deterministic(rules: Iterable[Rule]) -> None:
    """Raise `MachineError` if two rules fit the same symbols: they agree on every tape that both name."""
    groups: defaultdict[tuple[str, tuple[int, ...]], list[Rule]] = defaultdict(list)
    for rule in rules:
        groups[rule.state, tuple(i for i, s in enumerate(rule.read) if s is not None)].append(rule)
    for one, other in itertools.combinations_with_replacement(groups.items(), 2):
        ((state, named), first), ((other_state, other_named), second) = one, other
        if state != other_state:
            continue
        common = [i for i in named if i in other_named]
        seen: dict[tuple[Any, ...], Rule] = {}
        for rule in first:
            clash = seen.setdefault(tuple(rule.read[i] for i in common), rule)
            if first is second and clash is not rule:
                _refuse(clash, rule)
        for rule in second if first is not second else []:
            key = tuple(rule.read[i] for i in common)
            if key in seen:
                _refuse(seen[key], rule)


def _refuse(one: Rule, other: Rule) -> None:
    raise MachineError(
        f"rules {shown(tuple(one))} and {shown(tuple(other))} fit the same symbols; a deterministic machine has one"
    )


def one_per_tape(what: str, values: Iterable[Any], count: int) -> tuple[Any, ...]:
    """Return ``values`` as a tuple; `MachineError` unless there are ``count`` of them."""
    values = listed(what, values)
    if len(values) != count:
        raise MachineError(f"{what}: {len(values)} for {count} tapes; give one per tape")
    return values


_JSON_REQUIRED = {"noisytm", "alphabets", "blanks", "states", "start", "rules"}
_JSON_OPTIONAL = {"name", "halting", "tape_names"}


def _json_fields(record: Any) -> dict[str, Any]:
    require_fields(record, "k-tape machine", K_TAPE.tag, _JSON_REQUIRED, _JSON_OPTIONAL)
    for entry in sorted(set(record) - {"noisytm", "name", "start"}):
        if not isinstance(record[entry], list):
            raise FormatError(f"k-tape machine JSON: {entry} is {shown(record[entry])}; it must be a list")
    if not all(isinstance(alphabet, list) for alphabet in record["alphabets"]):
        raise FormatError("k-tape machine JSON: alphabets must be a list of lists of symbols")
    for row in record["rules"]:
        if not isinstance(row, list) or len(row) != 5 or not all(isinstance(row[i], list) for i in (1, 3, 4)):
            raise FormatError(f"k-tape machine JSON: rule {shown(row)} must be [state, read, next, write, moves]")
        if not all(x is None or isinstance(x, str) for x in (row[0], row[2], *row[1], *row[3], *row[4])):
            raise FormatError(f"k-tape machine JSON: rule {shown(row)} has an item that is neither a name nor null")
    return {k: record[k] for k in (_JSON_REQUIRED | _JSON_OPTIONAL) - {"noisytm"} if k in record}
