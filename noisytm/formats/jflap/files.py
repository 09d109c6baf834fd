"""JFLAP files (``.jff``) of single-tape deterministic Turing machines."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from noisytm._text import clipped, shown
from noisytm.errors import FormatError
from noisytm.formats._common import (
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_blank,
    refuse_other_order,
    refuse_symbols,
    refuse_write_1,
)
from noisytm.formats._renaming import renamed_where_needed
from noisytm.formats.jflap.blocks import flattened, levels_of
from noisytm.formats.jflap.transitions import BLANK, alphabet_of
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "jflap"
_MOST_LEVELS = 200  # machines inside states are nested some tens deep at most
_FORBIDDEN = {
    "~": "JFLAP reads it as any symbol",
    "!": "JFLAP reads it as a negation",
    "}": "JFLAP reads it as the assignment of a variable",
}
_TYPES = ("turing", "turingbb")  # JFLAP 7.1 has a type of its own for machines of its editor of building blocks


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
    flat = flattened(levels_of(root, automaton), final)
    alphabet = alphabet_of(flat.given, symbols)
    return [
        ordered_machine(
            blank=BLANK,
            start=flat.start,
            rows=[q for q in flat.states if q not in flat.final],
            halting=[q for q in flat.states if q in flat.final],
            rules=flat.rules(alphabet),
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
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    class Bounded(TreeBuilder):
        """Makes the tree as far as elements are not nested too deeply: it may be a hundred times as large as they."""

        levels = 0

        def start(self, tag: Any, attrs: Any, /) -> Any:
            self.levels += 1
            if self.levels > _MOST_LEVELS:
                raise FormatError(f"the XML is nested more than {_MOST_LEVELS} levels deep, which JFLAP never writes")
            return super().start(tag, attrs)

        def end(self, tag: Any, /) -> Any:
            self.levels -= 1
            return super().end(tag)

    try:
        parser = DefusedXMLParser(target=Bounded(), forbid_dtd=True)
        parser.feed(text)
        root = parser.close()
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
