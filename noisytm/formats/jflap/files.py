"""JFLAP files (``.jff``) of single-tape deterministic Turing machines."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from noisytm._text import clipped, shown
from noisytm.errors import FormatError
from noisytm.formats._common import (
    MAX_TUPLES,
    Rule,
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_blank,
    refuse_other_order,
    refuse_symbols,
    refuse_write_1,
)
from noisytm.formats._open import closed_over, distinct_names, mentioned_symbols, refuse_final_rules
from noisytm.formats._renaming import renamed_where_needed
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "jflap"
BLANK = "□"
_MOVES = ("L", "R", "S")
_FORBIDDEN = {
    "~": "JFLAP reads it as any symbol",
    "!": "JFLAP reads it as a negation",
    "}": "JFLAP reads it as the assignment of a variable",
}
_TYPES = ("turing", "turingbb")  # JFLAP 7.1 has a type of its own for machines of its editor of building blocks
_STATE_TAGS = ("state", "block")


class _Transition(NamedTuple):
    state: str
    read: str
    write: str
    next: str
    move: str

    @property
    def negates(self) -> bool:
        return len(self.read) > 1

    @property
    def is_pattern(self) -> bool:
        return self.negates or self.read == "~"

    @property
    def shown(self) -> str:
        """The transition as JFLAP shows it, for a message."""
        arrow = f"from {shown(self.state, 40)} to {shown(self.next, 40)}"
        return f"the transition {arrow}, {self.read} ; {self.write} , {self.move}"

    def rule(self, symbol: str) -> Rule:
        return symbol if self.write == "~" else self.write, self.next, self.move


def looks_like(text: str) -> bool:
    """Return whether the text begins as XML does."""
    return text.lstrip().startswith("<")


def read(text: str, final: str | None = None, symbols: Sequence[str] | None = None) -> list[TuringMachine]:
    """Read the one machine of a JFLAP file.

    Parameters
    ----------
    text : str
        The file.
    final : {"halts"}, optional
        Leave out the transitions of final states; by default they are refused.
    symbols : sequence of str, optional
        What ``~`` and ``!x`` stand for besides the symbols in the file.

    Raises
    ------
    FormatError
        If the text is not XML, not a Turing machine of JFLAP, or one with several tapes or choices.
    """
    root = _parsed(text)
    automaton = _automaton(root)
    names, initial, ending = _states(automaton, _inner_machines(root, automaton))
    transitions = [_transition(element, names) for element in automaton.findall("transition")]
    for t in transitions:
        if t.state in ending:
            refuse_final_rules(t.state, "JFLAP halts in a final state by default", final)
    transitions = [t for t in transitions if t.state not in ending]
    alphabet = _alphabet(transitions, symbols)
    return [
        ordered_machine(
            blank=BLANK,
            start=initial,
            rows=[q for q in names.values() if q not in ending],
            halting=[q for q in names.values() if q in ending],
            rules=_rules(transitions, alphabet),
            symbols=alphabet,
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine as a file that JFLAP reads.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME, _FORBIDDEN)
    refuse_blank(machine, NAME, BLANK)
    refuse_other_order(machine, NAME)
    refuse_write_1(machine, NAME)
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
        "<structure>",
        "  <type>turing</type>",
        "  <automaton>",
    ]
    ids = {state: number for number, state in enumerate(machine.states)}
    halting = set(machine.halting)
    for state, number in ids.items():
        flags = "<initial/>" * (state == machine.start) + "<final/>" * (state in halting)
        place = f"<x>{60 + 120 * (number % 5)}.0</x><y>{60 + 120 * (number // 5)}.0</y>"
        lines.append(f'    <state id="{number}" name="{html.escape(state)}">{place}{flags}</state>')
    for t in machine.tuples:
        lines.append(
            f"    <transition><from>{ids[t.state]}</from><to>{ids[t.next]}</to>{_cell('read', t.read)}"
            f"{_cell('write', t.write)}<move>{t.move}</move></transition>"
        )
    text = "\n".join([*lines, "  </automaton>", "</structure>"]) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Call the blank ``□``, as JFLAP shows it, and rename the symbols that JFLAP gives a meaning or cannot have."""
    return renamed_where_needed(machine, blank=BLANK, allowed=lambda s: is_one_character(s) and s not in _FORBIDDEN)


