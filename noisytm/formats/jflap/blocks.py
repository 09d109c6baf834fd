"""Building blocks of JFLAP: machines inside states, and the one machine without blocks that runs the same.

In JFLAP 7 a step that leads to a block goes to the initial state inside, at once and as deep as there are blocks. The
transitions of the innermost state are tried first. Where none is for the symbol read, the machine inside has halted,
and the transitions of the block around it are tried, and so on outwards. Final states inside a block are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from noisytm._notes import tell
from noisytm._text import clipped, shown
from noisytm.errors import FormatError, ReadingNote
from noisytm.formats._common import MAX_TUPLES, Rule
from noisytm.formats._open import distinct_names, refuse_final_rules
from noisytm.formats.jflap.transitions import Transition, rules_of, transition_of

STATE_TAGS = ("state", "block")
MAX_DEPTH = 50
MAX_STATES = 100_000


@dataclass
class Level:
    """The states of a machine, or of one inside a block: by id, with the machines inside them.

    Parameters
    ----------
    path : tuple of str
        The ids of the blocks around it, the outermost first.
    element : Element
        What holds its states and transitions.
    names : dict of str to str
        The name of every id.
    initial : list of str
        The ids of the states marked as initial.
    final : list of str
        The ids of those marked as final.
    inner : dict of str to Level
        The machines inside states, by id.
    """

    path: tuple[str, ...]
    element: Any
    names: dict[str, str] = field(default_factory=dict)
    initial: list[str] = field(default_factory=list)
    final: list[str] = field(default_factory=list)
    inner: dict[str, Level] = field(default_factory=dict)

    def key(self, number: str) -> str:
        """Return what tells a state from all others: its id after those of the blocks around it."""
        return ".".join((*self.path, number))


@dataclass(frozen=True)
class Flat:
    """A machine without blocks.

    Parameters
    ----------
    states : tuple of str
        Its states in the order of the file; those inside a block are named after it and stand where it does.
    start : str
        The first state.
    final : frozenset of str
        Those that are final and not inside a block.
    tiers : tuple of list of Transition
        The transitions in the order in which they are tried: all of the states themselves, of the blocks around
        them, of the blocks around those, …
    given : list of Transition
        Those of the file, between states and blocks.
    """

    states: tuple[str, ...]
    start: str
    final: frozenset[str]
    tiers: tuple[list[Transition], ...]
    given: list[Transition]

    def rules(self, alphabet: list[str]) -> dict[tuple[str, str], Rule]:
        """Return the table: for each state and symbol the first tier that has a transition."""
        patterns = sum(t.is_pattern for tier in self.tiers for t in tier)
        if patterns * len(alphabet) > MAX_TUPLES:
            raise FormatError(
                f"without blocks ~ and !x stand for {patterns * len(alphabet)} tuples; the limit is {MAX_TUPLES}"
            )
        rules: dict[tuple[str, str], Rule] = {}
        for tier in self.tiers:
            rules = rules_of(tier, alphabet) | rules
        return rules


def levels_of(root: Any, automaton: Any) -> Level:
    """Return the states of a file as a tree: those of the machine, of the machines in its blocks, and so on.

    Raises
    ------
    FormatError
        If an id is missing or twice in one machine, a block contains itself, or there are too many states.
    """
    top = Level((), automaton)
    _fill(top, [_Sections.of(e) for e in ([root] if automaton is root else [root, automaton])], 0)
    return top


def flattened(top: Level, final: str | None) -> Flat:
    """Return the one machine that runs as the machine with blocks does.

    Parameters
    ----------
    top : Level
        The machine.
    final : {"halts"}, optional
        Leave out the transitions of final states, and machines inside final blocks, which are never entered; by default
        both are refused.

    Raises
    ------
    FormatError
        If a machine has not exactly one initial state, a transition is wrong, or a final block has a machine inside.
    """
    for number in top.final:
        if top.inner.get(number) is not None:
            if final is None:
                raise FormatError(
                    f"block {shown(top.names[number])} is final and has a machine inside, which JFLAP, halting there,"
                    " does not enter; to read it so say --final halts (in Python final='halts'), or remove one of them"
                )
            del top.inner[number]
    names = distinct_names({level.key(n): _path_name(top, level, n) for level in _levels(top) for n in level.names})
    entries = _entries(top, names)
    transitions: dict[str, list[Transition]] = {}
    for level in _levels(top):
        here = {number: names[level.key(number)] for number in level.names}
        for element in level.element.findall("transition"):
            t = transition_of(element, here)
            transitions.setdefault(t.state, []).append(t)
        _tell_ignored(level, here, transitions)
    ending = frozenset(names[n] for n in top.final)
    for state in [q for q in transitions if q in ending]:
        refuse_final_rules(state, "JFLAP halts in a final state by default", final)
        del transitions[state]
    states = list(_leaves(top))
    tiers: list[list[Transition]] = []
    count = 0
    for level, number in states:
        leaf = names[level.key(number)]
        around = [names[".".join(level.path[:depth])] for depth in range(len(level.path), 0, -1)]
        for tier, source in enumerate([leaf, *around]):
            found = [t._replace(state=leaf, next=entries[t.next]) for t in transitions.get(source, ())]
            count += len(found)
            if count > MAX_TUPLES:
                raise FormatError(f"without blocks the machine has more than {MAX_TUPLES} transitions, the limit")
            tiers += [[] for _ in range(tier + 1 - len(tiers))]
            tiers[tier] += found
    return Flat(
        states=tuple(names[level.key(n)] for level, n in states),
        start=entries[names[_initial(top, "")]],
        final=ending,
        tiers=tuple(tiers),
        given=[t for found in transitions.values() for t in found],
    )


class _Sections(NamedTuple):
    """What a machine holds besides its states, by tag: the machines that its blocks name."""

    element: Any
    by_tag: dict[str, Any]

    @classmethod
    def of(cls, element: Any) -> _Sections:
        by_tag: dict[str, Any] = {}
        for child in element:
            by_tag.setdefault(child.tag, child)
        return cls(element, by_tag)


def _fill(level: Level, around: list[_Sections], count: int) -> int:
    for element in level.element:
        if element.tag not in STATE_TAGS:
            continue
        number = (element.get("id") or "").strip()
        if not number or number in level.names:
            raise FormatError(f"state id {shown(number)} is missing or used twice; give every state its own id")
        level.names[number] = element.findtext("name") or element.get("name") or f"q{number}"
        if element.find("initial") is not None:
            level.initial.append(number)
        if element.find("final") is not None:
            level.final.append(number)
        count += 1
        if count > MAX_STATES:
            raise FormatError(f"with the machines in its blocks the file has more than {MAX_STATES} states, the limit")
    for element in level.element:
        if element.tag not in STATE_TAGS:
            continue
        section = _section((element.findtext("tag") or "").strip(), around)
        if section is None:
            continue
        number = (element.get("id") or "").strip()
        if any(section is other.element for other in around) or len(level.path) >= MAX_DEPTH:
            raise FormatError(
                f"block {shown(level.names[number])} contains itself, or blocks are nested more than {MAX_DEPTH} deep"
            )
        level.inner[number] = Level((*level.path, number), section)
        count = _fill(level.inner[number], [*around, _Sections.of(section)], count)
    return count


def _section(tag: str, around: list[_Sections]) -> Any:
    """Return the section of a tag that stands nearest, if it has states: in the same machine, or else around it."""
    if not tag or tag in STATE_TAGS:
        return None
    child = next((other.by_tag[tag] for other in reversed(around) if tag in other.by_tag), None)
    if child is None:
        return None
    inner = child if child.find("automaton") is None else child.find("automaton")
    return inner if any(part.tag in STATE_TAGS for part in inner) else None


def _levels(level: Level) -> Iterator[Level]:
    yield level
    for inner in level.inner.values():
        yield from _levels(inner)


def _leaves(level: Level) -> Iterator[tuple[Level, str]]:
    """Yield the states without a machine inside, in the order of the file: those inside a block where it stands."""
    for number in level.names:
        if number in level.inner:
            yield from _leaves(level.inner[number])
        else:
            yield level, number


def _path_name(top: Level, level: Level, number: str) -> str:
    names, here = [], top
    for outer in level.path:
        names.append(here.names[outer])
        here = here.inner[outer]
    return ".".join([*names, level.names[number]])


def _initial(level: Level, where: str) -> str:
    if len(level.initial) != 1:
        raise FormatError(f"{where}{len(level.initial)} states are initial; mark exactly one with <initial/>")
    return level.key(level.initial[0])


def _entries(top: Level, names: Mapping[str, str]) -> dict[str, str]:
    """Return, for the name of every state and block, the name of the state that a step to it leads to."""
    entries: dict[str, str] = {}
    for level in reversed(list(_levels(top))):  # those inside a block come before it
        for number in level.names:
            name = names[level.key(number)]
            inner = level.inner.get(number)
            where = f"inside block {shown(clipped(name, 40))} "
            entries[name] = name if inner is None else entries[names[_initial(inner, where)]]
    return entries


def _tell_ignored(level: Level, names: Mapping[str, str], transitions: Mapping[str, list[Transition]]) -> None:
    going_on = [names[n] for n in level.final if level.path and transitions.get(names[n])]
    if going_on:
        tell(
            f"final states inside blocks are ignored, as in JFLAP 7: state {shown(going_on[0])} goes on",
            ReadingNote,
        )
