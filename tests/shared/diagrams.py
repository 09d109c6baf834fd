"""What the tests of diagrams share: the slow trace row by row, and machines."""

from noisytm import TuringMachine
from noisytm.discrete import reference

WIDE = TuringMachine(
    symbols=["空", "ab", "e\u0301", "x"],
    blank="空",
    states=["right", "left", "stop"],
    start="right",
    halting=["stop"],
    tuples=[
        ("ab", "right", "e\u0301", "right", "R"),
        ("x", "right", "ab", "right", "R"),
        ("空", "right", "x", "left", "L"),
        ("e\u0301", "left", "空", "left", "L"),
        ("ab", "left", "x", "left", "L"),
        ("空", "left", "ab", "stop", "S"),
    ],
)
WALKER = TuringMachine(["0", "1"], "0", ["A"], "A", [("0", "A", "1", "A", "R"), ("1", "A", "1", "A", "R")])


def slow(machine, word, steps):
    """Return all configurations by the readable loop."""
    return list(reference.trace(machine, word, steps))


def symbol_at(configuration, position):
    """Return the index of the symbol at a position, -1 where the tape kept does not reach."""
    i = position - configuration.origin
    return int(configuration.cells[i]) if 0 <= i < configuration.cells.size else -1


def commonest(symbols, blank):
    """Return the commonest of the symbols that are not -1; of these one not blank, then the first in the alphabet."""
    inside = [x for x in symbols if x >= 0]
    return min(inside, key=lambda x: (-inside.count(x), x == blank, x)) if inside else -1


def require_rows(diagram, configurations):
    """Compare every row of a diagram with the configuration of its step, cell by cell."""
    blank = diagram.machine.symbols.index(diagram.machine.blank)
    k = diagram.cells_per_column
    for i, step in enumerate(diagram.steps):
        c, offset = configurations[step], diagram.offsets[i]
        assert (step, diagram.states[i], diagram.heads[i]) == (c.steps, c.state, c.head)
        columns = diagram.cells.shape[1]
        expected = [commonest([symbol_at(c, offset + j * k + m) for m in range(k)], blank) for j in range(columns)]
        assert diagram.cells[i].tolist() == expected
        assert 0 <= diagram.head_columns[i] < columns
        assert offset + diagram.head_columns[i] * k <= c.head < offset + (diagram.head_columns[i] + 1) * k