def _cell(tag: str, symbol: str) -> str:
    return f"<{tag}/>" if symbol == BLANK else f"<{tag}>{html.escape(symbol)}</{tag}>"


def _parsed(text: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = ElementTree.fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise FormatError(
            "the XML has a document type declaration or entities, which JFLAP never writes; remove it"
        ) from None
    except (ParseError, ValueError) as error:
        raise FormatError(f"the text is not XML: {clipped(str(error))}") from None
    if root.tag != "structure":
        raise FormatError(f"the XML begins with <{clipped(root.tag, 40)}>; a JFLAP file begins with <structure>")
    return root


def _automaton(root: Any) -> Any:
    if root.get("type") or root.find("structure") is not None:
        raise FormatError("the file is one of JFLAP 8, which is not read; open it there and save it as JFLAP 7 (.jff)")
    kind = (root.findtext("type") or "").strip()
    if kind not in _TYPES:
        raise FormatError(f"the <type> is {shown(kind)}; only 'turing' is a Turing machine")
    automaton = root.find("automaton")
    automaton = root if automaton is None else automaton
    tapes = (root.findtext("tapes") or "1").strip()
    if tapes != "1":
        raise FormatError(f"the machine has {clipped(tapes, 40)} tapes; only machines with one tape can be read")
    return automaton


def _states(automaton: Any, inner_machines: set[str]) -> tuple[dict[str, str], str, set[str]]:
    given: dict[str, str] = {}
    initial: list[str] = []
    final: list[str] = []
    for element in automaton:
        if element.tag not in _STATE_TAGS:
            continue
        number = (element.get("id") or "").strip()
        if not number or number in given:
            raise FormatError(f"state id {shown(number)} is missing or used twice; give every state its own id")
        given[number] = element.findtext("name") or element.get("name") or f"q{number}"
        if (element.findtext("tag") or "").strip() in inner_machines:
            raise FormatError(
                f"block {shown(given[number])} has a machine inside; only blocks without one are states; flatten it"
            )
        if element.find("initial") is not None:
            initial.append(number)
        if element.find("final") is not None:
            final.append(number)
    if len(initial) != 1:
        raise FormatError(f"{len(initial)} states are initial; mark exactly one with <initial/>")
    names = distinct_names(given)
    return names, names[initial[0]], {names[number] for number in final}


def _inner_machines(root: Any, automaton: Any) -> set[str]:
    sections = [child for parent in (root, automaton) for child in parent if child is not automaton]
    return {
        section.tag
        for section in sections
        if section.tag not in _STATE_TAGS and any(part.tag in _STATE_TAGS for part in section.iter())
    }


def _transition(element: Any, names: dict[str, str]) -> _Transition:
    ends = []
    for tag in ("from", "to"):
        number = (element.findtext(tag) or "").strip()
        if number not in names:
            raise FormatError(f"a transition has <{tag}>{clipped(number, 40)}</{tag}>, which is not the id of a state")
        ends.append(names[number])
    values = {}
    for tag, default in (("read", ""), ("write", ""), ("move", "R")):
        found = element.findall(tag)
        if len(found) > 1 or any((child.get("tape") or "1").strip() != "1" for child in found):
            raise FormatError(
                f"the transition from {shown(ends[0])} to {shown(ends[1])} has <{tag}> for several tapes;"
                " only machines with one tape can be read"
            )
        values[tag] = (found[0].text or "") if found else default
    if (element.get("block") or "").strip() == "true":
        values["write"], values["move"] = "~", "S"
    move = values["move"].strip()
    if move not in _MOVES:
        raise FormatError(f"the transition from {shown(ends[0])} has the move {shown(move)}; it must be L, R or S")
    write = values["write"] or BLANK
    if not is_one_character(write):
        raise FormatError(f"the transition from {shown(ends[0])} writes {shown(write)}; it must be one character")
    return _Transition(ends[0], _read_pattern(values["read"], ends[0]), write, ends[1], move)


def _read_pattern(text: str, state: str) -> str:
    if not text:
        return BLANK
    if "}" in text:
        raise FormatError(
            f"the transition from {shown(state)} reads {shown(text)}, a JFLAP variable, which remembers a"
            " symbol between steps and is not read; write one transition for each symbol"
        )
    pattern = "!" + BLANK if text == "!" else text
    symbol = pattern[1:] if pattern.startswith("!") else pattern
    if not is_one_character(symbol) or symbol == "!" or (symbol == "~" and pattern != "~"):
        raise FormatError(f"the transition from {shown(state)} reads {shown(text)}; it must be a character, ~ or !x")
    return pattern


def _alphabet(transitions: list[_Transition], more: Sequence[str] | None) -> list[str]:
    """Return the symbols that the shorthands stand for, and tell what they were taken for."""
    mentioned = {t.read[-1] for t in transitions} | {t.write for t in transitions}
    patterns = sum(t.is_pattern for t in transitions)
    alphabet = mentioned_symbols(BLANK, mentioned - {"~"})
    unused = "" if more is not None else _unused(transitions, alphabet)
    alphabet = closed_over(BLANK, alphabet, more, wildcards=patterns > 0, unused=unused)
    if patterns * len(alphabet) > MAX_TUPLES:
        raise FormatError(
            f"the shorthands ~ and !x stand for up to {patterns * len(alphabet)} tuples; the limit is {MAX_TUPLES}"
        )
    return alphabet


def _unused(transitions: list[_Transition], alphabet: list[str]) -> str:
    """Return what to tell of transitions with ! that come after others for every symbol that they stand for."""
    ordinary: dict[str, set[str]] = {}
    for t in transitions:
        if not t.negates:
            ordinary.setdefault(t.state, set()).update(_matching(t, alphabet))
    idle = [t for t in transitions if t.negates and set(_matching(t, alphabet)) <= ordinary.get(t.state, set())]
    for t in idle:
        if not _matching(t, alphabet):
            raise FormatError(
                f"{t.shown}, stands for no symbol, as the file mentions no other, and would be lost; name the others"
                " (convert has --symbols, in Python symbols=…; run takes those of its word)"
            )
    return "".join(f"; none of them is left to {t.shown}" for t in idle[:3])


def _rules(transitions: list[_Transition], alphabet: list[str]) -> dict[tuple[str, str], Rule]:
    # JFLAP tries the transitions with ! after all others
    rules: dict[tuple[str, str], _Transition] = {}
    _add(rules, ((t, _matching(t, alphabet)) for t in transitions if not t.negates))
    negated: dict[tuple[str, str], _Transition] = {}
    _add(negated, ((t, _matching(t, alphabet)) for t in transitions if t.negates))
    return {key: t.rule(key[1]) for key, t in (negated | rules).items()}


def _matching(t: _Transition, alphabet: list[str]) -> list[str]:
    if t.read == "~":
        return alphabet
    return [s for s in alphabet if s != t.read[1]] if t.negates else [t.read]


def _add(rules: dict[tuple[str, str], _Transition], found: Iterable[tuple[_Transition, list[str]]]) -> None:
    for t, symbols in found:
        for symbol in symbols:
            other = rules.setdefault((t.state, symbol), t)
            if other.rule(symbol) != t.rule(symbol):
                at = "the blank" if symbol == BLANK else repr(symbol)
                raise FormatError(
                    f"state {shown(t.state)} has two different transitions at {at}; the machine is nondeterministic:"
                    f" {other.shown}, and {t.shown}; keep one"
                )


JFLAP = Format(
    name=NAME,
    description="JFLAP files of type `turing`",
    endings=(".jff",),
    lossy="orders that it does not declare; unlisted tuples that write 1; the name",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
    options=("final", "symbols"),
)
