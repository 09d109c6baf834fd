"""Building blocks of JFLAP: against a direct simulation of nested machines, step by step, and what is refused."""

import random
import warnings

import pytest
from stepping import run

from noisytm import FormatError, formats
from noisytm.errors import ReadingNote

FILE = "<structure><type>turingbb</type><automaton>{}</automaton></structure>"


def transition(source, to, read="", write="", move="R"):
    parts = f"<read>{read}</read><write>{write}</write><move>{move}</move>"
    return f"<transition><from>{source}</from><to>{to}</to>{parts}</transition>"


def block(number, name, tag="", marks=""):
    return f'<block id="{number}" name="{name}"><tag>{tag}</tag>{marks}</block>'


START, END = "<initial/>", "<final/>"


def parsed(*parts, **options):
    return formats.parse(FILE.format("".join(parts)), "jflap", **options)


# "go right over everything to the first blank", and a block that has it inside
GO = block(0, "go", "Machine0", START) + transition(0, 0, "!", "~") + "<Machine0/>"
OUTER = block(0, "deep", "Go", START) + block(1, "rest", "Machine1", END) + f"<Go>{GO}</Go><Machine1/>"


def test_a_machine_of_blocks():
    machine = parsed(
        block(0, "first", "Go", START),
        block(1, "mark", "Machine1"),
        block(2, "second", "Outer"),
        block(3, "end", "Machine3", END),
        transition(0, 1, "", "x"),
        transition(1, 2, "~", "~", "L"),
        transition(2, 3, "", "y", "S"),
        f"<Go>{GO}</Go><Outer>{OUTER}</Outer><Machine1/><Machine3/>",
        symbols="ab",
    )
    assert machine.states == ("first.go", "mark", "second.deep.go", "second.rest", "end")
    assert (machine.start, machine.halting) == ("first.go", ("end",))
    # right over ab, x, right; back; right over nothing to the blank: y
    assert run(machine, "ab", 50) == (6, "end", {0: "a", 1: "b", 2: "x", 3: "y"})


def test_transitions_inside_come_before_those_of_the_block():
    machine = parsed(
        block(0, "b", "In", START),
        block(1, "end", "", END),
        transition(0, 1, "~", "z", "S"),
        transition(0, 1, "a", "z", "S"),
        f"<In>{block(0, 'q', '', START)}{transition(0, 0, '!a', '~')}{transition(0, 0, 'c', 'd')}</In>",
    )
    assert machine.table["c", "b.q"] == ("d", "b.q", "R")
    assert machine.table["z", "b.q"] == ("z", "b.q", "R")
    assert machine.table["a", "b.q"] == ("z", "end", "S")


def test_final_states_inside_are_ignored_and_told_where_it_matters():
    inside = block(0, "p", "", START + END) + transition(0, 0, "a", "b")
    text = FILE.format(
        block(0, "b", "In", START) + block(1, "end", "", END) + transition(0, 1, "b", "b", "S") + f"<In>{inside}</In>"
    )
    with pytest.warns(ReadingNote, match="final states inside blocks are ignored"):
        machine = formats.parse(text)
    assert machine.halting == ("end",) and machine.table["a", "b.p"] == ("b", "b.p", "R")


def test_names_that_meet_are_made_distinct():
    with pytest.warns(ReadingNote, match="several states have one name"):
        machine = parsed(block(0, "a.b", "", START), block(1, "a", "In"), f"<In>{block(0, 'b', '', START)}</In>")
    assert machine.states == ("a.b", "a.b-1.0")


def test_the_nearest_section_of_a_tag_is_meant():
    inner = block(0, "leaf", "Same", START) + "<Same/>"
    assert parsed(block(0, "b", "Same", START), f"<Same>{inner}</Same>").states == ("b.leaf",)
    shared = block(0, "x", "Go", START) + transition(0, 0, "a", "b")
    machine = parsed(block(0, "b", "In", START), f"<In>{shared}</In><Go>{GO}</Go>")
    assert machine.states == ("b.x.go",)


def random_tree(draw, depth):
    """Return a machine: how many states, the machines in some, moves (from, to, read, write, direction)."""
    count = draw.randint(1, 3)
    inner = {q: random_tree(draw, depth - 1) for q in range(count) if depth and draw.random() < 0.45}
    moves = []
    for source in range(count):
        for symbol in draw.sample(["", "a", "b"], draw.randint(0, 3)):
            moves.append((source, draw.randrange(count), symbol, draw.choice(["", "a", "b", "~"]), draw.choice("LSR")))
        if draw.random() < 0.3:
            moves.append((source, draw.randrange(count), "!" + draw.choice("ab"), "~", draw.choice("LR")))
    return {"n": count, "inner": inner, "moves": moves}


