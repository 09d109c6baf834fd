"""The transitions of JFLAP's Turing machines, and the rules that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from noisytm._text import clipped, shown
from noisytm.errors import FormatError
from noisytm.formats._common import MAX_TUPLES, Rule, is_one_character
from noisytm.formats._open import closed_over, mentioned_symbols

BLANK = "□"
_MOVES = ("L", "R", "S")


class Transition(NamedTuple):
    """From a state, reading a symbol or a pattern of them, to another one."""

    state: str
    read: str
    write: str
    next: str
    move: str

    @property
    def negates(self) -> bool:
        """Whether it is for every symbol but one."""
        return len(self.read) > 1

    @property
    def is_pattern(self) -> bool:
        """Whether it is for several symbols."""
        return self.negates or self.read == "~"

    @property
    def shown(self) -> str:
        """The transition as JFLAP shows it, for a message."""
        arrow = f"from {shown(self.state, 40)} to {shown(self.next, 40)}"
        return f"the transition {arrow}, {self.read} ; {self.write} , {self.move}"

    def rule(self, symbol: str) -> Rule:
        """What it does at a symbol that it is for."""
        return symbol if self.write == "~" else self.write, self.next, self.move


def transition_of(element: Any, names: Mapping[str, str]) -> Transition:
    """Return the transition of an element, between states that are named by their ids.

    Raises
    ------
    FormatError
        If it is between other states, has several tapes, or reads, writes or moves what JFLAP cannot.
    """
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
    return Transition(ends[0], _read_pattern(values["read"], ends[0]), write, ends[1], move)


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


def alphabet_of(transitions: list[Transition], more: Sequence[str] | None) -> list[str]:
    """Return the symbols that the shorthands stand for, and tell what they were taken for.

    Raises
    ------
    FormatError
        If a shorthand stands for no symbol, or all for too many.
    """
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


def _unused(transitions: list[Transition], alphabet: list[str]) -> str:
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


def rules_of(transitions: list[Transition], alphabet: list[str]) -> dict[tuple[str, str], Rule]:
    """Return the rules of transitions that are tried together, by state and symbol.

    Raises
    ------
    FormatError
        If two that do different things are for one symbol.
    """
    # JFLAP tries the transitions with ! after all others
    rules: dict[tuple[str, str], Transition] = {}
    _add(rules, ((t, _matching(t, alphabet)) for t in transitions if not t.negates))
    negated: dict[tuple[str, str], Transition] = {}
    _add(negated, ((t, _matching(t, alphabet)) for t in transitions if t.negates))
    return {key: t.rule(key[1]) for key, t in (negated | rules).items()}


def _matching(t: Transition, alphabet: list[str]) -> list[str]:
    if t.read == "~":
        return alphabet
    return [s for s in alphabet if s != t.read[1]] if t.negates else [t.read]


def _add(rules: dict[tuple[str, str], Transition], found: Iterable[tuple[Transition, list[str]]]) -> None:
    for t, symbols in found:
        for symbol in symbols:
            other = rules.setdefault((t.state, symbol), t)
            if other.rule(symbol) != t.rule(symbol):
                at = "the blank" if symbol == BLANK else repr(symbol)
                raise FormatError(
                    f"state {shown(t.state)} has two different transitions at {at}; the machine is nondeterministic:"
                    f" {other.shown}, and {t.shown}; keep one"
                )
