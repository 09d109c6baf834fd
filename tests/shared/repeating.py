"""A check that a run repeats itself, on the configurations of the readable step."""

from noisytm.discrete import Configuration


def cell(configuration: Configuration, position: int) -> int:
    i = position - configuration.origin
    blank = configuration.machine.symbols.index(configuration.machine.blank)
    return int(configuration.cells[i]) if 0 <= i < configuration.size else blank


def repeats(period: list[Configuration], offset: int) -> bool:
    """Check that one period later everything the period visits is the same again, and all beyond is blank.

    ``period`` has all configurations from the first to that one period later.
    """
    before, after = period[0], period[-1]
    heads = [c.head for c in period[:-1]]
    low, high = min(heads), max(heads)
    if (before.state, before.head + offset) != (after.state, after.head):
        return False
    if any(cell(before, x) != cell(after, x + offset) for x in range(low, high + 1)):
        return False
    beyond = range(high + 1, before.origin + before.size) if offset > 0 else range(before.origin, low)
    blank = before.machine.symbols.index(before.machine.blank)
    return offset == 0 or all(cell(before, x) == blank for x in beyond)
