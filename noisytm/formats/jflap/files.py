"""JFLAP files (``.jff``) of single-tape deterministic Turing machines."""

from __future__ import annotations

import html
from collections.abc import Iterable
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
    renamed,
)
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
_STATE_TAGS = ("state", "block")


class _Transition(NamedTuple):
    state: str
    read: str
    write: str
    next: str
    move: str

    def rule(self, symbol: str) -> Rule:
        return symbol if self.write == "~" else self.write, self.next, self.move


def looks_like(text: str) -> bool:
    """Return whether the text begins as XML does."""
    return text.lstrip().startswith("<")


def read(text: str) -> list[TuringMachine]:
    """Read the one machine of a JFLAP file.

    Raises
    ------
    FormatError
        If the text is not XML, not a Turing machine of JFLAP, or one with several tapes or choices.
    """
    root = _parsed(text)
    automaton = _automaton(root)
    names, initial, final = _states(automaton, _inner_machines(root, automaton))
    transitions = [_transition(element, names) for element in automaton.findall("transition")]
    for t in transitions:
        if t.state in final:
            raise FormatError(
                f"state {shown(t.state)} is final and has a transition; JFLAP halts in a final state by"
                " default, so remove the transition or <final/>"
            )
    return [
        ordered_machine(
            blank=BLANK,
            start=initial,
            rows=[q for q in names.values() if q not in final],
            halting=[q for q in names.values() if q in final],
            rules=_rules(transitions),
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
    """Call the blank ``□``, as JFLAP shows it."""
    return machine if BLANK in machine.symbols else renamed(machine, symbols={machine.blank: BLANK})


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
    kind = (root.findtext("type") or "").strip()
    if kind != "turing":
        raise FormatError(f"the <type> is {shown(kind)}; only 'turing' is a Turing machine")
    automaton = root.find("automaton")
    automaton = root if automaton is None else automaton
    tapes = (root.findtext("tapes") or "1").strip()
    if tapes != "1":
        raise FormatError(f"the machine has {clipped(tapes, 40)} tapes; only machines with one tape can be read")
    return automaton


def _states(automaton: Any, inner_machines: set[str]) -> tuple[dict[str, str], str, set[str]]:
    names: dict[str, str] = {}
    taken: set[str] = set()
    initial: list[str] = []
    final: set[str] = set()
    for element in automaton:
        if element.tag not in _STATE_TAGS:
            continue
        number = (element.get("id") or "").strip()
        if not number or number in names:
            raise FormatError(f"state id {shown(number)} is missing or used twice; give every state its own id")
        name = element.findtext("name") or element.get("name") or f"q{number}"
        if name in taken:
            raise FormatError(f"two states are named {shown(name)}; rename one")
        if (element.findtext("tag") or "").strip() in inner_machines:
            raise FormatError(
                f"block {shown(name)} has a machine inside; only blocks without one are states; flatten it"
            )
        names[number] = name
        taken.add(name)
        if element.find("initial") is not None:
            initial.append(name)
        if element.find("final") is not None:
            final.add(name)
    if len(initial) != 1:
        raise FormatError(f"{len(initial)} states are initial; mark exactly one with <initial/>")
    return names, initial[0], final


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


def _rules(transitions: list[_Transition]) -> dict[tuple[str, str], Rule]:
    mentioned = {t.read[-1] for t in transitions} | {t.write for t in transitions}
    alphabet = [BLANK, *sorted(mentioned - {BLANK, "~"})]
    patterns = sum(len(t.read) > 1 or t.read == "~" for t in transitions)
    if patterns * len(alphabet) > MAX_TUPLES:
        raise FormatError(
            f"the shorthands ~ and !x stand for up to {patterns * len(alphabet)} tuples; the limit is {MAX_TUPLES}"
        )
    # JFLAP tries the transitions with ! after all others
    rules: dict[tuple[str, str], Rule] = {}
    _add(rules, ((t, _matching(t, alphabet)) for t in transitions if len(t.read) == 1))
    negated: dict[tuple[str, str], Rule] = {}
    _add(negated, ((t, _matching(t, alphabet)) for t in transitions if len(t.read) > 1))
    return negated | rules


def _matching(t: _Transition, alphabet: list[str]) -> list[str]:
    if t.read == "~":
        return alphabet
    return [s for s in alphabet if s != t.read[1]] if len(t.read) > 1 else [t.read]


def _add(rules: dict[tuple[str, str], Rule], found: Iterable[tuple[_Transition, list[str]]]) -> None:
    for t, symbols in found:
        for symbol in symbols:
            rule = t.rule(symbol)
            if rules.setdefault((t.state, symbol), rule) != rule:
                shown_symbol = "the blank" if symbol == BLANK else repr(symbol)
                raise FormatError(
                    f"state {shown(t.state)} has two different transitions at {shown_symbol}; the machine is"
                    " nondeterministic; keep one"
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
)
