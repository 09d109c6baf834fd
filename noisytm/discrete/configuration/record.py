"""Configurations and proofs as parts of records: what a run's JSON says of the tape, and the way back."""

from __future__ import annotations

from typing import Any

from noisytm._records import Kind, result_form
from noisytm._schema import (
    ANYTHING,
    BOOLEAN,
    COUNT,
    INTEGER,
    STRING,
    Schema,
    choice,
    either,
    entries,
    extended,
    items,
    many,
    nullable,
)
from noisytm._schema import mapping as mapping_of
from noisytm._text import shown
from noisytm._timed import timed_form
from noisytm.discrete.configuration.endless import (
    AutomatonClosure,
    Bouncer,
    ClosedGraph,
    Endless,
    EndlessRule,
    LateCycle,
    NgramClosure,
    WordClosure,
)
from noisytm.discrete.configuration.runlength import configuration_of_pieces
from noisytm.discrete.configuration.tape import Configuration
from noisytm.discrete.powers import LARGE
from noisytm.errors import FormatError
from noisytm.machine import MACHINE, TuringMachine

REASONS = ("halted", "undefined", "budget", "cycles")
PROOFS = ("closed", "translated", "bouncer", "ngrams", "words", "automata", "rule")  # besides a cycle in place
MAX_DIGITS = 2_000_000  # of a number of steps or cells
WORD = either(STRING, many(STRING))
POSITIVE: Schema = {"type": "integer", "minimum": 1}
HISTORY: Schema = {"type": "integer", "minimum": -1}
OPTIONS = entries(
    word=nullable(WORD), start_steps=nullable(COUNT), max_steps=COUNT, method=STRING, max_cells=COUNT, cycles=COUNT
)
CLOSED = entries(proof=choice("closed graph"), step=COUNT, states=many(STRING), symbols=many(STRING))
ROW: dict[str, Schema] = {
    "step": COUNT,
    "period": POSITIVE,
    "state": STRING,
    "head": COUNT,
    "to_right": BOOLEAN,
    "tape": many(items(many(STRING), COUNT, COUNT)),
}
RULE = entries(proof=choice("rule"), **ROW)
BOUNCER = entries(proof=choice("bouncer"), **ROW, growth=COUNT)
NGRAMS = entries(
    proof=choice("ngrams"), step=COUNT, n=POSITIVE, history=HISTORY, contexts=POSITIVE, left=POSITIVE, right=POSITIVE
)
AUTOMATA = entries(
    proof=choice("automata"),
    step=COUNT,
    side=choice("left", "right"),
    transitions=many(many(COUNT)),
    accepted=many(items(COUNT, STRING)),
    ways=COUNT,
)
WORDS = entries(proof=choice("words"), step=COUNT, length=POSITIVE, most=POSITIVE, contexts=POSITIVE)
LATE = entries(proof=choice("late cycle"), step=COUNT, period=POSITIVE, offset=INTEGER)


PLAIN: dict[str, type[LateCycle | NgramClosure | WordClosure]] = {
    "late cycle": LateCycle,
    "ngrams": NgramClosure,
    "words": WordClosure,
}


def _form(*proofs: Schema, reasons: tuple[str, ...] = REASONS, options: Schema = OPTIONS) -> Schema:
    """Return the form of a run whose proofs that it never ends are of these kinds."""
    return result_form(
        nullable(options),
        {
            "cycle": entries(preperiod=COUNT, period=POSITIVE, offset=INTEGER),
            "endless": either(*proofs),
            "visited": many(items(STRING, STRING)),
            "counts": many(COUNT),
            "trace": mapping_of(ANYTHING),
            "complete": choice(False),
        },
        machine=MACHINE.schema(),
        halted=BOOLEAN,
        reason=choice(*reasons),
        steps=COUNT,
        score=COUNT,
        state=STRING,
        head=INTEGER,
        tape=many(items(WORD, POSITIVE)),
        tape_start=INTEGER,
        leftmost=INTEGER,
        rightmost=INTEGER,
        stopped=BOOLEAN,
        method=STRING,
    )


def _large(schema: Schema) -> Schema:
    """Return a schema in which the integers in it may also be too large to be written out."""
    if schema.get("type") == "integer":
        return either(schema, LARGE)
    found = dict(schema)
    for name in ("anyOf", "prefixItems"):
        if name in schema:
            found[name] = [_large(part) for part in schema[name]]
    if "items" in schema:
        found["items"] = _large(schema["items"])
    if "properties" in schema:
        found["properties"] = {name: _large(part) for name, part in schema["properties"].items()}
    return found


