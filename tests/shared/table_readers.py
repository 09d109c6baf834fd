"""Small readers of exchange formats, written from their specifications alone: what the target's own program would run.

Each returns (blank, start, rules, halting), the rules as {(state, symbol): (symbol written, next state, cells moved)},
and raises `Rejected` where that program would not take the text.
"""

import csv
import io
import json
import re


class Rejected(Exception):
    """The target's own program would not take the text."""


def need(condition, why):
    if not condition:
        raise Rejected(why)


def put(rules, key, rule):
    need(key not in rules, f"two rules for {key}")
    rules[key] = rule


def turingmachinesimulator(text):
    """name:, init: and accept: lines, then pairs of lines; states of letters, digits and underscores to be safe."""
    lines = [line.split("//")[0].strip() for line in text.split("\n")]
    keys, rest = {}, []
    for line in filter(None, lines):
        key, colon, value = line.partition(":")
        if colon and key in ("name", "init", "accept") and not rest:
            put(keys, key, value.strip())
        else:
            rest.append([field.strip() for field in line.split(",")])
    need({"init", "accept"} <= set(keys) and len(rest) % 2 == 0 and keys["accept"], "a key or half a rule is missing")
    rules = {}
    for (state, symbol), (target, write, move) in zip(rest[::2], rest[1::2], strict=True):
        need(all(re.fullmatch(r"[A-Za-z0-9_]+", q) for q in (state, target)), "a state's name")
        need(len(symbol) == len(write) == 1, "symbols are single characters")
        put(rules, (state, symbol), (write, target, {"<": -1, "-": 0, ">": 1}[move]))
    return "_", keys["init"], rules, {q.strip() for q in keys["accept"].split(",")}


def morphett_sections(text):
    """Sections first in column 0, ``#X = {…}``; rules of five fields with one space between; all names declared."""
    sections, rules = {}, {}
    for line in text.split("\n"):
        if line.startswith("#"):
            found = re.fullmatch(r"#(Q|S|G|q0|B|F|N) = (\S+)", line)
            need(found, f"syntax error {line!r}")
            put(sections, found[1], found[2])
        elif line:
            state, symbol, write, move, target = line.split(" ")
            need(len(symbol) == len(write) == 1 and symbol != "*" != write, "one tape, no wildcards")
            put(rules, (state, symbol), (write, target, {"l": -1, "*": 0, "r": 1}[move]))
    members = {key: sections[key][1:-1].split(",") if len(sections[key]) > 2 else [] for key in "QSGF"}
    need(sections["B"] == "_" and sections["N"] == "1" and "_" not in members["S"], "the blank, the tapes")
    need(all(re.fullmatch(r"\w+", q, re.ASCII) for q in members["Q"]), "a state's label")
    need(all(len(s) == 1 and "!" <= s <= "~" and s not in ",;{}*" for s in members["G"]), "a tape symbol")
    need({*members["F"], sections["q0"]} <= set(members["Q"]) and set(members["S"]) <= set(members["G"]), "declared")
    for (state, symbol), (write, target, _) in rules.items():
        need({state, target} <= set(members["Q"]) and {symbol, write} <= set(members["G"]), "declared")
    return "_", sections["q0"], rules, set(members["F"])


def tursi(text):
    """Lines split at ASCII white space; ``##`` is #; commands ``#!``; every (state, read) once."""
    given, rules = {}, {}
    for line in text.replace("##", "\ue000").split("\n"):  # a private character that no machine here has
        rule, *commands = re.sub(r"#(?!!).*", "", line).split("#!")
        for command in commands:
            name, *words = [w.replace("\ue000", "#") for w in re.split(r"[ \t]+", command.strip())]
            put(given, name, words)
        fields = [w.replace("\ue000", "#") for w in re.split(r"[ \t]+", rule.strip())]
        if fields != [""]:
            state, read, write, move, target = fields
            need(len(read) == len(write) == 1 and max(read, write) <= "\uffff", "symbols are Java characters")
            put(rules, (state, read), (write, target, {"L": -1, "N": 0, "R": 1}[move]))
    need(len(given["start"]) == len(given["fill"]) == 1 and len(given["fill"][0]) == 1, "start and fill")
    return given["fill"][0], given["start"][0], rules, set(given["end"])


