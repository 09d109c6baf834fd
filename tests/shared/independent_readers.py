"""Small readers of the exchange formats, made from their specifications: each runs a text as its own program would.

They share nothing with the package, refuse what the program of the format refuses, and know no more than what the
package writes needs: no blocks, no synonyms, no nested documents.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from xml.dom import minidom

# What a rule does: (write, next, step of the head). ``None``: there is no rule.
Rules = Callable[[str, str], "tuple[str, str, int] | None"]


class Rejected(Exception):
    """The program of the format would not take the text."""


@dataclass
class Program:
    """A machine as its own program knows it.

    ``named`` gives the name that a state has in the text, ``after_last`` what is done where there is no rule.
    """

    blank: str
    start: str
    rules: Rules
    halts: Callable[[str], bool]
    named: Callable[[str], str] = str
    writes_one: bool = False

    def run(self, word, most: int) -> tuple[int, str, dict[int, str]]:
        """Return (steps, state, what is not blank) after at most so many steps."""
        tape = dict(enumerate(word))
        state, head, steps = self.start, 0, 0
        while steps < most and not self.halts(state):
            found = self.rules(state, tape.get(head, self.blank))
            if found is None:
                if self.writes_one:
                    tape[head], steps = "1", steps + 1
                break
            tape[head], state, move = found
            head, steps = head + move, steps + 1
        return steps, self.named(state), {i: s for i, s in tape.items() if s != self.blank}


def bbchallenge(text: str) -> Program:
    """bbchallenge.org: a row a state, three characters a cell; ``---`` writes 1, moves right, and halts."""
    rows = text.strip().split("_")
    if len({len(row) for row in rows}) != 1 or len(rows[0]) % 3:
        raise Rejected(text)
    cells = {}
    for number, row in enumerate(rows):
        for place in range(0, len(row), 3):
            write, move, target = row[place : place + 3]
            if (write, move, target) == ("-", "-", "-"):
                continue
            if not ("0" <= write < chr(48 + len(row) // 3) and move in "LR" and "A" <= target <= "Z"):
                raise Rejected(text)
            cells[chr(65 + number), str(place // 3)] = (write, target, {"L": -1, "R": 1}[move])
    last = chr(64 + len(rows))
    return Program("0", "A", lambda q, s: cells.get((q, s)), lambda q: q > last, writes_one=True)


_JAVASCRIPT_SPACES = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def morphett(text: str, start: str) -> Program:
    """The simulator at morphett.info: five words a line, ``;`` begins a comment, ``*`` is any or the same."""
    rules: dict[str, dict[str, tuple[str, str, str]]] = {}
    for raw in text.split("\n"):
        line = raw.split(";")[0]
        for space in _JAVASCRIPT_SPACES:
            line = line.replace(space, " ")
        words = line.split(" ")
        words = [word for word in words if word]
        if not words:
            continue
        if len(words) != 5 or any(len(word.encode("utf-16-le")) != 2 for word in words[1:4]):
            raise Rejected(line)
        state, symbol, write, move, target = words
        if state == "__proto__" or move not in ("l", "r", "*") or symbol in rules.get(state, {}):
            raise Rejected(line)
        rules.setdefault(state, {})[symbol] = (write, target, move)

    def rule(state: str, symbol: str) -> tuple[str, str, int] | None:
        for q, s in ((state, symbol), (state, "*"), ("*", symbol), ("*", "*")):
            if s in rules.get(q, {}):
                write, target, move = rules[q][s]
                return (
                    symbol if write == "*" else write,
                    state if target == "*" else target,
                    {"l": -1, "r": 1, "*": 0}[move],
                )
        return None

    return Program("_", start, rule, lambda state: state[:4].lower() == "halt")


def jflap(text: str) -> Program:
    """JFLAP 7: states by their ids, nothing is the blank, ``~`` any or the same, ``!x`` any but x, tried last."""
    root = minidom.parseString(text.encode("utf-8")).documentElement
    if root.tagName != "structure" or _text(root.getElementsByTagName("type")[0]) != "turing":
        raise Rejected(text)
    names, initial, final = {}, [], set()
    for state in root.getElementsByTagName("state"):
        number = int(state.getAttribute("id"))
        if number in names:
            raise Rejected(f"the id {number} twice")
        names[number] = state.getAttribute("name") or f"q{number}"
        initial += [number] * len(state.getElementsByTagName("initial"))
        final |= {number} if state.getElementsByTagName("final") else set()
    edges = []
    for edge in root.getElementsByTagName("transition"):
        parts = {tag: _text(edge.getElementsByTagName(tag)[0]) for tag in ("from", "to", "read", "write", "move")}
        if len(parts["write"]) > 1 or len(parts["read"].removeprefix("!")) > 1 or "!" in parts["write"]:
            raise Rejected(str(parts))
        if "}" in parts["read"] or int(parts["from"]) in final or parts["move"] not in "LRS":
            raise Rejected(str(parts))
        edges.append((int(parts["from"]), int(parts["to"]), parts["read"] or "□", parts["write"] or "□", parts["move"]))

    def rule(state: str, symbol: str) -> tuple[str, str, int] | None:
        for negated in (False, True):
            found = {
                (symbol if write == "~" else write, str(to), {"L": -1, "R": 1, "S": 0}[move])
                for source, to, read, write, move in edges
                if str(source) == state
                and (read[0] == "!") == negated
                and (read in ("~", symbol) or (negated and symbol != (read[1:] or "□")))
            }
            if len(found) > 1:
                raise Rejected("the machine is nondeterministic")
            if found:
                return found.pop()
        return None

    (start,) = initial
    return Program("□", str(start), rule, lambda q: int(q) in final, lambda q: names[int(q)])


def _text(element: minidom.Element) -> str:
    return "".join(node.data for node in element.childNodes if node.nodeType == node.TEXT_NODE)


def turingmachine_io(text: str) -> Program:
    """turingmachine.io: YAML with typed scalars, which become strings as JavaScript makes them; moves L and R alone."""
    from ruamel.yaml import YAML

    spec = YAML(typ="safe", pure=True).load(text)
    if not isinstance(spec.get("table"), dict) or spec.get("blank") is None or spec.get("start state") is None:
        raise Rejected(text)
    table = {}
    for state, row in spec["table"].items():
        name = _javascript(state)
        if name == "__proto__" or name in table:
            raise Rejected(name)
        table[name] = None if row is None else {}
        for key, action in (row or {}).items():
            for symbol in _symbols(_javascript(key)):
                if symbol in table[name]:
                    raise Rejected(f"{name} {symbol} twice")
                table[name][symbol] = _action(action, symbol, name)
    start, blank = _javascript(spec["start state"]), _javascript(spec["blank"])
    targets = {action[1] for row in table.values() if row for action in row.values()} | {start}
    if not targets <= set(table) or len(blank.encode("utf-16-le")) != 2:
        raise Rejected(text)
    return Program(blank, start, lambda q, s: (table[q] or {}).get(s), lambda q: table[q] is None)


def _action(action: object, symbol: str, state: str) -> tuple[str, str, int]:
    if isinstance(action, str):
        action = {action: None}
    if not isinstance(action, dict) or not set(action) <= {"write", "L", "R"} or len(set(action) - {"write"}) != 1:
        raise Rejected(repr(action))
    (move,) = set(action) - {"write"}
    write = _javascript(action["write"]) if "write" in action else symbol
    if len(write.encode("utf-16-le")) != 2:
        raise Rejected(write)
    target = state if action[move] is None else _javascript(action[move])
    return write, target, {"L": -1, "R": 1}[move]


def _symbols(key: str) -> list[str]:
    """Split the key of several symbols at its commas; a comma of its own is the symbol."""
    symbols = [key] if key == "," else key.split(",")
    if any(len(symbol.encode("utf-16-le")) != 2 for symbol in symbols):
        raise Rejected(key)
    return symbols


def _javascript(value: object) -> str:
    """Return what String(value) is."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, tuple):
        return ",".join(map(_javascript, value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (str, int)):
        return str(value)
    raise Rejected(f"{value!r} is no string")


def project_json(text: str) -> Program:
    """The project's own form, from its page."""
    record = json.loads(text)
    rules = {(q, s): (w, r, "LSR".index(m) - 1) for s, q, w, r, m in record["tuples"]}
    if len(rules) != len(record["tuples"]):
        raise Rejected("a tuple twice")
    return Program(
        record["blank"],
        record["start"],
        lambda q, s: rules.get((q, s)),
        lambda q: q in record["halting"],
        writes_one=record["undefined"] == "write-1",
    )