def as_xml(machine, final=None):
    parts = []
    for q in range(machine["n"]):
        marks = (START if q == 0 else "") + (END if q == final else "")
        parts.append(block(q, f"q{q}", f"M{q}", marks))
    parts += [transition(*move) for move in machine["moves"]]
    inner = machine["inner"]
    parts += [f"<M{q}>{as_xml(inner[q]) if q in inner else ''}</M{q}>" for q in range(machine["n"])]
    return "".join(parts)


def simulate(top, final, word, most):
    """Run nested machines as JFLAP does: the path to the innermost state, and transitions from the inside outwards."""

    def entered(path, machine):
        while path[-1] in machine["inner"]:
            machine = machine["inner"][path[-1]]
            path = (*path, 0)
        return path

    def at(path):
        machine = top
        for q in path:
            machine = machine["inner"][q]
        return machine

    def matches(read, symbol):
        return symbol != read[1] if read.startswith("!") else symbol == (read or "□")

    tape, head, path = dict(enumerate(word)), 0, entered((0,), top)
    for steps in range(most + 1):
        if path == (final,) or steps == most:
            break
        symbol = tape.get(head, "□")
        found = None
        for depth in range(len(path), 0, -1):
            here = at(path[: depth - 1])
            ways = sorted((m for m in here["moves"] if m[0] == path[depth - 1]), key=lambda m: m[2].startswith("!"))
            found = next((m for m in ways if matches(m[2], symbol)), None)
            if found:
                break
        if not found:
            break
        _, to, _, write, move = found
        tape[head] = symbol if write == "~" else write or "□"
        head += {"L": -1, "S": 0, "R": 1}[move]
        path = entered((*path[: depth - 1], to), at(path[: depth - 1]))
    return steps, ".".join(f"q{q}" for q in path), {i: s for i, s in tape.items() if s != "□"}


def test_random_blocks_run_as_jflap_runs_them():
    deep = 0
    for seed in range(120):
        draw = random.Random(seed)
        top = random_tree(draw, 3)
        final = top["n"] if draw.random() < 0.5 else None
        top["n"] += final is not None
        top["moves"] += [(0, final, "", "b", "S")] if final is not None else []
        top["moves"] = list({(m[0], m[2]): m for m in top["moves"]}.values())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReadingNote)
            machine = formats.parse(FILE.format(as_xml(top, final)), symbols="ab" if "!" in as_xml(top) else None)
        deep += any(q.count(".") > 1 for q in machine.states)
        for word in ("", "a", "ba", "abb"):
            assert run(machine, word, 40) == simulate(top, final, word, 40), (seed, word)
    assert deep > 20


@pytest.mark.parametrize(
    ("parts", "fragment"),
    [
        (block(0, "b", "In", START) + f"<In>{block(0, 'q')}</In>", "inside block 'b' 0 states are initial"),
        (block(0, "b", "In", START) + f"<In>{block(0, 'q', 'In', START)}</In>", "block 'q' contains itself"),
        (block(0, "b", "In", START + END) + f"<In>{GO}</In>", "block 'b' is final and has a machine inside"),
        (block(0, "b", "In", START) + f"<In>{GO}{transition(0, 7)}</In>", "<to>7</to>, which is not the id of a state"),
        (block(0, "b", "In", START) + f"<In>{GO}{block(0, 'x')}</In>", "state id '0' is missing or used twice"),
        (
            block(0, "b", "In", START) + f"<In>{GO}{transition(0, 0, 'a', 'b')}{transition(0, 0, 'a', 'c')}</In>",
            "state 'b.go' has two different transitions at 'a'",
        ),
    ],
)
def test_wrong_blocks_get_one_line(parts, fragment):
    with pytest.raises(FormatError) as caught:
        parsed(parts)
    assert fragment in str(caught.value) and "\n" not in str(caught.value)


def test_a_final_block_is_not_entered_on_request():
    machine = parsed(
        block(0, "a", "", START), block(1, "b", "In", END), transition(0, 1, "", "x"), f"<In>{GO}</In>", final="halts"
    )
    assert machine.states == ("a", "b") and machine.halting == ("b",)


def test_blocks_that_grow_without_bound_are_refused(monkeypatch):
    monkeypatch.setattr("noisytm.formats.jflap.blocks.MAX_STATES", 1000)
    twice = [f"<M{n}>{block(0, 'l', f'M{n + 1}', START)}{block(1, 'r', f'M{n + 1}')}</M{n}>" for n in range(40)]
    with pytest.raises(FormatError, match="more than 1000 states"):
        parsed(block(0, "b", "M0", START), *twice, f"<M40>{block(0, 'end', '', START)}</M40>")
    chain = "".join(f"<M{n}>{block(0, 'l', f'M{n + 1}', START)}</M{n}>" for n in range(80))
    with pytest.raises(FormatError, match="more than 50 deep"):
        parsed(block(0, "b", "M0", START), chain)