def ft_turing(text):
    """The subject's rules: single characters, everything declared, LEFT or RIGHT."""
    record = json.loads(text)
    need(set(record) == {"name", "alphabet", "blank", "states", "initial", "finals", "transitions"}, "the keys")
    letters, states = set(record["alphabet"]), set(record["states"])
    need(all(len(s) == 1 for s in letters) and record["blank"] in letters and record["name"], "the alphabet")
    need({record["initial"], *record["finals"], *record["transitions"]} <= states, "the states")
    rules = {}
    for state, entries in record["transitions"].items():
        for entry in entries:
            need(set(entry) == {"read", "to_state", "write", "action"}, "a transition")
            need({entry["read"], entry["write"]} <= letters and entry["to_state"] in states, "declared")
            move = {"LEFT": -1, "RIGHT": 1}[entry["action"]]
            put(rules, (state, entry["read"]), (entry["write"], entry["to_state"], move))
    return record["blank"], record["initial"], rules, set(record["finals"])


def automata_lib(text):
    """What the class checks when it is made."""
    record = json.loads(text)
    record.pop("name", None)
    states, letters = set(record["states"]), set(record["tape_symbols"])
    rows = record["transitions"]
    need(set(record["input_symbols"]) < letters and record["blank_symbol"] in letters, "the symbols")
    need(record["initial_state"] in states and (record["initial_state"] in rows or len(states) == 1), "the start")
    need(record["initial_state"] not in record["final_states"] and set(record["final_states"]) <= states, "the ends")
    need(not set(record["final_states"]) & set(rows) and set(rows) <= states, "final states have no transitions")
    rules = {}
    for state, row in rows.items():
        for symbol, (target, write, move) in row.items():
            need({symbol, write} <= letters and target in states, "declared")
            put(rules, (state, symbol), (write, target, {"L": -1, "N": 0, "R": 1}[move]))
    return record["blank_symbol"], record["initial_state"], rules, set(record["final_states"])


def grid(rows):
    """A table as docs/formats.md says that one is written: everything marked, cells in the order of the first one."""
    corner, *heads = rows[0]
    separator = next((s for s in "/,;" if s in corner), " ")
    order = corner.split(separator)
    blank = [h.removesuffix(" (blank)") for h in heads if h.endswith(" (blank)")]
    symbols = [h.removesuffix(" (blank)") for h in heads]
    rules, starts, halting = {}, [], set()
    for label, *cells in rows[1:]:
        state = label.lstrip("→*")
        starts += [state] if label.startswith("→") else []
        halting |= {state} if "*" in label[: len(label) - len(state)] else set()
        for symbol, cell in zip(symbols, cells, strict=True):
            if cell == "---":
                put(rules, (state, symbol), ("1", None, 1))
            elif cell:
                parts = dict(zip(order, cell.split(separator), strict=True))
                put(rules, (state, symbol), (parts["write"], parts["next"], {"L": -1, "S": 0, "R": 1}[parts["move"]]))
    (start,), (the_blank,) = starts, blank
    return the_blank, start, rules, halting


def csv_table(text):
    return grid(list(csv.reader(io.StringIO(text))))


def markdown(text):
    lines = [line for line in text.split("\n") if line]
    need(all(line.startswith("|") and line.endswith("|") for line in lines), "bars around")
    need(set(lines[1]) <= set("|- "), "the line of dashes")
    plain = [re.split(r"(?<!\\)\|", line)[1:-1] for line in [lines[0], *lines[2:]]]
    return grid([[re.sub(r"\\([|*])", r"\1", cell.strip()) for cell in row] for row in plain])


READERS = {
    "turingmachinesimulator.com": turingmachinesimulator,
    "morphett_sections": morphett_sections,
    "tursi": tursi,
    "ft_turing": ft_turing,
    "automata_lib": automata_lib,
    "markdown": markdown,
    "csv": csv_table,
}


def run_by(reading, word, most):
    """Return (steps, state, cells that are not blank) of what a reader found, after at most so many steps."""
    blank, state, rules, halting = reading
    tape, head, steps = dict(enumerate(word)), 0, 0
    while steps < most and state not in halting and (state, tape.get(head, blank)) in rules:
        tape[head], target, move = rules[state, tape.get(head, blank)]
        head, steps = head + move, steps + 1
        if target is None:  # a step that halts
            break
        state = target
    return steps, state, {i: s for i, s in tape.items() if s != blank}
