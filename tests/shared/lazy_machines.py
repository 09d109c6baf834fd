"""Output distributions as one would count them by hand: no names are exchanged, no directions, no blanks."""

import itertools
from collections import Counter
from fractions import Fraction


def entries(states, symbols):
    """Return all entries of a cell: (write, move, next state), and (write, 0, None) for those that halt."""
    going = list(itertools.product(range(symbols), (-1, 1), range(states)))
    return going + [(write, 0, None) for write in range(symbols)]


def output(table, blank, limit):
    """Return the word that a run leaves, the cell it needs and has not, or ``None`` if it goes on."""
    tape, state, head, visited = {}, 0, 0, {0}
    for _ in range(limit):
        cell = state, tape.get(head, blank)
        if cell not in table:
            return cell
        tape[head], move, state = table[cell]
        head += move
        visited.add(head)
        if state is None:
            return "".join(str(tape.get(x, blank)) for x in range(min(visited), max(visited) + 1))
    return None


def every_machine(states, symbols, limit):
    """Return how many runs leave each word: all machines one by one, on all blanks."""
    cells = list(itertools.product(range(states), range(symbols)))
    found = Counter()
    for filled in itertools.product(entries(states, symbols), repeat=len(cells)):
        table = dict(zip(cells, filled, strict=True))
        found.update(x for blank in range(symbols) if isinstance(x := output(table, blank, limit), str))
    return found


def as_they_are_read(states, symbols, limit, blanks=None):
    """Return the same, with cells filled when they are read: what is never read has any entry."""
    all_entries = entries(states, symbols)
    found = Counter()
    todo = [({}, blank) for blank in (range(symbols) if blanks is None else blanks)]
    while todo:
        table, blank = todo.pop()
        left = output(table, blank, limit)
        if isinstance(left, str):
            found[left] += len(all_entries) ** (states * symbols - len(table))
        elif left is not None:
            todo += [({**table, left: entry}, blank) for entry in all_entries]
    return found


def shares(found):
    """Return the share of each word."""
    total = sum(found.values())
    return {word: Fraction(number, total) for word, number in found.items()}