def _with_large(form: Schema) -> Schema:
    """Return the form of a run in which the numbers of steps and of cells may be too large to be written out."""
    parts = {name: part if name in ("machine", "trace") else _large(part) for name, part in form["properties"].items()}
    return {**form, "properties": parts}


RUN: Kind = Kind(
    "run",
    {
        1: _form(CLOSED, RULE),
        2: timed_form(_form(CLOSED, RULE, LATE)),
        3: timed_form(
            _with_large(
                _form(
                    *(CLOSED, RULE, LATE, BOUNCER, NGRAMS, WORDS, AUTOMATA),
                    reasons=REASONS + PROOFS,
                    options=extended(OPTIONS, {"prove_endless": BOOLEAN}),
                )
            )
        ),
    },
    MAX_DIGITS,
)


def configuration_entries(here: Configuration) -> dict[str, Any]:
    """Return what a record says of a configuration; ``tape_start`` is the position of the first cell of ``tape``."""
    return {
        "steps": here.steps,
        "score": here.score,
        "state": here.state,
        "head": here.head,
        "tape": _tape_written(here),
        "tape_start": here.origin,
        "leftmost": here.leftmost,
        "rightmost": here.rightmost,
        "stopped": here.stopped,
    }


def configuration_of(record: dict[str, Any], machine: TuringMachine) -> Configuration:
    """Build the configuration that `configuration_entries` described.

    Raises
    ------
    FormatError
        If it is none of the machine.
    """
    index = {symbol: i for i, symbol in enumerate(machine.symbols)}
    pieces = []
    for name, count in record["tape"]:
        word = _read(machine, name)
        if not word or not all(x in index for x in word):
            raise FormatError(f"run record: tape has {shown(name)}; it must be made of the machine's symbols")
        pieces.append((tuple(index[x] for x in word), count))
    head, leftmost, rightmost = (record[name] for name in ("head", "leftmost", "rightmost"))
    first, size = record["tape_start"], sum(len(word) * count for word, count in pieces)
    if record["state"] not in machine.states:
        raise FormatError(f"run record: state is {shown(record['state'])}, which the machine has not")
    if not first <= leftmost <= head <= rightmost < first + size:
        raise FormatError(
            "run record: leftmost, head and rightmost must lie in this order on the tape, which begins at tape_start"
        )
    return configuration_of_pieces(
        machine, pieces, state=record["state"], head=head, steps=record["steps"], origin=first, leftmost=leftmost,
        rightmost=rightmost, stopped=record["stopped"],
    )  # fmt: skip


def endless_of(record: dict[str, Any]) -> Endless:
    """Build the proof that its ``to_json`` described."""
    data = {name: value for name, value in record.items() if name != "proof"}
    if record["proof"] == "closed graph":
        return ClosedGraph(record["step"], tuple(record["states"]), tuple(record["symbols"]))
    if record["proof"] in PLAIN:
        return PLAIN[record["proof"]](**data)
    if record["proof"] == "automata":
        lists = {name: tuple(map(tuple, data[name])) for name in ("transitions", "accepted")}
        return AutomatonClosure(**data | lists)
    data["tape"] = tuple((tuple(word), count, more) for word, count, more in record["tape"])
    return Bouncer(**data) if record["proof"] == "bouncer" else EndlessRule(**data)


def _tape_written(here: Configuration) -> list[list[Any]]:
    """Return the runs of a tape, a symbol or word of several as text; as a list if that could be read in two ways."""
    symbols, machine = here.machine.symbols, here.machine
    between = "" if machine.single_characters else ","
    if between and any("," in symbol for symbol in symbols):
        return [
            [symbols[word[0]] if len(word) == 1 else [symbols[i] for i in word], count] for word, count in here.runs
        ]
    return [
        [symbols[word[0]] if len(word) == 1 else between.join([symbols[i] for i in word]), count]
        for word, count in here.runs
    ]


def _read(machine: TuringMachine, name: Any) -> list[str]:
    if isinstance(name, list):
        return name
    if machine.single_characters:
        return list(name)
    return [name] if any("," in symbol for symbol in machine.symbols) else name.split(",")
